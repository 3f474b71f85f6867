//! Whether a file is still the one that was read.

use std::fs::Metadata;
use std::time::{SystemTime, UNIX_EPOCH};

use bincode::{Decode, Encode};
use serde::{Deserialize, Serialize};

/// What the system says of a file that changes whenever its content does. A file with the same stamp is not read again.
///
/// The time of change is the system's own and cannot be set, while the time of modification can. So a replacement of
/// the content under the old name, size and time is noticed. This holds where the file system keeps the time of change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, Serialize, Deserialize)]
pub(crate) struct FileStamp {
    bytes: u64,
    /// Nanoseconds since 1970-01-01 UTC.
    modified: i128,
    changed: i128,
    /// What tells it from files of the same size that were written in the same tick.
    inode: u64,
}

/// Times of files are those of the system's last tick, at worst a hundredth of a second ago, ...
const TICK_NANOS: i128 = 50_000_000;

/// ... but on FAT the modification's are of two seconds.
const COARSE_NANOS: i128 = 2_000_000_000;

impl FileStamp {
    pub(crate) fn of(metadata: &Metadata) -> FileStamp {
        let modified = metadata.modified().map_or(0, since_epoch);
        FileStamp {
            bytes: metadata.len(),
            modified,
            changed: changed(metadata).unwrap_or(modified),
            inode: inode(metadata),
        }
    }

    /// Whether it changed so shortly ago, or will have, by a clock that is wrong.
    pub(crate) fn changed_within(&self, time: std::time::Duration) -> bool {
        let last = self.modified.max(self.changed);
        let past = since_epoch(SystemTime::now()).saturating_sub(last);
        past < i128::try_from(time.as_nanos()).unwrap_or(i128::MAX)
    }

    /// What tells the file from others of its file system.
    pub(crate) fn inode(&self) -> u64 {
        self.inode
    }

    /// Whether a later change of the file would show. A change that follows within the same tick of the file's clock
    /// would not.
    pub(crate) fn is_settled(&self, now: SystemTime) -> bool {
        let now = since_epoch(now);
        let coarse = self.modified % 1_000_000_000 == 0;
        let tick = if coarse { COARSE_NANOS } else { TICK_NANOS };
        // A modification in the future, as cameras with a wrong clock tell it, tells nothing of the last one.
        let last = if self.modified > now {
            self.changed
        } else {
            self.modified.max(self.changed)
        };
        now - last > tick
    }
}

fn since_epoch(time: SystemTime) -> i128 {
    let nanos = |duration: std::time::Duration| i128::try_from(duration.as_nanos());
    match time.duration_since(UNIX_EPOCH) {
        Ok(since) => nanos(since).unwrap_or(i128::MAX),
        Err(before) => -nanos(before.duration()).unwrap_or(i128::MAX),
    }
}

#[cfg(unix)]
fn changed(metadata: &Metadata) -> Option<i128> {
    use std::os::unix::fs::MetadataExt as _;
    Some(i128::from(metadata.ctime()) * 1_000_000_000 + i128::from(metadata.ctime_nsec()))
}

#[cfg(unix)]
fn inode(metadata: &Metadata) -> u64 {
    std::os::unix::fs::MetadataExt::ino(metadata)
}

#[cfg(not(unix))]
fn inode(_: &Metadata) -> u64 {
    0
}

#[cfg(not(unix))]
fn changed(metadata: &Metadata) -> Option<i128> {
    metadata.created().ok().map(since_epoch)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[test]
    fn what_changes_a_file_changes_its_stamp() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("file");
        let stamp = || FileStamp::of(&std::fs::metadata(&path).unwrap());
        std::fs::write(&path, "one").unwrap();
        let first = stamp();
        assert_eq!(first, stamp());
        // The same size and the same time of modification, but other content.
        let time = std::fs::metadata(&path).unwrap().modified().unwrap();
        std::thread::sleep(Duration::from_millis(50));
        std::fs::write(&path, "two").unwrap();
        let file = std::fs::File::options().write(true).open(&path).unwrap();
        file.set_modified(time).unwrap();
        assert_eq!(stamp().modified, first.modified);
        assert_ne!(stamp(), first);
    }

    #[test]
    fn a_file_that_has_just_changed_is_not_settled() {
        let at = |nanos: i128| FileStamp {
            bytes: 0,
            modified: nanos,
            changed: 0,
            inode: 0,
        };
        let now = UNIX_EPOCH + Duration::from_secs(10);
        assert!(at(9_900_000_001).is_settled(now));
        assert!(!at(9_990_000_001).is_settled(now));
        assert!(!at(9_000_000_000).is_settled(now), "a coarse clock");
        assert!(at(7_000_000_000).is_settled(now));
        let from_the_future = |changed| FileStamp {
            changed,
            ..at(11_000_000_001)
        };
        assert!(from_the_future(9_900_000_001).is_settled(now));
        assert!(!from_the_future(9_990_000_001).is_settled(now));
        assert!(!from_the_future(11_000_000_001).is_settled(now));
    }
}
