//! The members of an archive that a worker reads.

use std::cell::RefCell;
use std::fs::File;
use std::path::Path;
use std::time::Duration;

use super::message::{Answer, Request, SentContent, SentLimits, SentMember, SentPasswords};
use super::process::{Patience, Process};
use super::setup::Setup;
use super::wire::{SentGap, kind, transposed};
use super::{Failure, PICTURE_ANSWER_BYTES_MAX, RemoteContainer, Workers, profile};
use crate::archive::{ArchiveLimits, Content, Gap, GapKind, Member, Passwords};
use crate::error::Reason;
use crate::hasher::Hasher;
use crate::media::video::child::Silence;
use crate::{CancelToken, Error};

/// How many bytes are unpacked in a second at the least.
const BYTES_A_SECOND: u64 = 4 << 20;

/// How long one step may take beside unpacking.
const STEP: Duration = Duration::from_secs(120);

/// An archive that a worker reads member by member.
pub(crate) struct RemoteMembers {
    workers: Workers,
    /// None after the last member, or where the worker is gone.
    process: Option<Process>,
    time: Duration,
    cancel: CancelToken,
    member_bytes_max: u64,
    /// The number of the next member.
    next: u64,
    end: Option<Gap>,
}

impl RemoteMembers {
    /// Opens a file that is such a container, `bytes` long. `asks` says whether some of its members may be known.
    pub(crate) fn open(
        workers: &Workers,
        hasher: &Hasher,
        container: &RemoteContainer,
        (name, file, bytes): (&Path, &File, u64),
        (limits, passwords): (Option<ArchiveLimits>, &Passwords),
        asks: bool,
    ) -> RemoteMembers {
        let within = limits.unwrap_or_default();
        let unpacked = bytes
            .saturating_mul(within.ratio)
            .saturating_add(within.unpacked_bytes);
        let unpacking = Duration::from_secs(unpacked / BYTES_A_SECOND);
        let mut members = RemoteMembers {
            workers: workers.clone(),
            process: None,
            time: STEP
                .saturating_add(unpacking)
                .min(Duration::from_secs(1 << 24)),
            cancel: hasher.cancel.clone(),
            member_bytes_max: hasher.limits.file_bytes,
            next: 0,
            end: None,
        };
        let held = within
            .held_bytes
            .saturating_add(within.window_bytes)
            .saturating_add(within.directory_bytes.saturating_mul(2));
        let request = || Request::Open {
            setup: Setup::of(hasher, false),
            container: container.0.clone(),
            name: name.as_os_str().as_encoded_bytes().to_vec(),
            bytes,
            limits: limits.as_ref().map(SentLimits::new),
            asks,
        };
        let cancel = hasher.cancel.clone();
        let patience = Patience {
            time: members.time,
            cancel: &cancel,
        };
        let opened = members.take(&profile(hasher, None, held), |process| {
            if process.passwords != passwords.id() {
                // They are sent to each process once, however many archives it opens.
                let lines = SentPasswords(passwords.to_lines());
                let told = process.ask(Request::Passwords(lines), None, patience);
                told.map_err(|error| process.silence(error.kind()))?;
                process.passwords = passwords.id();
            }
            let asked = process.ask(request(), Some(file), patience);
            asked.map_err(|error| process.silence(error.kind()))?;
            process.bytes = process.bytes.saturating_add(bytes);
            match process.hear(64, |_| 0, |_, _| {}, patience)?.0 {
                Answer::Opened => Ok(()),
                _ => Err(Silence::Died(Reason::SandboxAnswer)),
            }
        });
        match opened {
            Ok(process) => members.process = Some(process),
            Err(failure) => members.fail(failure),
        }
        members
    }

    /// A process of which the archive was asked.
    fn take(
        &self,
        profile: &crate::sandbox::Profile,
        ask: impl Fn(&mut Process) -> Result<(), Silence>,
    ) -> Result<Process, Failure> {
        if let Some(mut process) = self.workers.idle(profile)
            && ask(&mut process).is_ok()
        {
            return Ok(process);
        }
        let mut process = self
            .workers
            .start(profile, None)
            .map_err(Failure::NotStarted)?;
        ask(&mut process).map_err(Failure::Silent)?;
        Ok(process)
    }

    /// The next member, and whether it is a smaller copy of the picture that holds it. Where `known` says so of its number, its
    /// content is passed over.
    pub(crate) fn next_member(&mut self, known: &dyn Fn(u64) -> bool) -> Option<(Member, bool)> {
        let mut process = self.process.take()?;
        let heard = self.hear_member(&mut process, known);
        match heard {
            Ok(Some(given)) => {
                self.process = Some(process);
                self.next += 1;
                Some(given)
            }
            Ok(None) => {
                self.workers.put_back(process);
                None
            }
            Err(silence) => {
                self.fail(Failure::Silent(silence));
                None
            }
        }
    }

    fn hear_member(
        &mut self,
        process: &mut Process,
        known: &dyn Fn(u64) -> bool,
    ) -> Result<Option<(Member, bool)>, Silence> {
        let cancel = self.cancel.clone();
        let patience = Patience {
            time: self.time,
            cancel: &cancel,
        };
        let most = self.member_bytes_max;
        let following = |answer: &Answer| match answer {
            Answer::Member(member) => member.content.bytes().min(most.saturating_add(1)),
            _ => 0,
        };
        let is_asked = RefCell::new(None);
        let mut request = Request::Next;
        loop {
            let asked = process.ask(request, None, patience);
            asked.map_err(|error| process.silence(error.kind()))?;
            let (answer, bytes) =
                process.hear(PICTURE_ANSWER_BYTES_MAX, following, |_, _| {}, patience)?;
            let invalid = || Silence::Died(Reason::SandboxAnswer);
            match answer {
                Answer::Asks(number) if number == self.next && is_asked.borrow().is_none() => {
                    let known = known(number);
                    *is_asked.borrow_mut() = Some(known);
                    request = Request::Known(known);
                }
                Answer::Member(sent) => {
                    let is_known = is_asked.into_inner().unwrap_or(false);
                    let is_sound = sent.number == self.next
                        && sent.content.bytes() == bytes.len() as u64
                        && bytes.len() as u64 <= most
                        && matches!(sent.content, SentContent::Known) == is_known;
                    let member = is_sound.then(|| received(sent, bytes)).flatten();
                    return Ok(Some(member.ok_or_else(invalid)?));
                }
                Answer::End(gap) => {
                    self.end = transposed(gap.map(SentGap::received)).ok_or_else(invalid)?;
                    return Ok(None);
                }
                _ => return Err(invalid()),
            }
        }
    }

    /// Passes over so many members.
    pub(crate) fn skip(&mut self, count: u64) {
        let Some(mut process) = self.process.take() else {
            return;
        };
        let cancel = self.cancel.clone();
        let patience = Patience {
            time: self.time,
            cancel: &cancel,
        };
        let asked = process.ask(Request::Skip(count), None, patience);
        let heard = match asked {
            Ok(()) => process.hear(64, |_| 0, |_, _| {}, patience),
            Err(error) => Err(process.silence(error.kind())),
        };
        match heard {
            Ok((Answer::Opened, _)) => {
                self.process = Some(process);
                self.next += count;
            }
            Ok(_) => self.fail(Failure::Silent(Silence::Died(Reason::SandboxAnswer))),
            Err(silence) => self.fail(Failure::Silent(silence)),
        }
    }

    /// After the last member: why not all of the archive was looked into, if so.
    pub(crate) fn end(&mut self) -> Option<Gap> {
        self.end.take()
    }

    /// The rest of the archive is lost, which is told as what is wrong with it.
    fn fail(&mut self, failure: Failure) {
        let cancel = self.cancel.clone();
        let error = failure.error(Patience {
            time: self.time,
            cancel: &cancel,
        });
        let kind = match error.cause() {
            Error::OverLimit { .. } => GapKind::OverLimit,
            // Another try may read it.
            _ if error.is_transient() => GapKind::Unreadable,
            Error::Damaged(_) => GapKind::Damaged,
            _ => GapKind::Unsupported,
        };
        self.end = Some((kind, error.reason().into()));
    }
}

impl Drop for RemoteMembers {
    fn drop(&mut self) {
        let Some(mut process) = self.process.take() else {
            return;
        };
        let cancel = CancelToken::new();
        let patience = Patience {
            time: Duration::ZERO,
            cancel: &cancel,
        };
        if process.ask(Request::Close, None, patience).is_ok() {
            self.workers.put_back(process);
        }
    }
}

/// The member as it is believed.
fn received(sent: SentMember, bytes: Vec<u8>) -> Option<(Member, bool)> {
    let content = match sent.content {
        SentContent::Bytes(_) => Content::Bytes(bytes),
        SentContent::Known => Content::Known,
        SentContent::Archive {
            kind: place, gap, ..
        } => Content::Archive {
            kind: kind(place)?,
            bytes,
            gap: transposed(gap.map(SentGap::received))?,
        },
        SentContent::Refused(gap) => {
            let (kind, reasons) = gap.received()?;
            Content::Refused(kind, reasons)
        }
    };
    let member = Member {
        number: sent.number,
        path: sent.path,
        content,
        gap: transposed(sent.gap.map(SentGap::received))?,
        holder: None,
        is_in_torn: sent.is_in_torn,
    };
    Some((member, sent.is_reduction))
}
