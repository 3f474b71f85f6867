//! Where the output goes, and what happens when it cannot.

use std::fs;
use std::process::Stdio;

use crate::test_dir::{Outcome, TestDir};

fn test_dir() -> TestDir {
    let test_dir = TestDir::new();
    for i in 0..400 {
        test_dir.file(format!("dump/{i:03}.txt"), "no picture");
    }
    test_dir.picture("dump/a.png", 1);
    test_dir.list("list.txt", &[1]);
    test_dir
}

#[test]
fn a_reader_that_leaves_early_is_no_failure() {
    let test_dir = test_dir();
    for arguments in [
        &["scan", "dump", "-l", "list.txt", "-f", "jsonl"][..],
        &["hash", "dump"],
        &["--help"],
    ] {
        let mut child = test_dir
            .command(arguments)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        drop(child.stdout.take());
        let outcome = Outcome::of(child.wait_with_output().unwrap());
        assert_eq!(outcome.code, 0, "{arguments:?}: {outcome:?}");
        assert!(!outcome.stderr.contains("panicked"), "{outcome:?}");
    }
}

#[test]
fn a_full_disk_is_said_and_is_a_failure() {
    let test_dir = test_dir();
    let hash = crate::test_dir::hash_of(1);
    let full = || {
        fs::OpenOptions::new()
            .write(true)
            .open("/dev/full")
            .unwrap()
    };
    for arguments in [
        &["scan", "dump", "-l", "list.txt"][..],
        &["hash", "dump"],
        &["lookup", &hash, "-l", "list.txt"],
    ] {
        let output = test_dir.command(arguments).stdout(full()).output().unwrap();
        let outcome = Outcome::of(output);
        assert_eq!(outcome.code, 2, "{outcome:?}");
        assert!(
            outcome
                .stderr
                .contains("standard output: cannot write: No space left"),
            "{outcome:?}"
        );
    }
}

/// A limit on file sizes stands for a full disk: it needs no privileges.
#[test]
fn an_output_file_appears_whole_or_not_at_all() {
    let test_dir = test_dir();
    let arguments = [
        "scan",
        "dump",
        "-l",
        "list.txt",
        "-f",
        "jsonl",
        "-o",
        "out.jsonl",
    ];
    test_dir.file("out.jsonl", "what stood here before");
    let before = test_dir.names(".");
    let script = "trap '' XFSZ; ulimit -f 1; exec \"$0\" \"$@\"";
    let mut limited = std::process::Command::new("bash");
    limited
        .args(["-c", script, env!("CARGO_BIN_EXE_basma")])
        .args(arguments)
        .current_dir(test_dir.path("."));
    let outcome = Outcome::of(limited.output().unwrap());
    assert_eq!(outcome.code, 2, "{outcome:?}");
    assert!(
        outcome.stderr.contains("out.jsonl: cannot write"),
        "{outcome:?}"
    );
    assert_eq!(
        fs::read_to_string(test_dir.path("out.jsonl")).unwrap(),
        "what stood here before"
    );
    assert_eq!(test_dir.names("."), before);

    let outcome = test_dir.run(&arguments);
    assert_eq!((outcome.code, outcome.stdout.as_str()), (1, ""));
    let written = fs::read_to_string(test_dir.path("out.jsonl")).unwrap();
    assert_eq!(
        written,
        test_dir.run(&arguments[..arguments.len() - 2]).stdout
    );
    assert_eq!(test_dir.names("."), before);
}

#[test]
fn an_output_that_cannot_be_made_is_said_before_the_scan() {
    let test_dir = test_dir();
    let outcome = test_dir.run(&["scan", "dump", "-l", "list.txt", "-o", "absent/out.txt"]);
    assert_eq!(outcome.code, 2);
    assert!(
        outcome.stderr.contains("absent/out.txt: cannot create"),
        "{outcome:?}"
    );
    test_dir.file("folder/x", "");
    let outcome = test_dir.run(&["scan", "dump", "-l", "list.txt", "-o", "folder"]);
    assert_eq!(outcome.code, 2);
    assert!(
        outcome
            .stderr
            .contains("folder: exists but is not a regular file"),
        "{outcome:?}"
    );
}

#[test]
fn csv_opens_in_a_spreadsheet_as_text() {
    let test_dir = TestDir::new();
    test_dir.picture("dump/a.png", 1);
    test_dir.file("dump/=1+1,\"x\".txt", "no picture");
    test_dir.file(
        "list.csv",
        format!(
            "id,type,hash,labels\n=cmd(),pdq,{},\"a,b\"\n",
            crate::test_dir::hash_of(1)
        ),
    );
    let outcome = test_dir.run(&["scan", "dump", "-l", "list.csv", "-f", "csv"]);
    let mut reader = csv::Reader::from_reader(outcome.stdout.as_bytes());
    let width = reader.headers().unwrap().len();
    let rows: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
    assert!(rows.iter().all(|row| row.len() == width));
    assert_eq!(&rows[0][0], "dump/=1+1,\"x\".txt");
    assert_eq!((&rows[1][8], &rows[1][1]), ("'=cmd()", "matched"));
}

#[test]
fn quiet_leaves_nothing_but_findings() {
    let test_dir = test_dir();
    let outcome = test_dir.run(&["scan", "dump", "-l", "list.txt", "--quiet"]);
    assert_eq!(outcome.stderr, "");
    assert_eq!(outcome.stdout.lines().count(), 1, "{outcome:?}");
    assert!(outcome.stdout.starts_with("dump/a.png: MATCH "));
}

#[test]
fn nothing_that_is_read_is_written_over() {
    let test_dir = test_dir();
    let list = fs::read(test_dir.path("list.txt")).unwrap();
    let picture = fs::read(test_dir.path("dump/a.png")).unwrap();
    let scan = ["scan", "dump", "-l", "list.txt"];
    for output in [
        ["-o", "list.txt"],
        ["-o", "dump/a.png"],
        ["-o", "dump/new.txt"],
        ["--rejects", "./list.txt"],
    ] {
        let outcome = test_dir.run(&[&scan[..], &output].concat());
        assert_eq!(
            (outcome.code, outcome.stdout.as_str()),
            (2, ""),
            "{outcome:?}"
        );
        assert!(
            outcome.stderr.contains("choose another place"),
            "{outcome:?}"
        );
    }
    assert_eq!(
        test_dir.run(&["build", "list.txt", "-o", "list.txt"]).code,
        2
    );
    assert_eq!(test_dir.run(&["hash", "dump", "-o", "dump/a.png"]).code, 2);
    assert_eq!(fs::read(test_dir.path("list.txt")).unwrap(), list);
    assert_eq!(fs::read(test_dir.path("dump/a.png")).unwrap(), picture);
    assert!(!test_dir.path("dump/new.txt").exists());
    let shown = test_dir.run(&[&scan[..], &["-o", "-"]].concat());
    assert!(shown.stdout.starts_with("dump/a.png: MATCH "), "{shown:?}");
}
