//! A picture as 64x64 luma samples.

use super::axis::{Axis, Band};
use crate::media::{Picture, Pixels};

/// The number of samples along each side.
pub(super) const SIDE: usize = 64;

/// The weights of red, green and blue in luma (ITU-R BT.601), as 64-bit floats like the PyPI reference.
const LUMA: [f64; 3] = [0.299, 0.587, 0.114];

/// A picture filtered and sampled at 64x64 points: all that PDQ sees of it.
///
/// Samples are luma, 0 to 255, rows from the top.
#[derive(Clone, PartialEq, Debug)]
pub struct Grid(pub [[f32; 64]; 64]);

impl Grid {
    /// Filters and samples a picture of any size, at full resolution or as if each sample of a reduced one stood for
    /// equal pixels.
    ///
    /// Besides the picture this needs a few rows of memory.
    pub fn new(picture: &Picture) -> Grid {
        let axis = |scale: u32| {
            [picture.width(), picture.height()]
                .map(|side| Axis::folded(side as usize, scale as usize))
        };
        match picture.pixels() {
            Pixels::Luma8(samples) => filter(samples, axis(1), |[grey]| grey),
            Pixels::Rgb8(samples) => filter(samples, axis(1), |[r, g, b]| {
                r * LUMA[0] + g * LUMA[1] + b * LUMA[2]
            }),
            Pixels::Reduced { scale, means } => filter(means, axis(scale), |[grey]| grey),
        }
    }

    /// How much there is to see, 0 to 100: the sum of the steps between neighbours, in whole percent of the range
    /// from black to white, over 90.
    ///
    /// Small steps count nothing, so that blur and noise do not pass for content. Operations and roundings are
    /// those of the reference.
    pub fn quality(&self) -> u8 {
        let step = |a: f32, b: f32| ((a - b) * 100.0 / 255.0).abs() as u32;
        let across = self
            .0
            .iter()
            .flat_map(|line| line.windows(2))
            .map(|pair| step(pair[0], pair[1]));
        let down = self
            .0
            .windows(2)
            .flat_map(|lines| lines[0].iter().zip(&lines[1]))
            .map(|(a, b)| step(*a, *b));
        let sum: u32 = across.chain(down).sum();
        (sum / 90).min(100) as u8
    }
}

/// Filters the channels of a picture by themselves; luma is linear and so can wait for the 64x64 sums.
///
/// Colours stay interleaved, so that the loop over all pixels runs over plain bytes.
fn filter<const CHANNELS: usize>(
    samples: &[u8],
    [columns, rows]: [Axis; 2],
    luma: impl Fn([f64; CHANNELS]) -> f64,
) -> Grid {
    let unit = rows.unit * columns.unit;
    let mut grid = Grid([[0.0; SIDE]; SIDE]);
    let mut sums = vec![0.0; columns.length * CHANNELS];
    for (line, row) in grid.0.iter_mut().zip(&rows.bands) {
        sum_rows(&mut sums, samples, row);
        let pixels = sums.as_chunks().0;
        for (sample, column) in line.iter_mut().zip(&columns.bands) {
            *sample = (luma(sum_pixels(pixels, column)) / unit) as f32;
        }
    }
    grid
}

/// The weighted sum of the rows of one band, sample by sample. Four rows at a time save traffic of the sums.
fn sum_rows(sums: &mut [f32], samples: &[u8], band: &Band) {
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
        for (sum, sample) in sums.iter_mut().zip(pixel) {
            *sum += f64::from(*sample) * f64::from(*weight);
        }
    }
    sums
}
