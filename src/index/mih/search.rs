//! Queries, alone and in batches.

use std::ops::Range;

use zerocopy::FromBytes;
use zerocopy::little_endian::U32;

use super::layout::{Layout, Words, words};
use crate::Result;
use crate::index::blocks::View;
use crate::index::simd;
use crate::index::work::Work;

/// How many buckets a batch asks for before it looks at the first of them.
const PROBES_AHEAD: usize = 256;
/// How many postings are collected before their hashes are compared.
const CANDIDATES_AHEAD: usize = 64;
/// How many postings are filtered before the candidates among them are compared: a bucket can hold the whole list.
const POSTINGS_PER_RUN: usize = 1024;

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
    chunk: u8,
    /// How far a sketch may be away.
    limit: u8,
    bucket: u32,
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
    /// Where its ordinal stands in the section.
    ordinal_at: usize,
    /// The distance, where the sketch tells it; the ordinal then is its place in `hits`.
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
        let chunks = 0..self.layout.parts.len();
        let of_chunk = |chunk: usize| {
            let width = self.layout.chunks.range(chunk).len() as u64;
            let ways = |bits: u64| (0..bits).fold(1, |ways, i| ways * (width - i) / (i + 1));
            let bits = u64::from(self.share(chunk, radius)).min(width + 1);
            (0..bits).map(ways).sum::<u64>()
        };
        chunks.map(of_chunk).sum()
    }

    /// The hashes within `radius` of one query, unless that takes more than `budget`.
    pub(in crate::index) fn search(&self, query: &[u8], radius: u32, budget: u64) -> Result<Found> {
        let mut search = Search::new(self, std::iter::once(query), radius, budget);
        let mut probes = Vec::new();
        for chunk in 0..self.layout.parts.len() {
            for (pattern, limit) in self.patterns(chunk, radius) {
                probes.push(search.probe(0, chunk, pattern, limit));
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
        for chunk in 0..self.layout.parts.len() {
            let value = |query: &Words| self.layout.chunks.value(chunk, query);
            let values = (0u32..).zip(&search.queries);
            let mut in_order: Vec<(u32, u32)> = values.map(|(i, q)| (value(q), i)).collect();
            in_order.sort_unstable();
            for (pattern, limit) in self.patterns(chunk, radius) {
                for &(_, query) in &in_order {
                    if search.given_up[query as usize] {
                        continue;
                    }
                    probes.push(search.probe(query, chunk, pattern, limit));
                    if probes.len() == PROBES_AHEAD {
                        search.look(&probes)?;
                        probes.clear();
                    }
                }
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
    fn patterns(&self, chunk: usize, radius: u32) -> impl Iterator<Item = (u32, u8)> {
        let width = self.layout.chunks.range(chunk).len() as u32;
        let share = self.share(chunk, radius);
        let of_two = share + self.share(self.layout.chunks.next(chunk), radius);
        // A sketch has at most 64 bits, so a limit of 255 is none.
        let limit = move |bits: u32| (of_two - 1 - bits).min(255) as u8;
        (0..share.min(width + 1)).flat_map(move |bits| {
            let first = (1u32 << bits) - 1;
            let end = 1u32 << width;
            // The next larger number with as many ones: "HAKMEM", item 175 (R. W. Gosper, 1972).
            let next = move |&pattern: &u32| {
                let lowest = pattern & pattern.wrapping_neg();
                let ripple = pattern + lowest;
                let next = (ripple ^ pattern) >> 2 >> lowest.checked_ilog2()? | ripple;
                (next < end).then_some(next)
            };
            std::iter::successors(Some(first), next).map(move |pattern| (pattern, limit(bits)))
        })
    }
}

/// Queries on their way through the section.
struct Search<'a> {
    mih: &'a Mih<'a>,
    queries: Vec<Words>,
    radius: u32,
    budget: u64,
    work: Vec<Work>,
    given_up: Vec<bool>,
    hits: Vec<(u32, u32, u32)>,
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
        let queries: Vec<Words> = queries.map(words).collect();
        Search {
            mih,
            radius,
            budget,
            work: vec![Work::default(); queries.len()],
            given_up: vec![false; queries.len()],
            queries,
            hits: Vec::new(),
            postings: Vec::new(),
            candidates: Vec::with_capacity(CANDIDATES_AHEAD),
        }
    }

    /// A probe of a query's chunk with some bits changed; asks for the bounds of its bucket.
    fn probe(&self, query: u32, chunk: usize, pattern: u32, limit: u8) -> Probe {
        let Layout { chunks, parts, .. } = self.mih.layout;
        let bucket = chunks.value(chunk, &self.queries[query as usize]) ^ pattern;
        let bounds = parts[chunk].bucket_starts.start + bucket as usize * 4;
        self.mih.section.prefetch(bounds);
        Probe {
            query,
            chunk: chunk as u8,
            limit,
            bucket,
        }
    }

    /// Looks at some buckets: first at the bounds of all, then at their postings.
    fn look(&mut self, probes: &[Probe]) -> Result<()> {
        let mut postings = std::mem::take(&mut self.postings);
        postings.clear();
        for &probe in probes {
            self.locate(probe, &mut postings)?;
        }
        for &Postings { probe, start, end } in &postings {
            let mut run = start as usize..end as usize;
            while !run.is_empty() && !self.given_up[probe.query as usize] {
                let end = run.end.min(run.start + POSTINGS_PER_RUN);
                self.filter(probe, run.start..end)?;
                run.start = end;
            }
        }
        self.postings = postings;
        Ok(())
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
        let work = &mut self.work[probe.query as usize];
        work.probes += 1;
        work.postings += u64::from(end - start);
        if work.cost() > self.budget {
            self.given_up[probe.query as usize] = true;
        }
        if start < end {
            let sketch_bytes = self.mih.layout.sketch_bytes;
            let first = part.sketches.start + start as usize * sketch_bytes;
            self.mih.section.prefetch(first);
            // Most buckets of a well-sized list are shorter than two cache lines.
            self.mih
                .section
                .prefetch(first + (end - start) as usize * sketch_bytes - 1);
            postings.push(Postings { probe, start, end });
        }
        Ok(())
    }

    /// Collects the postings whose sketches are near enough.
    fn filter(&mut self, probe: Probe, postings: Range<usize>) -> Result<()> {
        let Probe {
            query,
            chunk,
            limit,
            ..
        } = probe;
        let Range { start, end } = postings;
        let layout = self.mih.layout;
        let part = &layout.parts[usize::from(chunk)];
        let section = self.mih.section;
        let sketches = |start: usize, end: usize| {
            let at = |posting: usize| part.sketches.start + posting * layout.sketch_bytes;
            section.bytes(at(start)..at(end))
        };
        let words = self.queries[query as usize];
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
            let sketches = sketches(start, end)?;
            simd::scan_64(
                sketches,
                &words[0].to_le_bytes(),
                self.radius,
                &mut |at, distance| {
                    add(start + at, Some(distance));
                },
            );
        } else {
            let count = end - start;
            let steps = count.next_multiple_of(simd::SKETCHES_PER_STEP);
            let sketches = sketches(start, layout.hashes.min(start + steps))?;
            let sketch = layout.chunks.sketch(usize::from(chunk), &words);
            simd::scan_sketches(sketches, count, sketch, limit.into(), &mut |at| {
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
            let distance = match candidate.distance {
                Some(distance) => distance,
                None => {
                    let hash = hashes.bytes(ordinal * size..(ordinal + 1) * size)?;
                    let bits = |(a, b): (u64, u64)| (a ^ b).count_ones();
                    words(hash)
                        .into_iter()
                        .zip(self.queries[query])
                        .map(bits)
                        .sum()
                }
            };
            let work = &mut self.work[query];
            work.verified += 1;
            if work.cost() > self.budget {
                self.given_up[query] = true;
            }
            if distance <= self.radius {
                self.hits.push((candidate.query, ordinal as u32, distance));
            }
        }
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
