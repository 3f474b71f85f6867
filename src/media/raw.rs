//! Camera raw files: the previews that cameras put beside the picture of the sensor.
//!
//! The samples of a sensor are not decoded. Cameras store the picture as they show it too. It is JPEG, often in several sizes
//! and at places that only their makers know. So every stream of JPEG in the file is looked for. The file counts as wholly
//! examined only where one of them is large enough, and of the sensor's shape.

use memchr::memmem;

use super::progress::{Progress, Refusal};
use super::{Format, color, exif, still};
use crate::Error;
use crate::error::Reason;

/// The shorter side that a preview must have at least. With fewer samples, PDQ of a reduced picture drifts from that of
/// the whole one (`cargo bench --bench drift`).
const SIDE_MIN: u32 = 256;

/// The most streams that are looked at.
const STREAMS_MAX: usize = 64;

/// Hands on the previews of a raw file whose structure is not read, the largest first.
pub(super) fn each_preview(bytes: &[u8], progress: &mut Progress<'_>) -> Result<(), Refusal> {
    let mut has_large = false;
    for stream in streams(bytes) {
        let before = progress.decoded.frames;
        progress.turn(exif::orientations(Format::Jpeg, stream));
        progress.manage(color::of_jpeg(stream));
        progress.attempt(|progress| still::jpeg(stream, progress))?;
        let size = progress.last_size;
        has_large |= progress.decoded.frames > before && size.0.min(size.1) >= SIDE_MIN;
    }
    if !has_large {
        progress.miss(undecoded());
    }
    Ok(())
}

/// What is missing where no preview stands for the picture.
pub(super) fn undecoded() -> Error {
    Error::Unsupported(Reason::RawWithoutPreview {
        side: SIDE_MIN.into(),
    })
}

/// Whether a preview shows what a sensor of this size took. It is large enough, and of the same shape within a
/// sixteenth, which borders of the sensor take.
pub(super) fn stands_for((width, height): (u32, u32), sensor: (u64, u64)) -> bool {
    let [width, height] = [width, height].map(u64::from);
    let (a, b) = (
        width.saturating_mul(sensor.1),
        height.saturating_mul(sensor.0),
    );
    let is_alike = |a: u64, b: u64| a.abs_diff(b) <= a.max(b) / 16;
    let turned = (
        width.saturating_mul(sensor.0),
        height.saturating_mul(sensor.1),
    );
    width.min(height) >= u64::from(SIDE_MIN) && (is_alike(a, b) || is_alike(turned.0, turned.1))
}

/// What a stream of JPEG says of its picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct FrameHeader {
    /// The kind of coding: 0xC0 and so on.
    pub(super) code: u8,
    pub(super) width: u32,
    pub(super) height: u32,
    pub(super) components: u8,
    /// Where the first scan begins, where there is one.
    scan: Option<usize>,
}

/// The frame header of a stream of JPEG (ITU-T T.81, B.2.2).
pub(super) fn frame_header(bytes: &[u8]) -> Option<FrameHeader> {
    let mut at = bytes.starts_with(b"\xFF\xD8").then_some(2)?;
    let mut header = None;
    loop {
        while bytes.get(at) == Some(&0xFF) && bytes.get(at + 1) == Some(&0xFF) {
            at += 1;
        }
        let &[0xFF, code, high, low] = bytes.get(at..at + 4)? else {
            return header;
        };
        let length = usize::from(u16::from_be_bytes([high, low]));
        match code {
            // Tables of codes and of arithmetic coding stand among these numbers.
            0xC4 | 0xC8 | 0xCC => {}
            0xC0..=0xCF => {
                let &[_, h1, h2, w1, w2, components] = bytes.get(at + 4..at + 10)? else {
                    return header;
                };
                header = Some(FrameHeader {
                    code,
                    width: u16::from_be_bytes([w1, w2]).into(),
                    height: u16::from_be_bytes([h1, h2]).into(),
                    components,
                    scan: None,
                });
            }
            0xDA => {
                return header.map(|header| FrameHeader {
                    scan: Some(at + 2 + length),
                    ..header
                });
            }
            0..0xC0 | 0xD0..=0xD9 => return header,
            _ => {}
        }
        at += 2 + length.max(2);
        if at >= bytes.len() {
            return header;
        }
    }
}

/// The streams of JPEG in a file that hold a picture, from their first byte to their last. The largest picture is first.
pub(super) fn streams(bytes: &[u8]) -> Vec<&[u8]> {
    let mut found = Vec::new();
    let mut from = 0;
    while let Some(start) = memmem::find(&bytes[from..], b"\xFF\xD8\xFF") {
        let stream = &bytes[from + start..];
        from += start + 2;
        let Some(header) = frame_header(stream) else {
            continue;
        };
        let (Some(scan), 0xC0..=0xC2) = (header.scan, header.code) else {
            continue;
        };
        // In the data of a scan this mark does not occur, and in tables hardly ever.
        let data = stream.get(scan..).unwrap_or_default();
        let end = memmem::find(data, b"\xFF\xD9").map_or(stream.len(), |end| scan + end + 2);
        found.push((
            u64::from(header.width) * u64::from(header.height),
            &stream[..end],
        ));
        if found.len() == STREAMS_MAX {
            break;
        }
        from += end - 2;
    }
    // Those of one size stay in their order.
    found.sort_by_key(|&(area, _)| std::cmp::Reverse(area));
    found.into_iter().map(|(_, stream)| stream).collect()
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use image::{ImageFormat, Luma};

    use super::*;
    use crate::media::{Limits, PartialCause, decode};

    fn jpeg(width: u32, height: u32, shade: u8) -> Vec<u8> {
        let picture =
            image::GrayImage::from_fn(width, height, |x, y| Luma([shade ^ (x + y) as u8]));
        let mut bytes = Cursor::new(Vec::new());
        picture.write_to(&mut bytes, ImageFormat::Jpeg).unwrap();
        bytes.into_inner()
    }

    #[test]
    fn previews_are_found_wherever_they_stand() {
        let (small, large) = (jpeg(40, 30, 0), jpeg(400, 300, 90));
        let file = [
            b"FUJIFILMCCD-RAW 0201\xFF\xD8\xFF..",
            &small[..],
            b"....",
            &large,
            b"sensor",
        ];
        let file = file.concat();
        assert_eq!(streams(&file), [&large[..], &small]);
        let mut sizes = Vec::new();
        let decoded = decode(&file, &Limits::default(), |f| sizes.push(f.picture.width())).unwrap();
        assert_eq!((decoded.format, decoded.partial), (Format::Raw, None));
        assert_eq!(sizes, [400, 40]);
        // Without the large one something is missing, and without any there is nothing.
        let file = [b"FUJIFILMCCD-RAW 0201", &small[..]].concat();
        let decoded = decode(&file, &Limits::default(), |_| {}).unwrap();
        assert_eq!(decoded.partial_cause, PartialCause::Unsupported);
        let side = SIDE_MIN.into();
        assert_eq!(decoded.partial, Some(Reason::RawWithoutPreview { side }));
        for cut in 0..file.len() - small.len() + 2 {
            assert!(decode(&file[..cut], &Limits::default(), |_| {}).is_err());
        }
    }

    #[test]
    fn a_preview_stands_for_a_sensor_of_its_shape() {
        assert!(stands_for((1620, 1080), (6240, 4160)));
        assert!(stands_for((1080, 1620), (6288, 4056)));
        assert!(!stands_for((160, 120), (6000, 4000)));
        assert!(!stands_for((1600, 1200), (6000, 3376)));
    }
}
