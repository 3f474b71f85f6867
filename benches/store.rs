//! What does the life of a list cost? Its parts are refreshing 10 million entries, a delta, a withdrawal, and a new generation
//! under load.
//!
//! `cargo bench --bench store -- [--entries N] [--folder DIR] [--generations N]`, on Linux. A seeded list of PDQ hashes with an
//! id and two labels each, as our own JSON Lines. The command refreshes it in a process of its own, whose processor time, time
//! and peak memory are told. Then the same list with 10,000 entries more, fewer and changed, as a snapshot and as a delta. Then
//! opening the store, and `basma revoke` until a running reader no longer finds the entry. Last, eight readers while
//! generations are published under them, beside the same readers left alone.
//!
//! Every generation of the last part lists one hash in two lists under the generation's own name. So an answer that mixes two
//! generations shows.

mod lists;

use std::fs::{self, File};
use std::io::{BufWriter, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use basma::Matcher;
use basma::hash::{Hash, HashType};
use basma::store::{Config, Refresh, Store};
use lists::Random;

const SEED: u64 = 0xba53a;
const CHANGES: u64 = 10_000;

fn main() {
    let mut entries: u64 = 10_000_000;
    let mut generations = 100;
    let mut folder = std::env::temp_dir();
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        let mut value = |what: &str| {
            arguments
                .next()
                .unwrap_or_else(|| panic!("{what} after {argument}"))
        };
        match argument.as_str() {
            "--bench" => {}
            "--entries" => {
                entries = value("a number")
                    .replace('_', "")
                    .parse()
                    .expect("a number")
            }
            "--generations" => generations = value("a number").parse().expect("a number"),
            "--folder" => folder = value("a folder").into(),
            other => panic!("{other}: not known here"),
        }
    }
    let folder = tempfile::Builder::new()
        .prefix("basma-store-")
        .tempdir_in(folder)
        .expect("a folder");
    refreshes(folder.path(), entries);
    swaps(folder.path(), generations);
}

/// The size of a list as rows of a table: what each step of the nightly job costs.
fn refreshes(folder: &Path, entries: u64) {
    let hashes: Vec<[u8; 32]> = Random(SEED).hashes(entries + CHANGES).collect();
    let (first, new) = hashes.split_at(entries as usize);
    println!("| {entries} entries | s | processor s | peak MiB |\n|---|---|---|---|");
    for kind in ["snapshot", "delta"] {
        let store = folder.join(kind);
        let list = folder.join(format!("{kind}.jsonl"));
        write(
            &list,
            1,
            first.iter().enumerate().map(|(i, hash)| add(hash, i, "a")),
        );
        init(&store, kind, &list);
        row(&format!("{kind}: first edition"), &refresh(&store));
        if kind == "snapshot" {
            row("snapshot: the same again", &refresh(&store));
            // Of the old entries a third goes, a third changes; as many are new.
            let (gone, changed) = (CHANGES as usize / 3, CHANGES as usize * 2 / 3);
            let old = first.iter().enumerate().skip(gone);
            let old = old.map(|(i, hash)| add(hash, i, if i < changed { "b" } else { "a" }));
            let new = new
                .iter()
                .enumerate()
                .map(|(i, hash)| add(hash, i + first.len(), "a"));
            write(&list, 2, old.chain(new));
            row("snapshot: 16,667 changes", &refresh(&store));
        } else {
            let third = CHANGES as usize / 3;
            let changes = (0..third)
                .map(|i| remove(&first[i]))
                .chain((third..2 * third).map(|i| add(&first[i], i, "b")));
            let new = new.iter().take(third).enumerate();
            let new = new.map(|(i, hash)| add(hash, i + first.len(), "a"));
            write(&list, 2, changes.chain(new));
            row("delta: 10,000 changes", &refresh(&store));
            write(&list, 3, (0..third).map(|i| remove_item(i + first.len())));
            row("delta: 3,333 items withdrawn by name", &refresh(&store));
            opening(&store, &first[entries as usize / 2]);
            withdrawal(&store, first);
        }
        fs::remove_file(&list).expect("it was there");
        fs::remove_dir_all(&store).expect("it was there");
    }
}

fn hex(hash: &[u8; 32]) -> String {
    Hash::new(HashType::Pdq, hash)
        .expect("32 bytes")
        .to_string()
}

fn add(hash: &[u8; 32], item: usize, label: &str) -> String {
    format!(
        "{{\"v\":1,\"type\":\"pdq\",\"hash\":\"{}\",\"id\":\"case-{item}\",\"labels\":[\"{label}\",\"x\"]}}\n",
        hex(hash)
    )
}

fn remove(hash: &[u8; 32]) -> String {
    format!(
        "{{\"v\":1,\"op\":\"remove\",\"type\":\"pdq\",\"hash\":\"{}\"}}\n",
        hex(hash)
    )
}

fn remove_item(item: usize) -> String {
    format!("{{\"v\":1,\"op\":\"remove\",\"id\":\"case-{item}\"}}\n")
}

fn write(path: &Path, version: u64, lines: impl Iterator<Item = String>) {
    let mut file = BufWriter::new(File::create(path).expect("a list"));
    writeln!(
        file,
        "{{\"v\":1,\"manifest\":{{\"list\":\"bench\",\"version\":{version}}}}}"
    )
    .expect("a list");
    for line in lines {
        file.write_all(line.as_bytes()).expect("a list");
    }
    file.flush().expect("a list");
}

fn source(list: &str, kind: &str, path: &Path) -> String {
    format!(
        "[[source]]\nlist = \"{list}\"\npurpose = \"bench\"\nkind = \"{kind}\"\nat_most = \"review\"\n\
         guards = {{ shrink = 100, growth = 100000 }}\n[source.from.file]\npath = {path:?}\nsettle_seconds = 0\n"
    )
}

fn init(store: &Path, kind: &str, list: &Path) {
    let store = Store::init(store).expect("a store");
    fs::write(store.sources_path(), source("bench", kind, list)).expect("sources");
}

/// What a process cost: time, processor time, peak memory in MiB.
struct Cost {
    seconds: f64,
    processor: f64,
    peak: u64,
}

fn row(what: &str, cost: &Cost) {
    println!(
        "| {what} | {:.1} | {:.1} | {} |",
        cost.seconds, cost.processor, cost.peak
    );
}

fn refresh(store: &Path) -> Cost {
    let begun = Instant::now();
    let mut child = Command::new(env!("CARGO_BIN_EXE_basma"))
        .args(["refresh", "--quiet", "--store"])
        .arg(store)
        .stdout(Stdio::null())
        .spawn()
        .expect("the command");
    let (mut peak, mut processor) = (0, 0.0);
    let proc = PathBuf::from(format!("/proc/{}", child.id()));
    let status = loop {
        if let Some(status) = child.try_wait().expect("a child") {
            break status;
        }
        if let Ok(text) = fs::read_to_string(proc.join("status")) {
            let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:"));
            let kib = line.and_then(|line| line.trim().strip_suffix(" kB"));
            peak = kib
                .and_then(|kib| kib.parse::<u64>().ok())
                .unwrap_or(0)
                .max(peak);
        }
        if let Ok(text) = fs::read_to_string(proc.join("stat")) {
            let fields: Vec<&str> = text.rsplit(')').next().unwrap_or("").split(' ').collect();
            let ticks = |at: usize| {
                fields
                    .get(at)
                    .and_then(|f| f.parse::<f64>().ok())
                    .unwrap_or(0.0)
            };
            // User and system time, in hundredths of a second.
            processor = (ticks(12) + ticks(13)) / 100.0;
        }
        thread::sleep(Duration::from_millis(10));
    };
    assert!(status.success(), "refresh: {status}");
    Cost {
        seconds: begun.elapsed().as_secs_f64(),
        processor,
        peak: peak / 1024,
    }
}

fn opening(store: &Path, known: &[u8; 32]) {
    let begun = Instant::now();
    let matcher = Matcher::open([store]).expect("the store");
    let opened = begun.elapsed();
    let begun = Instant::now();
    let found = matcher
        .lookup(&Hash::new(HashType::Pdq, known).expect("32 bytes"))
        .expect("a lookup");
    assert!(!found.matches.is_empty());
    println!(
        "\nopened in {:.1} ms, first lookup {:.1} ms",
        opened.as_secs_f64() * 1e3,
        begun.elapsed().as_secs_f64() * 1e3
    );
}

/// From the start of `basma revoke` until a running reader no longer finds the entry.
fn withdrawal(store: &Path, known: &[[u8; 32]]) {
    let matcher = Matcher::open([store]).expect("the store");
    let mut times = Vec::new();
    for i in 0..20 {
        let bytes = &known[known.len() / 2 + i];
        let hash = Hash::new(HashType::Pdq, bytes).expect("32 bytes");
        let is_listed = || {
            let found = matcher.lookup(&hash).expect("a lookup");
            found.matches.iter().any(|m| m.hash == hash)
        };
        assert!(is_listed());
        let begun = Instant::now();
        let status = Command::new(env!("CARGO_BIN_EXE_basma"))
            .args(["revoke", "--quiet", "--list", "bench", "--reason", "bench"])
            .arg(format!("pdq:{hash}"))
            .arg("--store")
            .arg(store)
            .status();
        assert!(status.expect("the command").success());
        let decided = begun.elapsed();
        while is_listed() {
            thread::sleep(Duration::from_millis(1));
        }
        times.push((decided, begun.elapsed()));
    }
    times.sort();
    let ms = |time: Duration| time.as_secs_f64() * 1e3;
    let slowest = times
        .iter()
        .map(|(_, seen)| *seen)
        .max()
        .expect("20 of them");
    println!(
        "revoke: the command took {:.0} ms (median), the slowest was seen by a running reader after {:.0} ms\n",
        ms(times[10].0),
        ms(slowest)
    );
}

const READERS: usize = 8;
/// Entries of each of the two lists that are published anew.
const SWAPPED: u64 = 20_000;

/// Readers at full speed while generations are published.
fn swaps(folder: &Path, generations: u64) {
    let store = folder.join("swaps");
    let lists = ["one", "two"].map(|list| (list, folder.join(format!("{list}.jsonl"))));
    let made = Store::init(&store).expect("a store");
    let config: String = lists
        .iter()
        .map(|(list, path)| source(list, "snapshot", path))
        .collect();
    let config = Config::parse(&config).expect("a configuration");
    let known: Vec<[u8; 32]> = Random(SEED).hashes(SWAPPED).collect();
    let publish = |generation: u64| {
        for (number, (_, path)) in lists.iter().enumerate() {
            let others = known.iter().enumerate().skip(1);
            let others = others.map(|(i, hash)| add(hash, i, &format!("{generation}-{number}")));
            let first = add(&known[0], generation as usize, "a");
            write(path, generation, std::iter::once(first).chain(others));
        }
        let refreshed = made.refresh(&config, &Refresh::new("bench"));
        let refreshed = refreshed.expect("a refresh");
        assert_eq!(refreshed.generation, Some(generation), "{refreshed:?}");
    };
    publish(1);
    let matcher = Matcher::open([&store]).expect("the store");
    let queries = Random(SEED + 1).queries(4096, &known, HashType::Pdq, 31);
    println!(
        "| {READERS} readers | queries | generations seen | errors | mixed | p50 us | p99 us | p99.9 us | slowest ms | slowest, processor ms |\n|---|---|---|---|---|---|---|---|---|---|"
    );
    let alone = load(&matcher, &queries, &known[0], || {
        thread::sleep(Duration::from_secs(15))
    });
    alone.row("left alone");
    let swapped = load(&matcher, &queries, &known[0], || {
        (2..=generations + 1).for_each(publish)
    });
    swapped.row(&format!("{generations} generations published"));
    assert_eq!((swapped.errors, swapped.mixed), (0, 0));
}

#[derive(Default)]
struct Load {
    times: Vec<u32>,
    /// The most processor time that a query took: what others do to the machine apart.
    processor: Duration,
    seen: u64,
    errors: u64,
    mixed: u64,
}

impl Load {
    fn row(&self, what: &str) {
        let mut times = self.times.clone();
        times.sort_unstable();
        let at = |share: f64| times[((times.len() - 1) as f64 * share) as usize];
        let slowest = f64::from(at(1.0)) / 1e3;
        println!(
            "| {what} | {} | {} | {} | {} | {} | {} | {} | {slowest:.1} | {:.1} |",
            times.len(),
            self.seen,
            self.errors,
            self.mixed,
            at(0.5),
            at(0.99),
            at(0.999),
            self.processor.as_secs_f64() * 1e3
        );
    }
}

/// Queries on every reader until `work` is done.
fn load(matcher: &Matcher, queries: &[Hash], first: &[u8; 32], work: impl FnOnce()) -> Load {
    let is_over = AtomicBool::new(false);
    let highest = AtomicU64::new(0);
    let first = Hash::new(HashType::Pdq, first).expect("32 bytes");
    let mut all = Load::default();
    thread::scope(|scope| {
        let readers: Vec<_> = (0..READERS)
            .map(|reader| {
                let (is_over, highest) = (&is_over, &highest);
                scope.spawn(move || {
                    let mut load = Load::default();
                    let mut last = 0;
                    for query in queries.iter().cycle().skip(reader * 97) {
                        if is_over.load(Ordering::Relaxed) {
                            break;
                        }
                        let hash = if load.times.len().is_multiple_of(8) {
                            &first
                        } else {
                            query
                        };
                        let begun = Instant::now();
                        let worked = processor_time();
                        let found = matcher.lookup(hash);
                        load.processor = load.processor.max(processor_time() - worked);
                        load.times
                            .push(u32::try_from(begun.elapsed().as_micros()).unwrap_or(u32::MAX));
                        let Ok(found) = found else {
                            load.errors += 1;
                            continue;
                        };
                        let mut generations: Vec<u64> =
                            found.matches.iter().filter_map(|m| m.generation).collect();
                        generations.sort_unstable();
                        generations.dedup();
                        // Both lists hold the first hash, under the number of the generation.
                        let same: Vec<_> =
                            found.matches.iter().filter(|m| m.hash == first).collect();
                        let items = same.iter().all(|m| {
                            let item = m.id.as_deref().and_then(|id| id.strip_prefix("case-"));
                            item.and_then(|item| item.parse().ok()) == m.generation
                        });
                        let is_whole = *hash != first || same.len() == 2;
                        load.mixed += u64::from(generations.len() > 1 || !items || !is_whole);
                        if let Some(&generation) = generations.last()
                            && generation != last
                        {
                            load.mixed += u64::from(generation < last);
                            last = generation;
                            load.seen += 1;
                            highest.fetch_max(generation, Ordering::Relaxed);
                        }
                    }
                    load
                })
            })
            .collect();
        work();
        thread::sleep(Duration::from_millis(500));
        is_over.store(true, Ordering::Relaxed);
        for reader in readers {
            let load = reader.join().expect("a reader");
            all.times.extend(load.times);
            all.processor = all.processor.max(load.processor);
            all.seen = all.seen.max(load.seen);
            all.errors += load.errors;
            all.mixed += load.mixed;
        }
    });
    all
}

/// What this thread has worked.
fn processor_time() -> Duration {
    let time = rustix::time::clock_gettime(rustix::time::ClockId::ThreadCPUTime);
    Duration::new(
        time.tv_sec.cast_unsigned(),
        u32::try_from(time.tv_nsec).unwrap_or(0),
    )
}
