//! What is remembered, as lines of JSON.

use std::collections::BTreeMap;
use std::fmt;

use basma::hash::{Hash, HashType};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// A type of hash, by the name that HMA has for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(in crate::serve) enum SignalType {
    /// `pdq`
    Pdq,
    /// `video_md5`
    VideoMd5,
}

impl SignalType {
    pub(in crate::serve) const ALL: [SignalType; 2] = [SignalType::Pdq, SignalType::VideoMd5];

    pub(in crate::serve) const fn name(self) -> &'static str {
        match self {
            SignalType::Pdq => "pdq",
            SignalType::VideoMd5 => "video_md5",
        }
    }

    pub(in crate::serve) fn named(name: &str) -> Option<SignalType> {
        let is_so = |known: &SignalType| known.name() == name;
        SignalType::ALL.into_iter().find(is_so)
    }

    pub(in crate::serve) const fn hash_type(self) -> HashType {
        match self {
            SignalType::Pdq => HashType::Pdq,
            SignalType::VideoMd5 => HashType::Md5,
        }
    }

    /// The hash that a text is, or what HMA says of the text.
    pub(in crate::serve) fn hash(self, text: &str) -> Result<Hash, String> {
        match self {
            SignalType::Pdq => {
                parse(HashType::Pdq, text).ok_or_else(|| "invalid PDQ hash".to_owned())
            }
            SignalType::VideoMd5 => {
                let hash = parse(HashType::Md5, &text.trim().to_ascii_lowercase());
                hash.ok_or_else(|| format!("'{text}' is not a valid MD5 hash"))
            }
        }
    }
}

/// HMA takes lower case alone.
fn parse(hash_type: HashType, text: &str) -> Option<Hash> {
    let is_digit = |byte: u8| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
    let fits = text.len() == 2 * hash_type.bytes() && text.bytes().all(is_digit);
    fits.then(|| Hash::parse(hash_type, text).ok())?
}

impl fmt::Display for SignalType {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.name())
    }
}

/// What a client says of a content.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(in crate::serve) struct Metadata {
    pub(in crate::serve) content_id: Option<String>,
    pub(in crate::serve) content_uri: Option<String>,
    pub(in crate::serve) json: Option<Map<String, Value>>,
}

/// A content that was added through the service.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(in crate::serve) struct Content {
    pub(in crate::serve) id: u64,
    /// The first id of those that were added together: all of them are in the store, or none is.
    pub(in crate::serve) batch: u64,
    pub(in crate::serve) list: String,
    pub(in crate::serve) signals: BTreeMap<SignalType, String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(in crate::serve) metadata: Option<Metadata>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(in crate::serve) note: Option<String>,
    /// The SHA-256 of the token of the person who may withdraw it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(in crate::serve) withdrawal: Option<String>,
    pub(in crate::serve) at: i64,
}

/// One line.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "did", rename_all = "snake_case")]
pub(super) enum Record {
    /// A bank is made, renamed, or has another ratio.
    Bank {
        list: String,
        name: String,
        ratio: f64,
    },
    /// A bank is deleted.
    BankGone { list: String },
    /// A content is added.
    Content(Content),
    /// A content is switched on or off, or has another note.
    Edit {
        id: u64,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        disable_until: Option<i64>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        note: Option<String>,
    },
    /// Contents are deleted, or could not be added.
    Gone { first: u64, last: u64 },
    /// A type has another ratio.
    SignalType { name: SignalType, ratio: f64 },
    /// The ids below this one are taken, whatever became of their contents.
    Next { id: u64 },
}
