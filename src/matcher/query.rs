//! One query: lists as they stand at one instant, from hashes to matches.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::allow::{Allowed, allows, is_allow_list, is_of_allow_list};
use super::candidates::{Candidates, NearHashes};
use super::clip::{Evidence, ListedClip, Played};
use super::cluster::{Cluster, Strength, of_type, strength};
use super::gather::gather;
use super::matches::{EntryHit, keep_nearest};
use super::radius::{radius, view_radius};
use super::rows::ListRows;
use super::tier::Tier;
use super::tracks::PictureSeen;
use super::verdicts::collect_clip_evidence;
use super::{Found, Policy};
use crate::Result;
use crate::hash::{Hash, HashType, Pdq, View};
use crate::index::{Hit, Row};
use crate::list::Opinion;
use crate::store::{self, Layer};

/// How many hashes are searched for together. All that is near to each is held meanwhile.
const BATCH_MAX: usize = 32;

/// How many hashes are searched for together where a search gives up before much is near (the bench `limits`).
const BEGUN_MAX: usize = 1024;

/// How many suppressed matches are held before the nearest are kept.
const SUPPRESSED_MIN: usize = 1_000;

/// How many matches of one list with a clip's pictures are told apart before the nearest are kept. And how many hits of
/// its clips are looked into, of those that count and of those that do not.
const LIST_MATCHES_MAX: usize = 10_000;
const LIST_HITS_MAX: usize = 500_000;

/// The lists for as long as one query takes, and the rules.
pub(super) struct Query<'a> {
    pub(super) policy: &'a Policy,
    views: Vec<Arc<store::View>>,
}

/// A hash of a file that is looked up.
#[derive(Clone, Copy)]
pub(super) struct QueryHash {
    pub(super) hash: Hash,
    pub(super) view: View,
    pub(super) frame: u32,
    /// When the frame is shown.
    pub(super) ms: u64,
    /// The frame's PDQ quality; digests have none.
    pub(super) quality: Option<u8>,
    /// The bits of a view in which a near hash is likely to differ, where they are known.
    pub(super) doubts: Option<Pdq>,
}

impl QueryHash {
    /// A digest, or a hash of no file's picture.
    pub(super) fn alone(hash: Hash) -> QueryHash {
        QueryHash {
            hash,
            view: View::ORIGINAL,
            frame: 0,
            ms: 0,
            quality: None,
            doubts: None,
        }
    }
}

/// How a file's hashes come near to a listed one, nearest first, and the layers that hold it.
pub(super) type CandidateSet = (Vec<Candidate>, Vec<(usize, Hit)>);

/// How a file's hash is near to a listed one; a better candidate is less.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Candidate {
    pub(super) distance: u32,
    pub(super) frame: u32,
    pub(super) view: View,
    pub(super) ms: u64,
}

impl Candidate {
    /// The worth of the way, then how near it is: of several the best is the least.
    pub(super) fn order(&self) -> impl Ord + use<> {
        (Tier::of(self.view, self.distance), *self)
    }
}

/// What a file is a copy of, so far.
pub(super) struct Leading {
    strength: Strength,
    /// The cluster, where it is that of a listed clip.
    clip: Option<Cluster>,
}

impl Leading {
    pub(super) fn propose(
        leading: &mut Option<Leading>,
        strength: Strength,
        clip: Option<Cluster>,
    ) {
        if leading
            .as_ref()
            .is_none_or(|known| strength < known.strength)
        {
            *leading = Some(Leading { strength, clip });
        }
    }
}

/// How much of each list was taken up, so that none takes the room of another.
#[derive(Default)]
struct Taken(BTreeMap<Option<usize>, BTreeMap<String, OfList>>);

#[derive(Default)]
struct OfList {
    matches: usize,
    suppressed: usize,
    /// Hits of its clips that do not count, and that do.
    hits: [usize; 2],
}

impl Taken {
    fn of(&mut self, said: &ListRows) -> &mut OfList {
        let of_store = self.0.entry(said.store).or_default();
        if !of_store.contains_key(&said.list) {
            of_store.insert(said.list.clone(), OfList::default());
        }
        of_store.get_mut(&said.list).expect("it is there")
    }
}

impl<'a> Query<'a> {
    pub(super) fn new(policy: &'a Policy, views: Vec<Arc<store::View>>) -> Query<'a> {
        Query { policy, views }
    }

    /// All layers in order, each with its place among the views.
    pub(super) fn layers(&self) -> impl Iterator<Item = (usize, &Layer)> {
        let views = self.views.iter().enumerate();
        views.flat_map(|(place, view)| view.layers.iter().map(move |layer| (place, layer)))
    }

    /// Up to how many bits hashes of a type match in a layer.
    pub(super) fn radius(&self, layer: &Layer, hash_type: HashType) -> u32 {
        radius(self.policy, layer.standing.as_deref(), hash_type)
    }

    /// Up to how many bits hashes of a type match in a layer, in this view.
    pub(super) fn view_radius(&self, layer: &Layer, hash_type: HashType, view: View) -> u32 {
        view_radius(self.policy, layer.standing.as_deref(), hash_type, view)
    }

    /// Looks hashes up in every list; `clip_ms` is how long the file is, if it is a clip.
    ///
    /// A picture is given a second look with what is `seen` of it. `finds_copies` says that its views undo changes.
    pub(super) fn find(
        &self,
        all: &[QueryHash],
        clip_ms: Option<u64>,
        finds_copies: bool,
        seen: PictureSeen<'_>,
    ) -> Result<Found> {
        let mut played = Played::new(all, clip_ms);
        let whole: Vec<QueryHash>;
        let mut all = all;
        // Of clips whole pictures count together.
        if played.is_clip {
            let is_whole = |asked: &&QueryHash| asked.view.area.kind.is_whole();
            whole = all.iter().filter(is_whole).copied().collect();
            all = &whole;
            played = Played::new(all, clip_ms);
        }
        // One batch for each type: searching for many hashes at once takes half as long.
        let mut by_type: BTreeMap<HashType, Vec<QueryHash>> = BTreeMap::new();
        for asked in all {
            by_type
                .entry(asked.hash.hash_type())
                .or_default()
                .push(*asked);
        }
        // One way is enough to match; where some may be allowed, and of a clip, every frame counts by itself.
        let every_frame = played.is_clip || self.layers().any(|(_, layer)| is_of_allow_list(layer));
        if !played.is_clip {
            let mut near = NearHashes::search(self, &by_type, every_frame)?;
            let allowed = near.allowed(self)?;
            let beyond = near.take_beyond();
            let mut found = self.resolve(Candidates::Near(near), &allowed, &played)?;
            self.add_beyond(&mut found, beyond, &allowed, seen)?;
            #[cfg(feature = "media")]
            self.add_details(&mut found, &allowed, finds_copies, seen)?;
            #[cfg(not(feature = "media"))]
            let _ = finds_copies;
            self.tell_authentic(&mut found, all, false, seen)?;
            return Ok(found);
        }
        let by_type: Vec<(HashType, Vec<QueryHash>)> = by_type.into_iter().collect();
        let gathered = gather(self, &by_type, played.len())?;
        let allowed = self.allowed(&gathered.near)?;
        let candidates = Candidates::gathered(gathered.near, gathered.floods);
        let mut found = self.resolve(candidates, &allowed, &played)?;
        found.more += gathered.cut;
        self.tell_authentic(&mut found, all, true, seen)?;
        Ok(found)
    }

    /// Looks up each of several hashes, which are of no file, by itself, in batches of one type.
    pub(super) fn find_each(&self, all: &[QueryHash]) -> Result<Vec<Found>> {
        let mut found: Vec<Found> = all.iter().map(|_| Found::default()).collect();
        let mut by_type: BTreeMap<HashType, Vec<usize>> = BTreeMap::new();
        for (place, asked) in all.iter().enumerate() {
            let of_type = by_type.entry(asked.hash.hash_type()).or_default();
            of_type.push(place);
        }
        for (hash_type, places) in by_type {
            for places in places.chunks(BEGUN_MAX) {
                let batch: Vec<QueryHash> = places.iter().map(|&place| all[place]).collect();
                let mut begun = NearHashes::begin_each(self, hash_type, &batch)?;
                for (number, batch) in batch.chunks(BATCH_MAX).enumerate() {
                    let start = number * BATCH_MAX;
                    let begun = begun.iter_mut();
                    let begun = begun.map(|of_layer| &mut of_layer[start..start + batch.len()]);
                    let each = NearHashes::end_each(self, hash_type, batch, begun)?;
                    for ((&place, asked), near) in places[start..].iter().zip(batch).zip(each) {
                        let played = Played::new(std::slice::from_ref(asked), None);
                        let allowed = near.allowed(self)?;
                        let mut of_hash =
                            self.resolve(Candidates::Near(near), &allowed, &played)?;
                        let asked = std::slice::from_ref(asked);
                        self.tell_authentic(&mut of_hash, asked, false, PictureSeen::default())?;
                        found[place] = of_hash;
                    }
                }
            }
        }
        Ok(found)
    }

    /// Turns listed hashes into matches, nearest first, up to the limit.
    fn resolve(
        &self,
        mut candidates: Candidates<'_>,
        allowed: &Allowed,
        played: &Played,
    ) -> Result<Found> {
        let mut found = Found::default();
        let mut leading: Option<Leading> = None;
        let mut clips: BTreeMap<ListedClip, Evidence> = BTreeMap::new();
        let (mut taken, mut speaking, mut passed) = (Taken::default(), 0, 0);
        // What speaks for a clip counts together, however many hits there are.
        while (played.is_clip || found.matches.len() + speaking < self.policy.limit)
            && let Some((hash, (ways, places))) = candidates.next()?
        {
            for mut said in self.said(&places)? {
                let opinion = said.opinion();
                // A hash on its own, of no file's picture, matches as pictures do. So does a row that names no clip.
                let is_shown = ways.iter().any(|way| played.shown(way.frame).is_some());
                let is_of_clip = |row: &Row| {
                    hash.hash_type().is_perceptual()
                        && is_shown
                        && row.entry.frame.is_some()
                        && row.entry.id.is_some()
                };
                let (of_clips, rows) = std::mem::take(&mut said.rows)
                    .into_iter()
                    .partition(is_of_clip);
                said.rows = rows;
                let hit = EntryHit {
                    hash,
                    ways: &ways,
                    opinion,
                    second_look: None,
                };
                let taken = taken.of(&said);
                let hits = &mut taken.hits[usize::from(opinion != Opinion::Negative)];
                if *hits < LIST_HITS_MAX {
                    *hits += ways.len() * of_clips.len();
                    speaking +=
                        collect_clip_evidence(&mut clips, &hit, &said, of_clips, played, allowed);
                } else {
                    passed += of_clips.len() as u64;
                }
                let room = self.policy.limit.max(LIST_MATCHES_MAX);
                if played.is_clip && taken.matches.max(taken.suppressed) >= room {
                    passed += said.rows.len() as u64;
                    continue;
                }
                let before = (found.matches.len(), found.suppressed.len());
                if let Some(distance) = self.add(&mut found, &hit, said, allowed) {
                    Leading::propose(&mut leading, strength(hash, distance), None);
                }
                taken.matches += found.matches.len() - before.0;
                taken.suppressed += found.suppressed.len() - before.1;
            }
            // A flood of negative entries is looked through to its end, and not held.
            for matches in [&mut found.suppressed, &mut found.weak] {
                if matches.len() / 2 > self.policy.limit.max(SUPPRESSED_MIN) {
                    keep_nearest(matches, self.policy.limit);
                }
            }
        }
        found.more = candidates.left()? + passed;
        self.judge(&mut found, &mut leading, clips, played);
        if let Some(known) = leading {
            let strength = self.stronger(&mut candidates, known.strength, allowed)?;
            let (.., hash) = strength;
            found.cluster = Some(match known.clip {
                Some(clip) if strength == known.strength => clip,
                _ => self.cluster(&hash, candidates.is_flood(hash.hash_type()))?,
            });
        }
        found.more += (found.matches.len() as u64).saturating_sub(self.policy.limit as u64);
        for matches in [&mut found.matches, &mut found.suppressed, &mut found.weak] {
            keep_nearest(matches, self.policy.limit);
        }
        Ok(found)
    }

    /// The strongest way to match among those beyond the limit, or the one that is known.
    fn stronger(
        &self,
        candidates: &mut Candidates<'_>,
        known: Strength,
        allowed: &Allowed,
    ) -> Result<Strength> {
        let mut types = HashType::ALL;
        types.sort_unstable_by_key(|&hash_type| of_type(hash_type));
        for hash_type in types
            .into_iter()
            .filter(|&t| of_type(t) <= (known.0, known.1))
        {
            while let Some((hash, (ways, places))) = candidates.next_of(hash_type)? {
                let strength = strength(hash, ways[0].distance);
                if strength >= known {
                    break;
                }
                let counts = |said: &ListRows| {
                    said.opinion() != Opinion::Negative
                        && !is_allow_list(said)
                        && allows(allowed, said, hash, &ways[0]).is_none()
                };
                if self.said(&places)?.iter().any(counts) {
                    return Ok(strength);
                }
            }
        }
        Ok(known)
    }
}
