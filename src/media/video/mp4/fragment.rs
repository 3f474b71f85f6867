//! Pictures that are listed beside where they are stored, a few seconds at a time (ISO/IEC 14496-12, 8.8).

use crate::error::{FileError, Reason};
use std::collections::HashMap;
use std::io::{Read, Seek};

use super::super::stream::Stream;
use super::super::track::{Sample, Track};
use super::boxes::Mp4Box;
use super::edits::Clock;

/// What holds for pictures of a fragment that do not say otherwise.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Defaults {
    pub(super) track: u32,
    pub(super) description: u32,
    pub(super) duration: u32,
    pub(super) size: u32,
    pub(super) flags: u32,
}

impl Defaults {
    /// Those of a whole file (`trex`).
    pub(super) fn read<R: Read + Seek>(stream: &mut Stream<R>) -> Result<Defaults, FileError> {
        stream.u32()?;
        Ok(Defaults {
            track: stream.u32()?,
            description: stream.u32()?,
            duration: stream.u32()?,
            size: stream.u32()?,
            flags: stream.u32()?,
        })
    }
}

/// Lists the pictures of fragments, one after the other.
pub(super) struct Fragments {
    /// The place of each track by its number; of several of one number, the first.
    places: HashMap<u32, usize>,
    of_tracks: Vec<OfTrack>,
}

/// The fragments of one track.
struct OfTrack {
    defaults: Defaults,
    clock: Clock,
    /// When the next fragment begins that does not say so.
    time: i64,
}

impl Fragments {
    /// Of tracks by their numbers, in order, each with its clock.
    pub(super) fn new(tracks: Vec<(u32, Clock)>, defaults: &[Defaults]) -> Fragments {
        let mut places = HashMap::new();
        let mut of_tracks = Vec::new();
        for (id, clock) in tracks {
            places.entry(id).or_insert(of_tracks.len());
            let own = defaults.iter().find(|defaults| defaults.track == id);
            of_tracks.push(OfTrack {
                defaults: own.copied().unwrap_or_default(),
                clock,
                time: 0,
            });
        }
        Fragments { places, of_tracks }
    }

    /// Adds the pictures of one `moof` to the tracks.
    pub(super) fn read<R: Read + Seek>(
        &mut self,
        stream: &mut Stream<R>,
        moof: Mp4Box,
        tracks: &mut [Track],
    ) -> Result<(), FileError> {
        let whole = moof.each(stream, moof.content, |stream, part| match &part.kind {
            b"traf" => self.of_track(stream, moof.start, part, tracks),
            _ => Ok(()),
        })?;
        if !whole {
            tracks[0].is_broken(Reason::Mp4FragmentCut);
        }
        Ok(())
    }

    fn of_track<R: Read + Seek>(
        &mut self,
        stream: &mut Stream<R>,
        moof: u64,
        traf: Mp4Box,
        tracks: &mut [Track],
    ) -> Result<(), FileError> {
        // Where the next picture is, where nothing is said.
        let (mut base, mut next) = (moof, None);
        let mut of_track: Option<(usize, Defaults)> = None;
        let listed: usize = tracks.iter().map(|track| track.samples.len()).sum();
        let whole = traf.each(stream, traf.content, |stream, part| {
            match (&part.kind, of_track) {
                (b"tfhd", None) => {
                    let flags = stream.u32()?;
                    let Some(&place) = self.places.get(&stream.u32()?) else {
                        return Ok(());
                    };
                    let mut own = self.of_tracks[place].defaults;
                    if flags & 1 != 0 {
                        base = stream.u64()?;
                    }
                    for (flag, field) in [
                        (2, &mut own.description),
                        (8, &mut own.duration),
                        (0x10, &mut own.size),
                        (0x20, &mut own.flags),
                    ] {
                        if flags & flag != 0 {
                            *field = stream.u32()?;
                        }
                    }
                    of_track = Some((place, own));
                }
                (b"tfdt", Some((place, _))) => {
                    let [version, ..]: [u8; 4] = stream.take()?;
                    let time = match version {
                        1 => stream.u64()?,
                        _ => stream.u32()?.into(),
                    };
                    self.of_tracks[place].time = i64::try_from(time).unwrap_or(i64::MAX);
                }
                (b"trun", Some((place, defaults))) => {
                    let run = Run {
                        base,
                        next,
                        defaults,
                    };
                    let track = &mut tracks[place];
                    track.others = listed.saturating_sub(track.samples.len());
                    next = Some(self.of_tracks[place].run(stream, part, run, track)?);
                }
                _ => {}
            }
            Ok(())
        })?;
        if whole || of_track.is_none() {
            Ok(())
        } else {
            Err(FileError::Unreadable(
                std::io::ErrorKind::UnexpectedEof.into(),
            ))
        }
    }
}

impl OfTrack {
    /// Adds the pictures of one run; says where the bytes behind it are.
    fn run<R: Read + Seek>(
        &mut self,
        stream: &mut Stream<R>,
        trun: Mp4Box,
        run: Run,
        track: &mut Track,
    ) -> Result<u64, FileError> {
        let flags = stream.u32()?;
        let claimed = stream.u32()?;
        let mut offset = run.next.unwrap_or(run.base);
        if flags & 1 != 0 {
            let by = i64::from(stream.u32()?.cast_signed());
            offset = run.base.saturating_add_signed(by);
        }
        let mut first = None;
        if flags & 4 != 0 {
            first = Some(stream.u32()?);
        }
        let words = u64::from((flags & 0xF00).count_ones());
        let room = trun.end.saturating_sub(stream.at());
        // Pictures that are all alike take no room.
        let count = room.checked_div(words * 4).map_or(claimed, |room| {
            claimed.min(u32::try_from(room).unwrap_or(u32::MAX))
        });
        for _ in 0..count {
            let mut field = |flag: u32, default: u32| match flags & flag {
                0 => Ok(default),
                _ => stream.u32(),
            };
            let duration = field(0x100, run.defaults.duration)?;
            let size = field(0x200, run.defaults.size)?;
            let own = field(0x400, run.defaults.flags)?;
            let delay = field(0x800, 0)?.cast_signed();
            let flags = first.take().unwrap_or(own);
            let time = self.time.saturating_add(delay.into());
            let sample = Sample {
                offset,
                ms: self.clock.ms(time),
                shown: self.clock.shows(time),
                size,
                description: u16::try_from(run.defaults.description.saturating_sub(1))
                    .unwrap_or(u16::MAX),
                // sample_is_non_sync_sample.
                key: flags & 0x1_0000 == 0,
            };
            // What claims pictures without bytes claims any number of them.
            if size == 0 && words == 0 {
                track.is_broken(Reason::Mp4FragmentEmpty);
                break;
            }
            if !track.push(sample, stream.len()) {
                break;
            }
            offset = offset.saturating_add(size.into());
            self.time = self.time.saturating_add(duration.into());
            // Nothing behind the end of the file comes back into it.
            if words == 0 && offset > stream.len() {
                break;
            }
        }
        if count < claimed {
            track.is_broken(Reason::Mp4FragmentCut);
        }
        Ok(offset)
    }
}

/// Where a run begins.
#[derive(Clone, Copy)]
struct Run {
    base: u64,
    next: Option<u64>,
    defaults: Defaults,
}
