//! Records of a case, one after the other, in bounded memory.

use std::fs::File;
use std::io::{BufRead as _, BufReader, Read as _};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use memchr::memmem;

use super::details;
use super::folder::{Folder, failed, open_part};
use super::meaning::DetailsInOrder;
use super::record::{Opened, Record};
use super::{Body, Detail};
use crate::error::{Action, CaseProblem, RecordFault};
use crate::{Error, Result};

/// The longest record.
pub(super) const RECORD_BYTES_MAX: u64 = 1 << 20;

/// Reads a case without changing it, while others add to it.
///
/// What is read is not verified: [`verify`](fn@super::verify) does that.
#[derive(Clone, Debug)]
pub struct CaseReader {
    folder: Folder,
}

impl CaseReader {
    /// A folder that holds a case.
    ///
    /// # Errors
    /// [`Error::Case`] if it holds none.
    pub fn open(root: &Path) -> Result<CaseReader> {
        let folder = Folder::open(root)?;
        Ok(CaseReader { folder })
    }

    /// The folder.
    pub fn path(&self) -> &Path {
        self.folder.root()
    }

    /// The file of the records.
    pub fn records_path(&self) -> PathBuf {
        self.folder.records()
    }

    /// Gives each record of these kinds, all if none is named, with the text of its line.
    ///
    /// # Errors
    /// [`Error::Case`] for a line that is no record; [`Error::Io`]; those of `take`.
    pub fn each(
        &self,
        kinds: &[&str],
        mut take: impl FnMut(Record, &str) -> Result<ControlFlow<()>>,
    ) -> Result<()> {
        let wanted: Vec<String> = kinds.iter().map(|k| format!("\"kind\":\"{k}\"")).collect();
        let finders: Vec<_> = wanted
            .iter()
            .map(|w| memmem::Finder::new(w.as_str()))
            .collect();
        let mut lines = Lines::open(&self.folder)?;
        while let Some(line) = lines.next_line()? {
            let Line::Whole(line) = line else { break };
            let is_wanted =
                finders.is_empty() || finders.iter().any(|f| f.find(line.text).is_some());
            if !is_wanted {
                continue;
            }
            let broken = || self.broken(line.number, RecordFault::NotARecord);
            let text = std::str::from_utf8(line.text).map_err(|_| broken())?;
            let record: Record = serde_json::from_str(text).map_err(|_| broken())?;
            // A text in the body can name a kind too.
            let is_meant = kinds.is_empty() || kinds.contains(&record.body.kind());
            if is_meant && take(record, text)?.is_break() {
                break;
            }
        }
        Ok(())
    }

    /// Gives each record of these kinds, as [`CaseReader::each`] does, with those of its details that were not erased.
    ///
    /// # Errors
    /// As [`CaseReader::each`].
    pub fn each_with_details(
        &self,
        kinds: &[&str],
        mut take: impl FnMut(Record, Vec<Detail>, &str) -> Result<ControlFlow<()>>,
    ) -> Result<()> {
        let mut details = DetailsInOrder::new(&self.folder)?;
        self.each(kinds, |record, line| {
            details.pass_to(record.number)?;
            let of_record = details.of(record.number)?;
            take(record, of_record, line)
        })
    }

    /// The record of a number.
    ///
    /// # Errors
    /// As [`CaseReader::each`].
    pub fn record(&self, number: u64) -> Result<Option<Record>> {
        let mut lines = Lines::open(&self.folder)?;
        while let Some(Line::Whole(line)) = lines.next_line()? {
            if line.number == number {
                let broken = || self.broken(number, RecordFault::NotARecord);
                return serde_json::from_slice(line.text)
                    .map(Some)
                    .map_err(|_| broken());
            }
        }
        Ok(None)
    }

    /// The first record, and the id of the case.
    ///
    /// # Errors
    /// [`Error::Case`] if it does not open a case.
    pub fn opened(&self) -> Result<(Opened, String)> {
        let first = self.record(1)?;
        let first = first.ok_or_else(|| failed(self.path(), CaseProblem::Empty))?;
        match first.body {
            Body::Opened(opened) => Ok((opened, first.case)),
            _ => Err(self.broken(1, RecordFault::FirstNotOpened)),
        }
    }

    /// The details of a record that were not erased.
    ///
    /// # Errors
    /// [`Error::Io`].
    pub fn details(&self, record: u64) -> Result<Vec<Detail>> {
        details::of_record(&self.folder, record)
    }

    /// The value of one detail of a record, if it was not erased.
    ///
    /// # Errors
    /// [`Error::Io`].
    pub fn detail(&self, record: u64, name: &str) -> Result<Option<String>> {
        let found = self.details(record)?.into_iter().find(|d| d.name == name);
        Ok(found.map(|detail| detail.value))
    }

    fn broken(&self, record: u64, fault: RecordFault) -> Error {
        failed(self.path(), CaseProblem::Broken { record, fault })
    }
}

/// A line of the records.
pub(super) enum Line<'l> {
    Whole(WholeLine<'l>),
    /// The last one, without its end; or one over the limit.
    Unfinished {
        number: u64,
        is_too_long: bool,
    },
}

pub(super) struct WholeLine<'l> {
    pub(super) number: u64,
    pub(super) text: &'l [u8],
}

/// The lines of the records.
pub(super) struct Lines {
    path: PathBuf,
    file: BufReader<File>,
    line: Vec<u8>,
    number: u64,
    /// Where the last whole line ends.
    pub(super) end: u64,
}

impl Lines {
    pub(super) fn open(folder: &Folder) -> Result<Lines> {
        let path = folder.records();
        let file = open_part(&path)?;
        Ok(Lines {
            path,
            file: BufReader::with_capacity(1 << 18, file),
            line: Vec::new(),
            number: 0,
            end: 0,
        })
    }

    pub(super) fn next_line(&mut self) -> Result<Option<Line<'_>>> {
        self.line.clear();
        let mut bounded = (&mut self.file).take(RECORD_BYTES_MAX + 1);
        let read = bounded.read_until(b'\n', &mut self.line);
        let read = read.map_err(Error::io(Action::Read, &self.path))?;
        if read == 0 {
            return Ok(None);
        }
        self.number += 1;
        let number = self.number;
        if self.line.pop_if(|last| *last == b'\n').is_none() {
            let is_too_long = read as u64 > RECORD_BYTES_MAX;
            return Ok(Some(Line::Unfinished {
                number,
                is_too_long,
            }));
        }
        self.end += read as u64;
        let text = &self.line;
        Ok(Some(Line::Whole(WholeLine { number, text })))
    }
}
