//! What a withdrawal asks of a service that has the store open: to erase what it holds, and to say when it answers from
//! older lists no more.
//!
//! The two meet in files of the folder of the service. The command writes `withdrawal.json`, and the service writes
//! `withdrawal-answer.json`. Both files go when the command ends. A command that was killed leaves its file: its lock is
//! free then, and the service or the next withdrawal removes it.

use std::collections::BTreeSet;
use std::fs::{self, File, TryLockError};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use basma::disk::atomic_file::AtomicFile;
use basma::error::{Action, Problem};
use basma::store::Token;
use basma::{Error, Result};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::queue::failed;
use super::{contents, queue};

/// The folder of the service within the store.
const FOLDER: &str = "service";

/// Held by a service for as long as it runs.
const SERVICE_LOCK: &str = "lock";

/// Held by a withdrawal for as long as it runs.
const COMMAND_LOCK: &str = "withdrawal.lock";

const ASKED: &str = "withdrawal.json";
const ANSWERED: &str = "withdrawal-answer.json";

/// How long a service may take to erase, and to find lists that were published.
const PATIENCE: Duration = Duration::from_secs(30);

const PAUSE: Duration = Duration::from_millis(20);

/// What a withdrawal asks.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Asked {
    /// Tells one withdrawal from another.
    pub(crate) id: String,
    /// The hashes, and the digest of the token.
    pub(crate) texts: BTreeSet<String>,
}

/// What a service answers.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Answered {
    /// That of the withdrawal.
    pub(crate) id: String,
    /// Whether something could not be erased.
    pub(crate) has_failed: bool,
    #[serde(flatten)]
    pub(crate) erased: Counts,
    /// The generation from which every request is answered that is not answered yet.
    pub(crate) generation: u64,
    /// How long a request may take, in seconds.
    pub(crate) request_seconds: u64,
}

/// What was erased of the files of the service.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Counts {
    /// Cases of the queue of the review.
    pub(crate) queue: u64,
    /// Contents that were added over HTTP.
    pub(crate) contents: u64,
}

/// A withdrawal, and the service beside it, if there is one.
#[derive(Debug)]
pub(super) struct Handover {
    store: PathBuf,
    /// The name of this withdrawal, where a service is asked.
    asks: Option<String>,
    /// Where no service runs, none begins before this is dropped.
    service_lock: Option<File>,
    /// Nothing where no service ever ran on the store.
    command_lock: Option<File>,
}

impl Handover {
    /// Finds out whether a service runs. What a killed withdrawal left is removed.
    pub(super) fn begin(store: &Path) -> Result<Handover> {
        let folder = store.join(FOLDER);
        let mut handover = Handover {
            store: store.to_owned(),
            asks: None,
            service_lock: None,
            command_lock: None,
        };
        if !folder.is_dir() {
            return Ok(handover);
        }
        let path = folder.join(COMMAND_LOCK);
        let file = lock_file(&path)?;
        file.lock().map_err(failed(Action::Lock, &path))?;
        handover.command_lock = Some(file);
        for name in [ASKED, ANSWERED] {
            remove(&folder.join(name))?;
        }
        handover.service_lock = try_lock(&folder)?;
        if handover.service_lock.is_none() {
            handover.asks = Some(Token::random()?.digest());
        }
        Ok(handover)
    }

    /// Has everything forgotten that holds one of these texts.
    ///
    /// # Errors
    /// [`Error::Store`] where the service does not answer, or cannot erase it; those of the files.
    pub(super) fn forget(&mut self, texts: &BTreeSet<String>) -> Result<Counts> {
        if let Some(id) = self.asks.clone() {
            let asked = Asked {
                id: id.clone(),
                texts: texts.clone(),
            };
            write(&self.path(ASKED), &asked)?;
            match self.wait(&id, PATIENCE, |_| true)? {
                Waited::Answered(answered) if answered.has_failed => {
                    return Err(self.wrong(Problem::ServiceUndone));
                }
                Waited::Answered(answered) => return Ok(answered.erased),
                Waited::InVain => return Err(self.wrong(Problem::ServiceRuns)),
                Waited::Ended(lock) => self.goes_on_alone(lock),
            }
        }
        Ok(Counts {
            queue: queue::forget_texts(&self.store, texts)?,
            contents: contents::forget_texts(&self.store, texts)?,
        })
    }

    /// Waits until the service answers from a generation, or a later one, and holds nothing of what was erased; what it
    /// erased by then.
    ///
    /// # Errors
    /// [`Error::Store`] where it does not, or could not erase what it received meanwhile.
    pub(super) fn settle(&mut self, generation: u64, erased: Counts) -> Result<Counts> {
        let Some(id) = self.asks.clone() else {
            return Ok(erased);
        };
        let known = read::<Answered>(&self.path(ANSWERED)).filter(|known| known.id == id);
        let seconds = known.map_or(0, |known| known.request_seconds);
        let patience = PATIENCE.saturating_add(Duration::from_secs(seconds));
        let is_there = |answered: &Answered| answered.generation >= generation;
        match self.wait(&id, patience, is_there)? {
            Waited::Answered(answered) if answered.has_failed => {
                Err(self.wrong(Problem::ServiceUndone))
            }
            Waited::Answered(answered) => Ok(answered.erased),
            Waited::InVain => Err(self.wrong(Problem::ServiceBehind)),
            Waited::Ended(lock) => {
                // What came in after the first look is in its files.
                let texts = read::<Asked>(&self.path(ASKED)).map(|asked| asked.texts);
                self.goes_on_alone(lock);
                let more = self.forget(&texts.unwrap_or_default())?;
                Ok(Counts {
                    queue: erased.queue + more.queue,
                    contents: erased.contents + more.contents,
                })
            }
        }
    }

    fn goes_on_alone(&mut self, lock: File) {
        (self.asks, self.service_lock) = (None, Some(lock));
    }

    fn wait(
        &self,
        id: &str,
        patience: Duration,
        is_so: impl Fn(&Answered) -> bool,
    ) -> Result<Waited> {
        let begun = Instant::now();
        loop {
            let answered = read::<Answered>(&self.path(ANSWERED));
            let answered = answered.filter(|answered| answered.id == id);
            match answered.filter(|answered| answered.has_failed || is_so(answered)) {
                Some(answered) => return Ok(Waited::Answered(answered)),
                None if begun.elapsed() >= patience => return Ok(Waited::InVain),
                None => {}
            }
            if let Some(lock) = try_lock(&self.store.join(FOLDER))? {
                return Ok(Waited::Ended(lock));
            }
            std::thread::sleep(PAUSE);
        }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.store.join(FOLDER).join(name)
    }

    fn wrong(&self, problem: Problem) -> Error {
        let path = self.store.join(FOLDER);
        Error::Store { path, problem }
    }
}

impl Drop for Handover {
    fn drop(&mut self) {
        if self.command_lock.is_some() {
            // What cannot be removed is removed by the service, or by the next withdrawal.
            let _ = remove(&self.path(ASKED));
            let _ = remove(&self.path(ANSWERED));
        }
    }
}

/// What became of waiting for a service.
enum Waited {
    Answered(Answered),
    /// The service ended. None begins while this is held.
    Ended(File),
    InVain,
}

/// What is asked of the service of a store by a withdrawal that still runs. What one left that does not is removed.
#[cfg(feature = "serve")]
pub(crate) fn asked(store: &Path) -> Result<Option<Asked>> {
    let folder = store.join(FOLDER);
    let path = folder.join(ASKED);
    if !path.exists() {
        return Ok(None);
    }
    let place = folder.join(COMMAND_LOCK);
    let lock = lock_file(&place)?;
    match lock.try_lock() {
        Err(TryLockError::WouldBlock) => Ok(read(&path)),
        Err(TryLockError::Error(error)) => Err(failed(Action::Lock, &place)(error)),
        Ok(()) => {
            remove(&path)?;
            remove(&folder.join(ANSWERED))?;
            Ok(None)
        }
    }
}

/// Tells the withdrawal what was done.
#[cfg(feature = "serve")]
pub(crate) fn answer(store: &Path, answered: &Answered) -> Result<()> {
    write(&store.join(FOLDER).join(ANSWERED), answered)
}

/// The lock of the service, where none runs.
fn try_lock(folder: &Path) -> Result<Option<File>> {
    let path = folder.join(SERVICE_LOCK);
    let file = lock_file(&path)?;
    match file.try_lock() {
        Ok(()) => Ok(Some(file)),
        Err(TryLockError::WouldBlock) => Ok(None),
        Err(TryLockError::Error(error)) => Err(failed(Action::Lock, &path)(error)),
    }
}

fn lock_file(path: &Path) -> Result<File> {
    let mut options = File::options();
    options.write(true).create(true).truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path).map_err(failed(Action::Lock, path))
}

/// What a file says; nothing where it is not there. It is whole whenever it is there.
fn read<T: DeserializeOwned>(path: &Path) -> Option<T> {
    serde_json::from_slice(&fs::read(path).ok()?).ok()
}

fn write(path: &Path, value: &impl Serialize) -> Result<()> {
    let text = serde_json::to_vec(value).expect("texts and numbers");
    let mut draft = AtomicFile::private(path)?;
    draft
        .write_all(&text)
        .map_err(failed(Action::Write, path))?;
    draft.publish()
}

fn remove(path: &Path) -> Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => {
            Err(failed(Action::Remove, path)(error))
        }
        _ => Ok(()),
    }
}
