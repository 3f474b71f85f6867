//! The rows of lists for one hash.

use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use super::query::Query;
use crate::Result;
use crate::index::{Hit, Row, merge_opinions};
use crate::list::Opinion;
use crate::store::Standing;

/// The rows of one list for a hash, and their standing in the store.
pub(super) struct ListRows {
    pub(super) list: String,
    /// Which store it is in.
    pub(super) store: Option<usize>,
    pub(super) standing: Option<Arc<Standing>>,
    pub(super) rows: Vec<Row>,
}

impl ListRows {
    fn list_and_store(&self) -> (&str, Option<usize>) {
        (&self.list, self.store)
    }

    /// What all rows of the list together think of the hash.
    pub(super) fn opinion(&self) -> Opinion {
        merge_opinions(self.rows.iter().map(|row| row.entry.opinion))
    }
}
impl Query<'_> {
    /// What each list says of a hash, from all indexes together: a list may be spread over several. Lists of one name in
    /// different stores are different lists.
    pub(super) fn said(&self, places: &[(usize, Hit)]) -> Result<Vec<ListRows>> {
        let at = self.policy.at.unwrap_or_else(present);
        let counts = |row: &Row| row.entry.valid_until.is_none_or(|until| at < until);
        let mut all: Vec<(ListRows, bool)> = Vec::new();
        let mut layers = self.layers().enumerate();
        for (ordinal, hit) in places {
            let Some((_, (store, layer))) = layers.find(|(place, _)| place == ordinal) else {
                unreachable!("places are of layers, in order");
            };
            for (list, rows) in layer.rows(hit)? {
                let said = ListRows {
                    list,
                    store: layer.standing.as_ref().map(|_| store),
                    standing: layer.standing.clone(),
                    rows,
                };
                all.push((said, layer.replaces));
            }
        }
        // Layers of one list stay in order.
        all.sort_by(|(one, _), (other, _)| one.list_and_store().cmp(&other.list_and_store()));
        let mut lists: Vec<ListRows> = Vec::with_capacity(all.len());
        for (said, replaces) in all {
            match lists.last_mut() {
                Some(known) if known.list_and_store() == said.list_and_store() => {
                    if replaces {
                        let is_newer = |known: &Row| {
                            said.rows.iter().any(|row| row.entry.id == known.entry.id)
                        };
                        known.rows.retain(|known| !is_newer(known));
                    }
                    known.rows.extend(said.rows);
                }
                _ => lists.push(said),
            }
        }
        for said in &mut lists {
            let is_expired = |standing: &Arc<Standing>| standing.terms.is_expired(at);
            if said.standing.as_ref().is_some_and(is_expired) {
                said.rows.clear();
            }
            said.rows.retain(counts);
        }
        lists.retain(|said| !said.rows.is_empty());
        Ok(lists)
    }
}

fn present() -> i64 {
    let since = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    i64::try_from(since.as_secs()).unwrap_or(i64::MAX)
}
