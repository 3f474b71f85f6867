//! Hits at one distance in time.

use std::cmp::Reverse;
use std::collections::{BTreeMap, HashMap};

use super::Hit;

/// By how much the time between two pictures may differ in copies, in milliseconds. Three things add up to this. They are a
/// change of the frame rate, rounded times, and the pictures that a listed one stands for.
const TOLERANCE_MS: i64 = 1_000;

/// Beyond this no clip is.
const FAR_MS: i64 = i64::MAX / 4;

/// Hits that agree on by how much the file is later than the listed clip.
pub(super) struct Aligned {
    /// Their places among all hits; of each picture of the file the nearest.
    pub(super) hits: Vec<usize>,
    /// By how many milliseconds it is later; none where the list says nothing of times.
    pub(super) offset_ms: Option<i64>,
}

/// By how much the file may be later, for one hit.
fn offsets(hit: &Hit) -> Option<(i64, i64)> {
    let signed = |ms: u64| i64::try_from(ms).unwrap_or(FAR_MS).min(FAR_MS);
    let ms = hit.listed.ms?;
    let until = hit.listed.until_ms.unwrap_or(ms).max(ms);
    let at = signed(hit.ms);
    Some((at - signed(until), at - signed(ms)))
}

/// The least and the greatest offset that a hit agrees with.
pub(super) fn reach(hit: &Hit) -> (i64, i64) {
    match offsets(hit) {
        Some((low, high)) => (low - TOLERANCE_MS, high + TOLERANCE_MS),
        None => (-FAR_MS, FAR_MS),
    }
}

/// The offset on which most pictures agree. Each picture of the file and each listed one counts once. Of several offsets the
/// one with the nearest hit is taken.
pub(super) fn align(hits: &[Hit], left: &[usize]) -> Option<Aligned> {
    let reach = |&at: &usize| {
        let (low, high) = reach(&hits[at]);
        (low, high, at)
    };
    let reaches: Vec<(i64, i64, usize)> = left.iter().map(reach).collect();
    let starts = reaches.iter().map(|(low, _, at)| (*low, false, *at));
    let ends = reaches.iter().map(|(_, high, at)| (*high, true, *at));
    let mut events: Vec<(i64, bool, usize)> = starts.chain(ends).collect();
    events.sort_unstable();
    let (mut frames, mut listed) = (Count::default(), Count::default());
    let mut distances: BTreeMap<u32, u32> = BTreeMap::new();
    let mut best = ((0, 0, Reverse(u32::MAX)), 0);
    for (offset, is_end, at) in events {
        let hit = &hits[at];
        let place = (u64::from(hit.listed.index), hit.hash);
        if is_end {
            frames.remove((u64::from(hit.frame), None));
            listed.remove((place.0, Some(place.1)));
            if let Some(count) = distances.get_mut(&hit.distance) {
                *count -= 1;
                if *count == 0 {
                    distances.remove(&hit.distance);
                }
            }
            continue;
        }
        frames.add((u64::from(hit.frame), None));
        listed.add((place.0, Some(place.1)));
        *distances.entry(hit.distance).or_default() += 1;
        let nearest = distances.keys().next().copied().unwrap_or(u32::MAX);
        let score = (
            frames.different().min(listed.different()),
            frames.different(),
            Reverse(nearest),
        );
        if score > best.0 {
            best = (score, offset);
        }
    }
    let (_, at) = best;
    let agree = reaches
        .iter()
        .filter(|(low, high, _)| (*low..=*high).contains(&at));
    let mut nearest: HashMap<u32, usize> = HashMap::new();
    for (_, _, place) in agree {
        let hit = &hits[*place];
        let known = nearest.entry(hit.frame).or_insert(*place);
        if hit.order() < hits[*known].order() {
            *known = *place;
        }
    }
    let mut chosen: Vec<usize> = nearest.into_values().collect();
    chosen.sort_unstable_by_key(|&place| hits[place].order_in_time());
    // A picture is seen no earlier than it is shown first, and often later. Early ones tell best, and a few may be
    // wrong.
    let latest = chosen.iter().filter_map(|&place| offsets(&hits[place]));
    let mut latest: Vec<i64> = latest.map(|(_, high)| high).collect();
    latest.sort_unstable();
    (!chosen.is_empty()).then(|| Aligned {
        offset_ms: latest.get(latest.len() / 4).copied(),
        hits: chosen,
    })
}

/// How often each of several things is there.
#[derive(Default)]
struct Count {
    times: HashMap<(u64, Option<crate::hash::Hash>), u32>,
}

impl Count {
    fn add(&mut self, key: (u64, Option<crate::hash::Hash>)) {
        *self.times.entry(key).or_default() += 1;
    }

    fn remove(&mut self, key: (u64, Option<crate::hash::Hash>)) {
        if let Some(times) = self.times.get_mut(&key) {
            *times -= 1;
            if *times == 0 {
                self.times.remove(&key);
            }
        }
    }

    fn different(&self) -> usize {
        self.times.len()
    }
}
