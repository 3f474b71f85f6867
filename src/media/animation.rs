//! The frames of the formats that hold stills and animations, by the library's decoders.

use image::codecs::{png::PngDecoder, webp::WebPDecoder};
use image::{AnimationDecoder, ColorType, ImageDecoder};

use super::clock::Timed;
use super::progress::{Progress, Refusal};
use super::{color, samples, still};

/// Hands on the frames of an APNG, or the picture of a PNG.
pub(super) fn png(file: Timed<'_>, progress: &mut Progress<'_>) -> Result<(), Refusal> {
    let bytes = file.bytes();
    let png = PngDecoder::with_limits(file, progress.library_limits())?;
    progress.declare(color::of_png(bytes));
    // The library decodes animations of 8-bit samples alone; of others, the still that stands for them.
    let color = png.color_type();
    let eight_bits = color.bytes_per_pixel() == color.channel_count();
    if png.is_apng()? && eight_bits {
        let beside = bytes_beside(&png);
        let png = progress.admit(png, beside)?;
        each_frame(png.apng()?, progress)
    } else {
        still::one(png, progress)
    }
}

/// Hands on the frames of a WebP file, or its picture.
pub(super) fn webp(file: Timed<'_>, progress: &mut Progress<'_>) -> Result<(), Refusal> {
    let mut webp = WebPDecoder::new(file)?;
    if webp.has_animation() {
        // As the format's own library has it, whatever colour the file asks for.
        webp.set_background_color(image::Rgba([0; 4]))?;
        let beside = bytes_beside(&webp);
        let webp = progress.admit(webp, beside)?;
        return each_frame(webp, progress);
    }
    // The planes of the picture or its pixels with alpha, and alpha that is stored by itself.
    let bytes = if webp.color_type().has_alpha() { 7 } else { 4 };
    let beside = pixels(&webp).saturating_mul(bytes);
    still::one_beside(webp, beside, progress)
}

/// What an animation needs beside one picture: canvas, frame, what the frame hides and the copy handed on, in RGBA.
fn bytes_beside(decoder: &impl ImageDecoder) -> u64 {
    pixels(decoder).saturating_mul(4 * 4)
}

/// Hands every frame on, as it would be shown, until the file, the limits or the file's soundness end.
fn each_frame<'a>(
    decoder: impl AnimationDecoder<'a>,
    progress: &mut Progress<'_>,
) -> Result<(), Refusal> {
    let mut ms = 0;
    for frame in decoder.into_frames() {
        let frame = frame?;
        let (numerator, denominator) = frame.delay().numer_denom_ms();
        let canvas = frame.into_buffer();
        let (width, height) = canvas.dimensions();
        if !progress.may_go_on(width, height) {
            break;
        }
        progress.check_time()?;
        let canvas = samples::to_picture(width, height, ColorType::Rgba8, canvas.into_raw());
        if let Some(picture) = canvas {
            progress.hand_on(ms, picture);
        }
        ms += u64::from(numerator) / u64::from(denominator.max(1));
    }
    Ok(())
}

/// How many pixels a picture has.
fn pixels(decoder: &impl ImageDecoder) -> u64 {
    let (width, height) = decoder.dimensions();
    u64::from(width) * u64::from(height)
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use image::{DynamicImage, ImageFormat, Luma};

    use crate::media::{Limits, decode};

    /// The library draws animations of 8 bits alone.
    #[test]
    fn of_an_animation_of_sixteen_bits_the_still_is_looked_at() {
        let grey = image::ImageBuffer::from_fn(9, 7, |x, y| Luma([(x * 999 + y) as u16]));
        let grey = DynamicImage::ImageLuma16(grey);
        for still in [
            DynamicImage::from(grey.to_luma_alpha16()),
            DynamicImage::from(grey.to_rgb16()),
            DynamicImage::from(grey.to_rgba16()),
            grey,
        ] {
            let mut png = Cursor::new(Vec::new());
            still.write_to(&mut png, ImageFormat::Png).unwrap();
            let mut control = b"acTL\0\0\0\x02\0\0\0\0".to_vec();
            let mut crc = flate2::Crc::new();
            crc.update(&control);
            control.extend(crc.sum().to_be_bytes());
            // Behind the signature and the header.
            let (head, rest) = png.get_ref().split_at(8 + 25);
            let animation = [head, &8u32.to_be_bytes(), &control, rest].concat();
            let decoded = decode(&animation, &Limits::default(), |_| ()).unwrap();
            assert_eq!((decoded.frames, decoded.partial), (1, None));
        }
    }
}
