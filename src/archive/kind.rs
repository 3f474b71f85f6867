//! What kind of container a file is, by its first bytes.

use std::io::{Read, Seek};

use super::{
    Carving, cab, compound, database, disk_image, mail, pdf, placed, sevenzip, tar, thumbcache,
    web_cache, zip,
};
use crate::media::Format;

/// A container that can be looked into.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// PKWARE's zip, and all that is made of it: office documents, books, programs.
    Zip,
    Tar,
    Gzip,
    Zstd,
    Xz,
    Bzip2,
    /// A message, or a web page saved as one.
    Mail,
    /// A mailbox of messages, one behind the other.
    Mailbox,
    Pdf,
    /// A compound file of Microsoft: `thumbs.db`, a message of Outlook, a document of old Office.
    Compound,
    /// A cache of thumbnails of Windows.
    ThumbCache,
    /// A database of SQLite.
    Database,
    /// Pages of a database that stand in a file beside it.
    DatabaseLog,
    /// What Chromium keeps of the web: an entry, or blocks of many.
    WebCacheEntry,
    WebCacheBlocks,
    /// Small thumbnails of Android, one behind the other. Its name alone tells it.
    Thumbdata,
    Sevenzip,
    Cpio,
    /// What Debian makes its packages of.
    Ar,
    /// A package of rpm.
    Rpm,
    /// An image of a disc by ISO 9660.
    Disc,
    /// A cabinet of Microsoft.
    Cab,
    /// An image of a disk: partitions and file systems. Free space is searched by signatures only where that is asked for, at
    /// every block or at every byte.
    DiskImage,
    DiskImageBlocks,
    DiskImageBytes,
    /// Anything, searched by signatures at every block, or at every byte. Nothing is recognised as such: it is asked for.
    Blocks,
    Bytes,
    /// A picture or clip that holds others.
    Parts,
}

impl Kind {
    /// Every kind: `ALL[kind as usize] == kind`.
    pub(crate) const ALL: [Kind; 28] = [
        Kind::Zip,
        Kind::Tar,
        Kind::Gzip,
        Kind::Zstd,
        Kind::Xz,
        Kind::Bzip2,
        Kind::Mail,
        Kind::Mailbox,
        Kind::Pdf,
        Kind::Compound,
        Kind::ThumbCache,
        Kind::Database,
        Kind::DatabaseLog,
        Kind::WebCacheEntry,
        Kind::WebCacheBlocks,
        Kind::Thumbdata,
        Kind::Sevenzip,
        Kind::Cpio,
        Kind::Ar,
        Kind::Rpm,
        Kind::Disc,
        Kind::Cab,
        Kind::DiskImage,
        Kind::DiskImageBlocks,
        Kind::DiskImageBytes,
        Kind::Blocks,
        Kind::Bytes,
        Kind::Parts,
    ];

    /// Recognises a container by its first bytes, with or without the feature `archives`.
    pub(crate) fn sniff(head: &[u8]) -> Option<Kind> {
        if placed::begins_disc(head) {
            return Some(Kind::Disc);
        }
        // All others are told by less.
        let head = &head[..head.len().min(Format::HEAD)];
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
            _ if cab::begins(head) => Some(Kind::Cab),
            _ if placed::begins_cpio(head) => Some(Kind::Cpio),
            _ if placed::begins_ar(head) => Some(Kind::Ar),
            _ if placed::begins_rpm(head) => Some(Kind::Rpm),
            _ if sevenzip::begins(head) => Some(Kind::Sevenzip),
            _ if tar::begins(head) => Some(Kind::Tar),
            _ if compound::begins(head) => Some(Kind::Compound),
            _ if database::begins(head) => Some(Kind::Database),
            _ if database::begins_log(head) => Some(Kind::DatabaseLog),
            _ if web_cache::begins_entry(head) => Some(Kind::WebCacheEntry),
            _ if web_cache::begins_blocks(head) => Some(Kind::WebCacheBlocks),
            _ if thumbcache::begins(head) => Some(Kind::ThumbCache),
            _ if pdf::begins(head) => Some(Kind::Pdf),
            _ if mail::begins_mailbox(head) => Some(Kind::Mailbox),
            _ if mail::begins_message(head) => Some(Kind::Mail),
            _ if disk_image::begins(head) => Some(Kind::DiskImage),
            _ => None,
        }
    }

    /// What a file is that was recognised as a kind, or as nothing, by its name. That decides where content has no mark.
    pub(crate) fn named(kind: Option<Kind>, name: &[u8]) -> Option<Kind> {
        let name = name.rsplit(|byte| *byte == b'/').next().unwrap_or_default();
        kind.or(name.starts_with(b".thumbdata").then_some(Kind::Thumbdata))
    }

    /// What a file is that was recognised as a kind, or as nothing, where what has no structure is to be searched.
    pub(crate) fn carved(kind: Option<Kind>, carving: Option<Carving>) -> Option<Kind> {
        match (kind, carving) {
            (None, Some(Carving::Blocks)) => Some(Kind::Blocks),
            (None, Some(Carving::Bytes)) => Some(Kind::Bytes),
            (Some(Kind::DiskImage), Some(Carving::Blocks)) => Some(Kind::DiskImageBlocks),
            (Some(Kind::DiskImage), Some(Carving::Bytes)) => Some(Kind::DiskImageBytes),
            (kind, _) => kind,
        }
    }

    /// Whether these are the first bytes of a carrier of archives that is no picture. It can be a program, a script or a PDF.
    pub(crate) fn may_stand_behind(head: &[u8]) -> bool {
        let heads: [&[u8]; 4] = [b"MZ", b"\x7FELF", b"#!", b"%PDF"];
        heads.iter().any(|begin| head.starts_with(begin))
    }

    /// Whether a file with these first bytes may be an image of a disc, which only later bytes tell.
    pub(crate) fn may_be_disc(head: &[u8]) -> bool {
        head.len() >= Format::HEAD && placed::may_begin_disc(&head[..Format::HEAD])
    }

    /// Recognises a zip file behind something else by the records at its end. That is the way to hide one in a picture,
    /// and to make it unpack itself. These must fit what stands before them, so that nothing else passes for one.
    pub(crate) fn sniff_end(bytes: impl Read + Seek + Send + 'static, len: u64) -> Option<Kind> {
        zip::stands_behind(bytes, len).then_some(Kind::Zip)
    }

    /// Whether a file of these bytes may have a zip file behind something else.
    pub(crate) fn may_end(bytes: &[u8]) -> bool {
        let tail = bytes.len().saturating_sub(zip::TAIL_BYTES as usize);
        zip::is_marked(&bytes[tail..])
    }

    /// Whether a file may have a zip file behind something else. A mark among its last bytes tells; nothing is read of what
    /// stands there.
    ///
    /// # Errors
    /// Those of the file.
    #[cfg(target_os = "linux")]
    pub(crate) fn may_end_file(mut file: &std::fs::File, len: u64) -> std::io::Result<bool> {
        let from = len.saturating_sub(zip::TAIL_BYTES);
        let mut tail = Vec::new();
        file.seek(std::io::SeekFrom::Start(from))?;
        file.take(zip::TAIL_BYTES).read_to_end(&mut tail)?;
        Ok(zip::is_marked(&tail))
    }

    /// Whether a media type is that of a kind that is recognised.
    pub(crate) fn is_mime(mime: &str) -> bool {
        let is_kind = |kind: &Kind| {
            let is_asked = matches!(kind, Kind::Blocks | Kind::Bytes | Kind::Parts);
            !is_asked && kind.mime() == mime
        };
        Kind::ALL.iter().any(is_kind)
    }

    /// The media type (RFC 6838), as the tables of media types have it.
    pub(crate) const fn mime(self) -> &'static str {
        match self {
            Kind::Zip => "application/zip",
            Kind::Tar => "application/x-tar",
            Kind::Gzip => "application/gzip",
            Kind::Zstd => "application/zstd",
            Kind::Xz => "application/x-xz",
            Kind::Bzip2 => "application/x-bzip2",
            Kind::Mail => "message/rfc822",
            Kind::Mailbox => "application/mbox",
            Kind::Pdf => "application/pdf",
            Kind::Compound => "application/x-ole-storage",
            Kind::ThumbCache => "application/vnd.ms-thumbcache",
            Kind::Database => "application/vnd.sqlite3",
            Kind::DatabaseLog => "application/x-sqlite3-log",
            Kind::WebCacheEntry => "application/x-chromium-cache-entry",
            Kind::WebCacheBlocks => "application/x-chromium-cache-blocks",
            Kind::Thumbdata => "application/x-android-thumbdata",
            Kind::Sevenzip => "application/x-7z-compressed",
            Kind::Cpio => "application/x-cpio",
            Kind::Ar => "application/x-archive",
            Kind::Rpm => "application/x-rpm",
            Kind::Disc => "application/x-iso9660-image",
            Kind::Cab => "application/vnd.ms-cab-compressed",
            Kind::DiskImage | Kind::DiskImageBlocks | Kind::DiskImageBytes => {
                "application/x-raw-disk-image"
            }
            Kind::Blocks | Kind::Bytes | Kind::Parts => "application/octet-stream",
        }
    }
}
