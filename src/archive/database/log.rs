//! The frames of a log: pages as they are now (`-wal`, "WAL File Format"), or as they were before a change (`-journal`, "Rollback
//! Journal Format").
//!
//! A log that is begun anew is not emptied: what stood there before still stands behind its end, and is read too. Both are ages of
//! the log. Within an age a page is read as of the last time at which it was so, since rows go on in pages that changed later.

use std::collections::HashMap;
use std::io;
use std::ops::Range;

use super::super::source::Source;
use crate::sqlite::{number, usable};

const WAL_HEADER_BYTES: u64 = 32;
const WAL_FRAME_BYTES: u64 = 24;
pub(super) const JOURNAL_MAGIC: [u8; 8] = [0xd9, 0xd5, 0x05, 0xf9, 0x20, 0xa1, 0x63, 0xd7];
const JOURNAL_HEADER_BYTES: u64 = 28;

/// How much memory a page of a log takes, about.
pub(super) const FRAME_MEMORY_BYTES: u64 = 64;

/// The sectors that SQLite writes headers of journals for.
const SECTORS: std::ops::RangeInclusive<u32> = 512..=65_536;

/// The frames of a log, numbered from 1.
pub(super) struct Log {
    frames: Vec<Frame>,
    /// The frames that have a page, in the order of the log.
    of_page: HashMap<u32, Vec<u32>>,
    /// The frames that count: those of an age, to the last before a page changed.
    counted: (u32, u32),
    /// The highest number of a page.
    largest: u32,
    /// What of a journal is no frame.
    between: Vec<Range<u64>>,
}

struct Frame {
    at: u64,
    page: u32,
    /// The first frame of its age.
    first: u32,
    /// The last frame of the change that ended with it or before; 0 before the first.
    complete: u32,
    /// The last frame at which its page was so.
    last: u32,
}

impl Log {
    /// The size of the pages of a log, if SQLite has such.
    pub(super) fn page_size(source: &mut Source) -> io::Result<Option<u64>> {
        let head = source.up_to(WAL_HEADER_BYTES, 0)?;
        let is_journal = head.starts_with(&JOURNAL_MAGIC);
        let page_size = number(&head, if is_journal { 24 } else { 8 });
        let is_known = usable(page_size as usize, 0).is_ok();
        Ok(is_known.then_some(page_size.into()))
    }

    pub(super) fn read(source: &mut Source, page_size: u64) -> io::Result<Log> {
        let mut log = Log {
            frames: Vec::new(),
            of_page: HashMap::new(),
            counted: (1, 0),
            largest: 0,
            between: Vec::new(),
        };
        if source.up_to(8, 0)?.starts_with(&JOURNAL_MAGIC) {
            log.read_journal(source, page_size)?;
        } else {
            log.read_wal(source, page_size)?;
        }
        log.count_changes();
        Ok(log)
    }

    fn read_wal(&mut self, source: &mut Source, page_size: u64) -> io::Result<()> {
        let mut at = WAL_HEADER_BYTES;
        let (mut first, mut salts, mut complete) = (1, Vec::new(), 0);
        while at + WAL_FRAME_BYTES + page_size <= source.len() {
            let head = source.up_to(WAL_FRAME_BYTES, at)?;
            let id = self.count() + 1;
            if head.get(8..16) != Some(&salts) {
                salts = head.get(8..16).unwrap_or_default().to_vec();
                (first, complete) = (id, 0);
            }
            let pages = number(&head, 4);
            if pages > 0 {
                complete = id;
            }
            self.largest = self.largest.max(pages);
            self.push(number(&head, 0), at + WAL_FRAME_BYTES, (first, complete));
            at += WAL_FRAME_BYTES + page_size;
        }
        Ok(())
    }

    /// A journal has a header before each part, which begins at a sector. It says how many frames follow, if it was written anew
    /// at the end of its part.
    fn read_journal(&mut self, source: &mut Source, page_size: u64) -> io::Result<()> {
        let sector = number(&source.up_to(JOURNAL_HEADER_BYTES, 0)?, 20);
        let is_sound = sector.is_power_of_two() && SECTORS.contains(&sector);
        let sector = u64::from(if is_sound { sector } else { 512 });
        let (mut at, mut first, mut left) = (0_u64, 1, None);
        loop {
            let head = source.up_to(JOURNAL_HEADER_BYTES, at)?;
            if head.starts_with(&JOURNAL_MAGIC) {
                left = Some(number(&head, 8)).filter(|frames| (1..u32::MAX).contains(frames));
                self.largest = self.largest.max(number(&head, 16));
                self.set_aside(at..(at + sector).min(source.len()));
                at += sector;
                continue;
            }
            if left == Some(0) {
                let next = at.next_multiple_of(sector);
                left = None;
                if source.up_to(8, next)?.starts_with(&JOURNAL_MAGIC) {
                    self.set_aside(at..next);
                    at = next;
                    continue;
                }
                // What follows is of a journal that stood here before.
                first = self.count() + 1;
            }
            if at + 8 + page_size > source.len() {
                return Ok(());
            }
            self.push(number(&head, 0), at + 4, (first, 0));
            left = left.map(|left| left - 1);
            at += 8 + page_size;
        }
    }

    fn push(&mut self, page: u32, at: u64, (first, complete): (u32, u32)) {
        self.frames.push(Frame {
            at,
            page,
            first,
            complete,
            last: 0,
        });
        let id = self.count();
        self.of_page.entry(page).or_default().push(id);
        self.largest = self.largest.max(page);
    }

    /// Keeps what is no frame. Headers one behind the other are one stretch, however many there are.
    fn set_aside(&mut self, range: Range<u64>) {
        match self.between.last_mut() {
            Some(last) if last.end == range.start => last.end = range.end,
            _ => self.between.push(range),
        }
    }

    /// Finds for each frame the last one at which its page was so: that of the last change that was complete by then.
    fn count_changes(&mut self) {
        let mut next_of_page: HashMap<u32, u32> = HashMap::with_capacity(self.of_page.len());
        let (mut age, mut end) = (0, 0);
        for id in (1..=self.count()).rev() {
            let frame = &self.frames[id as usize - 1];
            if frame.first != age {
                (age, end) = (frame.first, id);
                next_of_page.clear();
            }
            let next = next_of_page.insert(frame.page, id);
            let until = next.map_or(end, |next| next - 1);
            let complete = self.frames[until as usize - 1].complete;
            // A page that changed again within one change, or one that is not complete, was so for that time alone.
            let last = if complete >= id { complete } else { until };
            self.frames[id as usize - 1].last = last;
        }
    }

    pub(super) fn count(&self) -> u32 {
        self.frames.len() as u32
    }

    pub(super) fn at(&self, id: u32) -> Option<u64> {
        let before = id.checked_sub(1)?;
        Some(self.frames.get(before as usize)?.at)
    }

    /// Where the first page of the database stands last.
    pub(super) fn at_of_first_page(&self) -> Option<u64> {
        self.at(*self.of_page.get(&1)?.last()?)
    }

    /// The frame of a page that counts.
    pub(super) fn named(&self, page: u32) -> Option<u32> {
        let frames = self.of_page.get(&page)?;
        let (first, last) = self.counted;
        let before = frames.partition_point(|frame| *frame <= last);
        let frame = frames[before.checked_sub(1)?];
        (frame >= first).then_some(frame)
    }

    /// Those frames count that stood when this one was the last of its page.
    pub(super) fn go_back_to(&mut self, id: u32) {
        let frame = self.frames.get(id.saturating_sub(1) as usize);
        self.counted = frame.map_or((1, 0), |frame| (frame.first, frame.last));
    }

    /// Whether a page that no row uses is one of a chain, and no list of free pages.
    pub(super) fn is_of_chain(&self, bytes: &[u8], usable: usize) -> bool {
        if number(bytes, 0) > self.largest {
            return false;
        }
        let (next, free) = (number(bytes, 0), number(bytes, 4) as usize);
        let of_list = |free: usize| (2..=self.largest).contains(&number(bytes, 8 + 4 * free));
        let is_list = if free == 0 {
            next == 0
        } else {
            free <= usable / 4 - 2 && (0..free).all(of_list)
        };
        !is_list
    }

    /// What of a journal is no frame.
    pub(super) fn between(&mut self) -> Vec<Range<u64>> {
        std::mem::take(&mut self.between)
    }
}
