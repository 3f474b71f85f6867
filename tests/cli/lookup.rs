//! Hashes that are looked up from standard input, few and many.

use std::fs::File;
use std::io::{BufRead as _, BufReader, Write as _};
use std::process::Stdio;

use crate::test_dir::{Outcome, TestDir, hash_of};

/// More than are looked up together.
const MANY: usize = 2_500;

fn test_dir() -> TestDir {
    let test_dir = TestDir::new();
    test_dir.list("list.txt", &[1, 2]);
    test_dir
}

/// Hashes of which one in ten is listed, or near to one that is.
fn lines(count: usize) -> Vec<String> {
    let line = |i: usize| match i % 20 {
        0 => hash_of(1).to_string(),
        10 => format!("pdq:{}", hash_of(2)),
        _ => format!("{i:064x}"),
    };
    (0..count).map(line).collect()
}

fn look_up(test_dir: &TestDir, format: &str, more: &[&str], input: &str) -> Outcome {
    test_dir.file("input", input);
    let arguments = [&["lookup", "-l", "list.txt", "-f", format], more].concat();
    let mut command = test_dir.command(&arguments);
    // A pipe could be full at both ends.
    command.stdin(File::open(test_dir.path("input")).unwrap());
    Outcome::of(command.output().unwrap())
}

#[test]
fn many_hashes_are_answered_as_one_by_one() {
    let test_dir = test_dir();
    let lines = lines(MANY);
    let input = lines.join("\n");
    for format in ["text", "jsonl", "csv"] {
        let together = look_up(&test_dir, format, &[], &input);
        assert_eq!(together.code, 1, "{}", together.stderr);
        // What explains each is told after its answer, so that it is looked up alone.
        let alone = look_up(&test_dir, format, &["--explain"], &input);
        assert_eq!(together.stdout, alone.stdout, "{format}");
        let head = usize::from(format == "csv");
        let tail = usize::from(format == "jsonl");
        let written: Vec<&str> = together.stdout.lines().collect();
        if format != "text" {
            assert_eq!(written.len(), head + MANY + tail, "{format}");
        }
        for (line, hash) in written[head..].iter().zip(&lines) {
            let hash = hash.trim_start_matches("pdq:");
            assert!(format == "text" || line.contains(hash), "{line}: {hash}");
        }
    }
}

#[test]
fn what_stands_before_a_line_that_cannot_be_read_is_answered() {
    let test_dir = test_dir();
    let mut lines = lines(MANY);
    lines[1_500] = "no-hash".to_owned();
    let outcome = look_up(&test_dir, "jsonl", &[], &lines.join("\n"));
    assert_eq!(outcome.code, 2, "{}", outcome.stderr);
    assert!(
        outcome.stderr.contains("standard input:1501"),
        "{}",
        outcome.stderr
    );
    assert_eq!(outcome.stdout.lines().count(), 1_500);
}

/// A program that writes one hash after the other may wait for each answer.
#[test]
fn an_answer_comes_before_the_next_hash_is_written() {
    let test_dir = test_dir();
    let mut command = test_dir.command(&["lookup", "-l", "list.txt", "-f", "jsonl"]);
    command.stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut child = command.stderr(Stdio::null()).spawn().unwrap();
    let mut hashes = child.stdin.take().unwrap();
    let mut answers = BufReader::new(child.stdout.take().unwrap()).lines();
    for hash in lines(12) {
        writeln!(hashes, "{hash}").unwrap();
        let answer = answers.next().unwrap().unwrap();
        assert!(answer.contains(hash.trim_start_matches("pdq:")), "{answer}");
    }
    // Half of a line is no line: what was written before it is answered.
    write!(hashes, "{}\n{}", "0".repeat(64), "0".repeat(10)).unwrap();
    hashes.flush().unwrap();
    assert!(answers.next().unwrap().unwrap().contains(&"0".repeat(64)));
    writeln!(hashes, "{}", "0".repeat(54)).unwrap();
    assert!(answers.next().unwrap().unwrap().contains(&"0".repeat(64)));
    drop(hashes);
    assert!(answers.next().unwrap().unwrap().contains("\"summary\""));
    assert_eq!(child.wait().unwrap().code(), Some(1));
}
