//! Lists that live: generations on disk, of which readers see one at a time.
//!
//! A *store* is a folder of lists with their terms. What is in it never changes: a refresh builds new files beside the old
//! ones, verifies them, and puts them in force all at once by replacing one pointer. Whoever reads sees the old
//! generation or the new one, whole; the old files stay until the last reader lets go. Between two builds *decisions*
//! by hand, entries added and withdrawn, take effect at once and outlast every build.
//!
//! | module | |
//! |---|---|
//! | `folder`, `manifest`, `lock` | where everything stands, what a generation is made of, who may change it |
//! | `terms` | what a list may be used for |
//! | `decisions`, `targets`, `growing` | what is added and withdrawn by hand |
//! | `layer`, `open`, `reader` | what queries look into: opened, and kept up to date while it is read |

mod decisions;
#[cfg(feature = "refresh")]
pub mod fetch;
mod folder;
mod growing;
mod layer;
mod manifest;
mod open;
pub mod raw;
mod reader;
#[cfg(feature = "refresh")]
pub mod signature;
mod targets;
mod terms;

use std::path::Path;

pub use decisions::{Act, Decision};
pub use folder::Access;
pub(crate) use folder::MARK;
pub(crate) use layer::{Layer, Standing, View};
pub(crate) use reader::Reader;
pub use terms::{AtMost, Kind, Terms};

use crate::Result;
use folder::Folder;

/// A store of lists.
#[derive(Clone, Debug)]
pub struct Store {
    folder: Folder,
}

impl Store {
    /// Opens a store.
    ///
    /// # Errors
    /// [`Error::Store`](crate::Error::Store) if the folder is no store, or others than its owner can read or write it and that was not allowed.
    pub fn open(path: &Path, access: Access) -> Result<Store> {
        let folder = Folder::open(path, access)?;
        Ok(Store { folder })
    }

    /// Whether a folder is a store.
    pub fn is_store(path: &Path) -> bool {
        path.join(MARK).exists()
    }

    /// Makes a store of a folder that is not there yet, or empty. Only its owner can read it.
    ///
    /// # Errors
    /// [`Error::Store`](crate::Error::Store) if there is something in the folder; [`Error::Io`](crate::Error::Io).
    pub fn create(path: &Path) -> Result<Store> {
        let folder = Folder::create(path)?;
        Ok(Store { folder })
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        self.folder.root()
    }
}
