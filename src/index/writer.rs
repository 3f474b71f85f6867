//! Writes the layout that the module `format` specifies: sections in order, each byte once, the header last.

use std::io::{self, Seek, SeekFrom, Write};

use zerocopy::IntoBytes;

use super::blocks::{self, BLOCK_BYTES, DIGEST_BYTES};
use super::format::{
    ALIGNMENT, HEADER_BYTES, Header, MAGIC, Role, SECTION_BYTES, SectionRecord, checksum,
};
use crate::hash::HashType;

/// Writes one index. Bytes given to it belong to the section begun last.
pub(super) struct Writer<W> {
    out: W,
    version: u32,
    table: Vec<SectionRecord>,
    /// The end of the space kept for the header and the section table.
    body: u64,
    /// Where the next byte goes.
    at: u64,
    block: Vec<u8>,
    digests: Vec<u8>,
}

impl<W: Write + Seek> Writer<W> {
    /// Begins an index of exactly `sections` sections, in a version of the format.
    pub(super) fn new(mut out: W, sections: usize, version: u32) -> io::Result<Writer<W>> {
        let body = HEADER_BYTES + sections * SECTION_BYTES;
        out.write_all(&vec![0; body])?;
        Ok(Writer {
            out,
            version,
            table: Vec::with_capacity(sections),
            body: body as u64,
            at: body as u64,
            block: Vec::with_capacity(BLOCK_BYTES),
            digests: Vec::new(),
        })
    }

    /// Begins a section of `count` elements.
    pub(super) fn section(
        &mut self,
        role: Role,
        hash_type: Option<HashType>,
        count: usize,
    ) -> io::Result<()> {
        self.end_section();
        let padding = self.at.next_multiple_of(ALIGNMENT as u64) - self.at;
        self.write_all(&[0; ALIGNMENT][..padding as usize])?;
        self.table.push(SectionRecord {
            role: role.code().into(),
            hash_type: hash_type.map_or(0, HashType::code).into(),
            zeros: 0.into(),
            offset: self.at.into(),
            length: 0.into(),
            count: (count as u64).into(),
        });
        Ok(())
    }

    /// Writes the digests, then the header and the section table. Gives the size of the whole.
    pub(super) fn finish(mut self) -> io::Result<(W, u64)> {
        self.end_section();
        assert_eq!(
            self.body,
            (HEADER_BYTES + self.table.len() * SECTION_BYTES) as u64,
            "as many sections as were announced"
        );
        if !self.block.is_empty() {
            self.digests.extend(blocks::digest(&self.block));
        }
        let (digests, root) = blocks::finish_digests(self.digests);
        self.out.write_all(&digests)?;
        let mut header = Header {
            magic: MAGIC,
            version: self.version.into(),
            sections: (self.table.len() as u32).into(),
            file_bytes: (self.at + digests.len() as u64).into(),
            body_end: self.at.into(),
            root,
            checksum: [0; DIGEST_BYTES],
        };
        header.checksum = checksum(&header, self.table.as_bytes());
        self.out.seek(SeekFrom::Start(0))?;
        self.out.write_all(header.as_bytes())?;
        self.out.write_all(self.table.as_bytes())?;
        self.out.flush()?;
        Ok((self.out, header.file_bytes.get()))
    }

    fn end_section(&mut self) {
        if let Some(section) = self.table.last_mut() {
            section.length = (self.at - section.offset.get()).into();
        }
    }
}

impl<W: Write> Write for Writer<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let taken = bytes.len().min(BLOCK_BYTES - self.block.len());
        let written = self.out.write(&bytes[..taken])?;
        self.block.extend(&bytes[..written]);
        self.at += written as u64;
        if self.block.len() == BLOCK_BYTES {
            self.digests.extend(blocks::digest(&self.block));
            self.block.clear();
        }
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}
