//! What all requests share.

use std::sync::Arc;
use std::time::Duration;

use basma::hasher::Hasher;
use basma::list::ReadOptions;
use basma::matcher::{Lists, StoreState};
use basma::store::{Access, MaxAction, Store};
use basma::{Matcher, Result};
use tokio::sync::{Mutex, Semaphore};

use super::Options;

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
    /// A place for each file that is hashed at a time.
    pub(super) jobs: Arc<Semaphore>,
    /// How many places there are.
    pub(super) most_jobs: usize,
    /// From which match on a file is refused.
    pub(super) refuse: MaxAction,
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
            store,
            read_only: options.read_only,
            changing: Arc::default(),
            hasher,
            jobs: Arc::new(Semaphore::new(options.jobs)),
            most_jobs: options.jobs,
            refuse: options.refuse,
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
