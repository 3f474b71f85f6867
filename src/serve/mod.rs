//! The matcher over HTTP: what a platform asks, a store answers.
//!
//! | module | |
//! |---|---|
//! | `listener` | connections, with a limit on each |
//! | `ending` | how connections end: nothing that was sent is lost |
//! | `router` | which request is whose, and who may make it |
//! | `places`, `stream`, `tls` | what a connection may take, how it is spoken |
//! | `keys`, `caller`, `access` | who makes a request, and who may |
//! | `limits` | what is refused before it is read |
//! | `watch` | what is counted and logged |
//! | `reload`, `changes` | what is read again while the service runs |
//! | `answer` | the forms of answers |
//! | `memory` | what bodies of requests take together |
//! | `clamd` | the protocol of clamd |
//! | `inspect` | whole files: what is in them is examined too |
//! | `form` | forms, part by part, in bounded memory |
//! | `media` | files of requests: received, hashed, looked up |
//! | `fetch` | files by URL |
//! | `service` | what all requests share: the store, the matcher |
//! | `known`, `banks` | the lists of the store; banks, which are lists |
//! | `curation` | what is remembered beside the store: ratios, notes, ids |
//! | `hma` | the requests of HMA |
//! | `decide` | changes of the store, one at a time |
//! | `review` | pages where people decide about matches |
//! | `status` | whether the service can answer |
//! | `verdict` | what is known of a file, in the head of an answer |
//! | `wire` | what other services than HMA answer |

mod access;
mod answer;
mod banks;
pub(crate) mod caller;
mod changes;
mod clamd;
mod curation;
mod decide;
mod ending;
mod fetch;
mod form;
mod hma;
mod inspect;
pub(crate) mod keys;
mod known;
mod limits;
mod listener;
mod media;
mod memory;
mod places;
mod reload;
mod review;
mod router;
mod service;
mod status;
mod stream;
pub(crate) mod tls;
mod verdict;
pub(crate) mod watch;
mod wire;
mod withdrawals;

use std::io;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use basma::error::Action;
use basma::hasher::Hasher;
use basma::store::{Access, MaxAction, Use};
use basma::{CancelToken, Error, Result};

pub(crate) use clamd::Place as ClamdPlace;
pub(crate) use review::ReviewOptions;
#[cfg(test)]
pub(crate) use review::messages as review_messages;
use service::Service;
use tls::TlsFiles;
use watch::log::LogOptions;

/// What the operator asked for.
#[derive(Clone, Debug)]
pub(crate) struct Options {
    /// The folder of the store.
    pub(crate) store: PathBuf,
    /// Whether others may read or write it.
    pub(crate) access: Access,
    /// Whether the store is changed by another machine alone.
    pub(crate) read_only: bool,
    /// Where temporary files go. Without it tables go into the store, and bodies of requests to the system's folder.
    pub(crate) scratch: Option<PathBuf>,
    /// What the pages of the review need.
    pub(crate) review: ReviewOptions,
    /// Where it listens.
    pub(crate) listen: SocketAddr,
    /// Where clients of clamd connect.
    pub(crate) clamd: Option<clamd::Place>,
    /// What the lists are looked up for.
    pub(crate) uses: Use,
    /// From which match on a file is refused.
    pub(crate) refuse: MaxAction,
    /// From how many files of 1,000 on an entry is quarantined, where any is.
    pub(crate) flood_limit: Option<u32>,
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
    pub(crate) network: NetworkOptions,
    pub(crate) log: LogOptions,
}

/// Who may call, and how.
#[derive(Clone, Debug)]
pub(crate) struct NetworkOptions {
    /// The file of keys. Without one this machine alone may call.
    pub(crate) keys: Option<PathBuf>,
    pub(crate) tls: Option<TlsFiles>,
    /// The servers from which URLs are fetched.
    pub(crate) fetch_from: Vec<String>,
    /// The most connections of one address at a time.
    pub(crate) connections_per_address: usize,
}

/// Where a service listens.
#[derive(Clone, Debug)]
pub(crate) struct Listening {
    pub(crate) http: SocketAddr,
    pub(crate) clamd: Option<clamd::Place>,
}

/// Serves until it is told to stop. `ready` is called with the addresses once connections are accepted.
///
/// # Errors
/// [`basma::Error::Store`] or [`basma::Error::Index`] where the store cannot be opened; [`basma::Error::Io`] where nothing can
/// listen.
pub(crate) fn run(
    options: &Options,
    hasher: Hasher,
    stop: &CancelToken,
    ready: impl FnOnce(&Listening),
) -> Result<()> {
    let asked = reload::Asked::listen();
    let service = Service::open(options, hasher)?;
    listener::run(options, service, asked, stop, ready)
}

/// The error of the system where a file cannot be used.
fn io_error(action: Action, path: &Path) -> impl Fn(io::Error) -> Error + '_ {
    move |source| Error::Io {
        action,
        path: path.to_owned(),
        source,
    }
}
