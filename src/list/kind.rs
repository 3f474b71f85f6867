//! What lists call their types, and the hash that follows.

use super::entry::Media;
use super::line::{Fault, quoted};
use crate::hash::{Hash, HashType};

/// What a type name in a list stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// A hash read here, and the kind of file it is of, where the name says so.
    Hash(HashType, Option<Media>),
    /// Something other than the hash of a picture or video.
    NotMedia,
    /// The frames of a video, in JSON.
    Vpdq,
    /// A hash of pictures or videos that is not read here.
    Unread,
}

impl Kind {
    /// What a name stands for, in either case and with `_`, `-` or nothing between its words; `None` if unknown.
    pub(super) fn from_name(name: &str) -> Option<Kind> {
        use Kind::{NotMedia, Unread};
        if let Ok(hash_type) = name.parse() {
            return Some(Kind::Hash(hash_type, None));
        }
        let plain: String = name
            .chars()
            .filter(|c| !matches!(c, '_' | '-'))
            .map(|c| c.to_ascii_lowercase())
            .collect();
        let kind = match plain.as_str() {
            "rawtext" | "text" | "url" | "uri" | "rawuri" | "unclickableurl" | "urlmd5"
            | "trendquery" | "texttlsh" => NotMedia,
            "vpdq" | "videovpdq" | "hashvideovpdq" => Kind::Vpdq,
            "pdqocr" | "videotmk" | "tmk" | "tmkpdqf" | "pdna" | "photodna" | "ssvhpdna"
            | "ssvhsaferhash" | "netclean" | "videntifier" | "clip" | "sha224" | "sha384"
            | "sha512" | "hashvideotmk" => Unread,
            other => {
                let other = other.strip_prefix("hash").unwrap_or(other);
                let (other, media) =
                    match (other.strip_prefix("image"), other.strip_prefix("video")) {
                        (Some(rest), _) => (rest, Some(Media::Image)),
                        (_, Some(rest)) => (rest, Some(Media::Video)),
                        _ => (other, None),
                    };
                let hash_type = match other {
                    "pdq" => HashType::Pdq,
                    "md5" => HashType::Md5,
                    "sha1" => HashType::Sha1,
                    "sha256" | "sha2256" => HashType::Sha256,
                    _ => return None,
                };
                Kind::Hash(hash_type, media)
            }
        };
        Some(kind)
    }

    /// The hash type and media of a name at `at`; `Ok(None)` for a kind that is skipped on request.
    pub(super) fn resolve(
        name: &str,
        at: usize,
        skip_unsupported: bool,
    ) -> Result<Option<(HashType, Option<Media>)>, Fault> {
        let why = match Kind::from_name(name) {
            Some(Kind::Hash(hash_type, media)) => return Ok(Some((hash_type, media))),
            Some(_) if skip_unsupported => return Ok(None),
            Some(Kind::NotMedia) => {
                "is not a media hash; remove the line or skip unsupported kinds"
            }
            Some(Kind::Vpdq) => "is read in typed lines and tables alone",
            Some(Kind::Unread) => {
                "is a kind of hash that is not read here; remove the line or skip unsupported kinds"
            }
            None => {
                let known = HashType::ALL.map(HashType::name).join(", ");
                let message = format!(
                    "no hash type is called {}; known: {known}",
                    quoted(name.as_bytes())
                );
                return Err(Fault::new(at, "E010", message));
            }
        };
        Err(Fault::new(
            at,
            "E010",
            format!("{} {why}", quoted(name.as_bytes())),
        ))
    }
}

/// Whether a text is as long as some hash and hexadecimal.
pub(super) fn looks_like_hash(text: &[u8]) -> bool {
    matches!(text.len(), 16 | 32 | 40 | 64) && text.iter().all(u8::is_ascii_hexdigit)
}

/// Reads a hash of a known type out of the text at `at`.
pub(crate) fn hash(
    hash_type: HashType,
    text: &str,
    at: usize,
    lenient: bool,
) -> Result<Hash, Fault> {
    if lenient {
        let text = plain_hex(text);
        return strict_hash(hash_type, &text).map_err(|fault| fault.shifted(at));
    }
    strict_hash(hash_type, text).map_err(|fault| fault.shifted(at))
}

/// Hexadecimal without a `0x` in front and without spaces, dashes and colons inside.
pub(super) fn plain_hex(text: &str) -> String {
    let text = text.trim();
    let text = text
        .strip_prefix("0x")
        .or_else(|| text.strip_prefix("0X"))
        .unwrap_or(text);
    text.chars()
        .filter(|c| !matches!(c, ' ' | '\t' | '-' | ':'))
        .collect()
}

fn strict_hash(hash_type: HashType, text: &str) -> Result<Hash, Fault> {
    if let Ok(hash) = Hash::parse(hash_type, text) {
        return Ok(hash);
    }
    let digits = hash_type.bytes() * 2;
    let got = quoted(text.as_bytes());
    match text.bytes().position(|byte| !byte.is_ascii_hexdigit()) {
        Some(end) if end == digits => Err(Fault::new(
            end,
            "E013",
            format!(
                "nothing may follow the hash on this line; got {}",
                quoted(&text.as_bytes()[end..])
            ),
        )),
        Some(at) => Err(Fault::new(
            at,
            "E012",
            format!(
                "{hash_type} hashes are hexadecimal alone{}; got {got}",
                if Hash::parse(hash_type, &plain_hex(text)).is_ok() {
                    ": allow lenient hexadecimal to accept 0x, spaces and dashes"
                } else {
                    ""
                }
            ),
        )),
        None => {
            let guess = match text.len() {
                32 => ": is it md5?",
                40 => ": is it sha1?",
                64 => ": is it pdq or sha256?",
                _ => "",
            };
            let message = format!(
                "{hash_type} needs {digits} hexadecimal digits, {} were found{guess}; got {got}",
                text.len()
            );
            Err(Fault::new(0, "E011", message))
        }
    }
}

/// The type of hashes whose list does not name it: told, or seen in the first of them.
pub(super) struct Untyped {
    told: Option<HashType>,
    seen: Option<HashType>,
}

impl Untyped {
    pub(super) fn new(told: Option<HashType>) -> Untyped {
        Untyped { told, seen: None }
    }

    /// The type of the hash `text` at `at`.
    pub(super) fn hash_type(
        &mut self,
        text: &str,
        at: usize,
        lenient: bool,
    ) -> Result<HashType, Fault> {
        if let Some(told) = self.told {
            return Ok(told);
        }
        let digits = if lenient {
            plain_hex(text).len()
        } else {
            text.len()
        };
        let found = match digits {
            32 => HashType::Md5,
            40 => HashType::Sha1,
            16 | 64 => {
                let which = if digits == 64 {
                    "pdq or sha256"
                } else {
                    "of several 64-bit types"
                };
                return Err(Fault::fatal(
                    at,
                    "E014",
                    format!(
                        "a hash of {digits} digits may be {which}; say which type the list holds; got {}",
                        quoted(text.as_bytes())
                    ),
                ));
            }
            _ => {
                return self.seen.ok_or_else(|| {
                    let got = quoted(text.as_bytes());
                    let message = format!(
                        "a hash has 16, 32, 40 or 64 hexadecimal digits, {digits} characters were found; got {got}"
                    );
                    Fault::new(at, "E011", message)
                });
            }
        };
        match *self.seen.get_or_insert(found) {
            seen if seen == found => Ok(found),
            seen => Err(Fault::new(
                at,
                "E015",
                format!(
                    "a hash of {digits} digits in a list of {seen}; name the type on each line; got {}",
                    quoted(text.as_bytes())
                ),
            )),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_names_of_other_tools_are_understood() {
        let kind = |name| Kind::from_name(name).unwrap();
        assert_eq!(kind("HASH_PDQ"), Kind::Hash(HashType::Pdq, None));
        assert_eq!(
            kind("ImagePDQ"),
            Kind::Hash(HashType::Pdq, Some(Media::Image))
        );
        for name in ["video_md5", "VideoMD5", "HASH_VIDEO_MD5"] {
            assert_eq!(kind(name), Kind::Hash(HashType::Md5, Some(Media::Video)));
        }
        assert_eq!(kind("sha-1"), Kind::Hash(HashType::Sha1, None));
        assert_eq!(
            kind("video_sha256"),
            Kind::Hash(HashType::Sha256, Some(Media::Video))
        );
        assert_eq!(kind("MEAN64-IH3-LSB"), Kind::Hash(HashType::MeanIh3, None));
        assert_eq!(kind("raw_text"), Kind::NotMedia);
        assert_eq!(kind("HASH_VIDEO_VPDQ"), Kind::Vpdq);
        assert_eq!(kind("tmk_pdqf"), Kind::Unread);
        assert_eq!(Kind::from_name("phash"), None);
    }

    #[test]
    fn a_wrong_hash_says_what_was_expected_and_found() {
        let fault = |hash_type, text| hash(hash_type, text, 4, false).unwrap_err();
        let half = "a".repeat(32);
        let short = fault(HashType::Pdq, &half);
        assert_eq!((short.code, short.at), ("E011", 4));
        assert_eq!(
            short.message,
            format!(
                "pdq needs 64 hexadecimal digits, 32 were found: is it md5?; got \"{}\"",
                "a".repeat(32)
            )
        );
        let letter = fault(HashType::Md5, "0123z567");
        assert_eq!((letter.code, letter.at), ("E012", 8));
        let long = half.clone() + ",x";
        let tail = fault(HashType::Md5, &long);
        assert_eq!((tail.code, tail.at), ("E013", 36));
        assert_eq!(
            tail.message,
            "nothing may follow the hash on this line; got \",x\""
        );
    }

    #[test]
    fn lenient_hex_forgives_prefixes_and_separators() {
        let text = "0x90015098-3CD24FB0:D6963F7D 28E17F72";
        assert!(hash(HashType::Md5, text, 0, false).is_err());
        let md5 = hash(HashType::Md5, text, 0, true).unwrap();
        assert_eq!(md5.to_string(), "900150983cd24fb0d6963f7d28e17f72");
    }
}
