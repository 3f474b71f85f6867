//! A store that is read while it changes.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError, RwLock, Weak};
use std::time::{Duration, SystemTime};
use std::{fs, mem, thread};

use crate::error::{Action, Message, Problem};
use crate::store::layout::folder::{Access, Folder};
use crate::store::view::layer::View;
use crate::store::view::open::Opened;
use crate::{Error, Result};

/// How often a store is looked at: decisions are to take effect within a second.
const EVERY: Duration = Duration::from_millis(150);

/// The generation of a store that is in force, kept up to date by a thread that ends with it. A query uses one view to
/// its end. Opening the next view never makes a query wait.
#[derive(Debug)]
pub(crate) struct Reader {
    folder: Folder,
    view: RwLock<Arc<View>>,
    error: Mutex<Option<Message>>,
}

impl Reader {
    /// Opens a store and begins to follow it.
    pub(crate) fn open(path: &Path, access: Access) -> Result<Arc<Reader>> {
        let folder = Folder::open(path, access)?;
        let seen = Seen::look(&folder, None);
        let opened = Opened::open(&folder, None)?;
        let reader = Arc::new(Reader {
            folder,
            view: RwLock::new(Arc::new(opened.view())),
            error: Mutex::default(),
        });
        let weak = Arc::downgrade(&reader);
        let following = thread::Builder::new().name("store".to_owned());
        following
            .spawn(move || follow(&weak, opened, seen))
            .map_err(Error::io(Action::FollowStore, path))?;
        Ok(reader)
    }

    /// What answers a query that begins now.
    pub(crate) fn view(&self) -> Arc<View> {
        self.view
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// Why what is in force could not be opened, so that older lists still answer.
    pub(crate) fn error(&self) -> Option<Message> {
        self.error
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    pub(crate) fn path(&self) -> &Path {
        self.folder.root()
    }

    /// Looks for a change and takes it over. The view that is replaced is kept in `replaced`.
    fn catch_up(
        &self,
        opened: &mut Opened,
        replaced: &mut Vec<Arc<View>>,
        is_used: &(dyn Fn() -> bool + Sync),
    ) -> Result<()> {
        let pointer = crate::store::layout::manifest::Pointer::read(&self.folder)?;
        // After a failure nothing of what was opened is relied on.
        let is_same = pointer.as_ref() == Some(&opened.pointer) && self.error().is_none();
        // All decisions are read again where reading on fails: a writer may have removed one that it could not finish.
        let read_on = is_same.then(|| opened.read_decisions(&self.folder));
        match read_on {
            Some(Ok(false)) => return Ok(()),
            Some(Ok(true)) => {}
            Some(Err(_)) | None => {
                let generation = pointer.map(|pointer| pointer.generation);
                let before = Seen::look(&self.folder, generation);
                let next = Opened::open(&self.folder, Some(opened))?;
                // What queries pass over in a new index is proven here, before the first query. A decision is in force
                // within a second: one that comes meanwhile ends the wait.
                let goes_on = || is_used() && Seen::look(&self.folder, generation) == before;
                next.warm(opened, &goes_on)?;
                *opened = next;
            }
        }
        let view = Arc::new(opened.view());
        let mut in_force = self.view.write().unwrap_or_else(PoisonError::into_inner);
        replaced.push(mem::replace(&mut *in_force, view));
        Ok(())
    }
}

/// Follows a store until its last user is gone.
fn follow(weak: &Weak<Reader>, mut opened: Opened, mut seen: Seen) {
    // Views that queries may still be at. To give the memory of a large list back takes a tenth of a second: this thread
    // does it, and no query waits.
    let mut replaced: Vec<Arc<View>> = Vec::new();
    loop {
        thread::sleep(EVERY);
        replaced.retain(|view| Arc::strong_count(view) > 1);
        let Some(reader) = weak.upgrade() else {
            return;
        };
        let now = Seen::look(&reader.folder, Some(opened.pointer.generation));
        let has_failed = reader.error().is_some();
        if now == seen && !has_failed {
            continue;
        }
        seen = now;
        let is_used = || weak.strong_count() > 1;
        let error = error_of(|| reader.catch_up(&mut opened, &mut replaced, &is_used));
        *reader.error.lock().unwrap_or_else(PoisonError::into_inner) = error;
    }
}

/// Why an attempt to catch up failed, if it did. A panic counts as a failure. If the thread ended, old lists would
/// answer for ever without a warning.
fn error_of(attempt: impl FnOnce() -> Result<()>) -> Option<Message> {
    match catch_unwind(AssertUnwindSafe(attempt)) {
        Ok(result) => result.err().map(|error| error.message()),
        Err(_) => Some(Problem::StoreNotFollowed.message()),
    }
}

/// What tells that a store has changed: the system's word on two files.
#[derive(Debug, PartialEq, Eq)]
struct Seen([Option<(u64, SystemTime, u64)>; 2]);

impl Seen {
    fn look(folder: &Folder, generation: Option<u64>) -> Seen {
        let decisions = generation.map(|generation| folder.decisions_of(generation));
        Seen([Some(folder.current()), decisions].map(|path| {
            let metadata = fs::metadata(path?).ok()?;
            #[cfg(unix)]
            let inode = std::os::unix::fs::MetadataExt::ino(&metadata);
            #[cfg(not(unix))]
            let inode = 0;
            Some((metadata.len(), metadata.modified().ok()?, inode))
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_while_catching_up_is_an_error_and_does_not_end_the_thread() {
        let error = error_of(|| panic!("a fault")).unwrap();
        assert_eq!(error, Problem::StoreNotFollowed.message());
        assert_eq!(error_of(|| Ok(())), None);
        assert!(error_of(|| Err(Error::Cancelled)).is_some());
    }
}
