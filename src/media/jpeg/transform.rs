//! Coefficients of a block to the samples that are kept of it.

use std::array::from_fn;
use std::f64::consts::{FRAC_1_SQRT_2, PI};

use super::frequencies::Frequencies;
use super::idct::{Block, Pixels};

/// Where the coefficients of a block stand, by their number. It is row (vertical frequency) times 8 plus column (ITU-T T.81,
/// figure A.6).
pub(super) const ZIGZAG: [u8; 64] = [
    0, 1, 8, 16, 9, 2, 3, 10, 17, 24, 32, 25, 18, 11, 4, 5, 12, 19, 26, 33, 40, 48, 41, 34, 27, 20,
    13, 6, 7, 14, 21, 28, 35, 42, 49, 56, 57, 50, 43, 36, 29, 22, 15, 23, 30, 37, 44, 51, 58, 59,
    52, 45, 38, 31, 39, 46, 53, 60, 61, 54, 47, 55, 62, 63,
];

/// Where in a block the coefficient of this number stands.
#[inline(always)]
pub(super) fn in_row(number: usize) -> usize {
    ZIGZAG[number & 63].into()
}

/// Steps in zigzag order, row by row. Of the larger ones the lower 16 bits are kept, as libjpeg does.
pub(super) fn in_rows(steps: &[u16; 64]) -> Block {
    let mut rows = [0; 64];
    for (number, &step) in steps.iter().enumerate() {
        rows[in_row(number)] = step as i16;
    }
    rows
}

/// The means of the pixels of a block over `N` by `N` squares.
#[inline(always)]
pub(super) fn means<const N: usize>(pixels: &Pixels) -> [[u8; N]; N] {
    let side = 8 / N;
    let mut sums = [[0u32; N]; N];
    for (y, row) in pixels.as_chunks::<8>().0.iter().enumerate() {
        for (x, pixel) in row.iter().enumerate() {
            sums[y / side][x / side] += u32::from(*pixel);
        }
    }
    let count = (side * side) as u32;
    sums.map(|row| row.map(|sum| ((sum + count / 2) / count) as u8))
}

/// The inverse cosine transform to `N` by `N` samples, 1 or 2. Each is the mean of the pixels that it stands for, as
/// long as none of them leaves the range.
///
/// A cosine averaged over `s` neighbouring pixels is a cosine again, only weaker. So the means are made of the
/// coefficients without making the pixels. Of the 8 by 8 frequencies the lowest `N` by `N` are used. What the others add to the
/// means is small.
pub(super) struct Transform<const N: usize> {
    /// What each frequency is in each sample.
    waves: [[f32; N]; N],
}

impl<const N: usize> Transform<N> {
    pub(super) fn new() -> Transform<N> {
        let pixels = 8 / N;
        let wave = |frequency: usize, sample: usize| {
            let range = sample * pixels..(sample + 1) * pixels;
            let sum: f64 = range.map(|x| wave(frequency, x)).sum();
            (sum / pixels as f64) as f32
        };
        Transform {
            waves: from_fn(|u| from_fn(|x| wave(u, x))),
        }
    }

    /// The samples, row by row.
    #[inline(always)]
    pub(super) fn samples(&self, frequencies: &Frequencies) -> [[u8; N]; N] {
        from_fn(|y| {
            from_fn(|x| {
                let mut sum = 0.5;
                for u in 0..N {
                    for v in 0..N {
                        sum += frequencies.columns[u][v] * self.waves[u][x] * self.waves[v][y];
                    }
                }
                sum as u8
            })
        })
    }
}

/// The basis of the inverse cosine transform: frequency `u` at pixel `x` (ITU-T T.81, A.3.3).
pub(super) fn wave(u: usize, x: usize) -> f64 {
    let scale = if u == 0 { FRAC_1_SQRT_2 } else { 1.0 } / 2.0;
    scale * ((2 * x + 1) as f64 * u as f64 * PI / 16.0).cos()
}
