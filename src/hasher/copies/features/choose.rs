//! Which features of a listed picture are worth their place: those that come back in changed copies of it.

use super::corners::Pyramid;
use super::{Feature, distinct, spread};
use crate::hasher::copies::plane::Plane;

/// Features whose descriptors are so near are taken for one corner, as in a search.
const RADIUS: u32 = 31;

/// So far from its place, in samples, a feature may come back.
const SHIFT: f32 = 5.0;

/// A change of a copy: what a sample of it shows. The scale, the angle in degrees, and how much is smoothed away.
const CHANGES: [(f64, f64, f64); 8] = [
    (1.0, 0.0, 0.5),
    (1.0, 0.0, 0.33),
    (0.75, 0.0, 1.0),
    (0.6, 0.0, 1.0),
    (1.18, 0.0, 1.0),
    (1.4, 0.0, 1.0),
    (0.85, 3.0, 1.0),
    (1.0, -8.0, 0.7),
];

/// The features of a plane that come back most often in changed copies, at most so many. Those that repeat are left out.
pub(in crate::hasher::copies) fn chosen(plane: &Plane, most: usize) -> Vec<Feature> {
    let all = |plane: &Plane| super::all(plane, &Pyramid::new(plane));
    let listed = distinct(all(plane));
    if listed.is_empty() {
        return listed;
    }
    let mut returns = vec![0_u32; listed.len()];
    for (scale, degrees, kept) in CHANGES {
        let copy = changed(plane, scale, degrees, kept);
        let found = all(&copy);
        let (sin, cos) = degrees.to_radians().sin_cos();
        let (cos, sin) = (cos * scale, sin * scale);
        let (middle_x, middle_y) = (plane.width as f64 / 2.0, plane.height as f64 / 2.0);
        for (feature, returns) in listed.iter().zip(&mut returns) {
            let (dx, dy) = (
                f64::from(feature.x) - middle_x,
                f64::from(feature.y) - middle_y,
            );
            let x = (middle_x + cos * dx - sin * dy) as f32;
            let y = (middle_y + sin * dx + cos * dy) as f32;
            let comes_back = found.iter().any(|other| {
                let (dx, dy) = (other.x - x, other.y - y);
                dx * dx + dy * dy <= SHIFT * SHIFT && feature.distance(other) <= RADIUS
            });
            *returns += u32::from(comes_back);
        }
    }
    let mut order: Vec<usize> = (0..listed.len()).collect();
    // The strongest stand first already.
    order.sort_by_key(|&place| std::cmp::Reverse(returns[place]));
    let ordered = order.into_iter().map(|place| listed[place]).collect();
    spread(ordered, [plane.width, plane.height], most)
}

/// A copy: made smaller and large again, then scaled and rotated about its middle.
fn changed(plane: &Plane, scale: f64, degrees: f64, kept: f64) -> Plane {
    let (width, height) = (plane.width, plane.height);
    let longest = width.max(height) as f64;
    // What is shown smaller is smoothed first, so that nothing is passed over.
    let small = plane.smaller((longest * kept.min(scale)).round() as usize);
    let ratio = [
        small.width as f64 / width as f64,
        small.height as f64 / height as f64,
    ];
    let (sin, cos) = degrees.to_radians().sin_cos();
    let steps = [
        cos / scale * ratio[0],
        sin / scale * ratio[0],
        -sin / scale * ratio[1],
        cos / scale * ratio[1],
    ];
    let (middle_x, middle_y) = (width as f64 / 2.0, height as f64 / 2.0);
    let from = [
        middle_x * ratio[0] - steps[0] * middle_x - steps[1] * middle_y,
        middle_y * ratio[1] - steps[2] * middle_x - steps[3] * middle_y,
    ];
    small.sampled([width, height], from, steps)
}
