//! Scans that look into archives.

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::process::{Command, Stdio};
use std::thread::sleep;
use std::time::Duration;

use image::ImageFormat;

use crate::test_dir::{TestDir, encode, scene};
use crate::write::{
    bzip2, deflated, gzip, member, stored, tar, tar_member, xz, zip, zip_and_directory, zstd,
};

const SCAN: [&str; 6] = ["scan", "dump", "-l", "list.txt", "-f", "jsonl"];

fn jpeg(number: u64) -> Vec<u8> {
    encode(&scene(number), ImageFormat::Jpeg)
}

/// A desk with a list of scene 1.
fn test_dir(files: &[(&str, Vec<u8>)]) -> TestDir {
    let test_dir = TestDir::new();
    for (name, bytes) in files {
        test_dir.file(format!("dump/{name}"), bytes);
    }
    test_dir.list("list.txt", &[1]);
    // Files younger than a tick of the clock are not remembered.
    sleep(Duration::from_millis(60));
    test_dir
}

/// What the members of an archive come to, and it itself, in order.
fn told(test_dir: &TestDir, more: &[&str]) -> Vec<String> {
    let outcome = test_dir.run(&[&SCAN[..], more].concat());
    outcome.summary();
    let mut objects = outcome.objects();
    objects.pop();
    let told = |object: serde_json::Value| {
        let of = |key: &str| object[key].as_str().map(str::to_owned);
        let path = of("path").unwrap();
        let path = path.strip_prefix("dump/").unwrap().to_owned();
        let reason = of("reason").map(|reason| format!(": {reason}"));
        format!(
            "{path} {}{}",
            of("status").unwrap(),
            reason.unwrap_or_default()
        )
    };
    objects.into_iter().map(told).collect()
}

fn pair_in_zip() -> Vec<u8> {
    zip(&[
        stored("dir/a.jpg", &jpeg(1)),
        deflated("dir/b.jpg", &jpeg(2)),
    ])
}

fn pair_in_tar() -> Vec<u8> {
    tar(&[
        tar_member("dir/a.jpg", b'0', &jpeg(1)),
        tar_member("dir/b.jpg", b'0', &jpeg(2)),
    ])
}

#[test]
fn copies_are_found_in_archives_of_every_kind() {
    let tarred = pair_in_tar();
    let archives = [
        ("a.zip", pair_in_zip()),
        ("b.tar", tarred.clone()),
        ("c.tar.gz", gzip(&tarred)),
        ("d.tar.bz2", bzip2(&tarred)),
        ("e.tar.xz", xz(&tarred)),
        ("f.tar.zst", zstd(&tarred)),
    ];
    let test_dir = test_dir(&archives);
    test_dir.file("dump/g.jpg.gz", gzip(&jpeg(1)));
    let outcome = test_dir.run(&SCAN);
    assert_eq!(outcome.code, 1);
    for (name, _) in &archives {
        let status = |path: &str| outcome.object(&format!("dump/{name}{path}"))["status"].clone();
        assert_eq!(status("!/dir/a.jpg"), "matched", "{name}");
        assert_eq!(status("!/dir/b.jpg"), "no_match", "{name}");
        assert_eq!(status(""), "no_match", "{name}");
    }
    let single = outcome.object("dump/g.jpg.gz!/g.jpg");
    assert_eq!(single["status"], "matched");
    assert_eq!(single["sha256"].as_str().unwrap().len(), 64);
    let summary = outcome.summary();
    assert_eq!(
        (&summary["members"], &summary["discovered"]),
        (&13.into(), &20.into())
    );
    let bytes: usize = archives.iter().map(|(_, bytes)| bytes.len()).sum();
    let single = fs::metadata(test_dir.path("dump/g.jpg.gz")).unwrap().len();
    assert_eq!(
        summary["bytes"],
        bytes as u64 + single,
        "members are in them"
    );
}

#[test]
fn archives_in_archives_are_looked_into_as_deep_as_is_allowed() {
    let inner = gzip(&tar(&[
        tar_member("in.zip", b'0', &pair_in_zip()),
        tar_member("c.jpg", b'0', &jpeg(3)),
    ]));
    let test_dir = test_dir(&[("x.zip", zip(&[stored("y.tgz", &inner)]))]);
    let expected = [
        "x.zip!/y.tgz!/in.zip!/dir/a.jpg matched",
        "x.zip!/y.tgz!/in.zip!/dir/b.jpg no_match",
        "x.zip!/y.tgz!/in.zip no_match",
        "x.zip!/y.tgz!/c.jpg no_match",
        "x.zip!/y.tgz no_match",
        "x.zip no_match",
    ];
    assert_eq!(told(&test_dir, &[]), expected);
    assert_eq!(told(&test_dir, &["--max-archive-depth", "3"]), expected);
    let too_deep = "over_limit: archives are nested more than 2 deep";
    let shallow = [
        &format!("x.zip!/y.tgz!/in.zip {too_deep}"),
        "x.zip!/y.tgz!/c.jpg no_match",
        "x.zip!/y.tgz no_match",
        "x.zip no_match",
    ];
    assert_eq!(told(&test_dir, &["--max-archive-depth", "2"]), shallow);
    let not_looked_into = told(&test_dir, &["--no-archives"]);
    assert_eq!(not_looked_into.len(), 1);
    assert!(not_looked_into[0].starts_with("x.zip unsupported"));
}

#[test]
fn what_is_wrong_with_an_archive_is_said_and_the_rest_of_it_examined() {
    let mut locked = stored("locked.jpg", &jpeg(1));
    locked.flags |= 1;
    let mut wrong = deflated("wrong.jpg", &jpeg(1));
    wrong.crc ^= 1;
    let (whole, directory) =
        zip_and_directory(&[stored("a.jpg", &jpeg(1)), stored("b.jpg", &jpeg(2))]);
    let unknown = member("odd.jpg", 77, &jpeg(1), jpeg(1));
    let test_dir = test_dir(&[
        ("cut.zip", whole[..directory - 2000].to_vec()),
        (
            "odd.zip",
            zip(&[locked, wrong, unknown, stored("good.jpg", &jpeg(2))]),
        ),
        (
            "paths.zip",
            zip(&[
                stored("twice.jpg", &jpeg(2)),
                stored("twice.jpg", &jpeg(1)),
                stored("../../out.jpg", &jpeg(1)),
                stored("/root.jpg", &jpeg(1)),
                stored("line\nend.jpg", &jpeg(1)),
            ]),
        ),
    ]);
    let told = told(&test_dir, &[]);
    let status = |path: &str| -> Vec<&str> {
        let found = told.iter().filter_map(|line| line.strip_prefix(path));
        found.filter_map(|line| line.strip_prefix(' ')).collect()
    };
    assert_eq!(status("cut.zip!/a.jpg"), ["matched"]);
    assert!(
        status("cut.zip!/b.jpg")[0].starts_with("damaged"),
        "{told:?}"
    );
    assert!(status("cut.zip")[0].starts_with("damaged"), "{told:?}");
    let locked = status("odd.zip!/locked.jpg");
    assert!(locked[0].contains("encrypted"), "{told:?}");
    let wrong = status("odd.zip!/wrong.jpg");
    assert!(
        wrong[0].starts_with("matched: "),
        "what is there is looked up: {told:?}"
    );
    assert!(
        status("odd.zip!/odd.jpg")[0].starts_with("unsupported"),
        "{told:?}"
    );
    assert_eq!(status("odd.zip!/good.jpg"), ["no_match"]);
    assert_eq!(status("paths.zip!/twice.jpg"), ["no_match", "matched"]);
    for path in ["../../out.jpg", "/root.jpg", "line\\nend.jpg"] {
        assert_eq!(
            status(&format!("paths.zip!/{path}")),
            ["matched"],
            "{told:?}"
        );
    }
    assert_eq!(
        test_dir.names(""),
        ["dump", "list.txt"],
        "nothing is unpacked"
    );
}

#[test]
fn a_bomb_is_not_unpacked_beyond_its_limit() {
    let zeros = deflated("0", &vec![0; 100 << 20]);
    let named = |name: &str| {
        let mut member = zeros.clone();
        member.name = name.into();
        member.local_name = name.into();
        member
    };
    let test_dir = test_dir(&[(
        "bomb.zip",
        zip(&[
            named("1"),
            named("2"),
            named("3"),
            stored("a.jpg", &jpeg(1)),
        ]),
    )]);
    let over = |told: &[String]| {
        told.iter()
            .filter(|line| line.contains("over_limit"))
            .count()
    };
    assert!(over(&told(&test_dir, &["--max-ratio", "1"])) >= 1);
    assert_eq!(over(&told(&test_dir, &["--max-ratio", "1000"])), 0);
}

#[test]
fn exit_codes_count_members() {
    let clean = zip(&[stored("b.jpg", &jpeg(2))]);
    let mut locked = stored("locked.jpg", &jpeg(2));
    locked.flags |= 1;
    let code = |archive: Vec<u8>| test_dir(&[("x.zip", archive)]).run(&SCAN).code;
    assert_eq!(code(clean), 0);
    assert_eq!(code(zip(&[locked])), 3);
    assert_eq!(code(pair_in_zip()), 1);
}

/// One large archive: more members than are examined along with it. Some are alike.
fn large() -> Vec<u8> {
    let pictures: Vec<_> = (0..20).map(jpeg).collect();
    let members = (0..200_usize).map(|i| match i % 5 {
        0 => stored(&format!("{i}.txt"), format!("text {i}").as_bytes()),
        _ => deflated(&format!("{i}.jpg"), &pictures[i % 20]),
    });
    zip(&members.collect::<Vec<_>>())
}

#[test]
fn a_scan_that_is_killed_within_an_archive_goes_on_within_it() {
    let test_dir = test_dir(&[("large.zip", large())]);
    let plain = test_dir.run(&SCAN).stdout;
    assert_eq!(plain.lines().count(), 202);
    let journal = |name| [&SCAN[..], &["--journal", name]].concat();
    let size = |name: &str| fs::metadata(test_dir.path(name)).unwrap().len();
    assert_eq!(test_dir.run(&journal("whole")).stdout, plain);
    for lines in [1, 70, 120, 170] {
        let mut child = test_dir
            .command(&journal("journal"))
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut reader = BufReader::new(child.stdout.take().unwrap()).lines();
        for _ in 0..lines {
            assert!(reader.next().is_some());
        }
        child.kill().unwrap();
        child.wait().unwrap();
    }
    let resumed = test_dir.run(&journal("journal"));
    assert_eq!(resumed.stdout, plain);
    // Were a member examined twice, it would be recorded twice.
    assert_eq!(size("journal"), size("whole"));
    assert_eq!(test_dir.run(&journal("journal")).stdout, plain);
    assert_eq!(size("journal"), size("whole"));
}

#[test]
fn members_of_an_unchanged_archive_are_not_read_again() {
    let nested = zip(&[stored("in.tgz", &gzip(&pair_in_tar()))]);
    let test_dir = test_dir(&[("large.zip", large()), ("nested.zip", nested)]);
    let plain = test_dir.run(&SCAN).stdout;
    let cached = [&SCAN[..], &["--cache", "cache"]].concat();
    let size = || fs::metadata(test_dir.path("cache")).unwrap().len();
    assert_eq!(test_dir.run(&cached).stdout, plain);
    let first = size();
    assert_eq!(test_dir.run(&cached).stdout, plain);
    assert_eq!(size(), first);
    for jobs in ["1", "4"] {
        for arguments in [&SCAN[..], &cached] {
            let outcome = test_dir.run(&[arguments, &["-j", jobs]].concat());
            assert_eq!(outcome.stdout, plain, "{jobs} threads, {arguments:?}");
        }
    }
}

/// A cache made with `--no-archives` says that archives are unsupported. A scan that looks into archives must not take that
/// over, or it misses their content.
#[test]
fn what_was_looked_into_less_deep_is_looked_into_again() {
    let nested = zip(&[stored("in.zip", &pair_in_zip())]);
    let test_dir = test_dir(&[("a.zip", pair_in_zip()), ("nested.zip", nested)]);
    let options: [&[&str]; 3] = [&["--no-archives"], &["--max-archive-depth", "1"], &[]];
    for first in options {
        for second in options {
            let plain = test_dir.run(&[&SCAN[..], second].concat());
            let cache = ["--cache", "cache"];
            test_dir.run(&[&SCAN[..], first, &cache].concat());
            let cached = test_dir.run(&[&SCAN[..], second, &cache].concat());
            assert_eq!(cached.stdout, plain.stdout, "{first:?}, then {second:?}");
            fs::remove_file(test_dir.path("cache")).unwrap();
            let journal = ["--journal", "journal"];
            test_dir.run(&[&SCAN[..], first, &journal].concat());
            let resumed = test_dir.run(&[&SCAN[..], second, &journal].concat());
            if first == second {
                assert_eq!(resumed.stdout, plain.stdout)
            } else {
                assert!(resumed.stderr.contains("other types, limits or options"))
            }
            fs::remove_file(test_dir.path("journal")).unwrap();
        }
    }
}

/// A drive that was unplugged within an archive left members recorded as unreadable: they stayed so when it was back.
#[test]
fn what_the_system_would_not_read_of_an_archive_is_read_the_next_time() {
    if !Command::new("strace")
        .args(["-o", "/dev/null", "true"])
        .status()
        .is_ok_and(|s| s.success())
    {
        println!("not run: it needs strace");
        return;
    }
    let nested = zip(&[
        stored("in.tgz", &gzip(&pair_in_tar())),
        stored("c.jpg", &jpeg(1)),
    ]);
    let test_dir = test_dir(&[
        ("large.zip", large()),
        ("nested.zip", nested),
        ("x.tgz", gzip(&pair_in_tar())),
    ]);
    let plain = test_dir.run(&SCAN).stdout;
    for name in ["large.zip", "nested.zip", "x.tgz"] {
        let mut failed = 0;
        for when in [1, 2, 3, 4, 5, 7, 9, 14, 20, 40] {
            let archive = test_dir.path(format!("dump/{name}"));
            let remember = ["--journal", "journal", "--cache", "cache"];
            let outcome = Command::new("strace")
                .args(["-f", "-q", "-o", "trace", "-e", "trace=read", "-P"])
                .arg(&archive)
                .args(["-e", &format!("inject=read:error=EIO:when={when}+")])
                .arg(env!("CARGO_BIN_EXE_basma"))
                .args([&SCAN[..], &remember, &["-j", "1"]].concat())
                .current_dir(test_dir.path(""))
                .output()
                .unwrap();
            let trace = fs::read_to_string(test_dir.path("trace")).unwrap();
            if trace.contains("(INJECTED)") {
                failed += 1;
                let stdout = String::from_utf8(outcome.stdout).unwrap();
                assert!(
                    stdout.contains("\"status\":\"unreadable\""),
                    "{name} {when}: {stdout}"
                );
            }
            for log in ["journal", "cache"] {
                let option = format!("--{log}");
                let resumed = test_dir.run(&[&SCAN[..], &[&option, log]].concat());
                assert_eq!(resumed.stdout, plain, "{name}, read {when}, {log}");
                fs::remove_file(test_dir.path(log)).unwrap();
            }
        }
        assert!(failed >= 2, "{name}: {failed}");
    }
}
