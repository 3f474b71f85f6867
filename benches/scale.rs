//! What do 1 M, 10 M, 100 M entries cost in bytes, build time, peak memory and open time?
//!
//! `cargo bench --bench scale -- [--ids] [--structure NAME] [--folder DIR] [ENTRIES]...` answers for 1,000,000 entries,
//! or those named, on Linux. Seeded lists of PDQ hashes, half uniform and half PDQ-like. They are typed lines, or with `--ids`
//! CSV with an id and two labels for each. The folder, by default the system's for temporary files, needs about 350 bytes for
//! each entry. Building is timed from the list's first byte to the verified index, reading included. Peak memory is that of
//! building: all that was resident, mapped files included, and what was the process's own. The first query is timed cold
//! (nothing in the system's cache). That is done at once, and after reading ahead has had its time. Then it is timed warm, at
//! once and again, and so are the next ones.
//!
//! A 2-core AMD virtual machine that others were using too. Hashes have a BK-tree, at 100 million they have none. Queries by
//! exhaustive search:
//!
//! | entries | index MB | read s | build s | peak MiB | own MiB | open cold us | warm us | first query ms: cold | cold, read ahead | warm | warm, read ahead |
//! |---|---|---|---|---|---|---|---|---|---|---|---|
//! | 1,000,000 | 56 | 1.1 | 2.5 | 129 | 122 | 3,400 | 88 | 45 | 25 | 31 | 25 |
//! | 10,000,000 | 561 | 7.7 | 15.9 | 578 | 386 | 3,000 | 96 | 830 | 460 | 130 | 130 |
//! | 100,000,000 | 5,605 | 190 | 366 | 3,056 | 386 | 3,000 | 121 | 23,900 | 2,400 | 5,900 | 1,400 |
//! | 1,000,000, ids | 100 | 3.2 | 5.8 | 184 | 182 | 5,700 | 92 | 44 | 21 | 21 | 21 |
//! | 10,000,000, ids | 1,011 | 33.3 | 53.6 | 589 | 507 | 3,000 | 93 | 770 | 150 | 130 | 130 |
//!
//! The table is of indexes without multi-index hashing. With it, as is chosen unless told otherwise:
//!
//! | entries | index MB | read s | build s | peak MiB | own MiB | open cold us | first query ms: cold | warm | warm, read ahead | single/s | batch/s |
//! |---|---|---|---|---|---|---|---|---|---|---|---|
//! | 1,000,000 | 156 | 1.0 | 4.4 | 144 | 122 | 5,200 | 99 | 14 | 4 | 51,000 | 104,000 |
//! | 10,000,000 | 1,526 | 8.1 | 22.8 | 1,270 | 402 | 3,600 | 918 | 24 | 3 | 17,000 | 25,000 |
//! | 100,000,000 | 13,459 | 184 | 564 | 1,301 | 1,174 | 5,400 | 4,300 | 55 | 116 | 1,650 | 1,950 |
//!
//! (rates by the clock, while other jobs shared the two cores; the peers' bench has the first two to itself).
//!
//! An open index had less than 10 KiB of its own. A first query proves the blocks it touches: a second for 2.3 GB.
//! Read from disk, nearly all of the hashes came to stand in huge pages.

mod lists;

use std::fmt::Write as _;
use std::fs::{self, File};
use std::io::{BufWriter, Write as _};
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use basma::hash::{Hash, HashType};
use basma::index::{Builder, Index, Structure};
use basma::list::ReadOptions;
use lists::Random;

const SEED: u64 = 0xba53a;

fn main() {
    let mut sizes = Vec::new();
    let mut folder = std::env::temp_dir();
    let mut ids = false;
    let mut structure = Structure::Auto;
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--bench" => {}
            "--ids" => ids = true,
            "--structure" => {
                let name = arguments.next().expect("a name after --structure");
                structure = name.parse().expect("the name of a structure");
            }
            "--folder" => folder = arguments.next().expect("a folder after --folder").into(),
            number => sizes.push(
                number
                    .replace('_', "")
                    .parse()
                    .expect("a number of entries"),
            ),
        }
    }
    if sizes.is_empty() {
        sizes.push(1_000_000);
    }
    println!(
        "| entries | list MB | index MB | bytes per entry | read s | build s | verify s | peak MiB | peak own MiB \
         | own KiB open | open cold us | first query ms | open warm us | first query ms | read ahead, cold: first \
         query ms | huge pages MiB | warm ms | single/s | batch/s |"
    );
    println!("|{}", "---|".repeat(19));
    for entries in sizes {
        measure(&folder, entries, ids, structure);
    }
}

fn measure(folder: &Path, entries: u64, ids: bool, structure: Structure) {
    let folder = tempfile::tempdir_in(folder).expect("a folder for the lists");
    let (list, path) = (folder.path().join("list"), folder.path().join("list.basma"));
    write_list(&list, entries, ids).expect("room for the list");
    let options = ReadOptions::default();
    let since = |start: Instant| start.elapsed().as_secs_f64();

    let watch = Watch::start();
    let start = Instant::now();
    let new = || Builder::new().structure(structure).scratch(folder.path());
    let mut builder = new();
    builder.read(&list, &options).expect("a sound list");
    let read = since(start);
    let report = builder.write(&path).expect("room for the index");
    let build = since(start);
    let (peak, peak_own) = watch.stop();
    let start = Instant::now();
    let index = Index::open(&path).expect("a sound index");
    index.verify().expect("a sound index");
    let verify = since(start);
    drop(index);

    let own_before = memory("status", "RssAnon");
    evict(&path);
    let cold = Opened::at(&path, Duration::ZERO);
    let own = memory("status", "RssAnon").saturating_sub(own_before);
    drop(cold.index);
    let warm = Opened::at(&path, Duration::ZERO);
    drop(warm.index);
    // A disk of a few hundred megabytes a second.
    let pause = Duration::from_secs(1 + report.bytes / 300_000_000);
    evict(&path);
    let cold_ahead = Opened::at(&path, pause);
    drop(cold_ahead.index);
    let warm_ahead = Opened::at(&path, pause);
    let (single, batch) = rates(&warm_ahead.index, entries);

    let mb = |bytes: u64| bytes as f64 / 1e6;
    println!(
        "| {entries} | {:.0} | {:.0} | {:.1} | {read:.1} | {build:.1} | {verify:.1} | {} | {} | {own} | {} | {:.2} \
         | {} | {:.2} | {:.2} | {} | {:.2} | {single:.0} | {batch:.0} |",
        mb(fs::metadata(&list).map_or(0, |m| m.len())),
        mb(report.bytes),
        report.bytes as f64 / entries as f64,
        peak >> 10,
        peak_own >> 10,
        cold.open.as_micros(),
        cold.first.as_secs_f64() * 1e3,
        warm.open.as_micros(),
        warm.first.as_secs_f64() * 1e3,
        cold_ahead.first.as_secs_f64() * 1e3,
        cold_ahead.huge >> 10,
        warm_ahead.first.as_secs_f64() * 1e3,
    );
}

/// Queries per second of a processor's time, one by one and 4,096 at a time, once as many were answered. By then the blocks
/// that they touch were proven and stand in memory.
fn rates(index: &Index, entries: u64) -> (f64, f64) {
    let known: Vec<[u8; 32]> = Random(SEED).hashes(entries.min(10_000)).collect();
    let queries = Random(SEED + 2).queries(10_000, &known, HashType::Pdq, 31);
    index.lookup_batch(&queries, 31).expect("a sound index");
    let rate = |look_up: &dyn Fn(&[Hash]), at_once: usize| {
        let (mut done, start) = (0, thread_time());
        loop {
            for queries in queries.chunks(at_once) {
                look_up(queries);
                done += queries.len();
                let took = thread_time() - start;
                if took > 3.0 {
                    return done as f64 / took;
                }
            }
        }
    };
    let single = |queries: &[Hash]| {
        index.lookup(&queries[0], 31).expect("a sound index");
    };
    let batch = |queries: &[Hash]| {
        index.lookup_batch(queries, 31).expect("a sound index");
    };
    (rate(&single, 1), rate(&batch, 4096))
}

/// The processor time of this thread, in seconds: others may use the machine too.
fn thread_time() -> f64 {
    let time = rustix::time::clock_gettime(rustix::time::ClockId::ThreadCPUTime);
    time.tv_sec as f64 + time.tv_nsec as f64 / 1e9
}

/// An index just opened, how long that took, and its first queries.
struct Opened {
    index: Index,
    open: Duration,
    first: Duration,
    /// How much of the file is in huge pages, in KiB.
    huge: u64,
}

impl Opened {
    /// Queries an index some time after it was opened.
    fn at(path: &Path, pause: Duration) -> Opened {
        let mut random = Random(SEED + 1);
        let mut query = || {
            let bytes = random.hash(true);
            Hash::new(HashType::Pdq, &bytes).expect("32 bytes")
        };
        let start = Instant::now();
        let index = Index::open(path).expect("a sound index");
        let open = start.elapsed();
        thread::sleep(pause);
        let mut lookup = || {
            let start = Instant::now();
            index.lookup(&query(), 31).expect("a sound index");
            start.elapsed()
        };
        let first = lookup();
        Opened {
            index,
            open,
            first,
            huge: memory("smaps_rollup", "FilePmdMapped"),
        }
    }
}

/// Takes a file out of the system's cache.
fn evict(path: &Path) {
    let file = File::open(path).expect("it was written");
    file.sync_all().expect("room for the index");
    #[cfg(target_os = "linux")]
    rustix::fs::fadvise(&file, 0, None, rustix::fs::Advice::DontNeed).expect("a file");
}

fn write_list(path: &Path, entries: u64, ids: bool) -> std::io::Result<()> {
    let mut out = BufWriter::with_capacity(1 << 20, File::create(path)?);
    let mut random = Random(SEED);
    if ids {
        out.write_all(b"id,type,hash,labels\n")?;
    }
    let mut line = String::new();
    for entry in 0..entries {
        line.clear();
        if ids {
            write!(line, "case-{entry},").expect("a string");
        }
        line += if ids { "pdq," } else { "pdq " };
        for byte in random.hash(entry % 2 == 0) {
            for digit in [byte >> 4, byte & 15] {
                line.push(char::from(b"0123456789abcdef"[digit as usize]));
            }
        }
        line += if ids { ",deepfake|reported\n" } else { "\n" };
        out.write_all(line.as_bytes())?;
    }
    out.flush()
}

/// A field of what the kernel tells of the process, in KiB.
fn memory(file: &str, field: &str) -> u64 {
    let status = fs::read_to_string(format!("/proc/self/{file}")).unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with(field));
    let number = line.and_then(|line| line.split_whitespace().nth(1));
    number.and_then(|number| number.parse().ok()).unwrap_or(0)
}

/// Watches how much memory is taken: the kernel keeps the peak of all, this that of the process's own.
struct Watch {
    own: std::sync::Arc<(AtomicBool, AtomicU64)>,
    thread: thread::JoinHandle<()>,
}

impl Watch {
    fn start() -> Watch {
        // Starts the kernel's peak anew.
        let _ = fs::write("/proc/self/clear_refs", "5");
        let own = std::sync::Arc::new((AtomicBool::new(true), AtomicU64::new(0)));
        let watched = own.clone();
        let thread = thread::spawn(move || {
            while watched.0.load(Ordering::Relaxed) {
                watched
                    .1
                    .fetch_max(memory("status", "RssAnon"), Ordering::Relaxed);
                thread::sleep(Duration::from_millis(5));
            }
        });
        Watch { own, thread }
    }

    fn stop(self) -> (u64, u64) {
        self.own.0.store(false, Ordering::Relaxed);
        self.thread.join().expect("a loop that ends");
        (
            memory("status", "VmHWM"),
            self.own.1.load(Ordering::Relaxed),
        )
    }
}
