//! Adds records to a case: one process at a time, each record after the last, nothing edited.

mod end;

use std::fs::File;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

use jiff::Timestamp;
use sha2::{Digest as _, Sha256};

use super::canonical;
use super::details::{DetailWriter, Details, hex};
use super::folder::{Folder, failed, private_options, write_new};
use super::keys::SigningKey;
use super::reader::{CaseReader, RECORD_BYTES_MAX};
use super::record::{Body, Clock, Head, NONE, Opened, Person, Record, SCHEMA, Sealed};
use super::seal::{Recipient, SealedWriter};
use super::verify::without_signature;
use crate::disk::atomic_file::{folder as parent, sync_folder};
use crate::disk::lock::Lock;
use crate::error::{Action, CaseProblem};
use crate::{Error, Result, escape};
use end::{End, set_aside};

/// How many records are added before they are put on the disk, unless that is asked for.
const UNSYNCED_MAX: u64 = 1000;

/// A case that is added to, by one person with one key.
///
/// What was added is on the disk after [`sync`](CaseWriter::sync). A process that is killed leaves the records that
/// were on the disk, and at most a part of one more, which the next writer sets aside.
#[derive(Debug)]
pub struct CaseWriter {
    folder: Folder,
    key: SigningKey,
    by: Person,
    case: String,
    opened: Opened,
    head: Head,
    time: Timestamp,
    file: File,
    /// How many bytes the file has, all of them whole records.
    bytes: u64,
    /// Records that are not in the file yet.
    pending: Vec<u8>,
    unsynced: u64,
    details: DetailWriter,
    has_failed: bool,
    _lock: Lock,
}

impl CaseWriter {
    /// Opens a case: its folder is new, `opened` is its first record. The key and the person of it are filled in.
    ///
    /// # Errors
    /// [`Error::Case`] if there is something in the folder; [`Error::Io`].
    pub fn create(root: &Path, opened: Opened, key: SigningKey, by: Person) -> Result<CaseWriter> {
        let folder = Folder::create(root)?;
        let lock = take_lock(&folder, &by)?;
        let path = folder.records();
        let file = private_options().append(true).create_new(true).open(&path);
        let file = file.map_err(Error::io(Action::Create, &path))?;
        let opened = Opened {
            key: key.public().to_string(),
            ..opened
        };
        let mut writer = CaseWriter {
            case: uuid(),
            opened: opened.clone(),
            head: Head {
                number: 0,
                sha256: NONE.to_owned(),
            },
            time: Timestamp::UNIX_EPOCH,
            file,
            bytes: 0,
            pending: Vec::new(),
            unsynced: 0,
            details: DetailWriter::new(&folder, 0)?,
            has_failed: false,
            folder,
            key,
            by,
            _lock: lock,
        };
        writer.add(Body::Opened(opened))?;
        writer.keep_key(&writer.key.public().id(), &writer.key.public().file())?;
        writer.sync()?;
        let root = writer.folder.root();
        sync_folder(root).map_err(Error::io(Action::SyncFolder, root))?;
        sync_folder(parent(root)).map_err(Error::io(Action::SyncFolder, root))?;
        Ok(writer)
    }

    /// Opens a case to add to it. What a killed process left of a record is set aside, and a record says so.
    ///
    /// # Errors
    /// [`Error::Case`] if another process adds to it, the key is none of the case or has expired, or its end does not
    /// hold; [`Error::Io`].
    pub fn open(root: &Path, key: SigningKey, by: Person) -> Result<CaseWriter> {
        let folder = Folder::open(root)?;
        folder.check()?;
        let lock = take_lock(&folder, &by)?;
        let end = End::read(&folder)?;
        let last = &end.last;
        let id = key.public().id();
        let foreign = || failed(root, CaseProblem::KeyForeign { key: id.clone() });
        let admitted = end.keyring.get(&id).ok_or_else(foreign)?;
        if admitted.key != *key.public() {
            return Err(foreign());
        }
        if admitted.person != by {
            let person = escape::message(&admitted.person.id).into_owned();
            return Err(failed(root, CaseProblem::KeyOfAnother { key: id, person }));
        }
        if let Some(since) = admitted
            .expires
            .filter(|expires| Timestamp::now() > *expires)
        {
            let since = since.to_string();
            return Err(failed(root, CaseProblem::KeyExpired { key: id, since }));
        }
        let path = folder.records();
        let recovered = set_aside(&folder, &end)?;
        let file = private_options().append(true).open(&path);
        let file = file.map_err(Error::io(Action::Open, &path))?;
        let time = last.time.parse().unwrap_or(Timestamp::UNIX_EPOCH);
        let mut writer = CaseWriter {
            case: last.case.clone(),
            opened: end.opened,
            head: end.head.clone(),
            time,
            file,
            bytes: end.bytes,
            pending: Vec::new(),
            unsynced: 0,
            details: DetailWriter::new(&folder, end.head.number)?,
            has_failed: false,
            folder,
            key,
            by,
            _lock: lock,
        };
        if let Some(recovered) = recovered {
            writer.add(Body::Recovered(recovered))?;
            writer.sync()?;
        }
        Ok(writer)
    }

    /// The person that a key of a case is of.
    ///
    /// # Errors
    /// [`Error::Case`] if the key is none of the case.
    pub fn person_of(root: &Path, key: &SigningKey) -> Result<Person> {
        let end = End::read(&Folder::open(root)?)?;
        let key = key.public().id();
        let admitted = end.keyring.get(&key);
        let admitted = admitted.ok_or_else(|| failed(root, CaseProblem::KeyForeign { key }))?;
        Ok(admitted.person.clone())
    }

    /// Whether a key, or another of the same id, is one of the case.
    ///
    /// # Errors
    /// Those of [`CaseWriter::sync`].
    pub fn has_key(&mut self, key: &super::PublicKey) -> Result<bool> {
        self.sync()?;
        Ok(End::read(&self.folder)?.keyring.get(&key.id()).is_some())
    }

    /// The first record of the case.
    pub fn opened(&self) -> &Opened {
        &self.opened
    }

    /// The id of the case.
    pub fn case(&self) -> &str {
        &self.case
    }

    /// Who adds.
    pub fn by(&self) -> &Person {
        &self.by
    }

    /// The last record.
    pub fn head(&self) -> &Head {
        &self.head
    }

    /// Where papers of the case are written.
    pub fn exports(&self) -> PathBuf {
        self.folder.exports()
    }

    pub(super) fn folder(&self) -> &Folder {
        &self.folder
    }

    pub(super) fn sealed(&self) -> PathBuf {
        self.folder.sealed()
    }

    /// The keys that the case seals to.
    ///
    /// # Errors
    /// [`Error::Case`] if there is none.
    pub fn recipients(&self) -> Result<Vec<Recipient>> {
        let keys: Result<Vec<Recipient>> = self
            .opened
            .recipients
            .iter()
            .map(|text| Recipient::parse(text))
            .collect();
        let keys = keys?;
        if keys.is_empty() {
            return Err(failed(self.folder.root(), CaseProblem::RecipientsNone));
        }
        Ok(keys)
    }

    /// Seals a text, such as the identity of who reports, for the record that is added next.
    ///
    /// # Errors
    /// [`Error::Case`] if the case has no recipient; [`Error::Io`].
    pub fn seal(&mut self, name: &str, plain: &[u8]) -> Result<Sealed> {
        let file = format!("{name}-{:06}.age", self.head.number + 1);
        let path = self.folder.sealed().join(&file);
        let mut sealed = SealedWriter::new(Vec::new(), &self.recipients()?)
            .map_err(Error::io(Action::Write, &path))?;
        let written = sealed.write_all(plain).and_then(|()| sealed.finish());
        let bytes = written.map_err(Error::io(Action::Write, &path))?;
        if path.exists() {
            // A killed process left it, and no record names it.
            std::fs::remove_file(&path).map_err(Error::io(Action::Remove, &path))?;
        }
        write_new(&path, &bytes)?;
        let sha256 = hex(&Sha256::digest(&bytes));
        Ok(Sealed { file, sha256 })
    }

    /// Reads the case, as far as it is on the disk.
    ///
    /// # Errors
    /// Those of [`CaseWriter::sync`].
    pub fn reader(&mut self) -> Result<CaseReader> {
        self.sync()?;
        CaseReader::open(self.folder.root())
    }

    /// Adds a record without details. Gives its number.
    ///
    /// # Errors
    /// As [`CaseWriter::add_with`].
    pub fn add(&mut self, body: Body) -> Result<u64> {
        self.add_with(body, Details::default())
    }

    /// Adds a record and what it commits to. Gives its number.
    ///
    /// # Errors
    /// [`Error::Case`] if a text is too long or an earlier write failed; [`Error::Io`], on a full disk for instance.
    /// The records before stay as they are.
    pub fn add_with(&mut self, body: Body, details: Details) -> Result<u64> {
        let now = now();
        if now < self.time && !matches!(body, Body::Clock(_)) {
            let before = self.time.to_string();
            self.add(Body::Clock(Clock { before }))?;
        }
        if let Body::Examiner(examiner) = &body {
            let key = super::PublicKey::parse(&examiner.key);
            let none = || failed(self.folder.root(), CaseProblem::KeyPublicNone);
            let key = key.ok_or_else(none)?;
            self.keep_key(&key.id(), &key.file())?;
        }
        let number = self.head.number + 1;
        let line = self.line(number, now, body)?;
        for detail in details.values {
            let detail = super::Detail {
                record: number,
                ..detail
            };
            self.checked(|writer| writer.details.add(&detail))?;
        }
        self.pending.extend(line.as_bytes());
        self.pending.push(b'\n');
        self.head = Head {
            number,
            sha256: hex(&Sha256::digest(&line)),
        };
        self.time = now;
        self.unsynced += 1;
        if self.unsynced >= UNSYNCED_MAX {
            self.sync()?;
        }
        Ok(number)
    }

    /// Puts all that was added on the disk: first the details, then the records that commit to them.
    ///
    /// # Errors
    /// [`Error::Io`], after which nothing more can be added by this writer.
    pub fn sync(&mut self) -> Result<()> {
        if self.unsynced == 0 {
            return Ok(());
        }
        let path = self.folder.records();
        self.checked(|writer| {
            writer.details.sync()?;
            let written = writer.file.write_all(&writer.pending);
            let synced = written.and_then(|()| writer.file.sync_data());
            synced.map_err(|error| {
                // On a full disk a part of them may be there, which nobody was told of.
                let _ = writer.file.set_len(writer.bytes);
                Error::io(Action::Write, &path)(error)
            })
        })?;
        self.bytes += self.pending.len() as u64;
        self.pending.clear();
        self.unsynced = 0;
        Ok(())
    }

    /// Erases details. Gives the records that they are of, one for each detail.
    ///
    /// The record of it is to be added by the caller.
    ///
    /// # Errors
    /// [`Error::Io`].
    pub fn erase(&mut self, is_meant: impl Fn(&super::Detail) -> bool) -> Result<Vec<u64>> {
        self.sync()?;
        let erased = super::details::erase(&self.folder, is_meant)?;
        // The file of details may be another now.
        self.details = DetailWriter::new(&self.folder, self.head.number)?;
        Ok(erased)
    }

    /// Writes a detached signature of all records, which the program minisign checks. Gives whether the key can do it:
    /// an agent cannot.
    ///
    /// # Errors
    /// [`Error::Io`].
    pub fn sign(&mut self) -> Result<bool> {
        self.sync()?;
        super::sign::sign(&self.folder, &self.key, &self.head, self.bytes)
    }

    /// Sets the time of the last record, as if the clock had been ahead.
    #[cfg(test)]
    pub(super) fn set_time(&mut self, time: Timestamp) {
        self.time = time;
    }

    /// The canonical text of a record with its signature.
    fn line(&self, number: u64, now: Timestamp, body: Body) -> Result<String> {
        let mut record = Record {
            schema: SCHEMA.to_owned(),
            number,
            case: self.case.clone(),
            previous: self.head.sha256.clone(),
            time: now.to_string(),
            by: self.by.clone(),
            body,
            key: self.key.public().id(),
            signature: String::new(),
        };
        // A number that readers of JSON change would be signed as one, and read as another.
        let unfit = || failed(self.folder.root(), CaseProblem::NumberTooLarge);
        let text = canonical::text_of(&record).ok_or_else(unfit)?;
        let text = without_signature(&text, "").ok_or_else(unfit)?;
        record.signature = self.key.sign(text.as_bytes())?;
        let line = canonical::text_of(&record).ok_or_else(unfit)?;
        let (bytes, limit) = (line.len() as u64, RECORD_BYTES_MAX);
        if bytes > limit {
            let problem = CaseProblem::TextTooLong { bytes, limit };
            return Err(failed(self.folder.root(), problem));
        }
        Ok(line)
    }

    /// After a write that failed nobody knows what is on the disk: only a writer that reads it again may go on.
    fn checked(&mut self, write: impl FnOnce(&mut CaseWriter) -> Result<()>) -> Result<()> {
        if self.has_failed {
            return Err(failed(self.folder.root(), CaseProblem::Failed));
        }
        let written = write(self);
        self.has_failed = written.is_err();
        written
    }

    /// Keeps a public key for people to read. The records decide which keys count.
    fn keep_key(&self, id: &str, text: &str) -> Result<()> {
        let path = self.folder.keys().join(format!("{id}.pub"));
        if path.exists() {
            return Ok(());
        }
        write_new(&path, text.as_bytes())
    }
}

impl Drop for CaseWriter {
    fn drop(&mut self) {
        if !self.has_failed {
            let _ = self.sync();
        }
    }
}

fn take_lock(folder: &Folder, by: &Person) -> Result<Lock> {
    let taken = Lock::take(&folder.lock(), "case", &by.id, Duration::from_secs(2));
    taken.map_err(|error| match error {
        Error::Busy { path, holder } => {
            let path = path.parent().unwrap_or(&path).to_owned();
            failed(&path, CaseProblem::Locked { holder })
        }
        error => error,
    })
}

/// The present time, in whole seconds.
pub(super) fn now() -> Timestamp {
    let now = Timestamp::now();
    Timestamp::from_second(now.as_second()).unwrap_or(now)
}

/// A random UUID.
fn uuid() -> String {
    let mut bytes = [0_u8; 16];
    getrandom::fill(&mut bytes).expect("the system has random bytes");
    bytes[6] = bytes[6] & 0x0f | 0x40;
    bytes[8] = bytes[8] & 0x3f | 0x80;
    let text = hex(&bytes);
    [
        &text[..8],
        &text[8..12],
        &text[12..16],
        &text[16..20],
        &text[20..],
    ]
    .join("-")
}
