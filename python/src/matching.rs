//! Lists and files to findings, as the JSON that the command prints.

use std::num::NonZeroUsize;
use std::ops::ControlFlow;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::sync::mpsc::{Receiver, RecvTimeoutError, sync_channel};
use std::sync::{Arc, Mutex, OnceLock};
use std::thread;
use std::time::Duration;

use basma::hash::Hash;
use basma::hasher::{Fingerprint, Hasher};
use basma::list::ReadOptions;
use basma::matcher::{self, Found, Lists, Policy};
use basma::report::{Conditions, Finding, Lookup, Match, Summary, line};
use basma::scan::{ArchiveLimits, Scan};
use basma::store::{Access, Store};
use basma::{CancelToken, Error, Result, escape};
use numpy::PyReadonlyArrayDyn;
use pyo3::prelude::*;
use pyo3::types::PyBytes;
use serde_json::json;

use crate::errors::{fault, raised, refused};
use crate::hashing::{self, described, hasher};
use crate::input::{self, Hashes};
use crate::work::{in_pool, run, run_cancellable, said};

/// How many findings of a scan wait for Python at most.
const WAITING_MAX: usize = 1024;
/// How long Ctrl-C waits at most.
const PATIENCE: Duration = Duration::from_millis(50);

/// The compiled half of `basma.Matcher`.
#[pyclass(frozen, module = "basma._basma")]
pub(crate) struct Matcher {
    matcher: matcher::Matcher,
    conditions: Conditions,
    access: Access,
}

#[pymethods]
impl Matcher {
    #[new]
    #[pyo3(signature = (lists, radius, min_quality, limit, tiers, at, shared_store))]
    #[expect(clippy::too_many_arguments, reason = "Python passes them by name")]
    fn new(
        py: Python<'_>,
        lists: Vec<PathBuf>,
        radius: Vec<(String, i64)>,
        min_quality: Option<u8>,
        limit: Option<usize>,
        tiers: Option<Vec<String>>,
        at: Option<i64>,
        shared_store: bool,
    ) -> PyResult<Matcher> {
        let mut policy = Policy::default().with_at(at);
        for (name, bits) in radius {
            policy = policy.with_radius(input::hash_type(&name)?, input::radius(bits)?);
        }
        if let Some(quality) = min_quality {
            policy = policy.with_min_quality(quality);
        }
        if let Some(limit) = limit {
            policy = policy.with_limit(limit);
        }
        if let Some(tiers) = tiers {
            let tiers = tiers.iter().map(|tier| tier.parse().map_err(raised));
            policy = policy.with_tiers(tiers.collect::<PyResult<_>>()?);
        }
        let access = if shared_store {
            Access::Shared
        } else {
            Access::Private
        };
        run_cancellable(py, |_| {
            let opened = in_pool(|| Lists::open_with(&lists, &ReadOptions::default(), access))?;
            let conditions = Conditions::of_lists(&opened)?;
            let matcher = opened.into_matcher().with_policy(policy);
            let conditions = conditions.with_rules(&matcher.hash_types(), matcher.policy());
            Ok(Matcher {
                matcher,
                conditions,
                access,
            })
        })
    }

    /// The types of hash that the lists hold.
    #[getter]
    fn hash_types(&self) -> Vec<&'static str> {
        let types = self.matcher.hash_types();
        types.into_iter().map(|t| t.name()).collect()
    }

    /// The lists and rules, as JSON.
    #[getter]
    fn conditions(&self) -> PyResult<String> {
        serde_json::to_string(&self.conditions).map_err(|error| fault(error.to_string()))
    }

    /// The stores, each with the generation that is looked into.
    #[getter]
    fn generations(&self) -> Vec<(PathBuf, u64)> {
        let stores = self.matcher.stores().into_iter();
        stores.map(|store| (store.path, store.generation)).collect()
    }

    /// What a file matches, as JSON.
    fn match_file(
        &self,
        py: Python<'_>,
        path: PathBuf,
        views: &str,
        exact: bool,
        sampling: &str,
        ffmpeg: Option<PathBuf>,
    ) -> PyResult<String> {
        let hasher = self.hasher(views, exact, sampling, ffmpeg)?;
        run_cancellable(py, |token| {
            let hasher = hasher.with_cancel(token);
            let file = self.matcher.match_file(&hasher, path)?;
            Ok(found_json(file.fingerprint, &file.found))
        })
    }

    /// What a file in memory matches, as JSON.
    fn match_bytes(
        &self,
        py: Python<'_>,
        bytes: &Bound<'_, PyBytes>,
        views: &str,
        exact: bool,
        sampling: &str,
        ffmpeg: Option<PathBuf>,
    ) -> PyResult<String> {
        let hasher = self.hasher(views, exact, sampling, ffmpeg)?;
        let bytes = bytes.as_bytes();
        run_cancellable(py, |token| {
            self.found(hasher.with_cancel(token).hash_bytes(bytes))
        })
    }

    /// What a picture matches, as JSON.
    fn match_pixels(
        &self,
        py: Python<'_>,
        pixels: PyReadonlyArrayDyn<'_, u8>,
        views: &str,
    ) -> PyResult<String> {
        let hasher = self.hasher(views, false, "keyframes", None)?;
        let picture = hashing::picture(&pixels)?;
        run_cancellable(py, |token| {
            self.found(hasher.with_cancel(token).hash_pixels(picture()?))
        })
    }

    /// What hashes match: a line of JSON for each.
    fn lookup(
        &self,
        py: Python<'_>,
        hashes: &Bound<'_, PyAny>,
        hash_type: &str,
    ) -> PyResult<Vec<String>> {
        let hash_type = input::hash_type(hash_type)?;
        let hashes = Hashes::of(hashes, hash_type)?;
        let (count, mut lines) = (hashes.len(hash_type), Vec::new());
        for start in (0..count).step_by(1 << 12) {
            let part = hashes.part(hash_type, start..count.min(start + (1 << 12)));
            lines.extend(run(py, || self.lines(&part))?);
            py.check_signals()?;
        }
        Ok(lines)
    }

    /// Begins a scan.
    #[expect(clippy::too_many_arguments, reason = "Python passes them by name")]
    fn scan(
        &self,
        paths: Vec<PathBuf>,
        views: &str,
        exact: bool,
        sampling: &str,
        ffmpeg: Option<PathBuf>,
        jobs: Option<usize>,
        archives: bool,
        types: Option<Vec<String>>,
        shard: Option<&str>,
    ) -> PyResult<Findings> {
        let mut hasher = self.hasher(views, exact, sampling, ffmpeg.clone())?;
        if let Some(types) = types {
            hasher = hashing::hasher(&types, views, exact, sampling, ffmpeg)?;
        }
        let token = CancelToken::new();
        let mut scan = Scan::new(self.matcher.clone())
            .with_hasher(hasher)
            .with_archives(archives.then(ArchiveLimits::default))
            .with_shard(shard.map(str::parse).transpose().map_err(raised)?)
            .with_cancel(token.clone());
        if let Some(jobs) = jobs {
            let jobs = NonZeroUsize::new(jobs);
            scan = scan.with_jobs(jobs.ok_or_else(|| refused("jobs is at least 1"))?);
        }
        let mut conditions = self.conditions.clone();
        let stores = self.matcher.stores().into_iter();
        for store in stores {
            let store = Store::open(&store.path, self.access).map_err(raised)?;
            conditions.add_store(&store).map_err(raised)?;
        }
        let roots = paths.iter();
        conditions.roots = roots.map(|path| escape::path(path).into_owned()).collect();
        conditions.archives = Some(archives && cfg!(feature = "archives"));
        conditions.views = Some(views.to_owned().into());
        conditions.frames = Some(sampling.to_owned());
        conditions.exact = Some(exact);
        Findings::begin(scan, paths, conditions, token)
    }
}

impl Matcher {
    fn hasher(
        &self,
        views: &str,
        exact: bool,
        sampling: &str,
        ffmpeg: Option<PathBuf>,
    ) -> PyResult<Hasher> {
        let types = self.matcher.hash_types();
        let types: Vec<String> = types.iter().map(|t| t.name().to_owned()).collect();
        hasher(&types, views, exact, sampling, ffmpeg)
    }

    fn found(&self, fingerprint: Fingerprint) -> Result<String> {
        if matches!(fingerprint.error, Some(Error::Cancelled)) {
            return Err(Error::Cancelled);
        }
        let found = self.matcher.find(&fingerprint)?;
        Ok(found_json(fingerprint, &found))
    }

    fn lines(&self, hashes: &[Hash]) -> Result<Vec<String>> {
        let found = self.matcher.lookup_batch(hashes)?;
        let each = hashes.iter().zip(&found);
        Ok(each
            .map(|(hash, found)| line(&Lookup::new(hash, found)))
            .collect())
    }
}

/// What a file matches, and what is known of it.
fn found_json(mut fingerprint: Fingerprint, found: &Found) -> String {
    let error = fingerprint.error.take();
    let has_frames = fingerprint.is_clip();
    json!({
        "fingerprint": described(&fingerprint, error.as_ref()),
        "cluster": found.cluster.map(|cluster| cluster.to_string()),
        "matches": Match::all(&found.matches, has_frames),
        "suppressed": Match::all(&found.suppressed, has_frames),
        "weak": Match::all(&found.weak, has_frames),
        "authentic": Match::all(&found.authentic, has_frames),
        "more": found.more,
    })
    .to_string()
}

/// The summary of a whole scan, of those of its shards, as JSON.
#[pyfunction]
pub(crate) fn merge_summaries(summaries: Vec<String>) -> PyResult<String> {
    let read = |text: &String| serde_json::from_str::<Summary>(text);
    let summaries: std::result::Result<Vec<_>, _> = summaries.iter().map(read).collect();
    let summaries = summaries.map_err(|error| refused(format!("no summary: {error}")))?;
    let whole = Summary::merge(summaries).map_err(raised)?;
    serde_json::to_string(&whole.summary).map_err(|error| fault(error.to_string()))
}

/// A scan that runs on threads of its own, which know nothing of Python.
#[pyclass(frozen, module = "basma._basma")]
pub(crate) struct Findings {
    lines: Mutex<Receiver<String>>,
    outcome: Arc<OnceLock<Outcome>>,
    cancel: CancelToken,
    process: u32,
}

/// How a scan ended: its summary, or what went wrong.
enum Outcome {
    Summary(String),
    Failed(Mutex<Option<Error>>),
    Panicked(String),
}

#[pymethods]
impl Findings {
    fn __iter__(this: PyRef<'_, Self>) -> PyRef<'_, Self> {
        this
    }

    fn __next__(&self, py: Python<'_>) -> PyResult<Option<String>> {
        if self.process != std::process::id() {
            return Err(refused(
                "the scan runs in the process that began it: begin another in this one",
            ));
        }
        loop {
            let next = py.detach(|| {
                let lines = self.lines.lock().unwrap_or_else(|error| error.into_inner());
                lines.recv_timeout(PATIENCE)
            });
            match next {
                Ok(line) => return Ok(Some(line)),
                Err(RecvTimeoutError::Disconnected) => return self.ended().map(|()| None),
                Err(RecvTimeoutError::Timeout) => {}
            }
            if let Err(error) = py.check_signals() {
                self.cancel.cancel();
                return Err(error);
            }
        }
    }

    /// The summary, once the last finding was taken.
    #[getter]
    fn summary(&self) -> Option<&str> {
        match self.outcome.get() {
            Some(Outcome::Summary(summary)) => Some(summary),
            _ => None,
        }
    }

    /// Ends the scan before its end. What was found so far can still be taken.
    fn cancel(&self) {
        self.cancel.cancel();
    }
}

impl Findings {
    fn begin(
        scan: Scan,
        paths: Vec<PathBuf>,
        conditions: Conditions,
        cancel: CancelToken,
    ) -> PyResult<Findings> {
        let (send, lines) = sync_channel(WAITING_MAX);
        let outcome = Arc::new(OnceLock::new());
        let told = outcome.clone();
        let work = move || {
            let scanned = catch_unwind(AssertUnwindSafe(|| {
                scan.run(paths, |finding| {
                    let line = line(&Finding::of_scan(&finding));
                    match send.send(line) {
                        Ok(()) => ControlFlow::Continue(()),
                        // Nobody takes them any more.
                        Err(_) => ControlFlow::Break(()),
                    }
                })
            }));
            let outcome = match scanned {
                Ok(Ok(summary)) => {
                    let summary = Summary::of_scan(&summary).with_conditions(conditions);
                    Outcome::Summary(line(&summary))
                }
                Ok(Err(error)) => Outcome::Failed(Mutex::new(Some(error))),
                Err(panic) => Outcome::Panicked(said(&*panic)),
            };
            // It is set once, here.
            let _ = told.set(outcome);
            drop(send);
        };
        let thread = thread::Builder::new().name("basma scan".to_owned());
        thread.spawn(work)?;
        Ok(Findings {
            lines: Mutex::new(lines),
            outcome,
            cancel,
            process: std::process::id(),
        })
    }

    fn ended(&self) -> PyResult<()> {
        match self.outcome.get() {
            Some(Outcome::Summary(_)) => Ok(()),
            Some(Outcome::Failed(error)) => {
                let mut error = error.lock().unwrap_or_else(|error| error.into_inner());
                error.take().map_or(Ok(()), |error| Err(raised(error)))
            }
            Some(Outcome::Panicked(text)) => Err(fault(text)),
            None => Err(fault("the scan ended without a summary")),
        }
    }
}

impl Drop for Findings {
    fn drop(&mut self) {
        self.cancel.cancel();
    }
}
