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
