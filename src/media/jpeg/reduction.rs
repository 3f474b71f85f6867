//! Blocks of luma whose coefficients are all known, to the samples that are kept of them.

use super::coefficients::Held;
use super::frame::Frame;
use super::idct::Block;
use super::overshoot::Allowance;
use super::plane::Plane;
use super::sampling::{Frequencies, Sampling};
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
        let value = |number: usize| {
            i64::from(block.values[in_row(number)]) * i64::from(self.steps[number & 63])
        };
        let dc = value(0);
        let mut frequencies = Frequencies::new(dc as f32);
        let mut coefficients = [0.0; 5];
        let mut squares = 0;
        let mut others = block.others;
        while others != 0 {
            let number = others.trailing_zeros() as usize;
            others &= others - 1;
            let value = value(number);
            squares += value.pow(2) as u64;
            frequencies.put(number, value as f32);
            self.transform.put(&mut coefficients, number, value as f32);
        }
        if self.allowance.is_exceeded(dc, squares) {
            let pixels = block.pixels(&self.rows);
            self.plane.put(x, y, means::<N>(&pixels).as_flattened());
            self.sampling.add_pixels(x, y, &pixels);
        } else {
            self.transform.put(&mut coefficients, 0, dc as f32);
            let samples = self.transform.samples(&coefficients);
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
