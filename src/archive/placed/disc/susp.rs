//! What systems add to the records of a disc: the names and links of Rock Ridge (SUSP and RRIP 1.12).

use std::io;

use super::SECTOR;
use super::record::Record;
use crate::archive::source::Source;

/// How often what is added may go on elsewhere.
const CONTINUATIONS_MAX: u32 = 16;

/// The longest name or target.
const TEXT_BYTES_MAX: usize = 16 << 10;

/// That there are such additions, and how many bytes of others stand before them.
#[derive(Clone, Copy, Debug)]
pub(super) struct Susp {
    skipped: usize,
}

/// What is added to a record.
#[derive(Debug, Default)]
pub(super) struct Extensions {
    pub(super) name: Option<Vec<u8>>,
    /// What a symbolic link points to.
    pub(super) target: Option<Vec<u8>>,
    /// The block of a folder that stands in for this file.
    pub(super) child: Option<u64>,
    /// The content is compressed.
    pub(super) is_packed: bool,
}

impl Susp {
    /// Whether the root of a tree, whose folder begins at a place, says that there are additions.
    pub(super) fn of_root(source: &mut Source, at: u64) -> io::Result<Option<Susp>> {
        let bytes = source.up_to(255, at)?;
        let len = bytes.first().map_or(0, |len| usize::from(*len));
        let own = bytes.get(..len).and_then(Record::read);
        let system = own.map(|own| own.system).unwrap_or_default();
        Ok(match system.as_slice() {
            [b'S', b'P', 7, 1, 0xBE, 0xEF, skipped, ..] => Some(Susp {
                skipped: usize::from(*skipped),
            }),
            _ => None,
        })
    }

    /// Where a folder begins, and its size, which its own record states.
    pub(super) fn folder(source: &mut Source, at: u64) -> io::Result<(u64, u64)> {
        let bytes = source.up_to(255, at)?;
        let len = bytes.first().map_or(0, |len| usize::from(*len));
        let own = bytes.get(..len).and_then(Record::read);
        let size = own.filter(Record::is_own).map_or(SECTOR, |own| own.size);
        Ok((at, size))
    }

    /// Reads what is added to a record.
    pub(super) fn read(
        self,
        source: &mut Source,
        system: &[u8],
        block_bytes: u64,
    ) -> io::Result<Extensions> {
        let mut all = Extensions::default();
        let mut bytes = system.get(self.skipped..).unwrap_or_default().to_vec();
        for _ in 0..CONTINUATIONS_MAX {
            let Some((block, offset, len)) = all.add(&bytes) else {
                break;
            };
            let at = block * block_bytes + offset;
            bytes = source.up_to(len.min(SECTOR), at)?;
        }
        Ok(all)
    }
}

impl Extensions {
    /// Takes in additions that follow each other; where they go on, if they do.
    fn add(&mut self, mut bytes: &[u8]) -> Option<(u64, u64, u64)> {
        let mut goes_on = None;
        while let [first, second, len, _version, ..] = *bytes {
            let len = usize::from(len);
            let Some(content) = bytes.get(4..len) else {
                break;
            };
            match (&[first, second], content) {
                (b"NM", [flags, name @ ..]) if flags & 0x06 == 0 => {
                    let all = self.name.get_or_insert_default();
                    let room = TEXT_BYTES_MAX.saturating_sub(all.len());
                    all.extend(&name[..name.len().min(room)]);
                }
                (b"SL", [_, parts @ ..]) => self.add_target(parts),
                (b"CL", content) => self.child = number(content, 0),
                (b"ZF", _) => self.is_packed = true,
                (b"CE", content) => {
                    let place = [number(content, 0), number(content, 8), number(content, 16)];
                    if let [Some(block), Some(offset), Some(len)] = place {
                        goes_on = Some((block, offset, len));
                    }
                }
                (b"ST", _) => break,
                _ => {}
            }
            bytes = &bytes[len..];
        }
        goes_on
    }

    /// Takes in parts of what a link points to.
    fn add_target(&mut self, mut parts: &[u8]) {
        let target = self.target.get_or_insert_default();
        while let [flags, len, rest @ ..] = parts {
            let Some((text, rest)) = rest.split_at_checked(usize::from(*len)) else {
                break;
            };
            let text: &[u8] = match flags & 0x0E {
                2 => b".",
                4 => b"..",
                8 => b"",
                _ => text,
            };
            if target.len() + text.len() >= TEXT_BYTES_MAX {
                break;
            }
            if !target.is_empty() && target.last() != Some(&b'/') {
                target.push(b'/');
            }
            target.extend(text);
            if flags & 8 != 0 {
                target.push(b'/');
            }
            parts = rest;
        }
    }
}

/// A number that stands in both orders of bytes.
fn number(bytes: &[u8], at: usize) -> Option<u64> {
    let bytes = bytes.get(at..at + 4)?.try_into().ok()?;
    Some(u64::from(u32::from_le_bytes(bytes)))
}
