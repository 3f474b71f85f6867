//! What zip files and PDF hold beside their members: comments, extra fields, bytes between members.

use std::io::{self, Read};
use std::ops::Range;

use crate::archive::container::Entry;
use crate::archive::gap::{GapKind, Gaps};
use crate::archive::pieces::Pieces;
use crate::archive::source::Source;
use crate::error::Reason;
use crate::media::parts::{Collector, Part, Piece};

/// Extra fields and comments shorter than this hold no picture: those of programs have up to some 60 bytes.
const BYTES_MIN: u64 = 128;

/// The most stretches that are remembered.
const RANGES_MAX: usize = 1 << 20;

/// The largest stretch that is searched.
const RANGE_BYTES_MAX: u64 = 64 << 20;

/// Stretches of a file that belong to no member, and the parts in them.
#[derive(Default)]
pub(super) struct Margins {
    ranges: Vec<Range<u64>>,
    is_cut: bool,
    /// None until all members were given.
    parts: Option<std::vec::IntoIter<Part>>,
    at: Option<Part>,
}

impl Margins {
    /// Adds a stretch, unless it is too short to hold anything.
    pub(super) fn add(&mut self, range: Range<u64>) {
        if range.end.saturating_sub(range.start) < BYTES_MIN {
            return;
        }
        if self.ranges.len() < RANGES_MAX {
            self.ranges.push(range);
        } else {
            self.is_cut = true;
        }
    }

    /// Adds a stretch that may go on from the last.
    pub(super) fn extend(&mut self, range: Range<u64>) {
        match self.ranges.last_mut() {
            Some(last) if last.end == range.start => last.end = range.end,
            _ => self.add(range),
        }
    }

    /// The next part, after the last member.
    pub(super) fn next_entry(
        &mut self,
        source: &mut Source,
        gaps: &mut Gaps,
    ) -> io::Result<Option<Entry>> {
        if self.parts.is_none() {
            self.parts = Some(self.search(source, gaps)?.into_iter());
        }
        self.at = self.parts.as_mut().and_then(Iterator::next);
        Ok(self.at.as_ref().map(Entry::of_part))
    }

    fn search(&mut self, source: &mut Source, gaps: &mut Gaps) -> io::Result<Vec<Part>> {
        let mut collector = Collector::new(source.len());
        let mut ranges = std::mem::take(&mut self.ranges);
        ranges.sort_by_key(|range| range.start);
        let mut until = 0;
        for range in ranges {
            // Headers may overlap.
            let start = range.start.max(until);
            let len = range.end.saturating_sub(start);
            self.is_cut |= len > RANGE_BYTES_MAX;
            let bytes = source.up_to(len.min(RANGE_BYTES_MAX), start)?;
            collector.search_at("beside", &bytes, start);
            until = range.end.max(until);
        }
        let parts = collector.finish();
        let is_cut = self.is_cut.then_some(Reason::ZipMarginsTooLarge);
        if let Some(reason) = parts.over_limit.or(is_cut) {
            gaps.add(GapKind::OverLimit, reason);
        }
        Ok(parts.parts)
    }

    /// Whether the part that it is at is a zip file that goes on to this place.
    pub(super) fn is_zip_to(&self, end: u64) -> bool {
        let Some(part) = &self.at else {
            return false;
        };
        let is_last = matches!(part.pieces.as_slice(), [Piece::Range(range)] if range.end == end);
        is_last && part.name.ends_with(b".zip")
    }

    /// The content of the part that it is at.
    pub(super) fn content<'m>(&'m self, source: &'m mut Source) -> Option<Box<dyn Read + 'm>> {
        let part = self.at.as_ref()?;
        Some(Box::new(Pieces::new(source, part)))
    }
}
