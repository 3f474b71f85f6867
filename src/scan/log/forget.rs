//! What a log forgets: the results of files that hold a hash, or one near it. Their files are examined again.

use std::collections::BTreeSet;
use std::io::{BufWriter, Read as _, Write as _};
use std::path::Path;

use super::file::{Share, lock};
use super::frames::{Frames, HEADER_BYTES, Header, frame, frame_bytes};
use super::record::Record;
use super::{Log, wrong};
use crate::disk::atomic_file::AtomicFile;
use crate::error::{Action, Problem};
use crate::hash::Hash;
use crate::matcher::Policy;
use crate::{Error, Result};

impl Log {
    /// Removes the results of files that have one of these hashes, or a perceptual hash within the radius of one. Gives
    /// how many went. The file is written anew, whole or not at all; nothing is written where none goes.
    ///
    /// ```
    /// use basma::matcher::Policy;
    /// use basma::{Matcher, scan::{Log, Scan}};
    /// # let folder = tempfile::tempdir().unwrap();
    /// # let path = folder.path().join("journal");
    /// let scan = Scan::new(Matcher::new([]));
    /// drop(Log::journal(&path, &scan.settings())?);
    /// assert_eq!(Log::forget(&path, &Default::default(), &Policy::default())?, 0);
    /// # Ok::<(), basma::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::Argument`] if the file is something else, or while a scan has it open; [`Error::Io`].
    pub fn forget(path: &Path, hashes: &BTreeSet<Hash>, policy: &Policy) -> Result<u64> {
        let failed = |action| move |error| Error::io(action, path)(error);
        let file = std::fs::File::open(path).map_err(failed(Action::Open))?;
        lock(&file, Share::Write).map_err(|()| wrong(path, |path| Problem::LogInUse { path }))?;
        let mut head = Vec::new();
        let mut begin = (&file).take(HEADER_BYTES as u64);
        begin.read_to_end(&mut head).map_err(failed(Action::Read))?;
        match head.first_chunk() {
            Some(bytes) => Header::from_bytes(bytes).map_err(|problem| wrong(path, problem))?,
            None => return Err(wrong(path, |path| Problem::LogForeign { path })),
        };
        let mut draft = BufWriter::new(AtomicFile::private(path)?);
        draft.write_all(&head).map_err(failed(Action::Write))?;
        let (mut end, mut gone) = (HEADER_BYTES as u64, 0);
        let mut frames = Frames::new(&file).map_err(failed(Action::Read))?;
        while let Some((_, bytes)) = frames.next().map_err(failed(Action::Read))? {
            // One that this version cannot read may hold anything.
            let is_meant = Record::from_bytes(&bytes).is_none_or(|r| holds(&r, hashes, policy));
            if is_meant && !hashes.is_empty() {
                gone += 1;
                continue;
            }
            let written = draft.write_all(&frame(&bytes, end));
            written.map_err(failed(Action::Write))?;
            end += frame_bytes(&bytes);
        }
        if gone == 0 {
            return Ok(0);
        }
        let draft = draft.into_inner();
        let draft = draft.map_err(|error| failed(Action::Write)(error.into_error()))?;
        draft.publish()?;
        Ok(gone)
    }
}

/// Whether a file is what one of the hashes is of, or near it.
fn holds(record: &Record, hashes: &BTreeSet<Hash>, policy: &Policy) -> bool {
    let examined = &record.examined;
    let tracks = examined.tracks.iter().flat_map(|track| &track.prints);
    let prints = examined.prints.iter().chain(tracks);
    let mut known = examined
        .digests
        .iter()
        .copied()
        .chain(examined.sha256)
        .chain(prints.map(|print| print.hash));
    known.any(|known| {
        let radius = policy.radius(known.hash_type());
        hashes
            .iter()
            .any(|hash| known.distance(hash).is_some_and(|bits| bits <= radius))
    })
}
