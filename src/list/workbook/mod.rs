//! Workbooks of spreadsheets (XLSX): their one sheet with cells, as a table of text.
//!
//! Each row of the sheet becomes a line of CSV, so that the number of a bad line is that of its row. What a workbook holds
//! beside texts and numbers is passed over: formulas count by their last value.
//!
//! A spreadsheet keeps 15 digits of a number. A longer one was a hash or an id once, and is written as a fraction, which
//! no hash is. Such rows are refused, and never read as another hash.
//!
//! Source: ECMA-376, parts 1 (sections 18.3 and 18.4) and 2; PKWARE's APPNOTE.

mod package;
mod sheet;
#[cfg(all(test, feature = "media"))]
mod tests;

use super::document::xml::{Broken, Walk};
use crate::Result;
use crate::disk::spool::Scratch;
use package::Package;
use sheet::{Sheet, Strings};

/// Why a workbook is not read.
#[derive(Debug)]
pub(super) enum Refusal {
    /// It is a ZIP archive of another kind.
    NoWorkbook,
    /// Its temporary files cannot be written.
    Keep(crate::Error),
    /// It is damaged, or more comes out of it than may.
    Damaged(String),
    /// It is not read so, from this row on.
    Unread(u64, String),
}

impl From<crate::Error> for Refusal {
    fn from(error: crate::Error) -> Refusal {
        Refusal::Keep(error)
    }
}

impl From<Broken> for Refusal {
    fn from(broken: Broken) -> Refusal {
        Refusal::Damaged(match broken.limit {
            Some(limit) => format!("a row of the workbook has too many {limit}"),
            None => "the workbook is no valid XML; save it anew".to_owned(),
        })
    }
}

/// Whether a file that begins so may be a workbook.
pub(super) fn may_begin(head: &[u8]) -> bool {
    head.starts_with(b"PK\x03\x04")
}

/// Hands on the cells of a workbook as CSV.
pub(super) fn to_table(
    bytes: &[u8],
    scratch: &Scratch,
    size_max: u64,
    keep: &mut dyn FnMut(&[u8]) -> Result<()>,
) -> std::result::Result<(), Refusal> {
    let mut package = Package::open(bytes, size_max).ok_or(Refusal::NoWorkbook)?;
    let Some(book) = package.part("xl/workbook.xml", scratch)? else {
        return Err(Refusal::NoWorkbook);
    };
    let targets = match package.part("xl/_rels/workbook.xml.rels", scratch)? {
        Some(relations) => targets(&relations)?,
        None => Vec::new(),
    };
    let strings = match package.part("xl/sharedStrings.xml", scratch)? {
        Some(part) => Strings::read(&part, scratch)?,
        None => Strings::default(),
    };
    let mut found: Option<String> = None;
    let mut sheets = Walk::new(&book, 0);
    while let Some((element, _)) = sheets.next(|name| name == "sheet")? {
        let name = element.attribute("name").unwrap_or_default();
        let id = element.attribute("id");
        let target = targets.iter().find(|(other, _)| Some(other.as_str()) == id);
        // A chart has a sheet of its own.
        let Some((_, target)) = target else {
            continue;
        };
        let Some(part) = package.part(target, scratch)? else {
            let message = format!("the sheet '{name}' is missing; save the workbook anew");
            return Err(Refusal::Damaged(message));
        };
        let sheet = Sheet::new(&part, &strings);
        if !sheet.has_cells()? {
            continue;
        }
        if let Some(other) = found {
            let message = format!(
                "this is a workbook with cells on the sheets '{other}' and '{name}', of which one may be the list; save that \
                 sheet as CSV"
            );
            return Err(Refusal::Unread(1, message));
        }
        sheet.to_table(keep)?;
        found = Some(name.to_owned());
    }
    Ok(())
}

/// The parts of sheets by their ids.
fn targets(relations: &[u8]) -> std::result::Result<Vec<(String, String)>, Refusal> {
    let mut targets = Vec::new();
    let mut walk = Walk::new(relations, 0);
    while let Some((element, _)) = walk.next(|name| name == "Relationship")? {
        let is_sheet = |kind: &str| kind.ends_with("/worksheet");
        if let (Some(id), Some(target), true) = (
            element.attribute("Id"),
            element.attribute("Target"),
            element.attribute("Type").is_some_and(is_sheet),
        ) {
            let target = match target.strip_prefix('/') {
                Some(whole) => whole.to_owned(),
                None => format!("xl/{target}"),
            };
            targets.push((id.to_owned(), target));
        }
    }
    Ok(targets)
}
