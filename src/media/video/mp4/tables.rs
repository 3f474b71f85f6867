//! The tables of a track's pictures (ISO/IEC 14496-12, 8.6.1, 8.7): sizes, places, times and which stand alone.

use crate::error::{FileError, Reason};
use std::io::{Read, Seek};

use super::super::stream::Stream;
use super::super::track::{SAMPLES_MAX, Sample, Track};
use super::boxes::Mp4Box;
use super::edits::Clock;

/// The tables, as they are stored.
#[derive(Debug, Default)]
struct Tables {
    /// How many pictures there are.
    count: u64,
    /// The size of each, or of all.
    sizes: Sizes,
    /// How many pictures last how long.
    durations: Vec<(u32, u32)>,
    /// How many pictures are shown how much later than they are decoded.
    delays: Vec<(u32, i32)>,
    /// The first chunk of each run, how many pictures are in a chunk of it, and how they are coded.
    runs: Vec<(u32, u32, u32)>,
    chunks: Vec<u64>,
    /// The numbers of those that stand alone; all do where this table is missing.
    keys: Option<Vec<u32>>,
}

#[derive(Debug)]
enum Sizes {
    All(u32),
    Each(Vec<u32>),
}

impl Default for Sizes {
    fn default() -> Sizes {
        Sizes::Each(Vec::new())
    }
}

/// Adds the pictures that the tables list to the track.
pub(super) fn read<R: Read + Seek>(
    stream: &mut Stream<R>,
    stbl: Mp4Box,
    clock: &Clock,
    track: &mut Track,
) -> Result<(), FileError> {
    let mut tables = Tables::default();
    let mut short = false;
    let whole = stbl.each(stream, stbl.content, |stream, part| {
        short |= tables.read(stream, part)?;
        Ok(())
    })?;
    if short || !whole {
        track.is_broken(Reason::Mp4IndexCut);
    }
    tables.list(stream.len(), clock, track);
    Ok(())
}

impl Tables {
    /// Reads one table; says whether entries are missing.
    fn read<R: Read + Seek>(
        &mut self,
        stream: &mut Stream<R>,
        part: Mp4Box,
    ) -> Result<bool, FileError> {
        let kind = &part.kind;
        if !matches!(
            kind,
            b"stsz" | b"stz2" | b"stts" | b"ctts" | b"stsc" | b"stco" | b"co64" | b"stss"
        ) {
            return Ok(false);
        }
        stream.u32()?;
        match kind {
            b"stsz" => {
                let all = stream.u32()?;
                if all > 0 {
                    self.count = stream.u32()?.into();
                    self.sizes = Sizes::All(all);
                    return Ok(false);
                }
                let (sizes, short) = table(stream, part, 4, Stream::u32)?;
                self.count = sizes.len() as u64;
                self.sizes = Sizes::Each(sizes);
                return Ok(short);
            }
            b"stz2" => return self.compact_sizes(stream, part),
            _ => {}
        }
        let pair = |stream: &mut Stream<R>| Ok((stream.u32()?, stream.u32()?));
        Ok(match kind {
            b"stts" => keep(&mut self.durations, table(stream, part, 8, pair)?),
            b"ctts" => {
                // Signed whatever the version says, as they are written.
                let signed =
                    |stream: &mut Stream<R>| pair(stream).map(|(n, d)| (n, d.cast_signed()));
                keep(&mut self.delays, table(stream, part, 8, signed)?)
            }
            b"stsc" => {
                let run =
                    |stream: &mut Stream<R>| Ok((stream.u32()?, stream.u32()?, stream.u32()?));
                keep(&mut self.runs, table(stream, part, 12, run)?)
            }
            b"stco" => {
                let wide = |stream: &mut Stream<R>| stream.u32().map(u64::from);
                keep(&mut self.chunks, table(stream, part, 4, wide)?)
            }
            b"co64" => keep(&mut self.chunks, table(stream, part, 8, Stream::u64)?),
            _ => {
                let (keys, short) = table(stream, part, 4, Stream::u32)?;
                self.keys = Some(keys);
                short
            }
        })
    }

    /// Sizes of 4, 8 or 16 bits.
    fn compact_sizes<R: Read + Seek>(
        &mut self,
        stream: &mut Stream<R>,
        part: Mp4Box,
    ) -> Result<bool, FileError> {
        let bits = stream.u32()? & 0xFF;
        let claimed = u64::from(stream.u32()?);
        let room = part.end.saturating_sub(stream.at());
        let room = match bits {
            4 => room * 2,
            8 => room,
            16 => room / 2,
            _ => {
                return Err(FileError::damaged(Reason::Mp4SizeBits {
                    bits: bits.into(),
                }));
            }
        };
        let count = claimed.min(room).min(SAMPLES_MAX as u64) as usize;
        let mut sizes = Vec::with_capacity(count);
        while sizes.len() < count {
            match bits {
                4 => {
                    let both = stream.u8()?;
                    sizes.extend([both >> 4, both & 15].map(u32::from));
                }
                8 => sizes.push(stream.u8()?.into()),
                _ => sizes.push(stream.u16()?.into()),
            }
        }
        sizes.truncate(count);
        self.count = count as u64;
        self.sizes = Sizes::Each(sizes);
        Ok(claimed > count as u64)
    }

    /// Goes through the chunks and lists the pictures in them.
    fn list(&self, len: u64, clock: &Clock, track: &mut Track) {
        let mut durations = Runs::new(self.durations.iter().copied());
        let mut delays = Runs::new(self.delays.iter().copied());
        let mut keys = self.keys.as_deref().unwrap_or_default().iter().peekable();
        let mut runs = self.runs.iter().peekable();
        let (mut in_chunk, mut description) = (0, 0);
        let (mut number, mut time) = (0, 0i64);
        for (chunk, &offset) in (1..).zip(&self.chunks) {
            while let Some((_, count, coded)) = runs.next_if(|run| run.0 <= chunk) {
                in_chunk = *count;
                description = u16::try_from(coded.saturating_sub(1)).unwrap_or(u16::MAX);
            }
            let mut offset = offset;
            for _ in 0..in_chunk {
                if number == self.count || number > SAMPLES_MAX as u64 {
                    break;
                }
                let size = match &self.sizes {
                    Sizes::All(size) => *size,
                    Sizes::Each(sizes) => sizes[number as usize],
                };
                number += 1;
                while keys.next_if(|&&key| u64::from(key) < number).is_some() {}
                let key =
                    self.keys.is_none() || keys.peek().is_some_and(|&&k| u64::from(k) == number);
                let shown = time.saturating_add(delays.next().unwrap_or(0).into());
                let sample = Sample {
                    offset,
                    ms: clock.ms(shown),
                    size,
                    description,
                    key,
                    shown: clock.shows(shown),
                };
                if !track.push(sample, len) {
                    return;
                }
                offset = offset.saturating_add(size.into());
                time = time.saturating_add(durations.next().unwrap_or(0).into());
            }
        }
        track.capped |= number > SAMPLES_MAX as u64;
        if number < self.count && !track.capped {
            track.is_broken(Reason::Mp4IndexCut);
        }
    }
}

/// Takes over the entries of a table, and says whether some are missing.
fn keep<T>(into: &mut Vec<T>, (entries, short): (Vec<T>, bool)) -> bool {
    *into = entries;
    short
}

/// The entries of a table and whether more are claimed than there are.
fn table<R: Read + Seek, T>(
    stream: &mut Stream<R>,
    part: Mp4Box,
    size: u64,
    read: impl Fn(&mut Stream<R>) -> std::io::Result<T>,
) -> Result<(Vec<T>, bool), FileError> {
    let (count, short) = part.entries(stream, size)?;
    let most = count.min(SAMPLES_MAX);
    let mut entries = Vec::with_capacity(most);
    for _ in 0..most {
        entries.push(read(stream)?);
    }
    Ok((entries, short || most < count))
}

/// Values that are each stored with how often they come.
struct Runs<T, I> {
    runs: I,
    left: u32,
    value: Option<T>,
}

impl<T: Copy, I: Iterator<Item = (u32, T)>> Runs<T, I> {
    fn new(runs: I) -> Runs<T, I> {
        Runs {
            runs,
            left: 0,
            value: None,
        }
    }

    /// The next value; the last one again where there is none.
    fn next(&mut self) -> Option<T> {
        while self.left == 0 {
            let Some((count, value)) = self.runs.next() else {
                return self.value;
            };
            (self.left, self.value) = (count, Some(value));
        }
        self.left -= 1;
        self.value
    }
}
