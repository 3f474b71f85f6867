//! Everything an index will hold, decided; then its bytes.

use std::io::{self, Seek, Write};

use zerocopy::little_endian::{U32, U64};
use zerocopy::{FromBytes, IntoBytes};

use super::format::{self, Role};
use super::merge::{self, BuildReport, OnConflict};
use super::records::Records;
use super::rows::{Catalogue, NewRow};
use super::shared_ids::{self, OfId};
use super::writer::Writer;
use super::{Structure, bktree, choice, details, metadata, mih};
use crate::disk::external_sort::{Sorted, Sorter};
use crate::disk::mmap::{Bytes, Pace};
use crate::disk::spool::{Scratch, Spool};
use crate::error::Limit;
use crate::hash::HashType;
use crate::{Error, Result};

/// Everything an index will hold.
pub(super) struct Plan {
    records: Records,
    lists: Vec<U64>,
    sources: Vec<U64>,
    tables: Vec<NewTable>,
    report: BuildReport,
    scratch: Scratch,
}

impl Plan {
    /// Merges the rows and builds the structures over the hashes of each type.
    pub(super) fn new(
        catalogue: Catalogue,
        rows: Sorted<NewRow>,
        structure: Structure,
        on_conflict: OnConflict,
        scratch: &Scratch,
    ) -> Result<Plan> {
        let mut report = BuildReport::default();
        let mut head = Vec::new();
        let mut place = |content: Vec<u8>| -> Result<U64> {
            let offset = (head.len() as u64).into();
            push_record(&content, |bytes| {
                head.extend(bytes);
                Ok(())
            })?;
            Ok(offset)
        };
        let lists = catalogue.lists.iter();
        let lists: Vec<U64> = lists
            .map(|name| place(metadata::encode_list(name)))
            .collect::<Result<_>>()?;
        let sources = catalogue.sources.iter();
        let sources: Vec<U64> = sources
            .zip(&catalogue.are_sparse)
            .map(|(source, is_sparse)| place(metadata::encode_source(source, *is_sparse)))
            .collect::<Result<_>>()?;

        let mut records = Records::new(head, catalogue.records.len());
        let mut merged: Vec<Merged> = Vec::new();
        let mut of_ids = Sorter::new(&scratch.folder, scratch.memory_bytes / 2);
        merge::merge(&catalogue, rows.iter(), on_conflict, &mut report, |row| {
            if merged.last().is_none_or(|table| !table.is_of(&row)) {
                merged.push(Merged::new(row.hash_type(), scratch));
            }
            let table = merged.last_mut().expect("pushed above");
            records.keep(row.metadata.get());
            if let Some(of_id) = OfId::new(&row) {
                of_ids.push(of_id)?;
            }
            table.push(&row, catalogue.details(&row))
        })?;
        drop(rows);
        shared_ids::report(&catalogue, of_ids.finish()?.iter(), &mut report);
        let mut tables = Vec::new();
        for table in merged {
            report.rows += table.rows_count;
            report.hashes += table.hashes_count;
            tables.push(table.finish(structure)?);
        }
        Ok(Plan {
            records: records.of(catalogue.records),
            lists,
            sources,
            tables,
            report,
            scratch: scratch.clone(),
        })
    }

    /// Writes the file, and says what became of the rows.
    pub(super) fn write<W: Write + Seek>(mut self, out: W) -> io::Result<(W, BuildReport)> {
        let structures = self.tables.iter().map(|table| {
            let of_details = if table.details.is_some() { 4 } else { 0 };
            of_details + usize::from(table.tree.is_some()) + usize::from(table.mih.is_some())
        });
        let sections = 3 + 3 * self.tables.len() + structures.sum::<usize>();
        let has_details = self.tables.iter().any(|table| table.details.is_some());
        // An index without details can be read as it always could.
        let version = if has_details { format::VERSION } else { 2 };
        let mut writer = Writer::new(out, sections, version)?;
        let named = self.lists.len() + self.sources.len();
        let records = named + self.records.kept();
        writer.section(Role::Records, None, records)?;
        self.records.write(&mut writer)?;
        writer.section(Role::Lists, None, self.lists.len())?;
        writer.write_all(self.lists.as_bytes())?;
        writer.section(Role::Sources, None, self.sources.len())?;
        writer.write_all(self.sources.as_bytes())?;
        // Each gives its temporary files up once it is written.
        for table in self.tables {
            table.write(&mut writer, &self.records, &self.scratch)?;
        }
        let (out, bytes) = writer.finish()?;
        self.report.bytes = bytes;
        Ok((out, self.report))
    }
}

/// The rows of one type while they come in order.
struct Merged {
    hash_type: HashType,
    hashes: Spool,
    starts: Spool,
    rows: Spool,
    hashes_count: u64,
    rows_count: u64,
    details: details::NewDetails,
    last: Option<NewRow>,
}

impl Merged {
    fn new(hash_type: HashType, scratch: &Scratch) -> Merged {
        Merged {
            hash_type,
            hashes: scratch.spool(32),
            starts: scratch.spool(64),
            rows: scratch.spool(32),
            hashes_count: 0,
            rows_count: 0,
            details: details::NewDetails::new(scratch),
            last: None,
        }
    }

    fn is_of(&self, row: &NewRow) -> bool {
        self.last.is_some_and(|last| last.has_type_of(row))
    }

    fn push(&mut self, row: &NewRow, details: Option<&[u8]>) -> Result<()> {
        if self.last.is_none_or(|last| !last.has_hash_of(row)) {
            self.hashes.push(row.hash().as_bytes())?;
            self.start()?;
            self.hashes_count += 1;
        }
        self.last = Some(*row);
        if let Some(details) = details {
            let number = within_u32(Limit::Rows, self.rows_count)?;
            self.details.push(number, details)?;
        }
        self.rows_count += 1;
        let row = format::Row {
            metadata: row.metadata,
            line: row.line,
            source: row.source,
            list: row.list().into(),
        };
        self.rows.push(row.as_bytes())
    }

    /// The rows of a hash start here, or all have ended.
    fn start(&mut self) -> Result<()> {
        let start = within_u32(Limit::Rows, self.rows_count)?;
        self.starts.push(&start.to_le_bytes())
    }

    fn finish(mut self, structure: Structure) -> Result<NewTable> {
        self.start()?;
        within_u32(Limit::Hashes, self.hashes_count)?;
        NewTable::new(
            self.hash_type,
            self.hashes.freeze()?,
            self.starts.freeze()?,
            self.rows.freeze()?,
            self.details.finish()?,
            structure,
        )
    }
}

/// The hashes of one type, and the structures over them. What is long is in memory or in a mapped file.
struct NewTable {
    hash_type: HashType,
    /// Distinct and sorted, end to end.
    hashes: Bytes,
    /// The first row of each hash, then the number of rows.
    starts: Bytes,
    /// The rows, sorted by hash; their metadata stands where it stood among all records.
    rows: Bytes,
    /// The details of rows.
    details: Option<details::Frozen>,
    /// The tree, and the order in which it wants the hashes to stand.
    tree: Option<(Vec<format::Node>, Vec<u32>)>,
    mih: Option<mih::Chunks>,
}

impl NewTable {
    fn new(
        hash_type: HashType,
        hashes: Bytes,
        starts: Bytes,
        rows: Bytes,
        details: Option<details::Frozen>,
        structure: Structure,
    ) -> Result<NewTable> {
        let size = hash_type.bytes();
        let count = hashes.len() / size;
        let builds = choice::builds_tree(structure, hash_type, count);
        let tree = builds.then(|| bktree::build(&hashes, size));
        let builds = choice::builds_mih(structure, hash_type, count);
        let mih = builds.then(|| mih::Chunks::for_list(hash_type, count));
        hashes.release();
        Ok(NewTable {
            hash_type,
            hashes,
            starts,
            rows,
            details,
            tree,
            mih,
        })
    }

    fn write<W: Write + Seek>(
        &self,
        writer: &mut Writer<W>,
        records: &Records,
        scratch: &Scratch,
    ) -> io::Result<()> {
        let (hash_type, size) = (Some(self.hash_type), self.hash_type.bytes());
        let starts = <[U32]>::ref_from_bytes(&self.starts).expect("written as whole elements");
        let rows = <[format::Row]>::ref_from_bytes(&self.rows).expect("written as whole rows");
        let count = starts.len() - 1;
        // In the order of the tree, or else as they are sorted.
        let order = || {
            let ordinal = |place: usize| match &self.tree {
                Some((_, order)) => order[place] as usize,
                None => place,
            };
            (0..count).map(ordinal)
        };
        let rows_of = |hash: usize| starts[hash].get() as usize..starts[hash + 1].get() as usize;
        let mut pace = Pace::default();

        writer.section(Role::Hashes, hash_type, count)?;
        for hash in order() {
            writer.write_all(&self.hashes[hash * size..][..size])?;
            pace.passed(size, &self.hashes);
        }
        writer.section(Role::RowStarts, hash_type, count + 1)?;
        let mut start = 0;
        writer.write_all(&u32::to_le_bytes(start))?;
        for hash in order() {
            start += rows_of(hash).len() as u32;
            writer.write_all(&start.to_le_bytes())?;
            pace.passed(size_of::<U32>(), &self.starts);
        }
        writer.section(Role::Rows, hash_type, rows.len())?;
        for hash in order() {
            for row in &rows[rows_of(hash)] {
                let metadata = records.place(row.metadata.get()).into();
                writer.write_all(format::Row { metadata, ..*row }.as_bytes())?;
            }
            pace.passed(rows_of(hash).len() * size_of::<format::Row>(), &self.rows);
        }
        self.rows.release();
        self.starts.release();
        if let Some((nodes, _)) = &self.tree {
            writer.section(Role::BkTree, hash_type, nodes.len())?;
            writer.write_all(nodes.as_bytes())?;
        }
        let placed = match &self.details {
            Some(details) => {
                let rows = order().flat_map(|hash| rows_of(hash).map(|row| row as u32));
                let placed = details.write(writer, self.hash_type, rows)?;
                Some((details, placed))
            }
            None => None,
        };
        if let Some(chunks) = self.mih {
            let layout = mih::Layout::new(chunks, self.hash_type, count)
                .ok_or_else(|| io::Error::other("more hashes than fit an address"))?;
            writer.section(Role::Mih, hash_type, chunks.count())?;
            match &self.tree {
                None => mih::write(&layout, &self.hashes, writer)?,
                Some(_) => {
                    // Its postings name hashes by the place that the tree gave them.
                    let mut placed = scratch.spool(8);
                    for hash in order() {
                        let hash = &self.hashes[hash * size..][..size];
                        placed.push(hash).map_err(io::Error::other)?;
                    }
                    let placed = placed.freeze().map_err(io::Error::other)?;
                    mih::write(&layout, &placed, writer)?;
                }
            }
            self.hashes.release();
        }
        if let Some((details, placed)) = placed {
            details.write_order(writer, self.hash_type, &placed)?;
        }
        Ok(())
    }
}

/// Adds a record.
pub(super) fn push_record(content: &[u8], mut push: impl FnMut(&[u8]) -> Result<()>) -> Result<()> {
    let limit = metadata::RECORD_BYTES_MAX;
    if content.len() > limit {
        return Err(Error::OverLimit {
            what: Limit::MetadataBytes,
            found: content.len() as u64,
            limit: limit as u64,
        });
    }
    push(&(content.len() as u32).to_le_bytes())?;
    push(content)
}

/// A number the format gives 32 bits, less than the largest: it may be counted up to once more.
pub(super) fn within_u32(what: Limit, found: u64) -> Result<u32> {
    let limit = format::HASHES_MAX;
    match u32::try_from(found) {
        Ok(number) if found <= limit => Ok(number),
        _ => Err(Error::OverLimit { what, found, limit }),
    }
}
