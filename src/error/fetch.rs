//! What can be wrong with a source.

use super::SecretProblem;

/// Why a list could not be fetched, and what to do.
///
/// Texts of servers are not repeated, but for where they redirect to, which is escaped and without its query.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum FetchProblem {
    /// A folder, pipe or device where a file should be.
    #[error("is not a file")]
    NotAFile,
    /// A file that was written to each time that it was read.
    #[error("changes while it is read; have it written under another name and renamed")]
    Changing,
    /// A file that a process has open for writing.
    #[error("is open for writing; have it written under another name and renamed, or closed")]
    Written,
    /// A list that is not what a file beside it says.
    #[error(
        "is not what '{by}' says: its {method} is {found}, and {said} is said there; put both there anew"
    )]
    Checksum {
        /// The file that says it, escaped.
        by: String,
        /// How the checksum is computed.
        method: &'static str,
        /// What is said.
        said: String,
        /// What it is.
        found: String,
    },
    /// A file of checksums that says nothing clear.
    #[error(
        "holds no checksum that is clearly of '{list}'; put a right one there, or take it away"
    )]
    NoChecksum {
        /// The list that it is named after, escaped.
        list: String,
    },
    /// A list, or a signature, that is larger than it may be.
    #[error("has more than {limit} bytes; raise size_max if a list may be so large")]
    TooLarge {
        /// How many it may have.
        limit: u64,
    },
    /// A list without the signature that the configuration demands.
    #[error("there is no signature at {location}; ask the publisher for it")]
    NoSignature {
        /// Where it should be, escaped.
        location: String,
    },

    /// A folder without a file that could be taken.
    #[error(
        "holds no list, or only files that are still being written or stand beside lists by their names; put one there"
    )]
    Empty,
    /// A link that leads out of the folder, or nowhere.
    #[error("'{name}' is a link out of the folder, or to nothing; put the file itself there")]
    Link {
        /// Its name, escaped.
        name: String,
    },
    /// A file that was applied, and now has other content.
    #[error(
        "'{name}' was applied and has other content now; put what is new there under a new name"
    )]
    Altered {
        /// Its name, escaped.
        name: String,
    },
    /// A file whose turn is over.
    #[error(
        "'{name}' comes before '{last}', which was taken already; put it there under a later name, or take it away"
    )]
    Late {
        /// Its name, escaped.
        name: String,
        /// The last that was taken.
        last: String,
    },
    /// The newest file is older than the one that was taken last.
    #[error(
        "'{last}', which was taken last, is gone, and '{name}' is older; put the newest list there"
    )]
    Back {
        /// The newest, escaped.
        name: String,
        /// The last that was taken.
        last: String,
    },
    /// A folder with too many files to look at.
    #[error("holds more than {limit} files; move the old ones away")]
    Crowded {
        /// How many are looked at.
        limit: usize,
    },

    /// An invalid URL, or one of a scheme that is not fetched.
    #[error("{0}")]
    Url(&'static str),
    /// HTTP without encryption.
    #[error("is not encrypted; use https, or set insecure_http if the way there is safe")]
    Insecure,
    /// A setting that cannot be right.
    #[error("{0}")]
    Setting(&'static str),
    /// A secret that cannot be had or must not be used.
    #[error(transparent)]
    Secret(#[from] SecretProblem),
    /// The file of the private certificate authority.
    #[error("ca: {path}: {problem}")]
    Authority {
        /// The file, escaped.
        path: String,
        /// What is wrong with it.
        problem: String,
    },

    /// The server cannot be reached.
    #[error("no connection: {0}")]
    Connection(String),
    /// The server is not who it should be, or does not speak TLS as it should.
    #[error("no trust in the server: {0}; a private authority is named by ca")]
    Tls(String),
    /// Nothing came for a while, or all of it took too long.
    #[error("no more came: {what} takes at most {seconds} s ({setting})")]
    Timeout {
        /// What takes that long: "connecting", "a wait for the next byte", "all of it".
        what: &'static str,
        /// The limit.
        seconds: String,
        /// The setting that says so.
        setting: &'static str,
    },
    /// An answer that is no HTTP.
    #[error("the answer is not HTTP as it should be: {0}")]
    Protocol(String),
    /// The server says no.
    #[error("the server answers {status}: {meaning}")]
    Status {
        /// The status code.
        status: u16,
        /// What that means here.
        meaning: &'static str,
    },
    /// The server asks to come again, later than is waited for.
    #[error(
        "the server answers {status} and asks to come again in {seconds} s; let the job run then"
    )]
    Later {
        /// The status code, 429 or 503.
        status: u16,
        /// What it asks for.
        seconds: u64,
    },
    /// A redirect to somewhere else.
    #[error("redirected to {to}, {why}; if that is right, make it the url")]
    Redirect {
        /// Where to, escaped, without query.
        to: String,
        /// Why it is not followed.
        why: &'static str,
    },
    /// Redirects without an end.
    #[error("redirected more than {limit} times")]
    Redirects {
        /// How many are followed.
        limit: u32,
    },
    /// An answer whose end could not be told from a cut.
    #[error("the answer does not say how long it is, or not clearly: {0}")]
    Length(&'static str),
    /// A compressed or otherwise encoded answer, which was not asked for.
    #[error("the answer is encoded ({0}), which was not asked for")]
    Encoding(String),
    /// Another part of the file than was asked for.
    #[error("another part was sent than the one that was asked for: {0}")]
    Range(&'static str),
    /// An answer that was cut.
    #[error("cut after {found} bytes")]
    Cut {
        /// How many bytes of the list have come, what waited from before included.
        found: u64,
    },
    /// More bytes than were announced.
    #[error("the answer is longer than the {announced} bytes that it says")]
    Surplus {
        /// What the answer said.
        announced: u64,
    },
}
