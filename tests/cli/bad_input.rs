//! Hostile and broken files. Each is named with a way out, and the rest of the scan is finished and counted.

use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt as _;

use image::{GrayImage, ImageFormat, Rgb, RgbImage};

use crate::test_dir::{TestDir, encode, scene};

#[test]
fn broken_files_are_counted_and_do_not_end_a_scan() {
    let test_dir = TestDir::new();
    let jpeg = encode(&scene(2), ImageFormat::Jpeg);
    let png = encode(&scene(2), ImageFormat::Png);
    test_dir.file("dump/cut.jpg", &jpeg[..jpeg.len() / 2]);
    test_dir.file("dump/cut.png", &png[..png.len() / 2]);
    test_dir.file("dump/empty.jpg", "");
    test_dir.file("dump/text.jpg", "This is a text.");
    test_dir.picture("dump/z-copy.jpg", 1);
    test_dir.list("list.txt", &[1]);
    let outcome = test_dir.run(&["scan", "dump", "-l", "list.txt", "-f", "jsonl"]);
    let status = |name: &str| outcome.object(name)["status"].as_str().unwrap().to_owned();
    assert_eq!(status("dump/cut.jpg"), "damaged");
    assert_eq!(outcome.object("dump/cut.jpg")["flags"][0], "partial");
    assert_eq!(status("dump/cut.png"), "damaged");
    assert_eq!(status("dump/empty.jpg"), "unsupported");
    assert_eq!(
        outcome.object("dump/empty.jpg")["reason"],
        "the file is empty"
    );
    assert_eq!(status("dump/text.jpg"), "unsupported");
    assert_eq!(status("dump/z-copy.jpg"), "matched");
    assert_eq!(outcome.summary()["discovered"], 5);
}

#[test]
fn a_cut_copy_is_matched_by_what_is_left_of_it() {
    let test_dir = TestDir::new();
    let jpeg = encode(&scene(1), ImageFormat::Jpeg);
    test_dir.file("dump/cut.jpg", &jpeg[..jpeg.len() - 20]);
    test_dir.list("list.txt", &[1]);
    let object = test_dir
        .run(&["scan", "dump", "-l", "list.txt", "-f", "jsonl"])
        .object("dump/cut.jpg");
    assert_eq!(
        (&object["status"], &object["flags"][0]),
        (&"matched".into(), &"partial".into())
    );
}

#[test]
fn names_that_are_no_text_are_shown_without_loss() {
    let test_dir = TestDir::new();
    let names: [&[u8]; 4] = [
        b"dump/line\nbreak.txt",
        b"dump/latin\xe9.txt",
        "dump/\u{202e}gpj.exe".as_bytes(),
        b"dump/back\\slash",
    ];
    for name in names {
        test_dir.file(OsStr::from_bytes(name), "x");
    }
    test_dir.list("list.txt", &[1]);
    for format in ["text", "jsonl", "csv"] {
        let scan = ["scan", "dump", "-l", "list.txt", "--show", "all", "-f"];
        let outcome = test_dir.run(&[&scan[..], &[format]].concat());
        assert_eq!(outcome.code, 3);
        let shown: Vec<String> = match format {
            "jsonl" => outcome
                .objects()
                .iter()
                .filter_map(|o| o["path"].as_str().map(str::to_owned))
                .collect(),
            _ => vec![outcome.stdout.clone()],
        };
        for escaped in [
            "line\\nbreak",
            "latin\\xe9",
            "\\u{202e}gpj.exe",
            "back\\\\slash",
        ] {
            assert!(
                shown.iter().any(|s| s.contains(escaped)),
                "{escaped} in {format}: {shown:?}"
            );
        }
        assert!(!outcome.stdout.contains('\u{202e}'));
    }
    let outcome = test_dir.run(&["scan", "dump", "-l", "list.txt", "-f", "jsonl"]);
    let mut back: Vec<Vec<u8>> = outcome
        .objects()
        .iter()
        .filter_map(|o| basma::escape::unescape(o["path"].as_str()?))
        .collect();
    back.sort();
    let mut names: Vec<Vec<u8>> = names.iter().map(|n| n.to_vec()).collect();
    names.sort();
    assert_eq!(back, names);
}

#[test]
fn extreme_sizes_have_a_status() {
    let test_dir = TestDir::new();
    let pixel = RgbImage::from_pixel(1, 1, Rgb([1, 2, 3]));
    test_dir.file("dump/pixel.png", encode(&pixel, ImageFormat::Png));
    let mut wide = std::io::Cursor::new(Vec::new());
    GrayImage::from_fn(65_535, 40, |x, y| image::Luma([(x / 64 + y) as u8]))
        .write_to(&mut wide, ImageFormat::Png)
        .unwrap();
    test_dir.file("dump/wide.png", wide.into_inner());
    // A header that promises 100,000 x 100,000 pixels, and nothing behind it.
    let mut bomb =
        b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR\0\x01\x86\xa0\0\x01\x86\xa0\x08\0\0\0\0".to_vec();
    bomb.extend(0x8c5d_d5f0_u32.to_be_bytes());
    bomb.extend(b"\0\0\0\0IDAT\x35\xaf\x06\x1e");
    test_dir.file("dump/bomb.png", bomb);
    test_dir.list("list.txt", &[1]);
    let outcome = test_dir.run(&["scan", "dump", "-l", "list.txt", "-f", "jsonl"]);
    assert_eq!(outcome.object("dump/pixel.png")["status"], "low_quality");
    let wide = outcome.object("dump/wide.png");
    assert!(
        wide["status"] == "no_match" || wide["status"] == "low_quality",
        "{wide}"
    );
    let bomb = outcome.object("dump/bomb.png");
    assert!(
        bomb["status"] == "over_limit" || bomb["status"] == "damaged",
        "{bomb}"
    );
    outcome.summary();
    let limited = test_dir.run(&[
        "scan",
        "dump/wide.png",
        "-l",
        "list.txt",
        "-f",
        "jsonl",
        "--max-pixels",
        "1000000",
    ]);
    let object = limited.object("dump/wide.png");
    assert_eq!(object["status"], "over_limit");
    assert_eq!(
        object["reason"],
        "2621400 pixels are over the limit of 1000000"
    );
    assert_eq!(limited.code, 3);
    let limited = test_dir.run(&[
        "scan",
        "dump/wide.png",
        "-l",
        "list.txt",
        "-f",
        "jsonl",
        "--max-file-bytes",
        "100",
    ]);
    assert_eq!(limited.object("dump/wide.png")["status"], "over_limit");
}

/// As root every folder can be read: then the command is run as nobody.
#[test]
fn a_folder_without_permission_is_named_and_the_rest_is_finished() {
    use std::fs::{Permissions, set_permissions};
    use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
    use std::os::unix::process::CommandExt as _;

    let test_dir = TestDir::new();
    test_dir.picture("dump/a/copy.png", 1);
    test_dir.picture("dump/b/secret.png", 1);
    test_dir.picture("dump/c/copy.png", 1);
    test_dir.picture("dump/d.png", 1);
    test_dir.list("list.txt", &[1]);
    set_permissions(test_dir.path("."), Permissions::from_mode(0o755)).unwrap();
    set_permissions(test_dir.path("dump/d.png"), Permissions::from_mode(0o000)).unwrap();
    set_permissions(test_dir.path("dump/b"), Permissions::from_mode(0o000)).unwrap();
    let root = std::fs::metadata("/proc/self").is_ok_and(|m| m.uid() == 0);
    let mut command = test_dir.command(&["scan", "dump", "-l", "list.txt", "-f", "jsonl"]);
    if root {
        // The build folder of a root user may be closed to others: what is run is a copy.
        let copy = test_dir.path("basma");
        // By another process: a file that this one has open for writing could not be run while others are begun.
        let copied = std::process::Command::new("cp")
            .arg(env!("CARGO_BIN_EXE_basma"))
            .arg(&copy)
            .status();
        assert!(copied.unwrap().success());
        command = std::process::Command::new(copy);
        command
            .args(["scan", "dump", "-l", "list.txt", "-f", "jsonl"])
            .current_dir(test_dir.path("."));
        command.uid(65_534).gid(65_534);
    }
    let outcome = crate::test_dir::Outcome::of(command.output().unwrap());
    set_permissions(test_dir.path("dump/b"), Permissions::from_mode(0o755)).unwrap();
    assert_eq!(outcome.object("dump/b")["status"], "unreadable");
    assert!(
        outcome.object("dump/b")["reason"]
            .as_str()
            .unwrap()
            .contains("Permission denied")
    );
    assert_eq!(outcome.object("dump/d.png")["status"], "unreadable");
    let summary = outcome.summary();
    assert_eq!(
        (&summary["matched"], &summary["unreadable"]),
        (&2.into(), &2.into())
    );
    assert_eq!(outcome.code, 1);
}
