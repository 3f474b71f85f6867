//! One query: lists as they stand at one instant, from hashes to matches.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use super::cluster::{Strength, strength};
use super::{Found, Match, Policy};
use crate::Result;
use crate::hash::{Hash, HashType};
use crate::hasher::View;
use crate::index::{Hit, Record, Row, merge_opinions};
use crate::list::Opinion;
use crate::store::{self, Layer, Standing};

/// The lists for as long as one query takes, and the rules.
pub(super) struct Query<'a> {
    policy: &'a Policy,
    views: Vec<Arc<store::View>>,
}

/// A hash of a file that is looked up.
#[derive(Clone, Copy)]
pub(super) struct Asked {
    pub(super) hash: Hash,
    pub(super) view: View,
    pub(super) frame: u32,
    /// The frame's PDQ quality; digests have none.
    pub(super) quality: Option<u8>,
}

/// The listed hashes that a file's hashes are near to: the nearest way to each from every frame, nearest first, and the
/// layers that hold it.
type Ways = HashMap<Hash, WayTo>;

type WayTo = (Vec<Way>, Vec<(usize, Hit)>);

/// How a file's hash came near to a listed one; a better way is less.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Way {
    distance: u32,
    frame: u32,
    view: View,
}

/// What one list says of a hash, and how it stands in its store.
struct Said {
    list: String,
    /// Which store it is in.
    store: Option<usize>,
    standing: Option<Arc<Standing>>,
    rows: Vec<Row>,
}

/// How near lists of what is allowed come: for each store, list and type of hash the smallest distance, of perceptual types
/// for each frame, since what is allowed of one frame says nothing of another.
type Allowed = BTreeMap<(usize, String, HashType, Option<u32>), (u32, Arc<Standing>)>;

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

    /// Looks hashes up in every list.
    pub(super) fn find(&self, all: impl IntoIterator<Item = Asked>) -> Result<Found> {
        // One batch for each type: searching for many hashes at once takes half as long.
        let mut by_type: BTreeMap<HashType, Vec<Asked>> = BTreeMap::new();
        for asked in all {
            by_type
                .entry(asked.hash.hash_type())
                .or_default()
                .push(asked);
        }
        let mut ways = Ways::new();
        // One way is enough to match; where some may be allowed, every frame counts by itself.
        let every_frame = self.layers().any(|(_, layer)| is_of_allow_list(layer));
        for (hash_type, all) in by_type {
            for (ordinal, (_, layer)) in self.layers().enumerate() {
                let terms = layer.standing.as_ref().map(|standing| &standing.terms);
                let least = terms.and_then(|terms| terms.min_quality).unwrap_or(0);
                let trusted = |asked: &&Asked| asked.quality.is_none_or(|quality| quality >= least);
                let asked: Vec<&Asked> = all.iter().filter(trusted).collect();
                let hashes: Vec<Hash> = asked.iter().map(|asked| asked.hash).collect();
                let near = layer.lookup_batch(&hashes, self.radius(layer, hash_type))?;
                for (hits, asked) in near.into_iter().zip(asked) {
                    for hit in hits {
                        add_way(&mut ways, ordinal, hit, asked, every_frame);
                    }
                }
            }
        }
        self.resolve(ways)
    }

    /// Turns listed hashes into matches, nearest first, up to the limit.
    fn resolve(&self, ways: Ways) -> Result<Found> {
        let allowed = self.allowed(&ways)?;
        let mut ways: Vec<_> = ways.into_iter().collect();
        for (_, (ways, _)) in &mut ways {
            ways.sort_unstable();
        }
        ways.sort_unstable_by_key(|(hash, (ways, _))| (ways[0].distance, *hash));
        let mut found = Found::default();
        let mut leading: Option<Strength> = None;
        let mut ways = ways.into_iter();
        while found.matches.len() < self.policy.limit
            && let Some((hash, (ways, places))) = ways.next()
        {
            for said in self.said(&places)? {
                if let Some(distance) = self.add(&mut found, hash, &ways, said, &allowed) {
                    let strength = strength(hash, distance);
                    leading = Some(leading.map_or(strength, |known| known.min(strength)));
                }
            }
        }
        found.more = ways.len() as u64;
        if let Some(known) = leading {
            let (.., leading) = self.stronger(ways.as_slice(), known, &allowed)?;
            found.cluster = Some(self.cluster(&leading)?);
        }
        for matches in [&mut found.matches, &mut found.suppressed] {
            matches.sort_by(|a, b| a.order().cmp(&b.order()));
            matches.truncate(self.policy.limit);
        }
        Ok(found)
    }

    /// The strongest way to match among those beyond the limit, or the one that is known.
    fn stronger(
        &self,
        ways: &[(Hash, WayTo)],
        known: Strength,
        allowed: &Allowed,
    ) -> Result<Strength> {
        let all = ways
            .iter()
            .map(|(hash, to)| (strength(*hash, to.0[0].distance), to));
        let mut stronger: Vec<_> = all.filter(|(strength, _)| *strength < known).collect();
        stronger.sort_unstable_by_key(|(strength, _)| *strength);
        for (strength, (ways, places)) in stronger {
            let counts = |said: &Said| {
                opinion(&said.rows) != Opinion::Negative
                    && !is_allow_list(said)
                    && allows(allowed, said, strength.3, &ways[0]).is_none()
            };
            if self.said(places)?.iter().any(counts) {
                return Ok(strength);
            }
        }
        Ok(known)
    }

    /// What lists of what is allowed hold near to the file's hashes.
    fn allowed(&self, ways: &Ways) -> Result<Allowed> {
        let layers = self.layers();
        let allow_lists: Vec<bool> = layers.map(|(_, layer)| is_of_allow_list(layer)).collect();
        let mut allowed = Allowed::new();
        for (hash, (ways, places)) in ways {
            if !places.iter().any(|(ordinal, _)| allow_lists[*ordinal]) {
                continue;
            }
            let hash_type = hash.hash_type();
            for said in self.said(places)?.into_iter().filter(is_allow_list) {
                let standing = said.standing.expect("only lists of a store allow");
                let store = said.store.expect("only lists of a store allow");
                for way in ways {
                    let frame = hash_type.is_perceptual().then_some(way.frame);
                    let key = (store, said.list.clone(), hash_type, frame);
                    let near = allowed.entry(key);
                    let (distance, _) = near.or_insert((way.distance, standing.clone()));
                    *distance = way.distance.min(*distance);
                }
            }
        }
        Ok(allowed)
    }

    /// What each list says of a hash, from all indexes together: a list may be spread over several. Lists of one name in
    /// different stores are different lists.
    fn said(&self, places: &[(usize, Hit)]) -> Result<Vec<Said>> {
        let at = self.policy.at.unwrap_or_else(present);
        let layers: Vec<(usize, &Layer)> = self.layers().collect();
        let mut lists: BTreeMap<(String, Option<usize>), Said> = BTreeMap::new();
        for (ordinal, hit) in places {
            let (store, layer) = layers[*ordinal];
            for (list, rows) in layer.rows(hit)? {
                let store = layer.standing.as_ref().map(|_| store);
                let said = lists.entry((list.clone(), store)).or_insert_with(|| Said {
                    list,
                    store,
                    standing: layer.standing.clone(),
                    rows: Vec::new(),
                });
                if layer.replaces {
                    let is_newer =
                        |known: &Row| rows.iter().any(|row| row.entry.id == known.entry.id);
                    said.rows.retain(|known| !is_newer(known));
                }
                said.rows.extend(rows);
            }
        }
        let mut lists: Vec<Said> = lists.into_values().collect();
        for said in &mut lists {
            said.rows
                .retain(|row| row.entry.valid_until.is_none_or(|until| at < until));
        }
        lists.retain(|said| !said.rows.is_empty());
        Ok(lists)
    }

    /// Adds what one list says of a hash: one match for each item. How near it is, if it matches.
    fn add(
        &self,
        found: &mut Found,
        hash: Hash,
        ways: &[Way],
        said: Said,
        allowed: &Allowed,
    ) -> Option<u32> {
        if is_allow_list(&said) {
            return None;
        }
        let opinion = opinion(&said.rows);
        let counts = |way: &&Way| allows(allowed, &said, hash, way).is_none();
        let way = ways.iter().find(counts).unwrap_or(&ways[0]);
        let allowed_by = allows(allowed, &said, hash, way);
        let standing = said.standing.as_deref();
        let mut items: BTreeMap<Option<String>, Vec<Row>> = BTreeMap::new();
        for row in said.rows {
            items.entry(row.entry.id.clone()).or_default().push(row);
        }
        let matches = items.into_iter().map(|(id, rows)| {
            let item = Record::merge(said.list.clone(), rows);
            Match {
                list: item.list,
                generation: standing.map(|standing| standing.generation),
                at_most: standing.map(|standing| standing.terms.at_most),
                id,
                hash,
                distance: way.distance,
                radius: radius(self.policy, standing, hash.hash_type()),
                view: way.view,
                frame: way.frame,
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
        found.matches.extend(matches.take(self.policy.limit));
        Some(way.distance)
    }
}

impl Match {
    /// Nearest first, then by list, item and hash.
    fn order(&self) -> impl Ord + '_ {
        (self.distance, &self.list, &self.id, self.hash)
    }
}

/// What whoever asks wants, or else the list, or else what is usual for the type.
fn radius(policy: &Policy, standing: Option<&Standing>, hash_type: HashType) -> u32 {
    let asked = policy.radius.get(&hash_type).copied();
    let own = || standing.and_then(|standing| standing.terms.radius(hash_type));
    asked
        .or_else(own)
        .unwrap_or_else(|| hash_type.default_radius())
}

fn add_way(ways: &mut Ways, ordinal: usize, hit: Hit, asked: &Asked, every_frame: bool) {
    let way = Way {
        distance: hit.distance,
        frame: asked.frame,
        view: asked.view,
    };
    let (ways, places) = ways.entry(hit.hash).or_default();
    let same = |known: &&mut Way| !every_frame || known.frame == way.frame;
    match ways.iter_mut().find(same) {
        Some(known) => *known = way.min(*known),
        None => ways.push(way),
    }
    // A layer holds a hash once; another of the file's hashes may have met it before.
    if places.iter().all(|(known, _)| *known != ordinal) {
        places.push((ordinal, hit));
    }
}

fn is_allow_list(said: &Said) -> bool {
    let standing = said.standing.as_ref();
    standing.is_some_and(|standing| standing.terms.is_allow_list())
}

fn is_of_allow_list(layer: &Layer) -> bool {
    let standing = layer.standing.as_ref();
    standing.is_some_and(|standing| standing.terms.is_allow_list())
}

/// The list of the same store that allows what another holds: one that holds the very file, or comes as near to the
/// frame by the same type of hash.
fn allows<'a>(allowed: &'a Allowed, said: &Said, hash: Hash, way: &Way) -> Option<&'a str> {
    let mut near = allowed.iter().filter(|(key, (near, standing))| {
        let (store, _, hash_type, frame) = key;
        let is_nearer =
            *hash_type == hash.hash_type() && *near <= way.distance && *frame == Some(way.frame);
        said.store == Some(*store)
            && standing.terms.allows(&said.list)
            && (!hash_type.is_perceptual() || is_nearer)
    });
    near.next().map(|((_, list, ..), _)| list.as_str())
}

/// What all rows of a list together think of a hash.
fn opinion(rows: &[Row]) -> Opinion {
    merge_opinions(rows.iter().map(|row| row.entry.opinion))
}

fn present() -> i64 {
    let since = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    i64::try_from(since.as_secs()).unwrap_or(i64::MAX)
}
