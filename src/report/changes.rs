//! How the lists of a store change, as `diff` and `refresh` print it.

use serde::{Deserialize, Serialize};
use serde_json::Value;

#[cfg(feature = "refresh")]
use crate::store::{GuardViolation, ListRefreshed, Refreshed};

use super::{Name, Summarized, Version, escaped};
use crate::list::{Entry, List, Source, write_jsonl};
use crate::store::{Difference, Step};

/// A hash whose entries differ between two generations. Entries are as lists in JSON Lines have them.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Change {
    /// The version of the format.
    pub v: Version,
    /// `added`, `changed` or `removed`.
    pub change: Name,
    /// The list.
    pub list: String,
    /// The entries; those that were, if they were removed.
    pub entries: Vec<Value>,
    /// Of a change, the entries that were.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before: Option<Vec<Value>>,
}

impl Change {
    /// A step from one generation to another, in a list.
    pub fn new(list: &str, step: &Step<'_>) -> Change {
        let (change, entries, before) = match *step {
            Step::Added(is) => ("added", is, None),
            Step::Removed(was) => ("removed", was, None),
            Step::Changed(was, is) => ("changed", is, Some(was)),
        };
        Change {
            v: Version,
            change: change.into(),
            list: escaped(list),
            entries: rows(entries),
            before: before.map(rows),
        }
    }
}

/// Entries as lists of our own format have them.
fn rows(entries: &[Entry]) -> Vec<Value> {
    let source = Source::new("", "", "");
    let mut text = Vec::new();
    let written = write_jsonl(&mut text, &List::new(source, entries.to_vec()));
    written.expect("memory takes it");
    let lines = text.split(|&byte| byte == b'\n').skip(1);
    lines
        .filter_map(|line| serde_json::from_slice::<Value>(line).ok())
        .collect()
}

/// The counts of one list between two generations.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct DiffSummary {
    /// The list.
    pub list: String,
    /// The number of entries before.
    pub before: u64,
    /// The number of entries after.
    pub after: u64,
    /// The number of added entries.
    pub added: u64,
    /// The number of entries whose metadata changed.
    pub changed: u64,
    /// The number of removed entries.
    pub removed: u64,
}

impl DiffSummary {
    /// The last line of a list.
    pub fn new(list: &str, difference: &Difference) -> Summarized<DiffSummary> {
        Summarized::new(DiffSummary {
            list: escaped(list),
            before: difference.before,
            after: difference.after,
            added: difference.added,
            changed: difference.changed,
            removed: difference.removed,
        })
    }
}

/// What became of one list in a refresh.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct RefreshedList {
    /// The version of the format.
    pub v: Version,
    /// The list.
    pub list: String,
    /// `changed`, `unchanged`, `held` or `failed`.
    pub outcome: Name,
    /// The number of entries before.
    pub before: u64,
    /// The number of entries after.
    pub after: u64,
    /// The number of added entries.
    pub added: u64,
    /// The number of entries whose metadata changed.
    pub changed: u64,
    /// The number of removed entries.
    pub removed: u64,
    /// The number of malformed records that were set aside.
    pub set_aside: u64,
    /// The guards that were overridden.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub overridden: Vec<Violation>,
    /// The guards that hold the list back.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub held: Vec<Violation>,
    /// Why it failed, as a code: that of the [`Error`](crate::Error).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error_code: Option<Name>,
    /// Why it failed. The text can change.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
}

/// A guard that holds an edition back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Violation {
    /// The guard.
    pub guard: Name,
    /// What it found, as a code.
    pub why_code: Name,
    /// What it found. The text can change.
    pub why: String,
}

/// What became of a store in a refresh.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct RefreshSummary {
    /// The generation that the refresh makes; `null` if nothing changes.
    pub generation: Option<u64>,
    /// Whether it was published.
    pub published: bool,
    /// Whether the refresh was a trial.
    pub dry_run: bool,
    /// Whether every list is what its source says.
    pub good: bool,
    /// The lists that were dropped.
    pub dropped: Vec<String>,
}

#[cfg(feature = "refresh")]
impl From<&ListRefreshed> for RefreshedList {
    fn from(list: &ListRefreshed) -> RefreshedList {
        let outcome = if list.failed.is_some() {
            "failed"
        } else if !list.held.is_empty() {
            "held"
        } else if list.changed {
            "changed"
        } else {
            "unchanged"
        };
        let violation = |violation: &GuardViolation| Violation {
            guard: violation.guard.name().into(),
            why_code: violation.finding.code().into(),
            why: violation.finding.to_string(),
        };
        RefreshedList {
            v: Version,
            list: escaped(&list.list),
            outcome: outcome.into(),
            before: list.difference.before,
            after: list.difference.after,
            added: list.difference.added,
            changed: list.difference.changed,
            removed: list.difference.removed,
            set_aside: list.set_aside,
            overridden: list.overridden.iter().map(violation).collect(),
            held: list.held.iter().map(violation).collect(),
            error_code: list.failed.as_ref().map(|error| error.code().into()),
            error: list.failed.as_ref().map(ToString::to_string),
        }
    }
}

#[cfg(feature = "refresh")]
impl RefreshSummary {
    /// The last line of a refresh, which was a trial or not.
    pub fn new(refreshed: &Refreshed, dry_run: bool) -> Summarized<RefreshSummary> {
        Summarized::new(RefreshSummary {
            generation: refreshed.generation,
            published: refreshed.generation.is_some() && !dry_run,
            dry_run,
            good: refreshed.lists.iter().all(ListRefreshed::is_good),
            dropped: refreshed.dropped.iter().map(|name| escaped(name)).collect(),
        })
    }
}
