//! One system call that fails, at a time.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::process::ExitStatusExt as _;
use std::process::Command;

use super::Report;
use super::place::Place;

/// The calls, and what befalls them. A write that wrote nothing is what a full disk may say. One that says that it wrote seven
/// bytes and did not is a lie. Records are checked, so that no lie is believed.
const FAULTS: [(&str, &[&str]); 16] = [
    (
        "pwrite64",
        &[
            "signal=KILL",
            "error=ENOSPC",
            "error=EIO",
            "error=EINTR",
            "retval=0",
            "retval=7",
        ],
    ),
    (
        "write",
        &[
            "signal=KILL",
            "error=ENOSPC",
            "error=EIO",
            "error=EINTR",
            "retval=0",
        ],
    ),
    (
        "fsync",
        &["signal=KILL", "error=ENOSPC", "error=EIO", "error=EINTR"],
    ),
    (
        "fdatasync",
        &["signal=KILL", "error=ENOSPC", "error=EIO", "error=EINTR"],
    ),
    (
        "ftruncate",
        &["signal=KILL", "error=ENOSPC", "error=EIO", "error=EINTR"],
    ),
    ("fchmod", &["signal=KILL", "error=EIO", "error=EPERM"]),
    (
        "flock",
        &["signal=KILL", "error=EIO", "error=EINTR", "error=ENOLCK"],
    ),
    (
        "rename",
        &["signal=KILL", "error=ENOSPC", "error=EIO", "error=EINTR"],
    ),
    (
        "renameat",
        &["signal=KILL", "error=ENOSPC", "error=EIO", "error=EINTR"],
    ),
    (
        "renameat2",
        &["signal=KILL", "error=ENOSPC", "error=EIO", "error=EINTR"],
    ),
    ("mkdir", &["signal=KILL", "error=ENOSPC", "error=EIO"]),
    ("unlink", &["signal=KILL", "error=EIO"]),
    (
        "fallocate",
        &["signal=KILL", "error=ENOSPC", "error=EIO", "error=EINTR"],
    ),
    (
        "openat",
        &["signal=KILL", "error=ENOSPC", "error=EIO", "error=EMFILE"],
    ),
    ("read", &["signal=KILL", "error=EIO", "error=EINTR"]),
    ("pread64", &["signal=KILL", "error=EIO", "error=EINTR"]),
];

/// Whether a program does what it is asked for.
pub(crate) fn works(program: &str, arguments: &[&str]) -> bool {
    let status = Command::new(program).args(arguments).status();
    status.is_ok_and(|status| status.success())
}

/// Every call of the scan, with every fault: of a scan that begins, and of one that goes on.
pub(super) fn every_call(report: &mut Report) {
    if !works("strace", &["-f", "-o", "/dev/null", "true"]) {
        println!("faults of system calls: not run, strace is not there or may not trace");
        return;
    }
    let place = Place::new(24, "1");
    let mut missed = 0;
    for begun in [false, true] {
        let counts = calls(&place, begun);
        for (call, faults) in FAULTS {
            for fault in faults {
                // The header is synced before anything follows it: a log whose header is a lie is refused.
                if !begun && *fault == "retval=7" {
                    continue;
                }
                for when in 1..=counts.get(call).copied().unwrap_or(0) {
                    match one(&place, begun, call, fault, when) {
                        Some(code) => report.count(call, fault, &place, code),
                        None => missed += 1,
                    }
                }
            }
        }
    }
    if missed > 0 {
        println!(
            "{missed} faults came to nothing: the call was not made that often, and they are not counted"
        );
    }
}

fn set_up(place: &Place, begun: bool) {
    if begun { place.begin() } else { place.clear() }
}

/// How often the thread that makes a call most often makes it.
fn calls(place: &Place, begun: bool) -> BTreeMap<String, usize> {
    set_up(place, begun);
    let trace = place.path("trace").display().to_string();
    let names = FAULTS.map(|(call, _)| call).join(",");
    let which = format!("trace={names}");
    let strace = ["strace", "-f", "-q", "-o", &trace, "-e", &which];
    place.scan_by(&strace).status().expect("strace runs");
    let mut counts: BTreeMap<(String, String), usize> = BTreeMap::new();
    for line in fs::read_to_string(trace).expect("a trace").lines() {
        let mut words = line.split_whitespace();
        let thread = words.next().unwrap_or_default();
        if let Some((call, _)) = words.next().and_then(|word| word.split_once('(')) {
            *counts
                .entry((call.to_owned(), thread.to_owned()))
                .or_default() += 1;
        }
    }
    let mut most = BTreeMap::new();
    for ((call, _), count) in counts {
        let at = most.entry(call).or_default();
        *at = count.max(*at);
    }
    most
}

/// The code of a scan with one fault, `None` inside where it was killed. Nothing if the fault did not happen.
fn one(place: &Place, begun: bool, call: &str, fault: &str, when: usize) -> Option<Option<i32>> {
    set_up(place, begun);
    let trace = place.path("trace").display().to_string();
    let (which, inject) = (
        format!("trace={call}"),
        format!("inject={call}:{fault}:when={when}"),
    );
    let strace = [
        "strace", "-f", "-q", "-o", &trace, "-e", &which, "-e", &inject,
    ];
    let status = place.scan_by(&strace).status().expect("strace runs");
    let trace = fs::read(trace).expect("a trace");
    let trace = String::from_utf8_lossy(&trace);
    let happened = match fault {
        "signal=KILL" => trace.contains("+++ killed by SIGKILL +++") && status.signal() == Some(9),
        _ => trace.contains("(INJECTED)"),
    };
    happened.then(|| status.code())
}

/// With no file longer than so many bytes: the write that would pass that falls short, the next one fails.
pub(super) fn every_size(report: &mut Report) {
    if !works("prlimit", &["--fsize=1000000", "true"]) {
        println!("writes that fall short: not run, prlimit is not there");
        return;
    }
    let place = Place::new(24, "1");
    let longest = place.largest();
    for begun in [false, true] {
        for size in (1..longest).step_by(longest as usize / 150) {
            let limit = format!("--fsize={size}");
            // Ignored, the signal lets the write fail; otherwise it ends the process.
            for (fault, ignored) in [("EFBIG", "trap '' XFSZ; "), ("SIGXFSZ", "")] {
                set_up(&place, begun);
                let run = format!("{ignored}ulimit -c 0; exec \"$@\"");
                let program = ["sh", "-c", &run, "sh", "prlimit", &limit];
                let status = place.scan_by(&program).status().expect("sh runs");
                report.count("short write", fault, &place, status.code());
                if status.code().is_some_and(|code| code != 2) {
                    report
                        .broken
                        .push(format!("no write fell short at {size} bytes"));
                }
            }
        }
    }
}
