//! What is hidden in the metadata of pictures.

use super::encoded::base64;
use super::write::{element, matroska, picture};
use super::*;

/// A JPEG picture with segments before everything else.
pub(super) fn with_segments(segments: &[(u8, Vec<u8>)]) -> Vec<u8> {
    let plain = picture(Format::Jpeg, 1);
    let mut file = plain[..2].to_vec();
    for (marker, payload) in segments {
        let length = u16::try_from(payload.len() + 2).unwrap();
        file.extend([0xFF, *marker]);
        file.extend(length.to_be_bytes());
        file.extend(payload);
    }
    [&file, &plain[2..]].concat()
}

/// A JPEG picture of so many bytes and more, in which every byte counts.
pub(super) fn large_jpeg(bytes: usize) -> Vec<u8> {
    let plain = picture(Format::Jpeg, 3);
    let filler: Vec<u8> = (0..bytes).map(|n| (n % 251) as u8).collect();
    let pieces = filler.chunks(60_000).map(|filler| {
        let length = u16::try_from(filler.len() + 2).unwrap().to_be_bytes();
        [&[0xFF, 0xEF], &length[..], filler].concat()
    });
    let segments: Vec<u8> = pieces.flatten().collect();
    [&plain[..2], &segments, &plain[2..]].concat()
}

#[test]
fn a_picture_in_any_segment_of_jpeg_is_found() {
    let hidden = picture(Format::Jpeg, 2);
    for marker in (0xE0..=0xEF).chain([0xFE, 0xF0, 0xC8]) {
        for head in [
            &b""[..],
            b"JFXX\0\x10",
            b"Exif\0\0MM\0*\0\0\0\x08",
            b"unknown\0",
        ] {
            let file = with_segments(&[(marker, [head, &hidden].concat())]);
            let found = parts(&file);
            assert_eq!(found.len(), 1, "{marker:x} {head:?}");
            assert_eq!(found[0].1, hidden, "{marker:x} {head:?}");
        }
    }
}

#[test]
fn a_picture_that_goes_on_from_segment_to_segment_is_found() {
    let hidden = large_jpeg(150_000);
    let known: [(u8, Vec<u8>, Vec<u8>); 4] = [
        (
            0xE2,
            b"FPXR\0\x02\0\0\0\0\0\0\0".to_vec(),
            b"FPXR\0\x02\0\0\0\0\0\0\x07".to_vec(),
        ),
        (
            0xED,
            b"Photoshop 3.0\0".to_vec(),
            b"Photoshop 3.0\0".to_vec(),
        ),
        (
            0xEB,
            b"JP\0\x01\0\0\0\x01".to_vec(),
            b"JP\0\x01\0\0\0\x02lengtype".to_vec(),
        ),
        (0xE9, Vec::new(), Vec::new()),
    ];
    for (marker, first, next) in known {
        let pieces = hidden.chunks(65_000).enumerate().map(|(place, piece)| {
            let head = if place == 0 { &first } else { &next };
            (marker, [head, piece].concat())
        });
        let found = parts(&with_segments(&pieces.collect::<Vec<_>>()));
        assert!(has(&found, &hidden), "{marker:x}");
        assert_eq!(found.len(), 1, "{marker:x}");
    }
}

#[test]
fn pictures_in_full_segments_that_begin_alike_are_found_each() {
    let both = [2, 3].map(|number| {
        let mut bytes = picture(Format::Jpeg, number);
        bytes.resize(65_000, 0);
        (0xEF, bytes)
    });
    let found = parts(&with_segments(&both));
    let expected = [2, 3].map(|number| picture(Format::Jpeg, number));
    assert_eq!(
        found
            .into_iter()
            .map(|(_, content)| content)
            .collect::<Vec<_>>(),
        expected
    );
}

#[test]
fn a_picture_in_the_text_of_metadata_is_found() {
    let hidden = picture(Format::Jpeg, 2);
    let text = base64(&hidden);
    let lines: Vec<&str> = text
        .as_bytes()
        .chunks(76)
        .map(|l| std::str::from_utf8(l).unwrap())
        .collect();
    for text in [text.clone(), lines.join("&#xA;"), lines.join("\n")] {
        let xmp = format!("http://ns.adobe.com/xap/1.0/\0<x:xmpmeta><i>{text}</i></x:xmpmeta>");
        let found = parts(&with_segments(&[(0xE1, xmp.into_bytes())]));
        assert_eq!(found, [("app1-base64.jpg".to_owned(), hidden.clone())]);
    }
}

/// A PNG picture with a chunk behind its header.
pub(super) fn with_chunk(kind: &[u8; 4], data: &[u8]) -> Vec<u8> {
    let plain = picture(Format::Png, 1);
    let length = u32::try_from(data.len()).unwrap().to_be_bytes();
    let sum = crc32fast::hash(&[&kind[..], data].concat()).to_be_bytes();
    [&plain[..33], &length, kind, data, &sum, &plain[33..]].concat()
}

#[test]
fn a_picture_in_any_chunk_of_png_is_found() {
    let hidden = picture(Format::Jpeg, 2);
    for kind in [b"tEXt", b"zTXt", b"iTXt", b"eXIf", b"quCK", b"iCCP"] {
        let found = parts(&with_chunk(kind, &[b"key\0\0\0\0\0", &hidden[..]].concat()));
        assert!(has(&found, &hidden), "{kind:?}");
    }
}

#[cfg(feature = "archives")]
#[test]
fn a_picture_in_the_compressed_text_of_png_is_found() {
    use std::io::Write as _;

    let hidden = picture(Format::Jpeg, 2);
    let mut writer = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::best());
    writer.write_all(&hidden).unwrap();
    let packed = writer.finish().unwrap();
    for (kind, head) in [
        (b"zTXt", &b"key\0\0"[..]),
        (b"iCCP", b"key\0\0"),
        (b"iTXt", b"key\0\x01\0en\0\0"),
        // What PNG does not define.
        (b"mkBT", b""),
    ] {
        let found = parts(&with_chunk(kind, &[head, &packed].concat()));
        assert!(has(&found, &hidden), "{kind:?}");
    }
}

#[cfg(feature = "archives")]
#[test]
fn a_text_of_png_that_is_too_long_is_said() {
    use std::io::Write as _;

    let mut writer = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::best());
    writer.write_all(&vec![0; 20 << 20]).unwrap();
    let file = with_chunk(
        b"zTXt",
        &[b"key\0\0", &writer.finish().unwrap()[..]].concat(),
    );
    let found = Parts::of_bytes(Format::Png, &file);
    let reason = found.over_limit.unwrap();
    assert_eq!(reason.code(), crate::error::ReasonCode::PartsTextTooLong);
}

#[test]
fn a_picture_in_a_comment_of_gif_is_found() {
    let (plain, hidden) = (picture(Format::Gif, 1), picture(Format::Jpeg, 2));
    let blocks: Vec<u8> = hidden
        .chunks(255)
        .flat_map(|block| [&[block.len() as u8], block].concat())
        .collect();
    for label in [0xFE, 0xFF, 0x01, 0x77] {
        let file = [
            &plain[..plain.len() - 1],
            &[0x21, label],
            &blocks,
            &[0, 0x3B],
        ]
        .concat();
        let found = parts(&file);
        assert!(has(&found, &hidden), "{label:x}");
    }
}

#[test]
fn a_picture_in_a_chunk_of_webp_is_found() {
    let (plain, hidden) = (picture(Format::WebP, 1), picture(Format::Jpeg, 2));
    for kind in [b"EXIF", b"XMP ", b"ICCP", b"junk"] {
        let size = u32::try_from(hidden.len()).unwrap().to_le_bytes();
        let pad = vec![0; hidden.len() % 2];
        let mut file = [&plain[..], kind, &size, &hidden, &pad].concat();
        let size = u32::try_from(file.len() - 8).unwrap().to_le_bytes();
        file[4..8].copy_from_slice(&size);
        let found = parts(&file);
        assert_eq!(found.len(), 1, "{kind:?}");
        assert_eq!(found[0].1, hidden, "{kind:?}");
    }
}

#[test]
fn a_picture_between_header_and_pixels_of_bmp_is_found() {
    let (plain, hidden) = (picture(Format::Bmp, 1), picture(Format::Jpeg, 2));
    let pixels = u32::from_le_bytes(plain[10..14].try_into().unwrap());
    let mut file = [
        &plain[..pixels as usize],
        &hidden,
        &plain[pixels as usize..],
    ]
    .concat();
    let moved = pixels + u32::try_from(hidden.len()).unwrap();
    file[10..14].copy_from_slice(&moved.to_le_bytes());
    assert_eq!(parts(&file), [("between.jpg".to_owned(), hidden)]);
}

#[test]
fn a_thumbnail_without_compression_is_found() {
    let pixels: Vec<u8> = (0..8 * 8 * 3).map(|n| n as u8).collect();
    let entry = |tag: u16, value: u32| {
        [
            &tag.to_be_bytes()[..],
            b"\0\x04\0\0\0\x01",
            &value.to_be_bytes(),
        ]
        .concat()
    };
    let entries = [
        (256, 8),
        (257, 8),
        (258, 8),
        (259, 1),
        (262, 2),
        (273, 200),
        (277, 3),
        (278, 8),
        (279, 192),
    ];
    let mut exif = b"MM\0*\0\0\0\x08\0\0\0\0\0\x0E\0\x09".to_vec();
    exif.extend(entries.iter().flat_map(|(tag, value)| entry(*tag, *value)));
    exif.resize(200, 0);
    exif.extend(&pixels);
    let file = with_segments(&[(0xE1, [b"Exif\0\0", &exif[..]].concat())]);
    let found = parts(&file);
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].0, "thumbnail.tif");
    let mut sides = (0, 0);
    let decoded = crate::media::decode(&found[0].1, &crate::media::Limits::default(), |frame| {
        sides = (frame.picture.width(), frame.picture.height());
    });
    decoded.unwrap();
    assert_eq!(sides, (8, 8));
}

#[test]
fn attachments_and_padding_of_matroska_are_found() {
    let hidden = picture(Format::Jpeg, 2);
    let attached = [element(0x466E, b"cover.jpg"), element(0x465C, &hidden)].concat();
    let attachments = element(0x1941_A469, &element(0x61A7, &attached));
    let void = element(0xEC, &hidden);
    let cluster = element(0x1F43_B675, &[element(0xE7, &[0]), void.clone()].concat());
    let file = matroska(&[attachments, void, cluster].concat());
    let expected = ["attachment/cover.jpg", "void.jpg", "cluster.jpg"];
    assert_eq!(
        parts(&file),
        expected.map(|name| (name.to_owned(), hidden.clone()))
    );
}
