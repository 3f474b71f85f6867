//! The pictures of a clip as entries of a list.

use std::collections::HashMap;

use super::{ClipFrame, Entry, Media};
use crate::hash::{FrameHash, Hash, Pdq};

/// A picture of a clip that was hashed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ClipPrint {
    /// The hash.
    pub hash: Hash,
    /// The picture's PDQ quality, 0 to 100.
    pub quality: u8,
    /// Its place among the pictures of the clip, from 0.
    pub index: u32,
    /// When it is shown, in milliseconds, where that is known.
    pub ms: Option<u64>,
}

impl ClipPrint {
    /// A picture with a hash and a quality, and its place among those of its clip.
    pub fn new(hash: Hash, quality: u8, index: u32) -> ClipPrint {
        ClipPrint {
            hash,
            quality,
            index,
            ms: None,
        }
    }
}

setters!(ClipPrint {
    with_ms ms?: u64;
});

/// Which pictures of a clip were hashed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Spacing {
    /// Those that differ from the one hashed before them: each stands for those up to the next.
    Distinct,
    /// One in so many milliseconds, whatever they show.
    Every(u32),
}

impl From<&FrameHash> for ClipPrint {
    fn from(print: &FrameHash) -> ClipPrint {
        ClipPrint {
            hash: print.hash,
            quality: print.quality,
            index: print.frame,
            ms: Some(print.ms),
        }
    }
}

impl Spacing {
    /// How far apart pictures are that were taken at some pace: the median.
    pub fn of(prints: &[FrameHash]) -> Spacing {
        let mut times: Vec<u64> = prints.iter().map(|print| print.ms).collect();
        times.sort_unstable();
        times.dedup();
        let mut gaps: Vec<u64> = times.windows(2).map(|pair| pair[1] - pair[0]).collect();
        gaps.sort_unstable();
        // One picture says nothing of others that may be there.
        let median = gaps.get(gaps.len() / 2).copied().unwrap_or(u64::MAX);
        Spacing::Every(u32::try_from(median).unwrap_or(u32::MAX))
    }
}

/// The entries of a clip in a list. There is one for each hash of quality 50 or more, and each hash stands once. They
/// are in the order of the pictures, without id. The caller that lists the clip gives all of them one id.
///
/// Pictures of one hash that follow each other are one entry, which stands for all of them.
///
/// ```
/// use basma::hash::Pdq;
/// use basma::list::{ClipPrint, Spacing, clip_entries};
/// let pdq: Pdq = "f8f8f0cee0f4a84f06370a22038f63f0b36e2ed596621e1d33e6b39c4e9c9b22".parse()?;
/// let prints = [0, 1].map(|index| ClipPrint::new(pdq.into(), 100, index));
/// assert_eq!(clip_entries(&prints, None, Spacing::Distinct).len(), 1);
/// # Ok::<(), basma::Error>(())
/// ```
pub fn clip_entries(prints: &[ClipPrint], clip_ms: Option<u64>, spacing: Spacing) -> Vec<Entry> {
    let usable = |print: &&ClipPrint| print.quality >= Pdq::QUALITY;
    let mut kept: Vec<(ClipPrint, Option<u64>, u32)> = Vec::new();
    let mut places: HashMap<Hash, usize> = HashMap::new();
    let mut last = None;
    for print in prints.iter().filter(usable) {
        match places.get(&print.hash) {
            Some(&place) => {
                let (_, until, alike) = &mut kept[place];
                *alike += 1;
                if last == Some(print.hash) {
                    *until = (*until).max(print.ms);
                }
            }
            None => {
                places.insert(print.hash, kept.len());
                kept.push((*print, None, 1));
            }
        }
        last = Some(print.hash);
    }
    let listed = prints.iter().filter(usable).count();
    let starts: Vec<Option<u64>> = kept.iter().map(|(print, ..)| print.ms).collect();
    let count = |n: usize| u32::try_from(n).ok();
    let entry = |(place, (print, until, alike)): (usize, (ClipPrint, Option<u64>, u32))| {
        let next = || starts.get(place + 1).copied().flatten().or(clip_ms);
        let until_ms = match spacing {
            Spacing::Distinct => until.max(next()),
            Spacing::Every(_) => until,
        };
        Entry {
            media: Some(Media::Video),
            quality: Some(print.quality),
            frame: Some(Box::new(ClipFrame {
                index: print.index,
                ms: print.ms,
                until_ms: until_ms.filter(|until| Some(*until) > print.ms),
                clip_ms,
                listed: count(listed),
                distinct: count(starts.len()),
                alike: (alike > 1).then_some(alike),
                every_ms: match spacing {
                    Spacing::Distinct => None,
                    Spacing::Every(ms) => Some(ms),
                },
            })),
            ..Entry::new(print.hash, 1)
        }
    };
    kept.into_iter().enumerate().map(entry).collect()
}

/// When the pictures of a clip are shown that were hashed one by one.
pub(crate) struct Timeline {
    /// When a picture is shown, each time once; none where they do not follow each other in time.
    starts: Vec<u64>,
    clip_ms: Option<u64>,
    /// How far apart pictures are that were not chosen for what they show.
    every_ms: Option<u32>,
}

impl Timeline {
    /// Of the times of pictures. Of a clip, one alone is one of several; of an animation it is all there is.
    pub(crate) fn new(
        times: impl Iterator<Item = u64>,
        is_clip: bool,
        clip_ms: Option<u64>,
        every_ms: Option<u32>,
    ) -> Timeline {
        let mut starts: Vec<u64> = times.collect();
        starts.sort_unstable();
        starts.dedup();
        if !is_clip && starts.len() < 2 {
            starts.clear();
        }
        Timeline {
            starts,
            clip_ms,
            every_ms,
        }
    }

    /// The place of a picture in the clip; nothing of a picture that is not one of a clip's. One that was chosen for what it
    /// shows stands for those up to the next.
    pub(crate) fn place(&self, index: u32, ms: u64) -> Option<ClipFrame> {
        let place = self.starts.binary_search(&ms).ok()?;
        let next = self.starts.get(place + 1).copied().or(self.clip_ms);
        Some(ClipFrame {
            index,
            ms: Some(ms),
            until_ms: next.filter(|until| self.every_ms.is_none() && *until > ms),
            clip_ms: self.clip_ms,
            every_ms: self.every_ms,
            ..ClipFrame::default()
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hash::HashType;

    fn print(byte: u8, index: u32, quality: u8) -> ClipPrint {
        ClipPrint {
            hash: Hash::new(HashType::Pdq, &[byte; 32]).unwrap(),
            quality,
            index,
            ms: Some(u64::from(index) * 100),
        }
    }

    fn frames(entries: &[Entry]) -> Vec<(u32, Option<u64>, Option<u64>)> {
        let frames = entries.iter().map(|entry| entry.frame.as_deref().unwrap());
        frames
            .map(|frame| (frame.index, frame.ms, frame.until_ms))
            .collect()
    }

    #[test]
    fn a_hash_is_listed_once_and_stands_for_those_that_follow() {
        let prints = [
            print(1, 0, 100),
            print(1, 1, 100),
            print(2, 2, 49),
            print(3, 3, 50),
            print(1, 4, 100),
        ];
        let entries = clip_entries(&prints, Some(600), Spacing::Every(100));
        assert_eq!(
            frames(&entries),
            [(0, Some(0), Some(100)), (3, Some(300), None)]
        );
        let frame = entries[0].frame.as_deref().unwrap();
        assert_eq!(
            (frame.listed, frame.distinct, frame.alike),
            (Some(4), Some(2), Some(3))
        );
        assert!(!frame.is_sparse());
        let entries = clip_entries(&prints, Some(600), Spacing::Distinct);
        assert_eq!(
            frames(&entries),
            [(0, Some(0), Some(300)), (3, Some(300), Some(600))]
        );
        assert!(clip_entries(&[print(1, 0, 49)], None, Spacing::Distinct).is_empty());
    }

    #[test]
    fn one_picture_a_second_is_sparse() {
        let sparse = |spacing| {
            let entries = clip_entries(&[print(1, 0, 100)], None, spacing);
            entries[0].frame.as_deref().unwrap().is_sparse()
        };
        assert!(sparse(Spacing::Every(1000)));
        assert!(!sparse(Spacing::Every(33)));
        assert!(!sparse(Spacing::Distinct));
    }
}
