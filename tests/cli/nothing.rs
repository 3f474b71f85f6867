//! Nothing found must mean nothing there: what happens where nothing was examined, and where an output is cut.

use std::fs;
use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use crate::test_dir::{Outcome, TestDir};

fn test_dir() -> TestDir {
    let test_dir = TestDir::new();
    test_dir.picture("dump/a.png", 1);
    test_dir.picture("dump/b.png", 2);
    test_dir.list("list.txt", &[9]);
    fs::create_dir_all(test_dir.path("empty/within/it")).unwrap();
    test_dir
}

fn piped(test_dir: &TestDir, arguments: &[&str]) -> Child {
    let mut command = test_dir.command(arguments);
    command.stdin(Stdio::piped());
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    command.spawn().unwrap()
}

/// What a command comes to that is given this on standard input.
fn given(test_dir: &TestDir, arguments: &[&str], input: &str) -> Outcome {
    let mut child = piped(test_dir, arguments);
    child
        .stdin
        .take()
        .unwrap()
        .write_all(input.as_bytes())
        .unwrap();
    Outcome::of(child.wait_with_output().unwrap())
}

#[test]
fn where_nothing_was_examined_that_is_a_warning_and_a_gap() {
    let test_dir = test_dir();
    #[cfg(unix)]
    {
        fs::create_dir(test_dir.path("links")).unwrap();
        std::os::unix::fs::symlink(test_dir.path("dump/a.png"), test_dir.path("links/a.png"))
            .unwrap();
        let made = Command::new("mkfifo")
            .arg(test_dir.path("links/pipe"))
            .status();
        assert!(made.unwrap().success());
    }
    let list = ["-l", "list.txt"];
    let bare = |outcome: &Outcome, code: i32| {
        assert_eq!(outcome.code, code, "{outcome:?}");
        assert!(outcome.stderr.contains("warning"), "{outcome:?}");
    };
    let mut places = vec![
        vec!["empty"],
        vec!["empty/within", "empty/within/it"],
        vec!["dump", "--exclude", "*.png"],
        vec!["dump", "--exclude", "*"],
        // A mount that is not there hides behind a root that is.
        vec!["dump", "empty"],
    ];
    if cfg!(unix) {
        places.push(vec!["links"]);
        places.push(vec!["links/pipe"]);
        places.push(vec!["/dev/null"]);
    }
    for place in places {
        for quiet in [&[][..], &["--quiet"]] {
            bare(
                &test_dir.run(&[&["scan"], &place[..], &list, quiet].concat()),
                3,
            );
            bare(&test_dir.run(&[&["hash"], &place[..], quiet].concat()), 3);
        }
        // Gaps that are asked not to count are told all the same.
        let told =
            test_dir.run(&[&["scan"], &place[..], &list, &["--fail-on", "matched"]].concat());
        bare(&told, 0);
    }
    let listed = [&["scan", "--paths-from", "-"], &list[..]].concat();
    bare(&given(&test_dir, &listed, ""), 3);
    bare(&given(&test_dir, &listed, "empty\n"), 3);
    bare(
        &given(&test_dir, &["lookup", "-l", "list.txt"], "# none\n"),
        3,
    );
    let outcome = test_dir.run(&[&["scan", "dump"], &list[..]].concat());
    assert_eq!(outcome.code, 0, "{outcome:?}");
    assert!(!outcome.stderr.contains("warning"), "{outcome:?}");
}

#[test]
fn a_root_without_a_file_is_named_in_the_summary() {
    let test_dir = test_dir();
    let outcome = test_dir.run(&["scan", "dump", "empty", "-l", "list.txt", "-f", "jsonl"]);
    let summary = outcome.summary();
    assert_eq!(
        (&summary["examined"], &summary["bare_roots"]),
        (&2.into(), &1.into())
    );
    assert_eq!(summary["bare_roots_shown"][0], "empty");
    assert!(
        outcome
            .stderr
            .contains("empty: no file below it was examined"),
        "{outcome:?}"
    );
    // Something that matches is worth its code whatever else is missing.
    test_dir.list("list.txt", &[1]);
    assert_eq!(
        test_dir
            .run(&["scan", "dump", "empty", "-l", "list.txt"])
            .code,
        1
    );
}

#[cfg(feature = "archives")]
#[test]
fn archives_that_hold_nothing_are_nothing_examined() {
    let test_dir = test_dir();
    let end_of_directory = [&b"PK\x05\x06"[..], &[0; 18]].concat();
    test_dir.file("zips/a.zip", &end_of_directory);
    test_dir.file("zips/b/c.zip", &end_of_directory);
    let outcome = test_dir.run(&["scan", "zips", "-l", "list.txt"]);
    assert_eq!(outcome.code, 3, "{outcome:?}");
    assert!(outcome.stderr.contains("warning"), "{outcome:?}");
}

#[test]
fn a_cache_that_remembers_nothing_is_no_answer() {
    let test_dir = test_dir();
    test_dir.run(&["scan", "empty", "-l", "list.txt", "--cache", "cache"]);
    let outcome = test_dir.run(&["rematch", "--cache", "cache", "-l", "list.txt"]);
    assert_eq!(outcome.code, 3, "{outcome:?}");
    assert!(
        outcome.stderr.contains("no file is remembered"),
        "{outcome:?}"
    );
}

/// A program that names paths one by one may wait for a finding before it names the next.
#[test]
fn findings_come_before_the_next_path_is_named() {
    let test_dir = test_dir();
    for format in ["jsonl", "csv"] {
        let mut child = piped(
            &test_dir,
            &["scan", "--paths-from", "-", "-l", "list.txt", "-f", format],
        );
        let mut paths = child.stdin.take().unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        if format == "csv" {
            lines.next().unwrap().unwrap();
        }
        for path in ["dump/a.png", "dump/b.png", "dump/missing.png"] {
            writeln!(paths, "{path}").unwrap();
            let line = lines.next().unwrap().unwrap();
            assert!(line.contains(path), "{line}");
        }
        drop(paths);
        assert_eq!(child.wait().unwrap().code(), Some(3), "one path is missing");
    }
}

/// Waits until a draft of the output is there, from when on interruptions are heard.
#[cfg(unix)]
fn await_draft(test_dir: &TestDir) {
    let until = Instant::now() + Duration::from_secs(60);
    while !test_dir
        .names(".")
        .iter()
        .any(|name| name.ends_with(".part"))
    {
        assert!(Instant::now() < until, "no draft");
        sleep(Duration::from_millis(5));
    }
}

#[cfg(unix)]
#[test]
fn an_interruption_leaves_the_whole_output_alone() {
    let test_dir = test_dir();
    let scan = ["scan", "--paths-from", "-", "-l", "list.txt", "-f", "jsonl"];
    for (more, way_out) in [
        (&["-o", "out"][..], "--journal FILE"),
        (
            &["-o", "out", "--journal", "journal"],
            "the same command again",
        ),
    ] {
        test_dir.file("out", "what stood here before");
        test_dir.file("out.partial", "what an earlier interruption left");
        let mut child = piped(&test_dir, &[&scan[..], more].concat());
        let mut paths = child.stdin.take().unwrap();
        writeln!(paths, "dump/a.png").unwrap();
        await_draft(&test_dir);
        let kill = Command::new("kill")
            .args(["-INT", &child.id().to_string()])
            .status();
        assert!(kill.unwrap().success());
        let outcome = Outcome::of(child.wait_with_output().unwrap());
        assert_eq!(outcome.code, 2, "{outcome:?}");
        assert!(
            outcome.stderr.contains("out.partial") && outcome.stderr.contains(way_out),
            "{outcome:?}"
        );
        let whole = fs::read_to_string(test_dir.path("out")).unwrap();
        assert_eq!(whole, "what stood here before");
        let partial = fs::read_to_string(test_dir.path("out.partial")).unwrap();
        assert!(partial.contains("\"interrupted\":true"), "{partial}");
        drop(paths);
    }
    assert!(
        test_dir
            .names(".")
            .iter()
            .all(|name| !name.ends_with(".part"))
    );
    // To its end it takes its place.
    let whole = given(
        &test_dir,
        &[&scan[..], &["-o", "out"]].concat(),
        "dump/a.png\n",
    );
    assert_eq!(whole.code, 0, "{whole:?}");
    assert!(
        fs::read_to_string(test_dir.path("out"))
            .unwrap()
            .contains("dump/a.png")
    );
}

#[test]
fn a_part_of_the_output_is_not_put_where_something_is_read() {
    let test_dir = test_dir();
    fs::copy(test_dir.path("list.txt"), test_dir.path("out.partial")).unwrap();
    let outcome = test_dir.run(&["scan", "dump", "-l", "out.partial", "-o", "out"]);
    assert_eq!(outcome.code, 2);
    assert!(
        outcome.stderr.contains("choose another place"),
        "{outcome:?}"
    );
}

#[test]
fn what_lists_say_is_cut_for_people_and_for_nobody_else() {
    let test_dir = test_dir();
    let long = "x".repeat(5000);
    let row = format!(
        "id,type,hash,labels\n{long},pdq,{},{long}\n",
        crate::test_dir::hash_of(1)
    );
    test_dir.file("long.csv", row);
    let text = test_dir.run(&["scan", "dump", "-l", "long.csv"]);
    let lines = text.stdout.lines().chain(text.stderr.lines());
    assert!(
        lines.clone().all(|line| line.chars().count() < 500),
        "{text:?}"
    );
    assert!(lines.clone().any(|line| line.contains('…')));
    for format in ["jsonl", "csv"] {
        let whole = test_dir
            .run(&["scan", "dump", "-l", "long.csv", "-f", format])
            .stdout;
        assert!(whole.matches(&long).count() >= 2);
    }
}

#[test]
fn what_hash_writes_is_a_list_without_contradictions() {
    let test_dir = test_dir();
    fs::copy(
        test_dir.path("dump/a.png"),
        test_dir.path("dump/copy of a.png"),
    )
    .unwrap();
    for more in [&[][..], &["--type", "sha256"], &["--views", "all"]] {
        let hashed = test_dir.run(&[&["hash", "dump", "-f", "csv"], more].concat());
        test_dir.file("own.csv", hashed.stdout);
        let scan = test_dir.run(&["scan", "dump", "-l", "own.csv", "-f", "jsonl"]);
        assert_eq!(scan.code, 1, "{scan:?}");
        assert!(!scan.stderr.contains("W090"), "{scan:?}");
        let ids: Vec<_> = scan.object("dump/a.png")["matches"]
            .as_array()
            .unwrap()
            .iter()
            .map(|m| m["id"].as_str().unwrap().to_owned())
            .collect();
        assert!(ids.contains(&"dump/copy of a.png".to_owned()), "{ids:?}");
    }
    // Rows that say different things of one hash are told as ever.
    let hash = crate::test_dir::hash_of(1);
    let rows =
        format!("id,type,hash,labels,view\n1,pdq,{hash},a,original\n2,pdq,{hash},b,original\n");
    test_dir.file("other.csv", rows);
    let scan = test_dir.run(&["scan", "dump", "-l", "other.csv"]);
    assert!(scan.stderr.contains("W090"), "{scan:?}");
}
