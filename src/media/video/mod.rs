//! Clips: containers to coded pictures, and those to frames.
//!
//! ```text
//! demux (mp4, matroska) -> Track -> keyframe -> Frame        built in
//!                                      |
//!                                   worker                   H.264, which is decoded in C++
//! file -> ffmpeg -> Frame                                    every other codec, and every frame
//! ```
//!
//! [`demux`] reads MP4 and Matroska, in Rust and under limits, and says where the pictures of a clip are. [`Decoders`] says
//! what may decode them. No decoder written in C or C++ sees bytes in this process unless
//! [that](H264::InProcess) is asked for by name.

#[cfg(unix)]
mod child;
mod clip;
mod decoders;
#[cfg(unix)]
mod ffmpeg;
mod keyframe;
mod matroska;
mod mp4;
mod shown;
mod stream;
#[cfg(test)]
mod tests;
mod track;
#[cfg(all(unix, feature = "h264"))]
mod worker;

use std::io::{self, Read, Seek};

pub(crate) use clip::Opened;
pub use clip::{Clip, Source};
pub use decoders::{ClipLimits, Decoders, H264};
#[cfg(unix)]
pub use ffmpeg::{Ffmpeg, Pick};
pub use track::{Codec, Description, SAMPLE_BYTES_MAX, SAMPLES_MAX, Sample, Track};
#[cfg(all(unix, feature = "h264"))]
pub use worker::{Worker, serve};

use super::Format;
use crate::error::Reason;
use crate::{Error, Result};
use stream::Fault;

/// Where the pictures of a clip are: reads the index of its container, and no picture. Every video track that has pictures
/// is told, those first that are enabled.
///
/// What is needed of memory is the index: 24 bytes a picture, and no more than the file has room for.
///
/// # Errors
/// Outside, those of the reader. Inside, [`Error::Unsupported`] for other formats and containers without a video track,
/// [`Error::Damaged`] where nothing can be found, [`Error::OverLimit`] for more parts than any film has.
pub fn demux<R: Read + Seek>(format: Format, reader: R) -> io::Result<Result<Vec<Track>>> {
    let read = match format {
        Format::Mp4 => mp4::read(reader),
        Format::Matroska => matroska::read(reader),
        other => Err(Fault::Media(Error::Unsupported(Reason::ContainerNotRead {
            mime: other.mime().to_owned(),
        }))),
    };
    match read {
        Ok(tracks) => Ok(Ok(with_pictures(tracks))),
        Err(Fault::Media(error)) => Ok(Err(error)),
        Err(fault) if fault.is_end() => Ok(Err(Error::Damaged(Reason::ContainerCut))),
        Err(Fault::Io(error)) => Err(error),
    }
}

/// The tracks that have pictures, or the first where none has. What is wrong with those that are left out is told.
fn with_pictures(mut tracks: Vec<Track>) -> Vec<Track> {
    let mut broken = None;
    let mut place = 0;
    tracks.retain(|track| {
        place += 1;
        let is_kept = !track.samples.is_empty() || place == 1;
        if !is_kept {
            broken = broken.take().or(track.partial.clone());
        }
        is_kept
    });
    if tracks.len() > 1 && tracks[0].samples.is_empty() {
        let empty = tracks.remove(0);
        broken = broken.or(empty.partial);
    }
    if let (Some(first), Some(what)) = (tracks.first_mut(), broken) {
        first.is_broken(what);
    }
    tracks
}
