//! Stores of lists.

use std::path::PathBuf;
use std::time::{SystemTime, UNIX_EPOCH};

use basma::hash::Hash;
use basma::list::{Entry, Media, Target};
use basma::report::{ListState, StoreSummary, line};
use basma::store::{self, Access, Act, Decision};
use basma::{Error, Result};
use pyo3::prelude::*;

use crate::errors::refused;
use crate::input;
use crate::work::{run, run_cancellable};

/// An entry to be added: its hash, the type, its id and its labels.
type EntryParts<'py> = (Bound<'py, PyAny>, String, Option<String>, Vec<String>);

/// The compiled half of `basma.Store`.
#[pyclass(frozen, module = "basma._basma")]
pub(crate) struct Store {
    store: store::Store,
}

#[pymethods]
impl Store {
    /// Opens a store.
    #[staticmethod]
    fn open(py: Python<'_>, path: PathBuf, shared: bool) -> PyResult<Store> {
        let access = if shared {
            Access::Shared
        } else {
            Access::Private
        };
        let store = run(py, || store::Store::open(&path, access))?;
        Ok(Store { store })
    }

    /// Makes a store, with a file of sources to be filled in.
    #[staticmethod]
    fn init(py: Python<'_>, path: PathBuf) -> PyResult<Store> {
        let store = run_cancellable(py, |_| store::Store::init(&path))?;
        Ok(Store { store })
    }

    #[getter]
    fn path(&self) -> PathBuf {
        self.store.path().to_owned()
    }

    #[getter]
    fn sources_path(&self) -> PathBuf {
        self.store.sources_path()
    }

    #[getter]
    fn generation(&self, py: Python<'_>) -> PyResult<Option<u64>> {
        run(py, || self.store.generation())
    }

    /// Adds entries by hand: each a hash, its type, an id and labels. What failed afterwards comes back.
    fn add(
        &self,
        py: Python<'_>,
        list: String,
        entries: Vec<EntryParts<'_>>,
        reason: String,
        by: String,
    ) -> PyResult<Vec<String>> {
        let mut acts = Vec::new();
        for (hash, hash_type, id, labels) in entries {
            let hash = input::hash(&hash, input::hash_type(&hash_type)?)?;
            let is_picture = hash.hash_type().is_perceptual();
            let entry = Entry::new(hash, 1)
                .with_id(id)
                .with_labels(labels)
                .with_media(is_picture.then_some(Media::Image))
                .with_added(now());
            acts.push(Act::Add(Box::new(entry)));
        }
        self.decide(py, &list, acts, &reason, &by)
    }

    /// Withdraws entries, or lifts a withdrawal: each a hash, an id, or both. How many entries each means, and what failed
    /// afterwards.
    #[expect(clippy::type_complexity, reason = "what comes back is said above")]
    fn revoke(
        &self,
        py: Python<'_>,
        list: String,
        targets: Vec<(Option<(Bound<'_, PyAny>, String)>, Option<String>)>,
        reason: String,
        by: String,
        lift: bool,
    ) -> PyResult<(Vec<u64>, Vec<String>)> {
        let mut meant = Vec::new();
        for (hash, id) in targets {
            let hash: Option<Hash> = match hash {
                Some((hash, hash_type)) => Some(input::hash(&hash, input::hash_type(&hash_type)?)?),
                None => None,
            };
            meant.push(match (hash, id) {
                (Some(hash), Some(id)) => Target::Entry(hash, id),
                (Some(hash), None) => Target::Hash(hash),
                (None, Some(id)) => Target::Id(id),
                (None, None) => return Err(refused("say what is meant: a hash, an id, or both")),
            });
        }
        let counts = run(py, || {
            let counts = meant.iter().map(|target| self.store.count(&list, target));
            counts.collect::<Result<Vec<u64>>>()
        })?;
        let act = if lift { Act::Lift } else { Act::Revoke };
        let acts = meant.into_iter().map(act).collect();
        Ok((counts, self.decide(py, &list, acts, &reason, &by)?))
    }

    /// A line of JSON for each list, and one for the store.
    fn status(&self, py: Python<'_>) -> PyResult<Vec<String>> {
        run(py, || {
            let status = self.store.status()?;
            let lists = status.lists.iter();
            let mut lines: Vec<String> = lists.map(|list| line(&ListState::from(list))).collect();
            lines.push(line(&StoreSummary::new(&status)));
            Ok(lines)
        })
    }

    /// Fetches the lists: a line of JSON for each, and one for all.
    #[cfg(feature = "refresh")]
    fn refresh(
        &self,
        py: Python<'_>,
        only: Vec<String>,
        by: String,
        dry_run: bool,
        overrides: Vec<String>,
        reason: Option<String>,
    ) -> PyResult<Vec<String>> {
        use basma::report::{RefreshSummary, RefreshedList};
        use basma::store::{Config, Refresh};

        use crate::errors::raised;
        use crate::work::in_pool;

        let overridden = overrides.iter().map(|guard| guard.parse().map_err(raised));
        let overridden = overridden.collect::<PyResult<_>>()?;
        run_cancellable(py, |token| {
            in_pool(|| {
                let config = Config::read(&self.store.sources_path())?;
                let environment = |name: &str| std::env::var_os(name);
                let how = Refresh::new(&by)
                    .with_only(&only)
                    .with_dry_run(dry_run)
                    .with_overridden(overridden)
                    .with_reason(reason.as_deref())
                    .with_environment(&environment)
                    .with_cancel(token);
                let refreshed = self.store.refresh(&config, &how)?;
                let lists = refreshed.lists.iter();
                let mut lines: Vec<String> =
                    lists.map(|list| line(&RefreshedList::from(list))).collect();
                lines.push(line(&RefreshSummary::new(&refreshed, dry_run)));
                Ok(lines)
            })
        })
    }
}

impl Store {
    fn decide(
        &self,
        py: Python<'_>,
        list: &str,
        acts: Vec<Act>,
        reason: &str,
        by: &str,
    ) -> PyResult<Vec<String>> {
        let now = now();
        let decisions: Vec<Decision> = acts
            .into_iter()
            .map(|act| {
                let decision = Decision::new(list, act, now);
                decision
                    .with_reason(reason.to_owned())
                    .with_by(by.to_owned())
            })
            .collect();
        let failed: Vec<Error> = run(py, || self.store.decide(&decisions))?;
        Ok(failed.iter().map(ToString::to_string).collect())
    }
}

/// The time, in seconds since 1970.
fn now() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    since.map_or(0, |since| since.as_secs() as i64)
}
