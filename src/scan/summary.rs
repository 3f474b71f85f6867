//! The result of a whole scan.

use std::collections::{BTreeMap, HashSet};
use std::path::PathBuf;
use std::time::Duration;

use super::{Coverage, Examination, Finding, Looked, Status};
use crate::error::{Reason, Reasons};
use crate::matcher::{Cluster, FloodBreaker, Quarantined, Tier};
use crate::sandbox::Wall;

/// How many names a [`Tally`] keeps: labels are what lists say, and a list may say anything.
const NAMES_MAX: usize = 1000;

/// How many clusters are told apart, 8 bytes each.
const CLUSTERS_MAX: usize = 1 << 20;

/// How many of the slowest files are kept.
const SLOWEST_MAX: usize = 5;

/// The result of a scan: the counts by status add up to `discovered`, always.
///
/// It takes bounded memory. All but `slowest` is the same for the same files and lists on any number of threads.
#[derive(Clone, Debug, Default)]
pub struct Summary {
    /// How many files and members of archives were discovered.
    pub discovered: u64,
    /// How many of them are members of archives.
    pub members: u64,
    /// How many of them hashes were made of, to be looked up.
    pub examined: u64,
    /// The number of roots without any examined file. They are empty, not mounted, or hold only links, devices and excluded
    /// files.
    pub bare_roots: u64,
    /// The first of these roots.
    pub bare_roots_shown: Vec<PathBuf>,
    /// How many files have each status.
    pub by_status: BTreeMap<Status, u64>,
    /// How many files match, by the tier of their best match.
    pub by_tier: BTreeMap<Tier, u64>,
    /// How many files match each list.
    pub by_list: Tally,
    /// How many files match each label.
    pub by_label: Tally,
    /// How many files are unsupported, by media type; `empty` and `unknown` stand for those that have none.
    pub unsupported: Tally,
    /// How files were looked into.
    pub looked_into: BTreeMap<Examination, Looked>,
    /// Why files were not, or not wholly, examined: for how many, by the code of the reason.
    pub reasons: Tally,
    /// How many files would match but for negative entries.
    pub suppressed: u64,
    /// How many files match nothing, and something speaks for listed clips.
    pub weak: u64,
    /// How many files show an authentic notice.
    pub authentic: u64,
    /// The entries that were quarantined, because they suddenly matched very many files: the first hundred.
    pub quarantined: Vec<Quarantined>,
    /// How many more were.
    pub quarantined_others: u64,
    /// How many files and folders were left out because a pattern names them. They are not discovered.
    pub excluded: u64,
    /// The size of all files, in bytes. Members count with the archive that they are in.
    pub bytes: u64,
    /// The files that took longest, by the clock, the slowest first: at most five.
    pub slowest: Vec<(Duration, PathBuf)>,
    /// Whether the scan was ended before its last file.
    pub interrupted: bool,
    /// Of one of several scans that share files, what it saw of all.
    pub shard: Option<Coverage>,
    /// The wall behind which files were opened.
    pub wall: Wall,
    /// Why there was no wall, where one was wanted.
    pub missing_wall: Option<Reason>,
    clusters: HashSet<Cluster>,
}

impl Summary {
    /// Takes one finding into account.
    pub fn add(&mut self, finding: &Finding) {
        self.discovered += 1;
        *self.by_status.entry(finding.status).or_default() += 1;
        let has_hashes = !finding.digests.is_empty() || !finding.prints.is_empty();
        self.examined += u64::from(has_hashes);
        if finding.is_member {
            self.members += 1;
        } else {
            self.bytes += finding.bytes.unwrap_or(0);
        }
        self.suppressed += u64::from(!finding.suppressed.is_empty());
        self.weak += u64::from(finding.matches.is_empty() && !finding.weak.is_empty());
        self.authentic += u64::from(!finding.authentic.is_empty());
        if let Some(tier) = finding.matches.iter().map(|m| m.tier).min() {
            *self.by_tier.entry(tier).or_default() += 1;
        }
        let lists = finding.matches.iter().map(|m| m.list.as_str());
        self.by_list.count_each(lists);
        let labels = finding.matches.iter().flat_map(|m| &m.labels);
        self.by_label.count_each(labels.map(String::as_str));
        if finding.status == Status::Unsupported {
            self.unsupported.count_each([kind(finding)]);
        }
        let looked = self
            .looked_into
            .entry(Examination::of(finding))
            .or_default();
        looked.files += 1;
        looked.bytes += finding.bytes.unwrap_or(0);
        let reasons = finding.reason.iter().flat_map(Reasons::iter);
        let codes = reasons.map(|one| one.reason.code().name());
        self.reasons.count_each(codes);
        if let Some(cluster) = finding.cluster
            && self.clusters.len() < CLUSTERS_MAX
        {
            self.clusters.insert(cluster);
        }
        self.time(finding);
    }

    /// Takes the entries that a breaker quarantined into account.
    pub(super) fn add_quarantined(&mut self, breaker: Option<&FloodBreaker>) {
        if let Some(breaker) = breaker {
            self.quarantined = breaker.quarantined();
            self.quarantined_others = breaker.others();
        }
    }

    fn time(&mut self, finding: &Finding) {
        let slower = |(elapsed, _): &(Duration, PathBuf)| *elapsed >= finding.elapsed;
        let place = self.slowest.partition_point(slower);
        if place < SLOWEST_MAX && !finding.elapsed.is_zero() {
            let slow = (finding.elapsed, finding.path.clone());
            self.slowest.insert(place, slow);
            self.slowest.truncate(SLOWEST_MAX);
        }
    }

    /// How many files have a status.
    pub fn count(&self, status: Status) -> u64 {
        self.by_status.get(&status).copied().unwrap_or(0)
    }

    /// How many files matched.
    pub fn matched(&self) -> u64 {
        self.count(Status::Matched)
    }

    /// In how many clusters the matched files are: how many decisions they ask for. Of more than a million, that many.
    pub fn clusters(&self) -> u64 {
        self.clusters.len() as u64
    }

    /// Whether finding nothing says nothing: no file was examined at all, or none below one of the roots.
    pub fn is_bare(&self) -> bool {
        self.examined == 0 || self.bare_roots > 0
    }

    /// How many files were not, or not wholly, examined, and matched nothing.
    pub fn gaps(&self) -> u64 {
        Status::ALL
            .into_iter()
            .filter(|s| s.is_gap())
            .map(|s| self.count(s))
            .sum()
    }
}

/// How many files each name was met in: of the first thousand different names, and of all others together.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Tally {
    /// The names that are told apart.
    pub counts: BTreeMap<String, u64>,
    /// How often another name was met. A file with several of these counts once for each.
    pub others: u64,
}

impl Tally {
    /// Adds one to each different name.
    fn count_each<'a>(&mut self, names: impl IntoIterator<Item = &'a str>) {
        let mut names: Vec<&str> = names.into_iter().collect();
        names.sort_unstable();
        names.dedup();
        for name in names {
            if let Some(count) = self.counts.get_mut(name) {
                *count += 1;
            } else if self.counts.len() < NAMES_MAX {
                self.counts.insert(name.to_owned(), 1);
            } else {
                self.others += 1;
            }
        }
    }

    /// Whether no name was met.
    pub fn is_empty(&self) -> bool {
        self.counts.is_empty()
    }
}

/// What an unsupported file is.
fn kind(finding: &Finding) -> &str {
    match finding.mime.as_deref() {
        _ if finding.bytes == Some(0) => "empty",
        Some(mime) => mime,
        None => "unknown",
    }
}

#[cfg(test)]
mod tests {
    use std::borrow::Cow;

    use super::*;

    fn finding(name: &str, status: Status) -> Finding {
        Finding::new(name, status)
    }

    #[test]
    fn the_slowest_files_are_kept_in_order() {
        let mut summary = Summary::default();
        for ms in [3, 9, 0, 1, 7, 9, 2, 8] {
            summary.add(&Finding {
                elapsed: Duration::from_millis(ms),
                ..finding(&format!("{}-{ms}", summary.discovered), Status::NoMatch)
            });
        }
        let slowest: Vec<_> = summary
            .slowest
            .iter()
            .map(|(elapsed, path)| (elapsed.as_millis(), path.to_str().unwrap()))
            .collect();
        assert_eq!(
            slowest,
            [(9, "1-9"), (9, "5-9"), (8, "7-8"), (7, "4-7"), (3, "0-3")]
        );
    }

    #[test]
    fn unsupported_files_are_counted_by_kind() {
        let mut summary = Summary::default();
        let unsupported = |mime: Option<&'static str>, bytes| Finding {
            mime: mime.map(Cow::Borrowed),
            bytes: Some(bytes),
            ..finding("x", Status::Unsupported)
        };
        for one in [
            unsupported(Some("video/mp4"), 9),
            unsupported(None, 0),
            unsupported(None, 9),
            unsupported(Some("video/mp4"), 8),
            Finding {
                mime: Some("image/png".into()),
                ..finding("y", Status::NoMatch)
            },
        ] {
            summary.add(&one);
        }
        let counts: Vec<_> = summary.unsupported.counts.into_iter().collect();
        let expected = [("empty", 1), ("unknown", 1), ("video/mp4", 2)];
        assert_eq!(counts, expected.map(|(name, n)| (name.to_owned(), n)));
    }

    #[test]
    fn files_are_counted_by_how_they_were_looked_into_and_by_their_reasons() {
        let mut summary = Summary::default();
        let closed = |bytes| Finding {
            reason: Some(Reason::ZipEncrypted.into()),
            bytes: Some(bytes),
            ..finding("x", Status::Unsupported)
        };
        for one in [closed(5), closed(7)] {
            summary.add(&one);
        }
        let looked = &summary.looked_into[&Examination::Nothing];
        assert_eq!((looked.files, looked.bytes), (2, 12));
        let files: u64 = summary
            .looked_into
            .values()
            .map(|looked| looked.files)
            .sum();
        assert_eq!(files, summary.discovered);
        assert_eq!(summary.reasons.counts["zip-encrypted"], 2);
    }

    #[test]
    fn names_without_end_are_counted_in_bounded_memory() {
        let mut tally = Tally::default();
        for i in 0..3000 {
            tally.count_each([format!("{i}").as_str(), "0", "0"]);
        }
        assert_eq!(tally.counts.len(), NAMES_MAX);
        assert_eq!(tally.counts["0"], 3000);
        let told: u64 = tally.counts.values().sum();
        assert_eq!(told + tally.others, 3000 + 2999);
    }
}
