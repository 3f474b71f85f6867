//! What is hidden behind the coded pixels, where the structure of the file does not end.

use super::metadata::with_segments;
use super::write::{part, picture};
use super::*;

/// A PNG picture in which this stands behind its pixels, in data chunks of so many bytes.
fn png(behind: &[u8], chunk_bytes: usize) -> Vec<u8> {
    let plain = picture(Format::Png, 1);
    let at = memchr::memmem::find(&plain, b"IDAT").unwrap();
    let len = u32::from_be_bytes(plain[at - 4..at].try_into().unwrap()) as usize;
    let data = [&plain[at + 4..at + 4 + len], behind].concat();
    let chunks = data.chunks(chunk_bytes).flat_map(|data| {
        let length = u32::try_from(data.len()).unwrap().to_be_bytes();
        let sum = crc32fast::hash(&[b"IDAT", data].concat()).to_be_bytes();
        [&length[..], b"IDAT", data, &sum].concat()
    });
    let chunks: Vec<u8> = chunks.collect();
    [&plain[..at - 4], &chunks, &plain[at + 8 + len..]].concat()
}

fn gif(behind: &[u8]) -> Vec<u8> {
    let plain = picture(Format::Gif, 1);
    let blocks = behind.chunks(255);
    let blocks: Vec<u8> = blocks
        .flat_map(|block| [&[block.len() as u8], block].concat())
        .collect();
    [&plain[..plain.len() - 2], &blocks, &[0, 0x3B]].concat()
}

fn webp(behind: &[u8]) -> Vec<u8> {
    let plain = picture(Format::WebP, 1);
    let len = u32::from_le_bytes(plain[16..20].try_into().unwrap()) as usize;
    let mut data = [&plain[20..20 + len], behind].concat();
    let length = u32::try_from(data.len()).unwrap().to_le_bytes();
    data.resize(data.len().next_multiple_of(2), 0);
    let mut file = [&plain[..16], &length, &data].concat();
    let size = u32::try_from(file.len() - 8).unwrap().to_le_bytes();
    file[4..8].copy_from_slice(&size);
    file
}

fn jxl(behind: &[u8]) -> Vec<u8> {
    let coded = [b"\xFF\x0A", behind].concat();
    [
        part(b"JXL ", b"\r\n\x87\n"),
        part(b"ftyp", b"jxl \0\0\0\0jxl "),
        part(b"jxlc", &coded),
    ]
    .concat()
}

#[test]
fn a_picture_behind_coded_pixels_is_found() {
    for format in [Format::Jpeg, Format::Png, Format::Gif, Format::WebP] {
        let hidden = picture(format, 2);
        for (kind, file) in [
            ("png", png(&hidden, usize::MAX)),
            ("png in pieces", png(&hidden, 100)),
            ("gif", gif(&hidden)),
            ("webp", webp(&hidden)),
            ("jxl", jxl(&hidden)),
        ] {
            let found = parts(&file);
            assert!(has(&found, &hidden), "{format:?} in {kind}: {found:?}");
        }
    }
}

#[test]
fn coded_pixels_are_no_parts() {
    let mut state = 7u64;
    let noise = std::iter::repeat_with(|| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 32) as u8
    });
    let noise: Vec<u8> = noise.take(4 << 20).collect();
    let weak = [
        &b"II*\0\x08\0\0\0"[..],
        b"BM",
        b"\x1F\x8B\x08\0\0\0\0\0\0\x03",
    ]
    .concat();
    for noise in [noise, weak.repeat(100)] {
        assert_eq!(parts(&png(&noise, 8192)), []);
        assert_eq!(parts(&gif(&noise)), []);
    }
}

#[test]
fn a_picture_in_a_segment_that_decoders_pass_over_is_found() {
    let hidden = picture(Format::Png, 2);
    for marker in [0xDC, 0xDE, 0xDF] {
        let file = with_segments(&[(marker, hidden.clone())]);
        assert!(has(&parts(&file), &hidden), "{marker:x}");
    }
}
