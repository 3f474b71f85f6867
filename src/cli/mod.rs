//! The command line: what was typed, what it means, the library does it, and what it found is shown.

pub(crate) mod args;
mod ask;
mod build;
mod case;
mod completions;
mod conditions;
mod config;
mod context;
mod convert;
mod decoders;
mod doctor;
mod duplicates;
mod export_matches;
mod files;
mod hashed;
mod help;
mod hints;
pub(crate) mod html;
mod inspect;
mod key;
mod lists;
mod logs;
mod lookup;
mod man;
mod output;
pub(crate) mod page;
mod papers;
mod pictures;
mod print;
mod progress;
pub(crate) mod prose;
mod rematch;
pub(crate) mod rights;
mod scan;
mod script;
mod serve;
mod stdin;
mod store;
mod style;
mod vpdq;
mod walls;

use std::io::{self, IsTerminal as _, Write as _};
use std::path::Path;
use std::process::ExitCode;

use basma::Error;
use basma::error::CaseProblem;
use clap::FromArgMatches as _;
use clap::error::{ContextKind, ContextValue, ErrorKind};

use args::{Cli, Command, Language};
use context::{BUSY, Context, FAILED, Verdict};
use output::Stopped;
use prose::Prose;

/// Says why there is nothing to do. Asking for help or the version is no mistake. A closed output is none either.
fn refuse(error: &mut clap::Error, prose: &Prose) -> ExitCode {
    let is_asked = matches!(
        error.kind(),
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion
    );
    let argument = error.get(ContextKind::InvalidArg).map(ToString::to_string);
    let is_walk = argument.as_deref().is_some_and(|argument| {
        // Of other commands they are how folders are walked, or how deep. No name of ours is like them.
        ["--recursive", "-R", "--max-depth", "--depth"].contains(&name_of(argument))
    });
    let file = argument.as_deref().filter(|argument| {
        let is_unknown = error.kind() == ErrorKind::UnknownArgument;
        is_unknown && argument.starts_with('-') && Path::new(argument).exists()
    });
    let file = file.map(str::to_owned);
    if error.kind() == ErrorKind::UnknownArgument {
        // That an option may be a value helps where it is the name of a file, which is told below.
        error.remove(ContextKind::Suggested);
    }
    if is_walk || file.is_some() {
        error.remove(ContextKind::SuggestedArg);
    }
    if is_walk
        && argument
            .as_deref()
            .is_some_and(|a| a.starts_with("--max-depth"))
    {
        let meant = ContextValue::String("--max-archive-depth".to_owned());
        error.insert(ContextKind::SuggestedArg, meant);
    }
    let is_help = error.kind() == ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand;
    if is_asked || is_help || prose.language() == Language::En {
        let printed = error.print().and_then(|()| io::stdout().flush());
        // What was asked for did not arrive: that is a failure, unless the reader left.
        let is_lost = |error: &io::Error| error.kind() != io::ErrorKind::BrokenPipe;
        if is_asked && printed.is_err_and(|error| is_lost(&error)) {
            return ExitCode::from(FAILED);
        }
    } else {
        let _ = io::stderr().write_all(prose.usage(error).as_bytes());
    }
    let is_missing = match error.kind() {
        ErrorKind::MissingRequiredArgument => true,
        ErrorKind::InvalidValue => error.get(ContextKind::InvalidValue).is_none_or(is_empty),
        _ => false,
    };
    let is_of = |name: &str| argument.as_deref().is_some_and(|a| a.contains(name));
    let advice = match () {
        () if is_missing && is_of("--list") => prose.word("usage-list"),
        // Other commands walk folders by it.
        () if is_of("--radius") => prose.word("usage-radius"),
        () if is_walk => prose.word("usage-walked"),
        () => match file {
            Some(file) => {
                let file = basma::escape::escape(file.as_bytes()).into_owned();
                prose.say("usage-file", [("file", file.into())])
            }
            None => String::new(),
        },
    };
    if !advice.is_empty() {
        let _ = writeln!(io::stderr(), "\n{advice}");
    }
    ExitCode::from(if is_asked { 0 } else { FAILED })
}

/// The name of an option, without a value behind it.
fn name_of(argument: &str) -> &str {
    let end = argument.find(['=', ' ']).unwrap_or(argument.len());
    &argument[..end]
}

fn is_empty(value: &ContextValue) -> bool {
    match value {
        ContextValue::None => true,
        ContextValue::String(text) => text.is_empty(),
        _ => false,
    }
}

/// Does what the command line says.
pub(crate) fn run() -> ExitCode {
    if let Some(done) = walls::serve() {
        return done;
    }
    // Before the arguments are read, whose errors are told in it.
    let prose = Prose::new(prose::of_process());
    let prose = prose.for_terminal(io::stderr().is_terminal());
    let matches = prose.translate(args::command()).try_get_matches();
    let cli = match matches.and_then(|matches| Cli::from_arg_matches(&matches)) {
        Ok(cli) => cli,
        Err(mut error) => return refuse(&mut error, &prose),
    };
    let context = Context {
        prose: &prose,
        quiet: cli.quiet,
        color: cli.color,
    };
    let outcome = match &cli.command {
        Command::Scan(args) => scan::scan(args, &context),
        Command::Compare(args) => scan::compare(args, &context),
        Command::Duplicates(args) => duplicates::run(args, &context),
        Command::Hash(args) => scan::hash(args, &context),
        Command::Rematch(args) => rematch::run(args, &context),
        Command::Lookup(args) => lookup::run(args, &context),
        Command::Calibrate(args) => rights::calibrate(args, &context),
        Command::Withdraw(args) => rights::withdraw(args, &context),
        Command::Purge(args) => rights::purge(args, &context),
        Command::ReviewPack(args) => rights::review_pack(args, &context),
        Command::Figures(args) => rights::figures(args, &context),
        Command::Report(args) => page::run(args, &context),
        Command::Build(args) => build::run(args, &context),
        Command::Convert(args) => convert::run(args, &context),
        Command::Inspect(args) => inspect::run(args, &context),
        Command::Store(command) => store::run(command, &context),
        Command::Refresh(args) => store::refresh(args, &context),
        Command::Status(args) => store::status(args, &context),
        Command::List(args) => store::list(args, &context),
        Command::Revoke(args) => store::revoke(args, &context),
        Command::Add(args) => store::add(args, &context),
        Command::Rollback(args) => store::rollback(args, &context),
        Command::Diff(args) => store::diff(args, &context),
        Command::Audit(args) => store::audit(args, &context),
        Command::Ask(args) => ask::run(args, &context),
        Command::Feedback(args) => store::feedback(args, &context),
        Command::Serve(args) => serve::run(args, &context),
        Command::Key(args) => key::run(args, &context),
        Command::Doctor(args) => doctor::run(args, &context),
        Command::Completions(args) => completions::run(args),
        Command::Case(command) => case::run(command, &context),
        Command::Verify(args) => case::verify(args, &context),
        Command::Explain(args) => case::explain(args, &context),
        Command::Appeal(args) => case::appeal(args, &context),
        Command::Help(args) => help::run(args, &context),
        Command::Man(args) => man::run(args),
        Command::ListNames(args) => store::list_names(args),
        Command::DecodeWorker => return decoders::work(),
    };
    match outcome {
        Ok(verdict) => verdict.into(),
        Err(Stopped::ReaderLeft) => Verdict::Done.into(),
        Err(Stopped::Failed(error)) => {
            context.complain("error", &context.prose.error(&error));
            hints::tell(&error, &context);
            ExitCode::from(match error {
                Error::Busy { .. } => BUSY,
                Error::Case {
                    problem: CaseProblem::Locked { .. },
                    ..
                } => BUSY,
                _ => FAILED,
            })
        }
    }
}
