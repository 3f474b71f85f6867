//! Where papers are written, and what did not fit into them.

use std::io::{self, Write};
use std::path::PathBuf;

use crate::error::Action;
use crate::{Error, Result};

/// A writer, with the path that its errors name.
pub struct Out<'w> {
    writer: &'w mut dyn Write,
    path: PathBuf,
}

impl<'w> Out<'w> {
    /// Writes to this writer.
    pub fn new(writer: &'w mut dyn Write, path: impl Into<PathBuf>) -> Out<'w> {
        let path = path.into();
        Out { writer, path }
    }

    /// The path that errors name.
    pub(super) fn path(&self) -> &std::path::Path {
        &self.path
    }

    /// Writes a text.
    ///
    /// # Errors
    /// [`Error::Io`], for instance on a full disk.
    pub fn text(&mut self, text: &str) -> Result<()> {
        let written = self.writer.write_all(text.as_bytes());
        written.map_err(Error::io(Action::Write, &self.path))
    }

    /// Writes a value as JSON on one line, without an end of the line.
    pub(super) fn json(&mut self, value: &serde_json::Value) -> Result<()> {
        self.text(&value.to_string())
    }

    pub(super) fn io<T>(&self, written: io::Result<T>) -> Result<T> {
        written.map_err(Error::io(Action::Write, &self.path))
    }
}

impl Write for Out<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.writer.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.writer.flush()
    }
}

/// How many findings a paper holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Carried {
    /// The findings in the paper.
    pub written: u64,
    /// Those that are left out because of their decision.
    pub by_decision: u64,
    /// Those that are left out because the format asks for a digest that the case does not hold.
    pub without_digest: u64,
}

impl Carried {
    /// A paper that holds all findings.
    pub fn all(findings: u64) -> Carried {
        Carried {
            written: findings,
            ..Carried::default()
        }
    }
}
