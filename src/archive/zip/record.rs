//! The records of a zip file (PKWARE APPNOTE 6.3.10): what its directory and the members themselves say.

use std::io;

use crate::archive::codec::Codec;
use crate::archive::source::Source;
use crate::error::Reason;

/// Before each member (4.3.7).
pub(super) const LOCAL: [u8; 4] = *b"PK\x03\x04";
/// Each entry of the directory (4.3.12).
pub(super) const ENTRY: [u8; 4] = *b"PK\x01\x02";
/// Behind a member whose sizes were not known before (4.3.9).
pub(super) const DESCRIPTOR: [u8; 4] = *b"PK\x07\x08";
/// The signature of the directory (4.3.13).
pub(super) const SIGNATURE: [u8; 4] = *b"PK\x05\x05";

pub(super) const LOCAL_BYTES: u64 = 30;
pub(super) const ENTRY_BYTES: u64 = 46;

const ENCRYPTED: u16 = 1;
const SIZES_FOLLOW: u16 = 1 << 3;
const STRONG: u16 = 1 << 6;
const MASKED: u16 = 1 << 13;

/// The number of the extra field that says how AES encrypts.
const AES: u16 = 0x9901;

/// The method of members that AES encrypted.
const AES_METHOD: u16 = 99;

/// What an extra field says of a member that AES encrypts (WinZip, "AES Encryption Information").
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct AesField {
    /// It has no checksum but its HMAC.
    pub(super) is_second_version: bool,
    strength: u8,
    method: u16,
}

impl AesField {
    fn read(field: &[u8]) -> Option<AesField> {
        let [
            version @ (1 | 2),
            0,
            b'A',
            b'E',
            strength @ 1..=3,
            low,
            high,
        ] = *field
        else {
            return None;
        };
        Some(AesField {
            is_second_version: version == 2,
            strength,
            method: u16::from_le_bytes([low, high]),
        })
    }

    pub(super) fn key_bytes(self) -> usize {
        8 * (usize::from(self.strength) + 1)
    }
}

/// What a header says of a member.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Record {
    pub(super) name: Vec<u8>,
    pub(super) name_bytes: u64,
    pub(super) flags: u16,
    pub(super) method: u16,
    /// How it is encrypted, where that is AES.
    pub(super) aes: Option<AesField>,
    /// The time that it was changed, as DOS writes it.
    time: u16,
    pub(super) crc: u32,
    /// Size as stored.
    pub(super) packed: u64,
    /// Size of the content.
    pub(super) size: u64,
    /// The Unix mode, from the directory alone.
    pub(super) mode: u32,
    /// The place of the local header, from the directory alone.
    pub(super) offset: u64,
    /// How many bytes the record takes.
    pub(super) bytes: u64,
}

impl Record {
    /// The entry of the directory at a place; `None` if there is none.
    pub(super) fn of_directory(source: &mut Source, at: u64) -> io::Result<Option<Record>> {
        let Some(head) = source.array::<{ ENTRY_BYTES as usize }>(at)? else {
            return Ok(None);
        };
        if head[..4] != ENTRY {
            return Ok(None);
        }
        let [name, extra, comment] = [28, 30, 32].map(|at| u64::from(u16_at(&head, at)));
        let bytes = ENTRY_BYTES + name + extra + comment;
        let tail = source.up_to(name + extra, at + ENTRY_BYTES)?;
        if (tail.len() as u64) < name + extra {
            return Ok(None);
        }
        let (name, extra) = tail.split_at(name as usize);
        let mut record = Record {
            name: name.to_vec(),
            name_bytes: name.len() as u64,
            flags: u16_at(&head, 8),
            method: u16_at(&head, 10),
            aes: aes(u16_at(&head, 10), extra),
            time: u16_at(&head, 12),
            crc: u32_at(&head, 16),
            packed: u32_at(&head, 20).into(),
            size: u32_at(&head, 24).into(),
            // The upper byte of "made by": 3 is Unix, 19 macOS.
            mode: match head[5] {
                3 | 19 => u32_at(&head, 38) >> 16,
                _ => 0,
            },
            offset: u32_at(&head, 42).into(),
            bytes,
        };
        let Record {
            packed,
            size,
            offset,
            ..
        } = &mut record;
        widen(extra, [size, packed, offset]);
        Ok(Some(record))
    }

    /// The local header at a place, without its name; `None` if there is none.
    pub(super) fn of_member(source: &mut Source, at: u64) -> io::Result<Option<Record>> {
        let Some(head) = source.array::<{ LOCAL_BYTES as usize }>(at)? else {
            return Ok(None);
        };
        if head[..4] != LOCAL {
            return Ok(None);
        }
        let [name, extra] = [26, 28].map(|at| u64::from(u16_at(&head, at)));
        Ok(Some(Record {
            name: Vec::new(),
            name_bytes: name,
            flags: u16_at(&head, 6),
            method: u16_at(&head, 8),
            aes: None,
            time: u16_at(&head, 10),
            crc: u32_at(&head, 14),
            packed: u32_at(&head, 18).into(),
            size: u32_at(&head, 22).into(),
            mode: 0,
            offset: at,
            bytes: LOCAL_BYTES + name + extra,
        }))
    }

    /// Reads the name of a local header, and the sizes that did not fit into it.
    pub(super) fn read_name(&mut self, source: &mut Source) -> io::Result<()> {
        let tail = source.up_to(self.bytes - LOCAL_BYTES, self.offset + LOCAL_BYTES)?;
        let name = tail.len().min(self.name_bytes as usize);
        let (name, extra) = tail.split_at(name);
        self.name = name.to_vec();
        self.aes = aes(self.method, extra);
        widen(extra, [&mut self.size, &mut self.packed, &mut 0]);
        Ok(())
    }

    pub(super) fn is_encrypted(&self) -> bool {
        self.flags & ENCRYPTED != 0 || self.method == AES_METHOD
    }

    /// Whether all is known that its content is read by, but for a password.
    pub(super) fn is_readable(&self) -> bool {
        self.method != AES_METHOD || self.aes.is_some()
    }

    /// The checksum of its content, if it has one.
    pub(super) fn stored_crc(&self) -> Option<u32> {
        let is_left_out = self.aes.is_some_and(|aes| aes.is_second_version);
        (!is_left_out).then_some(self.crc)
    }

    /// Whether it is encrypted by the cipher that all programs have.
    pub(super) fn is_pkware(&self) -> bool {
        self.flags & STRONG == 0 && self.method != AES_METHOD
    }

    /// What the last byte before its content may be where a password fits: of the checksum, or of the time where that was
    /// not known yet.
    pub(super) fn pkware_checks(&self) -> [u8; 2] {
        [(self.crc >> 24) as u8, (self.time >> 8) as u8]
    }

    /// Whether a local header left its sizes to a descriptor behind the content.
    pub(super) fn sizes_follow(&self) -> bool {
        self.flags & SIZES_FOLLOW != 0
    }

    /// Whether a local header that belongs to this entry of the directory says otherwise how to read the content.
    pub(super) fn is_read_otherwise(&self, local: &Record) -> bool {
        if local.flags & MASKED != 0 {
            return false;
        }
        let unknown = local.packed == 0xFFFF_FFFF || (local.sizes_follow() && local.packed == 0);
        local.method != self.method
            || local.is_encrypted() != self.is_encrypted()
            || (!unknown && local.packed != self.packed)
    }

    /// Whether a header that no directory vouches for can be one.
    pub(super) fn is_plausible(&self) -> bool {
        self.name_bytes > 0 && (self.codec().is_ok() || !self.method_name().is_empty())
    }

    pub(super) fn is_folder(&self) -> bool {
        self.name.ends_with(b"/") && self.packed == 0 && self.size == 0
    }

    pub(super) fn is_link(&self) -> bool {
        self.mode & 0o170_000 == 0o120_000
    }

    /// How the content is compressed, `None` if it is not; an error names the method (4.4.5).
    pub(super) fn codec(&self) -> Result<Option<Codec>, Reason> {
        Ok(Some(match self.inner_method() {
            0 => return Ok(None),
            8 => Codec::Deflate,
            9 => Codec::Deflate64,
            12 => Codec::Bzip2,
            // The second bit says that the end is marked.
            14 if self.flags & 2 != 0 => Codec::Lzma { size: None },
            14 => Codec::Lzma {
                size: Some(self.size),
            },
            20 | 93 => Codec::Zstd,
            95 => Codec::Xz,
            // Nothing tells where content of an unknown size ends but its mark.
            98 => Codec::Ppmd8 {
                size: (self.size > 0).then_some(self.size),
            },
            number => {
                return Err(match self.method_name() {
                    "" => Reason::ZipMethodUnknown {
                        number: number.into(),
                    },
                    name => Reason::ZipMethod {
                        name: name.to_owned(),
                    },
                });
            }
        }))
    }

    /// How the content is compressed, below its encryption.
    fn inner_method(&self) -> u16 {
        self.aes.map_or(self.method, |aes| aes.method)
    }

    fn method_name(&self) -> &'static str {
        match self.inner_method() {
            1 => "shrinking",
            2..=5 => "reducing",
            6 => "imploding",
            10 => "DCL imploding",
            16 => "IBM CMPSC",
            18 => "IBM TERSE",
            19 => "IBM LZ77",
            94 => "MP3",
            96 => "the JPEG variant of WinZip",
            97 => "WavPack",
            AES_METHOD => "AES",
            _ => "",
        }
    }
}

/// The values that did not fit are in the extra field 1, in this order (4.5.3).
fn widen(extra: &[u8], values: [&mut u64; 3]) {
    let Some(mut field) = fields(extra, 1).next() else {
        return;
    };
    for value in values {
        if *value != 0xFFFF_FFFF {
            continue;
        }
        let Some((wide, rest)) = field.split_first_chunk() else {
            return;
        };
        *value = u64::from_le_bytes(*wide);
        field = rest;
    }
}

/// What encrypted the content, where the method says that it is AES. The field of other members says nothing.
fn aes(method: u16, extra: &[u8]) -> Option<AesField> {
    let mut fields = fields(extra, AES);
    (method == AES_METHOD).then(|| fields.find_map(AesField::read))?
}

/// The extra fields of this number.
fn fields(mut extra: &[u8], number: u16) -> impl Iterator<Item = &[u8]> {
    std::iter::from_fn(move || {
        loop {
            let (&[id_low, id_high, len_low, len_high], rest) = extra.split_first_chunk()?;
            let len = usize::from(u16::from_le_bytes([len_low, len_high]));
            let (field, rest) = rest.split_at_checked(len)?;
            extra = rest;
            if u16::from_le_bytes([id_low, id_high]) == number {
                return Some(field);
            }
        }
    })
}

pub(super) fn u16_at(bytes: &[u8], at: usize) -> u16 {
    u16::from_le_bytes([bytes[at], bytes[at + 1]])
}

pub(super) fn u32_at(bytes: &[u8], at: usize) -> u32 {
    u32::from_le_bytes([bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]])
}

pub(super) fn u64_at(bytes: &[u8], at: usize) -> u64 {
    u64::from(u32_at(bytes, at)) | u64::from(u32_at(bytes, at + 4)) << 32
}
