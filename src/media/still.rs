//! One picture by the library's decoder, as the next frame.

use image::{ImageDecoder, ImageError};

use super::progress::{Progress, Refusal};
use super::{jpeg, samples};
use crate::Error;
use crate::error::Reason;

/// Decodes one picture as the next frame.
pub(super) fn one(decoder: impl ImageDecoder, progress: &mut Progress<'_>) -> Result<(), Refusal> {
    one_beside(decoder, 0, progress)
}

/// The same by a decoder that holds the whole picture itself before it hands it over.
pub(super) fn one_twice(
    decoder: impl ImageDecoder,
    progress: &mut Progress<'_>,
) -> Result<(), Refusal> {
    let beside = decoder.total_bytes();
    one_beside(decoder, beside, progress)
}

/// The same by a decoder that needs this many bytes of memory beside the picture.
pub(super) fn one_beside(
    decoder: impl ImageDecoder,
    beside: u64,
    progress: &mut Progress<'_>,
) -> Result<(), Refusal> {
    let decoder = progress.admit(decoder, beside)?;
    let (width, height) = decoder.dimensions();
    if progress.may_go_on(width, height) {
        decode(decoder, progress)?;
    }
    Ok(())
}

/// Hands a JPEG picture on.
pub(super) fn jpeg(bytes: &[u8], progress: &mut Progress<'_>) -> Result<(), Refusal> {
    let clock = progress.clock;
    let file = jpeg::File::open(bytes).map_err(|refusal| refusal.error(clock))?;
    let (width, height) = (file.width(), file.height());
    let luma = progress.takes_luma();
    let pixels = u64::from(width) * u64::from(height);
    let shown = pixels.saturating_mul(progress.bytes_shown(false));
    progress.admit_memory(width, height, file.memory(luma).saturating_add(shown))?;
    if !progress.may_go_on(width, height) {
        return Ok(());
    }
    let (picture, flaw) = file
        .decode(luma, clock)
        .map_err(|refusal| refusal.error(clock))?;
    progress.hand_on(0, picture);
    if let Some(flaw) = flaw {
        let partial = &mut progress.decoded.partial;
        partial.get_or_insert_with(|| flaw.reason());
    }
    Ok(())
}

fn decode(decoder: impl ImageDecoder, progress: &mut Progress<'_>) -> Result<(), Refusal> {
    let (width, height) = decoder.dimensions();
    let color = decoder.color_type();
    let bytes = usize::try_from(decoder.total_bytes()).map_err(|_| Refusal::Memory)?;
    let mut samples = vec![0; bytes];
    let read = decoder.read_image(&mut samples);
    // What was read of a broken picture is better than nothing.
    let nothing = || samples.iter().all(|&sample| sample == 0);
    let of_use = |error| !progress.clock.ran_out() && is_damage(error) && !nothing();
    if read.as_ref().is_err_and(|error| !of_use(error)) {
        return Ok(read?);
    }
    let picture = samples::to_picture(width, height, color, samples)
        .ok_or(Error::Damaged(Reason::PictureWithoutPixels))?;
    progress.hand_on(0, picture);
    Ok(read?)
}

/// Whether the picture itself is broken, and not what it asks for.
fn is_damage(error: &ImageError) -> bool {
    matches!(error, ImageError::Decoding(_) | ImageError::IoError(_))
}
