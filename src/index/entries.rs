//! Entries by number, for callers that keep results as arrays of numbers.

use std::ops::Range;

use super::{Hit, Index, Row};
use super::{format, layout};
use crate::Result;
use crate::error::Problem;
use crate::hash::HashType;

impl Index {
    /// How many entries of a type it holds: [`Index::entry`] takes the numbers below.
    pub fn entry_count(&self, hash_type: HashType) -> u64 {
        let table = self.layout.table(hash_type);
        table.map_or(0, |table| table.rows.count as u64)
    }

    /// The numbers of the entries that have the hash of a hit: at least one.
    ///
    /// ```
    /// use basma::hash::{Hash, HashType};
    /// use basma::index::Builder;
    /// use basma::list::{ReadOptions, read_bytes};
    ///
    /// let text = format!("id,type,hash\na,pdq,{0}\nb,pdq,{0}\n", "f0".repeat(32));
    /// let mut builder = Builder::new();
    /// builder.add(read_bytes("demo.csv".as_ref(), text.as_bytes(), &ReadOptions::default())?)?;
    /// let (index, _) = builder.build_in_memory()?;
    ///
    /// let hash = Hash::parse(HashType::Pdq, &"f0".repeat(32))?;
    /// let hit = index.lookup(&hash, 31)?[0];
    /// let ids = index.entries_of(&hit)?.map(|number| index.entry(HashType::Pdq, number));
    /// let ids = ids.map(|row| Ok(row?.entry.id)).collect::<basma::Result<Vec<_>>>()?;
    /// assert_eq!(ids, [Some("a".to_owned()), Some("b".to_owned())]);
    /// # Ok::<(), basma::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::Index`](crate::Error::Index) if a part of the file that matters is damaged.
    /// [`Error::Argument`](crate::Error::Argument) if the hit is not of this index.
    pub fn entries_of(&self, hit: &Hit) -> Result<Range<u64>> {
        let table = self.table_of(hit)?;
        let rows = self.rows(table, hit.ordinal)?;
        Ok(rows.start as u64..rows.end as u64)
    }

    /// What the entry with this number says.
    ///
    /// # Errors
    /// [`Error::Argument`](crate::Error::Argument) if there is no such entry, otherwise as [`Index::records`].
    pub fn entry(&self, hash_type: HashType, number: u64) -> Result<Row> {
        let (table, ordinal) = self.numbered(hash_type, number)?;
        let row: &format::Row = self.blocks.element(&table.rows, ordinal)?;
        let hash = self.hash_of_row(table, ordinal)?;
        let mut read = self.row(self.hash(table, hash)?, row)?;
        read.entry.details = self.details_of(table, ordinal)?.map(Box::new);
        read.entry.list = Some(self.list(row.list.get())?);
        Ok(read)
    }

    /// The ordinal of the hash that a row is of: that whose rows begin last at or before it.
    pub(super) fn hash_of_row(&self, table: &layout::Table, row: usize) -> Result<usize> {
        let mut hashes = 0..table.hashes.count;
        while hashes.len() > 1 {
            let middle = hashes.start + hashes.len() / 2;
            if self.rows(table, middle)?.start <= row {
                hashes.start = middle;
            } else {
                hashes.end = middle;
            }
        }
        Ok(hashes.start)
    }

    /// The line of the file that the entry with this number was read from.
    ///
    /// # Errors
    /// As [`Index::entry`].
    pub fn line_of(&self, hash_type: HashType, number: u64) -> Result<u64> {
        let (table, ordinal) = self.numbered(hash_type, number)?;
        let row: &format::Row = self.blocks.element(&table.rows, ordinal)?;
        Ok(u64::from(row.line.get()))
    }

    fn numbered(&self, hash_type: HashType, number: u64) -> Result<(&layout::Table, usize)> {
        let table = self.layout.table(hash_type);
        let table = table.filter(|table| number < table.rows.count as u64);
        let table = table.ok_or_else(|| Problem::EntryNumber {
            number,
            count: self.entry_count(hash_type),
        })?;
        Ok((table, number as usize))
    }
}
