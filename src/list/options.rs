//! How to read a list.

use std::path::PathBuf;
use std::str::FromStr;

use crate::Error;
use crate::error::Problem;
use crate::hash::{HashType, Pdq};
use crate::list::{Mapping, VicsProfile};

/// How a list is read. The default takes nothing for granted: one bad line and nothing is imported.
///
/// ```
/// use basma::hash::HashType;
/// use basma::list::ReadOptions;
/// let options = ReadOptions::default().with_hash_type(HashType::Pdq);
/// assert_eq!(options.min_quality, 50);
/// ```
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct ReadOptions {
    /// The type of hashes whose list does not name it. Without it 32 digits are MD5 and 40 are SHA-1, and any other
    /// length is ambiguous.
    pub hash_type: Option<HashType>,
    /// The list's name; without it the name in its manifest, or else the file's stem.
    pub list_name: Option<String>,
    /// What the file is called where it came from, if it is read from a copy of another name.
    pub(crate) file_name: Option<PathBuf>,
    /// How many bad lines are set aside before the whole list is refused.
    pub max_reject: MaxReject,
    /// The quality below which perceptual hashes are left out, where the list states one.
    pub min_quality: u8,
    /// Whether lines of a kind that is not read here (`raw_text`, `url`, ...) are skipped rather than bad.
    pub skip_unsupported: bool,
    /// Whether hashes that stand for nothing, such as those of empty files, are skipped rather than bad.
    pub skip_meaningless: bool,
    /// Whether hexadecimal may start with `0x` and hold spaces, dashes and colons.
    pub lenient_hex: bool,
    /// Whether a list is accepted although its PDQ hashes do not look like PDQ hashes of pictures.
    pub allow_unusual_pdq: bool,
    /// The names of the columns of a CSV file that has no header.
    pub columns: Option<Vec<String>>,
    /// Where the fields of a list stand whose format is not known here. Then no format is recognised.
    pub mapping: Option<Mapping>,
    /// Whose numbers of categories a document of Project VIC has. Without it such a document is refused.
    pub vics_profile: Option<VicsProfile>,
    /// The size of the largest file read, in bytes, also once it is unpacked.
    pub size_max: u64,
}

impl Default for ReadOptions {
    fn default() -> ReadOptions {
        ReadOptions {
            hash_type: None,
            list_name: None,
            file_name: None,
            max_reject: MaxReject::default(),
            min_quality: Pdq::QUALITY,
            skip_unsupported: false,
            skip_meaningless: false,
            lenient_hex: false,
            allow_unusual_pdq: false,
            columns: None,
            mapping: None,
            vics_profile: None,
            size_max: 8 << 30,
        }
    }
}

setters!(ReadOptions {
    with_hash_type hash_type?: HashType;
    with_list_name list_name?: String;
    with_max_reject max_reject: MaxReject;
    with_min_quality min_quality: u8;
    with_skip_unsupported skip_unsupported: bool;
    with_skip_meaningless skip_meaningless: bool;
    with_lenient_hex lenient_hex: bool;
    with_allow_unusual_pdq allow_unusual_pdq: bool;
    with_columns columns?: Vec<String>;
    with_mapping mapping?: Mapping;
    with_vics_profile vics_profile?: VicsProfile;
    with_size_max size_max: u64;
});

/// How many bad lines are set aside before the whole list is refused.
///
/// ```
/// use basma::list::MaxReject;
/// assert_eq!("12".parse::<MaxReject>()?, MaxReject::Lines(12));
/// assert_eq!("0.5%".parse::<MaxReject>()?, MaxReject::Percent(0.5));
/// # Ok::<(), basma::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub enum MaxReject {
    /// At most this many lines.
    Lines(u64),
    /// At most this share, 0 to 100, of the lines that are not blank, comments or headers.
    Percent(f64),
}

impl MaxReject {
    /// Whether so many bad lines among so many are too many.
    pub(super) fn is_exceeded(self, bad: u64, lines: u64) -> bool {
        match self {
            MaxReject::Lines(max) => bad > max,
            MaxReject::Percent(max) => {
                let tolerated = (bad as f64 * 100.0).partial_cmp(&(max * lines as f64));
                // A percentage that is not a number tolerates nothing.
                bad > 0 && !tolerated.is_some_and(std::cmp::Ordering::is_le)
            }
        }
    }
}

impl Default for MaxReject {
    fn default() -> MaxReject {
        MaxReject::Lines(0)
    }
}

impl FromStr for MaxReject {
    type Err = Error;

    /// A number of lines, or a percentage with its sign.
    fn from_str(text: &str) -> Result<MaxReject, Error> {
        let limit = match text.strip_suffix('%') {
            None => text.parse().ok().map(MaxReject::Lines),
            Some(share) => share
                .parse()
                .ok()
                .filter(|share| (0.0..=100.0).contains(share))
                .map(MaxReject::Percent),
        };
        limit.ok_or_else(|| {
            Error::Argument(Problem::MaxReject {
                text: text.escape_default().to_string(),
            })
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tolerance_is_a_number_or_a_percentage() {
        for bad in ["", "-1", "1.5", "101%", "-1%", "NaN%", "%"] {
            assert!(bad.parse::<MaxReject>().is_err(), "{bad}");
        }
    }

    #[test]
    fn a_tolerance_is_inclusive() {
        assert!(!MaxReject::Lines(2).is_exceeded(2, 2));
        assert!(MaxReject::Lines(2).is_exceeded(3, 100));
        assert!(!MaxReject::Percent(10.0).is_exceeded(1, 10));
        assert!(MaxReject::Percent(10.0).is_exceeded(2, 19));
        assert!(!MaxReject::Percent(0.0).is_exceeded(0, 0));
        assert!(MaxReject::Percent(f64::NAN).is_exceeded(1, 10));
    }
}
