//! How much one file may cost.

/// Bounds on what one media file may cost, checked before anything is allocated.
///
/// A picture needs at most twice `decoded_bytes` of memory at a time, beside its `file_bytes`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// The largest picture file, in bytes.
    pub file_bytes: u64,
    /// The largest picture, width times height, in pixels.
    pub pixels: u64,
    /// The largest decoded picture, in bytes.
    pub decoded_bytes: u64,
    /// The most frames of one animation, or pages of one document.
    pub frames: u32,
    /// The most pixels of all frames of one file together.
    pub total_pixels: u64,
}

impl Default for Limits {
    /// 256 MiB a file, 100 million pixels, 384 MiB decoded, 256 frames, 250 million pixels in all frames.
    fn default() -> Limits {
        Limits {
            file_bytes: 256 << 20,
            pixels: 100_000_000,
            decoded_bytes: 384 << 20,
            frames: 256,
            total_pixels: 250_000_000,
        }
    }
}
