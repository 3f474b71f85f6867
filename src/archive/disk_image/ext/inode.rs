//! Inodes: what a file is, and where its content is.

use std::io;

use super::map::Map;
use super::{Layout, TARGET_BYTES_MAX};
use crate::archive::disk_image::view::{View, le};
use crate::archive::disk_image::volume::Extent;

/// Flags of an inode.
mod flag {
    pub(super) const COMPRESSED: u64 = 0x4;
    pub(super) const ENCRYPTED: u64 = 0x800;
    pub(super) const EXTENTS: u64 = 0x8_0000;
    pub(super) const INLINE: u64 = 0x1000_0000;
}

/// How many bytes of an inode are where its content is, or content.
const MAP_BYTES: usize = 60;

/// What a file is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Type {
    File,
    Folder,
    Link,
    Device,
    Pipe,
    Unknown,
}

/// An inode.
pub(super) struct Inode {
    pub(super) kind: Type,
    pub(super) size: u64,
    /// How many names it has.
    pub(super) names: u64,
    /// The block of its attributes, or zero.
    pub(super) attributes: u64,
    flags: u64,
    /// How many blocks it takes.
    blocks: u64,
    bytes: Vec<u8>,
}

impl Inode {
    /// Reads the inode of a number; `None` where there is none, or none that is used.
    pub(super) fn read(view: &mut View, layout: &Layout, number: u64) -> io::Result<Option<Inode>> {
        if number == 0 || number > layout.inodes {
            return Ok(None);
        }
        let (group, place) = (
            (number - 1) / layout.group_inodes,
            (number - 1) % layout.group_inodes,
        );
        if group >= layout.groups() {
            return Ok(None);
        }
        let Some(descriptor) = layout.descriptor(view, group)? else {
            return Ok(None);
        };
        let table = layout
            .wide(&descriptor, 8, 40)
            .saturating_mul(layout.block_bytes);
        let at = table.saturating_add(place * layout.inode_bytes);
        let bytes = view.up_to(layout.inode_bytes, at)?;
        if bytes.len() < 128 || le(&bytes, 0, 2) == 0 {
            return Ok(None);
        }
        let kind = match bytes[1] >> 4 {
            0x8 => Type::File,
            0x4 => Type::Folder,
            0xA => Type::Link,
            0x2 | 0x6 => Type::Device,
            0x1 | 0xC => Type::Pipe,
            _ => Type::Unknown,
        };
        Ok(Some(Inode {
            kind,
            size: le(&bytes, 108, 4) << 32 | le(&bytes, 4, 4),
            names: le(&bytes, 26, 2),
            attributes: le(&bytes, 118, 2) << 32 | le(&bytes, 104, 4),
            flags: le(&bytes, 32, 4),
            blocks: le(&bytes, 28, 4),
            bytes,
        }))
    }

    pub(super) fn is_encrypted(&self) -> bool {
        self.flags & flag::ENCRYPTED != 0
    }

    pub(super) fn is_compressed(&self) -> bool {
        self.flags & flag::COMPRESSED != 0
    }

    fn map_bytes(&self) -> &[u8] {
        &self.bytes[40..40 + MAP_BYTES]
    }

    /// Where the content is.
    pub(super) fn extents(
        &self,
        view: &mut View,
        layout: &Layout,
        steps: &mut u64,
    ) -> io::Result<Map> {
        if self.flags & flag::INLINE != 0 {
            let bytes = [self.map_bytes(), self.inline_rest()].concat();
            let mut map = Map::default();
            map.extents.push(Extent::Held(bytes));
            return Ok(map);
        }
        // The target of a short link stands in its inode, and devices have numbers there.
        let is_short = self.kind == Type::Link && self.size < MAP_BYTES as u64;
        let has_map = matches!(self.kind, Type::File | Type::Folder | Type::Link) && !is_short;
        if !has_map {
            return Ok(Map::default());
        }
        let mut map = Map::default();
        if self.flags & flag::EXTENTS != 0 {
            map.read_tree(view, layout.block_bytes, self.map_bytes(), steps)?;
        } else {
            let blocks = self.size.div_ceil(layout.block_bytes);
            map.read_blocks(view, (layout.block_bytes, blocks), self.map_bytes(), steps)?;
        }
        // What is not mapped at the end is a hole, unless the map is broken.
        let mapped: u64 = map.extents.iter().map(Extent::len).sum();
        if map.is_sound && mapped < self.size {
            Extent::push(&mut map.extents, Extent::Zeros(self.size - mapped));
        }
        Ok(map)
    }

    /// What the attribute `system.data` in the inode has of the content.
    fn inline_rest(&self) -> &[u8] {
        let begin = 128 + le(&self.bytes, 128, 2) as usize;
        if le(&self.bytes, begin, 4) != 0xEA02_0000 {
            return &[];
        }
        let entries = self.bytes.get(begin + 4..).unwrap_or_default();
        let mut at = 0;
        while let Some(entry) = entries.get(at..at + 16).filter(|entry| entry[0] != 0) {
            let name_len = usize::from(entry[0]);
            let name = entries.get(at + 16..at + 16 + name_len);
            if entry[1] == 7 && name == Some(b"data") && le(entry, 4, 4) == 0 {
                let (from, len) = (le(entry, 2, 2) as usize, le(entry, 8, 4) as usize);
                let value = from.checked_add(len).and_then(|end| entries.get(from..end));
                return value.unwrap_or_default();
            }
            at += (16 + name_len).next_multiple_of(4);
        }
        &[]
    }

    /// The target of a link.
    pub(super) fn target(&self, view: &mut View, extents: &[Extent]) -> io::Result<Vec<u8>> {
        let is_short = self.size < MAP_BYTES as u64 && self.flags & flag::INLINE == 0;
        if is_short && (self.blocks == 0 || extents.is_empty()) {
            return Ok(self.map_bytes()[..self.size as usize].to_vec());
        }
        let mut target = match extents.first() {
            Some(Extent::At(stretch)) => {
                let len = (stretch.end - stretch.start).min(TARGET_BYTES_MAX);
                view.up_to(len, stretch.start)?
            }
            Some(Extent::Held(bytes)) => bytes.clone(),
            _ => Vec::new(),
        };
        target.truncate(self.size as usize);
        Ok(target)
    }
}
