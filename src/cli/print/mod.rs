//! Findings in the form that was asked for.

mod csv;
mod jsonl;
mod text;

use std::time::Duration;

use basma::hash::Hash;
use basma::matcher::Found;
use basma::scan::{Finding, Rematch, Summary};

use super::args::Format;
use super::prose::Prose;

/// What a job does with the files: it decides what there is to say of each.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Job {
    Scan,
    Hash,
}

/// Turns results into text, in one form.
pub(crate) struct Printer<'a> {
    pub(crate) format: Format,
    pub(crate) prose: &'a Prose,
}

impl Printer<'_> {
    /// What stands before the first finding.
    pub(crate) fn head(&self, job: Job) -> String {
        match (self.format, job) {
            (Format::Csv, Job::Scan) => csv::scan_head(),
            (Format::Csv, Job::Hash) => csv::hash_head(),
            _ => String::new(),
        }
    }

    /// One file.
    pub(crate) fn finding(&self, job: Job, finding: &Finding) -> String {
        match (self.format, job) {
            (Format::Jsonl, _) => jsonl::finding(job, finding),
            (Format::Csv, Job::Scan) => csv::finding(finding),
            (Format::Csv, Job::Hash) => csv::hashes(finding),
            (Format::Text, Job::Scan) => text::finding(self.prose, finding),
            (Format::Text, Job::Hash) => text::hashes(self.prose, finding),
        }
    }

    /// What belongs to the output after the last finding.
    pub(crate) fn tail(&self, job: Job, summary: &Summary) -> String {
        match self.format {
            Format::Jsonl => jsonl::summary(job, summary),
            Format::Text | Format::Csv => String::new(),
        }
    }

    /// What a person is told at the end, beside the output.
    pub(crate) fn farewell(&self, job: Job, summary: &Summary, time: Duration) -> String {
        text::summary(self.prose, job, summary, time)
    }

    /// What belongs to the output after the last match of a rematch.
    pub(crate) fn rematch_tail(&self, rematch: &Rematch) -> String {
        match self.format {
            Format::Jsonl => jsonl::rematch_summary(rematch),
            Format::Text | Format::Csv => String::new(),
        }
    }

    /// What stands before the first hash looked up.
    pub(crate) fn lookup_head(&self) -> String {
        match self.format {
            Format::Csv => csv::lookup_head(),
            Format::Text | Format::Jsonl => String::new(),
        }
    }

    /// One hash that was looked up.
    pub(crate) fn lookup(&self, hash: &Hash, found: &Found) -> String {
        match self.format {
            Format::Jsonl => jsonl::lookup(hash, found),
            Format::Csv => csv::lookup(hash, found),
            Format::Text => text::lookup(self.prose, hash, found),
        }
    }

    /// What belongs to the output after the last hash looked up.
    pub(crate) fn lookup_tail(&self, looked_up: u64, matched: u64) -> String {
        match self.format {
            Format::Jsonl => jsonl::lookup_summary(looked_up, matched),
            Format::Text | Format::Csv => String::new(),
        }
    }
}
