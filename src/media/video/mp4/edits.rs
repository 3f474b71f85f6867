//! When a track's pictures are shown, where an edit list says so (ISO/IEC 14496-12, 8.6.6).

use std::io::{Read, Seek};

use super::super::stream::Stream;
use super::boxes::Mp4Box;
use crate::error::FileError;

/// How many edits are followed. Films have one or two; beyond, pictures are shown as the first of them says.
const EDITS_MAX: usize = 64;

/// The edits of a track, in the order in which they are shown.
#[derive(Debug, Default)]
pub(super) struct Edits(Vec<Edit>);

#[derive(Clone, Copy, Debug)]
struct Edit {
    /// How long it lasts, in units of the film; 0 for ever, in fragmented files.
    duration: u64,
    /// The first moment that is shown, in units of the track; nothing is shown where it is negative.
    from: i64,
}

impl Edits {
    pub(super) fn read<R: Read + Seek>(
        stream: &mut Stream<R>,
        elst: Mp4Box,
    ) -> Result<Edits, FileError> {
        let [version, ..]: [u8; 4] = stream.take()?;
        let (count, _) = elst.entries(stream, if version == 1 { 20 } else { 12 })?;
        let mut edits = Vec::new();
        for _ in 0..count.min(EDITS_MAX) {
            let (duration, from) = match version {
                1 => (stream.u64()?, stream.u64()?.cast_signed()),
                _ => (stream.u32()?.into(), stream.u32()?.cast_signed().into()),
            };
            stream.u32()?;
            edits.push(Edit { duration, from });
        }
        Ok(Edits(edits))
    }

    /// What makes milliseconds of times in units of the track. So many of the track's and of the film's make a second.
    pub(super) fn clock(&self, track: u32, film: u32) -> Clock {
        let track = i128::from(track.max(1));
        let film = i128::from(film.max(1));
        let mut shown = 0;
        let mut spans = Vec::new();
        for edit in &self.0 {
            let ticks = i128::from(edit.duration) * track / film;
            if edit.from >= 0 {
                let from = i128::from(edit.from);
                let end = if edit.duration == 0 {
                    i128::MAX
                } else {
                    from + ticks
                };
                spans.push(Span { from, end, shown });
            }
            shown += ticks;
        }
        Clock { track, spans }
    }
}

/// A part of a track that is shown, in its units.
#[derive(Clone, Copy, Debug)]
struct Span {
    from: i128,
    end: i128,
    /// When it begins to be shown.
    shown: i128,
}

/// When pictures are shown.
#[derive(Debug)]
pub(super) struct Clock {
    track: i128,
    spans: Vec<Span>,
}

impl Clock {
    /// Whether a time in units of the track is shown.
    pub(super) fn shows(&self, time: i64) -> bool {
        self.spans.is_empty() || self.span(time.into()).is_some()
    }

    fn span(&self, time: i128) -> Option<&Span> {
        let shows = |span: &&Span| (span.from..span.end).contains(&time);
        self.spans.iter().find(shows)
    }

    /// The milliseconds of a time in units of the track. What no edit shows is placed as the first would place it. What several
    /// show is placed as the first of them does.
    pub(super) fn ms(&self, time: i64) -> i64 {
        let time = i128::from(time);
        let span = self.span(time).or(self.spans.first());
        let shown = span.map_or(time, |span| time - span.from + span.shown);
        let ms = (shown * 1000 + self.track / 2).div_euclid(self.track);
        ms.clamp(i64::MIN.into(), i64::MAX.into()) as i64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn clock(edits: &[(u64, i64)]) -> Clock {
        let edits = edits
            .iter()
            .map(|&(duration, from)| Edit { duration, from });
        Edits(edits.collect()).clock(90_000, 1000)
    }

    #[test]
    fn without_edits_times_are_those_of_the_track() {
        let clock = clock(&[]);
        assert_eq!([0, 45, 90_000, -90].map(|t| clock.ms(t)), [0, 1, 1000, -1]);
        assert_eq!(clock.ms(i64::MAX), i64::MAX / 90);
        assert_eq!(Edits::default().clock(0, 0).ms(7), 7000);
    }

    #[test]
    fn a_delay_and_a_cut_move_what_is_shown() {
        // Half a second of nothing, then the film from its second second on, for three seconds.
        let clock = clock(&[(500, -1), (3000, 90_000)]);
        assert_eq!([90_000, 180_000].map(|t| clock.ms(t)), [500, 1500]);
        assert_eq!([0, 900_000].map(|t| clock.ms(t)), [-500, 9500], "not shown");
        assert_eq!(
            [0, 90_000, 900_000].map(|t| clock.shows(t)),
            [false, true, false]
        );
    }

    #[test]
    fn parts_are_shown_in_the_order_of_their_edits() {
        let clock = clock(&[(1000, 900_000), (0, 0)]);
        assert_eq!(
            [900_000, 945_000, 0, 90_000].map(|t| clock.ms(t)),
            [0, 500, 1000, 2000]
        );
    }
}
