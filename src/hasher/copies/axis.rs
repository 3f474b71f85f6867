//! The filter of one axis of a view: a symmetric tent over a frame that may lie beside the plane.

use std::ops::Range;

/// The number of samples along each side of a grid.
pub(super) const SIDE: usize = 64;

/// Over which share of the side what lies outside fades from the edge to the mean.
const FADE: f64 = 0.1;

/// The weights with which the samples along one side of a plane enter the 64 samples of a view.
///
/// The reference's windows are half a pixel off where they are even. That costs 14 to 20 bits on a plane of 128 to 256 samples.
/// This tent is as wide, and symmetric. Outside of what is valid the sample at the edge counts, less and less with its
/// distance. So the plane fades to its mean, which was taken off.
pub(super) struct Axis {
    bands: Vec<Range<usize>>,
    starts: [usize; SIDE],
    weights: Vec<f32>,
}

impl Axis {
    /// The axis of a frame in which these samples are valid; there is at least one.
    pub(super) fn new(frame: Range<f64>, valid: Range<usize>) -> Axis {
        let size = frame.end - frame.start;
        // A tent as wide as the distance of two samples, and no narrower than a pixel.
        let reach = (size / (2 * SIDE) as f64).max(0.5);
        // What is left of a sample when its distance grows by one.
        let fade = (-1.0 / (FADE * valid.len() as f64)).exp();
        let mut axis = Axis {
            bands: Vec::with_capacity(SIDE),
            starts: [0; SIDE],
            weights: Vec::with_capacity(SIDE * 8),
        };
        let [first, last] = [valid.start as i64, valid.end as i64 - 1];
        for (sample, start) in axis.starts.iter_mut().enumerate() {
            let centre = frame.start + (sample as f64 + 0.5) * size / SIDE as f64;
            let from = floor(centre - reach);
            let to = -floor(-(centre + reach));
            let (low, high) = (from.clamp(first, last), (to - 1).clamp(first, last));
            let begin = axis.weights.len();
            axis.weights.resize(begin + (high - low) as usize + 1, 0.0);
            let weights = &mut axis.weights[begin..];
            let (mut total, mut below) = (0.0, tent((from as f64 - centre) / reach));
            for pixel in from..to {
                let above = tent(((pixel + 1) as f64 - centre) / reach);
                let share = above - below;
                below = above;
                total += share;
                let place = pixel.clamp(first, last);
                let outside = pixel.abs_diff(place);
                let kept = if outside == 0 {
                    share
                } else {
                    share * fade.powi(outside as i32)
                };
                weights[(place - low) as usize] += kept as f32;
            }
            weights
                .iter_mut()
                .for_each(|weight| *weight /= total as f32);
            *start = low as usize;
            axis.bands.push(begin..axis.weights.len());
        }
        axis
    }

    /// For each of the 64 samples the first that enters it, and the weights from there on.
    pub(super) fn bands(&self) -> impl Iterator<Item = (usize, &[f32])> {
        let weights = self.bands.iter().map(|band| &self.weights[band.clone()]);
        self.starts.iter().copied().zip(weights)
    }
}

/// The largest whole number that is no greater. A call of the library takes several times as long.
fn floor(number: f64) -> i64 {
    let towards_zero = number as i64;
    towards_zero - i64::from(towards_zero as f64 > number)
}

/// The integral of a tent of unit height and half-width from its left end.
fn tent(x: f64) -> f64 {
    let x = x.clamp(-1.0, 1.0);
    if x < 0.0 {
        (1.0 + x).powi(2) / 2.0
    } else {
        1.0 - (1.0 - x).powi(2) / 2.0
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// What a sample of a view is of a function of the place.
    fn sampled(axis: &Axis, value: impl Fn(usize) -> f64) -> Vec<f64> {
        let sum = |(start, weights): (usize, &[f32])| {
            let terms = (start..).zip(weights);
            terms
                .map(|(place, weight)| value(place) * f64::from(*weight))
                .sum()
        };
        axis.bands().map(sum).collect()
    }

    proptest! {
        #[test]
        fn inside_the_plane_a_ramp_stays_a_ramp(length in 70usize..600, from in 0.0..0.3f64, to in 0.7..1.0f64) {
            let frame = from * length as f64..to * length as f64;
            let step = (frame.end - frame.start) / 64.0;
            // The middle of a pixel is half a pixel from its edge.
            let seen = sampled(&Axis::new(frame.clone(), 0..length), |place| place as f64 + 0.5);
            for (sample, value) in seen.iter().enumerate() {
                let expected = frame.start + (sample as f64 + 0.5) * step;
                prop_assert!((value - expected).abs() < 0.51, "{sample}: {value} for {expected}");
            }
        }

        #[test]
        fn a_mirrored_frame_has_the_mirrored_weights(length in 1usize..300, out in -0.4..0.4f64, other in -0.4..0.4f64) {
            let side = length as f64;
            let frame = Axis::new(-out * side..side + other * side, 0..length);
            let mirrored = Axis::new(-other * side..side + out * side, 0..length);
            let value = |place: usize| ((place * 37) % 101) as f64;
            let seen = sampled(&frame, value);
            let mut seen_mirrored = sampled(&mirrored, |place| value(length - 1 - place));
            seen_mirrored.reverse();
            for (one, other) in seen.iter().zip(&seen_mirrored) {
                prop_assert!((one - other).abs() < 1e-3);
            }
        }

        #[test]
        fn outside_the_plane_weights_fade(length in 1usize..300, out in 0.0..0.5f64) {
            let side = length as f64;
            let axis = Axis::new(-out * side..side + out * side, 0..length);
            let sums = sampled(&axis, |_| 1.0);
            prop_assert!(sums.iter().all(|sum| (-1e-6..=1.000_01).contains(sum)));
            prop_assert!(sums[..32].is_sorted_by(|a, b| *a <= b + 1e-5));
        }
    }
}
