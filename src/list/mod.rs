//! Hash lists as people exchange them, read into entries with their provenance.
//!
//! A *list* is what a provider publishes: text in one of many formats. Reading one gives a [`List`] of [`Entry`]s or a
//! [`Rejection`] that names every line that could not be understood; no line is ever dropped silently.

mod entry;
mod rejection;

pub use entry::{Entry, Media, Opinion, Severity};
pub use rejection::{Problem, Rejection};

/// One list, read and checked: entries in the order of the file, and where they came from.
#[derive(Clone, Debug, PartialEq)]
pub struct List {
    /// Where the entries came from.
    pub source: Source,
    /// The entries, in the order of the file.
    pub entries: Vec<Entry>,
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
