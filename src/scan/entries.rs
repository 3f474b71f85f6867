//! The hashes of a file as entries of a list.

use super::Finding;
use crate::escape;
use crate::hash::{FrameHash, Hash, View};
use crate::hasher::Sampling;
use crate::list::{ClipFrame, Entry, Media, Spacing};

impl Finding {
    /// The entries of a list that holds the file: one for each hash, with the escaped path as id.
    ///
    /// A file without hashes has none. Neither has an empty file, whose digests are those of every other. `sampling`
    /// says which pictures of clips were hashed.
    ///
    /// ```
    /// use basma::{Matcher, hash::HashType, hasher::{Hasher, Sampling}, scan::Scan};
    /// use std::ops::ControlFlow;
    /// # std::env::set_current_dir(env!("CARGO_MANIFEST_DIR")).unwrap();
    /// let scan = Scan::new(Matcher::new([])).with_hasher(Hasher::new([HashType::Pdq]));
    /// scan.run(["fixtures/dump/chat/IMG-WA0003.jpg"], |finding| {
    ///     let entries = finding.entries(Sampling::Distinct);
    ///     assert_eq!(entries[0].id.as_deref(), Some("fixtures/dump/chat/IMG-WA0003.jpg"));
    ///     ControlFlow::Continue(())
    /// })?;
    /// # Ok::<(), basma::Error>(())
    /// ```
    pub fn entries(&self, sampling: Sampling) -> Vec<Entry> {
        if self.bytes == Some(0) {
            return Vec::new();
        }
        let further = self.tracks.iter();
        let further = further.map(|track| (track.prints.as_slice(), track.clip_ms));
        let all = std::iter::once((self.prints.as_slice(), self.clip_ms)).chain(further);
        let mut entries = Vec::new();
        for (track, (prints, clip_ms)) in (1_u32..).zip(all) {
            let times = Times::new(self, prints, clip_ms, sampling);
            entries.extend(prints.iter().map(|print| {
                let frame = times.of(print).map(Box::new);
                let media = frame.is_some().then_some(Media::Video);
                let mut entry = Entry::new(print.hash, 1)
                    .with_quality(print.quality)
                    .with_media(media)
                    .with_frame(frame);
                entry
                    .meta
                    .push(("frame".to_owned(), print.frame.to_string()));
                self.describe(&mut entry, print.view, track);
                entry
            }));
        }
        entries.extend(self.digests.iter().map(|digest: &Hash| {
            let mut entry = Entry::new(*digest, 1);
            // Every entry says how the file was turned, which marks the entries as those of hashed files: copies of a
            // file have different names and the same hash.
            self.describe(&mut entry, View::ORIGINAL, 1);
            entry
        }));
        entries
    }

    /// Adds what is said of each hash of the file.
    fn describe(&self, entry: &mut Entry, view: View, track: u32) {
        entry.id = Some(escape::path(&self.path).into_owned());
        entry.meta.push(("view".to_owned(), view.to_string()));
        if !self.flags.is_empty() {
            let flags: Vec<&str> = self.flags.iter().map(|flag| flag.name()).collect();
            entry.meta.push(("flags".to_owned(), flags.join(" ")));
        }
        // Entries of a film of one track say nothing of it.
        if track > 1 {
            entry.meta.push(("track".to_owned(), track.to_string()));
        }
    }
}

/// What a list has to know of when the pictures of a clip are shown.
struct Times {
    /// When a picture is shown, each time once; none where they do not follow each other in time.
    starts: Vec<u64>,
    clip_ms: Option<u64>,
    /// How far apart pictures are that were not chosen for what they show.
    every_ms: Option<u32>,
    /// Whether a picture stands for those up to the next.
    is_distinct: bool,
}

impl Times {
    /// Of one video track.
    fn new(
        finding: &Finding,
        prints: &[FrameHash],
        clip_ms: Option<u64>,
        sampling: Sampling,
    ) -> Times {
        let mut starts: Vec<u64> = prints.iter().map(|print| print.ms).collect();
        starts.sort_unstable();
        starts.dedup();
        // Without ffmpeg there are but keyframes.
        let is_distinct = sampling == Sampling::Distinct && finding.reason.is_none();
        let is_clip = finding.decoder.is_some();
        Times {
            every_ms: match Spacing::of(prints) {
                Spacing::Every(ms) if is_clip && !is_distinct => Some(ms),
                _ => None,
            },
            starts: if is_clip || starts.len() > 1 {
                starts
            } else {
                Vec::new()
            },
            clip_ms,
            // Of an animation there are all that differ.
            is_distinct: is_distinct || !is_clip,
        }
    }

    /// When it is shown, until when it stands for others, how long the clip is, how far apart its pictures are; nothing
    /// of a picture that is not one of a clip's.
    fn of(&self, print: &FrameHash) -> Option<ClipFrame> {
        let place = self.starts.binary_search(&print.ms).ok()?;
        let next = self.starts.get(place + 1).copied().or(self.clip_ms);
        let until = next.filter(|until| self.is_distinct && *until > print.ms);
        Some(ClipFrame {
            index: print.frame,
            ms: Some(print.ms),
            until_ms: until,
            clip_ms: self.clip_ms,
            every_ms: self.every_ms,
            ..ClipFrame::default()
        })
    }
}
