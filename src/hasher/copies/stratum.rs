//! What kind of picture it is, by rules that count grey levels. Wrong matches depend on it: documents of one template
//! are near each other, photographs are not.
//!
//! The rules apply in this order, to luma of at most 416 samples a side.
//!
//! | stratum | rule |
//! |---|---|
//! | dark | fewer than 3 % of the samples are brighter than level 96 |
//! | screenshot | half of the samples are flat, and at least three straight edges reach over half a side |
//! | document | five levels fill 45 % of it, and at least four lines of text stand on their ground |
//! | line art | five levels fill 45 % of it, and three quarters of the samples are flat |
//! | document | five levels fill 45 % of it |
//! | meme | a caption: a flat band with ink at the top or bottom, or bright letters with dark edges in the outer thirds |
//! | photograph | anything else |

use super::luma::Levels;
use super::plane::{Plane, Rectangle};
use super::{DETAIL_SIDE, DOCUMENT_SHARE, fullest_share};
use crate::hasher::Stratum;
use crate::media::Picture;

/// Above this level a sample is not dark.
const DARK_LEVEL: u8 = 96;

/// The share of brighter samples from which on a picture is not dark.
const BRIGHT_SHARE: f64 = 0.03;

/// A sample is flat when it differs by no more from its right and lower neighbours.
const FLAT_STEP: u8 = 2;

/// The difference of levels across a straight edge.
const EDGE_STEP: u8 = 10;

/// The difference of levels between ink and its ground.
const INK_STEP: u8 = 64;

/// The difference of levels between a letter of a caption and its outline.
const LETTER_STEP: u8 = 112;

/// The smallest and the largest height of a caption's band, in percent of the picture.
const BAND_PERCENT: [usize; 2] = [8, 45];

/// The share of a band that its five fullest levels fill.
const BAND_SHARE: f64 = 0.6;

/// The stratum of a picture.
pub(in crate::hasher) fn stratum(picture: &Picture) -> Stratum {
    judge(&Levels::of(&Plane::of(picture, DETAIL_SIDE)))
}

fn judge(levels: &Levels) -> Stratum {
    let whole = levels.whole();
    if share(levels, &whole, |level| level > DARK_LEVEL) < BRIGHT_SHARE {
        return Stratum::Dark;
    }
    let flat = flat_share(levels);
    let fullest = fullest_share(levels, &whole);
    if flat >= 0.5 && straight_edges(levels) >= 3 {
        Stratum::Screenshot
    } else if fullest >= DOCUMENT_SHARE && text_lines(levels) >= 4 {
        Stratum::Document
    } else if fullest >= DOCUMENT_SHARE && flat >= 0.75 {
        Stratum::LineArt
    } else if fullest >= DOCUMENT_SHARE {
        Stratum::Document
    } else if has_band(levels) || has_letters(levels) {
        Stratum::Meme
    } else {
        Stratum::Photograph
    }
}

/// The share of a rectangle whose levels are so.
fn share(levels: &Levels, part: &Rectangle, is_so: impl Fn(u8) -> bool) -> f64 {
    let rows = (part.top..part.bottom).map(|y| &levels.row(y)[part.left..part.right]);
    let count = rows.flatten().filter(|level| is_so(**level)).count();
    count as f64 / part.area().max(1) as f64
}

fn flat_share(levels: &Levels) -> f64 {
    let (width, height) = (levels.width - 1, levels.height - 1);
    let is_flat = |x: usize, y: usize| {
        let level = levels.at(x, y);
        let near = |other: u8| level.abs_diff(other) <= FLAT_STEP;
        near(levels.at(x + 1, y)) && near(levels.at(x, y + 1))
    };
    let rows = (0..height).map(|y| (0..width).filter(|x| is_flat(*x, y)).count());
    rows.sum::<usize>() as f64 / (width * height).max(1) as f64
}

/// How many rows and columns are the border between two levels over half a side, in one direction.
fn straight_edges(levels: &Levels) -> usize {
    let is_edge = |steps: &mut dyn Iterator<Item = (u8, u8)>, side: usize| {
        let (mut rises, mut falls) = (0, 0);
        for (before, behind) in steps {
            rises += usize::from(behind >= before.saturating_add(EDGE_STEP));
            falls += usize::from(before >= behind.saturating_add(EDGE_STEP));
        }
        2 * rises.max(falls) >= side
    };
    let rows = (1..levels.height).filter(|&y| {
        let mut steps = (0..levels.width).map(|x| (levels.at(x, y - 1), levels.at(x, y)));
        is_edge(&mut steps, levels.width)
    });
    let columns = (1..levels.width).filter(|&x| {
        let mut steps = (0..levels.height).map(|y| (levels.at(x - 1, y), levels.at(x, y)));
        is_edge(&mut steps, levels.height)
    });
    // An edge that a picture was scaled across takes two rows.
    once_in_two(rows) + once_in_two(columns)
}

fn once_in_two(places: impl Iterator<Item = usize>) -> usize {
    let mut last = None;
    let is_new = |place: &usize| {
        let is_new = last.is_none_or(|last| *place > last + 1);
        last = Some(*place);
        is_new
    };
    places.filter(is_new).count()
}

/// The most frequent level.
fn ground(levels: &Levels, part: &Rectangle) -> u8 {
    let mut counts = [0_u32; 256];
    for y in part.top..part.bottom {
        for level in &levels.row(y)[part.left..part.right] {
            counts[usize::from(*level)] += 1;
        }
    }
    let fullest = (0..=255).max_by_key(|level| counts[usize::from(*level)]);
    fullest.expect("there are levels")
}

/// How many runs of rows with ink stand between rows without, each no higher than a tenth of the picture.
fn text_lines(levels: &Levels) -> usize {
    let ground = ground(levels, &levels.whole());
    let has_ink = |y: usize| {
        let row = levels.row(y).iter();
        let ink = row.filter(|level| level.abs_diff(ground) >= INK_STEP);
        ink.count() * 100 > levels.width
    };
    let (mut lines, mut height) = (0, 0);
    for y in 0..levels.height {
        if has_ink(y) {
            height += 1;
            continue;
        }
        lines += usize::from(height > 0 && height * 10 <= levels.height);
        height = 0;
    }
    lines
}

/// Whether a flat band with ink is at the top or the bottom of what is not flat.
fn has_band(levels: &Levels) -> bool {
    let height = levels.height;
    let [least, most] = BAND_PERCENT.map(|percent| height * percent / 100);
    let part = |top: usize, bottom: usize| Rectangle {
        top,
        bottom,
        ..levels.whole()
    };
    let step = (height / 50).max(1);
    (least.max(2)..=most).step_by(step).any(|side| {
        [
            [part(0, side), part(side, height)],
            [part(height - side, height), part(0, height - side)],
        ]
        .iter()
        .any(|[band, rest]| {
            let ground = ground(levels, band);
            let ink = share(levels, band, |level| level.abs_diff(ground) >= INK_STEP);
            (0.02..=0.35).contains(&ink)
                && fullest_share(levels, band) >= BAND_SHARE
                && fullest_share(levels, rest) < DOCUMENT_SHARE
        })
    })
}

/// Whether rows in the outer thirds have many bright letters with dark edges, over the height of a line of text.
fn has_letters(levels: &Levels) -> bool {
    let has_letters = |y: usize| {
        let row = levels.row(y);
        let is_step =
            |pair: &&[u8]| pair[0].abs_diff(pair[2]) >= LETTER_STEP && pair[0].max(pair[2]) >= 224;
        row.windows(3).filter(is_step).count() >= 8
    };
    let height = levels.height;
    let line = (height / 25).max(3);
    [0..height / 3, height - height / 3..height]
        .into_iter()
        .any(|mut rows| {
            let mut run = 0;
            rows.any(|y| {
                run = if has_letters(y) { run + 1 } else { 0 };
                run >= line
            })
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    const SIDES: [usize; 2] = [400, 300];

    fn picture(level: impl Fn(usize, usize) -> u8) -> Picture {
        let [width, height] = SIDES;
        let all = (0..height).flat_map(|y| (0..width).map(move |x| (x, y)));
        let levels = all.map(|(x, y)| level(x, y)).collect();
        Picture::from_luma8(width as u32, height as u32, levels).unwrap()
    }

    /// Soft shapes with grain, as a camera sees them.
    fn scene(x: usize, y: usize) -> u8 {
        let (a, b) = (x as f64, y as f64);
        let soft =
            (a / 31.0).sin() * 50.0 + (b / 23.0).cos() * 45.0 + (a * b / 9000.0).sin() * 20.0;
        let grain = (x * 7919 + y * 104_729 + (x * y) % 97) % 13;
        (128.0 + soft + grain as f64) as u8
    }

    /// Letters of a line of text, eight rows high in every sixteen.
    fn text(x: usize, y: usize) -> bool {
        y % 16 < 8 && (x + y / 16 * 3) % 7 < 3 && (20..380).contains(&x)
    }

    #[test]
    fn each_kind_of_picture_has_its_stratum() {
        assert_eq!(stratum(&picture(scene)), Stratum::Photograph);
        let dark = |x, y| scene(x, y) / 4;
        assert_eq!(stratum(&picture(dark)), Stratum::Dark);
        let page = |x, y| if text(x, y) { 20 } else { 250 };
        assert_eq!(stratum(&picture(page)), Stratum::Document);
        // Bars, a side and a field for a picture.
        let window = |x: usize, y: usize| match (x, y) {
            (_, 0..30) => 60,
            (_, 270..) => 200,
            (0..80, _) => 225,
            (120..240, 60..160) => scene(x, y),
            _ if text(x, y) => 30,
            _ => 250,
        };
        assert_eq!(stratum(&picture(window)), Stratum::Screenshot);
        let circle = |x: usize, y: usize| {
            let [a, b] = [x as f64 - 200.0, y as f64 - 150.0];
            let off = (a.hypot(b) - 110.0).abs();
            if off < 3.0 { 10 } else { 245 }
        };
        assert_eq!(stratum(&picture(circle)), Stratum::LineArt);
        let captioned = |x: usize, y: usize| match y {
            0..48 if text(x, y) => 5,
            0..48 => 255,
            _ => scene(x, y),
        };
        assert_eq!(stratum(&picture(captioned)), Stratum::Meme);
        let lettered = |x: usize, y: usize| match (x % 12, y) {
            (0..2 | 6..8, 240..280) => 0,
            (2..6, 240..280) => 255,
            _ => scene(x, y),
        };
        assert_eq!(stratum(&picture(lettered)), Stratum::Meme);
    }

    #[test]
    fn a_picture_of_any_size_has_a_stratum() {
        for (width, height) in [(1, 1), (1, 9), (9, 1), (2, 2), (3, 4), (900, 2)] {
            let levels = (0..width * height).map(|i| (i * 37 % 256) as u8).collect();
            let picture = Picture::from_luma8(width, height, levels).unwrap();
            assert!(Stratum::ALL.contains(&stratum(&picture)));
        }
    }
}
