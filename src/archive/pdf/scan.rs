//! What is noted of a file of PDF on the way through it, wherever it stands.

use std::ops::Range;

/// The most objects: each takes 16 bytes twice.
pub(super) const OBJECTS_MAX: usize = 1 << 22;

/// The first word of a document.
pub(super) const HEAD: &[u8] = b"%PDF-";

/// The word before the dictionary of a trailer.
pub(super) const TRAILER: &[u8] = b"trailer";

/// The last word, behind which more may be added.
const END: &[u8] = b"%%EOF";

/// How many places that speak of encryption, and how many trailers, are looked at: the last of the file.
const MENTIONS_MAX: usize = 64;

/// What is noted of a file on the way through it.
#[derive(Default)]
pub(super) struct Scan {
    pub(super) objects: Vec<(u32, u64)>,
    pub(super) is_over: bool,
    /// Where encryption is spoken of.
    pub(super) mentions: Vec<u64>,
    /// Behind the words that begin trailers.
    pub(super) trailers: Vec<u64>,
    /// Behind the last word that says where the table of objects is.
    pub(super) table: Option<u64>,
    /// Streams of objects.
    pub(super) packed: Vec<u64>,
    /// Where a document begins. Its objects are found all the same, so it is no part of another one.
    pub(super) heads: Vec<Range<u64>>,
    pub(super) has_end: bool,
}

impl Scan {
    /// Looks at a stretch that begins at a place, whose first bytes up to another were looked at before.
    pub(super) fn look_at(&mut self, bytes: &[u8], begin: u64, from: u64) {
        let is_new = |end: usize| begin + end as u64 > from;
        for found in memchr::memmem::find_iter(bytes, b"obj") {
            let Some((number, _)) = object_number(&bytes[..found]).filter(|_| is_new(found + 3))
            else {
                continue;
            };
            if self.objects.len() < OBJECTS_MAX {
                self.objects.push((number, begin + found as u64 + 3));
            } else {
                self.is_over = true;
            }
        }
        for found in memchr::memmem::find_iter(bytes, b"/ObjStm") {
            let at = begin + found as u64;
            let before = self.objects.partition_point(|(_, place)| *place <= at);
            if let Some((_, place)) = before.checked_sub(1).and_then(|at| self.objects.get(at))
                && self.packed.last() != Some(place)
            {
                self.packed.push(*place);
            }
        }
        self.has_end |= memchr::memmem::find(bytes, END).is_some();
        for found in memchr::memmem::find_iter(bytes, HEAD) {
            let (start, end) = (begin + found as u64, found + HEAD.len());
            if is_new(end) && self.heads.len() < OBJECTS_MAX {
                self.heads.push(start..begin + end as u64);
            }
        }
        for found in memchr::memmem::find_iter(bytes, b"/Encrypt") {
            let after = bytes.get(found + 8);
            let is_name = after.is_some_and(|byte| !byte.is_ascii_alphanumeric());
            if is_name && is_new(found + 9) {
                keep_last(&mut self.mentions, begin + found as u64);
            }
        }
        for found in memchr::memmem::find_iter(bytes, TRAILER) {
            if is_new(found + TRAILER.len()) {
                keep_last(&mut self.trailers, begin + (found + TRAILER.len()) as u64);
            }
        }
        if let Some(found) = memchr::memmem::rfind(bytes, b"startxref") {
            self.table = Some(begin + found as u64 + 9);
        }
    }
}

fn keep_last(places: &mut Vec<u64>, place: u64) {
    if places.len() >= MENTIONS_MAX {
        places.remove(0);
    }
    places.push(place);
}

/// The number and generation of the object whose keyword stands behind these bytes: `12 0 `.
pub(super) fn object_number(before: &[u8]) -> Option<(u32, u16)> {
    let digits = |bytes: &[u8]| {
        let count = bytes
            .iter()
            .rev()
            .take_while(|byte| byte.is_ascii_digit())
            .count();
        bytes.len() - count
    };
    let trimmed = before.trim_ascii_end();
    let generation = digits(trimmed);
    let rest = trimmed[..generation].trim_ascii_end();
    let number = digits(rest);
    let is_apart = generation < trimmed.len() && rest.len() < generation;
    let text = |bytes: &[u8]| std::str::from_utf8(bytes).map(str::to_owned).ok();
    let number = text(&rest[number..])?.parse().ok()?;
    let generation = text(&trimmed[generation..])?.parse().unwrap_or(0);
    is_apart.then_some((number, generation))
}
