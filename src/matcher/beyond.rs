//! Listed hashes that views come near to beyond the radius: a second look tells copies from others.

use std::collections::BTreeSet;

use super::query::{Allowed, Candidate, EntryHit, Query, keep_nearest};
use super::tier::{ALIGNMENTS_MAX, LEAD_REACH, Tier, aligns_beyond_radius, leads_beyond_radius};
use super::{Found, Match};
use crate::Result;
use crate::hash::{Area, Hash, Pdq, View};
use crate::index::Hit;

/// How near a view comes to a listed hash when its frame is moved, and where it lies then; `None` for a view whose frame is
/// not moved.
pub(super) type Align<'a> = dyn Fn(View, &Pdq) -> Option<(u32, Area)> + 'a;

/// What a second look at a listed hash decided.
#[derive(Clone, Copy)]
pub(super) struct SecondLook {
    pub(super) tier: Tier,
    /// Up to how many bits it is worth that.
    pub(super) radius: u32,
    pub(super) view: View,
}

/// A list and an item of it.
type Item = (String, Option<String>);

impl Query<'_> {
    /// Adds listed hashes that views come near to beyond the radius: those that a second look brings within it as matches,
    /// those that are not far from it as leads. What a list matches already is neither, nor what it takes back or another
    /// one allows.
    pub(super) fn add_beyond(
        &self,
        found: &mut Found,
        beyond: Vec<(Candidate, usize, Hit)>,
        allowed: &Allowed,
        align: Option<&Align<'_>>,
    ) -> Result<()> {
        if beyond.is_empty() {
            return Ok(());
        }
        let of = |m: &Match| -> Item { (m.list.clone(), m.id.clone()) };
        let known = [&found.matches, &found.suppressed, &found.weak];
        let mut known: BTreeSet<Item> = known.into_iter().flatten().map(of).collect();
        let mut nearest: Option<(u32, Hash)> = None;
        let mut alignments = 0;
        // The nearest hash first, and its layers in order.
        for of_hash in beyond.chunk_by(|(.., one), (.., other)| one.hash == other.hash) {
            let (way, _, Hit { hash, .. }) = of_hash[0];
            let places = of_hash.iter().map(|(_, ordinal, hit)| (*ordinal, *hit));
            let mut said = self.said(&places.collect::<Vec<_>>())?;
            for said in &mut said {
                let list = &said.list;
                let is_new = |id: &Option<String>| !known.contains(&(list.clone(), id.clone()));
                said.rows.retain(|row| is_new(&row.entry.id));
            }
            said.retain(|said| !said.rows.is_empty());
            if said.is_empty() {
                continue;
            }
            let mut moved = None;
            if aligns_beyond_radius(way.view) {
                match (align, hash.as_pdq()) {
                    (Some(align), Some(listed)) if alignments < ALIGNMENTS_MAX => {
                        alignments += 1;
                        moved = align(way.view, &listed);
                    }
                    (None, _) => found.unaligned += 1,
                    _ => {}
                }
            }
            let Some((distance, judged)) = judged(way, moved) else {
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

/// What a way beyond the radius is worth, and how near it is, after it was moved to where `moved` says; `None` where it is
/// worth nothing.
fn judged(way: Candidate, moved: Option<(u32, Area)>) -> Option<(u32, SecondLook)> {
    let moved = moved.map(|(distance, area)| (distance, View { area, ..way.view }));
    let lead = |view| SecondLook {
        tier: Tier::Lead,
        radius: LEAD_REACH,
        view,
    };
    match moved {
        Some((distance, view)) if distance <= Pdq::RADIUS => {
            let tier = Tier::of(view, distance);
            let radius = Pdq::RADIUS;
            Some((distance, SecondLook { tier, radius, view }))
        }
        Some((distance, view)) if distance <= LEAD_REACH => Some((distance, lead(view))),
        _ => {
            let is_lead = way.distance <= LEAD_REACH && leads_beyond_radius(way.view);
            is_lead.then(|| (way.distance, lead(way.view)))
        }
    }
}
