//! Entries that were added since the last build.

use std::collections::{BTreeMap, HashMap};

use crate::hash::{Hash, HashType};
use crate::index::{Overlay, Row};
use crate::list::Entry;

/// Entries of one list in memory, searched exactly and added to at any time.
#[derive(Clone, Debug, Default)]
pub(crate) struct PendingEntries {
    trees: BTreeMap<HashType, Overlay>,
    entries: HashMap<Hash, Vec<Entry>>,
}

impl PendingEntries {
    /// Adds an entry, in the place of what it held of the same hash and item.
    pub(in crate::store) fn insert(&mut self, entry: Entry) {
        let hash_type = entry.hash.hash_type();
        let tree = self.trees.entry(hash_type);
        tree.or_insert_with(|| Overlay::new(hash_type))
            .insert(entry.hash);
        let entries = self.entries.entry(entry.hash).or_default();
        entries.retain(|known| known.id != entry.id);
        entries.push(entry);
    }

    /// Takes entries out. Their hashes stay in the trees, with nothing to say.
    pub(in crate::store) fn retain(&mut self, stays: impl Fn(&Entry) -> bool) {
        for entries in self.entries.values_mut() {
            entries.retain(&stays);
        }
        self.entries.retain(|_, entries| !entries.is_empty());
    }

    /// The entries, in no order.
    pub(in crate::store) fn entries(&self) -> impl Iterator<Item = &Entry> {
        self.entries.values().flatten()
    }

    /// Whether it says anything of a hash under this item.
    pub(in crate::store) fn holds(&self, hash: &Hash, id: Option<&str>) -> bool {
        let entries = self.entries.get(hash);
        entries.is_some_and(|entries| entries.iter().any(|entry| entry.id.as_deref() == id))
    }

    pub(in crate::store) fn hash_types(&self) -> impl Iterator<Item = HashType> + '_ {
        let mut types: Vec<HashType> = self.entries.keys().map(Hash::hash_type).collect();
        types.sort();
        types.dedup();
        types.into_iter()
    }

    /// Every hash of an entry within `radius` bits, with its distance.
    pub(in crate::store) fn lookup(&self, hash: &Hash, radius: u32) -> Vec<(u32, Hash)> {
        let Some(tree) = self.trees.get(&hash.hash_type()) else {
            return Vec::new();
        };
        let mut near = tree.lookup(hash, radius);
        near.retain(|(_, hash)| self.entries.contains_key(hash));
        near
    }

    pub(in crate::store) fn rows(&self, hash: &Hash) -> Vec<Row> {
        let entries = self.entries.get(hash).into_iter().flatten();
        entries
            .map(|entry| Row {
                source: 0,
                entry: entry.clone(),
            })
            .collect()
    }
}
