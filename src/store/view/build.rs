//! Indexes for a store: named, built, reopened, proven.

use std::cell::Cell;

use crate::error::Problem;
use crate::hash::HashType;
use crate::index::{Builder, Index};
use crate::list::{Entry, Source};
use crate::store::decisions::targets::{self, Withdrawal};
use crate::store::layout::folder::Folder;
use crate::store::layout::manifest::IndexFile;
use crate::store::view::layer::{Content, Layer};
use crate::store::view::open::open_index;
use crate::store::view::visible::Visible;
use crate::{Error, Result};

/// Gives the new files of one generation their names. What is not published in the end is removed with it.
#[derive(Debug)]
pub(in crate::store) struct IndexFactory<'a> {
    folder: &'a Folder,
    generation: u64,
    made: Cell<u32>,
    is_kept: Cell<bool>,
}

/// How many hashes of each type are looked up in what was built.
const SAMPLES: u64 = 200;

impl<'a> IndexFactory<'a> {
    pub(in crate::store) fn new(folder: &'a Folder, generation: u64) -> IndexFactory<'a> {
        IndexFactory {
            folder,
            generation,
            made: Cell::new(0),
            is_kept: Cell::new(false),
        }
    }

    fn name(&self, made: u32) -> String {
        format!("{:06}-{made}.basma", self.generation)
    }

    /// A builder that works beside the indexes, for their owner alone.
    pub(in crate::store) fn builder(&self) -> Builder {
        Builder::new().scratch(self.folder.indexes()).private()
    }

    /// Writes what was collected, opens it again, and looks a sample of it up.
    pub(in crate::store) fn finish(&self, builder: Builder) -> Result<(IndexFile, Index)> {
        self.made.set(self.made.get() + 1);
        let file = self.name(self.made.get());
        let path = self.folder.indexes().join(&file);
        let report = builder.write(&path)?;
        let index = Index::open(&path)?;
        let file = IndexFile {
            file,
            root: index.root(),
            rows: report.rows,
        };
        let index = self.check(index, &file, report.hashes)?;
        Ok((file, index))
    }

    /// Every k-th hash must be found, as near as it is to itself, and nothing be missing.
    fn check(&self, index: Index, file: &IndexFile, hashes: u64) -> Result<Index> {
        let wrong = |problem| Error::Store {
            path: self.folder.indexes().join(&file.file),
            problem,
        };
        let rows: u64 = HashType::ALL.iter().map(|&t| index.rows_of(t)).sum();
        let found: u64 = HashType::ALL.iter().map(|&t| index.hashes_of(t)).sum();
        if (rows, found) != (file.rows, hashes) {
            return Err(wrong(Problem::BuiltCounts {
                rows,
                rows_expected: file.rows,
                hashes: found,
                hashes_expected: hashes,
            }));
        }
        for hash_type in HashType::ALL {
            for hash in index.sample(hash_type, SAMPLES)? {
                let near = index.lookup(&hash, hash_type.default_radius())?;
                if near.first().map(|near| near.hash) != Some(hash) {
                    let hash = hash.to_string();
                    return Err(wrong(Problem::BuiltNotFound { hash }));
                }
            }
        }
        open_index(self.folder, file)
    }

    /// Builds an index of entries that were read from no file.
    pub(in crate::store) fn entries<'e>(
        &self,
        list: &str,
        entries: impl IntoIterator<Item = &'e Entry>,
    ) -> Result<IndexFile> {
        let mut builder = self.builder();
        let source = builder.source(targets::source(list))?;
        for entry in entries {
            builder.enter(source, list, entry.clone())?;
        }
        Ok(self.finish(builder)?.0)
    }

    /// Builds an index of targets.
    pub(in crate::store) fn targets(
        &self,
        withdrawals: &[Withdrawal],
    ) -> Result<(IndexFile, Index)> {
        let mut builder = self.builder();
        targets::enter(&mut builder, withdrawals)?;
        self.finish(builder)
    }

    /// Builds one index of the merged layers, each row with its source.
    pub(in crate::store) fn merge(
        &self,
        list: &str,
        layers: &[Layer],
    ) -> Result<(IndexFile, Index)> {
        let mut builder = self.builder();
        let mut places: Vec<Vec<u32>> = Vec::new();
        for layer in layers {
            let sources: Vec<Source> = match &layer.content {
                Content::Built(index) => index.sources()?,
                Content::PendingEntries(_) => vec![targets::source(list)],
            };
            let entered = sources.into_iter().map(|source| builder.source(source));
            places.push(entered.collect::<Result<_>>()?);
        }
        for hash_type in HashType::ALL {
            let mut visible = Visible::new(layers, hash_type);
            while let Some((_, standing)) = visible.next_hash()? {
                for standing in standing {
                    let source = places[standing.layer][standing.row.source];
                    builder.enter(source, list, standing.row.entry)?;
                }
            }
        }
        self.finish(builder)
    }

    /// What was built is part of a generation that is about to be published.
    pub(in crate::store) fn keep(&self) {
        self.is_kept.set(true);
    }
}

impl Drop for IndexFactory<'_> {
    fn drop(&mut self) {
        if self.is_kept.get() {
            return;
        }
        for made in 1..=self.made.get() {
            // What cannot be removed is swept away by the next writer.
            let _ = std::fs::remove_file(self.folder.indexes().join(self.name(made)));
        }
    }
}
