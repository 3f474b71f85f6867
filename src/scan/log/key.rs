//! The key of the digests that a cache keeps instead of paths.

use std::io::{self, Write as _};
use std::path::Path;

use super::wrong;
use crate::disk::atomic_file::{folder, sync_folder};
use crate::error::{Action, Problem};
use crate::{Error, Result};

/// The key of the digests that a cache keeps instead of paths.
///
/// ```
/// use basma::{Matcher, scan::{Log, PathKey, Scan}};
/// # let folder = tempfile::tempdir().unwrap();
/// # let (key, cache) = (folder.path().join("key"), folder.path().join("cache"));
/// let key = PathKey::open(&key)?;
/// let settings = Scan::new(Matcher::new([])).settings();
/// let cache = Log::cache(&cache, &settings, Some(key), 1 << 30)?;
/// assert_eq!(cache.records(), 0);
/// # Ok::<(), basma::Error>(())
/// ```
#[derive(Clone)]
pub struct PathKey([u8; 32]);

impl PathKey {
    /// A key that is kept in a file, made there if there is none. Without it nobody can tell of which files a cache
    /// holds the hashes.
    ///
    /// # Errors
    /// [`Error::Io`]; [`Error::Argument`] if the file is something else.
    pub fn open(path: &Path) -> Result<PathKey> {
        match std::fs::read(path) {
            Ok(bytes) => bytes
                .try_into()
                .map(PathKey)
                .map_err(|_| wrong(path, |path| Problem::LogKey { path })),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                let mut key = [0; 32];
                getrandom::fill(&mut key).map_err(|error| {
                    Error::io(Action::MakeKey, path)(io::Error::other(error.to_string()))
                })?;
                write_new(path, &key).map_err(Error::io(Action::Write, path))?;
                Ok(PathKey(key))
            }
            Err(error) => Err(Error::io(Action::Read, path)(error)),
        }
    }

    /// A digest under this key.
    pub(super) fn hasher(&self) -> blake3::Hasher {
        blake3::Hasher::new_keyed(&self.0)
    }

    /// Tells this key from another, and nothing else of it.
    pub(super) fn check(&self) -> [u8; 16] {
        let digest = blake3::keyed_hash(&self.0, b"basma: the key of the paths of a cache");
        *digest.as_bytes().first_chunk().expect("shorter")
    }
}

impl std::fmt::Debug for PathKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("PathKey(..)")
    }
}

/// Writes a file that only its owner may read, whole or not at all, where none is.
fn write_new(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file = tempfile::NamedTempFile::new_in(folder(path))?;
    file.write_all(bytes)?;
    file.as_file().sync_all()?;
    file.persist_noclobber(path)?;
    sync_folder(folder(path))
}
