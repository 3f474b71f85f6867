//! What a whole scan came to.

use std::collections::BTreeMap;

use super::{Finding, Status};

/// What a scan came to: the counts by status add up to `discovered`, always.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Summary {
    /// How many files and members of archives were discovered.
    pub discovered: u64,
    /// How many of them are members of archives.
    pub members: u64,
    /// How many came to each status.
    pub by_status: BTreeMap<Status, u64>,
    /// How many files match each list.
    pub by_list: BTreeMap<String, u64>,
    /// How many files match each label.
    pub by_label: BTreeMap<String, u64>,
    /// How many files would match but for negative entries.
    pub suppressed: u64,
    /// How many files and folders were left out because a pattern names them. They are not discovered.
    pub excluded: u64,
    /// The size of all files, in bytes. Members count with the archive that they are in.
    pub bytes: u64,
    /// Whether the scan was ended before its last file.
    pub interrupted: bool,
}

impl Summary {
    /// Takes one finding into account.
    pub fn add(&mut self, finding: &Finding) {
        self.discovered += 1;
        *self.by_status.entry(finding.status).or_default() += 1;
        if finding.is_member {
            self.members += 1;
        } else {
            self.bytes += finding.bytes.unwrap_or(0);
        }
        self.suppressed += u64::from(!finding.suppressed.is_empty());
        let lists = finding.matches.iter().map(|m| &m.list);
        count_once(&mut self.by_list, lists);
        let labels = finding.matches.iter().flat_map(|m| &m.labels);
        count_once(&mut self.by_label, labels);
    }

    /// How many files came to a status.
    pub fn count(&self, status: Status) -> u64 {
        self.by_status.get(&status).copied().unwrap_or(0)
    }

    /// How many files matched.
    pub fn matched(&self) -> u64 {
        self.count(Status::Matched)
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

/// Adds one to each different name.
fn count_once<'a>(counts: &mut BTreeMap<String, u64>, names: impl Iterator<Item = &'a String>) {
    let mut names: Vec<&String> = names.collect();
    names.sort();
    names.dedup();
    for name in names {
        *counts.entry(name.clone()).or_default() += 1;
    }
}
