//! From a file to a [`List`].

use std::fs::File;
use std::io::Read as _;
use std::path::Path;

use sha2::{Digest as _, Sha256};

use super::detect::{Format, detect};
use super::kind::Untyped;
use super::ledger::{Halt, Ledger};
use super::line::{Fate, Fault, LINE_MAX, Line, lines};
use super::{List, ReadOptions, Rejection, Source};
use super::{bare, checksums, hashdeep, jsonl, pdq_hasher, table, typed};
use crate::{Error, Result, escape};

/// Reads a list in any of the formats known here, which is recognised by its content.
///
/// A file of no bytes, or of nothing but white space, is an error, because a failed download looks the same. A list that is
/// meant to be empty says something: a comment, the header of a table, or a manifest.
///
/// # Errors
/// [`Error::List`] with every bad line, if there are more of them than
/// [`ReadOptions::max_reject`] allows or the list as a whole cannot be trusted; [`Error::OverLimit`] for a file beyond
/// [`ReadOptions::size_max`]; [`Error::Io`].
pub fn read(path: &Path, options: &ReadOptions) -> Result<List> {
    let file = File::open(path).map_err(Error::io("open", path))?;
    let mut bytes = Vec::new();
    file.take(options.size_max.saturating_add(1))
        .read_to_end(&mut bytes)
        .map_err(Error::io("read", path))?;
    read_bytes(path, &bytes, options)
}

/// Reads a list from memory; the path stands in messages and gives the list its name.
///
/// ```
/// use std::path::Path;
/// use basma::list::{ReadOptions, read_bytes};
/// let text = "type,hash,labels\nmd5,900150983cd24fb0d6963f7d28e17f72,deepfake\n";
/// let list = read_bytes(Path::new("demo.csv"), text.as_bytes(), &ReadOptions::default())?;
/// assert_eq!(list.source.list, "demo");
/// assert_eq!(list.entries[0].labels, ["deepfake"]);
///
/// let error = read_bytes(Path::new("demo.txt"), b"md5 90015098\n", &ReadOptions::default()).unwrap_err();
/// assert!(error.to_string().starts_with("demo.txt:1:5: E011 md5 needs 32 hexadecimal digits, 8 were found"));
/// # Ok::<(), basma::Error>(())
/// ```
///
/// # Errors
/// Those of [`read`], but for the system's.
pub fn read_bytes(path: &Path, bytes: &[u8], options: &ReadOptions) -> Result<List> {
    if bytes.len() as u64 > options.size_max {
        return Err(Error::OverLimit {
            what: "list bytes",
            found: bytes.len() as u64,
            limit: options.size_max,
        });
    }
    let text = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let mut ledger = Ledger::new(options);
    match read_text(text, &mut ledger).and_then(|format| ledger.close().map(|()| format)) {
        Ok(format) => Ok(finish(path, bytes, format, ledger)),
        Err(Halt) => Err(Error::List(Box::new(Rejection {
            path: path.to_owned(),
            total: ledger.counts.rejected,
            problems: ledger.rejected,
        }))),
    }
}

fn read_text(text: &[u8], ledger: &mut Ledger<'_>) -> std::result::Result<&'static str, Halt> {
    let format = match detect(text, ledger.options) {
        Ok(format) => format,
        Err((line, fault)) => return Err(ledger.halt(line.problem(fault))),
    };
    let options = ledger.options;
    match format {
        None => read_nothing(text, ledger)?,
        Some(Format::Typed) => read_lines(text, ledger, |line| typed::parse(line, options))?,
        Some(Format::Bare) => {
            let mut untyped = Untyped::new(options.hash_type);
            read_lines(text, ledger, |line| {
                bare::parse(line, &mut untyped, options)
            })?;
        }
        Some(Format::PdqHasher) => {
            read_lines(text, ledger, |line| pdq_hasher::parse(line, options))?
        }
        Some(Format::Checksums) => {
            read_lines(text, ledger, |line| checksums::parse(line, options))?
        }
        Some(Format::Table { delimiter }) => table::read(text, delimiter, ledger)?,
        Some(Format::Hashdeep) => hashdeep::read(text, ledger)?,
        Some(Format::Jsonl) => jsonl::read(text, ledger)?,
    }
    if ledger.entries.is_empty() && ledger.removals.is_empty() {
        let message = "the list holds no entries";
        ledger.warn(
            &Line {
                number: 1,
                text: b"",
            },
            Fault::new(0, "W005", message),
        );
    }
    Ok(format.map_or("comments", Format::name))
}

fn read_lines(
    text: &[u8],
    ledger: &mut Ledger<'_>,
    mut parse: impl FnMut(&Line<'_>) -> std::result::Result<Fate, Fault>,
) -> std::result::Result<(), Halt> {
    for line in lines(text) {
        let read = if line.is_structure() {
            Ok(Fate::Structure)
        } else {
            line.check(LINE_MAX).and_then(|()| parse(&line))
        };
        ledger.record(&line, read)?;
    }
    Ok(())
}

fn read_nothing(text: &[u8], ledger: &mut Ledger<'_>) -> std::result::Result<(), Halt> {
    if text.trim_ascii().is_empty() {
        let message = "the file is empty, as after a failed download; a list that is meant to be empty says so in a comment";
        let line = Line {
            number: 1,
            text: b"",
        };
        return Err(ledger.halt(line.problem(Fault::fatal(0, "E005", message))));
    }
    read_lines(text, ledger, |_| Ok(Fate::Structure))
}

fn finish(path: &Path, bytes: &[u8], format: &str, ledger: Ledger<'_>) -> List {
    let stated = ledger
        .manifest
        .as_ref()
        .and_then(|manifest| manifest.list.clone());
    let stem = || {
        let stem = path.file_stem().unwrap_or_default();
        escape::escape(stem.as_encoded_bytes()).into_owned()
    };
    List {
        source: Source {
            list: ledger
                .options
                .list_name
                .clone()
                .or(stated)
                .unwrap_or_else(stem),
            path: escape::path(path).into_owned(),
            format: format.to_owned(),
            sha256: Sha256::digest(bytes).into(),
            bytes: bytes.len() as u64,
        },
        manifest: ledger.manifest,
        entries: ledger.entries,
        removals: ledger.removals,
        rejected: ledger.rejected,
        warnings: ledger.warnings,
        warned: ledger.warned,
        counts: ledger.counts,
    }
}
