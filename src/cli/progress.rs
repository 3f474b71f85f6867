//! How far a scan has come, on a terminal.

use std::io::IsTerminal as _;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread;

use basma::scan::{Finding, Status, count};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::Context;

/// A progress bar over bytes, or nothing where nobody would see it.
pub(super) struct Progress {
    bar: ProgressBar,
    files: u64,
    matches: u64,
    total_files: Arc<AtomicU64>,
    stop_counting: Arc<AtomicBool>,
}

impl Progress {
    /// Shows a bar on standard error if it is a terminal. How much there is to do is counted beside the scan.
    pub(super) fn new(roots: &[PathBuf], context: &Context<'_>) -> Progress {
        let mut progress = Progress {
            bar: ProgressBar::hidden(),
            files: 0,
            matches: 0,
            total_files: Arc::default(),
            stop_counting: Arc::default(),
        };
        if context.quiet || !std::io::stderr().is_terminal() {
            return progress;
        }
        let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr_with_hz(8));
        let style = ProgressStyle::with_template(
            "{bar:30} {bytes} / {total_bytes} {bytes_per_sec} {eta} {msg}",
        );
        bar.set_style(style.expect("the template is well-formed"));
        let (roots, counted, total_files) =
            (roots.to_vec(), bar.clone(), progress.total_files.clone());
        let stop = progress.stop_counting.clone();
        thread::spawn(move || {
            if let Some((files, bytes)) = count(&roots, || stop.load(Ordering::Relaxed)) {
                total_files.store(files, Ordering::Relaxed);
                counted.set_length(bytes);
            }
        });
        progress.bar = bar;
        progress
    }

    /// Takes one finding into account, and shows `print`'s output above the bar.
    pub(super) fn step<T>(
        &mut self,
        finding: &Finding,
        context: &Context<'_>,
        print: impl FnOnce() -> T,
    ) -> T {
        if self.bar.is_hidden() {
            return print();
        }
        self.files += u64::from(!finding.is_member);
        self.matches += u64::from(finding.status == Status::Matched);
        let matches = context
            .prose
            .say("progress-matches", [("count", self.matches.into())]);
        let files = match self.total_files.load(Ordering::Relaxed) {
            0 => self.files.to_string(),
            total => format!("{} / {total}", self.files),
        };
        self.bar.set_message(format!("{files}  {matches}"));
        if !finding.is_member {
            self.bar.inc(finding.bytes.unwrap_or(0));
        }
        self.bar.suspend(print)
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.stop_counting.store(true, Ordering::Relaxed);
        self.bar.finish_and_clear();
    }
}
