//! Everything an index will hold, decided; then its bytes.

use std::collections::BTreeMap;
use std::io::{self, Seek, Write};

use rayon::slice::ParallelSliceMut;
use zerocopy::IntoBytes;
use zerocopy::little_endian::{U32, U64};

use super::format::{self, Role};
use super::merge::{self, BuildReport, Catalogue, NewRow, OnConflict};
use super::writer::Writer;
use super::{Structure, bktree, choice, metadata, mih};
use crate::hash::HashType;
use crate::{Error, Result};

/// Everything an index will hold.
pub(super) struct Plan {
    catalogue: Catalogue,
    head: Head,
    tables: Vec<NewTable>,
    report: BuildReport,
}

/// The records that stand first, and where each of them begins.
#[derive(Default)]
struct Head {
    records: Vec<u8>,
    lists: Vec<U64>,
    sources: Vec<U64>,
}

/// The hashes of one type.
struct NewTable {
    hash_type: HashType,
    /// Sorted by hash.
    rows: Vec<NewRow>,
    /// The first row of each distinct hash, then the number of rows.
    starts: Vec<u32>,
    /// The order in which the distinct hashes are written.
    order: Vec<u32>,
    tree: Option<Vec<format::Node>>,
    mih: Option<mih::Chunks>,
}

impl NewTable {
    fn new(hash_type: HashType, rows: Vec<NewRow>, structure: Structure) -> Result<NewTable> {
        let end = within_u32("rows of a hash type", rows.len() as u64)?;
        let first = |&row: &usize| row == 0 || rows[row - 1].hash != rows[row].hash;
        // Within 32 bits: checked for the last of them.
        let mut starts: Vec<u32> = (0..rows.len())
            .filter(first)
            .map(|row| row as u32)
            .collect();
        let count = within_u32("hashes of a hash type", starts.len() as u64)?;
        let (mut order, mut tree) = ((0..count).collect(), None);
        if choice::builds_tree(structure, hash_type, starts.len()) {
            let size = hash_type.bytes();
            let hash = |&row: &u32| &rows[row as usize].hash[..size];
            let hashes: Vec<u8> = starts.iter().flat_map(hash).copied().collect();
            let nodes;
            (nodes, order) = bktree::build(&hashes, size);
            tree = Some(nodes);
        }
        let builds_mih = choice::builds_mih(structure, hash_type, starts.len());
        let mih = builds_mih.then(|| mih::Chunks::for_list(hash_type, starts.len()));
        starts.push(end);
        Ok(NewTable {
            hash_type,
            rows,
            starts,
            order,
            tree,
            mih,
        })
    }

    /// The rows of each distinct hash, in the order in which the hashes are written.
    fn rows_in_order(&self) -> impl Iterator<Item = &[NewRow]> {
        self.order.iter().map(|&hash| {
            let hash = hash as usize;
            &self.rows[self.starts[hash] as usize..self.starts[hash + 1] as usize]
        })
    }
}

impl Plan {
    /// Merges the rows of each type and builds the structures over their hashes.
    pub(super) fn new(
        catalogue: Catalogue,
        rows: BTreeMap<HashType, Vec<NewRow>>,
        structure: Structure,
        on_conflict: OnConflict,
        mut report: BuildReport,
    ) -> Result<Plan> {
        let mut head = Head::default();
        for name in &catalogue.lists {
            head.lists.push((head.records.len() as u64).into());
            push_record(&mut head.records, &metadata::encode_list(name))?;
        }
        for source in &catalogue.sources {
            head.sources.push((head.records.len() as u64).into());
            push_record(&mut head.records, &metadata::encode_source(source))?;
        }
        let mut tables = Vec::new();
        for (hash_type, rows) in rows {
            let rows = merge::merge(&catalogue, hash_type, rows, on_conflict, &mut report)?;
            merge::report_shared_ids(&catalogue, hash_type, &rows, &mut report);
            if !rows.is_empty() {
                let table = NewTable::new(hash_type, rows, structure)?;
                report.rows += table.rows.len() as u64;
                report.hashes += table.order.len() as u64;
                tables.push(table);
            }
        }
        Ok(Plan {
            catalogue,
            head,
            tables,
            report,
        })
    }

    /// Writes the file, and says what became of the rows.
    pub(super) fn write<W: Write + Seek>(mut self, out: W) -> io::Result<(W, BuildReport)> {
        let structures = self
            .tables
            .iter()
            .map(|table| usize::from(table.tree.is_some()) + usize::from(table.mih.is_some()));
        let sections = 3 + 3 * self.tables.len() + structures.sum::<usize>();
        let mut writer = Writer::new(out, sections)?;

        // Only the records that rows still refer to: what was withdrawn is not in the file.
        let rows = self.tables.iter().flat_map(|table| &table.rows);
        let mut used: Vec<usize> = rows.map(|row| row.metadata).collect();
        used.par_sort_unstable();
        used.dedup();
        let mut moved: Vec<u64> = Vec::with_capacity(used.len());
        let mut end = self.head.records.len();
        for &offset in &used {
            moved.push(end as u64);
            end += 4 + self.catalogue.record(offset).len();
        }
        let place = |offset: usize| moved[used.binary_search(&offset).expect("it is used")];

        let (lists, sources) = (&self.head.lists, &self.head.sources);
        let records = lists.len() + sources.len() + used.len();
        writer.section(Role::Records, None, records)?;
        writer.write_all(&self.head.records)?;
        for &offset in &used {
            let end = offset + 4 + self.catalogue.record(offset).len();
            writer.write_all(&self.catalogue.records[offset..end])?;
        }
        writer.section(Role::Lists, None, lists.len())?;
        writer.write_all(lists.as_bytes())?;
        writer.section(Role::Sources, None, sources.len())?;
        writer.write_all(sources.as_bytes())?;
        for table in &self.tables {
            table.write(&mut writer, place)?;
        }
        let (out, bytes) = writer.finish()?;
        self.report.bytes = bytes;
        Ok((out, self.report))
    }
}

impl NewTable {
    fn write<W: Write + Seek>(
        &self,
        writer: &mut Writer<W>,
        metadata: impl Fn(usize) -> u64,
    ) -> io::Result<()> {
        let hash_type = Some(self.hash_type);
        writer.section(Role::Hashes, hash_type, self.order.len())?;
        for rows in self.rows_in_order() {
            writer.write_all(&rows[0].hash[..self.hash_type.bytes()])?;
        }
        writer.section(Role::RowStarts, hash_type, self.order.len() + 1)?;
        let mut start = U32::new(0);
        writer.write_all(start.as_bytes())?;
        for rows in self.rows_in_order() {
            start += rows.len() as u32;
            writer.write_all(start.as_bytes())?;
        }
        writer.section(Role::Rows, hash_type, self.rows.len())?;
        for row in self.rows_in_order().flatten() {
            let row = format::Row {
                metadata: metadata(row.metadata).into(),
                line: row.line.into(),
                source: row.source.into(),
                list: row.list.into(),
            };
            writer.write_all(row.as_bytes())?;
        }
        if let Some(nodes) = &self.tree {
            writer.section(Role::BkTree, hash_type, nodes.len())?;
            writer.write_all(nodes.as_bytes())?;
        }
        if let Some(chunks) = self.mih {
            let layout = mih::Layout::new(chunks, self.hash_type, self.order.len())
                .ok_or_else(|| io::Error::other("more hashes than fit an address"))?;
            let size = self.hash_type.bytes();
            let mut hashes = Vec::with_capacity(self.order.len() * size);
            for rows in self.rows_in_order() {
                hashes.extend_from_slice(&rows[0].hash[..size]);
            }
            writer.section(Role::Mih, hash_type, chunks.count())?;
            mih::write(&layout, &hashes, writer)?;
        }
        Ok(())
    }
}

/// Adds a record.
pub(super) fn push_record(records: &mut Vec<u8>, content: &[u8]) -> Result<()> {
    let limit = metadata::RECORD_BYTES_MAX;
    if content.len() > limit {
        return Err(Error::OverLimit {
            what: "bytes of metadata in a row",
            found: content.len() as u64,
            limit: limit as u64,
        });
    }
    records.extend((content.len() as u32).to_le_bytes());
    records.extend(content);
    Ok(())
}

/// A number the format gives 32 bits, less than the largest: it may be counted up to once more.
pub(super) fn within_u32(what: &'static str, found: u64) -> Result<u32> {
    let limit = format::HASHES_MAX;
    match u32::try_from(found) {
        Ok(number) if found <= limit => Ok(number),
        _ => Err(Error::OverLimit { what, found, limit }),
    }
}
