//! How long a decode may go on, and the reader that ends it.

use std::cell::Cell;
use std::io::{self, BufRead, Read, Seek, SeekFrom};
use std::time::Duration;

use crate::error::Limit;
use crate::{CancelToken, Error, Result};

/// How many bytes a decoder is given before the clock is looked at again. Deflate, the strongest compression met,
/// makes at most 1,032 bytes of one.
const WINDOW: usize = 1 << 14;

/// The time that one decode may take and has taken.
#[derive(Debug)]
pub(super) struct Clock {
    limit: Duration,
    ends: Cell<Duration>,
    ran_out: Cell<bool>,
    cancel: CancelToken,
}

impl Clock {
    pub(super) fn start(limit: Duration) -> Clock {
        Clock {
            limit,
            ends: Cell::new(now().saturating_add(limit)),
            ran_out: Cell::new(false),
            cancel: CancelToken::new(),
        }
    }

    /// Ends the time at once when the token is cancelled.
    pub(super) fn with_cancel(self, cancel: CancelToken) -> Clock {
        Clock { cancel, ..self }
    }

    /// # Errors
    /// [`Error::OverLimit`] once the time is over, [`Error::Cancelled`] once the token is.
    pub(super) fn check(&self) -> Result<()> {
        self.check_with(Duration::ZERO)
    }

    /// The same where so much time was spent elsewhere.
    ///
    /// # Errors
    /// [`Error::OverLimit`] once the time is over.
    pub(super) fn check_with(&self, elsewhere: Duration) -> Result<()> {
        if now().saturating_add(elsewhere) > self.ends.get() || self.cancel.is_cancelled() {
            self.ran_out.set(true);
        }
        if self.ran_out.get() {
            return Err(self.error());
        }
        Ok(())
    }

    /// What ends the time at once.
    pub(super) fn cancel(&self) -> &CancelToken {
        &self.cancel
    }

    /// How long the decode may go on in all.
    pub(super) fn limit(&self) -> Duration {
        self.limit
    }

    /// Whether a decode was ended. Decoders wrap the reader's error in theirs, or take it for the end of the file.
    pub(super) fn ran_out(&self) -> bool {
        self.ran_out.get()
    }

    /// Why a decode was ended.
    pub(super) fn error(&self) -> Error {
        if self.is_cancelled() {
            return Error::Cancelled;
        }
        out_of_time(self.limit)
    }

    /// Whether the decode is to end, however much time it has.
    pub(super) fn is_cancelled(&self) -> bool {
        self.cancel.is_cancelled()
    }

    /// Does something that is no part of decoding.
    pub(super) fn stopped<T>(&self, work: impl FnOnce() -> T) -> T {
        let before = now();
        let done = work();
        let spent = now().saturating_sub(before);
        self.ends.set(self.ends.get().saturating_add(spent));
        done
    }
}

/// The same words whatever the machine: not how long it took, but how long it may.
pub(crate) fn out_of_time(limit: Duration) -> Error {
    let limit = u64::try_from(limit.as_millis()).unwrap_or(u64::MAX);
    Error::OverLimit {
        what: Limit::DecodingTime,
        found: limit.saturating_add(1),
        limit,
    }
}

/// The time that this thread has run.
#[cfg(unix)]
fn now() -> Duration {
    let time = rustix::time::clock_gettime(rustix::time::ClockId::ThreadCPUTime);
    Duration::try_from(time).unwrap_or_default()
}

/// The time since the first decode.
#[cfg(not(unix))]
fn now() -> Duration {
    static FIRST: std::sync::LazyLock<std::time::Instant> =
        std::sync::LazyLock::new(std::time::Instant::now);
    FIRST.elapsed()
}

/// A file in memory that can be read until the time is over.
#[derive(Clone, Debug)]
pub(super) struct Timed<'a> {
    /// Read in place of the first bytes, however many these are.
    head: Vec<u8>,
    /// What follows the head.
    bytes: &'a [u8],
    at: u64,
    clock: &'a Clock,
}

impl<'a> Timed<'a> {
    pub(super) fn new(bytes: &'a [u8], clock: &'a Clock) -> Timed<'a> {
        Timed {
            head: Vec::new(),
            bytes,
            at: 0,
            clock,
        }
    }

    /// The file with another beginning in place of so many bytes.
    pub(super) fn with_head(self, head: Vec<u8>, replaced: usize) -> Timed<'a> {
        let bytes = self.bytes.get(replaced..).unwrap_or_default();
        Timed {
            head,
            bytes,
            ..self
        }
    }

    fn len(&self) -> u64 {
        (self.head.len() + self.bytes.len()) as u64
    }

    fn window(&self) -> io::Result<&[u8]> {
        self.clock.check().map_err(io::Error::other)?;
        let at = self.at.min(self.len()) as usize;
        let rest = match at.checked_sub(self.head.len()) {
            Some(behind) => &self.bytes[behind..],
            None => &self.head[at..],
        };
        Ok(&rest[..rest.len().min(WINDOW)])
    }
}

impl Read for Timed<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let window = self.window()?;
        let read = window.len().min(buffer.len());
        buffer[..read].copy_from_slice(&window[..read]);
        self.at += read as u64;
        Ok(read)
    }
}

impl BufRead for Timed<'_> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        self.window()
    }

    fn consume(&mut self, amount: usize) {
        self.at += amount as u64;
    }
}

impl Seek for Timed<'_> {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let at = match to {
            SeekFrom::Start(at) => Some(at),
            SeekFrom::End(by) => self.len().checked_add_signed(by),
            SeekFrom::Current(by) => self.at.checked_add_signed(by),
        };
        self.at = at.ok_or(io::ErrorKind::InvalidInput)?;
        Ok(self.at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_read_is_the_file() {
        let clock = Clock::start(Duration::from_secs(1000));
        let bytes: Vec<u8> = (0..50_000u32).map(|i| (i / 7) as u8).collect();
        let mut all = Vec::new();
        let mut timed = Timed::new(&bytes, &clock);
        timed.read_to_end(&mut all).unwrap();
        assert_eq!(all, bytes);
        assert_eq!(timed.seek(SeekFrom::End(-3)).unwrap(), 49_997);
        assert_eq!(timed.fill_buf().unwrap(), &bytes[49_997..]);
        assert_eq!(timed.seek(SeekFrom::Start(u64::MAX)).unwrap(), u64::MAX);
        assert_eq!(timed.read(&mut [0; 9]).unwrap(), 0);
        assert!(timed.seek(SeekFrom::Current(1)).is_err());
    }

    #[test]
    fn another_beginning_is_read_in_place_of_the_files() {
        let clock = Clock::start(Duration::from_secs(1000));
        let file = Timed::new(b"one, two", &clock);
        for (head, replaced, expected) in [
            ("six", 3, "six, two"),
            ("eleven", 3, "eleven, two"),
            ("", 5, "two"),
            ("no more", 99, "no more"),
        ] {
            let mut all = String::new();
            let mut timed = file.clone().with_head(head.into(), replaced);
            timed.read_to_string(&mut all).unwrap();
            assert_eq!(all, expected);
            assert_eq!(timed.seek(SeekFrom::End(0)).unwrap(), all.len() as u64);
        }
    }

    #[test]
    fn reading_ends_with_the_time_and_stopping_the_clock_gives_it_back() {
        let clock = Clock::start(Duration::from_millis(20));
        let busy = || {
            let until = now() + Duration::from_millis(30);
            while now() < until {}
        };
        clock.stopped(busy);
        assert!(clock.check().is_ok());
        busy();
        assert!(Timed::new(b"abc", &clock).read(&mut [0]).is_err());
        assert!(clock.ran_out());
        assert_eq!(
            clock.error().to_string(),
            "21 milliseconds of decoding are over the limit of 20"
        );
    }
}
