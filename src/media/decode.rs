//! Bytes of any picture format to frames: asks the format's decoder, and answers for whatever it does.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};

use image::codecs::{qoi::QoiDecoder, tga::TgaDecoder};

use super::clock::{Clock, Timed};
#[cfg(feature = "heif")]
use super::heif;
#[cfg(feature = "jxl")]
use super::jxl;
use super::progress::{Progress, Refusal};
use super::video::Clip;
use super::{
    Format, Limits, Picture, animation, bmp, color, exif, gif, ico, pnm, raw, still, tiff, webp,
};
use crate::error::Reason;
use crate::{CancelToken, Error, Result};

/// One still of a media file.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Frame {
    /// Its place in the file, from 0.
    pub index: u32,
    /// When it is shown, in milliseconds from the start.
    pub ms: u64,
    /// How the picture has to be turned to stand upright: EXIF orientation, 1 (upright) to 8.
    pub orientation: u8,
    /// Other orientations that the file states: where EXIF and XMP disagree, each is shown by some viewer.
    pub other_orientations: Vec<u8>,
    /// The pixels as stored: the orientation is not applied.
    pub picture: Picture,
}

/// What was decoded beside the frames.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Decoded {
    /// The format.
    pub format: Format,
    /// Pixels in a row, as stored, of the first frame.
    pub width: u32,
    /// Rows, as stored.
    pub height: u32,
    /// EXIF orientation of the first frame, 1 (upright) to 8.
    pub orientation: u8,
    /// How many frames were handed on.
    pub frames: u32,
    /// Why the file was not decoded to its end, if it was not. Frames or the lower part of a picture are missing then.
    pub partial: Option<Reason>,
    /// What kept the missing part from being decoded, where one is missing.
    pub partial_cause: PartialCause,
    /// Whether memory was short for a part, which another try may decode.
    pub is_transient: bool,
    /// Whether a limit ended the frames before the file did.
    pub capped: bool,
    /// Of a clip, how it was decoded.
    pub clip: Option<Clip>,
}

impl Decoded {
    /// A file of this format and size that is whole, and of which no frame was handed on yet.
    pub fn new(format: Format, width: u32, height: u32) -> Decoded {
        Decoded {
            format,
            width,
            height,
            orientation: 1,
            frames: 0,
            partial: None,
            partial_cause: PartialCause::default(),
            is_transient: false,
            capped: false,
            clip: None,
        }
    }
}

/// What kept a part of a file from being decoded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum PartialCause {
    /// The part is broken or cut off.
    #[default]
    Damaged,
    /// The part is in a variant without a decoder.
    Unsupported,
    /// The part would exceed a limit.
    OverLimit,
}

impl PartialCause {
    fn of(error: &Error) -> PartialCause {
        match error.cause() {
            Error::Unsupported(_) => PartialCause::Unsupported,
            Error::OverLimit { .. } => PartialCause::OverLimit,
            _ => PartialCause::Damaged,
        }
    }
}

/// Decodes a picture and hands on each of its frames, in order.
///
/// # Errors
/// [`Error::Unsupported`] for bytes in no known format or a variant without a decoder. [`Error::Damaged`] for a broken
/// file of which nothing could be decoded. [`Error::OverLimit`] before a limit would be exceeded.
///
/// ```
/// use basma::media::{Limits, decode};
/// let gif = b"GIF89a\x01\0\x01\0\x80\0\0\0\0\0\xff\xff\xff,\0\0\0\0\x01\0\x01\0\0\x02\x02D\x01\0;";
/// let decoded = decode(gif, &Limits::default(), |frame| assert_eq!(frame.picture.width(), 1))?;
/// assert_eq!(decoded.frames, 1);
/// # Ok::<(), basma::Error>(())
/// ```
pub fn decode(bytes: &[u8], limits: &Limits, each: impl FnMut(Frame)) -> Result<Decoded> {
    decode_until(CancelToken::new(), bytes, limits, false, each)
}

/// As [`decode`], but makes no more of a picture than PDQ needs of it.
///
/// The frames of a JPEG file are grey then. Large ones are at a [reduced scale](super::Pixels::Reduced), which is several
/// times as fast, and keep the size of the file. A file that is small, broken in the middle or of a rare kind is decoded
/// as by [`decode`]. So are all other formats.
///
/// # Errors
/// As [`decode`], for the same files.
///
/// ```
/// use basma::media::{Limits, Pixels, decode_luma};
/// let mut jpeg = std::io::Cursor::new(Vec::new());
/// image::RgbImage::new(1600, 1200).write_to(&mut jpeg, image::ImageFormat::Jpeg).unwrap();
/// decode_luma(jpeg.get_ref(), &Limits::default(), |frame| {
///     assert_eq!((frame.picture.width(), frame.picture.height()), (1600, 1200));
///     assert!(matches!(frame.picture.pixels(), Pixels::Reduced { scale: 4, .. }));
/// })?;
/// # Ok::<(), basma::Error>(())
/// ```
pub fn decode_luma(bytes: &[u8], limits: &Limits, each: impl FnMut(Frame)) -> Result<Decoded> {
    decode_until(CancelToken::new(), bytes, limits, true, each)
}

/// [`decode`] or, with `luma`, [`decode_luma`]. It runs out of time when the flag is set.
pub(crate) fn decode_until(
    cancel: CancelToken,
    bytes: &[u8],
    limits: &Limits,
    luma: bool,
    mut each: impl FnMut(Frame),
) -> Result<Decoded> {
    let format = Format::sniff(bytes).ok_or_else(|| unsupported(bytes))?;
    let clock = Clock::start(limits.time).with_cancel(cancel);
    let mut progress = Progress::new(format, limits, luma, &clock, &mut each);
    let outcome = caught(|| each_frame(bytes, &mut progress));
    if clock.is_cancelled() {
        return Err(Error::Cancelled);
    }
    let outcome = if clock.ran_out() {
        Err(clock.error())
    } else {
        outcome.map_err(|refusal| refusal.under(limits))
    };
    // What was noted of single pictures of the file stands before what ended it.
    let is_short = outcome.as_ref().is_err_and(Error::is_transient) && !clock.ran_out();
    let error = progress.missing.take().or(outcome.err());
    let mut decoded = progress.decoded;
    decoded.is_transient |= is_short;
    match error {
        Some(error) if decoded.frames == 0 && decoded.is_transient => return Err(error.transient()),
        Some(error) if decoded.frames == 0 => return Err(error),
        // The end of the time ends the frames as their number does.
        Some(Error::OverLimit { .. }) if clock.ran_out() => decoded.capped = true,
        Some(error) => {
            decoded.partial = Some(error.reason());
            decoded.partial_cause = PartialCause::of(&error);
            decoded.capped |= clock.ran_out();
        }
        None => {}
    }
    Ok(decoded)
}

/// Runs a decoder. One that panics has met bytes its authors did not think of; nothing of its state is used again.
pub(super) fn caught(decode: impl FnOnce() -> Result<(), Refusal>) -> Result<(), Refusal> {
    catch_unwind(AssertUnwindSafe(decode)).unwrap_or_else(|panic| {
        let message = panic_text(&*panic).to_owned();
        Err(Error::Damaged(Reason::DecoderPanicked { message }).into())
    })
}

/// Hands every frame on, in the way of its format.
fn each_frame(bytes: &[u8], progress: &mut Progress<'_>) -> Result<(), Refusal> {
    let file = Timed::new(bytes, progress.clock);
    let format = progress.decoded.format;
    progress.turn(exif::orientations(format, bytes));
    match format {
        Format::Jpeg => {
            progress.manage(color::of_jpeg(bytes));
            still::jpeg(bytes, progress)
        }
        Format::Png => animation::png(bytes, progress),
        Format::Gif => gif::each_frame(file, progress),
        Format::WebP => webp::each_picture(bytes, progress),
        Format::Bmp => {
            progress.manage(color::of_bmp(bytes));
            bmp::each_picture(bytes, progress)
        }
        Format::Tiff => tiff::each_page(bytes, progress),
        Format::Raw => raw::each_preview(bytes, progress),
        Format::Ico => ico::each_picture(bytes, progress),
        Format::Tga => still::one_twice(TgaDecoder::new(file)?, progress),
        Format::Pnm => pnm::each_picture(bytes, progress),
        Format::Qoi => still::one_twice(QoiDecoder::new(file)?, progress),
        #[cfg(feature = "heif")]
        Format::Heif => heif::each_picture(bytes, progress),
        #[cfg(feature = "jxl")]
        Format::Jxl => jxl::each_frame(bytes, progress),
        #[allow(
            unreachable_patterns,
            reason = "there are none where every feature is on"
        )]
        format => Err(without_decoder(format).into()),
    }
}

/// What is known of a file that nothing here decodes, and the way out.
fn without_decoder(format: Format) -> Error {
    let mime = format.mime().to_owned();
    let without_feature = |feature: &str| Reason::FormatNotBuiltIn {
        mime: mime.clone(),
        feature: feature.to_owned(),
    };
    Error::Unsupported(match format {
        Format::Heif => without_feature("heif"),
        Format::Jxl => without_feature("jxl"),
        Format::Avif => Reason::AvifWithoutConverter,
        _ => Reason::FormatNotDecoded { mime },
    })
}

fn unsupported(bytes: &[u8]) -> Error {
    if let Some(reason) = super::rar::refused(bytes) {
        return Error::Unsupported(reason);
    }
    Error::Unsupported(match super::foreign_mime(bytes) {
        Some(mime) => Reason::FormatNotDecoded {
            mime: mime.to_owned(),
        },
        None => Reason::FormatUnknown,
    })
}
fn panic_text(panic: &(dyn Any + Send)) -> &str {
    let text = panic.downcast_ref::<&str>().copied();
    text.or_else(|| panic.downcast_ref::<String>().map(String::as_str))
        .unwrap_or("no reason given")
}
#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Limit;
    use std::io::Cursor;

    use image::{ImageFormat, Luma, Rgb, RgbImage};

    fn encoded(width: u32, height: u32, format: ImageFormat) -> Vec<u8> {
        let picture =
            RgbImage::from_fn(width, height, |x, y| Rgb([x as u8, y as u8, (x ^ y) as u8]));
        let mut bytes = Cursor::new(Vec::new());
        picture.write_to(&mut bytes, format).unwrap();
        bytes.into_inner()
    }

    fn frames(bytes: &[u8], limits: &Limits) -> (Result<Decoded>, Vec<Frame>) {
        let mut frames = Vec::new();
        let decoded = decode(bytes, limits, |frame| frames.push(frame));
        (decoded, frames)
    }

    const FORMATS: [(ImageFormat, Format); 10] = [
        (ImageFormat::Jpeg, Format::Jpeg),
        (ImageFormat::Png, Format::Png),
        (ImageFormat::Gif, Format::Gif),
        (ImageFormat::WebP, Format::WebP),
        (ImageFormat::Bmp, Format::Bmp),
        (ImageFormat::Tiff, Format::Tiff),
        (ImageFormat::Ico, Format::Ico),
        (ImageFormat::Tga, Format::Tga),
        (ImageFormat::Pnm, Format::Pnm),
        (ImageFormat::Qoi, Format::Qoi),
    ];

    #[test]
    fn every_format_is_known_by_its_content() {
        for (encoding, format) in FORMATS {
            let (decoded, frames) = frames(&encoded(40, 30, encoding), &Limits::default());
            let decoded = decoded.unwrap();
            assert_eq!(
                (decoded.format, decoded.width, decoded.height),
                (format, 40, 30)
            );
            assert_eq!(
                (decoded.frames, decoded.partial, decoded.capped),
                (1, None, false)
            );
            assert_eq!(frames[0].picture.width(), 40);
        }
    }

    #[test]
    fn every_cut_and_every_flipped_byte_is_an_answer() {
        for (encoding, _) in FORMATS {
            let whole = encoded(24, 16, encoding);
            for cut in 0..whole.len() {
                let (decoded, frames) = frames(&whole[..cut], &Limits::default());
                assert_eq!(
                    decoded.is_ok(),
                    !frames.is_empty(),
                    "{encoding:?} cut at {cut}"
                );
            }
            for at in 0..whole.len().min(400) {
                let mut damaged = whole.clone();
                damaged[at] ^= 0x41;
                let _ = frames(&damaged, &Limits::default());
            }
        }
    }

    #[test]
    fn a_cut_jpeg_is_used_and_said_to_be_partial() {
        let whole = encoded(64, 64, ImageFormat::Jpeg);
        let (decoded, frames) = frames(&whole[..whole.len() * 3 / 4], &Limits::default());
        assert!(decoded.unwrap().partial == Some(Reason::PictureCut));
        assert_eq!(frames.len(), 1);
    }

    #[test]
    fn what_was_read_of_a_cut_png_is_used() {
        let whole = encoded(200, 200, ImageFormat::Png);
        let (decoded, cut) = frames(&whole[..whole.len() * 3 / 4], &Limits::default());
        assert!(decoded.unwrap().partial.is_some());
        let (_, all) = frames(&whole, &Limits::default());
        let rows =
            |frame: &Frame| frame.picture.as_image().unwrap().as_bytes()[..200 * 3 * 100].to_vec();
        assert_eq!(rows(&cut[0]), rows(&all[0]));
        // Of one that ends before its pixels begin there is nothing to use.
        assert!(frames(&whole[..60], &Limits::default()).0.is_err());
    }

    #[test]
    fn a_picture_over_a_limit_is_refused_before_it_is_decoded() {
        let limits = Limits {
            pixels: 1199,
            ..Limits::default()
        };
        for (encoding, _) in FORMATS {
            let (decoded, _) = frames(&encoded(40, 30, encoding), &limits);
            assert!(
                matches!(
                    decoded,
                    Err(Error::OverLimit {
                        what: Limit::Pixels,
                        found: 1200,
                        limit: 1199
                    })
                ),
                "{encoding:?}"
            );
        }
    }

    #[test]
    fn frames_are_counted_timed_and_capped() {
        let mut bytes = Vec::new();
        let mut gif = image::codecs::gif::GifEncoder::new(&mut bytes);
        for grey in [0u8, 80, 160] {
            let canvas = image::RgbaImage::from_pixel(8, 8, image::Rgba([grey, grey, grey, 255]));
            let delay = image::Delay::from_numer_denom_ms(100, 1);
            gif.encode_frame(image::Frame::from_parts(canvas, 0, 0, delay))
                .unwrap();
        }
        drop(gif);
        let (decoded, all) = frames(&bytes, &Limits::default());
        assert!(!decoded.unwrap().capped);
        assert_eq!(
            all.iter().map(|f| (f.index, f.ms)).collect::<Vec<_>>(),
            [(0, 0), (1, 100), (2, 200)]
        );
        let (decoded, first) = frames(
            &bytes,
            &Limits {
                frames: 2,
                ..Limits::default()
            },
        );
        assert!(decoded.unwrap().capped);
        assert_eq!(first, all[..2]);
    }

    #[test]
    fn every_page_of_a_document_is_a_frame() {
        let mut bytes = Cursor::new(Vec::new());
        let mut document = ::tiff::encoder::TiffEncoder::new(&mut bytes).unwrap();
        for grey in [10u8, 200] {
            document
                .write_image::<::tiff::encoder::colortype::Gray8>(6, 6, &[grey; 36])
                .unwrap();
        }
        let (decoded, pages) = frames(bytes.get_ref(), &Limits::default());
        assert_eq!(decoded.unwrap().frames, 2);
        let grey = |frame: &Frame| {
            frame.picture.as_image().unwrap().to_luma8().get_pixel(0, 0) == &Luma([10])
        };
        assert_eq!(pages.iter().map(grey).collect::<Vec<_>>(), [true, false]);
    }

    #[test]
    fn what_is_no_picture_is_named() {
        let text = |bytes: &[u8]| frames(bytes, &Limits::default()).0.unwrap_err().to_string();
        assert_eq!(text(b"hello"), "not a picture in any known format");
        assert_eq!(text(b"%PDF-1.7"), "application/pdf is not decoded");
        let avif = text(b"\0\0\0\x0cftypavif");
        assert!(
            avif.starts_with("image/avif is not decoded here: install"),
            "{avif}"
        );
    }
}
