//! The coefficients of one block, as numbers that are multiplied by their steps.

use super::transform::in_row;

/// What the level shift (ITU-T T.81, A.3.1) adds to the first coefficient.
const LEVEL_SHIFT: f32 = 1024.0;

/// By how much a sum of squares may be too small. The roundings of 64 additions of 32-bit floats are less.
const ROUNDING: f32 = 1e-5;

/// A block, column by column: of horizontal frequency `u` and vertical frequency `v` is `columns[u][v]`.
pub(super) struct Frequencies {
    pub(super) columns: [[f32; 8]; 8],
    /// The columns with something in them, a bit each.
    pub(super) used: u8,
    squares: f32,
}

impl Frequencies {
    /// A block without a coefficient.
    pub(super) const NOTHING: Frequencies = Frequencies {
        columns: [[0.0; 8]; 8],
        used: 0,
        squares: 0.0,
    };

    /// Adds a coefficient that is not the first, by its number.
    #[inline(always)]
    pub(super) fn add(&mut self, number: usize, value: f32) {
        self.squares += value * value;
        let place = in_row(number);
        self.columns[place % 8][place / 8] = value;
        self.used |= 1 << (place % 8);
    }

    /// Adds the first coefficient, with the level shift.
    #[inline(always)]
    pub(super) fn add_first(&mut self, value: f32) {
        self.columns[0][0] = value + LEVEL_SHIFT;
        self.used |= 1;
    }

    /// The sum of the squares of all but the first, or a little more.
    #[inline(always)]
    pub(super) fn squares(&self) -> u64 {
        (self.squares * (1.0 + ROUNDING)) as u64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn squares_are_never_too_small() {
        let mut block = Frequencies::NOTHING;
        let mut expected = 0;
        assert_eq!(block.squares(), 0);
        for number in 1..64 {
            let value = 40_503 * number as u64 % 5003;
            block.add(number, value as f32);
            expected += value * value;
            assert!(block.squares() >= expected, "{number}");
            assert!(
                block.squares() <= expected + expected / 50_000 + 1,
                "{number}"
            );
        }
        let mut block = Frequencies::NOTHING;
        block.add(63, f32::MAX);
        assert_eq!(block.squares(), u64::MAX);
    }
}
