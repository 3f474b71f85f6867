//! Queries, alone and in batches.

use super::filter::{Block, Search};
use super::layout::Layout;
use super::probes::{Bounds, ChunkQuery, Patterns, Probe};
use crate::Result;
use crate::hash::Pdq;
use crate::index::blocks::View;
use crate::index::simd::Bucket;
use crate::index::work::{Costs, Work};

/// How many buckets are looked up before their postings are filtered. The first cache holds the sketches of so many
/// buckets.
const BUCKETS_AHEAD: usize = 64;
/// How many bounds are asked for before the first of them is looked at.
const BOUNDS_AHEAD: usize = 32;
/// How many buckets of one query are found before the first of them is looked at.
const PROBES_MAX: usize = 1 << 16;

/// The section, and the hashes that it speaks of.
pub(in crate::index) struct Mih<'a> {
    pub(super) section: View<'a>,
    pub(super) hashes: View<'a>,
    pub(super) layout: &'a Layout,
    pub(super) size: usize,
    pub(super) costs: Costs,
}

/// The result of a search.
pub(in crate::index) struct Found {
    /// Query, ordinal of the hash, distance; some of them several times, in no order.
    pub(in crate::index) hits: Vec<(u32, u32, u32)>,
    /// What all queries took together.
    pub(in crate::index) work: Work,
    /// The queries that were given up because they exceeded their budget: their hits are not complete.
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
            let place = search.place(0, chunk);
            let patterns = self.patterns(&mut patterns, chunk, radius);
            let probes = || patterns.iter().map(|&pattern| (place, pattern));
            let bounds = self.bounds(chunk, probes())?;
            for probe in probes() {
                buckets.push(bounds.find(probe)?);
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
        self.search_beyond(queries, [radius, radius], &[], budget)
    }

    /// The hashes within a radius of each query, and most of those beyond it up to a reach. This holds unless a query
    /// takes more than `budget`.
    ///
    /// The buckets are those of the radius. Where the reach is larger, sketches pass that are less near. Where there are
    /// `doubts`, they do so too, and the buckets of a query differ from its own values in at most two of these bits. Then most is
    /// found within the radius.
    pub(in crate::index) fn search_beyond<'q>(
        &self,
        queries: impl ExactSizeIterator<Item = &'q [u8]>,
        [radius, reach]: [u32; 2],
        doubts: &[Pdq],
        budget: u64,
    ) -> Result<Found> {
        let mut search = Search::new(self, queries, reach, budget).with_doubts(doubts);
        let mut patterns = Patterns::new(reach > radius);
        let mut in_order: Vec<ChunkQuery> = Vec::new();
        let mut likely: Vec<Probe> = Vec::new();
        let mut blocks = Blocks::default();
        for chunk in 0..self.layout.parts.len() {
            in_order.clear();
            let queries = 0..search.queries.len() as u32;
            let left = queries.filter(|&query| !search.given_up[query as usize]);
            in_order.extend(left.map(|query| search.place(query, chunk)));
            in_order.sort_unstable_by_key(|place| place.value);
            blocks.filling.chunk = chunk;
            if doubts.is_empty() {
                let patterns = self.patterns(&mut patterns, chunk, radius);
                let of = |&pattern| in_order.iter().map(move |&place| (place, pattern));
                let bounds = self.bounds(chunk, patterns.iter().flat_map(of))?;
                for pattern in patterns {
                    self.look_up(of(pattern), &bounds, &mut search, &mut blocks)?;
                }
            } else {
                likely.clear();
                let of = |&place| self.likely(place, chunk, radius);
                likely.extend(in_order.iter().flat_map(of));
                let probes = likely.iter().copied();
                let bounds = self.bounds(chunk, probes.clone())?;
                self.look_up(probes, &bounds, &mut search, &mut blocks)?;
            }
            blocks.turn(&mut search)?;
        }
        blocks.turn(&mut search)?;
        search.finish()
    }

    /// Looks up the buckets of some probes of one chunk.
    #[inline]
    fn look_up(
        &self,
        probes: impl Iterator<Item = Probe> + Clone,
        bounds: &Bounds<'_>,
        search: &mut Search<'_>,
        blocks: &mut Blocks,
    ) -> Result<()> {
        let chunk = blocks.filling.chunk;
        let mut ahead = probes.clone();
        let prefetch = |(place, (pattern, _)): Probe| {
            self.prefetch_bounds(chunk, place.value ^ pattern);
        };
        ahead.by_ref().take(BOUNDS_AHEAD).for_each(prefetch);
        for probe in probes {
            if let Some(ahead) = ahead.next() {
                prefetch(ahead);
            }
            let bucket = bounds.find(probe)?;
            if search.look(bucket.query, 1, bucket.postings()) {
                blocks.filling.buckets.push(bucket);
            }
            if blocks.filling.buckets.len() == BUCKETS_AHEAD {
                blocks.turn(search)?;
            }
        }
        Ok(())
    }
}

/// While the sketches of one block are filtered, those of the next are on their way.
#[derive(Default)]
struct Blocks {
    filled: Block,
    filling: Block,
}

impl Blocks {
    fn turn(&mut self, search: &mut Search<'_>) -> Result<()> {
        search.turn(&mut self.filled, &mut self.filling)
    }
}
