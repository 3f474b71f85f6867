//! The matcher over HTTP: what a platform asks, a store answers.
//!
//! | module | |
//! |---|---|
//! | `listener` | connections, with a limit on each; an end in order |
//! | `router` | which request is whose, and who may make it |
//! | `answer` | the forms of answers |
//! | `media` | files of requests: received, hashed, looked up |
//! | `service` | what all requests share: the store, the matcher |
//! | `status` | whether the service can answer |

mod answer;
mod listener;
mod media;
mod router;
mod service;
mod status;

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use basma::hasher::Hasher;
use basma::store::Access;
use basma::{CancelToken, Result};

use service::Service;

/// What the operator asked for.
#[derive(Clone, Debug)]
pub(crate) struct Options {
    /// The folder of the store.
    pub(crate) store: std::path::PathBuf,
    /// Whether others may read or write it.
    pub(crate) access: Access,
    /// Where it listens.
    pub(crate) listen: SocketAddr,
    /// The most connections at a time.
    pub(crate) connections: usize,
    /// How many files are hashed at a time.
    pub(crate) jobs: usize,
    /// The largest file of a request, in bytes.
    pub(crate) body_bytes: u64,
    /// How long a request may take, from its head to its answer.
    pub(crate) deadline: Duration,
    /// How long requests may go on once the service is asked to end.
    pub(crate) grace: Duration,
}

/// Serves until it is told to stop. `ready` is called with the address once connections are accepted.
///
/// # Errors
/// [`basma::Error::Store`] or [`basma::Error::Index`] where the store cannot be opened; [`basma::Error::Io`] where nothing can
/// listen.
pub(crate) fn run(
    options: &Options,
    hasher: Hasher,
    stop: &CancelToken,
    ready: impl FnOnce(SocketAddr),
) -> Result<()> {
    let service = Arc::new(Service::open(options, hasher)?);
    listener::run(options, service, stop, ready)
}
