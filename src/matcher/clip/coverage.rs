//! Which part of a clip pictures stand for.

use super::{ClipMatch, Played};

impl Played {
    /// What a picture stands for, by its place among all: from when to when, in milliseconds.
    pub(super) fn span(&self, place: usize) -> (u64, u64) {
        let ms = self.shown[place].ms;
        let reach = ClipMatch::REACH_MS;
        let before = place.checked_sub(1).map(|before| self.shown[before].ms);
        let start = before.map_or(0, |before| before.midpoint(ms));
        let after = self.shown.get(place + 1).map(|after| after.ms);
        let end = after.map_or(self.clip_ms, |after| ms.midpoint(after));
        (
            start.max(ms.saturating_sub(reach)),
            end.min(ms.saturating_add(reach)),
        )
    }

    /// The place of a picture by its number.
    pub(super) fn place(&self, frame: u32) -> Option<usize> {
        self.places.get(&frame).copied()
    }
}

/// How much so many spans cover, together.
pub(super) fn covered(mut spans: Vec<(u64, u64)>) -> u64 {
    spans.sort_unstable();
    let (mut sum, mut reached) = (0, 0);
    for (start, end) in spans {
        let start = start.max(reached);
        if end > start {
            sum += end - start;
            reached = end;
        }
    }
    sum
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn every_moment_counts_once(spans in prop::collection::vec((0u64..60, 0u64..60), 0..12)) {
            let spans: Vec<(u64, u64)> = spans.into_iter().map(|(a, b)| (a.min(b), a.max(b))).collect();
            let moments = (0..60).filter(|ms| spans.iter().any(|(start, end)| (start..end).contains(&ms)));
            prop_assert_eq!(covered(spans.clone()), moments.count() as u64);
        }
    }
}
