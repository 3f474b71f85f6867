//! One query: lists as they stand at one instant, from hashes to matches.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use super::beyond::{Align, SecondLook};
use super::candidates::{Candidates, NearHashes};
use super::clip::{self, Evidence, ListedClip, Played, Verdict};
use super::cluster::{Cluster, Strength, of_type, strength};
use super::gather::gather;
use super::tier::Tier;
use super::{Found, Match, Policy};
use crate::Result;
use crate::hash::{Area, Hash, HashType, Pdq, View};
use crate::index::{Hit, Record, Row, merge_opinions};
use crate::list::{Media, Opinion};
use crate::store::{self, Layer, Standing};

/// How many hashes are searched for together. All that is near to each is held meanwhile.
const BATCH_MAX: usize = 32;

/// How many suppressed matches are held before the nearest are kept.
const SUPPRESSED_MIN: usize = 1_000;

/// How many matches of one list with a clip's pictures are told apart before the nearest are kept, and how many of its clips'
/// hits are looked into, of those that count and of those that do not.
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

/// A listed hash that is near, how, and the opinion of its list.
pub(super) struct EntryHit<'w> {
    pub(super) hash: Hash,
    pub(super) ways: &'w [Candidate],
    pub(super) opinion: Opinion,
    /// What it is worth, where a second look decided.
    pub(super) second_look: Option<SecondLook>,
}

/// What a file is a copy of, so far.
struct Leading {
    strength: Strength,
    /// The cluster, where it is that of a listed clip.
    clip: Option<Cluster>,
}

impl Leading {
    fn propose(leading: &mut Option<Leading>, strength: Strength, clip: Option<Cluster>) {
        if leading
            .as_ref()
            .is_none_or(|known| strength < known.strength)
        {
            *leading = Some(Leading { strength, clip });
        }
    }
}

/// The rows of one list for a hash, and their standing in the store.
pub(super) struct ListRows {
    pub(super) list: String,
    /// Which store it is in.
    pub(super) store: Option<usize>,
    pub(super) standing: Option<Arc<Standing>>,
    pub(super) rows: Vec<Row>,
}

impl ListRows {
    fn list_and_store(&self) -> (&str, Option<usize>) {
        (&self.list, self.store)
    }

    /// What all rows of the list together think of the hash.
    pub(super) fn opinion(&self) -> Opinion {
        merge_opinions(self.rows.iter().map(|row| row.entry.opinion))
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

/// How near lists of what is allowed come: for each store and type of hash, and of perceptual types for each frame and area,
/// since what is allowed of one says nothing of another, the smallest distance of each list.
pub(super) type Allowed =
    BTreeMap<(usize, HashType, Option<Seen>), BTreeMap<String, (u32, Arc<Standing>)>>;

/// A frame, and the part of it that was hashed, unless it is the whole picture.
pub(super) type Seen = (u32, Option<Area>);

/// What was hashed of a frame.
pub(super) fn seen(frame: u32, view: View) -> Seen {
    (frame, (!view.area.kind.is_whole()).then_some(view.area))
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
    /// A picture is given a second look by `align`, which says how near a view comes to a listed hash.
    pub(super) fn find(
        &self,
        all: &[QueryHash],
        clip_ms: Option<u64>,
        align: Option<&Align<'_>>,
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
            self.add_beyond(&mut found, beyond, &allowed, align)?;
            return Ok(found);
        }
        let by_type: Vec<(HashType, Vec<QueryHash>)> = by_type.into_iter().collect();
        let gathered = gather(self, &by_type, played.len())?;
        let allowed = self.allowed(&gathered.near)?;
        let candidates = Candidates::gathered(gathered.near, gathered.floods);
        let mut found = self.resolve(candidates, &allowed, &played)?;
        found.more += gathered.cut;
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
            for places in places.chunks(BATCH_MAX) {
                let batch: Vec<QueryHash> = places.iter().map(|&place| all[place]).collect();
                let each = NearHashes::search_each(self, hash_type, &batch)?;
                for ((&place, asked), near) in places.iter().zip(&batch).zip(each) {
                    let played = Played::new(std::slice::from_ref(asked), None);
                    let allowed = near.allowed(self)?;
                    found[place] = self.resolve(Candidates::Near(near), &allowed, &played)?;
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

    /// Adds the verdicts on listed clips. Pictures that many clips of a list share are a match of the nearest clip, where
    /// the list has no other match: a picture that is listed more often is not found less.
    fn judge(
        &self,
        found: &mut Found,
        leading: &mut Option<Leading>,
        mut clips: BTreeMap<ListedClip, Evidence>,
        played: &Played,
    ) {
        Evidence::mark_common(&mut clips);
        let rule = self.policy.vpdq;
        let judge = |(clip, evidence): (ListedClip, Evidence)| {
            let verdict = evidence.judge(played, rule, |hit| hit.counts);
            (clip, evidence, verdict)
        };
        let mut verdicts: Vec<_> = clips.into_iter().map(judge).collect();
        for of_list in verdicts.chunk_by_mut(|(one, ..), (other, ..)| one.is_of_list_of(other)) {
            let told = |(.., verdict): &(ListedClip, Evidence, Option<Verdict>)| {
                verdict.as_ref().is_some_and(|verdict| verdict.is_match)
            };
            if of_list.iter().any(told) {
                continue;
            }
            let common = of_list
                .iter_mut()
                .filter_map(|(.., verdict)| verdict.as_mut());
            let common = common.filter(|verdict| verdict.is_common);
            if let Some(nearest) = common.min_by_key(|verdict| verdict.leading.order()) {
                nearest.is_match = true;
            }
        }
        for (clip, evidence, verdict) in verdicts {
            if let Some(verdict) = verdict.as_ref().filter(|verdict| verdict.is_match) {
                let best = &verdict.leading;
                let cluster = clip.id.as_ref().map(|id| Cluster::of_clip(&clip.list, id));
                let strength = strength(best.hash, best.distance);
                Leading::propose(leading, strength, cluster);
            }
            let all = || evidence.judge(played, rule, |_| true);
            let (matches, verdict) = match verdict {
                Some(verdict) if verdict.is_match => (&mut found.matches, verdict),
                weak => match (all().filter(|verdict| verdict.is_match), weak) {
                    (Some(verdict), _) => (&mut found.suppressed, verdict),
                    (None, Some(weak)) => (&mut found.weak, weak),
                    (None, None) => continue,
                },
            };
            matches.push(self.clip_match(clip, &evidence, verdict));
        }
    }

    /// The match with a listed clip.
    fn clip_match(&self, clip: ListedClip, evidence: &Evidence, verdict: Verdict) -> Match {
        let standing = evidence.standing.as_deref();
        let best = verdict.leading;
        let tier = if verdict.is_match {
            Tier::of(best.view, best.distance)
        } else {
            Tier::Lead
        };
        Match {
            list: clip.list,
            generation: standing.map(|standing| standing.generation),
            at_most: tier.at_most(standing.map(|standing| standing.terms.at_most)),
            id: clip.id,
            hash: best.hash,
            distance: best.distance,
            radius: radius(self.policy, standing, best.hash.hash_type()),
            tier,
            view: best.view,
            frame: best.frame,
            ms: best.ms,
            track: 1,
            listed_ms: best.listed.ms,
            clip: verdict.clip.map(Box::new),
            labels: evidence.labels.iter().cloned().collect(),
            severity: evidence.severity,
            opinion: evidence.opinion.unwrap_or_default(),
            media: Some(Media::Video),
            allowed_by: evidence.allowed_by.clone().filter(|_| !best.counts),
        }
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

    /// What lists of what is allowed hold near to the file's hashes.
    fn allowed(&self, near: &[(Hash, CandidateSet)]) -> Result<Allowed> {
        let layers = self.layers();
        let allow_lists: Vec<bool> = layers.map(|(_, layer)| is_of_allow_list(layer)).collect();
        let mut allowed = Allowed::new();
        for (hash, (ways, places)) in near {
            if !places.iter().any(|(ordinal, _)| allow_lists[*ordinal]) {
                continue;
            }
            let hash_type = hash.hash_type();
            for said in self.said(places)?.into_iter().filter(is_allow_list) {
                let standing = said.standing.expect("only lists of a store allow");
                let store = said.store.expect("only lists of a store allow");
                for way in ways {
                    let seen = seen(way.frame, way.view);
                    let seen = hash_type.is_perceptual().then_some(seen);
                    let near = allowed.entry((store, hash_type, seen)).or_default();
                    let near = near.entry(said.list.clone());
                    let (distance, _) = near.or_insert((way.distance, standing.clone()));
                    *distance = way.distance.min(*distance);
                }
            }
        }
        Ok(allowed)
    }

    /// What each list says of a hash, from all indexes together: a list may be spread over several. Lists of one name in
    /// different stores are different lists.
    pub(super) fn said(&self, places: &[(usize, Hit)]) -> Result<Vec<ListRows>> {
        let at = self.policy.at.unwrap_or_else(present);
        let counts = |row: &Row| row.entry.valid_until.is_none_or(|until| at < until);
        let mut all: Vec<(ListRows, bool)> = Vec::new();
        let mut layers = self.layers().enumerate();
        for (ordinal, hit) in places {
            let Some((_, (store, layer))) = layers.find(|(place, _)| place == ordinal) else {
                unreachable!("places are of layers, in order");
            };
            for (list, rows) in layer.rows(hit)? {
                let said = ListRows {
                    list,
                    store: layer.standing.as_ref().map(|_| store),
                    standing: layer.standing.clone(),
                    rows,
                };
                all.push((said, layer.replaces));
            }
        }
        // Layers of one list stay in order.
        all.sort_by(|(one, _), (other, _)| one.list_and_store().cmp(&other.list_and_store()));
        let mut lists: Vec<ListRows> = Vec::with_capacity(all.len());
        for (said, replaces) in all {
            match lists.last_mut() {
                Some(known) if known.list_and_store() == said.list_and_store() => {
                    if replaces {
                        let is_newer = |known: &Row| {
                            said.rows.iter().any(|row| row.entry.id == known.entry.id)
                        };
                        known.rows.retain(|known| !is_newer(known));
                    }
                    known.rows.extend(said.rows);
                }
                _ => lists.push(said),
            }
        }
        for said in &mut lists {
            said.rows.retain(counts);
        }
        lists.retain(|said| !said.rows.is_empty());
        Ok(lists)
    }

    /// Adds what one list says of a hash: one match for each item. How near it is, if it matches.
    pub(super) fn add(
        &self,
        found: &mut Found,
        &EntryHit {
            hash,
            ways,
            opinion,
            second_look,
        }: &EntryHit<'_>,
        said: ListRows,
        allowed: &Allowed,
    ) -> Option<u32> {
        if is_allow_list(&said) || said.rows.is_empty() {
            return None;
        }
        let counts = |way: &&Candidate| allows(allowed, &said, hash, way).is_none();
        let way = ways.iter().find(counts).unwrap_or(&ways[0]);
        let allowed_by = allows(allowed, &said, hash, way);
        let standing = said.standing.as_deref();
        let hash_type = hash.hash_type();
        let SecondLook { tier, radius, view } = second_look.unwrap_or_else(|| SecondLook {
            tier: if hash_type.is_perceptual() {
                Tier::of(way.view, way.distance)
            } else {
                Tier::Identical
            },
            radius: view_radius(self.policy, standing, hash_type, way.view),
            view: way.view,
        });
        let at_most = standing.map(|standing| standing.terms.at_most);
        let at_most = tier.at_most(at_most);
        let mut rows = said.rows;
        rows.sort_by(|one, other| one.entry.id.cmp(&other.entry.id));
        let mut items: Vec<Vec<Row>> = Vec::new();
        for row in rows {
            match items.last_mut() {
                Some(item) if item[0].entry.id == row.entry.id => item.push(row),
                _ => items.push(vec![row]),
            }
        }
        let matches = items.into_iter().map(|rows| {
            let id = rows[0].entry.id.clone();
            let frame = rows.iter().find_map(|row| row.entry.frame.as_deref());
            let listed_ms = frame.and_then(|frame| frame.ms);
            let item = Record::merge(said.list.clone(), rows);
            Match {
                list: item.list,
                generation: standing.map(|standing| standing.generation),
                at_most,
                id,
                hash,
                distance: way.distance,
                radius,
                tier,
                view,
                frame: way.frame,
                ms: way.ms,
                track: 1,
                listed_ms,
                clip: None,
                labels: item.labels,
                severity: item.severity,
                opinion,
                media: item.media,
                allowed_by: allowed_by.map(str::to_owned),
            }
        });
        if opinion == Opinion::Negative || allowed_by.is_some() {
            found.suppressed.extend(matches.take(self.policy.limit));
            return None;
        }
        if tier == Tier::Lead {
            found.weak.extend(matches.take(self.policy.limit));
            return None;
        }
        found.matches.extend(matches.take(self.policy.limit));
        Some(way.distance)
    }
}

impl Match {
    /// Nearest first, then by list, item and hash.
    fn order(&self) -> impl Ord + '_ {
        (self.distance, &self.list, &self.id, self.hash, self.track)
    }
}

/// The radius of the query, or else of the list, or else the default of the type.
fn radius(policy: &Policy, standing: Option<&Standing>, hash_type: HashType) -> u32 {
    let asked = policy.asked_radius(hash_type);
    let own = || standing.and_then(|standing| standing.terms.radius(hash_type));
    asked
        .or_else(own)
        .unwrap_or_else(|| hash_type.default_radius())
}

/// Up to how many bits a hash in this view matches. What undoes a change was measured within the radius of PDQ alone, so a
/// wider one is for the picture itself.
fn view_radius(
    policy: &Policy,
    standing: Option<&Standing>,
    hash_type: HashType,
    view: View,
) -> u32 {
    let radius = radius(policy, standing, hash_type);
    if view.area.kind.is_whole() {
        radius
    } else {
        radius.min(Pdq::RADIUS)
    }
}

/// The quality below which a list trusts no hash of a picture.
pub(super) fn min_quality(layer: &Layer) -> u8 {
    let terms = layer.standing.as_ref().map(|standing| &standing.terms);
    terms.and_then(|terms| terms.min_quality).unwrap_or(0)
}

/// Sorts matches and keeps so many: the nearest of each list, and then the nearest of all, so that no list hides another.
pub(super) fn keep_nearest(matches: &mut Vec<Match>, limit: usize) {
    matches.sort_by(|a, b| a.order().cmp(&b.order()));
    if matches.len() <= limit {
        return;
    }
    let mut lists = BTreeSet::new();
    let (mut kept, others): (Vec<Match>, Vec<Match>) = std::mem::take(matches)
        .into_iter()
        .partition(|found| lists.insert((found.list.clone(), found.generation)));
    kept.truncate(limit);
    let room = limit - kept.len();
    kept.extend(others.into_iter().take(room));
    kept.sort_by(|a, b| a.order().cmp(&b.order()));
    *matches = kept;
}

/// Adds what a list says of a hash that is one of its clips' to what speaks for them; says how many clips that makes more for
/// which anything counts.
fn collect_clip_evidence(
    clips: &mut BTreeMap<ListedClip, Evidence>,
    met: &EntryHit<'_>,
    said: &ListRows,
    rows: Vec<Row>,
    played: &Played,
    allowed: &Allowed,
) -> usize {
    let mut speaking = 0;
    if is_allow_list(said) {
        return speaking;
    }
    for row in rows {
        let Some(listed) = row.entry.frame.as_deref() else {
            continue;
        };
        let clip = ListedClip {
            list: said.list.clone(),
            store: said.store,
            id: row.entry.id.clone(),
        };
        let evidence = clips.entry(clip).or_default();
        evidence.describe(&row, met.opinion);
        evidence.standing.clone_from(&said.standing);
        for way in met.ways {
            let Some(shown) = played.shown(way.frame) else {
                continue;
            };
            let allowed_by = allows(allowed, said, met.hash, way);
            if let Some(list) = allowed_by {
                evidence.allowed_by.get_or_insert_with(|| list.to_owned());
            }
            let counts = allowed_by.is_none() && met.opinion != Opinion::Negative;
            if counts && !evidence.speaks {
                evidence.speaks = true;
                speaking += 1;
            }
            evidence.hits.push(clip::Hit {
                frame: way.frame,
                ms: shown.ms,
                quality: shown.quality,
                view: way.view,
                distance: way.distance,
                hash: met.hash,
                listed: *listed,
                listed_quality: row.entry.quality,
                counts,
                is_common: false,
            });
        }
    }
    speaking
}

fn is_allow_list(said: &ListRows) -> bool {
    let standing = said.standing.as_ref();
    standing.is_some_and(|standing| standing.terms.is_allow_list())
}

pub(super) fn is_of_allow_list(layer: &Layer) -> bool {
    let standing = layer.standing.as_ref();
    standing.is_some_and(|standing| standing.terms.is_allow_list())
}

/// The list of the same store that allows what another holds: one that holds the very file, or comes as near to the
/// frame by the same type of hash.
fn allows<'a>(
    allowed: &'a Allowed,
    said: &ListRows,
    hash: Hash,
    way: &Candidate,
) -> Option<&'a str> {
    let store = said.store?;
    if allowed.is_empty() {
        return None;
    }
    let whole = HashType::ALL.into_iter().filter(|t| !t.is_perceptual());
    let of_file = whole.filter_map(|t| allowed.get(&(store, t, None)));
    // What is allowed of a whole picture is allowed of its parts.
    let mut seen = vec![seen(way.frame, way.view), (way.frame, None)];
    seen.dedup();
    let of_frame = seen
        .into_iter()
        .map(|seen| (store, hash.hash_type(), Some(seen)));
    let of_frame = of_frame.filter_map(|key| allowed.get(&key));
    let is_nearer = |near: u32| near <= way.distance;
    let of_file = of_file.flatten().map(|(list, of)| (list, of, true));
    let of_frame = of_frame.flatten();
    let of_frame = of_frame.map(|(list, of)| (list, of, is_nearer(of.0)));
    let mut near = of_file.chain(of_frame);
    let suppresses = |(_, (_, standing), is_near): &(&String, &(u32, Arc<Standing>), bool)| {
        *is_near && standing.terms.allows(&said.list)
    };
    near.find(suppresses).map(|(list, ..)| list.as_str())
}

fn present() -> i64 {
    let since = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    i64::try_from(since.as_secs()).unwrap_or(i64::MAX)
}
