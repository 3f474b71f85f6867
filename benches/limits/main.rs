//! How near are look-ups and decoding to what this machine allows?
//!
//! `cargo bench --bench limits -- [entries...]` measures the machine: one read after the other at random places, reads that do
//! not wait for each other, reading in order, and comparing hashes in the cache. A model of each job counts what must be read
//! and compared, and its limit is the longer of both times. The bench prints the times beside the limits. By default the lists
//! have 100,000 and 1,000,000 entries; 10,000,000 need 4 GiB of memory.
//!
//! The page of the book about the limits of speed explains the model and holds its figures.

mod decoding;
#[path = "../lists/mod.rs"]
mod lists;
mod lookups;
mod machine;

fn main() {
    let sizes = std::env::args().filter_map(|argument| argument.parse().ok());
    let mut sizes: Vec<u64> = sizes.collect();
    if sizes.is_empty() {
        sizes = vec![100_000, 1_000_000];
    }
    machine::print();
    lookups::print(&sizes);
    decoding::print();
}

/// The fastest of some passes, in nanoseconds: what else the machine does only ever adds.
fn fastest(passes: usize, mut pass: impl FnMut()) -> f64 {
    let times = (0..passes).map(|_| {
        let start = processor_ns();
        pass();
        processor_ns() - start
    });
    times.fold(f64::INFINITY, f64::min)
}

/// The processor time that this thread has taken: other programs take none of it.
#[cfg(unix)]
fn processor_ns() -> f64 {
    let time = rustix::time::clock_gettime(rustix::time::ClockId::ThreadCPUTime);
    time.tv_sec as f64 * 1e9 + time.tv_nsec as f64
}

/// The clock, where threads have none.
#[cfg(not(unix))]
fn processor_ns() -> f64 {
    use std::sync::LazyLock;
    use std::time::Instant;
    static START: LazyLock<Instant> = LazyLock::new(Instant::now);
    START.elapsed().as_nanos() as f64
}
