//! What stands around a process, in words that reports keep.

use std::fmt;

/// The wall around a process that opens media.
///
/// ```
/// use basma::sandbox::Wall;
/// assert_eq!(Wall::NONE.to_string(), "none");
/// assert!(!Wall::NONE.is_whole());
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Wall {
    /// The version of Landlock that keeps it from files and the network, where the system has it.
    pub landlock: Option<u32>,
    /// Whether seccomp keeps it from calls that it does not need.
    pub seccomp: bool,
}

impl Wall {
    /// No wall: media are opened in the process that holds the lists.
    pub const NONE: Wall = Wall {
        landlock: None,
        seccomp: false,
    };

    /// Whether no part of it is missing.
    pub const fn is_whole(self) -> bool {
        self.landlock.is_some() && self.seccomp
    }
}

impl fmt::Display for Wall {
    /// `landlock-v7+seccomp`, `partial: no landlock, seccomp`, or `none`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.landlock, self.seccomp) {
            (Some(version), true) => write!(f, "landlock-v{version}+seccomp"),
            (Some(version), false) => write!(f, "partial: landlock-v{version}, no seccomp"),
            (None, true) => f.write_str("partial: no landlock, seccomp"),
            (None, false) => f.write_str("none"),
        }
    }
}
