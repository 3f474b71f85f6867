//! The grey levels of a picture, kept until its hashes were looked up.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::align::{self, Aligned};
use super::details;
use super::look::{self, Look};
use super::luma::Levels;
use super::uncover;
use crate::hash::{Details, FeatureSet, Hash, Pdq, Placement, Region, Rendering, View};

/// What is kept of a picture of which views were made, until they were looked up.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Planes {
    /// The grey levels of each rendering: what a second look needs. They are a small picture, and so are never written
    /// anywhere.
    levels: Vec<(Rendering, Arc<Levels>)>,
    /// The bits of each view in which a near hash is likely to differ.
    doubts: Arc<BTreeMap<Pdq, Pdq>>,
}

/// What planes are made of.
#[cfg(target_os = "linux")]
#[derive(Debug, bincode::Encode, bincode::Decode)]
pub(in crate::hasher) struct PlaneParts {
    levels: Vec<(u8, usize, usize, Vec<u8>)>,
    doubts: Vec<([u8; 32], [u8; 32])>,
}

impl Planes {
    pub(in crate::hasher) fn add(&mut self, rendering: Rendering, levels: Arc<Levels>) {
        self.levels.push((rendering, levels));
    }

    pub(in crate::hasher) fn add_doubts(&mut self, all: impl IntoIterator<Item = (Pdq, Pdq)>) {
        Arc::make_mut(&mut self.doubts).extend(all);
    }

    pub(in crate::hasher) fn extend(&mut self, other: Planes) {
        self.levels.extend(other.levels);
        if self.doubts.is_empty() {
            self.doubts = other.doubts;
        } else {
            self.add_doubts(other.doubts.iter().map(|(hash, doubts)| (*hash, *doubts)));
        }
    }

    pub(crate) fn has_levels(&self) -> bool {
        !self.levels.is_empty()
    }

    /// The same without the picture.
    pub(crate) fn without_levels(&self) -> Planes {
        Planes {
            levels: Vec::new(),
            doubts: self.doubts.clone(),
        }
    }

    /// Each rendering with its width, its height and its levels, and each hash with what it doubts.
    #[cfg(target_os = "linux")]
    pub(in crate::hasher) fn parts(&self) -> PlaneParts {
        let levels = self.levels.iter().map(|(rendering, levels)| {
            let rows = levels.rows().to_vec();
            (*rendering as u8, levels.width, levels.height, rows)
        });
        PlaneParts {
            levels: levels.collect(),
            doubts: self
                .doubts
                .iter()
                .map(|(hash, doubt)| (hash.0, doubt.0))
                .collect(),
        }
    }

    /// From parts; `None` where they are none of any planes.
    #[cfg(target_os = "linux")]
    pub(in crate::hasher) fn from_parts(parts: PlaneParts) -> Option<Planes> {
        let levels = parts
            .levels
            .into_iter()
            .map(|(rendering, width, height, rows)| {
                let rendering = *Rendering::ALL.get(usize::from(rendering))?;
                Some((rendering, Arc::new(Levels::from_rows(width, height, rows)?)))
            });
        let doubts = parts.doubts.into_iter();
        Some(Planes {
            levels: levels.collect::<Option<_>>()?,
            doubts: Arc::new(
                doubts
                    .map(|(hash, doubt)| (Pdq(hash), Pdq(doubt)))
                    .collect(),
            ),
        })
    }

    /// The bits of a view in which a near hash is likely to differ, where they are known.
    pub(crate) fn doubts(&self, hash: &Hash) -> Option<Pdq> {
        self.doubts.get(&hash.as_pdq()?).copied()
    }

    /// The features of the picture as a whole, mirrored, and of what was found in it, each with its rendering. Documents have
    /// none: those of one template have the same.
    pub(crate) fn feature_sets(
        &self,
        found: &[(Rendering, Region)],
    ) -> Vec<(Rendering, FeatureSet)> {
        let sets = self.levels.iter().flat_map(|(rendering, levels)| {
            let found = found.iter().filter(|(of, _)| of == rendering);
            let found: Vec<Region> = found.map(|(_, region)| *region).collect();
            let sets = details::feature_sets(levels, &found);
            sets.into_iter().map(|set| (*rendering, set))
        });
        sets.collect()
    }

    /// What stands at a place of a rendering.
    pub(crate) fn look(&self, rendering: Rendering, placement: &Placement) -> Option<Look> {
        let mut renderings = self.levels.iter();
        let (_, levels) = renderings.find(|(known, _)| *known == rendering)?;
        Look::at(levels, placement)
    }

    /// The hashes of the parts of a document at a place of a rendering. `None` where no document is.
    pub(crate) fn document(
        &self,
        rendering: Rendering,
        placement: &Placement,
    ) -> Option<Vec<Option<Pdq>>> {
        let mut renderings = self.levels.iter();
        let (_, levels) = renderings.find(|(known, _)| *known == rendering)?;
        look::grid(levels, placement)
    }

    /// The details of each rendering of the first frame, for lists.
    pub(crate) fn details(&self) -> Vec<(Rendering, Details)> {
        let mut all: Vec<(Rendering, Details)> = Vec::new();
        for (rendering, levels) in &self.levels {
            if all.iter().all(|(known, _)| known != rendering) {
                all.push((*rendering, details::of(levels)));
            }
        }
        all
    }

    /// The distance of a view from a listed hash after its frame is moved. `None` for a view whose frame is not moved.
    pub(crate) fn align(&self, view: View, listed: &Pdq) -> Option<Aligned> {
        align::align(self.levels_of(view)?, view.area, view.turn, listed)
    }

    /// The distance after what covers the view is taken off. `None` where that brings it no nearer.
    pub(crate) fn uncover(&self, view: View, listed: &Pdq) -> Option<Aligned> {
        uncover::uncover(self.levels_of(view)?, view.area, view.turn, listed)
    }

    fn levels_of(&self, view: View) -> Option<&Levels> {
        let mut renderings = self.levels.iter();
        let (_, levels) = renderings.find(|(rendering, _)| *rendering == view.rendering)?;
        Some(levels)
    }
}
