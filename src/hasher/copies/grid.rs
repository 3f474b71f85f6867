//! A frame of a plane as 64x64 samples, and its hashes.

use wide::f32x8;

use super::axis::{Axis, SIDE};
use super::plane::Plane;
use crate::hash::{Pdq, Turn};
use crate::hasher::pdq::{Block, Grid};

/// A plane filtered along its columns: 64 samples of each column.
pub(super) struct Columns(Vec<[f32; SIDE]>);

impl Columns {
    /// Filters the columns of a plane.
    pub(super) fn new(plane: &Plane, rows: &Axis) -> Columns {
        let width = plane.width;
        let padded = width.next_multiple_of(8);
        let mut columns = vec![[0.0; SIDE]; padded];
        // Eight rows of samples at a time become eight samples of each column.
        let mut eight = vec![0.0; 8 * padded];
        for (sample, (start, weights)) in rows.bands().enumerate() {
            let sums = &mut eight[sample % 8 * padded..][..width];
            sums.fill(0.0);
            let rows = plane.samples[start * width..].chunks_exact(width);
            for (row, weight) in rows.zip(weights) {
                for (sum, value) in sums.iter_mut().zip(row) {
                    *sum += value * weight;
                }
            }
            if sample % 8 == 7 {
                for (place, columns) in columns.chunks_exact_mut(8).enumerate() {
                    let rows = std::array::from_fn(|row| {
                        let eight = &eight[row * padded + place * 8..];
                        f32x8::new(*eight.first_chunk().expect("padded to eight"))
                    });
                    let turned = f32x8::transpose(rows);
                    for (column, samples) in columns.iter_mut().zip(turned) {
                        column[sample - 7..=sample].copy_from_slice(&samples.to_array());
                    }
                }
            }
        }
        columns.truncate(width);
        Columns(columns)
    }

    /// Filters along the rows: the grid, its rows and columns exchanged.
    pub(super) fn transposed_grid(&self, columns: &Axis) -> TransposedGrid {
        let mut grid = Box::new(Grid([[0.0; SIDE]; SIDE]));
        for (sums, (start, weights)) in grid.0.iter_mut().zip(columns.bands()) {
            for (column, weight) in self.0[start..].iter().zip(weights) {
                for (sum, value) in sums.iter_mut().zip(column) {
                    *sum += value * weight;
                }
            }
        }
        TransposedGrid(grid)
    }
}

/// A grid whose rows and columns are exchanged.
pub(super) struct TransposedGrid(Box<Grid>);

impl TransposedGrid {
    /// How much there is to see, 0 to 100. It is the same for all turns.
    pub(super) fn quality(&self) -> u8 {
        self.0.quality()
    }

    /// The low frequencies of what it shows.
    pub(super) fn frequencies(&self) -> Frequencies {
        Frequencies(Block::folded(&self.0))
    }
}

/// The low frequencies of a grid, rows and columns exchanged.
pub(super) struct Frequencies(Block);

impl Frequencies {
    /// The hash of the picture turned in this way.
    ///
    /// Samples are symmetric, so a flip changes the sign of every other frequency and a transposition exchanges rows and
    /// columns.
    pub(super) fn hash(&self, turn: Turn) -> Pdq {
        let Block(stored) = &self.0;
        let sign = |frequency: usize, flips: bool| {
            if flips && frequency.is_multiple_of(2) {
                -1.0
            } else {
                1.0
            }
        };
        // Of what is stored the first index is that of columns.
        let upright = |row: usize, column: usize| {
            let signs = sign(row, turn.flips_rows()) * sign(column, turn.flips_columns());
            stored[column][row] * signs
        };
        let turned = |row: usize, column: usize| {
            if turn.swaps_sides() {
                upright(column, row)
            } else {
                upright(row, column)
            }
        };
        Block(std::array::from_fn(|i| {
            std::array::from_fn(|j| turned(i, j))
        }))
        .hash()
    }
}
