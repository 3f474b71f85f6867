//! A clip of several video tracks. Each is looked up as a clip of its own, and all at one instant.

use super::beyond::Align;
use super::cluster::strength;
use super::matches::keep_nearest;
use super::{Found, Match, Matcher};
use crate::Result;
use crate::hash::{FrameHash, Hash, Pdq};
#[cfg(feature = "media")]
use crate::hasher::Planes;

/// The pictures of a video track, and how long it is, if it is of a clip.
pub(crate) type TrackPrints<'p> = (&'p [FrameHash], Option<u64>);

/// The bits of a view in which a near hash is likely to differ, where they are known.
pub(super) type Doubts<'a> = dyn Fn(&FrameHash) -> Option<Pdq> + 'a;

/// What is known of a picture beside its hashes.
#[derive(Clone, Copy, Default)]
pub(crate) struct PictureSeen<'a> {
    /// What gives its views a second look.
    pub(super) align: Option<&'a Align<'a>>,
    /// What takes off what covers them.
    pub(super) uncover: Option<&'a Align<'a>>,
    /// The bits of a view in which a near hash is likely to differ.
    pub(super) doubts: Option<&'a Doubts<'a>>,
    /// Its grey levels and its hashes, where these are at hand.
    #[cfg(feature = "media")]
    pub(super) picture: Option<(&'a Planes, &'a [FrameHash])>,
}

impl Matcher {
    /// What [`Matcher::find_tracks`] finds of a file whose grey levels are at hand, where it is a picture.
    #[cfg(feature = "media")]
    pub(crate) fn find_picture<'p>(
        &self,
        digests: &[Hash],
        first: TrackPrints<'p>,
        others: impl IntoIterator<Item = TrackPrints<'p>>,
        planes: &Planes,
    ) -> Result<Found> {
        let align = |view, listed: &Pdq| {
            let aligned = planes.align(view, listed)?;
            Some((aligned.distance, aligned.area))
        };
        let uncover = |view, listed: &Pdq| {
            let uncovered = planes.uncover(view, listed)?;
            Some((uncovered.distance, uncovered.area))
        };
        let doubts = |print: &FrameHash| planes.doubts(&print.hash);
        let (align, uncover): (&Align<'_>, &Align<'_>) = (&align, &uncover);
        let seen = PictureSeen {
            align: planes.has_levels().then_some(align),
            uncover: planes.has_levels().then_some(uncover),
            doubts: Some(&doubts),
            picture: planes.has_levels().then_some((planes, first.0)),
        };
        self.find_tracks(digests, first, others, seen)
    }

    /// Looks up all hashes of one file: its digests, its pictures, and those of each further video track.
    pub(crate) fn find_tracks<'p>(
        &self,
        digests: &[Hash],
        (prints, clip_ms): TrackPrints<'p>,
        others: impl IntoIterator<Item = TrackPrints<'p>>,
        seen: PictureSeen<'_>,
    ) -> Result<Found> {
        let query = self.query();
        let doubts = |print: &FrameHash| seen.doubts.and_then(|doubts| doubts(print));
        let asked = self.asked(digests, prints, doubts);
        let finds_copies = prints.iter().any(|print| !print.view.area.kind.is_whole());
        let mut found = query.find(&asked, clip_ms, finds_copies, seen)?;
        for (track, (prints, clip_ms)) in (2..).zip(others) {
            let mut other = query.find(
                &self.asked(&[], prints, |_| None),
                clip_ms,
                false,
                PictureSeen::default(),
            )?;
            for matches in [
                &mut other.matches,
                &mut other.suppressed,
                &mut other.weak,
                &mut other.authentic,
            ] {
                for found in matches {
                    found.track = track;
                }
            }
            found.join(other, self.policy().limit);
        }
        found.keep_tiers(&self.policy().tiers);
        Ok(found)
    }
}

impl Found {
    /// Adds what was found of another part of the file.
    fn join(&mut self, other: Found, limit: usize) {
        let leading = |matches: &[Match]| {
            let leading = Match::leading(matches);
            leading.map(|leading| strength(leading.hash, leading.distance))
        };
        let is_stronger = match (leading(&self.matches), leading(&other.matches)) {
            (Some(own), Some(other)) => other < own,
            (own, _) => own.is_none(),
        };
        if is_stronger {
            self.cluster = other.cluster.or(self.cluster);
        }
        self.more += other.more;
        self.unaligned += other.unaligned;
        let before = self.matches.len() + other.matches.len();
        for (matches, others) in [
            (&mut self.matches, other.matches),
            (&mut self.suppressed, other.suppressed),
            (&mut self.weak, other.weak),
            (&mut self.authentic, other.authentic),
        ] {
            matches.extend(others);
            keep_nearest(matches, limit);
        }
        self.more += (before - self.matches.len()) as u64;
    }
}
