//! The ZIP archive that a workbook is: its directory, and single parts.

use std::collections::BTreeMap;
use std::io::Read as _;
use std::ops::Range;

use super::Refusal;
use crate::disk::mmap::Bytes;
use crate::disk::spool::Scratch;

/// How much may come out of any workbook, and how many times its size out of a larger one, in bytes.
const FREE_BYTES: u64 = 64 << 20;
const TIMES_MAX: u64 = 200;

/// How many parts a workbook may have.
const PARTS_MAX: usize = 10_000;

/// The end of the directory, without its comment, and the largest comment.
const END_BYTES: usize = 22;
const COMMENT_BYTES_MAX: usize = 0xffff;

/// An archive whose parts are read one by one.
pub(super) struct Package<'b> {
    bytes: &'b [u8],
    members: BTreeMap<String, Member>,
    /// How much more may come out.
    left: u64,
}

struct Member {
    method: u16,
    crc: u32,
    data: Range<usize>,
}

fn number(bytes: &[u8], at: usize, length: usize) -> Option<usize> {
    let bytes = bytes.get(at..at.checked_add(length)?)?;
    let join = |number: usize, byte: &u8| number << 8 | usize::from(*byte);
    Some(bytes.iter().rev().fold(0, join))
}

impl<'b> Package<'b> {
    /// Opens an archive; `None` if it is none.
    pub(super) fn open(bytes: &'b [u8], size_max: u64) -> Option<Package<'b>> {
        let tail = bytes.len().saturating_sub(END_BYTES + COMMENT_BYTES_MAX);
        let end = tail + memchr::memmem::rfind(&bytes[tail..], b"PK\x05\x06")?;
        // Nothing stands behind the comment.
        if end + END_BYTES + number(bytes, end + 20, 2)? != bytes.len() {
            return None;
        }
        let count = number(bytes, end + 10, 2)?;
        let mut at = number(bytes, end + 16, 4)?;
        let mut members = BTreeMap::new();
        for _ in 0..count.min(PARTS_MAX) {
            if bytes.get(at..at.checked_add(4)?)? != b"PK\x01\x02" {
                return None;
            }
            let [name, extra, comment] = [28, 30, 32].map(|field| number(bytes, at + field, 2));
            let (name, extra, comment) = (name?, extra?, comment?);
            let text = bytes.get(at + 46..(at + 46).checked_add(name)?)?;
            let text = String::from_utf8_lossy(text).into_owned();
            if let Some(member) = member(bytes, at) {
                // Of two parts of one name programs differ in which they read.
                if members.insert(text, member).is_some() {
                    return None;
                }
            }
            at += 46 + name + extra + comment;
        }
        let most = FREE_BYTES.max((bytes.len() as u64).saturating_mul(TIMES_MAX));
        Some(Package {
            bytes,
            members,
            left: most.min(size_max),
        })
    }

    /// The bytes of a part, if there is one.
    pub(super) fn part(&mut self, name: &str, scratch: &Scratch) -> Result<Option<Bytes>, Refusal> {
        let Some(member) = self.members.get(name) else {
            return Ok(None);
        };
        let damaged = || Refusal::Damaged(format!("the part {name} is damaged; fetch it again"));
        let data = self.bytes.get(member.data.clone()).ok_or_else(damaged)?;
        let mut reader: Box<dyn std::io::Read> = match member.method {
            0 => Box::new(data),
            8 => deflated(data).ok_or_else(|| {
                let message = "this is a workbook, which this build does not read; save it as CSV";
                Refusal::Unread(1, message.to_owned())
            })?,
            _ => return Err(damaged()),
        };
        let mut spool = scratch.spool(8);
        let mut part = vec![0; 1 << 16];
        let mut digest = Crc::new();
        loop {
            let read = reader.read(&mut part).map_err(|_| damaged())?;
            if read == 0 {
                break;
            }
            self.left = self.left.checked_sub(read as u64).ok_or_else(|| {
                let message = "too much comes out of the workbook; save it as CSV if it is right";
                Refusal::Damaged(message.to_owned())
            })?;
            digest.update(&part[..read]);
            spool.push(&part[..read])?;
        }
        if !digest.is(member.crc) {
            return Err(damaged());
        }
        Ok(Some(spool.freeze()?))
    }
}

/// The data of a member whose entry stands in the directory at a place; `None` if there is none.
fn member(bytes: &[u8], at: usize) -> Option<Member> {
    let local = number(bytes, at + 42, 4)?;
    if bytes.get(local..local.checked_add(4)?)? != b"PK\x03\x04" {
        return None;
    }
    let begin = local + 30 + number(bytes, local + 26, 2)? + number(bytes, local + 28, 2)?;
    let end = begin.checked_add(number(bytes, at + 20, 4)?)?;
    Some(Member {
        method: u16::try_from(number(bytes, at + 10, 2)?).ok()?,
        crc: u32::try_from(number(bytes, at + 16, 4)?).ok()?,
        data: begin..end,
    })
}

#[cfg(any(feature = "media", feature = "evidence"))]
fn deflated(data: &[u8]) -> Option<Box<dyn std::io::Read + '_>> {
    Some(Box::new(flate2::bufread::DeflateDecoder::new(data)))
}

#[cfg(not(any(feature = "media", feature = "evidence")))]
fn deflated(_: &[u8]) -> Option<Box<dyn std::io::Read + '_>> {
    None
}

/// The sum by which a part is checked, where this build computes it.
#[cfg(any(feature = "media", feature = "evidence"))]
struct Crc(crc32fast::Hasher);

#[cfg(any(feature = "media", feature = "evidence"))]
impl Crc {
    fn new() -> Crc {
        Crc(crc32fast::Hasher::new())
    }

    fn update(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    fn is(self, expected: u32) -> bool {
        self.0.finalize() == expected
    }
}

#[cfg(not(any(feature = "media", feature = "evidence")))]
struct Crc;

#[cfg(not(any(feature = "media", feature = "evidence")))]
impl Crc {
    fn new() -> Crc {
        Crc
    }

    fn update(&mut self, _: &[u8]) {}

    // Nothing that is compressed is read in such a build.
    fn is(self, _: u32) -> bool {
        true
    }
}
