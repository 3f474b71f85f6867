//! Standard input where a file is named: a picture, a clip, an archive, an index. Its bytes are kept in a temporary file.

use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};

use basma::error::{Action, Problem};
use basma::scan::Scan;
use basma::{Error, Result};
use tempfile::NamedTempFile;

use super::args::{FilesArgs, LogArgs};

/// The argument that stands for standard input.
pub(super) const STDIN: &str = "-";

/// The name of standard input in messages, and of a list that is read from it.
pub(super) const NAME: &str = "standard input";

/// The most that is kept of standard input. A stream has no end that anybody knows.
const BYTES_MAX: u64 = 64 << 30;

/// Whether an argument stands for standard input.
pub(super) fn is_stdin(path: &Path) -> bool {
    path == Path::new(STDIN)
}

/// What standard input held, as a file that is removed at the end.
pub(super) struct Spooled {
    file: NamedTempFile,
}

impl Spooled {
    /// Reads all of standard input.
    ///
    /// # Errors
    /// Those of the system; standard input beyond the limit.
    pub(super) fn read() -> Result<Spooled> {
        Spooled::of(io::stdin().lock(), BYTES_MAX)
    }

    /// Reads standard input if one of the arguments stands for it.
    ///
    /// # Errors
    /// As [`Spooled::read`].
    pub(super) fn named_in<'p>(
        paths: impl IntoIterator<Item = &'p Path>,
    ) -> Result<Option<Spooled>> {
        let is_named = paths.into_iter().any(is_stdin);
        is_named.then(Spooled::read).transpose()
    }

    /// Reads all of a stream that begins standard input.
    ///
    /// # Errors
    /// As [`Spooled::read`].
    pub(super) fn of_stream(stream: impl io::Read) -> Result<Spooled> {
        Spooled::of(stream, BYTES_MAX)
    }

    fn of(stream: impl io::Read, bytes_max: u64) -> Result<Spooled> {
        let failed = |action: Action, path: &Path| {
            let path = path.to_owned();
            move |source| Error::Io {
                action,
                path,
                source,
            }
        };
        let folder = std::env::temp_dir();
        let unwritten = || failed(Action::WriteTemporary, &folder);
        // On Unix nobody else can read it.
        let mut file = NamedTempFile::with_prefix("basma-").map_err(unwritten())?;
        let mut stream = stream.take(bytes_max.saturating_add(1));
        let mut part = vec![0; 1 << 20];
        let mut bytes = 0_u64;
        loop {
            let read = match stream.read(&mut part) {
                Ok(0) => break,
                Ok(read) => read,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => return Err(failed(Action::Read, Path::new(NAME))(error)),
            };
            bytes += read as u64;
            if bytes > bytes_max {
                return Err(Problem::StdinTooLong { limit: bytes_max }.into());
            }
            file.as_file_mut()
                .write_all(&part[..read])
                .map_err(unwritten())?;
        }
        Ok(Spooled { file })
    }

    /// The temporary file.
    pub(super) fn path(&self) -> &Path {
        self.file.path()
    }

    /// An error of reading it, which names standard input.
    pub(super) fn named(&self, error: Error) -> Error {
        let is_of_it = |path: &Path| path == self.path();
        match error {
            Error::Io {
                action,
                path,
                source,
            } if is_of_it(&path) => Error::Io {
                action,
                path: NAME.into(),
                source,
            },
            Error::Index { path, problem } if is_of_it(&path) => Error::Index {
                path: NAME.into(),
                problem,
            },
            error => error,
        }
    }
}

/// The files that a command was given. Standard input is read where one of them stands for it.
pub(super) struct Files {
    spooled: Option<Spooled>,
    /// As they are opened, to see how much there is to do.
    pub(super) roots: Vec<PathBuf>,
}

impl Files {
    /// # Errors
    /// As [`Spooled::read`].
    pub(super) fn new(args: &FilesArgs) -> Result<Files> {
        keep_once(args.paths.iter().map(AsRef::as_ref))?;
        let spooled = Spooled::named_in(args.paths.iter().map(AsRef::as_ref))?;
        let roots = args.paths.iter().map(|path| match &spooled {
            Some(spooled) if is_stdin(path) => spooled.path().to_owned(),
            _ => path.clone(),
        });
        Ok(Files {
            roots: roots.collect(),
            spooled,
        })
    }

    /// A scan that finds standard input under its name.
    pub(super) fn within(&self, scan: Scan) -> Scan {
        match &self.spooled {
            Some(spooled) => scan.with_stand_in(STDIN, spooled.path()),
            None => scan,
        }
    }
}

/// Refuses a command whose arguments take standard input more than once: it can be read but once.
///
/// # Errors
/// [`Error::Argument`].
pub(super) fn keep_once<'a>(paths: impl IntoIterator<Item = &'a Path>) -> Result<()> {
    if paths.into_iter().filter(|path| is_stdin(path)).count() > 1 {
        return Err(Problem::StdinTwice.into());
    }
    Ok(())
}

/// Refuses to remember a file that no later scan finds again.
///
/// # Errors
/// [`Error::Argument`].
pub(super) fn keep_unrecorded(files: &FilesArgs, logs: &LogArgs) -> Result<()> {
    let is_recorded = logs.journal.is_some() || logs.cache.is_some();
    if is_recorded && files.paths.iter().any(|path| is_stdin(path)) {
        return Err(Problem::StdinRecorded.into());
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stream_is_kept_whole_or_refused() {
        let spooled = Spooled::of(&b"abc"[..], 3).unwrap();
        assert_eq!(std::fs::read(spooled.path()).unwrap(), b"abc");
        let path = spooled.path().to_owned();
        drop(spooled);
        assert!(!path.exists());
        let error = Spooled::of(io::repeat(7), 3).err().unwrap();
        assert!(matches!(
            error,
            Error::Argument(Problem::StdinTooLong { limit: 3 })
        ));
    }
}
