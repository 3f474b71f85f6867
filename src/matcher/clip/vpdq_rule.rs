//! What two programs under one name call a match. They differ at the edge, in what counts, and in which share decides.

use std::collections::HashSet;

use crate::hash::Pdq;
use crate::list::vpdq::Frame;

/// Whose rule.
///
/// | | [`Py`](VpdqRule::Py) | [`Cpp`](VpdqRule::Cpp) |
/// |---|---|---|
/// | a frame counts | from quality 50 | from quality 50 |
/// | equal hashes count | once: the first of those that count | each |
/// | frames match | within 31 bits | within 30 bits: below 31 |
/// | videos match | 80 % of the query's | 80 % of the listed one's |
///
/// `Py` is what `tx match` and HMA do (`vpdq_index.py`). Their direct comparison (`vpdq_brute_matcher.py`) leaves equal hashes
/// out before those of low quality. That only differs where one hash has two qualities. `Cpp` is `matchTwoHash.cpp`, with the
/// shares that the README of vPDQ gives as its example.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum VpdqRule {
    /// That of `python-threatexchange`.
    Py,
    /// That of the programs in C++.
    Cpp,
}

named!(VpdqRule {
    Py = "py",
    Cpp = "cpp",
});

/// How much of two videos is in the other, in percent: 0 to 100.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct VpdqShares {
    /// Of the query's frames that count, those that match a listed one.
    pub query: f64,
    /// Of the listed frames that count, those that match one of the query.
    pub listed: f64,
}

impl VpdqRule {
    /// From which share on videos match, in percent.
    pub const SHARE: f64 = 80.0;

    /// The most bits in which matching frames differ.
    pub const fn radius(self) -> u32 {
        match self {
            VpdqRule::Py => Pdq::RADIUS,
            VpdqRule::Cpp => Pdq::RADIUS - 1,
        }
    }

    /// The hashes that count, in the order of the frames.
    pub fn counted(self, frames: &[Frame]) -> Vec<Pdq> {
        let mut seen = HashSet::new();
        let usable = frames.iter().filter(|f| f.quality >= Pdq::QUALITY);
        let hashes = usable.map(|frame| frame.hash);
        hashes
            .filter(|hash| self == VpdqRule::Cpp || seen.insert(*hash))
            .collect()
    }

    /// Whether such shares are a match.
    pub fn is_match(self, shares: VpdqShares) -> bool {
        match self {
            VpdqRule::Py => shares.query >= VpdqRule::SHARE,
            VpdqRule::Cpp => shares.listed >= VpdqRule::SHARE,
        }
    }
}

/// Compares every frame with every other. `None` where no frame of one of the videos counts. Then there is no share, which
/// `tx match` takes for no match.
///
/// ```
/// use basma::hash::Pdq;
/// use basma::list::vpdq::Frame;
/// use basma::matcher::{VpdqRule, compare_vpdq};
/// let frame = |byte| Frame::new(0, 100, Pdq([byte; 32]), None);
/// let shares = compare_vpdq(&[frame(0)], &[frame(0), frame(255)], VpdqRule::Py).unwrap();
/// assert_eq!((shares.query, shares.listed), (100.0, 50.0));
/// assert!(VpdqRule::Py.is_match(shares) && !VpdqRule::Cpp.is_match(shares));
/// ```
pub fn compare_vpdq(query: &[Frame], listed: &[Frame], rule: VpdqRule) -> Option<VpdqShares> {
    let (query, listed) = (rule.counted(query), rule.counted(listed));
    let share = |some: &[Pdq], others: &[Pdq]| {
        let near = |hash: &&Pdq| others.iter().any(|o| hash.distance(o) <= rule.radius());
        let matched = some.iter().filter(near).count();
        (!some.is_empty()).then(|| (matched * 100) as f64 / some.len() as f64)
    };
    Some(VpdqShares {
        query: share(&query, &listed)?,
        listed: share(&listed, &query)?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A hash with so many of its first bits set.
    fn frame(bits: u32, quality: u8) -> Frame {
        let mut hash = [0; 32];
        (0..bits as usize).for_each(|bit| hash[bit / 8] |= 0x80 >> (bit % 8));
        Frame {
            number: 0,
            quality,
            hash: Pdq(hash),
            seconds: None,
        }
    }

    fn shares(query: &[Frame], listed: &[Frame], rule: VpdqRule) -> Option<(f64, f64)> {
        compare_vpdq(query, listed, rule).map(|shares| (shares.query, shares.listed))
    }

    #[test]
    fn the_edge_is_31_bits_for_one_and_30_for_the_other() {
        for (bits, py, cpp) in [(30, 100.0, 100.0), (31, 100.0, 0.0), (32, 0.0, 0.0)] {
            let (a, b) = ([frame(0, 50)], [frame(bits, 50)]);
            assert_eq!(shares(&a, &b, VpdqRule::Py), Some((py, py)), "{bits}");
            assert_eq!(shares(&a, &b, VpdqRule::Cpp), Some((cpp, cpp)), "{bits}");
        }
    }

    #[test]
    fn equal_hashes_count_once_for_one_and_each_for_the_other() {
        let query = [frame(0, 100), frame(0, 100), frame(0, 90), frame(100, 100)];
        let listed = [frame(0, 100), frame(200, 100)];
        assert_eq!(shares(&query, &listed, VpdqRule::Py), Some((50.0, 50.0)));
        assert_eq!(shares(&query, &listed, VpdqRule::Cpp), Some((75.0, 50.0)));
    }

    #[test]
    fn quality_is_asked_before_equal_hashes_are_left_out() {
        // Leaving them out first would keep the one of low quality, and nothing of it.
        let twice = [frame(0, 49), frame(0, 50)];
        assert_eq!(shares(&twice, &twice, VpdqRule::Py), Some((100.0, 100.0)));
        assert_eq!(VpdqRule::Cpp.counted(&twice).len(), 1);
    }

    #[test]
    fn nothing_that_counts_is_no_share() {
        let (none, some) = ([frame(0, 49)], [frame(0, 50)]);
        for rule in [VpdqRule::Py, VpdqRule::Cpp] {
            assert_eq!(shares(&none, &some, rule), None);
            assert_eq!(shares(&some, &none, rule), None);
            assert_eq!(shares(&[], &[], rule), None);
        }
    }

    #[test]
    fn four_fifths_are_a_match_and_less_is_none() {
        let four = [0, 40, 80, 120].map(|bits| frame(bits, 100));
        let fifth = |last| [&four[..], &[frame(last, 100)]].concat();
        let is = |query: &[Frame], listed: &[Frame], rule: VpdqRule| {
            rule.is_match(compare_vpdq(query, listed, rule).unwrap())
        };
        assert!(is(&fifth(200), &four, VpdqRule::Py) && is(&four, &fifth(200), VpdqRule::Cpp));
        let six = [&fifth(200)[..], &[frame(240, 100)]].concat();
        assert!(!is(&six, &four, VpdqRule::Py) && !is(&four, &six, VpdqRule::Cpp));
        assert!(is(&four, &six, VpdqRule::Py) && is(&six, &four, VpdqRule::Cpp));
    }
}
