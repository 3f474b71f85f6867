//! Bytes of any picture format to frames.

use std::any::Any;
use std::io::Cursor;
use std::num::NonZeroU64;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use image::codecs::webp::WebPDecoder;
use image::codecs::{bmp::BmpDecoder, ico::IcoDecoder, jpeg::JpegDecoder, pnm::PnmDecoder};
use image::codecs::{png::PngDecoder, qoi::QoiDecoder, tga::TgaDecoder, tiff::TiffDecoder};
use image::{ImageDecoder, ImageError};

use super::animation::{self, each_frame};
use super::clock::{Clock, Timed};
#[cfg(feature = "heif")]
use super::heif;
#[cfg(feature = "jxl")]
use super::jxl;
use super::{Format, Limits, Picture, gif, ico, jpeg, samples, tiff};
use crate::{Error, Result};

/// One still of a media file.
#[derive(Clone, Debug, PartialEq)]
pub struct Frame {
    /// Its place in the file, from 0.
    pub index: u32,
    /// When it is shown, in milliseconds from the start.
    pub ms: u64,
    /// How the picture has to be turned to stand upright: EXIF orientation, 1 (upright) to 8.
    pub orientation: u8,
    /// The pixels as stored: the orientation is not applied.
    pub picture: Picture,
}

/// What was decoded beside the frames.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decoded {
    /// The format.
    pub format: Format,
    /// Pixels in a row, as stored.
    pub width: u32,
    /// Rows, as stored.
    pub height: u32,
    /// EXIF orientation of the first frame, 1 (upright) to 8.
    pub orientation: u8,
    /// How many frames were handed on.
    pub frames: u32,
    /// Why the file was not decoded to its end, if it was not: the frames, or the lower part of a picture, are missing.
    pub partial: Option<String>,
    /// Whether a limit ended the frames before the file did.
    pub capped: bool,
}

/// Decodes a picture and hands on each of its frames, in order.
///
/// # Errors
/// [`Error::Unsupported`] for bytes in no known format or a variant without a decoder, [`Error::Damaged`] for a broken
/// file of which nothing could be decoded, [`Error::OverLimit`] before a limit would be exceeded.
///
/// ```
/// use basma::media::{Limits, decode};
/// let gif = b"GIF89a\x01\0\x01\0\x80\0\0\0\0\0\xff\xff\xff,\0\0\0\0\x01\0\x01\0\0\x02\x02D\x01\0;";
/// let decoded = decode(gif, &Limits::default(), |frame| assert_eq!(frame.picture.width(), 1))?;
/// assert_eq!(decoded.frames, 1);
/// # Ok::<(), basma::Error>(())
/// ```
pub fn decode(bytes: &[u8], limits: &Limits, each: impl FnMut(Frame)) -> Result<Decoded> {
    decode_until(None, bytes, limits, false, each)
}

/// As [`decode`], but makes no more of a picture than PDQ needs of it.
///
/// The frames of a JPEG file are grey then, and large ones are at a [reduced scale](super::Pixels::Reduced), which is
/// several times as fast; their sizes are those of the file all the same. A file that is broken in the middle, or not
/// as simple as most, is decoded as [`decode`] does it. So are all other formats.
///
/// # Errors
/// As [`decode`], for the same files.
///
/// ```
/// use basma::media::{Limits, Pixels, decode_luma};
/// let mut jpeg = std::io::Cursor::new(Vec::new());
/// image::RgbImage::new(1200, 900).write_to(&mut jpeg, image::ImageFormat::Jpeg).unwrap();
/// decode_luma(jpeg.get_ref(), &Limits::default(), |frame| {
///     assert_eq!((frame.picture.width(), frame.picture.height()), (1200, 900));
///     assert!(matches!(frame.picture.pixels(), Pixels::Reduced { scale: 2, .. }));
/// })?;
/// # Ok::<(), basma::Error>(())
/// ```
pub fn decode_luma(bytes: &[u8], limits: &Limits, each: impl FnMut(Frame)) -> Result<Decoded> {
    decode_until(None, bytes, limits, true, each)
}

/// [`decode`] or, with `luma`, [`decode_luma`]. It runs out of time when the flag is set.
pub(crate) fn decode_until(
    stop: Option<Arc<AtomicBool>>,
    bytes: &[u8],
    limits: &Limits,
    luma: bool,
    mut each: impl FnMut(Frame),
) -> Result<Decoded> {
    let format = Format::sniff(bytes).ok_or_else(|| unsupported(bytes))?;
    let clock = Clock::start(limits.time).with_stop(stop);
    let mut progress = Progress {
        limits,
        luma,
        clock: &clock,
        each: &mut each,
        decoded: Decoded {
            format,
            width: 0,
            height: 0,
            orientation: 1,
            frames: 0,
            partial: None,
            capped: false,
        },
        orientation: 1,
        pixels: 0,
    };
    // A decoder that panics has met bytes its authors did not think of. Nothing of its state survives the panic.
    let outcome = catch_unwind(AssertUnwindSafe(|| progress.run(bytes))).unwrap_or_else(|panic| {
        let text = panic_text(&*panic);
        Err(Error::Damaged(format!("the decoder gave up: {text}")).into())
    });
    let outcome = if clock.ran_out() {
        Err(clock.error())
    } else {
        outcome.map_err(|refusal| refusal.under(limits))
    };
    match outcome {
        Ok(()) => Ok(progress.decoded),
        Err(Error::OverLimit { .. }) if progress.decoded.frames > 0 => {
            progress.decoded.capped = true;
            Ok(progress.decoded)
        }
        Err(error) if progress.decoded.frames > 0 => {
            progress.decoded.partial = Some(error.to_string());
            Ok(progress.decoded)
        }
        Err(error) => Err(error),
    }
}

/// What has been decoded so far, and what may still be.
pub(super) struct Progress<'a> {
    limits: &'a Limits,
    /// Whether luma at a reduced scale will do.
    luma: bool,
    clock: &'a Clock,
    each: &'a mut dyn FnMut(Frame),
    decoded: Decoded,
    /// Of the picture being decoded.
    orientation: u8,
    /// Of all frames together.
    pixels: u64,
}

impl<'a> Progress<'a> {
    fn run(&mut self, bytes: &[u8]) -> Result<(), Refusal> {
        let clock = self.clock;
        let file = Timed::new(bytes, clock);
        match self.decoded.format {
            Format::Jpeg => self.jpeg(bytes),
            Format::Png => self.png(file),
            Format::Gif => gif::each_frame(file, self),
            Format::WebP => self.webp(file),
            Format::Bmp => self.still(BmpDecoder::new(file)?),
            Format::Tiff => self.tiff_pages(bytes),
            // Of the sizes of an icon the largest, which holds the most of the picture.
            Format::Ico => match ico::largest_png(bytes) {
                Some(png) => self.png(Timed::new(png, self.clock)),
                None => self.still(IcoDecoder::new(file)?),
            },
            Format::Tga => self.still_twice(TgaDecoder::new(file)?),
            Format::Pnm => self.still_twice(PnmDecoder::new(file)?),
            Format::Qoi => self.still_twice(QoiDecoder::new(file)?),
            #[cfg(feature = "heif")]
            Format::Heif => heif::each_picture(bytes, self),
            #[cfg(feature = "jxl")]
            Format::Jxl => jxl::each_frame(bytes, self),
            #[allow(
                unreachable_patterns,
                reason = "there are none where every feature is on"
            )]
            format => Err(without_decoder(format).into()),
        }
    }

    /// The library judges the headers, whoever decodes.
    fn jpeg(&mut self, bytes: &[u8]) -> Result<(), Refusal> {
        let whole = || JpegDecoder::new(Cursor::new(bytes));
        // The library copies what it is given.
        let head = JpegDecoder::new(Cursor::new(jpeg::head(bytes))).or_else(|_| whole())?;
        let (width, height) = self.admit(head, 0)?.dimensions();
        if !self.may_go_on(width, height) {
            return Ok(());
        }
        let luma = jpeg::luma(bytes);
        let broken = matches!(luma, Err(jpeg::Refusal::Broken));
        match luma {
            Ok(Some(picture)) if self.luma => {
                self.hand_on(0, picture);
                return Ok(());
            }
            _ => {
                let decoder = whole()?;
                // Of a progressive picture the library holds all coefficients, two bytes each, beside the samples.
                let beside = match jpeg::is_progressive(bytes) {
                    true => decoder.total_bytes().saturating_mul(2),
                    false => 0,
                };
                let decoder = self.admit(decoder, beside)?;
                self.hand_on_decoded(decoder)?;
            }
        }
        if !jpeg::is_complete(bytes) {
            self.decoded.partial = Some("the file ends before the picture does".to_owned());
        } else if broken {
            self.decoded.partial = Some("the picture is broken inside".to_owned());
        }
        Ok(())
    }

    fn png(&mut self, file: Timed<'_>) -> Result<(), Refusal> {
        let png = PngDecoder::with_limits(file, self.library_limits())?;
        // The library decodes animations of 8-bit samples alone; of others, the still that stands for them.
        if png.is_apng()? && png.color_type().bytes_per_pixel() <= 4 {
            let beside = animation::bytes_beside(&png);
            let png = self.admit(png, beside)?;
            each_frame(png.apng()?, self)
        } else {
            self.still(png)
        }
    }

    fn webp(&mut self, file: Timed<'_>) -> Result<(), Refusal> {
        let mut webp = WebPDecoder::new(file)?;
        if webp.has_animation() {
            // As the format's own library has it, whatever colour the file asks for.
            webp.set_background_color(image::Rgba([0; 4]))?;
            let beside = animation::bytes_beside(&webp);
            let webp = self.admit(webp, beside)?;
            return each_frame(webp, self);
        }
        // The planes of the picture or its pixels with alpha, and alpha that is stored by itself.
        let bytes = if webp.color_type().has_alpha() { 7 } else { 4 };
        let beside = pixels(&webp).saturating_mul(bytes);
        self.still_beside(webp, beside)
    }

    fn tiff_pages(&mut self, bytes: &[u8]) -> Result<(), Refusal> {
        let (pages, more) = tiff::pages(bytes, self.limits.frames);
        let file = Timed::new(bytes, self.clock);
        self.still_twice(TiffDecoder::new(file.clone())?)?;
        for &page in pages.iter().skip(1) {
            let file = file.clone().with_head(tiff::pointing_at(page, bytes));
            self.still_twice(TiffDecoder::new(file)?)?;
        }
        self.decoded.capped |= more;
        Ok(())
    }

    /// Decodes one picture as the next frame.
    fn still(&mut self, decoder: impl ImageDecoder) -> Result<(), Refusal> {
        self.still_beside(decoder, 0)
    }

    /// The same by a decoder that holds the whole picture itself before it hands it over.
    fn still_twice(&mut self, decoder: impl ImageDecoder) -> Result<(), Refusal> {
        let beside = decoder.total_bytes();
        self.still_beside(decoder, beside)
    }

    /// The same by a decoder that needs this many bytes of memory beside the picture.
    fn still_beside(&mut self, decoder: impl ImageDecoder, beside: u64) -> Result<(), Refusal> {
        let decoder = self.admit(decoder, beside)?;
        let (width, height) = decoder.dimensions();
        if self.may_go_on(width, height) {
            self.hand_on_decoded(decoder)?;
        }
        Ok(())
    }

    fn hand_on_decoded(&mut self, decoder: impl ImageDecoder) -> Result<(), Refusal> {
        let (width, height) = decoder.dimensions();
        let color = decoder.color_type();
        let bytes = usize::try_from(decoder.total_bytes()).map_err(|_| Refusal::Memory)?;
        let mut samples = vec![0; bytes];
        let read = decoder.read_image(&mut samples);
        // What was read of a broken picture is better than nothing.
        let nothing = || samples.iter().all(|&sample| sample == 0);
        let of_use = |error| !self.clock.ran_out() && is_damage(error) && !nothing();
        if read.as_ref().is_err_and(|error| !of_use(error)) {
            return Ok(read?);
        }
        let picture = samples::to_picture(width, height, color, samples)
            .ok_or_else(|| Error::Damaged("the picture has no pixels".to_owned()))?;
        self.hand_on(0, picture);
        Ok(read?)
    }

    /// Checks size, memory and time before anything is allocated, and notes what the header says. The decoder will
    /// need this many bytes beside the picture.
    fn admit<D: ImageDecoder>(&mut self, mut decoder: D, beside: u64) -> Result<D, Refusal> {
        let (width, height) = decoder.dimensions();
        self.admit_bytes(width, height, decoder.total_bytes().saturating_add(beside))?;
        decoder.set_limits(self.library_limits())?;
        // Broken metadata is no reason to refuse sound pixels: the picture is then taken as it is stored.
        self.orientation = decoder.orientation().map_or(1, |o| o.to_exif());
        if self.decoded.frames == 0 {
            self.decoded.orientation = self.orientation;
        }
        Ok(decoder)
    }

    /// The same for a picture that needs this much memory a pixel, whatever it is needed for.
    pub(super) fn admit_size(&mut self, width: u32, height: u32, bytes: u64) -> Result<()> {
        let pixels = u64::from(width) * u64::from(height);
        self.admit_bytes(width, height, pixels.saturating_mul(bytes))
    }

    fn admit_bytes(&mut self, width: u32, height: u32, bytes: u64) -> Result<()> {
        self.clock.check()?;
        let pixels = u64::from(width) * u64::from(height);
        within("pixels", pixels, self.limits.pixels)?;
        within("decoded bytes", bytes, self.limits.decoded_bytes)?;
        if self.decoded.width == 0 {
            self.decoded.width = width;
            self.decoded.height = height;
        }
        Ok(())
    }

    /// # Errors
    /// [`Error::OverLimit`] once the time is over.
    pub(super) fn check_time(&self) -> Result<()> {
        self.clock.check()
    }

    /// How much memory a decode may need.
    pub(super) fn memory(&self) -> NonZeroU64 {
        NonZeroU64::new(self.limits.decoded_bytes).unwrap_or(NonZeroU64::MIN)
    }

    fn library_limits(&self) -> image::Limits {
        let mut limits = image::Limits::no_limits();
        limits.max_alloc = Some(self.limits.decoded_bytes);
        limits
    }

    /// Whether one more frame of this size stays within the limits; otherwise notes that it does not.
    pub(super) fn may_go_on(&mut self, width: u32, height: u32) -> bool {
        self.pixels = self
            .pixels
            .saturating_add(u64::from(width) * u64::from(height));
        let within =
            self.decoded.frames < self.limits.frames && self.pixels <= self.limits.total_pixels;
        self.decoded.capped |= !within;
        within
    }

    pub(super) fn hand_on(&mut self, ms: u64, picture: Picture) {
        let frame = Frame {
            index: self.decoded.frames,
            ms,
            orientation: self.orientation,
            picture,
        };
        self.decoded.frames += 1;
        self.clock.stopped(|| (self.each)(frame));
    }
}

/// How many pixels a picture has.
pub(super) fn pixels(decoder: &impl ImageDecoder) -> u64 {
    let (width, height) = decoder.dimensions();
    u64::from(width) * u64::from(height)
}

fn within(what: &'static str, found: u64, limit: u64) -> Result<()> {
    if found > limit {
        return Err(Error::OverLimit { what, found, limit });
    }
    Ok(())
}

/// What is known of a file that nothing here decodes, and the way out.
fn without_decoder(format: Format) -> Error {
    let mime = format.mime();
    Error::Unsupported(match format {
        Format::Heif => format!("{mime} is not decoded: build with the feature `heif`"),
        Format::Jxl => format!("{mime} is not decoded: build with the feature `jxl`"),
        Format::Avif => format!(
            "{mime} is not decoded here: install avifdec or ffmpeg and name it as the converter of AVIF"
        ),
        _ => format!("{mime} is not decoded"),
    })
}

fn unsupported(bytes: &[u8]) -> Error {
    Error::Unsupported(match super::foreign_mime(bytes) {
        Some(mime) => format!("{mime} is not decoded"),
        None => "not a picture in any known format".to_owned(),
    })
}

/// Why decoding ended early: for a reason of ours, or of a library's.
pub(super) enum Refusal {
    Ours(Error),
    Library(ImageError),
    /// It would need more memory than it may.
    Memory,
}

impl From<Error> for Refusal {
    fn from(error: Error) -> Refusal {
        Refusal::Ours(error)
    }
}

impl From<ImageError> for Refusal {
    fn from(error: ImageError) -> Refusal {
        Refusal::Library(error)
    }
}

impl Refusal {
    /// The error that it is, under the limits that the library was given.
    fn under(self, limits: &Limits) -> Error {
        match self {
            Refusal::Ours(error) => error,
            Refusal::Memory | Refusal::Library(ImageError::Limits(_)) => Error::OverLimit {
                what: "decoded bytes",
                found: limits.decoded_bytes.saturating_add(1),
                limit: limits.decoded_bytes,
            },
            Refusal::Library(ImageError::Unsupported(error)) => {
                Error::Unsupported(error.to_string())
            }
            Refusal::Library(error) => Error::Damaged(error.to_string()),
        }
    }
}

/// Whether the picture itself is broken, and not what it asks for.
fn is_damage(error: &ImageError) -> bool {
    matches!(error, ImageError::Decoding(_) | ImageError::IoError(_))
}

fn panic_text(panic: &(dyn Any + Send)) -> &str {
    let text = panic.downcast_ref::<&str>().copied();
    text.or_else(|| panic.downcast_ref::<String>().map(String::as_str))
        .unwrap_or("no reason given")
}

#[cfg(test)]
mod tests {
    use super::*;
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
        assert!(decoded.unwrap().partial.unwrap().contains("ends before"));
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
                        what: "pixels",
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
