//! Decoded pixels.

use std::sync::Arc;

use image::{DynamicImage, GrayImage, RgbImage, RgbaImage};

use super::alpha::Alpha;
use super::color::{Conversion, Management};
use crate::error::{Problem, Reason};
use crate::hash::Rendering;
use crate::hash::axis::SIDE;
use crate::{Error, Result};

/// One decoded picture: 8-bit grey, 8-bit RGB, or luma at a reduced scale. Rows go from the top, and a side has 1 to
/// 2^32 - 1 pixels.
///
/// Nothing is done to the colours, as in the reference hashers. Alpha is dropped without composing, and profiles and
/// gamma are left alone. Where these show another picture than the one that is stored, they are kept beside it.
#[derive(Clone, Debug, PartialEq)]
pub struct Picture {
    content: Content,
    alpha: Option<Alpha>,
    management: Option<Arc<Management>>,
}

#[derive(Clone, Debug, PartialEq)]
enum Content {
    /// Every pixel.
    Whole(DynamicImage),
    /// Means of luma over squares of pixels.
    Reduced {
        width: u32,
        height: u32,
        scale: u32,
        means: Vec<u8>,
        samples: Vec<PdqSamples>,
    },
}

/// The samples of PDQ, of all pixels of a picture.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct PdqSamples {
    /// Whether the rows are taken from the last to the first.
    pub(crate) flips_rows: bool,
    /// Whether the columns are.
    pub(crate) flips_columns: bool,
    pub(crate) values: Box<[[f32; SIDE]; SIDE]>,
}

/// The samples of a [`Picture`], row by row, without padding.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pixels<'a> {
    /// One byte a pixel.
    Luma8(&'a [u8]),
    /// Red, green, blue: three bytes a pixel.
    Rgb8(&'a [u8]),
    /// The mean luma of each square of `scale` by `scale` pixels, one byte each. There are `width.div_ceil(scale)` in a row and
    /// `height.div_ceil(scale)` rows. The last squares may reach over the edge.
    Reduced {
        /// Pixels along each side of a square, 4 or 8.
        scale: u32,
        /// The means.
        means: &'a [u8],
    },
}

impl Pixels<'_> {
    /// Whether these are the samples of a picture of this size.
    pub(crate) fn check(&self, width: u32, height: u32) -> Result<()> {
        match self {
            Pixels::Luma8(samples) => check_size(width, height, 1, samples.len()),
            Pixels::Rgb8(samples) => check_size(width, height, 3, samples.len()),
            Pixels::Reduced { scale, means } => {
                let side = |side: u32| side.div_ceil((*scale).max(1));
                check_size(side(width), side(height), 1, means.len())
            }
        }
    }
}

/// Whether so many bytes are a picture.
fn check_size(width: u32, height: u32, channels: u64, found: usize) -> Result<()> {
    if width == 0 || height == 0 {
        return Err(without_pixels());
    }
    let pixels = u64::from(width) * u64::from(height);
    let expected = pixels.saturating_mul(channels);
    let found = found as u64;
    if found == expected {
        return Ok(());
    }
    Err(Error::PixelCount {
        width,
        height,
        expected,
        found,
    })
}

fn without_pixels() -> Error {
    Problem::PictureWithoutPixels.into()
}

impl Picture {
    /// A picture of red, green and blue: three bytes a pixel, row by row from the top, without padding.
    ///
    /// ```
    /// use basma::media::{Picture, Pixels};
    /// let picture = Picture::from_rgb8(2, 1, vec![255, 0, 0, 0, 0, 255])?;
    /// assert_eq!(picture.pixels(), Pixels::Rgb8(&[255, 0, 0, 0, 0, 255]));
    /// assert!(Picture::from_rgb8(2, 2, vec![0; 11]).is_err());
    /// # Ok::<(), basma::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::PixelCount`] for another number of bytes, [`Error::Argument`] for a picture without pixels.
    pub fn from_rgb8(width: u32, height: u32, pixels: Vec<u8>) -> Result<Picture> {
        check_size(width, height, 3, pixels.len())?;
        let image = RgbImage::from_raw(width, height, pixels);
        image
            .and_then(|image| Picture::new(image.into()))
            .ok_or_else(without_pixels)
    }

    /// A grey picture: one byte a pixel, row by row from the top, without padding.
    ///
    /// # Errors
    /// As [`Picture::from_rgb8`].
    pub fn from_luma8(width: u32, height: u32, pixels: Vec<u8>) -> Result<Picture> {
        check_size(width, height, 1, pixels.len())?;
        let image = GrayImage::from_raw(width, height, pixels);
        image
            .and_then(|image| Picture::new(image.into()))
            .ok_or_else(without_pixels)
    }

    /// Takes over a decoded image, converting what is neither 8-bit grey nor 8-bit RGB.
    ///
    /// `None` for an image without pixels.
    pub(crate) fn new(image: DynamicImage) -> Option<Picture> {
        if image.width() == 0 || image.height() == 0 {
            return None;
        }
        let alpha = match &image {
            DynamicImage::ImageLumaA8(image) => Alpha::new(image.pixels().map(|p| p.0[1])),
            DynamicImage::ImageRgba8(image) => Alpha::new(image.pixels().map(|p| p.0[3])),
            DynamicImage::ImageLumaA16(_)
            | DynamicImage::ImageRgba16(_)
            | DynamicImage::ImageRgba32F(_) => {
                Alpha::new(image.to_rgba8().pixels().map(|p| p.0[3]))
            }
            _ => None,
        };
        let image = match image {
            DynamicImage::ImageLuma8(_) | DynamicImage::ImageRgb8(_) => image,
            DynamicImage::ImageLumaA8(_)
            | DynamicImage::ImageLuma16(_)
            | DynamicImage::ImageLumaA16(_) => DynamicImage::ImageLuma8(image.into_luma8()),
            DynamicImage::ImageRgba8(rgba) => DynamicImage::ImageRgb8(without_alpha(&rgba)),
            other => DynamicImage::ImageRgb8(other.into_rgb8()),
        };
        Some(Picture {
            alpha,
            ..Picture::of(Content::Whole(image))
        })
    }

    fn of(content: Content) -> Picture {
        Picture {
            content,
            alpha: None,
            management: None,
        }
    }

    /// Takes over luma at a reduced scale, as [`Pixels::Reduced`] has it.
    ///
    /// `None` for a picture without pixels or a number of means that is not that of its size.
    pub(crate) fn reduced(
        width: u32,
        height: u32,
        scale: u32,
        means: Vec<u8>,
        samples: Vec<PdqSamples>,
    ) -> Option<Picture> {
        let squares = |side: u32| side.div_ceil(scale) as usize;
        let fits = means.len() == squares(width) * squares(height) && !means.is_empty();
        fits.then_some(Picture::of(Content::Reduced {
            width,
            height,
            scale,
            means,
            samples,
        }))
    }

    /// The samples of PDQ, where they were made with the picture: with its rows or columns in this order.
    pub(crate) fn samples(
        &self,
        flips_rows: bool,
        flips_columns: bool,
    ) -> Option<&[[f32; SIDE]; SIDE]> {
        let Content::Reduced { samples, .. } = &self.content else {
            return None;
        };
        let wanted =
            |of: &&PdqSamples| (of.flips_rows, of.flips_columns) == (flips_rows, flips_columns);
        samples.iter().find(wanted).map(|of| &*of.values)
    }

    /// The number of pixels in a row, at full size.
    pub fn width(&self) -> u32 {
        match &self.content {
            Content::Whole(image) => image.width(),
            Content::Reduced { width, .. } => *width,
        }
    }

    /// The number of rows, at full size.
    pub fn height(&self) -> u32 {
        match &self.content {
            Content::Whole(image) => image.height(),
            Content::Reduced { height, .. } => *height,
        }
    }

    /// The samples.
    pub fn pixels(&self) -> Pixels<'_> {
        match &self.content {
            Content::Whole(DynamicImage::ImageLuma8(grey)) => Pixels::Luma8(grey.as_raw()),
            Content::Whole(DynamicImage::ImageRgb8(rgb)) => Pixels::Rgb8(rgb.as_raw()),
            Content::Whole(_) => unreachable!("a whole picture is grey or RGB"),
            Content::Reduced { scale, means, .. } => Pixels::Reduced {
                scale: *scale,
                means,
            },
        }
    }

    /// The same pixels as the `image` crate knows them, `ImageLuma8` or `ImageRgb8`. `None` for a picture at a reduced scale,
    /// which only [`decode_luma`](super::decode_luma) makes.
    pub(crate) fn as_image(&self) -> Option<&DynamicImage> {
        match &self.content {
            Content::Whole(image) => Some(image),
            Content::Reduced { .. } => None,
        }
    }

    /// Adds the alpha of its pixels.
    pub(super) fn with_alpha(self, alpha: Option<Alpha>) -> Picture {
        let (width, height) = (self.width() as usize, self.height() as usize);
        let fits = |alpha: &Alpha| alpha.len() == width * height;
        Picture {
            alpha: alpha.filter(fits),
            ..self
        }
    }

    /// Adds what the file has viewers do to the colours.
    pub(super) fn with_management(self, management: Option<Arc<Management>>) -> Picture {
        Picture { management, ..self }
    }

    /// Why it is not known how viewers show it, where it is not.
    pub(crate) fn unknown_rendering(&self) -> Option<&Reason> {
        self.management.as_deref()?.unknown.as_ref()
    }

    /// Whether viewers may show another picture than the one that is stored.
    pub(crate) fn is_rendered(&self) -> bool {
        let is_far = |management: &Management| !management.far.is_empty();
        self.alpha.is_some() || self.management.as_deref().is_some_and(is_far)
    }

    /// Hands on the picture as it is stored, then as viewers show it. That is over black and white where it has alpha.
    /// It is also in the colours that the file asks for, where these are far from what is stored. Of one rendering
    /// there can be several.
    ///
    /// Pixels are changed in place. Where there are both alpha and such colours, or several of these, a copy is made.
    pub(crate) fn each_rendering(mut self, mut each: impl FnMut(Rendering, &Picture)) {
        each(Rendering::Stored, &self);
        let management = self.management.take();
        if let Some(management) = management {
            for (place, conversion) in management.far.iter().enumerate() {
                let is_last = place + 1 == management.far.len() && self.alpha.is_none();
                let stored = if is_last {
                    std::mem::replace(
                        &mut self,
                        Picture::of(Content::Whole(DynamicImage::default())),
                    )
                } else {
                    self.clone()
                };
                if let Some(managed) = stored.converted(conversion) {
                    each(Rendering::Managed, &managed);
                    managed.composed(
                        [Rendering::ManagedOverBlack, Rendering::ManagedOverWhite],
                        &mut each,
                    );
                }
            }
        }
        self.composed([Rendering::OverBlack, Rendering::OverWhite], &mut each);
    }

    /// Hands on the picture over black and then over white, where it has alpha.
    fn composed(
        mut self,
        [over_black, over_white]: [Rendering; 2],
        each: &mut impl FnMut(Rendering, &Picture),
    ) {
        let Some(alpha) = self.alpha.take() else {
            return;
        };
        alpha.over_black(self.samples_mut());
        each(over_black, &self);
        alpha.black_to_white(self.samples_mut());
        each(over_white, &self);
    }

    fn samples_mut(&mut self) -> &mut [u8] {
        match &mut self.content {
            Content::Whole(DynamicImage::ImageLuma8(grey)) => grey,
            Content::Whole(DynamicImage::ImageRgb8(rgb)) => rgb,
            Content::Whole(_) => unreachable!("a whole picture is grey or RGB"),
            Content::Reduced { means, .. } => means,
        }
    }

    /// The picture in the colours that this makes of them. `None` where viewers leave the profile alone. That is where it is of
    /// other colours than the picture, or it fails.
    fn converted(self, conversion: &Conversion) -> Option<Picture> {
        let Content::Whole(image) = self.content else {
            return None;
        };
        let image = match (image, conversion.is_grey()) {
            (DynamicImage::ImageRgb8(image), false) => convert_in_place(image, conversion)?,
            // A profile of colours is applied to grey in three channels.
            (image @ DynamicImage::ImageLuma8(_), false) => {
                convert_in_place(image.into_rgb8(), conversion)?
            }
            (DynamicImage::ImageLuma8(image), true) => convert_grey(&image, conversion)?,
            _ => return None,
        };
        Some(Picture {
            content: Content::Whole(DynamicImage::ImageRgb8(image)),
            alpha: self.alpha,
            management: None,
        })
    }
}

/// Converts row by row, so that no second picture is in memory.
fn convert_in_place(mut image: RgbImage, conversion: &Conversion) -> Option<RgbImage> {
    let stride = image.width() as usize * 3;
    let mut stored = vec![0; stride];
    for row in image.chunks_exact_mut(stride) {
        stored.copy_from_slice(row);
        if !conversion.convert(&stored, row) {
            return None;
        }
    }
    Some(image)
}

fn convert_grey(image: &GrayImage, conversion: &Conversion) -> Option<RgbImage> {
    let mut rgb = RgbImage::new(image.width(), image.height());
    let (from, to) = (image.width() as usize, image.width() as usize * 3);
    for (row, out) in image.chunks_exact(from).zip(rgb.chunks_exact_mut(to)) {
        if !conversion.convert(row, out) {
            return None;
        }
    }
    Some(rgb)
}

/// What `DynamicImage::into_rgb8` makes of it, in a loop over plain bytes: screenshots are in RGBA.
fn without_alpha(rgba: &RgbaImage) -> RgbImage {
    let mut rgb = RgbImage::new(rgba.width(), rgba.height());
    let pixels = rgba.as_raw().as_chunks::<4>().0.iter();
    for (to, [red, green, blue, _]) in rgb.as_chunks_mut::<3>().0.iter_mut().zip(pixels) {
        *to = [*red, *green, *blue];
    }
    rgb
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn alpha_is_dropped_as_the_library_drops_it() {
        let rgba = RgbaImage::from_fn(37, 21, |x, y| {
            image::Rgba([x * 7, y * 11, x * y, x + y * 9].map(|v| v as u8))
        });
        let expected = DynamicImage::from(rgba.clone()).into_rgb8();
        let picture = Picture::new(rgba.into()).unwrap();
        assert_eq!(picture.as_image(), Some(&expected.into()));
    }
}
