//! Bounds of a share that was counted: Clopper and Pearson, "The use of confidence or fiducial limits illustrated in
//! the case of the binomial", Biometrika 26 (1934).
//!
//! They hold whatever the share is, also where nothing was counted. Bounds are parts per billion, rounded outwards.

/// The share of experiments in which the bounds hold, in percent. Half of the rest is on either side.
pub const CONFIDENCE_PERCENT: u64 = 95;

/// What a share is counted in.
pub const BILLION: u64 = 1_000_000_000;

/// The bounds of a share, in parts per billion.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bounds {
    /// The share is not smaller.
    pub low_ppb: u64,
    /// The share is not larger.
    pub high_ppb: u64,
}

impl Bounds {
    /// The bounds of a share of which `count` were counted in `of`.
    ///
    /// ```
    /// use basma::evidence::calibration::Bounds;
    /// let bounds = Bounds::of(0, 3000);
    /// assert_eq!((bounds.low_ppb, bounds.high_ppb), (0, 1_228_871));
    /// // Of nothing, nothing is known.
    /// assert_eq!(Bounds::of(0, 0).high_ppb, 1_000_000_000);
    /// ```
    pub fn of(count: u64, of: u64) -> Bounds {
        let tail = (100 - CONFIDENCE_PERCENT) as f64 / 200.0;
        let (count, of) = (count.min(of) as f64, of as f64);
        let rest = of - count;
        let low = if count == 0.0 {
            0.0
        } else {
            quantile(tail, count, rest + 1.0)
        };
        let high = if rest == 0.0 {
            1.0
        } else {
            quantile(1.0 - tail, count + 1.0, rest)
        };
        // What rounding of the computation can change is less.
        let slack = 1e-6;
        Bounds {
            low_ppb: (low * BILLION as f64 - slack).floor().max(0.0) as u64,
            high_ppb: ((high * BILLION as f64 + slack).ceil() as u64).min(BILLION),
        }
    }
}

/// The share below which the beta distribution has this probability, by bisection.
fn quantile(probability: f64, a: f64, b: f64) -> f64 {
    let (mut low, mut high) = (0.0, 1.0);
    for _ in 0..200 {
        let middle = 0.5 * (low + high);
        if middle <= low || middle >= high {
            break;
        }
        if beta(middle, a, b) < probability {
            low = middle;
        } else {
            high = middle;
        }
    }
    0.5 * (low + high)
}

/// The regularised incomplete beta function, by its continued fraction (Abramowitz and Stegun 26.5.8) where that
/// converges fast, and of the other side elsewhere.
fn beta(x: f64, a: f64, b: f64) -> f64 {
    if x <= 0.0 {
        return 0.0;
    }
    if x >= 1.0 {
        return 1.0;
    }
    let front = a * x.ln() + b * (-x).ln_1p() + ln_gamma(a + b) - ln_gamma(a) - ln_gamma(b);
    if x < (a + 1.0) / (a + b + 2.0) {
        front.exp() * fraction(x, a, b) / a
    } else {
        1.0 - front.exp() * fraction(1.0 - x, b, a) / b
    }
}

/// The continued fraction, by the method of Lentz.
fn fraction(x: f64, a: f64, b: f64) -> f64 {
    let away = |value: f64| if value.abs() < 1e-300 { 1e-300 } else { value };
    let mut c = 1.0;
    let mut d = 1.0 / away(1.0 - (a + b) * x / (a + 1.0));
    let mut product = d;
    // It converges within about the square root of the larger parameter.
    for step in 1..10_000_000_u32 {
        let m = f64::from(step);
        let even = m * (b - m) * x / ((a + 2.0 * m - 1.0) * (a + 2.0 * m));
        let odd = -(a + m) * (a + b + m) * x / ((a + 2.0 * m) * (a + 2.0 * m + 1.0));
        let mut change = 1.0;
        for term in [even, odd] {
            d = 1.0 / away(1.0 + term * d);
            c = away(1.0 + term / c);
            change = c * d;
            product *= change;
        }
        if (change - 1.0).abs() < 1e-15 {
            break;
        }
    }
    product
}

/// The logarithm of the gamma function, of 1 and more: the series of Stirling, from 15 on exact to the last digit.
fn ln_gamma(x: f64) -> f64 {
    if x < 15.0 {
        return ln_gamma(x + 1.0) - x.ln();
    }
    let series = [
        1.0 / 12.0,
        -1.0 / 360.0,
        1.0 / 1260.0,
        -1.0 / 1680.0,
        1.0 / 1188.0,
    ];
    let square = x * x;
    let tail = series
        .iter()
        .rev()
        .fold(0.0, |sum, term| sum / square + term)
        / x;
    (x - 0.5) * x.ln() - x + 0.5 * (2.0 * std::f64::consts::PI).ln() + tail
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn bounds_are_those_of_tables() {
        // Count, of, bounds. The first three stand in tables of the method; all were computed by SciPy too:
        // `beta.ppf(0.025, k, n - k + 1)` and `beta.ppf(0.975, k + 1, n - k)`.
        for (count, of, low, high) in TABLE {
            let Bounds { low_ppb, high_ppb } = Bounds::of(count, of);
            let expected = (low * 1e9, high * 1e9);
            let found = (low_ppb as f64, high_ppb as f64);
            assert!(
                (found.0 - expected.0).abs() <= 1.0 + expected.0 * 1e-7,
                "{count}/{of}: {found:?}"
            );
            assert!(
                (found.1 - expected.1).abs() <= 1.0 + expected.1 * 1e-7,
                "{count}/{of}: {found:?}"
            );
        }
    }

    const TABLE: [(u64, u64, f64, f64); 13] = [
        (1, 10, 0.00252857854446, 0.445016117028),
        (5, 10, 0.187086028447, 0.812913971553),
        (10, 100, 0.0490046892215, 0.17622259774),
        (0, 10, 0.0, 0.308497107819),
        (10, 10, 0.691502892181, 1.0),
        (0, 3000000, 0.0, 1.22962572871e-06),
        (3, 1000000, 6.18672550191e-07, 8.76724778807e-06),
        (1, 2, 0.0125791170934, 0.987420882907),
        (499, 500, 0.988907523101, 0.999949365666),
        (12345, 30000000, 0.000404274151246, 0.000418822539661),
        (0, 1, 0.0, 0.975),
        (700000, 1000000, 0.699100753358, 0.700898088066),
        (2, 1000000000, 2.42209278636e-10, 7.22468770783e-09),
    ];

    proptest! {
        #[test]
        fn the_share_that_was_counted_is_within_its_bounds(of in 1_u64..3_000_000, share in 0.0..=1.0_f64) {
            let count = ((of as f64) * share) as u64;
            let Bounds { low_ppb, high_ppb } = Bounds::of(count, of);
            let counted = count as f64 / of as f64 * 1e9;
            prop_assert!(low_ppb as f64 <= counted && counted <= high_ppb as f64);
            // What is left is bounded by the same, seen from the other side.
            let other = Bounds::of(of - count, of);
            prop_assert!(other.high_ppb.abs_diff(BILLION - low_ppb) <= 20, "{other:?} {low_ppb}");
            prop_assert!(other.low_ppb.abs_diff(BILLION - high_ppb) <= 20, "{other:?} {high_ppb}");
        }
    }
}
