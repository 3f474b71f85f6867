//! How a picture is to be turned, as the metadata of its file states it.
//!
//! Viewers read the orientation from EXIF or from XMP. They read the first or the last segment, and any type of number. Where
//! the statements disagree, each of them is what some viewer shows, so all are given. Sources: TIFF 6.0, section 8; Exif 2.32,
//! 4.5.4; XMP specification, part 2; PNG (third edition), 11.3.3.5; the WebP container specification.

use std::io::Read;

use super::Format;
use super::tiff::directory::{Directory, Layout};

/// The field of EXIF and TIFF.
const ORIENTATION: u16 = 0x112;

/// The most bytes that a compressed profile of a PNG is unpacked to.
const PROFILE: u64 = 1 << 20;

/// The orientations, 1 to 8, that a file states beside its pixels, in the order of the file, each once.
pub(super) fn orientations(format: Format, bytes: &[u8]) -> Vec<u8> {
    let mut stated = Stated::default();
    match format {
        Format::Jpeg => of_jpeg(bytes, &mut stated),
        Format::Png => of_png(bytes, &mut stated),
        Format::WebP => of_webp(bytes, &mut stated),
        _ => {}
    }
    stated.0
}

/// The orientations of a directory of a TIFF file.
pub(super) fn of_directory(directory: &Directory<'_>) -> Vec<u8> {
    let mut stated = Stated::default();
    stated.directory(directory);
    if let Some(xmp) = directory.bytes(700) {
        stated.xmp(xmp);
    }
    stated.0
}

#[derive(Default)]
struct Stated(Vec<u8>);

impl Stated {
    fn add(&mut self, orientation: u64) {
        if let Ok(orientation @ 1..=8) = u8::try_from(orientation)
            && !self.0.contains(&orientation)
        {
            self.0.push(orientation);
        }
    }

    fn directory(&mut self, directory: &Directory<'_>) {
        for value in directory.stated(ORIENTATION) {
            self.add(value);
        }
    }

    /// EXIF, with its name in front or without. Some programs write the name twice.
    fn exif(&mut self, mut bytes: &[u8]) {
        while let Some(rest) = bytes.strip_prefix(b"Exif\0") {
            bytes = rest.get(1..).unwrap_or_default();
        }
        let Some(layout) = Layout::read(bytes) else {
            return;
        };
        let directory = layout
            .first(bytes)
            .and_then(|offset| Directory::read(bytes, layout, offset));
        if let Some(directory) = directory {
            self.directory(&directory);
        }
    }

    /// XMP, as an attribute (`tiff:Orientation="6"`) or as an element.
    fn xmp(&mut self, text: &[u8]) {
        let name = b"tiff:Orientation";
        for at in memchr::memmem::find_iter(text, name) {
            let value = &text[at + name.len()..];
            let value = value.trim_ascii_start();
            let Some((b'=' | b'>', value)) = value.split_first() else {
                continue;
            };
            let value = value.trim_ascii_start();
            let value = value.strip_prefix(b"\"").unwrap_or(value);
            let value = value.strip_prefix(b"'").unwrap_or(value).trim_ascii_start();
            if let [digit @ b'1'..=b'8', after, ..] = value
                && !after.is_ascii_digit()
            {
                self.add(u64::from(digit - b'0'));
            }
        }
    }
}

/// The segments up to the first scan.
fn of_jpeg(bytes: &[u8], stated: &mut Stated) {
    let mut rest = bytes.get(2..).unwrap_or_default();
    loop {
        // Libraries pass over what stands between segments.
        let Some(marker) = memchr::memchr(0xFF, rest) else {
            return;
        };
        rest = &rest[marker..];
        let fill = rest.iter().take_while(|&&byte| byte == 0xFF).count();
        let Some((&code, after)) = rest[fill..].split_first() else {
            return;
        };
        rest = after;
        match code {
            0 | 1 | 0xD0..=0xD8 => continue,
            0xD9 | 0xDA => return,
            _ => {}
        }
        let Some(&[high, low]) = rest.first_chunk() else {
            return;
        };
        let length = usize::from(u16::from_be_bytes([high, low])).max(2);
        let segment = rest.get(2..length.min(rest.len())).unwrap_or_default();
        if code == 0xE1 {
            if segment.starts_with(b"Exif\0") {
                stated.exif(segment);
            } else if segment.starts_with(b"http://ns.adobe.com/x") {
                stated.xmp(segment);
            }
        }
        rest = rest.get(length..).unwrap_or_default();
    }
}

fn of_png(bytes: &[u8], stated: &mut Stated) {
    for chunk in png_chunks(bytes) {
        match chunk.kind {
            b"eXIf" => stated.exif(chunk.data),
            b"iTXt" if chunk.data.starts_with(b"XML:com.adobe.xmp\0\0") => stated.xmp(chunk.data),
            b"iTXt" if chunk.data.starts_with(b"XML:com.adobe.xmp\0\x01\0") => {
                // Behind the name and the method, language and translated name, each ended by zero.
                let mut parts = chunk.data[20..].splitn(3, |&byte| byte == 0);
                if let Some(packed) = parts.nth(2) {
                    stated.xmp(&unpacked(packed));
                }
            }
            b"tEXt" => {
                let name = [&b"Raw profile type exif\0"[..], b"Raw profile type APP1\0"];
                let text = name.iter().find_map(|name| chunk.data.strip_prefix(*name));
                if let Some(text) = text {
                    stated.exif(&profile(text));
                }
            }
            b"zTXt" => {
                let name = [
                    &b"Raw profile type exif\0\0"[..],
                    b"Raw profile type APP1\0\0",
                ];
                let packed = name.iter().find_map(|name| chunk.data.strip_prefix(*name));
                if let Some(packed) = packed {
                    stated.exif(&profile(&unpacked(packed)));
                }
            }
            _ => {}
        }
    }
}

/// What a zlib stream unpacks to, as far as it is sound and within bounds.
fn unpacked(packed: &[u8]) -> Vec<u8> {
    let mut text = Vec::new();
    // What was unpacked before an error is kept.
    let _ = flate2::read::ZlibDecoder::new(packed)
        .take(PROFILE)
        .read_to_end(&mut text);
    text
}

/// A profile in the text form of ImageMagick: a line with its name, one with its length, then hexadecimal digits.
fn profile(text: &[u8]) -> Vec<u8> {
    let lines = text.trim_ascii_start().splitn(3, |&byte| byte == b'\n');
    let digits = lines.last().unwrap_or_default().iter();
    let digits = digits.filter_map(|&byte| char::from(byte).to_digit(16));
    let digits: Vec<u8> = digits.take(PROFILE as usize).map(|d| d as u8).collect();
    let bytes = digits.as_chunks::<2>().0.iter();
    bytes.map(|[high, low]| high << 4 | low).collect()
}

/// One chunk of a PNG.
#[derive(Clone, Copy, Debug)]
pub(super) struct PngChunk<'a> {
    pub(super) kind: &'a [u8; 4],
    pub(super) data: &'a [u8],
    /// Whether all of its data is there.
    pub(super) whole: bool,
}

/// The chunks of a PNG up to its end; of one that is cut, what is there.
pub(super) fn png_chunks(bytes: &[u8]) -> impl Iterator<Item = PngChunk<'_>> {
    let mut rest = bytes.get(8..).unwrap_or_default();
    std::iter::from_fn(move || {
        let (length, after) = rest.split_first_chunk::<4>()?;
        let (kind, after) = after.split_first_chunk::<4>()?;
        let length = u32::from_be_bytes(*length) as usize;
        let data = &after[..length.min(after.len())];
        rest = after.get(length.saturating_add(4)..).unwrap_or_default();
        if kind == b"IEND" {
            rest = &[];
        }
        Some(PngChunk {
            kind,
            data,
            whole: data.len() == length,
        })
    })
}

fn of_webp(bytes: &[u8], stated: &mut Stated) {
    for (kind, data) in riff_chunks(bytes.get(12..).unwrap_or_default()) {
        match kind {
            b"EXIF" => stated.exif(data),
            b"XMP " => stated.xmp(data),
            _ => {}
        }
    }
}

/// The chunks of a RIFF list; of one that is cut, what is there.
pub(super) fn riff_chunks(bytes: &[u8]) -> impl Iterator<Item = (&[u8; 4], &[u8])> {
    let mut rest = bytes;
    std::iter::from_fn(move || {
        let (kind, after) = rest.split_first_chunk::<4>()?;
        let (length, after) = after.split_first_chunk::<4>()?;
        let length = u32::from_le_bytes(*length) as usize;
        let data = &after[..length.min(after.len())];
        // Chunks begin at even places.
        let padded = length.saturating_add(length % 2);
        rest = after.get(padded..).unwrap_or_default();
        Some((kind, data))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// EXIF with an orientation in a field of this type, in both orders of bytes.
    fn exif(kind: u8, orientation: u8) -> [Vec<u8>; 2] {
        let value = match kind {
            1 | 6 => [orientation, 0, 0, 0],
            3 | 8 => [0, orientation, 0, 0],
            _ => [0, 0, 0, orientation],
        };
        let little = match kind {
            1 | 3 | 4 | 6 | 8 | 9 => [orientation, 0, 0, 0],
            _ => [0; 4],
        };
        [
            [
                &b"MM\0\x2a\0\0\0\x08\0\x01\x01\x12\0"[..],
                &[kind, 0, 0, 0, 1],
                &value,
                &[0; 4],
            ]
            .concat(),
            [
                &b"II\x2a\0\x08\0\0\0\x01\0\x12\x01"[..],
                &[kind, 0, 1, 0, 0, 0],
                &little,
                &[0; 4],
            ]
            .concat(),
        ]
    }

    fn segment(code: u8, content: &[u8]) -> Vec<u8> {
        let length = (content.len() as u16 + 2).to_be_bytes();
        [&[0xFF, code], &length[..], content].concat()
    }

    fn jpeg(segments: &[Vec<u8>]) -> Vec<u8> {
        [&[0xFF, 0xD8][..], &segments.concat(), &[0xFF, 0xDA]].concat()
    }

    fn app1(exif: &[u8]) -> Vec<u8> {
        segment(0xE1, &[b"Exif\0\0", exif].concat())
    }

    #[test]
    fn every_whole_type_and_both_orders_are_read() {
        for kind in [1, 3, 4, 6, 8, 9] {
            for exif in exif(kind, 6) {
                let file = jpeg(&[app1(&exif)]);
                assert_eq!(orientations(Format::Jpeg, &file), [6], "type {kind}");
                for cut in 0..file.len() {
                    let _ = orientations(Format::Jpeg, &file[..cut]);
                }
            }
        }
        for nonsense in [0, 9, 255] {
            let file = jpeg(&[app1(&exif(3, nonsense)[0])]);
            assert!(orientations(Format::Jpeg, &file).is_empty());
        }
    }

    #[test]
    fn every_segment_and_xmp_are_read() {
        let [six, _] = exif(3, 6);
        let [_, three] = exif(4, 3);
        let name = b"http://ns.adobe.com/xap/1.0/\0<x tiff:Orientation = '8'/>";
        let element = b"http://ns.adobe.com/xap/1.0/\0<tiff:Orientation> 5 </tiff:Orientation>";
        let all = [
            segment(0xE0, b"JFIF\0"),
            app1(&[]),
            app1(&six),
            app1(&three),
            segment(0xE1, name),
            segment(0xE1, element),
            app1(&six),
        ];
        assert_eq!(orientations(Format::Jpeg, &jpeg(&all)), [6, 3, 8, 5]);
        let twice = segment(0xE1, &[b"Exif\0\0Exif\0\0", &six[..]].concat());
        assert_eq!(orientations(Format::Jpeg, &jpeg(&[twice])), [6]);
    }

    #[test]
    fn png_and_webp_state_it_in_chunks() {
        let [six, _] = exif(3, 6);
        let chunk = |kind: &[u8], data: &[u8]| {
            let length = (data.len() as u32).to_be_bytes();
            [&length[..], kind, data, &[0; 4]].concat()
        };
        let png = |chunks: &[u8]| [b"\x89PNG\r\n\x1a\n", chunks].concat();
        let hex: String = six.iter().map(|byte| format!("{byte:02x}")).collect();
        let raw = format!("Raw profile type exif\0\nexif\n  26\n{hex}\n");
        let mut packed = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::fast());
        std::io::Write::write_all(&mut packed, &raw.as_bytes()[22..]).unwrap();
        let packed = [&b"Raw profile type exif\0\0"[..], &packed.finish().unwrap()].concat();
        for chunk in [
            chunk(b"eXIf", &six),
            chunk(b"eXIf", &[b"Exif\0\0", &six[..]].concat()),
            chunk(b"tEXt", raw.as_bytes()),
            chunk(b"zTXt", &packed),
            chunk(b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0<tiff:Orientation>6<"),
        ] {
            assert_eq!(orientations(Format::Png, &png(&chunk)), [6], "{chunk:?}");
        }
        let chunk = |kind: &[u8], data: &[u8]| {
            let length = (data.len() as u32).to_le_bytes();
            [kind, &length[..], data, &[0][..data.len() % 2]].concat()
        };
        for chunk in [
            chunk(b"EXIF", &six),
            chunk(b"EXIF", &[b"Exif\0\0", &six[..]].concat()),
            chunk(b"XMP ", b"<a tiff:Orientation=\"6\">"),
        ] {
            let file = [&b"RIFF\0\0\0\0WEBP"[..], &chunk].concat();
            assert_eq!(orientations(Format::WebP, &file), [6], "{chunk:?}");
        }
    }
}
