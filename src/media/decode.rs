//! Bytes of any picture format to frames.

use std::any::Any;
use std::io::Cursor;
use std::panic::{AssertUnwindSafe, catch_unwind};

use image::codecs::{bmp::BmpDecoder, gif::GifDecoder, jpeg::JpegDecoder};
use image::codecs::{png::PngDecoder, tiff::TiffDecoder, webp::WebPDecoder};
use image::{DynamicImage, ImageDecoder, ImageError};

use super::animation::each_frame;
use super::{Format, Limits, Picture, jpeg, tiff};
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
    run(bytes, limits, false, each)
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
    run(bytes, limits, true, each)
}

fn run(bytes: &[u8], limits: &Limits, luma: bool, mut each: impl FnMut(Frame)) -> Result<Decoded> {
    let format = Format::sniff(bytes).ok_or_else(|| unsupported(bytes))?;
    let mut progress = Progress {
        limits,
        luma,
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
    match outcome.map_err(|refusal| refusal.under(limits)) {
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
    each: &'a mut dyn FnMut(Frame),
    decoded: Decoded,
    /// Of the picture being decoded.
    orientation: u8,
    /// Of all frames together.
    pixels: u64,
}

impl Progress<'_> {
    fn run(&mut self, bytes: &[u8]) -> Result<(), Refusal> {
        let cursor = Cursor::new(bytes);
        match self.decoded.format {
            Format::Jpeg => self.jpeg(bytes),
            Format::Png => {
                let png = PngDecoder::with_limits(cursor, self.library_limits())?;
                // The library decodes animations of 8-bit samples alone; of others, the still that stands for them.
                let animated = png.is_apng()? && png.color_type().bytes_per_pixel() <= 4;
                if animated {
                    let png = self.admit(png)?;
                    Ok(each_frame(png.apng()?, self)?)
                } else {
                    self.still(png)
                }
            }
            Format::Gif => {
                let gif = self.admit(GifDecoder::new(cursor)?)?;
                Ok(each_frame(gif, self)?)
            }
            Format::WebP => {
                let webp = WebPDecoder::new(cursor)?;
                if webp.has_animation() {
                    let webp = self.admit(webp)?;
                    Ok(each_frame(webp, self)?)
                } else {
                    self.still(webp)
                }
            }
            Format::Bmp => self.still(BmpDecoder::new(cursor)?),
            Format::Tiff => self.tiff_pages(bytes),
        }
    }

    /// The library judges the headers, whoever decodes.
    fn jpeg(&mut self, bytes: &[u8]) -> Result<(), Refusal> {
        let whole = || JpegDecoder::new(Cursor::new(bytes));
        // The library copies what it is given.
        let head = JpegDecoder::new(Cursor::new(jpeg::head(bytes))).or_else(|_| whole())?;
        let (width, height) = self.admit(head)?.dimensions();
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
                let mut decoder = whole()?;
                decoder.set_limits(self.library_limits())?;
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

    fn tiff_pages(&mut self, bytes: &[u8]) -> Result<(), Refusal> {
        let (pages, more) = tiff::pages(bytes, self.limits.frames);
        self.still(TiffDecoder::new(Cursor::new(bytes))?)?;
        if pages.len() > 1 {
            let mut copy = bytes.to_vec();
            for &page in &pages[1..] {
                tiff::point_at(&mut copy, page);
                self.still(TiffDecoder::new(Cursor::new(copy.as_slice()))?)?;
            }
        }
        self.decoded.capped |= more;
        Ok(())
    }

    /// Decodes one picture as the next frame.
    fn still(&mut self, decoder: impl ImageDecoder) -> Result<(), Refusal> {
        let decoder = self.admit(decoder)?;
        let (width, height) = decoder.dimensions();
        if self.may_go_on(width, height) {
            self.hand_on_decoded(decoder)?;
        }
        Ok(())
    }

    fn hand_on_decoded(&mut self, decoder: impl ImageDecoder) -> Result<(), Refusal> {
        let image = DynamicImage::from_decoder(decoder)?;
        let picture = Picture::new(image)
            .ok_or_else(|| Error::Damaged("the picture has no pixels".to_owned()))?;
        self.hand_on(0, picture);
        Ok(())
    }

    /// Checks size and memory before anything is allocated, and notes what the header says.
    fn admit<D: ImageDecoder>(&mut self, mut decoder: D) -> Result<D, Refusal> {
        let (width, height) = decoder.dimensions();
        within(
            "pixels",
            u64::from(width) * u64::from(height),
            self.limits.pixels,
        )?;
        within(
            "decoded bytes",
            decoder.total_bytes(),
            self.limits.decoded_bytes,
        )?;
        decoder.set_limits(self.library_limits())?;
        // Broken metadata is no reason to refuse sound pixels: the picture is then taken as it is stored.
        self.orientation = decoder.orientation().map_or(1, |o| o.to_exif());
        if self.decoded.frames == 0 {
            self.decoded.width = width;
            self.decoded.height = height;
            self.decoded.orientation = self.orientation;
        }
        Ok(decoder)
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
        (self.each)(frame);
    }
}

fn within(what: &'static str, found: u64, limit: u64) -> Result<()> {
    if found > limit {
        return Err(Error::OverLimit { what, found, limit });
    }
    Ok(())
}

fn unsupported(bytes: &[u8]) -> Error {
    Error::Unsupported(match super::foreign_mime(bytes) {
        Some(mime) => format!("{mime} is not decoded"),
        None => "not a picture in any known format".to_owned(),
    })
}

/// Why decoding ended early: for a reason of ours, or of the library's.
enum Refusal {
    Ours(Error),
    Library(ImageError),
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
            Refusal::Library(ImageError::Limits(_)) => Error::OverLimit {
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

    const FORMATS: [(ImageFormat, Format); 6] = [
        (ImageFormat::Jpeg, Format::Jpeg),
        (ImageFormat::Png, Format::Png),
        (ImageFormat::Gif, Format::Gif),
        (ImageFormat::WebP, Format::WebP),
        (ImageFormat::Bmp, Format::Bmp),
        (ImageFormat::Tiff, Format::Tiff),
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
    }
}
