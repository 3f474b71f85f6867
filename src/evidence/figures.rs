//! Monthly figures: how often what lists say was confirmed, and how often it was wrong, by list and by entry.
//!
//! A match counts in the month of its finding, a decision in the month in which it was made. A finding that matches
//! several entries counts for each. A list or an entry that is wrong too often is proposed for quarantine; a person
//! decides.

use std::collections::BTreeMap;
use std::ops::ControlFlow;

use serde::{Deserialize, Serialize};

use super::record::Choice;
use super::{Body, CaseReader, Decided};
use crate::Result;

/// The share of decided findings that may be overturned of a list before it is proposed for quarantine, in percent.
pub const LIST_PERCENT_MAX: u64 = 1;

/// The same of an entry.
pub const ENTRY_PERCENT_MAX: u64 = 3;

/// How often something happened.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    /// Findings that match.
    pub matches: u64,
    /// Findings that a person confirmed.
    pub confirmed: u64,
    /// Findings that a person rejected, on appeal or before one.
    pub overturned: u64,
    /// Appeals that came in.
    pub appeals: u64,
    /// Appeals that changed a decision.
    pub appeals_upheld: u64,
}

impl Counts {
    /// Whether more than this share of what was decided was overturned.
    pub fn is_over(&self, percent_max: u64) -> bool {
        let decided = self.confirmed.saturating_add(self.overturned);
        u128::from(self.overturned) * 100 > u128::from(decided) * u128::from(percent_max)
    }

    /// Adds other counts.
    pub fn add(&mut self, other: &Counts) {
        self.matches += other.matches;
        self.confirmed += other.confirmed;
        self.overturned += other.overturned;
        self.appeals += other.appeals;
        self.appeals_upheld += other.appeals_upheld;
    }
}

/// The counts of one list, or of one entry of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Row {
    /// The list.
    pub list: String,
    /// The entry; absent of the list as a whole.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub entry: Option<String>,
    /// The counts.
    #[serde(flatten)]
    pub counts: Counts,
    /// Whether it is wrong so often that its quarantine is proposed.
    pub quarantine: bool,
}

/// The figures of a month, or of all time.
#[derive(Clone, Debug, Default)]
pub struct Figures {
    month: Option<String>,
    lists: BTreeMap<String, Counts>,
    entries: BTreeMap<(String, String), Counts>,
    cases: u64,
}

impl Figures {
    /// The figures of a month, as `2026-11`; of all time without one.
    pub fn new(month: Option<String>) -> Figures {
        Figures {
            month,
            ..Figures::default()
        }
    }

    /// Counts what a case holds.
    ///
    /// # Errors
    /// As [`CaseReader::each`].
    pub fn add_case(&mut self, case: &CaseReader) -> Result<()> {
        let decided = case.decided()?;
        self.cases += 1;
        case.each(&["finding"], |record, _| {
            if let Body::Finding(finding) = &record.body {
                let of_finding = decided.get(&record.number);
                let is_match = finding.status == "matched";
                let counts = self.counts(&record.time, is_match, of_finding);
                let listed = finding.matches.iter().filter(|m| m.standing.is_none());
                let listed = listed.map(|m| (m.list.clone(), m.entry.clone()));
                self.add(listed, &counts);
            }
            Ok(ControlFlow::Continue(()))
        })
    }

    /// Adds the counts of one finding to each list and entry that it matches.
    pub fn add(
        &mut self,
        matches: impl IntoIterator<Item = (String, Option<String>)>,
        counts: &Counts,
    ) {
        if *counts == Counts::default() {
            return;
        }
        let (mut lists, mut entries) = (Vec::new(), Vec::new());
        for (list, entry) in matches {
            entries.extend(entry.map(|entry| (list.clone(), entry)));
            lists.push(list);
        }
        lists.sort();
        lists.dedup();
        entries.sort();
        entries.dedup();
        for list in lists {
            self.lists.entry(list).or_default().add(counts);
        }
        for entry in entries {
            self.entries.entry(entry).or_default().add(counts);
        }
    }

    /// The number of cases.
    pub fn cases(&self) -> u64 {
        self.cases
    }

    /// The lists, then the entries, each by name.
    pub fn rows(&self) -> Vec<Row> {
        let lists = self.lists.iter().map(|(list, counts)| Row {
            list: list.clone(),
            entry: None,
            counts: *counts,
            quarantine: counts.is_over(LIST_PERCENT_MAX),
        });
        let entries = self.entries.iter().map(|((list, entry), counts)| Row {
            list: list.clone(),
            entry: Some(entry.clone()),
            counts: *counts,
            quarantine: counts.is_over(ENTRY_PERCENT_MAX),
        });
        lists.chain(entries).collect()
    }

    fn counts(&self, time: &str, is_match: bool, decided: Option<&Decided>) -> Counts {
        let of_month = |time: &str| match &self.month {
            Some(month) => time.starts_with(month.as_str()),
            None => true,
        };
        let mut counts = Counts {
            matches: u64::from(is_match && of_month(time)),
            ..Counts::default()
        };
        let Some(decided) = decided else {
            return counts;
        };
        // What stands in the end of the month counts, not each change of mind.
        let decisions = decided.decisions.iter().filter(|made| made.body.in_force);
        let mut last: Option<(u64, Choice)> = decisions
            .filter(|made| of_month(&made.time))
            .map(|made| (made.number, made.body.decision))
            .next_back();
        counts.appeals = decided
            .appeals
            .iter()
            .filter(|made| of_month(&made.time))
            .count() as u64;
        for outcome in decided.outcomes.iter().filter(|made| of_month(&made.time)) {
            counts.appeals_upheld += u64::from(outcome.body.overturned);
            let before = decided.decisions.iter().rev();
            let mut before = before.filter(|made| made.body.in_force);
            let before = before.find(|made| made.number < outcome.number);
            let choice = match before.map(|made| made.body.decision) {
                Some(Choice::Confirm) if outcome.body.overturned => Choice::Reject,
                Some(Choice::Reject) if outcome.body.overturned => Choice::Confirm,
                Some(choice) => choice,
                None => continue,
            };
            if last.is_none_or(|(number, _)| number < outcome.number) {
                last = Some((outcome.number, choice));
            }
        }
        match last {
            Some((_, Choice::Confirm)) => counts.confirmed = 1,
            Some((_, Choice::Reject)) => counts.overturned = 1,
            _ => {}
        }
        counts
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evidence::record::{Appeal, AppealDecided, Decision, Seen};
    use crate::evidence::{Made, Person};

    fn made<T>(number: u64, time: &str, body: T) -> Made<T> {
        Made {
            number,
            time: time.to_owned(),
            by: Person::default(),
            body,
        }
    }

    fn decision(decision: Choice) -> Decision {
        Decision {
            finding: 1,
            decision,
            why: String::new(),
            seen: Seen::Facts,
            seconds: None,
            in_force: true,
            effects: Vec::new(),
        }
    }

    #[test]
    fn a_decision_counts_in_its_month_and_an_appeal_in_another() {
        let mut decided = Decided::default();
        let confirmed = made(2, "2026-10-03T10:00:00Z", decision(Choice::Confirm));
        decided.decisions.push(confirmed);
        decided
            .appeals
            .push(made(3, "2026-11-04T10:00:00Z", Appeal::default()));
        let outcome = AppealDecided {
            appeal: 3,
            finding: 1,
            overturned: true,
            why: String::new(),
            seen: Seen::Facts,
            effects: Vec::new(),
        };
        decided
            .outcomes
            .push(made(4, "2026-11-05T10:00:00Z", outcome));
        let counts = |month: Option<&str>| {
            let figures = Figures::new(month.map(str::to_owned));
            let c = figures.counts("2026-10-01T00:00:00Z", true, Some(&decided));
            [
                c.matches,
                c.confirmed,
                c.overturned,
                c.appeals,
                c.appeals_upheld,
            ]
        };
        assert_eq!(counts(Some("2026-10")), [1, 1, 0, 0, 0]);
        assert_eq!(counts(Some("2026-11")), [0, 0, 1, 1, 1]);
        assert_eq!(counts(Some("2026-12")), [0; 5]);
        assert_eq!(counts(None), [1, 0, 1, 1, 1]);
    }

    #[test]
    fn a_list_or_entry_over_its_limit_is_proposed_for_quarantine() {
        let counts = |confirmed, overturned| Counts {
            confirmed,
            overturned,
            ..Counts::default()
        };
        assert!(!counts(0, 0).is_over(1));
        assert!(!counts(99, 1).is_over(1));
        assert!(counts(98, 1).is_over(1));
        assert!(!counts(97, 3).is_over(3));
        assert!(counts(96, 3).is_over(3));
        assert!(counts(u64::MAX, 1).is_over(0));
        let mut figures = Figures::new(None);
        let entry = |name: &str| ("demo".to_owned(), Some(name.to_owned()));
        for _ in 0..200 {
            figures.add([entry("a"), entry("a")], &counts(1, 0));
        }
        figures.add([entry("b"), ("other".to_owned(), None)], &counts(0, 1));
        let rows = figures.rows();
        let row = |list: &str, entry: Option<&str>| {
            let mut rows = rows.iter();
            let row = rows.find(|row| row.list == list && row.entry.as_deref() == entry);
            let row = row.unwrap();
            (row.counts.confirmed, row.counts.overturned, row.quarantine)
        };
        assert_eq!(row("demo", None), (200, 1, false));
        assert_eq!(row("demo", Some("a")), (200, 0, false));
        assert_eq!(row("demo", Some("b")), (0, 1, true));
        assert_eq!(row("other", None), (0, 1, true));
        assert_eq!(rows.len(), 4);
    }
}
