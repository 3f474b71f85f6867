//! Pages of a database of SQLite, and the rows of a table in their order.
//!
//! A table is a tree of pages. Its leaves hold the rows; a row that is too long goes on in a chain of overflow pages. No
//! page is ever read twice, so that a tree or a chain that leads back into itself ends, and reading takes time by the size of
//! the file.

use super::Damage;
use super::row::Row;
use crate::sqlite::{
    DEPTH_MAX, Encoding, Head, HeadFault, Header, HeaderFault, Met, MetFault, number, varint,
};

/// How long a row may be. A row of digests and a name is far shorter.
const ROW_BYTES_MAX: usize = 1 << 20;

/// A database in memory, or mapped.
pub(super) struct Database<'a> {
    bytes: &'a [u8],
    page_size: usize,
    /// The bytes of a page that may be used.
    usable: usize,
    pages: u32,
}

/// What a walk meets.
pub(super) enum Step {
    /// One more page was looked at.
    Page,
    Row(Row),
}

/// A page that is in the middle of being walked.
struct Place {
    page: u32,
    /// The next of its cells.
    cell: usize,
}

impl<'a> Database<'a> {
    pub(super) fn open(bytes: &'a [u8]) -> Result<Database<'a>, Damage> {
        let wrong = |what| Damage { page: 0, what };
        let header = Header::read(bytes).map_err(|fault| {
            wrong(match fault {
                HeaderFault::Cut => "the file is cut within its header; fetch it again",
                HeaderFault::PageSize => "the size of its pages is none that SQLite has",
                HeaderFault::Usable => "too little of its pages is used",
            })
        })?;
        if header.is_logged {
            return Err(wrong(
                "a part of it may stand in a second file, its log; run PRAGMA journal_mode = DELETE on it",
            ));
        }
        if header.encoding != Encoding::Utf8 {
            return Err(wrong(
                "its texts are in UTF-16; export it with PRAGMA encoding = 'UTF-8'",
            ));
        }
        let Header {
            page_size, usable, ..
        } = header;
        let whole = u32::try_from(bytes.len() / page_size).unwrap_or(u32::MAX);
        let pages = header.pages.unwrap_or(whole);
        if whole < pages || !bytes.len().is_multiple_of(page_size) {
            return Err(wrong(
                "the file is shorter than it says: it was cut; fetch it again",
            ));
        }
        Ok(Database {
            bytes,
            page_size,
            usable,
            pages,
        })
    }

    pub(super) fn page_size(&self) -> usize {
        self.page_size
    }

    /// Hands on the rows of a table, and a step for each page. Ends early where `each` says so.
    pub(super) fn walk<E>(
        &self,
        root: u32,
        each: &mut dyn FnMut(Step) -> Result<(), E>,
    ) -> Result<Result<(), E>, Damage> {
        let mut met = Met::new(self.pages);
        let mut places = vec![Place {
            page: root,
            cell: 0,
        }];
        meet(&mut met, root)?;
        while let Some(depth) = places.len().checked_sub(1) {
            let Place { page, cell } = places[depth];
            let head = self.head(page)?;
            if head.is_leaf {
                for cell in 0..head.cells {
                    let row = self.row(page, &head, cell, &mut met)?;
                    if let Err(stop) = each(Step::Row(row)) {
                        return Ok(Err(stop));
                    }
                }
                places.pop();
                if let Err(stop) = each(Step::Page) {
                    return Ok(Err(stop));
                }
                continue;
            }
            let child = match cell {
                cell if cell < head.cells => {
                    let at = self.cell(page, &head, cell)?;
                    let bytes = self.page(page)?.get(at..at + 4);
                    number(bytes.ok_or(outside(page))?, 0)
                }
                cell if cell == head.cells => head.right,
                _ => {
                    places.pop();
                    continue;
                }
            };
            places[depth].cell += 1;
            if places.len() >= DEPTH_MAX {
                return Err(Damage {
                    page,
                    what: "the table is deeper than any of SQLite",
                });
            }
            meet(&mut met, child)?;
            places.push(Place {
                page: child,
                cell: 0,
            });
        }
        Ok(Ok(()))
    }

    fn page(&self, page: u32) -> Result<&'a [u8], Damage> {
        let what = "it is not in the file";
        if page == 0 || page > self.pages {
            return Err(Damage { page, what });
        }
        let start = (page as usize - 1) * self.page_size;
        let bytes = self.bytes.get(start..start + self.usable);
        bytes.ok_or(Damage { page, what })
    }

    fn head(&self, page: u32) -> Result<Head, Damage> {
        let head = Head::read(self.page(page)?, page == 1);
        let head = head.and_then(|head| {
            if head.is_index {
                Err(HeadFault::Kind)
            } else {
                Ok(head)
            }
        });
        head.map_err(|fault| Damage {
            page,
            what: match fault {
                HeadFault::Kind => "it is no page of a table with row ids",
                HeadFault::Cells => "it says that it holds more than fits",
            },
        })
    }

    /// Where a cell of a page begins.
    fn cell(&self, page: u32, head: &Head, cell: usize) -> Result<usize, Damage> {
        head.cell(self.page(page)?, cell).ok_or(outside(page))
    }

    /// The row in a cell of a leaf, with what of it stands on overflow pages.
    fn row(&self, page: u32, head: &Head, cell: usize, met: &mut Met) -> Result<Row, Damage> {
        let at = self.cell(page, head, cell)?;
        let bytes = self.page(page)?;
        let (length, at) = varint(bytes, at).ok_or(outside(page))?;
        let (_, at) = varint(bytes, at).ok_or(outside(page))?;
        let length = usize::try_from(length).unwrap_or(usize::MAX);
        if length > ROW_BYTES_MAX {
            let what = "the row is longer than a mebibyte";
            return Ok(Row::broken(page, what));
        }
        let local = head.local(self.usable, length);
        let first = bytes.get(at..at + local).ok_or(outside(page))?;
        if local == length {
            return Ok(Row::new(page, first));
        }
        let mut payload = first.to_vec();
        let next = bytes.get(at + local..at + local + 4).ok_or(outside(page))?;
        let mut next = number(next, 0);
        while payload.len() < length {
            meet(met, next)?;
            let more = self.page(next)?;
            let part = (length - payload.len()).min(more.len() - 4);
            payload.extend_from_slice(&more[4..4 + part]);
            next = number(more, 0);
        }
        Ok(Row::new(page, &payload))
    }
}

fn outside(page: u32) -> Damage {
    Damage {
        page,
        what: "a row of it lies outside of it",
    }
}

/// Meets a page.
fn meet(met: &mut Met, page: u32) -> Result<(), Damage> {
    met.meet(page).map_err(|fault| Damage {
        page,
        what: match fault {
            MetFault::Outside => "it is not in the file",
            MetFault::Again => "it belongs to two places of the table",
        },
    })
}
