//! The output of `md5sum`, `sha1sum` and `sha256sum`, and the tagged form of BSD and OpenSSL.
//!
//! ```text
//! <hex>  name            <hex> *name            \<hex>  name with \\ or \n
//! MD5 (name) = <hex>     MD5(name)= <hex>
//! md5:<hex>  name
//!       1234  <hex>  name          as md5deep -z
//! <hex>,/name      1234,<hex>,/name      as md5deep -c, and with -z
//! ```
//!
//! The name is the id of the entry, escaped as in [`crate::escape`]: names are bytes and may hold anything.

use super::ReadOptions;
use super::entry::Entry;
use super::kind::{self, Kind};
use super::line::{Fault, Line, LineResult, quoted};
use crate::escape;
use crate::hash::HashType;

pub(super) fn parse(line: &Line<'_>, options: &ReadOptions) -> Result<LineResult, Fault> {
    if let Some((size, from, digits, file)) = deep(line.text) {
        return of_deep(line, size, from, digits, file);
    }
    let escaped = line.text.first() == Some(&b'\\');
    let text = &line.text[usize::from(escaped)..];
    let at = usize::from(escaped);
    if let Some((name, file, hex)) = tagged(text) {
        let name = str_of(name, at)?;
        let Some((hash_type, media)) = Kind::resolve(name, at, options.skip_unsupported)? else {
            return Ok(LineResult::Skipped);
        };
        let from = at + text.len() - hex.len();
        let hash = kind::hash(hash_type, str_of(hex, from)?.trim_end(), from, false)?;
        let mut entry = Entry::new(hash, line.number);
        entry.media = media;
        entry.id = Some(id(file, escaped));
        alone(file, at + name.len())?;
        return Ok(LineResult::Entries(vec![entry]));
    }
    let (from, named) = match prefix(text) {
        None => (0, None),
        Some((name, from)) => match Kind::resolve(name, at, options.skip_unsupported)? {
            None => return Ok(LineResult::Skipped),
            Some((hash_type, media)) => (from, Some((hash_type, media))),
        },
    };
    let (at, text) = (at + from, &text[from..]);
    let digits = digits(text);
    let (hash_type, media) = match (digits, named, options.hash_type) {
        (_, Some((named, media)), _) => (named, media),
        (_, _, Some(told)) if told.bytes() * 2 == digits => (told, None),
        (32, ..) => (HashType::Md5, None),
        (40, ..) => (HashType::Sha1, None),
        (64, ..) => (HashType::Sha256, None),
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
    alone(file, at + digits + 2)?;
    let mut entry = Entry::new(hash, line.number);
    entry.media = media;
    entry.id = Some(id(file, escaped));
    Ok(LineResult::Entries(vec![entry]))
}

/// Whether this format would make something of a line.
pub(super) fn recognises(text: &[u8]) -> bool {
    let text = text.strip_prefix(b"\\").unwrap_or(text);
    let text = prefix(text).map_or(text, |(_, from)| &text[from..]);
    is_checksum(text) || tagged(text).is_some() || deep(text).is_some()
}

/// A line of md5deep and its like with `-z` or `-c`: the size, where the digest stands and how long it is, and where the
/// name begins. With commas the name is a path as the programs write it, so that a table is none.
fn deep(text: &[u8]) -> Option<(Option<&[u8]>, usize, usize, usize)> {
    let blanks = text.iter().take_while(|&&byte| byte == b' ').count();
    let rest = &text[blanks..];
    let size = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let is_digest = |length: usize| matches!(length, 32 | 40 | 64);
    // Sizes of 32 digits are none.
    let of_size = (1..=20).contains(&size).then_some(&rest[..size]);
    if let (Some(number), Some(tail)) = (of_size, rest[size..].strip_prefix(b"  ")) {
        let length = digits(tail);
        let from = blanks + size + 2;
        let is_named = matches!(tail[length..], [b' ', b' ', _, ..]);
        return (is_digest(length) && is_named).then_some((
            Some(number),
            from,
            length,
            from + length + 2,
        ));
    }
    if blanks > 0 {
        return None;
    }
    let (number, from) = match of_size {
        Some(number) if rest.get(size) == Some(&b',') => (Some(number), size + 1),
        _ => (None, 0),
    };
    let length = digits(&text[from..]);
    let name = from + length + 1;
    let is_path = text.get(name..).is_some_and(|name| {
        matches!(
            name,
            [b'/', ..] | [b'.', b'/', ..] | [_, b':', b'\\', ..] | [b'\\', b'\\', ..]
        )
    });
    let is_line = is_digest(length) && text.get(name - 1) == Some(&b',') && is_path;
    is_line.then_some((number, from, length, name))
}

fn of_deep(
    line: &Line<'_>,
    size: Option<&[u8]>,
    from: usize,
    digits: usize,
    file: usize,
) -> Result<LineResult, Fault> {
    let hash_type = match digits {
        32 => HashType::Md5,
        40 => HashType::Sha1,
        _ => HashType::Sha256,
    };
    let hex = str_of(&line.text[from..from + digits], from)?;
    let hash = kind::hash(hash_type, hex, from, false)?;
    let name = &line.text[file..];
    alone(name, file)?;
    let mut entry = Entry::new(hash, line.number);
    entry.id = Some(id(name, false));
    let size = size.and_then(|size| std::str::from_utf8(size).ok());
    entry
        .meta
        .extend(size.map(|size| ("size".to_owned(), size.to_owned())));
    Ok(LineResult::Entries(vec![entry]))
}

/// Whether a text is a digest with a name after it.
fn is_checksum(text: &[u8]) -> bool {
    let digits = digits(text);
    matches!(digits, 32 | 40 | 64) && matches!(text[digits..], [b' ', b' ' | b'*', _, ..])
}

fn digits(text: &[u8]) -> usize {
    let is_digit = |byte: &&u8| byte.is_ascii_hexdigit();
    text.iter().take_while(is_digit).count()
}

/// The name of a type before the colon at the front of a line, and where the hash starts.
fn prefix(text: &[u8]) -> Option<(&str, usize)> {
    let colon = text.iter().take(64).position(|&byte| byte == b':')?;
    let front = std::str::from_utf8(&text[..=colon]).ok()?;
    let (name, ..) = kind::prefix(front)?;
    let blanks = text[colon + 1..].iter().take_while(|&&byte| byte == b' ');
    Some((name, colon + 1 + blanks.count()))
}

/// Refuses a name that holds a second checksum: a line end between them was lost.
fn alone(file: &[u8], at: usize) -> Result<(), Fault> {
    let mut from = 0;
    while let Some(start) = file[from..].iter().position(u8::is_ascii_hexdigit) {
        let start = from + start;
        let run = digits(&file[start..]);
        // A name that ends with digits of its own is joined to those of the digest.
        let joined = [32, 40, 64].into_iter().filter(|length| *length <= run);
        let second = joined.map(|length| &file[start + run - length..]);
        if second.into_iter().any(is_checksum) || file[..start].ends_with(b") = ") && run >= 32 {
            let message = format!(
                "a second checksum in the name of a file; end the line before it; got {}",
                quoted(&file[start..])
            );
            return Err(Fault::new(at + start, "E013", message));
        }
        from = start + run;
    }
    Ok(())
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
    fn the_forms_of_md5deep_are_read() {
        let text = format!(
            "      1234  {MD5}  /a/b, c.jpg\n2  {SHA1}  /d\n{MD5},/a/b.jpg\n12,{SHA256},C:\\x.jpg\n{MD5}  ./plain\n"
        );
        let list = read(&text);
        assert_eq!(list.source.format, "checksums");
        assert_eq!(
            hashes(&list.entries),
            [
                (format!("md5:{MD5}"), "/a/b, c.jpg"),
                (format!("sha1:{SHA1}"), "/d"),
                (format!("md5:{MD5}"), "/a/b.jpg"),
                (format!("sha256:{SHA256}"), "C:\\\\x.jpg"),
                (format!("md5:{MD5}"), "./plain"),
            ]
        );
        let size = |size: &str| vec![("size".to_owned(), size.to_owned())];
        assert_eq!(list.entries[0].meta, size("1234"));
        assert_eq!(list.entries[3].meta, size("12"));
        // Cells of a table are no paths.
        assert_eq!(faults(format!("{MD5},note\n")), ["1:1 E020"]);
    }

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
    fn a_type_may_stand_in_front_of_a_checksum() {
        let list = read(format!(
            "md5:{MD5}  a\nSHA-256: {SHA256} *b\npdq:{PDQ}  c\n"
        ));
        assert_eq!(
            hashes(&list.entries),
            [
                (format!("md5:{MD5}"), "a"),
                (format!("sha256:{SHA256}"), "b"),
                (format!("pdq:{PDQ}"), "c")
            ]
        );
        assert_eq!(
            faults(format!("{MD5}  a\nsha1:{MD5}  b\ncrc32:00  c\n")),
            ["2:6 E011", "3:1 E010"]
        );
    }

    /// Files that are joined although the first has no line end at its end.
    #[test]
    fn two_checksums_on_a_line_are_not_one() {
        for line in [
            format!("{MD5}  a.jpg{SHA1}  b.jpg"),
            format!("{MD5}  17{MD5} *b.jpg"),
            format!("{MD5}  a\u{b}{MD5}  b"),
            format!("MD5 (a) = {MD5}MD5 (b) = {MD5}"),
            format!("{MD5}  a\u{feff}{MD5}  b"),
        ] {
            let codes = faults(format!("{MD5}  x\n{line}\n"));
            assert!(
                codes.len() == 1 && codes[0].starts_with("2:") && codes[0].ends_with(" E013"),
                "{line} {codes:?}"
            );
        }
        let named = format!("{MD5}  {MD5}.jpg\n{MD5}  {MD5}\n{MD5}  {SHA1} of\n");
        assert_eq!(read(named).entries.len(), 3);
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
