//! Entries that suddenly match very many files.

use std::thread::sleep;
use std::time::Duration;

use serde_json::Value;

use crate::test_dir::TestDir;

/// Of 150 copies of one file, and of another file among them, a list knows both.
fn flooded() -> TestDir {
    let test_dir = TestDir::new();
    for file in 0..150 {
        test_dir.file(format!("dump/{file:03}.txt"), "abc");
    }
    test_dir.file("dump/149b.txt", "message digest");
    let list = "hash,type,id\n900150983cd24fb0d6963f7d28e17f72,md5,flooded\n\
                f96b697d7cb7938d525a2f31aaf161d0,md5,ordinary\n";
    test_dir.file("list.csv", list);
    // Files younger than a tick of the clock are not remembered.
    sleep(Duration::from_millis(60));
    test_dir
}

/// The ids of the matches of a scan in order, and whether each is quarantined; then the summary.
fn read(stdout: &str) -> (Vec<(String, bool)>, Value) {
    let mut lines: Vec<Value> = stdout
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let summary = lines.pop().unwrap()["summary"].take();
    let matches = lines.iter().flat_map(|line| line["matches"].as_array());
    let matches = matches.flatten().map(|found| {
        let is_quarantined = found["quarantined"] == true;
        let at_most = found["at_most"].as_str();
        assert_eq!(at_most, is_quarantined.then_some("review"), "{found}");
        (found["id"].as_str().unwrap().to_owned(), is_quarantined)
    });
    (matches.collect(), summary)
}

const SCAN: [&str; 6] = ["scan", "dump", "-l", "list.csv", "-f", "jsonl"];

#[test]
fn a_flood_is_quarantined_on_any_number_of_threads_and_again_from_memory() {
    let test_dir = flooded();
    let one = test_dir.run(&[&SCAN[..], &["--jobs", "1"]].concat());
    assert_eq!(one.code, 1, "{one:?}");
    let (matches, summary) = read(&one.stdout);
    let expected = (0..150).map(|file| ("flooded".to_owned(), file >= 100));
    let expected: Vec<_> = expected.chain([("ordinary".to_owned(), false)]).collect();
    assert_eq!(matches, expected);
    let named = summary["quarantined"].as_array().unwrap();
    assert_eq!(named.len(), 1);
    assert_eq!(named[0]["id"], "flooded");
    assert_eq!(
        (&named[0]["files"], &named[0]["is_over"]),
        (&50.into(), &false.into())
    );
    // What a cache remembers is counted again, in the same order.
    let cached = [&SCAN[..], &["--jobs", "4", "--cache", "cache"]].concat();
    for _ in 0..2 {
        let again = test_dir.run(&cached);
        assert_eq!(read(&again.stdout).0, matches);
    }
    let rematched = [
        "rematch", "--cache", "cache", "-l", "list.csv", "-f", "jsonl",
    ];
    let (found, summary) = read(&test_dir.run(&rematched).stdout);
    assert_eq!(found.iter().filter(|(_, is)| *is).count(), 50);
    assert_eq!(summary["quarantined"][0]["id"], "flooded");
}

#[test]
fn people_read_what_is_quarantined() {
    let test_dir = flooded();
    let text = test_dir.run(&["scan", "dump", "-l", "list.csv"]);
    let marked = text.stdout.matches("quarantined: the entry").count();
    assert_eq!(marked, 50, "{text:?}");
    assert!(text.stderr.contains("files of list:flooded"), "{text:?}");
}

#[test]
fn a_user_sets_the_limit_or_wants_none() {
    let test_dir = flooded();
    for (limit, passed) in [("0", 150), ("149", 149), ("150", 150), ("10", 10)] {
        let scanned = test_dir.run(&[&SCAN[..], &["--flood", limit]].concat());
        let (matches, summary) = read(&scanned.stdout);
        let free = matches.iter().filter(|(id, is)| id == "flooded" && !is);
        assert_eq!(free.count(), passed, "{limit}");
        assert_eq!(summary["quarantined"].is_array(), passed < 150, "{limit}");
    }
}
