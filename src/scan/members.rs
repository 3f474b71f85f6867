//! The members of one archive, to be examined: those that a log knows from there, the others from the archive.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use super::examine::Examiner;
use super::examined::{Examined, digest, sha256};
use super::log::{Record, Stamp, path_of_bytes};
use super::walk::Spot;
use super::{Finding, Flag, Scan, Status};
use crate::Result;
use crate::archive::{Archive, Content, Gap, Kind, Member};
use crate::media::Format;
use crate::media::parts::Parts;

/// An archive on its way through the scan.
pub(super) struct Members {
    of: Arc<Of>,
    source: Source,
    /// Of a picture or clip, its parts, where they are known.
    parts: Option<Parts>,
    /// Whether the log has a record of the archive itself.
    is_recorded: bool,
    /// How many members have come.
    count: u64,
    /// What the archive itself came to, but for its members.
    examined: Examined,
    in_flight: InFlight,
}

/// How many bytes of members wait to be examined.
pub(super) type InFlight = Arc<AtomicU64>;

/// Which archive.
struct Of {
    spot: Spot,
    stamp: Stamp,
    /// Whether it may have changed since without its stamp's showing it.
    fleeting: bool,
}

/// What kind of container a file is.
pub(super) enum Container {
    Archive(Kind),
    /// A picture or clip with others in it.
    Parts(Parts),
}

enum Source {
    /// A log knows all members: so many.
    Recorded(u64),
    /// An archive that is to be opened again when its turn comes.
    Closed,
    Archive(Box<Archive>),
}

/// One member to be examined.
pub(super) struct MemberTask {
    of: Arc<Of>,
    what: What,
}

/// The status of a finding that has a gap.
fn status_of((kind, reason): Gap) -> (Status, String) {
    (kind.into(), reason)
}

impl MemberTask {
    /// Where it is.
    pub(super) fn path(&self) -> PathBuf {
        match &self.what {
            What::Finding(finding) => finding.path.clone(),
            What::Member(member, _) => member_path(&self.of.spot.path, &member.path),
        }
    }
}

enum What {
    /// What it came to is known.
    Finding(Box<Finding>),
    Member(Member, Held),
}

/// Counts bytes in flight for as long as they are.
struct Held(u64, InFlight);

impl Drop for Held {
    fn drop(&mut self) {
        self.1.fetch_sub(self.0, Ordering::Relaxed);
    }
}

impl Members {
    /// Those in an archive file, or in a picture or clip.
    pub(super) fn read(
        spot: Spot,
        stamp: Stamp,
        container: Container,
        file: File,
        examined: Examined,
        scan: &Scan,
    ) -> Members {
        let archive = open(&container, &spot, file, examined.bytes.unwrap_or(0), scan);
        let parts = match container {
            Container::Archive(_) => None,
            Container::Parts(parts) => Some(parts),
        };
        Members {
            of: Arc::new(Of {
                spot,
                stamp,
                fleeting: examined.fleeting,
            }),
            source: Source::Archive(Box::new(archive)),
            parts,
            is_recorded: false,
            count: 0,
            examined,
            in_flight: InFlight::default(),
        }
    }

    /// Those of an archive that a log knows, with all its members.
    pub(super) fn recorded(spot: Spot, stamp: Stamp, count: u64, examined: Examined) -> Members {
        Members {
            of: Arc::new(Of {
                spot,
                stamp,
                fleeting: false,
            }),
            source: Source::Recorded(count),
            parts: None,
            is_recorded: true,
            count: 0,
            examined,
            in_flight: InFlight::default(),
        }
    }

    /// Counts bytes of its members that wait to be examined here, together with those of other archives.
    pub(super) fn count_in(&mut self, in_flight: InFlight) {
        self.in_flight = in_flight;
    }

    /// The next member.
    pub(super) fn next(&mut self, examiner: &Examiner<'_>) -> Result<Option<MemberTask>> {
        let of = self.of.clone();
        let task = |what| MemberTask { of, what };
        if let Source::Recorded(count) = self.source {
            if self.count == count {
                return Ok(None);
            }
            if let Some((Some(member), finding)) = self.of.recall(examiner, self.count)? {
                self.count += 1;
                let finding = self.of.named(&member, finding);
                return Ok(Some(task(What::Finding(Box::new(finding)))));
            }
            self.reopen(examiner)?;
        }
        if let Source::Closed = self.source {
            self.reopen(examiner)?;
        }
        let Source::Archive(archive) = &mut self.source else {
            return Ok(None);
        };
        // What the log says of the member that the archive asks about.
        let recalled = std::cell::RefCell::new(Ok(None));
        let known = |number| {
            let found = self.of.recall(examiner, number);
            let known = matches!(found, Ok(Some(_)));
            *recalled.borrow_mut() = found;
            known
        };
        let Some(member) = archive.next_member(&known) else {
            return Ok(None);
        };
        self.count += 1;
        let what = match (&member.content, recalled.into_inner()?) {
            (Content::Known, Some((_, finding))) => {
                What::Finding(Box::new(self.of.named(&member.path, finding)))
            }
            (content, _) => {
                let bytes = size(content);
                self.in_flight.fetch_add(bytes, Ordering::Relaxed);
                What::Member(member, Held(bytes, self.in_flight.clone()))
            }
        };
        Ok(Some(task(what)))
    }

    /// Lets go of the archive until its turn comes: many may wait for theirs.
    pub(super) fn close(&mut self) {
        if let Source::Archive(_) = self.source {
            self.source = Source::Closed;
        }
    }

    /// Goes on with the archive itself where the log does not know enough of a member.
    fn reopen(&mut self, examiner: &Examiner<'_>) -> Result<()> {
        let spot = &self.of.spot;
        let opened = spot.open().and_then(|mut file| {
            let bytes = file.metadata()?.len();
            let container = match self.parts.take() {
                Some(parts) => Container::Parts(parts),
                None => examiner.container_of(&mut file, bytes, &self.examined)?,
            };
            let archive = open(&container, spot, file, bytes, examiner.scan);
            if let Container::Parts(parts) = container {
                self.parts = Some(parts);
            }
            Ok::<_, io::Error>(archive)
        });
        match opened {
            Ok(mut archive) => {
                for _ in 0..self.count {
                    archive.next_member(&|_| true);
                }
                self.source = Source::Archive(Box::new(archive));
            }
            // It was there a moment ago.
            Err(error) => {
                self.source = Source::Recorded(self.count);
                self.examined.gap = Some((Status::Unreadable, error.to_string()));
            }
        }
        Ok(())
    }

    /// What the archive itself came to, after its last member.
    pub(super) fn finish(mut self, examiner: &Examiner<'_>) -> Result<Finding> {
        let Of { spot, stamp, .. } = &*self.of;
        let mut examined = std::mem::take(&mut self.examined);
        if let Source::Archive(archive) = &mut self.source {
            examined.gap = archive.end().map(status_of).or(examined.gap);
        }
        let mut finding = examiner.look_up(spot.path.clone(), &examined)?;
        if finding.status == Status::Matched
            && spot
                .open()
                .and_then(|file| examined.tie_to(examiner.scan.hasher.stoppable(file)))
                .is_ok()
        {
            finding.tie(&examined);
        }
        let after = fs::metadata(&spot.path);
        if after.is_ok_and(|after| Stamp::of(&after) == *stamp) {
            let record = Record {
                members: Some(self.count),
                ..Record::new(*stamp, examined)
            };
            // One whose record was there before all its members' were, when a scan was killed, has it still.
            if matches!(self.source, Source::Archive(_)) && !self.is_recorded {
                examiner.keep(spot, None, record)?;
            }
        } else {
            finding.is_unstable();
        }
        Ok(finding)
    }
}

/// Opens a file that is a container, `bytes` long.
fn open(container: &Container, spot: &Spot, file: File, bytes: u64, scan: &Scan) -> Archive {
    let limits = scan.archives.unwrap_or_default();
    let most = scan.hasher.limits().file_bytes;
    match container {
        Container::Archive(kind) => {
            let name = spot.path.file_name().unwrap_or_default();
            Archive::open(*kind, file, bytes, Path::new(name), &limits, most)
        }
        Container::Parts(parts) => {
            let opens_archives = scan.archives.is_some();
            Archive::open_parts(parts.clone(), file, bytes, &limits, most, opens_archives)
        }
    }
}

impl Of {
    /// What a log knows of a member: its place in the archive, unless paths are not kept, and what it came to.
    fn recall(
        &self,
        examiner: &Examiner<'_>,
        number: u64,
    ) -> Result<Option<(Option<Vec<u8>>, Finding)>> {
        let Some(record) = examiner.recall(&self.spot, self.stamp, Some(number))? else {
            return Ok(None);
        };
        let finding = examiner.judge(PathBuf::new(), record.examined)?;
        Ok(finding.map(|finding| (record.member, finding)))
    }

    /// The finding of the member at this place.
    fn named(&self, member: &[u8], finding: Finding) -> Finding {
        Finding {
            path: member_path(&self.spot.path, member),
            is_member: true,
            ..finding
        }
    }
}

impl MemberTask {
    /// Decodes, hashes and looks up. A smaller copy of the picture that holds it gives no finding.
    pub(super) fn examine(self, examiner: &Examiner<'_>) -> Result<Option<Finding>> {
        let (member, _held) = match self.what {
            What::Finding(finding) if finding.flags.contains(&Flag::Reduction) => return Ok(None),
            What::Finding(finding) => return Ok(Some(*finding)),
            What::Member(member, held) => (member, held),
        };
        let is_reduction = match (&member.content, &member.holder) {
            (Content::Bytes(bytes), Some(holder)) => {
                examiner.is_reduction(&member.path, bytes, holder, None)
            }
            _ => false,
        };
        let (mut examined, content) = match member.content {
            Content::Bytes(bytes) => (examiner.examine_bytes(&bytes), bytes),
            Content::Archive { bytes, gap, .. } if Format::sniff(&bytes).is_some() => {
                let examined = examiner.examine_bytes(&bytes);
                let gap = gap.map(status_of).or(examined.gap);
                (Examined { gap, ..examined }, bytes)
            }
            Content::Archive { kind, bytes, gap } => {
                let digests = digest(&examiner.scan.hasher.digest_types(), bytes.as_slice());
                let digests = digests.expect("memory can be read");
                let examined = Examined {
                    bytes: Some(bytes.len() as u64),
                    mime: Some(kind.mime().into()),
                    gap: gap.map(status_of),
                    sha256: sha256(&digests),
                    digests,
                    ..Examined::default()
                };
                (examined, bytes)
            }
            Content::Refused(kind, reason) => (Examined::refused(kind.into(), reason), Vec::new()),
            Content::Known => {
                let reason = "what was known of it is gone; scan it again".to_owned();
                (Examined::refused(Status::Unreadable, reason), Vec::new())
            }
        };
        // What is wrong with the content in the archive says more than what is wrong with what came of it.
        examined.gap = member.gap.map(status_of).or(examined.gap);
        examined.fleeting |= self.of.fleeting;
        if is_reduction {
            examined.flags.push(Flag::Reduction);
        }
        let finding = examiner.look_up(PathBuf::new(), &examined)?;
        let mut finding = self.of.named(&member.path, finding);
        if finding.status == Status::Matched {
            examined
                .tie_to(content.as_slice())
                .expect("memory can be read");
            finding.tie(&examined);
        }
        let record = Record {
            member: Some(member.path),
            ..Record::new(self.of.stamp, examined)
        };
        examiner.keep(&self.of.spot, Some(member.number), record)?;
        Ok((!is_reduction).then_some(finding))
    }
}

/// How many bytes it holds.
fn size(content: &Content) -> u64 {
    match content {
        Content::Bytes(bytes) | Content::Archive { bytes, .. } => bytes.len() as u64,
        Content::Known | Content::Refused(..) => 0,
    }
}

/// `dump.zip` and `dir/a.jpg` to `dump.zip!/dir/a.jpg`.
pub(super) fn member_path(archive: &Path, member: &[u8]) -> PathBuf {
    let mut bytes = archive.as_os_str().as_encoded_bytes().to_vec();
    bytes.extend_from_slice(b"!/");
    bytes.extend_from_slice(member);
    path_of_bytes(bytes).unwrap_or_else(|| {
        let member = crate::escape::escape(member);
        PathBuf::from(format!("{}!/{member}", archive.display()))
    })
}
