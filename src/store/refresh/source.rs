//! One source through the line.

use std::cell::RefCell;
use std::sync::Arc;

use super::super::fetch::{self, Fetched, Fresh, Known, Request, SourceWarning};
use super::checks;
use super::config::Source;
use super::finding::GuardFinding;
use super::guard::{self, Guard, GuardViolation};
use super::import::{self, Imported};
use super::{ListRefreshed, Refresh, own};
use crate::error::{LineProblem, Moment, Problem};
use crate::hash::Hash;
use crate::store::layout::attempts::Attempt;
use crate::store::layout::baseline::Baseline;
use crate::store::layout::difference::Difference;
use crate::store::layout::folder::Folder;
use crate::store::layout::manifest::{Counts, ListManifest, SourceState};
use crate::store::layout::raw::{Digest, Raw};
use crate::store::layout::terms::Kind;
use crate::store::view::build::IndexFactory;
use crate::store::view::compare::{self, Compared, Times};
use crate::store::view::layer::{Content, Layer};
use crate::store::view::open::Opened;
use crate::store::view::stack::Stack;
use crate::{Error, Result};

/// What all sources of a refresh have in common.
pub(super) struct ListRefresh<'a> {
    pub(super) folder: &'a Folder,
    pub(super) raw: &'a Raw,
    pub(super) factory: &'a IndexFactory<'a>,
    pub(super) canaries: &'a [Hash],
    pub(super) current: Option<&'a Opened>,
    pub(super) how: &'a Refresh<'a>,
    pub(super) now: i64,
}

/// A list that is being built: the layers in force, and those of new files.
struct PendingList {
    stack: Stack,
    counts: Counts,
    /// What the changes are measured against.
    baseline: Baseline,
    state: Option<SourceState>,
    /// SHA-256 of the files that were taken.
    taken: Vec<String>,
}

impl ListRefresh<'_> {
    /// Takes a source through the line. Gives the list as it is to be, or nothing where what is in force stays.
    pub(super) fn run(
        &self,
        source: &Source,
        attempt: &mut Attempt,
        report: &mut ListRefreshed,
    ) -> Result<Option<ListManifest>> {
        let name = &source.terms().list;
        let manifest = self.current.map(|current| &current.manifest);
        let before = manifest.and_then(|manifest| manifest.list(name));
        let Some(origin) = &source.from else {
            return Ok(self.without_origin(source, before, report));
        };
        let broken = self.current.and_then(|current| current.broken.get(name));
        if let Some(why) = broken {
            if source.terms().kind == Kind::Delta {
                return Err(Error::Store {
                    path: self.folder.root().to_owned(),
                    problem: Problem::DeltaBroken {
                        error: Box::new(why.clone()),
                        list: source.shown(),
                    },
                });
            }
            let error = why.clone();
            let finding = GuardFinding::InForceDamaged { error };
            if !self.settle(vec![GuardViolation::new(Guard::Damaged, finding)], report) {
                return Ok(None);
            }
        }
        // What is damaged is fetched again although the source has nothing new.
        let known = match broken {
            Some(_) => Known::default(),
            None => known(before, attempt)?,
        };
        let warnings = RefCell::new(Vec::new());
        let fetched = fetch::fetch(&Request {
            list: name,
            origin,
            mode: source.terms().kind.mode(),
            signed: source.keys.is_some(),
            known: &known,
            raw: self.raw,
            environment: self.how.environment,
            stop: &|| self.how.cancel.is_cancelled(),
            warn: &|warning| warnings.borrow_mut().push(warning.message()),
        });
        report.warnings.extend(warnings.into_inner());
        let fetched = fetched?;
        let mut making = self.pending(before, broken.is_some(), attempt);
        report.difference.before = making.counts.entries;
        report.set_aside = making.counts.set_aside;
        let remembered = manifest.and_then(|manifest| manifest.remembered(name));
        let refused = remembered
            .map(|list| list.refused.clone())
            .unwrap_or_default();
        match fetched {
            Fetched::Unchanged { signature, known } => {
                self.unchanged(
                    source,
                    &mut making,
                    attempt,
                    report,
                    signature.as_deref(),
                    *known,
                )?;
            }
            Fetched::Files(files) => {
                self.take_all(source, &mut making, attempt, report, files, &refused)?;
            }
        }
        // A person who lets the size of a list pass has looked at the list.
        let of_size = [Guard::Shrink, Guard::Growth, Guard::Empty, Guard::Damaged];
        if report.is_good()
            && of_size
                .iter()
                .any(|guard| self.how.overridden.contains(guard))
        {
            making.baseline = Baseline::of(making.counts.entries);
        } else if making.counts == before.map(|list| list.counts.clone()).unwrap_or_default()
            && making.taken.is_empty()
        {
            // A week that passes is no reason to publish.
            making.baseline = before.map(baseline).unwrap_or_default();
        }
        // Nothing was ever in force, and nothing is to be: there is no list.
        let Some(state) = making.state else {
            return Ok(None);
        };
        report.difference.after = making.counts.entries;
        Ok(Some(ListManifest {
            terms: source.terms().clone(),
            layers: making.stack.files,
            added: before.and_then(|before| before.added.clone()),
            revoked: before.and_then(|before| before.revoked.clone()),
            shelved: before.and_then(|before| before.shelved.clone()),
            counts: making.counts,
            baseline: Some(making.baseline),
            source: Some(state),
            refused,
        }))
    }

    /// A list that comes from nowhere, as it is to be; nothing where its entries would go and nobody lets them.
    fn without_origin(
        &self,
        source: &Source,
        before: Option<&ListManifest>,
        report: &mut ListRefreshed,
    ) -> Option<ListManifest> {
        let given_up = before.filter(|before| before.terms.kind != Kind::Local);
        let violations = given_up
            .filter(|before| before.counts.entries > 0)
            .map(|before| {
                let entries = before.counts.entries;
                let finding = GuardFinding::BecomesLocal { entries };
                GuardViolation::new(Guard::Shrink, finding)
            });
        let passes = self.settle(violations.into_iter().collect(), report);
        passes.then(|| own(source, before))
    }

    /// The list in force, to be changed. What is damaged counts for nothing in it.
    fn pending(
        &self,
        before: Option<&ListManifest>,
        is_broken: bool,
        attempt: &Attempt,
    ) -> PendingList {
        let whole = before.filter(|_| !is_broken);
        PendingList {
            stack: match (self.current, before) {
                (Some(current), Some(before)) => current.stack(before),
                _ => Stack::default(),
            },
            counts: whole.map(|list| list.counts.clone()).unwrap_or_default(),
            baseline: whole
                .map(|list| baseline(list).at(self.now, attempt.size_held))
                .unwrap_or_default(),
            state: before.and_then(|before| before.source.clone()),
            taken: Vec::new(),
        }
    }

    /// Takes files one after the other, up to the first that is held back or fails.
    fn take_all(
        &self,
        source: &Source,
        making: &mut PendingList,
        attempt: &mut Attempt,
        report: &mut ListRefreshed,
        files: Vec<Fresh>,
        refused: &[String],
    ) -> Result<()> {
        for fresh in files {
            match self.take(source, making, attempt, report, fresh, refused) {
                Ok(true) => making.stack.compact(&source.terms().list, self.factory)?,
                Ok(false) => break,
                // What was taken before it is none the worse.
                Err(error) if !making.taken.is_empty() && !matches!(error, Error::Cancelled) => {
                    report.failed = Some(error);
                    break;
                }
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    /// The source has what it had: is that still good, and is it read as it would be today?
    fn unchanged(
        &self,
        source: &Source,
        making: &mut PendingList,
        attempt: &mut Attempt,
        report: &mut ListRefreshed,
        signature: Option<&[u8]>,
        known: Known,
    ) -> Result<()> {
        let Some(state) = &making.state else {
            return Ok(());
        };
        let digest = known.digest.ok_or_else(|| {
            let list = source.shown();
            Error::from(Problem::SourceNeverFetched { list })
        })?;
        let mut state = state.clone();
        let as_of = known.as_of.or(state.as_of);
        let last = attempt.signed.max(state.signed);
        let name = known.name.clone().unwrap_or_else(|| state.name.clone());
        let mut violations = Vec::new();
        // A folder of deltas shows nothing, not even a signature, when nothing was dropped there.
        let signed = match signature {
            None => last,
            signature => {
                self.check_signature(source, &name, &digest, signature, last, &mut violations)?
            }
        };
        violations.extend(self.age(source, as_of, signed));
        if !self.settle(violations, report) {
            return Ok(());
        }
        state.name = name;
        attempt.sha256 = Some(digest.to_string());
        attempt.as_of = as_of;
        attempt.signed = signed.max(last);
        attempt.held.clear();
        // Another release, or other options, may read what was set aside, and read the rest otherwise.
        if state.read_by != source.reader() && source.terms().kind == Kind::Snapshot {
            let name = state.name.clone();
            let imported = import::import(&self.raw.path(&digest), &name, source, self.factory)?;
            self.check_bytes(&imported, &digest)?;
            let content = self.of_content(source, making, &imported, &digest.to_string(), None)?;
            let (difference, counts, stack, violations) = content;
            if !self.settle(violations, report) {
                return Ok(());
            }
            self.set_aside(&digest, &imported)?;
            say(&imported, report);
            report.difference = difference;
            making.baseline = making.baseline.with(self.now, &difference);
            (making.counts, making.stack) = (counts, stack);
            report.set_aside = making.counts.set_aside;
            state.read_by = source.reader();
        }
        attempt.known = json(&known)?;
        making.state = Some(state);
        Ok(())
    }

    /// Takes one file; whether the next may follow.
    fn take(
        &self,
        source: &Source,
        making: &mut PendingList,
        attempt: &mut Attempt,
        report: &mut ListRefreshed,
        fresh: Fresh,
        refused: &[String],
    ) -> Result<bool> {
        let sha256 = fresh.digest.to_string();
        let mut violations = Vec::new();
        let signature = fresh.signature.as_deref();
        let state = making.state.as_ref();
        let last = attempt.signed.max(state.and_then(|state| state.signed));
        let (name, digest) = (&fresh.name, &fresh.digest);
        let signed =
            self.check_signature(source, name, digest, signature, last, &mut violations)?;
        violations.extend(self.age(source, fresh.as_of, signed));
        if refused.contains(&sha256) {
            let finding = GuardFinding::RolledBack {
                name: fresh.name.clone(),
                digest: sha256[..12].to_owned(),
            };
            violations.push(GuardViolation::new(Guard::RolledBack, finding));
        }
        let before = making.state.as_ref().and_then(|state| state.as_of);
        if let (Some(was), Some(is)) = (before, fresh.as_of)
            && is < was
        {
            let (found, known) = (Moment(is), Moment(was));
            let finding = GuardFinding::Older { found, known };
            violations.push(GuardViolation::new(Guard::Back, finding));
        }
        attempt.held = vec![sha256.clone()];
        // What is not from whom it should be, or too old, is not even read.
        if !self.settle(violations, report) {
            return Ok(false);
        }
        let path = self.raw.path(&fresh.digest);
        let imported = import::import(&path, &fresh.name, source, self.factory)?;
        self.check_bytes(&imported, &fresh.digest)?;
        let state = making.state.as_ref();
        let (difference, counts, stack, violations) =
            self.of_content(source, making, &imported, &sha256, state)?;
        self.set_aside(&fresh.digest, &imported)?;
        say(&imported, report);
        report.set_aside = counts.set_aside;
        report.difference.added += difference.added;
        report.difference.changed += difference.changed;
        report.difference.removed += difference.removed;
        report.difference.lapsed += difference.lapsed;
        report.difference.silenced += difference.silenced;
        if !self.settle(violations, report) {
            return Ok(false);
        }
        making.baseline = making.baseline.with(self.now, &difference);
        (making.counts, making.stack) = (counts, stack);
        making.taken.push(sha256.clone());
        attempt.known = serde_json::Value::Null;
        attempt.sha256 = Some(sha256.clone());
        attempt.as_of = fresh.as_of;
        attempt.signed = signed.max(last);
        attempt.held.clear();
        let manifest = imported.list.manifest.as_ref();
        let before = making.state.take().unwrap_or_default();
        let mut incomplete = match source.terms().kind {
            Kind::Delta => before.incomplete,
            _ => Vec::new(),
        };
        if imported.list.counts.rejected > 0 && source.terms().kind == Kind::Delta {
            incomplete.push(sha256.clone());
        }
        making.state = Some(SourceState {
            sha256,
            files: making.taken.clone(),
            incomplete,
            name: fresh.name,
            bytes: fresh.bytes,
            list: manifest
                .and_then(|manifest| manifest.list.clone())
                .or(before.list),
            version: manifest
                .and_then(|manifest| manifest.version)
                .or(before.version),
            as_of: fresh.as_of,
            signed: signed.max(before.signed),
            fetched: self.now,
            read_by: source.reader(),
            known: json(&fresh.known)?,
        });
        Ok(true)
    }

    /// What the content of a file changes, and which guards it trips. `known` is what the file must follow.
    fn of_content(
        &self,
        source: &Source,
        making: &PendingList,
        file: &Imported,
        sha256: &str,
        known: Option<&SourceState>,
    ) -> Result<(Difference, Counts, Stack, Vec<GuardViolation>)> {
        let kind = source.terms().kind;
        let named = known.and_then(|known| known.list.as_deref());
        let entries = match kind {
            Kind::Delta => making.counts.entries,
            _ => 0,
        };
        let mut violations = source.shares.of_file(file, entries);
        let manifest = file.list.manifest.as_ref();
        let mistaken = import::mistaken(manifest, kind, named);
        violations.extend(mistaken.map(|finding| GuardViolation::new(Guard::Identity, finding)));
        violations.extend(guard::of_edition(file, known, kind == Kind::Delta, sha256));
        let before = making.stack.source();
        let index = file.index.clone();
        let mut pass = |_: &Hash, _: compare::Step<'_>| self.how.cancel.check();
        let mut stack = match kind {
            Kind::Delta => making.stack.clone(),
            _ => Stack::default(),
        };
        let until = |time: i64| time.saturating_add(source.expected_within());
        let times = Times {
            now: self.now,
            until: until(self.now),
            seen: making
                .state
                .as_ref()
                .map_or(i64::MAX, |state| until(state.fetched)),
        };
        let compared = match kind {
            Kind::Delta => {
                let top = Layer {
                    content: Content::Built(index.clone()),
                    standing: None,
                    gone: Vec::new(),
                    replaces: true,
                };
                compare::delta(
                    &before,
                    &making.counts,
                    &top,
                    &file.withdrawn,
                    &times,
                    &mut pass,
                )?
            }
            _ => {
                let mut after = Stack::default();
                after.push(file.file.clone(), index.clone(), None);
                match compare::whole(&before, &after.source(), &times, &mut pass) {
                    // What was built now has been verified, what is in force has not been for a while.
                    Err(error @ Error::Index { .. }) => {
                        let error = error.message();
                        let finding = GuardFinding::InForceDamaged { error };
                        violations.push(GuardViolation::new(Guard::Damaged, finding));
                        compare::whole(&[], &after.source(), &times, &mut pass)?
                    }
                    compared => compared?,
                }
            }
        };
        if kind != Kind::Delta && !compared.any_counts {
            let finding = match compared.difference.after {
                0 => GuardFinding::NoEntry,
                entries => GuardFinding::NoEntryCounts { entries },
            };
            violations.push(GuardViolation::new(Guard::Empty, finding));
        }
        let withdrawn = match file.withdrawn.as_slice() {
            [] => None,
            withdrawn => Some(self.factory.targets(withdrawn)?),
        };
        let withdrawn = withdrawn.map(|(file, index)| (file, Arc::new(index)));
        stack.push(file.file.clone(), index.clone(), withdrawn);
        violations.extend(source.shares.of_change(&making.baseline, &compared));
        let Compared {
            difference,
            mut counts,
            ..
        } = compared;
        let settled = |hash: &Hash, id: Option<&str>| self.is_settled(source, &before, hash, id);
        violations.extend(checks::degenerate(file, &settled)?);
        violations.extend(self.canary(source, &index, &settled)?);
        counts.set_aside = file.list.counts.rejected;
        if kind == Kind::Delta {
            counts.set_aside += making.counts.set_aside;
        }
        Ok((difference, counts, stack, violations))
    }

    /// Writes trips down; whether none holds.
    fn settle(&self, violations: Vec<GuardViolation>, report: &mut ListRefreshed) -> bool {
        let (overridden, held) = guard::divide(violations, &self.how.overridden);
        report.overridden.extend(overridden);
        report.held.extend(held);
        report.held.is_empty()
    }

    fn set_aside(&self, digest: &Digest, file: &Imported) -> Result<()> {
        let path = self.folder.set_aside().join(format!("{digest}.jsonl"));
        match file.list.counts.rejected {
            0 => Ok(()),
            total => import::set_aside(&path, &file.list.rejected, total),
        }
    }
}

fn say(file: &Imported, report: &mut ListRefreshed) {
    let at = |problem: &LineProblem| problem.message_at(&file.list.source.path);
    let shown = file
        .list
        .rejected
        .iter()
        .take(crate::error::Rejection::SHOWN);
    report.warnings.extend(shown.map(at));
    report.warnings.extend(file.list.warnings.iter().map(at));
    let hidden =
        (file.list.counts.rejected + file.list.warned).saturating_sub(report.warnings.len() as u64);
    if hidden > 0 {
        let more = SourceWarning::More { count: hidden };
        report.warnings.push(more.message());
    }
}

/// What the changes of a list in force are measured against.
fn baseline(list: &ListManifest) -> Baseline {
    let entries = list.counts.entries;
    list.baseline
        .clone()
        .unwrap_or_else(|| Baseline::of(entries))
}

/// What the fetcher wants to know again: what it learnt since, if that is of what is in force.
fn known(before: Option<&ListManifest>, attempt: &Attempt) -> Result<Known> {
    let Some(state) = before.and_then(|before| before.source.as_ref()) else {
        return Ok(Known::default());
    };
    let read = |known: &serde_json::Value| serde_json::from_value::<Known>(known.clone());
    let built = read(&state.known).map_err(|error| {
        let message = error.to_string();
        Error::from(Problem::SourceStateUnreadable { message })
    })?;
    let since = read(&attempt.known).ok();
    Ok(since
        .filter(|since| since.digest == built.digest)
        .unwrap_or(built))
}

fn json(known: &Known) -> Result<serde_json::Value> {
    serde_json::to_value(known).map_err(|error| {
        let message = error.to_string();
        Problem::SourceStateUnwritable { message }.into()
    })
}
