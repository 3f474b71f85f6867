//! Packages of rpm: headers, and one compressed archive of cpio behind them (RPM 4 of the Linux Standard Base, 22).

use std::io;

use super::{Placed, Walk};
use crate::archive::container::Entry;
use crate::archive::gap::{GapKind, Gaps};
use crate::archive::source::Source;
use crate::error::Reason;

const LEAD_BYTES: u64 = 96;

/// What a header begins with.
const HEADER: [u8; 4] = [0x8E, 0xAD, 0xE8, 0x01];

/// Whether a file begins as packages do.
pub(in crate::archive) fn begins(head: &[u8]) -> bool {
    matches!(head, [0xED, 0xAB, 0xEE, 0xDB, 3 | 4, ..])
}

/// A package.
#[derive(Default)]
pub(in crate::archive) struct Rpm {
    is_over: bool,
}

/// Where the header at a place ends.
fn header_end(source: &mut Source, at: u64) -> io::Result<Option<u64>> {
    let Some(header) = source.array::<16>(at)? else {
        return Ok(None);
    };
    let number = |at: usize| {
        let bytes = [header[at], header[at + 1], header[at + 2], header[at + 3]];
        u64::from(u32::from_be_bytes(bytes))
    };
    let end = at + 16 + 16 * number(8) + number(12);
    let is_sound = header.starts_with(&HEADER) && end <= source.len();
    Ok(is_sound.then_some(end))
}

impl Walk for Rpm {
    fn next(&mut self, source: &mut Source, gaps: &mut Gaps) -> io::Result<Option<Placed>> {
        if std::mem::replace(&mut self.is_over, true) {
            return Ok(None);
        }
        let signature = header_end(source, LEAD_BYTES)?;
        let header = match signature {
            Some(end) => header_end(source, end.next_multiple_of(8))?,
            None => None,
        };
        let Some(start) = header else {
            // What is in it is found as what belongs to no member.
            gaps.add(GapKind::Damaged, Reason::ArchiveHeader);
            return Ok(None);
        };
        let end = source.len();
        if start == end {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        let mut entry = Entry::of(b"payload".to_vec());
        entry.stored = end - start;
        Ok(Some(Placed::new(entry, start..end)))
    }
}
