//! The nightly line: fetch, check, parse, compare, guard, build, verify, publish.
//!
//! Each source goes through it by itself: what holds one back does not hold the others. At the end one generation is
//! published with everything that went well, or none if nothing changed.

mod checks;
mod config;
mod content;
mod files;
mod finding;
mod guard;
mod import;
mod inline;
mod source;

use std::collections::BTreeSet;
use std::ffi::OsString;
use std::time::Duration;

use serde_json::{Map, Value, json};

pub use config::{Config, Source};
pub use finding::GuardFinding;
pub use guard::{Guard, GuardViolation, Shares};

use super::Store;
use super::writer::{NewGeneration, Writer, sweep};
use crate::disk::lock::Lock;
use crate::error::{Message, Moment, Problem};
use crate::hash::Hash;
use crate::store::layout::attempts::{Attempt, Attempts};
use crate::store::layout::clock;
use crate::store::layout::difference::Difference;
use crate::store::layout::manifest::{Counts, ListManifest, Pointer};
use crate::store::layout::raw::Raw;
use crate::store::layout::terms::Kind;
use crate::store::view::build::IndexFactory;
use crate::store::view::open::Opened;
use crate::{CancelToken, Error, Result};
use source::ListRefresh;

/// How to refresh.
///
/// ```
/// use basma::{Matcher, hash::Pdq, list::Entry};
/// use basma::store::{Act, Config, Decision, Refresh, Store};
/// # let folder = tempfile::tempdir().unwrap();
/// # let path = folder.path().join("store");
/// let store = Store::init(&path)?;
/// let config = Config::parse(
///     r#"
///     [[source]]
///     list = "ours"
///     purpose = "refuse what was reported to us"
///     kind = "local"
///     at_most = "review"
///     "#,
/// )?;
/// let refreshed = store.refresh(&config, &Refresh::new("nightly job"))?;
/// assert!(refreshed.lists[0].is_good());
///
/// // An entry is in force at once, without a refresh.
/// let pdq: Pdq = "f8f8f0cee0f4a84f06370a22038f63f0b36e2ed596621e1d33e6b39c4e9c9b22".parse()?;
/// let entry = Entry::new(pdq.into(), 1).with_id("report-17".to_owned());
/// store.decide(&[Decision::new("ours", Act::Add(Box::new(entry)), 1_795_132_800)])?;
/// let matcher = Matcher::open([&path])?;
/// assert_eq!(matcher.lookup(&pdq.into())?.matches[0].id.as_deref(), Some("report-17"));
/// assert_eq!(store.status()?.lists[0].added, 1);
/// assert_eq!(store.history()?[0].number, 1);
/// assert!(store.verify_audit()?.records > 1);
/// # Ok::<(), basma::Error>(())
/// ```
#[non_exhaustive]
pub struct Refresh<'a> {
    /// Who does it, for the record.
    pub by: &'a str,
    /// The lists to refresh; all, if there are none. One without a source is dropped where [`Guard::Dropped`] is overridden.
    pub only: &'a [String],
    /// Whether to do everything but to publish.
    pub dry_run: bool,
    /// The guards that are overridden, this once.
    pub overridden: BTreeSet<Guard>,
    /// Why, for the record; needed where any is.
    pub reason: Option<&'a str>,
    /// Looks up environment variables that hold secrets, and nothing else.
    pub environment: &'a dyn Fn(&str) -> Option<OsString>,
    /// Ends the refresh: nothing is published then.
    pub cancel: CancelToken,
}

impl<'a> Refresh<'a> {
    /// A refresh of all lists by this person or job. No secret is in the environment, unless [`environment`] looks it up.
    ///
    /// [`environment`]: field@Refresh::environment
    pub fn new(by: &'a str) -> Refresh<'a> {
        Refresh {
            by,
            only: &[],
            dry_run: false,
            overridden: BTreeSet::new(),
            reason: None,
            environment: &|_| None,
            cancel: CancelToken::new(),
        }
    }
}

setters!(Refresh<'a> {
    with_only only: &'a [String];
    with_dry_run dry_run: bool;
    with_overridden overridden: BTreeSet<Guard>;
    with_reason reason?: &'a str;
    with_environment environment: &'a dyn Fn(&str) -> Option<OsString>;
    with_cancel cancel: CancelToken;
});

/// The result of a refresh.
#[derive(Debug, Default)]
#[non_exhaustive]
pub struct Refreshed {
    /// The generation that was published, or that would be, if anything changed.
    pub generation: Option<u64>,
    /// By source, in the order of the configuration.
    pub lists: Vec<ListRefreshed>,
    /// Lists that were in force and have no source any more: they are gone.
    pub dropped: Vec<String>,
    /// What could not be done after publishing, such as removing old files: the next refresh makes up for it.
    pub warnings: Vec<Error>,
}

/// What became of one list.
#[derive(Debug)]
#[non_exhaustive]
pub struct ListRefreshed {
    /// The list.
    pub list: String,
    /// What changes.
    pub difference: Difference,
    /// Whether anything of it changes: its entries, its terms, or what its source is at.
    pub changed: bool,
    /// Malformed records that were set aside.
    pub set_aside: u64,
    /// Guards that tripped and were overridden.
    pub overridden: Vec<GuardViolation>,
    /// Guards that hold it back: what was in force stays in force.
    pub held: Vec<GuardViolation>,
    /// Why nothing could be fetched, read or built of it: what was in force stays in force.
    pub failed: Option<Error>,
    /// What looks wrong in what was read.
    pub warnings: Vec<Message>,
}

impl ListRefreshed {
    fn new(list: &str) -> ListRefreshed {
        ListRefreshed {
            list: list.to_owned(),
            difference: Difference::default(),
            changed: false,
            set_aside: 0,
            overridden: Vec::new(),
            held: Vec::new(),
            failed: None,
            warnings: Vec::new(),
        }
    }

    /// Whether what is in force is what the source says.
    pub fn is_good(&self) -> bool {
        self.held.is_empty() && self.failed.is_none()
    }
}

/// How far a clock may be behind another, in seconds.
const CLOCK_SLACK: i64 = 300;

impl Store {
    /// Refreshes the lists of a store from their sources.
    ///
    /// # Errors
    /// Those that concern the store as a whole: [`Error::Busy`] while another process changes it, [`Error::Io`],
    /// [`Error::Store`], [`Error::Cancelled`]. [`Error::Argument`] for a list that has no source. After any of these
    /// nothing was published. What goes wrong with one source is told with it.
    pub fn refresh(&self, config: &Config, how: &Refresh<'_>) -> Result<Refreshed> {
        let folder = &self.folder;
        check(config, how)?;
        let _lock = Lock::take(&folder.refresh_lock(), "refresh", how.by, Duration::ZERO)?;
        let writer = Writer::begin(folder, "refresh", how.by)?;
        let mut refreshed = Refreshed::default();
        if !how.dry_run {
            // Files that cannot be removed do no harm.
            refreshed.warnings.extend(sweep(folder, config.keep).err());
        }
        // Decisions may be taken while sources are fetched and built.
        drop(writer);
        let pointer = Pointer::read(folder)?;
        let current = pointer
            .map(|pointer| Opened::to_mend(folder, pointer))
            .transpose()?;
        check_dropped(config, how, current.as_ref())?;
        let (mut attempts, unread) = Attempts::read(folder);
        refreshed.warnings.extend(unread);
        let now = clock::now();
        let clock = clock_trip(current.as_ref(), &attempts, now);
        // A generation published now would have a time in the past, and the next check would not notice it.
        let is_held = clock.is_some() && !how.overridden.contains(&Guard::Clock);
        let raw = Raw::open(&folder.raw())?;
        let canaries = canaries(config)?;
        let generation = current
            .as_ref()
            .map_or(0, |current| current.pointer.generation)
            + 1;
        let factory = IndexFactory::new(folder, generation);
        let line = ListRefresh {
            folder,
            raw: &raw,
            factory: &factory,
            canaries: &canaries,
            current: current.as_ref(),
            how,
            now,
        };
        let mut lists =
            line.refresh_lists(config, &mut attempts, clock, is_held, &mut refreshed)?;
        let is_known = |name: &str| {
            config
                .sources
                .iter()
                .any(|source| source.terms().list == name)
        };
        lists.extend(line.without_source(&is_known, is_held, &mut refreshed));
        attempts.lists.retain(|name, _| is_known(name));
        let is_decided = current
            .as_ref()
            .is_some_and(|current| !current.live.is_empty());
        let is_changed = refreshed.lists.iter().any(|list| list.changed)
            || !refreshed.dropped.is_empty()
            || is_decided && !is_held;
        refreshed.generation = is_changed.then_some(generation);
        if how.dry_run {
            return Ok(refreshed);
        }
        if how.cancel.is_cancelled() {
            return Err(Error::Cancelled);
        }
        let writer = Writer::begin(folder, "refresh", how.by)?;
        if is_changed {
            let draft = NewGeneration {
                lists,
                record: record(&refreshed, how),
                refused: Default::default(),
            };
            let published = writer.publish(current.as_ref(), &factory, draft)?;
            refreshed.warnings.extend(published.warnings);
        } else if refreshed
            .lists
            .iter()
            .any(|list| !list.is_good() || !list.overridden.is_empty())
        {
            let mut held = Map::new();
            held.insert("at".into(), clock::text(now).into());
            held.insert("by".into(), how.by.into());
            held.extend(record(&refreshed, how));
            held.insert("did".into(), "hold".into());
            writer.record(held.into())?;
        }
        // Failing here, a success is told as the attempt before it.
        refreshed.warnings.extend(attempts.write(folder).err());
        // What is held back is known from here on, and stays.
        if is_changed {
            refreshed.warnings.extend(sweep(folder, config.keep).err());
        }
        Ok(refreshed)
    }
}

impl ListRefresh<'_> {
    /// Takes each source through the line, and returns the lists as they are to be.
    fn refresh_lists(
        &self,
        config: &Config,
        attempts: &mut Attempts,
        clock: Option<GuardViolation>,
        is_held: bool,
        refreshed: &mut Refreshed,
    ) -> Result<Vec<ListManifest>> {
        let mut lists: Vec<ListManifest> = Vec::new();
        for source in &config.sources {
            let name = &source.terms().list;
            let before = self.current.and_then(|current| current.manifest.list(name));
            if !self.how.only.is_empty() && !self.how.only.contains(name) {
                lists.extend(before.cloned());
                continue;
            }
            let mut report = ListRefreshed::new(name);
            report.overridden.extend(clock.clone());
            let attempt = attempts.lists.entry(name.clone()).or_default();
            let outcome = if is_held {
                report.held.append(&mut report.overridden);
                Ok(None)
            } else {
                self.run(source, attempt, &mut report)
            };
            let list = match outcome {
                Err(Error::Cancelled) => return Err(Error::Cancelled),
                Err(error) => {
                    report.failed = Some(error);
                    // On what terms it may be used does not wait for its source.
                    let before = before.filter(|before| before.terms.kind == source.terms().kind);
                    before.map(|before| ListManifest {
                        terms: source.terms().clone(),
                        ..before.clone()
                    })
                }
                Ok(list) => list,
            };
            note(attempt, &report, self.now);
            report.changed = list.as_ref().is_some_and(|list| Some(list) != before);
            lists.extend(list.or_else(|| before.cloned()));
            refreshed.lists.push(report);
        }
        Ok(lists)
    }

    /// Lists that no source names any more: they stay until a person lets them go, unless they are empty.
    fn without_source(
        &self,
        is_known: &dyn Fn(&str) -> bool,
        is_held: bool,
        refreshed: &mut Refreshed,
    ) -> Vec<ListManifest> {
        let mut kept = Vec::new();
        let current = self.current.iter();
        let before = current.flat_map(|current| current.manifest.lists.iter());
        for list in before.filter(|list| !is_known(&list.terms.list)) {
            let only = self.how.only;
            let is_named = only.is_empty() || only.contains(&list.terms.list);
            let is_asked = is_named && !is_held;
            let has_entries = list.counts.entries + list.counts.added > 0;
            if is_asked && (!has_entries || self.how.overridden.contains(&Guard::Dropped)) {
                refreshed.dropped.push(list.terms.list.clone())
            } else {
                kept.push(list.clone())
            }
            if is_asked && !refreshed.dropped.contains(&list.terms.list) {
                let mut report = ListRefreshed::new(&list.terms.list);
                let violation = GuardViolation::new(Guard::Dropped, GuardFinding::Dropped);
                report.held.push(violation);
                refreshed.lists.push(report);
            }
        }
        kept
    }
}

fn check(config: &Config, how: &Refresh<'_>) -> Result<()> {
    // A list that is to be dropped has no source any more.
    let drops = how.overridden.contains(&Guard::Dropped) && !how.only.is_empty();
    if !drops && let Some(name) = how.only.iter().find(|name| !has_source(config, name)) {
        return Err(unknown(config, name));
    }
    if !drops && config.sources.is_empty() {
        return Err(Problem::SourcesNone.into());
    }
    if !how.overridden.is_empty() && how.reason.is_none_or(|reason| reason.trim().is_empty()) {
        return Err(Problem::OverrideWithoutReason.into());
    }
    // An override for one list must not apply to lists that were not looked at.
    let of_store = [Guard::Clock, Guard::Dropped];
    let of_lists = how.overridden.iter().any(|guard| !of_store.contains(guard));
    if of_lists && how.only.is_empty() && config.sources.len() > 1 {
        return Err(Problem::OverrideWithoutList.into());
    }
    Ok(())
}

fn has_source(config: &Config, name: &str) -> bool {
    let mut sources = config.sources.iter();
    sources.any(|source| source.terms().list == name)
}

fn unknown(config: &Config, name: &str) -> Error {
    let known: Vec<String> = config.sources.iter().map(Source::shown).collect();
    let name = crate::escape::escape(name.as_bytes());
    let (name, known) = (name.to_string(), known.join(", "));
    Problem::SourceUnknown { name, known }.into()
}

/// Each list that is named has a source, or is in force and is to be dropped.
fn check_dropped(config: &Config, how: &Refresh<'_>, current: Option<&Opened>) -> Result<()> {
    let in_force = |name: &str| current.is_some_and(|now| now.manifest.list(name).is_some());
    let mut names = how.only.iter();
    let typo = names.find(|name| !has_source(config, name) && !in_force(name));
    typo.map_or(Ok(()), |name| Err(unknown(config, name)))
}

fn clock_trip(current: Option<&Opened>, attempts: &Attempts, now: i64) -> Option<GuardViolation> {
    let tried = attempts.lists.values().map(|attempt| attempt.tried).max();
    let created = current?.manifest.created.max(tried.unwrap_or(i64::MIN));
    (now + CLOCK_SLACK < created).then(|| {
        let (here, known) = (Moment(now), Moment(created));
        GuardViolation::new(Guard::Clock, GuardFinding::Clock { here, known })
    })
}

/// The hashes of the institution's harmless pictures. A set that cannot be read is no set that nothing matched.
fn canaries(config: &Config) -> Result<Vec<Hash>> {
    let options = crate::list::ReadOptions {
        min_quality: 0,
        ..Default::default()
    };
    let mut hashes = Vec::new();
    for path in &config.canaries {
        let list = crate::list::read(path, &options)?;
        hashes.extend(list.entries.into_iter().map(|entry| entry.hash));
    }
    Ok(hashes)
}

fn note(attempt: &mut Attempt, report: &ListRefreshed, now: i64) {
    attempt.tried = now;
    let is_of_size =
        |violation: &GuardViolation| matches!(violation.guard, Guard::Shrink | Guard::Growth);
    if report.held.iter().any(is_of_size) {
        attempt.size_held = Some(now);
    }
    if report.is_good() {
        attempt.succeeded = Some(now);
        attempt.succeed();
        return;
    }
    let held = report.held.iter().map(GuardViolation::message);
    let failed = report.failed.iter().map(Error::message);
    attempt.fail(held.chain(failed).collect());
}

/// What the audit says of a refresh.
fn record(refreshed: &Refreshed, how: &Refresh<'_>) -> Map<String, Value> {
    let violations = |violations: &[GuardViolation]| -> Value {
        let violation = |violation: &GuardViolation| {
            let GuardViolation { guard, finding } = violation;
            json!({ "guard": guard.name(), "why_code": finding.code(), "why": finding.to_string() })
        };
        violations.iter().map(violation).collect()
    };
    let is_told =
        |list: &&ListRefreshed| list.changed || !list.is_good() || !list.overridden.is_empty();
    let changes = refreshed.lists.iter().filter(is_told);
    let changes = changes.map(|list| {
        let d = list.difference;
        let mut change = Map::new();
        change.insert("list".into(), list.list.clone().into());
        for (key, count) in [
            ("added", d.added),
            ("changed", d.changed),
            ("removed", d.removed),
        ] {
            change.insert(key.into(), count.into());
        }
        change.insert("set_aside".into(), list.set_aside.into());
        if !list.overridden.is_empty() {
            change.insert("overridden".into(), violations(&list.overridden));
        }
        if !list.held.is_empty() {
            change.insert("held".into(), violations(&list.held));
        }
        if let Some(error) = &list.failed {
            change.insert("failed_code".into(), error.code().into());
            change.insert("failed".into(), error.to_string().into());
        }
        Value::from(change)
    });
    let mut record = Map::new();
    record.insert("did".into(), "publish".into());
    record.insert("changes".into(), changes.collect());
    if !refreshed.dropped.is_empty() {
        record.insert("dropped".into(), refreshed.dropped.clone().into());
    }
    if let Some(reason) = how.reason {
        record.insert("reason".into(), reason.into());
    }
    record
}

/// A list that is the institution's own: what is in it is decided by hand.
fn own(source: &Source, before: Option<&ListManifest>) -> ListManifest {
    let before = before.filter(|before| before.terms.kind == Kind::Local);
    ListManifest {
        terms: source.terms().clone(),
        layers: Vec::new(),
        added: before.and_then(|before| before.added.clone()),
        revoked: before.and_then(|before| before.revoked.clone()),
        shelved: before.and_then(|before| before.shelved.clone()),
        counts: before.map_or_else(Counts::default, |before| before.counts.clone()),
        baseline: None,
        source: None,
        refused: Vec::new(),
    }
}
