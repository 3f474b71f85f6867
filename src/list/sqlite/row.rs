//! A row: its types first, then its values.

use crate::sqlite::{integer, length, values};

/// A row of a table.
pub(super) struct Row {
    /// The page that it stands on.
    pub(super) page: u32,
    /// Why nothing can be read of it, if so.
    pub(super) broken: Option<&'static str>,
    payload: Vec<u8>,
    /// The type of each value, and where it begins.
    cells: Vec<(u64, u64)>,
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
        match values(payload, payload.len() as u64) {
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
        let at = usize::try_from(at).ok()?;
        let bytes = self.payload.get(at..)?;
        let bytes = bytes.get(..usize::try_from(length(serial)?).ok()?)?;
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
