//! Does a store ever answer what no list of it held, or lose what was decided? The question holds whatever ends or hinders a
//! change.
//!
//! The command is run on a store that is made here, again and again
//! - with one system call that fails, or is the last before SIGKILL. It is every call that writes, syncs, cuts, renames,
//!   removes or locks a file of the store. It is also every call that makes a folder, opens or reads anything of the store.
//!   That is done in a first refresh, and in others that bring an edition, deltas or a list over HTTP. It is also done in those
//!   that build decisions in, in additions, withdrawals and rollbacks;
//! - killed at random times (`-- --store --kills N`, 50 unless told), refreshes and withdrawals at once;
//! - two at once; withdrawals at any time of a refresh, which must not be lost by what it publishes;
//! - on a disk with too little room, page by page (where a file system may be mounted);
//! - with a clock that was set back.
//!
//! `-- --store --part NAME` runs one of `calls`, `disk`, `races`, `clock`, and `--journey NAME` the journeys so called.
//!
//! Of each it is held that the store opens. Every list answers what it answered before or what it is to answer after. That is
//! the same of all lists unless a source failed and the code is 2. A command which says that it is done has done it. The audit
//! is proven. The same command, run again, succeeds. Then every action is recorded once, and no file is left that nothing needs.
//!
//! With `--kills 300` and as root: more than 9,000 points, none broken. 1,303 calls were the last before SIGKILL, 6,770 failed.

mod clock;
mod disk;
mod inject;
mod journeys;
mod races;
mod server;
mod stage;
mod world;

use stage::{Ended, Force, Stage};

/// What was tried, what came of it, and what should not have.
#[derive(Default)]
pub(super) struct Table {
    rows: Vec<([String; 3], Row)>,
    broken: usize,
}

#[derive(Clone, Copy, Default)]
struct Row {
    points: usize,
    killed: usize,
    refused: usize,
    done: usize,
    old: usize,
    some: usize,
    new: usize,
}

impl Table {
    fn row(&mut self, key: [&str; 3]) -> &mut Row {
        let at = self.rows.iter().position(|(known, _)| *known == key);
        let at = at.unwrap_or_else(|| {
            self.rows.push((key.map(str::to_owned), Row::default()));
            self.rows.len() - 1
        });
        &mut self.rows[at].1
    }

    /// Counts the result of a command under a fault, after a check of the command and of its repetition.
    fn count(&mut self, stage: &Stage, key: [&str; 3], which: &str, code: Option<i32>) {
        self.count_then(stage, key, which, code, || ());
    }

    /// And does something before it is repeated.
    fn count_then(
        &mut self,
        stage: &Stage,
        key: [&str; 3],
        which: &str,
        code: Option<i32>,
        then: impl FnOnce(),
    ) {
        let name = format!("{}, {which}, {}", key[0], key[2]);
        let judged = stage.judge(code);
        then();
        let repeated = stage.repeat();
        match judged {
            Ok((ended, force)) => self.enter(key, ended, force),
            Err(wrong) => self.wrong(key, &format!("{name}: {wrong}")),
        }
        if let Err(wrong) = repeated {
            self.broke(&format!("{name}, run again: {wrong}"));
        }
    }

    fn enter(&mut self, key: [&str; 3], ended: Ended, force: Force) {
        let row = self.row(key);
        row.points += 1;
        match ended {
            Ended::Killed => row.killed += 1,
            Ended::Refused => row.refused += 1,
            Ended::Done => row.done += 1,
        }
        match force {
            Force::Old => row.old += 1,
            Force::Some => row.some += 1,
            Force::New => row.new += 1,
        }
    }

    fn wrong(&mut self, key: [&str; 3], what: &str) {
        self.row(key).points += 1;
        self.broke(what);
    }

    fn broke(&mut self, what: &str) {
        self.broken += 1;
        println!("BROKEN {what}");
    }

    /// Prints the points by journey and by call; whether all is as it should be.
    pub(super) fn print(&self) -> bool {
        self.print_by("what", |[what, _, _]| what.clone());
        self.print_by("call or event, and fault", |[_, call, fault]| {
            format!("{call}: {fault}")
        });
        println!("stores: {} broken", self.broken);
        self.broken == 0
    }

    fn print_by(&self, head: &str, name: impl Fn(&[String; 3]) -> String) {
        println!("| {head} | points | killed | refused | done | old | some new | new |");
        println!("|---|---|---|---|---|---|---|---|");
        let mut rows: Vec<(String, Row)> = Vec::new();
        let mut all = ("all".to_owned(), Row::default());
        for (key, row) in &self.rows {
            let name = name(key);
            let at = rows.iter().position(|(known, _)| *known == name);
            let at = at.unwrap_or_else(|| {
                rows.push((name, Row::default()));
                rows.len() - 1
            });
            for sum in [&mut rows[at].1, &mut all.1] {
                sum.points += row.points;
                sum.killed += row.killed;
                sum.refused += row.refused;
                sum.done += row.done;
                sum.old += row.old;
                sum.some += row.some;
                sum.new += row.new;
            }
        }
        for (name, row) in rows.iter().chain([&all]) {
            println!(
                "| {name} | {} | {} | {} | {} | {} | {} | {} |",
                row.points, row.killed, row.refused, row.done, row.old, row.some, row.new
            );
        }
        println!();
    }
}

/// Everything, or what is named; whether nothing broke.
pub(super) fn run(part: Option<&str>, journeys: &str, kills: usize) -> bool {
    let is_asked = |name: &str| part.is_none_or(|part| part == name);
    let mut table = Table::default();
    if is_asked("calls") {
        inject::every_call(&mut table, journeys);
    }
    if is_asked("disk") {
        disk::too_small(&mut table, journeys);
    }
    if is_asked("races") {
        races::killed_at_random(&mut table, kills);
        races::two_at_once(&mut table);
        races::two_begun_at_once(&mut table);
        races::withdrawn_meanwhile(&mut table, kills);
    }
    if is_asked("clock") {
        clock::set_back(&mut table, journeys);
    }
    table.print()
}
