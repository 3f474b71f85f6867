//! What the header of a part says of its content (RFC 2045, 2183), with names in any script (RFC 2047, 2231).

use crate::archive::gap::{GapKind, Gaps};
use crate::error::Reason;

/// The longest field that is read, in bytes.
pub(super) const FIELD_BYTES_MAX: usize = 1 << 20;

/// The most parameters of a field.
const PARAMETERS_MAX: usize = 256;

/// How the content of a part is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Encoding {
    #[default]
    Identity,
    Base64,
    QuotedPrintable,
}

/// What is said of a part.
#[derive(Debug, Default)]
pub(super) struct Fields {
    /// `image/jpeg`, in lower case; empty where nothing is said.
    pub(super) media: Vec<u8>,
    pub(super) boundary: Option<Vec<u8>>,
    pub(super) encoding: Encoding,
    pub(super) name: Option<Vec<u8>>,
    /// The name that the type gives, where the disposition gives none.
    type_name: Option<Vec<u8>>,
    is_encrypted: bool,
}

impl Fields {
    /// Whether it is said to be text, or nothing is said.
    pub(super) fn is_text(&self) -> bool {
        let is_text = self.media.is_empty() || self.media.starts_with(b"text/");
        // A group of parts that nothing separates is read as text too.
        is_text || self.is_multipart() || self.is_about_message()
    }

    /// Whether it is text about a message, and none itself.
    fn is_about_message(&self) -> bool {
        self.media.starts_with(b"message/") && !self.holds_message()
    }

    fn holds_message(&self) -> bool {
        matches!(
            self.media.as_slice(),
            b"message/rfc822" | b"message/global" | b"message/news"
        )
    }

    /// Whether it is a message, written as it is.
    pub(super) fn is_message(&self) -> bool {
        self.holds_message() && self.encoding == Encoding::Identity
    }

    pub(super) fn is_multipart(&self) -> bool {
        self.media.starts_with(b"multipart/")
    }

    /// Whether it, or all of its parts, cannot be read without a key (RFC 1847, 8551).
    pub(super) fn is_encrypted(&self) -> bool {
        self.is_encrypted
    }

    pub(super) fn name(&self) -> Option<&[u8]> {
        let name = self.name.as_ref().or(self.type_name.as_ref())?;
        Some(name.as_slice()).filter(|name| !name.is_empty())
    }

    /// Takes in a field. Where one stands there twice, that which tells more counts: neither must hide the other.
    pub(super) fn add(&mut self, field: &[u8], gaps: &mut Gaps) {
        let Some(colon) = field.iter().position(|byte| *byte == b':') else {
            return;
        };
        let (name, value) = (field[..colon].trim_ascii(), field[colon + 1..].trim_ascii());
        let is = |known: &[u8]| name.eq_ignore_ascii_case(known);
        let known =
            is(b"content-type") || is(b"content-disposition") || is(b"content-transfer-encoding");
        if known && field.len() >= FIELD_BYTES_MAX {
            let limit = FIELD_BYTES_MAX as u64;
            gaps.add(GapKind::OverLimit, Reason::MailFieldTooLong { limit });
        }
        if is(b"content-type") {
            self.add_type(value);
        } else if is(b"content-disposition") {
            let parameters = Parameters::of(value);
            let name = parameters.get(b"filename").map(|name| decoded(&name));
            self.name = self.name.take().or(name);
        } else if is(b"content-transfer-encoding") {
            let token = token(value).to_ascii_lowercase();
            let encoding = match token.as_slice() {
                b"base64" => Encoding::Base64,
                b"quoted-printable" => Encoding::QuotedPrintable,
                _ => Encoding::Identity,
            };
            if self.encoding == Encoding::Identity {
                self.encoding = encoding;
            }
        }
    }

    fn add_type(&mut self, value: &[u8]) {
        let parameters = Parameters::of(value);
        let media = token(value).to_ascii_lowercase();
        let boundary = parameters.get(b"boundary").filter(|text| !text.is_empty());
        let media_is_better = boundary.is_some() && self.boundary.is_none();
        if self.media.is_empty() || media_is_better {
            self.is_encrypted = media == b"multipart/encrypted"
                || matches!(
                    media.as_slice(),
                    b"application/pkcs7-mime" | b"application/x-pkcs7-mime"
                ) && parameters
                    .get(b"smime-type")
                    .is_none_or(|kind| kind.eq_ignore_ascii_case(b"enveloped-data"));
            self.media = media;
            self.boundary = boundary;
        }
        let name = parameters.get(b"name").map(|name| decoded(&name));
        self.type_name = self.type_name.take().or(name);
    }

    /// What a part of this type is called that has no name.
    pub(super) fn extension(&self) -> Vec<u8> {
        let subtype = self.media.rsplit(|byte| *byte == b'/').next();
        let subtype = subtype.unwrap_or_default();
        let is_plain = !subtype.is_empty()
            && subtype.len() <= 8
            && subtype.iter().all(u8::is_ascii_alphanumeric);
        if is_plain { subtype } else { b"bin" }.to_vec()
    }
}

/// Whether a line is a field, or goes on with one.
pub(super) fn is_field(line: &[u8]) -> bool {
    let Some(colon) = line.iter().position(|byte| *byte == b':') else {
        return false;
    };
    // Blanks before the colon are obsolete and read (RFC 5322, 4.5).
    let name = line[..colon].trim_ascii_end();
    !name.is_empty() && name.iter().all(|byte| matches!(byte, 33..=126))
}

/// What stands before the first parameter.
fn token(value: &[u8]) -> &[u8] {
    let end = value
        .iter()
        .position(|byte| matches!(byte, b';' | b' ' | b'\t' | b'\r' | b'\n' | b'('));
    &value[..end.unwrap_or(value.len())]
}

/// The parameters of a field.
struct Parameters(Vec<(Vec<u8>, Vec<u8>)>);

impl Parameters {
    fn of(value: &[u8]) -> Parameters {
        let mut found = Vec::new();
        let mut rest = match value.iter().position(|byte| *byte == b';') {
            Some(at) => &value[at..],
            None => &[],
        };
        while found.len() < PARAMETERS_MAX {
            let is_between = |byte: &u8| byte.is_ascii_whitespace() || *byte == b';';
            let Some(begin) = rest.iter().position(|byte| !is_between(byte)) else {
                break;
            };
            rest = &rest[begin..];
            let Some(end) = rest.iter().position(|byte| matches!(byte, b'=' | b';')) else {
                break;
            };
            let name = rest[..end].trim_ascii().to_ascii_lowercase();
            if rest[end] == b';' {
                rest = &rest[end..];
                continue;
            }
            let (value, after) = parameter_value(rest[end + 1..].trim_ascii_start());
            found.push((name, value));
            rest = after;
        }
        Parameters(found)
    }

    fn plain(&self, name: &[u8]) -> Option<&[u8]> {
        let found = self.0.iter().find(|(known, _)| known == name)?;
        Some(&found.1)
    }

    /// A parameter, joined and decoded where it is written in pieces or with another set of characters (RFC 2231).
    fn get(&self, name: &[u8]) -> Option<Vec<u8>> {
        if let Some(value) = self.plain(&[name, b"*"].concat()) {
            return Some(extended(value, true));
        }
        let mut joined = Vec::new();
        for piece in 0.. {
            let number = [name, format!("*{piece}").as_bytes()].concat();
            if let Some(value) = self.plain(&[&number, b"*".as_slice()].concat()) {
                joined.extend(extended(value, piece == 0));
            } else if let Some(value) = self.plain(&number) {
                joined.extend(value);
            } else {
                break;
            }
        }
        if joined.is_empty() {
            return self.plain(name).map(<[u8]>::to_vec);
        }
        Some(joined)
    }
}

/// The value of a parameter, and what follows.
fn parameter_value(text: &[u8]) -> (Vec<u8>, &[u8]) {
    let Some(quoted) = text.strip_prefix(b"\"") else {
        let end = text
            .iter()
            .position(|byte| *byte == b';' || byte.is_ascii_whitespace());
        let (value, rest) = text.split_at(end.unwrap_or(text.len()));
        return (value.to_vec(), rest);
    };
    let (mut value, mut at) = (Vec::new(), 0);
    while let Some(&byte) = quoted.get(at) {
        match byte {
            b'"' => return (value, &quoted[at + 1..]),
            b'\\' if quoted.get(at + 1).is_some() => {
                value.push(quoted[at + 1]);
                at += 1;
            }
            // Where a field goes on.
            b'\r' | b'\n' => {}
            byte => value.push(byte),
        }
        at += 1;
    }
    (value, &[])
}

/// `utf-8'en'%E2%82%AC`, or a later piece of such.
fn extended(value: &[u8], is_first: bool) -> Vec<u8> {
    let mut parts = value.splitn(3, |byte| *byte == b'\'');
    let (charset, text) = match (parts.next(), parts.next(), parts.next()) {
        (Some(charset), Some(_), Some(text)) if is_first => (charset, text),
        _ => (&b"utf-8"[..], value),
    };
    let (mut bytes, mut at) = (Vec::new(), 0);
    while let Some(&byte) = text.get(at) {
        match text.get(at + 1..at + 3).and_then(hex) {
            Some(escaped) if byte == b'%' => {
                bytes.push(escaped);
                at += 3;
            }
            _ => {
                bytes.push(byte);
                at += 1;
            }
        }
    }
    in_utf8(charset, bytes)
}

fn hex(digits: &[u8]) -> Option<u8> {
    let digit = |digit: u8| char::from(digit).to_digit(16);
    let (high, low) = (digit(*digits.first()?)?, digit(*digits.get(1)?)?);
    Some((high << 4 | low) as u8)
}

/// Names in western sets of characters become UTF-8. Others are given as they are stored.
fn in_utf8(charset: &[u8], bytes: Vec<u8>) -> Vec<u8> {
    let is_western = [b"iso-8859-1".as_slice(), b"windows-1252", b"latin1"]
        .iter()
        .any(|known| charset.eq_ignore_ascii_case(known));
    if !is_western {
        return bytes;
    }
    let text: String = bytes.iter().copied().map(char::from).collect();
    text.into_bytes()
}

/// A text with encoded words (RFC 2047): `=?utf-8?B?...?=`. Blanks between two of them do not count.
fn decoded(text: &[u8]) -> Vec<u8> {
    let (mut all, mut rest, mut is_after_word) = (Vec::new(), text, false);
    while let Some(at) = memchr::memmem::find(rest, b"=?") {
        let (before, from) = rest.split_at(at);
        let Some((word, after)) = encoded_word(from) else {
            all.extend(&rest[..at + 2]);
            (rest, is_after_word) = (&rest[at + 2..], false);
            continue;
        };
        if !is_after_word || !before.iter().all(u8::is_ascii_whitespace) {
            all.extend(before);
        }
        all.extend(word);
        (rest, is_after_word) = (after, true);
    }
    all.extend(rest);
    all
}

fn encoded_word(text: &[u8]) -> Option<(Vec<u8>, &[u8])> {
    let mut parts = text.get(2..)?.splitn(3, |byte| *byte == b'?');
    let (charset, kind, rest) = (parts.next()?, parts.next()?, parts.next()?);
    let end = memchr::memmem::find(rest, b"?=")?;
    let (content, after) = (&rest[..end], &rest[end + 2..]);
    let mut bytes = Vec::new();
    match kind {
        b"B" | b"b" => super::transfer::Base64::default().decode(content, &mut bytes),
        b"Q" | b"q" => {
            let blanks = content
                .iter()
                .map(|byte| if *byte == b'_' { b' ' } else { *byte });
            let blanks: Vec<u8> = blanks.collect();
            super::transfer::Quoted::default().decode(&blanks, &mut bytes);
        }
        _ => return None,
    }
    Some((in_utf8(charset, bytes), after))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fields(lines: &[&str]) -> Fields {
        let (mut fields, mut gaps) = (Fields::default(), Gaps::default());
        for line in lines {
            fields.add(line.as_bytes(), &mut gaps);
        }
        assert_eq!(gaps.gap(), None);
        fields
    }

    #[test]
    fn names_are_read_however_they_are_written() {
        for (field, name) in [
            ("Content-Disposition: attachment; filename=a.jpg", "a.jpg"),
            (
                "content-disposition : inline;filename=\"a \\\"b\\\".jpg\"",
                "a \"b\".jpg",
            ),
            (
                "Content-Type: image/jpeg;\r\n name=\"a\r\n b.jpg\"",
                "a b.jpg",
            ),
            (
                "Content-Type: image/png; name==?utf-8?B?w6kucG5n?=",
                "é.png",
            ),
            (
                "Content-Type: image/png; name=\"=?iso-8859-1?Q?=E9_=31?=\r\n =?utf-8?q?.png?=\"",
                "é 1.png",
            ),
            (
                "Content-Disposition: attachment; filename*=UTF-8''%D8%B5.jpg",
                "ص.jpg",
            ),
            (
                "Content-Disposition: a; filename*0*=latin1''%E9; filename*1=b; filename*2*=%2Ejpg",
                "éb.jpg",
            ),
            (
                "Content-Disposition: a; filename=\"=?x?Y?z?=\"",
                "=?x?Y?z?=",
            ),
            ("Content-Disposition: a; b; ; c=d; filename=e", "e"),
        ] {
            let name_of = fields(&[field]);
            let found = name_of.name().map(String::from_utf8_lossy);
            assert_eq!(found.as_deref(), Some(name), "{field}");
        }
    }

    #[test]
    fn a_second_type_hides_no_parts() {
        let both = [
            "Content-Type: text/plain",
            "Content-Type: multipart/mixed; boundary=b",
        ];
        for lines in [both, [both[1], both[0]]] {
            let fields = fields(&lines);
            assert!(fields.is_multipart());
            assert_eq!(fields.boundary.as_deref(), Some(&b"b"[..]));
        }
        let fields = fields(&["Content-Type: multipart/mixed; boundary*0=a; boundary*1=\"b c\""]);
        assert_eq!(fields.boundary.as_deref(), Some(&b"ab c"[..]));
    }

    #[test]
    fn what_needs_a_key_is_told_from_what_is_signed() {
        let is_encrypted = |value: &str| {
            let line = format!("Content-Type: {value}");
            fields(&[&line]).is_encrypted()
        };
        assert!(is_encrypted("multipart/encrypted; boundary=b"));
        assert!(is_encrypted(
            "application/pkcs7-mime; smime-type=enveloped-data"
        ));
        assert!(!is_encrypted(
            "application/pkcs7-mime; smime-type=signed-data"
        ));
        assert!(!is_encrypted("multipart/signed; boundary=b"));
    }
}
