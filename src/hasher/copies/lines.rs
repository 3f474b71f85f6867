//! Parts of a picture between long straight edges: pictures in posts, pages and collages.

use std::ops::Range;

use super::luma::Levels;
use super::mask::Mask;
use super::plane::Rectangle;

/// By how much levels change at an edge.
const STEP_MIN: u8 = 8;

/// How long an edge has to be, in percent of the side along which it runs.
const ROW_PERCENT: usize = 18;
const COLUMN_PERCENT: usize = 9;

/// How many edges are looked at in each direction, the longest first, and how far apart they are.
const EDGES_MAX: usize = 10;
const APART_MIN: usize = 3;

/// The smallest part, in percent of the picture, of its height and of its width, and in samples.
const AREA_PERCENT: usize = 5;
const HEIGHT_PERCENT: usize = 8;
const WIDTH_PERCENT: usize = 15;
const SIDE_MIN: usize = 20;

/// How much of each side has to be an edge.
const COVERED_MIN: f32 = 0.5;

/// Parts that overlap by more than this are one.
const SAME: f64 = 0.88;

/// The parts between straight edges, the clearest first.
pub(super) fn framed(levels: &Levels, most: usize) -> Vec<Rectangle> {
    let (width, height) = (levels.width, levels.height);
    if width <= SIDE_MIN || height <= SIDE_MIN {
        return Vec::new();
    }
    // Each edge is named by the row below it, or the column to its right.
    let [down, across] = levels.steps(STEP_MIN);
    let rows = longest_rows(&down, (width * ROW_PERCENT / 100).max(8));
    let columns = longest_columns(&across, (height * COLUMN_PERCENT / 100).max(8));
    let rows = with_ends(rows, height);
    let columns = with_ends(columns, width);
    // How much of an edge is there up to each other edge; a line may waver by one sample.
    let is_down = |x: usize, y: usize| {
        (y.saturating_sub(1).max(1)..=(y + 1).min(height - 1)).any(|y| down.is_set(x, y))
    };
    let is_across = |x: usize, y: usize| {
        (x.saturating_sub(1).max(1)..=(x + 1).min(width - 1)).any(|x| across.is_set(x, y))
    };
    let on_row = sums(&rows, &columns, |y, x| is_down(x, y));
    let on_column = sums(&columns, &rows, is_across);
    let mut scored = Vec::new();
    for (i, j) in pairs(&rows, SIDE_MIN.max(height * HEIGHT_PERCENT / 100)) {
        for (k, l) in pairs(&columns, SIDE_MIN.max(width * WIDTH_PERCENT / 100)) {
            let part = Rectangle {
                top: rows[i],
                bottom: rows[j],
                left: columns[k],
                right: columns[l],
            };
            if part.area() * 100 < AREA_PERCENT * width * height {
                continue;
            }
            let along = |sums: &[f32], from: usize, to: usize, length: usize| {
                (sums[to] - sums[from]) / length as f32
            };
            let sides = [
                (part.top > 0).then(|| along(&on_row[i], k, l, part.width())),
                (part.bottom < height).then(|| along(&on_row[j], k, l, part.width())),
                (part.left > 0).then(|| along(&on_column[k], i, j, part.height())),
                (part.right < width).then(|| along(&on_column[l], i, j, part.height())),
            ];
            let inner = sides.into_iter().flatten();
            let count = inner.clone().count();
            let least = inner.clone().fold(f32::INFINITY, f32::min);
            if count == 0 || least < COVERED_MIN {
                continue;
            }
            let mean = inner.sum::<f32>() / count as f32;
            let score = mean * 0.6 + least.min(1.0) * 0.4 - 0.04 * (4 - count) as f32;
            scored.push((score, part));
        }
    }
    scored.sort_by(|(one, _), (other, _)| other.total_cmp(one));
    let mut found: Vec<Rectangle> = Vec::new();
    for (_, part) in scored {
        if found.len() == most {
            break;
        }
        if found.iter().all(|known| known.overlap(&part) < SAME) {
            found.push(part);
        }
    }
    found
}

/// The rows with the longest edges.
fn longest_rows(edges: &Mask, least: usize) -> Vec<usize> {
    // Gaps of two samples are closed.
    let closed = edges.widened(1).inverted().widened(1).inverted();
    let longest = |y: usize| closed.runs(y).map(|run| run.len()).max().unwrap_or(0);
    chosen((1..edges.height).map(|y| (longest(y), y)), least)
}

/// The columns with the longest edges.
fn longest_columns(edges: &Mask, least: usize) -> Vec<usize> {
    let closed = edges.heightened(1).inverted().heightened(1).inverted();
    // What is left when runs are shortened is in columns that have one.
    let short = (least - 1) / 2;
    let long = closed.inverted().heightened(short).inverted();
    let mut any = vec![false; edges.width];
    for y in 0..edges.height {
        for run in long.runs(y) {
            any[run].fill(true);
        }
    }
    let longest = |x: usize| {
        let (mut longest, mut run) = (0, 0);
        for y in 0..edges.height {
            run = if closed.is_set(x, y) { run + 1 } else { 0 };
            longest = longest.max(run);
        }
        longest
    };
    let columns = (1..edges.width).filter(|&x| any[x]);
    chosen(columns.map(|x| (longest(x), x)), least)
}

/// The places of the longest, apart from each other, of those that are long enough.
fn chosen(lines: impl Iterator<Item = (usize, usize)>, least: usize) -> Vec<usize> {
    let mut lines: Vec<(usize, usize)> = lines.filter(|(length, _)| *length >= least).collect();
    lines.sort_by_key(|&(length, place)| (std::cmp::Reverse(length), place));
    let mut chosen: Vec<usize> = Vec::new();
    for (_, place) in lines {
        if chosen.len() == EDGES_MAX {
            break;
        }
        if chosen
            .iter()
            .all(|known| known.abs_diff(place) >= APART_MIN)
        {
            chosen.push(place);
        }
    }
    chosen
}

fn with_ends(mut places: Vec<usize>, end: usize) -> Vec<usize> {
    places.extend([0, end]);
    places.sort_unstable();
    places.dedup();
    places
}

/// For each line how many of its places up to each crossing line are an edge.
fn sums(
    lines: &[usize],
    crossing: &[usize],
    is_edge: impl Fn(usize, usize) -> bool,
) -> Vec<Vec<f32>> {
    let of_line = |&line: &usize| {
        let mut sum = 0;
        let mut sums = Vec::with_capacity(crossing.len());
        let mut from = 0;
        for &to in crossing {
            // The first and the last line are sides of the picture, which need no edge.
            if line > 0 {
                sum += count(from..to, |place| is_edge(line, place));
            }
            from = to;
            sums.push(sum as f32);
        }
        sums
    };
    lines.iter().map(of_line).collect()
}

fn count(places: Range<usize>, is_edge: impl Fn(usize) -> bool) -> usize {
    places.filter(|&place| is_edge(place)).count()
}

/// The pairs of places that are far enough apart.
fn pairs(places: &[usize], least: usize) -> Vec<(usize, usize)> {
    let mut pairs = Vec::new();
    for (i, from) in places.iter().enumerate() {
        for (j, to) in places.iter().enumerate().skip(i + 1) {
            if to - from >= least {
                pairs.push((i, j));
            }
        }
    }
    pairs
}
