//! What was done to a store, by whom and when. The form is JSON Lines, each chained to the one before by its digest.
//!
//! `{"v":1,"seq":N,"at":"...Z","by":"...","did":"publish",...,"prev":"SHA-256 of the line before, its end included"}`.
//! Changing, removing or moving a record breaks the chain. The manifests prove that the last records are there: each
//! names the last record before it. A record that could not be written, because the process died right after it, is
//! written by the next writer.

use std::collections::BTreeSet;
use std::fs::{self, File, OpenOptions};
use std::io::{self, BufRead as _, BufReader, Read as _, Seek as _, SeekFrom, Write as _};
use std::path::Path;

use serde_json::{Map, Value, json};
use sha2::{Digest as _, Sha256};

use super::decisions::{self, Act, Decision, ReadPosition};
use super::withdraw;
use crate::disk::atomic_file::{folder, sync_folder};
use crate::disk::file_stamp::FileStamp;
use crate::error::{Action, AuditDamage, Problem};
use crate::list::{Target, entry_line};
use crate::store::layout::clock;
use crate::store::layout::folder::Folder;
use crate::store::layout::manifest::{Manifest, Pointer, hex, hex_sha256};
use crate::{Error, Result};

/// The end of an audit.
#[derive(Clone, Debug, PartialEq, Eq)]
struct End {
    /// Where the next record begins, in bytes.
    at: u64,
    /// The number of records.
    records: u64,
    /// The digest of the last one.
    head: String,
    /// The generation that was published last, and how many decisions about it are recorded.
    generation: u64,
    decisions: u64,
}

impl Default for End {
    fn default() -> End {
        End {
            at: 0,
            records: 0,
            head: NONE.to_owned(),
            generation: 0,
            decisions: 0,
        }
    }
}

/// The result of checking an audit.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Audited {
    /// The number of records.
    pub records: u64,
    /// SHA-256 of the last one, in hexadecimal: written down elsewhere, it proves all of them.
    pub head: String,
    /// The number of actions whose records are missing; the next writer adds them.
    pub unwritten: u64,
}

const NONE: &str = "0000000000000000000000000000000000000000000000000000000000000000";
/// The largest record, in bytes. An entry may have 1 MiB of metadata, which JSON may write six times as long.
const RECORD_BYTES_MAX: u64 = 16 << 20;

/// The ends of the audit and of the decisions, as a writer left them. While the files are the same, what comes before need not
/// be read again: a program that decides often reads each decision once.
#[derive(Clone, Debug)]
pub(super) struct Ends {
    audit: FileStamp,
    end: End,
    decisions: FileStamp,
    /// After the last decision that is recorded.
    recorded: ReadPosition,
}

impl Ends {
    /// Whether both files are as the writer left them.
    fn is_current(&self, store: &Folder) -> bool {
        let decisions = store.decisions_of(self.end.generation);
        stamp(&store.audit()) == Some(self.audit) && stamp(&decisions) == Some(self.decisions)
    }

    /// How far the decisions of a generation were read.
    pub(super) fn read_of(&self, generation: u64) -> Option<ReadPosition> {
        (self.end.generation == generation).then_some(self.recorded)
    }

    /// The same, after more decisions were added by the only writer.
    pub(super) fn after_adding(self, store: &Folder) -> Option<Ends> {
        let decisions = stamp(&store.decisions_of(self.end.generation))?;
        Some(Ends { decisions, ..self })
    }
}

fn stamp(path: &Path) -> Option<FileStamp> {
    fs::metadata(path)
        .ok()
        .map(|metadata| FileStamp::of(&metadata))
}

/// Adds what is missing, and then this record; gives back its digest. To be called by one writer at a time.
pub(super) fn record(store: &Folder, what: Option<Value>) -> Result<String> {
    let (head, _) = record_on(store, what, None)?;
    Ok(head)
}

/// [`record`], from the ends that are known on. Gives back those that come of it.
pub(super) fn record_on(
    store: &Folder,
    what: Option<Value>,
    known: Option<&Ends>,
) -> Result<(String, Option<Ends>)> {
    let path = store.audit();
    let known = known.filter(|known| known.is_current(store));
    let (mut end, anew) = match known {
        Some(known) => (known.end.clone(), None),
        None => match end(&path) {
            Err(Error::Store { problem, .. }) => begin_anew(&path, &problem.to_string())?,
            end => (end?, None),
        },
    };
    let told = what.is_some();
    let missing = missing(store, &end, known)?;
    let mut text = Vec::new();
    let mut push = |record: &Value| {
        let line = chained(record, end.records + 1, &end.head);
        end.head = hex_sha256(&line);
        end.records += 1;
        text.extend(line);
    };
    anew.iter().for_each(&mut push);
    missing.records.iter().for_each(&mut push);
    what.iter().for_each(&mut push);
    if !text.is_empty() {
        append(&path, end.at, &text)?;
    }
    end.at += text.len() as u64;
    end.generation = missing.generation;
    end.decisions = missing.decisions;
    let head = end.head.clone();
    let files = stamp(&path).zip(stamp(&store.decisions_of(end.generation)));
    // A record of something else may be one of a publication.
    let ends = files.filter(|_| !told).map(|(audit, decisions)| Ends {
        audit,
        end,
        decisions,
        recorded: missing.read,
    });
    Ok((head, ends))
}

/// Sets a damaged audit aside and begins another, which names it. A damaged audit must not prevent withdrawals. What
/// the old one proved it proves no more.
fn begin_anew(path: &Path, problem: &str) -> Result<(End, Option<Value>)> {
    let now = clock::now();
    let aside = path.with_file_name(format!("audit.damaged-{now}.jsonl"));
    let mut hasher = Sha256::new();
    let mut file = File::open(path).map_err(Error::io(Action::Open, path))?;
    let mut part = vec![0; 1 << 16];
    loop {
        match file
            .read(&mut part)
            .map_err(Error::io(Action::Read, path))?
        {
            0 => break,
            read => hasher.update(&part[..read]),
        }
    }
    fs::rename(path, &aside).map_err(Error::io(Action::SetAside, path))?;
    let record = json!({
        "at": clock::text(now),
        "did": "begin-audit-anew",
        "before": aside.file_name().map(|name| name.to_string_lossy()),
        "sha256": hex(&hasher.finalize()),
        "why": problem,
    });
    Ok((End::default(), Some(record)))
}

/// What was done and is not recorded.
#[derive(Default)]
struct Missing {
    records: Vec<Value>,
    /// The generation in force, how many decisions there are about it, and the place after them.
    generation: u64,
    decisions: u64,
    read: ReadPosition,
}

fn missing(store: &Folder, end: &End, known: Option<&Ends>) -> Result<Missing> {
    let Some(pointer) = Pointer::read(store)? else {
        return Ok(Missing::default());
    };
    let generation = pointer.generation;
    let is_recorded = generation == end.generation;
    let mut records = Vec::new();
    if !is_recorded {
        records.push(Manifest::read(store, &pointer)?.record);
    }
    let mut recorded = if is_recorded { end.decisions } else { 0 };
    let known = known.filter(|_| is_recorded);
    let (from, before) = known.map_or_else(Default::default, |known| {
        (known.recorded, std::mem::take(&mut recorded))
    });
    let (decisions, read) = decisions::read_from(&store.decisions_of(generation), from)?;
    records.extend(decisions.iter().skip(recorded as usize).map(of_decision));
    Ok(Missing {
        records,
        generation,
        decisions: before + decisions.len() as u64,
        read,
    })
}

/// The record of a decision, without what chains it.
fn of_decision(decision: &Decision) -> Value {
    let mut record = Map::new();
    record.insert("at".into(), clock::text(decision.at).into());
    record.insert("by".into(), decision.by.clone().into());
    record.insert("did".into(), decision.act.name().into());
    record.insert("list".into(), decision.list.clone().into());
    match &decision.act {
        Act::Add(entry) => {
            // What a person can withdraw must not stay here.
            let entry = withdraw::told(entry)
                .unwrap_or_else(|| serde_json::from_str(&entry_line(entry)).unwrap_or(Value::Null));
            record.insert("entry".into(), entry);
        }
        Act::Revoke(Target::Hash(hash)) | Act::Lift(Target::Hash(hash)) => {
            record.insert("type".into(), hash.hash_type().name().into());
            record.insert("hash".into(), hash.to_string().into());
        }
        Act::Revoke(Target::Id(id)) | Act::Lift(Target::Id(id)) => {
            record.insert("id".into(), id.clone().into());
        }
        Act::Revoke(Target::Entry(hash, id)) | Act::Lift(Target::Entry(hash, id)) => {
            record.insert("type".into(), hash.hash_type().name().into());
            record.insert("hash".into(), hash.to_string().into());
            record.insert("id".into(), id.clone().into());
        }
    }
    record.insert("reason".into(), decision.reason.clone().into());
    record.into()
}

fn is_decision(did: Option<&str>) -> bool {
    matches!(did, Some("add" | "revoke" | "lift"))
}

/// A record as a line with its end.
fn chained(record: &Value, seq: u64, before: &str) -> Vec<u8> {
    let mut line = Map::new();
    line.insert("v".into(), 1.into());
    line.insert("seq".into(), seq.into());
    line.extend(record.as_object().cloned().unwrap_or_default());
    line.insert("prev".into(), before.into());
    crate::store::layout::manifest::to_line(&line)
}

fn append(path: &Path, at: u64, text: &[u8]) -> Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path).map_err(Error::io(Action::Write, path))?;
    // What a writer did not live to finish.
    let written = file
        .set_len(at)
        .and_then(|()| file.seek(SeekFrom::Start(at)))
        .and_then(|_| file.write_all(text))
        .and_then(|()| file.sync_all())
        // Always: the process that made the file can have died before its sync.
        .and_then(|()| sync_folder(folder(path)));
    written.map_err(|error| {
        let _ = file.set_len(at);
        Error::io(Action::Write, path)(error)
    })
}

/// Looks at the end of an audit: back to the last publication, which is where decisions begin to count.
fn end(path: &Path) -> Result<End> {
    let mut end = End::default();
    let mut file = match File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(end),
        Err(error) => return Err(Error::io(Action::Open, path)(error)),
    };
    let length = file
        .metadata()
        .map_err(Error::io(Action::Read, path))?
        .len();
    let damaged = |damage| broken(path, damage);
    let mut reach = 64 << 10;
    loop {
        let from = length.saturating_sub(reach);
        let mut text = Vec::new();
        file.seek(SeekFrom::Start(from))
            .and_then(|_| (&file).take(reach).read_to_end(&mut text))
            .map_err(Error::io(Action::Read, path))?;
        // A first line that is cut is looked at in a longer part.
        let first = match from {
            0 => Some(0),
            _ => text.iter().position(|&byte| byte == b'\n').map(|at| at + 1),
        };
        let whole = text
            .iter()
            .rposition(|&byte| byte == b'\n')
            .map_or(0, |at| at + 1);
        let lines = first.map_or(&[][..], |first| &text[first..whole.max(first)]);
        let mut decisions = 0;
        let mut last: Option<(u64, String)> = None;
        for line in lines.split_inclusive(|&byte| byte == b'\n').rev() {
            let record: Value =
                serde_json::from_slice(line).map_err(|_| damaged(AuditDamage::EndNotARecord))?;
            if last.is_none() {
                let seq = record["seq"]
                    .as_u64()
                    .ok_or_else(|| damaged(AuditDamage::EndWithoutNumber))?;
                last = Some((seq, hex_sha256(line)));
            }
            if let Some(generation) = record["generation"].as_u64() {
                end.generation = generation;
                break;
            }
            decisions += u64::from(is_decision(record["did"].as_str()));
        }
        let is_enough = from == 0 || (end.generation > 0 && last.is_some());
        if is_enough {
            end.decisions = decisions;
            end.at = from + whole as u64;
            if let Some((records, head)) = last {
                end.records = records;
                end.head = head;
            }
            return Ok(end);
        }
        reach *= 4;
    }
}

/// Looks through all of an audit.
pub(super) fn verify(store: &Folder) -> Result<Audited> {
    let path = store.audit();
    let mut head = NONE.to_owned();
    let (mut records, mut generation, mut decisions) = (0, 0, 0);
    let mut heads = BTreeSet::from([head.clone()]);
    each(&path, |line, record| {
        records += 1;
        if record["prev"].as_str() != Some(&head) {
            return Err(broken(&path, AuditDamage::Chain { line: records }));
        }
        if record["seq"].as_u64() != Some(records) {
            return Err(broken(&path, AuditDamage::Order { line: records }));
        }
        head = hex_sha256(line);
        heads.insert(head.clone());
        match record["generation"].as_u64() {
            Some(published) => (generation, decisions) = (published, 0),
            None => decisions += u64::from(is_decision(record["did"].as_str())),
        }
        Ok(())
    })?;
    for generation in super::kept(store)? {
        let (manifest, _) = Manifest::read_kept(store, generation)?;
        if let Some(before) = manifest.audit_head.filter(|before| !heads.contains(before)) {
            return Err(broken(
                &path,
                AuditDamage::RecordMissing {
                    generation,
                    record: before,
                },
            ));
        }
    }
    let end = End {
        generation,
        decisions,
        ..End::default()
    };
    Ok(Audited {
        records,
        head,
        unwritten: missing(store, &end, None)?.records.len() as u64,
    })
}

/// Goes through the records with their lines. A last line without an end was not finished.
pub(super) fn each(path: &Path, mut each: impl FnMut(&[u8], &Value) -> Result<()>) -> Result<()> {
    let file = match File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(Error::io(Action::Open, path)(error)),
    };
    let mut file = BufReader::new(file);
    let mut number = 0;
    let mut line = Vec::new();
    loop {
        line.clear();
        number += 1;
        let mut part = (&mut file).take(RECORD_BYTES_MAX);
        part.read_until(b'\n', &mut line)
            .map_err(Error::io(Action::Read, path))?;
        if line.last() != Some(&b'\n') {
            return match line.len() as u64 {
                RECORD_BYTES_MAX => Err(broken(path, AuditDamage::LineTooLong { line: number })),
                _ => Ok(()),
            };
        }
        let record = serde_json::from_slice(&line)
            .map_err(|_| broken(path, AuditDamage::NotARecord { line: number }))?;
        each(&line, &record)?;
    }
}

fn broken(path: &Path, damage: AuditDamage) -> Error {
    Error::Store {
        path: path.to_owned(),
        problem: Problem::AuditDamaged { damage },
    }
}
