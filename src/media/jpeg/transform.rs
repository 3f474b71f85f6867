//! Coefficients of a block to the samples that are kept of it.

use std::f64::consts::{FRAC_1_SQRT_2, PI};

use super::idct::{Block, Pixels};

/// Where the coefficients of a block stand, by their number: row (vertical frequency) times 8 plus column (ITU-T T.81,
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

/// The inverse cosine transform to `N` by `N` samples, 1 or 2: each is the mean of the pixels that it stands for, as long
/// as none of them leaves the range.
///
/// A cosine averaged over `s` neighbouring pixels is a cosine again, only weaker, so that the means are made of the
/// coefficients without making the pixels. Of the 8 by 8 frequencies the lowest `N` by `N` are used: what the others
/// add to the means is small.
pub(super) struct Transform<const N: usize> {
    /// What each frequency is in each sample.
    waves: [[f32; N]; N],
    /// Where a coefficient goes, by its number; `UNUSED` for those that are left out.
    places: [u8; 64],
}

/// The coefficients of one block that are used, as rows of `N`, then those that are not.
pub(super) type Coefficients = [f32; 5];

const UNUSED: u8 = 4;

impl<const N: usize> Transform<N> {
    pub(super) fn new() -> Transform<N> {
        let pixels = 8 / N;
        let wave = |frequency: usize, sample: usize| {
            let scale = if frequency == 0 { FRAC_1_SQRT_2 } else { 1.0 } / 2.0;
            let pixel = |x: usize| ((2 * x + 1) as f64 * frequency as f64 * PI / 16.0).cos();
            let sum: f64 = (sample * pixels..(sample + 1) * pixels).map(pixel).sum();
            (scale * sum / pixels as f64) as f32
        };
        let places = ZIGZAG.map(|place| {
            let (row, column) = (usize::from(place / 8), usize::from(place % 8));
            let used = row < N && column < N;
            if used {
                (row * N + column) as u8
            } else {
                UNUSED
            }
        });
        Transform {
            waves: std::array::from_fn(|u| std::array::from_fn(|x| wave(u, x))),
            places,
        }
    }

    /// Puts a coefficient, by its number and multiplied by its step, in its place.
    #[inline(always)]
    pub(super) fn put(&self, coefficients: &mut Coefficients, number: usize, value: f32) {
        let number = number & 63;
        coefficients[usize::from(self.places[number].min(UNUSED))] = value;
    }

    /// The samples, row by row.
    #[inline(always)]
    pub(super) fn samples(&self, coefficients: &Coefficients) -> [[u8; N]; N] {
        let mut columns = [[0.0f32; N]; N];
        for (row, wave) in coefficients.chunks_exact(N).zip(&self.waves) {
            for (out, factor) in columns.iter_mut().zip(wave) {
                for (out, value) in out.iter_mut().zip(row) {
                    *out += value * factor;
                }
            }
        }
        let mut samples = [[0; N]; N];
        for (row, out) in columns.iter().zip(&mut samples) {
            let mut sums = [0.0f32; N];
            for (value, wave) in row.iter().zip(&self.waves) {
                for (sum, factor) in sums.iter_mut().zip(wave) {
                    *sum += value * factor;
                }
            }
            for (out, sum) in out.iter_mut().zip(sums) {
                *out = sample(sum);
            }
        }
        samples
    }
}

/// The level shift (A.3.1), rounding and clamping.
#[inline(always)]
fn sample(value: f32) -> u8 {
    (value + 128.5) as u8
}
