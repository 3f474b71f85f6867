//! What a scan leaves: its conditions, its findings, what it did not look at.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Commitment, Sealed, is_zero};
use crate::report::{Refusal, StratumQuote};

/// The begin of a scan.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Scan {
    /// The program and its version.
    pub tool: String,
    /// The SHA-256 of the program's file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub binary: Option<String>,
    /// The offset of local time from UTC, in seconds.
    pub utc_offset: i64,
    /// Where the time comes from: `system`.
    pub clock: String,
    /// What was scanned.
    pub roots: Vec<Root>,
    /// The number of further files and folders that were scanned.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub roots_more: u64,
    /// What kept decoders apart from the system; `no-media` where no file was opened.
    pub sandbox: String,
    /// The options that change what is found, by name.
    pub options: BTreeMap<String, String>,
    /// The purpose that the scan states.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub purpose: Option<String>,
    /// The report that it answers: the number of its record.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub report: Option<u64>,
}

/// A file or folder that is scanned.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Root {
    /// Its path, escaped.
    pub path: Commitment,
    /// The number of the device that holds it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub device: Option<String>,
}

/// A list that a scan looks up in.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct List {
    /// The scan: the number of its record.
    pub scan: u64,
    /// The list.
    pub list: String,
    /// Its format; `store` for a list of a store.
    pub format: String,
    /// The number of its entries.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub entries: Option<u64>,
    /// The SHA-256 of its file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sha256: Option<String>,
    /// The edition that the list names.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<u64>,
    /// The generation of its store.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub generation: Option<u64>,
    /// When that generation was published.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub published: Option<String>,
    /// The time of its source.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub as_of: Option<String>,
    /// What a match may lead to at most.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at_most: Option<String>,
    /// What it may be used for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub purpose: Option<String>,
    /// The law or decision that allows it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub legal_basis: Option<String>,
    /// Until when it may be used.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires: Option<String>,
    /// The id of the key whose signature of the list was checked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signed_by: Option<String>,
    /// The names of the purposes that it may be used for; any, if there is none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub uses: Vec<String>,
    /// Whom it protects.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub protects: Option<String>,
}

/// The calibrated error of a list, as a signed file of calibration states it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Calibration {
    /// The list.
    pub list: String,
    /// The SHA-256 of the list that was calibrated.
    pub list_sha256: String,
    /// The SHA-256 of the file of calibration.
    pub sha256: String,
    /// When it was made.
    pub made: String,
    /// The statement, by name.
    pub statement: BTreeMap<String, String>,
    /// The scan that it was quoted for: the number of its record.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scan: Option<u64>,
    /// What was counted, by the kind of picture and the tier of the match.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub strata: Vec<StratumQuote>,
}

impl Calibration {
    /// Whether it is about the matches of a list in a scan.
    pub fn is_of(&self, list: &str, scan: u64) -> bool {
        self.list == list && self.scan.is_none_or(|of| of == scan)
    }
}

/// A use of lists that was refused: nothing was looked up, or no more.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refused {
    /// What was asked for, and why it was refused.
    #[serde(flatten)]
    pub refusal: Refusal,
    /// The scan that was running: the number of its record. Without one, no scan began.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scan: Option<u64>,
}

/// A file that matches, or that something speaks for. Its number is that of its record.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// The scan: the number of its record.
    pub scan: u64,
    /// `matched`, or `authentic`, `suppressed` or `weak` where something speaks against a match.
    pub status: String,
    /// The path, escaped; the place in an archive follows a `!/`.
    pub path: Commitment,
    /// The file.
    pub file: FileFacts,
    /// Hashes of its stored pixels, by which it can be listed or allowed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub hashes: Vec<FileHash>,
    /// What a reader must know, and why not all of the file was examined.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub flags: Vec<String>,
    /// The codes of why not all of the file was examined.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub reason_codes: Vec<String>,
    /// The kind of picture by which errors are counted, where it was judged.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stratum: Option<String>,
    /// The matches, nearest first.
    pub matches: Vec<Match>,
    /// How many more listed hashes are within the radius.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub more: u64,
}

/// What is known of a file beside its path.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileFacts {
    /// The SHA-256.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sha256: Option<Commitment>,
    /// The SHA-1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sha1: Option<Commitment>,
    /// The MD5.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub md5: Option<Commitment>,
    /// The size in bytes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bytes: Option<u64>,
    /// The media type, by content.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub media: Option<String>,
    /// The width in pixels, as stored.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub width: Option<u32>,
    /// The height.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub height: Option<u32>,
    /// The length of a clip in milliseconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub clip_ms: Option<u64>,
}

/// A perceptual hash of a file.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileHash {
    /// The type of hash.
    pub algorithm: String,
    /// The hash.
    pub hash: Commitment,
    /// Its quality.
    pub quality: u8,
}

/// A listed item that a file matches.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Match {
    /// The list.
    pub list: String,
    /// The item, as the list names it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub entry: Option<String>,
    /// The type of hash.
    pub algorithm: String,
    /// The listed hash.
    pub hash: Commitment,
    /// The number of differing bits.
    pub distance: u32,
    /// The largest number of differing bits that matches.
    pub radius: u32,
    /// What the match is worth.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tier: Option<String>,
    /// The quality of the file's hash.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quality: Option<u8>,
    /// The view that was hashed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub view: Option<String>,
    /// The part of the picture that was hashed, in thousandths of its sides.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub area: Option<[i16; 4]>,
    /// The number of the frame, from 0.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub frame: Option<u32>,
    /// The time at which that frame is shown, in milliseconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ms: Option<u64>,
    /// What the list says about the item.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub labels: Vec<String>,
    /// What the match may lead to at most.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at_most: Option<String>,
    /// The generation of the store.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub generation: Option<u64>,
    /// The other types of hash by which the file matches the same item: independent confirmations.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub confirmed_by: Vec<String>,
    /// `authentic`, `suppressed` or `weak`; absent of a match.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub standing: Option<String>,
}

/// A file that was not wholly examined.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Gap {
    /// The scan: the number of its record.
    pub scan: u64,
    /// The path, escaped.
    pub path: Commitment,
    /// Its status.
    pub status: String,
    /// Why, by codes.
    pub reason_codes: Vec<String>,
    /// Its size in bytes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bytes: Option<u64>,
}

/// The end of a scan. The counts by status add up to `discovered`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Coverage {
    /// The scan: the number of its record.
    pub scan: u64,
    /// Whether the scan was interrupted. The counts are then of the files before that.
    pub interrupted: bool,
    /// The number of files and members of archives.
    pub discovered: u64,
    /// How many there are of each status.
    pub statuses: BTreeMap<String, u64>,
    /// How many files were not wholly examined, by the code of the reason.
    pub reasons: BTreeMap<String, u64>,
    /// The size of all files, in bytes.
    pub bytes: u64,
    /// The number of files and members that hashes were made of.
    pub examined: u64,
    /// The number of members of archives.
    pub members: u64,
    /// The number of files and folders that a pattern left out.
    pub excluded: u64,
    /// The number of roots below which there is no file to examine.
    pub bare_roots: u64,
    /// How many findings the scan recorded.
    pub findings: u64,
    /// How many files with gaps it recorded.
    pub gaps: u64,
    /// The paths, where the case seals them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub paths: Option<Sealed>,
}
