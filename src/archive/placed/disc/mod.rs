//! Images of discs by ISO 9660, with the names of Rock Ridge and Joliet, and files in several extents (ECMA-119; SUSP and RRIP
//! 1.12; the Joliet specification of Microsoft).
//!
//! Each tree of the image is walked. The one with the fullest names comes first, and the others add what it leaves out.
//! UDF is not read: images that have it beside ISO 9660 are read by that.

mod record;
mod susp;

use std::collections::HashSet;
use std::io;
use std::ops::Range;

use super::{Placed, Walk};
use crate::archive::container::Entry;
use crate::archive::gap::{GapKind, Gaps};
use crate::archive::path;
use crate::archive::source::Source;
use crate::error::Reason;
use record::{Names, Record};
use susp::{Extensions, Susp};

/// Before the descriptors stands what the format leaves to systems, such as a boot sector.
const SYSTEM_BYTES: usize = 0x8000;

/// The size of a descriptor, and of the sectors in which directories are.
const SECTOR: u64 = 2048;

const DESCRIPTORS_MAX: u64 = 64;

/// The most extents of one file: each holds up to 4 GiB.
const EXTENTS_MAX: usize = 4096;

/// The most bytes of all folders, and of the paths of those that wait.
const FOLDERS_BYTES_MAX: u64 = 64 << 20;

/// Of how many files it is known that another tree has them too.
const GIVEN_MAX: usize = 1 << 20;

/// The most folders that wait.
const FOLDERS_MAX: usize = 1 << 20;

/// Whether a file begins as an image of a disc does.
pub(in crate::archive) fn begins(head: &[u8]) -> bool {
    let descriptor = head.get(SYSTEM_BYTES..).unwrap_or_default();
    matches!(descriptor, [0..=3 | 255, b'C', b'D', b'0', b'0', b'1', ..])
}

/// Whether its first bytes are those before the descriptors, as programs write them: nothing, or a boot sector.
pub(in crate::archive) fn may_begin(head: &[u8]) -> bool {
    let is_boot = head.get(510..512) == Some(&[0x55, 0xAA]);
    is_boot || !head.is_empty() && head.iter().all(|byte| *byte == 0)
}

/// A tree of folders.
#[derive(Clone)]
struct Tree {
    root: Record,
    names: Names,
    block_bytes: u64,
    susp: Option<Susp>,
}

/// A folder that is still to be read.
struct Folder {
    at: u64,
    bytes: u64,
    path: Vec<u8>,
}

/// The folder that is read: its bytes, and how many of them were.
struct Open {
    records: Vec<u8>,
    at: usize,
    path: Vec<u8>,
}

/// Files are the same where all of their pieces are.
type PiecesDigest = [u8; 16];

fn digest_of(pieces: &[Range<u64>]) -> PiecesDigest {
    let mut digest = blake3::Hasher::new();
    for piece in pieces {
        digest.update(&piece.start.to_le_bytes());
        digest.update(&piece.end.to_le_bytes());
    }
    *digest.finalize().as_bytes().first_chunk().expect("longer")
}

/// An image of a disc.
pub(in crate::archive) struct Disc {
    /// None until the descriptors were read. The last is walked first.
    trees: Option<Vec<Tree>>,
    tree: Option<Tree>,
    folders: Vec<Folder>,
    /// How many bytes the paths of these have.
    waiting_bytes: u64,
    open: Option<Open>,
    /// The extents so far of a file that goes on in the next record.
    extents: Vec<Range<u64>>,
    /// Places and sizes of folders of this tree that were read.
    read: HashSet<(u64, u64)>,
    /// Files of this tree, and of those before, by the digest of their pieces.
    given: HashSet<PiecesDigest>,
    given_before: HashSet<PiecesDigest>,
    /// Whether this tree is not the first.
    is_later: bool,
    /// How many bytes of folders may still be read.
    left: u64,
    directory_bytes: u64,
}

impl Disc {
    pub(in crate::archive) fn new(directory_bytes: u64) -> Disc {
        Disc {
            trees: None,
            tree: None,
            folders: Vec::new(),
            waiting_bytes: 0,
            open: None,
            extents: Vec::new(),
            read: HashSet::new(),
            given: HashSet::new(),
            given_before: HashSet::new(),
            is_later: false,
            left: directory_bytes.min(FOLDERS_BYTES_MAX),
            directory_bytes: directory_bytes.min(FOLDERS_BYTES_MAX),
        }
    }

    /// Reads the descriptors.
    fn trees(source: &mut Source, gaps: &mut Gaps) -> io::Result<Vec<Tree>> {
        let (mut own, mut joliet) = (Vec::new(), Vec::new());
        for number in 0..DESCRIPTORS_MAX {
            let at = SYSTEM_BYTES as u64 + number * SECTOR;
            let Some(bytes) = source.array::<{ SECTOR as usize }>(at)? else {
                gaps.add(GapKind::Damaged, Reason::MemberCut);
                break;
            };
            let kind = match bytes[..6] {
                [kind, b'C', b'D', b'0', b'0', b'1'] => kind,
                // The terminator is missing.
                _ => break,
            };
            let names = match (kind, &bytes[88..91]) {
                (255, _) => break,
                (1, _) => Names::Plain,
                (2, [0x25, 0x2F, 0x40 | 0x43 | 0x45]) => Names::Wide,
                (2, _) => Names::Plain,
                _ => continue,
            };
            let block_bytes = u64::from(u16::from_le_bytes([bytes[128], bytes[129]]));
            let root = Record::read(&bytes[156..190]);
            let Some(root) = root.filter(|_| matches!(block_bytes, 512 | 1024 | 2048)) else {
                gaps.add(GapKind::Damaged, Reason::ArchiveHeader);
                continue;
            };
            let susp = Susp::of_root(source, root.begin(block_bytes))?;
            let tree = Tree {
                root,
                names,
                block_bytes,
                susp,
            };
            match names {
                Names::Wide => joliet.push(tree),
                Names::Plain => own.push(tree),
            }
        }
        if Disc::has_udf(source)? {
            gaps.add(GapKind::Unsupported, Reason::DiscUdf);
        }
        if own.is_empty() && joliet.is_empty() {
            gaps.add(GapKind::Damaged, Reason::ArchiveHeader);
        }
        // The last comes first.
        let has_names = own.iter().any(|tree| tree.susp.is_some());
        let (first, second) = if has_names {
            (own, joliet)
        } else {
            (joliet, own)
        };
        Ok(second.into_iter().chain(first).collect())
    }

    /// Whether the descriptors of UDF stand among those of the image (ECMA-167, 2/8.3).
    fn has_udf(source: &mut Source) -> io::Result<bool> {
        for number in 0..DESCRIPTORS_MAX {
            let at = SYSTEM_BYTES as u64 + number * SECTOR;
            let Some(name) = source.array::<6>(at)? else {
                break;
            };
            match &name[1..] {
                b"NSR02" | b"NSR03" => return Ok(true),
                b"CD001" | b"BEA01" | b"TEA01" | b"BOOT2" | b"CDW02" => {}
                _ => break,
            }
        }
        Ok(false)
    }

    /// Goes to the next tree; whether there is one.
    fn next_tree(&mut self) -> bool {
        self.is_later = self.tree.is_some();
        self.tree = self.trees.as_mut().and_then(Vec::pop);
        self.given_before.extend(std::mem::take(&mut self.given));
        self.read.clear();
        let Some(tree) = &self.tree else {
            return false;
        };
        self.folders.push(Folder {
            at: tree.root.begin(tree.block_bytes),
            bytes: tree.root.size,
            path: Vec::new(),
        });
        true
    }

    /// Opens the next folder; whether there is one.
    fn next_folder(&mut self, source: &mut Source, gaps: &mut Gaps) -> io::Result<bool> {
        while let Some(folder) = self.folders.pop() {
            self.waiting_bytes -= folder.path.len() as u64;
            // Folders can lead round in circles.
            if !self.read.insert((folder.at, folder.bytes)) {
                continue;
            }
            if folder.bytes > self.left {
                let limit = self.directory_bytes;
                gaps.add(GapKind::OverLimit, Reason::DirectoryTooLarge { limit });
                continue;
            }
            let records = source.up_to(folder.bytes, folder.at)?;
            self.left -= records.len() as u64;
            if (records.len() as u64) < folder.bytes {
                gaps.add(GapKind::Damaged, Reason::MemberCut);
            }
            self.open = Some(Open {
                records,
                at: 0,
                path: folder.path,
            });
            return Ok(true);
        }
        Ok(false)
    }

    /// What a record says: a member, or a folder, which waits then.
    fn take(
        &mut self,
        source: &mut Source,
        gaps: &mut Gaps,
        (record, outer): (Record, &[u8]),
    ) -> io::Result<Option<Placed>> {
        let tree = self.tree.as_ref().expect("its folder is open");
        let (names, block_bytes) = (tree.names, tree.block_bytes);
        let extensions = match &tree.susp {
            Some(susp) => susp.read(source, &record.system, block_bytes)?,
            None => Extensions::default(),
        };
        let name = extensions.name.unwrap_or_else(|| names.read(&record.name));
        let between: &[u8] = if outer.is_empty() { b"" } else { b"/" };
        let path = [outer, between, &name].concat();
        let begin = record.begin(block_bytes);
        let folder = match extensions.child {
            Some(block) => Some(Susp::folder(source, block * block_bytes)?),
            None => record.is_folder().then_some((begin, record.size)),
        };
        if let Some((at, bytes)) = folder {
            if path.len() > path::PATH_MAX {
                let limit = path::PATH_MAX as u64;
                gaps.add(GapKind::OverLimit, Reason::MemberPathTooLong { limit });
            } else if self.folders.len() >= FOLDERS_MAX || self.waiting_bytes >= FOLDERS_BYTES_MAX {
                let limit = FOLDERS_MAX as u64;
                gaps.add(GapKind::OverLimit, Reason::ArchiveMembers { limit });
            } else {
                self.waiting_bytes += path.len() as u64;
                self.folders.push(Folder { at, bytes, path });
            }
            return Ok(None);
        }
        self.extents.push(begin..begin.saturating_add(record.size));
        if record.goes_on() && self.extents.len() < EXTENTS_MAX {
            return Ok(None);
        }
        let pieces = std::mem::take(&mut self.extents);
        let size: u64 = pieces.iter().map(|piece| piece.end - piece.start).sum();
        let place = digest_of(&pieces);
        // What is empty hides nothing where another tree was walked.
        let is_given = match size {
            0 => self.is_later,
            _ => self.given_before.contains(&place),
        };
        if is_given {
            return Ok(None);
        }
        let mut entry = Entry::of(path);
        // Many records can name the same bytes.
        (entry.stored, entry.claim) = (size, Some(size));
        if let Some(target) = extensions.target {
            let target = path::target(&target);
            let reason = Reason::MemberSymbolicLink { target };
            entry.refused = (size == 0).then(|| (GapKind::Skipped, reason.into()));
        } else if extensions.is_packed {
            let name = "zisofs".to_owned();
            entry.refused = Some((GapKind::Unsupported, Reason::ZipMethod { name }.into()));
        } else if record.is_interleaved {
            entry.gap = Some((GapKind::Damaged, Reason::ArchiveHeader.into()));
        }
        // What is refused here may be plain in another tree.
        if self.given.len() < GIVEN_MAX && entry.refused.is_none() {
            self.given.insert(place);
        }
        Ok(Some(Placed {
            entry,
            pieces,
            sum: None,
        }))
    }
}

impl Walk for Disc {
    fn next(&mut self, source: &mut Source, gaps: &mut Gaps) -> io::Result<Option<Placed>> {
        if self.trees.is_none() {
            self.trees = Some(Disc::trees(source, gaps)?);
        }
        loop {
            let Some(mut open) = self.open.take() else {
                if !self.next_folder(source, gaps)? && !self.next_tree() {
                    return Ok(None);
                }
                continue;
            };
            let Some(record) = open.next(gaps) else {
                // A file that says that it goes on has no more extents.
                if !self.extents.is_empty() {
                    gaps.add(GapKind::Damaged, Reason::ArchiveHeader);
                    self.extents.clear();
                }
                continue;
            };
            let outer = std::mem::take(&mut open.path);
            let found = self.take(source, gaps, (record, &outer));
            open.path = outer;
            self.open = Some(open);
            if let Some(placed) = found? {
                return Ok(Some(placed));
            }
        }
    }
}

impl Open {
    /// The next record that is not the folder itself or the one around it.
    fn next(&mut self, gaps: &mut Gaps) -> Option<Record> {
        loop {
            let len = usize::from(*self.records.get(self.at)?);
            if len == 0 {
                // Records do not go across sectors.
                self.at = (self.at + 1).next_multiple_of(SECTOR as usize);
                continue;
            }
            let until = self.at + len;
            let record = self.records.get(self.at..until).and_then(Record::read);
            self.at = until;
            match record {
                Some(record) if record.is_own() => {}
                Some(record) => return Some(record),
                None => {
                    gaps.add(GapKind::Damaged, Reason::ArchiveHeader);
                    self.at = self.at.next_multiple_of(SECTOR as usize);
                }
            }
        }
    }
}
