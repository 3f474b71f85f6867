//! Pages of a database of SQLite, and the rows of a table in their order.
//!
//! A table is a tree of pages. Its leaves hold the rows; a row that is too long goes on in a chain of overflow pages. No
//! page is ever read twice, so that a tree or a chain that leads back into itself ends, and reading takes time by the size of
//! the file.

use super::row::Row;
use super::{Damage, MAGIC};

/// The bytes before the first page's own header.
const HEADER_BYTES: usize = 100;

/// How deep a tree may be. Trees of SQLite itself are no deeper than 20 (`BTCURSOR_MAX_DEPTH`).
const DEPTH_MAX: usize = 20;

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

/// What a page is.
struct Head {
    is_leaf: bool,
    cells: usize,
    /// Where the pointers to cells begin.
    pointers: usize,
    /// The page behind the last cell of an inner page.
    right: u32,
}

impl<'a> Database<'a> {
    pub(super) fn open(bytes: &'a [u8]) -> Result<Database<'a>, Damage> {
        let wrong = |what| Damage { page: 0, what };
        let Some(head) = bytes
            .get(..HEADER_BYTES)
            .filter(|head| head.starts_with(MAGIC))
        else {
            return Err(wrong("the file is cut within its header; fetch it again"));
        };
        let page_size = match u16::from_be_bytes([head[16], head[17]]) {
            1 => 65_536,
            size if size >= 512 && size.is_power_of_two() => usize::from(size),
            _ => return Err(wrong("the size of its pages is none that SQLite has")),
        };
        let usable = page_size - usize::from(head[20]);
        if usable < 480 {
            return Err(wrong("too little of its pages is used"));
        }
        if head[18] > 1 || head[19] > 1 {
            return Err(wrong(
                "a part of it may stand in a second file, its log; run PRAGMA journal_mode = DELETE on it",
            ));
        }
        if number(head, 56) != 1 {
            return Err(wrong(
                "its texts are in UTF-16; export it with PRAGMA encoding = 'UTF-8'",
            ));
        }
        let whole = u32::try_from(bytes.len() / page_size).unwrap_or(u32::MAX);
        // The count is right where the file was last changed by what keeps it.
        let counted = number(head, 28);
        let is_counted = counted > 0 && number(head, 24) == number(head, 92);
        let pages = if is_counted { counted } else { whole };
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
        met.page(root)?;
        while let Some(depth) = places.len().checked_sub(1) {
            let Place { page, cell } = places[depth];
            let head = self.head(page)?;
            if head.is_leaf {
                for cell in 0..head.cells {
                    let row = self.row(page, self.cell(page, &head, cell)?, &mut met)?;
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
            met.page(child)?;
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
        let bytes = self.page(page)?;
        let at = if page == 1 { HEADER_BYTES } else { 0 };
        let is_leaf = match bytes[at] {
            0x0d => true,
            0x05 => false,
            _ => {
                return Err(Damage {
                    page,
                    what: "it is no page of a table with row ids",
                });
            }
        };
        let cells = usize::from(short(bytes, at + 3));
        let pointers = at + if is_leaf { 8 } else { 12 };
        if pointers + 2 * cells > bytes.len() {
            return Err(Damage {
                page,
                what: "it says that it holds more than fits",
            });
        }
        Ok(Head {
            is_leaf,
            cells,
            pointers,
            right: if is_leaf { 0 } else { number(bytes, at + 8) },
        })
    }

    /// Where a cell of a page begins: behind the pointers, as no other place holds one.
    fn cell(&self, page: u32, head: &Head, cell: usize) -> Result<usize, Damage> {
        let bytes = self.page(page)?;
        let at = usize::from(short(bytes, head.pointers + 2 * cell));
        if at >= head.pointers + 2 * head.cells && at < bytes.len() {
            Ok(at)
        } else {
            Err(outside(page))
        }
    }

    /// The row in a cell of a leaf, with what of it stands on overflow pages.
    fn row(&self, page: u32, at: usize, met: &mut Met) -> Result<Row, Damage> {
        let bytes = self.page(page)?;
        let (length, at) = varint(bytes, at).ok_or(outside(page))?;
        let (_, at) = varint(bytes, at).ok_or(outside(page))?;
        let length = usize::try_from(length).unwrap_or(usize::MAX);
        if length > ROW_BYTES_MAX {
            let what = "the row is longer than a mebibyte";
            return Ok(Row::broken(page, what));
        }
        let local = self.local(length);
        let first = bytes.get(at..at + local).ok_or(outside(page))?;
        if local == length {
            return Ok(Row::new(page, first));
        }
        let mut payload = first.to_vec();
        let next = bytes.get(at + local..at + local + 4).ok_or(outside(page))?;
        let mut next = number(next, 0);
        while payload.len() < length {
            met.page(next)?;
            let more = self.page(next)?;
            let part = (length - payload.len()).min(more.len() - 4);
            payload.extend_from_slice(&more[4..4 + part]);
            next = number(more, 0);
        }
        Ok(Row::new(page, &payload))
    }

    /// How many bytes of a row stand on its leaf.
    fn local(&self, length: usize) -> usize {
        let most = self.usable - 35;
        if length <= most {
            return length;
        }
        let least = (self.usable - 12) * 32 / 255 - 23;
        let rest = least + (length - least) % (self.usable - 4);
        if rest <= most { rest } else { least }
    }
}

fn outside(page: u32) -> Damage {
    Damage {
        page,
        what: "a row of it lies outside of it",
    }
}

/// Which pages a walk has met: a bit each.
struct Met {
    bits: Vec<u64>,
    pages: u32,
}

impl Met {
    fn new(pages: u32) -> Met {
        Met {
            bits: vec![0; pages as usize / 64 + 1],
            pages,
        }
    }

    fn page(&mut self, page: u32) -> Result<(), Damage> {
        if page == 0 || page > self.pages {
            return Err(Damage {
                page,
                what: "it is not in the file",
            });
        }
        let word = &mut self.bits[page as usize / 64];
        let bit = 1 << (page % 64);
        if *word & bit != 0 {
            return Err(Damage {
                page,
                what: "it belongs to two places of the table",
            });
        }
        *word |= bit;
        Ok(())
    }
}

/// Four bytes as a number. The caller has looked that they are there.
fn number(bytes: &[u8], at: usize) -> u32 {
    let four = bytes.get(at..at + 4).and_then(|four| four.try_into().ok());
    four.map_or(0, u32::from_be_bytes)
}

fn short(bytes: &[u8], at: usize) -> u16 {
    let two = bytes.get(at..at + 2).and_then(|two| two.try_into().ok());
    two.map_or(0, u16::from_be_bytes)
}

/// A number of one to nine bytes, and where it ends.
pub(super) fn varint(bytes: &[u8], at: usize) -> Option<(u64, usize)> {
    let mut value = 0_u64;
    for place in 0..9 {
        let byte = *bytes.get(at + place)?;
        if place == 8 {
            return Some((value << 8 | u64::from(byte), at + 9));
        }
        value = value << 7 | u64::from(byte & 0x7f);
        if byte < 0x80 {
            return Some((value, at + place + 1));
        }
    }
    None
}
