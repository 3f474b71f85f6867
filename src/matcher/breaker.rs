//! Entries that suddenly match far more files than before: floods.
//!
//! An entry of a blank page, a common logo or a black frame matches very many files that have nothing to do with it. Such
//! an entry is quarantined: its matches stay, and lead to review at most. All other entries go on as before.
//!
//! Files are counted in blocks. An entry is quarantined once it matches more files of a block than the limit, and more
//! than ten times as many as it matched in an average block before. It is released after a block in which it matched at
//! most half as many. While it is quarantined its own rate stays as it was, so that a flood does not become the rule.

use std::collections::{BTreeMap, HashMap};
use std::fmt;
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::Match;
use crate::hash::Hash;
use crate::list::Opinion;
use crate::store::MaxAction;

/// How many files a block has.
const BLOCK: u32 = 1_000;

/// How many times its own rate is a flood.
const FACTOR: u64 = 10;

/// Over how many blocks the own rate of an entry is averaged.
const MEMORY_BLOCKS: u64 = 64;

/// The fractional bits of a rate.
const RATE_BITS: u32 = 16;

/// How many entries are counted at a time, in at most 13 MB. Beyond it those that matched least are forgotten, and begin anew.
const ENTRIES_MAX: usize = 1 << 17;

/// How many quarantined entries are named.
const NAMED_MAX: usize = 100;

/// Counts how many files each entry matches, and quarantines an entry that suddenly matches very many.
///
/// It is shared by all threads that look up files of one stream: a scan, or a service. The counts are in memory alone and
/// begin anew with the process.
///
/// ```
/// use basma::Matcher;
/// use basma::hash::{Hash, HashType};
/// use basma::matcher::FloodBreaker;
/// # std::env::set_current_dir(env!("CARGO_MANIFEST_DIR")).unwrap();
/// let matcher = Matcher::open(["hashsets/demo.csv"])?;
/// let breaker = FloodBreaker::new(100);
/// let mut found = matcher.lookup(&Hash::parse(HashType::Md5, &"0".repeat(32))?)?;
/// breaker.judge(&mut found.matches);
/// assert!(breaker.quarantined().is_empty());
/// # Ok::<(), basma::Error>(())
/// ```
pub struct FloodBreaker {
    limit: u32,
    entries_max: usize,
    counts: Mutex<Counts>,
}

/// An entry that was quarantined.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Quarantined {
    /// The list that holds it.
    pub list: String,
    /// The content item, where the list names it.
    pub id: Option<String>,
    /// The listed hash that matched when it was quarantined.
    pub hash: Hash,
    /// How many files it matched in quarantine.
    pub files: u64,
    /// Whether it was released since.
    pub is_over: bool,
}

/// The digest of a list and an item.
type Key = [u8; 16];

#[derive(Default)]
struct Counts {
    /// The block of the present file.
    block: u64,
    /// How many files of it were counted.
    files: u32,
    entries: HashMap<Key, Counter>,
    /// The first that were quarantined.
    named: BTreeMap<Key, Quarantined>,
    /// How many more were.
    others: u64,
}

/// How often one entry matches.
#[derive(Clone, Copy, Debug)]
struct Counter {
    /// The last block in which it matched.
    block: u64,
    /// How many files of that block.
    count: u32,
    /// The average of the blocks before, in 2^-16 files.
    rate: u64,
    is_quarantined: bool,
}

impl Counter {
    /// The files of a block beyond which it is a flood.
    fn most(&self, limit: u32) -> u64 {
        let usual = self.rate.saturating_mul(FACTOR) >> RATE_BITS;
        usual.max(limit.into())
    }

    /// Brings it to a block. Blocks without a match count too.
    fn advance(&mut self, block: u64, limit: u32) {
        if self.block == block {
            return;
        }
        let idle = block - self.block - 1;
        if self.is_quarantined {
            let is_over = idle > 0 || u64::from(self.count) * 2 <= self.most(limit);
            self.is_quarantined = !is_over;
        } else {
            let count = u64::from(self.count) << RATE_BITS;
            self.rate = averaged(self.rate, count, self.block);
        }
        for empty in 0..idle {
            if self.rate == 0 {
                break;
            }
            self.rate = averaged(self.rate, 0, self.block + 1 + empty);
        }
        (self.block, self.count) = (block, 0);
    }

    /// By which it is kept where there are too many.
    fn weight(&self, block: u64) -> u64 {
        let count = if self.block == block { self.count } else { 0 };
        u64::from(count) + (self.rate >> RATE_BITS)
    }
}

/// The average after one more block. Of the first blocks each weighs as much as another.
fn averaged(rate: u64, count: u64, block: u64) -> u64 {
    let blocks = (block + 1).min(MEMORY_BLOCKS);
    if count >= rate {
        rate + (count - rate) / blocks
    } else {
        rate - (rate - count).div_ceil(blocks)
    }
}

impl FloodBreaker {
    /// From how many files of 1,000 on an entry is quarantined, unless another limit is wanted.
    pub const LIMIT: u32 = 100;

    /// Quarantines an entry that matches more than `limit` files of 1,000, and ten times as many as before.
    pub fn new(limit: u32) -> FloodBreaker {
        FloodBreaker {
            limit,
            entries_max: ENTRIES_MAX,
            counts: Mutex::default(),
        }
    }

    /// Counts one file with what it matches. Matches of quarantined entries are marked, and lead to review at most. A file
    /// that matches nothing counts too.
    ///
    /// A digest of a list beyond appeal is never quarantined.
    pub fn judge(&self, matches: &mut [Match]) {
        let mut counts = self.lock();
        counts.begin_file();
        // Several hashes of one item are one match of the file.
        let mut judged: BTreeMap<Key, bool> = BTreeMap::new();
        for found in matches {
            if found.is_beyond_appeal || found.opinion == Opinion::Negative {
                continue;
            }
            let key = key(found);
            let is_flood = *judged
                .entry(key)
                .or_insert_with(|| counts.count(key, found, self.limit, self.entries_max));
            if is_flood {
                let most = MaxAction::Review;
                found.is_quarantined = true;
                found.at_most = Some(found.at_most.map_or(most, |at_most| at_most.min(most)));
            }
        }
    }

    /// The entries that were quarantined so far: the first hundred.
    pub fn quarantined(&self) -> Vec<Quarantined> {
        let mut counts = self.lock();
        let Counts {
            block,
            entries,
            named,
            ..
        } = &mut *counts;
        for (key, named) in named.iter_mut() {
            let lasts = entries.get_mut(key).is_some_and(|counter| {
                counter.advance(*block, self.limit);
                counter.is_quarantined
            });
            named.is_over = !lasts;
        }
        named.values().cloned().collect()
    }

    /// How many entries were quarantined beyond those that [`FloodBreaker::quarantined`] names. One that was released and
    /// quarantined again counts again.
    pub fn others(&self) -> u64 {
        self.lock().others
    }

    /// Forgets all entries and counts.
    pub fn clear(&self) {
        *self.lock() = Counts::default();
    }

    fn lock(&self) -> MutexGuard<'_, Counts> {
        self.counts.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for FloodBreaker {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = f.debug_struct("FloodBreaker");
        shown.field("limit", &self.limit).finish_non_exhaustive()
    }
}

impl Counts {
    fn begin_file(&mut self) {
        if self.files == BLOCK {
            self.block += 1;
            self.files = 0;
        }
        self.files += 1;
    }

    /// Counts a file that an entry matches. Returns whether the entry is quarantined.
    fn count(&mut self, key: Key, found: &Match, limit: u32, entries_max: usize) -> bool {
        if !self.entries.contains_key(&key) {
            self.make_room(entries_max);
            if self.entries.len() >= entries_max {
                return false;
            }
        }
        let block = self.block;
        let counter = self.entries.entry(key).or_insert(Counter {
            block,
            count: 0,
            rate: 0,
            is_quarantined: false,
        });
        counter.advance(block, limit);
        counter.count += 1;
        let begins = !counter.is_quarantined && u64::from(counter.count) > counter.most(limit);
        counter.is_quarantined |= begins;
        let is_quarantined = counter.is_quarantined;
        if begins && !self.named.contains_key(&key) {
            self.name(key, found);
        }
        if is_quarantined && let Some(named) = self.named.get_mut(&key) {
            named.files += 1;
        }
        is_quarantined
    }

    fn name(&mut self, key: Key, found: &Match) {
        if self.named.len() == NAMED_MAX {
            self.others += 1;
            return;
        }
        let named = Quarantined {
            list: found.list.clone(),
            id: found.id.clone(),
            hash: found.hash,
            files: 0,
            is_over: false,
        };
        self.named.insert(key, named);
    }

    /// Forgets the half that matched least, once there are too many. Those in quarantine stay: each matched many files,
    /// so they are few.
    fn make_room(&mut self, entries_max: usize) {
        if self.entries.len() < entries_max {
            return;
        }
        let block = self.block;
        let mut weights: Vec<u64> = self.entries.values().map(|c| c.weight(block)).collect();
        let middle = weights.len() / 2;
        let (_, &mut median, _) = weights.select_nth_unstable(middle);
        self.entries
            .retain(|_, counter| counter.is_quarantined || counter.weight(block) > median);
    }
}

/// An item is one entry, whatever hashes it has.
fn key(found: &Match) -> Key {
    let mut digest = blake3::Hasher::new();
    digest.update(&(found.list.len() as u64).to_le_bytes());
    digest.update(found.list.as_bytes());
    match &found.id {
        Some(id) => digest.update(b"i").update(id.as_bytes()),
        None => digest
            .update(b"h")
            .update(found.hash.to_string().as_bytes()),
    };
    let mut key = Key::default();
    key.copy_from_slice(&digest.finalize().as_bytes()[..16]);
    key
}

#[cfg(test)]
mod tests;
