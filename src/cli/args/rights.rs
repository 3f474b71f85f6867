//! What can be typed about the rights of people: what lists are for, how often they err.

use std::path::PathBuf;

use basma::store::Use;
use clap::Args;

use super::case::SignerArgs;
use super::store::StoreArgs;
use super::values::number;
use super::{ImportArgs, MatchingArgs, MediaArgs, OutputArgs, QueryViews};

/// What lists are looked up for.
#[derive(Clone, Debug, Args)]
#[command(next_help_heading = "Matching")]
pub(crate) struct UseArgs {
    /// The name of the purpose, such as child-abuse: a list that is not for it is refused
    #[arg(
        long,
        value_name = "NAME",
        env = "BASMA_PURPOSE",
        hide_env_values = true,
        hide_short_help = true
    )]
    pub(crate) purpose: Option<String>,
    /// The name of the region whose law counts, such as eu: rules of a store can forbid a purpose there
    #[arg(
        long,
        value_name = "NAME",
        env = "BASMA_REGION",
        hide_env_values = true,
        hide_short_help = true
    )]
    pub(crate) region: Option<String>,
    /// The law or decision that allows it; the output states it
    #[arg(
        long,
        value_name = "TEXT",
        env = "BASMA_LEGAL_BASIS",
        hide_env_values = true,
        hide_short_help = true
    )]
    pub(crate) legal_basis: Option<String>,
}

impl UseArgs {
    pub(crate) fn wanted(&self) -> Use {
        Use::default()
            .with_purpose(self.purpose.clone())
            .with_region(self.region.clone())
            .with_legal_basis(self.legal_basis.clone())
    }
}

/// Which file states how often lists match lawful files.
#[derive(Clone, Debug, Args)]
#[command(next_help_heading = "Output")]
pub(crate) struct CalibrationArgs {
    /// State how often the lists match lawful files, as counted in this file of `basma calibrate`
    #[arg(long, value_name = "FILE", hide_short_help = true)]
    pub(crate) calibration: Option<PathBuf>,
    /// The public key that must have signed it: its file, or its text
    #[arg(
        long,
        value_name = "KEY",
        requires = "calibration",
        hide_short_help = true
    )]
    pub(crate) calibration_key: Option<String>,
}

#[derive(Debug, Args)]
pub(crate) struct CalibrateArgs {
    /// Files and folders that are known to be lawful, and that no list should match; may be repeated
    #[arg(long, required = true, value_name = "PATH")]
    pub(crate) corpus: Vec<PathBuf>,
    /// The lists to calibrate; may be repeated
    #[arg(long = "list", short = 'l', required = true, value_name = "LIST")]
    pub(crate) lists: Vec<PathBuf>,
    /// What the files are, in words: whose, of when, how chosen
    #[arg(long, value_name = "TEXT", default_value = "not described")]
    pub(crate) population: String,
    /// The file to write; a signature for minisign goes beside it
    #[arg(
        long = "out",
        short,
        default_value = "calibration.json",
        value_name = "FILE"
    )]
    pub(crate) output: PathBuf,
    #[command(flatten)]
    pub(crate) signer: SignerArgs,
    #[command(flatten)]
    pub(crate) matching: MatchingArgs,
    #[command(flatten)]
    pub(crate) import: ImportArgs,
    #[command(flatten)]
    pub(crate) views: QueryViews,
    #[command(flatten)]
    pub(crate) media: MediaArgs,
}

#[derive(Debug, Args)]
pub(crate) struct WithdrawArgs {
    /// The token that `basma add --withdrawable` printed; - is standard input, where other programs do not see it
    #[arg(long, value_name = "TOKEN", required = true)]
    pub(crate) token: String,
    /// Why, for the audit
    #[arg(
        long = "reason",
        id = "withdraw_reason",
        value_name = "TEXT",
        default_value = "withdrawn by its token"
    )]
    pub(crate) reason: String,
    #[command(flatten)]
    pub(crate) store: StoreArgs,
    /// A case whose details are erased too; may be repeated
    #[arg(long = "case", id = "withdraw_cases", value_name = "CASE")]
    pub(crate) cases: Vec<PathBuf>,
    /// A cache or journal of scans, which forgets the files that are what the entry is of, or near it; may be repeated
    #[arg(long = "log", id = "withdraw_logs", value_name = "FILE")]
    pub(crate) logs: Vec<PathBuf>,
    #[command(flatten)]
    pub(crate) signer: SignerArgs,
}

#[derive(Debug, Args)]
pub(crate) struct PurgeArgs {
    /// How old it has to be: 90d, 36h
    #[arg(long, value_name = "AGE", value_parser = age)]
    pub(crate) older_than: i64,
    /// A case whose details and sealed files are erased; its records stay; may be repeated
    #[arg(long = "case", id = "purge_cases", value_name = "CASE")]
    pub(crate) cases: Vec<PathBuf>,
    /// A cache or journal of scans, which is removed if nothing was added since; may be repeated
    #[arg(long = "log", id = "purge_logs", value_name = "FILE")]
    pub(crate) logs: Vec<PathBuf>,
    /// A store, whose queue of the review forgets what nobody touched since
    #[arg(long = "queue-of", id = "purge_store", value_name = "STORE")]
    pub(crate) queue: Option<PathBuf>,
    /// Why
    #[arg(
        long = "reason",
        id = "purge_reason",
        value_name = "TEXT",
        default_value = "the time of retention is over"
    )]
    pub(crate) reason: String,
    /// Write what was erased here instead of standard output (-)
    #[arg(long = "output", short, id = "purge_output", value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) signer: SignerArgs,
}

#[derive(Debug, Args)]
pub(crate) struct FiguresArgs {
    /// The cases that are counted; may be repeated
    #[arg(
        required_unless_present = "figures_store",
        id = "figures_cases",
        value_name = "CASE"
    )]
    pub(crate) cases: Vec<PathBuf>,
    /// A store, whose queue of the review is counted too
    #[arg(long = "queue-of", id = "figures_store", value_name = "STORE")]
    pub(crate) queue: Option<PathBuf>,
    /// The month, as 2026-11 [default: all time]
    #[arg(long, value_name = "YEAR-MONTH", value_parser = month)]
    pub(crate) month: Option<String>,
    #[command(flatten)]
    pub(crate) output: OutputArgs,
}

#[derive(Debug, Args)]
pub(crate) struct ReviewPackArgs {
    /// The cases whose findings are reviewed; may be repeated
    #[arg(required = true, id = "pack_cases", value_name = "CASE")]
    pub(crate) cases: Vec<PathBuf>,
    /// The store whose lists were looked up in
    #[arg(long = "of-store", id = "pack_store", value_name = "STORE")]
    pub(crate) store: Option<PathBuf>,
    /// What `basma scan --format jsonl` wrote of files that are known to be copies of listed pictures: they give the recall
    #[arg(long, value_name = "FINDINGS.jsonl")]
    pub(crate) known: Option<PathBuf>,
    /// How many findings people should look at
    #[arg(long, value_name = "N", default_value_t = 50, value_parser = number::<u32>(1..=100_000))]
    pub(crate) sample: u32,
    /// Write here instead of standard output (-)
    #[arg(long = "output", short, id = "pack_output", value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) signer: SignerArgs,
}

/// A time with its unit, in seconds.
fn age(text: &str) -> Result<i64, String> {
    let parse = || {
        let unit = match text.chars().next_back()? {
            'h' => 3600,
            'd' => 86400,
            _ => return None,
        };
        let number: i64 = text[..text.len() - 1].parse().ok()?;
        number.checked_mul(unit).filter(|age| *age > 0)
    };
    parse().ok_or_else(|| basma::error::Problem::AgeUnreadable.to_string())
}

/// A month.
fn month(text: &str) -> Result<String, String> {
    let date: Option<jiff::civil::Date> = format!("{text}-01").parse().ok();
    match date {
        Some(date) if date.strftime("%Y-%m").to_string() == text => Ok(text.to_owned()),
        _ => Err(basma::error::Problem::MonthUnreadable.to_string()),
    }
}
