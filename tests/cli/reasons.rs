//! Why files were not examined: each reason has its code in every form of output.

use std::collections::BTreeSet;

use basma::error::ReasonCode;
use image::ImageFormat;

use crate::test_dir::{TestDir, encode, scene};
use crate::write::{stored, tar, tar_member, zip};

/// Files that cannot be examined, each for a reason of its own.
fn test_dir() -> TestDir {
    let test_dir = TestDir::new();
    let jpeg = encode(&scene(2), ImageFormat::Jpeg);
    test_dir.file("dump/cut.jpg", &jpeg[..jpeg.len() / 2]);
    test_dir.file("dump/empty.jpg", "");
    test_dir.file("dump/film.avi", b"RIFF\x04\x00\x00\x00AVI LIST");
    test_dir.file("dump/sound.jpg", &jpeg);
    test_dir.file("dump/text.txt", "This is a text.");
    // Two things are wrong with it: bytes before the first member, and a link that has content.
    let junk = [b'x'; 512];
    let members = tar(&[
        tar_member("link", b'2', b"content"),
        tar_member("a", b'0', b"a"),
    ]);
    test_dir.file(
        "dump/joined.tar",
        [&members[..1536], &junk, &members[1536..]].concat(),
    );
    // And what a zip file does not name, twice.
    let hidden = zip(&[stored("a", b"a"), stored("b", b"b")]);
    let begin = [&hidden[..], &junk, &hidden[..]].concat();
    test_dir.file("dump/two.zip", begin);
    test_dir.list("list.txt", &[1]);
    test_dir
}

#[test]
fn wherever_there_is_a_reason_there_is_its_code() {
    let test_dir = test_dir();
    let outcome = test_dir.run(&["scan", "dump", "-l", "list.txt", "-f", "jsonl"]);
    let mut found = BTreeSet::new();
    let mut several = 0;
    for object in outcome.objects() {
        let code = object["reason_code"].as_str();
        assert_eq!(code.is_some(), object["reason"].is_string(), "{object}");
        let Some(code) = code else {
            assert!(object["reason_codes"].is_null(), "{object}");
            continue;
        };
        assert!(code.parse::<ReasonCode>().is_ok(), "{object}");
        found.insert(code.to_owned());
        if let Some(codes) = object["reason_codes"].as_array() {
            assert!(codes.len() > 1 && codes[0] == code, "{object}");
            several += 1;
        }
    }
    for code in ["picture-cut", "file-empty", "format-unknown"] {
        assert!(found.contains(code), "{code}: {found:?}");
    }
    assert!(several > 0, "no file with several reasons: {found:?}");

    // The same codes are in a table, in the same order of files.
    let table = test_dir.run(&["scan", "dump", "-l", "list.txt", "-f", "csv"]);
    let mut reader = csv::Reader::from_reader(table.stdout.as_bytes());
    let head = reader.headers().unwrap().clone();
    assert_eq!(head.iter().nth_back(3), Some("reason_code"));
    let code_of = |row: csv::StringRecord| row.iter().nth_back(3).unwrap().to_owned();
    let codes: Vec<String> = reader.records().map(|row| code_of(row.unwrap())).collect();
    let objects = outcome.objects();
    let files = objects.iter().filter(|object| object["path"].is_string());
    let code = |object: &serde_json::Value| object["reason_code"].as_str().map(str::to_owned);
    let expected: Vec<String> = files
        .map(|object| code(object).unwrap_or_default())
        .collect();
    assert_eq!(codes, expected);
}

#[test]
fn a_remembered_reason_is_the_same_as_a_found_one() {
    let test_dir = test_dir();
    std::thread::sleep(std::time::Duration::from_millis(60));
    let scan = |more: &[&str]| {
        let arguments = ["scan", "dump", "-l", "list.txt", "-f", "jsonl"];
        let outcome = test_dir.run(&[&arguments[..], more].concat());
        let of = |object: &serde_json::Value| {
            ["path", "reason", "reason_code", "reason_codes"].map(|key| object[key].clone())
        };
        outcome.objects().iter().map(of).collect::<Vec<_>>()
    };
    let plain = scan(&[]);
    assert_eq!(scan(&["--cache", "cache"]), plain);
    assert_eq!(scan(&["--cache", "cache"]), plain);
}
