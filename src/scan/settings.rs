//! What decides the result of a file, but for the lists.

use super::Scan;
use crate::hash::HashType;

/// The settings of a scan, as a [`Log`](super::Log) knows them: results that were made with others do not count.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    pub(super) digest: [u8; 16],
    pub(super) digest_types: Vec<HashType>,
}

impl Scan {
    /// The settings with which files are hashed.
    pub fn settings(&self) -> Settings {
        let archives = self.archives.filter(|_| cfg!(feature = "archives"));
        let settings = format!("{} archives={archives:?} parts=1", self.hasher.settings());
        let digest = blake3::hash(settings.as_bytes());
        Settings {
            digest: *digest.as_bytes().first_chunk().expect("shorter"),
            digest_types: self.hasher.digest_types(),
        }
    }
}
