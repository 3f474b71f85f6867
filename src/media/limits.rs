//! How much one file may cost.

use std::time::Duration;

/// Bounds on what one media file may cost, checked before anything is allocated.
///
/// A picture needs at most `decoded_bytes` of memory at a time, beside its `file_bytes`.
///
/// ```
/// use basma::media::Limits;
/// let limits = Limits::default().with_pixels(10_000_000).with_frames(1);
/// assert_eq!(limits.file_bytes, 256 << 20);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Limits {
    /// The largest picture file, in bytes.
    pub file_bytes: u64,
    /// The largest picture, width times height, in pixels.
    pub pixels: u64,
    /// The largest decoded picture, in bytes, together with what its decoder needs beside it.
    pub decoded_bytes: u64,
    /// The most frames of one animation, or pages of one document.
    pub frames: u32,
    /// The most pixels of all frames of one file together.
    pub total_pixels: u64,
    /// The longest decode of all frames of one file together. It is time of the processor, so that a busy machine gives the
    /// same answers. Systems without it count elapsed time. It is checked between frames, and within one wherever the decoder
    /// asks for more of the file. Of a JPEG picture it is checked every few rows. Some decoders take the file in one piece, and
    /// a single picture can overrun the limit. These are the stills of WebP, a frame of JPEG XL, and a slice or tile of HEIC.
    /// These are bounded by `pixels` and `decoded_bytes`.
    pub time: Duration,
}

impl Default for Limits {
    /// 256 MiB a file, 100 million pixels, 384 MiB decoded, 256 frames, 250 million pixels in all frames, 10 seconds.
    fn default() -> Limits {
        Limits {
            file_bytes: 256 << 20,
            pixels: 100_000_000,
            decoded_bytes: 384 << 20,
            frames: 256,
            total_pixels: 250_000_000,
            time: Duration::from_secs(10),
        }
    }
}

setters!(Limits {
    with_file_bytes file_bytes: u64;
    with_pixels pixels: u64;
    with_decoded_bytes decoded_bytes: u64;
    with_frames frames: u32;
    with_total_pixels total_pixels: u64;
    with_time time: Duration;
});
