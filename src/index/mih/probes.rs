//! Which buckets a query probes: the values that differ from its own in few bits, chunk by chunk.

use zerocopy::FromBytes;
use zerocopy::little_endian::U32;

use super::layout::ChunkParts;
use super::search::Mih;
use crate::error::IndexDamage;
use crate::index::blocks::View;
use crate::index::simd::Bucket;
use crate::{Error, Result};

impl<'a> Mih<'a> {
    /// How many buckets a query probes.
    pub(in crate::index) fn probes(&self, radius: u32) -> u64 {
        let of_chunk = |(chunk, part): (usize, &ChunkParts)| {
            let width = u64::from(part.bits.width);
            let ways = |bits: u64| (0..bits).fold(1, |ways, i| ways * (width - i) / (i + 1));
            let bits = u64::from(self.share(chunk, radius)).min(width + 1);
            (0..bits).map(ways).sum::<u64>()
        };
        self.layout.parts.iter().enumerate().map(of_chunk).sum()
    }

    #[inline]
    pub(super) fn prefetch_bounds(&self, chunk: usize, bucket: u32) {
        let starts = self.layout.parts[chunk].bucket_starts.start;
        self.section.prefetch(starts + bucket as usize * 4);
    }

    /// The bounds of a chunk's buckets, of which only those that these probes need are proven.
    pub(super) fn bounds(
        &self,
        chunk: usize,
        places: &[ChunkQuery],
        patterns: &[(u32, u8)],
    ) -> Result<Bounds<'a>> {
        let part = &self.layout.parts[chunk];
        let pieces = patterns.iter().flat_map(|&(pattern, _)| {
            places.iter().map(move |place| {
                let at = part.bucket_starts.start + (place.value ^ pattern) as usize * 4;
                at..at + 8
            })
        });
        let starts = self.section.bytes_of(part.bucket_starts.clone(), pieces)?;
        Ok(Bounds {
            chunk,
            starts: <[U32]>::ref_from_bytes(starts).expect("a whole number of them"),
            hashes: self.layout.hashes as u32,
            section: self.section,
        })
    }

    /// How much of radius + 1 a chunk is given.
    fn share(&self, chunk: usize, radius: u32) -> u32 {
        let chunks = self.layout.parts.len() as u32;
        (radius + 1) / chunks + u32::from((chunk as u32) < (radius + 1) % chunks)
    }

    /// The bits to change in the value of a chunk, and how far a sketch may then be away.
    pub(super) fn patterns<'p>(
        &self,
        known: &'p mut Patterns,
        chunk: usize,
        radius: u32,
    ) -> &'p [(u32, u8)] {
        let width = self.layout.parts[chunk].bits.width;
        let share = self.share(chunk, radius);
        let next = (chunk + 1) % self.layout.parts.len();
        let of_two = share + self.share(next, radius);
        let least = if known.is_loose { LOOSE_SKETCH } else { 0 };
        // Most chunks are like the one before.
        if known.of != Some((width, share, of_two)) {
            known.of = Some((width, share, of_two));
            // A sketch has at most 64 bits, so a limit of 255 is none.
            let limit = |bits: u32| (of_two - 1 - bits).clamp(least, 255) as u8;
            let bits = 0..share.min(width + 1);
            let patterns = bits
                .flat_map(|bits| choices(width, bits).map(move |pattern| (pattern, limit(bits))));
            known.patterns = patterns.collect();
        }
        &known.patterns
    }
}

/// Where the postings of each bucket of a chunk start, and where the last ones end.
pub(super) struct Bounds<'a> {
    chunk: usize,
    starts: &'a [U32],
    hashes: u32,
    section: View<'a>,
}

impl Bounds<'_> {
    /// The bucket of a query's chunk with some bits changed.
    #[inline(always)]
    pub(super) fn find(&self, place: ChunkQuery, (pattern, limit): (u32, u8)) -> Result<Bucket> {
        let bucket = (place.value ^ pattern) as usize;
        let bounds = self.starts.get(bucket..bucket + 2);
        let (start, end) = bounds.map_or((1, 0), |bounds| (bounds[0].get(), bounds[1].get()));
        if start > end || end > self.hashes {
            return Err(self.wrong(bucket, start, end));
        }
        Ok(Bucket {
            start,
            end,
            query: place.query,
            sketch: place.sketch,
            limit: limit.into(),
        })
    }

    #[cold]
    #[inline(never)]
    fn wrong(&self, bucket: usize, start: u32, end: u32) -> Error {
        self.section.damaged(IndexDamage::MihBucket {
            chunk: self.chunk as u64,
            bucket: bucket as u64,
            start: start.into(),
            end: end.into(),
            postings: self.hashes.into(),
        })
    }
}

/// The patterns of a chunk, and what they depend on.
#[derive(Default)]
pub(super) struct Patterns {
    of: Option<(u32, u32, u32)>,
    patterns: Vec<(u32, u8)>,
    /// Whether hashes beyond the radius are looked for too.
    is_loose: bool,
}

impl Patterns {
    pub(super) fn new(is_loose: bool) -> Patterns {
        Patterns {
            is_loose,
            ..Patterns::default()
        }
    }
}

/// How far a sketch of 16 bits may be away where hashes beyond the radius are looked for. Of two random ones 3.8 % are
/// as near.
const LOOSE_SKETCH: u32 = 4;

/// All numbers of `width` bits of which `bits` are set, ascending.
fn choices(width: u32, bits: u32) -> impl Iterator<Item = u32> {
    // The next larger number with as many ones: "HAKMEM", item 175 (R. W. Gosper, 1972).
    let next = move |&pattern: &u32| {
        let lowest = pattern & pattern.wrapping_neg();
        let ripple = pattern + lowest;
        let next = (ripple ^ pattern) >> 2 >> lowest.checked_ilog2()? | ripple;
        (next < 1 << width).then_some(next)
    };
    std::iter::successors(Some((1 << bits) - 1), next)
}

/// What a query has in one chunk.
#[derive(Clone, Copy)]
pub(super) struct ChunkQuery {
    pub(super) value: u32,
    pub(super) query: u32,
    pub(super) sketch: u16,
    /// Which of its bits are changed.
    pub(super) doubts: u32,
}

/// The queries of a chunk by the bits that they doubt.
#[derive(Default)]
pub(super) struct Doubting {
    /// For each bit the queries that doubt it, in order.
    by_bit: [Vec<ChunkQuery>; 32],
    all: Vec<ChunkQuery>,
}

impl Doubting {
    pub(super) fn fill(&mut self, queries: &[ChunkQuery]) {
        self.by_bit.iter_mut().for_each(Vec::clear);
        for query in queries {
            let mut left = query.doubts;
            while left != 0 {
                self.by_bit[left.trailing_zeros() as usize].push(*query);
                left &= left - 1;
            }
        }
    }

    /// The queries that doubt all bits of a pattern that is not zero.
    pub(super) fn of(&mut self, pattern: u32) -> &Vec<ChunkQuery> {
        let of_lowest = &self.by_bit[pattern.trailing_zeros() as usize];
        if pattern.is_power_of_two() {
            return of_lowest;
        }
        self.all.clear();
        let doubt = |query: &&ChunkQuery| pattern & !query.doubts == 0;
        self.all.extend(of_lowest.iter().filter(doubt));
        &self.all
    }
}
