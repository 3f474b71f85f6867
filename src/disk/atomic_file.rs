//! Files that appear whole or not at all.
//!
//! A [`AtomicFile`] is written beside its destination; publishing syncs it, renames it and syncs the folder. A crash, a
//! full disk or a kill at any instant leaves the old file or the new one. An abandoned draft removes itself.
//!
//! A process that is killed outright cannot remove its draft: a hidden file is left, `.NAME.??????.part`. Nothing ever
//! reads it, and the next draft for its place removes it. A draft that is being written is locked, so that nobody
//! else's is swept away. Where files cannot be locked, nothing is.

use std::ffi::{OsStr, OsString};
use std::fs::{self, File};
use std::io::{self, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

use crate::error::{Action, Problem};
use crate::{Error, Result};

/// A file that is written under a temporary name and published by a rename.
///
/// ```
/// use basma::disk::atomic_file::AtomicFile;
/// use std::io::Write as _;
/// # let folder = tempfile::tempdir().unwrap();
/// # let path = folder.path().join("report.csv");
/// let mut file = AtomicFile::create(&path)?;
/// file.write_all(b"path,status\n").unwrap();
/// assert!(!path.exists());
/// file.publish()?;
/// assert_eq!(std::fs::read(&path).unwrap(), b"path,status\n");
/// # Ok::<(), basma::Error>(())
/// ```
#[derive(Debug)]
pub struct AtomicFile {
    file: NamedTempFile,
    path: PathBuf,
}

impl AtomicFile {
    /// Begins a file that will be at `path`. It has the permissions of the file that is there, or else those of a new
    /// file of the user's.
    ///
    /// # Errors
    /// [`Error::Io`] where the folder is missing or may not be written to. [`Error::Argument`] where something other
    /// than a file is there: a device or a folder is never replaced.
    pub fn create(path: &Path) -> Result<AtomicFile> {
        AtomicFile::begin(path, None)
    }

    /// Begins a file that nobody but its owner may read, at any time, whatever may be known of its content.
    ///
    /// # Errors
    /// As [`AtomicFile::create`].
    pub fn private(path: &Path) -> Result<AtomicFile> {
        AtomicFile::begin(path, Some(0o600))
    }

    fn begin(path: &Path, private: Option<u32>) -> Result<AtomicFile> {
        // What a link points at is replaced, not the link.
        let path = &fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
        if fs::metadata(path).is_ok_and(|m| !m.is_file()) {
            return Err(not_a_file(path));
        }
        let name = path.file_name().ok_or_else(|| {
            Error::Argument(Problem::NotAFileName {
                path: crate::escape::path(path).into_owned(),
            })
        })?;
        fs::metadata(folder(path)).map_err(Error::io(Action::Create, path))?;
        sweep(path);
        let prefix = prefix(name);
        let mut builder = tempfile::Builder::new();
        builder.prefix(&prefix).suffix(SUFFIX);
        // The library's own way tells the name of a draft with each error, and nobody gave that name.
        let mut options = File::options();
        options.read(true).write(true).create_new(true);
        #[cfg(unix)]
        {
            use std::os::unix::fs::{OpenOptionsExt as _, PermissionsExt as _};
            // What is private must not be read by others while it is made, either.
            let there = || fs::metadata(path).map_or(0o666, |there| there.permissions().mode());
            let mode = private.unwrap_or_else(there);
            options.mode((mode & 0o666) | 0o600);
        }
        #[cfg(not(unix))]
        let _ = private;
        loop {
            let file = builder
                .make_in(folder(path), |draft| options.open(draft))
                .map_err(Error::io(Action::Create, path))?;
            // Swept away before it was locked: the next one will not be.
            if lock(file.as_file()) {
                return Ok(AtomicFile {
                    file,
                    path: path.to_owned(),
                });
            }
        }
    }

    /// The final path.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The temporary path, for reading back the written bytes.
    pub fn draft_path(&self) -> &Path {
        self.file.path()
    }

    /// Syncs the bytes without publishing them.
    ///
    /// # Errors
    /// [`Error::Io`], for instance on a full disk.
    pub fn sync(&mut self) -> Result<()> {
        let file = self.file.as_file_mut();
        let synced = file.flush().and_then(|()| file.sync_all());
        synced.map_err(Error::io(Action::Write, &self.path))
    }

    /// Puts a private file at another place in the same folder, for a name that only its content tells.
    pub(crate) fn publish_as(mut self, path: &Path) -> Result<()> {
        self.sync()?;
        self.file
            .persist(path)
            .map_err(|error| Error::io(Action::Replace, path)(error.error))?;
        sync_folder(folder(path)).map_err(Error::io(Action::SyncFolder, path))
    }

    /// Publishes the file at another place in the same folder, where nothing stands: otherwise the file comes back. What another
    /// program puts there meanwhile is not replaced, as far as the file system can tell.
    ///
    /// # Errors
    /// [`Error::Io`], for instance on a full disk.
    pub fn publish_new(mut self, path: &Path) -> Result<Option<AtomicFile>> {
        self.sync()?;
        if let Err(error) = self.file.persist_noclobber(path) {
            let is_there = path.symlink_metadata().is_ok();
            if is_there {
                let back = AtomicFile {
                    file: error.file,
                    path: self.path,
                };
                return Ok(Some(back));
            }
            // Not every file system can do so.
            error
                .file
                .persist(path)
                .map_err(|error| Error::io(Action::Create, path)(error.error))?;
        }
        sync_folder(folder(path)).map_err(Error::io(Action::SyncFolder, path))?;
        Ok(None)
    }

    /// Publishes the file, replacing an older one.
    ///
    /// # Errors
    /// [`Error::Io`]; the old file, if any, is unchanged.
    pub fn publish(mut self) -> Result<()> {
        if let Ok(there) = fs::metadata(&self.path) {
            let file = self.file.as_file();
            file.set_permissions(there.permissions())
                .map_err(Error::io(Action::Replace, &self.path))?;
        }
        self.sync()?;
        let path = self.path;
        self.file
            .persist(&path)
            .map_err(|error| Error::io(Action::Replace, &path)(error.error))?;
        sync_folder(folder(&path)).map_err(Error::io(Action::SyncFolder, &path))
    }
}

impl AtomicFile {
    /// Puts what was written so far beside the place of the file, as [`partial_path`] names it. It replaces what an
    /// earlier one left there. What stands at the file's own place stays.
    ///
    /// # Errors
    /// [`Error::Io`]; [`Error::Argument`] if the path exists and is not a regular file.
    pub fn publish_partial(mut self) -> Result<PathBuf> {
        let path = partial_path(&self.path);
        if fs::symlink_metadata(&path).is_ok_and(|there| !there.is_file()) {
            return Err(not_a_file(&path));
        }
        self.sync()?;
        self.file
            .persist(&path)
            .map_err(|error| Error::io(Action::Replace, &path)(error.error))?;
        sync_folder(folder(&path)).map_err(Error::io(Action::SyncFolder, &path))?;
        Ok(path)
    }
}

/// Where the part of a file is put that was written when its writer was interrupted: `FILE.partial`.
pub fn partial_path(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".partial");
    name.into()
}

impl Seek for AtomicFile {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.file.as_file_mut().seek(to)
    }
}

impl Write for AtomicFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.file.as_file_mut().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.as_file_mut().flush()
    }
}

/// Removes drafts for a path whose writers are gone. What cannot be removed stays.
fn sweep(path: &Path) {
    if let Some(name) = path.file_name() {
        let prefix = prefix(name);
        sweep_drafts(folder(path), |beginning| {
            beginning == prefix.as_encoded_bytes()
        });
    }
}

/// Removes all drafts in a folder whose writers are gone. What cannot be removed stays.
pub(crate) fn sweep_folder(folder: &Path) {
    sweep_drafts(folder, |beginning| beginning.starts_with(b"."));
}

/// Removes drafts whose names begin so, before what makes them unique.
fn sweep_drafts(folder: &Path, begins: impl Fn(&[u8]) -> bool) {
    let is_draft = |name: &OsStr| {
        let rest = name.as_encoded_bytes().strip_suffix(SUFFIX.as_bytes());
        let parts = rest.and_then(|rest| rest.split_last_chunk::<6>());
        parts.is_some_and(|(beginning, unique)| {
            begins(beginning) && unique.iter().all(u8::is_ascii_alphanumeric)
        })
    };
    let Ok(entries) = fs::read_dir(folder) else {
        return;
    };
    for entry in entries.flatten() {
        let is_file = entry.file_type().is_ok_and(|kind| kind.is_file());
        if is_file && is_draft(&entry.file_name()) {
            remove_abandoned(&entry.path());
        }
    }
}

const SUFFIX: &str = ".part";

/// How the name of a draft for a file begins.
fn prefix(name: &OsStr) -> OsString {
    let mut prefix = OsString::from(".");
    // The system's limit on names is 255 bytes: a long one must leave room for what makes the draft's unique.
    prefix.push(if name.len() < 200 {
        name
    } else {
        "draft".as_ref()
    });
    prefix
}

/// Locks a draft for as long as it is open; whether its file is still there.
#[cfg(unix)]
fn lock(file: &File) -> bool {
    use std::os::unix::fs::MetadataExt as _;
    // A sweeper holds the lock for an instant. Where there are no locks, there are no sweepers.
    let locked = rustix::fs::flock(file, rustix::fs::FlockOperation::LockExclusive);
    locked.is_err() || file.metadata().map_or(true, |m| m.nlink() > 0)
}

#[cfg(not(unix))]
fn lock(_: &File) -> bool {
    true
}

/// Removes a draft that nobody writes any more.
#[cfg(unix)]
fn remove_abandoned(path: &Path) {
    let Ok(file) = File::open(path) else { return };
    let operation = rustix::fs::FlockOperation::NonBlockingLockExclusive;
    if rustix::fs::flock(&file, operation).is_ok() {
        // While the lock is held: who waits for it finds the file gone.
        let _ = fs::remove_file(path);
    }
}

#[cfg(not(unix))]
fn remove_abandoned(_: &Path) {}

pub(crate) fn folder(path: &Path) -> &Path {
    match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    }
}

/// The rename itself must survive a crash. Where a folder cannot be opened as a file, there is nothing to sync.
pub(crate) fn sync_folder(folder: &Path) -> io::Result<()> {
    #[cfg(unix)]
    File::open(folder)?.sync_all()?;
    #[cfg(not(unix))]
    let _ = folder;
    Ok(())
}

fn not_a_file(path: &Path) -> Error {
    let path = crate::escape::path(path).into_owned();
    Problem::OutputNotAFile { path }.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_new_file_is_never_put_over_another() {
        let folder = tempfile::tempdir().unwrap();
        let [first, second] = ["first", "second"].map(|name| folder.path().join(name));
        let mut file = AtomicFile::private(&first).unwrap();
        file.write_all(b"new").unwrap();
        fs::write(&first, "of another program").unwrap();
        let back = file.publish_new(&first).unwrap().unwrap();
        assert!(back.publish_new(&second).unwrap().is_none());
        assert_eq!(fs::read(&first).unwrap(), b"of another program");
        assert_eq!(fs::read(&second).unwrap(), b"new");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 2);
    }

    #[test]
    fn what_is_no_file_is_never_replaced() {
        assert!(matches!(
            AtomicFile::create(&std::env::temp_dir()),
            Err(Error::Argument(_))
        ));
        #[cfg(unix)]
        assert!(matches!(
            AtomicFile::create(Path::new("/dev/null")),
            Err(Error::Argument(_))
        ));
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn an_error_names_the_file_and_no_draft_of_it() {
        let error = AtomicFile::create(Path::new("/proc/x")).unwrap_err();
        let text = error.to_string();
        assert!(text.starts_with("/proc/x: cannot create: "), "{text}");
        assert!(!text.contains(SUFFIX), "{text}");
    }

    #[test]
    fn an_abandoned_draft_leaves_the_old_file_and_nothing_else() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("x");
        fs::write(&path, "old").unwrap();
        let mut draft = AtomicFile::create(&path).unwrap();
        draft.write_all(b"new").unwrap();
        drop(draft);
        assert_eq!(fs::read(&path).unwrap(), b"old");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);

        let mut draft = AtomicFile::create(&path).unwrap();
        draft.write_all(b"new").unwrap();
        draft.publish().unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"new");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[cfg(unix)]
    #[test]
    fn drafts_of_the_dead_are_swept_away_and_those_of_the_living_stay() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("x");
        let dead = folder.path().join(".xa1B2c3.part");
        let others = [
            ".x.part",
            ".xya1B2c3.part",
            ".xa1B2c3.part2",
            "xa1B2c3.part",
        ];
        for name in others {
            fs::write(folder.path().join(name), "").unwrap();
        }
        fs::write(&dead, "half").unwrap();
        let draft = AtomicFile::create(&path).unwrap();
        AtomicFile::create(&path).unwrap();
        assert!(!dead.exists() && draft.draft_path().exists());
        assert!(others.iter().all(|name| folder.path().join(name).exists()));
        draft.publish().unwrap();
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 5);

        let draft = AtomicFile::create(&path).unwrap();
        fs::write(&dead, "half").unwrap();
        sweep_folder(folder.path());
        // Of any name: one of those above is a draft of a file called `xy`.
        let other = folder.path().join(others[1]);
        assert!(!dead.exists() && draft.draft_path().exists() && !other.exists());
        drop(draft);
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 4);
    }

    #[cfg(unix)]
    #[test]
    fn what_was_private_stays_private() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("private");
        fs::write(&path, "").unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
        let draft = AtomicFile::create(&path).unwrap();
        let mode = fs::metadata(draft.draft_path()).unwrap().permissions();
        assert_eq!(mode.mode() & 0o777, 0o600);
        draft.publish().unwrap();
        assert_eq!(
            fs::metadata(&path).unwrap().permissions().mode() & 0o777,
            0o600
        );
    }

    #[cfg(unix)]
    #[test]
    fn a_published_file_is_as_readable_as_any_other() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = tempfile::tempdir().unwrap();
        let mode = |name: &str| {
            fs::metadata(folder.path().join(name))
                .unwrap()
                .permissions()
                .mode()
        };
        fs::write(folder.path().join("plain"), "").unwrap();
        AtomicFile::create(&folder.path().join("published"))
            .unwrap()
            .publish()
            .unwrap();
        assert_eq!(mode("published"), mode("plain"));
    }
}
