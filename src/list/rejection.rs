//! Lines that could not be imported.

use std::fmt;
use std::path::PathBuf;

use crate::escape;

/// One line that could not be imported, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The line, from 1.
    pub line: u64,
    /// The column, in characters, from 1.
    pub column: u64,
    /// The kind of problem: `E011`.
    pub code: &'static str,
    /// What is wrong, what was found, what to do.
    pub message: String,
    /// The whole line as it stands in the file, without its line end.
    pub text: Vec<u8>,
}

/// A list with more bad lines than were tolerated: nothing of it is imported.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rejection {
    /// The list.
    pub path: PathBuf,
    /// The first bad lines, at most [`Rejection::SHOWN`].
    pub problems: Vec<Problem>,
    /// How many bad lines there are in all.
    pub total: u64,
}

impl Rejection {
    /// How many bad lines are shown.
    pub const SHOWN: usize = 20;
}

impl fmt::Display for Rejection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let path = escape::path(&self.path);
        for p in &self.problems {
            writeln!(
                f,
                "{path}:{}:{}: {} {}",
                p.line, p.column, p.code, p.message
            )?;
        }
        write!(f, "{path}: {} bad lines, nothing was imported", self.total)
    }
}

impl std::error::Error for Rejection {}
