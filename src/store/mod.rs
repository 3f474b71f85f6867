//! Lists that live: generations on disk, of which readers see one at a time.
//!
//! A *store* is a folder of lists with their terms. Files in it never change. A refresh builds new files beside the old
//! ones and verifies them. Then it replaces one pointer, which puts all of them in force at once. Readers see the old
//! generation or the new one, whole; the old files stay until the last reader lets go. Between two builds *decisions*
//! by hand, entries added and withdrawn, take effect at once and outlast every build.
//!
//! | module | |
//! |---|---|
//! | `layout` | where everything stands, what a generation is made of, who may change it |
//! | `decisions` | entries added and withdrawn by hand |
//! | `view` | what queries look into: a generation with its files open |
//! | `fetch`, `refresh` | from a source to a new generation |
//! | `checker` | services that keep their list, and are asked about single hashes |
//! | `withdraw` | an entry is erased by the token of a person |
//! | `writer`, `rollback` | a generation is put in force, or gone back from |
//! | `audit`, `status`, `history` | what was done, how each list stands, what is kept |

mod audit;
#[cfg(feature = "refresh")]
mod checker;
mod decisions;
#[cfg(feature = "refresh")]
mod feedback;
#[cfg(feature = "refresh")]
mod fetch;
#[cfg(any(test, fuzzing))]
mod fuzz;
mod history;
#[cfg_attr(
    not(feature = "refresh"),
    allow(dead_code, reason = "a refresh needs more")
)]
mod layout;
#[cfg(feature = "refresh")]
mod refresh;
mod rollback;
mod status;
#[cfg_attr(
    not(feature = "refresh"),
    allow(dead_code, reason = "a refresh needs more")
)]
mod view;
mod withdraw;
mod writer;

use std::collections::{BTreeSet, HashSet};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::Duration;

#[cfg(feature = "refresh")]
pub use checker::{Answer, Checker, Inquiry, KnownHash, Unchecked};
pub use decisions::{Act, Decision};
#[cfg(feature = "refresh")]
pub use feedback::Feedback;
#[cfg(feature = "refresh")]
pub use fetch::SourceWarning;
#[cfg(all(fuzzing, feature = "refresh"))]
pub use fuzz::hold_answers_to;
#[cfg(fuzzing)]
pub use fuzz::hold_to;
pub use history::{Generation, ListCount};
pub use layout::folder::Access;
pub(crate) use layout::folder::MARK;
pub use layout::terms::{Kind, MaxAction, OnFailure, Terms};
pub use layout::uses::{Use, UseRule, keep_apart};
#[cfg(feature = "refresh")]
pub use refresh::{
    Config, Guard, GuardFinding, GuardViolation, ListRefreshed, Refresh, Refreshed, Shares, Source,
};
pub use rollback::RolledBack;
pub use status::{ListStatus, Status};
pub(crate) use view::layer::{Layer, Standing, View};
pub(crate) use view::near::{Near, NearEach};
pub(crate) use view::reader::Reader;

pub use audit::Audited;
pub use layout::difference::Difference;
pub use view::compare::Step;
pub use view::numbers::EntryNumbers;
pub use withdraw::{Erased, Token, WITHDRAWAL};

use crate::error::{Action, Problem};
use crate::hash::{Hash, HashType};
use crate::list::{Entry, Target, entry_line};
use crate::{Error, Result};
use layout::folder::Folder;
use layout::manifest::{Manifest, Pointer, hex};
use sha2::{Digest as _, Sha256};
use view::open::Opened;
use view::visible::{self, Visible};
use view::{by_hand, compare};
use writer::Writer;

/// A store of lists.
#[derive(Clone, Debug)]
pub struct Store {
    folder: Folder,
    /// What deciding knows of the ends of files.
    ends: Arc<Mutex<Option<audit::Ends>>>,
}

impl Store {
    fn of(folder: Folder) -> Store {
        Store {
            folder,
            ends: Arc::default(),
        }
    }

    /// Opens a store.
    ///
    /// # Errors
    /// [`Error::Store`] if the folder is no store. Also if others can read or write it and that was not allowed.
    pub fn open(path: &Path, access: Access) -> Result<Store> {
        let folder = Folder::open(path, access)?;
        Ok(Store::of(folder))
    }

    /// Whether a folder is a store.
    pub fn is_store(path: &Path) -> bool {
        path.join(MARK).exists()
    }

    /// Makes a store. The folder is new, or empty except for the files of an interrupted initialisation. Only its owner
    /// can read it.
    ///
    /// # Errors
    /// [`Error::Store`] if there is something in the folder; [`Error::Io`].
    pub fn create(path: &Path) -> Result<Store> {
        let folder = Folder::create(path, None)?;
        Ok(Store::of(folder))
    }

    /// Its folder.
    pub fn path(&self) -> &Path {
        self.folder.root()
    }

    /// The generation in force, if there is any yet.
    ///
    /// # Errors
    /// [`Error::Io`]; [`Error::Store`] where it cannot be told.
    pub fn generation(&self) -> Result<Option<u64>> {
        Ok(Pointer::read(&self.folder)?.map(|pointer| pointer.generation))
    }

    /// The generations that are kept, ascending.
    ///
    /// # Errors
    /// [`Error::Io`]; [`Error::Store`] where it cannot be told which is in force.
    pub fn generations(&self) -> Result<Vec<u64>> {
        let in_force = self.generation()?.unwrap_or_default();
        let mut kept = kept(&self.folder)?;
        // One that was not published before a crash.
        kept.retain(|generation| *generation <= in_force);
        Ok(kept)
    }

    /// Takes decisions: entries are added or withdrawn at once, for readers that are running too. Each is about a list
    /// of the generation in force. They outlast every refresh and every rollback. Returns what failed after they were
    /// in force, such as the record in the audit. The next writer does it.
    ///
    /// # Errors
    /// [`Error::Argument`] for a list that the store does not hold, or an entry that stands for nothing.
    /// [`Error::Busy`]. [`Error::Io`], after which none of them counts.
    pub fn decide(&self, decisions: &[Decision]) -> Result<Vec<Error>> {
        self.decide_within(decisions, writer::PATIENCE)
    }

    /// [`Store::decide`], which waits no longer than this for another process that changes the store.
    ///
    /// # Errors
    /// As [`Store::decide`].
    pub fn decide_within(&self, decisions: &[Decision], patience: Duration) -> Result<Vec<Error>> {
        let by = decisions
            .first()
            .map_or("", |decision| decision.by.as_str());
        let writer = Writer::to_decide(&self.folder, by, &self.ends, patience)?;
        let manifest = writer.manifest()?;
        for decision in decisions {
            let list = manifest.known(&decision.list)?;
            if let Act::Add(entry) = &decision.act
                && withdraw::token_of(entry).is_some()
                && list.terms.kind != Kind::Local
            {
                return Err(Problem::WithdrawalElsewhere.into());
            }
            if decision.reason.trim().is_empty() && !matches!(decision.act, Act::Add(_)) {
                return Err(Problem::WithdrawalWithoutReason.into());
            }
        }
        writer.decide(decisions)
    }
}

impl Store {
    /// The entries of a list, as it is now, that have one of these hashes: in the order of the hashes.
    ///
    /// # Errors
    /// As [`Store::count`].
    pub fn entries_of(
        &self,
        list: &str,
        hashes: impl IntoIterator<Item = Hash>,
    ) -> Result<Vec<Entry>> {
        let opened = Opened::open(&self.folder, None)?;
        let list = opened.manifest.known(list)?;
        let layers = opened.layers(list);
        let mut entries = Vec::new();
        for hash in hashes {
            entries.extend(visible::of_hash(&layers, &hash)?);
        }
        Ok(entries)
    }

    /// How many entries of a list, as it is now, a target means. One that means none is likely mistyped.
    ///
    /// # Errors
    /// [`Error::Argument`] for a list that the store does not hold; [`Error::Index`] where a file is damaged.
    pub fn count(&self, list: &str, target: &Target) -> Result<u64> {
        let opened = Opened::open(&self.folder, None)?;
        let list = opened.manifest.known(list)?;
        let layers = opened.layers(list);
        let hashes: BTreeSet<Hash> = match target {
            Target::Hash(hash) | Target::Entry(hash, _) => BTreeSet::from([*hash]),
            Target::Id(id) => {
                let ids = HashSet::from([id.as_str()]);
                let layers = layers.iter().map(|layer| layer.hashes_of_items(&ids));
                layers
                    .collect::<Result<Vec<_>>>()?
                    .into_iter()
                    .flatten()
                    .collect()
            }
        };
        let mut count = 0;
        for hash in &hashes {
            let entries = visible::of_hash(&layers, hash)?;
            count += entries
                .iter()
                .filter(|entry| decisions::is_meant(target, entry))
                .count() as u64;
        }
        Ok(count)
    }

    /// Hands on every entry that is in force, with the name of its list. The order is by list, then by type and hash.
    /// Expired ones are among them.
    ///
    /// # Errors
    /// [`Error::Store`] or [`Error::Index`] where the store is damaged; those of `each`.
    pub fn each_entry(&self, mut each: impl FnMut(&str, Entry) -> Result<()>) -> Result<()> {
        let opened = Opened::open(&self.folder, None)?;
        for list in &opened.manifest.lists {
            let layers = opened.layers(list);
            for hash_type in HashType::ALL {
                let mut visible = Visible::new(&layers, hash_type);
                while let Some((_, standing)) = visible.next_hash()? {
                    for entry in standing.into_iter().map(|standing| standing.row.entry) {
                        each(&list.terms.list, entry)?;
                    }
                }
            }
        }
        Ok(())
    }

    /// The SHA-256, in hexadecimal, of the entries of a list as it is now. The order in which they were added does not
    /// matter.
    ///
    /// # Errors
    /// As [`Store::count`].
    pub fn digest_entries(&self, list: &str) -> Result<String> {
        let opened = Opened::open(&self.folder, None)?;
        let list = opened.manifest.known(list)?;
        let layers = opened.layers(list);
        let mut digest = Sha256::new();
        for hash_type in HashType::ALL {
            let mut visible = Visible::new(&layers, hash_type);
            while let Some((_, standing)) = visible.next_hash()? {
                let lines = standing.iter();
                let mut lines: Vec<String> = lines
                    .map(|standing| entry_line(&standing.row.entry))
                    .collect();
                lines.sort();
                lines.iter().for_each(|line| digest.update(line));
            }
        }
        Ok(hex(&digest.finalize()))
    }

    /// Refuses a use that the terms of a list or the rules of the institution do not allow.
    ///
    /// # Errors
    /// [`Error::Argument`] names the list or the rule; [`Error::Store`] where the store is damaged.
    pub fn check_use(&self, wanted: &Use) -> Result<()> {
        wanted.check()?;
        let Some(pointer) = Pointer::read(&self.folder)? else {
            return Ok(());
        };
        let manifest = Manifest::read(&self.folder, &pointer)?;
        wanted.check_rules(&manifest.rules)?;
        let mut lists = manifest.lists.iter();
        lists.try_for_each(|list| wanted.check_terms(&list.terms))
    }

    /// On what terms each list of the generation in force is matched against.
    ///
    /// # Errors
    /// [`Error::Store`] where the store is damaged.
    pub fn terms(&self) -> Result<Vec<Terms>> {
        let Some(pointer) = Pointer::read(&self.folder)? else {
            return Ok(Vec::new());
        };
        let manifest = Manifest::read(&self.folder, &pointer)?;
        Ok(manifest.lists.into_iter().map(|list| list.terms).collect())
    }

    /// Whether a target was withdrawn from a list by hand, and still is.
    ///
    /// # Errors
    /// As [`Store::count`].
    pub fn is_withdrawn(&self, list: &str, target: &Target) -> Result<bool> {
        let opened = Opened::open(&self.folder, None)?;
        let list = opened.manifest.known(list)?;
        let decided = by_hand::decisions(&self.folder, &opened)?;
        let withdrawn = by_hand::withdrawals(&opened, list, &decided)?;
        Ok(withdrawn.iter().any(|known| known.target == *target))
    }

    /// Compares what two kept generations hold, list by list, each change handed on with the name of its list. Decisions
    /// count as far as they were built into them.
    ///
    /// ```
    /// # #[cfg(feature = "refresh")] {
    /// use basma::report::{Change, DiffSummary, Generation, RefreshSummary, RefreshedList, line};
    /// use basma::store::{Config, Guard, Refresh, Step, Store};
    /// # let folder = tempfile::tempdir().unwrap();
    /// # let file = folder.path().join("demo.txt");
    /// # let md5 = ["900150983cd24fb0d6963f7d28e17f72", "0cc175b9c0f1b6a831c399e269772661"];
    /// let config = Config::parse(&format!(
    ///     r#"
    ///     [[source]]
    ///     list = "demo"
    ///     purpose = "an example"
    ///     kind = "snapshot"
    ///     at_most = "block"
    ///     guards = {{ growth = 100 }}
    ///     [source.from.file]
    ///     path = "{}"
    ///     settle_seconds = 0
    ///     "#,
    ///     file.display()
    /// ))?;
    /// let store = Store::create(&folder.path().join("store"))?;
    /// # std::fs::write(&file, format!("md5 {}\n", md5[0])).unwrap();
    /// assert!(store.refresh(&config, &Refresh::new("nightly job"))?.lists[0].is_good());
    /// # std::fs::write(&file, format!("md5 {}\nmd5 {}\n", md5[0], md5[1])).unwrap();
    /// let refreshed = store.refresh(&config, &Refresh::new("nightly job"))?;
    /// assert!(refreshed.lists[0].is_good());
    /// let mut printed = line(&RefreshedList::from(&refreshed.lists[0]));
    /// printed += &line(&RefreshSummary::new(&refreshed, false));
    ///
    /// let mut added = 0;
    /// let differences = store.diff(1, 2, |list, _hash, step| {
    ///     if let Step::Added(entries) = step {
    ///         added += entries.len();
    ///     }
    ///     printed += &line(&Change::new(list, &step));
    ///     Ok(())
    /// })?;
    /// let (list, difference) = &differences[0];
    /// assert_eq!((list.as_str(), difference.added, added), ("demo", 1, 1));
    /// printed += &line(&DiffSummary::new(list, difference));
    ///
    /// // A list that has ten times as many entries is held back until a person lets it pass.
    /// # let many: String = (1..=20).map(|number| format!("md5 {number:032x}\n")).collect();
    /// # std::fs::write(&file, many + &format!("md5 {}\nmd5 {}\n", md5[0], md5[1])).unwrap();
    /// let held = store.refresh(&config, &Refresh::new("nightly job"))?;
    /// assert_eq!(held.lists[0].held[0].guard, Guard::Growth);
    /// let violation = &RefreshedList::from(&held.lists[0]).held[0];
    /// assert_eq!(violation.why_code, "come-since");
    ///
    /// let back = store.rollback(Some(1), "operator", "the second edition was wrong")?;
    /// assert_eq!((back.to, back.generation), (1, 3));
    /// for generation in store.history()? {
    ///     let generation = Generation::from(&generation);
    ///     printed += &line(&generation);
    ///     assert_eq!(generation.lists[0].list, "demo");
    /// }
    /// # }
    /// # Ok::<(), basma::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::Io`] if one of them is not kept; [`Error::Store`] and [`Error::Index`] where a file is damaged; those of
    /// `each`.
    pub fn diff(
        &self,
        before: u64,
        after: u64,
        mut each: impl FnMut(&str, &Hash, Step<'_>) -> Result<()>,
    ) -> Result<Vec<(String, Difference)>> {
        let before = self.kept(before, None)?;
        let after = self.kept(after, Some(&before))?;
        let lists = before.manifest.lists.iter().chain(&after.manifest.lists);
        let names: BTreeSet<&str> = lists.map(|list| list.terms.list.as_str()).collect();
        let mut differences = Vec::new();
        for name in names {
            let [was, is] = [&before, &after].map(|opened| {
                let list = opened.manifest.list(name);
                list.map(|list| opened.layers(list)).unwrap_or_default()
            });
            let mut each = |hash: &Hash, step: Step<'_>| each(name, hash, step);
            let compared = compare::whole(&was, &is, &compare::Times::now(), &mut each)?;
            differences.push((name.to_owned(), compared.difference));
        }
        Ok(differences)
    }

    /// A kept generation with its files open, without the decisions that came after it.
    fn kept(&self, generation: u64, before: Option<&Opened>) -> Result<Opened> {
        let read = Manifest::read_kept(&self.folder, generation);
        let (manifest, _) = read.map_err(|error| match &error {
            Error::Io { source, .. } if source.kind() == io::ErrorKind::NotFound => {
                self.not_kept(generation).unwrap_or(error)
            }
            _ => error,
        })?;
        let pointer = Pointer::of(generation);
        Opened::files(&self.folder, pointer, manifest, before)
    }

    /// That a generation is not kept, and which are.
    fn not_kept(&self, generation: u64) -> Option<Error> {
        let mut kept = kept(&self.folder).ok()?;
        kept.sort_unstable();
        let kept: Vec<String> = kept.iter().map(u64::to_string).collect();
        let kept = kept.join(", ");
        Some(Problem::GenerationNotKept { generation, kept }.into())
    }

    /// Checks the whole audit: no record was changed, removed, moved or inserted.
    ///
    /// # Errors
    /// [`Error::Store`] names the first record that is not as it was; [`Error::Io`].
    pub fn verify_audit(&self) -> Result<Audited> {
        audit::verify(&self.folder)
    }

    /// Calls `each` with every record of the audit, a line of JSON.
    ///
    /// ```
    /// use basma::report::AuditRecord;
    /// use basma::store::{Access, Store};
    /// # let folder = tempfile::tempdir().unwrap();
    /// # let path = folder.path().join("store");
    /// # Store::create(&path)?;
    /// let store = Store::open(&path, Access::Private)?;
    /// store.audit(|line| {
    ///     let record: AuditRecord = serde_json::from_str(line).expect("a record");
    ///     assert_eq!(record.did, "init");
    ///     Ok(())
    /// })?;
    /// # Ok::<(), basma::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::Store`] for a line that is no record; [`Error::Io`]; those of `each`.
    pub fn audit(&self, mut each: impl FnMut(&str) -> Result<()>) -> Result<()> {
        audit::each(&self.folder.audit(), |line, _| {
            each(String::from_utf8_lossy(line).trim_end())
        })
    }

    /// The path of the configuration of the sources.
    pub fn sources_path(&self) -> PathBuf {
        self.folder.sources()
    }

    /// Makes a store with a commented example configuration.
    ///
    /// # Errors
    /// As [`Store::create`].
    #[cfg(feature = "refresh")]
    pub fn init(path: &Path) -> Result<Store> {
        let folder = Folder::create(path, Some(Config::TEMPLATE))?;
        Ok(Store::of(folder))
    }
}

/// The generations that were published and are kept, ascending.
fn kept(folder: &Folder) -> Result<Vec<u64>> {
    let present = Pointer::read(folder)?.map_or(0, |pointer| pointer.generation);
    let mut all = manifests(folder)?;
    all.retain(|generation| *generation <= present);
    Ok(all)
}

/// The generations whose manifests are there, ascending, published or not.
fn manifests(folder: &Folder) -> Result<Vec<u64>> {
    let path = folder.generations();
    let mut all = Vec::new();
    for entry in std::fs::read_dir(&path).map_err(Error::io(Action::List, &path))? {
        let name = entry.map_err(Error::io(Action::List, &path))?.file_name();
        all.extend(name.to_str().and_then(|name| numbered(name, ".json")));
    }
    all.sort_unstable();
    Ok(all)
}

/// The generation that a file is named after.
fn numbered(name: &str, end: &str) -> Option<u64> {
    name.strip_suffix(end)?.parse().ok()
}

#[cfg(all(test, feature = "refresh", unix))]
mod tests;
