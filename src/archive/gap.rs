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
    if let Some(GapError(kind, reasons)) = carried(&error) {
        return (*kind, reasons.clone());
    }
    // Of the system, not of the bytes.
    if is_shortage(&error) {
        return (GapKind::Unreadable, Reason::MemoryShort.into());
    }
    let message = system_text(&error);
    (GapKind::Damaged, Reason::MemberBroken { message }.into())
}

/// The gap that an error carries: what reads through a decoder may have wrapped it in errors of its own.
fn carried(error: &io::Error) -> Option<&GapError> {
    let mut at = error.get_ref().map(|inner| inner as &(dyn Error + 'static));
    while let Some(inner) = at {
        if let Some(gap) = inner.downcast_ref::<GapError>() {
            return Some(gap);
        }
        at = match inner.downcast_ref::<io::Error>() {
            Some(inner) => inner.get_ref().map(|inner| inner as &(dyn Error + 'static)),
            None => inner.source(),
        };
    }
    None
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

#[cfg(test)]
mod tests {
    use super::*;

    /// What a decoder makes of an error of its source.
    #[derive(Debug)]
    struct Wrapped(io::Error);

    impl fmt::Display for Wrapped {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            write!(f, "reading failed: {}", self.0)
        }
    }

    impl Error for Wrapped {
        fn source(&self) -> Option<&(dyn Error + 'static)> {
            Some(&self.0)
        }
    }

    #[test]
    fn a_gap_is_found_however_it_is_wrapped() {
        let gap = || gap_error(GapKind::OverLimit, Reason::ArchiveWindow);
        let wrapped = |error| io::Error::other(Wrapped(error));
        let expected = (GapKind::OverLimit, Reason::ArchiveWindow.into());
        assert_eq!(gap_of(gap()), expected);
        assert_eq!(gap_of(wrapped(gap())), expected);
        assert_eq!(gap_of(io::Error::other(gap())), expected);
        assert_eq!(gap_of(wrapped(io::Error::other(wrapped(gap())))), expected);
        let (kind, reasons) = gap_of(wrapped(io::Error::other("no code")));
        assert_eq!(kind, GapKind::Damaged);
        assert_eq!(reasons.code(), crate::error::ReasonCode::MemberBroken);
    }
}
