//! `basma scan --script`, as the content scanner of Matrix runs it: a program with a file as its only argument.

use std::fs;
use std::process::{Command, Stdio};

use crate::test_dir::TestDir;

/// What was ended how, and whether anything was written.
fn script(test_dir: &TestDir, file: &str, more: &[&str]) -> (i32, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_basma"));
    command.args(["scan", "--script"]).args(more);
    command.arg("--").arg(test_dir.path(file));
    command.env("BASMA_STORE", test_dir.path("store"));
    command.env("BASMA_LANG", "en").stdin(Stdio::null());
    let output = command.output().unwrap();
    assert!(output.stdout.is_empty(), "{output:?}");
    let told = String::from_utf8(output.stderr).unwrap();
    (output.status.code().unwrap(), told)
}

/// A folder with a store whose list `own` has these terms and holds one picture, and files to ask about.
fn desk(terms: &str) -> TestDir {
    let test_dir = TestDir::new();
    test_dir.picture("listed.png", 1);
    test_dir.picture("other.png", 2);
    let text = "some text";
    test_dir.file("text", text);
    test_dir.file("empty", "");
    let run = |arguments: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_basma"));
        command
            .args(arguments)
            .env("BASMA_STORE", test_dir.path("store"));
        let output = command.current_dir(test_dir.path("")).output().unwrap();
        assert!(output.status.success(), "{output:?}");
    };
    run(&["store", "init"]);
    let source =
        format!("[[source]]\nlist = \"own\"\npurpose = \"tests\"\nkind = \"local\"\n{terms}\n");
    fs::write(test_dir.path("store").join("sources.toml"), source).unwrap();
    run(&["refresh"]);
    run(&["add", "--reason", "tests", "listed.png"]);
    test_dir
}

#[test]
fn the_code_says_whether_a_file_passes() {
    let closed = desk("at_most = \"block\"");
    for (file, code) in [
        ("listed.png", 1),
        ("other.png", 0),
        ("text", 3),
        ("empty", 3),
    ] {
        assert_eq!(script(&closed, file, &[]), (code, String::new()), "{file}");
    }
    let open = desk("at_most = \"block\"\nfail = \"open\"");
    for (file, code) in [
        ("listed.png", 1),
        ("other.png", 0),
        ("text", 0),
        ("empty", 0),
    ] {
        assert_eq!(script(&open, file, &[]), (code, String::new()), "{file}");
    }
    let review = desk("at_most = \"review\"");
    assert_eq!(script(&review, "listed.png", &[]).0, 0);
    assert_eq!(script(&review, "listed.png", &["--refuse", "review"]).0, 1);
}

#[test]
fn what_cannot_be_done_is_told_and_no_file_passes() {
    let test_dir = desk("at_most = \"block\"");
    for (file, more) in [
        ("missing.png", &[][..]),
        ("store", &[]),
        ("other.png", &["--list", "missing.csv"]),
    ] {
        let (code, told) = script(&test_dir, file, more);
        assert!(code == 2 && !told.is_empty(), "{file}: {code} {told}");
    }
    let empty = TestDir::new();
    empty.picture("other.png", 2);
    let (code, told) = script(&empty, "other.png", &[]);
    assert!(code == 2 && told.contains("store"), "{code} {told}");
}

#[test]
fn a_list_is_enough() {
    let test_dir = TestDir::new();
    test_dir.picture("listed.png", 1);
    test_dir.picture("other.png", 2);
    let list = test_dir.path("listed.png");
    let list = ["--list", list.to_str().unwrap()];
    assert_eq!(script(&test_dir, "listed.png", &list).0, 1);
    assert_eq!(script(&test_dir, "other.png", &list).0, 0);
}

#[cfg(unix)]
#[test]
fn a_program_with_the_file_as_its_only_argument_wraps_it() {
    use std::os::unix::fs::PermissionsExt as _;
    let test_dir = desk("at_most = \"block\"");
    let basma = env!("CARGO_BIN_EXE_basma");
    let store = test_dir.path("store");
    let text = format!("#!/bin/sh\nBASMA_STORE={store:?} exec {basma:?} scan --script -- \"$1\"\n");
    let program = test_dir.file("scan-file", text);
    fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).unwrap();
    for (file, code) in [("listed.png", 1), ("other.png", 0), ("text", 3)] {
        let status = Command::new("/bin/sh")
            .arg(&program)
            .arg(test_dir.path(file))
            .status();
        assert_eq!(status.unwrap().code(), Some(code), "{file}");
    }
}
