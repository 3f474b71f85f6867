//! Ids of a list that stand for several hashes of one type (W091).

use zerocopy::little_endian::U64;
use zerocopy::{FromBytes, Immutable, IntoBytes, KnownLayout, Unaligned, big_endian};

use super::merge::{BuildReport, SharedId};
use super::metadata;
use super::rows::{Catalogue, LinePlace, NewRow};
use crate::disk::external_sort::Keyed;
use crate::hash::{Hash, HashType};
use crate::list::{Entry, Media};

/// A hash of a content item, on its way to be compared with the item's other hashes.
///
/// Its bytes begin with the sort key: type, list, id, then the order of addition. So the first line is named first.
#[derive(Clone, Copy, FromBytes, IntoBytes, Immutable, KnownLayout, Unaligned)]
#[repr(C)]
pub(super) struct OfId {
    hash_type: big_endian::U16,
    list: big_endian::U32,
    id: big_endian::U64,
    source: big_endian::U32,
    line: big_endian::U32,
    hash: [u8; Hash::BYTES_MAX],
    metadata: U64,
}

impl Keyed for OfId {
    const KEY_BYTES: usize = 2 + 4 + 8 + 4 + 4 + Hash::BYTES_MAX;
}

impl OfId {
    /// A row, where it has an id.
    pub(super) fn new(row: &NewRow) -> Option<OfId> {
        (row.id != 0).then(|| OfId {
            hash_type: row.hash_type,
            list: row.list,
            id: row.id.get().into(),
            source: row.source.get().into(),
            line: row.line.get().into(),
            hash: row.hash,
            metadata: row.metadata,
        })
    }

    fn place(&self) -> LinePlace {
        LinePlace {
            source: self.source.get(),
            line: self.line.get(),
        }
    }
}

/// Counts the ids that stand for several hashes of a type, from their hashes in order.
pub(super) fn report(
    catalogue: &Catalogue,
    hashes: impl Iterator<Item = OfId>,
    report: &mut BuildReport,
) {
    let key = |of: &OfId| (of.hash_type, of.list, of.id);
    // The first hash of an id, until it was compared with another one.
    let mut first: Option<OfId> = None;
    let mut compared = None;
    for of in hashes {
        if compared == Some(key(&of)) {
            continue;
        }
        match &first {
            Some(first) if key(first) == key(&of) => {
                if first.hash != of.hash {
                    compared = Some(key(&of));
                    report_one(catalogue, first, &of, report);
                }
            }
            _ => first = Some(of),
        }
    }
}

fn report_one(catalogue: &Catalogue, first: &OfId, second: &OfId, report: &mut BuildReport) {
    let hash_type = HashType::from_code(first.hash_type.get()).expect("the code of a type");
    let entry = |of: &OfId| {
        let hash = Hash::new(hash_type, &of.hash[..hash_type.bytes()])?;
        let record = catalogue.record(of.metadata.get());
        metadata::decode_entry(record, Entry::new(hash, 0))
    };
    let (Some(a), Some(b)) = (entry(first), entry(second)) else {
        return;
    };
    // A file that was hashed has a hash for each view and page.
    let view = |entry: &Entry| {
        let said = |key: &str| entry.meta.iter().find(|(name, _)| name == key).cloned();
        said("view").map(|view| (view, said("frame")))
    };
    if let (Some(a), Some(b)) = (view(&a), view(&b))
        && a != b
    {
        return;
    }
    let is_video = [a.media, b.media].contains(&Some(Media::Video));
    let Some(id) = a.id.filter(|id| b.id.as_ref() == Some(id) && !is_video) else {
        return;
    };
    report.shared_ids += 1;
    if report.shared_ids_shown.len() < BuildReport::SHOWN {
        report.shared_ids_shown.push(SharedId {
            list: catalogue.lists[first.list.get() as usize].clone(),
            id,
            hash_type,
            first: catalogue.place(first.place()),
            second: catalogue.place(second.place()),
        });
    }
}
