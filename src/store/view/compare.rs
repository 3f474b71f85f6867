//! What changes from one edition of a list to the next. An entry is a hash and the item that it is listed under; what is
//! said of it may change.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use crate::Result;
use crate::hash::{Hash, HashType};
use crate::index::merge_opinions;
use crate::list::{Entry, Opinion, Target};
use crate::store::decisions::targets::{Targets, Withdrawal};
use crate::store::layout::clock;
use crate::store::layout::difference::Difference;
use crate::store::layout::manifest::Counts;
use crate::store::view::layer::Layer;
use crate::store::view::visible::{Visible, of_hash};

/// One change. The metadata of an entry is that of all its rows.
#[derive(Debug)]
pub enum Step<'a> {
    /// It comes.
    Added(&'a [Entry]),
    /// It goes.
    Removed(&'a [Entry]),
    /// The old and the new metadata.
    Changed(&'a [Entry], &'a [Entry]),
}

/// The metadata of each item under one hash.
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

/// When entries are looked at, in seconds since 1970-01-01 UTC.
#[derive(Clone, Copy, Debug)]
pub(in crate::store) struct Times {
    pub(in crate::store) now: i64,
    /// Until when another edition is to be expected: what ends before that counts no more.
    pub(in crate::store) until: i64,
    /// The same of the edition that is in force, when that was taken over.
    pub(in crate::store) seen: i64,
}

impl Times {
    /// As things are now, whatever comes.
    pub(in crate::store) fn now() -> Times {
        let now = clock::now();
        Times {
            now,
            until: now,
            seen: now,
        }
    }
}

/// What a comparison gives.
#[derive(Debug, Default)]
pub(in crate::store) struct Compared {
    pub(in crate::store) difference: Difference,
    /// What there is after.
    pub(in crate::store) counts: Counts,
    /// The types of hash of which nothing counts any more, each with how many entries did.
    pub(in crate::store) vanished: Vec<(HashType, u64)>,
    /// Whether anything counts after.
    pub(in crate::store) any_counts: bool,
}

/// Compares all that layers hold, and counts what there is after.
pub(in crate::store) fn whole(
    before: &[Layer],
    after: &[Layer],
    times: &Times,
    each: &mut dyn FnMut(&Hash, Step<'_>) -> Result<()>,
) -> Result<Compared> {
    let mut compared = Compared::default();
    let (difference, counts) = (&mut compared.difference, &mut compared.counts);
    for hash_type in HashType::ALL {
        let (mut old, mut new) = (
            Visible::new(before, hash_type),
            Visible::new(after, hash_type),
        );
        let (mut old_next, mut new_next) = (old.next_hash()?, new.next_hash()?);
        let (mut counted, mut counting) = (0, 0);
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
            let count_at_now = |items: &Items| {
                let entries = items.values();
                entries
                    .filter(|entries| counts_at(entries, times.now))
                    .count() as u64
            };
            counted += count_at_now(&was);
            counting += count_at_now(&is);
            count(counts, hash_type, &is);
            difference.before += was.len() as u64;
            difference.after += is.len() as u64;
            items_of(&hash, &was, &is, times, difference, each)?;
        }
        compared.any_counts |= counting > 0;
        if counted > 0 && counting == 0 {
            compared.vanished.push((hash_type, counted));
        }
    }
    Ok(compared)
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
    times: &Times,
    difference: &mut Difference,
    each: &mut dyn FnMut(&Hash, Step<'_>) -> Result<()>,
) -> Result<()> {
    for (id, old) in was {
        match is.get(id) {
            None => {
                difference.removed += 1;
                difference.lapsed += u64::from(!counts_at(old, times.now));
                each(hash, Step::Removed(old))?;
            }
            Some(new) if new != old => {
                difference.changed += 1;
                difference.silenced += u64::from(is_silenced(old, new, times));
                each(hash, Step::Changed(old, new))?;
            }
            // It was far from its end when the edition in force was taken over, and is near to it now.
            Some(_) => {
                let ends = (times.seen + 1..=times.until).contains(&last(old));
                difference.silenced += u64::from(ends && counts_at(old, times.now));
            }
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

/// Whether an entry counts now, and its new metadata ends it before the next edition. Where its end is put off time and
/// again it stays, however near its end is.
fn is_silenced(old: &[Entry], new: &[Entry], times: &Times) -> bool {
    let ends_sooner = last(new) < last(old) && !counts_at(new, times.until);
    counts_at(old, times.now) && (!counts_at(new, times.now) || ends_sooner)
}

/// The last time at which the metadata of an entry makes a match of it.
fn last(entries: &[Entry]) -> i64 {
    let speaking_for = entries
        .iter()
        .filter(|entry| entry.opinion != Opinion::Negative);
    let ends = speaking_for.map(|entry| entry.valid_until.unwrap_or(i64::MAX));
    ends.max().unwrap_or(i64::MIN)
}

/// Whether the metadata of an entry makes a match of it at a time.
fn counts_at(entries: &[Entry], time: i64) -> bool {
    let valid = entries
        .iter()
        .filter(|entry| entry.valid_until.is_none_or(|until| time < until));
    let mut opinions = valid.map(|entry| entry.opinion).peekable();
    opinions.peek().is_some() && merge_opinions(opinions) != Opinion::Negative
}

/// What a delta changes: `top` lies on `before` and takes `withdrawn` out of it. Looks only at the entries that it
/// names. Where it withdraws items by name, or an entry ends soon, all entries are read.
pub(in crate::store) fn delta(
    before: &[Layer],
    counts: &Counts,
    top: &Layer,
    withdrawn: &[Withdrawal],
    times: &Times,
    each: &mut dyn FnMut(&Hash, Step<'_>) -> Result<()>,
) -> Result<Compared> {
    if before.is_empty() {
        return whole(before, std::slice::from_ref(top), times, each);
    }
    let mut difference = Difference {
        before: counts.entries,
        ..Difference::default()
    };
    // By type, how many come and go.
    let mut moved: BTreeMap<HashType, i64> = BTreeMap::new();
    let mut ends = counts.next_expiry;
    let mut touched: BTreeSet<Hash> = BTreeSet::new();
    let mut ids: HashSet<&str> = HashSet::new();
    let mut targets = Targets::default();
    for withdrawal in withdrawn {
        match &withdrawal.target {
            Target::Hash(hash) | Target::Entry(hash, _) => drop(touched.insert(*hash)),
            Target::Id(id) => drop(ids.insert(id.as_str())),
        }
        targets.insert(withdrawal.target.clone());
    }
    if !ids.is_empty() {
        for layer in before {
            touched.extend(layer.hashes_of_items(&ids)?);
        }
    }
    let alone = std::slice::from_ref(top);
    for hash_type in HashType::ALL {
        let mut visible = Visible::new(alone, hash_type);
        while let Some((hash, _)) = visible.next_hash()? {
            touched.insert(hash);
        }
    }
    if ends.is_some_and(|first| first <= times.until) {
        ends = of_untouched(before, &touched, times, &mut difference)?;
    }
    for hash in touched {
        let was = items(of_hash(before, &hash)?);
        let comes = items(of_hash(alone, &hash)?);
        let mut is = was.clone();
        is.retain(|id, _| !targets.hold(&hash, id.as_deref()));
        is.extend(comes);
        items_of(&hash, &was, &is, times, &mut difference, each)?;
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
    let mut vanished = Vec::new();
    for (hash_type, moved) in moved {
        let of_type = after
            .by_type
            .entry(hash_type.name().to_owned())
            .or_default();
        let were = *of_type;
        *of_type = of_type.saturating_add_signed(moved);
        if *of_type == 0 && were > 0 {
            vanished.push((hash_type, were));
        }
    }
    after.by_type.retain(|_, count| *count > 0);
    Ok(Compared {
        any_counts: difference.after > 0,
        difference,
        counts: after,
        vanished,
    })
}

/// Counts the entries that end soon although a delta does not name them. Returns when the next one ends.
fn of_untouched(
    before: &[Layer],
    touched: &BTreeSet<Hash>,
    times: &Times,
    difference: &mut Difference,
) -> Result<Option<i64>> {
    let mut next: Option<i64> = None;
    for hash_type in HashType::ALL {
        let mut visible = Visible::new(before, hash_type);
        while let Some((hash, standing)) = visible.next_hash()? {
            if touched.contains(&hash) {
                continue;
            }
            let is = items(standing.into_iter().map(|standing| standing.row.entry));
            let ends = is.values().flatten().filter_map(|entry| entry.valid_until);
            next = next
                .into_iter()
                .chain(ends.filter(|end| *end > times.now))
                .min();
            items_of(&hash, &is, &is, times, difference, &mut |_, _| Ok(()))?;
        }
    }
    Ok(next)
}
