//! The queue: every case, in memory and in the journal.

use std::collections::{BTreeSet, HashMap};
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use basma::Result;
use basma::matcher::Cluster;
use basma::report::Finding;

use super::case::{Case, Origin, SIGHTINGS_MAX, Sighting, State, Step};
use super::finding::{kept, key};
use super::journal::{BYTES_MAX, Journal, Record, What};
use crate::cli::rights::holds;

/// The largest number of cases.
const CASES_MAX: usize = 100_000;

/// The largest number of cases that nobody decided, beyond which matches of requests are left out: more than people read.
const UNDECIDED_MAX: usize = 10_000;

/// The largest finding, in bytes of its record. A name may have 4,096 bytes, a match a few labels.
const FINDING_BYTES_MAX: usize = 256 << 10;

/// The cases of a store.
#[derive(Debug)]
pub(super) struct Queue {
    cases: Mutex<Cases>,
    /// Locked before `cases`.
    journal: Mutex<Journal>,
    /// Whether matches of requests are left out until something is decided.
    is_full: AtomicBool,
    /// The number of matches that were left out, since the start.
    left_out: AtomicU64,
}

#[derive(Debug, Default)]
pub(super) struct Cases {
    by_name: HashMap<String, Case>,
    /// The place of the next case.
    next: u64,
    /// The bytes of all records.
    bytes: u64,
    /// What is withdrawn by a token: matches that hold it are not taken.
    withheld: BTreeSet<String>,
    /// Sightings that the journal does not hold yet.
    unwritten: Vec<Record>,
    /// The number of cases that nobody decided.
    undecided: usize,
    /// Whether the last attempt to write sightings failed.
    pub(super) is_failing: bool,
}

/// What became of a sighting.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Taken {
    Added,
    Known,
    /// The case holds enough files; this one was counted.
    Counted,
    /// The queue has no room.
    LeftOut,
    /// The finding is larger than any that a scan writes.
    TooLarge,
    /// Nothing matches.
    NoMatch,
    /// A finding with matches that names no cluster.
    NoCluster,
}

impl Queue {
    pub(super) fn open(store: &std::path::Path) -> Result<Queue> {
        let mut cases = Cases::default();
        let journal = Journal::open(store, |record| cases.replay(record))?;
        Ok(Queue {
            cases: Mutex::new(cases),
            journal: Mutex::new(journal),
            is_full: AtomicBool::new(false),
            left_out: AtomicU64::new(0),
        })
    }

    pub(super) fn cases(&self) -> MutexGuard<'_, Cases> {
        // Each change is whole: a panic elsewhere leaves nothing half done.
        self.cases.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes a sighting into memory. [`Queue::flush`] writes it.
    pub(super) fn see(&self, finding: Finding, origin: Origin, at: i64) -> Taken {
        let taken = self.cases().see(finding, origin, at);
        if matches!(taken, Taken::LeftOut | Taken::TooLarge) {
            self.left_out();
            if taken == Taken::LeftOut && origin == Origin::LookUp {
                self.is_full.store(true, Ordering::Relaxed);
            }
        }
        taken
    }

    /// Counts a match that is left out.
    pub(super) fn left_out(&self) {
        self.left_out.fetch_add(1, Ordering::Relaxed);
    }

    /// The number of matches that were left out, since the start.
    pub(super) fn count_left_out(&self) -> u64 {
        self.left_out.load(Ordering::Relaxed)
    }

    /// Whether there is no room for a further match of a request, which is counted then.
    pub(super) fn leaves_out(&self) -> bool {
        let is_full = self.is_full.load(Ordering::Relaxed);
        if is_full {
            self.left_out();
        }
        is_full
    }

    /// Writes what is not written yet.
    ///
    /// # Errors
    /// [`basma::Error::Io`], [`basma::Error::Store`]: the sightings are kept for the next attempt.
    pub(super) fn flush(&self) -> Result<()> {
        self.write(None)
    }

    /// Takes a step, which is on the disk when this returns.
    pub(super) fn step(&self, case: &str, step: Step) -> Result<()> {
        self.write(Some((case, step)))
    }

    /// Keeps sightings that hold one of these texts out, from now on.
    pub(super) fn withhold(&self, texts: BTreeSet<String>) {
        self.cases().withheld = texts;
    }

    /// Erases the cases that hold one of these texts. Gives how many.
    ///
    /// # Errors
    /// Those of the journal. Records that cannot be added to it any more are kept for the next attempt.
    pub(super) fn erase(&self, store: &Path, texts: &BTreeSet<String>) -> Result<u64> {
        self.flush()?;
        let mut journal = self.journal.lock().unwrap_or_else(PoisonError::into_inner);
        let mut cases = self.cases();
        let erased = crate::cli::rights::rewrite_queue(store, texts);
        if matches!(erased, Ok(0)) && !journal.is_replaced() {
            return erased;
        }
        // Whatever became of it, the file may be another one now.
        let mut read = Cases {
            withheld: cases.withheld.clone(),
            ..Cases::default()
        };
        journal.open_again(store, |record| read.replay(record))?;
        for record in cases.unwritten.drain(..) {
            let is_kept = |record: &Record| !record.holds(texts);
            if is_kept(&record) {
                read.unwritten.push(record.clone());
                read.replay(record);
            }
        }
        *cases = read;
        erased
    }

    fn write(&self, step: Option<(&str, Step)>) -> Result<()> {
        let mut journal = self.journal.lock().unwrap_or_else(PoisonError::into_inner);
        let mut records = std::mem::take(&mut self.cases().unwritten);
        let sightings = records.len();
        if let Some((case, step)) = &step {
            records.push(Record::new(case, What::Done(step.clone())));
        }
        if records.is_empty() {
            return Ok(());
        }
        let written = journal.append(&records);
        let mut cases = self.cases();
        cases.is_failing = written.is_err();
        if let Err(error) = written {
            records.truncate(sightings);
            records.append(&mut cases.unwritten);
            cases.unwritten = records;
            return Err(error);
        }
        if let Some((case, step)) = step {
            cases.bytes += records
                .last()
                .map_or(0, |record| record.line().len() as u64);
            cases.take(case, step);
            self.is_full.store(false, Ordering::Relaxed);
        }
        Ok(())
    }
}

impl Cases {
    fn replay(&mut self, record: Record) {
        self.bytes += record.line().len() as u64;
        match record.what {
            What::Seen(sighting) => {
                let key = key(&sighting.finding);
                self.change(&record.case, |case, _| case.see(sighting, key));
            }
            What::Done(step) => self.take(&record.case, step),
        }
    }

    /// Changes a case, which is made if need be; `change` gets the end of the queue, too.
    fn change(&mut self, name: &str, change: impl FnOnce(&mut Case, u64)) {
        if !self.by_name.contains_key(name) {
            let case = Case::new(name.to_owned(), self.next);
            self.by_name.insert(name.to_owned(), case);
            self.next += 1;
            self.undecided += 1;
        }
        let case = self.by_name.get_mut(name).expect("it is there");
        let was_decided = case.state.is_decided();
        change(case, self.next);
        self.next += 1;
        match (was_decided, case.state.is_decided()) {
            (false, true) => self.undecided -= 1,
            (true, false) => self.undecided += 1,
            _ => {}
        }
    }

    fn take(&mut self, name: &str, step: Step) {
        self.change(name, |case, end| case.take(step, end));
    }

    fn see(&mut self, finding: Finding, origin: Origin, at: i64) -> Taken {
        if finding.matches.is_empty() {
            return Taken::NoMatch;
        }
        let name = finding.cluster.as_deref();
        let name = name.filter(|name| name.parse::<Cluster>().is_ok());
        let Some(name) = name.map(str::to_owned) else {
            return Taken::NoCluster;
        };
        if self.withholds(&finding) {
            return Taken::NoMatch;
        }
        let key = key(&finding);
        let has_room = origin == Origin::Scan || self.undecided < UNDECIDED_MAX;
        if let Some(case) = self.by_name.get_mut(&name) {
            if case.knows(&key) {
                return Taken::Known;
            }
            if case.sightings.len() >= SIGHTINGS_MAX && !case.state.is_decided() {
                case.more += 1;
                return Taken::Counted;
            }
        } else if self.by_name.len() >= CASES_MAX || !has_room {
            return Taken::LeftOut;
        }
        let finding = Box::new(kept(finding));
        let sighting = Sighting {
            at,
            origin,
            finding,
        };
        let record = Record::new(&name, What::Seen(sighting.clone()));
        let bytes = record.line().len();
        if bytes > FINDING_BYTES_MAX {
            return Taken::TooLarge;
        }
        if self.bytes + bytes as u64 > BYTES_MAX {
            return Taken::LeftOut;
        }
        self.bytes += bytes as u64;
        self.unwritten.push(record);
        self.change(&name, |case, _| case.see(sighting, key));
        Taken::Added
    }

    /// Whether a finding holds what is withdrawn.
    fn withholds(&self, finding: &Finding) -> bool {
        let is_held = || serde_json::to_value(finding).map(|value| holds(&value, &self.withheld));
        !self.withheld.is_empty() && is_held().unwrap_or(true)
    }

    /// A case, if there is one of this name.
    pub(super) fn get(&self, name: &str) -> Option<&Case> {
        self.by_name.get(name)
    }

    /// The cases of some states, in their order.
    pub(super) fn of(&self, states: &[State]) -> Vec<&Case> {
        let of = self.by_name.values();
        let mut cases: Vec<&Case> = of.filter(|case| states.contains(&case.state)).collect();
        cases.sort_unstable_by_key(|case| case.place);
        cases
    }

    /// How many cases are in a state.
    pub(super) fn count(&self, state: State) -> u64 {
        let of = self.by_name.values();
        of.filter(|case| case.state == state).count() as u64
    }

    /// Every case, in no order.
    pub(super) fn all(&self) -> impl Iterator<Item = &Case> {
        self.by_name.values()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::case::Act;
    use super::*;

    fn finding(cluster: u8, file: u8) -> Finding {
        let json = serde_json::json!({
            "v": 1, "path": format!("{file}.jpg"), "cluster": format!("c{cluster:016x}"),
            "matches": [{"list": "l", "type": "pdq", "hash": "00", "distance": 1, "radius": 31, "labels": []}]
        });
        serde_json::from_value(json).unwrap()
    }

    fn step(act: Act) -> Step {
        Step {
            act,
            at: 1,
            by: "ana".to_owned(),
            reason: String::new(),
            entry: None,
            changes: Vec::new(),
        }
    }

    /// Everything that pages show of a queue.
    fn shown(queue: &Queue) -> Vec<(String, State, u64, usize, usize)> {
        let cases = queue.cases();
        let all = cases.of(&State::ALL);
        let undecided = all.iter().filter(|case| !case.state.is_decided());
        assert_eq!(undecided.count(), cases.undecided);
        let of = |case: &&Case| {
            let counts = (case.sightings.len(), case.steps.len());
            (
                case.id.clone(),
                case.state,
                case.revision,
                counts.0,
                counts.1,
            )
        };
        all.iter().map(of).collect()
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

        #[test]
        fn a_queue_that_is_opened_again_is_as_it_was(
            changes in proptest::collection::vec((0_u8..4, 0_u8..5, proptest::option::of(0..Act::ALL.len())), 0..20),
        ) {
            let store = tempfile::tempdir().unwrap();
            let queue = Queue::open(store.path()).unwrap();
            for (cluster, file, act) in changes {
                queue.see(finding(cluster, file), Origin::LookUp, 1);
                if let Some(act) = act {
                    queue.step(&format!("c{cluster:016x}"), step(Act::ALL[act])).unwrap();
                }
            }
            queue.flush().unwrap();
            let before = shown(&queue);
            drop(queue);
            prop_assert_eq!(shown(&Queue::open(store.path()).unwrap()), before);
        }
    }

    #[test]
    fn a_file_that_nobody_looked_at_opens_a_decided_case_again() {
        let store = tempfile::tempdir().unwrap();
        let queue = Queue::open(store.path()).unwrap();
        let state = || queue.cases().get("c0000000000000001").unwrap().state;
        assert_eq!(queue.see(finding(1, 1), Origin::LookUp, 1), Taken::Added);
        queue.step("c0000000000000001", step(Act::Confirm)).unwrap();
        assert_eq!(queue.see(finding(1, 1), Origin::LookUp, 1), Taken::Known);
        assert_eq!(state(), State::Confirmed);
        assert_eq!(queue.see(finding(1, 2), Origin::LookUp, 1), Taken::Added);
        assert_eq!(state(), State::Open);
        for file in 3..=u8::try_from(SIGHTINGS_MAX).unwrap() {
            assert_eq!(queue.see(finding(1, file), Origin::LookUp, 1), Taken::Added);
        }
        assert_eq!(
            queue.see(finding(1, 200), Origin::LookUp, 1),
            Taken::Counted
        );
    }

    #[test]
    fn matches_beyond_the_most_are_counted_until_something_is_decided() {
        let store = tempfile::tempdir().unwrap();
        let queue = Queue::open(store.path()).unwrap();
        queue.see(finding(1, 1), Origin::LookUp, 1);
        queue.cases().undecided = UNDECIDED_MAX;
        assert_eq!(queue.see(finding(2, 1), Origin::LookUp, 1), Taken::LeftOut);
        assert!(queue.leaves_out());
        assert_eq!(queue.count_left_out(), 2);
        assert_eq!(queue.see(finding(2, 1), Origin::Scan, 1), Taken::Added);
        queue.step("c0000000000000001", step(Act::Confirm)).unwrap();
        assert!(!queue.leaves_out());
        let mut huge = finding(3, 1);
        huge.path = "x".repeat(FINDING_BYTES_MAX);
        assert_eq!(queue.see(huge, Origin::Scan, 1), Taken::TooLarge);
        assert!(!queue.leaves_out());
        let mut without = finding(4, 1);
        without.cluster = None;
        assert_eq!(queue.see(without, Origin::Scan, 1), Taken::NoCluster);
    }
}
