//! Which frames of a picture are views, level by level.

use super::{Views, permille};
use crate::hash::{AreaKind, Region, Turn};

/// A view of the whole picture: a frame that reaches out of it, or into it, at each side.
pub(super) struct Frame {
    pub(super) kind: AreaKind,
    /// By which shares of the picture's sides the frame reaches out. The order is the top, the bottom, the left and the right.
    /// Negative shares reach into the picture.
    pub(super) out: [f64; 4],
    /// Which shares of its height are erased at the top and the bottom.
    pub(super) erased: [f64; 2],
    /// By how many degrees the picture is rotated.
    pub(super) degrees: f64,
    pub(super) turns: &'static [Turn],
}

impl Frame {
    /// Where it lies. Of an erased picture it is what is left.
    pub(super) fn region(&self) -> Region {
        let [top, bottom, left, right] = self.out;
        let [above, below] = self.erased;
        Region {
            top: permille(above - top),
            bottom: permille(1.0 - below + bottom),
            left: permille(-left),
            right: permille(1.0 + right),
            rotation: (self.degrees * 10.0).round() as i16,
        }
    }

    /// Whether some of the picture lies outside.
    pub(super) fn is_part(&self) -> bool {
        let Region {
            top,
            bottom,
            left,
            right,
            ..
        } = self.region();
        top > 0 || bottom < 1000 || left > 0 || right < 1000
    }
}

pub(super) const ORIGINAL: &[Turn] = &[Turn::Original];
pub(super) const MIRRORED: &[Turn] = &[Turn::Original, Turn::FlipHorizontal];

/// How many areas that are found in the picture are looked up, and in which positions.
pub(super) struct Found {
    /// Without its border; then without what stands around it there.
    pub(super) trimmed: [&'static [Turn]; 2],
    /// Insets on a flat ground, and whether each is trimmed.
    pub(super) insets: &'static [(&'static [Turn], bool)],
    /// Parts between lines, and whether each is trimmed.
    pub(super) framed: &'static [(&'static [Turn], bool)],
    pub(super) screen: &'static [Turn],
}

const EIGHT: &[Turn] = &Turn::ALL;

/// The areas of a level.
pub(super) fn found(views: Views) -> Found {
    match views {
        Views::Thorough => Found {
            trimmed: [EIGHT, EIGHT],
            insets: &[(EIGHT, true); 4],
            framed: &[(EIGHT, true); 7],
            screen: EIGHT,
        },
        Views::Standard => Found {
            trimmed: [MIRRORED, ORIGINAL],
            insets: &[(MIRRORED, true), (ORIGINAL, false)],
            framed: &[
                (ORIGINAL, true),
                (ORIGINAL, false),
                (ORIGINAL, false),
                (ORIGINAL, false),
            ],
            screen: MIRRORED,
        },
        _ => Found {
            trimmed: [MIRRORED, ORIGINAL],
            insets: &[(MIRRORED, true)],
            framed: &[],
            screen: MIRRORED,
        },
    }
}

/// The frames of a level. Those of one rotation stand together.
pub(super) fn frames(views: Views) -> Vec<Frame> {
    match views {
        Views::Fast => fast(),
        Views::Standard => standard(),
        Views::Thorough => thorough(),
        Views::Stored | Views::Upright | Views::All | Views::TxCompat => Vec::new(),
    }
}

fn frame(kind: AreaKind, out: [f64; 4]) -> Frame {
    Frame {
        kind,
        out,
        erased: [0.0; 2],
        degrees: 0.0,
        turns: ORIGINAL,
    }
}

fn mirrored(frame: Frame) -> Frame {
    Frame {
        turns: MIRRORED,
        ..frame
    }
}

fn extended(out: [f64; 4]) -> Frame {
    frame(AreaKind::Extended, out)
}

fn cut(out: [f64; 4]) -> Frame {
    frame(AreaKind::Cut, out.map(|share| -share))
}

fn erased(erased: [f64; 2]) -> Frame {
    Frame {
        erased,
        ..frame(AreaKind::Erased, [0.0; 4])
    }
}

/// A picture rotated by so many degrees, and by how much of its sides the frame reaches out then.
fn rotated(degrees: f64, out: f64) -> Frame {
    Frame {
        degrees,
        ..frame(AreaKind::Rotated, [out; 4])
    }
}

fn fast() -> Vec<Frame> {
    vec![frame(AreaKind::Resampled, [0.0; 4]), extended([0.04; 4])]
}

/// How far a frame grows with each degree, so that corners which were cut off have room.
const GROWTH: f64 = 0.012;

/// How far it grows where a rotated picture was cropped until no corner was empty.
const CUT_CORNERS: f64 = 0.08;

fn standard() -> Vec<Frame> {
    let one = |side: usize, share: f64| {
        let mut out = [0.0; 4];
        out[side] = share;
        out
    };
    let corner = |row: usize, column: usize, share: f64| {
        let mut out = [0.0; 4];
        (out[row], out[column]) = (share, share);
        out
    };
    let (top, bottom, left, right) = (0, 1, 2, 3);
    let mut frames = vec![
        frame(AreaKind::Resampled, [0.0; 4]),
        extended(one(left, 0.11)),
        extended(one(right, 0.11)),
        extended(one(left, 0.25)),
        extended(one(right, 0.25)),
        extended([0.0, 0.0, 0.12, 0.12]),
        extended([0.0, 0.0, 0.25, 0.25]),
        mirrored(extended([0.04; 4])),
        extended([0.125; 4]),
        extended([0.215; 4]),
        extended([0.33; 4]),
        extended([0.12, 0.12, 0.0, 0.0]),
        extended([0.25, 0.25, 0.0, 0.0]),
    ];
    for row in [top, bottom] {
        frames.push(extended(one(row, 0.11)));
        for share in [0.11, 0.25] {
            frames.extend([left, right].map(|column| extended(corner(row, column, share))));
        }
        frames.push(extended(one(row, 0.25)));
    }
    frames.push(extended(one(bottom, 0.36)));
    frames.extend(halves());
    for shares in [[0.0, 0.09], [0.0, 0.21], [0.15, 0.15]] {
        frames.push(erased(shares));
    }
    for row in [top, bottom] {
        frames.extend([0.13, 0.18, 0.23].map(|share| cut(one(row, share))));
    }
    // A second look moves frames by as much as lies between these.
    for degrees in [-3.2, 3.2] {
        frames.push(rotated(degrees, 3.2 * GROWTH));
    }
    for degrees in [-5.0, 5.0] {
        frames.push(rotated(degrees, CUT_CORNERS));
    }
    frames
}

/// The upper and the lower half with their quarters.
fn halves() -> Vec<Frame> {
    let mut frames = Vec::new();
    for [top, bottom] in [[0.0, 0.5], [0.5, 0.0]] {
        let half = cut([top, bottom, 0.0, 0.0]);
        frames.push(Frame {
            kind: AreaKind::Half,
            ..half
        });
        for [left, right] in [[0.0, 0.5], [0.5, 0.0]] {
            let quarter = cut([top, bottom, left, right]);
            frames.push(Frame {
                kind: AreaKind::Quarter,
                ..quarter
            });
        }
    }
    frames
}

fn thorough() -> Vec<Frame> {
    let mut frames = vec![frame(AreaKind::Resampled, [0.0; 4])];
    for share in [0.013, 0.026, 0.04, 0.055, 0.088, 0.125, 0.215, 0.33] {
        frames.push(extended([share; 4]));
    }
    for share in [0.03, 0.053, 0.11, 0.25] {
        for side in 0..4 {
            let mut out = [0.0; 4];
            out[side] = share;
            frames.push(extended(out));
        }
    }
    frames.push(extended([0.0, 0.36, 0.0, 0.0]));
    for share in [0.053, 0.11, 0.25] {
        for (row, column) in [(0, 2), (0, 3), (1, 2), (1, 3)] {
            let mut out = [0.0; 4];
            (out[row], out[column]) = (share, share);
            frames.push(extended(out));
        }
    }
    for share in [0.03, 0.06, 0.12, 0.167, 0.25, 0.39] {
        frames.push(extended([0.0, 0.0, share, share]));
        frames.push(extended([share, share, 0.0, 0.0]));
    }
    for share in [0.167, 0.33] {
        frames.push(extended([0.0, 0.0, share * 0.3, share * 1.7]));
        frames.push(extended([0.0, 0.0, share * 1.7, share * 0.3]));
    }
    for share in [0.045, 0.085, 0.145] {
        frames.push(cut([share; 4]));
    }
    for share in [0.05, 0.1, 0.13, 0.18, 0.23] {
        frames.push(cut([share, 0.0, 0.0, 0.0]));
        frames.push(cut([0.0, share, 0.0, 0.0]));
    }
    for share in [0.05, 0.13] {
        frames.push(cut([share, share, 0.0, 0.0]));
        frames.push(cut([0.0, 0.0, share, share]));
    }
    frames.extend(halves());
    for [left, right] in [[0.0, 0.5], [0.5, 0.0]] {
        let half = cut([0.0, 0.0, left, right]);
        frames.push(Frame {
            kind: AreaKind::Half,
            ..half
        });
    }
    for share in [0.09, 0.21, 0.27] {
        frames.push(erased([0.0, share]));
    }
    for shares in [[0.09, 0.0], [0.15, 0.0], [0.15, 0.15]] {
        frames.push(erased(shares));
    }
    for degrees in [1.6, 3.2, 5.0] {
        for degrees in [-degrees, degrees] {
            frames.push(rotated(degrees, 0.0));
            frames.push(rotated(degrees, degrees.abs() * GROWTH));
        }
    }
    for degrees in [-5.0, 5.0] {
        frames.push(rotated(degrees, CUT_CORNERS));
    }
    frames.into_iter().map(mirrored).collect()
}
