//! The bytes of a log: a header, then records one behind the other.
//!
//! | bytes | header |
//! |---|---|
//! | 8 | `basmalog` |
//! | 4 | version, 4 |
//! | 1 | 1 for a journal, 2 for a cache |
//! | 1 | 1 where paths are kept as keyed digests alone |
//! | 2 | zero |
//! | 16 | of a journal: the digest of its settings; else zeros |
//! | 16 | of the key of paths: what tells it from another; else zeros |
//! | 16 | the first bytes of BLAKE3 of all before |
//!
//! | bytes | frame |
//! |---|---|
//! | 4 | the size of the record |
//! | 8 | the first bytes of BLAKE3 of the place of the frame in the file (8 bytes) and the record |
//! | | the record |
//!
//! Integers are little-endian. Records are only ever added at the end. A killed process or a full disk may leave half a
//! frame there. A reader stops before it, and the next writer overwrites it.

use std::fs::File;
use std::io::{self, BufReader, Read, Seek, SeekFrom};

use super::record::RECORD_BYTES_MAX;
use crate::error::Problem;

/// The size of the header, in bytes.
pub(super) const HEADER_BYTES: usize = 64;

/// The size of what stands before a record, in bytes.
const FRAME_BYTES: usize = 12;

const MAGIC: [u8; 8] = *b"basmalog";
const VERSION: u32 = 4;

/// What the header says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Header {
    pub(super) is_cache: bool,
    pub(super) is_keyed: bool,
    pub(super) settings: [u8; 16],
    pub(super) key_check: [u8; 16],
}

impl Header {
    pub(super) fn to_bytes(self) -> [u8; HEADER_BYTES] {
        let mut bytes = [0; HEADER_BYTES];
        bytes[..8].copy_from_slice(&MAGIC);
        bytes[8..12].copy_from_slice(&VERSION.to_le_bytes());
        bytes[12] = 1 + u8::from(self.is_cache);
        bytes[13] = self.is_keyed.into();
        bytes[16..32].copy_from_slice(&self.settings);
        bytes[32..48].copy_from_slice(&self.key_check);
        let digest = blake3::hash(&bytes[..48]);
        bytes[48..].copy_from_slice(&digest.as_bytes()[..16]);
        bytes
    }

    /// What a header says, or what is wrong with it.
    pub(super) fn from_bytes(bytes: &[u8; HEADER_BYTES]) -> Result<Header, fn(String) -> Problem> {
        if bytes[..8] != MAGIC {
            return Err(|path| Problem::LogForeignKept { path });
        }
        if bytes[8..12] != VERSION.to_le_bytes() {
            return Err(|path| Problem::LogOtherVersion { path });
        }
        let array = |from: usize| -> [u8; 16] {
            let part: &[u8; 16] = bytes[from..].first_chunk().expect("it is long enough");
            *part
        };
        let header = Header {
            is_cache: bytes[12] == 2,
            is_keyed: bytes[13] == 1,
            settings: array(16),
            key_check: array(32),
        };
        if header.to_bytes() == *bytes {
            Ok(header)
        } else {
            Err(|path| Problem::LogHeaderDamaged { path })
        }
    }

    /// Whether these are the first bytes of a header that was not written to its end.
    pub(super) fn is_begun(bytes: &[u8]) -> bool {
        let known = bytes.len().min(MAGIC.len());
        bytes.len() < HEADER_BYTES && bytes[..known] == MAGIC[..known]
    }
}

/// A record with what stands before it, for this place in the file.
pub(super) fn frame(record: &[u8], at: u64) -> Vec<u8> {
    let size = u32::try_from(record.len()).expect("records are limited");
    let mut frame = Vec::with_capacity(FRAME_BYTES + record.len());
    frame.extend_from_slice(&size.to_le_bytes());
    frame.extend_from_slice(&check(record, at));
    frame.extend_from_slice(record);
    frame
}

/// The size of a record with what stands before it.
pub(super) fn frame_bytes(record: &[u8]) -> u64 {
    (FRAME_BYTES + record.len()) as u64
}

fn check(record: &[u8], at: u64) -> [u8; 8] {
    let mut hasher = blake3::Hasher::new();
    hasher.update(&at.to_le_bytes()).update(record);
    *hasher.finalize().as_bytes().first_chunk().expect("shorter")
}

/// Every record from the first, with the place of its frame, up to what is no frame.
pub(super) struct Frames<'f> {
    reader: BufReader<&'f File>,
    at: u64,
}

impl<'f> Frames<'f> {
    pub(super) fn new(mut file: &'f File) -> io::Result<Frames<'f>> {
        let at = HEADER_BYTES as u64;
        file.seek(SeekFrom::Start(at))?;
        Ok(Frames {
            reader: BufReader::with_capacity(1 << 20, file),
            at,
        })
    }

    /// The next record; none at the end of the last whole frame, which [`end`](Self::end) then is.
    pub(super) fn next(&mut self) -> io::Result<Option<(u64, Vec<u8>)>> {
        let Some((record, at)) = read_frame(&mut self.reader, self.at)?.map(|r| (r, self.at))
        else {
            return Ok(None);
        };
        self.at += (FRAME_BYTES + record.len()) as u64;
        Ok(Some((at, record)))
    }

    /// Where the frames read so far end.
    pub(super) fn end(&self) -> u64 {
        self.at
    }
}

/// The record of the frame that a reader stands at; none where no whole frame is there.
pub(super) fn read_frame(reader: &mut impl Read, at: u64) -> io::Result<Option<Vec<u8>>> {
    let mut head = [0; FRAME_BYTES];
    if !fill(reader, &mut head)? {
        return Ok(None);
    }
    let size = u32::from_le_bytes(*head.first_chunk().expect("4 of 12"));
    if size as usize > RECORD_BYTES_MAX {
        return Ok(None);
    }
    // The file may say more than it holds: memory is taken as bytes come.
    let mut record = Vec::new();
    reader.by_ref().take(size.into()).read_to_end(&mut record)?;
    let whole = record.len() == size as usize && check(&record, at) == head[4..];
    Ok(whole.then_some(record))
}

/// Whether there were as many bytes as were asked for.
fn fill(reader: &mut impl Read, bytes: &mut [u8]) -> io::Result<bool> {
    match reader.read_exact(bytes) {
        Ok(()) => Ok(true),
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => Ok(false),
        Err(error) => Err(error),
    }
}
