//! What can be typed about callers of the service, and about what is told of them.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::values::number;

/// Who may call, and what the service fetches.
#[derive(Debug, Args)]
pub(crate) struct NetworkArgs {
    /// Ask each caller for a key of this file, which `basma key` writes
    ///
    /// Without it, the service listens to this machine alone, whose every user may do everything. The file is read again when it
    /// changes.
    #[arg(long, value_name = "FILE", help_heading = "Network")]
    pub(crate) keys: Option<PathBuf>,
    /// Speak TLS with this certificate, a PEM file with those that vouch for it; read again when it changes
    #[arg(
        long,
        value_name = "FILE",
        requires = "tls_key",
        help_heading = "Network"
    )]
    pub(crate) tls_cert: Option<PathBuf>,
    /// The private key of the certificate, a PEM file
    #[arg(
        long,
        value_name = "FILE",
        requires = "tls_cert",
        hide_short_help = true,
        help_heading = "Network"
    )]
    pub(crate) tls_key: Option<PathBuf>,
    /// Accept only callers with a certificate of these authorities, a PEM file
    #[arg(
        long,
        value_name = "FILE",
        requires = "tls_cert",
        hide_short_help = true,
        help_heading = "Network"
    )]
    pub(crate) client_ca: Option<PathBuf>,
    /// Fetch URLs of requests from these servers; may be repeated
    ///
    /// A name, a name with a port, .example.org for all names below it, or * for every server. Addresses of private networks are
    /// refused, unless an address stands here with its port. Without this option no URL is fetched.
    #[arg(
        long,
        value_name = "SERVER",
        value_delimiter = ',',
        help_heading = "Network"
    )]
    pub(crate) fetch_from: Vec<String>,
    /// The most connections of one address at a time [default: half of all]
    #[arg(long, value_name = "N", value_parser = number::<u32>(1..=1_000_000), hide_short_help = true, help_heading = "Network")]
    pub(crate) max_connections_per_address: Option<u32>,
    /// The form of the log on standard error: text, json or off
    #[arg(
        long,
        value_enum,
        value_name = "FORM",
        default_value = "text",
        hide_possible_values = true,
        hide_short_help = true,
        help_heading = "Network"
    )]
    pub(crate) log: LogForm,
    /// Log each request, not only what goes wrong and what is decided
    #[arg(long, hide_short_help = true, help_heading = "Network")]
    pub(crate) log_requests: bool,
    /// Let the log of requests hold URLs, and with them hashes and names
    #[arg(
        long,
        requires = "log_requests",
        hide_short_help = true,
        help_heading = "Network"
    )]
    pub(crate) log_values: bool,
}

/// The form of a log.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum LogForm {
    Text,
    Json,
    Off,
}

/// A key to be made.
#[derive(Debug, Args)]
pub(crate) struct KeyArgs {
    /// The name of the caller, which decisions and logs show
    #[arg(value_name = "NAME")]
    pub(crate) key_name: String,
    /// The file that holds digests of keys; made where it is missing
    #[arg(long, value_name = "FILE")]
    pub(crate) keys: PathBuf,
    /// What the key is for: hasher, matcher, curator, distances, admin; may be repeated
    ///
    /// A matcher looks hashes and files up. A curator changes banks and decides. `distances` shows distances of matches and listed
    /// hashes, from which evasion can be learnt. An admin may do everything, and reads the metrics.
    #[arg(long = "role", value_name = "ROLE", value_delimiter = ',', required = true, value_parser = ["hasher", "matcher", "curator", "distances", "admin"], hide_possible_values = true)]
    pub(crate) roles: Vec<String>,
    /// When the key ends, such as 2027-01-31T00:00:00Z
    #[arg(long, value_name = "TIME", value_parser = super::store::time)]
    pub(crate) expires: Option<i64>,
    /// The most requests a second
    #[arg(long, value_name = "N", value_parser = number::<u32>(1..=u32::MAX.into()))]
    pub(crate) rate: Option<u32>,
}
