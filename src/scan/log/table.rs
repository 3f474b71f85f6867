//! Where in the log the records of a file stand.

use std::path::Path;

use zerocopy::{FromBytes, Immutable, IntoBytes, KnownLayout, Unaligned};

use crate::Result;
use crate::disk::external_sort::{Keyed, Sorter};
use crate::disk::mmap::Bytes;
use crate::disk::spool::Spool;

/// The memory of sorting and of the table itself. The rest goes to a temporary file without a name.
const MEMORY_BYTES: usize = 32 << 20;

#[derive(Clone, Copy, Debug, FromBytes, IntoBytes, Immutable, KnownLayout, Unaligned)]
#[repr(C)]
struct Slot {
    id: [u8; 16],
    at: [u8; 8],
}

impl Keyed for Slot {
    const KEY_BYTES: usize = 16;
}

/// A table that is being built: records are added in the order of the log.
pub(super) struct TableBuilder {
    sorter: Sorter<Slot>,
    spool: Spool,
}

/// Ids and places, by id and then by place.
#[derive(Debug)]
pub(super) struct Table {
    slots: Bytes,
}

impl TableBuilder {
    pub(super) fn new(folder: &Path) -> TableBuilder {
        TableBuilder {
            sorter: Sorter::new(folder, MEMORY_BYTES),
            spool: Spool::new(folder, MEMORY_BYTES),
        }
    }

    pub(super) fn add(&mut self, id: &[u8; 32], at: u64) -> Result<()> {
        self.sorter.push(Slot {
            id: short(id),
            at: at.to_le_bytes(),
        })
    }

    pub(super) fn finish(mut self) -> Result<Table> {
        for slot in self.sorter.finish()?.iter() {
            self.spool.push(slot.as_bytes())?;
        }
        Ok(Table {
            slots: self.spool.freeze()?,
        })
    }
}

impl Table {
    /// Where records of this id stand, the newest first. Ids that begin alike are for the caller to tell apart.
    pub(super) fn places(&self, id: &[u8; 32]) -> impl Iterator<Item = u64> + '_ {
        let slots = self.slots();
        let id = short(id);
        let start = slots.partition_point(|slot| slot.id < id);
        let alike = slots[start..].iter().take_while(|slot| slot.id == id);
        let end = start + alike.count();
        let places = slots[start..end].iter().rev();
        places.map(|slot| u64::from_le_bytes(slot.at))
    }

    /// How many records there are, and how many have a newer one of their id.
    pub(super) fn count(&self) -> (u64, u64) {
        let slots = self.slots();
        let outdated = slots.windows(2).filter(|pair| pair[0].id == pair[1].id);
        (slots.len() as u64, outdated.count() as u64)
    }

    fn slots(&self) -> &[Slot] {
        <[Slot]>::ref_from_bytes(&self.slots).expect("written as whole slots")
    }
}

fn short(id: &[u8; 32]) -> [u8; 16] {
    *id.first_chunk().expect("shorter")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_come_newest_first() {
        let folder = tempfile::tempdir().unwrap();
        let mut making = TableBuilder::new(folder.path());
        for at in 0..1000_u64 {
            making.add(&[(at % 10) as u8; 32], at).unwrap();
        }
        let table = making.finish().unwrap();
        let places: Vec<u64> = table.places(&[3; 32]).collect();
        let expected: Vec<u64> = (0..100).rev().map(|i| 10 * i + 3).collect();
        assert_eq!(places, expected);
        assert_eq!(table.places(&[11; 32]).count(), 0);
        assert_eq!(table.count(), (1000, 990));
    }

    #[test]
    fn an_empty_table_holds_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let table = TableBuilder::new(folder.path()).finish().unwrap();
        assert_eq!(table.places(&[0; 32]).count(), 0);
        assert_eq!(table.count(), (0, 0));
    }
}
