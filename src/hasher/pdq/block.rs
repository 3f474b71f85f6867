//! The low frequencies of a grid, and their hash.

use std::f64::consts::PI;
use std::sync::LazyLock;

use super::grid::Grid;
use crate::hash::Pdq;
use crate::hash::axis::SIDE;

/// The number of frequencies along each side: 1 to 16, without the constant one.
const FREQUENCIES: usize = 16;

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
            for (line, cosine) in grid.0.iter().zip(cosines) {
                add_scaled(&mut vertical, line, *cosine);
            }
            for (sum, cosines) in vertical.iter().zip(columns) {
                add_scaled(out, cosines, *sum);
            }
        }
        block
    }

    /// The same but for rounding, in less than half of the time. At both ends of the grid a cosine is equally large, so
    /// that ends are added or subtracted first. For what need not agree with the reference bit by bit.
    pub(in crate::hasher) fn folded(grid: &Grid) -> Block {
        let Cosines { rows, columns } = &*COSINES;
        let mut folded = [[[0.0; SIDE]; SIDE / 2]; 2];
        let [sums, differences] = &mut folded;
        let ends = grid.0.iter().zip(grid.0.iter().rev());
        for ((one, other), (sum, difference)) in ends.zip(sums.iter_mut().zip(differences)) {
            for (place, (one, other)) in one.iter().zip(other).enumerate() {
                (sum[place], difference[place]) = (one + other, one - other);
            }
        }
        let mut block = Block([[0.0; FREQUENCIES]; FREQUENCIES]);
        for (frequency, (out, cosines)) in (1..).zip(block.0.iter_mut().zip(rows)) {
            // Of odd frequencies the ends have different signs.
            let lines = &folded[frequency % 2];
            let mut vertical = [0.0; SIDE];
            // So many sums stay in registers.
            for (strip, out) in vertical
                .as_chunks_mut::<FREQUENCIES>()
                .0
                .iter_mut()
                .enumerate()
            {
                let mut sums = [0.0; FREQUENCIES];
                for (line, cosine) in lines.iter().zip(cosines) {
                    add_scaled(&mut sums, &line.as_chunks().0[strip], *cosine);
                }
                *out = sums;
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
        let mut sorted = self.0;
        let sorted = sorted.as_flattened_mut();
        let (_, median, _) = sorted.select_nth_unstable_by(127, f32::total_cmp);
        let mut hash = Pdq::default();
        for (bit, coefficient) in self.0.as_flattened().iter().enumerate() {
            hash.0[31 - bit / 8] |= u8::from(*coefficient > *median) << (bit % 8);
        }
        hash
    }
}

fn add_scaled<const N: usize>(sums: &mut [f32; N], terms: &[f32; N], factor: f32) {
    for (sum, term) in sums.iter_mut().zip(terms) {
        *sum += factor * term;
    }
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
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn a_folded_grid_has_the_same_frequencies(seed: u64, level in 0.0..255.0f32) {
            let mut state = seed | 1;
            let mut grid = Box::new(Grid([[level; SIDE]; SIDE]));
            for sample in grid.0.as_flattened_mut() {
                state ^= state << 13;
                state ^= state >> 7;
                state ^= state << 17;
                *sample += (state >> 57) as f32 - 64.0;
            }
            let (expected, folded) = (Block::new(&grid), Block::folded(&grid));
            for (one, other) in expected.0.as_flattened().iter().zip(folded.0.as_flattened()) {
                prop_assert!((one - other).abs() < 0.5, "{one} {other}");
            }
        }
    }
}
