//! The third look: what was put over a picture is taken off until its hash comes near to a listed one.
//!
//! Stickers, captions and bars hide little, but their edges change all frequencies. A rectangle is filled from what is around
//! it, and the hash is compared again. Each rectangle that brings it nearer by some bits is kept, up to a few. A copy that is
//! covered by a fifth comes down from some 60 bits to 25. Another photograph comes nearer, too, by 8 bits in the median and
//! by 30 at most. So what is found like this is a lead and never more.

use std::ops::Range;
use std::sync::LazyLock;

use super::align::{self, Aligned};
use super::axis::SIDE;
use super::grid::Frequencies;
use super::luma::Levels;
use super::{DOCUMENT_SHARE, fullest_share};
use crate::hash::{Area, AreaKind, Pdq, Region, Turn};
use crate::hasher::pdq::{Block, Grid, cosines};

/// Rectangles consist of cells: how many samples of the 64 a cell has along each side, and how many cells there are.
const CELL: usize = 4;
const CELLS: usize = SIDE / CELL;

/// The sides of the rectangles that are tried everywhere, in cells. The best of them grows and shrinks cell by cell.
const SIDES: [usize; 4] = [2, 4, 8, 16];

/// How many rectangles are filled at most, and how much of the picture all of them cover at most.
const RECTANGLES_MAX: usize = 3;
const COVERED_MAX: f32 = 0.36;

/// By how many bits a rectangle has to bring the hash nearer.
const GAIN_MIN: u32 = 6;

/// How many bits the whole picture is worth: of rectangles with the same gain the smallest counts.
const BITS_OF_WHOLE: f32 = 20.0;

/// Over how many samples what fills a rectangle fades to the mean: a tenth of a side, as outside of pictures.
const FADE: f32 = 0.1 * SIDE as f32;

/// Takes off what covers a view of these levels, towards a listed hash. `None` where nothing brings it nearer.
pub(super) fn uncover(levels: &Levels, area: Area, turn: Turn, listed: &Pdq) -> Option<Aligned> {
    if !area.kind.can_align() {
        return None;
    }
    let region = align::frame_of(&area);
    let listed = if area.kind == AreaKind::Inverted {
        Pdq(listed.0.map(|byte| !byte))
    } else {
        *listed
    };
    let whole = Shown::new(align::samples(levels, &region), turn, listed);
    let mut starts = vec![whole.clone()];
    if area.kind == AreaKind::Erased {
        let mut shown = whole;
        erased(&area.region).for_each(|cells| shown.fill(&cells));
        starts.push(shown);
    }
    let seen = starts.into_iter().filter_map(Shown::uncovered);
    let distance = seen.min()?;
    Some(Aligned {
        distance,
        area: Area {
            kind: AreaKind::Uncovered,
            region,
            is_document: fullest_share(levels, &levels.rectangle(&region)) >= DOCUMENT_SHARE,
        },
    })
}

/// A rectangle, in cells.
#[derive(Clone, Copy)]
struct Cells {
    /// The first and the end: of rows, then of columns.
    ends: [usize; 4],
}

impl Cells {
    fn rows(&self) -> Range<usize> {
        self.ends[0]..self.ends[1]
    }

    fn columns(&self) -> Range<usize> {
        self.ends[2]..self.ends[3]
    }

    /// The share of the picture.
    fn share(&self) -> f32 {
        (self.rows().len() * self.columns().len()) as f32 / (CELLS * CELLS) as f32
    }

    /// The rectangles of all sides, each half a side from the next.
    fn all() -> impl Iterator<Item = Cells> {
        let ranges = || {
            SIDES.into_iter().flat_map(|side| {
                let starts = (0..=CELLS - side).step_by(side / 2);
                starts.map(move |start| [start, start + side])
            })
        };
        let pairs = ranges().flat_map(move |rows| ranges().map(move |columns| [rows, columns]));
        let all = pairs.map(|[[top, bottom], [left, right]]| Cells {
            ends: [top, bottom, left, right],
        });
        all.filter(|cells| cells.share() <= COVERED_MAX)
    }

    /// The rectangles with one edge moved by a cell.
    fn moved(self) -> impl Iterator<Item = Cells> {
        let moves = (0..4).flat_map(|edge| [(edge, true), (edge, false)]);
        moves.filter_map(move |(edge, is_farther)| {
            let mut ends = self.ends;
            ends[edge] = if is_farther {
                ends[edge] + 1
            } else {
                ends[edge].checked_sub(1)?
            };
            let is_one = ends[0] < ends[1] && ends[2] < ends[3];
            let fits = ends[1] <= CELLS && ends[3] <= CELLS;
            (is_one && fits).then_some(Cells { ends })
        })
    }
}

/// A rectangle, and how near the hash is when it is filled.
#[derive(Clone, Copy)]
struct Tried {
    cells: Cells,
    distance: u32,
    /// The distance, with what the size of the rectangle costs.
    score: f32,
}

/// What a view shows, as far as it is uncovered.
#[derive(Clone)]
struct Shown {
    samples: Grid,
    block: Block,
    turn: Turn,
    listed: Pdq,
    distance: u32,
    covered: [[bool; CELLS]; CELLS],
}

impl Shown {
    fn new(samples: Grid, turn: Turn, listed: Pdq) -> Shown {
        let block = Block::new(&samples);
        let distance = distance(&block, turn, &listed);
        Shown {
            samples,
            block,
            turn,
            listed,
            distance,
            covered: [[false; CELLS]; CELLS],
        }
    }

    /// How near the hash comes. `None` where it comes no nearer, or where too little is left to be seen.
    fn uncovered(mut self) -> Option<u32> {
        let before = self.distance;
        for _ in 0..RECTANGLES_MAX {
            let best = self.best();
            if best.distance + GAIN_MIN > self.distance || !self.has_room(&best.cells) {
                break;
            }
            self.fill(&best.cells);
            if self.distance <= Pdq::RADIUS {
                break;
            }
        }
        let is_nearer = self.distance < before && self.samples.quality() >= Pdq::QUALITY;
        is_nearer.then_some(self.distance)
    }

    /// The rectangle that brings the hash nearest for its size.
    fn best(&self) -> Tried {
        let tried = Cells::all().map(|cells| self.tried(cells));
        let better = |one: Tried, other: Tried| if other.score < one.score { other } else { one };
        let mut best = tried.reduce(better).expect("there are rectangles");
        loop {
            let moved = best.cells.moved().map(|cells| self.tried(cells));
            let next = moved.fold(best, better);
            if next.score >= best.score {
                return best;
            }
            best = next;
        }
    }

    fn tried(&self, cells: Cells) -> Tried {
        let filling = Filling::of(&self.samples, &cells);
        let mut block = self.block.clone();
        filling.add_to(&mut block);
        let distance = distance(&block, self.turn, &self.listed);
        Tried {
            cells,
            distance,
            score: distance as f32 + BITS_OF_WHOLE * cells.share(),
        }
    }

    /// What is covered when a rectangle is filled, too.
    fn covered_with(&self, cells: &Cells) -> [[bool; CELLS]; CELLS] {
        let mut covered = self.covered;
        for row in &mut covered[cells.rows()] {
            row[cells.columns()].fill(true);
        }
        covered
    }

    /// Whether not too much is covered when a rectangle is filled, too.
    fn has_room(&self, cells: &Cells) -> bool {
        let covered = self.covered_with(cells);
        let cells = covered.as_flattened().iter();
        let count = cells.filter(|is_covered| **is_covered).count();
        count as f32 <= COVERED_MAX * (CELLS * CELLS) as f32
    }

    fn fill(&mut self, cells: &Cells) {
        let filling = Filling::of(&self.samples, cells);
        for (y, differences) in filling.rows() {
            let samples = &mut self.samples.0[y][filling.columns.clone()];
            for (sample, difference) in samples.iter_mut().zip(differences) {
                *sample += difference;
            }
        }
        self.covered = self.covered_with(cells);
        self.block = Block::new(&self.samples);
        self.distance = distance(&self.block, self.turn, &self.listed);
    }
}

/// The parts of a picture that a view leaves out: above and below what is left.
fn erased(left: &Region) -> impl Iterator<Item = Cells> + use<> {
    let row = |permille: i16| {
        let row = (f64::from(permille) / 1000.0 * CELLS as f64).round();
        (row.max(0.0) as usize).min(CELLS)
    };
    let (first, end) = (row(left.top), row(left.bottom));
    let bands = if first < end {
        [0..first, end..CELLS]
    } else {
        [0..0, 0..0]
    };
    let bands = bands.into_iter().filter(|band| !band.is_empty());
    bands.map(|band| Cells {
        ends: [band.start, band.end, 0, CELLS],
    })
}

fn distance(block: &Block, turn: Turn, listed: &Pdq) -> u32 {
    let hash = match turn {
        Turn::Original => block.hash(),
        turn => Frequencies(block.clone()).hash(turn),
    };
    hash.distance(listed)
}

/// What has to be added to the samples of a rectangle so that it is filled from its sides.
struct Filling {
    top: usize,
    columns: Range<usize>,
    differences: Vec<f32>,
}

impl Filling {
    /// Each sample becomes the mean of those beside the rectangle in its row and its column. They count by how near they are,
    /// and fade with the distance. At the sides of the picture there are none.
    fn of(samples: &Grid, cells: &Cells) -> Filling {
        let rows = cells.rows().start * CELL..cells.rows().end * CELL;
        let columns = cells.columns().start * CELL..cells.columns().end * CELL;
        let (height, width) = (rows.len(), columns.len());
        let row = |y: usize| samples.0[y][columns.clone()].iter().copied();
        let column = |x: usize| samples.0[rows.clone()].iter().map(move |row| row[x]);
        let above = Side::new((rows.start > 0).then(|| row(rows.start - 1)), width);
        let below = Side::new((rows.end < SIDE).then(|| row(rows.end)), width);
        let left = Side::new(
            (columns.start > 0).then(|| column(columns.start - 1)),
            height,
        );
        let right = Side::new((columns.end < SIDE).then(|| column(columns.end)), height);
        let of_column = |x: usize| {
            let (from_left, from_right) = (left.at(x + 1), right.at(width - x));
            [from_left[0], from_right[0], from_left[1] + from_right[1]]
        };
        let of_columns: Vec<[f32; 3]> = (0..width).map(of_column).collect();
        let mut differences = Vec::with_capacity(height * width);
        for (y, stored) in samples.0[rows.clone()].iter().enumerate() {
            let [from_above, weight_above] = above.at(y + 1);
            let [from_below, weight_below] = below.at(height - y);
            let (of_left, of_right) = (left.values[y], right.values[y]);
            let in_row = stored[columns.clone()].iter().zip(&of_columns);
            let beside = above.values.iter().zip(&below.values);
            differences.extend(in_row.zip(beside).map(
                |((stored, [from_left, from_right, weights]), (of_above, of_below))| {
                    let rows = of_above * from_above + of_below * from_below;
                    let columns = of_left * from_left + of_right * from_right;
                    (rows + columns) / (weight_above + weight_below + weights) - stored
                },
            ));
        }
        Filling {
            top: rows.start,
            columns,
            differences,
        }
    }

    /// The rows of samples, and what is added to each.
    fn rows(&self) -> impl Iterator<Item = (usize, &[f32])> {
        let rows = self.differences.chunks_exact(self.columns.len());
        (self.top..).zip(rows)
    }

    /// The low frequencies of the picture with the rectangle filled.
    fn add_to(&self, block: &mut Block) {
        let cosines = cosines();
        for (y, differences) in self.rows() {
            let mut across = [0.0; 16];
            for (x, difference) in self.columns.clone().zip(differences) {
                for (sum, cosine) in across.iter_mut().zip(&cosines[x]) {
                    *sum += difference * cosine;
                }
            }
            for (row, down) in block.0.iter_mut().zip(&cosines[y]) {
                for (out, across) in row.iter_mut().zip(&across) {
                    *out += down * across;
                }
            }
        }
    }
}

/// The samples along one side of a rectangle; without weight at the side of the picture.
struct Side {
    values: Vec<f32>,
    weight: f32,
}

impl Side {
    fn new(values: Option<impl Iterator<Item = f32>>, length: usize) -> Side {
        match values {
            Some(values) => Side {
                values: smoothed(values.collect()),
                weight: 1.0,
            },
            None => Side {
                values: vec![0.0; length],
                weight: 0.0,
            },
        }
    }

    /// With what a value counts so many samples away, and its weight.
    fn at(&self, away: usize) -> [f32; 2] {
        let weight = self.weight / away as f32;
        [weight * FADED[away], weight]
    }
}

/// What is left of a sample so many samples away.
static FADED: LazyLock<[f32; SIDE + 1]> =
    LazyLock::new(|| std::array::from_fn(|away| (-(away as f32) / FADE).exp()));

/// Each with its neighbours, so that one of them is no line through the rectangle.
fn smoothed(values: Vec<f32>) -> Vec<f32> {
    let last = values.len() - 1;
    let mean = |place: usize| {
        let [before, after] = [place.saturating_sub(1), (place + 1).min(last)];
        (values[before] + 2.0 * values[place] + values[after]) / 4.0
    };
    (0..=last).map(mean).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        /// The frequencies of a filled picture are those of its samples, and all others stay as they are.
        #[test]
        fn what_is_filled_is_what_is_hashed(
            edges in prop::array::uniform4(0usize..=CELLS), seed: u64,
        ) {
            let [top, bottom, left, right] = edges;
            let ends = [top.min(bottom), top.max(bottom), left.min(right), left.max(right)];
            let cells = Cells { ends };
            prop_assume!(ends[0] < ends[1] && ends[2] < ends[3] && cells.share() < 1.0);
            let mut state = seed | 1;
            let mut number = || {
                state ^= state << 13;
                state ^= state >> 7;
                state ^= state << 17;
                (state >> 56) as f32 - 128.0
            };
            let samples = Grid(std::array::from_fn(|_| std::array::from_fn(|_| number())));
            let filling = Filling::of(&samples, &cells);
            let mut block = Block::new(&samples);
            filling.add_to(&mut block);
            let mut filled = samples.clone();
            for (y, differences) in filling.rows() {
                for (x, difference) in filling.columns.clone().zip(differences) {
                    filled.0[y][x] += difference;
                }
            }
            let expected = Block::new(&filled);
            for (one, other) in expected.0.as_flattened().iter().zip(block.0.as_flattened()) {
                prop_assert!((one - other).abs() < 0.05, "{one} {other}");
            }
            for (y, (before, after)) in samples.0.iter().zip(&filled.0).enumerate() {
                for (x, (before, after)) in before.iter().zip(after).enumerate() {
                    let is_filled = cells.rows().contains(&(y / CELL))
                        && cells.columns().contains(&(x / CELL));
                    prop_assert!(is_filled || before == after);
                    // What fills lies within the range of what is around.
                    prop_assert!(after.abs() <= 128.0);
                }
            }
        }

        /// Wherever something lies, some rectangle that is tried holds it without being much larger.
        #[test]
        fn rectangles_are_tried_everywhere(top in 0usize..CELLS, left in 0usize..CELLS, side in 1usize..=4) {
            let [bottom, right] = [top, left].map(|start| start + side);
            prop_assume!(bottom <= CELLS && right <= CELLS);
            let holds = |cells: Cells| {
                cells.ends[0] <= top && bottom <= cells.ends[1] && cells.ends[2] <= left && right <= cells.ends[3]
            };
            let smallest = Cells::all().filter(|cells| holds(*cells)).map(|cells| cells.share());
            let smallest = smallest.fold(1.0, f32::min);
            prop_assert!(smallest <= 64.0 / 256.0, "{smallest}");
        }
    }

    #[test]
    fn a_rectangle_grows_and_shrinks_within_the_picture() {
        let moved = |ends| {
            Cells { ends }
                .moved()
                .map(|cells| cells.ends)
                .collect::<Vec<_>>()
        };
        assert_eq!(moved([0, 16, 0, 16]).len(), 4);
        assert_eq!(
            moved([3, 4, 3, 4]),
            [[2, 4, 3, 4], [3, 5, 3, 4], [3, 4, 2, 4], [3, 4, 3, 5]]
        );
        assert!(Cells::all().all(|cells| cells.share() <= COVERED_MAX));
        // As many are tried in each of the few rounds.
        assert_eq!(Cells::all().count(), 669);
    }
}
