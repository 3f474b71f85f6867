//! Tar: headers and content in one stream, with the extensions of POSIX (pax) and GNU.
//!
//! What is not a member is never passed over in silence. Blocks that are no header are counted, and members are looked
//! for behind them. They are also looked for behind the end mark, which joined archives have in the middle.

mod header;
mod sparse;

use std::io::{self, Read};

use super::beside::{Beside, BesideParts};
use super::container::{Container, Entry};
use super::gap::{Gap, Gaps, gap_error, gap_of};
use super::path;
use super::source::Source;
use crate::archive::gap::GapKind;
use crate::error::Reason;
use header::{Extended, Header, text};
use sparse::{Expanded, Map};

/// Everything in tar comes in blocks of so many bytes.
pub(super) const BLOCK: usize = 512;

/// Extended headers are held in memory; no system has longer paths.
const EXTENDED_MAX: u64 = 1 << 20;

/// Whether a file begins as tar archives do.
pub(super) fn begins(head: &[u8]) -> bool {
    let Some(block) = head.first_chunk() else {
        return false;
    };
    let header = Header(block);
    header.has_magic() || (!is_blank(block) && header.checksum_holds())
}

fn is_blank(block: &[u8; BLOCK]) -> bool {
    block.iter().all(|&byte| byte == 0)
}

/// Bytes that come one after another.
pub(super) trait Stream: Read + Send {
    /// Passes over so many bytes, or as many as there are: that number.
    fn pass_over(&mut self, bytes: u64) -> io::Result<u64>;
}

impl Stream for Source {
    fn pass_over(&mut self, bytes: u64) -> io::Result<u64> {
        let at = self.at();
        self.go_to(at.saturating_add(bytes))?;
        Ok(self.at() - at)
    }
}

/// A tar archive.
pub(super) struct Tar {
    stream: Front,
    /// How much of the member that it is at has not been read, and of the padding behind it.
    left: u64,
    padding: u64,
    map: Option<Map>,
    gaps: Gaps,
    beside: Beside,
    /// What stands beside the members, after the last.
    parts: Option<BesideParts>,
}

/// The stream, behind a block that was read too early.
struct Front {
    block: io::Cursor<Vec<u8>>,
    stream: Box<dyn Stream>,
}

impl Tar {
    pub(super) fn new(stream: impl Stream + 'static) -> Tar {
        Tar {
            stream: Front {
                block: io::Cursor::default(),
                stream: Box::new(stream),
            },
            left: 0,
            padding: 0,
            map: None,
            gaps: Gaps::default(),
            beside: Beside::default(),
            parts: None,
        }
    }

    /// Goes to the next member, or to the end.
    fn advance(&mut self) -> io::Result<Option<Entry>> {
        self.leave()?;
        let mut extended = Extended::default();
        let mut pending = false;
        while let Some(block) = self.stream.next_block()? {
            if is_blank(&block) {
                continue;
            }
            let header = Header(&block);
            let size = extended.size.or_else(|| header.size());
            let holds = header.checksum_holds();
            let Some(size) = size.filter(|_| holds || header.has_magic()) else {
                self.gaps.add(GapKind::Damaged, Reason::TarNotAHeader);
                continue;
            };
            if !holds {
                self.gaps.add(GapKind::Damaged, Reason::TarHeaderChecksum);
            }
            self.left = size;
            self.padding = size.wrapping_neg() % BLOCK as u64;
            match header.kind() {
                // These extend the header that follows; their own size is never extended.
                kind @ (b'L' | b'K' | b'x' | b'X' | b'g') => {
                    let Some(size) = header.size() else {
                        continue;
                    };
                    self.left = size;
                    self.padding = size.wrapping_neg() % BLOCK as u64;
                    self.extend(kind, &mut extended)?;
                    pending = kind != b'g';
                }
                kind => {
                    if let Some(entry) = self.entry(kind, &block, extended)? {
                        return Ok(Some(entry));
                    }
                    self.leave()?;
                    extended = Extended::default();
                    pending = false;
                }
            }
        }
        if pending {
            let reason = Reason::TarAnnouncedMissing;
            return Err(gap_error(GapKind::Damaged, reason));
        }
        Ok(None)
    }

    /// Passes over what was not read of the member that it is at.
    fn leave(&mut self) -> io::Result<()> {
        self.map = None;
        let bytes = self.left.saturating_add(self.padding);
        let left = std::mem::take(&mut self.left);
        self.padding = 0;
        let passed = self.stream.pass_over(bytes)?;
        if passed < left {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        Ok(())
    }

    fn extend(&mut self, kind: u8, extended: &mut Extended) -> io::Result<()> {
        if self.left > EXTENDED_MAX {
            self.gaps.add(GapKind::Damaged, Reason::TarExtendedTooLong);
            return self.leave();
        }
        let (left, mut bytes) = (self.left, Vec::new());
        self.stream.by_ref().take(left).read_to_end(&mut bytes)?;
        if (bytes.len() as u64) < left {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        self.left = 0;
        self.leave()?;
        self.beside.add(&bytes);
        let sound = match kind {
            b'L' => {
                extended.path = Some(text(&bytes).to_vec());
                true
            }
            b'K' => {
                extended.link_path = Some(text(&bytes).to_vec());
                true
            }
            // POSIX lets it say of all members that follow what only one can have: nobody writes that.
            b'g' => {
                let mut global = Extended::default();
                let sound = global.read(&bytes);
                if !global.is_empty() {
                    let reason = Reason::TarGlobalIgnored;
                    self.gaps.add(GapKind::Damaged, reason);
                }
                sound
            }
            _ => extended.read(&bytes),
        };
        if !sound {
            self.gaps.add(GapKind::Damaged, Reason::TarExtendedBroken);
        }
        Ok(())
    }

    /// A member, unless it is a folder.
    fn entry(
        &mut self,
        kind: u8,
        block: &[u8; BLOCK],
        mut extended: Extended,
    ) -> io::Result<Option<Entry>> {
        let header = Header(block);
        let path = extended.path.take().unwrap_or_else(|| header.name());
        let mut entry = Entry::of(path);
        let with_content = match kind {
            b'1' => Reason::TarHardLinkWithContent,
            b'2' => Reason::TarSymbolicLinkWithContent,
            b'3' | b'4' => Reason::TarDeviceWithContent,
            b'5' => Reason::TarFolderWithContent,
            b'6' => Reason::TarPipeWithContent,
            b'V' => Reason::TarLabelWithContent,
            _ => {
                self.map_sparse(kind, block, &extended, &mut entry)?;
                entry.stored = self.left;
                // Before there were folders' own headers, their names ended so.
                let folder = matches!(kind, 0 | b'0') && self.left == 0;
                return Ok((!folder || !entry.path.ends_with(b"/")).then_some(entry));
            }
        };
        if !self.is_followed_by_header()? {
            entry.stored = self.left;
            entry.gap = Some((GapKind::Damaged, with_content.into()));
            return Ok(Some(entry));
        }
        (self.left, self.padding) = (0, 0);
        let target = || {
            let target = extended.link_path.unwrap_or_else(|| header.link_name());
            path::target(&target)
        };
        let reason = match kind {
            b'5' | b'V' => return Ok(None),
            b'1' => Reason::MemberHardLink { target: target() },
            b'2' => Reason::MemberSymbolicLink { target: target() },
            b'6' => Reason::MemberPipe,
            _ => Reason::MemberDevice,
        };
        entry.refused = Some((GapKind::Skipped, reason.into()));
        Ok(Some(entry))
    }

    /// Whether what is no file has no content, whatever size it has: writers differ on what that means.
    fn is_followed_by_header(&mut self) -> io::Result<bool> {
        if self.left == 0 {
            return Ok(true);
        }
        let Some(block) = self.stream.next_block()? else {
            return Ok(true);
        };
        self.stream.block = io::Cursor::new(block.to_vec());
        Ok(is_blank(&block) || Header(&block).checksum_holds())
    }

    fn map_sparse(
        &mut self,
        kind: u8,
        block: &[u8; BLOCK],
        extended: &Extended,
        entry: &mut Entry,
    ) -> io::Result<()> {
        let sparse = &extended.sparse;
        let map = if kind == b'S' {
            Map::gnu(block, &mut self.stream)?
        } else if let (Some(1), Some(real_size)) = (sparse.major, sparse.real_size) {
            let (map, taken) = Map::pax(&mut self.stream, self.left, real_size)?;
            self.left -= taken;
            map
        } else if let (false, Some(real_size)) = (sparse.map.is_empty(), sparse.real_size) {
            Map::new(&sparse.map, real_size)
        } else {
            return Ok(());
        };
        if let Some(name) = &sparse.name {
            entry.path.clone_from(name);
        }
        match map.filter(|map| map.stored == self.left) {
            Some(map) => {
                entry.claim = Some(map.real_size);
                self.map = Some(map);
            }
            None => {
                entry.gap = Some((GapKind::Damaged, Reason::TarSparseMap.into()));
            }
        }
        Ok(())
    }
}

impl Container for Tar {
    fn next_entry(&mut self) -> Option<Entry> {
        if let Some(parts) = &mut self.parts {
            return parts.next_entry();
        }
        let entry = self.advance().unwrap_or_else(|error| {
            let (kind, reasons) = gap_of(error);
            self.gaps.add(kind, reasons);
            None
        });
        if entry.is_some() {
            return entry;
        }
        let (parts, gap) = self.beside.parts("beside");
        if let Some((kind, reasons)) = gap {
            self.gaps.add(kind, reasons);
        }
        self.parts.insert(parts).next_entry()
    }

    fn content(&mut self) -> Box<dyn Read + '_> {
        if let Some(parts) = &self.parts {
            return parts.content();
        }
        let map = self.map.take();
        let stored = Stored {
            stream: &mut self.stream,
            left: &mut self.left,
        };
        match map {
            Some(map) => Box::new(Expanded::new(stored, map)),
            None => Box::new(stored),
        }
    }

    fn gap(&mut self) -> Option<Gap> {
        self.gaps.gap()
    }
}

impl Front {
    /// The next block; none where the archive ends, an error where it ends within one.
    fn next_block(&mut self) -> io::Result<Option<[u8; BLOCK]>> {
        let mut bytes = Vec::with_capacity(BLOCK);
        self.by_ref().take(BLOCK as u64).read_to_end(&mut bytes)?;
        match bytes.len() {
            0 => Ok(None),
            BLOCK => Ok(bytes.first_chunk().copied()),
            _ if bytes.iter().all(|&byte| byte == 0) => Ok(None),
            _ => Err(io::ErrorKind::UnexpectedEof.into()),
        }
    }

    fn pass_over(&mut self, bytes: u64) -> io::Result<u64> {
        let front = io::copy(&mut self.block.by_ref().take(bytes), &mut io::sink())?;
        Ok(front + self.stream.pass_over(bytes - front)?)
    }
}

impl Read for Front {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        match self.block.read(buf)? {
            0 => self.stream.read(buf),
            read => Ok(read),
        }
    }
}

/// The content of a member, as stored.
struct Stored<'a> {
    stream: &'a mut Front,
    left: &'a mut u64,
}

impl Read for Stored<'_> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        let most = buf
            .len()
            .min(usize::try_from(*self.left).unwrap_or(usize::MAX));
        if most == 0 {
            return Ok(0);
        }
        let read = self.stream.read(&mut buf[..most])?;
        if read == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        *self.left -= read as u64;
        Ok(read)
    }
}
