//! The low frequencies of a grid, and their hash.

use std::array::from_fn;
use std::f64::consts::PI;
use std::sync::LazyLock;

use wide::f32x8;

use super::grid::Grid;
use crate::hash::Pdq;
use crate::hash::axis::SIDE;

/// The number of frequencies along each side: 1 to 16, without the constant one.
const FREQUENCIES: usize = 16;

/// The place of the lower median among the sorted coefficients.
const MEDIAN: usize = 127;

/// How far from zero the median mostly is at most, in means of the sizes of coefficients.
const NEAR_ZERO: f32 = 0.125;

/// How many bits of each row are likely to differ. Take the hashes of changed copies within 31 bits of the original one. Each
/// agrees with it in all other bits of some row, and in all but one of these.
const DOUBTS: usize = 4;

/// The 16x16 low frequencies of a [`Grid`], rows of growing horizontal frequency.
#[derive(Clone, PartialEq, Debug)]
pub(crate) struct Block(pub(crate) [[f32; 16]; 16]);

impl Block {
    /// The cosine transform of a grid.
    ///
    /// Sums run in 32-bit floats in the order of the reference. So even coefficients that are nothing but rounding errors
    /// agree. Each loop still works on a row of independent sums.
    pub(crate) fn new(grid: &Grid) -> Block {
        let Cosines { rows, columns } = &*COSINES;
        let mut block = Block([[0.0; FREQUENCIES]; FREQUENCIES]);
        for (out, cosines) in block.0.iter_mut().zip(rows) {
            let mut vertical = [0.0; SIDE];
            // So many sums stay in registers.
            for (strip, vertical) in vertical.as_chunks_mut().0.iter_mut().enumerate() {
                let mut sums = [0.0; FREQUENCIES];
                for (line, cosine) in grid.0.iter().zip(cosines) {
                    add_scaled(&mut sums, &line.as_chunks().0[strip], *cosine);
                }
                *vertical = sums;
            }
            for (sum, cosines) in vertical.iter().zip(columns) {
                add_scaled(out, cosines, *sum);
            }
        }
        block
    }

    /// One bit for each coefficient: whether it is greater than the lower median of the 256.
    ///
    /// Coefficient `i`, `j` is bit `16 i + j`, counted from the least significant.
    pub(crate) fn hash(&self) -> Pdq {
        let median = self.median();
        self.bits(|_, coefficients| coefficients.simd_gt(f32x8::splat(median)))
    }

    /// The hash, and the bits that are likeliest to be others in the hash of a changed picture. These are the few of each row
    /// whose coefficients are nearest to the median.
    pub(in crate::hasher) fn hash_and_doubts(&self) -> (Pdq, Pdq) {
        let median = f32x8::splat(self.median());
        let hash = self.bits(|_, coefficients| coefficients.simd_gt(median));
        let margins = |coefficients: f32x8| (coefficients - median).abs();
        // The smallest margins of all rows at a time, in order.
        let mut least = [[f32::INFINITY; FREQUENCIES]; DOUBTS];
        for column in 0..FREQUENCIES {
            let mut rest: [f32; FREQUENCIES] = from_fn(|row| self.0[row][column]);
            for half in rest.as_chunks_mut().0 {
                *half = margins(f32x8::new(*half)).to_array();
            }
            for least in &mut least {
                for (least, rest) in least.iter_mut().zip(&mut rest) {
                    let (low, high) = if *rest < *least {
                        (*rest, *least)
                    } else {
                        (*least, *rest)
                    };
                    (*least, *rest) = (low, high);
                }
            }
        }
        let most = least[DOUBTS - 1];
        let doubts =
            self.bits(|row, coefficients| margins(coefficients).simd_le(f32x8::splat(most[row])));
        (hash, doubts)
    }

    /// The lower median of the coefficients. It is mostly near zero, and then few of them are sorted.
    fn median(&self) -> f32 {
        let vectors = || self.0.as_flattened().as_chunks().0.iter();
        let sum: f32x8 = vectors().map(|eight| f32x8::new(*eight).abs()).sum();
        let bound = sum.reduce_add() * (NEAR_ZERO / 256.0);
        let (mut below, mut near, mut count) = (0, [0.0; 256], 0);
        for coefficient in self.0.as_flattened() {
            near[count] = *coefficient;
            below += usize::from(*coefficient < -bound);
            count += usize::from(coefficient.abs() <= bound);
        }
        if (below..below + count).contains(&MEDIAN) {
            let near = near[..count].select_nth_unstable_by(MEDIAN - below, f32::total_cmp);
            return *near.1;
        }
        let mut sorted = self.0;
        let sorted = sorted.as_flattened_mut();
        *sorted.select_nth_unstable_by(MEDIAN, f32::total_cmp).1
    }

    /// One bit for each coefficient, from masks of eight of a row.
    fn bits(&self, mask: impl Fn(usize, f32x8) -> f32x8) -> Pdq {
        let mut bits = Pdq::default();
        for (row, coefficients) in self.0.iter().enumerate() {
            for (half, coefficients) in coefficients.as_chunks().0.iter().enumerate() {
                let of_half = mask(row, f32x8::new(*coefficients)).to_bitmask();
                bits.0[31 - 2 * row - half] = of_half as u8;
            }
        }
        bits
    }
}

fn add_scaled<const N: usize>(sums: &mut [f32; N], terms: &[f32; N], factor: f32) {
    for (sum, term) in sums.iter_mut().zip(terms) {
        *sum += factor * term;
    }
}

/// How much of each low frequency each of the 64 samples along a side has.
pub(in crate::hasher) fn cosines() -> &'static [[f32; FREQUENCIES]; SIDE] {
    &COSINES.columns
}

/// The cosine matrix, by frequency and by sample.
struct Cosines {
    rows: [[f32; SIDE]; FREQUENCIES],
    columns: [[f32; FREQUENCIES]; SIDE],
}

static COSINES: LazyLock<Cosines> = LazyLock::new(|| {
    let mut cosines = Cosines {
        rows: [[0.0; SIDE]; FREQUENCIES],
        columns: [[0.0; FREQUENCIES]; SIDE],
    };
    // The factor is rounded to 32 bits before it is used, as in the reference.
    let scale = f64::from((2.0 / SIDE as f64).sqrt() as f32);
    for i in 0..FREQUENCIES {
        for j in 0..SIDE {
            let angle = PI / 2.0 / SIDE as f64 * (i + 1) as f64 * (2 * j + 1) as f64;
            let cosine = (scale * angle.cos()) as f32;
            cosines.rows[i][j] = cosine;
            cosines.columns[j][i] = cosine;
        }
    }
    cosines
});

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        /// Whatever the coefficients are, also where most are equal or none is near zero.
        #[test]
        fn a_hash_is_what_is_above_the_median_and_doubts_what_is_near_it(
            seed: u64, levels in 1_u64..2000, offset in -500.0..500.0f32,
        ) {
            let mut state = seed | 1;
            let mut number = || {
                state ^= state << 13;
                state ^= state >> 7;
                state ^= state << 17;
                (state >> 20) % levels
            };
            let block = Block(from_fn(|_| from_fn(|_| number() as f32 - levels as f32 / 2.0 + offset)));
            let mut sorted = block.0.as_flattened().to_vec();
            sorted.sort_by(f32::total_cmp);
            let median = sorted[MEDIAN];
            let bit = |bits: &Pdq, row: usize, column: usize| {
                bits.0[31 - 2 * row - column / 8] >> (column % 8) & 1 == 1
            };
            let (hash, doubts) = block.hash_and_doubts();
            prop_assert_eq!(hash, block.hash());
            for (row, coefficients) in block.0.iter().enumerate() {
                let margins = coefficients.map(|coefficient| (coefficient - median).abs());
                let mut least = margins;
                least.sort_by(f32::total_cmp);
                for (column, coefficient) in coefficients.iter().enumerate() {
                    prop_assert_eq!(bit(&hash, row, column), *coefficient > median);
                    prop_assert_eq!(bit(&doubts, row, column), margins[column] <= least[DOUBTS - 1]);
                }
            }
        }
    }
}
