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
pub(crate) mod signature;
mod warning;
mod writing;

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use serde::Deserialize;

use crate::error::FetchProblem;
use crate::list::Mode;
use crate::store::layout::raw::{Digest, Raw};
use crate::{Error, Result, escape};
pub(crate) use folder::Folder;
pub(crate) use http::exchange::{Question, ask as ask_service};
pub(crate) use http::pages::Interface;
pub(crate) use http::{Http, Seconds, Url};
pub(crate) use known::Known;
pub(crate) use secret::Auth;
pub use warning::SourceWarning;

/// The default limit for the size of a list, in bytes: 8 GiB.
pub(crate) const SIZE_MAX: u64 = 8 << 30;

/// Where a list is published. In a configuration file it is a table of one of these names.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Origin {
    /// One file that another program replaces or rewrites.
    File(File),
    /// A folder into which a new file is put each time.
    Folder(Folder),
    /// One resource on a server.
    Http(Box<Http>),
}

impl Origin {
    /// Checks the configuration without any access to files or servers.
    ///
    /// # Errors
    /// [`Error::Fetch`] names what is not.
    pub(crate) fn check(&self) -> Result<()> {
        match self {
            Origin::File(_) | Origin::Folder(_) => Ok(()),
            Origin::Http(http) => http.check(),
        }
    }
}

/// One file.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct File {
    /// Its path. A link is followed.
    pub(crate) path: PathBuf,
    /// The path of its signature, unless that is `path` with `.minisig` added.
    pub(crate) signature: Option<PathBuf>,
    /// The age in seconds that it needs to be read; a younger file is waited for.
    #[serde(default = "settle_seconds")]
    pub(crate) settle_seconds: u32,
    /// Its largest size in bytes.
    #[serde(default = "size_max")]
    pub(crate) size_max: u64,
}

fn settle_seconds() -> u32 {
    5
}

fn size_max() -> u64 {
    SIZE_MAX
}

/// A request to fetch the files of one list.
pub(crate) struct Request<'a> {
    /// The list's name. An interrupted download is kept under it.
    pub(crate) list: &'a str,
    /// Its origin.
    pub(crate) origin: &'a Origin,
    /// The role of its files.
    pub(crate) mode: Mode,
    /// Whether it is signed: then a file without its signature is refused.
    pub(crate) signed: bool,
    /// The state after the last success.
    pub(crate) known: &'a Known,
    /// The storage for the bytes.
    pub(crate) raw: &'a Raw,
    /// Reads environment variables, for [`SecretFrom::Env`] alone.
    pub(crate) environment: &'a dyn Fn(&str) -> Option<OsString>,
    /// Whether to stop; called between reads.
    pub(crate) stop: &'a dyn Fn() -> bool,
    /// Receives warnings.
    pub(crate) warn: &'a dyn Fn(SourceWarning),
}

/// The result of a fetch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Fetched {
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
pub(crate) struct Fresh {
    /// Its name at the source, without folders, escaped as by [`escape`]. A signature must have this name.
    pub(crate) name: String,
    /// The digest of its bytes, under which [`Raw`] keeps them.
    pub(crate) digest: Digest,
    /// Its size in bytes.
    pub(crate) bytes: u64,
    /// Its time in seconds since 1970 UTC, from the source: `Last-Modified`, or the file's time of modification.
    pub(crate) as_of: Option<i64>,
    /// The bytes of its signature, where the list is signed.
    pub(crate) signature: Option<Vec<u8>>,
    /// Its role, where the source decides it by itself.
    pub(crate) mode: Option<Mode>,
    /// The state for the next fetch, once this file and those before it are in force.
    pub(crate) known: Known,
}

/// Fetches the new files of a source.
///
/// What is kept of several files, or before an error, stays in [`Raw`]: whole files that nothing refers to.
///
/// # Errors
/// [`Error::Fetch`] names what is wrong with the source or its configuration. [`Error::Io`] names what is wrong with
/// this machine's files. [`Error::OverLimit`] names what is too large. [`Error::Cancelled`].
pub(crate) fn fetch(request: &Request<'_>) -> Result<Fetched> {
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
pub(in crate::store) use http::server as http_tests;
#[cfg(test)]
mod tests;
