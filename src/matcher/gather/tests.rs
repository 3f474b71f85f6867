//! What is gathered, against hits that are all held and sorted; and what gathering costs, counted.

use std::collections::{BTreeMap, HashMap};

use proptest::prelude::*;

use super::*;
use crate::hash::{FrameHash, Turn};
use crate::index::spent::{self, Spent};
use crate::index::{Builder, Index, Structure};
use crate::list::{ClipFrame, Entry, List, Opinion, Source};
use crate::matcher::{Found, Matcher, Policy};

fn flipped(bits: &[usize]) -> Hash {
    let mut bytes = [0x5a; 32];
    for bit in bits {
        bytes[bit / 8] ^= 1 << (bit % 8);
    }
    Hash::new(HashType::Pdq, &bytes).unwrap()
}

fn index(structure: Structure, entries: Vec<Entry>) -> Index {
    let source = Source::new("flood", "flood.csv", "csv");
    let mut builder = Builder::new().structure(structure);
    builder.add(List::new(source, entries)).unwrap();
    builder.build_in_memory().unwrap().0
}

fn entry(hash: Hash, line: u64, clip: Option<u32>, opinion: Opinion) -> Entry {
    let frame = clip.map(|_| {
        Box::new(ClipFrame {
            index: line as u32,
            ms: Some(line * 40),
            ..ClipFrame::default()
        })
    });
    Entry {
        id: clip.map(|clip| format!("clip {clip}")),
        frame,
        opinion,
        ..Entry::new(hash, line)
    }
}

/// The listed hashes and the ways to each, as [`gather`] gives them, and how many hits were left out.
type Expected = (BTreeMap<Hash, CandidateSet>, u64);

/// Everything near is held, sorted, and then cut.
fn gathered(query: &Query<'_>, all: &[QueryHash], few: usize, most: usize) -> Expected {
    let mut near: BTreeMap<Hash, CandidateSet> = BTreeMap::new();
    let mut cut = 0;
    for asked in all {
        let mut hits: Vec<(usize, Hit)> = Vec::new();
        for (place, (_, layer)) in query.layers().enumerate() {
            let radius = query.radius(layer, HashType::Pdq);
            let found = layer.lookup_batch(&[asked.hash], radius).unwrap();
            hits.extend(found.into_iter().flatten().map(|hit| (place, hit)));
        }
        let before = hits.len();
        if before > few {
            hits = thinned(query, hits, most);
        }
        cut += (before - hits.len()) as u64;
        for (place, hit) in hits {
            let (ways, places) = near.entry(hit.hash).or_default();
            let way = Candidate {
                distance: hit.distance,
                frame: asked.frame,
                view: asked.view,
                ms: asked.ms,
            };
            if !ways.contains(&way) {
                ways.push(way);
            }
            if !places.iter().any(|(known, _)| *known == place) {
                places.push((place, hit));
            }
        }
    }
    for (ways, places) in near.values_mut() {
        ways.sort();
        places.sort_by_key(|(place, _)| *place);
        // Of which picture a hit was first met says nothing.
        places.iter_mut().for_each(|(_, hit)| hit.distance = 0);
    }
    (near, cut)
}

fn thinned(query: &Query<'_>, mut hits: Vec<(usize, Hit)>, most: usize) -> Vec<(usize, Hit)> {
    hits.sort_by_key(|(place, hit)| (hit.distance, hit.hash, *place));
    let same = |one: &(usize, Hit), other: &(usize, Hit)| one.1.hash == other.1.hash;
    let mut wanted: BTreeMap<_, Vec<(usize, usize)>> = BTreeMap::new();
    let mut ranks: HashMap<_, usize> = HashMap::new();
    for (place, places) in hits.chunk_by(same).enumerate() {
        for said in query.said(places).unwrap() {
            let counts = said.opinion() != Opinion::Negative;
            let clips = said.rows.iter().map(|row| &row.entry);
            let clips = clips.map(|entry| entry.id.clone().filter(|_| entry.frame.is_some()));
            for clip in clips.collect::<BTreeSet<_>>() {
                let key = (said.list.clone(), clip.is_some(), counts);
                let rank = ranks.entry((key.clone(), clip)).or_default();
                wanted.entry(key).or_default().push((*rank, place));
                *rank += 1;
            }
        }
    }
    let mut kept = BTreeSet::new();
    for ((.., counts), mut wanted) in wanted {
        wanted.sort();
        let most = if counts { most } else { quota::QUIET_HITS };
        kept.extend(wanted.into_iter().take(most).map(|(_, place)| place));
    }
    let chunks = hits.chunk_by(same).enumerate();
    let chunks = chunks.filter(|(place, _)| kept.contains(place));
    chunks.flat_map(|(_, places)| places.to_vec()).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn hits_are_kept_as_if_all_had_been_held_and_sorted(
        lists in prop::collection::vec(
            prop::collection::vec((prop::collection::vec(0usize..20, 0..9), prop::option::of(0u32..4), 0u8..3), 1..70),
            1..4,
        ),
        all in prop::collection::vec((prop::collection::vec(0usize..20, 0..9), 0u32..6), 1..9),
        radius in 0u32..12,
        few in 0usize..8,
        most in 1usize..9,
        structures in prop::collection::vec(prop::sample::select(vec![Structure::Exhaustive, Structure::BkTree, Structure::Mih]), 3),
    ) {
        let entries = |list: &Vec<(Vec<usize>, Option<u32>, u8)>| {
            let rows = (1..).zip(list);
            let rows = rows.map(|(line, (bits, clip, opinion))| {
                let opinion = [Opinion::Positive, Opinion::Negative, Opinion::Seed][usize::from(*opinion)];
                entry(flipped(bits), line, *clip, opinion)
            });
            rows.collect::<Vec<Entry>>()
        };
        let indexes = lists.iter().zip(structures);
        let indexes = indexes.map(|(list, structure)| index(structure, entries(list)));
        let all: Vec<QueryHash> = all
            .iter()
            .zip(Turn::ALL.into_iter().cycle())
            .map(|((bits, frame), view)| asked(flipped(bits), *frame, view.into()))
            .collect();
        let mut policy = Policy::default();
        policy.radius.insert(HashType::Pdq, radius);
        let matcher = Matcher::new(indexes).with_policy(policy);
        let query = matcher.query();
        let expected = gathered(&query, &all, few, most);
        let by_type = [(HashType::Pdq, all)];
        let found = gather_within(&query, &by_type, Quotas::limited(&query, few, most)).unwrap();
        let mut near: BTreeMap<Hash, CandidateSet> = found.near.into_iter().collect();
        for (_, places) in near.values_mut() {
            places.iter_mut().for_each(|(_, hit)| hit.distance = 0);
        }
        prop_assert_eq!((near, found.cut), expected);
    }
}

fn asked(hash: Hash, frame: u32, view: View) -> QueryHash {
    QueryHash {
        hash,
        view,
        frame,
        ms: u64::from(frame) * 40,
        quality: Some(100),
        doubts: None,
    }
}

const FLOOD: usize = 20_000;
const PICTURES: u32 = 30;

/// A clip whose pictures are near to so many hashes, each two bits from the others' center.
fn look_up(clip: impl Fn(u32) -> Option<u32>, opinion: Opinion) -> (Found, Spent) {
    let pairs = (0..256).flat_map(|a| (0..a).map(move |b| vec![a, b]));
    let rows = (1..).zip(pairs.take(FLOOD));
    let rows = rows.map(|(line, bits)| entry(flipped(&bits), line, clip(line as u32), opinion));
    let policy = Policy {
        limit: 4,
        ..Policy::default()
    };
    let matcher = Matcher::new([index(Structure::Auto, rows.collect())]).with_policy(policy);
    let print = |frame: u32| FrameHash {
        hash: flipped(&[frame as usize]),
        quality: 100,
        frame,
        ms: u64::from(frame) * 40,
        view: View::ORIGINAL,
    };
    let pictures: Vec<FrameHash> = (0..PICTURES).map(print).collect();
    let (found, spent) = spent::of(|| matcher.find_hashes(&[], &pictures, None));
    (found.unwrap(), spent)
}

/// The bound is half as much again as comparing each picture of the clip with each listed hash. It includes one look at each
/// listed hash.
const COMPARISONS_MAX: u64 = FLOOD as u64 * PICTURES as u64 * 3 / 2;

#[test]
fn a_flood_costs_a_clip_no_more_than_half_an_exhaustive_search_beside_it() {
    let one = |_| Some(1);
    let each = |line| Some(line);
    let picture = |_| None;
    let clips: [&dyn Fn(u32) -> Option<u32>; 3] = [&one, &each, &picture];
    for clip in clips {
        let (found, spent) = look_up(clip, Opinion::Positive);
        assert!(!found.matches.is_empty() && found.cluster.is_some());
        assert!(spent.comparisons <= COMPARISONS_MAX, "{spent:?}");
        assert_eq!(spent.read, FLOOD as u64);
        // Once to know whose it is; what is kept then in full.
        assert!(spent.records <= 2 * FLOOD as u64, "{spent:?}");
    }
}

#[test]
fn a_flood_of_negative_entries_costs_a_clip_one_look_at_each() {
    for clip in [Some(1), None] {
        let (found, spent) = look_up(|_| clip, Opinion::Negative);
        assert!(found.matches.is_empty() && !found.suppressed.is_empty());
        assert!(spent.comparisons <= COMPARISONS_MAX, "{spent:?}");
        assert_eq!(spent.read, FLOOD as u64);
        let kept = u64::from(PICTURES) * quota::QUIET_HITS as u64;
        assert!(spent.records <= FLOOD as u64 + kept, "{spent:?}");
    }
}
