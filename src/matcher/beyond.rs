//! Listed hashes that views come near to beyond the radius: a second look tells copies from others.

use std::collections::{BTreeMap, BTreeSet};

use super::allow::Allowed;
use super::matches::{EntryHit, keep_nearest};
use super::query::{Candidate, Query};
use super::tier::{
    ALIGNMENTS_MAX, LEAD_REACH, Tier, UNCOVERED_MAX, aligns_beyond_radius, leads_beyond_radius,
};
use super::tracks::PictureSeen;
use super::{DetailsFound, Found, Match};
use crate::Result;
use crate::hash::{Area, AreaKind, Hash, Pdq, View};
use crate::index::Hit;

/// The distance of a view from a listed hash after its frame is moved, or what covers it is taken off, and the new area. `None`
/// for a view of which that is not done.
pub(super) type Align<'a> = dyn Fn(View, &Pdq) -> Option<(u32, Area)> + 'a;

/// What a second look at a listed hash decided.
#[derive(Clone, Copy)]
pub(super) struct SecondLook {
    pub(super) tier: Tier,
    /// Up to how many bits it is worth that.
    pub(super) radius: u32,
    pub(super) view: View,
    /// What decided, where it was the details of the listed picture.
    pub(super) details: Option<DetailsFound>,
}

/// A way, how near it comes when its frame is moved, and where it lies then.
type Moved = (Candidate, u32, Area);

/// How many ways to one listed hash are given a second look.
const WAYS_MAX: usize = 3;

/// A listed hash beyond the radius, how views come near to it, nearest first, and the layers that hold it.
pub(super) struct Beyond {
    hash: Hash,
    ways: Vec<Candidate>,
    places: Vec<(usize, Hit)>,
}

/// What was met in each layer, by its hash; the nearest first.
pub(super) fn collected(met: Vec<(Vec<Candidate>, usize, Hit)>) -> Vec<Beyond> {
    let mut by_hash: BTreeMap<Hash, Beyond> = BTreeMap::new();
    for (ways, ordinal, hit) in met {
        let beyond = by_hash.entry(hit.hash).or_insert_with(|| Beyond {
            hash: hit.hash,
            ways: Vec::new(),
            places: Vec::new(),
        });
        beyond.ways.extend(ways);
        beyond.places.push((ordinal, hit));
    }
    let mut all: Vec<Beyond> = by_hash.into_values().collect();
    for beyond in &mut all {
        beyond.ways.sort_unstable();
        beyond.ways.dedup();
        // A layer can be searched for views of different reach.
        beyond.places.sort_by_key(|(ordinal, _)| *ordinal);
        beyond.places.dedup_by_key(|(ordinal, _)| *ordinal);
    }
    all.retain(|beyond| !beyond.ways.is_empty());
    all.sort_by_key(|beyond| (beyond.ways[0].distance, beyond.hash));
    all
}

/// A list and an item of it.
type Item = (String, Option<String>);

impl Query<'_> {
    /// Adds listed hashes that views come near to beyond the radius. Those that a second look brings within it are matches.
    /// Those that are not far from it are leads. What a list matches already is neither, nor what it takes back or another one
    /// allows.
    pub(super) fn add_beyond(
        &self,
        found: &mut Found,
        beyond: Vec<Beyond>,
        allowed: &Allowed,
        PictureSeen { align, uncover, .. }: PictureSeen<'_>,
    ) -> Result<()> {
        if beyond.is_empty() {
            return Ok(());
        }
        let of = |m: &Match| -> Item { (m.list.clone(), m.id.clone()) };
        let known = [&found.matches, &found.suppressed, &found.weak];
        let mut known: BTreeSet<Item> = known.into_iter().flatten().map(of).collect();
        let mut nearest: Option<(u32, Hash)> = None;
        let (mut alignments, mut uncovered) = (0, 0);
        for Beyond { hash, ways, places } in beyond {
            let mut said = self.said(&places)?;
            for said in &mut said {
                let list = &said.list;
                let is_new = |id: &Option<String>| !known.contains(&(list.clone(), id.clone()));
                said.rows.retain(|row| is_new(&row.entry.id));
            }
            said.retain(|said| !said.rows.is_empty());
            if said.is_empty() {
                continue;
            }
            let is_moved = |way: &&Candidate| aligns_beyond_radius(way.view);
            if align.is_none() && ways.iter().any(|way| is_moved(&way)) {
                found.unaligned += 1;
            }
            let mut looks = match (align, hash.as_pdq()) {
                (Some(align), Some(listed)) => {
                    let left = ALIGNMENTS_MAX - alignments;
                    let ways = ways.iter().filter(is_moved).take(left.min(WAYS_MAX));
                    nearest_of(ways, |view| {
                        alignments += 1;
                        align(view, &listed)
                    })
                }
                _ => None,
            };
            // What is a lead as it is would be no more uncovered.
            if let (Some((way, distance, area)), Some(uncover), Some(listed)) =
                (looks, uncover, hash.as_pdq())
                && distance > LEAD_REACH
                && uncovered < UNCOVERED_MAX
            {
                uncovered += 1;
                let moved = View { area, ..way.view };
                let is_near = |seen: &(u32, Area)| seen.0 <= LEAD_REACH;
                let seen = uncover(moved, &listed).filter(is_near);
                // A move towards another picture leads away from this one.
                let seen = seen.or_else(|| uncover(way.view, &listed));
                looks = seen.map(|(distance, area)| (way, distance, area));
            }
            let Some((way, distance, judged)) = judged(&ways, looks) else {
                continue;
            };
            // What is allowed is known of the view as it was looked up.
            let ways = [Candidate { distance, ..way }];
            let mut seen = Found::default();
            for said in said {
                let hit = EntryHit {
                    hash,
                    ways: &ways,
                    opinion: said.opinion(),
                    second_look: Some(judged),
                };
                if let Some(distance) = self.add(&mut seen, &hit, said, allowed) {
                    let this = (distance, hash);
                    nearest = Some(nearest.map_or(this, |known| known.min(this)));
                }
            }
            let all = [&seen.matches, &seen.suppressed, &seen.weak];
            known.extend(all.into_iter().flatten().map(of));
            found.matches.append(&mut seen.matches);
            found.suppressed.append(&mut seen.suppressed);
            found.weak.append(&mut seen.weak);
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
}

/// What each of some ways comes down to, up to the first that is near enough: the nearest.
fn nearest_of<'w>(
    ways: impl Iterator<Item = &'w Candidate>,
    mut align: impl FnMut(View) -> Option<(u32, Area)>,
) -> Option<Moved> {
    let mut nearest: Option<Moved> = None;
    for way in ways {
        let Some((distance, area)) = align(way.view) else {
            continue;
        };
        if nearest.is_none_or(|(_, known, _)| distance < known) {
            nearest = Some((*way, distance, area));
        }
        if distance <= Pdq::RADIUS {
            break;
        }
    }
    nearest
}

/// The way that counts, how near it is, and what it is worth. It is the moved way, or else one that is a lead as it is. `None`
/// where there is none.
fn judged(ways: &[Candidate], moved: Option<Moved>) -> Option<(Candidate, u32, SecondLook)> {
    let lead = |view| SecondLook {
        tier: Tier::Lead,
        radius: LEAD_REACH,
        view,
        details: None,
    };
    let mut raw = ways.iter();
    let raw = raw.find(|way| way.distance <= LEAD_REACH && leads_beyond_radius(way.view));
    match moved {
        Some((way, distance, area)) if distance <= LEAD_REACH => {
            let view = View { area, ..way.view };
            let judged = if distance <= Pdq::RADIUS && area.kind != AreaKind::Uncovered {
                let tier = Tier::of(view, distance);
                let radius = Pdq::RADIUS;
                SecondLook {
                    tier,
                    radius,
                    view,
                    details: None,
                }
            } else {
                lead(view)
            };
            Some((way, distance, judged))
        }
        _ => raw.map(|way| (*way, way.distance, lead(way.view))),
    }
}
