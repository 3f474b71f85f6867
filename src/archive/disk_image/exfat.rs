//! exFAT (the specification of Microsoft, revision 1.00).

use std::io;

use super::folders::{Folder, Folders, within};
use super::view::{View, le, wide};
use super::volume::{self, Extent, FileSystem, FoundFile, Notes};
use crate::archive::gap::GapKind;
use crate::error::Reason;

const ENTRY_BYTES: usize = 32;

/// The most bytes of one folder, as the specification has it.
const FOLDER_BYTES_MAX: u64 = 256 << 20;

/// The most stretches of one file.
const EXTENTS_MAX: usize = 1 << 20;

/// Types of entries (6.2.1), and the bits of what they say.
mod kind {
    pub(super) const BITMAP: u8 = 0x81;
    pub(super) const UPCASE: u8 = 0x82;
    pub(super) const FILE: u8 = 0x85;
    pub(super) const STREAM: u8 = 0xC0;
    pub(super) const NAME: u8 = 0xC1;
    /// The attribute of a folder, and the flag of a stream that no chain tells.
    pub(super) const FOLDER: u64 = 0x10;
    pub(super) const CONTIGUOUS: u8 = 0x02;
}

/// Whether these are the first bytes of such a file system.
pub(super) fn begins(head: &[u8]) -> bool {
    head.get(3..11) == Some(b"EXFAT   ") && head.get(510..512) == Some(&[0x55, 0xAA])
}

/// Where content is.
#[derive(Clone, Copy)]
struct Stream {
    first: u64,
    bytes: u64,
    is_contiguous: bool,
    /// How many bytes were written. What is behind reads as zeros.
    valid: u64,
}

/// A folder that is read.
struct Open {
    entries: Vec<u8>,
    at: usize,
    path: Vec<u8>,
}

/// A file system of this kind.
pub(super) struct Exfat {
    table_at: u64,
    clusters_at: u64,
    cluster_bytes: u64,
    clusters: u64,
    is_new: bool,
    is_cut: bool,
    folders: Folders<Stream>,
    open: Option<Open>,
    /// How many steps along chains may still be made.
    steps: u64,
}

impl Exfat {
    /// Reads the boot sector of a file system that has so many bytes.
    pub(super) fn open(boot: &[u8], len: u64, folders_bytes: u64) -> Option<Exfat> {
        let (sector_bits, cluster_bits) = (boot[108], boot[109]);
        if !(9..=12).contains(&sector_bits) || cluster_bits > 25 - sector_bits {
            return None;
        }
        let sector = 1_u64 << sector_bits;
        let cluster_bytes = sector << cluster_bits;
        let clusters = le(boot, 92, 4);
        let mut folders = Folders::new(folders_bytes, len);
        let root = Stream {
            first: le(boot, 96, 4),
            // Its size stands nowhere. One byte more shows that it is longer than any may be.
            bytes: FOLDER_BYTES_MAX + 1,
            is_contiguous: false,
            valid: u64::MAX,
        };
        folders.push((root.first, root), Vec::new(), &mut Notes::default());
        // Of two tables, the flags name the one that is kept.
        let named = u64::from(boot[110] == 2) * (le(boot, 106, 2) & 1);
        let here = clusters.min(len / cluster_bytes);
        Some(Exfat {
            table_at: (le(boot, 80, 4) + named * le(boot, 84, 4)) * sector,
            clusters_at: le(boot, 88, 4) * sector,
            cluster_bytes,
            clusters,
            is_new: true,
            is_cut: le(boot, 72, 8).saturating_mul(sector) > len,
            folders,
            open: None,
            steps: here.saturating_mul(4).saturating_add(1 << 16),
        })
    }

    fn is_cluster(&self, cluster: u64) -> bool {
        cluster >= 2 && cluster - 2 < self.clusters
    }

    /// Where content is, and whether all of it is there.
    fn extents(&mut self, view: &mut View, stream: Stream) -> io::Result<(Vec<Extent>, bool)> {
        let most = stream.bytes.div_ceil(self.cluster_bytes);
        let place =
            |this: &Exfat, cluster: u64| this.clusters_at + (cluster - 2) * this.cluster_bytes;
        if !self.is_cluster(stream.first) {
            return Ok((Vec::new(), most == 0));
        }
        if stream.is_contiguous {
            let count = most.min(self.clusters - (stream.first - 2));
            let at = place(self, stream.first);
            let extent = Extent::At(at..at + count * self.cluster_bytes);
            return Ok((vec![extent], count == most));
        }
        let mut extents = Vec::new();
        let (mut cluster, mut count, mut marked) = (stream.first, 0_u64, stream.first);
        let is_whole = loop {
            if !self.is_cluster(cluster) || extents.len() >= EXTENTS_MAX || self.steps == 0 {
                break false;
            }
            self.steps -= 1;
            let at = place(self, cluster);
            Extent::push(&mut extents, Extent::At(at..at + self.cluster_bytes));
            count += 1;
            if count >= most {
                break true;
            }
            let next = view.array::<4>(self.table_at + cluster * 4)?;
            match next.map(|next| le(&next, 0, 4)) {
                Some(0xFFFF_FFFF) => break true,
                // A chain that leads round in circles meets where it was at a power of two (Brent).
                Some(next) if next != marked => cluster = next,
                _ => break false,
            }
            if count.is_power_of_two() {
                marked = cluster;
            }
        };
        Ok((extents, is_whole))
    }

    fn read_folder(
        &mut self,
        view: &mut View,
        folder: Folder<Stream>,
        notes: &mut Notes,
    ) -> io::Result<()> {
        let (extents, is_whole) = self.extents(view, folder.place)?;
        if !is_whole {
            notes.broken();
        }
        let entries = self.folders.read(view, &extents, FOLDER_BYTES_MAX, notes)?;
        self.open = Some(Open {
            entries,
            at: 0,
            path: folder.path,
        });
        Ok(())
    }

    /// What a set of entries says: a file, or a folder, which waits then.
    fn take(
        &mut self,
        view: &mut View,
        (set, path): (&EntrySet, Vec<u8>),
        notes: &mut Notes,
    ) -> io::Result<Option<FoundFile>> {
        let stream = set.stream;
        if set.is_folder {
            if self.is_cluster(stream.first) {
                self.folders.push((stream.first, stream), path, notes);
            } else if stream.bytes > 0 {
                notes.broken();
            }
            return Ok(None);
        }
        let (mut extents, _) = self.extents(view, stream)?;
        let valid = stream.valid.min(stream.bytes);
        let is_valid = Extent::cut(&mut extents, valid);
        if is_valid && stream.bytes > valid {
            Extent::push(&mut extents, Extent::Zeros(stream.bytes - valid));
        }
        Ok(Some(FoundFile::of(path, stream.bytes, extents)))
    }

    /// Notes where the table of free clusters, or that of capitals, is.
    fn note_table(&mut self, view: &mut View, entry: &[u8], notes: &mut Notes) -> io::Result<()> {
        let stream = Stream {
            first: le(entry, 20, 4),
            bytes: le(entry, 24, 8),
            is_contiguous: false,
            valid: u64::MAX,
        };
        let (extents, _) = self.extents(view, stream)?;
        for extent in extents {
            if let Extent::At(stretch) = &extent {
                notes.structure(stretch.start, extent.len());
            }
        }
        Ok(())
    }
}

/// A file, as a set of entries has it.
struct EntrySet {
    name: Vec<u8>,
    stream: Stream,
    is_folder: bool,
}

/// What comes next in a folder.
enum Next {
    Set(EntrySet),
    Table([u8; ENTRY_BYTES]),
    Broken,
}

impl Open {
    fn next(&mut self) -> Option<Next> {
        loop {
            let rest = self.entries.get(self.at..)?;
            let entry = *rest.first_chunk::<ENTRY_BYTES>()?;
            self.at += ENTRY_BYTES;
            match entry[0] {
                // Nothing stands behind.
                0 => return None,
                kind::BITMAP | kind::UPCASE => return Some(Next::Table(entry)),
                kind::FILE => {
                    let count = usize::from(entry[1]);
                    let set = rest
                        .get(..(count + 1) * ENTRY_BYTES)
                        .and_then(EntrySet::read);
                    if set.is_some() {
                        self.at += count * ENTRY_BYTES;
                    }
                    return Some(set.map_or(Next::Broken, Next::Set));
                }
                _ => {}
            }
        }
    }
}

impl EntrySet {
    /// Reads a set that begins with the entry of a file (7.4, 7.6, 7.7).
    fn read(set: &[u8]) -> Option<EntrySet> {
        let (file, rest) = set.split_at_checked(ENTRY_BYTES)?;
        let (stream, names) = rest.split_at_checked(ENTRY_BYTES)?;
        if stream[0] != kind::STREAM {
            return None;
        }
        let names = names.chunks_exact(ENTRY_BYTES);
        let names = names.filter(|entry| entry[0] == kind::NAME);
        let mut name: Vec<u8> = names.flat_map(|entry| &entry[2..]).copied().collect();
        name.truncate(usize::from(stream[3]) * 2);
        Some(EntrySet {
            name: wide(&name),
            stream: Stream {
                first: le(stream, 20, 4),
                bytes: le(stream, 24, 8),
                is_contiguous: stream[1] & kind::CONTIGUOUS != 0,
                valid: le(stream, 8, 8),
            },
            is_folder: le(file, 4, 2) & kind::FOLDER != 0,
        })
    }
}

impl FileSystem for Exfat {
    fn next(&mut self, view: &mut View, notes: &mut Notes) -> io::Result<volume::Next> {
        if std::mem::take(&mut self.is_new) {
            notes.structure(0, self.clusters_at);
            if self.is_cut {
                notes.gap(GapKind::Damaged, Reason::MemberCut);
            }
        }
        while notes.goes_on() {
            let Some(mut open) = self.open.take() else {
                let Some(folder) = self.folders.pop() else {
                    return Ok(volume::Next::End);
                };
                self.read_folder(view, folder, notes)?;
                continue;
            };
            let Some(next) = open.next() else {
                continue;
            };
            let outer = open.path.clone();
            self.open = Some(open);
            match next {
                Next::Broken => notes.broken(),
                Next::Table(entry) => self.note_table(view, &entry, notes)?,
                Next::Set(set) => {
                    let path = within(&outer, &set.name);
                    if let Some(file) = self.take(view, (&set, path), notes)? {
                        return Ok(volume::Next::File(file));
                    }
                }
            }
        }
        Ok(volume::Next::Pause)
    }
}
