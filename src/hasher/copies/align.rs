//! The second look: the frame of a view is moved until its hash comes near to a listed one.
//!
//! A view undoes a change of one strength, and people crop and rotate by any. Some views are not far from a listed hash. Their
//! four edges and their angle are moved by less and less. Each step that brings the hash nearer is kept. A copy comes down to
//! 10 to 25 bits. Another photograph stays where it was: of 900 that were nearest to some view none came below 46.

use super::axis::Axis;
use super::grid::Lines;
use super::luma::Levels;
use super::plane::{Plane, Rectangle};
use super::rotation::Rotated;
use super::{DOCUMENT_SHARE, fullest_share, permille};
use crate::hash::{Area, AreaKind, Pdq, Region, Turn};
use crate::hasher::pdq::Grid;

/// The longest side of the plane on which frames are moved, in samples.
const SIDE: usize = 160;

/// How far an edge moves at most, as a share of the side of the frame. The limit of the angle is in degrees.
const EDGE_MAX: f64 = 0.13;
const ANGLE_MAX: f64 = 4.0;

/// By how much edges and the angle are moved, the coarse steps first.
const STEPS: [(f64, f64); 3] = [(0.035, 2.0), (0.0175, 1.0), (0.009, 0.5)];

/// How often each step is tried in all directions.
const ROUNDS: usize = 3;

/// A frame that is so near is not moved any more.
const NEAR: u32 = 12;

/// The smallest side of a frame, in samples.
const FRAME_MIN: f64 = 20.0;

/// The directions in which edges move: top, bottom, left, right.
const MOVES: [[f64; 4]; 9] = [
    [1.0, 0.0, 0.0, 0.0],
    [0.0, 1.0, 0.0, 0.0],
    [0.0, 0.0, 1.0, 0.0],
    [0.0, 0.0, 0.0, 1.0],
    // Taller, wider, down, to the right, and larger.
    [1.0, -1.0, 0.0, 0.0],
    [0.0, 0.0, 1.0, -1.0],
    [1.0, 1.0, 0.0, 0.0],
    [0.0, 0.0, 1.0, 1.0],
    [1.0, -1.0, 1.0, -1.0],
];

/// What a view came down to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Aligned {
    pub(crate) distance: u32,
    pub(crate) area: Area,
}

/// Moves the frame of a view of these levels towards a listed hash.
pub(super) fn align(levels: &Levels, area: Area, turn: Turn, listed: &Pdq) -> Option<Aligned> {
    if !area.kind.can_align() {
        return None;
    }
    let region = frame_of(&area);
    // What was found in a picture can be larger than what was found of it. It can also have been cropped before it was put
    // there, and then nothing of it is around it.
    let margins: &[f64] = if is_found(area.kind) {
        &[EDGE_MAX, 0.0]
    } else {
        &[EDGE_MAX]
    };
    let mut best: Option<(u32, Region)> = None;
    for margin in margins {
        let ground = Ground::new(levels, &region, *margin);
        let mut search = Search {
            start: ground.frame(&region),
            start_angle: f64::from(region.rotation) / 10.0,
            listed: *listed,
            turn,
            is_inverted: area.kind == AreaKind::Inverted,
            angles: Angles::of(&ground.plane),
        };
        if let Some(placed) = search.nearest()
            && best.is_none_or(|(known, _)| placed.distance < known)
        {
            best = Some((placed.distance, ground.region(&placed)));
        }
        if best.is_some_and(|(distance, _)| distance <= Pdq::RADIUS) {
            break;
        }
    }
    let (distance, region) = best?;
    Some(Aligned {
        distance,
        area: Area {
            kind: kind_of(area.kind, &region),
            region,
            is_document: fullest_share(levels, &levels.rectangle(&region)) >= DOCUMENT_SHARE,
        },
    })
}

/// The frame of a view. Of an erased picture it is the whole.
pub(super) fn frame_of(area: &Area) -> Region {
    if area.kind == AreaKind::Erased {
        Region::WHOLE
    } else {
        area.region
    }
}

/// The samples of a region that its hash is made of.
pub(super) fn samples(levels: &Levels, region: &Region) -> Grid {
    let ground = Ground::new(levels, region, EDGE_MAX);
    let mut angles = Angles::of(&ground.plane);
    let angle = f64::from(region.rotation) / 10.0;
    let (plane, [rows, columns]) = angles.at(ground.frame(region), angle);
    Lines::columns(plane.whole(), &rows).grid(&columns)
}

/// Whether it was found in the picture.
fn is_found(kind: AreaKind) -> bool {
    matches!(kind, AreaKind::Trimmed | AreaKind::Inset | AreaKind::Framed)
}

/// The kind of a frame that was moved: what was a whole picture is one no longer, and of an erased one nothing is erased.
fn kind_of(kind: AreaKind, region: &Region) -> AreaKind {
    let is_of_whole = matches!(
        kind,
        AreaKind::Turned
            | AreaKind::Resampled
            | AreaKind::Extended
            | AreaKind::Cut
            | AreaKind::Erased
    );
    if !is_of_whole {
        return kind;
    }
    let reaches_out =
        region.top < 0 || region.left < 0 || region.bottom > 1000 || region.right > 1000;
    if *region == Region::WHOLE {
        if kind == AreaKind::Erased {
            AreaKind::Resampled
        } else {
            kind
        }
    } else if region.rotation != 0 {
        AreaKind::Rotated
    } else if reaches_out {
        AreaKind::Extended
    } else {
        AreaKind::Cut
    }
}

/// The part of a picture in which a frame is moved.
struct Ground {
    plane: Plane,
    /// Where it begins in the picture, from the left and the top, and its sides. All are shares of the picture's sides.
    from: [f64; 2],
    sides: [f64; 2],
}

impl Ground {
    /// A region with this share of its sides around it.
    fn new(levels: &Levels, region: &Region, margin: f64) -> Ground {
        let side = |from: i16, to: i16, length: usize| {
            let margin = margin * f64::from(to - from);
            let place = |share: f64| (share / 1000.0 * length as f64).clamp(0.0, length as f64);
            let first = place(f64::from(from) - margin).floor() as usize;
            let last = place(f64::from(to) + margin).ceil() as usize;
            let first = first.min(length - 1);
            (first, last.max(first + 1))
        };
        let (top, bottom) = side(region.top, region.bottom, levels.height);
        let (left, right) = side(region.left, region.right, levels.width);
        let part = Rectangle {
            top,
            bottom,
            left,
            right,
        };
        let share = |place: usize, length: usize| place as f64 / length as f64;
        Ground {
            plane: levels.part(&part).smaller(SIDE).centred(),
            from: [share(left, levels.width), share(top, levels.height)],
            sides: [
                share(part.width(), levels.width),
                share(part.height(), levels.height),
            ],
        }
    }

    /// The edges of a region in samples of the plane: top, bottom, left, right.
    fn frame(&self, region: &Region) -> [f64; 4] {
        let place = |share: i16, axis: usize, length: usize| {
            (f64::from(share) / 1000.0 - self.from[axis]) / self.sides[axis] * length as f64
        };
        let row = |share: i16| place(share, 1, self.plane.height);
        let column = |share: i16| place(share, 0, self.plane.width);
        [
            row(region.top),
            row(region.bottom),
            column(region.left),
            column(region.right),
        ]
    }

    /// The region of the picture that a frame stands for. The frame lies on a plane that is rotated about its own centre. The
    /// region is rotated about the centre of the region.
    fn region(&self, placed: &Placed) -> Region {
        let [top, bottom, left, right] = placed.frame;
        let (width, height) = (self.plane.width as f64, self.plane.height as f64);
        let (sin, cos) = placed.angle.to_radians().sin_cos();
        let (dx, dy) = ((left + right - width) / 2.0, (top + bottom - height) / 2.0);
        let x = width / 2.0 + cos * dx - sin * dy;
        let y = height / 2.0 + sin * dx + cos * dy;
        let share = |place: f64, axis: usize, length: f64| {
            permille(self.from[axis] + place / length * self.sides[axis])
        };
        let (across, down) = ((right - left) / 2.0, (bottom - top) / 2.0);
        Region {
            left: share(x - across, 0, width),
            right: share(x + across, 0, width),
            top: share(y - down, 1, height),
            bottom: share(y + down, 1, height),
            rotation: (placed.angle * 10.0).round() as i16,
        }
    }
}

/// A frame on a plane, and how near the hash of what it shows is.
#[derive(Clone, Copy)]
struct Placed {
    frame: [f64; 4],
    angle: f64,
    distance: u32,
}

struct Search<'p> {
    start: [f64; 4],
    start_angle: f64,
    listed: Pdq,
    turn: Turn,
    is_inverted: bool,
    angles: Angles<'p>,
}

impl Search<'_> {
    fn nearest(&mut self) -> Option<Placed> {
        let mut best = self.placed(self.start, self.start_angle, u32::MAX)?;
        let sides = [self.start[1] - self.start[0], self.start[3] - self.start[2]];
        for (step, turn) in STEPS {
            for _ in 0..ROUNDS {
                let before = best.distance;
                for direction in MOVES {
                    self.keep_nearer(&mut best, |best, sign| {
                        let mut frame = best.frame;
                        for (edge, (place, way)) in frame.iter_mut().zip(direction).enumerate() {
                            *place += sign * way * step * sides[edge / 2];
                        }
                        (frame, best.angle)
                    });
                }
                self.keep_nearer(&mut best, |best, sign| {
                    (best.frame, best.angle + sign * turn)
                });
                if best.distance == before {
                    break;
                }
            }
            if best.distance <= NEAR {
                break;
            }
        }
        Some(best)
    }

    /// Tries a move and its opposite; the first that is nearer takes the place of the best.
    fn keep_nearer(&mut self, best: &mut Placed, moved: impl Fn(&Placed, f64) -> ([f64; 4], f64)) {
        for sign in [1.0, -1.0] {
            let (frame, angle) = moved(best, sign);
            if let Some(placed) = self.placed(frame, angle, best.distance) {
                *best = placed;
                return;
            }
        }
    }

    /// A frame and its distance, where that is below a number. `None` also where the frame is too far from the first one, too
    /// small, or too flat to be looked up.
    fn placed(&mut self, frame: [f64; 4], angle: f64, below: u32) -> Option<Placed> {
        let [top, bottom, left, right] = frame;
        for (edge, (place, start)) in frame.iter().zip(self.start).enumerate() {
            let side = self.start[edge / 2 * 2 + 1] - self.start[edge / 2 * 2];
            if (place - start).abs() > EDGE_MAX * side + 1e-9 {
                return None;
            }
        }
        let is_small = bottom - top < FRAME_MIN || right - left < FRAME_MIN;
        if is_small || (angle - self.start_angle).abs() > ANGLE_MAX {
            return None;
        }
        let (turn, is_inverted, listed) = (self.turn, self.is_inverted, self.listed);
        let (plane, [rows, columns]) = self.angles.at(frame, angle);
        let lines = Lines::columns(plane.whole(), &rows);
        let distance = lines.frequencies(&columns).hash(turn).distance(&listed);
        let distance = if is_inverted {
            256 - distance
        } else {
            distance
        };
        let is_kept = distance < below && lines.quality(&columns) >= Pdq::QUALITY;
        is_kept.then_some(Placed {
            frame,
            angle,
            distance,
        })
    }
}

/// A plane at each angle that was asked for.
struct Angles<'p> {
    plane: &'p Plane,
    rotated: Vec<(f64, Rotated)>,
}

impl Angles<'_> {
    fn of(plane: &Plane) -> Angles<'_> {
        Angles {
            plane,
            rotated: Vec::new(),
        }
    }

    /// The plane at an angle, and the axes of a frame on it.
    fn at(&mut self, frame: [f64; 4], angle: f64) -> (&Plane, [Axis; 2]) {
        let [top, bottom, left, right] = frame;
        let (rows, columns) = (top..bottom, left..right);
        if angle.abs() < 0.2 {
            let plane = self.plane;
            let axes = [
                Axis::new(rows, 0..plane.height),
                Axis::new(columns, 0..plane.width),
            ];
            return (plane, axes);
        }
        let known = self.rotated.iter().position(|(known, _)| *known == angle);
        let known = known.unwrap_or_else(|| {
            // A frame reaches so far beyond the plane that it was cut from.
            let margin = |length: usize| (EDGE_MAX * length as f64).ceil() as usize;
            let margins = [margin(self.plane.width), margin(self.plane.height)];
            self.rotated
                .push((angle, self.plane.rotated(angle, margins)));
            self.rotated.len() - 1
        });
        let rotated = &self.rotated[known].1;
        (&rotated.plane, rotated.axes(rows, columns))
    }
}
