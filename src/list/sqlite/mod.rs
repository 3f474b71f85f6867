//! The NSRL's reference data set, version 3: an SQLite database of digests of known files.
//!
//! | column of `FILE` or `METADATA` | of an entry |
//! |---|---|
//! | `sha256`, `sha1`, `md5` | a hash each |
//! | `file_name`, `file_size` | kept under these names |
//!
//! The rows of one table are read, in the order of the database. The format is that of SQLite's own description ("Database
//! File Format"), of which tables with row ids, their overflow pages and UTF-8 are read. SQLite itself would be 9 MB of C
//! that sees any bytes; this reads what it needs in bounds that are checked. Nothing is computed: views, indexes and
//! triggers are never looked at.

mod pages;
mod row;
mod schema;
#[cfg(test)]
mod tests;

use super::entry::Entry;
use super::kind;
use super::ledger::{Halt, Ledger};
use super::line::{Fault, Line, LineResult};
use crate::escape;
use crate::hash::HashType;
use pages::{Database, Step};
use row::{Cell, Row};
use schema::Table;

/// How a file of SQLite begins.
pub(super) use crate::sqlite::MAGIC;

/// The tables that hold files, in the order in which they are wanted: of the minimal sets, and of the full ones.
const TABLES: [&str; 2] = ["FILE", "METADATA"];

/// The columns that are read.
const COLUMNS: [&str; 5] = ["sha256", "sha1", "md5", "file_name", "file_size"];

const TYPES: [HashType; 3] = [HashType::Sha256, HashType::Sha1, HashType::Md5];

/// What is wrong with a database as a whole, and where.
#[derive(Debug)]
pub(super) struct Damage {
    /// The page, from 1; 0 of the file.
    page: u32,
    what: &'static str,
}

impl Damage {
    fn fault(&self) -> Fault {
        let message = match self.page {
            0 => self.what.to_owned(),
            page => format!("page {page} of the database: {}", self.what),
        };
        Fault::fatal(0, "E073", message)
    }
}

pub(super) fn read(bytes: &[u8], ledger: &mut Ledger<'_>) -> Result<(), Halt> {
    let database = match Database::open(bytes) {
        Ok(database) => database,
        Err(damage) => return Err(halt(0, &damage, ledger)),
    };
    let table = match table(&database) {
        Ok(Some(table)) => table,
        Ok(None) => {
            let message = "this is an SQLite database, and no table of it is one of the NSRL: FILE or METADATA with sha256, sha1 and md5";
            let line = Line {
                number: 1,
                text: b"",
            };
            let fault = Fault::fatal(0, "E001", message);
            return Err(ledger.halt(line.problem(fault)));
        }
        Err(damage) => return Err(halt(0, &damage, ledger)),
    };
    let mut number = 0;
    let walk = database.walk(table.root, &mut |step| {
        let row = match step {
            Step::Page => {
                ledger.pass(database.page_size());
                return Ok(());
            }
            Step::Row(row) => row,
        };
        number += 1;
        record(number, &row, &table, ledger)
    });
    match walk {
        Ok(Ok(())) => Ok(()),
        Ok(Err(halted)) => Err(halted),
        Err(damage) => Err(halt(number, &damage, ledger)),
    }
}

/// Ends the reading: what lies behind cannot be told, so that no entry of the list counts.
fn halt(number: u64, damage: &Damage, ledger: &mut Ledger<'_>) -> Halt {
    let line = Line {
        number: number + 1,
        text: b"",
    };
    ledger.halt(line.problem(damage.fault()))
}

/// The table that holds files, if there is one.
fn table(database: &Database<'_>) -> Result<Option<Table>, Damage> {
    let mut found: [Option<Table>; TABLES.len()] = [const { None }; TABLES.len()];
    // The schema is a table itself, at the first page: type, name, tbl_name, rootpage, sql.
    let walk = database.walk(1, &mut |step| -> Result<(), Damage> {
        let Step::Row(row) = step else { return Ok(()) };
        let is_table = row.text(0) == Some("table");
        let name = row.text(1).unwrap_or_default();
        let place = TABLES
            .iter()
            .position(|wanted| name.eq_ignore_ascii_case(wanted));
        if let (true, Some(place)) = (is_table, place)
            && let (Some(Cell::Integer(root)), Some(sql)) = (row.cell(3), row.text(4))
        {
            found[place] = Table::new(root, sql, &COLUMNS)?;
        }
        Ok(())
    })?;
    walk?;
    Ok(found.into_iter().flatten().next())
}

/// Enters the hashes of a row.
fn record(number: u64, row: &Row, table: &Table, ledger: &mut Ledger<'_>) -> Result<(), Halt> {
    let line = Line { number, text: b"" };
    let placed = |fault: Fault| Fault {
        message: format!("record {number} (page {}): {}", row.page, fault.message),
        ..fault
    };
    if let Some(why) = row.broken {
        let fault = placed(Fault::new(0, "E073", why));
        return ledger.record_one(&line, Err(fault));
    }
    let cell = |place: usize| table.columns[place].and_then(|column| row.cell(column));
    let shown = |place: usize| {
        let value = match cell(place)? {
            Cell::Integer(number) => number.to_string(),
            Cell::Text(text) => escape::escape(text).into_owned(),
            _ => return None,
        };
        Some((COLUMNS[place].to_owned(), value))
    };
    let more: Vec<(String, String)> = (3..COLUMNS.len()).filter_map(shown).collect();
    for (place, hash_type) in TYPES.into_iter().enumerate() {
        let text = match cell(place) {
            // A file of which this digest is not known.
            None | Some(Cell::Null) | Some(Cell::Text(b"")) => continue,
            Some(Cell::Text(text)) => std::str::from_utf8(text).unwrap_or("\u{fffd}"),
            Some(_) => {
                let what = format!("{} is no text", COLUMNS[place]);
                ledger.record_one(&line, Err(placed(Fault::new(0, "E012", what))))?;
                continue;
            }
        };
        let read = kind::hash(hash_type, text.trim(), 0, false).map(|hash| {
            let mut entry = Entry::new(hash, number);
            entry.meta.clone_from(&more);
            LineResult::Entries(vec![entry])
        });
        ledger.record_one(&line, read.map_err(placed))?;
    }
    Ok(())
}
