//! Folders in, findings out: walk -> read -> decode -> hash -> look up -> finding.
//!
//! Every file that the walk discovers gives exactly one [`Finding`], in the order of the walk whatever the number of
//! threads; one bad file never ends a scan. Memory is bounded by the number of threads, not of files: besides what
//! each thread decodes, a window of finished findings waits for its turn.

mod examine;
mod finding;
mod summary;
mod walk;

pub use finding::{Finding, Flag, Status};
pub use summary::Summary;
pub use walk::count;

use std::collections::BTreeMap;
use std::num::NonZeroUsize;
use std::ops::ControlFlow;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, mpsc};

use crate::hasher::Hasher;
use crate::matcher::Matcher;
use crate::{Error, Result};

/// How many findings may wait for their turn, for each thread: enough that one slow file does not idle the others.
const WINDOW_PER_JOB: usize = 64;

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
    stop: Arc<AtomicBool>,
}

impl Scan {
    /// A scan that looks up what the matcher's lists hold, on as many threads as the machine has cores.
    pub fn new(matcher: Matcher) -> Scan {
        Scan {
            hasher: Hasher::new(matcher.hash_types()),
            matcher,
            jobs: None,
            stop: Arc::default(),
        }
    }

    /// Computes these hashes of every file, within these limits, instead of just those that the lists need.
    pub fn with_hasher(self, hasher: Hasher) -> Scan {
        Scan { hasher, ..self }
    }

    /// Sets the number of threads.
    pub fn with_jobs(self, jobs: NonZeroUsize) -> Scan {
        Scan {
            jobs: Some(jobs),
            ..self
        }
    }

    /// Lets another thread end the scan: once the flag is set no further file is begun.
    pub fn with_stop(self, stop: Arc<AtomicBool>) -> Scan {
        Scan { stop, ..self }
    }

    /// Scans files and folders and hands each finding on, in the order of the walk, on the calling thread. The scan
    /// ends early when the callback breaks; the summary then says `interrupted`.
    ///
    /// # Errors
    /// A root that does not exist, before anything is scanned; an index that turns out to be damaged. What is wrong
    /// with a single file is a finding.
    pub fn run<P: Into<PathBuf>>(
        &self,
        roots: impl IntoIterator<Item = P>,
        mut each: impl FnMut(Finding) -> ControlFlow<()>,
    ) -> Result<Summary> {
        let mut walk = walk::Walk::new(roots)?;
        let pool = self.threads()?;
        let window = pool.current_num_threads() * WINDOW_PER_JOB;
        let mut summary = Summary::default();

        pool.in_place_scope(|scope| {
            let (done, finished) = mpsc::channel();
            let mut waiting = BTreeMap::new();
            let (mut begun, mut handed_on) = (0_u64, 0_u64);
            loop {
                while begun - handed_on < window as u64 && !self.stop.load(Ordering::Relaxed) {
                    let Some(found) = walk.next() else { break };
                    let (place, done) = (begun, done.clone());
                    scope.spawn(move |_| {
                        // The receiver is gone only when the scan has already failed.
                        let _ = done.send((place, self.examine(found)));
                    });
                    begun += 1;
                }
                if begun == handed_on {
                    break;
                }
                let (place, finding) = finished.recv().expect("this thread holds a sender");
                waiting.insert(place, finding);
                while let Some(finding) = waiting.remove(&handed_on) {
                    handed_on += 1;
                    let finding: Finding = finding?;
                    summary.add(&finding);
                    if each(finding).is_break() {
                        self.stop.store(true, Ordering::Relaxed);
                    }
                }
            }
            Ok::<(), Error>(())
        })?;
        summary.interrupted = self.stop.load(Ordering::Relaxed);
        Ok(summary)
    }

    fn threads(&self) -> Result<rayon::ThreadPool> {
        rayon::ThreadPoolBuilder::new()
            .num_threads(self.jobs.map_or(0, NonZeroUsize::get))
            .thread_name(|i| format!("scan-{i}"))
            .build()
            .map_err(|error| {
                Error::Argument(format!("cannot start the threads of the scan: {error}"))
            })
    }
}
