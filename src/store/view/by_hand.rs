//! The effect of all decisions on one list, those built in and those since.

use std::collections::HashSet;

use crate::Result;
use crate::hash::HashType;
use crate::index::Index;
use crate::list::{Entry, Target};
use crate::store::decisions::targets::{self, Targets, Withdrawal};
use crate::store::decisions::{self, Act, Decision, Live, ReadPosition};
use crate::store::layout::clock;
use crate::store::layout::folder::Folder;
use crate::store::layout::manifest::ListManifest;
use crate::store::view::open::Opened;

/// All decisions since a generation was built.
pub(in crate::store) fn decisions(folder: &Folder, opened: &Opened) -> Result<Vec<Decision>> {
    let path = folder.decisions_of(opened.pointer.generation);
    Ok(decisions::read_from(&path, ReadPosition::default())?.0)
}

/// What was added by hand and counts, in order.
pub(in crate::store) fn entries(opened: &Opened, list: &ListManifest) -> Result<Vec<Entry>> {
    let none = Live::default();
    let live = opened.live.get(&list.terms.list).unwrap_or(&none);
    let mut entries: Vec<Entry> = live.added.entries().cloned().collect();
    if let Some(added) = &list.added {
        let key = |entry: &Entry| (entry.hash, entry.id.clone());
        let replaced: HashSet<_> = entries.iter().map(key).collect();
        let built = all(opened.index(added))?.into_iter();
        entries.extend(built.filter(|entry| {
            let is_dropped = live.dropped.hold(&entry.hash, entry.id.as_deref());
            !is_dropped && !replaced.contains(&key(entry))
        }));
    }
    entries.sort_by(|a, b| (a.hash, &a.id).cmp(&(b.hash, &b.id)));
    Ok(entries)
}

/// All entries of an index of the store's own.
pub(in crate::store) fn all(index: &Index) -> Result<Vec<Entry>> {
    let mut entries = Vec::new();
    for hash_type in HashType::ALL {
        for step in index.walk(hash_type) {
            let rows = step?.1.into_iter().flat_map(|record| record.rows);
            entries.extend(rows.map(|row| row.entry));
        }
    }
    Ok(entries)
}

/// What was withdrawn by hand and not lifted, each with why.
pub(in crate::store) fn withdrawals(
    opened: &Opened,
    list: &ListManifest,
    decided: &[Decision],
) -> Result<Vec<Withdrawal>> {
    let none = Live::default();
    let name = &list.terms.list;
    let live = opened.live.get(name).unwrap_or(&none);
    let mut withdrawals = match &list.revoked {
        Some(revoked) => targets::read(opened.index(revoked))?,
        None => Vec::new(),
    };
    withdrawals.retain(|withdrawal| {
        !live.lifted.contains(&withdrawal.target) && !live.revoked.contains(&withdrawal.target)
    });
    withdrawals.extend(newest(name, decided, &live.revoked));
    Ok(withdrawals)
}

/// The withdrawals among decisions that stand, each with the last word on it.
fn newest(list: &str, decided: &[Decision], revoked: &Targets) -> Vec<Withdrawal> {
    let mut seen: HashSet<&Target> = HashSet::new();
    let mut withdrawals = Vec::new();
    for decision in decided
        .iter()
        .rev()
        .filter(|decision| decision.list == list)
    {
        if let Act::Revoke(target) = &decision.act
            && revoked.contains(target)
            && seen.insert(target)
        {
            withdrawals.push(withdrawal(target, decision));
        }
    }
    withdrawals
}

fn withdrawal(target: &Target, decision: &Decision) -> Withdrawal {
    let said = [
        ("reason", decision.reason.clone()),
        ("by", decision.by.clone()),
        ("at", clock::text(decision.at)),
    ];
    Withdrawal {
        target: target.clone(),
        meta: said.map(|(key, value)| (key.to_owned(), value)).to_vec(),
    }
}
