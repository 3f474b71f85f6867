//! The coefficients of a block to its 64 pixels. They are bit for bit as libjpeg-turbo makes them on processors with vector
//! units.
//!
//! The algorithm is that of Loeffler, Ligtenberg and Moschytz (ICASSP 1989) in integers of 13 fractional bits. Libjpeg
//! calls it `islow`, and viewers show it. Its vector code keeps 16 bits of each intermediate value. So coefficients that leave
//! them wrap around or stop at their ends. That is repeated here: a file can be made of such coefficients.

use std::array::from_fn;
use std::ops::{Add, Sub};

use wide::{i16x8, i32x4, i32x8};

/// The coefficients of one block, row (vertical frequency) by row.
pub(super) type Block = [i16; 64];

/// The pixels of one block, row by row.
pub(super) type Pixels = [u8; 64];

const CONST_BITS: i32 = 13;
/// Fractional bits between the two passes.
const PASS1_BITS: i32 = 2;

/// A constant with 13 fractional bits.
const fn fix(value: f64) -> i32 {
    (value * (1 << CONST_BITS) as f64 + 0.5) as i32
}

const F_0_298: i32 = fix(0.298_631_336);
const F_0_390: i32 = fix(0.390_180_644);
const F_0_541: i32 = fix(0.541_196_100);
const F_0_765: i32 = fix(0.765_366_865);
const F_0_899: i32 = fix(0.899_976_223);
const F_1_175: i32 = fix(1.175_875_602);
const F_1_501: i32 = fix(1.501_321_110);
const F_1_847: i32 = fix(1.847_759_065);
const F_1_961: i32 = fix(1.961_570_560);
const F_2_053: i32 = fix(2.053_119_869);
const F_2_562: i32 = fix(2.562_915_447);
const F_3_072: i32 = fix(3.072_711_026);

/// The pixels of a block whose coefficients are still to be multiplied by the steps of their quantisation.
#[inline]
pub(super) fn pixels(block: &Block, steps: &Block) -> Pixels {
    let (values, steps) = (block.as_chunks::<8>().0, steps.as_chunks::<8>().0);
    let rows: [i16x8; 8] = from_fn(|i| i16x8::from(values[i]) * i16x8::from(steps[i]));
    let below = rows[1..].iter().fold(i16x8::ZERO, |all, row| all | *row);
    let columns = if below == i16x8::ZERO {
        // Where every row is the first, whose fractional bits are all zeros.
        [rows[0] << PASS1_BITS; 8]
    } else {
        pass::<{ CONST_BITS - PASS1_BITS }>(rows)
    };
    let rows = pass::<{ CONST_BITS + PASS1_BITS + 3 }>(i16x8::transpose(columns));
    let rows = i16x8::transpose(rows);
    let mut pixels = [0; 64];
    for (pixels, row) in pixels.as_chunks_mut::<8>().0.iter_mut().zip(rows) {
        for (pixel, value) in pixels.iter_mut().zip(row.to_array()) {
            *pixel = (value.clamp(-128, 127) + 128) as u8;
        }
    }
    pixels
}

/// The same of a block that may have nothing but the first coefficient, where `is_flat`.
#[inline(always)]
pub(super) fn pixels_of(block: &Block, steps: &Block, is_flat: bool) -> Pixels {
    if is_flat {
        [flat(block[0], steps); 64]
    } else {
        pixels(block, steps)
    }
}

/// The pixels of a block of nothing but the first coefficient.
#[inline]
fn flat(first: i16, steps: &Block) -> u8 {
    let value = first.wrapping_mul(steps[0]) << PASS1_BITS;
    // The second pass of one coefficient: the others add nothing.
    let value = ((i32::from(value) << CONST_BITS) + (1 << 17)) >> 18;
    (value.clamp(-128, 127) + 128) as u8
}

/// Eight values of 32 bits: sums and differences wrap around.
#[derive(Clone, Copy)]
struct Wide([i32x4; 2]);

impl Add for Wide {
    type Output = Wide;
    #[inline(always)]
    fn add(self, Wide([a, b]): Wide) -> Wide {
        Wide([self.0[0] + a, self.0[1] + b])
    }
}

impl Sub for Wide {
    type Output = Wide;
    #[inline(always)]
    fn sub(self, Wide([a, b]): Wide) -> Wide {
        Wide([self.0[0] - a, self.0[1] - b])
    }
}

/// Pairs of two values, to be multiplied by pairs of constants and summed up.
struct Pairs([i16x8; 2]);

impl Pairs {
    #[inline(always)]
    fn new(a: i16x8, b: i16x8) -> Pairs {
        // Spelled out, this becomes two instructions.
        let (a, b) = (a.to_array(), b.to_array());
        let low = [a[0], b[0], a[1], b[1], a[2], b[2], a[3], b[3]];
        let high = [a[4], b[4], a[5], b[5], a[6], b[6], a[7], b[7]];
        Pairs([i16x8::from(low), i16x8::from(high)])
    }

    #[inline(always)]
    fn times(&self, by: i32, and: i32) -> Wide {
        let (by, and) = (by as i16, and as i16);
        let constants = i16x8::from([by, and, by, and, by, and, by, and]);
        Wide([self.0[0].dot(constants), self.0[1].dot(constants)])
    }
}

/// The sums, with so many fractional bits removed, in 16 bits.
#[inline(always)]
fn down<const DOWN: i32>(values: Wide) -> i16x8 {
    let half = i32x4::splat(1 << (DOWN - 1));
    let a = ((values.0[0] + half) >> DOWN).to_array();
    let b = ((values.0[1] + half) >> DOWN).to_array();
    let all = [a[0], a[1], a[2], a[3], b[0], b[1], b[2], b[3]];
    i16x8::from_i32x8_saturate(i32x8::from(all))
}

/// The inverse transform of eight columns side by side, scaled down by so many bits.
#[inline(always)]
fn pass<const DOWN: i32>(rows: [i16x8; 8]) -> [i16x8; 8] {
    let [c0, c1, c2, c3, c4, c5, c6, c7] = rows;

    // The even half.
    let pairs = Pairs::new(c2, c6);
    let tmp2 = pairs.times(F_0_541, F_0_541 - F_1_847);
    let tmp3 = pairs.times(F_0_541 + F_0_765, F_0_541);
    let tmp0 = Pairs::new(c0 + c4, i16x8::ZERO).times(1 << CONST_BITS, 0);
    let tmp1 = Pairs::new(c0 - c4, i16x8::ZERO).times(1 << CONST_BITS, 0);
    let (e0, e1, e2, e3) = (tmp0 + tmp3, tmp1 + tmp2, tmp1 - tmp2, tmp0 - tmp3);

    // The odd half.
    let pairs = Pairs::new(c7 + c3, c5 + c1);
    let z3 = pairs.times(F_1_175 - F_1_961, F_1_175);
    let z4 = pairs.times(F_1_175, F_1_175 - F_0_390);
    let pairs = Pairs::new(c7, c1);
    let tmp0 = pairs.times(F_0_298 - F_0_899, -F_0_899);
    let tmp3 = pairs.times(-F_0_899, F_1_501 - F_0_899);
    let pairs = Pairs::new(c5, c3);
    let tmp1 = pairs.times(F_2_053 - F_2_562, -F_2_562);
    let tmp2 = pairs.times(-F_2_562, F_3_072 - F_2_562);
    let (o0, o1, o2, o3) = (tmp3 + z4, tmp2 + z3, tmp1 + z4, tmp0 + z3);

    [
        down::<DOWN>(e0 + o0),
        down::<DOWN>(e1 + o1),
        down::<DOWN>(e2 + o2),
        down::<DOWN>(e3 + o3),
        down::<DOWN>(e3 - o3),
        down::<DOWN>(e2 - o2),
        down::<DOWN>(e1 - o1),
        down::<DOWN>(e0 - o0),
    ]
}
