//! What can be typed about the service.

use std::net::SocketAddr;

use clap::Args;

use super::MediaArgs;
use super::store::StoreArgs;
use super::values::size;

#[derive(Debug, Args)]
pub(crate) struct ServeArgs {
    #[command(flatten)]
    pub(crate) store: StoreArgs,
    /// Where it listens
    ///
    /// The default is this machine alone. Port 0 is any free port, which the first message names.
    #[arg(long, value_name = "ADDRESS:PORT", default_value = "127.0.0.1:5100")]
    pub(crate) listen: SocketAddr,
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
    pub(crate) media: MediaArgs,
}
