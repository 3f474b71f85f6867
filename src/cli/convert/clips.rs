//! Clips in the layouts of vPDQ: their frames are gathered until all are known.

use std::collections::HashMap;

use basma::hash::{Hash, HashType, Pdq};
use basma::list::Entry;
use basma::list::vpdq::{Frame, Layout, write};

use super::losses::{LeftOut, Losses};

/// What tells clips apart: the list, the item, and which of its video tracks.
type Key = (Option<String>, Option<String>, Option<String>);

/// The clips of lists, in the order in which they begin.
#[derive(Default)]
pub(super) struct Clips {
    clips: Vec<Vec<Frame>>,
    places: HashMap<Key, usize>,
}

impl Clips {
    /// Takes a frame of a clip.
    pub(super) fn add(&mut self, entry: &Entry, layout: Layout) -> Result<(), LeftOut> {
        let (HashType::Pdq, Some(frame)) = (entry.hash.hash_type(), entry.frame.as_deref()) else {
            return Err(match entry.hash.hash_type() {
                HashType::Pdq => LeftOut::NoClip,
                other => LeftOut::Type(other),
            });
        };
        let quality = entry.quality.ok_or(LeftOut::Flat)?;
        if frame.ms.is_none() && layout != Layout::Cpp {
            return Err(LeftOut::Timeless);
        }
        let seconds = frame.ms.map(|ms| ms as f64 / 1000.0);
        let frame = Frame::new(frame.index, quality, pdq(&entry.hash), seconds);
        let place = self.place(entry, frame.number);
        if place > 0 && layout != Layout::Json {
            return Err(LeftOut::SecondClip);
        }
        match self.clips.get_mut(place) {
            Some(frames) => frames.push(frame),
            None => self.clips.push(vec![frame]),
        }
        Ok(())
    }

    /// The place of the clip that an entry is of. Clips without an id follow one another: each begins anew.
    fn place(&mut self, entry: &Entry, number: u32) -> usize {
        let track = entry.meta.iter().find(|(key, _)| key == "track");
        let track = track.map(|(_, track)| track.clone());
        let key = (entry.list.clone(), entry.id.clone(), track);
        let new = self.clips.len();
        let place = *self.places.entry(key.clone()).or_insert(new);
        let last = self.clips.get(place).and_then(|frames| frames.last());
        if entry.id.is_none() && last.is_some_and(|last| last.number >= number) {
            self.places.insert(key, new);
            return new;
        }
        place
    }

    /// All of them, each with its frames in order.
    pub(super) fn finish(&mut self, layout: Layout, losses: &mut Losses) -> Vec<u8> {
        let mut text = String::new();
        for mut frames in std::mem::take(&mut self.clips) {
            // A compiled index holds them in the order of their hashes.
            frames.sort_by_key(|frame| frame.number);
            if matches!(layout, Layout::Cpp | Layout::Old) {
                // Several views of a frame have its number.
                let all = frames.len();
                frames.dedup_by_key(|frame| frame.number);
                (frames.len()..all).for_each(|_| losses.leave_out(LeftOut::SameFrame));
            }
            match write(layout, &frames) {
                Ok(clip) => text += &clip,
                Err(_) => frames
                    .iter()
                    .for_each(|_| losses.leave_out(LeftOut::Timeless)),
            }
        }
        text.into_bytes()
    }
}

fn pdq(hash: &Hash) -> Pdq {
    let bytes = hash.as_bytes().try_into();
    Pdq(bytes.expect("its type says that it has 32 bytes"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use basma::list::ClipFrame;
    use basma::list::vpdq::read;
    use proptest::prelude::*;
    use std::path::Path;

    fn entry(id: Option<&str>, index: u32) -> Entry {
        let bytes = [u8::try_from(index % 250).unwrap(); 32];
        let frame = ClipFrame::default()
            .with_index(index)
            .with_ms(u64::from(index) * 40);
        Entry::new(Hash::new(HashType::Pdq, &bytes).unwrap(), 1)
            .with_id(id.map(str::to_owned))
            .with_quality(80)
            .with_frame(Box::new(frame))
    }

    proptest! {
        #[test]
        fn clips_are_told_apart_in_any_order_of_their_frames(
            frames in prop::collection::btree_set((0usize..3, 0u32..40), 1..60),
            seed in any::<u64>(),
        ) {
            let mut mixed: Vec<(usize, u32)> = frames.iter().copied().collect();
            mixed.sort_by_key(|(clip, index)| seed.wrapping_mul(u64::from(*index) * 3 + *clip as u64 + 1));
            let mut clips = Clips::default();
            for (clip, index) in mixed {
                let id = ["a", "b", "c"][clip];
                prop_assert_eq!(clips.add(&entry(Some(id), index), Layout::Json), Ok(()));
            }
            let text = clips.finish(Layout::Json, &mut Losses::default());
            let videos = read(Path::new("x"), &text).unwrap();
            let mut numbers: Vec<Vec<u32>> = videos.iter().map(|v| {
                v.frames.iter().map(|frame| (frame.seconds.unwrap() * 25.0).round() as u32).collect()
            }).collect();
            let mut expected: Vec<Vec<u32>> = (0..3).map(|clip| {
                frames.iter().filter(|(c, _)| *c == clip).map(|(_, index)| *index).collect()
            }).filter(|numbers: &Vec<u32>| !numbers.is_empty()).collect();
            numbers.sort();
            expected.sort();
            prop_assert_eq!(numbers, expected);
        }
    }

    #[test]
    fn clips_without_an_id_begin_where_numbers_begin_anew() {
        let mut clips = Clips::default();
        for index in [0, 1, 5, 0, 2] {
            clips.add(&entry(None, index), Layout::Json).unwrap();
        }
        assert_eq!(clips.clips.iter().map(Vec::len).collect::<Vec<_>>(), [3, 2]);
    }

    #[test]
    fn a_frame_that_comes_twice_is_written_once_where_frames_have_numbers() {
        for (layout, left_out) in [
            (Layout::Cpp, 1),
            (Layout::Old, 1),
            (Layout::Py, 0),
            (Layout::Json, 0),
        ] {
            let (mut clips, mut losses) = (Clips::default(), Losses::default());
            for index in [0, 3, 3, 7] {
                clips.add(&entry(Some("a"), index), layout).unwrap();
            }
            let text = clips.finish(layout, &mut losses);
            let videos = read(Path::new("x"), &text).unwrap();
            assert_eq!(videos[0].frames.len() as u64, 4 - left_out, "{layout:?}");
            assert_eq!(losses.left_out(), left_out, "{layout:?}");
        }
    }

    #[test]
    fn what_a_layout_cannot_hold_is_left_out() {
        let mut clips = Clips::default();
        let picture = entry(Some("a"), 0).with_frame(None);
        assert_eq!(clips.add(&picture, Layout::Json), Err(LeftOut::NoClip));
        let flat = entry(Some("a"), 0).with_quality(None);
        assert_eq!(clips.add(&flat, Layout::Json), Err(LeftOut::Flat));
        clips.add(&entry(Some("a"), 0), Layout::Py).unwrap();
        let second = entry(Some("b"), 0);
        assert_eq!(clips.add(&second, Layout::Py), Err(LeftOut::SecondClip));
    }
}
