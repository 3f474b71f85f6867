//! Copies of matched files: what is copied, what is not, and what is never written over.

use std::fs;

use serde_json::Value;
use sha2::{Digest as _, Sha256};

use crate::test_dir::TestDir;
use crate::write::{stored, zip};

fn sha256(bytes: &[u8]) -> String {
    let digest = Sha256::digest(bytes);
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The lines of a manifest, by their paths.
fn manifest(test_dir: &TestDir, name: &str) -> Vec<(String, Value)> {
    let text = fs::read_to_string(test_dir.path(name)).unwrap();
    let lines = text.lines().map(|line| serde_json::from_str(line).unwrap());
    let lines = lines.map(|line: Value| (line["path"].as_str().unwrap().to_owned(), line));
    lines.collect()
}

/// A dump with a picture that is listed, alone and in archives, and another one.
fn test_dir() -> (TestDir, Vec<u8>) {
    let test_dir = TestDir::new();
    test_dir.list("list.txt", &[1]);
    let picture = fs::read(test_dir.picture("dump/a.PNG", 1)).unwrap();
    test_dir.picture("dump/other.png", 2);
    let inner = zip(&[stored("deep.png", &picture)]);
    let members = [
        stored("locked.png", &picture).locked(b"secret"),
        stored("inner.zip", &inner),
        stored("other.txt", b"text"),
    ];
    test_dir.file("dump/b.zip", zip(&members));
    test_dir.file("words", "secret\n");
    // At a block of an image of a disc that has no file system.
    let mut disk = vec![0xA7; 4096];
    disk.extend(&picture);
    disk.resize(disk.len() + 4096, 0xA7);
    test_dir.file("dump/disk.dd", disk);
    (test_dir, picture)
}

const OPTIONS: [&str; 5] = ["--export-matches", "out", "--passwords", "words", "--carve"];

#[test]
fn matched_files_and_members_are_copied_under_their_digests() {
    let (test_dir, picture) = test_dir();
    let digest = sha256(&picture);
    for (run, name) in ["manifest.jsonl", "manifest-2.jsonl"].iter().enumerate() {
        let scanned = test_dir.scan("list.txt", &OPTIONS);
        assert_eq!(scanned.code, 1, "{scanned:?}");
        assert!(scanned.stderr.contains(name), "{scanned:?}");
        let lines = manifest(&test_dir, &format!("out/{name}"));
        assert_eq!(lines.len(), 4, "{run}: {lines:?}");
        for (path, line) in &lines {
            let end = if path.ends_with(".PNG") || path.ends_with(".png") {
                ".png"
            } else {
                ""
            };
            assert_eq!(line["sha256"], digest, "{line}");
            assert_eq!(line["file"], format!("{digest}{end}"), "{line}");
            assert!(line["reason"].is_null());
        }
        assert!(
            lines
                .iter()
                .any(|(path, _)| path.ends_with("b.zip!/inner.zip!/deep.png"))
        );
        assert!(lines.iter().any(|(path, _)| path.contains("disk.dd!/@")));
        let copy = fs::read(test_dir.path(format!("out/{digest}.png"))).unwrap();
        assert_eq!(copy, picture);
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            let there = fs::metadata(test_dir.path(format!("out/{digest}.png"))).unwrap();
            assert_eq!(there.permissions().mode() & 0o777, 0o600);
        }
    }
    // No other file, and nothing unfinished.
    let mut names = test_dir.names("out");
    names.sort();
    assert_eq!(
        names,
        [
            &format!("{digest}.png"),
            "manifest-2.jsonl",
            "manifest.jsonl"
        ]
    );
}

#[test]
fn nothing_is_written_over_or_into_what_is_scanned() {
    let (test_dir, picture) = test_dir();
    for folder in ["dump/out", "dump", "dump/../dump/out"] {
        let refused = test_dir.scan("list.txt", &["--export-matches", folder]);
        assert_eq!(refused.code, 2, "{refused:?}");
        assert!(refused.stderr.contains("what is scanned"), "{refused:?}");
        assert!(!test_dir.path("dump/out").exists());
    }
    let taken = format!("out/{}.png", sha256(&picture));
    test_dir.file(&taken, "something else");
    let refused = test_dir.scan("list.txt", &OPTIONS);
    assert_eq!(refused.code, 2, "{refused:?}");
    assert!(refused.stderr.contains("another content"), "{refused:?}");
    assert_eq!(fs::read(test_dir.path(&taken)).unwrap(), b"something else");
    test_dir.file("plain", "a file");
    let refused = test_dir.scan("list.txt", &["--export-matches", "plain"]);
    assert_eq!(refused.code, 2, "{refused:?}");
}

#[test]
fn a_scan_that_finds_nothing_leaves_an_empty_manifest() {
    let (test_dir, _) = test_dir();
    test_dir.list("none.txt", &[77]);
    let scanned = test_dir.scan("none.txt", &["--export-matches", "out"]);
    assert_ne!(scanned.code, 1, "{scanned:?}");
    assert_eq!(test_dir.names("out"), ["manifest.jsonl"]);
    assert_eq!(manifest(&test_dir, "out/manifest.jsonl").len(), 0);
}

/// Files that are named one by one are of the evidence around them.
#[test]
fn nothing_is_copied_into_the_folder_of_a_named_file() {
    let (test_dir, _) = test_dir();
    test_dir.file("named", "dump/a.PNG\n");
    for out in ["dump/out", "dump"] {
        let options = [
            "scan",
            "--paths-from",
            "named",
            "--list",
            "list.txt",
            "--export-matches",
            out,
        ];
        let scanned = test_dir.run(&options);
        assert_eq!(scanned.code, 2, "{scanned:?}");
        assert!(scanned.stderr.contains("dump"), "{scanned:?}");
    }
    assert!(!test_dir.path("dump/out").exists());
    assert!(!test_dir.path("dump/manifest.jsonl").exists());
    let options = [
        "scan",
        "--paths-from",
        "named",
        "--list",
        "list.txt",
        "--export-matches",
        "out",
    ];
    assert_eq!(test_dir.run(&options).code, 1);
    assert_eq!(manifest(&test_dir, "out/manifest.jsonl").len(), 1);
}

/// A copy that fails ends the scan, and the manifest has what was copied before.
#[test]
fn the_manifest_says_what_was_copied_before_a_copy_failed() {
    let (test_dir, picture) = test_dir();
    let other = fs::read(test_dir.picture("third.png", 3)).unwrap();
    test_dir.list("list.txt", &[1, 3]);
    let members = [stored("a.png", &picture), stored("b.png", &other)];
    test_dir.file("dump/z.zip", zip(&members));
    let occupied = format!("out/{}.png", sha256(&other));
    test_dir.file(&occupied, "other content");
    let scanned = test_dir.scan("list.txt", &OPTIONS);
    assert_eq!(scanned.code, 2, "{scanned:?}");
    assert!(scanned.stderr.contains("another content"), "{scanned:?}");
    let lines = manifest(&test_dir, "out/manifest.jsonl");
    assert!(
        lines
            .iter()
            .any(|(path, line)| path.ends_with("z.zip!/a.png") && line["file"].is_string())
    );
}
