//! The samples that are kept, while they are being made.

use super::frame::Frame;

/// Luma of which each block of 8 by 8 pixels has `N` by `N` samples.
///
/// Blocks reach over the right and the lower edge. What is beyond is dropped when a row of MCUs is done.
pub(super) struct Plane<const N: usize> {
    /// The rows of one row of MCUs, as wide as its blocks.
    strip: Vec<u8>,
    strip_width: usize,
    /// How many rows of blocks are in the strip.
    strip_blocks: usize,
    /// All rows above the strip, as wide as the picture.
    samples: Vec<u8>,
    width: usize,
    height: usize,
}

impl<const N: usize> Plane<N> {
    /// A plane for the luma of a picture, which has a sample for each pixel.
    pub(super) fn new(frame: &Frame) -> Plane<N> {
        let (across, down) = frame.largest;
        let strip_width = frame.width.div_ceil(8 * across) * across * N;
        let (width, height) = (frame.width.div_ceil(8 / N), frame.height.div_ceil(8 / N));
        Plane {
            strip: vec![0; strip_width * down * N],
            strip_width,
            strip_blocks: down,
            samples: Vec::with_capacity(width * height),
            width,
            height,
        }
    }

    /// Takes over the samples of a block of the row of MCUs that is being read, row by row.
    #[inline(always)]
    pub(super) fn put(&mut self, x: usize, y: usize, block: &[u8]) {
        let y = (y % self.strip_blocks) * N;
        let first = y * self.strip_width + x * N;
        for (row, samples) in block.as_chunks::<N>().0.iter().enumerate() {
            let at = first + row * self.strip_width;
            self.strip[at..at + N].copy_from_slice(samples);
        }
    }

    pub(super) fn row_done(&mut self, row: usize) {
        let above = row * self.strip_blocks * N;
        let rows = self.strip.chunks_exact(self.strip_width);
        for row in rows.take(self.height - above) {
            self.samples.extend_from_slice(&row[..self.width]);
        }
    }

    /// The samples, row by row.
    pub(super) fn into_samples(self) -> Vec<u8> {
        self.samples
    }
}
