//! The resize of the `image` crate to a few pixels, bit for bit, many times as fast.
//!
//! `image_hasher` begins by shrinking a picture to some 8x8 pixels with `image::imageops::resize` and Lanczos3. At 12
//! megapixels that takes three times as long as decoding. All of it is sums of products in 32-bit floats, one column
//! after the other. Here many columns are summed side by side, each in the same order: the same operations, so the same
//! bits. A picture of the right size `image_hasher` takes as it is.

use image::{GrayImage, Luma};

/// What `image::imageops::resize` makes with `FilterType::Lanczos3`.
pub(super) fn lanczos3(picture: &GrayImage, width: u32, height: u32) -> GrayImage {
    if picture.dimensions() == (width, height) {
        return picture.clone();
    }
    let columns = taps(picture.width(), width);
    let mut sums = vec![0.0; picture.width() as usize];
    let mut small = GrayImage::new(width, height);
    for (y, row) in (0..).zip(taps(picture.height(), height)) {
        sum_rows(&mut sums, picture.as_raw(), &row);
        for (x, column) in (0..).zip(&columns) {
            let pixels = sums[column.start..].iter().zip(&column.weights);
            let sum = pixels.fold(0.0, |sum, (pixel, weight)| sum + pixel * weight);
            small.put_pixel(x, y, Luma([sum.clamp(0.0, 255.0).round() as u8]));
        }
    }
    small
}

/// The pixels that enter one pixel of the small picture, along one axis.
struct Taps {
    start: usize,
    weights: Vec<f32>,
}

fn taps(from: u32, to: u32) -> Vec<Taps> {
    let ratio = from as f32 / to as f32;
    let scale = ratio.max(1.0);
    let support = 3.0 * scale;
    let taps = |i: u32| {
        let centre = (i as f32 + 0.5) * ratio;
        let start = ((centre - support).floor() as i64).clamp(0, i64::from(from) - 1);
        let end = ((centre + support).ceil() as i64).clamp(start + 1, from.into());
        let weight = |i: i64| kernel((i as f32 - (centre - 0.5)) / scale);
        let mut weights: Vec<f32> = (start..end).map(weight).collect();
        let sum = weights.iter().fold(0.0, |sum, weight| sum + weight);
        weights.iter_mut().for_each(|weight| *weight /= sum);
        Taps {
            start: start as usize,
            weights,
        }
    };
    (0..to).map(taps).collect()
}

fn kernel(x: f32) -> f32 {
    let sinc = |x: f32| {
        let angle = x * std::f32::consts::PI;
        if x == 0.0 { 1.0 } else { angle.sin() / angle }
    };
    if x.abs() < 3.0 {
        sinc(x) * sinc(x / 3.0)
    } else {
        0.0
    }
}

/// The weighted sum of some rows, column by column, each from the first row to the last.
fn sum_rows(sums: &mut [f32], samples: &[u8], taps: &Taps) {
    let stride = sums.len();
    sums.fill(0.0);
    let rows = samples[taps.start * stride..].chunks_exact(stride);
    let mut rows = rows.zip(taps.weights.iter().copied());
    while let Some(a) = rows.next() {
        // Four rows at a time save traffic of the sums. Adding nothing changes no sum.
        let mut next = || rows.next().unwrap_or((a.0, 0.0));
        let [(b, wb), (c, wc), (d, wd)] = [next(), next(), next()];
        let ((a, wa), n) = (a, sums.len());
        let (a, b, c, d) = (&a[..n], &b[..n], &c[..n], &d[..n]);
        for i in 0..n {
            let sum = sums[i] + f32::from(a[i]) * wa;
            let sum = sum + f32::from(b[i]) * wb;
            let sum = sum + f32::from(c[i]) * wc;
            sums[i] = sum + f32::from(d[i]) * wd;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use image::imageops::{self, FilterType};
    use proptest::prelude::*;

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn every_pixel_is_that_of_image(
            width in 1u32..400, height in 1u32..400, to in prop::sample::select(vec![(8, 8), (9, 8), (5, 5), (16, 18)]),
            seed: u32, noise in 1u32..255,
        ) {
            let picture = GrayImage::from_fn(width, height, |x, y| {
                let salt = (x ^ seed).wrapping_mul(73_856_093) ^ (y ^ seed).wrapping_mul(19_349_663);
                let ramp = (x * 160 / width + y * 90 / height) as u8;
                Luma([ramp.wrapping_add(((salt >> 9) % noise) as u8)])
            });
            let expected = imageops::resize(&picture, to.0, to.1, FilterType::Lanczos3);
            prop_assert_eq!(lanczos3(&picture, to.0, to.1), expected);
        }
    }
}
