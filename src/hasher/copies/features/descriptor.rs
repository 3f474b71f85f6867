//! Which of two samples around a corner is brighter, for 256 pairs.

use std::sync::LazyLock;

use crate::hash::LocalFeature;
use crate::hasher::copies::plane::Plane;

/// How far around a corner samples are compared. A corner is at least so far from the sides.
pub(super) const REACH: usize = 17;

/// The radius of the disc whose centre of mass gives a corner its direction.
const DISC: i64 = 13;

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

/// Bits, and the first of them by how near their pairs are to a tie.
pub(super) type Bits = ([u8; 32], [u8; LocalFeature::DOUBTS]);

/// A descriptor, and that of the mirrored plane.
pub(super) struct Code {
    pub(super) upright: Bits,
    pub(super) mirrored: Bits,
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

/// The descriptor of a corner, and its direction as a 32nd of a circle.
pub(super) fn descriptor(plane: &Plane, smooth: &Plane, [x, y]: [usize; 2]) -> (Code, u8) {
    let (mut across, mut down) = (0.0_f32, 0.0_f32);
    for dy in -DISC..=DISC {
        let half = ((DISC * DISC - dy * dy) as f64).sqrt() as i64;
        let row = (y as i64 + dy) as usize * plane.width;
        let samples = &plane.samples[row + x - half as usize..=row + x + half as usize];
        let mut sum = 0.0;
        for (sample, dx) in samples.iter().zip(-half..) {
            sum += sample;
            across += sample * dx as f32;
        }
        down += sum * dy as f32;
    }
    let turns = f64::from(down).atan2(f64::from(across)) / std::f64::consts::TAU;
    let direction = |turns: f64, count: usize| {
        ((turns * count as f64).round() as i64).rem_euclid(count as i64) as usize
    };
    let centre = y * smooth.width + x;
    let sample = |[dx, dy]: [i8; 2]| {
        smooth.samples
            [(centre as i64 + i64::from(dy) * smooth.width as i64 + i64::from(dx)) as usize]
    };
    let bits = |pairs: &Pairs, across: i8| {
        let mut bits = [0; 32];
        let mut margins = [(0.0_f32, 0_u8); LocalFeature::DOUBTS];
        for (place, pair) in pairs.iter().enumerate() {
            let [one, other] = pair.map(|[dx, dy]| sample([dx * across, dy]));
            // In flat parts noise would decide.
            let falls = one > other + TIE;
            bits[place / 8] |= u8::from(falls) << (7 - place % 8);
            if let Some(margin) = margins.get_mut(place) {
                *margin = ((one - other).abs(), place as u8);
            }
        }
        margins.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
        (bits, margins.map(|(_, place)| place))
    };
    let code = Code {
        upright: bits(&TURNED[direction(turns, DIRECTIONS)], 1),
        // Mirrored, what pointed to the right points to the left.
        mirrored: bits(&TURNED[direction(0.5 - turns, DIRECTIONS)], -1),
    };
    (code, direction(turns, 32) as u8)
}
