//! What leaves a case, what is erased of it, and what proves its time.

use serde::{Deserialize, Serialize};

use super::Sealed;

/// A paper that was made of the case.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Export {
    /// What it is: `html`, `pdf`, `vics-2.0`.
    pub paper: String,
    /// The name of the file.
    pub file: String,
    /// The SHA-256 of the file.
    pub sha256: String,
    /// The last record that it was made of.
    pub head: Head,
    /// The small pictures that it shows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub thumbnails: Option<Thumbnails>,
}

/// The small pictures of files in a paper.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Thumbnails {
    /// How they look: `blurred` or `grey`.
    pub style: String,
    /// The findings whose pictures were asked for and are shown.
    pub findings: Vec<u64>,
    /// The findings whose pictures were asked for and could not be made.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub absent: Vec<u64>,
}

/// A record that stands for all up to it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Head {
    /// Its number.
    pub number: u64,
    /// The SHA-256 of its line.
    pub sha256: String,
}

/// A sealed file that was opened.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unsealed {
    /// The sealed file.
    pub sealed: Sealed,
    /// Why.
    pub why: String,
}

/// A time-stamp token (RFC 3161) of an authority.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Timestamp {
    /// The record that the token is of.
    pub of: Head,
    /// The token, in DER and base64.
    pub token: String,
    /// The SHA-256 of the token.
    pub sha256: String,
}

/// What was erased because an entry was withdrawn.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Withdrawn {
    /// The list.
    pub list: String,
    /// The item, if it may be named.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub entry: Option<String>,
    /// Why.
    pub why: String,
    /// The records whose details were erased.
    pub records: Vec<u64>,
    /// How many details were erased.
    pub erased: u64,
}

/// Details that were erased because their time is over.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Purged {
    /// Details of records before this time were erased.
    pub before: String,
    /// Why.
    pub why: String,
    /// How many details were erased.
    pub erased: u64,
    /// The sealed files that were removed.
    pub sealed: Vec<Sealed>,
}
