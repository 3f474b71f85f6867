//! Changes that an edition of a list must not make without confirmation.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::finding::GuardFinding;
use super::import::Imported;
use crate::Result;
use crate::error::{Decimal, Message, MessageValue, Moment, Problem};
use crate::hash::HashType;
use crate::list::Manifest;
use crate::store::layout::baseline::Baseline;
use crate::store::layout::manifest::SourceState;
use crate::store::view::compare::Compared;

/// A reason not to publish an edition. The old edition stays in force until the source is right again, or an operator
/// overrides the guard. An override counts once and is recorded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Guard {
    /// Too large a share of the entries goes.
    Shrink,
    /// More comes than the list should grow by.
    Growth,
    /// Too large a share of the records is malformed.
    Rejects,
    /// Hashes of hardly any, or of nearly all, bits: flat pictures, which match others of their kind.
    Degenerate,
    /// An entry matches something of the institution's own set of harmless pictures.
    Canary,
    /// The version, the time of signing or the time of the source moved back.
    Back,
    /// A delta does not follow the edition that is in force.
    Gap,
    /// The source is older than it may be.
    Age,
    /// The file says that it is another list, or of the other kind.
    Identity,
    /// It was rolled back from.
    RolledBack,
    /// This machine's clock is behind the generation in force.
    Clock,
    /// It holds no entry at all.
    Empty,
    /// A list that is in force has no source any more.
    Dropped,
    /// The list in force is damaged, so the changes cannot be computed.
    Damaged,
}

named!(Guard {
    Shrink = "shrink",
    Growth = "growth",
    Rejects = "rejects",
    Degenerate = "degenerate",
    Canary = "canary",
    Back = "back",
    Gap = "gap",
    Age = "age",
    Identity = "identity",
    RolledBack = "rolled-back",
    Clock = "clock",
    Empty = "empty",
    Dropped = "dropped",
    Damaged = "damaged",
});

/// A guard that holds an edition back, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct GuardViolation {
    /// Which one.
    pub guard: Guard,
    /// What it found.
    pub finding: GuardFinding,
}

impl GuardViolation {
    pub(super) fn new(guard: Guard, finding: GuardFinding) -> GuardViolation {
        GuardViolation { guard, finding }
    }

    /// The guard and what it found, as a message for any language.
    pub fn message(&self) -> Message {
        let text = format!("{}: {}", self.guard, self.finding);
        let values = [
            ("guard", MessageValue::from(&self.guard.name())),
            ("finding", MessageValue::from(&self.finding)),
        ];
        Message::new("guard-violation", text, values)
    }
}

/// How much may change at once, in percent: the key `guards` of a source.
///
/// ```
/// use basma::store::Shares;
/// let shares: Shares = serde_json::from_str(r#"{"growth": 100}"#)?;
/// assert_eq!((shares.growth, shares.shrink), (100.0, Shares::default().shrink));
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
#[non_exhaustive]
pub struct Shares {
    /// Of the entries of the confirmed edition, how many may go.
    pub shrink: f64,
    /// Of the entries of the confirmed edition, how many may come.
    pub growth: f64,
    /// Of the records, how many may be malformed.
    pub rejects: f64,
}

impl Default for Shares {
    fn default() -> Shares {
        Shares {
            shrink: 10.0,
            growth: 50.0,
            rejects: 0.1,
        }
    }
}

impl Shares {
    pub(super) fn check(&self, list: &str) -> Result<()> {
        let good = |share: f64| share.is_finite() && share >= 0.0;
        if good(self.shrink) && good(self.growth) && good(self.rejects) {
            Ok(())
        } else {
            let list = list.to_owned();
            Err(Problem::SourcesShares { list }.into())
        }
    }

    /// The difference between an edition and the confirmed one, with all changes since.
    pub(super) fn of_change(
        &self,
        baseline: &Baseline,
        compared: &Compared,
    ) -> Vec<GuardViolation> {
        let mut violations = Vec::new();
        let difference = &compared.difference;
        let after = baseline.with(0, difference);
        let before = baseline.entries;
        // A first edition has nothing to shrink or to grow from.
        if before == 0 {
            return violations;
        }
        let is_over = |part: u64, most: f64| part as f64 * 100.0 > most * before as f64;
        let since = baseline.since().map(Moment);
        let percent = |part: u64| Decimal::tenths(part as f64 * 100.0 / before as f64);
        let (gone, come) = after.changed();
        if is_over(gone, self.shrink) && difference.gone() > 0 {
            let (part, percent) = (gone, percent(gone));
            let most = Decimal::exact(self.shrink);
            let finding = match since {
                None => GuardFinding::Gone {
                    part,
                    before,
                    percent,
                    most,
                },
                Some(since) => GuardFinding::GoneSince {
                    part,
                    before,
                    percent,
                    since,
                    most,
                },
            };
            violations.push(GuardViolation::new(Guard::Shrink, finding));
        } else if self.shrink < 100.0 && !compared.vanished.is_empty() {
            let counted = |(hash_type, count): &(HashType, u64)| format!("{hash_type} ({count})");
            let types: Vec<String> = compared.vanished.iter().map(counted).collect();
            let types = types.join(", ");
            let finding = GuardFinding::GoneTypes { types };
            violations.push(GuardViolation::new(Guard::Shrink, finding));
        }
        if is_over(come, self.growth) && difference.added > 0 {
            let (part, percent) = (come, percent(come));
            let most = Decimal::exact(self.growth);
            let finding = match since {
                None => GuardFinding::Come {
                    part,
                    before,
                    percent,
                    most,
                },
                Some(since) => GuardFinding::ComeSince {
                    part,
                    before,
                    percent,
                    since,
                    most,
                },
            };
            violations.push(GuardViolation::new(Guard::Growth, finding));
        }
        violations
    }

    /// The malformed records of one file. For a change to a list, the entries of the list count as well.
    pub(super) fn of_file(&self, file: &Imported, entries: u64) -> Vec<GuardViolation> {
        let mut violations = Vec::new();
        let counts = &file.list.counts;
        let records = counts.lines - counts.structure;
        if counts.rejected as f64 * 100.0 > self.rejects * (records + entries) as f64 {
            let rejected = counts.rejected;
            let most = Decimal::exact(self.rejects);
            let finding = match file.list.rejected.first() {
                None => GuardFinding::Malformed {
                    rejected,
                    records,
                    most,
                },
                Some(first) => GuardFinding::MalformedFirst {
                    rejected,
                    records,
                    most,
                    line: first.line,
                    code: first.code,
                    problem: first.message(),
                },
            };
            violations.push(GuardViolation::new(Guard::Rejects, finding));
        }
        violations
    }
}

/// What the manifest of a file says about its edition.
pub(super) fn of_edition(
    file: &Imported,
    before: Option<&SourceState>,
    is_delta: bool,
    sha256: &str,
) -> Vec<GuardViolation> {
    let mut violations = Vec::new();
    let none = Manifest::default();
    let manifest = file.list.manifest.as_ref().unwrap_or(&none);
    let known = before.and_then(|before| before.version);
    match (manifest.version, known) {
        (Some(version), Some(known)) if version < known => {
            let finding = GuardFinding::VersionBack { version, known };
            violations.push(GuardViolation::new(Guard::Back, finding));
        }
        (Some(version), Some(known))
            if version == known && before.is_some_and(|before| before.sha256 != sha256) =>
        {
            let finding = GuardFinding::VersionAgain { version };
            violations.push(GuardViolation::new(Guard::Back, finding));
        }
        (None, Some(known)) => {
            let finding = GuardFinding::VersionMissing { known };
            violations.push(GuardViolation::new(Guard::Back, finding));
        }
        _ => {}
    }
    if is_delta && manifest.prev.is_some() && manifest.prev != known {
        let previous = manifest.prev.unwrap_or_default();
        let finding = match known {
            Some(known) => GuardFinding::Gap { previous, known },
            None => GuardFinding::GapFromNone { previous },
        };
        violations.push(GuardViolation::new(Guard::Gap, finding));
    }
    violations
}

/// The guards that were overridden, and those that hold.
pub(super) fn divide(
    violations: Vec<GuardViolation>,
    overridden: &BTreeSet<Guard>,
) -> (Vec<GuardViolation>, Vec<GuardViolation>) {
    violations
        .into_iter()
        .partition(|violation| overridden.contains(&violation.guard))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::layout::difference::Difference;

    fn guards(difference: Difference) -> Vec<Guard> {
        let compared = Compared {
            difference,
            ..Compared::default()
        };
        let baseline = Baseline::of(difference.before);
        let violations = Shares::default().of_change(&baseline, &compared);
        violations
            .into_iter()
            .map(|violation| violation.guard)
            .collect()
    }

    #[test]
    fn a_list_may_shrink_by_a_tenth_and_grow_by_half() {
        let difference = |before, added, removed| Difference {
            before,
            after: before + added - removed,
            added,
            removed,
            ..Difference::default()
        };
        assert_eq!(guards(difference(0, 1000, 0)), []);
        assert_eq!(guards(difference(100, 50, 10)), []);
        assert_eq!(guards(difference(100, 51, 0)), [Guard::Growth]);
        assert_eq!(guards(difference(100, 0, 11)), [Guard::Shrink]);
        // As many come as go, and yet it is another list.
        assert_eq!(
            guards(difference(100, 100, 100)),
            [Guard::Shrink, Guard::Growth]
        );
    }

    #[test]
    fn every_guard_is_named_once() {
        for guard in Guard::ALL {
            assert_eq!(guard.name().parse::<Guard>().unwrap(), guard);
        }
        let names: BTreeSet<&str> = Guard::ALL.map(Guard::name).into();
        assert_eq!(names.len(), Guard::ALL.len());
        assert!(
            "shrnk"
                .parse::<Guard>()
                .unwrap_err()
                .to_string()
                .contains("shrink")
        );
    }
}
