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
        probes: impl Iterator<Item = Probe>,
    ) -> Result<Bounds<'a>> {
        let part = &self.layout.parts[chunk];
        let pieces = probes.map(|(place, (pattern, _))| {
            let at = part.bucket_starts.start + (place.value ^ pattern) as usize * 4;
            at..at + 8
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

    /// How far a sketch of the next chunk may be away where so many bits of a chunk are changed.
    fn sketch_limit(&self, chunk: usize, radius: u32, bits: u32, least: u32) -> u8 {
        let next = (chunk + 1) % self.layout.parts.len();
        let of_two = self.share(chunk, radius) + self.share(next, radius);
        // A sketch has at most 64 bits, so a limit of 255 is none.
        of_two.saturating_sub(1 + bits).clamp(least, 255) as u8
    }

    /// The bits to change in the value of a chunk, and how far a sketch may then be away.
    pub(super) fn patterns<'p>(
        &self,
        known: &'p mut Patterns,
        chunk: usize,
        radius: u32,
    ) -> &'p [Pattern] {
        let width = self.layout.parts[chunk].bits.width;
        let share = self.share(chunk, radius);
        let least = if known.is_loose { LOOSE_SKETCH } else { 0 };
        let limits = [0, 1].map(|bits| self.sketch_limit(chunk, radius, bits, least));
        // Most chunks are like the one before.
        if known.of != Some((width, share, limits)) {
            known.of = Some((width, share, limits));
            let bits = 0..share.min(width + 1);
            let patterns = bits.flat_map(|bits| {
                let limit = self.sketch_limit(chunk, radius, bits, least);
                choices(width, bits).map(move |pattern| (pattern, limit))
            });
            known.patterns = patterns.collect();
        }
        &known.patterns
    }

    /// The buckets of a query that differ from its own values in at most two of the bits that it doubts.
    pub(super) fn likely(
        &self,
        place: ChunkQuery,
        chunk: usize,
        radius: u32,
    ) -> impl Iterator<Item = Probe> {
        let limits = [0, 1, 2].map(|bits| self.sketch_limit(chunk, radius, bits, LOOSE_SKETCH));
        let doubts = place.doubts;
        let two =
            ones(doubts).flat_map(move |high| ones(doubts & (high - 1)).map(move |low| high | low));
        let one = ones(doubts).map(move |bit| (bit, limits[1]));
        let patterns = std::iter::once((0, limits[0])).chain(one);
        let patterns = patterns.chain(two.map(move |pattern| (pattern, limits[2])));
        patterns.map(move |pattern| (place, pattern))
    }
}

/// Bits to change, and how far a sketch may then be away.
pub(super) type Pattern = (u32, u8);

/// A query in a chunk, and the bits of it that are changed: one bucket.
pub(super) type Probe = (ChunkQuery, Pattern);

/// Each bit of a number that is set, the lowest first.
fn ones(mut left: u32) -> impl Iterator<Item = u32> {
    std::iter::from_fn(move || {
        let lowest = left & left.wrapping_neg();
        left ^= lowest;
        (lowest != 0).then_some(lowest)
    })
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
    pub(super) fn find(&self, (place, (pattern, limit)): Probe) -> Result<Bucket> {
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
    of: Option<(u32, u32, [u8; 2])>,
    patterns: Vec<Pattern>,
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
