//! Hits of a layer that are read nearest first, and only as many as are wanted.

use crate::Result;
use crate::hash::{Hash, HashType, Pdq};
use crate::index::{self, Begun, Hit};
use crate::store::decisions::pending::PendingEntries;
use crate::store::view::layer::{Content, Layer};

/// What a layer holds near to some hashes of one type: each listed hash once, at its smallest distance.
#[derive(Debug)]
pub(crate) enum Near {
    Built(index::Near),
    /// The next one last.
    PendingEntries(Vec<(u32, Hash)>),
}

/// What a layer holds near to each of several hashes of one type.
#[derive(Debug)]
pub(crate) enum NearEach {
    /// Ordinals and distances of each, and whether a structure gave up, because so many hashes are near.
    Built(Vec<Vec<(u32, u32)>>, bool),
    PendingEntries(Vec<Vec<(u32, Hash)>>),
}

impl Near {
    /// How many hits are left.
    pub(crate) fn len(&self) -> usize {
        match self {
            Near::Built(near) => near.len(),
            Near::PendingEntries(near) => near.len(),
        }
    }

    /// Whether there are so many that nothing but comparing finds them.
    pub(crate) fn is_flood(&self) -> bool {
        match self {
            Near::Built(near) => near.is_flood,
            Near::PendingEntries(_) => false,
        }
    }
}

/// What is pending and within `radius` bits of any of these hashes, the nearest last.
fn pending_near(pending: &PendingEntries, hashes: &[Hash], radius: u32) -> Vec<(u32, Hash)> {
    let each = hashes.iter().map(|hash| pending.lookup(hash, radius));
    let mut near: Vec<(u32, Hash)> = each.flatten().collect();
    near.sort_unstable_by_key(|&(distance, hash)| (hash, distance));
    near.dedup_by_key(|(_, hash)| *hash);
    near.sort_unstable_by(|a, b| b.cmp(a));
    near
}

impl Layer {
    /// What is within `radius` bits of any of these hashes of one type. What was taken out is still among it:
    /// [`Layer::rows`] tells.
    pub(crate) fn near(&self, hashes: &[Hash], radius: u32) -> Result<Near> {
        let pending = match &self.content {
            Content::Built(index) => return Ok(Near::Built(index.near(hashes, radius)?)),
            Content::PendingEntries(pending) => pending,
        };
        Ok(Near::PendingEntries(pending_near(pending, hashes, radius)))
    }

    /// What [`Layer::near`] gives, and the nearest of what lies beyond the radius, up to a reach. The nearest come
    /// first, at most so many. A few of these can be missing ([`index::Index::near_and_beyond`]).
    pub(crate) fn near_and_beyond(
        &self,
        hashes: &[Hash],
        [radius, reach]: [u32; 2],
        doubts: &[Pdq],
        most: usize,
    ) -> Result<(Near, Vec<Hit>)> {
        let pending = match &self.content {
            Content::Built(index) => {
                let (near, beyond) =
                    index.near_and_beyond(hashes, [radius, reach], doubts, most)?;
                return Ok((Near::Built(near), beyond));
            }
            Content::PendingEntries(pending) => pending,
        };
        let mut near = pending_near(pending, hashes, reach);
        // The nearest stands last.
        let within = near.partition_point(|(distance, _)| *distance > radius);
        let beyond = near.drain(..within).rev().take(most);
        let beyond = beyond.map(|(distance, hash)| Hit::apart(hash, distance));
        let beyond = beyond.collect();
        Ok((Near::PendingEntries(near), beyond))
    }

    /// What [`Layer::near`] gives for each of these hashes of one type by itself. They are searched for together.
    pub(crate) fn near_batch(&self, hashes: &[Hash], radius: u32) -> Result<Vec<Near>> {
        match &self.content {
            Content::Built(index) => {
                let near = index.near_batch(hashes, radius)?.into_iter();
                Ok(near.map(Near::Built).collect())
            }
            Content::PendingEntries(pending) => {
                let each = hashes.chunks(1);
                let near = each.map(|one| pending_near(pending, one, radius));
                Ok(near.map(Near::PendingEntries).collect())
            }
        }
    }

    /// Begins what [`Layer::near_batch`] gives, for a large batch ([`index::Index::begin_near`]).
    pub(crate) fn begin_near(&self, hashes: &[Hash], radius: u32) -> Result<Vec<Begun>> {
        match &self.content {
            Content::Built(index) => index.begin_near(hashes, radius),
            Content::PendingEntries(_) => Ok(hashes.iter().map(|_| Begun::NotYet).collect()),
        }
    }

    /// Ends what was begun for some of these hashes, and leaves each as one that is not.
    pub(crate) fn end_near(
        &self,
        hashes: &[Hash],
        radius: u32,
        begun: &mut [Begun],
    ) -> Result<Vec<Near>> {
        let (mut gave_up, mut not_yet) = (Vec::new(), Vec::new());
        for (hash, begun) in hashes.iter().zip(&*begun) {
            match begun {
                Begun::Found(_) => {}
                Begun::GaveUp => gave_up.push(*hash),
                Begun::NotYet => not_yet.push(*hash),
            }
        }
        let compared = match &self.content {
            Content::Built(index) => index.near_compared(&gave_up, radius)?,
            Content::PendingEntries(_) => Vec::new(),
        };
        let mut compared = compared.into_iter().map(Near::Built);
        let mut searched = self.near_batch(&not_yet, radius)?.into_iter();
        let each = begun.iter_mut().map(|begun| {
            match std::mem::replace(begun, Begun::NotYet) {
                Begun::Found(near) => Some(Near::Built(near)),
                Begun::GaveUp => compared.next(),
                Begun::NotYet => searched.next(),
            }
            .expect("one was found for each")
        });
        Ok(each.collect())
    }

    /// What is within `radius` bits of each of these hashes of one type. What was taken out is still among it.
    pub(crate) fn near_each(&self, hashes: &[Hash], radius: u32) -> Result<NearEach> {
        Ok(match &self.content {
            Content::Built(index) => {
                let (near, is_flood) = index.near_each(hashes, radius)?;
                NearEach::Built(near, is_flood)
            }
            Content::PendingEntries(pending) => {
                let near = hashes.iter().map(|hash| pending.lookup(hash, radius));
                NearEach::PendingEntries(near.collect())
            }
        })
    }

    /// The hash that an ordinal of [`Layer::near_each`] stands for.
    pub(crate) fn hash_at(&self, hash_type: HashType, ordinal: u32) -> Result<Hash> {
        match &self.content {
            Content::Built(index) => index.hash_at(hash_type, ordinal),
            Content::PendingEntries(_) => unreachable!("what grows gives out no ordinals"),
        }
    }

    /// Whether it gives hits in the order of their bytes.
    pub(crate) fn is_in_order(&self, hash_type: HashType) -> bool {
        match &self.content {
            Content::Built(index) => index.is_in_order(hash_type),
            Content::PendingEntries(_) => false,
        }
    }

    /// The next hit: nearest first, then by their bytes.
    pub(crate) fn next_near(&self, hash_type: HashType, near: &mut Near) -> Result<Option<Hit>> {
        match (&self.content, near) {
            (Content::Built(index), Near::Built(near)) => index.next_near(hash_type, near),
            (_, Near::PendingEntries(near)) => {
                let next = near.pop();
                Ok(next.map(|(distance, hash)| Hit::apart(hash, distance)))
            }
            (Content::PendingEntries(_), Near::Built(_)) => Ok(None),
        }
    }

    /// Every hash of which a hit is left.
    pub(crate) fn left_near(&self, hash_type: HashType, near: &Near) -> Result<Vec<Hash>> {
        match (&self.content, near) {
            (Content::Built(index), Near::Built(near)) => index.left_near(hash_type, near),
            (_, Near::PendingEntries(near)) => Ok(near.iter().map(|(_, hash)| *hash).collect()),
            (Content::PendingEntries(_), Near::Built(_)) => Ok(Vec::new()),
        }
    }

    /// The very hash, if it is there.
    pub(crate) fn find(&self, hash: &Hash) -> Result<Option<Hit>> {
        match &self.content {
            Content::Built(index) => index.find(hash),
            Content::PendingEntries(pending) => {
                let mut same = pending.lookup(hash, 0).into_iter();
                Ok(same.next().map(|(_, hash)| Hit::apart(hash, 0)))
            }
        }
    }

    /// The hash whose bytes sort first among those within `radius` of one, where it sorts before `first`. `is_flood` says
    /// that nothing but comparing finds them.
    pub(crate) fn first_near(
        &self,
        hash: &Hash,
        radius: u32,
        first: &Hash,
        is_flood: bool,
    ) -> Result<Option<Hash>> {
        match &self.content {
            Content::Built(index) => index.first_near(hash, radius, first, is_flood),
            Content::PendingEntries(pending) => {
                let near = pending.lookup(hash, radius).into_iter();
                Ok(near.map(|(_, hash)| hash).min().filter(|near| near < first))
            }
        }
    }
}
