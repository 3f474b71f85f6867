//! What a user meets who mistypes, joins what differs, or runs out of room: each message says what to do.

use std::fs::File;
use std::process::Stdio;

use crate::test_dir::{TestDir, hash_of};

#[test]
fn a_refused_list_names_what_to_type() {
    let test_dir = TestDir::new();
    test_dir.picture("dump/a.jpg", 1);
    let md5 = "427f7e793ea4297e05e712c3d74e3e99";
    for (list, code, said) in [
        (
            format!("type,hash\nmd5,{md5}\nid,type,hash\n"),
            "E020",
            "`basma convert FIRST SECOND --to csv`",
        ),
        (
            format!("id,type,hash\na,md5,{md5}\ntype,hash,quality\n"),
            "E020",
            "`basma convert FIRST SECOND --to csv`",
        ),
        (
            format!("type,hash\nmd5,{md5}\nmd5,{md5},x,y\n"),
            "E023",
            "--max-reject N",
        ),
        ("Dear all,\n".to_owned(), "E006", "`basma help formats`"),
        (
            format!("{}\n", hash_of(1)),
            "E014",
            "`--type pdq` or `--type sha256`",
        ),
        (
            "url http://example.com\n".to_owned(),
            "E010",
            "--skip-unsupported",
        ),
    ] {
        test_dir.file("list", &list);
        let outcome = test_dir.run(&["scan", "dump", "-l", "list"]);
        assert_eq!(outcome.code, 2, "{list}: {outcome:?}");
        for said in [code, said] {
            assert!(outcome.stderr.contains(said), "{said}: {outcome:?}");
        }
    }
    // The way out of two joined tables is one.
    test_dir.file("first.csv", format!("type,hash\nmd5,{md5}\n"));
    test_dir.file(
        "second.csv",
        format!("id,type,hash\na,pdq,{}\n", hash_of(1)),
    );
    let joined = [
        "convert",
        "first.csv",
        "second.csv",
        "--to",
        "csv",
        "-o",
        "joined.csv",
    ];
    assert_eq!(test_dir.run(&joined).code, 0);
    assert_eq!(test_dir.run(&["scan", "dump", "-l", "joined.csv"]).code, 1);
}

#[test]
fn a_mistyped_name_is_answered_with_a_like_one() {
    let test_dir = TestDir::new();
    for (arguments, said) in [
        (&["help", "scna"][..], "`basma help scan`"),
        (&["help", "formts"], "`basma help formats`"),
        (
            &["scan", "x", "-l", "y", "--max-depth", "3"],
            "'--max-archive-depth'",
        ),
        (
            &["scan", "x", "-l", "y", "--max-depth=3"],
            "'--max-archive-depth'",
        ),
    ] {
        let outcome = test_dir.run(arguments);
        assert_eq!(outcome.code, 2, "{outcome:?}");
        assert!(outcome.stderr.contains(said), "{said}: {outcome:?}");
    }
    let far = test_dir.run(&["help", "zzzzzz"]);
    assert!(!far.stderr.contains("basma help zzzzzz"), "{far:?}");
    assert!(!far.stderr.contains("hint"), "{far:?}");
}

#[cfg(unix)]
#[test]
fn what_was_named_and_cannot_be_read_is_told_even_quietly() {
    let test_dir = TestDir::new();
    test_dir.list("list.txt", &[1]);
    test_dir.picture("dump/a.jpg", 2);
    std::os::unix::fs::symlink("nowhere", test_dir.path("dangling")).unwrap();
    std::os::unix::fs::symlink("nowhere", test_dir.path("dump/dangling")).unwrap();
    let outcome = test_dir.run(&["scan", "-q", "dangling", "-l", "list.txt"]);
    assert_eq!(outcome.code, 3, "{outcome:?}");
    assert!(
        outcome.stderr.starts_with("basma: warning: dangling: "),
        "{outcome:?}"
    );
    // What a walk comes upon was not named.
    let walked = test_dir.run(&["scan", "-q", "dump", "-l", "list.txt"]);
    assert_eq!((walked.code, walked.stderr), (0, String::new()));
}

#[cfg(target_os = "linux")]
#[test]
fn help_that_does_not_arrive_is_a_failure() {
    let test_dir = TestDir::new();
    for arguments in [
        &["--help"][..],
        &["--version"],
        &["scan", "-h"],
        &["help", "lists"],
    ] {
        let mut command = test_dir.command(arguments);
        let full = File::options().write(true).open("/dev/full").unwrap();
        let status = command.stdout(full).stderr(Stdio::null()).status().unwrap();
        assert_eq!(status.code(), Some(2), "{arguments:?}");
    }
}

#[test]
fn a_folder_without_pictures_is_no_reference() {
    let test_dir = TestDir::new();
    test_dir.picture("dump/a.jpg", 1);
    std::fs::create_dir(test_dir.path("empty")).unwrap();
    let outcome = test_dir.run(&["compare", "empty", "dump"]);
    assert_eq!(outcome.code, 2, "{outcome:?}");
    assert!(
        outcome
            .stderr
            .contains("empty: holds no picture or clip to compare with")
    );
}

/// A store that was made and in which nothing came into force, as on a disk that was full in between.
#[test]
fn a_half_made_store_is_finished_by_the_same_command() {
    let test_dir = TestDir::new();
    let picture = test_dir.picture("a.jpg", 1);
    let half = test_dir.run(&["refresh", "--init", "--store", "store"]);
    assert_eq!(half.code, 0, "{half:?}");
    let whole = test_dir.run(&["store", "init", "store"]);
    assert_eq!(whole.code, 0, "{whole:?}");
    let added = test_dir.run(&["add", picture.to_str().unwrap(), "--store", "store"]);
    assert_eq!(added.code, 0, "{added:?}");
    // One that is in use is not begun again.
    let again = test_dir.run(&["store", "init", "store"]);
    assert_eq!(again.code, 2, "{again:?}");
    // What was added by hand counts.
    let refreshed = test_dir.run(&["refresh", "--store", "store"]);
    assert!(
        refreshed.stderr.contains("own: nothing new, 2 entries"),
        "{refreshed:?}"
    );
}

#[test]
fn the_same_bytes_are_told_as_such() {
    let test_dir = TestDir::new();
    test_dir.picture("known/a.jpg", 1);
    test_dir.picture("dump/same.jpg", 1);
    let scan = test_dir.run(&["scan", "dump", "-l", "known", "-q"]);
    assert_eq!(
        scan.stdout,
        "dump/same.jpg: MATCH known:a.jpg, same sha256 (and 1 more)\n"
    );
}

#[test]
fn names_of_lists_are_printed_for_completions() {
    let test_dir = TestDir::new();
    test_dir.run(&["store", "init", "store", "-q"]);
    let names = test_dir.run(&["list-names", "--store", "store"]);
    assert_eq!((names.code, names.stdout.as_str()), (0, "own\n"));
    assert!(!test_dir.run(&["-h"]).stdout.contains("list-names"));
}

#[test]
fn what_a_format_of_sums_cannot_hold_is_told_with_the_reason() {
    let test_dir = TestDir::new();
    let flat = image::RgbImage::from_pixel(64, 64, image::Rgb([9, 9, 9]));
    flat.save(test_dir.path("flat.png")).unwrap();
    let csv = test_dir.run(&["hash", "flat.png", "-f", "tx-csv"]);
    assert!(!csv.stdout.contains("pdq,"), "{csv:?}");
    assert!(
        csv.stderr.contains("too flat to be told from others"),
        "{csv:?}"
    );
    if cfg!(unix) {
        test_dir.picture("two\nlines.png", 1);
        let deep = test_dir.run(&["hash", "two\nlines.png", "-f", "hashdeep"]);
        assert!(
            deep.stderr.contains("the name of the file has a line end"),
            "{deep:?}"
        );
    }
}

/// What a newcomer mistypes: the words, the exit code, and what is said of the way out.
#[cfg(unix)]
#[test]
fn each_mistake_is_answered_with_the_next_step() {
    let test_dir = TestDir::new();
    test_dir.picture("dump/a.jpg", 1);
    test_dir.picture("two words.jpg", 1);
    test_dir.file(
        "--help.jpg",
        std::fs::read(test_dir.path("dump/a.jpg")).unwrap(),
    );
    test_dir.list("list.csv", &[1]);
    test_dir.file("utf16.csv", b"\xff\xfet\0y\0p\0e\0");
    test_dir.file("lists.zip", b"PK\x03\x04\0\0");
    test_dir.file("notes.txt", "nothing");
    std::fs::create_dir(test_dir.path("empty")).unwrap();
    assert_eq!(test_dir.run(&["store", "init", "st"]).code, 0);
    let scan = |more: &[&'static str]| [&["scan", "dump", "-l", "list.csv"], more].concat();
    let hash = hash_of(1);
    let long = format!("{hash}0");
    let mistakes: Vec<(Vec<&str>, i32, &str)> = vec![
        (vec!["scan", "dump"], 2, "a LIST is a file of hashes"),
        (vec!["scan", "dump", "-l"], 2, "a LIST is a file of hashes"),
        (
            vec!["scan", "two", "words.jpg", "-l", "list.csv"],
            2,
            "between quotes",
        ),
        (
            vec!["scan", "dump", "-l", "lost.csv"],
            2,
            "check its spelling",
        ),
        (
            vec!["scan", "dump", "--list=lost.csv"],
            2,
            "check its spelling",
        ),
        (
            vec!["scan", "dump", "-l", "empty"],
            2,
            "`basma hash PICTURES --format csv",
        ),
        (
            vec!["scan", "dump", "-l", "st"],
            2,
            "`basma add PICTURE --store DIR`",
        ),
        (
            vec!["scan", "dump", "-l", "utf16.csv"],
            2,
            "`iconv -f UTF-16",
        ),
        (vec!["scan", "dump", "-l", "lists.zip"], 2, "unpack it"),
        (
            vec!["scan", "list.csv", "-l", "dump"],
            3,
            "list.csv: UNSUPPORTED not a picture",
        ),
        (
            vec!["scan", "--help.jpg", "-l", "list.csv"],
            2,
            "write it as ./--help.jpg",
        ),
        (scan(&["--radius", "-5"]), 2, "a number of bits is needed"),
        (scan(&["--jobs", "-1"]), 2, "from 1 to 512"),
        (scan(&["--jobs", "0"]), 2, "from 1 to 512"),
        (scan(&["--limit", "x"]), 2, "a whole number is needed"),
        (
            scan(&["--max-frames", "99999999999999999999"]),
            2,
            "a whole number is needed",
        ),
        (
            scan(&["--recursive"]),
            2,
            "walked to any depth without any option",
        ),
        (scan(&["-R"]), 2, "walked to any depth without any option"),
        (
            scan(&["--max-depth", "3"]),
            2,
            "walked to any depth without any option",
        ),
        (scan(&["-o", "no where/out"]), 2, "`mkdir -p 'no where'`"),
        (vec!["lookup", &long, "-l", "list.csv"], 2, "theirs have 64"),
        (
            vec!["lookup", "notes.txt", "-l", "list.csv"],
            3,
            "notes.txt: UNSUPPORTED",
        ),
        (
            vec!["status", "--store", "list.csv"],
            2,
            "`basma store init DIR`",
        ),
        (vec!["store", "init", "deep/er/st"], 2, "`mkdir -p deep/er`"),
        (
            vec!["diff", "1", "99", "--store", "st"],
            2,
            "generation 99 is not kept; kept are: 1",
        ),
        (
            vec!["diff", "one", "--store", "st"],
            2,
            "a whole number is needed",
        ),
        (
            vec!["serve", "--listen", "8080"],
            2,
            "such as 127.0.0.1:5100",
        ),
        (vec!["report", "lost.jsonl"], 2, "check its spelling"),
        (
            vec!["convert", "list.csv", "--to", "csv", "-o", "st/x.csv"],
            2,
            "would be written into the store",
        ),
        (
            vec!["serve", "--store", "st", "--listen", "192.0.2.1:5100"],
            2,
            "`--listen 127.0.0.1:5100`",
        ),
        (vec!["man", "no/where"], 2, "`mkdir -p no`"),
    ];
    for (words, code, said) in &mistakes {
        let outcome = test_dir.run(words);
        assert_eq!(outcome.code, *code, "{words:?}: {outcome:?}");
        let text = outcome.stderr.clone() + &outcome.stdout;
        assert!(text.contains(said), "{words:?}: {said}: {outcome:?}");
    }
    // In no language is what other libraries say of it left over.
    for language in ["en", "fr", "ar"] {
        for (words, code, _) in &mistakes {
            let mut command = test_dir.command(words);
            let outcome = command.env("BASMA_LANG", language).output().unwrap();
            let text = String::from_utf8(outcome.stderr).unwrap();
            assert_eq!(outcome.status.code(), Some(*code), "{text}");
            for raw in [
                "os error",
                "invalid digit",
                "is not in ",
                "socket address",
                "to pass '",
            ] {
                assert!(!text.contains(raw), "{words:?}: {text}");
            }
        }
    }
}

#[cfg(unix)]
#[test]
fn a_dash_is_standard_input_even_beside_a_file_of_that_name() {
    let test_dir = TestDir::new();
    test_dir.list("list.csv", &[1]);
    test_dir.picture("a.jpg", 1);
    std::fs::rename(test_dir.path("a.jpg"), test_dir.path("-")).unwrap();
    let nothing = test_dir.feed(&["lookup", "-", "-l", "list.csv"], hash_of(2));
    assert_eq!((nothing.code, nothing.stdout.contains("MATCH")), (0, false));
    let listed = test_dir.feed(&["lookup", "-", "-l", "list.csv"], hash_of(1));
    assert_eq!(listed.code, 1, "{listed:?}");
}

#[cfg(unix)]
#[test]
fn a_named_pipe_that_is_a_list_is_waited_for_and_that_is_said() {
    use std::io::{BufRead as _, BufReader, Read as _};

    let test_dir = TestDir::new();
    test_dir.picture("dump/a.jpg", 1);
    test_dir.list("list.csv", &[1]);
    let pipe = test_dir.path("pipe");
    let made = std::process::Command::new("mkfifo").arg(&pipe).status();
    assert!(made.unwrap().success());
    let mut command = test_dir.command(&["scan", "dump", "-l", "pipe"]);
    let mut child = command
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut told = BufReader::new(child.stderr.take().unwrap());
    let mut line = String::new();
    told.read_line(&mut line).unwrap();
    assert!(line.starts_with("pipe is a named pipe: waiting"), "{line}");
    std::fs::write(&pipe, std::fs::read(test_dir.path("list.csv")).unwrap()).unwrap();
    told.read_to_string(&mut line).unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(1), "{line}");
}
