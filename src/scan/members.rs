//! The members of one archive, to be examined: those that a log knows from there, the others from the archive.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::Ordering;

use super::context::ScanContext;
use super::examined::Examined;
use super::log::{FileStamp, Record};
use super::task::{Held, InFlight, MemberTask, Of, What, member_path};
use super::walk::FileLocation;
use super::{Finding, Scan, Status};
use crate::Result;
use crate::archive::Content;
use crate::error::Reason;
use crate::hasher::{Container, OpenContainer};

/// An archive on its way through the scan.
pub(super) struct Members {
    of: Arc<Of>,
    source: Source,
    /// What kind of container it is, where that is known.
    container: Option<Container>,
    /// Whether the log has a record of the archive itself.
    is_recorded: bool,
    /// How many members have come.
    count: u64,
    /// The result of the archive itself, but for its members.
    examined: Examined,
    in_flight: InFlight,
    /// Whether a member could not be read that may be readable the next time. It may hold others then, which take the
    /// numbers of those behind it.
    unsettled: bool,
}

enum Source {
    /// A log knows all members: so many.
    Recorded(u64),
    /// An archive that is to be opened again when its turn comes.
    Closed,
    Open(OpenContainer),
}

impl Members {
    /// Those in an archive file, or in a picture or clip.
    pub(super) fn read(
        spot: FileLocation,
        stamp: FileStamp,
        container: Container,
        file: File,
        examined: Examined,
        scan: &Scan,
    ) -> Members {
        let open = open(&container, &spot, file, examined.bytes.unwrap_or(0), scan);
        Members {
            of: Arc::new(Of {
                spot,
                stamp,
                fleeting: examined.fleeting,
            }),
            source: Source::Open(open),
            container: Some(container),
            is_recorded: false,
            count: 0,
            examined,
            in_flight: InFlight::default(),
            unsettled: false,
        }
    }

    /// Those of an archive that a log knows, with all its members.
    pub(super) fn recorded(
        spot: FileLocation,
        stamp: FileStamp,
        count: u64,
        examined: Examined,
    ) -> Members {
        Members {
            of: Arc::new(Of {
                spot,
                stamp,
                fleeting: false,
            }),
            source: Source::Recorded(count),
            container: None,
            is_recorded: true,
            count: 0,
            examined,
            in_flight: InFlight::default(),
            unsettled: false,
        }
    }

    /// Counts bytes of its members that wait to be examined here, together with those of other archives.
    pub(super) fn count_in(&mut self, in_flight: InFlight) {
        self.in_flight = in_flight;
    }

    /// The next member.
    pub(super) fn next(&mut self, context: &ScanContext<'_>) -> Result<Option<MemberTask>> {
        let of = self.of.clone();
        let task = |what, fleeting| MemberTask { of, what, fleeting };
        if let Source::Recorded(count) = self.source {
            if self.count == count {
                return Ok(None);
            }
            if let Some((Some(member), finding)) = self.of.recall(context, self.count)? {
                self.count += 1;
                let finding = self.of.named(&member, finding);
                return Ok(Some(task(What::Finding(Box::new(finding)), false)));
            }
            self.reopen(context)?;
        }
        if let Source::Closed = self.source {
            self.reopen(context)?;
        }
        let Source::Open(open) = &mut self.source else {
            return Ok(None);
        };
        // What the log says of the member that the archive asks about.
        let recalled = std::cell::RefCell::new(Ok(None));
        let known = |number| {
            let found = self.of.recall(context, number);
            let known = matches!(found, Ok(Some(_)));
            *recalled.borrow_mut() = found;
            known
        };
        let Some((member, is_reduction)) = open.next_member(&known) else {
            return Ok(None);
        };
        self.count += 1;
        self.unsettled |= member.is_transient();
        let what = match (&member.content, recalled.into_inner()?) {
            (Content::Known, Some((_, finding))) => {
                What::Finding(Box::new(self.of.named(&member.path, finding)))
            }
            (content, _) => {
                let bytes = size(content);
                self.in_flight.fetch_add(bytes, Ordering::Relaxed);
                What::Member(member, is_reduction, Held(bytes, self.in_flight.clone()))
            }
        };
        Ok(Some(task(what, self.unsettled)))
    }

    /// Lets go of the archive until its turn comes: many may wait for theirs.
    pub(super) fn close(&mut self) {
        if let Source::Open(_) = self.source {
            self.source = Source::Closed;
        }
    }

    /// Goes on with the archive itself where the log does not know enough of a member.
    fn reopen(&mut self, context: &ScanContext<'_>) -> Result<()> {
        let spot = &self.of.spot;
        let opened = spot.open().and_then(|mut file| {
            let bytes = file.metadata()?.len();
            let container = match self.container.take() {
                Some(container) => container,
                None => context.container_of(&spot.path, (&mut file, bytes), &self.examined)?,
            };
            let open = open(&container, spot, file, bytes, context.scan);
            self.container = Some(container);
            Ok::<_, io::Error>(open)
        });
        match opened {
            Ok(mut open) => {
                open.skip(self.count);
                self.source = Source::Open(open);
            }
            // It was there a moment ago.
            Err(error) => {
                self.source = Source::Recorded(self.count);
                self.examined.gap = Some((Status::Unreadable, Reason::of_io(error).into()));
            }
        }
        Ok(())
    }

    /// The result of the archive itself, after its last member.
    pub(super) fn finish(mut self, context: &ScanContext<'_>) -> Result<Finding> {
        let Of { spot, stamp, .. } = &*self.of;
        let mut examined = std::mem::take(&mut self.examined);
        if let Source::Open(open) = &mut self.source {
            examined.gap = open.end().map(Status::of_gap).or(examined.gap);
        }
        examined.fleeting |= self.unsettled;
        let mut finding = context.look_up(spot.path.clone(), &examined)?;
        if finding.status == Status::Matched
            && spot
                .open()
                .and_then(|file| examined.tie_to(context.scan.hasher.cancellable(file)))
                .is_ok()
        {
            finding.tie(&examined);
        }
        let after = fs::metadata(spot.file());
        if after.is_ok_and(|after| FileStamp::of(&after) == *stamp) {
            let record = Record {
                members: Some(self.count),
                ..Record::new(*stamp, examined)
            };
            // One whose record was there before all its members' were, when a scan was killed, has it still.
            if matches!(self.source, Source::Open(_)) && !self.is_recorded {
                context.keep(spot, None, record)?;
            }
        } else {
            finding.is_unstable();
        }
        Ok(finding)
    }
}

/// Opens a file that is a container, `bytes` long.
fn open(
    container: &Container,
    spot: &FileLocation,
    file: File,
    bytes: u64,
    scan: &Scan,
) -> OpenContainer {
    let name = Path::new(spot.path.file_name().unwrap_or_default());
    // Without a log no member is known.
    let asks = !scan.logs.is_empty();
    let limits = scan.opened_archives();
    let opened = (name, file, bytes);
    let within = (limits, &scan.passwords);
    scan.hasher.open_container(container, opened, within, asks)
}

impl Of {
    /// What a log knows of a member: its place in the archive, unless paths are not kept, and its result.
    fn recall(
        &self,
        context: &ScanContext<'_>,
        number: u64,
    ) -> Result<Option<(Option<Vec<u8>>, Finding)>> {
        let Some(record) = context.recall(&self.spot, self.stamp, Some(number))? else {
            return Ok(None);
        };
        let finding = context.judge(PathBuf::new(), record.examined)?;
        Ok(finding.map(|finding| (record.member, finding)))
    }

    /// The finding of the member at this place.
    pub(super) fn named(&self, member: &[u8], finding: Finding) -> Finding {
        Finding {
            path: member_path(&self.spot.path, member),
            is_member: true,
            ..finding
        }
    }
}

/// How many bytes it holds.
fn size(content: &Content) -> u64 {
    match content {
        Content::Bytes(bytes) | Content::Archive { bytes, .. } => bytes.len() as u64,
        Content::Known | Content::Refused(..) => 0,
    }
}
