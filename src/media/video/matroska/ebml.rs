//! The elements that a Matroska file is made of (RFC 8794).

use crate::error::{FileError, Reason};
use std::io::{Read, Seek};

use super::super::stream::Stream;

/// One element.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in super::super) struct Element {
    /// Its id, with the bits that tell its length.
    pub(in super::super) id: u32,
    /// The first byte of its content.
    pub(in super::super) content: u64,
    /// The first byte behind it; none where its size is not known.
    pub(in super::super) end: Option<u64>,
}

impl Element {
    /// The element at the stream's place; `None` at its end.
    ///
    /// # Errors
    /// Damage where no element can begin so. Those of the reader.
    pub(in super::super) fn next<R: Read + Seek>(
        stream: &mut Stream<R>,
    ) -> Result<Option<Element>, FileError> {
        if stream.at() >= stream.len() {
            return Ok(None);
        }
        let first = stream.u8()?;
        let length = first.leading_zeros() + 1;
        if length > 4 {
            return Err(FileError::damaged(Reason::MatroskaNotAnElement));
        }
        let mut id = u32::from(first);
        for _ in 1..length {
            id = id << 8 | u32::from(stream.u8()?);
        }
        let size = number(stream)?;
        let content = stream.at();
        Ok(Some(Element {
            id,
            content,
            end: size.map(|size| content.saturating_add(size)),
        }))
    }

    /// The end of its content, which is that of what holds it where its size is not known.
    pub(in super::super) fn end_within(&self, end: u64) -> u64 {
        self.end.unwrap_or(end).min(end)
    }

    /// Hands on each element within this one, which ends at `end` at the latest. A broken one hides those behind it.
    pub(in super::super) fn each<R: Read + Seek>(
        &self,
        stream: &mut Stream<R>,
        end: u64,
        mut each: impl FnMut(&mut Stream<R>, Element, u64) -> Result<(), FileError>,
    ) -> Result<(), FileError> {
        let end = self.end_within(end);
        stream.go_to(self.content)?;
        while stream.at() < end {
            let Some(element) = Element::next(stream)? else {
                break;
            };
            let next = element.end_within(end);
            each(stream, element, next)?;
            stream.go_to(next)?;
        }
        Ok(())
    }

    /// The whole number that it holds.
    pub(in super::super) fn uint<R: Read + Seek>(
        &self,
        stream: &mut Stream<R>,
    ) -> Result<u64, FileError> {
        let mut value = 0;
        for _ in 0..self.size(8)? {
            value = value << 8 | u64::from(stream.u8()?);
        }
        Ok(value)
    }

    /// The fraction that it holds.
    pub(in super::super) fn float<R: Read + Seek>(
        &self,
        stream: &mut Stream<R>,
    ) -> Result<f64, FileError> {
        match self.size(8)? {
            0 => Ok(0.0),
            4 => Ok(f32::from_be_bytes(stream.take()?).into()),
            8 => Ok(f64::from_be_bytes(stream.take()?)),
            size => Err(FileError::damaged(Reason::MatroskaFraction { size })),
        }
    }

    /// The bytes that it holds, at most so many.
    pub(in super::super) fn bytes<R: Read + Seek>(
        &self,
        stream: &mut Stream<R>,
        most: u64,
    ) -> Result<Vec<u8>, FileError> {
        let size = self.size(most)?;
        Ok(stream.bytes(size)?)
    }

    fn size(&self, most: u64) -> Result<u64, FileError> {
        let size = self.end.map(|end| end - self.content);
        size.filter(|&size| size <= most)
            .ok_or_else(|| FileError::damaged(Reason::MatroskaElementTooLong))
    }
}

/// A number of one to eight bytes. `None` where all its bits are set, which means that it is not known.
pub(super) fn number<R: Read + Seek>(stream: &mut Stream<R>) -> Result<Option<u64>, FileError> {
    let first = stream.u8()?;
    let length = first.leading_zeros() + 1;
    if length > 8 {
        return Err(FileError::damaged(Reason::MatroskaNotAnElement));
    }
    let mut value = u64::from(first) & (0xFF >> length);
    for _ in 1..length {
        value = value << 8 | u64::from(stream.u8()?);
    }
    let unknown = (1u64 << (7 * length)) - 1;
    Ok((value != unknown).then_some(value))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Cursor;

    fn elements(bytes: &[u8]) -> Vec<Element> {
        let mut stream = Stream::new(Cursor::new(bytes), 8).unwrap();
        let mut all = Vec::new();
        while let Ok(Some(element)) = Element::next(&mut stream) {
            all.push(element);
            stream
                .go_to(element.end_within(bytes.len() as u64))
                .unwrap();
        }
        all
    }

    #[test]
    fn numbers_are_of_any_length() {
        let found = elements(b"\xE7\x82\x12\x34\x1A\x45\xDF\xA3\x40\x01\xFF\xEC\x08\0\0\0\0");
        let element = |id, content, end| Element { id, content, end };
        assert_eq!(
            found,
            [
                element(0xE7, 2, Some(4)),
                element(0x1A45_DFA3, 10, Some(11)),
                element(0xEC, 17, Some(17)),
            ]
        );
        assert_eq!(elements(b"\xE7\xFF\x01"), [element(0xE7, 2, None)]);
        assert_eq!(elements(b"\x00\x81\x01"), []);
        assert_eq!(elements(b"\xE7\x00\x01"), []);
    }
}
