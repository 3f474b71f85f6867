//! The coefficients of a block to its 64 pixels, bit for bit as libjpeg-turbo makes them on processors with vector units.
//!
//! The algorithm is that of Loeffler, Ligtenberg and Moschytz (ICASSP 1989) in integers of 13 fractional bits, which
//! libjpeg calls `islow`: what viewers show. Its vector code keeps 16 bits of each intermediate value, so coefficients that
//! leave them wrap around or stop at their ends. That is repeated here: a file can be made of such coefficients.

/// The coefficients of one block, row (vertical frequency) by row.
pub(super) type Block = [i16; 64];

/// The pixels of one block, row by row.
pub(super) type Pixels = [u8; 64];

/// Eight values that go through the same arithmetic.
type Lanes = [i16; 8];

const CONST_BITS: u32 = 13;
/// Fractional bits between the two passes.
const PASS1_BITS: u32 = 2;

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
    let mut rows = [[0i16; 8]; 8];
    for (row, (values, steps)) in rows.iter_mut().zip(
        block
            .as_chunks::<8>()
            .0
            .iter()
            .zip(steps.as_chunks::<8>().0),
    ) {
        *row = lanes(|i| values[i].wrapping_mul(steps[i]));
    }
    let nothing_below = rows[1..].as_flattened().iter().fold(0, |all, v| all | v) == 0;
    let columns = if nothing_below {
        // Where every row is the first, whose fractional bits are all zeros.
        let first = lanes(|i| rows[0][i] << PASS1_BITS);
        [first; 8]
    } else {
        pass::<{ CONST_BITS - PASS1_BITS }>(&rows)
    };
    let rows = pass::<{ CONST_BITS + PASS1_BITS + 3 }>(&transposed(&columns));
    let rows = transposed(&rows);
    let mut pixels = [0; 64];
    for (pixel, value) in pixels.iter_mut().zip(rows.as_flattened()) {
        *pixel = ((*value).clamp(-128, 127) + 128) as u8;
    }
    pixels
}

/// The pixels of a block of nothing but the first coefficient.
#[inline]
pub(super) fn flat(first: i16, steps: &Block) -> u8 {
    let value = first.wrapping_mul(steps[0]) << PASS1_BITS;
    // The second pass of one coefficient: the others add nothing.
    let value = ((i32::from(value) << CONST_BITS) + (1 << 17)) >> 18;
    (value.clamp(-128, 127) + 128) as u8
}

#[inline(always)]
fn lanes<T: Copy + Default>(value: impl Fn(usize) -> T) -> [T; 8] {
    let mut lanes = [T::default(); 8];
    for (i, lane) in lanes.iter_mut().enumerate() {
        *lane = value(i);
    }
    lanes
}

#[inline(always)]
fn transposed(rows: &[Lanes; 8]) -> [Lanes; 8] {
    let mut columns = [[0; 8]; 8];
    for (y, row) in rows.iter().enumerate() {
        for (x, value) in row.iter().enumerate() {
            columns[x][y] = *value;
        }
    }
    columns
}

/// The inverse transform of eight columns side by side, scaled down by so many bits.
#[inline(always)]
fn pass<const DOWN: u32>(rows: &[Lanes; 8]) -> [Lanes; 8] {
    let [c0, c1, c2, c3, c4, c5, c6, c7] = rows;
    let sum = |a: &Lanes, b: &Lanes| lanes(|i| a[i].wrapping_add(b[i]));
    let difference = |a: &Lanes, b: &Lanes| lanes(|i| a[i].wrapping_sub(b[i]));
    let both = |a: &Lanes, by: i32, b: &Lanes, and: i32| {
        lanes(|i| i32::from(a[i]) * by + i32::from(b[i]) * and)
    };

    // The even half.
    let tmp2 = both(c2, F_0_541, c6, F_0_541 - F_1_847);
    let tmp3 = both(c2, F_0_541 + F_0_765, c6, F_0_541);
    let tmp0 = sum(c0, c4).map(|v| i32::from(v) << CONST_BITS);
    let tmp1 = difference(c0, c4).map(|v| i32::from(v) << CONST_BITS);
    let even = [
        lanes(|i| tmp0[i].wrapping_add(tmp3[i])),
        lanes(|i| tmp1[i].wrapping_add(tmp2[i])),
        lanes(|i| tmp1[i].wrapping_sub(tmp2[i])),
        lanes(|i| tmp0[i].wrapping_sub(tmp3[i])),
    ];

    // The odd half.
    let (z3, z4) = (sum(c7, c3), sum(c5, c1));
    let z3_all = both(&z3, F_1_175 - F_1_961, &z4, F_1_175);
    let z4_all = both(&z3, F_1_175, &z4, F_1_175 - F_0_390);
    let tmp0 = both(c7, F_0_298 - F_0_899, c1, -F_0_899);
    let tmp1 = both(c5, F_2_053 - F_2_562, c3, -F_2_562);
    let tmp2 = both(c5, -F_2_562, c3, F_3_072 - F_2_562);
    let tmp3 = both(c7, -F_0_899, c1, F_1_501 - F_0_899);
    let odd = [
        lanes(|i| tmp3[i].wrapping_add(z4_all[i])),
        lanes(|i| tmp2[i].wrapping_add(z3_all[i])),
        lanes(|i| tmp1[i].wrapping_add(z4_all[i])),
        lanes(|i| tmp0[i].wrapping_add(z3_all[i])),
    ];

    let half = 1i32 << (DOWN - 1);
    let down = |v: i32| (v.wrapping_add(half) >> DOWN).clamp(-32768, 32767) as i16;
    let mut result = [[0; 8]; 8];
    for k in 0..4 {
        result[k] = lanes(|i| down(even[k][i].wrapping_add(odd[k][i])));
        result[7 - k] = lanes(|i| down(even[k][i].wrapping_sub(odd[k][i])));
    }
    result
}
