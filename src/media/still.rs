//! One picture by the library's decoder, as the next frame.

use std::io::Cursor;

use image::codecs::jpeg::JpegDecoder;
use image::{ImageDecoder, ImageError};

use super::progress::{Progress, Refusal};
use super::{jpeg, samples};
use crate::Error;

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

/// Hands a JPEG picture on. The library judges the headers, whoever decodes.
pub(super) fn jpeg(bytes: &[u8], progress: &mut Progress<'_>) -> Result<(), Refusal> {
    let whole = || JpegDecoder::new(Cursor::new(bytes));
    // The library copies what it is given.
    let head = JpegDecoder::new(Cursor::new(jpeg::head(bytes))).or_else(|_| whole())?;
    let (width, height) = progress.admit(head, 0)?.dimensions();
    if !progress.may_go_on(width, height) {
        return Ok(());
    }
    let luma = jpeg::luma(bytes, progress.clock);
    progress.check_time()?;
    let broken = matches!(luma, Err(jpeg::Refusal::Broken));
    match luma {
        Ok(Some(picture)) if progress.takes_luma() => {
            progress.hand_on(0, picture);
            return Ok(());
        }
        _ => {
            let decoder = whole()?;
            // Of a progressive picture the library holds all coefficients, two bytes each, beside the samples.
            let beside = match jpeg::is_progressive(bytes) {
                true => decoder.total_bytes().saturating_mul(2),
                false => 0,
            };
            let decoder = progress.admit(decoder, beside)?;
            decode(decoder, progress)?;
        }
    }
    if !jpeg::is_complete(bytes) {
        progress.decoded.partial = Some("the file ends before the picture does".to_owned());
    } else if broken {
        progress.decoded.partial = Some("the picture is broken inside".to_owned());
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
        .ok_or_else(|| Error::Damaged("the picture has no pixels".to_owned()))?;
    progress.hand_on(0, picture);
    Ok(read?)
}

/// Whether the picture itself is broken, and not what it asks for.
fn is_damage(error: &ImageError) -> bool {
    matches!(error, ImageError::Decoding(_) | ImageError::IoError(_))
}
