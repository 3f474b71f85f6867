//! Pictures, clips and archives by their signatures in a file of unknown content: a disk image, a database, a cache.
//!
//! A file that a file system wrote begins at a block, so blocks are looked at first. Where every byte is looked at, signatures
//! that noise holds by chance do not count. What is found goes on for as long as its structure says, or to a limit where
//! nothing says it. It stands in one piece: what a file system scattered is not found, and that is always said.

use std::io::{self, Read};
use std::sync::Arc;

use super::container::{Container, Entry};
use super::gap::{Gap, GapKind, Gaps, gap_of};
use super::passwords::Keyring;
use super::pieces::Pieces;
use super::source::Source;
use super::zip::{Zip, stands_behind_source};
use crate::error::Reason;
use crate::media::parts::{Part, PartCandidate, Piece, Search};

/// The length of a block: all file systems use multiples of it.
const BLOCK: u64 = 512;

/// The most bytes that are looked at together, and the longest file whose end its structure tells.
const WINDOW_BYTES: u64 = 64 << 20;

/// How many last bytes of a window are looked at again with what follows.
const OVERLAP: u64 = 64 << 10;

/// The longest file whose end nothing tells.
const OPEN_BYTES_MAX: u64 = 16 << 20;

/// How many bytes of such files are given in all: this, and as often the size of what they are in.
const OPEN_BYTES: u64 = 1 << 30;
const OPEN_RATIO: u64 = 2;

/// At which places files of unknown content are searched for signatures.
///
/// ```
/// use basma::scan::Carving;
/// assert_eq!("blocks".parse::<Carving>()?, Carving::Blocks);
/// # Ok::<(), basma::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Carving {
    /// At every block of 512 bytes, where file systems put the beginnings of files.
    Blocks,
    /// At every byte, where databases and caches may put them. It takes longer, and signatures that noise holds by chance
    /// do not count.
    Bytes,
}

named!(Carving {
    Blocks = "blocks",
    Bytes = "bytes",
});

/// A file that is searched by signatures.
pub(super) struct Carve {
    source: Source,
    /// 512 or 1.
    step: u64,
    search: Search,
    /// What is in memory, and where it stands.
    window: Vec<u8>,
    window_at: u64,
    window_bytes: u64,
    /// The next place to be looked at.
    at: u64,
    part: Option<Part>,
    open_bytes: u64,
    gaps: Gaps,
    directory_bytes: u64,
    keyring: Arc<Keyring>,
    zip: Option<Box<Zip>>,
    is_ended: bool,
    /// Whether it has to hold something: its name tells so, and nothing else.
    is_whole: bool,
    is_empty: bool,
    /// Why there may be more, if so, and where in a file around it each place is.
    reason: Option<Reason>,
    place: Box<dyn Fn(u64) -> u64 + Send>,
}

impl Carve {
    /// Looks at every block, or at every byte; at most so many bytes together.
    pub(super) fn new(
        source: Source,
        is_aligned: bool,
        (window_bytes, directory_bytes): (u64, u64),
        keyring: Arc<Keyring>,
    ) -> Carve {
        let mut search = Search::new(source.len());
        search.set_coded(!is_aligned);
        Carve {
            step: if is_aligned { BLOCK } else { 1 },
            search,
            window: Vec::new(),
            window_at: 0,
            window_bytes: window_bytes.clamp(4 * OVERLAP, WINDOW_BYTES),
            at: 0,
            part: None,
            open_bytes: source
                .len()
                .saturating_mul(OPEN_RATIO)
                .saturating_add(OPEN_BYTES),
            source,
            gaps: Gaps::default(),
            directory_bytes,
            keyring,
            zip: None,
            is_ended: false,
            is_whole: false,
            is_empty: true,
            reason: Some(Reason::CarvedOnly),
            place: Box::new(|at| at),
        }
    }

    /// Says why there may be more of what is a part of another file, and names what is found by its places there.
    pub(super) fn within(
        self,
        reason: Reason,
        place: impl Fn(u64) -> u64 + Send + 'static,
    ) -> Carve {
        let place = Box::new(place);
        Carve {
            reason: Some(reason),
            place,
            ..self
        }
    }

    /// Of a file in which all stands in one piece, by its name. It is of unknown content where nothing is found.
    pub(super) fn of_whole(self) -> Carve {
        Carve {
            is_whole: true,
            reason: None,
            ..self
        }
    }

    fn advance(&mut self) -> io::Result<Option<Entry>> {
        self.part = None;
        while self.at < self.source.len() {
            let until = self.window_at + self.window.len() as u64;
            if self.at >= until || self.at < self.window_at {
                self.read_window(self.at)?;
            }
            let Some((at, mut found)) = self.find() else {
                let until = self.window_at + self.window.len() as u64;
                if until >= self.source.len() {
                    break;
                }
                // A header may begin in this window and end in the next.
                self.at = self.next_place(until.saturating_sub(OVERLAP).max(self.at));
                self.read_window(self.at)?;
                continue;
            };
            if self.is_open(&found) && self.is_late(at) {
                self.read_window(at)?;
                match self.at_place(at) {
                    Some(again) => found = again,
                    None => {
                        self.at = at + self.step;
                        continue;
                    }
                }
            }
            if let Some(entry) = self.entry(at, &found) {
                return Ok(Some(entry));
            }
        }
        self.at = self.source.len();
        self.end();
        Ok(self.zip.as_mut().and_then(|zip| zip.next_entry()))
    }

    fn read_window(&mut self, at: u64) -> io::Result<()> {
        self.window = self.source.up_to(self.window_bytes, at)?;
        self.window_at = at;
        self.search.forget();
        Ok(())
    }

    /// The next place that is looked at, at one or behind it.
    fn next_place(&self, at: u64) -> u64 {
        at.div_ceil(self.step) * self.step
    }

    /// The next candidate in the window, and where it begins.
    fn find(&mut self) -> Option<(u64, PartCandidate)> {
        if self.step == 1 {
            let from = (self.at - self.window_at) as usize;
            let found = self.search.next(&self.window, from)?;
            return Some((self.window_at + found.range.start as u64, found));
        }
        let mut at = self.next_place(self.at);
        while at < self.window_at + self.window.len() as u64 {
            if let Some(found) = self.at_place(at) {
                return Some((at, found));
            }
            at += self.step;
        }
        None
    }

    /// The candidate that begins at a place of the window.
    fn at_place(&mut self, at: u64) -> Option<PartCandidate> {
        let from = (at - self.window_at) as usize;
        let here = self.search.here(self.window.get(from..)?)?;
        let range = from + here.range.start..from + here.range.end;
        Some(PartCandidate { range, ..here })
    }

    /// Whether it goes on to the end of the window, and the file goes on behind that.
    fn is_open(&self, found: &PartCandidate) -> bool {
        let until = self.window_at + self.window.len() as u64;
        found.range.end == self.window.len() && until < self.source.len()
    }

    /// Whether a place is so late in the window that looking from there on shows much more.
    fn is_late(&self, at: u64) -> bool {
        at - self.window_at >= self.window_bytes / 2
    }

    fn entry(&mut self, at: u64, found: &PartCandidate) -> Option<Entry> {
        let len = (found.range.end - found.range.start) as u64;
        let is_open = found.range.end == self.window.len();
        let len = if is_open {
            len.min(OPEN_BYTES_MAX)
        } else {
            len
        };
        // Files may stand in what seems to go on without an end.
        self.at = self.next_place(at + if is_open { self.step } else { len.max(1) });
        if is_open {
            if len > self.open_bytes {
                self.gaps
                    .add(GapKind::OverLimit, Reason::PartsTooManyBeginnings);
                return None;
            }
            self.open_bytes -= len;
        }
        let part = Part {
            name: format!("@{:#x}.{}", (self.place)(at), found.extension).into_bytes(),
            pieces: vec![Piece::Range(at..at + len)],
        };
        let mut entry = Entry::of_part(&part);
        entry.claim = None;
        self.is_empty = false;
        self.part = Some(part);
        Some(entry)
    }

    /// Says what carving does not find. A zip file that ends with the file is read where it stands, as it always is.
    fn end(&mut self) {
        if std::mem::replace(&mut self.is_ended, true) {
            return;
        }
        if self.search.is_exhausted() {
            self.gaps
                .add(GapKind::OverLimit, Reason::PartsTooManyBeginnings);
        }
        if let Some(reason) = self.reason.take() {
            self.gaps.add(GapKind::Unsupported, reason);
        }
        if self.is_whole && self.is_empty {
            self.gaps.add(GapKind::Unsupported, Reason::FormatUnknown);
        }
        if stands_behind_source(&mut self.source) {
            let empty = Source::new(io::Cursor::new([]), 0);
            let source = std::mem::replace(&mut self.source, empty);
            let most = (self.window_bytes, self.directory_bytes);
            let zip = Zip::new(source, most, Arc::clone(&self.keyring));
            self.zip = Some(Box::new(zip));
        }
    }
}

impl Container for Carve {
    fn next_entry(&mut self) -> Option<Entry> {
        self.advance().unwrap_or_else(|error| {
            let (kind, reasons) = gap_of(error);
            self.gaps.add(kind, reasons);
            self.at = self.source.len();
            None
        })
    }

    fn content(&mut self) -> Box<dyn Read + '_> {
        match (&self.part, &mut self.zip) {
            (None, Some(zip)) => zip.content(),
            (Some(part), _) => Box::new(Pieces::new(&mut self.source, part)),
            (None, None) => Box::new(io::empty()),
        }
    }

    fn gap(&mut self) -> Option<Gap> {
        if let Some((kind, reasons)) = self.zip.as_mut().and_then(|zip| zip.gap()) {
            self.gaps.add(kind, reasons);
        }
        self.gaps.gap()
    }
}
