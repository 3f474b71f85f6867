//! Hashes of a file, and the frames that they were made of.

use serde::{Deserialize, Serialize};

use super::Name;
use crate::hash::{FrameHash, HashType, View};

/// One perceptual hash.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Hash {
    /// The type of hash.
    #[serde(rename = "type")]
    pub hash_type: Name,
    /// The hash, in hexadecimal.
    pub hash: String,
    /// The PDQ quality, 0 to 100.
    pub quality: u8,
    /// The view that was hashed, if that is not `original`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub view: Option<String>,
}

impl From<&FrameHash> for Hash {
    fn from(print: &FrameHash) -> Hash {
        Hash {
            hash_type: print.hash.hash_type().name().into(),
            hash: print.hash.to_string(),
            quality: print.quality,
            view: (print.view != View::ORIGINAL).then(|| print.view.to_string()),
        }
    }
}

/// One frame of an animation, document or clip.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Frame {
    /// Its number, from 0.
    pub index: u32,
    /// The time at which a player shows it, in milliseconds.
    pub ms: u64,
    /// The PDQ quality, 0 to 100.
    pub quality: u8,
    /// The PDQ hash of the stored pixels, in hexadecimal.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hash: Option<String>,
    /// The hashes of other types and views.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub hashes: Vec<Hash>,
}

impl Frame {
    /// The frames of hashes that stand in the order of their frames.
    pub fn all(prints: &[FrameHash]) -> Vec<Frame> {
        let is_plain =
            |p: &&FrameHash| p.hash.hash_type() == HashType::Pdq && p.view == View::ORIGINAL;
        let frame = |prints: &[FrameHash]| Frame {
            index: prints[0].frame,
            ms: prints[0].ms,
            quality: prints[0].quality,
            hash: prints.iter().find(is_plain).map(|p| p.hash.to_string()),
            hashes: prints
                .iter()
                .filter(|p| !is_plain(p))
                .map(Hash::from)
                .collect(),
        };
        prints
            .chunk_by(|a, b| a.frame == b.frame)
            .map(frame)
            .collect()
    }
}

/// A further video track of a clip.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Track {
    /// Its number, from 2.
    pub track: u32,
    /// Its length in milliseconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub clip_ms: Option<u64>,
    /// The time between its hashed frames in milliseconds, if they were taken at fixed intervals to make a list.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub every_ms: Option<u32>,
    /// Its frames.
    pub frames: Vec<Frame>,
}
