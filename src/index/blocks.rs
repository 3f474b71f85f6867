//! The only way to the body of an index: bytes are handed out once their blocks are proven.
//!
//! The digests and their levels are specified in the module `format`.

use std::ops::Range;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};

use zerocopy::{FromBytes, Immutable, KnownLayout, Unaligned};

use super::layout::Section;
use super::map::Bytes;
use super::simd;
use crate::disk::mmap::{Pace, free_memory};
use crate::error::{IndexDamage, Problem};
use crate::{Error, Result};

/// The size of a block. BLAKE3 fills its vectors from 8 KiB on; a first touch should not read much more than it needs.
pub(super) const BLOCK_BYTES: usize = 16 * 1024;

/// How much of a long pass is proven at once.
const PIECE_BYTES: usize = 1 << 20;
pub(super) const DIGEST_BYTES: usize = 16;
const DIGESTS_PER_BLOCK: usize = BLOCK_BYTES / DIGEST_BYTES;

/// The first 16 bytes of BLAKE3: enough that no accident collides.
pub(super) type Digest = [u8; DIGEST_BYTES];

pub(super) fn digest(bytes: &[u8]) -> Digest {
    digest_of_parts(&[bytes])
}

pub(super) fn digest_of_parts(parts: &[&[u8]]) -> Digest {
    let mut hasher = blake3::Hasher::new();
    for part in parts {
        hasher.update(part);
    }
    let mut digest = [0; DIGEST_BYTES];
    digest.copy_from_slice(&hasher.finalize().as_bytes()[..DIGEST_BYTES]);
    digest
}

/// The sizes of the levels of digests above a body, level 1 first: always at least one level.
fn level_bytes(body_bytes: usize) -> impl Iterator<Item = usize> {
    let above = |bytes: usize| bytes.div_ceil(BLOCK_BYTES).checked_mul(DIGEST_BYTES);
    std::iter::successors(above(body_bytes), move |&bytes| {
        if bytes <= BLOCK_BYTES {
            return None;
        }
        above(bytes)
    })
}

/// The size of all digests above a body.
pub(super) fn digests_bytes(body_bytes: usize) -> Option<usize> {
    level_bytes(body_bytes).try_fold(0, usize::checked_add)
}

/// All levels of digests, and the root, from the digests of the body's blocks.
pub(super) fn finish_digests(level_1: Vec<u8>) -> (Vec<u8>, Digest) {
    let mut all = level_1;
    let mut level = 0..all.len();
    while level.len() > BLOCK_BYTES {
        let above: Vec<u8> = all[level.clone()]
            .chunks(BLOCK_BYTES)
            .flat_map(digest)
            .collect();
        level = all.len()..all.len() + above.len();
        all.extend(above);
    }
    let root = digest(&all[level]);
    (all, root)
}

/// The bytes of an index file, proven block by block on first touch.
#[derive(Debug)]
pub(super) struct Blocks {
    pub(super) name: PathBuf,
    bytes: Bytes,
    root: Digest,
    /// The body, then the levels of its digests.
    levels: Vec<Level>,
    /// One bit per block of every level: set once its digest was found right.
    proven: Box<[AtomicU64]>,
    /// One bit per word of `proven`: set once all its bits are.
    full: Box<[AtomicU64]>,
}

/// A section that is read in many small pieces. Once all its blocks are proven, a read only compares its bounds.
#[derive(Clone, Copy)]
pub(super) struct View<'a> {
    blocks: &'a Blocks,
    bytes: &'a [u8],
    start: usize,
    proven: bool,
}

impl<'a> View<'a> {
    /// The size of the section.
    pub(super) fn len(&self) -> usize {
        self.bytes.len()
    }

    /// Proven bytes of the section, by their place in it.
    #[inline]
    pub(super) fn bytes(&self, range: Range<usize>) -> Result<&'a [u8]> {
        match self.bytes.get(range.clone()) {
            Some(bytes) if self.proven || self.is_proven(&range) => Ok(bytes),
            _ => self.prove(range),
        }
    }

    /// A part of the section of which only these pieces are proven.
    #[inline]
    pub(super) fn bytes_of(
        &self,
        part: Range<usize>,
        pieces: impl Iterator<Item = Range<usize>>,
    ) -> Result<&'a [u8]> {
        if !self.proven {
            for piece in pieces {
                self.bytes(piece)?;
            }
        }
        match self.bytes.get(part.clone()) {
            Some(bytes) => Ok(bytes),
            None => self.prove(part),
        }
    }

    /// Whether a piece lies in one block, and that is proven: what most pieces are.
    #[inline]
    fn is_proven(&self, range: &Range<usize>) -> bool {
        let body = self.blocks.levels[0].range.start;
        let block = |at: usize| (self.start + at - body) / BLOCK_BYTES;
        let first = block(range.start);
        !range.is_empty() && first == block(range.end - 1) && self.blocks.is_proven(0, first)
    }

    #[cold]
    fn prove(&self, range: Range<usize>) -> Result<&'a [u8]> {
        if range.start > range.end || range.end > self.bytes.len() {
            return Err(self.damaged(IndexDamage::SectionRange {
                bytes: self.bytes.len() as u64,
                start: range.start as u64,
                end: range.end as u64,
            }));
        }
        self.blocks
            .bytes(self.start + range.start..self.start + range.end)
    }

    /// Asks for the cache line of a byte that will be read soon.
    #[inline]
    pub(super) fn prefetch(&self, at: usize) {
        simd::prefetch(self.bytes, at);
    }

    /// An error that names the file and the way out.
    pub(super) fn damaged(&self, damage: IndexDamage) -> Error {
        self.blocks.damaged(damage)
    }
}

#[derive(Debug)]
struct Level {
    range: Range<usize>,
    /// The bit of its first block in `proven`.
    first_bit: usize,
}

fn zeros(words: usize) -> Box<[AtomicU64]> {
    (0..words).map(|_| AtomicU64::new(0)).collect()
}

impl Blocks {
    /// `body` and what follows it must have been proven to fit `bytes`.
    pub(super) fn new(name: PathBuf, bytes: Bytes, body: Range<usize>, root: Digest) -> Blocks {
        let mut levels = Vec::new();
        let (mut at, mut bits) = (body.start, 0);
        for length in std::iter::once(body.len()).chain(level_bytes(body.len())) {
            levels.push(Level {
                range: at..at + length,
                first_bit: bits,
            });
            at += length;
            bits += length.div_ceil(BLOCK_BYTES);
        }
        debug_assert_eq!(at, bytes.len());
        Blocks {
            name,
            bytes,
            root,
            levels,
            proven: zeros(bits.div_ceil(64)),
            full: zeros(bits.div_ceil(64 * 64)),
        }
    }

    /// The size of the file.
    pub(super) fn file_bytes(&self) -> usize {
        self.bytes.len()
    }

    /// Has the digests and these parts of the body brought into memory ahead of the queries.
    pub(super) fn read_ahead(&self, parts: Vec<Range<usize>>) {
        let digests = self.levels[0].range.end..self.bytes.len();
        let parts = std::iter::once(digests).chain(parts);
        self.bytes.read_ahead(parts.collect());
    }

    /// Proves parts of the body while `goes_on`, as long as memory is free for them.
    pub(super) fn prove_ahead(
        &self,
        parts: impl Iterator<Item = Range<usize>>,
        goes_on: &dyn Fn() -> bool,
    ) -> Result<()> {
        let mut left = free_memory() / 2;
        for part in parts {
            for start in part.clone().step_by(PIECE_BYTES) {
                let end = part.end.min(start + PIECE_BYTES);
                left = left.saturating_sub((end - start) as u64);
                if left == 0 || !goes_on() {
                    return Ok(());
                }
                self.bytes(start..end)?;
            }
        }
        Ok(())
    }

    /// Releases memory during a long sequential pass; call it after this many more bytes.
    pub(super) fn passed(&self, pace: &mut Pace, count: usize) {
        pace.passed(count, &self.bytes);
    }

    /// Gives the memory of the mapped file back. What was proven stays proven.
    pub(super) fn release(&self) {
        self.bytes.release();
    }

    /// All bytes, proven or not.
    pub(super) fn unproven(&self) -> &[u8] {
        &self.bytes
    }

    /// Proven bytes of the body, by their place in the file.
    pub(super) fn bytes(&self, range: Range<usize>) -> Result<&[u8]> {
        let body = &self.levels[0].range;
        if range.start < body.start || range.end > body.end || range.start > range.end {
            return Err(self.damaged(IndexDamage::BytesOutside {
                start: range.start as u64,
                end: range.end as u64,
            }));
        }
        if !range.is_empty() {
            let block = |at: usize| (at - body.start) / BLOCK_BYTES;
            for block in block(range.start)..=block(range.end - 1) {
                if !self.is_proven(0, block) {
                    self.prove(block)?;
                }
            }
        }
        Ok(&self.bytes[range])
    }

    /// One element of a section.
    pub(super) fn element<T>(&self, section: &Section, ordinal: usize) -> Result<&T>
    where
        T: FromBytes + Immutable + KnownLayout + Unaligned,
    {
        let bytes = self.elements(section, ordinal..ordinal.saturating_add(1), size_of::<T>())?;
        Ok(T::ref_from_bytes(bytes).expect("cut to the size of the type"))
    }

    /// The bytes of some elements of a section, each `size` bytes.
    pub(super) fn elements(
        &self,
        section: &Section,
        ordinals: Range<usize>,
        size: usize,
    ) -> Result<&[u8]> {
        if ordinals.end > section.count || ordinals.start > ordinals.end {
            return Err(self.damaged(IndexDamage::Elements {
                section: section.role.name().to_owned(),
                count: section.count as u64,
                start: ordinals.start as u64,
                end: ordinals.end as u64,
            }));
        }
        // No overflow: opening has proven that count x size is the length of a section inside the file.
        let start = section.range.start;
        self.bytes(start + ordinals.start * size..start + ordinals.end * size)
    }

    /// A section to be read in many small pieces.
    pub(super) fn view(&self, section: &Section) -> View<'_> {
        let range = section.range.clone();
        View {
            blocks: self,
            proven: self.is_all_proven(&range),
            bytes: &self.bytes[range.clone()],
            start: range.start,
        }
    }

    /// Proves every block of every level.
    pub(super) fn prove_all(&self) -> Result<()> {
        let mut pace = Pace::default();
        let body = self.levels[0].range.clone();
        for start in body.clone().step_by(PIECE_BYTES) {
            let end = body.end.min(start + PIECE_BYTES);
            self.bytes(start..end)?;
            self.passed(&mut pace, end - start);
        }
        Ok(())
    }

    /// An error that names the file and the way out.
    pub(super) fn damaged(&self, damage: IndexDamage) -> Error {
        Error::Index {
            path: self.name.clone(),
            problem: Problem::IndexDamaged { damage },
        }
    }

    /// Proves a block of the body from the root down.
    #[cold]
    fn prove(&self, block_of_body: usize) -> Result<()> {
        let top = self.levels.len() - 1;
        for level in (0..=top).rev() {
            let block = (0..level).fold(block_of_body, |block, _| block / DIGESTS_PER_BLOCK);
            if self.is_proven(level, block) {
                continue;
            }
            let expected = if level == top {
                &self.root
            } else {
                // Proven one turn earlier.
                let above = &self.bytes[self.levels[level + 1].range.clone()];
                &above[block * DIGEST_BYTES..][..DIGEST_BYTES]
            };
            let range = &self.levels[level].range;
            let start = range.start + block * BLOCK_BYTES;
            let end = range.end.min(start + BLOCK_BYTES);
            if digest(&self.bytes[start..end])[..] != *expected {
                return Err(self.damaged(IndexDamage::BytesChanged {
                    start: start as u64,
                    end: end as u64,
                }));
            }
            let (word, bit) = self.bit(level, block);
            if word.fetch_or(bit, Ordering::AcqRel) | bit == u64::MAX {
                // The thread that completes the word has acquired what the others released.
                let word = (self.levels[level].first_bit + block) / 64;
                self.full[word / 64].fetch_or(1 << (word % 64), Ordering::Release);
            }
        }
        Ok(())
    }

    /// Whether every block of a part of the body is proven: 64 MiB per load, and one for each end.
    fn is_all_proven(&self, range: &Range<usize>) -> bool {
        if range.is_empty() {
            return true;
        }
        let block = |at: usize| (at - self.levels[0].range.start) / BLOCK_BYTES;
        let (first, last) = (block(range.start), block(range.end - 1));
        let from = u64::MAX << (first % 64);
        let to = u64::MAX >> (63 - last % 64);
        let has = |bits: &[AtomicU64], word: usize, mask: u64| {
            bits[word].load(Ordering::Acquire) & mask == mask
        };
        let (first, last) = (first / 64, last / 64);
        if first == last {
            return has(&self.proven, first, from & to);
        }
        has(&self.proven, first, from)
            && has(&self.proven, last, to)
            && self.are_full(first + 1..last)
    }

    fn are_full(&self, words: Range<usize>) -> bool {
        let mut at = words.start;
        while at < words.end {
            let bits = (words.end - at).min(64 - at % 64);
            let mask = u64::MAX >> (64 - bits) << (at % 64);
            if self.full[at / 64].load(Ordering::Acquire) & mask != mask {
                return false;
            }
            at += bits;
        }
        true
    }

    fn is_proven(&self, level: usize, block: usize) -> bool {
        let (word, bit) = self.bit(level, block);
        word.load(Ordering::Acquire) & bit != 0
    }

    fn bit(&self, level: usize, block: usize) -> (&AtomicU64, u64) {
        let bit = self.levels[level].first_bit + block;
        (&self.proven[bit / 64], 1 << (bit % 64))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A body of `bytes` bytes between nothing and its digests.
    fn file(bytes: usize) -> (Vec<u8>, Digest) {
        let mut file: Vec<u8> = (0..bytes as u32)
            .map(|i| (i.wrapping_mul(2654435761) >> 24) as u8)
            .collect();
        let (digests, root) = finish_digests(file.chunks(BLOCK_BYTES).flat_map(digest).collect());
        assert_eq!(Some(digests.len()), digests_bytes(bytes));
        file.extend(digests);
        (file, root)
    }

    fn blocks(file: &[u8], body: usize, root: Digest) -> Blocks {
        Blocks::new(
            PathBuf::from("x"),
            Bytes::Owned(file.to_vec()),
            0..body,
            root,
        )
    }

    #[test]
    fn whole_files_are_proven_at_every_number_of_levels() {
        let per_level = BLOCK_BYTES * DIGESTS_PER_BLOCK;
        for bytes in [0, 1, BLOCK_BYTES, BLOCK_BYTES + 1, per_level, per_level + 1] {
            let (file, root) = file(bytes);
            blocks(&file, bytes, root).prove_all().unwrap();
        }
    }

    #[test]
    fn a_changed_byte_is_an_error_in_its_block_and_nowhere_else() {
        let body = BLOCK_BYTES * DIGESTS_PER_BLOCK + 3 * BLOCK_BYTES;
        let (mut file, root) = file(body);
        for at in [0, BLOCK_BYTES - 1, BLOCK_BYTES, body - 1] {
            file[at] ^= 4;
            let blocks = blocks(&file, body, root);
            assert!(blocks.bytes(at..at + 1).is_err());
            let elsewhere = BLOCK_BYTES * 7;
            blocks.bytes(elsewhere..elsewhere + 1).unwrap();
            assert!(blocks.prove_all().is_err());
            file[at] ^= 4;
        }
    }

    #[test]
    fn a_changed_digest_is_an_error_at_every_level() {
        let body = BLOCK_BYTES * DIGESTS_PER_BLOCK + 3 * BLOCK_BYTES;
        let (mut file, root) = file(body);
        for at in [body, file.len() - 1] {
            file[at] ^= 1;
            assert!(blocks(&file, body, root).prove_all().is_err());
            file[at] ^= 1;
        }
    }

    #[test]
    fn parts_are_proven_ahead_until_told_to_stop() {
        let body = 5 << 20;
        let (file, root) = file(body);
        let blocks = blocks(&file, body, root);
        let asked = std::cell::Cell::new(0);
        let goes_on = |most: usize| {
            asked.set(0);
            let asked = &asked;
            move || asked.replace(asked.get() + 1) < most
        };
        let parts = || [100..(1 << 20) + 100, 3 << 20..4 << 20].into_iter();
        blocks.prove_ahead(parts(), &goes_on(1)).unwrap();
        assert!(blocks.is_all_proven(&(100..(1 << 20) + 100)));
        assert!(!blocks.is_all_proven(&(3 << 20..4 << 20)));
        blocks.prove_ahead(parts(), &goes_on(9)).unwrap();
        assert!(blocks.is_all_proven(&(3 << 20..4 << 20)) && asked.get() == 2);
        assert!(!blocks.is_all_proven(&(2 << 20..3 << 20)));
    }

    #[test]
    fn a_part_is_proven_when_all_its_blocks_are() {
        let body = 200 * BLOCK_BYTES;
        let (file, root) = file(body);
        let blocks = blocks(&file, body, root);
        let at = |block: usize| block * BLOCK_BYTES;
        let missing = 130;
        blocks.bytes(0..at(missing)).unwrap();
        blocks.bytes(at(missing + 1)..body).unwrap();
        let edges = [
            0, 1, 63, 64, 65, 127, 128, 129, 130, 131, 191, 192, 199, 200,
        ];
        for (i, &first) in edges.iter().enumerate() {
            for &last in &edges[i..] {
                let is_proven = !(first..last).contains(&missing);
                let all = blocks.is_all_proven(&(at(first)..at(last)));
                assert_eq!(all, is_proven, "blocks {first} to {last}");
            }
        }
        blocks.prove_all().unwrap();
        assert!(blocks.is_all_proven(&(0..body)));
        assert!(blocks.is_all_proven(&(at(missing)..at(missing) + 1)));
    }

    #[test]
    fn old_blocks_under_a_new_root_are_an_error() {
        let body = 3 * BLOCK_BYTES;
        let (old, _) = file(body);
        let (_, new_root) = file(body - 1);
        assert!(blocks(&old, body, new_root).bytes(0..1).is_err());
    }
}
