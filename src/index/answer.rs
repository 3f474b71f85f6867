//! Queries to hits: one query, a batch of them, the nearest of many.

use std::collections::BTreeMap;

use super::choice::{self, Search};
use super::layout::Table;
use super::work::{self, COMPARE, Costs, Work};
use super::{Hit, Index, Structure, bktree, linear};
use crate::Result;
use crate::hash::{Hash, HashType, Pdq};

/// How a query was answered. Costs are in comparisons of one hash after the other: exhaustive search costs as many as
/// there are hashes.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Explanation {
    /// What answered: `exhaustive`, `bk-tree`, `mih`, or `sorted` for digests.
    pub structure: &'static str,
    /// Multi-index hashing was begun and given up, because exhaustive search was cheaper after all.
    pub gave_up: bool,
    /// The distinct hashes of the type.
    pub hashes: u64,
    /// The cost that decided between the structures.
    pub estimate: u64,
    /// Its cost.
    pub cost: u64,
    /// Hashes compared one after the other.
    pub compared: u64,
    /// Nodes of a BK-tree looked at.
    pub nodes: u64,
    /// Buckets of multi-index hashing looked up.
    pub probes: u64,
    /// Postings in them.
    pub postings: u64,
    /// Postings whose hashes were compared in full.
    pub verified: u64,
    /// Hashes within the radius.
    pub hits: u64,
}

/// The nearest hashes of those within a radius.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Nearest {
    /// The nearest, nearest first, then by their bytes.
    pub hits: Vec<Hit>,
    /// How many hashes are within the radius.
    pub total: usize,
}

/// Ordinals of hashes and their distances.
pub(super) type Found = Vec<(u32, u32)>;

/// What was found and how.
pub(super) struct Answer {
    pub(super) found: Found,
    structure: &'static str,
    gave_up: bool,
    estimate: u64,
    work: Work,
}

/// How many queries of a batch go through a table together. Neighbours then share cache lines, and the hits still fit
/// in memory.
const BATCH: usize = 1 << 14;
/// How many hashes are compared with each query of a batch in turn: a part of the first cache.
const RUN: usize = 256;

/// How many hits of a query beyond its radius are held: a list can hold any number.
const BEYOND_MAX: usize = 10_000;

impl Index {
    /// Every hash within `radius` bits of the given one: nearest first, then by their bytes.
    ///
    /// The answer is exact at any radius; one beyond the hash's bits is as good as all of them. Digests of files
    /// (MD5, SHA-1, SHA-256) are equal or nothing: their radius is taken as 0. A type the index does not hold has no hits.
    ///
    /// # Errors
    /// [`Error::Index`](crate::Error::Index) if a part of the file that matters is damaged.
    pub fn lookup(&self, hash: &Hash, radius: u32) -> Result<Vec<Hit>> {
        self.lookup_with(Structure::Auto, hash, radius)
    }

    /// [`Index::lookup`] by one structure: the answer is the same, the time is not. Digests are found by binary search
    /// unless [`Structure::Exhaustive`] is asked for.
    ///
    /// # Errors
    /// As [`Index::lookup`]; [`Error::Argument`](crate::Error::Argument) if the index was built without that structure.
    pub fn lookup_with(&self, structure: Structure, hash: &Hash, radius: u32) -> Result<Vec<Hit>> {
        let Some(table) = self.layout.table(hash.hash_type()) else {
            return Ok(Vec::new());
        };
        let answer = self.answer(table, structure, hash, radius)?;
        self.hits(table, &answer.found)
    }

    /// [`Index::lookup`] of many hashes, of any types: the same answers in the same order, in less time.
    ///
    /// # Errors
    /// As [`Index::lookup`].
    pub fn lookup_batch(&self, hashes: &[Hash], radius: u32) -> Result<Vec<Vec<Hit>>> {
        self.lookup_batch_with(Structure::Auto, hashes, radius)
    }

    /// [`Index::lookup_batch`] by one structure.
    ///
    /// # Errors
    /// As [`Index::lookup_with`].
    pub fn lookup_batch_with(
        &self,
        structure: Structure,
        hashes: &[Hash],
        radius: u32,
    ) -> Result<Vec<Vec<Hit>>> {
        let mut by_type: BTreeMap<HashType, Vec<usize>> = BTreeMap::new();
        for (place, hash) in hashes.iter().enumerate() {
            by_type.entry(hash.hash_type()).or_default().push(place);
        }
        let mut all = vec![Vec::new(); hashes.len()];
        for (hash_type, places) in by_type {
            let Some(table) = self.layout.table(hash_type) else {
                continue;
            };
            for places in places.chunks(BATCH) {
                let queries: Vec<&Hash> = places.iter().map(|&place| &hashes[place]).collect();
                let (found, _) = self.answer_batch(table, structure, &queries, [radius; 2], &[])?;
                for (&place, found) in places.iter().zip(found) {
                    all[place] = self.hits(table, &found)?;
                }
            }
        }
        Ok(all)
    }

    /// The `count` nearest of the hashes that [`Index::lookup`] finds, and how many it finds.
    ///
    /// # Errors
    /// As [`Index::lookup`].
    pub fn lookup_nearest(&self, hash: &Hash, radius: u32, count: usize) -> Result<Nearest> {
        let Some(table) = self.layout.table(hash.hash_type()) else {
            return Ok(Nearest::default());
        };
        let mut found = self.answer(table, Structure::Auto, hash, radius)?.found;
        let total = found.len();
        if count < total {
            // Hashes are only read where they can be among the nearest: all at the last distance can.
            let (_, &mut (_, last), _) = found.select_nth_unstable_by_key(count, |&(_, d)| d);
            found.retain(|&(_, distance)| distance <= last);
        }
        let mut hits = self.hits(table, &found)?;
        hits.truncate(count);
        Ok(Nearest { hits, total })
    }

    /// How [`Index::lookup`] answers; `None` if the index holds no hashes of the type.
    ///
    /// # Errors
    /// As [`Index::lookup`].
    pub fn explain(&self, hash: &Hash, radius: u32) -> Result<Option<Explanation>> {
        let Some(table) = self.layout.table(hash.hash_type()) else {
            return Ok(None);
        };
        let answer = self.answer(table, Structure::Auto, hash, radius)?;
        let work = answer.work;
        Ok(Some(Explanation {
            structure: answer.structure,
            gave_up: answer.gave_up,
            hashes: table.hashes.count as u64,
            estimate: answer.estimate / COMPARE,
            cost: Costs::of(table.hash_type.bits()).of_work(&work) / COMPARE,
            compared: work.compared,
            nodes: work.nodes,
            probes: work.probes,
            postings: work.postings,
            verified: work.verified,
            hits: answer.found.len() as u64,
        }))
    }

    pub(super) fn answer(
        &self,
        table: &Table,
        structure: Structure,
        hash: &Hash,
        radius: u32,
    ) -> Result<Answer> {
        let (query, radius) = (hash.as_bytes(), choice::radius(hash.hash_type(), radius));
        let (search, estimate) = choice::search(self, table, structure, radius)?;
        let mut answer = Answer {
            found: Vec::new(),
            structure: search.name(),
            gave_up: false,
            estimate,
            work: Work::default(),
        };
        match search {
            Search::Exhaustive => self.scan(table, query, radius, &mut answer)?,
            Search::BkTree(tree) => {
                let found = |ordinal, distance| answer.found.push((ordinal as u32, distance));
                answer.work = bktree::search(&self.blocks, table, tree, query, radius, found)?;
            }
            Search::Mih(mih, budget) => {
                let found = mih.search(query, radius, budget)?;
                answer.work = found.work;
                if found.given_up[0] {
                    answer.gave_up = true;
                    answer.structure = Search::Exhaustive.name();
                    self.scan(table, query, radius, &mut answer)?;
                } else {
                    let hits = found.hits.into_iter();
                    answer.found = hits
                        .map(|(_, ordinal, distance)| (ordinal, distance))
                        .collect();
                    distinct(&mut answer.found);
                }
            }
            Search::Sorted => {
                let ordinal = self.position(table, query)?;
                answer.found = ordinal
                    .map(|ordinal| (ordinal as u32, 0))
                    .into_iter()
                    .collect();
            }
        }
        work::spend(&answer.work);
        Ok(answer)
    }

    fn scan(&self, table: &Table, query: &[u8], radius: u32, answer: &mut Answer) -> Result<()> {
        let all = self.hashes(table, 0..table.hashes.count)?;
        linear::scan(all, query, radius, |ordinal, distance| {
            answer.found.push((ordinal as u32, distance));
        });
        answer.work.compared += table.hashes.count as u64;
        Ok(())
    }

    /// What each query finds within a radius, and all or most of what lies beyond it up to a reach. Also whether the
    /// structure that was tried first gave up any query. What each query doubts is as in [`Index::near_and_beyond`].
    pub(super) fn answer_batch(
        &self,
        table: &Table,
        structure: Structure,
        hashes: &[&Hash],
        [radius, reach]: [u32; 2],
        doubts: &[Pdq],
    ) -> Result<(Vec<Found>, bool)> {
        let queries = || hashes.iter().map(|hash| hash.as_bytes());
        let of_type = choice::radius(table.hash_type, radius);
        let reach = choice::radius(table.hash_type, reach);
        let mut all: Vec<Found> = vec![Vec::new(); hashes.len()];
        let mut gave_up = false;
        let search = choice::search(self, table, structure, of_type)?.0;
        match &search {
            Search::Mih(mih, budget) if hashes.len() > 1 || reach > of_type => {
                let found = mih.search_beyond(queries(), [of_type, reach], doubts, *budget)?;
                work::spend(&found.work);
                for (query, ordinal, distance) in found.hits {
                    all[query as usize].push((ordinal, distance));
                }
                all.iter_mut().for_each(distinct);
                let given_up = (0..hashes.len()).filter(|&query| found.given_up[query]);
                let given_up: Vec<usize> = given_up.collect();
                gave_up = !given_up.is_empty();
                given_up.iter().for_each(|&query| all[query].clear());
                self.scan_batch(table, hashes, &given_up, [of_type, reach], &mut all)?;
            }
            // What a tree does beyond its radius costs as much as comparing.
            Search::Exhaustive | Search::BkTree(_)
                if reach > of_type || matches!(search, Search::Exhaustive) =>
            {
                let each: Vec<usize> = (0..hashes.len()).collect();
                self.scan_batch(table, hashes, &each, [of_type, reach], &mut all)?;
            }
            _ => {
                for (found, hash) in all.iter_mut().zip(hashes) {
                    let answer = self.answer(table, structure, hash, radius)?;
                    gave_up |= answer.gave_up;
                    *found = answer.found;
                }
            }
        }
        Ok((all, gave_up))
    }

    /// Compares some of the queries with all hashes, a run of hashes at a time. Of what lies beyond the radius each finds so
    /// much and no more.
    fn scan_batch(
        &self,
        table: &Table,
        hashes: &[&Hash],
        queries: &[usize],
        [radius, reach]: [u32; 2],
        all: &mut [Found],
    ) -> Result<()> {
        if queries.is_empty() {
            return Ok(());
        }
        let mut beyond = vec![0; hashes.len()];
        work::spend(&Work {
            compared: (queries.len() * table.hashes.count) as u64,
            ..Work::default()
        });
        for start in (0..table.hashes.count).step_by(RUN) {
            let run = self.hashes(table, start..table.hashes.count.min(start + RUN))?;
            for &query in queries {
                linear::scan(run, hashes[query].as_bytes(), reach, |at, distance| {
                    if distance > radius {
                        beyond[query] += 1;
                        if beyond[query] > BEYOND_MAX {
                            return;
                        }
                    }
                    all[query].push(((start + at) as u32, distance));
                });
            }
        }
        Ok(())
    }

    /// Hits in order.
    fn hits(&self, table: &Table, found: &[(u32, u32)]) -> Result<Vec<Hit>> {
        let mut hits = found
            .iter()
            .map(|&(ordinal, distance)| {
                let ordinal = ordinal as usize;
                let hash = self.hash(table, ordinal)?;
                Ok(Hit {
                    hash,
                    distance,
                    ordinal,
                })
            })
            .collect::<Result<Vec<Hit>>>()?;
        hits.sort_unstable_by_key(|hit| (hit.distance, hit.hash));
        Ok(hits)
    }
}

/// Leaves one of each: near hashes are near in several chunks.
pub(super) fn distinct(found: &mut Found) {
    found.sort_unstable();
    found.dedup();
}
