//! MP4, MOV and 3GP: where a film's pictures are (ISO/IEC 14496-12; QuickTime File Format).
//!
//! The index (`moov`) may stand before the pictures or behind them. Pictures may also come in fragments (`moof`), each
//! with an index of its own. Pictures are not read here. The crates that read these files lack something. `mp4` and
//! `mp4parse` know no fragments or no samples. `re_mp4` takes the whole file into memory, and `symphonia` is about
//! sound.

mod boxes;
mod edits;
mod fragment;
mod header;
mod tables;

use std::io::{Read, Seek};

use super::stream::Stream;
use super::track::Track;
use crate::Error;
use crate::error::{FileError, Limit, Reason};
use boxes::Mp4Box;
use fragment::{Defaults, Fragments};
use header::Header;

/// The most boxes that a file may be made of: fragments of half a second for three days.
const BOXES_MAX: u64 = 1 << 20;

/// The most tracks that are looked at.
const TRACKS_MAX: usize = 1024;

/// How many bytes are read at a time.
const BUFFER: usize = 1 << 14;

/// The video tracks, those first that are enabled.
pub(super) fn read<R: Read + Seek>(reader: R) -> Result<Vec<Track>, FileError> {
    let mut stream = Stream::new(reader, BUFFER)?;
    let (end, mut count) = (stream.len(), 0);
    let mut film: Option<(Vec<Track>, Fragments)> = None;
    loop {
        let part = match (Mp4Box::next(&mut stream, end), &mut film) {
            (Ok(Some(part)), _) => part,
            (Ok(None), Some(_)) => break,
            (Ok(None), None) => {
                return Err(FileError::damaged(Reason::Mp4WithoutIndex));
            }
            (Err(FileError::Other(_)), Some((tracks, _))) => {
                tracks[0].is_broken(Reason::Mp4NotABox);
                break;
            }
            (Err(fault), _) => return Err(fault),
        };
        count += 1;
        if count > BOXES_MAX {
            return Err(FileError::Other(Error::OverLimit {
                what: Limit::Boxes,
                found: count,
                limit: BOXES_MAX,
            }));
        }
        match (&part.kind, &mut film) {
            (b"moov", None) => film = Some(Film::read(&mut stream, part)?.list(&mut stream)?),
            (b"moof", Some((tracks, fragments))) if tracks.iter().all(|track| !track.capped) => {
                fragments.read(&mut stream, part, tracks)?;
            }
            _ => {}
        }
        // Padding may be cut off, pictures may not.
        if part.cut
            && part.kind != *b"free"
            && part.kind != *b"skip"
            && let Some((tracks, _)) = &mut film
        {
            tracks[0].is_cut();
        }
        stream.go_to(part.end)?;
    }
    let end = || FileError::damaged(Reason::Mp4WithoutIndex);
    film.map(|(tracks, _)| tracks).ok_or_else(end)
}

/// The index of a film.
struct Film {
    /// Units of time in a second.
    timescale: u32,
    /// The video tracks, at least one.
    headers: Vec<Header>,
    defaults: Vec<Defaults>,
    whole: bool,
    /// Whether there are more tracks than are looked at.
    capped: bool,
}

impl Film {
    fn read<R: Read + Seek>(stream: &mut Stream<R>, moov: Mp4Box) -> Result<Film, FileError> {
        let mut timescale = 0;
        let mut headers: Vec<Header> = Vec::new();
        let mut defaults = Vec::new();
        let mut compressed = false;
        let mut tracks = 0;
        let whole = moov.each(stream, moov.content, |stream, part| {
            match &part.kind {
                b"mvhd" => {
                    let [version, ..]: [u8; 4] = stream.take()?;
                    let times = if version == 1 { 16 } else { 8 };
                    stream.go_to(stream.at() + times)?;
                    timescale = stream.u32()?;
                }
                b"trak" => {
                    tracks += 1;
                    if tracks <= TRACKS_MAX {
                        let mut header = Header::read(stream, part)?;
                        if header.is_video {
                            header.place = headers.len() as u32;
                            headers.push(header);
                        }
                    }
                }
                b"mvex" => {
                    part.each(stream, part.content, |stream, part| {
                        if part.kind == *b"trex" && defaults.len() < TRACKS_MAX {
                            defaults.push(Defaults::read(stream)?);
                        }
                        Ok(())
                    })?;
                }
                b"cmov" => compressed = true,
                _ => {}
            }
            Ok(())
        })?;
        if headers.is_empty() {
            return Err(FileError::Other(match (compressed, whole) {
                (true, _) => Error::Unsupported(Reason::Mp4IndexCompressed),
                (_, true) => Error::Unsupported(Reason::ClipWithoutVideo),
                (_, false) => Error::Damaged(Reason::Mp4IndexCut),
            }));
        }
        headers.sort_by_key(|header| !header.enabled);
        Ok(Film {
            timescale,
            headers,
            defaults,
            whole,
            capped: tracks > TRACKS_MAX,
        })
    }

    /// Lists the pictures of each track that the index itself lists, and what lists those in fragments.
    fn list<R: Read + Seek>(
        self,
        stream: &mut Stream<R>,
    ) -> Result<(Vec<Track>, Fragments), FileError> {
        let (mut tracks, mut clocks) = (Vec::new(), Vec::new());
        let (mut listed, count) = (0, self.headers.len());
        for header in self.headers {
            let clock = header.edits.clock(header.timescale, self.timescale);
            let mut track = Track {
                descriptions: header.descriptions,
                orientation: header.orientation,
                id: header.id.into(),
                place: header.place,
                others: listed,
                capped: self.capped,
                ..Track::default()
            };
            if let Some(tables) = header.tables {
                match tables::read(stream, tables, &clock, &mut track) {
                    // The others may be sound.
                    Err(FileError::Other(Error::Damaged(what))) if count > 1 => {
                        track.is_broken(what)
                    }
                    read => read?,
                }
            }
            if !(self.whole && header.whole) {
                track.is_broken(Reason::Mp4IndexCut);
            }
            listed += track.samples.len();
            tracks.push(track);
            clocks.push((header.id, clock));
        }
        Ok((tracks, Fragments::new(clocks, &self.defaults)))
    }
}
