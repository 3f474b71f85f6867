//! How a store and its lists are, as `status` prints it.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{Name, Summarized, Version, escaped};
use crate::store::{self, ListStatus, Status};

/// Seconds since 1970-01-01 UTC as RFC 3339 has them; beyond the calendar, the seconds.
pub(super) fn time(seconds: i64) -> String {
    let time = Timestamp::from_second(seconds);
    time.map_or_else(|_| seconds.to_string(), |time| time.to_string())
}

/// How one list of a store is. Times are RFC 3339, in UTC.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct ListState {
    /// The version of the format.
    pub v: Version,
    /// The list.
    pub list: String,
    /// What the institution may use it for.
    pub purpose: String,
    /// How its source says what is withdrawn: `snapshot`, `delta` or `local`.
    pub kind: Name,
    /// What a match may lead to at most.
    pub at_most: Name,
    /// What a program does with a file that the list was not asked about: `open` lets it pass, `closed` keeps it out.
    pub fail: Name,
    /// The number of entries.
    pub entries: u64,
    /// The same by type of hash.
    pub types: BTreeMap<String, u64>,
    /// The number of entries that were added by hand.
    pub added: u64,
    /// The number of hashes and items that were withdrawn by hand.
    pub revoked: u64,
    /// The number of decisions in force that are not built in yet.
    pub unbuilt: u64,
    /// The number of malformed records that were set aside.
    pub set_aside: u64,
    /// How often the refresh failed since it last succeeded.
    pub failures: u64,
    /// The name of the file where it came from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The edition that the source names.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<u64>,
    /// The SHA-256 of what is in force, in hexadecimal.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sha256: Option<String>,
    /// The id of the key whose signature of it was checked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signed_by: Option<String>,
    /// The time of the source.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub as_of: Option<String>,
    /// Its age.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub age_seconds: Option<u64>,
    /// The age from which it counts as stale.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_age_seconds: Option<u64>,
    /// The time of the last attempt to refresh it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tried: Option<String>,
    /// The time of the last attempt that succeeded.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub succeeded: Option<String>,
    /// The time from which it may not be used.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires: Option<String>,
    /// The time at which the next entry expires.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_expiry: Option<String>,
    /// Why the last attempt failed. The text can change.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
    /// Whether the source is older than it may be.
    pub stale: bool,
    /// Whether the last attempt failed.
    pub failing: bool,
    /// Whether it may not be used any more, so that it matches nothing.
    #[serde(default)]
    pub expired: bool,
}

impl From<&ListStatus> for ListState {
    fn from(list: &ListStatus) -> ListState {
        let terms = &list.terms;
        ListState {
            v: Version,
            list: escaped(&terms.list),
            purpose: escaped(&terms.purpose),
            kind: terms.kind.name().into(),
            at_most: terms.at_most.name().into(),
            fail: terms.on_failure().name().into(),
            entries: list.entries,
            types: list.by_type.iter().cloned().collect(),
            added: list.added,
            revoked: list.revoked,
            unbuilt: list.unbuilt,
            set_aside: list.set_aside,
            failures: list.failures,
            name: list.name.clone(),
            version: list.version,
            sha256: list.sha256.clone(),
            signed_by: list.signed_by.clone(),
            as_of: list.as_of.map(time),
            age_seconds: list.age,
            max_age_seconds: terms.max_age,
            tried: list.tried.map(time),
            succeeded: list.succeeded.map(time),
            expires: terms.expires.map(time),
            next_expiry: list.next_expiry.map(time),
            error: list.error.clone(),
            stale: list.is_stale(),
            failing: list.is_failing(),
            expired: list.is_expired(),
        }
    }
}

/// How a store is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct StoreSummary {
    /// The generation in force; 0 before the first.
    pub generation: u64,
    /// The time at which it was published.
    pub created: String,
    /// The version of basma that built it.
    pub tool: String,
    /// The number of stale lists.
    pub stale: usize,
    /// The number of lists whose last refresh failed.
    pub failing: usize,
}

impl StoreSummary {
    /// The last line of a status.
    ///
    /// ```
    /// use basma::report::{ListState, StoreSummary, line};
    /// # let folder = tempfile::tempdir().unwrap();
    /// # let path = folder.path().join("store");
    /// let status = basma::store::Store::create(&path)?.status()?;
    /// let mut lines: String = status.lists.iter().map(|list| line(&ListState::from(list))).collect();
    /// lines += &line(&StoreSummary::new(&status));
    /// assert!(lines.contains(r#""stale":0"#));
    /// # Ok::<(), basma::Error>(())
    /// ```
    pub fn new(status: &Status) -> Summarized<StoreSummary> {
        let count = |is_so: fn(&ListStatus) -> bool| {
            let lists = status.lists.iter();
            lists.filter(|list| is_so(list)).count()
        };
        Summarized::new(StoreSummary {
            generation: status.generation,
            created: time(status.created),
            tool: status.tool.clone(),
            stale: count(ListStatus::is_stale),
            failing: count(ListStatus::is_failing),
        })
    }
}

/// A generation of a store that is kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Generation {
    /// The version of the format.
    pub v: Version,
    /// Its number.
    pub generation: u64,
    /// The time at which it was published.
    pub created: String,
    /// The version of basma that built it.
    pub tool: String,
    /// Whether it is in force.
    pub in_force: bool,
    /// What made it: `publish` or `rollback`.
    pub did: String,
    /// Who made it.
    pub by: String,
    /// Why, if that was said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// Of a rollback, the generation whose lists it has.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub of: Option<u64>,
    /// The generation that went back from this one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rolled_back_by: Option<u64>,
    /// Its lists.
    pub lists: Vec<ListCount>,
}

impl From<&store::Generation> for Generation {
    fn from(generation: &store::Generation) -> Generation {
        Generation {
            v: Version,
            generation: generation.number,
            created: time(generation.created),
            tool: escaped(&generation.tool),
            in_force: generation.in_force,
            did: escaped(&generation.did),
            by: escaped(&generation.by),
            reason: generation.reason.as_deref().map(escaped),
            of: generation.of,
            rolled_back_by: generation.rolled_back_by,
            lists: generation.lists.iter().map(ListCount::from).collect(),
        }
    }
}

/// The number of entries of a list in a generation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct ListCount {
    /// The list.
    pub list: String,
    /// The number of entries of its source.
    pub entries: u64,
    /// The number of entries that were added by hand.
    pub added: u64,
    /// The number that was withdrawn by hand.
    pub revoked: u64,
}

impl From<&store::ListCount> for ListCount {
    fn from(count: &store::ListCount) -> ListCount {
        ListCount {
            list: escaped(&count.list),
            entries: count.entries,
            added: count.added,
            revoked: count.revoked,
        }
    }
}
