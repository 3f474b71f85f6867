//! The frames of an animated picture.

use image::{AnimationDecoder, DynamicImage, ImageResult};

use super::decode::Progress;
use super::picture::Picture;

/// Hands every frame on, as it would be shown, until the file, the limits or the file's soundness end.
pub(super) fn each_frame<'a>(
    decoder: impl AnimationDecoder<'a>,
    progress: &mut Progress<'_>,
) -> ImageResult<()> {
    let mut ms = 0;
    for frame in decoder.into_frames() {
        let frame = frame?;
        let (numerator, denominator) = frame.delay().numer_denom_ms();
        let canvas = DynamicImage::ImageRgba8(frame.into_buffer());
        if !progress.may_go_on(canvas.width(), canvas.height()) {
            break;
        }
        if let Some(picture) = Picture::new(canvas) {
            progress.hand_on(ms, picture);
        }
        ms += u64::from(numerator) / u64::from(denominator.max(1));
    }
    Ok(())
}
