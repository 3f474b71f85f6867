//! How far a scan has come, on a terminal.

use std::fmt::Write;
use std::io::IsTerminal as _;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use basma::media::Meter;
use basma::scan::{Finding, Status, count};
use basma::{CancelToken, escape};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressState, ProgressStyle};

use super::Context;
use super::output::{Output, Stopped};

/// How often the bar is looked after.
const LOOK_EVERY: Duration = Duration::from_millis(125);

/// The placeholder for what changes in a message.
const CHANGING: &str = "{changing}";

/// A progress bar over bytes, or nothing where nobody would see it. It moves with the meter of the scan, whether
/// findings are handed on meanwhile or wait behind a long clip.
pub(super) struct Progress {
    shown: Arc<Shown>,
    matches: u64,
    clock: Option<JoinHandle<()>>,
}

/// What is seen of the bar.
struct Shown {
    bar: ProgressBar,
    meter: Arc<Meter>,
    /// How many files there are, once they are counted.
    total_files: AtomicU64,
    /// The message about matches, and the last match.
    matches: Mutex<String>,
    /// The messages about files and video.
    files: String,
    video: String,
    over: CancelToken,
}

impl Progress {
    /// Shows a bar on standard error if it is a terminal. How much there is to do is counted beside the scan.
    pub(super) fn new(roots: &[PathBuf], meter: Arc<Meter>, context: &Context<'_>) -> Progress {
        Progress::saying(said(0, context), roots, meter, context)
    }

    /// The same where nothing is looked up: it says nothing of matches.
    pub(super) fn of_hashing(
        roots: &[PathBuf],
        meter: Arc<Meter>,
        context: &Context<'_>,
    ) -> Progress {
        Progress::saying(String::new(), roots, meter, context)
    }

    fn saying(
        matches: String,
        roots: &[PathBuf],
        meter: Arc<Meter>,
        context: &Context<'_>,
    ) -> Progress {
        let is_seen = !context.quiet && std::io::stderr().is_terminal();
        let bar = if is_seen {
            ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr_with_hz(8))
        } else {
            ProgressBar::hidden()
        };
        bar.set_style(style(context));
        let shown = Arc::new(Shown {
            bar,
            meter,
            total_files: AtomicU64::new(0),
            matches: Mutex::new(matches),
            files: context
                .prose
                .say("progress-files", [("count", CHANGING.into())]),
            video: context
                .prose
                .say("progress-video", [("time", CHANGING.into())]),
            over: CancelToken::new(),
        });
        let mut progress = Progress {
            shown: shown.clone(),
            matches: 0,
            clock: None,
        };
        if is_seen {
            let (roots, counting) = (roots.to_vec(), shown.clone());
            thread::spawn(move || {
                if let Ok((files, bytes)) = count(&roots, &counting.over) {
                    counting.total_files.store(files, Ordering::Relaxed);
                    counting.bar.set_length(bytes);
                }
            });
            progress.clock = Some(thread::spawn(move || {
                while !shown.is_over() {
                    shown.update();
                    thread::park_timeout(LOOK_EVERY);
                }
            }));
        }
        progress
    }

    /// Takes one finding into account, and writes its text above the bar. A match is seen here at once, wherever and
    /// whenever it is printed.
    pub(super) fn step(
        &mut self,
        finding: &Finding,
        text: &(impl AsRef<[u8]> + ?Sized),
        context: &Context<'_>,
        out: &mut Output,
    ) -> Result<(), Stopped> {
        let text = text.as_ref();
        if self.shown.bar.is_hidden() {
            return out.write(text);
        }
        if finding.status == Status::Matched {
            self.matches += 1;
            let said = format!("{}  {}", said(self.matches, context), short(&finding.path));
            *self.shown.matches() = said;
        }
        match text {
            [] => Ok(()),
            text => self.shown.bar.suspend(|| out.write(text)),
        }
    }
}

impl Progress {
    /// Says something else above the bar.
    pub(super) fn aside(&self, say: impl FnOnce()) {
        self.shown.bar.suspend(say);
    }
}

impl Shown {
    fn is_over(&self) -> bool {
        self.over.is_cancelled()
    }

    fn matches(&self) -> std::sync::MutexGuard<'_, String> {
        self.matches.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Says how far the scan has come by now.
    fn update(&self) {
        let files = match self.total_files.load(Ordering::Relaxed) {
            0 => self.meter.files().to_string(),
            total => format!("{} / {total}", self.meter.files()),
        };
        let files = self.files.replace(CHANGING, &files);
        let video = match self.meter.clip_time().as_secs() {
            0 => String::new(),
            seconds => format!("{}  ", self.video.replace(CHANGING, &time(seconds))),
        };
        let matches = self.matches().clone();
        self.bar.set_message(format!("{files}  {video}{matches}"));
        self.bar.set_position(self.meter.bytes());
    }
}

/// The first line is at most 80 columns wide, in every language.
fn style(context: &Context<'_>) -> ProgressStyle {
    let language = context.prose.language();
    let left = context
        .prose
        .say("progress-left", [("time", CHANGING.into())]);
    let style = ProgressStyle::with_template(
        "{percent:>3} % {bar:20} {done} / {all}  {speed}  {left}\n{wide_msg}",
    );
    style
        .expect("the template is well-formed")
        .with_key(
            "left",
            move |state: &ProgressState, text: &mut dyn Write| {
                // Until the files are counted nobody knows.
                if state.len().is_some() {
                    let seconds = state.eta().as_secs();
                    let _ = text.write_str(&left.replace(CHANGING, &time(seconds)));
                }
            },
        )
        .with_key(
            "done",
            move |state: &ProgressState, text: &mut dyn Write| {
                let _ = text.write_str(&language.bytes(state.pos()));
            },
        )
        .with_key("all", move |state: &ProgressState, text: &mut dyn Write| {
            let _ = text.write_str(&language.bytes(state.len().unwrap_or_else(|| state.pos())));
        })
        .with_key(
            "speed",
            move |state: &ProgressState, text: &mut dyn Write| {
                let _ = write!(text, "{}/s", language.bytes(state.per_sec() as u64));
            },
        )
}

fn said(matches: u64, context: &Context<'_>) -> String {
    let values = [("count", matches.into())];
    context.prose.say("progress-matches", values)
}

/// Hours, minutes and seconds.
fn time(seconds: u64) -> String {
    let (minutes, seconds) = (seconds / 60, seconds % 60);
    format!("{}:{:02}:{seconds:02}", minutes / 60, minutes % 60)
}

/// As much of a path as has a place on a line: the file's name, and its folder's.
fn short(path: &Path) -> String {
    let names = path.components().rev().take(2).collect::<Vec<_>>();
    let short: PathBuf = names.into_iter().rev().collect();
    escape::path(&short).into_owned()
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.shown.over.cancel();
        if let Some(clock) = self.clock.take() {
            clock.thread().unpark();
            let _ = clock.join();
        }
        self.shown.bar.finish_and_clear();
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

    #[test]
    fn hours_of_video_are_told_as_such() {
        let told = [0, 59, 60, 36_001].map(time);
        assert_eq!(told, ["0:00:00", "0:00:59", "0:01:00", "10:00:01"]);
    }
}
