//! Where the pages of a database stand: one behind the other in the file itself, or as frames of its log.
//!
//! A log has pages as they are now, or as they were before a change.

use std::io;
use std::ops::Range;

use super::super::source::Source;
use super::log::{FRAME_MEMORY_BYTES, JOURNAL_MAGIC, Log};
use crate::sqlite::{Header, MAGIC, Met};

/// Whether a file begins as a database does.
pub(in crate::archive) fn begins(head: &[u8]) -> bool {
    head.starts_with(MAGIC)
}

/// Whether a file begins as the log of a database does.
pub(in crate::archive) fn begins_log(head: &[u8]) -> bool {
    let is_wal = matches!(
        head,
        [0x37, 0x7f, 0x06, 0x82 | 0x83, 0, 0x2d, 0xe2, 0x18, ..]
    );
    is_wal || head.starts_with(&JOURNAL_MAGIC)
}

/// The pages of a file.
pub(super) struct Pages {
    pub(super) source: Source,
    page_size: u64,
    /// The bytes of a page that may be used.
    pub(super) usable: usize,
    place: Place,
    pub(super) met: Met,
    /// How many there are. Each has a number from 1 that is not always its own.
    pub(super) count: u32,
}

/// A page: the number that it is met by, and where it begins.
#[derive(Clone, Copy)]
pub(super) struct Page {
    pub(super) id: u32,
    pub(super) at: u64,
}

enum Place {
    /// By their numbers.
    File,
    Log(Log),
}

/// Why pages cannot be read.
pub(super) enum Fault {
    Header,
    /// They need more memory than this.
    TooMany(u64),
}

/// A file whose pages cannot be read, and why.
pub(super) type Closed = Box<(Source, Fault)>;

impl Pages {
    /// The pages of a database. Those behind the end that its header gives are pages too.
    pub(super) fn of_file(source: Source, header: &Header, memory: u64) -> Result<Pages, Closed> {
        let page_size = header.page_size as u64;
        let count = u32::try_from(source.len() / page_size).unwrap_or(u32::MAX);
        if u64::from(count) / 8 > memory {
            return Err(Box::new((source, Fault::TooMany(memory))));
        }
        Ok(Pages {
            source,
            page_size,
            usable: header.usable,
            place: Place::File,
            met: Met::new(count),
            count,
        })
    }

    /// The pages of a log.
    pub(super) fn of_log(mut source: Source, memory: u64) -> io::Result<Result<Pages, Closed>> {
        let Some(page_size) = Log::page_size(&mut source)? else {
            return Ok(Err(Box::new((source, Fault::Header))));
        };
        let count = source.len() / page_size;
        if count.saturating_mul(FRAME_MEMORY_BYTES) > memory {
            return Ok(Err(Box::new((source, Fault::TooMany(memory)))));
        }
        let mut log = Log::read(&mut source, page_size)?;
        let mut kept = page_size as usize;
        if let Some(first) = log.at_of_first_page() {
            let head = source.up_to(100, first)?;
            kept = Header::read(&head).map_or(kept, |header| header.usable);
        }
        let count = log.count();
        log.go_back_to(count);
        Ok(Ok(Pages {
            source,
            page_size,
            usable: kept,
            place: Place::Log(log),
            met: Met::new(count),
            count,
        }))
    }

    /// A file of which no page can be told: all of it is the rest.
    pub(super) fn none(source: Source) -> Pages {
        Pages {
            source,
            page_size: 512,
            usable: 512,
            place: Place::File,
            met: Met::new(0),
            count: 0,
        }
    }

    pub(super) fn is_log(&self) -> bool {
        matches!(self.place, Place::Log(_))
    }

    /// The page with a number that it is met by.
    pub(super) fn by_id(&self, id: u32) -> Option<Page> {
        let before = id.checked_sub(1)?;
        let at = match &self.place {
            Place::File => (id <= self.count).then(|| u64::from(before) * self.page_size)?,
            Place::Log(log) => log.at(id)?,
        };
        Some(Page { id, at })
    }

    /// The page that another one names by its number.
    pub(super) fn named(&self, page: u32) -> Option<Page> {
        match &self.place {
            Place::File => self.by_id(page),
            Place::Log(log) => self.by_id(log.named(page)?),
        }
    }

    /// Names mean pages as they were when a frame was the last of its page.
    pub(super) fn go_back_to(&mut self, id: u32) {
        if let Place::Log(log) = &mut self.place {
            log.go_back_to(id);
        }
    }

    /// Whether a page that no row uses is one of a chain, by its first bytes: its row stands in the database then.
    pub(super) fn is_of_chain(&self, bytes: &[u8]) -> bool {
        match &self.place {
            Place::File => false,
            Place::Log(log) => log.is_of_chain(bytes, self.usable),
        }
    }

    /// The used bytes of a page; fewer where the file ends.
    pub(super) fn read(&mut self, page: Page) -> io::Result<Vec<u8>> {
        self.source.up_to(self.usable as u64, page.at)
    }

    /// What of the file is no page: what stands behind the last, and between the parts of a journal.
    pub(super) fn rest(&mut self) -> Vec<Range<u64>> {
        let last = self.by_id(self.count);
        let behind = last.map_or(0, |page| page.at + self.page_size)..self.source.len();
        let mut rest = match &mut self.place {
            Place::File => Vec::new(),
            Place::Log(log) => log.between(),
        };
        rest.push(behind);
        rest
    }

    /// All bytes of a page.
    pub(super) fn range(&self, page: Page) -> Range<u64> {
        page.at..page.at + self.page_size
    }
}
