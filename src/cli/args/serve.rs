//! What can be typed about the service.

use std::net::SocketAddr;

use basma::store::MaxAction;
use clap::Args;

use super::MediaArgs;
use super::network::NetworkArgs;
use super::store::StoreArgs;
use super::values::{size, words};

#[derive(Debug, Args)]
pub(crate) struct ServeArgs {
    #[command(flatten)]
    pub(crate) store: StoreArgs,
    /// Change nothing in the store: another machine publishes it, and its files are copied or shared
    #[arg(long)]
    pub(crate) read_only: bool,
    /// Where it listens
    ///
    /// The default is this machine alone. Port 0 is any free port, which the first message names.
    #[arg(long, value_name = "ADDRESS:PORT", default_value = "127.0.0.1:5100")]
    pub(crate) listen: SocketAddr,
    /// Where clients of clamd connect: a loopback address with a port, or the path of a socket
    ///
    /// The protocol has no authentication, so no other machine may reach it. A match is told as the virus `Basma.LIST`.
    #[arg(long, value_name = "ADDRESS:PORT|SOCKET", hide_short_help = true)]
    pub(crate) clamd: Option<String>,
    /// From which match on clamd and pict-rs refuse a file: block, review or log
    ///
    /// It is compared with `at_most` of the list. A file with a lesser match passes, and its answer states the match.
    #[arg(long, value_name = "ACTION", default_value = "block", value_parser = words::<MaxAction>(MaxAction::ALL.map(MaxAction::name)), hide_possible_values = true, hide_short_help = true)]
    pub(crate) refuse: MaxAction,
    /// The most connections at a time
    #[arg(long, value_name = "N", default_value_t = 4096, value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    pub(crate) max_connections: u32,
    /// How long a request may take, in seconds
    #[arg(long, value_name = "SECONDS", default_value_t = 30, value_parser = clap::value_parser!(u32).range(1..=3600))]
    pub(crate) deadline: u32,
    /// The largest file of a request, in bytes (K, M, G: powers of 1024)
    #[arg(long, value_name = "SIZE", default_value = "100M", value_parser = size)]
    pub(crate) max_body_bytes: u64,
    #[command(flatten)]
    pub(crate) network: NetworkArgs,
    #[command(flatten)]
    pub(crate) media: MediaArgs,
}
