//! One page: from its fields to its pixels.
//!
//! Strips and tiles, together or a plane for each sample, are unpacked one by one. They are put into place with 8 bits a
//! sample. Source: TIFF 6.0, sections 8, 14, 15 and 21.

use std::borrow::Cow;
use std::sync::Arc;

use super::super::color::{self as profiles, Management};
use super::super::progress::{Progress, Refusal};
use super::super::{raw, samples, still};
use super::color::Color;
use super::compression::{self, Compression};
use super::directory::Directory;
use crate::Error;
use crate::error::Reason;

mod chunk;
mod draw;
mod sample;
mod tag;

use chunk::{Chunk, locate_chunks};

pub(super) use chunk::{chunks, first_chunk};

/// The most samples of a pixel that are read past.
const SAMPLES_MAX: u64 = 64;

/// A page as its fields describe it.
#[derive(Debug)]
pub(super) struct Page<'a> {
    big_endian: bool,
    width: usize,
    height: usize,
    bits: usize,
    /// Samples of a pixel, all of them.
    samples: usize,
    /// Those that are kept: the first ones.
    kept: usize,
    floats: bool,
    color: Color,
    compression: Compression,
    predictor: u64,
    planar: bool,
    reversed: bool,
    /// Pixels of luma, across and down, for one of chroma.
    subsampling: (usize, usize),
    tables: Option<&'a [u8]>,
    profile: Option<&'a [u8]>,
    chunk: (usize, usize),
    chunks: Vec<Chunk<'a>>,
}

/// Whether a directory describes pixels at all.
pub(super) fn has_pixels(directory: &Directory<'_>) -> bool {
    directory.has(tag::STRIP_OFFSETS) || directory.has(tag::TILE_OFFSETS)
}

/// The number of the colours and that of the compression, and the size, as far as they are said.
pub(super) fn kind(directory: &Directory<'_>) -> (Option<u64>, u64, (u64, u64)) {
    let size = |tag| directory.value(tag).unwrap_or(0);
    (
        directory.value(tag::PHOTOMETRIC),
        directory.value(tag::COMPRESSION).unwrap_or(1),
        (size(tag::WIDTH), size(tag::HEIGHT)),
    )
}

impl<'a> Page<'a> {
    /// Reads the fields of a page.
    ///
    /// # Errors
    /// For a page whose fields are not there, contradict each other, or ask for what is not decoded.
    pub(super) fn new(bytes: &'a [u8], directory: &Directory<'a>) -> Result<Page<'a>, Error> {
        let length = |tag| {
            let value = directory.value(tag).filter(|&value| value > 0)?;
            u32::try_from(value).ok().map(|value| value as usize)
        };
        let size = length(tag::WIDTH).zip(length(tag::HEIGHT));
        let (width, height) = size.ok_or(Error::Damaged(Reason::TiffPageSize))?;
        let samples = directory.value(tag::SAMPLES).unwrap_or(1);
        if !(1..=SAMPLES_MAX).contains(&samples) {
            return Err(Error::Unsupported(Reason::TiffSamples));
        }
        let samples = samples as usize;
        let bits = directory.values(tag::BITS, SAMPLES_MAX).unwrap_or_default();
        let first = bits.first().copied().unwrap_or(1);
        if bits.iter().any(|&other| other != first) {
            return Err(Error::Unsupported(Reason::TiffSampleLengths));
        }
        let formats = directory
            .values(tag::SAMPLE_FORMAT, SAMPLES_MAX)
            .unwrap_or_default();
        let format = formats.first().copied().unwrap_or(1);
        let number = directory.value(tag::COMPRESSION).unwrap_or(1);
        let t4_options = directory.value(tag::T4_OPTIONS).unwrap_or(0);
        let compression = Compression::new(number, t4_options)?;
        let photometric = directory.value(tag::PHOTOMETRIC).unwrap_or(match samples {
            // Where nothing is said, three samples are colours, and one is black at its highest.
            3.. => 2,
            _ => 0,
        });
        let extra = directory.value(tag::EXTRA_SAMPLES);
        let map = directory
            .values(tag::COLOR_MAP, 3 << 16)
            .unwrap_or_default();
        let color = Color::new(photometric, samples, extra, first, map)?;
        let floats = match (format, first) {
            // 4 is "not defined": numbers without a sign, as everywhere.
            (1 | 4, 1..=16 | 24 | 32) => false,
            (3, 16 | 32 | 64) if color.may_be_fractions() => true,
            (2, _) => return Err(Error::Unsupported(Reason::TiffSigned)),
            (3, _) => return Err(Error::Unsupported(Reason::TiffFractions)),
            _ => return Err(Error::Unsupported(Reason::TiffSampleLength)),
        };
        let subsampling = match (&color, directory.values(tag::SUBSAMPLING, 2).as_deref()) {
            (Color::YCbCr, Some(&[x @ 1..=4, y @ 1..=4])) => (x as usize, y as usize),
            (Color::YCbCr, None) => (2, 2),
            (Color::YCbCr, _) => return Err(Error::Damaged(Reason::TiffPageSubsampling)),
            _ => (1, 1),
        };
        let tiled = directory.has(tag::TILE_OFFSETS);
        let chunk = if tiled {
            let size = length(tag::TILE_WIDTH).zip(length(tag::TILE_HEIGHT));
            size.ok_or(Error::Damaged(Reason::TiffTileSize))?
        } else {
            (
                width,
                length(tag::ROWS_PER_STRIP).unwrap_or(height).min(height),
            )
        };
        let page = Page {
            big_endian: directory.layout.big_endian,
            width,
            height,
            bits: first as usize,
            samples,
            kept: color.channels(),
            floats,
            compression,
            predictor: directory.value(tag::PREDICTOR).unwrap_or(1),
            planar: directory.value(tag::PLANES) == Some(2) && samples > 1,
            reversed: directory.value(tag::FILL_ORDER) == Some(2),
            subsampling,
            tables: directory.bytes(tag::JPEG_TABLES),
            profile: directory.bytes(tag::ICC_PROFILE),
            chunk,
            chunks: locate_chunks(bytes, directory),
            color,
        };
        page.check()?;
        Ok(page)
    }

    /// Refuses what the steps below do not undo.
    fn check(&self) -> Result<(), Error> {
        let bytes = self.bits.is_multiple_of(8);
        match self.compression {
            Compression::Fax(_) if (self.bits, self.samples) != (1, 1) => {
                return Err(Error::Unsupported(Reason::TiffFaxBits));
            }
            Compression::Jpeg if self.bits != 8 => {
                return Err(Error::Unsupported(Reason::TiffJpegBits));
            }
            _ => {}
        }
        match self.predictor {
            _ if self.compression == Compression::Jpeg => {}
            1 => {}
            2 if bytes => {}
            3 if self.floats => {}
            _ => return Err(Error::Unsupported(Reason::TiffPrediction)),
        }
        if self.is_subsampled() && (self.bits != 8 || self.planar || self.samples != 3) {
            return Err(Error::Unsupported(Reason::TiffSubsampling));
        }
        Ok(())
    }

    /// Whether pixels share their chroma and stand together with it.
    fn is_subsampled(&self) -> bool {
        self.subsampling != (1, 1) && self.compression != Compression::Jpeg
    }

    /// Decodes the page as the next frame.
    pub(super) fn decode(self, progress: &mut Progress<'_>) -> Result<(), Refusal> {
        let (Ok(width), Ok(height)) = (u32::try_from(self.width), u32::try_from(self.height))
        else {
            return Err(Refusal::Memory);
        };
        // A picture in one stream of JPEG is read as any other.
        let stream = self.whole_jpeg();
        progress.manage(self.management(stream.as_deref()));
        if let Some(stream) = stream {
            return still::jpeg(&stream, progress);
        }
        let pixels = self.width as u64 * self.height as u64;
        let row_bytes = self.chunk_row_bytes();
        let chunk = row_bytes.saturating_mul(self.chunk.1 as u64);
        // A chunk as it is unpacked and, of numbers that are put in order, once more.
        let needed = chunk
            .saturating_mul(2)
            .saturating_add(pixels.saturating_mul(self.kept.max(3) as u64))
            .saturating_add(pixels.saturating_mul(progress.bytes_shown(self.color.has_alpha())));
        progress.admit_memory(width, height, needed)?;
        if !progress.may_go_on(width, height) {
            return Ok(());
        }
        let mut canvas = vec![0; self.width * self.height * self.kept];
        let mut found = false;
        let across = self.width.div_ceil(self.chunk.0);
        let down = self.height.div_ceil(self.chunk.1);
        let planes = if self.planar { self.kept } else { 1 };
        for plane in 0..planes {
            for place in 0..across * down {
                progress.check_time()?;
                let corner = (place % across * self.chunk.0, place / across * self.chunk.1);
                let Some(chunk) = self.chunks.get(plane * across * down + place) else {
                    progress.miss(Error::Damaged(Reason::TiffChunkMissing));
                    break;
                };
                if !chunk.whole {
                    progress.miss(Error::Damaged(Reason::TiffChunkCut));
                }
                let outcome = self.draw(*chunk, plane, corner, &mut canvas, progress);
                found |= outcome.is_ok();
                if let Err(refusal) = outcome {
                    progress.miss(refusal);
                }
            }
        }
        if !found {
            return Err(Error::Damaged(Reason::TiffPageEmpty).into());
        }
        let (color, samples) = self.color.to_samples(canvas);
        let picture = samples::to_picture(width, height, color, samples)
            .ok_or(Error::Damaged(Reason::PictureWithoutPixels))?;
        progress.hand_on(0, picture);
        Ok(())
    }

    /// What viewers do to its colours: the page's own profile counts, then that of the stream which it is.
    fn management(&self, stream: Option<&[u8]>) -> Option<Arc<Management>> {
        match (self.profile, stream) {
            (Some(profile), _) => profiles::of_icc(profile, self.color.stored()),
            (None, Some(stream)) => profiles::of_jpeg(stream),
            (None, None) => None,
        }
    }

    /// The stream of JPEG that is the whole page, in colours that JPEG itself knows.
    fn whole_jpeg(&self) -> Option<Cow<'a, [u8]>> {
        let [chunk] = self.chunks.as_slice() else {
            return None;
        };
        let is_whole = self.chunk.0 >= self.width && self.chunk.1 >= self.height;
        let components = match self.color {
            Color::YCbCr => 3,
            Color::Grey {
                white_is_zero: false,
                alpha: false,
            } => 1,
            _ => return None,
        };
        if self.compression != Compression::Jpeg || !is_whole {
            return None;
        }
        let stream = compression::with_tables(chunk.data, self.tables);
        let header = raw::frame_header(&stream)?;
        let size = (header.width as usize, header.height as usize);
        (size == (self.width, self.height) && header.components == components).then_some(stream)
    }

    /// The samples of one pixel in a chunk.
    fn chunk_samples(&self) -> usize {
        if self.planar { 1 } else { self.samples }
    }

    fn chunk_row_bytes(&self) -> u64 {
        let samples = self.chunk.0 as u64 * self.chunk_samples() as u64;
        samples.saturating_mul(self.bits as u64).div_ceil(8)
    }
}
