//! The compiled list: entries in, one immutable file out, opened in constant time and searched exactly.
//!
//! A [`Builder`] takes lists and writes an index; an [`Index`] maps it and answers. For each hash type a file holds the
//! distinct hashes, and the rows (lines of lists) of each hash. It also holds the metadata of those rows. The bytes are
//! specified in `format.rs`. Every byte is proven against a digest before it is used. So a damaged file gives the right
//! answer or [`Error::Index`], never a wrong answer.
//!
//! | module | |
//! |---|---|
//! | `format`, `blocks`, `map`, `metadata` | the bytes: layout, integrity, memory map, content of records |
//! | `build`, `rows`, `sort`, `merge`, `shared_ids`, `records`, `plan`, `writer` | lists to bytes in bounded memory, bytes to a file that is there or not |
//! | `linear`, `bktree`, `mih`, `simd` | search: the oracle, the tree, the buckets, and the instructions they share |
//! | `details` | tiles and local features of pictures, and their search |
//! | `overlay` | a tree in memory that grows one hash at a time |
//! | `choice`, `work`, `answer`, `near` | which one when, what that costs, queries to hits: all, or as many as are wanted |
//! | `record`, `entries`, `walk`, `describe`, `check` | what an entry says, one by its number, all of them in order, what a file holds, whether all of it is sound |
//!
//! Three structures answer, all exactly. Exhaustive search is right for small lists. A BK-tree is right for small radii
//! and where bytes count. Multi-index hashing is right for everything else.

mod answer;
mod bktree;
mod blocks;
mod build;
mod check;
mod choice;
mod describe;
mod details;
mod entries;
mod format;
mod layout;
mod linear;
mod map;
mod merge;
mod metadata;
mod mih;
mod near;
mod overlay;
mod plan;
mod record;
mod records;
mod rows;
#[cfg(any(test, fuzzing))]
mod seal;
mod shared_ids;
mod simd;
mod walk;
mod work;
mod writer;

pub use answer::{Explanation, Nearest};
pub use build::Builder;
pub use choice::Structure;
pub use describe::{
    Description, SectionDescription, StructureDescription, StructureReason, TableDescription,
};
#[cfg(feature = "media")]
pub(crate) use details::{FeatureHit, linear as features_linear};
pub use merge::{BuildReport, Conflict, OnConflict, Place, SharedId};
pub(crate) use near::{Begun, Near};
pub(crate) use overlay::Overlay;
pub(crate) use record::merge_opinions;
pub use record::{Record, Row};
pub(crate) use walk::Walk;
#[cfg(test)]
pub(crate) use work::spent;

use std::fs::{self, File};
use std::io::Read as _;
use std::ops::Range;
use std::path::{Path, PathBuf};

use zerocopy::little_endian::{U32, U64};

use blocks::Blocks;
use format::Role;
use layout::{Layout, Section, Table};
use map::Bytes;

use crate::error::{Action, IndexDamage, Problem};
use crate::hash::{Hash, HashType};
use crate::list::{Entry, Source};
use crate::{Error, Result};

/// A compiled list, open for lookups.
///
/// Lookups are pure and single-threaded; share one index between threads by reference.
///
/// ```
/// use basma::hash::{Hash, HashType};
/// use basma::index::Builder;
/// use basma::list::{ReadOptions, read_bytes};
///
/// let known = Hash::parse(HashType::Pdq, &"f0".repeat(32))?;
/// let text = format!("id,type,hash\ncase-17,pdq,{known}\n");
/// let mut builder = Builder::new();
/// builder.add(read_bytes("demo.csv".as_ref(), text.as_bytes(), &ReadOptions::default())?)?;
/// let (index, _) = builder.build_in_memory()?;
///
/// let seen = Hash::parse(HashType::Pdq, &format!("f1{}", "f0".repeat(31)))?;
/// let hits = index.lookup(&seen, 31)?;
/// assert_eq!(hits[0].distance, 1);
/// let records = index.records(&hits[0])?;
/// assert_eq!((records[0].list.as_str(), records[0].ids[0].as_str()), ("demo", "case-17"));
/// # Ok::<(), basma::Error>(())
/// ```
#[derive(Debug)]
pub struct Index {
    layout: Layout,
    blocks: Blocks,
}

/// A hash of an index near the one that was looked up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hit {
    /// The hash in the index.
    pub hash: Hash,
    /// Its distance from the one looked up, in bits.
    pub distance: u32,
    /// Its place among the hashes of its type.
    ordinal: usize,
}

impl Hit {
    /// A hash near another that no index holds.
    pub(crate) fn apart(hash: Hash, distance: u32) -> Hit {
        Hit {
            hash,
            distance,
            ordinal: usize::MAX,
        }
    }
}

impl Index {
    /// Opens an index file by mapping it. Takes constant time: header and section table are checked now, everything
    /// else on first use.
    ///
    /// A thread that ends with the index reads ahead what a search passes over (hashes, structures, digests). So the
    /// first queries need not fetch it page by page. On Linux, huge pages are asked for. All of it is the system's
    /// cache, shared by processes and taken back when memory is needed. An open index has less than 1 MiB of its own.
    /// To this comes a bit for each 16 KiB of the file.
    ///
    /// The file must not be changed while it is open. Publish a changed list by renaming a new file over it, as
    /// [`Builder::write`] does. A file that is cut short while it is open ends the process (SIGBUS).
    ///
    /// # Errors
    /// [`Error::Io`] if it cannot be opened; [`Error::Index`] if it is no index, of a newer version, truncated or
    /// damaged.
    pub fn open(path: &Path) -> Result<Index> {
        let index = Index::open_at_rest(path)?;
        index.blocks.read_ahead(index.searched().collect());
        Ok(index)
    }

    /// Proves what a search passes over, so that no query has to; for as long as `goes_on`, which is asked once in 1 MiB, and
    /// at most until half of the memory that is free would be filled.
    pub(crate) fn prove_ahead(&self, goes_on: &dyn Fn() -> bool) -> Result<()> {
        self.blocks.prove_ahead(self.searched(), goes_on)
    }

    /// The sections that a search passes over.
    fn searched(&self) -> impl Iterator<Item = Range<usize>> {
        let is_searched = |section: &&Section| {
            section.hash_type.is_some() && !matches!(section.role, Role::RowStarts | Role::Rows)
        };
        let searched = self.layout.sections.iter().filter(is_searched);
        searched.map(|section| section.range.clone())
    }

    /// Opens an index file without reading ahead.
    fn open_at_rest(path: &Path) -> Result<Index> {
        Index::new(path.to_owned(), map::map(path)?)
    }

    /// Gives changed bytes of an index the digests that make them look whole, where they have room for them.
    #[cfg(fuzzing)]
    #[doc(hidden)]
    pub fn seal(bytes: &mut [u8]) -> bool {
        seal::seal(bytes)
    }

    /// Opens an index held in memory; `name` stands for it in errors.
    ///
    /// # Errors
    /// [`Error::Index`], as [`Index::open`].
    pub fn from_bytes(name: &Path, bytes: Vec<u8>) -> Result<Index> {
        Index::new(name.to_owned(), Bytes::Owned(bytes))
    }

    /// The digest from which every other byte is proven, in hexadecimal: two files with the same one are the same.
    pub(crate) fn root(&self) -> String {
        let hex = |byte: &u8| format!("{byte:02x}");
        self.layout.root.iter().map(hex).collect()
    }

    /// Whether a file that begins with these bytes is (or was) a compiled index, not a text list. Eight bytes tell.
    pub fn is_index(head: &[u8]) -> bool {
        head.starts_with(&format::MAGIC)
    }

    /// Whether a file is a compiled index. What can be read only once, such as a pipe, counts as text. Its first bytes
    /// must not be lost in looking.
    ///
    /// # Errors
    /// [`Error::Io`].
    pub fn is_index_at(path: &Path) -> Result<bool> {
        let metadata = fs::metadata(path).map_err(Error::io(Action::OpenList, path))?;
        if !metadata.is_file() {
            return Ok(false);
        }
        let file = File::open(path).map_err(Error::io(Action::OpenList, path))?;
        let mut head = Vec::new();
        file.take(64)
            .read_to_end(&mut head)
            .map_err(Error::io(Action::ReadList, path))?;
        Ok(Index::is_index(&head))
    }

    /// Its bytes, as [`Index::from_bytes`] takes them: those of the file, where it is a file. They may be damaged: a
    /// reader proves what it uses.
    pub fn as_bytes(&self) -> &[u8] {
        self.blocks.unproven()
    }

    fn new(name: PathBuf, bytes: Bytes) -> Result<Index> {
        let layout = Layout::read(&name, &bytes)?;
        let blocks = Blocks::new(name, bytes, layout.body.clone(), layout.root);
        Ok(Index { layout, blocks })
    }

    /// The hash types it holds hashes of, ascending.
    pub fn hash_types(&self) -> impl Iterator<Item = HashType> + '_ {
        self.layout.tables.iter().map(|table| table.hash_type)
    }

    /// The files it was built from, in the order in which they were added; [`Row::source`] counts in them.
    ///
    /// # Errors
    /// [`Error::Index`] if the file is damaged.
    pub fn sources(&self) -> Result<Vec<Source>> {
        let sources = 0..self.layout.sources.count;
        sources.map(|ordinal| self.source(ordinal)).collect()
    }

    /// The records of a hit. There is one for each list that holds the hash, in the order in which the lists were first
    /// added.
    ///
    /// # Errors
    /// [`Error::Index`] if a part of the file that matters is damaged. The same error if the rows need more than 1 GiB
    /// of memory. [`Error::Argument`] if the hit is not of this index.
    pub fn records(&self, hit: &Hit) -> Result<Vec<Record>> {
        let lists = self.rows_by_list(hit)?.into_iter();
        let records = lists.map(|(list, rows)| Record::merge(list, rows));
        Ok(records.collect())
    }

    /// What [`Index::records`] merges: the rows of each list that holds the hash.
    pub(crate) fn rows_by_list(&self, hit: &Hit) -> Result<Vec<(String, Vec<Row>)>> {
        work::spend(&work::Work {
            records: 1,
            ..work::Work::default()
        });
        let table = self.table_of(hit)?;
        let mut lists: Vec<(String, Vec<Row>)> = Vec::new();
        let mut rows: Vec<Row> = Vec::new();
        let (mut list_of_rows, mut memory) = (None, 0);
        for ordinal in self.rows(table, hit.ordinal)? {
            let row: &format::Row = self.blocks.element(&table.rows, ordinal)?;
            let list = row.list.get();
            if let Some(before) = list_of_rows.replace(list)
                && before != list
            {
                lists.push((self.list(before)?, std::mem::take(&mut rows)));
            }
            let mut row = self.row(hit.hash, row)?;
            row.entry.details = self.details_of(table, ordinal)?.map(Box::new);
            memory += row.memory();
            if memory > ROWS_MEMORY_MAX {
                let hash = hit.hash.to_string();
                return Err(self.blocks.damaged(IndexDamage::RowsTooLarge { hash }));
            }
            rows.push(row);
        }
        if let Some(list) = list_of_rows {
            lists.push((self.list(list)?, rows));
        }
        Ok(lists)
    }

    /// The table that a hit stands in.
    fn table_of(&self, hit: &Hit) -> Result<&Table> {
        let table = self.layout.table(hit.hash.hash_type());
        let table = table.filter(|table| hit.ordinal < table.hashes.count);
        let stranger = || {
            Error::from(Problem::HitOfAnotherIndex {
                hash: format!("{:?}", hit.hash),
            })
        };
        let table = table.ok_or_else(stranger)?;
        if self.hashes(table, hit.ordinal..hit.ordinal + 1)? != hit.hash.as_bytes() {
            return Err(stranger());
        }
        Ok(table)
    }

    /// The ordinal of a hash in a sorted table.
    fn position(&self, table: &Table, hash: &[u8]) -> Result<Option<usize>> {
        let place = self.sorted_place(table, hash)?;
        let is_there = place < table.hashes.count && self.hashes(table, place..place + 1)? == hash;
        Ok(is_there.then_some(place))
    }

    /// How many hashes of a sorted table stand before one.
    fn sorted_place(&self, table: &Table, hash: &[u8]) -> Result<usize> {
        let mut range = 0..table.hashes.count;
        while !range.is_empty() {
            let middle = range.start + range.len() / 2;
            if self.hashes(table, middle..middle + 1)? < hash {
                range.start = middle + 1;
            } else {
                range.end = middle;
            }
        }
        Ok(range.start)
    }

    fn hash(&self, table: &Table, ordinal: usize) -> Result<Hash> {
        let bytes = self.hashes(table, ordinal..ordinal + 1)?;
        Ok(Hash::new(table.hash_type, bytes).expect("cut to the type's size"))
    }

    fn hashes(&self, table: &Table, ordinals: Range<usize>) -> Result<&[u8]> {
        let size = table.hash_type.bytes();
        self.blocks.elements(&table.hashes, ordinals, size)
    }

    /// The ordinals of a hash's rows: at least one.
    fn rows(&self, table: &Table, hash: usize) -> Result<Range<usize>> {
        let start = |ordinal| -> Result<usize> {
            let start: &U32 = self.blocks.element(&table.starts, ordinal)?;
            Ok(start.get() as usize)
        };
        let rows = start(hash)?..start(hash + 1)?;
        if rows.is_empty() || rows.end > table.rows.count {
            return Err(self.blocks.damaged(IndexDamage::HashWithoutRows {
                ordinal: hash as u64,
                hash_type: table.hash_type.name().to_owned(),
                rows: table.rows.count as u64,
            }));
        }
        Ok(rows)
    }

    fn row(&self, hash: Hash, row: &format::Row) -> Result<Row> {
        let source = row.source.get() as usize;
        if source >= self.layout.sources.count {
            let source = source as u64;
            return Err(self.blocks.damaged(IndexDamage::SourceMissing { source }));
        }
        let line = u64::from(row.line.get());
        let entry = self.decoded(row.metadata, |record| {
            metadata::decode_entry(record, Entry::new(hash, line))
        })?;
        Ok(Row { source, entry })
    }

    fn list(&self, ordinal: u32) -> Result<String> {
        let offset = *self.blocks.element(&self.layout.lists, ordinal as usize)?;
        self.decoded(offset, metadata::decode_list)
    }

    fn source(&self, ordinal: usize) -> Result<Source> {
        Ok(self.source_record(ordinal)?.0)
    }

    /// A source, and whether few pictures of its clips are listed.
    fn source_record(&self, ordinal: usize) -> Result<(Source, bool)> {
        let offset = *self.blocks.element(&self.layout.sources, ordinal)?;
        self.decoded(offset, metadata::decode_source)
    }

    /// Whether it lists clips by few of their pictures. Then a copy is only found by all of its own pictures
    /// ([`ClipFrame::is_sparse`](crate::list::ClipFrame::is_sparse)).
    ///
    /// # Errors
    /// [`Error::Index`] if the names of sources are damaged.
    pub fn has_sparse_clips(&self) -> Result<bool> {
        for ordinal in 0..self.layout.sources.count {
            if self.source_record(ordinal)?.1 {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// The record at an offset of the section of records.
    fn decoded<T>(&self, offset: U64, decode: impl FnOnce(&[u8]) -> Option<T>) -> Result<T> {
        let Section { range, .. } = &self.layout.records;
        let wrong = || {
            let offset = offset.get();
            self.blocks
                .damaged(IndexDamage::RecordUnreadable { offset })
        };
        let start = usize::try_from(offset.get())
            .ok()
            .and_then(|offset| range.start.checked_add(offset))
            .filter(|start| range.end.checked_sub(*start).is_some_and(|left| left >= 4))
            .ok_or_else(wrong)?;
        let length = self.blocks.bytes(start..start + 4)?;
        let length = u32::from_le_bytes(length.try_into().expect("4 bytes")) as usize;
        if length > metadata::RECORD_BYTES_MAX || length > range.end - start - 4 {
            return Err(wrong());
        }
        decode(self.blocks.bytes(start + 4..start + 4 + length)?).ok_or_else(wrong)
    }
}

/// How much memory the rows of one hash may take, some million rows. So no file makes a reader run out of memory.
const ROWS_MEMORY_MAX: usize = 1 << 30;

#[cfg(test)]
mod tests;
