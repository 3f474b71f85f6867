//! Corners at several sizes.

use super::Feature;
use super::descriptor::{REACH, descriptor};
use crate::hash::LocalFeature;
use crate::hasher::copies::plane::Plane;

/// By how much each size is larger than the one before.
pub(super) const STEP: f64 = 1.25;

/// How many samples on each side of one make its window.
const WINDOW: usize = 3;

/// The weaker of the two directions of a corner changes by at least so much, as the mean square of a step in levels.
const STRENGTH_MIN: f32 = 12.0;

/// A plane at each size, smoothed as descriptors compare it.
pub(super) struct Pyramid {
    planes: Vec<(Plane, f32)>,
}

impl Pyramid {
    pub(super) fn new(plane: &Plane) -> Pyramid {
        let longest = plane.width.max(plane.height) as f64;
        let mut planes = Vec::with_capacity(LocalFeature::SIZES);
        let mut scaled = plane.clone();
        for size in 0..LocalFeature::SIZES {
            let side = (longest / STEP.powi(size as i32)).round() as usize;
            scaled = scaled.smaller(side);
            if scaled.width.min(scaled.height) <= 2 * REACH + 2 {
                break;
            }
            let scale = plane.width as f32 / scaled.width as f32;
            planes.push((scaled.clone(), scale));
        }
        Pyramid { planes }
    }

    /// About so many corners, shared out among the sizes by their sides, with their descriptors.
    pub(super) fn corners(&self, count: usize) -> Vec<Feature> {
        let shares: f64 = (0..self.planes.len())
            .map(|size| STEP.powi(-(size as i32)))
            .sum();
        let mut all = Vec::new();
        for (size, (plane, scale)) in self.planes.iter().enumerate() {
            let share = count as f64 * STEP.powi(-(size as i32)) / shares;
            let mut corners = corners(plane);
            corners.sort_by(|a, b| b.2.total_cmp(&a.2).then(a.cmp_place(b)));
            corners.truncate(share.ceil() as usize);
            let smooth = smoothed(plane);
            all.extend(corners.into_iter().map(|Corner(x, y, strength)| {
                let (code, direction) = descriptor(plane, &smooth, [x, y]);
                Feature {
                    // The middle of the first sample is at one half.
                    x: (x as f32 + 0.5) * scale,
                    y: (y as f32 + 0.5) * scale,
                    pose: ((size as u8) << 5) | direction,
                    strength,
                    descriptor: code.upright.0,
                    mirrored: code.mirrored.0,
                    doubts: [code.upright.1, code.mirrored.1],
                }
            }));
        }
        all
    }
}

/// A sample and its strength as a corner.
struct Corner(usize, usize, f32);

impl Corner {
    fn cmp_place(&self, other: &Corner) -> std::cmp::Ordering {
        (self.1, self.0).cmp(&(other.1, other.0))
    }
}

/// The samples that are stronger corners than all around them, far enough from the sides to be described.
fn corners(plane: &Plane) -> Vec<Corner> {
    let (width, height) = (plane.width, plane.height);
    let mut products = [
        vec![0.0_f32; width * height],
        vec![0.0; width * height],
        vec![0.0; width * height],
    ];
    for y in 1..height - 1 {
        for x in 1..width - 1 {
            let at = y * width + x;
            let dx = (plane.samples[at + 1] - plane.samples[at - 1]) * 0.5;
            let dy = (plane.samples[at + width] - plane.samples[at - width]) * 0.5;
            products[0][at] = dx * dx;
            products[1][at] = dy * dy;
            products[2][at] = dx * dy;
        }
    }
    let [xx, yy, xy] = products.map(|product| means(&product, width, height, WINDOW));
    let strength: Vec<f32> = xx
        .iter()
        .zip(&yy)
        .zip(&xy)
        .map(|((xx, yy), xy)| {
            let half = (xx + yy) * 0.5;
            let apart = ((xx - yy) * 0.5).hypot(*xy);
            half - apart
        })
        .collect();
    let mut found = Vec::new();
    for y in REACH..height - REACH {
        for x in REACH..width - REACH {
            let at = y * width + x;
            let here = strength[at];
            if here < STRENGTH_MIN {
                continue;
            }
            let is_strongest = (y - 2..=y + 2).all(|row| {
                (x - 2..=x + 2).all(|column| {
                    let other = row * width + column;
                    let there = strength[other];
                    // Of equal ones the first.
                    there < here || (there == here && other >= at)
                })
            });
            if is_strongest {
                found.push(Corner(x, y, here));
            }
        }
    }
    found
}

/// The mean of the square window around each sample; beside the plane stand zeros.
fn means(samples: &[f32], width: usize, height: usize, reach: usize) -> Vec<f32> {
    let across = sums(samples, width, height, reach);
    let mut columns = vec![0.0_f32; width];
    let mut out = vec![0.0; samples.len()];
    let area = ((2 * reach + 1) * (2 * reach + 1)) as f32;
    let row = |y: usize| &across[y * width..][..width];
    for y in 0..(reach + 1).min(height) {
        columns
            .iter_mut()
            .zip(row(y))
            .for_each(|(sum, s)| *sum += s);
    }
    for y in 0..height {
        for (out, sum) in out[y * width..][..width].iter_mut().zip(&columns) {
            *out = sum / area;
        }
        if y + reach + 1 < height {
            columns
                .iter_mut()
                .zip(row(y + reach + 1))
                .for_each(|(sum, s)| *sum += s);
        }
        if y >= reach {
            columns
                .iter_mut()
                .zip(row(y - reach))
                .for_each(|(sum, s)| *sum -= s);
        }
    }
    out
}

/// The sum of the window along its row around each sample.
fn sums(samples: &[f32], width: usize, height: usize, reach: usize) -> Vec<f32> {
    let mut out = vec![0.0; samples.len()];
    for y in 0..height {
        let row = &samples[y * width..][..width];
        let out = &mut out[y * width..][..width];
        let mut sum: f32 = row[..(reach + 1).min(width)].iter().sum();
        for x in 0..width {
            out[x] = sum;
            if x + reach + 1 < width {
                sum += row[x + reach + 1];
            }
            if x >= reach {
                sum -= row[x - reach];
            }
        }
    }
    out
}

/// The plane with the mean of five by five samples in the place of each.
fn smoothed(plane: &Plane) -> Plane {
    Plane {
        samples: means(&plane.samples, plane.width, plane.height, 2),
        ..*plane
    }
}
