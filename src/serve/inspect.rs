//! Whole files: what is in them is examined too, as a scan does.

use std::fs::File;
use std::io;
use std::num::NonZeroUsize;
use std::ops::ControlFlow;
use std::path::PathBuf;
use std::sync::Arc;

use basma::hash::{Hash, HashType};
use basma::matcher::{Found, Match};
use basma::scan::{Finding, Scan};
use basma::{CancelToken, Matcher};

use super::curation::{Item, number_of};
use super::decide::now;
use super::hma::Coin;
use super::media::Received;
use super::service::Service;
use crate::verdict::{Judgement, Policy, Unchecked, Verdict};

/// How many matches of a file and of all that is in it are held.
const MATCHES_MAX: usize = 1000;

/// The code of a file that is larger than the service takes.
pub(super) const TOO_LARGE: &str = "limit-file-bytes";

/// What is known of a file of a request.
#[derive(Debug)]
pub(super) struct Inspected {
    pub(super) verdict: Verdict,
    /// The digests of the file itself.
    pub(super) digests: Vec<Hash>,
    /// What the file and all that is in it matches.
    pub(super) matches: Vec<Match>,
}

impl From<Verdict> for Inspected {
    fn from(verdict: Verdict) -> Inspected {
        Inspected {
            verdict,
            digests: Vec::new(),
            matches: Vec::new(),
        }
    }
}

impl Service {
    /// Examines a file, and all that is in it, within the time of a request. Whatever keeps that from being done is a verdict.
    pub(super) async fn inspect(self: &Arc<Service>, received: Received) -> Inspected {
        let service = self.clone();
        let work = self.work(move |stop| Ok(service.inspect_here(received, stop)));
        work.await
            .unwrap_or_else(|refusal| Verdict::from(&refusal).into())
    }

    /// What becomes of files, by the terms of the lists as they stand now.
    pub(super) fn policy(&self) -> Policy {
        let terms = self.matcher().map(Matcher::terms);
        Policy::new(self.refuse, &terms.unwrap_or_default())
    }

    fn inspect_here(&self, received: Received, stop: CancelToken) -> Inspected {
        let unchecked = |unchecked| Verdict::NotChecked(unchecked).into();
        let file = received.into_file().and_then(NamedFile::new);
        let Ok(file) = file else {
            return unchecked(Unchecked::Service);
        };
        let Ok(matcher) = self.matcher() else {
            return unchecked(Unchecked::ListsEmpty);
        };
        let scan = Scan::new(matcher.clone())
            .with_hasher(self.hasher())
            .with_jobs(NonZeroUsize::MIN)
            // All files of the service are counted together.
            .with_flood_limit(None)
            .with_cancel(stop);
        let toss = Coin::Random.toss();
        let mut judgement = Judgement::default();
        let (mut digests, mut found) = (Vec::new(), Found::default());
        let ran = scan.run([&file.path], |mut finding: Finding| {
            self.keep_in_force(&mut finding.matches, toss);
            self.judge(&mut finding.matches);
            self.note_finding(&finding);
            judgement.add(&finding);
            let room = MATCHES_MAX - found.matches.len();
            found.matches.extend(finding.matches.into_iter().take(room));
            if !finding.is_member {
                digests = finding.digests;
            }
            ControlFlow::Continue(())
        });
        self.watch.metrics.found(&found);
        match ran {
            Ok(summary) if summary.interrupted => unchecked(Unchecked::Deadline),
            Ok(_) => Inspected {
                verdict: judgement.verdict(),
                digests,
                matches: found.matches,
            },
            Err(error) => unchecked(Unchecked::from(&error)),
        }
    }
}

impl Service {
    /// Leaves out matches with contents that are gone or switched off, and with banks that lose their toss.
    pub(super) fn keep_in_force(&self, matches: &mut Vec<Match>, toss: f64) {
        if matches.is_empty() {
            return;
        }
        let (state, now) = (self.curation.state(), now());
        matches.retain(|found| {
            let id = match state.item(&found.list, found.id.as_deref()) {
                Item::Gone => return false,
                Item::Content(id) => id,
                Item::Published => number_of(&found.list, found.id.as_deref(), &found.hash),
            };
            let ratio = state.bank_of(&found.list).map_or(1.0, |bank| bank.ratio);
            let wins = ratio >= 1.0 || ratio >= toss;
            wins && state.is_on(id, now) && !state.is_gone(&found.list)
        });
    }
}

impl Inspected {
    /// The digest of a type, where the file was read.
    pub(super) fn digest(&self, hash_type: HashType) -> Option<&Hash> {
        let is_of_type = |digest: &&Hash| digest.hash_type() == hash_type;
        self.digests.iter().find(is_of_type)
    }
}

/// A file that a path leads to for as long as this is held.
struct NamedFile {
    path: PathBuf,
    #[cfg(target_os = "linux")]
    _file: File,
    #[cfg(not(target_os = "linux"))]
    _file: tempfile::NamedTempFile,
}

impl NamedFile {
    /// The system gives each open file a path. So no name is left on the disk, whatever ends the service.
    #[cfg(target_os = "linux")]
    fn new(file: File) -> io::Result<NamedFile> {
        use std::os::fd::AsRawFd as _;
        let path = format!("/proc/self/fd/{}", file.as_raw_fd()).into();
        Ok(NamedFile { path, _file: file })
    }

    #[cfg(not(target_os = "linux"))]
    fn new(mut file: File) -> io::Result<NamedFile> {
        let mut named = tempfile::NamedTempFile::new()?;
        io::copy(&mut file, &mut named)?;
        Ok(NamedFile {
            path: named.path().to_owned(),
            _file: named,
        })
    }
}
