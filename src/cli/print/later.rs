//! Lines that stand after the matches: leads first, then what was not examined.

use std::io::{self, BufRead as _, BufReader, Seek as _, SeekFrom, Write as _};

use basma::error::Action;
use basma::{Error, Result};
use tempfile::SpooledTempFile;

use crate::cli::output::Stopped;

/// How much of each kind is kept in memory; more goes to a temporary file.
const MEMORY_BYTES: usize = 8 << 20;

pub(super) struct Later {
    leads: SpooledTempFile,
    gaps: SpooledTempFile,
}

impl Later {
    pub(super) fn new() -> Later {
        let file = || SpooledTempFile::new(MEMORY_BYTES);
        Later {
            leads: file(),
            gaps: file(),
        }
    }

    /// # Errors
    /// The temporary file cannot be written.
    pub(super) fn add_lead(&mut self, line: &str) -> Result<()> {
        self.leads.write_all(line.as_bytes()).map_err(unwritten)
    }

    /// # Errors
    /// The temporary file cannot be written.
    pub(super) fn add_gap(&mut self, line: &str) -> Result<()> {
        self.gaps.write_all(line.as_bytes()).map_err(unwritten)
    }

    /// # Errors
    /// Those of `out`, and of the temporary files.
    pub(super) fn write(
        self,
        mut out: impl FnMut(&str) -> Result<(), Stopped>,
    ) -> Result<(), Stopped> {
        for mut lines in [self.leads, self.gaps] {
            lines.seek(SeekFrom::Start(0)).map_err(unread)?;
            let mut lines = BufReader::new(lines);
            let mut line = String::new();
            while lines.read_line(&mut line).map_err(unread)? > 0 {
                out(&line)?;
                line.clear();
            }
        }
        Ok(())
    }
}

fn unwritten(source: io::Error) -> Error {
    failed(Action::Write, source)
}

fn unread(source: io::Error) -> Stopped {
    failed(Action::Read, source).into()
}

fn failed(action: Action, source: io::Error) -> Error {
    Error::Io {
        action,
        path: std::env::temp_dir(),
        source,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn leads_come_before_gaps_however_many_there_are() {
        let mut later = Later::new();
        let long = "x".repeat(1 << 10);
        for i in 0..20_000 {
            later.add_gap(&format!("gap {i} {long}\n")).unwrap();
            if i % 1000 == 0 {
                later.add_lead(&format!("lead {i}\n")).unwrap();
            }
        }
        let mut seen = Vec::new();
        let written = later.write(|line| {
            seen.push(line.split(' ').take(2).map(str::trim).collect::<String>());
            Ok(())
        });
        assert!(written.is_ok());
        assert_eq!(seen.len(), 20_020);
        assert_eq!(seen[19], "lead19000");
        assert_eq!(seen[20], "gap0");
        assert_eq!(seen[20_019], "gap19999");
    }
}
