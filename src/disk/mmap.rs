//! Bytes that stand in memory or in a mapped file. The one place that maps.

use std::fs::File;
use std::ops::{Deref, Range};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::{io, thread};

use memmap2::Mmap;

/// Bytes that do not change while they are held.
#[derive(Debug)]
pub(crate) enum Bytes {
    Mapped(Arc<Mapping>),
    Owned(Vec<u8>),
}

#[derive(Debug)]
pub(crate) struct Mapping {
    map: Mmap,
    /// Set once memory matters more than speed.
    stop_reading_ahead: AtomicBool,
}

/// How much is asked for at a time. The kernel reads ahead no more than about this at one request. A reader that stops
/// does not wait for more.
const AHEAD_BYTES: usize = 1 << 20;

impl Bytes {
    /// Maps a file, read-only.
    ///
    /// The caller must ensure that no process changes the file while it is mapped. Index files are immutable. Our own
    /// writer publishes by renaming a complete file over the old one, which leaves the mapped one intact. The
    /// documentation of [`Index::open`](crate::index::Index::open) asks the same of everybody else. Temporary files
    /// have no name and one owner.
    pub(crate) fn map(file: &File) -> io::Result<Bytes> {
        // SAFETY: a map is sound while nobody changes the file, which the caller vouches for, as said above. If the
        // promise is broken, nothing relies on the bytes of an index for memory safety. They are only ever read as
        // integers and byte strings, and copied out before they are used as a bound. Every use as an index or a length
        // is checked. A file cut short under us ends the process with SIGBUS.
        #[allow(unsafe_code)]
        let map = unsafe { Mmap::map(file) }?;
        Ok(Bytes::Mapped(Arc::new(Mapping {
            map,
            stop_reading_ahead: AtomicBool::new(false),
        })))
    }

    /// Gives the memory of a mapped file back to the system. What is read again is fetched again, from the system's
    /// cache if it is still there. For those who pass over much and look at each part once. Ends reading ahead.
    pub(crate) fn release(&self) {
        let Bytes::Mapped(mapping) = self else { return };
        mapping.stop_reading_ahead.store(true, Ordering::Relaxed);
        // SAFETY: the advice is dangerous for pages that exist nowhere else, which would read as zeros. The map is a
        // shared, read-only one of a file. So the next access finds the same bytes of the same file.
        #[cfg(unix)]
        #[allow(unsafe_code)]
        // It is advice: where it is not taken, nothing is lost but memory.
        let _ = unsafe {
            mapping
                .map
                .unchecked_advise(memmap2::UncheckedAdvice::DontNeed)
        };
    }

    /// Asks for huge pages. A thread brings parts of a mapped file into memory. It ends with the bytes, or when half of
    /// the memory that was free is filled. Takes constant time; where the system does none of it, pages come on first
    /// touch.
    pub(crate) fn read_ahead(&self, parts: Vec<Range<usize>>) {
        let Bytes::Mapped(mapping) = self else { return };
        #[cfg(target_os = "linux")]
        let _ = mapping.map.advise(memmap2::Advice::HugePage);
        let (mapping, parts) = (Arc::downgrade(mapping), parts.into_iter());
        let mut pieces = parts.flat_map(|part| {
            let (start, end) = (part.start, part.end);
            (start..end)
                .step_by(AHEAD_BYTES)
                .map(move |at| (at, AHEAD_BYTES.min(end - at)))
        });
        // Held only while it asks for one piece, so that closing does not wait for the rest.
        let read = move || {
            let mut left = free_memory() / 2;
            pieces.all(|(at, length)| {
                left = left.saturating_sub(length as u64);
                if left == 0 {
                    return false;
                }
                let mapping = mapping.upgrade();
                mapping.is_some_and(|mapping| mapping.fetch(at, length))
            })
        };
        // Without a thread nothing is read ahead.
        let _ = thread::Builder::new()
            .name("read ahead".to_owned())
            .stack_size(64 << 10)
            .spawn(read);
    }
}

impl Mapping {
    /// Brings a part into memory, page tables included where the system can; whether it is worth going on.
    fn fetch(&self, at: usize, length: usize) -> bool {
        if self.stop_reading_ahead.load(Ordering::Relaxed) {
            return false;
        }
        #[cfg(target_os = "linux")]
        {
            use memmap2::Advice;
            // Populating is of Linux 5.14.
            let advise = |advice| self.map.advise_range(advice, at, length).is_ok();
            advise(Advice::PopulateRead) || advise(Advice::WillNeed)
        }
        #[cfg(all(unix, not(target_os = "linux")))]
        {
            let advice = memmap2::Advice::WillNeed;
            self.map.advise_range(advice, at, length).is_ok()
        }
        #[cfg(not(unix))]
        {
            let _ = (at, length);
            false
        }
    }
}

/// How much memory could be filled without pushing others out; a modest guess where the system does not say.
pub(crate) fn free_memory() -> u64 {
    #[cfg(target_os = "linux")]
    {
        let text = std::fs::read_to_string("/proc/meminfo").unwrap_or_default();
        let line = text.lines().find_map(|l| l.strip_prefix("MemAvailable:"));
        let number = line.and_then(|line| line.split_whitespace().next());
        if let Some(kibibytes) = number.and_then(|n| n.parse::<u64>().ok()) {
            return kibibytes << 10;
        }
    }
    2 << 30
}

impl Deref for Bytes {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        match self {
            Bytes::Mapped(mapping) => &mapping.map,
            Bytes::Owned(bytes) => bytes,
        }
    }
}

/// Releases bytes at intervals during a sequential pass.
#[derive(Debug, Default)]
pub(crate) struct Pace {
    passed: usize,
}

impl Pace {
    /// How much may be in memory between two releases. Bringing a page back costs half a microsecond, so that frequent
    /// releases cost more than they spare.
    pub(crate) const BYTES: usize = 64 << 20;

    /// To be called after so many more bytes of `bytes` were passed over.
    pub(crate) fn passed(&mut self, count: usize, bytes: &Bytes) {
        self.passed += count;
        if self.passed >= Pace::BYTES {
            self.passed = 0;
            bytes.release();
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use super::*;

    #[test]
    fn released_bytes_are_still_there() {
        let mut file = tempfile::tempfile().unwrap();
        let written: Vec<u8> = (0..3 << 20).map(|i: u32| (i >> 8) as u8).collect();
        file.write_all(&written).unwrap();
        let bytes = Bytes::map(&file).unwrap();
        bytes.read_ahead(vec![0..5, 4096 + 7..written.len()]);
        assert_eq!(bytes[..], written);
        bytes.release();
        assert_eq!(bytes[..], written);
        let owned = Bytes::Owned(written.clone());
        owned.read_ahead(vec![0..5, 7..written.len()]);
        owned.release();
        assert_eq!(owned[..], written);
    }
}
