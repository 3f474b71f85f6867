//! cpio: the new format of System V, with and without sums, that of POSIX in octal digits, and the binary one of either order
//! of bytes (cpio(5) of FreeBSD). Archives that are joined are read to the last.

use std::io;

use super::{Placed, Walk, digits, find_header};
use crate::archive::container::Entry;
use crate::archive::gap::{GapKind, Gaps};
use crate::archive::path;
use crate::archive::source::Source;
use crate::error::Reason;

/// The longest name, with the zero byte at its end.
const NAME_BYTES_MAX: u64 = path::PATH_MAX as u64;

/// The name that ends an archive.
const TRAILER: &[u8] = b"TRAILER!!!";

/// Zeros behind an archive, before the next one.
const PADDING_BYTES_MAX: u64 = 1 << 20;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    /// Hexadecimal digits, and whether the sum is one.
    New {
        is_summed: bool,
    },
    Octal,
    /// Numbers of two bytes.
    Binary {
        is_little: bool,
    },
}

/// The header of a member.
#[derive(Debug, PartialEq)]
struct Header {
    form: Form,
    mode: u64,
    name_bytes: u64,
    size: u64,
    sum: u32,
}

impl Header {
    /// Reads the header that bytes begin with.
    fn read(bytes: &[u8]) -> Option<Header> {
        let header = match bytes {
            [b'0', b'7', b'0', b'7', b'0', last @ (b'1' | b'2'), ..] => {
                let field = |place: usize| {
                    let field = bytes.get(6 + 8 * place..14 + 8 * place)?;
                    let is_whole = field.iter().all(u8::is_ascii_hexdigit);
                    digits(field, 16).filter(|_| is_whole)
                };
                Header {
                    form: Form::New {
                        is_summed: *last == b'2',
                    },
                    mode: field(1)?,
                    size: field(6)?,
                    name_bytes: field(11)?,
                    sum: field(12)? as u32,
                }
            }
            [b'0', b'7', b'0', b'7', b'0', b'7', ..] => {
                let field = |from: usize, len: usize| {
                    let field = bytes.get(from..from + len)?;
                    let is_whole = field.iter().all(|byte| matches!(byte, b'0'..=b'7'));
                    digits(field, 8).filter(|_| is_whole)
                };
                Header {
                    form: Form::Octal,
                    mode: field(18, 6)?,
                    name_bytes: field(59, 6)?,
                    size: field(65, 11)?,
                    sum: 0,
                }
            }
            [0xC7, 0x71, ..] | [0x71, 0xC7, ..] => {
                let is_little = bytes[0] == 0xC7;
                let field = |place: usize| {
                    let field = bytes.get(2 * place..2 * place + 2)?.try_into().ok()?;
                    Some(u64::from(if is_little {
                        u16::from_le_bytes(field)
                    } else {
                        u16::from_be_bytes(field)
                    }))
                };
                Header {
                    form: Form::Binary { is_little },
                    mode: field(3)?,
                    name_bytes: field(10)?,
                    size: field(11)? << 16 | field(12)?,
                    sum: 0,
                }
            }
            _ => return None,
        };
        let is_sound = (1..=NAME_BYTES_MAX).contains(&header.name_bytes);
        is_sound.then_some(header)
    }

    fn bytes(&self) -> u64 {
        match self.form {
            Form::New { .. } => 110,
            Form::Octal => 76,
            Form::Binary { .. } => 26,
        }
    }

    /// What names and contents are filled up to.
    fn unit(&self) -> u64 {
        match self.form {
            Form::New { .. } => 4,
            Form::Octal => 1,
            Form::Binary { .. } => 2,
        }
    }

    /// Where the content of a member begins whose header is at a place.
    fn content(&self, at: u64) -> u64 {
        at.saturating_add((self.bytes() + self.name_bytes).next_multiple_of(self.unit()))
    }

    fn is_summed(&self) -> bool {
        self.form == (Form::New { is_summed: true })
    }
}

/// Whether a file begins as cpio does.
pub(in crate::archive) fn begins(head: &[u8]) -> bool {
    let Some(header) = Header::read(head) else {
        return false;
    };
    let Header {
        form: Form::Binary { .. },
        ..
    } = header
    else {
        return true;
    };
    // Two bytes say little: the name must be one.
    let name = head.get(26..).unwrap_or_default();
    let name = name.get(..header.name_bytes as usize).unwrap_or_default();
    let Some((0, name)) = name.split_last() else {
        return false;
    };
    !name.is_empty() && name.iter().all(|byte| *byte >= b' ')
}

/// An archive of cpio.
#[derive(Default)]
pub(in crate::archive) struct Cpio {
    at: u64,
}

impl Cpio {
    fn header(&self, source: &mut Source) -> io::Result<Option<(Header, Vec<u8>)>> {
        let bytes = source.up_to(110, self.at)?;
        let Some(header) = Header::read(&bytes) else {
            return Ok(None);
        };
        let name = source.up_to(header.name_bytes, self.at + header.bytes())?;
        let Some((0, name)) = name.split_last() else {
            return Ok(None);
        };
        Ok(Some((header, name.to_vec())))
    }

    /// Goes behind zeros, to where another archive may begin.
    fn pass_padding(&mut self, source: &mut Source) -> io::Result<()> {
        let bytes = source.up_to(PADDING_BYTES_MAX, self.at)?;
        let zeros = bytes.iter().take_while(|byte| **byte == 0).count();
        self.at += zeros as u64;
        Ok(())
    }
}

impl Walk for Cpio {
    fn next(&mut self, source: &mut Source, gaps: &mut Gaps) -> io::Result<Option<Placed>> {
        loop {
            if self.at >= source.len() {
                // The trailer is missing.
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            let Some((header, name)) = self.header(source)? else {
                gaps.add(GapKind::Damaged, Reason::ArchiveHeader);
                let sound = |source: &mut Source, at: u64| {
                    let cpio = Cpio { at };
                    Ok(cpio.header(source)?.is_some())
                };
                // The binary form has no mark to look for.
                match find_header(source, self.at + 1, (b"07070", 0), sound)? {
                    Some(at) => self.at = at,
                    None => return Ok(None),
                }
                continue;
            };
            let start = header.content(self.at);
            let end = start.saturating_add(header.size);
            if name == TRAILER && header.size == 0 {
                self.at = start;
                self.pass_padding(source)?;
                let bytes = source.up_to(110, self.at)?;
                if Header::read(&bytes).is_none() {
                    return Ok(None);
                }
                continue;
            }
            // Contents are filled up from where they begin, wherever the archive lies.
            let filled = header.size.checked_next_multiple_of(header.unit());
            self.at = match filled.and_then(|bytes| start.checked_add(bytes)) {
                Some(next) => next,
                None => return Err(io::ErrorKind::UnexpectedEof.into()),
            };
            let mut entry = Entry::of(name);
            entry.stored = header.size;
            let with_content = match header.mode & 0o170_000 {
                0o040_000 if header.size == 0 => continue,
                0o040_000 => Some(Reason::TarFolderWithContent),
                0o120_000 => {
                    entry.link = true;
                    None
                }
                kind @ (0o010_000 | 0o020_000 | 0o060_000 | 0o140_000) if header.size == 0 => {
                    let reason = match kind {
                        0o010_000 | 0o140_000 => Reason::MemberPipe,
                        _ => Reason::MemberDevice,
                    };
                    entry.refused = Some((GapKind::Skipped, reason.into()));
                    None
                }
                0o010_000 | 0o140_000 => Some(Reason::TarPipeWithContent),
                0o020_000 | 0o060_000 => Some(Reason::TarDeviceWithContent),
                _ => None,
            };
            entry.gap = with_content.map(|reason| (GapKind::Damaged, reason.into()));
            let mut placed = Placed::new(entry, start..end);
            placed.sum = header.is_summed().then_some(header.sum);
            return Ok(Some(placed));
        }
    }
}
