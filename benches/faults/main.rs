//! Does a scan lose anything, or say anything wrong, whatever ends or hinders it? And what of a store ([`store`])?
//!
//! `cargo bench --bench faults` asks both, `-- --scan` or `-- --store` one of them. Of scans it runs the command on
//! files that it makes itself, and again and again
//! - with one system call that fails, falls short, or is the last before SIGKILL. It is every read and every call that writes,
//!   opens, syncs, locks, cuts or renames a file, one by one. This needs `strace` and Linux, and is not run without it;
//! - with a limit on the size of files. So a write falls short at any byte, as on a full disk;
//! - killed at random times, resumed and killed again (`-- --kills N`, 50 unless told);
//! - with its root renamed away under it, and put back;
//! - with journal and output on a file system of 1 MiB (where one may be mounted). It is then made larger;
//! - with other lists renamed over those that it opened.
//!
//! Each time the output is the old file or the whole new one. A scan that reports its end has a true finding for every file, or
//! says that the file could not be read. The same command, run again, writes the bytes of a scan without faults. Nothing is
//! recorded twice, and no draft is left. The bench prints a table, and fails where any of this does not hold.
//!
//! Whole, with `-- --kills 1000` and as root (6 minutes on a 2-core machine): 4,286 points, none broken. There were 2,001
//! writes, syncs, cuts, renames, locks and openings that failed, fell short or were the last. There were 1,236 reads of that
//! kind. Each ended the scan with code 2 or by the kill, or was named in its findings. Or it was harmless because it was tried
//! again.

mod inject;
mod kill;
mod place;
mod random;
mod store;

use std::process::ExitCode;

use place::Place;

/// What was tried, what came of it, and what should not have.
#[derive(Default)]
struct Report {
    rows: Vec<Row>,
    broken: Vec<String>,
}

#[derive(Default)]
struct Row {
    what: String,
    fault: String,
    points: usize,
    killed: usize,
    refused: usize,
    told: usize,
    harmless: usize,
}

impl Report {
    fn row(&mut self, what: &str, fault: &str) -> &mut Row {
        let same = |row: &Row| row.what == what && row.fault == fault;
        let at = self.rows.iter().position(same).unwrap_or(self.rows.len());
        if at == self.rows.len() {
            self.rows.push(Row {
                what: what.to_owned(),
                fault: fault.to_owned(),
                ..Row::default()
            });
        }
        &mut self.rows[at]
    }

    /// Counts the result of a run under a fault, after a check of the run and of its repetition.
    fn count(&mut self, what: &str, fault: &str, place: &Place, code: Option<i32>) {
        let name = format!("{what} {fault}");
        let outcome = place.judge(code).unwrap_or_else(|wrong| {
            self.broken.push(format!("{name}: {wrong}"));
            place::Came::Refused
        });
        if let Err(wrong) = place.repeat() {
            self.broken.push(format!("{name}, run again: {wrong}"));
        }
        let row = self.row(what, fault);
        row.points += 1;
        match outcome {
            place::Came::Killed => row.killed += 1,
            place::Came::Refused => row.refused += 1,
            place::Came::Told => row.told += 1,
            place::Came::Whole => row.harmless += 1,
        }
    }

    fn print(&self) -> bool {
        println!(
            "{:<12} {:<22} {:>6} {:>7} {:>7} {:>6} {:>9}",
            "call", "fault", "points", "killed", "code 2", "named", "harmless"
        );
        let mut all = Row {
            what: "all".to_owned(),
            ..Row::default()
        };
        let line = |row: &Row| {
            println!(
                "{:<12} {:<22} {:>6} {:>7} {:>7} {:>6} {:>9}",
                row.what, row.fault, row.points, row.killed, row.refused, row.told, row.harmless
            );
        };
        for row in &self.rows {
            line(row);
            all.points += row.points;
            all.killed += row.killed;
            all.refused += row.refused;
            all.told += row.told;
            all.harmless += row.harmless;
        }
        line(&all);
        for broken in &self.broken {
            println!("BROKEN {broken}");
        }
        self.broken.is_empty()
    }
}

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().collect();
    let after = |name: &str| {
        let at = arguments.iter().position(|argument| argument == name)?;
        arguments.get(at + 1).cloned()
    };
    let is_asked = |name: &str| arguments.iter().any(|argument| argument == name);
    let kills = after("--kills").and_then(|kills| kills.parse().ok());
    let kills = kills.unwrap_or(50);
    let both = is_asked("--scan") == is_asked("--store");
    let mut held = true;
    if both || is_asked("--scan") {
        held &= scan(kills);
    }
    if both || is_asked("--store") {
        let journeys = after("--journey").unwrap_or_default();
        held &= store::run(after("--part").as_deref(), &journeys, kills);
    }
    if held {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

/// The part about scans; whether nothing broke.
fn scan(kills: usize) -> bool {
    let mut report = Report::default();
    inject::every_call(&mut report);
    inject::every_size(&mut report);
    kill::at_random(&mut report, kills);
    kill::root_away(&mut report);
    kill::small_disk(&mut report);
    kill::lists_replaced(&mut report);
    report.print()
}
