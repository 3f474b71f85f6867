//! What decides the result of a file, but for the lists.

use std::path::Path;

use super::Scan;
use crate::archive::{ArchiveLimits, Carving, Kind};
use crate::hash::HashType;
use crate::media::Format;

/// The settings of a scan, as a [`Log`](super::Log) knows them: results that were made with others do not count.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    pub(super) digest: [u8; 16],
    /// The same for containers and their members: passwords decide what is found in them.
    pub(super) of_containers: [u8; 16],
    pub(super) digest_types: Vec<HashType>,
}

impl Scan {
    /// The settings with which files are hashed.
    pub fn settings(&self) -> Settings {
        let archives = if self.lacks_archives() {
            "not built in".to_owned()
        } else {
            format!("{:?}", self.archives)
        };
        let settings = format!(
            "{} archives={archives} parts=5 carving={}",
            self.hasher.settings(),
            self.carving.map_or("none", Carving::name)
        );
        let digest = |parts: &[&[u8]]| {
            let digest = blake3::hash(&parts.concat());
            *digest.as_bytes().first_chunk().expect("shorter")
        };
        let settings = settings.as_bytes();
        Settings {
            digest: digest(&[settings]),
            of_containers: match self.passwords.digest() {
                Some(passwords) => digest(&[settings, b" passwords=", &passwords]),
                None => digest(&[settings]),
            },
            digest_types: self.hasher.digest_types(),
        }
    }

    /// The limits within which archives are opened, if they are.
    pub(super) fn opened_archives(&self) -> Option<ArchiveLimits> {
        self.archives.filter(|_| cfg!(feature = "archives"))
    }

    /// What kind of container a file with these first bytes is, whose format is this.
    pub(super) fn container_kind(
        &self,
        path: &Path,
        head: &[u8],
        format: Option<Format>,
    ) -> Option<Kind> {
        self.opened_archives()?;
        let kind = Kind::sniff(head);
        if format.is_some() || head.is_empty() {
            return kind;
        }
        let kind = Kind::named(kind, path.as_os_str().as_encoded_bytes());
        Kind::carved(kind, self.carving)
    }

    /// Whether archives should be opened, and this build cannot do it.
    pub(super) fn lacks_archives(&self) -> bool {
        self.archives.is_some() && cfg!(not(feature = "archives"))
    }
}
