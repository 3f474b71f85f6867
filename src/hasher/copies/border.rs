//! The border of a picture: rows and columns at its sides that are of one level.

use super::luma::Levels;
use super::plane::Rectangle;

/// A border is never trimmed to less than this.
const SIDE_MIN: usize = 8;

/// What still counts as one level.
#[derive(Clone, Copy)]
pub(super) struct Tolerance {
    /// How far a sample may be from the median of its line.
    pub(super) levels: u8,
    /// How many of the samples of a line may be farther off, in percent.
    pub(super) percent: usize,
    /// How many colours a border may have one inside the other.
    pub(super) colours: usize,
}

/// Around a picture.
pub(super) const BORDER: Tolerance = Tolerance {
    levels: 10,
    percent: 1,
    colours: 2,
};

/// Around what was found in a picture, where a line may cross what is drawn beside it.
pub(super) const SURROUNDINGS: Tolerance = Tolerance {
    levels: 12,
    percent: 15,
    colours: 4,
};

/// A part of a picture without its border.
pub(super) fn trimmed(levels: &Levels, part: &Rectangle, tolerance: Tolerance) -> Rectangle {
    let mut part = *part;
    // A border of one colour can hide one of another colour; where both meet, a line can be of neither.
    for _ in 0..tolerance.colours {
        let Rectangle { left, right, .. } = part;
        let row = |y: usize| levels.row(y)[left..right].iter().copied();
        let most = (right - left) * tolerance.percent;
        let (top, bottom) = peeled(part.top, part.bottom, row, most, tolerance.levels);
        (part.top, part.bottom) = (top, bottom);
        let column = |x: usize| (top..bottom).map(move |y| levels.at(x, y));
        let most = (bottom - top) * tolerance.percent;
        (part.left, part.right) = peeled(part.left, part.right, column, most, tolerance.levels);
    }
    part
}

/// The first and the last line that are not of the level of the border at their side. `most` is how many samples of a
/// line may be off, in hundredths.
fn peeled<I: Iterator<Item = u8>>(
    mut first: usize,
    mut last: usize,
    line: impl Fn(usize) -> I,
    most: usize,
    off: u8,
) -> (usize, usize) {
    let is_flat = |at: usize, level: u8| {
        let outside = line(at).filter(|sample| sample.abs_diff(level) > off);
        outside.count() * 100 < most
    };
    let level = median(line(first));
    while first + SIDE_MIN < last && is_flat(first, level) {
        first += 1;
    }
    let level = median(line(last - 1));
    while first + SIDE_MIN < last && is_flat(last - 1, level) {
        last -= 1;
    }
    (first, last)
}

fn median(samples: impl Iterator<Item = u8>) -> u8 {
    let mut counts = [0_usize; 256];
    let mut all = 0;
    for sample in samples {
        counts[usize::from(sample)] += 1;
        all += 1;
    }
    let mut seen = 0;
    let middle = counts.iter().position(|count| {
        seen += count;
        seen * 2 > all
    });
    middle.unwrap_or(0) as u8
}
