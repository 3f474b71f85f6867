//! Luma at a reduced scale against all pixels, and pixels that leave the range.

use proptest::prelude::*;

use super::writer::{Scan, Sketch, quantised, transform};
use super::*;
use crate::hasher::pdq;

#[test]
fn the_scale_leaves_256_samples_on_the_shorter_side() {
    for (width, height, scale) in [
        (511, 900, None),
        (512, 513, Some(1)),
        (1023, 1500, Some(1)),
        (1024, 1025, Some(4)),
        (2047, 2048, Some(4)),
        (2049, 2048, Some(8)),
    ] {
        let bytes = sketch((width, height), &[(1, 1)]).file(&[Scan::of(&[0])]);
        let (decoded, frames) = decoded(&bytes, true);
        let decoded = decoded.unwrap();
        assert_eq!(
            (decoded.width as usize, decoded.height as usize),
            (width, height)
        );
        let found = match frames[0].picture.pixels() {
            Pixels::Reduced { scale, means } => {
                let side = |side: usize| side.div_ceil(scale as usize);
                assert_eq!(means.len(), side(width) * side(height));
                Some(scale)
            }
            // Grey files have no colours, decoded at full size or not.
            Pixels::Luma8(_) => (width.min(height) >= 512).then_some(1),
            Pixels::Rgb8(_) => None,
        };
        assert_eq!(found, scale, "{width}x{height}");
    }
}

/// A picture of so many patches along its longer side, which blend into each other.
fn patches(seed: u32, count: usize, side: usize) -> impl Fn(usize, usize) -> f64 {
    let mut state = seed;
    let tones: Vec<f64> = (0..(count + 2) * (count + 2))
        .map(|_| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            f64::from(state >> 24)
        })
        .collect();
    move |x, y| {
        let place = |at: usize| (at * count / side, (at * count % side) as f64 / side as f64);
        let ((left, x), (top, y)) = (place(x), place(y));
        let tone = |x: usize, y: usize| tones[(top + y) * (count + 2) + left + x];
        let row = |below| tone(0, below) * (1.0 - x) + tone(1, below) * x;
        row(0) * (1.0 - y) + row(1) * y
    }
}

/// A grey picture of which one in so many blocks has a pixel far out of range. So its mean before pixels are cut off is that of
/// another picture.
fn steered((width, height): (usize, usize), one_in: usize) -> Sketch {
    let side = width.max(height);
    let (tone, other) = (patches(1, 29, side), patches(2, 29, side));
    let mut sketch = Sketch::new((width, height), &[(1, 1)], 6, |_, x, y| tone(x, y));
    let columns = width.div_ceil(8);
    let blocks = sketch.components[0].blocks.iter_mut().enumerate();
    for (i, block) in blocks.step_by(one_in) {
        let (left, top) = (i % columns * 8, i / columns * 8);
        let means = |of: &dyn Fn(usize, usize) -> f64| {
            (0..64).map(|p| of(left + p % 8, top + p / 8)).sum::<f64>() / 64.0
        };
        let off = 64.0 * (means(&other) - means(&tone));
        // The pixel that is nearest to where it is cut off.
        let order = |a: &usize, b: &usize| {
            let tone = |p: &usize| tone(left + p % 8, top + p / 8);
            tone(a).total_cmp(&tone(b))
        };
        let place = if off > 0.0 {
            (0..64).max_by(order).unwrap()
        } else {
            (0..64).min_by(order).unwrap()
        };
        *block = quantised(
            &transform(|x, y| tone(left + x, top + y) + if y * 8 + x == place { off } else { 0.0 }),
            6,
        );
    }
    sketch
}

/// A picture in black and white dots, coarsely quantised. A dot is where a tone is above a threshold that changes from pixel to
/// pixel. It changes as noise or in the order of a printer's screen.
fn halftone((width, height): (usize, usize), screen: bool) -> Sketch {
    let tone = patches(3, 29, width.max(height));
    let mut state = 9u32;
    let thresholds: Vec<f64> = (0..width * height)
        .map(|i| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            let (x, y) = (i % width, i / width);
            if screen {
                ((x + 2 * y) % 5 * 51 + y % 5 * 10) as f64
            } else {
                f64::from(state >> 24)
            }
        })
        .collect();
    Sketch::new((width, height), &[(1, 1)], 40, |_, x, y| {
        if tone(x, y) > thresholds[y * width + x] {
            255.0
        } else {
            0.0
        }
    })
}

/// A picture as a sequential and as a progressive file.
fn both_kinds(sketch: &Sketch) -> [Vec<u8>; 2] {
    let mut progressive = sketch.clone();
    progressive.frame = 0xC2;
    let band = |band, bits| Scan::band(&[0], band, bits);
    let script = [
        band((0, 0), (0, 0)),
        band((1, 63), (0, 2)),
        band((1, 63), (2, 1)),
        band((1, 63), (1, 0)),
    ];
    [sketch.file(&[Scan::of(&[0])]), progressive.file(&script)]
}

/// How many bits of PDQ a file's luma is off.
fn drift(file: &[u8]) -> u32 {
    let (_, exact) = decoded(file, false);
    let (_, fast) = decoded(file, true);
    let [exact, fast] = [&exact, &fast].map(|frames| pdq(&frames[0].picture));
    assert!(exact.quality >= 50, "quality {}", exact.quality);
    assert!(exact.quality.abs_diff(fast.quality) <= 15);
    exact.hash.distance(&fast.hash)
}

/// One side for each scale.
const SIZES: [(usize, usize); 3] = [(520, 560), (1032, 1040), (2056, 2064)];

#[test]
fn files_whose_means_would_mislead_have_the_hash_of_their_pixels() {
    let mut all = Vec::new();
    for size in SIZES {
        for sketch in [
            steered(size, 1),
            halftone(size, false),
            halftone(size, true),
        ] {
            for file in both_kinds(&sketch) {
                let bits = drift(&file);
                assert!(bits <= 6, "{size:?}: {bits} bits");
                all.push(bits);
            }
        }
    }
    assert!(all.iter().sum::<u32>() as usize <= all.len(), "{all:?}");
}

#[test]
fn means_are_those_of_the_pixels_that_are_seen() {
    for size in &SIZES[1..] {
        // So few blocks that the means of the others do.
        let files = both_kinds(&steered(*size, 1200));
        for (file, kind) in files.iter().zip(["sequential", "progressive"]) {
            let bits = drift(file);
            assert!(bits <= 2, "{kind}, {size:?}: {bits} bits");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    /// What is not cut off exactly changes the mean of a block by little, whatever its coefficients are.
    #[test]
    fn means_of_any_coefficients_are_near_those_of_the_pixels(
        dc in -1023i16..=1023, spread in 1i16..200, step in 1u16..40, state in any::<u32>(), few in any::<bool>(),
        one_in in 1usize..80,
    ) {
        let file = arbitrary((dc, spread, step), state, few, one_in);
        assert_block_means_are_kept(&file);
    }
}

/// Blocks so far out of range that the arithmetic of viewers wraps around.
#[test]
fn means_of_blocks_far_out_of_range_are_those_of_the_pixels() {
    for dc in [-1023, -600, -256, -197, 197, 256, 600, 1023] {
        for step in [8, 16, 38] {
            assert_block_means_are_kept(&arbitrary((dc, 6, step), 33_934_582, true, 1));
        }
    }
}

/// A grey file in which one in so many blocks has this DC coefficient and any others up to `spread`. Where `few`, few of these
/// are not zero.
fn arbitrary(
    (dc, spread, step): (i16, i16, u16),
    mut state: u32,
    few: bool,
    one_in: usize,
) -> Vec<u8> {
    let mut next = move || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 8) as i32
    };
    let mut sketch = Sketch::new((160, 160), &[(1, 1)], step, |_, _, _| 128.0);
    for block in sketch.components[0].blocks.iter_mut().step_by(one_in) {
        for (i, coefficient) in block.iter_mut().enumerate() {
            let any = (next() % i32::from(2 * spread + 1)) as i16 - spread;
            *coefficient = match i {
                0 => dc,
                _ if few && next() % 16 > 0 => 0,
                _ => any,
            };
        }
    }
    sketch.file(&[Scan::of(&[0])])
}

/// Where samples are made at all, the mean of each block is near that of its pixels.
fn assert_block_means_are_kept(file: &[u8]) {
    let exact = block_means(&pixels(file), 160, 1);
    for (found, n) in [
        (means::<1>(file), 1),
        (means::<2>(file), 2),
        (means::<8>(file), 8),
    ] {
        let found = block_means(&found, 20 * n, 8 / n);
        for (i, (found, exact)) in found.iter().zip(&exact).enumerate() {
            let off = (found - exact).abs();
            let most = f64::from(overshoot::CHANGE_MAX) + 0.6;
            assert!(off <= most, "block {i} of {n}: {off} levels");
        }
    }
}

/// Luma with `N` by `N` samples of each block, whatever the size.
fn means<const N: usize>(bytes: &[u8]) -> Vec<u8> {
    let file = File::open(bytes).ok().unwrap();
    let read = luma::read::<N>(&file.segments, &file.frame, &file.first, &no_hurry());
    read.unwrap().means
}

/// The mean of each block, of samples that stand for so many pixels along each side.
fn block_means(samples: &[u8], width: usize, scale: usize) -> Vec<f64> {
    let side = 8 / scale;
    let columns = width / side;
    let mean = |i: usize| {
        let (left, top) = (i % columns * side, i / columns * side);
        let sample = |p: usize| f64::from(samples[(top + p / side) * width + left + p % side]);
        (0..side * side).map(sample).sum::<f64>() / (side * side) as f64
    };
    (0..samples.len() / side / side).map(mean).collect()
}
