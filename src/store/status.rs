//! How a store is: what is in force, how old it is, and what is wrong with it.

use super::Store;
use crate::Result;
use crate::error::Message;
use crate::hash::HashType;
use crate::store::layout::attempts::{Attempt, Attempts};
use crate::store::layout::clock;
use crate::store::layout::folder::Folder;
use crate::store::layout::manifest::{ListManifest, Pointer};
use crate::store::layout::terms::{Kind, MaxAction, Terms};
use crate::store::view::by_hand;
use crate::store::view::open::Opened;
use crate::store::view::visible::Visible;

/// The state of a store. Times are in seconds since 1970-01-01 UTC.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Status {
    /// The generation in force; 0 before the first.
    pub generation: u64,
    /// When it was published.
    pub created: i64,
    /// The version of basma that built it.
    pub tool: String,
    /// The lists, by name.
    pub lists: Vec<ListStatus>,
}

/// The state of one list of a store.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct ListStatus {
    /// The terms of matching.
    pub terms: Terms,
    /// The number of entries of the source and those added by hand. Entries withdrawn by hand are counted with those of the
    /// source.
    pub entries: u64,
    /// The same by type of hash.
    pub by_type: Vec<(String, u64)>,
    /// The number of entries added by hand.
    pub added: u64,
    /// The number of hashes and items withdrawn by hand.
    pub revoked: u64,
    /// The number of decisions in force that are not yet built in.
    pub unbuilt: u64,
    /// Malformed records of the source that were set aside, and the file that holds them.
    pub set_aside: u64,
    /// The time at which the next entry of the source expires.
    pub next_expiry: Option<i64>,
    /// The SHA-256 of the last fetched file in force.
    pub sha256: Option<String>,
    /// The id of the key whose signature of that file was checked.
    pub signed_by: Option<String>,
    /// The name of that file at its source.
    pub name: Option<String>,
    /// The edition in its manifest.
    pub version: Option<u64>,
    /// The time that the source states, or its signature where it is signed. Otherwise the time of the last check.
    pub as_of: Option<i64>,
    /// Its age in seconds.
    pub age: Option<u64>,
    /// The time of the last attempt to refresh it.
    pub tried: Option<i64>,
    /// The time of the last successful attempt.
    pub succeeded: Option<i64>,
    /// The number of failures since then.
    pub failures: u64,
    /// The error of the last attempt.
    pub error: Option<String>,
    /// The same as messages for any language; none of an attempt that another release noted.
    pub errors: Vec<Message>,
}

impl ListStatus {
    /// Whether its source is older than allowed.
    pub fn is_stale(&self) -> bool {
        match (self.age, self.terms.max_age) {
            (Some(age), Some(most)) => age > most,
            _ => false,
        }
    }

    /// Whether it may not be used any more, so that it matches nothing.
    pub fn is_expired(&self) -> bool {
        self.terms.is_expired(clock::now())
    }

    /// Whether the last attempt to refresh it failed.
    pub fn is_failing(&self) -> bool {
        self.failures > 0
    }
}

impl Store {
    /// The current state of the store.
    ///
    /// # Errors
    /// [`Error::Store`](crate::Error::Store) and [`Error::Index`](crate::Error::Index) where it is damaged or holds no
    /// lists yet; [`Error::Io`](crate::Error::Io).
    pub fn status(&self) -> Result<Status> {
        self.look(true)
    }

    /// The stale and failing lists; no index is read.
    ///
    /// # Errors
    /// As [`Store::status`].
    pub fn with_problems(&self) -> Result<Vec<ListStatus>> {
        let mut lists = self.look(false)?.lists;
        lists.retain(|list| list.is_stale() || list.is_failing() || list.is_expired());
        Ok(lists)
    }

    /// The same without the time of the next expiry, for which indexes are read.
    pub(crate) fn state(&self) -> Result<Status> {
        self.look(false)
    }

    fn look(&self, expiry: bool) -> Result<Status> {
        let (attempts, _) = Attempts::read(&self.folder);
        if Pointer::read(&self.folder)?.is_none() {
            let lists = attempts
                .lists
                .iter()
                .map(|(name, attempt)| never(name, attempt));
            return Ok(Status {
                generation: 0,
                created: 0,
                tool: String::new(),
                lists: lists.collect(),
            });
        }
        let opened = Opened::open(&self.folder, None)?;
        let now = clock::now();
        let mut lists = Vec::new();
        for list in &opened.manifest.lists {
            let attempt = attempts.lists.get(&list.terms.list);
            lists.push(of_list(&self.folder, &opened, list, attempt, now, expiry)?);
        }
        // A source that was never fetched has a list nowhere else.
        for (name, attempt) in &attempts.lists {
            if opened.manifest.list(name).is_none() {
                lists.push(never(name, attempt));
            }
        }
        Ok(Status {
            generation: opened.manifest.generation,
            created: opened.manifest.created,
            tool: opened.manifest.tool.clone(),
            lists,
        })
    }
}

fn of_list(
    folder: &Folder,
    opened: &Opened,
    list: &ListManifest,
    attempt: Option<&Attempt>,
    now: i64,
    expiry: bool,
) -> Result<ListStatus> {
    let source = list.source.as_ref();
    // After a rollback, what was learnt of the newest file says nothing of the one in force.
    let sha256 = source.map(|source| &source.sha256);
    let of_force = attempt.filter(|attempt| attempt.sha256.as_ref() == sha256);
    let signed = of_force
        .and_then(|attempt| attempt.signed)
        .max(source.and_then(|s| s.signed));
    let told = of_force
        .and_then(|attempt| attempt.as_of)
        .max(source.and_then(|s| s.as_of));
    let looked = attempt
        .and_then(|attempt| attempt.succeeded)
        .max(source.map(|s| s.fetched));
    let as_of = match list.terms.kind {
        Kind::Local => None,
        _ => signed.or(told).or(looked),
    };
    let added = by_hand::entries(opened, list)?;
    let decided = by_hand::decisions(folder, opened)?;
    let revoked = by_hand::withdrawals(opened, list, &decided)?;
    let mut by_type = list.counts.by_type.clone();
    for entry in &added {
        *by_type
            .entry(entry.hash.hash_type().name().to_owned())
            .or_default() += 1;
    }
    Ok(ListStatus {
        entries: list.counts.entries + added.len() as u64,
        by_type: by_type.into_iter().collect(),
        added: added.len() as u64,
        revoked: revoked.len() as u64,
        unbuilt: decided
            .iter()
            .filter(|decision| decision.list == list.terms.list)
            .count() as u64,
        set_aside: list.counts.set_aside,
        next_expiry: if expiry {
            next_expiry(opened, list, now)?
        } else {
            None
        },
        sha256: source.map(|source| source.sha256.clone()),
        signed_by: source.and_then(|source| source.signed_by.clone()),
        name: source.map(|source| source.name.clone()),
        version: source.and_then(|source| source.version),
        as_of,
        age: as_of.map(|as_of| u64::try_from(now.saturating_sub(as_of)).unwrap_or(0)),
        tried: attempt.map(|attempt| attempt.tried),
        succeeded: attempt.and_then(|attempt| attempt.succeeded),
        failures: attempt.map_or(0, |attempt| attempt.failures),
        error: attempt.and_then(|attempt| attempt.error.clone()),
        errors: attempt.map_or_else(Vec::new, |attempt| attempt.errors.clone()),
        terms: list.terms.clone(),
    })
}

fn never(name: &str, attempt: &Attempt) -> ListStatus {
    ListStatus {
        terms: Terms::new(name, "never fetched", Kind::Snapshot, MaxAction::Log),
        entries: 0,
        by_type: Vec::new(),
        added: 0,
        revoked: 0,
        unbuilt: 0,
        set_aside: 0,
        next_expiry: None,
        sha256: None,
        signed_by: None,
        name: None,
        version: None,
        as_of: None,
        age: None,
        tried: Some(attempt.tried),
        succeeded: attempt.succeeded,
        failures: attempt.failures,
        error: attempt.error.clone(),
        errors: attempt.errors.clone(),
    }
}

/// When the next entry expires. The manifest knows the first one; once that has passed, all are looked through.
fn next_expiry(opened: &Opened, list: &ListManifest, now: i64) -> Result<Option<i64>> {
    match list.counts.next_expiry {
        None => return Ok(None),
        Some(first) if first > now => return Ok(Some(first)),
        Some(_) => {}
    }
    let layers = opened.stack(list).source();
    let mut next: Option<i64> = None;
    for hash_type in HashType::ALL {
        let mut visible = Visible::new(&layers, hash_type);
        while let Some((_, standing)) = visible.next_hash()? {
            let ends = standing
                .iter()
                .filter_map(|standing| standing.row.entry.valid_until);
            next = next.into_iter().chain(ends.filter(|end| *end > now)).min();
        }
    }
    Ok(next)
}
