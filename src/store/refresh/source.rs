//! One source through the line.

use std::cell::RefCell;

use super::super::fetch::{self, Fetched, Known, Request};
use super::config::Source;
use super::finding::GuardFinding;
use super::guard::{self, Guard, GuardViolation};
use super::{ListRefreshed, Refresh, own};
use crate::error::Problem;
use crate::hash::Hash;
use crate::store::layout::attempts::Attempt;
use crate::store::layout::baseline::Baseline;
use crate::store::layout::folder::Folder;
use crate::store::layout::manifest::{Counts, ListManifest, SourceState};
use crate::store::layout::raw::Raw;
use crate::store::layout::terms::Kind;
use crate::store::view::build::IndexFactory;
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
pub(super) struct PendingList {
    pub(super) stack: Stack,
    pub(super) counts: Counts,
    /// What the changes are measured against.
    pub(super) baseline: Baseline,
    pub(super) state: Option<SourceState>,
    /// SHA-256 of the files that were taken.
    pub(super) taken: Vec<String>,
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
            // An interface sends all of its list again.
            if source.terms().kind == Kind::Delta && !source.is_interface() {
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
        let remembered = manifest.and_then(|manifest| manifest.remembered(name));
        let refused = remembered
            .map(|list| list.refused.clone())
            .unwrap_or_default();
        // No two answers of an interface are the same bytes, so that what was rolled back from would come again.
        if source.is_interface()
            && let Some(digest) = refused.first()
        {
            let finding = GuardFinding::RolledBack {
                name: source.shown(),
                digest: digest[..12].to_owned(),
            };
            if !self.settle(
                vec![GuardViolation::new(Guard::RolledBack, finding)],
                report,
            ) {
                return Ok(None);
            }
        }
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
            // A person let it pass.
            refused: if source.is_interface() && !making.taken.is_empty() {
                Vec::new()
            } else {
                refused
            },
        }))
    }

    /// A list that comes from nowhere, as it is to be. `None` where its entries would go and this is not allowed.
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

    /// Writes trips down; whether none holds.
    pub(super) fn settle(
        &self,
        violations: Vec<GuardViolation>,
        report: &mut ListRefreshed,
    ) -> bool {
        let (overridden, held) = guard::divide(violations, &self.how.overridden);
        report.overridden.extend(overridden);
        report.held.extend(held);
        report.held.is_empty()
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
