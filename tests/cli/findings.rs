//! Findings as people and other programs use them: by cluster, summed up, in spreadsheets, in jobs.

use std::collections::BTreeMap;
use std::process::Stdio;

use crate::test_dir::{Outcome, TestDir, hash_of, scene};

/// Two pictures that lists know, in several copies, and what is none. One of them is in two lists a bit apart.
fn test_dir() -> TestDir {
    let test_dir = TestDir::new();
    for name in ["a/1.png", "b/1.jpg", "c/1.gif"] {
        test_dir.picture(format!("dump/{name}"), 1);
    }
    test_dir.picture("dump/2.png", 2);
    test_dir.picture("dump/3.png", 3);
    test_dir.file("dump/song.mid", b"MThd\0\0\0\x06\0\0\0\x01\0\x60");
    test_dir.file("dump/paper.ps", "%!PS-Adobe-3.0\n");
    test_dir.file("dump/empty", "");
    test_dir.file("dump/note.txt", "no picture");
    let row = |id: &str, hash: &str, labels: &str| format!("{id},pdq,{hash},{labels}\n");
    let near = with_last_bit_flipped(&hash_of(1));
    let one = row("case-1", &hash_of(1), "x|y") + &row("case-2", &hash_of(2), "x");
    test_dir.file("one.csv", format!("id,type,hash,labels\n{one}"));
    let other = row("theirs", &near, "z");
    test_dir.file("other.csv", format!("id,type,hash,labels\n{other}"));
    test_dir
}

fn with_last_bit_flipped(hash: &str) -> String {
    let (rest, last) = hash.split_at(hash.len() - 1);
    format!("{rest}{:x}", u8::from_str_radix(last, 16).unwrap() ^ 1)
}

/// The cluster of each matched file.
fn clusters(outcome: &Outcome) -> BTreeMap<String, String> {
    let objects = outcome.objects();
    let matched = objects.iter().filter(|o| o["status"] == "matched");
    let text = |value: &serde_json::Value| value.as_str().unwrap().to_owned();
    matched
        .map(|o| (text(&o["path"]), text(&o["cluster"])))
        .collect()
}

#[test]
fn copies_are_one_cluster_in_every_scan_against_the_same_lists() {
    let test_dir = test_dir();
    let both = clusters(&test_dir.scan("one.csv", &["-l", "other.csv"]));
    let one = &both["dump/a/1.png"];
    assert_eq!(both.len(), 4);
    assert_eq!([&both["dump/b/1.jpg"], &both["dump/c/1.gif"]], [one, one]);
    assert_ne!(&both["dump/2.png"], one);
    for more in [
        &["-j", "4"][..],
        &["-j", "1", "--limit", "1"],
        &["-r", "20"],
    ] {
        let again = test_dir.scan("other.csv", &[&["-l", "one.csv"], more].concat());
        assert_eq!(clusters(&again), both, "{more:?}");
    }
    let alone = test_dir.run(&[
        "scan",
        "dump/c",
        "-l",
        "one.csv",
        "-l",
        "other.csv",
        "-f",
        "jsonl",
    ]);
    assert_eq!(&clusters(&alone)["dump/c/1.gif"], one);
    let lookup = ["lookup", &hash_of(1), "-l", "one.csv", "-l", "other.csv"];
    let looked_up = test_dir.run(&[&lookup[..], &["-f", "jsonl"]].concat());
    assert!(looked_up.stdout.contains(one), "{looked_up:?}");
}

#[test]
fn people_see_one_group_for_each_cluster_with_the_nearest_first() {
    let test_dir = test_dir();
    let run = |jobs| {
        test_dir.run(&[
            "scan",
            "dump",
            "-l",
            "one.csv",
            "-l",
            "other.csv",
            "--verbose",
            "--show",
            "all",
            "-j",
            jobs,
        ])
    };
    let outcome = run("1");
    assert_eq!(run("4").stdout, outcome.stdout);
    let groups: Vec<&str> = outcome.stdout.split("MATCH ").collect();
    assert_eq!(groups.len(), 3, "{outcome:?}");
    assert_eq!(groups[0], "", "matches come first");
    assert!(groups[2].contains("\ndump/note.txt: UNSUPPORTED "));
    let one = groups.iter().find(|group| group.contains("1.png")).unwrap();
    assert!(one.contains("files: 3"), "{one}");
    for listed in ["listed: one: case-1 [x, y]", "listed: other: theirs [z]"] {
        assert_eq!(one.matches(listed).count(), 1, "{one}");
    }
    let bits: Vec<u32> = one
        .lines()
        .filter(|line| line.contains(" bits of pdq"))
        .map(|line| line.split_whitespace().next().unwrap().parse().unwrap())
        .collect();
    assert_eq!(bits.len(), 3);
    assert!(bits.is_sorted(), "{one}");
    assert!(
        groups
            .iter()
            .any(|group| group.contains("listed: one: case-2 [x]"))
    );
}

/// One line for each file, as `grep` prints them. Matches come as they are found, then what was not examined and may hold
/// pictures. What holds none is counted.
#[test]
fn people_see_a_line_for_each_match_and_then_the_gaps_that_matter() {
    let test_dir = test_dir();
    test_dir.file("dump/cut.jpg", b"\xff\xd8\xff\xe0cut");
    test_dir.file("dump/1.jpg", "no picture");
    let run = |more: &[&str]| {
        let scan = ["scan", "dump", "-l", "one.csv", "-l", "other.csv"];
        test_dir.run(&[&scan[..], more].concat())
    };
    let matches = [
        "dump/2.png: MATCH one:case-2 [x], 0 of 31 bits",
        "dump/a/1.png: MATCH one:case-1 [x, y], 0 of 31 bits (and 1 more)",
        "dump/b/1.jpg: MATCH one:case-1 [x, y], 4 of 31 bits (and 1 more)",
        "dump/c/1.gif: MATCH one:case-1 [x, y], 16 of 31 bits (and 1 more)",
    ];
    let gaps = [
        "dump/1.jpg: UNSUPPORTED not a picture in any known format",
        "dump/cut.jpg: DAMAGED JPEG: the file ends before its picture begins",
        "dump/paper.ps: UNSUPPORTED application/postscript is not decoded",
    ];
    let lines =
        |outcome: &Outcome| -> Vec<String> { outcome.stdout.lines().map(str::to_owned).collect() };
    let outcome = run(&[]);
    assert_eq!(lines(&outcome), [&matches[..], &gaps[..]].concat());
    assert!(outcome.stderr.contains("of no known kind"), "{outcome:?}");
    assert_eq!(lines(&run(&["--show", "matches"])), matches);
    assert_eq!(lines(&run(&["--quiet"])), matches);
    assert_eq!(lines(&run(&["--show", "gaps"])), gaps);
    assert_eq!(lines(&run(&["-q", "--show", "gaps"])), gaps);
    let all = lines(&run(&["--show", "all"]));
    assert_eq!(all.len(), 11);
    assert_eq!(all[..4], matches);
    for line in [
        "dump/note.txt: UNSUPPORTED not a picture in any known format",
        "dump/3.png: no match",
    ] {
        assert!(all.iter().any(|l| l == line), "{line} in {all:?}");
    }
    let painted = run(&["--color", "always"]).stdout;
    assert!(
        painted.starts_with("dump/2.png: \x1b[1m\x1b[31mMATCH\x1b[0m "),
        "{painted}"
    );
    assert!(!run(&["--color", "never"]).stdout.contains('\x1b'));
}

#[test]
fn what_else_an_animation_shows_is_said_beside_it() {
    let test_dir = test_dir();
    let mut bytes = Vec::new();
    let mut encoder = image::codecs::gif::GifEncoder::new(&mut bytes);
    for number in [1, 2] {
        let frame = image::DynamicImage::from(scene(number)).into_rgba8();
        encoder.encode_frame(image::Frame::new(frame)).unwrap();
    }
    drop(encoder);
    test_dir.file("dump/both.gif", bytes);
    test_dir.file("dump/abc.txt", "abc");
    test_dir.file("md5.txt", "md5 900150983cd24fb0d6963f7d28e17f72\n");
    let outcome = test_dir.run(&["scan", "dump", "-l", "one.csv", "-l", "md5.txt", "-v"]);
    let groups: Vec<&str> = outcome.stdout.split("MATCH ").collect();
    let group = |name: &str| *groups.iter().find(|group| group.contains(name)).unwrap();
    let both = group("dump/both.gif");
    let listed = ["case-1", "case-2"].map(|id| both.contains(&format!("listed: one: {id}")));
    assert!(listed[0] != listed[1], "{both}");
    let other = if listed[0] { "case-2" } else { "case-1" };
    let beneath = both.split("dump/both.gif\n").nth(1).unwrap();
    assert!(
        beneath.starts_with(&format!("        one: {other}: pdq differs in ")),
        "{both}"
    );
    let text = group("dump/abc.txt");
    assert!(text.contains("    equal by md5  dump/abc.txt\n"), "{text}");
    assert!(
        text.contains("        not all of it was examined: "),
        "{text}"
    );
}

/// A row of the summary: the last word of the line that begins with these.
fn row(outcome: &Outcome, label: &str) -> u64 {
    let line = outcome.stderr.lines().find(|line| {
        line.trim()
            .rsplit_once(' ')
            .is_some_and(|(said, _)| said.trim() == label)
    });
    let line = line.unwrap_or_else(|| panic!("no {label} in {outcome:?}"));
    line.rsplit(' ').next().unwrap().parse().unwrap()
}

#[test]
fn the_summary_adds_up_and_says_the_same_to_people_and_programs() {
    let test_dir = test_dir();
    let lists = ["-l", "other.csv"];
    let outcome = test_dir.scan("one.csv", &lists);
    let summary = outcome.summary();
    for (label, key) in [
        ("matched", "matched"),
        ("no match", "no_match"),
        ("low quality", "low_quality"),
        ("unsupported", "unsupported"),
        ("damaged", "damaged"),
        ("unreadable", "unreadable"),
        ("over limit", "over_limit"),
        ("skipped", "skipped"),
        ("clusters: decisions to take", "clusters"),
    ] {
        assert_eq!(summary[key], row(&outcome, label), "{label}");
    }
    assert_eq!(
        (&summary["matched"], &summary["clusters"]),
        (&4.into(), &2.into())
    );
    for (label, count) in [
        ("list one", 4),
        ("list other", 3),
        ("label x", 4),
        ("label z", 3),
    ] {
        assert_eq!(row(&outcome, label), count, "{label}");
    }
    let kinds = summary["unsupported_kinds"].as_object().unwrap();
    let sum: u64 = kinds.values().map(|count| count.as_u64().unwrap()).sum();
    assert_eq!(summary["unsupported"], sum);
    for (kind, label) in [
        ("audio/midi", "audio/midi"),
        ("application/postscript", "application/postscript"),
        ("empty", "empty files"),
        ("unknown", "of no known kind"),
    ] {
        assert_eq!(
            (&kinds[kind], row(&outcome, label)),
            (&1.into(), 1),
            "{kind}"
        );
    }
    for said in [
        "9 files",
        "files/s",
        "not looked for\n",
        ": --views thorough\n",
    ] {
        assert!(outcome.stderr.contains(said), "{said}: {outcome:?}");
    }
    let outcome = test_dir.scan("one.csv", &[&lists[..], &["-v"]].concat());
    for said in ["memory at most: ", "slowest files\n"] {
        assert!(outcome.stderr.contains(said), "{said}: {outcome:?}");
    }
    // What the machine and the moment decide is not in the output for programs.
    assert_eq!(
        test_dir
            .scan("one.csv", &[&lists[..], &["-j", "4"]].concat())
            .stdout,
        outcome.stdout
    );
}

#[test]
fn csv_has_the_separator_and_the_mark_that_are_asked_for() {
    let test_dir = test_dir();
    let run = |more: &[&str]| {
        test_dir.run(&[&["scan", "dump", "-l", "one.csv", "-f", "csv"], more].concat())
    };
    let plain = run(&[]);
    for (name, separator) in [(",", b','), (";", b';'), ("tab", b'\t')] {
        let outcome = run(&["--csv-separator", name]);
        let mut reader = csv::ReaderBuilder::new();
        let mut reader = reader
            .delimiter(separator)
            .from_reader(outcome.stdout.as_bytes());
        let place = reader
            .headers()
            .unwrap()
            .iter()
            .position(|name| name == "cluster");
        let rows: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
        assert_eq!(rows.len(), 9);
        let matched: Vec<_> = rows.iter().filter(|row| &row[1] == "matched").collect();
        assert_eq!(matched.len(), 4);
        assert!(matched.iter().all(|row| row[place.unwrap()].len() == 17));
    }
    let marked = run(&["--bom"]).stdout;
    assert_eq!(marked.strip_prefix('\u{feff}'), Some(plain.stdout.as_str()));
    for wrong in [
        &["--csv-separator", "x", "-f", "csv"][..],
        &["--bom", "-f", "jsonl"],
        &["--csv-separator", ";"],
    ] {
        let outcome = test_dir.run(&[&["scan", "dump", "-l", "one.csv"], wrong].concat());
        assert_eq!(outcome.code, 2, "{outcome:?}");
    }
}

#[test]
fn hashes_of_files_with_hostile_names_are_a_list_in_any_csv() {
    let test_dir = TestDir::new();
    let names = [
        "=1+1.png",
        "-x.png",
        "'q.png",
        "a;=b,c.png",
        " =s.png",
        "\"=d.png",
        "@\t=t.png",
    ];
    for (name, scene) in names.iter().zip(10..) {
        test_dir.picture(format!("originals/{name}"), scene);
    }
    for more in [
        &[][..],
        &["--csv-separator", ";"],
        &["--csv-separator", "tab", "--bom"],
    ] {
        let mut command = test_dir.command(&["hash", "-f", "csv"]);
        command.args(more).arg("--").args(names);
        let output = command.current_dir(test_dir.path("originals")).output();
        let hashed = Outcome::of(output.unwrap());
        assert_eq!(hashed.code, 0, "{hashed:?}");
        test_dir.file("list.csv", &hashed.stdout);
        let built = test_dir.run(&["build", "list.csv", "-o", "list.basma"]);
        assert_eq!(built.code, 0, "{more:?}: {built:?}");
        let arguments = [
            "scan",
            "originals",
            "-l",
            "list.basma",
            "-f",
            "jsonl",
            "-t",
            "pdq",
        ];
        let outcome = test_dir.run(&arguments);
        assert_eq!(outcome.summary()["matched"], names.len() as u64);
        for object in &outcome.objects()[..names.len()] {
            let name = |text: &serde_json::Value| {
                let path = basma::escape::unescape_path(text.as_str().unwrap()).unwrap();
                path.file_name().unwrap().to_owned()
            };
            assert_eq!(name(&object["path"]), name(&object["matches"][0]["id"]));
        }
    }
}

#[test]
fn a_job_fails_on_what_it_is_told_to() {
    let test_dir = test_dir();
    test_dir.list("miss.txt", &[9]);
    let code = |list, what| {
        test_dir
            .run(&["scan", "dump", "-l", list, "--fail-on", what, "-q"])
            .code
    };
    for (what, hit, miss) in [
        ("matched,gaps", 1, 3),
        ("matched", 1, 0),
        ("gaps", 3, 3),
        ("unsupported", 3, 3),
        ("damaged,unreadable,over-limit,low-quality,skipped", 0, 0),
        ("matched,damaged", 1, 0),
        ("nothing", 0, 0),
    ] {
        assert_eq!(
            (code("one.csv", what), code("miss.txt", what)),
            (hit, miss),
            "{what}"
        );
    }
    assert_eq!(code("one.csv", "nothing,matched"), 2);
    assert_eq!(code("one.csv", "something"), 2);
    assert_eq!(
        code("absent.csv", "nothing"),
        2,
        "the job could not be done"
    );
}

/// Each decode takes a good part of a second: one that is given up must not pass for a finding.
#[test]
fn an_interruption_gives_decodes_up_and_shows_the_matches_until_then() {
    let test_dir = TestDir::new();
    test_dir.picture("dump/0.png", 1);
    let slow = slow_gif();
    for i in 1..60 {
        // What stands behind the picture makes it another file: a copy would not be decoded again.
        test_dir.file(format!("dump/{i:02}.gif"), [&slow[..], &[i]].concat());
    }
    test_dir.list("list.txt", &[1]);
    for (format, more) in [("jsonl", &[][..]), ("text", &[]), ("text", &["--quiet"])] {
        let arguments = ["scan", "dump", "-l", "list.txt", "-j", "1", "-f", format];
        let mut command = test_dir.command(&arguments);
        command.args(more).args(["--max-seconds", "1000"]);
        let child = command
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        // However little or much of it is done by then.
        std::thread::sleep(std::time::Duration::from_millis(1500));
        let id = child.id().to_string();
        let killed = std::process::Command::new("kill")
            .args(["-INT", &id])
            .status();
        assert!(killed.unwrap().success());
        let output = child.wait_with_output().unwrap();
        let outcome = Outcome::of(output);
        assert_eq!(outcome.code, 2, "{outcome:?}");
        assert!(outcome.stderr.contains("interrupted"), "{outcome:?}");
        if format == "jsonl" {
            let summary = outcome.summary();
            assert_eq!(summary["interrupted"], true);
            assert!(summary["discovered"].as_u64().unwrap() < 60);
            assert_eq!(summary["over_limit"], 0, "{outcome:?}");
        } else {
            assert!(!outcome.stdout.contains("OVER LIMIT"), "{outcome:?}");
            let low_quality = outcome.stdout.matches("LOW QUALITY").count();
            assert!(low_quality < 59, "{outcome:?}");
            assert!(
                low_quality == 0 || outcome.stdout.contains(": MATCH "),
                "{outcome:?}"
            );
        }
    }
}

/// Programs that end a group of processes send an interruption to each and to the group: two that are one.
#[test]
fn an_interruption_that_is_sent_twice_keeps_what_was_found() {
    let test_dir = TestDir::new();
    test_dir.picture("dump/0.png", 1);
    let slow = slow_gif();
    for i in 1..60 {
        test_dir.file(format!("dump/{i:02}.gif"), [&slow[..], &[i]].concat());
    }
    test_dir.list("list.txt", &[1]);
    let arguments = ["scan", "dump", "-l", "list.txt", "-j", "1", "-f", "jsonl"];
    let mut command = test_dir.command(&arguments);
    command.args(["-o", "found.jsonl", "--max-seconds", "1000"]);
    let child = command.stderr(Stdio::piped()).spawn().unwrap();
    std::thread::sleep(std::time::Duration::from_millis(1500));
    let id = child.id().to_string();
    // Of one kind they would be one to the system.
    let twice = std::process::Command::new("sh")
        .args(["-c", &format!("kill -INT {id} && kill -TERM {id}")])
        .status();
    assert!(twice.unwrap().success());
    let outcome = Outcome::of(child.wait_with_output().unwrap());
    assert_eq!(outcome.code, 2, "{outcome:?}");
    assert!(
        outcome.stderr.contains("found.jsonl.partial"),
        "{outcome:?}"
    );
    assert!(test_dir.path("found.jsonl.partial").exists());
    assert!(!test_dir.path("found.jsonl").exists());
}

/// 200 large frames, each of one colour.
fn slow_gif() -> Vec<u8> {
    let (width, height) = (1000, 1000);
    let mut bytes = Vec::new();
    let palette = [0, 0, 0, 255, 255, 255];
    let mut encoder = gif::Encoder::new(&mut bytes, width, height, &palette).unwrap();
    for i in 0..200_u8 {
        let pixels = vec![i & 1; usize::from(width) * usize::from(height)];
        let frame = gif::Frame::from_indexed_pixels(width, height, pixels, None);
        encoder.write_frame(&frame).unwrap();
    }
    drop(encoder);
    bytes
}
