//! Decoded pixels.

use image::DynamicImage;

/// One decoded picture: 8-bit grey or 8-bit RGB, rows from the top, at least one pixel, at most 2^32 - 1 a side.
///
/// Nothing is done to the colours: alpha is dropped without composing, profiles and gamma are left alone, as the
/// reference hashers do.
#[derive(Clone, Debug, PartialEq)]
pub struct Picture(DynamicImage);

/// The samples of a [`Picture`], row by row, without padding.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pixels<'a> {
    /// One byte a pixel.
    Luma8(&'a [u8]),
    /// Red, green, blue: three bytes a pixel.
    Rgb8(&'a [u8]),
}

impl Picture {
    /// Takes over a decoded image, converting what is neither 8-bit grey nor 8-bit RGB.
    ///
    /// `None` for an image without pixels.
    pub fn new(image: DynamicImage) -> Option<Picture> {
        if image.width() == 0 || image.height() == 0 {
            return None;
        }
        Some(Picture(match image {
            DynamicImage::ImageLuma8(_) | DynamicImage::ImageRgb8(_) => image,
            DynamicImage::ImageLumaA8(_)
            | DynamicImage::ImageLuma16(_)
            | DynamicImage::ImageLumaA16(_) => DynamicImage::ImageLuma8(image.into_luma8()),
            other => DynamicImage::ImageRgb8(other.into_rgb8()),
        }))
    }

    /// The number of pixels in a row.
    pub fn width(&self) -> u32 {
        self.0.width()
    }

    /// The number of rows.
    pub fn height(&self) -> u32 {
        self.0.height()
    }

    /// The samples.
    pub fn pixels(&self) -> Pixels<'_> {
        match &self.0 {
            DynamicImage::ImageLuma8(grey) => Pixels::Luma8(grey.as_raw()),
            DynamicImage::ImageRgb8(rgb) => Pixels::Rgb8(rgb.as_raw()),
            _ => unreachable!("a picture holds grey or RGB"),
        }
    }

    /// The same pixels as the `image` crate knows them: `ImageLuma8` or `ImageRgb8`.
    pub fn as_image(&self) -> &DynamicImage {
        &self.0
    }
}
