//! Zip files that are the same bytes each time: members in the order in which they are added, without times.
//!
//! Members are compressed and written as they come, so that memory does not grow with their size. Sizes stand behind the
//! content of each member (APPNOTE 6.3, section 4.3.9). Members and files beyond 4 GiB have the fields of Zip64.

use std::io::{self, Read, Write};
use std::path::Path;

use flate2::Compression;
use flate2::write::DeflateEncoder;
use sha2::{Digest as _, Sha256};

use super::Out;
use crate::error::{Action, Problem};
use crate::{Error, Result};

/// From this size on, the fields of Zip64 hold sizes and places.
const LARGE: u64 = 0xffff_ffff;

/// The number of members from which on Zip64 holds it.
const MANY: u64 = 0xffff;

/// The version that is needed to read a member: 2.0 compresses, 4.5 has Zip64.
fn version(is_large: bool) -> u16 {
    if is_large { 45 } else { 20 }
}

/// The sizes stand behind the content, and names are UTF-8.
const FLAGS: u16 = 1 << 3 | 1 << 11;

/// The first of January 1980, the earliest date there is.
const DATE: u16 = 1 << 5 | 1;

const DEFLATED: u16 = 8;

/// A zip file that is being written.
pub struct Archive<'o, 'w> {
    state: State<'o, 'w>,
    place: u64,
    members: Vec<Member>,
}

/// Where what is written goes.
enum State<'o, 'w> {
    /// Between two members.
    Between(&'o mut Out<'w>),
    Within(Box<Open<'o, 'w>>),
    /// Writing failed.
    Failed,
}

/// A member whose content is being written.
struct Open<'o, 'w> {
    name: String,
    is_large: bool,
    place: u64,
    plain: Measured<'o, 'w>,
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
            state: State::Between(out),
            place: 0,
            members: Vec::new(),
        }
    }

    /// Adds a member with this content.
    ///
    /// # Errors
    /// Those of the writer.
    pub fn add(&mut self, name: &str, content: &[u8]) -> Result<()> {
        let size = content.len() as u64;
        self.fill(name, size, |writer| Ok(writer.write_all(content)))
    }

    /// Adds a member with the content of a reader, of about so many bytes.
    ///
    /// # Errors
    /// Those of the writer; those of the reader, as of `path`.
    pub fn add_reader(
        &mut self,
        name: &str,
        path: &Path,
        size: u64,
        mut reader: impl Read,
    ) -> Result<()> {
        self.fill(name, size, |writer| {
            let mut chunk = vec![0; 1 << 16];
            loop {
                let read = match reader.read(&mut chunk) {
                    Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                    read => read.map_err(Error::io(Action::Read, path))?,
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

    /// Adds a member of about so many bytes, whose content is written by a function. The inner result of the function is
    /// that of the writer.
    ///
    /// # Errors
    /// Those of the function and of the writer; [`Problem::PaperTooLarge`] for a member that is far larger than it was said
    /// to be.
    pub fn fill(
        &mut self,
        name: &str,
        size: u64,
        content: impl FnOnce(&mut dyn Write) -> Result<io::Result<()>>,
    ) -> Result<()> {
        self.begin(name, size)?;
        let State::Within(open) = &mut self.state else {
            return Err(failed().into());
        };
        let written = content(&mut open.plain)?;
        let written = open.out().io(written);
        written?;
        self.end()
    }

    /// Begins a member of about so many bytes. [`Archive::write`] adds to it, and [`Archive::end`] ends it.
    ///
    /// # Errors
    /// Those of the writer.
    pub fn begin(&mut self, name: &str, size: u64) -> Result<()> {
        let (place, is_large) = (self.place, size >= LARGE / 2);
        self.put(&local_header(name, is_large))?;
        let State::Between(out) = std::mem::replace(&mut self.state, State::Failed) else {
            return Err(failed().into());
        };
        self.state = State::Within(Box::new(Open {
            name: name.to_owned(),
            is_large,
            place,
            plain: Measured::new(out),
        }));
        Ok(())
    }

    /// Adds to the content of the member that was begun.
    ///
    /// # Errors
    /// Those of the writer.
    pub fn write(&mut self, bytes: &[u8]) -> Result<()> {
        let State::Within(open) = &mut self.state else {
            return Err(failed().into());
        };
        let written = open.plain.write_all(bytes);
        open.out().io(written)
    }

    /// Ends the member that was begun.
    ///
    /// # Errors
    /// Those of the writer; [`Problem::PaperTooLarge`] for a member that is far larger than it was said to be.
    pub fn end(&mut self) -> Result<()> {
        let State::Within(open) = std::mem::replace(&mut self.state, State::Failed) else {
            return Err(failed().into());
        };
        let Open {
            name,
            is_large,
            place,
            plain,
        } = *open;
        let path = plain.out().path().to_owned();
        let finished = plain.finish().map_err(Error::io(Action::Write, &path));
        let (packed, out) = finished?;
        self.state = State::Between(out);
        let Packed {
            crc,
            sha256,
            packed,
            size,
        } = packed;
        self.place += packed;
        let mut descriptor = vec![0x50, 0x4b, 0x07, 0x08];
        descriptor.extend(crc.to_le_bytes());
        for number in [packed, size] {
            if is_large {
                descriptor.extend(number.to_le_bytes());
            } else if number < LARGE {
                descriptor.extend(capped(number).to_le_bytes());
            } else {
                return Err(Problem::PaperTooLarge { name }.into());
            }
        }
        self.put(&descriptor)?;
        self.members.push(Member {
            name,
            crc,
            packed,
            size,
            place,
            sha256,
        });
        Ok(())
    }

    /// The SHA-256 of each member so far, one line each, as `sha256sum --check` reads them.
    pub fn sums(&self) -> String {
        let line = |member: &Member| format!("{}  {}\n", member.sha256, member.name);
        self.members.iter().map(line).collect()
    }

    /// The SHA-256 of the member that was added last, in hexadecimal.
    pub fn last_sum(&self) -> Option<&str> {
        Some(&self.members.last()?.sha256)
    }

    /// Ends the file with its directory.
    ///
    /// # Errors
    /// Those of the writer.
    pub fn finish(mut self) -> Result<()> {
        let start = self.place;
        for member in std::mem::take(&mut self.members) {
            self.put(&member.directory_entry())?;
            self.members.push(member);
        }
        let (count, size) = (self.members.len() as u64, self.place - start);
        if count >= MANY || size >= LARGE || start >= LARGE {
            let end = self.place;
            self.put(&zip64_end(count, size, start, end))?;
        }
        let short = |number: u64| u16::try_from(number).unwrap_or(u16::MAX).to_le_bytes();
        let mut end = vec![0x50, 0x4b, 0x05, 0x06, 0, 0, 0, 0];
        end.extend(short(count));
        end.extend(short(count));
        end.extend(capped(size).to_le_bytes());
        end.extend(capped(start).to_le_bytes());
        end.extend([0, 0]);
        self.put(&end)
    }

    /// Writes what stands between contents.
    fn put(&mut self, bytes: &[u8]) -> Result<()> {
        let State::Between(out) = &mut self.state else {
            return Err(failed().into());
        };
        let written = out.write_all(bytes);
        out.io(written)?;
        self.place += bytes.len() as u64;
        Ok(())
    }
}

/// After an error, or within a member, there is no other member.
fn failed() -> Problem {
    Problem::PaperUnfinished
}

fn capped(number: u64) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

/// The header before a member. Its sizes are not known yet. A large member has the fields of Zip64, which not every
/// program that opens XLSX takes.
fn local_header(name: &str, is_large: bool) -> Vec<u8> {
    let (sizes, extra) = if is_large {
        (u32::MAX, zip64_field(&[0, 0]))
    } else {
        (0, Vec::new())
    };
    let mut bytes = vec![0x50, 0x4b, 0x03, 0x04];
    for field in [version(is_large), FLAGS, DEFLATED, 0, DATE] {
        bytes.extend(field.to_le_bytes());
    }
    bytes.extend(0_u32.to_le_bytes());
    bytes.extend(sizes.to_le_bytes());
    bytes.extend(sizes.to_le_bytes());
    bytes.extend(length(name));
    bytes.extend((extra.len() as u16).to_le_bytes());
    bytes.extend(name.as_bytes());
    bytes.extend(extra);
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
        let version = version(!large.is_empty());
        for field in [version, version, FLAGS, DEFLATED, 0, DATE] {
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
    bytes.extend(version(true).to_le_bytes());
    bytes.extend(version(true).to_le_bytes());
    bytes.extend([0; 8]);
    for number in [count, count, size, start] {
        bytes.extend(number.to_le_bytes());
    }
    bytes.extend([0x50, 0x4b, 0x06, 0x07, 0, 0, 0, 0]);
    bytes.extend(end.to_le_bytes());
    bytes.extend(1_u32.to_le_bytes());
    bytes
}

/// What is known of a member once it is written.
struct Packed {
    crc: u32,
    sha256: String,
    packed: u64,
    size: u64,
}

/// Counts what is written.
struct Counted<'o, 'w> {
    writer: &'o mut Out<'w>,
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
struct Measured<'o, 'w> {
    writer: DeflateEncoder<Counted<'o, 'w>>,
    crc: crc32fast::Hasher,
    sha256: Sha256,
    size: u64,
}

impl<'o, 'w> Measured<'o, 'w> {
    fn new(writer: &'o mut Out<'w>) -> Measured<'o, 'w> {
        let counted = Counted { writer, count: 0 };
        Measured {
            writer: DeflateEncoder::new(counted, Compression::default()),
            crc: crc32fast::Hasher::new(),
            sha256: Sha256::new(),
            size: 0,
        }
    }

    fn out(&self) -> &Out<'w> {
        self.writer.get_ref().writer
    }

    fn finish(self) -> io::Result<(Packed, &'o mut Out<'w>)> {
        let counted = self.writer.finish()?;
        let sha256 = self.sha256.finalize();
        let packed = Packed {
            crc: self.crc.finalize(),
            sha256: sha256.iter().map(|byte| format!("{byte:02x}")).collect(),
            packed: counted.count,
            size: self.size,
        };
        Ok((packed, counted.writer))
    }
}

impl<'w> Open<'_, 'w> {
    fn out(&self) -> &Out<'w> {
        self.plain.out()
    }
}

impl Write for Measured<'_, '_> {
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
