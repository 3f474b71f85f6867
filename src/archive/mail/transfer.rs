//! How content is written in mail: base64 and quoted-printable (RFC 2045, 6), and uuencode (POSIX).
//!
//! Each decoder takes the content in pieces of any length, and reads what stands between its digits over, as programs
//! for mail do.

use super::fields::Encoding;

/// A decoder of content.
pub(super) enum Decoder {
    Identity,
    Base64(Base64),
    Quoted(Quoted),
    Uuencode,
}

impl Decoder {
    pub(super) fn new(encoding: Encoding) -> Decoder {
        match encoding {
            Encoding::Identity => Decoder::Identity,
            Encoding::Base64 => Decoder::Base64(Base64::default()),
            Encoding::QuotedPrintable => Decoder::Quoted(Quoted::default()),
        }
    }

    pub(super) fn decode(&mut self, piece: &[u8], out: &mut Vec<u8>) {
        match self {
            Decoder::Identity => out.extend(piece),
            Decoder::Base64(base64) => base64.decode(piece, out),
            Decoder::Quoted(quoted) => quoted.decode(piece, out),
            Decoder::Uuencode => uuencoded(piece, out),
        }
    }
}

/// Base64.
#[derive(Default)]
pub(super) struct Base64 {
    bits: u32,
    count: u32,
}

impl Base64 {
    pub(super) fn decode(&mut self, piece: &[u8], out: &mut Vec<u8>) {
        out.reserve(piece.len() / 4 * 3);
        for &byte in piece {
            let value = match byte {
                b'A'..=b'Z' => byte - b'A',
                b'a'..=b'z' => byte - b'a' + 26,
                b'0'..=b'9' => byte - b'0' + 52,
                b'+' | b'-' => 62,
                b'/' | b'_' => 63,
                // Another text may be written behind the end of one.
                b'=' => {
                    self.count = 0;
                    continue;
                }
                _ => continue,
            };
            self.bits = self.bits << 6 | u32::from(value);
            self.count += 6;
            if self.count >= 8 {
                self.count -= 8;
                out.push((self.bits >> self.count) as u8);
            }
        }
    }
}

/// Quoted-printable.
#[derive(Default)]
pub(super) struct Quoted {
    state: QuotedState,
    /// Blanks, which do not count at the end of a line.
    blanks: Vec<u8>,
}

#[derive(Clone, Copy, Default)]
enum QuotedState {
    #[default]
    Plain,
    /// Behind `=`.
    Escape,
    /// Behind `=` and a digit.
    Digit(u8),
    /// Behind `=`, to the end of the line.
    Break,
}

/// The most blanks that are held back.
const BLANKS_MAX: usize = 1 << 10;

impl Quoted {
    pub(super) fn decode(&mut self, piece: &[u8], out: &mut Vec<u8>) {
        for &byte in piece {
            self.state = match self.state {
                QuotedState::Plain => self.plain(byte, out),
                QuotedState::Escape if byte.is_ascii_hexdigit() => QuotedState::Digit(byte),
                QuotedState::Escape if byte == b'\n' => QuotedState::Plain,
                QuotedState::Escape if byte.is_ascii_whitespace() => QuotedState::Break,
                QuotedState::Escape => {
                    out.push(b'=');
                    self.plain(byte, out)
                }
                QuotedState::Digit(high) => {
                    let digits = [high, byte].map(|digit| char::from(digit).to_digit(16));
                    if let [Some(high), Some(low)] = digits {
                        out.push((high << 4 | low) as u8);
                        QuotedState::Plain
                    } else {
                        out.extend([b'=', high]);
                        self.plain(byte, out)
                    }
                }
                QuotedState::Break if byte == b'\n' => QuotedState::Plain,
                QuotedState::Break => QuotedState::Break,
            };
        }
        if self.blanks.len() > BLANKS_MAX {
            out.append(&mut self.blanks);
        }
    }

    fn plain(&mut self, byte: u8, out: &mut Vec<u8>) -> QuotedState {
        match byte {
            b' ' | b'\t' => self.blanks.push(byte),
            b'\r' | b'\n' => {
                self.blanks.clear();
                out.push(byte);
            }
            _ => {
                out.append(&mut self.blanks);
                if byte == b'=' {
                    return QuotedState::Escape;
                }
                out.push(byte);
            }
        }
        QuotedState::Plain
    }
}

/// One line of uuencode.
fn uuencoded(line: &[u8], out: &mut Vec<u8>) {
    let Some((&len, digits)) = line.split_first() else {
        return;
    };
    let value =
        |digit: Option<&u8>| u32::from(digit.map_or(0, |digit| digit.wrapping_sub(32) & 63));
    let len = value(Some(&len)) as usize;
    let digits = &digits[..digits.len() - super::lines::end_bytes(digits)];
    let until = out.len() + len.min(digits.len() / 4 * 3 + 3);
    for group in digits.chunks(4) {
        let bits = (0..4).fold(0, |bits, at| bits << 6 | value(group.get(at)));
        out.extend(&bits.to_be_bytes()[1..]);
    }
    out.truncate(until);
}

/// The name in the first line of what is written in uuencode: `begin 644 photo.jpg`.
pub(super) fn uuencode_begin(line: &[u8]) -> Option<&[u8]> {
    let rest = line.strip_prefix(b"begin ")?;
    let space = rest.iter().position(|byte| *byte == b' ')?;
    let (mode, name) = (&rest[..space], rest[space + 1..].trim_ascii());
    let is_mode = matches!(mode.len(), 3 | 4) && mode.iter().all(|b| matches!(b, b'0'..=b'7'));
    (is_mode && !name.is_empty()).then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// In pieces of every length.
    fn decoded(new: fn() -> Decoder, text: &[u8]) -> Vec<u8> {
        let all = |step: usize| {
            let (mut decoder, mut out) = (new(), Vec::new());
            for piece in text.chunks(step) {
                decoder.decode(piece, &mut out);
            }
            out
        };
        let whole = all(text.len().max(1));
        for step in 1..text.len() {
            assert_eq!(all(step), whole);
        }
        whole
    }

    #[test]
    fn base64_is_read_with_all_that_stands_between() {
        let of = |text: &[u8]| decoded(|| Decoder::new(Encoding::Base64), text);
        assert_eq!(of(b"aGVs\r\nbG8="), b"hello");
        assert_eq!(of(b"aGVs !bG8=\n"), b"hello");
        assert_eq!(of(b"aGU=bGxv"), b"hello");
        assert_eq!(of(b"-_-_"), [0xFB, 0xFF, 0xBF]);
        assert_eq!(of(b"a"), b"");
    }

    #[test]
    fn quoted_printable_is_read_as_rfc_2045_says() {
        let of = |text: &[u8]| decoded(|| Decoder::new(Encoding::QuotedPrintable), text);
        assert_eq!(of(b"a=3Db=\r\nc =20\t \r\nd"), b"a=bc  \r\nd");
        assert_eq!(of(b"=c3=A9"), [0xC3, 0xA9]);
        assert_eq!(of(b"=XY=4Z=  \nb"), b"=XY=4Zb");
    }

    #[test]
    fn uuencode_is_read_line_by_line() {
        let mut out = Vec::new();
        // `printf 'hello, world' | uuencode a`
        uuencoded(b",:&5L;&\\L('=O<FQD\n", &mut out);
        uuencoded(b"`\n", &mut out);
        assert_eq!(out, b"hello, world");
        assert_eq!(
            uuencode_begin(b"begin 644 a b.jpg\r\n"),
            Some(&b"a b.jpg"[..])
        );
        for line in [
            &b"begin 888 a\n"[..],
            b"begin the day",
            b"begin 644 \n",
            b"beginning",
        ] {
            assert_eq!(uuencode_begin(line), None);
        }
    }
}
