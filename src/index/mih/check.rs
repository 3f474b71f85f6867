//! Whether a section is what the builder would have written.

use rayon::iter::{IntoParallelIterator, ParallelIterator};
use zerocopy::FromBytes;
use zerocopy::little_endian::U32;

use super::layout::{Layout, words};
use crate::Result;
use crate::index::blocks::View;

/// Proves that every hash stands in each chunk once, in its bucket, with its sketch.
pub(in crate::index) fn check(section: View<'_>, hashes: View<'_>, layout: &Layout) -> Result<()> {
    let size = hashes.len() / layout.hashes;
    let hashes = hashes.bytes(0..hashes.len())?;
    (0..layout.parts.len())
        .into_par_iter()
        .try_for_each(|chunk| check_chunk(section, hashes, size, layout, chunk))
}

fn check_chunk(
    section: View<'_>,
    hashes: &[u8],
    size: usize,
    layout: &Layout,
    chunk: usize,
) -> Result<()> {
    let wrong = |what: &str| Err(section.damaged(format_args!("mih, chunk {chunk}: {what}")));
    let part = &layout.parts[chunk];
    let before = match chunk {
        0 => 0,
        _ => layout.parts[chunk - 1].sketches.end,
    };
    let gaps = [
        before..part.bucket_starts.start,
        part.bucket_starts.end..part.ordinals.start,
        part.ordinals.end..part.sketches.start,
    ];
    for gap in gaps {
        if section.bytes(gap)?.iter().any(|&byte| byte != 0) {
            return wrong("bytes between its parts are not zero");
        }
    }
    let integers = |range: &std::ops::Range<usize>| -> Result<&[U32]> {
        let bytes = section.bytes(range.clone())?;
        Ok(<[U32]>::ref_from_bytes(bytes).expect("a whole number of them"))
    };
    let starts = integers(&part.bucket_starts)?;
    let ordinals = integers(&part.ordinals)?;
    let sketches = section.bytes(part.sketches.clone())?;
    let ends = starts[0].get() == 0 && starts[starts.len() - 1].get() as usize == layout.hashes;
    if !ends || starts.windows(2).any(|pair| pair[0].get() > pair[1].get()) {
        return wrong("buckets are out of order");
    }
    for (bucket, pair) in starts.windows(2).enumerate() {
        let mut before = None;
        for at in pair[0].get() as usize..pair[1].get() as usize {
            // Ascending within buckets, right in each and as many as hashes: so each of them once.
            let ordinal = ordinals[at].get() as usize;
            if ordinal >= layout.hashes || before.replace(ordinal).is_some_and(|b| b >= ordinal) {
                return wrong("postings are out of order");
            }
            let bytes = &hashes[ordinal * size..][..size];
            let hash = words(bytes);
            let sketch = &sketches[at * layout.sketch_bytes..][..layout.sketch_bytes];
            let is_sketch = match layout.is_inline() {
                true => sketch == bytes,
                false => sketch == part.sketch(&hash).to_le_bytes(),
            };
            if part.bits.value(&hash) as usize != bucket || !is_sketch {
                return wrong("a posting is not its hash's");
            }
        }
    }
    Ok(())
}
