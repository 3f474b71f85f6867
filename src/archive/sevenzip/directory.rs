//! What the header of a 7z file says: where packed streams stand, how each block is unpacked, what files are in it.
//!
//! A header may name millions of files. Only its own bytes are held: places in it move along with the members.

use std::ops::Range;

use super::START_BYTES;
use super::block::Block;
use super::fields::{Broken, Checksums, Field, Fields, Flags};

/// Marks of what follows (7zFormat.txt, "Property IDs").
mod id {
    pub(super) const END: u8 = 0x00;
    pub(super) const HEADER: u8 = 0x01;
    pub(super) const ARCHIVE_PROPERTIES: u8 = 0x02;
    pub(super) const ADDITIONAL_STREAMS: u8 = 0x03;
    pub(super) const MAIN_STREAMS: u8 = 0x04;
    pub(super) const FILES: u8 = 0x05;
    pub(super) const PACKED: u8 = 0x06;
    pub(super) const BLOCKS: u8 = 0x07;
    pub(super) const CONTENTS: u8 = 0x08;
    pub(super) const SIZES: u8 = 0x09;
    pub(super) const CHECKSUMS: u8 = 0x0A;
    pub(super) const BLOCK: u8 = 0x0B;
    pub(super) const BLOCK_SIZES: u8 = 0x0C;
    pub(super) const CONTENT_COUNTS: u8 = 0x0D;
    pub(super) const EMPTY: u64 = 0x0E;
    pub(super) const EMPTY_FILES: u64 = 0x0F;
    pub(super) const DELETIONS: u64 = 0x10;
    pub(super) const NAMES: u64 = 0x11;
    pub(super) const ATTRIBUTES: u64 = 0x15;
    pub(super) const ENCODED_HEADER: u8 = 0x17;
}

/// What a header is.
pub(super) enum Header {
    /// Another header is packed in its only block.
    Packed(Box<Streams>),
    Plain(Box<Directory>),
}

/// Streams and files, as far as they were not gone through.
pub(super) struct Directory {
    pub(super) streams: Streams,
    pub(super) files: Files,
    /// Whether there are blocks that belong to no file, which no program writes.
    pub(super) has_more_streams: bool,
}

impl Header {
    pub(super) fn read(bytes: Vec<u8>) -> Field<Header> {
        let mut fields = Fields::new(bytes);
        match fields.byte()? {
            id::ENCODED_HEADER => Ok(Header::Packed(Box::new(Streams::read(&mut fields)?))),
            id::HEADER => Ok(Header::Plain(Box::new(Directory::read(&mut fields)?))),
            _ => Err(Broken),
        }
    }
}

impl Directory {
    fn read(fields: &mut Fields) -> Field<Directory> {
        let mut directory = Directory {
            streams: Streams::none(fields),
            files: Files::none(),
            has_more_streams: false,
        };
        // What is given twice would hide what was given first.
        let mut known = Vec::new();
        loop {
            let mark = fields.byte()?;
            if known.contains(&mark) {
                return Err(Broken);
            }
            known.push(mark);
            match mark {
                id::END => return Ok(directory),
                id::ARCHIVE_PROPERTIES => {
                    while fields.byte()? != id::END {
                        let len = fields.number()?;
                        fields.range(len)?;
                    }
                }
                id::ADDITIONAL_STREAMS => {
                    directory.has_more_streams = Streams::read(fields)?.packed > 0;
                }
                id::MAIN_STREAMS => directory.streams = Streams::read(fields)?,
                id::FILES => directory.files = Files::read(fields)?,
                _ => return Err(Broken),
            }
        }
    }
}

/// Packed streams, the blocks that they unpack to, and the contents in these.
#[derive(Clone)]
pub(super) struct Streams {
    /// Where the first packed stream begins, behind the first header.
    packed_at: u64,
    packed: u64,
    packed_sizes: Fields,
    blocks: u64,
    block_fields: Fields,
    block_sizes: Fields,
    block_checksums: Option<Checksums>,
    counts: Option<Fields>,
    sizes: Option<Fields>,
    checksums: Option<Checksums>,
}

/// A block, with what is packed of it.
pub(super) struct BlockPlace {
    pub(super) block: Block,
    /// Of each of its packed streams, the place behind the first header and the length.
    pub(super) packed: Vec<(u64, u64)>,
    /// What each of its coders gives.
    pub(super) sizes: Vec<u64>,
    pub(super) checksum: Option<u32>,
    pub(super) contents: u64,
}

impl BlockPlace {
    /// How long the block is.
    pub(super) fn size(&self) -> u64 {
        self.sizes.get(self.block.main).copied().unwrap_or(0)
    }
}

impl Streams {
    fn none(fields: &Fields) -> Streams {
        Streams {
            packed_at: 0,
            packed: 0,
            packed_sizes: fields.clone(),
            blocks: 0,
            block_fields: fields.clone(),
            block_sizes: fields.clone(),
            block_checksums: None,
            counts: None,
            sizes: None,
            checksums: None,
        }
    }

    fn read(fields: &mut Fields) -> Field<Streams> {
        let mut streams = Streams::none(fields);
        loop {
            match fields.byte()? {
                id::END => return Ok(streams),
                id::PACKED => streams.read_packed(fields)?,
                id::BLOCKS => streams.read_blocks(fields)?,
                id::CONTENTS => streams.read_contents(fields)?,
                _ => return Err(Broken),
            }
        }
    }

    fn read_packed(&mut self, fields: &mut Fields) -> Field<()> {
        self.packed_at = fields.number()?;
        self.packed = fields.count()?;
        loop {
            match fields.byte()? {
                id::END => return Ok(()),
                id::SIZES => {
                    self.packed_sizes = fields.clone();
                    for _ in 0..self.packed {
                        fields.number()?;
                    }
                }
                id::CHECKSUMS => drop(Checksums::read(fields, self.packed)?),
                _ => return Err(Broken),
            }
        }
    }

    fn read_blocks(&mut self, fields: &mut Fields) -> Field<()> {
        if fields.byte()? != id::BLOCK {
            return Err(Broken);
        }
        self.blocks = fields.count()?;
        // What stands elsewhere (an "external" block) is written by no program.
        if fields.byte()? != 0 {
            return Err(Broken);
        }
        self.block_fields = fields.clone();
        let mut coders = 0;
        for _ in 0..self.blocks {
            coders += Block::read(fields)?.coders.len();
        }
        loop {
            match fields.byte()? {
                id::END => return Ok(()),
                id::BLOCK_SIZES => {
                    self.block_sizes = fields.clone();
                    for _ in 0..coders {
                        fields.number()?;
                    }
                }
                id::CHECKSUMS => {
                    self.block_checksums = Some(Checksums::read(fields, self.blocks)?);
                }
                _ => return Err(Broken),
            }
        }
    }

    /// Sizes and checksums of contents stand only where those of the block do not say the same.
    fn read_contents(&mut self, fields: &mut Fields) -> Field<()> {
        let mut mark = fields.byte()?;
        if mark == id::CONTENT_COUNTS {
            self.counts = Some(fields.clone());
            for _ in 0..self.blocks {
                fields.number()?;
            }
            mark = fields.byte()?;
        }
        let mut counts = self.counts.clone();
        let mut block_checksums = self.block_checksums.clone();
        let (mut sizes, mut checksums) = (0u64, 0u64);
        for _ in 0..self.blocks {
            let count = counts.as_mut().map_or(Ok(1), Fields::number)?;
            let has_checksum = block_checksums.as_mut().and_then(Checksums::next).is_some();
            sizes = sizes.checked_add(count.saturating_sub(1)).ok_or(Broken)?;
            if count != 1 || !has_checksum {
                checksums = checksums.checked_add(count).ok_or(Broken)?;
            }
        }
        loop {
            match mark {
                id::END => return Ok(()),
                id::SIZES => {
                    self.sizes = Some(fields.clone());
                    for _ in 0..sizes {
                        fields.number()?;
                    }
                }
                id::CHECKSUMS => self.checksums = Some(Checksums::read(fields, checksums)?),
                _ => return Err(Broken),
            }
            mark = fields.byte()?;
        }
    }

    /// Where the packed streams of blocks stand that were not gone through.
    pub(super) fn packed_range(&self) -> Range<u64> {
        let start = self.packed_at.saturating_add(START_BYTES);
        let mut sizes = self.packed_sizes.clone();
        let mut blocks = self.block_fields.clone();
        let used = (0..self.blocks).map_while(|_| Block::read(&mut blocks).ok());
        let used: u64 = used.map(|block| block.packed.len() as u64).sum();
        let sizes = (0..self.packed.min(used)).map_while(|_| sizes.number().ok());
        start..sizes.fold(start, u64::saturating_add)
    }

    /// The next block. An error where the header contradicts itself; then the streams are as they were.
    pub(super) fn next_block(&mut self) -> Field<Option<BlockPlace>> {
        let before = self.clone();
        let block = self.read_block();
        if block.is_err() {
            *self = before;
        }
        block
    }

    fn read_block(&mut self) -> Field<Option<BlockPlace>> {
        let Some(left) = self.blocks.checked_sub(1) else {
            return Ok(None);
        };
        self.blocks = left;
        let block = Block::read(&mut self.block_fields)?;
        let sizes = block.coders.iter().map(|_| self.block_sizes.number());
        let sizes = sizes.collect::<Field<Vec<u64>>>()?;
        let mut packed = Vec::new();
        let mut at = self.packed_at;
        for _ in &block.packed {
            self.packed = self.packed.checked_sub(1).ok_or(Broken)?;
            let len = self.packed_sizes.number()?;
            packed.push((at, len));
            at = at.checked_add(len).ok_or(Broken)?;
        }
        let contents = self.counts.as_mut().map_or(Ok(1), Fields::number)?;
        self.packed_at = at;
        Ok(Some(BlockPlace {
            block,
            packed,
            sizes,
            checksum: self.block_checksums.as_mut().and_then(Checksums::next),
            contents,
        }))
    }

    /// The size and checksum of the next content of a block, of which there are so many, and which has so many bytes left.
    pub(super) fn next_content(
        &mut self,
        block: &BlockPlace,
        is_last: bool,
        left: u64,
    ) -> Field<(u64, Option<u32>)> {
        let size = match (&mut self.sizes, is_last) {
            (_, true) => left,
            (Some(sizes), false) => sizes.number()?,
            (None, false) => return Err(Broken),
        };
        let checksum = match block.checksum {
            Some(checksum) if block.contents == 1 => Some(checksum),
            _ => self.checksums.as_mut().and_then(Checksums::next),
        };
        if size > left {
            return Err(Broken);
        }
        Ok((size, checksum))
    }
}

/// Files by their names and attributes.
pub(super) struct Files {
    left: u64,
    empty: Flags,
    empty_files: Flags,
    deletions: Flags,
    names: Option<Fields>,
    attributes: Option<(Flags, Fields)>,
}

/// A file, or a folder.
pub(super) struct NamedFile {
    /// None where there is none, or it has no end.
    pub(super) name: Option<Vec<u8>>,
    pub(super) kind: FileKind,
    pub(super) is_link: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum FileKind {
    HasContent,
    Empty,
    Folder,
    /// A mark that it is to be deleted where the archive is unpacked.
    Deletion,
}

impl Files {
    fn none() -> Files {
        Files {
            left: 0,
            empty: Flags::NONE,
            empty_files: Flags::NONE,
            deletions: Flags::NONE,
            names: None,
            attributes: None,
        }
    }

    fn read(fields: &mut Fields) -> Field<Files> {
        let mut files = Files::none();
        files.left = fields.count()?;
        let mut empty = 0;
        loop {
            let property = fields.number()?;
            if property == u64::from(id::END) {
                return Ok(files);
            }
            let len = fields.number()?;
            let mut value = fields.clone();
            fields.range(len)?;
            match property {
                id::EMPTY => {
                    files.empty = value.flags(files.left)?;
                    empty = files.empty.clone().filter(|is_set| *is_set).count() as u64;
                }
                id::EMPTY_FILES => files.empty_files = value.flags(empty)?,
                id::DELETIONS => files.deletions = value.flags(empty)?,
                id::NAMES => {
                    let is_elsewhere = value.byte()? != 0;
                    if !is_elsewhere {
                        let range = value.range(len.checked_sub(1).ok_or(Broken)?)?;
                        files.names = Some(Fields::new(value.slice(range).to_vec()));
                    }
                }
                id::ATTRIBUTES => {
                    let defined = value.optional_flags(files.left)?;
                    if value.byte()? == 0 {
                        files.attributes = Some((defined, value));
                    }
                }
                // Times, padding and what later versions add.
                _ => {}
            }
        }
    }

    /// How many were not given.
    pub(super) fn left(&self) -> u64 {
        self.left
    }

    /// The next file.
    pub(super) fn next_file(&mut self) -> Option<NamedFile> {
        self.left = self.left.checked_sub(1)?;
        let is_empty = self.empty.next().unwrap_or(false);
        let kind = if is_empty {
            let is_file = self.empty_files.next().unwrap_or(false);
            let is_deletion = self.deletions.next().unwrap_or(false);
            match (is_deletion, is_file) {
                (true, _) => FileKind::Deletion,
                (false, true) => FileKind::Empty,
                (false, false) => FileKind::Folder,
            }
        } else {
            FileKind::HasContent
        };
        let attributes = self.attributes.as_mut();
        let attributes = attributes.and_then(|(defined, values)| match defined.next() {
            Some(true) => values.u32().ok(),
            _ => None,
        });
        Some(NamedFile {
            name: self.names.as_mut().and_then(name),
            kind,
            is_link: attributes.is_some_and(is_link),
        })
    }
}

/// Whether attributes are those of a symbolic link: the mode of Unix stands in the upper half where bit 15 says so.
fn is_link(attributes: u32) -> bool {
    attributes & 0x8000 != 0 && (attributes >> 16) & 0o170_000 == 0o120_000
}

/// The next name, in UTF-8. Halves of pairs that stand alone have the bytes that they would have by the same rule.
fn name(names: &mut Fields) -> Option<Vec<u8>> {
    let mut name = Vec::new();
    let mut units = std::iter::from_fn(|| names.unit());
    let mut is_ended = false;
    let until_end = units.by_ref().take_while(|unit| {
        is_ended = *unit == 0;
        !is_ended
    });
    for unit in char::decode_utf16(until_end) {
        match unit {
            Ok(char) => name.extend(char.encode_utf8(&mut [0; 4]).bytes()),
            Err(error) => {
                let unit = error.unpaired_surrogate();
                let [high, middle, low] = [unit >> 12, (unit >> 6) & 0x3F, unit & 0x3F];
                name.extend([0xE0 | high as u8, 0x80 | middle as u8, 0x80 | low as u8]);
            }
        }
    }
    (is_ended && !name.is_empty()).then_some(name)
}
