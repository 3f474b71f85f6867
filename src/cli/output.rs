//! Where findings go: standard output, or a file that appears whole or not at all.

use std::io::{self, BufWriter, StdoutLock, Write};
use std::path::{Path, PathBuf};

use basma::disk::atomic_file::AtomicFile;
use basma::error::{Action, Problem};
use basma::{Error, Result};

/// Standard output, or a file in the making.
pub(crate) enum Output {
    Stdout(StdoutLock<'static>),
    File(Box<BufWriter<AtomicFile>>),
}

/// What was written until an interruption.
pub(crate) struct Partial {
    /// Where it is.
    pub(crate) path: PathBuf,
    /// The file that it is no substitute for.
    pub(crate) whole: PathBuf,
}

/// Why writing ended.
#[derive(Debug)]
pub(crate) enum Stopped {
    /// The reader has what it wanted and left.
    ReaderLeft,
    /// The output cannot be written.
    Failed(Error),
}

impl Output {
    pub(crate) fn open(path: Option<&Path>) -> Result<Output> {
        Ok(match path {
            None => Output::Stdout(io::stdout().lock()),
            Some(path) if path == Path::new("-") => Output::Stdout(io::stdout().lock()),
            Some(path) => Output::File(Box::new(BufWriter::new(AtomicFile::create(path)?))),
        })
    }

    /// Writes one piece of text.
    pub(crate) fn write(&mut self, text: &(impl AsRef<[u8]> + ?Sized)) -> Result<(), Stopped> {
        let written = match self {
            Output::Stdout(out) => out.write_all(text.as_ref()),
            Output::File(out) => out.write_all(text.as_ref()),
        };
        written.map_err(|error| self.stopped(error))
    }

    /// Makes all that was written last: flushes it, and puts the file in its place.
    pub(crate) fn finish(mut self) -> Result<(), Stopped> {
        let flushed = match &mut self {
            Output::Stdout(out) => out.flush(),
            Output::File(out) => out.flush(),
        };
        flushed.map_err(|error| self.stopped(error))?;
        match self {
            Output::Stdout(_) => Ok(()),
            Output::File(out) => {
                let draft = out.into_inner().map_err(|error| broken(&error))?;
                draft.publish().map_err(Stopped::Failed)
            }
        }
    }

    /// Makes last what was written until an interruption. A file of it stands beside the place of the whole one. The paths of
    /// both are given back.
    pub(crate) fn interrupt(mut self) -> Result<Option<Partial>, Stopped> {
        let flushed = match &mut self {
            Output::Stdout(out) => out.flush(),
            Output::File(out) => out.flush(),
        };
        flushed.map_err(|error| self.stopped(error))?;
        let Output::File(out) = self else {
            return Ok(None);
        };
        let draft = out.into_inner().map_err(|error| broken(&error))?;
        Ok(Some(Partial {
            whole: draft.path().to_owned(),
            path: draft.publish_partial()?,
        }))
    }

    fn stopped(&self, source: io::Error) -> Stopped {
        if source.kind() == io::ErrorKind::BrokenPipe {
            return Stopped::ReaderLeft;
        }
        let path = match self {
            Output::Stdout(_) => PathBuf::from("standard output"),
            Output::File(out) => out.get_ref().path().to_owned(),
        };
        Stopped::Failed(Error::Io {
            action: Action::Write,
            path,
            source,
        })
    }
}

fn broken(error: &impl ToString) -> Stopped {
    let message = error.to_string();
    Stopped::Failed(Problem::OutputBroken { message }.into())
}

impl From<Error> for Stopped {
    fn from(error: Error) -> Stopped {
        Stopped::Failed(error)
    }
}
