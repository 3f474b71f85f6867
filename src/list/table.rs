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
use super::{ReadOptions, Removal, Target};
use crate::hash::Hash;

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
        let cells: Vec<Cell<'_>> = columns
            .iter()
            .zip(cells)
            .enumerate()
            .map(|(i, ((role, name), text))| Cell {
                i,
                role: *role,
                name,
                text,
            })
            .filter(|cell| !cell.text.is_empty())
            .collect();
        let Some(hashes) = self.hashes(&cells, columns, untyped, options)? else {
            return Ok(Fate::Skipped);
        };
        let find = |role| cells.iter().find(|cell| cell.role == role);
        let remove = match find(Role::Op) {
            None => false,
            Some(op) if op.text.eq_ignore_ascii_case("add") => false,
            Some(op) if op.text.eq_ignore_ascii_case("remove") => true,
            Some(op) => {
                return Err(self.placed(op.i, field::unknown("op", "add or remove", op.text)));
            }
        };
        match (remove, hashes.first()) {
            (false, Some((first, _))) => {
                let mut entry = Entry::new(*first, self.line.number);
                for cell in &cells {
                    fill(&mut entry, cell).map_err(|fault| self.placed(cell.i, fault))?;
                }
                let entries = hashes.into_iter().map(|(hash, media)| Entry {
                    hash,
                    media: entry.media.or(media),
                    ..entry.clone()
                });
                Ok(Fate::Entries(entries.collect()))
            }
            (true, first) => {
                let targets: Vec<Target> = match (first, find(Role::Id)) {
                    (Some(_), _) => hashes
                        .into_iter()
                        .map(|(hash, _)| Target::Hash(hash))
                        .collect(),
                    (None, Some(id)) => vec![Target::Id(id.text.to_owned())],
                    (None, None) => {
                        return Err(Fault::new(0, "E026", "the removal has neither hash nor id"));
                    }
                };
                let removals = targets.into_iter().map(|target| Removal {
                    list: find(Role::List).map(|list| list.text.to_owned()),
                    target,
                    line: self.line.number,
                });
                Ok(Fate::Removals(removals.collect()))
            }
            (false, None) => Err(Fault::new(0, "E026", "the row has no hash")),
        }
    }

    /// The hashes of a row; `None` if it is to be skipped.
    fn hashes(
        &self,
        cells: &[Cell<'_>],
        columns: &[(Role, String)],
        untyped: &mut Untyped,
        options: &ReadOptions,
    ) -> Result<Option<Vec<Typed>>, Fault> {
        let lenient = options.lenient_hex;
        let name = cells.iter().find(|cell| cell.role == Role::Type);
        let has_type = columns.iter().any(|(role, _)| *role == Role::Type);
        let mut hashes = Vec::new();
        for cell in cells {
            let placed = |fault| self.placed(cell.i, fault);
            let (hash_type, media) = match (cell.role, name) {
                (Role::Hashes(hash_type, media), _) => (hash_type, media),
                (Role::Hash, Some(name)) => {
                    let kind = Kind::resolve(name.text, 0, options.skip_unsupported);
                    match kind.map_err(|fault| self.placed(name.i, fault))? {
                        Some(kind) => kind,
                        None => return Ok(None),
                    }
                }
                (Role::Hash, None) if has_type && options.hash_type.is_none() => {
                    return Err(placed(Fault::new(
                        0,
                        "E010",
                        "the row has a hash and no type",
                    )));
                }
                (Role::Hash, None) => {
                    let hash_type = untyped.hash_type(cell.text, 0, lenient);
                    (hash_type.map_err(placed)?, None)
                }
                _ => continue,
            };
            let hash = kind::hash(hash_type, cell.text, 0, lenient).map_err(placed)?;
            hashes.push((hash, media));
        }
        Ok(Some(hashes))
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

/// A cell that is not empty.
struct Cell<'a> {
    /// The number of its column, from 0.
    i: usize,
    role: Role,
    /// The name of its column.
    name: &'a str,
    text: &'a str,
}

/// A hash, and the kind of file that the name of its type speaks of.
type Typed = (Hash, Option<Media>);

/// Adds to an entry what one cell says of it.
fn fill(entry: &mut Entry, cell: &Cell<'_>) -> Result<(), Fault> {
    let text = || cell.text.to_owned();
    match cell.role {
        Role::Op | Role::Type | Role::Hash | Role::Hashes(..) => {}
        Role::Id => entry.id = Some(text()),
        Role::List => entry.list = Some(text()),
        Role::Labels => {
            entry.labels.extend(field::labels(cell.text));
            entry.labels.sort_unstable();
            entry.labels.dedup();
        }
        Role::Category => match field::opinion(cell.text) {
            Some(opinion) => entry.opinion = opinion,
            None => entry.meta.push((cell.name.to_owned(), text())),
        },
        Role::Opinion => {
            let opinion = field::opinion(cell.text);
            entry.opinion =
                opinion.ok_or_else(|| field::unknown("opinion", field::OPINIONS, cell.text))?;
        }
        Role::Severity => entry.severity = Some(field::severity(cell.text)?),
        Role::Media => entry.media = Some(field::media(cell.text)?),
        Role::Quality => entry.quality = Some(field::quality(cell.text, "E025")?),
        Role::Source => entry.source = Some(text()),
        Role::Added => entry.added = Some(field::time(cell.text)?),
        Role::ValidUntil => entry.valid_until = Some(field::time(cell.text)?),
        Role::Meta => entry.meta.push((cell.name.to_owned(), text())),
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::sample::{
        MD5, PDQ, SHA1, faults, faults_with, hashes, message, read, read_with,
    };
    use super::super::{Opinion, ReadOptions, Severity, Target};
    use crate::hash::HashType;

    #[test]
    fn the_export_of_tx_is_read() {
        let text = format!(
            "signal_type,signal_str,collab,category,tags\r\npdq,{PDQ},\"a, b\",INVESTIGATION_SEED,x y\r\nvideo_md5,{MD5},c,false_positive,\r\n"
        );
        let list = read(&text);
        assert_eq!(list.source.format, "csv");
        assert_eq!(
            hashes(&list.entries),
            [(format!("pdq:{PDQ}"), ""), (format!("md5:{MD5}"), "")]
        );
        let first = &list.entries[0];
        assert_eq!(
            (first.list.as_deref(), first.opinion),
            (Some("a, b"), Opinion::Seed)
        );
        assert_eq!(first.labels, ["x", "y"]);
        assert_eq!(list.entries[1].opinion, Opinion::Negative);
        assert_eq!(
            (
                list.counts.lines,
                list.counts.imported,
                list.counts.structure
            ),
            (3, 2, 1)
        );
    }

    #[test]
    fn one_row_may_give_several_hashes_of_one_item() {
        let text = format!(
            "\u{feff}ID;MD5;SHA-1;PDQ;quality;Severity;Notes;category\ncase-1;{MD5};{SHA1};{PDQ};97;high;\"two\nlines\";A1\n\n# done\n"
        );
        let list = read(&text);
        assert_eq!(
            hashes(&list.entries),
            [
                (format!("md5:{MD5}"), "case-1"),
                (format!("sha1:{SHA1}"), "case-1"),
                (format!("pdq:{PDQ}"), "case-1")
            ]
        );
        let entry = &list.entries[2];
        assert_eq!(
            (entry.quality, entry.severity, entry.line),
            (Some(97), Some(Severity::High), 2)
        );
        let meta = [("Notes", "two\nlines"), ("category", "A1")]
            .map(|(k, v)| (k.to_owned(), v.to_owned()));
        assert_eq!(entry.meta, meta);
        assert_eq!(
            (
                list.counts.lines,
                list.counts.imported,
                list.counts.structure
            ),
            (5, 2, 3)
        );
    }

    #[test]
    fn a_low_quality_hash_beside_others_is_left_out_with_a_warning() {
        let list = read(format!("md5\tpdq\tquality\n{MD5}\t{PDQ}\t10\n"));
        assert_eq!(list.source.format, "tsv");
        assert_eq!(hashes(&list.entries), [(format!("md5:{MD5}"), "")]);
        assert_eq!(
            (list.warnings[0].code, list.warnings[0].column),
            ("W030", 34)
        );
    }

    #[test]
    fn a_type_may_be_told_or_follow_from_the_length() {
        let text = format!("hash,id\n{PDQ},a\n");
        assert_eq!(faults(&text), ["2:1 E014"]);
        let options = ReadOptions {
            hash_type: Some(HashType::Pdq),
            ..ReadOptions::default()
        };
        assert_eq!(
            hashes(&read_with(&text, &options).entries),
            [(format!("pdq:{PDQ}"), "a")]
        );
        assert_eq!(
            hashes(&read(format!("hash\n{MD5}\n")).entries),
            [(format!("md5:{MD5}"), "")]
        );
    }

    #[test]
    fn a_table_without_header_needs_names_for_its_columns() {
        let text = format!("pdq,{PDQ}\nmd5,{MD5}\n");
        assert_eq!(faults(&text), ["1:5 E020"]);
        assert_eq!(
            message(&text),
            format!(
                "list:1:5: E020 the first line names no columns but holds a hash; add a header line or name the columns; \
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
    fn every_bad_row_is_named_with_its_column() {
        let text = format!(
            "type,hash,quality,added,op,severity,media,opinion\nmd5,{MD5},,,,,,\nmd5,{MD5}\nmd5,\"{SHA1}\",,,,,,\n,{MD5},,,,,,\nmd5,,,,,,,\n\
             url,x,,,,,,\nmd5,{MD5},101,,,,,\nmd5,{MD5},,soon,,,,\nmd5,{MD5},,,drop,,,\nmd5,{MD5},,,,bad,,\nmd5,{MD5},,,,,audio,\nmd5,{MD5},,,,,,?\n"
        );
        assert_eq!(
            faults(&text),
            [
                "3:1 E023",
                "4:6 E011",
                "5:2 E010",
                "6:1 E026",
                "7:1 E010",
                "8:38 E025",
                "9:39 E025",
                "10:40 E025",
                "11:41 E025",
                "12:42 E025",
                "13:43 E025"
            ]
        );
        assert_eq!(faults("id,note,label\n1,2,3\n"), ["1:1 E021"]);
        assert_eq!(faults(format!("md5,hash_md5\n{MD5},{MD5}\n")), ["1:5 E022"]);
    }

    #[test]
    fn a_delimiter_at_the_end_of_rows_is_harmless() {
        let list = read(format!("md5;note\n{MD5};x;\n"));
        assert_eq!(list.entries[0].meta, [("note".to_owned(), "x".to_owned())]);
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

    #[test]
    fn removals_withdraw_a_hash_or_else_an_item() {
        let text = format!("op,id,md5\nremove,a,{MD5}\nREMOVE,b,\nadd,c,{MD5}\nremove,,\n");
        assert_eq!(faults(&text), ["5:1 E026"]);
        let list = read(text.replace("remove,,\n", ""));
        assert_eq!(list.entries.len(), 1);
        assert_eq!(list.removals[0].target, Target::Hash(list.entries[0].hash));
        assert_eq!(list.removals[1].target, Target::Id("b".into()));
    }
}
