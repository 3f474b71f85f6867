//! Where the directory of a zip file says that members are.

use std::io;
use std::ops::Range;

use super::record::{ENTRY, ENTRY_BYTES, Record, SIGNATURE, u16_at, u32_at, u64_at};
use crate::archive::gap::{GapKind, Gaps};
use crate::archive::source::Source;
use crate::error::Reason;

/// The end of the directory, without its comment (APPNOTE 4.3.16).
const END_BYTES: usize = 22;
/// The longest comment behind it.
const COMMENT_MAX: usize = 0xFFFF;
/// So many marks of an end are looked at, from the last: a file may hold nothing else.
const CANDIDATES_MAX: usize = 16;
/// Shorter extra fields and comments of an entry hold nothing.
const FIELDS_MIN: u64 = 128;
/// The zip64 end of the directory (4.3.14), and what says where it is (4.3.15).
const END64_BYTES: u64 = 56;
const LOCATOR_BYTES: u64 = 20;

/// A member by its places.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct MemberPlace {
    /// Of its local header.
    pub(super) member: u64,
    /// Of its entry in the directory.
    pub(super) entry: u64,
}

/// The directory.
pub(super) struct Directory {
    /// In the order in which the members are stored.
    pub(super) places: Vec<MemberPlace>,
    pub(super) start: u64,
    /// What belongs to the archive and to no member, ascending: entries, ends and the comment. Members that are hidden in it
    /// are looked for nevertheless.
    pub(super) own: Vec<Range<u64>>,
    /// Entries with long fields or comments, and the comment of the archive.
    pub(super) margins: Vec<Range<u64>>,
}

struct End {
    entries: u64,
    /// It says that it is one of several volumes.
    is_volume: bool,
    /// The number of entries is whole, not its last 16 bits.
    wide: bool,
    start: u64,
    /// Behind the entries.
    end: u64,
    /// How much stands before the archive: offsets count from its beginning.
    shift: u64,
    /// The records of the end, and the comment.
    records: Vec<Range<u64>>,
}

impl Directory {
    /// Finds and reads the directory; `None` if there is none.
    pub(super) fn read(
        source: &mut Source,
        bytes_max: u64,
        gaps: &mut Gaps,
    ) -> io::Result<Option<Directory>> {
        let Some(end) = find_end(source)? else {
            return Ok(None);
        };
        if end.is_volume {
            gaps.add(GapKind::Unsupported, Reason::ArchiveVolume);
        }
        let mut places = Vec::new();
        let mut margins = end.records.clone();
        let (mut at, mut unread) = (end.start, 0);
        while at < end.end {
            let Some(record) = Record::of_directory(source, at)? else {
                break;
            };
            if at - end.start > bytes_max {
                let reason = Reason::ZipDirectoryTooLarge { limit: bytes_max };
                gaps.add(GapKind::OverLimit, reason);
                unread = end.end - at;
                break;
            }
            places.push(MemberPlace {
                member: record.offset.saturating_add(end.shift),
                entry: at,
            });
            let fields = record.bytes - ENTRY_BYTES - record.name_bytes;
            if fields >= FIELDS_MIN {
                margins.push(at + record.bytes - fields..at + record.bytes);
            }
            at += record.bytes;
        }
        let count = places.len() as u64;
        at += signature_bytes(source, at)?.min(end.end.saturating_sub(at));
        if at != end.end
            || (end.wide && count != end.entries)
            || count & 0xFFFF != end.entries & 0xFFFF
        {
            let reason = Reason::ZipDirectoryCount;
            gaps.add(GapKind::Damaged, reason);
        }
        places.sort();
        let mut own = end.records;
        own.push(end.start..at + unread);
        own.sort_by_key(|own| own.start);
        Ok(Some(Directory {
            places,
            start: end.start,
            own,
            margins,
        }))
    }
}

/// How many last bytes of a file an end of a directory can begin in: its own, and the longest comment.
pub(super) const TAIL_BYTES: u64 = (END_BYTES + COMMENT_MAX) as u64;

/// Whether there is an end of a directory that is not empty.
pub(super) fn ends_with_members(source: &mut Source) -> bool {
    matches!(find_end(source), Ok(Some(end)) if end.start < end.end)
}

/// Whether these last bytes of a file hold a mark of the end of a directory. Nothing else of them is read.
pub(super) fn is_marked(tail: &[u8]) -> bool {
    memchr::memmem::find(tail, b"PK\x05\x06").is_some()
}

/// How long the signature of the directory at a place is (4.3.13), 0 if there is none.
fn signature_bytes(source: &mut Source, at: u64) -> io::Result<u64> {
    let head = source.array::<6>(at)?;
    let head = head.filter(|head| head.starts_with(&SIGNATURE));
    Ok(head.map_or(0, |head| 6 + u64::from(u16_at(&head, 4))))
}

/// The last end of a directory behind which its comment fits and before which there is a directory.
fn find_end(source: &mut Source) -> io::Result<Option<End>> {
    let from = source.len().saturating_sub(TAIL_BYTES);
    let tail = source.up_to(TAIL_BYTES, from)?;
    for at in memchr::memmem::rfind_iter(&tail, b"PK\x05\x06").take(CANDIDATES_MAX) {
        let Some(end) = tail.get(at..at + END_BYTES) else {
            continue;
        };
        let comment = usize::from(u16_at(end, 20));
        let archive_end = from + (at + END_BYTES + comment) as u64;
        if archive_end > source.len() {
            continue;
        }
        if let Some(mut end) = check_end(source, end, from + at as u64)? {
            end.records.push(from + at as u64..archive_end);
            return Ok(Some(end));
        }
    }
    Ok(None)
}

fn check_end(source: &mut Source, end: &[u8], at: u64) -> io::Result<Option<End>> {
    let mut entries = u64::from(u16_at(end, 10));
    let mut size = u64::from(u32_at(end, 12));
    let mut offset = u64::from(u32_at(end, 16));
    let (mut end_at, mut wide, mut records) = (at, false, Vec::new());
    if let Some((record, at)) = end64(source, at)? {
        (entries, size, offset) = (
            u64_at(&record, 32),
            u64_at(&record, 40),
            u64_at(&record, 48),
        );
        records = vec![at..at + END64_BYTES, end_at - LOCATOR_BYTES..end_at];
        (end_at, wide) = (at, true);
    }
    // It stands right before its end, wherever the archive was moved to; or else where it says.
    let before = end_at.checked_sub(size).filter(|start| *start >= offset);
    for start in before.into_iter().chain([offset]) {
        let begins = source.array(start)?.is_some_and(|first| first == ENTRY);
        let is_empty = entries == 0 && start == end_at;
        if start <= end_at && (begins || is_empty) {
            return Ok(Some(End {
                entries,
                // All ones stand for a number in the wider record.
                is_volume: (1..0xFFFF).contains(&u16_at(end, 4)),
                wide,
                start,
                end: end_at,
                shift: start - offset,
                records,
            }));
        }
    }
    Ok(None)
}

/// The zip64 end that belongs to an end: where it says, or right before it if the archive was moved.
fn end64(source: &mut Source, at: u64) -> io::Result<Option<([u8; 56], u64)>> {
    let Some(locator_at) = at.checked_sub(LOCATOR_BYTES) else {
        return Ok(None);
    };
    let locator = source.array::<{ LOCATOR_BYTES as usize }>(locator_at)?;
    let Some(locator) = locator.filter(|locator| locator.starts_with(b"PK\x06\x07")) else {
        return Ok(None);
    };
    let places = [
        Some(u64_at(&locator, 8)),
        locator_at.checked_sub(END64_BYTES),
    ];
    for at in places.into_iter().flatten() {
        let record = source.array(at)?;
        if let Some(record) = record.filter(|record: &[u8; 56]| record.starts_with(b"PK\x06\x06")) {
            return Ok(Some((record, at)));
        }
    }
    Ok(None)
}
