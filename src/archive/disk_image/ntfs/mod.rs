//! NTFS (as the documentation of the Linux driver and of ntfs-3g describes it).
//!
//! Files are found by going through the table of all files, and not by folders: so broken or hidden folders hide nothing. The
//! folders only give names.

mod record;

use std::collections::HashMap;
use std::io;

use super::folders::within;
use super::view::{View, le};
use super::volume::{Extent, FileSystem, FoundFile, Next, Notes};
use crate::archive::gap::GapKind;
use crate::archive::path;
use crate::error::Reason;
use record::{Attribute, Content, Record, Runs, attribute};

/// The number of the root folder, and of the first file of a user: those before it are kept for the file system.
const ROOT: u64 = 5;
const FIRST: u64 = 24;

/// The file of broken clusters has one stream with all clusters of the file system.
const BAD_CLUSTERS: u64 = 8;

/// How deep folders are.
const DEPTH_MAX: usize = 512;

/// The most bytes of the names of all folders.
const NAMES_BYTES_MAX: u64 = 256 << 20;

/// The most parts of a list of attributes, attributes of a file, and streams of one.
const PARTS_MAX: usize = 4096;
const ATTRIBUTES_MAX: usize = 1 << 14;
const STREAMS_MAX: usize = 256;

/// How often a part of the table of all files may lead to a further one.
const TABLE_ROUNDS_MAX: usize = 256;

/// Whether these are the first bytes of such a file system.
pub(super) fn begins(head: &[u8]) -> bool {
    head.get(3..11) == Some(b"NTFS    ") && head.get(510..512) == Some(&[0x55, 0xAA])
}

/// What the boot sector says.
struct Layout {
    cluster_bytes: u64,
    record_bytes: u64,
    table_at: u64,
}

/// A folder, by its name and what it is in.
struct Named {
    parent: u64,
    name: Vec<u8>,
}

/// A file system of this kind.
pub(super) struct Ntfs {
    layout: Layout,
    is_cut: bool,
    /// A record is broken.
    is_broken: bool,
    /// Where the table of all files is; none until it was read.
    table: Option<Table>,
    folders: HashMap<u64, Named>,
    next: u64,
    /// Streams of the file that it is at which are still to be given.
    streams: Vec<FoundFile>,
    names_left: u64,
    /// How many runs, attributes and parts of lists may still be read.
    steps: u64,
}

/// The table of all files.
struct Table {
    extents: Vec<Extent>,
    /// Where each stretch ends in the table.
    ends: Vec<u64>,
    records: u64,
}

impl Table {
    fn new(extents: Vec<Extent>, records: u64) -> Table {
        let ends = extents.iter().scan(0_u64, |end, extent| {
            *end = end.saturating_add(extent.len());
            Some(*end)
        });
        Table {
            ends: ends.collect(),
            extents,
            records,
        }
    }
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
            layout: Layout {
                cluster_bytes,
                record_bytes,
                table_at: le(boot, 48, 8).saturating_mul(cluster_bytes),
            },
            is_broken: false,
            table: None,
            folders: HashMap::new(),
            next: 0,
            streams: Vec::new(),
            names_left: folders_bytes.min(NAMES_BYTES_MAX),
            steps: (len / 32).saturating_add(1 << 16),
        })
    }

    /// Finds the table of all files and the names of folders.
    fn begin(&mut self, view: &mut View, notes: &mut Notes) -> io::Result<()> {
        if self.is_cut {
            notes.gap(GapKind::Damaged, Reason::MemberCut);
        }
        notes.structure(0, 512);
        let begin = self.layout.table_at;
        let end = begin.saturating_add(self.layout.record_bytes * 16);
        let table = Table::new(vec![Extent::At(begin..end)], 16);
        let mut table = self.whole_table(view, table, notes)?;
        // What is behind the end of the image is not there.
        let here = view.len() / self.layout.record_bytes;
        table.records = table.records.min(here);
        for extent in &table.extents {
            if let Extent::At(stretch) = extent {
                notes.structure(stretch.start, extent.len());
            }
        }
        for number in 0..table.records {
            let Some(record) = self.record(view, &table, number)? else {
                continue;
            };
            if !record.is_folder() || !record.is_base() {
                continue;
            }
            let Some(named) = self.name_of(view, &table, (number, &record))? else {
                continue;
            };
            let bytes = named.name.len() as u64 + 64;
            if bytes > self.names_left {
                let limit = NAMES_BYTES_MAX;
                notes.gap(GapKind::OverLimit, Reason::ZipDirectoryTooLarge { limit });
                break;
            }
            self.names_left -= bytes;
            self.folders.insert(number, named);
        }
        self.table = Some(table);
        Ok(())
    }

    /// The table that its first record tells.
    fn whole_table(
        &mut self,
        view: &mut View,
        mut table: Table,
        notes: &mut Notes,
    ) -> io::Result<Table> {
        let Some(record) = self.record(view, &table, 0)? else {
            notes.broken();
            return Ok(table);
        };
        // Parts of the table may be told by records that stand in parts before.
        let mut attributes = record.attributes();
        let mut bytes = 0;
        for round in 0..TABLE_ROUNDS_MAX {
            let mut told = Notes::default();
            let streams = self.streams(attributes, &mut told);
            let own = streams.into_iter().find(|stream| stream.name.is_empty());
            let Some(mut stream) = own.filter(|stream| stream.size > 0) else {
                if round > 0 {
                    break;
                }
                // Even the first part may stand in another record.
                attributes = self.attributes(view, &table, (0, &record))?;
                continue;
            };
            let is_whole = Extent::cut(&mut stream.extents, stream.size);
            let found: u64 = stream.extents.iter().map(Extent::len).sum();
            if found <= bytes {
                break;
            }
            bytes = found;
            table = Table::new(stream.extents, stream.size / self.layout.record_bytes);
            if is_whole {
                break;
            }
            attributes = self.attributes(view, &table, (0, &record))?;
        }
        // What is still missing is told, and what else the record says noted.
        let streams = self.streams_of(view, &table, (0, &record), notes)?;
        let size = streams.iter().find(|stream| stream.name.is_empty());
        if bytes == 0 || size.is_none_or(|stream| stream.size > bytes) {
            notes.broken();
        }
        Ok(table)
    }

    /// The record of a number, if it is used.
    fn record(
        &mut self,
        view: &mut View,
        table: &Table,
        number: u64,
    ) -> io::Result<Option<Record>> {
        if number >= table.records {
            return Ok(None);
        }
        let bytes = self.layout.record_bytes;
        let mut at = number * bytes;
        let end = at + bytes;
        let mut record = Vec::new();
        // One may go on in the next stretch.
        while at < end {
            let place = table.ends.partition_point(|end| *end <= at);
            let (Some(Extent::At(stretch)), Some(until)) =
                (table.extents.get(place), table.ends.get(place))
            else {
                return Ok(None);
            };
            let here = (*until).min(end) - at;
            let behind = *until - at;
            record.extend(view.up_to(here, stretch.end.saturating_sub(behind))?);
            at += here;
        }
        Ok(Record::read(record, bytes).unwrap_or_else(|()| {
            self.is_broken = true;
            None
        }))
    }

    /// All attributes of a file, those in other records too.
    fn attributes(
        &mut self,
        view: &mut View,
        table: &Table,
        (number, record): (u64, &Record),
    ) -> io::Result<(Vec<Attribute>, bool)> {
        let (mut all, mut is_sound) = record.attributes();
        let list = all.iter().find(|one| one.kind == attribute::LIST);
        let Some(list) = list.map(|list| list.content.clone()) else {
            return Ok((all, is_sound));
        };
        let bytes = match list {
            Content::Held(bytes) => bytes,
            Content::Runs(runs) => {
                let mut bytes = Vec::new();
                for extent in self.extents(&runs).unwrap_or_default() {
                    if let Extent::At(stretch) = &extent {
                        let room = (256_u64 << 10).saturating_sub(bytes.len() as u64);
                        bytes.extend(view.up_to(extent.len().min(room), stretch.start)?);
                    }
                }
                bytes.truncate(runs.size as usize);
                bytes
            }
        };
        let mut others = record::parts(&bytes);
        others.retain(|other| *other != number);
        is_sound &= others.len() <= PARTS_MAX;
        for other in others.into_iter().take(PARTS_MAX) {
            if self.steps == 0 {
                is_sound = false;
                break;
            }
            self.steps -= 1;
            match self.record(view, table, other)? {
                Some(part) if part.base == Some(number) && all.len() < ATTRIBUTES_MAX => {
                    let (more, is_whole) = part.attributes();
                    is_sound &= is_whole;
                    all.extend(more);
                }
                _ => is_sound = false,
            }
        }
        let read = all
            .len()
            .min(usize::try_from(self.steps).unwrap_or(usize::MAX));
        self.steps -= read as u64;
        is_sound &= read == all.len();
        all.truncate(read);
        Ok((all, is_sound))
    }

    /// The name of a file, and the number of its folder.
    fn name_of(
        &mut self,
        view: &mut View,
        table: &Table,
        of: (u64, &Record),
    ) -> io::Result<Option<Named>> {
        let (attributes, _) = self.attributes(view, table, of)?;
        let names = attributes.iter().filter_map(Attribute::name_of_file);
        // Those of DOS come last.
        let best = names.min_by_key(|name| name.is_dos);
        Ok(best.map(|name| Named {
            parent: name.parent,
            name: name.name,
        }))
    }

    /// The path of a file. What is in no folder that leads to the root is below `$lost`.
    fn path_of(&self, named: &Named) -> Vec<u8> {
        let mut names = vec![&named.name];
        let (mut at, mut bytes) = (named.parent, named.name.len());
        while at != ROOT {
            match self.folders.get(&at) {
                Some(folder) if names.len() < DEPTH_MAX && bytes <= path::PATH_MAX => {
                    bytes += folder.name.len() + 1;
                    names.push(&folder.name);
                    at = folder.parent;
                }
                _ => return [&b"$lost/"[..], &named.name].concat(),
            }
        }
        let names = names.into_iter().rev();
        names.fold(Vec::new(), |outer, name| within(&outer, name))
    }

    /// Where runs are; `None` where they are broken.
    fn extents(&mut self, runs: &Runs) -> Option<Vec<Extent>> {
        let mut extents = Vec::new();
        for (place, clusters) in &runs.runs {
            self.steps = self.steps.checked_sub(1)?;
            let bytes = clusters.checked_mul(self.layout.cluster_bytes)?;
            let extent = match place {
                Some(place) => {
                    let at = place.checked_mul(self.layout.cluster_bytes)?;
                    Extent::At(at..at.checked_add(bytes)?)
                }
                None => Extent::Zeros(bytes),
            };
            Extent::push(&mut extents, extent);
        }
        runs.is_sound.then_some(extents)
    }

    /// The streams of a file. What else it has on the disk is noted as structure.
    fn streams_of(
        &mut self,
        view: &mut View,
        table: &Table,
        of: (u64, &Record),
        notes: &mut Notes,
    ) -> io::Result<Vec<Stream>> {
        let attributes = self.attributes(view, table, of)?;
        Ok(self.streams(attributes, notes))
    }

    /// The streams that attributes tell, and whether those are all.
    fn streams(
        &mut self,
        (mut attributes, is_whole): (Vec<Attribute>, bool),
        notes: &mut Notes,
    ) -> Vec<Stream> {
        if !is_whole {
            notes.broken();
        }
        // Parts of one stream go on from each other.
        attributes.sort_by_key(|one| match &one.content {
            Content::Runs(runs) => runs.first,
            Content::Held(_) => 0,
        });
        let mut streams: Vec<Stream> = Vec::new();
        for one in attributes {
            if streams.len() > STREAMS_MAX {
                let limit = STREAMS_MAX as u64;
                notes.gap(GapKind::OverLimit, Reason::CompoundStreams { limit });
                break;
            }
            let extents = match one.content {
                Content::Held(bytes) if one.kind == attribute::DATA => {
                    streams.push(Stream {
                        name: one.name,
                        flags: one.flags,
                        size: bytes.len() as u64,
                        valid: bytes.len() as u64,
                        found: bytes.len() as u64,
                        extents: vec![Extent::Held(bytes)],
                        is_sound: true,
                    });
                    continue;
                }
                Content::Held(_) => continue,
                Content::Runs(runs) => {
                    let extents = self.extents(&runs);
                    let is_sound = extents.is_some();
                    (extents.unwrap_or_default(), is_sound, runs)
                }
            };
            let (extents, is_sound, runs) = extents;
            if one.kind != attribute::DATA {
                for extent in &extents {
                    if let Extent::At(stretch) = extent {
                        notes.structure(stretch.start, extent.len());
                    }
                }
                continue;
            }
            match streams.iter_mut().find(|known| known.name == one.name) {
                Some(known) if runs.first > 0 => {
                    // Where a part is missing, those behind it have no place.
                    let place = runs.first.saturating_mul(self.layout.cluster_bytes);
                    let is_next = known.is_sound && known.found == place;
                    known.is_sound = is_next && is_sound;
                    for extent in extents.into_iter().filter(|_| is_next) {
                        known.found = known.found.saturating_add(extent.len());
                        Extent::push(&mut known.extents, extent);
                    }
                }
                _ => streams.push(Stream {
                    name: one.name,
                    flags: one.flags,
                    size: runs.size,
                    valid: runs.valid,
                    found: extents.iter().map(Extent::len).sum(),
                    extents,
                    is_sound: is_sound && runs.first == 0,
                }),
            }
        }
        streams
    }

    /// The files that the record of a number gives.
    fn files_of(
        &mut self,
        view: &mut View,
        (number, table): (u64, &Table),
        notes: &mut Notes,
    ) -> io::Result<Vec<FoundFile>> {
        let Some(record) = self.record(view, table, number)? else {
            return Ok(Vec::new());
        };
        // Those in other records belong to their base.
        if !record.is_base() {
            return Ok(Vec::new());
        }
        let streams = self.streams_of(view, table, (number, &record), notes)?;
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
        let named = self.name_of(view, table, (number, &record))?;
        let path = match &named {
            Some(named) => self.path_of(named),
            None => format!("$lost/{number}").into_bytes(),
        };
        let files = streams.into_iter().map(|stream| stream.file(&path));
        Ok(files.collect())
    }
}

/// A stream of a file.
struct Stream {
    name: Vec<u8>,
    flags: u64,
    size: u64,
    /// How many bytes were written. What is behind reads as zeros.
    valid: u64,
    /// How many bytes its extents have.
    found: u64,
    extents: Vec<Extent>,
    is_sound: bool,
}

impl Stream {
    /// The file that it is.
    fn file(mut self, path: &[u8]) -> FoundFile {
        let path = match self.name.as_slice() {
            b"" => path.to_vec(),
            name => [path, b":", name].concat(),
        };
        let packed = if self.flags & attribute::ENCRYPTED != 0 {
            Some(Reason::DiskFileEncrypted)
        } else if self.flags & attribute::COMPRESSED != 0 {
            Some(Reason::DiskFileCompressed)
        } else {
            None
        };
        if let Some(reason) = packed.filter(|_| self.size > 0) {
            let mut file = FoundFile::refused(path, GapKind::Unsupported, reason);
            file.content = self.extents;
            return file;
        }
        let valid = self.valid.min(self.size);
        if Extent::cut(&mut self.extents, valid) && self.is_sound {
            Extent::push(&mut self.extents, Extent::Zeros(self.size - valid));
        }
        FoundFile::of(path, self.size, self.extents)
    }
}

impl FileSystem for Ntfs {
    fn next(&mut self, view: &mut View, notes: &mut Notes) -> io::Result<Next> {
        if self.table.is_none() {
            self.begin(view, notes)?;
        }
        while notes.goes_on() {
            if let Some(file) = self.streams.pop() {
                return Ok(Next::File(file));
            }
            let table = self.table.take().expect("it was read");
            if self.next >= table.records {
                if std::mem::take(&mut self.is_broken) {
                    notes.broken();
                }
                self.table = Some(table);
                return Ok(Next::End);
            }
            let number = self.next;
            self.next += 1;
            let files = self.files_of(view, (number, &table), notes);
            self.table = Some(table);
            self.streams = files?;
            // They are taken from the end.
            self.streams.reverse();
        }
        Ok(Next::Pause)
    }
}
