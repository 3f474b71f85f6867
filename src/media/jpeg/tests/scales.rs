//! Luma at a reduced scale against all pixels, and pixels that leave the range.

use proptest::prelude::*;

use super::writer::{Scan, Sketch, quantised, transform};
use super::*;
use crate::hasher::pdq;

#[test]
fn the_scale_leaves_256_samples_on_the_shorter_side() {
    for (width, height, scale) in [
        (511, 900, None),
        (512, 513, Some(2)),
        (1023, 1500, Some(2)),
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
            _ => None,
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

/// A grey picture whose every block has one pixel far out of range, so that its mean before pixels are cut off is that of
/// another picture.
fn steered((width, height): (usize, usize)) -> Sketch {
    let side = width.max(height);
    let (tone, other) = (patches(1, 29, side), patches(2, 29, side));
    let mut sketch = Sketch::new((width, height), &[(1, 1)], 6, |_, x, y| tone(x, y));
    let columns = width.div_ceil(8);
    for (i, block) in sketch.components[0].blocks.iter_mut().enumerate() {
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

#[test]
fn means_are_those_of_the_pixels_that_are_seen() {
    for size in [(520, 560), (1032, 1040), (2056, 2064)] {
        let sketch = steered(size);
        let mut progressive = sketch.clone();
        progressive.frame = 0xC2;
        let band = |band, bits| Scan::band(&[0], band, bits);
        let script = [
            band((0, 0), (0, 0)),
            band((1, 63), (0, 2)),
            band((1, 63), (2, 1)),
            band((1, 63), (1, 0)),
        ];
        for file in [sketch.file(&[Scan::of(&[0])]), progressive.file(&script)] {
            let (_, exact) = decoded(&file, false);
            let (_, fast) = decoded(&file, true);
            assert!(matches!(fast[0].picture.pixels(), Pixels::Reduced { .. }));
            let [exact, fast] = [&exact, &fast].map(|frames| pdq(&frames[0].picture));
            assert!(exact.quality >= 50, "quality {}", exact.quality);
            let bits = exact.hash.distance(&fast.hash);
            assert!(bits <= 6, "{size:?}: {bits} bits");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    /// What is not cut off exactly changes the mean of a block by little, whatever its coefficients are.
    #[test]
    fn means_of_any_coefficients_are_near_those_of_the_pixels(
        dc in -200i16..200, spread in 1i16..200, step in 1u16..40, state in any::<u32>(), few in any::<bool>(),
    ) {
        let mut state = state;
        let mut next = move || {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (state >> 8) as i32
        };
        let mut sketch = Sketch::new((160, 160), &[(1, 1)], step, |_, _, _| 128.0);
        for block in &mut sketch.components[0].blocks {
            for (i, coefficient) in block.iter_mut().enumerate() {
                let any = (next() % i32::from(2 * spread + 1)) as i16 - spread;
                *coefficient = match i {
                    0 => dc,
                    _ if few && next() % 16 > 0 => 0,
                    _ => any,
                };
            }
        }
        let file = sketch.file(&[Scan::of(&[0])]);
        let pixels = pixels(&file);
        let exact = block_means(&pixels, 160, 1);
        for (found, n) in [(means::<1>(&file), 1), (means::<2>(&file), 2), (means::<4>(&file), 4)] {
            let found = block_means(&found, 20 * n, 8 / n);
            for (i, (found, exact)) in found.iter().zip(&exact).enumerate() {
                let off = (found - exact).abs();
                prop_assert!(off <= f64::from(overshoot::CHANGE_MAX) + 0.6, "block {} of {}: {} levels", i, n, off);
            }
        }
    }
}

/// Luma at a scale of its choice, whatever the size.
fn means<const N: usize>(bytes: &[u8]) -> Vec<u8> {
    let file = File::open(bytes).ok().unwrap();
    luma::read::<N>(&file.segments, &file.frame, &file.first, &no_hurry())
        .unwrap()
        .0
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
