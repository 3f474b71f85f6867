//! What kind of container a file is, by its first bytes.

use super::tar;

/// How far before the end of a zip file its last record stands at most, with a comment as long as one can be.
const END_BYTES_MAX: usize = 22 + 0xFFFF;

/// A container that can be looked into.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::scan) enum Kind {
    /// PKWARE's zip, and all that is made of it: office documents, books, programs.
    Zip,
    Tar,
    Gzip,
    Zstd,
    Xz,
    Bzip2,
}

impl Kind {
    /// How many first bytes are enough.
    pub(in crate::scan) const HEAD: usize = 8192;

    /// Recognises a container by its first bytes. Without the feature `archives` there are none.
    pub(in crate::scan) fn sniff(head: &[u8]) -> Option<Kind> {
        if !cfg!(feature = "archives") {
            return None;
        }
        match head {
            // A member, the end of an empty archive, or the mark of one that was meant to be split.
            [b'P', b'K', 3, 4, ..] | [b'P', b'K', 5, 6, ..] => Some(Kind::Zip),
            [b'P', b'K', 7, 8, b'P', b'K', 3, 4, ..] => Some(Kind::Zip),
            [b'P', b'K', b'0', b'0', b'P', b'K', 3, 4, ..] => Some(Kind::Zip),
            [0x1F, 0x8B, 8, ..] => Some(Kind::Gzip),
            // A frame, or one to be skipped, with which the parallel compressors begin.
            [0x28, 0xB5, 0x2F, 0xFD, ..] | [0x50..=0x5F, 0x2A, 0x4D, 0x18, ..] => Some(Kind::Zstd),
            [0xFD, b'7', b'z', b'X', b'Z', 0, ..] => Some(Kind::Xz),
            [b'B', b'Z', b'h', b'1'..=b'9', block @ ..]
                if block.starts_with(&[0x31, 0x41, 0x59, 0x26, 0x53, 0x59])
                    || block.starts_with(&[0x17, 0x72, 0x45, 0x38, 0x50, 0x90]) =>
            {
                Some(Kind::Bzip2)
            }
            _ if tar::begins(head) => Some(Kind::Tar),
            _ => None,
        }
    }

    /// Recognises a zip file behind something else by the record at its end: the way to hide one in a picture. The record
    /// must fit what stands before it, so that no picture passes for one.
    pub(in crate::scan) fn sniff_end(bytes: &[u8]) -> Option<Kind> {
        if !cfg!(feature = "archives") {
            return None;
        }
        let from = bytes.len().saturating_sub(END_BYTES_MAX);
        let end = from + memchr::memmem::rfind(&bytes[from..], b"PK\x05\x06")?;
        let number = |at: usize| -> Option<usize> {
            let bytes = bytes.get(end + at..)?.first_chunk()?;
            usize::try_from(u32::from_le_bytes(*bytes)).ok()
        };
        let directory = end.checked_sub(number(12)?)?;
        let begins = bytes[directory..].starts_with(b"PK\x01\x02");
        (begins && number(16)? <= directory).then_some(Kind::Zip)
    }

    /// The media type (RFC 6838), as the tables of media types have it.
    pub(in crate::scan) const fn mime(self) -> &'static str {
        match self {
            Kind::Zip => "application/zip",
            Kind::Tar => "application/x-tar",
            Kind::Gzip => "application/gzip",
            Kind::Zstd => "application/zstd",
            Kind::Xz => "application/x-xz",
            Kind::Bzip2 => "application/x-bzip2",
        }
    }
}
