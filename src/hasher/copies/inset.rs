//! Pictures that stand on a flat ground: in screenshots, chats and pages.

use super::luma::Levels;
use super::mask::{Component, Mask};
use super::plane::Rectangle;

/// The range of levels of a flat place, within one sample around it.
const RANGE_MAX: u8 = 3;

/// The share of a picture that one flat place fills, to be the ground, in thousandths.
const GROUND_PERMILLE: usize = 15;

/// At how many sides of what it stands in a flat place must end to be ground too. `CLOSE` is how many samples away from a side
/// it may end. At an edge no place is flat.
const GROUND_SIDES: usize = 3;
const CLOSE: usize = 3;

/// What is thinner than this share of the shorter side is text, in percent.
const THICKNESS_PERCENT: usize = 5;

/// The smallest inset, in percent of the picture.
const AREA_PERCENT: usize = 4;

/// What is no inset but the picture itself.
const WHOLE: f64 = 0.985;

/// The rectangles around what is no flat ground and thicker than text, those with most in them first.
pub(super) fn insets(levels: &Levels, most: usize) -> Vec<Rectangle> {
    let (width, height) = (levels.width, levels.height);
    if width < 3 || height < 3 {
        return Vec::new();
    }
    let all = width * height;
    let Some(ground) = ground(levels) else {
        return Vec::new();
    };
    let drawn = ground.grown(1).inverted();
    let thin = (width.min(height) * THICKNESS_PERCENT / 100).max(3) / 2;
    // Holes are filled before text is taken away.
    let thick = drawn.grown(2).shrunk(2).shrunk(thin).grown(thin);
    let mut found = Vec::new();
    for component in thick.components(1) {
        if found.len() == most {
            break;
        }
        let part = around(&component);
        if part.area() * 100 < all * AREA_PERCENT {
            continue;
        }
        let part = grown(&drawn, part);
        if part.overlap(&levels.whole()) < WHOLE {
            found.push(part);
        }
    }
    found
}

/// The flat places that something can stand on; `None` where there are none.
///
/// A picture has flat places of its own. The largest of all is taken for ground. Another one is ground where it reaches to
/// three sides of what stands on the largest. A bubble or a bar of a page does so, and a dark corner does not.
fn ground(levels: &Levels) -> Option<Mask> {
    let all = levels.width * levels.height;
    let large = all * GROUND_PERMILLE / 1000 + 1;
    let mut places = flat_places(levels).components(large).into_iter();
    let largest = places.next()?;
    let mut ground = Mask::new(levels.width, levels.height);
    ground.set_runs(&largest);
    if places.len() == 0 {
        return Some(ground);
    }
    let standing = ground.inverted().components(1);
    for place in places {
        let (y, run) = &place.runs[0];
        let holds = |whole: &&Component| whole.holds(run.start, *y);
        let whole = standing.iter().find(holds).map(around);
        if whole.is_none_or(|whole| sides_met(&around(&place), &whole) >= GROUND_SIDES) {
            ground.set_runs(&place);
        }
    }
    Some(ground)
}

/// At how many sides a part comes close to those of the whole.
fn sides_met(part: &Rectangle, whole: &Rectangle) -> usize {
    let sides = [
        part.top - whole.top,
        whole.bottom - part.bottom,
        part.left - whole.left,
        whole.right - part.right,
    ];
    let met = sides.iter().filter(|distance| **distance <= CLOSE);
    met.count()
}

/// The rectangle around samples.
fn around(component: &Component) -> Rectangle {
    let rows = component.runs.iter().map(|(y, _)| *y);
    let columns = component.runs.iter().map(|(_, run)| run);
    Rectangle {
        top: rows.clone().min().unwrap_or(0),
        bottom: rows.max().map_or(0, |y| y + 1),
        left: columns.clone().map(|run| run.start).min().unwrap_or(0),
        right: columns.map(|run| run.end).max().unwrap_or(0),
    }
}

/// Where the levels around a sample are close to each other.
fn flat_places(levels: &Levels) -> Mask {
    let (width, height) = (levels.width, levels.height);
    let mut uneven = Mask::new(width, height);
    let [mut lowest, mut highest] = [(); 2].map(|()| vec![vec![0; width]; 3]);
    let range = |y: usize, low: &mut [u8], high: &mut [u8]| {
        let row = levels.row(y);
        low.copy_from_slice(row);
        high.copy_from_slice(row);
        for shift in [1, width - 1] {
            // To the right, then to the left; the ends see two samples.
            let (from, to) = if shift == 1 {
                (&row[..width - 1], 1..width)
            } else {
                (&row[1..], 0..width - 1)
            };
            for (low, sample) in low[to.clone()].iter_mut().zip(from) {
                *low = (*low).min(*sample);
            }
            for (high, sample) in high[to].iter_mut().zip(from) {
                *high = (*high).max(*sample);
            }
        }
    };
    range(0, &mut lowest[0], &mut highest[0]);
    let mut ranges = vec![0_u8; width];
    for y in 0..height {
        if y + 1 < height {
            range(y + 1, &mut lowest[(y + 1) % 3], &mut highest[(y + 1) % 3]);
        }
        // At the first and the last row one of the three is another's.
        let rows = [y.saturating_sub(1), y, (y + 1).min(height - 1)].map(|y| y % 3);
        let [a, b, c] = rows.map(|row| &lowest[row][..width]);
        let [d, e, f] = rows.map(|row| &highest[row][..width]);
        for (x, range) in ranges.iter_mut().enumerate() {
            *range = d[x].max(e[x]).max(f[x]) - a[x].min(b[x]).min(c[x]);
        }
        uneven.set_above(y, &ranges, RANGE_MAX);
    }
    uneven.inverted()
}

/// The rectangle with the lines at its sides that are drawn for the most part.
fn grown(drawn: &Mask, mut part: Rectangle) -> Rectangle {
    let row = |part: &Rectangle, y: usize| 2 * drawn.count(y, part.left..part.right) > part.width();
    let column = |part: &Rectangle, x: usize| {
        let rows = part.top..part.bottom;
        2 * rows.filter(|&y| drawn.is_set(x, y)).count() > part.height()
    };
    while part.top > 0 && row(&part, part.top - 1) {
        part.top -= 1;
    }
    while part.bottom < drawn.height && row(&part, part.bottom) {
        part.bottom += 1;
    }
    while part.left > 0 && column(&part, part.left - 1) {
        part.left -= 1;
    }
    while part.right < drawn.width && column(&part, part.right) {
        part.right += 1;
    }
    part
}
