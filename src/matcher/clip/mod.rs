//! Pictures of a file against clips that are listed by their pictures.
//!
//! ```text
//! hits: a picture of the file near to a listed one -> evidence: by listed clip -> pairs: what two of them show -> judge
//!                                                                              -> offset: which parts are alike
//! ```
//!
//! One picture alone says little of a clip: slates, title cards and faces before a wall recur. So hits count together, where
//! the time between two pictures is the same in both clips.

mod coverage;
mod evidence;
mod judge;
#[cfg(test)]
mod more_entries;
mod offset;
mod pairs;
mod share;
#[cfg(test)]
mod tests;
mod vpdq_rule;

pub(super) use evidence::{Evidence, Hit, ListedClip};
pub(super) use judge::Verdict;
pub use vpdq_rule::{VpdqRule, VpdqShares, compare_vpdq};

use std::collections::HashMap;

use super::query::QueryHash;
use crate::hash::{Hash, HashType, Pdq, View};

/// How a file and a listed clip are alike.
///
/// Times are in milliseconds from the start of each. Neighbours tell how long a picture stands for: half the way to the
/// one before and to the one after. That is at most [`ClipMatch::REACH_MS`] either way.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ClipMatch {
    /// What is the same in both, in the order of the file.
    pub segments: Vec<Segment>,
    /// How long the file is.
    pub clip_ms: u64,
    /// How much of the file is in the listed clip.
    pub covered_ms: u64,
    /// How long the listed clip is, where the list says.
    pub listed_ms: Option<u64>,
    /// How much of the listed clip is in the file.
    pub listed_covered_ms: u64,
    /// How many of the file's pictures are near to one of the listed clip, by different PDQ hashes. It is vPDQ's *query* match.
    /// They are counted as [`VpdqRule::Py`] does unless another rule is asked for.
    pub pictures: Share,
    /// Of the listed pictures, how many are near to one of the file: vPDQ's *compared* match. They are counted
    /// likewise, where the list says how many there are.
    pub listed_pictures: Option<Share>,
}

impl ClipMatch {
    /// How far a picture stands for what is around it, at most, in milliseconds.
    pub const REACH_MS: u64 = 5_000;
}

/// A part of a file that is a part of a listed clip.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Segment {
    /// Where it begins in the file.
    pub start_ms: u64,
    /// Where it ends in the file.
    pub end_ms: u64,
    /// Where it begins and ends in the listed clip, where the list says when its pictures are shown.
    pub listed_ms: Option<(u64, u64)>,
    /// How many pictures of the file are hits.
    pub hits: u32,
    /// How many bits the nearest differs.
    pub distance: u32,
}

/// So many of so many.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Share {
    /// How many.
    pub part: u32,
    /// Of how many.
    pub whole: u32,
}

impl Share {
    /// 0 to 100; of nothing, 0.
    pub fn percent(self) -> f64 {
        match self.whole {
            0 => 0.0,
            whole => f64::from(self.part) * 100.0 / f64::from(whole),
        }
    }
}

/// A file as it is looked up: its pictures in the order in which they are shown.
#[derive(Debug, Default)]
pub(super) struct Played {
    /// Whether it is a clip, or an animation: then pictures count together.
    pub(super) is_clip: bool,
    pub(super) clip_ms: u64,
    /// By time. Only those that are looked up.
    shown: Vec<Shown>,
    places: HashMap<u32, usize>,
}

/// A picture of the file.
#[derive(Clone, Copy, Debug)]
pub(super) struct Shown {
    frame: u32,
    pub(super) ms: u64,
    pub(super) quality: u8,
    /// PDQ, as it is stored.
    hash: Option<Hash>,
}

impl Played {
    /// Of hashes that are looked up; `clip_ms` is how long a clip is, if it is one.
    pub(super) fn new(all: &[QueryHash], clip_ms: Option<u64>) -> Played {
        let mut shown: Vec<Shown> = Vec::new();
        let mut places = HashMap::new();
        for asked in all {
            let Some(quality) = asked.quality else {
                continue;
            };
            let place = *places.entry(asked.frame).or_insert(shown.len());
            if place == shown.len() {
                shown.push(Shown {
                    frame: asked.frame,
                    ms: asked.ms,
                    quality,
                    hash: None,
                });
            }
            if asked.hash.hash_type() == HashType::Pdq && asked.view == View::ORIGINAL {
                shown[place].hash = Some(asked.hash);
            }
        }
        shown.sort_unstable_by_key(|shown| (shown.ms, shown.frame));
        let places = shown.iter().enumerate();
        let places = places.map(|(place, shown)| (shown.frame, place)).collect();
        let (first, last) = (shown.first(), shown.last());
        let is_animated = first.map(|shown| shown.ms) != last.map(|shown| shown.ms);
        Played {
            is_clip: clip_ms.is_some() || is_animated,
            clip_ms: clip_ms.unwrap_or(0).max(last.map_or(0, |shown| shown.ms)),
            shown,
            places,
        }
    }

    /// How many pictures it has.
    pub(super) fn len(&self) -> usize {
        self.shown.len()
    }

    pub(super) fn shown(&self, frame: u32) -> Option<&Shown> {
        Some(&self.shown[*self.places.get(&frame)?])
    }
}

impl Shown {
    /// Its PDQ hash, where vPDQ counts it.
    fn vpdq(&self) -> Option<Hash> {
        self.hash.filter(|_| self.quality >= Pdq::QUALITY)
    }
}
