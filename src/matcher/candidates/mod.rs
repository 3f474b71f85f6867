//! Listed hashes that a file's hashes are near to, nearest first: as many as are asked for.
//!
//! A list can hold hundreds of thousands of hashes that are all near to one picture. One search finds which of them are
//! near. What lists say of a hash is read only where it is looked into. The ways to the hash are read then too.

use std::collections::{BTreeMap, BTreeSet, HashSet, VecDeque};

use super::allow::{Allowed, Seen, is_of_allow_list, seen};
use super::beyond::{Beyond, collected};
use super::query::{Candidate, CandidateSet, Query, QueryHash};
use super::radius::min_quality;
use super::tier::{ALIGN_REACH, LEAD_REACH, LEADS_MAX, aligns_beyond_radius, leads_beyond_radius};
use crate::Result;
use crate::hash::{Hash, HashType, Pdq, View};
use crate::index::{Begun, Hit};
use crate::store::{Layer, Near};

/// What is near to a file's hashes.
pub(super) enum Candidates<'q> {
    /// Gathered beforehand, each type in order: what speaks for a clip counts together. Then the types that are floods.
    Gathered(
        BTreeMap<HashType, VecDeque<(Hash, CandidateSet)>>,
        BTreeSet<HashType>,
    ),
    Near(NearHashes<'q>),
}

impl Candidates<'_> {
    /// All of these; the ways to each stand in order. Of `floods` nothing but comparing finds what is near.
    pub(super) fn gathered(mut all: Vec<(Hash, CandidateSet)>, floods: BTreeSet<HashType>) -> Self {
        all.sort_unstable_by_key(|(hash, (ways, _))| (ways[0].distance, *hash));
        let mut by_type: BTreeMap<HashType, VecDeque<(Hash, CandidateSet)>> = BTreeMap::new();
        for one in all {
            by_type.entry(one.0.hash_type()).or_default().push_back(one);
        }
        Candidates::Gathered(by_type, floods)
    }

    /// The next listed hash, how the file comes near to it, and the layers that hold it.
    pub(super) fn next(&mut self) -> Result<Option<(Hash, CandidateSet)>> {
        match self {
            Candidates::Gathered(gathered, _) => {
                let front = |of_type: &&mut VecDeque<(Hash, CandidateSet)>| {
                    let next = of_type.front();
                    next.map_or((u32::MAX, None), |(hash, (ways, _))| {
                        (ways[0].distance, Some(*hash))
                    })
                };
                let nearest = gathered.values_mut().min_by_key(front);
                Ok(nearest.and_then(VecDeque::pop_front))
            }
            Candidates::Near(near) => near.next(|_| true),
        }
    }

    /// How many are left.
    pub(super) fn left(&self) -> Result<u64> {
        match self {
            Candidates::Gathered(gathered, _) => {
                Ok(gathered.values().map(|of_type| of_type.len() as u64).sum())
            }
            Candidates::Near(near) => near.left(),
        }
    }

    /// What is left of one type, nearest first.
    pub(super) fn next_of(&mut self, hash_type: HashType) -> Result<Option<(Hash, CandidateSet)>> {
        match self {
            Candidates::Gathered(gathered, _) => {
                let of_type = gathered.get_mut(&hash_type);
                Ok(of_type.and_then(VecDeque::pop_front))
            }
            Candidates::Near(near) => near.next(|of| of == hash_type),
        }
    }

    /// Whether so many hashes of a type are near that nothing but comparing finds them.
    pub(super) fn is_flood(&self, hash_type: HashType) -> bool {
        match self {
            Candidates::Gathered(_, floods) => floods.contains(&hash_type),
            Candidates::Near(near) => near.is_flood(hash_type),
        }
    }
}

/// What is near to a file's hashes, found and not yet read.
pub(super) struct NearHashes<'q> {
    streams: Vec<Stream<'q>>,
    /// Whether every frame counts by itself, and not the nearest alone.
    every_frame: bool,
    /// What was given out of types that several layers hold near hashes of.
    given_out: HashSet<Hash>,
    /// What views come near to beyond the radius, nearest first.
    beyond: Vec<Beyond>,
}

/// What one layer holds near to a file's hashes of one type.
struct Stream<'q> {
    /// The place of the layer among all.
    ordinal: usize,
    store: usize,
    layer: &'q Layer,
    hash_type: HashType,
    /// The file's hashes that the list trusts.
    asked: Vec<QueryHash>,
    radius: u32,
    near: Near,
    /// The nearest that was not given out.
    head: Option<Hit>,
}

impl<'q> Stream<'q> {
    /// The stream at its nearest hash; nothing if it has none.
    fn begin(mut self) -> Result<Option<Stream<'q>>> {
        self.head = self.layer.next_near(self.hash_type, &mut self.near)?;
        Ok(self.head.is_some().then_some(self))
    }
}

/// Up to how many bits a layer is searched.
fn search_radius(query: &Query<'_>, layer: &Layer, hash_type: HashType) -> u32 {
    if hash_type.is_perceptual() {
        query.radius(layer, hash_type)
    } else {
        0
    }
}

impl<'q> NearHashes<'q> {
    /// Searches every layer for a file's hashes. One batch for each type takes half as long as one for each hash.
    pub(super) fn search(
        query: &'q Query<'_>,
        by_type: &BTreeMap<HashType, Vec<QueryHash>>,
        every_frame: bool,
    ) -> Result<NearHashes<'q>> {
        let (mut streams, mut beyond) = (Vec::new(), Vec::new());
        for (&hash_type, all) in by_type {
            let finds_copies = all.iter().any(|asked| !asked.view.area.kind.is_whole());
            for (ordinal, (store, layer)) in query.layers().enumerate() {
                let radius = search_radius(query, layer, hash_type);
                let min_quality = min_quality(layer);
                let trusted = |asked: &&QueryHash| asked.quality.is_none_or(|q| q >= min_quality);
                let asked: Vec<QueryHash> = all.iter().filter(trusted).copied().collect();
                // Mostly all have one radius, and are searched for together.
                let mut by_radius: BTreeMap<([u32; 2], bool), Vec<QueryHash>> = BTreeMap::new();
                for asked in asked {
                    let radius = query.view_radius(layer, hash_type, asked.view).min(radius);
                    let reach = if finds_copies {
                        reach(hash_type, asked.view, radius)
                    } else {
                        radius
                    };
                    // Doubts were measured within the radius of PDQ alone.
                    let is_doubted = asked.doubts.is_some() && radius <= Pdq::RADIUS;
                    let key = ([radius, reach], is_doubted);
                    by_radius.entry(key).or_default().push(asked);
                }
                for (([radius, reach], is_doubted), asked) in by_radius {
                    let hashes: Vec<Hash> = asked.iter().map(|asked| asked.hash).collect();
                    let doubts: Vec<Pdq> = if is_doubted {
                        asked.iter().filter_map(|asked| asked.doubts).collect()
                    } else {
                        Vec::new()
                    };
                    let reaches = [radius, reach];
                    let (near, farther) =
                        layer.near_and_beyond(&hashes, reaches, &doubts, LEADS_MAX)?;
                    for hit in farther {
                        let ways = ways(&asked, &hit.hash, reach).collect();
                        beyond.push((ways, ordinal, hit));
                    }
                    let stream = Stream {
                        ordinal,
                        store,
                        layer,
                        hash_type,
                        asked,
                        radius,
                        near,
                        head: None,
                    };
                    streams.extend(stream.begin()?);
                }
            }
        }
        Ok(NearHashes {
            beyond: collected(beyond),
            ..NearHashes::new(streams, every_frame)
        })
    }

    /// Gives away what views come near to beyond the radius.
    pub(super) fn take_beyond(&mut self) -> Vec<Beyond> {
        std::mem::take(&mut self.beyond)
    }

    /// Begins to search every layer for each of several hashes of one type, which are of no file. A large batch takes less than
    /// half as long as one after the other.
    pub(super) fn begin_each(
        query: &Query<'_>,
        hash_type: HashType,
        all: &[QueryHash],
    ) -> Result<Vec<Vec<Begun>>> {
        let hashes: Vec<Hash> = all.iter().map(|asked| asked.hash).collect();
        let each = query.layers().map(|(_, layer)| {
            let radius = search_radius(query, layer, hash_type);
            layer.begin_near(&hashes, radius)
        });
        each.collect()
    }

    /// Searches every layer for some of these hashes, each by itself. Of each layer it is given what was begun for them.
    pub(super) fn end_each<'b>(
        query: &'q Query<'_>,
        hash_type: HashType,
        all: &[QueryHash],
        begun: impl Iterator<Item = &'b mut [Begun]>,
    ) -> Result<Vec<NearHashes<'q>>> {
        let hashes: Vec<Hash> = all.iter().map(|asked| asked.hash).collect();
        let mut streams: Vec<Vec<Stream<'q>>> = all.iter().map(|_| Vec::new()).collect();
        for ((ordinal, (store, layer)), begun) in query.layers().enumerate().zip(begun) {
            let radius = search_radius(query, layer, hash_type);
            let near = layer.end_near(&hashes, radius, begun)?;
            for ((streams, asked), near) in streams.iter_mut().zip(all).zip(near) {
                let stream = Stream {
                    ordinal,
                    store,
                    layer,
                    hash_type,
                    asked: vec![*asked],
                    radius,
                    near,
                    head: None,
                };
                streams.extend(stream.begin()?);
            }
        }
        let each = streams.into_iter();
        Ok(each
            .map(|streams| NearHashes::new(streams, false))
            .collect())
    }

    fn new(streams: Vec<Stream<'q>>, every_frame: bool) -> NearHashes<'q> {
        NearHashes {
            streams,
            every_frame,
            given_out: HashSet::new(),
            beyond: Vec::new(),
        }
    }

    fn is_flood(&self, hash_type: HashType) -> bool {
        let mut streams = self.streams.iter();
        streams.any(|stream| stream.hash_type == hash_type && stream.near.is_flood())
    }

    /// The next hash of a type that is wanted, over all layers: nearest first, then by type and bytes.
    pub(super) fn next(
        &mut self,
        wanted: impl Fn(HashType) -> bool,
    ) -> Result<Option<(Hash, CandidateSet)>> {
        loop {
            let streams = self.streams.iter().filter(|s| wanted(s.hash_type));
            let heads = streams.filter_map(|stream| stream.head.as_ref());
            let next = heads.map(|head| (head.distance, head.hash)).min();
            let Some((_, hash)) = next else {
                return Ok(None);
            };
            let mut places = Vec::new();
            for stream in &mut self.streams {
                if let Some(head) = stream.head.take_if(|head| head.hash == hash) {
                    // A layer can be searched for views of different radii.
                    if places.iter().all(|(ordinal, _)| *ordinal != stream.ordinal) {
                        places.push((stream.ordinal, head));
                    }
                    stream.head = stream.layer.next_near(stream.hash_type, &mut stream.near)?;
                }
            }
            let hash_type = hash.hash_type();
            let of_type = || self.streams.iter().filter(|s| s.hash_type == hash_type);
            if of_type().nth(1).is_some() {
                if !self.given_out.insert(hash) {
                    continue;
                }
                places = self.places(&hash, places)?;
            }
            let ways = self.ways(&hash, &places);
            return Ok(Some((hash, (ways, places))));
        }
    }

    /// How many different hashes are left.
    pub(super) fn left(&self) -> Result<u64> {
        let mut by_type: BTreeMap<HashType, Vec<&Stream<'_>>> = BTreeMap::new();
        for stream in self.streams.iter().filter(|s| s.head.is_some()) {
            by_type.entry(stream.hash_type).or_default().push(stream);
        }
        let mut left = 0;
        for (hash_type, streams) in by_type {
            let is_alone = self.streams.iter().filter(|s| s.hash_type == hash_type);
            if let ([stream], 1) = (streams.as_slice(), is_alone.count()) {
                left += stream.near.len() as u64 + 1;
                continue;
            }
            let mut hashes: Vec<Hash> = Vec::new();
            for stream in streams {
                hashes.extend(stream.head.as_ref().map(|head| head.hash));
                hashes.extend(stream.layer.left_near(hash_type, &stream.near)?);
            }
            // Mostly parts in order, which this merges.
            hashes.sort();
            hashes.dedup();
            let is_new = |hash: &&Hash| !self.given_out.contains(hash);
            left += hashes.iter().filter(is_new).count() as u64;
        }
        Ok(left)
    }

    /// What lists of what is allowed hold nearest to each frame. It is the nearest hash that such a list says anything of.
    pub(super) fn allowed(&self, query: &Query<'_>) -> Result<Allowed> {
        let mut allowed = Allowed::new();
        for stream in self.streams.iter().filter(|s| is_of_allow_list(s.layer)) {
            let mut by_frame: BTreeMap<Option<Seen>, Vec<Hash>> = BTreeMap::new();
            for asked in &stream.asked {
                let seen = seen(asked.frame, asked.view);
                let seen = stream.hash_type.is_perceptual().then_some(seen);
                by_frame.entry(seen).or_default().push(asked.hash);
            }
            for (seen, hashes) in by_frame {
                let mut near = stream.layer.near(&hashes, stream.radius)?;
                while let Some(hit) = stream.layer.next_near(stream.hash_type, &mut near)? {
                    let distance = hit.distance;
                    let places = self.places(&hit.hash, vec![(stream.ordinal, hit)])?;
                    let said = query.said(&places)?;
                    let mut said = said.into_iter().filter(|said| {
                        said.store == Some(stream.store) && said.standing == stream.layer.standing
                    });
                    if let Some(said) = said.next() {
                        let standing = said.standing.expect("only lists of a store allow");
                        let key = (stream.store, stream.hash_type, seen);
                        let of_frame = allowed.entry(key).or_default();
                        let (known, _) = of_frame.entry(said.list).or_insert((distance, standing));
                        *known = distance.min(*known);
                        break;
                    }
                }
            }
        }
        Ok(allowed)
    }

    /// The layers that hold a hash near enough for their lists, in order; `known` are some of them.
    fn places(&self, hash: &Hash, mut known: Vec<(usize, Hit)>) -> Result<Vec<(usize, Hit)>> {
        let of_type = || {
            let hash_type = hash.hash_type();
            self.streams
                .iter()
                .filter(move |s| s.hash_type == hash_type)
        };
        for stream in of_type() {
            let is_held = known.iter().any(|(ordinal, _)| *ordinal == stream.ordinal);
            let is_near = || stream.ways(hash).next().is_some();
            if !is_held
                && is_near()
                && let Some(hit) = stream.layer.find(hash)?
            {
                known.push((stream.ordinal, hit));
            }
        }
        known.sort_unstable_by_key(|(ordinal, _)| *ordinal);
        Ok(known)
    }

    /// How a file comes near to a hash that these layers hold. The ways of the best tier are first, of these the nearest.
    fn ways(&self, hash: &Hash, places: &[(usize, Hit)]) -> Vec<Candidate> {
        let holds = |stream: &&Stream<'_>| {
            stream.hash_type == hash.hash_type()
                && places.iter().any(|(ordinal, _)| *ordinal == stream.ordinal)
        };
        let streams = self.streams.iter().filter(holds);
        let all = streams.flat_map(|stream| stream.ways(hash));
        if !self.every_frame {
            return all.min_by_key(Candidate::order).into_iter().collect();
        }
        let mut nearest: BTreeMap<(u32, View), Candidate> = BTreeMap::new();
        for way in all {
            let known = nearest.entry((way.frame, way.view)).or_insert(way);
            *known = way.min(*known);
        }
        let mut ways: Vec<Candidate> = nearest.into_values().collect();
        ways.sort_unstable_by_key(Candidate::order);
        ways
    }
}

impl Stream<'_> {
    /// How the hashes that its list trusts come near to one.
    fn ways(&self, hash: &Hash) -> impl Iterator<Item = Candidate> {
        ways(&self.asked, hash, self.radius)
    }
}

/// How hashes come within a radius of another.
pub(super) fn ways(
    asked: &[QueryHash],
    hash: &Hash,
    radius: u32,
) -> impl Iterator<Item = Candidate> {
    asked.iter().filter_map(move |asked| {
        let distance = asked.hash.distance(hash)?;
        (distance <= radius).then_some(Candidate {
            distance,
            frame: asked.frame,
            view: asked.view,
            ms: asked.ms,
        })
    })
}

/// Up to how many bits a hash in this view is worth a look. A list or user that is stricter than PDQ is so here too.
fn reach(hash_type: HashType, view: View, radius: u32) -> u32 {
    if hash_type != HashType::Pdq || radius < Pdq::RADIUS {
        radius
    } else if aligns_beyond_radius(view) {
        ALIGN_REACH.max(radius)
    } else if leads_beyond_radius(view) {
        LEAD_REACH.max(radius)
    } else {
        radius
    }
}

#[cfg(test)]
mod tests;
