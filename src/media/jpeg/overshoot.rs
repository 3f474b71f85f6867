//! Whether pixels of a block may leave the range of 0 to 255. Then means made of coefficients are not those of its
//! pixels.
//!
//! A viewer cuts off what leaves the range. One pixel of a block far beyond it changes the mean that the coefficients
//! have, and not what is seen. So a file can be made to show one picture and to have the means of another.
//!
//! By Parseval's theorem the squares of the AC coefficients sum up to those of the pixels' distances from their mean.
//! So no pixel is farther from it than the root of that sum, r. Let the mean be at a distance m from black or white. Nothing is
//! cut off where r is at most m. Beyond it, one pixel out of range changes the mean of the 64 pixels by at most (r - m) / 64.
//! Any number of them changes it by at most r * r / (256 m). The worst case is 2 m.

/// By how much the mean of a block may change at most, in levels, where its pixels are not made.
pub(super) const CHANGE_MAX: f32 = 1.0;

/// The mean square of these changes over a picture, in levels. The cosine transform of PDQ keeps the sum of squares. So this
/// mean bounds how many coefficients can be moved across their median. Of 69 photographs that was 4.5 bits in the mean and 16
/// at most. With 1/256 it was 11 and 38, with 1/16 25 and 87.
const SQUARE_MEAN: f32 = 1.0 / 4096.0;

/// From which DC coefficient on, multiplied by its step, the pixels are always made. A mean so far beyond black and
/// white is in no file of a camera. The arithmetic of viewers, which wraps around, is exact below. Pixels that may be
/// left unmade are far from its ends.
const DC_END: i64 = 2048;

/// The changes that a picture may still have.
pub(super) struct Allowance {
    squares: f32,
}

impl Allowance {
    /// That of a picture of so many blocks.
    pub(super) fn new(blocks: usize) -> Allowance {
        Allowance {
            squares: blocks as f32 * SQUARE_MEAN,
        }
    }

    /// Whether a block needs its pixels. The DC coefficient decides, with the largest sum that the squares of the others can
    /// have. All are multiplied by their steps.
    #[inline(always)]
    pub(super) fn is_exceeded(&mut self, dc: i64, squares: u64) -> bool {
        // Eight times the distance of the mean from black or white, whichever is nearer.
        let near = (dc + 1024).abs().min((1016 - dc).abs()) as u64;
        dc.abs() >= DC_END || squares > near * near / 64 && !self.takes(near, squares)
    }

    /// Whether there is room for what may change, which is taken then.
    #[inline(never)]
    fn takes(&mut self, near: u64, squares: u64) -> bool {
        let (near, squares) = (near as f32 / 8.0, squares as f32);
        let root = squares.sqrt();
        let change = if root <= 2.0 * near {
            (root - near) / 64.0
        } else {
            // Scarf's bound, which is below r * r / (256 m) and holds for m = 0 too.
            ((squares / 64.0 + near * near).sqrt() - near) / 2.0
        };
        let square = change * change;
        if change > CHANGE_MAX || square > self.squares {
            return false;
        }
        self.squares -= square;
        true
    }
}
