//! What can be typed about the service.

use std::net::SocketAddr;
use std::path::PathBuf;

use basma::store::MaxAction;
use clap::Args;

use super::network::NetworkArgs;
use super::store::StoreArgs;
use super::values::{address, number, size, words};
use super::{FloodArgs, MediaArgs, PlainViews, UseArgs};

#[derive(Debug, Args)]
pub(crate) struct ServeArgs {
    #[command(flatten)]
    pub(crate) store: StoreArgs,
    /// Change nothing in the store: another machine publishes it, and its files are copied or shared
    #[arg(long)]
    pub(crate) read_only: bool,
    /// The folder for temporary files: tables of contents, and bodies of requests that are too large for memory
    ///
    /// Without it, tables go to the folder `service` of the store, and bodies to the temporary folder of the system. A replica
    /// writes nothing into its store: its tables go where bodies go.
    #[arg(hide_short_help = true, long, value_name = "DIR")]
    pub(crate) scratch: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) review: ReviewArgs,
    /// Where it listens
    ///
    /// The default is this machine alone. Port 0 is any free port, which the first message names.
    #[arg(long, value_name = "ADDRESS:PORT", default_value = "127.0.0.1:5100", value_parser = address)]
    pub(crate) listen: SocketAddr,
    /// Where clients of clamd connect: a loopback address with a port, or the path of a socket
    ///
    /// The protocol has no authentication, so no other machine may reach it. A match is told as the virus `Basma.LIST`.
    #[arg(long, value_name = "ADDRESS:PORT|SOCKET")]
    pub(crate) clamd: Option<String>,
    /// From which match on clamd and pict-rs refuse a file: block, review or log
    ///
    /// It is compared with `at_most` of the list. A file with a lesser match passes, and its answer states the match.
    #[arg(hide_short_help = true, long, value_name = "ACTION", default_value = "block", value_parser = words::<MaxAction>(MaxAction::ALL.map(MaxAction::name)), hide_possible_values = true)]
    pub(crate) refuse: MaxAction,
    /// The most connections at a time
    #[arg(hide_short_help = true, long, value_name = "N", default_value_t = 4096, value_parser = number::<u32>(1..=1_000_000))]
    pub(crate) max_connections: u32,
    /// How long a request may take, in seconds
    #[arg(hide_short_help = true, long, value_name = "SECONDS", default_value_t = 30, value_parser = number::<u32>(1..=3600))]
    pub(crate) deadline: u32,
    /// The largest file of a request, in bytes (K, M, G: powers of 1024)
    #[arg(hide_short_help = true, long, value_name = "SIZE", default_value = "100M", value_parser = size)]
    pub(crate) max_body_bytes: u64,
    #[command(flatten)]
    pub(crate) network: NetworkArgs,
    #[command(flatten)]
    pub(crate) uses: UseArgs,
    #[command(flatten)]
    pub(crate) flood: FloodArgs,
    #[command(flatten)]
    pub(crate) views: PlainViews,
    #[command(flatten)]
    pub(crate) media: MediaArgs,
}

/// The pages where people decide about matches, at `/review`.
#[derive(Debug, Args)]
pub(crate) struct ReviewArgs {
    /// Findings of a scan for the pages at /review, as `basma scan --format jsonl` writes them
    #[arg(long = "review", value_name = "FILE", conflicts_with = "read_only")]
    pub(crate) findings: Vec<PathBuf>,
    /// The folder whose pictures the pages at /review can show, made small, blurred until a person asks
    ///
    /// A relative name in the findings begins at this folder. Without it no picture is shown.
    #[arg(hide_short_help = true, long, value_name = "DIR")]
    pub(crate) media_root: Option<PathBuf>,
    /// Try the passwords in this file, one a line, on encrypted archives whose pictures the pages at /review show
    #[arg(
        hide_short_help = true,
        long = "passwords",
        id = "review_passwords",
        value_name = "FILE",
        requires = "media_root"
    )]
    pub(crate) passwords: Option<PathBuf>,
    /// A list whose matches and entries only two people together overturn; "*" is every list
    #[arg(hide_short_help = true, long, value_name = "LIST")]
    pub(crate) two_person: Vec<String>,
}
