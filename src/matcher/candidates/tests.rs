use std::collections::BTreeSet;

use proptest::prelude::*;

use super::*;
use crate::hash::Turn;
use crate::index::spent::{self, Spent};
use crate::index::{Builder, Index, Structure};
use crate::list::{Entry, List, Opinion, Source};
use crate::matcher::{Found, Matcher, Policy};

fn flipped(bits: &[usize]) -> Hash {
    let mut bytes = [0x5a; 32];
    for bit in bits {
        bytes[bit / 8] ^= 1 << (bit % 8);
    }
    Hash::new(HashType::Pdq, &bytes).unwrap()
}

fn index(structure: Structure, hashes: impl IntoIterator<Item = Hash>, opinion: Opinion) -> Index {
    let source = Source::new("flood", "flood.csv", "csv");
    let entry = |(line, hash)| Entry {
        opinion,
        ..Entry::new(hash, line)
    };
    let entries = (1..).zip(hashes).map(entry).collect();
    let mut builder = Builder::new().structure(structure);
    builder.add(List::new(source, entries)).unwrap();
    builder.build_in_memory().unwrap().0
}

fn asked(hash: Hash, frame: u32, view: View) -> QueryHash {
    QueryHash {
        hash,
        view,
        frame,
        ms: 0,
        quality: Some(100),
        doubts: None,
    }
}

/// A hash and, for each layer that holds it near enough, the layer.
type Given = (Hash, Vec<Candidate>, Vec<usize>);

/// Everything near, gathered from the lists themselves.
fn gathered(lists: &[Vec<Hash>], all: &[QueryHash], radius: u32, every_frame: bool) -> Vec<Given> {
    let listed: BTreeSet<Hash> = lists.iter().flatten().copied().collect();
    let given = listed.into_iter().filter_map(|hash| {
        let ways = all.iter().map(|asked| Candidate {
            distance: asked.hash.distance(&hash).unwrap(),
            frame: asked.frame,
            view: asked.view,
            ms: asked.ms,
        });
        let mut ways: Vec<Candidate> = ways.filter(|way| way.distance <= radius).collect();
        ways.sort();
        let mut known = BTreeSet::new();
        ways.retain(|way| known.insert((way.frame, way.view)));
        ways.truncate(if every_frame { usize::MAX } else { 1 });
        let holds = |(layer, list): (usize, &Vec<Hash>)| list.contains(&hash).then_some(layer);
        let places = lists.iter().enumerate().filter_map(holds).collect();
        (!ways.is_empty()).then_some((hash, ways, places))
    });
    let mut given: Vec<Given> = given.collect();
    given.sort_by_key(|(hash, ways, _)| (ways[0].distance, *hash));
    given
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn candidates_come_as_if_all_had_been_gathered(
        lists in prop::collection::vec(prop::collection::vec(prop::collection::vec(0usize..24, 0..12), 1..40), 1..4),
        all in prop::collection::vec((prop::collection::vec(0usize..24, 0..12), 0u32..3), 1..5),
        radius in 0u32..14,
        every_frame: bool,
        structures in prop::collection::vec(prop::sample::select(vec![Structure::Exhaustive, Structure::BkTree, Structure::Mih]), 3),
    ) {
        let lists: Vec<Vec<Hash>> = lists
            .iter()
            .map(|list| list.iter().map(|bits| flipped(bits)).collect())
            .collect();
        let all: Vec<QueryHash> = all
            .iter()
            .zip(Turn::ALL)
            .map(|((bits, frame), view)| asked(flipped(bits), *frame, view.into()))
            .collect();
        let indexes = lists.iter().zip(structures);
        let indexes = indexes.map(|(list, structure)| index(structure, list.clone(), Opinion::Positive));
        let mut policy = Policy::default();
        policy.radius.insert(HashType::Pdq, radius);
        let matcher = Matcher::new(indexes).with_policy(policy);
        let query = matcher.query();
        let by_type = BTreeMap::from([(HashType::Pdq, all.clone())]);
        let mut near = NearHashes::search(&query, &by_type, every_frame).unwrap();
        let expected = gathered(&lists, &all, radius, every_frame);
        for (place, expected_one) in expected.iter().enumerate() {
            prop_assert_eq!(near.left().unwrap(), (expected.len() - place) as u64);
            let (hash, (ways, places)) = near.next(|_| true).unwrap().unwrap();
            let places = places.into_iter().map(|(layer, _)| layer).collect();
            prop_assert_eq!(&(hash, ways, places), expected_one);
        }
        prop_assert_eq!(near.left().unwrap(), 0);
        prop_assert!(near.next(|_| true).unwrap().is_none());
    }
}

const FLOOD: usize = 40_000;

/// So many hashes, each two or three bits from the others' center: all pairs of bits, then triples.
fn ball(count: usize) -> Vec<Hash> {
    let pairs = (0..256).flat_map(|a| (0..a).map(move |b| vec![a, b]));
    let triples =
        (2..256).flat_map(|a| (1..a).flat_map(move |b| (0..b).map(move |c| vec![a, b, c])));
    let all = pairs.chain(triples);
    all.take(count).map(|bits| flipped(&bits)).collect()
}

fn look_up(hashes: Vec<Hash>, opinion: Opinion, limit: usize) -> (Found, Spent) {
    let policy = Policy {
        limit,
        ..Policy::default()
    };
    let index = index(Structure::Auto, hashes, opinion);
    let matcher = Matcher::new([index]).with_policy(policy);
    let (found, spent) = spent::of(|| matcher.lookup(&flipped(&[])));
    (found.unwrap(), spent)
}

/// A lookup gathered all hashes of the ball, with their metadata, to show one of them.
#[test]
fn a_flood_of_near_hashes_costs_no_more_than_half_an_exhaustive_search_beside_it() {
    for limit in [1, 16] {
        let (found, spent) = look_up(ball(FLOOD), Opinion::Positive, limit);
        assert_eq!(found.matches.len(), limit);
        assert_eq!(found.more, (FLOOD - limit) as u64);
        assert!(found.cluster.is_some());
        // The cluster is named after what stands first: it is met in the first run of hashes.
        let most = FLOOD as u64 * 3 / 2 + 4096;
        assert!(spent.comparisons <= most, "{spent:?}");
        assert!(spent.read <= limit as u64 + 2, "{spent:?}");
        assert_eq!(spent.records, limit as u64);
    }
}

#[test]
fn a_leading_hash_that_stands_last_costs_two_exhaustive_searches_and_a_half_at_most() {
    // All within the radius of the query; none within that of the nearest, which stands last.
    let mut bytes = [0xff; 32];
    let nearest = Hash::new(HashType::Pdq, &bytes).unwrap();
    bytes[28..].fill(0);
    let far = |i: usize| {
        let mut hash = [0xff; 32];
        (0..4).for_each(|byte| hash[byte] = 0);
        hash[4..8].copy_from_slice(&(!(i as u32)).to_be_bytes());
        Hash::new(HashType::Pdq, &hash).unwrap()
    };
    let mut hashes: Vec<Hash> = (0..FLOOD).map(far).collect();
    hashes.push(nearest);
    let policy = Policy {
        limit: 1,
        radius: [(HashType::Pdq, 60)].into(),
        ..Policy::default()
    };
    let matcher = Matcher::new([index(Structure::Auto, hashes, Opinion::Positive)]);
    let matcher = matcher.with_policy(policy);
    let (found, spent) = spent::of(|| matcher.lookup(&nearest).unwrap());
    assert_eq!((found.matches[0].hash, found.more > 1000), (nearest, true));
    assert!(spent.comparisons <= FLOOD as u64 * 5 / 2, "{spent:?}");
    assert!(spent.read <= 3 && spent.records == 1, "{spent:?}");
}

#[test]
fn of_a_flood_of_negative_entries_each_is_read_once() {
    let (found, spent) = look_up(ball(FLOOD), Opinion::Negative, 1);
    assert_eq!((found.matches.len(), found.suppressed.len()), (0, 1));
    assert_eq!((found.more, found.cluster), (0, None));
    assert_eq!(spent.records, FLOOD as u64);
}

/// Bits of few positions, so that many hashes are near and some are equal.
fn some_bits() -> impl Strategy<Value = BTreeSet<usize>> {
    proptest::collection::btree_set(0..40_usize, 0..24)
}

fn some_hash() -> impl Strategy<Value = Hash> {
    some_bits().prop_map(|bits| flipped(&bits.into_iter().collect::<Vec<_>>()))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn hashes_in_one_batch_are_answered_as_one_by_one(
        lists in proptest::collection::vec(
            (0..4_usize, any::<bool>(), proptest::collection::vec(some_hash(), 1..60)),
            0..4,
        ),
        queries in proptest::collection::vec((some_hash(), any::<bool>()), 0..80),
        limit in 1..6_usize,
    ) {
        let structures = [Structure::Auto, Structure::Exhaustive, Structure::BkTree, Structure::Mih];
        let indexes = lists.into_iter().map(|(structure, is_negative, hashes)| {
            let opinion = if is_negative { Opinion::Negative } else { Opinion::Positive };
            index(structures[structure], hashes, opinion)
        });
        let policy = Policy { limit, ..Policy::default() };
        let matcher = Matcher::new(indexes).with_policy(policy);
        let of_type = |(hash, is_digest): (Hash, bool)| {
            let hash_type = if is_digest { HashType::Sha256 } else { HashType::Pdq };
            Hash::new(hash_type, hash.as_bytes()).unwrap()
        };
        let hashes: Vec<Hash> = queries.into_iter().map(of_type).collect();
        let one_by_one: Vec<Found> = hashes.iter().map(|hash| matcher.lookup(hash).unwrap()).collect();
        prop_assert_eq!(matcher.lookup_batch(&hashes).unwrap(), one_by_one);
    }
}

#[test]
fn in_a_large_batch_what_gave_up_is_compared_and_the_rest_is_not() {
    // A flood around one hash, and hashes of which none is near another.
    let apart = |i: usize| {
        let mut random = i as u64 + 1;
        let mut word = || {
            // xorshift64 (Marsaglia, "Xorshift RNGs", 2003)
            random ^= random << 13;
            random ^= random >> 7;
            random ^= random << 17;
            random.wrapping_mul(0x9e37_79b9_7f4a_7c15)
        };
        let words = [word(), word(), word(), word()];
        Hash::new(HashType::Pdq, words.map(u64::to_be_bytes).as_flattened()).unwrap()
    };
    let flood = ball(FLOOD);
    let lone: Vec<Hash> = (0..FLOOD).map(apart).collect();
    let all = flood.iter().chain(&lone).copied();
    let index = index(Structure::Auto, all, Opinion::Positive);
    // More than are compared with each other at once.
    let queries: Vec<Hash> = (0..70)
        .map(|i| match i % 7 {
            0 => flood[i],
            _ => lone[i * 3],
        })
        .collect();
    let begun = index.begin_near(&queries, 31).unwrap();
    for (i, begun) in begun.iter().enumerate() {
        match begun {
            Begun::GaveUp => assert_eq!(i % 7, 0),
            Begun::Found(near) => assert!(i % 7 != 0 && near.len() == 1, "{}", near.len()),
            Begun::NotYet => panic!("multi-index hashing answers"),
        }
    }
    let limited = Policy::default().with_limit(2);
    let matcher = Matcher::new([index]).with_policy(limited);
    let one_by_one: Vec<Found> = queries
        .iter()
        .map(|hash| matcher.lookup(hash).unwrap())
        .collect();
    let (each, spent) = spent::of(|| matcher.lookup_batch(&queries).unwrap());
    assert_eq!(each, one_by_one);
    // Ten searches of half of the list, then all of it; and little for the others.
    let all = 2 * FLOOD as u64;
    assert!(
        spent.comparisons <= 10 * all * 3 / 2 + 60 * all / 4,
        "{spent:?}"
    );
}
