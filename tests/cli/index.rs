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
    let outcome = desk.run(&["inspect", "flipped.basma", "--verify"]);
    assert_eq!(outcome.code, 2, "{outcome:?}");
    assert!(outcome.stderr.contains("flipped.basma"), "{outcome:?}");
}

#[test]
fn a_failed_build_leaves_the_old_index() {
    let desk = desk();
    let before = fs::read(desk.path("list.basma")).unwrap();
    desk.file("broken.txt", "pdq 00\n");
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

#[test]
fn every_structure_finds_the_same() {
    let desk = desk();
    for structure in ["exhaustive", "bk-tree", "mih"] {
        let built = desk.run(&[
            "build",
            "list.txt",
            "-o",
            "x.basma",
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
                ])
                .stdout
            };
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
