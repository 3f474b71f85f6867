//! The 64 by 64 samples of PDQ, made of the coefficients of each block without its pixels.
//!
//! A sample is a weighted sum of pixels, the weights of a row times those of a column ([`Axis`]). A pixel is a sum of the
//! coefficients of its block. Each is weighted with a cosine of its row times one of its column (ITU-T T.81, A.3.3). So a
//! sample is a sum of coefficients too, with the cosine transform of the weights within each block:
//!
//! ```text
//! sample[i][j] = sum over blocks, v, u of R[i][v] * C[j][u] * coefficient[v][u]
//! ```
//!
//! No pixel is made, and nothing is left out. Pixels are not rounded here, which in the mean takes nothing away. Where pixels
//! may leave the range of 0 to 255 the block enters with its pixels instead.

use std::array::from_fn;

use super::frame::Frame;
use super::frequencies::Frequencies;
use super::idct::Pixels;
use super::transform::wave;
use crate::hash::axis::{Axis, Band, SIDE};
use crate::media::PdqSamples;

type Eight = [f32; 8];

/// How the pixels of one block enter one sample, along one side.
struct Share {
    sample: usize,
    frequencies: Eight,
    /// The frequencies that enter, a bit each. Of weights on a straight line the even ones but the first do not.
    used: u8,
    pixels: Eight,
}

impl Share {
    fn new(waves: &[[f64; 8]; 8], sample: usize, weights: Eight) -> Share {
        let frequencies = waves.map(|wave| {
            let terms = wave.iter().zip(weights);
            terms
                .map(|(wave, weight)| wave * f64::from(weight))
                .sum::<f64>()
        });
        // Weights are whole numbers, but for those at the ends: anything smaller is rounding.
        let enters = |u: &usize| frequencies[*u].abs() > 1e-6;
        Share {
            sample,
            frequencies: frequencies.map(|value| value as f32),
            used: (0..8).filter(enters).fold(0, |used, u| used | 1 << u),
            pixels: weights,
        }
    }
}

/// The shares of all blocks along one side.
struct Side {
    shares: Vec<Share>,
    /// Where those of each block begin, and the end.
    starts: Vec<usize>,
}

impl Side {
    /// The samples of a side as it is stored, and what is added to them where it is mirrored.
    ///
    /// Both orders have tents of one width, with tips at most three pixels apart. Their difference is constant within
    /// most blocks. It is nothing where the window is odd and no sample lies between two pixels.
    fn both(length: usize, blocks: usize) -> [Side; 2] {
        let (stored, mirrored) = (Axis::new(length).bands, Axis::new(length).mirrored().bands);
        let pairs = mirrored.iter().rev().zip(&stored);
        let differences: Vec<Band> = pairs.map(|(of, less)| of.minus(less)).collect();
        [Side::new(&stored, blocks), Side::new(&differences, blocks)]
    }

    fn new(bands: &[Band], blocks: usize) -> Side {
        let waves: [[f64; 8]; 8] = from_fn(|u| from_fn(|x| wave(u, x)));
        let mut of_blocks: Vec<Vec<Share>> = Vec::new();
        of_blocks.resize_with(blocks, Vec::new);
        for (sample, band) in bands.iter().enumerate() {
            let end = band.start + band.weights.len();
            let range = band.start / 8..end.div_ceil(8);
            for (block, shares) in range.clone().zip(&mut of_blocks[range]) {
                let weights: Eight = from_fn(|x| band.at(8 * block + x));
                if weights.iter().any(|weight| *weight != 0.0) {
                    shares.push(Share::new(&waves, sample, weights));
                }
            }
        }
        let mut starts = vec![0];
        let mut shares = Vec::new();
        for of_block in of_blocks {
            shares.extend(of_block);
            starts.push(shares.len());
        }
        Side { shares, starts }
    }

    #[inline(always)]
    fn of(&self, block: usize) -> &[Share] {
        &self.shares[self.starts[block]..self.starts[block + 1]]
    }
}

/// The sums over one row of blocks, for each sample along the row. They are by vertical frequency, and by row of pixels.
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
    /// The columns as they are stored, and what mirroring them adds.
    columns: [Side; 2],
    rows: [Side; 2],
    /// For each of both, the sums of the rows of blocks in the row of MCUs that is being read.
    strip: [Vec<Sums>; 2],
    /// For each of both along the rows, and along the columns.
    grids: [[Box<Grid>; 2]; 2],
    /// The number by which all sums are divided.
    unit: f64,
    blocks_down: usize,
}

type Grid = [[f64; SIDE]; SIDE];

impl Sampling {
    /// That of the luma of a picture, which has a sample for each pixel.
    pub(super) fn new(frame: &Frame) -> Sampling {
        let (across, down) = frame.blocks(0);
        let strip = || (0..frame.largest.1).map(|_| Sums::NOTHING).collect();
        let grid = || Box::new([[0.0; SIDE]; SIDE]);
        Sampling {
            columns: Side::both(frame.width, across),
            rows: Side::both(frame.height, down),
            strip: [strip(), strip()],
            grids: [[grid(), grid()], [grid(), grid()]],
            unit: Axis::new(frame.width).unit * Axis::new(frame.height).unit,
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
                let mut used = block.used & share.used;
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
                let frequencies = turned(&sums.frequencies);
                let pixels = sums.has_pixels.then(|| turned(&sums.pixels));
                for (side, grids) in self.rows.iter().zip(&mut self.grids) {
                    for share in side.of(y) {
                        let samples = &mut grids[order][share.sample];
                        add_row(samples, &frequencies, &share.frequencies);
                        if let Some(pixels) = &pixels {
                            add_row(samples, pixels, &share.pixels);
                        }
                    }
                }
                *sums = Sums::NOTHING;
            }
        }
    }

    /// The samples of all four orders.
    pub(super) fn into_samples(self) -> Vec<PdqSamples> {
        let both = [false, true];
        let orders = both.map(|flips_rows| both.map(|flips_columns| (flips_rows, flips_columns)));
        let samples = |(flips_rows, flips_columns)| PdqSamples {
            flips_rows,
            flips_columns,
            values: self.in_order(flips_rows, flips_columns),
        };
        orders.into_iter().flatten().map(samples).collect()
    }

    fn in_order(&self, flips_rows: bool, flips_columns: bool) -> Box<[[f32; SIDE]; SIDE]> {
        let place = |i: usize, flips: bool| if flips { SIDE - 1 - i } else { i };
        let sample = |i: usize, j: usize| {
            let (i, j) = (place(i, flips_rows), place(j, flips_columns));
            let of_rows = &self.grids[..=usize::from(flips_rows)];
            let parts = of_rows
                .iter()
                .flat_map(|grids| &grids[..=usize::from(flips_columns)]);
            (parts.map(|grid| grid[i][j]).sum::<f64>() / self.unit) as f32
        };
        Box::new(from_fn(|i| from_fn(|j| sample(i, j))))
    }
}

/// The sums with those of all samples side by side.
fn turned(sums: &[Eight; SIDE]) -> [[f32; SIDE]; 8] {
    from_fn(|v| from_fn(|sample| sums[sample][v]))
}

/// Adds the sums of a row of blocks to one row of samples.
fn add_row(samples: &mut [f64; SIDE], sums: &[[f32; SIDE]; 8], weights: &Eight) {
    let mut row = [0.0; SIDE];
    for (sums, weight) in sums.iter().zip(weights) {
        for (sample, sum) in row.iter_mut().zip(sums) {
            *sample += weight * sum;
        }
    }
    for (sample, sum) in samples.iter_mut().zip(row) {
        *sample += f64::from(sum);
    }
}
