//! How a command speaks to the person who typed it, and how it ends.

use std::io::{self, IsTerminal as _, Write as _};
use std::path::Path;
use std::process::ExitCode;

use basma::escape;
use basma::scan::{Finding, Status, Summary};

use super::args::{Color, FailOn};
use super::output::{Output, Stopped};
use super::print;
use super::prose::Prose;
use super::style::Style;

/// The result of a job, in the exit codes of clamscan.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// Nothing matched, and every file was examined. Or the reader of the output left: it has what it wanted.
    Done,
    /// Something matched.
    Matched,
    /// Nothing matched, but some files could not be examined.
    Gaps,
    /// The job was interrupted.
    Interrupted,
    /// A list of a store is not what its source says: what was in force stays in force.
    Held,
}

impl From<Verdict> for ExitCode {
    fn from(verdict: Verdict) -> ExitCode {
        ExitCode::from(match verdict {
            Verdict::Done => 0,
            Verdict::Matched => 1,
            Verdict::Interrupted | Verdict::Held => 2,
            Verdict::Gaps => 3,
        })
    }
}

/// The job could not be done.
pub(super) const FAILED: u8 = 2;

/// The store is locked by another process.
pub(super) const BUSY: u8 = 4;

/// How to speak to the person who typed the command.
pub(super) struct Context<'a> {
    pub(super) prose: &'a Prose,
    pub(super) quiet: bool,
    pub(super) color: Color,
}

impl Context<'_> {
    /// Says something that is no finding, unless told to be quiet.
    pub(super) fn tell(&self, text: &str) {
        if !self.quiet {
            say(text.trim_end());
        }
    }

    /// Says what is wrong.
    pub(super) fn complain(&self, kind: &str, text: &str) {
        say(&self.prose.complaint(kind, text));
    }

    /// Says of named pipes that they are waited for, which else looks like a command that hangs.
    pub(super) fn tell_pipes<'p>(&self, paths: impl IntoIterator<Item = &'p Path>) {
        for path in paths.into_iter().filter(|path| is_pipe(path)) {
            let path = escape::path(path).into_owned();
            let values = [("path", path.into())];
            self.tell(&self.prose.say("waiting-for-pipe", values));
        }
    }

    /// What is said on an output: a terminal, if there is no file and standard output is one.
    pub(super) fn output_prose(&self, file: Option<&Path>) -> Prose {
        self.prose
            .for_terminal(is_stdout(file) && io::stdout().is_terminal())
    }

    /// How an output looks. A file is never painted.
    pub(super) fn output_style(&self, file: Option<&Path>) -> Style {
        if is_stdout(file) {
            Style::of_stdout(self.color)
        } else {
            Style::default()
        }
    }
}

#[cfg(unix)]
fn is_pipe(path: &Path) -> bool {
    use std::os::unix::fs::FileTypeExt as _;
    // The shell has begun to write what it names below /dev.
    !path.starts_with("/dev") && path.metadata().is_ok_and(|file| file.file_type().is_fifo())
}

#[cfg(not(unix))]
fn is_pipe(_: &Path) -> bool {
    false
}

fn is_stdout(file: Option<&Path>) -> bool {
    file.is_none_or(|path| path == Path::new("-"))
}

impl Context<'_> {
    /// Makes last what was written until an interruption, and says where it is and how to go on.
    pub(super) fn interrupt(&self, out: Output, is_recorded: bool) -> Result<(), Stopped> {
        let Some(partial) = out.interrupt()? else {
            return Ok(());
        };
        let values = [
            ("path", escape::path(&partial.path).into_owned().into()),
            ("whole", escape::path(&partial.whole).into_owned().into()),
        ];
        let message = if is_recorded {
            "output-partial-recorded"
        } else {
            "output-partial"
        };
        self.complain("warning", &self.prose.say(message, values));
        Ok(())
    }
}

/// A job is done although nobody can be told, because the disk of its log is full for instance.
fn say(line: &str) {
    let _ = io::stderr().write_all(format!("{line}\n").as_bytes());
}

/// How a scan ends. A part of the files must not pass for all of them, whatever was found in it.
pub(super) fn verdict(summary: &Summary, fail_on: &[FailOn]) -> Verdict {
    let gap = |what: &FailOn| match what {
        FailOn::Matched | FailOn::Nothing => 0,
        FailOn::Gaps => summary.gaps() + u64::from(summary.is_bare()),
        FailOn::LowQuality => summary.count(Status::LowQuality),
        FailOn::Unsupported => summary.count(Status::Unsupported),
        FailOn::Damaged => summary.count(Status::Damaged),
        FailOn::Unreadable => summary.count(Status::Unreadable),
        FailOn::OverLimit => summary.count(Status::OverLimit),
        FailOn::Skipped => summary.count(Status::Skipped),
        FailOn::Weak => summary.weak,
        FailOn::Reason(code) => summary
            .reasons
            .counts
            .get(code.name())
            .copied()
            .unwrap_or(0),
    };
    match () {
        () if summary.interrupted => Verdict::Interrupted,
        () if summary.matched() > 0 && fail_on.contains(&FailOn::Matched) => Verdict::Matched,
        () if fail_on.iter().any(|what| gap(what) > 0) => Verdict::Gaps,
        () => Verdict::Done,
    }
}

/// Says where nothing was examined, so that nothing found there does not pass for nothing there.
pub(super) fn tell_bare(summary: &Summary, context: &Context<'_>) {
    for root in &summary.bare_roots_shown {
        let path = escape::path(root).into_owned();
        let text = context.prose.say("nothing-below", [("path", path.into())]);
        context.complain("warning", &text);
    }
    let more = summary.bare_roots - summary.bare_roots_shown.len() as u64;
    if more > 0 {
        let text = context.prose.say("warnings-more", [("count", more.into())]);
        context.complain("warning", &text);
    }
    // Files that could not be examined are told each by itself.
    let is_untold = summary.bare_roots == 0 && summary.gaps() == 0;
    if is_untold && summary.examined == 0 && !summary.interrupted {
        context.complain("warning", &context.prose.word("nothing-examined"));
    }
}

/// Files that were not wholly examined: the first are named, the others counted.
pub(super) struct Gaps<'a> {
    context: &'a Context<'a>,
    count: u64,
}

impl<'a> Gaps<'a> {
    /// How many are named.
    const SHOWN: u64 = 20;

    pub(super) fn new(context: &'a Context<'a>) -> Gaps<'a> {
        Gaps { context, count: 0 }
    }

    pub(super) fn add(&mut self, finding: &Finding) {
        self.count += 1;
        if self.count <= Gaps::SHOWN {
            warn(finding, self.context);
        }
    }

    pub(super) fn finish(self) {
        if let more @ 1.. = self.count.saturating_sub(Gaps::SHOWN) {
            let values = [("count", more.into())];
            let text = self.context.prose.say("warnings-more", values);
            self.context.complain("warning", &text);
        }
    }
}

/// Says why a file was not examined.
pub(super) fn warn(finding: &Finding, context: &Context<'_>) {
    context.complain(
        "warning",
        print::status(context.prose, Style::default(), finding).trim_end(),
    );
}
