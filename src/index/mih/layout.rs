//! Which bits a chunk has, and where its parts stand in the section.

use std::ops::Range;

use crate::hash::HashType;
use crate::index::format::ALIGNMENT;

/// The narrowest and the widest chunk a file may have, in bits.
const WIDTHS: Range<u32> = 4..25;

/// How the bits of a hash are divided: evenly, the wider chunks anywhere between the narrower ones.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::index) struct Chunks {
    bits: u32,
    count: u32,
}

impl Chunks {
    /// `count` chunks of a hash; `None` where they would be too narrow or too wide.
    pub(in crate::index) fn new(hash_type: HashType, count: usize) -> Option<Chunks> {
        let (bits, count) = (hash_type.bits(), u32::try_from(count).ok()?);
        let fits = hash_type.is_perceptual()
            && count > 0
            && WIDTHS.contains(&(bits / count))
            && WIDTHS.contains(&bits.div_ceil(count));
        fits.then_some(Chunks { bits, count })
    }

    /// The chunks for a list of this size: about as many buckets as hashes, at most 2^16. Wider chunks need many more
    /// probes. Only in a very large list do full buckets cost more than these (bench `lookup`).
    pub(in crate::index) fn for_list(hash_type: HashType, hashes: usize) -> Chunks {
        let width = match hashes {
            WIDE_HASHES_MIN.. => 20,
            _ => hashes.max(1).ilog2().clamp(6, 16),
        };
        let count = hash_type.bits().div_ceil(width);
        Chunks::new(hash_type, count as usize).expect("widths between 5 and 20")
    }

    pub(in crate::index) fn count(self) -> usize {
        self.count as usize
    }

    /// The bits of a chunk: bit b of a hash is bit b % 8 of byte b / 8.
    fn range(self, chunk: usize) -> Range<u32> {
        let start = |chunk: u32| chunk * self.bits / self.count;
        start(chunk as u32)..start(chunk as u32 + 1)
    }
}

/// The bits of one chunk.
#[derive(Clone, Copy, Debug)]
pub(super) struct Bits {
    start: u32,
    pub(super) width: u32,
}

impl Bits {
    /// What a hash has there.
    #[inline]
    pub(super) fn value(self, hash: &Words) -> u32 {
        let (word, shift) = (self.start as usize / 64, self.start % 64);
        let mut value = hash[word] >> shift;
        if shift + self.width > 64 {
            value |= hash[word + 1] << (64 - shift);
        }
        (value & ((1 << self.width) - 1)) as u32
    }
}

/// From how many hashes on chunks are 20 bits wide.
const WIDE_HASHES_MIN: usize = 100_000_000;

/// A hash of at most 256 bits, the first ones lowest, then zeros.
pub(super) type Words = [u64; 4];

#[inline]
pub(super) fn words(hash: &[u8]) -> Words {
    // Bytes of a length that is known are loaded. Others are copied by a call, which takes a tenth of a build.
    if let Ok(hash) = <&[u8; size_of::<Words>()]>::try_from(hash) {
        let (words, _) = hash.as_chunks();
        return std::array::from_fn(|word| u64::from_le_bytes(words[word]));
    }
    let mut words = [0; 4];
    for (word, bytes) in words.iter_mut().zip(hash.chunks_exact(8)) {
        *word = u64::from_le_bytes(bytes.try_into().expect("a chunk of 8"));
    }
    words
}

/// Where everything stands in a section.
#[derive(Clone, Debug)]
pub(in crate::index) struct Layout {
    pub(super) hashes: usize,
    pub(super) sketch_bytes: usize,
    pub(super) parts: Vec<ChunkParts>,
}

/// The parts of one chunk, as places in the section.
#[derive(Clone, Debug)]
pub(super) struct ChunkParts {
    pub(super) bits: Bits,
    /// Those of the chunk that follows around the ring.
    pub(super) next: Bits,
    pub(super) bucket_starts: Range<usize>,
    pub(super) ordinals: Range<usize>,
    pub(super) sketches: Range<usize>,
}

impl ChunkParts {
    /// The sketch of a hash, where it is not the whole hash.
    #[inline]
    pub(super) fn sketch(&self, hash: &Words) -> u16 {
        (self.next.value(hash) & 0xffff) as u16
    }
}

impl Layout {
    /// `None` if that is more than fits an address.
    pub(in crate::index) fn new(
        chunks: Chunks,
        hash_type: HashType,
        hashes: usize,
    ) -> Option<Layout> {
        let sketch_bytes = match hash_type.bytes() {
            8 => 8,
            _ => 2,
        };
        let mut end = 0usize;
        let mut part = |elements: usize, bytes: usize| {
            let start = end.checked_next_multiple_of(ALIGNMENT)?;
            end = start.checked_add(elements.checked_mul(bytes)?)?;
            Some(start..end)
        };
        let bits = |chunk: usize| {
            let Range { start, end } = chunks.range(chunk % chunks.count());
            Bits {
                start,
                width: end - start,
            }
        };
        let parts = (0..chunks.count())
            .map(|chunk| {
                Some(ChunkParts {
                    bits: bits(chunk),
                    next: bits(chunk + 1),
                    bucket_starts: part((1 << bits(chunk).width) + 1, 4)?,
                    ordinals: part(hashes, 4)?,
                    sketches: part(hashes, sketch_bytes)?,
                })
            })
            .collect::<Option<_>>()?;
        Some(Layout {
            hashes,
            sketch_bytes,
            parts,
        })
    }

    /// The size of the section.
    pub(in crate::index) fn bytes(&self) -> usize {
        self.parts.last().map_or(0, |part| part.sketches.end)
    }

    /// How many postings a bucket has, if the hashes are spread evenly.
    pub(in crate::index) fn postings_per_bucket(&self) -> f64 {
        self.hashes as f64 / (1u64 << self.parts[0].bits.width) as f64
    }

    /// Whether sketches are whole hashes.
    pub(super) fn is_inline(&self) -> bool {
        self.sketch_bytes == 8
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_the_bytes_of_a_hash_from_the_lowest_on() {
        let bytes: Vec<u8> = (1..=32).collect();
        for length in [8, 16, 24, 32] {
            let mut expected = [0; 32];
            expected[..length].copy_from_slice(&bytes[..length]);
            let found = words(&bytes[..length]).map(u64::to_le_bytes);
            assert_eq!(found.concat(), expected);
        }
    }

    #[test]
    fn chunks_partition_the_bits_of_a_hash() {
        for hash_type in [HashType::Pdq, HashType::GradientIh3] {
            for count in 0..70 {
                let Some(chunks) = Chunks::new(hash_type, count) else {
                    continue;
                };
                let bits = hash_type.bits();
                let parts = Layout::new(chunks, hash_type, 1).unwrap().parts;
                for bit in 0..bits {
                    let mut hash = [0; 32];
                    hash[bit as usize / 8] = 1 << (bit % 8);
                    let hash = words(&hash);
                    let values = parts.iter().map(|part| part.bits.value(&hash));
                    let ones: u32 = values.map(u32::count_ones).sum();
                    assert_eq!(ones, 1, "bit {bit} in {count} chunks");
                }
                let ones = words(&[255; 32]);
                let all = parts.iter().map(|part| part.next.value(&ones));
                assert_eq!(all.map(u32::count_ones).sum::<u32>(), bits);
            }
        }
    }

    #[test]
    fn widths_follow_the_size_of_the_list() {
        let count = |hash_type, hashes| Chunks::for_list(hash_type, hashes).count();
        assert_eq!(count(HashType::Pdq, 0), 43);
        assert_eq!(count(HashType::Pdq, 1_000_000), 16);
        assert_eq!(count(HashType::Pdq, 100_000_000), 13);
        assert_eq!(count(HashType::GradientIh3, 1_000_000), 4);
        assert_eq!(count(HashType::GradientIh3, usize::MAX), 4);
    }
}
