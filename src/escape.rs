//! File names as printable text, without loss.
//!
//! A file name is bytes. Printed raw, a hostile name can move the cursor or forge a line of output. With bidirectional
//! controls it can show `gpj.exe` as `exe.jpg`. [`escape`] shows printable UTF-8 as it is and everything else as an
//! escape. So two different names never print alike. [`unescape`] gives the bytes back.
//!
//! | bytes | shown as |
//! |---|---|
//! | printable UTF-8 | themselves |
//! | `\` | `\\` |
//! | newline, carriage return, tab | `\n`, `\r`, `\t` |
//! | bytes that are not UTF-8 | `\xNN` |
//! | control, format, bidirectional and separator characters | `\u{NNNN}` |

use std::borrow::Cow;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

/// The printable, reversible form of a path.
///
/// ```
/// use std::path::Path;
/// assert_eq!(basma::escape::path(Path::new("a/b.jpg")), "a/b.jpg");
/// assert_eq!(basma::escape::path(Path::new("a\nb")), "a\\nb");
/// ```
pub fn path(path: &Path) -> Cow<'_, str> {
    escape(path.as_os_str().as_encoded_bytes())
}

/// A path as a shell takes it for one word, so that a command with it can be pasted.
///
/// ```
/// use std::path::Path;
/// use basma::escape::shell;
/// assert_eq!(shell(Path::new("lists/own")), "lists/own");
/// assert_eq!(shell(Path::new("it's here")), r"'it'\''s here'");
/// ```
pub fn shell(path: &Path) -> String {
    let text = self::path(path);
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "/._-+=:@%,".contains(c);
    if !text.is_empty() && !text.starts_with('-') && text.chars().all(is_plain) {
        return text.into_owned();
    }
    // A word that begins with a dash would be an option.
    let front = if text.starts_with('-') { "./" } else { "" };
    format!("'{front}{}'", text.replace('\'', r"'\''"))
}

/// The printable, reversible form of any bytes.
pub fn escape(bytes: &[u8]) -> Cow<'_, str> {
    if let Ok(text) = std::str::from_utf8(bytes)
        && text.chars().all(|c| c != '\\' && is_plain(c))
    {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(bytes.len() + 16);
    for chunk in bytes.utf8_chunks() {
        for c in chunk.valid().chars() {
            match c {
                '\\' => out.push_str("\\\\"),
                '\n' => out.push_str("\\n"),
                '\r' => out.push_str("\\r"),
                '\t' => out.push_str("\\t"),
                c if is_plain(c) => out.push(c),
                c => {
                    let _ = write!(out, "\\u{{{:04x}}}", u32::from(c));
                }
            }
        }
        for byte in chunk.invalid() {
            let _ = write!(out, "\\x{byte:02x}");
        }
    }
    Cow::Owned(out)
}

/// A message on one line: what does not print as itself is escaped. Backslashes stand as they are, since a message may
/// hold what was escaped before; so it cannot be undone.
///
/// ```
/// assert_eq!(basma::escape::message("two\nlines of a\\\\b"), "two\\nlines of a\\\\b");
/// ```
pub fn message(text: &str) -> Cow<'_, str> {
    if text.chars().all(is_plain) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        if is_plain(c) {
            out.push(c)
        } else {
            out.push_str(&escape(c.encode_utf8(&mut [0; 4]).as_bytes()))
        }
    }
    Cow::Owned(out)
}

/// The bytes that [`escape`] was given, or `None` where the text is not its output.
///
/// ```
/// use basma::escape::{escape, unescape};
/// let name = b"caf\xe9\n.jpg";
/// assert_eq!(unescape(&escape(name)).as_deref(), Some(&name[..]));
/// assert_eq!(unescape(r"a\q"), None);
/// // Tables write a name so that would begin as a formula does.
/// assert_eq!(unescape(r"\x40").as_deref(), Some(&b"@"[..]));
/// ```
pub fn unescape(text: &str) -> Option<Vec<u8>> {
    let mut out = Vec::with_capacity(text.len());
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        if c != '\\' {
            out.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
            continue;
        }
        match chars.next()? {
            '\\' => out.push(b'\\'),
            'n' => out.push(b'\n'),
            'r' => out.push(b'\r'),
            't' => out.push(b'\t'),
            'x' => {
                let digits: String = chars.by_ref().take(2).collect();
                out.push(u8::from_str_radix(&digits, 16).ok()?);
            }
            'u' => {
                if chars.next()? != '{' {
                    return None;
                }
                let digits: String = chars.by_ref().take_while(|&c| c != '}').collect();
                let c = char::from_u32(u32::from_str_radix(&digits, 16).ok()?)?;
                out.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
            }
            _ => return None,
        }
    }
    Some(out)
}

/// The path that [`path()`] was given, or `None` where the text is not its output.
pub fn unescape_path(text: &str) -> Option<PathBuf> {
    let bytes = unescape(text)?;
    #[cfg(unix)]
    {
        use std::os::unix::ffi::OsStringExt as _;
        Some(PathBuf::from(std::ffi::OsString::from_vec(bytes)))
    }
    #[cfg(not(unix))]
    {
        String::from_utf8(bytes).ok().map(PathBuf::from)
    }
}

/// Whether a character prints as itself, in its own place.
fn is_plain(c: char) -> bool {
    let is_noncharacter = |c: u32| c & 0xFFFE == 0xFFFE || (0xFDD0..=0xFDEF).contains(&c);
    !c.is_control()
        && !is_noncharacter(u32::from(c))
        && !matches!(u32::from(c),
            0x00AD                      // soft hyphen: invisible
            | 0x061C                    // Arabic letter mark
            | 0x034F                    // combining grapheme joiner: invisible
            | 0x115F | 0x1160 | 0x3164 | 0xFFA0 // fillers of Hangul: blank letters
            | 0x17B4 | 0x17B5           // vowels of Khmer that are not seen
            | 0x180E                    // Mongolian vowel separator: invisible
            | 0x200B..=0x200F           // zero-width characters and directional marks
            | 0x2028..=0x202E           // line and paragraph separators, embeddings and overrides
            | 0x2060..=0x206F           // invisible operators, isolates
            | 0xFE00..=0xFE0F           // variation selectors: two names would look alike
            | 0xFEFF                    // byte-order mark
            | 0xFFF9..=0xFFFB           // interlinear annotation
            | 0xE0000..=0xE0FFF) // tags and more variation selectors
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn hostile_names_are_shown_harmless() {
        assert_eq!(escape("صورة é 图.jpg".as_bytes()), "صورة é 图.jpg");
        assert_eq!(escape("a\u{202e}gpj.exe".as_bytes()), "a\\u{202e}gpj.exe");
        assert_eq!(escape(b"a\xffb\\c\n\x1b[2J"), "a\\xffb\\\\c\\n\\u{001b}[2J");
    }

    proptest! {
        #[test]
        fn escaping_loses_nothing(bytes in proptest::collection::vec(any::<u8>(), 0..64)) {
            let text = escape(&bytes).into_owned();
            prop_assert!(text.chars().all(is_plain));
            prop_assert_eq!(unescape(&text), Some(bytes));
        }

        #[test]
        fn a_message_is_one_line(text in any::<String>()) {
            let shown = message(&text);
            prop_assert!(shown.chars().all(is_plain));
            prop_assert_eq!(message(&shown), shown.clone());
        }

        #[test]
        fn what_is_unescaped_is_escaped_without_loss(
            text in prop_oneof![
                any::<String>(),
                r"(\\(\\|[nrtq]|x[0-9a-fA-F]{1,2}|u\{[0-9a-fA-F]{0,5}\})|[a-c\né\u{feff}]){0,6}",
            ],
        ) {
            if let Some(bytes) = unescape(&text) {
                prop_assert_eq!(unescape(&escape(&bytes)), Some(bytes));
            }
        }
    }
}
