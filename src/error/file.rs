//! What keeps a file from being examined: the system, or anything else.

use std::io;

use super::{Error, Reason};

/// Why a file was not examined.
#[derive(Debug)]
pub enum FileError {
    /// The system did not let it be read.
    Unreadable(io::Error),
    /// Its content, a limit, or what its content is for.
    Other(Error),
}

impl FileError {
    /// Whether the bytes ended where more should have come.
    pub(crate) fn is_end(&self) -> bool {
        matches!(self, FileError::Unreadable(error) if error.kind() == io::ErrorKind::UnexpectedEof)
    }

    /// A file that is broken.
    pub(crate) fn damaged(reason: Reason) -> FileError {
        FileError::Other(Error::Damaged(reason))
    }

    /// A file of a kind that is not read.
    pub(crate) fn unsupported(reason: Reason) -> FileError {
        FileError::Other(Error::Unsupported(reason))
    }
}

impl From<io::Error> for FileError {
    fn from(error: io::Error) -> FileError {
        FileError::Unreadable(error)
    }
}

impl From<Error> for FileError {
    fn from(error: Error) -> FileError {
        FileError::Other(error)
    }
}
