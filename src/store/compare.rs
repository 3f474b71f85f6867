//! What changes from one edition of a list to the next. An entry is a hash and the item that it is listed under; what is
//! said of it may change.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use super::clock;
use super::layer::Layer;
use super::manifest::Counts;
use super::targets::Withdrawal;
use super::visible::{Visible, of_hash};
use crate::Result;
use crate::hash::{Hash, HashType};
use crate::index::merge_opinions;
use crate::list::{Entry, Opinion, Target};

/// How many entries come, go and change.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Difference {
    /// Entries before.
    pub before: u64,
    /// Entries after.
    pub after: u64,
    /// Entries that come.
    pub added: u64,
    /// Entries of which something else is said.
    pub changed: u64,
    /// Entries that go.
    pub removed: u64,
    /// Entries among those that change that no longer count: they have expired, or say that it is not what the list is
    /// about.
    pub silenced: u64,
}

impl Difference {
    /// This change, and the next one upon it.
    pub(super) fn and(&self, next: &Difference) -> Difference {
        Difference {
            before: self.before,
            after: next.after,
            added: self.added + next.added,
            changed: self.changed + next.changed,
            removed: self.removed + next.removed,
            silenced: self.silenced + next.silenced,
        }
    }

    /// Whether anything changes.
    pub fn is_empty(&self) -> bool {
        self.added + self.changed + self.removed == 0
    }
}

/// One change. What is said of an entry is what all its rows say.
#[derive(Debug)]
pub enum Step<'a> {
    /// It comes.
    Added(&'a [Entry]),
    /// It goes.
    Removed(&'a [Entry]),
    /// What was said of it, and what is.
    Changed(&'a [Entry], &'a [Entry]),
}

/// What is said of each item under one hash.
type Items = BTreeMap<Option<String>, Vec<Entry>>;

fn items(entries: impl IntoIterator<Item = Entry>) -> Items {
    let mut items = Items::new();
    for mut entry in entries {
        // Where it stood in its file is no part of what it says.
        entry.line = 0;
        entry.list = None;
        items.entry(entry.id.clone()).or_default().push(entry);
    }
    items
}

/// Compares all that layers hold, and counts what there is after.
pub(super) fn whole(
    before: &[Layer],
    after: &[Layer],
    each: &mut dyn FnMut(&Hash, Step<'_>) -> Result<()>,
) -> Result<(Difference, Counts)> {
    let mut difference = Difference::default();
    let mut counts = Counts::default();
    for hash_type in HashType::ALL {
        let (mut old, mut new) = (
            Visible::new(before, hash_type),
            Visible::new(after, hash_type),
        );
        let (mut old_next, mut new_next) = (old.next_hash()?, new.next_hash()?);
        loop {
            let hash = match (&old_next, &new_next) {
                (None, None) => break,
                (Some((hash, _)), None) | (None, Some((hash, _))) => *hash,
                (Some((a, _)), Some((b, _))) => *a.min(b),
            };
            let mut taken = [None, None];
            if old_next.as_ref().is_some_and(|(next, _)| *next == hash) {
                taken[0] = std::mem::replace(&mut old_next, old.next_hash()?);
            }
            if new_next.as_ref().is_some_and(|(next, _)| *next == hash) {
                taken[1] = std::mem::replace(&mut new_next, new.next_hash()?);
            }
            let [was, is] = taken.map(|taken| {
                let standing = taken.map(|(_, standing)| standing).unwrap_or_default();
                items(standing.into_iter().map(|standing| standing.row.entry))
            });
            count(&mut counts, hash_type, &is);
            difference.before += was.len() as u64;
            difference.after += is.len() as u64;
            items_of(&hash, &was, &is, &mut difference, each)?;
        }
    }
    Ok((difference, counts))
}

fn count(counts: &mut Counts, hash_type: HashType, items: &Items) {
    if items.is_empty() {
        return;
    }
    counts.entries += items.len() as u64;
    let of_type = counts.by_type.entry(hash_type.name().to_owned());
    *of_type.or_default() += items.len() as u64;
    let ends = items
        .values()
        .flatten()
        .filter_map(|entry| entry.valid_until);
    counts.next_expiry = counts.next_expiry.into_iter().chain(ends).min();
}

fn items_of(
    hash: &Hash,
    was: &Items,
    is: &Items,
    difference: &mut Difference,
    each: &mut dyn FnMut(&Hash, Step<'_>) -> Result<()>,
) -> Result<()> {
    for (id, old) in was {
        match is.get(id) {
            None => {
                difference.removed += 1;
                each(hash, Step::Removed(old))?;
            }
            Some(new) if new != old => {
                difference.changed += 1;
                difference.silenced += u64::from(counts_now(old) && !counts_now(new));
                each(hash, Step::Changed(old, new))?;
            }
            Some(_) => {}
        }
    }
    for (id, new) in is {
        if !was.contains_key(id) {
            difference.added += 1;
            each(hash, Step::Added(new))?;
        }
    }
    Ok(())
}

/// Whether what is said of an entry makes a match of it now.
fn counts_now(entries: &[Entry]) -> bool {
    let now = clock::now();
    let valid = entries
        .iter()
        .filter(|entry| entry.valid_until.is_none_or(|until| now < until));
    let mut opinions = valid.map(|entry| entry.opinion).peekable();
    opinions.peek().is_some() && merge_opinions(opinions) != Opinion::Negative
}

/// What a delta changes: `top` lies on `before` and takes `withdrawn` out of it. Looks at no more than the entries that it
/// names; where it withdraws items by name, all are looked through for them.
pub(super) fn delta(
    before: &[Layer],
    counts: &Counts,
    top: &Layer,
    withdrawn: &[Withdrawal],
    each: &mut dyn FnMut(&Hash, Step<'_>) -> Result<()>,
) -> Result<(Difference, Counts)> {
    if before.is_empty() {
        return whole(before, std::slice::from_ref(top), each);
    }
    let mut difference = Difference {
        before: counts.entries,
        ..Difference::default()
    };
    // By type, how many come and go.
    let mut moved: BTreeMap<HashType, i64> = BTreeMap::new();
    let mut ends = counts.next_expiry;
    let mut gone: BTreeSet<Hash> = BTreeSet::new();
    let mut ids: HashSet<&str> = HashSet::new();
    for withdrawal in withdrawn {
        match &withdrawal.target {
            Target::Hash(hash) => drop(gone.insert(*hash)),
            Target::Id(id) => drop(ids.insert(id.as_str())),
        }
    }
    if !ids.is_empty() {
        for layer in before {
            gone.extend(layer.hashes_of_items(&ids)?);
        }
    }
    let alone = std::slice::from_ref(top);
    for hash_type in HashType::ALL {
        let mut visible = Visible::new(alone, hash_type);
        while let Some((hash, _)) = visible.next_hash()? {
            gone.insert(hash);
        }
    }
    let taken_out = |entry: &Entry, withdrawals: &BTreeSet<Hash>| {
        let by_id = entry.id.as_deref().is_some_and(|id| ids.contains(id));
        by_id || withdrawals.contains(&entry.hash)
    };
    let by_hash: BTreeSet<Hash> = withdrawn
        .iter()
        .filter_map(|withdrawal| match withdrawal.target {
            Target::Hash(hash) => Some(hash),
            Target::Id(_) => None,
        })
        .collect();
    for hash in gone {
        let was = items(of_hash(before, &hash)?);
        let comes = items(of_hash(alone, &hash)?);
        let mut is = was.clone();
        is.retain(|_, entries| !entries.iter().any(|entry| taken_out(entry, &by_hash)));
        is.extend(comes);
        items_of(&hash, &was, &is, &mut difference, each)?;
        *moved.entry(hash.hash_type()).or_default() += is.len() as i64 - was.len() as i64;
        let new_ends = is.values().flatten().filter_map(|entry| entry.valid_until);
        ends = ends.into_iter().chain(new_ends).min();
    }
    difference.after = difference.before + difference.added - difference.removed;
    let mut after = Counts {
        entries: difference.after,
        by_type: counts.by_type.clone(),
        next_expiry: ends,
        ..Counts::default()
    };
    for (hash_type, moved) in moved {
        let of_type = after
            .by_type
            .entry(hash_type.name().to_owned())
            .or_default();
        *of_type = of_type.saturating_add_signed(moved);
    }
    after.by_type.retain(|_, count| *count > 0);
    Ok((difference, after))
}
