//! A download in progress. Its bytes are kept beside the whole files, so that the rest can be requested.
//!
//! It stands in the raw folder under a name made of the list's. The server's `ETag` vouches that a rest will fit. A
//! note beside the part has its version. It also has the number of bytes that were safe on the disk, and their digest.
//! What a crash left is believed as far as it agrees with its note, and no further. Without a note nothing waits.

use std::fs::{self, File};
use std::io::{self, Read as _, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::answer::date;
use crate::disk::atomic_file::AtomicFile;
use crate::error::Action;
use crate::store::layout::raw::{CHUNK_BYTES, Digest, Raw};
use crate::{Error, Result};

/// How many bytes may be lost to a killed process or a power cut.
const NOTE_EVERY: u64 = 64 << 20;

/// How long a note may be.
const NOTE_BYTES_MAX: u64 = 64 * 1024;

/// A download on its way.
#[derive(Debug)]
pub(super) struct Download<'a, V> {
    raw: &'a Raw,
    path: PathBuf,
    note_path: PathBuf,
    /// The digest of the URL.
    place: Digest,
    file: File,
    hasher: Sha256,
    bytes: u64,
    /// How many of them a note tells of.
    noted: u64,
    /// What it is a part of, if that can be told from others.
    version: Option<V>,
}

/// Of which version of a list something is a part.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Version {
    /// A strong one.
    pub(super) etag: String,
    /// `Last-Modified`, as it was said with the first part.
    pub(super) last_modified: Option<String>,
}

#[derive(Debug, Serialize, Deserialize)]
struct Note<V> {
    place: Digest,
    version: V,
    bytes: u64,
    digest: Digest,
}

impl<'a, V: Clone + Serialize + DeserializeOwned> Download<'a, V> {
    /// Opens what waits for a list and a URL, or begins with nothing.
    pub(super) fn open(
        raw: &'a Raw,
        list: &str,
        place: Digest,
        stop: &dyn Fn() -> bool,
    ) -> Result<Download<'a, V>> {
        // Any name is a good one for a list, but not for a file.
        let name = format!(".{:.16}.partial", Digest::of(list.as_bytes()).to_string());
        let path = raw.folder().join(&name);
        let mut options = File::options();
        options.read(true).write(true).create(true).truncate(false);
        #[cfg(unix)]
        {
            use std::os::unix::fs::OpenOptionsExt as _;
            let nofollow = rustix::fs::OFlags::NOFOLLOW.bits().cast_signed();
            options.mode(0o600).custom_flags(nofollow);
        }
        let file = options
            .open(&path)
            .map_err(Error::io(Action::Open, &path))?;
        let mut part = Download {
            raw,
            note_path: raw.folder().join(format!("{name}.note")),
            path,
            place,
            file,
            hasher: Sha256::new(),
            bytes: 0,
            noted: 0,
            version: None,
        };
        let note: Option<Note<V>> = read_note(&part.note_path);
        let note = note.filter(|note| note.place == place);
        match note {
            Some(note) if part.is_as_noted(&note, stop)? => {
                part.noted = note.bytes;
                part.version = Some(note.version);
            }
            _ => part.restart(None)?,
        }
        Ok(part)
    }

    /// How many bytes there are.
    pub(super) fn bytes(&self) -> u64 {
        self.bytes
    }

    /// How many bytes wait for their rest, and of which version they are.
    pub(super) fn waiting(&self) -> Option<(u64, V)> {
        let version = self.version.clone().filter(|_| self.bytes > 0);
        version.map(|version| (self.bytes, version))
    }

    /// Begins anew, with another version.
    pub(super) fn restart(&mut self, version: Option<V>) -> Result<()> {
        self.io(remove(&self.note_path))?;
        let emptied = self.file.set_len(0).and_then(|()| self.file.rewind());
        self.io(emptied)?;
        self.hasher = Sha256::new();
        self.bytes = 0;
        self.noted = 0;
        self.version = version;
        Ok(())
    }

    pub(super) fn write(&mut self, chunk: &[u8]) -> Result<()> {
        let written = self.file.write_all(chunk);
        self.io(written)?;
        self.hasher.update(chunk);
        self.bytes += chunk.len() as u64;
        if self.bytes - self.noted >= NOTE_EVERY {
            self.note()
        } else {
            Ok(())
        }
    }

    /// Says how far it has come, and notes it where so many bytes came since the last note.
    pub(super) fn mark(&mut self, version: V, every: u64) -> Result<()> {
        self.version = Some(version);
        if self.bytes - self.noted >= every {
            self.note()
        } else {
            Ok(())
        }
    }

    /// Lets it wait for its rest, if it can have one.
    pub(super) fn pause(&mut self) -> Result<()> {
        match self.waiting() {
            Some(_) => self.note(),
            None => self.discard(),
        }
    }

    /// Forgets what has come.
    pub(super) fn discard(&mut self) -> Result<()> {
        self.restart(None)
    }

    /// Keeps it as a whole file.
    pub(super) fn finish(&mut self) -> Result<Digest> {
        let synced = self.file.sync_all();
        self.io(synced)?;
        let digest = Digest::finish(self.hasher.clone());
        self.io(remove(&self.note_path))?;
        self.raw.adopt(&self.path, &digest)?;
        Ok(digest)
    }

    /// Whether it begins with what its note tells of; what comes after that is cut off.
    fn is_as_noted(&mut self, note: &Note<V>, stop: &dyn Fn() -> bool) -> Result<bool> {
        let mut buffer = vec![0; CHUNK_BYTES];
        while self.bytes < note.bytes {
            if stop() {
                return Err(Error::Cancelled);
            }
            let most = usize::try_from(note.bytes - self.bytes).unwrap_or(usize::MAX);
            let most = most.min(buffer.len());
            match self.file.read(&mut buffer[..most]) {
                Ok(0) => return Ok(false),
                Ok(count) => {
                    self.hasher.update(&buffer[..count]);
                    self.bytes += count as u64;
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(Error::io(Action::Read, &self.path)(error)),
            }
        }
        if Digest::finish(self.hasher.clone()) != note.digest {
            return Ok(false);
        }
        let cut = self.file.set_len(self.bytes);
        let cut = cut.and_then(|()| self.file.seek(SeekFrom::Start(self.bytes)));
        self.io(cut)?;
        Ok(true)
    }

    /// Writes the note, when what it tells of is safe.
    fn note(&mut self) -> Result<()> {
        let Some(version) = &self.version else {
            return Ok(());
        };
        let synced = self.file.sync_data();
        self.io(synced)?;
        let note = Note {
            place: self.place,
            version: version.clone(),
            bytes: self.bytes,
            digest: Digest::finish(self.hasher.clone()),
        };
        let mut draft = AtomicFile::private(&self.note_path)?;
        let written = serde_json::to_writer(&mut draft, &note);
        let note_path = &self.note_path;
        written.map_err(|error| Error::io(Action::Write, note_path)(error.into()))?;
        draft.publish()?;
        self.noted = self.bytes;
        Ok(())
    }

    fn io<T>(&self, result: io::Result<T>) -> Result<T> {
        result.map_err(Error::io(Action::Write, &self.path))
    }
}

impl Download<'_, Version> {
    /// What the answer that it began with said, as text and in seconds since 1970 UTC.
    pub(super) fn last_modified(&self) -> Option<(String, i64)> {
        let text = self.version.as_ref()?.last_modified.clone()?;
        let seconds = date(&text)?;
        Some((text, seconds))
    }
}

/// Where nothing waits, nothing is left.
impl<V> Drop for Download<'_, V> {
    fn drop(&mut self) {
        if self.noted == 0 {
            let _ = fs::remove_file(&self.path);
        }
    }
}

fn read_note<V: DeserializeOwned>(path: &Path) -> Option<Note<V>> {
    let mut text = Vec::new();
    let file = File::open(path).ok()?;
    file.take(NOTE_BYTES_MAX).read_to_end(&mut text).ok()?;
    serde_json::from_slice(&text).ok()
}

fn remove(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        removed => removed,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn version() -> Option<Version> {
        Some(Version {
            etag: "\"v1\"".into(),
            last_modified: Some("Sun, 06 Nov 1994 08:49:37 GMT".into()),
        })
    }

    fn open<'a>(raw: &'a Raw, url: &str) -> Download<'a, Version> {
        Download::open(raw, "demo", Digest::of(url.as_bytes()), &|| false).unwrap()
    }

    fn raw() -> (tempfile::TempDir, Raw) {
        let folder = tempfile::tempdir().unwrap();
        let raw = Raw::open(&folder.path().join("raw")).unwrap();
        (folder, raw)
    }

    fn count(raw: &Raw) -> usize {
        fs::read_dir(raw.folder()).unwrap().count()
    }

    fn pause(raw: &Raw, bytes: &[u8]) {
        let mut part = open(raw, "a");
        part.restart(version()).unwrap();
        part.write(bytes).unwrap();
        part.pause().unwrap();
    }

    #[test]
    fn what_waits_goes_on_where_it_was_and_becomes_a_whole_file() {
        let (_folder, raw) = raw();
        pause(&raw, b"one");
        let mut part = open(&raw, "a");
        assert_eq!(part.waiting(), version().map(|v| (3, v)));
        part.write(b"two").unwrap();
        part.pause().unwrap();
        drop(part);
        let mut part = open(&raw, "a");
        assert_eq!(part.waiting(), version().map(|v| (6, v)));
        assert_eq!(part.last_modified().unwrap().1, 784_111_777);
        part.write(b"three").unwrap();
        let digest = part.finish().unwrap();
        drop(part);
        assert_eq!(digest, Digest::of(b"onetwothree"));
        assert_eq!(raw.verify(&digest, &|| false).unwrap(), 11);
        assert_eq!(count(&raw), 1);
    }

    #[test]
    fn without_an_etag_nothing_waits() {
        let (_folder, raw) = raw();
        let mut part = open(&raw, "a");
        part.restart(None).unwrap();
        part.write(b"one").unwrap();
        part.pause().unwrap();
        assert_eq!(part.waiting(), None);
        drop(part);
        assert_eq!(count(&raw), 0);
    }

    #[test]
    fn what_waits_is_believed_as_far_as_it_agrees_with_its_note() {
        let (_folder, raw) = raw();
        let files = || {
            let part = open(&raw, "nothing");
            (part.path.clone(), part.note_path.clone())
        };
        let (path, note) = files();
        // What was written after the note may be anything.
        pause(&raw, b"one");
        fs::write(&path, "one and more").unwrap();
        let part = open(&raw, "a");
        assert_eq!(part.waiting(), version().map(|v| (3, v)));
        assert_eq!(fs::metadata(&path).unwrap().len(), 3);
        drop(part);

        let damages: [&dyn Fn(); 5] = [
            &|| fs::write(&path, "onf").unwrap(),
            &|| fs::write(&path, "on").unwrap(),
            &|| fs::remove_file(&path).unwrap(),
            &|| fs::remove_file(&note).unwrap(),
            &|| fs::write(&note, "{").unwrap(),
        ];
        for damage in damages {
            pause(&raw, b"one");
            damage();
            assert_eq!(open(&raw, "a").waiting(), None);
            assert_eq!(count(&raw), 0);
        }
        pause(&raw, b"one");
        assert_eq!(open(&raw, "b").waiting(), None, "of another URL");
        assert_eq!(count(&raw), 0);
    }

    #[test]
    fn notes_are_written_on_the_way() {
        let (_folder, raw) = raw();
        let mut part = open(&raw, "a");
        part.restart(version()).unwrap();
        part.noted = 0;
        part.bytes = NOTE_EVERY - 1;
        assert!(!part.note_path.exists());
        part.write(b"x").unwrap();
        assert!(part.note_path.exists());
        assert_eq!(part.noted, NOTE_EVERY);
    }

    #[test]
    fn bytes_that_are_kept_already_are_not_kept_twice() {
        let (_folder, raw) = raw();
        for _ in 0..2 {
            let mut part = open(&raw, "a");
            part.restart(None).unwrap();
            part.write(b"one").unwrap();
            assert_eq!(part.finish().unwrap(), Digest::of(b"one"));
            drop(part);
            assert_eq!(count(&raw), 1);
        }
    }

    #[cfg(unix)]
    #[test]
    fn nobody_else_may_read_what_waits() {
        use std::os::unix::fs::PermissionsExt as _;
        let (_folder, raw) = raw();
        pause(&raw, b"one");
        for entry in fs::read_dir(raw.folder()).unwrap() {
            let mode = entry.unwrap().metadata().unwrap().permissions().mode();
            assert_eq!(mode & 0o777, 0o600);
        }
    }
}
