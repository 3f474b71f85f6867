//! Entries of a list, found by a number that is computed from each.
//!
//! Nothing of it is kept on disk: a table of an index is sorted when the first number is looked for in it, and stands in
//! a temporary file without a name. An index never changes, so its table stays right. What decides whether an entry
//! counts is the store as it is at the time of the question.

use std::collections::{BTreeSet, HashMap};
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use zerocopy::{FromBytes, Immutable, IntoBytes, KnownLayout, Unaligned};

use crate::Result;
use crate::disk::external_sort::{Keyed, Sorter};
use crate::disk::mmap::Bytes;
use crate::disk::spool::Scratch;
use crate::hash::{Hash, HashType};
use crate::index::Index;
use crate::list::Entry;
use crate::store::Store;
use crate::store::layout::folder::Folder;
use crate::store::layout::manifest::Pointer;
use crate::store::view::layer::{Content, Layer};
use crate::store::view::open::Opened;
use crate::store::view::visible;

/// How much memory the making of a table may take, in bytes. A 32nd of it is what a table may keep.
const MEMORY_BYTES: usize = 32 << 20;

/// The number of an entry of a list.
type Number = fn(&str, &Entry) -> u64;

/// Finds the entries of a store by numbers that are computed from them, without a walk through all of them.
///
/// The first question about a list sorts the numbers of its entries, which takes as long as a walk. Further questions
/// take a binary search. Several entries may have one number.
///
/// ```no_run
/// use basma::store::Store;
/// let store = Store::init("lists".as_ref())?;
/// let numbers = store.entry_numbers(&std::env::temp_dir(), |_, entry| entry.line);
/// for entry in numbers.entries("own", 7)? {
///     println!("{}", entry.hash);
/// }
/// # Ok::<(), basma::Error>(())
/// ```
#[derive(Debug)]
pub struct EntryNumbers {
    folder: Folder,
    scratch: Scratch,
    number: Number,
    held: Mutex<Held>,
}

/// What is kept between two questions.
#[derive(Debug, Default)]
struct Held {
    opened: Option<Opened>,
    /// By list, and the digest of an index.
    tables: HashMap<(String, String), Arc<TablePlace>>,
}

/// Where a table stands. It is made by the first who needs it, and the others wait.
type TablePlace = Mutex<Option<Arc<Table>>>;

impl Store {
    /// Finds entries by the number that `number` gives the entry of a list. Temporary files go to `scratch`: 13 bytes for
    /// each entry of a list that was asked about, and as much again while its table is made. Where that folder stands in
    /// memory, so does the table.
    pub fn entry_numbers(&self, scratch: &Path, number: Number) -> EntryNumbers {
        EntryNumbers {
            folder: self.folder.clone(),
            scratch: Scratch {
                folder: scratch.to_owned(),
                memory_bytes: MEMORY_BYTES,
            },
            number,
            held: Mutex::default(),
        }
    }
}

impl EntryNumbers {
    /// The entries of a list, as it is now, that have a number: in the order of [`Store::each_entry`]. A list that the
    /// store does not hold has none.
    ///
    /// # Errors
    /// [`Error::Store`](crate::Error::Store) or [`Error::Index`](crate::Error::Index) where the store is damaged;
    /// [`Error::Io`](crate::Error::Io) where a table cannot be written.
    pub fn entries(&self, list: &str, number: u64) -> Result<Vec<Entry>> {
        let opened = self.open()?;
        let mut lists = opened.manifest.lists.iter();
        let Some(known) = lists.find(|known| known.terms.list == list) else {
            return Ok(Vec::new());
        };
        let layers = opened.layers(known);
        let mut hashes: BTreeSet<Hash> = BTreeSet::new();
        for layer in &layers {
            match &layer.content {
                Content::Built(index) => {
                    hashes.extend(self.table(list, index)?.hashes(index, number)?);
                }
                // Few wait for a build.
                Content::PendingEntries(pending) => {
                    let meant = |entry: &&Entry| (self.number)(list, entry) == number;
                    hashes.extend(pending.entries().filter(meant).map(|entry| entry.hash));
                }
            }
        }
        self.counting(list, &layers, hashes, number)
    }

    /// Lets go of files that the store has replaced. Without it they are held until the next question.
    ///
    /// # Errors
    /// Those of opening the store.
    pub fn let_go(&self) -> Result<()> {
        let held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        let opened = held.opened.as_ref().map(|opened| opened.pointer.clone());
        drop(held);
        if opened.is_some() && Pointer::read(&self.folder)? != opened {
            self.open()?;
        }
        Ok(())
    }

    /// The entries of these hashes that count and have the number.
    fn counting(
        &self,
        list: &str,
        layers: &[Layer],
        hashes: BTreeSet<Hash>,
        number: u64,
    ) -> Result<Vec<Entry>> {
        let mut hashes: Vec<Hash> = hashes.into_iter().collect();
        let place = |hash: &Hash| HashType::ALL.iter().position(|t| *t == hash.hash_type());
        hashes.sort_by_key(place);
        let mut entries = Vec::new();
        for hash in &hashes {
            let of_hash = visible::of_hash(layers, hash)?.into_iter();
            entries.extend(of_hash.filter(|entry| (self.number)(list, entry) == number));
        }
        Ok(entries)
    }

    /// The store as it is now. Tables of indexes that are part of it no more are let go.
    fn open(&self) -> Result<Opened> {
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        let opened = Opened::open(&self.folder, held.opened.as_ref())?;
        let roots: BTreeSet<&str> = opened.roots().collect();
        held.tables
            .retain(|(_, root), _| roots.contains(root.as_str()));
        held.opened = Some(opened.clone());
        Ok(opened)
    }

    /// The table of an index, which is made where there is none yet.
    fn table(&self, list: &str, index: &Index) -> Result<Arc<Table>> {
        let key = (list.to_owned(), index.root());
        let place = {
            let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
            held.tables.entry(key).or_default().clone()
        };
        let mut place = place.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(table) = &*place {
            return Ok(table.clone());
        }
        let table = Table::of(index, &self.scratch, |entry| (self.number)(list, entry))?;
        Ok(place.insert(Arc::new(table)).clone())
    }
}

/// The numbers of the rows of an index, in order.
#[derive(Debug)]
struct Table(Bytes);

/// One row.
#[derive(Clone, Copy, FromBytes, IntoBytes, Immutable, KnownLayout, Unaligned)]
#[repr(C)]
struct Numbered {
    /// The key, so the greatest byte stands first.
    number: [u8; 8],
    ordinal: [u8; 4],
    /// The place of the type among all.
    hash_type: u8,
}

impl Keyed for Numbered {
    const KEY_BYTES: usize = 8;
}

impl Table {
    fn of(index: &Index, scratch: &Scratch, number: impl Fn(&Entry) -> u64) -> Result<Table> {
        let mut sorter: Sorter<Numbered> = Sorter::new(&scratch.folder, scratch.memory_bytes);
        for (hash_type, place) in HashType::ALL.into_iter().zip(0..) {
            for (step, ordinal) in index.walk(hash_type).zip(0u32..) {
                let (_, records) = step?;
                for row in records.iter().flat_map(|record| &record.rows) {
                    sorter.push(Numbered {
                        number: number(&row.entry).to_be_bytes(),
                        ordinal: ordinal.to_le_bytes(),
                        hash_type: place,
                    })?;
                }
            }
        }
        let mut spool = scratch.spool(32);
        for numbered in sorter.finish()?.iter() {
            spool.push(numbered.as_bytes())?;
        }
        spool.freeze().map(Table)
    }

    /// The hashes of the rows that have a number.
    fn hashes(&self, index: &Index, number: u64) -> Result<Vec<Hash>> {
        let all = <[Numbered]>::ref_from_bytes(&self.0).expect("written as whole rows");
        let of = |numbered: &Numbered| u64::from_be_bytes(numbered.number);
        let start = all.partition_point(|numbered| of(numbered) < number);
        let meant = all[start..]
            .iter()
            .take_while(|numbered| of(numbered) == number);
        let hash = |numbered: &Numbered| {
            let hash_type = HashType::ALL[usize::from(numbered.hash_type)];
            index.hash_at(hash_type, u32::from_le_bytes(numbered.ordinal))
        };
        meant.map(hash).collect()
    }
}

#[cfg(test)]
impl EntryNumbers {
    /// The tables that are kept.
    pub(in crate::store) fn held(&self) -> Vec<(String, String)> {
        let held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        let mut keys: Vec<_> = held.tables.keys().cloned().collect();
        keys.sort();
        keys
    }

    /// Makes tables in less memory.
    pub(in crate::store) fn memory(&mut self, bytes: usize) {
        self.scratch.memory_bytes = bytes;
    }
}
