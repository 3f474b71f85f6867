//! Hashing by workers. Digests are computed here: they tie what was found to the very bytes.

use std::fs::File;
use std::io::{self, Read as _, Seek as _, SeekFrom};

use super::file::mime;
use super::workers::{Media, memory_file};
use super::{Container, Fingerprint, Hasher};
use crate::error::{Reason, system_text};
use crate::media::{Format, SmallPicture, decode};
use crate::{Error, Result};

impl Hasher {
    /// The hashes of a file, without digests, and what else it holds where `parts` asks for that and says whether archives are
    /// opened.
    ///
    /// # Errors
    /// Those of the file.
    pub(crate) fn look_there(
        &self,
        file: &File,
        bytes: u64,
        format: Option<Format>,
        parts: Option<bool>,
    ) -> io::Result<(Fingerprint, Option<Container>)> {
        let media = Media {
            file,
            bytes,
            format,
            is_memory: false,
        };
        let workers = self
            .workers
            .as_ref()
            .expect("it is asked for where there are some");
        let looked = workers.look(self, media, parts)?;
        let container = looked.container.map(Container::Remote);
        Ok((self.checked(looked.fingerprint), container))
    }

    /// The hashes of a file that begins with these bytes, in no format that is decoded: none, and the reason.
    pub(crate) fn unknown(&self, head: &[u8]) -> Fingerprint {
        let error = self
            .wants_pixels()
            .then(|| decode(head, self.limits(), |_| {}).err());
        Fingerprint {
            error: error.flatten(),
            ..Fingerprint::default()
        }
    }

    /// The media type of a file that begins with these bytes.
    pub(crate) fn mime(&self, head: &[u8]) -> Option<&'static str> {
        mime(head)
    }

    pub(super) fn hash_bytes_there(&self, bytes: &[u8]) -> Fingerprint {
        let mut digests = self.digests();
        digests.update(bytes);
        let format = Format::sniff(bytes);
        if format.is_none() {
            return Fingerprint {
                digests: digests.finish(),
                mime: mime(bytes),
                ..self.checked(self.unknown(bytes))
            };
        }
        let looked = memory_file(bytes).and_then(|file| {
            let media = Media {
                file: &file,
                bytes: bytes.len() as u64,
                format,
                is_memory: true,
            };
            let workers = self
                .workers
                .as_ref()
                .expect("it is asked for where there are some");
            Ok(workers.look(self, media, None)?.fingerprint)
        });
        let fingerprint = looked.unwrap_or_else(|error| Fingerprint {
            error: Some(not_handed_over(&error)),
            ..Fingerprint::default()
        });
        Fingerprint {
            digests: digests.finish(),
            mime: mime(bytes),
            ..self.checked(fingerprint)
        }
    }

    /// The first frame of a file that is in memory, made small.
    ///
    /// # Errors
    /// Those of decoding it, and of the worker.
    pub(super) fn small_picture_there(
        &self,
        bytes: &[u8],
        side: u32,
        is_grey: bool,
    ) -> Result<SmallPicture> {
        let workers = self
            .workers
            .as_ref()
            .expect("it is asked for where there are some");
        let file = memory_file(bytes).map_err(|error| not_handed_over(&error))?;
        let media = Media {
            file: &file,
            bytes: bytes.len() as u64,
            format: None,
            is_memory: true,
        };
        workers.small_picture(self, media, side, is_grey)
    }

    /// Hashes a file that begins with these bytes.
    ///
    /// # Errors
    /// Those of the file.
    pub(super) fn hash_file_there(&self, head: &[u8], mut file: &File) -> io::Result<Fingerprint> {
        let bytes = file.metadata()?.len();
        let of_bytes = self.hash_digests(head, file.take(bytes.max(1 << 20)))?;
        file.seek(SeekFrom::Start(0))?;
        let format = Format::sniff(head);
        let fingerprint = if format.is_none() {
            self.checked(self.unknown(head))
        } else {
            self.look_there(file, bytes, format, None)?.0
        };
        Ok(Fingerprint {
            digests: of_bytes.digests,
            mime: of_bytes.mime,
            ..fingerprint
        })
    }

    fn checked(&self, mut fingerprint: Fingerprint) -> Fingerprint {
        if self.is_cancelled() {
            fingerprint.error = Some(Error::Cancelled);
        }
        fingerprint
    }
}

/// Why a worker does not have a file that is in memory.
fn not_handed_over(error: &io::Error) -> Error {
    let problem = system_text(error);
    let reason = Reason::SandboxNotHandedOver { problem };
    Error::Unsupported(reason).because_of(error)
}
