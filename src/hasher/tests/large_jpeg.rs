//! The reduced decoding of a large JPEG, against all of its pixels.

use super::*;

/// A picture whose blocks of 8 by 8 pixels rise or fall with the weights of PDQ's windows. So their means hide most of what
/// their pixels add to the samples.
fn with_teeth(side: (u32, u32), height_of_teeth: f64, seed: u32) -> GrayImage {
    let base = image::imageops::resize(
        &photograph(),
        side.0,
        side.1,
        image::imageops::FilterType::Triangle,
    );
    // All frequencies that PDQ looks at, with signs of their own.
    let wave = |frequency: u32, at: u32| {
        (std::f64::consts::PI / 64.0 * f64::from(frequency) * (f64::from(at) + 0.5)).cos()
    };
    let signed = |row: u32, column: u32| {
        let mixed = (row * 16 + column + 7 * seed).wrapping_mul(2_654_435_761);
        if mixed >> 31 == 0 { 1.0 } else { -1.0 }
    };
    let signs: Vec<f64> = (0..64 * 64)
        .map(|i| {
            let terms = (0..256).map(|k| {
                let (row, column) = (k / 16 + 1, k % 16 + 1);
                signed(row, column) * wave(row, i / 64) * wave(column, i % 64)
            });
            terms.sum::<f64>().signum()
        })
        .collect();
    let tooth = |at: u32, length: u32| {
        let phase = ((f64::from(at) + 0.5) * 64.0 / f64::from(length)).fract() - 0.5;
        let rise = (f64::from(at % 8) - 3.5) / 3.5;
        -phase.signum() * rise
    };
    GrayImage::from_fn(side.0, side.1, |x, y| {
        let level = f64::from(base.get_pixel(x, y).to_luma().0[0]);
        let sign = signs[(y * 64 / side.1 * 64 + x * 64 / side.0) as usize];
        let teeth = sign * (tooth(x, side.0) + tooth(y, side.1));
        Luma([(level * 0.5 + 64.0 + height_of_teeth * teeth) as u8])
    })
}

#[test]
fn the_hash_of_a_large_jpeg_is_that_of_its_pixels_whatever_is_in_its_blocks() {
    let limits = Limits::default();
    let mut hidden = 0;
    for (seed, side) in [(1032, 1104), (1500, 1031), (2056, 2050)]
        .into_iter()
        .enumerate()
    {
        for progressive in [false, true] {
            let image = with_teeth(side, 12.0, seed as u32);
            let mut file = Vec::new();
            let mut encoder = jpeg_encoder::Encoder::new(&mut file, 95);
            encoder.set_progressive(progressive);
            encoder
                .encode(
                    &image,
                    side.0 as u16,
                    side.1 as u16,
                    jpeg_encoder::ColorType::Luma,
                )
                .unwrap();
            let (mut exact, mut reduced) = (None, None);
            crate::media::decode(&file, &limits, |frame| exact = Some(frame.picture)).unwrap();
            decode_luma(&file, &limits, |frame| reduced = Some(frame.picture)).unwrap();
            let (exact, reduced) = (pdq_dihedral(&exact.unwrap()), reduced.unwrap());
            let Pixels::Reduced { scale, means } = reduced.pixels() else {
                panic!("{side:?} is not reduced");
            };
            let means = Picture::reduced(side.0, side.1, scale, means.to_vec(), Vec::new());
            hidden = hidden.max(
                pdq(&means.unwrap())
                    .hash
                    .distance(&exact.hash(Turn::Original)),
            );
            let views = pdq_dihedral(&reduced);
            for turn in Turn::ALL {
                let off = views.hash(turn).distance(&exact.hash(turn));
                assert!(off <= 2, "{side:?} {turn:?}: {off} bits");
                let quality = views
                    .rated(turn)
                    .quality
                    .abs_diff(exact.rated(turn).quality);
                assert!(quality <= 1, "{side:?} {turn:?}: quality {quality}");
            }
        }
    }
    assert!(hidden > 6, "the means alone are {hidden} bits off");
}
