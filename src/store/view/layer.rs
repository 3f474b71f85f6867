//! What a query looks into: indexes and what grows beside them, each less what was taken out of it since.

use std::collections::HashSet;
use std::sync::Arc;

use crate::Result;
use crate::hash::{Hash, HashType};
use crate::index::{Explanation, Hit, Index, Row};
use crate::list::{ClipFrame, Entry};
use crate::store::decisions::pending::PendingEntries;
use crate::store::decisions::targets::Tombstones;
use crate::store::layout::terms::Terms;

/// One index, or what was added to a list since its index was built.
#[derive(Clone, Debug)]
pub(crate) struct Layer {
    pub(in crate::store) content: Content,
    /// The list and the generation of a store that it belongs to. An index on its own has none.
    pub(crate) standing: Option<Arc<Standing>>,
    /// What was taken out of it since it was made.
    pub(in crate::store) gone: Vec<Tombstones>,
    /// Whether an entry takes the place of what lower layers of the list say of the same hash and item.
    pub(crate) replaces: bool,
}

/// A list as it stands in one generation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Standing {
    pub(crate) terms: Terms,
    pub(crate) generation: u64,
}

#[derive(Clone, Debug)]
pub(in crate::store) enum Content {
    Built(Arc<Index>),
    PendingEntries(Arc<PendingEntries>),
}

/// What answers a query: layers that belong together.
#[derive(Debug, Default)]
pub(crate) struct View {
    /// The generation of the store; none where these are indexes on their own.
    pub(crate) generation: Option<u64>,
    /// On what terms the lists of the store are matched against, also those without entries.
    pub(crate) terms: Vec<Terms>,
    /// Lower layers of a list before higher ones.
    pub(crate) layers: Vec<Layer>,
}

impl View {
    /// The lists of what is allowed alone, as lists that allow nothing: what they hold matches.
    pub(crate) fn of_allowed(&self) -> View {
        let layers = self.layers.iter().filter_map(|layer| {
            let standing = layer.standing.as_deref()?;
            let mut standing = standing.clone();
            if !standing.terms.is_allow_list() {
                return None;
            }
            standing.terms.suppresses.clear();
            standing.terms.authentic = false;
            Some(Layer {
                standing: Some(Arc::new(standing)),
                ..layer.clone()
            })
        });
        View {
            generation: self.generation,
            layers: layers.collect(),
            terms: Vec::new(),
        }
    }
}

impl From<Index> for Layer {
    fn from(index: Index) -> Layer {
        Layer {
            content: Content::Built(Arc::new(index)),
            standing: None,
            gone: Vec::new(),
            replaces: false,
        }
    }
}

impl Layer {
    /// The types of hash it holds.
    pub(crate) fn hash_types(&self) -> Vec<HashType> {
        match &self.content {
            Content::Built(index) => index.hash_types().collect(),
            Content::PendingEntries(pending) => pending.hash_types().collect(),
        }
    }

    /// Whether it lists few pictures of some clips. Then a copy is found only by all of its own pictures.
    pub(crate) fn has_sparse_clips(&self) -> Result<bool> {
        match &self.content {
            Content::Built(index) => index.has_sparse_clips(),
            Content::PendingEntries(pending) => {
                let is_sparse =
                    |entry: &Entry| entry.frame.as_deref().is_some_and(ClipFrame::is_sparse);
                Ok(pending.entries().any(is_sparse))
            }
        }
    }

    /// For each hash, all within `radius` bits of it. What was taken out is still among them: [`Layer::rows`] tells.
    pub(crate) fn lookup_batch(&self, hashes: &[Hash], radius: u32) -> Result<Vec<Vec<Hit>>> {
        match &self.content {
            Content::Built(index) => index.lookup_batch(hashes, radius),
            Content::PendingEntries(pending) => Ok(hashes
                .iter()
                .map(|hash| {
                    let near = pending.lookup(hash, radius).into_iter();
                    near.map(|(distance, hash)| Hit::apart(hash, distance))
                        .collect()
                })
                .collect()),
        }
    }

    /// How a lookup goes about it, where there are hashes of the type.
    pub(crate) fn explain(&self, hash: &Hash, radius: u32) -> Result<Option<Explanation>> {
        match &self.content {
            Content::Built(index) => index.explain(hash, radius),
            // A handful of hashes in memory: nothing to choose.
            Content::PendingEntries(_) => Ok(None),
        }
    }

    /// What the lists in it say of a hit, row by row, less what was taken out.
    pub(crate) fn rows(&self, hit: &Hit) -> Result<Vec<(String, Vec<Row>)>> {
        let mut lists = match &self.content {
            Content::Built(index) => index.rows_by_list(hit)?,
            Content::PendingEntries(pending) => {
                let standing = self.standing.as_ref().expect("only lists of a store grow");
                vec![(standing.terms.list.clone(), pending.rows(&hit.hash))]
            }
        };
        if !self.gone.is_empty() {
            for (_, rows) in &mut lists {
                let mut left = Vec::with_capacity(rows.len());
                for row in rows.drain(..) {
                    if !self.is_gone(&hit.hash, row.entry.id.as_deref())? {
                        left.push(row);
                    }
                }
                *rows = left;
            }
        }
        lists.retain(|(_, rows)| !rows.is_empty());
        Ok(lists)
    }

    /// The hashes that any entry lists under one of these items, taken out or not.
    pub(in crate::store) fn hashes_of_items(&self, ids: &HashSet<&str>) -> Result<Vec<Hash>> {
        match &self.content {
            Content::Built(index) => index.hashes_of_items(ids),
            Content::PendingEntries(pending) => {
                let named = |entry: &&Entry| entry.id.as_deref().is_some_and(|id| ids.contains(id));
                let entries = pending.entries().filter(named);
                Ok(entries.map(|entry| entry.hash).collect())
            }
        }
    }

    /// Whether an entry was taken out.
    pub(in crate::store) fn is_gone(&self, hash: &Hash, id: Option<&str>) -> Result<bool> {
        for gone in &self.gone {
            if gone.holds(hash, id)? {
                return Ok(true);
            }
        }
        Ok(false)
    }
}
