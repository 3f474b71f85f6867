//! Hits that are read nearest first, and only as many as are wanted. So many hits cost little more than finding them.

use super::answer::{self, Found};
use super::choice::{self, Search};
use super::layout::Table;
use super::work::{self, Work};
use super::{Hit, Index, Structure, linear};
use crate::Result;
use crate::hash::{Hash, HashType, Pdq};

/// How many queries are searched for at once: what they find is held in memory.
const QUERIES: usize = 64;

/// How many hashes are compared before it is decided whether to go on.
const RUN: usize = 4096;

/// The distinct hashes of an index within a radius of any of several queries, each at its smallest distance.
#[derive(Debug, Default)]
pub(crate) struct Near {
    /// Ordinals by distance; ascending within one distance.
    ordinals: Vec<u32>,
    /// The distances that occur, each with the place behind its last ordinal, the next one last.
    left: Vec<(u32, usize)>,
    /// The place of the next hit.
    next: usize,
    /// How many of them are in order.
    in_order: usize,
    /// Whether a structure gave up, because so many hashes are near.
    pub(crate) is_flood: bool,
}

/// How far the search for what is near to one hash has come.
#[derive(Debug)]
pub(crate) enum Begun {
    Found(Near),
    /// So many are near that nothing but comparing finds them.
    GaveUp,
    /// A structure answers that takes no batches.
    NotYet,
}

impl Near {
    /// Of hits that stand by their ordinals, each once.
    fn new(found: Found, is_flood: bool) -> Near {
        if found.is_empty() {
            return Near {
                is_flood,
                ..Near::default()
            };
        }
        // A counting sort: the ordinals come ascending and stay so.
        let farthest = found.iter().map(|(_, distance)| *distance).max();
        let mut places = vec![0; farthest.map_or(0, |distance| distance as usize + 1)];
        for (_, distance) in &found {
            places[*distance as usize] += 1;
        }
        let mut left = Vec::new();
        let mut end = 0;
        for (distance, place) in (0..).zip(&mut places) {
            let count = std::mem::replace(place, end);
            end += count;
            if count > 0 {
                left.push((distance, end));
            }
        }
        left.reverse();
        let mut ordinals = vec![0; found.len()];
        for (ordinal, distance) in found {
            let place = &mut places[distance as usize];
            ordinals[*place] = ordinal;
            *place += 1;
        }
        Near {
            ordinals,
            left,
            next: 0,
            in_order: 0,
            is_flood,
        }
    }

    /// How many hits are left.
    pub(crate) fn len(&self) -> usize {
        self.ordinals.len() - self.next
    }
}

impl Hit {
    /// What stands at an ordinal of an index.
    pub(crate) fn at(hash: Hash, distance: u32, ordinal: u32) -> Hit {
        let ordinal = ordinal as usize;
        Hit {
            hash,
            distance,
            ordinal,
        }
    }
}

impl Index {
    /// What [`Index::lookup`] finds for any of these hashes of one type, to be read hit by hit.
    pub(crate) fn near(&self, hashes: &[Hash], radius: u32) -> Result<Near> {
        let (near, _) = self.near_and_beyond(hashes, [radius; 2], &[], 0)?;
        Ok(near)
    }

    /// What [`Index::near`] gives, and the nearest of what lies beyond the radius, up to a reach. The nearest come
    /// first, at most so many.
    ///
    /// Of what lies beyond, all is found where hashes are compared one by one, unless it is a flood. In multi-index
    /// hashing about one in a hundred is missed. This is at the default radius of PDQ and a reach of 45 bits.
    ///
    /// `doubts` are the bits, for each hash, in which a near hash is likely to differ. With 56 of them two thirds as many buckets are
    /// looked up, those that differ in one or two of them. Less is missed far beyond the radius. Within it hardly anything is.
    pub(crate) fn near_and_beyond(
        &self,
        hashes: &[Hash],
        [radius, reach]: [u32; 2],
        doubts: &[Pdq],
        most: usize,
    ) -> Result<(Near, Vec<Hit>)> {
        let Some(table) = hashes
            .first()
            .and_then(|hash| self.layout.table(hash.hash_type()))
        else {
            return Ok((Near::default(), Vec::new()));
        };
        let (mut all, mut is_flood) = (Found::new(), false);
        let mut doubts = doubts.chunks(QUERIES);
        for queries in hashes.chunks(QUERIES) {
            let queries: Vec<&Hash> = queries.iter().collect();
            let doubts = doubts.next().unwrap_or_default();
            let reaches = [radius, reach];
            let answer = self.answer_batch(table, Structure::Auto, &queries, reaches, doubts)?;
            is_flood |= answer.1;
            for found in answer.0.into_iter().filter(|found| !found.is_empty()) {
                if all.is_empty() {
                    all = found;
                    continue;
                }
                all.extend(found);
                // Two parts in order, which this merges.
                all.sort();
                all.dedup_by_key(|(ordinal, _)| *ordinal);
            }
        }
        let mut beyond = Found::new();
        if reach > radius {
            (all, beyond) = all
                .into_iter()
                .partition(|(_, distance)| *distance <= radius);
            beyond.sort_unstable_by_key(|&(ordinal, distance)| (distance, ordinal));
            beyond.truncate(most);
        }
        let hit = |(ordinal, distance)| {
            let hash = self.hash(table, ordinal as usize)?;
            Ok(Hit::at(hash, distance, ordinal))
        };
        let beyond = beyond.into_iter().map(hit).collect::<Result<_>>()?;
        Ok((Near::new(all, is_flood), beyond))
    }

    /// What [`Index::near`] gives for each of these hashes of one type by itself. They are searched for together.
    pub(crate) fn near_batch(&self, hashes: &[Hash], radius: u32) -> Result<Vec<Near>> {
        let (each, is_flood) = self.near_each(hashes, radius)?;
        let near = each.into_iter().map(|found| Near::new(found, is_flood));
        Ok(near.collect())
    }

    /// Begins what [`Index::near_batch`] gives, for a large batch. Only multi-index hashing gains from one. It gives up where much
    /// is near. So all that is found here takes less memory than what a small batch can find by comparing.
    pub(crate) fn begin_near(&self, hashes: &[Hash], radius: u32) -> Result<Vec<Begun>> {
        let table = hashes
            .first()
            .and_then(|hash| self.layout.table(hash.hash_type()));
        let not_yet = || hashes.iter().map(|_| Begun::NotYet).collect();
        let Some(table) = table.filter(|_| hashes.len() > 1) else {
            return Ok(not_yet());
        };
        let radius = choice::radius(table.hash_type, radius);
        let search = choice::search(self, table, Structure::Auto, radius)?.0;
        let Search::Mih(mih, budget) = search else {
            return Ok(not_yet());
        };
        let queries = hashes.iter().map(Hash::as_bytes);
        let found = mih.search_batch(queries, radius, budget)?;
        work::spend(&found.work);
        let mut each = vec![Found::new(); hashes.len()];
        for (query, ordinal, distance) in found.hits {
            each[query as usize].push((ordinal, distance));
        }
        let each = each.into_iter().zip(found.given_up);
        let begun = each.map(|(mut found, gave_up)| {
            if gave_up {
                return Begun::GaveUp;
            }
            answer::distinct(&mut found);
            Begun::Found(Near::new(found, false))
        });
        Ok(begun.collect())
    }

    /// What [`Index::near_batch`] gives for hashes for which a structure gave up.
    pub(crate) fn near_compared(&self, hashes: &[Hash], radius: u32) -> Result<Vec<Near>> {
        let (each, _) = self.near_each_by(Structure::Exhaustive, hashes, radius)?;
        let near = each.into_iter().map(|found| Near::new(found, true));
        Ok(near.collect())
    }

    /// For each of these hashes of one type what [`Index::lookup`] finds: ordinals, ascending unless a tree orders them, with
    /// distances. And whether a structure gave up, because so many hashes are near.
    pub(crate) fn near_each(&self, hashes: &[Hash], radius: u32) -> Result<(Vec<Found>, bool)> {
        self.near_each_by(Structure::Auto, hashes, radius)
    }

    fn near_each_by(
        &self,
        structure: Structure,
        hashes: &[Hash],
        radius: u32,
    ) -> Result<(Vec<Found>, bool)> {
        let Some(table) = hashes
            .first()
            .and_then(|hash| self.layout.table(hash.hash_type()))
        else {
            return Ok((vec![Found::new(); hashes.len()], false));
        };
        let queries: Vec<&Hash> = hashes.iter().collect();
        self.answer_batch(table, structure, &queries, [radius; 2], &[])
    }

    /// Whether ordinals of a type stand in the order of their hashes.
    pub(crate) fn is_in_order(&self, hash_type: HashType) -> bool {
        let table = self.layout.table(hash_type);
        table.is_some_and(|table| table.tree.is_none())
    }

    /// The hash that an ordinal of [`Index::near_each`] stands for.
    pub(crate) fn hash_at(&self, hash_type: HashType, ordinal: u32) -> Result<Hash> {
        let table = self.layout.table(hash_type);
        let table = table.expect("ordinals are given out of tables that are there");
        work::spend(&Work {
            read: 1,
            ..Work::default()
        });
        self.hash(table, ordinal as usize)
    }

    /// The next hit: nearest first, then by their bytes.
    pub(crate) fn next_near(&self, hash_type: HashType, near: &mut Near) -> Result<Option<Hit>> {
        let (Some(&(distance, end)), Some(table)) =
            (near.left.last(), self.layout.table(hash_type))
        else {
            return Ok(None);
        };
        if near.next == near.in_order {
            near.in_order = end;
            // Only a tree puts hashes into another order than that of their bytes.
            if table.tree.is_some() {
                self.sort(table, &mut near.ordinals[near.next..end])?;
            }
        }
        let ordinal = near.ordinals[near.next] as usize;
        near.next += 1;
        if near.next == end {
            near.left.pop();
        }
        work::spend(&Work {
            read: 1,
            ..Work::default()
        });
        Ok(Some(Hit {
            hash: self.hash(table, ordinal)?,
            distance,
            ordinal,
        }))
    }

    /// Every hash of which a hit is left, in the order of their bytes.
    pub(crate) fn left_near(&self, hash_type: HashType, near: &Near) -> Result<Vec<Hash>> {
        let Some(table) = self.layout.table(hash_type) else {
            return Ok(Vec::new());
        };
        let mut ordinals = near.ordinals[near.next..].to_vec();
        ordinals.sort_unstable();
        let hashes = ordinals
            .into_iter()
            .map(|ordinal| self.hash(table, ordinal as usize));
        let mut hashes: Vec<Hash> = hashes.collect::<Result<_>>()?;
        if table.tree.is_some() {
            hashes.sort_unstable();
        }
        Ok(hashes)
    }

    /// The very hash, if it is there.
    pub(crate) fn find(&self, hash: &Hash) -> Result<Option<Hit>> {
        let Some(table) = self.layout.table(hash.hash_type()) else {
            return Ok(None);
        };
        let hit = |ordinal| Hit {
            hash: *hash,
            distance: 0,
            ordinal,
        };
        if table.tree.is_some() {
            let found = self.answer(table, Structure::Auto, hash, 0)?.found;
            return Ok(found.first().map(|&(ordinal, _)| hit(ordinal as usize)));
        }
        Ok(self.position(table, hash.as_bytes())?.map(hit))
    }

    /// The hash whose bytes sort first among those within `radius` of one and before `first`, which need not be listed.
    /// `is_flood` says that there are too many for anything but comparing.
    pub(crate) fn first_near(
        &self,
        hash: &Hash,
        radius: u32,
        first: &Hash,
        is_flood: bool,
    ) -> Result<Option<Hash>> {
        let Some(table) = self.layout.table(hash.hash_type()) else {
            return Ok(None);
        };
        let (query, radius) = (hash.as_bytes(), choice::radius(hash.hash_type(), radius));
        let smallest = |found: &Found| {
            let hashes = found
                .iter()
                .map(|&(ordinal, _)| self.hash(table, ordinal as usize));
            let hashes = hashes.collect::<Result<Vec<Hash>>>()?;
            Ok(hashes.into_iter().min().filter(|found| found < first))
        };
        if table.tree.is_some() {
            return smallest(&self.answer(table, Structure::Auto, hash, radius)?.found);
        }
        if !is_flood
            && let (Search::Mih(mih, budget), _) =
                choice::search(self, table, Structure::Auto, radius)?
        {
            let found = mih.search(query, radius, budget)?;
            work::spend(&found.work);
            if !found.given_up[0] {
                // Ordinals are in the order of bytes.
                let least = found.hits.iter().map(|&(_, ordinal, _)| ordinal).min();
                return smallest(&least.map(|ordinal| (ordinal, 0)).into_iter().collect());
            }
        }
        // What stands first is met first.
        let end = self.sorted_place(table, first.as_bytes())?;
        for start in (0..end).step_by(RUN) {
            let run = start..end.min(start + RUN);
            work::spend(&Work {
                compared: run.len() as u64,
                ..Work::default()
            });
            let mut met = None;
            linear::scan(self.hashes(table, run)?, query, radius, |at, _| {
                met = met.or(Some(start + at));
            });
            if let Some(ordinal) = met {
                return Ok(Some(self.hash(table, ordinal)?));
            }
        }
        Ok(None)
    }

    /// Puts ordinals into the order of their hashes.
    fn sort(&self, table: &Table, ordinals: &mut [u32]) -> Result<()> {
        let mut hashes = ordinals
            .iter()
            .map(|&ordinal| Ok((self.hash(table, ordinal as usize)?, ordinal)))
            .collect::<Result<Vec<(Hash, u32)>>>()?;
        hashes.sort_unstable();
        for (place, (_, ordinal)) in ordinals.iter_mut().zip(hashes) {
            *place = ordinal;
        }
        Ok(())
    }
}
