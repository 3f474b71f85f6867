//! Verdicts on listed clips: the evidence for each, and the match that comes of it.

use std::collections::BTreeMap;

use super::allow::{Allowed, allows, is_allow_list};
use super::clip::{self, Evidence, ListedClip, Played, Verdict};
use super::cluster::{Cluster, strength};
use super::matches::EntryHit;
use super::query::{Leading, Query};
use super::radius::radius;
use super::rows::ListRows;
use super::tier::Tier;
use super::{Found, Match};
use crate::index::Row;
use crate::list::{Media, Opinion};

impl Query<'_> {
    /// Adds the verdicts on listed clips. Pictures that many clips of a list share are a match of the nearest clip. That is so
    /// where the list has no other match. So a picture that is listed more often is not found less.
    pub(super) fn judge(
        &self,
        found: &mut Found,
        leading: &mut Option<Leading>,
        mut clips: BTreeMap<ListedClip, Evidence>,
        played: &Played,
    ) {
        Evidence::mark_common(&mut clips);
        let rule = self.policy.vpdq;
        let judge = |(clip, evidence): (ListedClip, Evidence)| {
            let verdict = evidence.judge(played, rule, |hit| hit.counts);
            (clip, evidence, verdict)
        };
        let mut verdicts: Vec<_> = clips.into_iter().map(judge).collect();
        for of_list in verdicts.chunk_by_mut(|(one, ..), (other, ..)| one.is_of_list_of(other)) {
            let told = |(.., verdict): &(ListedClip, Evidence, Option<Verdict>)| {
                verdict.as_ref().is_some_and(|verdict| verdict.is_match)
            };
            if of_list.iter().any(told) {
                continue;
            }
            let common = of_list
                .iter_mut()
                .filter_map(|(.., verdict)| verdict.as_mut());
            let common = common.filter(|verdict| verdict.is_common);
            if let Some(nearest) = common.min_by_key(|verdict| verdict.leading.order()) {
                nearest.is_match = true;
            }
        }
        for (clip, evidence, verdict) in verdicts {
            if let Some(verdict) = verdict.as_ref().filter(|verdict| verdict.is_match) {
                let best = &verdict.leading;
                let cluster = clip.id.as_ref().map(|id| Cluster::of_clip(&clip.list, id));
                let strength = strength(best.hash, best.distance);
                Leading::propose(leading, strength, cluster);
            }
            let all = || evidence.judge(played, rule, |_| true);
            let (matches, verdict) = match verdict {
                Some(verdict) if verdict.is_match => (&mut found.matches, verdict),
                weak => match (all().filter(|verdict| verdict.is_match), weak) {
                    (Some(verdict), _) => (&mut found.suppressed, verdict),
                    (None, Some(weak)) => (&mut found.weak, weak),
                    (None, None) => continue,
                },
            };
            matches.push(self.clip_match(clip, &evidence, verdict));
        }
    }

    /// The match with a listed clip.
    fn clip_match(&self, clip: ListedClip, evidence: &Evidence, verdict: Verdict) -> Match {
        let standing = evidence.standing.as_deref();
        let best = verdict.leading;
        let tier = if verdict.is_match {
            Tier::of(best.view, best.distance)
        } else {
            Tier::Lead
        };
        Match {
            list: clip.list,
            generation: standing.map(|standing| standing.generation),
            store: clip.store,
            at_most: tier.at_most(
                standing.map(|standing| standing.terms.at_most),
                evidence.opinion.unwrap_or_default(),
            ),
            id: clip.id,
            hash: best.hash,
            distance: best.distance,
            radius: radius(self.policy, standing, best.hash.hash_type()),
            tier,
            view: best.view,
            frame: best.frame,
            ms: best.ms,
            track: 1,
            listed_ms: best.listed.ms,
            details: None,
            clip: verdict.clip.map(Box::new),
            labels: evidence.labels.iter().cloned().collect(),
            severity: evidence.severity,
            opinion: evidence.opinion.unwrap_or_default(),
            media: Some(Media::Video),
            allowed_by: evidence.allowed_by.clone().filter(|_| !best.counts),
            is_beyond_appeal: false,
            is_quarantined: false,
        }
    }
}

/// Adds the rows of a list about a hash to the evidence for its clips. Returns for how many more clips anything counts
/// now.
pub(super) fn collect_clip_evidence(
    clips: &mut BTreeMap<ListedClip, Evidence>,
    met: &EntryHit<'_>,
    said: &ListRows,
    rows: Vec<Row>,
    played: &Played,
    allowed: &Allowed,
) -> usize {
    let mut speaking = 0;
    if is_allow_list(said) {
        return speaking;
    }
    for row in rows {
        let Some(listed) = row.entry.frame.as_deref() else {
            continue;
        };
        let clip = ListedClip {
            list: said.list.clone(),
            store: said.store,
            id: row.entry.id.clone(),
        };
        let evidence = clips.entry(clip).or_default();
        evidence.describe(&row, met.opinion);
        evidence.standing.clone_from(&said.standing);
        for way in met.ways {
            let Some(shown) = played.shown(way.frame) else {
                continue;
            };
            let allowed_by = allows(allowed, said, met.hash, way);
            if let Some(list) = allowed_by {
                evidence.allowed_by.get_or_insert_with(|| list.to_owned());
            }
            let counts = allowed_by.is_none() && met.opinion != Opinion::Negative;
            if counts && !evidence.speaks {
                evidence.speaks = true;
                speaking += 1;
            }
            evidence.hits.push(clip::Hit {
                frame: way.frame,
                ms: shown.ms,
                quality: shown.quality,
                view: way.view,
                distance: way.distance,
                hash: met.hash,
                listed: *listed,
                listed_quality: row.entry.quality,
                counts,
                is_common: false,
            });
        }
    }
    speaking
}
