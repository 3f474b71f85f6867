//! Clips: containers to coded pictures, and those to frames.
//!
//! ```text
//! demux (mp4, matroska) -> Track -> keyframe -> Frame        built in
//!                                      |
//!                                   worker                   H.264, which is decoded in C++
//! file -> ffmpeg -> Frame                                    every other codec, and every frame
//! ```
//!
//! `demux` reads MP4 and Matroska, in Rust and under limits, and says where the pictures of a clip are. [`Decoders`] says
//! what may decode them. No decoder written in C or C++ sees bytes in this process unless
//! [that](H264::InProcess) is asked for by name.

#[cfg(unix)]
pub(crate) mod child;
mod clip;
mod decoders;
#[cfg_attr(
    not(fuzzing),
    allow(unreachable_pub, reason = "fuzzing reads containers")
)]
mod demux;
#[cfg(unix)]
mod ffmpeg;
mod keyframe;
mod matroska;
mod mp4;
mod shown;
mod stream;
#[cfg(test)]
mod tests;
#[cfg_attr(
    not(fuzzing),
    allow(unreachable_pub, reason = "fuzzing reads containers")
)]
mod track;
#[cfg(all(unix, feature = "h264"))]
mod worker;

pub use clip::Clip;
pub(crate) use clip::{Opened, Source};
pub use decoders::{ClipLimits, Decoders, H264};
#[cfg(fuzzing)]
pub use demux::demux;
#[cfg(not(fuzzing))]
use demux::demux;
#[cfg(unix)]
pub use ffmpeg::Ffmpeg;
#[cfg(unix)]
pub(crate) use ffmpeg::Pick;
#[cfg(test)]
use track::SAMPLES_MAX;
#[cfg(fuzzing)]
pub use track::Track;
#[cfg(not(fuzzing))]
use track::Track;
use track::{Codec, Description};
#[cfg(all(unix, feature = "h264"))]
pub use worker::{Worker, serve};
