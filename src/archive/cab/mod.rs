//! Cabinets of Microsoft, stored, or compressed by MSZIP or LZX ([MS-CAB], [MS-PATCH] for LZX).
//!
//! The files of a folder are packed together. They are read in their order, each once: what lies before a file is unpacked with
//! it. What belongs to no folder is searched as in other containers.

mod folder;
mod header;

use std::io::{self, Read};
use std::sync::Arc;

use super::codec::panic_text;
use super::container::{Container, Entry};
use super::gap::{Gap, GapKind, Gaps, gap_error, gap_of};
use super::limits::Budget;
use super::margins::Margins;
use super::source::Source;
use crate::error::Reason;
use folder::Unpacker;
use header::{File, Header};

/// Whether a file begins as cabinets do.
pub(super) fn begins(head: &[u8]) -> bool {
    head.starts_with(b"MSCF\0\0\0\0") && head.get(24..26).is_some_and(|version| version[1] == 1)
}

/// A cabinet.
pub(super) struct Cab {
    source: Source,
    /// None until the header was read.
    header: Option<Header>,
    files: std::vec::IntoIter<File>,
    file: Option<File>,
    /// The folder that is open, and its number.
    unpacker: Option<(usize, Unpacker)>,
    /// None before the last file.
    margins: Option<Margins>,
    budget: Arc<Budget>,
    gaps: Gaps,
}

impl Cab {
    pub(super) fn new(source: Source, budget: Arc<Budget>) -> Cab {
        Cab {
            source,
            header: None,
            files: Vec::new().into_iter(),
            file: None,
            unpacker: None,
            margins: None,
            budget,
            gaps: Gaps::default(),
        }
    }

    fn advance(&mut self) -> io::Result<Option<Entry>> {
        if self.header.is_none() {
            let (header, mut files) = Header::read(&mut self.source, &mut self.gaps)?;
            // As they lie in their folders, so that none is unpacked twice.
            files.sort_by_key(|file| (file.folder, file.offset));
            let rests = header.rests(&files);
            files.extend(rests);
            files.sort_by_key(|file| (file.folder, file.offset));
            (self.header, self.files) = (Some(header), files.into_iter());
        }
        if let Some(margins) = &mut self.margins {
            return margins.next_entry(&mut self.source, &mut self.gaps);
        }
        self.file = self.files.next();
        let Some(file) = &self.file else {
            let header = self.header.as_ref().expect("it was read");
            self.margins = Some(header.margins(self.source.len()));
            return self.advance();
        };
        let mut entry = Entry::of(file.name.clone());
        (entry.whole, entry.is_part) = (true, file.is_rest);
        if file.folder.is_none() {
            let reason = Reason::ArchiveVolume;
            entry.refused = Some((GapKind::Unsupported, reason.into()));
        }
        Ok(Some(entry))
    }

    /// Unpacks up to so many bytes of the file, from a place within it.
    fn read(&mut self, done: u64, buf: &mut [u8]) -> io::Result<usize> {
        let Some(file) = &self.file else {
            return Ok(0);
        };
        let left = file.size.saturating_sub(done);
        let (Some(number), true) = (file.folder, left > 0) else {
            return Ok(0);
        };
        let at = file.offset + done;
        let is_open = |(open, unpacker): &(usize, Unpacker)| *open == number && unpacker.at() <= at;
        if !self.unpacker.as_ref().is_some_and(is_open) {
            let header = self.header.as_ref().expect("it was read");
            let folder = header.folders.get(number);
            let folder =
                folder.ok_or_else(|| gap_error(GapKind::Damaged, Reason::ArchiveHeader))?;
            self.unpacker = Some((number, Unpacker::new(folder)?));
        }
        let (_, unpacker) = self.unpacker.as_mut().expect("it is open");
        loop {
            let rest = unpacker.rest();
            if !rest.is_empty() {
                let ahead = at - unpacker.at();
                if ahead > 0 {
                    unpacker.pass_over(ahead);
                    continue;
                }
                let most = usize::try_from(left).unwrap_or(usize::MAX);
                let read = rest.len().min(buf.len()).min(most);
                buf[..read].copy_from_slice(&rest[..read]);
                unpacker.pass_over(read as u64);
                return Ok(read);
            }
            let unpacked = unpacker.unpack(&mut self.source)?;
            if unpacked == 0 {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            if !self.budget.take(unpacked) {
                unpacker.fail();
                return Err(gap_error(GapKind::OverLimit, self.budget.reason()));
            }
        }
    }
}

impl Container for Cab {
    fn next_entry(&mut self) -> Option<Entry> {
        self.advance().unwrap_or_else(|error| {
            let (kind, reasons) = gap_of(error);
            self.gaps.add(kind, reasons);
            None
        })
    }

    fn content(&mut self) -> Box<dyn Read + '_> {
        if self.margins.is_none() {
            return Box::new(Content { cab: self, done: 0 });
        }
        let source = &mut self.source;
        let content = self
            .margins
            .as_ref()
            .and_then(|margins| margins.content(source));
        content.unwrap_or_else(|| Box::new(io::empty()))
    }

    fn gap(&mut self) -> Option<Gap> {
        self.gaps.gap()
    }
}

/// The content of a file.
struct Content<'c> {
    cab: &'c mut Cab,
    done: u64,
}

impl Read for Content<'_> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        if buf.is_empty() {
            return Ok(0);
        }
        // A decoder that panics has met bytes its authors did not think of. Nothing of its state survives the panic.
        let reading = std::panic::AssertUnwindSafe(|| self.cab.read(self.done, buf));
        let read = std::panic::catch_unwind(reading).unwrap_or_else(|panic| {
            let message = panic_text(&*panic).to_owned();
            if let Some((_, unpacker)) = &mut self.cab.unpacker {
                unpacker.fail();
            }
            Err(gap_error(
                GapKind::Damaged,
                Reason::DecoderPanicked { message },
            ))
        })?;
        self.done += read as u64;
        let unpacker = self.cab.unpacker.as_ref().map(|(_, unpacker)| unpacker);
        let Some((unpacker, file)) = unpacker.zip(self.cab.file.as_ref()) else {
            return Ok(read);
        };
        if read == 0 && unpacker.is_wrong_since(file.offset) {
            return Err(gap_error(GapKind::Damaged, Reason::MemberChecksum));
        }
        Ok(read)
    }
}
