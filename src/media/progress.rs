//! What has been decoded of a file, under its limits.

use std::num::NonZeroU64;
use std::sync::Arc;

use image::{ExtendedColorType, ImageDecoder, ImageError};

use super::clock::Clock;
use super::color::{self, Management, Samples};
use super::decode::{PartialCause, caught};
use super::{Decoded, Format, Frame, Limits, Picture};
use crate::error::{Limit, Reason, is_shortage};
use crate::{Error, Result};

/// What has been decoded so far, and what may still be.
pub(super) struct Progress<'a> {
    pub(super) limits: &'a Limits,
    /// Whether luma at a reduced scale will do.
    pub(super) luma: bool,
    pub(super) clock: &'a Clock,
    each: &'a mut dyn FnMut(Frame),
    pub(super) decoded: Decoded,
    /// The first error of a single picture of the file.
    pub(super) missing: Option<Error>,
    /// The orientations that the metadata of the file states; of the picture being decoded where they stand beside it.
    orientations: Vec<u8>,
    /// The size of the last picture that was handed on.
    pub(super) last_size: (u32, u32),
    /// What viewers do to the colours of the picture being decoded.
    management: Option<Arc<Management>>,
    /// Whether that is known without asking its decoder.
    is_managed: bool,
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
                partial_cause: PartialCause::default(),
                is_transient: false,
                capped: false,
                clip: None,
            },
            missing: None,
            orientations: Vec::new(),
            last_size: (0, 0),
            management: None,
            is_managed: false,
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
        self.admit_memory(width, height, bytes)?;
        decoder.set_limits(self.library_limits())?;
        self.management = self.asked_management(&mut decoder);
        let shown = self.bytes_shown(decoder.color_type().has_alpha());
        let shown = shown.saturating_mul(u64::from(width) * u64::from(height));
        self.admit_memory(width, height, bytes.saturating_add(shown))?;
        Ok(decoder)
    }

    /// Notes what the file has viewers do to the colours of the pictures that follow. Their decoders are not asked then.
    pub(super) fn manage(&mut self, management: Option<Arc<Management>>) {
        self.management = management;
        self.is_managed = true;
    }

    /// What the file has viewers do to the colours of the picture of this decoder.
    fn asked_management(&mut self, decoder: &mut impl ImageDecoder) -> Option<Arc<Management>> {
        if self.is_managed {
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

    /// The bytes a pixel that it takes to keep what viewers show of a picture beside what is stored. These are its
    /// alpha, and a copy where they manage its colours too.
    pub(super) fn bytes_shown(&self, has_alpha: bool) -> u64 {
        match (has_alpha, self.is_far()) {
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

    /// Sets the orientations of the pictures that follow, as the metadata of the file states them.
    pub(super) fn turn(&mut self, orientations: Vec<u8>) {
        self.orientations = orientations;
    }

    /// Decodes one of the pictures of the file. What is wrong with that picture is noted: it hides no other.
    ///
    /// # Errors
    /// [`Error::OverLimit`] once the time is over.
    pub(super) fn attempt(
        &mut self,
        decode: impl FnOnce(&mut Progress<'a>) -> Result<(), Refusal>,
    ) -> Result<(), Refusal> {
        let size = (self.decoded.width, self.decoded.height);
        if let Err(refusal) = caught(|| decode(self)) {
            if self.decoded.frames == 0 {
                // The size that is told is that of a picture that was decoded.
                (self.decoded.width, self.decoded.height) = size;
            }
            self.miss(refusal);
        }
        Ok(self.clock.check()?)
    }

    /// Notes that a picture of the file, or a part of one, was not decoded.
    pub(super) fn miss(&mut self, why: impl Into<Refusal>) {
        let error = why.into().under(self.limits);
        self.decoded.is_transient |= matches!(error, Error::Transient(_));
        self.missing.get_or_insert(error);
    }

    /// The same for a picture that needs this much memory a pixel, whatever it is needed for.
    pub(super) fn admit_size(&mut self, width: u32, height: u32, bytes: u64) -> Result<()> {
        let pixels = u64::from(width) * u64::from(height);
        self.admit_memory(width, height, pixels.saturating_mul(bytes))
    }

    /// The same for a picture that needs so much memory in all.
    pub(super) fn admit_memory(&mut self, width: u32, height: u32, bytes: u64) -> Result<()> {
        self.clock.check()?;
        let pixels = u64::from(width) * u64::from(height);
        within(Limit::Pixels, pixels, self.limits.pixels)?;
        within(Limit::DecodedBytes, bytes, self.limits.decoded_bytes)?;
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
        let mut turned = self.orientations.iter().copied().filter(|&o| o != 1);
        let frame = Frame {
            index: self.decoded.frames,
            ms,
            orientation: turned.next().unwrap_or(1),
            other_orientations: turned.collect(),
            picture: picture.with_management(self.management.clone()),
        };
        self.last_size = (frame.picture.width(), frame.picture.height());
        if self.decoded.frames == 0 {
            self.decoded.orientation = frame.orientation;
        }
        self.decoded.frames += 1;
        self.clock.stopped(|| (self.each)(frame));
    }
}
fn within(what: Limit, found: u64, limit: u64) -> Result<()> {
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
    /// The system has too little memory for what it may need.
    Shortage,
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
            Refusal::Memory => Error::OverLimit {
                what: Limit::DecodedBytes,
                found: limits.decoded_bytes.saturating_add(1),
                limit: limits.decoded_bytes,
            },
            Refusal::Shortage => Error::Unsupported(Reason::MemoryShort).transient(),
            // The library says the same of its limit and of an allocation that failed.
            Refusal::Library(ImageError::Limits(_)) => Refusal::Memory.under(limits).transient(),
            Refusal::Library(ImageError::IoError(error)) if is_shortage(&error) => {
                Refusal::Shortage.under(limits)
            }
            Refusal::Library(ImageError::Unsupported(error)) => {
                Error::Unsupported(Reason::PictureNotSupported {
                    message: error.to_string(),
                })
            }
            Refusal::Library(error) => Error::Damaged(Reason::PictureBroken {
                message: error.to_string(),
            }),
        }
    }
}
