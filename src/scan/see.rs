//! The content of a file, before any list is asked: read and decoded here, or by workers behind walls.

use std::fs::File;
use std::io::{self, Cursor, Read as _};
#[cfg(target_os = "linux")]
use std::io::{Seek as _, SeekFrom};

use super::context::ScanContext;
use super::examined::Examined;
#[cfg(target_os = "linux")]
use super::log::FileStamp;
use crate::archive::Kind;
use crate::hasher::{Container, Content, behind};
use crate::media::Format;

/// What is in a file.
pub(super) struct Seen {
    pub(super) examined: Examined,
    /// Its bytes, where they are held.
    pub(super) bytes: Option<Vec<u8>>,
    /// What it is a container of, beside what its first bytes say.
    pub(super) parts: Option<Container>,
}

impl ScanContext<'_> {
    /// Reads and decodes a file here, which begins with these bytes, has so many, and was read up to the end of them.
    pub(super) fn see(&self, file: &mut File, head: &[u8], len: u64) -> io::Result<Seen> {
        // One that grows as fast as it is read would never end. Files that the system makes up say that they are empty.
        let most = len.max(1 << 20);
        let hasher = &self.scan.hasher;
        let format = Format::sniff(head);
        let content = match format {
            // A clip is not read into memory.
            Some(format) if format.is_video() && hasher.wants_pixels() => {
                Content::Other(Box::new(hasher.hash_file(file)?))
            }
            _ => {
                let whole = Cursor::new(head).chain(file.by_ref());
                hasher.read(whole.take(most), len)?
            }
        };
        let (examined, bytes) = match content {
            Content::Picture(bytes) => (self.examine_bytes(&bytes), Some(bytes)),
            Content::Other(fingerprint) => (Examined::new(len, &fingerprint, hasher), None),
        };
        let opens_archives = self.scan.opened_archives().is_some();
        let is_archive = Kind::sniff(head).is_some() && opens_archives;
        let parts = match format {
            _ if is_archive => None,
            Some(format) => {
                let (bytes, known) = (bytes.as_deref(), examined.known());
                hasher.parts_of(format, file, len, bytes, &known, opens_archives)?
            }
            None => behind(file, len, opens_archives)?,
        };
        Ok(Seen {
            examined,
            bytes,
            parts,
        })
    }

    /// Has a worker decode a file, which begins with these bytes. Its digests are computed here, and so is what tells copies of
    /// it: one that was taken over must not speak for other files.
    #[cfg(target_os = "linux")]
    pub(super) fn see_walled(
        &self,
        file: &mut File,
        head: &[u8],
        (len, stamp, settled): (u64, FileStamp, bool),
    ) -> io::Result<Seen> {
        let hasher = &self.scan.hasher;
        let format = Format::sniff(head);
        let is_still = format.is_some_and(|format| !format.is_video());
        // A change that does not show could give a copy the result of something else.
        let can_remember =
            is_still && settled && hasher.wants_pixels() && len <= hasher.limits().file_bytes;
        let mut copy =
            can_remember.then(|| blake3::Hasher::new_derive_key("basma: a file without parts"));
        let mut digests = hasher.digests();
        if copy.is_some() || !hasher.digest_types().is_empty() {
            file.seek(SeekFrom::Start(0))?;
            let mut reader = hasher.cancellable(file.by_ref().take(len.max(1 << 20)));
            // The system gives larger ones back each time, and each page of them costs a fault.
            let mut bytes = vec![0; 1 << 16];
            loop {
                match reader.read(&mut bytes) {
                    Ok(0) => break,
                    Ok(read) => {
                        digests.update(&bytes[..read]);
                        if let Some(copy) = &mut copy {
                            copy.update(&bytes[..read]);
                        }
                    }
                    Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                    Err(error) => return Err(error),
                }
            }
        }
        let seen = |examined, parts| Seen {
            examined,
            bytes: None,
            parts,
        };
        let copy = copy.map(|copy| *copy.finalize().as_bytes());
        if let Some(examined) = copy.and_then(|copy| self.memo.recall(&copy))
            && !self.is_unaligned(&examined).unwrap_or(false)
        {
            return Ok(seen(examined, None));
        }
        let opens_archives = self.scan.opened_archives().is_some();
        let is_archive = Kind::sniff(head).is_some() && opens_archives;
        let asked = (!is_archive).then_some(opens_archives);
        let is_plain =
            format.is_none() && !is_archive && !(opens_archives && Kind::may_end_file(file, len)?);
        let (mut fingerprint, parts) = if is_plain {
            // Nothing is read of it but its first bytes, which have no format.
            (hasher.unknown(head), None)
        } else {
            hasher.look_there(file, len, format, asked)?
        };
        fingerprint.digests = digests.finish();
        fingerprint.mime = hasher.mime(head);
        let examined = Examined::new(len, &fingerprint, hasher);
        if let Some(copy) = copy
            && parts.is_none()
            && FileStamp::of(&file.metadata()?) == stamp
        {
            self.memo.keep(copy, &examined);
        }
        Ok(seen(examined, parts))
    }
}
