//! Matroska and WebM: where a film's pictures are (RFC 9559).
//!
//! Files are read as a flat row of elements. So clusters of unknown size, as streams have them, need no more than others. What
//! is broken in the middle is passed over up to the next cluster. Cues are not needed. The crate `matroska-demuxer` reads sound
//! files, but refuses cut ones and takes every picture into memory. It does not tell which pictures of a group stand alone.

mod block;
mod ebml;
mod header;

use std::io::{Read, Seek};

use super::stream::Stream;
use super::track::{Sample, Track};
use crate::Error;
use crate::error::{FileError, Limit, Reason};
pub(super) use block::Block;
pub(super) use ebml::Element;
use header::Header;
pub(super) use header::read as read_header;

/// The most elements that are looked at. Ten hours of pictures and sound in groups of blocks have a third of that.
const ELEMENTS_MAX: u64 = 1 << 25;

/// How many bytes are read at a time: few, because most of them are pictures, which are passed over.
const BUFFER: usize = 1 << 12;

pub(super) const SEGMENT: u32 = 0x1853_8067;
const INFO: u32 = 0x1549_A966;
pub(super) const TRACKS: u32 = 0x1654_AE6B;
pub(super) const CLUSTER: u32 = 0x1F43_B675;

/// The video tracks, those first that are enabled.
pub(super) fn read<R: Read + Seek>(reader: R) -> Result<Vec<Track>, FileError> {
    let mut walk = Walk {
        stream: Stream::new(reader, BUFFER)?,
        elements: 0,
        scale: 1_000_000,
        cut: false,
        numbers: Vec::new(),
        durations: Vec::new(),
        tracks: Vec::new(),
        listed: 0,
    };
    let start = walk.find_tracks()?;
    walk.list(start)?;
    Ok(walk.tracks)
}

struct Walk<R> {
    stream: Stream<R>,
    elements: u64,
    /// Nanoseconds of a tick.
    scale: u64,
    /// Whether the file ends before what it says of its tracks does.
    cut: bool,
    /// The numbers of the video tracks, how long a picture of each is shown, and the tracks, in one order.
    numbers: Vec<u64>,
    durations: Vec<u64>,
    tracks: Vec<Track>,
    /// How many pictures are listed.
    listed: usize,
}

impl<R: Read + Seek> Walk<R> {
    /// Reads what the file says of its tracks; says where its clusters begin.
    fn find_tracks(&mut self) -> Result<u64, FileError> {
        let len = self.stream.len();
        let mut clusters = false;
        while self.tracks.is_empty() {
            let element = match self.next() {
                Ok(Some(element)) => element,
                Ok(None) => break,
                Err(fault) if fault.is_end() => break,
                Err(FileError::Other(Error::Damaged(_))) => break,
                Err(fault) => return Err(fault),
            };
            match element.id {
                SEGMENT => {
                    self.check_end(element);
                    continue;
                }
                INFO => self.info(element)?,
                TRACKS => {
                    let read = header::read(&mut self.stream, element, len);
                    let (headers, capped) = match read {
                        Err(fault) if fault.is_end() => {
                            return Err(FileError::damaged(Reason::ContainerCut));
                        }
                        read => read?,
                    };
                    if headers.is_empty() {
                        return Err(FileError::Other(Error::Unsupported(
                            Reason::ClipWithoutVideo,
                        )));
                    }
                    headers
                        .into_iter()
                        .for_each(|header| self.begin(header, capped));
                }
                CLUSTER => clusters = true,
                _ => {}
            }
            match element.end {
                Some(end) => self.stream.go_to(end)?,
                None => continue,
            }
        }
        if self.tracks.is_empty() {
            return Err(FileError::damaged(Reason::ContainerCut));
        }
        if self.cut {
            self.tracks[0].is_cut();
        }
        // Where clusters came before the tracks, everything is gone through again.
        Ok(if clusters { 0 } else { self.stream.at() })
    }

    /// Takes up a track.
    fn begin(&mut self, header: Header, capped: bool) {
        self.numbers.push(header.number);
        self.durations.push(header.duration);
        self.tracks.push(Track {
            descriptions: vec![header.description],
            orientation: header.orientation,
            id: header.number,
            place: header.place,
            capped,
            ..Track::default()
        });
    }

    /// Lists the pictures from there on.
    fn list(&mut self, start: u64) -> Result<(), FileError> {
        self.stream.go_to(start)?;
        let len = self.stream.len();
        let mut cluster = 0;
        loop {
            let at = self.stream.at();
            let step = match self.next() {
                Ok(None) => return Ok(()),
                Ok(Some(element)) => self.step(element, &mut cluster).map(|more| (element, more)),
                Err(fault) => Err(fault),
            };
            match step {
                Ok((_, false)) => return Ok(()),
                Ok((element, true)) => {
                    self.check_end(element);
                    let end = match element.id {
                        SEGMENT | CLUSTER => element.content,
                        _ => element.end.unwrap_or(element.content),
                    };
                    if end > len {
                        return Ok(());
                    }
                    self.stream.go_to(end)?;
                }
                Err(fault) if fault.is_end() => {
                    self.tracks[0].is_cut();
                    return Ok(());
                }
                Err(FileError::Other(Error::Damaged(what))) => {
                    self.tracks[0].is_broken(what);
                    if !self.resync(at + 1)? {
                        return Ok(());
                    }
                }
                Err(fault) => return Err(fault),
            }
        }
    }

    /// What one element says; `false` once there are enough pictures.
    fn step(&mut self, element: Element, cluster: &mut u64) -> Result<bool, FileError> {
        let end = element.end_within(self.stream.len());
        let block = match element.id {
            INFO => {
                self.info(element)?;
                None
            }
            // Of the cluster.
            0xE7 => {
                *cluster = element.uint(&mut self.stream)?;
                None
            }
            0xA3 => Block::read(&mut self.stream, &self.numbers, element.end.unwrap_or(end))?,
            0xA0 => block::group(&mut self.stream, element, &self.numbers, u64::MAX)?,
            _ => None,
        };
        Ok(block.is_none_or(|block| self.add(&block, *cluster)))
    }

    /// Adds the pictures of a block.
    fn add(&mut self, block: &Block, cluster: u64) -> bool {
        let start = i64::try_from(cluster).unwrap_or(i64::MAX);
        let ticks = start.saturating_add(block.ticks.into());
        let of_track = self
            .numbers
            .iter()
            .position(|number| *number == block.track);
        let Some(place) = of_track else {
            return true;
        };
        let (lace, track) = (self.durations[place], &mut self.tracks[place]);
        let len = self.stream.len();
        track.others = self.listed.saturating_sub(track.samples.len());
        let before = track.samples.len();
        let mut frames = (0u64..).zip(&block.frames);
        let more = frames.all(|(place, &(offset, size))| {
            let sample = Sample {
                offset,
                ms: ms(ticks, self.scale, lace.saturating_mul(place)),
                size: u32::try_from(size).unwrap_or(u32::MAX),
                description: 0,
                key: block.key,
                shown: block.shown,
            };
            track.push(sample, len)
        });
        self.listed += track.samples.len() - before;
        more
    }

    fn info(&mut self, info: Element) -> Result<(), FileError> {
        let len = self.stream.len();
        info.each(&mut self.stream, len, |stream, field, _| {
            if field.id == 0x002A_D7B1 {
                self.scale = field.uint(stream)?.max(1);
            }
            Ok(())
        })
    }

    /// Notes where an element would reach beyond the end of the file.
    fn check_end(&mut self, element: Element) {
        if element.end.is_some_and(|end| end > self.stream.len()) {
            match self.tracks.first_mut() {
                Some(track) => track.is_cut(),
                None => self.cut = true,
            }
        }
    }

    fn next(&mut self) -> Result<Option<Element>, FileError> {
        self.elements += 1;
        if self.elements > ELEMENTS_MAX {
            return Err(FileError::Other(Error::OverLimit {
                what: Limit::Elements,
                found: self.elements,
                limit: ELEMENTS_MAX,
            }));
        }
        Element::next(&mut self.stream)
    }

    /// Goes to the next bytes that begin a cluster; says whether there are any.
    fn resync(&mut self, from: u64) -> Result<bool, FileError> {
        self.stream.go_to(from)?;
        let mut last = 0u32;
        while self.stream.at() < self.stream.len() {
            last = last << 8 | u32::from(self.stream.u8()?);
            if last == CLUSTER {
                self.stream.go_to(self.stream.at() - 4)?;
                return Ok(true);
            }
        }
        Ok(false)
    }
}

/// The milliseconds of so many ticks and nanoseconds.
fn ms(ticks: i64, scale: u64, ns: u64) -> i64 {
    let ns = i128::from(ticks) * i128::from(scale) + i128::from(ns);
    let ms = (ns + 500_000).div_euclid(1_000_000);
    ms.clamp(i64::MIN.into(), i64::MAX.into()) as i64
}
