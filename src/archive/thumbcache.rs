//! The thumbnails that Windows keeps for a user since Vista: `thumbcache_256.db` and its like.
//!
//! Entries stand one behind the other. Each begins with a mark, its length, and the number that the index of the cache knows
//! it by, which is its name here. Layout: Metz, "Windows Explorer Thumbnail Cache database format", of the libyal project.
//! Where no entry stands, the next mark is looked for. So entries behind a broken one, and deleted ones, are found.

use std::collections::VecDeque;
use std::io::{self, Read};
use std::ops::Range;

use super::container::{Container, Entry};
use super::gap::{Gap, GapKind, Gaps, gap_of};
use super::pieces::Pieces;
use super::source::Source;
use crate::error::Reason;
use crate::media::parts::{Collector, Part};

const MARK: &[u8; 4] = b"CMMM";

/// The header of an entry up to its number. What follows differs from version to version.
const HEADER_BYTES: u64 = 16;

/// The largest entry: a thumbnail has at most 2560 pixels a side.
const ENTRY_BYTES_MAX: u64 = 64 << 20;

/// How much is looked at in a step for the next mark.
const STEP: u64 = 1 << 20;

/// Whether a file begins as such caches do: with its mark, a version and a kind.
pub(super) fn begins(head: &[u8]) -> bool {
    let number = |at: usize| {
        head.get(at..at + 4)?
            .try_into()
            .ok()
            .map(u32::from_le_bytes)
    };
    let is_version = number(4).is_some_and(|version| (0x14..=0x40).contains(&version));
    head.starts_with(MARK) && is_version && number(8).is_some_and(|kind| kind < 0x40)
}

/// A cache of thumbnails.
pub(super) struct ThumbCache {
    source: Source,
    at: u64,
    /// Whether the place is where an entry ended.
    is_behind_entry: bool,
    parts: VecDeque<Part>,
    part: Option<Part>,
    number: u64,
    gaps: Gaps,
}

impl ThumbCache {
    pub(super) fn new(source: Source) -> ThumbCache {
        ThumbCache {
            source,
            // The header of the file has its mark too.
            at: MARK.len() as u64,
            is_behind_entry: false,
            parts: VecDeque::new(),
            part: None,
            number: 0,
            gaps: Gaps::default(),
        }
    }

    fn advance(&mut self) -> io::Result<Option<Entry>> {
        loop {
            self.part = self.parts.pop_front();
            if let Some(part) = &self.part {
                let mut entry = Entry::of_part(part);
                entry.path = [format!("{:016x}/", self.number).as_bytes(), &part.name].concat();
                return Ok(Some(entry));
            }
            let Some(at) = self.find_mark()? else {
                return Ok(None);
            };
            let between = self.at..at;
            if self.is_behind_entry && at > self.at && !self.is_blank(between.clone())? {
                self.gaps.add(GapKind::Damaged, Reason::ThumbcacheBroken);
                self.search(between, 0)?;
                self.is_behind_entry = false;
            } else {
                self.entry(at)?;
            }
        }
    }

    /// Searches the entry at a place.
    fn entry(&mut self, at: u64) -> io::Result<()> {
        let header = self
            .source
            .array::<{ HEADER_BYTES as usize }>(at)?
            .unwrap_or_default();
        let size = u32::from_le_bytes([header[4], header[5], header[6], header[7]]);
        let end = at.saturating_add(size.into());
        let is_sound = u64::from(size) >= HEADER_BYTES && end <= self.source.len();
        self.is_behind_entry = is_sound;
        if !is_sound {
            // It may be a mark by chance, or an entry that is cut: then what it holds is behind its mark.
            self.gaps.add(GapKind::Damaged, Reason::ThumbcacheBroken);
        }
        let end = if is_sound {
            end
        } else {
            self.next_mark(at + 4)?
        };
        let number = u64::from_le_bytes(header[8..].try_into().expect("eight bytes"));
        self.search((at + HEADER_BYTES).min(end)..end, number)?;
        self.at = end.max(at + 4);
        Ok(())
    }

    /// Searches a stretch for thumbnails, and names them by a number.
    fn search(&mut self, range: Range<u64>, number: u64) -> io::Result<()> {
        (self.at, self.number) = (range.end, number);
        let len = range.end - range.start;
        if len > ENTRY_BYTES_MAX {
            let limit = ENTRY_BYTES_MAX;
            self.gaps
                .add(GapKind::OverLimit, Reason::PartsTooFarOutside { limit });
        }
        let bytes = self.source.up_to(len.min(ENTRY_BYTES_MAX), range.start)?;
        let mut collector = Collector::new(bytes.len() as u64);
        collector.search_at("thumbnail", &bytes, range.start);
        let parts = collector.finish();
        if let Some(reason) = parts.over_limit {
            self.gaps.add(GapKind::OverLimit, reason);
        }
        self.parts = parts.parts.into();
        Ok(())
    }

    fn find_mark(&mut self) -> io::Result<Option<u64>> {
        let at = self.next_mark(self.at)?;
        Ok((at < self.source.len()).then_some(at))
    }

    /// The next mark at a place or behind it, or the end of the file.
    fn next_mark(&mut self, from: u64) -> io::Result<u64> {
        let mut at = from;
        while at < self.source.len() {
            let bytes = self.source.up_to(STEP, at)?;
            if let Some(found) = memchr::memmem::find(&bytes, MARK) {
                return Ok(at + found as u64);
            }
            at += (bytes.len() as u64).saturating_sub(3).max(1);
        }
        Ok(self.source.len())
    }

    fn is_blank(&mut self, range: Range<u64>) -> io::Result<bool> {
        let len = (range.end - range.start).min(STEP);
        let bytes = self.source.up_to(len, range.start)?;
        Ok(bytes.iter().all(|byte| *byte == 0))
    }
}

impl Container for ThumbCache {
    fn next_entry(&mut self) -> Option<Entry> {
        self.advance().unwrap_or_else(|error| {
            let (kind, reasons) = gap_of(error);
            self.gaps.add(kind, reasons);
            None
        })
    }

    fn content(&mut self) -> Box<dyn Read + '_> {
        match &self.part {
            Some(part) => Box::new(Pieces::new(&mut self.source, part)),
            None => Box::new(io::empty()),
        }
    }

    fn gap(&mut self) -> Option<Gap> {
        self.gaps.gap()
    }
}
