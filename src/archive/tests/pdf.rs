//! Documents of PDF, sound and not.

use std::io::Write as _;

use super::mail::png;
use super::write::stored;
use super::*;
use crate::hash::HashType;
use crate::hasher::{Fingerprint, Hasher};

/// A stream object, whose dictionary says this beside its length.
fn stream(number: u32, about: &str, data: &[u8]) -> Vec<u8> {
    let head = format!(
        "{number} 0 obj\n<< {about} /Length {} >>\nstream\n",
        data.len()
    );
    [head.as_bytes(), data, b"\nendstream\nendobj\n"].concat()
}

fn pdf(objects: &[Vec<u8>]) -> Vec<u8> {
    [
        b"%PDF-1.7\n".as_slice(),
        &objects.concat(),
        b"trailer << /Root 1 0 R >>\nstartxref\n0\n%%EOF\n",
    ]
    .concat()
}

/// A document with attached files.
pub(super) fn of_files(files: &[&[u8]]) -> Vec<u8> {
    let about = "/Type /EmbeddedFile /Filter /FlateDecode";
    let objects = files.iter().zip(1..);
    let objects = objects.map(|(file, number)| stream(number, about, &zlib(file)));
    pdf(&objects.collect::<Vec<_>>())
}

fn zlib(bytes: &[u8]) -> Vec<u8> {
    let mut writer = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::fast());
    writer.write_all(bytes).unwrap();
    writer.finish().unwrap()
}

const SIDE: u32 = 96;

/// A picture that is rich enough to be hashed.
fn picture() -> image::RgbImage {
    image::RgbImage::from_fn(SIDE, SIDE, |x, y| {
        let spot = ((x / 12) * 7 + (y / 12) * 11) % 5;
        image::Rgb([
            (spot * 50) as u8,
            (x * 2) as u8 ^ (spot * 30) as u8,
            (255 - y * 2) as u8,
        ])
    })
}

fn grey() -> Vec<u8> {
    image::DynamicImage::from(picture()).to_luma8().into_raw()
}

fn jpeg() -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    picture()
        .write_to(&mut bytes, image::ImageFormat::Jpeg)
        .unwrap();
    bytes.into_inner()
}

fn hashed(bytes: &[u8]) -> Fingerprint {
    Hasher::new([HashType::Pdq]).hash_bytes(bytes)
}

/// How many bits the pictures of a document are from what they show.
fn distances(members: &[Member], shown: &image::DynamicImage) -> Vec<u32> {
    let mut file = Cursor::new(Vec::new());
    shown.write_to(&mut file, image::ImageFormat::Png).unwrap();
    let expected = hashed(&file.into_inner()).prints[0].hash;
    let distance = |member: &Member| {
        let Content::Bytes(bytes) = &member.content else {
            panic!("{member:?}");
        };
        let hashed = hashed(bytes);
        assert_eq!(
            hashed.error.map(|error| error.to_string()),
            None,
            "{member:?}"
        );
        hashed.prints[0].hash.distance(&expected).unwrap()
    };
    members.iter().map(distance).collect()
}

/// Samples of less than a byte.
fn packed(samples: &[u8], bits: u32) -> Vec<u8> {
    let rows = samples.chunks(SIDE as usize).map(|row| {
        row.chunks(8 / bits as usize).map(|group| {
            group
                .iter()
                .fold(0u32, |all, sample| all << bits | u32::from(*sample)) as u8
        })
    });
    rows.flatten().collect()
}

#[test]
fn pictures_are_found_however_their_samples_are_written() {
    let rgb = picture().into_raw();
    // Levels that four bits hold.
    let grey: Vec<u8> = grey().into_iter().map(|level| (level >> 4) * 17).collect();
    let size = format!("/Subtype /Image /Width {SIDE} /Height {SIDE}");
    let image =
        |number: u32, about: &str, data: &[u8]| stream(number, &format!("{size} {about}"), data);
    // Each row but the first is the difference from that above it.
    let mut up = Vec::new();
    let row = 3 * SIDE as usize;
    for (place, line) in rgb.chunks(row).enumerate() {
        up.push(2);
        up.extend(line.iter().enumerate().map(|(at, byte)| match place {
            0 => *byte,
            _ => byte.wrapping_sub(rgb[(place - 1) * row + at]),
        }));
    }
    let cmyk: Vec<u8> = rgb
        .chunks(3)
        .flat_map(|p| [255 - p[0], 255 - p[1], 255 - p[2], 0])
        .collect();
    let hexadecimal: String = rgb.iter().map(|byte| format!("{byte:02x}")).collect();
    let deep: Vec<u8> = rgb.iter().flat_map(|byte| [*byte, *byte]).collect();
    let table = "/ColorSpace /DeviceRGB /BitsPerComponent 8";
    let color = pdf(&[
        image(1, &format!("{table} /Filter /FlateDecode"), &zlib(&rgb)),
        image(2, table, &rgb),
        image(3, "/Filter /DCTDecode", &jpeg()),
        image(4, "/Filter [/FlateDecode /DCTDecode]", &zlib(&jpeg())),
        image(
            5,
            &format!(
                "{table} /Filter /FlateDecode /DecodeParms << /Predictor 15 /Colors 3 /Columns {SIDE} >>"
            ),
            &zlib(&up),
        ),
        image(6, "/ColorSpace /DeviceCMYK /BitsPerComponent 8", &cmyk),
        image(
            7,
            "/ColorSpace [/ICCBased 20 0 R] /BitsPerComponent 8 /Filter [/ASCIIHexDecode]",
            hexadecimal.as_bytes(),
        ),
        image(8, "/ColorSpace /DeviceRGB /BitsPerComponent 16", &deep),
        stream(20, "/N 3", b"profile"),
    ]);
    let (members, gap) = walk(&color);
    assert_eq!(
        (members.len(), gap),
        (8, None),
        "{:?}",
        told_paths(&members)
    );
    let is_jpeg =
        |member: &Member| matches!(&member.content, Content::Bytes(bytes) if *bytes == jpeg());
    let (files, pictures): (Vec<Member>, Vec<Member>) = members.into_iter().partition(is_jpeg);
    assert_eq!(files.len(), 2, "they are given as they are");
    for (place, distance) in distances(&pictures, &picture().into())
        .into_iter()
        .enumerate()
    {
        assert!(distance <= 8, "picture {place}: {distance} bits");
    }

    let levels: Vec<u8> = grey.iter().map(|level| level >> 4).collect();
    let colors: Vec<u8> = (0..16u8).flat_map(|level| [level * 17; 3]).collect();
    let table: String = colors.iter().map(|byte| format!("{byte:02X}")).collect();
    let reversed: Vec<u8> = levels.iter().map(|level| 15 - level).collect();
    let inverted: Vec<u8> = grey.iter().map(|level| 255 - level).collect();
    let objects = b"20 0 30 5 [/Indexed /DeviceRGB 15 40 0 R] ";
    let grey_ones = pdf(&[
        image(1, "/ColorSpace /DeviceGray /BitsPerComponent 8", &grey),
        image(
            2,
            "/ColorSpace /DeviceGray /BitsPerComponent 4",
            &packed(&levels, 4),
        ),
        image(
            3,
            &format!("/ColorSpace [/Indexed /DeviceRGB 15 <{table}>] /BitsPerComponent 4"),
            &packed(&levels, 4),
        ),
        image(
            4,
            "/ColorSpace /DeviceGray /Decode [1 0] /BitsPerComponent 4",
            &packed(&reversed, 4),
        ),
        image(
            5,
            "/ColorSpace [/Separation /Black /DeviceGray 9 0 R] /BitsPerComponent 8",
            &inverted,
        ),
        // Its colours stand in a stream of objects, and their table in another stream.
        image(
            6,
            "/ColorSpace 30 0 R /BitsPerComponent 4",
            &packed(&levels, 4),
        ),
        stream(40, "/Filter /FlateDecode", &zlib(&colors)),
        stream(
            41,
            "/Type /ObjStm /N 2 /First 10 /Filter /FlateDecode",
            &zlib(&[&objects[..10], b"7    ", &objects[10..]].concat()),
        ),
        // A picture of a page, by the words for those.
        stream(
            42,
            "",
            format!(
                "q BI /W {SIDE} /H {SIDE} /CS /G /BPC 8 /F /AHx ID {}> EI Q",
                grey.iter()
                    .map(|byte| format!("{byte:02x}"))
                    .collect::<String>()
            )
            .as_bytes(),
        ),
    ]);
    let (members, gap) = walk(&grey_ones);
    assert_eq!(
        (members.len(), gap),
        (7, None),
        "{:?}",
        told_paths(&members)
    );
    let shown = image::GrayImage::from_raw(SIDE, SIDE, grey).unwrap();
    for (place, distance) in distances(&members, &shown.into()).into_iter().enumerate() {
        assert!(distance <= 12, "picture {}: {distance} bits", place + 1);
    }
}

fn told_paths(members: &[Member]) -> Vec<String> {
    let path = |member: &Member| format!("{} {:?}", member.path.escape_ascii(), member.content);
    members.iter().map(path).collect()
}

#[test]
fn codes_of_fax_are_pictures() {
    // A bit for each place of a pattern that is rich enough.
    let black = |x: u32, y: u32| ((x / 12) * 7 + (y / 12) * 11) % 5 < 2;
    let mut encoder = fax::encoder::Encoder::new(fax::VecWriter::new());
    for y in 0..SIDE {
        let row = (0..SIDE).map(|x| {
            if black(x, y) {
                fax::Color::Black
            } else {
                fax::Color::White
            }
        });
        encoder.encode_line(row, SIDE as u16).unwrap();
    }
    let data = encoder.finish().unwrap().finish();
    let about = |more: &str| {
        format!(
            "/Width {SIDE} /Height {SIDE} /BitsPerComponent 1 /ColorSpace /DeviceGray /Filter \
         /CCITTFaxDecode /DecodeParms << /K -1 /Columns {SIDE} {more} >>"
        )
    };
    let shown = image::GrayImage::from_fn(SIDE, SIDE, |x, y| {
        image::Luma([255 * u8::from(!black(x, y))])
    });
    let (members, gap) = walk(&pdf(&[stream(1, &about(""), &data)]));
    assert_eq!(gap, None);
    assert!(distances(&members, &shown.clone().into())[0] <= 4);
    let (members, _) = walk(&pdf(&[stream(1, &about("/BlackIs1 true"), &data)]));
    let inverted = image::GrayImage::from_fn(SIDE, SIDE, |x, y| {
        image::Luma([255 * u8::from(black(x, y))])
    });
    assert!(distances(&members, &inverted.into())[0] <= 4);
}

#[test]
fn files_and_pictures_hide_in_no_place_of_a_document() {
    let png = png();
    let is_picture =
        |member: &Member| matches!(&member.content, Content::Bytes(bytes) if *bytes == png);
    let digits: String = png.iter().map(|byte| format!("{byte:02x}")).collect();
    let mut wrong_length = stream(1, "", &png);
    let length = format!("/Length {}", png.len());
    let at = wrong_length
        .windows(length.len())
        .position(|part| part == length.as_bytes())
        .unwrap();
    wrong_length[at + 8] = b'9';
    for (place, bytes) in [
        (
            "a file",
            pdf(&[stream(
                1,
                "/Type /EmbeddedFile /Filter /FlateDecode",
                &zlib(&png),
            )]),
        ),
        ("a stream of no kind", pdf(&[stream(1, "", &png)])),
        ("a wrong length", pdf(&[wrong_length.clone()])),
        (
            "no length",
            pdf(&[String::from_utf8_lossy(&stream(1, "", b"X"))
                .replace("/Length 1", "")
                .into_bytes()
                .split(|byte| *byte == b'X')
                .collect::<Vec<_>>()
                .join(&png[..])]),
        ),
        (
            "behind other bytes",
            pdf(&[stream(1, "", &[b"0 0 m ".repeat(50), png.clone()].concat())]),
        ),
        (
            "between objects",
            pdf(&[stream(1, "", b"q"), png.clone(), stream(2, "", b"Q")]),
        ),
        (
            "a text",
            pdf(&[format!("1 0 obj ({digits}) endobj\n").into_bytes()]),
        ),
        (
            "filters on filters",
            pdf(&[stream(
                1,
                "/Filter [/FlateDecode /FlateDecode]",
                &zlib(&zlib(&png)),
            )]),
        ),
        (
            "behind the end",
            [pdf(&[stream(1, "", b"q")]), png.clone()].concat(),
        ),
        (
            "before the head",
            [b"x".repeat(900), pdf(&[stream(1, "", &png)])].concat(),
        ),
        (
            "an older object of the same number",
            pdf(&[stream(1, "", &png), stream(1, "", b"q")]),
        ),
        (
            "behind the samples",
            pdf(&[stream(
                1,
                "/Width 1 /Height 1 /BitsPerComponent 8",
                &[b"x".as_slice(), &png].concat(),
            )]),
        ),
    ] {
        let (members, _) = walk(&bytes);
        let found = members.iter().filter(|member| is_picture(member)).count();
        assert_eq!(found, 1, "{place}: {:?}", told_paths(&members));
    }
    let zip = super::write::zip(&[stored("a", b"b")]);
    let both = [pdf(&[stream(1, "", &png)]), zip].concat();
    let (members, _) = walk(&both);
    assert!(
        told_paths(&members).contains(&"a Bytes(1)".to_owned()),
        "{:?}",
        told_paths(&members)
    );
}

#[test]
fn what_is_not_decoded_is_said() {
    let bytes = pdf(&[
        stream(1, "/Width 9 /Height 9 /Filter /JPXDecode", b"\0"),
        stream(2, "/Width 9 /Height 9 /Filter /JBIG2Decode", b"\0"),
        stream(
            3,
            "/Width 9 /Height 9 /BitsPerComponent 8 /ColorSpace /Pattern",
            b"\0",
        ),
        stream(4, "/Width 0 /Height 9 /BitsPerComponent 8", b"\0"),
        stream(5, "/Width 100000 /Height 100000 /BitsPerComponent 8", b"\0"),
        stream(
            6,
            "/Width 9 /Height 9 /Filter /CCITTFaxDecode /DecodeParms << /K -1 /EncodedByteAlign true >>",
            b"",
        ),
    ]);
    assert_eq!(
        sound(&bytes),
        [
            "object-1.bin [Unsupported: a picture compressed by JPXDecode, which is not unpacked]",
            "object-2.bin [Unsupported: a picture compressed by JBIG2Decode, which is not unpacked]",
            "object-3.bin [Unsupported: a picture in colours of the kind Pattern, which are not read]",
            "object-4.bin [Damaged: a picture without a size, or with samples of no possible length]",
            "object-5.bin [OverLimit: it is larger than 134217728 bytes]",
            "object-6.bin [Unsupported: a picture compressed by CCITTFaxDecode EncodedByteAlign, which is not unpacked]",
        ]
    );
    let encrypted = [
        pdf(&[stream(1, "", &jpeg())]),
        b"trailer << /Encrypt 5 0 R >>".to_vec(),
    ]
    .concat();
    let (_, gap) = walk(&encrypted);
    assert_eq!(
        end(gap),
        "Unsupported: it is unclear whether the document is encrypted: its streams were read as they stand, or both ways"
    );
    let metadata = pdf(&[b"5 0 obj << /EncryptMetadata true >> endobj\n".to_vec()]);
    assert!(sound(&metadata).is_empty());
}

#[test]
fn documents_that_never_end_do() {
    // Objects that refer to each other, and to themselves.
    let around = pdf(&[
        b"1 0 obj 2 0 R endobj 2 0 obj 1 0 R endobj\n".to_vec(),
        stream(
            3,
            "/Width 1 0 R /Height 2 0 R /ColorSpace 4 0 R /Filter 1 0 R",
            b"x",
        ),
        b"4 0 obj [/Indexed 4 0 R 1 4 0 R] endobj\n".to_vec(),
        stream(
            5,
            "/Width 9 /Height 9 /BitsPerComponent 8 /ColorSpace 4 0 R",
            &[0; 81],
        ),
        b"6 0 obj << /Length 6 0 R >> stream\nx endstream\n".to_vec(),
    ]);
    let (members, _) = walk(&around);
    assert_eq!(told_paths(&members).len(), 2);
    // Streams that unpack without end.
    let bomb = zlib(&zlib(&vec![0; 200 << 20]));
    let limits = ArchiveLimits::default();
    let bytes = pdf(&[stream(1, "/Filter [/FlateDecode /FlateDecode]", &bomb)]);
    let (_, gap) = walk_within(&bytes, &limits, &|_| false);
    assert!(end(gap).contains("OverLimit"), "it is told");
    // Every object goes on to the end of the file.
    let open = [
        b"%PDF-1.7\n".as_slice(),
        &b"1 0 obj << /A [ ".repeat(30_000),
    ]
    .concat();
    let (members, _) = walk_within(&open, &limits, &|_| false);
    assert!(members.is_empty());
    let unended = [
        b"%PDF-1.7\n".as_slice(),
        &b"1 0 obj << >> stream\nxxxxxxxxxxxxxxxxxxxxxx\n".repeat(20_000),
    ]
    .concat();
    let (_, gap) = walk_within(&unended, &limits, &|_| false);
    assert!(end(gap).contains("its objects are too large, or lie one within the other"));
    // A page tree of very many pages.
    let pages: Vec<Vec<u8>> = (1..=200_000)
        .map(|n| format!("{n} 0 obj << /Type /Page /Parent 1 0 R >> endobj\n").into_bytes())
        .collect();
    let (members, gap) = walk_within(&pdf(&pages), &limits, &|_| false);
    assert_eq!((members.len(), gap), (0, None));
}
