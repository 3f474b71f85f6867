//! The trees of a database: which there are, and their pages one by one.

use std::io;
use std::sync::Arc;

use super::leaf::{Leaf, Names, Row, Rows};
use super::pages::Pages;
use crate::sqlite::{
    DEPTH_MAX, Encoding, Head, columns, integer, length, number, without_comments,
};

/// The longest statement of a table that is read. SQLite itself allows a million bytes.
const STATEMENT_BYTES_MAX: u64 = 1 << 20;

/// A tree that is to be walked.
pub(super) struct Tree {
    pub(super) root: u32,
    pub(super) rows: Rows,
}

/// A walk through the pages of a tree.
pub(super) struct Walk {
    rows: Rows,
    /// Inner pages that it is within: their children, and the next of these.
    inner: Vec<(Vec<u32>, usize)>,
    root: Option<u32>,
}

/// What a walk comes to.
pub(super) enum Step {
    Leaf(Leaf),
    /// A page that is none of the tree.
    Broken,
    End,
}

impl Walk {
    pub(super) fn new(tree: Tree) -> Walk {
        Walk {
            rows: tree.rows,
            inner: Vec::new(),
            root: Some(tree.root),
        }
    }

    /// The next page that has rows, or could.
    pub(super) fn next(&mut self, pages: &mut Pages) -> io::Result<Step> {
        let number = match self.root.take() {
            Some(root) => root,
            None => loop {
                let Some((children, next)) = self.inner.last_mut() else {
                    return Ok(Step::End);
                };
                if let Some(child) = children.get(*next) {
                    *next += 1;
                    break *child;
                }
                self.inner.pop();
            },
        };
        let Some(page) = pages.named(number) else {
            return Ok(Step::Broken);
        };
        if pages.met.meet(page.id).is_err() {
            return Ok(Step::Broken);
        }
        let bytes = pages.read(page)?;
        let Ok(head) = Head::read(&bytes, page.at == 0) else {
            return Ok(Step::Broken);
        };
        if !head.is_leaf {
            if self.inner.len() >= DEPTH_MAX {
                return Ok(Step::Broken);
            }
            self.inner.push((children(&bytes, &head), 0));
        }
        Ok(Step::Leaf(Leaf::new(self.rows.clone(), page, bytes, head)))
    }
}

/// The pages that an inner page leads to.
fn children(bytes: &[u8], head: &Head) -> Vec<u32> {
    let cells = (0..head.cells).filter_map(|cell| head.cell(bytes, cell));
    let mut children: Vec<u32> = cells.map(|at| number(bytes, at)).collect();
    children.push(head.right);
    children
}

/// The tree that a row of the schema tells of: type, name, table, root, statement.
pub(super) fn tree_of(
    row: &mut Row,
    pages: &mut Pages,
    encoding: Encoding,
) -> io::Result<Option<Tree>> {
    let mut told: [Vec<u8>; 5] = Default::default();
    for (told, (serial, at)) in told.iter_mut().zip(&row.values) {
        let bytes = length(*serial).unwrap_or(0);
        row.payload.go_to(pages, *at)?;
        *told = match serial {
            9 => vec![1],
            _ => row.payload.up_to(pages, bytes.min(STATEMENT_BYTES_MAX))?,
        };
    }
    let [_, name, _, root, sql] = told;
    let Some(root) = u32::try_from(integer(&root)).ok().filter(|root| *root > 0) else {
        // A view, a trigger, or a table of another program.
        return Ok(None);
    };
    let rows = Rows::Table(Arc::new(names(&name, &sql, encoding)));
    Ok(Some(Tree { root, rows }))
}

fn names(name: &[u8], sql: &[u8], encoding: Encoding) -> Names {
    let sql = text(sql, encoding);
    let sql = without_comments(&sql);
    let of_statement = columns(&sql);
    // Rows of a table without row ids stand in another order.
    let is_plain = |rest: &str| !rest.to_ascii_lowercase().contains("without");
    let columns = of_statement.filter(|(_, rest)| is_plain(rest) && !computes(&sql));
    Names {
        table: match encoding {
            Encoding::Utf8 | Encoding::Unknown => name.to_vec(),
            _ => text(name, encoding).into_bytes(),
        },
        columns: columns.map_or_else(Vec::new, |(columns, _)| columns),
    }
}

/// Whether a statement may have columns that are computed: rows do not hold those, and the others have other places.
fn computes(sql: &str) -> bool {
    let words = sql.to_ascii_lowercase();
    let mut after = words.split("as").skip(1);
    after.any(|after| after.trim_start().starts_with('('))
}

fn text(bytes: &[u8], encoding: Encoding) -> String {
    let units = |unit: fn([u8; 2]) -> u16| {
        let units = bytes.chunks_exact(2).map(|pair| unit([pair[0], pair[1]]));
        String::from_utf16_lossy(&units.collect::<Vec<u16>>())
    };
    match encoding {
        Encoding::Utf8 | Encoding::Unknown => String::from_utf8_lossy(bytes).into_owned(),
        Encoding::Utf16Le => units(u16::from_le_bytes),
        Encoding::Utf16Be => units(u16::from_be_bytes),
    }
}
