//! Tasks to findings on several threads, handed on in the order of the tasks.

use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc;

use rayon::Scope;

use super::Finding;
use super::examine::{Examiner, Task};
use super::log::SYNC_EVERY;
use super::members::Members;
use super::walk::Walk;
use crate::Result;

/// What one task came to.
#[derive(Default)]
pub(super) struct Part {
    pub(super) findings: Vec<Finding>,
    /// The members of an archive that are still to be examined, and the archive itself.
    pub(super) rest: Option<Box<Members>>,
    /// Whether the scan was ended before the task was.
    pub(super) cut: bool,
}

impl Part {
    pub(super) fn one(finding: Finding) -> Part {
        Part {
            findings: vec![finding],
            ..Part::default()
        }
    }
}

/// How a scan ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Over {
    /// After its last file.
    Done,
    /// Before.
    Cut,
}

/// Where findings go; it may break.
type HandOn<'h> = dyn FnMut(Finding) -> ControlFlow<()> + 'h;

/// Where tasks come from.
trait Source {
    fn next(&mut self, examiner: &Examiner<'_>) -> Result<Option<Task>>;

    /// Whether no more should be begun until others are done.
    fn is_full(&self) -> bool {
        false
    }
}

impl Source for Walk<'_> {
    fn next(&mut self, _: &Examiner<'_>) -> Result<Option<Task>> {
        Iterator::next(self)
            .transpose()
            .map(|found| found.map(Task::Found))
    }
}

/// The members of an archive, no more at once than fit its share of memory.
struct Bounded<'m> {
    members: &'m mut Members,
    bytes_max: u64,
}

impl Source for Bounded<'_> {
    fn next(&mut self, examiner: &Examiner<'_>) -> Result<Option<Task>> {
        Ok(self.members.next(examiner)?.map(Task::Member))
    }

    fn is_full(&self) -> bool {
        self.members.in_flight() >= self.bytes_max
    }
}

/// A scan's threads at work.
#[derive(Clone, Copy)]
pub(super) struct Pipeline<'p> {
    examiner: &'p Examiner<'p>,
    /// Set once no more is to be begun, for whatever reason.
    left: &'p AtomicBool,
    /// How many tasks may be begun beyond the one whose findings are handed on.
    window: u64,
}

impl<'p> Pipeline<'p> {
    pub(super) fn new(
        examiner: &'p Examiner<'p>,
        left: &'p AtomicBool,
        window: usize,
    ) -> Pipeline<'p> {
        Pipeline {
            examiner,
            left,
            window: window as u64,
        }
    }

    /// Examines all that the walk comes upon.
    pub(super) fn run<'s>(
        self,
        scope: &Scope<'s>,
        walk: &mut Walk<'_>,
        hand_on: &mut HandOn<'_>,
    ) -> Result<Over>
    where
        'p: 's,
    {
        let over = self.drain(scope, walk, hand_on);
        self.left.store(true, Ordering::Relaxed);
        over
    }

    fn ended(self) -> bool {
        self.left.load(Ordering::Relaxed) || self.examiner.scan.stop.load(Ordering::Relaxed)
    }

    fn drain<'s>(
        self,
        scope: &Scope<'s>,
        source: &mut dyn Source,
        hand_on: &mut HandOn<'_>,
    ) -> Result<Over>
    where
        'p: 's,
    {
        let (done, finished) = mpsc::channel();
        let mut waiting = BTreeMap::new();
        let (mut begun, mut handed_on) = (0_u64, 0_u64);
        loop {
            while begun - handed_on < self.window
                && !self.ended()
                && (begun == handed_on || !source.is_full())
            {
                let Some(task) = source.next(self.examiner)? else {
                    break;
                };
                let (place, done) = (begun, done.clone());
                scope.spawn(move |_| {
                    let ended = || self.ended();
                    let part = (!ended()).then(|| self.examiner.examine(task, &ended));
                    // Whether a file was given up half-way cannot be told from what came of it. An archive can tell.
                    let whole =
                        |part: &Result<Part>| !ended() || part.as_ref().is_ok_and(|p| p.cut);
                    let part = part.filter(whole);
                    // The receiver is gone only when the scan is over.
                    let _ = done.send((place, part));
                });
                begun += 1;
            }
            if begun == handed_on {
                // Ended before the source was: there may be more.
                let cut = self.ended() && source.next(self.examiner)?.is_some();
                return Ok(if cut { Over::Cut } else { Over::Done });
            }
            let (place, part) = match finished.recv_timeout(SYNC_EVERY) {
                Ok(done) => done,
                // This thread holds a sender: it is only late.
                Err(_) => {
                    let mut logs = self.examiner.scan.logs.iter();
                    logs.try_for_each(|log| log.settle())?;
                    continue;
                }
            };
            waiting.insert(place, part);
            while let Some(part) = waiting.remove(&handed_on) {
                handed_on += 1;
                let Some(part) = part.transpose()? else {
                    return Ok(Over::Cut);
                };
                if let Some(over) = self.hand_on_part(scope, part, hand_on)? {
                    let more = begun > handed_on || source.next(self.examiner)?.is_some();
                    return Ok(if more { Over::Cut } else { over });
                }
            }
        }
    }

    /// Hands on what a task came to, and examines what it left; how the scan ended with it, if it did.
    fn hand_on_part<'s>(
        self,
        scope: &Scope<'s>,
        part: Part,
        hand_on: &mut HandOn<'_>,
    ) -> Result<Option<Over>>
    where
        'p: 's,
    {
        let mut findings = part.findings.into_iter();
        while let Some(finding) = findings.next() {
            if hand_on(finding).is_break() {
                self.left.store(true, Ordering::Relaxed);
                let more = findings.len() > 0 || part.cut || part.rest.is_some();
                return Ok(Some(if more { Over::Cut } else { Over::Done }));
            }
        }
        if part.cut {
            return Ok(Some(Over::Cut));
        }
        let Some(mut members) = part.rest else {
            return Ok(None);
        };
        let bytes_max = self.examiner.scan.hasher.limits().file_bytes;
        let mut source = Bounded {
            members: &mut members,
            bytes_max,
        };
        let over = self.drain(scope, &mut source, hand_on)?;
        // The archive itself is still to come.
        if over == Over::Cut || self.left.load(Ordering::Relaxed) {
            return Ok(Some(Over::Cut));
        }
        if hand_on(members.finish(self.examiner)?).is_break() {
            self.left.store(true, Ordering::Relaxed);
            return Ok(Some(Over::Done));
        }
        Ok(None)
    }
}
