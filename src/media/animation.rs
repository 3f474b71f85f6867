//! The frames of an animated picture, by the library's decoders.

use image::{AnimationDecoder, ColorType, ImageDecoder};

use super::decode::{Progress, Refusal, pixels};
use super::samples;

/// What an animation needs beside one picture: canvas, frame, what the frame hides and the copy handed on, in RGBA.
pub(super) fn bytes_beside(decoder: &impl ImageDecoder) -> u64 {
    pixels(decoder).saturating_mul(4 * 4)
}

/// Hands every frame on, as it would be shown, until the file, the limits or the file's soundness end.
pub(super) fn each_frame<'a>(
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
