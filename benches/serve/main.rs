//! How many look-ups does the service answer, how late, and what does it take meanwhile?
//!
//! `cargo bench --bench serve -- [--entries N] [--requests N] [--folder DIR]`, on Linux, over loopback alone. A seeded list of PDQ
//! hashes stands in a store; one query in five is listed with up to 31 bits changed. The load is made here, on the same cores.
//! First all answers as fast as they come, then at half of that rate: alone, beside 2,000 idle and 200 slow connections, and while
//! a refresh publishes the list anew. Then additions until they match, 10,000 at once, and photographs of half a megapixel beside
//! `basma scan` of the same files.
//!
//! HMA 1.1.7 answers 37 look-ups a second at a million hashes, measured by requests one after the other.

mod client;
#[path = "../lists/mod.rs"]
mod lists;
mod load;

use std::fs::{self, File};
use std::io::{BufWriter, Write as _};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use basma::hash::{Hash, HashType};
use basma::store::Store;
use client::{Service, request};
use lists::Random;
use load::{HEADING, Outcome, at_full_speed, at_rate};

const SEED: u64 = 0xba53a;

/// Look-ups a second of HMA.
const HMA: f64 = 37.0;

struct Wanted {
    entries: u64,
    requests: u64,
    folder: std::path::PathBuf,
}

fn main() {
    let wanted = arguments();
    let folder = tempfile::Builder::new()
        .prefix("basma-serve-")
        .tempdir_in(&wanted.folder)
        .expect("a folder");
    let (store, list) = (
        folder.path().join("store"),
        folder.path().join("list.jsonl"),
    );
    let known: Vec<[u8; 32]> = Random(SEED).hashes(wanted.entries).collect();
    write(&list, 1, &known);
    make(&store, &list);
    refresh(&store);
    let service = Service::start(&store);
    let queries = Random(SEED + 1).queries(4096, &known, HashType::Pdq, 31);
    let requests: Vec<Vec<u8>> = queries.iter().map(lookup).collect();

    println!("{} entries\n\n{HEADING}", wanted.entries);
    let full = |count| at_full_speed(&service, &requests, 2, 16, count);
    full(10_000).row("the first 10,000");
    let before = service.own_kib();
    let fastest = full(wanted.requests);
    fastest.row("as fast as answers come");
    let after = service.own_kib();
    let half = fastest.rate() / 2.0;
    let seconds = |most: u64| move |past: Duration| past < Duration::from_secs(most);
    at_rate(&service, &requests, half, seconds(10)).row("half of that");
    crowd(&service, || at_rate(&service, &requests, half, seconds(10)))
        .row("half, beside 2,000 idle and 200 slow");
    write(&list, 2, &known[wanted.entries as usize / 100..]);
    let outcome = while_refreshed(&store, |goes_on| {
        at_rate(&service, &requests, half, goes_on)
    });
    outcome.row("half, during a refresh");
    let tenth = while_refreshed(&store, |goes_on| {
        at_rate(&service, &requests, half / 10.0, goes_on)
    });
    tenth.row("a twentieth, during a refresh of what is unchanged");

    println!(
        "\n{:.0} times HMA's {HMA} a second; own memory {before} KiB after 10,000 requests, {after} KiB after {} more",
        fastest.rate() / HMA,
        fastest.count()
    );
    additions(&service);
    drop(service);
    photographs(&store, folder.path());
}

fn arguments() -> Wanted {
    let mut wanted = Wanted {
        entries: 1_000_000,
        requests: 1_000_000,
        folder: std::env::temp_dir(),
    };
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        let mut value = || arguments.next().expect("a value");
        let number = |text: String| text.replace('_', "").parse().expect("a number");
        match argument.as_str() {
            "--bench" => {}
            "--entries" => wanted.entries = number(value()),
            "--requests" => wanted.requests = number(value()),
            "--folder" => wanted.folder = value().into(),
            other => panic!("{other}: not known here"),
        }
    }
    wanted
}

fn lookup(hash: &Hash) -> Vec<u8> {
    let path = format!("/m/lookup?signal_type=pdq&signal={hash}");
    request("GET", &path, "", b"")
}

fn write(path: &Path, version: u64, hashes: &[[u8; 32]]) {
    let mut file = BufWriter::new(File::create(path).expect("a list"));
    let head = format!("{{\"v\":1,\"manifest\":{{\"list\":\"bench\",\"version\":{version}}}}}\n");
    file.write_all(head.as_bytes()).expect("a list");
    for (item, hash) in hashes.iter().enumerate() {
        let hash = Hash::new(HashType::Pdq, hash).expect("32 bytes");
        let line =
            format!("{{\"v\":1,\"type\":\"pdq\",\"hash\":\"{hash}\",\"id\":\"case-{item}\"}}\n");
        file.write_all(line.as_bytes()).expect("a list");
    }
    file.flush().expect("a list");
}

fn make(store: &Path, list: &Path) {
    let store = Store::init(store).expect("a store");
    let text = format!(
        "[[source]]\nlist = \"bench\"\npurpose = \"bench\"\nkind = \"snapshot\"\nat_most = \"review\"\n\
         guards = {{ shrink = 100, growth = 100000 }}\n[source.from.file]\npath = {list:?}\nsettle_seconds = 0\n"
    );
    fs::write(store.sources_path(), text).expect("sources");
}

/// A refresh that gives way to other programs, as the one of the packaged timer does.
fn refresh(store: &Path) {
    let status = Command::new("chrt")
        .args(["--idle", "0", "ionice", "-c", "3"])
        .arg(env!("CARGO_BIN_EXE_basma"))
        .args(["refresh", "--quiet", "--store"])
        .arg(store)
        .stdout(Stdio::null())
        .status();
    assert!(status.expect("the command").success());
}

/// The load for as long as a refresh takes.
fn while_refreshed(
    store: &Path,
    load: impl FnOnce(&(dyn Fn(Duration) -> bool + Sync)) -> Outcome,
) -> Outcome {
    let is_done = AtomicBool::new(false);
    thread::scope(|scope| {
        scope.spawn(|| {
            refresh(store);
            // What was published is taken over by the service.
            thread::sleep(Duration::from_secs(2));
            is_done.store(true, Ordering::Relaxed);
        });
        load(&|_| !is_done.load(Ordering::Relaxed))
    })
}

/// The load beside connections that send nothing, and others that send a byte at a time.
fn crowd(service: &Service, load: impl FnOnce() -> Outcome) -> Outcome {
    let is_done = AtomicBool::new(false);
    let hold = |count: usize, byte: &'static [u8], pause: u64| {
        let connect = || TcpStream::connect(service.address).ok();
        let mut held: Vec<Option<TcpStream>> = (0..count).map(|_| connect()).collect();
        while !is_done.load(Ordering::Relaxed) {
            for stream in &mut held {
                // One that was cut comes again.
                let is_held = stream
                    .as_mut()
                    .is_some_and(|stream| stream.write_all(byte).is_ok());
                if !is_held {
                    *stream = connect();
                }
            }
            thread::sleep(Duration::from_millis(pause));
        }
    };
    raise_files();
    thread::scope(|scope| {
        scope.spawn(|| hold(2_000, b"", 1_000));
        scope.spawn(|| hold(200, b"G", 500));
        thread::sleep(Duration::from_secs(1));
        let outcome = load();
        is_done.store(true, Ordering::Relaxed);
        outcome
    })
}

/// Lets this process have as many files as the system allows.
fn raise_files() {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    let limit = getrlimit(Resource::Nofile);
    let raised = Rlimit {
        current: limit.maximum,
        maximum: limit.maximum,
    };
    setrlimit(Resource::Nofile, raised).expect("the limit of the system");
}

/// How long until what was added matches, and how long 10,000 take.
fn additions(service: &Service) {
    let mut client = service.connect();
    let json = "application/json";
    let (status, _) = client.ask(&request("POST", "/c/banks", json, b"{\"name\":\"BENCH\"}"));
    assert_eq!(status, 201);
    let hashes: Vec<Hash> = Random(SEED + 2)
        .hashes(10_100)
        .map(|hash| Hash::new(HashType::Pdq, &hash).expect("32 bytes"))
        .collect();
    let (some, many) = hashes.split_at(100);
    let matches = |client: &mut client::Client, hash: &Hash| {
        let (status, body) = client.ask(&lookup(hash));
        assert_eq!(status, 200);
        body.windows(5).any(|five| five == b"BENCH")
    };
    let mut times: Vec<(Duration, Duration)> = Vec::new();
    for hash in some {
        let begun = Instant::now();
        let body = format!("{{\"pdq\":\"{hash}\"}}");
        let path = "/c/bank/BENCH/signal";
        let (status, _) = client.ask(&request("POST", path, json, body.as_bytes()));
        assert_eq!(status, 200);
        let added = begun.elapsed();
        while !matches(&mut client, hash) {
            thread::sleep(Duration::from_millis(1));
        }
        times.push((added, begun.elapsed()));
    }
    let ms = |time: Duration| time.as_secs_f64() * 1e3;
    let added: Duration = times.iter().map(|(added, _)| *added).sum();
    let slowest = times
        .iter()
        .map(|(_, seen)| *seen)
        .max()
        .expect("100 of them");
    println!(
        "an addition is answered within {:.1} ms on average; the slowest of 100 matches after {:.0} ms",
        ms(added) / 100.0,
        ms(slowest)
    );
    let signals: Vec<String> = many
        .iter()
        .map(|h| format!("{{\"pdq\":\"{h}\"}}"))
        .collect();
    let body = format!("{{\"signals\":[{}]}}", signals.join(","));
    let begun = Instant::now();
    let path = "/c/bank/BENCH/signals";
    let (status, _) = client.ask(&request("POST", path, json, body.as_bytes()));
    assert_eq!(status, 200);
    let added = begun.elapsed();
    let last = many.last().expect("10,000 of them");
    while !matches(&mut client, last) {
        thread::sleep(Duration::from_millis(1));
    }
    println!(
        "10,000 additions at once are answered after {:.0} ms and match after {:.0} ms",
        ms(added),
        ms(begun.elapsed())
    );
}

/// Photographs to the service, and the same to the command.
fn photographs(store: &Path, folder: &Path) {
    const FILES: usize = 400;
    let scanned = folder.join("photographs");
    fs::create_dir(&scanned).expect("a folder");
    let photographs: Vec<Vec<u8>> = (0..FILES as u64).map(photograph).collect();
    for (number, bytes) in photographs.iter().enumerate() {
        fs::write(scanned.join(format!("{number}.jpg")), bytes).expect("a file");
    }
    let begun = Instant::now();
    let status = Command::new(env!("CARGO_BIN_EXE_basma"))
        .args(["scan", "--quiet", "--list"])
        .arg(store)
        .arg(&scanned)
        .stdout(Stdio::null())
        .status();
    assert!(status.expect("the command").code() < Some(2));
    let by_command = FILES as f64 / begun.elapsed().as_secs_f64();
    let service = Service::start(store);
    let boundary = "basma-bench";
    let form = |bytes: &Vec<u8>| {
        let head = format!(
            "--{boundary}\r\nContent-Disposition: form-data; name=\"photo\"; filename=\"x.jpg\"\r\n\r\n"
        );
        let body = [
            head.as_bytes(),
            bytes,
            format!("\r\n--{boundary}--\r\n").as_bytes(),
        ]
        .concat();
        let kind = format!("multipart/form-data; boundary={boundary}");
        request("POST", "/m/lookup", &kind, &body)
    };
    let requests: Vec<Vec<u8>> = photographs.iter().map(form).collect();
    let outcome = at_full_speed(&service, &requests, 2, 2, FILES as u64);
    println!("\n{HEADING}");
    outcome.row("photographs of 0.5 megapixels");
    println!(
        "\n`basma scan` takes {by_command:.0} of the same a second, its start included; the service {:.0} %",
        outcome.rate() / by_command * 100.0
    );
}

/// A picture of waves, each of its own, as JPEG.
fn photograph(number: u64) -> Vec<u8> {
    const WIDTH: u16 = 816;
    const HEIGHT: u16 = 612;
    let mut random = Random(SEED + 3 + number);
    let waves: Vec<[f64; 3]> = (0..8)
        .map(|_| [(); 3].map(|()| random.below(1000) as f64 / 1000.0))
        .collect();
    let mut pixels = Vec::with_capacity(usize::from(WIDTH) * usize::from(HEIGHT) * 3);
    for y in 0..HEIGHT {
        for x in 0..WIDTH {
            let at = |[a, b, phase]: &[f64; 3]| {
                (f64::from(x) * a * 0.06 + f64::from(y) * b * 0.06 + phase * 6.0).sin()
            };
            let grain = (random.word() % 24) as f64;
            let light = 116.0 + waves.iter().map(at).sum::<f64>() * 20.0 + grain;
            let light = light.clamp(0.0, 255.0) as u8;
            pixels.extend([light, light.saturating_sub(20), 255 - light]);
        }
    }
    let mut bytes = Vec::new();
    let encoder = jpeg_encoder::Encoder::new(&mut bytes, 85);
    encoder
        .encode(&pixels, WIDTH, HEIGHT, jpeg_encoder::ColorType::Rgb)
        .expect("a picture");
    bytes
}
