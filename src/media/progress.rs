//! What has been decoded of a file, under its limits.

use std::num::NonZeroU64;
use std::sync::Arc;

use image::{ColorType, ExtendedColorType, ImageDecoder, ImageError};

use super::clock::Clock;
use super::color::{self, Management, Samples};
use super::{Decoded, Format, Frame, Limits, Picture};
use crate::{Error, Result};

/// What has been decoded so far, and what may still be.
pub(super) struct Progress<'a> {
    pub(super) limits: &'a Limits,
    /// Whether luma at a reduced scale will do.
    pub(super) luma: bool,
    pub(super) clock: &'a Clock,
    each: &'a mut dyn FnMut(Frame),
    pub(super) decoded: Decoded,
    /// Of the picture being decoded.
    orientation: u8,
    /// What viewers do to the colours of the picture being decoded.
    management: Option<Arc<Management>>,
    declared: Option<Option<Arc<Management>>>,
    /// Of all frames together.
    pixels: u64,
}

impl<'a> Progress<'a> {
    pub(super) fn new(
        format: Format,
        limits: &'a Limits,
        luma: bool,
        clock: &'a Clock,
        each: &'a mut dyn FnMut(Frame),
    ) -> Progress<'a> {
        Progress {
            limits,
            luma,
            clock,
            each,
            decoded: Decoded {
                format,
                width: 0,
                height: 0,
                orientation: 1,
                frames: 0,
                partial: None,
                capped: false,
                clip: None,
            },
            orientation: 1,
            management: None,
            declared: None,
            pixels: 0,
        }
    }

    /// Checks size, memory and time before anything is allocated, and notes what the header says. The decoder will
    /// need this many bytes beside the picture.
    pub(super) fn admit<D: ImageDecoder>(
        &mut self,
        mut decoder: D,
        beside: u64,
    ) -> Result<D, Refusal> {
        let (width, height) = decoder.dimensions();
        let bytes = decoder.total_bytes().saturating_add(beside);
        self.admit_bytes(width, height, bytes)?;
        // Of TIFF the limits on a small picture would leave no room for its profile.
        self.management = self.asked_management(&mut decoder);
        decoder.set_limits(self.library_limits())?;
        let shown = self.bytes_shown(decoder.color_type());
        let shown = shown.saturating_mul(u64::from(width) * u64::from(height));
        self.admit_bytes(width, height, bytes.saturating_add(shown))?;
        // Broken metadata is no reason to refuse sound pixels: the picture is then taken as it is stored.
        self.orientation = decoder.orientation().map_or(1, |o| o.to_exif());
        if self.decoded.frames == 0 {
            self.decoded.orientation = self.orientation;
        }
        Ok(decoder)
    }

    /// Notes what the file has viewers do to the colours of the pictures that follow.
    pub(super) fn manage(&mut self, management: Option<Arc<Management>>) {
        self.management = management;
    }

    /// Notes the same of the picture that is admitted next, for which its decoder is not asked then.
    pub(super) fn declare(&mut self, management: Option<Arc<Management>>) {
        self.declared = Some(management);
    }

    /// What the file has viewers do to the colours of the picture of this decoder.
    fn asked_management(&mut self, decoder: &mut impl ImageDecoder) -> Option<Arc<Management>> {
        if let Some(declared) = self.declared.take() {
            return declared;
        }
        // Of JPEG it is noted before there is a decoder, and holds for all of them.
        if self.decoded.format == Format::Jpeg {
            return self.management.clone();
        }
        let samples = match decoder.original_color_type() {
            ExtendedColorType::Cmyk8 | ExtendedColorType::Cmyk16 => Samples::Inks,
            _ => Samples::GreyOrRgb,
        };
        match decoder.icc_profile() {
            Ok(profile) => color::of_icc(&profile?, samples),
            Err(_) => color::unreadable(),
        }
    }

    /// The bytes a pixel that it takes to keep what viewers show of a picture beside what is stored: its alpha, and a copy
    /// where they manage its colours too.
    fn bytes_shown(&self, color: ColorType) -> u64 {
        match (color.has_alpha(), self.is_far()) {
            (false, false) => 0,
            (true, false) => 1,
            // Grey is three colours then.
            (false, true) => 3,
            (true, true) => 4,
        }
    }

    /// Whether luma at a reduced scale will do of this picture: viewers show what is stored.
    pub(super) fn takes_luma(&self) -> bool {
        self.luma && !self.is_far()
    }

    /// Whether viewers show another picture than the one that is stored.
    fn is_far(&self) -> bool {
        let far = |management: &Management| !management.far.is_empty();
        self.management.as_deref().is_some_and(far)
    }

    /// The same for a picture that needs this much memory a pixel, whatever it is needed for.
    pub(super) fn admit_size(&mut self, width: u32, height: u32, bytes: u64) -> Result<()> {
        let pixels = u64::from(width) * u64::from(height);
        self.admit_bytes(width, height, pixels.saturating_mul(bytes))
    }

    fn admit_bytes(&mut self, width: u32, height: u32, bytes: u64) -> Result<()> {
        self.clock.check()?;
        let pixels = u64::from(width) * u64::from(height);
        within("pixels", pixels, self.limits.pixels)?;
        within("decoded bytes", bytes, self.limits.decoded_bytes)?;
        if self.decoded.width == 0 {
            self.decoded.width = width;
            self.decoded.height = height;
        }
        Ok(())
    }

    /// # Errors
    /// [`Error::OverLimit`] once the time is over.
    pub(super) fn check_time(&self) -> Result<()> {
        self.clock.check()
    }

    /// How much memory a decode may need.
    pub(super) fn memory(&self) -> NonZeroU64 {
        NonZeroU64::new(self.limits.decoded_bytes).unwrap_or(NonZeroU64::MIN)
    }

    pub(super) fn library_limits(&self) -> image::Limits {
        let mut limits = image::Limits::no_limits();
        limits.max_alloc = Some(self.limits.decoded_bytes);
        limits
    }

    /// Whether one more frame of this size stays within the limits; otherwise notes that it does not.
    pub(super) fn may_go_on(&mut self, width: u32, height: u32) -> bool {
        self.pixels = self
            .pixels
            .saturating_add(u64::from(width) * u64::from(height));
        let within =
            self.decoded.frames < self.limits.frames && self.pixels <= self.limits.total_pixels;
        self.decoded.capped |= !within;
        within
    }

    pub(super) fn hand_on(&mut self, ms: u64, picture: Picture) {
        let frame = Frame {
            index: self.decoded.frames,
            ms,
            orientation: self.orientation,
            picture: picture.with_management(self.management.clone()),
        };
        self.decoded.frames += 1;
        self.clock.stopped(|| (self.each)(frame));
    }
}
fn within(what: &'static str, found: u64, limit: u64) -> Result<()> {
    if found > limit {
        return Err(Error::OverLimit { what, found, limit });
    }
    Ok(())
}
/// Why decoding ended early: for a reason of ours, or of a library's.
pub(super) enum Refusal {
    Ours(Error),
    Library(ImageError),
    /// It would need more memory than it may.
    Memory,
}

impl From<Error> for Refusal {
    fn from(error: Error) -> Refusal {
        Refusal::Ours(error)
    }
}

impl From<ImageError> for Refusal {
    fn from(error: ImageError) -> Refusal {
        Refusal::Library(error)
    }
}

impl Refusal {
    /// The error that it is, under the limits that the library was given.
    pub(super) fn under(self, limits: &Limits) -> Error {
        match self {
            Refusal::Ours(error) => error,
            Refusal::Memory | Refusal::Library(ImageError::Limits(_)) => Error::OverLimit {
                what: "decoded bytes",
                found: limits.decoded_bytes.saturating_add(1),
                limit: limits.decoded_bytes,
            },
            Refusal::Library(ImageError::Unsupported(error)) => {
                Error::Unsupported(error.to_string())
            }
            Refusal::Library(error) => Error::Damaged(error.to_string()),
        }
    }
}
