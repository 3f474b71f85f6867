//! From raw bytes to an index of the store.

use std::io;
use std::path::Path;
use std::sync::Arc;

use serde_json::json;

use super::config::Source;
use super::finding::GuardFinding;
use crate::error::{Limit, LineProblem};
use crate::hash::Hash;
use crate::index::Index;
use crate::list::{Change, Entry, List, Manifest, MaxReject, Opinion, ReadOptions};
use crate::store::decisions::targets::Withdrawal;
use crate::store::layout::folder::write_private;
use crate::store::layout::manifest::IndexFile;
use crate::store::layout::terms::Kind;
use crate::store::view::build::IndexFactory;
use crate::{Error, Result, escape};

/// A file that was read and built.
pub(super) struct Imported {
    /// What was read, without its entries.
    pub(super) list: List,
    pub(super) file: IndexFile,
    pub(super) index: Arc<Index>,
    /// What it takes out of the list as it was.
    pub(super) withdrawn: Vec<Withdrawal>,
    /// Entries of flat pictures, as many as are looked into.
    pub(super) degenerate: Vec<(Hash, Option<String>)>,
}

/// The number of entries of flat pictures that are checked for decisions.
const DEGENERATE_MAX: usize = 10_000;

/// The most withdrawals of one file, which are held in memory.
const WITHDRAWN_MAX: usize = 4_000_000;

/// Reads a raw file and builds an index of it. Malformed records are set aside, whatever their number: the guards look at
/// it.
///
/// Errors and warnings name where it came from, not where its bytes are kept.
pub(super) fn import(
    raw: &Path,
    name: &str,
    source: &Source,
    factory: &IndexFactory<'_>,
) -> Result<Imported> {
    let place = source.place(name);
    let location = escape::path(&place).into_owned();
    import_from(raw, name, &location, source, factory).map_err(|error| match error {
        Error::List(mut rejection) if rejection.path == raw => {
            rejection.path = place;
            Error::List(rejection)
        }
        // A fault of the list, not of the disk that keeps it.
        Error::Io {
            action,
            path,
            source,
        } if path == raw && source.kind() == io::ErrorKind::FileTooLarge => Error::Io {
            action,
            path: place,
            source,
        },
        Error::OverLimit { .. } => Error::At {
            place: location.clone(),
            error: Box::new(error),
        },
        error => error,
    })
}

fn import_from(
    raw: &Path,
    name: &str,
    location: &str,
    source: &Source,
    factory: &IndexFactory<'_>,
) -> Result<Imported> {
    let terms = source.terms();
    let options = ReadOptions {
        file_name: Some(source.place(name)),
        ..read_options(source)
    };
    let mut builder = factory.builder();
    let mut withdrawn = Vec::new();
    let mut degenerate = Vec::new();
    let mut list = builder.read_each(raw, &options, |change| match change {
        Change::Add(mut entry) => {
            if is_degenerate(&entry) && degenerate.len() < DEGENERATE_MAX {
                degenerate.push((entry.hash, entry.id.clone()));
            }
            adopt(&mut entry, source);
            Ok(Some(Change::Add(entry)))
        }
        Change::Remove(_) if terms.kind == Kind::Snapshot => {
            Err(crate::error::Problem::SnapshotRemovals {
                location: location.to_string(),
                list: escape::escape(terms.list.as_bytes()).into_owned(),
            }
            .into())
        }
        Change::Remove(_) if withdrawn.len() >= WITHDRAWN_MAX => Err(Error::OverLimit {
            what: Limit::Withdrawals,
            found: WITHDRAWN_MAX as u64 + 1,
            limit: WITHDRAWN_MAX as u64,
        }),
        Change::Remove(mut removal) => {
            withdrawn.push(Withdrawal {
                target: removal.target.clone(),
                meta: Vec::new(),
            });
            removal.list = None;
            Ok(Some(Change::Remove(removal)))
        }
    })?;
    if terms.is_allow_list() && crate::list::never_allows(&list.source.format) {
        return Err(crate::error::Problem::SourcesNeverAllows {
            list: escape::escape(terms.list.as_bytes()).into_owned(),
            format: list.source.format,
        }
        .into());
    }
    builder.name_last_source(name);
    location.clone_into(&mut list.source.path);
    // Once each, however often the file says it.
    withdrawn.sort_by(|a: &Withdrawal, b| a.target.cmp(&b.target));
    withdrawn.dedup();
    let (file, index) = factory.finish(builder)?;
    Ok(Imported {
        list,
        file,
        index: Arc::new(index),
        withdrawn,
        degenerate,
    })
}

fn read_options(source: &Source) -> ReadOptions {
    ReadOptions {
        hash_type: source.hash_type(),
        list_name: Some(source.terms().list.clone()),
        max_reject: MaxReject::Percent(100.0),
        min_quality: source.import_quality(),
        skip_unsupported: source.skip_unsupported,
        lenient_hex: source.lenient_hex,
        allow_unusual_pdq: source.allow_unusual_pdq,
        columns: source.columns.clone(),
        vics_profile: source.vics_profile,
        mapping: source.map.clone(),
        ..ReadOptions::default()
    }
}

/// An entry of the source becomes one of the list, whatever list the row named.
fn adopt(entry: &mut Entry, source: &Source) {
    let list = &source.terms().list;
    if let Some(named) = entry.list.take().filter(|named| named != list) {
        entry.meta.push(("list".to_owned(), named));
    }
    if !source.labels.is_empty() {
        entry.labels.extend(source.labels.iter().cloned());
        entry.labels.sort_unstable();
        entry.labels.dedup();
    }
}

/// A hash of hardly any bits, or of nearly all.
fn is_degenerate(entry: &Entry) -> bool {
    let hash_type = entry.hash.hash_type();
    let (ones, bits) = (entry.hash.count_ones(), hash_type.bits());
    hash_type.is_perceptual()
        && entry.opinion != Opinion::Negative
        && (ones * 16 < bits || ones * 16 > bits * 15)
}

/// Why a file cannot be what its source is declared to be.
pub(super) fn mistaken(
    manifest: Option<&Manifest>,
    kind: Kind,
    known: Option<&str>,
) -> Option<GuardFinding> {
    let manifest = manifest?;
    let declared = kind.mode();
    if let Some(mode) = manifest.mode.filter(|mode| *mode != declared) {
        return Some(GuardFinding::OtherKind {
            found: mode.name(),
            declared: declared.name(),
        });
    }
    let (found, known) = (manifest.list.as_deref()?, known?);
    let shown = |name: &str| escape::escape(name.as_bytes()).into_owned();
    (found != known).then(|| GuardFinding::OtherList {
        found: shown(found),
        known: shown(known),
    })
}

/// Keeps malformed records with where they stood and what is wrong with them.
pub(super) fn set_aside(path: &Path, problems: &[LineProblem], total: u64) -> Result<()> {
    let mut text = Vec::new();
    for problem in problems {
        let record = json!({
            "line": problem.line,
            "column": problem.column,
            "code": problem.code,
            "message": problem.message,
            "text": String::from_utf8_lossy(&problem.text),
        });
        text.extend(crate::store::layout::manifest::to_line(&record));
    }
    if total > problems.len() as u64 {
        let more = json!({ "more": total - problems.len() as u64 });
        text.extend(crate::store::layout::manifest::to_line(&more));
    }
    write_private(path, &text)
}
