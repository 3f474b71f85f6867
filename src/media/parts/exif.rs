//! Exif (JEITA CP-3451): thumbnails, and the previews that makers keep in notes of their own.

use super::{Collector, Piece, be16, be32, le16, le32};

/// Adds what Exif data of a file holds. It begins at `start` of the file.
pub(super) fn collect(tiff: &[u8], file: &[u8], start: usize, collector: &mut Collector) {
    collector.search("thumbnail", file, start, start + tiff.len());
    if let Some(offset) = plain_thumbnail(tiff) {
        add_plain(tiff, offset, "thumbnail", collector);
    }
}

/// The same of Exif data that is not in memory where it stands in the file.
pub(super) fn collect_owned(tiff: &[u8], place: &str, collector: &mut Collector) {
    collector.search_owned(place, tiff);
    if let Some(offset) = plain_thumbnail(tiff) {
        add_plain(tiff, offset, place, collector);
    }
}

/// A thumbnail that is not JPEG becomes a TIFF file whose first directory is that of the thumbnail.
fn add_plain(tiff: &[u8], offset: u32, place: &str, collector: &mut Collector) {
    let is_big = tiff.starts_with(b"MM");
    let mut head = tiff[..4].to_vec();
    head.extend(if is_big {
        offset.to_be_bytes()
    } else {
        offset.to_le_bytes()
    });
    head.extend_from_slice(&tiff[8..]);
    collector.add(place, "tif", vec![Piece::Bytes(head)]);
}

/// The place of the second directory, where that describes pixels in strips larger than 5 a side.
fn plain_thumbnail(tiff: &[u8]) -> Option<u32> {
    let is_big = match tiff.first_chunk()? {
        b"MM\0*" => true,
        b"II*\0" => false,
        _ => return None,
    };
    let u16_at = |at: usize| {
        if is_big {
            be16(tiff, at)
        } else {
            le16(tiff, at)
        }
    };
    let u32_at = |at: usize| {
        if is_big {
            be32(tiff, at)
        } else {
            le32(tiff, at)
        }
    };
    let first = u32_at(4)? as usize;
    let count = usize::from(u16_at(first)?);
    let offset = u32_at(first + 2 + 12 * count)?;
    let second = offset as usize;
    if second < 8 {
        return None;
    }
    let count = usize::from(u16_at(second)?);
    let entry = |tag: u16| {
        let mut places = (0..count).map(|n| second + 2 + 12 * n);
        let at = places.find(|&at| u16_at(at) == Some(tag))?;
        match u16_at(at + 2)? {
            3 => Some(u32::from(u16_at(at + 8)?)),
            _ => u32_at(at + 8),
        }
    };
    let sides = [entry(256)?, entry(257)?];
    let in_strips = entry(273).is_some() && !matches!(entry(259), Some(6));
    (in_strips && sides.iter().all(|side| *side > 5)).then_some(offset)
}
