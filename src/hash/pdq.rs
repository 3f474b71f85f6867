//! The PDQ hash as a value.

use std::fmt;
use std::str::FromStr;

use super::{Hash, HashType, hamming, write_hex};
use crate::Error;

/// A PDQ hash: 256 bits, written as 64 hexadecimal digits, most significant byte first.
///
/// Two pictures are taken for copies of each other at a distance of at most 31 bits. Both must have a quality of at
/// least 50. Source: "PDQ & TMK + PDQF: A Test Drive", Facebook, 2019, and its reference implementations.
///
/// ```
/// use basma::hash::Pdq;
/// let a: Pdq = "f8f8f0cee0f4a84f06370a22038f63f0b36e2ed596621e1d33e6b39c4e9c9b22".parse()?;
/// let b: Pdq = "d8f8f0cee0f4a84f0637022a078f67f0b36e2ed596621e1d33e6339c4e9c9b22".parse()?;
/// assert_eq!(a.distance(&b), 6);
/// # Ok::<(), basma::Error>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct Pdq(pub [u8; 32]);

impl Pdq {
    /// The size of a PDQ hash in bits.
    pub const BITS: u32 = 256;
    /// The distance up to which two hashes match, as the algorithm's authors recommend.
    pub const RADIUS: u32 = 31;
    /// The quality from which a hash can be trusted, as the algorithm's authors recommend.
    pub const QUALITY: u8 = 50;

    /// The number of bits in which two hashes differ, 0 to 256.
    pub fn distance(&self, other: &Pdq) -> u32 {
        hamming(&self.0, &other.0)
    }

    /// The number of bits set. It is 128 for every picture with more than a few grey levels. Each bit tells whether a
    /// coefficient lies above the median.
    pub fn count_ones(&self) -> u32 {
        Hash::from(*self).count_ones()
    }
}

impl FromStr for Pdq {
    type Err = Error;

    fn from_str(hex: &str) -> Result<Pdq, Error> {
        Hash::parse(HashType::Pdq, hex).map(|hash| hash.as_pdq().expect("parsed as PDQ"))
    }
}

impl fmt::Display for Pdq {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_hex(&self.0, f)
    }
}

impl fmt::Debug for Pdq {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
