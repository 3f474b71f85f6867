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
mod unpack;

use std::io::{self, Read};
use std::ops::Range;
use std::sync::atomic::AtomicU64;
use std::sync::{Arc, Mutex, PoisonError};

use super::container::{Container, Entry};
use super::gap::{Gap, GapKind, Gaps, gap_error, gap_of};
use super::limits::Budget;
use super::margins::Margins;
use super::passwords::{Fit, Keyring, Steps};
use super::source::Source;
use crate::error::Reason;
use blockwise::{Blockwise, Packed};
use directory::{BlockPlace, Directory, FileKind, Header, NamedFile};
use fields::Broken;
use locked::Keys;
use unpack::Unpacker;

/// What stands before all else: a mark, a version, and where the header is.
const START_BYTES: u64 = 32;

/// How often a header may be packed in another.
const HEADERS_MAX: usize = 4;

/// The least that an attempt to open a block costs: its coders are made twice.
const ATTEMPT_STEPS: u64 = 256;

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

    /// The bytes of the header; `None` where the file has no members.
    fn read_start(&mut self, taken: &mut Vec<Range<u64>>) -> io::Result<Option<Vec<u8>>> {
        let mut source = lock(&self.source);
        let Some(start) = source.array::<{ START_BYTES as usize }>(0)? else {
            return Err(io::ErrorKind::UnexpectedEof.into());
        };
        let [offset, len] = [12, 20].map(|at| {
            let bytes = start[at..at + 8].try_into().expect("eight bytes");
            u64::from_le_bytes(bytes)
        });
        let [of_start, of_header] = [8, 28].map(|at| {
            let bytes = start[at..at + 4].try_into().expect("four bytes");
            u32::from_le_bytes(bytes)
        });
        if crc32fast::hash(&start[12..32]) != of_start {
            let reason = Reason::SevenzipHeaderChecksum;
            self.gaps.add(GapKind::Damaged, reason);
        }
        let at = offset.saturating_add(START_BYTES);
        let end = at.saturating_add(len);
        if len == 0 {
            return Ok(None);
        }
        if end > source.len() {
            return Err(gap_error(GapKind::Damaged, Reason::SevenzipCut));
        }
        if len > self.header_bytes {
            return Err(self.header_too_large());
        }
        taken.push(at..end);
        let header = source.up_to(len, at)?;
        drop(source);
        self.check(&header, Some(of_header));
        Ok(Some(header))
    }

    fn header_too_large(&self) -> io::Error {
        let limit = self.header_bytes;
        gap_error(GapKind::OverLimit, Reason::SevenzipHeaderTooLarge { limit })
    }

    fn check(&mut self, header: &[u8], checksum: Option<u32>) {
        if checksum.is_some_and(|checksum| crc32fast::hash(header) != checksum) {
            let reason = Reason::SevenzipHeaderChecksum;
            self.gaps.add(GapKind::Damaged, reason);
        }
    }

    fn read_header(
        &mut self,
        mut bytes: Vec<u8>,
        taken: &mut Vec<Range<u64>>,
    ) -> io::Result<Option<Directory>> {
        let broken = |_| gap_error(GapKind::Damaged, Reason::SevenzipHeader);
        for _ in 0..HEADERS_MAX {
            let mut streams = match Header::read(bytes).map_err(broken)? {
                Header::Plain(directory) => {
                    taken.push(directory.streams.packed_range());
                    if directory.has_more_streams {
                        self.gaps.add(GapKind::Damaged, Reason::SevenzipHeader);
                    }
                    return Ok(Some(*directory));
                }
                Header::Packed(streams) => streams,
            };
            taken.push(streams.packed_range());
            let place = streams.next_block().map_err(broken)?;
            let place = place.ok_or(Broken).map_err(broken)?;
            let size = place.size();
            if size > self.header_bytes {
                return Err(self.header_too_large());
            }
            let reader = self.open_block(&place, (size, place.checksum));
            let mut reader = reader.map_err(|(kind, reasons)| gap_error(kind, reasons))?;
            bytes = Vec::new();
            reader.by_ref().take(size).read_to_end(&mut bytes)?;
            if (bytes.len() as u64) < size {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            self.check(&bytes, place.checksum);
        }
        Err(broken(Broken))
    }

    /// A reader of a block, whose first content has this size and checksum.
    fn open_block(
        &mut self,
        place: &BlockPlace,
        first: (u64, Option<u32>),
    ) -> Result<Blockwise, Gap> {
        if !place.block.is_encrypted() {
            let budget = Some(Arc::clone(&self.budget));
            return self.block(place, None, budget).map_err(gap_of);
        }
        let keyring = Arc::clone(&self.keyring);
        keyring.open(Reason::SevenzipEncrypted, |password, steps| {
            self.try_password(place, first, password, steps)
        })
    }

    fn try_password(
        &mut self,
        place: &BlockPlace,
        (size, checksum): (u64, Option<u32>),
        password: &[u8],
        steps: &mut Steps,
    ) -> io::Result<Option<Fit<Blockwise>>> {
        // What fails at once takes time too.
        if !steps.take(ATTEMPT_STEPS) || !self.keys.derive(&place.block, password, steps)? {
            return Ok(None);
        }
        let budget = Some(Arc::clone(&self.budget));
        let opened = self.block(place, Some(password), budget)?;
        let mut tried = self.block(place, Some(password), None)?;
        let (mut hasher, mut left) = (crc32fast::Hasher::new(), size);
        let mut buffer = [0; 1 << 14];
        while left > 0 {
            let most = usize::try_from(left).unwrap_or(usize::MAX);
            let most = most.min(buffer.len());
            let read = match tried.read(&mut buffer[..most]) {
                Ok(0) => return Ok(Some(Fit::No)),
                Ok(read) => read,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => {
                    // What the system refuses says nothing of the password, and neither does what is unpacked by nothing.
                    return match gap_of(error) {
                        (GapKind::Damaged, _) => Ok(Some(Fit::No)),
                        (kind, reasons) => Err(gap_error(kind, reasons)),
                    };
                }
            };
            if !steps.take_bytes(read as u64) {
                return Ok(Some(Fit::Likely(opened)));
            }
            hasher.update(&buffer[..read]);
            left -= read as u64;
        }
        Ok(Some(match checksum {
            // Nothing tells whether what came is what was packed.
            None => Fit::Likely(opened),
            Some(_) if size == 0 => Fit::Likely(opened),
            Some(checksum) if hasher.finalize() == checksum => Fit::Whole(opened),
            Some(_) => Fit::No,
        }))
    }

    /// A reader of a block that this password opens.
    fn block(
        &self,
        place: &BlockPlace,
        password: Option<&[u8]>,
        budget: Option<Arc<Budget>>,
    ) -> io::Result<Blockwise> {
        let mut unpacker = Unpacker {
            window_bytes: self.window_bytes,
            keys: &self.keys,
            password,
        };
        let mut streams = Vec::new();
        let mut packed = |number: usize| {
            let (at, len) = place.packed.get(number).copied().unwrap_or((0, 0));
            let at = at.saturating_add(START_BYTES);
            let end = at.saturating_add(len);
            let reached = Arc::new(AtomicU64::new(at));
            streams.push((Arc::clone(&reached), at..end));
            Box::new(Packed {
                source: Arc::clone(&self.source),
                at,
                end,
                reached,
            }) as Box<dyn Read + Send>
        };
        let coded = place
            .block
            .unpack(&place.sizes, &mut packed, &mut unpacker)?;
        let ahead = match place.block.coders.as_slice() {
            [coder] if coder.method.is_empty() => 0,
            _ => unpack::BUFFER_BYTES as u64,
        };
        Ok(Blockwise {
            coded,
            budget,
            failed: None,
            streams,
            ahead,
        })
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
