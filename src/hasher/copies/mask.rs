//! One bit for each sample of a plane, 64 of them at a time.

use std::ops::Range;

use wide::u8x16;

use super::luma::Levels;

/// Which samples of a plane have some property. Bits beyond the width are zero.
#[derive(Clone)]
pub(super) struct Mask {
    pub(super) width: usize,
    pub(super) height: usize,
    words: usize,
    bits: Vec<u64>,
}

impl Mask {
    pub(super) fn new(width: usize, height: usize) -> Mask {
        let words = width.div_ceil(64);
        Mask {
            width,
            height,
            words,
            bits: vec![0; words * height],
        }
    }

    /// Sets the samples of a row whose values are above a level, and no others.
    pub(super) fn set_above(&mut self, y: usize, values: &[u8], level: u8) {
        let level = u8x16::splat(level);
        for (bits, values) in self.row_mut(y).iter_mut().zip(values.chunks(64)) {
            *bits = 0;
            let (whole, rest) = values.as_chunks();
            let above =
                |sixteen: [u8; 16]| u64::from(u8x16::new(sixteen).simd_gt(level).to_bitmask());
            for (place, sixteen) in whole.iter().enumerate() {
                *bits |= above(*sixteen) << (16 * place);
            }
            if !rest.is_empty() {
                let mut sixteen = [0; 16];
                sixteen[..rest.len()].copy_from_slice(rest);
                *bits |= above(sixteen) << (16 * whole.len());
            }
        }
    }

    fn row_mut(&mut self, y: usize) -> &mut [u64] {
        &mut self.bits[y * self.words..][..self.words]
    }

    fn row(&self, y: usize) -> &[u64] {
        &self.bits[y * self.words..][..self.words]
    }

    pub(super) fn is_set(&self, x: usize, y: usize) -> bool {
        self.row(y)[x / 64] >> (x % 64) & 1 == 1
    }

    pub(super) fn set(&mut self, y: usize, places: Range<usize>) {
        let (first, last) = (places.start / 64, places.end / 64);
        let row = self.row_mut(y);
        // The bits of a word from a place on.
        let from = |place: usize| u64::MAX << (place % 64);
        for (word, bits) in row.iter_mut().enumerate().take(last + 1).skip(first) {
            let low = if word == first {
                from(places.start)
            } else {
                u64::MAX
            };
            let high = if word == last { from(places.end) } else { 0 };
            *bits |= low & !high;
        }
    }

    pub(super) fn set_runs(&mut self, component: &Component) {
        for (y, run) in &component.runs {
            self.set(*y, run.clone());
        }
    }

    /// How many samples of a row are set within these columns.
    pub(super) fn count(&self, y: usize, columns: Range<usize>) -> usize {
        let (first, last) = (columns.start / 64, columns.end / 64);
        let from = |place: usize| u64::MAX << (place % 64);
        let words = self.row(y).iter().enumerate().take(last + 1).skip(first);
        let counts = words.map(|(word, bits)| {
            let low = if word == first {
                from(columns.start)
            } else {
                u64::MAX
            };
            let high = if word == last { from(columns.end) } else { 0 };
            (bits & low & !high).count_ones() as usize
        });
        counts.sum()
    }

    /// The samples that are not set.
    pub(super) fn inverted(&self) -> Mask {
        let mut inverted = self.clone();
        let last = match self.width % 64 {
            0 => u64::MAX,
            bits => (1 << bits) - 1,
        };
        for y in 0..self.height {
            let row = inverted.row_mut(y);
            row.iter_mut().for_each(|bits| *bits = !*bits);
            if let Some(bits) = row.last_mut() {
                *bits &= last;
            }
        }
        inverted
    }

    /// The samples with one that is set within so many columns.
    pub(super) fn widened(&self, by: usize) -> Mask {
        let mut wide = self.clone();
        let inside = Mask::new(self.width, 0).last_word();
        for y in 0..self.height {
            let row = wide.row_mut(y);
            let mut left = by;
            // Each step at most doubles how far a sample is seen.
            let mut reach = 1;
            while left > 0 {
                let step = reach.min(left).min(63);
                shift_both_ways(row, step);
                left -= step;
                reach += step;
            }
            if let Some(bits) = row.last_mut() {
                *bits &= inside;
            }
        }
        wide
    }

    fn last_word(&self) -> u64 {
        match self.width % 64 {
            0 => u64::MAX,
            bits => (1 << bits) - 1,
        }
    }

    /// The samples with one that is set within so many rows.
    pub(super) fn heightened(&self, by: usize) -> Mask {
        let mut high = self.clone();
        let (mut left, mut reach) = (by, 1);
        while left > 0 {
            let step = reach.min(left);
            let before = high.clone();
            for y in 0..self.height {
                let above = y.checked_sub(step).map(|y| before.row(y));
                let below = (y + step < self.height).then(|| before.row(y + step));
                let row = high.row_mut(y);
                for other in above.into_iter().chain(below) {
                    row.iter_mut()
                        .zip(other)
                        .for_each(|(bits, other)| *bits |= other);
                }
            }
            left -= step;
            reach += step;
        }
        high
    }

    /// The samples with one that is set within a square.
    pub(super) fn grown(&self, by: usize) -> Mask {
        self.widened(by).heightened(by)
    }

    /// The samples of which all within a square are set; outside of the plane all are.
    pub(super) fn shrunk(&self, by: usize) -> Mask {
        self.inverted().grown(by).inverted()
    }

    /// The runs of set samples of a row.
    pub(super) fn runs(&self, y: usize) -> impl Iterator<Item = Range<usize>> {
        let row = self.row(y);
        let width = self.width;
        // The next sample from `x` on that is set, or is not.
        let next = move |x: usize, set: bool| {
            let mut word = x / 64;
            let mut bits = *row.get(word)?;
            if !set {
                bits = !bits;
            }
            bits &= u64::MAX << (x % 64);
            loop {
                if bits != 0 {
                    let found = word * 64 + bits.trailing_zeros() as usize;
                    return (found < width).then_some(found);
                }
                word += 1;
                bits = *row.get(word)?;
                if !set {
                    bits = !bits;
                }
            }
        };
        let mut at = 0;
        std::iter::from_fn(move || {
            if at >= width {
                return None;
            }
            let start = next(at, true)?;
            at = next(start, false).unwrap_or(width);
            Some(start..at)
        })
    }

    /// The parts of so many samples or more that touch each other at a side, largest first; of one size, as they are met.
    pub(super) fn components(&self, least: usize) -> Vec<Component> {
        let mut runs: Vec<Run> = Vec::with_capacity(8 * self.height);
        let mut parents: Vec<u32> = Vec::new();
        let (mut above, mut begin) = (0..0, 0);
        for y in 0..self.height {
            let mut first = above.start;
            for run in self.runs(y) {
                let (start, end) = (run.start as u32, run.end as u32);
                let mut own: Option<u32> = None;
                while first < above.end && runs[first].end <= start {
                    first += 1;
                }
                let mut other = first;
                while other < above.end && runs[other].start < end {
                    let root = root(&mut parents, runs[other].part);
                    match own {
                        None => own = Some(root),
                        Some(known) if known != root => {
                            parents[known.max(root) as usize] = known.min(root);
                            own = Some(known.min(root));
                        }
                        Some(_) => {}
                    }
                    other += 1;
                }
                let part = own.unwrap_or_else(|| {
                    let part = parents.len() as u32;
                    parents.push(part);
                    part
                });
                let y = y as u32;
                runs.push(Run {
                    y,
                    start,
                    end,
                    part,
                });
            }
            above = begin..runs.len();
            begin = runs.len();
        }
        // A photograph can have thousands of small ones.
        let mut sizes = vec![0; parents.len()];
        for run in &mut runs {
            run.part = root(&mut parents, run.part);
            sizes[run.part as usize] += (run.end - run.start) as usize;
        }
        let mut components: Vec<Component> = Vec::new();
        let mut places = vec![usize::MAX; parents.len()];
        for run in runs.iter().filter(|run| sizes[run.part as usize] >= least) {
            let place = &mut places[run.part as usize];
            if *place == usize::MAX {
                *place = components.len();
                components.push(Component::default());
            }
            let component = &mut components[*place];
            let columns = run.start as usize..run.end as usize;
            component.samples += columns.len();
            component.runs.push((run.y as usize, columns));
        }
        components.sort_by_key(|component| std::cmp::Reverse(component.samples));
        components
    }
}

/// Samples of a row that are set, and the part that they are of so far.
#[derive(Clone, Copy)]
struct Run {
    y: u32,
    start: u32,
    end: u32,
    part: u32,
}

/// Samples that touch each other.
#[derive(Default)]
pub(super) struct Component {
    pub(super) samples: usize,
    /// Rows and columns, from the top.
    pub(super) runs: Vec<(usize, Range<usize>)>,
}

impl Component {
    /// Whether a sample is one of it.
    pub(super) fn holds(&self, x: usize, y: usize) -> bool {
        let at = self
            .runs
            .partition_point(|(row, run)| (*row, run.end) <= (y, x));
        let run = self.runs.get(at);
        run.is_some_and(|(row, run)| *row == y && run.contains(&x))
    }
}

fn root(parents: &mut [u32], mut part: u32) -> u32 {
    while parents[part as usize] != part {
        let parent = parents[part as usize];
        parents[part as usize] = parents[parent as usize];
        part = parents[part as usize];
    }
    part
}

/// Adds what is set `by` places to the left and to the right, fewer than 64.
fn shift_both_ways(row: &mut [u64], by: usize) {
    let mut before = 0;
    for at in 0..row.len() {
        let bits = row[at];
        let after = row.get(at + 1).copied().unwrap_or(0);
        row[at] |= bits << by | before >> (64 - by) | bits >> by | after << (64 - by);
        before = bits;
    }
}

impl Levels {
    /// Where neighbours differ by more than `step`. From one row to the next it is the row after it. From one column to the
    /// next it is the column after it.
    pub(super) fn steps(&self, step: u8) -> [Mask; 2] {
        let mut down = Mask::new(self.width, self.height);
        let mut across = Mask::new(self.width, self.height);
        let mut differences = vec![0; self.width];
        for y in 0..self.height {
            let row = self.row(y);
            if y > 0 {
                let pairs = row.iter().zip(self.row(y - 1));
                for (difference, (one, other)) in differences.iter_mut().zip(pairs) {
                    *difference = one.abs_diff(*other);
                }
                down.set_above(y, &differences, step);
            }
            let pairs = row[1..].iter().zip(row);
            differences[0] = 0;
            for (difference, (one, other)) in differences[1..].iter_mut().zip(pairs) {
                *difference = one.abs_diff(*other);
            }
            across.set_above(y, &differences, step);
        }
        [down, across]
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn mask(width: usize, height: usize, seed: u64, share: u64) -> Mask {
        let mut mask = Mask::new(width, height);
        for y in 0..height {
            let values = (0..width as u64).map(|x| {
                let salt = ((x + 1) * 0x9e37_79b9) ^ ((y as u64 + seed) * 0x85eb_ca6b);
                u8::from((salt ^ salt >> 13).wrapping_mul(0xc2b2_ae35) >> 8 & 15 < share)
            });
            mask.set_above(y, &values.collect::<Vec<u8>>(), 0);
        }
        mask
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn growing_and_shrinking_are_what_they_are_sample_by_sample(
            width in 1usize..200, height in 1usize..20, seed in 0u64..1000, by in 0usize..70,
        ) {
            let mask = mask(width, height, seed, 3);
            let (grown, shrunk) = (mask.grown(by), mask.shrunk(by));
            for (x, y) in (0..width * height).map(|place| (place % width, place / width)) {
                let rows = y.saturating_sub(by)..height.min(y + by + 1);
                let columns = x.saturating_sub(by)..width.min(x + by + 1);
                let mut near = rows.flat_map(|y| columns.clone().map(move |x| (x, y)));
                let any = near.clone().any(|(x, y)| mask.is_set(x, y));
                let all = near.all(|(x, y)| mask.is_set(x, y));
                prop_assert_eq!((grown.is_set(x, y), shrunk.is_set(x, y)), (any, all));
            }
        }

        #[test]
        fn components_hold_every_sample_once_and_do_not_touch(
            width in 1usize..150, height in 1usize..20, seed in 0u64..1000, share in 0u64..16, least in 0usize..40,
        ) {
            let mask = mask(width, height, seed, share);
            let components = mask.components(0);
            let large = mask.components(least);
            let expected = components.iter().take_while(|component| component.samples >= least);
            prop_assert!(large.iter().map(|large| &large.runs).eq(expected.map(|one| &one.runs)));
            let mut parts = vec![None; width * height];
            for (part, component) in components.iter().enumerate() {
                let samples: usize = component.runs.iter().map(|(_, run)| run.len()).sum();
                prop_assert_eq!(samples, component.samples);
                for (y, run) in &component.runs {
                    for x in run.clone() {
                        prop_assert!(mask.is_set(x, *y));
                        prop_assert_eq!(parts[y * width + x].replace(part), None);
                    }
                }
            }
            for (x, y) in (0..width * height).map(|place| (place % width, place / width)) {
                prop_assert_eq!(parts[y * width + x].is_some(), mask.is_set(x, y));
                for (x2, y2) in [(x + 1, y), (x, y + 1)] {
                    if x2 < width && y2 < height && mask.is_set(x, y) && mask.is_set(x2, y2) {
                        prop_assert_eq!(parts[y * width + x], parts[y2 * width + x2]);
                    }
                }
            }
            prop_assert!(components.is_sorted_by_key(|component| std::cmp::Reverse(component.samples)));
            let mut drawn = Mask::new(width, height);
            components.iter().for_each(|component| drawn.set_runs(component));
            for y in 0..height {
                let columns = least.min(width)..width - width.min(share as usize) / 2;
                let set = columns.clone().filter(|&x| mask.is_set(x, y)).count();
                prop_assert_eq!(mask.count(y, columns), set);
                prop_assert!((0..width).all(|x| drawn.is_set(x, y) == mask.is_set(x, y)));
            }
        }
    }
}
