//! A frame of a plane as PDQ sees it: its low frequencies, its hashes, and how much there is to see.

use std::f64::consts::PI;
use std::sync::LazyLock;

use wide::{f32x4, f32x8};

use super::axis::{Axis, SIDE};
use super::plane::{Part, Plane};
use crate::hash::{Pdq, Turn};
use crate::hasher::pdq::{Block, Grid};

/// The number of frequencies along each side.
const FREQUENCIES: usize = 16;

/// How many lines are worked on together.
const AT_ONCE: usize = 4;

/// The lines of a plane, each filtered along itself. Views that share an axis share this work, which is most of it.
pub(super) struct Lines {
    /// What PDQ samples of each line.
    samples: Vec<[f32; SIDE]>,
    /// The low frequencies of these.
    frequencies: Vec<[f32; FREQUENCIES]>,
    are_columns: bool,
}

impl Lines {
    /// The columns of a part of a plane.
    pub(super) fn columns(part: Part<'_>, rows: &Axis) -> Lines {
        let padded = part.width.next_multiple_of(AT_ONCE);
        let mut samples = vec![[0.0; SIDE]; padded];
        // Four rows of samples at a time become four samples of each column.
        let mut four = vec![0.0; AT_ONCE * padded];
        for (sample, (start, weights)) in rows.bands().enumerate() {
            let place = sample % AT_ONCE;
            let sums = &mut four[place * padded..][..part.width];
            sum_rows(sums, part, start, weights);
            if place + 1 < AT_ONCE {
                continue;
            }
            for (column, columns) in samples.chunks_exact_mut(AT_ONCE).enumerate() {
                let rows = std::array::from_fn(|row| {
                    let four = &four[row * padded + column * AT_ONCE..];
                    f32x4::new(*four.first_chunk().expect("padded to four"))
                });
                for (column, samples) in columns.iter_mut().zip(f32x4::transpose(rows)) {
                    column.as_chunks_mut().0[sample / AT_ONCE] = samples.to_array();
                }
            }
        }
        let mut frequencies = Vec::with_capacity(padded);
        for four in samples.as_chunks().0 {
            frequencies.extend(self::frequencies(four));
        }
        samples.truncate(part.width);
        Lines {
            frequencies,
            samples,
            are_columns: true,
        }
    }

    /// The rows of a plane, which is given with its rows and columns exchanged.
    pub(super) fn rows(exchanged: &Plane, columns: &Axis) -> Lines {
        Lines {
            are_columns: false,
            ..Lines::columns(exchanged.whole(), columns)
        }
    }

    /// How much there is to see where the lines are filtered across like this, 0 to 100. The definition is that of PDQ.
    pub(super) fn quality(&self, across: &Axis) -> u8 {
        let mut sum = 0;
        // Two lines in turn, each with its last sample repeated.
        let mut lines = [[0.0; SIDE + 1]; 2];
        for (number, (start, weights)) in across.bands().enumerate() {
            let [line, before] = if number % 2 == 0 {
                let [line, before] = &mut lines;
                [line, before]
            } else {
                let [before, line] = &mut lines;
                [line, before]
            };
            line[..SIDE].fill(0.0);
            for (samples, weight) in self.samples[start..].iter().zip(weights) {
                for (sum, sample) in line.iter_mut().zip(samples) {
                    *sum += weight * sample;
                }
            }
            line[SIDE] = line[SIDE - 1];
            sum += steps(&line[..SIDE], &line[1..]);
            if number > 0 {
                sum += steps(&line[..SIDE], &before[..SIDE]);
            }
            // What is richer is no better.
            if sum >= RICHEST {
                return 100;
            }
        }
        (sum / 90) as u8
    }

    /// The samples of the view that is filtered across like this.
    pub(super) fn grid(&self, across: &Axis) -> Grid {
        let mut stored = [[0.0; SIDE]; SIDE];
        for (line, (start, weights)) in stored.iter_mut().zip(across.bands()) {
            for (samples, weight) in self.samples[start..].iter().zip(weights) {
                add_scaled(line, samples, *weight);
            }
        }
        Grid(if self.are_columns {
            std::array::from_fn(|row| std::array::from_fn(|column| stored[column][row]))
        } else {
            stored
        })
    }

    /// The low frequencies of the view that is filtered across like this.
    pub(super) fn frequencies(&self, across: &Axis) -> Frequencies {
        let mut lines = [[0.0; FREQUENCIES]; SIDE];
        for (line, (start, weights)) in lines.iter_mut().zip(across.bands()) {
            for (frequencies, weight) in self.frequencies[start..].iter().zip(weights) {
                add_scaled(line, frequencies, *weight);
            }
        }
        let folded = folded(&lines, |one, other, sums, differences| {
            for (place, (one, other)) in one.iter().zip(other).enumerate() {
                (sums[place], differences[place]) = (one + other, one - other);
            }
        });
        let mut block = [[0.0; FREQUENCIES]; FREQUENCIES];
        for (number, out) in block.iter_mut().enumerate() {
            let [even, odd] = &folded;
            let (lines, cosines) = if number % 2 == 0 {
                (odd, &COSINES.odd)
            } else {
                (even, &COSINES.even)
            };
            for (line, cosines) in lines.iter().zip(cosines) {
                add_scaled(out, line, cosines[number / 2]);
            }
        }
        if self.are_columns {
            let stored = block;
            block = std::array::from_fn(|row| std::array::from_fn(|column| stored[column][row]));
        }
        Frequencies(Block(block))
    }
}

/// The sum of steps from which on the quality is the highest there is.
const RICHEST: u32 = 9000;

/// The sum of the steps between samples, in whole percent of the range from black to white.
fn steps(one: &[f32], other: &[f32]) -> u32 {
    let vectors = one.as_chunks().0.iter().zip(other.as_chunks().0);
    let mut sums = wide::i32x8::ZERO;
    for (one, other) in vectors {
        let step = (f32x8::new(*one) - f32x8::new(*other)) * f32x8::splat(100.0 / 255.0);
        sums += step.abs().fast_trunc_int();
    }
    sums.reduce_add().cast_unsigned()
}

/// Both ends of what is symmetric, added and subtracted. Of even frequencies both ends of a cosine are equal, of odd ones they
/// have different signs.
fn folded<T: Default + Copy>(
    all: &[T; SIDE],
    fold: impl Fn(&T, &T, &mut T, &mut T),
) -> [[T; SIDE / 2]; 2] {
    let [mut sums, mut differences] = [[T::default(); SIDE / 2]; 2];
    let ends = all.iter().zip(all.iter().rev());
    for ((one, other), (sum, difference)) in ends.zip(sums.iter_mut().zip(&mut differences)) {
        fold(one, other, sum, difference);
    }
    [sums, differences]
}

/// The weighted sum of rows from one on. Four rows at a time save traffic of the sums.
fn sum_rows(sums: &mut [f32], part: Part<'_>, start: usize, weights: &[f32]) {
    for (step, weights) in weights.chunks(AT_ONCE).enumerate() {
        let first = start + step * AT_ONCE;
        // A row that is missing is another one, with no weight.
        let row = |place: usize| match weights.get(place) {
            Some(weight) => (part.row(first + place), *weight),
            None => (part.row(first), 0.0),
        };
        let [(a, wa), (b, wb), (c, wc), (d, wd)] = [row(0), row(1), row(2), row(3)];
        let rows = a.iter().zip(b).zip(c.iter().zip(d));
        let sum =
            |((a, b), (c, d)): ((&f32, &f32), (&f32, &f32))| (a * wa + b * wb) + (c * wc + d * wd);
        if step == 0 {
            sums.iter_mut()
                .zip(rows)
                .for_each(|(out, rows)| *out = sum(rows));
        } else {
            sums.iter_mut()
                .zip(rows)
                .for_each(|(out, rows)| *out += sum(rows));
        }
    }
}

/// The low frequencies of 64 samples of each of four lines.
fn frequencies(lines: &[[f32; SIDE]; AT_ONCE]) -> [[f32; FREQUENCIES]; AT_ONCE] {
    let folded: [_; AT_ONCE] = std::array::from_fn(|line| {
        folded(&lines[line], |one, other, sum, difference| {
            (*sum, *difference) = (one + other, one - other);
        })
    });
    // Sums of one line would wait for each other.
    let summed = |half: usize, cosines: &[[f32; FREQUENCIES / 2]; SIDE / 2]| {
        let mut sums = [f32x8::ZERO; AT_ONCE];
        for (place, cosines) in cosines.iter().enumerate() {
            let cosines = f32x8::new(*cosines);
            for (sum, line) in sums.iter_mut().zip(&folded) {
                *sum += f32x8::splat(line[half][place]) * cosines;
            }
        }
        sums.map(f32x8::to_array)
    };
    let (even, odd) = (summed(0, &COSINES.even), summed(1, &COSINES.odd));
    // The first frequency is 1.
    std::array::from_fn(|line| {
        std::array::from_fn(|number| {
            if number % 2 == 0 {
                odd[line][number / 2]
            } else {
                even[line][number / 2]
            }
        })
    })
}

#[inline(always)]
fn add_scaled<const N: usize>(sums: &mut [f32; N], terms: &[f32; N], factor: f32) {
    for (sum, term) in sums.iter_mut().zip(terms) {
        *sum += factor * term;
    }
}

/// The cosines of the first 32 samples: of odd frequencies from 1 to 15, and of even ones from 2 to 16.
struct Cosines {
    odd: [[f32; FREQUENCIES / 2]; SIDE / 2],
    even: [[f32; FREQUENCIES / 2]; SIDE / 2],
}

static COSINES: LazyLock<Cosines> = LazyLock::new(|| {
    let cosine = |frequency: usize, sample: usize| {
        let angle = PI / 2.0 / SIDE as f64 * frequency as f64 * (2 * sample + 1) as f64;
        ((2.0 / SIDE as f64).sqrt() * angle.cos()) as f32
    };
    let from = |first: usize| {
        std::array::from_fn(|sample| {
            std::array::from_fn(|number| cosine(first + 2 * number, sample))
        })
    };
    Cosines {
        odd: from(1),
        even: from(2),
    }
});

/// The low frequencies of a view.
pub(super) struct Frequencies(pub(super) Block);

impl Frequencies {
    /// The hash of the picture turned in this way.
    ///
    /// Samples are symmetric, so a flip changes the sign of every other frequency and a transposition exchanges rows and
    /// columns.
    pub(super) fn hash(&self, turn: Turn) -> Pdq {
        self.turned(turn).hash()
    }

    /// The same, and the bits in which a near hash is likely to differ.
    pub(super) fn hash_and_doubts(&self, turn: Turn) -> (Pdq, Pdq) {
        self.turned(turn).hash_and_doubts()
    }

    fn turned(&self, turn: Turn) -> Block {
        let Block(upright) = &self.0;
        let sign =
            |flips: bool| {
                let of_odd = if flips { -1.0 } else { 1.0 };
                std::array::from_fn::<f32, FREQUENCIES, _>(|number| {
                    if number % 2 == 0 { of_odd } else { 1.0 }
                })
            };
        let (rows, columns) = (sign(turn.flips_rows()), sign(turn.flips_columns()));
        let mut turned = [[0.0; FREQUENCIES]; FREQUENCIES];
        for (row, (out, line)) in turned.iter_mut().zip(upright).enumerate() {
            for ((out, value), sign) in out.iter_mut().zip(line).zip(columns) {
                *out = value * rows[row] * sign;
            }
        }
        if turn.swaps_sides() {
            let stored = turned;
            turned = std::array::from_fn(|row| std::array::from_fn(|column| stored[column][row]));
        }
        Block(turned)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// What a frame shows, sample by sample.
    fn grid(plane: &Plane, rows: &Axis, columns: &Axis) -> Grid {
        let mut grid = Grid([[0.0; SIDE]; SIDE]);
        for (out, (top, row)) in grid.0.iter_mut().zip(rows.bands()) {
            for (out, (left, column)) in out.iter_mut().zip(columns.bands()) {
                for (y, of_row) in (top..).zip(row) {
                    for (x, of_column) in (left..).zip(column) {
                        *out += plane.samples[y * plane.width + x] * of_row * of_column;
                    }
                }
            }
        }
        grid
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        /// Whichever side is filtered first, a view has the frequencies and the quality of the samples that it stands for.
        #[test]
        fn a_view_is_what_its_samples_are(
            width in 3usize..150, height in 3usize..150, out in prop::array::uniform4(-0.3..0.4f64), steps in 0u32..7, seed: u64,
        ) {
            let mut state = seed | 1;
            let mut number = || {
                state ^= state << 13;
                state ^= state >> 7;
                state ^= state << 17;
                (state >> 57) as f32 - 64.0
            };
            // From detail in every sample to hardly any.
            let scale = 0.5_f32.powi(steps as i32);
            let plane = Plane {
                width,
                height,
                samples: (0..width * height).map(|_| number() * scale).collect(),
            };
            let axis = |side: usize, before: f64, behind: f64| {
                let length = side as f64;
                Axis::new(-before * length..length + behind * length, 0..side)
            };
            let rows = axis(height, out[0], out[1]);
            let columns = axis(width, out[2], out[3]);
            let grid = grid(&plane, &rows, &columns);
            let expected = Block::new(&grid);
            for (lines, across) in [
                (Lines::rows(&plane.exchanged(), &columns), &rows),
                (Lines::columns(plane.whole(), &rows), &columns),
            ] {
                let shown = lines.grid(across);
                for (one, other) in grid.0.as_flattened().iter().zip(shown.0.as_flattened()) {
                    prop_assert!((one - other).abs() < 0.01, "{one} {other}");
                }
                let Frequencies(block) = lines.frequencies(across);
                for (one, other) in expected.0.as_flattened().iter().zip(block.0.as_flattened()) {
                    prop_assert!((one - other).abs() < 0.05, "{one} {other}");
                }
                // A step at a whole percent can be rounded to either side.
                let quality = i32::from(lines.quality(across));
                prop_assert!((quality - i32::from(grid.quality())).abs() <= 2, "{quality}");
            }
        }
    }
}
