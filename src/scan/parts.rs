//! The parts of a picture or clip file, as a container of members.
//!
//! Every part that is a picture, clip or archive by content is a finding of its own, `photo.jpg!/behind.mp4`. Nesting
//! and limits are those of members of archives. They are looked into with `--no-archives` too, where the archives among
//! them are findings that were not looked into. Thumbnails that show their own picture are left out.

use std::borrow::Cow;
use std::fs::File;
use std::io::{self, Read as _, Seek as _, SeekFrom};

use super::context::ScanContext;
use super::examined::Examined;
use super::reduction;
use super::task::Container;
use crate::archive::Kind;
use crate::media::Format;
use crate::media::parts::{Part, Parts, Piece};

impl ScanContext<'_> {
    /// What kind of container a file is, by its content. This was found out of it.
    ///
    /// # Errors
    /// Those of reading it; one too where it is none, which it was a moment ago.
    pub(super) fn container_of(
        &self,
        file: &mut File,
        len: u64,
        examined: &Examined,
    ) -> io::Result<Container> {
        let mut head = Vec::new();
        file.by_ref()
            .take(Format::HEAD as u64)
            .read_to_end(&mut head)?;
        let archive = Kind::sniff(&head).filter(|_| self.scan.opened_archives().is_some());
        let container = match (archive, Format::sniff(&head)) {
            (Some(kind), _) => Some(Container::Archive(kind)),
            (None, Some(format)) => self.parts_of(format, file, len, None, examined)?,
            (None, None) => Kind::sniff_end(file.try_clone()?, len)
                .filter(|_| self.scan.opened_archives().is_some())
                .map(Container::Archive),
        };
        container.ok_or_else(|| io::ErrorKind::InvalidData.into())
    }

    /// The parts of a file of this format, if it has any. `bytes` is its content where that is in memory.
    ///
    /// # Errors
    /// Those of reading it.
    pub(super) fn parts_of(
        &self,
        format: Format,
        mut file: &File,
        len: u64,
        bytes: Option<&[u8]>,
        examined: &Examined,
    ) -> io::Result<Option<Container>> {
        let read;
        let bytes = match bytes {
            _ if format.is_video() => None,
            Some(bytes) => Some(bytes),
            // One that is too large is a gap.
            None if len > self.scan.hasher.limits().file_bytes => None,
            None => {
                let mut all = Vec::new();
                file.seek(SeekFrom::Start(0))?;
                file.take(len).read_to_end(&mut all)?;
                read = all;
                Some(read.as_slice())
            }
        };
        let mut parts = match bytes {
            Some(bytes) => Parts::of_bytes(format, bytes),
            None if format.is_video() => Parts::of_clip(format, file, len)?,
            None => Parts::default(),
        };
        if let Some(bytes) = bytes {
            parts.parts.retain(|part| {
                !self.is_reduction(&part.name, &content(part, bytes), bytes, Some(examined))
            });
        }
        let has_zip = || -> io::Result<bool> {
            let behind = Kind::sniff_end(file.try_clone()?, len);
            Ok(self.scan.opened_archives().is_some() && behind.is_some())
        };
        let is_container = !parts.is_empty() || has_zip()?;
        Ok(is_container.then_some(Container::Parts(parts)))
    }

    /// Whether a part of a picture is a smaller copy of it. Where pixels are not asked for, that a thumbnail is one is taken
    /// for granted.
    pub(super) fn is_reduction(
        &self,
        name: &[u8],
        part: &[u8],
        holder: &[u8],
        examined: Option<&Examined>,
    ) -> bool {
        let hasher = &self.scan.hasher;
        if !hasher.wants_pixels() {
            let name = name.rsplit(|byte| *byte == b'/').next().unwrap_or_default();
            return name.starts_with(b"thumbnail");
        }
        let is_still = |bytes: &[u8]| Format::sniff(bytes).is_some_and(|format| !format.is_video());
        if !is_still(part) || !is_still(holder) {
            return false;
        }
        let own;
        let examined = match examined {
            Some(examined) => examined,
            None => {
                own = self.examine_bytes(holder);
                &own
            }
        };
        reduction::is_reduction(part, holder, Some(examined), hasher.limits())
    }
}

/// The content of a part of a file that is in memory.
fn content<'f>(part: &'f Part, file: &'f [u8]) -> Cow<'f, [u8]> {
    let piece = |piece: &'f Piece| match piece {
        Piece::Range(range) => {
            let until = range.end.min(file.len() as u64) as usize;
            file.get(range.start as usize..until).unwrap_or_default()
        }
        Piece::Bytes(bytes) => bytes,
    };
    match part.pieces.as_slice() {
        [only] => Cow::Borrowed(piece(only)),
        several => Cow::Owned(several.iter().flat_map(piece).copied().collect()),
    }
}
