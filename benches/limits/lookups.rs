//! Look-ups of PDQ hashes against their limits.

use std::hint::black_box;

use basma::hash::{Hash, HashType};
use basma::index::{Builder, Index, Structure};

use crate::fastest;
use crate::lists::{self, Random};
use crate::machine::Memory;

const SEED: u64 = 0xba53a;
const QUERIES: usize = 2_000;
const PASSES: usize = 3;
const RADII: [u32; 3] = [31, 45, 60];

/// How many queries are looked up together.
const BATCHES: [usize; 6] = [1, 8, 32, 128, 512, 2_000];

/// A posting has a sketch of so many bytes, a hash so many.
const SKETCH_BYTES: f64 = 2.0;
const HASH_BYTES: f64 = 32.0;
const LINE_BYTES: f64 = 64.0;

/// How many hashes lie in the first cache.
const IN_CACHE: u64 = 256;

/// What one query does, on average.
struct Steps {
    buckets: f64,
    postings: f64,
    compared: f64,
}

impl Steps {
    /// The cache lines that are read: two bounds of each bucket, which stand side by side, its sketches, and of what passes the
    /// number and the hash.
    fn lines(&self) -> f64 {
        let bounds = self.buckets;
        let sketches = self.buckets + self.postings * SKETCH_BYTES / LINE_BYTES;
        bounds + sketches + 2.0 * self.compared
    }

    /// Nanoseconds of comparing alone. A sketch costs as much less than a hash as it has fewer bytes.
    fn comparing(&self, compare: f64) -> f64 {
        (self.postings * SKETCH_BYTES / HASH_BYTES + self.compared) * compare
    }
}

pub(crate) fn print(sizes: &[u64]) {
    let compare = compare_in_cache();
    println!(
        "comparing a hash in the first cache takes {compare:.2} ns: {:.2} G comparisons a second\n",
        1.0 / compare
    );
    println!(
        "| entries | radius | structure | buckets | postings | in full | lines | ns a line | limit, us | one by one, us | of the limit | batch, us | of the limit |"
    );
    println!("|---|---|---|---|---|---|---|---|---|---|---|---|---|");
    let mut of_batches = Vec::new();
    for &entries in sizes {
        let mut random = Random(SEED);
        let hashes: Vec<[u8; 32]> = random.hashes(entries).collect();
        let index = index(Structure::Mih, &hashes);
        let memory = Memory::of(index.as_bytes().len());
        let line = memory.scattered();
        for radius in RADII {
            let queries = random.queries(QUERIES, &hashes, HashType::Pdq, radius);
            multi_index(&index, &queries, radius, line, compare);
        }
        let queries = random.queries(QUERIES / 40, &hashes, HashType::Pdq, 31);
        let hashes_alone = Memory::of((entries as f64 * HASH_BYTES) as usize);
        exhaustive(&index, &queries, entries, &hashes_alone, compare);
        let queries = random.queries(QUERIES, &hashes, HashType::Pdq, 31);
        of_batches.push((
            entries,
            BATCHES.map(|size| in_batches(&index, &queries, size)),
        ));
    }
    println!(
        "\n| entries | {} |",
        BATCHES
            .map(|size| format!("{size} together, us"))
            .join(" | ")
    );
    println!("|---|{}", "---|".repeat(BATCHES.len()));
    for (entries, times) in of_batches {
        let times = times.map(|ns| format!("{:.2}", ns / 1e3));
        println!("| {entries} | {} |", times.join(" | "));
    }
    println!();
}

/// Nanoseconds of a query at radius 31, where so many are looked up together.
fn in_batches(index: &Index, queries: &[Hash], size: usize) -> f64 {
    let ns = fastest(PASSES, || {
        for batch in queries.chunks(size) {
            black_box(index.lookup_batch(batch, 31).expect("sound"));
        }
    });
    ns / queries.len() as f64
}

fn multi_index(index: &Index, queries: &[Hash], radius: u32, line: f64, compare: f64) {
    let mut steps = Steps {
        buckets: 0.0,
        postings: 0.0,
        compared: 0.0,
    };
    let (mut hashes, mut structure) = (0, "");
    for query in queries {
        let explained = index.explain(query, radius).expect("a sound index");
        let explained = explained.expect("an index of this type");
        steps.buckets += explained.probes as f64 / queries.len() as f64;
        steps.postings += explained.postings as f64 / queries.len() as f64;
        steps.compared += explained.verified as f64 / queries.len() as f64;
        (hashes, structure) = (explained.hashes, explained.structure);
    }
    if structure != Structure::Mih.name() {
        println!("| {hashes} | {radius} | {structure} | | | | | | | | | | |");
        return;
    }
    let (single, batch) = times(index, Structure::Auto, queries, radius);
    let (lines, comparing) = (steps.lines(), steps.comparing(compare));
    let limit = (lines * line).max(comparing);
    println!(
        "| {hashes} | {radius} | {structure} | {:.0} | {:.0} | {:.0} | {lines:.0} | {line:.1} | {:.2} | {:.2} | {:.1} | {:.2} | {:.1} |",
        steps.buckets,
        steps.postings,
        steps.compared,
        limit / 1e3,
        single / 1e3,
        single / limit,
        batch / 1e3,
        batch / limit,
    );
}

/// One by one all hashes are read for each query. In a batch a part of them is read once for all.
fn exhaustive(index: &Index, queries: &[Hash], entries: u64, memory: &Memory, compare: f64) {
    let (single, batch) = times(index, Structure::Exhaustive, queries, 31);
    let reading = entries as f64 * HASH_BYTES / memory.in_order();
    let comparing = entries as f64 * compare;
    let limit = reading.max(comparing);
    println!(
        "| {entries} | 31 | exhaustive | | | {entries} | {:.0} | | {:.1} | {:.1} | {:.1} | {:.1} | {:.1} |",
        entries as f64 * HASH_BYTES / LINE_BYTES,
        limit / 1e3,
        single / 1e3,
        single / limit,
        batch / 1e3,
        batch / comparing,
    );
}

/// Nanoseconds of a query, one by one and in a batch.
fn times(index: &Index, structure: Structure, queries: &[Hash], radius: u32) -> (f64, f64) {
    let single = fastest(PASSES, || {
        for query in queries {
            black_box(index.lookup_with(structure, query, radius).expect("sound"));
        }
    });
    let batch = fastest(PASSES, || {
        black_box(
            index
                .lookup_batch_with(structure, queries, radius)
                .expect("sound"),
        );
    });
    let count = queries.len() as f64;
    (single / count, batch / count)
}

/// Nanoseconds of comparing one hash of a list that lies in the first cache.
fn compare_in_cache() -> f64 {
    let mut random = Random(SEED);
    let time = |count: u64, random: &mut Random| {
        let hashes: Vec<[u8; 32]> = random.hashes(count).collect();
        let index = index(Structure::Exhaustive, &hashes);
        // Far from all: a hit costs more than the comparison.
        let queries = random.queries(1_000, &[[0x55; 32]], HashType::Pdq, 0);
        let (single, _) = times(&index, Structure::Exhaustive, &queries, 31);
        single
    };
    // The difference of two lists: beginning a look-up is no part of it.
    let (short, long) = (time(IN_CACHE, &mut random), time(3 * IN_CACHE, &mut random));
    (long - short) / (2 * IN_CACHE) as f64
}

fn index(structure: Structure, hashes: &[[u8; 32]]) -> Index {
    let mut builder = Builder::new().structure(structure);
    let list = lists::list(HashType::Pdq, hashes);
    builder.add(list).expect("entries within the limits");
    builder.build_in_memory().expect("a sound list").0
}
