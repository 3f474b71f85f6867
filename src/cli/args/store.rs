//! What can be typed about stores.

use std::path::{Path, PathBuf};

use basma::error::Problem;
use basma::hash::HashType;
use basma::list::Severity;
use basma::store::{Access, Guard, Store, Token, WITHDRAWAL};
use clap::{Args, Subcommand, ValueEnum};
use etcetera::BaseStrategy as _;

use super::values::{Format, hash_type, whole};
use super::{FfmpegArgs, OutputArgs};

/// Which store.
#[derive(Debug, Args)]
pub(crate) struct StoreArgs {
    /// The folder of the store
    ///
    /// By default that of BASMA_STORE, or else `basma` in the folder where this system keeps data of programs.
    #[arg(long, value_name = "DIR")]
    pub(crate) store: Option<PathBuf>,
    /// Take a store that others than its owner can read or write, or that belongs to another user
    #[arg(long)]
    pub(crate) shared_store: bool,
}

impl StoreArgs {
    pub(crate) fn access(&self) -> Access {
        access(self.shared_store)
    }

    /// Its folder, whether it is there or not.
    pub(crate) fn path(&self) -> basma::Result<PathBuf> {
        folder(self.store.as_deref())
    }

    pub(crate) fn open(&self) -> basma::Result<Store> {
        let path = self.path()?;
        if self.store.is_none() && !path.exists() {
            let path = basma::escape::path(&path).into_owned();
            return Err(Problem::StoreMissing { path }.into());
        }
        Store::open(&path, self.access())
    }
}

/// The folder of the store that the command names, or else BASMA_STORE. By default it is where the system keeps data.
pub(crate) fn folder(named: Option<&Path>) -> basma::Result<PathBuf> {
    let of_variable = || {
        let path = std::env::var_os("BASMA_STORE").filter(|path| !path.is_empty());
        path.map(PathBuf::from)
    };
    if let Some(path) = named.map(Path::to_owned).or_else(of_variable) {
        return Ok(path);
    }
    let strategy = etcetera::base_strategy::choose_native_strategy();
    let data = strategy.map(|strategy| strategy.data_dir());
    let data = data.map_err(|_| Problem::StoreUnnamed)?;
    Ok(data.join("basma"))
}

pub(crate) fn access(shared: bool) -> Access {
    if shared {
        Access::Shared
    } else {
        Access::Private
    }
}

/// How results are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum StoreFormat {
    Text,
    Jsonl,
}

/// What is done to a store as a whole.
#[derive(Debug, Subcommand)]
pub(crate) enum StoreCommand {
    /// Make a store, in which the list `own` is in force at once
    Init(InitArgs),
    /// Check the file that names the sources, and nothing else
    Check(CheckArgs),
    /// List the generations that are kept: what each holds, who made it and why, which is in force
    History(HistoryArgs),
}

#[derive(Debug, Args)]
pub(crate) struct InitArgs {
    /// The folder, which is new or empty [default: as for --store]
    #[arg(value_name = "DIR")]
    pub(crate) folder: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct CheckArgs {
    #[command(flatten)]
    pub(crate) store: StoreArgs,
}

#[derive(Debug, Args)]
pub(crate) struct HistoryArgs {
    #[command(flatten)]
    pub(crate) store: StoreArgs,
    /// For people, or JSON Lines
    #[arg(long, short, value_enum, default_value = "text")]
    pub(crate) format: StoreFormat,
}

#[derive(Debug, Args)]
pub(crate) struct RefreshArgs {
    /// The lists to refresh [default: all that sources.toml names]
    #[arg(value_name = "LIST")]
    pub(crate) lists: Vec<String>,
    #[command(flatten)]
    pub(crate) store: StoreArgs,
    /// Make the store, with a commented sources.toml to begin with, and do nothing else
    #[arg(long, conflicts_with_all = ["lists", "dry_run", "overrides"])]
    pub(crate) init: bool,
    /// Do everything but publish, and tell what would change; exit code 1 if anything would
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// Let pass, this once and on the record, what this guard would hold back: shrink, growth, rejects, degenerate, canary,
    /// back, gap, age, identity, rolled-back, clock, empty, dropped, damaged; may be repeated
    #[arg(
        long = "override",
        value_name = "GUARD",
        value_delimiter = ',',
        requires = "reason"
    )]
    pub(crate) overrides: Vec<Guard>,
    /// Why, for the audit
    #[arg(long, value_name = "TEXT")]
    pub(crate) reason: Option<String>,
    /// For people, or JSON Lines
    #[arg(long, short, value_enum, default_value = "text")]
    pub(crate) format: StoreFormat,
}

#[derive(Debug, Args)]
pub(crate) struct ListArgs {
    /// The list whose entries are shown [default: every list of the store]
    #[arg(value_name = "LIST")]
    pub(crate) list: Option<String>,
    #[command(flatten)]
    pub(crate) store: StoreArgs,
    /// Show entries with this label; may be repeated, and then any of them does
    #[arg(long = "label", value_name = "LABEL")]
    pub(crate) labels: Vec<String>,
    /// Show entries of the item with this ID
    #[arg(long, value_name = "ID")]
    pub(crate) id: Option<String>,
    /// Show hashes of these types
    #[arg(
        long = "type",
        short = 't',
        value_name = "TYPE",
        value_delimiter = ',',
        value_parser = hash_type(), hide_short_help = true
    )]
    pub(crate) types: Vec<HashType>,
    /// For people, or a list in one of two formats, which basma reads again
    #[arg(
        long,
        short,
        value_enum,
        default_value = "text",
        help_heading = "Output"
    )]
    pub(crate) format: Format,
    /// Write here instead of standard output (-)
    ///
    /// An existing file is replaced whole, or not at all.
    #[arg(long, short, value_name = "FILE", help_heading = "Output")]
    pub(crate) output: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct StatusArgs {
    #[command(flatten)]
    pub(crate) store: StoreArgs,
    /// List the generations that are kept: what each holds, who made it and why, which is in force
    #[arg(long, conflicts_with = "metrics")]
    pub(crate) generations: bool,
    /// Write figures for Prometheus here (its node exporter's textfile collector reads them)
    #[arg(long, value_name = "FILE")]
    pub(crate) metrics: Option<PathBuf>,
    /// For people, or JSON Lines
    #[arg(long, short, value_enum, default_value = "text")]
    pub(crate) format: StoreFormat,
}

#[derive(Debug, Args)]
pub(crate) struct RollbackArgs {
    /// The generation whose lists are to be in force again [default: the one before that was not rolled back from]
    #[arg(value_name = "GENERATION", value_parser = whole::<u64>())]
    pub(crate) to: Option<u64>,
    #[command(flatten)]
    pub(crate) store: StoreArgs,
    /// Why, for the audit
    #[arg(long, required = true, value_name = "TEXT")]
    pub(crate) reason: String,
}

#[derive(Debug, Args)]
pub(crate) struct DiffArgs {
    /// The generation before [default: the last but one that is kept]
    #[arg(value_name = "BEFORE", value_parser = whole::<u64>())]
    pub(crate) before: Option<u64>,
    /// The generation after [default: the one in force]
    #[arg(value_name = "AFTER", value_parser = whole::<u64>())]
    pub(crate) after: Option<u64>,
    #[command(flatten)]
    pub(crate) store: StoreArgs,
    /// For people, or JSON Lines
    #[arg(long, short, value_enum, default_value = "text")]
    pub(crate) format: StoreFormat,
}

#[derive(Debug, Args)]
pub(crate) struct AuditArgs {
    #[command(flatten)]
    pub(crate) store: StoreArgs,
    /// Look through all of it instead of printing it: that nothing was changed, removed or put in
    #[arg(long, conflicts_with = "format")]
    pub(crate) verify: bool,
    /// For people, or JSON Lines: the records as they are kept
    #[arg(long, short, value_enum, default_value = "text")]
    pub(crate) format: StoreFormat,
}

#[derive(Debug, Args)]
pub(crate) struct AskArgs {
    /// The name of the checker, as `sources.toml` has it
    #[arg(value_name = "CHECKER")]
    pub(crate) checker: String,
    /// Hashes as HASH or TYPE:HASH; without any, what `basma hash` prints, from standard input
    #[arg(value_name = "HASH")]
    pub(crate) hashes: Vec<String>,
    /// The type of hashes given without one [default: the type of that length that the service takes]
    #[arg(long = "type", short = 't', value_name = "TYPE", value_parser = super::values::hash_type())]
    pub(crate) hash_type: Option<HashType>,
    #[command(flatten)]
    pub(crate) store: StoreArgs,
    #[command(flatten)]
    pub(crate) output: OutputArgs,
}

#[derive(Debug, Args)]
pub(crate) struct FeedbackArgs {
    /// The list whose entries were decided about
    #[arg(long, value_name = "LIST")]
    pub(crate) source: String,
    #[command(flatten)]
    pub(crate) store: StoreArgs,
    /// Write here instead of standard output (-)
    ///
    /// An existing file is replaced as a whole, or not at all.
    #[arg(long, short, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct RevokeArgs {
    /// What is withdrawn: pictures, clips, lists, HASH, TYPE:HASH, or the ID of an item with all its hashes; - is standard
    /// input
    #[arg(required = true, value_name = "FILE|HASH|ID")]
    pub(crate) targets: Vec<String>,
    #[command(flatten)]
    pub(crate) store: StoreArgs,
    /// The list it is withdrawn from; other lists that hold it keep it
    #[arg(long, short, default_value = "own", value_name = "LIST")]
    pub(crate) list: String,
    /// Why, for the audit
    #[arg(long, required = true, value_name = "TEXT")]
    pub(crate) reason: String,
    /// Take what is given for IDs, whatever it looks like
    #[arg(long)]
    pub(crate) id: bool,
    /// Take a withdrawal back: what the source says counts again
    #[arg(long)]
    pub(crate) lift: bool,
    /// Withdraw in advance what the list does not hold
    #[arg(long)]
    pub(crate) force: bool,
    #[command(flatten)]
    pub(crate) ffmpeg: FfmpegArgs,
}

#[derive(Debug, Args)]
pub(crate) struct AddArgs {
    /// What is added: pictures, clips, folders of them, lists, or hashes as HASH or TYPE:HASH; - is standard input
    #[arg(required = true, value_name = "FILE|HASH")]
    pub(crate) items: Vec<String>,
    #[command(flatten)]
    pub(crate) store: StoreArgs,
    /// The list it is added to
    #[arg(long, short, default_value = "own", value_name = "LIST")]
    pub(crate) list: String,
    /// Why, for the audit
    #[arg(long, value_name = "TEXT", default_value = "")]
    pub(crate) reason: String,
    #[command(flatten)]
    pub(crate) item: ItemArgs,
    #[command(flatten)]
    pub(crate) consent: ConsentArgs,
}

/// On what terms a person let an entry be added.
#[derive(Debug, Args)]
pub(crate) struct ConsentArgs {
    /// Print a token with which the person can have the entry erased: only its digest is kept
    ///
    /// `basma withdraw --token` erases it. Give the token to the person, and keep no copy.
    #[arg(long, hide_short_help = true)]
    pub(crate) withdrawable: bool,
    /// What the entry may be used for, in words; it is kept with the entry
    #[arg(
        long = "purpose",
        id = "entry_purpose",
        value_name = "TEXT",
        hide_short_help = true
    )]
    pub(crate) purpose: Option<String>,
    /// The law or consent that allows it; it is kept with the entry
    #[arg(
        long = "legal-basis",
        id = "entry_basis",
        value_name = "TEXT",
        hide_short_help = true
    )]
    pub(crate) legal_basis: Option<String>,
}

impl ConsentArgs {
    /// What an entry says of it, with the digest of a token.
    pub(crate) fn meta(&self, token: Option<&Token>) -> Vec<(String, String)> {
        let said = [
            ("purpose", self.purpose.clone()),
            ("legal_basis", self.legal_basis.clone()),
            (WITHDRAWAL, token.map(Token::digest)),
        ];
        let said = said.into_iter();
        said.filter_map(|(key, value)| Some((key.to_owned(), value?)))
            .collect()
    }
}

/// What is said of an item, and how it is hashed.
#[derive(Debug, Args)]
pub(crate) struct ItemArgs {
    /// A label; may be repeated
    #[arg(long = "label", value_name = "LABEL", value_delimiter = ',')]
    pub(crate) labels: Vec<String>,
    /// The ID of the item, under which all that is given is added
    #[arg(long, value_name = "ID")]
    pub(crate) id: Option<String>,
    /// How grave it is: low, medium, high, critical
    #[arg(long, value_name = "SEVERITY")]
    pub(crate) severity: Option<Severity>,
    /// From when it no longer counts: a time such as 2027-01-31T00:00:00Z
    #[arg(long, value_name = "TIME", value_parser = time)]
    pub(crate) until: Option<i64>,
    /// The types of hash to make of files, or the type of a hash that is given without one
    #[arg(
        long = "type",
        short = 't',
        value_name = "TYPE",
        value_delimiter = ',',
        default_value = "pdq,sha256",
        value_parser = hash_type(), hide_short_help = true
    )]
    pub(crate) types: Vec<HashType>,
    /// List the hash of a picture alone, without the tiles and local features that find its changed copies
    #[arg(long, hide_short_help = true)]
    pub(crate) no_details: bool,
    #[command(flatten)]
    pub(crate) ffmpeg: FfmpegArgs,
}

impl ItemArgs {
    /// Of a file that is hashed to be found again.
    pub(crate) fn of_hashes(ffmpeg: &FfmpegArgs) -> ItemArgs {
        ItemArgs {
            labels: Vec::new(),
            id: None,
            severity: None,
            until: None,
            types: vec![HashType::Pdq, HashType::Sha256],
            no_details: true,
            ffmpeg: ffmpeg.clone(),
        }
    }

    /// Whether anything is said of the item that may not be said of it yet.
    pub(crate) fn says_more(&self) -> bool {
        !self.labels.is_empty() || self.severity.is_some() || self.until.is_some()
    }
}

pub(crate) fn time(text: &str) -> Result<i64, Problem> {
    let time: jiff::Timestamp = text.parse().map_err(|_| Problem::TimeUnreadable)?;
    Ok(time.as_second())
}
