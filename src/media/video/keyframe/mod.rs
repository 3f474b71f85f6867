//! One picture that stands alone, to pixels. Safe decoders here do it, or an unsafe one, if the caller chose how it runs.

#[cfg(feature = "h264")]
mod h264;
#[cfg(feature = "heif")]
mod hevc;
#[cfg(any(feature = "h264", feature = "heif"))]
mod luma;
#[cfg(feature = "h264")]
mod openh264;
#[cfg(feature = "h264")]
mod sps;

use std::time::Duration;

#[cfg(any(feature = "h264", feature = "heif"))]
pub(super) use luma::Luma;
#[cfg(all(unix, feature = "h264"))]
pub(super) use openh264::decode as decode_h264;

use super::super::decode::decode_until;
use super::super::{Limits, Picture};
use super::{Codec, Decoders, Description, H264};
use crate::error::Reason;
use crate::{CancelToken, Error, Result};

/// Decodes keyframes of one clip.
pub(super) struct Keyframes<'a> {
    #[cfg_attr(
        not(feature = "h264"),
        allow(dead_code, reason = "the others have nothing to choose")
    )]
    pub(super) decoders: &'a Decoders,
    pub(super) limits: &'a Limits,
    /// How much time other processes have spent.
    pub(super) elsewhere: Duration,
    #[cfg_attr(
        not(all(unix, feature = "h264")),
        allow(dead_code, reason = "nobody is waited for")
    )]
    pub(super) cancel: &'a CancelToken,
}

impl Keyframes<'_> {
    /// Whether pictures so coded are decoded here, and what does it.
    ///
    /// # Errors
    /// [`Error::Unsupported`] with the way out.
    pub(super) fn decoder(decoders: &Decoders, codec: &Codec) -> Result<&'static str> {
        match codec {
            Codec::H264 => match decoders.h264 {
                H264::Off => Err(refusal(codec)),
                #[cfg(feature = "h264")]
                H264::InProcess => Ok("openh264"),
                #[cfg(all(unix, feature = "h264"))]
                H264::Worker(_) => Ok("openh264"),
            },
            #[cfg(feature = "heif")]
            Codec::Hevc => Ok("heifer"),
            Codec::Vp8 => Ok("image-webp"),
            Codec::Jpeg => Ok("basma"),
            other => Err(refusal(other)),
        }
    }

    /// The pixels of a picture.
    ///
    /// # Errors
    /// [`Error::Unsupported`] for what is not decoded here, or does not stand alone; [`Error::Damaged`];
    /// [`Error::OverLimit`].
    pub(super) fn decode(&mut self, description: &Description, sample: &[u8]) -> Result<Picture> {
        match description.codec {
            #[cfg(feature = "h264")]
            Codec::H264 => self.h264(description, sample),
            #[cfg(feature = "heif")]
            Codec::Hevc => hevc::decode(&description.private, sample, self.limits),
            Codec::Vp8 => self.still(&vp8(sample)?),
            Codec::Jpeg => self.still(sample),
            ref other => Err(refusal(other)),
        }
    }

    #[cfg(feature = "h264")]
    fn h264(&mut self, description: &Description, sample: &[u8]) -> Result<Picture> {
        let pixels = self.limits.pixels;
        let keyframe = h264::Keyframe::new(&description.private, sample, pixels)?;
        let luma = match &self.decoders.h264 {
            H264::Off => return Err(refusal(&Codec::H264)),
            H264::InProcess => openh264::decode(&keyframe.stream, pixels)?,
            #[cfg(unix)]
            H264::Worker(worker) => {
                let (luma, took) =
                    worker.decode(&keyframe.stream, pixels, self.limits.time, self.cancel)?;
                self.elsewhere += took;
                luma
            }
        };
        luma.into_picture(keyframe.full_range)
    }

    /// A picture that is a file of its own.
    fn still(&self, file: &[u8]) -> Result<Picture> {
        let mut first = None;
        decode_until(self.cancel.clone(), file, self.limits, false, |frame| {
            first.get_or_insert(frame.picture);
        })?;
        first.ok_or(Error::Damaged(Reason::PictureWithoutPixels))
    }
}

/// Why pictures so coded are not decoded here, and the way out.
fn refusal(codec: &Codec) -> Error {
    let name = codec.name().to_owned();
    let without_feature = |feature: &str| Reason::CodecNotBuiltIn {
        codec: name.clone(),
        feature: feature.to_owned(),
    };
    Error::Unsupported(match codec {
        Codec::Encrypted => Reason::ClipEncrypted,
        Codec::H264 if cfg!(not(feature = "h264")) => without_feature("h264"),
        Codec::H264 => Reason::H264NotChosen,
        Codec::Hevc => without_feature("heif"),
        _ => Reason::FfmpegNeeded { name },
    })
}

/// A keyframe of VP8 as a still: WebP is one in a box (RFC 9649, 2.5).
fn vp8(sample: &[u8]) -> Result<Vec<u8>> {
    let codec = "VP8".to_owned();
    // Bit 0 is clear in a keyframe, which then has a start code (RFC 6386, 9.1).
    match sample {
        [tag, _, _, 0x9D, 0x01, 0x2A, ..] if tag & 1 == 0 => {}
        [tag, ..] if tag & 1 == 1 => {
            return Err(Error::Unsupported(Reason::NotAKeyframe { codec }));
        }
        _ => {
            return Err(Error::Damaged(Reason::KeyframeBroken { codec }));
        }
    }
    let padding = sample.len() % 2;
    let size = |bytes: usize| u32::try_from(bytes).unwrap_or(u32::MAX).to_le_bytes();
    let mut file = Vec::with_capacity(sample.len() + 21);
    file.extend(b"RIFF");
    file.extend(size(12 + sample.len() + padding));
    file.extend(b"WEBPVP8 ");
    file.extend(size(sample.len()));
    file.extend(sample);
    file.extend(&[0][..padding]);
    Ok(file)
}
