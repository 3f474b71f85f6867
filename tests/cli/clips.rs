//! Clips in a dump, found by their keyframes. They are decoded in processes of their own, and none of them ends a scan.

use std::fs;

use basma::hash::HashType;
use basma::hasher::pdq;
use basma::media::Picture;
use image::RgbImage;

use crate::bad_clips::bad_clips;
use crate::film::encode::{avcc, film, scene};
use crate::film::write::{Coded, Mp4};
use crate::test_dir::{Outcome, TestDir};

pub(crate) fn scenes(count: u32) -> Vec<RgbImage> {
    (0..count).map(|n| scene(n, 320, 240)).collect()
}

pub(crate) fn mp4((private, pictures): (Vec<u8>, Vec<Coded>)) -> Mp4 {
    Mp4 {
        private: avcc(&private),
        size: (320, 240),
        ..Mp4::new(pictures)
    }
}

/// A list of the PDQ hash of one scene.
pub(crate) fn list(test_dir: &TestDir, name: &str, number: u32) {
    let picture = Picture::from_rgb8(320, 240, scene(number, 320, 240).into_raw()).unwrap();
    let hash = pdq(&picture).hash;
    let hash = basma::hash::Hash::from(hash);
    assert_eq!(hash.hash_type(), HashType::Pdq);
    test_dir.file(name, format!("pdq {hash}\n"));
}

/// A run without ffmpeg, in a temporary folder of its own, in which nothing is left.
pub(crate) fn run(test_dir: &TestDir, arguments: &[&str]) -> Outcome {
    let temporary = test_dir.path("temporary");
    fs::create_dir_all(&temporary).unwrap();
    let mut command = test_dir.command(arguments);
    let outcome = Outcome::of(command.env("TMPDIR", &temporary).output().unwrap());
    assert_eq!(test_dir.names("temporary"), [""; 0], "left behind");
    outcome
}

#[test]
fn a_clip_is_found_by_a_keyframe_wherever_it_lies() {
    let test_dir = TestDir::new();
    let film = mp4(film(scenes(8), 2));
    test_dir.file("dump/a.mp4", film.fast());
    test_dir.file("dump/b.mov", film.late(&[]));
    test_dir.file("dump/c.bin", film.fragmented(3));
    list(&test_dir, "list.txt", 4);
    let scan = [
        "scan",
        "dump",
        "-l",
        "list.txt",
        "-f",
        "jsonl",
        "--no-ffmpeg",
    ];
    let outcome = run(&test_dir, &scan);
    assert_eq!(outcome.code, 1, "{outcome:?}");
    for name in ["dump/a.mp4", "dump/b.mov", "dump/c.bin"] {
        let object = outcome.object(name);
        assert_eq!(object["status"], "matched", "{object}");
        assert_eq!(object["decoder"], "openh264", "{object}");
        let matched = &object["matches"][0];
        assert_eq!(matched["frame"], 4, "{object}");
        assert!(matched["distance"].as_u64().unwrap() <= 8);
        let frames = object["frames"].as_array().unwrap();
        let times: Vec<u64> = frames.iter().map(|h| h["ms"].as_u64().unwrap()).collect();
        assert_eq!(times, [0, 80, 160, 240]);
    }
    list(&test_dir, "list.txt", 5);
    let miss = run(&test_dir, &scan);
    assert_eq!(miss.code, 0, "that picture is no keyframe: {miss:?}");
}

/// Everything that people name film.mp4, and what it comes to.
#[test]
fn every_bad_clip_has_a_status_and_the_scan_goes_on() {
    let test_dir = TestDir::new();
    let files = bad_clips();
    for clip in &files {
        test_dir.file(format!("dump/{}", clip.name), &clip.bytes);
    }
    list(&test_dir, "list.txt", 77);
    let scan = |more: &[&str]| {
        let scan = [
            "scan",
            "dump",
            "-l",
            "list.txt",
            "-f",
            "jsonl",
            "--no-ffmpeg",
        ];
        run(&test_dir, &[&scan[..], more].concat())
    };
    let outcome = scan(&[]);
    for clip in &files {
        let object = outcome.object(&format!("dump/{}", clip.name));
        assert_eq!(object["status"], clip.status, "{object}");
        assert!(
            clip.status == "no_match" || object["reason"].is_string(),
            "{object}"
        );
    }
    assert_eq!(outcome.summary()["discovered"], files.len());
    // On any number of threads, with workers that are used again.
    let again = scan(&["-j", "7"]);
    assert_eq!(again.stdout, outcome.stdout);
}

/// Every bit of pictures and of parameter sets may be another.
#[test]
fn flipped_bits_end_no_scan() {
    let test_dir = TestDir::new();
    let film = mp4(film(scenes(4), 1));
    let whole = film.fast();
    let mut noise = 7u64;
    for number in 0..150 {
        let mut file = whole.clone();
        for _ in 0..1 + number % 40 {
            noise = noise
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1);
            let at = (noise >> 20) as usize % file.len();
            file[at] ^= 1 << (noise >> 60 & 7);
        }
        test_dir.file(format!("dump/{number}.mp4"), file);
    }
    list(&test_dir, "list.txt", 77);
    let outcome = run(
        &test_dir,
        &[
            "scan",
            "dump",
            "-l",
            "list.txt",
            "-f",
            "jsonl",
            "--no-ffmpeg",
        ],
    );
    let summary = outcome.summary();
    // What seems to stand behind a damaged one is a finding too.
    let members = summary["members"].as_u64().unwrap_or(0);
    assert_eq!(summary["discovered"], 150 + members, "{summary}");
    assert!(
        summary["no_match"].as_u64().unwrap() > 0 && summary["damaged"].as_u64().unwrap() > 0,
        "{summary}"
    );
}

#[test]
fn what_is_missing_is_said() {
    let test_dir = TestDir::new();
    test_dir.file("a.mp4", mp4(film(scenes(6), 6)).fast());
    let few = run(
        &test_dir,
        &[
            "hash",
            "a.mp4",
            "--frames",
            "keyframes",
            "--no-ffmpeg",
            "-f",
            "jsonl",
        ],
    );
    assert_eq!(
        (few.code, &few.object("a.mp4")["flags"][0]),
        (3, &"sparse".into())
    );
    let list = run(&test_dir, &["hash", "a.mp4", "--no-ffmpeg", "-f", "jsonl"]);
    assert_eq!(list.code, 3, "{list:?}");
    assert!(
        list.stdout
            .contains("only keyframes of clips are decoded here")
    );
    let wrong = run(&test_dir, &["hash", "a.mp4", "--ffmpeg", "/nowhere/ffmpeg"]);
    assert_eq!(wrong.code, 2);
    assert!(
        wrong
            .stderr
            .contains("/nowhere/ffmpeg cannot be used as ffmpeg"),
        "{wrong:?}"
    );
    let wrong = run(&test_dir, &["hash", "a.mp4", "--frames", "some"]);
    assert_eq!(wrong.code, 2);
}

#[test]
fn the_doctor_says_what_there_is_and_what_it_would_take() {
    let test_dir = TestDir::new();
    let outcome = run(&test_dir, &["doctor", "--no-ffmpeg"]);
    assert_eq!(outcome.code, 0, "{outcome:?}");
    assert!(
        outcome
            .stdout
            .contains("yes  H.264, keyframes\n       built in (openh264")
    );
    assert!(
        outcome
            .stdout
            .contains("no   VP9, AV1, MPEG-4 and other codecs\n       install ffmpeg")
    );
    let outcome = run(&test_dir, &["doctor", "-f", "jsonl"]);
    let all = &outcome.objects()[0]["decodes"];
    assert!(
        all.as_array()
            .unwrap()
            .iter()
            .all(|one| one["decoded"].is_boolean())
    );
}

/// A worker is of no use to anybody at a terminal, and tells nothing.
#[test]
fn a_worker_without_an_owner_ends() {
    let test_dir = TestDir::new();
    let outcome = run(&test_dir, &["decode-worker"]);
    assert_eq!((outcome.code, outcome.stdout.as_str()), (2, ""));
}
