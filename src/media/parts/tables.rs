//! Which bytes of media data the tables of a file of boxes refer to (ISO/IEC 14496-12, 8.7 and 8.11).

use std::collections::{HashMap, HashSet};
use std::io::{self, Read, Seek};
use std::ops::Range;

use super::bmff::{BOX_BYTES_MAX, BoxPlace};
use super::{Input, be16, be32};

/// The most tracks or lists of items that are read.
const TABLES_MAX: usize = 256;

/// The samples of tracks that hold pictures or sound.
#[derive(Debug, Default)]
pub(super) struct Tracks {
    used: Vec<Range<u64>>,
    tracks: usize,
    /// The numbers of these tracks.
    numbers: HashSet<u32>,
    /// How large the samples of a track are where a fragment does not say.
    sample_bytes: HashMap<u32, u32>,
    cut: bool,
}

impl Tracks {
    /// Adds those of a film.
    pub(super) fn read<R: Read + Seek>(
        &mut self,
        input: &mut Input<R>,
        movie: BoxPlace,
    ) -> io::Result<()> {
        for track in children(input, movie.content, movie.end, b"trak")? {
            self.tracks += 1;
            if self.tracks > TABLES_MAX {
                self.cut = true;
                return Ok(());
            }
            let Some(media) = child(input, &track, b"mdia")? else {
                continue;
            };
            let handler = match child(input, &media, b"hdlr")? {
                Some(handler) => input.array::<4>(handler.content + 8)?,
                None => None,
            };
            // What is neither seen nor heard is searched.
            if !matches!(
                handler.as_ref(),
                Some(b"vide" | b"soun" | b"pict" | b"auxv")
            ) {
                continue;
            }
            if let Some(header) = child(input, &track, b"tkhd")? {
                let wide = input.array::<1>(header.content)? == Some([1]);
                let at = header.content + if wide { 20 } else { 12 };
                let number = input.array(at)?.map(u32::from_be_bytes);
                self.numbers.extend(number);
            }
            let Some(information) = child(input, &media, b"minf")? else {
                continue;
            };
            if let Some(table) = child(input, &information, b"stbl")? {
                self.read_samples(input, &table)?;
            }
        }
        if let Some(extends) = child(input, &movie, b"mvex")? {
            for defaults in children(input, extends.content, extends.end, b"trex")? {
                if let Some(fields) = input.array::<20>(defaults.content)? {
                    let [number, bytes] = [4, 16].map(|at| be32(&fields, at).unwrap_or(0));
                    self.sample_bytes.entry(number).or_insert(bytes);
                }
            }
        }
        Ok(())
    }

    /// Adds the samples that a fragment lists (8.8).
    pub(super) fn read_fragment<R: Read + Seek>(
        &mut self,
        input: &mut Input<R>,
        fragment: BoxPlace,
    ) -> io::Result<()> {
        for track in children(input, fragment.content, fragment.end, b"traf")? {
            let Some(header) = child(input, &track, b"tfhd")? else {
                continue;
            };
            let header = input.up_to(header.content, 32)?;
            let mut fields = Fields {
                bytes: &header,
                at: 0,
            };
            let (Some(flags), Some(number)) = (fields.number(4), fields.number(4)) else {
                continue;
            };
            let number = u32::try_from(number).expect("it has four bytes");
            if !self.numbers.contains(&number) {
                continue;
            }
            let mut optional = |flag: u64, size: usize| match flags & flag {
                0 => None,
                _ => fields.number(size),
            };
            let base = optional(1, 8).unwrap_or(fragment.start);
            let (_, _) = (optional(2, 4), optional(8, 4));
            let known = self.sample_bytes.get(&number).copied().unwrap_or(0);
            let sample = optional(0x10, 4).unwrap_or(known.into());
            let mut next = base;
            for run in children(input, track.content, track.end, b"trun")? {
                let len = run.end - run.content;
                self.cut |= len > BOX_BYTES_MAX;
                let run = input.up_to(run.content, len.min(BOX_BYTES_MAX))?;
                let range = run_extent(&run, base, next, sample);
                next = range.end;
                self.used.push(range);
            }
        }
        Ok(())
    }

    fn read_samples<R: Read + Seek>(
        &mut self,
        input: &mut Input<R>,
        table: &BoxPlace,
    ) -> io::Result<()> {
        let mut read = |kind: &[u8; 4]| -> io::Result<Vec<u8>> {
            let Some(place) = child(input, table, kind)? else {
                return Ok(Vec::new());
            };
            let len = place.end - place.content;
            self.cut |= len > BOX_BYTES_MAX;
            input.up_to(place.content, len.min(BOX_BYTES_MAX))
        };
        let (runs, sizes, small) = (read(b"stsc")?, read(b"stsz")?, read(b"stz2")?);
        let (offsets, wide) = (read(b"stco")?, read(b"co64")?);
        let sizes = Sizes::new(&sizes, &small);
        let chunks = if wide.is_empty() {
            offsets.len() / 4
        } else {
            wide.len() / 8
        };
        let (mut run, mut sample) = (0, 0);
        for chunk in 0..chunks.saturating_sub(2) {
            let at = if wide.is_empty() {
                be32(&offsets, 8 + 4 * chunk).map(u64::from)
            } else {
                let bytes = wide.get(8 + 8 * chunk..16 + 8 * chunk);
                bytes.map(|bytes| u64::from_be_bytes(bytes.try_into().expect("eight bytes")))
            };
            let Some(at) = at else {
                break;
            };
            let begins = |run: usize| be32(&runs, 8 + 12 * run);
            while begins(run + 1).is_some_and(|first| first as usize <= chunk + 1) {
                run += 1;
            }
            let count = u64::from(be32(&runs, 12 + 12 * run).unwrap_or(0));
            let bytes = sizes.sum(sample, count);
            sample = sample.saturating_add(count);
            let end = at.saturating_add(bytes);
            match self.used.last_mut() {
                Some(last) if last.end == at => last.end = end,
                _ => self.used.push(at..end),
            }
        }
        Ok(())
    }

    /// Whether not all tables were read.
    pub(super) fn is_cut(&self) -> bool {
        self.cut
    }

    pub(super) fn into_used(self) -> Vec<Range<u64>> {
        self.used
    }
}

/// Where the samples of a run stand (8.8.8): without an offset they follow those before.
fn run_extent(run: &[u8], base: u64, next: u64, sample: u64) -> Range<u64> {
    let mut fields = Fields { bytes: run, at: 0 };
    let (Some(flags), Some(count)) = (fields.number(4), fields.number(4)) else {
        return next..next;
    };
    let start = match flags & 1 {
        0 => next,
        _ => {
            let by = fields.number(4).unwrap_or(0) as u32;
            base.saturating_add_signed(by.cast_signed().into())
        }
    };
    fields.at += if flags & 4 == 0 { 0 } else { 4 };
    let words = (flags & 0xF00).count_ones() as usize;
    let before = (flags & 0x100).count_ones() as usize;
    let bytes = if flags & 0x200 == 0 {
        sample.saturating_mul(count)
    } else {
        let rows = run.get(fields.at..).unwrap_or_default().chunks(4 * words);
        let sizes = rows.filter_map(|row| be32(row, 4 * before));
        sizes.take(count as usize).map(u64::from).sum()
    };
    start..start.saturating_add(bytes)
}

/// How large samples are.
enum Sizes<'t> {
    All(u64),
    Each(&'t [u8]),
    /// In so many bits each.
    Small(&'t [u8], u8),
}

impl<'t> Sizes<'t> {
    fn new(sizes: &'t [u8], small: &'t [u8]) -> Sizes<'t> {
        match (be32(sizes, 4), small.get(7)) {
            (Some(0), _) => Sizes::Each(sizes.get(12..).unwrap_or_default()),
            (Some(size), _) => Sizes::All(size.into()),
            (None, Some(bits)) => Sizes::Small(small.get(12..).unwrap_or_default(), *bits),
            (None, None) => Sizes::All(0),
        }
    }

    /// The bytes of so many samples, of which the table has as many as it has.
    fn sum(&self, first: u64, count: u64) -> u64 {
        let within = |len: usize| {
            let first = usize::try_from(first).unwrap_or(usize::MAX).min(len);
            first
                ..first
                    .saturating_add(usize::try_from(count).unwrap_or(usize::MAX))
                    .min(len)
        };
        match self {
            Sizes::All(size) => size.saturating_mul(count),
            Sizes::Each(table) => {
                let samples = within(table.len() / 4);
                let sizes = samples.map(|sample| be32(table, 4 * sample).unwrap_or(0));
                sizes.map(u64::from).sum()
            }
            Sizes::Small(table, 4) => {
                let samples = within(table.len() * 2);
                samples
                    .map(|sample| u64::from(table[sample / 2] >> (4 * (1 - sample % 2)) & 15))
                    .sum()
            }
            Sizes::Small(table, 8) => within(table.len())
                .map(|sample| u64::from(table[sample]))
                .sum(),
            Sizes::Small(table, _) => {
                let samples = within(table.len() / 2);
                samples
                    .map(|sample| u64::from(be16(table, 2 * sample).unwrap_or(0)))
                    .sum()
            }
        }
    }
}

/// The pictures of a file: its items (8.11.3, 8.11.6).
#[derive(Debug, Default)]
pub(super) struct Pictures {
    used: Vec<Range<u64>>,
    found: bool,
    cut: bool,
}

impl Pictures {
    /// Adds those of a box of items.
    pub(super) fn read<R: Read + Seek>(
        &mut self,
        input: &mut Input<R>,
        meta: BoxPlace,
    ) -> io::Result<()> {
        // A version stands before its boxes.
        let from = meta.content + 4;
        let mut read = |kind: &[u8; 4]| -> io::Result<Vec<u8>> {
            let Some(place) = children(input, from, meta.end, kind)?.into_iter().next() else {
                return Ok(Vec::new());
            };
            let len = place.end - place.content;
            self.cut |= len > BOX_BYTES_MAX;
            input.up_to(place.content, len.min(BOX_BYTES_MAX))
        };
        let (infos, places) = (read(b"iinf")?, read(b"iloc")?);
        let coded = coded_items(&infos);
        self.found |= !coded.is_empty();
        self.used.extend(extents(&places, &coded));
        Ok(())
    }

    /// Whether there is a coded picture.
    pub(super) fn has_pictures(&self) -> bool {
        self.found
    }

    /// Whether not all tables were read.
    pub(super) fn is_cut(&self) -> bool {
        self.cut
    }

    pub(super) fn into_used(self) -> Vec<Range<u64>> {
        self.used
    }
}

/// The numbers of items that a decoder of pictures reads, ascending.
fn coded_items(infos: &[u8]) -> Vec<u32> {
    let mut coded = Vec::new();
    let mut at = if infos.first() == Some(&0) { 6 } else { 8 };
    while let Some(size) = be32(infos, at).filter(|size| *size >= 16) {
        let entry = infos
            .get(at..at.saturating_add(size as usize))
            .unwrap_or_default();
        at += size as usize;
        let (id, kind) = match entry.get(8) {
            Some(2) => (be16(entry, 12).map(u32::from), entry.get(16..20)),
            Some(3) => (be32(entry, 12), entry.get(18..22)),
            _ => continue,
        };
        let is_coded = matches!(
            kind,
            Some(
                b"hvc1"
                    | b"hev1"
                    | b"av01"
                    | b"avc1"
                    | b"vvc1"
                    | b"grid"
                    | b"iovl"
                    | b"iden"
                    | b"tmap"
            )
        );
        coded.extend(id.filter(|_| is_coded));
    }
    coded.sort_unstable();
    coded
}

/// Where these items stand in the file.
fn extents(places: &[u8], items: &[u32]) -> Vec<Range<u64>> {
    let mut used = Vec::new();
    let (Some(&version), Some(&sizes), Some(&more)) =
        (places.first(), places.get(4), places.get(5))
    else {
        return used;
    };
    let [offset_size, length_size, base_size] =
        [sizes >> 4, sizes & 15, more >> 4].map(usize::from);
    let index_size = if version > 0 {
        usize::from(more & 15)
    } else {
        0
    };
    let mut fields = Fields {
        bytes: places,
        at: 6,
    };
    let count = fields.number(if version < 2 { 2 } else { 4 });
    for _ in 0..count.unwrap_or(0) {
        let mut item = || {
            let id = fields.number(if version < 2 { 2 } else { 4 })?;
            let method = if version > 0 {
                fields.number(2)? & 15
            } else {
                0
            };
            fields.number(2)?;
            let base = fields.number(base_size)?;
            let is_used =
                method == 0 && u32::try_from(id).is_ok_and(|id| items.binary_search(&id).is_ok());
            for _ in 0..fields.number(2)? {
                fields.number(index_size)?;
                let start = base.saturating_add(fields.number(offset_size)?);
                let end = match fields.number(length_size)? {
                    // To the end of the file.
                    0 => u64::MAX,
                    len => start.saturating_add(len),
                };
                if is_used {
                    used.push(start..end);
                }
            }
            Some(())
        };
        if item().is_none() {
            break;
        }
    }
    used
}

/// Numbers of several sizes, one after another.
struct Fields<'b> {
    bytes: &'b [u8],
    at: usize,
}

impl Fields<'_> {
    /// The next number, of up to eight bytes.
    fn number(&mut self, size: usize) -> Option<u64> {
        let bytes = self.bytes.get(self.at..self.at + size)?;
        self.at += size;
        Some(
            bytes
                .iter()
                .fold(0, |number, byte| number << 8 | u64::from(*byte)),
        )
    }
}

/// The first box of a type within another.
fn child<R: Read + Seek>(
    input: &mut Input<R>,
    of: &BoxPlace,
    kind: &[u8; 4],
) -> io::Result<Option<BoxPlace>> {
    Ok(children(input, of.content, of.end, kind)?
        .into_iter()
        .next())
}

/// The boxes of a type between two places, as many as are read.
fn children<R: Read + Seek>(
    input: &mut Input<R>,
    from: u64,
    end: u64,
    kind: &[u8; 4],
) -> io::Result<Vec<BoxPlace>> {
    let (mut at, mut found) = (from, Vec::new());
    for _ in 0..1 << 16 {
        let Some(place) = BoxPlace::at(input, at, end)? else {
            break;
        };
        at = place.end;
        if &place.kind == kind {
            found.push(place);
        }
    }
    Ok(found)
}
