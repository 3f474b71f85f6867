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
