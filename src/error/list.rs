//! Lines that could not be imported.

use std::fmt;
use std::path::PathBuf;

use super::Message;
use crate::escape;

/// One line that could not be imported, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct LineProblem {
    /// The line, from 1.
    pub line: u64,
    /// The column, in characters, from 1.
    pub column: u64,
    /// The kind of problem: `E011`. Errors start with E, warnings with W.
    pub code: &'static str,
    /// What is wrong, what was found, what to do.
    pub message: String,
    /// The whole line as it stands in the file, without its line end, cut after a MiB.
    ///
    /// A file of these texts is what is left to import once they are mended.
    pub text: Vec<u8>,
}

impl LineProblem {
    /// What is wrong as a message for any language.
    pub fn message(&self) -> Message {
        Message::new(format!("line-{}", self.code), &self.message, [])
    }
}

/// A list with more bad lines than were tolerated: nothing of it is imported.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Rejection {
    /// The list.
    pub path: PathBuf,
    /// The bad lines, at most [`Rejection::KEPT`], of which [`Display`](fmt::Display) shows [`Rejection::SHOWN`].
    pub problems: Vec<LineProblem>,
    /// How many bad lines there are in all.
    pub total: u64,
}

impl Rejection {
    /// How many bad lines are shown.
    pub const SHOWN: usize = 20;

    /// How many bad lines are kept. Beyond it they are only counted. So a hostile list of tiny bad lines does not cost
    /// many times its size.
    pub const KEPT: usize = 100_000;
}

impl fmt::Display for Rejection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let path = escape::path(&self.path);
        for p in self.problems.iter().take(Rejection::SHOWN) {
            writeln!(
                f,
                "{path}:{}:{}: {} {}",
                p.line, p.column, p.code, p.message
            )?;
        }
        match self.total {
            1 => write!(f, "{path}: 1 bad line, nothing was imported"),
            n if n > Rejection::SHOWN as u64 => write!(
                f,
                "{path}: {n} bad lines, the first {} are shown; nothing was imported",
                Rejection::SHOWN
            ),
            n => write!(f, "{path}: {n} bad lines, nothing was imported"),
        }
    }
}

impl std::error::Error for Rejection {}
