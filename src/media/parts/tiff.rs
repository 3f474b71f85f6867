//! TIFF 6.0 and BigTIFF: what no directory takes as pixels, and what their fields hold.

use std::cell::Cell;
use std::collections::HashSet;
use std::ops::Range;

use super::Collector;
use super::plain::free;
use super::signature::Work;

/// The most directories and entries that are read.
const DIRECTORIES_MAX: usize = 4096;
const ENTRIES_MAX: usize = 1 << 20;
/// The most places and sizes of strips and tiles.
const VALUES_MAX: usize = 1 << 22;

const STRIP_OFFSETS: u16 = 273;
const STRIP_BYTES: u16 = 279;
const TILE_OFFSETS: u16 = 324;
const TILE_BYTES: u16 = 325;
const SUB_DIRECTORIES: u16 = 330;

/// Adds the parts of a TIFF file: everything but its pixels is searched.
pub(super) fn collect(file: &[u8], collector: &mut Collector) {
    let Some(tiff) = Tiff::new(file) else {
        return collector.search("behind", file, 4, file.len());
    };
    let (mut taken, end) = tiff.pixels();
    // A file begins with its own signature.
    taken.push(0..4);
    for free in free(taken, end) {
        collector.search("embedded", file, free.start, free.end);
    }
    collector.search("behind", file, end, file.len());
}

/// Whether these bytes begin with a TIFF file that holds a picture. It is taken to go on to their end. Exif data, which
/// describes a picture and holds none, is no part.
pub(super) fn extent(bytes: &[u8], work: &mut Work) -> Option<usize> {
    let tiff = Tiff::new(bytes)?;
    let first = tiff.entries(tiff.first()?)?;
    work.take(first.len() as u64);
    let ascending = first.windows(2).all(|pair| pair[0].tag <= pair[1].tag);
    let has = |tag: u16| first.iter().any(|entry| entry.tag == tag);
    let has_pixels = has(STRIP_OFFSETS) || has(TILE_OFFSETS) || has(SUB_DIRECTORIES);
    (ascending && has(256) && has(257) && has_pixels).then_some(bytes.len())
}

struct Tiff<'f> {
    file: &'f [u8],
    is_big_endian: bool,
    is_big_tiff: bool,
    /// How many values may still be read: directories can share theirs.
    left: Cell<usize>,
}

struct Entry {
    tag: u16,
    kind: u16,
    count: u64,
    /// Of its values.
    at: usize,
}

impl<'f> Tiff<'f> {
    fn new(file: &'f [u8]) -> Option<Tiff<'f>> {
        let (is_big_endian, is_big_tiff) = match file.first_chunk()? {
            b"II*\0" => (false, false),
            b"MM\0*" => (true, false),
            b"II+\0" => (false, true),
            b"MM\0+" => (true, true),
            _ => return None,
        };
        Some(Tiff {
            file,
            is_big_endian,
            is_big_tiff,
            left: Cell::new(VALUES_MAX),
        })
    }

    fn number(&self, at: usize, size: usize) -> Option<u64> {
        let bytes = self.file.get(at..at.checked_add(size)?)?;
        let add = |number: u64, byte: &u8| number << 8 | u64::from(*byte);
        Some(if self.is_big_endian {
            bytes.iter().fold(0, add)
        } else {
            bytes.iter().rev().fold(0, add)
        })
    }

    /// The size of an offset.
    fn word(&self) -> usize {
        if self.is_big_tiff { 8 } else { 4 }
    }

    fn first(&self) -> Option<usize> {
        self.number(self.word(), self.word())?.try_into().ok()
    }

    /// Where the entries of a directory begin, how long one is, and how many there are.
    fn table(&self, directory: usize) -> Option<(usize, usize, usize)> {
        let (count_size, entry_size) = if self.is_big_tiff { (8, 20) } else { (2, 12) };
        let count = usize::try_from(self.number(directory, count_size)?).ok()?;
        let from = directory + count_size;
        let room = self.file.len().saturating_sub(from) / entry_size;
        (count > 0 && count <= room.min(ENTRIES_MAX)).then_some((from, entry_size, count))
    }

    fn entries(&self, directory: usize) -> Option<Vec<Entry>> {
        let (from, size, count) = self.table(directory)?;
        let entry = |at: usize| {
            let kind = self.number(at + 2, 2)? as u16;
            let word = self.word();
            let count = self.number(at + 4, word)?;
            let value = at + 4 + word;
            let bytes = count.checked_mul(bytes_of(kind))?;
            let at = if bytes <= word as u64 {
                value
            } else {
                self.number(value, word)?.try_into().ok()?
            };
            Some(Entry {
                tag: 0,
                kind,
                count,
                at,
            })
        };
        let entries = (0..count).filter_map(|n| {
            let at = from + n * size;
            let tag = self.number(at, 2)? as u16;
            entry(at).map(|entry| Entry { tag, ..entry })
        });
        Some(entries.collect())
    }

    fn values(&self, entry: &Entry) -> Vec<u64> {
        let size = bytes_of(entry.kind) as usize;
        let room = self.file.len().saturating_sub(entry.at) / size.max(1);
        let count = usize::try_from(entry.count)
            .unwrap_or(usize::MAX)
            .min(room)
            .min(self.left.get());
        self.left.set(self.left.get() - count);
        (0..count)
            .filter_map(|n| self.number(entry.at + n * size, size))
            .collect()
    }

    /// The strips and tiles of all directories, also of those within others. Also the end of all that these refer to.
    fn pixels(&self) -> (Vec<Range<usize>>, usize) {
        let (mut taken, mut seen) = (Vec::new(), HashSet::new());
        let mut end = 8;
        let mut directories: Vec<usize> = self.first().into_iter().collect();
        while let Some(directory) = directories.pop() {
            if seen.len() >= DIRECTORIES_MAX || !seen.insert(directory) {
                continue;
            }
            let Some(entries) = self.entries(directory) else {
                continue;
            };
            let ends = entries.iter().map(|entry| {
                let bytes = entry.count.saturating_mul(bytes_of(entry.kind));
                entry
                    .at
                    .saturating_add(usize::try_from(bytes).unwrap_or(usize::MAX))
            });
            // What reaches beyond the file is broken, and tells nothing of its end.
            end = ends
                .filter(|at| *at <= self.file.len())
                .fold(end, usize::max);
            let values = |tag: u16| {
                let entry = entries.iter().find(|entry| entry.tag == tag);
                entry.map(|entry| self.values(entry)).unwrap_or_default()
            };
            for (offsets, bytes) in [(STRIP_OFFSETS, STRIP_BYTES), (TILE_OFFSETS, TILE_BYTES)] {
                for (at, len) in values(offsets).into_iter().zip(values(bytes)) {
                    let (Ok(at), Ok(len)) = (usize::try_from(at), usize::try_from(len)) else {
                        continue;
                    };
                    taken
                        .push(at.min(self.file.len())..at.saturating_add(len).min(self.file.len()));
                }
            }
            let offsets = values(SUB_DIRECTORIES)
                .into_iter()
                .filter_map(|at| usize::try_from(at).ok());
            directories.extend(offsets);
            if let Some((from, size, count)) = self.table(directory) {
                end = end.max(from + size * count + self.word());
                let next = self.number(from + size * count, self.word());
                directories.extend(
                    next.filter(|next| *next > 0)
                        .and_then(|next| usize::try_from(next).ok()),
                );
            }
        }
        let end = taken.iter().map(|range| range.end).fold(end, usize::max);
        (taken, end.min(self.file.len()))
    }
}

/// How many bytes a value takes (TIFF 6.0, section 2; BigTIFF).
fn bytes_of(kind: u16) -> u64 {
    match kind {
        3 | 8 => 2,
        4 | 9 | 11 | 13 => 4,
        5 | 10 | 12 | 16..=18 => 8,
        _ => 1,
    }
}
