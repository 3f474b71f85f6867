//! Hash lists as people exchange them, read into entries with their provenance.
//!
//! A *list* is what a provider publishes: text in one of many formats. Reading one gives a [`List`] of [`Entry`]s or a
//! [`Rejection`] that names every line that could not be understood; no line is ever dropped silently.

mod entry;
mod rejection;

pub use entry::{Entry, Media, Opinion, Severity};
pub use rejection::{Problem, Rejection};

use crate::hash::Hash;

/// One list, read and checked: entries in the order of the file, and where they came from.
#[derive(Clone, Debug, PartialEq)]
pub struct List {
    /// Where the entries came from.
    pub source: Source,
    /// The entries, in the order of the file.
    pub entries: Vec<Entry>,
    /// What the list withdraws from lists read before it under the same name, in the order of the file.
    pub removals: Vec<Removal>,
    /// Lines that were imported but look wrong, or were set aside within the tolerance: at most
    /// [`Rejection::SHOWN`], the total of each kind is in `counts`.
    pub warnings: Vec<Problem>,
    /// What became of every line.
    pub counts: Counts,
}

/// The file a list was read from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    /// The list's name: entries without one of their own carry it. The file's stem unless told otherwise.
    pub list: String,
    /// The file, escaped as in [`crate::escape`].
    pub path: String,
    /// The name of the format it was read as.
    pub format: String,
    /// SHA-256 of the file's bytes.
    pub sha256: [u8; 32],
    /// The size of the file in bytes.
    pub bytes: u64,
}

/// What became of every line of a list: the fields add up to `lines`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Lines (records, where a quoted field spans several lines) in the file.
    pub lines: u64,
    /// Lines that became entries or removals.
    pub imported: u64,
    /// Blank lines, comments, headers, manifests.
    pub structure: u64,
    /// Entries below the quality asked for.
    pub low_quality: u64,
    /// Entries of a kind that is no media hash, skipped on request.
    pub skipped: u64,
    /// Bad lines set aside within the tolerance.
    pub rejected: u64,
}

/// An entry withdrawn by a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Removal {
    /// The list it is withdrawn from, where the row names one; the file's list otherwise.
    pub list: Option<String>,
    /// What is withdrawn.
    pub target: Target,
    /// The line of the file, from 1.
    pub line: u64,
}

/// What a [`Removal`] withdraws.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// Every entry of this content item.
    Id(String),
    /// Every entry of this hash.
    Hash(Hash),
}
