//! How many lookups per second, one by one and in batches of 10,000: exhaustive search against BK-tree and multi-index
//! hashing? What does a poisoned list cost?
//!
//! `cargo bench --bench lookup -- --quick --noplot` answers, in lookups per second. One core of a 2-core AMD virtual
//! machine with AVX2, shared with others, seeded lists of half uniform and half PDQ-like hashes, four queries in five
//! without a hit. The ratios are to exhaustive search in the same run, which gave 13,000 to 14,000 lookups per second in
//! 100,000 PDQ hashes, 530 to 770 in 1,000,000 (where memory is the limit), and 3,500 in 1,000,000 64-bit hashes:
//!
//! | type | entries | radius | BK-tree | MIH | MIH, batch |
//! |---|---|---|---|---|---|
//! | PDQ | 100,000 | 4 | 7.6 | 87 | 77 |
//! | PDQ | 100,000 | 10 | 1.8 | 56 | 57 |
//! | PDQ | 100,000 | 20 | 0.9 | 15 | 19 |
//! | PDQ | 100,000 | 31 | 0.5 | 3.9 | 4.0 |
//! | PDQ | 1,000,000 | 4 | 16 | 890 | 930 |
//! | PDQ | 1,000,000 | 10 | 2.5 | 640 | 690 |
//! | PDQ | 1,000,000 | 20 | 0.8 | 140 | 180 |
//! | PDQ | 1,000,000 | 31 | 0.8 | 37 | 49 |
//! | PDQ | 1,000,000 | 48 | 0.8 | 3.6 | 4.4 |
//! | 64-bit | 1,000,000 | 4 | 2.5 | 110 | 170 |
//! | 64-bit | 1,000,000 | 6 | 1.3 | 54 | 79 |
//! | 64-bit | 1,000,000 | 10 | 0.7 | 9.1 | 9.4 |
//!
//! So the tree pays below radius 18 of 256 bits (there the ratio is 1) and below radius 7 of 64 bits, and multi-index
//! hashing more wherever it is. In 1,000,000 hashes at radius 31 a query comes to 272 probes, 9,200 postings and 130
//! full comparisons: the PDQ-like half fills the buckets twice as full as uniform hashes would. A query that is not
//! like them takes 16 us. From a mapped file a lookup takes as long as from memory; the first one after opening, which
//! has its blocks proven, takes 7.5 ms.
//!
//! Poison: with 10 % and 50 % of a million hashes within 12 bits of one, building takes 1.0 and 1.1 times as long as
//! without, and queries in and around the crowd at radius 4, 12, 20 and 31 take 0.9 to 1.4 times as long as exhaustive
//! search does (their answers of up to 500,000 hits included).

mod lists;

use std::hint::black_box;
use std::time::Duration;

use basma::hash::HashType;
use basma::index::{Builder, Index, Structure};
use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use lists::{Random, cut};

const SEED: u64 = 0xba53a;
const QUERIES: usize = 10_000;

const STRUCTURES: [Structure; 3] = [Structure::Exhaustive, Structure::BkTree, Structure::Mih];

fn lookups(criterion: &mut Criterion) {
    for hash_type in [HashType::Pdq, HashType::GradientIh3] {
        for entries in [100_000, 1_000_000] {
            let mut random = Random(SEED);
            let hashes: Vec<[u8; 32]> = random.hashes(entries).collect();
            let indexes = STRUCTURES.map(|structure| index(structure, hash_type, &hashes));
            for &radius in radii(hash_type) {
                let queries = random.queries(QUERIES, &hashes, hash_type, radius);
                let name = format!("{hash_type}/{entries}/radius {radius}");
                let mut group = criterion.benchmark_group(name);
                for (index, structure) in indexes.iter().zip(STRUCTURES) {
                    // Beyond these, a few seconds would measure a few queries.
                    let is_slow = structure != Structure::Mih && entries > 100_000;
                    let of_batch = &queries[..if is_slow { QUERIES / 100 } else { QUERIES }];
                    group.throughput(Throughput::Elements(1));
                    let mut cycle = queries.iter().cycle();
                    group.bench_function(BenchmarkId::new("single", structure.name()), |bencher| {
                        bencher.iter(|| {
                            let query = cycle.next().expect("a cycle");
                            black_box(index.lookup_with(structure, query, radius).expect("sound"))
                        })
                    });
                    if structure == Structure::BkTree {
                        continue;
                    }
                    group.throughput(Throughput::Elements(of_batch.len() as u64));
                    group.bench_function(BenchmarkId::new("batch", structure.name()), |bencher| {
                        bencher.iter(|| {
                            let all = index.lookup_batch_with(structure, of_batch, radius);
                            black_box(all.expect("sound"))
                        })
                    });
                }
                group.finish();
            }
        }
    }
}

/// The radii of the question, and those around which the tree stops paying.
fn radii(hash_type: HashType) -> &'static [u32] {
    match hash_type {
        HashType::Pdq => &[0, 4, 10, 20, 31, 48],
        _ => &[0, 4, 6, 10],
    }
}

/// What a list made to be slow costs: building it, and queries where it is worst.
fn poison(criterion: &mut Criterion) {
    let mut random = Random(SEED);
    let center = random.hash(true);
    let crowd = |random: &mut Random, percent: usize| -> Vec<[u8; 32]> {
        let hash = |i: usize| match i % 100 < percent {
            true => random.near(center, 12, 256),
            false => random.hash(i.is_multiple_of(2)),
        };
        (0..POISONED).map(hash).collect()
    };
    let lists = [
        ("0 percent", crowd(&mut random, 0)),
        ("10 percent", crowd(&mut random, 10)),
        ("50 percent", crowd(&mut random, 50)),
        ("identical", vec![center; POISONED]),
        ("all zeros", vec![[0; 32]; POISONED]),
        ("flat", (0..POISONED).map(|_| flat(&mut random)).collect()),
    ];
    for (name, hashes) in lists {
        let mut group = criterion.benchmark_group(format!("poison/{name}"));
        group.bench_function("build", |bencher| {
            bencher.iter(|| index(Structure::Mih, HashType::Pdq, &hashes))
        });
        let index = index(Structure::Mih, HashType::Pdq, &hashes);
        let center = if name == "flat" {
            flat(&mut random)
        } else {
            center
        };
        for radius in [4, 12, 20, 31] {
            // The crowd without its answers: as far from its center as the radius, and then twice as far.
            for away in [0, radius as usize + 10] {
                let mut query = center;
                (0..away).for_each(|bit| query[bit * 2 / 8] ^= 1 << (bit * 2 % 8));
                let query = cut(HashType::Pdq, &query);
                for structure in [Structure::Exhaustive, Structure::Auto] {
                    let name = format!("{} at {radius}, {away} away", structure.name());
                    group.bench_function(name, |bencher| {
                        bencher.iter(|| {
                            let hits = index.lookup_with(structure, &query, radius);
                            black_box(hits.expect("sound"))
                        })
                    });
                }
            }
        }
        group.finish();
    }
}

const POISONED: usize = 1_000_000;

/// The hash of a picture that only grows brighter: each row of its bits is a run of ones, about as long as the one
/// before, and a few bits are noise.
fn flat(random: &mut Random) -> [u8; 32] {
    let mut hash = [0; 32];
    let mut ones = 0;
    for row in hash.chunks_mut(2) {
        ones = (ones + random.below(3)).min(16);
        row.copy_from_slice(&((1_u32 << ones) - 1).to_le_bytes()[..2]);
    }
    let bits = random.below(6) as u32;
    random.near(hash, bits, 256)
}

/// What the first lookup after opening a file costs, whose blocks are all still to be proven.
fn first(criterion: &mut Criterion) {
    let mut random = Random(SEED);
    let hashes: Vec<[u8; 32]> = random.hashes(1_000_000).collect();
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("first.basma");
    builder(Structure::Mih, HashType::Pdq, &hashes)
        .write(&path)
        .expect("written");
    let queries = random.queries(QUERIES, &hashes, HashType::Pdq, 31);
    criterion.bench_function("first lookup after opening", |bencher| {
        bencher.iter(|| Index::open(&path).and_then(|index| index.lookup(&queries[1], 31)))
    });
    let index = Index::open(&path).expect("sound");
    let mut cycle = queries.iter().cycle();
    criterion.bench_function("lookup in a mapped file", |bencher| {
        bencher.iter(|| index.lookup(cycle.next().expect("a cycle"), 31))
    });
}

fn index(structure: Structure, hash_type: HashType, hashes: &[[u8; 32]]) -> Index {
    let builder = builder(structure, hash_type, hashes);
    builder.build_in_memory().expect("a sound list").0
}

fn builder(structure: Structure, hash_type: HashType, hashes: &[[u8; 32]]) -> Builder {
    let mut builder = Builder::new().structure(structure);
    let list = lists::list(hash_type, hashes);
    builder.add(list).expect("entries within the limits");
    builder
}

criterion_group! {
    name = benches;
    config = Criterion::default()
        .sample_size(10)
        .warm_up_time(Duration::from_millis(300))
        .measurement_time(Duration::from_secs(2));
    targets = lookups, poison, first
}
criterion_main!(benches);
