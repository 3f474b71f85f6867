//! Local features: corners of a picture with binary descriptors, which crops, stickers and captions leave alone.
//!
//! Corners are found at seven sizes ([`corners`]) in a plane of one size. A descriptor compares the brightness of 256 pairs of
//! samples around a corner, turned with it ([`descriptor`]). Of a listed picture those are kept that come back in changed
//! copies of it ([`choose`]). The method is that of ORB (Rublee and others, 2011), with corners by Shi and Tomasi (1994).

mod choose;
mod corners;
mod descriptor;
#[cfg(test)]
mod tests;

pub(super) use choose::chosen;
pub(super) use descriptor::Code;

use super::plane::Plane;
use crate::hash::hamming;
use corners::{Corner, Pyramid, STEP, side_of};

/// The longest side of a plane in which features are looked for, in samples.
pub(super) const SIDE: usize = 416;

/// The first sizes of corners in small parts. Four sizes are left of the smallest ones.
const PART_SIZES: [usize; 2] = [2, 3];

/// A plane smaller than this has no features.
const SIDE_MIN: usize = 48;

/// How many corners of a plane are described.
const CORNERS: usize = 700;

/// Two features of one picture whose descriptors are so near repeat each other, as letters, tiles and logos do.
const REPEATED: u32 = 31;

/// Features of one picture that are so near to each other, in samples of their size, may be one corner at two sizes.
const ONE_CORNER: f32 = 12.0;

/// A feature of a plane.
#[derive(Clone, Copy, Debug)]
pub(super) struct Feature {
    /// Where it is, in samples of the plane.
    pub(super) x: f32,
    pub(super) y: f32,
    pub(super) pose: u8,
    pub(super) code: Code,
    corner: Corner,
}

impl Feature {
    /// How many bits the descriptors of two features differ.
    fn distance(&self, other: &Feature) -> u32 {
        hamming(&self.code.descriptor, &other.code.descriptor)
    }
}

/// The features of a plane.
pub(super) struct Features {
    pyramid: Pyramid,
    pub(super) all: Vec<Feature>,
}

impl Features {
    /// The features of a plane, the strongest of each part of it first, at most so many. Those that repeat are left out.
    pub(super) fn of(plane: &Plane, most: usize) -> Features {
        let pyramid = Pyramid::new(plane);
        let all = spread(
            distinct(all(plane, &pyramid)),
            [plane.width, plane.height],
            most,
        );
        Features { pyramid, all }
    }

    /// The descriptor that each has in the mirrored plane.
    pub(super) fn mirrored(&self) -> impl Iterator<Item = Code> {
        let corners = self.all.iter().map(|feature| feature.corner);
        corners.map(|corner| self.pyramid.mirrored(corner))
    }
}

/// All corners of a plane that are described, the strongest first.
fn all(plane: &Plane, pyramid: &Pyramid) -> Vec<Feature> {
    if plane.width.min(plane.height) < SIDE_MIN {
        return Vec::new();
    }
    let mut all = pyramid.features(CORNERS);
    all.sort_by(|a, b| b.corner.strength.total_cmp(&a.corner.strength));
    all
}

/// Those that no other one at another place is like.
fn distinct(all: Vec<Feature>) -> Vec<Feature> {
    let mut is_repeated = vec![false; all.len()];
    for (place, one) in all.iter().enumerate() {
        for (other, feature) in all.iter().enumerate().skip(place + 1) {
            // Few are alike, so that their places are seldom asked for.
            if one.distance(feature) > REPEATED {
                continue;
            }
            let size = one.pose.max(feature.pose) >> 5;
            let near = ONE_CORNER * STEP.powi(i32::from(size)) as f32;
            if (one.x - feature.x).hypot(one.y - feature.y) > near {
                is_repeated[place] = true;
                is_repeated[other] = true;
            }
        }
    }
    let mut is_repeated = is_repeated.into_iter();
    let mut all = all;
    all.retain(|_| !is_repeated.next().unwrap_or_default());
    all
}

/// The first of them, at most so many, and no part of the plane with far more than its share unless others have less.
fn spread(all: Vec<Feature>, [width, height]: [usize; 2], most: usize) -> Vec<Feature> {
    /// The plane is divided into so many parts along each side.
    const PARTS: usize = 6;
    let share = (most * 2).div_ceil(PARTS * PARTS).max(1);
    let mut counts = [0; PARTS * PARTS];
    let (mut first, mut rest) = (Vec::new(), Vec::new());
    for feature in all {
        let part =
            |place: f32, side: usize| ((place.max(0.0) as usize * PARTS) / side).min(PARTS - 1);
        let count = &mut counts[part(feature.y, height) * PARTS + part(feature.x, width)];
        *count += 1;
        if *count <= share {
            first.push(feature);
        } else {
            rest.push(feature);
        }
    }
    first.extend(rest);
    first.truncate(most);
    first
}

/// A plane at the size in which features are looked for.
pub(super) fn normalised(plane: Plane) -> Plane {
    with_side(plane, SIDE)
}

/// A part of a plane as features are looked for in it. In a small one, corners finer than its samples have nothing to show.
pub(super) fn normalised_part(part: Plane) -> Plane {
    let longest = part.width.max(part.height);
    let size = PART_SIZES
        .into_iter()
        .rfind(|&size| side_of(size) >= longest);
    with_side(part, side_of(size.unwrap_or(0)))
}

/// A plane whose longest side has so many samples.
fn with_side(plane: Plane, wanted: usize) -> Plane {
    let longest = plane.width.max(plane.height);
    if longest == wanted {
        return plane;
    }
    if longest > wanted {
        return plane.smaller(wanted);
    }
    let scale = wanted as f64 / longest as f64;
    let side = |length: usize| ((length as f64 * scale).round() as usize).max(1);
    let steps = [1.0 / scale, 0.0, 0.0, 1.0 / scale];
    let size = [side(plane.width), side(plane.height)];
    plane.sampled(size, [0.0, 0.0], steps)
}
