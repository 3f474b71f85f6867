//! The header, folders and files of a cabinet ([MS-CAB], 2.1 to 2.3).

use std::io;

use super::Margins;
use crate::archive::gap::{GapKind, Gaps};
use crate::archive::source::Source;
use crate::error::Reason;

/// The longest name: 255 bytes and the zero byte at its end.
const NAME_BYTES_MAX: u64 = 256;

/// What stands before each block.
const BLOCK_HEADER_BYTES: u64 = 8;

/// Folders of files that begin in the volume before, or go on in the next.
const ELSEWHERE: u16 = 0xFFFD;

/// What a header says.
pub(super) struct Header {
    pub(super) folders: Vec<Folder>,
    /// Where the first bytes are that are packed.
    packed_from: u64,
}

/// A folder: what is packed together.
#[derive(Clone)]
pub(super) struct Folder {
    pub(super) at: u64,
    pub(super) blocks: u16,
    pub(super) method: u16,
    /// How many bytes each block reserves for others.
    pub(super) reserved: u64,
    /// Where the last of its blocks ends, and how many bytes they say that they unpack to.
    end: u64,
    unpacked: u64,
}

/// A file within a folder.
pub(super) struct File {
    /// None of one that is not wholly in this volume.
    pub(super) folder: Option<usize>,
    pub(super) offset: u64,
    pub(super) size: u64,
    pub(super) name: Vec<u8>,
    /// No file, but bytes of a folder that no file names.
    pub(super) is_rest: bool,
}

/// Goes through fields in their order.
struct Fields<'s> {
    source: &'s mut Source,
    at: u64,
}

impl Fields<'_> {
    fn array<const N: usize>(&mut self) -> io::Result<[u8; N]> {
        let array = self.source.array(self.at)?;
        self.at += N as u64;
        array.ok_or_else(|| io::ErrorKind::UnexpectedEof.into())
    }

    fn u16(&mut self) -> io::Result<u16> {
        self.array().map(u16::from_le_bytes)
    }

    fn u32(&mut self) -> io::Result<u64> {
        Ok(u64::from(u32::from_le_bytes(self.array()?)))
    }

    /// A text up to a zero byte.
    fn text(&mut self) -> io::Result<Vec<u8>> {
        let mut bytes = self.source.up_to(NAME_BYTES_MAX, self.at)?;
        let end = bytes.iter().position(|byte| *byte == 0);
        let is_cut = end.is_none() && (bytes.len() as u64) < NAME_BYTES_MAX;
        let end = end.unwrap_or(bytes.len());
        self.at += end as u64 + 1;
        bytes.truncate(end);
        if is_cut {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        Ok(bytes)
    }
}

impl Header {
    /// Reads all that is said of files. Where that ends early, what was read counts.
    pub(super) fn read(source: &mut Source, gaps: &mut Gaps) -> io::Result<(Header, Vec<File>)> {
        let mut fields = Fields { source, at: 16 };
        let files_at = fields.u32()?;
        fields.at = 26;
        let [folder_count, file_count, flags] = [fields.u16()?, fields.u16()?, fields.u16()?];
        fields.at = 36;
        let (mut of_folder, mut of_block) = (0, 0);
        if flags & 4 != 0 {
            let of_header = u64::from(fields.u16()?);
            [of_folder, of_block] = fields.array::<2>()?.map(u64::from);
            fields.at += of_header;
        }
        // The names of the volume before and of its disc, and those of the next.
        for _ in 0..2 * (flags & 3).count_ones() {
            fields.text()?;
        }
        if flags & 3 != 0 {
            gaps.add(GapKind::Unsupported, Reason::ArchiveVolume);
        }
        let mut folders = Vec::new();
        for _ in 0..folder_count {
            folders.push(Folder {
                at: fields.u32()?,
                blocks: fields.u16()?,
                method: fields.u16()?,
                reserved: of_block,
                end: 0,
                unpacked: 0,
            });
            fields.at += of_folder;
        }
        fields.at = files_at;
        let mut files = Vec::new();
        for _ in 0..file_count {
            match File::read(&mut fields) {
                Ok(file) => files.push(file),
                Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => {
                    gaps.add(GapKind::Damaged, Reason::MemberCut);
                    break;
                }
                Err(error) => return Err(error),
            }
        }
        let packed_from = fields.at;
        // Folders that share no blocks have no more than this, all together.
        let mut left = source.len() / BLOCK_HEADER_BYTES;
        for folder in &mut folders {
            if !folder.measure(source, &mut left)? {
                gaps.add(GapKind::Damaged, Reason::ArchiveHeader);
                break;
            }
        }
        let header = Header {
            folders,
            packed_from,
        };
        Ok((header, files))
    }

    /// Stretches of folders that no file names. The files are in their order.
    pub(super) fn rests(&self, files: &[File]) -> Vec<File> {
        let mut rests = Vec::new();
        for (number, folder) in self.folders.iter().enumerate() {
            let mut until = 0;
            let mut add = |from: u64, to: u64| {
                if to > from {
                    rests.push(File {
                        folder: Some(number),
                        offset: from,
                        size: to - from,
                        name: format!("folder-{number}/rest-{from}").into_bytes(),
                        is_rest: true,
                    });
                }
            };
            let within = files.partition_point(|file| file.folder < Some(number));
            let within = files[within..].iter();
            for file in within.take_while(|file| file.folder == Some(number)) {
                add(until, file.offset);
                until = until.max(file.offset.saturating_add(file.size));
            }
            add(until, folder.unpacked);
        }
        rests
    }

    /// What belongs to no folder.
    pub(super) fn margins(&self, len: u64) -> Margins {
        let mut margins = Margins::default();
        let mut taken = Vec::new();
        for folder in &self.folders {
            taken.push(folder.at..folder.end.max(folder.at));
        }
        taken.sort_by_key(|range| range.start);
        // Headers are searched too: names and reserved bytes may hold anything.
        let mut until = 0;
        margins.add(until..self.packed_from);
        for range in taken {
            margins.add(until..range.start.max(until));
            until = until.max(range.end);
        }
        margins.add(until..len.max(until));
        margins
    }
}

impl Folder {
    /// Goes through the headers of its blocks; whether there was room for so many in what is left.
    fn measure(&mut self, source: &mut Source, left: &mut u64) -> io::Result<bool> {
        let (mut at, mut unpacked) = (self.at, 0);
        for _ in 0..self.blocks {
            if *left == 0 {
                return Ok(false);
            }
            *left -= 1;
            let Some(header) = source.array::<{ BLOCK_HEADER_BYTES as usize }>(at)? else {
                break;
            };
            let packed = u16::from_le_bytes([header[4], header[5]]);
            at += 8 + self.reserved + u64::from(packed);
            unpacked += u64::from(u16::from_le_bytes([header[6], header[7]]));
        }
        (self.end, self.unpacked) = (at.min(source.len()), unpacked);
        Ok(true)
    }
}

impl File {
    fn read(fields: &mut Fields<'_>) -> io::Result<File> {
        let (size, offset) = (fields.u32()?, fields.u32()?);
        let folder = fields.u16()?;
        // The time it was written, and what kind of file it is.
        fields.at += 6;
        let name = fields.text()?;
        Ok(File {
            folder: (folder < ELSEWHERE).then_some(usize::from(folder)),
            offset,
            size,
            // Folders within a name are separated as in Windows.
            name: name
                .into_iter()
                .map(|byte| if byte == b'\\' { b'/' } else { byte })
                .collect(),
            is_rest: false,
        })
    }
}
