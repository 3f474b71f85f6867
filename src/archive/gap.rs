//! Why not all of an archive, or a member, was looked into.

use crate::error::{Occurrence, Reason, Reasons, is_shortage, system_text};
use std::error::Error;
use std::{fmt, io};

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

impl GapKind {
    /// Every kind: `ALL[kind as usize] == kind`.
    #[cfg(target_os = "linux")]
    pub(crate) const ALL: [GapKind; 5] = [
        GapKind::Unsupported,
        GapKind::Damaged,
        GapKind::OverLimit,
        GapKind::Unreadable,
        GapKind::Skipped,
    ];
}

/// Why something was not looked into: the kind, and the reasons.
pub(crate) type Gap = (GapKind, Reasons);

/// A gap on its way through readers.
#[derive(Debug)]
struct GapError(GapKind, Reasons);

impl fmt::Display for GapError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.1)
    }
}

impl Error for GapError {}

/// A gap as an error of a reader.
pub(super) fn gap_error(kind: GapKind, reasons: impl Into<Reasons>) -> io::Error {
    io::Error::other(GapError(kind, reasons.into()))
}

/// What an error of a reader means. It carries a gap, or memory is short, or else the bytes are broken.
pub(super) fn gap_of(error: io::Error) -> Gap {
    if error.kind() == io::ErrorKind::UnexpectedEof {
        return (GapKind::Damaged, Reason::MemberCut.into());
    }
    match error.downcast::<GapError>() {
        Ok(GapError(kind, reasons)) => (kind, reasons),
        // Of the system, not of the bytes.
        Err(error) if is_shortage(&error) => (GapKind::Unreadable, Reason::MemoryShort.into()),
        Err(error) => {
            let message = system_text(&error);
            (GapKind::Damaged, Reason::MemberBroken { message }.into())
        }
    }
}

/// The gaps of one archive: few kinds, each counted.
#[derive(Debug, Default)]
pub(super) struct Gaps {
    /// The kind of the first.
    kind: Option<GapKind>,
    occurrences: Vec<Occurrence>,
}

impl Gaps {
    /// An archive can be wrong in more ways than anybody would read.
    const KINDS_MAX: usize = 8;

    pub(super) fn add(&mut self, kind: GapKind, reasons: impl Into<Reasons>) {
        self.kind.get_or_insert(kind);
        for added in reasons.into().iter() {
            let mut known = self.occurrences.iter_mut();
            if let Some(known) = known.find(|known| known.reason == added.reason) {
                known.times += added.times;
            } else if self.occurrences.len() < Self::KINDS_MAX {
                self.occurrences.push(added.clone());
            }
        }
    }

    /// All of them as one, with the kind of the first.
    pub(super) fn gap(&self) -> Option<Gap> {
        Some((self.kind?, Reasons::new(self.occurrences.clone())?))
    }
}
