//! Findings in the form that was asked for.

mod columns;
mod csv;
mod groups;
mod jsonl;
mod summary;
mod text;

use basma::Result;
use basma::error::Problem;
use basma::hash::{FrameHash, Hash};
use basma::hasher::Sampling;
use basma::matcher::Found;
use basma::report::Conditions;
use basma::scan::{Finding, Rematch, Summary};

use super::Context;
use super::args::{Format, OutputArgs};
use super::output::Stopped;
use super::prose::Prose;
pub(crate) use csv::Table;
use groups::Gathered;
pub(in crate::cli) use summary::farewell;
pub(in crate::cli) use text::head;

/// What a job does with the files: it decides what there is to say of each.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Job {
    Scan,
    /// Which pictures of clips are hashed decides what a list of them can find.
    Hash(Sampling),
}

/// Turns results into text, in one form.
pub(crate) struct Printer {
    format: Format,
    table: Table,
    prose: Prose,
    /// The matched files that people see once all are known.
    gathered: Gathered,
}

impl Printer {
    /// # Errors
    /// Options for tables where none is asked for.
    pub(crate) fn new(args: &OutputArgs, context: &Context<'_>) -> Result<Printer> {
        if args.format != Format::Csv && (args.csv_separator.is_some() || args.bom) {
            return Err(Problem::CsvOnly.into());
        }
        Ok(Printer {
            format: args.format,
            table: Table {
                separator: args.csv_separator.unwrap_or(','),
                bom: args.bom,
            },
            prose: context.output_prose(args.output.as_deref()),
            gathered: Gathered::new(),
        })
    }

    /// What stands before the first finding.
    pub(crate) fn head(&self, job: Job) -> String {
        match (self.format, job) {
            (Format::Csv, Job::Scan) => self.table.scan_head(),
            (Format::Csv, Job::Hash(_)) => self.table.hash_head(),
            _ => String::new(),
        }
    }

    /// One file; nothing, where there is nothing to say of it, or not yet.
    ///
    /// # Errors
    /// Those of the temporary files in which matched files are gathered.
    pub(crate) fn finding(&mut self, job: Job, finding: &Finding) -> Result<String> {
        Ok(match (self.format, job) {
            (Format::Jsonl, _) => jsonl::finding(job, finding),
            (Format::Csv, Job::Scan) => self.table.finding(finding),
            (Format::Csv, Job::Hash(sampling)) => self.table.hashes(finding, sampling),
            (Format::Text, Job::Hash(_)) => text::hashes(&self.prose, finding),
            (Format::Text, Job::Scan) => {
                if self.gathered.add(&self.prose, finding)? {
                    String::new()
                } else {
                    text::finding(&self.prose, finding)
                }
            }
        })
    }

    /// What was gathered for people, after the last finding however the scan ended.
    ///
    /// # Errors
    /// Those of `out`, and of temporary files.
    pub(crate) fn groups(
        &mut self,
        out: impl FnMut(&str) -> Result<(), Stopped>,
    ) -> Result<(), Stopped> {
        let gathered = std::mem::replace(&mut self.gathered, Gathered::new());
        gathered.write(&self.prose, out)
    }

    /// What belongs to the output after the last finding.
    pub(crate) fn tail(
        &self,
        job: Job,
        summary: &Summary,
        conditions: Option<Conditions>,
    ) -> String {
        match self.format {
            Format::Jsonl => jsonl::summary(job, summary, conditions),
            Format::Text | Format::Csv => String::new(),
        }
    }

    /// What belongs to the output after the last match of a rematch.
    pub(crate) fn rematch_tail(&self, rematch: &Rematch, conditions: Conditions) -> String {
        match self.format {
            Format::Jsonl => jsonl::rematch_summary(rematch, conditions),
            Format::Text | Format::Csv => String::new(),
        }
    }

    /// What stands before the first hash looked up.
    pub(crate) fn lookup_head(&self) -> String {
        match self.format {
            Format::Csv => self.table.lookup_head(),
            Format::Text | Format::Jsonl => String::new(),
        }
    }

    /// One hash that was looked up.
    pub(crate) fn lookup(&self, hash: &Hash, found: &Found) -> String {
        match self.format {
            Format::Jsonl => jsonl::lookup(hash, found),
            Format::Csv => self.table.lookup(hash, found),
            Format::Text => text::lookup(&self.prose, hash, found),
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

/// The video tracks of a file, or its pictures as the first of them: the number of each, its hashes, how long it is.
fn tracks(finding: &Finding) -> impl Iterator<Item = (u32, &[FrameHash], Option<u64>)> {
    let further = finding.tracks.iter();
    let further = further.map(|track| (track.prints.as_slice(), track.clip_ms));
    let all = std::iter::once((finding.prints.as_slice(), finding.clip_ms)).chain(further);
    (1..)
        .zip(all)
        .map(|(track, (prints, ms))| (track, prints, ms))
}

#[cfg(test)]
mod tests {
    use basma::scan::Status;

    use super::*;

    /// A file without a match.
    pub(super) fn finding() -> Finding {
        Finding::new("a", Status::NoMatch)
    }
}
