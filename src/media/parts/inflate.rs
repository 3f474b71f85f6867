//! The compressed texts and profiles of PNG.

use crate::error::Reason;
#[cfg(feature = "archives")]
use crate::error::is_shortage;

/// The most bytes of one text: those that programs write have a few kilobytes.
#[cfg(feature = "archives")]
const TEXT_BYTES_MAX: u64 = 16 << 20;

/// Shorter streams hold no picture.
const ZLIB_BYTES_MIN: usize = 64;

/// What a text is unpacked to, as far as it goes.
#[derive(Default)]
pub(super) struct Text {
    pub(super) bytes: Vec<u8>,
    pub(super) over_limit: Option<Reason>,
}

/// The text of a chunk of type `zTXt`, `iTXt` or `iCCP`, where it is compressed (PNG, 11.3.3). Also what chunks that
/// PNG does not define hold in the same compression.
#[cfg(feature = "archives")]
pub(super) fn text_chunk(kind: &[u8; 4], data: &[u8]) -> Text {
    use std::io::Read as _;

    let packed = packed(kind, data).unwrap_or_default();
    let mut text = Text::default();
    let reader = flate2::read::ZlibDecoder::new(packed);
    // What is broken is used as far as it goes.
    let read = reader.take(TEXT_BYTES_MAX + 1).read_to_end(&mut text.bytes);
    if read.is_err_and(|error| is_shortage(&error)) {
        text.over_limit = Some(Reason::MemoryShort);
    }
    if text.bytes.len() as u64 > TEXT_BYTES_MAX {
        text.over_limit = Some(Reason::PartsTextTooLong {
            limit: TEXT_BYTES_MAX,
        });
    }
    text
}

/// Nothing unpacks it: a text is not looked into without the feature.
#[cfg(not(feature = "archives"))]
pub(super) fn text_chunk(kind: &[u8; 4], data: &[u8]) -> Text {
    Text {
        bytes: Vec::new(),
        over_limit: packed(kind, data).map(|_| Reason::PartsTextNotBuiltIn),
    }
}

/// The compressed bytes of a chunk.
fn packed<'d>(kind: &[u8; 4], data: &'d [u8]) -> Option<&'d [u8]> {
    if !matches!(kind, b"zTXt" | b"iTXt" | b"iCCP") {
        return begins_zlib(data).then_some(data);
    }
    let rest = behind_zero(data)?;
    match (kind, rest) {
        (b"iTXt", [1, 0, rest @ ..]) => behind_zero(behind_zero(rest)?),
        (b"iTXt", _) => None,
        // The method: there is one.
        (_, [0, rest @ ..]) => Some(rest),
        _ => None,
    }
}

/// Whether the header of a zlib stream stands here (RFC 1950, 2.2). It has its method and window, and a sum that holds.
fn begins_zlib(data: &[u8]) -> bool {
    match data {
        [method @ (0x58 | 0x68 | 0x78), flags, ..] => {
            (u16::from(*method) << 8 | u16::from(*flags)) % 31 == 0 && data.len() >= ZLIB_BYTES_MIN
        }
        _ => false,
    }
}

fn behind_zero(data: &[u8]) -> Option<&[u8]> {
    let zero = memchr::memchr(0, data)?;
    Some(&data[zero + 1..])
}
