//! Parts of a file: pictures, clips and archives inside or behind it that its own decoder does not show.
//!
//! A module for each format walks the structure of a file. Bytes that the format defines and a decoder reads are left out.
//! Everything else is searched for [signatures](signature): data behind the end, comments, metadata segments, unknown
//! chunks and boxes, padding. A candidate counts only if its header is sound, so that noise gives no parts.
//!
//! The parts of a part are not looked for here: a part is a file of its own.

mod bmff;
#[cfg(feature = "jxl")]
mod brotli;
mod encoded;
mod exif;
mod gif;
mod inflate;
mod jpeg;
mod matroska;
mod packets;
mod plain;
mod png;
mod riff;
mod signature;
mod tables;
#[cfg(test)]
mod tests;
mod tiff;

use crate::error::Reason;
use std::collections::HashMap;
use std::io::{self, Read, Seek, SeekFrom};
use std::ops::Range;

use super::Format;

pub(crate) use signature::{PartCandidate, Search};

/// The most parts of one file: more than any camera or editor writes.
const PARTS_MAX: usize = 1000;

/// The most bytes of a file that are searched for signatures.
const SEARCHED_BYTES_MAX: u64 = 256 << 20;

/// The longest name of a part that the file itself gives, in bytes.
const NAME_BYTES_MAX: usize = 255;

/// A picture, clip or archive inside or behind a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Part {
    /// Its place in the file and its kind, as a file name: `behind.jpg`. No two parts of a file share one.
    pub(crate) name: Vec<u8>,
    /// Its content: these, one after another.
    pub(crate) pieces: Vec<Piece>,
}

/// A stretch of the content of a part.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Piece {
    /// These bytes of the file.
    Range(Range<u64>),
    /// Bytes that stand otherwise in the file: compressed, in pieces, or under another header.
    Bytes(Vec<u8>),
}

/// The parts of one file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Parts {
    pub(crate) parts: Vec<Part>,
    /// Why some parts may be missing, if so: a limit.
    pub(crate) over_limit: Option<Reason>,
}

impl Part {
    /// How many bytes it has.
    pub(crate) fn len(&self) -> u64 {
        let piece = |piece: &Piece| match piece {
            Piece::Range(range) => range.end - range.start,
            Piece::Bytes(bytes) => bytes.len() as u64,
        };
        self.pieces.iter().map(piece).sum()
    }
}

impl Parts {
    /// Whether nothing is there, and nothing was left out.
    pub(crate) fn is_empty(&self) -> bool {
        self.parts.is_empty() && self.over_limit.is_none()
    }

    /// The parts of a file of this format that is in memory.
    pub(crate) fn of_bytes(format: Format, bytes: &[u8]) -> Parts {
        let mut collector = Collector::new(bytes.len() as u64);
        match format {
            Format::Jpeg => jpeg::collect(bytes, &mut collector),
            Format::Png => png::collect(bytes, &mut collector),
            Format::Gif => gif::collect(bytes, &mut collector),
            Format::WebP => riff::collect_webp(bytes, &mut collector),
            Format::Bmp => plain::collect_bmp(bytes, &mut collector),
            Format::Tiff => tiff::collect(bytes, &mut collector),
            Format::Ico => plain::collect_ico(bytes, &mut collector),
            Format::Pnm => plain::collect_pnm(bytes, &mut collector),
            Format::Qoi => plain::collect_qoi(bytes, &mut collector),
            Format::Tga => plain::collect_tga(bytes, &mut collector),
            Format::Jxl if bytes.starts_with(&[0xFF, 0x0A]) => {
                // The end of a bare codestream is known to its decoder alone.
                collector.search("behind", bytes, 2, bytes.len());
            }
            _ => {
                let found = Input::new(io::Cursor::new(bytes), bytes.len() as u64)
                    .and_then(|mut input| collect_boxed(format, &mut input, &mut collector));
                if found.is_err() {
                    // What is in memory is there: none was left to copy it to.
                    collector.limit(Reason::MemoryShort);
                }
            }
        }
        collector.finish()
    }

    /// The parts of a clip, which is not read into memory, of so many bytes.
    ///
    /// # Errors
    /// Those of the reader.
    pub(crate) fn of_clip(format: Format, source: impl Read + Seek, len: u64) -> io::Result<Parts> {
        let mut collector = Collector::new(len);
        let mut input = Input::new(source, len)?;
        collect_boxed(format, &mut input, &mut collector)?;
        Ok(collector.finish())
    }
}

/// The parts of what is made of boxes, elements or packets that name their length.
fn collect_boxed<R: Read + Seek>(
    format: Format,
    input: &mut Input<R>,
    collector: &mut Collector,
) -> io::Result<()> {
    match format {
        Format::Heif | Format::Avif | Format::Jxl | Format::Mp4 => {
            bmff::collect(format, input, collector)
        }
        Format::Matroska => matroska::collect(input, collector),
        Format::Avi => riff::collect_avi(input, collector),
        Format::Flv | Format::Asf | Format::Ogg | Format::MpegTs | Format::MpegPs => {
            packets::collect(format, input, collector)
        }
        _ => Ok(()),
    }
}

/// Gathers parts within the limits.
pub(crate) struct Collector {
    parts: Vec<Part>,
    over_limit: Option<Reason>,
    names: HashMap<String, u32>,
    search: Search,
    searched: u64,
    /// How many times what is searched was written as text.
    depth: u32,
}

impl Collector {
    /// For a file of so many bytes.
    pub(crate) fn new(len: u64) -> Collector {
        Collector {
            parts: Vec::new(),
            over_limit: None,
            names: HashMap::new(),
            search: Search::new(len),
            searched: 0,
            depth: 0,
        }
    }

    /// What was gathered.
    pub(crate) fn finish(self) -> Parts {
        let is_exhausted = self.search.is_exhausted();
        let exhausted = is_exhausted.then_some(Reason::PartsTooManyBeginnings);
        Parts {
            parts: self.parts,
            over_limit: self.over_limit.or(exhausted),
        }
    }

    /// Adds a part. Whether more can be added.
    fn add(&mut self, place: &str, extension: &str, pieces: Vec<Piece>) -> bool {
        if self.parts.len() >= PARTS_MAX {
            self.limit(Reason::PartsTooMany {
                limit: PARTS_MAX as u64,
            });
            return false;
        }
        let stem = format!("{place}.{extension}");
        let number = self.names.entry(stem.clone()).or_insert(0);
        *number += 1;
        let name = if *number > 1 {
            format!("{place}-{number}.{extension}")
        } else {
            stem
        };
        let name = name.into_bytes();
        self.parts.push(Part { name, pieces });
        true
    }

    /// Adds a part that the file names.
    fn add_named(&mut self, place: &str, name: &[u8], pieces: Vec<Piece>) {
        if name.is_empty() {
            self.add(place, "bin", pieces);
            return;
        }
        if self.add(place, "bin", pieces) {
            let part = self.parts.last_mut().expect("it was just added");
            let stem = part.name.strip_suffix(b".bin").unwrap_or_default();
            part.name = [stem, b"/", &name[..name.len().min(NAME_BYTES_MAX)]].concat();
        }
    }

    fn limit(&mut self, reason: Reason) {
        self.over_limit.get_or_insert(reason);
    }

    /// Searches a stretch of a file in memory. `place` names where it is.
    fn search(&mut self, place: &str, file: &[u8], from: usize, until: usize) {
        let until = until.min(file.len());
        let Some(stretch) = file.get(from..until) else {
            return;
        };
        self.search_stretch(place, stretch, |range| {
            Piece::Range((from + range.start) as u64..(from + range.end) as u64)
        });
    }

    /// Searches what goes on from stretch to stretch of a file, after these were searched one by one. Parts from
    /// `first` on are in them.
    fn search_joined(&mut self, place: &str, joined: &[u8], file: &[u8], first: usize) {
        let content = |part: &Part| match part.pieces.as_slice() {
            [Piece::Range(range)] => file.get(range.start as usize..range.end as usize),
            _ => None,
        };
        let mut from = 0;
        while let Some(PartCandidate { range, extension }) = self.search.next(joined, from) {
            from = range.end.max(from + 1);
            let whole = &joined[range];
            let mut known = self.parts.iter().skip(first).filter_map(content);
            if known.any(|content| content.starts_with(whole)) {
                continue;
            }
            // What ends with a stretch is the beginning of this.
            let rest = self.parts.split_off(first.min(self.parts.len()));
            let is_beginning =
                |part: &Part| content(part).is_some_and(|part| whole.starts_with(part));
            let others = rest.into_iter().filter(|part| !is_beginning(part));
            self.parts.extend(others);
            if !self.add(place, extension, vec![Piece::Bytes(whole.to_vec())]) {
                return;
            }
        }
    }

    /// Searches bytes that stand at a place of the file.
    pub(crate) fn search_at(&mut self, place: &str, bytes: &[u8], at: u64) {
        self.search_stretch(place, bytes, |range| {
            Piece::Range(at + range.start as u64..at + range.end as u64)
        });
    }

    /// Searches coded pixels, behind which a decoder reads nothing that goes on.
    fn search_coded(&mut self, place: &str, coded: &[u8]) {
        self.search.set_coded(true);
        self.search_plain(place, coded, |range| Piece::Bytes(coded[range].to_vec()));
        self.search.set_coded(false);
    }

    /// The same of those that are not in memory.
    fn search_coded_input<R: Read + Seek>(
        &mut self,
        place: &str,
        input: &mut Input<R>,
        range: Range<u64>,
    ) -> io::Result<()> {
        let len = range.end.saturating_sub(range.start);
        let room = SEARCHED_BYTES_MAX.saturating_sub(self.searched);
        if len > room {
            self.limit(Reason::PartsTooFarOutside {
                limit: SEARCHED_BYTES_MAX,
            });
        }
        let coded = input.up_to(range.start, len.min(room))?;
        self.search_coded(place, &coded);
        Ok(())
    }

    /// Searches bytes that stand otherwise in the file.
    pub(crate) fn search_owned(&mut self, place: &str, bytes: &[u8]) {
        self.search_stretch(place, bytes, |range| Piece::Bytes(bytes[range].to_vec()));
    }

    /// Searches a stretch of a file that is not in memory.
    fn search_input<R: Read + Seek>(
        &mut self,
        place: &str,
        input: &mut Input<R>,
        range: Range<u64>,
    ) -> io::Result<()> {
        let until = range.end.min(input.len());
        let len = until.saturating_sub(range.start);
        let room = SEARCHED_BYTES_MAX.saturating_sub(self.searched);
        if len > room {
            self.limit(Reason::PartsTooFarOutside {
                limit: SEARCHED_BYTES_MAX,
            });
        }
        let stretch = input.up_to(range.start, len.min(room))?;
        self.search_stretch(place, &stretch, |found| {
            // What ends where the reading ended goes on to where the stretch ends.
            let end = if found.end == stretch.len() {
                len
            } else {
                found.end as u64
            };
            Piece::Range(range.start + found.start as u64..range.start + end)
        });
        Ok(())
    }

    fn search_stretch(
        &mut self,
        place: &str,
        stretch: &[u8],
        piece: impl Fn(Range<usize>) -> Piece,
    ) {
        let mut between = Vec::new();
        let mut from = 0;
        self.search_plain(place, stretch, |range| {
            between.push(from..range.start);
            from = range.end;
            piece(range)
        });
        between.push(from..stretch.len());
        for range in between {
            let bytes = stretch.get(range).unwrap_or_default();
            encoded::collect(bytes, place, self);
        }
    }

    /// Searches for what is not written as text.
    fn search_plain(
        &mut self,
        place: &str,
        stretch: &[u8],
        mut piece: impl FnMut(Range<usize>) -> Piece,
    ) {
        self.searched += stretch.len() as u64;
        let mut from = 0;
        while let Some(PartCandidate { range, extension }) = self.search.next(stretch, from) {
            from = range.end.max(from + 1);
            if !self.add(place, extension, vec![piece(range)]) {
                return;
            }
        }
    }
}

/// A file that is read at places.
pub(super) struct Input<R> {
    source: R,
    len: u64,
}

impl<R: Read + Seek> Input<R> {
    fn new(source: R, len: u64) -> io::Result<Input<R>> {
        Ok(Input { source, len })
    }

    fn len(&self) -> u64 {
        self.len
    }

    /// Up to so many bytes at a place.
    fn up_to(&mut self, at: u64, len: u64) -> io::Result<Vec<u8>> {
        let mut bytes = Vec::new();
        let len = len.min(self.len.saturating_sub(at));
        if len > 0 {
            self.source.seek(SeekFrom::Start(at))?;
            self.source.by_ref().take(len).read_to_end(&mut bytes)?;
        }
        Ok(bytes)
    }

    /// So many bytes at a place; `None` where the file ends before.
    fn array<const N: usize>(&mut self, at: u64) -> io::Result<Option<[u8; N]>> {
        let bytes = self.up_to(at, N as u64)?;
        Ok(bytes.try_into().ok())
    }
}

/// Big-endian numbers; `None` behind the end.
fn be16(bytes: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_be_bytes(bytes.get(at..at + 2)?.try_into().ok()?))
}

fn be32(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_be_bytes(bytes.get(at..at + 4)?.try_into().ok()?))
}

/// Little-endian numbers; `None` behind the end.
fn le16(bytes: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_le_bytes(bytes.get(at..at + 2)?.try_into().ok()?))
}

fn le32(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_le_bytes(bytes.get(at..at + 4)?.try_into().ok()?))
}
