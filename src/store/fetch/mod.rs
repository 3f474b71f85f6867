//! From where a list is published to raw bytes in the store: a file, a folder, or HTTP.
//!
//! [`fetch`] asks an [`Origin`] for news since the last success, and keeps the bytes in [`Raw`]. [`Known`] remembers
//! that success. It trusts no statement of the source. Lengths are counted, a file that changes during reading is read
//! again, and a cut answer is an error. It looks at no content. [`signature`] checks the author of the bytes, and comes
//! first.
//!
//! The caller keeps the new [`Known`] when the list is in force, not before. What could not be used is fetched again.

mod checksum;
mod file;
mod folder;
mod http;
mod known;
mod listing;
mod names;
mod secret;
pub mod signature;
mod warning;
mod writing;

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::error::FetchProblem;
use crate::store::layout::raw::{Digest, Raw};
use crate::{Error, Result, escape};
pub use folder::Folder;
pub use http::{Http, Seconds, Url};
pub use known::Known;
pub use secret::{Auth, SecretFrom};
pub use warning::SourceWarning;

/// The default limit for the size of a list, in bytes: 8 GiB.
pub const SIZE_MAX: u64 = 8 << 30;

/// Where a list is published. In a configuration file it is a table of one of these names.
///
/// ```
/// use basma::store::fetch::Origin;
/// let origin: Origin = serde_json::from_str(
///     r#"{"http": {"url": "https://lists.example.org/demo.csv", "auth": {"bearer": {"env": "DEMO_TOKEN"}}}}"#,
/// ).unwrap();
/// origin.check()?;
/// assert!(serde_json::from_str::<Origin>(r#"{"file": {"path": "a", "pth": "b"}}"#).is_err());
/// # Ok::<(), basma::Error>(())
/// ```
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Origin {
    /// One file that another program replaces or rewrites.
    File(File),
    /// A folder into which a new file is put each time.
    Folder(Folder),
    /// One resource on a server.
    Http(Http),
}

impl Origin {
    /// Checks the configuration without any access to files or servers.
    ///
    /// # Errors
    /// [`Error::Fetch`] names what is not.
    pub fn check(&self) -> Result<()> {
        match self {
            Origin::File(_) | Origin::Folder(_) => Ok(()),
            Origin::Http(http) => http.check(),
        }
    }
}

/// One file.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct File {
    /// Its path. A link is followed.
    pub path: PathBuf,
    /// The path of its signature, unless that is `path` with `.minisig` added.
    pub signature: Option<PathBuf>,
    /// The age in seconds that it needs to be read; a younger file is waited for.
    #[serde(default = "settle_seconds")]
    pub settle_seconds: u32,
    /// Its largest size in bytes.
    #[serde(default = "size_max")]
    pub size_max: u64,
}

fn settle_seconds() -> u32 {
    5
}

fn size_max() -> u64 {
    SIZE_MAX
}

/// The role of the files of a source.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Each is all of the list: what is absent was withdrawn.
    Snapshot,
    /// Each says what was added, replaced and removed since the one before; all of them count, in order. A file or a
    /// server has one at a time. What it replaces between two jobs is never fetched.
    Delta,
}

/// A request to fetch the files of one list.
pub struct Request<'a> {
    /// The list's name. An interrupted download is kept under it.
    pub list: &'a str,
    /// Its origin.
    pub origin: &'a Origin,
    /// The role of its files.
    pub kind: Kind,
    /// Whether it is signed: then a file without its signature is refused.
    pub signed: bool,
    /// The state after the last success.
    pub known: &'a Known,
    /// The storage for the bytes.
    pub raw: &'a Raw,
    /// Reads environment variables, for [`SecretFrom::Env`] alone.
    pub environment: &'a dyn Fn(&str) -> Option<OsString>,
    /// Whether to stop; called between reads.
    pub stop: &'a dyn Fn() -> bool,
    /// Receives warnings.
    pub warn: &'a dyn Fn(SourceWarning),
}

/// The result of a fetch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fetched {
    /// The source has what it had. A signature may be newer than the one before. Publishers sign unchanged lists again,
    /// so a withheld list is noticed.
    Unchanged {
        /// The signature, where the list is signed.
        signature: Option<Vec<u8>>,
        /// What is to be known next time.
        known: Box<Known>,
    },
    /// Files that are to be applied in this order; at least one.
    Files(Vec<Fresh>),
}

/// A file that was fetched.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fresh {
    /// Its name at the source, without folders, escaped as by [`escape`]. A signature must have this name.
    pub name: String,
    /// The digest of its bytes, under which [`Raw`] keeps them.
    pub digest: Digest,
    /// Its size in bytes.
    pub bytes: u64,
    /// Its time in seconds since 1970 UTC, from the source: `Last-Modified`, or the file's time of modification.
    pub as_of: Option<i64>,
    /// The bytes of its signature, where the list is signed.
    pub signature: Option<Vec<u8>>,
    /// The state for the next fetch, once this file and those before it are in force.
    pub known: Known,
}

/// Fetches the new files of a source.
///
/// What is kept of several files, or before an error, stays in [`Raw`]: whole files that nothing refers to.
///
/// # Errors
/// [`Error::Fetch`] names what is wrong with the source or its configuration; [`Error::Io`] with this machine's files;
/// [`Error::OverLimit`] what is too large; [`Error::Cancelled`].
pub fn fetch(request: &Request<'_>) -> Result<Fetched> {
    match request.origin {
        Origin::File(file) => file::fetch(request, file),
        Origin::Folder(folder) => folder::fetch(request, folder),
        Origin::Http(http) => http::fetch(request, http),
    }
}

/// For `map_err`: what is wrong with a path.
fn at(path: &Path) -> impl Fn(FetchProblem) -> Error {
    let location = escape::path(path).into_owned();
    move |problem| Error::Fetch {
        location: location.clone(),
        problem,
    }
}

#[cfg(test)]
mod tests;
