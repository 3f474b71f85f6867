//! A picture as 64x64 luma samples.

use std::array::from_fn;
use std::collections::{BTreeMap, BTreeSet};

use wide::{f32x8, i32x8};

use crate::hash::Turn;
use crate::hash::axis::{Axis, Band, SIDE};
use crate::media::{Picture, Pixels};

/// The weights of red, green and blue in luma (ITU-R BT.601), as 64-bit floats like the PyPI reference.
pub(in crate::hasher) const LUMA: [f64; 3] = [0.299, 0.587, 0.114];

/// A picture filtered and sampled at 64x64 points: all that PDQ sees of it.
///
/// Samples are luma, 0 to 255, rows from the top.
#[derive(Clone, PartialEq, Debug)]
pub struct Grid(pub [[f32; 64]; 64]);

impl Grid {
    /// Filters and samples a picture of any size. It does so at full resolution, or as if each sample of a reduced one stood
    /// for equal pixels.
    ///
    /// Besides the picture this needs a few rows of memory.
    pub fn new(picture: &Picture) -> Grid {
        let [grid] = Grid::turned(picture, &[Turn::Original])
            .try_into()
            .expect("one grid for each turn");
        grid
    }

    /// The grid of pixels that are held elsewhere: as many as the size says.
    pub(super) fn of_pixels(size: (u32, u32), pixels: Pixels<'_>) -> Grid {
        let [grid] = flipped_pixels(size, pixels, false, &BTreeSet::from([false]))
            .try_into()
            .expect("one grid for each order");
        grid
    }

    /// The grids of the picture turned in each of these ways.
    ///
    /// Turns are flips and then a transposition. A flip mirrors the weights along its side, a transposition exchanges
    /// the samples, so that no pixel is moved.
    pub(super) fn turned(picture: &Picture, turns: &[Turn]) -> Vec<Grid> {
        let mut grids = BTreeMap::new();
        for flips_rows in [false, true] {
            let turns = turns.iter().filter(|turn| turn.flips_rows() == flips_rows);
            let orders: BTreeSet<bool> = turns.map(|turn| turn.flips_columns()).collect();
            let ready = orders
                .iter()
                .map(|&order| picture.samples(flips_rows, order));
            if let Some(ready) = ready.collect::<Option<Vec<_>>>() {
                let made = ready.into_iter().map(|samples| Grid(*samples));
                let flips = orders.into_iter().map(|order| (flips_rows, order));
                grids.extend(flips.zip(made));
            } else {
                let made = flipped(picture, flips_rows, &orders);
                let flips = orders.into_iter().map(|order| (flips_rows, order));
                grids.extend(flips.zip(made));
            }
        }
        let turned = turns.iter().map(|turn| {
            let grid = &grids[&(turn.flips_rows(), turn.flips_columns())];
            if turn.swaps_sides() {
                grid.transposed()
            } else {
                grid.clone()
            }
        });
        turned.collect()
    }

    fn transposed(&self) -> Grid {
        Grid(from_fn(|i| from_fn(|j| self.0[j][i])))
    }

    /// How much there is to see, 0 to 100. It is the sum of the steps between neighbours, divided by 90. Steps are whole
    /// percent of the range from black to white.
    ///
    /// Small steps count nothing, so that blur and noise do not pass for content. Operations and roundings are
    /// those of the reference.
    pub fn quality(&self) -> u8 {
        // A row moved by one sample: the last sample has no step.
        let moved = |line: &[f32; 64]| from_fn(|place| line[(place + 1).min(63)]);
        let across = self.0.iter().map(|line| steps(line, &moved(line)));
        let down = self.0.windows(2).map(|lines| steps(&lines[0], &lines[1]));
        let sum: u32 = across.chain(down).sum();
        (sum / 90).min(100) as u8
    }
}

/// The sum of the steps from samples to others.
fn steps(from: &[f32; 64], to: &[f32; 64]) -> u32 {
    let mut sums = i32x8::ZERO;
    for (a, b) in from.as_chunks().0.iter().zip(to.as_chunks().0) {
        let step = (f32x8::new(*a) - f32x8::new(*b)) * f32x8::splat(100.0) / f32x8::splat(255.0);
        sums += step.abs().fast_trunc_int();
    }
    sums.reduce_add().cast_unsigned()
}

/// The grids of a picture, one for each of these orders of its columns. Its rows are as they are stored or in the opposite
/// order.
fn flipped(picture: &Picture, flips_rows: bool, flips_columns: &BTreeSet<bool>) -> Vec<Grid> {
    let size = (picture.width(), picture.height());
    flipped_pixels(size, picture.pixels(), flips_rows, flips_columns)
}

/// [`flipped`] of pixels that are held elsewhere: as many as the size says.
fn flipped_pixels(
    (width, height): (u32, u32),
    pixels: Pixels<'_>,
    flips_rows: bool,
    flips_columns: &BTreeSet<bool>,
) -> Vec<Grid> {
    let scale = match pixels {
        Pixels::Luma8(_) | Pixels::Rgb8(_) => 1,
        Pixels::Reduced { scale, .. } => scale as usize,
    };
    let axis = |side: u32, mirrored: bool| {
        let axis = Axis::new(side as usize);
        let axis = if mirrored { axis.mirrored() } else { axis };
        axis.folded(scale)
    };
    let rows = axis(height, flips_rows);
    let columns = flips_columns.iter();
    let columns: Vec<Axis> = columns.map(|&flip| axis(width, flip)).collect();
    match pixels {
        Pixels::Luma8(samples) => filter(samples, &rows, &columns, |[grey]| grey),
        Pixels::Rgb8(samples) => filter(samples, &rows, &columns, |[r, g, b]| {
            r * LUMA[0] + g * LUMA[1] + b * LUMA[2]
        }),
        Pixels::Reduced { means, .. } => filter(means, &rows, &columns, |[grey]| grey),
    }
}

/// Filters the channels of a picture by themselves, for each axis of columns. Luma is linear and so can wait for the
/// 64x64 sums.
///
/// Colours stay interleaved, so that the loop over all pixels runs over plain bytes.
fn filter<const CHANNELS: usize>(
    samples: &[u8],
    rows: &Axis,
    columns: &[Axis],
    luma: impl Fn([f64; CHANNELS]) -> f64,
) -> Vec<Grid> {
    let width = columns.first().map_or(0, |axis| axis.length);
    let mut grids = vec![Grid([[0.0; SIDE]; SIDE]); columns.len()];
    let mut sums = vec![0.0; width * CHANNELS];
    for (i, row) in rows.bands.iter().enumerate() {
        sum_rows(&mut sums, samples, row);
        let pixels = sums.as_chunks().0;
        for (grid, axis) in grids.iter_mut().zip(columns) {
            let unit = rows.unit * axis.unit;
            for (sample, column) in grid.0[i].iter_mut().zip(&axis.bands) {
                *sample = (luma(sum_pixels(pixels, column)) / unit) as f32;
            }
        }
    }
    grids
}

/// The weighted sum of the rows of one band, sample by sample. Four rows at a time save traffic of the sums.
pub(in crate::hasher) fn sum_rows(sums: &mut [f32], samples: &[u8], band: &Band) {
    let stride = sums.len();
    let rows = samples[band.start * stride..].chunks_exact(stride);
    let mut rows = rows.zip(band.weights.iter().copied());
    sums.fill(0.0);
    while let Some(a) = rows.next() {
        let mut next = || rows.next().unwrap_or((a.0, 0.0));
        add_rows(sums, [a, next(), next(), next()]);
    }
}

fn add_rows(sums: &mut [f32], rows: [(&[u8], f32); 4]) {
    let [(a, wa), (b, wb), (c, wc), (d, wd)] = rows;
    let n = sums.len();
    // Slices of one known length: the loop has no bounds to check and becomes vector code.
    let (a, b, c, d) = (&a[..n], &b[..n], &c[..n], &d[..n]);
    for i in 0..n {
        let (a, b, c, d) = (
            f32::from(a[i]),
            f32::from(b[i]),
            f32::from(c[i]),
            f32::from(d[i]),
        );
        sums[i] += (a * wa + b * wb) + (c * wc + d * wd);
    }
}

/// The weighted sum of the pixels of one band, channel by channel.
fn sum_pixels<const CHANNELS: usize>(pixels: &[[f32; CHANNELS]], band: &Band) -> [f64; CHANNELS] {
    let mut sums = [0.0; CHANNELS];
    for (pixel, weight) in pixels[band.start..].iter().zip(&band.weights) {
        let weight = f64::from(*weight);
        // Zipped with the pixel, each pixel costs calls wherever the compiler does not inline these.
        for (channel, sum) in sums.iter_mut().enumerate() {
            *sum += f64::from(pixel[channel]) * weight;
        }
    }
    sums
}
