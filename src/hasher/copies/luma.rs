//! Whole grey levels of a plane, in which edges and flat grounds are looked for.

use super::plane::{Plane, Rectangle};
use crate::hash::Region;

/// 2^23: a float that is so large is a whole number, rounded to the nearest.
const WHOLE: f32 = 8_388_608.0;

/// Grey levels, rows from the top.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::hasher) struct Levels {
    pub(super) width: usize,
    pub(super) height: usize,
    levels: Vec<u8>,
}

impl Levels {
    pub(super) fn of(plane: &Plane) -> Levels {
        // A whole number in the lowest bits of a float, which costs less than a conversion that minds its range.
        let level = |sample: &f32| (sample + WHOLE).to_bits() as u8;
        Levels {
            width: plane.width,
            height: plane.height,
            levels: plane.samples.iter().map(level).collect(),
        }
    }

    /// Levels that were made elsewhere; `None` where they do not fill a picture of this size, or a side is out of bounds.
    #[cfg(target_os = "linux")]
    pub(super) fn from_rows(width: usize, height: usize, levels: Vec<u8>) -> Option<Levels> {
        let sides = 1..=super::DETAIL_SIDE;
        let is_sound = sides.contains(&width) && sides.contains(&height);
        (is_sound && levels.len() == width * height).then_some(Levels {
            width,
            height,
            levels,
        })
    }

    /// All of them, row by row.
    #[cfg(target_os = "linux")]
    pub(super) fn rows(&self) -> &[u8] {
        &self.levels
    }

    pub(super) fn row(&self, y: usize) -> &[u8] {
        &self.levels[y * self.width..][..self.width]
    }

    pub(super) fn at(&self, x: usize, y: usize) -> u8 {
        self.levels[y * self.width + x]
    }

    pub(super) fn whole(&self) -> Rectangle {
        Rectangle {
            top: 0,
            bottom: self.height,
            left: 0,
            right: self.width,
        }
    }

    /// A part, as a plane.
    pub(super) fn part(&self, part: &Rectangle) -> Plane {
        let mut samples = Vec::with_capacity(part.area());
        for y in part.top..part.bottom {
            let row = &self.row(y)[part.left..part.right];
            samples.extend(row.iter().copied().map(f32::from));
        }
        Plane {
            width: part.width(),
            height: part.height(),
            samples,
        }
    }

    /// A region in samples, as far as it lies in the picture.
    pub(super) fn rectangle(&self, region: &Region) -> Rectangle {
        let place = |share: i16, side: usize| {
            let place = f64::from(share) / 1000.0 * side as f64;
            (place.round().max(0.0) as usize).min(side)
        };
        Rectangle {
            top: place(region.top, self.height),
            bottom: place(region.bottom, self.height),
            left: place(region.left, self.width),
            right: place(region.right, self.width),
        }
    }

    /// The share of a rectangle that its five most frequent levels fill, of every `step`th row and column.
    ///
    /// Of notices, clean, compressed or noisy, it is 0.65 to 0.85, of photographed ones 0.48 and more. The 99th percentile of
    /// photographs is 0.44.
    pub(super) fn fullest_share(&self, part: &Rectangle, step: usize) -> f64 {
        // Neighbours are often of one level. Counting them apart, none waits for the one before.
        let mut counts = [[0_u32; 256]; 4];
        // The same samples count for every part.
        let (top, left) = (
            part.top.next_multiple_of(step),
            part.left.next_multiple_of(step),
        );
        for y in (top..part.bottom).step_by(step) {
            let row = &self.row(y)[left.min(part.right)..part.right];
            for (place, level) in row.iter().step_by(step).enumerate() {
                counts[place % 4][usize::from(*level)] += 1;
            }
        }
        let [a, b, c, d] = &counts;
        let mut counts: [u32; 256] =
            std::array::from_fn(|level| a[level] + b[level] + c[level] + d[level]);
        let all: u32 = counts.iter().sum();
        counts.select_nth_unstable(251);
        let fullest: u32 = counts[251..].iter().sum();
        f64::from(fullest) / f64::from(all.max(1))
    }
}
