//! What no file of an image uses: told, or searched by signatures where that is asked for.

use std::io::{self, Read, Seek, SeekFrom};
use std::ops::Range;
use std::sync::Arc;

use super::Settings;
use super::stretches::{Stretches, between};
use crate::archive::carve::{Carve, Carving};
use crate::archive::container::{Container, Entry};
use crate::archive::gap::{GapKind, Gaps};
use crate::archive::source::Source;
use crate::error::Reason;

/// The block in which files take space. A shorter rest holds no picture that carving finds.
const BLOCK: u64 = 512;

/// How much is looked at together for bytes that are not zero, and in all.
const STEP: u64 = 1 << 20;
const LOOKED_BYTES_MAX: u64 = 1 << 30;

/// Free space that is searched.
pub(super) struct Free(Carve);

impl Free {
    /// Searches what lies between what is used; `None` where nothing is to be searched, which is told if it must be.
    pub(super) fn new(
        mut source: Source,
        used: [Stretches; 2],
        settings: &Settings,
        gaps: &mut Gaps,
    ) -> io::Result<Option<Free>> {
        let (stretches, is_cut) = between(used, source.len(), BLOCK);
        if is_cut {
            gaps.add(GapKind::OverLimit, Reason::ZipMarginsTooLarge);
        }
        if is_blank(&mut source, &stretches)? {
            return Ok(None);
        }
        let Some(carving) = settings.carving else {
            gaps.add(GapKind::Unsupported, Reason::DiskUnallocated);
            return Ok(None);
        };
        let space = Space::new(source, stretches);
        let places = space.places.clone();
        let source = Source::new(space, places.last().map_or(0, |(end, _)| *end));
        let most = (settings.window_bytes, settings.directory_bytes);
        let keyring = Arc::clone(&settings.keyring);
        let carve = Carve::new(source, carving == Carving::Blocks, most, keyring);
        let carve = carve.within(Reason::DiskUnallocatedCarved, move |at| {
            place_of(&places, at).map_or(at, |(_, place)| place)
        });
        Ok(Some(Free(carve)))
    }

    pub(super) fn next_entry(&mut self) -> Option<Entry> {
        self.0.next_entry()
    }

    pub(super) fn content(&mut self) -> Box<dyn Read + '_> {
        self.0.content()
    }

    pub(super) fn add_gaps(&mut self, gaps: &mut Gaps) {
        if let Some((kind, reasons)) = self.0.gap() {
            gaps.add(kind, reasons);
        }
    }
}

/// Whether stretches hold zeros alone.
fn is_blank(source: &mut Source, stretches: &[Range<u64>]) -> io::Result<bool> {
    let mut left = LOOKED_BYTES_MAX;
    for stretch in stretches {
        let mut at = stretch.start;
        while at < stretch.end {
            let bytes = source.up_to(STEP.min(stretch.end - at), at)?;
            let len = bytes.len() as u64;
            if bytes.iter().any(|byte| *byte != 0) || left < len {
                return Ok(false);
            }
            if bytes.is_empty() {
                break;
            }
            // A file system can have very many stretches that are short.
            left = left.saturating_sub(len.max(BLOCK));
            at += len;
        }
    }
    Ok(true)
}

/// Where each stretch ends in what they are together, and where it begins in the image.
type Places = Arc<Vec<(u64, u64)>>;

/// The end of the stretch that has a place of what they are together, and that place in the image.
fn place_of(places: &[(u64, u64)], at: u64) -> Option<(u64, u64)> {
    let number = places.partition_point(|(end, _)| *end <= at);
    let (end, begin) = *places.get(number)?;
    let before = number.checked_sub(1).map_or(0, |last| places[last].0);
    Some((end, begin + (at - before)))
}

/// Stretches of an image, read as one.
struct Space {
    source: Source,
    places: Places,
    at: u64,
}

impl Space {
    fn new(source: Source, stretches: Vec<Range<u64>>) -> Space {
        let mut end = 0;
        let places = stretches.into_iter().map(|stretch| {
            end += stretch.end - stretch.start;
            (end, stretch.start)
        });
        Space {
            places: Arc::new(places.collect()),
            source,
            at: 0,
        }
    }
}

impl Read for Space {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        let Some((end, place)) = place_of(&self.places, self.at) else {
            return Ok(0);
        };
        self.source.go_to(place)?;
        let read = self.source.by_ref().take(end - self.at).read(buf)?;
        self.at += read as u64;
        Ok(read)
    }
}

impl Seek for Space {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let (from, by) = match to {
            SeekFrom::Start(at) => (at, 0),
            SeekFrom::Current(by) => (self.at, by),
            SeekFrom::End(by) => (self.places.last().map_or(0, |(end, _)| *end), by),
        };
        let at = from
            .checked_add_signed(by)
            .ok_or(io::ErrorKind::InvalidInput)?;
        self.at = at;
        Ok(at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn very_many_short_stretches_of_zeros_are_blank() {
        let blank = |bytes: &[u8]| {
            let len = bytes.len() as u64;
            let mut source = Source::new(io::Cursor::new(bytes.to_vec()), len);
            let stretches: Vec<_> = (0..len).step_by(1024).map(|at| at..at + BLOCK).collect();
            is_blank(&mut source, &stretches).unwrap()
        };
        let mut bytes = vec![0; 4 << 20];
        // What lies between them does not count.
        bytes[600] = 1;
        assert!(blank(&bytes));
        bytes[(4 << 20) - 1024] = 1;
        assert!(!blank(&bytes));
    }
}
