//! A file that several threads read and one writes to at a time, each at a place of its own.

use std::fs::File;
use std::io;

#[cfg(unix)]
const LOCK_TRIES: u32 = 30;
#[cfg(unix)]
const LOCK_PAUSE: std::time::Duration = std::time::Duration::from_millis(10);

/// Reads a file from a place on, independently of other readers.
pub(super) struct At<'f> {
    pub(super) file: &'f File,
    pub(super) at: u64,
}

impl io::Read for At<'_> {
    #[cfg(unix)]
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        let read = std::os::unix::fs::FileExt::read_at(self.file, bytes, self.at)?;
        self.at += read as u64;
        Ok(read)
    }

    #[cfg(windows)]
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        let read = std::os::windows::fs::FileExt::seek_read(self.file, bytes, self.at)?;
        self.at += read as u64;
        Ok(read)
    }
}

#[cfg(unix)]
pub(super) fn write_at(file: &File, bytes: &[u8], at: u64) -> io::Result<()> {
    std::os::unix::fs::FileExt::write_all_at(file, bytes, at)
}

#[cfg(windows)]
pub(super) fn write_at(file: &File, mut bytes: &[u8], mut at: u64) -> io::Result<()> {
    while !bytes.is_empty() {
        let written = std::os::windows::fs::FileExt::seek_write(file, bytes, at)?;
        if written == 0 {
            return Err(io::ErrorKind::WriteZero.into());
        }
        bytes = &bytes[written..];
        at += written as u64;
    }
    Ok(())
}

/// What a log is opened for.
#[derive(Clone, Copy)]
pub(super) enum Share {
    Read,
    Write,
}

/// One writer, or several readers, at a time. Where files cannot be locked, the user sees to that.
#[cfg(unix)]
pub(super) fn lock(file: &File, share: Share) -> std::result::Result<(), ()> {
    let operation = match share {
        Share::Read => rustix::fs::FlockOperation::NonBlockingLockShared,
        Share::Write => rustix::fs::FlockOperation::NonBlockingLockExclusive,
    };
    // A process that is being started holds what its parent held for an instant.
    for _ in 0..LOCK_TRIES {
        match rustix::fs::flock(file, operation) {
            Err(rustix::io::Errno::WOULDBLOCK) => std::thread::sleep(LOCK_PAUSE),
            _ => return Ok(()),
        }
    }
    Err(())
}

#[cfg(not(unix))]
pub(super) fn lock(_: &File, _: Share) -> std::result::Result<(), ()> {
    Ok(())
}
