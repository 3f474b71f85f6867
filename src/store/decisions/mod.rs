//! What the institution decides by hand: entries added and withdrawn at once, without a build.
//!
//! Decisions are kept in their order and stand above all sources. A withdrawn entry stays withdrawn although the next
//! edition still holds it, until the withdrawal is lifted.

mod file;
mod line;
pub(super) mod pending;
pub(super) mod targets;

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::list::{Entry, Target};
use crate::store::decisions::pending::PendingEntries;
use crate::store::decisions::targets::Targets;

pub(super) use file::{ReadPosition, append, read_from};
#[cfg(any(test, fuzzing))]
pub(super) use line::hold_to;

/// One decision about one list.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Decision {
    /// The list.
    pub list: String,
    /// The decision itself.
    pub act: Act,
    /// Why.
    pub reason: String,
    /// Who decided.
    pub by: String,
    /// When, in seconds since 1970-01-01 UTC.
    pub at: i64,
}

impl Decision {
    /// A decision about a list, by no one in particular: at a time in seconds since 1970-01-01 UTC.
    pub fn new(list: impl Into<String>, act: Act, at: i64) -> Decision {
        Decision {
            list: list.into(),
            act,
            reason: String::new(),
            by: String::new(),
            at,
        }
    }
}

setters!(Decision {
    with_reason reason: String;
    with_by by: String;
});

/// The decision itself.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Act {
    /// An entry is added. It takes the place of one that was added before of the same hash and item.
    Add(Box<Entry>),
    /// What matches no longer counts, in any list, until this is lifted.
    Revoke(Target),
    /// A withdrawal is lifted. The entry of the source counts again, and so does an entry added by hand, unless another
    /// withdrawal holds it.
    Lift(Target),
}

impl Act {
    /// The name in output: `add`, `revoke`, `lift`.
    pub const fn name(&self) -> &'static str {
        match self {
            Act::Add(_) => "add",
            Act::Revoke(_) => "revoke",
            Act::Lift(_) => "lift",
        }
    }
}

/// The effect of the decisions since the last build on one list.
#[derive(Clone, Debug, Default)]
pub(super) struct Live {
    /// Added and not withdrawn afterwards.
    pub(super) added: Arc<PendingEntries>,
    /// Withdrawn and not lifted afterwards: taken out of what sources say.
    pub(super) revoked: Arc<Targets>,
    /// Withdrawals of before the last build that were lifted.
    pub(super) lifted: Arc<Targets>,
    /// All that was ever withdrawn: taken out of what was added by hand before the last build.
    pub(super) dropped: Arc<Targets>,
}

/// The effect of the decisions since the last build, by list.
pub(super) type LiveLists = BTreeMap<String, Live>;

impl Live {
    /// Whether it changes nothing.
    pub(super) fn is_empty(&self) -> bool {
        self.added.entries().next().is_none()
            && [&self.revoked, &self.lifted, &self.dropped]
                .iter()
                .all(|targets| targets.is_empty())
    }

    fn apply(&mut self, act: &Act) {
        match act {
            Act::Add(entry) => Arc::make_mut(&mut self.added).insert((**entry).clone()),
            Act::Revoke(target) => {
                Arc::make_mut(&mut self.added).retain(|entry| !is_meant(target, entry));
                Arc::make_mut(&mut self.lifted).remove(target);
                for targets in [&mut self.revoked, &mut self.dropped] {
                    Arc::make_mut(targets).insert(target.clone());
                }
            }
            Act::Lift(target) => {
                Arc::make_mut(&mut self.revoked).remove(target);
                Arc::make_mut(&mut self.lifted).insert(target.clone());
            }
        }
    }
}

/// Applies decisions in the order in which they were taken.
pub(super) fn apply<'a>(lists: &mut LiveLists, decisions: impl IntoIterator<Item = &'a Decision>) {
    for decision in decisions {
        lists
            .entry(decision.list.clone())
            .or_default()
            .apply(&decision.act);
    }
}

/// Whether a target means an entry.
pub(super) fn is_meant(target: &Target, entry: &Entry) -> bool {
    match target {
        Target::Hash(hash) => entry.hash == *hash,
        Target::Id(id) => entry.id.as_deref() == Some(id),
        Target::Entry(hash, id) => entry.hash == *hash && entry.id.as_deref() == Some(id),
    }
}
