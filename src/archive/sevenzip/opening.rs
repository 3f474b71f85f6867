//! How a 7z file is opened: its header, which may be packed in others, and blocks, which may need a password.

use std::io::{self, Read};
use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;

use super::blockwise::{Blockwise, Packed};
use super::directory::{BlockPlace, Directory, Header};
use super::fields::Broken;
use super::unpack::{self, Unpacker};
use super::{START_BYTES, Sevenzip, lock};
use crate::archive::gap::{Gap, GapKind, gap_error, gap_of};
use crate::archive::limits::Budget;
use crate::archive::passwords::{Fit, Steps};
use crate::error::Reason;

/// How often a header may be packed in another.
const HEADERS_MAX: usize = 4;

/// The least that an attempt to open a block costs: its coders are made twice.
const ATTEMPT_STEPS: u64 = 256;

impl Sevenzip {
    /// The bytes of the header; `None` where the file has no members.
    pub(super) fn read_start(
        &mut self,
        taken: &mut Vec<Range<u64>>,
    ) -> io::Result<Option<Vec<u8>>> {
        let mut source = lock(&self.source);
        let Some(start) = source.array::<{ START_BYTES as usize }>(0)? else {
            return Err(io::ErrorKind::UnexpectedEof.into());
        };
        let [offset, len] = [12, 20].map(|at| {
            let bytes = start[at..at + 8].try_into().expect("eight bytes");
            u64::from_le_bytes(bytes)
        });
        let [of_start, of_header] = [8, 28].map(|at| {
            let bytes = start[at..at + 4].try_into().expect("four bytes");
            u32::from_le_bytes(bytes)
        });
        if crc32fast::hash(&start[12..32]) != of_start {
            let reason = Reason::SevenzipHeaderChecksum;
            self.gaps.add(GapKind::Damaged, reason);
        }
        let at = offset.saturating_add(START_BYTES);
        let end = at.saturating_add(len);
        if len == 0 {
            return Ok(None);
        }
        if end > source.len() {
            return Err(gap_error(GapKind::Damaged, Reason::SevenzipCut));
        }
        if len > self.header_bytes {
            return Err(self.header_too_large());
        }
        taken.push(at..end);
        let header = source.up_to(len, at)?;
        drop(source);
        self.check(&header, Some(of_header));
        Ok(Some(header))
    }

    pub(super) fn header_too_large(&self) -> io::Error {
        let limit = self.header_bytes;
        gap_error(GapKind::OverLimit, Reason::SevenzipHeaderTooLarge { limit })
    }

    pub(super) fn check(&mut self, header: &[u8], checksum: Option<u32>) {
        if checksum.is_some_and(|checksum| crc32fast::hash(header) != checksum) {
            let reason = Reason::SevenzipHeaderChecksum;
            self.gaps.add(GapKind::Damaged, reason);
        }
    }

    pub(super) fn read_header(
        &mut self,
        mut bytes: Vec<u8>,
        taken: &mut Vec<Range<u64>>,
    ) -> io::Result<Option<Directory>> {
        let broken = |_| gap_error(GapKind::Damaged, Reason::SevenzipHeader);
        for _ in 0..HEADERS_MAX {
            let mut streams = match Header::read(bytes).map_err(broken)? {
                Header::Plain(directory) => {
                    taken.push(directory.streams.packed_range());
                    if directory.has_more_streams {
                        self.gaps.add(GapKind::Damaged, Reason::SevenzipHeader);
                    }
                    return Ok(Some(*directory));
                }
                Header::Packed(streams) => streams,
            };
            taken.push(streams.packed_range());
            let place = streams.next_block().map_err(broken)?;
            let place = place.ok_or(Broken).map_err(broken)?;
            let size = place.size();
            if size > self.header_bytes {
                return Err(self.header_too_large());
            }
            let reader = self.open_block(&place, (size, place.checksum));
            let mut reader = reader.map_err(|(kind, reasons)| gap_error(kind, reasons))?;
            bytes = Vec::new();
            reader.by_ref().take(size).read_to_end(&mut bytes)?;
            if (bytes.len() as u64) < size {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            self.check(&bytes, place.checksum);
        }
        Err(broken(Broken))
    }

    /// A reader of a block, whose first content has this size and checksum.
    pub(super) fn open_block(
        &mut self,
        place: &BlockPlace,
        first: (u64, Option<u32>),
    ) -> Result<Blockwise, Gap> {
        if !place.block.is_encrypted() {
            let budget = Some(Arc::clone(&self.budget));
            return self.block(place, None, budget).map_err(gap_of);
        }
        let keyring = Arc::clone(&self.keyring);
        keyring.open(Reason::SevenzipEncrypted, |password, steps| {
            self.try_password(place, first, password, steps)
        })
    }

    pub(super) fn try_password(
        &mut self,
        place: &BlockPlace,
        (size, checksum): (u64, Option<u32>),
        password: &[u8],
        steps: &mut Steps,
    ) -> io::Result<Option<Fit<Blockwise>>> {
        // What fails at once takes time too.
        if !steps.take(ATTEMPT_STEPS) || !self.keys.derive(&place.block, password, steps)? {
            return Ok(None);
        }
        let budget = Some(Arc::clone(&self.budget));
        let opened = self.block(place, Some(password), budget)?;
        let mut tried = self.block(place, Some(password), None)?;
        let (mut hasher, mut left) = (crc32fast::Hasher::new(), size);
        let mut buffer = [0; 1 << 14];
        while left > 0 {
            let most = usize::try_from(left).unwrap_or(usize::MAX);
            let most = most.min(buffer.len());
            let read = match tried.read(&mut buffer[..most]) {
                Ok(0) => return Ok(Some(Fit::No)),
                Ok(read) => read,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => {
                    // What the system refuses says nothing of the password, and neither does what is unpacked by nothing.
                    return match gap_of(error) {
                        (GapKind::Damaged, _) => Ok(Some(Fit::No)),
                        (kind, reasons) => Err(gap_error(kind, reasons)),
                    };
                }
            };
            if !steps.take_bytes(read as u64) {
                return Ok(Some(Fit::Likely(opened)));
            }
            hasher.update(&buffer[..read]);
            left -= read as u64;
        }
        Ok(Some(match checksum {
            // Nothing tells whether what came is what was packed.
            None => Fit::Likely(opened),
            Some(_) if size == 0 => Fit::Likely(opened),
            Some(checksum) if hasher.finalize() == checksum => Fit::Whole(opened),
            Some(_) => Fit::No,
        }))
    }

    /// A reader of a block that this password opens.
    pub(super) fn block(
        &self,
        place: &BlockPlace,
        password: Option<&[u8]>,
        budget: Option<Arc<Budget>>,
    ) -> io::Result<Blockwise> {
        let mut unpacker = Unpacker {
            window_bytes: self.window_bytes,
            keys: &self.keys,
            password,
        };
        let mut streams = Vec::new();
        let mut packed = |number: usize| {
            let (at, len) = place.packed.get(number).copied().unwrap_or((0, 0));
            let at = at.saturating_add(START_BYTES);
            let end = at.saturating_add(len);
            let reached = Arc::new(AtomicU64::new(at));
            streams.push((Arc::clone(&reached), at..end));
            Box::new(Packed {
                source: Arc::clone(&self.source),
                at,
                end,
                reached,
            }) as Box<dyn Read + Send>
        };
        let coded = place
            .block
            .unpack(&place.sizes, &mut packed, &mut unpacker)?;
        let ahead = match place.block.coders.as_slice() {
            [coder] if coder.method.is_empty() => 0,
            _ => unpack::BUFFER_BYTES as u64,
        };
        Ok(Blockwise {
            coded,
            budget,
            failed: None,
            streams,
            ahead,
        })
    }
}
