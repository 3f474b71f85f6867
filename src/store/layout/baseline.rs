//! What the size of a list is measured against: the last edition that a person or a quiet week confirmed.
//!
//! A person confirms with a first edition, with a rollback, or by overriding a guard of the list's size. Else an
//! edition is confirmed a week after it came in force. No edition of its list may have been held back for its size
//! since. So a source that is refused and tries again each night does not confirm what it got through before. Until
//! then its changes are added to those of the editions before it. So many small steps are measured as one large step.

use serde::{Deserialize, Serialize};

use crate::store::layout::difference::Difference;

/// A confirmed edition, and the changes since.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::store) struct Baseline {
    /// How many entries the confirmed edition holds.
    pub(in crate::store) entries: u64,
    /// What came in force since, in order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    steps: Vec<Step>,
}

/// An edition that is not confirmed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Step {
    /// When it was taken over, in seconds since 1970-01-01 UTC.
    at: i64,
    /// How many entries it holds.
    entries: u64,
    /// How many entries went with it, or no longer count.
    gone: u64,
    /// How many came with it.
    come: u64,
}

/// How long an edition is in force before it counts as confirmed, in seconds.
pub(in crate::store) const WEEK: i64 = 7 * 86_400;

/// How many editions are told apart; a list that changes every hour has more in a week.
const STEPS_MAX: usize = 200;

impl Baseline {
    /// A confirmed edition of so many entries.
    pub(in crate::store) fn of(entries: u64) -> Baseline {
        Baseline {
            entries,
            steps: Vec::new(),
        }
    }

    /// How it stands at a time, when an edition was last held back for its size at another.
    pub(in crate::store) fn at(&self, now: i64, held: Option<i64>) -> Baseline {
        // A time that is still to come is one of a clock that was wrong: it proves no week.
        let is_week_ago = |time: i64| time <= now.saturating_sub(WEEK);
        let mut baseline = self.clone();
        if held.is_none_or(is_week_ago) {
            let confirmed = baseline
                .steps
                .iter()
                .take_while(|step| is_week_ago(step.at));
            let confirmed = confirmed.count();
            if let Some(last) = baseline.steps.drain(..confirmed).next_back() {
                baseline.entries = last.entries;
            }
        }
        baseline
    }

    /// With an edition that is taken over.
    pub(in crate::store) fn with(&self, now: i64, change: &Difference) -> Baseline {
        if self.entries == 0 {
            return Baseline::of(change.after);
        }
        let mut baseline = self.clone();
        if change.is_empty() {
            return baseline;
        }
        baseline.steps.push(Step {
            at: now,
            entries: change.after,
            gone: change.gone(),
            come: change.added,
        });
        if baseline.steps.len() > STEPS_MAX {
            // The two that were taken over first become one, of the later time.
            let first = baseline.steps.remove(0);
            baseline.steps[0].gone += first.gone;
            baseline.steps[0].come += first.come;
        }
        baseline
    }

    /// How many entries went since the confirmed edition, and how many came. No more can go than there were.
    pub(in crate::store) fn changed(&self) -> (u64, u64) {
        let gone: u64 = self.steps.iter().map(|step| step.gone).sum();
        let come = self.steps.iter().map(|step| step.come).sum();
        (gone.min(self.entries), come)
    }

    /// When the first edition came in force that is not confirmed.
    pub(in crate::store) fn since(&self) -> Option<i64> {
        self.steps.first().map(|step| step.at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn change(before: u64, gone: u64, come: u64) -> Difference {
        Difference {
            before,
            after: before + come - gone,
            added: come,
            removed: gone,
            ..Difference::default()
        }
    }

    #[test]
    fn small_steps_add_up_until_a_week_is_quiet() {
        let day = 86_400;
        let mut baseline = Baseline::of(1000);
        for night in 0..3 {
            baseline = baseline.with(night * day, &change(1000 - 30 * night as u64, 30, 0));
        }
        assert_eq!(baseline.changed(), (90, 0));
        assert_eq!(baseline.since(), Some(0));
        // A week after the first night that one is confirmed, and no other.
        let later = baseline.at(7 * day, None);
        assert_eq!((later.entries, later.changed()), (970, (60, 0)));
        assert_eq!(baseline.at(7 * day - 1, None), baseline);
        let later = baseline.at(9 * day, None);
        assert_eq!(later, Baseline::of(910));
        // A week in which an edition was held back is not quiet. Neither is a week in which the clock was wrong.
        assert_eq!(baseline.at(9 * day, Some(3 * day)), baseline);
        assert_eq!(baseline.at(10 * day, Some(3 * day)), Baseline::of(910));
        assert_eq!(baseline.at(10 * day, Some(i64::MAX)), baseline);
        assert_eq!(baseline.at(i64::MIN, None), baseline);
    }

    #[test]
    fn no_number_of_steps_takes_more_room_or_is_forgotten() {
        let mut baseline = Baseline::of(100_000);
        for minute in 0..1000 {
            baseline = baseline.with(minute, &change(100_000 - minute as u64, 1, 2));
        }
        assert_eq!(baseline.changed(), (1000, 2000));
        assert_eq!(baseline.steps.len(), STEPS_MAX);
        // The first two hundred of them came in force too late for this.
        assert_eq!(baseline.at(WEEK + 100, None).changed(), (1000, 2000));
        assert_eq!(baseline.at(WEEK + 1000, None).changed(), (0, 0));
    }

    #[test]
    fn a_first_edition_is_confirmed() {
        assert_eq!(Baseline::of(0).with(5, &change(0, 0, 7)), Baseline::of(7));
        let all = Baseline::of(5)
            .with(1, &change(5, 5, 5))
            .with(2, &change(5, 5, 5));
        assert_eq!(all.changed(), (5, 10), "no more can go than there were");
    }
}
