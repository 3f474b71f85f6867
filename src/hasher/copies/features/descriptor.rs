//! Which of two samples around a corner is brighter, for 256 pairs.

use std::sync::LazyLock;

use crate::hash::LocalFeature;
use crate::hasher::copies::plane::Plane;

/// How far around a corner samples are compared. A corner is at least so far from the sides.
pub(super) const REACH: usize = 17;

/// The radius of the disc whose centre of mass gives a corner its direction.
const DISC: usize = 13;

/// Half of each row of the disc, the middle sample apart.
const HALVES: [usize; 2 * DISC + 1] = {
    let mut halves = [0; 2 * DISC + 1];
    let mut row = 0;
    while row < halves.len() {
        let dy = row.abs_diff(DISC);
        halves[row] = (DISC * DISC - dy * dy).isqrt();
        row += 1;
    }
    halves
};

/// How far from the corner a sample of a pair is at most.
const PAIR_REACH: f64 = 14.5;

/// The spread of the samples of pairs.
const PAIR_SPREAD: f64 = 6.2;

/// The samples of a pair are at least so far apart.
const PAIR_APART: f64 = 4.0;

/// Samples that differ by no more, in levels, are equal.
const TIE: f32 = 0.5;

/// How many directions the samples of pairs are worked out for.
const DIRECTIONS: usize = 64;

/// The samples of each pair, from the corner: to the right and down.
type Pairs = [[[i8; 2]; 2]; 256];

/// A descriptor, and the places in [`LocalFeature::KEY`] by how near the pairs of their bits are to a tie.
#[derive(Clone, Copy, Debug)]
pub(in crate::hasher::copies) struct Code {
    pub(in crate::hasher::copies) descriptor: [u8; 32],
    pub(in crate::hasher::copies) doubts: [u8; LocalFeature::DOUBTS],
}

/// The pairs in each direction.
static TURNED: LazyLock<Vec<Pairs>> = LazyLock::new(|| {
    let pairs = pairs();
    let turned = |direction: usize| {
        let angle = direction as f64 * std::f64::consts::TAU / DIRECTIONS as f64;
        let (sin, cos) = angle.sin_cos();
        pairs.map(|pair| {
            pair.map(|[x, y]| {
                let place = [cos * x - sin * y, sin * x + cos * y];
                place.map(|place| place.round() as i8)
            })
        })
    };
    (0..DIRECTIONS).map(turned).collect()
});

/// The pairs as they stand around a corner that points to the right: each sample normally distributed about the corner.
fn pairs() -> [[[f64; 2]; 2]; 256] {
    // A generator of Knuth's, so that the pairs are the same in every build and on every machine.
    let mut state = 0x0123_4567_89ab_cdef_u64;
    let mut uniform = move || {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (state >> 32) as f64 / f64::from(u32::MAX)
    };
    // A sum of twelve is nearly normal, and needs no function whose last bit differs between machines.
    let mut normal = move || ((0..12).map(|_| uniform()).sum::<f64>() - 6.0) * PAIR_SPREAD;
    let mut pairs = [[[0.0; 2]; 2]; 256];
    for pair in &mut pairs {
        loop {
            let places: [[f64; 2]; 2] = std::array::from_fn(|_| [normal(), normal()]);
            let length = |[x, y]: [f64; 2]| (x * x + y * y).sqrt();
            let [one, other] = places;
            let apart = length([one[0] - other[0], one[1] - other[1]]);
            if places.into_iter().all(|place| length(place) <= PAIR_REACH) && apart >= PAIR_APART {
                *pair = places;
                break;
            }
        }
    }
    pairs
}

/// Where a corner of a plane points to, in turns from the right.
pub(super) fn turns(plane: &Plane, [x, y]: [usize; 2]) -> f64 {
    let (mut across, mut down) = (0.0_f32, 0.0_f32);
    for (half, dy) in HALVES.iter().zip(-(DISC as i64)..) {
        let row = (y as i64 + dy) as usize * plane.width;
        let samples = &plane.samples[row + x - half..=row + x + half];
        let mut sum = 0.0;
        for (sample, dx) in samples.iter().zip(-(*half as i32)..) {
            sum += sample;
            across += sample * dx as f32;
        }
        down += sum * dy as f32;
    }
    f64::from(down).atan2(f64::from(across)) / std::f64::consts::TAU
}

/// The nearest of so many directions.
pub(super) fn direction(turns: f64, count: usize) -> usize {
    ((turns * count as f64).round() as i64).rem_euclid(count as i64) as usize
}

/// The descriptor of a corner that points to there.
pub(super) fn upright(smooth: &Plane, corner: [usize; 2], turns: f64) -> Code {
    code::<false>(smooth, corner, &TURNED[direction(turns, DIRECTIONS)])
}

/// The descriptor that it has in the mirrored plane. There, what pointed to the right points to the left.
pub(super) fn mirrored(smooth: &Plane, corner: [usize; 2], turns: f64) -> Code {
    code::<true>(smooth, corner, &TURNED[direction(0.5 - turns, DIRECTIONS)])
}

fn code<const MIRRORED: bool>(smooth: &Plane, [x, y]: [usize; 2], pairs: &Pairs) -> Code {
    // The samples around the corner, so that their places are few.
    let around = &smooth.samples[(y - REACH) * smooth.width + x - REACH..];
    let around = &around[..2 * REACH * smooth.width + 2 * REACH + 1];
    let sample = |[dx, dy]: [i8; 2]| {
        let dx = if MIRRORED { -dx } else { dx };
        let [column, row] = [dx, dy].map(|way| (REACH as isize + isize::from(way)) as usize);
        around[row * smooth.width + column]
    };
    let mut differences = [0.0_f32; 256];
    for (difference, [one, other]) in differences.iter_mut().zip(pairs) {
        *difference = sample(*one) - sample(*other);
    }
    let mut descriptor = [0; 32];
    for (byte, differences) in descriptor.iter_mut().zip(differences.as_chunks::<8>().0) {
        for difference in differences {
            // In flat parts noise would decide.
            *byte = *byte << 1 | u8::from(*difference > TIE);
        }
    }
    let mut doubts: [u8; LocalFeature::DOUBTS] = std::array::from_fn(|place| place as u8);
    // Stable: of equal ones the first.
    doubts.sort_by(|&a, &b| {
        let margin =
            |place: u8| differences[usize::from(LocalFeature::KEY[usize::from(place)])].abs();
        margin(a).total_cmp(&margin(b))
    });
    Code { descriptor, doubts }
}
