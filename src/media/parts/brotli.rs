//! The compressed boxes of JPEG XL (ISO/IEC 18181-2, 9.8). They hold the type of the box, and its content in Brotli (RFC 7932).

use std::io::{Cursor, Read as _};

use super::{Collector, bmff, exif};
use crate::error::{Reason, is_shortage};

/// The most bytes of one box: metadata of pictures has a few kilobytes.
const BOX_BYTES_MAX: u64 = 16 << 20;

/// How much is unpacked at a time.
const STEP: usize = 1 << 12;

/// Adds the parts of a compressed box.
pub(super) fn collect(content: &[u8], collector: &mut Collector) {
    let Some((kind, packed)) = content.split_first_chunk::<4>() else {
        return;
    };
    let mut bytes = Vec::new();
    let reader = brotli_decompressor::Decompressor::new(Cursor::new(packed), STEP);
    // What is broken is used as far as it goes.
    let read = reader.take(BOX_BYTES_MAX + 1).read_to_end(&mut bytes);
    if read.is_err_and(|error| is_shortage(&error)) {
        collector.limit(Reason::MemoryShort);
    }
    if bytes.len() as u64 > BOX_BYTES_MAX {
        collector.limit(Reason::PartsTextTooLong {
            limit: BOX_BYTES_MAX,
        });
    }
    if kind == b"Exif" {
        // An offset stands before it.
        exif::collect_owned(bytes.get(4..).unwrap_or_default(), "thumbnail", collector);
    } else {
        collector.search_owned(&bmff::name(kind), &bytes);
    }
}
