//! What one command prints, another takes: hashes as lists, and lists from standard input.

use serde_json::Value;

use crate::test_dir::{Outcome, TestDir, hash_of};

/// Pictures of which some are listed, some damaged and some flat, an animation and a turned photograph.
fn test_dir() -> TestDir {
    let test_dir = TestDir::new();
    test_dir.picture("known/a b.png", 1);
    test_dir.picture("known/[c] =d.jpg", 2);
    let mut cut = std::fs::read(test_dir.picture("whole.jpg", 4)).unwrap();
    cut.truncate(cut.len() * 2 / 3);
    test_dir.file("known/cut.jpg", &cut);
    test_dir.file("known/notes.txt", "no picture");
    test_dir.file("known/empty.jpg", "");
    let flat = image::RgbImage::from_pixel(64, 64, image::Rgb([9, 9, 9]));
    flat.save(test_dir.path("known/flat.png")).unwrap();
    let dump = concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/dump");
    for (from, to) in [
        ("web/loop.gif", "known/loop.gif"),
        ("phone/IMG_0107.jpg", "known/turned.jpg"),
    ] {
        std::fs::copy(format!("{dump}/{from}"), test_dir.path(to)).unwrap();
    }
    for (name, scene) in [("dump/a.jpg", 1), ("dump/c.png", 2), ("dump/other.png", 3)] {
        test_dir.picture(name, scene);
    }
    for name in ["cut.jpg", "flat.png", "loop.gif", "turned.jpg", "notes.txt"] {
        let bytes = std::fs::read(test_dir.path(format!("known/{name}"))).unwrap();
        test_dir.file(format!("dump/{name}"), bytes);
    }
    test_dir
}

/// The files, with what they match; a clip's cluster is that of its item, whose name differs by format.
fn findings(outcome: &Outcome) -> Vec<Value> {
    let mut objects = outcome.found_objects();
    for object in &mut objects {
        object.as_object_mut().unwrap().remove("cluster");
        for id in ids(object) {
            let path = basma::escape::unescape_path(id.as_str().unwrap()).unwrap();
            *id = path.to_str().unwrap().into();
        }
    }
    objects
}

fn ids(object: &mut Value) -> impl Iterator<Item = &mut Value> {
    let matches = object.get_mut("matches").and_then(Value::as_array_mut);
    let matches = matches.into_iter().flatten();
    matches.filter_map(|found| found.get_mut("id"))
}

#[test]
fn hashes_are_a_list_in_every_format() {
    let test_dir = test_dir();
    let mut found = Vec::new();
    for format in ["text", "csv", "jsonl"] {
        let out = test_dir.run(&["hash", "known", "-f", format, "--no-ffmpeg"]);
        test_dir.file("list", out.stdout);
        let outcome = test_dir.scan("list", &["--no-ffmpeg"]);
        assert_eq!(outcome.code, 1, "{outcome:?}");
        assert!(!outcome.stderr.contains("W091"), "{}", outcome.stderr);
        found.push(findings(&outcome));
    }
    // All but the one that is not listed.
    assert_eq!(found[0].last().unwrap()["summary"]["matched"], 7);
    assert_eq!(found[0], found[1]);
    assert_eq!(found[0], found[2]);
}

#[test]
fn lists_that_were_joined_are_one() {
    let test_dir = test_dir();
    for format in ["text", "csv", "jsonl"] {
        let whole = test_dir.run(&["hash", "known", "-f", format, "--no-ffmpeg"]);
        let more = test_dir.run(&["hash", "dump/other.png", "-f", format]);
        test_dir.file("list", whole.stdout + &more.stdout);
        let outcome = test_dir.scan("list", &["--no-ffmpeg"]);
        assert_eq!(outcome.summary()["matched"], 8, "{format}: {outcome:?}");
    }
}

#[test]
fn what_hash_prints_is_looked_up() {
    let test_dir = test_dir();
    test_dir.list("list.txt", &[1, 3]);
    for format in ["text", "csv", "jsonl"] {
        let hashes = test_dir
            .run(&["hash", "dump", "-f", format, "--no-ffmpeg"])
            .stdout;
        for arguments in [&["lookup"][..], &["lookup", "-"]] {
            let arguments = [arguments, &["-l", "list.txt", "-f", "jsonl"]].concat();
            let outcome = test_dir.feed(&arguments, &hashes);
            assert_eq!(outcome.code, 1, "{outcome:?}");
            let objects = outcome.objects();
            let is_match = |o: &&Value| o["matches"].as_array().is_some_and(|m| !m.is_empty());
            let matched: Vec<&Value> = objects.iter().filter(is_match).collect();
            let of: Vec<&Value> = matched.iter().map(|o| &o["query"]["id"]).collect();
            assert_eq!(of, ["dump/a.jpg", "dump/other.png"], "{format}");
            let said = "8 hashes of type sha256 were not looked up: no list holds that type";
            assert!(outcome.stderr.contains(said), "{}", outcome.stderr);
        }
    }
    // As other programs print hashes.
    let empty = "d41d8cd98f00b204e9800998ecf8427e";
    let sums = format!("{empty}  empty.jpg\n{}  a.jpg\n", "9".repeat(32));
    let outcome = test_dir.feed(&["lookup", "-l", "list.txt"], &sums);
    assert_eq!(outcome.code, 3, "{outcome:?}");
    for said in [
        "1 hash of type md5 was not",
        "1 hash that stands for nothing was not",
    ] {
        assert!(outcome.stderr.contains(said), "{said}: {outcome:?}");
    }
    let photo_hasher = format!("{},100,a, b.jpg\n", hash_of(1));
    let outcome = test_dir.feed(&["lookup", "-l", "list.txt"], &photo_hasher);
    assert!(outcome.stdout.contains(" a, b.jpg: MATCH "), "{outcome:?}");
    let broken = format!(
        "pdq {} 100 a.jpg\npdq {} 101 b.jpg\n",
        hash_of(1),
        hash_of(2)
    );
    let outcome = test_dir.feed(&["lookup", "-l", "list.txt"], &broken);
    assert_eq!(outcome.code, 2, "{outcome:?}");
    assert!(outcome.stderr.contains("standard input:2:"), "{outcome:?}");
}

#[test]
fn a_hash_without_type_is_one_of_each_type_that_is_listed() {
    let test_dir = test_dir();
    let list = test_dir.run(&["hash", "known/a b.png"]).stdout;
    let sha256 = list.lines().nth(1).unwrap().split(' ').nth(1).unwrap();
    test_dir.file("list.txt", &list);
    for (hash, matched) in [(hash_of(1).as_str(), "pdq"), (sha256, "sha256")] {
        let outcome = test_dir.run(&["lookup", hash, "-l", "list.txt"]);
        assert_eq!(outcome.code, 1, "{outcome:?}");
        let found = format!("{matched}:{hash}: MATCH ");
        assert!(outcome.stdout.contains(&found), "{outcome:?}");
        assert_eq!(outcome.stdout.matches("MATCH").count(), 1, "{outcome:?}");
    }
}

#[test]
fn a_picture_is_looked_up_as_a_scan_does() {
    let test_dir = test_dir();
    let scan = test_dir.run(&["scan", "dump/a.jpg", "-l", "known", "-f", "jsonl"]);
    let lookup = test_dir.run(&["lookup", "dump/a.jpg", "-l", "known", "-f", "jsonl"]);
    assert_eq!((lookup.code, lookup.found()), (1, scan.found()));
    assert!(!lookup.stderr.contains("--views"), "{}", lookup.stderr);
    let upright = ["lookup", "dump/a.jpg", "-l", "known", "--views", "upright"];
    let upright = test_dir.run(&upright);
    assert!(
        upright.stderr.contains(": --views standard"),
        "{}",
        upright.stderr
    );
    let mixed = test_dir.run(&["lookup", "dump/a.jpg", &hash_of(1), "-l", "known"]);
    assert_eq!(mixed.code, 2);
    assert!(mixed.stderr.contains("looked up apart"), "{}", mixed.stderr);
    let other = test_dir.run(&["lookup", "dump/other.png", "-l", "known"]);
    assert_eq!(other.code, 0, "{other:?}");
}

#[test]
fn a_dash_is_standard_input_and_only_once() {
    let test_dir = test_dir();
    let list = test_dir.run(&["hash", "known", "--no-ffmpeg"]).stdout;
    test_dir.file("list", &list);
    let named = findings(&test_dir.scan("list", &["--no-ffmpeg"]));
    let scan = ["scan", "dump", "-l", "-", "-f", "jsonl", "--no-ffmpeg"];
    let fed = test_dir.feed(&scan, &list);
    assert_eq!(fed.code, 1, "{fed:?}");
    let renamed = fed.stdout.replace("\"standard input\"", "\"list\"");
    assert_eq!(
        findings(&Outcome {
            stdout: renamed,
            ..fed
        }),
        named
    );
    let built = test_dir.feed(&["build", "-", "-o", "l.basma"], &list);
    assert_eq!(built.code, 0, "{built:?}");
    let paths = ["scan", "--paths-from", "-", "-l", "l.basma"];
    assert_eq!(test_dir.feed(&paths, "dump/a.jpg\n").code, 1);
    for twice in [
        &["scan", "dump", "-l", "-", "-l", "-"][..],
        &["scan", "--paths-from", "-", "-l", "-"],
        &["lookup", "-l", "-"],
        &["lookup", "-", "-l", "-"],
        &["lookup", "--vpdq", "-", "-l", "-"],
        &["build", "-", "-", "-o", "x.basma"],
        &["rematch", "--cache", "cache", "-l", "-", "-l", "-"],
    ] {
        let outcome = test_dir.feed(twice, &list);
        assert_eq!(outcome.code, 2, "{twice:?}: {outcome:?}");
        let said = "basma: error: standard input (-) is named twice";
        assert!(outcome.stderr.starts_with(said), "{twice:?}: {outcome:?}");
    }
}
