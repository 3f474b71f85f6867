//! The hashes of one file.

use super::{Planes, Stratum};
use crate::Error;
use crate::error::{Reason, Reasons};
use crate::hash::{Details, FrameHash, Hash, Rendering};
use crate::media::{Decoded, PartialCause};

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

    /// What of the file was not examined, of the first track in which there is anything.
    pub fn gap(&self) -> Option<Gap> {
        let further = || {
            (2..).zip(&self.tracks).find_map(|(number, track)| {
                let gap = track.gap_of_track()?;
                let reasons = gap.reasons.of_track(number);
                Some(Gap { reasons, ..gap })
            })
        };
        self.gap_of_track().or_else(further)
    }

    fn gap_of_track(&self) -> Option<Gap> {
        let gap = |cause, reason: Reason| Gap {
            cause,
            reasons: reason.into(),
        };
        if let Some(error) = &self.error {
            let cause = match error.cause() {
                Error::OverLimit { .. } => PartialCause::OverLimit,
                Error::Damaged(_) => PartialCause::Damaged,
                _ => PartialCause::Unsupported,
            };
            return Some(gap(cause, error.reason()));
        }
        let media = self.media.as_ref()?;
        if let Some(reason) = &media.partial {
            return Some(gap(media.partial_cause, reason.clone()));
        }
        media.capped.then(|| {
            let frames = media.frames.into();
            gap(PartialCause::OverLimit, Reason::FramesCapped { frames })
        })
    }

    /// The [details](crate::hash::Details) of a picture, of each rendering of its first frame. There are none unless a
    /// hasher [was asked for them](super::Hasher::with_details).
    ///
    /// They take some hundredths of a second, and are worked out anew by each call.
    pub fn details(&self) -> Vec<(Rendering, Details)> {
        self.planes.details()
    }

    /// How long the clip is, in milliseconds, where it is known.
    pub fn clip_ms(&self) -> Option<u64> {
        Some(self.media.as_ref()?.clip.as_ref()?.ms)
    }
}

/// What of a file was not examined.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Gap {
    /// What kept it from being examined.
    pub cause: PartialCause,
    /// Why, at least one reason.
    pub reasons: Reasons,
}

/// A file that was read, and hashed where it need not be held for that.
#[derive(Debug)]
pub(crate) enum Content {
    /// The bytes of a picture that is to be hashed.
    Picture(Vec<u8>),
    /// What is known of anything else.
    Other(Box<Fingerprint>),
}
