//! The output of `md5sum`, `sha1sum` and `sha256sum`, and the tagged form of BSD and OpenSSL.
//!
//! ```text
//! <hex>  name            <hex> *name            \<hex>  name with \\ or \n
//! MD5 (name) = <hex>     MD5(name)= <hex>
//! ```
//!
//! The name is the id of the entry, escaped as in [`crate::escape`]: names are bytes and may hold anything.

use super::ReadOptions;
use super::entry::Entry;
use super::kind::{self, Kind};
use super::line::{Fate, Fault, Line, quoted};
use crate::escape;
use crate::hash::HashType;

pub(super) fn parse(line: &Line<'_>, options: &ReadOptions) -> Result<Fate, Fault> {
    let escaped = line.text.first() == Some(&b'\\');
    let text = &line.text[usize::from(escaped)..];
    let at = usize::from(escaped);
    if let Some((name, file, hex)) = tagged(text) {
        let name = str_of(name, at)?;
        let Some((hash_type, media)) = Kind::resolve(name, at, options.skip_unsupported)? else {
            return Ok(Fate::Skipped);
        };
        let from = at + text.len() - hex.len();
        let hash = kind::hash(hash_type, str_of(hex, from)?.trim_end(), from, false)?;
        let mut entry = Entry::new(hash, line.number);
        entry.media = media;
        entry.id = Some(id(file, escaped));
        return Ok(Fate::Entries(vec![entry]));
    }
    let digits = text
        .iter()
        .take_while(|byte| byte.is_ascii_hexdigit())
        .count();
    let hash_type = match (digits, options.hash_type) {
        (_, Some(told)) if told.bytes() * 2 == digits => told,
        (32, _) => HashType::Md5,
        (40, _) => HashType::Sha1,
        (64, _) => HashType::Sha256,
        _ => {
            let message = format!(
                "a checksum has 32, 40 or 64 hexadecimal digits, {digits} were found; got {}",
                quoted(text)
            );
            return Err(Fault::new(at, "E011", message));
        }
    };
    let hash = kind::hash(hash_type, str_of(&text[..digits], at)?, at, false)?;
    let file = match &text[digits..] {
        [b' ', b' ' | b'*', file @ ..] if !file.is_empty() => file,
        rest => {
            let message = format!(
                "a checksum is followed by two spaces, or a space and '*', and a file name; got {}",
                quoted(rest)
            );
            return Err(Fault::new(at + digits, "E041", message));
        }
    };
    let mut entry = Entry::new(hash, line.number);
    entry.id = Some(id(file, escaped));
    Ok(Fate::Entries(vec![entry]))
}

/// Whether this format would make something of a line.
pub(super) fn recognises(text: &[u8]) -> bool {
    let text = text.strip_prefix(b"\\").unwrap_or(text);
    let digits = text
        .iter()
        .take_while(|byte| byte.is_ascii_hexdigit())
        .count();
    matches!(digits, 32 | 40 | 64) && matches!(text[digits..], [b' ', b' ' | b'*', _, ..])
        || tagged(text).is_some()
}

/// `NAME (file) = hex` or `NAME(file)= hex`, taken apart.
fn tagged(text: &[u8]) -> Option<(&[u8], &[u8], &[u8])> {
    let open = text.iter().position(|&byte| byte == b'(')?;
    let find = |end: &[u8]| text.windows(end.len()).rposition(|window| window == end);
    let (name, close, end) = match text[..open].strip_suffix(b" ") {
        Some(name) => (name, find(b") = ")?, 4),
        None => (&text[..open], find(b")= ")?, 3),
    };
    let is_name = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'-';
    (!name.is_empty() && name.iter().all(is_name) && close > open)
        .then(|| (name, &text[open + 1..close], &text[close + end..]))
}

fn str_of(text: &[u8], at: usize) -> Result<&str, Fault> {
    std::str::from_utf8(text).map_err(|_| {
        let message = format!("a hash is hexadecimal alone; got {}", quoted(text));
        Fault::new(at, "E012", message)
    })
}

/// The id for a file name, after undoing the escapes of the checksum tools.
fn id(file: &[u8], escaped: bool) -> String {
    if !escaped {
        return escape::escape(file).into_owned();
    }
    let mut name = Vec::with_capacity(file.len());
    let mut bytes = file.iter();
    while let Some(&byte) = bytes.next() {
        match (byte, bytes.as_slice().first()) {
            (b'\\', Some(&next @ (b'\\' | b'n' | b'r'))) => {
                name.push(match next {
                    b'n' => b'\n',
                    b'r' => b'\r',
                    _ => b'\\',
                });
                bytes.next();
            }
            _ => name.push(byte),
        }
    }
    escape::escape(&name).into_owned()
}

#[cfg(test)]
mod tests {
    use super::super::ReadOptions;
    use super::super::sample::{MD5, PDQ, SHA1, SHA256, faults, hashes, read, read_with};
    use crate::hash::HashType;

    #[test]
    fn the_three_tools_and_their_tagged_form_are_read() {
        let text = format!(
            "{MD5}  a b.jpg\n{SHA1} *-\r\n{SHA256}  (1) = x\nMD5 (a) = b) = {MD5}\nSHA2-256(c)= {SHA256}\nSHA1 () = {SHA1}\n"
        );
        let list = read(&text);
        assert_eq!(list.source.format, "checksums");
        assert_eq!(
            hashes(&list.entries),
            [
                (format!("md5:{MD5}"), "a b.jpg"),
                (format!("sha1:{SHA1}"), "-"),
                (format!("sha256:{SHA256}"), "(1) = x"),
                (format!("md5:{MD5}"), "a) = b"),
                (format!("sha256:{SHA256}"), "c"),
                (format!("sha1:{SHA1}"), ""),
            ]
        );
    }

    #[test]
    fn names_are_bytes_and_become_ids_without_loss() {
        let mut text = format!("\\{MD5}  a\\nb\\\\c\n{MD5}  a\\nb\n{MD5}  ").into_bytes();
        text.extend(b"\xff.jpg\n");
        let list = read(&text);
        let ids: Vec<_> = list.entries.iter().map(|e| e.id.clone().unwrap()).collect();
        assert_eq!(ids, ["a\\nb\\\\c", "a\\\\nb", "\\xff.jpg"]);
        assert_eq!(crate::escape::unescape(&ids[0]).unwrap(), b"a\nb\\c");
    }

    #[test]
    fn a_told_type_decides_where_the_length_allows() {
        let options = ReadOptions {
            hash_type: Some(HashType::Pdq),
            ..ReadOptions::default()
        };
        let list = read_with(format!("{PDQ}  a.jpg\n{MD5}  a.jpg\n"), &options);
        assert_eq!(
            hashes(&list.entries),
            [
                (format!("pdq:{PDQ}"), "a.jpg"),
                (format!("md5:{MD5}"), "a.jpg")
            ]
        );
    }

    #[test]
    fn lines_of_another_shape_are_named() {
        let text = format!(
            "{MD5}  a\n{MD5} b\n{MD5}\n1234  c\nSHA512 (d) = {MD5}\nMD5 (e) = {SHA1}\n{MD5}  \n"
        );
        assert_eq!(
            faults(&text),
            [
                "2:33 E041",
                "3:33 E041",
                "4:1 E011",
                "5:1 E010",
                "6:11 E011",
                "7:33 E041"
            ]
        );
    }
}
