//! One line of a list, and what can be wrong with a line before its format is asked.

use super::Removal;
use super::entry::Entry;
use super::kind::holds_hash;
use crate::error::LineProblem;
use crate::escape;

/// A line, or a record of several lines.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Line<'a> {
    /// Its number, from 1.
    pub(crate) number: u64,
    /// Its bytes, without the line end.
    pub(crate) text: &'a [u8],
}

/// The longest line read, in bytes. Known formats stay far below it.
pub(crate) const LINE_MAX: usize = 64 << 10;

/// The longest line of JSON Lines, in bytes: any entry of any other format fits, each of its bytes escaped.
pub(crate) const LINE_MAX_JSON: usize = 1 << 20;

/// The longest line, or document, that holds the frames of a video, in bytes: two hours of every picture.
pub(crate) const LINE_MAX_VPDQ: usize = 16 << 20;

/// The result of one line.
pub(crate) enum LineResult {
    /// A blank line, a comment, a header.
    Structure,
    /// Hashes, one or several of one content item.
    Entries(Vec<Entry>),
    /// A picture of a clip that the entry of an earlier one stands for, which has the same hash.
    Alike,
    /// A picture of a clip that is too flat to be listed.
    LowQuality,
    /// Withdrawals.
    Removals(Vec<Removal>),
    /// A hash with all that its list says of it from now on.
    Replacement(Box<Entry>),
    /// A kind of entry that is not read here.
    Skipped,
}

/// Why a line is bad.
#[derive(Debug)]
pub(crate) struct Fault {
    /// Where in the line, in bytes from 0.
    pub(crate) at: usize,
    pub(crate) code: &'static str,
    pub(crate) message: String,
    /// Whether nothing after this line can be trusted, so that no tolerance applies.
    pub(crate) fatal: bool,
}

impl Fault {
    pub(crate) fn new(at: usize, code: &'static str, message: impl Into<String>) -> Fault {
        Fault {
            at,
            code,
            message: message.into(),
            fatal: false,
        }
    }

    pub(crate) fn fatal(at: usize, code: &'static str, message: impl Into<String>) -> Fault {
        Fault {
            fatal: true,
            ..Fault::new(at, code, message)
        }
    }

    /// The warning of a comment that may be an entry.
    pub(crate) fn comment(line: &Line<'_>) -> Fault {
        let message = format!(
            "this line is taken for a comment, and yet looks like an entry; take the # away if it is one; got {}",
            quoted(line.text)
        );
        Fault::new(0, "W020", message)
    }

    /// The same fault, seen from a text that starts `by` bytes earlier.
    pub(crate) fn shifted(mut self, by: usize) -> Fault {
        self.at += by;
        self
    }
}

impl<'a> Line<'a> {
    /// How many lines of the file this is.
    pub(crate) fn height(&self) -> u64 {
        1 + self.text.iter().filter(|&&byte| byte == b'\n').count() as u64
    }

    /// Whether it is blank or a comment.
    pub(crate) fn is_structure(&self) -> bool {
        matches!(self.text.trim_ascii_start().first(), None | Some(b'#'))
    }

    /// What a comment says, where a hash may stand in it.
    pub(crate) fn commented(&self) -> Option<Line<'a>> {
        let text = self.text.trim_ascii_start().strip_prefix(b"#")?;
        let is_front = |byte: &&u8| matches!(**byte, b'#' | b' ' | b'\t');
        let front = text.iter().take_while(is_front).count();
        holds_hash(text).then_some(Line {
            text: &text[front..],
            ..*self
        })
    }

    /// Refuses what no format of lines allows.
    pub(crate) fn check(&self, max: usize) -> Result<(), Fault> {
        if self.text.len() > max {
            let message = format!(
                "the line has {} bytes, more than {max}; is this a list?",
                self.text.len()
            );
            return Err(Fault::new(0, "E003", message));
        }
        if !self.text.contains(&b'\r') {
            return Ok(());
        }
        let lone = |i: usize| self.text.get(i + 1) != Some(&b'\n');
        match (0..self.text.len()).find(|&i| self.text[i] == b'\r' && lone(i)) {
            Some(at) => Err(Fault::new(
                at,
                "E002",
                "a carriage return without a line feed; convert the line ends to LF or CRLF",
            )),
            None => Ok(()),
        }
    }

    /// The text, where it is UTF-8.
    pub(crate) fn utf8(&self) -> Result<&'a str, Fault> {
        std::str::from_utf8(self.text).map_err(|error| {
            let rest = &self.text[error.valid_up_to()..];
            let message = format!("not UTF-8; convert the list to UTF-8; got {}", quoted(rest));
            Fault::new(error.valid_up_to(), "E004", message)
        })
    }

    /// The fault as it is reported.
    pub(crate) fn problem(&self, fault: Fault) -> LineProblem {
        let before = &self.text[..fault.at.min(self.text.len())];
        let before = &before[before
            .iter()
            .rposition(|&b| b == b'\n')
            .map_or(0, |i| i + 1)..];
        let characters: usize = before
            .utf8_chunks()
            .map(|chunk| chunk.valid().chars().count() + usize::from(!chunk.invalid().is_empty()))
            .sum();
        LineProblem {
            line: self.number + (self.lines_before(fault.at)),
            column: characters as u64 + 1,
            code: fault.code,
            message: fault.message,
            text: self.text[..self.text.len().min(LINE_MAX_JSON)].to_vec(),
        }
    }

    fn lines_before(&self, at: usize) -> u64 {
        let before = &self.text[..at.min(self.text.len())];
        before.iter().filter(|&&byte| byte == b'\n').count() as u64
    }
}

/// The lines of a text. A line end at the very end starts no further line.
pub(crate) fn lines(bytes: &[u8]) -> impl Iterator<Item = Line<'_>> {
    let body = bytes.strip_suffix(b"\n").unwrap_or(bytes);
    let pieces = body.split(|&byte| byte == b'\n');
    (1..)
        .zip(pieces)
        .take(if bytes.is_empty() { 0 } else { usize::MAX })
        .map(|(number, text)| Line {
            number,
            text: text.strip_suffix(b"\r").unwrap_or(text),
        })
}

/// A text without the byte-order marks at its start: tools that join or convert files leave one or two.
pub(crate) fn without_bom(mut text: &[u8]) -> &[u8] {
    while let Some(rest) = text.strip_prefix("\u{feff}".as_bytes()) {
        text = rest;
    }
    text
}

/// The start of a text, harmless and short enough for a message. What prints as a blank, or as nothing, is escaped.
pub(crate) fn quoted(text: &[u8]) -> String {
    const SHOWN: usize = 40;
    // A character has at most four bytes; one more tells whether there are more characters.
    let head = &text[..text.len().min(SHOWN * 4 + 4)];
    let mut shown = String::new();
    let mut length = 0;
    let mut add = |piece: &str| {
        length += piece.chars().count();
        if length <= SHOWN {
            shown += piece;
        }
        length <= SHOWN
    };
    let mut whole = true;
    for chunk in head.utf8_chunks() {
        for c in chunk.valid().chars() {
            whole = whole
                && if is_blank(c) && !c.is_ascii() {
                    add(&format!("\\u{{{:04x}}}", u32::from(c)))
                } else {
                    add(&escape::escape(c.encode_utf8(&mut [0; 4]).as_bytes()))
                };
        }
        if !chunk.invalid().is_empty() {
            whole = whole && add(&escape::escape(chunk.invalid()));
        }
    }
    let more = if whole { "" } else { "..." };
    format!("\"{shown}\"{more}")
}

/// Whether a character other than the space prints as one, or as nothing.
fn is_blank(c: char) -> bool {
    (c.is_whitespace() && c != ' ')
        || matches!(
            c,
            '\u{034f}'
                | '\u{115f}'
                | '\u{1160}'
                | '\u{17b4}'
                | '\u{17b5}'
                | '\u{2800}'
                | '\u{3164}'
                | '\u{ffa0}'
        )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_end_with_lf_or_crlf() {
        let texts = |bytes: &'static [u8]| lines(bytes).map(|l| l.text).collect::<Vec<_>>();
        assert_eq!(texts(b"a\nb\r\n\nc"), [&b"a"[..], b"b", b"", b"c"]);
        assert_eq!(texts(b"\n"), [&b""[..]]);
        assert!(texts(b"").is_empty());
    }

    #[test]
    fn columns_count_characters_and_lines_count_breaks() {
        let line = Line {
            number: 7,
            text: "é\"\nàb".as_bytes(),
        };
        let problem = line.problem(Fault::new(6, "E012", ""));
        assert_eq!((problem.line, problem.column), (8, 2));
        assert_eq!(line.height(), 2);
    }

    #[test]
    fn a_lone_carriage_return_is_a_fault_and_a_line_end_is_not() {
        let check = |text| Line { number: 1, text }.check(LINE_MAX);
        assert_eq!(check(b"a\rb").unwrap_err().at, 1);
        assert!(check(b"a\r\nb").is_ok());
        assert_eq!(check(&vec![b'a'; LINE_MAX + 1]).unwrap_err().code, "E003");
    }

    #[test]
    fn a_quotation_is_short_and_harmless() {
        assert_eq!(quoted(b"a\x1b[2J"), "\"a\\u{001b}[2J\"");
        assert_eq!(
            quoted("a\u{a0}b\u{200b}\u{feff}\tc d\u{2003}\u{3164}".as_bytes()),
            "\"a\\u{00a0}b\\u{200b}\\u{feff}\\tc d\\u{2003}\"..."
        );
        assert_eq!(quoted(&[b'x'; 50]), format!("\"{}\"...", "x".repeat(40)));
    }
}
