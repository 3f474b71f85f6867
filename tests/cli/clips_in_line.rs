//! Clips among everything else: in archives, in what is remembered, and so long that others would wait for them.

use std::num::NonZeroUsize;
use std::ops::ControlFlow;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};
use std::{fs, thread};

use basma::hash::HashType;
use basma::hasher::Hasher;
use basma::media::Meter;
use basma::media::video::{Decoders, Ffmpeg};
use basma::scan::{Scan, Summary};
use basma::{CancelToken, Matcher};

use crate::clips::{list, mp4, run, scenes};
use crate::film::encode::film;
use crate::film::write::{Mkv, Mp4, pictures};
use crate::test_dir::TestDir;
use crate::write::{deflated, stored, tar, tar_member, zip};

/// A clip that nothing here decodes but a program called ffmpeg.
fn foreign() -> Vec<u8> {
    let film = Mp4 {
        codec: *b"vp09",
        ..Mp4::new(pictures(9, 3))
    };
    film.fast()
}

/// A program called ffmpeg, which does this once it is given a clip.
fn program(test_dir: &TestDir, script: &str) -> PathBuf {
    let version = "[ \"$1\" = -version ] && echo 'ffmpeg version 7.1' && exit";
    let text = format!("#!/bin/sh\nPATH=/usr/bin:/bin\n{version}\n{script}\n");
    let path = test_dir.file("ffmpeg", text);
    fs::set_permissions(&path, PermissionsExt::from_mode(0o700)).unwrap();
    // Another thread may still hold the script for writing, in a child that it is just making.
    wait_until(|| Ffmpeg::new(&path).version().is_ok());
    path
}

/// Programs of these tests read and write files, which no wall lets them do.
const OPEN: [&str; 2] = ["--sandbox", "off"];

/// Four pictures as ffmpeg writes them.
fn printed(test_dir: &TestDir) -> PathBuf {
    let mut pictures = pictures(4, 1);
    for (i, picture) in pictures.iter_mut().enumerate() {
        let grey = |at: usize| (((at % 64) * (i + 2) * 5) ^ ((at / 64) * 7 * (i + 1))) as u8;
        picture.bytes = (0..64 * 48).map(grey).collect();
    }
    let stream = Mkv {
        codec: "V_UNCOMPRESSED",
        sized: false,
        ..Mkv::new(pictures)
    };
    test_dir.file("printed", stream.write())
}

fn until_exists(path: &Path) -> String {
    format!("while [ ! -e '{}' ]; do sleep 0.02; done", path.display())
}

fn wait_until(is_so: impl Fn() -> bool) {
    let until = Instant::now() + Duration::from_secs(100);
    while !is_so() {
        assert!(Instant::now() < until, "it never comes to that");
        thread::sleep(Duration::from_millis(5));
    }
}

/// A scan of the folder `dump`, in another thread.
struct Scanning {
    meter: Arc<Meter>,
    cancel: CancelToken,
    paths: Arc<Mutex<Vec<PathBuf>>>,
    thread: thread::JoinHandle<Summary>,
}

impl Scanning {
    fn start(test_dir: &TestDir, ffmpeg: &Path, jobs: usize) -> Scanning {
        list(test_dir, "list.txt", 77);
        let meter = Arc::new(Meter::default());
        let cancel = CancelToken::new();
        let decoders = Decoders::default().with_ffmpeg(Ffmpeg::new(ffmpeg));
        let scan = Scan::new(Matcher::open([test_dir.path("list.txt")]).unwrap())
            .with_hasher(Hasher::new([HashType::Pdq]).with_decoders(decoders))
            .with_jobs(NonZeroUsize::new(jobs).unwrap())
            .with_meter(meter.clone())
            .with_cancel(cancel.clone());
        let (dump, paths) = (test_dir.path("dump"), Arc::new(Mutex::new(Vec::new())));
        let handed_on = paths.clone();
        let thread = thread::spawn(move || {
            let summary = scan.run([dump], |finding| {
                handed_on.lock().unwrap().push(finding.path);
                ControlFlow::Continue(())
            });
            summary.unwrap()
        });
        Scanning {
            meter,
            cancel,
            paths,
            thread,
        }
    }

    fn end(self) -> (Summary, Vec<PathBuf>) {
        let summary = self.thread.join().unwrap();
        (summary, std::mem::take(&mut self.paths.lock().unwrap()))
    }
}

#[test]
fn nothing_waits_for_a_long_clip() {
    let test_dir = TestDir::new();
    let go = test_dir.path("go");
    let ffmpeg = program(&test_dir, &format!("{}; exit 1", until_exists(&go)));
    test_dir.file("dump/a.mp4", foreign());
    let mut members: Vec<_> = (0..200)
        .map(|n| stored(&format!("{n}.txt"), b"no picture"))
        .collect();
    members[100] = stored("100.mp4", &foreign());
    test_dir.file("dump/c.zip", zip(&members));
    for n in 0..400 {
        test_dir.file(format!("dump/b/{n:03}"), format!("no picture {n}"));
        test_dir.file(format!("dump/d/{n:03}"), format!("no picture {n}"));
    }
    // Two of three threads decode. The third is to do all the rest, of which more than any window is to be held.
    let scanning = Scanning::start(&test_dir, &ffmpeg, 3);
    wait_until(|| scanning.meter.files() == 801);
    assert!(scanning.paths.lock().unwrap().is_empty());
    fs::write(&go, "").unwrap();
    let (summary, paths) = scanning.end();
    assert!(!summary.interrupted);
    assert_eq!((summary.discovered, summary.members), (1002, 200));
    let (alone, in_order) = Scanning::start(&test_dir, &ffmpeg, 1).end();
    assert_eq!((alone.discovered, paths), (1002, in_order));
}

#[test]
fn an_interruption_ends_a_long_clip_and_keeps_what_was_found_beside_it() {
    let test_dir = TestDir::new();
    let ffmpeg = program(&test_dir, "sleep 100000 & wait");
    test_dir.file("dump/a.mp4", foreign());
    for n in 0..300 {
        test_dir.file(format!("dump/b/{n:03}"), format!("no picture {n}"));
    }
    let scanning = Scanning::start(&test_dir, &ffmpeg, 2);
    wait_until(|| scanning.meter.files() == 300);
    scanning.cancel.cancel();
    wait_until(|| scanning.thread.is_finished());
    let (summary, paths) = scanning.end();
    assert!(summary.interrupted);
    assert_eq!(paths.len(), 300);
    assert!(paths.is_sorted() && !paths.contains(&test_dir.path("dump/a.mp4")));
}

#[test]
fn how_far_a_clip_was_gone_through_is_told_meanwhile() {
    let test_dir = TestDir::new();
    let (go, printed) = (test_dir.path("go"), printed(&test_dir));
    let script = format!("cat '{}'; {}", printed.display(), until_exists(&go));
    let ffmpeg = program(&test_dir, &script);
    let bytes = foreign().len() as u64;
    test_dir.file("dump/a.mp4", foreign());
    let scanning = Scanning::start(&test_dir, &ffmpeg, 1);
    let meter = scanning.meter.clone();
    wait_until(|| meter.clip_time().as_millis() >= 80);
    let part = meter.bytes();
    assert!((1..bytes).contains(&part), "{part} of {bytes}");
    assert_eq!(meter.files(), 0);
    fs::write(&go, "").unwrap();
    scanning.end();
    assert_eq!((meter.files(), meter.bytes()), (1, bytes));
}

#[test]
fn clips_in_archives_are_found() {
    let test_dir = TestDir::new();
    let clip = mp4(film(scenes(8), 2)).fast();
    test_dir.file(
        "dump/a.zip",
        zip(&[stored("x.mp4", &clip), deflated("dir/y.mov", &clip)]),
    );
    test_dir.file("dump/b.tar", tar(&[tar_member("z", b'0', &clip)]));
    list(&test_dir, "list.txt", 4);
    let scan = ["scan", "dump", "-l", "list.txt", "-f", "jsonl"];
    let outcome = run(&test_dir, &[&scan[..], &["--no-ffmpeg"]].concat());
    for member in ["a.zip!/x.mp4", "a.zip!/dir/y.mov", "b.tar!/z"] {
        let object = outcome.object(&format!("dump/{member}"));
        assert_eq!(object["status"], "matched", "{object}");
        assert_eq!(object["decoder"], "openh264", "{object}");
    }
    // A program is given a file of its own, in which it can go back.
    let script = format!(
        "[ \"$(tail -c +5 /dev/stdin | head -c 4)\" = ftyp ] || exit 8\n\
         [ \"$(head -c 8 /dev/stdin | tail -c 4)\" = ftyp ] || exit 9\ncat '{}'",
        printed(&test_dir).display()
    );
    let ffmpeg = program(&test_dir, &script).display().to_string();
    test_dir.file("dump/c.zip", zip(&[deflated("w.mp4", &foreign())]));
    let outcome = run(
        &test_dir,
        &[&scan[..], &OPEN, &["--ffmpeg", &ffmpeg]].concat(),
    );
    let object = outcome.object("dump/c.zip!/w.mp4");
    assert_eq!(object["decoder"], "ffmpeg 7.1", "{object}");
    assert!(object["reason"].is_null(), "{object}");
}

#[test]
fn what_is_remembered_of_a_clip_is_not_decoded_again() {
    let test_dir = TestDir::new();
    let calls = test_dir.path("calls");
    fs::create_dir(&calls).unwrap();
    // It may write no file.
    let script = format!(
        "mkdir '{}'/$$; cat '{}'",
        calls.display(),
        printed(&test_dir).display()
    );
    let ffmpeg = program(&test_dir, &script).display().to_string();
    test_dir.file("dump/a.mp4", foreign());
    test_dir.file("dump/b.zip", zip(&[stored("c.mp4", &foreign())]));
    test_dir.file("dump/d.mp4", mp4(film(scenes(8), 2)).fast());
    list(&test_dir, "list.txt", 77);
    // Files younger than a tick of the clock are not remembered.
    thread::sleep(Duration::from_millis(60));
    let called = || test_dir.names("calls").len();
    let scan = |more: &[&str]| {
        let scan = ["scan", "dump", "-l", "list.txt", "-f", "jsonl", "--ffmpeg"];
        run(&test_dir, &[&scan[..], &[&ffmpeg], &OPEN, more].concat())
    };
    let plain = scan(&[]).stdout;
    for log in ["--cache", "--journal"] {
        let before = called();
        assert_eq!(scan(&[log, "log"]).stdout, plain);
        let first = called();
        assert!(first > before);
        assert_eq!(scan(&[log, "log"]).stdout, plain);
        assert_eq!(called(), first, "{log}");
        if log == "--cache" {
            list(&test_dir, "new.txt", 4);
            let rematch = ["rematch", "--cache", "log", "-l", "new.txt", "-f", "jsonl"];
            let outcome = run(&test_dir, &rematch);
            let objects = outcome.objects();
            let is_it = |object: &&serde_json::Value| {
                let path = object["path"].as_str();
                path.is_some_and(|path| path.ends_with("dump/d.mp4"))
            };
            let object = objects.iter().find(is_it).expect("the clip");
            assert_eq!(object["status"], "matched", "{object}");
            assert_eq!(called(), first);
            fs::remove_file(test_dir.path("log")).unwrap();
        }
    }
}
