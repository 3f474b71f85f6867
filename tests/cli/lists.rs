//! Lists that are absent, broken or of another kind.

use std::fs;

use crate::test_dir::{TestDir, hash_of};

#[test]
fn a_missing_list_is_named() {
    let test_dir = TestDir::new();
    test_dir.picture("dump/a.png", 1);
    let outcome = test_dir.run(&["scan", "dump", "-l", "absent.csv"]);
    assert_eq!((outcome.code, outcome.stdout.as_str()), (2, ""));
    assert_eq!(
        outcome.stderr,
        "basma: error: absent.csv: cannot open the list: No such file or directory\n\
         basma: hint: nothing of this name is there: check its spelling, and put a name with spaces between quotes\n"
    );
}

#[test]
fn a_list_of_another_type_is_a_mistake() {
    let test_dir = TestDir::new();
    test_dir.picture("dump/a.png", 1);
    test_dir.file("list.txt", "md5 900150983cd24fb0d6963f7d28e17f72\n");
    let outcome = test_dir.run(&["scan", "dump", "-l", "list.txt", "--type", "pdq", "-q"]);
    assert_eq!(outcome.code, 2);
    assert_eq!(
        outcome.stderr,
        "basma: error: no list holds hashes of type pdq; the lists hold: md5\n"
    );
}

#[test]
fn a_broken_line_refuses_the_list_unless_tolerated_and_is_kept() {
    let test_dir = TestDir::new();
    test_dir.picture("dump/a.png", 1);
    test_dir.file(
        "list.txt",
        format!(
            "# a comment\npdq {}\npdq f00\npdq {}\n",
            hash_of(1),
            hash_of(2)
        ),
    );
    let scan = ["scan", "dump", "-l", "list.txt", "--rejects", "rejects.txt"];
    let outcome = test_dir.run(&scan);
    assert_eq!((outcome.code, outcome.stdout.as_str()), (2, ""));
    assert!(outcome.stderr.contains("list.txt:3:5: E011"), "{outcome:?}");
    assert!(
        outcome.stderr.contains("1 bad line, nothing was imported"),
        "{outcome:?}"
    );
    assert!(
        fs::read_to_string(test_dir.path("rejects.txt"))
            .unwrap()
            .contains("\npdq f00\n")
    );

    let outcome = test_dir.run(&[&scan[..], &["--max-reject", "1"]].concat());
    assert_eq!(outcome.code, 1, "{outcome:?}");
    assert!(outcome.stderr.contains("list.txt:3:5: E011"), "{outcome:?}");
    assert!(outcome.stderr.contains("left out: 1 bad"), "{outcome:?}");
    assert!(
        fs::read_to_string(test_dir.path("rejects.txt"))
            .unwrap()
            .contains("list.txt:3:5: E011")
    );
}

#[test]
fn a_file_that_is_no_list_is_named() {
    let test_dir = TestDir::new();
    test_dir.picture("dump/a.png", 1);
    test_dir.file("empty.txt", "");
    test_dir.file("letter.pdf", "%PDF-1.7\n");
    for list in ["letter.pdf", "empty.txt"] {
        let outcome = test_dir.run(&["scan", "dump", "-l", list]);
        assert_eq!(outcome.code, 2, "{outcome:?}");
        assert!(outcome.stderr.contains(list), "{outcome:?}");
    }
}

#[test]
fn a_folder_stands_for_the_lists_in_it() {
    let test_dir = TestDir::new();
    test_dir.picture("dump/1.png", 1);
    test_dir.picture("dump/2.png", 2);
    test_dir.list("lists/one.txt", &[1]);
    test_dir.list("lists/two.txt", &[2]);
    test_dir.file("lists/.hidden", "no list at all");
    let outcome = test_dir.run(&["scan", "dump", "-l", "lists", "-f", "jsonl"]);
    assert_eq!(outcome.object("dump/1.png")["matches"][0]["list"], "one");
    assert_eq!(outcome.object("dump/2.png")["matches"][0]["list"], "two");
    fs::create_dir(test_dir.path("nothing")).unwrap();
    let outcome = test_dir.run(&["scan", "dump", "-l", "nothing"]);
    assert_eq!(outcome.code, 2);
    assert!(
        outcome.stderr.contains("nothing: the folder holds no list"),
        "{outcome:?}"
    );
}

#[test]
fn one_hash_in_two_lists_is_reported_for_both() {
    let test_dir = TestDir::new();
    test_dir.picture("dump/a.png", 1);
    test_dir.list("one.txt", &[1]);
    test_dir.list("two.txt", &[1]);
    let matches = test_dir
        .run(&[
            "scan", "dump", "-l", "one.txt", "-l", "two.txt", "-f", "jsonl",
        ])
        .object("dump/a.png");
    let lists: Vec<&str> = matches["matches"]
        .as_array()
        .unwrap()
        .iter()
        .map(|m| m["list"].as_str().unwrap())
        .collect();
    assert_eq!(lists, ["one", "two"]);
}

#[test]
fn hashes_are_looked_up_from_arguments_and_from_input() {
    use std::io::Write as _;
    let test_dir = TestDir::new();
    test_dir.list("list.txt", &[1, 2]);
    let (known, unknown) = (hash_of(1), hash_of(9));
    let outcome = test_dir.run(&[
        "lookup",
        &known,
        &format!("pdq:{unknown}"),
        "-l",
        "list.txt",
        "-f",
        "jsonl",
    ]);
    assert_eq!(outcome.code, 1);
    assert_eq!(outcome.objects()[0]["matches"][0]["distance"], 0);
    assert_eq!(outcome.objects()[1]["matches"].as_array().unwrap().len(), 0);
    assert_eq!(outcome.objects()[2]["summary"]["looked_up"], 2);
    assert_eq!(
        test_dir.run(&["lookup", &unknown, "-l", "list.txt"]).code,
        0
    );

    let run = |input: &str| {
        let mut command = test_dir.command(&["lookup", "-l", "list.txt", "-q"]);
        command
            .stdin(std::process::Stdio::piped())
            .stdout(std::process::Stdio::piped());
        let mut child = command
            .stderr(std::process::Stdio::piped())
            .spawn()
            .unwrap();
        child
            .stdin
            .take()
            .unwrap()
            .write_all(input.as_bytes())
            .unwrap();
        crate::test_dir::Outcome::of(child.wait_with_output().unwrap())
    };
    assert_eq!(run(&format!("# comment\n\npdq {known}\n{unknown}")).code, 1);
    let outcome = run(&format!("{known}\nnonsense\n"));
    assert_eq!(outcome.code, 2);
    assert!(outcome.stderr.contains("standard input:2:"), "{outcome:?}");
    assert_eq!(run(&"f".repeat(10_000)).code, 2);
}

#[test]
fn a_list_without_entries_matches_nothing_and_says_so() {
    let test_dir = TestDir::new();
    test_dir.picture("dump/a.png", 1);
    test_dir.file("list.txt", "# nothing yet\n");
    let outcome = test_dir.run(&["scan", "dump", "-l", "list.txt"]);
    assert_eq!(outcome.code, 2, "{outcome:?}");
    assert!(
        outcome
            .stderr
            .contains("the lists hold no entries: nothing could match"),
        "{outcome:?}"
    );
}

#[test]
fn a_hash_of_a_type_that_no_list_holds_is_a_mistake() {
    let test_dir = TestDir::new();
    test_dir.file("list.txt", "md5 900150983cd24fb0d6963f7d28e17f72\n");
    let outcome = test_dir.run(&["lookup", &format!("pdq:{}", hash_of(1)), "-l", "list.txt"]);
    assert_eq!(outcome.code, 2, "{outcome:?}");
    assert!(
        outcome.stderr.contains("no list holds hashes of type pdq"),
        "{outcome:?}"
    );
}

/// The first bytes of a pipe can be read but once.
#[test]
fn a_list_from_a_pipe_loses_no_line() {
    let test_dir = TestDir::new();
    test_dir.list("list.txt", &[1, 2]);
    let script = format!(
        "cat list.txt | \"$0\" lookup {} -l /dev/stdin -f jsonl",
        hash_of(1)
    );
    let mut bash = std::process::Command::new("bash");
    bash.args(["-c", &script, env!("CARGO_BIN_EXE_basma")])
        .current_dir(test_dir.path("."));
    let outcome = crate::test_dir::Outcome::of(bash.output().unwrap());
    assert_eq!(outcome.code, 1, "{outcome:?}");
    assert!(
        outcome.stderr.contains("2 entries of 2 lines"),
        "{outcome:?}"
    );
}

#[test]
fn nothing_in_a_folder_of_lists_is_left_out_in_silence() {
    let test_dir = TestDir::new();
    test_dir.picture("dump/a.png", 1);
    test_dir.list("lists/one.txt", &[1]);
    std::os::unix::fs::symlink(test_dir.path("nowhere"), test_dir.path("lists/urgent.txt"))
        .unwrap();
    let outcome = test_dir.run(&["scan", "dump", "-l", "lists"]);
    assert_eq!(outcome.code, 2, "{outcome:?}");
    assert!(outcome.stderr.contains("urgent.txt"), "{outcome:?}");
}

/// A quote that is left open could hand the row of one hash to the id of another.
#[test]
fn a_stray_quote_refuses_a_list_and_withdraws_nothing() {
    let test_dir = TestDir::new();
    test_dir.run(&["refresh", "--init", "--store", "st"]);
    let source = "[[source]]\nlist = \"demo\"\npurpose = \"tests\"\nkind = \"snapshot\"\nat_most = \"block\"\n\
                  guards = { shrink = 100 }\n[source.from.file]\npath = \"../demo.csv\"\n";
    test_dir.file("st/sources.toml", source);
    let rows = |note: &str| {
        let rows = (0..40).map(|i| format!("{i},{note},{:032x}\n", 0xfeed_u64 + i));
        format!("id,note,md5\n{}", rows.collect::<String>())
    };
    test_dir.file("demo.csv", rows("x"));
    let outcome = test_dir.run(&["refresh", "--store", "st"]);
    assert_eq!(outcome.code, 0, "{outcome:?}");

    // Two rows are one by the letter of RFC 4180. The hash of the second is of the id of the first.
    let damaged = rows("x")
        .replacen("4,x", "4,\"x", 1)
        .replacen("5,x", "5,\"", 1);
    test_dir.file("demo.csv", damaged);
    let outcome = test_dir.run(&["refresh", "--store", "st"]);
    assert_ne!(outcome.code, 0, "{outcome:?}");
    assert!(outcome.stderr.contains(":6:3: E024"), "{outcome:?}");
    let hash = format!("md5:{:032x}", 0xfeed_u64 + 4);
    let outcome = test_dir.run(&["lookup", &hash, "-l", "st", "-f", "jsonl"]);
    assert_eq!(outcome.objects()[0]["matches"][0]["id"], "4", "{outcome:?}");
    for command in [
        &["scan", "."][..],
        &["lookup", &hash],
        &["build", "-o", "x.basma"],
    ] {
        let list: &[&str] = match command[0] {
            "build" => &["demo.csv"],
            _ => &["-l", "demo.csv"],
        };
        let outcome = test_dir.run(&[command, list].concat());
        assert_eq!(outcome.code, 2, "{outcome:?}");
        assert!(outcome.stderr.contains("demo.csv:6:3: E024"), "{outcome:?}");
    }
}

#[test]
fn what_is_left_out_of_a_list_is_said_with_its_place() {
    let test_dir = TestDir::new();
    let (md5, other) = (
        "900150983cd24fb0d6963f7d28e17f72",
        "5d41402abc4b2a76b9719d911017c592",
    );
    test_dir.file(
        "list.csv",
        format!("id,md5,crc32,note\n1,{md5},,\n# 2,{other},\n#3,{other},,\n"),
    );
    let outcome = test_dir.run(&[
        "lookup",
        &format!("md5:{other}"),
        "-l",
        "list.csv",
        "-f",
        "jsonl",
    ]);
    assert_eq!(
        outcome.objects()[0]["matches"][0]["id"],
        "#3",
        "{outcome:?}"
    );
    for place in ["list.csv:1:8: W040", "list.csv:3:1: W020"] {
        assert!(outcome.stderr.contains(place), "{outcome:?}");
    }
}
