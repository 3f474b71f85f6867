//! Compound files of Microsoft (MS-CFB): `thumbs.db`, messages of Outlook, documents of old Office.
//!
//! A stream that is a picture, clip or archive by content is a member, and so is every attachment of a message. Other streams
//! are searched: thumbnails and pictures of documents stand there behind headers of their own. Sectors that no stream uses are
//! not looked into.

use std::io::{self, Read, Seek, SeekFrom};
use std::sync::{Arc, Mutex, PoisonError};

use super::container::{Container, Entry};
use super::gap::{Gap, GapKind, Gaps, gap_of};
use super::kind::Kind;
use super::limits::Budget;
use super::margins::Margins;
use super::source::Source;
use super::waiting::Waiting;
use crate::error::Reason;
use crate::media::Format;

/// The most streams of one file.
const STREAMS_MAX: usize = 1 << 20;

/// The stream with the content of an attachment (MS-OXMSG, 2.2.2), and those with its name: long and short.
const ATTACHMENT: &str = "__substg1.0_37010102";
const NAMES: [&str; 4] = [
    "__substg1.0_3707001F",
    "__substg1.0_3707001E",
    "__substg1.0_3704001F",
    "__substg1.0_3704001E",
];

/// The longest name of an attachment, in bytes.
const NAME_BYTES_MAX: u64 = 1 << 10;

/// Whether a file begins as compound files do.
pub(super) fn begins(head: &[u8]) -> bool {
    head.starts_with(b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1")
}

/// A compound file.
pub(super) struct Compound {
    state: State,
    budget: Arc<Budget>,
    /// The most bytes that are held of a stream.
    stream_bytes: u64,
    waiting: Waiting,
    gaps: Gaps,
}

enum State {
    New(Source),
    /// The streams that are still to be read.
    Streams(Box<cfb::CompoundFile<Bytes>>, std::vec::IntoIter<Place>),
    /// It cannot be taken apart: it is searched as it is.
    Margins(Source, Box<Margins>),
    Ended,
}

/// A stream by its path.
struct Place {
    path: std::path::PathBuf,
    bytes: u64,
}

/// The bytes of the file. The crate asks that threads could share them.
struct Bytes(Arc<Mutex<Source>>);

impl Bytes {
    fn source(&mut self) -> std::sync::MutexGuard<'_, Source> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Read for Bytes {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        self.source().read(buf)
    }
}

impl Seek for Bytes {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let mut source = self.source();
        let (from, by) = match to {
            SeekFrom::Start(at) => (at, 0),
            SeekFrom::Current(by) => (source.at(), by),
            SeekFrom::End(by) => (source.len(), by),
        };
        let at = from
            .checked_add_signed(by)
            .ok_or(io::ErrorKind::InvalidInput)?;
        source.go_to(at)?;
        Ok(source.at())
    }
}

impl Compound {
    pub(super) fn new(source: Source, stream_bytes: u64, budget: Arc<Budget>) -> Compound {
        Compound {
            state: State::New(source),
            budget,
            stream_bytes,
            waiting: Waiting::default(),
            gaps: Gaps::default(),
        }
    }

    fn advance(&mut self) -> io::Result<Option<Entry>> {
        loop {
            if let Some(entry) = self.waiting.next_entry() {
                return Ok(Some(entry));
            }
            match std::mem::replace(&mut self.state, State::Ended) {
                State::New(source) => self.state = self.open(source),
                State::Streams(mut file, mut places) => {
                    let Some(place) = places.next() else {
                        return Ok(None);
                    };
                    self.stream(&mut file, &place);
                    self.state = State::Streams(file, places);
                }
                State::Margins(mut source, mut margins) => {
                    let entry = margins.next_entry(&mut source, &mut self.gaps)?;
                    self.state = State::Margins(source, margins);
                    return Ok(entry);
                }
                State::Ended => return Ok(None),
            }
        }
    }

    /// Reads the tables of the file.
    fn open(&mut self, source: Source) -> State {
        let len = source.len();
        let source = Arc::new(Mutex::new(source));
        let options = cfb::OpenOptions::new().max_buffer_size(1 << 20);
        match options.open_with(Bytes(Arc::clone(&source))) {
            Ok(file) => {
                let streams = file.walk().filter(cfb::Entry::is_stream);
                let places = streams.map(|entry| Place {
                    path: entry.path().to_path_buf(),
                    bytes: entry.len(),
                });
                let mut places: Vec<Place> = places.take(STREAMS_MAX + 1).collect();
                if places.len() > STREAMS_MAX {
                    places.pop();
                    let limit = STREAMS_MAX as u64;
                    self.gaps
                        .add(GapKind::OverLimit, Reason::CompoundStreams { limit });
                }
                State::Streams(Box::new(file), places.into_iter())
            }
            Err(error) => {
                self.broken(error);
                let mut margins = Margins::default();
                margins.add(0..len);
                match Arc::try_unwrap(source) {
                    Ok(source) => {
                        let source = source.into_inner().unwrap_or_else(PoisonError::into_inner);
                        State::Margins(source, Box::new(margins))
                    }
                    // The crate keeps nothing of what it could not open.
                    Err(_) => State::Ended,
                }
            }
        }
    }

    fn broken(&mut self, error: io::Error) {
        let (kind, reasons) = match gap_of(error) {
            // Errors of the crate are of its own kinds.
            (GapKind::Damaged, _) => (GapKind::Damaged, Reason::CompoundBroken.into()),
            gap => gap,
        };
        self.gaps.add(kind, reasons);
    }

    /// Finds the members in a stream.
    fn stream(&mut self, file: &mut cfb::CompoundFile<Bytes>, place: &Place) {
        let name = place.path.file_name().unwrap_or_default();
        let is_attachment = name.to_str() == Some(ATTACHMENT);
        let mut path = path_of(&place.path);
        if is_attachment
            && let Some(name) = attachment_name(file, place)
            && let Some(folder) = place.path.parent()
        {
            path = [&path_of(folder), b"/".as_slice(), &name].concat();
        }
        let refuse = |reason: Reason| Entry {
            refused: Some((GapKind::OverLimit, reason.into())),
            ..Entry::of(path.clone())
        };
        if place.bytes > self.stream_bytes {
            let limit = self.stream_bytes;
            let entry = refuse(Reason::MemberTooLarge { limit });
            return self.waiting.push(entry, Vec::new());
        }
        // Many streams may say that they have the same sectors.
        if !self.budget.take(place.bytes) {
            let entry = refuse(self.budget.reason());
            return self.waiting.push(entry, Vec::new());
        }
        let mut bytes = Vec::new();
        let read = file
            .open_stream(&place.path)
            .and_then(|stream| stream.take(self.stream_bytes).read_to_end(&mut bytes));
        if let Err(error) = read {
            self.broken(error);
        }
        let is_media = Format::sniff(&bytes).is_some() || Kind::sniff(&bytes).is_some();
        if is_attachment || is_media {
            return self.waiting.push(Entry::of(path), bytes);
        }
        self.waiting.search(&path, &bytes, &mut self.gaps);
    }
}

/// The path of a stream or storage: without the mark of the root.
fn path_of(path: &std::path::Path) -> Vec<u8> {
    let bytes = path.as_os_str().as_encoded_bytes();
    bytes.strip_prefix(b"/").unwrap_or(bytes).to_vec()
}

/// The name that a message gives an attachment.
fn attachment_name(file: &mut cfb::CompoundFile<Bytes>, place: &Place) -> Option<Vec<u8>> {
    let folder = place.path.parent()?;
    NAMES.iter().find_map(|name| {
        let mut bytes = Vec::new();
        let stream = file.open_stream(folder.join(name)).ok()?;
        stream.take(NAME_BYTES_MAX).read_to_end(&mut bytes).ok()?;
        if name.ends_with('F') {
            let units = bytes
                .chunks_exact(2)
                .map(|pair| u16::from_le_bytes([pair[0], pair[1]]));
            let units: Vec<u16> = units.collect();
            bytes = String::from_utf16_lossy(&units).into_bytes();
        }
        let len = bytes
            .iter()
            .position(|byte| *byte == 0)
            .unwrap_or(bytes.len());
        bytes.truncate(len);
        (!bytes.is_empty()).then_some(bytes)
    })
}

impl Container for Compound {
    fn next_entry(&mut self) -> Option<Entry> {
        self.advance().unwrap_or_else(|error| {
            let (kind, reasons) = gap_of(error);
            self.gaps.add(kind, reasons);
            None
        })
    }

    fn content(&mut self) -> Box<dyn Read + '_> {
        match &mut self.state {
            State::Margins(source, margins) => match margins.content(source) {
                Some(content) => content,
                None => Box::new(io::empty()),
            },
            _ => Box::new(self.waiting.content()),
        }
    }

    fn gap(&mut self) -> Option<Gap> {
        self.gaps.gap()
    }
}
