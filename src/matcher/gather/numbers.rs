//! A number for each listed hash that is near, so that it is read once and remembered in little room.

use std::collections::HashMap;

use super::NearHash;
use crate::Result;
use crate::hash::Hash;

/// How many ordinals share a page: what is near stands in runs, as hashes are sorted.
const PAGE: usize = 64;

/// No number yet.
const NONE: u32 = u32::MAX;

/// The listed hashes that are near, of all types, by number.
#[derive(Default)]
pub(super) struct Numbers {
    hashes: Vec<Hash>,
    /// The numbers of one type's ordinals, by layer and page.
    pages: Vec<HashMap<usize, Box<[u32; PAGE]>>>,
    /// The numbers of one type's hashes, where ordinals do not tell them apart.
    by_hash: Option<HashMap<Hash, u32>>,
}

impl Numbers {
    /// Goes on to the next type, whose hashes `ordinals` of one layer alone tell apart, or not.
    pub(super) fn begin(&mut self, layers: usize, ordinals: bool) {
        self.pages = vec![HashMap::new(); layers];
        self.by_hash = (!ordinals).then(HashMap::new);
    }

    /// The hash of a number.
    pub(super) fn hash(&self, number: u32) -> Hash {
        self.hashes[number as usize]
    }

    /// How many numbers there are.
    pub(super) fn len(&self) -> usize {
        self.hashes.len()
    }

    /// Adds what an index holds near to a hash: ordinals and distances. Hashes are `read` that have no number.
    pub(super) fn add_built(
        &mut self,
        layer: usize,
        found: &[(u32, u32)],
        read: impl Fn(u32) -> Result<Hash>,
        near: &mut Vec<NearHash>,
    ) -> Result<()> {
        let page = |ordinal: u32| ordinal as usize / PAGE;
        near.reserve(found.len());
        for run in found.chunk_by(|one, other| page(one.0) == page(other.0)) {
            let mut known = self.pages[layer].remove(&page(run[0].0));
            let numbers = known.get_or_insert_with(|| Box::new([NONE; PAGE]));
            for &(ordinal, distance) in run {
                let number = &mut numbers[ordinal as usize % PAGE];
                if *number == NONE {
                    *number = self.number(read(ordinal)?);
                }
                near.push(NearHash {
                    number: *number,
                    distance,
                    layer: layer as u32,
                    ordinal: Some(ordinal),
                });
            }
            self.pages[layer].extend(known.map(|numbers| (page(run[0].0), numbers)));
        }
        Ok(())
    }

    /// Adds what a layer that grows holds near to a hash.
    pub(super) fn add_pending(
        &mut self,
        layer: usize,
        found: &[(u32, Hash)],
        near: &mut Vec<NearHash>,
    ) {
        for &(distance, hash) in found {
            near.push(NearHash {
                number: self.number(hash),
                distance,
                layer: layer as u32,
                ordinal: None,
            });
        }
    }

    fn number(&mut self, hash: Hash) -> u32 {
        let next = self.hashes.len() as u32;
        let number = match &mut self.by_hash {
            Some(by_hash) => *by_hash.entry(hash).or_insert(next),
            None => next,
        };
        if number == next {
            self.hashes.push(hash);
        }
        number
    }
}
