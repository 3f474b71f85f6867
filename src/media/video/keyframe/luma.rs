//! Luma of a decoder as a picture.

use image::GrayImage;

use super::super::super::Picture;
use crate::error::Reason;
use crate::{Error, Result};

/// One decoded picture: luma alone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in super::super) struct Luma {
    pub(in super::super) width: u32,
    pub(in super::super) height: u32,
    /// Row by row, without padding.
    pub(in super::super) samples: Vec<u8>,
}

impl Luma {
    /// The picture, from black to white. What is stored as 16 to 235 becomes 0 to 255. What lies beyond is clipped, as in a
    /// conversion to RGB.
    pub(in super::super) fn into_picture(mut self, full_range: bool) -> Result<Picture> {
        if !full_range {
            let levels: [u8; 256] = std::array::from_fn(|level| {
                let above = (level as u32).saturating_sub(16) * 255;
                ((above + 109) / 219).min(255) as u8
            });
            for sample in &mut self.samples {
                *sample = levels[usize::from(*sample)];
            }
        }
        let none = || Error::Damaged(Reason::PictureWithoutPixels);
        let grey = GrayImage::from_raw(self.width, self.height, self.samples).ok_or_else(none)?;
        Picture::new(grey.into()).ok_or_else(none)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::media::Pixels;

    #[test]
    fn the_range_of_video_becomes_black_to_white() {
        let luma = |samples: &[u8]| Luma {
            width: samples.len() as u32,
            height: 1,
            samples: samples.to_vec(),
        };
        let stored = [0, 16, 17, 125, 126, 235, 255];
        let picture = luma(&stored).into_picture(false).unwrap();
        assert_eq!(
            picture.pixels(),
            Pixels::Luma8(&[0, 0, 1, 127, 128, 255, 255])
        );
        let picture = luma(&stored).into_picture(true).unwrap();
        assert_eq!(picture.pixels(), Pixels::Luma8(&stored));
        assert!(luma(&[]).into_picture(true).is_err());
        let short = Luma {
            width: 3,
            ..luma(&[1, 2])
        };
        assert!(short.into_picture(true).is_err());
    }
}
