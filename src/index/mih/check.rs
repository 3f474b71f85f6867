//! Whether a section is what the builder would have written.

use std::hash::{BuildHasher, Hasher, RandomState};

use rayon::iter::{IntoParallelIterator, ParallelIterator};
use zerocopy::FromBytes;
use zerocopy::little_endian::U32;

use super::layout::{Layout, words};
use crate::Result;
use crate::disk::mmap::Pace;
use crate::error::IndexDamage;
use crate::index::blocks::{Blocks, View};

/// Proves that every hash stands in each chunk once, in its bucket, with its sketch.
///
/// The content of a chunk and its right content are compared as sets. The sums of keyed digests of their elements stand
/// for the sets. So both are read from end to end, and little of them has to be in memory at once.
pub(in crate::index) fn check(
    blocks: &Blocks,
    section: View<'_>,
    hashes: View<'_>,
    layout: &Layout,
) -> Result<()> {
    let hashes = hashes.bytes(0..hashes.len())?;
    let key = RandomState::new();
    let chunk = |chunk| {
        let check = Check {
            blocks,
            section,
            hashes,
            layout,
            chunk,
            key: &key,
        };
        check.run()
    };
    (0..layout.parts.len()).into_par_iter().try_for_each(chunk)
}

struct Check<'a> {
    blocks: &'a Blocks,
    section: View<'a>,
    hashes: &'a [u8],
    layout: &'a Layout,
    chunk: usize,
    /// Nobody who wrote the file knows it.
    key: &'a RandomState,
}

impl Check<'_> {
    fn run(&self) -> Result<()> {
        self.check_gaps()?;
        let chunk = self.chunk as u64;
        let wrong = |damage| Err(self.section.damaged(damage));
        let Layout { hashes, parts, .. } = self.layout;
        let part = &parts[self.chunk];
        let starts = self.integers(&part.bucket_starts)?;
        let ends = starts[0].get() == 0 && starts[starts.len() - 1].get() as usize == *hashes;
        if !ends || starts.windows(2).any(|pair| pair[0].get() > pair[1].get()) {
            return wrong(IndexDamage::MihBuckets { chunk });
        }
        let ordinals = self.integers(&part.ordinals)?;
        let sketch_bytes = self.layout.sketch_bytes;
        let sketches = self.section.bytes(part.sketches.clone())?;
        let mut pace = Pace::default();
        let mut held = 0_u64;
        for (bucket, pair) in (0..).zip(starts.windows(2)) {
            let mut before = None;
            for at in pair[0].get() as usize..pair[1].get() as usize {
                let ordinal = ordinals[at].get();
                if before
                    .replace(ordinal)
                    .is_some_and(|before| before >= ordinal)
                {
                    return wrong(IndexDamage::MihPostingOrder { chunk });
                }
                let sketch = &sketches[at * sketch_bytes..][..sketch_bytes];
                held = held.wrapping_add(self.digest(bucket, ordinal, sketch));
                self.blocks.passed(&mut pace, 4 + sketch_bytes);
            }
        }
        let size = self.hashes.len() / hashes;
        let mut expected = 0_u64;
        for (ordinal, bytes) in (0..).zip(self.hashes.chunks_exact(size)) {
            let hash = words(bytes);
            let sketch = part.sketch(&hash).to_le_bytes();
            let sketch = if self.layout.is_inline() {
                bytes
            } else {
                &sketch
            };
            expected = expected.wrapping_add(self.digest(part.bits.value(&hash), ordinal, sketch));
            self.blocks.passed(&mut pace, size);
        }
        if held == expected {
            Ok(())
        } else {
            wrong(IndexDamage::MihPostings { chunk })
        }
    }

    fn digest(&self, bucket: u32, ordinal: u32, sketch: &[u8]) -> u64 {
        let mut hasher = self.key.build_hasher();
        hasher.write_u64(u64::from(bucket) << 32 | u64::from(ordinal));
        hasher.write(sketch);
        hasher.finish()
    }

    fn check_gaps(&self) -> Result<()> {
        let part = &self.layout.parts[self.chunk];
        let before = match self.chunk {
            0 => 0,
            chunk => self.layout.parts[chunk - 1].sketches.end,
        };
        for gap in [
            before..part.bucket_starts.start,
            part.bucket_starts.end..part.ordinals.start,
            part.ordinals.end..part.sketches.start,
        ] {
            if self.section.bytes(gap)?.iter().any(|&byte| byte != 0) {
                let chunk = self.chunk as u64;
                return Err(self.section.damaged(IndexDamage::MihPadding { chunk }));
            }
        }
        Ok(())
    }

    fn integers(&self, range: &std::ops::Range<usize>) -> Result<&[U32]> {
        let bytes = self.section.bytes(range.clone())?;
        Ok(<[U32]>::ref_from_bytes(bytes).expect("a whole number of them"))
    }
}
