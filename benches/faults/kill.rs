//! Scans that end, or whose files go, at any time.

use std::fs;
use std::io::{BufRead as _, BufReader, Read as _};
use std::process::{Child, Command};
use std::thread::sleep;
use std::time::{Duration, Instant};

use super::Report;
use super::place::Place;
use super::random::Random;

/// Kills scans at random times: each goes on where the last one stopped, until one is complete.
pub(super) fn at_random(report: &mut Report, kills: usize) {
    let place = Place::new(400, "2");
    let start = Instant::now();
    place.repeat().expect("undisturbed");
    let whole = u64::try_from(start.elapsed().as_micros()).expect("short");
    let (mut killed, mut resumed) = (0, 0);
    let mut random = Random(0x2545_F491_4F6C_DD1D);
    while killed < kills {
        place.begin();
        let mut recorded = place.size("journal");
        loop {
            let mut child = place.scan().spawn().expect("it runs");
            sleep(Duration::from_micros(random.below(whole / 3)));
            child.kill().expect("it may be killed");
            let status = child.wait().expect("it ends");
            if status.code().is_some() {
                report.count("random", "SIGKILL: the last", &place, status.code());
                resumed += 1;
                break;
            }
            killed += 1;
            let now = place.size("journal");
            // The last record may be half there, and is then written again.
            if now + 4096 < recorded {
                report.broken.push(format!(
                    "a kill cost {} bytes of the journal",
                    recorded - now
                ));
            }
            recorded = now;
            let row = report.row("random", "SIGKILL");
            row.points += 1;
            row.killed += 1;
            if let Err(wrong) = place.judge(status.code()) {
                report.broken.push(format!("random SIGKILL: {wrong}"));
            }
            if killed >= kills {
                report.count("random", "SIGKILL: the last", &place, status.code());
                resumed += 1;
                break;
            }
        }
    }
    println!(
        "{killed} kills at random times in {resumed} scans, each resumed until it came to its end"
    );
}

/// Reads so many lines of a scan's output.
fn lines(child: &mut Child, count: u64) -> (Vec<u8>, BufReader<std::process::ChildStdout>) {
    let mut reader = BufReader::with_capacity(512, child.stdout.take().expect("it is piped"));
    let mut read = Vec::new();
    for _ in 0..count {
        reader.read_until(b'\n', &mut read).expect("a pipe");
    }
    (read, reader)
}

/// What a scan writes when something happens after so many lines.
fn disturbed(place: &Place, count: u64, disturb: impl FnOnce()) -> (Vec<u8>, Option<i32>) {
    let mut child = place.scan_to_stdout().spawn().expect("it runs");
    let (mut output, mut rest) = lines(&mut child, count);
    disturb();
    rest.read_to_end(&mut output).expect("a pipe");
    (output, child.wait().expect("it ends").code())
}

/// The root is renamed away in the middle, and is back for the next scan.
pub(super) fn root_away(report: &mut Report) {
    let place = Place::new(2000, "2");
    let mut random = Random(99);
    for _ in 0..20 {
        place.clear();
        let count = 1 + random.below(1500);
        let away = || fs::rename(place.path("dump"), place.path("away")).expect("it is renamed");
        let (output, code) = disturbed(&place, count, away);
        fs::rename(place.path("away"), place.path("dump")).expect("it is renamed");
        if output == place.whole() {
            report
                .broken
                .push("the root was gone too late to matter".to_owned());
        }
        if let Err(wrong) = place.only_unread(&output) {
            report
                .broken
                .push(format!("root away, code {code:?}: {wrong}"));
        }
        if let Err(wrong) = place.repeat() {
            report.broken.push(format!("root back: {wrong}"));
        }
        let row = report.row("root", "renamed away and back");
        row.points += 1;
        row.told += 1;
    }
}

/// Journal, cache and output on a file system of 1 MiB, that is larger the next time.
pub(super) fn small_disk(report: &mut Report) {
    let mut place = Place::new(2500, "2");
    let disk = place.path("disk");
    fs::create_dir(&disk).expect("a folder");
    let mount = |size: &str| {
        let mut mount = Command::new("mount");
        mount.args(["-t", "tmpfs", "-o", size, "tmpfs"]).arg(&disk);
        mount
            .stderr(std::process::Stdio::null())
            .status()
            .is_ok_and(|status| status.success())
    };
    if !mount("size=1m") {
        println!("a disk of 1 MiB: not run, no file system may be mounted");
        return;
    }
    place.outputs = disk.clone();
    let status = place.scan().status().expect("it runs");
    let full = place.size("journal") + place.size("cache") > 500_000;
    if !full || status.code() != Some(2) {
        let (code, size) = (status.code(), place.size("journal"));
        report.broken.push(format!(
            "a full disk: code {code:?}, {size} bytes of journal"
        ));
    }
    let larger = mount_larger(&disk);
    assert!(larger, "a tmpfs can grow");
    report.count("disk", "full at 1 MiB", &place, status.code());
    let unmounted = Command::new("umount").arg(&disk).status();
    assert!(unmounted.is_ok_and(|status| status.success()));
}

fn mount_larger(disk: &std::path::Path) -> bool {
    let mut mount = Command::new("mount");
    mount.args(["-o", "remount,size=64m"]).arg(disk);
    mount.status().is_ok_and(|status| status.success())
}

/// Lists without any of the pictures are renamed over those that the scan opened.
pub(super) fn lists_replaced(report: &mut Report) {
    let place = Place::new(2000, "2");
    let copy = |from: &str, to: &str| fs::copy(place.path(from), place.path(to)).expect("a copy");
    let lists = ["list.txt", "index.basma"];
    for list in lists {
        copy(list, &format!("{list}.kept"));
    }
    for round in 0..10 {
        place.clear();
        copy("empty.txt", "other");
        copy("empty.txt", "another");
        let replace = || {
            for (other, list) in ["other", "another"].iter().zip(lists) {
                fs::rename(place.path(other), place.path(list)).expect("it is renamed");
            }
        };
        let (output, _) = disturbed(&place, 1 + round * 50, replace);
        for list in lists {
            copy(&format!("{list}.kept"), list);
        }
        if output != place.whole() {
            report
                .broken
                .push(format!("lists replaced in round {round}: another output"));
        }
        if let Err(wrong) = place.repeat() {
            report.broken.push(format!("lists replaced: {wrong}"));
        }
        let row = report.row("lists", "replaced");
        row.points += 1;
        row.harmless += 1;
    }
}
