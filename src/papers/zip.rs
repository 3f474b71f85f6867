//! Zip files that are the same bytes each time: members in the order in which they are added, without times.
//!
//! Members are compressed and written as they come, so that memory does not grow with their size. Sizes stand behind the
//! content of each member (APPNOTE 6.3, section 4.3.9). Members and files beyond 4 GiB have the fields of Zip64.

use std::io::{self, Read, Write};

use flate2::Compression;
use flate2::write::DeflateEncoder;
use sha2::{Digest as _, Sha256};

use super::Out;
use crate::Result;

/// From this size on, the fields of Zip64 hold sizes and places.
const LARGE: u64 = 0xffff_ffff;

/// The number of members from which on Zip64 holds it.
const MANY: u64 = 0xffff;

/// Version 2.0 compresses; 4.5 has Zip64.
const VERSION: u16 = 45;

/// The sizes stand behind the content, and names are UTF-8.
const FLAGS: u16 = 1 << 3 | 1 << 11;

/// The first of January 1980, the earliest date there is.
const DATE: u16 = 1 << 5 | 1;

const DEFLATED: u16 = 8;

/// A zip file that is being written.
pub struct Archive<'o, 'w> {
    out: &'o mut Out<'w>,
    place: u64,
    members: Vec<Member>,
}

struct Member {
    name: String,
    crc: u32,
    packed: u64,
    size: u64,
    place: u64,
    sha256: String,
}

impl<'o, 'w> Archive<'o, 'w> {
    /// Begins a zip file.
    pub fn new(out: &'o mut Out<'w>) -> Archive<'o, 'w> {
        Archive {
            out,
            place: 0,
            members: Vec::new(),
        }
    }

    /// Adds a member with this content.
    ///
    /// # Errors
    /// Those of the writer.
    pub fn add(&mut self, name: &str, content: &[u8]) -> Result<()> {
        self.fill(name, |writer| Ok(writer.write_all(content)))
    }

    /// Adds a member with the content of a reader.
    ///
    /// # Errors
    /// Those of the writer; those of the reader, as of `path`.
    pub fn add_reader(
        &mut self,
        name: &str,
        path: &std::path::Path,
        mut reader: impl Read,
    ) -> Result<()> {
        self.fill(name, |writer| {
            let mut chunk = vec![0; 1 << 16];
            loop {
                let read = match reader.read(&mut chunk) {
                    Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                    read => read.map_err(crate::Error::io(crate::error::Action::Read, path))?,
                };
                if read == 0 {
                    return Ok(Ok(()));
                }
                if let Err(error) = writer.write_all(&chunk[..read]) {
                    return Ok(Err(error));
                }
            }
        })
    }

    /// Adds a member whose content is written by a function. The inner result of the function is that of the writer.
    ///
    /// # Errors
    /// Those of the function and of the writer.
    pub fn fill(
        &mut self,
        name: &str,
        content: impl FnOnce(&mut dyn Write) -> Result<io::Result<()>>,
    ) -> Result<()> {
        let place = self.place;
        self.write(&local_header(name))?;
        let mut packed = Counted {
            writer: &mut *self.out,
            count: 0,
        };
        let mut plain = Measured {
            writer: DeflateEncoder::new(&mut packed, Compression::default()),
            crc: crc32fast::Hasher::new(),
            sha256: Sha256::new(),
            size: 0,
        };
        let written = content(&mut plain)?;
        let (crc, size) = (plain.crc.finalize(), plain.size);
        let sha256 = plain.sha256.finalize();
        let written = written.and_then(|()| plain.writer.finish().map(|_| ()));
        let packed = packed.count;
        self.out.io(written)?;
        self.place += packed;
        let mut descriptor = vec![0x50, 0x4b, 0x07, 0x08];
        descriptor.extend(crc.to_le_bytes());
        descriptor.extend(packed.to_le_bytes());
        descriptor.extend(size.to_le_bytes());
        self.write(&descriptor)?;
        self.members.push(Member {
            name: name.to_owned(),
            crc,
            packed,
            size,
            place,
            sha256: sha256.iter().map(|byte| format!("{byte:02x}")).collect(),
        });
        Ok(())
    }

    /// The SHA-256 of each member so far, one line each, as `sha256sum --check` reads them.
    pub fn sums(&self) -> String {
        let line = |member: &Member| format!("{}  {}\n", member.sha256, member.name);
        self.members.iter().map(line).collect()
    }

    /// Ends the file with its directory.
    ///
    /// # Errors
    /// Those of the writer.
    pub fn finish(mut self) -> Result<()> {
        let start = self.place;
        for member in std::mem::take(&mut self.members) {
            self.write(&member.directory_entry())?;
            self.members.push(member);
        }
        let (count, size) = (self.members.len() as u64, self.place - start);
        if count >= MANY || size >= LARGE || start >= LARGE {
            let end = self.place;
            self.write(&zip64_end(count, size, start, end))?;
        }
        let short = |number: u64| u16::try_from(number).unwrap_or(u16::MAX).to_le_bytes();
        let mut end = vec![0x50, 0x4b, 0x05, 0x06, 0, 0, 0, 0];
        end.extend(short(count));
        end.extend(short(count));
        end.extend(capped(size).to_le_bytes());
        end.extend(capped(start).to_le_bytes());
        end.extend([0, 0]);
        self.write(&end)
    }

    fn write(&mut self, bytes: &[u8]) -> Result<()> {
        let written = self.out.write_all(bytes);
        self.out.io(written)?;
        self.place += bytes.len() as u64;
        Ok(())
    }
}

fn capped(number: u64) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

/// The header before a member. Its size is not known yet, so that it always has the fields of Zip64.
fn local_header(name: &str) -> Vec<u8> {
    let mut bytes = vec![0x50, 0x4b, 0x03, 0x04];
    for field in [VERSION, FLAGS, DEFLATED, 0, DATE] {
        bytes.extend(field.to_le_bytes());
    }
    bytes.extend(0_u32.to_le_bytes());
    bytes.extend(u32::MAX.to_le_bytes());
    bytes.extend(u32::MAX.to_le_bytes());
    bytes.extend(length(name));
    bytes.extend(20_u16.to_le_bytes());
    bytes.extend(name.as_bytes());
    bytes.extend(zip64_field(&[0, 0]));
    bytes
}

fn length(name: &str) -> [u8; 2] {
    let length = u16::try_from(name.len()).expect("names of members are short");
    length.to_le_bytes()
}

fn zip64_field(numbers: &[u64]) -> Vec<u8> {
    let mut bytes = vec![1, 0];
    bytes.extend((numbers.len() as u16 * 8).to_le_bytes());
    bytes.extend(numbers.iter().flat_map(|number| number.to_le_bytes()));
    bytes
}

impl Member {
    fn directory_entry(&self) -> Vec<u8> {
        let numbers = [self.size, self.packed, self.place];
        let large: Vec<u64> = numbers.into_iter().filter(|n| *n >= LARGE).collect();
        let extra = if large.is_empty() {
            Vec::new()
        } else {
            zip64_field(&large)
        };
        let mut bytes = vec![0x50, 0x4b, 0x01, 0x02];
        for field in [VERSION, VERSION, FLAGS, DEFLATED, 0, DATE] {
            bytes.extend(field.to_le_bytes());
        }
        bytes.extend(self.crc.to_le_bytes());
        bytes.extend(capped(self.packed).to_le_bytes());
        bytes.extend(capped(self.size).to_le_bytes());
        bytes.extend(length(&self.name));
        bytes.extend((extra.len() as u16).to_le_bytes());
        // No comment, the first disk, no attributes.
        bytes.extend([0; 10]);
        bytes.extend(capped(self.place).to_le_bytes());
        bytes.extend(self.name.as_bytes());
        bytes.extend(extra);
        bytes
    }
}

/// The end of the directory in Zip64, and where it is.
fn zip64_end(count: u64, size: u64, start: u64, end: u64) -> Vec<u8> {
    let mut bytes = vec![0x50, 0x4b, 0x06, 0x06];
    bytes.extend(44_u64.to_le_bytes());
    bytes.extend(VERSION.to_le_bytes());
    bytes.extend(VERSION.to_le_bytes());
    bytes.extend([0; 8]);
    for number in [count, count, size, start] {
        bytes.extend(number.to_le_bytes());
    }
    bytes.extend([0x50, 0x4b, 0x06, 0x07, 0, 0, 0, 0]);
    bytes.extend(end.to_le_bytes());
    bytes.extend(1_u32.to_le_bytes());
    bytes
}

/// Counts what is written.
struct Counted<'c, 'w> {
    writer: &'c mut Out<'w>,
    count: u64,
}

impl Write for Counted<'_, '_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.writer.write(bytes)?;
        self.count += written as u64;
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.writer.flush()
    }
}

/// Measures what is compressed.
struct Measured<W: Write> {
    writer: DeflateEncoder<W>,
    crc: crc32fast::Hasher,
    sha256: Sha256,
    size: u64,
}

impl<W: Write> Write for Measured<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.writer.write(bytes)?;
        self.crc.update(&bytes[..written]);
        self.sha256.update(&bytes[..written]);
        self.size += written as u64;
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.writer.flush()
    }
}
