//! Signatures of pictures, clips and archives at any place of some bytes.
//!
//! A signature alone is little evidence. Every candidate is checked by the header that follows it, and by the structure
//! behind that where there is one. The structure tells where a candidate ends. Where nothing tells, it goes on to the end of
//! the stretch. What stands behind it is found among its own parts.

use std::ops::Range;
use std::sync::LazyLock;

use memchr::memmem::Finder;

use super::{Format, be32, gif, jpeg, le16, le32, plain, png, tiff};

/// A part by its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct PartCandidate {
    pub(crate) range: Range<usize>,
    /// What files of its kind are called.
    pub(crate) extension: &'static str,
}

/// A signature.
struct Signature {
    extension: &'static str,
    /// How many bytes of the file stand before it.
    before: usize,
    bytes: &'static [u8],
    /// How long the file is that these bytes begin with; `None` if its header is not sound.
    extent: fn(&[u8], &mut Work) -> Option<usize>,
    /// Whether no noise of any length looks like it.
    is_strong: bool,
}

/// How much may still be done to check candidates, in steps.
pub(super) struct Work {
    left: u64,
}

impl Work {
    /// Takes so many steps; whether there were so many.
    pub(super) fn take(&mut self, steps: u64) -> bool {
        let enough = self.left >= steps;
        self.left = self.left.saturating_sub(steps);
        enough
    }
}

/// A search through the stretches of one file.
pub(crate) struct Search {
    work: Work,
    /// Of each signature, the next hit at or behind where the search is; the last stretch that it is of.
    hits: Vec<Option<usize>>,
    stretch: (usize, usize),
    exhausted: bool,
    /// Whether what is searched is coded data, which is noise.
    is_coded: bool,
}

impl Search {
    /// A search through a file of so many bytes.
    pub(crate) fn new(len: u64) -> Search {
        Search {
            work: Work {
                left: len.saturating_mul(2).saturating_add(1 << 20),
            },
            hits: Vec::new(),
            stretch: (0, 0),
            exhausted: false,
            is_coded: false,
        }
    }

    /// Says whether the next stretch is coded data, in which weak signatures mean nothing.
    pub(crate) fn set_coded(&mut self, is_coded: bool) {
        self.is_coded = is_coded;
    }

    /// Whether candidates were left unchecked because there were too many.
    pub(crate) fn is_exhausted(&self) -> bool {
        self.exhausted
    }

    /// Forgets what was found in a stretch: another one may stand in the same memory.
    pub(crate) fn forget(&mut self) {
        self.hits.clear();
    }

    /// The candidate that begins where these bytes do, if one does.
    pub(crate) fn here(&mut self, bytes: &[u8]) -> Option<PartCandidate> {
        let is_coded = self.is_coded;
        let mut signatures = SIGNATURES.iter().filter(|signature| {
            let rest = bytes.get(signature.before..);
            let is_wanted = signature.is_strong || !is_coded;
            is_wanted && rest.is_some_and(|rest| rest.starts_with(signature.bytes))
        });
        let (signature, len) = signatures.find_map(|signature| {
            if !self.work.take(16) {
                self.exhausted = true;
                return None;
            }
            let len = (signature.extent)(bytes, &mut self.work)?;
            Some((signature, len))
        })?;
        Some(PartCandidate {
            range: 0..len.min(bytes.len()),
            extension: extension(signature, bytes),
        })
    }

    /// The first candidate in a stretch that begins at a place or behind it.
    pub(crate) fn next(&mut self, stretch: &[u8], from: usize) -> Option<PartCandidate> {
        // Formats with weak signatures are taken only where something else has just ended.
        let here = stretch
            .get(from..)
            .filter(|_| !self.is_coded)
            .and_then(|rest| first(rest, &mut self.work));
        if let Some((extension, len)) = here {
            return Some(PartCandidate {
                range: from..from + len,
                extension,
            });
        }
        let id = (stretch.as_ptr() as usize, stretch.len());
        if self.stretch != id || self.hits.len() != SIGNATURES.len() || from == 0 {
            self.stretch = id;
            let finders = FINDERS.iter().zip(SIGNATURES);
            let is_wanted = |signature: &Signature| signature.is_strong || !self.is_coded;
            self.hits = finders
                .map(|(finder, signature)| {
                    is_wanted(signature).then(|| finder.find(stretch)).flatten()
                })
                .collect();
        }
        for (hit, finder) in self.hits.iter_mut().zip(FINDERS.iter()) {
            renew(hit, finder, stretch, from);
        }
        loop {
            let next = self.hits.iter().zip(SIGNATURES).enumerate();
            let next = next.filter_map(|(n, (hit, signature))| {
                // Where the file would have to begin before the stretch, there is none.
                Some(((*hit)?.saturating_sub(signature.before), n))
            });
            let (_, number) = next.min()?;
            let (hit, signature) = (self.hits[number]?, &SIGNATURES[number]);
            if !self.work.take(16) {
                self.exhausted = true;
                return None;
            }
            let start = hit
                .checked_sub(signature.before)
                .filter(|start| *start >= from);
            let len = start.and_then(|start| (signature.extent)(&stretch[start..], &mut self.work));
            if let (Some(start), Some(len)) = (start, len) {
                return Some(PartCandidate {
                    range: start..start + len.min(stretch.len() - start),
                    extension: extension(signature, &stretch[start..]),
                });
            }
            renew(&mut self.hits[number], &FINDERS[number], stretch, hit + 1);
        }
    }
}

/// Finds the next hit at or behind a place, unless it is known.
fn renew(hit: &mut Option<usize>, finder: &Finder<'_>, stretch: &[u8], from: usize) {
    if hit.is_some_and(|hit| hit < from) {
        let rest = stretch.get(from..).unwrap_or_default();
        *hit = finder.find(rest).map(|found| from + found);
    }
}

/// What these bytes begin with, by signatures that are too weak to be searched for.
fn first(bytes: &[u8], work: &mut Work) -> Option<(&'static str, usize)> {
    let extension = match Format::sniff(&bytes[..bytes.len().min(Format::HEAD)])? {
        Format::Tga => "tga",
        Format::Ico => "ico",
        Format::Pnm => "pnm",
        Format::MpegTs => "ts",
        Format::MpegPs => "mpg",
        Format::Jxl if bytes.starts_with(&[0xFF, 0x0A]) => "jxl",
        _ => return None,
    };
    work.take(1).then_some((extension, bytes.len()))
}

static FINDERS: LazyLock<Vec<Finder<'static>>> =
    LazyLock::new(|| SIGNATURES.iter().map(|s| Finder::new(s.bytes)).collect());

const fn signature(
    extension: &'static str,
    before: usize,
    bytes: &'static [u8],
    extent: fn(&[u8], &mut Work) -> Option<usize>,
) -> Signature {
    Signature {
        extension,
        before,
        bytes,
        extent,
        is_strong: true,
    }
}

/// One that a few million bytes of noise hold by chance, header and all.
const fn weak(
    extension: &'static str,
    before: usize,
    bytes: &'static [u8],
    extent: fn(&[u8], &mut Work) -> Option<usize>,
) -> Signature {
    Signature {
        is_strong: false,
        ..signature(extension, before, bytes, extent)
    }
}

/// Where a boxed file is HEIC or JPEG XL is told by its brands.
fn extension(signature: &Signature, bytes: &[u8]) -> &'static str {
    match signature.bytes {
        b"ftyp" => match Format::sniff(&bytes[..bytes.len().min(Format::HEAD)]) {
            Some(Format::Heif) => "heic",
            Some(Format::Avif) => "avif",
            _ => signature.extension,
        },
        b"RIFF" if bytes.get(8..12) == Some(b"AVI ") => "avi",
        _ => signature.extension,
    }
}

const SIGNATURES: &[Signature] = &[
    signature("jpg", 0, b"\xFF\xD8\xFF", jpeg::extent),
    signature("png", 0, b"\x89PNG\r\n\x1A\n", png::extent),
    signature("gif", 0, b"GIF87a", gif::extent),
    signature("gif", 0, b"GIF89a", gif::extent),
    signature("webp", 0, b"RIFF", riff_extent),
    weak("bmp", 0, b"BM", plain::bmp_extent),
    weak("tif", 0, b"II*\0", tiff::extent),
    weak("tif", 0, b"MM\0*", tiff::extent),
    weak("tif", 0, b"II+\0", tiff::extent),
    weak("tif", 0, b"MM\0+", tiff::extent),
    weak("qoi", 0, b"qoif", plain::qoi_extent),
    weak("pnm", 0, b"P1\n", plain::pnm_extent),
    weak("pnm", 0, b"P2\n", plain::pnm_extent),
    weak("pnm", 0, b"P3\n", plain::pnm_extent),
    weak("pnm", 0, b"P4\n", plain::pnm_extent),
    weak("pnm", 0, b"P5\n", plain::pnm_extent),
    weak("pnm", 0, b"P6\n", plain::pnm_extent),
    weak("pnm", 0, b"P7\n", plain::pnm_extent),
    signature("psd", 0, b"8BPS\0\x01\0\0\0\0\0\0", to_end),
    signature("jxl", 4, b"JXL \r\n\x87\n", boxes_extent),
    signature("mp4", 4, b"ftyp", boxes_extent),
    weak("mp4", 4, b"mdat", bare_boxes_extent),
    weak("mp4", 4, b"moov", bare_boxes_extent),
    signature("mkv", 0, b"\x1A\x45\xDF\xA3", matroska_extent),
    weak("flv", 0, b"FLV\x01", flv_extent),
    signature(
        "wmv",
        0,
        b"\x30\x26\xB2\x75\x8E\x66\xCF\x11\xA6\xD9\x00\xAA\x00\x62\xCE\x6C",
        to_end,
    ),
    signature("ogg", 0, b"OggS\0\x02", to_end),
    weak("mpg", 0, b"\0\0\x01\xBA", program_stream_extent),
    signature("zip", 0, b"PK\x03\x04", zip_extent),
    weak("gz", 0, b"\x1F\x8B\x08", gzip_extent),
    signature("xz", 0, b"\xFD7zXZ\0\0", to_end),
    weak("zst", 0, b"\x28\xB5\x2F\xFD", zstd_extent),
    signature("bz2", 4, b"1AY&SY", bzip2_extent),
    signature("tar", 257, b"ustar", tar_extent),
    signature("7z", 0, b"7z\xBC\xAF\x27\x1C\0", seven_zip_extent),
    signature("rar", 0, b"Rar!\x1A\x07", to_end),
    signature("cab", 0, b"MSCF\0\0\0\0", to_end),
    weak("lz", 0, b"LZIP\x01", to_end),
    weak("lz4", 0, b"\x04\x22\x4D\x18", lz4_extent),
    weak("pdf", 0, b"%PDF-", to_end),
];

fn to_end(bytes: &[u8], _: &mut Work) -> Option<usize> {
    Some(bytes.len())
}

fn riff_extent(bytes: &[u8], _: &mut Work) -> Option<usize> {
    let size = le32(bytes, 4)? as usize;
    matches!(bytes.get(8..12)?, b"WEBP" | b"AVI ").then_some(8 + size)
}

fn boxes_extent(bytes: &[u8], work: &mut Work) -> Option<usize> {
    let size = be32(bytes, 0)?;
    if &bytes[4..8] == b"ftyp" {
        let brand = bytes.get(8..12)?;
        let sound = brand.iter().all(|byte| matches!(byte, b' '..=b'~'));
        if !sound || !(12..=4096).contains(&size) {
            return None;
        }
    } else if size != 12 {
        return None;
    }
    let (len, _) = boxes(bytes, size as usize, work);
    Some(len)
}

/// Files of QuickTime may begin without their type.
fn bare_boxes_extent(bytes: &[u8], work: &mut Work) -> Option<usize> {
    let (len, has_movie) = boxes(bytes, 0, work);
    (has_movie && len > 16).then_some(len)
}

/// Where boxes that follow each other end, and whether one of them describes a film. Another file may begin behind them.
fn boxes(bytes: &[u8], from: usize, work: &mut Work) -> (usize, bool) {
    let (mut at, mut has_movie) = (from, false);
    while let (Some(size), Some(kind)) = (be32(bytes, at), bytes.get(at + 4..at + 8)) {
        let known = matches!(
            kind,
            b"moov"
                | b"mdat"
                | b"moof"
                | b"mfra"
                | b"meta"
                | b"free"
                | b"skip"
                | b"wide"
                | b"uuid"
                | b"styp"
                | b"sidx"
                | b"ssix"
                | b"prft"
                | b"emsg"
                | b"pdin"
                | b"idat"
                | b"mpvd"
                | b"jxlc"
                | b"jxlp"
                | b"jxll"
                | b"jxli"
                | b"jbrd"
                | b"jumb"
                | b"brob"
                | b"Exif"
                | b"xml "
                | b"pnot"
                | b"PICT"
                | b"udta"
        );
        if !known || !work.take(1) {
            break;
        }
        has_movie |= kind == b"moov" && bytes.get(at + 12..at + 16) == Some(b"mvhd");
        let size = match size {
            0 => u64::MAX,
            1 => match bytes.get(at + 8..at + 16) {
                Some(wide) => u64::from_be_bytes(wide.try_into().expect("eight bytes")),
                None => break,
            },
            size => size.into(),
        };
        if size < 8 {
            break;
        }
        // A box that is cut goes on to the end.
        let end = (at as u64).saturating_add(size).min(bytes.len() as u64) as usize;
        at = end;
    }
    (at, has_movie)
}

fn matroska_extent(bytes: &[u8], _: &mut Work) -> Option<usize> {
    // The header names the type of document within its first bytes (RFC 8794, 11.2.4).
    let head = &bytes[..bytes.len().min(128)];
    memchr::memmem::find(head, b"\x42\x82")?;
    Some(bytes.len())
}

fn flv_extent(bytes: &[u8], _: &mut Work) -> Option<usize> {
    let sound = matches!(bytes.get(4..13)?, [flags, 0, 0, 0, 9, 0, 0, 0, 0] if flags & 0xFA == 0);
    sound.then_some(bytes.len())
}

fn program_stream_extent(bytes: &[u8], _: &mut Work) -> Option<usize> {
    let pack = bytes.get(4..14)?;
    // The marker bits of a pack of MPEG-2 (ISO/IEC 13818-1, 2.5.3.3) or MPEG-1, and the start code behind it.
    let is_two = pack[0] & 0xC4 == 0x44
        && pack[2] & 4 == 4
        && pack[4] & 4 == 4
        && pack[5] & 1 == 1
        && pack[8] & 3 == 3;
    let is_one =
        pack[0] & 0xF1 == 0x21 && pack[2] & 1 == 1 && pack[4] & 1 == 1 && pack[5] & 0x80 == 0x80;
    let behind = match (is_two, is_one) {
        (true, _) => 14 + usize::from(pack[9] & 7),
        (_, true) => 12,
        _ => return None,
    };
    (bytes.get(behind..behind + 3)? == [0, 0, 1]).then_some(bytes.len())
}

fn zip_extent(bytes: &[u8], _: &mut Work) -> Option<usize> {
    let (version, method, name) = (le16(bytes, 4)?, le16(bytes, 8)?, le16(bytes, 26)?);
    // The methods of APPNOTE 4.4.5.
    let sound = version & 0xFF <= 63 && (method <= 20 || (93..=99).contains(&method)) && name > 0;
    (sound && 30 + usize::from(name) <= bytes.len()).then_some(bytes.len())
}

fn gzip_extent(bytes: &[u8], _: &mut Work) -> Option<usize> {
    // RFC 1952: reserved flags are zero, and the extra flags and the system are among few. The kind of the first block
    // exists (RFC 1951). Of what has a name or a comment the block is further on.
    let head = bytes.get(3..11)?;
    let (flags, extra, system) = (head[0], head[5], head[6]);
    let sound = flags & 0xE0 == 0 && matches!(extra, 0 | 2 | 4) && matches!(system, 0..=13 | 255);
    let sound = sound && (flags & 0x1E != 0 || head[7] & 6 != 6);
    (sound && bytes.len() >= 18).then_some(bytes.len())
}

fn zstd_extent(bytes: &[u8], _: &mut Work) -> Option<usize> {
    // RFC 8878, 3.1.1.1.1: a reserved bit.
    (bytes.get(4)? & 8 == 0).then_some(bytes.len())
}

fn bzip2_extent(bytes: &[u8], _: &mut Work) -> Option<usize> {
    matches!(bytes.first_chunk()?, [b'B', b'Z', b'h', b'1'..=b'9']).then_some(bytes.len())
}

fn tar_extent(bytes: &[u8], _: &mut Work) -> Option<usize> {
    let header = bytes.first_chunk::<512>()?;
    let field = header[148..156].iter();
    let stored = field
        .filter(|byte| matches!(byte, b'0'..=b'7'))
        .fold(0u32, |sum, byte| sum << 3 | u32::from(byte - b'0'));
    let sum: u32 = header.iter().map(|byte| u32::from(*byte)).sum();
    let own: u32 = header[148..156].iter().map(|byte| u32::from(*byte)).sum();
    (sum - own + 8 * u32::from(b' ') == stored).then_some(bytes.len())
}

fn seven_zip_extent(bytes: &[u8], _: &mut Work) -> Option<usize> {
    // The format of 7z: the place and size of the directory, and the checksum of these.
    let start = bytes.get(12..32)?;
    if crc32fast::hash(start) != le32(bytes, 8)? {
        return None;
    }
    let number = |at: usize| u64::from_le_bytes(start[at..at + 8].try_into().expect("eight bytes"));
    let len = number(0).saturating_add(number(8)).saturating_add(32);
    Some(usize::try_from(len).unwrap_or(usize::MAX))
}

fn lz4_extent(bytes: &[u8], _: &mut Work) -> Option<usize> {
    // The version of the frame, a reserved bit, and the size of blocks.
    let sound = bytes.get(4)? & 0xC2 == 0x40 && matches!(bytes.get(5)?, 0x40 | 0x50 | 0x60 | 0x70);
    sound.then_some(bytes.len())
}
