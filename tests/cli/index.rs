//! Compiled indexes: built, inspected, looked up in, and damaged.

use std::fs;

use crate::test_dir::{Outcome, TestDir, hash_of};

/// A desk with a picture, a list, and the list compiled.
fn test_dir() -> TestDir {
    let test_dir = TestDir::new();
    test_dir.picture("dump/a.png", 1);
    test_dir.list("list.txt", &[1, 2, 3]);
    let built = test_dir.run(&["build", "list.txt", "-o", "list.basma"]);
    assert_eq!(built.code, 0, "{built:?}");
    test_dir
}

fn scan(test_dir: &TestDir, list: &str) -> Outcome {
    test_dir.run(&["scan", "dump", "-l", list, "-f", "jsonl", "-q"])
}

#[test]
fn an_index_answers_as_the_list_it_was_built_from() {
    let test_dir = test_dir();
    assert_eq!(
        scan(&test_dir, "list.basma").found(),
        scan(&test_dir, "list.txt").found()
    );
    assert_eq!(scan(&test_dir, "list.basma").code, 1);
    let inspected = test_dir.run(&["inspect", "list.basma", "--verify"]);
    assert_eq!(inspected.code, 0, "{inspected:?}");
    assert!(
        inspected.stdout.contains("pdq: 3 hashes in 3 entries"),
        "{inspected:?}"
    );
    assert!(
        inspected.stderr.contains("every byte was checked"),
        "{inspected:?}"
    );
    let object = &test_dir
        .run(&["inspect", "list.basma", "-f", "jsonl"])
        .objects()[0];
    assert_eq!(object["types"][0]["hashes"], 3);
    assert_eq!(object["sources"][0]["path"], "list.txt");
}

#[test]
fn building_twice_gives_the_same_bytes() {
    let test_dir = test_dir();
    let first = fs::read(test_dir.path("list.basma")).unwrap();
    assert_eq!(
        test_dir
            .run(&["build", "list.txt", "-o", "list.basma"])
            .code,
        0
    );
    assert_eq!(fs::read(test_dir.path("list.basma")).unwrap(), first);
}

#[test]
fn a_damaged_index_is_named_with_a_way_out() {
    let test_dir = test_dir();
    let whole = fs::read(test_dir.path("list.basma")).unwrap();
    let mut newer = whole.clone();
    newer[8] = 99;
    let mut flipped = whole.clone();
    let last = flipped.len() - 1;
    flipped[last] ^= 1;
    let cases = [
        (
            "cut.basma",
            whole[..whole.len() - 7].to_vec(),
            "cut.basma: ",
        ),
        ("stub.basma", whole[..20].to_vec(), "stub.basma: "),
        ("newer.basma", newer, "version 99"),
    ];
    for (name, bytes, said) in cases {
        test_dir.file(name, bytes);
        let outcome = scan(&test_dir, name);
        assert_eq!(
            (outcome.code, outcome.stdout.as_str()),
            (2, ""),
            "{outcome:?}"
        );
        assert!(
            outcome.stderr.contains(said) && outcome.stderr.contains(name),
            "{outcome:?}"
        );
    }
    test_dir.file("flipped.basma", flipped);
    let outcome = scan(&test_dir, "flipped.basma");
    assert!(
        outcome.code == 2 || outcome.stdout == scan(&test_dir, "list.txt").stdout,
        "an error or the right answer: {outcome:?}"
    );
    let outcome = test_dir.run(&["inspect", "flipped.basma", "--verify"]);
    assert_eq!(outcome.code, 2, "{outcome:?}");
    assert!(outcome.stderr.contains("flipped.basma"), "{outcome:?}");
}

#[test]
fn a_failed_build_leaves_the_old_index() {
    let test_dir = test_dir();
    let before = fs::read(test_dir.path("list.basma")).unwrap();
    test_dir.file("broken.txt", "pdq 00\n");
    // Larger than the limit that stands for a full disk below.
    test_dir.list("list.txt", &(0..40).collect::<Vec<_>>());
    let names = test_dir.names(".");
    assert_eq!(
        test_dir
            .run(&["build", "list.txt", "broken.txt", "-o", "list.basma"])
            .code,
        2
    );
    let script = "trap '' XFSZ; ulimit -f 1; exec \"$0\" build list.txt -o list.basma";
    let mut limited = std::process::Command::new("bash");
    limited
        .args(["-c", script, env!("CARGO_BIN_EXE_basma")])
        .current_dir(test_dir.path("."));
    let outcome = Outcome::of(limited.output().unwrap());
    assert_eq!(outcome.code, 2, "{outcome:?}");
    assert_eq!(fs::read(test_dir.path("list.basma")).unwrap(), before);
    assert_eq!(test_dir.names("."), names);
}

/// A desk with a list of so many digests, and an index of another one.
fn desk_with_long_list(lines: u32) -> TestDir {
    let test_dir = test_dir();
    let lines = (1..=lines).map(|i| format!("md5 {:032x}\n", i.wrapping_mul(0x9e37_79b9)));
    test_dir.file("long.txt", lines.collect::<String>());
    test_dir
}

#[test]
fn little_memory_gives_the_same_index_and_leaves_nothing_beside_it() {
    let test_dir = desk_with_long_list(20_000);
    let names = test_dir.names(".");
    let build = |memory: &[&str]| {
        let built = test_dir.run(&[&["build", "long.txt", "-o", "list.basma"], memory].concat());
        assert_eq!(built.code, 0, "{built:?}");
        fs::read(test_dir.path("list.basma")).unwrap()
    };
    assert!(build(&["--memory", "1"]) == build(&[]));
    assert_eq!(test_dir.names("."), names);
}

#[test]
fn a_disk_that_fills_up_under_temporary_files_leaves_the_old_index_alone() {
    let test_dir = desk_with_long_list(20_000);
    let before = fs::read(test_dir.path("list.basma")).unwrap();
    let names = test_dir.names(".");
    // The list itself, the sorted rows, the index: each is the first thing that does not fit.
    for (kibibytes, memory) in [(100, "1"), (900, "1"), (100, "64M")] {
        let script = format!(
            "trap '' XFSZ; ulimit -f {kibibytes}; exec \"$0\" build long.txt -o list.basma --memory {memory}"
        );
        let mut limited = std::process::Command::new("bash");
        limited
            .args(["-c", &script, env!("CARGO_BIN_EXE_basma")])
            .current_dir(test_dir.path("."));
        let outcome = Outcome::of(limited.output().unwrap());
        assert_eq!(outcome.code, 2, "{kibibytes} {outcome:?}");
        assert!(outcome.stderr.contains("cannot write"), "{outcome:?}");
        assert!(fs::read(test_dir.path("list.basma")).unwrap() == before);
        assert_eq!(test_dir.names("."), names);
    }
}

#[test]
fn a_bad_line_at_the_end_of_a_long_list_publishes_nothing() {
    let test_dir = desk_with_long_list(20_000);
    let mut text = fs::read(test_dir.path("long.txt")).unwrap();
    text.extend(b"md5 bad\n");
    test_dir.file("long.txt", text);
    let before = fs::read(test_dir.path("list.basma")).unwrap();
    let names = test_dir.names(".");
    let outcome = test_dir.run(&["build", "long.txt", "-o", "list.basma", "--memory", "1"]);
    assert_eq!(outcome.code, 2, "{outcome:?}");
    assert!(
        outcome.stderr.contains("long.txt:20001:5: E01"),
        "{outcome:?}"
    );
    assert!(fs::read(test_dir.path("list.basma")).unwrap() == before);
    assert_eq!(test_dir.names("."), names);
}

/// Killed at moments spread over a build. Whatever it was doing, there is a sound index, and the next build cleans up.
#[test]
fn a_killed_build_leaves_a_sound_index_and_the_next_one_sweeps_up() {
    let test_dir = desk_with_long_list(50_000);
    let before = fs::read(test_dir.path("list.basma")).unwrap();
    let names = test_dir.names(".");
    let arguments = ["build", "long.txt", "-o", "list.basma", "--memory", "100K"];
    let start = std::time::Instant::now();
    assert_eq!(test_dir.run(&arguments).code, 0);
    let whole = start.elapsed();
    let after = fs::read(test_dir.path("list.basma")).unwrap();
    let mut drafts = 0;
    for part in 1..20 {
        fs::write(test_dir.path("list.basma"), &before).unwrap();
        let mut child = test_dir.command(&arguments).spawn().unwrap();
        std::thread::sleep(whole * part / 20);
        child.kill().unwrap();
        child.wait().unwrap();
        let found = fs::read(test_dir.path("list.basma")).unwrap();
        assert!(found == before || found == after, "{part}");
        let left = test_dir.names(".");
        let strangers = left.iter().filter(|name| !names.contains(name));
        for name in strangers {
            assert!(
                name.starts_with(".list.basma") && name.ends_with(".part"),
                "{name}"
            );
            drafts += 1;
        }
    }
    // Usually some were killed while they wrote; what was left cannot be more than one draft at a time.
    assert!(drafts <= 19);
    test_dir.file(".list.basmaA1b2C3.part", "half an index");
    assert_eq!(test_dir.run(&arguments).code, 0);
    assert!(fs::read(test_dir.path("list.basma")).unwrap() == after);
    assert_eq!(test_dir.names("."), names);
}

#[test]
fn every_structure_finds_the_same() {
    let test_dir = test_dir();
    // Enough hashes for structures to be consulted: near and far ones around a known one.
    let known = hash_of(1);
    let near = |i: u32| {
        let mut hash = basma::hash::Hash::parse(basma::hash::HashType::Pdq, &known)
            .unwrap()
            .as_bytes()
            .to_vec();
        let (a, b) = (i as usize % 32, (i as usize / 32) % 32);
        hash[a] ^= 1 << (i % 7);
        hash[b] ^= (i >> 5) as u8;
        hash.iter()
            .map(|byte| format!("{byte:02x}"))
            .collect::<String>()
    };
    let lines = (0..3000).map(|i| format!("pdq {}\n", near(i)));
    test_dir.file(
        "list.txt",
        lines.collect::<String>() + &format!("pdq {known}\n"),
    );
    for structure in ["exhaustive", "bk-tree", "mih"] {
        let built = test_dir.run(&[
            "build",
            "list.txt",
            "-o",
            "x.basma",
            "--allow-unusual-pdq",
            "--structure",
            structure,
        ]);
        assert_eq!(built.code, 0, "{built:?}");
        for radius in ["0", "8", "31", "256"] {
            let look_up = |list| {
                test_dir
                    .run(&[
                        "lookup",
                        &hash_of(1),
                        "-l",
                        list,
                        "-r",
                        radius,
                        "-f",
                        "csv",
                        "-q",
                        "--allow-unusual-pdq",
                        "--limit",
                        "5000",
                    ])
                    .stdout
            };
            assert!(look_up("x.basma").lines().count() > 1);
            assert_eq!(
                look_up("x.basma"),
                look_up("list.txt"),
                "{structure} at {radius}"
            );
        }
    }
}

#[test]
fn a_lookup_says_how_it_was_answered_when_asked() {
    let test_dir = test_dir();
    let hash = hash_of(1);
    let plain = ["lookup", &hash, "-l", "list.basma"];
    let explained = test_dir.run(&[&plain[..], &["--explain"]].concat());
    let said = "exhaustive search of 3 hashes found 1 for 3 comparisons";
    assert!(explained.stderr.contains(said), "{explained:?}");
    assert_eq!(explained.stdout, test_dir.run(&plain).stdout);
}
