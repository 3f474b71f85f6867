//! One record of a table, taken apart as RFC 4180 says. A quote out of place is reported and never repaired. A repair
//! would guess the end of the cell, and could lose rows.
//!
//! Blanks before the opening quote of a cell and after its closing quote do not belong to the cell.

use std::borrow::Cow;

use memchr::memchr;

use super::columns::COLUMNS_MAX;
use super::line::{Fault, LINE_MAX_JSON, Line, quoted};

/// More cells than any record has. Those beyond are counted and not kept.
const CELLS_KEPT: usize = COLUMNS_MAX + 2;

/// What quotes mean in a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Quotes {
    /// As RFC 4180 says.
    Strict,
    /// The same, but a cell that is not quoted correctly holds its quotes as text. Tables with tabs are written so.
    Tolerant,
}

/// A cell of a record.
#[derive(Debug)]
pub(super) struct Cell<'a> {
    /// Where its text starts in the record, in bytes, behind the opening quote.
    pub(super) at: usize,
    /// Its text without quotes.
    pub(super) text: Cow<'a, [u8]>,
    /// Whether a line end stands between its quotes.
    pub(super) is_tall: bool,
}

/// A record of one or several lines.
#[derive(Debug)]
pub(super) struct Record<'a> {
    /// Its number and bytes.
    pub(super) line: Line<'a>,
    /// Its cells, but for those beyond [`CELLS_KEPT`].
    pub(super) cells: Vec<Cell<'a>>,
    /// How many cells there are.
    pub(super) count: usize,
    /// Whether cells were in another encoding than UTF-8.
    is_decoded: bool,
}

/// A quote out of place.
#[derive(Debug)]
pub(super) struct Stray {
    /// Where its cell opens, in bytes.
    open: usize,
    /// Where the quote stands that does not close the cell; `None` where there is none.
    close: Option<usize>,
}

impl<'a> Record<'a> {
    /// The record at the start of a text.
    pub(super) fn split(
        text: &'a [u8],
        number: u64,
        delimiter: u8,
        quotes: Quotes,
    ) -> Result<Record<'a>, Stray> {
        let mut record = Record {
            line: Line { number, text },
            cells: Vec::new(),
            count: 0,
            is_decoded: false,
        };
        let mut at = 0;
        loop {
            let (cell, end) = cell(text, at, delimiter, quotes)?;
            record.count += 1;
            if record.cells.len() < CELLS_KEPT {
                record.cells.push(cell);
            }
            if text.get(end) == Some(&delimiter) {
                at = end + 1;
            } else {
                record.line.text = &text[..end];
                return Ok(record);
            }
        }
    }

    /// Turns cells that are not UTF-8 into the text that they are in Latin-1.
    pub(super) fn decode_latin1(&mut self) {
        for cell in &mut self.cells {
            if std::str::from_utf8(&cell.text).is_err() {
                let text: String = cell.text.iter().map(|&byte| char::from(byte)).collect();
                cell.text = Cow::Owned(text.into_bytes());
                self.is_decoded = true;
            }
        }
    }

    /// Takes away the apostrophes that keep a spreadsheet from running cells: one at the beginning of each cell, and of
    /// each part that a program may take for a cell.
    pub(super) fn arm(&mut self) {
        let begins_cell = |byte: u8| matches!(byte, b',' | b';' | b'\t' | b'\r' | b'\n');
        for cell in &mut self.cells {
            if memchr(b'\'', &cell.text).is_none() {
                continue;
            }
            let mut text = Vec::with_capacity(cell.text.len());
            let mut begins = true;
            for &byte in &*cell.text {
                if !(begins && byte == b'\'') {
                    text.push(byte);
                }
                begins = begins_cell(byte);
            }
            cell.text = Cow::Owned(text);
        }
    }

    /// The cells as text, without the white space around them.
    pub(super) fn texts(&self) -> Result<Vec<&str>, Fault> {
        if !self.is_decoded {
            self.line.utf8()?;
        }
        let cells = self.cells.iter().map(|cell| {
            // A cell of UTF-8 text between ASCII delimiters is UTF-8.
            std::str::from_utf8(&cell.text)
                .map(str::trim)
                .map_err(|_| Fault::new(cell.at, "E004", "not UTF-8; convert the list to UTF-8"))
        });
        cells.collect()
    }

    /// Whether a cell is not quoted and yet holds a quote. Where it may hold quotes, only one that closes what nothing
    /// opens counts.
    pub(super) fn has_bare_quote(&self, cell: &Cell<'_>, may_hold: bool) -> bool {
        let before = cell.at.checked_sub(1).map(|at| self.line.text[at]);
        let quotes = cell.text.iter().filter(|&&byte| byte == b'"').count();
        let is_bare = before != Some(b'"') && quotes > 0;
        is_bare && (!may_hold || (quotes % 2 == 1 && cell.text.trim_ascii_end().ends_with(b"\"")))
    }

    /// A fault in a cell, seen from the start of the record.
    pub(super) fn placed(&self, cell: usize, fault: Fault) -> Fault {
        let Some(cell) = self.cells.get(cell) else {
            return fault;
        };
        let text = &self.line.text[cell.at.min(self.line.text.len())..];
        let blanks = text.iter().take_while(|byte| matches!(byte, b' ' | b'\t'));
        fault.shifted(cell.at + blanks.count().min(cell.text.len()))
    }
}

impl Stray {
    /// Of a cell that goes on over a line end and should not.
    pub(super) fn of(cell: &Cell<'_>) -> Stray {
        Stray {
            open: cell.at - 1,
            close: None,
        }
    }

    /// How it is reported, and the line that it stands on. The record must start at the start of the text.
    pub(super) fn report<'a>(&self, text: &'a [u8], number: u64) -> (Line<'a>, Fault) {
        let end = |from: usize| memchr(b'\n', &text[from..]).map_or(text.len(), |at| from + at);
        let line = Line {
            number,
            text: trimmed(&text[..end(self.open)]),
        };
        let in_line = self.close.is_some_and(|close| close < line.text.len());
        let shown = quoted(&line.text[self.open.min(line.text.len())..]);
        let fault = if in_line {
            let message = format!(
                "text follows the closing quote of this cell; double the quotes that belong to its text; got {shown}"
            );
            Fault::new(self.open, "E024", message)
        } else {
            Stray::unclosed(self.open, &line)
        };
        (line, fault)
    }

    fn unclosed(open: usize, line: &Line<'_>) -> Fault {
        let shown = quoted(&line.text[open.min(line.text.len())..]);
        let message = format!(
            "a quote is opened here and not closed before other rows; close it, or double it if it belongs to the \
             text; got {shown}"
        );
        Fault::fatal(open, "E024", message)
    }
}

/// The cell that starts at a place, and where it ends. The end is at a delimiter, a line end or the end of the text.
fn cell<'a>(
    text: &'a [u8],
    start: usize,
    delimiter: u8,
    quotes: Quotes,
) -> Result<(Cell<'a>, usize), Stray> {
    let open = start + blanks(&text[start..], delimiter);
    if text.get(open) == Some(&b'"') {
        match close(text, open, delimiter) {
            Ok((close, end)) => {
                let inside = &text[open + 1..close];
                let cell = Cell {
                    at: open + 1,
                    text: undoubled(inside),
                    is_tall: memchr(b'\n', inside).is_some(),
                };
                return Ok((cell, end));
            }
            Err(close) if quotes == Quotes::Strict => return Err(Stray { open, close }),
            Err(_) => {}
        }
    }
    let ends = |byte: &u8| *byte == delimiter || *byte == b'\n';
    let length = text[start..].iter().position(ends);
    let end = length.map_or(text.len(), |length| start + length);
    let is_last = text.get(end) != Some(&delimiter);
    let end = if is_last {
        trimmed(&text[..end]).len()
    } else {
        end
    };
    let cell = Cell {
        at: start,
        text: Cow::Borrowed(&text[start..end.max(start)]),
        is_tall: false,
    };
    Ok((cell, end.max(start)))
}

/// Where the quoted cell that opens at a place closes, and where it ends. Otherwise the quote that does not close it.
fn close(text: &[u8], open: usize, delimiter: u8) -> Result<(usize, usize), Option<usize>> {
    // A record is not longer.
    let limit = (open + LINE_MAX_JSON).min(text.len());
    let mut at = open + 1;
    loop {
        let quote = at + memchr(b'"', text.get(at..limit).unwrap_or_default()).ok_or(None)?;
        if text.get(quote + 1) == Some(&b'"') {
            at = quote + 2;
            continue;
        }
        let end = quote + 1 + blanks(&text[quote + 1..], delimiter);
        return match &text[end..] {
            [] | [b'\n', ..] | [b'\r'] | [b'\r', b'\n', ..] => Ok((quote, end)),
            [next, ..] if *next == delimiter => Ok((quote, end)),
            _ => Err(Some(quote)),
        };
    }
}

/// How many blanks a text starts with.
fn blanks(text: &[u8], delimiter: u8) -> usize {
    let is_blank = |byte: &&u8| matches!(**byte, b' ' | b'\t') && **byte != delimiter;
    text.iter().take_while(is_blank).count()
}

fn undoubled(text: &[u8]) -> Cow<'_, [u8]> {
    if memchr(b'"', text).is_none() {
        return Cow::Borrowed(text);
    }
    let mut single = Vec::with_capacity(text.len());
    let mut bytes = text.iter();
    while let Some(&byte) = bytes.next() {
        single.push(byte);
        if byte == b'"' {
            bytes.next();
        }
    }
    Cow::Owned(single)
}

/// A line without the carriage return of its end.
fn trimmed(line: &[u8]) -> &[u8] {
    line.strip_suffix(b"\r").unwrap_or(line)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cells(text: &str, quotes: Quotes) -> Result<Vec<String>, Stray> {
        let delimiter = if quotes == Quotes::Strict {
            b','
        } else {
            b'\t'
        };
        let record = Record::split(text.as_bytes(), 1, delimiter, quotes)?;
        assert_eq!(record.count, record.cells.len());
        Ok(record
            .texts()
            .unwrap()
            .into_iter()
            .map(str::to_owned)
            .collect())
    }

    #[test]
    fn quotes_are_read_as_rfc_4180_says() {
        let read = |text| cells(text, Quotes::Strict).unwrap();
        assert_eq!(read("a,\"b, c\",\"\"\r\nd"), ["a", "b, c", ""]);
        assert_eq!(read("a, \"b \"\"c\"\"\" ,d"), ["a", "b \"c\"", "d"]);
        assert_eq!(read("\"a\r\nb\",5\" c\r"), ["a\r\nb", "5\" c"]);
        assert_eq!(read(""), [""]);
        assert_eq!(read(",\n"), ["", ""]);
        for stray in [
            "\"a\" b,c",
            "a,\"b",
            "a,\"b\nc,\"d\n",
            "\"",
            "\"\"\"",
            "a,\"b\\\"c\"",
        ] {
            assert!(cells(stray, Quotes::Strict).is_err(), "{stray}");
        }
    }

    #[test]
    fn quotes_between_tabs_may_be_text() {
        let read = |text| cells(text, Quotes::Tolerant).unwrap();
        assert_eq!(read("a\t\"b\"\tc"), ["a", "b", "c"]);
        assert_eq!(read("\"b\" c\t\"d\n"), ["\"b\" c", "\"d"]);
        assert_eq!(read("\"b\nc\"\td"), ["b\nc", "d"]);
    }

    #[test]
    fn a_record_of_too_many_cells_is_counted() {
        let text = ",".repeat(CELLS_KEPT * 3);
        let record = Record::split(text.as_bytes(), 1, b',', Quotes::Strict).unwrap();
        assert_eq!(
            (record.count, record.cells.len()),
            (CELLS_KEPT * 3 + 1, CELLS_KEPT)
        );
    }
}
