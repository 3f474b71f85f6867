//! Blocks of luma whose coefficients are all known, to the samples that are kept of them.

use super::coefficients::Held;
use super::frame::Frame;
use super::frequencies::Frequencies;
use super::idct::Block;
use super::overshoot::Allowance;
use super::plane::Plane;
use super::sampling::Sampling;
use super::transform::{Transform, in_row, in_rows, means};
use crate::media::PdqSamples;

/// What makes `N` by `N` samples of each block, 1 or 2, and those of PDQ.
pub(super) struct Reduction<const N: usize> {
    transform: Transform<N>,
    /// The steps of the coefficients, in zigzag order and row by row.
    steps: [u16; 64],
    rows: Block,
    allowance: Allowance,
    plane: Plane<N>,
    sampling: Sampling,
}

impl<const N: usize> Reduction<N> {
    /// That of a picture whose luma has these steps, in zigzag order.
    pub(super) fn new(steps: &[u16; 64], frame: &Frame) -> Reduction<N> {
        let (columns, rows) = frame.blocks(0);
        Reduction {
            transform: Transform::new(),
            steps: *steps,
            rows: in_rows(steps),
            allowance: Allowance::new(columns * rows),
            plane: Plane::new(frame),
            sampling: Sampling::new(frame),
        }
    }

    /// Adds a block.
    #[inline(always)]
    pub(super) fn add(&mut self, x: usize, y: usize, block: &Held) {
        let value = |number: usize| block.values[in_row(number)];
        let dc = i64::from(value(0)) * i64::from(self.steps[0]);
        let mut frequencies = Frequencies::NOTHING;
        let mut others = block.others;
        while others != 0 {
            let number = others.trailing_zeros() as usize;
            others &= others - 1;
            frequencies.add(
                number,
                f32::from(value(number)) * f32::from(self.steps[number & 63]),
            );
        }
        let squares = frequencies.squares();
        if self.allowance.is_exceeded(dc, squares) {
            let pixels = block.pixels(&self.rows);
            self.plane.put(x, y, means::<N>(&pixels).as_flattened());
            self.sampling.add_pixels(x, y, &pixels);
        } else {
            frequencies.add_first(dc as f32);
            let samples = self.transform.samples(&frequencies);
            self.plane.put(x, y, samples.as_flattened());
            self.sampling.add(x, y, &frequencies);
        }
    }

    /// Ends a row of MCUs.
    pub(super) fn row_done(&mut self, row: usize) {
        self.plane.row_done(row);
        self.sampling.row_done(row);
    }

    /// The samples that are kept of each block, and those of PDQ.
    pub(super) fn into_samples(self) -> (Vec<u8>, Vec<PdqSamples>) {
        (self.plane.into_samples(), self.sampling.into_samples())
    }
}
