//! ext2, ext3 and ext4 (the documentation of the Linux kernel, `filesystems/ext4`).

mod inode;
mod map;
mod met;

use std::io;
use std::ops::Range;

use super::folders::{Folder, Folders, within};
use super::view::{View, le};
use super::volume::{Extent, FileSystem, FoundFile, Next, Notes};
use crate::archive::gap::GapKind;
use crate::archive::path;
use crate::error::Reason;
use inode::{Inode, Type};
use map::Map;
use met::{Before, Met};

/// Where the super block is.
const SUPER_AT: usize = 1024;

/// The first folder, and the files that the file system keeps for itself.
const ROOT: u64 = 2;
const RESIZE: u64 = 7;
const JOURNAL: u64 = 8;

/// The most bytes of one folder.
const FOLDER_BYTES_MAX: u64 = 64 << 20;

/// The most groups: 128 TiB have as many.
const GROUPS_MAX: u64 = 1 << 20;

/// The longest target of a link.
const TARGET_BYTES_MAX: u64 = 4096;

/// What must be known to read the file system (`s_feature_incompat`).
mod feature {
    /// The journal was not written back.
    pub(super) const RECOVER: u64 = 0x4;
    pub(super) const META_BG: u64 = 0x10;
    pub(super) const WIDE: u64 = 0x80;
    /// All that is known: file types, recovery, extents, wide numbers, protection of mounts, flexible groups, attributes in
    /// inodes, data in folders, seeds, large folders, inline data, encryption, folded case.
    pub(super) const KNOWN: u64 = 0x3_F7C6;
    /// Copies of the super block stand in few groups only (`s_feature_ro_compat`).
    pub(super) const SPARSE: u64 = 0x1;
}

/// Whether these are the first bytes of such a file system.
pub(super) fn begins(head: &[u8]) -> bool {
    let Some(block) = head.get(SUPER_AT..SUPER_AT + 1024) else {
        return false;
    };
    let is_marked = le(block, 56, 2) == 0xEF53;
    is_marked && le(block, 24, 4) <= 6 && le(block, 32, 4) > 0 && le(block, 40, 4) > 0
}

/// What is opened of a super block.
pub(super) enum Opened {
    Ext(Box<Ext>),
    /// It asks for these features, of which some are not known.
    Unknown(u64),
    Broken,
}

/// What the super block says.
struct Layout {
    block_bytes: u64,
    blocks: u64,
    first_block: u64,
    group_blocks: u64,
    group_inodes: u64,
    inodes: u64,
    inode_bytes: u64,
    descriptor_bytes: u64,
    /// Blocks that are kept for more descriptors.
    reserved: u64,
    is_sparse: bool,
}

/// A folder that is read: its blocks, and how many bytes of them were.
struct Open {
    entries: Vec<u8>,
    at: usize,
    path: Vec<u8>,
}

/// A file system of this family.
pub(super) struct Ext {
    layout: Layout,
    is_new: bool,
    is_cut: bool,
    has_journal: bool,
    folders: Folders<u64>,
    open: Option<Open>,
    /// Files that were given: each is read once.
    met: Met,
    /// How many blocks of maps may still be read, and entries of them.
    steps: u64,
}

impl Ext {
    /// Reads the super block of a file system that has so many bytes.
    pub(super) fn open(head: &[u8], len: u64, folders_bytes: u64) -> Opened {
        let Some(block) = head.get(SUPER_AT..SUPER_AT + 1024) else {
            return Opened::Broken;
        };
        let incompat = le(block, 96, 4);
        if incompat & !feature::KNOWN != 0 || incompat & feature::META_BG != 0 {
            return Opened::Unknown(incompat);
        }
        let is_wide = incompat & feature::WIDE != 0;
        let is_old = le(block, 76, 4) == 0;
        let block_bytes = 1024_u64 << le(block, 24, 4);
        let high = if is_wide { le(block, 336, 4) } else { 0 };
        let layout = Layout {
            block_bytes,
            blocks: high << 32 | le(block, 4, 4),
            first_block: le(block, 20, 4),
            group_blocks: le(block, 32, 4),
            group_inodes: le(block, 40, 4),
            inodes: le(block, 0, 4),
            inode_bytes: if is_old { 128 } else { le(block, 88, 2) },
            descriptor_bytes: if is_wide { le(block, 254, 2) } else { 32 },
            reserved: le(block, 206, 2),
            is_sparse: le(block, 100, 4) & feature::SPARSE != 0,
        };
        let is_sound = (128..=block_bytes).contains(&layout.inode_bytes)
            && (32..=1024).contains(&layout.descriptor_bytes)
            && layout.blocks > layout.first_block
            && layout.groups() <= GROUPS_MAX;
        if !is_sound {
            return Opened::Broken;
        }
        let mut folders = Folders::new(folders_bytes, len);
        folders.push((ROOT, ROOT), Vec::new(), &mut Notes::default());
        let here = layout.blocks.min(len / block_bytes);
        Opened::Ext(Box::new(Ext {
            is_new: true,
            is_cut: layout.blocks.saturating_mul(block_bytes) > len,
            has_journal: incompat & feature::RECOVER != 0,
            folders,
            open: None,
            met: Met::default(),
            steps: here.saturating_mul(8).saturating_add(1 << 16),
            layout,
        }))
    }

    /// Notes what the file system keeps for itself.
    fn begin(&mut self, view: &mut View, notes: &mut Notes) -> io::Result<()> {
        if self.is_cut {
            notes.gap(GapKind::Damaged, Reason::MemberCut);
        }
        if self.has_journal {
            notes.gap(GapKind::Unsupported, Reason::DiskJournal);
        }
        let layout = &self.layout;
        let block = layout.block_bytes;
        let table_bytes = (layout.group_inodes * layout.inode_bytes).next_multiple_of(block);
        let descriptors = (layout.groups() * layout.descriptor_bytes).div_ceil(block);
        notes.structure(0, layout.descriptors_at());
        for group in 0..layout.groups() {
            let begin = match group {
                0 => layout.super_block(),
                _ => layout
                    .first_block
                    .saturating_add(group * layout.group_blocks),
            };
            if begin.saturating_mul(block) >= view.len() {
                break;
            }
            if layout.has_copy(group) {
                let blocks = 1 + descriptors + layout.reserved;
                notes.structure(begin.saturating_mul(block), blocks * block);
            }
            let Some(descriptor) = layout.descriptor(view, group)? else {
                break;
            };
            let number = |low: usize, high: usize| layout.wide(&descriptor, low, high);
            notes.structure(number(0, 32).saturating_mul(block), block);
            notes.structure(number(4, 36).saturating_mul(block), block);
            notes.structure(number(8, 40).saturating_mul(block), table_bytes);
        }
        // The journal may hold blocks of files: only its header is no free space.
        for (number, most) in [(RESIZE, u64::MAX), (JOURNAL, block)] {
            let Some(inode) = Inode::read(view, &self.layout, number)? else {
                continue;
            };
            let mut map = inode.extents(view, &self.layout, &mut self.steps)?;
            notes.structures.append(&mut map.structures);
            Extent::cut(&mut map.extents, most);
            let extents = map.extents.into_iter();
            notes
                .structures
                .extend(extents.filter_map(|extent| match extent {
                    Extent::At(stretch) => Some(stretch),
                    _ => None,
                }));
        }
        Ok(())
    }

    fn read_folder(
        &mut self,
        view: &mut View,
        folder: Folder<u64>,
        notes: &mut Notes,
    ) -> io::Result<()> {
        let Some(inode) = Inode::read(view, &self.layout, folder.place)? else {
            notes.broken();
            return Ok(());
        };
        if inode.is_encrypted() {
            notes.gap(GapKind::Unsupported, Reason::DiskFileEncrypted);
        }
        let map = inode.extents(view, &self.layout, &mut self.steps)?;
        if !map.is_sound || inode.size > FOLDER_BYTES_MAX {
            notes.broken();
        }
        notes.structures.extend(map.structures);
        let mut entries = Vec::new();
        for extent in map.extents {
            match extent {
                Extent::At(stretch) => {
                    let len = stretch.end - stretch.start;
                    notes.structure(stretch.start, len);
                    let room = FOLDER_BYTES_MAX.saturating_sub(entries.len() as u64);
                    let here = len.min(view.len().saturating_sub(stretch.start)).min(room);
                    if self.folders.take(here, notes) {
                        let bytes = view.up_to(here, stretch.start)?;
                        if (bytes.len() as u64) < len {
                            notes.gap(GapKind::Damaged, Reason::MemberCut);
                        }
                        entries.extend(bytes);
                    }
                }
                // The parent stands before the entries in an inode.
                Extent::Held(bytes) => entries.extend(bytes.get(4..).unwrap_or_default()),
                Extent::Zeros(_) => {}
            }
        }
        self.open = Some(Open {
            entries,
            at: 0,
            path: folder.path,
        });
        Ok(())
    }

    /// What an entry of a folder says: a file, or a folder, which waits then.
    fn take(
        &mut self,
        view: &mut View,
        (number, path): (u64, Vec<u8>),
        notes: &mut Notes,
    ) -> io::Result<Option<FoundFile>> {
        let Some(inode) = Inode::read(view, &self.layout, number)? else {
            let broken = Reason::DiskFileSystemBroken;
            return Ok(Some(FoundFile::refused(path, GapKind::Damaged, broken)));
        };
        if inode.attributes > 0 {
            notes.structure(
                inode.attributes.saturating_mul(self.layout.block_bytes),
                self.layout.block_bytes,
            );
        }
        let skipped = match inode.kind {
            Type::Folder => {
                self.folders.push((number, number), path, notes);
                return Ok(None);
            }
            Type::Device => Some(Reason::MemberDevice),
            Type::Pipe => Some(Reason::MemberPipe),
            Type::File | Type::Link => None,
            Type::Unknown => {
                let broken = Reason::DiskFileSystemBroken;
                return Ok(Some(FoundFile::refused(path, GapKind::Damaged, broken)));
            }
        };
        if let Some(reason) = skipped {
            return Ok(Some(FoundFile::refused(path, GapKind::Skipped, reason)));
        }
        match self.met.before(number, inode.names, &path) {
            Before::Nothing => {}
            Before::Named(first) => {
                let target = path::target(first);
                let reason = Reason::MemberHardLink { target };
                return Ok(Some(FoundFile::refused(path, GapKind::Skipped, reason)));
            }
            Before::Single => {
                let broken = Reason::DiskFileSystemBroken;
                return Ok(Some(FoundFile::refused(path, GapKind::Damaged, broken)));
            }
        }
        let map = inode.extents(view, &self.layout, &mut self.steps)?;
        if inode.kind == Type::Link && inode.size <= TARGET_BYTES_MAX {
            let target = inode.target(view, &map.extents)?;
            if let Some(block) = self.target_block(view, &target, &map)? {
                notes.structures.push(block);
            }
            let target = path::target(&target);
            let reason = Reason::MemberSymbolicLink { target };
            return Ok(Some(FoundFile::refused(path, GapKind::Skipped, reason)));
        }
        notes.structures.extend(map.structures);
        let mut file = FoundFile::of(path, inode.size, map.extents);
        if !map.is_sound && file.entry.gap.is_none() {
            let reason = Reason::DiskFileSystemBroken;
            file.entry.gap = Some((GapKind::Damaged, reason.into()));
        }
        if inode.is_encrypted() {
            let reason = Reason::DiskFileEncrypted;
            file.entry.refused = Some((GapKind::Unsupported, reason.into()));
        } else if inode.is_compressed() {
            let reason = Reason::DiskFileCompressed;
            file.entry.refused = Some((GapKind::Unsupported, reason.into()));
        }
        Ok(Some(file))
    }
}

impl Ext {
    /// The block that a link has for its target, if it holds nothing else. What else a link names is free space.
    fn target_block(
        &self,
        view: &mut View,
        target: &[u8],
        map: &Map,
    ) -> io::Result<Option<Range<u64>>> {
        let [Extent::At(stretch)] = map.extents.as_slice() else {
            return Ok(None);
        };
        let block = stretch.start..stretch.start.saturating_add(self.layout.block_bytes);
        if *stretch != block {
            return Ok(None);
        }
        let bytes = view.up_to(self.layout.block_bytes, block.start)?;
        let rest = bytes.get(target.len()..).unwrap_or_default();
        Ok(rest.iter().all(|byte| *byte == 0).then_some(block))
    }
}

impl Layout {
    /// The block of the super block. With clusters of blocks, it need not be the first of the first group.
    fn super_block(&self) -> u64 {
        SUPER_AT as u64 / self.block_bytes
    }

    fn descriptors_at(&self) -> u64 {
        (self.super_block() + 1) * self.block_bytes
    }

    fn groups(&self) -> u64 {
        (self.blocks - self.first_block).div_ceil(self.group_blocks)
    }

    /// Whether a group has a copy of the super block and of the descriptors.
    fn has_copy(&self, group: u64) -> bool {
        let is_power = |base: u64| {
            let mut power = base;
            while power < group {
                power *= base;
            }
            power == group
        };
        !self.is_sparse || group <= 1 || [3, 5, 7].into_iter().any(is_power)
    }

    /// The descriptor of a group.
    fn descriptor(&self, view: &mut View, group: u64) -> io::Result<Option<Vec<u8>>> {
        let at = self.descriptors_at() + group * self.descriptor_bytes;
        let descriptor = view.up_to(self.descriptor_bytes, at)?;
        let is_whole = descriptor.len() as u64 == self.descriptor_bytes;
        Ok(is_whole.then_some(descriptor))
    }

    /// A number in two parts, the higher of which only wide descriptors have.
    fn wide(&self, descriptor: &[u8], low: usize, high: usize) -> u64 {
        let high = if self.descriptor_bytes >= 64 {
            le(descriptor, high, 4)
        } else {
            0
        };
        high << 32 | le(descriptor, low, 4)
    }
}

impl Open {
    /// The next entry: the number of its inode, and its name.
    fn next(&mut self) -> Option<(u64, Vec<u8>)> {
        loop {
            let entry = self.entries.get(self.at..)?;
            let header = entry.get(..8)?;
            let (number, len) = (le(header, 0, 4), le(header, 4, 2) as usize);
            let name_len = usize::from(header[6]);
            // What is broken ends its block; the entries of the next may be sound.
            if len < 8 || len % 4 != 0 {
                self.at = (self.at + 1).next_multiple_of(1024);
                continue;
            }
            self.at += len;
            let name = entry.get(8..8 + name_len).unwrap_or_default();
            if number != 0 && !name.is_empty() && !matches!(name, b"." | b"..") {
                return Some((number, name.to_vec()));
            }
        }
    }
}

impl FileSystem for Ext {
    fn next(&mut self, view: &mut View, notes: &mut Notes) -> io::Result<Next> {
        if std::mem::take(&mut self.is_new) {
            self.begin(view, notes)?;
        }
        while notes.goes_on() {
            let Some(mut open) = self.open.take() else {
                let Some(folder) = self.folders.pop() else {
                    return Ok(Next::End);
                };
                self.read_folder(view, folder, notes)?;
                continue;
            };
            let Some((number, name)) = open.next() else {
                continue;
            };
            let path = within(&open.path, &name);
            self.open = Some(open);
            if let Some(file) = self.take(view, (number, path), notes)? {
                return Ok(Next::File(file));
            }
        }
        Ok(Next::Pause)
    }
}
