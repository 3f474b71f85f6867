//! Databases of SQLite, and their logs: values that are pictures, clips or archives by content are members.
//!
//! Phones and programs keep thumbnails, attachments and icons so. A value is named by its table, the number of its row and its
//! column: `thumbnails/17/data`. Other values are searched, as pictures stand in them behind headers of their own. Trees are walked
//! from the schema. Then every page is looked at that no tree leads to: rows stand there that were deleted, or whose tree is
//! broken. Last come the bytes that belong to no row. No page is read for two rows, so that chains end.

mod leaf;
mod log;
mod pages;
mod payload;
mod tree;

use std::collections::VecDeque;
use std::io::{self, Read};
use std::sync::Arc;

use super::container::{Container, Entry};
use super::gap::{Gap, GapKind, Gaps, gap_of};
use super::kind::Kind;
use super::limits::Budget;
use super::margins::Margins;
use super::source::Source;
use super::waiting::Waiting;
use crate::error::Reason;
use crate::media::Format;
use crate::sqlite::{Encoding, HEADER_BYTES, Head, Header, HeaderFault};
use leaf::{Leaf, Names, Row, Rows};
use pages::{Fault, Pages};
use tree::{Step, Tree, Walk, tree_of};

pub(super) use pages::{begins, begins_log};

/// Values shorter than this are no pictures, and shorter than that hold none behind a header.
const VALUE_BYTES_MIN: u64 = 16;
const SEARCHED_BYTES_MIN: u64 = 128;

/// How much of a value is searched that is none of these by its first bytes.
const SEARCHED_BYTES_MAX: u64 = 64 << 20;

/// What the schema may take in memory beside its statements: of each table so many bytes.
const TREE_BYTES: u64 = 256;

/// A database, or its log.
pub(super) struct Database {
    /// Until the first page is asked for.
    new: Option<Source>,
    is_log: bool,
    pages: Option<Pages>,
    encoding: Encoding,
    trees: VecDeque<Tree>,
    tree_bytes: u64,
    walk: Option<Walk>,
    /// How many pages were looked at for what no tree leads to: each for rows first, then for what belongs to none.
    looked_at: u64,
    leaf: Option<Leaf>,
    row: Option<Row>,
    /// The member that it is at: its first bytes, and how many follow.
    value: Option<(io::Cursor<Vec<u8>>, u64)>,
    waiting: Waiting,
    margins: Margins,
    is_margins: bool,
    /// What it may hold of a value, and of its own structure.
    window_bytes: u64,
    directory_bytes: u64,
    budget: Arc<Budget>,
    gaps: Gaps,
}

impl Database {
    pub(super) fn new(
        source: Source,
        is_log: bool,
        (window_bytes, directory_bytes): (u64, u64),
        budget: Arc<Budget>,
    ) -> Database {
        Database {
            new: Some(source),
            is_log,
            pages: None,
            encoding: Encoding::Utf8,
            trees: VecDeque::new(),
            tree_bytes: 0,
            walk: None,
            looked_at: 0,
            leaf: None,
            row: None,
            value: None,
            waiting: Waiting::default(),
            margins: Margins::default(),
            is_margins: false,
            window_bytes: window_bytes.min(SEARCHED_BYTES_MAX),
            directory_bytes,
            budget,
            gaps: Gaps::default(),
        }
    }

    fn advance(&mut self, pages: &mut Pages) -> io::Result<Option<Entry>> {
        self.value = None;
        loop {
            if let Some(entry) = self.waiting.next_entry() {
                return Ok(Some(entry));
            }
            if let Some(mut row) = self.row.take() {
                let entry = self.next_value(&mut row, pages)?;
                if entry.is_some() || row.next < row.values.len() {
                    self.row = Some(row);
                    if entry.is_some() {
                        return Ok(entry);
                    }
                    continue;
                }
                self.end_row(row, pages)?;
                continue;
            }
            if let Some(mut leaf) = self.leaf.take() {
                match leaf.next_row(pages)? {
                    Some(row) => {
                        self.begin_row(row, &leaf, pages)?;
                        self.leaf = Some(leaf);
                    }
                    None => self.end_leaf(leaf),
                }
                continue;
            }
            if let Some(mut walk) = self.walk.take() {
                match walk.next(pages)? {
                    Step::End => continue,
                    Step::Leaf(leaf) => self.leaf = Some(leaf),
                    Step::Broken => self.broken(),
                }
                self.walk = Some(walk);
                continue;
            }
            if let Some(tree) = self.trees.pop_front() {
                self.walk = Some(Walk::new(tree));
                continue;
            }
            let count = u64::from(pages.count);
            if self.looked_at < 2 * count {
                let before = (self.looked_at % count) as u32;
                if self.looked_at < count {
                    self.look_at_free(before, pages)?;
                } else {
                    self.look_at_rest(before, pages)?;
                }
                self.looked_at += 1;
                continue;
            }
            if !std::mem::replace(&mut self.is_margins, true) {
                for range in pages.rest() {
                    self.margins.add(range);
                }
            }
            return self.margins.next_entry(&mut pages.source, &mut self.gaps);
        }
    }

    /// Finds the pages.
    fn open(&mut self, mut source: Source) -> io::Result<Pages> {
        let opened = if self.is_log {
            Pages::of_log(source, self.directory_bytes)?
        } else {
            let head = source.up_to(HEADER_BYTES as u64, 0)?;
            match Header::read(&head) {
                Ok(header) => {
                    self.encoding = header.encoding;
                    let (root, rows) = (1, Rows::Schema);
                    self.trees.push_back(Tree { root, rows });
                    let bytes = u64::from(header.pages.unwrap_or(0))
                        .saturating_mul(header.page_size as u64);
                    if bytes > source.len() {
                        self.gaps.add(GapKind::Damaged, Reason::MemberCut);
                    }
                    Pages::of_file(source, &header, self.directory_bytes)
                }
                Err(HeaderFault::Cut) => {
                    self.gaps.add(GapKind::Damaged, Reason::MemberCut);
                    return Ok(Pages::none(source));
                }
                Err(_) => Err(Box::new((source, Fault::Header))),
            }
        };
        Ok(opened.unwrap_or_else(|closed| {
            let (source, fault) = *closed;
            match fault {
                Fault::Header => self.broken(),
                Fault::TooMany(limit) => {
                    let reason = Reason::DirectoryTooLarge { limit };
                    self.gaps.add(GapKind::OverLimit, reason);
                }
            }
            self.trees.clear();
            Pages::none(source)
        }))
    }

    fn broken(&mut self) {
        self.gaps.add(GapKind::Damaged, Reason::DatabaseBroken);
    }

    /// Takes up a row: that of a table is looked at value by value.
    fn begin_row(&mut self, mut row: Row, leaf: &Leaf, pages: &mut Pages) -> io::Result<()> {
        match &leaf.rows {
            Rows::Table(_) | Rows::Free(_) => {
                self.row = Some(row);
                return Ok(());
            }
            Rows::Schema => {
                if let Some(tree) = tree_of(&mut row, pages, self.encoding)? {
                    let names = tree.rows.names().map_or(0, Names::bytes);
                    self.tree_bytes += TREE_BYTES + names;
                    if self.tree_bytes <= self.directory_bytes {
                        self.trees.push_back(tree);
                    } else {
                        // Its rows are found without a tree, but not those behind a page that is broken.
                        let limit = self.directory_bytes;
                        let reason = Reason::DirectoryTooLarge { limit };
                        self.gaps.add(GapKind::OverLimit, reason);
                    }
                }
            }
        }
        // Its chain has been met then.
        let end = row.payload.len();
        row.payload.go_to(pages, end)?;
        if row.payload.is_broken() {
            self.broken();
        }
        Ok(())
    }

    /// The next value of a row that is a member.
    fn next_value(&mut self, row: &mut Row, pages: &mut Pages) -> io::Result<Option<Entry>> {
        let Some((serial, at)) = row.values.get(row.next).copied() else {
            return Ok(None);
        };
        row.next += 1;
        let len = crate::sqlite::length(serial).unwrap_or(0);
        if serial < 12 || len < VALUE_BYTES_MIN {
            return Ok(None);
        }
        row.payload.go_to(pages, at)?;
        let mut bytes = row.payload.up_to(pages, len.min(Format::HEAD as u64))?;
        if bytes.is_empty() {
            return Ok(None);
        }
        let path = self.path(row);
        if Format::sniff(&bytes).is_some() || Kind::sniff(&bytes).is_some() {
            let left = len - bytes.len() as u64;
            self.value = Some((io::Cursor::new(bytes), left));
            return Ok(Some(Entry {
                claim: Some(len),
                stored: len,
                ..Entry::of(path)
            }));
        }
        if len < SEARCHED_BYTES_MIN {
            return Ok(None);
        }
        let most = len.min(self.window_bytes);
        if most < len {
            let limit = most;
            self.gaps
                .add(GapKind::OverLimit, Reason::PartsTooFarOutside { limit });
        }
        if !self.budget.take(most) {
            self.gaps.add(GapKind::OverLimit, self.budget.reason());
            return Ok(None);
        }
        let more = most.saturating_sub(bytes.len() as u64);
        bytes.extend(row.payload.up_to(pages, more)?);
        self.waiting.search(&path, &bytes, &mut self.gaps);
        Ok(None)
    }

    /// The name of the value of a row that comes before the next.
    fn path(&self, row: &Row) -> Vec<u8> {
        let column = row.next - 1;
        let names = self.leaf.as_ref().and_then(|leaf| leaf.rows.names());
        let table = names.map_or(b"".as_slice(), |names| &names.table);
        let known = names.and_then(|names| names.columns.get(column));
        let column = known.map_or_else(|| column.to_string(), String::clone);
        [table, format!("/{}/", row.id).as_bytes(), column.as_bytes()].concat()
    }

    fn end_row(&mut self, mut row: Row, pages: &mut Pages) -> io::Result<()> {
        let end = row.payload.len();
        row.payload.go_to(pages, end)?;
        let must = self
            .leaf
            .as_ref()
            .is_some_and(|leaf| leaf.rows.must_be_sound());
        if row.payload.is_broken() && must {
            self.broken();
        }
        Ok(())
    }

    /// Searches what of a page holds no row.
    fn end_leaf(&mut self, mut leaf: Leaf) {
        if leaf.is_broken && leaf.rows.must_be_sound() {
            self.broken();
        }
        let place = leaf.place();
        for unused in leaf.unused() {
            let is_blank = unused.iter().all(|byte| *byte == 0);
            if unused.len() as u64 >= SEARCHED_BYTES_MIN && !is_blank {
                self.waiting
                    .search(place.as_bytes(), unused, &mut self.gaps);
            }
        }
    }

    /// Looks for rows on a page that no tree leads to. The last page of a log is the first, as what it says holds.
    fn look_at_free(&mut self, before: u32, pages: &mut Pages) -> io::Result<()> {
        let id = if pages.is_log() {
            pages.count - before
        } else {
            before + 1
        };
        let Some(page) = pages.by_id(id).filter(|page| !pages.met.contains(page.id)) else {
            return Ok(());
        };
        let has_rows = |head: &Head| (head.is_leaf || head.is_index) && head.cells > 0;
        let kind = pages.source.up_to(1, page.at)?;
        if !matches!(kind[..], [0x02 | 0x0a | 0x0d]) {
            return Ok(());
        }
        let bytes = pages.read(page)?;
        if let Some(head) = Head::read(&bytes, false).ok().filter(has_rows) {
            let kind = if pages.is_log() { "log" } else { "free" };
            let table = format!("{kind}-page-{id}").into_bytes();
            let columns = Vec::new();
            let rows = Rows::Free(Arc::new(Names { table, columns }));
            pages.go_back_to(id);
            // A chain that leads here is none.
            if pages.met.meet(id).is_ok() {
                self.leaf = Some(Leaf::new(rows, page, bytes, head));
            }
        }
        Ok(())
    }

    /// Keeps a page that belongs to no row to be searched.
    fn look_at_rest(&mut self, before: u32, pages: &mut Pages) -> io::Result<()> {
        let page = pages.by_id(before + 1);
        let Some(page) = page.filter(|page| !pages.met.contains(page.id)) else {
            return Ok(());
        };
        let bytes = pages.read(page)?;
        if bytes.iter().all(|byte| *byte == 0) {
            return Ok(());
        }
        if pages.is_of_chain(&bytes) {
            self.gaps
                .add(GapKind::Unsupported, Reason::DatabaseElsewhere);
        }
        self.margins.extend(pages.range(page));
        Ok(())
    }
}

impl Container for Database {
    fn next_entry(&mut self) -> Option<Entry> {
        let pages = match (self.pages.take(), self.new.take()) {
            (Some(pages), _) => Ok(pages),
            (None, Some(source)) => self.open(source),
            (None, None) => return None,
        };
        let entry = pages.and_then(|mut pages| {
            let entry = self.advance(&mut pages)?;
            self.pages = Some(pages);
            Ok(entry)
        });
        entry.unwrap_or_else(|error| {
            let (kind, reasons) = gap_of(error);
            self.gaps.add(kind, reasons);
            None
        })
    }

    fn content(&mut self) -> Box<dyn Read + '_> {
        let Some(pages) = &mut self.pages else {
            return Box::new(io::empty());
        };
        match (&mut self.value, &mut self.row) {
            (Some((head, left)), Some(row)) => Box::new(Value {
                head,
                left,
                row,
                pages,
            }),
            _ if self.is_margins => match self.margins.content(&mut pages.source) {
                Some(content) => content,
                None => Box::new(io::empty()),
            },
            _ => Box::new(self.waiting.content()),
        }
    }

    fn gap(&mut self) -> Option<Gap> {
        self.gaps.gap()
    }
}

/// The content of a value.
struct Value<'v> {
    head: &'v mut io::Cursor<Vec<u8>>,
    left: &'v mut u64,
    row: &'v mut Row,
    pages: &'v mut Pages,
}

impl Read for Value<'_> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        let read = self.head.read(buf)?;
        if read > 0 || *self.left == 0 || buf.is_empty() {
            return Ok(read);
        }
        let most = (*self.left).min(buf.len() as u64) as usize;
        let read = self.row.payload.read(self.pages, &mut buf[..most])?;
        *self.left -= read as u64;
        if read == 0 {
            return Err(payload::Payload::error(self.pages));
        }
        Ok(read)
    }
}
