//! Listed pictures that are found by their details: tiles and local features.
//!
//! A list of one's own can hold more of a picture than its hash. Features of a picture that is looked up are paired with listed
//! ones. Where enough pairs agree on a place of a listed picture, the hash at that place is compared with the listed one. So is
//! it where a tile is found. Only what both say is a match above a lead.

mod documents;
mod geometry;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};

use super::allow::{Allowed, is_allow_list, is_of_allow_list};
use super::beyond::SecondLook;
use super::matches::{EntryHit, keep_nearest};
use super::query::{Candidate, Query};
use super::tier::Tier;
use super::tracks::PictureSeen;
use super::{DetailsFound, Found, Match};
use crate::Result;
use crate::hash::{
    Area, AreaKind, Details, FeatureSet, FrameHash, Hash, Pdq, Placement, Region, Rendering, Turn,
    View,
};
use crate::hasher::Planes;
use crate::index::{FeatureHit, Hit};
use crate::store::Layer;
use geometry::{Pair, agreed, mapped};

pub(super) use documents::{Parts, is_changed, nearer_page, page_at, parts_of};

/// Up to how many bits features are taken for one, and tiles.
const RADIUS: u32 = Pdq::RADIUS;

/// So many features agree on the place of a listed picture at least. Of 880,000 pairs of different photographs no two had five
/// in common.
const AGREED_MIN: usize = 6;

/// Up to how many bits the hash at the place differs from the listed one. Most of a picture may be covered or cut off, and
/// hashes of different pictures are 128 bits apart in the mean.
const PLACE_RADIUS: u32 = 96;

/// A feature that is near to those of more listed pictures says nothing.
const COMMON_MAX: usize = 8;

/// How many listed pictures of a layer are placed for one set of features: those with the most pairs.
const PLACED_MAX: usize = 8;

/// A listed picture at its place.
struct Located {
    ordinal: usize,
    hit: Hit,
    view: View,
    distance: u32,
    tier: Tier,
    details: DetailsFound,
}

impl Located {
    /// What is better comes first.
    fn order(&self) -> impl Ord + use<> {
        (self.tier, self.distance, self.hit.hash, self.view)
    }
}

/// A list and an item of it.
type Item = (String, Option<String>);

impl Query<'_> {
    /// Whether any list holds details of pictures.
    fn has_details(&self) -> bool {
        self.layers().any(|(_, layer)| layer.has_details())
    }

    /// Adds listed pictures whose details are in a picture, or says that the picture is needed to tell.
    pub(super) fn add_details(
        &self,
        found: &mut Found,
        allowed: &Allowed,
        finds_copies: bool,
        seen: PictureSeen<'_>,
    ) -> Result<()> {
        if !finds_copies || !self.has_details() {
            return Ok(());
        }
        match seen.picture {
            Some((planes, prints)) => {
                self.add_located(found, allowed, planes, prints)?;
                self.tell_apart(found, planes, prints)
            }
            None => {
                found.unaligned += 1;
                Ok(())
            }
        }
    }

    /// Adds listed pictures whose details are in a picture. Better matches with the same items stay as they are.
    fn add_located(
        &self,
        found: &mut Found,
        allowed: &Allowed,
        planes: &Planes,
        prints: &[FrameHash],
    ) -> Result<()> {
        let sets = planes.feature_sets(&parts(prints));
        let mut all: Vec<Located> = Vec::new();
        for (ordinal, (_, layer)) in self.layers().enumerate() {
            if layer.has_details() {
                for (rendering, set) in &sets {
                    all.extend(located(planes, ordinal, layer, *rendering, set)?);
                }
            }
        }
        all.sort_by_key(Located::order);
        let allowed = self.allowed_places(&all, allowed)?;
        let of = |m: &Match| -> Item { (m.list.clone(), m.id.clone()) };
        let settled = [&found.matches, &found.suppressed];
        let mut settled: BTreeSet<Item> = settled.into_iter().flatten().map(of).collect();
        let mut led: BTreeSet<Item> = BTreeSet::new();
        let mut nearest: Option<(u32, Hash)> = None;
        for one in all {
            let said = self.said(&[(one.ordinal, one.hit)])?;
            for mut said in said {
                let list = said.list.clone();
                // What a list says of the hash without details is matched as ever.
                said.rows.retain(|row| row.entry.details.is_some());
                said.rows.retain(|row| {
                    let item = (list.clone(), row.entry.id.clone());
                    !settled.contains(&item) && (one.tier != Tier::Lead || !led.contains(&item))
                });
                if said.rows.is_empty() {
                    continue;
                }
                let mut seen = Found::default();
                let way = Candidate {
                    distance: one.distance,
                    frame: 0,
                    view: one.view,
                    ms: 0,
                };
                let hit = EntryHit {
                    hash: one.hit.hash,
                    ways: &[way],
                    opinion: said.opinion(),
                    second_look: Some(SecondLook {
                        tier: one.tier,
                        radius: PLACE_RADIUS,
                        view: one.view,
                        details: Some(one.details),
                    }),
                };
                if let Some(distance) = self.add(&mut seen, &hit, said, &allowed) {
                    let this = (distance, one.hit.hash);
                    nearest = Some(nearest.map_or(this, |known| known.min(this)));
                }
                let better = seen.matches.iter().chain(&seen.suppressed).map(of);
                settled.extend(better);
                led.extend(seen.weak.iter().map(of));
                // A lead that its details confirm is one no longer. One that was known stays as it was.
                let known: BTreeSet<Item> = found.weak.iter().map(of).collect();
                found.weak.retain(|m| !settled.contains(&of(m)));
                seen.weak.retain(|m| !known.contains(&of(m)));
                found.matches.append(&mut seen.matches);
                found.suppressed.append(&mut seen.suppressed);
                found.weak.append(&mut seen.weak);
            }
        }
        if let (None, Some((_, hash))) = (found.cluster, nearest) {
            found.cluster = Some(self.cluster(&hash, false)?);
        }
        let limit = self.policy.limit;
        found.more += (found.matches.len() as u64).saturating_sub(limit as u64);
        for matches in [&mut found.matches, &mut found.suppressed, &mut found.weak] {
            keep_nearest(matches, limit);
        }
        Ok(())
    }

    /// What is allowed, with what lists of what is allowed hold at places. It is allowed there and of the whole picture.
    fn allowed_places(&self, all: &[Located], allowed: &Allowed) -> Result<Allowed> {
        let mut allowed = allowed.clone();
        let layers: Vec<_> = self.layers().collect();
        for one in all.iter().filter(|one| one.tier < Tier::Lead) {
            let (store, layer) = layers[one.ordinal];
            if !is_of_allow_list(layer) {
                continue;
            }
            for said in self
                .said(&[(one.ordinal, one.hit)])?
                .into_iter()
                .filter(is_allow_list)
            {
                let standing = said.standing.expect("only lists of a store allow");
                let seen = (0, one.view.rendering, None);
                let key = (store, one.hit.hash.hash_type(), Some(seen));
                let near = allowed.entry(key).or_default();
                let (distance, _) = near.entry(said.list).or_insert((one.distance, standing));
                *distance = one.distance.min(*distance);
            }
        }
        Ok(allowed)
    }
}

/// What was found in a picture, in the order of its views.
fn parts(prints: &[FrameHash]) -> Vec<(Rendering, Region)> {
    let is_found =
        |kind: AreaKind| matches!(kind, AreaKind::Trimmed | AreaKind::Inset | AreaKind::Framed);
    let found = prints.iter().filter(|print| is_found(print.view.area.kind));
    let mut parts: Vec<(Rendering, Region)> = Vec::new();
    for print in found {
        let part = (print.view.rendering, print.view.area.region);
        if !parts.contains(&part) {
            parts.push(part);
        }
    }
    parts
}

/// The pictures of a layer that a set of features places.
fn located(
    planes: &Planes,
    ordinal: usize,
    layer: &Layer,
    rendering: Rendering,
    set: &FeatureSet,
) -> Result<Vec<Located>> {
    let hits = layer.features_near(&set.features, RADIUS)?;
    let mut all = Vec::new();
    for (picture, hits) in by_picture(hits, set) {
        let (hit, details) = layer.detailed_picture(picture)?;
        let mut places: Vec<(Placement, usize)> = Vec::new();
        if hits.iter().any(|hit| hit.feature.tile().is_some()) {
            places.push((set.placement, 0));
        }
        places.extend(placed(&hits, &details, set));
        let looks = places.into_iter().filter_map(|(placement, agreed)| {
            judged(planes, rendering, &placement, agreed, &hit, &details)
        });
        let best = looks.min_by_key(|(tier, distance, ..)| (*tier, *distance));
        if let Some((tier, distance, view, details)) = best {
            all.push(Located {
                ordinal,
                hit,
                view,
                distance,
                tier,
                details,
            });
        }
    }
    Ok(all)
}

/// The hits of each picture that has enough: a tile, or as many features as must agree. The pictures with the most come first.
fn by_picture(hits: Vec<FeatureHit>, set: &FeatureSet) -> Vec<(u32, Vec<FeatureHit>)> {
    let mut pictures_of: Vec<BTreeSet<u32>> = vec![BTreeSet::new(); set.features.len()];
    for hit in &hits {
        let pictures = &mut pictures_of[hit.query as usize];
        if pictures.len() <= COMMON_MAX {
            pictures.insert(hit.picture);
        }
    }
    let mut pictures: BTreeMap<u32, Vec<FeatureHit>> = BTreeMap::new();
    for hit in hits {
        if pictures_of[hit.query as usize].len() <= COMMON_MAX {
            pictures.entry(hit.picture).or_default().push(hit);
        }
    }
    let mut all: Vec<(u32, Vec<FeatureHit>)> = pictures
        .into_iter()
        .map(|(picture, hits)| (picture, one_to_one(hits)))
        .filter(|(_, hits)| {
            let has_tile = hits.iter().any(|hit| hit.feature.tile().is_some());
            has_tile || hits.len() >= AGREED_MIN
        })
        .collect();
    all.sort_by_key(|(picture, hits)| (std::cmp::Reverse(hits.len()), *picture));
    all.truncate(PLACED_MAX);
    all
}

/// Of several hits of one feature the nearest.
fn one_to_one(mut hits: Vec<FeatureHit>) -> Vec<FeatureHit> {
    hits.sort_by_key(|hit| (hit.distance, hit.query, hit.feature));
    let (mut queries, mut listed) = (BTreeSet::new(), BTreeSet::new());
    hits.retain(|hit| {
        let is_new = !queries.contains(&hit.query) && !listed.contains(&hit.feature);
        if is_new {
            queries.insert(hit.query);
            listed.insert(hit.feature);
        }
        is_new
    });
    hits
}

/// Where features place a listed picture, and how many agree, where enough do.
fn placed(hits: &[FeatureHit], details: &Details, set: &FeatureSet) -> Option<(Placement, usize)> {
    let sides = [details.width, details.height].map(f64::from);
    let pairs: Vec<Pair> = hits
        .iter()
        .filter(|hit| hit.feature.tile().is_none())
        .map(|hit| {
            let share =
                [hit.feature.x, hit.feature.y].map(|place| (f64::from(place) + 0.5) / 256.0);
            Pair {
                listed: [share[0] * sides[0], share[1] * sides[1]],
                seen: set.features[hit.query as usize].place,
                distance: hit.distance,
            }
        })
        .collect();
    if pairs.len() < AGREED_MIN {
        return None;
    }
    let (map, count) = agreed(&pairs)?;
    if count < AGREED_MIN {
        return None;
    }
    let share = |corner: [f64; 2]| {
        let [x, y] = mapped(&map, [corner[0] * sides[0], corner[1] * sides[1]]);
        [x / set.sides[0], y / set.sides[1]]
    };
    let from = share([0.0, 0.0]);
    let way = |corner: [f64; 2]| {
        let end = share(corner);
        [end[0] - from[0], end[1] - from[1]]
    };
    let within = Placement {
        from,
        across: way([1.0, 0.0]),
        down: way([0.0, 1.0]),
    };
    Some((within.within(&set.placement), count))
}

/// What a place is worth, how far its hash is from the listed one, and what was found there. `None` for nothing.
fn judged(
    planes: &Planes,
    rendering: Rendering,
    placement: &Placement,
    agreed: usize,
    hit: &Hit,
    details: &Details,
) -> Option<(Tier, u32, View, DetailsFound)> {
    let listed = hit.hash.as_pdq()?;
    let look = planes.look(rendering, placement)?;
    let distance = look.hash.distance(&listed);
    let is_near = |(a, b): (&Option<Pdq>, &Option<Pdq>)| match (a, b) {
        (Some(a), Some(b)) => a.distance(b) <= RADIUS,
        _ => false,
    };
    let tiles = look.tiles.iter().zip(&details.tiles);
    let tiles = tiles.filter(|pair| is_near(*pair)).count();
    let is_agreed = agreed >= AGREED_MIN;
    let is_confirmed = (is_agreed || tiles > 0)
        && distance <= PLACE_RADIUS
        && look.quality >= Pdq::QUALITY
        && !look.is_document;
    if distance > PLACE_RADIUS || !(is_confirmed || is_agreed) {
        return None;
    }
    let area = Area {
        is_document: look.is_document,
        ..Area::new(AreaKind::Located, look.region)
    };
    let turn = if placement.is_mirrored() {
        Turn::FlipHorizontal
    } else {
        Turn::Original
    };
    let view = View::ORIGINAL
        .with_rendering(rendering)
        .with_area(area)
        .with_turn(turn);
    let tier = if is_confirmed {
        Tier::Derived
    } else {
        Tier::Lead
    };
    let found = DetailsFound {
        features: agreed as u32,
        tiles: tiles as u32,
    };
    Some((tier, distance, view, found))
}
