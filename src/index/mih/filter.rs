//! Buckets to hits: their sketches are filtered, what passes is compared.

use super::layout::words;
use super::probes::ChunkQuery;
use super::search::{Found, Mih};
use crate::Result;
use crate::error::IndexDamage;
use crate::hash::{Hash, Pdq};
use crate::index::linear;
use crate::index::simd::{self, Bucket, Passed};
use crate::index::work::Work;

/// How many cache lines of a bucket are asked for: of 16-bit sketches, and of whole hashes.
const LINES_AHEAD: [usize; 2] = [3, 8];
const CACHE_LINE: usize = 64;
/// How many postings are collected before their hashes are compared.
const CANDIDATES_AHEAD: usize = 64;
/// How many postings are filtered before the candidates among them are compared: a bucket can hold the whole list.
const POSTINGS_PER_RUN: u64 = 1024;

/// Buckets of one chunk whose sketches were asked for.
#[derive(Default)]
pub(super) struct Block {
    pub(super) chunk: usize,
    pub(super) buckets: Vec<Bucket>,
}

/// A chunk and buckets of it.
type Buckets<'a> = (usize, &'a [Bucket]);

impl Block {
    fn all(&self) -> Buckets<'_> {
        (self.chunk, &self.buckets)
    }
}

/// A posting whose sketch is near enough.
struct NearPosting {
    query: u32,
    /// Where its ordinal stands in the section; then the ordinal itself.
    ordinal_at: usize,
    /// The distance, where the sketch is the whole hash.
    distance: Option<u32>,
}

/// Queries on their way through the section.
pub(super) struct Search<'a> {
    mih: &'a Mih<'a>,
    /// Their bytes, then zeros.
    pub(super) queries: Vec<[u8; Hash::BYTES_MAX]>,
    /// Which bits of each query are changed, where not all are.
    doubts: &'a [Pdq],
    /// Up to how many bits hashes are hits.
    reach: u32,
    /// What is left of the budget of each query: nothing once it is given up.
    left: Vec<u64>,
    pub(super) given_up: Vec<bool>,
    work: Work,
    hits: Vec<(u32, u32, u32)>,
    passed: Vec<Passed>,
    candidates: Vec<NearPosting>,
}

impl<'a> Search<'a> {
    pub(super) fn new<'q>(
        mih: &'a Mih<'a>,
        queries: impl ExactSizeIterator<Item = &'q [u8]>,
        reach: u32,
        budget: u64,
    ) -> Search<'a> {
        let padded = |query: &[u8]| {
            let mut padded = [0; Hash::BYTES_MAX];
            padded[..query.len()].copy_from_slice(query);
            padded
        };
        let queries: Vec<_> = queries.map(padded).collect();
        Search {
            mih,
            doubts: &[],
            reach,
            left: vec![budget; queries.len()],
            given_up: vec![false; queries.len()],
            work: Work::default(),
            queries,
            hits: Vec::new(),
            passed: Vec::with_capacity(CANDIDATES_AHEAD),
            candidates: Vec::with_capacity(2 * CANDIDATES_AHEAD),
        }
    }

    /// The same, where of each query only these bits are changed to find buckets.
    pub(super) fn with_doubts(self, doubts: &'a [Pdq]) -> Search<'a> {
        Search { doubts, ..self }
    }

    /// Whether so many buckets with so many postings may be looked at; if not, the query is given up.
    #[inline(always)]
    pub(super) fn look(&mut self, query: u32, buckets: u64, postings: u64) -> bool {
        let may = self.spend(query, self.mih.costs.of_buckets(buckets, postings));
        if may {
            self.work.probes += buckets;
            self.work.postings += postings;
        }
        may
    }

    #[inline(always)]
    fn spend(&mut self, query: u32, cost: u64) -> bool {
        let left = &mut self.left[query as usize];
        let may = *left >= cost;
        if may {
            *left -= cost;
        } else {
            *left = 0;
            self.given_up[query as usize] = true;
        }
        may
    }

    pub(super) fn place(&self, query: u32, chunk: usize) -> ChunkQuery {
        let part = &self.mih.layout.parts[chunk];
        let words = words(&self.queries[query as usize]);
        ChunkQuery {
            value: part.bits.value(&words),
            query,
            sketch: part.sketch(&words),
            doubts: self
                .doubts
                .get(query as usize)
                .map_or(u32::MAX, |doubts| part.bits.value(&self::words(&doubts.0))),
        }
    }

    /// Filters the filled block; the one being filled takes its place.
    pub(super) fn turn(&mut self, filled: &mut Block, filling: &mut Block) -> Result<()> {
        self.filter(filled.all(), filling.all())?;
        std::mem::swap(filled, filling);
        filling.chunk = filled.chunk;
        filling.buckets.clear();
        Ok(())
    }

    /// Collects the postings of some buckets whose sketches are near enough, and asks for the sketches of the next.
    pub(super) fn filter(&mut self, buckets: Buckets<'_>, next: Buckets<'_>) -> Result<()> {
        let (chunk, mut rest) = buckets;
        while let Some(long) = rest.iter().position(|b| b.postings() > POSTINGS_PER_RUN) {
            self.filter_short((chunk, &rest[..long]), (chunk, &[]))?;
            let bucket = rest[long];
            for start in (bucket.start..bucket.end).step_by(POSTINGS_PER_RUN as usize) {
                // What a query that was given up would still find costs time for nothing.
                if self.given_up[bucket.query as usize] {
                    break;
                }
                let end = bucket
                    .end
                    .min(start.saturating_add(POSTINGS_PER_RUN as u32));
                let piece = Bucket {
                    start,
                    end,
                    ..bucket
                };
                self.filter_short((chunk, &[piece]), (chunk, &[]))?;
            }
            rest = &rest[long + 1..];
        }
        self.filter_short((chunk, rest), next)
    }

    fn filter_short(&mut self, buckets: Buckets<'_>, next: Buckets<'_>) -> Result<()> {
        let (layout, section) = (self.mih.layout, self.mih.section);
        let (chunk, buckets) = buckets;
        let part = &layout.parts[chunk];
        let bytes = layout.sketch_bytes;
        let pieces = buckets.iter().map(|bucket| {
            let at = |posting: u32| part.sketches.start + posting as usize * bytes;
            at(bucket.start)..at(bucket.end)
        });
        let sketches = section.bytes_of(part.sketches.clone(), pieces)?;
        let next_at = layout.parts[next.0].sketches.start;
        let lines_ahead = LINES_AHEAD[usize::from(layout.is_inline())];
        let mut to_come = next.1.iter();
        let mut prefetch = || {
            let Some(bucket) = to_come.next() else { return };
            let at = |posting: u32| next_at + posting as usize * bytes;
            // Most buckets reach no farther. To ask for nothing costs less than to guess how much there is.
            let (first, bytes) = (at(bucket.start), at(bucket.end) - at(bucket.start));
            let last = first + bytes.next_multiple_of(simd::STEP_BYTES) - 1;
            for line in 0..lines_ahead {
                section.prefetch(last.min(first + line * CACHE_LINE));
            }
        };
        let passed = &mut self.passed;
        if layout.is_inline() {
            let queries = &self.queries;
            simd::filter_64(
                sketches,
                buckets,
                queries,
                self.reach,
                passed,
                &mut prefetch,
            );
        } else {
            simd::filter_sketches(sketches, buckets, passed, &mut prefetch)
        }
        for _ in buckets.len()..next.1.len() {
            prefetch();
        }
        for Passed { query, posting } in self.passed.drain(..) {
            let ordinal_at = part.ordinals.start + posting as usize * 4;
            section.prefetch(ordinal_at);
            let distance = layout.is_inline().then(|| {
                let hash = &sketches[posting as usize * bytes..][..bytes];
                linear::distance(hash, &self.queries[query as usize][..bytes])
            });
            self.candidates.push(NearPosting {
                query,
                ordinal_at,
                distance,
            });
        }
        if self.candidates.len() >= CANDIDATES_AHEAD {
            self.compare()?;
        }
        Ok(())
    }

    /// Compares the candidates in full.
    fn compare(&mut self) -> Result<()> {
        let (hashes, size) = (self.mih.hashes, self.mih.size);
        let count = self.mih.layout.hashes;
        let mut candidates = std::mem::take(&mut self.candidates);
        // Their ordinals stand where their places were, once these are read.
        for candidate in &mut candidates {
            let at = candidate.ordinal_at;
            let bytes = self.mih.section.bytes(at..at + 4)?;
            let ordinal = u32::from_le_bytes(bytes.try_into().expect("4 bytes")) as usize;
            if ordinal >= count {
                return Err(self.mih.section.damaged(IndexDamage::MihHash {
                    ordinal: ordinal as u64,
                    count: count as u64,
                }));
            }
            candidate.ordinal_at = ordinal;
            if candidate.distance.is_none() {
                hashes.prefetch(ordinal * size);
            }
        }
        for candidate in candidates.drain(..) {
            let (query, ordinal) = (candidate.query as usize, candidate.ordinal_at);
            if !self.spend(candidate.query, self.mih.costs.of_verifying()) {
                continue;
            }
            self.work.verified += 1;
            let mut hit = |distance| self.hits.push((candidate.query, ordinal as u32, distance));
            if let Some(distance) = candidate.distance {
                hit(distance);
            } else {
                let hash = hashes.bytes(ordinal * size..(ordinal + 1) * size)?;
                let query = &self.queries[query];
                linear::scan(hash, query, self.reach, |_, distance| hit(distance));
            }
        }
        self.candidates = candidates;
        Ok(())
    }

    pub(super) fn finish(mut self) -> Result<Found> {
        self.compare()?;
        Ok(Found {
            hits: self.hits,
            work: self.work,
            given_up: self.given_up,
        })
    }
}
