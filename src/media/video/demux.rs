//! Containers to tracks.

use std::io::{Read, Seek};

use super::track::Track;
use super::{matroska, mp4};
use crate::error::{FileError, Reason};
use crate::media::Format;

/// Where the pictures of a clip are: reads the index of its container, and no picture. Every video track that has pictures
/// is told, those first that are enabled.
///
/// What is needed of memory is the index. That is 24 bytes a picture, and no more than the file has room for.
///
/// # Errors
/// [`FileError::Unreadable`] where the reader fails. Otherwise [`Unsupported`](crate::Error::Unsupported) for other formats and
/// containers without a video track. [`Damaged`](crate::Error::Damaged) where nothing can be found.
/// [`OverLimit`](crate::Error::OverLimit) for more parts than any film has.
pub fn demux<R: Read + Seek>(format: Format, reader: R) -> Result<Vec<Track>, FileError> {
    let read = match format {
        Format::Mp4 => mp4::read(reader),
        Format::Matroska => matroska::read(reader),
        other => Err(FileError::unsupported(Reason::ContainerNotRead {
            mime: other.mime().to_owned(),
        })),
    };
    match read {
        Ok(tracks) => Ok(with_pictures(tracks)),
        Err(error) if error.is_end() => Err(FileError::damaged(Reason::ContainerCut)),
        Err(error) => Err(error),
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
