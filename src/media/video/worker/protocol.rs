//! What a worker and its owner say to each other: each message with its length before it, within bounds.
//!
//! | a request | | an answer | |
//! |---|---|---|---|
//! | 4 bytes | length of what follows | 4 bytes | length of what follows |
//! | 4 | the longest that it may take, in milliseconds of the processor | 4 | how long it took |
//! | 8 | the most pixels | 1 | 0 picture, 1 damaged, 2 over a limit |
//! | rest | a keyframe of H.264 with its parameter sets (annex B) | 4, 4, rest | width, height, luma; or a reason |
//!
//! Numbers are little-endian. A reason is its code and its values as UTF-8, with a zero byte before each value.

use std::io::{self, Read, Write};
use std::time::Duration;

use super::super::keyframe::Luma;
use super::super::track::SAMPLE_BYTES_MAX;
use crate::error::{Limit, Reason};
use crate::{Error, Result};

/// The most bytes of a request: a picture, and parameter sets before it.
const REQUEST_BYTES_MAX: u32 = SAMPLE_BYTES_MAX + (2 << 20);

/// The most bytes of text in an answer.
const TEXT_BYTES_MAX: usize = 1024;

/// What a worker is asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Request<'a> {
    pub(super) time: Duration,
    pub(super) pixels: u64,
    pub(super) stream: std::borrow::Cow<'a, [u8]>,
}

impl Request<'_> {
    pub(super) fn write(&self, to: &mut impl Write) -> io::Result<()> {
        let length = u32::try_from(self.stream.len() + 12).map_err(io::Error::other)?;
        let time = u32::try_from(self.time.as_millis()).unwrap_or(u32::MAX);
        to.write_all(&length.to_le_bytes())?;
        to.write_all(&time.to_le_bytes())?;
        to.write_all(&self.pixels.to_le_bytes())?;
        to.write_all(&self.stream)
    }

    /// The next request; `None` where no more come.
    pub(super) fn read(from: &mut impl Read) -> io::Result<Option<Request<'static>>> {
        let mut first = [0];
        if from.read(&mut first)? == 0 {
            return Ok(None);
        }
        let mut rest = [0; 3];
        from.read_exact(&mut rest)?;
        let length = u32::from_le_bytes([first[0], rest[0], rest[1], rest[2]]);
        if !(12..=REQUEST_BYTES_MAX).contains(&length) {
            return Err(io::ErrorKind::InvalidData.into());
        }
        let time = number(from)?;
        let mut pixels = [0; 8];
        from.read_exact(&mut pixels)?;
        Ok(Some(Request {
            time: Duration::from_millis(time.into()),
            pixels: u64::from_le_bytes(pixels),
            stream: exactly(from, length as usize - 12)?.into(),
        }))
    }
}

/// What a worker says of a picture.
#[derive(Debug)]
pub(super) struct Answer {
    /// How long it took, in time of the processor.
    pub(super) took: Duration,
    pub(super) picture: Result<Luma>,
}

impl Answer {
    pub(super) fn write(&self, to: &mut impl Write) -> io::Result<()> {
        let text;
        let mut size = Vec::new();
        let (kind, content) = match &self.picture {
            Ok(luma) => {
                size.extend([luma.width, luma.height]);
                (0, luma.samples.as_slice())
            }
            Err(error) => {
                text = text_of(&error.reason()).into_bytes();
                let kind = if let Error::OverLimit { .. } = error {
                    2
                } else {
                    1
                };
                (kind, &text[..text.len().min(TEXT_BYTES_MAX)])
            }
        };
        let length = 5 + size.len() * 4 + content.len();
        let length = u32::try_from(length).map_err(io::Error::other)?;
        let took = u32::try_from(self.took.as_millis()).unwrap_or(u32::MAX);
        to.write_all(&length.to_le_bytes())?;
        to.write_all(&took.to_le_bytes())?;
        to.write_all(&[kind])?;
        for side in size {
            to.write_all(&side.to_le_bytes())?;
        }
        to.write_all(content)
    }

    /// Reads an answer of a worker that may have been taken over. It is a picture of at most so many pixels, or a short
    /// text, or an error.
    pub(super) fn read(from: &mut impl Read, pixels: u64) -> io::Result<Answer> {
        let invalid = || io::Error::from(io::ErrorKind::InvalidData);
        let length = number(from)?;
        let took = Duration::from_millis(number(from)?.into());
        let mut kind = [0];
        from.read_exact(&mut kind)?;
        let rest = length.checked_sub(5).ok_or_else(invalid)? as usize;
        if kind == [0] {
            let (width, height) = (number(from)?, number(from)?);
            let count = u64::from(width) * u64::from(height);
            if count > pixels || count.checked_add(8) != Some(rest as u64) {
                return Err(invalid());
            }
            let samples = exactly(from, rest - 8)?;
            let picture = Ok(Luma {
                width,
                height,
                samples,
            });
            return Ok(Answer { took, picture });
        }
        if rest > TEXT_BYTES_MAX {
            return Err(invalid());
        }
        let text = exactly(from, rest)?;
        let error = match kind {
            [2] => Error::OverLimit {
                what: Limit::Pixels,
                found: pixels.saturating_add(1),
                limit: pixels,
            },
            _ => Error::Damaged(reason_of(&text).ok_or_else(invalid)?),
        };
        Ok(Answer {
            took,
            picture: Err(error),
        })
    }
}

/// A reason as text.
fn text_of(reason: &Reason) -> String {
    let mut text = reason.code().name().to_owned();
    for value in reason.values() {
        text += "\0";
        text += &value.to_string();
    }
    text
}

/// The reason that a text is; `None` where it is none. A worker that was taken over may say anything: it is escaped.
fn reason_of(text: &[u8]) -> Option<Reason> {
    let text = String::from_utf8_lossy(text);
    let mut parts = text.split('\0');
    let code = parts.next()?.parse().ok()?;
    let values: Vec<String> = parts.map(|part| part.escape_debug().to_string()).collect();
    Reason::from_values(code, values.iter().map(String::as_str))
}

fn number(from: &mut impl Read) -> io::Result<u32> {
    let mut bytes = [0; 4];
    from.read_exact(&mut bytes)?;
    Ok(u32::from_le_bytes(bytes))
}

/// So many bytes, for which memory is taken as they come.
fn exactly(from: &mut impl Read, count: usize) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    from.take(count as u64).read_to_end(&mut bytes)?;
    if bytes.len() == count {
        Ok(bytes)
    } else {
        Err(io::ErrorKind::UnexpectedEof.into())
    }
}

/// The doorway of the fuzzer: any bytes as what a worker hears and says.
#[cfg(any(test, fuzzing))]
impl super::Worker {
    /// What is read is written alike, and is within its bounds.
    pub fn hold_to(bytes: &[u8]) {
        const PIXELS: u64 = 1 << 16;
        let mut from = bytes;
        while let Ok(Some(request)) = Request::read(&mut from) {
            let mut written = Vec::new();
            request.write(&mut written).expect("memory takes it");
            let again = Request::read(&mut written.as_slice()).expect("a request of ours");
            assert_eq!(again, Some(request));
        }
        let mut from = bytes;
        while let Ok(answer) = Answer::read(&mut from, PIXELS) {
            if let Ok(luma) = &answer.picture {
                let count = u64::from(luma.width) * u64::from(luma.height);
                assert!(count <= PIXELS && luma.samples.len() as u64 == count);
            }
            let mut written = Vec::new();
            answer.write(&mut written).expect("memory takes it");
            // Reasons are escaped when they are read, and cut when they are then too long.
            if answer.picture.is_err() && written.len() > TEXT_BYTES_MAX {
                continue;
            }
            let again = Answer::read(&mut written.as_slice(), PIXELS);
            let again = again.expect("an answer of ours");
            assert_eq!(again.took, answer.took);
            assert_eq!(again.picture.is_ok(), answer.picture.is_ok());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn luma() -> Luma {
        Luma {
            width: 3,
            height: 2,
            samples: (0..6).collect(),
        }
    }

    #[test]
    fn what_is_said_is_understood() {
        let request = Request {
            time: Duration::from_millis(77),
            pixels: 6,
            stream: b"stream".as_slice().into(),
        };
        let mut bytes = Vec::new();
        request.write(&mut bytes).unwrap();
        let mut reader = bytes.as_slice();
        assert_eq!(Request::read(&mut reader).unwrap(), Some(request));
        assert_eq!(Request::read(&mut reader).unwrap(), None);
        for (picture, expected) in [
            (Ok(luma()), Ok(luma())),
            (
                Err(Error::Damaged(Reason::H264Broken {
                    message: "no\n".into(),
                })),
                Err("H.264: no\\n"),
            ),
            (
                Err(Error::OverLimit {
                    what: Limit::Pixels,
                    found: 9,
                    limit: 6,
                }),
                Err("7 pixels are over the limit of 6"),
            ),
        ] {
            let took = Duration::from_millis(5);
            let mut bytes = Vec::new();
            Answer { took, picture }.write(&mut bytes).unwrap();
            let answer = Answer::read(&mut bytes.as_slice(), 6).unwrap();
            assert_eq!(answer.took, took);
            let read = answer.picture.map_err(|error| error.to_string());
            assert_eq!(read, expected.map_err(str::to_owned));
            for cut in 0..bytes.len() {
                assert!(Answer::read(&mut &bytes[..cut], 6).is_err());
            }
        }
    }

    #[test]
    fn lies_are_refused() {
        let mut answer = Vec::new();
        let took = Duration::ZERO;
        Answer {
            took,
            picture: Ok(luma()),
        }
        .write(&mut answer)
        .unwrap();
        assert!(
            Answer::read(&mut answer.as_slice(), 5).is_err(),
            "too many pixels"
        );
        for at in [0, 9, 13] {
            let mut lie = answer.clone();
            lie[at] ^= 0x10;
            assert!(Answer::read(&mut lie.as_slice(), 1 << 20).is_err(), "{at}");
        }
        for text in [&b"no such code"[..], b"h264-broken", b"picture-cut\0more"] {
            let length = 5 + text.len() as u32;
            let answer = [&length.to_le_bytes()[..], &[0; 4], &[1], text].concat();
            assert!(Answer::read(&mut answer.as_slice(), 6).is_err());
        }
        let long = [&u32::MAX.to_le_bytes()[..], &[0; 4], &[1], &[b'x'; 4096]].concat();
        assert!(Answer::read(&mut long.as_slice(), 6).is_err());
        assert!(Request::read(&mut u32::MAX.to_le_bytes().as_slice()).is_err());
        assert!(Request::read(&mut [0u8; 4].as_slice()).is_err());
    }

    proptest::proptest! {
        #[test]
        fn any_bytes_are_messages_within_bounds_or_errors(
            head in 0u32..64,
            time in proptest::prelude::any::<u32>(),
            rest in proptest::collection::vec(proptest::prelude::any::<u8>(), 0..80),
        ) {
            let bytes = [&head.to_le_bytes()[..], &time.to_le_bytes(), &rest].concat();
            super::super::Worker::hold_to(&bytes);
        }
    }
}
