//! Images of disks: partitions, the file systems in them, and what no file uses.
//!
//! Each file system only says where its files are. Nothing is copied and nothing mounted. What the file system keeps for
//! itself is searched as margins of other containers are. What belongs to nothing is free space: it is looked into where
//! that is asked for, and otherwise told, unless it holds zeros alone.

mod content;
mod exfat;
mod ext;
mod fat;
mod folders;
mod free;
mod ntfs;
mod partitions;
mod stretches;
mod view;
mod volume;

use std::collections::VecDeque;
use std::io::{self, Read};
use std::ops::Range;
use std::sync::Arc;

use super::carve::Carving;
use super::container::{Container, Entry};
use super::gap::{Gap, GapKind, Gaps, gap_of};
use super::margins::Margins;
use super::passwords::Keyring;
use super::source::Source;
use crate::error::Reason;
use content::Content;
use free::Free;
use partitions::Partition;
use stretches::Stretches;
use view::View;
use volume::{Extent, FileSystem, Next, Notes};

/// The most entries of folders and tables in all file systems of an image, and one more for so many bytes of it.
const ENTRIES_MAX: u64 = 1 << 24;
const ENTRY_BYTES: u64 = 512;

/// Whether a file begins as an image of a disk does: with a table of partitions, or a file system.
pub(super) fn begins(head: &[u8]) -> bool {
    volume::begins(head) || partitions::begins(head)
}

/// What an image of a disk may cost, and what is done with its free space.
pub(super) struct Settings {
    pub(super) carving: Option<Carving>,
    pub(super) window_bytes: u64,
    pub(super) directory_bytes: u64,
    pub(super) keyring: Arc<Keyring>,
}

/// An image of a disk.
pub(super) struct DiskImage {
    step: Step,
    settings: Settings,
    /// Partitions that are still to be read.
    partitions: VecDeque<Partition>,
    open: Option<Open>,
    /// The content of the file that it is at.
    content: Vec<Extent>,
    /// Where content of files is, and what file systems keep for themselves.
    taken: Stretches,
    structures: Stretches,
    /// How many entries may still be passed.
    entries_left: u64,
    gaps: Gaps,
}

enum Step {
    New(Source),
    Files(Source),
    Structures(Source, Box<Margins>),
    Free(Box<Free>),
    Ended,
}

/// A file system that is read.
struct Open {
    partition: Partition,
    system: Box<dyn FileSystem>,
}

impl DiskImage {
    pub(super) fn new(source: Source, settings: Settings) -> DiskImage {
        let len = source.len();
        DiskImage {
            step: Step::New(source),
            settings,
            partitions: VecDeque::new(),
            open: None,
            content: Vec::new(),
            taken: Stretches::new(len),
            structures: Stretches::new(len),
            entries_left: entries_max(len),
            gaps: Gaps::default(),
        }
    }

    fn advance(&mut self) -> io::Result<Option<Entry>> {
        loop {
            match std::mem::replace(&mut self.step, Step::Ended) {
                Step::New(mut source) => {
                    let found = partitions::read(&mut source, &mut self.gaps)?;
                    self.partitions = found.partitions.into();
                    found.tables.into_iter().for_each(|table| {
                        self.structures.add(table);
                    });
                    self.step = Step::Files(source);
                }
                Step::Files(mut source) => {
                    let next = self.next_file(&mut source)?;
                    if let Some(entry) = next {
                        self.step = Step::Files(source);
                        return Ok(Some(entry));
                    }
                    let margins = Box::new(self.margins());
                    self.step = Step::Structures(source, margins);
                }
                Step::Structures(mut source, mut margins) => {
                    let entry = margins.next_entry(&mut source, &mut self.gaps)?;
                    if entry.is_some() {
                        self.step = Step::Structures(source, margins);
                        return Ok(entry);
                    }
                    let used = [&mut self.taken, &mut self.structures].map(std::mem::take);
                    let free = Free::new(source, used, &self.settings, &mut self.gaps)?;
                    self.step = free.map_or(Step::Ended, |free| Step::Free(Box::new(free)));
                }
                Step::Free(mut free) => {
                    let entry = free.next_entry();
                    if entry.is_none() {
                        free.add_gaps(&mut self.gaps);
                        return Ok(None);
                    }
                    self.step = Step::Free(free);
                    return Ok(entry);
                }
                Step::Ended => return Ok(None),
            }
        }
    }

    /// The next file of the file systems.
    fn next_file(&mut self, source: &mut Source) -> io::Result<Option<Entry>> {
        // That of the last file is no content of what follows.
        self.content = Vec::new();
        loop {
            let Some(mut open) = self.open.take() else {
                let Some(partition) = self.partitions.pop_front() else {
                    return Ok(None);
                };
                if let Some(refused) = self.open_partition(source, partition)? {
                    return Ok(Some(refused));
                }
                continue;
            };
            let begin = open.partition.range.start;
            let mut notes = Notes::default();
            let mut view = View::new(source, open.partition.range.clone());
            let next = open.system.next(&mut view, &mut notes);
            for stretch in notes.structures {
                self.structures.add(shifted(stretch, begin));
            }
            if let Some((kind, reasons)) = notes.gaps.gap() {
                self.gaps.add(kind, reasons);
            }
            let file = match next {
                Ok(Next::File(file)) => Some(file),
                Ok(Next::Pause) => None,
                Ok(Next::End) => continue,
                Err(error) => {
                    let (kind, reasons) = gap_of(error);
                    self.gaps.add(kind, reasons);
                    continue;
                }
            };
            let partition = open.partition.clone();
            if self.may_go_on(notes.entries, source.len()) {
                self.open = Some(open);
            }
            let Some(file) = file else {
                continue;
            };
            let mut entry = file.entry;
            entry.path = partition.path(&entry.path);
            self.content = file.content.into_iter().map(|e| e.shifted(begin)).collect();
            // What was refused is told as such, and no free space, unless that is searched.
            if self.settings.carving.is_none() {
                self.take();
            }
            return Ok(Some(entry));
        }
    }

    /// Notes that the content of the file that it is at is no free space.
    fn take(&mut self) {
        for extent in &self.content {
            if let Extent::At(stretch) = extent {
                self.taken.add(stretch.clone());
            }
        }
    }

    /// Whether more entries may be passed than so many, which is told where not.
    fn may_go_on(&mut self, entries: u64, len: u64) -> bool {
        let left = self.entries_left.checked_sub(entries);
        self.entries_left = left.unwrap_or(0);
        if left.is_none() {
            let limit = entries_max(len);
            self.gaps
                .add(GapKind::OverLimit, Reason::ArchiveMembers { limit });
        }
        left.is_some()
    }

    /// Opens the file system of a partition. What is not read is a member that was refused.
    fn open_partition(
        &mut self,
        source: &mut Source,
        partition: Partition,
    ) -> io::Result<Option<Entry>> {
        let refused = |kind: GapKind, reason: Reason| {
            let mut entry = Entry::of(partition.path(b""));
            entry.refused = Some((kind, reason.into()));
            Ok(Some(entry))
        };
        if partition.range.start >= source.len() {
            return refused(GapKind::Damaged, Reason::MemberCut);
        }
        if partition.range.end > source.len() {
            self.gaps.add(GapKind::Damaged, Reason::MemberCut);
        }
        let mut view = View::new(source, partition.range.clone());
        let most = self.settings.directory_bytes;
        match volume::open(&mut view, most)? {
            volume::Found::System(system) => {
                self.open = Some(Open { partition, system });
                Ok(None)
            }
            // Nothing was written there.
            volume::Found::Empty => Ok(None),
            volume::Found::Broken => refused(GapKind::Damaged, Reason::DiskFileSystemBroken),
            volume::Found::Unread(name) => {
                let known = name.map(|name| Reason::DiskFileSystem { name });
                refused(
                    GapKind::Unsupported,
                    known.unwrap_or(Reason::DiskFileSystemUnknown),
                )
            }
        }
    }

    /// What file systems keep for themselves.
    fn margins(&mut self) -> Margins {
        let mut margins = Margins::default();
        for stretch in self.structures.sorted() {
            margins.add(stretch.clone());
        }
        margins
    }
}

/// How many entries an image of so many bytes may have.
fn entries_max(len: u64) -> u64 {
    ENTRIES_MAX.saturating_add(len / ENTRY_BYTES)
}

/// A stretch of a partition as one of the image.
fn shifted(stretch: Range<u64>, by: u64) -> Range<u64> {
    stretch.start.saturating_add(by)..stretch.end.saturating_add(by)
}

impl Container for DiskImage {
    fn next_entry(&mut self) -> Option<Entry> {
        self.advance().unwrap_or_else(|error| {
            let (kind, reasons) = gap_of(error);
            self.gaps.add(kind, reasons);
            None
        })
    }

    fn content(&mut self) -> Box<dyn Read + '_> {
        if self.settings.carving.is_some() {
            self.take();
        }
        match &mut self.step {
            Step::Files(source) => {
                Box::new(Content::new(source, std::mem::take(&mut self.content)))
            }
            Step::Structures(source, margins) => match margins.content(source) {
                Some(content) => content,
                None => Box::new(io::empty()),
            },
            Step::Free(free) => free.content(),
            Step::New(_) | Step::Ended => Box::new(io::empty()),
        }
    }

    fn gap(&mut self) -> Option<Gap> {
        self.gaps.gap()
    }
}
