//! The raw bytes of lists, as they were fetched, each file under the SHA-256 of its content.
//!
//! An imported list can be traced to its bytes years later. Two sources with the same bytes share one file. Files are
//! written to a temporary sibling, hashed meanwhile, synced and renamed. A name in the folder stands for whole, right
//! bytes. Reading notices damage by the disk. What a killed process left is removed when the folder is next opened.
//! Only the owner may read what is written here.

use std::fmt;
use std::fs::{self, File};
use std::io::{self, Read, Write as _};
use std::path::{Path, PathBuf};
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::disk::atomic_file::{AtomicFile, folder, sync_folder};
use crate::error::{Action, Limit, RAW_DAMAGED};
use crate::hash::{Hash, HashType};
use crate::{Error, Result};

/// How much is read at a time; whether to stop is asked as often.
pub(crate) const CHUNK_BYTES: usize = 256 * 1024;

/// The SHA-256 of a file's content, written as 64 hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub(crate) struct Digest([u8; 32]);

impl Digest {
    /// The digest of bytes that are in memory.
    pub(crate) fn of(bytes: &[u8]) -> Digest {
        Digest(Sha256::digest(bytes).into())
    }

    pub(crate) fn finish(hasher: Sha256) -> Digest {
        Digest(hasher.finalize().into())
    }

    /// Its 32 bytes.
    pub(crate) fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for Digest {
    type Err = Error;

    fn from_str(hex: &str) -> Result<Digest> {
        let hash = Hash::parse(HashType::Sha256, hex)?;
        let bytes = hash.as_bytes().try_into();
        Ok(Digest(bytes.expect("a SHA-256 is 32 bytes")))
    }
}

impl TryFrom<String> for Digest {
    type Error = Error;

    fn try_from(hex: String) -> Result<Digest> {
        hex.parse()
    }
}

impl From<Digest> for String {
    fn from(digest: Digest) -> String {
        digest.to_string()
    }
}

/// A folder of raw files.
#[derive(Clone, Debug)]
pub(crate) struct Raw {
    folder: PathBuf,
}

impl Raw {
    /// Opens a folder, or makes it, for its owner alone; its parent must be there. Removes what a killed process left.
    ///
    /// # Errors
    /// [`Error::Io`].
    pub(crate) fn open(path: &Path) -> Result<Raw> {
        let mut builder = fs::DirBuilder::new();
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        match builder.create(path) {
            Ok(()) => sync_folder(folder(path)).map_err(Error::io(Action::SyncFolder, path))?,
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            Err(error) => return Err(Error::io(Action::Create, path)(error)),
        }
        let raw = Raw {
            folder: path.to_owned(),
        };
        drop(raw.draft()?);
        Ok(raw)
    }

    /// Where it stands.
    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    /// Where the file of a digest stands, if it is there.
    pub(crate) fn path(&self, digest: &Digest) -> PathBuf {
        self.folder.join(digest.to_string())
    }

    /// Whether there is a file of that digest. Its content is not looked at.
    pub(crate) fn contains(&self, digest: &Digest) -> bool {
        fs::symlink_metadata(self.path(digest)).is_ok_and(|there| there.is_file())
    }

    /// Opens a file for reading; what it holds is checked when all of it is read.
    ///
    /// # Errors
    /// [`Error::Io`], for instance where there is none.
    pub(crate) fn read(&self, digest: &Digest) -> Result<Reader> {
        let path = self.path(digest);
        let file = File::open(&path).map_err(Error::io(Action::Open, &path))?;
        Ok(Reader {
            file,
            hasher: Some(Sha256::new()),
            digest: *digest,
        })
    }

    /// Reads a file once to check it, and tells its size in bytes.
    ///
    /// # Errors
    /// [`Error::Raw`] where it is damaged, [`Error::Io`] where it cannot be read, [`Error::Cancelled`].
    pub(crate) fn verify(&self, digest: &Digest, stop: &dyn Fn() -> bool) -> Result<u64> {
        let path = self.path(digest);
        let mut reader = self.read(digest)?;
        let mut buffer = vec![0; CHUNK_BYTES];
        let mut bytes = 0;
        loop {
            if stop() {
                return Err(Error::Cancelled);
            }
            match reader.read(&mut buffer) {
                Ok(0) => return Ok(bytes),
                Ok(count) => bytes += count as u64,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) if error.kind() == io::ErrorKind::InvalidData => {
                    return Err(Error::Raw { path });
                }
                Err(error) => return Err(Error::io(Action::Read, &path)(error)),
            }
        }
    }

    /// Takes bytes in until `read` gives none, as [`Read::read`] does, without keeping them yet.
    ///
    /// # Errors
    /// What `read` gives; [`Error::OverLimit`] beyond `size_max` bytes; [`Error::Io`], for instance on a full disk;
    /// [`Error::Cancelled`]. Nothing is left then.
    pub(crate) fn receive(
        &self,
        mut read: impl FnMut(&mut [u8]) -> Result<usize>,
        size_max: u64,
        stop: &dyn Fn() -> bool,
    ) -> Result<Received<'_>> {
        let mut draft = self.draft()?;
        let mut hasher = Sha256::new();
        let mut buffer = vec![0; CHUNK_BYTES];
        let mut bytes = 0;
        loop {
            if stop() {
                return Err(Error::Cancelled);
            }
            let count = read(&mut buffer)?;
            if count == 0 {
                break;
            }
            bytes += count as u64;
            within(bytes, size_max)?;
            hasher.update(&buffer[..count]);
            let path = draft.path().to_owned();
            let written = draft.write_all(&buffer[..count]);
            written.map_err(Error::io(Action::Write, &path))?;
        }
        Ok(Received {
            raw: self,
            draft,
            digest: Digest::finish(hasher),
            bytes,
        })
    }

    /// Keeps a file of this folder under its digest, unless the same bytes are kept already. Its content is synced.
    #[cfg(feature = "refresh")]
    pub(crate) fn adopt(&self, path: &Path, digest: &Digest) -> Result<()> {
        if self.is_whole(digest) {
            return fs::remove_file(path).map_err(Error::io(Action::Remove, path));
        }
        let place = self.path(digest);
        fs::rename(path, &place).map_err(Error::io(Action::Replace, &place))?;
        sync_folder(&self.folder).map_err(Error::io(Action::Sync, &self.folder))
    }

    /// Whether the file under a digest has this digest. A link, or an unreadable file, does not count.
    fn is_whole(&self, digest: &Digest) -> bool {
        self.contains(digest) && self.verify(digest, &|| false).is_ok()
    }

    fn draft(&self) -> Result<AtomicFile> {
        AtomicFile::private(&self.folder.join("incoming"))
    }
}

/// That there are not more bytes than a limit.
pub(crate) fn within(bytes: u64, size_max: u64) -> Result<()> {
    if bytes > size_max {
        Err(Error::OverLimit {
            what: Limit::FileBytes,
            found: bytes,
            limit: size_max,
        })
    } else {
        Ok(())
    }
}

/// Bytes that were taken in, and are gone unless they are [kept](Received::keep).
#[derive(Debug)]
pub(crate) struct Received<'a> {
    raw: &'a Raw,
    draft: AtomicFile,
    digest: Digest,
    bytes: u64,
}

impl Received<'_> {
    /// How many there are.
    pub(crate) fn bytes(&self) -> u64 {
        self.bytes
    }

    /// Keeps them under their digest. The same bytes that are there already are read to be sure, and stay.
    ///
    /// # Errors
    /// [`Error::Io`], for instance on a full disk.
    pub(crate) fn keep(self) -> Result<Digest> {
        if !self.raw.is_whole(&self.digest) {
            self.draft.publish_as(&self.raw.path(&self.digest))?;
        }
        Ok(self.digest)
    }
}

/// Reads a raw file. Where its bytes are not those of its name, the read that would tell its end fails.
#[derive(Debug)]
pub(crate) struct Reader {
    file: File,
    /// Gone when the digest was compared.
    hasher: Option<Sha256>,
    digest: Digest,
}

impl Read for Reader {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.file.read(buffer)?;
        if count > 0 {
            if let Some(hasher) = &mut self.hasher {
                hasher.update(&buffer[..count]);
            }
        } else if !buffer.is_empty()
            && let Some(hasher) = self.hasher.take()
            && Digest::finish(hasher) != self.digest
        {
            return Err(io::Error::new(io::ErrorKind::InvalidData, RAW_DAMAGED));
        }
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn raw() -> (tempfile::TempDir, Raw) {
        let folder = tempfile::tempdir().unwrap();
        let raw = Raw::open(&folder.path().join("raw")).unwrap();
        (folder, raw)
    }

    fn receive<'a>(raw: &'a Raw, mut bytes: &[u8], size_max: u64) -> Result<Received<'a>> {
        raw.receive(|buffer| Ok(bytes.read(buffer).unwrap()), size_max, &|| {
            false
        })
    }

    fn names(raw: &Raw) -> Vec<String> {
        let entries = fs::read_dir(raw.folder()).unwrap();
        let mut names: Vec<String> = entries
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }

    #[test]
    fn what_is_kept_stands_under_its_digest_and_is_read_back() {
        let (_folder, raw) = raw();
        let bytes = vec![7; CHUNK_BYTES * 2 + 1];
        let received = receive(&raw, &bytes, bytes.len() as u64).unwrap();
        assert_eq!(received.bytes(), bytes.len() as u64);
        let digest = received.keep().unwrap();
        assert_eq!(digest, Digest::of(&bytes));
        assert_eq!(names(&raw), [digest.to_string()]);
        let mut back = Vec::new();
        raw.read(&digest).unwrap().read_to_end(&mut back).unwrap();
        assert_eq!(back, bytes);
        assert_eq!(raw.verify(&digest, &|| false).unwrap(), bytes.len() as u64);
    }

    #[test]
    fn what_is_not_kept_leaves_nothing() {
        let (_folder, raw) = raw();
        let over = receive(&raw, b"four", 3).unwrap_err();
        assert!(matches!(over, Error::OverLimit { limit: 3, .. }), "{over}");
        drop(receive(&raw, b"four", 4).unwrap());
        let broken = raw.receive(
            |_| {
                Err(crate::error::Problem::OutputBroken {
                    message: "cut".into(),
                }
                .into())
            },
            9,
            &|| false,
        );
        assert!(matches!(broken, Err(Error::Argument(_))));
        let stopped = raw.receive(|_| Ok(1), 9, &|| true);
        assert!(matches!(stopped, Err(Error::Cancelled)));
        assert!(names(&raw).is_empty());
    }

    #[test]
    fn damage_is_noticed_by_readers_and_mended_by_the_next_that_keeps() {
        let (_folder, raw) = raw();
        let digest = receive(&raw, b"abc", 9).unwrap().keep().unwrap();
        for damage in [&b"abd"[..], b"ab", b"abcd", b""] {
            fs::write(raw.path(&digest), damage).unwrap();
            let error = raw.verify(&digest, &|| false).unwrap_err();
            assert!(matches!(error, Error::Raw { .. }), "{error}");
            let mut all = Vec::new();
            let error = raw.read(&digest).unwrap().read_to_end(&mut all);
            assert_eq!(error.unwrap_err().kind(), io::ErrorKind::InvalidData);

            receive(&raw, b"abc", 9).unwrap().keep().unwrap();
            assert_eq!(fs::read(raw.path(&digest)).unwrap(), b"abc");
        }
        assert_eq!(names(&raw).len(), 1);
    }

    #[cfg(unix)]
    #[test]
    fn the_same_bytes_are_not_written_again() {
        use std::os::unix::fs::MetadataExt as _;
        let (_folder, raw) = raw();
        let digest = receive(&raw, b"abc", 9).unwrap().keep().unwrap();
        let inode = || fs::metadata(raw.path(&digest)).unwrap().ino();
        let first = inode();
        receive(&raw, b"abc", 9).unwrap().keep().unwrap();
        assert_eq!(inode(), first);
    }

    #[cfg(unix)]
    #[test]
    fn only_the_owner_may_read_it_and_no_link_stands_for_it() {
        use std::os::unix::fs::PermissionsExt as _;
        let (folder, raw) = raw();
        let mode = |path: &Path| fs::symlink_metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode(raw.folder()), 0o700);
        let outside = folder.path().join("outside");
        fs::write(&outside, "abc").unwrap();
        let digest = Digest::of(b"abc");
        std::os::unix::fs::symlink(&outside, raw.path(&digest)).unwrap();
        assert!(!raw.contains(&digest));
        receive(&raw, b"abc", 9).unwrap().keep().unwrap();
        assert!(raw.contains(&digest));
        assert_eq!(mode(&raw.path(&digest)), 0o600);
    }

    #[cfg(unix)]
    #[test]
    fn what_a_killed_process_left_is_swept_and_other_files_stay() {
        let (_folder, raw) = raw();
        let digest = receive(&raw, b"abc", 9).unwrap().keep().unwrap();
        fs::write(raw.folder().join(".incominga1B2c3.part"), "half").unwrap();
        let living = receive(&raw, b"more", 9).unwrap();
        Raw::open(raw.folder()).unwrap();
        assert_eq!(names(&raw).len(), 2);
        let more = living.keep().unwrap();
        let mut both = [digest.to_string(), more.to_string()];
        both.sort();
        assert_eq!(names(&raw), both);
    }

    #[test]
    fn a_digest_is_text_in_what_is_stored() {
        let digest = Digest::of(b"abc");
        let json = serde_json::to_string(&digest).unwrap();
        assert_eq!(json, format!("\"{digest}\""));
        assert_eq!(serde_json::from_str::<Digest>(&json).unwrap(), digest);
        assert!(serde_json::from_str::<Digest>("\"abc\"").is_err());
    }
}
