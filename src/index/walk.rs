//! Everything that an index holds, in order.

use std::collections::HashSet;

use super::format;
use super::layout::Table;
use super::{Hit, Index, Record, metadata};
use crate::Result;
use crate::disk::mmap::Pace;
use crate::hash::{Hash, HashType};
use crate::list::Entry;

/// The hashes of one type in the order of their bytes, with what the lists say of each.
pub(crate) struct Walk<'a> {
    index: &'a Index,
    table: Option<&'a Table>,
    ordinal: usize,
    pace: Pace,
}

impl Index {
    /// Walks through the hashes of one type. Memory of what was passed is given back.
    pub(crate) fn walk(&self, hash_type: HashType) -> Walk<'_> {
        Walk {
            index: self,
            table: self.layout.table(hash_type),
            ordinal: 0,
            pace: Pace::default(),
        }
    }

    /// Hands on every entry with the name of its list, by type, then by hash.
    ///
    /// ```
    /// use basma::{list::ReadOptions, matcher::Lists};
    /// # std::env::set_current_dir(env!("CARGO_MANIFEST_DIR")).unwrap();
    /// let lists = Lists::open(["hashsets/demo.csv"], &ReadOptions::default())?;
    /// let mut entries = 0;
    /// lists.indexes[0].each_entry(|list, entry| {
    ///     assert_eq!(list, "demo");
    ///     entries += 1;
    ///     Ok(())
    /// })?;
    /// assert_eq!(entries, 10);
    /// # Ok::<(), basma::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::Index`](crate::Error::Index) where the file turns out to be damaged; those of `each`.
    pub fn each_entry(&self, mut each: impl FnMut(&str, Entry) -> Result<()>) -> Result<()> {
        for hash_type in self.hash_types() {
            for step in self.walk(hash_type) {
                let (_, records) = step?;
                for record in records {
                    for row in record.rows {
                        each(&record.list, row.entry)?;
                    }
                }
            }
        }
        Ok(())
    }

    /// Up to so many hashes of a type, spread over all of them.
    pub(crate) fn sample(&self, hash_type: HashType, most: u64) -> Result<Vec<Hash>> {
        let Some(table) = self.layout.table(hash_type) else {
            return Ok(Vec::new());
        };
        let step = table.hashes.count.div_ceil(most.max(1) as usize).max(1);
        let ordinals = (0..table.hashes.count).step_by(step);
        let hash = |ordinal| {
            let bytes = self.hashes(table, ordinal..ordinal + 1)?;
            Ok(Hash::new(hash_type, bytes).expect("cut to the type's size"))
        };
        ordinals.map(hash).collect()
    }

    /// The hashes that any row lists under one of these items: once for each such row.
    pub(crate) fn hashes_of_items(&self, ids: &HashSet<&str>) -> Result<Vec<Hash>> {
        // What rows say is stored once and stands together, so it is passed over first.
        let records = &self.layout.records;
        let mut named: HashSet<u64> = HashSet::new();
        let mut pace = Pace::default();
        let mut at = 0;
        while at < records.range.len() {
            let is_named = |record: &[u8]| {
                let id = metadata::borrow_id(record);
                Some((record.len(), id.is_some_and(|id| ids.contains(id))))
            };
            let (length, is_named) = self.decoded((at as u64).into(), is_named)?;
            if is_named {
                named.insert(at as u64);
            }
            self.blocks.passed(&mut pace, 4 + length);
            at += 4 + length;
        }
        let mut hashes = Vec::new();
        if named.is_empty() {
            return Ok(hashes);
        }
        for table in &self.layout.tables {
            for ordinal in 0..table.hashes.count {
                for row in self.rows(table, ordinal)? {
                    let row: &format::Row = self.blocks.element(&table.rows, row)?;
                    if named.contains(&row.metadata.get()) {
                        let bytes = self.hashes(table, ordinal..ordinal + 1)?;
                        let hash = Hash::new(table.hash_type, bytes);
                        hashes.push(hash.expect("cut to the type's size"));
                    }
                }
                self.blocks.passed(&mut pace, 2 * size_of::<format::Row>());
            }
        }
        Ok(hashes)
    }

    /// How many rows it holds of a type.
    pub(crate) fn rows_of(&self, hash_type: HashType) -> u64 {
        let table = self.layout.table(hash_type);
        table.map_or(0, |table| table.rows.count as u64)
    }

    /// How many distinct hashes it holds of a type.
    pub(crate) fn hashes_of(&self, hash_type: HashType) -> u64 {
        let table = self.layout.table(hash_type);
        table.map_or(0, |table| table.hashes.count as u64)
    }
}

impl Walk<'_> {
    /// The next hash, as a hit at distance 0.
    pub(crate) fn next_hit(&mut self) -> Result<Option<Hit>> {
        let Some(table) = self.table.filter(|table| self.ordinal < table.hashes.count) else {
            return Ok(None);
        };
        let bytes = self.index.hashes(table, self.ordinal..self.ordinal + 1)?;
        let hit = Hit {
            hash: Hash::new(table.hash_type, bytes).expect("cut to the type's size"),
            distance: 0,
            ordinal: self.ordinal,
        };
        self.ordinal += 1;
        // A hash, its row, and what the row says.
        self.index.blocks.passed(&mut self.pace, bytes.len() + 100);
        Ok(Some(hit))
    }
}

impl Iterator for Walk<'_> {
    type Item = Result<(Hash, Vec<Record>)>;

    fn next(&mut self) -> Option<Self::Item> {
        let next = self.next_hit().transpose()?;
        Some(next.and_then(|hit| Ok((hit.hash, self.index.records(&hit)?))))
    }
}
