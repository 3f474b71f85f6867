//! The lines of a findings file, each with its number.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read as _};
use std::path::Path;

use basma::error::{Action, Problem};
use basma::report::Line;
use basma::{Error, Result, escape};

/// The longest line, in bytes. The line of a clip holds the hash of each of its pictures.
const LINE_BYTES_MAX: u64 = 256 << 20;

/// A findings file or standard input, read line by line.
pub(crate) struct Lines<'r> {
    reader: Box<dyn BufRead + 'r>,
    /// The longest line, in bytes.
    most: u64,
    /// The name of the file for messages.
    pub(crate) file: String,
    /// The number of the last line that was read, from 1.
    pub(crate) number: u64,
    /// Whether the file ends within a line, as a killed scan leaves it.
    pub(crate) is_cut: bool,
}

impl<'r> Lines<'r> {
    /// Reads lines of at most so many bytes; `file` is the name for messages.
    pub(crate) fn new(reader: Box<dyn BufRead + 'r>, file: String, most: u64) -> Lines<'r> {
        Lines {
            reader,
            most,
            file,
            number: 0,
            is_cut: false,
        }
    }

    /// Opens a file; `-` is standard input.
    ///
    /// # Errors
    /// [`Error::Io`], and [`Problem::NotRegularFile`] for a folder.
    pub(super) fn open(path: &Path) -> Result<Lines<'static>> {
        let file = escape::path(path).into_owned();
        let reader: Box<dyn BufRead> = if path == Path::new("-") {
            Box::new(BufReader::new(io::stdin()))
        } else {
            let failed = |source| Error::Io {
                action: Action::Open,
                path: path.to_owned(),
                source,
            };
            let opened = File::open(path).map_err(failed)?;
            if opened.metadata().map_err(failed)?.is_dir() {
                return Err(Problem::NotRegularFile { path: file }.into());
            }
            Box::new(BufReader::new(opened))
        };
        Ok(Lines::new(reader, file, LINE_BYTES_MAX))
    }

    /// The next line that is not blank.
    ///
    /// # Errors
    /// [`Error::Io`]; [`Problem::ReportLine`] for a line that is not one of findings.
    pub(crate) fn next(&mut self) -> Result<Option<Line>> {
        loop {
            let mut bytes = Vec::new();
            let mut limited = self.reader.by_ref().take(self.most);
            let read = limited.read_until(b'\n', &mut bytes);
            let read = read.map_err(|source| Error::Io {
                action: Action::Read,
                path: self.file.clone().into(),
                source,
            })?;
            if read == 0 {
                return Ok(None);
            }
            self.number += 1;
            if read as u64 == self.most {
                let most = self.most;
                return Err(self.wrong(&format!("a line of more than {most} bytes")));
            }
            let text = std::str::from_utf8(&bytes).map_err(|_| "not UTF-8".to_owned());
            if text.as_ref().is_ok_and(|text| text.trim().is_empty()) {
                continue;
            }
            let line = text.and_then(|text| Line::parse(text).map_err(|error| cause(&error)));
            return match line {
                Ok(line) => Ok(Some(line)),
                Err(_) if self.number > 1 && bytes.last() != Some(&b'\n') => {
                    self.is_cut = true;
                    Ok(None)
                }
                Err(message) => Err(self.wrong(&message)),
            };
        }
    }

    /// The error for the last line.
    pub(crate) fn wrong(&self, message: &str) -> Error {
        let (file, line) = (self.file.clone(), self.number);
        let message = message.to_owned();
        Problem::ReportLine {
            file,
            line,
            message,
        }
        .into()
    }
}

/// What is wrong with a line, without the advice that another error gives.
fn cause(error: &Error) -> String {
    match error {
        Error::Argument(Problem::NotAResultLine { message }) => {
            escape::message(message).into_owned()
        }
        error => error.to_string(),
    }
}
