//! PNG (third edition): chunks, and what stands behind the last.

use super::signature::Work;
use super::{Collector, be32, exif, inflate};

const SIGNATURE_BYTES: usize = 8;

/// A chunk: its type and its data, which is shorter than it claims where the file ends.
struct Chunk<'f> {
    kind: [u8; 4],
    at: usize,
    data: &'f [u8],
}

/// Adds the parts of a PNG file.
pub(super) fn collect(file: &[u8], collector: &mut Collector) {
    let mut coded = Vec::new();
    let end = walk(file, &mut |chunk| {
        let (from, until) = (chunk.at, chunk.at + chunk.data.len());
        let place = format!("chunk-{}", String::from_utf8_lossy(&chunk.kind));
        match &chunk.kind {
            // The pixels: a decoder reads no more of them than the picture takes.
            b"IDAT" => coded.extend_from_slice(chunk.data),
            b"fdAT" => coded.extend_from_slice(chunk.data.get(4..).unwrap_or_default()),
            b"eXIf" => exif::collect(chunk.data, file, from, collector),
            _ => {
                collector.search(&place, file, from, until);
                let text = inflate::text_chunk(&chunk.kind, chunk.data);
                if let Some(reason) = text.over_limit {
                    collector.limit(reason);
                }
                collector.search_owned(&place, &text.bytes);
            }
        }
        true
    });
    collector.search_coded("pixels", &coded);
    collector.search("behind", file, end.at, file.len());
}

/// How long the PNG file is that these bytes begin with.
pub(super) fn extent(bytes: &[u8], work: &mut Work) -> Option<usize> {
    let has_header = bytes.get(8..16) == Some(b"\0\0\0\x0DIHDR");
    let end = has_header.then(|| walk(bytes, &mut |_| work.take(1)))?;
    end.has_pixels.then_some(end.at)
}

struct End {
    /// Behind the last chunk, or where there is none.
    at: usize,
    has_pixels: bool,
}

fn walk<'f>(file: &'f [u8], each: &mut dyn FnMut(Chunk<'f>) -> bool) -> End {
    let mut end = End {
        at: SIGNATURE_BYTES,
        has_pixels: false,
    };
    loop {
        let at = end.at;
        let (Some(length), Some(kind)) = (be32(file, at), file.get(at + 4..at + 8)) else {
            return end;
        };
        let kind: [u8; 4] = kind.try_into().expect("four bytes");
        if !kind.iter().all(u8::is_ascii_alphabetic) {
            return end;
        }
        let data = at + 8;
        let until = data.saturating_add(length as usize).min(file.len());
        let wants_more = each(Chunk {
            kind,
            at: data,
            data: &file[data..until],
        });
        end.has_pixels |= &kind == b"IDAT";
        // The checksum behind it.
        end.at = (until + 4).min(file.len());
        if &kind == b"IEND" || !wants_more {
            return end;
        }
    }
}
