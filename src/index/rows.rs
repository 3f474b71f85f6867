//! Rows on their way into an index, and what they refer to.

use rayon::slice::ParallelSliceMut;
use zerocopy::little_endian::{U32, U64};
use zerocopy::{FromBytes, Immutable, IntoBytes, KnownLayout, Unaligned, big_endian};

use super::merge::Place;
use super::metadata;
use crate::disk::external_sort::Keyed;
use crate::disk::mmap::Bytes;
use crate::hash::{Hash, HashType};
use crate::list::{self, Entry, Source};

/// A row on its way into an index, or the withdrawal of a hash.
///
/// Its bytes begin with what it is sorted by: type, hash, list, withdrawals first.
#[derive(Clone, Copy, FromBytes, IntoBytes, Immutable, KnownLayout, Unaligned)]
#[repr(C)]
pub(super) struct NewRow {
    pub(super) hash_type: big_endian::U16,
    /// The hash, then zeros.
    pub(super) hash: [u8; Hash::BYTES_MAX],
    pub(super) list: big_endian::U32,
    /// 0 for a withdrawal, 1 for a row.
    pub(super) is_row: u8,
    pub(super) source: U32,
    pub(super) line: U32,
    /// Where its metadata stands among all records.
    pub(super) metadata: U64,
    /// The key of its id, where it has one.
    pub(super) id: U64,
    /// Where its details stand among all, from 1; 0 where it has none.
    pub(super) details: U64,
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
            details: 0.into(),
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

    /// The row with details that stand at this place among all.
    pub(super) fn with_details(self, details: Option<u64>) -> NewRow {
        let details = details.map_or(0, |details| details + 1).into();
        NewRow { details, ..self }
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

/// Half of a digest of an id, never 0: enough to sort by. Where it decides, the ids themselves are compared.
fn id_key(id: &str) -> u64 {
    let digest = blake3::hash(id.as_bytes());
    let half = digest.as_bytes()[..8].try_into().expect("8 of 32 bytes");
    u64::from_le_bytes(half).max(1)
}

/// What rows refer to.
pub(super) struct Catalogue {
    pub(super) lists: Vec<String>,
    pub(super) sources: Vec<Source>,
    /// Of each source, whether few pictures of its clips are listed.
    pub(super) are_sparse: Vec<bool>,
    /// Metadata, each as 4 bytes of length and as many of content.
    pub(super) records: Bytes,
    /// Details of pictures, each as a record.
    pub(super) details: Bytes,
    pub(super) withdrawn_ids: WithdrawnIds,
}

impl Catalogue {
    /// The content of the record that begins at `offset`.
    pub(super) fn record(&self, offset: u64) -> &[u8] {
        record(&self.records, offset)
    }

    /// The details of a row, encoded, where it has any.
    pub(super) fn details(&self, row: &NewRow) -> Option<&[u8]> {
        let place = row.details.get().checked_sub(1)?;
        Some(record(&self.details, place))
    }

    /// Whether two rows of one hash come from hashing files and are alike. Only the file and the picture in it may
    /// differ. A file has copies, and a clip shows a picture more than once.
    pub(super) fn are_copies(&self, a: &NewRow, b: &NewRow) -> bool {
        let of_file = |row: &NewRow| {
            let entry = Entry::new(row.hash(), 0);
            let mut entry = metadata::decode_entry(self.record(row.metadata.get()), entry)?;
            let pairs = entry.meta.len();
            entry.meta.retain(|(key, _)| key != "view");
            let names_files = list::names_files(&self.sources[row.place().source as usize].format);
            let is_of_file = entry.meta.len() < pairs || names_files;
            entry
                .meta
                .retain(|(key, _)| key != "flags" && key != "track");
            (entry.id, entry.frame, entry.quality) = (None, None, None);
            is_of_file.then_some(entry)
        };
        of_file(a).is_some_and(|a| of_file(b) == Some(a))
    }

    fn id(&self, metadata: u64) -> Option<String> {
        metadata::decode_id(self.record(metadata))
    }

    pub(super) fn place(&self, place: LinePlace) -> Place {
        Place {
            path: self.sources[place.source as usize].path.clone(),
            line: u64::from(place.line),
        }
    }

    /// The last line that withdraws the id of a row from its list.
    pub(super) fn withdrawn(&self, row: &NewRow) -> Option<LinePlace> {
        let of_key = self.withdrawn_ids.of(row.list(), row.id.get());
        if of_key.is_empty() {
            return None;
        }
        let id = self.id(row.metadata.get())?;
        let texts = &self.withdrawn_ids.texts;
        let is_meant = |withdrawn: &&WithdrawnId| {
            let is_of_hash = || {
                let after_id = withdrawn.text + 4 + id.len() as u64;
                !withdrawn.is_of_hash || *record(texts, after_id) == *hash_record(&row.hash())
            };
            record(texts, withdrawn.text) == id.as_bytes() && is_of_hash()
        };
        let meant = of_key.iter().filter(is_meant);
        meant.map(|withdrawn| withdrawn.place).max()
    }
}

/// The content of the record that begins at `offset`.
pub(super) fn record(records: &[u8], offset: u64) -> &[u8] {
    let (length, rest) = records[offset as usize..].split_at(4);
    let length = u32::from_le_bytes(length.try_into().expect("4 bytes"));
    &rest[..length as usize]
}

/// What stands for a hash in a record: the code of its type and its bytes.
pub(super) fn hash_record(hash: &Hash) -> Vec<u8> {
    let code = hash.hash_type().code().to_be_bytes();
    [&code, hash.as_bytes()].concat()
}

/// The ids that lists withdraw: 32 bytes of memory for each.
pub(super) struct WithdrawnIds {
    /// By list, then key.
    all: Vec<WithdrawnId>,
    /// The ids themselves, as records, each before that of the hash where it is withdrawn of one alone.
    texts: Bytes,
}

pub(super) struct WithdrawnId {
    list: u32,
    key: u64,
    is_of_hash: bool,
    place: LinePlace,
    /// Where the id stands.
    text: u64,
}

impl WithdrawnId {
    pub(super) fn new(
        list: u32,
        id: &str,
        is_of_hash: bool,
        place: LinePlace,
        text: u64,
    ) -> WithdrawnId {
        let key = id_key(id);
        WithdrawnId {
            list,
            key,
            is_of_hash,
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
