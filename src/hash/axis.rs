//! The filter of PDQ along one axis: two boxes, composed and sampled.

/// The number of samples along each side.
pub(crate) const SIDE: usize = 64;

/// The weights with which the pixels along one side of a picture enter the 64 samples.
///
/// The weights of a sample are those of two box filters in a row. The box at `p` is the mean of `window` pixels. It has
/// one pixel more after `p` than before where the window is even. It has fewer pixels at the ends of the side. Away
/// from the ends the weights are a tent: 1, 2, ..., window, ..., 2, 1, all over [`Axis::unit`].
pub(crate) struct Axis {
    /// The weights of each sample, in units of 1 / `unit`.
    pub(crate) bands: Vec<Band>,
    /// The square of the window: the sum of the weights of every band, but for rounding at the ends.
    ///
    /// In these units the weights away from the ends are whole numbers. So 32-bit sums of weighted bytes are exact up
    /// to a window of 256, a side of 32,768 pixels.
    pub(crate) unit: f64,
    /// How many pixels, or means of pixels, there are along the side.
    pub(crate) length: usize,
}

/// The pixels that enter one sample.
pub(crate) struct Band {
    /// The first of them.
    pub(crate) start: usize,
    /// Their weights.
    pub(crate) weights: Vec<f32>,
}

impl Axis {
    /// The axis of a side of `length` pixels, at least 1.
    pub(crate) fn new(length: usize) -> Axis {
        // Two boxes of this window are together about as wide as the distance of two samples.
        let window = length.div_ceil(2 * SIDE);
        let sample = |i| (2 * i + 1) * length / (2 * SIDE);
        Axis {
            bands: (0..SIDE)
                .map(|i| Band::new(sample(i), window, length))
                .collect(),
            unit: (window * window) as f64,
            length,
        }
    }

    /// The weights with which the pixels, in the order of storage, enter the samples of the mirrored side.
    ///
    /// Even windows reach one pixel farther behind their sample, so these are not the same weights in the opposite order.
    pub(crate) fn mirrored(mut self) -> Axis {
        for band in &mut self.bands {
            band.start = self.length - band.start - band.weights.len();
            band.weights.reverse();
        }
        self
    }

    /// The axis for means of `scale` neighbouring pixels each. The weight of a mean is the sum of the weights of its
    /// pixels.
    pub(crate) fn folded(mut self, scale: usize) -> Axis {
        self.bands.iter_mut().for_each(|band| band.fold(scale));
        self.length = self.length.div_ceil(scale);
        self
    }
}

impl Band {
    fn new(sample: usize, window: usize, length: usize) -> Band {
        let after = window / 2;
        let before = window - 1 - after;
        let open = |p: usize| (p.saturating_sub(before), (p + after + 1).min(length));
        let (first, end) = open(sample);
        let start = open(first).0;

        // Each pixel of the outer box is the mean of an inner box. A running sum over where inner boxes begin and
        // end costs one step for each pixel, however wide they are.
        let mut changes = vec![0.0; open(end - 1).1 - start + 1];
        for p in first..end {
            let (inner_start, inner_end) = open(p);
            let share =
                (window * window) as f64 / ((end - first) * (inner_end - inner_start)) as f64;
            changes[inner_start - start] += share;
            changes[inner_end - start] -= share;
        }
        changes.pop();
        let sums = changes.iter().scan(0.0, |sum: &mut f64, change| {
            *sum += change;
            Some(*sum as f32)
        });
        Band {
            start,
            weights: sums.collect(),
        }
    }

    /// The weight of a pixel.
    pub(crate) fn at(&self, pixel: usize) -> f32 {
        let place = pixel.checked_sub(self.start);
        let weight = place.and_then(|place| self.weights.get(place));
        weight.copied().unwrap_or(0.0)
    }

    /// By how much the weights are greater than those of another band.
    pub(crate) fn minus(&self, other: &Band) -> Band {
        let end = |band: &Band| band.start + band.weights.len();
        let start = self.start.min(other.start);
        let pixels = start..end(self).max(end(other));
        Band {
            start,
            weights: pixels
                .map(|pixel| self.at(pixel) - other.at(pixel))
                .collect(),
        }
    }

    fn fold(&mut self, scale: usize) {
        let first = self.start / scale;
        let end = (self.start + self.weights.len()).div_ceil(scale);
        let mut folded = vec![0.0; end - first];
        for (pixel, weight) in (self.start..).zip(&self.weights) {
            folded[pixel / scale - first] += weight;
        }
        (self.start, self.weights) = (first, folded);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn away_from_the_ends_the_weights_are_a_tent() {
        let axis = Axis::new(128 * 5);
        assert_eq!(axis.unit, 25.0);
        assert_eq!(axis.bands[7].weights, [1., 2., 3., 4., 5., 4., 3., 2., 1.]);
        assert_eq!(axis.bands[7].start, 75 - 4);
    }

    #[test]
    fn an_even_window_reaches_one_pixel_farther_behind_its_sample() {
        let axis = Axis::new(128 * 4);
        assert_eq!(axis.bands[7].weights, [1., 2., 3., 4., 3., 2., 1.]);
        assert_eq!(axis.bands[7].start, 60 - 2);
    }

    #[test]
    fn up_to_128_pixels_are_sampled_without_a_filter() {
        for length in [1, 5, 63, 64, 65, 128] {
            for (i, band) in Axis::new(length).bands.iter().enumerate() {
                assert_eq!(band.weights, [1.0]);
                assert_eq!(
                    band.start,
                    ((i as f64 + 0.5) * length as f64 / 64.0) as usize
                );
            }
        }
    }

    #[test]
    fn a_mean_has_the_weights_of_its_pixels() {
        for (length, scale) in [
            (1, 8),
            (7, 8),
            (128, 2),
            (640, 4),
            (1001, 8),
            (4000, 8),
            (4001, 2),
        ] {
            let (whole, folded) = (Axis::new(length), Axis::new(length).folded(scale));
            assert_eq!(
                (folded.length, folded.unit),
                (length.div_ceil(scale), whole.unit)
            );
            for (whole, folded) in whole.bands.iter().zip(&folded.bands) {
                let mut expected = vec![0.0; length.div_ceil(scale)];
                for (pixel, weight) in (whole.start..).zip(&whole.weights) {
                    expected[pixel / scale] += weight;
                }
                let end = folded.start + folded.weights.len();
                assert_eq!(expected[folded.start..end], folded.weights);
                expected[folded.start..end].fill(0.0);
                assert!(expected.iter().all(|weight| *weight == 0.0));
            }
        }
    }

    #[test]
    fn a_mirrored_axis_samples_what_the_axis_samples_of_the_mirrored_side() {
        for length in [5, 64, 127, 128, 150, 256, 300, 384, 1001] {
            let mirrored = Axis::new(length).mirrored();
            for (band, seen) in Axis::new(length).bands.iter().zip(&mirrored.bands) {
                for (place, weight) in (band.start..).zip(&band.weights) {
                    let stored = length - 1 - place;
                    assert_eq!(seen.weights[stored - seen.start], *weight, "{length}");
                }
                assert_eq!(band.weights.len(), seen.weights.len());
            }
        }
    }

    #[test]
    fn weights_are_never_negative_and_sum_to_the_unit_inside_the_side() {
        for length in (1..3000).chain([4000, 4001, 65_535, 1_000_003]) {
            let axis = Axis::new(length);
            assert_eq!(axis.bands.len(), 64);
            for band in &axis.bands {
                assert!(band.start + band.weights.len() <= length);
                assert!(band.weights.iter().all(|w| *w >= 0.0));
                let sum: f64 = band.weights.iter().map(|w| f64::from(*w)).sum();
                assert!((sum / axis.unit - 1.0).abs() < 1e-6, "{length}: {sum}");
            }
        }
    }
}
