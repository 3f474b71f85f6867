//! An entry of the simple cache: a header, the key, which is the address, then streams with a record behind each. Ranges of a
//! clip that was not fetched whole stand in a file of their own (`_s`), each behind a header, in the order in which they came.

use std::io;

use crate::archive::container::Entry;
use crate::archive::margins::Margins;
use crate::archive::source::Source;
use crate::media::parts::{Part, Piece};

const MAGIC: [u8; 8] = 0xfcfb_6d1b_a772_5c30_u64.to_le_bytes();
const RECORD_MAGIC: [u8; 8] = 0xf4fa_6f45_970d_41d8_u64.to_le_bytes();
const RANGE_MAGIC: [u8; 8] = 0xeb97_bf01_6553_676b_u64.to_le_bytes();

const HEADER_BYTES: u64 = 24;
const RECORD_BYTES: u64 = 24;
const RANGE_HEADER_BYTES: u64 = 32;

/// Whether a record says that a digest of the key stands before it, and how long that is.
const HAS_DIGEST: u32 = 2;
const DIGEST_BYTES: u64 = 32;

/// The longest key that is used as a name.
const KEY_BYTES_MAX: u64 = 1 << 13;

/// The most ranges of one clip.
const RANGES_MAX: usize = 1 << 16;

/// Whether a file begins as an entry does, of a version that is known.
pub(in crate::archive) fn begins(head: &[u8]) -> bool {
    head.starts_with(&MAGIC) && matches!(head.get(8..12), Some([1..=32, 0, 0, 0]))
}

/// What an entry holds.
pub(super) struct Read {
    pub(super) parts: Vec<Part>,
    /// What else there is: headers of the answer among it.
    pub(super) margins: Margins,
    pub(super) is_broken: bool,
}

/// The member that a part is: the answer as it came, a picture or not.
pub(super) fn entry(part: &Part) -> Entry {
    Entry {
        claim: Some(part.len()),
        stored: part.len(),
        ..Entry::of(part.name.clone())
    }
}

/// The record at a place: its flags, and how long the stream before it is.
fn record(source: &mut Source, at: u64) -> io::Result<Option<(u32, u64)>> {
    let record = source.array::<{ RECORD_BYTES as usize }>(at)?;
    let record = record.filter(|record| record.starts_with(&RECORD_MAGIC));
    let number = |record: &[u8], at: usize| {
        let four = record[at..at + 4].try_into().expect("four bytes");
        u32::from_le_bytes(four)
    };
    Ok(record.map(|record| (number(&record, 8), number(&record, 16).into())))
}

pub(super) fn read(source: &mut Source) -> io::Result<Read> {
    let len = source.len();
    let head = source.array::<{ HEADER_BYTES as usize }>(0)?;
    let key_bytes = head.map_or(0, |head| {
        u32::from_le_bytes([head[12], head[13], head[14], head[15]])
    });
    let mut read = Read {
        parts: Vec::new(),
        margins: Margins::default(),
        is_broken: head.is_none(),
    };
    let begin = HEADER_BYTES + u64::from(key_bytes);
    if begin > len {
        read.is_broken = true;
        read.margins.add(HEADER_BYTES.min(len)..len);
        return Ok(read);
    }
    let key = source.up_to(u64::from(key_bytes).min(KEY_BYTES_MAX), HEADER_BYTES)?;
    read.margins.add(HEADER_BYTES..begin);
    if source.array(begin)? == Some(RANGE_MAGIC) {
        ranges(source, begin, &key, &mut read)?;
        return Ok(read);
    }
    let body = body(source, begin)?;
    read.is_broken |= body.is_none();
    // Where the records do not fit, all that follows is taken for the answer.
    let end = body.unwrap_or(len);
    if end > begin {
        read.parts.push(part(&key, begin..end));
    }
    read.margins.add(end..len);
    Ok(read)
}

/// Where the answer ends that begins here, by the records.
fn body(source: &mut Source, begin: u64) -> io::Result<Option<u64>> {
    let Some(at) = source.len().checked_sub(RECORD_BYTES) else {
        return Ok(None);
    };
    let Some((flags, bytes)) = record(source, at)? else {
        return Ok(None);
    };
    let digest = if flags & HAS_DIGEST != 0 {
        DIGEST_BYTES
    } else {
        0
    };
    let Some(last) = at.checked_sub(digest + bytes) else {
        return Ok(None);
    };
    if last == begin {
        // The only stream of the file.
        return Ok(Some(at - digest));
    }
    let Some(end) = last.checked_sub(RECORD_BYTES).filter(|end| *end >= begin) else {
        return Ok(None);
    };
    let before = record(source, end)?;
    Ok(before
        .filter(|(_, bytes)| *bytes == end - begin)
        .map(|_| end))
}

/// The ranges of a clip, joined where one goes on from another.
fn ranges(source: &mut Source, begin: u64, key: &[u8], read: &mut Read) -> io::Result<()> {
    let (mut ranges, mut at) = (Vec::new(), begin);
    while at < source.len() {
        let head = source.array::<{ RANGE_HEADER_BYTES as usize }>(at)?;
        let Some(head) = head.filter(|head| head.starts_with(&RANGE_MAGIC)) else {
            read.is_broken = true;
            break;
        };
        let number =
            |at: usize| u64::from_le_bytes(head[at..at + 8].try_into().expect("eight bytes"));
        let (offset, bytes) = (number(8), number(16));
        let stands = at + RANGE_HEADER_BYTES;
        let end = stands.checked_add(bytes).filter(|end| *end <= source.len());
        read.is_broken |= end.is_none() || ranges.len() >= RANGES_MAX;
        let Some(end) = end.filter(|_| ranges.len() < RANGES_MAX) else {
            break;
        };
        ranges.push((offset, stands..end));
        at = end;
    }
    read.margins.add(at..source.len());
    ranges.sort_by_key(|(offset, range)| (*offset, range.start));
    let mut next = None;
    for (offset, range) in ranges {
        let end = offset.saturating_add(range.end - range.start);
        match read.parts.last_mut().filter(|_| next == Some(offset)) {
            Some(last) => last.pieces.push(Piece::Range(range)),
            None => {
                let mut part = part(key, range);
                part.name.extend(format!("@{offset}").bytes());
                read.parts.push(part);
            }
        }
        next = Some(end);
    }
    Ok(())
}

fn part(key: &[u8], range: std::ops::Range<u64>) -> Part {
    let name = if key.is_empty() { b"answer" } else { key };
    Part {
        name: name.to_vec(),
        pieces: vec![Piece::Range(range)],
    }
}
