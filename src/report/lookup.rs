//! Hashes that were looked up.

use serde::{Deserialize, Serialize};

use super::{Match, Name, Summarized, Version, is_zero};
use crate::hash;
use crate::matcher::Found;

/// What was found for one hash.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Lookup {
    /// The version of the format.
    pub v: Version,
    /// The hash that was looked up.
    pub query: Query,
    /// The cluster, if anything matches.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cluster: Option<String>,
    /// The matches, nearest first.
    pub matches: Vec<Match>,
    /// What would match but for negative entries of the same list, or for a list of what is allowed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub suppressed: Vec<Match>,
    /// Listed clips with too little evidence for a match.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub weak: Vec<Match>,
    /// The authentic notices that it is the hash of.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub authentic: Vec<Match>,
    /// The number of listed hashes within the radius beyond the limit on matches.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub more: u64,
}

impl Lookup {
    /// The hash and what a matcher found for it.
    pub fn new(hash: &hash::Hash, found: &Found) -> Lookup {
        Lookup {
            v: Version,
            query: Query::from(hash),
            cluster: found.cluster.map(|cluster| cluster.to_string()),
            matches: Match::all(&found.matches, false),
            suppressed: Match::all(&found.suppressed, false),
            weak: Match::all(&found.weak, false),
            authentic: Match::all(&found.authentic, false),
            more: found.more,
        }
    }
}

/// A hash that is looked up.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Query {
    /// The type of hash.
    #[serde(rename = "type")]
    pub hash_type: Name,
    /// The hash, in hexadecimal.
    pub hash: String,
    /// The file or item that the hash is of, if the input says it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
}

impl From<&hash::Hash> for Query {
    fn from(hash: &hash::Hash) -> Query {
        Query {
            hash_type: hash.hash_type().name().into(),
            hash: hash.to_string(),
            id: None,
        }
    }
}

/// The counts of a lookup.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct LookupSummary {
    /// The number of hashes that were looked up.
    pub looked_up: u64,
    /// The number of them that match.
    pub matched: u64,
}

impl LookupSummary {
    /// The last line of a lookup.
    pub fn new(looked_up: u64, matched: u64) -> Summarized<LookupSummary> {
        Summarized::new(LookupSummary { looked_up, matched })
    }
}
