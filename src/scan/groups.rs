//! Findings put together by cluster, once all are known.

use std::path::{Path, PathBuf};

use zerocopy::big_endian::{U32, U64};
use zerocopy::{FromBytes, Immutable, IntoBytes, KnownLayout, Unaligned};

use crate::Result;
use crate::disk::external_sort::{Keyed, Sorted, Sorter};
use crate::disk::mmap::{Bytes, Pace};
use crate::disk::spool::Spool;
use crate::matcher::Cluster;

/// What the least access to a mapped file brings into memory, on most systems.
const PAGE_BYTES: usize = 4096;

/// Notes on findings in their order, to be printed once the findings of a cluster are together.
///
/// ```
/// use basma::matcher::Cluster;
/// use basma::scan::Groups;
/// let (a, b): (Cluster, Cluster) = ("c0000000000000001".parse()?, "c0000000000000002".parse()?);
/// let mut groups = Groups::new(&std::env::temp_dir(), 1 << 20);
/// for (cluster, distance, note) in [(a, 9, "nine"), (b, 5, "five"), (a, 2, "two")] {
///     groups.add(cluster, distance, note.as_bytes())?;
/// }
/// let grouped = groups.finish()?;
/// let notes: Vec<(Cluster, &[u8])> = grouped.iter().collect();
/// assert_eq!(notes, [(a, b"two".as_slice()), (a, b"nine"), (b, b"five")]);
/// # Ok::<(), basma::Error>(())
/// ```
#[derive(Debug)]
pub struct Groups {
    folder: PathBuf,
    memory_bytes: usize,
    notes: Spool,
    places: Sorter<NotePlace>,
}

impl Groups {
    /// Uses about so many bytes of memory. The rest goes to temporary files in the folder, which have no names and
    /// vanish with the process.
    pub fn new(folder: &Path, memory_bytes: usize) -> Groups {
        let part = memory_bytes / 3;
        Groups {
            folder: folder.to_owned(),
            memory_bytes: part,
            notes: Spool::new(folder, part),
            places: Sorter::new(folder, part),
        }
    }

    /// Notes a finding: its cluster, and how far it is from the listed hash.
    ///
    /// # Errors
    /// Those of writing a temporary file.
    pub fn add(&mut self, cluster: Cluster, distance: u32, note: &[u8]) -> Result<()> {
        let at = self.notes.len();
        self.notes.push(note)?;
        self.places.push(NotePlace {
            group: cluster.to_bytes(),
            distance: distance.into(),
            at: at.into(),
            bytes: (note.len() as u64).into(),
        })
    }

    /// All notes, to be read by cluster.
    ///
    /// # Errors
    /// Those of writing and mapping temporary files.
    pub fn finish(self) -> Result<Grouped> {
        let by_cluster = self.places.finish()?;
        let mut by_nearest = Sorter::new(&self.folder, self.memory_bytes);
        let mut nearest: Option<NotePlace> = None;
        for place in by_cluster.iter() {
            let first = nearest.filter(|first| first.group == place.group);
            let first = first.unwrap_or(place);
            nearest = Some(first);
            by_nearest.push(Ranked {
                nearest: first.distance,
                place,
            })?;
        }
        Ok(Grouped {
            notes: self.notes.freeze()?,
            places: by_nearest.finish()?,
        })
    }
}

/// Notes by cluster.
#[derive(Debug)]
pub struct Grouped {
    notes: Bytes,
    places: Sorted<Ranked>,
}

impl Grouped {
    /// Each note with its cluster. The cluster with the nearest finding comes first, then the order of names. In a
    /// cluster the nearest comes first, then the order of addition.
    pub fn iter(&self) -> impl Iterator<Item = (Cluster, &[u8])> + '_ {
        let mut pace = Pace::default();
        self.places.iter().map(move |Ranked { place, .. }| {
            // Both were made from lengths of what is in memory or mapped.
            let (at, bytes) = (place.at.get() as usize, place.bytes.get() as usize);
            // Notes of one cluster stand apart: each brings in a page of its own.
            pace.passed(bytes.max(PAGE_BYTES), &self.notes);
            let note = &self.notes[at..at + bytes];
            (Cluster::from_bytes(place.group), note)
        })
    }
}

/// Where a note stands, by cluster and then distance.
#[derive(Clone, Copy, Debug, FromBytes, IntoBytes, Immutable, KnownLayout, Unaligned)]
#[repr(C)]
struct NotePlace {
    group: [u8; 8],
    distance: U32,
    at: U64,
    bytes: U64,
}

impl Keyed for NotePlace {
    const KEY_BYTES: usize = 12;
}

/// The same, after how near the nearest of the cluster is.
#[derive(Clone, Copy, Debug, FromBytes, IntoBytes, Immutable, KnownLayout, Unaligned)]
#[repr(C)]
struct Ranked {
    nearest: U32,
    place: NotePlace,
}

impl Keyed for Ranked {
    const KEY_BYTES: usize = 16;
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn notes_come_by_cluster_with_the_nearest_first(
            findings in prop::collection::vec((0u64..6, 0u32..9), 0..300),
            memory_bytes in 0usize..9000,
        ) {
            let folder = tempfile::tempdir().unwrap();
            let mut groups = Groups::new(folder.path(), memory_bytes);
            let cluster = |number: u64| Cluster::from_bytes(number.to_be_bytes());
            for (order, (group, distance)) in findings.iter().enumerate() {
                let note = format!("{order}");
                groups.add(cluster(*group), *distance, note.as_bytes()).unwrap();
            }
            let nearest = |group: u64| findings.iter().filter(|f| f.0 == group).map(|f| f.1).min();
            let mut expected: Vec<_> = findings.iter().enumerate().collect();
            expected.sort_by_key(|(order, (group, distance))| (nearest(*group), *group, *distance, *order));
            let expected: Vec<_> = expected
                .into_iter()
                .map(|(order, (group, _))| (cluster(*group), format!("{order}").into_bytes()))
                .collect();
            let grouped = groups.finish().unwrap();
            let given: Vec<_> = grouped.iter().map(|(group, note)| (group, note.to_vec())).collect();
            prop_assert_eq!(given, expected);
            prop_assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
        }
    }
}
