//! A decoder's samples to 8-bit grey or RGB, in the memory that they are in, and their alpha beside it.
//!
//! As the reference does (PyPI `pdqhash` on Pillow's `convert("RGB")`). Alpha is dropped, not composed: a transparent
//! pixel has the colour that is stored under it. Of 16-bit colours the upper byte is taken. One thing is done
//! otherwise. Pillow clips 16-bit grey at 255, so that nearly all of it is white. Here it is scaled as any viewer does.

use image::{ColorType, DynamicImage, GrayImage, RgbImage};

use super::Picture;
use super::alpha::Alpha;

/// The picture of these samples, in the order and the byte order of `ImageDecoder::read_image`.
///
/// `None` where there are no pixels, or not as many samples as there must be.
pub(super) fn to_picture(
    width: u32,
    height: u32,
    color: ColorType,
    mut samples: Vec<u8>,
) -> Option<Picture> {
    let stored = usize::from(color.bytes_per_pixel());
    let alpha = alpha(&samples, stored, color);
    match color {
        ColorType::L8 | ColorType::Rgb8 => {}
        ColorType::La8 => keep(&mut samples, stored, [0]),
        ColorType::Rgba8 => keep(&mut samples, stored, [0, 1, 2]),
        ColorType::L16 | ColorType::La16 => keep(&mut samples, stored, [UPPER]),
        ColorType::Rgb16 | ColorType::Rgba16 => {
            keep(&mut samples, stored, [UPPER, UPPER + 2, UPPER + 4]);
        }
        ColorType::Rgb32F | ColorType::Rgba32F => floats(&mut samples, stored),
        _ => return None,
    }
    let picture = Picture::new(if color.has_color() {
        DynamicImage::ImageRgb8(RgbImage::from_raw(width, height, samples)?)
    } else {
        DynamicImage::ImageLuma8(GrayImage::from_raw(width, height, samples)?)
    })?;
    Some(picture.with_alpha(alpha))
}

/// The alpha of the samples, where it is not the same everywhere: of 16 bits the upper byte.
fn alpha(samples: &[u8], stored: usize, color: ColorType) -> Option<Alpha> {
    let pixels = samples.chunks_exact(stored);
    match color {
        ColorType::La8 | ColorType::Rgba8 => Alpha::new(pixels.map(|pixel| pixel[stored - 1])),
        ColorType::La16 | ColorType::Rgba16 => {
            Alpha::new(pixels.map(|pixel| pixel[stored - 2 + UPPER]))
        }
        ColorType::Rgba32F => Alpha::new(pixels.map(|pixel| level(&pixel[12..]))),
        _ => None,
    }
}

/// Which byte of a 16-bit sample is the upper one.
const UPPER: usize = if cfg!(target_endian = "big") { 0 } else { 1 };

/// Keeps the bytes at these places of each pixel and closes the gaps.
fn keep<const N: usize>(samples: &mut Vec<u8>, stored: usize, places: [usize; N]) {
    let pixels = samples.len() / stored;
    for i in 0..pixels {
        let pixel = &samples[i * stored..(i + 1) * stored];
        let kept = places.map(|place| pixel[place]);
        samples[i * N..(i + 1) * N].copy_from_slice(&kept);
    }
    samples.truncate(pixels * N);
}

/// Scales 0.0 to 1.0 to 0 to 255, and clips what lies beyond.
fn floats(samples: &mut Vec<u8>, stored: usize) {
    let pixels = samples.len() / stored;
    for i in 0..pixels {
        let pixel = &samples[i * stored..i * stored + 12];
        let kept = [0, 4, 8].map(|at| level(&pixel[at..]));
        samples[i * 3..i * 3 + 3].copy_from_slice(&kept);
    }
    samples.truncate(pixels * 3);
}

/// The level of a fraction, in the byte order of this machine.
fn level(bytes: &[u8]) -> u8 {
    let mut bits = [bytes[0], bytes[1], bytes[2], bytes[3]];
    if cfg!(target_endian = "big") {
        bits.reverse();
    }
    // A cast takes "not a number" for 0.
    (f32::from_le_bytes(bits).clamp(0.0, 1.0) * 255.0).round() as u8
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::media::Pixels;
    use image::{DynamicImage, ImageBuffer, Luma, LumaA, Rgb, Rgba};

    /// Two pixels, the second of them transparent, through a decoder's eyes.
    fn pixels(image: DynamicImage) -> (bool, Vec<u8>) {
        let picture = to_picture(2, 1, image.color(), image.as_bytes().to_vec()).unwrap();
        match picture.pixels() {
            Pixels::Luma8(grey) => (false, grey.to_vec()),
            Pixels::Rgb8(rgb) => (true, rgb.to_vec()),
            Pixels::Reduced { .. } => unreachable!("every pixel was given"),
        }
    }

    fn row<P: image::Pixel>(pixels: [P; 2]) -> ImageBuffer<P, Vec<P::Subpixel>> {
        ImageBuffer::from_fn(2, 1, |x, _| pixels[x as usize])
    }

    #[test]
    fn a_transparent_pixel_keeps_its_colour() {
        let grey = row([LumaA([9u8, 255]), LumaA([200, 0])]);
        assert_eq!(pixels(grey.into()), (false, vec![9, 200]));
        let rgb = row([Rgba([1u8, 2, 3, 255]), Rgba([10, 20, 30, 0])]);
        assert_eq!(pixels(rgb.into()), (true, vec![1, 2, 3, 10, 20, 30]));
    }

    #[test]
    fn of_sixteen_bits_the_upper_eight_remain() {
        let grey = row([Luma([0x12FFu16]), Luma([0xFF00])]);
        assert_eq!(pixels(grey.into()), (false, vec![0x12, 0xFF]));
        let grey = row([LumaA([0x12FFu16, 0]), LumaA([0xFF00, 1])]);
        assert_eq!(pixels(grey.into()), (false, vec![0x12, 0xFF]));
        let rgb = row([Rgb([0x1234u16, 0x5678, 0x9ABC]), Rgb([0, 255, 256])]);
        assert_eq!(pixels(rgb.into()), (true, vec![0x12, 0x56, 0x9A, 0, 0, 1]));
        let rgb = row([Rgba([0x1234u16, 0x5678, 0x9ABC, 7]), Rgba([0, 255, 256, 0])]);
        assert_eq!(pixels(rgb.into()), (true, vec![0x12, 0x56, 0x9A, 0, 0, 1]));
    }

    #[test]
    fn fractions_are_scaled_and_clipped() {
        let rgb = row([Rgb([0.0f32, 0.5, 1.0]), Rgb([-3.0, 7.0, f32::NAN])]);
        assert_eq!(pixels(rgb.into()), (true, vec![0, 128, 255, 0, 255, 0]));
    }

    #[test]
    fn a_wrong_number_of_samples_is_no_picture() {
        assert!(to_picture(2, 2, ColorType::Rgba8, vec![0; 15]).is_none());
        assert!(to_picture(0, 2, ColorType::L8, vec![]).is_none());
    }
}
