//! Queries, alone and in batches.

use std::ops::Range;

use zerocopy::FromBytes;
use zerocopy::little_endian::U32;

use super::layout::{Layout, Part, words};
use crate::Result;
use crate::hash::Hash;
use crate::index::blocks::View;
use crate::index::simd;
use crate::index::work::{self, Work};

/// How many buckets a batch asks for before it looks at the first of them.
const PROBES_AHEAD: usize = 256;
/// How many buckets' sketches are asked for before the first of them is looked at.
const BUCKETS_AHEAD: usize = 16;
const CACHE_LINE: usize = 64;
/// How many postings are collected before their hashes are compared.
const CANDIDATES_AHEAD: usize = 64;
/// How many postings are filtered before the candidates among them are compared: a bucket can hold the whole list.
const POSTINGS_PER_RUN: usize = 512;

/// The section, and the hashes that it speaks of.
pub(in crate::index) struct Mih<'a> {
    section: View<'a>,
    hashes: View<'a>,
    layout: &'a Layout,
    size: usize,
}

/// What a search came to.
pub(in crate::index) struct Found {
    /// Query, ordinal of the hash, distance; some of them several times, in no order.
    pub(in crate::index) hits: Vec<(u32, u32, u32)>,
    /// What each query took.
    pub(in crate::index) work: Vec<Work>,
    /// The queries that were given up, because they would have taken more than they were allowed: their hits are not all.
    pub(in crate::index) given_up: Vec<bool>,
}

/// A bucket to be looked at.
#[derive(Clone, Copy)]
struct Probe {
    query: u32,
    bucket: u32,
    /// The query's, and how far a posting's may be away.
    sketch: u16,
    limit: u8,
    chunk: u8,
}

/// The postings of a bucket that has some.
#[derive(Clone, Copy)]
struct Postings {
    probe: Probe,
    start: u32,
    end: u32,
}

/// A posting whose sketch is near enough.
struct Candidate {
    query: u32,
    /// Where its ordinal stands in the section; then the ordinal itself.
    ordinal_at: usize,
    /// The distance, where the sketch is the whole hash.
    distance: Option<u32>,
}

impl<'a> Mih<'a> {
    pub(in crate::index) fn new(
        section: View<'a>,
        hashes: View<'a>,
        layout: &'a Layout,
    ) -> Mih<'a> {
        Mih {
            section,
            hashes,
            layout,
            size: hashes.len() / layout.hashes,
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
        let mut search = Search::new(self, std::iter::once(query), radius, budget);
        let mut probes = Vec::new();
        let mut patterns = Patterns::default();
        for chunk in 0..self.layout.parts.len() {
            let place = search.place(0, chunk);
            for &pattern in self.patterns(&mut patterns, chunk, radius) {
                probes.push(search.probe(place, chunk, pattern));
            }
        }
        // All postings are counted before any is looked at.
        search.look(&probes)?;
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
        let mut probes = Vec::with_capacity(PROBES_AHEAD);
        let mut patterns = Patterns::default();
        for chunk in 0..self.layout.parts.len() {
            let queries = 0..search.queries.len() as u32;
            let left = queries.filter(|&query| !search.gave_up(query));
            let mut in_order: Vec<Place> = left.map(|query| search.place(query, chunk)).collect();
            in_order.sort_unstable();
            for &pattern in self.patterns(&mut patterns, chunk, radius) {
                for &place in &in_order {
                    probes.push(search.probe(place, chunk, pattern));
                    if probes.len() == PROBES_AHEAD {
                        search.look(&probes)?;
                        probes.clear();
                    }
                }
                in_order.retain(|place| !search.gave_up(place.query));
            }
        }
        search.look(&probes)?;
        search.finish()
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

/// What a query has in one chunk: ascending by value.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Place {
    value: u32,
    query: u32,
    sketch: u16,
}

/// What a query did and may do.
#[derive(Clone, Default)]
struct Account {
    work: Work,
    /// What the work costs once all postings that were counted are looked at.
    spent: u64,
    given_up: bool,
}

impl Account {
    fn spend(&mut self, cost: u64, budget: u64) {
        self.spent += cost;
        self.given_up |= self.spent > budget;
    }
}

/// Queries on their way through the section.
struct Search<'a> {
    mih: &'a Mih<'a>,
    /// Their bytes, then zeros.
    queries: Vec<[u8; Hash::BYTES_MAX]>,
    radius: u32,
    budget: u64,
    accounts: Vec<Account>,
    hits: Vec<(u32, u32, u32)>,
    /// Kept from one turn to the next for their memory.
    postings: Vec<Postings>,
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
            budget,
            accounts: vec![Account::default(); queries.len()],
            queries,
            hits: Vec::new(),
            postings: Vec::new(),
            candidates: Vec::with_capacity(CANDIDATES_AHEAD),
        }
    }

    fn gave_up(&self, query: u32) -> bool {
        self.accounts[query as usize].given_up
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

    /// A probe of a query's chunk with some bits changed; asks for the bounds of its bucket.
    #[inline]
    fn probe(&self, place: Place, chunk: usize, (pattern, limit): (u32, u8)) -> Probe {
        let bucket = place.value ^ pattern;
        let bounds = self.mih.layout.parts[chunk].bucket_starts.start + bucket as usize * 4;
        self.mih.section.prefetch(bounds);
        Probe {
            query: place.query,
            bucket,
            sketch: place.sketch,
            limit,
            chunk: chunk as u8,
        }
    }

    /// Looks at some buckets: first at the bounds of all, then at their postings.
    fn look(&mut self, probes: &[Probe]) -> Result<()> {
        let mut postings = std::mem::take(&mut self.postings);
        postings.clear();
        for &probe in probes {
            self.locate(probe, &mut postings)?;
        }
        postings
            .iter()
            .take(BUCKETS_AHEAD)
            .for_each(|next| self.prefetch(next));
        for (i, &Postings { probe, start, end }) in postings.iter().enumerate() {
            if let Some(next) = postings.get(i + BUCKETS_AHEAD) {
                self.prefetch(next);
            }
            let mut run = start as usize..end as usize;
            while !run.is_empty() && !self.gave_up(probe.query) {
                let end = run.end.min(run.start + POSTINGS_PER_RUN);
                self.filter(probe, run.start..end)?;
                run.start = end;
            }
        }
        self.postings = postings;
        Ok(())
    }

    /// Asks for the sketches of a bucket: most are shorter than four cache lines.
    fn prefetch(&self, postings: &Postings) {
        let sketch_bytes = self.mih.layout.sketch_bytes;
        let part = &self.mih.layout.parts[usize::from(postings.probe.chunk)];
        let at = |posting: u32| part.sketches.start + posting as usize * sketch_bytes;
        let lines = (at(postings.start)..at(postings.end))
            .step_by(CACHE_LINE)
            .take(3);
        lines.for_each(|line| self.mih.section.prefetch(line));
        self.mih.section.prefetch(at(postings.end) - 1);
    }

    fn locate(&mut self, probe: Probe, postings: &mut Vec<Postings>) -> Result<()> {
        let Layout { hashes, .. } = *self.mih.layout;
        let part = &self.mih.layout.parts[usize::from(probe.chunk)];
        let at = part.bucket_starts.start + probe.bucket as usize * 4;
        let bounds = self.mih.section.bytes(at..at + 8)?;
        let bounds = <[U32; 2]>::ref_from_bytes(bounds).expect("8 bytes");
        let (start, end) = (bounds[0].get(), bounds[1].get());
        if start > end || end as usize > hashes {
            let chunk = probe.chunk;
            let bucket = probe.bucket;
            return Err(self.mih.section.damaged(format_args!(
                "mih, chunk {chunk}: bucket {bucket} is from {start} to {end} of {hashes} postings"
            )));
        }
        let account = &mut self.accounts[probe.query as usize];
        account.work.probes += 1;
        account.spend(
            work::PROBE + u64::from(end - start) * work::POSTING,
            self.budget,
        );
        if start < end {
            postings.push(Postings { probe, start, end });
        }
        Ok(())
    }

    /// Collects the postings whose sketches are near enough.
    fn filter(&mut self, probe: Probe, postings: Range<usize>) -> Result<()> {
        let Range { start, end } = postings;
        let query = probe.query;
        self.accounts[query as usize].work.postings += postings.len() as u64;
        let (layout, section) = (self.mih.layout, self.mih.section);
        let part = &layout.parts[usize::from(probe.chunk)];
        let sketches = |start: usize, end: usize| {
            let at = |posting: usize| part.sketches.start + posting * layout.sketch_bytes;
            section.bytes(at(start)..at(end))
        };
        let candidates = &mut self.candidates;
        let mut add = |posting: usize, distance| {
            let ordinal_at = part.ordinals.start + posting * 4;
            section.prefetch(ordinal_at);
            candidates.push(Candidate {
                query,
                ordinal_at,
                distance,
            });
        };
        if layout.is_inline() {
            let whole = self.queries[query as usize]
                .first_chunk()
                .expect("8 of 32 bytes");
            let sketches = sketches(start, end)?;
            simd::scan_64(sketches, whole, self.radius, &mut |at, distance| {
                add(start + at, Some(distance));
            });
        } else {
            let count = end - start;
            let steps = count.next_multiple_of(simd::SKETCHES_PER_STEP);
            let sketches = sketches(start, layout.hashes.min(start + steps))?;
            let limit = probe.limit.into();
            simd::scan_sketches(sketches, count, probe.sketch, limit, &mut |at| {
                add(start + at, None);
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
        // Their ordinals stand where their places were, once these are read.
        for candidate in &mut self.candidates {
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
        for candidate in self.candidates.drain(..) {
            let (query, ordinal) = (candidate.query as usize, candidate.ordinal_at);
            let account = &mut self.accounts[query];
            if account.given_up {
                continue;
            }
            account.work.verified += 1;
            account.spend(work::VERIFY, self.budget);
            let mut hit = |distance| self.hits.push((candidate.query, ordinal as u32, distance));
            if let Some(distance) = candidate.distance {
                hit(distance);
            } else {
                let hash = hashes.bytes(ordinal * size..(ordinal + 1) * size)?;
                let query = &self.queries[query];
                simd::scan_256(hash, query, self.radius, &mut |_, distance| hit(distance));
            }
        }
        Ok(())
    }

    fn finish(mut self) -> Result<Found> {
        self.compare()?;
        Ok(Found {
            hits: self.hits,
            work: self.accounts.iter().map(|account| account.work).collect(),
            given_up: self
                .accounts
                .iter()
                .map(|account| account.given_up)
                .collect(),
        })
    }
}
