//! Multi-index hashing, batches, the nearest and the choice: all held to exhaustive search, and to what it costs.

use proptest::prelude::*;

use super::*;

/// A hash with some of these bits changed, chosen by random bytes.
fn near(center: [u8; 32], noise: [u8; 32], bits: usize) -> [u8; 32] {
    flipped(center, noise[..bits].iter().map(|&bit| usize::from(bit)))
}

/// Lists of every shape, of this size before duplicates go.
fn shapes(count: usize) -> Vec<(&'static str, Vec<[u8; 32]>)> {
    let center = random(11).next().unwrap();
    let crowd = || random(12).map(move |noise| near(center, noise, 12));
    let uniform = || random(13);
    let tenth = uniform().zip(crowd()).enumerate();
    vec![
        ("uniform", uniform().take(count).collect()),
        ("clustered", crowd().take(count).collect()),
        (
            "a tenth clustered",
            tenth
                .map(|(i, (far, near))| if i % 10 == 0 { near } else { far })
                .take(count)
                .collect(),
        ),
        (
            "half clustered",
            uniform()
                .take(count / 2)
                .chain(crowd().take(count - count / 2))
                .collect(),
        ),
        (
            "duplicated",
            uniform()
                .take(count.div_ceil(7))
                .cycle()
                .take(count)
                .collect(),
        ),
        ("all zeros", vec![[0; 32]; count]),
        // What flat pictures give: a few hashes, and their neighbours.
        (
            "flat",
            random(14)
                .map(|noise| match noise[31] % 3 {
                    0 => near([0; 32], noise, usize::from(noise[30] % 5)),
                    1 => near([255; 32], noise, usize::from(noise[30] % 5)),
                    _ => near([0xaa; 32], noise, usize::from(noise[30] % 5)),
                })
                .take(count)
                .collect(),
        ),
        // One value in all chunks but one, whichever their width: a full bucket in each.
        (
            "one chunk apart",
            random(15)
                .enumerate()
                .map(|(i, noise)| {
                    let mut hash = center;
                    hash[i % 16 * 2..][..2].copy_from_slice(&noise[..2]);
                    hash
                })
                .take(count)
                .collect(),
        ),
    ]
}

fn queries(hash_type: HashType, hashes: &[[u8; 32]]) -> Vec<Hash> {
    let center = random(11).next().unwrap();
    let mut queries = vec![center, near(center, [9; 32], 1), random(16).next().unwrap()];
    if let (Some(&first), Some(&last)) = (hashes.first(), hashes.last()) {
        queries.push(flipped(first, [0, 17, 33, 63]));
        queries.push(flipped(last, (0..28).map(|bit| bit * 9 % 64)));
    }
    let cut = |bytes: &[u8; 32]| Hash::new(hash_type, &bytes[..hash_type.bytes()]).unwrap();
    queries.iter().map(cut).collect()
}

const PERCEPTUAL: [HashType; 2] = [HashType::Pdq, HashType::GradientIh3];

/// One index per structure.
fn indexes(hash_type: HashType, hashes: &[[u8; 32]]) -> [(Structure, Index); 3] {
    [Structure::Exhaustive, Structure::BkTree, Structure::Mih].map(|structure| {
        let entries = entries(hash_type, hashes.iter().copied());
        (structure, index(structure, vec![list("a", entries)]))
    })
}

fn equal_at(radii: impl Iterator<Item = u32> + Clone, counts: &[usize], names: &[&str]) {
    for &count in counts {
        let wanted = |name: &str| names.is_empty() || names.contains(&name);
        for (name, hashes) in shapes(count).into_iter().filter(|(name, _)| wanted(name)) {
            for hash_type in PERCEPTUAL {
                let [(_, oracle), others @ ..] = indexes(hash_type, &hashes);
                let queries = queries(hash_type, &hashes);
                for radius in radii.clone() {
                    let expected: Vec<Vec<Hit>> = queries
                        .iter()
                        .map(|query| oracle.lookup(query, radius).unwrap())
                        .map(|hits| hits.iter().map(|hit| Hit { ordinal: 0, ..*hit }).collect())
                        .collect();
                    for (structure, index) in &others {
                        for structure in [*structure, Structure::Auto] {
                            let plain = |hits: &Vec<Hit>| -> Vec<Hit> {
                                hits.iter().map(|hit| Hit { ordinal: 0, ..*hit }).collect()
                            };
                            let single = queries.iter().map(|query| {
                                plain(&index.lookup_with(structure, query, radius).unwrap())
                            });
                            let what =
                                || format!("{count} {name} {hash_type} {structure:?} at {radius}");
                            assert!(single.eq(expected.iter().cloned()), "{}", what());
                            let batch = index.lookup_batch_with(structure, &queries, radius);
                            let batch = batch.unwrap();
                            assert!(
                                batch.iter().map(plain).eq(expected.iter().cloned()),
                                "batch, {}",
                                what()
                            );
                        }
                    }
                }
            }
        }
    }
}

#[test]
fn small_lists_of_every_shape_are_exact_at_every_radius() {
    equal_at((0..=70).chain([255, 256]), &[0, 1, 2, 17], &[]);
}

#[test]
fn a_thousand_hashes_of_every_shape_are_exact_at_every_radius() {
    equal_at((0..=70).step_by(2).chain([255, 256]), &[1000], &[]);
    equal_at((1..=70).step_by(2), &[1000], &["uniform", "flat"]);
}

#[test]
fn fifty_thousand_hashes_are_exact() {
    equal_at(
        [0, 1, 4, 10, 16, 31, 40].into_iter(),
        &[50_000],
        &["uniform", "a tenth clustered"],
    );
    equal_at([3, 31].into_iter(), &[50_000], &[]);
}

/// `cargo test --release --lib -- --ignored every_radius_of_fifty` takes minutes.
#[test]
#[ignore = "takes minutes"]
fn every_radius_of_fifty_thousand_hashes_is_exact() {
    equal_at((0..=70).chain([255, 256]), &[50_000], &[]);
}

#[test]
fn no_query_costs_more_than_one_and_a_half_times_exhaustive_search() {
    for (name, hashes) in shapes(50_000) {
        for hash_type in PERCEPTUAL {
            for (structure, index) in &indexes(hash_type, &hashes)[1..] {
                let path = match structure {
                    Structure::BkTree => PATH_COST,
                    _ => 0,
                };
                for query in queries(hash_type, &hashes) {
                    for radius in [0, 2, 4, 8, 12, 16, 20, 24, 31, 40, 50, 70, 128, 256] {
                        let explained = index.explain(&query, radius).unwrap().unwrap();
                        assert!(
                            explained.cost * 2 <= explained.hashes * 3 + 2 * path,
                            "{name} {structure:?} at {radius}: {explained:?}"
                        );
                    }
                }
            }
        }
    }
}

/// What the shortest search of a tree costs: a few nodes.
const PATH_COST: u64 = 100;

#[test]
fn multi_index_hashing_answers_what_it_is_built_for_and_says_how() {
    let hashes: Vec<[u8; 32]> = random(13).take(60_000).collect();
    let index = index(
        Structure::Auto,
        vec![list("a", entries(HashType::Pdq, hashes.clone()))],
    );
    let query = Hash::new(HashType::Pdq, &flipped(hashes[7], (0..31).map(|i| i * 8))).unwrap();
    let explained = index.explain(&query, 31).unwrap().unwrap();
    assert_eq!((explained.structure, explained.gave_up), ("mih", false));
    assert_eq!((explained.hashes, explained.hits), (60_000, 1));
    // 18 chunks of 14 and 15 bits: 14 of them with one bit changed or none, 4 as they are.
    assert!((14 * 15 + 4..=14 * 16 + 4).contains(&explained.probes));
    assert!(explained.postings < 5_000 && explained.verified < 200);
    assert!(
        explained.cost < 30_000 && explained.estimate < 30_000,
        "{explained:?}"
    );
    let explained = index.explain(&query, 100).unwrap().unwrap();
    assert_eq!(explained.structure, "exhaustive");
    let absent = Hash::new(HashType::Md5, &[0; 16]).unwrap();
    assert_eq!(index.explain(&absent, 0).unwrap(), None);
}

#[test]
fn a_crowded_bucket_is_given_up_for_exhaustive_search() {
    let (_, hashes) = shapes(50_000).swap_remove(3);
    let index = index(
        Structure::Mih,
        vec![list("a", entries(HashType::Pdq, hashes))],
    );
    let center = Hash::new(HashType::Pdq, &random(11).next().unwrap()).unwrap();
    let explained = index.explain(&center, 31).unwrap().unwrap();
    assert_eq!(
        (explained.structure, explained.gave_up),
        ("exhaustive", true)
    );
    assert!(explained.hits > 20_000, "{explained:?}");
}

#[test]
fn the_nearest_are_the_first_of_all_and_the_total_is_told() {
    let (_, hashes) = shapes(3_000).swap_remove(1);
    let index = index(
        Structure::Mih,
        vec![list("a", entries(HashType::Pdq, hashes))],
    );
    let center = Hash::new(HashType::Pdq, &random(11).next().unwrap()).unwrap();
    let all = index.lookup(&center, 31).unwrap();
    assert!(all.len() > 2_000);
    for count in [0, 1, 2, 10, 100, all.len() - 1, all.len(), all.len() + 1] {
        let nearest = index.lookup_nearest(&center, 31, count).unwrap();
        assert_eq!(nearest.total, all.len());
        assert_eq!(nearest.hits, all[..count.min(all.len())]);
    }
    let absent = Hash::new(HashType::Md5, &[0; 16]).unwrap();
    assert_eq!(
        index.lookup_nearest(&absent, 31, 3).unwrap(),
        Default::default()
    );
}

#[test]
fn a_batch_may_hold_any_types_in_any_order() {
    let pdq = entries(HashType::Pdq, random(1).take(300));
    let short = entries(HashType::GradientIh3, random(2).take(300));
    let md5 = entries(HashType::Md5, random(3).take(300));
    let queries: Vec<Hash> = (0..300)
        .flat_map(|i| [pdq[i].hash, md5[i].hash, short[i].hash])
        .chain([Hash::new(HashType::Sha1, &[0; 20]).unwrap()])
        .collect();
    let index = index(Structure::Mih, vec![list("a", [pdq, short, md5].concat())]);
    for structure in [Structure::Auto, Structure::Exhaustive, Structure::Mih] {
        let batch = index.lookup_batch_with(structure, &queries, 9).unwrap();
        assert_eq!(batch.len(), queries.len());
        for (hits, query) in batch.iter().zip(&queries) {
            assert_eq!(*hits, index.lookup(query, 9).unwrap());
        }
    }
    assert!(index.lookup_batch(&[], 9).unwrap().is_empty());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn a_batch_equals_its_lookups(
        seed: u64,
        count in 1usize..900,
        bits in 0usize..24,
        radius in 0u32..90,
        queries in 1usize..60,
    ) {
        let center = random(seed).next().unwrap();
        let noise = random(seed ^ 1);
        let hashes: Vec<[u8; 32]> = noise.map(|noise| near(center, noise, bits)).take(count).collect();
        for hash_type in PERCEPTUAL {
            let known = entries(hash_type, hashes.clone());
            let index = index(Structure::Mih, vec![list("a", known)]);
            let queries: Vec<Hash> = random(seed ^ 2)
                .take(queries)
                .map(|noise| near(center, noise, usize::from(noise[31] % 20)))
                .map(|bytes| Hash::new(hash_type, &bytes[..hash_type.bytes()]).unwrap())
                .collect();
            for structure in [Structure::Auto, Structure::Exhaustive, Structure::Mih] {
                let batch = index.lookup_batch_with(structure, &queries, radius).unwrap();
                for (hits, query) in batch.iter().zip(&queries) {
                    prop_assert_eq!(hits, &index.lookup_with(Structure::Exhaustive, query, radius).unwrap());
                }
            }
        }
    }
}
