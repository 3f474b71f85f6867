//! ar, of which Debian makes its packages: the common format, with the long names of GNU and of BSD (ar(5) of FreeBSD).

use std::io;

use super::{Placed, Walk, digits, find_header};
use crate::archive::container::Entry;
use crate::archive::gap::{GapKind, Gaps};
use crate::archive::path;
use crate::archive::source::Source;
use crate::error::Reason;

const MAGIC: &[u8] = b"!<arch>\n";

const HEADER_BYTES: u64 = 60;

/// What ends a header.
const END: &[u8] = b"`\n";

/// The largest table of long names.
const NAMES_BYTES_MAX: u64 = 16 << 20;

/// Whether a file begins as ar does.
pub(in crate::archive) fn begins(head: &[u8]) -> bool {
    head.starts_with(MAGIC)
}

/// An archive of ar.
pub(in crate::archive) struct Ar {
    at: u64,
    /// Long names of GNU, one a line.
    names: Vec<u8>,
}

impl Default for Ar {
    fn default() -> Ar {
        Ar {
            at: MAGIC.len() as u64,
            names: Vec::new(),
        }
    }
}

/// The name and size in a header, if it is one.
fn header(source: &mut Source, at: u64) -> io::Result<Option<([u8; 16], u64)>> {
    let Some(header) = source.array::<{ HEADER_BYTES as usize }>(at)? else {
        return Ok(None);
    };
    let size = digits(&header[48..58], 10);
    let name = *header.first_chunk().expect("it is longer");
    let size = size.filter(|_| header[58..] == *END);
    Ok(size.map(|size| (name, size)))
}

impl Ar {
    /// A long name of GNU.
    fn long_name(&self, place: &[u8]) -> Option<Vec<u8>> {
        let at = usize::try_from(digits(place, 10)?).ok()?;
        let rest = self.names.get(at..)?;
        let end = rest.iter().position(|byte| *byte == b'\n');
        let name = &rest[..end.unwrap_or(rest.len())];
        Some(name.strip_suffix(b"/").unwrap_or(name).to_vec())
    }
}

impl Walk for Ar {
    fn next(&mut self, source: &mut Source, gaps: &mut Gaps) -> io::Result<Option<Placed>> {
        loop {
            if self.at >= source.len() {
                return Ok(None);
            }
            let Some((name, size)) = header(source, self.at)? else {
                gaps.add(GapKind::Damaged, Reason::ArchiveHeader);
                let sound = |source: &mut Source, at: u64| Ok(header(source, at)?.is_some());
                match find_header(source, self.at + 1, (END, HEADER_BYTES - 2), sound)? {
                    Some(at) => self.at = at,
                    None => return Ok(None),
                }
                continue;
            };
            let mut start = self.at.saturating_add(HEADER_BYTES);
            let end = start.saturating_add(size);
            self.at = end.saturating_add(end % 2);
            let trimmed = name.trim_ascii_end();
            let name = match trimmed {
                // Tables of symbols: no members, and searched as what stands between them.
                b"/" | b"/SYM64/" => continue,
                b"//" => {
                    if size > NAMES_BYTES_MAX {
                        gaps.add(GapKind::Damaged, Reason::TarExtendedTooLong);
                    }
                    self.names = source.up_to(size.min(NAMES_BYTES_MAX), start)?;
                    continue;
                }
                [b'#', b'1', b'/', len @ ..] => {
                    let len = digits(len, 10).filter(|len| *len <= size);
                    let len = len.filter(|len| *len <= path::PATH_MAX as u64);
                    match len {
                        Some(len) => {
                            let name = source.up_to(len, start)?;
                            start += len;
                            let zeros = name.iter().rev().take_while(|byte| **byte == 0);
                            name[..name.len() - zeros.count()].to_vec()
                        }
                        None => trimmed.to_vec(),
                    }
                }
                [b'/', place @ ..] => match self.long_name(place) {
                    Some(name) => name,
                    None => trimmed.to_vec(),
                },
                name => name.strip_suffix(b"/").unwrap_or(name).to_vec(),
            };
            let mut entry = Entry::of(name);
            entry.stored = end - start;
            return Ok(Some(Placed::new(entry, start..end)));
        }
    }
}
