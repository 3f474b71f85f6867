//! A page with rows, and the values of a row one by one.

use std::io;
use std::ops::Range;
use std::sync::Arc;

use super::pages::{Page, Pages};
use super::payload::Payload;
use crate::sqlite::{Head, number, values, varint};

/// How long the types of a row may be: those of as many columns as SQLite allows.
const TYPES_BYTES_MAX: u64 = 9 * 2001;

/// What a row is looked at for.
#[derive(Clone, PartialEq)]
pub(super) enum Rows {
    /// The tables of the database.
    Schema,
    /// The values of a table, whose rows are named by this and its columns by these. So are those of an index: it holds what
    /// an expression made of a table, and nothing forces it to repeat what stands there.
    Table(Arc<Names>),
    /// What no tree leads to: the values of a page that may be no page of rows.
    Free(Arc<Names>),
}

/// How rows and columns are named.
#[derive(PartialEq)]
pub(super) struct Names {
    pub(super) table: Vec<u8>,
    pub(super) columns: Vec<String>,
}

impl Names {
    /// What they take in memory.
    pub(super) fn bytes(&self) -> u64 {
        let columns = self.columns.iter();
        let columns: usize = columns.map(|name| name.len() + size_of::<String>()).sum();
        (self.table.len() + columns) as u64
    }
}

impl Rows {
    pub(super) fn names(&self) -> Option<&Names> {
        match self {
            Rows::Table(names) | Rows::Free(names) => Some(names),
            Rows::Schema => None,
        }
    }

    /// Whether what is no row is damage.
    pub(super) fn must_be_sound(&self) -> bool {
        !matches!(self, Rows::Free(_))
    }
}

/// A page with rows.
pub(super) struct Leaf {
    pub(super) rows: Rows,
    page: Page,
    bytes: Vec<u8>,
    head: Head,
    cell: usize,
    /// Where rows stand on the page.
    used: Vec<Range<usize>>,
    /// How many bytes rows may still take: a page does not hold more than it is long.
    room: usize,
    pub(super) is_broken: bool,
}

/// A row.
pub(super) struct Row {
    /// The number that the table has it by; of a table without such numbers, its place on the page.
    pub(super) id: i64,
    /// The type and the place of each value.
    pub(super) values: Vec<(u64, u64)>,
    /// The next of them.
    pub(super) next: usize,
    pub(super) payload: Payload,
}

impl Leaf {
    pub(super) fn new(rows: Rows, page: Page, bytes: Vec<u8>, head: Head) -> Leaf {
        Leaf {
            rows,
            page,
            room: bytes.len(),
            bytes,
            head,
            cell: 0,
            used: Vec::new(),
            is_broken: false,
        }
    }

    /// The next row. What is none is passed over, and the page is broken then.
    pub(super) fn next_row(&mut self, pages: &mut Pages) -> io::Result<Option<Row>> {
        while self.cell < self.head.cells {
            self.cell += 1;
            let Some((row, used)) = self.row(pages, self.cell - 1)? else {
                self.is_broken = true;
                continue;
            };
            let Some(room) = self.room.checked_sub(used.len()) else {
                // Rows overlap.
                self.is_broken = true;
                self.cell = self.head.cells;
                break;
            };
            self.room = room;
            self.used.push(used);
            if let Some(row) = row {
                return Ok(Some(row));
            }
        }
        Ok(None)
    }

    /// The row in a cell and where it stands; no row where another page had its chain, or it is a cell without one.
    fn row(
        &self,
        pages: &mut Pages,
        cell: usize,
    ) -> io::Result<Option<(Option<Row>, Range<usize>)>> {
        let Some(begin) = self.head.cell(&self.bytes, cell) else {
            return Ok(None);
        };
        let at = if self.head.is_leaf { begin } else { begin + 4 };
        let Some((len, at)) = varint(&self.bytes, at) else {
            return Ok(None);
        };
        if !self.head.is_leaf && !self.head.is_index {
            // The number of a row alone.
            return Ok(Some((None, begin..at)));
        }
        let (id, at) = if self.head.is_index {
            (cell as u64, at)
        } else {
            match varint(&self.bytes, at) {
                Some(read) => read,
                None => return Ok(None),
            }
        };
        let most = u64::from(pages.count).saturating_mul(pages.usable as u64);
        let fits = len <= most.max(pages.source.len());
        let Some(length) = usize::try_from(len).ok().filter(|_| fits) else {
            return Ok(None);
        };
        let local = self.head.local(pages.usable, length);
        let is_whole = local == length;
        let end = at + local + if is_whole { 0 } else { 4 };
        if end > self.bytes.len() {
            return Ok(None);
        }
        let next = if is_whole {
            0
        } else {
            number(&self.bytes, end - 4)
        };
        let is_taken = |page: Page| pages.met.contains(page.id);
        if !is_whole && !self.rows.must_be_sound() && pages.named(next).is_some_and(is_taken) {
            return Ok(Some((None, begin..end)));
        }
        let stands = self.page.at + at as u64..self.page.at + (at + local) as u64;
        let mut payload = Payload::new(len, stands, next);
        let head = self.types(&mut payload, pages)?;
        let row = values(&head, len).map(|values| Row {
            id: id as i64,
            values,
            next: 0,
            payload,
        });
        Ok(row.map(|row| (Some(row), begin..end)))
    }

    /// The types of the values of a row, which stand before them.
    fn types(&self, payload: &mut Payload, pages: &mut Pages) -> io::Result<Vec<u8>> {
        let mut head = payload.up_to(pages, 1)?;
        while head.len() < 9 && varint(&head, 0).is_none() {
            let more = payload.up_to(pages, 1)?;
            if more.is_empty() {
                break;
            }
            head.extend(more);
        }
        let len = varint(&head, 0).map_or(0, |(len, _)| len);
        let left = len.min(TYPES_BYTES_MAX).saturating_sub(head.len() as u64);
        head.extend(payload.up_to(pages, left)?);
        Ok(head)
    }

    /// What it is called that is not in a row.
    pub(super) fn place(&self) -> String {
        format!("page-{}", self.page.id)
    }

    /// What of the page holds no row: what was deleted may stand there.
    pub(super) fn unused(&mut self) -> Vec<&[u8]> {
        self.used.sort_by_key(|used| used.start);
        let mut at = self.head.pointers + 2 * self.head.cells;
        let mut unused = Vec::new();
        for used in &self.used {
            unused.extend(self.bytes.get(at..used.start));
            at = at.max(used.end);
        }
        unused.extend(self.bytes.get(at..));
        unused
    }
}
