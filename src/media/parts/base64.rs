//! Pictures as base64 (RFC 4648) in the XMP of a picture: thumbnails, and the whole pictures that phones keep there.

use super::Collector;

/// How a JPEG and a PNG picture begin in base64.
const BEGINNINGS: [&[u8]; 2] = [b"/9j/", b"iVBORw0KGgo"];

/// Runs shorter than this hold no picture.
const RUN_MIN: usize = 128;

/// Adds the pictures in metadata that is text.
pub(super) fn collect(text: &[u8], place: &str, collector: &mut Collector) {
    if !is_text(text) {
        return;
    }
    let place = format!("{place}-base64");
    for beginning in BEGINNINGS {
        let mut from = 0;
        while let Some(found) = memchr::memmem::find(&text[from..], beginning) {
            let (bytes, read) = decode(&text[from + found..]);
            if read >= RUN_MIN {
                collector.search_owned(&place, &bytes);
            }
            from += found + read.max(1);
        }
    }
}

fn is_text(bytes: &[u8]) -> bool {
    bytes.starts_with(b"http://ns.adobe.com/")
        || memchr::memmem::find(bytes, b"<x:xmpmeta").is_some()
        || memchr::memmem::find(bytes, b"<rdf:").is_some()
}

/// The bytes of a run of base64, and how long the run is. Line ends are allowed, also as XML writes them.
fn decode(text: &[u8]) -> (Vec<u8>, usize) {
    let (mut bytes, mut bits, mut count) = (Vec::new(), 0u32, 0);
    let mut at = 0;
    while let Some(&byte) = text.get(at) {
        let value = match byte {
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a' + 26,
            b'0'..=b'9' => byte - b'0' + 52,
            b'+' => 62,
            b'/' => 63,
            b'\r' | b'\n' => {
                at += 1;
                continue;
            }
            b'&' if text[at..].starts_with(b"&#xA;") => {
                at += 5;
                continue;
            }
            _ => break,
        };
        at += 1;
        bits = bits << 6 | u32::from(value);
        count += 6;
        if count >= 8 {
            count -= 8;
            bytes.push((bits >> count) as u8);
        }
    }
    (bytes, at)
}
