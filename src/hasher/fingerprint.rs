//! The hashes of one file.

use super::{Planes, Stratum};
use crate::Error;
use crate::hash::{FrameHash, Hash};
use crate::media::Decoded;

/// Everything known of one file's content.
#[derive(Debug, Default)]
#[non_exhaustive]
pub struct Fingerprint {
    /// The digests that were asked for, of the whole file.
    pub digests: Vec<Hash>,
    /// The perceptual hashes that were asked for: by frame, then by view, then by type. A frame whose hashes equal
    /// those of the frame before it is left out.
    pub prints: Vec<FrameHash>,
    /// What was decoded, where anything was.
    pub media: Option<Decoded>,
    /// The format, where it is known, decoded or not.
    pub mime: Option<&'static str>,
    /// Why there are no perceptual hashes, or too few of them, although they were asked for.
    pub error: Option<Error>,
    /// The further video tracks of a clip, each as a clip of its own, without digests.
    pub tracks: Vec<Fingerprint>,
    /// The kind of picture, where the hasher judges it.
    pub stratum: Option<Stratum>,
    /// What a second look at views needs.
    pub(crate) planes: Planes,
}

impl Fingerprint {
    /// Whether it is of pictures that follow each other in time: of a clip, or an animation.
    pub fn is_clip(&self) -> bool {
        let is_clip = self
            .media
            .as_ref()
            .is_some_and(|media| media.clip.is_some());
        let mut times = self.prints.iter().map(|print| print.ms);
        let first = times.next();
        is_clip || times.any(|ms| Some(ms) != first)
    }

    /// How long the clip is, in milliseconds, where it is known.
    pub fn clip_ms(&self) -> Option<u64> {
        Some(self.media.as_ref()?.clip.as_ref()?.ms)
    }
}

/// A file that was read, and hashed where it need not be held for that.
#[derive(Debug)]
pub(crate) enum Content {
    /// The bytes of a picture that is to be hashed.
    Picture(Vec<u8>),
    /// What is known of anything else.
    Other(Box<Fingerprint>),
}
