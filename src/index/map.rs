//! From the path of an index to its bytes.

use std::fs::{self, File};
use std::path::Path;

pub(super) use crate::disk::mmap::Bytes;
use crate::error::{Action, Problem};
use crate::{Error, Result};

/// Maps a regular file, read-only.
pub(super) fn map(path: &Path) -> Result<Bytes> {
    // Looked at before it is opened: opening a pipe would wait for its writer.
    let metadata = fs::metadata(path).map_err(Error::io(Action::Open, path))?;
    if !metadata.is_file() {
        return Err(Error::Index {
            path: path.to_owned(),
            problem: Problem::IndexNotRegular,
        });
    }
    let file = File::open(path).map_err(Error::io(Action::Open, path))?;
    Bytes::map(&file).map_err(Error::io(Action::Map, path))
}
