//! A file, from its path to its matches.

use std::fs::File;
use std::path::Path;

use super::{Found, Matcher};
use crate::error::{Action, Problem};
use crate::hasher::{Fingerprint, Hasher};
use crate::{Error, Result};

/// What is known of a file that was looked up.
#[derive(Debug)]
#[non_exhaustive]
pub struct MatchedFile {
    /// The hashes. Where [`error`](Fingerprint::error) is set, or [`media`](Fingerprint::media) is partial or capped,
    /// not all was looked up. No match does not mean that nothing is there.
    pub fingerprint: Fingerprint,
    /// What they match.
    pub found: Found,
}

impl Matcher {
    /// Hashes a file and looks its hashes up. What is in an archive, or in another file, only a [scan](crate::scan) finds.
    ///
    /// ```
    /// use basma::{Matcher, hasher::Hasher};
    /// # std::env::set_current_dir(env!("CARGO_MANIFEST_DIR")).unwrap();
    /// let matcher = Matcher::open(["hashsets/demo.csv"])?;
    /// let hasher = Hasher::new(matcher.hash_types());
    /// let file = matcher.match_file(&hasher, "fixtures/dump/chat/IMG-WA0003.jpg")?;
    /// if let Some(error) = &file.fingerprint.error {
    ///     eprintln!("not examined as a whole: {error}");
    /// }
    /// assert_eq!(file.found.matches[0].id.as_deref(), Some("figure-1"));
    /// # Ok::<(), basma::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::Io`] for a file that cannot be read. [`Error::Cancelled`] once the hasher is. [`Error::Argument`] for what is
    /// no file. Otherwise as [`Matcher::lookup`].
    pub fn match_file(&self, hasher: &Hasher, path: impl AsRef<Path>) -> Result<MatchedFile> {
        let path = path.as_ref();
        let metadata = std::fs::metadata(path).map_err(Error::io(Action::Open, path))?;
        if !metadata.is_file() {
            let path = crate::escape::path(path);
            return Err(Problem::NotRegularFile {
                path: path.into_owned(),
            }
            .into());
        }
        let file = File::open(path).map_err(Error::io(Action::Open, path))?;
        let hashed = hasher.hash_file(&file);
        let fingerprint = hashed.map_err(|error| Error::of_reader(path, error))?;
        if matches!(fingerprint.error, Some(Error::Cancelled)) {
            return Err(Error::Cancelled);
        }
        let found = self.find(&fingerprint)?;
        Ok(MatchedFile { fingerprint, found })
    }
}
