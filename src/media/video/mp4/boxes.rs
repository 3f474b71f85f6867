//! The boxes that a file of the MP4 family is made of (ISO/IEC 14496-12, 4.2).

use crate::error::{FileError, Reason};
use std::io::{Read, Seek};

use super::super::stream::Stream;

/// One box.
#[derive(Clone, Copy, Debug)]
pub(super) struct Mp4Box {
    /// Its type.
    pub(super) kind: [u8; 4],
    /// Its first byte.
    pub(super) start: u64,
    /// The first byte of its content.
    pub(super) content: u64,
    /// The first byte behind it, never behind what holds it.
    pub(super) end: u64,
    /// Whether it would reach beyond what holds it.
    pub(super) cut: bool,
}

impl Mp4Box {
    /// The box at the stream's place, within what ends at `end`; `None` where there is no room for another.
    ///
    /// # Errors
    /// Damage: a box smaller than its own header. Those of the reader.
    pub(super) fn next<R: Read + Seek>(
        stream: &mut Stream<R>,
        end: u64,
    ) -> Result<Option<Mp4Box>, FileError> {
        let start = stream.at();
        if end.saturating_sub(start) < 8 {
            return Ok(None);
        }
        let (size, kind) = (stream.u32()?, stream.take()?);
        let size = match size {
            // To the end of the file.
            0 => end - start,
            1 if end - start < 16 => return Ok(None),
            1 => stream.u64()?,
            size => size.into(),
        };
        let content = stream.at();
        let claimed = start.saturating_add(size);
        if claimed < content {
            let name = kind.escape_ascii();
            return Err(FileError::damaged(Reason::Mp4BoxTooSmall {
                name: name.to_string(),
            }));
        }
        Ok(Some(Mp4Box {
            kind,
            start,
            content,
            end: claimed.min(end),
            cut: claimed > end,
        }))
    }

    /// Hands on each box within this one, whose content begins at `from`, and leaves the stream behind it. A broken box
    /// hides those behind it: that is said by `false`.
    ///
    /// # Errors
    /// Those of the reader and of `each`.
    pub(super) fn each<R: Read + Seek>(
        &self,
        stream: &mut Stream<R>,
        from: u64,
        mut each: impl FnMut(&mut Stream<R>, Mp4Box) -> Result<(), FileError>,
    ) -> Result<bool, FileError> {
        let mut whole = !self.cut;
        stream.go_to(from)?;
        loop {
            let part = match Mp4Box::next(stream, self.end) {
                Ok(Some(part)) => part,
                Ok(None) => break,
                Err(FileError::Other(_)) => {
                    whole = false;
                    break;
                }
                Err(fault) if fault.is_end() => {
                    whole = false;
                    break;
                }
                Err(fault) => return Err(fault),
            };
            match each(stream, part) {
                Err(fault) if fault.is_end() => whole = false,
                done => done?,
            }
            whole &= !part.cut;
            stream.go_to(part.end)?;
        }
        stream.go_to(self.end)?;
        Ok(whole)
    }

    /// The number of entries of a table, as far as there is room, and whether more are claimed. The stream is at the content of
    /// the table. An entry has at least `size` bytes.
    pub(super) fn entries<R: Read + Seek>(
        &self,
        stream: &mut Stream<R>,
        size: u64,
    ) -> Result<(usize, bool), FileError> {
        let claimed = u64::from(stream.u32()?);
        let room = self.end.saturating_sub(stream.at()) / size;
        Ok((claimed.min(room) as usize, claimed > room))
    }
}
