//! What is packed together in a cabinet, block by block ([MS-CAB], 2.4 and 2.5; [MS-MCI] for MSZIP).

use std::io;

use super::header::Folder;
use crate::archive::gap::{GapKind, gap_error};
use crate::archive::source::Source;
use crate::error::Reason;

/// How many bytes a block unpacks to, at most, and how far back MSZIP looks.
const BLOCK_BYTES: usize = 1 << 15;

/// What a block of MSZIP begins with.
const MSZIP: &[u8] = b"CK";

enum Method {
    Stored,
    Mszip,
    #[cfg(feature = "archives")]
    Lzx(Box<lzxd::Lzxd>),
}

/// Unpacks a folder.
pub(super) struct Unpacker {
    folder: Folder,
    method: Method,
    /// Where the next block begins, and how many there are left.
    next: u64,
    left: u16,
    /// What the last block unpacked to, and how much of it was given.
    block: Vec<u8>,
    given: usize,
    /// How many bytes of the folder were given.
    at: u64,
    /// Where the last block ended whose checksum did not hold.
    wrong_until: Option<u64>,
}

impl Unpacker {
    pub(super) fn new(folder: &Folder) -> io::Result<Unpacker> {
        let unknown = |name: &str| {
            let name = name.to_owned();
            Err(gap_error(GapKind::Unsupported, Reason::ZipMethod { name }))
        };
        let method = match folder.method & 0xF {
            0 => Method::Stored,
            1 => Method::Mszip,
            2 => return unknown("Quantum"),
            3 => lzx(folder.method >> 8 & 0x1F)?,
            number => {
                let number = number.into();
                let reason = Reason::ZipMethodUnknown { number };
                return Err(gap_error(GapKind::Unsupported, reason));
            }
        };
        Ok(Unpacker {
            method,
            next: folder.at,
            left: folder.blocks,
            folder: folder.clone(),
            block: Vec::new(),
            given: 0,
            at: 0,
            wrong_until: None,
        })
    }

    /// How many bytes of the folder were given or passed over.
    pub(super) fn at(&self) -> u64 {
        self.at
    }

    /// What is unpacked and not given.
    pub(super) fn rest(&self) -> &[u8] {
        &self.block[self.given..]
    }

    /// Passes over so many bytes, or all that are unpacked.
    pub(super) fn pass_over(&mut self, bytes: u64) {
        let bytes = bytes.min(self.rest().len() as u64);
        self.given += bytes as usize;
        self.at += bytes;
    }

    /// Whether a block was wrong that goes on behind a place.
    pub(super) fn is_wrong_since(&self, place: u64) -> bool {
        self.wrong_until.is_some_and(|until| until > place)
    }

    /// Gives no more.
    pub(super) fn fail(&mut self) {
        self.left = 0;
        self.block.clear();
        self.given = 0;
    }

    /// Unpacks the next block; how many bytes it has. None are left behind the last.
    pub(super) fn unpack(&mut self, source: &mut Source) -> io::Result<u64> {
        let cut = || io::Error::from(io::ErrorKind::UnexpectedEof);
        if self.left == 0 {
            return Ok(0);
        }
        let header = source.array::<8>(self.next)?.ok_or_else(cut)?;
        let size = |at: usize| usize::from(u16::from_le_bytes([header[at], header[at + 1]]));
        let (packed_bytes, bytes) = (size(4), size(6));
        let start = self.next + 8 + self.folder.reserved;
        let whole = source.up_to(self.folder.reserved + packed_bytes as u64, self.next + 8)?;
        let packed = whole
            .get(self.folder.reserved as usize..)
            .unwrap_or_default();
        self.next = start + packed_bytes as u64;
        self.left -= 1;
        if packed.len() < packed_bytes {
            self.left = 0;
        }
        // A block that goes on in the next volume says that it is empty.
        if bytes == 0 || bytes > BLOCK_BYTES {
            self.left = 0;
            let reason = match bytes {
                0 => (GapKind::Unsupported, Reason::ArchiveVolume),
                _ => (GapKind::Damaged, Reason::ArchiveHeader),
            };
            return Err(gap_error(reason.0, reason.1));
        }
        let stated = u32::from_le_bytes([header[0], header[1], header[2], header[3]]);
        let is_wrong = stated != 0 && stated != checksum(&header[4..8], &whole);
        let before = std::mem::take(&mut self.block);
        let unpacked = self.method.unpack(packed, bytes, &before);
        let unpacked = match unpacked {
            Ok(unpacked) => unpacked,
            Err(error) => {
                self.fail();
                return Err(error);
            }
        };
        let len = unpacked.len() as u64;
        (self.block, self.given) = (unpacked, 0);
        if is_wrong {
            self.wrong_until = Some(self.at + len);
        }
        if (len as usize) < bytes {
            // What follows would be read as if it stood elsewhere.
            self.left = 0;
            self.wrong_until = Some(u64::MAX);
        }
        Ok(len)
    }
}

impl Method {
    /// Unpacks a block, behind the one before.
    fn unpack(&mut self, packed: &[u8], bytes: usize, before: &[u8]) -> io::Result<Vec<u8>> {
        match self {
            Method::Stored => Ok(packed[..packed.len().min(bytes)].to_vec()),
            Method::Mszip => mszip(packed, bytes, before),
            #[cfg(feature = "archives")]
            Method::Lzx(decoder) => {
                let unpacked = decoder.decompress_next(packed, bytes);
                let unpacked = unpacked.map_err(io::Error::other)?;
                Ok(unpacked.to_vec())
            }
        }
    }
}

/// Unpacks a block of MSZIP: Deflate that looks back into the block before.
fn mszip(packed: &[u8], bytes: usize, before: &[u8]) -> io::Result<Vec<u8>> {
    use io::Read as _;
    let Some(deflated) = packed.strip_prefix(MSZIP) else {
        return Err(gap_error(GapKind::Damaged, Reason::ArchiveHeader));
    };
    // The block before is put in front as one that is stored.
    let len = before.len() as u16;
    let mut front = vec![0];
    front.extend(len.to_le_bytes());
    front.extend((!len).to_le_bytes());
    front.extend(before);
    let whole = front.as_slice().chain(deflated);
    let mut unpacked = Vec::with_capacity(before.len() + bytes);
    let decoder = flate2::read::DeflateDecoder::new(whole);
    let most = (before.len() + bytes) as u64;
    let read = decoder.take(most).read_to_end(&mut unpacked);
    let unpacked = unpacked.split_off(before.len().min(unpacked.len()));
    match read {
        Err(error) if unpacked.is_empty() => Err(error),
        _ => Ok(unpacked),
    }
}

#[cfg(feature = "archives")]
fn lzx(window: u16) -> io::Result<Method> {
    use lzxd::WindowSize;
    let window = match window {
        15 => WindowSize::KB32,
        16 => WindowSize::KB64,
        17 => WindowSize::KB128,
        18 => WindowSize::KB256,
        19 => WindowSize::KB512,
        20 => WindowSize::MB1,
        21 => WindowSize::MB2,
        _ => return Err(gap_error(GapKind::Damaged, Reason::ArchiveHeader)),
    };
    Ok(Method::Lzx(Box::new(lzxd::Lzxd::new(window))))
}

#[cfg(not(feature = "archives"))]
fn lzx(_: u16) -> io::Result<Method> {
    Err(gap_error(GapKind::Unsupported, Reason::ArchiveNotBuiltIn))
}

/// The checksum of a block: words of four bytes, of its data and then of its sizes ([MS-CAB], 3.1).
fn checksum(sizes: &[u8], data: &[u8]) -> u32 {
    let of = |bytes: &[u8], first: u32| {
        let (words, rest) = bytes.as_chunks();
        let sum = words
            .iter()
            .fold(first, |sum, word| sum ^ u32::from_le_bytes(*word));
        // The last bytes stand the other way round.
        sum ^ rest
            .iter()
            .fold(0, |word, byte| word << 8 | u32::from(*byte))
    };
    of(sizes, of(data, 0))
}
