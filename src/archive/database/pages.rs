//! Where the pages of a database stand: one behind the other in the file itself, or as frames of its log.
//!
//! A log has pages as they are now (`-wal`, "WAL File Format"), or as they were before a change (`-journal`, "Rollback Journal
//! Format"). Frames of a log that was begun anew still stand behind its end: they are read too.

use std::collections::HashMap;
use std::io;

use super::super::source::Source;
use crate::sqlite::{Header, MAGIC, Met, number, usable};

const WAL_HEADER_BYTES: u64 = 32;
const WAL_FRAME_BYTES: u64 = 24;
const JOURNAL_MAGIC: [u8; 8] = [0xd9, 0xd5, 0x05, 0xf9, 0x20, 0xa1, 0x63, 0xd7];

/// How much memory a page of a log takes, about.
const FRAME_MEMORY_BYTES: u64 = 64;

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
    Log {
        frames: Vec<Frame>,
        /// The frames that have a page, in the order of the log.
        of_page: HashMap<u32, Vec<u32>>,
        /// The last frame that counts: that with which the change ended.
        until: u32,
    },
}

struct Frame {
    at: u64,
    /// The last frame of its change.
    last: u32,
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
        let head = source.up_to(WAL_HEADER_BYTES, 0)?;
        let is_wal = !head.starts_with(&JOURNAL_MAGIC);
        let page_size = number(&head, if is_wal { 8 } else { 24 });
        let Ok(mut usable_bytes) = usable(page_size as usize, 0) else {
            return Ok(Err(Box::new((source, Fault::Header))));
        };
        let page_size = u64::from(page_size);
        let count = source.len() / page_size;
        if count.saturating_mul(FRAME_MEMORY_BYTES) > memory {
            return Ok(Err(Box::new((source, Fault::TooMany(memory)))));
        }
        let sector = u64::from(number(&head, 20)).max(512);
        let (mut frames, mut of_page) = (Vec::new(), HashMap::<u32, Vec<u32>>::new());
        let mut at = if is_wal { WAL_HEADER_BYTES } else { 0 };
        loop {
            let frame = source.up_to(WAL_FRAME_BYTES, at)?;
            if !is_wal && frame.starts_with(&JOURNAL_MAGIC) {
                at = at.saturating_add(sector);
                continue;
            }
            let begin = at + if is_wal { WAL_FRAME_BYTES } else { 4 };
            if begin.saturating_add(page_size) > source.len() {
                break;
            }
            let page = number(&frame, 0);
            if page == 1 {
                let first = source.up_to(100, begin)?;
                usable_bytes = Header::read(&first).map_or(usable_bytes, |header| header.usable);
            }
            let id = frames.len() as u32 + 1;
            let is_last = is_wal && number(&frame, 4) > 0;
            let last = if is_last { id } else { 0 };
            frames.push(Frame { at: begin, last });
            of_page.entry(page).or_default().push(id);
            at = begin + page_size + if is_wal { 0 } else { 4 };
        }
        let count = frames.len() as u32;
        let mut last = count;
        for frame in frames.iter_mut().rev() {
            last = if frame.last > 0 { frame.last } else { last };
            frame.last = last;
        }
        let place = Place::Log {
            frames,
            of_page,
            until: count,
        };
        Ok(Ok(Pages {
            source,
            page_size,
            usable: usable_bytes,
            place,
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
        matches!(self.place, Place::Log { .. })
    }

    /// The page with a number that it is met by.
    pub(super) fn by_id(&self, id: u32) -> Option<Page> {
        let before = id.checked_sub(1)?;
        let at = match &self.place {
            Place::File => (id <= self.count).then(|| u64::from(before) * self.page_size)?,
            Place::Log { frames, .. } => frames.get(before as usize)?.at,
        };
        Some(Page { id, at })
    }

    /// The page that another one names by its number.
    pub(super) fn named(&self, page: u32) -> Option<Page> {
        match &self.place {
            Place::File => self.by_id(page),
            Place::Log { of_page, until, .. } => {
                let frames = of_page.get(&page)?;
                let before = frames.partition_point(|frame| frame <= until);
                self.by_id(frames[before.checked_sub(1)?])
            }
        }
    }

    /// Names mean pages as they were when the change was complete that a frame belongs to.
    pub(super) fn go_back_to(&mut self, id: u32) {
        if let Place::Log { frames, until, .. } = &mut self.place {
            let frame = frames.get(id.saturating_sub(1) as usize);
            *until = frame.map_or(0, |frame| frame.last);
        }
    }

    /// The used bytes of a page; fewer where the file ends.
    pub(super) fn read(&mut self, page: Page) -> io::Result<Vec<u8>> {
        self.source.up_to(self.usable as u64, page.at)
    }

    /// What of the file is no page: what stands behind the last.
    pub(super) fn rest(&self) -> std::ops::Range<u64> {
        let last = self.by_id(self.count);
        last.map_or(0, |page| page.at + self.page_size)..self.source.len()
    }

    /// All bytes of a page.
    pub(super) fn range(&self, page: Page) -> std::ops::Range<u64> {
        page.at..page.at + self.page_size
    }
}
