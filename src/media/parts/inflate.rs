//! The compressed texts and profiles of PNG.

use crate::error::Reason;

/// The most bytes of one text: those that programs write have a few kilobytes.
#[cfg(feature = "archives")]
const TEXT_BYTES_MAX: u64 = 16 << 20;

/// What a text is unpacked to, as far as it goes.
#[derive(Default)]
pub(super) struct Text {
    pub(super) bytes: Vec<u8>,
    pub(super) over_limit: Option<Reason>,
}

/// The text of a chunk of type `zTXt`, `iTXt` or `iCCP`, where it is compressed (PNG, 11.3.3).
#[cfg(feature = "archives")]
pub(super) fn text_chunk(kind: &[u8; 4], data: &[u8]) -> Text {
    use std::io::Read as _;

    let packed = packed(kind, data).unwrap_or_default();
    let mut text = Text::default();
    let reader = flate2::read::ZlibDecoder::new(packed);
    // What is broken is used as far as it goes.
    let _ = reader.take(TEXT_BYTES_MAX + 1).read_to_end(&mut text.bytes);
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
    let rest = behind_zero(data)?;
    match (kind, rest) {
        (b"iTXt", [1, 0, rest @ ..]) => behind_zero(behind_zero(rest)?),
        (b"iTXt", _) => None,
        // The method: there is one.
        (_, [0, rest @ ..]) => Some(rest),
        _ => None,
    }
}

fn behind_zero(data: &[u8]) -> Option<&[u8]> {
    let zero = memchr::memchr(0, data)?;
    Some(&data[zero + 1..])
}
