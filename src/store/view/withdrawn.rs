//! Entries that were added by hand and withdrawn afterwards: they come back when the withdrawal is lifted.

use std::collections::{BTreeMap, BTreeSet};

use crate::Result;
use crate::hash::Hash;
use crate::list::{Entry, Target};
use crate::store::decisions::{Act, Decision, is_meant};
use crate::store::layout::manifest::ListManifest;
use crate::store::view::by_hand;
use crate::store::view::open::Opened;

/// What is known of an entry beside what it says: what it was withdrawn by.
const WITHDRAWN_BY: &str = "basma: withdrawn by";

/// The entries of one list that are withdrawn, each with the withdrawals that stand against it.
#[derive(Debug, Default)]
pub(in crate::store) struct WithdrawnEntries {
    entries: BTreeMap<Key, (Entry, BTreeSet<Target>)>,
}

type Key = (Hash, Option<String>);

fn key(entry: &Entry) -> Key {
    (entry.hash, entry.id.clone())
}

impl WithdrawnEntries {
    /// As it is after decisions that were taken since the last build.
    pub(in crate::store) fn after(
        opened: &Opened,
        list: &ListManifest,
        decided: &[Decision],
    ) -> Result<WithdrawnEntries> {
        let mut withdrawn = WithdrawnEntries::default();
        if let Some(file) = &list.shelved {
            for entry in by_hand::all(opened.index(file))? {
                let (entry, by) = taken_apart(entry);
                withdrawn.entries.insert(key(&entry), (entry, by));
            }
        }
        let of_list = |decision: &&Decision| decision.list == list.terms.list;
        let decided: Vec<&Decision> = decided.iter().filter(of_list).collect();
        let is_revoke = |decision: &&Decision| matches!(decision.act, Act::Revoke(_));
        let mut counting: BTreeMap<Key, Entry> = BTreeMap::new();
        if let Some(added) = list
            .added
            .as_ref()
            .filter(|_| decided.iter().any(is_revoke))
        {
            let added = by_hand::all(opened.index(added))?.into_iter();
            counting.extend(added.map(|entry| (key(&entry), entry)));
        }
        for decision in decided {
            match &decision.act {
                Act::Add(entry) => {
                    withdrawn.entries.remove(&key(entry));
                    counting.insert(key(entry), (**entry).clone());
                }
                Act::Revoke(target) => {
                    let (meant, others) = counting
                        .into_iter()
                        .partition(|(_, entry): &(Key, Entry)| is_meant(target, entry));
                    counting = others;
                    let meant: BTreeMap<Key, Entry> = meant;
                    for (key, entry) in meant {
                        withdrawn.entries.insert(key, (entry, BTreeSet::new()));
                    }
                    for (entry, by) in withdrawn.entries.values_mut() {
                        if is_meant(target, entry) {
                            by.insert(target.clone());
                        }
                    }
                }
                Act::Lift(target) => withdrawn.entries.retain(|_, (_, by)| {
                    by.remove(target);
                    !by.is_empty()
                }),
            }
        }
        Ok(withdrawn)
    }

    /// The entries that nothing but this withdrawal stands against.
    pub(in crate::store) fn held_by_alone(&self, target: &Target) -> impl Iterator<Item = &Entry> {
        let alone = BTreeSet::from([target.clone()]);
        let entries = self.entries.values();
        entries.filter_map(move |(entry, by)| (*by == alone).then_some(entry))
    }

    /// The entries as they are kept, with what they were withdrawn by.
    pub(in crate::store) fn kept(&self) -> Vec<Entry> {
        let entries = self.entries.values();
        let kept = entries.map(|(entry, by)| {
            let mut entry = entry.clone();
            let names = by.iter().map(|target| match target {
                Target::Id(_) => "id",
                Target::Hash(_) => "hash",
                Target::Entry(..) => "entry",
            });
            let names: Vec<&str> = names.collect();
            entry.meta.push((WITHDRAWN_BY.to_owned(), names.join(" ")));
            entry
        });
        kept.collect()
    }
}

/// A withdrawn entry, and its withdrawal: by hash, by item, or by both.
fn taken_apart(mut entry: Entry) -> (Entry, BTreeSet<Target>) {
    let at = entry.meta.iter().rposition(|(key, _)| key == WITHDRAWN_BY);
    let (_, names) = at.map(|at| entry.meta.remove(at)).unwrap_or_default();
    let target = |name: &str| match (name, &entry.id) {
        ("id", Some(id)) => Some(Target::Id(id.clone())),
        ("entry", Some(id)) => Some(Target::Entry(entry.hash, id.clone())),
        ("hash", _) => Some(Target::Hash(entry.hash)),
        _ => None,
    };
    let by = names.split(' ').filter_map(target).collect();
    (entry, by)
}

/// The decisions with what is added again where a withdrawal is lifted. The addition is written before the
/// lifting, so an interrupted command can be repeated.
pub(in crate::store) fn with_restored(
    opened: &Opened,
    decided: Vec<Decision>,
    decisions: &[Decision],
) -> Result<Vec<Decision>> {
    let known = decided.len();
    let mut all = decided;
    for decision in decisions {
        if let Act::Lift(target) = &decision.act {
            let list = opened.manifest.known(&decision.list)?;
            let withdrawn = WithdrawnEntries::after(opened, list, &all)?;
            // As an entry is that was never in an index.
            let added = |entry: &Entry| Entry {
                list: None,
                line: 1,
                ..entry.clone()
            };
            let restored = withdrawn.held_by_alone(target).map(added);
            let restored = restored.map(|entry| Decision {
                act: Act::Add(Box::new(entry)),
                ..decision.clone()
            });
            all.extend(restored);
        }
        all.push(decision.clone());
    }
    Ok(all.split_off(known))
}
