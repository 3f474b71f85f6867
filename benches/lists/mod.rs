//! Seeded lists and queries, the same on every machine.

#![allow(dead_code)] // Each bench uses a part.

use basma::hash::{Hash, HashType};
use basma::list::{Entry, List, Source};

/// Numbers from a seed (SplitMix64: Steele, Lea and Flood, "Fast splittable pseudorandom number generators", 2014).
pub(crate) struct Random(pub(crate) u64);

impl Random {
    pub(crate) fn word(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    pub(crate) fn below(&mut self, bound: usize) -> usize {
        (self.word() % bound as u64) as usize
    }

    /// Half of the bits set, as PDQ's median makes it. Of a picture, low frequencies lean one way and neighbouring bits agree.
    pub(crate) fn hash(&mut self, uniform: bool) -> [u8; 32] {
        let mut words = [(); 4].map(|()| self.word());
        if !uniform {
            for word in &mut words[..2] {
                *word |= self.word() & self.word();
            }
            for word in &mut words {
                let agree = self.word() & self.word();
                *word = (*word & !agree) | ((*word << 1) & agree);
            }
        }
        loop {
            let ones: u32 = words.iter().map(|word| word.count_ones()).sum();
            if ones == 128 {
                break;
            }
            let bit = self.below(256);
            let (word, mask) = (&mut words[bit / 64], 1 << (bit % 64));
            if (*word & mask != 0) == (ones > 128) {
                *word ^= mask;
            }
        }
        let mut hash = [0; 32];
        for (bytes, word) in hash.chunks_mut(8).zip(words) {
            bytes.copy_from_slice(&word.to_le_bytes());
        }
        hash
    }

    /// So many hashes, uniform and like those of pictures in turn.
    pub(crate) fn hashes(&mut self, count: u64) -> impl Iterator<Item = [u8; 32]> + '_ {
        (0..count).map(|i| self.hash(i.is_multiple_of(2)))
    }

    /// The hash with some bits changed, perhaps fewer than that.
    pub(crate) fn near(&mut self, mut hash: [u8; 32], bits: u32, of: u32) -> [u8; 32] {
        for _ in 0..bits {
            let bit = self.below(of as usize);
            hash[bit / 8] ^= 1 << (bit % 8);
        }
        hash
    }

    /// One query in five is a known hash with up to `radius` bits changed, the others are in no list.
    pub(crate) fn queries(
        &mut self,
        count: usize,
        known: &[[u8; 32]],
        hash_type: HashType,
        radius: u32,
    ) -> Vec<Hash> {
        let query = |i: usize| {
            let hash = match i % 5 {
                0 => known[self.below(known.len())],
                _ => self.hash(i.is_multiple_of(2)),
            };
            let bits = self.below(radius as usize + 1) as u32;
            cut(hash_type, &self.near(hash, bits, hash_type.bits()))
        };
        (0..count).map(query).collect()
    }
}

/// As much of 32 bytes as a type has.
pub(crate) fn cut(hash_type: HashType, hash: &[u8; 32]) -> Hash {
    Hash::new(hash_type, &hash[..hash_type.bytes()]).expect("cut to the type's size")
}

/// A list of these hashes.
pub(crate) fn list(hash_type: HashType, hashes: &[[u8; 32]]) -> List {
    let source = Source::new("bench", "bench", "bench");
    let entry = |(line, hash)| Entry::new(cut(hash_type, hash), line);
    List::new(source, (1..).zip(hashes).map(entry).collect())
}
