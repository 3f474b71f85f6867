//! What all requests share.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::{Arc, OnceLock, PoisonError, RwLock, Weak};
use std::thread;
use std::time::Duration;

use axum::http::StatusCode;
use basma::hash::HashType;
use basma::hasher::Hasher;
use basma::list::ReadOptions;
use basma::matcher::{FloodBreaker, Lists, Match, Policy, Quarantined, StoreState};
use basma::sandbox::Wall;
use basma::store::{Access, EntryNumbers, MaxAction, Store, Use};
use basma::{Error, Matcher, Result};
use tokio::sync::{Mutex, Semaphore};

use super::Options;
use super::answer::Refusal;
use super::curation::{Curation, number_of};
use super::fetch::Fetcher;
use super::keys::Callers;
use super::known::KnownLists;
use super::review::Review;
use super::tls::Tls;
use super::watch::Watch;
use super::withdrawals::Withdrawals;

/// The most matches in one answer.
pub(super) const MATCHES_MAX: usize = 1_000;

/// How often it is looked whether the store has other lists now.
const EVERY: Duration = Duration::from_millis(200);

/// How many contents of published lists are looked for at a time.
const QUESTIONS: usize = 4;

/// The store, a matcher that follows it, and the threads that hash.
pub(super) struct Service {
    pub(super) store: Store,
    access: Access,
    /// Whether the store is changed elsewhere alone.
    pub(super) read_only: bool,
    /// Held by the request that changes the store.
    pub(super) changing: Arc<Mutex<()>>,
    /// None while the store has no lists at all.
    matcher: OnceLock<Matcher>,
    /// What is remembered of banks and contents.
    pub(super) curation: Curation,
    /// What lists publish, by number.
    pub(super) numbers: EntryNumbers,
    /// A place for each question to them at a time. Each takes a thread, also where it waits for a table.
    pub(super) questions: Arc<Semaphore>,
    known: RwLock<Arc<KnownLists>>,
    /// Computes every type that the lists hold.
    hasher: RwLock<Hasher>,
    /// The wall behind which files are opened.
    pub(super) wall: Wall,
    /// The pages where people decide.
    pub(super) review: Review,
    /// A place for each file that is hashed at a time.
    pub(super) jobs: Arc<Semaphore>,
    /// How many places there are.
    pub(super) most_jobs: usize,
    /// From which match on a file is refused.
    pub(super) refuse: MaxAction,
    /// Quarantines entries that suddenly match very many files.
    pub(super) breaker: Option<FloodBreaker>,
    /// What the lists are looked up for.
    uses: Use,
    pub(super) callers: Callers,
    pub(super) tls: Option<Tls>,
    /// Fetches URLs, where any are fetched.
    pub(super) fetcher: Option<Fetcher>,
    pub(super) watch: Watch,
    pub(super) withdrawals: Withdrawals,
    /// The largest file of a request, in bytes.
    pub(super) body_bytes: u64,
    /// How long a request may take.
    pub(super) deadline: Duration,
    /// Why what another machine wrote cannot be read.
    trouble: RwLock<Option<String>>,
}

/// The types that are computed of every file that is looked up, beside those that the lists hold.
const TYPES: [HashType; 4] = [
    HashType::Pdq,
    HashType::Md5,
    HashType::Sha1,
    HashType::Sha256,
];

impl Service {
    pub(super) fn open(options: &Options, hasher: Hasher) -> Result<Arc<Service>> {
        let store = Store::open(&options.store, options.access)?;
        let curation = if options.read_only {
            Curation::read_only(store.path())?
        } else {
            super::known::publish_own(&store)?;
            Curation::open(store.path())?
        };
        let scratch = scratch(options, &curation)?;
        let numbers = store.entry_numbers(&scratch, |list, entry| {
            number_of(list, entry.id.as_deref(), &entry.hash)
        });
        let wall = hasher.wall();
        let service = Arc::new(Service {
            numbers,
            questions: Arc::new(Semaphore::new(QUESTIONS)),
            wall,
            known: RwLock::new(Arc::new(KnownLists::read(&store)?)),
            access: options.access,
            review: Review::open(store.path(), &options.review, options.read_only)?,
            read_only: options.read_only,
            changing: Arc::default(),
            matcher: OnceLock::new(),
            curation,
            hasher: RwLock::new(hasher.with_types(TYPES)),
            jobs: Arc::new(Semaphore::new(options.jobs)),
            most_jobs: options.jobs,
            refuse: options.refuse,
            breaker: options.flood_limit.map(FloodBreaker::new),
            uses: options.uses.clone(),
            callers: Callers::open(options.network.keys.as_deref())?,
            tls: options.network.tls.as_ref().map(Tls::open).transpose()?,
            fetcher: Fetcher::new(
                &options.network.fetch_from,
                options.deadline,
                options.body_bytes,
            )?,
            watch: Watch::new(options.log, wall),
            withdrawals: Withdrawals::default(),
            body_bytes: options.body_bytes,
            deadline: options.deadline,
            trouble: RwLock::default(),
            store,
        });
        if !service.read_only {
            service.curation.settle(&service.store);
        }
        service.store.check_use(&service.uses)?;
        if service.store.generation()?.is_some() {
            service.follow_store()?;
        }
        let weak = Arc::downgrade(&service);
        let following = thread::Builder::new().name("service".to_owned());
        let spawned = following.spawn(move || follow(&weak));
        spawned.map_err(|source| Error::Io {
            action: basma::error::Action::FollowStore,
            path: options.store.clone(),
            source,
        })?;
        Ok(service)
    }

    /// The generation that answers now. The error is set where the one in force cannot be opened.
    pub(super) fn state(&self) -> Option<StoreState> {
        self.matcher.get()?.stores().into_iter().next()
    }

    /// What looks things up.
    ///
    /// # Errors
    /// 503 while the store has no lists at all.
    pub(super) fn matcher(&self) -> std::result::Result<&Matcher, Refusal> {
        let not_ready = || Refusal::new(StatusCode::SERVICE_UNAVAILABLE, "index not yet ready");
        self.matcher.get().ok_or_else(not_ready)
    }

    /// Whether what is in force cannot be read, so that older lists answer.
    pub(super) fn is_stale(&self) -> bool {
        let trouble = self.trouble.read().unwrap_or_else(PoisonError::into_inner);
        trouble.is_some() || self.state().is_some_and(|state| state.error.is_some())
    }

    /// Counts a file with what it matches. Matches of quarantined entries lead to review at most.
    pub(super) fn judge(&self, matches: &mut [Match]) {
        if let Some(breaker) = &self.breaker {
            breaker.judge(matches);
        }
    }

    /// How many entries of each list are in quarantine now.
    pub(super) fn quarantined(&self) -> BTreeMap<String, u64> {
        let entries = self.breaker.iter().flat_map(FloodBreaker::quarantined);
        let mut lists = BTreeMap::new();
        for Quarantined { list, .. } in entries.filter(|entry| !entry.is_over) {
            *lists.entry(list).or_default() += 1;
        }
        lists
    }

    /// The lists of the store.
    pub(super) fn known(&self) -> Arc<KnownLists> {
        let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
        known.clone()
    }

    /// Computes what files are looked up by.
    pub(super) fn hasher(&self) -> Hasher {
        let hasher = self.hasher.read().unwrap_or_else(PoisonError::into_inner);
        hasher.clone()
    }

    /// Takes over what the store has become.
    ///
    /// # Errors
    /// Those of reading it.
    pub(super) fn catch_up(&self) -> Result<()> {
        if self.store.generation()? != self.known().generation {
            // A list that is for another use from now on keeps answering, and the service says that it is not well.
            self.store.check_use(&self.uses)?;
            let known = Arc::new(KnownLists::read(&self.store)?);
            *self.known.write().unwrap_or_else(PoisonError::into_inner) = known;
        }
        if self.matcher.get().is_none() && self.store.generation()?.is_some() {
            self.follow_store()?;
        }
        // What fails of the rest makes no other part wait.
        let curated = self.curation.catch_up();
        let let_go = self.numbers.let_go();
        let held = self.matcher.get().map(Matcher::hash_types);
        let mut types: Vec<HashType> = held.into_iter().flatten().chain(TYPES).collect();
        types.sort();
        types.dedup();
        let hasher = self.hasher();
        if hasher.types() != types {
            let hasher = hasher.with_types(types);
            *self.hasher.write().unwrap_or_else(PoisonError::into_inner) = hasher;
        }
        curated.and(let_go)
    }

    fn follow_store(&self) -> Result<()> {
        let options = ReadOptions::default();
        let lists = Lists::open_with([self.store.path()], &options, self.access)?;
        let policy = Policy::default().with_limit(MATCHES_MAX);
        // Where two threads come here, either of them will do.
        let _ = self.matcher.set(lists.into_matcher().with_policy(policy));
        Ok(())
    }
}

/// Where tables of contents go: a folder that the operator names, or one of the store, whose disk has room for lists.
fn scratch(options: &Options, curation: &Curation) -> Result<PathBuf> {
    let Some(folder) = &options.scratch else {
        let of_store = curation.scratch()?;
        // A replica writes nothing into its store.
        return Ok(of_store.unwrap_or_else(std::env::temp_dir));
    };
    // Better now than with the first large request.
    let failed = super::io_error(basma::error::Action::WriteTemporary, folder);
    tempfile::tempfile_in(folder).map_err(failed)?;
    // Bodies go there too. One service runs in a process, so nobody named another folder before.
    let _ = tempfile::env::override_temp_dir(folder);
    Ok(folder.clone())
}

/// Takes over what the store becomes, for as long as there is a service.
fn follow(service: &Weak<Service>) {
    while let Some(service) = service.upgrade() {
        let caught_up = service.catch_up().and_then(|()| service.withdraw_step());
        let error = caught_up.err().map(|error| error.to_string());
        *service
            .trouble
            .write()
            .unwrap_or_else(PoisonError::into_inner) = error;
        drop(service);
        thread::sleep(EVERY);
    }
}
