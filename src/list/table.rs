//! CSV with a header: comma, semicolon, tab or vertical bar between the cells, quotes as in RFC 4180.
//!
//! The header names the columns of hashes. A table has one for all types beside a column of types, or one for each
//! type. The hashes of a row then share its id. What the other columns mean is in [`super::columns`].
//!
//! RFC 4180 has no comments, so that an id may begin with `#`. A line that begins with `#` is a row if it reads as one,
//! bad or good. Otherwise it is a comment. A quoted cell goes on over line ends where no part of it looks like a row.
//! Otherwise the list is refused at the opening quote. Between tabs a quote may be text: a cell that is not quoted
//! correctly is read as it stands.

use super::columns::{Columns, Role};
use super::entry::Opinion;
use super::header::{hashed_header, header_score, separator};
use super::kind::{Kind, Untyped, holds_hash, looks_like_hash};
use super::ledger::{Halt, Ledger};
use super::line::{Fault, LINE_MAX, LINE_MAX_JSON, Line, LineResult, lines, quoted};
use super::record::{Cell, Quotes, Record, Stray};
use super::row;

pub(super) fn read(bytes: &[u8], delimiter: u8, ledger: &mut Ledger<'_>) -> Result<(), Halt> {
    read_table(bytes, delimiter, false, ledger)
}

/// Reads a table whose cells are Latin-1 where they are not UTF-8.
pub(super) fn read_latin1(
    bytes: &[u8],
    delimiter: u8,
    ledger: &mut Ledger<'_>,
) -> Result<(), Halt> {
    read_table(bytes, delimiter, true, ledger)
}

/// Whether a header is that of INTERPOL's database.
pub(super) fn is_icse(header: &[u8]) -> bool {
    header.starts_with(b"MD5;SHA1;PhotoDNA;Image ID;")
}

/// Whether a header is that of the NSRL, version 2.
pub(super) fn is_nsrl(header: &[u8]) -> bool {
    header.starts_with(b"\"SHA-1\",\"MD5\",\"CRC32\",\"FileName\",")
}

fn read_table(
    bytes: &[u8],
    delimiter: u8,
    is_latin1: bool,
    ledger: &mut Ledger<'_>,
) -> Result<(), Halt> {
    let mut table = Table {
        delimiter,
        is_latin1,
        is_ours: false,
        hashed_header: hashed_header(bytes, delimiter),
        columns: None,
        untyped: Untyped::new(ledger.options.hash_type),
        is_surplus: None,
        noted: Vec::new(),
    };
    if let Some(names) = &ledger.options.columns {
        let columns = Columns::new(names.iter().map(String::as_str));
        let line = Line {
            number: 1,
            text: b"",
        };
        let columns = columns.map_err(|fault| ledger.halt(line.problem(fault)))?;
        table.noted = vec![false; columns.columns.len()];
        table.columns = Some(columns);
    }
    let (mut start, mut number) = (0, 1);
    while let Some(first) = lines(&bytes[start..]).next() {
        let first = Line { number, ..first };
        let (line, read) = if number == 1 && separator(first.text).is_some() {
            (first, Ok(LineResult::Structure))
        } else {
            table.record(&bytes[start..], first, ledger)
        };
        ledger.record(&line, read)?;
        number += line.height();
        start += line.text.len();
        start += usize::from(bytes.get(start) == Some(&b'\r'));
        start += usize::from(bytes.get(start) == Some(&b'\n'));
    }
    Ok(())
}

/// A table while it is read.
struct Table {
    delimiter: u8,
    /// Whether cells that are not UTF-8 are Latin-1.
    is_latin1: bool,
    /// The line of the header, where it begins with `#`.
    hashed_header: Option<u64>,
    columns: Option<Columns>,
    /// Whether basma wrote it.
    is_ours: bool,
    untyped: Untyped,
    /// Whether each row ends with a delimiter that the header lacks, as the first row says.
    is_surplus: Option<bool>,
    /// For each column, whether it was warned that it holds hashes which are not read.
    noted: Vec<bool>,
}

impl Table {
    /// What stands at the start of a text whose first line is told.
    fn record<'a>(
        &mut self,
        text: &'a [u8],
        first: Line<'a>,
        ledger: &mut Ledger<'_>,
    ) -> (Line<'a>, Result<LineResult, Fault>) {
        if first.text.trim_ascii().is_empty() {
            return (first, Ok(LineResult::Structure));
        }
        // A longer line is not taken apart: its cells could take many times its size.
        if first.text.len() > LINE_MAX_JSON {
            let fatal = self.columns.is_none();
            let read = first.check(LINE_MAX).map(|()| LineResult::Structure);
            return (first, read.map_err(|fault| Fault { fatal, ..fault }));
        }
        let is_hashed = first.text.trim_ascii_start().first() == Some(&b'#');
        let Some(columns) = self.columns.take() else {
            if is_hashed && self.hashed_header != Some(first.number) {
                if !is_spaced(&first) && holds_hash(first.text) {
                    ledger.warn(&first, Fault::comment(&first));
                }
                return (first, Ok(LineResult::Structure));
            }
            // Called of a header of several lines alone.
            let is_sound =
                |record: &Record<'_>| !record.cells.iter().any(|cell| holds_hash(&cell.text));
            return match self.split(text, first.number, is_sound) {
                Ok(record) => (record.line, self.header(&record, is_hashed, ledger)),
                Err((line, fault)) => (
                    line,
                    Err(Fault {
                        fatal: true,
                        ..fault
                    }),
                ),
            };
        };
        let split = self.split(text, first.number, |record| {
            self.shape(record, &columns).is_ok() && !is_swallowing(record, &columns, self.delimiter)
        });
        let read = if is_hashed {
            self.hashed_row(first, split, &columns, ledger)
        } else {
            match split {
                Ok(record) => {
                    let read = self.row(&record, &columns, ledger);
                    let joined = |fault| second_header(&record, self.delimiter).unwrap_or(fault);
                    (record.line, read.map_err(joined))
                }
                Err((line, fault)) => (line, Err(fault)),
            }
        };
        self.columns = Some(columns);
        read
    }

    /// The record at the start of a text; of one that takes several lines `is_sound` says whether it is believed.
    fn split<'a>(
        &self,
        text: &'a [u8],
        number: u64,
        is_sound: impl Fn(&Record<'a>) -> bool,
    ) -> Result<Record<'a>, (Line<'a>, Fault)> {
        let quotes = if self.delimiter == b'\t' {
            Quotes::Tolerant
        } else {
            Quotes::Strict
        };
        let mut record = Record::split(text, number, self.delimiter, quotes)
            .map_err(|stray| stray.report(text, number))?;
        if self.is_latin1 {
            record.decode_latin1();
        }
        if self.is_ours {
            record.arm();
        }
        match record.cells.iter().find(|cell| cell.is_tall) {
            Some(tall) if !is_sound(&record) => Err(Stray::of(tall).report(text, number)),
            _ => Ok(record),
        }
    }

    fn header(
        &mut self,
        record: &Record<'_>,
        is_hashed: bool,
        ledger: &mut Ledger<'_>,
    ) -> Result<LineResult, Fault> {
        let fatal = |fault| Fault {
            fatal: true,
            ..fault
        };
        let whole = record.line.check(LINE_MAX).and_then(|()| record.texts());
        let names = whole.map_err(fatal)?;
        if is_of_findings(&names) {
            let message = "these are findings of files that were scanned, not hashes of listed ones; `basma hash FILE --format csv` \
                           prints a list";
            return Err(fatal(Fault::new(0, "E026", message)));
        }
        let names = names.into_iter().map(|name| {
            let plain = name.trim_start_matches('#');
            if is_hashed && !plain.is_empty() {
                plain
            } else {
                name
            }
        });
        let columns = match &ledger.options.mapping {
            None => Columns::new(names),
            Some(mapping) => Columns::mapped(&names.map(str::trim).collect::<Vec<_>>(), mapping),
        };
        let columns = columns.map_err(|fault| record.placed(fault.at, Fault { at: 0, ..fault }))?;
        self.noted = vec![false; columns.columns.len()];
        for (i, name) in columns.unread() {
            self.noted[i] = true;
            let fault = record.placed(i, Fault::new(0, "W040", unread(name)));
            ledger.warn(&record.line, fault);
        }
        self.is_ours = columns.are_ours();
        self.columns = Some(columns);
        Ok(LineResult::Structure)
    }

    /// Whether a record has as many cells as a row needs, or an empty one more at its end.
    fn shape(&self, record: &Record<'_>, columns: &Columns) -> Result<bool, Fault> {
        let (found, needed) = (record.count, columns.columns.len());
        let is_empty = |cell: &Cell<'_>| cell.text.trim_ascii().is_empty();
        let is_surplus = found == needed + 1
            && record.cells.last().is_some_and(is_empty)
            && !columns.has_twins();
        let fits = (found == needed || is_surplus)
            && self.is_surplus.is_none_or(|surplus| surplus == is_surplus);
        if fits {
            return Ok(is_surplus);
        }
        let others = match self.is_surplus {
            Some(true) => ", and other rows an empty one more",
            _ => "",
        };
        let message = format!("the row has {found} fields, the header {needed}{others}");
        Err(Fault::new(0, "E023", message))
    }

    fn row(
        &mut self,
        record: &Record<'_>,
        columns: &Columns,
        ledger: &mut Ledger<'_>,
    ) -> Result<LineResult, Fault> {
        record.line.check(length_max(record))?;
        // Tables that were joined have a header each.
        if columns.is_named_by(record) {
            return Ok(LineResult::Structure);
        }
        let is_surplus = self.shape(record, columns)?;
        let is_empty = |cell: &Cell<'_>| cell.text.trim_ascii().is_empty();
        if record.cells.iter().all(is_empty) {
            return Ok(LineResult::Structure);
        }
        if self.delimiter != b'\t' {
            let cells = record.cells.iter().zip(&columns.columns);
            let mut bare =
                cells.filter(|(cell, (role, _))| record.has_bare_quote(cell, role.is_prose()));
            if let Some((cell, _)) = bare.next() {
                let message = format!(
                    "a quote stands in a cell that does not begin with one; remove it, or quote the cell and double the \
                     quotes in it; got {}",
                    quoted(&cell.text)
                );
                return Err(Fault::new(cell.at, "E024", message));
            }
        }
        let mut result = row::result(record, columns, &mut self.untyped, ledger.options)?;
        // The NSRL lists what is known, and says of nothing that it is good or bad.
        if let LineResult::Entries(entries) = &mut result
            && self.is_latin1
        {
            entries
                .iter_mut()
                .for_each(|entry| entry.opinion = Opinion::Seed);
        }
        // One delimiter too many within a row looks the same where there are no other rows to tell.
        if is_surplus && self.is_surplus.is_none() {
            let message = "the row ends with a delimiter more than the header, which is passed over in all rows".to_owned();
            ledger.warn(&record.line, Fault::new(0, "W041", message));
        }
        self.is_surplus = Some(is_surplus);
        for (i, (cell, (role, name))) in record.cells.iter().zip(&columns.columns).enumerate() {
            if *role == Role::Meta && !self.noted[i] {
                let text = cell.text.trim_ascii();
                if looks_like_hash(text) && holds_hash(text) {
                    self.noted[i] = true;
                    let fault = record.placed(i, Fault::new(0, "W040", unread(name)));
                    ledger.warn(&record.line, fault);
                }
            }
        }
        Ok(result)
    }

    /// A line that begins with `#`: a row where it reads as one, bad or good, and else a comment.
    fn hashed_row<'a>(
        &mut self,
        first: Line<'a>,
        split: Result<Record<'a>, (Line<'a>, Fault)>,
        columns: &Columns,
        ledger: &mut Ledger<'_>,
    ) -> (Line<'a>, Result<LineResult, Fault>) {
        let before = self.untyped;
        let mut has_shape = false;
        let (line, read) = match split {
            Ok(record) => {
                has_shape = columns.columns.len() > 1 && self.shape(&record, columns).is_ok();
                (record.line, self.row(&record, columns, ledger))
            }
            Err((line, fault)) => (line, Err(fault)),
        };
        // What is left of a cell that a stray quote tore apart may begin with `#` too.
        let is_torn =
            self.delimiter != b'\t' && first.text.iter().filter(|&&b| b == b'"').count() % 2 == 1;
        let is_suspect = has_shape || holds_hash(first.text) || is_torn;
        match read {
            Ok(result) if has_shape => return (line, Ok(result)),
            Err(mut fault) if is_suspect && !is_spaced(&first) => {
                fault.message += "; a comment begins with # and a blank";
                return (line, Err(fault));
            }
            _ if is_suspect => ledger.warn(&first, Fault::comment(&first)),
            _ => {}
        }
        self.untyped = before;
        (first, Ok(LineResult::Structure))
    }
}

/// Whether a line that begins with `#` goes on as prose does.
fn is_spaced(line: &Line<'_>) -> bool {
    let text = line.text.trim_ascii_start();
    let next = text.get(1);
    next.is_none_or(|byte| matches!(byte, b' ' | b'\t' | b'#' | b'-' | b'=' | b'*'))
}

/// Whether a record of several lines may hold rows that a stray quote has swallowed. Signs of it are a hash or the word
/// of a removal in a text. Another sign is a line end where no text is.
fn is_swallowing(record: &Record<'_>, columns: &Columns, delimiter: u8) -> bool {
    let has_op = columns.columns.iter().any(|(role, _)| *role == Role::Op);
    let is_op = |line: &[u8]| {
        line.split(|&byte| byte == delimiter).any(|cell| {
            let cell = cell.trim_ascii();
            cell.eq_ignore_ascii_case(b"remove") || cell.eq_ignore_ascii_case(b"add")
        })
    };
    let cells = record.cells.iter().zip(&columns.columns);
    let mut tall = cells.filter(|(cell, _)| cell.is_tall);
    tall.any(|(cell, (role, _))| {
        let text = cell.text.trim_ascii();
        if role.is_hash() {
            // The frames of a video, whose JSON is checked.
            !matches!(text.first(), Some(b'[' | b'{'))
        } else if role.is_prose() || columns.are_ours() {
            holds_hash(text) || (has_op && text.split(|&byte| byte == b'\n').any(is_op))
        } else {
            true
        }
    })
}

/// The longest that a record may be: the frames of a video take more than any hash.
fn length_max(record: &Record<'_>) -> usize {
    let is_video = |text: &[u8]| std::str::from_utf8(text).is_ok_and(Kind::is_vpdq);
    if record.line.text.len() > LINE_MAX && record.cells.iter().any(|cell| is_video(&cell.text)) {
        LINE_MAX_JSON
    } else {
        LINE_MAX
    }
}

/// Whether a header is that of findings, whose digests are those of every file, listed or not.
fn is_of_findings(names: &[&str]) -> bool {
    let has = |name: &str| names.contains(&name);
    (has("path") && has("status") && has("cluster")) || (has("group") && has("path") && has("copy"))
}

fn unread(name: &str) -> String {
    format!(
        "the column {} seems to hold hashes and is kept as text, which nothing is looked up in; name it pdq, md5, sha1 or \
         sha256 if it holds those",
        quoted(name.as_bytes())
    )
}

/// The fault of a row that is the header of another table. Its rows would be read by the columns of the first.
fn second_header(record: &Record<'_>, delimiter: u8) -> Option<Fault> {
    let text = std::str::from_utf8(record.line.text).ok()?;
    let delimiter = char::from(delimiter);
    let mut names = text
        .split(delimiter)
        .map(|name| name.trim().trim_matches('"'));
    if header_score(text, delimiter) < 2 || !names.any(|name| Role::of(name).is_hash()) {
        return None;
    }
    let message = "a second header, with other columns: two tables are joined here; \
                   `basma convert FIRST SECOND --to csv` joins them";
    Some(Fault::fatal(0, "E020", message))
}

#[cfg(test)]
mod tests;
