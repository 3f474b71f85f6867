//! Files are opened behind walls, and what becomes of the processes there.

use std::fs;
use std::io::Write as _;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use image::ImageFormat;

use crate::test_dir::{TestDir, encode, scene};
use crate::write::{stored, zip};

const SCAN: [&str; 6] = ["scan", "dump", "-l", "list.txt", "-f", "jsonl"];

/// Pictures, a part of one, an archive, and what is none of these.
fn test_dir() -> TestDir {
    let test_dir = TestDir::new();
    for number in 1..=6 {
        let picture = encode(&scene(number), ImageFormat::Jpeg);
        test_dir.file(format!("dump/{number}.jpg"), picture);
    }
    let hidden = [
        encode(&scene(2), ImageFormat::Png),
        encode(&scene(1), ImageFormat::Jpeg),
    ];
    test_dir.file("dump/carrier.png", hidden.concat());
    let archive = zip(&[stored("a.jpg", &encode(&scene(1), ImageFormat::Jpeg))]);
    test_dir.file("dump/b.zip", &archive);
    test_dir.file("dump/c.sh", [b"#!/bin/sh\n".as_slice(), &archive].concat());
    test_dir.file("dump/text", "nothing");
    test_dir.list("list.txt", &[1]);
    test_dir
}

#[test]
fn the_same_is_found_in_every_mode_and_the_summary_says_what_wall_stood() {
    let test_dir = test_dir();
    let findings = |mode: &str| {
        let outcome = test_dir.run(&[&SCAN[..], &["--sandbox", mode]].concat());
        let wall = outcome.summary()["sandbox"].as_str().unwrap().to_owned();
        let mut lines: Vec<String> = outcome.stdout.lines().map(str::to_owned).collect();
        lines.pop();
        (lines, wall)
    };
    let (walled, wall) = findings("best");
    let (here, none) = findings("off");
    assert_eq!(walled, here);
    assert_eq!(none, "none");
    let is_whole = wall.starts_with("landlock-v") && wall.ends_with("+seccomp");
    let required = test_dir.run(&[&SCAN[..], &["--sandbox", "require"]].concat());
    if is_whole {
        assert_eq!(required.summary()["sandbox"], wall);
    } else {
        assert_eq!(required.code, 2);
        assert!(required.stderr.contains("--sandbox best"), "{required:?}");
    }
    let doctor = test_dir.run(&["doctor", "-f", "jsonl"]);
    assert_eq!(doctor.objects()[0]["sandbox"], wall);
}

/// The processes that a process has started, of those that still run.
#[cfg(target_os = "linux")]
fn children(pid: u32) -> Vec<u32> {
    let tasks = fs::read_dir(format!("/proc/{pid}/task"))
        .into_iter()
        .flatten();
    let lists = tasks.filter_map(|task| {
        let path = task.ok()?.path().join("children");
        fs::read_to_string(path).ok()
    });
    let lists: Vec<String> = lists.collect();
    lists
        .iter()
        .flat_map(|list| list.split_whitespace())
        .filter_map(|pid| pid.parse().ok())
        .collect()
}

#[cfg(target_os = "linux")]
fn runs(pid: u32) -> bool {
    let status = fs::read_to_string(format!("/proc/{pid}/stat"));
    // What waits for its parent to notice does nothing any more.
    status.is_ok_and(|status| !status.contains(") Z "))
}

#[cfg(target_os = "linux")]
#[test]
fn workers_end_with_a_scan_however_it_ends() {
    let test_dir = test_dir();
    for signal in ["-KILL", "-TERM"] {
        // It waits for more names, and so does not end.
        let mut scan = Command::new(env!("CARGO_BIN_EXE_basma"))
            .args(["scan", "--paths-from", "-", "-l", "list.txt", "-f", "jsonl"])
            .current_dir(test_dir.path("."))
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut names = scan.stdin.take().unwrap();
        names.write_all(b"dump/1.jpg\ndump/2.jpg\n").unwrap();
        names.flush().unwrap();
        let until = Instant::now() + Duration::from_secs(60);
        let workers = loop {
            let workers = children(scan.id());
            if !workers.is_empty() {
                break workers;
            }
            assert!(Instant::now() < until, "no worker was started");
            std::thread::sleep(Duration::from_millis(5));
        };
        let pid = scan.id().to_string();
        Command::new("kill").args([signal, &pid]).status().unwrap();
        drop(names);
        scan.wait().unwrap();
        while workers.iter().any(|worker| runs(*worker)) {
            assert!(
                Instant::now() < until,
                "a worker outlives the scan: {signal}"
            );
            std::thread::sleep(Duration::from_millis(5));
        }
    }
}

#[cfg(target_os = "linux")]
#[test]
fn workers_that_are_killed_cost_no_more_than_their_files() {
    let test_dir = test_dir();
    for number in 0..60 {
        let picture = encode(&scene(10 + number), ImageFormat::Jpeg);
        test_dir.file(format!("dump/more/{number}.jpg"), picture);
    }
    let scan = Command::new(env!("CARGO_BIN_EXE_basma"))
        .args([
            "scan", "dump", "-l", "list.txt", "-f", "jsonl", "--jobs", "2",
        ])
        .current_dir(test_dir.path("."))
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let pid = scan.id();
    let killer = std::thread::spawn(move || {
        let mut killed = 0;
        while runs(pid) && killed < 20 {
            for worker in children(pid) {
                let done = Command::new("kill")
                    .args(["-KILL", &worker.to_string()])
                    .status();
                killed += u32::from(done.is_ok_and(|status| status.success()));
            }
            std::thread::sleep(Duration::from_millis(10));
        }
        killed
    });
    let output = scan.wait_with_output().unwrap();
    assert!(killer.join().unwrap() > 0, "nothing was killed");
    let text = String::from_utf8(output.stdout).unwrap();
    let objects: Vec<serde_json::Value> = text
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let summary = &objects.last().unwrap()["summary"];
    // Each file is told of once, and each that is not examined says what became of its process: killed at work, or as it began.
    assert_eq!(
        summary["discovered"].as_u64().unwrap() + 1,
        objects.len() as u64
    );
    assert!(summary["discovered"].as_u64().unwrap() >= 70, "{summary}");
    assert_eq!(summary["interrupted"], false);
    for object in &objects[..objects.len() - 1] {
        let is_examined = ["matched", "no_match"].contains(&object["status"].as_str().unwrap());
        let code = object["reason_code"].as_str();
        let is_text = object["path"] == "dump/text" || object["path"] == "dump/c.sh";
        assert!(
            is_examined || is_text || code.is_some_and(|code| code.starts_with("sandbox-")),
            "{object}"
        );
    }
}
