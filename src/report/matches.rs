//! Matches, and what clips have in common.

use serde::{Deserialize, Serialize};

use super::{MatchCalibration, Name};
use crate::hash::Region;
use crate::list::Opinion;
use crate::matcher::{self, ClipMatch, Share};

/// One listed item that a file or hash matches.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Match {
    /// The list that holds it.
    pub list: String,
    /// The item, if the list names it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// The type of hash.
    #[serde(rename = "type")]
    pub hash_type: Name,
    /// The listed hash, in hexadecimal.
    pub hash: String,
    /// The number of differing bits.
    pub distance: u32,
    /// The largest number of differing bits that matches.
    pub radius: u32,
    /// What the match is worth.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tier: Option<Name>,
    /// The view that was hashed, of a perceptual hash.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub view: Option<String>,
    /// The part of the picture that was hashed, if not all: left, top, right, bottom, in thousandths of its sides.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub region: Option<[i16; 4]>,
    /// The rotation of that part, in tenths of a degree.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rotation: Option<i16>,
    /// The number of the frame in the file, from 0.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub frame: Option<u32>,
    /// The time at which that frame is shown, in milliseconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ms: Option<u64>,
    /// The video track, if it is not the first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub track: Option<u32>,
    /// The time in the listed clip, in milliseconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub listed_ms: Option<u64>,
    /// Which details of the listed picture were found, if they decided.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub details: Option<DetailsFound>,
    /// What both clips have in common.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub clip: Option<Clip>,
    /// What the list says about the item.
    pub labels: Vec<String>,
    /// The severity of the item.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub severity: Option<Name>,
    /// The opinion of the list, if it is not positive.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub opinion: Option<Name>,
    /// The generation of the store.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub generation: Option<u64>,
    /// What a match may lead to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at_most: Option<Name>,
    /// The list that allows it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub allowed_by: Option<String>,
    /// Whether its entry is quarantined, because it suddenly matches very many files.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub quarantined: bool,
    /// How often such matches were wrong among lawful files, where a file of calibration was named.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub calibration: Option<MatchCalibration>,
}

impl Match {
    fn new(m: &matcher::Match, has_frames: bool) -> Match {
        let region = m.view.area.region;
        let is_perceptual = m.hash.hash_type().is_perceptual();
        let is_framed = has_frames && is_perceptual;
        Match {
            list: m.list.clone(),
            id: m.id.clone(),
            hash_type: m.hash.hash_type().name().into(),
            hash: m.hash.to_string(),
            distance: m.distance,
            radius: m.radius,
            tier: Some(m.tier.name().into()),
            view: is_perceptual.then(|| m.view.to_string()),
            region: (region != Region::WHOLE).then_some([
                region.left,
                region.top,
                region.right,
                region.bottom,
            ]),
            rotation: (region.rotation != 0).then_some(region.rotation),
            frame: is_framed.then_some(m.frame),
            ms: is_framed.then_some(m.ms),
            track: (m.track > 1).then_some(m.track),
            listed_ms: m.listed_ms,
            details: m.details.map(DetailsFound::from),
            clip: m.clip.as_deref().map(Clip::from),
            labels: m.labels.clone(),
            severity: m.severity.map(|severity| severity.name().into()),
            opinion: (m.opinion != Opinion::Positive).then(|| m.opinion.name().into()),
            generation: m.generation,
            at_most: m.at_most.map(|at_most| at_most.name().into()),
            allowed_by: m.allowed_by.clone(),
            quarantined: m.is_quarantined,
            calibration: None,
        }
    }

    /// The matches of a file with frames, or of anything else.
    pub fn all(matches: &[matcher::Match], has_frames: bool) -> Vec<Match> {
        let each = matches.iter().map(|m| Match::new(m, has_frames));
        each.collect()
    }
}

/// An entry that suddenly matched very many files.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Quarantined {
    /// The list that holds it.
    pub list: String,
    /// The item, if the list names it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// The type of hash.
    #[serde(rename = "type")]
    pub hash_type: Name,
    /// A listed hash of it, in hexadecimal.
    pub hash: String,
    /// The number of files that it matched in quarantine.
    pub files: u64,
    /// Whether it was released before the end.
    pub is_over: bool,
}

impl From<&matcher::Quarantined> for Quarantined {
    fn from(entry: &matcher::Quarantined) -> Quarantined {
        Quarantined {
            list: entry.list.clone(),
            id: entry.id.clone(),
            hash_type: entry.hash.hash_type().name().into(),
            hash: entry.hash.to_string(),
            files: entry.files,
            is_over: entry.is_over,
        }
    }
}

/// Which details of a listed picture were found in a picture.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct DetailsFound {
    /// How many local features agree on the place.
    pub features: u32,
    /// How many of the five tiles are there.
    pub tiles: u32,
}

impl From<matcher::DetailsFound> for DetailsFound {
    fn from(found: matcher::DetailsFound) -> DetailsFound {
        DetailsFound {
            features: found.features,
            tiles: found.tiles,
        }
    }
}

/// What a clip has in common with a listed clip.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Clip {
    /// What is the same in both, in the order of the file.
    pub segments: Vec<Segment>,
    /// How much of the file is in the listed clip, in milliseconds.
    pub covered_ms: u64,
    /// How much of the listed clip is in the file, in milliseconds.
    pub listed_covered_ms: u64,
    /// The length of the listed clip in milliseconds; `null` if the list does not say.
    pub listed_clip_ms: Option<u64>,
    /// The share of the file's pictures that are near to a listed one, in percent.
    pub query_percent: f64,
    /// The share of the listed pictures that are near to one of the file, in percent. `null` if the list does not say.
    pub compared_percent: Option<f64>,
}

impl From<&ClipMatch> for Clip {
    fn from(clip: &ClipMatch) -> Clip {
        let percent = |share: Share| (share.percent() * 100.0).round() / 100.0;
        Clip {
            segments: clip.segments.iter().map(Segment::from).collect(),
            covered_ms: clip.covered_ms,
            listed_covered_ms: clip.listed_covered_ms,
            listed_clip_ms: clip.listed_ms,
            query_percent: percent(clip.pictures),
            compared_percent: clip.listed_pictures.map(percent),
        }
    }
}

/// A part of a file that is a part of a listed clip.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Segment {
    /// Where it begins in the file, in milliseconds.
    pub start_ms: u64,
    /// Where it ends in the file.
    pub end_ms: u64,
    /// Where it begins in the listed clip, if the list says when its pictures are shown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub listed_start_ms: Option<u64>,
    /// Where it ends in the listed clip.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub listed_end_ms: Option<u64>,
    /// The number of the file's pictures that are hits.
    pub hits: u32,
    /// The smallest number of differing bits among them.
    pub distance: u32,
}

impl From<&matcher::Segment> for Segment {
    fn from(segment: &matcher::Segment) -> Segment {
        Segment {
            start_ms: segment.start_ms,
            end_ms: segment.end_ms,
            listed_start_ms: segment.listed_ms.map(|(start, _)| start),
            listed_end_ms: segment.listed_ms.map(|(_, end)| end),
            hits: segment.hits,
            distance: segment.distance,
        }
    }
}
