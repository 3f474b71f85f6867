//! Sorting more than fits memory. Buffers are sorted when they are full and go to a temporary file as sorted runs.
//! Reading merges the runs (external merge sort, Knuth, "The Art of Computer Programming" 5.4).

use std::cmp::Ordering;
use std::collections::BinaryHeap;
use std::collections::binary_heap::PeekMut;
use std::ops::Range;
use std::path::Path;

use rayon::iter::{IndexedParallelIterator, IntoParallelRefIterator, ParallelIterator};
use rayon::slice::ParallelSliceMut;
use zerocopy::{FromBytes, Immutable, IntoBytes, KnownLayout, Unaligned};

use crate::Result;
use crate::disk::mmap::{Bytes, Pace};
use crate::disk::spool::Spool;

/// How many bytes of a key are compared where they stand in the order, before those in the item.
const PREFIX_BYTES: usize = 16;

/// What can be sorted: bytes that begin with their key.
pub(crate) trait Keyed:
    FromBytes + IntoBytes + Immutable + KnownLayout + Unaligned + Copy + Send + Sync
{
    /// The size of the key, which is compared as bytes.
    const KEY_BYTES: usize;

    fn key(&self) -> &[u8] {
        &self.as_bytes()[..Self::KEY_BYTES]
    }
}

/// Takes items in any order and gives them back by key. Items of one key keep the order in which they came.
#[derive(Debug)]
pub(crate) struct Sorter<T> {
    items: Vec<T>,
    items_max: usize,
    spool: Spool,
    /// The sorted runs in the spool, as places of items.
    runs: Vec<Range<usize>>,
}

impl<T: Keyed> Sorter<T> {
    /// Uses about so many bytes of memory, and a file in the folder for more.
    pub(crate) fn new(folder: &Path, memory_bytes: usize) -> Sorter<T> {
        Sorter {
            items: Vec::new(),
            // Sorting needs the items' space again, and that of their order. A few items must fit, or the runs would
            // outweigh them.
            items_max: (memory_bytes / (2 * size_of::<T>() + size_of::<Rank>())).max(16),
            spool: Spool::new(folder, 0),
            runs: Vec::new(),
        }
    }

    pub(crate) fn push(&mut self, item: T) -> Result<()> {
        if self.items.len() == self.items_max {
            self.spill()?;
        }
        self.items.push(item);
        Ok(())
    }

    /// All items, to be read in order.
    pub(crate) fn finish(mut self) -> Result<Sorted<T>> {
        sort(&mut self.items);
        Ok(Sorted {
            items: self.items,
            spooled: self.spool.freeze()?,
            runs: self.runs,
        })
    }

    fn spill(&mut self) -> Result<()> {
        sort(&mut self.items);
        let start = self.runs.last().map_or(0, |run| run.end);
        // By parts: the spool need not hold a whole run.
        for part in self.items.as_bytes().chunks(1 << 20) {
            self.spool.push(part)?;
        }
        self.runs.push(start..start + self.items.len());
        self.items.clear();
        Ok(())
    }
}

/// An item in the order of all: the beginning of its key as a number, and its place.
type Rank = ([u64; PREFIX_BYTES / 8], usize);

/// Sorts by key; items of one key keep their order.
///
/// Ranks are sorted, which are small, and each item is moved once. Only items of one prefix are compared themselves, so
/// that keys which begin alike take no longer than such a comparison of all.
fn sort<T: Keyed>(items: &mut Vec<T>) {
    let rank = |(place, item): (usize, &T)| -> Rank {
        let mut prefix = [0; PREFIX_BYTES];
        let length = PREFIX_BYTES.min(T::KEY_BYTES);
        prefix[..length].copy_from_slice(&item.key()[..length]);
        let number = u128::from_be_bytes(prefix);
        ([(number >> 64) as u64, number as u64], place)
    };
    let mut ranks: Vec<Rank> = items.par_iter().enumerate().map(rank).collect();
    ranks.par_sort_unstable();
    // The unsorted items go before those of one prefix are sorted, which needs their space.
    *items = ranks.par_iter().map(|(_, place)| items[*place]).collect();
    if T::KEY_BYTES > PREFIX_BYTES {
        let mut rest = items.as_mut_slice();
        for alike in ranks.chunk_by(|(a, _), (b, _)| a == b) {
            let (group, others) = rest.split_at_mut(alike.len());
            if group.len() > 1 {
                group.par_sort_by(|a, b| a.key().cmp(b.key()));
            }
            rest = others;
        }
    }
}

/// Items in sorted runs.
#[derive(Debug)]
pub(crate) struct Sorted<T> {
    spooled: Bytes,
    runs: Vec<Range<usize>>,
    /// The last run.
    items: Vec<T>,
}

impl<T: Keyed> Sorted<T> {
    /// The items in order.
    pub(crate) fn iter(&self) -> impl Iterator<Item = T> + '_ {
        let spooled = <[T]>::ref_from_bytes(&self.spooled).expect("written as whole items");
        let in_file = self.runs.iter().map(|run| &spooled[run.clone()]);
        let mut runs: Vec<std::slice::Iter<'_, T>> = in_file
            .chain([self.items.as_slice()])
            .map(<[T]>::iter)
            .collect();
        let first = |(run, items): (usize, &mut std::slice::Iter<'_, T>)| {
            items.next().map(|&item| Next { item, run })
        };
        let mut heap: BinaryHeap<Next<T>> = runs.iter_mut().enumerate().filter_map(first).collect();
        let mut pace = Pace::default();
        std::iter::from_fn(move || {
            let mut next = heap.peek_mut()?;
            let Next { item, run } = *next;
            match runs[run].next() {
                Some(&item) => next.item = item,
                None => {
                    PeekMut::pop(next);
                }
            }
            pace.passed(size_of::<T>(), &self.spooled);
            Some(item)
        })
    }
}

/// The next item of a run. The heap gives the greatest: the one of the smallest key, of the first run.
#[derive(Clone, Copy)]
struct Next<T> {
    item: T,
    run: usize,
}

impl<T: Keyed> Ord for Next<T> {
    fn cmp(&self, other: &Self) -> Ordering {
        let by_key = other.item.key().cmp(self.item.key());
        by_key.then(other.run.cmp(&self.run))
    }
}

impl<T: Keyed> PartialOrd for Next<T> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl<T: Keyed> PartialEq for Next<T> {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl<T: Keyed> Eq for Next<T> {}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[derive(
        Clone, Copy, Debug, PartialEq, FromBytes, IntoBytes, Immutable, KnownLayout, Unaligned,
    )]
    #[repr(C)]
    struct Item {
        key: u8,
        rest: [u8; 4],
    }

    impl Keyed for Item {
        const KEY_BYTES: usize = 1;
    }

    /// Of a key that is longer than what is compared at first.
    #[derive(
        Clone, Copy, Debug, PartialEq, FromBytes, IntoBytes, Immutable, KnownLayout, Unaligned,
    )]
    #[repr(C)]
    struct Long {
        key: [u8; PREFIX_BYTES + 3],
        rest: [u8; 4],
    }

    impl Keyed for Long {
        const KEY_BYTES: usize = PREFIX_BYTES + 3;
    }

    proptest! {
        #[test]
        fn every_byte_of_a_long_key_counts(
            keys in prop::collection::vec((0..PREFIX_BYTES + 3, 0u8..3), 0..400),
            memory_bytes in 0usize..9000,
        ) {
            let folder = tempfile::tempdir().unwrap();
            let mut sorter = Sorter::new(folder.path(), memory_bytes);
            let items = keys.iter().zip(0u32..).map(|(&(place, value), i)| {
                let mut key = [1; PREFIX_BYTES + 3];
                key[place] = value;
                Long { key, rest: i.to_le_bytes() }
            });
            let mut items: Vec<Long> = items.collect();
            for &item in &items {
                sorter.push(item).unwrap();
            }
            items.sort_by_key(|item| item.key);
            prop_assert_eq!(sorter.finish().unwrap().iter().collect::<Vec<_>>(), items);
        }

        #[test]
        fn items_come_by_key_and_then_as_they_were_pushed(
            keys in prop::collection::vec(0u8..9, 0..400),
            memory_bytes in 0usize..3000,
        ) {
            let folder = tempfile::tempdir().unwrap();
            let mut sorter = Sorter::new(folder.path(), memory_bytes);
            let items = keys.iter().zip(0u32..).map(|(&key, i)| Item { key, rest: i.to_le_bytes() });
            let mut items: Vec<Item> = items.collect();
            for &item in &items {
                sorter.push(item).unwrap();
            }
            items.sort_by_key(|item| item.key);
            prop_assert_eq!(sorter.finish().unwrap().iter().collect::<Vec<_>>(), items);
            prop_assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
        }
    }
}
