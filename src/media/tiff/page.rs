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
use super::compression::{self, Compression, JpegSamples};
use super::directory::Directory;
use crate::Error;
use crate::error::Reason;

/// The fields, by their numbers.
mod tag {
    pub(super) const WIDTH: u16 = 256;
    pub(super) const HEIGHT: u16 = 257;
    pub(super) const BITS: u16 = 258;
    pub(super) const COMPRESSION: u16 = 259;
    pub(super) const PHOTOMETRIC: u16 = 262;
    pub(super) const FILL_ORDER: u16 = 266;
    pub(super) const STRIP_OFFSETS: u16 = 273;
    pub(super) const SAMPLES: u16 = 277;
    pub(super) const ROWS_PER_STRIP: u16 = 278;
    pub(super) const STRIP_BYTES: u16 = 279;
    pub(super) const PLANES: u16 = 284;
    pub(super) const T4_OPTIONS: u16 = 292;
    pub(super) const PREDICTOR: u16 = 317;
    pub(super) const COLOR_MAP: u16 = 320;
    pub(super) const TILE_WIDTH: u16 = 322;
    pub(super) const TILE_HEIGHT: u16 = 323;
    pub(super) const TILE_OFFSETS: u16 = 324;
    pub(super) const TILE_BYTES: u16 = 325;
    pub(super) const EXTRA_SAMPLES: u16 = 338;
    pub(super) const SAMPLE_FORMAT: u16 = 339;
    pub(super) const JPEG_TABLES: u16 = 347;
    pub(super) const ICC_PROFILE: u16 = 34675;
    pub(super) const SUBSAMPLING: u16 = 530;
}

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

/// The bytes of a strip or tile, and whether all of them are there.
#[derive(Clone, Copy, Debug)]
struct Chunk<'a> {
    data: &'a [u8],
    whole: bool,
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

/// The bytes of the first strip or tile, to the end of the file at most.
pub(super) fn first_chunk<'a>(bytes: &'a [u8], directory: &Directory<'_>) -> &'a [u8] {
    let tags = [
        (tag::STRIP_OFFSETS, tag::STRIP_BYTES),
        (tag::TILE_OFFSETS, tag::TILE_BYTES),
    ];
    let first = tags.iter().find_map(|&(offset, count)| {
        let count = directory.value(count).unwrap_or(u64::MAX);
        Some(extent(bytes, directory.value(offset)?, count).data)
    });
    first.unwrap_or_default()
}

/// How many strips or tiles there are, as far as it matters: 2 for more.
pub(super) fn chunks(directory: &Directory<'_>) -> usize {
    let tags = [tag::STRIP_OFFSETS, tag::TILE_OFFSETS];
    let offsets = tags.iter().find_map(|&tag| directory.values(tag, 2));
    offsets.map_or(0, |offsets| offsets.len())
}

fn extent(bytes: &[u8], offset: u64, count: u64) -> Chunk<'_> {
    let offset = usize::try_from(offset).unwrap_or(usize::MAX);
    let rest = bytes.get(offset..).unwrap_or_default();
    let count = usize::try_from(count).unwrap_or(usize::MAX);
    Chunk {
        data: &rest[..count.min(rest.len())],
        whole: count <= rest.len(),
    }
}

/// The tiles or strips of a page.
fn locate_chunks<'a>(bytes: &'a [u8], directory: &Directory<'a>) -> Vec<Chunk<'a>> {
    let (offsets, counts) = if directory.has(tag::TILE_OFFSETS) {
        (tag::TILE_OFFSETS, tag::TILE_BYTES)
    } else {
        (tag::STRIP_OFFSETS, tag::STRIP_BYTES)
    };
    let offsets = directory.values(offsets, u64::MAX).unwrap_or_default();
    let counts = directory.values(counts, u64::MAX).unwrap_or_default();
    let chunks = offsets.iter().enumerate().map(|(i, &offset)| {
        // Without a length, to the end of the file: what unpacks it stops by itself.
        let rest = u64::MAX;
        let count = counts.get(i).copied().filter(|&count| count > 0);
        let chunk = extent(bytes, offset, count.unwrap_or(rest));
        Chunk {
            whole: chunk.whole || count.is_none(),
            ..chunk
        }
    });
    chunks.collect()
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

    /// Unpacks a strip or tile and draws its pixels.
    fn draw(
        &self,
        chunk: Chunk<'_>,
        plane: usize,
        corner: (usize, usize),
        canvas: &mut [u8],
        progress: &mut Progress<'_>,
    ) -> Result<(), Refusal> {
        if chunk.data.is_empty() {
            return Err(Error::Damaged(Reason::TiffChunkEmpty).into());
        }
        // The last strip ends with the picture; the last tile does not.
        let rows = if self.chunk.0 == self.width && self.chunk.1 <= self.height {
            self.chunk.1.min(self.height - corner.1)
        } else {
            self.chunk.1
        };
        if self.compression == Compression::Jpeg {
            return self.draw_jpeg(chunk, plane, corner, canvas, progress);
        }
        let data = if self.reversed && self.compression.has_bit_order() {
            Cow::Owned(chunk.data.iter().map(|byte| byte.reverse_bits()).collect())
        } else {
            Cow::Borrowed(chunk.data)
        };
        let row_bytes = if self.is_subsampled() {
            // A unit of pixels with their two samples of chroma, and as many of these as it takes.
            let (x, y) = self.subsampling;
            let units = self.chunk.0.div_ceil(x) * (x * y + 2);
            units.div_ceil(y)
        } else {
            usize::try_from(self.chunk_row_bytes()).map_err(|_| Refusal::Memory)?
        };
        let rows_stored = rows.next_multiple_of(self.subsampling.1);
        let length = row_bytes.checked_mul(rows_stored).ok_or(Refusal::Memory)?;
        let (mut bytes, error) =
            compression::unpack(&data, self.compression, (self.chunk.0, rows, length));
        if let Some(error) = error {
            if bytes.is_empty() {
                return Err(error);
            }
            progress.miss(error);
        }
        bytes.resize(length, 0);
        if self.is_subsampled() {
            self.draw_subsampled(&bytes, rows, corner, canvas);
            return Ok(());
        }
        for row in bytes.chunks_exact_mut(row_bytes.max(1)) {
            self.unpredict(row);
        }
        let stride = self.chunk_samples();
        let kept = if self.planar { 1 } else { self.kept };
        let columns = self.chunk.0.min(self.width - corner.0);
        for (y, row) in bytes.chunks_exact(row_bytes.max(1)).enumerate() {
            if corner.1 + y >= self.height {
                break;
            }
            let start = ((corner.1 + y) * self.width + corner.0) * self.kept;
            let out = &mut canvas[start..start + columns * self.kept];
            if self.bits == 8 && stride == kept && !self.planar {
                out.copy_from_slice(&row[..columns * kept]);
                continue;
            }
            for (x, pixel) in out.chunks_exact_mut(self.kept).enumerate() {
                for sample in 0..kept {
                    pixel[plane + sample] = self.sample(row, x * stride + sample);
                }
            }
        }
        Ok(())
    }

    /// A sample of a row as 8 bits; an index into a palette as it is.
    fn sample(&self, row: &[u8], index: usize) -> u8 {
        let bytes = self.bits / 8;
        // The byte that counts most, of which all further ones are parts.
        let upper = |i: usize| {
            let last = if self.big_endian { 0 } else { bytes - 1 };
            row[i * bytes + last]
        };
        match self.bits {
            8 => row[index],
            16 | 24 | 32 if !self.floats => upper(index),
            _ if self.floats => self.fraction(&row[index * bytes..(index + 1) * bytes]),
            bits => {
                let (mut value, at) = (0u32, index * bits);
                for bit in at..at + bits {
                    value = value << 1 | u32::from(row[bit / 8] >> (7 - bit % 8) & 1);
                }
                match bits {
                    9.. => (value >> (bits - 8)) as u8,
                    _ if self.color.is_index() => value as u8,
                    _ => (value * 255 / ((1 << bits) - 1)) as u8,
                }
            }
        }
    }

    /// A fraction between 0 and 1, clipped, as 8 bits.
    fn fraction(&self, bytes: &[u8]) -> u8 {
        let mut wide = [0; 8];
        for (i, &byte) in bytes.iter().enumerate() {
            // The lowest byte first.
            let place = if self.big_endian {
                bytes.len() - 1 - i
            } else {
                i
            };
            wide[place] = byte;
        }
        let number = u64::from_le_bytes(wide);
        let value = match bytes.len() {
            2 => half(number as u16),
            4 => f64::from(f32::from_bits(number as u32)),
            _ => f64::from_bits(number),
        };
        // A cast takes "not a number" for 0.
        (value.clamp(0.0, 1.0) * 255.0).round() as u8
    }

    /// Puts together what is stored as differences (TIFF 6.0, section 14; supplement 3).
    fn unpredict(&self, row: &mut [u8]) {
        let (bytes, stride) = (self.bits / 8, self.chunk_samples());
        match (self.predictor, bytes) {
            (2, 1) => {
                for i in stride..row.len() {
                    row[i] = row[i].wrapping_add(row[i - stride]);
                }
            }
            (2, 2..) => {
                let step = stride * bytes;
                for start in (step..row.len().saturating_sub(bytes - 1)).step_by(bytes) {
                    let mut carry = 0;
                    for i in 0..bytes {
                        // From the lowest byte up.
                        let i = if self.big_endian { bytes - 1 - i } else { i };
                        let sum =
                            u16::from(row[start + i]) + u16::from(row[start + i - step]) + carry;
                        row[start + i] = sum as u8;
                        carry = sum >> 8;
                    }
                }
            }
            (3, 1..) => {
                for i in stride..row.len() {
                    row[i] = row[i].wrapping_add(row[i - stride]);
                }
                // The bytes of all samples that count most stand first, then the next.
                let planes = row.to_vec();
                let count = row.len() / bytes;
                for i in 0..count {
                    for byte in 0..bytes {
                        let to = if self.big_endian {
                            byte
                        } else {
                            bytes - 1 - byte
                        };
                        row[i * bytes + to] = planes[byte * count + i];
                    }
                }
            }
            _ => {}
        }
    }

    fn draw_jpeg(
        &self,
        chunk: Chunk<'_>,
        plane: usize,
        corner: (usize, usize),
        canvas: &mut [u8],
        progress: &mut Progress<'_>,
    ) -> Result<(), Refusal> {
        if super::is_lossless_jpeg(chunk.data) {
            return Err(Error::Unsupported(Reason::TiffLosslessJpeg).into());
        }
        let most = |width: usize, height: usize| {
            // The samples, and the coefficients of a progressive picture.
            let bytes = (width as u64 * height as u64).saturating_mul(4 * 3);
            let size = |length: usize| u32::try_from(length).unwrap_or(u32::MAX);
            Ok(progress.admit_memory(size(width), size(height), bytes)?)
        };
        let JpegSamples {
            samples,
            width,
            components,
        } = compression::jpeg(chunk.data, self.tables, most)?;
        let wanted = if self.planar {
            1
        } else {
            self.kept.min(self.samples)
        };
        if width == 0 || components < wanted {
            return Err(Error::Damaged(Reason::TiffJpegSamples).into());
        }
        let columns = self.chunk.0.min(self.width - corner.0).min(width);
        let lines = samples.chunks_exact(width * components).take(self.chunk.1);
        for (y, row) in lines.enumerate() {
            if corner.1 + y >= self.height {
                break;
            }
            let start = ((corner.1 + y) * self.width + corner.0) * self.kept;
            let out = canvas[start..start + columns * self.kept].chunks_exact_mut(self.kept);
            for (pixel, stored) in out.zip(row.chunks_exact(components)) {
                pixel[plane..plane + wanted].copy_from_slice(&stored[..wanted]);
            }
        }
        Ok(())
    }

    /// Units of some pixels of luma, row by row, and the chroma of all of them.
    fn draw_subsampled(
        &self,
        bytes: &[u8],
        rows: usize,
        corner: (usize, usize),
        canvas: &mut [u8],
    ) {
        let (across, down) = self.subsampling;
        let unit = across * down + 2;
        let units = self.chunk.0.div_ceil(across);
        for y in 0..rows.min(self.height - corner.1) {
            for x in 0..self.chunk.0.min(self.width - corner.0) {
                let first = (y / down * units + x / across) * unit;
                let Some(stored) = bytes.get(first..first + unit) else {
                    return;
                };
                let luma = stored[y % down * across + x % across];
                let place = ((corner.1 + y) * self.width + corner.0 + x) * self.kept;
                let pixel = [luma, stored[unit - 2], stored[unit - 1]];
                canvas[place..place + 3].copy_from_slice(&pixel);
            }
        }
    }
}

/// A number of 16 bits (IEEE 754, binary16).
fn half(bits: u16) -> f64 {
    let sign = if bits >> 15 == 1 { -1.0 } else { 1.0 };
    let fraction = f64::from(bits & 0x3FF);
    match i32::from(bits >> 10 & 31) {
        0 => sign * fraction * 2f64.powi(-24),
        31 if fraction == 0.0 => sign * f64::INFINITY,
        31 => f64::NAN,
        exponent => sign * (1024.0 + fraction) * 2f64.powi(exponent - 25),
    }
}
