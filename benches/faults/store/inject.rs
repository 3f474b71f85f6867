//! One system call that fails, or is the last, at a time.

use std::collections::BTreeSet;
use std::fs;
use std::os::unix::process::ExitStatusExt as _;

use super::stage::Stage;
use super::{Table, journeys};

/// What befalls a call: it is the last before SIGKILL; it fails; it and all that follow fail.
const KILL: &str = "kill -9";
const FULL: &str = "ENOSPC";
const BAD: &str = "EIO";
const FULL_FROM: &str = "ENOSPC from there on";
const BAD_FROM: &str = "EIO from there on";

/// The calls that change anything, and what befalls them; and those that read.
const FAULTS: [(&str, &[&str]); 23] = [
    ("write", &[KILL, FULL, BAD, FULL_FROM, BAD_FROM]),
    ("pwrite64", &[KILL, FULL, BAD, FULL_FROM, BAD_FROM]),
    ("writev", &[KILL, FULL, BAD, FULL_FROM, BAD_FROM]),
    ("copy_file_range", &[KILL, FULL, BAD, FULL_FROM, BAD_FROM]),
    ("sendfile", &[KILL, FULL, BAD, FULL_FROM, BAD_FROM]),
    ("fallocate", &[KILL, FULL, BAD, FULL_FROM, BAD_FROM]),
    ("ftruncate", &[KILL, FULL, BAD, FULL_FROM, BAD_FROM]),
    ("fsync", &[KILL, FULL, BAD, FULL_FROM, BAD_FROM]),
    ("fdatasync", &[KILL, FULL, BAD, FULL_FROM, BAD_FROM]),
    ("rename", &[KILL, FULL, BAD, FULL_FROM, BAD_FROM]),
    ("renameat", &[KILL, FULL, BAD, FULL_FROM, BAD_FROM]),
    ("renameat2", &[KILL, FULL, BAD, FULL_FROM, BAD_FROM]),
    ("linkat", &[KILL, FULL, BAD, FULL_FROM, BAD_FROM]),
    ("mkdir", &[KILL, FULL, BAD, FULL_FROM, BAD_FROM]),
    ("unlink", &[KILL, FULL, BAD, BAD_FROM]),
    ("unlinkat", &[KILL, FULL, BAD, BAD_FROM]),
    ("fchmod", &[KILL, FULL, BAD]),
    ("chmod", &[KILL, FULL, BAD]),
    ("flock", &[KILL, FULL, BAD]),
    ("openat", &[KILL, FULL, BAD, FULL_FROM, BAD_FROM]),
    ("read", &[BAD]),
    ("pread64", &[BAD]),
    ("getdents64", &[BAD]),
];

/// Every call of every journey, with every fault.
pub(super) fn every_call(table: &mut Table, journeys: &str) {
    if !crate::inject::works("strace", &["-f", "-o", "/dev/null", "true"]) {
        println!("faults of system calls: not run, strace is not there or may not trace");
        return;
    }
    let mut missed = 0;
    for journey in journeys::called(journeys) {
        let stage = Stage::new(journey);
        for (call, when) in points(&stage) {
            let faults = FAULTS.iter().find(|(name, _)| *name == call);
            for fault in faults.into_iter().flat_map(|(_, faults)| *faults) {
                match one(&stage, &call, fault, when) {
                    Some(code) => {
                        let which = format!("{call} {when}");
                        table.count(&stage, [stage.journey.name, &call, fault], &which, code);
                    }
                    None => missed += 1,
                }
            }
        }
    }
    if missed > 0 {
        println!(
            "{missed} faults came to nothing, because the call was not made that often: not counted"
        );
    }
}

/// Which calls there are, by their names and their ordinals in their threads. Of those that open and read, only those in the
/// world of the store count. The others are the system's business.
fn points(stage: &Stage) -> BTreeSet<(String, usize)> {
    stage.reset();
    let trace = stage.world.path("trace").display().to_string();
    let which = format!("trace={}", FAULTS.map(|(call, _)| call).join(","));
    let strace = ["strace", "-f", "-q", "-y", "-o", &trace, "-e", &which];
    stage.command_by(&strace).status().expect("strace runs");
    let world = stage.world.path("").display().to_string();
    let mut points = BTreeSet::new();
    let mut made = std::collections::BTreeMap::<(String, String), usize>::new();
    for line in String::from_utf8_lossy(&fs::read(trace).expect("a trace")).lines() {
        let mut words = line.split_whitespace();
        let thread = words.next().unwrap_or_default().to_owned();
        let Some((call, _)) = words.next().and_then(|word| word.split_once('(')) else {
            continue;
        };
        let ordinal = made.entry((call.to_owned(), thread)).or_default();
        *ordinal += 1;
        let reads = ["openat", "read", "pread64", "getdents64"].contains(&call);
        if !reads || line.contains(&world) {
            points.insert((call.to_owned(), *ordinal));
        }
    }
    points
}

/// The code of a command with one fault, `None` inside where it was killed. Nothing if the fault did not happen.
fn one(stage: &Stage, call: &str, fault: &str, when: usize) -> Option<Option<i32>> {
    stage.reset();
    let trace = stage.world.path("trace").display().to_string();
    let fault = match fault {
        KILL => format!("signal=KILL:when={when}"),
        FULL => format!("error=ENOSPC:when={when}"),
        BAD => format!("error=EIO:when={when}"),
        FULL_FROM => format!("error=ENOSPC:when={when}+"),
        _ => format!("error=EIO:when={when}+"),
    };
    let (which, inject) = (format!("trace={call}"), format!("inject={call}:{fault}"));
    let strace = [
        "strace", "-f", "-q", "-o", &trace, "-e", &which, "-e", &inject,
    ];
    let status = stage.command_by(&strace).status().expect("strace runs");
    let trace = fs::read(trace).expect("a trace");
    let trace = String::from_utf8_lossy(&trace);
    let happened = if fault.starts_with("signal") {
        trace.contains("+++ killed by SIGKILL +++") && status.signal() == Some(9)
    } else {
        trace.contains("(INJECTED)")
    };
    // 127: the program was not even loaded, by a thread whose calls are counted by themselves.
    (happened && status.code() != Some(127)).then(|| status.code())
}
