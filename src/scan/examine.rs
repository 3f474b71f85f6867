//! One file to its findings: its own, and those of its first members where it is an archive.

use std::fs::{self, File};
use std::io::{self, Read as _, Seek as _, SeekFrom};
use std::time::Instant;

use super::context::ScanContext;
use super::examined::{Examined, digest, sha256};
use super::log::{FileStamp, Record};
use super::members::Members;
use super::see::Seen;
use super::task::Task;
use super::walk::{FileLocation, What};
use super::{Finding, Status};
use crate::Result;
use crate::archive::Kind;
use crate::error::{FileError, Reason};
use crate::hasher::Container;
use crate::media::Format;

/// How many members of an archive are examined along with it, on one thread. The members of larger ones are examined
/// on all.
const MEMBERS_AT_ONCE: usize = 64;

/// The result of one task.
#[derive(Default)]
pub(super) struct TaskResult {
    pub(super) findings: Vec<Finding>,
    /// The members of an archive that are still to be examined, and the archive itself.
    pub(super) rest: Option<Box<Members>>,
    /// Whether the scan was ended before the task was.
    pub(super) cut: bool,
}

impl TaskResult {
    pub(super) fn one(finding: Finding) -> TaskResult {
        TaskResult {
            findings: vec![finding],
            ..TaskResult::default()
        }
    }
}

/// The result of a file, and whether the file stayed the same meanwhile.
enum Opened {
    Content {
        stamp: FileStamp,
        stable: bool,
        finding: Box<Finding>,
        examined: Box<Examined>,
    },
    Archive(Box<Members>),
}

impl ScanContext<'_> {
    /// Reads, decodes, hashes and looks up. `ended` says whether no more members are to be begun.
    ///
    /// # Errors
    /// A damaged index, or a log that cannot be written: then no file can be examined.
    pub(super) fn examine(&self, task: Task, ended: &dyn Fn() -> bool) -> Result<TaskResult> {
        let started = Instant::now();
        let timed = |finding: Finding| Finding {
            elapsed: started.elapsed(),
            ..finding
        };
        let found = match task {
            Task::Found(found) => found,
            Task::Member(task) => {
                let finding = task.examine(self)?;
                return Ok(finding.map_or_else(TaskResult::default, |finding| {
                    TaskResult::one(timed(finding))
                }));
            }
        };
        let path = found.spot.path.clone();
        match found.what {
            What::File => {}
            What::Special(reason) => {
                return Ok(TaskResult::one(unexamined(path, Status::Skipped, reason)));
            }
            What::Unreadable(reason) => {
                return Ok(TaskResult::one(unexamined(
                    path,
                    Status::Unreadable,
                    reason,
                )));
            }
        }
        if let Some(finding) = self.recall_file(&found.spot)? {
            return match finding {
                Recalled::Finding(finding) => Ok(TaskResult::one(timed(*finding))),
                Recalled::Archive(members) => self.first_members(members, ended),
            };
        }
        let unreadable =
            |error: io::Error| unexamined(path.clone(), Status::Unreadable, Reason::of_io(error));
        let opened = found.spot.open().map_err(FileError::from);
        let opened = opened.and_then(|file| self.open(&found.spot, file));
        let opened = match opened {
            Ok(opened) => opened,
            Err(FileError::Unreadable(error)) => {
                return Ok(TaskResult::one(timed(unreadable(error))));
            }
            Err(FileError::Other(error)) => return Err(error),
        };
        match opened {
            Opened::Archive(members) => self.first_members(members, ended),
            Opened::Content {
                stamp,
                stable,
                mut finding,
                examined,
            } => {
                if stable {
                    self.keep(&found.spot, None, Record::new(stamp, *examined))?;
                } else {
                    finding.is_unstable();
                }
                Ok(TaskResult::one(timed(*finding)))
            }
        }
    }

    /// The first members of an archive, and the archive itself where these were all.
    fn first_members(
        &self,
        mut members: Box<Members>,
        ended: &dyn Fn() -> bool,
    ) -> Result<TaskResult> {
        let mut part = TaskResult::default();
        for _ in 0..MEMBERS_AT_ONCE {
            if ended() {
                part.cut = true;
                return Ok(part);
            }
            let started = Instant::now();
            let Some(task) = members.next(self)? else {
                part.findings.push(members.finish(self)?);
                return Ok(part);
            };
            let finding = task.examine(self)?;
            if ended() {
                part.cut = true;
                return Ok(part);
            }
            part.findings.extend(finding.map(|finding| Finding {
                elapsed: started.elapsed(),
                ..finding
            }));
        }
        members.close();
        part.rest = Some(members);
        Ok(part)
    }

    /// What a log knows of a file. What matches is read again unless the log knows its SHA-256.
    fn recall_file(&self, spot: &FileLocation) -> Result<Option<Recalled>> {
        if self.scan.logs.is_empty() {
            return Ok(None);
        }
        let Ok(metadata) = fs::metadata(spot.file()) else {
            return Ok(None);
        };
        let stamp = FileStamp::of(&metadata);
        let Some(record) = self.recall(spot, stamp, None)? else {
            return Ok(None);
        };
        if let Some(count) = record.members {
            if self.is_unaligned(&record.examined)? {
                return Ok(None);
            }
            let members = Members::recorded(spot.clone(), stamp, count, record.examined);
            return Ok(Some(Recalled::Archive(Box::new(members))));
        }
        let finding = self.judge(spot.path.clone(), record.examined)?;
        Ok(finding.map(|finding| Recalled::Finding(Box::new(finding))))
    }

    /// Reads and examines a file.
    fn open(&self, spot: &FileLocation, mut file: File) -> Result<Opened, FileError> {
        let before = file.metadata()?;
        let stamp = FileStamp::of(&before);
        // Before it is read: a change that follows must show.
        let settled = self.is_settled(&file, &stamp);
        let head = Format::head(file.by_ref())?;
        let format = Format::sniff(&head);
        let kind = self.scan.container_kind(&spot.path, &head, format);
        let is_picture = format.is_some();
        // What is a picture too is examined as both: neither must hide the other.
        if let Some(kind) = kind.filter(|_| !is_picture) {
            let members = self.open_archive(spot, file, kind, stamp, before.len())?;
            return Ok(Opened::Archive(Box::new(members)));
        }
        // One that grows as fast as it is read would never end. Files that the system makes up say that they are empty.
        let most = before.len().max(1 << 20);
        #[cfg(target_os = "linux")]
        let seen = if self.scan.hasher.has_workers() {
            self.see_walled(&mut file, &head, (before.len(), stamp, settled))?
        } else {
            self.see(&mut file, &head, before.len())?
        };
        #[cfg(not(target_os = "linux"))]
        let seen = self.see(&mut file, &head, before.len())?;
        let Seen {
            mut examined,
            bytes,
            parts,
        } = seen;
        examined.fleeting |= !settled;
        if self.scan.lacks_archives() && bytes.is_none() {
            examined.is_not_opened(&head, file.try_clone()?, before.len());
        }
        let container = kind.map(Container::Archive).or(parts);
        if let Some(container) = container {
            let members = Members::read(spot.clone(), stamp, container, file, examined, self.scan);
            return Ok(Opened::Archive(Box::new(members)));
        }
        let mut finding = self.look_up(spot.path.clone(), &examined)?;
        if finding.status == Status::Matched {
            match &bytes {
                Some(bytes) => examined.tie_to(bytes.as_slice())?,
                None => {
                    file.seek(SeekFrom::Start(0))?;
                    let content = file.by_ref().take(most);
                    examined.tie_to(self.scan.hasher.cancellable(content))?;
                }
            }
            finding.tie(&examined);
        }
        let after = file.metadata()?;
        Ok(Opened::Content {
            stable: stamp == FileStamp::of(&after),
            stamp,
            finding: Box::new(finding),
            examined: Box::new(examined),
        })
    }

    pub(super) fn open_archive(
        &self,
        spot: &FileLocation,
        mut file: File,
        kind: Kind,
        stamp: FileStamp,
        bytes: u64,
    ) -> io::Result<Members> {
        let types = self.scan.hasher.digest_types();
        let mut examined = Examined {
            bytes: Some(bytes),
            mime: Some(kind.mime().into()),
            fleeting: !self.is_settled(&file, &stamp),
            ..Examined::default()
        };
        file.seek(SeekFrom::Start(0))?;
        if !types.is_empty() {
            let content = self.scan.hasher.cancellable(file.by_ref().take(bytes));
            examined.digests = digest(&types, content)?;
            examined.sha256 = sha256(&examined.digests);
            file.seek(SeekFrom::Start(0))?;
        }
        Ok(Members::read(
            spot.clone(),
            stamp,
            Container::Archive(kind),
            file,
            examined,
            self.scan,
        ))
    }
}

/// What a log knows.
enum Recalled {
    Finding(Box<Finding>),
    Archive(Box<Members>),
}

/// Of something whose content was not seen.
fn unexamined(path: std::path::PathBuf, status: Status, reason: Reason) -> Finding {
    Finding {
        reason: Some(reason.into()),
        ..Finding::new(path, status)
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;
    use std::ops::ControlFlow;
    use std::sync::atomic::{AtomicBool, Ordering};

    use super::*;
    use crate::hash::HashType;
    use crate::hasher::Hasher;
    use crate::matcher::Matcher;
    use crate::scan::{Flag, Scan};

    /// However the threads take turns, sooner or later the file grows while it is read.
    #[test]
    fn a_file_that_grows_while_it_is_read_is_not_clean() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("growing");
        std::fs::write(&path, vec![7; 4 << 20]).unwrap();
        let scan = Scan::new(Matcher::new([])).with_hasher(Hasher::new([HashType::Sha256]));
        let over = AtomicBool::new(false);
        let unstable = |finding: &Finding| {
            assert_eq!(
                finding.status == Status::Unreadable,
                finding.flags == [Flag::Unstable]
            );
            finding.status == Status::Unreadable
        };
        std::thread::scope(|scope| {
            scope.spawn(|| {
                let mut file = File::options().append(true).open(&path).unwrap();
                while !over.load(Ordering::Relaxed) {
                    file.write_all(b"x").unwrap();
                }
            });
            let found = (0..10_000).any(|_| {
                let mut seen = false;
                scan.run([&path], |finding| {
                    seen = unstable(&finding);
                    ControlFlow::Continue(())
                })
                .unwrap();
                seen
            });
            over.store(true, Ordering::Relaxed);
            assert!(found);
        });
        let mut last = None;
        scan.run([&path], |finding| {
            last = Some(finding.status);
            ControlFlow::Continue(())
        })
        .unwrap();
        assert_eq!(last, Some(Status::NoMatch), "nobody writes any more");
    }
}
