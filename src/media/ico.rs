//! The pictures of an icon or cursor, the largest first.
//!
//! The library's icon decoder reads one picture, and PNG with alpha alone; icons hold several of every kind. Each is given
//! to a decoder as the only one. Layout: a count, then a directory of 16 bytes a picture. An entry is width, height (0 for
//! 256), colours, two words, size, offset.

use std::collections::BTreeSet;

use image::codecs::bmp::BmpDecoder;
use image::codecs::ico::IcoDecoder;

use super::clock::Timed;
use super::progress::{Progress, Refusal};
use super::{animation, still};
use crate::Error;
use crate::error::Reason;

/// The length of the header and of one entry of the directory.
const HEADER: usize = 6;
const ENTRY: usize = 16;
/// The longest side that an entry can state.
const SIDE_MAX: i32 = 256;

/// Hands every picture on.
pub(super) fn each_picture(bytes: &[u8], progress: &mut Progress<'_>) -> Result<(), Refusal> {
    for picture in pictures(bytes) {
        if progress.decoded.capped {
            break;
        }
        progress.attempt(|progress| match picture.data {
            [0x89, b'P', b'N', b'G', ..] => animation::png(picture.data, progress),
            _ => {
                progress.manage(None);
                bitmap(picture, progress)
            }
        })?;
    }
    if progress.decoded.frames == 0 && !progress.decoded.capped {
        progress.miss(Error::Damaged(Reason::IconWithoutPicture));
    }
    Ok(())
}

/// A picture of an icon: its entry and its bytes, which may go on behind it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Picture<'a> {
    entry: &'a [u8; ENTRY],
    data: &'a [u8],
}

/// The pictures by their stated size, of those of one size the one with the most bits a pixel first. Entries that share
/// their bytes are one picture.
fn pictures(bytes: &[u8]) -> Vec<Picture<'_>> {
    let count = bytes.get(4..HEADER).unwrap_or_default();
    let count = count.iter().rev().fold(0, |n, &b| n << 8 | usize::from(b));
    let entries = bytes.get(HEADER..).unwrap_or_default();
    let mut entries: Vec<&[u8; ENTRY]> = entries.as_chunks().0.iter().take(count).collect();
    let side = |length: u8| if length == 0 { 256 } else { u32::from(length) };
    // Those that are equal stay in their order.
    entries.sort_by_key(|entry| {
        let bits = u16::from_le_bytes([entry[6], entry[7]]);
        std::cmp::Reverse((side(entry[0]) * side(entry[1]), bits))
    });
    let mut seen = BTreeSet::new();
    let picture = |entry: &&'_ [u8; ENTRY]| {
        let offset = u32::from_le_bytes([entry[12], entry[13], entry[14], entry[15]]);
        seen.insert(offset).then_some(offset)
    };
    let offsets: Vec<Option<u32>> = entries.iter().map(picture).collect();
    let pictures = entries.into_iter().zip(offsets);
    pictures
        .filter_map(|(entry, offset)| {
            let data = bytes.get(usize::try_from(offset?).ok()?..);
            Some(Picture {
                entry,
                data: data.unwrap_or_default(),
            })
        })
        .collect()
}

/// A picture without the header of its file, twice as high as it is: below the colours stands a mask.
fn bitmap(picture: Picture<'_>, progress: &mut Progress<'_>) -> Result<(), Refusal> {
    let Picture { entry, data } = picture;
    let number = |at: usize| {
        let field = data.get(at..at + 4)?.first_chunk::<4>()?;
        Some(i32::from_le_bytes(*field))
    };
    let Some((width, height)) = number(4).zip(number(8)) else {
        return Err(Error::Damaged(Reason::IconPictureCut).into());
    };
    let file = Timed::new(data, progress.clock);
    if width <= SIDE_MAX && height.unsigned_abs() as i64 <= i64::from(2 * SIDE_MAX) {
        let mut head = b"\0\0\x01\0\x01\0".to_vec();
        // What the bitmap says counts.
        let side = |length: i64| length as u8;
        head.extend([
            side(width.into()),
            side(i64::from(height.unsigned_abs()) / 2),
        ]);
        head.extend(&entry[2..8]);
        head.extend((data.len() as u32).to_le_bytes());
        head.extend(((HEADER + ENTRY) as u32).to_le_bytes());
        return still::one(IcoDecoder::new(file.with_head(head, 0))?, progress);
    }
    let mut head = data[..8].to_vec();
    head.extend((height / 2).to_le_bytes());
    let replaced = head.len();
    let file = file.with_head(head, replaced);
    still::one(BmpDecoder::new_without_file_header(file)?, progress)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::media::{Limits, decode};

    fn icon(entries: &[(u8, u8, u32)], rest: &[u8]) -> Vec<u8> {
        let mut icon = vec![0, 0, 1, 0, entries.len() as u8, 0];
        for &(side, bits, offset) in entries {
            icon.extend([side, side, 0, 0, 1, 0, bits, 0, 7, 0, 0, 0]);
            icon.extend(offset.to_le_bytes());
        }
        icon.extend(rest);
        icon
    }

    /// A picture of one shade, 24 bits a pixel, with its mask.
    fn shade(width: u32, height: u32, shade: u8) -> Vec<u8> {
        let mut bitmap = 40u32.to_le_bytes().to_vec();
        bitmap.extend([width, 2 * height].map(u32::to_le_bytes).concat());
        bitmap.extend([1, 0, 24, 0]);
        bitmap.extend([0; 24]);
        let row = (width * 3).next_multiple_of(4) as usize;
        bitmap.resize(bitmap.len() + row * height as usize, shade);
        let mask = width.div_ceil(8).next_multiple_of(4) * height;
        bitmap.resize(bitmap.len() + mask as usize, 0);
        bitmap
    }

    fn shades(bytes: &[u8]) -> (Vec<(u32, u8)>, bool) {
        let mut shades = Vec::new();
        let decoded = decode(bytes, &Limits::default(), |frame| {
            let image = frame.picture.as_image().unwrap().to_rgb8();
            shades.push((image.width(), image.get_pixel(0, 0).0[0]));
        });
        (
            shades,
            decoded.is_ok_and(|decoded| decoded.partial.is_none()),
        )
    }

    #[test]
    fn the_largest_comes_first_and_shared_bytes_once() {
        let data = |entries: &[(u8, u8, u32)]| {
            let icon = icon(entries, b"\x89PNG..!\x28\0\0\0..!");
            pictures(&icon)
                .into_iter()
                .map(|p| p.data[0])
                .collect::<Vec<_>>()
        };
        assert_eq!(data(&[(16, 32, 45), (0, 8, 38)]), [0x89, 0x28]);
        assert_eq!(data(&[(0, 32, 45), (255, 32, 38)]), [0x28, 0x89]);
        assert_eq!(
            data(&[(16, 24, 61), (16, 32, 54), (4, 1, 61)]),
            [0x89, 0x28]
        );
        assert_eq!(pictures(&icon(&[(16, 32, u32::MAX)], b""))[0].data, b"");
        assert_eq!(pictures(b"\0\0\x01\0\x05\0"), []);
        assert_eq!(pictures(b""), []);
    }

    #[test]
    fn every_picture_is_looked_at_whatever_its_kind() {
        let mut png = std::io::Cursor::new(Vec::new());
        let picture = image::GrayImage::from_pixel(8, 8, image::Luma([77]));
        picture.write_to(&mut png, image::ImageFormat::Png).unwrap();
        let parts = [
            shade(16, 16, 50),
            png.into_inner(),
            shade(300, 280, 99),
            shade(32, 20, 120),
        ];
        let mut offset = 6 + 16 * parts.len() as u32;
        let mut entries = Vec::new();
        for (side, part) in [16, 8, 0, 32].into_iter().zip(&parts) {
            entries.push((side, 24, offset));
            offset += part.len() as u32;
        }
        let whole = icon(&entries, &parts.concat());
        let expected = vec![(300, 99), (32, 120), (16, 50), (8, 77)];
        assert_eq!(shades(&whole), (expected.clone(), true));
        let mut cursor = whole.clone();
        cursor[2] = 2;
        assert_eq!(shades(&cursor).0, expected);
        // A broken one hides no other.
        entries[2].2 = u32::MAX;
        assert_eq!(
            shades(&icon(&entries, &parts.concat())),
            (expected[1..].to_vec(), false)
        );
        for cut in 0..whole.len().min(300) {
            let _ = shades(&whole[..cut]);
        }
    }
}
