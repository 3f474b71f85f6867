//! The 64 by 64 samples of PDQ, made of the coefficients of each block without its pixels.
//!
//! A sample is a weighted sum of pixels, the weights of a row times those of a column ([`Axis`]). A pixel is a sum of the
//! coefficients of its block, the cosines of its row times those of its column (ITU-T T.81, A.3.3). So a sample is a sum
//! of coefficients too, with the cosine transform of the weights within each block:
//!
//! ```text
//! sample[i][j] = sum over blocks, v, u of R[i][v] * C[j][u] * coefficient[v][u]
//! ```
//!
//! No pixel is made, and nothing is left out. Pixels are not rounded here, which in the mean takes nothing away. Where pixels
//! may leave the range of 0 to 255 the block enters with its pixels instead.

use std::array::from_fn;
use std::f64::consts::{FRAC_1_SQRT_2, PI};

use super::frame::Frame;
use super::idct::Pixels;
use super::transform::in_row;
use crate::hash::axis::{Axis, SIDE};
use crate::media::PdqSamples;

type Eight = [f32; 8];

/// What the level shift (T.81, A.3.1) adds to the first coefficient.
const LEVEL_SHIFT: f32 = 1024.0;

/// The coefficients of a block, multiplied by their steps: column (horizontal frequency) by column.
pub(super) struct Frequencies {
    columns: [Eight; 8],
    /// The columns with something in them.
    used: u8,
}

impl Frequencies {
    /// A block of this first coefficient alone.
    #[inline(always)]
    pub(super) fn new(first: f32) -> Frequencies {
        let mut columns = [[0.0; 8]; 8];
        columns[0][0] = first + LEVEL_SHIFT;
        Frequencies { columns, used: 1 }
    }

    /// Puts a coefficient, by its number, in its place.
    #[inline(always)]
    pub(super) fn put(&mut self, number: usize, value: f32) {
        let place = in_row(number);
        self.columns[place % 8][place / 8] = value;
        self.used |= 1 << (place % 8);
    }
}

/// How the pixels of one block enter one sample, along one side.
struct Share {
    sample: usize,
    frequencies: Eight,
    pixels: Eight,
}

/// The shares of all blocks along one side.
struct Side {
    shares: Vec<Share>,
    /// Where those of each block begin, and the end.
    starts: Vec<usize>,
    unit: f64,
}

impl Side {
    fn new(axis: &Axis, blocks: usize) -> Side {
        let wave = |u: usize, x: usize| {
            let scale = if u == 0 { FRAC_1_SQRT_2 } else { 1.0 } / 2.0;
            scale * ((2 * x + 1) as f64 * u as f64 * PI / 16.0).cos()
        };
        let waves: [[f64; 8]; 8] = from_fn(|u| from_fn(|x| wave(u, x)));
        let (mut shares, mut starts) = (Vec::new(), vec![0]);
        for block in 0..blocks {
            for (sample, band) in axis.bands.iter().enumerate() {
                let end = band.start + band.weights.len();
                if end <= 8 * block || band.start >= 8 * block + 8 {
                    continue;
                }
                let pixels: Eight = from_fn(|x| {
                    let place = (8 * block + x).checked_sub(band.start);
                    let weight = place.and_then(|place| band.weights.get(place));
                    weight.copied().unwrap_or(0.0)
                });
                let frequency = |u: usize| {
                    let terms = waves[u].iter().zip(&pixels);
                    terms
                        .map(|(wave, weight)| wave * f64::from(*weight))
                        .sum::<f64>() as f32
                };
                shares.push(Share {
                    sample,
                    frequencies: from_fn(frequency),
                    pixels,
                });
            }
            starts.push(shares.len());
        }
        Side {
            shares,
            starts,
            unit: axis.unit,
        }
    }

    #[inline(always)]
    fn of(&self, block: usize) -> &[Share] {
        &self.shares[self.starts[block]..self.starts[block + 1]]
    }
}

/// The sums over one row of blocks, for each sample along the row: by vertical frequency, and by row of pixels.
struct Sums {
    frequencies: [Eight; SIDE],
    pixels: [Eight; SIDE],
    has_pixels: bool,
}

impl Sums {
    const NOTHING: Sums = Sums {
        frequencies: [[0.0; 8]; SIDE],
        pixels: [[0.0; 8]; SIDE],
        has_pixels: false,
    };
}

/// The samples, while they are being made.
pub(super) struct Sampling {
    /// With columns as they are stored, and in the opposite order.
    columns: [Side; 2],
    rows: [Side; 2],
    /// For each order of the columns, the sums of the rows of blocks in the row of MCUs that is being read.
    strip: [Vec<Sums>; 2],
    /// For each order of the rows and each of the columns.
    grids: [[Box<[[f64; SIDE]; SIDE]>; 2]; 2],
    blocks_down: usize,
}

impl Sampling {
    /// That of the luma of a picture, which has a sample for each pixel.
    pub(super) fn new(frame: &Frame) -> Sampling {
        let (across, down) = frame.blocks(0);
        let sides = |length: usize, blocks: usize| {
            let axis = || Axis::new(length);
            [
                Side::new(&axis(), blocks),
                Side::new(&axis().mirrored(), blocks),
            ]
        };
        let strip = || (0..frame.largest.1).map(|_| Sums::NOTHING).collect();
        let grid = || Box::new([[0.0; SIDE]; SIDE]);
        Sampling {
            columns: sides(frame.width, across),
            rows: sides(frame.height, down),
            strip: [strip(), strip()],
            grids: [[grid(), grid()], [grid(), grid()]],
            blocks_down: down,
        }
    }

    /// Adds a block of which no pixel leaves the range.
    #[inline(always)]
    pub(super) fn add(&mut self, x: usize, y: usize, block: &Frequencies) {
        for (side, strip) in self.columns.iter().zip(&mut self.strip) {
            let rows = strip.len();
            let sums = &mut strip[y % rows].frequencies;
            for share in side.of(x) {
                let mut sum = sums[share.sample];
                let mut used = block.used;
                while used != 0 {
                    let u = used.trailing_zeros() as usize & 7;
                    used &= used - 1;
                    for (sum, value) in sum.iter_mut().zip(&block.columns[u]) {
                        *sum += share.frequencies[u] * value;
                    }
                }
                sums[share.sample] = sum;
            }
        }
    }

    /// Adds a block by its pixels.
    pub(super) fn add_pixels(&mut self, x: usize, y: usize, pixels: &Pixels) {
        for (side, strip) in self.columns.iter().zip(&mut self.strip) {
            let rows = strip.len();
            let sums = &mut strip[y % rows];
            sums.has_pixels = true;
            for share in side.of(x) {
                let rows = pixels.as_chunks::<8>().0;
                for (sum, row) in sums.pixels[share.sample].iter_mut().zip(rows) {
                    let terms = row.iter().zip(&share.pixels);
                    *sum += terms
                        .map(|(pixel, weight)| f32::from(*pixel) * weight)
                        .sum::<f32>();
                }
            }
        }
    }

    /// Ends a row of MCUs.
    pub(super) fn row_done(&mut self, row: usize) {
        for (order, strip) in self.strip.iter_mut().enumerate() {
            let first = row * strip.len();
            for (sums, y) in strip.iter_mut().zip(first..self.blocks_down) {
                for (side, grids) in self.rows.iter().zip(&mut self.grids) {
                    for share in side.of(y) {
                        add_row(&mut grids[order][share.sample], sums, share);
                    }
                }
                *sums = Sums::NOTHING;
            }
        }
    }

    pub(super) fn into_samples(self) -> Vec<PdqSamples> {
        let mut all = Vec::new();
        for (flips_rows, grids) in self.grids.into_iter().enumerate() {
            for (flips_columns, grid) in grids.into_iter().enumerate() {
                let unit = self.rows[flips_rows].unit * self.columns[flips_columns].unit;
                all.push(PdqSamples {
                    flips_rows: flips_rows == 1,
                    flips_columns: flips_columns == 1,
                    values: Box::new(grid.map(|row| row.map(|sum| (sum / unit) as f32))),
                });
            }
        }
        all
    }
}

/// Adds the sums of a row of blocks to one row of samples.
fn add_row(samples: &mut [f64; SIDE], sums: &Sums, share: &Share) {
    let dot = |sums: &Eight, weights: &Eight| {
        let terms = sums.iter().zip(weights);
        terms
            .map(|(sum, weight)| f64::from(*sum) * f64::from(*weight))
            .sum::<f64>()
    };
    for (sample, sums) in samples.iter_mut().zip(&sums.frequencies) {
        *sample += dot(sums, &share.frequencies);
    }
    if sums.has_pixels {
        for (sample, sums) in samples.iter_mut().zip(&sums.pixels) {
            *sample += dot(sums, &share.pixels);
        }
    }
}
