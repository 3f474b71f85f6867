//! The listed hashes that a clip's pictures are near to, gathered picture by picture.
//!
//! Pictures of a clip are alike, and so is what is near to them. Each listed hash has a number and is read once. Of a
//! flood, `quota` counts by numbers alone what is kept of each picture.

mod numbers;
mod quota;
#[cfg(test)]
mod tests;

use std::collections::{BTreeSet, HashMap};

use super::query::{Candidate, CandidateSet, Query, QueryHash};
use super::radius::min_quality;
use crate::Result;
use crate::hash::{Hash, HashType, View};
use crate::index::Hit;
use crate::store::{Layer, NearEach};
use numbers::Numbers;
use quota::Quotas;

/// How many hashes are searched for at once: what they find is held in memory.
const BATCH: usize = 256;

/// How many hits the hashes that are searched for at once may have, as far as those before them tell.
const BATCH_HITS: usize = 1 << 20;

/// What is near to the pictures of a clip.
pub(super) struct Gathered {
    /// The listed hashes, the ways to each in order.
    pub(super) near: Vec<(Hash, CandidateSet)>,
    /// How many hits were left out.
    pub(super) cut: u64,
    /// The types of which so many hashes are near that nothing but comparing finds them.
    pub(super) floods: BTreeSet<HashType>,
}

/// A listed hash near to one picture, in one layer.
#[derive(Clone, Copy)]
struct NearHash {
    number: u32,
    distance: u32,
    layer: u32,
    /// None in a layer that grows.
    ordinal: Option<u32>,
}

/// How far the gathering has come.
struct Gatherer<'q, 'a> {
    layers: Vec<&'q Layer>,
    query: &'q Query<'a>,
    quotas: Quotas<'q, 'a>,
    numbers: Numbers,
    kept: HashMap<u32, CandidateSet>,
    floods: BTreeSet<HashType>,
}

/// Gathers what is near to a clip's hashes, of a file of so many pictures.
pub(super) fn gather(
    query: &Query<'_>,
    asked: &[(HashType, Vec<QueryHash>)],
    pictures: usize,
) -> Result<Gathered> {
    gather_within(query, asked, Quotas::new(query, pictures))
}

fn gather_within<'q, 'a>(
    query: &'q Query<'a>,
    asked: &[(HashType, Vec<QueryHash>)],
    quotas: Quotas<'q, 'a>,
) -> Result<Gathered> {
    let mut gatherer = Gatherer {
        layers: query.layers().map(|(_, layer)| layer).collect(),
        query,
        quotas,
        numbers: Numbers::default(),
        kept: HashMap::new(),
        floods: BTreeSet::new(),
    };
    // What one picture of a clip has for hits, the next will have.
    let (mut at_once, mut most) = (BATCH / 16, 1);
    for (hash_type, all) in asked {
        gatherer.begin(*hash_type);
        let mut left = all.as_slice();
        while !left.is_empty() {
            let (asked, rest) = left.split_at(left.len().min(at_once));
            left = rest;
            most = gatherer.search(*hash_type, asked)?.max(most);
            at_once = (BATCH_HITS / most).clamp(1, BATCH);
        }
    }
    let (kept, numbers) = (gatherer.kept, gatherer.numbers);
    let mut near: Vec<(Hash, CandidateSet)> = kept
        .into_iter()
        .map(|(number, way_to)| (numbers.hash(number), way_to))
        .collect();
    for (_, (ways, _)) in &mut near {
        ways.sort_unstable();
    }
    Ok(Gathered {
        near,
        cut: gatherer.quotas.cut,
        floods: gatherer.floods,
    })
}

impl<'q> Gatherer<'q, '_> {
    fn begin(&mut self, hash_type: HashType) {
        let holds = |layer: &&&Layer| layer.hash_types().contains(&hash_type);
        let mut holding = self.layers.iter().filter(holds);
        let first = holding.next();
        let ordinals = first.is_none_or(|layer| layer.is_in_order(hash_type));
        let is_alone = holding.next().is_none();
        self.numbers.begin(self.layers.len(), ordinals && is_alone);
    }

    /// Searches for some hashes of one type, and says how many hits one of them has at most.
    fn search(&mut self, hash_type: HashType, all: &[QueryHash]) -> Result<usize> {
        let mut near: Vec<Vec<NearHash>> = vec![Vec::new(); all.len()];
        for (place, &layer) in self.layers.iter().enumerate() {
            let least = min_quality(layer);
            let trusted = |asked: &QueryHash| asked.quality.is_none_or(|quality| quality >= least);
            let places: Vec<usize> = (0..all.len()).filter(|&at| trusted(&all[at])).collect();
            let hashes: Vec<Hash> = places.iter().map(|&at| all[at].hash).collect();
            match layer.near_each(&hashes, self.query.radius(layer, hash_type))? {
                NearEach::Built(of_each, is_flood) => {
                    if is_flood {
                        self.floods.insert(hash_type);
                    }
                    for (at, found) in places.into_iter().zip(of_each) {
                        let read = |ordinal| layer.hash_at(hash_type, ordinal);
                        self.numbers.add_built(place, &found, read, &mut near[at])?;
                    }
                }
                NearEach::PendingEntries(of_each) => {
                    for (at, found) in places.into_iter().zip(of_each) {
                        self.numbers.add_pending(place, &found, &mut near[at]);
                    }
                }
            }
        }
        let most = near.iter().map(Vec::len).max().unwrap_or(0);
        for (asked, near) in all.iter().zip(near) {
            self.keep(hash_type, asked, near)?;
        }
        Ok(most)
    }

    /// Keeps what is wanted of the hits of one picture.
    fn keep(
        &mut self,
        hash_type: HashType,
        asked: &QueryHash,
        mut near: Vec<NearHash>,
    ) -> Result<()> {
        let is_of_one_layer = near.iter().all(|hit| hit.layer == near[0].layer);
        let mut is_in_order = true;
        if let Some(first) = near.first()
            && is_of_one_layer
        {
            is_in_order = self.layers[first.layer as usize].is_in_order(hash_type);
        } else if !is_of_one_layer {
            near.sort_unstable_by_key(|hit| (hit.number, hit.layer));
            is_in_order = false;
        }
        let kept = self.quotas.keep(&self.numbers, &near, is_in_order)?;
        for hits in kept {
            let number = hits[0].number;
            let hash = self.numbers.hash(number);
            let (ways, places) = self.kept.entry(number).or_default();
            add_way(ways, hits[0].distance, asked);
            for hit in hits {
                add_place(places, hit, hash);
            }
        }
        Ok(())
    }
}

impl NearHash {
    fn hit(&self, hash: Hash) -> Hit {
        match self.ordinal {
            Some(ordinal) => Hit::at(hash, self.distance, ordinal),
            None => Hit::apart(hash, self.distance),
        }
    }
}

/// Of each frame and view the nearest way.
fn add_way(ways: &mut Vec<Candidate>, distance: u32, asked: &QueryHash) {
    let way = Candidate {
        distance,
        frame: asked.frame,
        view: asked.view,
        ms: asked.ms,
    };
    let place = |known: &Candidate| -> (u32, View) { (known.frame, known.view) };
    match ways.binary_search_by_key(&place(&way), place) {
        Ok(at) => ways[at] = way.min(ways[at]),
        Err(at) => ways.insert(at, way),
    }
}

/// A layer holds a hash once; another of the file's hashes may have met it before. Layers stay in order.
fn add_place(places: &mut Vec<(usize, Hit)>, hit: &NearHash, hash: Hash) {
    let layer = hit.layer as usize;
    if let Err(at) = places.binary_search_by_key(&layer, |(known, _)| *known) {
        places.insert(at, (layer, hit.hit(hash)));
    }
}
