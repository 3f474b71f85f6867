//! Matches with the items of a list, and which of them are kept.

use std::collections::BTreeSet;

use super::allow::{Allowed, allows, is_allow_list};
use super::beyond::SecondLook;
use super::query::{Candidate, Query};
use super::radius::view_radius;
use super::rows::ListRows;
use super::tier::Tier;
use super::{Found, Match};
use crate::hash::Hash;
use crate::index::{Record, Row};
use crate::list::Opinion;

/// A listed hash that is near, how, and the opinion of its list.
pub(super) struct EntryHit<'w> {
    pub(super) hash: Hash,
    pub(super) ways: &'w [Candidate],
    pub(super) opinion: Opinion,
    /// What it is worth, where a second look decided.
    pub(super) second_look: Option<SecondLook>,
}

impl Query<'_> {
    /// Adds what one list says of a hash: one match for each item. How near it is, if it matches.
    pub(super) fn add(
        &self,
        found: &mut Found,
        &EntryHit {
            hash,
            ways,
            opinion,
            second_look,
        }: &EntryHit<'_>,
        said: ListRows,
        allowed: &Allowed,
    ) -> Option<u32> {
        if is_allow_list(&said) || said.rows.is_empty() {
            return None;
        }
        let counts = |way: &&Candidate| allows(allowed, &said, hash, way).is_none();
        let way = ways.iter().find(counts).unwrap_or(&ways[0]);
        let allowed_by = allows(allowed, &said, hash, way);
        let standing = said.standing.as_deref();
        let hash_type = hash.hash_type();
        let SecondLook {
            tier,
            radius,
            view,
            details,
        } = second_look.unwrap_or_else(|| SecondLook {
            tier: if hash_type.is_perceptual() {
                Tier::of(way.view, way.distance)
            } else {
                Tier::Identical
            },
            radius: view_radius(self.policy, standing, hash_type, way.view),
            view: way.view,
            details: None,
        });
        let at_most = standing.map(|standing| standing.terms.at_most);
        let at_most = tier.at_most(at_most, opinion);
        let is_beyond_appeal = tier == Tier::Identical
            && standing.is_some_and(|standing| standing.terms.beyond_appeal);
        let mut rows = said.rows;
        rows.sort_by(|one, other| one.entry.id.cmp(&other.entry.id));
        let mut items: Vec<Vec<Row>> = Vec::new();
        for row in rows {
            match items.last_mut() {
                Some(item) if item[0].entry.id == row.entry.id => item.push(row),
                _ => items.push(vec![row]),
            }
        }
        let matches = items.into_iter().map(|rows| {
            let id = rows[0].entry.id.clone();
            let frame = rows.iter().find_map(|row| row.entry.frame.as_deref());
            let listed_ms = frame.and_then(|frame| frame.ms);
            let item = Record::merge(said.list.clone(), rows);
            Match {
                list: item.list,
                generation: standing.map(|standing| standing.generation),
                store: said.store,
                at_most,
                id,
                hash,
                distance: way.distance,
                radius,
                tier,
                view,
                frame: way.frame,
                ms: way.ms,
                track: 1,
                listed_ms,
                details,
                clip: None,
                labels: item.labels,
                severity: item.severity,
                opinion,
                media: item.media,
                allowed_by: allowed_by.map(str::to_owned),
                is_beyond_appeal,
                is_quarantined: false,
            }
        });
        if opinion == Opinion::Negative || allowed_by.is_some() {
            found.suppressed.extend(matches.take(self.policy.limit));
            return None;
        }
        if tier == Tier::Lead {
            found.weak.extend(matches.take(self.policy.limit));
            return None;
        }
        found.matches.extend(matches.take(self.policy.limit));
        Some(way.distance)
    }
}

impl Match {
    /// Nearest first, then by list, item and hash.
    fn order(&self) -> impl Ord + '_ {
        (self.distance, &self.list, &self.id, self.hash, self.track)
    }
}
/// Sorts matches and keeps so many. The nearest of each list come first, then the nearest of all, so that no list hides
/// another.
pub(super) fn keep_nearest(matches: &mut Vec<Match>, limit: usize) {
    matches.sort_by(|a, b| a.order().cmp(&b.order()));
    if matches.len() <= limit {
        return;
    }
    let mut lists = BTreeSet::new();
    let (mut kept, others): (Vec<Match>, Vec<Match>) = std::mem::take(matches)
        .into_iter()
        .partition(|found| lists.insert((found.list.clone(), found.store)));
    kept.truncate(limit);
    let room = limit - kept.len();
    kept.extend(others.into_iter().take(room));
    kept.sort_by(|a, b| a.order().cmp(&b.order()));
    *matches = kept;
}
