//! The values: what a hash is, what it is called, how far two of them are apart.
//!
//! A [`struct@Hash`] carries its [`HashType`]. A type names algorithm and size, and library and bit order where these
//! change the bits. So hashes of different makers are never compared. [`Pdq`] is the 256-bit PDQ hash alone, for code
//! that speaks of nothing else. A [`FrameHash`] is a hash of a picture with its quality, its time and its [`View`]. A
//! view is a [`Turn`] of an [`Area`] of a [`Rendering`].

mod area;
#[cfg(feature = "media")]
pub(crate) mod axis;
mod details;
mod frame_hash;
mod hash_type;
mod pdq;
#[cfg(feature = "media")]
mod placement;
mod rendering;
mod turn;
mod view;

pub use area::{Area, AreaKind, Region};
pub use details::{Details, LocalFeature};
pub use frame_hash::FrameHash;
pub use hash_type::HashType;
pub use pdq::Pdq;
#[cfg(feature = "media")]
pub(crate) use placement::{FeatureSet, Placement, SeenFeature};
pub use rendering::Rendering;
pub use turn::Turn;
pub use view::View;

use std::fmt;

use crate::error::Problem;
use crate::{Error, Result};

/// A hash of any type: at most 256 bits, and the type that says what they mean.
///
/// Ordered by type, then by bytes. Written as lower-case hexadecimal.
///
/// ```
/// use basma::hash::{Hash, HashType};
/// let md5 = Hash::parse(HashType::Md5, "900150983CD24FB0D6963F7D28E17F72")?;
/// assert_eq!(md5.to_string(), "900150983cd24fb0d6963f7d28e17f72");
/// assert!(Hash::parse(HashType::Sha1, "900150983cd24fb0d6963f7d28e17f72").is_err());
/// # Ok::<(), basma::Error>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Hash {
    hash_type: HashType,
    /// The hash, then zeros.
    bytes: [u8; Hash::BYTES_MAX],
}

impl Hash {
    /// The size of the largest hash, in bytes.
    pub const BYTES_MAX: usize = 32;

    /// A hash from exactly [`HashType::bytes`] bytes; `None` for any other number of them.
    pub fn new(hash_type: HashType, bytes: &[u8]) -> Option<Hash> {
        if bytes.len() != hash_type.bytes() {
            return None;
        }
        let mut padded = [0; Hash::BYTES_MAX];
        padded[..bytes.len()].copy_from_slice(bytes);
        Some(Hash {
            hash_type,
            bytes: padded,
        })
    }

    /// Reads hexadecimal of either case, exactly as long as the type asks.
    ///
    /// # Errors
    /// [`Error::HashText`] says what was expected and what was found.
    pub fn parse(hash_type: HashType, hex: &str) -> Result<Hash> {
        let mut bytes = [0; Hash::BYTES_MAX];
        let used = &mut bytes[..hash_type.bytes()];
        decode_hex(hex, used).map_err(|problem| Error::HashText {
            hash_type: hash_type.name(),
            problem,
        })?;
        Ok(Hash { hash_type, bytes })
    }

    /// What kind of hash this is.
    pub fn hash_type(&self) -> HashType {
        self.hash_type
    }

    /// The bytes of the hash, most significant first.
    pub fn as_bytes(&self) -> &[u8] {
        &self.bytes[..self.hash_type.bytes()]
    }

    /// The number of bits in which two hashes of one type differ; `None` between types.
    pub fn distance(&self, other: &Hash) -> Option<u32> {
        (self.hash_type == other.hash_type).then(|| hamming(&self.bytes, &other.bytes))
    }

    /// The number of bits set.
    pub fn count_ones(&self) -> u32 {
        self.bytes.iter().map(|byte| byte.count_ones()).sum()
    }

    /// The 256-bit value, where this is a PDQ hash.
    pub fn as_pdq(&self) -> Option<Pdq> {
        (self.hash_type == HashType::Pdq).then_some(Pdq(self.bytes))
    }
}

impl From<Pdq> for Hash {
    fn from(pdq: Pdq) -> Hash {
        Hash {
            hash_type: HashType::Pdq,
            bytes: pdq.0,
        }
    }
}

impl fmt::Display for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_hex(self.as_bytes(), f)
    }
}

impl fmt::Debug for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{self}", self.hash_type)
    }
}

/// The Hamming distance of two byte strings of one length, in bits.
pub(crate) fn hamming<const N: usize>(a: &[u8; N], b: &[u8; N]) -> u32 {
    let (a, b) = (a.chunks_exact(8), b.chunks_exact(8));
    let tail = a.remainder().iter().zip(b.remainder());
    let tail: u32 = tail.map(|(x, y)| (x ^ y).count_ones()).sum();
    let words = a.zip(b).map(|(x, y)| {
        let word = |bytes: &[u8]| u64::from_le_bytes(bytes.try_into().expect("a chunk of 8"));
        (word(x) ^ word(y)).count_ones()
    });
    words.sum::<u32>() + tail
}

pub(crate) fn write_hex(bytes: &[u8], f: &mut fmt::Formatter<'_>) -> fmt::Result {
    // Lines of JSON are mostly hashes: to write byte by byte takes most of their time.
    let mut text = [0; 2 * Hash::BYTES_MAX];
    for part in bytes.chunks(Hash::BYTES_MAX) {
        for (pair, byte) in text.chunks_exact_mut(2).zip(part) {
            let digit = |value: u8| b"0123456789abcdef"[usize::from(value)];
            pair.copy_from_slice(&[digit(byte >> 4), digit(byte & 15)]);
        }
        let text = std::str::from_utf8(&text[..2 * part.len()]);
        f.write_str(text.expect("digits are ASCII"))?;
    }
    Ok(())
}

/// Fills `out` from exactly twice as many hexadecimal digits; the problem in words otherwise.
fn decode_hex(hex: &str, out: &mut [u8]) -> std::result::Result<(), Problem> {
    let digits = out.len() * 2;
    if hex.len() == digits {
        // Most of the time of reading a long list would go into looking at each digit twice.
        let mut wrong = 0;
        for (byte, pair) in out.iter_mut().zip(hex.as_bytes().chunks_exact(2)) {
            let (high, low) = (DIGITS[pair[0] as usize], DIGITS[pair[1] as usize]);
            wrong |= high | low;
            *byte = high << 4 | low & 15;
        }
        if wrong & NO_DIGIT == 0 {
            return Ok(());
        }
    }
    if let Some((column, c)) = hex
        .chars()
        .enumerate()
        .find(|(_, c)| !c.is_ascii_hexdigit())
    {
        return Err(Problem::HashDigit {
            digit: c.escape_default().to_string(),
            place: column as u64 + 1,
        });
    }
    Err(Problem::HashLength {
        needed: digits as u64,
        found: hex.len() as u64,
    })
}

/// What a byte is worth as a hexadecimal digit.
const DIGITS: [u8; 256] = {
    let mut digits = [NO_DIGIT; 256];
    let mut value = 0;
    while value < 16 {
        digits[b"0123456789abcdef"[value] as usize] = value as u8;
        digits[b"0123456789ABCDEF"[value] as usize] = value as u8;
        value += 1;
    }
    digits
};
const NO_DIGIT: u8 = 0x80;

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn hex_of_the_wrong_length_or_alphabet_is_named() {
        let text = |hex| Hash::parse(HashType::Md5, hex).unwrap_err().to_string();
        assert!(text("ab").contains("32 hexadecimal digits are needed, 2 were found"));
        assert!(text("0x0150983CD24FB0D6963F7D28E17F72").contains("'x' at character 2"));
        assert!(text("é00150983CD24FB0D6963F7D28E17F7").contains("character 1"));
    }

    #[test]
    fn hashes_of_two_types_have_no_distance() {
        let zeros = "0".repeat(64);
        let pdq = Hash::parse(HashType::Pdq, &zeros).unwrap();
        let sha256 = Hash::parse(HashType::Sha256, &zeros).unwrap();
        assert_eq!(pdq.distance(&sha256), None);
        assert_eq!(pdq.distance(&pdq), Some(0));
    }

    proptest! {
        #[test]
        fn text_and_bytes_are_one_to_one(bytes: [u8; 32]) {
            for hash_type in HashType::ALL {
                let hash = Hash::new(hash_type, &bytes[..hash_type.bytes()]).unwrap();
                let digits: String = hash.as_bytes().iter().map(|byte| format!("{byte:02x}")).collect();
                prop_assert_eq!(&hash.to_string(), &digits);
                prop_assert_eq!(Hash::parse(hash_type, &hash.to_string()).unwrap(), hash);
                prop_assert_eq!(Hash::parse(hash_type, &hash.to_string().to_uppercase()).unwrap(), hash);
            }
        }

        #[test]
        fn distance_counts_differing_bits(a: [u8; 20], b: [u8; 20]) {
            let bitwise = (0..160).filter(|i| (a[i / 8] ^ b[i / 8]) >> (i % 8) & 1 == 1).count();
            prop_assert_eq!(hamming(&a, &b) as usize, bitwise);
        }
    }
}
