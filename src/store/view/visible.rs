//! The merged layers: the entries that count, in order.

use std::iter::Peekable;

use crate::Result;
use crate::hash::{Hash, HashType};
use crate::index::{Row, Walk};
use crate::list::Entry;
use crate::store::decisions::pending::PendingEntries;
use crate::store::view::layer::{Content, Layer};

/// The entries of one list and one type of hash that count, in the order of their hashes. Of one hash, lower layers
/// come first. Expired ones are among them.
pub(in crate::store) struct Visible<'a> {
    layers: Vec<(&'a Layer, Peekable<Steps<'a>>)>,
}

/// An entry with the layer that holds it, from below, and its place among the sources of that layer's index.
pub(in crate::store) struct Standing {
    pub(in crate::store) layer: usize,
    pub(in crate::store) row: Row,
}

enum Steps<'a> {
    Built(Walk<'a>),
    PendingEntries(std::vec::IntoIter<(Hash, Vec<Row>)>),
}

impl Iterator for Steps<'_> {
    type Item = Result<(Hash, Vec<Row>)>;

    fn next(&mut self) -> Option<Self::Item> {
        match self {
            Steps::Built(walk) => Some(walk.next()?.map(|(hash, records)| {
                let rows = records.into_iter().flat_map(|record| record.rows);
                (hash, rows.collect())
            })),
            Steps::PendingEntries(steps) => steps.next().map(Ok),
        }
    }
}

impl<'a> Visible<'a> {
    /// Of the layers of one list, lower ones first.
    pub(in crate::store) fn new(layers: &'a [Layer], hash_type: HashType) -> Visible<'a> {
        let steps = |layer: &'a Layer| match &layer.content {
            Content::Built(index) => Steps::Built(index.walk(hash_type)),
            Content::PendingEntries(pending) => {
                Steps::PendingEntries(sorted(pending, hash_type).into_iter())
            }
        };
        let layers = layers.iter();
        Visible {
            layers: layers
                .map(|layer| (layer, steps(layer).peekable()))
                .collect(),
        }
    }

    /// The next hash that any entry counts of.
    pub(in crate::store) fn next_hash(&mut self) -> Result<Option<(Hash, Vec<Standing>)>> {
        loop {
            let mut least: Option<Hash> = None;
            for (_, steps) in &mut self.layers {
                match steps.peek() {
                    Some(Ok((hash, _))) => {
                        least = Some(least.map_or(*hash, |least| least.min(*hash)))
                    }
                    Some(Err(_)) => {
                        return Err(steps.next().and_then(Result::err).expect("it was an error"));
                    }
                    None => {}
                }
            }
            let Some(hash) = least else { return Ok(None) };
            let mut standing: Vec<Standing> = Vec::new();
            for (ordinal, (layer, steps)) in self.layers.iter_mut().enumerate() {
                let of_hash =
                    |step: &Result<(Hash, Vec<Row>)>| matches!(step, Ok((h, _)) if *h == hash);
                let Some(Ok((_, mut rows))) = steps.next_if(of_hash) else {
                    continue;
                };
                let mut gone = Vec::with_capacity(rows.len());
                for row in &rows {
                    gone.push(layer.is_gone(&hash, row.entry.id.as_deref())?);
                }
                let mut gone = gone.into_iter();
                rows.retain(|_| !gone.next().unwrap_or_default());
                if layer.replaces {
                    standing
                        .retain(|known| rows.iter().all(|row| row.entry.id != known.row.entry.id));
                }
                standing.extend(rows.into_iter().map(|row| Standing {
                    layer: ordinal,
                    row,
                }));
            }
            if !standing.is_empty() {
                return Ok(Some((hash, standing)));
            }
        }
    }
}

/// What layers hold of one hash that counts.
pub(in crate::store) fn of_hash(layers: &[Layer], hash: &Hash) -> Result<Vec<Entry>> {
    let mut standing: Vec<Entry> = Vec::new();
    for layer in layers {
        let near = layer.lookup_batch(&[*hash], 0)?;
        for hit in near.iter().flatten() {
            for (_, rows) in layer.rows(hit)? {
                if layer.replaces {
                    standing.retain(|known| rows.iter().all(|row| row.entry.id != known.id));
                }
                standing.extend(rows.into_iter().map(|row| row.entry));
            }
        }
    }
    Ok(standing)
}

fn sorted(pending: &PendingEntries, hash_type: HashType) -> Vec<(Hash, Vec<Row>)> {
    let of_type = pending
        .entries()
        .filter(|entry| entry.hash.hash_type() == hash_type);
    let mut hashes: Vec<Hash> = of_type.map(|entry| entry.hash).collect();
    hashes.sort();
    hashes.dedup();
    let with_rows = |hash: Hash| (hash, pending.rows(&hash));
    hashes.into_iter().map(with_rows).collect()
}
