//! JPEG (ITU-T T.81): segments, scans, and what stands between and behind them.

use std::ops::Range;

use memchr::memchr;

use super::signature::Work;
use super::{Collector, Piece, be16, encoded, exif};

const EOI: u8 = 0xD9;
const SOS: u8 = 0xDA;

/// The largest payload of a segment: a full one may go on in the next.
const PAYLOAD_MAX: usize = 0xFFFF - 2;

/// The most stray bytes between two segments before the first scan of a stream that is found anywhere.
const STRAY_MAX: usize = 16;

/// One step of the walk through a JPEG stream.
enum Step {
    /// A segment with this marker, and its payload.
    Segment(u8, Range<usize>),
    /// The coded data of a scan.
    Scan(Range<usize>),
    /// Bytes between segments that belong to no segment.
    Stray(Range<usize>),
}

/// Where a walk ended.
struct End {
    /// Behind the mark of the end, or where the stream breaks.
    at: usize,
    has_frame: bool,
    has_scan: bool,
}

/// Adds the parts of a JPEG file.
pub(super) fn collect(file: &[u8], collector: &mut Collector) {
    let mut run: Option<(u8, Vec<Range<usize>>)> = None;
    let end = walk(file, &mut |step| {
        let (marker, payload) = match step {
            Step::Segment(marker, payload) => (marker, payload),
            Step::Scan(_) => return true,
            Step::Stray(range) => {
                collector.search("between", file, range.start, range.end);
                return true;
            }
        };
        if !is_searched(marker) {
            return true;
        }
        match &mut run {
            Some((last, payloads)) if *last == marker && is_full(payloads.last()) => {
                payloads.push(payload);
            }
            _ => {
                if let Some((marker, payloads)) = run.replace((marker, vec![payload])) {
                    collect_segments(file, marker, &payloads, collector);
                }
            }
        }
        true
    });
    if let Some((marker, payloads)) = run {
        collect_segments(file, marker, &payloads, collector);
    }
    collector.search("behind", file, end.at, file.len());
}

/// How long the JPEG stream is that these bytes begin with. `None` if they begin with none that holds a picture.
pub(super) fn extent(bytes: &[u8], work: &mut Work) -> Option<usize> {
    let sound = matches!(
        bytes,
        [
            0xFF,
            0xD8,
            0xFF,
            0xC0..=0xC7 | 0xC9..=0xCF | 0xDB..=0xFE,
            ..,
        ]
    );
    if !sound {
        return None;
    }
    let mut has_scan = false;
    let end = walk(bytes, &mut |step| match step {
        Step::Segment(..) => work.take(1),
        // Noise is full of markers, far apart.
        Step::Stray(range) if !has_scan && range.len() > STRAY_MAX => false,
        Step::Stray(range) => work.take(1 + range.len() as u64 / 16),
        Step::Scan(range) => {
            has_scan = true;
            work.take(1 + range.len() as u64 / 16)
        }
    });
    // A stream with a frame and no scan is a picture that was cut: there is nothing to see.
    (end.has_frame && end.has_scan).then_some(end.at)
}

fn is_full(payload: Option<&Range<usize>>) -> bool {
    // Writers leave a few bytes of a full segment free.
    payload.is_some_and(|payload| payload.len() + 1024 > PAYLOAD_MAX)
}

/// Application data, comments, what no version of the standard defines, and what decoders pass over: none reads pictures
/// from these.
fn is_searched(marker: u8) -> bool {
    matches!(marker, 0x02..=0xBF | 0xC8 | 0xDC | 0xDE..=0xFE)
}

fn collect_segments(file: &[u8], marker: u8, payloads: &[Range<usize>], collector: &mut Collector) {
    let place = match marker {
        0xE0..=0xEF => format!("app{}", marker - 0xE0),
        0xFE => "comment".to_owned(),
        _ => format!("segment-{marker:02x}"),
    };
    if let [payload] = payloads {
        let bytes = &file[payload.clone()];
        if let Some(tiff) = bytes.strip_prefix(b"Exif\0\0") {
            exif::collect(tiff, file, payload.end - tiff.len(), collector);
        } else {
            collector.search(&place, file, payload.start, payload.end);
        }
        return;
    }
    let first = collector.parts.len();
    for payload in payloads {
        let at = payload.start as u64;
        collector.search_plain(&place, &file[payload.clone()], |range| {
            Piece::Range(at + range.start as u64..at + range.end as u64)
        });
    }
    let joined = join(file, payloads);
    collector.search_joined(&place, &joined, file, first);
    encoded::collect(&joined, &place, collector);
}

/// What goes on from segment to segment, without the header that each repeats.
fn join(file: &[u8], payloads: &[Range<usize>]) -> Vec<u8> {
    let first = &file[payloads[0].clone()];
    // Identifiers, and how many bytes each segment has before the data. The sources are ICC.1, B.4; XMP part 3, 1.1.3.1; Exif
    // 4.7.3; and ISO/IEC 19566-5. In the last the header of the box is repeated too.
    let known: [(&[u8], usize, usize); 5] = [
        (b"ICC_PROFILE\0", 14, 14),
        (b"http://ns.adobe.com/xmp/extension/\0", 75, 75),
        (b"FPXR\0", 13, 13),
        (b"Photoshop 3.0\0", 14, 14),
        (b"JP", 8, 16),
    ];
    let header = known.iter().find(|(id, ..)| first.starts_with(id));
    let common = payloads[1..].iter().map(|payload| {
        let pairs = first.iter().zip(&file[payload.clone()]);
        pairs.take_while(|(a, b)| a == b).count()
    });
    let common = common.min().unwrap_or(0).min(64);
    let (head, rest) = header.map_or((0, common), |(_, head, rest)| (*head, *rest));
    let mut joined = Vec::new();
    for (place, payload) in payloads.iter().enumerate() {
        let bytes = &file[payload.clone()];
        let skipped = if place == 0 { head } else { rest };
        joined.extend_from_slice(bytes.get(skipped..).unwrap_or_default());
    }
    joined
}

/// Goes through a stream that begins with the mark of its start, as decoders do. It goes on for as long as `each` wants more.
fn walk(bytes: &[u8], each: &mut dyn FnMut(Step) -> bool) -> End {
    let mut end = End {
        at: 2,
        has_frame: false,
        has_scan: false,
    };
    loop {
        // Decoders pass over whatever is not a marker.
        let stray = end.at;
        let Some(found) = bytes.get(stray..).and_then(|rest| memchr(0xFF, rest)) else {
            return end;
        };
        if found > 0 && !each(Step::Stray(stray..stray + found)) {
            return end;
        }
        let mut at = stray + found;
        while bytes.get(at + 1) == Some(&0xFF) {
            at += 1;
        }
        end.at = at;
        let Some(&marker) = bytes.get(at + 1) else {
            return end;
        };
        match marker {
            // Another start: what follows is a stream of its own.
            0xD8 => return end,
            EOI => {
                end.at += 2;
                return end;
            }
            0x00 | 0x01 | 0xD0..=0xD7 => {
                end.at += 2;
                continue;
            }
            _ => {}
        }
        let length = be16(bytes, at + 2).map_or(0, usize::from);
        let payload = at + 4..at + 2 + length;
        if length < 2 || payload.end > bytes.len() {
            // Broken here: all that follows is outside the structure.
            return end;
        }
        end.has_frame |= matches!(marker, 0xC0..=0xC3 | 0xC5..=0xC7 | 0xC9..=0xCB | 0xCD..=0xCF)
            && has_pixels(&bytes[payload.clone()]);
        end.at = payload.end;
        if !each(Step::Segment(marker, payload)) {
            return end;
        }
        if marker == SOS {
            let from = end.at;
            end.has_scan = true;
            end.at = behind_scan(bytes, from);
            if !each(Step::Scan(from..end.at)) {
                return end;
            }
        }
    }
}

/// Whether the header of a frame is sound. It has a depth, a width and as many components as it has room for. The height may
/// follow the scan.
fn has_pixels(payload: &[u8]) -> bool {
    match *payload {
        [2..=16, _, _, w0, w1, parts, ..] => {
            [w0, w1] != [0, 0] && parts > 0 && payload.len() == 6 + 3 * usize::from(parts)
        }
        _ => false,
    }
}

/// Where the coded data of a scan ends: before the first marker in it.
fn behind_scan(bytes: &[u8], from: usize) -> usize {
    let mut at = from;
    while let Some(found) = bytes.get(at..).and_then(|rest| memchr(0xFF, rest)) {
        let mark = at + found;
        match bytes.get(mark + 1) {
            Some(0x00 | 0xD0..=0xD7) => at = mark + 2,
            Some(0xFF) => at = mark + 1,
            Some(_) => return mark,
            None => break,
        }
    }
    bytes.len()
}
