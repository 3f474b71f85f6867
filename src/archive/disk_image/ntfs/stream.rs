//! The streams of a file, which are its content.

use std::io;

use super::record::{Attribute, Content, Record, Runs, attribute};
use super::table::Records;
use crate::archive::disk_image::view::View;
use crate::archive::disk_image::volume::{Extent, FoundFile, Notes};
use crate::archive::gap::GapKind;
use crate::error::Reason;

/// The most streams of a file.
const STREAMS_MAX: usize = 256;

/// A stream of a file.
pub(super) struct Stream {
    pub(super) name: Vec<u8>,
    flags: u64,
    pub(super) size: u64,
    /// How many bytes were written. What is behind reads as zeros.
    valid: u64,
    /// How many bytes its extents have.
    found: u64,
    pub(super) extents: Vec<Extent>,
    is_sound: bool,
}

impl Stream {
    /// The file that it is.
    pub(super) fn file(mut self, path: &[u8]) -> FoundFile {
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

impl Records {
    /// Where runs are; `None` where they are broken.
    pub(super) fn extents(&mut self, runs: &Runs) -> Option<Vec<Extent>> {
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
    pub(super) fn streams_of(
        &mut self,
        view: &mut View,
        of: (u64, &Record),
        notes: &mut Notes,
    ) -> io::Result<Vec<Stream>> {
        let attributes = self.attributes(view, of)?;
        Ok(self.streams(attributes, notes))
    }

    /// The streams that attributes tell, and whether those are all.
    pub(super) fn streams(
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
}
