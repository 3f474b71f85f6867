//! Rows of many lists become rows of distinct hashes: duplicates collapse, conflicts are reported, nothing is lost
//! without being counted.

use std::collections::HashSet;
use std::fmt;

use super::rows::{Catalogue, LinePlace, NewRow};
use crate::error::{LineProblem, Rejection};
use crate::hash::{Hash, HashType};
use crate::{Error, Result, escape};

/// What to do when one list says different things of one hash.
///
/// ```
/// use basma::index::{Builder, OnConflict};
/// use basma::list::{ReadOptions, read_bytes};
/// let text = "op,id,type,hash,opinion
/// add,a,md5,900150983cd24fb0d6963f7d28e17f72,positive
/// add,a,md5,900150983cd24fb0d6963f7d28e17f72,negative
/// ";
/// let read = || read_bytes("demo.csv".as_ref(), text.as_bytes(), &ReadOptions::default());
/// let mut builder = Builder::new().on_conflict(OnConflict::Last);
/// builder.add(read()?)?;
/// let (_, report) = builder.build_in_memory()?;
/// let conflict = &report.conflicts_shown[0];
/// assert_eq!((conflict.first.line, conflict.second.line), (2, 3));
///
/// let mut strict = Builder::new().on_conflict(OnConflict::Error);
/// strict.add(read()?)?;
/// assert!(strict.build_in_memory().is_err());
/// # Ok::<(), basma::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum OnConflict {
    /// Keep all rows; [`Record`](super::Record) merges them.
    #[default]
    Merge,
    /// Build nothing.
    Error,
    /// Keep the row that was added first.
    First,
    /// Keep the row that was added last.
    Last,
}

named!(OnConflict {
    Merge = "merge",
    Error = "error",
    First = "first",
    Last = "last",
});

/// What became of the rows an index was built from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct BuildReport {
    /// The size of the index in bytes.
    pub bytes: u64,
    /// Distinct hashes, over all types.
    pub hashes: u64,
    /// Rows in the index.
    pub rows: u64,
    /// Rows left out because the same list had said the same of the same hash.
    pub duplicates: u64,
    /// Rows left out because a list withdrew them.
    pub withdrawn: u64,
    /// Rows left out because another row of the list was preferred ([`OnConflict::First`], [`OnConflict::Last`]).
    pub overruled: u64,
    /// How many rows said something else of a hash than an earlier row of the same list (W090). Rows of hashed files that
    /// differ in the file alone are no contradiction.
    pub conflicts: u64,
    /// The first [`BuildReport::SHOWN`] of them.
    pub conflicts_shown: Vec<Conflict>,
    /// How many ids of a list stand for several hashes of one type (W091). Videos are left out: their frames share an
    /// id.
    pub shared_ids: u64,
    /// The first [`BuildReport::SHOWN`] of them.
    pub shared_ids_shown: Vec<SharedId>,
}

impl BuildReport {
    /// How many of each kind of warning are shown.
    pub const SHOWN: usize = 20;
}

/// A line of a source.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Place {
    /// The file, escaped as in [`crate::escape`].
    pub path: String,
    /// The line, from 1.
    pub line: u64,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.path, self.line)
    }
}

/// Two rows of one list with the same hash and different metadata (W090).
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Conflict {
    /// The list.
    pub list: String,
    /// The hash.
    pub hash: Hash,
    /// The row that was added first.
    pub first: Place,
    /// The row that differs from it.
    pub second: Place,
}

impl fmt::Display for Conflict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let list = escape::escape(self.list.as_bytes());
        write!(
            f,
            "{}: W090 list '{list}' says something else of {} {} at {}",
            self.second,
            self.hash.hash_type(),
            self.hash,
            self.first
        )
    }
}

/// One id of a list with different hashes of one type (W091).
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct SharedId {
    /// The list.
    pub list: String,
    /// The id.
    pub id: String,
    /// The type of the hashes.
    pub hash_type: HashType,
    /// The row that was added first.
    pub first: Place,
    /// The next row of the id with another hash.
    pub second: Place,
}

impl fmt::Display for SharedId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (id, list) = (
            escape::message(&self.id),
            escape::escape(self.list.as_bytes()),
        );
        write!(
            f,
            "{}: W091 id '{id}' of list '{list}' has another {} hash at {}",
            self.second, self.hash_type, self.first
        )
    }
}

/// Goes through sorted rows and hands on those that say something of their own, in the same order.
///
/// Memory grows with what one list says differently of one hash, and with nothing else.
///
/// # Errors
/// [`Error::List`] at the first conflict, where conflicts are errors.
pub(super) fn merge(
    catalogue: &Catalogue,
    rows: impl Iterator<Item = NewRow>,
    on_conflict: OnConflict,
    report: &mut BuildReport,
    mut keep: impl FnMut(NewRow) -> Result<()>,
) -> Result<()> {
    let mut same: Option<Same<'_>> = None;
    for row in rows {
        if let Some(before) = same.take_if(|same| !same.is_of(&row))
            && let Some(row) = before.preferred(on_conflict, report)
        {
            keep(row)?;
        }
        let group = same.get_or_insert_with(|| Same::new(row));
        if row.is_row == 0 {
            group.withdrawn = group.withdrawn.max(Some(row.place()));
            continue;
        }
        let withdrawn = group.withdrawn.max(catalogue.withdrawn(&row));
        if withdrawn.is_some_and(|by| row.place() < by) {
            report.withdrawn += 1;
            continue;
        }
        if !group.says(row, catalogue) {
            report.duplicates += 1;
            continue;
        }
        let first = group.first.expect("it has said something");
        // What adds details to a row contradicts nothing.
        let says_same = first.metadata == row.metadata;
        if group.kept > 1 && !says_same && !catalogue.are_copies(&first, &row) {
            report.conflicts += 1;
            if on_conflict == OnConflict::Error {
                return Err(rejection(conflict(catalogue, &first, &row)));
            }
            if report.conflicts_shown.len() < BuildReport::SHOWN {
                let conflict = conflict(catalogue, &first, &row);
                report.conflicts_shown.push(conflict);
            }
        }
        if matches!(on_conflict, OnConflict::Merge | OnConflict::Error) {
            keep(row)?;
        }
    }
    match same.and_then(|same| same.preferred(on_conflict, report)) {
        Some(row) => keep(row),
        None => Ok(()),
    }
}

/// The rows of one hash in one list.
struct Same<'a> {
    /// Any of them.
    one: NewRow,
    /// The last line that withdraws the hash.
    withdrawn: Option<LinePlace>,
    /// The first and the last that were not withdrawn.
    first: Option<NewRow>,
    last: Option<NewRow>,
    /// How many of them differ.
    kept: u64,
    /// What they say, once there are two.
    said: HashSet<(&'a [u8], Option<&'a [u8]>)>,
}

impl<'a> Same<'a> {
    fn new(one: NewRow) -> Same<'a> {
        Same {
            one,
            withdrawn: None,
            first: None,
            last: None,
            kept: 0,
            said: HashSet::new(),
        }
    }

    fn is_of(&self, row: &NewRow) -> bool {
        self.one.has_hash_of(row) && self.one.list == row.list
    }

    /// Takes a row; whether it says what none before it has said.
    fn says(&mut self, row: NewRow, catalogue: &'a Catalogue) -> bool {
        self.last = Some(row);
        let Some(first) = self.first else {
            self.first = Some(row);
            self.kept = 1;
            return true;
        };
        if row.metadata == first.metadata && row.details.get() == 0 {
            return false;
        }
        let said = |row: &NewRow| {
            let record = catalogue.record(row.metadata.get());
            (record, catalogue.details(row))
        };
        if self.said.is_empty() {
            self.said.insert(said(&first));
        }
        let differs = self.said.insert(said(&row));
        self.kept += u64::from(differs);
        differs
    }

    /// The row that is kept for all, where only one is.
    fn preferred(self, on_conflict: OnConflict, report: &mut BuildReport) -> Option<NewRow> {
        let preferred = match on_conflict {
            OnConflict::Merge | OnConflict::Error => return None,
            OnConflict::Last if self.kept > 1 => self.last,
            OnConflict::First | OnConflict::Last => self.first,
        };
        report.overruled += self.kept.saturating_sub(1);
        preferred
    }
}

fn conflict(catalogue: &Catalogue, first: &NewRow, second: &NewRow) -> Conflict {
    Conflict {
        list: catalogue.lists[first.list() as usize].clone(),
        hash: first.hash(),
        first: catalogue.place(first.place()),
        second: catalogue.place(second.place()),
    }
}

fn rejection(conflict: Conflict) -> Error {
    Error::List(Box::new(Rejection {
        path: escape::unescape(&conflict.second.path)
            .and_then(|bytes| String::from_utf8(bytes).ok())
            .unwrap_or(conflict.second.path.clone())
            .into(),
        problems: vec![LineProblem {
            line: conflict.second.line,
            column: 1,
            code: "W090",
            message: format!(
                "the list says something else of {} {} at {}; correct one of the lines or merge them",
                conflict.hash.hash_type(),
                conflict.hash,
                conflict.first
            ),
            text: conflict.hash.to_string().into_bytes(),
        }],
        total: 1,
    }))
}
