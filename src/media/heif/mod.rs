//! The pictures of a HEIF file: what iPhones send as HEIC.
//!
//! Container and HEVC are read by safe libraries. Every picture of the file is looked at, shown or hidden or a mask. The reason
//! is that some viewer shows each of them. Only tiles of another picture, and thumbnails that are like theirs, are left out. A
//! picture that cannot be decoded hides no other. Source: ISO/IEC 23008-12, 6.2 to 6.6.

mod boxes;
mod item;
mod likeness;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};

use heifer_isobmff::{HeifFile, ItemId};

use super::progress::{Progress, Refusal};
use item::Item;

/// Hands on the primary picture, then every other one that is meant to be shown, then all that are not.
pub(super) fn each_picture(bytes: &[u8], progress: &mut Progress<'_>) -> Result<(), Refusal> {
    // Of a file with several descriptions of pictures, each counts for some viewer.
    for description in 0..boxes::descriptions(bytes)? {
        let readable = boxes::readable(bytes, description);
        progress.attempt(|progress| each_item(&readable, progress))?;
    }
    if let Some(error) = boxes::cut_off(bytes) {
        progress.miss(error);
    }
    Ok(())
}

fn each_item(bytes: &[u8], progress: &mut Progress<'_>) -> Result<(), Refusal> {
    let file = HeifFile::parse(bytes)?;
    let shown = file.top_level_image_ids();
    let all = file.items.iter().map(|item| item.id);
    let mut seen: BTreeSet<ItemId> = BTreeSet::new();
    let ids: Vec<ItemId> = std::iter::once(file.primary_id)
        .chain(shown)
        .chain(all)
        .filter(|&id| seen.insert(id))
        .collect();
    let tiles = tiles(&file);
    let mut likenesses = BTreeMap::new();
    for id in ids {
        let item = Item::new(&file, id);
        if (tiles.contains(&id) && id != file.primary_id) || !is_picture(item) {
            continue;
        }
        progress.attempt(|progress| item.decode(&mut likenesses, progress))?;
        if progress.decoded.capped {
            break;
        }
    }
    Ok(())
}

/// The items that are shown as parts of a grid.
fn tiles(file: &HeifFile<'_>) -> BTreeSet<ItemId> {
    let items = file.items.iter();
    let tiles = items.filter_map(|item| Item::new(file, item.id).tiles().ok());
    tiles.flatten().collect()
}

/// Whether the item is a picture, and not metadata. A tone map (`tmap`) has no pixels. It tells how two other pictures are
/// shown together, and both are looked at.
fn is_picture(item: Item<'_>) -> bool {
    let kind = item.kind().unwrap_or_default();
    !matches!(&kind, b"Exif" | b"mime" | b"uri " | b"tmap" | [0, 0, 0, 0])
}
