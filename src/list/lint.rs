//! Hashes that are well-formed and yet cannot be what the list says they are.

use super::entry::{Entry, Opinion};
use crate::hash::{HashType, Pdq};

/// The number of set bits in the PDQ hash of every picture with more than a few grey levels. It is half of all bits,
/// because each bit compares a coefficient with the median. Of random 256-bit values 5 % have as many.
const PDQ_ONES: u32 = Pdq::BITS / 2;

/// From how many PDQ hashes on a list is refused when more than a fifth of them are unusual.
const PDQ_SAMPLE_MIN: u64 = 50;

/// From how many SHA-256 digests on a list is checked for PDQ hashes. It is suspected when four fifths of them look
/// like PDQ. Ten random values do so once in 10^9 lists.
const SHA256_SAMPLE_MIN: u64 = 10;

/// Why no entry may hold this hash, where none may: it stands for nothing, and would match everything like it.
///
/// Entries that suppress matches may hold it.
pub(super) fn sentinel(entry: &Entry) -> Option<&'static str> {
    let bytes = entry.hash.as_bytes();
    if entry.opinion == Opinion::Negative {
        None
    } else if bytes.iter().all(|&byte| byte == 0) {
        Some("a hash of zeros alone")
    } else if bytes.iter().all(|&byte| byte == 0xff) {
        Some("a hash of ones alone")
    } else if empty_digest(entry.hash.hash_type()) == Some(bytes) {
        Some("the digest of an empty file, which every empty file matches")
    } else {
        None
    }
}

/// The digest of no bytes.
fn empty_digest(hash_type: HashType) -> Option<&'static [u8]> {
    match hash_type {
        HashType::Md5 => Some(b"\xd4\x1d\x8c\xd9\x8f\x00\xb2\x04\xe9\x80\x09\x98\xec\xf8\x42\x7e"),
        HashType::Sha1 => Some(
            b"\xda\x39\xa3\xee\x5e\x6b\x4b\x0d\x32\x55\xbf\xef\x95\x60\x18\x90\
            \xaf\xd8\x07\x09",
        ),
        HashType::Sha256 => Some(
            b"\xe3\xb0\xc4\x42\x98\xfc\x1c\x14\x9a\xfb\xf4\xc8\x99\x6f\xb9\x24\
            \x27\xae\x41\xe4\x64\x9b\x93\x4c\xa4\x95\x99\x1b\x78\x52\xb8\x55",
        ),
        _ => None,
    }
}

/// Counts of bits, over the whole list.
#[derive(Default)]
pub(super) struct Lint {
    pdq: u64,
    pdq_unusual: u64,
    sha256: u64,
    sha256_like_pdq: u64,
}

impl Lint {
    /// Counts an entry; whether it is a PDQ hash no real picture has.
    pub(super) fn observe(&mut self, entry: &Entry) -> bool {
        match entry.hash.hash_type() {
            // A flat picture has few coefficients apart from zero, and a low quality.
            HashType::Pdq if entry.quality.is_some_and(|q| q < Pdq::QUALITY) => false,
            HashType::Pdq => {
                let unusual = entry.hash.count_ones() != PDQ_ONES;
                self.pdq += 1;
                self.pdq_unusual += u64::from(unusual);
                unusual
            }
            HashType::Sha256 => {
                self.sha256 += 1;
                self.sha256_like_pdq += u64::from(entry.hash.count_ones() == PDQ_ONES);
                false
            }
            _ => false,
        }
    }

    /// Why the PDQ hashes cannot be PDQ hashes.
    pub(super) fn unusual_pdq(&self) -> Option<String> {
        (self.pdq >= PDQ_SAMPLE_MIN && self.pdq_unusual * 5 > self.pdq).then(|| {
            format!(
                "{} of {} pdq hashes do not have {PDQ_ONES} of their bits set, as those of pictures have: is this \
                 column sha256, or another bit order? allow unusual pdq hashes to import them as they are",
                self.pdq_unusual, self.pdq
            )
        })
    }

    /// Why the SHA-256 digests may be PDQ hashes.
    pub(super) fn pdq_as_sha256(&self) -> Option<String> {
        (self.sha256 >= SHA256_SAMPLE_MIN && self.sha256_like_pdq * 5 >= self.sha256 * 4).then(|| {
            format!(
                "{} of {} sha256 digests look like pdq hashes ({PDQ_ONES} bits set); is the type right?",
                self.sha256_like_pdq, self.sha256
            )
        })
    }
}

#[cfg(test)]
mod tests {
    use super::super::ReadOptions;
    use super::super::sample::{PDQ, faults, faults_with, message, read, read_with};

    /// 128 bits set, or 127.
    fn list_of(hash_type: &str, usual: usize, unusual: usize) -> String {
        let odd = PDQ.replacen('f', "e", 1);
        let line = |hash: &str| format!("{hash_type} {hash}\n");
        line(PDQ).repeat(usual) + &line(&odd).repeat(unusual)
    }

    #[test]
    fn hashes_that_stand_for_nothing_are_refused() {
        for (hash_type, hash) in [
            ("md5", "d41d8cd98f00b204e9800998ecf8427e".to_owned()),
            (
                "sha1",
                "DA39A3EE5E6B4B0D3255BFEF95601890AFD80709".to_owned(),
            ),
            (
                "sha256",
                "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855".to_owned(),
            ),
            ("pdq", "0".repeat(64)),
            ("mean64-ih3-lsb", "f".repeat(16)),
        ] {
            let column = hash_type.len() + 2;
            assert_eq!(
                faults(format!("{hash_type} {hash}\n")),
                [format!("1:{column} E080")]
            );
        }
        assert_eq!(
            message("md5 d41d8cd98f00b204e9800998ecf8427e"),
            "list:1:5: E080 the digest of an empty file, which every empty file matches; remove it from the list; \
             got \"d41d8cd98f00b204e9800998ecf8427e\""
        );
    }

    #[test]
    fn hashes_that_stand_for_nothing_may_suppress_and_be_withdrawn() {
        let empty = "d41d8cd98f00b204e9800998ecf8427e";
        assert_eq!(
            read(format!("md5,category\n{empty},NEGATIVE_CLASS\n"))
                .entries
                .len(),
            1
        );
        assert_eq!(read(format!("md5,op\n{empty},remove\n")).removals.len(), 1);
    }

    #[test]
    fn unusual_pdq_hashes_are_warned_of_one_by_one() {
        let list = read(list_of("pdq", 40, 10));
        assert_eq!((list.entries.len(), list.warned), (50, 10));
        assert_eq!(
            (
                list.warnings[0].code,
                list.warnings[0].line,
                list.warnings[0].column
            ),
            ("W081", 41, 5)
        );
        assert_eq!(read(list_of("pdq", 0, 49)).warned, 49);
    }

    #[test]
    fn a_list_of_unusual_pdq_hashes_is_refused_unless_allowed() {
        let text = list_of("pdq", 39, 11);
        let tolerant = ReadOptions {
            max_reject: "100%".parse().unwrap(),
            ..ReadOptions::default()
        };
        assert_eq!(faults_with(&text, &tolerant), ["40:5 E081"]);
        assert_eq!(
            message(&text),
            "list:40:5: E081 11 of 50 pdq hashes do not have 128 of their bits set, as those of pictures have: is this \
             column sha256, or another bit order? allow unusual pdq hashes to import them as they are"
        );
        let allowed = ReadOptions {
            allow_unusual_pdq: true,
            ..ReadOptions::default()
        };
        let list = read_with(&text, &allowed);
        assert_eq!((list.entries.len(), list.warned), (50, 11));
    }

    #[test]
    fn flat_pictures_of_known_low_quality_are_no_surprise() {
        let odd = PDQ.replacen('f', "e", 1);
        let options = ReadOptions {
            min_quality: 0,
            ..ReadOptions::default()
        };
        let list = read_with(format!("{odd},0,a.jpg\n").repeat(60), &options);
        assert_eq!((list.entries.len(), list.warned), (60, 0));
    }

    #[test]
    fn pdq_hashes_called_sha256_are_suspected() {
        let list = read(list_of("sha256", 8, 2));
        assert_eq!((list.warned, list.warnings[0].code), (1, "W082"));
        assert_eq!(
            list.warnings[0].message,
            "8 of 10 sha256 digests look like pdq hashes (128 bits set); is the type right?"
        );
        assert_eq!(read(list_of("sha256", 7, 3)).warned, 0);
        assert_eq!(read(list_of("sha256", 9, 0)).warned, 0);
    }
}
