//! Folders of a file system that are still to be read, each once.

use std::collections::HashSet;
use std::io;

use super::view::View;
use super::volume::{Extent, Notes};
use crate::archive::gap::GapKind;
use crate::archive::path;
use crate::error::Reason;

/// The most bytes of all folders, and of the paths of those that wait.
const FOLDERS_BYTES_MAX: u64 = 256 << 20;

/// The most folders.
const FOLDERS_MAX: usize = 1 << 20;

/// A folder, by what its file system knows it by.
pub(super) struct Folder<P> {
    pub(super) place: P,
    pub(super) path: Vec<u8>,
}

/// Folders that wait.
pub(super) struct Folders<P> {
    waiting: Vec<Folder<P>>,
    waiting_bytes: u64,
    /// Keys of those that waited before: folders can lead round in circles.
    met: HashSet<u64>,
    /// How many bytes of folders may still be read.
    left: u64,
    limit: u64,
}

impl<P> Folders<P> {
    /// Folders that have at most so many bytes, of an image that has so many: no byte is in two of them.
    pub(super) fn new(bytes_max: u64, image_bytes: u64) -> Folders<P> {
        let limit = bytes_max.min(FOLDERS_BYTES_MAX).min(image_bytes);
        Folders {
            waiting: Vec::new(),
            waiting_bytes: 0,
            met: HashSet::new(),
            left: limit,
            limit,
        }
    }

    /// Adds a folder, unless one with its key was.
    pub(super) fn push(&mut self, (key, place): (u64, P), path: Vec<u8>, notes: &mut Notes) {
        if path.len() > path::PATH_MAX {
            let limit = path::PATH_MAX as u64;
            return notes.gap(GapKind::OverLimit, Reason::MemberPathTooLong { limit });
        }
        if self.met.len() >= FOLDERS_MAX || self.waiting_bytes >= FOLDERS_BYTES_MAX {
            let limit = FOLDERS_MAX as u64;
            return notes.gap(GapKind::OverLimit, Reason::ArchiveMembers { limit });
        }
        if !self.met.insert(key) {
            return notes.broken();
        }
        self.waiting_bytes += path.len() as u64;
        self.waiting.push(Folder { place, path });
    }

    pub(super) fn pop(&mut self) -> Option<Folder<P>> {
        let folder = self.waiting.pop()?;
        self.waiting_bytes -= folder.path.len() as u64;
        Some(folder)
    }

    /// The bytes of a folder, as far as they are there: `most` of them, if all folders may have as many. What is left out
    /// is told.
    pub(super) fn read(
        &mut self,
        view: &mut View<'_>,
        extents: &[Extent],
        most: u64,
        notes: &mut Notes,
    ) -> io::Result<Vec<u8>> {
        let mut entries = Vec::new();
        for extent in extents {
            let Extent::At(stretch) = extent else {
                continue;
            };
            notes.structure(stretch.start, extent.len());
            // What is behind the end of the image is charged to nobody.
            let there = extent.len().min(view.len().saturating_sub(stretch.start));
            let here = there.min(most.saturating_sub(entries.len() as u64));
            if self.take(here, notes) {
                let bytes = view.up_to(here, stretch.start)?;
                if (bytes.len() as u64) < extent.len() {
                    notes.gap(GapKind::Damaged, Reason::MemberCut);
                }
                entries.extend(bytes);
            }
        }
        Ok(entries)
    }

    /// Takes so many bytes of a folder that are to be read; whether it may be.
    pub(super) fn take(&mut self, bytes: u64, notes: &mut Notes) -> bool {
        let may = bytes <= self.left;
        if may {
            self.left -= bytes;
        } else {
            let limit = self.limit;
            notes.gap(GapKind::OverLimit, Reason::DirectoryTooLarge { limit });
        }
        may
    }
}

/// The path of what is in a folder.
pub(super) fn within(outer: &[u8], name: &[u8]) -> Vec<u8> {
    let between: &[u8] = if outer.is_empty() { b"" } else { b"/" };
    [outer, between, name].concat()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::archive::source::Source;

    #[test]
    fn what_a_folder_has_beyond_a_limit_is_told() {
        let read = |extents: &[Extent], most: u64, of_all: u64| {
            let mut source = Source::new(io::Cursor::new(vec![7; 100]), 100);
            let mut view = View::new(&mut source, 0..100);
            let mut folders: Folders<()> = Folders::new(of_all, 100);
            let mut notes = Notes::default();
            let bytes = folders.read(&mut view, extents, most, &mut notes);
            (bytes.unwrap().len(), notes.gaps.gap().map(|(kind, _)| kind))
        };
        let two = [Extent::At(0..30), Extent::At(60..90)];
        assert_eq!(read(&two, 60, 100), (60, None));
        // More than one folder may have, behind the end of the image, more than all folders may have.
        assert_eq!(read(&two, 59, 100), (59, Some(GapKind::Damaged)));
        assert_eq!(read(&two, 30, 100), (30, Some(GapKind::Damaged)));
        assert_eq!(
            read(&[Extent::At(90..120)], 60, 100),
            (10, Some(GapKind::Damaged))
        );
        assert_eq!(read(&two, 60, 40), (30, Some(GapKind::OverLimit)));
    }
}
