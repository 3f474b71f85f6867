//! CSV with a header: comma, semicolon or tab between the cells, quotes as in RFC 4180.
//!
//! The header says which columns hold hashes: one for all types beside a column that names the type of each, or one for
//! each type, whose hashes then share the row's id. What the other columns mean is in [`super::columns`].

use csv::{ByteRecord, ReaderBuilder, Terminator};

use super::columns::{Columns, Role};
use super::entry::{Entry, Media};
use super::field;
use super::kind::{self, Kind, Untyped};
use super::ledger::{Halt, Ledger};
use super::line::{Fate, Fault, LINE_MAX, Line, quoted};
use super::{Opinion, ReadOptions, Removal, Target};
use crate::hash::{Hash, HashType};

pub(super) fn read(bytes: &[u8], delimiter: u8, ledger: &mut Ledger<'_>) -> Result<(), Halt> {
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
    let mut record = ByteRecord::new();
    let mut start = 0;
    let mut number = 1;
    loop {
        let more = reader
            .read_byte_record(&mut record)
            .expect("bytes in memory, records of any length");
        let end = reader.position().byte() as usize;
        // The reader passes over blank lines and comments; the ledger does not.
        while let Some(length) = passed_over(&bytes[start..end], hashed_header) {
            let text = bytes[start..start + length].trim_ascii_end();
            ledger.record(&Line { number, text }, Ok(Fate::Structure))?;
            start += length;
            number += 1;
        }
        if !more {
            return Ok(());
        }
        let text = &bytes[start..end];
        let text = text.strip_suffix(b"\n").unwrap_or(text);
        let line = Line {
            number,
            text: text.strip_suffix(b"\r").unwrap_or(text),
        };
        let row = Row {
            line: &line,
            record: &record,
            delimiter,
        };
        let read = if line.is_structure() && line.height() == 1 && !hashed_header {
            Ok(Fate::Structure)
        } else if let Some(at) = (end == bytes.len()).then(|| row.open_quote()).flatten() {
            let message = "a quote is opened here and never closed; close it, or double it if it belongs to the text";
            Err(Fault::fatal(at, "E024", message))
        } else {
            match &columns {
                Some(columns) => line
                    .check(LINE_MAX)
                    .and_then(|()| row.fate(columns, &mut untyped, ledger.options)),
                None => row.header(hashed_header).map(|found| {
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
    let mut lines = super::line::lines(bytes);
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
struct Row<'a> {
    line: &'a Line<'a>,
    record: &'a ByteRecord,
    delimiter: u8,
}

impl<'a> Row<'a> {
    fn header(&self, hashed: bool) -> Result<Columns, Fault> {
        let cells = self.cells().map_err(|fault| Fault {
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

    fn fate(
        &self,
        columns: &Columns,
        untyped: &mut Untyped,
        options: &ReadOptions,
    ) -> Result<Fate, Fault> {
        let cells = self.cells()?;
        let columns = &columns.columns;
        // A delimiter at the end of each row, where the header has none, is harmless.
        let surplus = cells.len() == columns.len() + 1 && cells.last() == Some(&"");
        if cells.len() != columns.len() && !surplus {
            let message = format!(
                "the row has {} fields, the header {}",
                cells.len(),
                columns.len()
            );
            return Err(Fault::new(0, "E023", message));
        }
        let filled = || {
            let cells = columns.iter().zip(&cells).enumerate();
            cells
                .filter(|(_, (_, cell))| !cell.is_empty())
                .map(|(i, ((role, name), cell))| (i, *role, name, *cell))
        };
        let Some(hashes) = self.hashes(
            filled().map(|(i, role, _, cell)| (i, role, cell)),
            columns,
            untyped,
            options,
        )?
        else {
            return Ok(Fate::Skipped);
        };
        let mut remove = false;
        let mut opinion = None;
        let mut row = Blank::default();
        for (i, role, name, cell) in filled() {
            let placed = |fault| self.placed(i, fault);
            match role {
                Role::Type | Role::Hash | Role::Hashes(..) => {}
                Role::Op => {
                    remove = match cell.to_ascii_lowercase().as_str() {
                        "add" => false,
                        "remove" => true,
                        _ => return Err(placed(field::unknown("op", "add or remove", cell))),
                    }
                }
                Role::Id => row.id = Some(cell.to_owned()),
                Role::List => row.list = Some(cell.to_owned()),
                Role::Labels => row.labels.extend(field::labels(cell)),
                Role::Category => match field::opinion(cell) {
                    Some(category) => opinion = opinion.or(Some(category)),
                    None => row.meta.push((name.clone(), cell.to_owned())),
                },
                Role::Opinion => {
                    let known = field::opinion(cell);
                    opinion =
                        Some(known.ok_or_else(|| {
                            placed(field::unknown("opinion", field::OPINIONS, cell))
                        })?);
                }
                Role::Severity => row.severity = Some(field::severity(cell).map_err(placed)?),
                Role::Media => row.media = Some(field::media(cell).map_err(placed)?),
                Role::Quality => row.quality = Some(field::quality(cell, "E025").map_err(placed)?),
                Role::Source => row.source = Some(cell.to_owned()),
                Role::Added => row.added = Some(field::time(cell).map_err(placed)?),
                Role::ValidUntil => row.valid_until = Some(field::time(cell).map_err(placed)?),
                Role::Meta => row.meta.push((name.clone(), cell.to_owned())),
            }
        }
        row.labels.sort_unstable();
        row.labels.dedup();
        row.opinion = opinion.unwrap_or_default();
        match (remove, hashes.is_empty(), row.id.clone()) {
            (false, false, _) => Ok(Fate::Entries(
                hashes
                    .into_iter()
                    .map(|(hash, media)| row.entry(hash, media, self.line.number))
                    .collect(),
            )),
            (true, false, _) => Ok(self.removals(
                row.list,
                hashes.into_iter().map(|(hash, _)| Target::Hash(hash)),
            )),
            (true, true, Some(id)) => Ok(self.removals(row.list, [Target::Id(id)].into_iter())),
            (_, true, _) => Err(Fault::new(0, "E026", "the row has no hash")),
        }
    }

    /// The hashes of a row; `None` if it is to be skipped.
    fn hashes<'c>(
        &self,
        filled: impl Iterator<Item = (usize, Role, &'c str)> + Clone,
        columns: &[(Role, String)],
        untyped: &mut Untyped,
        options: &ReadOptions,
    ) -> Result<Option<Vec<(Hash, Option<Media>)>>, Fault> {
        let lenient = options.lenient_hex;
        let has_type = columns.iter().any(|(role, _)| *role == Role::Type);
        let named = filled.clone().find(|(_, role, _)| *role == Role::Type);
        let mut hashes = Vec::new();
        for (i, role, cell) in filled {
            let typed: (HashType, Option<Media>) = match role {
                Role::Hashes(hash_type, media) => (hash_type, media),
                Role::Hash => match (named, options.hash_type) {
                    (Some((at, _, name)), _) => {
                        match Kind::resolve(name, 0, options.skip_unsupported)
                            .map_err(|fault| self.placed(at, fault))?
                        {
                            Some(typed) => typed,
                            None => return Ok(None),
                        }
                    }
                    (None, None) if has_type => {
                        let fault = Fault::new(0, "E010", "the row has a hash and no type");
                        return Err(self.placed(i, fault));
                    }
                    (None, _) => {
                        let hash_type = untyped.hash_type(cell, 0, lenient);
                        (hash_type.map_err(|fault| self.placed(i, fault))?, None)
                    }
                },
                _ => continue,
            };
            let hash =
                kind::hash(typed.0, cell, 0, lenient).map_err(|fault| self.placed(i, fault))?;
            hashes.push((hash, typed.1));
        }
        Ok(Some(hashes))
    }

    fn removals(&self, list: Option<String>, targets: impl Iterator<Item = Target>) -> Fate {
        let removals = targets.map(|target| Removal {
            list: list.clone(),
            target,
            line: self.line.number,
        });
        Fate::Removals(removals.collect())
    }

    /// The cells, without the white space around them.
    fn cells(&self) -> Result<Vec<&'a str>, Fault> {
        self.line.utf8()?;
        let cells = self.record.iter().map(|cell| {
            // A cell of UTF-8 text between ASCII delimiters is UTF-8.
            std::str::from_utf8(cell)
                .map(str::trim)
                .map_err(|_| Fault::new(0, "E004", format!("not UTF-8; got {}", quoted(cell))))
        });
        cells.collect()
    }

    /// A fault in a cell, seen from the start of the record.
    fn placed(&self, cell: usize, fault: Fault) -> Fault {
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

/// A row but for its hashes.
#[derive(Default)]
struct Blank {
    id: Option<String>,
    list: Option<String>,
    labels: Vec<String>,
    severity: Option<super::Severity>,
    opinion: Opinion,
    media: Option<Media>,
    quality: Option<u8>,
    source: Option<String>,
    added: Option<i64>,
    valid_until: Option<i64>,
    meta: Vec<(String, String)>,
}

impl Blank {
    fn entry(&self, hash: Hash, media: Option<Media>, line: u64) -> Entry {
        Entry {
            hash,
            id: self.id.clone(),
            list: self.list.clone(),
            labels: self.labels.clone(),
            severity: self.severity,
            opinion: self.opinion,
            media: self.media.or(media),
            quality: self.quality,
            source: self.source.clone(),
            added: self.added,
            valid_until: self.valid_until,
            meta: self.meta.clone(),
            line,
        }
    }
}
