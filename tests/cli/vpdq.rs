//! Clips as other programs exchange them: hashed into their layouts, and looked up from these.

use std::path::Path;

use image::RgbImage;

use crate::film::encode::{avcc, film, scene};
use crate::film::write::Mp4;
use crate::test_dir::TestDir;

/// Scenes that are shown for 40 ms each.
fn clip(scenes: std::ops::Range<u32>) -> Vec<u8> {
    let scenes: Vec<RgbImage> = scenes.map(|n| scene(n, 320, 240)).collect();
    let (private, pictures) = film(scenes, 4);
    let film = Mp4 {
        private: avcc(&private),
        size: (320, 240),
        ..Mp4::new(pictures)
    };
    film.fast()
}

/// Whether ffmpeg is there; said aloud where it is not.
fn is_installed(what: &str) -> bool {
    let installed = Path::new("/usr/bin/ffmpeg").exists();
    if !installed {
        let text = format!("SKIPPED: /usr/bin/ffmpeg is not there: {what} is not tested\n");
        std::io::Write::write_all(&mut std::io::stderr(), text.as_bytes()).unwrap();
    }
    installed
}

const FFMPEG: [&str; 2] = ["--ffmpeg", "/usr/bin/ffmpeg"];

#[test]
fn what_hash_writes_is_a_list_in_every_layout() {
    if !is_installed("hash --vpdq") {
        return;
    }
    let test_dir = TestDir::new();
    test_dir.file("a.mp4", clip(0..8));
    for (layout, format) in [
        ("cpp", "vpdq"),
        ("py", "vpdq of python"),
        ("json", "vpdq of tx"),
        ("old", "vpdq of old tx"),
    ] {
        let hash = ["hash", "a.mp4", "--vpdq", layout, "--frames", "vpdq=0"];
        let outcome = test_dir.run(&[&hash[..], &FFMPEG[..]].concat());
        assert_eq!((outcome.code, outcome.stderr.as_str()), (0, ""), "{layout}");
        let lists = test_dir.file("case-17.txt", &outcome.stdout);
        let list = basma::list::read(&lists, &Default::default()).unwrap();
        assert_eq!(
            (list.source.format.as_str(), list.entries.len()),
            (format, 8)
        );
        let last = list.entries[7].frame.as_deref().unwrap();
        assert_eq!(
            (last.index, last.ms, last.every_ms),
            (7, Some(280), Some(40))
        );
        let scan = test_dir.run(&[
            "scan",
            "a.mp4",
            "-l",
            "case-17.txt",
            "-f",
            "jsonl",
            "--no-ffmpeg",
        ]);
        assert_eq!(scan.code, 1, "{layout}: {scan:?}");
        assert_eq!(scan.object("a.mp4")["matches"][0]["id"], "case-17");
    }
    // One picture a second, unless something else is asked for.
    let outcome = test_dir.run(&[&["hash", "a.mp4", "--vpdq", "cpp"][..], &FFMPEG[..]].concat());
    assert_eq!(outcome.stdout.lines().count(), 1);
}

#[test]
fn a_layout_of_one_clip_holds_one() {
    if !is_installed("hash --vpdq of several clips") {
        return;
    }
    let test_dir = TestDir::new();
    test_dir.file("dump/a.mp4", clip(0..4));
    test_dir.file("dump/b.mp4", clip(4..8));
    let two = test_dir.run(
        &[
            &["hash", "dump", "--vpdq", "cpp", "-o", "out.txt"][..],
            &FFMPEG[..],
        ]
        .concat(),
    );
    assert_eq!(two.code, 2);
    assert!(
        two.stderr.contains("this layout holds one video track"),
        "{two:?}"
    );
    assert!(!test_dir.path("out.txt").exists());
    let json = test_dir.run(&[&["hash", "dump", "--vpdq", "json"][..], &FFMPEG[..]].concat());
    assert_eq!((json.code, json.stdout.lines().count()), (0, 2));
    let none = test_dir.run(&["hash", "dump", "--vpdq", "json", "--no-ffmpeg"]);
    assert_eq!((none.code, none.stdout.as_str()), (2, ""));
    assert!(none.stderr.contains("no clip was hashed"), "{none:?}");
}

#[test]
fn every_video_track_is_written() {
    if !is_installed("hash --vpdq of several tracks") {
        return;
    }
    let test_dir = TestDir::new();
    let film = |scenes: std::ops::Range<u32>| {
        let scenes: Vec<RgbImage> = scenes.map(|n| scene(n, 320, 240)).collect();
        let (private, pictures) = film(scenes, 1);
        Mp4 {
            private: avcc(&private),
            size: (320, 240),
            ..Mp4::new(pictures)
        }
    };
    test_dir.file("both.mp4", film(0..4).beside(&[film(8..12)]));
    let hash = |layout| {
        let arguments = ["hash", "both.mp4", "--vpdq", layout, "--frames", "vpdq=0"];
        test_dir.run(&[&arguments[..], &FFMPEG[..]].concat())
    };
    let json = hash("json");
    assert_eq!((json.code, json.stdout.lines().count()), (0, 2), "{json:?}");
    let mut lines = json.stdout.lines();
    assert_ne!(lines.next(), lines.next());
    let one = hash("cpp");
    assert_eq!((one.code, one.stdout.as_str()), (2, ""));
    assert!(one.stderr.contains("one video track"), "{one:?}");
}

#[test]
fn clips_are_looked_up_by_their_frames_alone() {
    let test_dir = TestDir::new();
    let hash = |number: u32| {
        let picture =
            basma::media::Picture::from_rgb8(320, 240, scene(number, 320, 240).into_raw()).unwrap();
        basma::hasher::pdq(&picture).hash
    };
    let times = |numbers: std::ops::Range<u32>| numbers.map(|n| (n, n * 1000));
    let cpp = |numbers| -> String {
        let lines =
            times(numbers).map(|(n, ms)| format!("{n},100,{},{}.000\n", hash(n), ms / 1000));
        lines.collect()
    };
    let json = |numbers| -> String {
        let strings = times(numbers).map(|(n, ms)| format!("\"{},100,{}.0\"", hash(n), ms / 1000));
        format!("[{}]\n", strings.collect::<Vec<String>>().join(", "))
    };
    test_dir.file("case-17.txt", cpp(0..6));
    test_dir.file("upload.txt", cpp(1..5));
    test_dir.file("two.json", json(20..24) + &json(2..6));
    let lookup = ["lookup", "-l", "case-17.txt", "-f", "jsonl", "--vpdq"];
    let found = test_dir.run(&[&lookup[..], &["upload.txt", "two.json"]].concat());
    assert_eq!(found.code, 1, "{found:?}");
    let upload = found.object("upload.txt");
    assert_eq!(upload["status"], "matched");
    assert_eq!(upload["matches"][0]["id"], "case-17");
    assert_eq!(found.object("two.json!/1")["status"], "no_match");
    assert_eq!(found.object("two.json!/2")["status"], "matched");
    let summary = &found.objects()[3]["summary"];
    assert_eq!(
        (summary["looked_up"].as_u64(), summary["matched"].as_u64()),
        (Some(3), Some(2))
    );
    test_dir.file("broken.txt", "0,100,abc,0.0\n");
    let broken = test_dir.run(&[&lookup[..], &["upload.txt", "broken.txt"]].concat());
    assert_eq!((broken.code, broken.stdout.as_str()), (2, ""));
    assert!(broken.stderr.contains("broken.txt:1:1: E006"), "{broken:?}");
}
