//! The output of hashdeep: two lines of header, then one file on each line.
//!
//! ```text
//! %%%% HASHDEEP-1.0
//! %%%% size,md5,sha256,filename
//! 11,<md5>,<sha256>,name, which may hold commas
//! ```
//!
//! The name is the id of all the row's digests, escaped as in [`crate::escape`]; the size is metadata.

use super::ReadOptions;
use super::entry::Entry;
use super::kind::{self, Kind, looks_like_hash};
use super::ledger::{Halt, Ledger};
use super::line::{Fault, LINE_MAX, Line, LineResult, lines, quoted};
use crate::escape;
use crate::hash::HashType;

pub(super) const MAGIC: &[u8] = b"%%%% HASHDEEP-1.0";

/// A column between the size and the name: a type read here, or one that is left out.
type Column = Option<HashType>;

pub(super) fn read(bytes: &[u8], ledger: &mut Ledger<'_>) -> Result<(), Halt> {
    let mut columns: Option<Vec<Column>> = None;
    for line in lines(bytes) {
        let read = match (&columns, line.number) {
            (_, 1) => Ok(LineResult::Structure),
            (None, _) => header(&line).map(|found| {
                if found.contains(&None) {
                    let message = "whirlpool and tiger digests are not read here and left out";
                    ledger.warn(&line, Fault::new(0, "W040", message));
                }
                columns = Some(found);
                LineResult::Structure
            }),
            (Some(columns), _) if line.is_structure() => {
                let options = ledger.options;
                ledger.comment(&line, |comment| row(comment, columns, options));
                Ok(LineResult::Structure)
            }
            (Some(columns), _) => line
                .check(LINE_MAX)
                .and_then(|()| row(&line, columns, ledger.options)),
        };
        ledger.record(&line, read)?;
    }
    if columns.is_none() {
        let line = Line {
            number: 1,
            text: MAGIC,
        };
        return Err(ledger.halt(line.problem(no_header(&line))));
    }
    Ok(())
}

fn no_header(line: &Line<'_>) -> Fault {
    let message = format!(
        "line 2 of a hashdeep file names its columns, as in \"%%%% size,md5,sha256,filename\"; got {}",
        quoted(line.text)
    );
    Fault::fatal(0, "E040", message)
}

/// The digest columns of the second line.
fn header(line: &Line<'_>) -> Result<Vec<Column>, Fault> {
    line.check(LINE_MAX).map_err(|fault| Fault {
        fatal: true,
        ..fault
    })?;
    let names = std::str::from_utf8(line.text)
        .ok()
        .and_then(|text| text.strip_prefix("%%%% size,")?.strip_suffix(",filename"))
        .ok_or_else(|| no_header(line))?;
    let columns = names.split(',').map(|name| match Kind::from_name(name) {
        Some(Kind::Hash(hash_type, _)) if !hash_type.is_perceptual() => Ok(Some(hash_type)),
        _ if matches!(name, "whirlpool" | "tiger") => Ok(None),
        _ => {
            let message = format!(
                "a hashdeep column is md5, sha1, sha256, whirlpool or tiger; got {}",
                quoted(name.as_bytes())
            );
            Err(Fault::fatal(0, "E040", message))
        }
    });
    columns.collect()
}

fn row(line: &Line<'_>, columns: &[Column], options: &ReadOptions) -> Result<LineResult, Fault> {
    let fields: Vec<&[u8]> = line
        .text
        .splitn(columns.len() + 2, |&byte| byte == b',')
        .collect();
    let [size, digests @ .., name] = fields.as_slice() else {
        return Err(wrong_count(1, columns));
    };
    if digests.len() != columns.len() {
        return Err(wrong_count(fields.len(), columns));
    }
    alone(name, line.text.len() - name.len())?;
    let mut at = size.len() + 1;
    let mut entries = Vec::with_capacity(columns.len());
    for (column, digest) in columns.iter().zip(digests) {
        if let Some(hash_type) = *column {
            let text = String::from_utf8_lossy(digest);
            let hash = kind::hash(hash_type, &text, at, options.lenient_hex)?;
            let mut entry = Entry::new(hash, line.number);
            entry.id = Some(escape::escape(name).into_owned());
            entry.meta = vec![("size".to_owned(), escape::escape(size).into_owned())];
            entries.push(entry);
        }
        at += digest.len() + 1;
    }
    if entries.is_empty() {
        let message = "the file has no column of a digest that is read here: md5, sha1 or sha256";
        return Err(Fault::fatal(0, "E040", message));
    }
    Ok(LineResult::Entries(entries))
}

/// Refuses a name that holds a second row: a line end between them was lost.
fn alone(name: &[u8], at: usize) -> Result<(), Fault> {
    let mut fields = name.split(|&byte| byte == b',');
    let ends_with_size = |field: &[u8]| field.last().is_some_and(u8::is_ascii_digit);
    let mut before = fields.next().unwrap_or_default();
    let mut start = at;
    for field in fields {
        start += before.len() + 1;
        if ends_with_size(before) && looks_like_hash(field) {
            let message = format!(
                "a second row in the name of a file; end the line before it; got {}",
                quoted(field)
            );
            return Err(Fault::new(start, "E013", message));
        }
        before = field;
    }
    Ok(())
}

fn wrong_count(found: usize, columns: &[Column]) -> Fault {
    let needed = columns.len() + 2;
    Fault::new(
        0,
        "E041",
        format!("the line has {found} fields, its header {needed}"),
    )
}

#[cfg(test)]
mod tests {
    use super::super::sample::{MD5, SHA256, faults, hashes, read};

    fn with_header(columns: &str, rows: &str) -> String {
        format!("%%%% HASHDEEP-1.0\n%%%% size,{columns},filename\n## $ hashdeep -r .\n{rows}")
    }

    #[test]
    fn digests_of_one_file_share_its_name() {
        let list = read(with_header(
            "md5,sha-256",
            &format!("3,{MD5},{SHA256},a, b.jpg\n"),
        ));
        assert_eq!(list.source.format, "hashdeep");
        assert_eq!(
            hashes(&list.entries),
            [
                (format!("md5:{MD5}"), "a, b.jpg"),
                (format!("sha256:{SHA256}"), "a, b.jpg")
            ]
        );
        assert_eq!(list.entries[0].meta, [("size".to_owned(), "3".to_owned())]);
        assert_eq!((list.counts.imported, list.counts.structure), (1, 3));
    }

    #[test]
    fn digests_that_are_not_read_are_left_out_with_a_note() {
        let list = read(with_header("md5,whirlpool", &format!("3,{MD5},00,a\n")));
        assert_eq!(hashes(&list.entries), [(format!("md5:{MD5}"), "a")]);
        assert_eq!((list.warned, list.warnings[0].code), (1, "W040"));
    }

    #[test]
    fn two_rows_on_a_line_are_not_one() {
        let rows = format!("3,{MD5},a, b.jpg5,{MD5},c.jpg\n3,{MD5},{MD5},{MD5}.jpg\n");
        assert_eq!(faults(with_header("md5", &rows)), ["4:46 E013"]);
    }

    #[test]
    fn a_header_or_row_of_another_shape_is_named() {
        assert_eq!(faults("%%%% HASHDEEP-1.0\n"), ["1:1 E040"]);
        assert_eq!(
            faults(format!("%%%% HASHDEEP-1.0\n3,{MD5},a\n")),
            ["2:1 E040"]
        );
        assert_eq!(faults(with_header("md5,crc32", "")), ["2:1 E040"]);
        assert_eq!(faults(with_header("tiger", "1,00,a\n")), ["4:1 E040"]);
        assert_eq!(
            faults(with_header("md5,sha1", &format!("3,{MD5}\nx\n"))),
            ["4:1 E041", "5:1 E041"]
        );
        assert_eq!(faults(with_header("md5", "3,xyz,a\n")), ["4:3 E012"]);
    }
}
