//! The file systems, told by their first sectors.

use std::io;
use std::ops::Range;

use super::exfat::Exfat;
use super::ext::{Ext, Opened};
use super::fat::Fat;
use super::ntfs::Ntfs;
use super::view::View;
use super::{exfat, ext, fat, ntfs, shifted};
use crate::archive::container::Entry;
use crate::archive::gap::{GapKind, Gaps};
use crate::error::Reason;

/// How much of a partition tells its file system.
const HEAD_BYTES: u64 = 68 << 10;

/// A stretch of the content of a file.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Extent {
    At(Range<u64>),
    /// Nothing is stored: the content is so many zeros.
    Zeros(u64),
    /// It stands within a structure of the file system.
    Held(Vec<u8>),
}

impl Extent {
    /// The same with its place counted from the begin of the image.
    pub(super) fn shifted(self, by: u64) -> Extent {
        match self {
            Extent::At(stretch) => Extent::At(shifted(stretch, by)),
            other => other,
        }
    }

    pub(super) fn len(&self) -> u64 {
        match self {
            Extent::At(stretch) => stretch.end.saturating_sub(stretch.start),
            Extent::Zeros(len) => *len,
            Extent::Held(bytes) => bytes.len() as u64,
        }
    }

    /// Adds a stretch to others, as one with the last where it goes on there.
    pub(super) fn push(extents: &mut Vec<Extent>, extent: Extent) {
        match (extents.last_mut(), &extent) {
            (Some(Extent::At(last)), Extent::At(next)) if last.end == next.start => {
                last.end = next.end;
            }
            (Some(Extent::Zeros(last)), Extent::Zeros(next)) => *last = last.saturating_add(*next),
            _ => extents.push(extent),
        }
    }

    /// Cuts stretches to so many bytes in all; whether there were as many.
    pub(super) fn cut(extents: &mut Vec<Extent>, size: u64) -> bool {
        let mut left = size;
        extents.retain_mut(|extent| {
            let len = extent.len().min(left);
            match extent {
                Extent::At(stretch) => stretch.end = stretch.start.saturating_add(len),
                Extent::Zeros(zeros) => *zeros = len,
                Extent::Held(bytes) => bytes.truncate(len as usize),
            }
            left -= len;
            len > 0
        });
        left == 0
    }
}

/// A file, by the places of its content.
pub(super) struct FoundFile {
    pub(super) entry: Entry,
    pub(super) content: Vec<Extent>,
}

impl FoundFile {
    /// A file of this size, whose content should be there.
    pub(super) fn of(path: Vec<u8>, size: u64, mut content: Vec<Extent>) -> FoundFile {
        let is_whole = Extent::cut(&mut content, size);
        let mut entry = Entry::of(path);
        let found = content.iter().map(Extent::len).sum();
        // Many files can name the same stretches.
        (entry.stored, entry.claim) = (found, Some(found));
        if !is_whole {
            entry.gap = Some((GapKind::Damaged, Reason::MemberCut.into()));
        }
        FoundFile { entry, content }
    }

    /// A file without content that is given.
    pub(super) fn refused(path: Vec<u8>, kind: GapKind, reason: Reason) -> FoundFile {
        let mut entry = Entry::of(path);
        entry.refused = Some((kind, reason.into()));
        FoundFile {
            entry,
            content: Vec::new(),
        }
    }
}

/// What a file system tells beside its files.
#[derive(Default)]
pub(super) struct Notes {
    /// What it keeps for itself.
    pub(super) structures: Vec<Range<u64>>,
    /// Equal ones are counted: a file system can have as many as it has entries.
    pub(super) gaps: Gaps,
    /// How many entries were passed, with or without a file.
    pub(super) entries: u64,
}

impl Notes {
    /// Whether one more entry is passed at once.
    pub(super) fn goes_on(&mut self) -> bool {
        let goes_on = self.entries < ENTRIES_AT_ONCE;
        self.entries += u64::from(goes_on);
        goes_on
    }

    pub(super) fn gap(&mut self, kind: GapKind, reason: Reason) {
        self.gaps.add(kind, reason);
    }

    pub(super) fn broken(&mut self) {
        self.gap(GapKind::Damaged, Reason::DiskFileSystemBroken);
    }

    pub(super) fn structure(&mut self, at: u64, len: u64) {
        self.structures.push(at..at.saturating_add(len));
    }
}

/// A file system that is read file by file.
pub(super) trait FileSystem: Send {
    /// Goes to the next file, as long as [`Notes::goes_on`] says so. The number of entries is finite for
    /// any bytes, and so is the work for each.
    ///
    /// # Errors
    /// Those of the source.
    fn next(&mut self, view: &mut View, notes: &mut Notes) -> io::Result<Next>;
}

/// How many entries without a file are passed before what was noted is taken.
const ENTRIES_AT_ONCE: u64 = 4096;

/// What comes next in a file system.
pub(super) enum Next {
    File(FoundFile),
    /// No file yet: there was enough to note.
    Pause,
    End,
}

/// What is in a partition.
pub(super) enum Found {
    System(Box<dyn FileSystem>),
    /// A file system that is read, with a header that cannot be.
    Broken,
    /// The name of what is not read; none where it is not known.
    Unread(Option<String>),
    Empty,
}

/// Whether these are the first bytes of a file system that is read.
pub(super) fn begins(head: &[u8]) -> bool {
    fat::begins(head) || exfat::begins(head) || ntfs::begins(head) || ext::begins(head)
}

/// Opens the file system of a partition, whose folders have at most so many bytes.
pub(super) fn open(view: &mut View, folders_bytes: u64) -> io::Result<Found> {
    let head = view.up_to(HEAD_BYTES, 0)?;
    fn found<S: FileSystem + 'static>(system: Option<S>) -> Found {
        system.map_or(Found::Broken, |system| Found::System(Box::new(system)))
    }
    let len = view.len();
    if fat::begins(&head) {
        return Ok(found(Fat::open(&head, len, folders_bytes)));
    }
    if exfat::begins(&head) {
        return Ok(found(Exfat::open(&head, len, folders_bytes)));
    }
    if ntfs::begins(&head) {
        return Ok(found(Ntfs::open(&head, len, folders_bytes)));
    }
    if ext::begins(&head) {
        return Ok(match Ext::open(&head, len, folders_bytes) {
            Opened::Ext(ext) => Found::System(ext),
            Opened::Unknown(features) => Found::Unread(Some(format!("ext4 ({features:#x})"))),
            Opened::Broken => Found::Broken,
        });
    }
    if let Some(name) = unread(&head) {
        return Ok(Found::Unread(Some(name.to_owned())));
    }
    if head.iter().all(|byte| *byte == 0) {
        return Ok(Found::Empty);
    }
    Ok(Found::Unread(None))
}

/// What is known and not read, by its mark and the place of that.
fn unread(head: &[u8]) -> Option<&'static str> {
    const MARKS: [(usize, &[u8], &str); 15] = [
        (0, b"LUKS\xBA\xBE", "LUKS"),
        (512, b"LABELONE", "LVM"),
        (3, b"-FVE-FS-", "BitLocker"),
        (3, b"ReFS\0\0\0\0", "ReFS"),
        (32, b"NXSB", "APFS"),
        (1024, b"H+\0", "HFS+"),
        (1024, b"HX\0", "HFS+"),
        (1024, b"BD", "HFS"),
        (1024, b"\x10\x20\xF5\xF2", "F2FS"),
        (0, b"XFSB", "XFS"),
        (0, b"hsqs", "SquashFS"),
        (0x10040, b"_BHRfS_M", "Btrfs"),
        (0x8001, b"CD001", "ISO 9660"),
        (4086, b"SWAPSPACE2", "swap"),
        (4086, b"SWAP-SPACE", "swap"),
    ];
    let is_at = |at: usize, mark: &[u8]| head.get(at..).is_some_and(|rest| rest.starts_with(mark));
    let known = MARKS.iter().find(|(at, mark, _)| is_at(*at, mark));
    known.map(|(_, _, name)| *name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_noted_at_once_has_a_bound() {
        let mut notes = Notes::default();
        while notes.goes_on() {
            notes.broken();
        }
        assert_eq!(notes.entries, ENTRIES_AT_ONCE);
        assert!(!notes.goes_on());
        let (kind, reasons) = notes.gaps.gap().unwrap();
        assert_eq!(kind, GapKind::Damaged);
        let counted: Vec<_> = reasons.iter().map(|one| one.times).collect();
        assert_eq!(counted, [ENTRIES_AT_ONCE]);
    }
}
