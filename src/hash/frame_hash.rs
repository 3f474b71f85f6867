//! A hash of one picture, with what it was made of.

use super::{Hash, View};

/// One perceptual hash of one frame in one view.
///
/// ```
/// use basma::hash::{FrameHash, Pdq, View};
/// let pdq: Pdq = "f8f8f0cee0f4a84f06370a22038f63f0b36e2ed596621e1d33e6b39c4e9c9b22".parse()?;
/// let third = FrameHash::new(pdq.into(), 100).with_frame(2).with_ms(80);
/// assert_eq!(third.view, View::ORIGINAL);
/// # Ok::<(), basma::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct FrameHash {
    /// The hash.
    pub hash: Hash,
    /// The PDQ quality of the frame, 0 to 100. Below 50 it is too flat for any hash of it to be trusted.
    pub quality: u8,
    /// The frame, from 0.
    pub frame: u32,
    /// When the frame is shown, in milliseconds.
    pub ms: u64,
    /// What of the frame was hashed.
    pub view: View,
}

impl FrameHash {
    /// The hash of a still picture with a quality, as it is stored.
    pub fn new(hash: Hash, quality: u8) -> FrameHash {
        FrameHash {
            hash,
            quality,
            frame: 0,
            ms: 0,
            view: View::ORIGINAL,
        }
    }
}

setters!(FrameHash {
    with_frame frame: u32;
    with_ms ms: u64;
    with_view view: View;
});
