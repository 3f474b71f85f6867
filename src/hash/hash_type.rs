//! The names of hashes.

use std::fmt;
use std::str::FromStr;

use crate::Error;

/// What a hash is: algorithm, size, and where they change the bits, library and bit order.
///
/// The `ih3-lsb` types are made by the `image_hasher` crate, version 3 (the continuation of `img_hash`). It runs in its
/// default 8x8 configuration, with Lanczos3 resize and least significant bit first. Other libraries use the same words
/// for other bits, so their hashes need names of their own.
///
/// ```
/// use basma::hash::HashType;
/// assert_eq!("pdq".parse::<HashType>()?, HashType::Pdq);
/// assert_eq!(HashType::GradientIh3.name(), "gradient64-ih3-lsb");
/// # Ok::<(), basma::Error>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
#[non_exhaustive]
pub enum HashType {
    /// PDQ, 256 bits, at full resolution.
    Pdq,
    /// Pixels of an 8x8 reduction against their mean (aHash).
    MeanIh3,
    /// The low 8x8 DCT coefficients against their mean (pHash).
    MeanDctIh3,
    /// Pixels of a 9x8 reduction against their right neighbours (dHash).
    GradientIh3,
    /// DCT coefficients against their right neighbours.
    GradientDctIh3,
    /// Pixels of an 8x9 reduction against their lower neighbours.
    VertGradientIh3,
    /// DCT coefficients against their lower neighbours.
    VertGradientDctIh3,
    /// Pixels of a 5x5 reduction against both neighbours: 40 bits, then 24 zeros.
    DoubleGradientIh3,
    /// DCT coefficients against both neighbours: 40 bits, then 24 zeros.
    DoubleGradientDctIh3,
    /// Block sums against the medians of four bands (blockhash.io). It has no DCT form: the crate ignores the DCT here.
    BlockhashIh3,
    /// MD5 of the file.
    Md5,
    /// SHA-1 of the file.
    Sha1,
    /// SHA-256 of the file.
    Sha256,
}

use HashType::*;

impl HashType {
    const NAMES: [&'static str; HashType::ALL.len()] = {
        let mut names = [""; HashType::ALL.len()];
        let mut at = 0;
        while at < names.len() {
            names[at] = HashType::ALL[at].name();
            at += 1;
        }
        names
    };

    /// Every type, in the order in which hashes are printed.
    pub const ALL: [HashType; 13] = [
        Pdq,
        MeanIh3,
        MeanDctIh3,
        GradientIh3,
        GradientDctIh3,
        VertGradientIh3,
        VertGradientDctIh3,
        DoubleGradientIh3,
        DoubleGradientDctIh3,
        BlockhashIh3,
        Md5,
        Sha1,
        Sha256,
    ];

    /// The name used in lists, options and output.
    pub const fn name(self) -> &'static str {
        match self {
            Pdq => "pdq",
            MeanIh3 => "mean64-ih3-lsb",
            MeanDctIh3 => "mean-dct64-ih3-lsb",
            GradientIh3 => "gradient64-ih3-lsb",
            GradientDctIh3 => "gradient-dct64-ih3-lsb",
            VertGradientIh3 => "vert-gradient64-ih3-lsb",
            VertGradientDctIh3 => "vert-gradient-dct64-ih3-lsb",
            DoubleGradientIh3 => "double-gradient64-ih3-lsb",
            DoubleGradientDctIh3 => "double-gradient-dct64-ih3-lsb",
            BlockhashIh3 => "blockhash64-ih3-lsb",
            Md5 => "md5",
            Sha1 => "sha1",
            Sha256 => "sha256",
        }
    }

    /// The number that stands for the type in index files. Never reused for another type.
    pub const fn code(self) -> u16 {
        match self {
            Pdq => 1,
            MeanIh3 => 32,
            MeanDctIh3 => 33,
            GradientIh3 => 34,
            GradientDctIh3 => 35,
            VertGradientIh3 => 36,
            VertGradientDctIh3 => 37,
            DoubleGradientIh3 => 38,
            DoubleGradientDctIh3 => 39,
            BlockhashIh3 => 40,
            Md5 => 64,
            Sha1 => 65,
            Sha256 => 66,
        }
    }

    /// The type that [`code`](Self::code) stands for.
    pub fn from_code(code: u16) -> Option<HashType> {
        HashType::ALL.into_iter().find(|t| t.code() == code)
    }

    /// The size of a hash of this type, in bytes.
    pub const fn bytes(self) -> usize {
        match self {
            Pdq | Sha256 => 32,
            Sha1 => 20,
            Md5 => 16,
            _ => 8,
        }
    }

    /// The size of a hash of this type, in bits.
    pub const fn bits(self) -> u32 {
        self.bytes() as u32 * 8
    }

    /// Whether near hashes mean like pictures. The others are digests of the file: equal or nothing.
    pub const fn is_perceptual(self) -> bool {
        !matches!(self, Md5 | Sha1 | Sha256)
    }

    /// The distance up to which two hashes match unless the user says otherwise.
    ///
    /// 31 for PDQ, as its authors recommend; 0 for digests. The 64-bit hashes carry far less, and unequally. Within
    /// their distances lies at most 1 of 44,850 pairs of different everyday snapshots. The distance is 0 where there is
    /// none (bench `recall`). Some have equal hashes for pictures with nothing in common: a lead to be looked at.
    pub const fn default_radius(self) -> u32 {
        match self {
            Pdq => super::Pdq::RADIUS,
            GradientDctIh3 | VertGradientDctIh3 => 4,
            GradientIh3 | VertGradientIh3 => 2,
            _ => 0,
        }
    }
}

impl fmt::Display for HashType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

impl FromStr for HashType {
    type Err = Error;

    /// The exact name, in either case.
    fn from_str(name: &str) -> Result<HashType, Error> {
        HashType::ALL
            .into_iter()
            .find(|t| t.name().eq_ignore_ascii_case(name))
            .ok_or_else(|| Error::HashTypeName {
                found: name.to_owned(),
                known: &HashType::NAMES,
            })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_codes_are_one_to_one() {
        for t in HashType::ALL {
            assert_eq!(t.name().parse::<HashType>().unwrap(), t);
            assert_eq!(HashType::from_code(t.code()), Some(t));
        }
        assert_eq!(HashType::from_code(0), None);
        assert!("phash".parse::<HashType>().is_err());
    }
}
