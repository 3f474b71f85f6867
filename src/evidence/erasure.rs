//! Erasure in a case: what a withdrawn entry left, and details whose time is over. The records stay as they are, and so
//! do their signatures.

use std::collections::BTreeSet;
use std::ops::ControlFlow;

use jiff::Timestamp;

use super::details::{self, Detail};
use super::record::{Purged, Sealed, Withdrawn};
use super::{Body, CaseWriter};
use crate::error::Action;
use crate::hash::Hash;
use crate::{Error, Result};

/// Whether a detail is a hash of a file or of an entry.
fn is_hash(detail: &Detail) -> bool {
    detail.name.ends_with("/hash") || detail.name.starts_with("file/")
}

/// The sealed file that a record names.
fn sealed_of(body: Body) -> Option<Sealed> {
    match body {
        Body::Report(report) => report.identity,
        Body::Appeal(appeal) => appeal.identity,
        Body::Coverage(coverage) => coverage.paths,
        _ => None,
    }
}

impl CaseWriter {
    /// Erases these hashes, and the hashes of files that were found by them. Adds a record of it, which holds none of
    /// them. Gives how many details went.
    ///
    /// # Errors
    /// Those of [`CaseWriter::erase`] and [`CaseWriter::add`].
    pub fn erase_hashes(&mut self, list: &str, hashes: &BTreeSet<Hash>, why: &str) -> Result<u64> {
        let texts: BTreeSet<String> = hashes.iter().map(Hash::to_string).collect();
        self.sync()?;
        let mut holding = BTreeSet::new();
        for (_, path) in self.folder().detail_files()? {
            details::each(&path, |detail| {
                let holds = |detail: &Detail| is_hash(detail) && texts.contains(&detail.value);
                holding.extend(detail.filter(holds).map(|detail| detail.record));
                Ok(())
            })?;
        }
        let is_meant = |detail: &Detail| {
            texts.contains(&detail.value) || (is_hash(detail) && holding.contains(&detail.record))
        };
        let erased = self.erase(is_meant)?;
        let records: BTreeSet<u64> = erased.iter().copied().collect();
        self.add(Body::Withdrawn(Withdrawn {
            list: list.to_owned(),
            entry: None,
            why: why.to_owned(),
            records: records.into_iter().collect(),
            erased: erased.len() as u64,
        }))?;
        self.sync()?;
        Ok(erased.len() as u64)
    }

    /// Erases the details of records that were made before a time, and the sealed files that these records name. Adds a
    /// record of it. Gives how many details and files went.
    ///
    /// # Errors
    /// Those of [`CaseWriter::erase`] and [`CaseWriter::add`].
    pub fn purge(&mut self, before: Timestamp, why: &str) -> Result<(u64, u64)> {
        let reader = self.reader()?;
        let mut records = BTreeSet::new();
        let mut sealed = Vec::new();
        reader.each(&[], |record, _| {
            let time: Option<Timestamp> = record.time.parse().ok();
            if time.is_some_and(|time| time < before) {
                records.insert(record.number);
                sealed.extend(sealed_of(record.body));
            }
            Ok(ControlFlow::Continue(()))
        })?;
        let folder = self.sealed();
        sealed.retain(|sealed| sealed.is_in_folder() && folder.join(&sealed.file).exists());
        let erased = self.erase(|detail| records.contains(&detail.record))?;
        // First the record, so that no file is missing without one.
        let files = sealed.len() as u64;
        self.add(Body::Purged(Purged {
            before: before.to_string(),
            why: why.to_owned(),
            erased: erased.len() as u64,
            sealed: sealed.clone(),
        }))?;
        self.sync()?;
        for sealed in &sealed {
            let path = folder.join(&sealed.file);
            std::fs::remove_file(&path).map_err(Error::io(Action::Remove, &path))?;
        }
        Ok((erased.len() as u64, files))
    }
}
