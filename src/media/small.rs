//! The first frame of a file, made small for people to look at.

use image::metadata::Orientation;
use image::{DynamicImage, GrayImage, RgbImage};

use super::{Frame, Limits, Pixels, decode};
use crate::error::Reason;
use crate::{Error, Result};

/// A small picture, row by row.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct SmallPicture {
    /// Pixels in a row.
    pub width: u32,
    /// Rows.
    pub height: u32,
    /// Whether a pixel is one sample of grey, and not three of red, green and blue.
    pub is_grey: bool,
    /// The samples, of 8 bits each.
    pub samples: Vec<u8>,
}

impl SmallPicture {
    /// A picture of so many samples; `None` where they do not fill it, or a side is longer than this.
    pub(crate) fn new(
        (width, height): (u32, u32),
        is_grey: bool,
        samples: Vec<u8>,
        side: u32,
    ) -> Option<SmallPicture> {
        let of_pixel = if is_grey { 1 } else { 3 };
        let is_small = (1..=side).contains(&width) && (1..=side).contains(&height);
        let is_full = samples.len() as u64 == u64::from(width) * u64::from(height) * of_pixel;
        (is_small && is_full).then_some(SmallPicture {
            width,
            height,
            is_grey,
            samples,
        })
    }

    /// The first frame of a file that is in memory, as viewers turn it: its longer side has so many pixels at most.
    pub(crate) fn of(bytes: &[u8], side: u32, is_grey: bool) -> Result<SmallPicture> {
        let limits = Limits::default().with_frames(1);
        let mut first = None;
        let decoded = decode(bytes, &limits, |frame| {
            first.get_or_insert(frame);
        });
        let small = first.and_then(|frame| shrink(&frame, side, is_grey));
        decoded?;
        small.ok_or(Error::Damaged(Reason::PictureCut))
    }
}

fn shrink(frame: &Frame, side: u32, is_grey: bool) -> Option<SmallPicture> {
    let (width, height) = (frame.picture.width(), frame.picture.height());
    let whole: DynamicImage = match frame.picture.pixels() {
        Pixels::Luma8(grey) => GrayImage::from_raw(width, height, grey.to_vec())?.into(),
        Pixels::Rgb8(rgb) => RgbImage::from_raw(width, height, rgb.to_vec())?.into(),
        Pixels::Reduced { .. } => return None,
    };
    // Each pixel is the mean of those that it stands for. A small picture is not enlarged.
    let most = side.min(width.max(height));
    let mut small = whole.thumbnail(most, most);
    if is_grey {
        small = small.grayscale();
    }
    if let Some(orientation) = Orientation::from_exif(frame.orientation) {
        small.apply_orientation(orientation);
    }
    let sides = (small.width(), small.height());
    let (is_grey, samples) = match small {
        DynamicImage::ImageLuma8(grey) => (true, grey.into_raw()),
        other => (false, other.into_rgb8().into_raw()),
    };
    SmallPicture::new(sides, is_grey, samples, side)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_picture_is_made_small_and_keeps_its_shape() {
        let picture = RgbImage::from_fn(90, 60, |x, y| image::Rgb([x as u8, y as u8, 0]));
        let mut png = std::io::Cursor::new(Vec::new());
        picture.write_to(&mut png, image::ImageFormat::Png).unwrap();
        let small = SmallPicture::of(png.get_ref(), 30, false).unwrap();
        assert_eq!((small.width, small.height, small.is_grey), (30, 20, false));
        let grey = SmallPicture::of(png.get_ref(), 480, true).unwrap();
        assert_eq!((grey.width, grey.height, grey.is_grey), (90, 60, true));
        assert!(SmallPicture::of(b"no picture", 30, false).is_err());
    }

    #[test]
    fn samples_fill_a_small_picture_or_are_none() {
        let new = |width, height, count| {
            SmallPicture::new((width, height), true, vec![0; count], 10).is_some()
        };
        assert!(new(2, 3, 6) && new(10, 10, 100));
        assert!(!new(2, 3, 5) && !new(2, 3, 7) && !new(0, 3, 0) && !new(11, 1, 11));
        assert!(!new(u32::MAX, u32::MAX, 1));
    }
}
