//! Whether every byte of an index is sound.

use zerocopy::FromBytes;
use zerocopy::little_endian::U32;

use super::choice::Structure;
use super::format::{self, Table};
use super::{Index, bktree, mih};
use crate::Result;
use crate::hash::Hash;

/// How many hashes of each type are looked up through each structure.
const SAMPLES: usize = 100;

impl Index {
    /// Checks every byte: all digests, the zeros between sections, the order of the hashes, every reference, every
    /// record, the tree; and looks a sample of the hashes up through each structure.
    ///
    /// # Errors
    /// [`Error::Index`](crate::Error::Index) names the first thing found wrong.
    pub fn verify(&self) -> Result<()> {
        self.blocks.prove_all()?;
        let mut end = self.layout.body.start;
        for section in &self.layout.sections {
            if self
                .blocks
                .bytes(end..section.range.start)?
                .iter()
                .any(|&b| b != 0)
            {
                let name = section.role.name();
                return Err(self
                    .blocks
                    .damaged(format_args!("bytes before {name} are not zero")));
            }
            end = section.range.end;
        }
        self.sources()?;
        (0..self.layout.lists.count).try_for_each(|list| self.list(list as u32).map(drop))?;
        self.layout.tables.iter().try_for_each(|table| {
            self.check_hashes(table)?;
            self.check_rows(table)?;
            self.check_lookups(table)
        })
    }

    fn check_hashes(&self, table: &Table) -> Result<()> {
        if let Some(mih) = &table.mih {
            let section = self.blocks.view(&mih.section);
            mih::check(section, self.blocks.view(&table.hashes), &mih.layout)?;
        }
        if let Some(tree) = &table.tree {
            return bktree::check(&self.blocks, table, tree);
        }
        let hashes = self.hashes(table, 0..table.hashes.count)?;
        let size = table.hash_type.bytes();
        let after = hashes[size..].chunks_exact(size);
        match hashes
            .chunks_exact(size)
            .zip(after)
            .position(|(a, b)| a >= b)
        {
            None => Ok(()),
            Some(at) => Err(self.blocks.damaged(format_args!(
                "hash {} of type {} is out of order",
                at + 1,
                table.hash_type
            ))),
        }
    }

    fn check_rows(&self, table: &Table) -> Result<()> {
        let hash_type = table.hash_type;
        let starts = self.blocks.bytes(table.starts.range.clone())?;
        let starts = <[U32]>::ref_from_bytes(starts).expect("cut to whole elements");
        let (first, last) = (starts[0].get(), starts[starts.len() - 1].get());
        if first != 0 || last as usize != table.rows.count {
            let message = format_args!("the rows of type {hash_type} are not all of some hash");
            return Err(self.blocks.damaged(message));
        }
        for hash in 0..table.hashes.count {
            let rows = self.rows(table, hash)?;
            let bytes = self.hashes(table, hash..hash + 1)?;
            let hash = Hash::new(hash_type, bytes).expect("cut to the type's size");
            let mut before = 0;
            for ordinal in rows {
                let row: &format::Row = self.blocks.element(&table.rows, ordinal)?;
                let list = row.list.get();
                if list < before || list as usize >= self.layout.lists.count {
                    let message = format_args!("row {ordinal} of type {hash_type} is of no list");
                    return Err(self.blocks.damaged(message));
                }
                before = list;
                self.row(hash, row)?;
            }
        }
        Ok(())
    }

    fn check_lookups(&self, table: &Table) -> Result<()> {
        let mut structures = vec![Structure::Auto, Structure::Exhaustive];
        structures.extend(table.tree.as_ref().map(|_| Structure::BkTree));
        structures.extend(table.mih.as_ref().map(|_| Structure::Mih));
        // Exhaustive search looks at everything: in a large table a few of them must do.
        let samples = ((1 << 26) / table.hashes.range.len()).clamp(1, SAMPLES);
        for ordinal in (0..table.hashes.count).step_by(table.hashes.count.div_ceil(samples)) {
            let bytes = self.hashes(table, ordinal..ordinal + 1)?;
            let hash = Hash::new(table.hash_type, bytes).expect("cut to the type's size");
            for &structure in &structures {
                let hits = self.lookup_with(structure, &hash, 0)?;
                if hits.len() != 1 || hits[0].hash != hash {
                    let name = structure.name();
                    let message = format_args!("{hash:?} is not found by {name} search");
                    return Err(self.blocks.damaged(message));
                }
            }
        }
        Ok(())
    }
}
