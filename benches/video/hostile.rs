//! What do broken clips come to, and what do they take?
//!
//! 500 files are made of the sample videos, from a seed. Bits are flipped in the index, in the pictures, or in both, and some
//! files are cut short. The command scans them with a list, with ffmpeg and without. It is held that every file has a status,
//! and that the exit code is the documented one. The scan ends within bounds of time and memory, all its processes
//! together. Nothing is `unreadable`, which the system says and not the file. Nothing is left in the temporary folder. Then the
//! same of all that people name film.mp4, by name. And of programs that are called ffmpeg and hang, die or are none.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;

use super::bad_clips::bad_clips;
use super::film::write::{Mp4, pictures};
use super::{FFMPEG, VIDEOS, has_ffmpeg, samples};

const FILES: u64 = 500;
/// How long one file may take on the mean, by the clock. The machine may do other things as well.
const SECONDS_PER_FILE: u64 = 5;
/// What the command and all that it started may hold at once.
const MEMORY_BYTES_MAX: u64 = 1 << 30;
const STATUSES: [&str; 8] = [
    "matched",
    "no_match",
    "low_quality",
    "unsupported",
    "damaged",
    "unreadable",
    "over_limit",
    "skipped",
];

/// A folder to scan, with a list of nothing that is in it, and an empty one for temporary files.
struct Place(tempfile::TempDir);

/// What a scan came to.
struct Outcome {
    code: Option<i32>,
    took: Duration,
    /// The most that all processes held at once, and that one of them did.
    most: (u64, u64),
    left: usize,
    /// What was printed of each file, and the summary.
    objects: Vec<Value>,
}

/// Whether all that was held is so.
pub(super) fn run() -> bool {
    println!("## Hostile clips\n");
    let mut held = true;
    if samples().is_empty() {
        println!("SKIPPED: the sample videos are not in {VIDEOS}");
    } else {
        held &= flipped();
    }
    held & named() & programs()
}

fn flipped() -> bool {
    let place = Place::new();
    let samples: Vec<(String, Vec<u8>)> = samples()
        .iter()
        .map(|path| (super::name(path), fs::read(path).expect("a sample")))
        .collect();
    let mut random = Random(0x5EED);
    let mut kinds = BTreeMap::new();
    for number in 0..FILES {
        let (name, bytes) = &samples[random.below(samples.len())];
        let (kind, file) = damaged(bytes, number, &mut random);
        let name = format!("{number:03} {name}");
        place.file(&name, &file);
        kinds.insert(format!("dump/{name}"), kind);
    }
    let mut held = true;
    let mut ways = vec![("built in", &["--no-ffmpeg"][..])];
    if has_ffmpeg() {
        ways.push(("built in and ffmpeg", &["--ffmpeg", FFMPEG]))
    } else {
        println!("SKIPPED: {FFMPEG} is not there")
    }
    for (way, options) in ways {
        let outcome = place.scan(options);
        println!("### {FILES} files with flipped bits, {way}\n");
        println!("| damage | {} |", STATUSES.join(" | "));
        println!("|---|{}", "---|".repeat(STATUSES.len()));
        let mut table: BTreeMap<&str, BTreeMap<&str, u64>> = BTreeMap::new();
        for object in outcome.files() {
            let status = object["status"].as_str().unwrap_or_default();
            for kind in [kinds[object["path"].as_str().unwrap_or_default()], "all"] {
                *table.entry(kind).or_default().entry(status).or_default() += 1;
            }
        }
        for (kind, counts) in &table {
            let count = |status| counts.get(status).copied().unwrap_or(0).to_string();
            println!("| {kind} | {} |", STATUSES.map(count).join(" | "));
        }
        held &= outcome.hold(FILES as usize);
    }
    held
}

/// A copy with bits flipped, or cut, and what was done to it.
fn damaged(bytes: &[u8], number: u64, random: &mut Random) -> (&'static str, Vec<u8>) {
    let mut file = bytes.to_vec();
    let index = index(bytes);
    let mut flip = |file: &mut Vec<u8>, within: std::ops::Range<usize>, most: usize| {
        for _ in 0..=random.below(most) {
            let at = within.start + random.below(within.len());
            file[at] ^= 1 << random.below(8);
        }
    };
    let all = 0..bytes.len();
    let kind = match number % 10 {
        0..=3 => {
            flip(&mut file, index, 8);
            "1 to 8 bits of the index"
        }
        4 => {
            flip(&mut file, index, 256);
            "up to 256 bits of the index"
        }
        5..=8 => {
            flip(&mut file, all, 4096);
            "up to 4,096 bits anywhere"
        }
        _ => {
            flip(&mut file, all.clone(), 8);
            file.truncate(random.below(all.len()));
            "cut short"
        }
    };
    (kind, file)
}

/// Where a file says what is in it: the box `moov` of MP4, the first 4 KiB of Matroska.
fn index(bytes: &[u8]) -> std::ops::Range<usize> {
    let mut at = 0;
    while let Some(head) = bytes.get(at..at + 8) {
        let size = u32::from_be_bytes([head[0], head[1], head[2], head[3]]) as usize;
        if &head[4..] == b"moov" {
            return at..bytes.len().min(at + size);
        }
        at += size.max(8);
    }
    0..bytes.len().min(4096)
}

fn named() -> bool {
    let place = Place::new();
    let clips = bad_clips();
    for clip in &clips {
        place.file(clip.name, &clip.bytes);
    }
    let built_in = place.scan(&["--no-ffmpeg"]);
    let with_ffmpeg = has_ffmpeg().then(|| place.scan(&["--ffmpeg", FFMPEG]));
    println!("### What is named film.mp4\n");
    println!("| file | without ffmpeg | with ffmpeg |");
    println!("|---|---|---|");
    let mut held = true;
    for clip in &clips {
        let path = format!("dump/{}", clip.name);
        held &= built_in.of(&path)["status"] == clip.status;
        let columns = [Some(&built_in), with_ffmpeg.as_ref()].map(|outcome| match outcome {
            Some(outcome) => told(outcome.of(&path)),
            None => "not there".to_owned(),
        });
        println!("| {} | {} |", &clip.name[3..], columns.join(" | "));
    }
    let both = [Some(built_in), with_ffmpeg];
    both.into_iter()
        .flatten()
        .fold(held, |held, outcome| outcome.hold(clips.len()) && held)
}

/// Programs that are called ffmpeg.
fn programs() -> bool {
    println!("### Programs that are called ffmpeg\n");
    println!("| it | status |");
    println!("|---|---|");
    let mut held = true;
    for (what, script) in [
        ("hangs", "sleep 100000 & wait"),
        ("is killed", "kill -KILL $$"),
        ("crashes", "kill -SEGV $$"),
        ("writes something else", "head -c 100000 /dev/zero"),
        ("talks without end", "exec yes >&2"),
        ("writes nothing", "true"),
    ] {
        let place = Place::new();
        let film = Mp4 {
            codec: *b"vp09",
            ..Mp4::new(pictures(9, 3))
        };
        place.file("film.mp4", &film.fast());
        let version = "[ \"$1\" = -version ] && echo 'ffmpeg version 7.1' && exit";
        let text = format!("#!/bin/sh\nPATH=/usr/bin:/bin\n{version}\n{script}\n");
        let program = place.path("ffmpeg");
        fs::write(&program, text).expect("room");
        fs::set_permissions(&program, PermissionsExt::from_mode(0o700)).expect("our own");
        let program = program.display().to_string();
        let outcome = place.scan(&["--ffmpeg", &program, "--max-clip-seconds", "1"]);
        println!("| {what} | {} |", told(outcome.of("dump/film.mp4")));
        held &= outcome.left == 0 && outcome.code == Some(3);
    }
    println!();
    held
}

/// Status and reason.
fn told(object: &Value) -> String {
    let text = |field: &str| object[field].as_str();
    let status = text("status").unwrap_or_default();
    text("reason").map_or(status.to_owned(), |reason| format!("{status}: {reason}"))
}

impl Place {
    fn new() -> Place {
        let place = Place(tempfile::tempdir().expect("a temporary folder"));
        for folder in ["dump", "temporary"] {
            fs::create_dir(place.path(folder)).expect("a folder");
        }
        let nothing = "f8f8f0cee0f4a84f06370a22038f63f0b36e2ed596621e1d33e6b39c4e9c9b22";
        fs::write(place.path("list.txt"), format!("pdq {nothing}\n")).expect("room");
        place
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn file(&self, name: &str, bytes: &[u8]) {
        fs::write(self.path("dump").join(name), bytes).expect("room for broken clips");
    }

    fn scan(&self, options: &[&str]) -> Outcome {
        let output = fs::File::create(self.path("findings.jsonl")).expect("room");
        let started = Instant::now();
        let mut child = Command::new(env!("CARGO_BIN_EXE_basma"))
            .args(["scan", "dump", "-l", "list.txt", "-f", "jsonl", "--quiet"])
            .args(options)
            .current_dir(self.0.path())
            .env("TMPDIR", self.path("temporary"))
            .stdin(Stdio::null())
            .stdout(output)
            .spawn()
            .expect("the command");
        let most_time = Duration::from_secs(SECONDS_PER_FILE * FILES);
        let mut most = (0, 0);
        let status = loop {
            if let Some(status) = child.try_wait().expect("a child") {
                break Some(status);
            }
            let (all, one) = memory(child.id());
            most = (most.0.max(all), most.1.max(one));
            if started.elapsed() > most_time {
                let _ = child.kill();
                let _ = child.wait();
                break None;
            }
            std::thread::sleep(Duration::from_millis(20));
        };
        let text = fs::read_to_string(self.path("findings.jsonl")).expect("what was printed");
        let objects = text.lines().map(serde_json::from_str);
        Outcome {
            code: status.and_then(|status| status.code()),
            took: started.elapsed(),
            most,
            left: fs::read_dir(self.path("temporary")).expect("it").count(),
            objects: objects.collect::<Result<_, _>>().expect("JSON Lines"),
        }
    }
}

impl Outcome {
    fn files(&self) -> impl Iterator<Item = &Value> {
        self.objects
            .iter()
            .filter(|object| object["path"].is_string())
    }

    fn of(&self, path: &str) -> &Value {
        let found = self.files().find(|object| object["path"] == path);
        found.expect("every file has a status")
    }

    /// Whether it is what a scan promises.
    fn hold(&self, files: usize) -> bool {
        let mut wrong = Vec::new();
        let summary = &self.objects.last().expect("a summary")["summary"];
        let by_status = STATUSES.map(|status| summary[status].as_u64().unwrap_or(0));
        let counted: u64 = by_status.iter().sum();
        if self.files().count() != files || counted != files as u64 {
            wrong.push(format!("{counted} of {files} files have a status"));
        }
        let gaps: u64 = by_status[3..7].iter().sum();
        let code = match (by_status[0], gaps) {
            (0, 0) => 0,
            (0, _) => 3,
            _ => 1,
        };
        if self.code != Some(code) {
            wrong.push(format!("ended with {:?} instead of {code}", self.code));
        }
        if self.left > 0 {
            wrong.push(format!("{} temporary files are left", self.left));
        }
        if self.most.0 > MEMORY_BYTES_MAX {
            wrong.push("it took more memory than it may".to_owned());
        }
        for object in self
            .files()
            .filter(|object| object["status"] == "unreadable")
        {
            wrong.push(format!("the system did not refuse it: {object}"));
        }
        println!(
            "\n{files} files in {:.1} s, exit code {:?}, at most {} MiB in all processes and {} MiB in one, left in the temporary folder: {}\n",
            self.took.as_secs_f64(),
            self.code,
            self.most.0 >> 20,
            self.most.1 >> 20,
            self.left
        );
        for text in &wrong {
            println!("BROKEN: {text}");
        }
        wrong.is_empty()
    }
}

/// What a process and its children hold now, and the most that one of them ever held, in bytes (proc(5)).
fn memory(process: u32) -> (u64, u64) {
    let mut numbers = vec![process.to_string()];
    for entry in fs::read_dir("/proc").into_iter().flatten().flatten() {
        let stat = fs::read_to_string(entry.path().join("stat")).unwrap_or_default();
        let behind_name = stat.rsplit(')').next().unwrap_or_default();
        if behind_name.split_whitespace().nth(1) == Some(&numbers[0]) {
            numbers.push(entry.file_name().to_string_lossy().into_owned());
        }
    }
    let (mut all, mut one) = (0, 0);
    for number in numbers {
        let status = Path::new("/proc").join(number).join("status");
        let status = fs::read_to_string(status).unwrap_or_default();
        let field = |name: &str| {
            let line = status.lines().find_map(|line| line.strip_prefix(name));
            let number = line.and_then(|line| line.split_whitespace().next()?.parse().ok());
            number.unwrap_or(0u64) << 10
        };
        all += field("VmRSS:");
        one = one.max(field("VmHWM:"));
    }
    (all, one)
}

/// Numbers from a seed (SplitMix64).
struct Random(u64);

impl Random {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) % bound.max(1) as u64) as usize
    }
}
