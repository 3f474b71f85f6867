//! The low frequencies of a grid, and their hash.

use std::array::from_fn;
use std::f64::consts::PI;
use std::sync::LazyLock;

use wide::f32x8;

use super::grid::Grid;
use crate::hash::Pdq;
use crate::hash::axis::SIDE;

/// The number of frequencies along each side: 1 to 16, without the constant one.
const FREQUENCIES: usize = 16;

/// The place of the lower median among the sorted coefficients.
const MEDIAN: usize = 127;

/// How far from zero the median mostly is at most, in means of the sizes of coefficients.
const NEAR_ZERO: f32 = 0.125;

/// How many bits of a hash are doubted.
const DOUBTS: usize = 56;

/// At which margin a bit of a copy is as likely another one as the same, in means of all margins. The views of 30 photographs,
/// changed in 133 ways, have it: those 32 to 66 bits from the hash of the photograph.
const EVEN_MARGIN: f32 = 0.086;

/// The smallest margin that is told from none, in those at which a bit is as likely another one.
const MARGIN_MIN: f32 = 0.01;

/// The 16x16 low frequencies of a [`Grid`], rows of growing horizontal frequency.
#[derive(Clone, PartialEq, Debug)]
pub(crate) struct Block(pub(crate) [[f32; 16]; 16]);

impl Block {
    /// The cosine transform of a grid.
    ///
    /// Sums run in 32-bit floats in the order of the reference. So even coefficients that are nothing but rounding errors
    /// agree. Each loop still works on a row of independent sums.
    pub(crate) fn new(grid: &Grid) -> Block {
        let Cosines { rows, columns } = &*COSINES;
        let mut block = Block([[0.0; FREQUENCIES]; FREQUENCIES]);
        for (out, cosines) in block.0.iter_mut().zip(rows) {
            let mut vertical = [0.0; SIDE];
            // So many sums stay in registers.
            for (strip, vertical) in vertical.as_chunks_mut().0.iter_mut().enumerate() {
                let mut sums = [0.0; FREQUENCIES];
                for (line, cosine) in grid.0.iter().zip(cosines) {
                    add_scaled(&mut sums, &line.as_chunks().0[strip], *cosine);
                }
                *vertical = sums;
            }
            for (sum, cosines) in vertical.iter().zip(columns) {
                add_scaled(out, cosines, *sum);
            }
        }
        block
    }

    /// One bit for each coefficient: whether it is greater than the lower median of the 256.
    ///
    /// Coefficient `i`, `j` is bit `16 i + j`, counted from the least significant.
    pub(crate) fn hash(&self) -> Pdq {
        let median = self.median();
        self.bits(|_, coefficients| coefficients.simd_gt(f32x8::splat(median)))
    }

    /// The hash, and 56 bits that are likeliest to be others in the hash of a copy.
    ///
    /// A bit whose coefficient is `m` from the median is taken to differ with the likelihood `k / (k + m)`. An index finds a
    /// copy by a row in which no bit differs but doubted ones. So a bit counts for more in a row whose other bits are likely
    /// to agree.
    pub(in crate::hasher) fn hash_and_doubts(&self) -> (Pdq, Pdq) {
        let median = f32x8::splat(self.median());
        let hash = self.bits(|_, coefficients| coefficients.simd_gt(median));
        let margin = |eight: &[f32; 8]| (f32x8::new(*eight) - median).abs();
        let all = || self.0.as_flattened().as_chunks::<8>().0.iter();
        let mean = all().map(margin).sum::<f32x8>().reduce_add() / 256.0;
        let even = f32x8::splat((mean * EVEN_MARGIN).max(f32::MIN_POSITIVE).recip());
        let least = f32x8::splat(MARGIN_MIN);
        // The order of positive floats is that of their bits. The last eight make way for the place.
        let mut keys = [0; 256];
        for (row, keys) in self.0.iter().zip(keys.chunks_exact_mut(FREQUENCIES)) {
            let halves: [f32x8; 2] =
                from_fn(|half| (margin(&row.as_chunks().0[half]) * even).max(least));
            let agree = halves.map(|odds| odds / (odds + f32x8::ONE));
            let agree: f32 = (agree[0] * agree[1]).to_array().iter().product();
            let weight = f32x8::splat(agree.sqrt().recip());
            for (half, keys) in halves.iter().zip(keys.chunks_exact_mut(8)) {
                for (key, value) in keys.iter_mut().zip((*half * weight).to_array()) {
                    *key = value.to_bits() & !0xff;
                }
            }
        }
        for (place, key) in (0..).zip(&mut keys) {
            *key |= place;
        }
        keys.select_nth_unstable(DOUBTS - 1);
        let mut doubts = Pdq::default();
        for key in &keys[..DOUBTS] {
            let place = (key & 0xff) as usize;
            doubts.0[31 - place / 8] |= 1 << (place % 8);
        }
        (hash, doubts)
    }

    /// The lower median of the coefficients. It is mostly near zero, and then few of them are sorted.
    fn median(&self) -> f32 {
        let vectors = || self.0.as_flattened().as_chunks().0.iter();
        let sum: f32x8 = vectors().map(|eight| f32x8::new(*eight).abs()).sum();
        let bound = sum.reduce_add() * (NEAR_ZERO / 256.0);
        let (mut below, mut near, mut count) = (0, [0.0; 256], 0);
        for coefficient in self.0.as_flattened() {
            near[count] = *coefficient;
            below += usize::from(*coefficient < -bound);
            count += usize::from(coefficient.abs() <= bound);
        }
        if (below..below + count).contains(&MEDIAN) {
            let near = near[..count].select_nth_unstable_by(MEDIAN - below, f32::total_cmp);
            return *near.1;
        }
        let mut sorted = self.0;
        let sorted = sorted.as_flattened_mut();
        *sorted.select_nth_unstable_by(MEDIAN, f32::total_cmp).1
    }

    /// One bit for each coefficient, from masks of eight of a row.
    fn bits(&self, mask: impl Fn(usize, f32x8) -> f32x8) -> Pdq {
        let mut bits = Pdq::default();
        for (row, coefficients) in self.0.iter().enumerate() {
            for (half, coefficients) in coefficients.as_chunks().0.iter().enumerate() {
                let of_half = mask(row, f32x8::new(*coefficients)).to_bitmask();
                bits.0[31 - 2 * row - half] = of_half as u8;
            }
        }
        bits
    }
}

fn add_scaled<const N: usize>(sums: &mut [f32; N], terms: &[f32; N], factor: f32) {
    for (sum, term) in sums.iter_mut().zip(terms) {
        *sum += factor * term;
    }
}

/// How much of each low frequency each of the 64 samples along a side has.
pub(in crate::hasher) fn cosines() -> &'static [[f32; FREQUENCIES]; SIDE] {
    &COSINES.columns
}

/// The cosine matrix, by frequency and by sample.
struct Cosines {
    rows: [[f32; SIDE]; FREQUENCIES],
    columns: [[f32; FREQUENCIES]; SIDE],
}

static COSINES: LazyLock<Cosines> = LazyLock::new(|| {
    let mut cosines = Cosines {
        rows: [[0.0; SIDE]; FREQUENCIES],
        columns: [[0.0; FREQUENCIES]; SIDE],
    };
    // The factor is rounded to 32 bits before it is used, as in the reference.
    let scale = f64::from((2.0 / SIDE as f64).sqrt() as f32);
    for i in 0..FREQUENCIES {
        for j in 0..SIDE {
            let angle = PI / 2.0 / SIDE as f64 * (i + 1) as f64 * (2 * j + 1) as f64;
            let cosine = (scale * angle.cos()) as f32;
            cosines.rows[i][j] = cosine;
            cosines.columns[j][i] = cosine;
        }
    }
    cosines
});

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        /// Whatever the coefficients are, also where most are equal or none is near zero.
        #[test]
        fn a_hash_is_what_is_above_the_median(
            seed: u64, levels in 1_u64..2000, offset in -500.0..500.0f32,
        ) {
            let mut state = seed | 1;
            let mut number = || {
                state ^= state << 13;
                state ^= state >> 7;
                state ^= state << 17;
                (state >> 20) % levels
            };
            let block = Block(from_fn(|_| from_fn(|_| number() as f32 - levels as f32 / 2.0 + offset)));
            let mut sorted = block.0.as_flattened().to_vec();
            sorted.sort_by(f32::total_cmp);
            let median = sorted[MEDIAN];
            let (hash, doubts) = block.hash_and_doubts();
            prop_assert_eq!(hash, block.hash());
            prop_assert_eq!(count(&doubts), DOUBTS);
            let margin = |place: usize| (block.0[place / 16][place % 16] - median).abs();
            let margins: Vec<f32> = (0..256).map(margin).collect();
            for (place, coefficient) in block.0.as_flattened().iter().enumerate() {
                prop_assert_eq!(bit(&hash, place), *coefficient > median);
            }
            // Of one row the bits with the smallest margins are doubted. All below the smallest one that is told are alike.
            let told = margins.iter().sum::<f32>() / 256.0 * EVEN_MARGIN * MARGIN_MIN;
            for row in 0..16 {
                let of = |is_doubted| {
                    let places = (16 * row..16 * row + 16).filter(move |&place| bit(&doubts, place) == is_doubted);
                    places.map(|place| margins[place])
                };
                let farthest = of(true).fold(0.0, f32::max);
                let nearest = of(false).fold(f32::INFINITY, f32::min);
                prop_assert!(farthest * 0.999 <= nearest.max(told * 1.001), "{} {}", farthest, nearest);
            }
        }
    }

    fn bit(bits: &Pdq, place: usize) -> bool {
        bits.0[31 - place / 8] >> (place % 8) & 1 == 1
    }

    fn count(bits: &Pdq) -> usize {
        bits.0.iter().map(|byte| byte.count_ones() as usize).sum()
    }

    /// Two bits with equal margins: the one in the row whose other bits are sure is doubted first.
    #[test]
    fn a_row_of_sure_bits_has_more_doubts() {
        let mut block = Block([[0.0; 16]; 16]);
        for (row, coefficients) in block.0.iter_mut().enumerate() {
            for (column, coefficient) in coefficients.iter_mut().enumerate() {
                let size = match (row, column) {
                    (_, 0..4) => 10.0,
                    (0..8, _) => 1000.0,
                    _ => 30.0,
                };
                *coefficient = if (row + column) % 2 == 0 { size } else { -size };
            }
        }
        // With it the median is zero, and it is doubted before all others.
        block.0[15][14] = 0.0;
        let (_, doubts) = block.hash_and_doubts();
        assert!(bit(&doubts, 16 * 15 + 14));
        let doubted = |row: usize| {
            (0..4)
                .filter(|column| bit(&doubts, 16 * row + column))
                .count()
        };
        assert!((0..8).all(|row| doubted(row) == 4), "{doubts}");
        let others: usize = (8..16).map(doubted).sum();
        assert_eq!(others, DOUBTS - 32 - 1, "{doubts}");
    }
}
