//! How far a scan has come, on a terminal.

use std::io::IsTerminal as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread;

use basma::escape;
use basma::scan::{Finding, Status, count};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::Context;
use super::output::{Output, Stopped};

/// A progress bar over bytes, or nothing where nobody would see it.
pub(super) struct Progress {
    bar: ProgressBar,
    files: u64,
    matches: u64,
    last_match: String,
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
            last_match: String::new(),
            total_files: Arc::default(),
            stop_counting: Arc::default(),
        };
        if context.quiet || !std::io::stderr().is_terminal() {
            return progress;
        }
        let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr_with_hz(8));
        let style = ProgressStyle::with_template(
            "{bar:30} {bytes} / {total_bytes} {bytes_per_sec} {eta}\n{wide_msg}",
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

    /// Takes one finding into account, and writes its text above the bar. A match is seen here at once, wherever and
    /// whenever it is printed.
    pub(super) fn step(
        &mut self,
        finding: &Finding,
        text: &str,
        context: &Context<'_>,
        out: &mut Output,
    ) -> Result<(), Stopped> {
        if self.bar.is_hidden() {
            return out.write(text);
        }
        self.files += u64::from(!finding.is_member);
        if finding.status == Status::Matched {
            self.matches += 1;
            self.last_match = format!("  {}", short(&finding.path));
        }
        let matches = context
            .prose
            .say("progress-matches", [("count", self.matches.into())]);
        let files = match self.total_files.load(Ordering::Relaxed) {
            0 => self.files.to_string(),
            total => format!("{} / {total}", self.files),
        };
        let last = &self.last_match;
        self.bar.set_message(format!("{files}  {matches}{last}"));
        if !finding.is_member {
            self.bar.inc(finding.bytes.unwrap_or(0));
        }
        match text {
            "" => Ok(()),
            text => self.bar.suspend(|| out.write(text)),
        }
    }
}

/// As much of a path as has a place on a line: the file's name, and its folder's.
fn short(path: &Path) -> String {
    let names = path.components().rev().take(2).collect::<Vec<_>>();
    let short: PathBuf = names.into_iter().rev().collect();
    escape::path(&short).into_owned()
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.stop_counting.store(true, Ordering::Relaxed);
        self.bar.finish_and_clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_end_of_a_path_is_shown() {
        for (path, shown) in [("a", "a"), ("/a", "/a"), ("a/b/c\n.jpg", "b/c\\n.jpg")] {
            assert_eq!(short(Path::new(path)), shown);
        }
    }
}
