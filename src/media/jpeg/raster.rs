//! The pixels of a picture, made row by row while the blocks of its components come in.

use super::color::Color;
use super::frame::Frame;
use super::idct::Pixels;
use super::upsample::Steps;

/// A picture in all its colours, as far as it has been made.
pub(super) struct Raster {
    planes: Vec<Plane>,
    color: Color,
    width: usize,
    height: usize,
    /// How many rows of pixels an MCU has.
    mcu_rows: usize,
    /// Rows below the last whole MCU that wait for the samples below them.
    waiting: usize,
    pixels: Vec<u8>,
}

/// The last two rows of MCUs of one component. A row of pixels may be made of the samples above and below it.
struct Plane {
    samples: Vec<u8>,
    stride: usize,
    /// How many rows of samples are held. Row `r` is at `r % held`.
    held: usize,
    /// How many blocks a row of MCUs has below each other.
    blocks: usize,
    /// Of the picture: samples in a row, and rows.
    width: usize,
    height: usize,
    steps: Steps,
    /// What a row is made with.
    sums: Vec<u16>,
    row: Vec<u8>,
}

impl Raster {
    pub(super) fn new(frame: &Frame, color: Color) -> Raster {
        let planes: Vec<Plane> = (0..frame.components().len())
            .map(|i| Plane::new(frame, i))
            .collect();
        Raster {
            waiting: planes.iter().any(|plane| plane.steps.blends_rows()).into(),
            planes,
            color,
            width: frame.width,
            height: frame.height,
            mcu_rows: 8 * frame.largest.1,
            pixels: Vec::with_capacity(frame.width * frame.height * color.bytes()),
        }
    }

    /// Takes over a block of the row of MCUs that is being read.
    #[inline(always)]
    pub(super) fn put(&mut self, component: usize, x: usize, y: usize, block: &Pixels) {
        let plane = &mut self.planes[component];
        let first = (y % (2 * plane.blocks)) * 8 * plane.stride + x * 8;
        for (i, row) in block.as_chunks::<8>().0.iter().enumerate() {
            let at = first + i * plane.stride;
            plane.samples[at..at + 8].copy_from_slice(row);
        }
    }

    /// Makes the pixels of a row of MCUs, all blocks of which are there.
    pub(super) fn row_done(&mut self, row: usize) {
        let bottom = (row + 1) * self.mcu_rows;
        let end = if bottom < self.height {
            bottom - self.waiting
        } else {
            self.height
        };
        let stride = self.width * self.color.bytes();
        let count = self.planes.len();
        for y in self.pixels.len() / stride..end {
            let first = self.pixels.len();
            self.pixels.resize(first + stride, 0);
            let mut rows: [&[u8]; 4] = [&[]; 4];
            for (row, plane) in rows.iter_mut().zip(&mut self.planes) {
                *row = &plane.pixels(y)[..self.width];
            }
            self.color
                .convert(&rows[..count], &mut self.pixels[first..]);
        }
    }

    /// The pixels, row by row.
    pub(super) fn into_pixels(self) -> Vec<u8> {
        self.pixels
    }
}

impl Plane {
    fn new(frame: &Frame, component: usize) -> Plane {
        let (across, down) = frame.components()[component].factors;
        let (width, height) = frame.samples(component);
        let stride = 8 * frame.blocks(component).0;
        let held = 2 * 8 * down;
        let (most_across, most_down) = frame.largest;
        Plane {
            samples: vec![0; stride * held],
            stride,
            held,
            blocks: down,
            width,
            height,
            steps: Steps::new(most_across / across, most_down / down, width),
            sums: Vec::new(),
            row: Vec::new(),
        }
    }

    /// A row of pixels of this component.
    fn pixels(&mut self, y: usize) -> &[u8] {
        let near = y / self.steps.down;
        let lower = !y.is_multiple_of(self.steps.down);
        let far = if lower {
            near + 1
        } else {
            near.saturating_sub(1)
        };
        let at = |row: usize| row.min(self.height - 1) % self.held * self.stride;
        let row = |at: usize| &self.samples[at..at + self.width];
        let (near, far) = (row(at(near)), row(at(far)));
        self.steps
            .row(near, far, lower, &mut self.sums, &mut self.row)
    }
}
