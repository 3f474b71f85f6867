//! Why not all of an archive, or a member, was looked into.

use std::error::Error;
use std::fmt;
use std::io;

/// Why something was not looked into.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum GapKind {
    /// A format, method or feature that is not read.
    Unsupported,
    Damaged,
    OverLimit,
    Unreadable,
    /// It has no content: a folder, a link.
    Skipped,
}

/// Why something was not looked into, in a kind and in words.
pub(crate) type Gap = (GapKind, String);

/// A gap on its way through readers.
#[derive(Debug)]
struct Trouble(GapKind, String);

impl fmt::Display for Trouble {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.1)
    }
}

impl Error for Trouble {}

/// A gap as an error of a reader.
pub(super) fn trouble(status: GapKind, reason: impl Into<String>) -> io::Error {
    io::Error::other(Trouble(status, reason.into()))
}

/// What an error of a reader means: a gap that it carries, or else that the bytes are broken.
pub(super) fn gap_of(error: io::Error) -> Gap {
    if error.kind() == io::ErrorKind::UnexpectedEof {
        return (
            GapKind::Damaged,
            "it ends before its content does".to_owned(),
        );
    }
    match error.downcast::<Trouble>() {
        Ok(Trouble(status, reason)) => (status, reason),
        Err(error) => (GapKind::Damaged, format!("it cannot be unpacked: {error}")),
    }
}

/// The gaps of one archive: few kinds, each counted.
#[derive(Debug, Default)]
pub(super) struct Gaps(Vec<(GapKind, String, u64)>);

impl Gaps {
    /// An archive can be wrong in more ways than anybody would read.
    const KINDS_MAX: usize = 8;

    pub(super) fn add(&mut self, status: GapKind, reason: impl Into<String>) {
        let reason = reason.into();
        if let Some((.., times)) = self.0.iter_mut().find(|(_, known, _)| *known == reason) {
            *times += 1;
        } else if self.0.len() < Self::KINDS_MAX {
            self.0.push((status, reason, 1));
        }
    }

    /// All of them as one, with the status of the first.
    pub(super) fn gap(&self) -> Option<Gap> {
        let status = self.0.first()?.0;
        let reasons = self.0.iter().map(|(_, reason, times)| match times {
            1 => reason.clone(),
            _ => format!("{reason} ({times} times)"),
        });
        Some((status, reasons.collect::<Vec<_>>().join("; ")))
    }
}
