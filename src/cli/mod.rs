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

use std::process::ExitCode;

use basma::Error;
use clap::Parser;
use clap::error::ErrorKind;

use args::{Cli, Command};
use output::Stopped;
use prose::Prose;

/// What a job came to, in the words of clamscan's exit codes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Verdict {
    /// Nothing matched, and every file was examined. Or the reader of the output left: it has what it wanted.
    Clean,
    /// Something matched.
    Matched,
    /// Nothing matched, but some files could not be examined.
    Gaps,
    /// The job was interrupted.
    Interrupted,
}

impl From<Verdict> for ExitCode {
    fn from(verdict: Verdict) -> ExitCode {
        ExitCode::from(match verdict {
            Verdict::Clean => 0,
            Verdict::Matched => 1,
            Verdict::Interrupted => 2,
            Verdict::Gaps => 3,
        })
    }
}

/// The job could not be done.
const FAILED: u8 = 2;

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
        Command::Doctor(args) => doctor::run(args, &context),
        Command::DecodeWorker => return decoders::work(),
    };
    match outcome {
        Ok(verdict) => verdict.into(),
        Err(Stopped::ReaderLeft) => Verdict::Clean.into(),
        Err(Stopped::Failed(error)) => {
            context.complain("error", &error.to_string());
            ExitCode::from(FAILED)
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
            eprintln!("{}", text.trim_end());
        }
    }

    /// Says what is wrong.
    fn complain(&self, kind: &str, text: &str) {
        eprintln!("basma: {}: {text}", self.prose.word(kind));
    }
}

impl From<Error> for Stopped {
    fn from(error: Error) -> Stopped {
        Stopped::Failed(error)
    }
}
