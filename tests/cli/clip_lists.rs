//! Clips on lists: added by hand, as a table, by few of their pictures. They are found whole, trimmed and as a picture.

use basma::hash::HashType;
use serde_json::Value;

use crate::film::encode::{avcc, film, scene};
use crate::film::write::Mp4;
use crate::test_dir::TestDir;

const OWN: &str =
    "[[source]]\nlist = \"own\"\npurpose = \"tests\"\nkind = \"local\"\nat_most = \"review\"\n";

/// A clip of these scenes, 40 ms each, of which one in so many stands alone.
fn clip(scenes: std::ops::Range<u32>, every: u32) -> Vec<u8> {
    let scenes: Vec<_> = scenes.map(|n| scene(n, 320, 240)).collect();
    let (private, pictures) = film(scenes, every);
    let mp4 = Mp4 {
        private: avcc(&private),
        size: (320, 240),
        ..Mp4::new(pictures)
    };
    mp4.fast()
}

fn test_dir() -> TestDir {
    let test_dir = TestDir::new();
    test_dir.file("reported.mp4", clip(0..8, 1));
    test_dir.file("dump/copy.mp4", clip(0..8, 1));
    test_dir.file("dump/trimmed.mp4", clip(3..8, 1));
    test_dir.file("dump/within.mp4", clip(4..14, 1));
    test_dir.file("dump/other.mp4", clip(20..28, 1));
    scene(5, 320, 240)
        .save(test_dir.path("dump/still.png"))
        .unwrap();
    test_dir
}

/// What each file of the dump came to against a list.
fn scan(test_dir: &TestDir, list: &str, code: i32) -> impl Fn(&str) -> Value + use<> {
    let arguments = ["scan", "dump", "-l", list, "-f", "jsonl", "--no-ffmpeg"];
    let outcome = test_dir.run(&arguments);
    assert_eq!(outcome.code, code, "{outcome:?}");
    move |name| outcome.object(&format!("dump/{name}"))
}

/// Holds what matches a listed clip of eight scenes to being found where it is.
fn assert_found(of: impl Fn(&str) -> Value) {
    for (name, start, end) in [
        ("copy.mp4", 0, 320),
        ("trimmed.mp4", 120, 320),
        ("within.mp4", 160, 320),
    ] {
        let object = of(name);
        assert_eq!(object["status"], "matched", "{object}");
        let clip = &object["matches"][0]["clip"];
        let segment = &clip["segments"][0];
        let near = |key: &str, ms: i64| {
            let found = segment[key].as_i64().unwrap();
            assert!((found - ms).abs() <= 40, "{name} {key}: {object}");
        };
        near("start_ms", 0);
        near("listed_start_ms", start);
        near("listed_end_ms", end);
        assert_eq!(clip["segments"].as_array().unwrap().len(), 1, "{object}");
    }
    let still = of("still.png");
    assert_eq!(still["status"], "matched", "{still}");
    assert_eq!(still["matches"][0]["listed_ms"], 200, "{still}");
    assert_eq!(still["matches"][0].get("clip"), None, "{still}");
    let clusters = ["copy.mp4", "trimmed.mp4", "still.png"].map(|name| of(name)["cluster"].clone());
    assert_eq!(clusters[0], clusters[1]);
    assert_eq!(clusters[0], clusters[2]);
    assert_eq!(of("other.mp4")["status"], "no_match");
}

#[test]
fn a_reported_clip_is_added_found_and_withdrawn() {
    let test_dir = test_dir();
    assert_eq!(
        test_dir.run(&["refresh", "--init", "--store", "st"]).code,
        0
    );
    test_dir.file("st/sources.toml", OWN);
    assert_eq!(test_dir.run(&["refresh", "--store", "st"]).code, 0);
    let add = [
        "add",
        "reported.mp4",
        "--store",
        "st",
        "--list",
        "own",
        "--label",
        "deepfake",
        "--id",
        "case-9",
        "--no-ffmpeg",
    ];
    let added = test_dir.run(&add);
    assert_eq!(added.code, 0, "{added:?}");
    assert!(
        added.stderr.contains("8 pictures of a clip (case-9)"),
        "{added:?}"
    );
    let of = scan(&test_dir, "st", 1);
    let matched = &of("copy.mp4")["matches"][0];
    assert_eq!(
        (&matched["id"], &matched["labels"][0], &matched["at_most"]),
        (&"case-9".into(), &"deepfake".into(), &"review".into())
    );
    assert_eq!(matched["clip"]["query_percent"], 100.0);
    assert_eq!(matched["clip"]["compared_percent"], 100.0);
    assert_found(of);
    // By the rules of others a part is no match. For one rule that is a part of the file, for the other a part of the listed
    // clip.
    for (rule, matched) in [
        ("py", ["copy.mp4", "trimmed.mp4"].as_slice()),
        ("cpp", &["copy.mp4"]),
    ] {
        let arguments = [
            "scan",
            "dump",
            "-l",
            "st",
            "-f",
            "jsonl",
            "--no-ffmpeg",
            "--compat",
            rule,
        ];
        let outcome = test_dir.run(&arguments);
        assert_eq!(outcome.code, 1, "{outcome:?}");
        for name in ["copy.mp4", "trimmed.mp4", "within.mp4"] {
            let object = outcome.object(&format!("dump/{name}"));
            let is_match = object["status"] == "matched";
            assert_eq!(is_match, matched.contains(&name), "{rule} {object}");
            assert_eq!(object.get("weak").is_some(), !is_match, "{rule} {object}");
        }
    }
    // Built in, it is what it was.
    assert_eq!(test_dir.run(&["refresh", "--store", "st"]).code, 0);
    assert_found(scan(&test_dir, "st", 1));
    let revoke = [
        "revoke",
        "case-9",
        "--store",
        "st",
        "--list",
        "own",
        "--reason",
        "a mistake",
    ];
    assert_eq!(test_dir.run(&revoke).code, 0);
    assert_eq!(scan(&test_dir, "st", 0)("copy.mp4")["status"], "no_match");
}

#[test]
fn a_table_of_hashes_lists_clips() {
    let test_dir = test_dir();
    let hash = [
        "hash",
        "reported.mp4",
        "-t",
        "pdq",
        "-f",
        "csv",
        "-o",
        "list.csv",
        "--no-ffmpeg",
    ];
    let outcome = test_dir.run(&hash);
    assert_eq!(outcome.code, 0, "{outcome:?}");
    assert_found(scan(&test_dir, "list.csv", 1));
    let build = test_dir.run(&["build", "list.csv", "-o", "list.basma"]);
    assert_eq!(build.code, 0, "{build:?}");
    assert_found(scan(&test_dir, "list.basma", 1));
    let bad = std::fs::read_to_string(test_dir.path("list.csv"))
        .unwrap()
        .replace(",40,", ",forty,");
    test_dir.file("bad.csv", bad);
    let bad = test_dir.run(&["scan", "dump", "-l", "bad.csv", "--no-ffmpeg"]);
    assert_eq!(bad.code, 2, "{bad:?}");
    assert!(bad.stderr.contains("E025"), "{bad:?}");
}

/// Of two copies one has to be sampled densely: where nothing can, that is said.
#[test]
fn against_a_list_of_few_pictures_all_are_looked_up() {
    let test_dir = test_dir();
    test_dir.file("dump/other.mp4", clip(20..28, 4));
    let hash = [
        "hash",
        "reported.mp4",
        "-t",
        "pdq",
        "-f",
        "csv",
        "-o",
        "list.csv",
        "--no-ffmpeg",
        "--frames",
        "interval=0.12",
    ];
    assert_eq!(test_dir.run(&hash).code, 0);
    let of = scan(&test_dir, "list.csv", 1);
    assert_eq!(of("copy.mp4")["status"], "matched");
    assert_eq!(of("copy.mp4")["frames"].as_array().unwrap().len(), 8);
    let other = of("other.mp4");
    assert_eq!(other["status"], "unsupported", "{other}");
    assert!(
        other["reason"].as_str().unwrap().contains("ffmpeg"),
        "{other}"
    );
}

/// One picture alone is no match, and is not passed over.
#[test]
fn what_is_too_little_for_a_match_is_said() {
    let test_dir = TestDir::new();
    let listed: Vec<String> = (0..8)
        .map(|n| {
            let picture = basma::media::Picture::from_rgb8(320, 240, scene(n, 320, 240).into_raw()).unwrap();
            let hash = basma::hash::Hash::from(basma::hasher::pdq(&picture).hash);
            assert_eq!(hash.hash_type(), HashType::Pdq);
            format!(
                "{{\"v\":1,\"type\":\"pdq\",\"hash\":\"{hash}\",\"id\":\"x\",\"media\":\"video\",\"quality\":100,\
                 \"frame\":{{\"index\":{n},\"ms\":{},\"clip_ms\":80000}}}}\n",
                n * 10_000
            )
        })
        .collect();
    test_dir.file("list.jsonl", listed.concat());
    test_dir.file("dump/a.mp4", clip(7..20, 1));
    let run = |more: &[&str]| {
        let arguments = ["scan", "dump", "-l", "list.jsonl", "--no-ffmpeg"];
        test_dir.run(&[&arguments, more].concat())
    };
    let outcome = run(&["-f", "jsonl"]);
    assert_eq!(outcome.code, 3, "{outcome:?}");
    let object = outcome.object("dump/a.mp4");
    assert_eq!(object["status"], "no_match", "{object}");
    assert_eq!(
        (&object["flags"][0], &object["weak"][0]["id"]),
        (&"weak".into(), &"x".into())
    );
    let text = run(&[]);
    assert!(
        text.stdout.starts_with("dump/a.mp4: WEAK list:x, "),
        "{text:?}"
    );
    let all = run(&["-v"]);
    assert!(all.stdout.contains("    weak: "), "{all:?}");
    assert!(text.stderr.contains("weak"), "{text:?}");
    assert_eq!(run(&["--fail-on", "matched,gaps"]).code, 0);
    // A table has a row of it, whose tier says what it is worth.
    let csv = run(&["-f", "csv"]);
    let rows: Vec<&str> = csv.stdout.lines().collect();
    assert_eq!(rows.len(), 2, "{csv:?}");
    assert!(rows[1].starts_with("dump/a.mp4,no_match,"), "{csv:?}");
    assert!(
        rows[1].contains(",list,x,pdq,") && rows[1].ends_with(",lead,,"),
        "{csv:?}"
    );
}

/// The digest of a clip is of the whole file, whatever else its row says.
#[test]
fn a_digest_beside_a_picture_of_a_clip_is_found() {
    let test_dir = test_dir();
    let hash = test_dir.run(&[
        "hash",
        "dump/copy.mp4",
        "-t",
        "md5,pdq",
        "-f",
        "jsonl",
        "--no-ffmpeg",
    ]);
    let object = hash.object("dump/copy.mp4");
    let (md5, pdq) = (&object["md5"], &object["frames"][0]["hash"]);
    let row = format!(
        "x,{},{},0,320\n",
        md5.as_str().unwrap(),
        pdq.as_str().unwrap()
    );
    test_dir.file("list.csv", format!("id,md5,pdq,ms,clip_ms\n{row}"));
    let outcome = test_dir.run(&["scan", "dump", "-l", "list.csv", "-t", "md5", "-f", "jsonl"]);
    assert_eq!(
        outcome.object("dump/copy.mp4")["status"],
        "matched",
        "{outcome:?}"
    );
    for query in [md5, pdq] {
        let lookup = test_dir.run(&[
            "lookup",
            query.as_str().unwrap(),
            "-l",
            "list.csv",
            "-t",
            if query == md5 { "md5" } else { "pdq" },
        ]);
        assert_eq!(lookup.code, 1, "{lookup:?}");
    }
}

/// Containers say of pictures that they stand alone which do not: what is left then is no whole clip.
#[test]
fn pictures_that_are_said_to_stand_alone_are_not_believed() {
    let test_dir = test_dir();
    let mut lying = clip(0..8, 4);
    let at = lying.windows(4).position(|bytes| bytes == b"stss").unwrap();
    lying[at..at + 4].copy_from_slice(b"free");
    test_dir.file("lying.mp4", lying);
    let hash = |frames: &str| {
        let arguments = [
            "hash",
            "lying.mp4",
            "-f",
            "jsonl",
            "--no-ffmpeg",
            "--frames",
            frames,
        ];
        test_dir.run(&arguments).object("lying.mp4")
    };
    let keyframes = hash("keyframes");
    assert_eq!(keyframes["decoded"], 2, "{keyframes}");
    assert_eq!(keyframes["flags"][0], "sparse", "{keyframes}");
    let distinct = hash("distinct");
    assert_eq!(distinct["status"], "unsupported", "{distinct}");
}

/// Clips that were listed go to other programs and come back, from a text list and from an index in the order of hashes.
#[test]
fn lists_of_clips_are_written_as_other_programs_read_them() {
    let test_dir = test_dir();
    test_dir.file("second.mp4", clip(40..48, 1));
    let hashed = test_dir.run(&[
        "hash",
        "reported.mp4",
        "second.mp4",
        "-t",
        "pdq",
        "--no-ffmpeg",
        "-f",
        "jsonl",
        "-o",
        "list",
    ]);
    assert_eq!(hashed.code, 0, "{hashed:?}");
    test_dir.run(&["build", "list", "-o", "list.basma"]);
    for list in ["list", "list.basma"] {
        let arguments = ["convert", list, "--to", "vpdq-json", "-o", "clips"];
        let converted = test_dir.run(&arguments);
        assert_eq!(converted.code, 0, "{converted:?}");
        let text = std::fs::read_to_string(test_dir.path("clips")).unwrap();
        assert_eq!(text.lines().count(), 2, "{text}");
        assert_found(scan(&test_dir, "clips", 1));
    }
    for layout in ["vpdq-cpp", "vpdq-py", "vpdq-old"] {
        let both = test_dir.run(&["convert", "list", "--to", layout, "-o", "clip", "--strict"]);
        assert_eq!(both.code, 2, "{both:?}");
        assert!(
            both.stderr
                .contains("it holds one clip, and vpdq-json holds several"),
            "{both:?}"
        );
        test_dir.run(&[
            "hash",
            "reported.mp4",
            "-t",
            "pdq",
            "--no-ffmpeg",
            "-f",
            "jsonl",
            "-o",
            "one",
        ]);
        let one = test_dir.run(&["convert", "one", "--to", layout, "-o", "clip"]);
        assert_eq!(one.code, 0, "{one:?}");
        assert_found(scan(&test_dir, "clip", 1));
    }
}

#[test]
fn a_group_of_clips_tells_what_they_have_in_common() {
    let test_dir = test_dir();
    let arguments = [
        "duplicates",
        "reported.mp4",
        "dump/trimmed.mp4",
        "--no-ffmpeg",
    ];
    let text = test_dir.run(&arguments);
    assert_eq!(text.code, 1, "{text:?}");
    let jsonl = test_dir.run(&[&arguments[..], &["-f", "jsonl"]].concat());
    let group = jsonl.objects().remove(0);
    let near = &group["copies"][0]["near"];
    let span = |key: &str| {
        let ms = |at: usize| near[key][at].as_i64().unwrap_or_else(|| panic!("{group}"));
        (ms(0), ms(1))
    };
    // The last five of eight pictures, 40 ms each.
    let mut spans = [span("first_ms"), span("copy_ms")];
    spans.sort_unstable();
    for ((start, end), (from, until)) in spans.into_iter().zip([(0, 200), (120, 320)]) {
        assert!(
            (start - from).abs() <= 40 && (end - until).abs() <= 40,
            "{group}"
        );
    }
    assert!(text.stdout.contains(" of 31 bits, 0:00"), "{text:?}");
    let csv = test_dir.run(&[&arguments[..], &["-f", "csv"]].concat());
    let cells = csv.stdout.lines().nth(2).unwrap().split(',').rev().take(4);
    assert!(
        cells.into_iter().all(|cell| cell.parse::<u64>().is_ok()),
        "{csv:?}"
    );
}
