//! What a match is worth, by what was hashed.

use super::Match;
use crate::hash::View;

/// What a match is worth; a better tier is less.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Tier {
    /// A digest: the file is listed, byte by byte.
    Identical,
    /// The picture itself is near a listed one.
    Near,
    /// What is left when a change is undone is near a listed picture. A person decides.
    Derived,
    /// It may be a copy, and may be another picture like it: a person looks.
    Lead,
}

impl Tier {
    /// Every tier, the best first.
    pub const ALL: [Tier; 4] = [Tier::Identical, Tier::Near, Tier::Derived, Tier::Lead];

    /// The name used in output.
    pub const fn name(self) -> &'static str {
        match self {
            Tier::Identical => "identical",
            Tier::Near => "near",
            Tier::Derived => "derived",
            Tier::Lead => "lead",
        }
    }

    /// What a hash in this view is worth within the radius. Documents made of one template have like hashes in every
    /// view, so a view that looks like one accuses nobody.
    pub(super) fn of(view: View) -> Tier {
        if view.is_upright() {
            Tier::Near
        } else if view.area.is_document {
            Tier::Lead
        } else {
            Tier::Derived
        }
    }
}

impl Match {
    /// What the match is worth. A listed clip in [`Found::weak`](super::Found::weak) is worth no more than a lead.
    pub fn tier(&self) -> Tier {
        if self.hash.hash_type().is_perceptual() {
            Tier::of(self.view)
        } else {
            Tier::Identical
        }
    }
}
