//! FAT12, FAT16 and FAT32, with long names (the specification of Microsoft, version 1.03).

use std::io;

use super::folders::{Folder, Folders, within};
use super::view::{View, le, wide};
use super::volume::{Extent, FileSystem, FoundFile, Next, Notes};
use crate::archive::gap::GapKind;
use crate::error::Reason;

/// The size of an entry of a folder.
const ENTRY_BYTES: usize = 32;

/// The most bytes of one folder: 65,536 entries, as the specification has it.
const FOLDER_BYTES_MAX: u64 = 2 << 20;

/// The most stretches of one file.
const EXTENTS_MAX: usize = 1 << 20;

/// How wide the numbers of clusters are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Width {
    Twelve,
    Sixteen,
    ThirtyTwo,
}

/// Whether these are the first bytes of a file system of this family.
pub(super) fn begins(head: &[u8]) -> bool {
    let Some(boot) = head.get(..512) else {
        return false;
    };
    let is_jump = matches!(boot[..3], [0xEB, _, 0x90] | [0xE9, _, _]);
    let is_size = matches!(le(boot, 11, 2), 512 | 1024 | 2048 | 4096);
    let is_media = matches!(boot[21], 0xF0 | 0xF8..=0xFF);
    let has_tables = matches!(boot[16], 1..=4) && le(boot, 14, 2) > 0;
    let is_marked = boot[510..] == [0x55, 0xAA]
        || boot[54..].starts_with(b"FAT")
        || boot[82..].starts_with(b"FAT");
    is_jump && is_size && is_media && has_tables && boot[13].is_power_of_two() && is_marked
}

/// Where a folder is.
enum Place {
    /// The root of FAT12 and FAT16 has a place of its own.
    Root,
    Cluster(u64),
}

/// A folder that is read: its entries, and how many of them were.
struct Open {
    entries: Vec<u8>,
    at: usize,
    path: Vec<u8>,
    long: LongName,
}

/// A file system of this family.
pub(super) struct Fat {
    width: Width,
    table_at: u64,
    cluster_bytes: u64,
    /// Where the second cluster begins, which is the first that there is.
    clusters_at: u64,
    clusters: u64,
    root_at: u64,
    root_bytes: u64,
    is_new: bool,
    /// It says that it has more bytes than there are.
    is_cut: bool,
    /// It names a table that it does not have.
    is_broken: bool,
    folders: Folders<Place>,
    open: Option<Open>,
    /// How many steps along chains may still be made.
    steps: u64,
}

/// A chain of clusters that was followed.
struct Chain {
    extents: Vec<Extent>,
    is_sound: bool,
}

impl Fat {
    /// Reads the boot sector of a file system that has so many bytes.
    pub(super) fn open(boot: &[u8], len: u64, folders_bytes: u64) -> Option<Fat> {
        let sector = le(boot, 11, 2);
        let number = |small: (usize, usize), large: usize| match le(boot, small.0, small.1) {
            0 => le(boot, large, 4),
            number => number,
        };
        let (reserved, tables) = (le(boot, 14, 2), u64::from(boot[16]));
        let root_bytes = le(boot, 17, 2) * ENTRY_BYTES as u64;
        let sectors = number((19, 2), 32);
        let table_sectors = number((22, 2), 36);
        let root_sectors = root_bytes.div_ceil(sector);
        let before = reserved + tables * table_sectors + root_sectors;
        let cluster_sectors = u64::from(boot[13]);
        let clusters = sectors.checked_sub(before)? / cluster_sectors;
        // Linux tells FAT32 in the same way.
        let width = match clusters {
            _ if le(boot, 22, 2) == 0 => Width::ThirtyTwo,
            0..4085 => Width::Twelve,
            _ => Width::Sixteen,
        };
        if table_sectors == 0 || (width != Width::ThirtyTwo && root_bytes == 0) {
            return None;
        }
        // Of FAT32, one table may be named that alone is kept.
        let flags = match width {
            Width::ThirtyTwo => le(boot, 40, 2),
            _ => 0,
        };
        let named = if flags & 0x80 != 0 { flags & 0xF } else { 0 };
        let is_there = named < tables;
        let table = if is_there { named } else { 0 };
        let mut folders = Folders::new(folders_bytes, len);
        let place = match width {
            Width::ThirtyTwo => (le(boot, 44, 4), Place::Cluster(le(boot, 44, 4))),
            _ => (0, Place::Root),
        };
        folders.push(place, Vec::new(), &mut Notes::default());
        let cluster_bytes = cluster_sectors * sector;
        // There are no more than stand in the image.
        let here = clusters.min(len / cluster_bytes);
        Some(Fat {
            width,
            table_at: (reserved + table * table_sectors) * sector,
            cluster_bytes,
            clusters_at: before * sector,
            clusters,
            root_at: (before - root_sectors) * sector,
            root_bytes,
            is_new: true,
            is_cut: sectors * sector > len,
            is_broken: !is_there,
            folders,
            open: None,
            steps: here.saturating_mul(4).saturating_add(1 << 16),
        })
    }

    /// Which cluster follows; `None` at the end, an error for what is none.
    fn next_cluster(&self, view: &mut View, cluster: u64) -> io::Result<Result<Option<u64>, ()>> {
        let (at, len) = match self.width {
            Width::Twelve => (cluster * 3 / 2, 2),
            Width::Sixteen => (cluster * 2, 2),
            Width::ThirtyTwo => (cluster * 4, 4),
        };
        let at = self.table_at + at;
        let number = match len {
            2 => view.array::<2>(at)?.map(|bytes| le(&bytes, 0, 2)),
            _ => view.array::<4>(at)?.map(|bytes| le(&bytes, 0, 4)),
        };
        let (number, end) = match (self.width, number) {
            (_, None) => return Ok(Err(())),
            (Width::Twelve, Some(pair)) if cluster % 2 == 1 => (pair >> 4, 0xFF8),
            (Width::Twelve, Some(pair)) => (pair & 0xFFF, 0xFF8),
            (Width::Sixteen, Some(number)) => (number, 0xFFF8),
            (Width::ThirtyTwo, Some(number)) => (number & 0x0FFF_FFFF, 0x0FFF_FFF8),
        };
        Ok(match number {
            number if number >= end => Ok(None),
            number if self.is_cluster(number) => Ok(Some(number)),
            _ => Err(()),
        })
    }

    fn is_cluster(&self, cluster: u64) -> bool {
        cluster >= 2 && cluster - 2 < self.clusters
    }

    /// Follows a chain for at most so many clusters.
    fn chain(&mut self, view: &mut View, first: u64, most: u64) -> io::Result<Chain> {
        let mut extents = Vec::new();
        let (mut cluster, mut count) = (first, 0_u64);
        // A chain that leads round in circles meets the cluster where it was at a power of two (Brent).
        let mut marked = first;
        let is_sound = loop {
            if !self.is_cluster(cluster) || extents.len() >= EXTENTS_MAX || self.steps == 0 {
                break false;
            }
            self.steps -= 1;
            let at = self.clusters_at + (cluster - 2) * self.cluster_bytes;
            Extent::push(&mut extents, Extent::At(at..at + self.cluster_bytes));
            count += 1;
            if count >= most {
                break true;
            }
            match self.next_cluster(view, cluster)? {
                Ok(Some(next)) if next == marked => break false,
                Ok(Some(next)) => cluster = next,
                Ok(None) => break true,
                Err(()) => break false,
            }
            if count.is_power_of_two() {
                marked = cluster;
            }
        };
        Ok(Chain { extents, is_sound })
    }

    /// Notes the sectors before the clusters.
    fn begin(&mut self, notes: &mut Notes) {
        notes.structure(0, self.clusters_at);
        if self.is_cut {
            notes.gap(GapKind::Damaged, Reason::MemberCut);
        }
        if self.is_broken {
            notes.broken();
        }
    }

    /// Reads a folder.
    fn read_folder(
        &mut self,
        view: &mut View,
        folder: Folder<Place>,
        notes: &mut Notes,
    ) -> io::Result<()> {
        let extents = match folder.place {
            Place::Root => vec![Extent::At(self.root_at..self.root_at + self.root_bytes)],
            Place::Cluster(first) => {
                // One more shows that a folder is longer than any may be.
                let most = FOLDER_BYTES_MAX / self.cluster_bytes + 1;
                let chain = self.chain(view, first, most)?;
                if !chain.is_sound {
                    notes.broken();
                }
                chain.extents
            }
        };
        let entries = self.folders.read(view, &extents, FOLDER_BYTES_MAX, notes)?;
        self.open = Some(Open {
            entries,
            at: 0,
            path: folder.path,
            long: LongName::default(),
        });
        Ok(())
    }

    /// What an entry of a folder says: a file, or a folder, which waits then.
    fn take(
        &mut self,
        view: &mut View,
        (entry, path): (&[u8], Vec<u8>),
        notes: &mut Notes,
    ) -> io::Result<Option<FoundFile>> {
        let high = match self.width {
            Width::ThirtyTwo => le(entry, 20, 2),
            _ => 0,
        };
        let first = high << 16 | le(entry, 26, 2);
        if entry[11] & attribute::FOLDER != 0 {
            if self.is_cluster(first) {
                self.folders
                    .push((first, Place::Cluster(first)), path, notes);
            } else {
                notes.broken();
            }
            return Ok(None);
        }
        let size = le(entry, 28, 4);
        let extents = match size {
            0 => Vec::new(),
            _ => {
                let most = size.div_ceil(self.cluster_bytes);
                self.chain(view, first, most)?.extents
            }
        };
        Ok(Some(FoundFile::of(path, size, extents)))
    }
}

impl FileSystem for Fat {
    fn next(&mut self, view: &mut View, notes: &mut Notes) -> io::Result<Next> {
        if std::mem::take(&mut self.is_new) {
            self.begin(notes);
        }
        while notes.goes_on() {
            let Some(mut open) = self.open.take() else {
                let Some(folder) = self.folders.pop() else {
                    return Ok(Next::End);
                };
                self.read_folder(view, folder, notes)?;
                continue;
            };
            let Some((entry, name)) = open.next() else {
                continue;
            };
            let path = within(&open.path, &name);
            self.open = Some(open);
            if let Some(file) = self.take(view, (&entry, path), notes)? {
                return Ok(Next::File(file));
            }
        }
        Ok(Next::Pause)
    }
}

/// Bits of the attributes of an entry.
mod attribute {
    pub(super) const LABEL: u8 = 0x08;
    pub(super) const FOLDER: u8 = 0x10;
    pub(super) const LONG_NAME: u8 = 0x0F;
}

impl Open {
    /// The next entry of a file or folder, and its name.
    fn next(&mut self) -> Option<([u8; ENTRY_BYTES], Vec<u8>)> {
        loop {
            let entry = self.entries.get(self.at..)?.first_chunk::<ENTRY_BYTES>()?;
            let entry = *entry;
            self.at += ENTRY_BYTES;
            match (entry[0], entry[11]) {
                (0, _) => return None,
                (0xE5, _) => self.long = LongName::default(),
                (_, attributes) if attributes & 0x3F == attribute::LONG_NAME => {
                    self.long.add(&entry);
                }
                (_, attributes) if attributes & attribute::LABEL != 0 => {
                    self.long = LongName::default();
                }
                (b'.', _) if matches!(&entry[..11], b".          " | b"..         ") => {}
                _ => {
                    let long = std::mem::take(&mut self.long);
                    let name = long.of(&entry).unwrap_or_else(|| short_name(&entry));
                    return Some((entry, name));
                }
            }
        }
    }
}

/// A long name, whose last part comes first.
#[derive(Default)]
struct LongName {
    units: Vec<u8>,
    next: u8,
    sum: u8,
}

impl LongName {
    fn add(&mut self, entry: &[u8; ENTRY_BYTES]) {
        let number = entry[0] & 0x3F;
        if entry[0] & 0x40 != 0 {
            (self.units, self.next, self.sum) = (Vec::new(), number, entry[13]);
        }
        if number == 0 || number != self.next || entry[13] != self.sum {
            *self = LongName::default();
            return;
        }
        let part = [&entry[1..11], &entry[14..26], &entry[28..32]].concat();
        self.units.splice(..0, part);
        self.next = number - 1;
        // Where all parts were met, `next` is zero.
    }

    /// The name, if it is that of an entry.
    fn of(self, entry: &[u8; ENTRY_BYTES]) -> Option<Vec<u8>> {
        let sum = |sum: u8, byte: &u8| sum.rotate_right(1).wrapping_add(*byte);
        let is_its = self.next == 0 && entry[..11].iter().fold(0, sum) == self.sum;
        let pairs = self.units.chunks_exact(2);
        let len = pairs.take_while(|pair| **pair != [0, 0]).count() * 2;
        (is_its && len > 0).then(|| wide(&self.units[..len]))
    }
}

/// The name of eight bytes and three, in the case that Windows keeps beside it.
fn short_name(entry: &[u8; ENTRY_BYTES]) -> Vec<u8> {
    let part = |range: std::ops::Range<usize>, is_low: bool| {
        let mut part = entry[range].to_vec();
        let len = part
            .iter()
            .rposition(|byte| *byte != b' ')
            .map_or(0, |at| at + 1);
        part.truncate(len);
        if is_low {
            part.make_ascii_lowercase();
        }
        part
    };
    let mut name = part(0..8, entry[12] & 0x08 != 0);
    if let Some(first @ 0x05) = name.first_mut() {
        *first = 0xE5;
    }
    let end = part(8..11, entry[12] & 0x10 != 0);
    if end.is_empty() {
        return name;
    }
    [&name[..], b".", &end].concat()
}
