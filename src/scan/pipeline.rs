//! Tasks to findings on several threads, handed on in the order of the tasks.
//!
//! Finished files wait for their turn. While they take little memory, nothing else waits for them. So the threads go on
//! behind a clip that takes minutes, and with the members of archives there.

use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, Receiver, Sender};
use std::time::Duration;

use rayon::Scope;

use super::context::ScanContext;
use super::examine::TaskResult;
use super::log::SYNC_EVERY;
use super::members::Members;
use super::task::{InFlight, Task};
use super::walk::{Next, Walk};
use super::{Finding, Status};
use crate::Result;
use crate::error::Reason;
use crate::matcher::Match;

/// About how much memory findings may take that wait for their turn: some 40,000 of pictures.
const WAITING_BYTES_MAX: usize = 32 << 20;

/// How long nothing is begun while the next path is awaited: without other work, and with files in work.
const PATIENCE: Duration = Duration::from_millis(100);
const PATIENCE_AT_WORK: Duration = Duration::from_millis(5);

/// About how much one match takes beside its own size: its texts.
const MATCH_TEXT_BYTES: usize = 256;

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

/// The place of a finding: the number of the walked file, then of a member in it. The archive itself comes last.
type TaskPlace = (u64, u64);

/// What came of one task, until its turn comes.
struct Slot {
    /// Nothing where it was given up.
    part: Option<Result<TaskResult>>,
    /// Whether what the walk came upon is done with it.
    is_last: bool,
}

impl Slot {
    /// About how much memory it takes.
    fn weight(&self) -> usize {
        let Some(Ok(part)) = &self.part else {
            return size_of::<Slot>();
        };
        let weight = |finding: &Finding| {
            let Finding {
                matches,
                suppressed,
                weak,
                authentic,
                ..
            } = finding;
            let matches = matches.len() + suppressed.len() + weak.len() + authentic.len();
            size_of::<Finding>()
                + finding.path.as_os_str().len()
                + size_of_val(finding.prints.as_slice())
                + matches * (size_of::<Match>() + MATCH_TEXT_BYTES)
        };
        part.findings.iter().map(weight).sum::<usize>() + size_of::<Slot>()
    }
}

/// Of a file at which this program failed: otherwise the scan would never end.
fn gave_up(path: PathBuf, is_member: bool) -> Finding {
    Finding {
        is_member,
        reason: Some(Reason::ProgramDefect.into()),
        ..Finding::new(path, Status::Damaged)
    }
}

/// An archive whose members are still to be begun.
struct Begun {
    members: Box<Members>,
    /// The place of the next among them.
    next: u64,
}

/// A scan's threads at work.
#[derive(Clone, Copy)]
pub(super) struct Pipeline<'p> {
    context: &'p ScanContext<'p>,
    /// Set once no more is to be begun, for whatever reason.
    left: &'p AtomicBool,
    /// How many tasks may be begun and not done.
    window: usize,
}

impl<'p> Pipeline<'p> {
    pub(super) fn new(
        context: &'p ScanContext<'p>,
        left: &'p AtomicBool,
        window: usize,
    ) -> Pipeline<'p> {
        Pipeline {
            context,
            left,
            window,
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
        let over = Run::new(self, walk).run(scope, hand_on);
        self.left.store(true, Ordering::Relaxed);
        over
    }

    fn ended(self) -> bool {
        self.left.load(Ordering::Relaxed) || self.context.scan.cancel.is_cancelled()
    }

    fn count(self, part: &TaskResult) {
        for finding in part.findings.iter().filter(|finding| !finding.is_member) {
            let bytes = finding.bytes.unwrap_or(0);
            self.context.scan.meter.add_file(bytes);
        }
    }

    /// What comes of a task; nothing where it was given up.
    fn examine(self, task: Task) -> Option<Result<TaskResult>> {
        let ended = || self.ended();
        let part = (!ended()).then(|| self.context.examine(task, &ended))?;
        // Whether a file was given up half-way cannot be told from what came of it. An archive can tell.
        let whole = !ended() || part.as_ref().is_ok_and(|part| part.cut);
        if let Ok(part) = &part {
            self.count(part);
        }
        whole.then_some(part)
    }
}

/// Everything between a task's being begun and its being handed on.
struct Run<'p, 'w, 'x> {
    pipeline: Pipeline<'p>,
    walk: &'w mut Walk<'x>,
    /// Whether the walk has ended, or need not end.
    is_walked: bool,
    /// Whether the next path was not named yet when it was asked for.
    is_late: bool,
    /// The place of what the walk comes upon next.
    next: u64,
    /// Archives whose first members were examined, by place.
    archives: BTreeMap<u64, Begun>,
    /// Which of them is open, beside the one whose turn it is.
    ahead: Option<u64>,
    /// How many bytes of members wait to be examined.
    in_flight: InFlight,
    /// How many tasks were begun and are not done.
    out: usize,
    done: Sender<(TaskPlace, Slot)>,
    finished: Receiver<(TaskPlace, Slot)>,
    waiting: BTreeMap<TaskPlace, Slot>,
    waiting_bytes: usize,
    /// Whose turn it is.
    turn: TaskPlace,
    /// Whether something was given up.
    cut: bool,
}

impl<'p, 'w, 'x> Run<'p, 'w, 'x> {
    fn new(pipeline: Pipeline<'p>, walk: &'w mut Walk<'x>) -> Run<'p, 'w, 'x> {
        let (done, finished) = mpsc::channel();
        Run {
            pipeline,
            walk,
            is_walked: false,
            is_late: false,
            next: 0,
            archives: BTreeMap::new(),
            ahead: None,
            in_flight: InFlight::default(),
            out: 0,
            done,
            finished,
            waiting: BTreeMap::new(),
            waiting_bytes: 0,
            turn: (0, 0),
            cut: false,
        }
    }

    fn run<'s>(mut self, scope: &Scope<'s>, hand_on: &mut HandOn<'_>) -> Result<Over>
    where
        'p: 's,
    {
        loop {
            while self.begin(scope)? {}
            if let Some(slot) = self.waiting.remove(&self.turn) {
                if self.hand_on(self.turn, slot, hand_on)?.is_break() {
                    return self.left_off();
                }
            } else if self.out > 0 {
                self.receive()?;
            } else if !self.is_late || self.pipeline.ended() {
                return self.end(hand_on);
            }
        }
    }

    /// Begins the next task, if one may be begun.
    fn begin<'s>(&mut self, scope: &Scope<'s>) -> Result<bool>
    where
        'p: 's,
    {
        self.is_late = false;
        if self.out >= self.pipeline.window || self.pipeline.ended() {
            return Ok(false);
        }
        let context = self.pipeline.context;
        // What everything else waits for is begun however much waits.
        let room = self.waiting_bytes < WAITING_BYTES_MAX;
        if let Some(place) = self.archive() {
            let bytes_max = context.scan.hasher.limits().file_bytes;
            let begun = self.archives.get_mut(&place).expect("it was just found");
            let member = (place, begun.next);
            if member == self.turn || room && self.in_flight.load(Ordering::Relaxed) < bytes_max {
                begun.next += 1;
                match begun.members.next(context)? {
                    Some(task) => self.spawn(scope, member, Task::Member(task)),
                    None => self.finish(place, member)?,
                }
                return Ok(true);
            }
        }
        if self.is_walked || !room && (self.next, 0) != self.turn {
            return Ok(false);
        }
        let is_idle = self.out == 0 && self.waiting.is_empty();
        let patience = if is_idle { PATIENCE } else { Duration::ZERO };
        let next = self.walk.step(patience)?;
        self.is_late = matches!(next, Next::NotYet);
        match next {
            Next::Found(found) => {
                self.next += 1;
                self.spawn(scope, (self.next - 1, 0), Task::Found(found));
            }
            Next::NotYet => {}
            Next::End => self.is_walked = true,
        }
        Ok(!self.is_late)
    }

    /// The archive whose members are begun next: that whose turn it is, or a single one behind it.
    fn archive(&mut self) -> Option<u64> {
        let place = self.turn.0;
        if self.archives.contains_key(&place) {
            return Some(place);
        }
        let ahead = self.ahead.filter(|ahead| self.archives.contains_key(ahead));
        self.ahead = ahead.or_else(|| Some(*self.archives.first_key_value()?.0));
        self.ahead
    }

    fn spawn<'s>(&mut self, scope: &Scope<'s>, place: TaskPlace, task: Task)
    where
        'p: 's,
    {
        let (pipeline, done) = (self.pipeline, self.done.clone());
        let is_found = matches!(task, Task::Found(_));
        self.out += 1;
        scope.spawn(move |_| {
            let path = task.path();
            let part = catch_unwind(AssertUnwindSafe(|| pipeline.examine(task)));
            let part = part.unwrap_or_else(|_| Some(Ok(TaskResult::one(gave_up(path, !is_found)))));
            let rest = matches!(&part, Some(Ok(part)) if part.rest.is_some());
            // The receiver is gone only when the scan is over.
            let is_last = is_found && !rest;
            let _ = done.send((place, Slot { part, is_last }));
        });
    }

    /// An archive itself, after its last member was begun.
    fn finish(&mut self, archive: u64, place: TaskPlace) -> Result<()> {
        let begun = self.archives.remove(&archive).expect("it was just found");
        let finding = begun.members.finish(self.pipeline.context)?;
        let part = TaskResult::one(finding);
        self.pipeline.count(&part);
        let slot = Slot {
            part: Some(Ok(part)),
            is_last: true,
        };
        self.wait(place, slot);
        Ok(())
    }

    /// Waits until something is done.
    fn receive(&mut self) -> Result<()> {
        let patience = if self.is_late {
            PATIENCE_AT_WORK
        } else {
            SYNC_EVERY
        };
        let Ok((place, mut slot)) = self.finished.recv_timeout(patience) else {
            // This holds a sender: they are only late.
            let mut logs = self.pipeline.context.scan.logs.iter();
            return logs.try_for_each(|log| log.settle());
        };
        self.out -= 1;
        match &mut slot.part {
            Some(Ok(part)) => {
                if let Some(mut members) = part.rest.take() {
                    members.count_in(self.in_flight.clone());
                    self.archives.insert(place.0, Begun { members, next: 1 });
                }
            }
            // What comes behind it is of no use.
            Some(Err(_)) => self.is_walked = true,
            None => {}
        }
        self.wait(place, slot);
        Ok(())
    }

    fn wait(&mut self, place: TaskPlace, slot: Slot) {
        self.waiting_bytes += slot.weight();
        self.waiting.insert(place, slot);
    }

    /// Hands on the result of a task; whether no more is wanted.
    fn hand_on(
        &mut self,
        place: TaskPlace,
        slot: Slot,
        hand_on: &mut HandOn<'_>,
    ) -> Result<ControlFlow<()>> {
        self.waiting_bytes -= slot.weight();
        self.turn = if slot.is_last {
            (place.0 + 1, 0)
        } else {
            (place.0, place.1 + 1)
        };
        let Some(part) = slot.part.transpose()? else {
            self.cut = true;
            return Ok(ControlFlow::Continue(()));
        };
        self.cut |= part.cut;
        let mut findings = part.findings.into_iter();
        while let Some(finding) = findings.next() {
            if hand_on(finding).is_break() {
                self.cut |= findings.len() > 0 || !slot.is_last;
                return Ok(ControlFlow::Break(()));
            }
        }
        Ok(ControlFlow::Continue(()))
    }

    /// The end of a scan whose findings are not wanted any more.
    fn left_off(mut self) -> Result<Over> {
        self.pipeline.left.store(true, Ordering::Relaxed);
        let more = self.cut || self.out > 0 || !self.waiting.is_empty();
        self.over(more)
    }

    /// The end, or what a stop has left: what was finished is handed on, whatever was given up before it.
    fn end(mut self, hand_on: &mut HandOn<'_>) -> Result<Over> {
        while let Some((place, slot)) = self.waiting.pop_first() {
            self.cut = true;
            if self.hand_on(place, slot, hand_on)?.is_break() {
                break;
            }
        }
        let more = self.cut || !self.archives.is_empty();
        self.over(more)
    }

    fn over(&mut self, more: bool) -> Result<Over> {
        // Ended before the walk was: there may be more.
        let is_over = self.is_walked || matches!(self.walk.step(Duration::ZERO)?, Next::End);
        let more = more || !is_over;
        Ok(if more { Over::Cut } else { Over::Done })
    }
}
