#[cfg(feature = "h264")]
mod clips;
#[cfg(feature = "h264")]
mod encode;
mod matroska;
mod mp4;
#[cfg(unix)]
mod programs;
#[cfg(feature = "h264")]
mod shown;
pub(super) mod write;
