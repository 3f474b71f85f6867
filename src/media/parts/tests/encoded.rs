//! Pictures that are written as text.

use super::metadata::{large_jpeg, with_chunk, with_segments};
use super::write::{film, part, picture};
use super::*;

pub(super) fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::new();
    for three in bytes.chunks(3) {
        let all = three
            .iter()
            .fold(0u32, |all, byte| all << 8 | u32::from(*byte))
            << (8 * (3 - three.len()));
        for digit in 0..=three.len() {
            text.push(DIGITS[(all >> (18 - 6 * digit)) as usize & 63].into());
        }
    }
    text
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn lines(text: &str, width: usize, between: &str) -> String {
    let lines = text.as_bytes().chunks(width);
    let lines: Vec<_> = lines.map(String::from_utf8_lossy).collect();
    lines.join(between)
}

/// The ways to write bytes as text.
fn texts(bytes: &[u8]) -> Vec<String> {
    let (text, digits) = (base64(bytes), hex(bytes));
    let mut all = vec![
        format!("data:image/jpeg;base64,{text}"),
        text.replace('/', "\\/"),
        text.replace('+', "%2B").replace('/', "%2F"),
        text.replace('+', "-").replace('/', "_"),
        digits.to_uppercase(),
        lines(&digits, 72, "\n"),
        format!("exif\n    {}\n{}", bytes.len(), lines(&digits, 72, "\n")),
    ];
    let breaks = ["\r\n", "\n    ", "&#xA;", "&#10;", "\\n", "=\r\n", "%0D%0A"];
    all.extend(breaks.map(|between| lines(&text, 76, between)));
    // Whatever stands before it shifts the digits.
    all.extend((1..4).map(|shift| format!("{}{text}", "a".repeat(shift))));
    all
}

#[test]
fn a_picture_that_is_written_as_text_is_found_anywhere() {
    for format in [Format::Jpeg, Format::Png, Format::Gif, Format::WebP] {
        let hidden = picture(format, 2);
        for text in texts(&hidden) {
            let text = text.as_bytes();
            for file in [
                with_segments(&[(0xFE, text.to_vec())]),
                with_chunk(b"tEXt", &[b"key\0", text].concat()),
                [&picture(Format::Bmp, 1), text].concat(),
                [film(), part(b"free", text)].concat(),
            ] {
                let found = parts(&file);
                let start = String::from_utf8_lossy(&text[..40]).into_owned();
                assert!(has(&found, &hidden), "{format:?} {start:?}");
                assert_eq!(found.len(), 1, "{format:?} {start:?}");
            }
        }
    }
}

#[test]
fn a_text_in_wide_characters_is_read() {
    let hidden = picture(Format::Jpeg, 2);
    let wide: Vec<u8> = base64(&hidden).bytes().flat_map(|b| [b, 0]).collect();
    assert!(has(&parts(&with_segments(&[(0xFE, wide)])), &hidden));
}

#[test]
fn a_text_that_goes_on_from_segment_to_segment_is_one() {
    let hidden = large_jpeg(100_000);
    let text = hex(&hidden);
    let segments = text.as_bytes().chunks(65_000);
    let segments: Vec<_> = segments.map(|piece| (0xFE, piece.to_vec())).collect();
    let found = parts(&with_segments(&segments));
    let whole = found.iter().filter(|(_, content)| *content == hidden);
    assert_eq!(whole.count(), 1);
}

#[test]
fn profiles_as_imagemagick_writes_them_are_looked_into() {
    let hidden = picture(Format::Jpeg, 2);
    let exif = [b"Exif\0\0MM\0*\0\0\0\x08\0\0\0\0\0\0", &hidden[..]].concat();
    let xmp = format!("<x:xmpmeta><i>{}</i></x:xmpmeta>", base64(&hidden));
    for (name, profile) in [("exif", exif), ("xmp", xmp.into_bytes())] {
        let text = lines(&hex(&profile), 72, "\n");
        let text = format!(
            "Raw profile type {name}\0\n{name}\n{:8}\n{text}\n",
            profile.len()
        );
        let found = parts(&with_chunk(b"tEXt", text.as_bytes()));
        assert!(has(&found, &hidden), "{name}: {found:?}");
    }
}

#[test]
fn text_that_holds_no_picture_gives_no_parts() {
    let prose = "The quick brown fox jumps over the lazy dog and runs ".repeat(2000);
    let digits = "0123456789abcdef".repeat(4000);
    for text in [prose, digits] {
        let file = [&picture(Format::Jpeg, 1), text.as_bytes()].concat();
        assert_eq!(parts(&file), []);
    }
}
