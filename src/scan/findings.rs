//! The findings of a scan, one after the other.

use std::ops::ControlFlow;
use std::path::PathBuf;
use std::sync::mpsc::{self, Receiver};
use std::thread::JoinHandle;

use super::{Finding, Scan, Summary};
use crate::error::{Problem, system_text};
use crate::{CancelToken, Error, Result};

/// How many findings wait to be taken.
const WAITING_MAX: usize = 64;

/// The findings of a scan that goes on beside: what [`Scan::run`] hands on, in the same order. At most some dozens wait to be
/// taken, and then the scan waits. Dropping this ends the scan and waits for its threads.
///
/// ```
/// use basma::{Matcher, scan::Scan};
/// # std::env::set_current_dir(env!("CARGO_MANIFEST_DIR")).unwrap();
/// let matcher = Matcher::open(["hashsets/demo.csv"])?;
/// let mut findings = Scan::new(matcher).iter(["fixtures/dump"])?;
/// for finding in &mut findings {
///     let finding = finding?;
///     if let Some(nearest) = finding.matches.first() {
///         println!("{}: {} bits", finding.path.display(), nearest.distance);
///     }
/// }
/// let summary = findings.summary().expect("the scan is over");
/// assert_eq!(summary.discovered, 31);
/// # Ok::<(), basma::Error>(())
/// ```
#[derive(Debug)]
pub struct Findings {
    cancel: CancelToken,
    /// Nothing once the scan is over.
    running: Option<Running>,
    summary: Option<Summary>,
}

#[derive(Debug)]
struct Running {
    coming: Receiver<Finding>,
    scan: JoinHandle<Result<Summary>>,
}

impl Scan {
    /// Scans files and folders on threads of its own, and gives the findings one after the other. What is an error of
    /// [`Scan::run`] is the last item.
    ///
    /// # Errors
    /// [`Error::Argument`] if no thread can be started.
    pub fn iter<P: Into<PathBuf>>(&self, roots: impl IntoIterator<Item = P>) -> Result<Findings> {
        let roots: Vec<PathBuf> = roots.into_iter().map(Into::into).collect();
        let cancel = self.cancel.child();
        let scan = self.clone().with_cancel(cancel.clone());
        let (found, coming) = mpsc::sync_channel(WAITING_MAX);
        let thread = std::thread::Builder::new().name("scan".to_owned());
        let scan = thread.spawn(move || {
            scan.run(roots, |finding| {
                // The receiver is gone once no more is wanted.
                if found.send(finding).is_ok() {
                    ControlFlow::Continue(())
                } else {
                    ControlFlow::Break(())
                }
            })
        });
        let scan = scan.map_err(|error| {
            let message = system_text(&error);
            Error::from(Problem::ThreadNotStarted { message })
        })?;
        Ok(Findings {
            cancel,
            running: Some(Running { coming, scan }),
            summary: None,
        })
    }
}

impl Findings {
    /// The summary, after the last finding; `None` before that, and after an error.
    pub fn summary(&self) -> Option<&Summary> {
        self.summary.as_ref()
    }
}

impl Iterator for Findings {
    type Item = Result<Finding>;

    fn next(&mut self) -> Option<Result<Finding>> {
        if let Ok(finding) = self.running.as_ref()?.coming.recv() {
            return Some(Ok(finding));
        }
        match self.running.take()?.scan.join() {
            Ok(Ok(summary)) => {
                self.summary = Some(summary);
                None
            }
            Ok(Err(error)) => Some(Err(error)),
            Err(panic) => std::panic::resume_unwind(panic),
        }
    }
}

impl std::iter::FusedIterator for Findings {}

impl Drop for Findings {
    fn drop(&mut self) {
        self.cancel.cancel();
        if let Some(Running { coming, scan }) = self.running.take() {
            // The scan may wait for a finding to be taken.
            drop(coming);
            // Nobody asks any more how it ended.
            let _ = scan.join();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Matcher;
    use crate::hash::HashType;
    use crate::hasher::Hasher;

    fn scan() -> Scan {
        Scan::new(Matcher::new([])).with_hasher(Hasher::new([HashType::Md5]))
    }

    fn folder(files: usize) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        for i in 0..files {
            std::fs::write(folder.path().join(format!("{i:04}")), i.to_string()).unwrap();
        }
        folder
    }

    #[test]
    fn findings_come_in_the_order_of_a_run_and_the_summary_is_the_same() {
        let (folder, scan) = (folder(WAITING_MAX * 3), scan());
        let mut handed_on = Vec::new();
        let ran = scan.run([folder.path()], |finding| {
            handed_on.push((finding.path, finding.digests));
            ControlFlow::Continue(())
        });
        let mut findings = scan.iter([folder.path()]).unwrap();
        assert!(findings.summary().is_none());
        let given = findings.by_ref().map(|finding| {
            let finding = finding.unwrap();
            (finding.path, finding.digests)
        });
        assert_eq!(given.collect::<Vec<_>>(), handed_on);
        assert!(findings.next().is_none());
        let (ran, given) = (ran.unwrap(), findings.summary().unwrap());
        assert_eq!(
            (ran.by_status, ran.bytes),
            (given.by_status.clone(), given.bytes)
        );
        assert!(!given.interrupted);
    }

    #[test]
    fn dropping_the_findings_ends_the_scan_and_not_the_token_of_the_caller() {
        let (folder, token) = (folder(WAITING_MAX * 20), CancelToken::new());
        let scan = scan().with_cancel(token.clone());
        let meter = std::sync::Arc::<crate::media::Meter>::default();
        let mut findings = scan
            .with_meter(meter.clone())
            .iter([folder.path()])
            .unwrap();
        assert!(findings.next().unwrap().is_ok());
        drop(findings);
        // Its threads are joined: nothing is counted any more, and the meter is held here alone.
        assert_eq!(std::sync::Arc::strong_count(&meter), 1);
        assert!(!token.is_cancelled());
    }

    #[test]
    fn a_cancelled_scan_ends_with_an_interrupted_summary() {
        let (folder, token) = (folder(WAITING_MAX * 20), CancelToken::new());
        let scan = scan()
            .with_jobs(std::num::NonZeroUsize::MIN)
            .with_cancel(token.clone());
        let mut findings = scan.iter([folder.path()]).unwrap();
        assert!(findings.next().unwrap().is_ok());
        token.cancel();
        let rest = findings.by_ref().filter(|finding| finding.is_ok()).count();
        assert!(rest < WAITING_MAX * 20 - 1);
        assert!(findings.summary().unwrap().interrupted);
    }

    #[test]
    fn what_cannot_be_scanned_is_the_last_item() {
        let mut findings = scan().iter(["/no such folder"]).unwrap();
        assert!(findings.next().unwrap().is_err());
        assert!(findings.next().is_none() && findings.summary().is_none());
    }
}
