//! Blocks of a blockfile cache: an answer takes one to four that stand one behind the other. What the answers are is in another
//! file, so each block is looked at. Answers that were deleted are found where they still stand.

use std::io;

use crate::archive::container::Entry;
use crate::archive::gap::{GapKind, Gaps};
use crate::archive::margins::Margins;
use crate::archive::source::Source;
use crate::error::Reason;
use crate::media::parts::{Part, Piece, Search};

const MAGIC: [u8; 4] = 0xc104_cac3_u32.to_le_bytes();

/// The header, with the map of blocks that are in use.
const HEADER_BYTES: u64 = 8192;

/// How many blocks an answer may take.
const BLOCKS_MAX: u64 = 4;

/// The sizes of blocks that hold answers.
const SIZES: [u32; 3] = [256, 1024, 4096];

/// How many blocks are read at a time.
const WINDOW_BLOCKS: u64 = 256;

/// The size of the blocks of a file with this header.
fn size(head: &[u8]) -> Option<u32> {
    let four = head.get(12..16)?.try_into().ok()?;
    Some(u32::from_le_bytes(four)).filter(|size| SIZES.contains(size))
}

/// Whether a file begins as one of blocks does that may hold answers.
pub(in crate::archive) fn begins(head: &[u8]) -> bool {
    let is_version = matches!(head.get(4..8), Some([_, 0, 2..=16, 0]));
    head.starts_with(&MAGIC) && is_version && size(head).is_some()
}

/// The answers in a file of blocks.
pub(super) struct Blocks {
    /// 0 before the header was read.
    size: u64,
    at: u64,
    /// What is in memory, and where it stands.
    window: Vec<u8>,
    window_at: u64,
    search: Search,
    part: Option<Part>,
    /// Blocks that begin with nothing that is known.
    margins: Margins,
}

impl Blocks {
    pub(super) fn new(len: u64) -> Blocks {
        Blocks {
            size: 0,
            at: HEADER_BYTES,
            window: Vec::new(),
            window_at: 0,
            search: Search::new(len),
            part: None,
            margins: Margins::default(),
        }
    }

    /// The part that it is at.
    pub(super) fn part(&self) -> Option<&Part> {
        self.part.as_ref()
    }

    /// What is left, after the last part.
    pub(super) fn margins(&mut self) -> Margins {
        std::mem::take(&mut self.margins)
    }

    /// The next answer that is a picture, clip or archive.
    pub(super) fn next_entry(
        &mut self,
        source: &mut Source,
        gaps: &mut Gaps,
    ) -> io::Result<Option<Entry>> {
        self.part = None;
        if self.size == 0 {
            let head = source.up_to(HEADER_BYTES, 0)?;
            self.size = size(&head).unwrap_or(SIZES[0]).into();
            self.margins.add(0..head.len() as u64);
            if (head.len() as u64) < HEADER_BYTES {
                gaps.add(GapKind::Damaged, Reason::WebCacheBroken);
            }
        }
        while self.at < source.len() {
            let at = self.at;
            let most = self.size * BLOCKS_MAX;
            let until = self.window_at + self.window.len() as u64;
            if at < self.window_at || at + most > until.min(source.len()) && until < source.len() {
                self.window = source.up_to(self.size * WINDOW_BLOCKS, at)?;
                self.window_at = at;
            }
            let from = (at - self.window_at) as usize;
            let to = self.window.len().min(from + most as usize);
            let block = self.window.get(from..to).unwrap_or_default();
            let Some(found) = self.search.here(block) else {
                self.at = at + self.size;
                self.margins.extend(at..self.at.min(source.len()));
                continue;
            };
            let len = found.range.end as u64;
            self.at = at + len.max(1).div_ceil(self.size) * self.size;
            let part = Part {
                name: format!("@{at:#x}.{}", found.extension).into_bytes(),
                pieces: vec![Piece::Range(at..at + len)],
            };
            let entry = Entry::of_part(&part);
            self.part = Some(part);
            return Ok(Some(entry));
        }
        if self.search.is_exhausted() {
            gaps.add(GapKind::OverLimit, Reason::PartsTooManyBeginnings);
        }
        Ok(None)
    }
}
