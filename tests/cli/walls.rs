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

/// A folder with the command, what it is linked with, and the files of a scan: a system without `/proc` and `/dev`.
#[cfg(target_os = "linux")]
fn bare_system(test_dir: &TestDir) -> Option<std::path::PathBuf> {
    use std::path::Path;

    let root = test_dir.path("root");
    let program = Path::new(env!("CARGO_BIN_EXE_basma"));
    let linked = Command::new("ldd").arg(program).output().ok()?;
    let linked = String::from_utf8(linked.stdout).ok()?;
    let libraries = linked
        .split_whitespace()
        .filter(|word| word.starts_with('/'));
    for file in libraries {
        let to = root.join(file.trim_start_matches('/'));
        fs::create_dir_all(to.parent()?).ok()?;
        fs::copy(file, to).ok()?;
    }
    // It is large: a link does where it can.
    if fs::hard_link(program, root.join("basma")).is_err() {
        fs::copy(program, root.join("basma")).ok()?;
    }
    for name in ["dump/1.jpg", "list.txt"] {
        let to = root.join(name);
        fs::create_dir_all(to.parent()?).ok()?;
        fs::copy(test_dir.path(name), to).ok()?;
    }
    Some(root)
}

#[cfg(target_os = "linux")]
#[test]
fn without_devices_the_default_goes_on_and_says_why_no_wall_stands() {
    let test_dir = test_dir();
    let Some(root) = bare_system(&test_dir) else {
        eprintln!("not run: this system does not tell what the command is linked with");
        return;
    };
    let run = |arguments: &[&str]| {
        let mut command = Command::new("unshare");
        command.args(["--user", "--map-root-user", "chroot"]);
        command.arg(&root).arg("/basma").args(arguments);
        command.env("BASMA_LANG", "en").stdin(Stdio::null());
        command.output().ok()
    };
    let may_change_root = run(&["--version"]).is_some_and(|output| output.status.success());
    if !may_change_root {
        eprintln!("not run: this user may not change the root of a process");
        return;
    }
    let outcome = |arguments: &[&str]| {
        let output = run(arguments).unwrap();
        let code = output.status.code();
        let text = |bytes| String::from_utf8(bytes).unwrap();
        (code, text(output.stdout), text(output.stderr))
    };
    let scan = ["scan", "/dump", "-l", "/list.txt", "-f", "jsonl"];
    // Without a device of that name no process can be started, and without /proc none is found.
    for (file, missing) in [(None, "/dev/null"), (Some("dev/null"), "/proc/self/exe")] {
        if let Some(file) = file {
            fs::create_dir_all(root.join(file).parent().unwrap()).unwrap();
            fs::write(root.join(file), "").unwrap();
        }
        let cause = format!("the process that opens files cannot be started without {missing}: ");
        let (code, findings, told) = outcome(&scan);
        assert_eq!(code, Some(1), "{told}");
        let line = format!("files were opened without a wall: {cause}");
        assert!(told.contains(&line), "{told}");
        let last: serde_json::Value =
            serde_json::from_str(findings.lines().last().unwrap()).unwrap();
        crate::schema::check_line(&last);
        assert_eq!(last["summary"]["sandbox"], "none");
        assert_eq!(last["summary"]["sandbox_reason_code"], "sandbox-needs-file");
        let (code, doctor, _) = outcome(&["doctor"]);
        assert_eq!(code, Some(0));
        assert!(doctor.contains(&cause), "{doctor}");
        let (code, none, refusal) = outcome(&[&scan[..], &["--sandbox", "require"]].concat());
        assert_eq!((code, none.as_str()), (Some(2), ""));
        assert!(refusal.contains(&cause), "{refusal}");
        assert!(refusal.contains("/proc and /dev/null"), "{refusal}");
        assert!(!(told + &doctor + &refusal).contains("os error"));
        let (_, _, chosen) = outcome(&[&scan[..], &["--sandbox", "off"]].concat());
        assert!(!chosen.contains(missing), "{chosen}");
    }
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
