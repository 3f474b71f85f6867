//! A clip to frames: its keyframes by the decoders at hand, or whatever is asked of ffmpeg.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::fs::File;
use std::io::{self, Cursor, Read, Seek, Write as _};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::Duration;

use super::super::clock::Clock;
use super::super::meter::ClipMeter;
use super::super::{Decoded, Format, Frame, Limits, Meter, PartialCause, Picture};
#[cfg(unix)]
use super::ffmpeg::Shown;
use super::keyframe::Keyframes;
use super::{Codec, Decoders, Track, demux, shown};
#[cfg(unix)]
use super::{Ffmpeg, Pick};
use crate::error::{FileError, Reason};
use crate::{CancelToken, Error, Result};

/// How many video tracks are looked for in containers that are not read here.
const TRACKS_MAX: usize = 64;

/// How many keyframes in a row may be broken before the rest is left.
const BROKEN_MAX: u32 = 16;

/// What is known of a clip beside its frames.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Clip {
    /// How its pictures are coded, where that is known.
    pub codec: Option<String>,
    /// What decoded them.
    pub decoder: String,
    /// How long it is, in milliseconds, as far as it was listed or decoded.
    pub ms: u64,
    /// Whether fewer pictures were looked at than would do: nothing here decodes more of them.
    pub sparse: bool,
    /// Whether another try may decode more: a resource was short, or a program was killed.
    pub is_transient: bool,
    /// How many percent of what is shown the decoded key frames stand for. It counts the twelve seconds in which these are
    /// fewest. It is 100 where others were decoded too, or where the container is not read here.
    pub seen_percent: u8,
}

/// Where the bytes of a clip are.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Source<'a> {
    /// In a file, which is read from its start.
    File(&'a File),
    /// In memory.
    Bytes(&'a [u8]),
}

/// A reader that can go back.
trait ReadSeek: Read + Seek {}

impl<T: Read + Seek> ReadSeek for T {}

impl<'a> Source<'a> {
    fn reader(self) -> Box<dyn ReadSeek + 'a> {
        match self {
            Source::File(file) => Box::new(file),
            Source::Bytes(bytes) => Box::new(Cursor::new(bytes)),
        }
    }

    /// The file, or a nameless temporary one with the bytes, for a program that reads nothing else.
    #[cfg(unix)]
    fn to_file(self) -> io::Result<File> {
        match self {
            Source::File(file) => file.try_clone(),
            Source::Bytes(bytes) => {
                let mut file = tempfile::tempfile()?;
                file.write_all(bytes)?;
                Ok(file)
            }
        }
    }
}

/// A clip that is about to be decoded.
pub(crate) struct Opened<'a> {
    format: Format,
    source: Source<'a>,
    decoders: &'a Decoders,
    limits: &'a Limits,
    clock: Clock,
    meter: Option<RefCell<ClipMeter>>,
    /// What its container says of its video tracks, where it is read here.
    tracks: Vec<Track>,
    /// Which of them is decoded.
    at: usize,
}

impl<'a> Opened<'a> {
    /// Reads the index of a clip.
    ///
    /// # Errors
    /// Those of [`demux`].
    pub(crate) fn open(
        format: Format,
        source: Source<'a>,
        decoders: &'a Decoders,
        limits: &'a Limits,
        cancel: CancelToken,
    ) -> Result<Opened<'a>, FileError> {
        let tracks = match format {
            Format::Mp4 | Format::Matroska => demux(format, source.reader())?,
            _ => Vec::new(),
        };
        if let Some(track) = tracks.first()
            && track.samples.is_empty()
        {
            let reason = track.partial.clone();
            let reason = reason.unwrap_or(Reason::ClipWithoutPictures);
            return Err(FileError::damaged(reason));
        }
        Ok(Opened {
            format,
            source,
            decoders,
            limits,
            clock: Clock::start(decoders.limits.time).with_cancel(cancel),
            meter: None,
            tracks,
            at: 0,
        })
    }

    /// The track that is decoded, where its container is read here.
    pub(crate) fn track(&self) -> Option<&Track> {
        self.tracks.get(self.at)
    }

    /// Goes on to the next video track, if there may be one. Of containers that are not read here, that shows when it
    /// is decoded.
    pub(crate) fn next_track(&mut self) -> bool {
        let count = match self.tracks.len() {
            0 => TRACKS_MAX,
            count => count,
        };
        self.at += 1;
        self.at < count
    }

    /// Counts how far it has been gone through.
    ///
    /// # Errors
    /// Those of the file.
    pub(crate) fn with_meter(self, meter: Option<Arc<Meter>>) -> io::Result<Opened<'a>> {
        let bytes = match self.source {
            Source::File(file) => file.metadata()?.len(),
            // They count with the archive that they are in.
            Source::Bytes(_) => 0,
        };
        let ms = self.track().map_or(0, Track::ms);
        let meter = meter.map(|meter| RefCell::new(ClipMeter::new(meter, bytes, ms)));
        Ok(Opened { meter, ..self })
    }

    /// How its pictures are coded.
    fn codec(&self) -> Option<&Codec> {
        let first = self.track()?.descriptions.first()?;
        Some(&first.codec)
    }

    /// Whether all its pictures stand alone, as far as its container says: keyframes are all there is then.
    pub(crate) fn is_all_keyframes(&self) -> bool {
        let all = |track: &Track| track.samples.iter().all(|sample| sample.key);
        self.track().is_some_and(all)
    }

    /// Whether this is all of it. Containers that mark pictures that do not stand alone are common, and may be made.
    pub(crate) fn is_whole(&self, decoded: &Decoded) -> bool {
        let samples = self.track().map(|track| track.samples.len());
        self.is_all_keyframes() && samples == Some(decoded.frames as usize)
    }

    fn decoded(&self, decoder: String) -> Decoded {
        let track = self.track();
        Decoded {
            format: self.format,
            width: 0,
            height: 0,
            orientation: track.map_or(1, |track| track.orientation),
            frames: 0,
            partial: track.and_then(|track| track.partial.clone()),
            partial_cause: PartialCause::default(),
            is_transient: false,
            capped: track.is_some_and(|track| track.capped),
            clip: Some(Clip {
                codec: self.codec().map(|codec| codec.name().to_owned()),
                decoder,
                ms: track.map_or(0, Track::ms),
                sparse: false,
                is_transient: false,
                seen_percent: 100,
            }),
        }
    }

    /// Decodes every keyframe, by what is built in where it can, else by ffmpeg, and hands them on.
    ///
    /// # Errors
    /// Those of the reader, and what kept every keyframe from being decoded.
    pub(crate) fn keyframes(&self, each: &mut dyn FnMut(Frame)) -> Result<Decoded, FileError> {
        let Some(track) = self.track() else {
            return self.by_ffmpeg_or(self.unread(), each);
        };
        let codec = self.codec().unwrap_or(&Codec::Encrypted);
        let decoder = match Keyframes::decoder(self.decoders, codec) {
            Ok(decoder) => decoder,
            Err(error) if *codec == Codec::Encrypted => return Err(error.into()),
            Err(error) => return self.by_ffmpeg_or(error, each),
        };
        let mut handed = 0;
        let mut counted = |frame| {
            handed += 1;
            each(frame);
        };
        let decoded = self.built_in(track, decoder, &mut counted);
        match decoded {
            // A kind of the codec that is not decoded here may be known to ffmpeg.
            Err(FileError::Other(error @ Error::Unsupported(_))) if handed == 0 => {
                self.by_ffmpeg_or(error, each)
            }
            // What it makes of pictures that are broken is made up, and is not all that they were.
            Err(FileError::Other(Error::Damaged(reason))) if handed == 0 => {
                let decoded = self.by_ffmpeg_or(Error::Damaged(reason.clone()), each)?;
                Ok(Decoded {
                    partial: decoded.partial.or(Some(reason)),
                    ..decoded
                })
            }
            decoded => decoded,
        }
    }

    fn by_ffmpeg_or(
        &self,
        error: Error,
        each: &mut dyn FnMut(Frame),
    ) -> Result<Decoded, FileError> {
        #[cfg(unix)]
        if let Some(ffmpeg) = &self.decoders.ffmpeg {
            return self.by_ffmpeg(ffmpeg, Pick::Keyframes, each);
        }
        let _ = each;
        Err(error.into())
    }

    fn unread(&self) -> Error {
        Error::Unsupported(Reason::FfmpegNeeded {
            name: self.format.mime().to_owned(),
        })
    }

    fn built_in(
        &self,
        track: &Track,
        decoder: &str,
        each: &mut dyn FnMut(Frame),
    ) -> Result<Decoded, FileError> {
        let mut decoded = self.decoded(decoder.to_owned());
        let mut keyframes = Keyframes {
            decoders: self.decoders,
            limits: self.limits,
            elsewhere: Duration::ZERO,
            cancel: self.clock.cancel(),
        };
        let mut reader = self.source.reader();
        let (mut first_error, mut broken, mut is_transient) = (None, 0, false);
        let keys = shown::key_frames(track, &mut reader)?;
        let times = track.times();
        let mut seen = BTreeSet::new();
        for place in keys {
            let sample = &track.samples[place];
            let index = times.partition_point(|&ms| ms < sample.ms) as u32;
            let time = self.clock.check_with(keyframes.elsewhere);
            if matches!(time, Err(Error::Cancelled)) {
                return Err(Error::Cancelled.into());
            }
            if time.is_err() || decoded.frames == self.decoders.limits.frames {
                decoded.capped = true;
                first_error = first_error.or(time.err());
                break;
            }
            let Some(description) = track.descriptions.get(usize::from(sample.description)) else {
                first_error.get_or_insert(Error::Damaged(Reason::ClipPictureKind));
                continue;
            };
            let bytes = match track.read(sample, &mut reader) {
                Ok(bytes) => bytes,
                Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => {
                    decoded.partial.get_or_insert(Reason::ClipWithoutPictures);
                    break;
                }
                Err(error) => return Err(error.into()),
            };
            let decode = AssertUnwindSafe(|| keyframes.decode(description, &bytes));
            let picture = catch_unwind(decode).unwrap_or_else(|_| {
                let codec = decoder.to_owned();
                Err(Error::Damaged(Reason::CodecPanicked { codec }))
            });
            match picture {
                Ok(picture) => {
                    broken = 0;
                    seen.insert(place);
                    self.hand_on(&mut decoded, index, sample.ms, picture, each);
                }
                // A file that marks such pictures costs no more than reading them.
                Err(error @ Error::Unsupported(Reason::NotAKeyframe { .. })) => {
                    first_error.get_or_insert(error);
                }
                Err(Error::Cancelled) => return Err(Error::Cancelled.into()),
                Err(error) => {
                    broken += 1;
                    is_transient |= error.is_transient();
                    let ends = matches!(error, Error::OverLimit { .. }) || broken == BROKEN_MAX;
                    first_error.get_or_insert(error);
                    if ends {
                        break;
                    }
                }
            }
        }
        if let Some(clip) = &mut decoded.clip {
            clip.is_transient = is_transient;
            clip.seen_percent = shown::least_percent(track, &seen);
        }
        Ok(after_first_error(decoded, first_error, is_transient)?)
    }

    /// Has ffmpeg decode the pictures that are wanted, and hands them on.
    ///
    /// # Errors
    /// As [`keyframes`](Self::keyframes).
    #[cfg(unix)]
    pub(crate) fn by_ffmpeg(
        &self,
        ffmpeg: &Ffmpeg,
        pick: Pick,
        each: &mut dyn FnMut(Frame),
    ) -> Result<Decoded, FileError> {
        if let Some(Codec::Encrypted) = self.codec() {
            return Err(FileError::unsupported(Reason::ClipEncrypted));
        }
        let version = ffmpeg.version()?;
        let mut decoded = self.decoded(format!("ffmpeg {version}"));
        let counted = matches!(pick, Pick::All | Pick::Vpdq(_));
        let numbers = self.track().filter(|_| !counted);
        let numbers = numbers.map(Track::times);
        let file = self.source.to_file()?;
        let most = self.decoders.limits.frames;
        let (mut first, mut last, mut start) = (i64::MAX, i64::MIN, None);
        let mut decoded_ms = Vec::new();
        let done = ffmpeg.frames(
            (self.format, file, &self.name_for_ffmpeg()),
            pick,
            self.limits,
            &self.clock,
            |shown| {
                let Shown {
                    number,
                    ms,
                    picture,
                } = shown;
                if decoded.frames == most {
                    return false;
                }
                (first, last) = (first.min(ms), last.max(ms));
                // Its place among all, where these are known: their times are rounded once more on the way.
                let index = numbers.as_ref().map_or(number, |times| {
                    times.partition_point(|&time| time < ms.saturating_sub(1)) as u32
                });
                // Streams that were cut out of longer ones count from the start of those.
                let start = *start.get_or_insert(match (self.track(), pick) {
                    (_, Pick::Vpdq(_)) | (Some(_), _) => 0,
                    (None, _) => ms,
                });
                if pick == Pick::Keyframes {
                    decoded_ms.push(ms);
                }
                let ms = ms.saturating_sub(start);
                self.hand_on(&mut decoded, index, ms, picture, each);
                true
            },
        );
        let done = done?;
        decoded.partial = decoded.partial.or(done.partial);
        decoded.capped |= done.capped;
        if let Some(clip) = &mut decoded.clip {
            clip.is_transient |= done.is_transient;
            match self.track() {
                None => clip.ms = last.saturating_sub(first).max(0).unsigned_abs(),
                Some(track) if pick == Pick::Keyframes => {
                    let seen = shown::places_at(track, &decoded_ms);
                    clip.seen_percent = shown::least_percent(track, &seen);
                }
                Some(_) => {}
            }
        }
        Ok(decoded)
    }

    /// What ffmpeg knows the track by. Of MP4 it is the number that the container gives it, which is sure. Of Matroska,
    /// where ffmpeg does not know these numbers, it is its place. Elsewhere it is the place among the tracks that are
    /// no covers.
    #[cfg(unix)]
    fn name_for_ffmpeg(&self) -> String {
        match (self.track(), self.format) {
            (Some(track), Format::Mp4) => format!("0:i:{}", track.id),
            (Some(track), _) => format!("0:v:{}", track.place),
            (None, _) => format!("0:V:{}", self.at),
        }
    }

    fn hand_on(
        &self,
        decoded: &mut Decoded,
        index: u32,
        ms: i64,
        picture: Picture,
        each: &mut dyn FnMut(Frame),
    ) {
        if decoded.frames == 0 {
            (decoded.width, decoded.height) = (picture.width(), picture.height());
        }
        decoded.frames += 1;
        let frame = Frame {
            index,
            ms: ms.max(0).unsigned_abs(),
            orientation: decoded.orientation,
            other_orientations: Vec::new(),
            picture,
        };
        if let Some(meter) = &self.meter {
            meter.borrow_mut().reach(frame.ms);
        }
        self.clock.stopped(|| each(frame));
    }
}

/// What was decoded of a clip whose first error this is: nothing but the error, where no picture was decoded.
fn after_first_error(
    mut decoded: Decoded,
    first_error: Option<Error>,
    is_transient: bool,
) -> Result<Decoded> {
    match first_error {
        Some(error) if decoded.frames == 0 && is_transient => Err(error.transient()),
        Some(error) if decoded.frames == 0 => Err(error),
        Some(Error::Transient(cause)) => {
            decoded.partial.get_or_insert(cause.reason());
            Ok(decoded)
        }
        Some(Error::OverLimit { .. }) => {
            decoded.capped = true;
            Ok(decoded)
        }
        // What does not stand alone although the container says so breaks nothing.
        Some(Error::Damaged(reason)) => {
            decoded.partial.get_or_insert(reason);
            Ok(decoded)
        }
        _ if decoded.frames == 0 => Err(Error::Damaged(Reason::ClipWithoutPictures)),
        _ => Ok(decoded),
    }
}
