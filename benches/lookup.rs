//! How many lookups per second, one by one and in batches of 10,000: exhaustive search against BK-tree and multi-index
//! hashing? What does a poisoned list cost?
//!
//! `cargo bench --bench lookup -- --quick --noplot` answers, in lookups per second. The seeded lists have half uniform and half
//! PDQ-like hashes, and four queries in five have no hit. It was run on one core of a 2-core AMD virtual machine with AVX2 that
//! others shared. A BK-tree was so many times as fast as exhaustive search in the same run:
//!
//! | type | entries | radius 4 | 6 | 10 | 20 |
//! |---|---|---|---|---|---|
//! | PDQ | 100,000 | 7.6 | | 1.8 | 0.9 |
//! | PDQ | 1,000,000 | 16 | | 2.5 | 0.8 |
//! | 64-bit | 1,000,000 | 2.5 | 1.3 | 0.7 | |
//!
//! So the tree pays below radius 18 of 256 bits, where the ratio is 1. For 64 bits it pays below radius 7. Beyond, its leaves
//! are scanned as one. Multi-index hashing is faster wherever it is. The bench `cost` tells what its steps take, and
//! `benches/peers/run lookup` what that comes to.
//!
//! Among 300,000 near-duplicates (`-- flood`, 2-core AMD virtual machine). Ratios are to an exhaustive search for the same
//! hashes that gives out its hits:
//!
//! | whole lookup | ratio |
//! |---|---|
//! | a picture, 1 and 16 matches | 0.01 to 0.02 |
//! | a picture, all 300,000 matches | 2.8 to 3.0 |
//! | a clip of 30 pictures: one listed clip, a clip for each hash, pictures, negative pictures | 0.34, 0.70, 0.24, 0.16 |
//! | a clip of 2 pictures, likewise | 1.6, 2.9, 1.1, 1.0 |
//!
//! The search keeps within 1.5: tests count its comparisons. Beyond that each match costs what is said of it. A clip reads what
//! is said of each near hash once to share out. It reads it once more if the hash is kept.

mod lists;

use std::hint::black_box;
use std::time::Duration;

use basma::hash::{FrameHash, Hash, HashType};
use basma::hasher::Fingerprint;
use basma::index::{Builder, Index, Structure};
use basma::list::{ClipFrame, Opinion};
use basma::matcher::{Matcher, Policy};
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
        let hash = |i: usize| {
            if i % 100 < percent {
                random.near(center, 12, 256)
            } else {
                random.hash(i.is_multiple_of(2))
            }
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

/// What a flood of near-duplicates costs the whole lookup, for a few matches and for all. That includes what lists say and the
/// name of the cluster. The yardstick is exhaustive search of the index alone.
fn flood(criterion: &mut Criterion) {
    let mut random = Random(SEED);
    let center = random.hash(true);
    for bits in [2, 12, 30] {
        let near = |random: &mut Random| random.near(center, bits, 256);
        let all = std::iter::repeat_with(|| near(&mut random)).take(FLOOD);
        let hashes: Vec<[u8; 32]> = if bits > 2 {
            all.collect()
        } else {
            pairs(center)
        };
        let query = cut(HashType::Pdq, &center);
        let mut group = criterion.benchmark_group(format!("flood/radius {bits}"));
        let by_index = index(Structure::Auto, HashType::Pdq, &hashes);
        group.bench_function("exhaustive", |bencher| {
            bencher.iter(|| {
                let hits = by_index.lookup_with(Structure::Exhaustive, &query, 31);
                black_box(hits.expect("sound"))
            })
        });
        let matcher = Matcher::new([by_index]);
        for limit in [1, 16, FLOOD] {
            let matcher = matcher
                .clone()
                .with_policy(Policy::default().with_limit(limit));
            group.bench_function(format!("whole, limit {limit}"), |bencher| {
                bencher.iter(|| black_box(matcher.lookup(&query).expect("sound")))
            });
        }
        group.finish();
    }
}

/// What a flood costs a clip whose pictures are all near to it. The flood is pictures of one listed clip, or listed clips of
/// one picture each. Or it is pictures, or what its list says is harmless. The yardstick is exhaustive search for the same
/// hashes by the index alone.
fn clip_flood(criterion: &mut Criterion) {
    let mut random = Random(SEED);
    let center = random.hash(true);
    let hashes: Vec<[u8; 32]> = std::iter::repeat_with(|| random.near(center, 12, 256))
        .take(FLOOD)
        .collect();
    let queries: Vec<[u8; 32]> = (0..PICTURES).map(|_| random.near(center, 4, 256)).collect();
    let prints = queries.iter().zip(0..).map(|(hash, frame): (_, u32)| {
        let print = FrameHash::new(cut(HashType::Pdq, hash), 100);
        print.with_frame(frame).with_ms(u64::from(frame) * 40)
    });
    let mut fingerprint = Fingerprint::default();
    fingerprint.prints = prints.collect();
    let mut group = criterion.benchmark_group("flood/clip");
    for (name, clips, opinion) in [
        ("one clip", Some(1), Opinion::Positive),
        ("clips", Some(FLOOD), Opinion::Positive),
        ("pictures", None, Opinion::Positive),
        ("negative pictures", None, Opinion::Negative),
    ] {
        let mut list = lists::list(HashType::Pdq, &hashes);
        for (number, entry) in list.entries.iter_mut().enumerate() {
            entry.opinion = opinion;
            if let Some(clips) = clips {
                entry.id = Some(format!("clip {}", number % clips));
                let frame = ClipFrame::default().with_index(number as u32);
                entry.frame = Some(Box::new(frame.with_ms(number as u64 * 40)));
            }
        }
        let mut builder = Builder::new();
        builder.add(list).expect("entries within the limits");
        let index = builder.build_in_memory().expect("a sound list").0;
        if clips == Some(1) {
            let queries: Vec<Hash> = queries
                .iter()
                .map(|hash| cut(HashType::Pdq, hash))
                .collect();
            group.bench_function("exhaustive", |bencher| {
                bencher.iter(|| {
                    let hits = index.lookup_batch_with(Structure::Exhaustive, &queries, 31);
                    black_box(hits.expect("sound"))
                })
            });
        }
        let matcher = Matcher::new([index]);
        group.bench_function(name, |bencher| {
            bencher.iter(|| black_box(matcher.find(&fingerprint).expect("sound")))
        });
    }
    group.finish();
}

/// How many pictures the clip has.
const PICTURES: usize = 30;

const FLOOD: usize = 300_000;

/// All that are two or three bits from a hash, up to so many.
fn pairs(center: [u8; 32]) -> Vec<[u8; 32]> {
    let triples = (0..256).flat_map(|a| (0..a).flat_map(move |b| (0..=b).map(move |c| [a, b, c])));
    let flip = |bits: [usize; 3]| {
        let mut hash = center;
        bits.iter().for_each(|bit| hash[bit / 8] ^= 1 << (bit % 8));
        hash
    };
    triples.take(FLOOD).map(flip).collect()
}

/// The hash of a picture that only grows brighter. Each row of its bits is a run of ones, about as long as the one before. A
/// few bits are noise.
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
    targets = lookups, poison, flood, clip_flood, first
}
criterion_main!(benches);
