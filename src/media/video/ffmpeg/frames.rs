//! What ffmpeg writes: pictures, grey or in colours, with their times, as a stream of Matroska.
//!
//! Times lie beside each picture in the same pipe. What ffmpeg says on standard error could hold them too. But the
//! file's own texts stand there as well, which say whatever its author wants.

use std::io::{self, Read, Seek, SeekFrom};
use std::time::Duration;

use image::{DynamicImage, GrayImage, RgbImage};

use super::super::super::Picture;
use super::super::matroska::{self, Block, CLUSTER, Element, SEGMENT, TRACKS};
use super::super::stream::Stream;
use crate::Error;
use crate::error::{FileError, Limit, Reason};

/// How many bytes are read at a time; pictures are read in one piece.
const BUFFER: usize = 1 << 16;

/// The most bytes that a pipe is taken to give.
const END: u64 = i64::MAX as u64;

/// The pictures that come through a pipe.
pub(super) struct Frames<R> {
    stream: Stream<Forward<R>>,
    /// The most pixels of one.
    pixels: u64,
    size: (u32, u32),
    /// When the cluster begins.
    cluster: i64,
    /// How many pictures have come.
    count: u32,
    /// Where pictures come in colours, which of them are wanted.
    sparse: Option<Sparse>,
}

/// A picture that came.
pub(in super::super) struct Shown {
    /// Its place among all that the decoder gave, from 0.
    pub(in super::super) number: u32,
    /// When it is shown, in milliseconds.
    pub(in super::super) ms: i64,
    pub(in super::super) picture: Picture,
}

/// One picture in so many, by the arithmetic of the reference (vPDQ, `filehasher.cpp`). The number of pictures in a
/// time is cut to a whole number, at least 1. A picture's time is its number by the average rate, in single precision.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Sparse {
    time: Duration,
    /// Pictures a second, once that is known.
    rate: f64,
}

impl Sparse {
    fn is_wanted(&self, number: u32) -> bool {
        let every = (self.time.as_secs_f64() * self.rate) as u32;
        number.is_multiple_of(every.max(1))
    }

    fn ms(&self, number: u32) -> i64 {
        let seconds = number as f32 / self.rate as f32;
        (f64::from(seconds) * 1000.0).round_ties_even() as i64
    }
}

/// Pictures a second, of which each is shown for so many nanoseconds. It is a whole number, or that by 1.001, where
/// such a rate would be written so.
fn rate(nanoseconds: u64) -> Option<f64> {
    let exact = 1e9 / nanoseconds as f64;
    let near = |rate: f64| (1e9 / rate - nanoseconds as f64).abs() < 1.0;
    let known = [exact.round(), (exact * 1.001).round() / 1.001];
    (nanoseconds > 0).then(|| known.into_iter().find(|&rate| near(rate)).unwrap_or(exact))
}

impl<R: Read> Frames<R> {
    /// Grey pictures or, where only one in such a time is wanted, pictures in colours.
    pub(super) fn new(pipe: R, pixels: u64, sparse: Option<Duration>) -> io::Result<Frames<R>> {
        let forward = Forward { pipe, at: 0 };
        Ok(Frames {
            stream: Stream::new(forward, BUFFER)?,
            pixels,
            size: (0, 0),
            cluster: 0,
            count: 0,
            sparse: sparse.map(|time| Sparse { time, rate: 0.0 }),
        })
    }

    /// The next picture that is wanted; `None` at the end.
    pub(super) fn next(&mut self) -> Result<Option<Shown>, FileError> {
        loop {
            let element = match Element::next(&mut self.stream) {
                Ok(Some(element)) => element,
                Ok(None) => return Ok(None),
                Err(fault) if fault.is_end() => return Ok(None),
                Err(fault) => return Err(fault),
            };
            match element.id {
                // What is in these is looked at in its turn.
                SEGMENT | CLUSTER | 0xA0 => continue,
                TRACKS => self.read_size(element)?,
                0xE7 => {
                    let time = element.uint(&mut self.stream)?;
                    self.cluster = time.cast_signed();
                }
                0xA1 | 0xA3 => {
                    let number = self.count;
                    self.count = number.saturating_add(1);
                    if self.sparse.is_some_and(|s| !s.is_wanted(number)) {
                        self.stream.go_to(element.end_within(END))?;
                        continue;
                    }
                    return match self.picture(element, number) {
                        // Its writer was ended.
                        Err(fault) if fault.is_end() => Ok(None),
                        picture => picture.map(Some),
                    };
                }
                _ => {}
            }
            self.stream.go_to(element.end_within(END))?;
        }
    }

    fn read_size(&mut self, tracks: Element) -> Result<(), FileError> {
        let (headers, _) = matroska::read_header(&mut self.stream, tracks, END)?;
        let header = headers.into_iter().next().ok_or_else(nonsense)?;
        let description = header.description;
        let found = u64::from(description.width) * u64::from(description.height);
        if found > self.pixels {
            return Err(FileError::Other(Error::OverLimit {
                what: Limit::Pixels,
                found,
                limit: self.pixels,
            }));
        }
        self.size = (description.width, description.height);
        if let Some(sparse) = &mut self.sparse {
            let unknown = || FileError::Other(Error::Unsupported(Reason::FrameRateUnknown));
            sparse.rate = rate(header.duration).ok_or_else(unknown)?;
        }
        Ok(())
    }

    fn picture(&mut self, element: Element, number: u32) -> Result<Shown, FileError> {
        let (width, height) = self.size;
        let samples_each = if self.sparse.is_some() { 3 } else { 1 };
        let bytes = u64::from(width) * u64::from(height) * samples_each;
        let end = element.end_within(END);
        let block = Block::read(&mut self.stream, &[1], end)?.ok_or_else(nonsense)?;
        if block.frames != [(self.stream.at(), bytes)] {
            return Err(nonsense());
        }
        let mut samples = Vec::new();
        self.stream.read_to(&mut samples, bytes)?;
        let image: Option<DynamicImage> = match self.sparse {
            Some(_) => RgbImage::from_raw(width, height, samples).map(Into::into),
            None => GrayImage::from_raw(width, height, samples).map(Into::into),
        };
        let shown = self.cluster.saturating_add(block.ticks.into());
        Ok(Shown {
            number,
            ms: self.sparse.map_or(shown, |sparse| sparse.ms(number)),
            picture: image.and_then(Picture::new).ok_or_else(nonsense)?,
        })
    }
}

fn nonsense() -> FileError {
    FileError::damaged(Reason::FfmpegOutput)
}

/// A pipe as a file in which nobody goes back.
struct Forward<R> {
    pipe: R,
    at: u64,
}

impl<R: Read> Read for Forward<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.pipe.read(buffer)?;
        self.at += read as u64;
        Ok(read)
    }
}

impl<R: Read> Seek for Forward<R> {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let place = match to {
            // Where it ends is not known.
            SeekFrom::End(_) => return Ok(END),
            SeekFrom::Start(place) => Some(place),
            SeekFrom::Current(by) => self.at.checked_add_signed(by),
        };
        let by = place.and_then(|place| place.checked_sub(self.at));
        let by = by.ok_or(io::ErrorKind::Unsupported)?;
        self.at += io::copy(&mut self.pipe.by_ref().take(by), &mut io::sink())?;
        Ok(self.at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::media::Pixels;
    use crate::media::video::tests::write::{Coded, Mkv, element};

    fn stream(bytes: usize) -> Vec<u8> {
        let picture = |i: u8| Coded {
            bytes: vec![i; bytes],
            ms: i64::from(i) * 40 - 40,
            key: true,
        };
        let mkv = Mkv {
            codec: "V_UNCOMPRESSED",
            sized: false,
            in_each: 2,
            groups: true,
            ..Mkv::new((0..5).map(picture).collect())
        };
        mkv.write()
    }

    fn read(bytes: &[u8], pixels: u64) -> Result<Vec<Shown>, FileError> {
        let mut frames = Frames::new(bytes, pixels, None)?;
        let mut all = Vec::new();
        while let Some(frame) = frames.next()? {
            all.push(frame);
        }
        Ok(all)
    }

    #[test]
    fn pictures_come_with_their_times() {
        let frames = read(&stream(64 * 48), 64 * 48).unwrap();
        let times: Vec<i64> = frames.iter().map(|frame| frame.ms).collect();
        assert_eq!(times, [-40, 0, 40, 80, 120]);
        assert_eq!(frames[3].picture.pixels(), Pixels::Luma8(&[3; 64 * 48]));
        let size = |picture: &Picture| (picture.width(), picture.height());
        assert_eq!(size(&frames[3].picture), (64, 48));
        let cut = stream(64 * 48);
        assert_eq!(read(&cut[..cut.len() - 1], 64 * 48).unwrap().len(), 4);
    }

    #[test]
    fn what_a_program_should_not_write_is_refused() {
        assert!(matches!(
            read(&stream(64 * 48), 64 * 48 - 1),
            Err(FileError::Other(Error::OverLimit { .. }))
        ));
        assert!(read(&stream(64 * 48 - 1), 1 << 20).is_err());
        let huge = element(0xA3, b"\x81\0\0\0")[..9].to_vec();
        assert!(read(&huge, 1 << 20).is_ok_and(|frames| frames.is_empty()));
        assert!(read(b"\0 and so on", 1 << 20).is_err());
    }

    #[test]
    fn one_picture_in_a_time_is_counted_as_the_reference_counts() {
        let sparse = |seconds: f64, rate| Sparse {
            time: Duration::from_secs_f64(seconds),
            rate,
        };
        let wanted = |sparse: Sparse| (1..).find(|&number| sparse.is_wanted(number));
        assert_eq!(wanted(sparse(1.0, 30_000.0 / 1001.0)), Some(29));
        assert_eq!(wanted(sparse(1.0, 30.0)), Some(30));
        assert_eq!(wanted(sparse(0.1, 25.0)), Some(2));
        // Never none, of a clip with less than a picture in the time.
        assert_eq!(wanted(sparse(1.0, 0.5)), Some(1));
        assert_eq!(wanted(sparse(0.0, 30.0)), Some(1));
        let times = [1, 2, 563].map(|number| sparse(1.0, 30.0).ms(number));
        assert_eq!(times, [33, 67, 18_767]);
    }

    #[test]
    fn a_rate_is_what_its_rounded_duration_was_made_of() {
        assert_eq!(rate(33_333_333), Some(30.0));
        assert_eq!(rate(33_366_666), Some(30.0 / 1.001));
        assert_eq!(rate(33_366_667), Some(30.0 / 1.001));
        assert_eq!(rate(40_000_000), Some(25.0));
        assert_eq!(rate(80_100_000), Some(1e9 / 80_100_000.0));
        assert_eq!(rate(0), None);
    }
}
