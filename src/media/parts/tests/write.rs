//! Writes files with and without parts.

use std::io::Cursor;

use image::{ImageFormat, Rgb, RgbImage};

use super::super::Format;

/// The formats of pictures that are written here.
pub(super) const CARRIERS: [Format; 9] = [
    Format::Jpeg,
    Format::Png,
    Format::Gif,
    Format::WebP,
    Format::Bmp,
    Format::Tiff,
    Format::Ico,
    Format::Pnm,
    Format::Qoi,
];

/// A picture, unlike that of any other number.
pub(super) fn picture(format: Format, number: u32) -> Vec<u8> {
    let side = 24 + number;
    let picture = RgbImage::from_fn(side, 20, |x, y| {
        Rgb([x * 9, y * 11, (x ^ y) * 7 + number].map(|value| value as u8))
    });
    let encoding = match format {
        Format::Jpeg => ImageFormat::Jpeg,
        Format::Png => ImageFormat::Png,
        Format::Gif => ImageFormat::Gif,
        Format::WebP => ImageFormat::WebP,
        Format::Bmp => ImageFormat::Bmp,
        Format::Tiff => ImageFormat::Tiff,
        Format::Ico => ImageFormat::Ico,
        Format::Tga => ImageFormat::Tga,
        Format::Pnm => ImageFormat::Pnm,
        Format::Qoi => ImageFormat::Qoi,
        _ => unreachable!("not written here"),
    };
    let mut bytes = Cursor::new(Vec::new());
    picture.write_to(&mut bytes, encoding).unwrap();
    bytes.into_inner()
}

pub(super) fn part(kind: &[u8; 4], content: &[u8]) -> Vec<u8> {
    let size = u32::try_from(content.len() + 8).unwrap();
    [&size.to_be_bytes(), &kind[..], content].concat()
}

/// A film without samples.
pub(super) fn film() -> Vec<u8> {
    let header = part(b"mvhd", &[0; 100]);
    [
        part(b"ftyp", b"isom\0\0\x02\0isomiso2"),
        part(b"moov", &header),
    ]
    .concat()
}

/// An element of Matroska.
pub(super) fn element(id: u32, content: &[u8]) -> Vec<u8> {
    let id: Vec<u8> = id
        .to_be_bytes()
        .into_iter()
        .skip_while(|b| *b == 0)
        .collect();
    let size = (content.len() as u64 | 1 << 56).to_be_bytes();
    [&id[..], &size, content].concat()
}

pub(super) fn matroska(within: &[u8]) -> Vec<u8> {
    let header = element(0x1A45_DFA3, &element(0x4282, b"matroska"));
    [header, element(0x1853_8067, within)].concat()
}

fn transport_stream() -> Vec<u8> {
    let packet = [&b"\x47\x1F\xFF\x10"[..], &[0xFF; 184]].concat();
    packet.repeat(8)
}

fn program_stream() -> Vec<u8> {
    let pack = b"\0\0\x01\xBA\x44\0\x04\0\x04\x01\0\0\x03\xF8";
    [&pack[..], b"\0\0\x01\xE0\0\x04abcd", b"\0\0\x01\xB9"].concat()
}

fn ogg() -> Vec<u8> {
    [&b"OggS\0\x02"[..], &[0; 20], &[1, 3], b"abc"].concat()
}

fn flv() -> Vec<u8> {
    let tag = b"\x09\0\0\x03\0\0\0\0\0\0\0abc\0\0\0\x0E";
    [&b"FLV\x01\x01\0\0\0\x09\0\0\0\0"[..], tag].concat()
}

fn asf() -> Vec<u8> {
    let id = b"\x30\x26\xB2\x75\x8E\x66\xCF\x11\xA6\xD9\x00\xAA\x00\x62\xCE\x6C";
    [&id[..], &32u64.to_le_bytes(), &[0; 8]].concat()
}

fn avi() -> Vec<u8> {
    let body = b"AVI LIST\x04\0\0\0movi";
    let size = u32::try_from(body.len()).unwrap().to_le_bytes();
    [&b"RIFF"[..], &size, body].concat()
}

/// Clips, by the extension of their kind.
pub(super) fn clips() -> Vec<(&'static str, Vec<u8>)> {
    vec![
        ("mp4", film()),
        ("mkv", matroska(&element(0x1F43_B675, &element(0xE7, &[0])))),
        ("avi", avi()),
        ("flv", flv()),
        ("ts", transport_stream()),
        ("mpg", program_stream()),
        ("ogg", ogg()),
        ("wmv", asf()),
    ]
}

fn tar() -> Vec<u8> {
    let mut header = [0; 512];
    header[..5].copy_from_slice(b"a.jpg");
    header[257..263].copy_from_slice(b"ustar\0");
    header[148..156].fill(b' ');
    let sum: u32 = header.iter().map(|byte| u32::from(*byte)).sum();
    header[148..155].copy_from_slice(format!("{sum:06o}\0").as_bytes());
    [&header[..], &[0; 1024]].concat()
}

fn seven_zip() -> Vec<u8> {
    let start = [&4u64.to_le_bytes()[..], &8u64.to_le_bytes(), &[0; 4]].concat();
    let sum = crc32fast::hash(&start).to_le_bytes();
    [&b"7z\xBC\xAF\x27\x1C\0\x04"[..], &sum, &start, &[7; 12]].concat()
}

fn zip() -> Vec<u8> {
    [
        &b"PK\x03\x04\x14\0\0\0\0\0"[..],
        &[0; 16],
        &[1, 0, 0, 0],
        b"a",
        b"content",
    ]
    .concat()
}

/// A file of every kind, by its extension.
pub(super) fn hidden() -> Vec<(&'static str, Vec<u8>)> {
    let bzip2 = [&b"BZh91AY&SY"[..], &[0; 20]].concat();
    let mut all = vec![
        ("jpg", picture(Format::Jpeg, 2)),
        ("png", picture(Format::Png, 2)),
        ("gif", picture(Format::Gif, 2)),
        ("webp", picture(Format::WebP, 2)),
        ("bmp", picture(Format::Bmp, 2)),
        ("tif", picture(Format::Tiff, 2)),
        ("ico", picture(Format::Ico, 2)),
        ("tga", picture(Format::Tga, 2)),
        ("pnm", picture(Format::Pnm, 2)),
        ("qoi", picture(Format::Qoi, 2)),
        ("zip", zip()),
        (
            "gz",
            [&b"\x1F\x8B\x08\0\0\0\0\0\0\x03\x4B\x04\0"[..], &[0; 8]].concat(),
        ),
        ("xz", b"\xFD7zXZ\0\0\x04rest".to_vec()),
        ("zst", b"\x28\xB5\x2F\xFD\x04rest".to_vec()),
        ("bz2", bzip2),
        ("tar", tar()),
        ("7z", seven_zip()),
        ("rar", b"Rar!\x1A\x07\x01\0rest".to_vec()),
        ("pdf", b"%PDF-1.7 rest".to_vec()),
    ];
    all.extend(clips());
    all
}
