//! Counts, as the last line.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

#[cfg(feature = "media")]
use crate::escape;
#[cfg(feature = "media")]
use crate::scan::{self, Rematch, Status, Tally};

use super::{Conditions, Name, Quarantined, Shard, Version, is_zero};

/// A last line: a summary and the version of the format.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(rename = "{S}Line"))]
#[non_exhaustive]
pub struct Summarized<S> {
    /// The version of the format.
    pub v: Version,
    /// The counts.
    pub summary: S,
}

impl Summarized<Summary> {
    /// States the conditions of the scan.
    #[must_use]
    pub fn with_conditions(mut self, conditions: Conditions) -> Self {
        self.summary.conditions = Some(conditions);
        self
    }
}

impl Summarized<RematchSummary> {
    /// States the conditions of the rematch.
    #[must_use]
    pub fn with_conditions(mut self, conditions: Conditions) -> Self {
        self.summary.conditions = Some(conditions);
        self
    }
}

impl<S> Summarized<S> {
    pub(super) fn new(summary: S) -> Summarized<S> {
        Summarized {
            v: Version,
            summary,
        }
    }
}

/// The counts of a scan, or of a job that only hashes.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Summary {
    /// The number of files and members of archives.
    pub discovered: u64,
    /// The number of files that match.
    pub matched: u64,
    /// The number of files that were examined as a whole and match nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub no_match: Option<u64>,
    /// The number of files that were hashed, where nothing was looked up.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hashed: Option<u64>,
    /// The number of pictures that are too flat for their hash.
    pub low_quality: u64,
    /// The number of files in no format that is decoded.
    pub unsupported: u64,
    /// The number of broken files.
    pub damaged: u64,
    /// The number of files that could not be read.
    pub unreadable: u64,
    /// The number of files that exceed a limit.
    pub over_limit: u64,
    /// The number of links, pipes, sockets and devices.
    pub skipped: u64,
    /// The size of all files, in bytes.
    pub bytes: u64,
    /// The number of files and members that hashes were made of.
    pub examined: u64,
    /// The number of roots below which there is no file to examine.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub bare_roots: u64,
    /// The first of these roots, escaped.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub bare_roots_shown: Vec<String>,
    /// The number of members of archives.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub members: u64,
    /// The number of files and folders that a pattern left out.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub excluded: u64,
    /// The number of files that would match but for negative entries.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub suppressed: Option<u64>,
    /// The number of files with too little evidence for a match.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub weak: Option<u64>,
    /// The number of files that show an authentic notice.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub authentic: Option<u64>,
    /// The entries that were quarantined, because they suddenly matched very many files: the first hundred.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub quarantined: Vec<Quarantined>,
    /// The number of further entries that were quarantined.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub quarantined_others: u64,
    /// The number of clusters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub clusters: Option<u64>,
    /// Matched files by the tier of their best match.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tiers: Option<BTreeMap<String, u64>>,
    /// Matched files by list.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lists: Option<BTreeMap<String, u64>>,
    /// The matches of further lists together.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub lists_others: u64,
    /// Matched files by label.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub labels: Option<BTreeMap<String, u64>>,
    /// The matches with further labels together.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub labels_others: u64,
    /// Unsupported files by media type; `empty` and `unknown` where there is none.
    pub unsupported_kinds: BTreeMap<String, u64>,
    /// The unsupported files of further media types together.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub unsupported_kinds_others: u64,
    /// Files and members by how they were looked into: `pictures`, `clips`, `containers`, `carved`, `digests`, `nothing`.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub looked_into: BTreeMap<String, u64>,
    /// The sizes of these together, in bytes. Members count beside the archive that they are in.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub looked_into_bytes: BTreeMap<String, u64>,
    /// Files and members that were not, or not wholly, examined, by the code of each reason.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub reasons: BTreeMap<String, u64>,
    /// The files of further reasons together.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub reasons_others: u64,
    /// Whether the job was interrupted.
    pub interrupted: bool,
    /// The shard, of a scan that several machines share.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shard: Option<Shard>,
    /// The wall behind which files were opened, such as `landlock-v7+seccomp`; `none` where they were opened in the process
    /// that holds the lists.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sandbox: Option<String>,
    /// Why there was no wall, where one was wanted, in English.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sandbox_reason: Option<String>,
    /// The stable code of this reason.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sandbox_reason_code: Option<Name>,
    /// The conditions of a scan.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub conditions: Option<Conditions>,
}

#[cfg(feature = "media")]
impl Summary {
    /// The last line of a scan.
    pub fn of_scan(summary: &scan::Summary) -> Summarized<Summary> {
        let counts = |tally: &Tally| Some(tally.counts.clone());
        let tiers = summary.by_tier.iter();
        let tiers = tiers.map(|(tier, count)| (tier.name().to_owned(), *count));
        Summarized::new(Summary {
            no_match: Some(summary.count(Status::NoMatch)),
            suppressed: Some(summary.suppressed),
            weak: Some(summary.weak),
            authentic: (summary.authentic > 0).then_some(summary.authentic),
            quarantined: quarantined(summary),
            quarantined_others: summary.quarantined_others,
            clusters: Some(summary.clusters()),
            tiers: Some(tiers.collect()),
            lists: counts(&summary.by_list),
            lists_others: summary.by_list.others,
            labels: counts(&summary.by_label),
            labels_others: summary.by_label.others,
            ..Summary::of_files(summary)
        })
    }

    /// The last line of a job that looked nothing up.
    pub fn of_hashing(summary: &scan::Summary) -> Summarized<Summary> {
        Summarized::new(Summary {
            hashed: Some(summary.count(Status::NoMatch)),
            ..Summary::of_files(summary)
        })
    }

    fn of_files(summary: &scan::Summary) -> Summary {
        let shown = summary.bare_roots_shown.iter();
        let reason = summary.missing_wall.as_ref();
        let looked_into = |number: fn(&scan::Looked) -> u64| {
            let numbers = summary.looked_into.iter();
            let numbers = numbers.map(|(how, looked)| (how.name().to_owned(), number(looked)));
            numbers.collect()
        };
        Summary {
            discovered: summary.discovered,
            matched: summary.matched(),
            low_quality: summary.count(Status::LowQuality),
            unsupported: summary.count(Status::Unsupported),
            damaged: summary.count(Status::Damaged),
            unreadable: summary.count(Status::Unreadable),
            over_limit: summary.count(Status::OverLimit),
            skipped: summary.count(Status::Skipped),
            bytes: summary.bytes,
            examined: summary.examined,
            bare_roots: summary.bare_roots,
            bare_roots_shown: shown.map(|root| escape::path(root).into_owned()).collect(),
            members: summary.members,
            excluded: summary.excluded,
            unsupported_kinds: summary.unsupported.counts.clone(),
            unsupported_kinds_others: summary.unsupported.others,
            looked_into: looked_into(|looked| looked.files),
            looked_into_bytes: looked_into(|looked| looked.bytes),
            reasons: summary.reasons.counts.clone(),
            reasons_others: summary.reasons.others,
            interrupted: summary.interrupted,
            shard: summary.shard.as_ref().map(Shard::from),
            sandbox: Some(summary.wall.to_string()),
            sandbox_reason: reason.map(ToString::to_string),
            sandbox_reason_code: reason.map(|reason| reason.code().name().into()),
            ..Summary::default()
        }
    }
}

#[cfg(feature = "media")]
fn quarantined(summary: &scan::Summary) -> Vec<Quarantined> {
    summary.quarantined.iter().map(Quarantined::from).collect()
}

/// The counts of a rematch.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct RematchSummary {
    /// The number of files and members that are remembered.
    pub remembered: u64,
    /// The number of them that match.
    pub matched: u64,
    /// By each type of hash that the lists hold: for how many files it is remembered.
    pub types: BTreeMap<String, Compared>,
    /// The entries that were quarantined, because they suddenly matched very many files: the first hundred.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub quarantined: Vec<Quarantined>,
    /// The number of further entries that were quarantined.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub quarantined_others: u64,
    /// Whether the rematch was interrupted.
    pub interrupted: bool,
    /// The conditions of the rematch.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub conditions: Option<Conditions>,
}

/// How many files were compared by one type of hash.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Compared {
    /// The number of files for which the type is remembered.
    pub remembered: u64,
    /// The number of files that could have it.
    pub of: u64,
}

#[cfg(feature = "media")]
impl RematchSummary {
    /// The last line of a rematch.
    pub fn new(rematch: &Rematch) -> Summarized<RematchSummary> {
        let compared = rematch.compared.iter();
        let types = compared.map(|(hash_type, &(remembered, of))| {
            (hash_type.name().to_owned(), Compared { remembered, of })
        });
        Summarized::new(RematchSummary {
            remembered: rematch.remembered,
            matched: rematch.matched,
            types: types.collect(),
            quarantined: quarantined(&rematch.summary),
            quarantined_others: rematch.summary.quarantined_others,
            interrupted: rematch.interrupted,
            conditions: None,
        })
    }
}
