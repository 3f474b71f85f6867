//! The table of all files: its records, and all that is told of a file in them.

use std::io;

use super::record::{self, Attribute, Content, Record, attribute};
use crate::archive::disk_image::view::View;
use crate::archive::disk_image::volume::{Extent, Notes};

/// The most parts of a list of attributes, and attributes of a file.
const PARTS_MAX: usize = 4096;
const ATTRIBUTES_MAX: usize = 1 << 14;

/// How often a part of the table may lead to a further one.
const ROUNDS_MAX: usize = 256;

/// What the boot sector says.
pub(super) struct Layout {
    pub(super) cluster_bytes: u64,
    pub(super) record_bytes: u64,
    pub(super) table_at: u64,
}

/// Where the table is.
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

/// The records of the table.
pub(super) struct Records {
    pub(super) layout: Layout,
    table: Table,
    /// A record is broken.
    pub(super) is_broken: bool,
    /// How many runs, attributes and parts of lists may still be read.
    pub(super) steps: u64,
}

impl Records {
    /// As far as the boot sector tells: the first of them.
    pub(super) fn new(layout: Layout, steps: u64) -> Records {
        let begin = layout.table_at;
        let end = begin.saturating_add(layout.record_bytes * 16);
        Records {
            layout,
            table: Table::new(vec![Extent::At(begin..end)], 16),
            is_broken: false,
            steps,
        }
    }

    /// How many there are.
    pub(super) fn count(&self) -> u64 {
        self.table.records
    }

    /// Finds the table that its first record tells.
    pub(super) fn begin(&mut self, view: &mut View, notes: &mut Notes) -> io::Result<()> {
        let Some(record) = self.record(view, 0)? else {
            notes.broken();
            return Ok(());
        };
        // Parts of the table may be told by records that stand in parts before.
        let mut attributes = record.attributes();
        let mut bytes = 0;
        for round in 0..ROUNDS_MAX {
            let mut told = Notes::default();
            let streams = self.streams(attributes, &mut told);
            let own = streams.into_iter().find(|stream| stream.name.is_empty());
            let Some(mut stream) = own.filter(|stream| stream.size > 0) else {
                if round > 0 {
                    break;
                }
                // Even the first part may stand in another record.
                attributes = self.attributes(view, (0, &record))?;
                continue;
            };
            let is_whole = Extent::cut(&mut stream.extents, stream.size);
            let found: u64 = stream.extents.iter().map(Extent::len).sum();
            if found <= bytes {
                break;
            }
            bytes = found;
            self.table = Table::new(stream.extents, stream.size / self.layout.record_bytes);
            if is_whole {
                break;
            }
            attributes = self.attributes(view, (0, &record))?;
        }
        // What is still missing is told, and what else the record says noted.
        let streams = self.streams_of(view, (0, &record), notes)?;
        let size = streams.iter().find(|stream| stream.name.is_empty());
        if bytes == 0 || size.is_none_or(|stream| stream.size > bytes) {
            notes.broken();
        }
        // What is behind the end of the image is not there.
        let here = view.len() / self.layout.record_bytes;
        self.table.records = self.table.records.min(here);
        for extent in &self.table.extents {
            if let Extent::At(stretch) = extent {
                notes.structure(stretch.start, extent.len());
            }
        }
        Ok(())
    }

    /// The record of a number, if it is used.
    pub(super) fn record(&mut self, view: &mut View, number: u64) -> io::Result<Option<Record>> {
        if number >= self.table.records {
            return Ok(None);
        }
        let bytes = self.layout.record_bytes;
        let mut at = number * bytes;
        let end = at + bytes;
        let mut record = Vec::new();
        // One may go on in the next stretch.
        while at < end {
            let place = self.table.ends.partition_point(|end| *end <= at);
            let (Some(Extent::At(stretch)), Some(until)) =
                (self.table.extents.get(place), self.table.ends.get(place))
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
    pub(super) fn attributes(
        &mut self,
        view: &mut View,
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
            match self.record(view, other)? {
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
}
