//! Where the strips or tiles of a page are.

use super::super::directory::Directory;
use super::tag;

/// The bytes of a strip or tile, and whether all of them are there.
#[derive(Clone, Copy, Debug)]
pub(super) struct Chunk<'a> {
    pub(super) data: &'a [u8],
    pub(super) whole: bool,
}

/// The bytes of the first strip or tile, to the end of the file at most.
pub(in super::super) fn first_chunk<'a>(bytes: &'a [u8], directory: &Directory<'_>) -> &'a [u8] {
    let tags = [
        (tag::STRIP_OFFSETS, tag::STRIP_BYTES),
        (tag::TILE_OFFSETS, tag::TILE_BYTES),
    ];
    let first = tags.iter().find_map(|&(offset, count)| {
        let count = directory.value(count).unwrap_or(u64::MAX);
        Some(extent(bytes, directory.value(offset)?, count).data)
    });
    first.unwrap_or_default()
}

/// How many strips or tiles there are, as far as it matters: 2 for more.
pub(in super::super) fn chunks(directory: &Directory<'_>) -> usize {
    let tags = [tag::STRIP_OFFSETS, tag::TILE_OFFSETS];
    let offsets = tags.iter().find_map(|&tag| directory.values(tag, 2));
    offsets.map_or(0, |offsets| offsets.len())
}

fn extent(bytes: &[u8], offset: u64, count: u64) -> Chunk<'_> {
    let offset = usize::try_from(offset).unwrap_or(usize::MAX);
    let rest = bytes.get(offset..).unwrap_or_default();
    let count = usize::try_from(count).unwrap_or(usize::MAX);
    Chunk {
        data: &rest[..count.min(rest.len())],
        whole: count <= rest.len(),
    }
}

/// The tiles or strips of a page.
pub(super) fn locate_chunks<'a>(bytes: &'a [u8], directory: &Directory<'a>) -> Vec<Chunk<'a>> {
    let (offsets, counts) = if directory.has(tag::TILE_OFFSETS) {
        (tag::TILE_OFFSETS, tag::TILE_BYTES)
    } else {
        (tag::STRIP_OFFSETS, tag::STRIP_BYTES)
    };
    let offsets = directory.values(offsets, u64::MAX).unwrap_or_default();
    let counts = directory.values(counts, u64::MAX).unwrap_or_default();
    let chunks = offsets.iter().enumerate().map(|(i, &offset)| {
        // Without a length, to the end of the file: what unpacks it stops by itself.
        let rest = u64::MAX;
        let count = counts.get(i).copied().filter(|&count| count > 0);
        let chunk = extent(bytes, offset, count.unwrap_or(rest));
        Chunk {
            whole: chunk.whole || count.is_none(),
            ..chunk
        }
    });
    chunks.collect()
}
