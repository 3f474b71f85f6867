//! The wanted columns of a table.

use super::Damage;
use crate::sqlite::{columns, without_comments};

/// A table: where its tree begins, and where the wanted columns stand.
pub(super) struct Table {
    pub(super) root: u32,
    pub(super) columns: Vec<Option<usize>>,
}

impl Table {
    /// The table of a statement, if it has the first three of the wanted columns.
    pub(super) fn new(root: i64, sql: &str, wanted: &[&str]) -> Result<Option<Table>, Damage> {
        let sql = without_comments(sql);
        let Some((names, rest)) = columns(&sql) else {
            return Ok(None);
        };
        let place = |name: &&str| {
            names
                .iter()
                .position(|known| known.eq_ignore_ascii_case(name))
        };
        let columns: Vec<Option<usize>> = wanted.iter().map(place).collect();
        if columns[..3].iter().any(Option::is_none) {
            return Ok(None);
        }
        if rest.to_ascii_lowercase().contains("without") {
            return Err(Damage {
                page: 0,
                what: "its table of files has no row ids; export it as text",
            });
        }
        // A view or a table of another program has none.
        let root = u32::try_from(root).ok().filter(|root| *root > 0);
        Ok(root.map(|root| Table { root, columns }))
    }
}
