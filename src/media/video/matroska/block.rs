//! The blocks in which pictures lie, one or several in each (RFC 9559, 10).

use crate::error::{FileError, Reason};
use std::io::{Read, Seek};

use super::super::stream::Stream;
use super::ebml::{Element, number};

/// A block of one track.
#[derive(Debug)]
pub(in super::super) struct Block {
    /// The number of the track.
    pub(in super::super) track: u64,
    /// When it is shown after the beginning of its cluster, in ticks.
    pub(in super::super) ticks: i16,
    /// Whether a simple block says that it stands alone.
    pub(in super::super) key: bool,
    /// Whether it is shown.
    pub(in super::super) shown: bool,
    /// Where each of its pictures is and how many bytes it has.
    pub(in super::super) frames: Vec<(u64, u64)>,
}

impl Block {
    /// The block within an element that ends at `end`. `None` for one of no track that is wanted, of which no more is read.
    pub(in super::super) fn read<R: Read + Seek>(
        stream: &mut Stream<R>,
        wanted: &[u64],
        end: u64,
    ) -> Result<Option<Block>, FileError> {
        let track = number(stream)?;
        let Some(track) = track.filter(|track| wanted.contains(track)) else {
            return Ok(None);
        };
        let ticks = stream.u16()?.cast_signed();
        let flags = stream.u8()?;
        let sizes = match flags >> 1 & 3 {
            0 => Vec::new(),
            1 => xiph(stream)?,
            3 => ebml(stream)?,
            _ => {
                // Of equal sizes.
                let count = u64::from(stream.u8()?) + 1;
                let size = end.saturating_sub(stream.at()) / count;
                vec![size; count as usize - 1]
            }
        };
        let mut at = stream.at();
        let mut frames = Vec::with_capacity(sizes.len() + 1);
        for size in sizes {
            frames.push((at, size));
            at = at.saturating_add(size);
        }
        // The last has what the others leave.
        let last = end.checked_sub(at);
        frames.push((
            at,
            last.ok_or_else(|| FileError::damaged(Reason::MatroskaBlockTooSmall))?,
        ));
        Ok(Some(Block {
            track,
            ticks,
            key: flags & 0x80 != 0,
            shown: flags & 8 == 0,
            frames,
        }))
    }
}

/// Sizes as sums of bytes, all but the last.
fn xiph<R: Read + Seek>(stream: &mut Stream<R>) -> Result<Vec<u64>, FileError> {
    let count = stream.u8()?;
    let mut sizes = Vec::with_capacity(count.into());
    for _ in 0..count {
        let mut size = 0;
        loop {
            let byte = stream.u8()?;
            size += u64::from(byte);
            if byte < 255 {
                break;
            }
        }
        sizes.push(size);
    }
    Ok(sizes)
}

/// A size and how much each following one differs, all but the last.
fn ebml<R: Read + Seek>(stream: &mut Stream<R>) -> Result<Vec<u64>, FileError> {
    let wrong = || FileError::damaged(Reason::MatroskaBlockTooSmall);
    let count = stream.u8()?;
    let mut sizes = Vec::with_capacity(count.into());
    for _ in 0..count {
        let before = stream.at();
        let coded = number(stream)?.ok_or_else(wrong)?;
        let size = match sizes.last() {
            None => coded,
            Some(&last) => {
                let length = stream.at() - before;
                let zero = (1i64 << (7 * length - 1)) - 1;
                let by = coded.cast_signed() - zero;
                u64::checked_add_signed(last, by).ok_or_else(wrong)?
            }
        };
        sizes.push(size);
    }
    Ok(sizes)
}

/// Whether a picture in a group refers to others.
pub(super) fn group<R: Read + Seek>(
    stream: &mut Stream<R>,
    group: Element,
    wanted: &[u64],
    end: u64,
) -> Result<Option<Block>, FileError> {
    let (mut block, mut refers) = (None, false);
    group.each(stream, end, |stream, field, end| {
        match field.id {
            0xA1 => block = Block::read(stream, wanted, end)?,
            0xFB => refers = true,
            _ => {}
        }
        Ok(())
    })?;
    Ok(block.map(|block| Block {
        key: !refers,
        ..block
    }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Cursor;

    /// Offsets and sizes of the pictures in a block.
    fn frames(bytes: &[u8]) -> Option<Vec<(u64, u64)>> {
        let mut stream = Stream::new(Cursor::new(bytes), 8).unwrap();
        let block = Block::read(&mut stream, &[1], bytes.len() as u64).ok()??;
        assert_eq!((block.ticks, block.key), (-2, true));
        Some(block.frames)
    }

    #[test]
    fn pictures_are_told_apart_in_every_lacing() {
        let head = |flags: u8| vec![0x81, 0xFF, 0xFE, 0x80 | flags];
        let block = |flags: u8, rest: &[u8]| [head(flags), rest.to_vec()].concat();
        assert_eq!(frames(&block(0, b"abc")), Some(vec![(4, 3)]));
        assert_eq!(
            frames(&block(2, b"\x01\x02abc")),
            Some(vec![(6, 2), (8, 1)])
        );
        assert_eq!(
            frames(&block(2, &[&[1, 255, 1][..], &[7; 257]].concat())),
            Some(vec![(7, 256), (263, 1)])
        );
        assert_eq!(
            frames(&block(4, b"\x02abcdef")),
            Some(vec![(5, 2), (7, 2), (9, 2)])
        );
        // 2, then one more (0x80 + 63 + 1), then the rest.
        assert_eq!(
            frames(&block(6, b"\x02\x82\xC0abcdefg")),
            Some(vec![(7, 2), (9, 3), (12, 2)])
        );
        assert_eq!(frames(&block(2, b"\x01\x09abc")), None);
        assert_eq!(
            frames(&block(6, b"\x02\x81\x80abc")),
            None,
            "less than nothing"
        );
        assert_eq!(frames(&block(6, b"\x02")), None);
        assert_eq!(frames(b"\x82\0\0\0abc"), None, "of another track");
    }
}
