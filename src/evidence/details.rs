//! What may have to be erased: values that records commit to, each with its salt.
//!
//! A record holds the SHA-256 of a salt and a value. The salt is 32 random bytes, so nobody can try values until one
//! fits. Where the salt is erased, the record says nothing of the value, and its signature still holds.
//!
//! A detail is a line of JSON: `{"record":N,"name":"file/sha256","salt":"…","value":"…"}`. The name is the place in the
//! body of the record.

use std::fs::{self, File};
use std::io::{BufRead as _, BufReader, BufWriter, Read as _, Write as _};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use serde_json::Value;
use sha2::{Digest as _, Sha256};

use super::folder::{Folder, failed, open_part, private_options};
use super::record::Commitment;
use crate::disk::atomic_file::AtomicFile;
use crate::error::{Action, CaseProblem};
use crate::{Error, Result};

/// How many records have their details in one file: erasing a detail writes its file anew.
const RECORDS_IN_FILE: u64 = 10_000;

/// The longest line of details.
pub(super) const LINE_BYTES_MAX: u64 = 1 << 20;

/// A value that a record commits to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Detail {
    /// The record.
    pub record: u64,
    /// The place in the body of the record, as `file/sha256` or `matches/0/hash`.
    pub name: String,
    /// The salt, in hexadecimal.
    pub salt: String,
    /// The value.
    pub value: String,
}

impl Detail {
    /// What a record holds of it.
    pub fn commitment(&self) -> String {
        let salt = unhex(&self.salt).unwrap_or_default();
        committed(&salt, &self.value)
    }
}

/// The details of a record that is not written yet.
///
/// ```
/// use basma::evidence::Details;
/// let mut details = Details::default();
/// let commitment = details.commit("path", "/media/disk/a.jpg");
/// assert_eq!(commitment.commitment.len(), 64);
/// assert_ne!(details.commit("path", "/media/disk/a.jpg"), commitment);
/// ```
#[derive(Clone, Debug, Default)]
pub struct Details {
    pub(super) values: Vec<Detail>,
}

impl Details {
    /// Commits to a value at this place of the body.
    pub fn commit(&mut self, name: impl Into<String>, value: &str) -> Commitment {
        let mut salt = [0; 32];
        getrandom::fill(&mut salt).expect("the system has random bytes");
        self.values.push(Detail {
            record: 0,
            name: name.into(),
            salt: hex(&salt),
            value: value.to_owned(),
        });
        Commitment {
            commitment: committed(&salt, value),
        }
    }
}

fn committed(salt: &[u8], value: &str) -> String {
    let mut hasher = Sha256::new();
    hasher.update(salt);
    hasher.update(value);
    hex(&hasher.finalize())
}

pub(super) fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let digits = bytes.iter().flat_map(|byte| {
        [byte >> 4, byte & 15].map(|digit| char::from(DIGITS[usize::from(digit)]))
    });
    digits.collect()
}

fn unhex(text: &str) -> Option<Vec<u8>> {
    let digits = text.as_bytes();
    if !digits.len().is_multiple_of(2) {
        return None;
    }
    let digit = |byte: u8| char::from(byte).to_digit(16);
    let pair = |pair: &[u8]| Some((digit(pair[0])? * 16 + digit(pair[1])?) as u8);
    digits.chunks(2).map(pair).collect()
}

/// The commitments in the body of a record, with their places.
pub(super) fn commitments(body: &Value) -> Vec<(String, String)> {
    let mut found = Vec::new();
    collect(body, "", &mut found);
    found
}

fn collect(value: &Value, place: &str, found: &mut Vec<(String, String)>) {
    let below = |name: &str| {
        if place.is_empty() {
            name.to_owned()
        } else {
            format!("{place}/{name}")
        }
    };
    match value {
        Value::Object(values) => {
            if let (1, Some(Value::String(text))) = (values.len(), values.get("commitment")) {
                found.push((place.to_owned(), text.clone()));
                return;
            }
            for (name, value) in values {
                collect(value, &below(name), found);
            }
        }
        Value::Array(values) => {
            for (number, value) in values.iter().enumerate() {
                collect(value, &below(&number.to_string()), found);
            }
        }
        _ => {}
    }
}

/// Adds details at the end, a file for each ten thousand records.
#[derive(Debug)]
pub(super) struct DetailWriter {
    folder: Folder,
    open: Option<(u64, PathBuf, BufWriter<File>)>,
}

impl DetailWriter {
    /// After the last record. What a killed process wrote of later ones is left out.
    pub(super) fn new(folder: &Folder, last: u64) -> Result<DetailWriter> {
        if let Some((_, path)) = folder.detail_files()?.pop() {
            let mut is_left = false;
            each(&path, |detail| {
                is_left |= detail.is_none_or(|detail| detail.record > last);
                Ok(())
            })?;
            if is_left {
                keep(&path, |detail| detail.record <= last)?;
            }
        }
        Ok(DetailWriter {
            folder: folder.clone(),
            open: None,
        })
    }

    pub(super) fn add(&mut self, detail: &Detail) -> Result<()> {
        let begin = (detail.record - 1) / RECORDS_IN_FILE * RECORDS_IN_FILE + 1;
        if self.open.as_ref().is_none_or(|(of, ..)| *of != begin) {
            self.sync()?;
            let path = self.folder.details_from(begin);
            let file = private_options().append(true).create(true).open(&path);
            let file = file.map_err(Error::io(Action::Open, &path))?;
            self.open = Some((begin, path, BufWriter::new(file)));
        }
        let (_, path, file) = self.open.as_mut().expect("it was opened");
        let mut line = serde_json::to_string(detail).expect("texts and a number");
        line.push('\n');
        file.write_all(line.as_bytes())
            .map_err(Error::io(Action::Write, path))
    }

    /// Puts all that was added on the disk.
    pub(super) fn sync(&mut self) -> Result<()> {
        let Some((_, path, file)) = &mut self.open else {
            return Ok(());
        };
        let synced = file.flush().and_then(|()| file.get_ref().sync_data());
        synced.map_err(Error::io(Action::Sync, path))
    }
}

/// Writes a file of details anew with those that stay, if any does not. Gives how many went.
pub(super) fn keep(path: &Path, stays: impl Fn(&Detail) -> bool) -> Result<u64> {
    let mut erased = 0;
    let mut kept = AtomicFile::private(path)?;
    let written = |error| Error::io(Action::Write, path)(error);
    let read = each(path, |detail| {
        let Some(detail) = detail else {
            // The unfinished line of a killed process: its record was never written.
            erased += 1;
            return Ok(());
        };
        if !stays(&detail) {
            erased += 1;
            return Ok(());
        }
        let mut line = serde_json::to_string(&detail).expect("texts and a number");
        line.push('\n');
        kept.write_all(line.as_bytes()).map_err(written)
    });
    read?;
    if erased == 0 {
        return Ok(0);
    }
    kept.publish()?;
    Ok(erased)
}

/// The details of a file in order; `None` for a line in no known form.
pub(super) fn each(path: &Path, mut take: impl FnMut(Option<Detail>) -> Result<()>) -> Result<()> {
    let mut lines = DetailLines::open(path)?;
    while let Some(detail) = lines.next_line()? {
        take(detail)?;
    }
    Ok(())
}

/// The lines of a file of details.
pub(super) struct DetailLines {
    path: PathBuf,
    file: BufReader<File>,
    line: Vec<u8>,
}

impl DetailLines {
    pub(super) fn open(path: &Path) -> Result<DetailLines> {
        let file = open_part(path)?;
        Ok(DetailLines {
            path: path.to_owned(),
            file: BufReader::with_capacity(1 << 16, file),
            line: Vec::new(),
        })
    }

    /// The next detail; `Some(None)` for a line in no known form.
    pub(super) fn next_line(&mut self) -> Result<Option<Option<Detail>>> {
        self.line.clear();
        let mut bounded = (&mut self.file).take(LINE_BYTES_MAX);
        let read = bounded.read_until(b'\n', &mut self.line);
        let read = read.map_err(Error::io(Action::Read, &self.path))?;
        if read == 0 {
            return Ok(None);
        }
        let is_whole = self.line.ends_with(b"\n");
        if !is_whole && read as u64 == LINE_BYTES_MAX {
            let problem = CaseProblem::TextTooLong {
                bytes: LINE_BYTES_MAX + 1,
                limit: LINE_BYTES_MAX,
            };
            return Err(failed(&self.path, problem));
        }
        let detail = serde_json::from_slice(&self.line).ok();
        Ok(Some(detail.filter(|_| is_whole)))
    }
}

/// All details of one record.
pub(super) fn of_record(folder: &Folder, record: u64) -> Result<Vec<Detail>> {
    let files = folder.detail_files()?;
    let Some((_, path)) = files.iter().rev().find(|(begin, _)| *begin <= record) else {
        return Ok(Vec::new());
    };
    let mut found = Vec::new();
    each(path, |detail| {
        found.extend(detail.filter(|detail| detail.record == record));
        Ok(())
    })?;
    Ok(found)
}

/// Erases details of a case. Gives how many went, and the records that they are of.
pub(super) fn erase(folder: &Folder, is_meant: impl Fn(&Detail) -> bool) -> Result<Vec<u64>> {
    let mut records = Vec::new();
    for (_, path) in folder.detail_files()? {
        let mut of_file = Vec::new();
        each(&path, |detail| {
            of_file.extend(detail.filter(|d| is_meant(d)).map(|detail| detail.record));
            Ok(())
        })?;
        if !of_file.is_empty() {
            keep(&path, |detail| !is_meant(detail))?;
            records.extend(of_file);
        }
        // Nothing is left of a file without details.
        if fs::metadata(&path).is_ok_and(|metadata| metadata.len() == 0) {
            fs::remove_file(&path).map_err(Error::io(Action::Remove, &path))?;
        }
    }
    Ok(records)
}
