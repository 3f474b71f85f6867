//! The main job: folders in, findings out.

use std::io::{BufRead, BufReader, Read};
use std::process::Stdio;

use image::imageops;

use crate::test_dir::{Outcome, TestDir, encode, scene};

#[test]
fn copies_in_every_format_are_found_and_others_are_not() {
    let test_dir = TestDir::new();
    for extension in ["jpg", "png", "gif", "webp", "bmp", "tiff"] {
        test_dir.picture(format!("dump/copy.{extension}"), 1);
        test_dir.picture(format!("dump/other.{extension}"), 2);
    }
    test_dir.list("list.txt", &[1]);
    let outcome = test_dir.scan("list.txt", &[]);
    assert_eq!(outcome.code, 1);
    let summary = outcome.summary();
    assert_eq!(
        (&summary["matched"], &summary["no_match"]),
        (&6.into(), &6.into())
    );
    for object in &outcome.objects()[..12] {
        let copy = object["path"].as_str().unwrap().contains("copy");
        assert_eq!(object["status"], if copy { "matched" } else { "no_match" });
        if copy {
            // A GIF has 256 colours for what had thousands.
            let most = if object["media"] == "image/gif" {
                31
            } else {
                4
            };
            let distance = object["matches"][0]["distance"].as_u64().unwrap();
            assert!(distance <= most, "{object}");
            assert_eq!(object["sha256"].as_str().unwrap().len(), 64);
        }
    }
}

#[test]
fn output_is_the_same_bytes_on_any_number_of_threads() {
    let test_dir = TestDir::new();
    for i in 0..60 {
        test_dir.picture(format!("dump/{}/{i}.jpg", i % 7), i % 9);
        test_dir.file(format!("dump/{}/{i}.txt", i % 5), "no picture");
    }
    test_dir.list("list.txt", &[1, 2, 3]);
    for format in ["text", "jsonl", "csv"] {
        let run = |jobs| {
            test_dir
                .run(&["scan", "dump", "-l", "list.txt", "-f", format, "-j", jobs])
                .stdout
        };
        let alone = run("1");
        assert!(alone.lines().count() > 20);
        assert_eq!(run("2"), alone);
        assert_eq!(run("8"), alone);
    }
}

#[test]
fn exit_codes_say_what_a_job_came_to() {
    let test_dir = TestDir::new();
    test_dir.picture("dump/a.png", 1);
    test_dir.list("hit.txt", &[1]);
    test_dir.list("miss.txt", &[2]);
    let code = |list| test_dir.run(&["scan", "dump", "-l", list]).code;
    assert_eq!(code("miss.txt"), 0);
    assert_eq!(code("hit.txt"), 1);
    test_dir.file("dump/b.txt", "not a picture");
    assert_eq!(code("miss.txt"), 3);
    assert_eq!(code("hit.txt"), 1, "a match counts more than a gap");
    assert_eq!(code("absent.txt"), 2);
    assert_eq!(test_dir.run(&["scan", "absent", "-l", "hit.txt"]).code, 2);
    assert_eq!(test_dir.run(&["scan", "dump"]).code, 2);
    assert_eq!(test_dir.run(&["--help"]).code, 0);
}

#[test]
fn digests_match_any_file_and_leave_no_gap() {
    let test_dir = TestDir::new();
    test_dir.file("dump/a.bin", "abc");
    test_dir.file("dump/b.bin", "abd");
    test_dir.file("list.txt", "md5 900150983cd24fb0d6963f7d28e17f72\n");
    let outcome = test_dir.scan("list.txt", &[]);
    assert_eq!(outcome.object("dump/a.bin")["status"], "matched");
    assert_eq!(outcome.object("dump/b.bin")["status"], "no_match");
    assert_eq!(outcome.code, 1);
}

#[test]
fn a_picture_that_exif_turns_is_found_upright() {
    let test_dir = TestDir::new();
    let upright = scene(1);
    let mut jpeg = encode(&imageops::rotate270(&upright), image::ImageFormat::Jpeg);
    // Orientation 6: to be shown after a quarter turn clockwise. One IFD with one entry, big-endian (EXIF 2.32, 4.5).
    let exif = b"\xFF\xE1\x00\x22Exif\0\0MM\0\x2a\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\0\0\0\0";
    jpeg.splice(2..2, exif.iter().copied());
    test_dir.file("dump/turned.jpg", &jpeg);
    test_dir.list("list.txt", &[1]);
    let run = |views| test_dir.scan("list.txt", &["--views", views]);
    let object = run("upright").object("dump/turned.jpg");
    assert_eq!(object["status"], "matched");
    assert_eq!(object["matches"][0]["view"], "rotate90");
    assert_eq!(object["flags"][0], "turned");
    assert_eq!(
        run("stored").object("dump/turned.jpg")["status"],
        "no_match"
    );
}

#[test]
fn a_mirrored_copy_is_found_when_all_views_are_asked_for() {
    let test_dir = TestDir::new();
    test_dir.file(
        "dump/mirrored.png",
        encode(
            &imageops::flip_horizontal(&scene(1)),
            image::ImageFormat::Png,
        ),
    );
    test_dir.list("list.txt", &[1]);
    let run = |views| test_dir.scan("list.txt", &["--views", views]);
    assert_eq!(run("upright").code, 0);
    assert_eq!(
        run("all").object("dump/mirrored.png")["matches"][0]["view"],
        "flip-horizontal"
    );
}

#[test]
fn a_flat_picture_is_never_matched_unless_asked_for() {
    let test_dir = TestDir::new();
    let flat = image::RgbImage::from_pixel(64, 64, image::Rgb([90, 90, 90]));
    test_dir.file("dump/flat.png", encode(&flat, image::ImageFormat::Png));
    let shown = test_dir
        .run(&["hash", "dump", "-t", "pdq", "-f", "jsonl"])
        .object("dump/flat.png");
    let hash = shown["hashes"][0]["hash"].as_str().unwrap().to_owned();
    assert_eq!(shown["status"], "low_quality");
    test_dir.file(
        "list.csv",
        format!(
            "type,hash\npdq,{hash}\npdq,{}\n",
            crate::test_dir::hash_of(1)
        ),
    );
    let run = |quality| test_dir.scan("list.csv", &["--min-quality", quality]);
    let object = run("50").object("dump/flat.png");
    assert_eq!(
        (&object["status"], &object["hashes"][0]["hash"]),
        (&"low_quality".into(), &hash.into())
    );
    assert_eq!(run("50").code, 0);
    assert_eq!(run("0").object("dump/flat.png")["status"], "matched");
}

#[test]
fn a_frame_of_an_animation_is_found() {
    let test_dir = TestDir::new();
    let mut bytes = Vec::new();
    let mut gif = image::codecs::gif::GifEncoder::new(&mut bytes);
    for number in [5, 1, 6] {
        gif.encode_frame(image::Frame::new(
            image::DynamicImage::from(scene(number)).into_rgba8(),
        ))
        .unwrap();
    }
    drop(gif);
    test_dir.file("dump/a.gif", &bytes);
    test_dir.list("list.txt", &[1]);
    let run = |frames| test_dir.scan("list.txt", &["--max-frames", frames]);
    let object = run("256").object("dump/a.gif");
    assert_eq!(
        (&object["decoded"], &object["matches"][0]["frame"]),
        (&3.into(), &1.into())
    );
    let indexes: Vec<u64> = object["frames"]
        .as_array()
        .unwrap()
        .iter()
        .map(|frame| frame["index"].as_u64().unwrap())
        .collect();
    assert_eq!(indexes, [0, 1, 2]);
    let capped = run("1").object("dump/a.gif");
    assert_eq!(
        (&capped["status"], &capped["flags"][0]),
        (&"over_limit".into(), &"capped".into())
    );
}

#[test]
fn a_64_bit_list_is_looked_up_by_its_own_hash() {
    let test_dir = TestDir::new();
    test_dir.picture("dump/a.png", 1);
    test_dir.picture("dump/b.png", 2);
    test_dir.picture("originals/a.jpg", 1);
    for name in [
        "gradient64-ih3-lsb",
        "mean-dct64-ih3-lsb",
        "blockhash64-ih3-lsb",
    ] {
        let hashed = test_dir.run(&["hash", "originals", "-t", name, "-f", "csv"]);
        test_dir.file("list.csv", &hashed.stdout);
        let radius = format!("{name}=4");
        let outcome = test_dir.scan("list.csv", &["-r", &radius]);
        assert_eq!(outcome.object("dump/a.png")["matches"][0]["type"], name);
        assert_eq!(outcome.object("dump/b.png")["status"], "no_match", "{name}");
    }
}

#[test]
fn what_is_hashed_is_a_list() {
    let test_dir = TestDir::new();
    test_dir.picture("originals/a.png", 1);
    test_dir.picture("originals/b.png", 2);
    test_dir.picture("dump/b.webp", 2);
    for format in ["text", "csv", "jsonl"] {
        let hashed = test_dir.run(&["hash", "originals", "-f", format]);
        assert_eq!(hashed.code, 0, "{hashed:?}");
        assert_eq!(
            hashed
                .stdout
                .lines()
                .filter(|l| l.contains("originals"))
                .count(),
            if format == "jsonl" { 2 } else { 4 }
        );
    }
    test_dir.file(
        "list.csv",
        test_dir.run(&["hash", "originals", "-f", "csv"]).stdout,
    );
    let outcome = test_dir.scan("list.csv", &[]);
    assert_eq!(
        outcome.object("dump/b.webp")["matches"][0]["id"],
        "originals/b.png"
    );
}

/// An empty file has the digests of every empty file, and a broken one no hash. Neither may spoil the list.
#[test]
fn what_could_not_be_hashed_is_said_and_not_listed() {
    let test_dir = TestDir::new();
    test_dir.picture("originals/=a.png", 1);
    test_dir.file("originals/empty.jpg", "");
    test_dir.file("originals/text.jpg", "text");
    let hashed = test_dir.run(&["hash", "originals", "-f", "csv"]);
    assert_eq!(hashed.code, 3);
    assert!(
        hashed.stdout.contains("originals/=a.png,pdq,"),
        "{hashed:?}"
    );
    assert!(!hashed.stdout.contains("empty.jpg"), "{hashed:?}");
    for name in [
        "empty.jpg: UNSUPPORTED the file is empty",
        "text.jpg: UNSUPPORTED not a picture",
    ] {
        assert!(hashed.stderr.contains(name), "{hashed:?}");
    }
    test_dir.file("list.csv", &hashed.stdout);
    let outcome = test_dir.run(&["scan", "originals", "-l", "list.csv", "-f", "jsonl"]);
    assert_eq!(
        outcome.summary()["matched"],
        2,
        "the picture, and the text by its digest: {outcome:?}"
    );
}

#[test]
fn a_match_says_what_was_not_examined() {
    let test_dir = TestDir::new();
    test_dir.file("dump/text.jpg", "abc");
    test_dir.file(
        "list.csv",
        format!(
            "type,hash\nmd5,900150983cd24fb0d6963f7d28e17f72\npdq,{}\n",
            crate::test_dir::hash_of(1)
        ),
    );
    let object = test_dir.scan("list.csv", &[]).object("dump/text.jpg");
    assert_eq!(object["status"], "matched");
    assert_eq!(object["reason"], "not a picture in any known format");
}

#[test]
fn many_matches_of_one_file_are_counted_and_the_nearest_shown() {
    let test_dir = TestDir::new();
    test_dir.picture("dump/a.png", 1);
    let hash = crate::test_dir::hash_of(1);
    let rows = (0..3000).map(|i| format!("{i},pdq,{hash},label-{i}\n"));
    test_dir.file(
        "list.csv",
        format!("id,type,hash,labels\n{}", rows.collect::<String>()),
    );
    let outcome = test_dir.scan("list.csv", &["--limit", "7"]);
    let object = outcome.object("dump/a.png");
    assert_eq!(object["matches"].as_array().unwrap().len(), 7);
    assert_eq!(object["matches"][0]["labels"].as_array().unwrap().len(), 1);
}

#[test]
fn a_root_that_is_a_link_is_a_folder_like_any_other() {
    let test_dir = TestDir::new();
    test_dir.picture("dump/a.png", 1);
    std::os::unix::fs::symlink(test_dir.path("dump"), test_dir.path("link")).unwrap();
    test_dir.list("list.txt", &[1]);
    let outcome = test_dir.run(&["scan", "link", "-l", "list.txt", "-f", "jsonl"]);
    assert_eq!(
        (outcome.summary()["discovered"].as_u64(), outcome.code),
        (Some(1), 1)
    );
}

#[test]
fn negative_entries_suppress_and_expired_ones_are_gone() {
    let test_dir = TestDir::new();
    test_dir.picture("dump/1.png", 1);
    test_dir.picture("dump/2.png", 2);
    test_dir.picture("dump/3.png", 3);
    let hash = crate::test_dir::hash_of;
    let text = format!(
        "id,type,hash,category,valid_until\nno,pdq,{},NEGATIVE_CLASS,\nold,pdq,{},,2020-01-01T00:00:00Z\nmaybe,pdq,{},DISPUTED,2999-01-01T00:00:00Z\n",
        hash(1),
        hash(2),
        hash(3)
    );
    test_dir.file("list.csv", text);
    let outcome = test_dir.scan("list.csv", &[]);
    let one = outcome.object("dump/1.png");
    assert_eq!(
        (&one["status"], &one["suppressed"][0]["id"]),
        (&"no_match".into(), &"no".into())
    );
    assert_eq!(outcome.object("dump/2.png")["status"], "no_match");
    assert_eq!(
        outcome.object("dump/3.png")["matches"][0]["opinion"],
        "disputed"
    );
    assert_eq!(outcome.summary()["suppressed"], 1);
    let scan = ["scan", "dump", "-l", "list.csv", "--show", "all"];
    let text = test_dir.run(&scan).stdout;
    assert!(
        text.contains("a person must decide") && text.contains("dump/1.png: SUPPRESSED "),
        "{text}"
    );
}

#[test]
fn a_file_that_vanishes_is_named_and_the_rest_is_finished() {
    let test_dir = TestDir::new();
    for i in 0..3000 {
        test_dir.file(format!("dump/{i:04}.txt"), "no picture");
    }
    test_dir.list("list.txt", &[1]);
    let mut command =
        test_dir.command(&["scan", "dump", "-l", "list.txt", "-f", "jsonl", "-j", "1"]);
    let mut child = command
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut out = BufReader::new(child.stdout.take().unwrap());
    let mut stdout = String::new();
    out.read_line(&mut stdout).unwrap();
    // The pipe holds some hundred lines: the scan waits for this reader long before it reaches the last file.
    std::fs::remove_file(test_dir.path("dump/2999.txt")).unwrap();
    out.read_to_string(&mut stdout).unwrap();
    let mut rest = child.wait_with_output().unwrap();
    rest.stdout = stdout.into_bytes();
    let outcome = Outcome::of(rest);
    let vanished = outcome.object("dump/2999.txt");
    assert_eq!(vanished["status"], "unreadable");
    assert!(
        vanished["reason"]
            .as_str()
            .unwrap()
            .contains("No such file"),
        "{vanished}"
    );
    assert_eq!(outcome.summary()["discovered"], 3000);
    assert_eq!(outcome.code, 3);
}

#[cfg(unix)]
#[test]
fn links_pipes_and_sockets_are_skipped_without_being_opened() {
    let test_dir = TestDir::new();
    test_dir.picture("elsewhere/a.png", 1);
    test_dir.picture("dump/b.png", 2);
    std::os::unix::fs::symlink(test_dir.path("elsewhere"), test_dir.path("dump/out")).unwrap();
    std::os::unix::fs::symlink(test_dir.path("dump"), test_dir.path("dump/circle")).unwrap();
    let _socket = std::os::unix::net::UnixListener::bind(test_dir.path("dump/socket")).unwrap();
    let made = std::process::Command::new("mkfifo")
        .arg(test_dir.path("dump/pipe"))
        .status()
        .unwrap();
    assert!(made.success());
    test_dir.list("list.txt", &[1]);
    let outcome = test_dir.scan("list.txt", &[]);
    let summary = outcome.summary();
    assert_eq!(
        (&summary["skipped"], &summary["no_match"]),
        (&4.into(), &1.into()),
        "{outcome:?}"
    );
    assert_eq!(outcome.code, 0);
}

#[test]
fn an_interrupted_scan_keeps_what_it_found_and_says_so() {
    let test_dir = TestDir::new();
    for i in 0..2000 {
        test_dir.file(format!("dump/{i:04}.txt"), "no picture");
    }
    test_dir.list("list.txt", &[1]);
    let mut command =
        test_dir.command(&["scan", "dump", "-l", "list.txt", "-f", "jsonl", "-j", "1"]);
    let mut child = command
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut out = BufReader::new(child.stdout.take().unwrap());
    let mut stdout = String::new();
    out.read_line(&mut stdout).unwrap();
    let killed = std::process::Command::new("kill")
        .args(["-INT", &child.id().to_string()])
        .status()
        .unwrap();
    assert!(killed.success());
    std::thread::sleep(std::time::Duration::from_millis(200));
    out.read_to_string(&mut stdout).unwrap();
    let mut rest = child.wait_with_output().unwrap();
    rest.stdout = stdout.into_bytes();
    let outcome = Outcome::of(rest);
    let summary = outcome.summary();
    assert_eq!(summary["interrupted"], true);
    assert!(summary["discovered"].as_u64().unwrap() < 2000);
    assert_eq!(outcome.code, 2);
    assert!(outcome.stderr.contains("interrupted"), "{}", outcome.stderr);
}

#[test]
fn people_are_spoken_to_in_their_language_and_programs_are_not() {
    let test_dir = TestDir::new();
    test_dir.picture("dump/a.png", 1);
    test_dir.list("list.txt", &[1]);
    let run = |lang, format| {
        test_dir.run(&[
            "scan", "dump", "-l", "list.txt", "--lang", lang, "-f", format,
        ])
    };
    assert!(
        run("fr", "text")
            .stdout
            .starts_with("dump/a.png\u{a0}: CORRESPONDANCE ")
    );
    assert!(run("ar", "text").stdout.starts_with("dump/a.png: تطابق "));
    assert_eq!(run("ar", "jsonl").stdout, run("en", "jsonl").stdout);
}

#[test]
fn what_is_excluded_is_counted_and_not_examined() {
    let test_dir = TestDir::new();
    test_dir.picture("dump/cache/a.png", 1);
    test_dir.picture("dump/b.png", 1);
    test_dir.picture("dump/c.tmp.png", 2);
    test_dir.list("list.txt", &[1]);
    let outcome = test_dir.scan("list.txt", &["--exclude", "cache", "--exclude", "*.tmp.*"]);
    assert_eq!(outcome.code, 1);
    let summary = outcome.summary();
    assert_eq!(
        (&summary["discovered"], &summary["excluded"]),
        (&1.into(), &2.into())
    );
    let outcome = test_dir.run(&["scan", "dump", "-l", "list.txt", "--exclude", "a[b"]);
    assert_eq!(outcome.code, 2);
    assert!(outcome.stderr.contains("a[b is no pattern"), "{outcome:?}");
}

#[test]
fn a_root_named_twice_or_within_another_is_scanned_once() {
    let test_dir = TestDir::new();
    test_dir.picture("dump/a/1.png", 1);
    test_dir.picture("dump/2.png", 2);
    test_dir.list("list.txt", &[1]);
    let outcome = test_dir.run(&[
        "scan", "dump/a", "dump", "./dump", "-l", "list.txt", "-f", "jsonl",
    ]);
    assert_eq!(outcome.summary()["discovered"], 2);
}

#[test]
fn another_program_names_the_files() {
    let test_dir = TestDir::new();
    test_dir.picture("dump/1.png", 1);
    test_dir.picture("dump/with\nline.png", 1);
    test_dir.list("list.txt", &[1]);
    test_dir.file("lines", "dump/1.png\nmissing.png\n");
    test_dir.file("zeros", "dump/with\nline.png\0dump/1.png\0dump/1.png\0");
    let outcome = test_dir.run(&[
        "scan",
        "--paths-from",
        "lines",
        "-l",
        "list.txt",
        "-f",
        "jsonl",
    ]);
    assert_eq!(outcome.code, 1);
    let summary = outcome.summary();
    assert_eq!(
        (&summary["matched"], &summary["unreadable"]),
        (&1.into(), &1.into())
    );
    let mut command = test_dir.command(&[
        "scan",
        "--paths-from",
        "-",
        "-0",
        "-l",
        "list.txt",
        "-f",
        "jsonl",
    ]);
    command.stdin(std::fs::File::open(test_dir.path("zeros")).unwrap());
    let outcome = Outcome::of(command.output().unwrap());
    assert_eq!(outcome.summary()["matched"], 3);
    let outcome = test_dir.run(&["scan", "--paths-from", "zeros", "-l", "list.txt"]);
    assert_eq!(outcome.code, 2);
    assert!(outcome.stderr.contains("--null"), "{outcome:?}");
    let outcome = test_dir.run(&["scan", "--paths-from", "absent", "-l", "list.txt"]);
    assert_eq!(outcome.code, 2);
}
