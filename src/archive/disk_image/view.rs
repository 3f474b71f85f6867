//! A partition of an image: places in it are counted from its begin.

use std::io;
use std::ops::Range;

use crate::archive::source::Source;

/// A partition, which is never left.
pub(super) struct View<'s> {
    source: &'s mut Source,
    begin: u64,
    len: u64,
}

impl View<'_> {
    pub(super) fn new(source: &mut Source, range: Range<u64>) -> View<'_> {
        View {
            source,
            begin: range.start,
            len: range.end.saturating_sub(range.start),
        }
    }

    pub(super) fn len(&self) -> u64 {
        self.len
    }

    /// Up to so many bytes at a place: fewer where the partition or the image ends.
    pub(super) fn up_to(&mut self, len: u64, at: u64) -> io::Result<Vec<u8>> {
        let len = len.min(self.len.saturating_sub(at));
        if len == 0 {
            return Ok(Vec::new());
        }
        self.source.up_to(len, self.begin.saturating_add(at))
    }

    /// So many bytes at a place; `None` where the partition or the image ends before.
    pub(super) fn array<const N: usize>(&mut self, at: u64) -> io::Result<Option<[u8; N]>> {
        match at.checked_add(N as u64) {
            Some(end) if end <= self.len => self.source.array(self.begin.saturating_add(at)),
            _ => Ok(None),
        }
    }
}

/// Numbers in headers, of which the low byte comes first. What stands behind the end is zero.
pub(super) fn le(bytes: &[u8], at: usize, len: usize) -> u64 {
    let field = bytes.get(at..at + len).unwrap_or_default();
    let shifted = |number: u64, byte: &u8| number << 8 | u64::from(*byte);
    field.iter().rev().fold(0, shifted)
}

/// A name in UTF-16 as UTF-8.
pub(super) fn wide(bytes: &[u8]) -> Vec<u8> {
    let units = bytes.as_chunks().0.iter();
    let units: Vec<u16> = units.map(|unit| u16::from_le_bytes(*unit)).collect();
    String::from_utf16_lossy(&units).into_bytes()
}
