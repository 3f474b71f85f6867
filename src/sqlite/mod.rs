//! The format of a database of SQLite, as its own description has it ("Database File Format").
//!
//! What is here takes bytes apart, within bounds that are checked. Which pages are read, and what becomes of a broken one, is for
//! those to say who read a database: a list is refused as a whole, of evidence everything is read that can be.

mod record;
mod schema;

pub(crate) use record::{integer, length, values};
pub(crate) use schema::{columns, without_comments};

/// How a database begins.
pub(crate) const MAGIC: &[u8] = b"SQLite format 3\0";

/// The bytes before the first page's own header.
pub(crate) const HEADER_BYTES: usize = 100;

/// How deep a tree may be. Trees of SQLite itself are no deeper than 20 (`BTCURSOR_MAX_DEPTH`).
pub(crate) const DEPTH_MAX: usize = 20;

/// The header of a database.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Header {
    pub(crate) page_size: usize,
    /// The bytes of a page that may be used.
    pub(crate) usable: usize,
    /// How many pages it says that it has, where that was kept right.
    pub(crate) pages: Option<u32>,
    /// Whether what was written last may stand in a log beside it.
    pub(crate) is_logged: bool,
    /// How its texts are encoded.
    pub(crate) encoding: Encoding,
}

/// How the texts of a database are encoded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Encoding {
    Utf8,
    Utf16Le,
    Utf16Be,
    /// By a number that SQLite does not have.
    Unknown,
}

/// Why a header is none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum HeaderFault {
    Cut,
    PageSize,
    Usable,
}

impl Header {
    /// Reads the first bytes of a database.
    ///
    /// # Errors
    /// They are none of a database.
    pub(crate) fn read(bytes: &[u8]) -> Result<Header, HeaderFault> {
        let head = bytes
            .get(..HEADER_BYTES)
            .filter(|head| head.starts_with(MAGIC))
            .ok_or(HeaderFault::Cut)?;
        let page_size = match short(head, 16) {
            1 => 65_536,
            size => usize::from(size),
        };
        let usable = usable(page_size, head[20])?;
        // The count is right where the file was last changed by what keeps it.
        let counted = number(head, 28);
        let is_counted = counted > 0 && number(head, 24) == number(head, 92);
        Ok(Header {
            page_size,
            usable,
            pages: is_counted.then_some(counted),
            is_logged: head[18] > 1 || head[19] > 1,
            encoding: match number(head, 56) {
                1 => Encoding::Utf8,
                2 => Encoding::Utf16Le,
                3 => Encoding::Utf16Be,
                _ => Encoding::Unknown,
            },
        })
    }
}

/// How many bytes of a page may be used, of which so many are kept back.
///
/// # Errors
/// SQLite has no such pages.
pub(crate) fn usable(page_size: usize, kept_back: u8) -> Result<usize, HeaderFault> {
    if !(512..=65_536).contains(&page_size) || !page_size.is_power_of_two() {
        return Err(HeaderFault::PageSize);
    }
    let usable = page_size - usize::from(kept_back);
    if usable < 480 {
        return Err(HeaderFault::Usable);
    }
    Ok(usable)
}

/// What a page of a tree is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Head {
    pub(crate) is_leaf: bool,
    /// Whether its rows have no row ids: those of an index, or of a table that is one.
    pub(crate) is_index: bool,
    pub(crate) cells: usize,
    /// Where the pointers to cells begin.
    pub(crate) pointers: usize,
    /// The page behind the last cell of an inner page.
    pub(crate) right: u32,
}

/// Why a page is none of a tree.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum HeadFault {
    Kind,
    Cells,
}

impl Head {
    /// Reads the head of a page. The first page of a file has it behind the header of the file.
    ///
    /// # Errors
    /// It is no page of a tree.
    pub(crate) fn read(bytes: &[u8], is_first: bool) -> Result<Head, HeadFault> {
        let at = if is_first { HEADER_BYTES } else { 0 };
        let (is_leaf, is_index) = match bytes.get(at) {
            Some(0x0d) => (true, false),
            Some(0x05) => (false, false),
            Some(0x0a) => (true, true),
            Some(0x02) => (false, true),
            _ => return Err(HeadFault::Kind),
        };
        let cells = usize::from(short(bytes, at + 3));
        let pointers = at + if is_leaf { 8 } else { 12 };
        if pointers + 2 * cells > bytes.len() {
            return Err(HeadFault::Cells);
        }
        Ok(Head {
            is_leaf,
            is_index,
            cells,
            pointers,
            right: if is_leaf { 0 } else { number(bytes, at + 8) },
        })
    }

    /// Where a cell of the page begins: behind the pointers, as no other place holds one.
    pub(crate) fn cell(&self, bytes: &[u8], cell: usize) -> Option<usize> {
        let at = usize::from(short(bytes, self.pointers + 2 * cell));
        (at >= self.pointers + 2 * self.cells && at < bytes.len()).then_some(at)
    }

    /// How many bytes of a row of this length stand on the page itself.
    pub(crate) fn local(&self, usable: usize, length: usize) -> usize {
        let most = if self.is_index {
            (usable - 12) * 64 / 255 - 23
        } else {
            usable - 35
        };
        if length <= most {
            return length;
        }
        let least = (usable - 12) * 32 / 255 - 23;
        let rest = least + (length - least) % (usable - 4);
        if rest <= most { rest } else { least }
    }
}

/// Which pages a walk has met: a bit each.
pub(crate) struct Met {
    bits: Vec<u64>,
    pages: u32,
}

/// Why a page is not to be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum MetFault {
    Outside,
    Again,
}

impl Met {
    pub(crate) fn new(pages: u32) -> Met {
        Met {
            bits: vec![0; pages as usize / 64 + 1],
            pages,
        }
    }

    pub(crate) fn contains(&self, page: u32) -> bool {
        let word = self.bits.get(page as usize / 64);
        word.is_some_and(|word| word & (1 << (page % 64)) != 0)
    }

    /// Meets a page, numbered from 1.
    ///
    /// # Errors
    /// It is not in the file, or was met before.
    pub(crate) fn meet(&mut self, page: u32) -> Result<(), MetFault> {
        if page == 0 || page > self.pages {
            return Err(MetFault::Outside);
        }
        if self.contains(page) {
            return Err(MetFault::Again);
        }
        self.bits[page as usize / 64] |= 1 << (page % 64);
        Ok(())
    }
}

/// Four bytes as a number; 0 where they are not there.
pub(crate) fn number(bytes: &[u8], at: usize) -> u32 {
    let four = bytes.get(at..at + 4).and_then(|four| four.try_into().ok());
    four.map_or(0, u32::from_be_bytes)
}

/// Two bytes as a number; 0 where they are not there.
fn short(bytes: &[u8], at: usize) -> u16 {
    let two = bytes.get(at..at + 2).and_then(|two| two.try_into().ok());
    two.map_or(0, u16::from_be_bytes)
}

/// A number of one to nine bytes, and where it ends.
pub(crate) fn varint(bytes: &[u8], at: usize) -> Option<(u64, usize)> {
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
