//! Who may change a store or a case: one at a time, and the others are told who.

use std::fs::{File, OpenOptions};
use std::io::{Read as _, Seek as _, SeekFrom, Write as _};
use std::path::Path;
use std::thread;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use serde::{Deserialize, Serialize};

use crate::error::{Action, LockHolder, Moment};
use crate::{Error, Result, escape};

/// A lock that is held. A process that ends, however it ends, holds it no longer.
#[derive(Debug)]
pub(crate) struct Lock {
    file: File,
}

const PAUSE: Duration = Duration::from_millis(20);

impl Lock {
    /// Takes a lock, waiting for it no longer than `patience`; `what` says what for.
    pub(crate) fn take(path: &Path, what: &str, by: &str, patience: Duration) -> Result<Lock> {
        let mut options = OpenOptions::new();
        options.read(true).write(true).create(true).truncate(false);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let mut file = options.open(path).map_err(Error::io(Action::Lock, path))?;
        let begun = Instant::now();
        while !try_lock(&file).map_err(Error::io(Action::Lock, path))? {
            if begun.elapsed() >= patience {
                let mut holder = String::new();
                let _ = (&mut file).take(1024).read_to_string(&mut holder);
                return Err(Error::Busy {
                    path: path.to_owned(),
                    holder: serde_json::from_str::<Holder>(&holder)
                        .map_or(LockHolder::Unknown, LockHolder::from),
                });
            }
            thread::sleep(PAUSE);
        }
        let since = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .unwrap_or_default();
        let holder = serde_json::to_vec(&Holder {
            action: what.to_owned(),
            by: by.to_owned(),
            process: std::process::id(),
            since: i64::try_from(since.as_secs()).unwrap_or(i64::MAX),
        });
        let holder = holder.expect("texts and numbers");
        let written = file
            .set_len(0)
            .and_then(|()| file.seek(SeekFrom::Start(0)))
            .and_then(|_| file.write_all(&holder));
        // It is held, whether or not it can be said by whom.
        let _ = written;
        Ok(Lock { file })
    }
}

/// What a lock file holds: its holder, for those who wait.
#[derive(Serialize, Deserialize)]
struct Holder {
    action: String,
    by: String,
    process: u32,
    since: i64,
}

impl From<Holder> for LockHolder {
    fn from(holder: Holder) -> LockHolder {
        let shown = |text: &str| escape::escape(text.as_bytes()).into_owned();
        LockHolder::Known {
            action: shown(&holder.action),
            by: shown(&holder.by),
            process: holder.process,
            since: Moment(holder.since),
        }
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        let _ = self.file.set_len(0);
    }
}

#[cfg(unix)]
fn try_lock(file: &File) -> std::io::Result<bool> {
    match rustix::fs::flock(file, rustix::fs::FlockOperation::NonBlockingLockExclusive) {
        Ok(()) => Ok(true),
        Err(rustix::io::Errno::WOULDBLOCK) => Ok(false),
        Err(error) => Err(error.into()),
    }
}

#[cfg(not(unix))]
fn try_lock(_: &File) -> std::io::Result<bool> {
    Err(std::io::Error::other(
        "stores and cases are changed on Unix systems alone",
    ))
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn a_lock_is_held_by_one_and_tells_by_whom() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("lock");
        let held = Lock::take(&path, "refresh", "ana", Duration::ZERO).unwrap();
        let refused = Lock::take(&path, "revoke", "ben", Duration::ZERO).unwrap_err();
        let told = refused.to_string();
        let process = format!("process {}", std::process::id());
        assert!(
            told.contains("refresh by ana") && told.contains(&process),
            "{told}"
        );
        drop(held);
        Lock::take(&path, "revoke", "ben", Duration::ZERO).unwrap();
    }
}
