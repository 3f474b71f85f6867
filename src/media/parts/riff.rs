//! RIFF files, WebP and AVI: chunks, and what stands behind the last.

use std::io::{self, Read, Seek};

use super::{Collector, Format, Input, be32, exif, le32};

/// Adds the parts of a WebP file.
pub(super) fn collect_webp(file: &[u8], collector: &mut Collector) {
    let size = le32(file, 4).unwrap_or(0) as usize;
    // A size that is too large, or none, is that of the file.
    let end = if size < 4 {
        file.len()
    } else {
        (8 + size).min(file.len())
    };
    let mut at = 12;
    while let Some(size) = le32(file, at + 4).filter(|_| at + 8 <= end) {
        let kind = &file[at..at + 4];
        if !is_chunk(&file[at..]) {
            break;
        }
        let from = at + 8;
        let until = from.saturating_add(size as usize).min(end);
        match kind {
            b"ANIM" => {}
            b"VP8 " | b"VP8L" | b"ALPH" => collector.search_coded("pixels", &file[from..until]),
            b"EXIF" => {
                let data = &file[from..until];
                let tiff = data.strip_prefix(b"Exif\0\0").unwrap_or(data);
                exif::collect(tiff, file, until - tiff.len(), collector);
            }
            // A frame: its header, and chunks again.
            b"ANMF" => collect_frame(file, from + 16, until, collector),
            _ => collector.search(&place(kind), file, from, until),
        }
        at = until + (size as usize & 1);
    }
    collector.search("behind", file, at.min(end), file.len());
}

fn collect_frame(file: &[u8], from: usize, end: usize, collector: &mut Collector) {
    let mut at = from;
    while let Some(size) = le32(file, at + 4).filter(|_| at + 8 <= end) {
        let until = (at + 8).saturating_add(size as usize).min(end);
        if matches!(&file[at..at + 4], b"VP8 " | b"VP8L" | b"ALPH") {
            collector.search_coded("pixels", &file[at + 8..until]);
        } else {
            collector.search(&place(&file[at..at + 4]), file, at + 8, until);
        }
        at = until + (size as usize & 1);
    }
    collector.search("between", file, at, end);
}

/// Adds the parts of an AVI file: large ones have several RIFF chunks.
pub(super) fn collect_avi<R: Read + Seek>(
    input: &mut Input<R>,
    collector: &mut Collector,
) -> io::Result<()> {
    let mut start = 0;
    while let Some(head) = input.array::<12>(start)? {
        let is_part = head.starts_with(b"RIFF") && matches!(&head[8..], b"AVI " | b"AVIX");
        // Another film begins with a header of its own.
        if !is_part || start > 0 && &head[8..] == b"AVI " {
            break;
        }
        let size = u64::from(le32(&head, 4).expect("it is there"));
        let end = if size < 4 {
            input.len()
        } else {
            start + 8 + size
        };
        let mut at = start + 12;
        while at + 8 <= end.min(input.len()) {
            let Some(chunk) = input.array::<12>(at)?.filter(|chunk| is_chunk(chunk)) else {
                break;
            };
            let size = u64::from(le32(&chunk, 4).expect("it is there"));
            let until = (at + 8).saturating_add(size).min(end);
            let is_film = match &chunk[..4] {
                b"LIST" => &chunk[8..] == b"movi",
                b"idx1" => true,
                _ => false,
            };
            if !is_film {
                collector.search_input(&place(&chunk[..4]), input, at + 8..until)?;
            }
            at = until + (size & 1);
        }
        collector.search_input("between", input, at.min(end)..end)?;
        start = end + (end & 1);
    }
    collector.search_input("behind", input, start..input.len())
}

/// Whether a chunk begins so, and not another file whose first letters pass for its type.
fn is_chunk(head: &[u8]) -> bool {
    let is_text = |byte: &u8| matches!(byte, b' '..=b'~');
    head.iter().take(4).all(is_text)
        && Format::sniff(&head[..head.len().min(Format::HEAD)]).is_none()
}

/// The name of a chunk's place.
fn place(kind: &[u8]) -> String {
    if kind.iter().all(u8::is_ascii_alphanumeric) {
        format!("chunk-{}", String::from_utf8_lossy(kind))
    } else {
        format!("chunk-{:08x}", be32(kind, 0).unwrap_or(0))
    }
}
