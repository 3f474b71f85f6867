//! Untrusted bytes to pixels, under limits.
//!
//! [`Format::sniff`] tells a format from content, never from a name. [`decode`] turns the bytes into [`Frame`]s, one at a time,
//! and says what it could not do. Whatever the bytes are, the answer is frames or a typed error. A panic inside a decoder is
//! caught and counted as damage. What a file holds beside that, the module `parts` finds.

mod alpha;
mod animation;
mod apng;
mod bmp;
mod clock;
mod color;
mod converter;
mod decode;
mod exif;
mod format;
mod gif;
#[cfg(feature = "heif")]
mod heif;
#[cfg(feature = "heif")]
mod hevc;
mod ico;
mod jpeg;
#[cfg(feature = "jxl")]
mod jxl;
mod limits;
mod meter;
pub(crate) mod parts;
mod picture;
mod pnm;
mod progress;
mod rar;
mod raw;
mod raw_samples;
mod samples;
mod small;
mod still;
mod tiff;
pub mod video;
mod webp;

#[cfg(target_os = "linux")]
pub(crate) use clock::out_of_time;
#[cfg(test)]
pub(crate) use color::tests as color_profiles;
pub(crate) use color::unknown_of_avif;
pub use converter::Converter;
pub(crate) use decode::decode_until;
pub use decode::{Decoded, Frame, PartialCause, decode, decode_luma};
pub use format::{Format, foreign_mime};
pub use limits::Limits;
#[cfg(target_os = "linux")]
pub(crate) use meter::ClipMeter;
pub use meter::Meter;
pub(crate) use picture::PdqSamples;
pub use picture::{Picture, Pixels};
pub(crate) use raw_samples::raw_samples;
pub use small::SmallPicture;
