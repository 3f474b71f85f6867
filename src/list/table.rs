//! CSV with a header: comma, semicolon or tab between the cells, quotes as in RFC 4180.
//!
//! The header says which columns hold hashes: one for all types beside a column that names the type of each, or one for
//! each type, whose hashes then share the row's id. What the other columns mean is in [`super::columns`].

use csv::{ByteRecord, ReaderBuilder, Terminator};

use super::columns::Columns;
use super::kind::{Kind, Untyped};
use super::ledger::{Halt, Ledger};
use super::line::{Fate, Fault, LINE_MAX, LINE_MAX_JSON, Line, lines, quoted};
use super::row;

pub(super) fn read(bytes: &[u8], delimiter: u8, ledger: &mut Ledger<'_>) -> Result<(), Halt> {
    // The CSV reader takes many times the size of a line of delimiters, so that it must not see one of any length.
    let mut measured = lines(bytes).inspect(|line| ledger.pass(line.text.len()));
    if let Some(line) = measured.find(|line| line.text.len() > LINE_MAX_JSON) {
        let read = line.check(LINE_MAX).map(|()| Fate::Structure);
        let read = read.map_err(|fault| Fault {
            fatal: true,
            ..fault
        });
        return ledger.record(&line, read);
    }
    // A header may start with the sign that starts comments elsewhere; such a file has no comments.
    let hashed_header = is_hashed_header(bytes, delimiter);
    let mut reader = ReaderBuilder::new()
        .delimiter(delimiter)
        .has_headers(false)
        .flexible(true)
        .terminator(Terminator::Any(b'\n'))
        .comment((!hashed_header).then_some(b'#'))
        .from_reader(bytes);
    let mut columns = match &ledger.options.columns {
        None => None,
        Some(names) => {
            let line = Line {
                number: 1,
                text: b"",
            };
            let columns = Columns::new(names.iter().map(String::as_str));
            Some(columns.map_err(|fault| ledger.halt(line.problem(fault)))?)
        }
    };
    let mut untyped = Untyped::new(ledger.options.hash_type);
    let mut cells = ByteRecord::new();
    let mut start = 0;
    let mut number = 1;
    loop {
        let more = reader
            .read_byte_record(&mut cells)
            .expect("bytes in memory, records of any length");
        let end = reader.position().byte() as usize;
        // The reader passes over blank lines and comments; the ledger does not.
        while let Some(length) = passed_over(&bytes[start..end], hashed_header) {
            let text = bytes[start..start + length].trim_ascii_end();
            ledger.record(&Line { number, text }, Ok(Fate::Structure))?;
            start += length;
            number += 1;
        }
        // A comment without a line end is reported as a record of nothing.
        if !more || start == end {
            return Ok(());
        }
        let text = &bytes[start..end];
        let text = text.strip_suffix(b"\n").unwrap_or(text);
        let line = Line {
            number,
            text: text.strip_suffix(b"\r").unwrap_or(text),
        };
        let record = Record {
            line: &line,
            cells: &cells,
            delimiter,
        };
        let read = if line.is_structure() && line.height() == 1 && !hashed_header {
            Ok(Fate::Structure)
        } else if let Some(at) = (end == bytes.len()).then(|| record.open_quote()).flatten() {
            let message = "a quote is opened here and never closed; close it, or double it if it belongs to the text";
            Err(Fault::fatal(at, "E024", message))
        } else {
            match &columns {
                Some(columns) => line
                    .check(record.length_max())
                    .and_then(|()| row::fate(&record, columns, &mut untyped, ledger.options)),
                None => record.header(hashed_header).map(|found| {
                    columns = Some(found);
                    Fate::Structure
                }),
            }
        };
        ledger.record(&line, read)?;
        number += line.height();
        start = end;
    }
}

/// The length of a line at the start that the CSV reader does not report, with its line end.
fn passed_over(bytes: &[u8], hashed_header: bool) -> Option<usize> {
    let comment = bytes.first() == Some(&b'#') && !hashed_header;
    let blank = bytes.first() == Some(&b'\n');
    let line = |bytes: &[u8]| {
        bytes
            .iter()
            .position(|&b| b == b'\n')
            .map_or(bytes.len(), |i| i + 1)
    };
    (comment || blank).then(|| line(bytes))
}

/// Whether the first line starts with `#` and is yet the header of the line after it.
pub(super) fn is_hashed_header(bytes: &[u8], delimiter: u8) -> bool {
    let mut lines = lines(bytes);
    let (Some(first), Some(second)) = (lines.next(), lines.next()) else {
        return false;
    };
    let cells = |line: &[u8]| line.split(|&byte| byte == delimiter).count();
    let Some(Ok(header)) = first.text.strip_prefix(b"#").map(std::str::from_utf8) else {
        return false;
    };
    cells(first.text) > 1
        && cells(first.text) == cells(second.text)
        && super::columns::header_score(header, char::from(delimiter)) >= 2
}

/// One record: its cells, and its bytes as they stand.
pub(super) struct Record<'a> {
    pub(super) line: &'a Line<'a>,
    cells: &'a ByteRecord,
    delimiter: u8,
}

impl<'a> Record<'a> {
    /// The longest that it may be: the frames of a video take more than any hash.
    fn length_max(&self) -> usize {
        let is_video = |cell: &[u8]| std::str::from_utf8(cell).is_ok_and(Kind::is_vpdq);
        match self.line.text.len() > LINE_MAX && self.cells.iter().any(is_video) {
            true => LINE_MAX_JSON,
            false => LINE_MAX,
        }
    }

    fn header(&self, hashed: bool) -> Result<Columns, Fault> {
        let whole = self.line.check(LINE_MAX).and_then(|()| self.cells());
        let cells = whole.map_err(|fault| Fault {
            fatal: true,
            ..fault
        })?;
        let strip = |cell: &'a str| {
            if hashed {
                cell.trim_start_matches('#')
            } else {
                cell
            }
        };
        Columns::new(cells.into_iter().map(strip))
            .map_err(|fault| self.placed(fault.at, Fault { at: 0, ..fault }))
    }

    /// The cells, without the white space around them.
    pub(super) fn cells(&self) -> Result<Vec<&'a str>, Fault> {
        self.line.utf8()?;
        let cells = self.cells.iter().map(|cell| {
            // A cell of UTF-8 text between ASCII delimiters is UTF-8.
            std::str::from_utf8(cell)
                .map(str::trim)
                .map_err(|_| Fault::new(0, "E004", format!("not UTF-8; got {}", quoted(cell))))
        });
        cells.collect()
    }

    /// A fault in a cell, seen from the start of the record.
    pub(super) fn placed(&self, cell: usize, fault: Fault) -> Fault {
        let text = self.line.text;
        let mut at = 0;
        let mut quoted = false;
        for _ in 0..cell {
            while at < text.len() && (quoted || text[at] != self.delimiter) {
                quoted ^= text[at] == b'"';
                at += 1;
            }
            at += 1;
        }
        let space = |byte: &&u8| matches!(**byte, b' ' | b'\t' | b'"') && **byte != self.delimiter;
        let at = at.min(text.len());
        let margin = text[at..].iter().take_while(space).count();
        fault.shifted(at + margin)
    }

    /// Where a quote stands that the record does not close.
    fn open_quote(&self) -> Option<usize> {
        let text = self.line.text;
        let mut opened = None;
        let mut cell_start = true;
        let mut i = 0;
        while i < text.len() {
            match (text[i], opened) {
                (b'"', Some(_)) if text.get(i + 1) == Some(&b'"') => i += 1,
                (b'"', Some(_)) => opened = None,
                (b'"', None) if cell_start => opened = Some(i),
                _ => {}
            }
            cell_start = opened.is_none() && text[i] == self.delimiter;
            i += 1;
        }
        opened
    }
}

#[cfg(test)]
mod tests {
    use super::super::ReadOptions;
    use super::super::sample::{MD5, PDQ, faults, faults_with, hashes, message, read, read_with};

    #[test]
    fn a_table_without_header_needs_names_for_its_columns() {
        let text = format!("pdq,{PDQ}\nmd5,{MD5}\n");
        assert_eq!(faults(&text), ["1:5 E020"]);
        assert_eq!(
            message(&text),
            format!(
                "list:1:5: E020 the first line names no columns but holds a hash; add a header line such as type,hash; \
                 got \"{}\"...",
                &PDQ[..40]
            )
        );
        let columns = Some(vec!["type".to_owned(), "hash".to_owned()]);
        let options = ReadOptions {
            columns,
            ..ReadOptions::default()
        };
        assert_eq!(read_with(&text, &options).entries.len(), 2);
        let columns = Some(vec!["type".to_owned()]);
        assert_eq!(
            faults_with(
                &text,
                &ReadOptions {
                    columns,
                    ..ReadOptions::default()
                }
            ),
            ["1:1 E021"]
        );
    }

    #[test]
    fn a_header_may_start_with_the_sign_of_comments() {
        let list = read(format!("#type,hash\nmd5,{MD5}\n"));
        assert_eq!(hashes(&list.entries), [(format!("md5:{MD5}"), "")]);
        assert_eq!(list.counts.structure, 1);
    }

    #[test]
    fn a_quote_that_is_never_closed_swallows_nothing_unseen() {
        let options = ReadOptions {
            max_reject: "100%".parse().unwrap(),
            ..ReadOptions::default()
        };
        let text = format!("md5,note\n{MD5},\"a\n{MD5},b\n{MD5},c\n");
        assert_eq!(faults_with(&text, &options), ["2:34 E024"]);
        // Closed by the next one: all the lines between are bad, and counted.
        let text = format!("md5,note\n{MD5},\"a\n{MD5},b\n{MD5},c\",\"d\"\n{MD5},e\n");
        let list = read_with(&text, &options);
        assert_eq!(
            (
                list.counts.lines,
                list.counts.rejected,
                list.counts.imported
            ),
            (5, 3, 1)
        );
        assert_eq!(list.rejected[0].text.split(|&b| b == b'\n').count(), 3);
    }
}
