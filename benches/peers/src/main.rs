//! Times lookups of basma, and of its peers in Rust, on files that `lookup.py` made.
//!
//! `basma-peers ENGINE LIST QUERIES RADIUS SECONDS BATCH ANSWERS`. `LIST` is an index file for basma, raw little-endian hashes
//! for the others. `QUERIES` are raw hashes. Prints one line of `name=value` pairs. Writes to `ANSWERS` what the first queries
//! found, one line each. Hashes are in hexadecimal and sorted, so that engines can be compared.

use std::fmt::Write as _;
use std::path::Path;
use std::time::Instant;

use basma::hash::{Hash, HashType};
use basma::index::{Index, Structure};
use cpu_time::ThreadTime;

/// How many queries' answers are written.
const COMPARED: usize = 200;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [engine, list, queries, radius, seconds, batch, answers] = arguments.as_slice() else {
        panic!("usage: basma-peers ENGINE LIST QUERIES RADIUS SECONDS BATCH ANSWERS");
    };
    let radius: u32 = radius.parse().expect("a radius");
    let seconds: f64 = seconds.parse().expect("seconds");
    let batch: usize = batch.parse().expect("a number of queries");
    let queries = std::fs::read(queries).expect("the queries");
    let found = match engine.as_str() {
        "basma" | "basma64" => {
            let hash_type = if engine == "basma" { HashType::Pdq } else { HashType::GradientIh3 };
            let hashes: Vec<Hash> =
                queries.chunks(hash_type.bytes()).map(|b| Hash::new(hash_type, b).expect("a hash")).collect();
            basma(Path::new(list), &hashes, radius, seconds, batch)
        }
        "mih-rs" => mih(&numbers(list), &words(&queries), radius, seconds),
        "bk-tree" => bk(&numbers(list), &words(&queries), radius, seconds),
        other => panic!("no engine is called {other}"),
    };
    std::fs::write(answers, found).expect("the answers");
}

fn basma(path: &Path, queries: &[Hash], radius: u32, seconds: f64, batch: usize) -> String {
    let opened = Instant::now();
    let index = Index::open(path).expect("an index");
    let open = opened.elapsed();
    let first = Instant::now();
    index.lookup(&queries[0], radius).expect("a sound index");
    let first = first.elapsed();
    let single = |hash: &Hash| index.lookup(hash, radius).expect("a sound index").len();
    // Each block is proven when it is first touched: the first pass pays for that, the second does not.
    let cold = rate(queries, seconds, single);
    let warm = rate(queries, seconds, single);
    let exhaustive = rate(queries, seconds, |hash| {
        index.lookup_with(Structure::Exhaustive, hash, radius).expect("a sound index").len()
    });
    let batches: Vec<&[Hash]> = queries.chunks_exact(batch).collect();
    let begun = ThreadTime::now();
    let mut done = 0;
    for batch in batches.iter().cycle() {
        index.lookup_batch(batch, radius).expect("a sound index");
        done += batch.len();
        if begun.elapsed().as_secs_f64() > seconds {
            break;
        }
    }
    let batched = done as f64 / begun.elapsed().as_secs_f64();
    println!(
        "open_ms={:.3} first_ms={:.3} cold={cold:.1} single={warm:.1} batch={batched:.1} exhaustive={exhaustive:.1}",
        open.as_secs_f64() * 1e3,
        first.as_secs_f64() * 1e3,
    );
    answers(queries, |hash| {
        let hits = index.lookup(hash, radius).expect("a sound index");
        hits.iter().map(|hit| hit.hash.to_string()).collect()
    })
}

fn mih(list: &[u64], queries: &[u64], radius: u32, seconds: f64) -> String {
    let built = Instant::now();
    let index = mih_rs::Index::new(list.to_vec()).expect("codes");
    let built = built.elapsed();
    let mut searcher = index.range_searcher();
    let single = rate(queries, seconds, |&query| searcher.run(query, radius as usize).len());
    println!("build_s={:.2} single={single:.1}", built.as_secs_f64());
    let mut searcher = index.range_searcher();
    answers(queries, |&query| {
        let ids = searcher.run(query, radius as usize);
        ids.iter().map(|&id| text(list[id as usize])).collect()
    })
}

fn bk(list: &[u64], queries: &[u64], radius: u32, seconds: f64) -> String {
    struct Hamming;
    impl bk_tree::Metric<u64> for Hamming {
        fn distance(&self, a: &u64, b: &u64) -> u32 {
            (a ^ b).count_ones()
        }
        fn threshold_distance(&self, a: &u64, b: &u64, _: u32) -> Option<u32> {
            Some(self.distance(a, b))
        }
    }
    let built = Instant::now();
    let mut tree = bk_tree::BKTree::new(Hamming);
    list.iter().for_each(|&code| tree.add(code));
    let built = built.elapsed();
    let single = rate(queries, seconds, |query| tree.find(query, radius).count());
    println!("build_s={:.2} single={single:.1}", built.as_secs_f64());
    answers(queries, |query| tree.find(query, radius).map(|(_, &code)| text(code)).collect())
}

/// Queries per second of this thread's own time, for at most so many seconds or one pass.
fn rate<T>(queries: &[T], seconds: f64, mut look_up: impl FnMut(&T) -> usize) -> f64 {
    let begun = ThreadTime::now();
    let mut done = 0_u64;
    for query in queries {
        std::hint::black_box(look_up(query));
        done += 1;
        if done % 16 == 0 && begun.elapsed().as_secs_f64() > seconds {
            break;
        }
    }
    done as f64 / begun.elapsed().as_secs_f64()
}

fn answers<T>(queries: &[T], mut look_up: impl FnMut(&T) -> Vec<String>) -> String {
    let mut text = String::new();
    for query in &queries[..queries.len().min(COMPARED)] {
        let mut found = look_up(query);
        found.sort();
        found.dedup();
        let _ = writeln!(text, "{}", found.join(" "));
    }
    text
}

fn numbers(path: &str) -> Vec<u64> {
    words(&std::fs::read(path).expect("the list"))
}

fn words(bytes: &[u8]) -> Vec<u64> {
    bytes.chunks_exact(8).map(|b| u64::from_be_bytes(b.try_into().expect("8 bytes"))).collect()
}

fn text(code: u64) -> String {
    format!("{code:016x}")
}
