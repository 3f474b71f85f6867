//! Checksums that stand beside a list: what they say of it, and whether that is so.
//!
//! It reads the lines of `sha256sum` and the like, and the tagged lines of BSD and OpenSSL. It also reads a single
//! digest, and the output of `certutil` and `Get-FileHash`. The number of digits tells the method.

use std::io::{ErrorKind, Read as _};
use std::path::Path;

use md5::Md5;
use sha1::Sha1;
use sha2::{Digest as _, Sha224, Sha256, Sha384, Sha512};

use super::{Request, at};
use crate::error::{Action, FetchProblem};
use crate::store::layout::raw::{CHUNK_BYTES, Digest};
use crate::{Error, Result, escape};

/// The largest file with checksums, in bytes: some 100,000 lines.
pub(super) const BYTES_MAX: u64 = 16 << 20;

/// What a file says of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Claim {
    method: Method,
    /// Lower-case hexadecimal digits.
    hex: String,
    /// The name of the file that says it, escaped.
    pub(super) by: String,
}

/// How a checksum is computed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Method {
    Md5,
    Sha1,
    Sha224,
    Sha256,
    Sha384,
    Sha512,
}

impl Method {
    const ALL: [Method; 6] = [
        Method::Md5,
        Method::Sha1,
        Method::Sha224,
        Method::Sha256,
        Method::Sha384,
        Method::Sha512,
    ];

    const fn digits(self) -> usize {
        match self {
            Method::Md5 => 32,
            Method::Sha1 => 40,
            Method::Sha224 => 56,
            Method::Sha256 => 64,
            Method::Sha384 => 96,
            Method::Sha512 => 128,
        }
    }

    const fn name(self) -> &'static str {
        match self {
            Method::Md5 => "md5",
            Method::Sha1 => "sha1",
            Method::Sha224 => "sha224",
            Method::Sha256 => "sha256",
            Method::Sha384 => "sha384",
            Method::Sha512 => "sha512",
        }
    }
}

/// The checksum that a text states.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum StatedChecksum {
    /// These of the list; none, where it speaks of others.
    Claims(Vec<Claim>),
    /// Something by a method that is not computed here.
    OtherMethod,
    /// Nothing that is a checksum, or several of which none names the list.
    Unclear,
}

/// What a file says of a list. `is_own` tells that the file is named after the list, so that it need not name it again.
pub(super) fn said(bytes: &[u8], by: &[u8], list: &[u8], is_own: bool) -> StatedChecksum {
    let text = decoded(bytes);
    let list = String::from_utf8_lossy(list);
    let by = escape::escape(by).into_owned();
    let mut named = Vec::new();
    let mut others = Vec::new();
    let mut is_other_method = false;
    for line in text.lines() {
        let lower = line.to_ascii_lowercase();
        if ["sha3", "blake", "b2sum", "keccak", "sha512/", "sha512-2"]
            .iter()
            .any(|m| lower.contains(m))
        {
            is_other_method = true;
            continue;
        }
        let Some((method, hex, before, after)) = digest(line) else {
            continue;
        };
        let claim = Claim {
            method,
            hex: hex.to_ascii_lowercase(),
            by: by.clone(),
        };
        if names(before, after, &list) {
            named.push(claim);
        } else {
            others.push(claim);
        }
    }
    match (named.is_empty(), is_own) {
        (false, _) => StatedChecksum::Claims(named),
        (true, false) => StatedChecksum::Claims(Vec::new()),
        (true, true) if others.len() == 1 => StatedChecksum::Claims(others),
        (true, true) if others.is_empty() && is_other_method => StatedChecksum::OtherMethod,
        (true, true) => StatedChecksum::Unclear,
    }
}

/// The text of a file, which PowerShell writes as UTF-16.
fn decoded(bytes: &[u8]) -> String {
    let units = |of: fn([u8; 2]) -> u16| -> String {
        let units = bytes[2..]
            .chunks_exact(2)
            .map(|pair| of([pair[0], pair[1]]));
        let text = char::decode_utf16(units).map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER));
        text.collect()
    };
    match bytes {
        [0xff, 0xfe, ..] => units(u16::from_le_bytes),
        [0xfe, 0xff, ..] => units(u16::from_be_bytes),
        bytes => String::from_utf8_lossy(bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes))
            .into_owned(),
    }
}

/// The first digest of a line, with what stands before and after it.
fn digest(line: &str) -> Option<(Method, &str, &str, &str)> {
    let bytes = line.as_bytes();
    let mut from = 0;
    while from < bytes.len() {
        let run = bytes[from..]
            .iter()
            .take_while(|byte| byte.is_ascii_alphanumeric())
            .count();
        let word = &line.get(from..from + run)?;
        let is_hex = word.bytes().all(|byte| byte.is_ascii_hexdigit());
        let method = Method::ALL
            .into_iter()
            .find(|method| method.digits() == run);
        if let Some(method) = method.filter(|_| is_hex) {
            return Some((method, word, &line[..from], &line[from + run..]));
        }
        from += run;
        // Over what stands between words, whole characters at a time.
        from += line.get(from..)?.chars().next().map_or(1, char::len_utf8);
    }
    None
}

/// Whether what stands around a digest is the name of the list, with or without folders.
fn names(before: &str, after: &str, list: &str) -> bool {
    let tagged = || {
        let (_, name) = before.split_once('(')?;
        Some(name.rsplit_once(')')?.0)
    };
    let bare = after.trim_start().trim_start_matches('*');
    let ahead = before
        .trim()
        .trim_end_matches([':', '=', ',', ';'])
        .trim_end();
    let quoted = |text: &str| text.trim().trim_matches('"').to_owned();
    [tagged(), Some(bare), Some(ahead)]
        .into_iter()
        .flatten()
        .map(quoted)
        .any(|name| name.rsplit(['/', '\\']).next() == Some(list))
}

/// Compares a kept file with its stated checksum.
pub(super) fn check(
    request: &Request<'_>,
    path: &Path,
    digest: &Digest,
    claims: &[Claim],
) -> Result<()> {
    if claims.is_empty() {
        return Ok(());
    }
    let found = computed(request, digest, claims)?;
    for claim in claims {
        let (_, found) = found
            .iter()
            .find(|(method, _)| *method == claim.method)
            .expect("each method that is claimed was computed");
        if *found != claim.hex {
            return Err(at(path)(FetchProblem::Checksum {
                by: claim.by.clone(),
                method: claim.method.name(),
                said: claim.hex.clone(),
                found: found.clone(),
            }));
        }
    }
    Ok(())
}

/// The digests of a kept file by the methods that are claimed.
fn computed(
    request: &Request<'_>,
    digest: &Digest,
    claims: &[Claim],
) -> Result<Vec<(Method, String)>> {
    let mut hashers: Vec<(Method, Hasher)> = Vec::new();
    for claim in claims {
        if hashers.iter().all(|(method, _)| *method != claim.method) {
            hashers.push((claim.method, Hasher::new(claim.method)));
        }
    }
    // The name that the file is kept under is its SHA-256.
    if hashers.iter().all(|(method, _)| *method == Method::Sha256) {
        return Ok(vec![(Method::Sha256, digest.to_string())]);
    }
    let place = request.raw.path(digest);
    let mut file = request.raw.read(digest)?;
    let mut buffer = vec![0; CHUNK_BYTES];
    loop {
        if (request.stop)() {
            return Err(Error::Cancelled);
        }
        match file.read(&mut buffer) {
            Ok(0) => break,
            Ok(count) => hashers
                .iter_mut()
                .for_each(|(_, hasher)| hasher.update(&buffer[..count])),
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) if error.kind() == ErrorKind::InvalidData => {
                return Err(Error::Raw { path: place });
            }
            Err(error) => return Err(Error::io(Action::Read, &place)(error)),
        }
    }
    let finished = hashers
        .into_iter()
        .map(|(method, hasher)| (method, hasher.finish()));
    Ok(finished.collect())
}

enum Hasher {
    Md5(Md5),
    Sha1(Sha1),
    Sha224(Sha224),
    Sha256(Sha256),
    Sha384(Sha384),
    Sha512(Sha512),
}

impl Hasher {
    fn new(method: Method) -> Hasher {
        match method {
            Method::Md5 => Hasher::Md5(Md5::new()),
            Method::Sha1 => Hasher::Sha1(Sha1::new()),
            Method::Sha224 => Hasher::Sha224(Sha224::new()),
            Method::Sha256 => Hasher::Sha256(Sha256::new()),
            Method::Sha384 => Hasher::Sha384(Sha384::new()),
            Method::Sha512 => Hasher::Sha512(Sha512::new()),
        }
    }

    fn update(&mut self, bytes: &[u8]) {
        match self {
            Hasher::Md5(hasher) => hasher.update(bytes),
            Hasher::Sha1(hasher) => hasher.update(bytes),
            Hasher::Sha224(hasher) => hasher.update(bytes),
            Hasher::Sha256(hasher) => hasher.update(bytes),
            Hasher::Sha384(hasher) => hasher.update(bytes),
            Hasher::Sha512(hasher) => hasher.update(bytes),
        }
    }

    fn finish(self) -> String {
        use crate::store::layout::manifest::hex;
        match self {
            Hasher::Md5(hasher) => hex(&hasher.finalize()),
            Hasher::Sha1(hasher) => hex(&hasher.finalize()),
            Hasher::Sha224(hasher) => hex(&hasher.finalize()),
            Hasher::Sha256(hasher) => hex(&hasher.finalize()),
            Hasher::Sha384(hasher) => hex(&hasher.finalize()),
            Hasher::Sha512(hasher) => hex(&hasher.finalize()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const A: &str = "900150983cd24fb0d6963f7d28e17f72";
    const B: &str = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

    /// The digests that a text states of `x.csv`.
    fn stated(text: &[u8], is_own: bool) -> Option<Vec<String>> {
        match said(text, b"by", b"x.csv", is_own) {
            StatedChecksum::Claims(claims) => {
                Some(claims.into_iter().map(|claim| claim.hex).collect())
            }
            _ => None,
        }
    }

    #[test]
    fn every_way_to_name_a_file_is_read() {
        for line in [
            format!("{A}  x.csv\n"),
            format!("{A} *x.csv\r\n"),
            format!("{} x.csv", A.to_uppercase()),
            format!("\u{feff}{A}  ./lists/x.csv\n"),
            format!("{A}  C:\\lists\\x.csv\n"),
            format!("MD5 (x.csv) = {A}\n"),
            format!("MD5(lists/x.csv)= {A}\n"),
            format!("x.csv: {A}\n"),
            format!("x.csv,{A}\n"),
            format!("# by ana\n\n{B}  y.csv\n{A}  x.csv\n"),
            format!("MD5             {A}       \"C:\\lists\\x.csv\"\n"),
        ] {
            for is_own in [true, false] {
                assert_eq!(
                    stated(line.as_bytes(), is_own),
                    Some(vec![A.to_owned()]),
                    "{line}"
                );
            }
        }
        let wide: Vec<u8> = format!("\u{feff}{A}  x.csv\r\n")
            .encode_utf16()
            .flat_map(u16::to_le_bytes)
            .collect();
        assert_eq!(stated(&wide, true), Some(vec![A.to_owned()]));
    }

    #[test]
    fn a_file_named_after_the_list_need_not_name_it() {
        for text in [
            format!("{A}\n"),
            A.to_owned(),
            format!("{A}  export-of-today.csv\n"),
            format!(
                "MD5 hash of x.csv:\n{A}\nCertUtil: -hashfile command completed successfully.\n"
            ),
        ] {
            assert_eq!(
                stated(text.as_bytes(), true),
                Some(vec![A.to_owned()]),
                "{text}"
            );
            assert_eq!(stated(text.as_bytes(), false), Some(vec![]), "{text}");
        }
    }

    #[test]
    fn what_is_no_checksum_is_unclear_and_not_taken_for_one() {
        for text in [
            "",
            "x.csv\n",
            "<html>404</html>",
            &A[1..],
            &format!("{A}  y\n{B}  z\n"),
            "é é é",
        ] {
            assert_eq!(
                said(text.as_bytes(), b"by", b"x.csv", true),
                StatedChecksum::Unclear,
                "{text}"
            );
            assert_eq!(stated(text.as_bytes(), false), Some(vec![]), "{text}");
        }
        let other = format!("BLAKE2b-256 (x.csv) = {B}\n");
        assert_eq!(
            said(other.as_bytes(), b"by", b"x.csv", true),
            StatedChecksum::OtherMethod
        );
    }

    proptest::proptest! {
        #[test]
        fn any_bytes_are_read_without_a_panic(bytes: Vec<u8>, is_own: bool) {
            let _ = said(&bytes, b"by", b"x.csv", is_own);
        }
    }
}
