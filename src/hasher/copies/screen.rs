//! A quadrilateral in a picture: a photographed screen or print, or a picture that was turned a little.

use super::luma::Levels;

/// By how much levels change at its sides, from two samples before to two samples behind.
const STEP_MIN: i32 = 14;

/// How many lines are walked from each side of the picture, and how far, in percent.
const WALKS: usize = 24;
const REACH_PERCENT: usize = 40;

/// How many walks have to meet something, and which share of them one line.
const MET_MIN: usize = 10;
const LINE_PERCENT: usize = 40;

/// How far from a line a point may lie, and how steep the line may be.
const OFF_MAX: f64 = 1.6;
const SLOPE_MAX: f64 = 0.3;

/// The smallest quadrilateral, as a share of the picture.
const AREA_MIN: f64 = 0.15;

/// The corners of the outermost quadrilateral: top left, top right, bottom right, bottom left; x, then y.
pub(super) fn corners(levels: &Levels) -> Option<[[f64; 2]; 4]> {
    let (width, height) = (levels.width, levels.height);
    let column = |x: usize, y: usize| smoothed(levels, x, y);
    let top = side(width, height, column)?;
    let bottom = side(width, height, |x, y| column(x, height - 1 - y))?;
    let left = side(height, width, |y, x| column(x, y))?;
    let right = side(height, width, |y, x| column(width - 1 - x, y))?;
    let bottom = (-bottom.0, height as f64 - 1.0 - bottom.1);
    let right = (-right.0, width as f64 - 1.0 - right.1);
    let corner = |across: (f64, f64), down: (f64, f64)| {
        let y = (across.0 * down.1 + across.1) / (1.0 - across.0 * down.0);
        [down.0 * y + down.1, y]
    };
    let corners = [
        corner(top, left),
        corner(top, right),
        corner(bottom, right),
        corner(bottom, left),
    ];
    let next = corners.iter().cycle().skip(1);
    let area: f64 = corners
        .iter()
        .zip(next)
        .map(|(a, b)| a[0] * b[1] - b[0] * a[1])
        .sum();
    (area / 2.0 > AREA_MIN * (width * height) as f64).then_some(corners)
}

/// The line that most walks from one side meet first: its slope along the side and where it begins.
fn side(length: usize, depth: usize, level: impl Fn(usize, usize) -> i32) -> Option<(f64, f64)> {
    let reach = depth * REACH_PERCENT / 100;
    if length < WALKS || reach < 8 {
        return None;
    }
    let mut points: Vec<[f64; 2]> = Vec::new();
    for walk in 0..WALKS {
        let share = 0.15 + 0.7 * walk as f64 / (WALKS - 1) as f64;
        let along = (share * length as f64) as usize;
        let difference = |at: usize| (level(along, at + 2) - level(along, at)).abs();
        if let Some(first) = (0..reach.min(depth - 2)).find(|&at| difference(at) > STEP_MIN) {
            // The steepest of the next four is the edge itself.
            let ahead = first..(first + 4).min(depth - 2);
            let steepest = ahead.rev().max_by_key(|&at| difference(at));
            points.push([along as f64, (steepest.unwrap_or(first) + 1) as f64]);
        }
    }
    if points.len() < MET_MIN {
        return None;
    }
    let mut best: Vec<[f64; 2]> = Vec::new();
    for (i, a) in points.iter().enumerate() {
        for b in &points[i + 1..] {
            let slope = (b[1] - a[1]) / (b[0] - a[0]);
            if !slope.is_finite() || slope.abs() > SLOPE_MAX {
                continue;
            }
            let start = a[1] - slope * a[0];
            let is_near = |point: &&[f64; 2]| (point[1] - slope * point[0] - start).abs() < OFF_MAX;
            if points.iter().filter(is_near).count() > best.len() {
                best = points.iter().filter(is_near).copied().collect();
            }
        }
    }
    (best.len() * 100 >= points.len() * LINE_PERCENT).then(|| fitted(&best))
}

/// The line of least squares.
fn fitted(points: &[[f64; 2]]) -> (f64, f64) {
    let count = points.len() as f64;
    let mean = |place: usize| points.iter().map(|point| point[place]).sum::<f64>() / count;
    let (mean_x, mean_y) = (mean(0), mean(1));
    let moment = |place: usize, mean: f64| {
        points
            .iter()
            .map(|point| (point[0] - mean_x) * (point[place] - mean))
            .sum::<f64>()
    };
    let slope = moment(1, mean_y) / moment(0, mean_x).max(f64::MIN_POSITIVE);
    (slope, mean_y - slope * mean_x)
}

/// The level at a place, blurred a little; the sides of the picture repeat.
fn smoothed(levels: &Levels, x: usize, y: usize) -> i32 {
    let columns = [x.saturating_sub(1), x, (x + 1).min(levels.width - 1)];
    let rows = [y.saturating_sub(1), y, (y + 1).min(levels.height - 1)];
    let weights = [1, 2, 1];
    let mut sum = 0;
    for (y, row) in rows.into_iter().zip(weights) {
        for (x, column) in columns.into_iter().zip(weights) {
            sum += i32::from(levels.at(x, y)) * row * column;
        }
    }
    sum / 16
}
