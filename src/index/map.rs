//! The bytes of an index: a mapped file, or memory. The one place that maps.

use std::fs::{self, File};
use std::ops::Deref;
use std::path::Path;

use memmap2::Mmap;

use crate::{Error, Result};

#[derive(Debug)]
pub(super) enum Bytes {
    Mapped(Mmap),
    Owned(Vec<u8>),
}

impl Deref for Bytes {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        match self {
            Bytes::Mapped(map) => map,
            Bytes::Owned(bytes) => bytes,
        }
    }
}

/// Maps a regular file, read-only.
pub(super) fn map(path: &Path) -> Result<Bytes> {
    // Looked at before it is opened: opening a pipe would wait for its writer.
    let metadata = fs::metadata(path).map_err(Error::io("open", path))?;
    if !metadata.is_file() {
        return Err(Error::Index {
            path: path.to_owned(),
            problem: "not a regular file, so not an index".to_owned(),
        });
    }
    let file = File::open(path).map_err(Error::io("open", path))?;
    // SAFETY: a map is sound while nobody changes the file. Index files are immutable: our own writer publishes by
    // renaming a complete file over the old one, which leaves the mapped one intact, and the documentation of
    // `Index::open` asks the same of everybody else. If the promise is broken, nothing relies on the bytes for memory
    // safety: they are only ever read as integers and byte strings, copied out before they are used as a bound, and
    // every use as an index or a length is checked. A file cut short under us ends the process with SIGBUS.
    #[allow(unsafe_code)]
    let map = unsafe { Mmap::map(&file) }.map_err(Error::io("map", path))?;
    Ok(Bytes::Mapped(map))
}
