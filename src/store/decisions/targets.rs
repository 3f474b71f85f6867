//! What was taken out of a list: hashes and content items.

use std::collections::HashSet;
use std::sync::Arc;

use sha2::{Digest as _, Sha256};

use crate::Result;
use crate::hash::{Hash, HashType};
use crate::index::{Builder, Index, Row};
use crate::list::{Entry, List, Source, Target};
use crate::store::decisions::pending::PendingEntries;

/// Targets in memory.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Targets {
    hashes: HashSet<Hash>,
    ids: HashSet<String>,
    entries: HashSet<(Hash, String)>,
}

impl Targets {
    pub(in crate::store) fn insert(&mut self, target: Target) {
        match target {
            Target::Hash(hash) => self.hashes.insert(hash),
            Target::Id(id) => self.ids.insert(id),
            Target::Entry(hash, id) => self.entries.insert((hash, id)),
        };
    }

    pub(in crate::store) fn remove(&mut self, target: &Target) {
        match target {
            Target::Hash(hash) => self.hashes.remove(hash),
            Target::Id(id) => self.ids.remove(id),
            Target::Entry(hash, id) => self.entries.remove(&(*hash, id.clone())),
        };
    }

    pub(in crate::store) fn is_empty(&self) -> bool {
        self.hashes.is_empty() && self.ids.is_empty() && self.entries.is_empty()
    }

    #[cfg(test)]
    pub(in crate::store) fn len(&self) -> usize {
        self.hashes.len() + self.ids.len() + self.entries.len()
    }

    pub(in crate::store) fn contains(&self, target: &Target) -> bool {
        match target {
            Target::Hash(hash) => self.hashes.contains(hash),
            Target::Id(id) => self.ids.contains(id),
            Target::Entry(hash, id) => self.entries.contains(&(*hash, id.clone())),
        }
    }

    /// Whether an entry is among what was taken out.
    pub(in crate::store) fn hold(&self, hash: &Hash, id: Option<&str>) -> bool {
        let is_entry =
            |id: &str| !self.entries.is_empty() && self.entries.contains(&(*hash, id.to_owned()));
        self.hashes.contains(hash) || id.is_some_and(|id| self.ids.contains(id) || is_entry(id))
    }
}

/// The entries that a layer removes from the layers below it.
#[derive(Clone, Debug)]
pub(crate) enum Tombstones {
    /// What was taken out since the last build.
    Live(Arc<Targets>),
    /// What was added anew since the last build.
    Replaced(Arc<PendingEntries>),
    /// What an index of targets holds, but for what was put back since it was built.
    Built(Arc<Index>, Option<Arc<Targets>>),
}

/// An index of targets holds hashes under this list's name, each with why it was taken out.
const HASHES: &str = "hash";
/// And SHA-256 digests of the names of content items under this one, each with the name.
const IDS: &str = "id";
/// And hashes under this one, each with the item of which alone it was taken out.
const ENTRIES: &str = "entry";

impl Tombstones {
    /// Whether an entry was taken out.
    pub(in crate::store) fn holds(&self, hash: &Hash, id: Option<&str>) -> Result<bool> {
        let (index, lifted) = match self {
            Tombstones::Live(targets) => return Ok(targets.hold(hash, id)),
            Tombstones::Replaced(pending) => return Ok(pending.holds(hash, id)),
            Tombstones::Built(index, lifted) => (index, lifted),
        };
        let stands = |target: &Target| {
            !lifted
                .as_ref()
                .is_some_and(|lifted| lifted.contains(target))
        };
        if is_listed(index, HASHES, hash, None)? && stands(&Target::Hash(*hash)) {
            return Ok(true);
        }
        let Some(id) = id else { return Ok(false) };
        if is_listed(index, IDS, &digest(id), None)? && stands(&Target::Id(id.to_owned())) {
            return Ok(true);
        }
        let entry = Target::Entry(*hash, id.to_owned());
        Ok(is_listed(index, ENTRIES, hash, Some(id))? && stands(&entry))
    }
}

/// Whether an index of targets holds a hash under a name, where an item is told of that one.
fn is_listed(index: &Index, list: &str, hash: &Hash, id: Option<&str>) -> Result<bool> {
    let is_of_item = |row: &Row| id.is_none() || row.entry.id.as_deref() == id;
    for hit in index.lookup(hash, 0)? {
        if hit.hash == *hash
            && index
                .records(&hit)?
                .iter()
                .any(|record| record.list == list && record.rows.iter().any(is_of_item))
        {
            return Ok(true);
        }
    }
    Ok(false)
}

/// What stands for the name of a content item.
fn digest(id: &str) -> Hash {
    Hash::new(HashType::Sha256, &Sha256::digest(id.as_bytes())).expect("a digest of 32 bytes")
}

/// A target with what is remembered of its being taken out: pairs such as a reason and a time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::store) struct Withdrawal {
    pub(in crate::store) target: Target,
    pub(in crate::store) meta: Vec<(String, String)>,
}

/// Adds withdrawals to what will be an index of targets.
pub(in crate::store) fn enter(builder: &mut Builder, withdrawals: &[Withdrawal]) -> Result<()> {
    let entry = |(line, withdrawal): (usize, &Withdrawal)| {
        let (hash, list, id) = match &withdrawal.target {
            Target::Hash(hash) => (*hash, HASHES, None),
            Target::Id(id) => (digest(id), IDS, Some(id.clone())),
            Target::Entry(hash, id) => (*hash, ENTRIES, Some(id.clone())),
        };
        Entry {
            list: Some(list.to_owned()),
            id,
            meta: withdrawal.meta.clone(),
            ..Entry::new(hash, line as u64 + 1)
        }
    };
    let entries = withdrawals.iter().enumerate().map(entry).collect();
    builder.add(List::new(source("withdrawn"), entries))
}

/// All that an index of targets holds.
pub(in crate::store) fn read(index: &Index) -> Result<Vec<Withdrawal>> {
    let mut all = Vec::new();
    for hash_type in HashType::ALL {
        for step in index.walk(hash_type) {
            let (hash, records) = step?;
            for record in records {
                for row in record.rows {
                    let target = match (record.list.as_str(), row.entry.id) {
                        (IDS, Some(id)) => Target::Id(id),
                        (ENTRIES, Some(id)) => Target::Entry(hash, id),
                        _ => Target::Hash(hash),
                    };
                    let meta = row.entry.meta;
                    all.push(Withdrawal { target, meta });
                }
            }
        }
    }
    Ok(all)
}

/// What is written into an index of entries that were read from no file.
pub(in crate::store) fn source(list: &str) -> Source {
    Source::new(list, "store", "decisions")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn built_targets_are_those_that_were_built() {
        let hash = |byte| Hash::new(HashType::Sha256, &[byte; 32]).unwrap();
        let withdrawal = |target, reason: &str| Withdrawal {
            target,
            meta: vec![("reason".to_owned(), reason.to_owned())],
        };
        // An item whose digest is itself withdrawn elsewhere: neither is taken for the other.
        let tricky = Target::Hash(digest("case-2"));
        let all = [
            withdrawal(Target::Hash(hash(1)), "a"),
            withdrawal(Target::Id("case-1".to_owned()), "b"),
            withdrawal(tricky.clone(), "c"),
            withdrawal(Target::Entry(hash(2), "x".to_owned()), "d"),
            withdrawal(Target::Entry(hash(2), "y".to_owned()), "e"),
        ];
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("x");
        let mut builder = Builder::new();
        enter(&mut builder, &all).unwrap();
        builder.write(&path).unwrap();
        let index = Arc::new(Index::open(&path).unwrap());
        let mut read = read(&index).unwrap();
        read.sort_by(|a, b| a.meta.cmp(&b.meta));
        assert_eq!(read, all);

        let gone = Tombstones::Built(index.clone(), None);
        let holds =
            |gone: &Tombstones, hash: &Hash, id: Option<&str>| gone.holds(hash, id).unwrap();
        assert!(holds(&gone, &hash(1), None) && holds(&gone, &hash(1), Some("x")));
        assert!(holds(&gone, &hash(9), Some("case-1")) && !holds(&gone, &hash(9), Some("case-2")));
        assert!(!holds(&gone, &digest("case-1"), None) && holds(&gone, &digest("case-2"), None));

        assert!(holds(&gone, &hash(2), Some("x")) && holds(&gone, &hash(2), Some("y")));
        assert!(!holds(&gone, &hash(2), Some("z")) && !holds(&gone, &hash(2), None));
        assert!(!holds(&gone, &hash(3), Some("x")));

        let mut lifted = Targets::default();
        lifted.insert(Target::Entry(hash(2), "x".to_owned()));
        lifted.insert(Target::Hash(hash(1)));
        lifted.insert(Target::Id("case-1".to_owned()));
        let gone = Tombstones::Built(index, Some(Arc::new(lifted)));
        assert!(!holds(&gone, &hash(1), None) && !holds(&gone, &hash(9), Some("case-1")));
        assert!(holds(&gone, &digest("case-2"), None));
        assert!(!holds(&gone, &hash(2), Some("x")) && holds(&gone, &hash(2), Some("y")));
    }
}
