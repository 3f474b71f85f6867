//! Compiled indexes: built, inspected, looked up in, and damaged.

use std::fs;

use crate::desk::{Desk, Outcome, hash_of};

/// A desk with a picture, a list, and the list compiled.
fn desk() -> Desk {
    let desk = Desk::new();
    desk.picture("dump/a.png", 1);
    desk.list("list.txt", &[1, 2, 3]);
    let built = desk.run(&["build", "list.txt", "-o", "list.basma"]);
    assert_eq!(built.code, 0, "{built:?}");
    desk
}

fn scan(desk: &Desk, list: &str) -> Outcome {
    desk.run(&["scan", "dump", "-l", list, "-f", "jsonl", "-q"])
}

#[test]
fn an_index_answers_as_the_list_it_was_built_from() {
    let desk = desk();
    assert_eq!(
        scan(&desk, "list.basma").stdout,
        scan(&desk, "list.txt").stdout
    );
    assert_eq!(scan(&desk, "list.basma").code, 1);
    let inspected = desk.run(&["inspect", "list.basma", "--verify"]);
    assert_eq!(inspected.code, 0, "{inspected:?}");
    assert!(
        inspected.stdout.contains("pdq: 3 hashes in 3 entries"),
        "{inspected:?}"
    );
    assert!(
        inspected.stderr.contains("every byte was checked"),
        "{inspected:?}"
    );
    let object = &desk
        .run(&["inspect", "list.basma", "-f", "jsonl"])
        .objects()[0];
    assert_eq!(object["types"][0]["hashes"], 3);
    assert_eq!(object["sources"][0]["path"], "list.txt");
}

#[test]
fn building_twice_gives_the_same_bytes() {
    let desk = desk();
    let first = fs::read(desk.path("list.basma")).unwrap();
    assert_eq!(desk.run(&["build", "list.txt", "-o", "list.basma"]).code, 0);
    assert_eq!(fs::read(desk.path("list.basma")).unwrap(), first);
}

#[test]
fn a_damaged_index_is_named_with_a_way_out() {
    let desk = desk();
    let whole = fs::read(desk.path("list.basma")).unwrap();
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
        desk.file(name, bytes);
        let outcome = scan(&desk, name);
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
    desk.file("flipped.basma", flipped);
    let outcome = scan(&desk, "flipped.basma");
    assert!(
        outcome.code == 2 || outcome.stdout == scan(&desk, "list.txt").stdout,
        "an error or the right answer: {outcome:?}"
    );
    let outcome = desk.run(&["inspect", "flipped.basma", "--verify"]);
    assert_eq!(outcome.code, 2, "{outcome:?}");
    assert!(outcome.stderr.contains("flipped.basma"), "{outcome:?}");
}

#[test]
fn a_failed_build_leaves_the_old_index() {
    let desk = desk();
    let before = fs::read(desk.path("list.basma")).unwrap();
    desk.file("broken.txt", "pdq 00\n");
    // Larger than the limit that stands for a full disk below.
    desk.list("list.txt", &(0..40).collect::<Vec<_>>());
    let names = desk.names(".");
    assert_eq!(
        desk.run(&["build", "list.txt", "broken.txt", "-o", "list.basma"])
            .code,
        2
    );
    let script = "trap '' XFSZ; ulimit -f 1; exec \"$0\" build list.txt -o list.basma";
    let mut limited = std::process::Command::new("bash");
    limited
        .args(["-c", script, env!("CARGO_BIN_EXE_basma")])
        .current_dir(desk.path("."));
    let outcome = Outcome::of(limited.output().unwrap());
    assert_eq!(outcome.code, 2, "{outcome:?}");
    assert_eq!(fs::read(desk.path("list.basma")).unwrap(), before);
    assert_eq!(desk.names("."), names);
}

/// A desk with a list of so many digests, and an index of another one.
fn desk_with_long_list(lines: u32) -> Desk {
    let desk = desk();
    let lines = (1..=lines).map(|i| format!("md5 {:032x}\n", i.wrapping_mul(0x9e37_79b9)));
    desk.file("long.txt", lines.collect::<String>());
    desk
}

#[test]
fn little_memory_gives_the_same_index_and_leaves_nothing_beside_it() {
    let desk = desk_with_long_list(20_000);
    let names = desk.names(".");
    let build = |memory: &[&str]| {
        let built = desk.run(&[&["build", "long.txt", "-o", "list.basma"], memory].concat());
        assert_eq!(built.code, 0, "{built:?}");
        fs::read(desk.path("list.basma")).unwrap()
    };
    assert!(build(&["--memory", "1"]) == build(&[]));
    assert_eq!(desk.names("."), names);
}

#[test]
fn a_disk_that_fills_up_under_temporary_files_leaves_the_old_index_alone() {
    let desk = desk_with_long_list(20_000);
    let before = fs::read(desk.path("list.basma")).unwrap();
    let names = desk.names(".");
    // The list itself, the sorted rows, the index: each is the first thing that does not fit.
    for (kibibytes, memory) in [(100, "1"), (900, "1"), (100, "64M")] {
        let script = format!(
            "trap '' XFSZ; ulimit -f {kibibytes}; exec \"$0\" build long.txt -o list.basma --memory {memory}"
        );
        let mut limited = std::process::Command::new("bash");
        limited
            .args(["-c", &script, env!("CARGO_BIN_EXE_basma")])
            .current_dir(desk.path("."));
        let outcome = Outcome::of(limited.output().unwrap());
        assert_eq!(outcome.code, 2, "{kibibytes} {outcome:?}");
        assert!(outcome.stderr.contains("cannot write"), "{outcome:?}");
        assert!(fs::read(desk.path("list.basma")).unwrap() == before);
        assert_eq!(desk.names("."), names);
    }
}

#[test]
fn a_bad_line_at_the_end_of_a_long_list_publishes_nothing() {
    let desk = desk_with_long_list(20_000);
    let mut text = fs::read(desk.path("long.txt")).unwrap();
    text.extend(b"md5 bad\n");
    desk.file("long.txt", text);
    let before = fs::read(desk.path("list.basma")).unwrap();
    let names = desk.names(".");
    let outcome = desk.run(&["build", "long.txt", "-o", "list.basma", "--memory", "1"]);
    assert_eq!(outcome.code, 2, "{outcome:?}");
    assert!(
        outcome.stderr.contains("long.txt:20001:5: E01"),
        "{outcome:?}"
    );
    assert!(fs::read(desk.path("list.basma")).unwrap() == before);
    assert_eq!(desk.names("."), names);
}

/// Killed at moments spread over a build: whatever it was doing, there is a sound index, and the next build cleans up.
#[test]
fn a_killed_build_leaves_a_sound_index_and_the_next_one_sweeps_up() {
    let desk = desk_with_long_list(50_000);
    let before = fs::read(desk.path("list.basma")).unwrap();
    let names = desk.names(".");
    let arguments = ["build", "long.txt", "-o", "list.basma", "--memory", "100K"];
    let start = std::time::Instant::now();
    assert_eq!(desk.run(&arguments).code, 0);
    let whole = start.elapsed();
    let after = fs::read(desk.path("list.basma")).unwrap();
    let mut drafts = 0;
    for part in 1..20 {
        fs::write(desk.path("list.basma"), &before).unwrap();
        let mut child = desk.command(&arguments).spawn().unwrap();
        std::thread::sleep(whole * part / 20);
        child.kill().unwrap();
        child.wait().unwrap();
        let found = fs::read(desk.path("list.basma")).unwrap();
        assert!(found == before || found == after, "{part}");
        let left = desk.names(".");
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
    desk.file(".list.basmaA1b2C3.part", "half an index");
    assert_eq!(desk.run(&arguments).code, 0);
    assert!(fs::read(desk.path("list.basma")).unwrap() == after);
    assert_eq!(desk.names("."), names);
}

#[test]
fn every_structure_finds_the_same() {
    let desk = desk();
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
    desk.file(
        "list.txt",
        lines.collect::<String>() + &format!("pdq {known}\n"),
    );
    for structure in ["exhaustive", "bk-tree", "mih"] {
        let built = desk.run(&[
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
                desk.run(&[
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
    let desk = desk();
    let hash = hash_of(1);
    let plain = ["lookup", &hash, "-l", "list.basma"];
    let explained = desk.run(&[&plain[..], &["--explain"]].concat());
    let said = "exhaustive search of 3 hashes found 1 for 3 comparisons";
    assert!(explained.stderr.contains(said), "{explained:?}");
    assert_eq!(explained.stdout, desk.run(&plain).stdout);
}
