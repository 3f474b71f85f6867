//! One entry of a hash list.

use serde::{Deserialize, Serialize};

use super::Mode;
use crate::hash::{Details, Hash};

/// One row of a list: a hash, and what its contributor says about it.
///
/// ```
/// use basma::hash::{Hash, HashType};
/// use basma::list::{Entry, Severity};
/// let md5 = Hash::parse(HashType::Md5, "900150983cd24fb0d6963f7d28e17f72")?;
/// let entry = Entry::new(md5, 1).with_id("case-17".to_owned()).with_severity(Severity::High);
/// assert!(entry.labels.is_empty());
/// # Ok::<(), basma::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
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
    /// What the list holds of the picture beside its PDQ hash.
    pub details: Option<Box<Details>>,
    /// The line of the file, from 1.
    pub line: u64,
}

/// One picture of a listed clip, and what the list says of all its pictures. The clip is what the entries of one list
/// under one id have in common.
///
/// As JSON it is an object of these names, those that are not known left out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
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
            details: None,
            line,
        }
    }
}

setters!(Entry {
    with_id id?: String;
    with_list list?: String;
    with_labels labels: Vec<String>;
    with_severity severity?: Severity;
    with_opinion opinion: Opinion;
    with_media media?: Media;
    with_quality quality?: u8;
    with_source source?: String;
    with_added added?: i64;
    with_valid_until valid_until?: i64;
    with_meta meta: Vec<(String, String)>;
    with_frame frame?: Box<ClipFrame>;
    with_details details?: Box<Details>;
});

setters!(ClipFrame {
    with_index index: u32;
    with_ms ms?: u64;
    with_until_ms until_ms?: u64;
    with_clip_ms clip_ms?: u64;
    with_listed listed?: u32;
    with_distinct distinct?: u32;
    with_alike alike?: u32;
    with_every_ms every_ms?: u32;
});

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
#[non_exhaustive]
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
#[non_exhaustive]
pub enum Media {
    /// A still picture.
    Image,
    /// A video.
    Video,
}

named!(Severity { Low = "low", Medium = "medium", High = "high", Critical = "critical" });
named!(Opinion { Positive = "positive", Seed = "seed", Negative = "negative", Disputed = "disputed" });
named!(Media { Image = "image", Video = "video" });
named!(Mode { Snapshot = "snapshot", Delta = "delta" });
