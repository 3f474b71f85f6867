//! Changes to a store: decisions at once, generations whole.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use serde_json::{Value, json};

use super::audit::Ends;
use super::decisions::{self, Act, Decision, ReadPosition};
use super::withdraw::{self, Withdrawal};
use super::{audit, manifests, numbered};
use crate::disk::atomic_file::{sweep_folder, sync_folder};
use crate::disk::lock::Lock;
use crate::error::{Action, Problem};
use crate::list::Target;
use crate::store::layout::attempts::{Attempts, letters};
use crate::store::layout::clock;
use crate::store::layout::folder::{Folder, write_private};
use crate::store::layout::manifest::{Counts, ListManifest, Manifest, Pointer, to_line};
use crate::store::layout::uses::UseRule;
use crate::store::view::build::IndexFactory;
use crate::store::view::by_hand;
use crate::store::view::open::Opened;
use crate::store::view::withdrawn::{self, WithdrawnEntries};
use crate::{Error, Result, escape};

/// How long a writer waits for another that puts something in force, which takes no longer than a moment.
pub(super) const PATIENCE: Duration = Duration::from_secs(30);

/// The only process that can change what is in force; it holds the lock.
pub(super) struct Writer<'a> {
    folder: &'a Folder,
    by: &'a str,
    /// What is known of the ends of files, by all writers of a store in this process.
    ends: Option<&'a Mutex<Option<Ends>>>,
    _lock: Lock,
}

/// A generation that is to be published.
pub(super) struct NewGeneration {
    pub(super) lists: Vec<ListManifest>,
    /// What the audit says of it beside its number and counts.
    pub(super) record: serde_json::Map<String, Value>,
    /// What lists may be used for where.
    pub(super) rules: Vec<UseRule>,
    /// What lists that are no longer among them must not take again, should they come back.
    pub(super) refused: BTreeMap<String, BTreeSet<String>>,
    /// What is erased, and is not kept for a rollback either.
    pub(super) withdrawal: Option<Withdrawal>,
}

/// A generation that is in force.
pub(super) struct Published {
    pub(super) generation: u64,
    /// What could not be done afterwards: the next writer makes up for it.
    pub(super) warnings: Vec<Error>,
}

impl<'a> Writer<'a> {
    /// Begins to write, and first finishes what a crash interrupted.
    pub(super) fn begin(folder: &'a Folder, what: &str, by: &'a str) -> Result<Writer<'a>> {
        let lock = Lock::take(&folder.publish_lock(), what, by, PATIENCE)?;
        let writer = Writer {
            folder,
            by,
            ends: None,
            _lock: lock,
        };
        writer.finish()?;
        Ok(writer)
    }

    /// Begins to decide, from what is known of the ends of files on. Waits no longer than this for another.
    pub(super) fn to_decide(
        folder: &'a Folder,
        by: &'a str,
        ends: &'a Mutex<Option<Ends>>,
        patience: Duration,
    ) -> Result<Writer<'a>> {
        let lock = Lock::take(&folder.publish_lock(), "decision", by, patience)?;
        let writer = Writer {
            folder,
            by,
            ends: Some(ends),
            _lock: lock,
        };
        writer.finish()?;
        Ok(writer)
    }

    /// Records what was done and is not recorded.
    fn finish(&self) -> Result<()> {
        let known = self.take_ends();
        let (_, ends) = audit::record_on(self.folder, None, known.as_ref())?;
        if let Some(kept) = self.ends {
            *kept.lock().unwrap_or_else(PoisonError::into_inner) = ends;
        }
        Ok(())
    }

    /// What is known of the ends. After a failure it is nothing.
    fn take_ends(&self) -> Option<Ends> {
        let kept = self.ends?;
        kept.lock().unwrap_or_else(PoisonError::into_inner).take()
    }

    /// Records a failure.
    #[cfg(feature = "refresh")]
    pub(super) fn record(&self, record: Value) -> Result<()> {
        audit::record(self.folder, Some(record)).map(drop)
    }

    /// Takes decisions about lists of the generation in force. They are in force when this returns. The next writer
    /// does what failed after that.
    pub(super) fn decide(&self, decisions: &[Decision]) -> Result<Vec<Error>> {
        let generation = self.manifest()?.generation;
        let path = self.folder.decisions_of(generation);
        let lifts = |decision: &Decision| matches!(decision.act, Act::Lift(_));
        if decisions.iter().any(lifts) {
            let pointer = Pointer::read(self.folder)?;
            let pointer = pointer.unwrap_or_else(|| Pointer::of(generation));
            // A source that is damaged is no reason not to decide.
            let opened = Opened::to_mend(self.folder, pointer)?;
            let decided = by_hand::decisions(self.folder, &opened)?;
            let decisions = withdrawn::with_restored(&opened, decided, decisions)?;
            decisions::append(&path, ReadPosition::default(), &decisions)?;
        } else {
            let known = self.take_ends();
            let from = known.as_ref().and_then(|ends| ends.read_of(generation));
            decisions::append(&path, from.unwrap_or_default(), decisions)?;
            if let Some(kept) = self.ends {
                let known = known.and_then(|ends| ends.after_adding(self.folder));
                *kept.lock().unwrap_or_else(PoisonError::into_inner) = known;
            }
        }
        Ok(self.finish().err().into_iter().collect())
    }

    /// The manifest of the generation in force.
    pub(super) fn manifest(&self) -> Result<Manifest> {
        let pointer = Pointer::read(self.folder)?;
        let pointer = pointer.ok_or_else(|| Error::Store {
            path: self.folder.root().to_owned(),
            problem: Problem::StoreWithoutLists {
                store: escape::shell(self.folder.root()),
            },
        })?;
        Manifest::read(self.folder, &pointer)
    }

    /// Publishes a generation, with all decisions built in that were taken since the one before.
    pub(super) fn publish(
        &self,
        current: Option<&Opened>,
        factory: &IndexFactory<'_>,
        draft: NewGeneration,
    ) -> Result<Published> {
        let generation = current.map_or(0, |current| current.pointer.generation) + 1;
        let now = clock::now();
        let mut lists = draft.lists;
        let mut dormant = Vec::new();
        if let Some(current) = current {
            let mut latest = current.clone();
            latest.read_decisions(self.folder)?;
            let decided = by_hand::decisions(self.folder, current)?;
            let known = current
                .manifest
                .lists
                .iter()
                .chain(&current.manifest.dormant);
            for list in known.filter(|known| lists.iter().all(|l| l.terms.list != known.terms.list))
            {
                dormant.push(asleep(list, &draft.refused));
            }
            for list in lists.iter_mut().chain(&mut dormant) {
                fold(list, &latest, &decided, draft.withdrawal.as_ref(), factory)?;
            }
            dormant.retain(|list| {
                list.added.is_some() || list.revoked.is_some() || !list.refused.is_empty()
            });
        }
        lists.sort_by(|a, b| a.terms.list.cmp(&b.terms.list));
        let mut manifest = Manifest::new(generation, now, lists);
        manifest.dormant = dormant;
        manifest.rules = draft.rules;
        manifest.oldest = match &draft.withdrawal {
            Some(_) => Some(generation),
            None => current.and_then(|current| current.manifest.oldest),
        };
        let mut record = serde_json::Map::new();
        record.insert("at".into(), clock::text(now).into());
        record.insert("by".into(), self.by.into());
        record.extend(draft.record);
        record.insert("generation".into(), generation.into());
        record.insert("tool".into(), manifest.tool.clone().into());
        if !manifest.rules.is_empty() {
            let rules = serde_json::to_value(&manifest.rules);
            record.insert("rules".into(), rules.unwrap_or_default());
        }
        record.insert("lists".into(), manifest.lists.iter().map(counted).collect());
        manifest.record = record.into();
        manifest.audit_head = Some(audit::record(self.folder, None)?);
        let bytes = to_line(&manifest);
        // What the pointer is to name must be there, whatever happens.
        sync_folder(&self.folder.indexes())
            .map_err(Error::io(Action::Sync, &self.folder.indexes()))?;
        write_private(&self.folder.manifest(generation), &bytes)?;
        factory.keep();
        Pointer::publish(self.folder, generation, &bytes)?;
        // It is in force. What follows is made up for by the next writer if it fails.
        let recorded = audit::record(self.folder, None).map(drop);
        Ok(Published {
            generation,
            warnings: recorded.err().into_iter().collect(),
        })
    }
}

/// What is remembered of a list that is no longer there.
fn asleep(list: &ListManifest, refused: &BTreeMap<String, BTreeSet<String>>) -> ListManifest {
    let more = refused.get(&list.terms.list).into_iter().flatten().cloned();
    let refused: BTreeSet<String> = list.refused.iter().cloned().chain(more).collect();
    ListManifest {
        layers: Vec::new(),
        baseline: None,
        source: None,
        counts: Counts::default(),
        refused: refused.into_iter().collect(),
        ..list.clone()
    }
}

/// Builds the decisions about a list into its files.
fn fold(
    list: &mut ListManifest,
    current: &Opened,
    decided: &[Decision],
    withdrawal: Option<&Withdrawal>,
    factory: &IndexFactory<'_>,
) -> Result<()> {
    let name = &list.terms.list;
    // What was decided belongs to the list, whatever layers it is given.
    let Some(before) = current.manifest.remembered(name) else {
        return Ok(());
    };
    list.added = before.added.clone();
    list.revoked = before.revoked.clone();
    list.shelved = before.shelved.clone();
    let mut own = (before.counts.added, before.counts.revoked);
    let is_decided = current.live.get(name).is_some_and(|live| !live.is_empty());
    if is_decided || withdraw::concerns(withdrawal, before) {
        let mut entries = by_hand::entries(current, before)?;
        let mut withdrawals = by_hand::withdrawals(current, before, decided)?;
        let mut shelved = WithdrawnEntries::after(current, before, decided)?.kept();
        if let Some(withdrawal) = withdrawal {
            entries.retain(|entry| !withdrawal.holds(entry));
            shelved.retain(|entry| !withdrawal.holds(entry));
            withdrawals.retain(|known| {
                let hash = match &known.target {
                    Target::Hash(hash) | Target::Entry(hash, _) => Some(hash),
                    Target::Id(_) => None,
                };
                withdraw::stays(withdrawal, &before.terms, hash)
            });
        }
        own = (entries.len() as u64, withdrawals.len() as u64);
        list.added = match entries.as_slice() {
            [] => None,
            entries => Some(factory.entries(name, entries)?),
        };
        list.revoked = match withdrawals.as_slice() {
            [] => None,
            withdrawals => Some(factory.targets(withdrawals)?.0),
        };
        list.shelved = match shelved.as_slice() {
            [] => None,
            entries => Some(factory.entries(name, entries)?),
        };
    }
    (list.counts.added, list.counts.revoked) = own;
    Ok(())
}

/// What the audit says of a list in a generation.
fn counted(list: &ListManifest) -> Value {
    let terms = serde_json::to_value(&list.terms).unwrap_or_default();
    let Counts {
        entries,
        added,
        revoked,
        set_aside,
        ..
    } = list.counts;
    let source = list.source.as_ref();
    json!({
        "list": list.terms.list,
        "terms": terms,
        "sha256": source.map(|source| &source.sha256),
        "version": source.and_then(|source| source.version),
        "entries": entries,
        "added": added,
        "revoked": revoked,
        "set_aside": set_aside,
    })
}

/// Removes what no kept generation needs: generations before the last `keep`, files that no kept one names, and
/// unpublished files.
pub(super) fn sweep(folder: &Folder, keep: usize) -> Result<()> {
    let Some(pointer) = Pointer::read(folder)? else {
        return Ok(());
    };
    let all = manifests(folder)?;
    let published = all
        .iter()
        .filter(|&&generation| generation <= pointer.generation);
    let oldest = published.rev().nth(keep.max(1) - 1).copied().unwrap_or(0);
    // What was withdrawn by a token stands in the generations before.
    let (in_force, _) = Manifest::read_kept(folder, pointer.generation)?;
    let oldest = oldest.max(in_force.oldest.unwrap_or(0));
    let stays = |generation: &u64| (oldest..=pointer.generation).contains(generation);
    let mut files: BTreeSet<String> = BTreeSet::new();
    // What is held back waits for a decision of a person.
    let (attempts, _) = Attempts::read(folder);
    let mut raw: BTreeSet<String> = BTreeSet::new();
    for attempt in attempts.lists.into_values() {
        raw.extend(letters(&attempt.known));
        raw.extend(attempt.held);
    }
    for generation in all.iter().filter(|generation| stays(generation)) {
        let (manifest, _) = Manifest::read_kept(folder, *generation)?;
        files.extend(manifest.files().map(|file| file.file.clone()));
        let sources = manifest
            .lists
            .iter()
            .filter_map(|list| list.source.as_ref());
        raw.extend(sources.clone().flat_map(|source| letters(&source.known)));
        raw.extend(
            sources.flat_map(|source| source.files.iter().chain(&source.incomplete).cloned()),
        );
    }
    // Manifests first: while one is there, so is what it names.
    for generation in all.iter().filter(|generation| !stays(generation)) {
        remove(&folder.manifest(*generation))?;
    }
    let is_kept = |generation: u64| all.contains(&generation) && stays(&generation);
    remove_but(&folder.decisions(), |name| {
        numbered(name, ".jsonl").is_none_or(is_kept)
    })?;
    let is_digest = |name: &str| name.len() == 64 && name.bytes().all(|b| b.is_ascii_hexdigit());
    remove_but(&folder.indexes(), |name| {
        !name.ends_with(".basma") || files.contains(name)
    })?;
    remove_but(&folder.raw(), |name| !is_digest(name) || raw.contains(name))?;
    remove_but(&folder.set_aside(), |name| {
        let digest = name.strip_suffix(".jsonl").filter(|name| is_digest(name));
        digest.is_none_or(|digest| raw.contains(digest))
    })?;
    let drafts = [
        folder.root().to_owned(),
        folder.generations(),
        folder.indexes(),
        folder.set_aside(),
    ];
    drafts.iter().for_each(|folder| sweep_folder(folder));
    Ok(())
}

fn remove_but(folder: &std::path::Path, stays: impl Fn(&str) -> bool) -> Result<()> {
    for entry in fs::read_dir(folder).map_err(Error::io(Action::List, folder))? {
        let entry = entry.map_err(Error::io(Action::List, folder))?;
        if entry.file_name().to_str().is_some_and(|name| !stays(name)) {
            remove(&entry.path())?;
        }
    }
    Ok(())
}

fn remove(path: &std::path::Path) -> Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(Error::io(Action::Remove, path)(error))
        }
        _ => Ok(()),
    }
}
