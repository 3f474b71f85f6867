//! A row: its types first, then its values.

use super::pages::varint;

/// How many columns a row may have: as many as SQLite allows.
const COLUMNS_MAX: usize = 2000;

/// A row of a table.
pub(super) struct Row {
    /// The page that it stands on.
    pub(super) page: u32,
    /// Why nothing can be read of it, if so.
    pub(super) broken: Option<&'static str>,
    payload: Vec<u8>,
    /// The type of each value, and where it begins.
    cells: Vec<(u64, usize)>,
}

/// A value.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Cell<'r> {
    Null,
    Integer(i64),
    Real,
    Text(&'r [u8]),
    Blob,
}

impl Row {
    pub(super) fn broken(page: u32, why: &'static str) -> Row {
        Row {
            page,
            broken: Some(why),
            payload: Vec::new(),
            cells: Vec::new(),
        }
    }

    pub(super) fn new(page: u32, payload: &[u8]) -> Row {
        match cells(payload) {
            Some(cells) => Row {
                page,
                broken: None,
                payload: payload.to_vec(),
                cells,
            },
            None => Row::broken(page, "the types of the row do not fit its length"),
        }
    }

    /// The value of a column, which a row that was written before the column was added does not have.
    pub(super) fn cell(&self, column: usize) -> Option<Cell<'_>> {
        let (serial, at) = *self.cells.get(column)?;
        let bytes = &self.payload[at..at + length(serial)?];
        Some(match serial {
            0 => Cell::Null,
            1..=6 => Cell::Integer(integer(bytes)),
            7 => Cell::Real,
            8 => Cell::Integer(0),
            9 => Cell::Integer(1),
            serial if serial % 2 == 1 => Cell::Text(bytes),
            _ => Cell::Blob,
        })
    }

    pub(super) fn text(&self, column: usize) -> Option<&str> {
        match self.cell(column)? {
            Cell::Text(text) => std::str::from_utf8(text).ok(),
            _ => None,
        }
    }
}

/// How many bytes a value of a type has. Two types have no meaning.
fn length(serial: u64) -> Option<usize> {
    Some(match serial {
        0 | 8 | 9 => 0,
        1..=4 => serial as usize,
        5 => 6,
        6 | 7 => 8,
        10 | 11 => return None,
        serial => usize::try_from((serial - 12) / 2).ok()?,
    })
}

/// The type and the place of each value. All of them lie within the payload.
fn cells(payload: &[u8]) -> Option<Vec<(u64, usize)>> {
    let (head, mut at) = varint(payload, 0)?;
    let head = usize::try_from(head)
        .ok()
        .filter(|head| (at..=payload.len()).contains(head))?;
    let (mut cells, mut value) = (Vec::new(), head);
    while at < head {
        let (serial, next) = varint(&payload[..head], at)?;
        let end = value.checked_add(length(serial)?)?;
        if end > payload.len() || cells.len() == COLUMNS_MAX {
            return None;
        }
        cells.push((serial, value));
        (at, value) = (next, end);
    }
    // No table is without columns. A row without values would be passed over.
    (!cells.is_empty()).then_some(cells)
}

/// A number in two's complement, the highest byte first.
fn integer(bytes: &[u8]) -> i64 {
    let negative = bytes.first().is_some_and(|byte| byte & 0x80 != 0);
    let begin = if negative { -1 } else { 0 };
    bytes
        .iter()
        .fold(begin, |value: i64, byte| value << 8 | i64::from(*byte))
}
