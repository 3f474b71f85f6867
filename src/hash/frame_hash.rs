//! A hash of one picture, with what it was made of.

use super::{Hash, View};

/// One perceptual hash of one frame in one view.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FrameHash {
    /// The hash.
    pub hash: Hash,
    /// The PDQ quality of the frame, 0 to 100: below 50 it is too flat for any hash of it to be trusted.
    pub quality: u8,
    /// The frame, from 0.
    pub frame: u32,
    /// When the frame is shown, in milliseconds.
    pub ms: u64,
    /// What of the frame was hashed.
    pub view: View,
}
