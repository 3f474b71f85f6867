//! Findings in the form that was asked for.

mod columns;
mod csv;
mod groups;
mod jsonl;
mod later;
mod line;
mod matter;
mod summary;
mod text;

use std::path::PathBuf;

use basma::Result;
use basma::hash::Hash;
use basma::hasher::Sampling;
use basma::list::hashed_line;
use basma::matcher::{Found, Match};
use basma::report::Conditions;
use basma::scan::{Finding, Rematch, Summary};

use super::Context;
use super::args::{Format, OutputArgs, Show, ShowArgs};
use super::output::Stopped;
use super::prose::Prose;
use super::style::Style;
pub(crate) use csv::Table;
use groups::Gathered;
use later::Later;
pub(in crate::cli) use line::status;
pub(in crate::cli) use matter::may_hold_media;
pub(in crate::cli) use summary::{Searched, farewell};
pub(in crate::cli) use text::view;

/// What a job does with the files: it decides what there is to say of each.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Job {
    Scan,
    /// Which pictures of clips are hashed decides what a list of them can find.
    Hash(Sampling),
}

/// Of how many named files each is told that is no media.
const NAMED_MAX: usize = 16;

/// Turns results into text, in one form.
pub(crate) struct Printer {
    format: Format,
    table: Table,
    prose: Prose,
    style: Style,
    shown: Vec<Show>,
    /// The matched files that people see once all are known, where they ask for all of each match.
    gathered: Option<Gathered>,
    later: Later,
    /// The conditions of the scan, where they quote a calibration.
    quoted: Option<Conditions>,
    /// The files that were named, if they are few.
    named: Vec<PathBuf>,
}

impl Printer {
    /// # Errors
    /// Options for tables where none is asked for.
    pub(crate) fn new(args: &OutputArgs, context: &Context<'_>) -> Result<Printer> {
        Ok(Printer {
            format: args.format,
            table: Table::new(args)?,
            prose: context.output_prose(args.output.as_deref()),
            style: context.output_style(args.output.as_deref()),
            shown: if context.quiet {
                vec![Show::Matches]
            } else {
                vec![Show::Matches, Show::Gaps]
            },
            gathered: None,
            later: Later::new(),
            quoted: None,
            named: Vec::new(),
        })
    }

    /// The same, with what these conditions quote of a calibration beside each match.
    pub(crate) fn quoting(mut self, conditions: &Conditions) -> Printer {
        let is_quoted = conditions
            .lists
            .iter()
            .any(|list| list.calibration.is_some());
        self.quoted = is_quoted.then(|| conditions.clone());
        self
    }

    /// The same, for the findings that are asked for. Leads are shown with matches.
    pub(crate) fn showing(mut self, args: &ShowArgs) -> Printer {
        if !args.show.is_empty() {
            self.shown = args.show.clone();
        }
        self.gathered = args.verbose.then(Gathered::new);
        self
    }

    /// Which files were named, each by itself. Of these it is told that they are no media, if they are few: a pattern of a shell
    /// names a thousand.
    pub(crate) fn naming(mut self, paths: &[PathBuf]) -> Printer {
        if paths.len() <= NAMED_MAX {
            self.named = paths.to_vec();
        }
        self
    }

    fn shows(&self, what: Show) -> bool {
        self.shown.contains(&what) || self.shown.contains(&Show::All)
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
            (Format::Jsonl, _) => jsonl::finding(job, finding, self.quoted.as_ref()),
            (Format::Csv, Job::Scan) => self.table.finding(finding),
            (Format::Csv, Job::Hash(sampling)) => self.table.hashes(finding, sampling),
            (Format::Text, Job::Hash(sampling)) => typed_lines(finding, sampling),
            (Format::Text, Job::Scan) => self.line(finding)?,
        })
    }

    /// The line of a file where it is due at once: that of a match. Others are kept for later, as far as they are asked for.
    fn line(&mut self, finding: &Finding) -> Result<String> {
        let (prose, style) = (&self.prose, self.style);
        let mut text = String::new();
        if self.shows(Show::Matches) {
            match (&mut self.gathered, Match::leading(&finding.matches)) {
                (Some(gathered), Some(_)) => gathered.add(prose, finding)?,
                (None, Some(leading)) => text = line::matched(prose, style, finding, leading),
                (Some(_), None) => {
                    let mut lead = line::lead(prose, style, finding);
                    lead += &text::weak(prose, &finding.weak);
                    self.later.add_lead(&lead)?;
                }
                (None, None) => self.later.add_lead(&line::lead(prose, style, finding))?,
            }
        }
        if self.shows(Show::Matches) {
            let mut authentic = line::authentic(prose, style, finding);
            if self.gathered.is_some() && finding.matches.is_empty() {
                authentic += &text::authentic(prose, &finding.authentic, false);
            }
            self.later.add_lead(&authentic)?;
        }
        if self.gathered.is_some() || self.shows(Show::All) {
            let suppressed = line::suppressed(prose, style, finding);
            self.later.add_lead(&suppressed)?;
        }
        let is_untold = if finding.status.is_gap() {
            let is_of_interest =
                matter::may_hold_media(finding) || self.named.contains(&finding.path);
            is_of_interest && self.shows(Show::Gaps)
        } else if finding.matches.is_empty() {
            false
        } else {
            finding.reason.is_some() && self.gathered.is_none() && self.shows(Show::Gaps)
        };
        let is_all = finding.matches.is_empty() && finding.weak.is_empty() && self.shows(Show::All);
        if is_untold || is_all {
            self.later.add_gap(&line::status(prose, style, finding))?;
        }
        Ok(text)
    }

    /// What stands after the matches that were printed as they were found, however the scan ended. For people it begins with
    /// all matches by cluster where they ask for all of each. Then come leads, then what was not examined.
    ///
    /// # Errors
    /// Those of `out`, and of temporary files.
    pub(crate) fn rest(
        &mut self,
        mut out: impl FnMut(&str) -> Result<(), Stopped>,
    ) -> Result<(), Stopped> {
        if let Some(gathered) = self.gathered.take() {
            gathered.write(&self.prose, &mut out)?;
        }
        let later = std::mem::replace(&mut self.later, Later::new());
        later.write(out)
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

    /// One hash that was looked up, and what it is of, where that is said.
    pub(crate) fn lookup(&self, hash: &Hash, id: Option<&str>, found: &Found) -> String {
        match self.format {
            Format::Jsonl => jsonl::lookup(hash, id, found),
            Format::Csv => self.table.lookup(hash, found),
            Format::Text => line::lookup(&self.prose, self.style, hash, id, found),
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

/// The hashes of a file as lines of a list, in no language.
fn typed_lines(finding: &Finding, sampling: Sampling) -> String {
    let entries = finding.entries(sampling);
    entries
        .iter()
        .map(|entry| hashed_line(entry) + "\n")
        .collect()
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
