//! The journal of the queue: JSON Lines, added at its end, replayed at the start.
//!
//! A last line without its end is what a killed process left of a record that nobody was told about. It is dropped. Any
//! other damage is an error: a queue without its decisions would ask for them again.

use std::collections::BTreeSet;
use std::fs::{self, File, OpenOptions};
use std::io::{Read as _, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};

use basma::error::{Action, Problem};
use basma::{Error, Result};
use serde::{Deserialize, Serialize};

use super::case::{Sighting, Step};

/// The folder of the service within the store.
const FOLDER: &str = "service";

const FILE: &str = "review.jsonl";

/// The largest journal, in bytes. The queue in memory has about its size.
pub(super) const BYTES_MAX: u64 = 256 << 20;

/// One line.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Record {
    v: u8,
    /// The name of the cluster.
    pub(super) case: String,
    #[serde(flatten)]
    pub(super) what: What,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum What {
    Seen(Sighting),
    Done(Step),
}

impl Record {
    pub(super) fn new(case: &str, what: What) -> Record {
        Record {
            v: 1,
            case: case.to_owned(),
            what,
        }
    }

    /// Whether it holds one of these texts.
    pub(super) fn holds(&self, texts: &BTreeSet<String>) -> bool {
        serde_json::to_value(self).map_or(true, |value| crate::cli::rights::holds(&value, texts))
    }

    /// The line, with its end.
    pub(super) fn line(&self) -> Vec<u8> {
        let mut line = serde_json::to_vec(self).expect("texts and numbers");
        line.push(b'\n');
        line
    }
}

/// An open journal, of which there is one at a time.
#[derive(Debug)]
pub(super) struct Journal {
    file: File,
    path: PathBuf,
    /// Where the next record begins.
    end: u64,
    /// Whether another file took its place, which is not open yet.
    is_replaced: bool,
}

impl Journal {
    /// Opens the journal of a store, and makes it if need be. Each record is handed on.
    ///
    /// # Errors
    /// [`Error::Io`]; [`Error::Store`] if it is damaged or belongs to another process.
    pub(super) fn open(store: &Path, mut each: impl FnMut(Record)) -> Result<Journal> {
        let folder = store.join(FOLDER);
        make_folder(&folder)?;
        let path = folder.join(FILE);
        let failed = |action| {
            let path = path.clone();
            move |source| Error::Io {
                action,
                path,
                source,
            }
        };
        let mut options = OpenOptions::new();
        options.read(true).write(true).create(true).truncate(false);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let mut file = options.open(&path).map_err(failed(Action::Open))?;
        let wrong = |problem| Error::Store {
            path: path.clone(),
            problem,
        };
        match file.try_lock() {
            Ok(()) => {}
            Err(fs::TryLockError::WouldBlock) => return Err(wrong(Problem::ReviewInUse)),
            Err(fs::TryLockError::Error(error)) => return Err(failed(Action::Lock)(error)),
        }
        let mut bytes = Vec::new();
        let read = (&mut file).take(BYTES_MAX + 1).read_to_end(&mut bytes);
        read.map_err(failed(Action::Read))?;
        if bytes.len() as u64 > BYTES_MAX {
            return Err(wrong(Problem::ReviewFull));
        }
        let whole = bytes.iter().rposition(|&byte| byte == b'\n');
        let whole = whole.map_or(0, |at| at + 1);
        for (line, text) in (1_u64..).zip(bytes[..whole].split_inclusive(|&byte| byte == b'\n')) {
            let record: Option<Record> = serde_json::from_slice(text).ok();
            let record = record.filter(|record| record.v == 1);
            each(record.ok_or_else(|| wrong(Problem::ReviewDamaged { line }))?);
        }
        let end = whole as u64;
        if bytes.len() as u64 > end {
            file.set_len(end).map_err(failed(Action::Write))?;
        }
        Ok(Journal {
            file,
            path,
            end,
            is_replaced: false,
        })
    }

    pub(super) fn is_replaced(&self) -> bool {
        self.is_replaced
    }

    /// Opens the file that took the place of this one. Each record is handed on. Until that was done, nothing is added.
    ///
    /// # Errors
    /// As [`Journal::open`].
    pub(super) fn open_again(&mut self, store: &Path, each: impl FnMut(Record)) -> Result<()> {
        self.is_replaced = true;
        // The same file cannot be locked twice.
        let _ = self.file.unlock();
        *self = Journal::open(store, each)?;
        Ok(())
    }

    /// Adds records. They are on the disk when this returns; after an error none of them counts.
    pub(super) fn append(&mut self, records: &[Record]) -> Result<()> {
        if self.is_replaced {
            return Err(Error::Store {
                path: self.path.clone(),
                problem: Problem::ReviewInUse,
            });
        }
        let text: Vec<u8> = records.iter().flat_map(Record::line).collect();
        if self.end + text.len() as u64 > BYTES_MAX {
            return Err(Error::Store {
                path: self.path.clone(),
                problem: Problem::ReviewFull,
            });
        }
        let written = self.file.seek(SeekFrom::Start(self.end));
        let written = written
            .and_then(|_| self.file.write_all(&text))
            .and_then(|()| self.file.sync_data());
        match written {
            Ok(()) => {
                self.end += text.len() as u64;
                Ok(())
            }
            Err(source) => {
                let _ = self.file.set_len(self.end);
                Err(Error::Io {
                    action: Action::Write,
                    path: self.path.clone(),
                    source,
                })
            }
        }
    }
}

/// Makes the folder of the service, which its owner alone can read.
fn make_folder(folder: &Path) -> Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder).map_err(|source| Error::Io {
        action: Action::Create,
        path: folder.to_owned(),
        source,
    })
}

#[cfg(test)]
mod tests {
    use super::super::case::Act;
    use super::*;

    fn record(case: &str, reason: &str) -> Record {
        let step = Step {
            act: Act::Skip,
            at: 7,
            by: "ana".to_owned(),
            reason: reason.to_owned(),
            entry: None,
            changes: Vec::new(),
        };
        Record::new(case, What::Done(step))
    }

    fn replay(store: &Path) -> Result<(Journal, Vec<Record>)> {
        let mut records = Vec::new();
        let journal = Journal::open(store, |record| records.push(record))?;
        Ok((journal, records))
    }

    #[test]
    fn every_cut_is_a_beginning_and_the_next_record_follows_it() {
        let store = tempfile::tempdir().unwrap();
        let records = [record("c1", "a\n\"b"), record("c2", "ب"), record("c1", "")];
        let (mut journal, before) = replay(store.path()).unwrap();
        assert!(before.is_empty());
        journal.append(&records[..1]).unwrap();
        journal.append(&records[1..]).unwrap();
        drop(journal);
        let path = store.path().join("service/review.jsonl");
        let whole = fs::read(&path).unwrap();
        for cut in 0..=whole.len() {
            fs::write(&path, &whole[..cut]).unwrap();
            let lines = whole[..cut].iter().filter(|&&byte| byte == b'\n').count();
            let (mut journal, read) = replay(store.path()).unwrap();
            assert_eq!(read, records[..lines], "{cut}");
            journal.append(&records[lines..]).unwrap();
            drop(journal);
            assert_eq!(fs::read(&path).unwrap(), whole, "{cut}");
        }
    }

    #[test]
    fn damage_within_is_an_error_and_so_is_a_second_process() {
        let store = tempfile::tempdir().unwrap();
        let (mut journal, _) = replay(store.path()).unwrap();
        journal
            .append(&[record("c1", "a"), record("c2", "b")])
            .unwrap();
        let Err(Error::Store { problem, .. }) = replay(store.path()) else {
            panic!("another has it")
        };
        assert_eq!(problem.to_string(), Problem::ReviewInUse.to_string());
        drop(journal);
        let path = store.path().join("service/review.jsonl");
        let mut bytes = fs::read(&path).unwrap();
        bytes[0] = b'?';
        fs::write(&path, &bytes).unwrap();
        let Err(Error::Store { problem, .. }) = replay(store.path()) else {
            panic!("it is damaged")
        };
        assert_eq!(
            problem.to_string(),
            Problem::ReviewDamaged { line: 1 }.to_string()
        );
        assert_eq!(fs::read(&path).unwrap(), bytes, "it is left as it is");
    }
}
