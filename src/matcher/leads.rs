//! Leads: listed hashes that the views of a picture come near to beyond the radius.

use std::collections::BTreeSet;

use super::allow::Allowed;
use super::matches::{EntryHit, keep_nearest};
use super::query::{Candidate, Query};
use super::{Found, Match};
use crate::Result;
use crate::index::Hit;

impl Query<'_> {
    /// Adds listed hashes that views come near to beyond the radius, as leads. What a list matches already is none, nor
    /// what it takes back or another one allows.
    pub(super) fn add_leads(
        &self,
        found: &mut Found,
        beyond: Vec<(Candidate, usize, Hit)>,
        allowed: &Allowed,
    ) -> Result<()> {
        if beyond.is_empty() {
            return Ok(());
        }
        let of = |m: &Match| (m.list.clone(), m.id.clone());
        let known = [&found.matches, &found.suppressed, &found.weak];
        let known: BTreeSet<(String, Option<String>)> =
            known.into_iter().flatten().map(of).collect();
        let mut leads = Found::default();
        // The nearest hash first, and its layers in order.
        for of_hash in beyond.chunk_by(|(.., one), (.., other)| one.hash == other.hash) {
            let ways: Vec<Candidate> = of_hash.iter().map(|(way, ..)| *way).take(1).collect();
            let places = of_hash.iter().map(|(_, ordinal, hit)| (*ordinal, *hit));
            for said in self.said(&places.collect::<Vec<_>>())? {
                let hit = EntryHit {
                    hash: of_hash[0].2.hash,
                    ways: &ways,
                    opinion: said.opinion(),
                    is_beyond: true,
                };
                self.add(&mut leads, &hit, said, allowed);
            }
        }
        leads.weak.retain(|lead| !known.contains(&of(lead)));
        found.weak.append(&mut leads.weak);
        keep_nearest(&mut found.weak, self.policy.limit);
        Ok(())
    }
}
