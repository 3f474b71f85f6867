//! The times of frames: what rounding left of them, and how far apart they are.

use super::Frame;
use crate::list::ClipPrint;

/// How many pictures a second shows, where frames have numbers and no times.
const RATE_GUESSED: u64 = 30;

/// How far apart frames are where there is one: what the reference takes by default.
const EVERY_MS: u32 = 1000;

/// Milliseconds of a time.
pub(super) fn ms(seconds: f64) -> u64 {
    (seconds * 1000.0).round() as u64
}

/// Milliseconds of so many pictures, where nothing tells their times.
pub(super) fn guessed(pictures: u64) -> u64 {
    pictures * 1000 / RATE_GUESSED
}

/// The middle one of the distances between neighbours, at least 1 ms. It is that of their times where there are any,
/// else of their numbers at 30 pictures a second.
pub(super) fn spacing(prints: &[ClipPrint]) -> u32 {
    let times: Vec<u64> = prints.iter().filter_map(|print| print.ms).collect();
    let timed = times.len() == prints.len();
    let places: Vec<u64> = if timed {
        times
    } else {
        prints.iter().map(|print| print.index.into()).collect()
    };
    let pairs = places.windows(2);
    let mut gaps: Vec<u64> = pairs.map(|pair| pair[1].saturating_sub(pair[0])).collect();
    let middle = gaps.len() / 2;
    if gaps.is_empty() {
        return EVERY_MS;
    }
    let gap = *gaps.select_nth_unstable(middle).1;
    let ms = if timed { gap } else { guessed(gap) };
    u32::try_from(ms).unwrap_or(u32::MAX).max(1)
}

/// Whether a number is written with three significant digits at most.
pub(super) fn is_coarse(text: &str) -> bool {
    let mantissa = text.split(['e', 'E']).next().unwrap_or_default();
    let digits = mantissa.trim_start_matches(['0', '.', '+', '-']);
    digits.bytes().filter(u8::is_ascii_digit).count() <= 3
}

/// Puts frames at their places by an even spacing. Their times must be the rounded places with three significant
/// digits, and one of them must have lost by it.
pub(super) fn restore(frames: &mut [Frame]) {
    let times: Option<Vec<f64>> = frames.iter().map(|frame| frame.seconds).collect();
    let Some(spacing) = times.as_deref().and_then(even) else {
        return;
    };
    for (place, frame) in frames.iter_mut().enumerate() {
        frame.seconds = Some(at(place, spacing));
    }
}

/// The place by the spacing, without what floating-point numbers add behind the digits that a spacing has.
fn at(place: usize, spacing: f64) -> f64 {
    (place as f64 * spacing * 1e9).round() / 1e9
}

/// The spacing with the fewest decimals that explains all times.
fn even(times: &[f64]) -> Option<f64> {
    let (&first, others) = times.split_first()?;
    if first != 0.0 || others.last().is_none_or(|&last| last < 10.0) {
        return None;
    }
    let (mut low, mut high) = (0.0_f64, f64::INFINITY);
    for (place, &time) in (1..).zip(others) {
        if time < 1e-6 {
            return None;
        }
        // Half of the third digit.
        let half = 10_f64.powf(time.log10().floor() - 2.0) / 2.0;
        low = low.max((time - half) / f64::from(place));
        high = high.min((time + half) / f64::from(place));
    }
    let decimals = (0..=9).map(|digits| 10_f64.powi(digits));
    let mut spacings = decimals.map(|power| (low * power).ceil() / power);
    let spacing = spacings.find(|&spacing| spacing <= high)?;
    let explains = |(place, &time)| rounded(at(place, spacing)) == time;
    times.iter().enumerate().all(explains).then_some(spacing)
}

/// A number by its first three digits, as Python's `format(seconds, '.3')`.
fn rounded(seconds: f64) -> f64 {
    format!("{seconds:.2e}").parse().unwrap_or(f64::NAN)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hash::{Hash, Pdq};
    use proptest::prelude::*;

    fn frames(times: impl IntoIterator<Item = f64>) -> Vec<Frame> {
        let frame = |(number, seconds)| Frame {
            number,
            quality: 100,
            hash: Pdq([0; 32]),
            seconds: Some(seconds),
        };
        (0..).zip(times).map(frame).collect()
    }

    fn restored(times: impl IntoIterator<Item = f64>) -> Vec<f64> {
        let mut frames = frames(times);
        restore(&mut frames);
        frames.iter().filter_map(|frame| frame.seconds).collect()
    }

    #[test]
    fn seconds_that_were_cut_come_back() {
        let seconds = || (0..2000).map(f64::from);
        let written = || seconds().map(rounded);
        assert_eq!(written().nth(1234), Some(1230.0));
        assert_eq!(restored(written()), seconds().collect::<Vec<f64>>());
    }

    #[test]
    fn what_is_not_even_stays_as_it_is_written() {
        for times in [
            vec![0.0, 1.0, 2.0, 30.0],
            vec![1.0, 11.0],
            vec![0.0, 12.3, 24.0],
            vec![0.0, 5.0, 9.9],
            vec![0.0, 0.0, 12.0],
            vec![0.0],
        ] {
            assert_eq!(restored(times.clone()), times);
        }
    }

    #[test]
    fn three_digits_are_coarse_wherever_their_point_is() {
        for coarse in ["0.0", "12.3", "1.23e+03", "0.00123", "1e+02", "100"] {
            assert!(is_coarse(coarse), "{coarse}");
        }
        for exact in ["12.300", "12.34", "1000", "1.234e3"] {
            assert!(!is_coarse(exact), "{exact}");
        }
    }

    #[test]
    fn spacing_is_that_of_most_frames() {
        let print = |(index, ms): (u32, Option<u64>)| ClipPrint {
            hash: Hash::from(Pdq([0; 32])),
            quality: 100,
            index,
            ms,
        };
        let of = |places: &[(u32, Option<u64>)]| {
            let prints: Vec<ClipPrint> = places.iter().copied().map(print).collect();
            spacing(&prints)
        };
        assert_eq!(
            of(&[
                (0, Some(0)),
                (1, Some(1000)),
                (2, Some(2000)),
                (3, Some(9000))
            ]),
            1000
        );
        assert_eq!(of(&[(0, None), (30, None), (60, None)]), 1000);
        assert_eq!(of(&[(0, None), (1, None)]), 33);
        assert_eq!(of(&[(0, Some(5)), (1, Some(5))]), 1);
        assert_eq!(of(&[(7, None)]), EVERY_MS);
    }

    proptest! {
        /// A time that comes back is never further from what it was than what is written.
        #[test]
        fn even_times_come_back_to_what_is_written(spacing in 0.03..5.0_f64, count in 2..3000_usize) {
            let times: Vec<f64> = (0..count).map(|place| rounded(place as f64 * spacing)).collect();
            let back = restored(times.iter().copied());
            for (place, (&back, &time)) in back.iter().zip(&times).enumerate() {
                let told = rounded(back);
                prop_assert_eq!(told, time, "{}", place);
            }
        }
    }
}
