//! The views that find changed copies: lists hold plain PDQ hashes, so each view undoes one change that people make.
//!
//! All views of a picture are made of its luma at a few hundred pixels a side ([`plane`]). Nothing is decoded again. A view is
//! a frame of that plane. It is filtered along both axes ([`axis`], [`grid`]) to the 64x64 samples that PDQ sees. A frame can
//! reach beyond the picture, where the plane fades to its mean: that undoes crops. It can be a rectangle that was found in the
//! picture. That is the part without the border ([`border`]), on a flat ground ([`inset`]) or between lines ([`lines`]). It can
//! also be a photographed screen ([`screen`]).
//!
//! A listed hash that a view comes near to, but not near enough, is looked at again. The frame is moved ([`align`]), and what
//! covers the picture is taken off ([`uncover`]).
//!
//! A list of one's own can hold more than the hash of a picture: its [`details`]. They are tiles and local [`features`]. Where
//! they say that a listed picture lies somewhere, a [`look`] at the place decides.

mod align;
mod axis;
mod border;
mod details;
mod features;
mod grid;
mod inset;
mod level;
mod lines;
mod look;
mod luma;
mod mask;
mod plane;
mod planes;
mod rotation;
mod screen;
mod stratum;
#[cfg(test)]
mod tests;
mod uncover;

use std::collections::HashSet;
use std::ops::Range;
use std::sync::Arc;

use super::Views;
use crate::hash::{Area, AreaKind, Pdq, Region, Turn};
use crate::media::Picture;
use axis::Axis;
use border::{BORDER, SURROUNDINGS, trimmed};
use grid::Lines;
use level::{Found, Frame};
use luma::Levels;
use plane::{Part, Plane, Rectangle};
use rotation::Rotated;

#[cfg(target_os = "linux")]
pub(in crate::hasher) use planes::PlaneParts;
pub(crate) use planes::Planes;
pub(super) use stratum::stratum;

/// The levels of a picture, of which details are made.
pub(super) fn levels(picture: &Picture) -> Arc<Levels> {
    Arc::new(Levels::of(&Plane::of(picture, DETAIL_SIDE)))
}

/// The longest side of the plane in which areas are found, in samples.
const DETAIL_SIDE: usize = 416;

/// The longest side of the plane of which whole pictures are hashed, in samples.
const WHOLE_SIDE: usize = 128;

/// A picture narrower than this has no views but whole ones. The width is in samples of the plane that whole views are made of.
const WHOLE_SIDE_MIN: usize = 32;

/// The smallest side of an area that is found, in samples.
const FOUND_SIDE_MIN: usize = 24;

/// What is found is hashed at half the size where a side is so long.
const HALVED_SIDE: usize = 320;

/// Areas that overlap by more than this are one.
const SAME_AREA: f64 = 0.965;

/// The smallest part of a picture without its border that is looked up, in percent.
const TRIMMED_PERCENT: usize = 2;

/// By how much a rotated plane is larger at each side. So no frame of a rotated picture reaches out of it.
const ROTATION_MARGIN: f64 = 0.085;

/// The side of a straightened quadrilateral, in samples.
const SCREEN_SIDE: usize = 128;

/// Which share of a picture the five fullest levels of a document fill at least.
const DOCUMENT_SHARE: f64 = 0.45;

/// Levels are counted along about so many samples of the longest side.
const DOCUMENT_SIDE: usize = 256;

/// One view of a picture.
#[derive(Clone, Copy, Debug)]
pub(super) struct CopyHash {
    pub(super) hash: Pdq,
    /// The bits in which a near hash is likely to differ.
    pub(super) doubts: Pdq,
    pub(super) quality: u8,
    pub(super) area: Area,
    pub(super) turn: Turn,
}

/// The views of one picture.
#[derive(Default)]
pub(super) struct CopyHashes {
    /// Whether the whole picture looks like a document.
    pub(super) is_document: bool,
    pub(super) hashes: Vec<CopyHash>,
    /// The levels that they were made of.
    pub(super) levels: Option<Arc<Levels>>,
}

/// The views of a picture that find changed copies, those of the whole picture first. `upright` is how the picture is to
/// be turned for them. Views that are too flat to be looked up are left out, and so are repeated hashes.
pub(super) fn hashes(picture: &Picture, views: Views, upright: Turn) -> CopyHashes {
    let (width, height) = (u64::from(picture.width()), u64::from(picture.height()));
    // A strip is too narrow for any of them. It can be too long to be held as a row of sums.
    if width.max(height) * FOUND_SIDE_MIN as u64 > width.min(height) * DETAIL_SIDE as u64 {
        return CopyHashes::default();
    }
    let detail = Plane::of(picture, DETAIL_SIDE);
    let levels = Levels::of(&detail);
    let whole = detail.smaller(WHOLE_SIDE).centred();
    let mut copies = Copies {
        levels: &levels,
        fullest_share: fullest_share(&levels, &levels.whole()),
        upright,
        hashes: Vec::new(),
        known: HashSet::new(),
        seen: vec![levels.whole()],
    };
    if whole.width.min(whole.height) >= WHOLE_SIDE_MIN {
        copies.add_frames(&whole, &level::frames(views));
    }
    copies.add_found(&detail, &level::found(views));
    let is_document = copies.is_document(&levels.whole());
    let hashes = copies.hashes;
    CopyHashes {
        is_document,
        hashes,
        levels: Some(Arc::new(levels)),
    }
}

impl Views {
    /// The most views that undo changes of one rendering of a picture, beside its positions.
    pub const fn hashes_max(self) -> usize {
        match self {
            Views::Stored | Views::Upright | Views::All | Views::TxCompat => 0,
            Views::Fast => 16,
            Views::Standard => 70,
            Views::Thorough => 400,
        }
    }
}

/// The views of one picture so far.
struct Copies<'p> {
    levels: &'p Levels,
    /// The share of the picture that its five fullest levels fill.
    fullest_share: f64,
    upright: Turn,
    hashes: Vec<CopyHash>,
    known: HashSet<Pdq>,
    /// The rectangles that were looked at.
    seen: Vec<Rectangle>,
}

impl Copies<'_> {
    /// Adds a view in these positions: some lines, filtered across like this.
    fn add(&mut self, lines: &Lines, across: &Axis, area: Area, turns: &[Turn]) {
        let quality = lines.quality(across);
        if quality < Pdq::QUALITY {
            return;
        }
        let frequencies = lines.frequencies(across);
        for turn in turns {
            let turn = self.upright.then(*turn);
            let (hash, doubts) = frequencies.hash_and_doubts(turn);
            if self.known.insert(hash) {
                self.hashes.push(CopyHash {
                    hash,
                    doubts,
                    quality,
                    area,
                    turn,
                });
            }
        }
    }

    /// Adds views of the whole picture.
    fn add_frames(&mut self, whole: &Plane, frames: &[Frame]) {
        let is_document = self.is_document(&self.levels.whole());
        let side = |length: usize| (ROTATION_MARGIN * length as f64).ceil() as usize;
        let margins = [side(whole.width), side(whole.height)];
        let exchanged = whole.exchanged();
        let mut rotated: Option<(f64, Rotated)> = None;
        // Frames with the same columns are filtered once along their rows.
        let mut filtered: Vec<([f64; 2], Lines)> = Vec::new();
        let mut axes: Vec<([f64; 4], Axis)> = Vec::new();
        for frame in frames {
            let [top, bottom, left, right] = frame.out;
            let rows = reaching(whole.height, top, bottom);
            let columns = reaching(whole.width, left, right);
            let area = Area {
                kind: frame.kind,
                region: frame.region(),
                is_document: if frame.is_part() {
                    self.is_document(&self.levels.rectangle(&frame.region()))
                } else {
                    is_document
                },
            };
            if frame.degrees != 0.0 {
                let known = rotated.take_if(|(known, _)| *known == frame.degrees);
                let known = known.map(|(_, plane)| plane);
                let plane = known.unwrap_or_else(|| whole.rotated(frame.degrees, margins));
                let [rows, columns] = plane.axes(rows, columns);
                let lines = Lines::columns(plane.plane.whole(), &rows);
                self.add(&lines, &columns, area, frame.turns);
                rotated = Some((frame.degrees, plane));
                continue;
            }
            let key = [left, right];
            let known = filtered.iter().position(|(known, _)| *known == key);
            let known = known.unwrap_or_else(|| {
                let axis = Axis::new(columns, 0..whole.width);
                filtered.push((key, Lines::rows(&exchanged, &axis)));
                filtered.len() - 1
            });
            let key = [top, bottom, frame.erased[0], frame.erased[1]];
            let across = axes.iter().position(|(known, _)| *known == key);
            let across = across.unwrap_or_else(|| {
                axes.push((key, Axis::new(rows, kept(whole.height, frame.erased))));
                axes.len() - 1
            });
            self.add(&filtered[known].1, &axes[across].1, area, frame.turns);
        }
    }

    /// Adds what is found in the picture.
    fn add_found(&mut self, detail: &Plane, found: &Found) {
        let levels = self.levels;
        let part = trimmed(levels, &levels.whole(), BORDER);
        if part.area() * 100 > TRIMMED_PERCENT * levels.whole().area() {
            let [turns, again] = found.trimmed;
            self.add_part(detail, AreaKind::Trimmed, part, turns, Some(again));
        }
        let insets = inset::insets(levels, found.insets.len());
        for (part, (turns, is_trimmed)) in insets.into_iter().zip(found.insets) {
            let again = is_trimmed.then_some(trimmed_turns(turns));
            self.add_part(detail, AreaKind::Inset, part, turns, again);
        }
        let framed = if found.framed.is_empty() {
            Vec::new()
        } else {
            lines::framed(levels, found.framed.len())
        };
        for (part, (turns, is_trimmed)) in framed.into_iter().zip(found.framed) {
            let again = is_trimmed.then_some(trimmed_turns(turns));
            self.add_part(detail, AreaKind::Framed, part, turns, again);
        }
        if let Some(corners) = screen::corners(levels)
            && let Some(screen) = straightened(detail, &corners)
        {
            let side = |place: usize| corners.map(|corner| corner[place]);
            let least = |place: usize| side(place).into_iter().fold(f64::INFINITY, f64::min);
            let most = |place: usize| side(place).into_iter().fold(0.0, f64::max);
            let (width, height) = (detail.width as f64, detail.height as f64);
            let region = Region {
                top: permille(least(1) / height),
                bottom: permille(most(1) / height),
                left: permille(least(0) / width),
                right: permille(most(0) / width),
                rotation: 0,
            };
            let area = Area {
                kind: AreaKind::Screen,
                region,
                is_document: self.is_document(&self.levels.rectangle(&region)),
            };
            self.add_whole(screen.whole(), area, found.screen);
        }
    }

    /// Adds all of a part of a plane.
    fn add_whole(&mut self, part: Part<'_>, area: Area, turns: &[Turn]) {
        let halved;
        let mut shown = part;
        // The ends of a half may stand for one sample, so that the frame ends within it.
        let mut sides = [part.width as f64, part.height as f64];
        if part.width.max(part.height) >= HALVED_SIDE {
            halved = part.halved();
            shown = halved.whole();
            sides = sides.map(|side| side / 2.0);
        }
        let lines = Lines::columns(shown, &Axis::new(0.0..sides[1], 0..shown.height));
        let across = Axis::new(0.0..sides[0], 0..shown.width);
        self.add(&lines, &across, area, turns);
    }

    /// Adds a rectangle, and what is left of it without its surroundings.
    fn add_part(
        &mut self,
        detail: &Plane,
        kind: AreaKind,
        part: Rectangle,
        turns: &[Turn],
        again: Option<&[Turn]>,
    ) {
        if part.width().min(part.height()) < FOUND_SIDE_MIN {
            return;
        }
        let is_new = |known: &Rectangle| known.overlap(&part) < SAME_AREA;
        if self.seen.iter().all(is_new) {
            self.seen.push(part);
            let share = |place: usize, side: usize| permille(place as f64 / side as f64);
            let area = Area {
                kind,
                region: Region {
                    top: share(part.top, detail.height),
                    bottom: share(part.bottom, detail.height),
                    left: share(part.left, detail.width),
                    right: share(part.right, detail.width),
                    rotation: 0,
                },
                is_document: self.is_document(&part),
            };
            self.add_whole(detail.part(&part), area, turns);
        }
        if let Some(turns) = again {
            let part = trimmed(self.levels, &part, SURROUNDINGS);
            self.add_part(detail, kind, part, turns, None);
        }
    }

    /// Whether few levels fill most of a rectangle.
    fn is_document(&self, part: &Rectangle) -> bool {
        // No five levels are more frequent in a part than the fullest five of the whole picture.
        let most = self.fullest_share * self.levels.whole().area() as f64;
        most >= DOCUMENT_SHARE * part.area() as f64
            && fullest_share(self.levels, part) >= DOCUMENT_SHARE
    }
}

/// The share of a part that its five fullest levels fill.
fn fullest_share(levels: &Levels, part: &Rectangle) -> f64 {
    let longest = levels.width.max(levels.height);
    levels.fullest_share(part, longest.div_ceil(DOCUMENT_SIDE))
}

/// In which positions a trimmed area is looked up beside one in these.
fn trimmed_turns(turns: &'static [Turn]) -> &'static [Turn] {
    if turns.len() == Turn::ALL.len() {
        turns
    } else {
        level::ORIGINAL
    }
}

/// A quadrilateral of a plane as a square.
fn straightened(detail: &Plane, corners: &[[f64; 2]; 4]) -> Option<Plane> {
    if detail.width.max(detail.height) < HALVED_SIDE {
        return detail.straightened(corners, SCREEN_SIDE);
    }
    // The middle of the first sample is at 0.
    let corners = corners.map(|corner| corner.map(|place| (place - 0.5) / 2.0));
    let halved = detail.whole().halved();
    halved.straightened(&corners, SCREEN_SIDE)
}

/// A side with these shares of it added at its ends.
fn reaching(side: usize, before: f64, behind: f64) -> Range<f64> {
    let side = side as f64;
    -before * side..side + behind * side
}

/// What is left of a side when these shares of it are erased at its ends; at least one sample.
fn kept(side: usize, [before, behind]: [f64; 2]) -> Range<usize> {
    let erased = |share: f64| (share * side as f64).round() as usize;
    let start = erased(before).min(side - 1);
    start..(side - erased(behind)).max(start + 1)
}

fn permille(share: f64) -> i16 {
    // A float that is out of range becomes the nearest whole number.
    (share * 1000.0).round() as i16
}
