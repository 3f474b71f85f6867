//! The bytes of an archive: a file, or a member that is held in memory.

use std::io::{self, BufRead, BufReader, Read, Seek, SeekFrom};
use std::sync::Arc;

use super::gap::gap_error;
use crate::archive::gap::GapKind;
use crate::error::{Reason, system_text};

/// Reading and seeking.
pub(super) trait Bytes: Read + Seek + Send {}
impl<T: Read + Seek + Send> Bytes for T {}

/// The bytes of a member that is an archive. They are given back when the archive has been read.
#[derive(Clone)]
pub(super) struct Held(pub(super) Arc<Vec<u8>>);

impl AsRef<[u8]> for Held {
    fn as_ref(&self) -> &[u8] {
        &self.0
    }
}

/// A place in the bytes of an archive, which never leaves the first `len` of them.
pub(super) struct Source {
    inner: BufReader<Box<dyn Bytes>>,
    at: u64,
    len: u64,
    failed: Option<Reason>,
}

impl Source {
    pub(super) fn new(bytes: impl Bytes + 'static, len: u64) -> Source {
        let mut inner = BufReader::new(Box::new(bytes) as Box<dyn Bytes>);
        let failed = inner.rewind().err().map(Reason::of_io);
        Source {
            inner,
            at: 0,
            len,
            failed,
        }
    }

    pub(super) fn at(&self) -> u64 {
        self.at
    }

    pub(super) fn len(&self) -> u64 {
        self.len
    }

    /// Goes to a place; behind the end there is nothing to read.
    pub(super) fn go_to(&mut self, at: u64) -> io::Result<()> {
        let at = at.min(self.len);
        let moved = match i64::try_from(i128::from(at) - i128::from(self.at)) {
            Ok(by) => self.inner.seek_relative(by),
            Err(_) => self.inner.seek(SeekFrom::Start(at)).map(drop),
        };
        self.at = at;
        moved.map_err(|error| self.fail(&error))
    }

    /// So many bytes at a place; `None` where the archive ends before.
    pub(super) fn array<const N: usize>(&mut self, at: u64) -> io::Result<Option<[u8; N]>> {
        let mut array = [0; N];
        self.go_to(at)?;
        match self.read_exact(&mut array) {
            Ok(()) => Ok(Some(array)),
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Up to so many bytes at a place.
    pub(super) fn up_to(&mut self, len: u64, at: u64) -> io::Result<Vec<u8>> {
        let mut bytes = Vec::new();
        self.go_to(at)?;
        self.take(len).read_to_end(&mut bytes)?;
        Ok(bytes)
    }

    /// What the system said is not the fault of the archive.
    fn fail(&mut self, error: &io::Error) -> io::Error {
        let reason = self.failed.get_or_insert_with(|| Reason::Unreadable {
            problem: system_text(error),
        });
        gap_error(GapKind::Unreadable, reason.clone())
    }
}

impl BufRead for Source {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if let Some(reason) = &self.failed {
            return Err(gap_error(GapKind::Unreadable, reason.clone()));
        }
        let left = usize::try_from(self.len - self.at).unwrap_or(usize::MAX);
        if left == 0 {
            return Ok(&[]);
        }
        while let Err(error) = self.inner.fill_buf() {
            if error.kind() != io::ErrorKind::Interrupted {
                return Err(self.fail(&error));
            }
        }
        let buffer = self.inner.buffer();
        Ok(&buffer[..buffer.len().min(left)])
    }

    fn consume(&mut self, bytes: usize) {
        self.inner.consume(bytes);
        self.at += bytes as u64;
    }
}

impl Read for Source {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        let available = self.fill_buf()?;
        let read = available.len().min(buf.len());
        buf[..read].copy_from_slice(&available[..read]);
        self.consume(read);
        Ok(read)
    }
}
