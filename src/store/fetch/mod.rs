//! From where a list is published to raw bytes in the store: a file, a folder, or HTTP.
//!
//! [`fetch`] asks an [`Origin`] for what is new since the last success, which [`Known`] remembers, and keeps the bytes in
//! [`Raw`]. It believes nothing of what it is told: lengths are counted, what changes while it is read is read again, what
//! was cut is an error. It looks at no content; whether the bytes are from whom they should be is told by
//! [`signature`], and comes first.
//!
//! The caller keeps the new [`Known`] when the list is in force, not before: what could not be used is fetched anew.

mod checksum;
mod file;
mod folder;
mod http;
mod known;
mod listing;
mod names;
mod secret;
pub mod signature;
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

/// The largest list that is taken unless the configuration says otherwise, in bytes: 8 GiB.
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
    /// One file, replaced or written anew by somebody else.
    File(File),
    /// A folder into which a new file is put each time.
    Folder(Folder),
    /// One resource on a server.
    Http(Http),
}

impl Origin {
    /// That the configuration can be right, as far as that can be told without looking anything up.
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
    /// How many seconds ago it must have been modified to be taken; it is waited for.
    #[serde(default = "settle_seconds")]
    pub settle_seconds: u32,
    /// How many bytes it may have.
    #[serde(default = "size_max")]
    pub size_max: u64,
}

fn settle_seconds() -> u32 {
    5
}

fn size_max() -> u64 {
    SIZE_MAX
}

/// What the files of a source are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Each is all of the list: what is absent was withdrawn.
    Snapshot,
    /// Each says what was added, replaced and removed since the one before; all of them count, in order. A file or a
    /// server has but one at a time: what it replaces there between two jobs is never seen.
    Delta,
}

/// What is to be fetched, for whom, and with what.
pub struct Request<'a> {
    /// The list's name, under which a download that was cut waits.
    pub list: &'a str,
    /// Where it is published.
    pub origin: &'a Origin,
    /// What its files are.
    pub kind: Kind,
    /// Whether it is signed: then no file is taken without its signature.
    pub signed: bool,
    /// What the last success left.
    pub known: &'a Known,
    /// Where the bytes are kept.
    pub raw: &'a Raw,
    /// Looks environment variables up, for [`SecretFrom::Env`] alone.
    pub environment: &'a dyn Fn(&str) -> Option<OsString>,
    /// Whether to give up; asked between reads.
    pub stop: &'a dyn Fn() -> bool,
    /// Takes what looks wrong and ends nothing.
    pub warn: &'a dyn Fn(String),
}

/// What came of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fetched {
    /// The source has what it had. A signature may be newer than the one before: publishers sign anew what has not
    /// changed, so that it can be told from a list that somebody holds back.
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
    /// What the source calls it, without folders, escaped as [`escape`] does. A signature must name it so.
    pub name: String,
    /// The digest of its bytes, under which [`Raw`] keeps them.
    pub digest: Digest,
    /// How many bytes there are.
    pub bytes: u64,
    /// Of when it is, in seconds since 1970 UTC, as the source says: `Last-Modified`, or the file's time of modification.
    pub as_of: Option<i64>,
    /// The bytes of its signature, where the list is signed.
    pub signature: Option<Vec<u8>>,
    /// What is to be known next time, if this file and those before it are in force.
    pub known: Known,
}

/// Asks a source for what is new.
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
