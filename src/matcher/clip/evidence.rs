//! Hits, by the clips that they speak for.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use crate::hash::{Hash, View};
use crate::index::Row;
use crate::list::{ClipFrame, Opinion, Severity};
use crate::store::Standing;

/// In how many clips of one list a picture may be and still tell them from others. A picture in more clips is taken for
/// a slate or an end card. It tells clips apart only where it makes up half of the file or of the listed clip. Showing many
/// things is enough too. Copies of one clip that are all listed have everything in common. Several lists may well hold the same
/// clips.
const CLIPS_MAX: usize = 8;

/// What clip of what list; lists of one name in different stores are different.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::matcher) struct ListedClip {
    pub(in crate::matcher) list: String,
    pub(in crate::matcher) store: Option<usize>,
    pub(in crate::matcher) id: Option<String>,
}

impl ListedClip {
    /// Whether both are of one list.
    pub(in crate::matcher) fn is_of_list_of(&self, other: &ListedClip) -> bool {
        (&self.list, self.store) == (&other.list, other.store)
    }
}

/// A picture of the file that is near to one of a listed clip.
#[derive(Clone, Debug)]
pub(in crate::matcher) struct Hit {
    pub(in crate::matcher) frame: u32,
    pub(in crate::matcher) ms: u64,
    pub(in crate::matcher) quality: u8,
    pub(in crate::matcher) view: View,
    pub(in crate::matcher) distance: u32,
    /// The listed hash.
    pub(in crate::matcher) hash: Hash,
    pub(in crate::matcher) listed: ClipFrame,
    pub(in crate::matcher) listed_quality: Option<u8>,
    /// Whether neither the list itself nor one of what is allowed says otherwise.
    pub(in crate::matcher) counts: bool,
    /// Whether the picture is in many listed clips.
    pub(in crate::matcher) is_common: bool,
}

impl Hit {
    /// Nearest first, then earliest.
    pub(in crate::matcher) fn order(&self) -> impl Ord + use<> {
        (
            self.distance,
            self.frame,
            self.listed.index,
            self.hash,
            self.view,
        )
    }

    pub(super) fn order_in_time(&self) -> impl Ord + use<> {
        (self.ms, self.frame, self.listed.index, self.hash)
    }
}

/// All that speaks for one listed clip.
#[derive(Debug, Default)]
pub(in crate::matcher) struct Evidence {
    pub(in crate::matcher) hits: Vec<Hit>,
    /// Whether any of the hits counts.
    pub(in crate::matcher) speaks: bool,
    pub(in crate::matcher) labels: BTreeSet<String>,
    pub(in crate::matcher) severity: Option<Severity>,
    pub(in crate::matcher) opinion: Option<Opinion>,
    pub(in crate::matcher) standing: Option<Arc<Standing>>,
    pub(in crate::matcher) allowed_by: Option<String>,
}

impl Evidence {
    /// Adds what a row says beside its hash.
    pub(in crate::matcher) fn describe(&mut self, row: &Row, opinion: Opinion) {
        for label in &row.entry.labels {
            if !self.labels.contains(label) {
                self.labels.insert(label.clone());
            }
        }
        self.severity = self.severity.max(row.entry.severity);
        let opinions = self.opinion.into_iter().chain([opinion]);
        self.opinion = Some(crate::index::merge_opinions(opinions));
    }

    /// Marks the hits of pictures that are in many listed clips.
    pub(in crate::matcher) fn mark_common(all: &mut BTreeMap<ListedClip, Evidence>) {
        let mut clips: HashMap<(&str, Option<usize>, u32), usize> = HashMap::new();
        for (clip, evidence) in all.iter() {
            let frames: BTreeSet<u32> = evidence.hits.iter().map(|hit| hit.frame).collect();
            for frame in frames {
                *clips.entry((&clip.list, clip.store, frame)).or_default() += 1;
            }
        }
        let mut common: BTreeMap<(String, Option<usize>), BTreeSet<u32>> = BTreeMap::new();
        for ((list, store, frame), clips) in clips {
            if clips > CLIPS_MAX {
                let frames = common.entry((list.to_owned(), store)).or_default();
                frames.insert(frame);
            }
        }
        for (clip, evidence) in all {
            let Some(frames) = common.get(&(clip.list.clone(), clip.store)) else {
                continue;
            };
            for hit in &mut evidence.hits {
                hit.is_common = frames.contains(&hit.frame);
            }
        }
    }
}
