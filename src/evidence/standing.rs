//! How findings stand: what was decided about each, by whom, and what an appeal changed.

use std::collections::BTreeMap;
use std::ops::ControlFlow;

use super::record::{Appeal, AppealDecided, Choice, Decision, Person};
use super::{Body, CaseReader};
use crate::Result;

/// A record of a case about a finding, with its number, its time and who made it.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Made<T> {
    /// The number of the record.
    pub number: u64,
    /// Its time.
    pub time: String,
    /// Who made it.
    pub by: Person,
    /// What it says.
    pub body: T,
}

impl<T> Made<T> {
    fn new(number: u64, time: String, by: Person, body: T) -> Made<T> {
        Made {
            number,
            time,
            by,
            body,
        }
    }
}

/// What was decided about a finding.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct Decided {
    /// The decisions, in their order.
    pub decisions: Vec<Made<Decision>>,
    /// The appeals, in their order.
    pub appeals: Vec<Made<Appeal>>,
    /// The decisions about appeals, in their order.
    pub outcomes: Vec<Made<AppealDecided>>,
}

/// How a finding stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Standing {
    /// Nobody decided.
    Open,
    /// One person decided, and the case asks for a second.
    Proposed,
    /// It is what the list says.
    Confirmed,
    /// It is not.
    Rejected,
    /// Another person decides.
    Escalated,
    /// It cannot be said.
    Undecided,
    /// An appeal waits.
    Appealed,
}

named!(Standing {
    Open = "open",
    Proposed = "proposed",
    Confirmed = "confirmed",
    Rejected = "rejected",
    Escalated = "escalated",
    Undecided = "undecided",
    Appealed = "appealed",
});

impl Decided {
    /// How the finding stands.
    pub fn standing(&self) -> Standing {
        if self.open_appeal().is_some() {
            return Standing::Appealed;
        }
        let Some(last) = self.decisions.last() else {
            return Standing::Open;
        };
        let outcome = self
            .outcomes
            .last()
            .filter(|made| made.number > last.number);
        let is_overturned = outcome.is_some_and(|made| made.body.overturned);
        match (last.body.decision, last.body.in_force) {
            (Choice::Escalate, _) => Standing::Escalated,
            (Choice::Undecided, _) => Standing::Undecided,
            (_, false) => Standing::Proposed,
            (Choice::Confirm, _) if is_overturned => Standing::Rejected,
            (Choice::Reject, _) if is_overturned => Standing::Confirmed,
            (Choice::Confirm, _) => Standing::Confirmed,
            (Choice::Reject, _) => Standing::Rejected,
        }
    }

    /// The decision that waits for a second person.
    pub fn proposal(&self) -> Option<&Made<Decision>> {
        let last = self.decisions.last();
        last.filter(|_| self.standing() == Standing::Proposed)
    }

    /// The decision that is in force.
    pub fn in_force(&self) -> Option<&Made<Decision>> {
        self.decisions.iter().rev().find(|made| made.body.in_force)
    }

    /// The appeal that is not decided.
    pub fn open_appeal(&self) -> Option<&Made<Appeal>> {
        let last = self.appeals.last()?;
        let is_decided = self
            .outcomes
            .iter()
            .any(|made| made.body.appeal == last.number);
        (!is_decided).then_some(last)
    }

    /// Whether a person took part in what stands now: an appeal is for another.
    pub fn has_decided(&self, person: &str) -> bool {
        let decisions = self.decisions.iter().map(|made| &made.by);
        let outcomes = self.outcomes.iter().map(|made| &made.by);
        decisions.chain(outcomes).any(|by| by.id == person)
    }
}

impl CaseReader {
    /// What was decided, by finding. Findings that nobody decided about are not there.
    ///
    /// # Errors
    /// As [`CaseReader::each`].
    pub fn decided(&self) -> Result<BTreeMap<u64, Decided>> {
        let mut all: BTreeMap<u64, Decided> = BTreeMap::new();
        self.each(&["decision", "appeal", "appeal-decided"], |record, _| {
            let (number, time, by) = (record.number, record.time, record.by);
            match record.body {
                Body::Decision(body) => {
                    let made = Made::new(number, time, by, body);
                    all.entry(made.body.finding)
                        .or_default()
                        .decisions
                        .push(made);
                }
                Body::Appeal(body) => {
                    let made = Made::new(number, time, by, body);
                    all.entry(made.body.finding).or_default().appeals.push(made);
                }
                Body::AppealDecided(body) => {
                    let made = Made::new(number, time, by, body);
                    all.entry(made.body.finding)
                        .or_default()
                        .outcomes
                        .push(made);
                }
                _ => {}
            }
            Ok(ControlFlow::Continue(()))
        })?;
        Ok(all)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evidence::record::Seen;

    fn made<T>(number: u64, by: &str, body: T) -> Made<T> {
        Made {
            number,
            time: String::new(),
            by: Person {
                id: by.to_owned(),
                role: String::new(),
            },
            body,
        }
    }

    fn decision(decision: Choice, in_force: bool) -> Decision {
        Decision {
            finding: 1,
            decision,
            why: String::new(),
            seen: Seen::Facts,
            seconds: None,
            in_force,
            effects: Vec::new(),
        }
    }

    #[test]
    fn a_finding_stands_as_the_last_word_about_it() {
        let mut decided = Decided::default();
        assert_eq!(decided.standing(), Standing::Open);
        decided
            .decisions
            .push(made(2, "a", decision(Choice::Confirm, false)));
        assert_eq!(decided.standing(), Standing::Proposed);
        decided
            .decisions
            .push(made(3, "b", decision(Choice::Confirm, true)));
        assert_eq!(decided.standing(), Standing::Confirmed);
        decided.appeals.push(made(4, "c", Appeal::default()));
        assert_eq!(decided.standing(), Standing::Appealed);
        let outcome = AppealDecided {
            appeal: 4,
            finding: 1,
            overturned: true,
            why: String::new(),
            seen: Seen::Viewed,
            effects: Vec::new(),
        };
        decided.outcomes.push(made(5, "d", outcome));
        assert_eq!(decided.standing(), Standing::Rejected);
        assert!(decided.has_decided("a") && decided.has_decided("d") && !decided.has_decided("c"));
    }
}
