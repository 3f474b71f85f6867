//! What all requests share.

use std::sync::Arc;
use std::time::Duration;

use basma::hasher::Hasher;
use basma::list::ReadOptions;
use basma::matcher::{Lists, StoreState};
use basma::store::{Access, Store};
use basma::{Matcher, Result};
use tokio::sync::{Mutex, Semaphore};

use super::Options;
use super::keys::Callers;
use super::review::Review;
use super::tls::Tls;
use super::watch::Watch;

/// The store, a matcher that follows it, and the threads that hash.
pub(super) struct Service {
    pub(super) store: Store,
    /// Whether the store is changed elsewhere alone.
    pub(super) read_only: bool,
    /// Held by the request that changes the store.
    pub(super) changing: Arc<Mutex<()>>,
    pub(super) matcher: Matcher,
    /// Computes every type that the service knows, whatever the lists hold now.
    pub(super) hasher: Hasher,
    /// The pages where people decide.
    pub(super) review: Review,
    /// A place for each file that is hashed at a time.
    pub(super) jobs: Arc<Semaphore>,
    pub(super) callers: Callers,
    pub(super) tls: Option<Tls>,
    pub(super) watch: Watch,
    /// The largest file of a request, in bytes.
    pub(super) body_bytes: u64,
    /// How long a request may take.
    pub(super) deadline: Duration,
}

impl Service {
    pub(super) fn open(options: &Options, hasher: Hasher) -> Result<Service> {
        let store = Store::open(&options.store, options.access)?;
        Ok(Service {
            matcher: follow(&store, options.access)?,
            review: Review::open(store.path(), &options.review, options.read_only)?,
            store,
            read_only: options.read_only,
            changing: Arc::default(),
            hasher,
            jobs: Arc::new(Semaphore::new(options.jobs)),
            callers: Callers::open(options.network.keys.as_deref())?,
            tls: options.network.tls.as_ref().map(Tls::open).transpose()?,
            watch: Watch::new(options.log),
            body_bytes: options.body_bytes,
            deadline: options.deadline,
        })
    }

    /// The generation that answers now. The error is set where the one in force cannot be opened.
    pub(super) fn state(&self) -> Option<StoreState> {
        self.matcher.stores().into_iter().next()
    }
}

fn follow(store: &Store, access: Access) -> Result<Matcher> {
    let lists = Lists::open_with([store.path()], &ReadOptions::default(), access)?;
    Ok(lists.into_matcher())
}
