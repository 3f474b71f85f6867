//! The section, written chunk by chunk.

use std::io::{self, Write};

use rayon::iter::{IntoParallelIterator, ParallelIterator};

use super::layout::{Layout, words};
use crate::disk::mmap::{Bytes, Pace};

/// How many bytes of chunks may be in memory beside the first one: two of 100 million hashes.
const MEMORY_MAX: usize = 5 << 28;

/// Writes the section over distinct hashes that stand end to end in the order of the file. Holds one chunk in memory,
/// or as many as there are threads where they are small.
pub(in crate::index) fn write(
    layout: &Layout,
    hashes: &Bytes,
    out: &mut impl Write,
) -> io::Result<()> {
    let chunks: Vec<usize> = (0..layout.parts.len()).collect();
    let bytes = layout.bytes().div_ceil(chunks.len());
    let together = (MEMORY_MAX / bytes.max(1)).clamp(1, rayon::current_num_threads());
    let mut end = 0;
    for group in chunks.chunks(together) {
        let built: Vec<Built> = match group {
            // Nothing of a large chunk is copied between threads' stacks.
            &[chunk] => vec![Built::new(layout, hashes, chunk)],
            group => group
                .into_par_iter()
                .map(|&chunk| Built::new(layout, hashes, chunk))
                .collect(),
        };
        for (&chunk, built) in group.iter().zip(built) {
            let part = &layout.parts[chunk];
            for (place, bytes) in [
                (&part.bucket_starts, &built.bucket_starts),
                (&part.ordinals, &built.ordinals),
                (&part.sketches, &built.sketches),
            ] {
                out.write_all(&[0; crate::index::format::ALIGNMENT][..place.start - end])?;
                out.write_all(bytes)?;
                end = place.end;
            }
        }
    }
    Ok(())
}

/// The bytes of one chunk's parts.
struct Built {
    bucket_starts: Vec<u8>,
    ordinals: Vec<u8>,
    sketches: Vec<u8>,
}

impl Built {
    /// A counting sort of the hashes by the chunk's value: it takes the same time for every list.
    fn new(layout: &Layout, hashes: &Bytes, chunk: usize) -> Built {
        let part = &layout.parts[chunk];
        // What was passed over is given back, or the hashes would stand in memory beside the chunks.
        let all = || {
            let mut pace = Pace::default();
            let size = hashes.len() / layout.hashes;
            let each = hashes.chunks_exact(size);
            each.inspect(move |_| pace.passed(size, hashes))
        };
        let mut ends = vec![0u32; 1 << part.bits.width];
        for hash in all() {
            ends[part.bits.value(&words(hash)) as usize] += 1;
        }
        // From the number in each bucket to its start; placing a posting moves it to its end.
        let mut start = 0;
        for end in &mut ends {
            start += std::mem::replace(end, start);
        }
        let mut ordinals = vec![0; layout.hashes * 4];
        let mut sketches = vec![0; layout.hashes * layout.sketch_bytes];
        for (ordinal, bytes) in (0u32..).zip(all()) {
            let hash = words(bytes);
            let place = &mut ends[part.bits.value(&hash) as usize];
            let at = *place as usize;
            *place += 1;
            ordinals[at * 4..][..4].copy_from_slice(&ordinal.to_le_bytes());
            if layout.is_inline() {
                sketches[at * 8..][..8].copy_from_slice(bytes);
            } else {
                let sketch = part.sketch(&hash).to_le_bytes();
                sketches[at * 2..][..2].copy_from_slice(&sketch);
            }
        }
        let starts = std::iter::once(0).chain(ends);
        Built {
            bucket_starts: starts.flat_map(u32::to_le_bytes).collect(),
            ordinals,
            sketches,
        }
    }
}
