//! Clips of several video tracks, and clips of which too little is seen: found, or told.

use crate::clips::{list, mp4, run, scenes};
use crate::film::encode::{film, scene};
use crate::film::write::{Coded, Mkv, Mp4};
use crate::test_dir::TestDir;

const SCAN: [&str; 6] = ["scan", "dump", "-l", "list.txt", "--no-ffmpeg", "-f"];

fn scan(test_dir: &TestDir, format: &str, more: &[&str]) -> crate::test_dir::Outcome {
    run(test_dir, &[&SCAN[..], &[format], more].concat())
}

#[test]
fn a_listed_clip_is_found_in_every_video_track() {
    let test_dir = TestDir::new();
    let (first, second) = (film(scenes(4), 1), film(scenes(12), 1));
    let off = Mp4 {
        enabled: false,
        ..mp4(second.clone())
    };
    test_dir.file(
        "dump/a.mp4",
        mp4(first.clone()).beside(&[mp4(second.clone())]),
    );
    test_dir.file("dump/b.mov", mp4(first.clone()).beside(&[off]));
    let mkv = |number, film: &(Vec<u8>, Vec<_>)| Mkv {
        number,
        private: film.0.clone(),
        ..Mkv::new(film.1.clone())
    };
    test_dir.file("dump/c.mkv", mkv(1, &first).beside(&[mkv(2, &second)]));
    list(&test_dir, "list.txt", 9);
    let outcome = scan(&test_dir, "jsonl", &["--cache", "cache"]);
    assert_eq!(outcome.code, 1, "{outcome:?}");
    for name in ["dump/a.mp4", "dump/b.mov", "dump/c.mkv"] {
        let object = outcome.object(name);
        assert_eq!(object["status"], "matched", "{object}");
        let matched = &object["matches"][0];
        assert_eq!(
            (&matched["track"], &matched["frame"]),
            (&2.into(), &9.into()),
            "{object}"
        );
        assert_eq!(object["decoded"], 16, "{object}");
        assert_eq!(object["frames"].as_array().unwrap().len(), 4);
    }
    // What is remembered of them is as good.
    assert_eq!(
        scan(&test_dir, "jsonl", &["--cache", "cache"]).stdout,
        outcome.stdout
    );
    assert_eq!(
        scan(&test_dir, "jsonl", &["-j", "5"]).stdout,
        outcome.stdout
    );
    assert!(
        scan(&test_dir, "text", &[])
            .stdout
            .contains("video track 2, frame 9")
    );
}

#[test]
fn a_track_that_cannot_be_decoded_is_a_gap() {
    let test_dir = TestDir::new();
    let foreign = Mp4 {
        codec: *b"vp09",
        ..mp4(film(scenes(4), 1))
    };
    test_dir.file("dump/a.mp4", mp4(film(scenes(4), 1)).beside(&[foreign]));
    list(&test_dir, "list.txt", 77);
    let outcome = scan(&test_dir, "jsonl", &[]);
    let object = outcome.object("dump/a.mp4");
    assert_eq!(
        (outcome.code, &object["status"]),
        (3, &"unsupported".into()),
        "{object}"
    );
    let reason = object["reason"].as_str().unwrap();
    assert!(
        reason.starts_with("video track 2: VP9 is not decoded here"),
        "{reason}"
    );
}

#[test]
fn a_clip_of_which_too_little_is_seen_is_a_gap() {
    let test_dir = TestDir::new();
    let flashes = (0..200u32).map(|n| scene(if n % 50 == 0 { 60 } else { n / 50 }, 320, 240));
    test_dir.file("dump/flashes.mp4", mp4(film(flashes, 50)).fast());
    let ordinary = (0..200u32).map(|n| scene(n / 50, 320, 240));
    test_dir.file("dump/ordinary.mp4", mp4(film(ordinary, 50)).fast());
    test_dir.file("dump/few.mp4", mp4(film(scenes(8), 8)).fast());
    list(&test_dir, "list.txt", 77);
    let outcome = scan(&test_dir, "jsonl", &[]);
    assert_eq!(outcome.code, 3, "{outcome:?}");
    for name in ["dump/flashes.mp4", "dump/few.mp4"] {
        let object = outcome.object(name);
        assert_eq!(object["status"], "unsupported", "{object}");
        assert_eq!(object["flags"][0], "sparse", "{object}");
        let text = scan(&test_dir, "text", &[]).stdout;
        let line = text.lines().find(|line| line.starts_with(name)).unwrap();
        assert!(
            line.contains(": UNSUPPORTED ") && line.contains("too few"),
            "{line}"
        );
    }
    let object = outcome.object("dump/ordinary.mp4");
    assert_eq!(
        (&object["status"], &object["flags"]),
        (&"no_match".into(), &serde_json::Value::Null),
        "{object}"
    );
}

/// What is hashed of a film of two tracks names both. A list of it finds a copy of either.
#[test]
fn every_track_is_printed_and_listed() {
    let test_dir = TestDir::new();
    let (first, second) = (film(scenes(4), 1), later(8..12));
    test_dir.file(
        "both.mp4",
        mp4(first.clone()).beside(&[mp4(second.clone())]),
    );
    test_dir.file("dump/first.mp4", mp4(first).fast());
    test_dir.file("dump/second.mp4", mp4(second).fast());
    let hashed = |format: &str| {
        let arguments = [
            "hash",
            "both.mp4",
            "--no-ffmpeg",
            "--type",
            "pdq",
            "-f",
            format,
        ];
        let outcome = run(&test_dir, &arguments);
        assert_eq!(outcome.code, 0, "{outcome:?}");
        outcome
    };
    let object = hashed("jsonl").object("both.mp4");
    assert_eq!(object["frames"].as_array().unwrap().len(), 4, "{object}");
    let tracks = object["tracks"].as_array().unwrap();
    assert_eq!(tracks.len(), 1, "{object}");
    assert_eq!(
        (&tracks[0]["track"], &tracks[0]["clip_ms"]),
        (&2.into(), &object["clip_ms"])
    );
    assert_eq!(tracks[0]["frames"].as_array().unwrap().len(), 4);
    assert_eq!(hashed("text").stdout.matches("track=2").count(), 4);
    let table = hashed("csv").stdout;
    assert_eq!(
        table.lines().filter(|line| line.ends_with(",2")).count(),
        4,
        "{table}"
    );
    test_dir.file("hashed.csv", table);
    let built = run(&test_dir, &["build", "hashed.csv", "-o", "hashed.basma"]);
    assert_eq!(
        (built.code, built.stderr.contains("warning")),
        (0, false),
        "{built:?}"
    );
    assert_eq!(
        run(&test_dir, &["refresh", "--init", "--store", "st"]).code,
        0
    );
    test_dir.file(
        "st/sources.toml",
        "[[source]]\nlist = \"own\"\npurpose = \"tests\"\nkind = \"local\"\nat_most = \"review\"\n",
    );
    let refreshed = run(&test_dir, &["refresh", "--store", "st"]);
    assert_eq!(refreshed.code, 0, "{refreshed:?}");
    let add = [
        "add",
        "both.mp4",
        "--store",
        "st",
        "--list",
        "own",
        "--no-ffmpeg",
    ];
    let added = run(&test_dir, &add);
    assert!(added.stderr.contains("8 pictures of a clip"), "{added:?}");
    for list in ["hashed.csv", "hashed.basma", "st"] {
        let arguments = ["scan", "dump", "-l", list, "-f", "jsonl", "--no-ffmpeg"];
        let outcome = run(&test_dir, &arguments);
        for name in ["dump/first.mp4", "dump/second.mp4"] {
            let object = outcome.object(name);
            assert_eq!(object["status"], "matched", "{list} {object}");
            let matches = object["matches"].as_array().unwrap();
            assert_eq!(matches.len(), 1, "{list} {object}");
            assert_eq!(
                matches[0]["clip"]["query_percent"], 100.0,
                "{list} {object}"
            );
        }
    }
}

/// A film of these scenes.
fn later(numbers: std::ops::Range<u32>) -> (Vec<u8>, Vec<Coded>) {
    film(numbers.map(|number| scene(number, 320, 240)), 1)
}
