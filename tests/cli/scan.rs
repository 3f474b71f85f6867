//! The main job: folders in, findings out.

use std::io::{BufRead, BufReader, Read};
use std::process::Stdio;

use image::imageops;

use crate::desk::{Desk, Outcome, encode, scene};

#[test]
fn copies_in_every_format_are_found_and_others_are_not() {
    let desk = Desk::new();
    for extension in ["jpg", "png", "gif", "webp", "bmp", "tiff"] {
        desk.picture(format!("dump/copy.{extension}"), 1);
        desk.picture(format!("dump/other.{extension}"), 2);
    }
    desk.list("list.txt", &[1]);
    let outcome = desk.scan("list.txt", &[]);
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
    let desk = Desk::new();
    for i in 0..60 {
        desk.picture(format!("dump/{}/{i}.jpg", i % 7), i % 9);
        desk.file(format!("dump/{}/{i}.txt", i % 5), "no picture");
    }
    desk.list("list.txt", &[1, 2, 3]);
    for format in ["text", "jsonl", "csv"] {
        let run = |jobs| {
            desk.run(&["scan", "dump", "-l", "list.txt", "-f", format, "-j", jobs])
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
    let desk = Desk::new();
    desk.picture("dump/a.png", 1);
    desk.list("hit.txt", &[1]);
    desk.list("miss.txt", &[2]);
    let code = |list| desk.run(&["scan", "dump", "-l", list]).code;
    assert_eq!(code("miss.txt"), 0);
    assert_eq!(code("hit.txt"), 1);
    desk.file("dump/b.txt", "not a picture");
    assert_eq!(code("miss.txt"), 3);
    assert_eq!(code("hit.txt"), 1, "a match counts more than a gap");
    assert_eq!(code("absent.txt"), 2);
    assert_eq!(desk.run(&["scan", "absent", "-l", "hit.txt"]).code, 2);
    assert_eq!(desk.run(&["scan", "dump"]).code, 2);
    assert_eq!(desk.run(&["--help"]).code, 0);
}

#[test]
fn digests_match_any_file_and_leave_no_gap() {
    let desk = Desk::new();
    desk.file("dump/a.bin", "abc");
    desk.file("dump/b.bin", "abd");
    desk.file("list.txt", "md5 900150983cd24fb0d6963f7d28e17f72\n");
    let outcome = desk.scan("list.txt", &[]);
    assert_eq!(outcome.object("dump/a.bin")["status"], "matched");
    assert_eq!(outcome.object("dump/b.bin")["status"], "no_match");
    assert_eq!(outcome.code, 1);
}

#[test]
fn a_picture_that_exif_turns_is_found_upright() {
    let desk = Desk::new();
    let upright = scene(1);
    let mut jpeg = encode(&imageops::rotate270(&upright), image::ImageFormat::Jpeg);
    // Orientation 6: to be shown after a quarter turn clockwise. One IFD with one entry, big-endian (EXIF 2.32, 4.5).
    let exif = b"\xFF\xE1\x00\x22Exif\0\0MM\0\x2a\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\0\0\0\0";
    jpeg.splice(2..2, exif.iter().copied());
    desk.file("dump/turned.jpg", &jpeg);
    desk.list("list.txt", &[1]);
    let run = |views| desk.scan("list.txt", &["--views", views]);
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
    let desk = Desk::new();
    desk.file(
        "dump/mirrored.png",
        encode(
            &imageops::flip_horizontal(&scene(1)),
            image::ImageFormat::Png,
        ),
    );
    desk.list("list.txt", &[1]);
    let run = |views| desk.scan("list.txt", &["--views", views]);
    assert_eq!(run("upright").code, 0);
    assert_eq!(
        run("all").object("dump/mirrored.png")["matches"][0]["view"],
        "flip-horizontal"
    );
}

#[test]
fn a_flat_picture_is_never_matched_unless_asked_for() {
    let desk = Desk::new();
    let flat = image::RgbImage::from_pixel(64, 64, image::Rgb([90, 90, 90]));
    desk.file("dump/flat.png", encode(&flat, image::ImageFormat::Png));
    let shown = desk
        .run(&["hash", "dump", "-t", "pdq", "-f", "jsonl"])
        .object("dump/flat.png");
    let hash = shown["hashes"][0]["hash"].as_str().unwrap().to_owned();
    assert_eq!(shown["status"], "low_quality");
    desk.file(
        "list.csv",
        format!("type,hash\npdq,{hash}\npdq,{}\n", crate::desk::hash_of(1)),
    );
    let run = |quality| desk.scan("list.csv", &["--min-quality", quality]);
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
    let desk = Desk::new();
    let mut bytes = Vec::new();
    let mut gif = image::codecs::gif::GifEncoder::new(&mut bytes);
    for number in [5, 1, 6] {
        gif.encode_frame(image::Frame::new(
            image::DynamicImage::from(scene(number)).into_rgba8(),
        ))
        .unwrap();
    }
    drop(gif);
    desk.file("dump/a.gif", &bytes);
    desk.list("list.txt", &[1]);
    let run = |frames| desk.scan("list.txt", &["--max-frames", frames]);
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
    let desk = Desk::new();
    desk.picture("dump/a.png", 1);
    desk.picture("dump/b.png", 2);
    desk.picture("originals/a.jpg", 1);
    for name in [
        "gradient64-ih3-lsb",
        "mean-dct64-ih3-lsb",
        "blockhash64-ih3-lsb",
    ] {
        let hashed = desk.run(&["hash", "originals", "-t", name, "-f", "csv"]);
        desk.file("list.csv", &hashed.stdout);
        let radius = format!("{name}=4");
        let outcome = desk.scan("list.csv", &["-r", &radius]);
        assert_eq!(outcome.object("dump/a.png")["matches"][0]["type"], name);
        assert_eq!(outcome.object("dump/b.png")["status"], "no_match", "{name}");
    }
}

#[test]
fn what_is_hashed_is_a_list() {
    let desk = Desk::new();
    desk.picture("originals/a.png", 1);
    desk.picture("originals/b.png", 2);
    desk.picture("dump/b.webp", 2);
    for format in ["text", "csv", "jsonl"] {
        let hashed = desk.run(&["hash", "originals", "-f", format]);
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
    desk.file(
        "list.csv",
        desk.run(&["hash", "originals", "-f", "csv"]).stdout,
    );
    let outcome = desk.scan("list.csv", &[]);
    assert_eq!(
        outcome.object("dump/b.webp")["matches"][0]["id"],
        "originals/b.png"
    );
}

/// An empty file has the digests of every empty file, and a broken one no hash: neither may spoil the list.
#[test]
fn what_could_not_be_hashed_is_said_and_not_listed() {
    let desk = Desk::new();
    desk.picture("originals/=a.png", 1);
    desk.file("originals/empty.jpg", "");
    desk.file("originals/text.jpg", "text");
    let hashed = desk.run(&["hash", "originals", "-f", "csv"]);
    assert_eq!(hashed.code, 3);
    assert!(
        hashed.stdout.contains("originals/=a.png,pdq,"),
        "{hashed:?}"
    );
    assert!(!hashed.stdout.contains("empty.jpg"), "{hashed:?}");
    for name in ["empty.jpg: the file is empty", "text.jpg: not a picture"] {
        assert!(hashed.stderr.contains(name), "{hashed:?}");
    }
    desk.file("list.csv", &hashed.stdout);
    let outcome = desk.run(&["scan", "originals", "-l", "list.csv", "-f", "jsonl"]);
    assert_eq!(
        outcome.summary()["matched"],
        2,
        "the picture, and the text by its digest: {outcome:?}"
    );
}

#[test]
fn a_match_says_what_was_not_examined() {
    let desk = Desk::new();
    desk.file("dump/text.jpg", "abc");
    desk.file(
        "list.csv",
        format!(
            "type,hash\nmd5,900150983cd24fb0d6963f7d28e17f72\npdq,{}\n",
            crate::desk::hash_of(1)
        ),
    );
    let object = desk.scan("list.csv", &[]).object("dump/text.jpg");
    assert_eq!(object["status"], "matched");
    assert_eq!(object["reason"], "not a picture in any known format");
}

#[test]
fn many_matches_of_one_file_are_counted_and_the_nearest_shown() {
    let desk = Desk::new();
    desk.picture("dump/a.png", 1);
    let hash = crate::desk::hash_of(1);
    let rows = (0..3000).map(|i| format!("{i},pdq,{hash},label-{i}\n"));
    desk.file(
        "list.csv",
        format!("id,type,hash,labels\n{}", rows.collect::<String>()),
    );
    let outcome = desk.scan("list.csv", &["--limit", "7"]);
    let object = outcome.object("dump/a.png");
    assert_eq!(object["matches"].as_array().unwrap().len(), 7);
    assert_eq!(object["matches"][0]["labels"].as_array().unwrap().len(), 1);
}

#[test]
fn a_root_that_is_a_link_is_a_folder_like_any_other() {
    let desk = Desk::new();
    desk.picture("dump/a.png", 1);
    std::os::unix::fs::symlink(desk.path("dump"), desk.path("link")).unwrap();
    desk.list("list.txt", &[1]);
    let outcome = desk.run(&["scan", "link", "-l", "list.txt", "-f", "jsonl"]);
    assert_eq!(
        (outcome.summary()["discovered"].as_u64(), outcome.code),
        (Some(1), 1)
    );
}

#[test]
fn negative_entries_suppress_and_expired_ones_are_gone() {
    let desk = Desk::new();
    desk.picture("dump/1.png", 1);
    desk.picture("dump/2.png", 2);
    desk.picture("dump/3.png", 3);
    let hash = crate::desk::hash_of;
    let text = format!(
        "id,type,hash,category,valid_until\nno,pdq,{},NEGATIVE_CLASS,\nold,pdq,{},,2020-01-01T00:00:00Z\nmaybe,pdq,{},DISPUTED,2999-01-01T00:00:00Z\n",
        hash(1),
        hash(2),
        hash(3)
    );
    desk.file("list.csv", text);
    let outcome = desk.scan("list.csv", &[]);
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
    let text = desk.run(&["scan", "dump", "-l", "list.csv"]).stdout;
    assert!(
        text.contains("a person must decide") && text.contains("suppressed"),
        "{text}"
    );
}

#[test]
fn a_file_that_vanishes_is_named_and_the_rest_is_finished() {
    let desk = Desk::new();
    for i in 0..3000 {
        desk.file(format!("dump/{i:04}.txt"), "no picture");
    }
    desk.list("list.txt", &[1]);
    let mut command = desk.command(&["scan", "dump", "-l", "list.txt", "-f", "jsonl", "-j", "1"]);
    let mut child = command
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut out = BufReader::new(child.stdout.take().unwrap());
    let mut stdout = String::new();
    out.read_line(&mut stdout).unwrap();
    // The pipe holds some hundred lines: the scan waits for this reader long before it reaches the last file.
    std::fs::remove_file(desk.path("dump/2999.txt")).unwrap();
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
    let desk = Desk::new();
    desk.picture("elsewhere/a.png", 1);
    desk.picture("dump/b.png", 2);
    std::os::unix::fs::symlink(desk.path("elsewhere"), desk.path("dump/out")).unwrap();
    std::os::unix::fs::symlink(desk.path("dump"), desk.path("dump/circle")).unwrap();
    let _socket = std::os::unix::net::UnixListener::bind(desk.path("dump/socket")).unwrap();
    let made = std::process::Command::new("mkfifo")
        .arg(desk.path("dump/pipe"))
        .status()
        .unwrap();
    assert!(made.success());
    desk.list("list.txt", &[1]);
    let outcome = desk.scan("list.txt", &[]);
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
    let desk = Desk::new();
    for i in 0..2000 {
        desk.file(format!("dump/{i:04}.txt"), "no picture");
    }
    desk.list("list.txt", &[1]);
    let mut command = desk.command(&["scan", "dump", "-l", "list.txt", "-f", "jsonl", "-j", "1"]);
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
    let desk = Desk::new();
    desk.picture("dump/a.png", 1);
    desk.list("list.txt", &[1]);
    let run = |lang, format| {
        desk.run(&[
            "scan", "dump", "-l", "list.txt", "--lang", lang, "-f", format,
        ])
    };
    assert!(run("fr", "text").stdout.starts_with("CORRESPONDANCE c"));
    assert!(run("ar", "text").stdout.starts_with("تطابق c"));
    assert_eq!(run("ar", "jsonl").stdout, run("en", "jsonl").stdout);
}

#[test]
fn what_is_excluded_is_counted_and_not_examined() {
    let desk = Desk::new();
    desk.picture("dump/cache/a.png", 1);
    desk.picture("dump/b.png", 1);
    desk.picture("dump/c.tmp.png", 2);
    desk.list("list.txt", &[1]);
    let outcome = desk.scan("list.txt", &["--exclude", "cache", "--exclude", "*.tmp.*"]);
    assert_eq!(outcome.code, 1);
    let summary = outcome.summary();
    assert_eq!(
        (&summary["discovered"], &summary["excluded"]),
        (&1.into(), &2.into())
    );
    let outcome = desk.run(&["scan", "dump", "-l", "list.txt", "--exclude", "a[b"]);
    assert_eq!(outcome.code, 2);
    assert!(outcome.stderr.contains("a[b is no pattern"), "{outcome:?}");
}

#[test]
fn a_root_named_twice_or_within_another_is_scanned_once() {
    let desk = Desk::new();
    desk.picture("dump/a/1.png", 1);
    desk.picture("dump/2.png", 2);
    desk.list("list.txt", &[1]);
    let outcome = desk.run(&[
        "scan", "dump/a", "dump", "./dump", "-l", "list.txt", "-f", "jsonl",
    ]);
    assert_eq!(outcome.summary()["discovered"], 2);
}

#[test]
fn another_program_names_the_files() {
    let desk = Desk::new();
    desk.picture("dump/1.png", 1);
    desk.picture("dump/with\nline.png", 1);
    desk.list("list.txt", &[1]);
    desk.file("lines", "dump/1.png\nmissing.png\n");
    desk.file("zeros", "dump/with\nline.png\0dump/1.png\0dump/1.png\0");
    let outcome = desk.run(&[
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
    let mut command = desk.command(&[
        "scan",
        "--paths-from",
        "-",
        "-0",
        "-l",
        "list.txt",
        "-f",
        "jsonl",
    ]);
    command.stdin(std::fs::File::open(desk.path("zeros")).unwrap());
    let outcome = Outcome::of(command.output().unwrap());
    assert_eq!(outcome.summary()["matched"], 3);
    let outcome = desk.run(&["scan", "--paths-from", "zeros", "-l", "list.txt"]);
    assert_eq!(outcome.code, 2);
    assert!(outcome.stderr.contains("--null"), "{outcome:?}");
    let outcome = desk.run(&["scan", "--paths-from", "absent", "-l", "list.txt"]);
    assert_eq!(outcome.code, 2);
}
