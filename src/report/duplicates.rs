//! Groups of copies.

use serde::{Deserialize, Serialize};

use super::{Name, Summarized, Version};
use crate::escape;
use crate::hash::View;
use crate::scan;

/// Files that are copies of one another, the first of them first.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Group {
    /// The version of the format.
    pub v: Version,
    /// The file that each other is a copy of.
    pub first: Duplicate,
    /// Its copies: the same bytes first, then the nearest.
    pub copies: Vec<Duplicate>,
}

impl From<&scan::Group> for Group {
    fn from(group: &scan::Group) -> Group {
        Group {
            v: Version,
            first: Duplicate::from(&group.first),
            copies: group.copies.iter().map(Duplicate::from).collect(),
        }
    }
}

/// A file that has copies.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Duplicate {
    /// The escaped path.
    pub path: String,
    /// The size in bytes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bytes: Option<u64>,
    /// The SHA-256 of the file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sha256: Option<String>,
    /// How near it is to the first, where it is not the same bytes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub near: Option<Near>,
    /// The escaped path of the copy before it that has the same bytes, if that is not the first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub same_as: Option<String>,
}

impl From<&scan::Duplicate> for Duplicate {
    fn from(file: &scan::Duplicate) -> Duplicate {
        Duplicate {
            path: escape::path(&file.path).into_owned(),
            bytes: file.bytes,
            sha256: file.sha256.map(|sha256| sha256.to_string()),
            near: file.near.map(|near| Near {
                hash_type: near.hash_type.name().into(),
                distance: near.distance,
                radius: near.radius,
                tier: near.tier.name().into(),
                view: (near.view != View::ORIGINAL).then(|| near.view.to_string()),
                first_ms: near.common.map(|common| common.first_ms.into()),
                copy_ms: near.common.map(|common| common.copy_ms.into()),
            }),
            same_as: file
                .same_as
                .as_deref()
                .map(|path| escape::path(path).into_owned()),
        }
    }
}

/// How near a copy is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Near {
    /// The type of hash that says so.
    #[serde(rename = "type")]
    pub hash_type: Name,
    /// How many bits differ.
    pub distance: u32,
    /// Up to how many bits count.
    pub radius: u32,
    /// What the match is worth.
    pub tier: Name,
    /// The view of one of the two that is near the other, if that is not `original`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub view: Option<String>,
    /// From when until when a clip shows in the first what it has in common with it, in milliseconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first_ms: Option<[u64; 2]>,
    /// From when until when it shows that itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub copy_ms: Option<[u64; 2]>,
}

/// The counts of a search for copies.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct DuplicatesSummary {
    /// The number of files that were discovered.
    pub discovered: u64,
    /// The number of files that could not be examined.
    pub gaps: u64,
    /// The number of groups.
    pub groups: u64,
    /// The number of files that are the same bytes as one before them in their group.
    pub identical: u64,
    /// The number of other copies.
    pub near: u64,
    /// Whether the search was ended before its last file.
    pub interrupted: bool,
}

impl DuplicatesSummary {
    /// The last line of a search for copies.
    ///
    /// ```
    /// use basma::report::{DuplicatesSummary, line};
    /// use basma::scan::Summary;
    ///
    /// let last = line(&DuplicatesSummary::new(&[], &Summary::default()));
    /// assert!(last.starts_with(r#"{"v":1,"summary":{"discovered":0,"#));
    /// ```
    pub fn new(groups: &[scan::Group], summary: &scan::Summary) -> Summarized<DuplicatesSummary> {
        let copies = || groups.iter().flat_map(|group| &group.copies);
        let is_near = |copy: &&scan::Duplicate| copy.near.is_some() && copy.same_as.is_none();
        let near = copies().filter(is_near).count() as u64;
        Summarized::new(DuplicatesSummary {
            discovered: summary.discovered,
            gaps: summary.gaps(),
            groups: groups.len() as u64,
            identical: copies().count() as u64 - near,
            near,
            interrupted: summary.interrupted,
        })
    }
}
