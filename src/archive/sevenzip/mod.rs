//! 7z files (7zFormat.txt of 7-Zip).
//!
//! The header stands at the end, packed as a rule. It names blocks, each of which holds contents one behind the other: what is
//! behind a content cannot be unpacked without it. So each block is unpacked once, from its beginning to its end, whatever of it
//! is wanted. What no stream and no header takes is searched, and so is a file whose header is gone.

mod block;
mod blockwise;
mod directory;
mod fields;
mod locked;
mod opening;
mod unpack;

use std::io::{self, Read};
use std::ops::Range;
use std::sync::{Arc, Mutex, PoisonError};

use super::container::{Container, Entry};
use super::gap::{Gap, GapKind, Gaps, gap_error, gap_of};
use super::limits::Budget;
use super::margins::Margins;
use super::passwords::Keyring;
use super::source::Source;
use crate::error::Reason;
use blockwise::Blockwise;
use directory::{BlockPlace, Directory, FileKind, NamedFile};
use fields::Broken;
use locked::Keys;

/// What stands before all else: a mark, a version, and where the header is.
const START_BYTES: u64 = 32;

/// Whether a file begins as 7z files do.
pub(super) fn begins(head: &[u8]) -> bool {
    head.starts_with(b"7z\xBC\xAF\x27\x1C")
}

/// A 7z file.
pub(super) struct Sevenzip {
    source: Arc<Mutex<Source>>,
    window_bytes: u64,
    header_bytes: u64,
    budget: Arc<Budget>,
    keyring: Arc<Keyring>,
    keys: Keys,
    state: State,
    margins: Margins,
    gaps: Gaps,
}

enum State {
    New,
    Members(Box<Members>),
    /// All blocks are gone through, and nothing else reads the file.
    Margins(Source),
    Ended,
}

/// The files of a header, and the block that they are read from.
struct Members {
    directory: Directory,
    block: Option<OpenBlock>,
    /// How many contents came, of which some have no name.
    contents: u64,
    /// What is left of the content that it is at, and its checksum.
    left: u64,
    checksum: Option<u32>,
    hasher: crc32fast::Hasher,
}

/// A block on its way.
struct OpenBlock {
    place: BlockPlace,
    reader: Result<Blockwise, Gap>,
    contents: u64,
    /// What its contents have still, by its size.
    left: u64,
}

impl Sevenzip {
    pub(super) fn new(
        source: Source,
        (window_bytes, header_bytes): (u64, u64),
        (budget, keyring): (Arc<Budget>, Arc<Keyring>),
    ) -> Sevenzip {
        Sevenzip {
            source: Arc::new(Mutex::new(source)),
            window_bytes,
            header_bytes,
            budget,
            keyring,
            keys: Keys::default(),
            state: State::New,
            margins: Margins::default(),
            gaps: Gaps::default(),
        }
    }

    fn advance(&mut self) -> io::Result<Option<Entry>> {
        loop {
            match std::mem::replace(&mut self.state, State::Ended) {
                State::New => {
                    self.state = match self.open() {
                        Some(directory) => State::Members(Box::new(Members::new(directory))),
                        None => self.behind(),
                    };
                }
                State::Members(mut members) => {
                    let entry = self.next_member(&mut members);
                    match entry {
                        Ok(Some(entry)) => {
                            self.state = State::Members(members);
                            return Ok(Some(entry));
                        }
                        Ok(None) => {}
                        Err(Broken) => {
                            self.gaps.add(GapKind::Damaged, Reason::SevenzipHeader);
                            self.margins.add(members.unread());
                        }
                    }
                    drop(members);
                    self.state = self.behind();
                }
                State::Margins(mut source) => {
                    let entry = self.margins.next_entry(&mut source, &mut self.gaps)?;
                    if entry.is_some() {
                        self.state = State::Margins(source);
                    }
                    return Ok(entry);
                }
                State::Ended => return Ok(None),
            }
        }
    }

    /// What comes behind the last member.
    fn behind(&mut self) -> State {
        let nothing = Arc::new(Mutex::new(Source::new(io::empty(), 0)));
        match Arc::try_unwrap(std::mem::replace(&mut self.source, nothing)) {
            Ok(source) => {
                State::Margins(source.into_inner().unwrap_or_else(PoisonError::into_inner))
            }
            Err(_) => unreachable!("the readers of blocks are gone"),
        }
    }

    /// Reads the header. Where there is none, all of the file is searched.
    fn open(&mut self) -> Option<Directory> {
        let start = 0..START_BYTES;
        let mut taken = vec![start];
        let read = self.read_start(&mut taken).and_then(|header| match header {
            Some(header) => self.read_header(header, &mut taken),
            None => Ok(None),
        });
        let directory = read.unwrap_or_else(|error| {
            let (kind, reasons) = gap_of(error);
            self.gaps.add(kind, reasons);
            taken.truncate(1);
            None
        });
        taken.sort_by_key(|taken| taken.start);
        let mut at = 0;
        for taken in taken {
            self.margins.add(at..taken.start);
            at = taken.end.max(at);
        }
        let len = lock(&self.source).len();
        self.margins.add(at..len);
        directory
    }

    fn next_member(&mut self, members: &mut Members) -> Result<Option<Entry>, Broken> {
        members.finish_content();
        loop {
            let Some(file) = members.directory.files.next_file() else {
                // What has no name is content all the same.
                return self.next_content(members, None);
            };
            match file.kind {
                FileKind::HasContent => {
                    let entry = self.next_content(members, Some(file))?;
                    let left = members.directory.files.left();
                    if entry.is_none() && left > 0 {
                        continue;
                    }
                    return Ok(entry);
                }
                FileKind::Empty => return Ok(Some(Entry::of(members.name(file.name)))),
                FileKind::Folder => {}
                FileKind::Deletion => {
                    let refused = Some((GapKind::Skipped, Reason::MemberDeletion.into()));
                    return Ok(Some(Entry {
                        refused,
                        ..Entry::of(members.name(file.name))
                    }));
                }
            }
        }
    }

    /// The next content, and the file that it is of.
    fn next_content(
        &mut self,
        members: &mut Members,
        file: Option<NamedFile>,
    ) -> Result<Option<Entry>, Broken> {
        while members.block.as_ref().is_none_or(OpenBlock::is_ended) {
            if let Some(Ok(reader)) = members.block.take().map(|block| block.reader) {
                for range in reader.unread() {
                    self.margins.add(range);
                    if reader.ahead > 0 && reader.streams.len() == 1 {
                        // It can be packed itself, and is nobody's content. Of several streams some have a rest.
                        self.gaps.add(GapKind::Damaged, Reason::MemberTrailingData);
                    }
                }
            }
            let Some(place) = members.directory.streams.next_block()? else {
                let missing = file.and_then(|file| file.name).map(|name| Entry {
                    refused: Some((GapKind::Damaged, Reason::SevenzipContentMissing.into())),
                    ..Entry::of(name)
                });
                return Ok(missing);
            };
            if place.contents == 0 && place.size() > 0 {
                self.gaps.add(GapKind::Damaged, Reason::SevenzipHeader);
            }
            let first = if place.contents > 0 {
                let mut streams = members.directory.streams.clone();
                let first = streams.next_content(&place, place.contents == 1, place.size());
                first.inspect_err(|_| {
                    for (at, len) in &place.packed {
                        let at = at.saturating_add(START_BYTES);
                        self.margins.add(at..at.saturating_add(*len));
                    }
                })?
            } else {
                (0, None)
            };
            members.block = Some(OpenBlock {
                reader: self.open_block(&place, first),
                contents: place.contents,
                left: place.size(),
                place,
            });
        }
        let block = members.block.as_mut().expect("it is not at its end");
        let is_last = block.contents == 1;
        let (size, checksum) =
            members
                .directory
                .streams
                .next_content(&block.place, is_last, block.left)?;
        block.contents -= 1;
        block.left -= size;
        (members.left, members.checksum) = (size, checksum);
        members.hasher = crc32fast::Hasher::new();
        let refused = block.reader.as_ref().err().cloned();
        let failed = block.reader.as_ref().ok();
        let failed = failed.and_then(|reader| reader.failed.clone());
        let is_link = file.as_ref().is_some_and(|file| file.is_link);
        let name = file.and_then(|file| file.name);
        Ok(Some(Entry {
            refused: refused.or(failed),
            stored: size,
            link: is_link,
            ..Entry::of(members.name(name))
        }))
    }
}

impl Members {
    fn new(directory: Directory) -> Members {
        Members {
            directory,
            block: None,
            contents: 0,
            left: 0,
            checksum: None,
            hasher: crc32fast::Hasher::new(),
        }
    }

    /// Where the packed streams stand of the block that it is at, and of those behind it.
    fn unread(&self) -> Range<u64> {
        let behind = self.directory.streams.packed_range();
        let block = self
            .block
            .as_ref()
            .and_then(|block| block.place.packed.first());
        let start = block.map_or(behind.start, |(at, _)| at.saturating_add(START_BYTES));
        start..behind.end
    }

    /// A name, or one for what has none.
    fn name(&mut self, name: Option<Vec<u8>>) -> Vec<u8> {
        self.contents += 1;
        name.unwrap_or_else(|| format!("unnamed-{}", self.contents).into_bytes())
    }

    /// Passes over what was not read of a content.
    fn finish_content(&mut self) {
        let left = std::mem::take(&mut self.left);
        let reader = self.block.as_mut().map(|block| &mut block.reader);
        if let Some(Ok(reader)) = reader {
            let passed = io::copy(&mut reader.take(left), &mut io::sink());
            if passed.is_ok_and(|passed| passed < left) {
                reader.failed = Some(gap_of(io::ErrorKind::UnexpectedEof.into()));
            }
        }
    }
}

impl OpenBlock {
    fn is_ended(&self) -> bool {
        self.contents == 0
    }
}

impl Read for Members {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        let Some(Ok(reader)) = self.block.as_mut().map(|block| &mut block.reader) else {
            return Ok(0);
        };
        if buf.is_empty() {
            return Ok(0);
        }
        if self.left == 0 {
            let checksum = self.checksum.take();
            let hasher = std::mem::take(&mut self.hasher);
            if checksum.is_some_and(|checksum| hasher.finalize() != checksum) {
                return Err(gap_error(GapKind::Damaged, Reason::MemberChecksum));
            }
            return Ok(0);
        }
        let most = usize::try_from(self.left).unwrap_or(usize::MAX);
        let most = most.min(buf.len());
        let read = reader.read(&mut buf[..most])?;
        if read == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        self.left -= read as u64;
        self.hasher.update(&buf[..read]);
        Ok(read)
    }
}

impl Container for Sevenzip {
    fn next_entry(&mut self) -> Option<Entry> {
        self.advance().unwrap_or_else(|error| {
            let (kind, reasons) = gap_of(error);
            self.gaps.add(kind, reasons);
            None
        })
    }

    fn content(&mut self) -> Box<dyn Read + '_> {
        match &mut self.state {
            State::Members(members) => Box::new(members.as_mut()),
            State::Margins(source) => {
                let part = self.margins.content(source);
                part.unwrap_or_else(|| Box::new(io::empty()))
            }
            State::New | State::Ended => Box::new(io::empty()),
        }
    }

    fn gap(&mut self) -> Option<Gap> {
        self.gaps.gap()
    }
}

fn lock(source: &Mutex<Source>) -> std::sync::MutexGuard<'_, Source> {
    source.lock().unwrap_or_else(PoisonError::into_inner)
}
