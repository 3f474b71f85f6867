//! The command line: what was typed, what it means, the library does it, and what it found is shown.

mod args;
mod build;
mod decoders;
mod doctor;
mod files;
mod inspect;
mod lists;
mod logs;
mod lookup;
mod output;
mod print;
mod progress;
mod prose;
mod rematch;
mod scan;
mod store;
mod vpdq;

use std::io::{self, Write as _};
use std::process::ExitCode;

use basma::{Error, escape};
use clap::Parser;
use clap::error::ErrorKind;

use args::{Cli, Command};
use output::{Output, Stopped};
use prose::Prose;

/// What a job came to, in the words of clamscan's exit codes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Verdict {
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
const FAILED: u8 = 2;

/// Somebody else is changing the store.
const BUSY: u8 = 4;

/// Does what the command line says.
pub(crate) fn run() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => {
            // Asking for help or the version is no mistake. A closed output is none either.
            let _ = error.print();
            let asked = matches!(
                error.kind(),
                ErrorKind::DisplayHelp | ErrorKind::DisplayVersion
            );
            return ExitCode::from(if asked { 0 } else { FAILED });
        }
    };
    let prose = Prose::new(cli.lang);
    let context = Context {
        prose: &prose,
        quiet: cli.quiet,
    };
    let outcome = match &cli.command {
        Command::Scan(args) => scan::scan(args, &context),
        Command::Hash(args) => scan::hash(args, &context),
        Command::Rematch(args) => rematch::run(args, &context),
        Command::Lookup(args) => lookup::run(args, &context),
        Command::Build(args) => build::run(args, &context),
        Command::Inspect(args) => inspect::run(args, &context),
        Command::Refresh(args) => store::refresh(args, &context),
        Command::Status(args) => store::status(args, &context),
        Command::Revoke(args) => store::revoke(args, &context),
        Command::Add(args) => store::add(args, &context),
        Command::Rollback(args) => store::rollback(args, &context),
        Command::Diff(args) => store::diff(args, &context),
        Command::Audit(args) => store::audit(args, &context),
        Command::Doctor(args) => doctor::run(args, &context),
        Command::DecodeWorker => return decoders::work(),
    };
    match outcome {
        Ok(verdict) => verdict.into(),
        Err(Stopped::ReaderLeft) => Verdict::Done.into(),
        Err(Stopped::Failed(error)) => {
            context.complain("error", &error.to_string());
            ExitCode::from(match error {
                Error::Busy { .. } => BUSY,
                _ => FAILED,
            })
        }
    }
}

/// How to speak to the person who typed the command.
struct Context<'a> {
    prose: &'a Prose,
    quiet: bool,
}

impl Context<'_> {
    /// Says something that is no finding, unless told to be quiet.
    fn tell(&self, text: &str) {
        if !self.quiet {
            say(text.trim_end());
        }
    }

    /// Says what is wrong.
    fn complain(&self, kind: &str, text: &str) {
        say(&format!("basma: {}: {text}", self.prose.word(kind)));
    }
}

impl Context<'_> {
    /// Makes last what was written until an interruption, and says where it is and how to go on.
    fn interrupt(&self, out: Output, is_recorded: bool) -> Result<(), Stopped> {
        let Some(partial) = out.interrupt()? else {
            return Ok(());
        };
        let values = [
            ("path", escape::path(&partial.path).into_owned().into()),
            ("whole", escape::path(&partial.whole).into_owned().into()),
        ];
        let message = match is_recorded {
            true => "output-partial-recorded",
            false => "output-partial",
        };
        self.complain("warning", &self.prose.say(message, values));
        Ok(())
    }
}

/// A job is done although nobody can be told, because the disk of its log is full for instance.
fn say(line: &str) {
    let _ = io::stderr().write_all(format!("{line}\n").as_bytes());
}

impl From<Error> for Stopped {
    fn from(error: Error) -> Stopped {
        Stopped::Failed(error)
    }
}
