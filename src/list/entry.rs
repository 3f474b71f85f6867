//! One entry of a hash list.

use serde::{Deserialize, Serialize};

use super::Mode;
use crate::hash::Hash;

/// One row of a list: a hash, and what its contributor says about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The hash.
    pub hash: Hash,
    /// The content item it belongs to, in the contributor's words. Several hashes may share one.
    pub id: Option<String>,
    /// The list it belongs to, where the row names one; the file's list otherwise.
    pub list: Option<String>,
    /// Labels, sorted, without repetition.
    pub labels: Vec<String>,
    /// How grave the contributor takes it to be.
    pub severity: Option<Severity>,
    /// What the contributor thinks a match means.
    pub opinion: Opinion,
    /// The kind of the hashed file.
    pub media: Option<Media>,
    /// The hash's quality, 0 to 100, where the list says.
    pub quality: Option<u8>,
    /// Who or what the entry comes from.
    pub source: Option<String>,
    /// When it was added, in seconds since 1970-01-01 UTC.
    pub added: Option<i64>,
    /// From when it no longer counts, in seconds since 1970-01-01 UTC.
    pub valid_until: Option<i64>,
    /// Everything else the row says, by column or key, in the order of the row.
    pub meta: Vec<(String, String)>,
    /// Where in a clip the hashed picture stands, if it is one of a clip's.
    pub frame: Option<Box<ClipFrame>>,
    /// The line of the file, from 1.
    pub line: u64,
}

/// One picture of a listed clip, and what the list says of all its pictures. The clip is what the entries of one list
/// under one id have in common.
///
/// As JSON it is an object of these names, those that are not known left out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClipFrame {
    /// Its place among the pictures of the clip, from 0.
    pub index: u32,
    /// When it is shown, in milliseconds from the clip's start.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ms: Option<u64>,
    /// Until when it stands for those after it, which are not listed for being like it, in milliseconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub until_ms: Option<u64>,
    /// How long the clip is, in milliseconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub clip_ms: Option<u64>,
    /// How many pictures of the clip are listed, of quality 50 and more.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub listed: Option<u32>,
    /// How many different hashes they have.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub distinct: Option<u32>,
    /// How many listed pictures of the clip have this very hash, where more than one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub alike: Option<u32>,
    /// The time between hashed pictures in milliseconds, where pictures were taken at fixed intervals.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub every_ms: Option<u32>,
}

impl ClipFrame {
    /// The largest time between listed pictures, in milliseconds, at which samples of a copy find them. In films of
    /// people and hands, pictures a tenth of a second apart are within the radius of each other.
    pub const DENSE_MS: u32 = 100;

    /// Whether the list has few pictures of the clip, so that all pictures of a copy must be looked up.
    pub fn is_sparse(&self) -> bool {
        self.every_ms.is_some_and(|ms| ms > ClipFrame::DENSE_MS)
    }
}

impl Entry {
    /// An entry with a hash and no metadata.
    pub fn new(hash: Hash, line: u64) -> Entry {
        Entry {
            hash,
            id: None,
            list: None,
            labels: Vec::new(),
            severity: None,
            opinion: Opinion::Positive,
            media: None,
            quality: None,
            source: None,
            added: None,
            valid_until: None,
            meta: Vec::new(),
            frame: None,
            line,
        }
    }
}

/// The severity of an entry, ascending.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Severity {
    /// `low`
    Low,
    /// `medium`
    Medium,
    /// `high`
    High,
    /// `critical`
    Critical,
}

/// The opinion of a contributor about an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub enum Opinion {
    /// It is what the list is about (`POSITIVE_CLASS`).
    #[default]
    Positive,
    /// An unconfirmed lead (`INVESTIGATION_SEED`).
    Seed,
    /// It is not what the list is about (`NEGATIVE_CLASS`): a match is suppressed.
    Negative,
    /// Contributors disagree (`DISPUTED`): a match needs a person.
    Disputed,
}

/// The kind of the hashed file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Media {
    /// A still picture.
    Image,
    /// A video.
    Video,
}

macro_rules! named {
    ($type:ident { $($variant:ident = $name:literal),+ }) => {
        impl $type {
            /// Every value.
            pub const ALL: [$type; [$($name),+].len()] = [$($type::$variant),+];

            /// The name used in lists and output.
            pub const fn name(self) -> &'static str {
                match self { $($type::$variant => $name),+ }
            }

            /// The value with exactly this name, in either case.
            pub fn from_name(name: &str) -> Option<$type> {
                $type::ALL.into_iter().find(|v| v.name().eq_ignore_ascii_case(name))
            }
        }
    };
}

named!(Severity { Low = "low", Medium = "medium", High = "high", Critical = "critical" });
named!(Opinion { Positive = "positive", Seed = "seed", Negative = "negative", Disputed = "disputed" });
named!(Media { Image = "image", Video = "video" });
named!(Mode { Snapshot = "snapshot", Delta = "delta" });
