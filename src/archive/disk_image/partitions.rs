//! Tables of partitions: MBR with extended partitions, and GPT (UEFI 2.10, 5).

use std::collections::HashSet;
use std::io;
use std::ops::Range;

use super::view::le;
use super::volume;
use crate::archive::gap::{GapKind, Gaps};
use crate::archive::source::Source;
use crate::error::Reason;

/// The unit of MBR, and the usual one of GPT.
const SECTOR: u64 = 512;

/// Where the entries of a MBR begin, and how many bytes each has.
const ENTRIES_AT: usize = 446;
const ENTRY_BYTES: usize = 16;

/// The most partitions within extended ones, and of a GPT. Programs make at most 128.
const LOGICAL_MAX: usize = 256;
const GPT_ENTRIES_MAX: u64 = 1024;

/// The header of a GPT.
const GPT_MARK: &[u8] = b"EFI PART";
const GPT_HEADER_BYTES: usize = 92;

/// A partition, or a whole image without any.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Partition {
    pub(super) range: Range<u64>,
    /// Its number in the table, as systems count.
    number: Option<u64>,
}

impl Partition {
    /// The path of a file in it, or its own.
    pub(super) fn path(&self, path: &[u8]) -> Vec<u8> {
        match self.number {
            Some(number) if path.is_empty() => format!("p{number}").into_bytes(),
            Some(number) => [format!("p{number}/").as_bytes(), path].concat(),
            None if path.is_empty() => b"file-system".to_vec(),
            None => path.to_vec(),
        }
    }
}

/// What the tables of an image say.
#[derive(Default)]
pub(super) struct Table {
    pub(super) partitions: Vec<Partition>,
    /// Where the tables are.
    pub(super) tables: Vec<Range<u64>>,
}

/// One entry of a MBR.
struct Entry {
    kind: u8,
    first: u64,
    count: u64,
}

impl Entry {
    fn is_extended(&self) -> bool {
        matches!(self.kind, 0x05 | 0x0F | 0x85)
    }
}

/// The entries of a MBR that are used, with their places; `None` where it is none.
fn entries(sector: &[u8]) -> Option<Vec<(u64, Entry)>> {
    if sector.get(510..512) != Some(&[0x55, 0xAA]) {
        return None;
    }
    let table = sector[ENTRIES_AT..510].chunks_exact(ENTRY_BYTES);
    let is_sound = table.clone().all(|entry| matches!(entry[0], 0 | 0x80));
    let used = table.zip(1..).filter(|(entry, _)| entry[4] != 0);
    let used = used.map(|(entry, number)| {
        let (first, count) = (le(entry, 8, 4), le(entry, 12, 4));
        let kind = entry[4];
        (number, Entry { kind, first, count })
    });
    is_sound.then(|| used.collect())
}

/// Whether a file begins with a table of partitions, or that of its GPT.
pub(super) fn begins(head: &[u8]) -> bool {
    let is_gpt = |at: usize| head.get(at..).is_some_and(|gpt| gpt.starts_with(GPT_MARK));
    let entries = entries(head.get(..512).unwrap_or_default());
    // What other formats have in this place is no table by chance.
    let is_mbr = entries.is_some_and(|entries| {
        !entries.is_empty() && entries.iter().all(|(_, e)| e.first > 0 && e.count > 0)
    });
    is_mbr || is_gpt(512) || is_gpt(4096)
}

/// Reads the tables of an image, and finds the file system that all of it is.
///
/// What was on a disk before may stand in its first sectors still: an old file system, or an old GPT. A sound MBR counts
/// beside the first, and instead of the second.
pub(super) fn read(source: &mut Source, gaps: &mut Gaps) -> io::Result<Table> {
    let head = source.up_to(2 * SECTOR + 4096, 0)?;
    let mbr = entries(&head).unwrap_or_default();
    let is_protected = mbr.iter().any(|(_, entry)| entry.kind == 0xEE);
    let is_mbr = mbr.iter().any(|(_, e)| e.first > 0 && e.count > 0);
    let is_whole = volume::begins(&head);
    let mut table = Table::default();
    if is_protected || !is_mbr {
        // Where a file system begins, a broken table is the rest of an old one, and is not told.
        let mut old = Gaps::default();
        let gaps = if is_whole && !is_protected {
            &mut old
        } else {
            &mut *gaps
        };
        read_gpts(source, &head, is_protected, &mut table, gaps)?;
    }
    let is_gpt = !table.partitions.is_empty();
    // A GPT can have a MBR beside it, which names the same partitions or others.
    if is_mbr || !is_whole && !is_gpt {
        let mut beside = Table::default();
        read_mbr(source, &head, &mut beside, gaps)?;
        let known = table.partitions.iter().map(|one| one.range.clone());
        let known: HashSet<_> = known.collect();
        let is_new = |one: &Partition| !known.contains(&one.range);
        beside.partitions.retain(is_new);
        table.partitions.append(&mut beside.partitions);
        table.tables.append(&mut beside.tables);
    }
    if is_whole {
        let whole = Partition {
            range: 0..source.len(),
            number: None,
        };
        table.partitions.retain(|one| one.range.start > 0);
        table.partitions.insert(0, whole);
    }
    // An old file system in front overlaps with what came after it. Both are read.
    let numbered = table.partitions.iter().filter(|one| one.number.is_some());
    let mut ranges: Vec<_> = numbered.map(|one| one.range.clone()).collect();
    ranges.sort_by_key(|range| (range.start, range.end));
    if ranges.windows(2).any(|two| two[1].start < two[0].end) {
        gaps.add(GapKind::Damaged, Reason::DiskPartitions);
    }
    Ok(table)
}

/// Reads a GPT in either size of sectors.
fn read_gpts(
    source: &mut Source,
    head: &[u8],
    is_protected: bool,
    table: &mut Table,
    gaps: &mut Gaps,
) -> io::Result<()> {
    let mut is_gpt = false;
    let is_marked_at = |at: u64| {
        let gpt = head.get(at as usize..);
        gpt.is_some_and(|gpt| gpt.starts_with(GPT_MARK))
    };
    for sector in [SECTOR, 4096] {
        let is_marked = is_marked_at(sector);
        // The copy at the end stands in where the first is lost.
        let is_lost = is_protected && sector == SECTOR && !is_marked_at(4096);
        if !is_gpt && (is_marked || is_lost) {
            is_gpt = read_gpt(source, sector, table, gaps)?;
            if !is_gpt {
                gaps.add(GapKind::Damaged, Reason::DiskPartitions);
            }
        }
    }
    Ok(())
}

/// A range of sectors in bytes.
fn bytes(first: u64, count: u64, sector: u64) -> Range<u64> {
    let begin = first.saturating_mul(sector);
    begin..begin.saturating_add(count.saturating_mul(sector))
}

/// Reads a MBR, and the chain of those in its extended partitions.
fn read_mbr(
    source: &mut Source,
    head: &[u8],
    table: &mut Table,
    gaps: &mut Gaps,
) -> io::Result<()> {
    table.tables.push(0..SECTOR);
    let mut logical = 0;
    for (number, entry) in entries(head).unwrap_or_default() {
        if !entry.is_extended() {
            // What stands for a GPT is the whole disk.
            if entry.kind != 0xEE {
                table.partitions.push(Partition {
                    range: bytes(entry.first, entry.count, SECTOR),
                    number: Some(number),
                });
            }
            continue;
        }
        let (begin, mut at) = (entry.first, entry.first);
        let mut met = HashSet::new();
        loop {
            let place = at.saturating_mul(SECTOR);
            let sector = source.up_to(SECTOR, place)?;
            let found = entries(&sector);
            let is_over = logical >= LOGICAL_MAX || met.len() >= LOGICAL_MAX;
            if found.is_none() || is_over || !met.insert(at) {
                gaps.add(GapKind::Damaged, Reason::DiskPartitions);
                break;
            }
            table.tables.push(place..place.saturating_add(SECTOR));
            let mut next = None;
            for (_, entry) in found.unwrap_or_default() {
                if entry.is_extended() {
                    next = next.or(Some(begin + entry.first));
                } else {
                    table.partitions.push(Partition {
                        range: bytes(at + entry.first, entry.count, SECTOR),
                        number: Some(5 + logical as u64),
                    });
                    logical += 1;
                }
            }
            match next {
                Some(next) => at = next,
                None => break,
            }
        }
    }
    Ok(())
}

/// Reads a GPT, or its copy at the end; whether one of them is sound.
fn read_gpt(
    source: &mut Source,
    sector: u64,
    table: &mut Table,
    gaps: &mut Gaps,
) -> io::Result<bool> {
    let last = (source.len() / sector).saturating_sub(1) * sector;
    for (at, is_copy) in [(sector, false), (last, true)] {
        let Some((header, entries)) = read_gpt_at(source, sector, at)? else {
            continue;
        };
        if is_copy {
            gaps.add(GapKind::Damaged, Reason::DiskPartitions);
        }
        let entry_bytes = le(&header, 84, 4) as usize;
        let table_at = le(&header, 72, 8).saturating_mul(sector);
        table.tables.push(0..sector);
        table.tables.push(sector..2 * sector);
        table.tables.push(last..last.saturating_add(sector));
        table
            .tables
            .push(table_at..table_at.saturating_add(entries.len() as u64));
        // The other copy of the entries stands at the other end.
        let other = if is_copy {
            2 * sector
        } else {
            last.saturating_sub(entries.len() as u64)
        };
        table
            .tables
            .push(other..other.saturating_add(entries.len() as u64));
        for (entry, number) in entries.chunks_exact(entry_bytes).zip(1..) {
            let (first, last) = (le(entry, 32, 8), le(entry, 40, 8));
            if entry[..16].iter().all(|byte| *byte == 0) {
                continue;
            }
            let count = last.saturating_add(1).saturating_sub(first);
            if first == 0 || count == 0 {
                gaps.add(GapKind::Damaged, Reason::DiskPartitions);
                continue;
            }
            table.partitions.push(Partition {
                range: bytes(first, count, sector),
                number: Some(number),
            });
        }
        return Ok(true);
    }
    Ok(false)
}

/// The header of a GPT at a place and its entries, where both checksums hold.
fn read_gpt_at(
    source: &mut Source,
    sector: u64,
    at: u64,
) -> io::Result<Option<(Vec<u8>, Vec<u8>)>> {
    let mut header = source.up_to(sector, at)?;
    let header_bytes = le(&header, 12, 4) as usize;
    let is_header =
        header.starts_with(GPT_MARK) && (GPT_HEADER_BYTES..=header.len()).contains(&header_bytes);
    if !is_header {
        return Ok(None);
    }
    header.truncate(header_bytes);
    let sum = le(&header, 16, 4);
    header[16..20].fill(0);
    let (count, entry_bytes) = (le(&header, 80, 4), le(&header, 84, 4));
    let is_sound = u64::from(crc32fast::hash(&header)) == sum
        && (1..=GPT_ENTRIES_MAX).contains(&count)
        && (128..=4096).contains(&entry_bytes);
    if !is_sound {
        return Ok(None);
    }
    let table_at = le(&header, 72, 8).saturating_mul(sector);
    let entries = source.up_to(count * entry_bytes, table_at)?;
    let is_whole = entries.len() as u64 == count * entry_bytes;
    let is_sound = is_whole && u64::from(crc32fast::hash(&entries)) == le(&header, 88, 4);
    Ok(is_sound.then_some((header, entries)))
}
