//! The file of the lines: added at its end, synced, and read again at the next start.
//!
//! A line is a check of 16 hexadecimal digits, a blank, and an object of JSON. A last line without its end was being written when
//! its writer died: nobody was told that it counts, and it is cut off.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, BufRead as _, BufReader, Read as _, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};

use basma::disk::atomic_file::AtomicFile;
use basma::error::{Action, DecisionsDamage, LockHolder, Problem};
use basma::{Error, Result};

use super::record::{Content, Record};
use super::state::State;

/// The folder in the store.
const FOLDER: &str = "service";

/// The folder in it for temporary files.
const SCRATCH: &str = "scratch";

/// The longest line, in bytes: what a client may say of one content, and more.
const LINE_MAX: u64 = 4 << 20;

/// Where the journal of a store is.
pub(super) fn path(store: &Path) -> PathBuf {
    store.join(FOLDER).join("journal.jsonl")
}

/// How far a journal was read, and which one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Position {
    end: u64,
    lines: u64,
    /// The length of the file then, and which file it was.
    seen: Identity,
}

/// What tells one file from another, and from itself at another time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Identity {
    file: u64,
    bytes: u64,
}

impl Position {
    pub(super) fn is_all_of(&self, file: Identity) -> bool {
        self.seen == file
    }

    /// Whether what was read is the beginning of a file.
    pub(super) fn goes_on_in(&self, file: Identity) -> bool {
        self.seen.file == file.file && file.bytes >= self.end && self.end > 0
    }
}

/// Which file is there now.
pub(super) fn identity(path: &Path) -> Identity {
    fs::metadata(path).map_or_else(|_| Identity::default(), |metadata| of(&metadata))
}

#[cfg(unix)]
fn of(metadata: &fs::Metadata) -> Identity {
    Identity {
        file: std::os::unix::fs::MetadataExt::ino(metadata),
        bytes: metadata.len(),
    }
}

#[cfg(not(unix))]
fn of(metadata: &fs::Metadata) -> Identity {
    Identity {
        file: 1,
        bytes: metadata.len(),
    }
}

/// The journal, open for its only writer.
pub(super) struct Journal {
    file: File,
    path: PathBuf,
    /// After the last whole line.
    end: u64,
    /// Whether something may stand after that which counts for nothing.
    is_torn: bool,
    /// Whether another file took its place, which is not open yet.
    is_replaced: bool,
    /// What could not be written, and stands before what is written next.
    late: Vec<Record>,
    _lock: File,
}

impl Journal {
    /// Opens the journal of a store, or begins one.
    pub(super) fn open(store: &Path) -> Result<(Journal, State)> {
        let folder = store.join(FOLDER);
        private_folder(&folder).map_err(io_error(Action::Create, &folder))?;
        let lock = lock(&folder.join("lock"))?;
        let path = path(store);
        let mut state = State::default();
        let mut read = replay(&path, Position::default(), &mut state)?;
        if state.is_mostly_past() {
            rewrite(&path, &state)?;
            state = State::default();
            read = replay(&path, Position::default(), &mut state)?;
        }
        let file = open(&path)?;
        let journal = Journal {
            file,
            path,
            end: read.end,
            is_torn: read.seen.bytes != read.end,
            is_replaced: false,
            late: Vec::new(),
            _lock: lock,
        };
        Ok((journal, state))
    }

    /// The folder for temporary files beside the journal, without what a service left there that was killed. Files have no names
    /// where the system can do that. The lock keeps other services out.
    pub(super) fn scratch(&self) -> Result<PathBuf> {
        let folder = self.path.with_file_name(SCRATCH);
        private_folder(&folder).map_err(io_error(Action::Create, &folder))?;
        let left = fs::read_dir(&folder).map_err(io_error(Action::ListFolder, &folder))?;
        for left in left {
            let left = left.map_err(io_error(Action::ListFolder, &folder))?.path();
            fs::remove_file(&left).map_err(io_error(Action::Remove, &left))?;
        }
        Ok(folder)
    }

    pub(super) fn is_replaced(&self) -> bool {
        self.is_replaced
    }

    /// Opens the file that took the place of this one. Until that was done, nothing is added.
    ///
    /// # Errors
    /// As [`Journal::open`].
    pub(super) fn open_again(&mut self) -> Result<State> {
        self.is_replaced = true;
        let mut state = State::default();
        let read = replay(&self.path, Position::default(), &mut state)?;
        self.file = open(&self.path)?;
        self.end = read.end;
        self.is_torn = read.seen.bytes != read.end;
        self.is_replaced = false;
        Ok(state)
    }

    /// Adds lines. They are on the disk when this returns, with the place at which each begins. After an error none of them
    /// counts.
    pub(super) fn append(&mut self, records: &[Record]) -> Result<Vec<u64>> {
        let failed = io_error(Action::Write, &self.path);
        self.try_append(records).map_err(failed)
    }

    /// Adds a line, now or before what is added next.
    pub(super) fn append_soon(&mut self, record: Record) {
        self.late.push(record);
        // What fails is tried again with the next lines.
        let _ = self.try_append(&[]);
    }

    fn try_append(&mut self, records: &[Record]) -> io::Result<Vec<u64>> {
        if self.is_replaced {
            return Err(io::ErrorKind::ResourceBusy.into());
        }
        if self.is_torn {
            self.file.set_len(self.end)?;
            self.is_torn = false;
        }
        let mut places = Vec::with_capacity(records.len());
        let mut text = Vec::new();
        for record in &self.late {
            text.extend_from_slice(&line(record)?);
        }
        for record in records {
            places.push(self.end + text.len() as u64);
            text.extend_from_slice(&line(record)?);
        }
        self.is_torn = true;
        self.file.seek(SeekFrom::Start(self.end))?;
        let written = self
            .file
            .write_all(&text)
            .and_then(|()| self.file.sync_data());
        if let Err(error) = written {
            self.is_torn = self.file.set_len(self.end).is_err();
            return Err(error);
        }
        self.is_torn = false;
        self.late.clear();
        self.end += text.len() as u64;
        Ok(places)
    }
}

fn open(path: &Path) -> Result<File> {
    let mut options = OpenOptions::new();
    options.read(true).write(true).create(true).truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path).map_err(io_error(Action::Open, path))
}

/// Takes up the lines after a place.
pub(super) fn replay(path: &Path, from: Position, state: &mut State) -> Result<Position> {
    let failed = io_error(Action::Read, path);
    let mut file = match File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(from),
        Err(error) => return Err(io_error(Action::Open, path)(error)),
    };
    let mut position = from;
    let mut read = || -> io::Result<Option<DecisionsDamage>> {
        position.seen = of(&file.metadata()?);
        file.seek(SeekFrom::Start(from.end))?;
        let mut file = BufReader::new(&file);
        loop {
            let mut text = Vec::new();
            (&mut file).take(LINE_MAX).read_until(b'\n', &mut text)?;
            if text.last() != Some(&b'\n') && (text.len() as u64) < LINE_MAX {
                return Ok(None);
            }
            position.lines += 1;
            let line = position.lines;
            let Some(record) = parse(&text) else {
                return Ok(Some(DecisionsDamage::NotADecision { line }));
            };
            state.apply(&record, position.end);
            position.end += text.len() as u64;
        }
    };
    match read().map_err(failed)? {
        None => Ok(position),
        Some(damage) => Err(Error::Store {
            path: path.to_owned(),
            problem: Problem::DecisionsDamaged { damage },
        }),
    }
}

/// The content whose line begins at a place.
pub(super) fn content_at(path: &Path, at: u64) -> Result<Content> {
    let failed = io_error(Action::Read, path);
    let read = || -> io::Result<Content> {
        let mut file = File::open(path)?;
        file.seek(SeekFrom::Start(at))?;
        let mut text = Vec::new();
        BufReader::new(file.take(LINE_MAX)).read_until(b'\n', &mut text)?;
        match parse(&text) {
            Some(Record::Content(content)) => Ok(content),
            _ => Err(io::Error::from(io::ErrorKind::InvalidData)),
        }
    };
    read().map_err(failed)
}

/// Replaces a journal by a shorter one with the same state.
pub(super) fn rewrite(path: &Path, state: &State) -> Result<()> {
    let failed = || io_error(Action::Write, path);
    let mut draft = AtomicFile::create(path)?;
    for record in state.records() {
        let line = line(&record).map_err(failed())?;
        draft.write_all(&line).map_err(failed())?;
    }
    for id in state.ids() {
        let Some(at) = state.place_of(id) else {
            continue;
        };
        let content = Record::Content(content_at(path, at)?);
        let line = line(&content).map_err(failed())?;
        draft.write_all(&line).map_err(failed())?;
    }
    draft.publish()
}

fn line(record: &Record) -> io::Result<Vec<u8>> {
    let text = serde_json::to_string(record)?;
    Ok(format!("{} {text}\n", check(text.as_bytes())).into_bytes())
}

fn parse(line: &[u8]) -> Option<Record> {
    let line = line.strip_suffix(b"\n")?;
    let (told, text) = line.split_at_checked(16)?;
    let text = text.strip_prefix(b" ")?;
    let is_whole = check(text).as_bytes() == told;
    is_whole.then(|| serde_json::from_slice(text).ok())?
}

fn check(text: &[u8]) -> String {
    blake3::hash(text).to_hex()[..16].to_owned()
}

fn io_error(action: Action, path: &Path) -> impl FnOnce(io::Error) -> Error + use<> {
    let path = path.to_owned();
    move |source| Error::Io {
        action,
        path,
        source,
    }
}

#[cfg(unix)]
fn private_folder(path: &Path) -> io::Result<()> {
    use std::os::unix::fs::DirBuilderExt as _;
    fs::DirBuilder::new()
        .mode(0o700)
        .recursive(true)
        .create(path)
}

#[cfg(not(unix))]
fn private_folder(path: &Path) -> io::Result<()> {
    fs::create_dir_all(path)
}

/// Two services that write one journal would give one id to two contents.
fn lock(path: &Path) -> Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let file = options.open(path).map_err(io_error(Action::Lock, path))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(Error::Busy {
            path: path.to_owned(),
            holder: LockHolder::Unknown,
        }),
        Err(TryLockError::Error(error)) => Err(io_error(Action::Lock, path)(error)),
    }
}
