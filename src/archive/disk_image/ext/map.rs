//! Where the content of a file is: trees of extents, and blocks that name blocks.

use std::io;
use std::ops::Range;

use crate::archive::disk_image::view::{View, le};
use crate::archive::disk_image::volume::Extent;

/// How deep trees of extents are at most.
const DEPTH_MAX: u64 = 5;

/// The most stretches of one file.
const EXTENTS_MAX: usize = 1 << 20;

/// The stretches of a file in their order.
pub(super) struct Map {
    pub(super) extents: Vec<Extent>,
    /// Blocks that say where others are.
    pub(super) structures: Vec<Range<u64>>,
    pub(super) is_sound: bool,
    /// How many blocks of the file are mapped, holes among them.
    mapped: u64,
}

impl Default for Map {
    fn default() -> Map {
        Map {
            extents: Vec::new(),
            structures: Vec::new(),
            is_sound: true,
            mapped: 0,
        }
    }
}

impl Map {
    fn push(&mut self, extent: Extent, blocks: u64) {
        if self.extents.len() < EXTENTS_MAX {
            Extent::push(&mut self.extents, extent);
            self.mapped = self.mapped.saturating_add(blocks);
        } else {
            self.is_sound = false;
        }
    }

    /// Reads a tree of extents, whose root is in the inode.
    pub(super) fn read_tree(
        &mut self,
        view: &mut View,
        block_bytes: u64,
        root: &[u8],
        steps: &mut u64,
    ) -> io::Result<()> {
        // Where nodes are that are still to be read, and their level.
        let mut waiting: Vec<(u64, u64)> = Vec::new();
        let (mut node, mut depth) = (root.to_vec(), None);
        loop {
            let own = le(&node, 6, 2);
            // Each level is one nearer to the leaves: nothing leads back.
            let is_level = depth.map_or(own <= DEPTH_MAX, |depth| own == depth);
            let count = le(&node, 2, 2) as usize;
            let entries = node.get(12..).unwrap_or_default().chunks_exact(12);
            let is_sound = le(&node, 0, 2) == 0xF30A && is_level && count <= entries.len();
            if !is_sound || *steps == 0 {
                self.is_sound = false;
                return Ok(());
            }
            *steps = steps.saturating_sub(1 + count as u64);
            if own > 0 {
                // The first is read first.
                for entry in entries.take(count).rev() {
                    let block = le(entry, 8, 2) << 32 | le(entry, 4, 4);
                    let at = block.saturating_mul(block_bytes);
                    self.structures.push(at..at.saturating_add(block_bytes));
                    waiting.push((at, own - 1));
                }
            } else if !self.read_leaf(block_bytes, entries.take(count)) {
                self.is_sound = false;
                return Ok(());
            }
            let Some((at, level)) = waiting.pop() else {
                return Ok(());
            };
            (node, depth) = (view.up_to(block_bytes, at)?, Some(level));
        }
    }

    /// Reads the stretches that a leaf of a tree names; whether they are in order.
    fn read_leaf<'n>(&mut self, block_bytes: u64, entries: impl Iterator<Item = &'n [u8]>) -> bool {
        for entry in entries {
            let logical = le(entry, 0, 4);
            let (len, is_written) = match le(entry, 4, 2) {
                len @ 0..=32768 => (len, true),
                len => (len - 32768, false),
            };
            if logical < self.mapped || len == 0 {
                return false;
            }
            let hole = logical - self.mapped;
            if hole > 0 {
                self.push(Extent::Zeros(hole * block_bytes), hole);
            }
            let block = le(entry, 6, 2) << 32 | le(entry, 8, 4);
            let at = block.saturating_mul(block_bytes);
            let bytes = len * block_bytes;
            let extent = if is_written {
                Extent::At(at..at.saturating_add(bytes))
            } else {
                Extent::Zeros(bytes)
            };
            self.push(extent, len);
        }
        true
    }

    /// Reads blocks that are named in the inode: twelve of the file, and three that name others.
    pub(super) fn read_blocks(
        &mut self,
        view: &mut View,
        (block_bytes, blocks): (u64, u64),
        root: &[u8],
        steps: &mut u64,
    ) -> io::Result<()> {
        for (number, level) in root.chunks_exact(4).zip([0; 12].into_iter().chain(1..=3)) {
            if self.mapped >= blocks || !self.is_sound {
                break;
            }
            self.read_block(
                view,
                (block_bytes, blocks),
                (le(number, 0, 4), level),
                steps,
            )?;
        }
        Ok(())
    }

    /// Reads a block of the file, or one that names others, which are so many levels above those of the file.
    fn read_block(
        &mut self,
        view: &mut View,
        (block_bytes, blocks): (u64, u64),
        (number, level): (u64, u32),
        steps: &mut u64,
    ) -> io::Result<()> {
        if *steps == 0 {
            self.is_sound = false;
            return Ok(());
        }
        *steps -= 1;
        let at = number * block_bytes;
        if number == 0 {
            let hole = (block_bytes / 4).saturating_pow(level);
            let hole = hole.min(blocks - self.mapped);
            self.push(Extent::Zeros(hole.saturating_mul(block_bytes)), hole);
            return Ok(());
        }
        if level == 0 {
            self.push(Extent::At(at..at + block_bytes), 1);
            return Ok(());
        }
        self.structures.push(at..at + block_bytes);
        let named = view.up_to(block_bytes, at)?;
        if (named.len() as u64) < block_bytes {
            self.is_sound = false;
        }
        for number in named.chunks_exact(4) {
            if self.mapped >= blocks || !self.is_sound {
                break;
            }
            let inner = (le(number, 0, 4), level - 1);
            self.read_block(view, (block_bytes, blocks), inner, steps)?;
        }
        Ok(())
    }
}
