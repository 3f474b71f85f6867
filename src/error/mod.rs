//! What can go wrong, in one type. Each message names the thing and, where there is one, the way out.

use std::io;
use std::path::{Path, PathBuf};

mod action;
#[cfg(feature = "evidence")]
mod case;
mod damage;
#[cfg(feature = "refresh")]
mod fetch;
#[cfg(feature = "media")]
#[cfg_attr(
    not(fuzzing),
    allow(unreachable_pub, reason = "fuzzing reads containers")
)]
mod file;
mod holder;
mod kinds;
mod limit;
mod list;
mod message;
mod messages;
mod problem;
mod reason;
#[cfg(feature = "refresh")]
mod secret;
#[cfg(feature = "refresh")]
mod signature;
mod system;

pub use action::Action;
#[cfg(feature = "evidence")]
pub use case::{CaseProblem, RecordFault};
pub use damage::{AuditDamage, DecisionsDamage, IndexDamage};
#[cfg(feature = "refresh")]
pub use fetch::{
    AuthorityFault, Awaited, ConnectionFault, FetchProblem, LengthFault, PageFault, ProtocolFault,
    RangeFault, RedirectFault, StatusMeaning, UrlFault,
};
#[cfg(all(not(fuzzing), feature = "media"))]
pub(crate) use file::FileError;
#[cfg(all(fuzzing, feature = "media"))]
pub use file::FileError;
pub use holder::LockHolder;
pub(crate) use kinds::kinds;
pub use limit::Limit;
pub use list::{LineProblem, Rejection};
pub use message::{Decimal, Message, MessageValue, Moment, TimeSpan};
pub use problem::Problem;
pub use reason::{Occurrence, Reason, ReasonCode, ReasonValue, Reasons, UnknownReasonCode};
#[cfg(feature = "refresh")]
pub use secret::SecretProblem;
#[cfg(feature = "refresh")]
pub use signature::SignatureProblem;
pub(crate) use system::system_text;

use crate::escape;

/// A result with this crate's [`Error`].
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Everything that can go wrong in this crate.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The operating system refused something.
    #[error("{}: cannot {action}: {}", escape::path(path), system_text(source))]
    Io {
        /// What was being done.
        action: Action,
        /// The file or folder it was done to.
        path: PathBuf,
        /// The system's reason.
        source: io::Error,
    },

    /// A text that is not a hash of the type it should be.
    #[error("not a hash of type {hash_type}: {problem}")]
    HashText {
        /// The name of the type that was expected.
        hash_type: &'static str,
        /// What was expected and found.
        problem: Problem,
    },

    /// A word that names no hash type.
    #[error("no hash type is called '{}'; known: {}", found.escape_default(), known.join(", "))]
    HashTypeName {
        /// The word.
        found: String,
        /// The names of all types.
        known: &'static [&'static str],
    },

    /// Bytes in no format that can be decoded here.
    #[error(transparent)]
    Unsupported(Reason),

    /// A media file that is broken.
    #[error(transparent)]
    Damaged(Reason),

    /// Something beyond a limit: a media file, a list, a record.
    #[error("{}", what.reason(*found, *limit))]
    OverLimit {
        /// What is counted.
        what: Limit,
        /// How much there is; one more than the limit where only that is known.
        found: u64,
        /// The limit it exceeds.
        limit: u64,
    },

    /// A hash list with lines that cannot be imported. Nothing of it was used.
    #[error(transparent)]
    List(#[from] Box<Rejection>),

    /// An index file that is damaged, of another version, or no index at all.
    #[error("{}: {problem}", escape::path(path))]
    Index {
        /// The index file.
        path: PathBuf,
        /// What is wrong with it and what to do.
        problem: Problem,
    },

    /// A store of lists that cannot be used, or a part of it.
    #[error("{}: {problem}", escape::path(path))]
    Store {
        /// The store, or the file in it.
        path: PathBuf,
        /// What is wrong with it and what to do.
        problem: Problem,
    },

    /// A case file that cannot be used, does not hold, or does not allow what is asked.
    #[cfg(feature = "evidence")]
    #[error("{}: {problem}", escape::path(path))]
    Case {
        /// The case, the file in it, or a key.
        path: PathBuf,
        /// What is wrong with it and what to do.
        problem: CaseProblem,
    },

    /// Raw bytes of a list that are not, or no longer, those of their name.
    #[error("{}: {RAW_DAMAGED}", escape::path(path))]
    Raw {
        /// The file in the store.
        path: PathBuf,
    },

    /// A list that could not be fetched from its source. Nothing of it was used.
    #[cfg(feature = "refresh")]
    #[error("{location}: {problem}")]
    Fetch {
        /// The file, folder or URL, escaped, and without what may be secret of a URL.
        location: String,
        /// What is wrong and what to do.
        problem: FetchProblem,
    },

    /// A list whose signature does not hold, or says that it is not the list that is expected.
    #[cfg(feature = "refresh")]
    #[error("{name}: {problem}")]
    Signature {
        /// The list that is said to be signed.
        name: String,
        /// What is wrong and what to do.
        problem: SignatureProblem,
    },

    /// A failure for lack of memory, processes or descriptors, or of a killed program. Another try may succeed, so it
    /// is not about the file.
    #[error(transparent)]
    Transient(Box<Error>),

    /// A job that was cancelled before its end.
    #[error("cancelled before the end")]
    Cancelled,

    /// A store that another process is changing.
    #[error(
        "{}: the store is locked by {holder}; try again when it is free",
        escape::path(path)
    )]
    Busy {
        /// The lock.
        path: PathBuf,
        /// Who holds it, for what, and since when.
        holder: LockHolder,
    },

    /// Samples that do not fill a picture of the size that is given with them.
    #[error(
        "{found} bytes are no picture of {width} x {height} pixels; give {expected}, row by row without padding"
    )]
    PixelCount {
        /// The pixels in a row.
        width: u32,
        /// The rows.
        height: u32,
        /// How many bytes such a picture has.
        expected: u64,
        /// How many there are.
        found: u64,
    },

    /// An argument outside its range.
    #[error(transparent)]
    Argument(Problem),

    /// An error at a place that it does not name itself: a line of input, a file of a source.
    #[error("{place}: {error}")]
    At {
        /// The place, escaped.
        place: String,
        /// What is wrong there.
        error: Box<Error>,
    },
}

#[cfg_attr(
    not(feature = "media"),
    allow(dead_code, reason = "decoding and scanning need it")
)]
/// Whether the system refused something for want of memory, processes, descriptors or space.
pub(crate) fn is_shortage(error: &io::Error) -> bool {
    let kinds = [
        io::ErrorKind::OutOfMemory,
        io::ErrorKind::StorageFull,
        io::ErrorKind::QuotaExceeded,
        // A program that is being replaced can be started a moment later.
        io::ErrorKind::ExecutableFileBusy,
    ];
    #[cfg(unix)]
    {
        use rustix::io::Errno;
        let errors = [
            Errno::MFILE,
            Errno::NFILE,
            Errno::NOMEM,
            Errno::AGAIN,
            Errno::NOBUFS,
        ];
        let is_one = |code: i32| errors.iter().any(|errno| errno.raw_os_error() == code);
        if error.raw_os_error().is_some_and(is_one) {
            return true;
        }
    }
    kinds.contains(&error.kind())
}

/// Said of raw bytes both by an [`Error`] and by the system's error of a reader.
pub(crate) const RAW_DAMAGED: &str =
    "its bytes are not those of its name (SHA-256); remove it, the next refresh fetches it again";

impl From<Problem> for Error {
    fn from(problem: Problem) -> Error {
        Error::Argument(problem)
    }
}

impl Error {
    /// Whether another try may succeed: memory, processes, descriptors or time ran short, or the job was cancelled.
    pub fn is_transient(&self) -> bool {
        let is_time = |what: Limit| what == Limit::DecodingTime;
        match self {
            Error::Transient(_) | Error::Cancelled => true,
            Error::OverLimit { what, .. } => is_time(*what),
            _ => false,
        }
    }

    /// Its kind as a stable word: of what is wrong with a file, the name of a [`ReasonCode`].
    pub fn code(&self) -> &'static str {
        match self {
            Error::Io { .. } => "io",
            Error::HashText { .. } => "hash-text",
            Error::HashTypeName { .. } => "hash-type-name",
            Error::Unsupported(reason) | Error::Damaged(reason) => reason.code().name(),
            Error::OverLimit { what, .. } => what.code().name(),
            Error::List(_) => "list",
            Error::Index { .. } => "index",
            Error::Store { .. } => "store",
            #[cfg(feature = "evidence")]
            Error::Case { problem, .. } => match problem {
                CaseProblem::Locked { .. } => "case-busy",
                _ => "case",
            },
            Error::Raw { .. } => "store-raw",
            #[cfg(feature = "refresh")]
            Error::Fetch { .. } => "fetch",
            #[cfg(feature = "refresh")]
            Error::Signature { .. } => "signature",
            Error::Transient(cause) => cause.code(),
            Error::At { error, .. } => error.code(),
            Error::Cancelled => ReasonCode::Cancelled.name(),
            Error::Busy { .. } => "store-busy",
            Error::PixelCount { .. } => "pixel-count",
            Error::Argument(_) => "argument",
        }
    }

    /// Why a file was not examined that this went wrong with.
    pub fn reason(&self) -> Reason {
        match self {
            Error::Unsupported(reason) | Error::Damaged(reason) => reason.clone(),
            Error::OverLimit { what, found, limit } => what.reason(*found, *limit),
            Error::Transient(cause) => cause.reason(),
            Error::Cancelled => Reason::Cancelled,
            Error::Io { path, source, .. } => Reason::RefusedBySystem {
                path: escape::path(path).into_owned(),
                problem: source.to_string(),
            },
            other => Reason::ExaminationFailed {
                code: other.code().to_owned(),
            },
        }
    }

    #[cfg_attr(
        not(feature = "media"),
        allow(dead_code, reason = "decoding and scanning need it")
    )]
    /// What went wrong, whether or not another try may succeed.
    pub(crate) fn cause(&self) -> &Error {
        match self {
            Error::Transient(cause) => cause.cause(),
            error => error,
        }
    }

    #[cfg_attr(
        not(feature = "media"),
        allow(dead_code, reason = "decoding and scanning need it")
    )]
    /// The same error, marked as one that another try may overcome.
    pub(crate) fn transient(self) -> Error {
        if self.is_transient() {
            self
        } else {
            Error::Transient(Box::new(self))
        }
    }

    #[cfg_attr(
        not(feature = "media"),
        allow(dead_code, reason = "decoding and scanning need it")
    )]
    /// The same; [`Error::Transient`] where the system's error says that something is short.
    pub(crate) fn because_of(self, source: &io::Error) -> Error {
        if is_shortage(source) {
            return self.transient();
        }
        self
    }

    /// The error that a reader of a file wraps, or else the system's error with the file.
    #[cfg(feature = "media")]
    pub(crate) fn of_reader(path: &Path, error: io::Error) -> Error {
        let carried = error.downcast::<Error>();
        carried.unwrap_or_else(Error::io(Action::Read, path))
    }

    /// For `map_err`: the system's error with what was done to which file.
    pub(crate) fn io(action: Action, path: &Path) -> impl FnOnce(io::Error) -> Error {
        let path = path.to_owned();
        move |source| Error::Io {
            action,
            path,
            source,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_code_of_an_error_is_that_of_what_is_wrong_with_the_file() {
        let damaged = Error::Damaged(Reason::PictureCut);
        assert_eq!(damaged.code(), "picture-cut");
        assert_eq!(damaged.reason(), Reason::PictureCut);
        assert_eq!(damaged.transient().code(), "picture-cut");
        let over_limit = Error::OverLimit {
            what: Limit::Pixels,
            found: 2,
            limit: 1,
        };
        assert_eq!(over_limit.code(), "limit-pixels");
        assert_eq!(over_limit.to_string(), over_limit.reason().to_string());
        assert!(Error::Cancelled.is_transient());
        assert_eq!(
            Error::Cancelled.code(),
            Error::Cancelled.reason().code().name()
        );
        let io = Error::io(Action::Open, Path::new("a"))(io::ErrorKind::NotFound.into());
        assert_eq!(io.code(), "io");
        assert_eq!(io.reason().code(), ReasonCode::RefusedBySystem);
        let other = Error::Argument(Problem::SourcesNone).reason();
        let code = "argument".to_owned();
        assert_eq!(other, Reason::ExaminationFailed { code });
    }

    #[cfg(unix)]
    #[test]
    fn what_is_short_is_told_from_what_is_wrong() {
        use rustix::io::Errno;
        let short = [
            Errno::MFILE,
            Errno::NFILE,
            Errno::NOMEM,
            Errno::AGAIN,
            Errno::NOSPC,
        ];
        let wrong = [
            Errno::NOENT,
            Errno::ACCESS,
            Errno::IO,
            Errno::NOEXEC,
            Errno::PIPE,
        ];
        let of = |errno: Errno| {
            let source = io::Error::from_raw_os_error(errno.raw_os_error());
            let error = Error::Unsupported(Reason::JpegLossless).because_of(&source);
            assert!(matches!(error.cause(), Error::Unsupported(_)));
            assert_eq!(error.to_string(), Reason::JpegLossless.to_string());
            error.is_transient()
        };
        assert!(short.into_iter().all(of));
        assert!(!wrong.into_iter().any(of));
    }
}
