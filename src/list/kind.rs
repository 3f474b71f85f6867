//! What lists call their types, and the hash that follows.

use super::ReadOptions;
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

/// Names as providers and tools write them in each record of millions. They are known without a look at their words.
const WRITTEN: [(&str, HashType, Option<Media>); 11] = [
    ("HASH_PDQ", HashType::Pdq, None),
    ("HASH_MD5", HashType::Md5, None),
    ("HASH_SHA1", HashType::Sha1, None),
    ("HASH_SHA256", HashType::Sha256, None),
    ("HASH_VIDEO_MD5", HashType::Md5, Some(Media::Video)),
    ("ImagePDQ", HashType::Pdq, Some(Media::Image)),
    ("VideoMD5", HashType::Md5, Some(Media::Video)),
    ("MD5", HashType::Md5, None),
    ("SHA1", HashType::Sha1, None),
    ("SHA256", HashType::Sha256, None),
    ("PDQ", HashType::Pdq, None),
];

impl Kind {
    /// What a name stands for, in either case, whatever stands between its words. Words such as `hash`, `sum` and
    /// `file` may be in it or not. `None` if the name is unknown.
    pub(super) fn from_name(name: &str) -> Option<Kind> {
        let written = WRITTEN.iter().find(|(written, ..)| *written == name);
        match written {
            Some((_, hash_type, media)) => Some(Kind::Hash(*hash_type, *media)),
            None => Kind::from_words(name),
        }
    }

    fn from_words(name: &str) -> Option<Kind> {
        use Kind::{NotMedia, Unread};
        if let Ok(hash_type) = name.parse() {
            return Some(Kind::Hash(hash_type, None));
        }
        let plain = plain(name);
        let core = core(&plain);
        let kind = match plain.as_str() {
            "rawtext" | "text" | "url" | "uri" | "rawuri" | "unclickableurl" | "urlmd5"
            | "trendquery" | "texttlsh" => NotMedia,
            "vpdq" | "videovpdq" | "hashvideovpdq" => Kind::Vpdq,
            "pdqocr" | "videotmk" | "tmk" | "tmkpdqf" | "pdna" | "ssvhpdna" | "ssvhsaferhash"
            | "netclean" | "videntifier" | "clip" | "hashvideotmk" => Unread,
            _ if UNREAD.contains(&core) => Unread,
            _ => {
                let (media, core) = of_media(core);
                let is_named = |hash_type: &HashType| {
                    let letters = hash_type.name().bytes().filter(|&byte| byte != b'-');
                    letters.eq(core.bytes())
                };
                let hash_type = match core {
                    "sha2256" => HashType::Sha256,
                    "pdq256" => HashType::Pdq,
                    _ => HashType::ALL.into_iter().find(is_named)?,
                };
                Kind::Hash(hash_type, media)
            }
        };
        Some(kind)
    }

    /// Whether a name is one of [`Kind::Vpdq`]. Almost none is, and lists are long.
    pub(super) fn is_vpdq(name: &str) -> bool {
        let tail = name.as_bytes().last_chunk::<4>();
        tail.is_some_and(|tail| tail.eq_ignore_ascii_case(b"vpdq"))
            && Kind::from_name(name) == Some(Kind::Vpdq)
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

/// Digests and hashes of files and pictures that are known by name and not read here.
const UNREAD: [&str; 24] = [
    "photodna",
    "md2",
    "md4",
    "sha224",
    "sha384",
    "sha512",
    "sha512256",
    "sha2512",
    "sha3224",
    "sha3256",
    "sha3384",
    "sha3512",
    "crc32",
    "blake2b",
    "blake2s",
    "blake3",
    "ripemd160",
    "whirlpool",
    "tiger",
    "ssdeep",
    "tlsh",
    "xxh64",
    "ed2k",
    "imphash",
];

/// The letters and digits of a name, in lower case: what is left the same by the habits of writers.
pub(super) fn plain(name: &str) -> String {
    let letters = name.chars().filter(|c| c.is_alphanumeric());
    letters.flat_map(char::to_lowercase).collect()
}

/// A plain name without the words that go with any hash: `md5` of `md5sum`, `filehashmd5` and `md5checksum`.
fn core(plain: &str) -> &str {
    const WORDS: [&str; 8] = [
        "checksum", "digest", "value", "string", "hash", "file", "hex", "sum",
    ];
    let mut core = plain;
    loop {
        let shorter = WORDS
            .iter()
            .find_map(|word| core.strip_prefix(word).or_else(|| core.strip_suffix(word)));
        match shorter {
            Some(shorter) => core = shorter,
            None => return core,
        }
    }
}

/// The kind of file that the front of a core names, and what follows.
fn of_media(plain: &str) -> (Option<Media>, &str) {
    const WORDS: [(&str, Media); 5] = [
        ("image", Media::Image),
        ("picture", Media::Image),
        ("photo", Media::Image),
        ("img", Media::Image),
        ("video", Media::Video),
    ];
    let named = WORDS
        .into_iter()
        .find_map(|(word, media)| Some((Some(media), core(plain.strip_prefix(word)?))));
    named.unwrap_or((None, plain))
}

/// A hash with its type in front, `TYPE:HASH`, as `lookup` reads it. Returns the end of the type, the type, and the
/// start of the hash.
pub(super) fn prefix(text: &str) -> Option<(&str, Kind, usize)> {
    let (name, rest) = text.split_once(':')?;
    // Colons may stand between the bytes of a hash.
    let kind = Kind::from_name(name).filter(|_| !looks_hex(name.as_bytes()))?;
    let blanks = rest.len() - rest.trim_start_matches([' ', '\t']).len();
    Some((name, kind, name.len() + 1 + blanks))
}

fn looks_hex(text: &[u8]) -> bool {
    text.iter().all(u8::is_ascii_hexdigit)
}

/// Whether a text holds enough hexadecimal digits in a row for a misplaced hash. It needs as many as the shortest hash,
/// with a letter among them, because ids have as many decimal digits.
pub(super) fn holds_hash(text: &[u8]) -> bool {
    let (mut digits, mut has_letter) = (0, false);
    text.iter().any(|byte| {
        if byte.is_ascii_hexdigit() {
            digits += 1;
            has_letter |= byte.is_ascii_alphabetic();
        } else {
            (digits, has_letter) = (0, false);
        }
        digits >= 32 || (digits >= 16 && has_letter)
    })
}

/// Whether a text is as long as some hash and hexadecimal.
pub(super) fn looks_like_hash(text: &[u8]) -> bool {
    matches!(text.len(), 16 | 32 | 40 | 64) && text.iter().all(u8::is_ascii_hexdigit)
}

/// Reads a hash of a known type out of the text at `at`. Its type may stand in front: `TYPE:HASH`.
pub(crate) fn hash(
    hash_type: HashType,
    text: &str,
    at: usize,
    lenient: bool,
) -> Result<Hash, Fault> {
    if let Ok(hash) = Hash::parse(hash_type, text) {
        return Ok(hash);
    }
    let (from, hex) = match prefix(text) {
        None => (0, text),
        Some((_, Kind::Hash(named, _), from)) if named == hash_type => (from, &text[from..]),
        Some((name, ..)) => {
            let message = format!(
                "a hash of type {hash_type} is expected here, and this one says {}; correct one of them",
                quoted(name.as_bytes())
            );
            return Err(Fault::new(at, "E010", message));
        }
    };
    let hash = if lenient {
        strict_hash(hash_type, &plain_hex(hex))
    } else {
        strict_hash(hash_type, hex)
    };
    hash.map_err(|fault| fault.shifted(at + from))
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
        Some(at) => {
            let hint = digits_hint(hash_type, text, at);
            let message = format!("{hash_type} hashes are hexadecimal alone{hint}; got {got}");
            Err(Fault::new(at, "E012", message))
        }
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

/// What may have become of a hash whose character at `at` is no hexadecimal digit.
fn digits_hint(hash_type: HashType, text: &str, at: usize) -> String {
    if Hash::parse(hash_type, &plain_hex(text)).is_ok() {
        return ": allow lenient hexadecimal to accept 0x, spaces and dashes".to_owned();
    }
    let is_base64 = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'=');
    if text.len() == hash_type.bytes().div_ceil(3) * 4 && text.bytes().all(is_base64) {
        return ": this one may be base64, convert it to hexadecimal".to_owned();
    }
    // What looks like a digit or like nothing needs its number.
    match text[at..].chars().next() {
        Some(c) if !c.is_ascii_graphic() => format!(", without U+{:04X}", u32::from(c)),
        _ => String::new(),
    }
}

/// The type of hashes whose list does not name it: told, or seen in the first of them.
#[derive(Clone, Copy)]
pub(super) struct Untyped {
    told: Option<HashType>,
    seen: Option<HashType>,
}

impl Untyped {
    pub(super) fn new(told: Option<HashType>) -> Untyped {
        Untyped { told, seen: None }
    }

    /// The type of the hash `text` at `at`, and the kind of file it is of. The kind is there where the type stands in
    /// front and names it. `Ok(None)` for a kind that is skipped on request.
    pub(super) fn kind(
        &mut self,
        text: &str,
        at: usize,
        options: &ReadOptions,
    ) -> Result<Option<(HashType, Option<Media>)>, Fault> {
        if let Some((name, ..)) = prefix(text) {
            return Kind::resolve(name, at, options.skip_unsupported);
        }
        let hash_type = self.hash_type(text, at, options.lenient_hex)?;
        Ok(Some((hash_type, None)))
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
        for (name, hash_type, media) in WRITTEN {
            let by_words = Kind::from_words(name);
            assert_eq!(by_words, Some(Kind::Hash(hash_type, media)), "{name}");
        }
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
