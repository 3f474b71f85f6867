//! What a file is beside its hashes: an archive, or a picture or clip with others in it.
//!
//! Every part that is a picture, clip or archive by content is a finding of its own, `photo.jpg!/behind.mp4`. Nesting
//! and limits are those of members of archives. They are looked into with `--no-archives` too, where the archives among
//! them are findings that were not looked into. Thumbnails that show their own picture are left out.

use std::borrow::Cow;
use std::fs::File;
use std::io::{self, Read as _, Seek as _, SeekFrom};
use std::path::Path;

#[cfg(target_os = "linux")]
use super::Content;
#[cfg(target_os = "linux")]
use super::workers::{RemoteContainer, RemoteMembers};
use super::{Fingerprint, Hasher, reduction};
use crate::archive::{Archive, ArchiveLimits, Gap, Kind, Member, Passwords};
use crate::hash::FrameHash;
use crate::media::Format;
use crate::media::parts::{Part, Parts, Piece};

/// What kind of container a file is.
#[derive(Clone, Debug)]
pub(crate) enum Container {
    Archive(Kind),
    /// A picture or clip with others in it.
    Parts(Parts),
    /// What a worker recognised.
    #[cfg(target_os = "linux")]
    Remote(RemoteContainer),
}

/// A picture that was hashed, as far as its parts are compared with it.
#[derive(Clone)]
pub(crate) struct Known<'a> {
    /// Width and height in pixels, where it was decoded.
    pub(crate) size: Option<(u32, u32)>,
    pub(crate) prints: Cow<'a, [FrameHash]>,
}

impl<'a> Known<'a> {
    /// What is known of a file that was hashed.
    pub(crate) fn of(fingerprint: &'a Fingerprint) -> Known<'a> {
        let media = fingerprint.media.as_ref();
        Known {
            size: media.map(|media| (media.width, media.height)),
            prints: Cow::Borrowed(&fingerprint.prints),
        }
    }

    /// The same by itself.
    #[cfg(target_os = "linux")]
    pub(super) fn into_owned(self) -> Known<'static> {
        Known {
            prints: Cow::Owned(self.prints.into_owned()),
            ..self
        }
    }
}

/// A container that is read member by member: here, or by a worker.
pub(crate) enum OpenContainer {
    Here(Box<Archive>),
    #[cfg(target_os = "linux")]
    Remote(Box<RemoteMembers>),
}

impl OpenContainer {
    /// The next member, and whether it is a smaller copy of the picture that holds it, where that is known. Where `known` says
    /// so of its number, its content is passed over.
    pub(crate) fn next_member(
        &mut self,
        known: &dyn Fn(u64) -> bool,
    ) -> Option<(Member, Option<bool>)> {
        match self {
            OpenContainer::Here(archive) => Some((archive.next_member(known)?, None)),
            #[cfg(target_os = "linux")]
            OpenContainer::Remote(members) => {
                let (member, is_reduction) = members.next_member(known)?;
                Some((member, Some(is_reduction)))
            }
        }
    }

    /// Passes over so many members.
    pub(crate) fn skip(&mut self, count: u64) {
        match self {
            OpenContainer::Here(archive) => {
                for _ in 0..count {
                    archive.next_member(&|_| true);
                }
            }
            #[cfg(target_os = "linux")]
            OpenContainer::Remote(members) => members.skip(count),
        }
    }

    /// After the last member: why not all of it was looked into, if so.
    pub(crate) fn end(&mut self) -> Option<Gap> {
        match self {
            OpenContainer::Here(archive) => archive.end(),
            #[cfg(target_os = "linux")]
            OpenContainer::Remote(members) => members.end(),
        }
    }
}

impl Container {
    /// Opens a file that is such a container in this process, `bytes` long. Without limits on archives those among its parts
    /// stay closed.
    pub(super) fn open_here(
        &self,
        name: &Path,
        file: File,
        bytes: u64,
        limits: Option<ArchiveLimits>,
        member_bytes_max: u64,
    ) -> Archive {
        let within = limits.unwrap_or_default();
        match self {
            Container::Archive(kind) => {
                Archive::open(*kind, file, bytes, name, &within, member_bytes_max)
            }
            Container::Parts(parts) => Archive::open_parts(
                parts.clone(),
                file,
                bytes,
                &within,
                member_bytes_max,
                limits.is_some(),
            ),
            #[cfg(target_os = "linux")]
            Container::Remote(_) => unreachable!("a worker opens it"),
        }
    }
}

impl Hasher {
    /// Opens a file that is such a container, `bytes` long, for its members. Passwords are tried on what is encrypted. `asks` says
    /// whether some of the members may be known.
    pub(crate) fn open_container(
        &self,
        container: &Container,
        (name, file, bytes): (&Path, File, u64),
        (limits, passwords): (Option<ArchiveLimits>, &Passwords),
        asks: bool,
    ) -> OpenContainer {
        #[cfg(target_os = "linux")]
        if let Some(workers) = &self.workers {
            let remote = match container {
                Container::Remote(remote) => remote.clone(),
                Container::Archive(kind) => RemoteContainer::archive(*kind),
                Container::Parts(_) => unreachable!("a worker recognises parts"),
            };
            let opened = (name, &file, bytes);
            let members =
                RemoteMembers::open(workers, self, &remote, opened, (limits, passwords), asks);
            return OpenContainer::Remote(Box::new(members));
        }
        let _ = asks;
        let most = self.limits.file_bytes;
        let archive = container.open_here(name, file, bytes, limits, most);
        OpenContainer::Here(Box::new(archive.with_passwords(passwords)))
    }

    /// What kind of container a file is, by its content. This was found out of it.
    ///
    /// # Errors
    /// Those of reading it; one too where it is none, which it was a moment ago.
    pub(crate) fn container_of(
        &self,
        file: &mut File,
        len: u64,
        known: &Known<'_>,
        opens_archives: bool,
    ) -> io::Result<Container> {
        file.seek(SeekFrom::Start(0))?;
        let head = Format::head(file.by_ref())?;
        let archive = Kind::sniff(&head).filter(|_| opens_archives);
        let container = match (archive, Format::sniff(&head)) {
            (Some(kind), _) => Some(Container::Archive(kind)),
            #[cfg(target_os = "linux")]
            (None, format) if self.workers.is_some() => {
                self.look_there(file, len, format, Some(opens_archives))?.1
            }
            (None, Some(format)) => {
                self.parts_of(format, file, len, None, known, opens_archives)?
            }
            (None, None) => behind(file, len, opens_archives)?,
        };
        container.ok_or_else(|| io::ErrorKind::InvalidData.into())
    }

    /// The parts of a file of this format, if it has any. `bytes` is its content where that is in memory.
    ///
    /// # Errors
    /// Those of reading it.
    pub(crate) fn parts_of(
        &self,
        format: Format,
        mut file: &File,
        len: u64,
        bytes: Option<&[u8]>,
        known: &Known<'_>,
        opens_archives: bool,
    ) -> io::Result<Option<Container>> {
        let read;
        let bytes = match bytes {
            _ if format.is_video() => None,
            Some(bytes) => Some(bytes),
            // One that is too large is a gap.
            None if len > self.limits().file_bytes => None,
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
                let content = content(part, bytes);
                !self.is_reduction(&part.name, &content, bytes, || known.clone())
            });
        }
        // What is in memory is looked at there.
        let may_end = bytes.is_none_or(Kind::may_end);
        let is_container =
            !parts.is_empty() || may_end && behind(file, len, opens_archives)?.is_some();
        Ok(is_container.then_some(Container::Parts(parts)))
    }

    /// Whether a part of a picture is a smaller copy of it. Where pixels are not asked for, that a thumbnail is one is taken
    /// for granted.
    pub(crate) fn is_reduction<'a>(
        &self,
        name: &[u8],
        part: &[u8],
        holder: &[u8],
        known: impl FnOnce() -> Known<'a>,
    ) -> bool {
        if !self.wants_pixels() {
            let name = name.rsplit(|byte| *byte == b'/').next().unwrap_or_default();
            return name.starts_with(b"thumbnail");
        }
        let is_still = |bytes: &[u8]| Format::sniff(bytes).is_some_and(|format| !format.is_video());
        if !is_still(part) || !is_still(holder) {
            return false;
        }
        reduction::is_reduction(part, holder, &known(), self.limits())
    }

    /// Hashes a file that is no clip, of so many bytes. Those of a picture are kept.
    ///
    /// # Errors
    /// Those of the file.
    #[cfg(target_os = "linux")]
    pub(super) fn hash_still(
        &self,
        mut file: &File,
        bytes: u64,
    ) -> io::Result<(Fingerprint, Option<Vec<u8>>)> {
        file.seek(SeekFrom::Start(0))?;
        // One that grows as fast as it is read would never end. Files that the system makes up say that they are empty.
        Ok(match self.read(file.take(bytes.max(1 << 20)), bytes)? {
            Content::Picture(bytes) => (self.hash_bytes(&bytes), Some(bytes)),
            Content::Other(fingerprint) => (*fingerprint, None),
        })
    }
}

/// The archive behind a file that does not begin as an archive.
///
/// # Errors
/// Those of the file.
pub(crate) fn behind(file: &File, len: u64, opens_archives: bool) -> io::Result<Option<Container>> {
    if !opens_archives {
        return Ok(None);
    }
    let kind = Kind::sniff_end(file.try_clone()?, len);
    Ok(kind.map(Container::Archive))
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
