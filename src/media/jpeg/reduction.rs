//! Blocks of luma whose coefficients are all known, to the samples that are kept of them.

use super::Refusal;
use super::coefficients::Held;
use super::detail::Detail;
use super::idct::Block;
use super::overshoot::Allowance;
use super::transform::{Transform, in_row, in_rows, means};

/// What makes `N` by `N` samples of each block, 1 or 2.
pub(super) struct Reduction<const N: usize> {
    transform: Transform<N>,
    /// The steps of the coefficients, in zigzag order and row by row.
    steps: [u16; 64],
    rows: Block,
    allowance: Allowance,
    detail: Detail,
}

impl<const N: usize> Reduction<N> {
    /// That of a picture of so many blocks with these steps, in zigzag order.
    pub(super) fn new(steps: &[u16; 64], blocks: usize) -> Reduction<N> {
        Reduction {
            transform: Transform::new(steps),
            steps: *steps,
            rows: in_rows(steps),
            allowance: Allowance::new(blocks),
            detail: Detail::new(blocks),
        }
    }

    /// The samples of a block.
    ///
    /// # Errors
    /// [`Refusal::Detailed`] where more would be left out of the picture than may be.
    #[inline(always)]
    pub(super) fn samples(&mut self, block: &Held) -> Result<[[u8; N]; N], Refusal> {
        let value = |number: usize| i64::from(block.values[in_row(number)]);
        let mut squares = 0;
        let mut others = block.others;
        while others != 0 {
            let number = others.trailing_zeros() as usize;
            others &= others - 1;
            squares += (value(number) * i64::from(self.steps[number])).pow(2) as u64;
        }
        self.detail.leave_out(squares)?;
        let dc = value(0) * i64::from(self.steps[0]);
        if self.allowance.is_exceeded(dc, squares) {
            return Ok(means(&block.pixels(&self.rows)));
        }
        let mut coefficients = [0.0; 5];
        for number in 0..=self.transform.last {
            let value = value(number) as f32;
            self.transform.put(&mut coefficients, number, value);
        }
        Ok(self.transform.samples(&coefficients))
    }
}
