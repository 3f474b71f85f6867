//! Whether the means of a picture's squares say enough of it: what they leave out is bounded.
//!
//! PDQ weighs the pixels of a square almost alike, but not quite. What is left of a picture when each pixel is replaced by
//! its square's mean enters each of the 64 by 64 samples of PDQ with what the weights of the pixels differ from theirs in
//! the mean. By Cauchy and Schwarz the mean square of what all samples change by is at most a share of the mean square of
//! what is left out: of a shorter side of 256 squares 0.2, of more squares less, and of photographs, whose detail is no
//! likeness of the weights, far less. By Parseval's theorem the squares of the AC coefficients of a block sum up to at
//! least what is left out of it.

use super::Refusal;

/// The mean square of what may be left out of a picture, in levels of a pixel.
const SQUARE_MEAN: u64 = 2000;

/// What may still be left out of a picture.
pub(super) struct Detail {
    left: u64,
}

impl Detail {
    /// That of a picture of so many blocks.
    pub(super) fn new(blocks: usize) -> Detail {
        Detail {
            left: blocks as u64 * 64 * SQUARE_MEAN,
        }
    }

    /// Leaves out a block whose AC coefficients, multiplied by their steps, have squares of this sum at most.
    ///
    /// # Errors
    /// [`Refusal::Detailed`] where that is too much.
    #[inline(always)]
    pub(super) fn leave_out(&mut self, squares: u64) -> Result<(), Refusal> {
        self.left = self.left.checked_sub(squares).ok_or(Refusal::Detailed)?;
        Ok(())
    }
}
