//! What all requests share.

use std::sync::Arc;

use basma::hasher::Hasher;
use basma::list::ReadOptions;
use basma::matcher::{Lists, StoreState};
use basma::store::{Access, Store};
use basma::{Matcher, Result};
use tokio::sync::Semaphore;

use super::Options;

/// The store, a matcher that follows it, and the threads that hash.
pub(super) struct Service {
    pub(super) matcher: Matcher,
    /// Computes every type that the service knows, whatever the lists hold now.
    pub(super) hasher: Hasher,
    /// A place for each file that is hashed at a time.
    pub(super) jobs: Arc<Semaphore>,
}

impl Service {
    pub(super) fn open(options: &Options, hasher: Hasher) -> Result<Service> {
        let store = Store::open(&options.store, options.access)?;
        Ok(Service {
            matcher: follow(&store, options.access)?,
            hasher,
            jobs: Arc::new(Semaphore::new(options.jobs)),
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
