//! Rows of many lists become rows of distinct hashes: duplicates collapse, conflicts are reported, nothing is lost
//! without being counted.

use std::collections::HashSet;
use std::fmt;

use rayon::slice::ParallelSliceMut;

use crate::hash::{Hash, HashType};
use crate::list::{Entry, Media, Problem, Rejection, Source};
use crate::{Error, Result, escape};

use super::metadata;

/// What to do when one list says different things of one hash.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default)]
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

/// What became of the rows an index was built from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
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
    /// How many rows said something else of a hash than an earlier row of the same list (W090).
    pub conflicts: u64,
    /// The first [`BuildReport::SHOWN`] of them.
    pub conflicts_shown: Vec<Conflict>,
    /// How many ids of a list stand for several hashes of one type (W091), videos apart: their frames share an id.
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
            escape::escape(self.id.as_bytes()),
            escape::escape(self.list.as_bytes()),
        );
        write!(
            f,
            "{}: W091 id '{id}' of list '{list}' has another {} hash at {}",
            self.second, self.hash_type, self.first
        )
    }
}

/// A row on its way into an index.
#[derive(Clone, Copy)]
pub(super) struct NewRow {
    /// The hash, then zeros.
    pub(super) hash: [u8; Hash::BYTES_MAX],
    /// Where its metadata stands among all records.
    pub(super) metadata: usize,
    /// The key of its id, where it has one.
    pub(super) id: Option<IdKey>,
    pub(super) line: u32,
    pub(super) source: u32,
    pub(super) list: u32,
}

/// Half of a digest of an id: enough to sort by; where it decides, the ids themselves are compared.
pub(super) type IdKey = u64;

/// What rows refer to.
#[derive(Default)]
pub(super) struct Catalogue {
    pub(super) lists: Vec<String>,
    pub(super) sources: Vec<Source>,
    /// Metadata, each as 4 bytes of length and as many of content.
    pub(super) records: Vec<u8>,
}

impl Catalogue {
    /// The content of the record that begins at `offset`.
    pub(super) fn record(&self, offset: usize) -> &[u8] {
        let (length, rest) = self.records[offset..].split_at(4);
        let length = u32::from_le_bytes(length.try_into().expect("4 bytes"));
        &rest[..length as usize]
    }

    pub(super) fn id(&self, row: &NewRow) -> Option<String> {
        metadata::decode_id(self.record(row.metadata))
    }

    fn entry(&self, hash_type: HashType, row: &NewRow) -> Option<Entry> {
        let bare = Entry::new(hash_of(hash_type, row), u64::from(row.line));
        metadata::decode_entry(self.record(row.metadata), bare)
    }

    fn place(&self, row: &NewRow) -> Place {
        Place {
            path: self.sources[row.source as usize].path.clone(),
            line: u64::from(row.line),
        }
    }
}

/// Sorts the rows of one type by hash, then by list, then in the order in which they were added, and leaves out those
/// that say nothing of their own.
///
/// # Errors
/// [`Error::List`] at the first conflict, where conflicts are errors.
pub(super) fn merge(
    catalogue: &Catalogue,
    hash_type: HashType,
    mut rows: Vec<NewRow>,
    on_conflict: OnConflict,
    report: &mut BuildReport,
) -> Result<Vec<NewRow>> {
    rows.par_sort_by(|a, b| (a.hash, a.list).cmp(&(b.hash, b.list)));
    let mut kept: Vec<NewRow> = Vec::with_capacity(rows.len());
    for same in rows.chunk_by(|a, b| (a.hash, a.list) == (b.hash, b.list)) {
        let start = kept.len();
        kept.push(same[0]);
        if same.len() > 1 {
            let mut said = HashSet::from([catalogue.record(same[0].metadata)]);
            kept.extend(
                same[1..]
                    .iter()
                    .filter(|row| said.insert(catalogue.record(row.metadata))),
            );
            report.duplicates += (same.len() - (kept.len() - start)) as u64;
        }
        if kept.len() - start == 1 {
            continue;
        }
        for row in &kept[start + 1..] {
            report.conflicts += 1;
            if report.conflicts_shown.len() < BuildReport::SHOWN || on_conflict == OnConflict::Error
            {
                let conflict = conflict(catalogue, hash_type, &kept[start], row);
                if on_conflict == OnConflict::Error {
                    return Err(rejection(conflict));
                }
                report.conflicts_shown.push(conflict);
            }
        }
        let preferred = match on_conflict {
            OnConflict::Merge | OnConflict::Error => continue,
            OnConflict::First => same[0],
            OnConflict::Last => same[same.len() - 1],
        };
        report.overruled += (kept.len() - start - 1) as u64;
        kept.truncate(start);
        kept.push(preferred);
    }
    Ok(kept)
}

fn conflict(
    catalogue: &Catalogue,
    hash_type: HashType,
    first: &NewRow,
    second: &NewRow,
) -> Conflict {
    Conflict {
        list: catalogue.lists[first.list as usize].clone(),
        hash: hash_of(hash_type, first),
        first: catalogue.place(first),
        second: catalogue.place(second),
    }
}

fn rejection(conflict: Conflict) -> Error {
    Error::List(Box::new(Rejection {
        path: escape::unescape(&conflict.second.path)
            .and_then(|bytes| String::from_utf8(bytes).ok())
            .unwrap_or(conflict.second.path.clone())
            .into(),
        problems: vec![Problem {
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

/// Counts the ids that stand for several hashes of the type.
pub(super) fn report_shared_ids(
    catalogue: &Catalogue,
    hash_type: HashType,
    rows: &[NewRow],
    report: &mut BuildReport,
) {
    let mut by_id: Vec<&NewRow> = rows.iter().filter(|row| row.id.is_some()).collect();
    // The order in which rows were added decides between hashes, so that the first line is named first.
    by_id.par_sort_unstable_by_key(|row| (row.list, row.id, row.source, row.line, row.hash));
    for same in by_id.chunk_by(|a, b| (a.list, a.id) == (b.list, b.id)) {
        let first = same[0];
        let Some(second) = same.iter().find(|row| row.hash != first.hash) else {
            continue;
        };
        let (Some(a), Some(b)) = (
            catalogue.entry(hash_type, first),
            catalogue.entry(hash_type, second),
        ) else {
            continue;
        };
        let is_video = [a.media, b.media].contains(&Some(Media::Video));
        let Some(id) = a.id.filter(|id| b.id.as_ref() == Some(id) && !is_video) else {
            continue;
        };
        report.shared_ids += 1;
        if report.shared_ids_shown.len() < BuildReport::SHOWN {
            report.shared_ids_shown.push(SharedId {
                list: catalogue.lists[first.list as usize].clone(),
                id,
                hash_type,
                first: catalogue.place(first),
                second: catalogue.place(second),
            });
        }
    }
}

pub(super) fn hash_of(hash_type: HashType, row: &NewRow) -> Hash {
    Hash::new(hash_type, &row.hash[..hash_type.bytes()]).expect("cut to the type's size")
}
