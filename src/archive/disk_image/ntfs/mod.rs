//! NTFS (as the documentation of the Linux driver and of ntfs-3g describes it).
//!
//! Files are found by going through the table of all files, and not by folders: so broken or hidden folders hide nothing. The
//! folders only give names.

mod names;
mod record;
mod stream;
mod table;

use std::io;

use super::view::{View, le};
use super::volume::{Extent, FileSystem, FoundFile, Next, Notes};
use crate::archive::gap::GapKind;
use crate::error::Reason;
use names::{Folders, Named};
use table::{Layout, Records};

/// The number of the first file of a user: those before it are kept for the file system.
const FIRST: u64 = 24;

/// The file of broken clusters has one stream with all clusters of the file system.
const BAD_CLUSTERS: u64 = 8;

/// Whether these are the first bytes of such a file system.
pub(super) fn begins(head: &[u8]) -> bool {
    head.get(3..11) == Some(b"NTFS    ") && head.get(510..512) == Some(&[0x55, 0xAA])
}

/// A file system of this kind.
pub(super) struct Ntfs {
    is_cut: bool,
    records: Records,
    step: Step,
    folders: Folders,
    /// Streams of the file that it is at which are still to be given.
    streams: Vec<FoundFile>,
}

/// What is done next. Both walks go by the numbers of records.
#[derive(Clone, Copy)]
enum Step {
    Begin,
    Folders(u64),
    Files(u64),
}

impl Ntfs {
    /// Reads the boot sector of a file system that has so many bytes.
    pub(super) fn open(boot: &[u8], len: u64, folders_bytes: u64) -> Option<Ntfs> {
        let sector = le(boot, 11, 2);
        let cluster_bytes = match boot[13] {
            small @ 1..=128 if small.is_power_of_two() => u64::from(small) * sector,
            // A negative number is a power of two.
            large @ 0xF4..=0xFF => sector << (256 - u32::from(large)),
            _ => return None,
        };
        let record_bytes = match boot[64] {
            clusters @ 1..=127 => u64::from(clusters) * cluster_bytes,
            power @ 0xF0..=0xF7 => 1_u64 << (256 - u32::from(power)),
            _ => return None,
        };
        let is_sound = matches!(sector, 256 | 512 | 1024 | 2048 | 4096)
            && (512..=65536).contains(&record_bytes)
            && record_bytes % 512 == 0
            && (256..=2 << 20).contains(&cluster_bytes);
        is_sound.then(|| Ntfs {
            is_cut: le(boot, 40, 8).saturating_mul(sector) > len,
            records: Records::new(
                Layout {
                    cluster_bytes,
                    record_bytes,
                    table_at: le(boot, 48, 8).saturating_mul(cluster_bytes),
                },
                (len / 32).saturating_add(1 << 16),
            ),
            step: Step::Begin,
            folders: Folders::new(folders_bytes),
            streams: Vec::new(),
        })
    }

    /// Finds the table of all files.
    fn begin(&mut self, view: &mut View, notes: &mut Notes) -> io::Result<()> {
        if self.is_cut {
            notes.gap(GapKind::Damaged, Reason::MemberCut);
        }
        notes.structure(0, 512);
        self.records.begin(view, notes)
    }

    /// Takes the name of the record of a number, if it is a folder. Whether there is room for more.
    fn folder_of(&mut self, view: &mut View, number: u64, notes: &mut Notes) -> io::Result<bool> {
        let Some(record) = self.records.record(view, number)? else {
            return Ok(true);
        };
        if !record.is_folder() || !record.is_base() {
            return Ok(true);
        }
        let Some(named) = Named::of(view, &mut self.records, (number, &record))? else {
            return Ok(true);
        };
        let added = self.folders.add(number, named);
        if let Err(limit) = added {
            notes.gap(GapKind::OverLimit, Reason::DirectoryTooLarge { limit });
        }
        Ok(added.is_ok())
    }

    /// The files that the record of a number gives.
    fn files_of(
        &mut self,
        view: &mut View,
        number: u64,
        notes: &mut Notes,
    ) -> io::Result<Vec<FoundFile>> {
        let Some(record) = self.records.record(view, number)? else {
            return Ok(Vec::new());
        };
        // Those in other records belong to their base.
        if !record.is_base() {
            return Ok(Vec::new());
        }
        let streams = self.records.streams_of(view, (number, &record), notes)?;
        if number < FIRST {
            for stream in streams.iter().filter(|_| number != BAD_CLUSTERS) {
                for extent in &stream.extents {
                    if let Extent::At(stretch) = extent {
                        notes.structure(stretch.start, extent.len());
                    }
                }
            }
            return Ok(Vec::new());
        }
        let named = Named::of(view, &mut self.records, (number, &record))?;
        let path = match &named {
            Some(named) => self.folders.path_of(named),
            None => format!("$lost/{number}").into_bytes(),
        };
        let files = streams.into_iter().map(|stream| stream.file(&path));
        Ok(files.collect())
    }
}

impl FileSystem for Ntfs {
    fn next(&mut self, view: &mut View, notes: &mut Notes) -> io::Result<Next> {
        while notes.goes_on() {
            if let Some(file) = self.streams.pop() {
                return Ok(Next::File(file));
            }
            let count = self.records.count();
            match self.step {
                Step::Begin => {
                    self.begin(view, notes)?;
                    self.step = Step::Folders(0);
                }
                Step::Folders(number) if number < count => {
                    self.step = Step::Folders(number + 1);
                    if !self.folder_of(view, number, notes)? {
                        self.step = Step::Files(0);
                    }
                }
                Step::Folders(_) => self.step = Step::Files(0),
                Step::Files(number) if number < count => {
                    self.step = Step::Files(number + 1);
                    self.streams = self.files_of(view, number, notes)?;
                    // They are taken from the end.
                    self.streams.reverse();
                }
                Step::Files(_) => {
                    if std::mem::take(&mut self.records.is_broken) {
                        notes.broken();
                    }
                    return Ok(Next::End);
                }
            }
        }
        Ok(Next::Pause)
    }
}
