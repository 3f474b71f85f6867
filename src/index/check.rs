//! Whether every byte of an index is sound.

use super::choice::Structure;
use super::format;
use super::layout::Table;
use super::{Index, bktree, metadata, mih};
use crate::Result;
use crate::disk::mmap::Pace;
use crate::error::IndexDamage;
use crate::hash::Hash;

/// How many hashes of each type are looked up through each structure.
const SAMPLES: usize = 100;
/// How many bytes of hashes are searched exhaustively. The search brings all of them into memory, and their order was
/// proven before.
const EXHAUSTIVE_BYTES_MAX: usize = 1 << 30;

impl Index {
    /// Checks every byte: all digests, the zeros between sections, the order of the hashes, every reference, every
    /// record, the tree. A sample of the hashes is looked up through each structure.
    ///
    /// Passes over the file and holds little of it in memory. That is a bit for each byte of the records, and the needs
    /// of a lookup.
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
                let section = section.role.name().to_owned();
                return Err(self.blocks.damaged(IndexDamage::Padding { section }));
            }
            end = section.range.end;
        }
        self.sources()?;
        (0..self.layout.lists.count).try_for_each(|list| self.list(list as u32).map(drop))?;
        let metadata = self.check_records()?;
        self.layout.tables.iter().try_for_each(|table| {
            self.check_hashes(table)?;
            self.blocks.release();
            self.check_rows(table, &metadata)?;
            self.blocks.release();
            self.check_details(table)?;
            self.blocks.release();
            self.check_lookups(table)
        })
    }

    /// Goes through all records, end to end, and gives back where those stand that a row may refer to.
    fn check_records(&self) -> Result<Places> {
        let section = &self.layout.records;
        let mut metadata = Places::new(section.range.len());
        let mut pace = Pace::default();
        let (mut at, mut count) = (0, 0);
        while at < section.range.len() {
            let offset = (at as u64).into();
            let entry = |record: &[u8]| Some((record.len(), metadata::is_entry(record)));
            let (length, is_metadata) = self.decoded(offset, entry)?;
            if is_metadata {
                metadata.add(at);
            }
            self.blocks.passed(&mut pace, 4 + length);
            at += 4 + length;
            count += 1;
        }
        if count != section.count {
            return Err(self.blocks.damaged(IndexDamage::RecordCount {
                found: count as u64,
                expected: section.count as u64,
            }));
        }
        Ok(metadata)
    }

    fn check_hashes(&self, table: &Table) -> Result<()> {
        if let Some(mih) = &table.mih {
            let section = self.blocks.view(&mih.section);
            let hashes = self.blocks.view(&table.hashes);
            mih::check(&self.blocks, section, hashes, &mih.layout)?;
            self.blocks.release();
        }
        if let Some(tree) = &table.tree {
            return bktree::check(&self.blocks, table, tree);
        }
        let mut pace = Pace::default();
        let mut before: Option<&[u8]> = None;
        for ordinal in 0..table.hashes.count {
            let hash = self.hashes(table, ordinal..ordinal + 1)?;
            if before.replace(hash).is_some_and(|before| before >= hash) {
                return Err(self.blocks.damaged(IndexDamage::HashOrder {
                    ordinal: ordinal as u64,
                    hash_type: table.hash_type.name().to_owned(),
                }));
            }
            self.blocks.passed(&mut pace, hash.len());
        }
        Ok(())
    }

    fn check_rows(&self, table: &Table, metadata: &Places) -> Result<()> {
        let name = || table.hash_type.name().to_owned();
        let without_hash = |ordinal: usize| {
            Err(self.blocks.damaged(IndexDamage::RowWithoutHash {
                ordinal: ordinal as u64,
                hash_type: name(),
            }))
        };
        let mut pace = Pace::default();
        let mut next = 0;
        for hash in 0..table.hashes.count {
            let rows = self.rows(table, hash)?;
            if rows.start != next {
                return without_hash(next);
            }
            next = rows.end;
            let mut before = 0;
            for ordinal in rows {
                let row: &format::Row = self.blocks.element(&table.rows, ordinal)?;
                let list = row.list.get();
                if list < before || list as usize >= self.layout.lists.count {
                    let damage = IndexDamage::RowWithoutList {
                        ordinal: ordinal as u64,
                        hash_type: name(),
                    };
                    return Err(self.blocks.damaged(damage));
                }
                before = list;
                if row.source.get() as usize >= self.layout.sources.count {
                    let damage = IndexDamage::RowWithoutSource {
                        ordinal: ordinal as u64,
                        hash_type: name(),
                    };
                    return Err(self.blocks.damaged(damage));
                }
                if !metadata.holds(row.metadata.get()) {
                    let damage = IndexDamage::RowWithoutMetadata {
                        ordinal: ordinal as u64,
                        hash_type: name(),
                    };
                    return Err(self.blocks.damaged(damage));
                }
                self.blocks.passed(&mut pace, size_of::<format::Row>());
            }
        }
        if next == table.rows.count {
            Ok(())
        } else {
            without_hash(next)
        }
    }

    fn check_lookups(&self, table: &Table) -> Result<()> {
        // Exhaustive search looks at everything: in a large table a few of them must do, in a huge one none.
        let is_huge = table.hashes.range.len() > EXHAUSTIVE_BYTES_MAX;
        let built = [
            (Structure::Auto, true),
            (Structure::Exhaustive, !is_huge),
            (Structure::BkTree, table.tree.is_some()),
            (Structure::Mih, table.mih.is_some()),
        ];
        let samples = ((1 << 26) / table.hashes.range.len()).clamp(1, SAMPLES);
        for ordinal in (0..table.hashes.count).step_by(table.hashes.count.div_ceil(samples)) {
            let bytes = self.hashes(table, ordinal..ordinal + 1)?;
            let hash = Hash::new(table.hash_type, bytes).expect("cut to the type's size");
            for (structure, _) in built.into_iter().filter(|(_, built)| *built) {
                let hits = self.lookup_with(structure, &hash, 0)?;
                if hits.len() != 1 || hits[0].hash != hash {
                    return Err(self.blocks.damaged(IndexDamage::HashNotFound {
                        hash: format!("{hash:?}"),
                        structure: structure.name().to_owned(),
                    }));
                }
            }
        }
        Ok(())
    }
}

/// A set of places in a section, a bit for each.
struct Places(Vec<u64>);

impl Places {
    fn new(bytes: usize) -> Places {
        Places(vec![0; bytes.div_ceil(64)])
    }

    fn add(&mut self, place: usize) {
        self.0[place / 64] |= 1 << (place % 64);
    }

    fn holds(&self, place: u64) -> bool {
        let word = usize::try_from(place / 64).ok();
        let word = word.and_then(|word| self.0.get(word));
        word.is_some_and(|word| word >> (place % 64) & 1 == 1)
    }
}
