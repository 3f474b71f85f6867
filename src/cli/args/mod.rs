//! What can be typed.

pub(crate) mod case;
mod groups;
mod hashing;
mod indexes;
#[cfg_attr(
    not(feature = "serve"),
    allow(
        dead_code,
        reason = "without the service, its options are only refused"
    )
)]
pub(crate) mod network;
pub(crate) mod papers;
mod rights;
#[cfg_attr(
    not(feature = "serve"),
    allow(
        dead_code,
        reason = "without the service, its options are only refused"
    )
)]
pub(crate) mod serve;
pub(crate) mod store;
mod values;

use std::path::PathBuf;

use basma::hash::HashType;
use basma::index::{OnConflict, Structure};
use basma::list::vpdq::Layout;
use basma::store::MaxAction;
use clap::{Arg, Args, Command as Clap, CommandFactory as _, Parser, Subcommand};

pub(crate) use groups::{
    FfmpegArgs, FilesArgs, FloodArgs, HashOutputArgs, ImportArgs, MatchingArgs, MediaArgs,
    OutputArgs, PlainViews, QueryViews, ShowArgs,
};
pub(crate) use hashing::{CompareArgs, HashArgs, LookupArgs};
pub(crate) use indexes::{BuildArgs, ConvertArgs, InspectArgs};
pub(crate) use rights::{
    CalibrateArgs, CalibrationArgs, FiguresArgs, PurgeArgs, ReviewPackArgs, UseArgs, WithdrawArgs,
};
use values::Radius;
pub(crate) use values::{
    Color, FailOn, Format, HashFormat, InspectFormat, Language, ListFormat, Sandbox, Show,
};

use store::{
    AddArgs, AskArgs, AuditArgs, DiffArgs, FeedbackArgs, ListArgs, RefreshArgs, RevokeArgs,
    RollbackArgs, StatusArgs, StoreArgs, StoreCommand,
};

use super::completions::CompletedShell;
use super::html::thumbnail::Thumbnails;

/// Recognises known abuse and deepfake imagery when it reappears: copies, not look-alikes.
///
/// A LIST is a text list in any format, a compiled index (.basma), a store, a picture or a clip. It can also be a
/// folder of lists, or of pictures and clips. A match is a lead for a person, never a verdict.
///
/// Exit codes: 0 nothing matched and every file was examined; 1 something matched; 2 the job could not be done;
/// 3 nothing matched, but some files could not be examined. `scan --fail-on` says otherwise.
#[derive(Debug, Parser)]
#[command(
    name = "basma",
    version,
    max_term_width = 100,
    disable_help_subcommand = true
)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) command: Command,

    /// The language of what is said to people: en, fr or ar
    ///
    /// Output for programs is never translated. By default it is that of BASMA_LANG, LC_ALL, LC_MESSAGES or LANG, or else
    /// English.
    // Read before all others: `prose::of_process`.
    #[arg(
        long,
        global = true,
        value_enum,
        hide_possible_values = true,
        hide_short_help = true
    )]
    pub(crate) lang: Option<Language>,

    /// Say nothing but matches, warnings and errors
    ///
    /// No summary, no progress, nothing of the lists that were loaded.
    #[arg(long, short, global = true)]
    pub(crate) quiet: bool,

    /// When output has colours and links: auto, where a terminal shows them, always, or never
    #[arg(
        long,
        global = true,
        value_name = "WHEN",
        value_enum,
        default_value = "auto",
        hide_possible_values = true
    )]
    pub(crate) color: Color,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Find known material in files, folders and archives
    ///
    /// Each thread needs memory for one file and what it decodes to: --max-file-bytes and --max-decoded-bytes. Archives
    /// within archives need 512 MiB more. The number and the size of files do not matter.
    Scan(ScanArgs),
    /// Find copies of a picture, a clip or a folder of them, without a list
    Compare(CompareArgs),
    /// Group the copies among pictures and clips: the same bytes, and those that are near each other
    ///
    /// Nothing is kept and nothing is deleted. Each copy of a group is near its first file. Exit code 1: there are copies.
    Duplicates(DuplicatesArgs),
    /// Print the hashes of media files
    Hash(HashArgs),
    /// Look up what earlier scans remember: have we held any of this?
    Rematch(RematchArgs),
    /// Look hashes up in lists
    Lookup(LookupArgs),
    /// Count how often lists match files that are known to be lawful, and sign the counts
    ///
    /// The counts are of different files, by kind of picture and by tier, with bounds that hold with a confidence of 95 %. A
    /// scan states them with --calibration. Exit code 3: not all files could be examined.
    Calibrate(CalibrateArgs),
    /// Erase the entries that carry a person's token, and all that is kept of them
    ///
    /// Older generations of the store are removed, which hold them too. The audit says that it was done, and holds no hash.
    Withdraw(WithdrawArgs),
    /// Erase what was kept for long enough, and sign what was erased
    Purge(PurgeArgs),
    /// Count by month what was confirmed and what was overturned, by list and by entry
    ///
    /// Exit code 3: a list or an entry was overturned so often that its quarantine is proposed.
    Figures(FiguresArgs),
    /// Put together what a periodic review needs: precision, recall, a sample for people, and how the store is kept
    ReviewPack(ReviewPackArgs),
    /// Make a page for people out of the findings of a scan
    ///
    /// The page is one HTML file that needs nothing else: no script, nothing from the network. It has the language of
    /// messages (--lang). It contains names and digests of files: treat it as the findings themselves.
    Report(ReportArgs),
    /// Compile lists into one memory-mapped index
    Build(BuildArgs),
    /// Write lists in another format
    Convert(ConvertArgs),
    /// Tell what is inside a compiled index
    Inspect(InspectArgs),
    /// Make a store of lists, check it, or tell its history
    #[command(subcommand)]
    Store(StoreCommand),
    /// Bring the lists of a store up to date from their sources
    ///
    /// Exit codes: 0 everything is up to date; 2 something is not: a source failed or is held back by a guard, and what was in
    /// force stays in force; 3 everything is, but malformed records were set aside; 4 the store is locked by another process.
    Refresh(RefreshArgs),
    /// Tell how the lists of a store are; exit code 3 if any is stale or failing
    Status(StatusArgs),
    /// Show what the lists of a store hold, or export it
    List(ListArgs),
    /// Withdraw entries from a list of a store, at once
    Revoke(RevokeArgs),
    /// Add pictures, clips or hashes to a list of a store, at once
    Add(AddArgs),
    /// Put the lists of an earlier generation in force again
    Rollback(RollbackArgs),
    /// Tell what changed between two generations; exit code 1 if anything did
    Diff(DiffArgs),
    /// Print what was done to a store, or check that its record is whole
    Audit(AuditArgs),
    /// Ask a service of sources.toml about hashes: it learns each of them
    ///
    /// Hashes alone are sent: no file, no name. Nothing else of basma asks a service. Exit codes: 1 it knows one; 3 it knows
    /// none, and not all were checked, where its checker says `fail = "closed"`.
    Ask(AskArgs),
    /// Write what was decided about the entries of a list, as its provider takes it; nothing is sent
    Feedback(FeedbackArgs),
    /// Answer over HTTP: a store of lists that platforms ask
    ///
    /// Requests and answers are those of HMA, so that its clients need nothing but another address. Ctrl-C or SIGTERM ends it:
    /// requests under way are answered first.
    Serve(serve::ServeArgs),
    /// Make a key for a caller of the service
    ///
    /// The key is printed once, and kept nowhere: the file holds its SHA-256. A running service reads the file when it changes.
    Key(network::KeyArgs),
    /// Keep a case: signed records of reports, scans, findings and decisions
    #[command(subcommand)]
    Case(case::CaseCommand),
    /// Check that a case is whole: nothing changed, removed, moved or put in
    Verify(case::VerifyArgs),
    /// Show all that a finding of a case rests on
    Explain(case::ExplainArgs),
    /// Record an appeal against a decision of a case, or decide it
    Appeal(case::AppealArgs),
    /// Tell what this machine can decode, and what it would take to decode the rest
    Doctor(DoctorArgs),
    /// Print the completions of a shell, which finish commands, options and their values
    Completions(CompletionsArgs),
    /// Print the help of a command, or of a topic: `formats`, `exit-codes`, `lists`, `store`
    Help(HelpArgs),
    /// Write a manual page for each command into a folder
    #[command(hide = true)]
    Man(ManArgs),
    /// Print the names of the lists of a store, for completions
    #[command(hide = true)]
    ListNames(StoreArgs),
    /// Decode for the process at the other end of standard input, and do nothing else
    #[command(hide = true)]
    DecodeWorker,
}

#[derive(Debug, Args)]
pub(crate) struct HelpArgs {
    /// A command or a topic
    #[arg(value_name = "COMMAND|TOPIC", value_parser = values::About, hide_possible_values = true)]
    pub(crate) about: Option<String>,
}

#[derive(Debug, Args)]
pub(crate) struct ManArgs {
    /// The folder, which is there
    #[arg(value_name = "DIR")]
    pub(crate) folder: PathBuf,
}

#[derive(Debug, Args)]
pub(crate) struct CompletionsArgs {
    /// The shell: bash, zsh or fish
    #[arg(value_name = "SHELL", value_enum, hide_possible_values = true)]
    pub(crate) shell: CompletedShell,
}

#[derive(Debug, Args)]
pub(crate) struct DoctorArgs {
    #[command(flatten)]
    pub(crate) ffmpeg: FfmpegArgs,
    /// For people, or one JSON object
    #[arg(long, short, value_enum, default_value = "text")]
    pub(crate) format: InspectFormat,
}

#[derive(Debug, Args)]
#[command(
    override_usage = "basma scan [OPTIONS] --list <LIST> [PATH]...\n       basma scan [OPTIONS] --script <FILE>"
)]
pub(crate) struct ScanArgs {
    #[command(flatten)]
    pub(crate) files: FilesArgs,
    /// The lists to look up in; may be repeated
    #[arg(
        long = "list",
        short = 'l',
        required_unless_present = "script",
        value_name = "LIST"
    )]
    pub(crate) lists: Vec<PathBuf>,
    #[command(flatten)]
    pub(crate) search: SearchArgs,
    #[command(flatten)]
    pub(crate) flood: FloodArgs,
    /// Answer by the exit code alone, for a program that asks about one file: 0 it passes, 1 it is refused, 3 it was not
    /// checked
    ///
    /// Nothing is written but errors. Without --list, the lists are those of the store of BASMA_STORE. Whether a file passes
    /// that was not checked is decided by `fail` of the lists.
    #[arg(
        long,
        conflicts_with_all = ["paths_from", "fail_on", "format", "output", "show", "verbose", "journal", "cache", "types", "case_of_scan", "export_matches"],
        hide_short_help = true,
        help_heading = "Output"
    )]
    pub(crate) script: bool,
    /// From which match on a file is refused: block, review or log
    ///
    /// It is compared with `at_most` of the list. A list outside a store counts as block.
    #[arg(
        long,
        value_name = "ACTION",
        default_value = "block",
        requires = "script",
        value_parser = values::words::<MaxAction>(MaxAction::ALL.map(MaxAction::name)),
        hide_possible_values = true,
        hide_short_help = true,
        help_heading = "Output"
    )]
    pub(crate) refuse: MaxAction,
}

#[derive(Debug, Args)]
pub(crate) struct DuplicatesArgs {
    #[command(flatten)]
    pub(crate) files: FilesArgs,
    /// How many bits may differ [default: pdq=31]
    ///
    /// For PDQ, or as TYPE=N for another type. Folders are walked without any option.
    #[arg(long, short, value_name = "N", value_delimiter = ',', value_parser = values::radius, help_heading = "Matching")]
    pub(crate) radius: Vec<Radius>,
    #[command(flatten)]
    pub(crate) output: OutputArgs,
    #[command(flatten)]
    pub(crate) views: PlainViews,
    #[command(flatten)]
    pub(crate) media: MediaArgs,
}

/// How a scan looks, for what, and what comes of it.
#[derive(Debug, Args)]
pub(crate) struct SearchArgs {
    #[command(flatten)]
    pub(crate) matching: MatchingArgs,
    /// The types of hash to compute and look up [default: all that the lists hold]
    #[arg(
        long = "type",
        short = 't',
        value_name = "TYPE",
        value_delimiter = ',',
        value_parser = values::hash_type(),
        hide_short_help = true,
        help_heading = "Matching"
    )]
    pub(crate) types: Vec<HashType>,
    #[command(flatten)]
    pub(crate) output: OutputArgs,
    #[command(flatten)]
    pub(crate) show: ShowArgs,
    #[command(flatten)]
    pub(crate) calibration: CalibrationArgs,
    /// What makes the exit code other than 0: matched (1), gaps (3: all of unsupported, damaged, unreadable, over-limit)
    /// or single ones of these and of low-quality and skipped (3 too); weak, what speaks for a listed clip and is too little
    /// for a match (3 too); nothing, for a job that only reports; or the code of a reason (3 too), such as password-none-fits
    #[arg(
        long,
        value_name = "WHAT",
        value_parser = values::FailOnParser,
        value_delimiter = ',',
        default_value = "matched,gaps,weak",
        hide_possible_values = true,
        hide_short_help = true,
        help_heading = "Output"
    )]
    pub(crate) fail_on: Vec<FailOn>,
    /// Copy files that match into this folder, named by their SHA-256, and say in manifest.jsonl of which findings they are
    ///
    /// Members of archives too. Nothing is written over, and the folder must not lie in what is scanned. Keep it as the law asks.
    #[arg(
        long,
        value_name = "DIR",
        hide_short_help = true,
        help_heading = "Output"
    )]
    pub(crate) export_matches: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) logs: LogArgs,
    #[command(flatten)]
    pub(crate) record: case::RecordArgs,
    #[command(flatten)]
    pub(crate) views: QueryViews,
    #[command(flatten)]
    pub(crate) media: MediaArgs,
    #[command(flatten)]
    pub(crate) import: ImportArgs,
}

/// What a scan remembers.
#[derive(Debug, Args)]
#[command(next_help_heading = "Remembering")]
pub(crate) struct LogArgs {
    /// Record every file as it is done: run again, the same command goes on where it stopped
    ///
    /// Whatever ended it, its output is the same in the end.
    #[arg(long, value_name = "FILE")]
    pub(crate) journal: Option<PathBuf>,
    /// Remember the hashes of what is scanned from one scan to the next: files that did not change are not read again
    #[arg(long, value_name = "FILE", hide_short_help = true)]
    pub(crate) cache: Option<PathBuf>,
    /// Keep digests of paths in the cache instead of paths; their key is made beside it, as FILE.key
    #[arg(long, requires = "cache", hide_short_help = true)]
    pub(crate) no_paths: bool,
    /// The most that the cache may grow to, in bytes; when it is nearly full, the next scan forgets the oldest half
    #[arg(long, value_name = "SIZE", default_value = "8G", value_parser = values::size, requires = "cache", hide_short_help = true)]
    pub(crate) max_cache_bytes: u64,
}

#[derive(Debug, Args)]
pub(crate) struct RematchArgs {
    /// The cache or journal of earlier scans; no other file is read
    #[arg(long, required = true, value_name = "FILE")]
    pub(crate) cache: PathBuf,
    /// The lists to look up in; may be repeated
    #[arg(long = "list", short = 'l', required = true, value_name = "LIST")]
    pub(crate) lists: Vec<PathBuf>,
    #[command(flatten)]
    pub(crate) calibration: CalibrationArgs,
    #[command(flatten)]
    pub(crate) record: case::RecordArgs,
    #[command(flatten)]
    pub(crate) matching: MatchingArgs,
    #[command(flatten)]
    pub(crate) flood: FloodArgs,
    #[command(flatten)]
    pub(crate) import: ImportArgs,
    #[command(flatten)]
    pub(crate) media: MediaArgs,
    #[command(flatten)]
    pub(crate) output: OutputArgs,
    #[command(flatten)]
    pub(crate) show: ShowArgs,
}

#[derive(Debug, Args)]
pub(crate) struct ReportArgs {
    /// What `scan` or `rematch` wrote with --format jsonl; - is standard input
    #[arg(value_name = "FINDINGS.jsonl")]
    pub(crate) findings: PathBuf,
    /// Write here instead of standard output (-)
    ///
    /// An existing file is replaced whole, or not at all.
    #[arg(long, short, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
    /// Show small pictures of the matched files that still exist unchanged where the findings say; without it no picture
    /// is shown
    #[arg(long, value_name = "HOW", value_enum)]
    pub(crate) thumbnails: Option<Thumbnails>,
    /// Try the passwords in this file, one a line, on encrypted archives whose members are shown
    #[arg(
        long = "passwords",
        id = "report_passwords",
        value_name = "FILE",
        requires = "thumbnails",
        hide_short_help = true
    )]
    pub(crate) passwords: Option<PathBuf>,
}

/// The command line as it is read. A number below zero is the value of its option, so that what is wrong with it is told; it
/// would be an unknown option otherwise.
pub(crate) fn command() -> Clap {
    fn with_negatives(command: Clap) -> Clap {
        let with = |arg: Arg| {
            let is_option = !arg.is_positional() && arg.get_action().takes_values();
            if is_option {
                arg.allow_negative_numbers(true)
            } else {
                arg
            }
        };
        command.mut_args(with).mut_subcommands(with_negatives)
    }
    with_negatives(Cli::command())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Each option that takes a value, given words that are no value of most.
    #[test]
    fn no_option_tells_of_a_value_what_only_programmers_read() {
        let mut tried = 0;
        for command in super::command().get_subcommands() {
            let options = command.get_arguments();
            // A value that may be left out stands behind `=`.
            let options = options.filter(|arg| !arg.is_require_equals_set());
            for option in options.filter(|arg| arg.get_action().takes_values()) {
                let Some(long) = option.get_long() else {
                    continue;
                };
                for value in ["x", "-7", "99999999999999999999999"] {
                    let words = ["basma", command.get_name(), &format!("--{long}"), value];
                    let Err(error) = super::command().try_get_matches_from(words) else {
                        continue;
                    };
                    let text = error.to_string();
                    for raw in [
                        "digit",
                        "is not in",
                        "too large to fit",
                        "syntax",
                        "to pass '",
                    ] {
                        assert!(!text.contains(raw), "{words:?}: {text}");
                    }
                    tried += 1;
                }
            }
        }
        assert!(tried > 300, "{tried}");
    }

    #[test]
    fn the_arguments_are_consistent() {
        Cli::command().debug_assert();
    }

    /// Who asks for the short help reads it on one screen.
    #[test]
    fn the_short_help_of_every_command_has_at_most_40_lines() {
        let mut command = Cli::command().term_width(80);
        command.build();
        for command in command.get_subcommands_mut() {
            let help = command.render_help().to_string();
            let lines = help.lines().count();
            assert!(lines <= 40, "{}: {lines} lines\n{help}", command.get_name());
        }
    }
}
