//! The hashes of a file as entries of a list.

use super::Finding;
use crate::escape;
use crate::hash::{FrameHash, Hash, View};
use crate::hasher::Sampling;
use crate::list::{Entry, Media, Spacing, Timeline};

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
            let times = prints.iter().map(|print| print.ms);
            let every_ms = self.every_ms(prints, sampling);
            let timeline = Timeline::new(times, self.decoder.is_some(), clip_ms, every_ms);
            entries.extend(prints.iter().map(|print| {
                let frame = timeline.place(print.frame, print.ms).map(Box::new);
                let media = frame.is_some().then_some(Media::Video);
                let mut entry = Entry::new(print.hash, 1)
                    .with_quality(print.quality)
                    .with_media(media)
                    .with_frame(frame)
                    .with_details(if track == 1 {
                        self.details_of(print)
                    } else {
                        None
                    });
                entry
                    .meta
                    .push(("frame".to_owned(), print.frame.to_string()));
                self.describe(&mut entry, print.view, track);
                entry
            }));
        }
        let is_clip = self
            .mime
            .as_deref()
            .is_some_and(|mime| mime.starts_with("video/"));
        entries.extend(self.digests.iter().map(|digest: &Hash| {
            let mut entry = Entry::new(*digest, 1).with_media(is_clip.then_some(Media::Video));
            // Every entry says how the file was turned, which marks the entries as those of hashed files. Copies of a file have
            // different names and the same hash.
            self.describe(&mut entry, View::ORIGINAL, 1);
            entry
        }));
        entries
    }

    /// How far apart the pictures of a video track are, where they were not chosen for what they show.
    pub fn every_ms(&self, prints: &[FrameHash], sampling: Sampling) -> Option<u32> {
        // Without ffmpeg there are but keyframes.
        let is_distinct = sampling == Sampling::Distinct && self.reason.is_none();
        match Spacing::of(prints) {
            // Of an animation there are all that differ.
            Spacing::Every(ms) if self.decoder.is_some() && !is_distinct => Some(ms),
            _ => None,
        }
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
