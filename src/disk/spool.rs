//! Bytes that are written once from front to back and then read in any order. Few are kept in memory, more in a
//! temporary file without a name. The file vanishes with the process, however the process ends.

use std::fs::File;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use crate::disk::mmap::Bytes;
use crate::error::Action;
use crate::{Error, Result};

/// How much is written to the file at a time.
const WRITE_BYTES: usize = 1 << 20;

/// Where a job may put what does not fit the memory it may use.
#[derive(Clone, Debug)]
pub(crate) struct Scratch {
    /// Where temporary files go.
    pub(crate) folder: PathBuf,
    /// About how much memory the job may use; `usize::MAX` for no files at all.
    pub(crate) memory_bytes: usize,
}

impl Scratch {
    /// A spool that may use one part in `parts` of the memory.
    pub(crate) fn spool(&self, parts: usize) -> Spool {
        let memory_bytes = match self.memory_bytes {
            usize::MAX => usize::MAX,
            bytes => bytes / parts,
        };
        Spool::new(&self.folder, memory_bytes)
    }
}

/// Bytes in the making.
#[derive(Debug)]
pub(crate) struct Spool {
    folder: PathBuf,
    memory_bytes: usize,
    /// What is not in the file.
    buffer: Vec<u8>,
    file: Option<File>,
    in_file: u64,
}

impl Spool {
    /// Holds up to so many bytes in memory, and what is more in a temporary file in the folder.
    pub(crate) fn new(folder: &Path, memory_bytes: usize) -> Spool {
        Spool {
            folder: folder.to_owned(),
            memory_bytes,
            buffer: Vec::new(),
            file: None,
            in_file: 0,
        }
    }

    /// How many bytes were written.
    pub(crate) fn len(&self) -> u64 {
        self.in_file + self.buffer.len() as u64
    }

    /// Writes bytes behind the others.
    pub(crate) fn push(&mut self, bytes: &[u8]) -> Result<()> {
        let buffered = match self.file {
            None => self.memory_bytes,
            Some(_) => self.memory_bytes.min(WRITE_BYTES),
        };
        if self.buffer.len().saturating_add(bytes.len()) > buffered {
            self.spill(bytes)
                .map_err(Error::io(Action::WriteTemporary, &self.folder))
        } else {
            self.buffer.extend_from_slice(bytes);
            Ok(())
        }
    }

    /// What was written, to be read.
    pub(crate) fn freeze(mut self) -> Result<Bytes> {
        if self.file.is_none() {
            return Ok(Bytes::Owned(self.buffer));
        }
        let folder = self.folder.clone();
        let failed = |action| Error::io(action, &folder);
        self.spill(&[]).map_err(failed(Action::WriteTemporary))?;
        let file = self.file.expect("it is there");
        Bytes::map(&file).map_err(failed(Action::MapTemporary))
    }

    fn spill(&mut self, bytes: &[u8]) -> io::Result<()> {
        let file = match &mut self.file {
            Some(file) => file,
            file => file.insert(tempfile::tempfile_in(&self.folder)?),
        };
        file.write_all(&self.buffer)?;
        file.write_all(bytes)?;
        self.in_file += (self.buffer.len() + bytes.len()) as u64;
        self.buffer.clear();
        self.buffer.shrink_to(WRITE_BYTES);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn what_was_written_is_read(
            pieces in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..9), 0..20),
            memory_bytes in 0usize..80,
        ) {
            let folder = tempfile::tempdir().unwrap();
            let mut spool = Spool::new(folder.path(), memory_bytes);
            for piece in &pieces {
                spool.push(piece).unwrap();
            }
            let written = pieces.concat();
            prop_assert_eq!(spool.len(), written.len() as u64);
            prop_assert_eq!(&spool.freeze().unwrap()[..], &written[..]);
            prop_assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
        }
    }

    #[test]
    fn a_folder_that_is_missing_is_named_once_it_is_needed() {
        let folder = tempfile::tempdir().unwrap();
        let mut spool = Spool::new(&folder.path().join("missing"), 2);
        spool.push(b"ab").unwrap();
        let error = spool.push(b"c").unwrap_err().to_string();
        assert!(
            error.contains("missing: cannot write a temporary file in"),
            "{error}"
        );
    }
}
