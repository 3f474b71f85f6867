//! Whether a thumbnail is like its picture.

use image::{DynamicImage, GenericImageView};

/// The points along each side that are compared: those that PDQ is made of.
const SIDE: u32 = 64;

/// The mean difference of brightness that two codings of one picture may have.
const DIFFERENCE: u64 = 4;

/// The brightness of a picture in equal parts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Likeness(Vec<u8>);

impl Likeness {
    pub(super) fn new(image: &DynamicImage) -> Likeness {
        let (width, height) = image.dimensions();
        let part = |i: u32, length: u32| {
            let start = u64::from(length) * u64::from(i) / u64::from(SIDE);
            let end = u64::from(length) * u64::from(i + 1) / u64::from(SIDE);
            let end = (end.max(start + 1) as u32).min(length);
            // Eight points along a part are enough.
            let step = (end - start as u32).div_ceil(8).max(1) as usize;
            (start as u32..end).step_by(step)
        };
        let mean = |i: u32| {
            let (mut sum, mut count) = (0, 0);
            for y in part(i / SIDE, height) {
                for x in part(i % SIDE, width) {
                    let [red, green, blue, _] = image.get_pixel(x, y).0.map(u64::from);
                    sum += red * 2 + green * 5 + blue;
                    count += 8;
                }
            }
            (sum / count.max(1)) as u8
        };
        Likeness((0..SIDE * SIDE).map(mean).collect())
    }

    pub(super) fn is_like(&self, other: &Likeness) -> bool {
        let pairs = self.0.iter().zip(&other.0);
        let sum: u64 = pairs.map(|(a, b)| u64::from(a.abs_diff(*b))).sum();
        sum <= DIFFERENCE * u64::from(SIDE * SIDE)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use image::{Rgb, RgbImage, imageops};

    #[test]
    fn a_smaller_copy_is_like_its_picture_and_a_mirrored_one_is_not() {
        let wave =
            |x: u32, y: u32| (x as f32 / 30.0).sin() * 100.0 + (y as f32 / 50.0).cos() * 20.0;
        let picture = RgbImage::from_fn(640, 480, |x, y| Rgb([(128.0 + wave(x, y)) as u8; 3]));
        let small = imageops::resize(&picture, 160, 120, imageops::FilterType::Triangle);
        let mirrored = imageops::flip_horizontal(&small);
        let of = |image: &RgbImage| Likeness::new(&image.clone().into());
        assert!(of(&picture).is_like(&of(&small)));
        assert!(!of(&picture).is_like(&of(&mirrored)));
        let _ = of(&RgbImage::new(1, 3));
    }
}
