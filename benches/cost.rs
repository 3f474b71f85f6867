//! What do the steps of multi-index hashing cost, in comparisons of one hash after the other?
//!
//! `cargo bench --bench cost` builds seeded lists, uniform, like pictures and with a small crowd. It asks each for hashes at
//! several radii, and counts the buckets, postings and full comparisons of each query. Then it fits their costs to the times
//! (least squares of relative errors). The library chooses structures by the costs found here, rounded: they stand in
//! `src/index/work.rs`.

mod lists;

use std::time::Instant;

use basma::hash::{Hash, HashType};
use basma::index::{Builder, Index, Structure};
use lists::{Random, cut};

const QUERIES: usize = 2_000;
const STEPS: [&str; 4] = ["query", "bucket", "posting", "full comparison"];
const SIZES: [u64; 3] = [100_000, 1_000_000, 4_000_000];

/// The steps and the time of a query, on average.
struct Sample {
    name: String,
    steps: [f64; 4],
    ns: f64,
}

fn main() {
    report(HashType::Pdq, &[10, 20, 25, 31, 40]);
    report(HashType::GradientIh3, &[2, 4, 7, 10]);
}

fn report(hash_type: HashType, radii: &[u32]) {
    let mut samples = Vec::new();
    let mut compare_vpdq = f64::INFINITY;
    for entries in SIZES {
        let mut random = Random(0xc057);
        let mut hashes: Vec<[u8; 32]> = random.hashes(entries).collect();
        // The crowd: near enough to each other to pass the filter, too far to be found.
        let center = hashes[0];
        let bits = hash_type.bits();
        for hash in hashes.iter_mut().step_by(500) {
            *hash = random.near(center, bits / 6, bits);
        }
        let index = index(hash_type, &hashes);
        for &radius in radii {
            let strangers = random.queries(QUERIES, &hashes, hash_type, radius);
            let crowd = (0..QUERIES).map(|_| cut(hash_type, &random.near(center, bits / 6, bits)));
            let crowd: Vec<Hash> = crowd.collect();
            samples.extend(sample("strangers", &index, &strangers, radius));
            samples.extend(sample("crowd", &index, &crowd, radius));
            let ns = time(&strangers[..20], |query| {
                let all = index.lookup_with(Structure::Exhaustive, query, radius);
                all.expect("a sound index");
            });
            compare_vpdq = compare_vpdq.min(ns / entries as f64);
        }
    }
    let costs = fit(&samples);
    println!("{hash_type}: a comparison of one hash after the other takes {compare_vpdq:.2} ns");
    for (step, ns) in STEPS.iter().zip(costs) {
        println!(
            "a {step} takes {ns:.1} ns, {:.1} comparisons",
            ns / compare_vpdq
        );
    }
    println!("\n| queries | buckets | postings | in full | us | us by these costs |");
    println!("|---|---|---|---|---|---|");
    for Sample { name, steps, ns } in &samples {
        let fitted: f64 = steps.iter().zip(costs).map(|(count, ns)| count * ns).sum();
        let [_, buckets, postings, compared] = steps;
        println!(
            "| {name} | {buckets:.0} | {postings:.0} | {compared:.0} | {:.2} | {:.2} |",
            ns / 1e3,
            fitted / 1e3
        );
    }
    println!();
}

/// Nothing where another structure answers.
fn sample(queried: &str, index: &Index, queries: &[Hash], radius: u32) -> Option<Sample> {
    let mut steps = [1.0, 0.0, 0.0, 0.0];
    for query in queries {
        let explained = index.explain(query, radius).expect("sound")?;
        if explained.structure != Structure::Mih.name() || explained.gave_up {
            return None;
        }
        let counts = [explained.probes, explained.postings, explained.verified];
        for (sum, count) in steps[1..].iter_mut().zip(counts) {
            *sum += count as f64 / queries.len() as f64;
        }
    }
    let ns = time(queries, |query| {
        index.lookup(query, radius).expect("sound");
    });
    let hashes = index.explain(&queries[0], radius).expect("sound")?.hashes;
    Some(Sample {
        name: format!("{queried} of {hashes} at {radius}"),
        steps,
        ns,
    })
}

/// The fastest of three passes, for one query.
fn time(queries: &[Hash], look_up: impl Fn(&Hash)) -> f64 {
    let pass = || {
        let start = Instant::now();
        queries.iter().for_each(&look_up);
        start.elapsed().as_nanos() as f64 / queries.len() as f64
    };
    (0..3).map(|_| pass()).fold(f64::INFINITY, f64::min)
}

/// The costs that make the sum of squared relative errors smallest: the normal equations, by Gaussian elimination.
fn fit(samples: &[Sample]) -> [f64; 4] {
    let mut rows = [[0.0; 5]; 4];
    for Sample { steps, ns, .. } in samples {
        for (row, a) in rows.iter_mut().zip(steps) {
            for (cell, b) in row.iter_mut().zip(steps.iter().chain([ns])) {
                *cell += a * b / (ns * ns);
            }
        }
    }
    for pivot in 0..4 {
        let of = rows[pivot].map(|cell| cell / rows[pivot][pivot]);
        rows[pivot] = of;
        for (_, row) in rows.iter_mut().enumerate().filter(|&(row, _)| row != pivot) {
            let times = row[pivot];
            row.iter_mut()
                .zip(of)
                .for_each(|(cell, of)| *cell -= times * of);
        }
    }
    rows.map(|row| row[4])
}

fn index(hash_type: HashType, hashes: &[[u8; 32]]) -> Index {
    let mut builder = Builder::new().structure(Structure::Mih);
    let list = lists::list(hash_type, hashes);
    builder.add(list).expect("entries within the limits");
    builder.build_in_memory().expect("a sound list").0
}
