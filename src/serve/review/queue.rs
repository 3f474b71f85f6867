//! The queue: every case, in memory and in the journal.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use basma::Result;
use basma::matcher::Cluster;
use basma::report::Finding;

use super::case::{Case, Origin, SIGHTINGS_MAX, Sighting, State, Step, kept, key};
use super::journal::{BYTES_MAX, Journal, Record, What};

/// The largest number of cases.
const CASES_MAX: usize = 100_000;

/// The largest finding, in bytes of its record. A name may have 4,096 bytes, a match a few labels.
const FINDING_BYTES_MAX: usize = 256 << 10;

/// The cases of a store.
#[derive(Debug)]
pub(super) struct Queue {
    cases: Mutex<Cases>,
    /// Locked before `cases`.
    journal: Mutex<Journal>,
}

#[derive(Debug, Default)]
pub(super) struct Cases {
    by_name: HashMap<String, Case>,
    /// The place of the next case.
    next: u64,
    /// The bytes of all records.
    bytes: u64,
    /// Sightings that the journal does not hold yet.
    unwritten: Vec<Record>,
    /// The number of sightings that the queue had no room for, since the start.
    pub(super) left_out: u64,
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
    /// The queue has no room, or the finding is too large.
    LeftOut,
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
        })
    }

    pub(super) fn cases(&self) -> MutexGuard<'_, Cases> {
        // Each change is whole: a panic elsewhere leaves nothing half done.
        self.cases.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes a sighting into memory. [`Queue::flush`] writes it.
    pub(super) fn see(&self, finding: Finding, origin: Origin, at: i64) -> Taken {
        self.cases().see(finding, origin, at)
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
                self.case(&record.case).see(sighting, key);
            }
            What::Done(step) => self.take(&record.case, step),
        }
    }

    fn case(&mut self, name: &str) -> &mut Case {
        if !self.by_name.contains_key(name) {
            self.by_name
                .insert(name.to_owned(), Case::new(name.to_owned(), self.next));
            self.next += 1;
        }
        self.by_name.get_mut(name).expect("it is there")
    }

    fn take(&mut self, name: &str, step: Step) {
        let place = self.next;
        self.next += 1;
        self.case(name).take(step, place);
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
        let key = key(&finding);
        if let Some(case) = self.by_name.get_mut(&name) {
            if case.knows(&key) {
                return Taken::Known;
            }
            if case.sightings.len() >= SIGHTINGS_MAX && !case.state.is_decided() {
                case.more += 1;
                return Taken::Counted;
            }
        } else if self.by_name.len() >= CASES_MAX {
            self.left_out += 1;
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
        if bytes > FINDING_BYTES_MAX || self.bytes + bytes as u64 > BYTES_MAX {
            self.left_out += 1;
            return Taken::LeftOut;
        }
        self.bytes += bytes as u64;
        self.unwritten.push(record);
        self.case(&name).see(sighting, key);
        Taken::Added
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
