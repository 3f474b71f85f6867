//! Can a file bring a decoder down, or make it take more than 10 seconds or 512 MiB?
//!
//! `cargo bench --bench torture -- FOLDER...` decodes every file of the folders: whole, cut at every kilobyte, and with random
//! bytes changed. The bytes are drawn from a seed, the same each time. Then it decodes the bombs of `tests/torture`. It prints
//! how many were tried, their results, the most memory and the slowest file. It fails when a decoder gave up or a bound was
//! broken. Times are processor time, so that a busy machine breaks no bound. Memory is told by Linux alone.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use basma::Error;
use basma::media::{Limits, decode};

#[path = "../tests/torture/bombs.rs"]
mod bombs;

const TIME: Duration = Duration::from_secs(10);
const MEMORY: u64 = 512 << 20;
/// How many damaged copies are made of each file.
const DAMAGED: u64 = 24;

fn main() -> ExitCode {
    // A panic is counted, not printed.
    std::panic::set_hook(Box::new(|_| {}));
    let folders: Vec<PathBuf> = std::env::args_os()
        .skip(1)
        .filter(|argument| !argument.to_string_lossy().starts_with("--"))
        .map(PathBuf::from)
        .collect();
    let mut torture = Torture::new();
    for (name, bytes) in bombs::bombs() {
        torture.file(name, &bytes);
    }
    println!("bombs: {} tried", torture.tried);
    let walk = folders.iter().flat_map(walkdir::WalkDir::new);
    let files = walk.flatten().filter(|entry| entry.file_type().is_file());
    for file in files {
        let Ok(bytes) = std::fs::read(file.path()) else {
            continue;
        };
        let name = file.path().display().to_string();
        torture.file(&name, &bytes);
        for cut in (1024..bytes.len()).step_by(1024) {
            torture.file(&format!("{name} cut at {cut}"), &bytes[..cut]);
        }
        for seed in 1..=DAMAGED {
            torture.file(&format!("{name} damaged by {seed}"), &damaged(&bytes, seed));
        }
    }
    torture.report()
}

/// A copy with 1 to 64 bytes changed.
fn damaged(bytes: &[u8], seed: u64) -> Vec<u8> {
    let mut state = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1;
    let mut random = |below: usize| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 16) as usize % below.max(1)
    };
    let mut copy = bytes.to_vec();
    for _ in 0..=random(64) {
        // Every other copy is changed where the headers are.
        let within = if seed.is_multiple_of(2) {
            copy.len().min(256)
        } else {
            copy.len()
        };
        let (at, value) = (random(within), random(256));
        if let Some(byte) = copy.get_mut(at) {
            *byte = value as u8;
        }
    }
    copy
}

struct Torture {
    tried: u64,
    answers: BTreeMap<&'static str, u64>,
    broken: Vec<String>,
    slowest: (Duration, String),
    largest: (u64, String),
    resting: u64,
    /// What is being decoded, and since when: a decoder that never ends is named from outside.
    current: Arc<Mutex<Option<(Duration, String)>>>,
}

impl Torture {
    fn new() -> Torture {
        let current: Arc<Mutex<Option<(Duration, String)>>> = Arc::default();
        let watched = current.clone();
        std::thread::spawn(move || {
            loop {
                std::thread::sleep(Duration::from_secs(5));
                if let Some((since, name)) = &*watched.lock().expect("no panic holds it")
                    && now().saturating_sub(*since) > 12 * TIME
                {
                    println!("HANGS: {name}");
                    std::process::exit(1);
                }
            }
        });
        Torture {
            tried: 0,
            answers: BTreeMap::new(),
            broken: Vec::new(),
            slowest: Default::default(),
            largest: Default::default(),
            resting: memory("VmRSS:"),
            current,
        }
    }

    fn file(&mut self, name: &str, bytes: &[u8]) {
        *self.current.lock().expect("no panic holds it") = Some((now(), name.to_owned()));
        // From here on the peak is this file's.
        let _ = std::fs::write("/proc/self/clear_refs", "5");
        let start = now();
        let answer = decode(bytes, &Limits::default(), |_| {});
        let (took, peak) = (
            now().saturating_sub(start),
            memory("VmHWM:").saturating_sub(self.resting),
        );
        *self.current.lock().expect("no panic holds it") = None;
        self.tried += 1;
        let (status, text) = match answer {
            Ok(decoded) if decoded.partial.is_some() => {
                let reason = decoded.partial.map(|reason| reason.to_string());
                ("partial", reason.unwrap_or_default())
            }
            Ok(decoded) if decoded.capped => ("capped", String::new()),
            Ok(_) => ("decoded", String::new()),
            Err(error) => (
                match error {
                    Error::OverLimit { .. } => "over limit",
                    Error::Unsupported(_) => "unsupported",
                    _ => "damaged",
                },
                error.to_string(),
            ),
        };
        *self.answers.entry(status).or_default() += 1;
        if text.contains("gave up") {
            *self.answers.entry("of these by a panic").or_default() += 1;
            self.broken.push(format!("PANIC {name}: {text}"));
        }
        if took > TIME {
            self.broken.push(format!("SLOW {name}: {took:.1?}"));
        }
        if peak > MEMORY {
            self.broken
                .push(format!("LARGE {name}: {} MiB", peak >> 20));
        }
        if took > self.slowest.0 {
            self.slowest = (took, name.to_owned());
        }
        if peak > self.largest.0 {
            self.largest = (peak, name.to_owned());
        }
    }

    fn report(&self) -> ExitCode {
        for line in &self.broken {
            println!("{line}");
        }
        println!("{} tried: {:?}", self.tried, self.answers);
        println!("slowest: {:.2?}, {}", self.slowest.0, self.slowest.1);
        println!(
            "most memory: {} MiB, {}",
            self.largest.0 >> 20,
            self.largest.1
        );
        if self.broken.is_empty() {
            ExitCode::SUCCESS
        } else {
            ExitCode::FAILURE
        }
    }
}

/// The time that this process has run.
#[cfg(unix)]
fn now() -> Duration {
    let time = rustix::time::clock_gettime(rustix::time::ClockId::ProcessCPUTime);
    Duration::try_from(time).unwrap_or_default()
}

/// The time since it was first asked for.
#[cfg(not(unix))]
fn now() -> Duration {
    static FIRST: std::sync::LazyLock<std::time::Instant> =
        std::sync::LazyLock::new(std::time::Instant::now);
    FIRST.elapsed()
}

/// A line of what the system knows of this process, in bytes; 0 where it does not tell.
fn memory(field: &str) -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix(field));
    let number = line.and_then(|line| line.split_whitespace().next()?.parse::<u64>().ok());
    number.unwrap_or(0) << 10
}
