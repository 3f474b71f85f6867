//! What the service itself knows of banks and contents, beside the store: ratios, notes, what is switched off.
//!
//! | module | |
//! |---|---|
//! | `record` | what is remembered, as lines of JSON |
//! | `journal` | the file of these lines |
//! | `state` | what the lines come to |
//! | `number` | the integers by which contents are named |
//! | `change` | a change: written, then in force |

mod change;
mod journal;
mod number;
mod record;
mod state;
#[cfg(test)]
mod tests;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use basma::Result;

use journal::{Journal, Position};

pub(super) use change::{NewContent, withdrawal};
pub(super) use number::{NUMBER_MIN, number_of};
pub(super) use record::{Content, Metadata, SignalType};
pub(super) use state::{Bank, Item, State, entry_id};

/// What is remembered of banks and contents, in memory and on disk.
pub(super) struct Curation {
    path: PathBuf,
    state: RwLock<State>,
    /// None where another machine writes it.
    journal: Option<Mutex<Journal>>,
    /// How far a journal of another machine was read.
    read: Mutex<Position>,
    /// How many contents were added since the store was built.
    waiting: AtomicU64,
}

/// How many contents may wait for a build, at least and at most. Each takes some hundred bytes of a file that every decision
/// reads.
const WAITING: (u64, u64) = (10_000, 100_000);

impl Curation {
    /// Opens the journal of a store and takes the place of its only writer.
    ///
    /// # Errors
    /// [`basma::Error::Store`] where a line of it is damaged or another service writes it; [`basma::Error::Io`].
    pub(super) fn open(store: &Path) -> Result<Curation> {
        let (journal, state) = Journal::open(store)?;
        Ok(Curation {
            path: journal::path(store),
            state: RwLock::new(state),
            journal: Some(Mutex::new(journal)),
            read: Mutex::default(),
            waiting: AtomicU64::new(0),
        })
    }

    /// Reads the journal of a store that another machine writes.
    ///
    /// # Errors
    /// As [`Curation::open`].
    pub(super) fn read_only(store: &Path) -> Result<Curation> {
        let path = journal::path(store);
        let mut state = State::default();
        let read = journal::replay(&path, Position::default(), &mut state)?;
        Ok(Curation {
            path,
            state: RwLock::new(state),
            journal: None,
            read: Mutex::new(read),
            waiting: AtomicU64::new(0),
        })
    }

    /// A folder of the store for temporary files; none on a replica.
    ///
    /// # Errors
    /// [`basma::Error::Io`] where it cannot be made or emptied.
    pub(super) fn scratch(&self) -> Result<Option<PathBuf>> {
        let journal = self.journal();
        journal.map(|journal| journal.scratch()).transpose()
    }

    /// Reads what another machine wrote since.
    ///
    /// # Errors
    /// As [`Curation::open`].
    pub(super) fn catch_up(&self) -> Result<()> {
        if self.journal.is_some() {
            return Ok(());
        }
        let mut read = self.read.lock().unwrap_or_else(PoisonError::into_inner);
        let file = journal::identity(&self.path);
        if read.is_all_of(file) {
            return Ok(());
        }
        if read.goes_on_in(file) {
            let mut state = self.state_mut();
            *read = journal::replay(&self.path, *read, &mut state)?;
            return Ok(());
        }
        let mut state = State::default();
        *read = journal::replay(&self.path, Position::default(), &mut state)?;
        *self.state_mut() = state;
        Ok(())
    }

    /// Counts what was added; whether the store should be built.
    pub(super) fn is_fold_due(&self, added: u64) -> bool {
        let waiting = self.waiting.fetch_add(added, Ordering::Relaxed) + added;
        // What is built costs as much as there is: the more there is, the more may wait.
        let all = self.state().last_id().unwrap_or(0);
        let is_due = waiting > (all / 10).clamp(WAITING.0, WAITING.1);
        if is_due {
            self.waiting.store(0, Ordering::Relaxed);
        }
        is_due
    }

    pub(super) fn state(&self) -> RwLockReadGuard<'_, State> {
        self.state.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn state_mut(&self) -> RwLockWriteGuard<'_, State> {
        self.state.write().unwrap_or_else(PoisonError::into_inner)
    }

    fn journal(&self) -> Option<MutexGuard<'_, Journal>> {
        let journal = self.journal.as_ref()?;
        Some(journal.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// What was written about a content.
    ///
    /// # Errors
    /// [`basma::Error::Io`] where its line cannot be read any more.
    pub(super) fn content(&self, id: u64) -> Result<Option<Content>> {
        let mut attempt = 0;
        loop {
            let Some(at) = self.state().place_of(id) else {
                return Ok(None);
            };
            let found = journal::content_at(&self.path, at);
            attempt += 1;
            match found {
                Ok(content) if content.id == id => return Ok(Some(content)),
                // A withdrawal may have put another file in its place between the two looks.
                _ if attempt == 1 => {
                    drop(self.journal());
                    self.catch_up()?;
                }
                Ok(_) => return Ok(None),
                Err(error) => return Err(error),
            }
        }
    }

    /// Erases the contents that hold one of these texts, with their notes and metadata. Gives how many.
    ///
    /// # Errors
    /// Those of the journal.
    pub(super) fn erase(&self, texts: &BTreeSet<String>) -> Result<u64> {
        let Some(mut journal) = self.journal() else {
            return Ok(0);
        };
        let erased = crate::cli::rights::rewrite_contents(&self.path, texts);
        if !matches!(erased, Ok(0)) || journal.is_replaced() {
            // Whatever became of it, the file may be another one now.
            *self.state_mut() = journal.open_again()?;
        }
        erased
    }
}
