//! The cells of a sheet, row by row.

use std::borrow::Cow;

use super::Refusal;
use crate::Result;
use crate::disk::mmap::Bytes;
use crate::disk::spool::Scratch;
use crate::list::document::xml::{Element, Walk};

/// How many columns a list may have.
const COLUMNS_MAX: usize = 256;

/// How many rows a sheet can have.
const ROWS_MAX: u64 = 1 << 20;

/// How many digits of a number a spreadsheet keeps.
const DIGITS_MAX: usize = 15;

/// The texts that cells share.
#[derive(Default)]
pub(super) struct Strings {
    texts: Option<Bytes>,
    /// Where each ends.
    ends: Vec<u64>,
}

impl Strings {
    pub(super) fn read(part: &[u8], scratch: &Scratch) -> std::result::Result<Strings, Refusal> {
        let (mut spool, mut ends) = (scratch.spool(8), Vec::new());
        let mut walk = Walk::new(part, 0);
        while let Some((element, _)) = walk.next(|name| name == "si")? {
            spool.push(text(&element).as_bytes())?;
            ends.push(spool.len());
        }
        Ok(Strings {
            texts: Some(spool.freeze()?),
            ends,
        })
    }

    fn get(&self, number: usize) -> Option<Cow<'_, str>> {
        let end = *self.ends.get(number)? as usize;
        let before = number
            .checked_sub(1)
            .and_then(|before| self.ends.get(before));
        let begin = before.map_or(0, |end| *end as usize);
        let text = self.texts.as_deref()?.get(begin..end)?;
        Some(String::from_utf8_lossy(text))
    }
}

/// The text of an item: of its runs, without what says how it is spoken.
fn text(item: &Element) -> String {
    let runs = item.children_of("r");
    let texts = item
        .children_of("t")
        .chain(runs.flat_map(|run| run.children_of("t")));
    texts.map(|text| text.text.as_str()).collect()
}

/// A sheet of a workbook.
pub(super) struct Sheet<'b> {
    part: &'b [u8],
    strings: &'b Strings,
}

impl<'b> Sheet<'b> {
    pub(super) fn new(part: &'b [u8], strings: &'b Strings) -> Sheet<'b> {
        Sheet { part, strings }
    }

    /// Whether any cell holds something.
    pub(super) fn has_cells(&self) -> std::result::Result<bool, Refusal> {
        let mut walk = Walk::new(self.part, 0);
        while let Some((row, _)) = walk.next(|name| name == "row")? {
            let mut cells = row.children_of("c");
            if cells.any(|cell| cell.child("v").is_some() || cell.child("is").is_some()) {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Hands each row on as a line of CSV. Rows without cells are empty lines.
    pub(super) fn to_table(
        &self,
        keep: &mut dyn FnMut(&[u8]) -> Result<()>,
    ) -> std::result::Result<(), Refusal> {
        let (mut written, mut width) = (0_u64, 0);
        let mut line = String::new();
        let mut walk = Walk::new(self.part, 0);
        while let Some((element, _)) = walk.next(|name| name == "row" || name == "mergeCell")? {
            if element.name == "mergeCell" {
                merged(&element)?;
                continue;
            }
            let number = element
                .attribute("r")
                .map_or(Some(written + 1), |r| r.parse().ok());
            let number = number.filter(|row| (written + 1..=ROWS_MAX).contains(row));
            let Some(number) = number else {
                let message = "the rows of the workbook are not in order; save it anew";
                return Err(Refusal::Damaged(message.to_owned()));
            };
            line.clear();
            line.extend((written + 1..number).map(|_| '\n'));
            let cells = self.cells(&element, number)?;
            if width == 0 {
                width = cells.len();
            }
            // A row without cells is a blank line.
            if !cells.is_empty() {
                for place in 0..width.max(cells.len()) {
                    if place > 0 {
                        line.push(',');
                    }
                    write(&mut line, cells.get(place).map_or("", Cow::as_ref));
                }
            }
            line.push('\n');
            keep(line.as_bytes())?;
            written = number;
        }
        Ok(())
    }

    /// The cells of a row up to the last that holds something.
    fn cells(&self, row: &Element, number: u64) -> std::result::Result<Vec<Cow<'b, str>>, Refusal> {
        let mut cells: Vec<Cow<'b, str>> = Vec::new();
        let mut next = 0;
        for cell in row.children_of("c") {
            let place = match cell.attribute("r") {
                Some(place) => column(place).unwrap_or(COLUMNS_MAX),
                None => next,
            };
            if place >= COLUMNS_MAX || place < next {
                let message = format!(
                    "a cell is out of order, or beyond {COLUMNS_MAX} columns; save the list as CSV"
                );
                return Err(Refusal::Unread(number, message));
            }
            next = place + 1;
            let value = self.value(cell, number)?;
            if !value.trim().is_empty() {
                cells.resize(place, Cow::Borrowed(""));
                cells.push(value);
            }
        }
        Ok(cells)
    }

    fn value(&self, cell: &Element, row: u64) -> std::result::Result<Cow<'b, str>, Refusal> {
        let value = cell.text_of("v").unwrap_or_default();
        match cell.attribute("t") {
            Some("s") if !value.is_empty() => {
                let shared = value.parse().ok().and_then(|place| self.strings.get(place));
                shared.ok_or_else(|| {
                    let message = "a cell has a text that the workbook does not hold; save it anew";
                    Refusal::Unread(row, message.to_owned())
                })
            }
            Some("inlineStr") => Ok(cell.child("is").map(text).unwrap_or_default().into()),
            Some("str" | "s" | "b") => Ok(value.to_owned().into()),
            Some("e") => {
                let message = format!("a cell holds the error {value:.20}; mend or empty it");
                Err(Refusal::Unread(row, message))
            }
            _ => Ok(plain_number(value).into()),
        }
    }
}

/// A number as it stands, and one that lost digits as a fraction, which is no hash.
fn plain_number(value: &str) -> String {
    let digits = value.bytes().filter(u8::is_ascii_digit).count();
    let is_short = digits <= DIGITS_MAX && !value.contains(['e', 'E']);
    match value.parse::<f64>() {
        Ok(number) if !is_short => format!("{number:.14E}"),
        _ => value.to_owned(),
    }
}

/// The place of a cell in its row, from its name: `C5` is 2.
fn column(name: &str) -> Option<usize> {
    let letters = name.bytes().take_while(u8::is_ascii_uppercase);
    let place = letters.take(4).fold(0, |place, letter| {
        place * 26 + usize::from(letter - b'A') + 1
    });
    place.checked_sub(1)
}

/// Of merged cells all but the first are empty, so that rows would lose what a person sees in them.
fn merged(element: &Element) -> std::result::Result<(), Refusal> {
    let range = element.attribute("ref").unwrap_or_default();
    let row = |name: &str| {
        let digits = name.trim_start_matches(|c: char| c.is_ascii_uppercase() || c == '$');
        digits.parse::<u64>().ok()
    };
    let rows = range.split_once(':').map(|(from, to)| (row(from), row(to)));
    match rows {
        Some((Some(from), Some(to))) if from == to => Ok(()),
        Some((from, _)) => {
            let message = format!("cells are merged over several rows ({range:.20}); unmerge them");
            Err(Refusal::Unread(from.unwrap_or(1), message))
        }
        None => Ok(()),
    }
}

/// Writes a cell of CSV on one line.
fn write(line: &mut String, cell: &str) {
    let cell = cell.replace(['\n', '\r'], " ");
    if cell.contains([',', '"', '\t', ';', '|']) || cell.trim().len() < cell.len() {
        line.push('"');
        line.push_str(&cell.replace('"', "\"\""));
        line.push('"');
    } else {
        line.push_str(&cell);
    }
}
