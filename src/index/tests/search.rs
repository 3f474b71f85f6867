use std::collections::BTreeSet;

use proptest::prelude::*;

use super::*;
use crate::hash::Pdq;

/// The answer by the definition: from the list, without an index.
fn expected(hashes: &[Entry], query: &Hash, radius: u32) -> Vec<(u32, Hash)> {
    let distinct: BTreeSet<Hash> = hashes.iter().map(|entry| entry.hash).collect();
    let mut hits: Vec<(u32, Hash)> = distinct
        .into_iter()
        .map(|hash| (hash.distance(query).unwrap(), hash))
        .filter(|&(distance, _)| distance <= radius)
        .collect();
    hits.sort();
    hits
}

fn found(index: &Index, structure: Structure, query: &Hash, radius: u32) -> Vec<(u32, Hash)> {
    let hits = index.lookup_with(structure, query, radius).unwrap();
    hits.iter().map(|hit| (hit.distance, hit.hash)).collect()
}

/// Every structure, at every radius that may matter, gives what the list says.
fn holds_at_every_radius(hash_type: HashType, hashes: Vec<[u8; 32]>, queries: &[[u8; 32]]) {
    let entries = entries(hash_type, hashes);
    let built = |structure| {
        let index = index(structure, vec![list("a", entries.clone())]);
        index.verify().unwrap();
        index
    };
    let (tree, mih) = (built(Structure::BkTree), built(Structure::Mih));
    for query in queries {
        let query = Hash::new(hash_type, &query[..hash_type.bytes()]).unwrap();
        for radius in (0..=64).chain([255, 256, 257, u32::MAX]) {
            let expected = expected(&entries, &query, radius);
            for (index, structure) in [
                (&tree, Structure::Auto),
                (&tree, Structure::Exhaustive),
                (&tree, Structure::BkTree),
                (&mih, Structure::Auto),
                (&mih, Structure::Mih),
            ] {
                let found = found(index, structure, &query, radius);
                assert_eq!(found, expected, "{structure:?} at radius {radius}");
            }
        }
    }
}

const PERCEPTUAL: [HashType; 2] = [HashType::Pdq, HashType::GradientIh3];

#[test]
fn every_radius_is_exact_in_lists_of_every_shape() {
    let center = random(1).next().unwrap();
    let near = |count: usize| {
        random(2)
            .take(count)
            .map(move |noise| flipped(center, noise[..6].iter().map(|&bit| usize::from(bit))))
    };
    let shapes: [Vec<[u8; 32]>; 8] = [
        vec![center],
        vec![center, flipped(center, [3])],
        vec![center; 300],
        random(3).take(1500).collect(),
        near(1500).collect(),
        // A chain, in which every hash is one bit from the next.
        (0..=256).map(|bits| flipped(center, 0..bits)).collect(),
        random(4)
            .take(600)
            .chain(near(600))
            .chain(near(300))
            .collect(),
        vec![[0; 32], [255; 32]],
    ];
    for hash_type in PERCEPTUAL {
        for hashes in &shapes {
            let mut queries = vec![center, [0; 32]];
            queries.extend(random(5).take(1));
            queries.extend(hashes.last().map(|&last| flipped(last, [0, 77, 130])));
            holds_at_every_radius(hash_type, hashes.clone(), &queries);
        }
    }
}

#[test]
fn a_list_that_pivots_do_not_split_is_exact_and_shallow() {
    // Pivots (z, z) are 128 bits from every hash (y, not y), so such pivots split nothing.
    let same = |hash: [u8; 32]| std::array::from_fn(|i| hash[i % 16]);
    let opposite =
        |hash: [u8; 32]| std::array::from_fn(|i| if i < 16 { hash[i] } else { !hash[i - 16] });
    let hashes: Vec<[u8; 32]> = random(6)
        .take(1000)
        .flat_map(|hash| [same(hash), opposite(hash)])
        .collect();
    holds_at_every_radius(HashType::Pdq, hashes.clone(), &[hashes[0], hashes[1]]);
}

#[test]
fn what_the_tree_cannot_split_becomes_one_large_leaf() {
    // Two bits each out of 256. The distances from any pivot are 2 or 4, so few levels do not suffice.
    let pairs = (0..256).flat_map(|a| (0..a).map(move |b| flipped([0; 32], [a, b])));
    let hashes: Vec<[u8; 32]> = pairs.collect();
    let index = index(
        Structure::BkTree,
        vec![list("a", entries(HashType::Pdq, hashes.clone()))],
    );
    index.verify().unwrap();
    let query = Hash::new(HashType::Pdq, &flipped([0; 32], [1])).unwrap();
    assert_eq!(
        index
            .lookup_with(Structure::BkTree, &query, 1)
            .unwrap()
            .len(),
        255
    );
    assert_eq!(
        index
            .lookup_with(Structure::BkTree, &query, 3)
            .unwrap()
            .len(),
        hashes.len()
    );
}

/// Small enough for Miri, which reads every view of an index in it.
#[test]
fn a_few_hashes_are_read_through_the_views() {
    let hashes: Vec<[u8; 32]> = random(7).take(12).collect();
    for structure in [Structure::Exhaustive, Structure::BkTree] {
        let index = index(
            structure,
            vec![list("a", entries(HashType::Pdq, hashes.clone()))],
        );
        for (line, &hash) in (1..).zip(&hashes) {
            let hash = Hash::new(HashType::Pdq, &flipped(hash, [0, 255])).unwrap();
            let hits = index.lookup(&hash, 2).unwrap();
            assert_eq!(hits.len(), 1);
            assert_eq!(hits[0].distance, 2);
            let records = index.records(&hits[0]).unwrap();
            let rows = records.iter().flat_map(|record| &record.rows);
            let lines: Vec<u64> = rows.map(|row| row.entry.line).collect();
            assert_eq!(lines, [line]);
        }
    }
}

#[test]
fn an_empty_index_and_an_absent_type_have_no_hits() {
    let pdq = Hash::new(HashType::Pdq, &[1; 32]).unwrap();
    for lists in [
        vec![],
        vec![list("a", entries(HashType::Md5, random(1).take(3)))],
    ] {
        let index = index(Structure::BkTree, lists);
        index.verify().unwrap();
        for structure in [Structure::Auto, Structure::Exhaustive, Structure::BkTree] {
            assert_eq!(index.lookup_with(structure, &pdq, 256).unwrap(), []);
        }
    }
}

#[test]
fn digests_are_equal_or_nothing_at_any_radius() {
    for hash_type in [HashType::Md5, HashType::Sha1, HashType::Sha256] {
        let known: Vec<[u8; 32]> = random(9).take(500).collect();
        let index = index(
            Structure::BkTree,
            vec![list("a", entries(hash_type, known.clone()))],
        );
        let hash = |bytes: [u8; 32]| Hash::new(hash_type, &bytes[..hash_type.bytes()]).unwrap();
        for structure in [Structure::Auto, Structure::Exhaustive, Structure::BkTree] {
            for radius in [0, 31, 256] {
                for known in &known {
                    let hash = hash(*known);
                    assert_eq!(found(&index, structure, &hash, radius), [(0, hash)]);
                }
                let near = hash(flipped(known[0], [9]));
                assert_eq!(found(&index, structure, &near, radius), []);
            }
        }
    }
}

#[test]
fn a_structure_that_was_not_built_is_an_argument_error() {
    let index = index(
        Structure::Exhaustive,
        vec![list("a", entries(HashType::Pdq, random(1).take(3)))],
    );
    let query = Hash::new(HashType::Pdq, &[1; 32]).unwrap();
    let error = index.lookup_with(Structure::BkTree, &query, 1).unwrap_err();
    assert!(matches!(error, Error::Argument(_)));
    assert!(
        error.to_string().contains("no bk-tree for pdq hashes"),
        "{error}"
    );
}

#[test]
fn threads_share_an_index() {
    fn shared(_: &(impl Send + Sync)) {}
    let hashes: Vec<[u8; 32]> = random(1).take(3000).collect();
    let index = index(
        Structure::Auto,
        vec![list("a", entries(HashType::Pdq, hashes.clone()))],
    );
    shared(&index);
    std::thread::scope(|scope| {
        for thread in 0..4 {
            let (index, hashes) = (&index, &hashes);
            scope.spawn(move || {
                for hash in hashes.iter().skip(thread).step_by(40) {
                    let query = Hash::new(HashType::Pdq, hash).unwrap();
                    assert_eq!(index.lookup(&query, 4).unwrap()[0].hash, query);
                }
            });
        }
    });
}

fn any_hash() -> impl Strategy<Value = [u8; 32]> {
    // Few distinct bytes make near, equal and chained hashes likely.
    let byte = prop_oneof![4 => Just(0u8), 2 => Just(1), 1 => Just(255), 1 => any::<u8>()];
    prop_oneof![
        proptest::collection::vec(byte, 32).prop_map(|bytes| bytes.try_into().unwrap()),
        any::<[u8; 32]>(),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn the_tree_equals_exhaustive_search_at_every_radius(
        hashes in proptest::collection::vec(any_hash(), 1..700),
        query in any_hash(),
        at in any::<proptest::sample::Index>(),
    ) {
        for hash_type in PERCEPTUAL {
            holds_at_every_radius(hash_type, hashes.clone(), &[query, *at.get(&hashes)]);
        }
    }
}

/// What lies beyond the radius is found for the most part, and what lies within it whole, whatever structure answers.
#[test]
fn most_is_found_beyond_the_radius_and_all_within_it() {
    let queries: Vec<[u8; 32]> = random(31).take(60).collect();
    // Distances from 20 to 49, in bits that have no order.
    let near = queries.iter().zip(0..).flat_map(|(query, salt)| {
        (20..50_usize).map(move |bits| {
            let mut places: Vec<usize> = (0..256).collect();
            places.sort_by_key(|place| blake3::hash(&[salt, bits as u8, *place as u8]).to_hex());
            flipped(*query, places.into_iter().take(bits))
        })
    });
    let hashes: Vec<[u8; 32]> = random(32).take(30_000).chain(near).collect();
    let entries = entries(HashType::Pdq, hashes);
    let (mut known, mut met) = ([0_usize; 2], [0_usize; 2]);
    for structure in [Structure::Exhaustive, Structure::BkTree, Structure::Mih] {
        let index = index(structure, vec![list("a", entries.clone())]);
        for query in &queries {
            let query = Hash::new(HashType::Pdq, query).unwrap();
            let mut near = index.near(&[query], 31).unwrap();
            let (mut within, beyond) = index.near_and_beyond(&[query], [31, 45], &[], 100).unwrap();
            while let Some(hit) = index.next_near(HashType::Pdq, &mut near).unwrap() {
                let same = index.next_near(HashType::Pdq, &mut within).unwrap();
                assert_eq!(same, Some(hit));
            }
            assert_eq!(within.len(), 0);
            let mut expected = expected(&entries, &query, 45);
            expected.retain(|(distance, _)| *distance > 31);
            let beyond: Vec<_> = beyond.iter().map(|hit| (hit.distance, hit.hash)).collect();
            assert!(beyond.iter().all(|hit| expected.contains(hit)));
            let is_sampled = usize::from(structure == Structure::Mih);
            known[is_sampled] += expected.len();
            met[is_sampled] += beyond.len();
        }
    }
    assert_eq!(met[0], known[0]);
    assert!(met[1] * 100 >= known[1] * 96, "{met:?} of {known:?}");
}

/// If it is known which bits of a near hash are likely to differ, fewer buckets find it, and more that is farther away.
#[test]
fn doubts_choose_the_buckets() {
    let queries: Vec<[u8; 32]> = random(41).take(40).collect();
    // The first three of each row of 16 bits are doubted. A row is a chunk in a list of this size.
    let doubts = Pdq([0x07, 0x00].repeat(16).try_into().unwrap());
    let cases = [(true, 31), (true, 32), (false, 31), (false, 30)];
    let near = queries.iter().zip(cases.into_iter().cycle());
    let near = near.map(|(query, (is_doubted, bits))| {
        let first = if is_doubted { 0 } else { 4 };
        // Two bits of each row. Of the last one only what is left.
        let places = (0..32).map(|place| place / 2 * 16 + first + place % 2);
        flipped(*query, places.take(bits))
    });
    let hashes: Vec<[u8; 32]> = random(42).take(1 << 16).chain(near).collect();
    let index = index(
        Structure::Mih,
        vec![list("a", entries(HashType::Pdq, hashes))],
    );
    for (query, (is_doubted, bits)) in queries.iter().zip(cases.into_iter().cycle()) {
        let hash = Hash::new(HashType::Pdq, query).unwrap();
        let search = |doubts: &[Pdq]| {
            let search = || index.near_and_beyond(&[hash], [31, 45], doubts, 100);
            let (found, spent) = crate::index::spent::of(search);
            let (near, beyond) = found.unwrap();
            (near.len() + beyond.len(), spent.comparisons)
        };
        let (all, of_all) = search(&[]);
        let (likely, of_likely) = search(&[doubts]);
        // Beyond the radius no row need agree in all bits but one.
        assert_eq!(all, usize::from(bits < 32));
        // A row without a changed bit is found by the query's own value.
        assert_eq!(likely, usize::from(is_doubted || bits == 30), "{bits}");
        assert!(of_likely * 2 < of_all, "{of_likely} of {of_all}");
    }
}
