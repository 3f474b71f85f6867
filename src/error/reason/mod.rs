//! Why a file, or a part of it, was not examined: kinds with stable codes.
//!
//! [`table`] is the only place that holds their texts. A text takes values alone: numbers, names, paths and messages of
//! other programs. So a translation needs the code and the values, and no other sentence.

mod list;
mod table;

pub use list::{Occurrence, Reasons};
pub use table::{Reason, ReasonCode};

use std::fmt;
use std::str::FromStr;

#[cfg(feature = "media")]
use super::system_text;

/// A value in the text of a [`Reason`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ReasonValue {
    /// A count, a size in bytes, a time in milliseconds.
    Number(u64),
    /// A name, a path, a media type, a message of another program.
    Text(String),
}

impl fmt::Display for ReasonValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ReasonValue::Number(number) => write!(f, "{number}"),
            ReasonValue::Text(text) => f.write_str(text),
        }
    }
}

impl From<u64> for ReasonValue {
    fn from(number: u64) -> ReasonValue {
        ReasonValue::Number(number)
    }
}

impl From<String> for ReasonValue {
    fn from(text: String) -> ReasonValue {
        ReasonValue::Text(text)
    }
}

/// A word that names no [`ReasonCode`].
///
/// ```
/// use basma::error::{ReasonCode, UnknownReasonCode};
/// let unknown = "no-such-code".parse::<ReasonCode>();
/// assert_eq!(unknown, Err(UnknownReasonCode("no-such-code".to_owned())));
/// ```
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no reason has the code '{}'", .0.escape_default())]
pub struct UnknownReasonCode(pub String);

impl FromStr for ReasonCode {
    type Err = UnknownReasonCode;

    fn from_str(name: &str) -> Result<ReasonCode, UnknownReasonCode> {
        let code = ReasonCode::ALL.iter().find(|code| code.name() == name);
        code.copied()
            .ok_or_else(|| UnknownReasonCode(name.to_owned()))
    }
}

impl fmt::Display for ReasonCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl std::error::Error for Reason {}

#[cfg(feature = "media")]
impl Reason {
    /// Whether another try may succeed: memory ran short, the system could not read, or the file changed.
    pub(crate) fn is_transient(&self) -> bool {
        matches!(
            self,
            Reason::MemoryShort
                | Reason::Unreadable { .. }
                | Reason::ArchiveChanged
                // The decoder of xz says the same of its limit and of an allocation that failed.
                | Reason::ArchiveWindow
        )
    }

    /// Whether a password may open what was not looked into.
    pub(crate) fn is_locked(&self) -> bool {
        matches!(
            self,
            Reason::ZipEncrypted
                | Reason::SevenzipEncrypted
                | Reason::PdfEncrypted
                | Reason::PasswordNoneFits
                | Reason::PasswordAttempts { .. }
        )
    }

    /// The reason that an error of the system carries, or else what the system says.
    pub(crate) fn of_io(error: std::io::Error) -> Reason {
        error
            .downcast::<Reason>()
            .unwrap_or_else(|error| Reason::Unreadable {
                problem: system_text(&error),
            })
    }
}

#[cfg(test)]
mod tests;
