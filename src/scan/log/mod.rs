//! Results that are kept, so that files need not be examined again. They are the journal of one scan, or the cache of many.
//!
//! A log holds hashes, never a picture, and no matches: the lists are asked anew each time. A record counts only while
//! the file's [stamp](FileStamp) and all settings of its hashes are the same. A file with a newer record, or without a
//! valid one, is examined. So a log can be cut at any record, or lost, and costs time, never an answer.

mod file;
mod forget;
mod frames;
#[cfg(any(test, fuzzing))]
mod fuzz;
mod key;
mod record;
mod table;
#[cfg(test)]
mod tests;
mod volume;

use std::fs::{File, OpenOptions};
use std::io::{self, BufWriter, Read as _, Write as _};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use super::walk::FileLocation;
use super::{Settings, Status};
use crate::disk::atomic_file::{AtomicFile, folder, sync_folder};
pub(super) use crate::disk::file_stamp::FileStamp;
use crate::error::{Action, Problem};
use crate::hash::HashType;
use crate::{Error, Result, escape};
use file::{At, Share, lock, write_at};
use frames::{Frames, HEADER_BYTES, Header, frame, frame_bytes, read_frame};
pub use key::PathKey;
pub(super) use record::{Record, path_of_bytes};
use table::{Table, TableBuilder};
use volume::Volumes;

/// How long what was recorded may wait until it is safe from a power cut. A killed process loses none of it.
pub(super) const SYNC_EVERY: Duration = Duration::from_secs(1);

/// A file that holds the results of files.
///
/// ```
/// use basma::{Matcher, scan::{Log, Scan}};
/// use std::{ops::ControlFlow, sync::Arc};
/// # std::env::set_current_dir(env!("CARGO_MANIFEST_DIR")).unwrap();
/// # let folder = tempfile::tempdir().unwrap();
/// # let path = folder.path().join("journal");
/// let matcher = Matcher::open(["hashsets/demo.csv"])?;
/// let scan = Scan::new(matcher.clone());
/// let journal = Log::journal(&path, &scan.settings())?;
/// scan.with_log(Arc::new(journal)).run(["fixtures/dump/chat"], |_| ControlFlow::Continue(()))?;
///
/// // Another list, later: no file is read again.
/// let rematch = Log::read(&path)?.rematch(&matcher, |_| ControlFlow::Continue(()))?;
/// assert!(rematch.matched > 0 && !rematch.has_gaps());
/// # Ok::<(), basma::Error>(())
/// ```
#[derive(Debug)]
pub struct Log {
    path: PathBuf,
    file: File,
    header: Header,
    /// The digest of the settings whose records count.
    settings: [u8; 16],
    /// The same of containers and their members.
    of_containers: [u8; 16],
    digest_types: Vec<HashType>,
    key: Option<PathKey>,
    table: Table,
    /// The largest size in bytes.
    bytes_max: u64,
    tail: Mutex<Tail>,
    volumes: Volumes,
    dropped: u64,
    left_out: AtomicU64,
}

#[derive(Debug)]
struct Tail {
    end: u64,
    /// Whether a power cut may take something that was recorded.
    unsynced: bool,
    synced: Instant,
}

impl Log {
    /// The journal of one scan, new or continued: a repeated scan goes on where it stopped. Files are known by their
    /// place below the root, so a scanned folder may move meanwhile. Files that are named one by one are known by their
    /// paths.
    ///
    /// # Errors
    /// [`Error::Argument`] if the file is something else, or the journal of a scan with other settings. Also while another scan
    /// writes to it. [`Error::Io`].
    pub fn journal(path: &Path, settings: &Settings) -> Result<Log> {
        let header = Header {
            is_cache: false,
            is_keyed: false,
            settings: settings.digest,
            key_check: [0; 16],
        };
        Log::open(path, header, settings, None, u64::MAX)
    }

    /// A cache of results, of any scan with any settings. It grows to about `bytes_max` bytes and then drops the oldest
    /// results. With a key it keeps digests of paths instead of paths.
    ///
    /// # Errors
    /// As [`Log::journal`]; a cache of another key is refused.
    pub fn cache(
        path: &Path,
        settings: &Settings,
        key: Option<PathKey>,
        bytes_max: u64,
    ) -> Result<Log> {
        let header = Header {
            is_cache: true,
            is_keyed: key.is_some(),
            settings: [0; 16],
            key_check: key.as_ref().map_or([0; 16], PathKey::check),
        };
        let log = Log::open(path, header, settings, key.clone(), bytes_max)?;
        let (records, outdated) = log.table.count();
        let end = log.tail.lock().expect("nobody panics with it").end;
        if end > bytes_max / 4 * 3 || outdated > records / 2 {
            log.compact(bytes_max / 2)?;
            drop(log);
            return Log::open(path, header, settings, key, bytes_max);
        }
        Ok(log)
    }

    /// A journal or a cache, to look into.
    ///
    /// # Errors
    /// [`Error::Argument`] if the file is something else, or while a scan writes to it; [`Error::Io`].
    pub fn read(path: &Path) -> Result<Log> {
        let file = File::open(path).map_err(Error::io(Action::Open, path))?;
        lock(&file, Share::Read)
            .map_err(|()| wrong(path, |path| Problem::LogInUseByScan { path }))?;
        let mut bytes = Vec::new();
        (&file)
            .take(HEADER_BYTES as u64)
            .read_to_end(&mut bytes)
            .map_err(Error::io(Action::Read, path))?;
        let header = match bytes.first_chunk() {
            Some(bytes) => Header::from_bytes(bytes).map_err(|problem| wrong(path, problem))?,
            None => return Err(wrong(path, |path| Problem::LogForeign { path })),
        };
        let (table, end) = read(&file, path)?;
        let length = file
            .metadata()
            .map_err(Error::io(Action::Read, path))?
            .len();
        Ok(Log {
            path: path.to_owned(),
            file,
            header,
            settings: [0; 16],
            of_containers: [0; 16],
            digest_types: Vec::new(),
            key: None,
            table,
            bytes_max: 0,
            tail: Mutex::new(Tail {
                end,
                unsynced: false,
                synced: Instant::now(),
            }),
            volumes: Volumes::default(),
            dropped: length.saturating_sub(end),
            left_out: AtomicU64::new(0),
        })
    }

    fn open(
        path: &Path,
        header: Header,
        settings: &Settings,
        key: Option<PathKey>,
        bytes_max: u64,
    ) -> Result<Log> {
        // Opening a pipe would wait for its other end.
        if std::fs::metadata(path).is_ok_and(|there| !there.is_file()) {
            return Err(wrong(path, |path| Problem::LogNotAFile { path }));
        }
        let mut options = OpenOptions::new();
        options.read(true).write(true).create(true);
        #[cfg(unix)]
        {
            use std::os::unix::fs::OpenOptionsExt as _;
            options.mode(0o600);
        }
        let file = options.open(path).map_err(Error::io(Action::Open, path))?;
        lock(&file, Share::Write).map_err(|()| wrong(path, |path| Problem::LogInUse { path }))?;
        let found = begin(&file, path, header)?;
        if found.is_cache != header.is_cache {
            return Err(wrong(path, |path| {
                if found.is_cache {
                    Problem::LogIsCache { path }
                } else {
                    Problem::LogIsJournal { path }
                }
            }));
        }
        if found.settings != header.settings {
            return Err(wrong(path, |path| Problem::LogOfOtherSettings { path }));
        }
        if (found.is_keyed, found.key_check) != (header.is_keyed, header.key_check) {
            return Err(wrong(path, |path| {
                if found.is_keyed {
                    Problem::LogKeyNeeded { path }
                } else {
                    Problem::LogKeepsPaths { path }
                }
            }));
        }
        let (table, end) = read(&file, path)?;
        let length = file
            .metadata()
            .map_err(Error::io(Action::Read, path))?
            .len();
        // What follows is not whole: written over, it must not show behind what is shorter.
        file.set_len(end).map_err(Error::io(Action::Write, path))?;
        Ok(Log {
            path: path.to_owned(),
            file,
            header,
            settings: settings.digest,
            of_containers: settings.of_containers,
            digest_types: settings.digest_types.clone(),
            key,
            table,
            bytes_max,
            tail: Mutex::new(Tail {
                end,
                unsynced: false,
                synced: Instant::now(),
            }),
            volumes: Volumes::default(),
            dropped: length.saturating_sub(end),
            left_out: AtomicU64::new(0),
        })
    }

    /// The number of bytes at the end that were no whole records when it was opened. Their files are examined again.
    /// Some are there after a scan was killed.
    pub fn dropped(&self) -> u64 {
        self.dropped
    }

    /// How many files were not recorded because there was no room.
    pub fn left_out(&self) -> u64 {
        self.left_out.load(Ordering::Relaxed)
    }

    /// How many records there were when it was opened.
    pub fn records(&self) -> u64 {
        let (records, outdated) = self.table.count();
        records - outdated
    }

    /// What is known of a file with this stamp, or of one of its members.
    pub(super) fn recall(
        &self,
        spot: &FileLocation,
        stamp: FileStamp,
        member: Option<u64>,
    ) -> Result<Option<Record>> {
        let id = self.id(spot, member);
        for at in self.table.places(&id) {
            let Some(mut record) = self.record(at)? else {
                continue;
            };
            let counts = record.id == id
                && record.stamp == stamp
                && record.settings == self.settings_of(&record, member)
                && self.restrict(&mut record);
            if counts {
                return Ok(Some(record));
            }
        }
        Ok(None)
    }

    /// The settings under which a record counts.
    fn settings_of(&self, record: &Record, member: Option<u64>) -> [u8; 16] {
        if member.is_some() || record.members.is_some() {
            self.of_containers
        } else {
            self.settings
        }
    }

    /// Takes away the digests that are not wanted; whether all that are were there. What has no content has none.
    fn restrict(&self, record: &mut Record) -> bool {
        if record.examined.bytes.is_none() {
            return true;
        }
        let held = &mut record.examined.digests;
        held.retain(|digest| self.digest_types.contains(&digest.hash_type()));
        held.len() == self.digest_types.len()
    }

    /// Records the result of a file, or of one of its members.
    pub(super) fn keep(
        &self,
        spot: &FileLocation,
        member: Option<u64>,
        record: &Record,
    ) -> Result<()> {
        // Where a link leads to is a path.
        let is_link = matches!(record.examined.gap, Some((Status::Skipped, _)));
        if self.key.is_some() && is_link {
            return Ok(());
        }
        // A cache outlives the folder that the scan was started in.
        let path = if self.header.is_cache {
            std::path::absolute(&spot.path).unwrap_or_else(|_| spot.path.clone())
        } else {
            spot.path.clone()
        };
        let record = Record {
            id: self.id(spot, member),
            settings: self.settings_of(record, member),
            path: self.key.is_none().then_some(path),
            member: record.member.clone().filter(|_| self.key.is_none()),
            ..record.clone()
        };
        let Some(bytes) = record.to_bytes() else {
            self.left_out.fetch_add(1, Ordering::Relaxed);
            return Ok(());
        };
        let mut tail = self.tail.lock().expect("nobody panics with it");
        let frame = frame(&bytes, tail.end);
        let end = tail.end + frame.len() as u64;
        if end > self.bytes_max {
            self.left_out.fetch_add(1, Ordering::Relaxed);
            return Ok(());
        }
        let written = write_at(&self.file, &frame, tail.end);
        if let Err(error) = written {
            // Half a frame would be left out by the next reader as well.
            let _ = self.file.set_len(tail.end);
            return Err(Error::io(Action::Write, &self.path)(error));
        }
        tail.end = end;
        tail.unsynced = true;
        self.settle_tail(&mut tail)
    }

    /// Makes what was recorded safe from a power cut, if that was not done for a while.
    pub(super) fn settle(&self) -> Result<()> {
        let mut tail = self.tail.lock().expect("nobody panics with it");
        self.settle_tail(&mut tail)
    }

    fn settle_tail(&self, tail: &mut Tail) -> Result<()> {
        if tail.unsynced && tail.synced.elapsed() >= SYNC_EVERY {
            self.file
                .sync_data()
                .map_err(Error::io(Action::Sync, &self.path))?;
            tail.synced = Instant::now();
            tail.unsynced = false;
        }
        Ok(())
    }

    /// Makes all that was recorded safe from a power cut.
    pub(super) fn sync(&self) -> Result<()> {
        self.file
            .sync_all()
            .map_err(Error::io(Action::Sync, &self.path))
    }

    /// Which file it is, or which member of one.
    fn id(&self, spot: &FileLocation, member: Option<u64>) -> [u8; 32] {
        let mut hasher = match &self.key {
            Some(key) => key.hasher(),
            None => blake3::Hasher::new(),
        };
        if self.header.is_cache {
            let absolute = std::path::absolute(&spot.path).unwrap_or_else(|_| spot.path.clone());
            hasher.update(absolute.as_os_str().as_encoded_bytes());
        } else {
            hasher.update(&spot.root.to_le_bytes());
            let names: Vec<_> = spot.path.components().collect();
            for name in &names[names.len().saturating_sub(spot.depth)..] {
                hasher.update(b"/");
                hasher.update(name.as_os_str().as_encoded_bytes());
            }
        }
        // Another drive at the same place has files of the same names.
        let volume = self.volumes.identity(spot.file());
        hasher.update(b"\0volume ").update(volume.as_bytes());
        if let Some(number) = member {
            // No path holds a zero byte.
            hasher.update(b"\0").update(&number.to_le_bytes());
        }
        *hasher.finalize().as_bytes()
    }

    fn record(&self, at: u64) -> Result<Option<Record>> {
        let failed = |error| Error::io(Action::Read, &self.path)(error);
        let mut reader = io::BufReader::with_capacity(
            512,
            At {
                file: &self.file,
                at,
            },
        );
        let bytes = read_frame(&mut reader, at).map_err(failed)?;
        Ok(bytes.and_then(|bytes| Record::from_bytes(&bytes)))
    }

    /// Every record that no newer one of the same settings replaces, in the order in which they were made.
    fn each_kept(
        &self,
        mut each: impl FnMut(Record, u64) -> Result<ControlFlow<()>>,
    ) -> Result<()> {
        let failed = |error| Error::io(Action::Read, &self.path)(error);
        let mut frames = Frames::new(&self.file).map_err(failed)?;
        while let Some((at, bytes)) = frames.next().map_err(failed)? {
            let Some(record) = Record::from_bytes(&bytes) else {
                continue;
            };
            let alone = self.table.places(&record.id).nth(1).is_none();
            let alike = |other: &Record| other.settings == record.settings;
            let is_newest = alone || self.newest(&record.id, alike)?.is_some_and(|n| n.0 == at);
            if is_newest && each(record, at)?.is_break() {
                break;
            }
        }
        Ok(())
    }

    /// The newest record of a file of which this is true, and its place.
    fn newest(
        &self,
        id: &[u8; 32],
        wanted: impl Fn(&Record) -> bool,
    ) -> Result<Option<(u64, Record)>> {
        for place in self.table.places(id) {
            let record = self.record(place)?;
            if let Some(record) = record.filter(|record| record.id == *id && wanted(record)) {
                return Ok(Some((place, record)));
            }
        }
        Ok(None)
    }

    /// Every file as it was last recorded, in the order of recording. It has all that was known of it then, whatever the
    /// settings.
    pub(super) fn each(
        &self,
        mut each: impl FnMut(Record) -> Result<ControlFlow<()>>,
    ) -> Result<()> {
        self.each_kept(|mut record, at| {
            if self.table.places(&record.id).nth(1).is_none() {
                return each(record);
            }
            let newest = self.newest(&record.id, |_| true)?;
            if newest.is_none_or(|(place, _)| place != at) {
                return Ok(ControlFlow::Continue(()));
            }
            for place in self.table.places(&record.id).filter(|place| *place != at) {
                let alike = |other: &Record| other.id == record.id && other.stamp == record.stamp;
                if let Some(other) = self.record(place)?.filter(alike) {
                    record.examined.add(other.examined);
                }
            }
            each(record)
        })
    }

    /// Writes the file anew with the newest record of each file, and of these the newest that fit.
    fn compact(&self, bytes_max: u64) -> Result<()> {
        let failed = |error| Error::io(Action::Write, &self.path)(error);
        let mut left = 0;
        self.each_kept(|record, _| {
            left += record.to_bytes().map_or(0, |bytes| frame_bytes(&bytes));
            Ok(ControlFlow::Continue(()))
        })?;
        let mut draft = BufWriter::new(AtomicFile::create(&self.path)?);
        draft.write_all(&self.header.to_bytes()).map_err(failed)?;
        let mut end = HEADER_BYTES as u64;
        self.each_kept(|record, _| {
            if let Some(bytes) = record.to_bytes() {
                if left <= bytes_max {
                    draft.write_all(&frame(&bytes, end)).map_err(failed)?;
                    end += frame_bytes(&bytes);
                }
                left -= frame_bytes(&bytes);
            }
            Ok(ControlFlow::Continue(()))
        })?;
        let draft = draft
            .into_inner()
            .map_err(|error| failed(error.into_error()))?;
        draft.publish()
    }
}

/// The header of the file, or the one that is written into a new file.
fn begin(file: &File, path: &Path, header: Header) -> Result<Header> {
    let mut bytes = Vec::new();
    file.take(HEADER_BYTES as u64)
        .read_to_end(&mut bytes)
        .map_err(Error::io(Action::Read, path))?;
    if let Some(bytes) = bytes.first_chunk() {
        return Header::from_bytes(bytes).map_err(|problem| wrong(path, problem));
    }
    if !Header::is_begun(&bytes) {
        return Err(wrong(path, |path| Problem::LogForeignKept { path }));
    }
    write_at(file, &header.to_bytes(), 0).map_err(Error::io(Action::Write, path))?;
    file.sync_all().map_err(Error::io(Action::Sync, path))?;
    sync_folder(folder(path)).map_err(Error::io(Action::SyncFolder, path))?;
    Ok(header)
}

/// Finds the records, and where they end.
fn read(file: &File, path: &Path) -> Result<(Table, u64)> {
    let mut making = TableBuilder::new(folder(path));
    let mut frames = Frames::new(file).map_err(Error::io(Action::Read, path))?;
    while let Some((at, bytes)) = frames.next().map_err(Error::io(Action::Read, path))? {
        // Every record begins with its id, whatever its version adds.
        if let Some(id) = bytes.first_chunk() {
            making.add(id, at)?;
        }
    }
    Ok((making.finish()?, frames.end()))
}

fn wrong(path: &Path, problem: impl FnOnce(String) -> Problem) -> Error {
    problem(escape::path(path).into_owned()).into()
}
