//! The result of a job, as a table for people.

use std::time::Duration;

use basma::escape;
use basma::hasher::Views;
use basma::matcher::Tier;
use basma::scan::{Status, Summary, Tally};
use unicode_width::UnicodeWidthStr;

use super::Job;
use super::columns::short;
use crate::cli::prose::{Prose, Value};

/// How many names of a kind are shown: the most frequent.
const NAMES_MAX: usize = 10;

/// How many columns a name takes: a list may say anything.
const NAME_COLUMNS: usize = 80;

/// The widest label that the others are aligned with, in columns.
const WIDTH_MAX: usize = 48;

/// What a scan looked for, so that people learn what it did not.
#[derive(Clone, Copy, Debug)]
pub(in crate::cli) struct Searched {
    pub(in crate::cli) views: Views,
    /// Whether archives were opened.
    pub(in crate::cli) has_archives: bool,
    /// Whether there were clips of which only some pictures were hashed.
    pub(in crate::cli) has_keyframes: bool,
}

/// What a person is told at the end, beside the output. Where the time went is told with `is_verbose`.
pub(in crate::cli) fn farewell(
    prose: &Prose,
    job: Job,
    summary: &Summary,
    searched: Option<Searched>,
    time: Duration,
    is_verbose: bool,
) -> String {
    let language = prose.language();
    let seconds = time.as_secs_f64().max(0.001);
    let files = (summary.discovered as f64 / seconds).round() as u64;
    let throughput = prose.bytes((summary.bytes as f64 / seconds) as u64);
    let values = [
        ("discovered", summary.discovered.into()),
        ("bytes", prose.bytes(summary.bytes)),
        ("seconds", language.decimal(time.as_secs_f64(), 1).into()),
        ("files", files.into()),
        ("throughput", throughput),
    ];
    let mut text = prose.say("summary-files", values) + "\n";
    text += &rows(prose, job, summary).print();
    if !is_verbose && let Some(line) = uncovered(prose, summary) {
        text += &(line + "\n");
    }
    if let Some(searched) = searched {
        text += &not_searched(prose, searched);
    }
    if !summary.wall.is_whole() {
        text += &match &summary.missing_wall {
            Some(reason) => {
                let reason = Value::said(prose.reason(reason));
                prose.say("summary-sandbox-missing", [("reason", reason)])
            }
            None => prose.say(
                "summary-sandbox",
                [("wall", summary.wall.to_string().into())],
            ),
        };
        text += "\n";
    }
    if is_verbose {
        text += &coverage(prose, summary).print();
        text += &spent(prose, summary);
    }
    if summary.interrupted {
        text += &(prose.word("summary-interrupted") + "\n");
    }
    text
}

/// How many files were not looked into, or not wholly, if any.
fn uncovered(prose: &Prose, summary: &Summary) -> Option<String> {
    let open = [
        Status::Unsupported,
        Status::Damaged,
        Status::Unreadable,
        Status::OverLimit,
    ];
    let files: u64 = open.into_iter().map(|status| summary.count(status)).sum();
    (files > 0).then(|| prose.say("summary-uncovered", [("files", files.into())]))
}

/// How files were looked into, and why some were not, or not wholly: each reason by its code.
fn coverage(prose: &Prose, summary: &Summary) -> Rows {
    let mut rows = Rows::default();
    for (how, looked) in &summary.looked_into {
        let label = format!("looked-{}", how.name());
        let label = prose.say(&label, [("bytes", prose.bytes(looked.bytes))]);
        rows.add(1, label, looked.files);
    }
    rows.tally(prose, &summary.reasons, |code| {
        prose.say("count-reason", [("code", code.into())])
    });
    rows
}

/// Where time and memory went.
fn spent(prose: &Prose, summary: &Summary) -> String {
    let memory = peak_memory_bytes().map(|bytes| prose.bytes(bytes));
    let memory = memory.unwrap_or_else(|| Value::said(prose.word("summary-memory-unknown")));
    let mut text = prose.say("summary-memory", [("bytes", memory)]) + "\n";
    if !summary.slowest.is_empty() {
        text += &(prose.word("summary-slowest") + "\n");
    }
    for (elapsed, path) in &summary.slowest {
        let seconds = prose.language().decimal(elapsed.as_secs_f64(), 3);
        let seconds = format!("{seconds:>8}");
        let seconds = prose.say("summary-seconds", [("seconds", seconds.into())]);
        text += &format!("  {seconds}  {}\n", prose.value(&escape::path(path)));
    }
    text
}

/// What was not looked for, and the option that looks for it.
fn not_searched(prose: &Prose, searched: Searched) -> String {
    let turned = ("not-searched-turned", "--views all");
    let edited = ("not-searched-edited", "--views standard");
    let harder = ("not-searched-harder", "--views thorough");
    let mut left: Vec<(&str, &str)> = match searched.views {
        Views::Stored | Views::Upright | Views::TxCompat => vec![turned, edited],
        Views::All => vec![edited],
        Views::Fast | Views::Standard => vec![harder],
        _ => Vec::new(),
    };
    if searched.has_keyframes {
        left.push(("not-searched-frames", "--frames distinct"));
    }
    let mut lines: Vec<String> = left
        .into_iter()
        .map(|(what, option)| {
            let what = ("what", Value::said(prose.word(what)));
            prose.say("not-searched-option", [what, ("option", option.into())])
        })
        .collect();
    if !searched.has_archives {
        lines.push(prose.word("not-searched-archives"));
    }
    if lines.is_empty() {
        return String::new();
    }
    let lines: String = lines.iter().map(|line| format!("  {line}\n")).collect();
    prose.word("not-searched") + "\n" + &lines
}

fn rows(prose: &Prose, job: Job, summary: &Summary) -> Rows {
    let mut rows = Rows::default();
    for status in Status::ALL {
        let label = match (job, status) {
            (Job::Hash(_), Status::Matched) => continue,
            (Job::Hash(_), Status::NoMatch) => prose.word("count-hashed"),
            _ => prose.word(&format!("count-{}", status.name())),
        };
        rows.add(1, label, summary.count(status));
        match status {
            Status::Matched if summary.matched() > 0 => {
                if let Some(derived) = summary.by_tier.get(&Tier::Derived) {
                    rows.add(2, prose.word("count-derived"), *derived);
                }
                rows.add(2, prose.word("count-clusters"), summary.clusters());
                rows.tally(prose, &summary.by_list, |name| {
                    prose.say("count-list", [("name", name.into())])
                });
                rows.tally(prose, &summary.by_label, |name| {
                    prose.say("count-label", [("name", name.into())])
                });
            }
            Status::Unsupported => {
                rows.tally(prose, &summary.unsupported, |name| match name {
                    "empty" => prose.word("kind-empty"),
                    "unknown" => prose.word("kind-unknown"),
                    media_type => media_type.to_owned(),
                });
            }
            _ => {}
        }
    }
    if summary.members > 0 {
        rows.add(1, prose.word("count-members"), summary.members);
    }
    if summary.suppressed > 0 {
        rows.add(1, prose.word("count-suppressed"), summary.suppressed);
    }
    if summary.weak > 0 {
        rows.add(1, prose.word("count-weak"), summary.weak);
    }
    if summary.authentic > 0 {
        rows.add(1, prose.word("count-authentic"), summary.authentic);
    }
    let quarantined = summary.quarantined.len() as u64 + summary.quarantined_others;
    if quarantined > 0 {
        rows.add(1, prose.word("count-quarantined"), quarantined);
        for entry in summary.quarantined.iter().take(NAMES_MAX) {
            let hash = || entry.hash.to_string();
            let item = format!("{}:{}", entry.list, entry.id.clone().unwrap_or_else(hash));
            let item = short(&item, NAME_COLUMNS);
            let label = prose.say("count-quarantined-files", [("item", item.into())]);
            rows.add(2, label, entry.files);
        }
    }
    if summary.excluded > 0 {
        rows.add(1, prose.word("count-excluded"), summary.excluded);
    }
    if let Some(coverage) = &summary.shard {
        rows.add(1, prose.word("count-walked"), coverage.walked);
    }
    rows
}

/// Labels and counts, one beneath the other.
#[derive(Default)]
struct Rows(Vec<(String, u64)>);

impl Rows {
    fn add(&mut self, depth: usize, label: String, count: u64) {
        self.0
            .push((format!("{}{label}", "  ".repeat(depth)), count));
    }

    /// The most frequent names, then all others in one row.
    fn tally(&mut self, prose: &Prose, tally: &Tally, label: impl Fn(&str) -> String) {
        let mut counts: Vec<(&String, u64)> = tally.counts.iter().map(|(n, &c)| (n, c)).collect();
        counts.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(b.0)));
        let (shown, rest) = counts.split_at(counts.len().min(NAMES_MAX));
        for &(name, count) in shown {
            self.add(2, label(&short(name, NAME_COLUMNS)), count);
        }
        let others = rest.iter().map(|(_, count)| count).sum::<u64>() + tally.others;
        if others > 0 {
            self.add(2, label(&prose.word("count-others")), others);
        }
    }

    fn print(&self) -> String {
        let width = |(label, _): &(String, u64)| label.width();
        let widest = self.0.iter().map(width).max().unwrap_or(0).min(WIDTH_MAX);
        let digits = self
            .0
            .iter()
            .map(|(_, count)| count.to_string().len())
            .max();
        let line = |row: &(String, u64)| {
            let pad = " ".repeat(widest.saturating_sub(width(row)));
            format!(
                "{}{pad}  {:>digits$}\n",
                row.0,
                row.1,
                digits = digits.unwrap_or(0)
            )
        };
        self.0.iter().map(line).collect()
    }
}

/// The most memory that this process has held at a time, mapped pages included, where the system tells.
fn peak_memory_bytes() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kib: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    kib.checked_mul(1024)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::args::Language;

    #[test]
    fn rows_are_aligned_in_every_language_and_long_names_run_over() {
        for language in [Language::En, Language::Fr, Language::Ar] {
            let prose = Prose::new(language);
            let mut rows = Rows::default();
            for status in Status::ALL {
                rows.add(1, prose.word(&format!("count-{}", status.name())), 1234);
            }
            rows.add(2, "x".repeat(60), 5);
            let ends: Vec<usize> = rows.print().lines().map(UnicodeWidthStr::width).collect();
            assert!(
                ends[..8].iter().all(|&end| end == WIDTH_MAX + 6),
                "{ends:?}"
            );
            assert_eq!(ends[8], 64 + 6);
        }
    }

    #[test]
    fn of_many_names_the_most_frequent_are_shown_and_none_is_lost() {
        let mut tally = Tally::default();
        tally.counts = (0..30).map(|i| (format!("n{i:02}"), i)).collect();
        tally.others = 100;
        let mut rows = Rows::default();
        rows.tally(&Prose::new(Language::En), &tally, str::to_owned);
        assert_eq!(rows.0.len(), NAMES_MAX + 1);
        assert_eq!(rows.0[0], ("    n29".to_owned(), 29));
        let all: u64 = rows.0.iter().map(|row| row.1).sum();
        assert_eq!(all, (0..30).sum::<u64>() + 100);
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn the_system_tells_the_peak_memory() {
        let held = vec![1_u8; 32 << 20];
        std::hint::black_box(&held);
        assert!(peak_memory_bytes().unwrap() > 32 << 20);
    }
}
