//! Records of the table of all files, and their attributes.

use crate::archive::disk_image::view::{le, wide};

/// Kinds of attributes, and their flags.
pub(super) mod attribute {
    pub(in super::super) const LIST: u64 = 0x20;
    pub(in super::super) const FILE_NAME: u64 = 0x30;
    pub(in super::super) const DATA: u64 = 0x80;
    pub(in super::super) const COMPRESSED: u64 = 0x00FF;
    pub(in super::super) const ENCRYPTED: u64 = 0x4000;
}

/// References hold the number of a record, and how often it was used.
const NUMBER: u64 = 0xFFFF_FFFF_FFFF;

/// The unit in which a record is protected from being written in half.
const SECTOR: usize = 512;

/// The most attributes of a record, and runs of an attribute: each takes at least so many bytes.
const ATTRIBUTE_BYTES: usize = 24;

/// A record.
pub(super) struct Record {
    bytes: Vec<u8>,
    flags: u64,
    /// The record that it belongs to, where it is a part: that can be the first of all.
    pub(super) base: Option<u64>,
}

/// An attribute.
#[derive(Clone)]
pub(super) struct Attribute {
    pub(super) kind: u64,
    pub(super) name: Vec<u8>,
    pub(super) flags: u64,
    pub(super) content: Content,
}

/// What an attribute holds.
#[derive(Clone)]
pub(super) enum Content {
    Held(Vec<u8>),
    Runs(Runs),
}

/// Where the content of an attribute is.
#[derive(Clone)]
pub(super) struct Runs {
    /// The number of its first cluster in the stream.
    pub(super) first: u64,
    pub(super) size: u64,
    pub(super) valid: u64,
    /// Places, which holes lack, and lengths in clusters.
    pub(super) runs: Vec<(Option<u64>, u64)>,
    pub(super) is_sound: bool,
}

/// A name of a file.
pub(super) struct FileName {
    pub(super) parent: u64,
    pub(super) name: Vec<u8>,
    pub(super) is_dos: bool,
}

impl Record {
    /// Reads a record, if it is one that is used; an error where it is broken, or was half written.
    pub(super) fn read(bytes: Vec<u8>, len: u64) -> Result<Option<Record>, ()> {
        let is_blank = bytes.iter().take(4).all(|byte| *byte == 0);
        if bytes.len() as u64 != len || is_blank {
            return Ok(None);
        }
        if !bytes.starts_with(b"FILE") {
            return Err(());
        }
        let is_used = le(&bytes, 22, 2) & 1 != 0;
        match Record::mended(bytes) {
            Some(record) => Ok(Some(record).filter(|_| is_used)),
            None if is_used => Err(()),
            None => Ok(None),
        }
    }

    /// Puts the last bytes of each sector back, which stand elsewhere.
    fn mended(mut bytes: Vec<u8>) -> Option<Record> {
        let (at, count) = (le(&bytes, 4, 2) as usize, le(&bytes, 6, 2) as usize);
        let saved = bytes.get(at..at.checked_add(count * 2)?)?.to_vec();
        let (mark, saved) = saved.split_at_checked(2)?;
        for (number, saved) in saved.chunks_exact(2).enumerate() {
            let end = (number + 1) * SECTOR;
            let last = bytes.get_mut(end - 2..end)?;
            if last != mark {
                return None;
            }
            last.copy_from_slice(saved);
        }
        Some(Record {
            base: Some(le(&bytes, 32, 8))
                .filter(|base| *base != 0)
                .map(|base| base & NUMBER),
            flags: le(&bytes, 22, 2),
            bytes,
        })
    }

    pub(super) fn is_folder(&self) -> bool {
        self.flags & 2 != 0
    }

    pub(super) fn is_base(&self) -> bool {
        self.base.is_none()
    }

    /// Its attributes, as far as they are sound, and whether all are.
    pub(super) fn attributes(&self) -> (Vec<Attribute>, bool) {
        let mut all = Vec::new();
        let mut is_sound = true;
        let mut at = le(&self.bytes, 20, 2) as usize;
        loop {
            let rest = self.bytes.get(at..).unwrap_or_default();
            let (kind, len) = (le(rest, 0, 4), le(rest, 4, 4) as usize);
            if kind == 0xFFFF_FFFF {
                return (all, is_sound);
            }
            let Some(bytes) = rest.get(..len).filter(|_| len >= ATTRIBUTE_BYTES) else {
                return (all, false);
            };
            let read = Attribute::read(kind, bytes);
            is_sound &= read.is_some();
            all.extend(read);
            at += len;
        }
    }
}

impl Attribute {
    fn read(kind: u64, bytes: &[u8]) -> Option<Attribute> {
        let part = |at: u64, len: u64| {
            let (at, len) = (usize::try_from(at).ok()?, usize::try_from(len).ok()?);
            bytes.get(at..at.checked_add(len)?)
        };
        let name = part(le(bytes, 10, 2), u64::from(bytes[9]) * 2)?;
        let content = if bytes[8] == 0 {
            Content::Held(part(le(bytes, 20, 2), le(bytes, 16, 4))?.to_vec())
        } else {
            let runs = bytes.get(le(bytes, 32, 2) as usize..)?;
            Content::Runs(Runs::read(bytes, runs))
        };
        Some(Attribute {
            kind,
            name: wide(name),
            flags: le(bytes, 12, 2),
            content,
        })
    }

    /// The name of a file that it holds.
    pub(super) fn name_of_file(&self) -> Option<FileName> {
        let Content::Held(bytes) = &self.content else {
            return None;
        };
        if self.kind != attribute::FILE_NAME {
            return None;
        }
        let len = usize::from(*bytes.get(64)?) * 2;
        Some(FileName {
            parent: le(bytes, 0, 8) & NUMBER,
            name: wide(bytes.get(66..66 + len)?),
            is_dos: bytes[65] == 2,
        })
    }
}

impl Runs {
    fn read(attribute: &[u8], mut packed: &[u8]) -> Runs {
        let first = le(attribute, 16, 8);
        let mut runs = Vec::new();
        let mut place = 0_i64;
        let mut clusters = 0_u64;
        // How many clusters there must be.
        let expected = le(attribute, 24, 8).wrapping_add(1).wrapping_sub(first);
        let is_sound = loop {
            let Some((head, rest)) = packed.split_first() else {
                break false;
            };
            if *head == 0 {
                break clusters == expected;
            }
            let (len_bytes, place_bytes) = (usize::from(head & 0xF), usize::from(head >> 4));
            let Some((run, rest)) = rest.split_at_checked(len_bytes + place_bytes) else {
                break false;
            };
            if !(1..=8).contains(&len_bytes) || place_bytes > 8 {
                break false;
            }
            let len = le(run, 0, len_bytes);
            let sum = clusters.checked_add(len);
            let by = signed(&run[len_bytes..]);
            let moved = place.checked_add(by).filter(|place| *place >= 0);
            let (Some(sum), Some(moved)) = (sum, moved) else {
                break false;
            };
            (clusters, place, packed) = (sum, moved, rest);
            runs.push(((place_bytes > 0).then_some(place as u64), len));
        };
        Runs {
            first,
            size: le(attribute, 48, 8),
            valid: le(attribute, 56, 8),
            runs,
            is_sound,
        }
    }
}

/// A number whose highest bit is its sign.
fn signed(bytes: &[u8]) -> i64 {
    let bits = 8 * bytes.len() as u32;
    match bits {
        0 => 0,
        _ => (le(bytes, 0, bytes.len()) << (64 - bits)) as i64 >> (64 - bits),
    }
}

/// The records that a list of attributes names, each once.
pub(super) fn parts(list: &[u8]) -> Vec<u64> {
    let mut parts = Vec::new();
    let mut at = 0;
    while let Some(rest) = list.get(at..).filter(|rest| rest.len() >= 26) {
        let len = le(rest, 4, 2) as usize;
        if len < 26 {
            break;
        }
        parts.push(le(rest, 16, 8) & NUMBER);
        at += len;
    }
    parts.sort_unstable();
    parts.dedup();
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_of_runs_go_up_and_down() {
        let mut attribute = vec![0; 64];
        attribute[24..32].copy_from_slice(&20_u64.to_le_bytes());
        attribute[48..56].copy_from_slice(&9000_u64.to_le_bytes());
        let packed = [0x21, 8, 0x34, 0x12, 0x01, 4, 0x11, 9, 0xFE, 0];
        let runs = Runs::read(&attribute, &packed);
        assert_eq!(runs.runs, [(Some(0x1234), 8), (None, 4), (Some(0x1232), 9)]);
        assert!(runs.is_sound);
        for len in 0..packed.len() {
            assert!(!Runs::read(&attribute, &packed[..len]).is_sound);
        }
        assert!(!Runs::read(&attribute, &[0x11, 21, 0x80, 0]).is_sound);
        assert_eq!(signed(&[0xFF; 8]), -1);
    }
}
