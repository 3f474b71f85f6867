//! What any two hits of a clip show together.
//!
//! These are questions about all hits at once, and hits beside them never turn a yes into a no. What a list holds more
//! of hides nothing.

use std::collections::BTreeMap;

use super::Hit;
use super::offset::reach;
use crate::hash::Hash;

/// Up to how many listed hashes are compared each with each. More than that are near to no single picture, unless a list
/// was made for it.
const THINGS_MAX: usize = 2048;

/// Whether two hits at different times of the file show different things, as far apart in time in both. Different
/// things are listed hashes further apart than the radius.
pub(super) fn show_two_things(hits: &[Hit]) -> bool {
    let mut hashes: Vec<Hash> = hits.iter().map(|hit| hit.hash).collect();
    hashes.sort_unstable();
    hashes.dedup();
    if hashes.len() > THINGS_MAX {
        return hits.iter().any(|hit| hit.ms != hits[0].ms);
    }
    let far = far_apart(&hashes);
    if far.iter().all(Vec::is_empty) {
        return false;
    }
    let mut order: Vec<(i64, i64, &Hit)> = hits
        .iter()
        .map(|hit| {
            let (low, high) = reach(hit);
            (low, high, hit)
        })
        .collect();
    order.sort_unstable_by_key(|&(low, high, hit)| (low, high, hit.order_in_time()));
    let mut seen = vec![Seen::default(); hashes.len()];
    for (low, high, hit) in order {
        let Ok(place) = hashes.binary_search(&hit.hash) else {
            continue;
        };
        let agrees = |&other: &u16| seen[usize::from(other)].lasts_to(low, hit.ms);
        if far[place].iter().any(agrees) {
            return true;
        }
        seen[place].add(high, hit.ms);
    }
    false
}

/// For each hash, the places of those that show something else.
fn far_apart(hashes: &[Hash]) -> Vec<Vec<u16>> {
    let differ = |one: &Hash, other: &Hash| {
        // Hashes of different types may say the same of one picture.
        one.distance(other)
            .is_some_and(|bits| bits > one.hash_type().default_radius())
    };
    let of = |one: &Hash| {
        let others = (0u16..).zip(hashes);
        let far = others.filter(|(_, other)| differ(one, other));
        far.map(|(place, _)| place).collect()
    };
    hashes.iter().map(of).collect()
}

/// Of the hits of one listed hash, the two at different times of the file whose reach goes furthest.
#[derive(Clone, Copy, Default)]
struct Seen([Option<(i64, u64)>; 2]);

impl Seen {
    /// Whether a hit at another time of the file reaches to an offset.
    fn lasts_to(&self, offset: i64, ms: u64) -> bool {
        let lasts = |&(high, at): &(i64, u64)| high >= offset && at != ms;
        self.0.iter().flatten().any(lasts)
    }

    fn add(&mut self, high: i64, ms: u64) {
        let same = self.0.iter_mut().flatten().find(|(_, at)| *at == ms);
        if let Some((known, _)) = same {
            *known = high.max(*known);
            return;
        }
        // An empty place is less than any other.
        if let Some(least) = self.0.iter_mut().min()
            && *least < Some((high, ms))
        {
            *least = Some((high, ms));
        }
    }
}

/// Whether hits that agree in time are so many milliseconds of the file apart.
pub(super) fn go_on_for(hits: &[Hit], ms: u64) -> bool {
    let mut events: Vec<(i64, bool, u64)> = Vec::with_capacity(2 * hits.len());
    for hit in hits {
        let (low, high) = reach(hit);
        events.push((low, false, hit.ms));
        events.push((high, true, hit.ms));
    }
    events.sort_unstable();
    let mut times: BTreeMap<u64, usize> = BTreeMap::new();
    for (_, is_end, at) in events {
        let count = times.entry(at).or_default();
        if is_end {
            *count -= 1;
            if *count == 0 {
                times.remove(&at);
            }
            continue;
        }
        *count += 1;
        if let (Some((first, _)), Some((last, _))) =
            (times.first_key_value(), times.last_key_value())
            && last - first >= ms
        {
            return true;
        }
    }
    false
}
