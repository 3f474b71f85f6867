//! Files that are read again when they change.

use std::fs::{self, Metadata};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::SystemTime;

/// What the system says of a file, which differs once its content does.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Stamp {
    bytes: u64,
    modified: Option<SystemTime>,
    /// Of a file that takes the place of another within one tick of the clock.
    inode: u64,
}

/// Files, and how they stood when they were looked at last.
#[derive(Debug)]
pub(super) struct Watched {
    paths: Vec<PathBuf>,
    last: Mutex<Vec<Option<Stamp>>>,
}

impl Watched {
    pub(super) fn new<'a>(paths: impl IntoIterator<Item = &'a Path>) -> Watched {
        let paths: Vec<PathBuf> = paths.into_iter().map(Path::to_owned).collect();
        Watched {
            last: Mutex::new(stamps(&paths)),
            paths,
        }
    }

    /// Whether one of them changed since this was asked last.
    pub(super) fn changed(&self) -> bool {
        let now = stamps(&self.paths);
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        let changed = *last != now;
        *last = now;
        changed
    }
}

fn stamps(paths: &[PathBuf]) -> Vec<Option<Stamp>> {
    let stamp = |path: &PathBuf| {
        let metadata = fs::metadata(path).ok()?;
        Some(Stamp {
            bytes: metadata.len(),
            modified: metadata.modified().ok(),
            inode: inode(&metadata),
        })
    };
    paths.iter().map(stamp).collect()
}

#[cfg(unix)]
fn inode(metadata: &Metadata) -> u64 {
    use std::os::unix::fs::MetadataExt as _;
    metadata.ino()
}

#[cfg(not(unix))]
fn inode(_: &Metadata) -> u64 {
    0
}
