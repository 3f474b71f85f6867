//! Which of many pairs of features agree on one place of a listed picture.

use std::collections::BTreeSet;

/// How many pairs are looked at: those with the nearest descriptors.
const PAIRS_MAX: usize = 64;

/// So far from where the others place it, in samples, a feature may lie.
const SHIFT: f64 = 6.0;

/// A listed picture is shown at most so many times as large as it is listed, and as small.
const SCALE_MAX: f64 = 5.0;

/// Features in one square of so many samples count once. A corner can be found at several sizes.
const SQUARE: f64 = 9.0;

/// A listed feature, where it was seen, and how many bits the two differ.
#[derive(Clone, Copy, Debug)]
pub(super) struct Pair {
    pub(super) listed: [f64; 2],
    pub(super) seen: [f64; 2],
    pub(super) distance: u32,
}

/// A map of the plane: x and y are sums of 1, x and y with these weights.
pub(super) type Map = [[f64; 3]; 2];

/// The map on which most pairs agree, and how many do so, at different places.
pub(super) fn agreed(pairs: &[Pair]) -> Option<(Map, usize)> {
    let mut nearest: Vec<Pair> = pairs.to_vec();
    nearest.sort_by_key(|pair| pair.distance);
    nearest.truncate(PAIRS_MAX);
    let mut best: Option<(Map, usize)> = None;
    // All two of them, which are few: chance has no part in it.
    for (place, one) in nearest.iter().enumerate() {
        for other in &nearest[..place] {
            let Some(map) = similarity(one, other) else {
                continue;
            };
            let count = places(&agreeing(&nearest, &map));
            if best.as_ref().is_none_or(|(_, known)| count > *known) {
                best = Some((map, count));
            }
        }
    }
    let (mut map, mut count) = best?;
    // What all of them say together is more exact than what two say. It can stretch the picture, as people do.
    for _ in 0..3 {
        let all = agreeing(pairs, &map);
        let Some(fitted) = fitted(&all).filter(is_sound) else {
            break;
        };
        let of_fitted = places(&agreeing(pairs, &fitted));
        if of_fitted < count {
            break;
        }
        (map, count) = (fitted, of_fitted);
    }
    Some((map, count))
}

/// Where a map puts a point.
pub(super) fn mapped(map: &Map, [x, y]: [f64; 2]) -> [f64; 2] {
    map.map(|[one, of_x, of_y]| one + of_x * x + of_y * y)
}

/// The map that scales, rotates and moves, and puts two features where they were seen.
fn similarity(one: &Pair, other: &Pair) -> Option<Map> {
    let between = |a: [f64; 2], b: [f64; 2]| [b[0] - a[0], b[1] - a[1]];
    let listed = between(one.listed, other.listed);
    let seen = between(one.seen, other.seen);
    let square = listed[0] * listed[0] + listed[1] * listed[1];
    if square < SQUARE * SQUARE {
        return None;
    }
    // The quotient of the two ways as complex numbers.
    let cos = (seen[0] * listed[0] + seen[1] * listed[1]) / square;
    let sin = (seen[1] * listed[0] - seen[0] * listed[1]) / square;
    let [x, y] = one.listed;
    let map = [
        [one.seen[0] - cos * x + sin * y, cos, -sin],
        [one.seen[1] - sin * x - cos * y, sin, cos],
    ];
    is_sound(&map).then_some(map)
}

/// Whether the map keeps the size within bounds, stretches little, and mirrors nothing.
fn is_sound(map: &Map) -> bool {
    let [[_, a, b], [_, c, d]] = *map;
    let (across, down) = (a.hypot(c), b.hypot(d));
    let sizes = 1.0 / SCALE_MAX..=SCALE_MAX;
    let turn = a * d - b * c;
    sizes.contains(&across)
        && sizes.contains(&down)
        && across.max(down) <= 2.0 * across.min(down)
        && turn >= 0.8 * across * down
}

/// The pairs that a map puts where they were seen.
fn agreeing<'p>(pairs: &'p [Pair], map: &Map) -> Vec<&'p Pair> {
    let [[_, a, b], [_, c, d]] = *map;
    // Of a picture that is shown larger, places are less exact.
    let shift = SHIFT * (a * d - b * c).abs().sqrt().max(1.0);
    let agrees = |pair: &&Pair| {
        let [x, y] = mapped(map, pair.listed);
        (x - pair.seen[0]).hypot(y - pair.seen[1]) <= shift
    };
    pairs.iter().filter(agrees).collect()
}

/// At how many different places the pairs lie, in the listed picture or where it was seen: the fewer of both.
fn places(pairs: &[&Pair]) -> usize {
    let square = |[x, y]: [f64; 2]| [x, y].map(|place| (place / SQUARE).floor() as i64);
    let listed: BTreeSet<_> = pairs.iter().map(|pair| square(pair.listed)).collect();
    let seen: BTreeSet<_> = pairs.iter().map(|pair| square(pair.seen)).collect();
    listed.len().min(seen.len())
}

/// The map that puts all pairs as near as can be to where they were seen, by least squares.
fn fitted(pairs: &[&Pair]) -> Option<Map> {
    if pairs.len() < 4 {
        return None;
    }
    let count = pairs.len() as f64;
    let mean = |of: &dyn Fn(&Pair) -> f64| pairs.iter().map(|pair| of(pair)).sum::<f64>() / count;
    let (mx, my) = (mean(&|pair| pair.listed[0]), mean(&|pair| pair.listed[1]));
    let sum = |of: &dyn Fn(f64, f64, &Pair) -> f64| {
        let each = pairs
            .iter()
            .map(|pair| of(pair.listed[0] - mx, pair.listed[1] - my, pair));
        each.sum::<f64>()
    };
    let (xx, xy, yy) = (
        sum(&|x, _, _| x * x),
        sum(&|x, y, _| x * y),
        sum(&|_, y, _| y * y),
    );
    let determinant = xx * yy - xy * xy;
    // Features on one line say nothing of what is beside it.
    if determinant < 1e-3 * xx.max(yy).powi(2) {
        return None;
    }
    let row = |axis: usize| {
        let middle = mean(&|pair| pair.seen[axis]);
        let (sx, sy) = (
            sum(&|x, _, pair| x * (pair.seen[axis] - middle)),
            sum(&|_, y, pair| y * (pair.seen[axis] - middle)),
        );
        let of_x = (sx * yy - sy * xy) / determinant;
        let of_y = (sy * xx - sx * xy) / determinant;
        [middle - of_x * mx - of_y * my, of_x, of_y]
    };
    Some([row(0), row(1)])
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Numbers that look random, from 0 to 1.
    fn numbers(mut state: u64) -> impl FnMut() -> f64 {
        move || {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            (state >> 40) as f64 / (1_u64 << 24) as f64
        }
    }

    proptest! {
        /// Among as many wrong pairs, the map of those that agree is found, and puts features where they were seen.
        #[test]
        fn pairs_that_agree_are_found_among_others(
            seed: u64, scale in 0.3f64..3.0, degrees in -180.0f64..180.0, right in 8usize..30, wrong in 0usize..30,
        ) {
            let mut number = numbers(seed);
            let (sin, cos) = degrees.to_radians().sin_cos();
            let map = [[30.0, scale * cos, -scale * sin], [-20.0, scale * sin, scale * cos]];
            let mut pairs: Vec<Pair> = (0..right)
                .map(|_| {
                    let listed = [number() * 400.0, number() * 300.0];
                    let seen = mapped(&map, listed).map(|place| place + number() - 0.5);
                    Pair { listed, seen, distance: 20 }
                })
                .collect();
            for _ in 0..wrong {
                let listed = [number() * 400.0, number() * 300.0];
                let seen = [number() * 400.0, number() * 300.0];
                pairs.push(Pair { listed, seen, distance: 20 });
            }
            let (found, count) = agreed(&pairs).unwrap();
            prop_assert!(count + 3 >= places(&pairs[..right].iter().collect::<Vec<_>>()));
            for corner in [[0.0, 0.0], [400.0, 0.0], [400.0, 300.0]] {
                let (a, b) = (mapped(&map, corner), mapped(&found, corner));
                prop_assert!((a[0] - b[0]).hypot(a[1] - b[1]) <= 12.0 * scale.max(1.0), "{a:?} {b:?}");
            }
        }

        /// Whatever the pairs are, there is an answer, and a map within bounds.
        #[test]
        fn any_pairs_have_an_answer(
            places in prop::collection::vec(any::<[f32; 4]>(), 0..20),
        ) {
            let pairs: Vec<Pair> = places
                .into_iter()
                .map(|[a, b, c, d]| Pair {
                    listed: [a, b].map(f64::from),
                    seen: [c, d].map(f64::from),
                    distance: 0,
                })
                .collect();
            if let Some((map, count)) = agreed(&pairs) {
                prop_assert!(is_sound(&map) && count <= pairs.len());
            }
        }
    }

    #[test]
    fn pairs_at_one_place_count_once() {
        let pair = |listed, seen| Pair {
            listed,
            seen,
            distance: 0,
        };
        let mut pairs = vec![pair([10.0, 10.0], [10.0, 10.0]); 9];
        pairs.push(pair([200.0, 50.0], [200.0, 50.0]));
        assert_eq!(agreed(&pairs).unwrap().1, 2);
        assert!(agreed(&pairs[..9]).is_none());
    }
}
