//! What can be typed about the rights of people: what lists are for, how often they err.

use std::path::PathBuf;

use basma::error::Problem;
use basma::store::Use;
use clap::Args;

use super::{ImportArgs, MatchingArgs, MediaArgs};

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
    pub(crate) sign: SignArgs,
    #[command(flatten)]
    pub(crate) matching: MatchingArgs,
    #[command(flatten)]
    pub(crate) import: ImportArgs,
    #[command(flatten)]
    pub(crate) media: MediaArgs,
}

/// Which key signs.
#[derive(Clone, Debug, Args)]
pub(crate) struct SignArgs {
    /// The secret key that signs, as minisign writes it; without one the file is not signed
    ///
    /// BASMA_KEY_PASSWORD opens a key that is encrypted.
    #[arg(long, value_name = "FILE")]
    pub(crate) key: Option<PathBuf>,
}

#[cfg(feature = "evidence")]
impl SignArgs {
    /// The key, if one is named.
    pub(crate) fn open(&self) -> basma::Result<Option<basma::evidence::SigningKey>> {
        let password = || std::env::var("BASMA_KEY_PASSWORD").ok();
        let key = self.key.as_deref();
        key.map(|key| basma::evidence::SigningKey::read(key, password))
            .transpose()
    }
}

/// A build without evidence refuses what needs it.
#[allow(dead_code, reason = "a build with evidence refuses nothing")]
pub(crate) fn evidence_not_built_in() -> basma::Error {
    Problem::EvidenceNotBuiltIn.into()
}
