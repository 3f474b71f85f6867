//! Folders in, findings out: walk -> read -> decode -> hash -> look up -> finding.
//!
//! Every discovered file gives exactly one [`Finding`], in the order of the walk on any number of threads. One bad file
//! never ends a scan. The members of an archive come before the archive, and what a picture or clip holds beside itself
//! before that. Memory is bounded by the number of threads, not of files. Besides the decoded pictures of each thread,
//! small findings wait for their turn. So a slow file does not delay the others.
//!
//! A [`Log`] keeps results. So an interrupted scan continues, and unchanged files are not read again.

mod context;
mod duplicates;
mod entries;
mod examination;
mod examine;
mod examined;
mod exclude;
mod finding;
mod findings;
mod groups;
mod listed;
mod log;
mod mappings;
mod member;
mod members;
mod memo;
mod originals;
mod pipeline;
mod rematch;
mod see;
mod settings;
mod shard;
mod summary;
mod task;
mod volume;
mod walk;

pub use crate::archive::{ArchiveLimits, Carving, Passwords};
use crate::error::{Problem, system_text};
pub use duplicates::{CommonPart, Duplicate, Group, Near};
pub use examination::{Examination, Looked};
pub use exclude::Exclude;
pub use finding::{Finding, Flag, Status, VideoTrack};
pub use findings::Findings;
pub use groups::{Grouped, Groups};
pub use listed::{MediaList, holds_media, is_media};
pub use log::{Log, PathKey};
pub use originals::{Absence, Origin, Originals};
pub use rematch::Rematch;
pub use settings::Settings;
pub use shard::{Coverage, Shard};
pub use summary::{Summary, Tally};
pub use walk::{count, open_regular};

use std::num::NonZeroUsize;
use std::ops::ControlFlow;
use std::path::PathBuf;
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, mpsc};

use context::ScanContext;
use pipeline::{Over, Pipeline};
use walk::{Roots, StandIn, Walk};

use crate::hash::HashType;
use crate::hasher::Hasher;
use crate::matcher::{FloodBreaker, Matcher};
use crate::media::Meter;
use crate::{CancelToken, Error, Result};

/// How many files may be begun and not done, for each thread: enough that none waits for the walk.
const WINDOW_PER_JOB: usize = 64;

/// How many paths that another program names are read before they are walked.
const PATHS_AHEAD: usize = 1024;

/// A scan that can be run.
///
/// ```
/// use basma::{Matcher, scan::Scan};
/// use std::ops::ControlFlow;
/// # let root = concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/dump");
/// # let list = concat!(env!("CARGO_MANIFEST_DIR"), "/hashsets/demo.csv");
/// let matcher = Matcher::open([list])?;
/// let summary = Scan::new(matcher).run([root], |finding| {
///     for m in &finding.matches {
///         println!("{}: {} bits from {:?}", finding.path.display(), m.distance, m.id);
///     }
///     ControlFlow::Continue(())
/// })?;
/// assert!(summary.matched() > 0);
/// # Ok::<(), basma::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Scan {
    matcher: Matcher,
    hasher: Hasher,
    jobs: Option<NonZeroUsize>,
    exclude: Exclude,
    shard: Option<Shard>,
    stand_in: Option<StandIn>,
    archives: Option<ArchiveLimits>,
    passwords: Passwords,
    carving: Option<Carving>,
    flood_limit: Option<u32>,
    logs: Vec<Arc<Log>>,
    cancel: CancelToken,
    meter: Arc<Meter>,
}

impl Scan {
    /// A scan that looks up what the matcher's lists hold, on as many threads as the machine has cores.
    pub fn new(matcher: Matcher) -> Scan {
        Scan {
            hasher: Hasher::new(matcher.hash_types()),
            matcher,
            jobs: None,
            exclude: Exclude::default(),
            shard: None,
            stand_in: None,
            archives: Some(ArchiveLimits::default()),
            passwords: Passwords::default(),
            carving: None,
            flood_limit: Some(FloodBreaker::LIMIT),
            logs: Vec::new(),
            cancel: CancelToken::new(),
            meter: Arc::default(),
        }
    }

    /// Computes these hashes of every file, within these limits, instead of just those that the lists need. What cancels the
    /// scan cancels the hasher, and nothing else does; what counts for the scan counts for the hasher.
    pub fn with_hasher(self, hasher: Hasher) -> Scan {
        let hasher = hasher.with_cancel(self.cancel.clone());
        let hasher = hasher.with_meter(self.meter.clone());
        Scan { hasher, ..self }
    }

    /// Sets the number of threads.
    pub fn with_jobs(self, jobs: NonZeroUsize) -> Scan {
        Scan {
            jobs: Some(jobs),
            ..self
        }
    }

    /// Leaves out what these patterns name: it is counted, and not discovered.
    pub fn with_exclude(self, exclude: Exclude) -> Scan {
        Scan { exclude, ..self }
    }

    /// Examines the files of one shard alone, of a scan that several share. Each walks all files, and says in its summary
    /// what it saw of them.
    pub fn with_shard(self, shard: impl Into<Option<Shard>>) -> Scan {
        let shard = shard.into();
        Scan { shard, ..self }
    }

    /// Reads this file in place of a root of this path: findings have the path of the root. So bytes that come as a stream are
    /// scanned from a temporary file, by the name `-`.
    pub fn with_stand_in(self, root: impl Into<PathBuf>, file: impl Into<PathBuf>) -> Scan {
        let (path, file) = (root.into(), file.into());
        Scan {
            stand_in: Some(StandIn { path, file }),
            ..self
        }
    }

    /// Sets the limits within which archives are looked into; with none they are files like others.
    pub fn with_archives(self, archives: Option<ArchiveLimits>) -> Scan {
        Scan { archives, ..self }
    }

    /// Tries these passwords on what is encrypted in archives, the last that fitted first. Not all are tried where that would
    /// take too long, which is said of the member. They are kept nowhere.
    pub fn with_passwords(self, passwords: Passwords) -> Scan {
        Scan { passwords, ..self }
    }

    /// Searches files of unknown content for pictures, clips and archives by their signatures: disk images, databases, caches.
    /// Such a file stays unsupported, since what is scattered in it is not found. Nothing is searched where archives are not
    /// looked into.
    pub fn with_carving(self, carving: impl Into<Option<Carving>>) -> Scan {
        let carving = carving.into();
        Scan { carving, ..self }
    }

    /// Quarantines an entry that matches more than so many files of 1,000, and ten times as many as before, as a
    /// [`FloodBreaker`] does. With none, no entry is quarantined. Files count in the order of the findings, and those that
    /// a log knows count as well. So a scan that goes on where it stopped says the same.
    pub fn with_flood_limit(self, limit: impl Into<Option<u32>>) -> Scan {
        let flood_limit = limit.into();
        Scan {
            flood_limit,
            ..self
        }
    }

    /// Takes known results from this log, and records new ones in it. Of several logs, the first that knows a file
    /// counts. The log must have been opened for a scan with this hasher and these limits on archives.
    pub fn with_log(mut self, log: Arc<Log>) -> Scan {
        self.logs.push(log);
        self
    }

    /// Lets another thread end the scan. After the token is cancelled no file is begun, and the files in work are given
    /// up.
    pub fn with_cancel(self, cancel: CancelToken) -> Scan {
        let hasher = self.hasher.with_cancel(cancel.clone());
        Scan {
            cancel,
            hasher,
            ..self
        }
    }

    /// Counts the progress of the scan here, findings that wait for their turn included.
    pub fn with_meter(self, meter: Arc<Meter>) -> Scan {
        let hasher = self.hasher.with_meter(meter.clone());
        Scan {
            meter,
            hasher,
            ..self
        }
    }

    /// Scans files and folders and hands each finding on, in the order of the walk, on the calling thread. A root
    /// within another is scanned once.
    ///
    /// The scan ends early when the callback breaks; it is not called again. It also ends when it is
    /// [cancelled](Self::with_cancel): finished files are handed on, and the files in work are given up. The summary
    /// says `interrupted`.
    ///
    /// # Errors
    /// Before anything is scanned: a root that does not exist, lists that hold none of the types that are computed.
    /// Later: an index that turns out to be damaged. What is wrong with a single file is a finding.
    pub fn run<P: Into<PathBuf>>(
        &self,
        roots: impl IntoIterator<Item = P>,
        each: impl FnMut(Finding) -> ControlFlow<()>,
    ) -> Result<Summary> {
        let roots = roots.into_iter().map(Into::into);
        self.check_types()?;
        let stand_in = self.stand_in.as_ref();
        self.run_walk(Walk::below(roots, &self.exclude, stand_in)?, each)
    }

    /// Scans files and folders that another program names one by one. Each is scanned as often as it is named, in that order.
    /// They are not held in memory, and one that is not there is a finding. Another thread reads the paths, so findings are
    /// handed on while the next path is awaited. If the scan ends early, that thread ends after the next path.
    ///
    /// # Errors
    /// As [`Scan::run`], but for roots; and the first error of `paths`.
    pub fn run_listed<P>(
        &self,
        paths: P,
        each: impl FnMut(Finding) -> ControlFlow<()>,
    ) -> Result<Summary>
    where
        P: IntoIterator<Item = Result<PathBuf>, IntoIter: Send + 'static>,
    {
        self.check_types()?;
        let mut paths = paths.into_iter();
        let (named, coming) = mpsc::sync_channel(PATHS_AHEAD);
        let reader = std::thread::Builder::new().name("paths".to_owned());
        let reader = reader.spawn(move || {
            // The receiver is gone once the scan is over.
            let _ = paths.try_for_each(|path| named.send(path));
        });
        let reader = reader.map_err(|error| {
            let message = system_text(&error);
            Error::from(Problem::ThreadsNotStarted { message })
        })?;
        let roots = Roots::Coming(coming, Some(reader));
        self.run_walk(Walk::listed(roots, &self.exclude), each)
    }

    fn run_walk(
        &self,
        mut walk: Walk<'_>,
        mut each: impl FnMut(Finding) -> ControlFlow<()>,
    ) -> Result<Summary> {
        let pool = self.threads()?;
        walk.share(self.shard);
        let context = ScanContext::new(self);
        let ended = AtomicBool::new(false);
        let mut summary = Summary::default();
        summary.wall = self.hasher.wall();
        summary.missing_wall = self.hasher.missing_wall();
        let breaker = self.flood_limit.map(FloodBreaker::new);
        let mut hand_on = |mut finding: Finding| {
            if let Some(breaker) = &breaker {
                breaker.judge(&mut finding.matches);
            }
            summary.add(&finding);
            each(finding)
        };
        let over = pool.in_place_scope(|scope| {
            let window = pool.current_num_threads() * WINDOW_PER_JOB;
            let pipeline = Pipeline::new(&context, &ended, window);
            pipeline.run(scope, &mut walk, &mut hand_on)
        });
        // What was recorded is safe whether the scan ended or not.
        let synced = self.logs.iter().try_for_each(|log| log.sync());
        summary.interrupted = over? == Over::Cut;
        synced?;
        summary.excluded = walk.excluded();
        summary.add_quarantined(breaker.as_ref());
        summary.shard = walk.coverage();
        summary.bare_roots = walk.bare().count;
        summary.bare_roots_shown = walk.bare().first.clone();
        Ok(summary)
    }

    /// A scan that could not match anything is a mistake, not a clean bill of health. Without any list it only hashes.
    fn check_types(&self) -> Result<()> {
        if self.matcher.is_empty() {
            return Ok(());
        }
        let listed = self.matcher.hash_types();
        if listed.is_empty() {
            return Err(Problem::ListsEmpty.into());
        }
        if self.hasher.types().iter().any(|t| listed.contains(t)) {
            return Ok(());
        }
        let names = |types: &[HashType]| {
            types
                .iter()
                .map(|t| t.name())
                .collect::<Vec<_>>()
                .join(", ")
        };
        Err(Problem::TypesNotListed {
            types: names(self.hasher.types()),
            listed: names(&listed),
        }
        .into())
    }

    fn threads(&self) -> Result<rayon::ThreadPool> {
        rayon::ThreadPoolBuilder::new()
            .num_threads(self.jobs.map_or(0, NonZeroUsize::get))
            .thread_name(|i| format!("scan-{i}"))
            .build()
            .map_err(|error| {
                let message = system_text(&error);
                Error::from(Problem::ThreadsNotStarted { message })
            })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder() -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        for i in 0..300 {
            std::fs::write(folder.path().join(format!("{i:03}")), "x").unwrap();
        }
        folder
    }

    fn hashing() -> Scan {
        Scan::new(Matcher::new([])).with_hasher(Hasher::new([HashType::Md5]))
    }

    #[test]
    fn a_callback_that_breaks_is_not_called_again_and_the_scan_can_run_again() {
        let (folder, scan) = (folder(), hashing());
        for _ in 0..2 {
            let mut calls = 0;
            let summary = scan.run([folder.path()], |_| {
                calls += 1;
                if calls == 3 {
                    ControlFlow::Break(())
                } else {
                    ControlFlow::Continue(())
                }
            });
            let summary = summary.unwrap();
            assert_eq!(
                (calls, summary.discovered, summary.interrupted),
                (3, 3, true)
            );
        }
        let mut calls = 0;
        let summary = scan.run([folder.path()], |_| {
            calls += 1;
            if calls == 300 {
                ControlFlow::Break(())
            } else {
                ControlFlow::Continue(())
            }
        });
        assert!(
            !summary.unwrap().interrupted,
            "the last file was the last anyway"
        );
    }

    #[test]
    fn a_cancelled_scan_hands_on_what_was_finished_and_no_more() {
        let (folder, token) = (folder(), CancelToken::new());
        let scan = hashing()
            .with_cancel(token.clone())
            .with_jobs(NonZeroUsize::MIN);
        let summary = scan.run([folder.path()], |_| {
            token.cancel();
            ControlFlow::Continue(())
        });
        let summary = summary.unwrap();
        assert!(
            summary.interrupted && summary.discovered < 300,
            "{summary:?}"
        );
    }

    #[test]
    fn a_scan_that_could_not_match_is_a_mistake() {
        let list = concat!(env!("CARGO_MANIFEST_DIR"), "/hashsets/demo.csv");
        let scan =
            Scan::new(Matcher::open([list]).unwrap()).with_hasher(Hasher::new([HashType::MeanIh3]));
        let error = scan
            .run(["."], |_| unreachable!("nothing is scanned"))
            .unwrap_err();
        assert!(
            error
                .to_string()
                .contains("no list holds hashes of type mean64-ih3-lsb"),
            "{error}"
        );
    }
}
