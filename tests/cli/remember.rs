//! What a scan remembers: journals that are continued, caches that spare the reading, lists that come later.

use std::collections::BTreeSet;
use std::fs;
use std::io::{BufRead as _, BufReader};
use std::process::Stdio;
use std::thread::sleep;
use std::time::Duration;

use crate::test_dir::{Outcome, TestDir};

const SCAN: [&str; 6] = ["scan", "dump", "-l", "list.txt", "-f", "jsonl"];

/// Some pictures, some of them alike, and other files. Files younger than a tick of the clock are not remembered.
fn test_dir() -> TestDir {
    let test_dir = TestDir::new();
    for i in 0..40 {
        test_dir.picture(format!("dump/{}/{i}.jpg", i % 3), i % 25);
        test_dir.file(format!("dump/{}/{i}.txt", i % 3), format!("no picture {i}"));
    }
    test_dir.list("list.txt", &[1, 2, 3]);
    sleep(Duration::from_millis(60));
    test_dir
}

fn remembered(stderr: &str) -> u64 {
    let line = stderr.lines().find(|line| line.contains(" remembers "));
    let words = line.map(|line| line.split(' ').collect::<Vec<_>>());
    words.map_or(0, |words| words[words.len() - 2].parse().unwrap())
}

#[test]
fn a_scan_that_is_killed_goes_on_where_it_stopped() {
    let test_dir = test_dir();
    let plain = test_dir.run(&SCAN).stdout;
    let arguments = [&SCAN[..], &["--journal", "journal"]].concat();
    let mut known = 0;
    for kill in [0, 1, 7, 30, 31, 50] {
        let mut child = test_dir
            .command(&arguments)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        for _ in 0..kill {
            assert!(lines.next().is_some());
        }
        child.kill().unwrap();
        child.wait().unwrap();
        let mut stderr = String::new();
        std::io::Read::read_to_string(&mut child.stderr.take().unwrap(), &mut stderr).unwrap();
        // Nothing that was recorded is lost.
        if kill > 0 {
            assert!(remembered(&stderr) >= known, "{stderr}");
            known = remembered(&stderr).max(kill as u64);
        }
    }
    let last = test_dir.run(&arguments);
    assert_eq!(last.stdout, plain);
    assert!(remembered(&last.stderr) >= 50, "{}", last.stderr);
    let again = test_dir.run(&arguments);
    assert_eq!((again.stdout, remembered(&again.stderr)), (plain, 80));
}

#[test]
fn a_root_that_is_absent_erases_nothing() {
    let test_dir = test_dir();
    let arguments = [&SCAN[..], &["--journal", "journal"]].concat();
    let plain = test_dir.run(&arguments).stdout;
    let journal = fs::read(test_dir.path("journal")).unwrap();
    fs::rename(test_dir.path("dump"), test_dir.path("away")).unwrap();
    assert_eq!(test_dir.run(&arguments).code, 2);
    fs::create_dir(test_dir.path("dump")).unwrap();
    assert_eq!(
        test_dir.run(&arguments).code,
        3,
        "an empty folder where it was"
    );
    assert_eq!(fs::read(test_dir.path("journal")).unwrap(), journal);
    fs::remove_dir(test_dir.path("dump")).unwrap();
    fs::rename(test_dir.path("away"), test_dir.path("dump")).unwrap();
    let back = test_dir.run(&arguments);
    assert_eq!((back.stdout, remembered(&back.stderr)), (plain, 80));
}

#[test]
fn what_was_scanned_may_have_moved() {
    let test_dir = test_dir();
    let arguments = [&SCAN[..], &["--journal", "journal"]].concat();
    let plain = test_dir.run(&arguments).found();
    fs::rename(test_dir.path("dump"), test_dir.path("moved")).unwrap();
    let size = fs::metadata(test_dir.path("journal")).unwrap().len();
    let moved = test_dir.run(&[&["scan", "moved"], &arguments[2..]].concat());
    assert_eq!(moved.found(), plain.replace("\"dump/", "\"moved/"));
    let now = fs::metadata(test_dir.path("journal")).unwrap().len();
    assert_eq!(now, size, "nothing was examined again");
}

#[test]
fn an_unchanged_file_is_not_read_again_and_a_changed_one_is() {
    let test_dir = test_dir();
    let arguments = [&SCAN[..], &["--cache", "cache"]].concat();
    let plain = test_dir.run(&SCAN).stdout;
    assert_eq!(test_dir.run(&arguments).stdout, plain);
    let size = || fs::metadata(test_dir.path("cache")).unwrap().len();
    let first = size();
    assert_eq!(test_dir.run(&arguments).stdout, plain);
    assert_eq!(size(), first);
    test_dir.picture("dump/0/0.jpg", 2);
    test_dir.file("dump/0/new.txt", "new");
    sleep(Duration::from_millis(60));
    let changed = test_dir.run(&arguments);
    assert_eq!(changed.stdout, test_dir.run(&SCAN).stdout);
    assert_eq!(changed.object("dump/0/0.jpg")["status"], "matched");
    assert!(size() > first);
    // Another list, other digests: SHA-1 is not remembered, so the files are read.
    test_dir.file(
        "digests.txt",
        "sha1 a9993e364706816aba3e25717850c26c9cd0d89d\n",
    );
    test_dir.file("dump/abc", "abc");
    let lists = ["-l", "digests.txt"];
    let both = test_dir.run(&[&arguments[..], &lists].concat());
    assert_eq!(
        both.stdout,
        test_dir.run(&[&SCAN[..], &lists].concat()).stdout
    );
    assert_eq!(both.object("dump/abc")["status"], "matched");
}

#[test]
fn a_list_that_comes_later_is_asked_of_what_is_remembered() {
    let test_dir = test_dir();
    test_dir.run(&[&SCAN[..], &["--cache", "cache"]].concat());
    test_dir.list("later.txt", &[7, 8]);
    let later = ["-l", "later.txt", "-f", "jsonl"];
    let scanned = test_dir.run(&[&["scan", "dump"], &later[..]].concat());
    let matched = |line: &&str| line.contains("\"status\":\"matched\"");
    let expected: BTreeSet<_> = scanned.stdout.lines().filter(matched).collect();
    assert_eq!(expected.len(), 4);
    fs::remove_dir_all(test_dir.path("dump")).unwrap();
    let rematch = test_dir.run(&[&["rematch", "--cache", "cache"], &later[..]].concat());
    assert_eq!(rematch.code, 1);
    let paths = |lines: &mut dyn Iterator<Item = &str>| -> BTreeSet<String> {
        let parse = |line| serde_json::from_str::<serde_json::Value>(line).unwrap();
        let object = |line| parse(line)["path"].as_str().unwrap().to_owned();
        lines.map(object).collect()
    };
    // A cache knows files by their absolute paths.
    let here = test_dir.path("").display().to_string();
    let rematch = Outcome {
        stdout: rematch.stdout.replace(&here, ""),
        ..rematch
    };
    let of_file = |line: &&str| line.starts_with("{\"v\":1,\"path\"");
    let found = paths(&mut rematch.stdout.lines().filter(of_file));
    assert_eq!(found, paths(&mut expected.into_iter()));
    let summary = rematch.objects().pop().unwrap();
    assert_eq!(summary["summary"]["remembered"], 80);
    assert_eq!(summary["summary"]["types"]["pdq"]["of"], 40);
    // What was never computed cannot be compared, and that is said.
    test_dir.file(
        "digests.txt",
        "sha1 a9993e364706816aba3e25717850c26c9cd0d89d\n",
    );
    let gap = test_dir.run(&["rematch", "--cache", "cache", "-l", "digests.txt"]);
    assert_eq!(gap.code, 3);
    assert!(
        gap.stderr.contains("sha1 is not remembered of 80 of 80"),
        "{}",
        gap.stderr
    );
}

#[test]
fn a_cache_without_paths_tells_none() {
    let test_dir = test_dir();
    let arguments = [&SCAN[..], &["--cache", "cache", "--no-paths"]].concat();
    let plain = test_dir.run(&SCAN).stdout;
    assert_eq!(test_dir.run(&arguments).stdout, plain);
    let size = fs::metadata(test_dir.path("cache")).unwrap().len();
    assert_eq!(test_dir.run(&arguments).stdout, plain);
    assert_eq!(fs::metadata(test_dir.path("cache")).unwrap().len(), size);
    let bytes = fs::read(test_dir.path("cache")).unwrap();
    assert!(
        !bytes
            .windows(4)
            .any(|part| part == b"dump" || part == b".jpg")
    );
    let rematch = test_dir.run(&[
        "rematch", "--cache", "cache", "-l", "list.txt", "-f", "jsonl",
    ]);
    assert_eq!(rematch.code, 1);
    let path = &rematch.objects()[0]["path"];
    assert!(path.as_str().unwrap().starts_with("path-digest:"), "{path}");
    let refused = test_dir.run(&[&SCAN[..], &["--cache", "cache"]].concat());
    assert_eq!(refused.code, 2);
    assert!(
        refused.stderr.contains("its key is needed"),
        "{}",
        refused.stderr
    );
}

#[test]
fn a_journal_is_of_one_scan_and_stands_apart() {
    let test_dir = test_dir();
    let run = |more: &[&str]| test_dir.run(&[&SCAN[..], more].concat());
    assert_eq!(run(&["--journal", "journal"]).code, 1);
    let other = run(&["--journal", "journal", "--views", "all"]);
    assert_eq!(other.code, 2);
    assert!(other.stderr.contains("other types, limits or options"));
    for place in ["dump/journal", "list.txt"] {
        let refused = run(&["--journal", place]);
        assert_eq!(refused.code, 2, "{}", refused.stderr);
        assert!(refused.stderr.contains("choose another place"));
    }
    for more in [
        ["--journal", "both", "--cache", "both"],
        ["--journal", "both", "--output", "both"],
        ["--cache", "both", "--rejects", "both"],
        ["--cache", "both", "--output", "both.key"],
    ] {
        let refused = run(&more);
        assert_eq!(refused.code, 2, "{more:?}");
        assert!(!test_dir.path("both").exists(), "{}", refused.stderr);
    }
    let missing = run(&["--journal", "no/such/folder"]);
    assert_eq!(missing.code, 2);
    assert!(missing.stderr.contains("cannot open"), "{}", missing.stderr);
}

#[cfg(target_os = "linux")]
#[test]
fn a_journal_that_cannot_be_written_ends_the_scan_and_loses_nothing() {
    let test_dir = test_dir();
    let full = test_dir.run(&[&SCAN[..], &["--journal", "/dev/full"]].concat());
    assert_eq!(full.code, 2, "{}", full.stderr);
    // A file size limit stands for a full disk: what fits is whole, and is continued from.
    let limited = format!(
        "trap '' XFSZ; ulimit -f 32; exec \"$0\" {} --journal journal",
        SCAN.join(" ")
    );
    let outcome = std::process::Command::new("sh")
        .args(["-c", &limited, env!("CARGO_BIN_EXE_basma")])
        .current_dir(test_dir.path(""))
        .output()
        .unwrap();
    assert_eq!(outcome.status.code(), Some(2));
    let stderr = String::from_utf8(outcome.stderr).unwrap();
    assert!(stderr.contains("journal: cannot write"), "{stderr}");
    let rest = test_dir.run(&[&SCAN[..], &["--journal", "journal"]].concat());
    assert!(remembered(&rest.stderr) > 5, "{}", rest.stderr);
    assert!(!rest.stderr.contains("not whole"), "{}", rest.stderr);
    assert_eq!(rest.stdout, test_dir.run(&SCAN).stdout);
}

/// Whatever number of large archives waits for its turn, few of them are open at a time.
#[cfg(all(unix, feature = "archives"))]
#[test]
fn many_archives_are_not_open_at_once() {
    use crate::write::{stored, zip};
    let test_dir = TestDir::new();
    let names: Vec<String> = (0..66).map(|i| format!("{i}.txt")).collect();
    let members: Vec<_> = names.iter().map(|name| stored(name, b"text")).collect();
    for i in 0..60 {
        test_dir.file(format!("dump/{i}.zip"), zip(&members));
    }
    test_dir.list("list.txt", &[1]);
    let plain = test_dir.run(&SCAN).stdout;
    assert!(!plain.contains("\"status\":\"unreadable\""), "{plain}");
    let limited = format!("ulimit -n 30; exec \"$0\" {} --jobs 4", SCAN.join(" "));
    let outcome = std::process::Command::new("sh")
        .args(["-c", &limited, env!("CARGO_BIN_EXE_basma")])
        .current_dir(test_dir.path(""))
        .output()
        .unwrap();
    assert_eq!(String::from_utf8(outcome.stdout).unwrap(), plain);
}
