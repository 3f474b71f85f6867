//! The files of a source, one after the other: each is checked, read and taken, or held back.

use super::ListRefreshed;
use super::config::Source;
use super::finding::GuardFinding;
use super::guard::{Guard, GuardViolation};
use super::import::{self, Imported};
use super::source::{ListRefresh, PendingList};
use crate::error::{LineProblem, Moment, Problem};
use crate::list::Mode;
use crate::store::fetch::{Fresh, Known, SourceWarning};
use crate::store::layout::attempts::Attempt;
use crate::store::layout::manifest::SourceState;
use crate::store::layout::raw::Digest;
use crate::store::layout::terms::Kind;
use crate::{Error, Result};

impl ListRefresh<'_> {
    /// Takes files one after the other, up to the first that is held back or fails.
    pub(super) fn take_all(
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
    pub(super) fn unchanged(
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
                let checked =
                    self.check_signature(source, &name, &digest, signature, last, &mut violations)?;
                checked.map(|(time, key)| {
                    state.signed_by = Some(key);
                    time
                })
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
            let (kind, sha256) = (Kind::Snapshot, digest.to_string());
            let content = self.of_content(source, kind, making, &imported, &sha256, None)?;
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
        let checked =
            self.check_signature(source, name, digest, signature, last, &mut violations)?;
        let (signed, signed_by) = checked.unzip();
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
        let kind = match fresh.mode {
            Some(Mode::Snapshot) => Kind::Snapshot,
            _ => source.terms().kind,
        };
        let (difference, counts, stack, violations) =
            self.of_content(source, kind, making, &imported, &sha256, state)?;
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
        let is_news = difference.added + difference.changed + difference.removed > 0;
        if let Some(state) = making
            .state
            .as_ref()
            .filter(|_| fresh.mode.is_some() && !is_news)
        {
            // Windows overlap, and what comes again says nothing new.
            let before: Known = serde_json::from_value(state.known.clone()).unwrap_or_default();
            let mut known = fresh.known;
            known.digest = before.digest;
            attempt.known = json(&known)?;
            attempt.as_of = fresh.as_of;
            attempt.held.clear();
            return Ok(true);
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
        let mut incomplete = match kind {
            Kind::Delta => before.incomplete,
            _ => Vec::new(),
        };
        if imported.list.counts.rejected > 0 && kind == Kind::Delta {
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
            signed_by,
            fetched: self.now,
            read_by: source.reader(),
            known: json(&fresh.known)?,
        });
        Ok(true)
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
fn json(known: &Known) -> Result<serde_json::Value> {
    serde_json::to_value(known).map_err(|error| {
        let message = error.to_string();
        Problem::SourceStateUnwritable { message }.into()
    })
}
