//! Luma at a few hundred pixels a side, which all views are made of.

use crate::hash::axis::Band;
use crate::hasher::pdq::{LUMA, sum_rows};
use crate::media::{Picture, Pixels};

/// Luma, 0 to 255, rows from the top.
#[derive(Clone, Debug)]
pub(in crate::hasher) struct Plane {
    pub(super) width: usize,
    pub(super) height: usize,
    pub(super) samples: Vec<f32>,
}

/// A rectangle of a plane, in samples.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Rectangle {
    pub(super) top: usize,
    pub(super) bottom: usize,
    pub(super) left: usize,
    pub(super) right: usize,
}

impl Rectangle {
    pub(super) fn width(&self) -> usize {
        self.right - self.left
    }

    pub(super) fn height(&self) -> usize {
        self.bottom - self.top
    }

    pub(super) fn area(&self) -> usize {
        self.width() * self.height()
    }

    /// What two rectangles have in common, as a share of what either covers.
    pub(super) fn overlap(&self, other: &Rectangle) -> f64 {
        let common =
            |a: (usize, usize), b: (usize, usize)| a.1.min(b.1).saturating_sub(a.0.max(b.0));
        let rows = common((self.top, self.bottom), (other.top, other.bottom));
        let columns = common((self.left, self.right), (other.left, other.right));
        let common = rows * columns;
        common as f64 / (self.area() + other.area() - common).max(1) as f64
    }
}

impl Plane {
    /// The luma of a picture, of at most `side_max` samples a side: means over equal parts of its sides.
    pub(super) fn of(picture: &Picture, side_max: usize) -> Plane {
        let scale = match picture.pixels() {
            Pixels::Luma8(_) | Pixels::Rgb8(_) => 1,
            Pixels::Reduced { scale, .. } => scale,
        };
        let [width, height] = [picture.width(), picture.height()];
        // The last of the means may reach over the edge.
        let samples = |side: u32| side.div_ceil(scale) as usize;
        let extent = |side: u32| f64::from(side) / f64::from(scale);
        let longest = extent(width.max(height));
        let target = |side: u32| {
            let wanted = (extent(side) * side_max as f64 / longest).round() as usize;
            if longest <= side_max as f64 {
                samples(side)
            } else {
                wanted.max(SIDE_MIN).min(samples(side))
            }
        };
        let rows = means(extent(height), target(height));
        let columns = means(extent(width), target(width));
        let stored = samples(width);
        if let Pixels::Luma8(all) | Pixels::Reduced { means: all, .. } = picture.pixels()
            && [rows.len(), columns.len()] == [samples(height), stored]
        {
            return Plane {
                width: stored,
                height: rows.len(),
                samples: all.iter().copied().map(f32::from).collect(),
            };
        }
        let samples = match picture.pixels() {
            Pixels::Luma8(grey) => shrink(grey, stored, &rows, &columns, |[grey]| grey),
            Pixels::Rgb8(rgb) => shrink(rgb, stored, &rows, &columns, |[r, g, b]| {
                r * LUMA[0] as f32 + g * LUMA[1] as f32 + b * LUMA[2] as f32
            }),
            Pixels::Reduced { means, .. } => shrink(means, stored, &rows, &columns, |[grey]| grey),
        };
        Plane {
            width: columns.len(),
            height: rows.len(),
            samples,
        }
    }

    /// The plane at a smaller size; as it is where it is no larger.
    pub(super) fn smaller(&self, side_max: usize) -> Plane {
        let longest = self.width.max(self.height);
        if longest <= side_max {
            return self.clone();
        }
        let target = |side: usize| {
            let wanted = (side as f64 * side_max as f64 / longest as f64).round() as usize;
            wanted.max(SIDE_MIN).min(side)
        };
        self.with_rows(target(self.height))
            .exchanged()
            .with_rows(target(self.width))
            .exchanged()
    }

    /// The same with so many rows: means over equal parts.
    fn with_rows(&self, count: usize) -> Plane {
        let mut samples = vec![0.0; self.width * count];
        let bands = means(self.height as f64, count);
        for (sums, band) in samples.chunks_exact_mut(self.width).zip(&bands) {
            let rows = self.samples.chunks_exact(self.width).skip(band.start);
            for (row, weight) in rows.zip(&band.weights) {
                for (sum, sample) in sums.iter_mut().zip(row) {
                    *sum += sample * weight;
                }
            }
        }
        Plane {
            width: self.width,
            height: count,
            samples,
        }
    }

    pub(super) fn mean(&self) -> f32 {
        // Sums of rows are short enough for 32 bits.
        let rows = self.samples.chunks(self.width);
        let sum: f64 = rows.map(|row| f64::from(row.iter().sum::<f32>())).sum();
        (sum / self.samples.len() as f64) as f32
    }

    /// The same with its mean taken off.
    pub(super) fn centred(mut self) -> Plane {
        let mean = self.mean();
        self.samples.iter_mut().for_each(|sample| *sample -= mean);
        self
    }

    /// All of it.
    pub(super) fn whole(&self) -> Part<'_> {
        Part {
            samples: &self.samples,
            stride: self.width,
            width: self.width,
            height: self.height,
        }
    }

    /// A part of it.
    pub(super) fn part(&self, part: &Rectangle) -> Part<'_> {
        Part {
            samples: &self.samples[part.top * self.width + part.left..],
            stride: self.width,
            width: part.width(),
            height: part.height(),
        }
    }

    /// Its rows and columns exchanged.
    pub(super) fn exchanged(&self) -> Plane {
        let (width, height) = (self.height, self.width);
        let mut samples = vec![0.0; self.samples.len()];
        // Squares of so many samples stay in the first cache.
        const SQUARE: usize = 8;
        for top in (0..self.height).step_by(SQUARE) {
            for left in (0..self.width).step_by(SQUARE) {
                for y in top..self.height.min(top + SQUARE) {
                    let row = &self.samples[y * self.width..][..self.width];
                    let row = &row[left..self.width.min(left + SQUARE)];
                    for (sample, x) in row.iter().zip(left..) {
                        samples[x * width + y] = *sample;
                    }
                }
            }
        }
        Plane {
            width,
            height,
            samples,
        }
    }
}

/// A rectangle of a plane, where it lies.
#[derive(Clone, Copy)]
pub(super) struct Part<'p> {
    samples: &'p [f32],
    stride: usize,
    pub(super) width: usize,
    pub(super) height: usize,
}

impl<'p> Part<'p> {
    pub(super) fn row(&self, y: usize) -> &'p [f32] {
        &self.samples[y * self.stride..][..self.width]
    }

    /// Means of two by two samples. What is left over at the right and at the bottom counts alone.
    pub(super) fn halved(&self) -> Plane {
        let mut samples = Vec::with_capacity(self.width.div_ceil(2) * self.height.div_ceil(2));
        for y in (0..self.height).step_by(2) {
            let (upper, lower) = (self.row(y), self.row((y + 1).min(self.height - 1)));
            let (upper, last) = upper.as_chunks::<2>();
            let (lower, last_below) = lower.as_chunks::<2>();
            let pairs = upper.iter().zip(lower);
            samples.extend(pairs.map(|([a, b], [c, d])| ((a + b) + (c + d)) * 0.25));
            samples.extend(last.iter().zip(last_below).map(|(a, c)| (a + c) * 0.5));
        }
        Plane {
            width: self.width.div_ceil(2),
            height: self.height.div_ceil(2),
            samples,
        }
    }
}

/// A plane is no narrower than this, unless the picture is.
const SIDE_MIN: usize = 8;

/// The weights of the means of `count` equal parts of a side of `extent` samples.
fn means(extent: f64, count: usize) -> Vec<Band> {
    let step = extent / count as f64;
    let last = extent.ceil() as usize;
    let band = |part: usize| {
        let (from, to) = (part as f64 * step, (part + 1) as f64 * step);
        let start = (from as usize).min(last - 1);
        let end = (to.ceil() as usize).clamp(start + 1, last);
        let share = |sample: usize| {
            let (low, high) = (sample as f64, (sample + 1) as f64);
            ((high.min(to) - low.max(from)).max(0.0) / step) as f32
        };
        let mut weights: Vec<f32> = (start..end).map(share).collect();
        let sum: f32 = weights.iter().sum();
        if sum > 0.0 {
            weights.iter_mut().for_each(|weight| *weight /= sum);
        } else {
            weights[0] = 1.0;
        }
        Band { start, weights }
    };
    (0..count).map(band).collect()
}

fn shrink<const CHANNELS: usize>(
    samples: &[u8],
    width: usize,
    rows: &[Band],
    columns: &[Band],
    luma: impl Fn([f32; CHANNELS]) -> f32,
) -> Vec<f32> {
    let mut small = Vec::with_capacity(rows.len() * columns.len());
    let mut sums = vec![0.0; width * CHANNELS];
    let mut grey = vec![0.0; width];
    let is_full = columns.len() == width;
    for row in rows {
        sum_rows(&mut sums, samples, row);
        for (grey, pixel) in grey.iter_mut().zip(sums.as_chunks().0) {
            *grey = luma(*pixel);
        }
        if is_full {
            small.extend_from_slice(&grey);
        } else {
            small.extend(columns.iter().map(|column| dot(&grey, column)));
        }
    }
    small
}

fn dot(samples: &[f32], band: &Band) -> f32 {
    let samples = samples[band.start..].iter().zip(&band.weights);
    samples.map(|(sample, weight)| sample * weight).sum()
}

#[cfg(test)]
mod tests {
    use image::{DynamicImage, GrayImage, Luma};
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        /// Whatever its size, a plane has the mean of the picture and lies within its range.
        #[test]
        fn a_plane_has_the_mean_of_its_picture(
            width in 1u32..900, height in 1u32..900, side in 8usize..500, seed: u32,
        ) {
            let grey = GrayImage::from_fn(width, height, |x, y| {
                let salt = (x ^ seed).wrapping_mul(73_856_093) ^ y.wrapping_mul(19_349_663);
                Luma([((salt >> 9) % 256) as u8])
            });
            let mean: f64 = grey.iter().map(|s| f64::from(*s)).sum::<f64>()
                / f64::from(width * height);
            let picture = Picture::new(DynamicImage::from(grey)).unwrap();
            let plane = Plane::of(&picture, side);
            prop_assert!(plane.width.max(plane.height) <= side.max(8));
            prop_assert!(plane.samples.iter().all(|s| (-0.01..=255.01).contains(s)));
            prop_assert!((f64::from(plane.mean()) - mean).abs() < 0.05);
            let smaller = plane.smaller(side.div_ceil(2));
            prop_assert!((f64::from(smaller.mean()) - mean).abs() < 0.1);
        }
    }
}
