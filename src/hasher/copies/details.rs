//! The details of a listed picture, and those of a picture that is looked up.

use super::features::{Code, Feature, Features, chosen, normalised, normalised_part};
use super::luma::Levels;
use super::plane::{Plane, Rectangle};
use super::{DOCUMENT_SHARE, fullest_share, look};
use crate::hash::{Details, FeatureSet, LocalFeature, Placement, Region, SeenFeature};

/// How many features of a picture are listed.
const LISTED: usize = 96;

/// How many features are looked up of a whole picture, and of a part that was found in it.
const OF_WHOLE: usize = 320;
const OF_PART: usize = 220;

/// How many parts of a picture are looked at.
const PARTS_MAX: usize = 3;

/// A part that covers more of the picture than this is the picture.
const PART_SHARE_MAX: f64 = 0.9;

/// The smallest side of a part whose features are looked for, in samples.
const PART_SIDE_MIN: usize = 40;

/// The details that are listed of a picture. A document has tiles alone: all of one template have its features.
pub(super) fn of(levels: &Levels) -> Details {
    let plane = normalised(levels.part(&levels.whole()));
    let mut details = Details::new(plane.width as u16, plane.height as u16);
    details.tiles = look::tiles(levels, &Placement::WHOLE).map(|tile| Some(tile?.0));
    if let Some(grid) = look::grid(levels, &Placement::WHOLE) {
        details.grid = grid;
    } else {
        let all = chosen(&plane, LISTED).into_iter();
        details.features = all.map(|feature| listed(&feature, &plane)).collect();
    }
    details
}

fn listed(feature: &Feature, plane: &Plane) -> LocalFeature {
    let place = |place: f32, side: usize| (place * 256.0 / side as f32).clamp(0.0, 255.0) as u8;
    let at = [
        place(feature.x, plane.width),
        place(feature.y, plane.height),
    ];
    LocalFeature {
        pose: feature.pose,
        ..LocalFeature::new(at, feature.code.descriptor)
    }
}

/// The features of a picture as it is and mirrored, and of the first parts that were found in it.
pub(super) fn feature_sets(levels: &Levels, found: &[Region]) -> Vec<FeatureSet> {
    let whole = levels.whole();
    let mut parts: Vec<(Rectangle, Placement)> = vec![(whole, Placement::WHOLE)];
    for region in found {
        let part = levels.rectangle(region);
        let is_small = part.area() as f64 <= PART_SHARE_MAX * whole.area() as f64;
        let is_new = parts
            .iter()
            .all(|(known, _)| known.overlap(&part) < PART_SHARE_MAX);
        let is_large = part.width().min(part.height()) >= PART_SIDE_MIN;
        if is_small && is_new && is_large && parts.len() <= PARTS_MAX {
            parts.push((part, Placement::of(region)));
        }
    }
    let mut sets = Vec::new();
    for (place, (part, placement)) in parts.into_iter().enumerate() {
        let is_whole = place == 0;
        if is_document(levels, &part) {
            continue;
        }
        let plane = levels.part(&part);
        let (plane, most) = if is_whole {
            (normalised(plane), OF_WHOLE)
        } else {
            (normalised_part(plane), OF_PART)
        };
        let features = Features::of(&plane, most);
        let sides = [plane.width as f64, plane.height as f64];
        let codes: Vec<Code> = features.all.iter().map(|feature| feature.code).collect();
        let seen = |is_mirrored: bool, codes: Vec<Code>| {
            let seen = features.all.iter().zip(codes).map(|(feature, code)| {
                let x = f64::from(feature.x);
                SeenFeature {
                    place: [
                        if is_mirrored { sides[0] - x } else { x },
                        f64::from(feature.y),
                    ],
                    feature: LocalFeature {
                        pose: feature.pose,
                        ..LocalFeature::new([0; 2], code.descriptor)
                    },
                    doubts: code.doubts,
                }
            });
            let placement = if is_mirrored {
                placement.mirrored()
            } else {
                placement
            };
            let tiles = look::tiles(levels, &placement).into_iter().enumerate();
            let tiles = tiles.filter_map(|(number, tile)| Some(of_tile(number, tile?)));
            FeatureSet {
                placement,
                sides,
                features: tiles.chain(seen).collect(),
            }
        };
        sets.push(seen(false, codes));
        if is_whole {
            sets.push(seen(true, features.mirrored().collect()));
        }
    }
    sets
}

/// A tile as a feature that is looked up.
fn of_tile(number: usize, (hash, doubts): look::Tile) -> SeenFeature {
    let is_doubted = |bit: u8| doubts.0[usize::from(bit / 8)] >> (7 - bit % 8) & 1 == 1;
    let mut order: [u8; LocalFeature::DOUBTS] = std::array::from_fn(|place| place as u8);
    order.sort_by_key(|&place| !is_doubted(LocalFeature::KEY[usize::from(place)]));
    SeenFeature {
        place: [0.0; 2],
        feature: LocalFeature::of_tile(number, hash),
        doubts: order,
    }
}

fn is_document(levels: &Levels, part: &Rectangle) -> bool {
    fullest_share(levels, part) >= DOCUMENT_SHARE
}
