//! Queries, alone and in batches.

use zerocopy::FromBytes;
use zerocopy::little_endian::U32;

use super::layout::{Layout, Part, words};
use crate::hash::Hash;
use crate::index::blocks::View;
use crate::index::linear;
use crate::index::simd::{self, Bucket, Passed};
use crate::index::work::{Costs, Work};
use crate::{Error, Result};

/// How many buckets are looked up before their postings are filtered: as many as the first cache holds the sketches of.
const BUCKETS_AHEAD: usize = 64;
/// How many bounds are asked for before the first of them is looked at.
const BOUNDS_AHEAD: usize = 32;
/// How many cache lines of a bucket are asked for: of 16-bit sketches, and of whole hashes.
const LINES_AHEAD: [usize; 2] = [3, 8];
const CACHE_LINE: usize = 64;
/// How many postings are collected before their hashes are compared.
const CANDIDATES_AHEAD: usize = 64;
/// How many postings are filtered before the candidates among them are compared: a bucket can hold the whole list.
const POSTINGS_PER_RUN: u64 = 1024;
/// How many buckets of one query are found before the first of them is looked at.
const PROBES_MAX: usize = 1 << 16;

/// The section, and the hashes that it speaks of.
pub(in crate::index) struct Mih<'a> {
    section: View<'a>,
    hashes: View<'a>,
    layout: &'a Layout,
    size: usize,
    costs: Costs,
}

/// What a search came to.
pub(in crate::index) struct Found {
    /// Query, ordinal of the hash, distance; some of them several times, in no order.
    pub(in crate::index) hits: Vec<(u32, u32, u32)>,
    /// What all queries took together.
    pub(in crate::index) work: Work,
    /// The queries that were given up, because they would have taken more than they were allowed: their hits are not all.
    pub(in crate::index) given_up: Vec<bool>,
}

impl<'a> Mih<'a> {
    pub(in crate::index) fn new(
        section: View<'a>,
        hashes: View<'a>,
        layout: &'a Layout,
    ) -> Mih<'a> {
        let size = hashes.len() / layout.hashes;
        Mih {
            section,
            hashes,
            layout,
            size,
            costs: Costs::of(size as u32 * 8),
        }
    }

    /// How many buckets a query probes.
    pub(in crate::index) fn probes(&self, radius: u32) -> u64 {
        let of_chunk = |(chunk, part): (usize, &Part)| {
            let width = u64::from(part.bits.width);
            let ways = |bits: u64| (0..bits).fold(1, |ways, i| ways * (width - i) / (i + 1));
            let bits = u64::from(self.share(chunk, radius)).min(width + 1);
            (0..bits).map(ways).sum::<u64>()
        };
        self.layout.parts.iter().enumerate().map(of_chunk).sum()
    }

    /// The hashes within `radius` of one query, unless that takes more than `budget`.
    pub(in crate::index) fn search(&self, query: &[u8], radius: u32, budget: u64) -> Result<Found> {
        let probes = match usize::try_from(self.probes(radius)) {
            Ok(probes) if probes <= PROBES_MAX => probes,
            _ => return self.search_batch(std::iter::once(query), radius, budget),
        };
        let mut search = Search::new(self, std::iter::once(query), radius, budget);
        let mut patterns = Patterns::default();
        let chunks = 0..self.layout.parts.len();
        for chunk in chunks.clone() {
            let place = search.place(0, chunk);
            for &(pattern, _) in self.patterns(&mut patterns, chunk, radius) {
                self.prefetch_bounds(chunk, place.value ^ pattern);
            }
        }
        // All postings are counted before any is looked at.
        let mut buckets = Vec::with_capacity(probes);
        let mut ends = Vec::with_capacity(chunks.len());
        for chunk in chunks.clone() {
            let place = [search.place(0, chunk)];
            let patterns = self.patterns(&mut patterns, chunk, radius);
            let bounds = self.bounds(chunk, &place, patterns)?;
            for &pattern in patterns {
                buckets.push(bounds.find(place[0], pattern)?);
            }
            ends.push(buckets.len());
        }
        let postings = buckets.iter().map(Bucket::postings).sum();
        if !search.look(0, probes as u64, postings) {
            return search.finish();
        }
        let of_chunk = |chunk: usize| {
            let start = if chunk == 0 { 0 } else { ends[chunk - 1] };
            (chunk, &buckets[start..ends[chunk]])
        };
        for chunk in chunks {
            if search.given_up[0] {
                break;
            }
            let next = (chunk + 1 < ends.len()).then(|| of_chunk(chunk + 1));
            search.filter(of_chunk(chunk), next.unwrap_or_default())?;
        }
        search.finish()
    }

    /// The hashes within `radius` of each query, unless one takes more than `budget`.
    pub(in crate::index) fn search_batch<'q>(
        &self,
        queries: impl ExactSizeIterator<Item = &'q [u8]>,
        radius: u32,
        budget: u64,
    ) -> Result<Found> {
        let mut search = Search::new(self, queries, radius, budget);
        let mut patterns = Patterns::default();
        let mut in_order: Vec<Place> = Vec::new();
        // While the sketches of one block are filtered, those of the next are on their way.
        let (mut filled, mut filling) = (Block::default(), Block::default());
        for chunk in 0..self.layout.parts.len() {
            in_order.clear();
            let queries = 0..search.queries.len() as u32;
            let left = queries.filter(|&query| !search.given_up[query as usize]);
            in_order.extend(left.map(|query| search.place(query, chunk)));
            in_order.sort_unstable_by_key(|place| place.value);
            let patterns = self.patterns(&mut patterns, chunk, radius);
            let bounds = self.bounds(chunk, &in_order, patterns)?;
            filling.chunk = chunk;
            for &pattern in patterns {
                for place in in_order.iter().take(BOUNDS_AHEAD) {
                    self.prefetch_bounds(chunk, place.value ^ pattern.0);
                }
                for (i, &place) in in_order.iter().enumerate() {
                    if let Some(ahead) = in_order.get(i + BOUNDS_AHEAD) {
                        self.prefetch_bounds(chunk, ahead.value ^ pattern.0);
                    }
                    let bucket = bounds.find(place, pattern)?;
                    if search.look(place.query, 1, bucket.postings()) {
                        filling.buckets.push(bucket);
                    }
                    if filling.buckets.len() == BUCKETS_AHEAD {
                        search.turn(&mut filled, &mut filling)?;
                    }
                }
            }
            search.turn(&mut filled, &mut filling)?;
        }
        search.turn(&mut filled, &mut filling)?;
        search.finish()
    }

    #[inline]
    fn prefetch_bounds(&self, chunk: usize, bucket: u32) {
        let starts = self.layout.parts[chunk].bucket_starts.start;
        self.section.prefetch(starts + bucket as usize * 4);
    }

    /// The bounds of a chunk's buckets, of which only those that these probes need are proven.
    fn bounds(&self, chunk: usize, places: &[Place], patterns: &[(u32, u8)]) -> Result<Bounds<'a>> {
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
    fn patterns<'p>(&self, known: &'p mut Patterns, chunk: usize, radius: u32) -> &'p [(u32, u8)] {
        let width = self.layout.parts[chunk].bits.width;
        let share = self.share(chunk, radius);
        let next = (chunk + 1) % self.layout.parts.len();
        let of_two = share + self.share(next, radius);
        // Most chunks are like the one before.
        if known.of != Some((width, share, of_two)) {
            known.of = Some((width, share, of_two));
            // A sketch has at most 64 bits, so a limit of 255 is none.
            let limit = |bits: u32| (of_two - 1 - bits).min(255) as u8;
            let bits = 0..share.min(width + 1);
            let patterns = bits
                .flat_map(|bits| choices(width, bits).map(move |pattern| (pattern, limit(bits))));
            known.patterns = patterns.collect();
        }
        &known.patterns
    }
}

/// Where the postings of each bucket of a chunk start, and where the last ones end.
struct Bounds<'a> {
    chunk: usize,
    starts: &'a [U32],
    hashes: u32,
    section: View<'a>,
}

impl Bounds<'_> {
    /// The bucket of a query's chunk with some bits changed.
    #[inline(always)]
    fn find(&self, place: Place, (pattern, limit): (u32, u8)) -> Result<Bucket> {
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
        self.section.damaged(format_args!(
            "mih, chunk {}: bucket {bucket} is from {start} to {end} of {} postings",
            self.chunk, self.hashes
        ))
    }
}

/// The patterns of a chunk, and what they depend on.
#[derive(Default)]
struct Patterns {
    of: Option<(u32, u32, u32)>,
    patterns: Vec<(u32, u8)>,
}

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
struct Place {
    value: u32,
    query: u32,
    sketch: u16,
}

/// Buckets of one chunk whose sketches were asked for.
#[derive(Default)]
struct Block {
    chunk: usize,
    buckets: Vec<Bucket>,
}

/// A chunk and buckets of it.
type Buckets<'a> = (usize, &'a [Bucket]);

impl Block {
    fn all(&self) -> Buckets<'_> {
        (self.chunk, &self.buckets)
    }
}

/// A posting whose sketch is near enough.
struct Candidate {
    query: u32,
    /// Where its ordinal stands in the section; then the ordinal itself.
    ordinal_at: usize,
    /// The distance, where the sketch is the whole hash.
    distance: Option<u32>,
}

/// Queries on their way through the section.
struct Search<'a> {
    mih: &'a Mih<'a>,
    /// Their bytes, then zeros.
    queries: Vec<[u8; Hash::BYTES_MAX]>,
    radius: u32,
    /// What is left of the budget of each query: nothing once it is given up.
    left: Vec<u64>,
    given_up: Vec<bool>,
    work: Work,
    hits: Vec<(u32, u32, u32)>,
    passed: Vec<Passed>,
    candidates: Vec<Candidate>,
}

impl<'a> Search<'a> {
    fn new<'q>(
        mih: &'a Mih<'a>,
        queries: impl ExactSizeIterator<Item = &'q [u8]>,
        radius: u32,
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
            radius,
            left: vec![budget; queries.len()],
            given_up: vec![false; queries.len()],
            work: Work::default(),
            queries,
            hits: Vec::new(),
            passed: Vec::with_capacity(CANDIDATES_AHEAD),
            candidates: Vec::with_capacity(2 * CANDIDATES_AHEAD),
        }
    }

    /// Whether so many buckets with so many postings may be looked at; if not, the query is given up.
    #[inline(always)]
    fn look(&mut self, query: u32, buckets: u64, postings: u64) -> bool {
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

    fn place(&self, query: u32, chunk: usize) -> Place {
        let part = &self.mih.layout.parts[chunk];
        let words = words(&self.queries[query as usize]);
        Place {
            value: part.bits.value(&words),
            query,
            sketch: part.sketch(&words),
        }
    }

    /// Filters the filled block; the one being filled takes its place.
    fn turn(&mut self, filled: &mut Block, filling: &mut Block) -> Result<()> {
        self.filter(filled.all(), filling.all())?;
        std::mem::swap(filled, filling);
        filling.chunk = filled.chunk;
        filling.buckets.clear();
        Ok(())
    }

    /// Collects the postings of some buckets whose sketches are near enough, and asks for the sketches of the next.
    fn filter(&mut self, buckets: Buckets<'_>, next: Buckets<'_>) -> Result<()> {
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
        match layout.is_inline() {
            true => {
                let queries = &self.queries;
                simd::filter_64(
                    sketches,
                    buckets,
                    queries,
                    self.radius,
                    passed,
                    &mut prefetch,
                );
            }
            false => simd::filter_sketches(sketches, buckets, passed, &mut prefetch),
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
            self.candidates.push(Candidate {
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
                return Err(self
                    .mih
                    .section
                    .damaged(format_args!("mih: there is no hash {ordinal} of {count}")));
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
                linear::scan(hash, query, self.radius, |_, distance| hit(distance));
            }
        }
        self.candidates = candidates;
        Ok(())
    }

    fn finish(mut self) -> Result<Found> {
        self.compare()?;
        Ok(Found {
            hits: self.hits,
            work: self.work,
            given_up: self.given_up,
        })
    }
}
