//! Which hits of a clip's picture are kept, where very many listed hashes are near to it.
//!
//! What a list says is read before any of its hits are left out. Each list keeps hits of its own. So hits that do not count
//! take no room from those that do. A list takes none from another, nor a listed clip of many pictures from one of few.

use std::collections::HashMap;
use std::ops::{Range, RangeInclusive};

use super::NearHash;
use super::numbers::Numbers;
use crate::Result;
use crate::index::Hit;
use crate::list::Opinion;
use crate::matcher::query::Query;

/// Up to how many hits of one picture are all kept without a look at what they are.
const FEW: usize = 64;

/// How many hits of all pictures of a clip are kept of one list.
const HITS_MAX: usize = 1_000_000;

/// How many of one picture at most, and at least.
const FRAME_HITS: RangeInclusive<usize> = FEW..=10_000;

/// How many of those that do not count are kept of one picture and list. They are told, and decide nothing.
pub(super) const QUIET_HITS: usize = 16;

/// What lists say of the hashes that were met, and how many hits of one picture they keep.
pub(super) struct Quotas<'q, 'a> {
    query: &'q Query<'a>,
    /// Up to how many hits are kept without a look.
    few: usize,
    /// How many hits of one picture each list keeps.
    most: usize,
    quotas: Vec<Quota>,
    /// Quotas by list and store, whether they are of clips, and whether these hits count.
    by_list: HashMap<(String, Option<usize>, bool, bool), u32>,
    /// What shares a quota in turn: listed clips, and all pictures of a list together.
    turns: HashMap<(u32, Option<String>), u32>,
    /// By number, for the layers that a hash was first met in.
    claims: Vec<Option<Claims>>,
    /// For other layers.
    other_claims: HashMap<(u32, Vec<u32>), Range<usize>>,
    all_claims: Vec<Claim>,
    /// How many hits were left out.
    pub(super) cut: u64,
}

/// How many hits of one picture and one list are kept. They are of the list's clips or of its pictures, and of what counts or
/// does not.
#[derive(Default)]
struct Quota {
    most: usize,
    hits: usize,
    /// How many hits are the first of their turn, how many the second, and so on.
    by_rank: Vec<usize>,
    /// What is kept: hits of lesser ranks than this, and of it as many as there is room for.
    rank: usize,
    room: usize,
}

/// What one list says of one hash, as far as it decides what is kept.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Claim {
    quota: u32,
    turn: u32,
}

/// What lists say of one hash.
#[derive(Clone)]
struct Claims {
    layers: Vec<u32>,
    range: Range<usize>,
}

impl<'q, 'a> Quotas<'q, 'a> {
    /// For a file of so many pictures.
    pub(super) fn new(query: &'q Query<'a>, pictures: usize) -> Quotas<'q, 'a> {
        let most = HITS_MAX / pictures.max(1);
        Quotas::limited(
            query,
            FEW,
            most.clamp(*FRAME_HITS.start(), *FRAME_HITS.end()),
        )
    }

    pub(super) fn limited(query: &'q Query<'a>, few: usize, most: usize) -> Quotas<'q, 'a> {
        Quotas {
            query,
            few,
            most,
            quotas: Vec::new(),
            by_list: HashMap::new(),
            turns: HashMap::new(),
            claims: Vec::new(),
            other_claims: HashMap::new(),
            all_claims: Vec::new(),
            cut: 0,
        }
    }

    /// The hits that are kept of one picture, as they are given. Those of one hash stand together. `is_in_order` says that
    /// hashes ascend.
    pub(super) fn keep<'h>(
        &mut self,
        numbers: &Numbers,
        near: &'h [NearHash],
        is_in_order: bool,
    ) -> Result<Vec<&'h [NearHash]>> {
        let mut hashes: Vec<&[NearHash]> = near
            .chunk_by(|one, other| one.number == other.number)
            .collect();
        if near.len() <= self.few {
            return Ok(hashes);
        }
        let claims = hashes.iter().map(|hits| self.claims(numbers, hits));
        let claims: Vec<Range<usize>> = claims.collect::<Result<_>>()?;
        for quota in &mut self.quotas {
            quota.hits = 0;
        }
        for claim in claims
            .iter()
            .cloned()
            .flat_map(|range| &self.all_claims[range])
        {
            self.quotas[claim.quota as usize].hits += 1;
        }
        if self.quotas.iter().all(|quota| quota.hits <= quota.most) {
            return Ok(hashes);
        }
        let mut order: Vec<u32> = (0..hashes.len() as u32).collect();
        let distance = |&place: &u32| hashes[place as usize][0].distance;
        if is_in_order {
            order.sort_by_key(distance);
        } else {
            let hash = |&place: &u32| numbers.hash(hashes[place as usize][0].number);
            order.sort_unstable_by_key(|place| (distance(place), hash(place)));
        }
        let kept = self.share_out(&order, &claims);
        let mut kept = kept.into_iter();
        hashes.retain(|_| kept.next().unwrap_or(false));
        let left: usize = hashes.iter().map(|hits| hits.len()).sum();
        self.cut += (near.len() - left) as u64;
        Ok(hashes)
    }

    /// Of hashes in order, each with its claims, whether it is kept. Of each quota the nearest of each turn come first,
    /// then the second of each, and so on.
    fn share_out(&mut self, order: &[u32], claims: &[Range<usize>]) -> Vec<bool> {
        let mut ranks = vec![0; self.turns.len()];
        for quota in &mut self.quotas {
            quota.by_rank.clear();
        }
        let of = |place: &u32| claims[*place as usize].clone();
        for claim in order.iter().flat_map(|place| &self.all_claims[of(place)]) {
            let by_rank = &mut self.quotas[claim.quota as usize].by_rank;
            let rank: &mut usize = &mut ranks[claim.turn as usize];
            if by_rank.len() == *rank {
                by_rank.push(0);
            }
            by_rank[*rank] += 1;
            *rank += 1;
        }
        for quota in &mut self.quotas {
            (quota.rank, quota.room) = (0, quota.most);
            for hits in &quota.by_rank {
                if *hits > quota.room {
                    break;
                }
                quota.room -= hits;
                quota.rank += 1;
            }
        }
        ranks.fill(0);
        let mut kept = vec![false; claims.len()];
        for place in order {
            for claim in &self.all_claims[of(place)] {
                let quota = &mut self.quotas[claim.quota as usize];
                let rank: &mut usize = &mut ranks[claim.turn as usize];
                let is_last = *rank == quota.rank && quota.room > 0;
                kept[*place as usize] |= *rank < quota.rank || is_last;
                quota.room -= usize::from(is_last);
                *rank += 1;
            }
        }
        kept
    }

    /// What lists say of the hash of these hits: read once for the same layers.
    fn claims(&mut self, numbers: &Numbers, hits: &[NearHash]) -> Result<Range<usize>> {
        let number = hits[0].number;
        self.claims
            .resize(numbers.len().max(self.claims.len()), None);
        let layers = || hits.iter().map(|hit| hit.layer);
        let known = self.claims[number as usize].as_ref();
        if let Some(known) = known.filter(|known| layers().eq(known.layers.iter().copied())) {
            return Ok(known.range.clone());
        }
        let is_first = known.is_none();
        let key = (number, layers().collect());
        if let Some(range) = self.other_claims.get(&key) {
            return Ok(range.clone());
        }
        let range = self.read(numbers, hits)?;
        if is_first {
            self.claims[number as usize] = Some(Claims {
                layers: key.1,
                range: range.clone(),
            });
        } else {
            self.other_claims.insert(key, range.clone());
        }
        Ok(range)
    }

    fn read(&mut self, numbers: &Numbers, hits: &[NearHash]) -> Result<Range<usize>> {
        let hash = numbers.hash(hits[0].number);
        let places = hits.iter().map(|hit| (hit.layer as usize, hit.hit(hash)));
        let places: Vec<(usize, Hit)> = places.collect();
        let mut claims = Vec::new();
        for said in self.query.said(&places)? {
            let counts = said.opinion() != Opinion::Negative;
            for row in said.rows {
                let clip = row.entry.id.filter(|_| row.entry.frame.is_some());
                let quota = self.quota(&said.list, said.store, clip.is_some(), counts);
                let turns = self.turns.len() as u32;
                let turn = *self.turns.entry((quota, clip)).or_insert(turns);
                claims.push(Claim { quota, turn });
            }
        }
        claims.sort_unstable();
        claims.dedup();
        let start = self.all_claims.len();
        self.all_claims.append(&mut claims);
        Ok(start..self.all_claims.len())
    }

    fn quota(&mut self, list: &str, store: Option<usize>, is_clip: bool, counts: bool) -> u32 {
        let quotas = self.quotas.len() as u32;
        let key = (list.to_owned(), store, is_clip, counts);
        let quota = *self.by_list.entry(key).or_insert(quotas);
        if quota == quotas {
            self.quotas.push(Quota {
                most: if counts { self.most } else { QUIET_HITS },
                ..Quota::default()
            });
        }
        quota
    }
}
