//! Pages in colours that `image` does not take from the library beneath it: YCbCr, grey with alpha, grey of few bits, and
//! colours that were multiplied by their alpha.
//!
//! As the reference does (Pillow with libtiff), premultiplied colours are divided by their alpha, and YCbCr is that of
//! JPEG, whatever compresses it. Source: TIFF 6.0, sections 18 and 21.

use std::io::{BufRead, Seek};

use image::error::{DecodingError, LimitError, LimitErrorKind, UnsupportedError};
use image::metadata::Orientation;
use image::{ColorType, ImageDecoder, ImageError, ImageFormat, ImageResult};
use tiff::decoder::{Decoder, Limits};
use tiff::tags::{ExtraSamples, Tag};
use tiff::{ColorType as Stored, TiffError, TiffResult};

/// One page in such colours.
pub(super) struct Page<R: BufRead + Seek> {
    decoder: Decoder<R>,
    size: (u32, u32),
    colors: Colors,
}

enum Colors {
    YCbCr,
    /// Grey of fewer than eight bits, in rows of whole bytes.
    Packed(u32),
    /// Samples that need nothing done.
    Plain(ColorType),
    /// Colours of 8 or 16 bits that were multiplied by their alpha.
    Premultiplied(ColorType),
}

impl<R: BufRead + Seek> Page<R> {
    /// The page that the header points at, which may take so much memory; `None` where `image` knows its colours.
    pub(super) fn new(file: R, memory: u64) -> TiffResult<Option<Page<R>>> {
        let mut limits = Limits::default();
        limits.decoding_buffer_size = usize::try_from(memory).unwrap_or(usize::MAX);
        limits.intermediate_buffer_size = limits.decoding_buffer_size;
        // Profiles of printers take some megabytes.
        limits.ifd_value_size = limits.decoding_buffer_size;
        let mut decoder = Decoder::new(file)?.with_limits(limits);
        let size = decoder.dimensions()?;
        let extra = decoder.find_tag_unsigned_vec::<u16>(Tag::ExtraSamples)?;
        let extra = extra.and_then(|extra| extra.first().copied());
        let premultiplied = extra == Some(ExtraSamples::AssociatedAlpha.to_u16());
        let colors = match decoder.colortype()? {
            Stored::YCbCr(8) => Colors::YCbCr,
            Stored::Gray(bits @ (2 | 4)) => Colors::Packed(bits.into()),
            Stored::Multiband {
                bit_depth,
                num_samples: 2,
            } if extra.is_some() => match bit_depth {
                8 => Colors::Plain(ColorType::La8),
                16 => Colors::Plain(ColorType::La16),
                _ => return Ok(None),
            },
            Stored::RGBA(8) if premultiplied => Colors::Premultiplied(ColorType::Rgba8),
            Stored::RGBA(16) if premultiplied => Colors::Premultiplied(ColorType::Rgba16),
            _ => return Ok(None),
        };
        // Signed numbers and fractions are no colours here.
        let formats = decoder.find_tag_unsigned_vec::<u16>(Tag::SampleFormat)?;
        let whole = formats.is_none_or(|formats| formats.iter().all(|&format| format == 1));
        Ok(whole.then_some(Page {
            decoder,
            size,
            colors,
        }))
    }
}

impl<R: BufRead + Seek> ImageDecoder for Page<R> {
    fn dimensions(&self) -> (u32, u32) {
        self.size
    }

    fn color_type(&self) -> ColorType {
        match self.colors {
            Colors::YCbCr => ColorType::Rgb8,
            Colors::Packed(_) => ColorType::L8,
            Colors::Plain(color) | Colors::Premultiplied(color) => color,
        }
    }

    fn orientation(&mut self) -> ImageResult<Orientation> {
        let stored = self.decoder.find_tag_unsigned::<u8>(Tag::Orientation);
        let stored = stored.map_err(error)?.and_then(Orientation::from_exif);
        Ok(stored.unwrap_or(Orientation::NoTransforms))
    }

    fn icc_profile(&mut self) -> ImageResult<Option<Vec<u8>>> {
        let profile = self.decoder.find_tag(Tag::IccProfile).map_err(error)?;
        profile
            .map(|bytes| bytes.into_u8_vec().map_err(error))
            .transpose()
    }

    fn read_image(mut self, samples: &mut [u8]) -> ImageResult<()> {
        let layout = self.decoder.image_buffer_layout().map_err(error)?;
        if layout.planes > 1 {
            return Err(unsupported("planes of these colours"));
        }
        match self.colors {
            Colors::Packed(bits) => {
                let mut packed = vec![0; layout.complete_len];
                let read = self.decoder.read_image_bytes(&mut packed).map_err(error);
                unpack(&packed, bits, self.size.0 as usize, samples);
                read
            }
            _ if layout.complete_len != samples.len() => Err(unsupported("such samples")),
            Colors::YCbCr => {
                let read = self.decoder.read_image_bytes(samples).map_err(error);
                to_rgb(samples);
                read
            }
            Colors::Plain(_) => self.decoder.read_image_bytes(samples).map_err(error),
            Colors::Premultiplied(color) => {
                let read = self.decoder.read_image_bytes(samples).map_err(error);
                match color {
                    ColorType::Rgba8 => divide::<1>(samples),
                    _ => divide::<2>(samples),
                }
                read
            }
        }
    }

    fn read_image_boxed(self: Box<Self>, samples: &mut [u8]) -> ImageResult<()> {
        (*self).read_image(samples)
    }
}

/// Numbers of 2 or 4 bits, the first in the upper bits of a byte, to 0 to 255.
fn unpack(packed: &[u8], bits: u32, width: usize, samples: &mut [u8]) {
    let (max, per_byte) = ((1 << bits) - 1, 8 / bits as usize);
    let rows = packed.chunks_exact(width.div_ceil(per_byte));
    for (row, out) in rows.zip(samples.chunks_exact_mut(width)) {
        for (x, sample) in out.iter_mut().enumerate() {
            let shift = 8 - bits * (x % per_byte + 1) as u32;
            *sample = (row[x / per_byte] >> shift & max) * (255 / max);
        }
    }
}

/// Divides the colours of RGBA by their alpha, as the reference does: of samples of `N` bytes the upper ones alone, and
/// where all is transparent there is no colour but black.
fn divide<const N: usize>(samples: &mut [u8]) {
    let upper = if cfg!(target_endian = "big") {
        0
    } else {
        N - 1
    };
    for pixel in samples.chunks_exact_mut(4 * N) {
        let alpha = u32::from(pixel[3 * N + upper]);
        for color in pixel[..3 * N].iter_mut().skip(upper).step_by(N) {
            let value = (u32::from(*color) * 255).checked_div(alpha).unwrap_or(0);
            *color = value.min(255) as u8;
        }
    }
}

/// YCbCr to RGB, as JFIF has it (ITU-T T.871, 7). What the file says of its own shares and range the reference leaves alone.
fn to_rgb(samples: &mut [u8]) {
    for pixel in samples.as_chunks_mut::<3>().0 {
        let [y, cb, cr] = pixel.map(f32::from);
        let (cb, cr) = (cb - 128.0, cr - 128.0);
        let g = y - 0.344_136 * cb - 0.714_136 * cr;
        // A cast clips at both ends.
        *pixel = [y + 1.402 * cr, g, y + 1.772 * cb].map(|color| (color + 0.5) as u8);
    }
}

fn unsupported(what: &str) -> ImageError {
    let kind = image::error::UnsupportedErrorKind::GenericFeature(what.to_owned());
    ImageError::Unsupported(UnsupportedError::from_format_and_kind(
        ImageFormat::Tiff.into(),
        kind,
    ))
}

/// As `image` tells errors of the library apart.
fn error(error: TiffError) -> ImageError {
    match error {
        TiffError::IoError(error) => ImageError::IoError(error),
        TiffError::LimitsExceeded => {
            ImageError::Limits(LimitError::from_kind(LimitErrorKind::InsufficientMemory))
        }
        TiffError::UnsupportedError(what) => unsupported(&what.to_string()),
        broken => ImageError::Decoding(DecodingError::new(ImageFormat::Tiff.into(), broken)),
    }
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use tiff::encoder::colortype::{ColorType as Encoded, RGBA8, RGBA16, YCbCr8};
    use tiff::encoder::{Rational, TiffEncoder, TiffValue};

    use super::*;
    use crate::media::{Frame, Limits, Pixels, decode};

    /// A file of one row.
    fn row<C: Encoded>(samples: &[C::Inner], tags: &[(u16, &[Rational])], extra: &[u16]) -> Vec<u8>
    where
        [C::Inner]: TiffValue,
    {
        let mut bytes = Cursor::new(Vec::new());
        let mut file = TiffEncoder::new(&mut bytes).unwrap();
        let width = samples.len() / C::BITS_PER_SAMPLE.len();
        let mut image = file.new_image::<C>(width as u32, 1).unwrap();
        for (tag, fractions) in tags {
            let tag = Tag::from_u16_exhaustive(*tag);
            image.encoder().write_tag(tag, *fractions).unwrap();
        }
        if !extra.is_empty() {
            let tag = Tag::ExtraSamples;
            image.encoder().write_tag(tag, extra).unwrap();
        }
        image.write_data(samples).unwrap();
        bytes.into_inner()
    }

    fn samples(file: &[u8]) -> Vec<u8> {
        let mut samples = Vec::new();
        let decoded = decode(file, &Limits::default(), |frame: Frame| {
            let (Pixels::Rgb8(found) | Pixels::Luma8(found)) = frame.picture.pixels() else {
                unreachable!("every pixel is decoded")
            };
            samples = found.to_vec();
        });
        assert_eq!(decoded.unwrap().partial, None);
        samples
    }

    #[test]
    fn ycbcr_is_that_of_jpeg_whatever_the_file_says() {
        let colors = [81, 90, 240, 145, 54, 34, 255, 128, 128, 0, 0, 0];
        let expected = [238, 14, 14, 13, 238, 14, 255, 255, 255, 0, 135, 0];
        assert_eq!(samples(&row::<YCbCr8>(&colors, &[], &[])), expected);
        // The range of video, in the shares of ITU-R BT.709.
        let luma = [2126, 7152, 722].map(|n| Rational { n, d: 10_000 });
        let range = [16, 235, 128, 240, 128, 240].map(|n| Rational { n, d: 1 });
        let tags: [(u16, &[Rational]); 2] = [(529, &luma), (532, &range)];
        assert_eq!(samples(&row::<YCbCr8>(&colors, &tags, &[])), expected);
    }

    #[test]
    fn premultiplied_colours_are_divided_by_their_alpha() {
        let pixels = [100, 50, 0, 200, 9, 8, 7, 255, 4, 4, 4, 0, 90, 9, 1, 45];
        let divided = [127, 63, 0, 9, 8, 7, 0, 0, 0, 255, 51, 5];
        assert_eq!(samples(&row::<RGBA8>(&pixels, &[], &[1])), divided);
        let wide = pixels.map(|sample| u16::from(sample) << 8 | 0x33);
        assert_eq!(samples(&row::<RGBA16>(&wide, &[], &[1])), divided);
        // What is not premultiplied stays as it is stored.
        let stored = [100, 50, 0, 9, 8, 7, 4, 4, 4, 90, 9, 1];
        assert_eq!(samples(&row::<RGBA8>(&pixels, &[], &[2])), stored);
    }

    struct GreyAlpha;

    impl Encoded for GreyAlpha {
        type Inner = u8;
        const TIFF_VALUE: tiff::tags::PhotometricInterpretation =
            tiff::tags::PhotometricInterpretation::BlackIsZero;
        const BITS_PER_SAMPLE: &'static [u16] = &[8, 8];
        const SAMPLE_FORMAT: &'static [tiff::tags::SampleFormat] =
            &[tiff::tags::SampleFormat::Uint; 2];

        fn horizontal_predict(_: &[u8], _: &mut Vec<u8>) {
            unreachable!("nothing is predicted")
        }
    }

    #[test]
    fn grey_with_alpha_and_of_few_bits_is_grey() {
        let grey = row::<GreyAlpha>(&[7, 255, 200, 0, 90, 9], &[], &[2]);
        assert_eq!(samples(&grey), [7, 200, 90]);

        let mut rows = [0; 6];
        unpack(&[0x1F, 0x80, 0x0A, 0x70], 4, 3, &mut rows);
        assert_eq!(rows, [17, 255, 136, 0, 170, 119]);
        let mut row = [0; 5];
        unpack(&[0b00_01_10_11, 0b10_000000], 2, 5, &mut row);
        assert_eq!(row, [0, 85, 170, 255, 170]);
        unpack(&[], 2, 5, &mut row);
    }
}
