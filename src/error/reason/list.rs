//! All reasons of one file.

use std::fmt;

use super::{Reason, ReasonCode};

/// One reason, and how often and where it holds.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Occurrence {
    /// The reason.
    pub reason: Reason,
    /// How many times it was met.
    pub times: u64,
    /// Which video track of a clip it is about, from 2; none for the first, and for anything else.
    pub track: Option<u64>,
}

/// Why not all of a file was examined or can be trusted: one reason or, of an archive, several.
///
/// ```
/// use basma::error::{Reason, Reasons};
/// let reasons = Reasons::from(Reason::FileEmpty);
/// assert_eq!(reasons.to_string(), "the file is empty");
/// assert_eq!(reasons.code().name(), "file-empty");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reasons(Vec<Occurrence>);

impl Reasons {
    /// The code of the first reason.
    pub fn code(&self) -> ReasonCode {
        self.0[0].reason.code()
    }

    /// Each reason.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = &Occurrence> {
        self.0.iter()
    }
}

#[cfg(feature = "media")]
impl Reasons {
    /// Those of a list; none of an empty list.
    pub(crate) fn new(occurrences: Vec<Occurrence>) -> Option<Reasons> {
        (!occurrences.is_empty()).then_some(Reasons(occurrences))
    }

    /// Whether another try may overcome one of them.
    pub(crate) fn is_transient(&self) -> bool {
        self.iter().any(|one| one.reason.is_transient())
    }

    /// The same reasons, about a further video track.
    pub(crate) fn of_track(mut self, track: u64) -> Reasons {
        for occurrence in &mut self.0 {
            occurrence.track = Some(track);
        }
        self
    }
}

impl From<Reason> for Reasons {
    fn from(reason: Reason) -> Reasons {
        Reasons(vec![Occurrence {
            reason,
            times: 1,
            track: None,
        }])
    }
}

#[cfg(feature = "media")]
impl Occurrence {
    /// From its parts, as they were stored.
    pub(crate) fn new(reason: Reason, times: u64, track: Option<u64>) -> Occurrence {
        Occurrence {
            reason,
            times,
            track,
        }
    }
}

impl fmt::Display for Occurrence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(track) = self.track {
            write!(f, "video track {track}: ")?;
        }
        write!(f, "{}", self.reason)?;
        if self.times > 1 {
            write!(f, " ({} times)", self.times)?;
        }
        Ok(())
    }
}

impl fmt::Display for Reasons {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, occurrence) in self.0.iter().enumerate() {
            let between = if place > 0 { "; " } else { "" };
            write!(f, "{between}{occurrence}")?;
        }
        Ok(())
    }
}

impl std::error::Error for Reasons {}
