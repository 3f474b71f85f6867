//! MP4, MOV and 3GP: where a film's pictures are (ISO/IEC 14496-12; QuickTime File Format).
//!
//! The index (`moov`) may stand before the pictures or behind them, or pictures may come in fragments (`moof`), each with
//! an index of its own. Pictures are not read here. Of the crates that read these files, `mp4` and `mp4parse` know no
//! fragments or no samples, `re_mp4` takes the whole file into memory, and `symphonia` is about sound.

mod boxes;
mod edits;
mod fragment;
mod header;
mod tables;

use std::io::{Read, Seek};

use super::stream::{Fault, Stream};
use super::track::Track;
use crate::Error;
use boxes::Part;
use edits::Clock;
use fragment::{Defaults, Fragments};
use header::Header;

/// The most boxes that a file may be made of: fragments of half a second for three days.
const BOXES_MAX: u64 = 1 << 20;

/// The most tracks that are looked at.
const TRACKS_MAX: usize = 1024;

/// How many bytes are read at a time.
const BUFFER: usize = 1 << 14;

/// The first video track that is enabled, or the first of all.
pub(super) fn read<R: Read + Seek>(reader: R) -> Result<Track, Fault> {
    let mut stream = Stream::new(reader, BUFFER)?;
    let (end, mut count) = (stream.len(), 0);
    let mut film: Option<(Film, Fragments)> = None;
    let mut track = Track::default();
    loop {
        let part = match Part::next(&mut stream, end) {
            Ok(Some(part)) => part,
            Ok(None) if film.is_some() => break,
            Ok(None) => return Err(Fault::damaged("the file ends before its index (moov)")),
            Err(Fault::Media(_)) if film.is_some() => {
                track.is_broken("what follows the index is no box");
                break;
            }
            Err(fault) => return Err(fault),
        };
        count += 1;
        if count > BOXES_MAX {
            return Err(Fault::Media(Error::OverLimit {
                what: "boxes",
                found: count,
                limit: BOXES_MAX,
            }));
        }
        match (&part.kind, &mut film) {
            (b"moov", None) => {
                let read = Film::read(&mut stream, part)?;
                read.list(&mut stream, &mut track)?;
                let fragments = read.fragments();
                film = Some((read, fragments));
            }
            (b"moof", Some((film, fragments))) if !track.capped => {
                fragments.read(&mut stream, part, &film.clock, &mut track)?;
            }
            _ => {}
        }
        // Padding may be cut off, pictures may not.
        if part.cut && part.kind != *b"free" && part.kind != *b"skip" {
            track.is_cut();
        }
        stream.go_to(part.end)?;
    }
    Ok(track)
}

/// The index of a film.
struct Film {
    clock: Clock,
    tracks: u32,
    /// The track whose pictures are wanted.
    header: Header,
    defaults: Vec<Defaults>,
    whole: bool,
}

impl Film {
    fn read<R: Read + Seek>(stream: &mut Stream<R>, moov: Part) -> Result<Film, Fault> {
        let (mut timescale, mut tracks) = (0, 0);
        let mut chosen: Option<Header> = None;
        let mut defaults = Vec::new();
        let mut compressed = false;
        let mut others = 0;
        let whole = moov.each(stream, moov.content, |stream, part| {
            match &part.kind {
                b"mvhd" => {
                    let [version, ..]: [u8; 4] = stream.take()?;
                    let times = if version == 1 { 16 } else { 8 };
                    stream.go_to(stream.at() + times)?;
                    timescale = stream.u32()?;
                }
                b"trak" if others < TRACKS_MAX => {
                    others += 1;
                    let header = Header::read(stream, part)?;
                    if header.is_video {
                        tracks += 1;
                        let better = |chosen: &Header| header.enabled && !chosen.enabled;
                        if chosen.as_ref().is_none_or(better) {
                            chosen = Some(header);
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
        let none = || match (compressed, whole) {
            (true, _) => Error::Unsupported("the index of the film is compressed".to_owned()),
            (_, true) => Error::Unsupported(NO_VIDEO.to_owned()),
            (_, false) => Error::Damaged("the index of the film is not whole".to_owned()),
        };
        let header = chosen.ok_or_else(none)?;
        Ok(Film {
            clock: header.edits.clock(header.timescale, timescale),
            tracks,
            header,
            defaults,
            whole,
        })
    }

    /// Lists the pictures of the chosen track that the index itself lists.
    fn list<R: Read + Seek>(&self, stream: &mut Stream<R>, track: &mut Track) -> Result<(), Fault> {
        let header = &self.header;
        track.descriptions = header.descriptions.clone();
        track.orientation = header.orientation;
        track.tracks = self.tracks;
        if let Some(tables) = header.tables {
            tables::read(stream, tables, &self.clock, track)?;
        }
        if !(self.whole && header.whole) {
            track.is_broken("the index of the film is not whole");
        }
        Ok(())
    }

    fn fragments(&self) -> Fragments {
        let id = self.header.id;
        let defaults = self.defaults.iter().find(|defaults| defaults.track == id);
        Fragments {
            id,
            defaults: defaults.copied().unwrap_or_default(),
            time: 0,
        }
    }
}

/// What is said of a container without pictures.
pub(super) const NO_VIDEO: &str = "there is no video track in it";
