//! Corners at several sizes.

use super::descriptor::{self, Code, REACH};
use super::{Feature, SIDE};
use crate::hash::LocalFeature;
use crate::hasher::copies::plane::Plane;

/// By how much each size is larger than the one before.
pub(super) const STEP: f64 = 1.25;

/// How many samples on each side of one make its window.
const WINDOW: usize = 3;

/// The weaker of the two directions of a corner changes by at least so much, as the mean square of a step in levels.
const STRENGTH_MIN: f32 = 12.0;

/// The longest side of a plane at a size, in samples.
pub(super) fn side_of(size: usize) -> usize {
    (SIDE as f64 / STEP.powi(size as i32)).round() as usize
}

/// A plane at one size.
struct Sized {
    plane: Plane,
    /// Smoothed, as descriptors compare it.
    smooth: Plane,
    /// How many samples of the first plane one of it stands for.
    scale: f32,
}

/// A plane at each size, from the first size that is no larger than the plane.
pub(super) struct Pyramid {
    first: usize,
    sizes: Vec<Sized>,
}

/// A corner of a plane at one size.
#[derive(Clone, Copy, Debug)]
pub(super) struct Corner {
    size: u8,
    place: [usize; 2],
    turns: f64,
    pub(super) strength: f32,
}

impl Pyramid {
    pub(super) fn new(plane: &Plane) -> Pyramid {
        let longest = plane.width.max(plane.height);
        let first = (0..LocalFeature::SIZES).find(|&size| side_of(size) <= longest);
        let first = first.unwrap_or(LocalFeature::SIZES);
        let mut sizes: Vec<Sized> = Vec::with_capacity(LocalFeature::SIZES);
        for size in first..LocalFeature::SIZES {
            let side = side_of(size);
            let larger = sizes.last().map_or(plane, |sized| &sized.plane);
            let scaled = larger.smaller(side);
            if scaled.width.min(scaled.height) <= 2 * REACH + 2 {
                break;
            }
            sizes.push(Sized {
                smooth: smoothed(&scaled),
                scale: plane.width as f32 / scaled.width as f32,
                plane: scaled,
            });
        }
        Pyramid { first, sizes }
    }

    /// About so many corners in a plane of every size, shared out among the sizes by their sides, with their descriptors.
    pub(super) fn features(&self, count: usize) -> Vec<Feature> {
        let sizes = self.first..self.first + self.sizes.len();
        let shares: f64 = (0..sizes.end).map(|size| STEP.powi(-(size as i32))).sum();
        let mut all = Vec::new();
        for (size, sized) in sizes.zip(&self.sizes) {
            let share = count as f64 * STEP.powi(-(size as i32)) / shares;
            let mut strongest = strongest(&sized.plane);
            // Stable: of equal ones the first.
            strongest.sort_by(|a, b| b.1.total_cmp(&a.1));
            strongest.truncate(share.ceil() as usize);
            all.extend(strongest.into_iter().map(|(place, strength)| {
                let turns = descriptor::turns(&sized.plane, place);
                // The middle of the first sample is at one half.
                let [x, y] = place.map(|place| (place as f32 + 0.5) * sized.scale);
                Feature {
                    x,
                    y,
                    pose: ((size as u8) << 5) | descriptor::direction(turns, 32) as u8,
                    code: descriptor::upright(&sized.smooth, place, turns),
                    corner: Corner {
                        size: size as u8,
                        place,
                        turns,
                        strength,
                    },
                }
            }));
        }
        all
    }

    /// The descriptor that a corner has in the mirrored plane.
    pub(super) fn mirrored(&self, corner: Corner) -> Code {
        let smooth = &self.sizes[usize::from(corner.size) - self.first].smooth;
        descriptor::mirrored(smooth, corner.place, corner.turns)
    }
}

/// The samples that are stronger corners than all around them, far enough from the sides to be described, row by row. With
/// each its strength.
fn strongest(plane: &Plane) -> Vec<([usize; 2], f32)> {
    let (width, height) = (plane.width, plane.height);
    let strengths = strengths(plane);
    let mut found = Vec::new();
    let mut columns = vec![0.0_f32; width];
    let mut most = vec![0.0_f32; width];
    for y in REACH..height - REACH {
        // The most within two samples on each side.
        columns.fill(0.0);
        for row in strengths[(y - 2) * width..(y + 3) * width].chunks_exact(width) {
            for (most, strength) in columns.iter_mut().zip(row) {
                *most = strength.max(*most);
            }
        }
        for (most, window) in most[2..].iter_mut().zip(columns.windows(5)) {
            let [a, b, c, d, e] = *window else {
                unreachable!("windows of five")
            };
            *most = a.max(b).max(c.max(d)).max(e);
        }
        let row = &strengths[y * width..][..width];
        for x in REACH..width - REACH {
            let here = row[x];
            if here < STRENGTH_MIN || here < most[x] {
                continue;
            }
            let at = y * width + x;
            // Of equal ones the first.
            let is_first = (y - 2..=y).all(|row| {
                let from = row * width + x - 2;
                (from..at.min(from + 5)).all(|other| strengths[other] < here)
            });
            if is_first {
                found.push(([x, y], here));
            }
        }
    }
    found
}

/// How strong a corner each sample is: by how much the plane changes in the window around it, in the direction in which it
/// changes less.
fn strengths(plane: &Plane) -> Vec<f32> {
    let (width, height) = (plane.width, plane.height);
    let [mut xx, mut yy, mut xy] = [(); 3].map(|()| vec![0.0_f32; width * height]);
    for y in 1..height - 1 {
        let inner = |row: usize, shift: usize| &plane.samples[row * width + shift..][..width - 2];
        let sides = inner(y, 0).iter().zip(inner(y, 2));
        let ends = inner(y - 1, 1).iter().zip(inner(y + 1, 1));
        let at = y * width + 1..(y + 1) * width - 1;
        let products = xx[at.clone()].iter_mut().zip(&mut yy[at.clone()]);
        let products = products.zip(&mut xy[at]);
        for ((((xx, yy), xy), (left, right)), (above, below)) in products.zip(sides).zip(ends) {
            let (dx, dy) = ((right - left) * 0.5, (below - above) * 0.5);
            (*xx, *yy, *xy) = (dx * dx, dy * dy, dx * dy);
        }
    }
    let mut strengths = vec![0.0; width * height];
    let mut columns = vec![0.0; width + 2 * WINDOW];
    let [mut across, mut down, mut both] = [(); 3].map(|()| vec![0.0_f32; width]);
    for (y, strengths) in strengths.chunks_exact_mut(width).enumerate() {
        let mut means = |product: &[f32], out: &mut [f32]| {
            means::<WINDOW>(product, y, &mut columns, out);
        };
        means(&xx, &mut across);
        means(&yy, &mut down);
        means(&xy, &mut both);
        let products = across.iter().zip(&down).zip(&both);
        for (strength, ((xx, yy), xy)) in strengths.iter_mut().zip(products) {
            let (half, apart) = ((xx + yy) * 0.5, (xx - yy) * 0.5);
            *strength = half - (apart * apart + xy * xy).sqrt();
        }
    }
    strengths
}

/// The mean of the window that reaches so far on each side of each sample of row `y`; beside the plane stand zeros. The columns
/// are written over. Those at both ends are zero and stay so.
fn means<const REACH: usize>(samples: &[f32], y: usize, columns: &mut [f32], out: &mut [f32]) {
    let width = out.len();
    let side = 2 * REACH + 1;
    let share = 1.0 / (side * side) as f32;
    let rows = y.saturating_sub(REACH) * width..samples.len().min((y + REACH + 1) * width);
    let inner = &mut columns[REACH..REACH + width];
    inner.fill(0.0);
    for row in samples[rows].chunks_exact(width) {
        for (sum, sample) in inner.iter_mut().zip(row) {
            *sum += sample;
        }
    }
    out.copy_from_slice(&columns[..width]);
    for shift in 1..side {
        for (sum, column) in out.iter_mut().zip(&columns[shift..]) {
            *sum += column;
        }
    }
    out.iter_mut().for_each(|sum| *sum *= share);
}

/// The plane with the mean of five by five samples in the place of each.
fn smoothed(plane: &Plane) -> Plane {
    const REACH: usize = 2;
    let mut samples = vec![0.0; plane.samples.len()];
    let mut columns = vec![0.0; plane.width + 2 * REACH];
    for (y, out) in samples.chunks_exact_mut(plane.width).enumerate() {
        means::<REACH>(&plane.samples, y, &mut columns, out);
    }
    Plane { samples, ..*plane }
}
