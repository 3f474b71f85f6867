//! Decoded pixels.

use image::{DynamicImage, RgbImage, RgbaImage};

/// One decoded picture: 8-bit grey or 8-bit RGB, or luma at a reduced scale; rows from the top, at least one pixel, at
/// most 2^32 - 1 a side.
///
/// Nothing is done to the colours: alpha is dropped without composing, profiles and gamma are left alone, as the
/// reference hashers do.
#[derive(Clone, Debug, PartialEq)]
pub struct Picture(Content);

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
    },
}

/// The samples of a [`Picture`], row by row, without padding.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pixels<'a> {
    /// One byte a pixel.
    Luma8(&'a [u8]),
    /// Red, green, blue: three bytes a pixel.
    Rgb8(&'a [u8]),
    /// The mean luma of each square of `scale` by `scale` pixels, one byte each: `width.div_ceil(scale)` in a row and
    /// `height.div_ceil(scale)` rows. The last squares may reach over the edge.
    Reduced {
        /// Pixels along each side of a square, 2, 4 or 8.
        scale: u32,
        /// The means.
        means: &'a [u8],
    },
}

impl Picture {
    /// Takes over a decoded image, converting what is neither 8-bit grey nor 8-bit RGB.
    ///
    /// `None` for an image without pixels.
    pub fn new(image: DynamicImage) -> Option<Picture> {
        if image.width() == 0 || image.height() == 0 {
            return None;
        }
        Some(Picture(Content::Whole(match image {
            DynamicImage::ImageLuma8(_) | DynamicImage::ImageRgb8(_) => image,
            DynamicImage::ImageLumaA8(_)
            | DynamicImage::ImageLuma16(_)
            | DynamicImage::ImageLumaA16(_) => DynamicImage::ImageLuma8(image.into_luma8()),
            DynamicImage::ImageRgba8(rgba) => DynamicImage::ImageRgb8(without_alpha(&rgba)),
            other => DynamicImage::ImageRgb8(other.into_rgb8()),
        })))
    }

    /// Takes over luma at a reduced scale, as [`Pixels::Reduced`] has it.
    ///
    /// `None` for a picture without pixels or a number of means that is not that of its size.
    pub(super) fn reduced(width: u32, height: u32, scale: u32, means: Vec<u8>) -> Option<Picture> {
        let squares = |side: u32| side.div_ceil(scale) as usize;
        let fits = means.len() == squares(width) * squares(height) && !means.is_empty();
        fits.then_some(Picture(Content::Reduced {
            width,
            height,
            scale,
            means,
        }))
    }

    /// The number of pixels in a row, at full size.
    pub fn width(&self) -> u32 {
        match &self.0 {
            Content::Whole(image) => image.width(),
            Content::Reduced { width, .. } => *width,
        }
    }

    /// The number of rows, at full size.
    pub fn height(&self) -> u32 {
        match &self.0 {
            Content::Whole(image) => image.height(),
            Content::Reduced { height, .. } => *height,
        }
    }

    /// The samples.
    pub fn pixels(&self) -> Pixels<'_> {
        match &self.0 {
            Content::Whole(DynamicImage::ImageLuma8(grey)) => Pixels::Luma8(grey.as_raw()),
            Content::Whole(DynamicImage::ImageRgb8(rgb)) => Pixels::Rgb8(rgb.as_raw()),
            Content::Whole(_) => unreachable!("a whole picture is grey or RGB"),
            Content::Reduced { scale, means, .. } => Pixels::Reduced {
                scale: *scale,
                means,
            },
        }
    }

    /// The same pixels as the `image` crate knows them, `ImageLuma8` or `ImageRgb8`; `None` for a picture at a reduced
    /// scale, which only [`decode_luma`](super::decode_luma) makes.
    pub fn as_image(&self) -> Option<&DynamicImage> {
        match &self.0 {
            Content::Whole(image) => Some(image),
            Content::Reduced { .. } => None,
        }
    }
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
