//! What ffmpeg writes: grey pictures with their times, as a stream of Matroska.
//!
//! Times lie beside each picture in the same pipe. What ffmpeg says on standard error could hold them too, but there
//! the file's own texts stand as well, which say whatever its author wants.

use std::io::{self, Read, Seek, SeekFrom};

use image::GrayImage;

use super::super::super::Picture;
use super::super::matroska::{self, Block, CLUSTER, Element, SEGMENT, TRACKS};
use super::super::stream::{Fault, Stream};
use crate::Error;

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
}

impl<R: Read> Frames<R> {
    pub(super) fn new(pipe: R, pixels: u64) -> io::Result<Frames<R>> {
        let forward = Forward { pipe, at: 0 };
        Ok(Frames {
            stream: Stream::new(forward, BUFFER)?,
            pixels,
            size: (0, 0),
            cluster: 0,
        })
    }

    /// The next picture and when it is shown, in milliseconds; `None` at the end.
    pub(super) fn next(&mut self) -> Result<Option<(i64, Picture)>, Fault> {
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
                    return match self.picture(element) {
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

    fn read_size(&mut self, tracks: Element) -> Result<(), Fault> {
        let (header, _) = matroska::read_header(&mut self.stream, tracks, END)?;
        let description = header.ok_or_else(nonsense)?.description;
        let found = u64::from(description.width) * u64::from(description.height);
        if found > self.pixels {
            return Err(Fault::Media(Error::OverLimit {
                what: "pixels",
                found,
                limit: self.pixels,
            }));
        }
        self.size = (description.width, description.height);
        Ok(())
    }

    fn picture(&mut self, element: Element) -> Result<(i64, Picture), Fault> {
        let (width, height) = self.size;
        let bytes = u64::from(width) * u64::from(height);
        let end = element.end_within(END);
        let block = Block::read(&mut self.stream, 1, end)?.ok_or_else(nonsense)?;
        if block.frames != [(self.stream.at(), bytes)] {
            return Err(nonsense());
        }
        let mut samples = Vec::new();
        self.stream.read_to(&mut samples, bytes)?;
        let grey = GrayImage::from_raw(width, height, samples).ok_or_else(nonsense)?;
        let picture = Picture::new(grey.into()).ok_or_else(nonsense)?;
        Ok((self.cluster.saturating_add(block.ticks.into()), picture))
    }
}

fn nonsense() -> Fault {
    Fault::damaged("ffmpeg wrote what was not asked for")
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

    fn read(bytes: &[u8], pixels: u64) -> Result<Vec<(i64, Picture)>, Fault> {
        let mut frames = Frames::new(bytes, pixels)?;
        let mut all = Vec::new();
        while let Some(frame) = frames.next()? {
            all.push(frame);
        }
        Ok(all)
    }

    #[test]
    fn pictures_come_with_their_times() {
        let frames = read(&stream(64 * 48), 64 * 48).unwrap();
        let times: Vec<i64> = frames.iter().map(|frame| frame.0).collect();
        assert_eq!(times, [-40, 0, 40, 80, 120]);
        assert_eq!(frames[3].1.pixels(), Pixels::Luma8(&[3; 64 * 48]));
        assert_eq!((frames[3].1.width(), frames[3].1.height()), (64, 48));
        let cut = stream(64 * 48);
        assert_eq!(read(&cut[..cut.len() - 1], 64 * 48).unwrap().len(), 4);
    }

    #[test]
    fn what_a_program_should_not_write_is_refused() {
        assert!(matches!(
            read(&stream(64 * 48), 64 * 48 - 1),
            Err(Fault::Media(Error::OverLimit { .. }))
        ));
        assert!(read(&stream(64 * 48 - 1), 1 << 20).is_err());
        let huge = element(0xA3, b"\x81\0\0\0")[..9].to_vec();
        assert!(read(&huge, 1 << 20).is_ok_and(|frames| frames.is_empty()));
        assert!(read(b"\0 and so on", 1 << 20).is_err());
    }
}
