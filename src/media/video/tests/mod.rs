#[cfg(feature = "h264")]
mod clips;
#[cfg(feature = "h264")]
mod encode;
mod matroska;
mod mp4;
#[cfg(unix)]
mod programs;
#[cfg(feature = "h264")]
mod shown;
pub(super) mod write;

use std::io::Cursor;

use super::{Track, demux};
use crate::Result;
use crate::error::FileError;
use crate::media::Format;

/// The tracks of a file that is held in memory.
fn tracks(format: Format, file: &[u8]) -> Result<Vec<Track>> {
    demux(format, Cursor::new(file)).map_err(|error| match error {
        FileError::Unreadable(error) => panic!("memory can be read: {error}"),
        FileError::Other(error) => error,
    })
}
