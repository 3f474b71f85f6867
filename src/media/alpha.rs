//! What a transparent picture shows over black and over white.

/// The alpha of each pixel, 0 (transparent) to 255, rows from the top; not the same everywhere.
///
/// Where alpha is the same everywhere, a composed picture has the same hash as the stored one. It only has less contrast.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Alpha(Vec<u8>);

impl Alpha {
    /// The alpha of pixels in their order; `None` where it is the same everywhere.
    pub(super) fn new(mut values: impl Iterator<Item = u8> + Clone) -> Option<Alpha> {
        let rest = values.clone();
        let first = values.next()?;
        // Nothing is taken of memory for an opaque picture.
        values
            .any(|value| value != first)
            .then(|| Alpha(rest.collect()))
    }

    /// How many pixels it is of.
    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    /// Composes samples over black, rounded to the nearest level.
    pub(super) fn over_black(&self, samples: &mut [u8]) {
        let channels = samples.len() / self.0.len();
        for (pixel, alpha) in samples.chunks_exact_mut(channels).zip(&self.0) {
            for sample in pixel {
                *sample = ((u16::from(*sample) * u16::from(*alpha) + 127) / 255) as u8;
            }
        }
    }

    /// Makes what was composed over black what it is over white.
    pub(super) fn black_to_white(&self, samples: &mut [u8]) {
        let channels = samples.len() / self.0.len();
        for (pixel, alpha) in samples.chunks_exact_mut(channels).zip(&self.0) {
            for sample in pixel {
                // At most `alpha` of the colour is there.
                *sample += 255 - alpha;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_colour_and_alpha_is_composed_to_the_nearest_level() {
        for alpha in 0..=255u8 {
            let plane = Alpha(vec![alpha; 256]);
            let mut samples: Vec<u8> = (0..=255).collect();
            plane.over_black(&mut samples);
            let share = f64::from(alpha) / 255.0;
            for (stored, found) in (0..).zip(&samples) {
                assert_eq!(f64::from(*found), (f64::from(stored) * share).round());
            }
            plane.black_to_white(&mut samples);
            for (stored, found) in (0..).zip(&samples) {
                let expected = f64::from(stored) * share + 255.0 * (1.0 - share);
                assert!(
                    (f64::from(*found) - expected).abs() <= 0.5,
                    "{stored} {alpha}"
                );
            }
        }
    }

    #[test]
    fn alpha_that_is_the_same_everywhere_is_none() {
        assert_eq!(Alpha::new([].into_iter()), None);
        assert_eq!(Alpha::new([255, 255, 255].into_iter()), None);
        assert_eq!(Alpha::new([128, 128].into_iter()), None);
        assert_eq!(
            Alpha::new([128, 127].into_iter()),
            Some(Alpha(vec![128, 127]))
        );
    }
}
