//! The listed notices that a file is near to.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::super::Match;
use super::super::candidates::ways;
#[cfg(feature = "media")]
use super::super::located::{Parts, is_changed, page_at, parts_of};
use super::super::query::{Candidate, Query, QueryHash};
use super::super::radius::min_quality;
use super::super::rows::ListRows;
use super::super::tier::Tier;
use super::super::tracks::PictureSeen;
use super::place::{is_one_place, shows_all};
use super::reach;
use crate::Result;
#[cfg(feature = "media")]
use crate::hash::View;
use crate::hash::{Hash, HashType};
#[cfg(feature = "media")]
use crate::hasher::Planes;
use crate::index::{Record, Row};
use crate::list::Opinion;
use crate::store::{Layer, MaxAction, Standing};

/// How many notices of a list are told at most, and how many of its hashes are looked into for them. The nearest are.
const NOTICES_MAX: usize = 32;
const HASHES_MAX: usize = 1_000;

/// The parts of the pages that views show, where they are pages.
#[cfg(feature = "media")]
type Pages = BTreeMap<(View, u32), Option<Parts>>;

/// A notice that a file is near to, and the terms of its list.
pub(super) struct Notice {
    pub(super) found: Match,
    /// How the file comes near to it, the best way first.
    ways: Vec<Candidate>,
    standing: Arc<Standing>,
    #[cfg(feature = "media")]
    pub(super) parts: Option<Parts>,
}

impl Query<'_> {
    /// The notices that a file is near to, each once.
    pub(super) fn notices(
        &self,
        asked: &[QueryHash],
        is_clip: bool,
        seen: PictureSeen<'_>,
    ) -> Result<Vec<Notice>> {
        let mut known: BTreeSet<(usize, &str, Hash)> = BTreeSet::new();
        let mut notices = Vec::new();
        for (store, layer) in self.layers() {
            let terms = layer.standing.as_ref().map(|standing| &standing.terms);
            let Some(terms) = terms.filter(|terms| terms.authentic && terms.is_allow_list()) else {
                continue;
            };
            let list = terms.list.as_str();
            for hash_type in layer.hash_types() {
                let reach = reach(hash_type).min(self.radius(layer, hash_type));
                let asked = looked_up(asked, hash_type, layer, is_clip);
                let hashes: Vec<Hash> = asked.iter().map(|asked| asked.hash).collect();
                if hashes.is_empty() {
                    continue;
                }
                let mut hits = layer.near(&hashes, reach)?;
                let mut told = 0;
                for _ in 0..HASHES_MAX {
                    let Some(hit) = layer.next_near(hash_type, &mut hits)? else {
                        break;
                    };
                    if !known.insert((store, list, hit.hash)) {
                        continue;
                    }
                    let mut ways: Vec<Candidate> = ways(&asked, &hit.hash, reach).collect();
                    ways.sort_unstable_by_key(Candidate::order);
                    let said = self.said_by(store, list, &hit.hash)?;
                    let of_hash = said
                        .into_iter()
                        .flat_map(|said| of_list(hit.hash, &ways, reach, said));
                    let before = notices.len();
                    notices.extend(of_hash.take(NOTICES_MAX - told));
                    told += notices.len() - before;
                    if told == NOTICES_MAX {
                        break;
                    }
                }
            }
        }
        #[cfg(feature = "media")]
        if let Some((planes, _)) = seen.picture {
            let mut pages = Pages::new();
            notices.retain(|notice| !notice.is_changed(planes, &mut pages));
        }
        #[cfg(not(feature = "media"))]
        let _ = seen;
        Ok(notices)
    }

    /// What one list of a store says of a hash, unless it says that it is no notice.
    fn said_by(&self, store: usize, list: &str, hash: &Hash) -> Result<Option<ListRows>> {
        let mut places = Vec::new();
        for (ordinal, (place, layer)) in self.layers().enumerate() {
            let standing = layer.standing.as_ref();
            if place == store
                && standing.is_some_and(|standing| standing.terms.list == list)
                && let Some(hit) = layer.find(hash)?
            {
                places.push((ordinal, hit));
            }
        }
        let said = self.said(&places)?.into_iter();
        Ok(said
            .filter(|said| said.opinion() != Opinion::Negative)
            .find(|said| said.list == list))
    }
}

/// The hashes that are looked up among the notices of a layer.
fn looked_up(
    asked: &[QueryHash],
    hash_type: HashType,
    layer: &Layer,
    is_clip: bool,
) -> Vec<QueryHash> {
    let least = min_quality(layer);
    let is_looked_up = |asked: &&QueryHash| {
        let is_trusted = asked.quality.is_none_or(|quality| quality >= least);
        let is_seen = !hash_type.is_perceptual() || (!is_clip && shows_all(asked.view));
        asked.hash.hash_type() == hash_type && is_trusted && is_seen
    };
    asked.iter().filter(is_looked_up).copied().collect()
}

impl Notice {
    /// How near the notice is at the place of a match that its list allows. `None` where it is not there, or not asked.
    pub(super) fn distance_beside(&self, m: &Match) -> Option<u32> {
        let own = &self.found;
        if own.store != m.store || !self.standing.terms.allows(&m.list) || m.clip.is_some() {
            return None;
        }
        if own.tier == Tier::Identical || m.tier == Tier::Identical {
            return Some(own.distance);
        }
        if own.hash.hash_type() != m.hash.hash_type() {
            return None;
        }
        let mut ways = self.ways.iter();
        let way = ways.find(|way| way.frame == m.frame && is_one_place(way.view, m.view))?;
        Some(way.distance)
    }

    /// Whether its list is sure of it. What contributors disagree about needs a person.
    pub(super) fn is_certain(&self) -> bool {
        self.found.opinion == Opinion::Positive
    }

    /// Whether a part of the page that is seen is another than that of the notice.
    #[cfg(feature = "media")]
    fn is_changed(&self, planes: &Planes, pages: &mut Pages) -> bool {
        let Some(parts) = &self.parts else {
            return false;
        };
        for way in &self.ways {
            let (view, frame) = (way.view, way.frame);
            let page = pages.entry((view, frame));
            let page = page.or_insert_with(|| page_at(view, frame, planes));
            if let Some(page) = page {
                return is_changed(page, parts);
            }
        }
        false
    }
}

/// The notices of one list that have this hash: one for each item.
fn of_list(
    hash: Hash,
    ways: &[Candidate],
    radius: u32,
    said: ListRows,
) -> impl Iterator<Item = Notice> {
    let standing = said.standing.clone().expect("only lists of a store allow");
    let (store, opinion, way) = (said.store, said.opinion(), ways[0]);
    let is_perceptual = hash.hash_type().is_perceptual();
    let mut items: BTreeMap<Option<String>, Vec<Row>> = BTreeMap::new();
    for row in said.rows {
        let item = items.entry(row.entry.id.clone()).or_default();
        item.push(row);
    }
    items.into_iter().map(move |(id, rows)| {
        #[cfg(feature = "media")]
        let parts = parts_of(&rows);
        let item = Record::merge(said.list.clone(), rows);
        let tier = if is_perceptual {
            Tier::of(way.view, way.distance)
        } else {
            Tier::Identical
        };
        let found = Match {
            list: item.list,
            generation: Some(standing.generation),
            store,
            at_most: Some(MaxAction::Log),
            id,
            hash,
            distance: way.distance,
            radius,
            tier,
            view: way.view,
            frame: way.frame,
            ms: way.ms,
            track: 1,
            listed_ms: None,
            details: None,
            clip: None,
            labels: item.labels,
            severity: item.severity,
            opinion,
            media: item.media,
            allowed_by: None,
            is_beyond_appeal: false,
            is_quarantined: false,
        };
        Notice {
            found,
            ways: ways.to_vec(),
            standing: standing.clone(),
            #[cfg(feature = "media")]
            parts,
        }
    })
}
