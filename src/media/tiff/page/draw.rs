//! Strips and tiles, unpacked and put into place.

use std::borrow::Cow;

use super::super::super::progress::{Progress, Refusal};
use super::super::compression::{self, Compression, JpegSamples};
use super::Page;
use super::chunk::Chunk;
use crate::Error;
use crate::error::Reason;

impl Page<'_> {
    /// Unpacks a strip or tile and draws its pixels.
    pub(super) fn draw(
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

    fn draw_jpeg(
        &self,
        chunk: Chunk<'_>,
        plane: usize,
        corner: (usize, usize),
        canvas: &mut [u8],
        progress: &mut Progress<'_>,
    ) -> Result<(), Refusal> {
        if super::super::is_lossless_jpeg(chunk.data) {
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
