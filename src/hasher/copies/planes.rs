//! The grey levels of a picture, kept until its hashes were looked up.

use std::sync::Arc;

use super::align::{self, Aligned};
use super::luma::Levels;
use crate::hash::{Pdq, Rendering, View};

/// The grey levels of each rendering of a picture of which views were made: what a second look needs. They are a small
/// picture, and so are never written anywhere.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Planes(Vec<(Rendering, Arc<Levels>)>);

impl Planes {
    pub(in crate::hasher) fn add(&mut self, rendering: Rendering, levels: Arc<Levels>) {
        self.0.push((rendering, levels));
    }

    pub(in crate::hasher) fn extend(&mut self, other: Planes) {
        self.0.extend(other.0);
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The distance of a view from a listed hash after its frame is moved. `None` for a view whose frame is not moved.
    pub(crate) fn align(&self, view: View, listed: &Pdq) -> Option<Aligned> {
        let mut renderings = self.0.iter();
        let (_, levels) = renderings.find(|(rendering, _)| *rendering == view.rendering)?;
        align::align(levels, view.area, view.turn, listed)
    }
}
