//! What decodes clips, and how much one may cost.

use std::time::Duration;

#[cfg(unix)]
use super::Ffmpeg;
#[cfg(all(unix, feature = "h264"))]
use super::Worker;

/// What decodes clips. By default, what is safe on any bytes: keyframes of VP8, Motion JPEG and, with the feature `heif`,
/// HEVC. The others have to be named.
///
/// ```
/// use basma::media::video::Decoders;
/// assert!(!Decoders::default().h264.is_on());
/// ```
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct Decoders {
    /// How keyframes of H.264 are decoded without ffmpeg.
    pub h264: H264,
    /// What decodes everything else, and every frame.
    #[cfg(unix)]
    pub ffmpeg: Option<Ffmpeg>,
    /// How much one clip may cost.
    pub limits: ClipLimits,
}

/// Where the built-in decoder of H.264 runs. It is written in C++ and is only as safe as its authors made it. Bytes
/// that take it over take over the process it runs in.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub enum H264 {
    /// Nowhere.
    #[default]
    Off,
    /// In this process: for files that are trusted, or a process that holds nothing worth taking.
    #[cfg(feature = "h264")]
    InProcess,
    /// In processes of its own.
    #[cfg(all(unix, feature = "h264"))]
    Worker(Worker),
}

setters!(Decoders {
    with_h264 h264: H264;
    with_limits limits: ClipLimits;
});

#[cfg(unix)]
setters!(Decoders {
    with_ffmpeg ffmpeg?: Ffmpeg;
});

setters!(ClipLimits {
    with_frames frames: u32;
    with_time time: Duration;
});

impl Decoders {
    /// What decides which pictures they decode, and to what.
    pub(crate) fn identity(&self) -> String {
        #[cfg(unix)]
        let ffmpeg = self.ffmpeg.as_ref().map(Ffmpeg::identity);
        #[cfg(not(unix))]
        let ffmpeg: Option<String> = None;
        format!(
            "h264={} ffmpeg={ffmpeg:?} {:?}",
            self.h264.is_on(),
            self.limits
        )
    }
}

impl H264 {
    /// Whether H.264 is decoded at all.
    pub fn is_on(&self) -> bool {
        !matches!(self, H264::Off)
    }
}

/// How much one clip may cost, beside what one picture may. The latter is in [`Limits`](crate::media::Limits): its pixels, its
/// decoded bytes, the time of one keyframe.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ClipLimits {
    /// The most pictures that are handed on.
    pub frames: u32,
    /// The longest decode of all pictures, as time of the processor, wherever it is spent.
    pub time: Duration,
}

impl Default for ClipLimits {
    /// 1,000,000 pictures, which are nine hours of every one at 30 a second, and 20 minutes.
    fn default() -> ClipLimits {
        ClipLimits {
            frames: 1_000_000,
            time: Duration::from_secs(20 * 60),
        }
    }
}
