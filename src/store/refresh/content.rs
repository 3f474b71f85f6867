//! What the content of a file changes in its list.

use std::sync::Arc;

use super::checks;
use super::config::Source;
use super::finding::GuardFinding;
use super::guard::{self, Guard, GuardViolation};
use super::import::{self, Imported};
use super::source::{ListRefresh, PendingList};
use crate::hash::Hash;
use crate::store::layout::difference::Difference;
use crate::store::layout::manifest::{Counts, SourceState};
use crate::store::layout::terms::Kind;
use crate::store::layout::uses;
use crate::store::view::compare::{self, Compared, Times};
use crate::store::view::layer::{Content, Layer};
use crate::store::view::stack::Stack;
use crate::{Error, Result};

impl ListRefresh<'_> {
    /// What the content of a file changes, and which guards it trips. `known` is what the file must follow.
    pub(super) fn of_content(
        &self,
        source: &Source,
        kind: Kind,
        making: &PendingList,
        file: &Imported,
        sha256: &str,
        known: Option<&SourceState>,
    ) -> Result<(Difference, Counts, Stack, Vec<GuardViolation>)> {
        let named = known.and_then(|known| known.list.as_deref());
        let entries = match kind {
            Kind::Delta => making.counts.entries,
            _ => 0,
        };
        let mut violations = source.shares.of_file(file, entries);
        let manifest = file.list.manifest.as_ref();
        if let Some(manifest) = manifest {
            uses::check_published(manifest, source.terms())?;
        }
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
            // Nothing lies below a whole list.
            _ if kind != Kind::Delta => None,
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
}
