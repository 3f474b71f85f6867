//! How many lookups per second at radius 31, 10 and 4, exhaustive search against the BK-tree?
//!
//! `cargo bench --bench lookup -- --quick --noplot` answers, in lookups per second. One core of a 2-core AMD virtual
//! machine, no vector instructions beyond the baseline, seeded lists of half uniform and half PDQ-like hashes, four
//! queries in five without a hit:
//!
//! | entries | radius | PDQ exhaustive | PDQ BK-tree | ratio | 64-bit exhaustive | 64-bit BK-tree | ratio |
//! |---|---|---|---|---|---|---|---|
//! | 100,000 | 4 | 6,200 | 75,700 | 12 | 5,100 | 20,400 | 4.0 |
//! | 100,000 | 10 | 6,300 | 15,900 | 2.5 | 5,700 | 5,900 | 1.0 |
//! | 100,000 | 31 | 6,300 | 5,800 | 0.9 | | | |
//! | 1,000,000 | 4 | 620 | 15,600 | 25 | 575 | 4,060 | 7.1 |
//! | 1,000,000 | 10 | 625 | 1,930 | 3.1 | 575 | 626 | 1.1 |
//! | 1,000,000 | 31 | 609 | 522 | 0.9 | | | |
//!
//! So the tree pays below radius 20 of 256 bits (there the ratio is 1) and below radius 10 of 64 bits.

use std::hint::black_box;
use std::time::Duration;

use basma::hash::{Hash, HashType};
use basma::index::{Builder, Index, Structure};
use basma::list::{Entry, List, Source};
use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};

const SEED: u64 = 0xba53a;
const QUERIES: usize = 500;

fn lookups(criterion: &mut Criterion) {
    for hash_type in [HashType::Pdq, HashType::GradientIh3] {
        for entries in [100_000, 1_000_000] {
            let mut random = Random(SEED);
            let hashes: Vec<[u8; 32]> = (0..entries).map(|i| random.hash(i % 2 == 0)).collect();
            let index = index(hash_type, &hashes);
            for &radius in radii(hash_type) {
                let queries: Vec<Hash> = (0..QUERIES)
                    .map(|i| random.query(i, &hashes, hash_type, radius))
                    .collect();
                let name = format!("{hash_type}/{entries}/radius {radius}");
                let mut group = criterion.benchmark_group(name);
                group.throughput(Throughput::Elements(1));
                for structure in [Structure::Exhaustive, Structure::BkTree] {
                    let mut queries = queries.iter().cycle();
                    let id = BenchmarkId::from_parameter(structure.name());
                    group.bench_function(id, |bencher| {
                        bencher.iter(|| {
                            let query = queries.next().expect("a cycle");
                            black_box(index.lookup_with(structure, query, radius).expect("sound"))
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
        HashType::Pdq => &[0, 4, 10, 15, 20, 25, 31],
        _ => &[0, 2, 4, 6, 8, 10],
    }
}

fn index(hash_type: HashType, hashes: &[[u8; 32]]) -> Index {
    let mut builder = Builder::new().structure(Structure::BkTree);
    let source = Source {
        list: "bench".to_owned(),
        path: "bench".to_owned(),
        format: "bench".to_owned(),
        sha256: [0; 32],
        bytes: 0,
    };
    let entry = |(line, hash)| Entry::new(cut(hash_type, hash), line);
    let list = List::new(source, (1..).zip(hashes).map(entry).collect());
    builder.add(list).expect("entries within the limits");
    builder.build_in_memory().expect("a sound list").0
}

fn cut(hash_type: HashType, hash: &[u8; 32]) -> Hash {
    Hash::new(hash_type, &hash[..hash_type.bytes()]).expect("cut to the type's size")
}

/// SplitMix64, so that every machine measures the same lists.
struct Random(u64);

impl Random {
    fn word(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn below(&mut self, bound: usize) -> usize {
        (self.word() % bound as u64) as usize
    }

    /// Half of the bits set, as PDQ's median makes it; of a picture, low frequencies lean one way or the other and
    /// neighbouring bits agree.
    fn hash(&mut self, uniform: bool) -> [u8; 32] {
        let mut hash = [0u8; 32];
        let mut ones = 0;
        let mut last = 0;
        while ones < 128 {
            let bit = match uniform {
                true => self.below(256),
                // Near the bit before, or among the first half of the bits more often than not.
                false => match self.below(4) {
                    0 => (last + 1) % 256,
                    1 => (last + 16) % 256,
                    2 => self.below(128),
                    _ => self.below(256),
                },
            };
            last = bit;
            let mask = 1 << (bit % 8);
            ones += u32::from(hash[bit / 8] & mask == 0);
            hash[bit / 8] |= mask;
        }
        hash
    }

    /// One query in five is an entry with up to `radius` bits changed, the others are in no list.
    fn query(&mut self, i: usize, known: &[[u8; 32]], hash_type: HashType, radius: u32) -> Hash {
        let mut hash = match i % 5 {
            0 => known[self.below(known.len())],
            _ => self.hash(i.is_multiple_of(2)),
        };
        for _ in 0..self.below(radius as usize + 1) {
            let bit = self.below(hash_type.bits() as usize);
            hash[bit / 8] ^= 1 << (bit % 8);
        }
        cut(hash_type, &hash)
    }
}

criterion_group! {
    name = benches;
    config = Criterion::default()
        .sample_size(10)
        .warm_up_time(Duration::from_millis(300))
        .measurement_time(Duration::from_secs(2));
    targets = lookups
}
criterion_main!(benches);
