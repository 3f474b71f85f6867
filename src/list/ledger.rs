//! The account of a list while it is read: every line goes into exactly one count.

use std::path::Path;

use super::entry::Entry;
use super::line::{Fault, Line, LineResult, quoted};
use super::lint::{self, Lint};
use super::{Change, Counts, Manifest, ReadOptions, Removal, Target};
use crate::disk::mmap::Pace;
use crate::error::{LineProblem, Rejection};
use crate::{Error, escape};

/// What was read so far.
pub(super) struct Ledger<'a> {
    pub(super) options: &'a ReadOptions,
    pub(super) manifest: Option<Manifest>,
    /// How many entries and removals were handed on.
    pub(super) changes: u64,
    pub(super) rejected: Vec<LineProblem>,
    pub(super) warnings: Vec<LineProblem>,
    pub(super) warned: u64,
    pub(super) counts: Counts,
    /// Whether the list is of known files, the empty one among them, which it says nothing bad about: such hashes are
    /// passed over.
    pub(super) is_of_known_files: bool,
    /// Why what was read could not be handed on.
    pub(super) failure: Option<Error>,
    path: &'a Path,
    each: &'a mut dyn FnMut(&str, Change) -> crate::Result<()>,
    /// The name under which changes are handed on.
    name: Option<String>,
    release: &'a dyn Fn(),
    /// How many bytes were passed over since memory was released.
    passed: usize,
    lint: Lint,
    /// The first PDQ hash that no picture has.
    unusual: Option<LineProblem>,
    /// The first SHA-256 digest.
    sha256: Option<LineProblem>,
    halted: bool,
    /// The record of a document that is entered: its number, and the byte where it begins.
    pub(super) part: Option<(u64, usize)>,
}

/// Reading cannot go on; the reason stands in the ledger.
#[derive(Debug)]
pub(super) struct Halt;

impl<'a> Ledger<'a> {
    /// Of the list at a path, whose changes go to `each`; `release` gives memory of the text back.
    pub(super) fn new(
        path: &'a Path,
        options: &'a ReadOptions,
        each: &'a mut dyn FnMut(&str, Change) -> crate::Result<()>,
        release: &'a dyn Fn(),
    ) -> Ledger<'a> {
        Ledger {
            options,
            manifest: None,
            changes: 0,
            rejected: Vec::new(),
            warnings: Vec::new(),
            warned: 0,
            counts: Counts::default(),
            is_of_known_files: false,
            failure: None,
            path,
            each,
            name: None,
            release,
            passed: 0,
            lint: Lint::default(),
            unusual: None,
            sha256: None,
            halted: false,
            part: None,
        }
    }

    /// A fault with the place of the record that is entered, where lines alone do not tell it.
    pub(super) fn placed(&self, fault: Fault) -> Fault {
        match self.part {
            Some((number, byte)) => Fault {
                message: format!("record {number} (byte {byte}): {}", fault.message),
                ..fault
            },
            None => fault,
        }
    }

    /// The name of the file's list: told, stated in the manifest, or the file's stem.
    pub(super) fn list_name(&self) -> String {
        let stated = || self.manifest.as_ref()?.list.clone();
        let told = self.options.list_name.clone();
        told.or_else(stated).unwrap_or_else(|| self.stem())
    }

    /// The file's name without what follows its last dot.
    pub(super) fn stem(&self) -> String {
        let packed = |end: &std::ffi::OsStr| end == "gz" || end == "zst";
        let path = self.options.file_name.as_deref().unwrap_or(self.path);
        let path = match path.extension() {
            Some(end) if packed(end) => &path.with_extension(""),
            _ => path,
        };
        let stem = path.file_stem().unwrap_or_default();
        escape::escape(stem.as_encoded_bytes()).into_owned()
    }

    /// To be called after so many bytes were looked at and will not be again.
    pub(super) fn pass(&mut self, bytes: usize) {
        self.passed += bytes;
        if self.passed >= Pace::BYTES {
            self.passed = 0;
            (self.release)();
        }
    }

    /// Enters a line.
    pub(super) fn record(
        &mut self,
        line: &Line<'_>,
        read: Result<LineResult, Fault>,
    ) -> Result<(), Halt> {
        self.pass(line.text.len());
        self.count(line, line.height(), read)
    }

    /// Enters one part of a record, which counts as one whatever lines it stands on.
    pub(super) fn record_one(
        &mut self,
        line: &Line<'_>,
        read: Result<LineResult, Fault>,
    ) -> Result<(), Halt> {
        self.count(line, 1, read)
    }

    /// Hands on a removal that is part of what is counted otherwise.
    pub(super) fn withdraw(&mut self, removal: Removal) -> Result<(), Halt> {
        self.hand_on(Change::Remove(removal));
        if self.halted { Err(Halt) } else { Ok(()) }
    }

    fn count(
        &mut self,
        line: &Line<'_>,
        height: u64,
        read: Result<LineResult, Fault>,
    ) -> Result<(), Halt> {
        self.counts.lines += height;
        let count = match read.and_then(|result| self.settle(line, result)) {
            Ok(Settled::Structure) => &mut self.counts.structure,
            Ok(Settled::Imported) => &mut self.counts.imported,
            Ok(Settled::LowQuality) => &mut self.counts.low_quality,
            Ok(Settled::Skipped) => &mut self.counts.skipped,
            Err(fault) => {
                if fault.fatal {
                    self.halted = true;
                    // In front: whatever else is wrong, this is what to mend.
                    self.rejected.insert(0, line.problem(fault));
                } else if self.rejected.len() < Rejection::KEPT {
                    self.rejected.push(line.problem(fault));
                }
                &mut self.counts.rejected
            }
        };
        *count += height;
        if self.halted { Err(Halt) } else { Ok(()) }
    }

    /// Ends the reading for a fault of the whole list. It is shown at a line that is counted already.
    pub(super) fn halt(&mut self, problem: LineProblem) -> Halt {
        self.halted = true;
        self.counts.rejected += 1;
        self.rejected.insert(0, problem);
        Halt
    }

    pub(super) fn warn(&mut self, line: &Line<'_>, fault: Fault) {
        self.warned += 1;
        if self.warnings.len() < Rejection::SHOWN {
            self.warnings.push(line.problem(fault));
        }
    }

    /// Warns of a blank line or comment that reads as an entry without its `#`.
    pub(super) fn comment<'b>(
        &mut self,
        line: &Line<'b>,
        parse: impl FnOnce(&Line<'b>) -> Result<LineResult, Fault>,
    ) {
        if let Some(comment) = line.commented()
            && matches!(parse(&comment), Ok(LineResult::Entries(_)))
        {
            self.warn(line, Fault::comment(line));
        }
    }

    /// Judges the list as a whole.
    pub(super) fn close(&mut self) -> Result<(), Halt> {
        if let (Some(message), Some(digest)) = (self.lint.pdq_as_sha256(), self.sha256.take()) {
            self.warned += 1;
            // In front, so that a long list of lesser warnings does not hide it.
            self.warnings.truncate(Rejection::SHOWN - 1);
            self.warnings.insert(0, LineProblem { message, ..digest });
        }
        if !self.options.allow_unusual_pdq
            && let (Some(message), Some(first)) = (self.lint.unusual_pdq(), self.unusual.take())
        {
            return Err(self.halt(LineProblem {
                code: "E081",
                message,
                ..first
            }));
        }
        let lines = self.counts.lines - self.counts.structure;
        if self
            .options
            .max_reject
            .is_exceeded(self.counts.rejected, lines)
        {
            return Err(Halt);
        }
        Ok(())
    }

    /// Checks what a line gave, and keeps it.
    fn settle(&mut self, line: &Line<'_>, result: LineResult) -> Result<Settled, Fault> {
        let mut replaced = None;
        let mut entries = match result {
            LineResult::Structure => return Ok(Settled::Structure),
            LineResult::Skipped => return Ok(Settled::Skipped),
            LineResult::Alike => return Ok(Settled::Imported),
            LineResult::LowQuality => return Ok(Settled::LowQuality),
            LineResult::Removals(removals) => {
                removals
                    .into_iter()
                    .for_each(|removal| self.hand_on(Change::Remove(removal)));
                return Ok(Settled::Imported);
            }
            LineResult::Entries(entries) => entries,
            LineResult::Replacement(entry) => {
                replaced = Some(Removal {
                    list: entry.list.clone(),
                    target: Target::Hash(entry.hash),
                    line: entry.line,
                });
                vec![*entry]
            }
        };
        if self.options.skip_meaningless || self.is_of_known_files {
            let before = entries.len();
            entries.retain(|entry| lint::sentinel(entry).is_none());
            if entries.is_empty() && before > 0 {
                return Ok(Settled::Skipped);
            }
        }
        for entry in &entries {
            if let Some(why) = lint::sentinel(entry) {
                let message = format!("{why}; remove it from the list; got \"{}\"", entry.hash);
                return Err(self.placed(Fault::new(column(line, entry), "E080", message)));
            }
        }
        // Before the entry, which is of the same line and stays.
        if let Some(removal) = replaced {
            self.hand_on(Change::Remove(removal));
        }
        let min_quality = self.options.min_quality;
        let is_low = |entry: &Entry| {
            entry.hash.hash_type().is_perceptual() && entry.quality.is_some_and(|q| q < min_quality)
        };
        if entries.iter().all(is_low) {
            return Ok(Settled::LowQuality);
        }
        entries.retain(|entry| {
            let low = is_low(entry);
            if low {
                let message = format!(
                    "the {} hash is left out: quality {} is below {min_quality}; the row's other hashes are imported",
                    entry.hash.hash_type(),
                    entry.quality.unwrap_or_default()
                );
                let fault = Fault::new(column(line, entry), "W030", message);
                self.warn(line, self.placed(fault));
            }
            !low
        });
        for mut entry in entries {
            // Whatever the format: a list that is written reads as the same.
            entry.labels.sort_unstable();
            entry.labels.dedup();
            self.observe(line, &entry);
            self.hand_on(Change::Add(entry));
        }
        Ok(Settled::Imported)
    }

    fn hand_on(&mut self, change: Change) {
        if self.halted {
            return;
        }
        if self.name.is_none() {
            self.name = Some(self.list_name());
        }
        self.changes += 1;
        let name = self.name.as_deref().unwrap_or_default();
        if let Err(error) = (self.each)(name, change) {
            self.failure = Some(error);
            self.halted = true;
        }
    }

    fn observe(&mut self, line: &Line<'_>, entry: &Entry) {
        if self.lint.observe(entry) {
            let message = format!(
                "the pdq hash of a picture has 128 bits set, this one {}; got {}",
                entry.hash.count_ones(),
                quoted(entry.hash.to_string().as_bytes())
            );
            let fault = Fault::new(column(line, entry), "W081", message);
            if self.unusual.is_none() {
                self.unusual = Some(line.problem(Fault::new(fault.at, "E081", "")));
            }
            self.warn(line, self.placed(fault));
        }
        if entry.hash.hash_type() == crate::hash::HashType::Sha256 && self.sha256.is_none() {
            self.sha256 = Some(line.problem(Fault::new(column(line, entry), "W082", "")));
        }
    }
}

enum Settled {
    Structure,
    Imported,
    LowQuality,
    Skipped,
}

/// Where the hash stands in its line, or the line's start where it is written otherwise.
fn column(line: &Line<'_>, entry: &Entry) -> usize {
    let hex = entry.hash.to_string();
    line.text
        .windows(hex.len())
        .position(|window| window.eq_ignore_ascii_case(hex.as_bytes()))
        .unwrap_or(0)
}
