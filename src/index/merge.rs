//! Rows of many lists become rows of distinct hashes: duplicates collapse, conflicts are reported, nothing is lost
//! without being counted.

use std::collections::HashSet;
use std::fmt;

use rayon::slice::ParallelSliceMut;
use zerocopy::little_endian::{U32, U64};
use zerocopy::{FromBytes, Immutable, IntoBytes, KnownLayout, Unaligned, big_endian};

use super::metadata;
use super::sort::Keyed;
use crate::hash::{Hash, HashType};
use crate::list::{Entry, Media, Problem, Rejection, Source};
use crate::mapped::Bytes;
use crate::{Error, Result, escape};

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

/// A row on its way into an index, or the withdrawal of a hash.
///
/// Its bytes begin with what it is sorted by: type, hash, list, withdrawals first.
#[derive(Clone, Copy, FromBytes, IntoBytes, Immutable, KnownLayout, Unaligned)]
#[repr(C)]
pub(super) struct NewRow {
    hash_type: big_endian::U16,
    /// The hash, then zeros.
    hash: [u8; Hash::BYTES_MAX],
    list: big_endian::U32,
    /// 0 for a withdrawal, 1 for a row.
    is_row: u8,
    pub(super) source: U32,
    pub(super) line: U32,
    /// Where its metadata stands among all records.
    pub(super) metadata: U64,
    /// The key of its id, where it has one.
    id: U64,
}

impl Keyed for NewRow {
    const KEY_BYTES: usize = 2 + Hash::BYTES_MAX + 4 + 1;
}

impl NewRow {
    pub(super) fn new(hash: Hash, list: u32, place: LinePlace) -> NewRow {
        let mut row = NewRow {
            hash_type: hash.hash_type().code().into(),
            hash: [0; Hash::BYTES_MAX],
            list: list.into(),
            is_row: 1,
            source: place.source.into(),
            line: place.line.into(),
            metadata: 0.into(),
            id: 0.into(),
        };
        row.hash[..hash.as_bytes().len()].copy_from_slice(hash.as_bytes());
        row
    }

    pub(super) fn with_id(self, id: Option<&str>) -> NewRow {
        let id = id.map_or(0, id_key).into();
        NewRow { id, ..self }
    }

    /// The row with metadata that stands at this place among all records.
    pub(super) fn saying(self, metadata: u64) -> NewRow {
        let metadata = metadata.into();
        NewRow { metadata, ..self }
    }

    /// The withdrawal of a hash from a list by a line.
    pub(super) fn withdrawal(hash: Hash, list: u32, place: LinePlace) -> NewRow {
        NewRow {
            is_row: 0,
            ..NewRow::new(hash, list, place)
        }
    }

    pub(super) fn hash_type(&self) -> HashType {
        HashType::from_code(self.hash_type.get()).expect("the code of a type")
    }

    pub(super) fn hash(&self) -> Hash {
        let hash_type = self.hash_type();
        Hash::new(hash_type, &self.hash[..hash_type.bytes()]).expect("cut to the type's size")
    }

    pub(super) fn has_type_of(&self, other: &NewRow) -> bool {
        self.hash_type == other.hash_type
    }

    pub(super) fn has_hash_of(&self, other: &NewRow) -> bool {
        self.hash == other.hash && self.has_type_of(other)
    }

    pub(super) fn list(&self) -> u32 {
        self.list.get()
    }

    pub(super) fn place(&self) -> LinePlace {
        LinePlace {
            source: self.source.get(),
            line: self.line.get(),
        }
    }
}

/// A line of a source: of two, the greater one was read later.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct LinePlace {
    pub(super) source: u32,
    pub(super) line: u32,
}

/// Half of a digest of an id, never 0: enough to sort by; where it decides, the ids themselves are compared.
fn id_key(id: &str) -> u64 {
    let digest = blake3::hash(id.as_bytes());
    let half = digest.as_bytes()[..8].try_into().expect("8 of 32 bytes");
    u64::from_le_bytes(half).max(1)
}

/// What rows refer to.
pub(super) struct Catalogue {
    pub(super) lists: Vec<String>,
    pub(super) sources: Vec<Source>,
    /// Metadata, each as 4 bytes of length and as many of content.
    pub(super) records: Bytes,
    pub(super) withdrawn_ids: WithdrawnIds,
}

impl Catalogue {
    /// The content of the record that begins at `offset`.
    pub(super) fn record(&self, offset: u64) -> &[u8] {
        record(&self.records, offset)
    }

    fn id(&self, metadata: u64) -> Option<String> {
        metadata::decode_id(self.record(metadata))
    }

    fn place(&self, place: LinePlace) -> Place {
        Place {
            path: self.sources[place.source as usize].path.clone(),
            line: u64::from(place.line),
        }
    }

    /// The last line that withdraws the id of a row from its list.
    fn withdrawn(&self, row: &NewRow) -> Option<LinePlace> {
        let of_key = self.withdrawn_ids.of(row.list(), row.id.get());
        if of_key.is_empty() {
            return None;
        }
        let id = self.id(row.metadata.get())?;
        let of_id = of_key
            .iter()
            .filter(|withdrawn| record(&self.withdrawn_ids.texts, withdrawn.text) == id.as_bytes());
        of_id.map(|withdrawn| withdrawn.place).max()
    }
}

/// The content of the record that begins at `offset`.
pub(super) fn record(records: &[u8], offset: u64) -> &[u8] {
    let (length, rest) = records[offset as usize..].split_at(4);
    let length = u32::from_le_bytes(length.try_into().expect("4 bytes"));
    &rest[..length as usize]
}

/// The ids that lists withdraw: 32 bytes of memory for each.
pub(super) struct WithdrawnIds {
    /// By list, then key.
    all: Vec<WithdrawnId>,
    /// The ids themselves, as records.
    texts: Bytes,
}

pub(super) struct WithdrawnId {
    list: u32,
    key: u64,
    place: LinePlace,
    /// Where the id stands.
    text: u64,
}

impl WithdrawnId {
    pub(super) fn new(list: u32, id: &str, place: LinePlace, text: u64) -> WithdrawnId {
        let key = id_key(id);
        WithdrawnId {
            list,
            key,
            place,
            text,
        }
    }
}

impl WithdrawnIds {
    pub(super) fn new(mut all: Vec<WithdrawnId>, texts: Bytes) -> WithdrawnIds {
        all.par_sort_unstable_by_key(|withdrawn| (withdrawn.list, withdrawn.key));
        WithdrawnIds { all, texts }
    }

    fn of(&self, list: u32, key: u64) -> &[WithdrawnId] {
        let start = self.all.partition_point(|w| (w.list, w.key) < (list, key));
        let rest = &self.all[start..];
        &rest[..rest.partition_point(|w| (w.list, w.key) == (list, key))]
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
        if group.kept > 1 {
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
    said: HashSet<&'a [u8]>,
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
        if row.metadata == first.metadata {
            return false;
        }
        if self.said.is_empty() {
            self.said.insert(catalogue.record(first.metadata.get()));
        }
        let differs = self.said.insert(catalogue.record(row.metadata.get()));
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

/// A hash of a content item, on its way to be compared with the item's other hashes.
///
/// Its bytes begin with what it is sorted by: type, list, id, then the order in which rows were added, so that the first
/// line is named first.
#[derive(Clone, Copy, FromBytes, IntoBytes, Immutable, KnownLayout, Unaligned)]
#[repr(C)]
pub(super) struct OfId {
    hash_type: big_endian::U16,
    list: big_endian::U32,
    id: big_endian::U64,
    source: big_endian::U32,
    line: big_endian::U32,
    hash: [u8; Hash::BYTES_MAX],
    metadata: U64,
}

impl Keyed for OfId {
    const KEY_BYTES: usize = 2 + 4 + 8 + 4 + 4 + Hash::BYTES_MAX;
}

impl OfId {
    /// A row, where it has an id.
    pub(super) fn new(row: &NewRow) -> Option<OfId> {
        (row.id != 0).then(|| OfId {
            hash_type: row.hash_type,
            list: row.list,
            id: row.id.get().into(),
            source: row.source.get().into(),
            line: row.line.get().into(),
            hash: row.hash,
            metadata: row.metadata,
        })
    }

    fn place(&self) -> LinePlace {
        LinePlace {
            source: self.source.get(),
            line: self.line.get(),
        }
    }
}

/// Counts the ids that stand for several hashes of a type, from their hashes in order.
pub(super) fn report_shared_ids(
    catalogue: &Catalogue,
    hashes: impl Iterator<Item = OfId>,
    report: &mut BuildReport,
) {
    let key = |of: &OfId| (of.hash_type, of.list, of.id);
    // The first hash of an id, until it was compared with another one.
    let mut first: Option<OfId> = None;
    let mut compared = None;
    for of in hashes {
        if compared == Some(key(&of)) {
            continue;
        }
        match &first {
            Some(first) if key(first) == key(&of) => {
                if first.hash != of.hash {
                    compared = Some(key(&of));
                    report_shared_id(catalogue, first, &of, report);
                }
            }
            _ => first = Some(of),
        }
    }
}

fn report_shared_id(catalogue: &Catalogue, first: &OfId, second: &OfId, report: &mut BuildReport) {
    let hash_type = HashType::from_code(first.hash_type.get()).expect("the code of a type");
    let entry = |of: &OfId| {
        let hash = Hash::new(hash_type, &of.hash[..hash_type.bytes()])?;
        let record = catalogue.record(of.metadata.get());
        metadata::decode_entry(record, Entry::new(hash, 0))
    };
    let (Some(a), Some(b)) = (entry(first), entry(second)) else {
        return;
    };
    let is_video = [a.media, b.media].contains(&Some(Media::Video));
    let Some(id) = a.id.filter(|id| b.id.as_ref() == Some(id) && !is_video) else {
        return;
    };
    report.shared_ids += 1;
    if report.shared_ids_shown.len() < BuildReport::SHOWN {
        report.shared_ids_shown.push(SharedId {
            list: catalogue.lists[first.list.get() as usize].clone(),
            id,
            hash_type,
            first: catalogue.place(first.place()),
            second: catalogue.place(second.place()),
        });
    }
}
