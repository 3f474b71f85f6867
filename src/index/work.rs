//! What a search does, counted: the currency in which structures are compared.

/// What a search did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Work {
    /// Hashes compared one after the other.
    pub(super) compared: u64,
    /// Nodes of a BK-tree looked at.
    pub(super) nodes: u64,
    /// Buckets looked up.
    pub(super) probes: u64,
    /// Postings in them.
    pub(super) postings: u64,
    /// Postings whose hashes were compared in full, each somewhere else in memory.
    pub(super) verified: u64,
}

/// What the steps cost, as ratios to [`COMPARE`], which is 0.9 ns where the bench `lookup` was run: there, in a million
/// hashes at radius 31, a query of 272 probes, 9,200 postings and 130 full comparisons takes as long as 30,000 of them.
/// In small lists, which fit the caches, probes cost less; then exhaustive search takes microseconds anyway.
pub(super) const COMPARE: u64 = 10;
const NODE: u64 = 60;
const PROBE: u64 = 500;
const POSTING: u64 = 5;
pub(super) const VERIFY: u64 = 600;

impl Work {
    /// Its cost, where comparing one hash after the other costs [`COMPARE`] each.
    #[inline]
    pub(super) fn cost(&self) -> u64 {
        self.compared * COMPARE
            + self.nodes * NODE
            + self.probes * PROBE
            + self.postings * POSTING
            + self.verified * VERIFY
    }
}

/// What so many probes cost that find so many postings.
#[inline]
pub(super) fn of_postings(probes: u64, postings: u64) -> u64 {
    probes * PROBE + postings * POSTING
}
