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

/// What comparing one hash after the other costs: the unit of all costs, in tenths so that a part can be told.
pub(super) const COMPARE: u64 = 10;

/// What the other steps cost, in tenths of such a comparison.
#[derive(Clone, Copy, Debug)]
pub(super) struct Costs {
    node: u64,
    bucket: u64,
    posting: u64,
    verify: u64,
}

impl Costs {
    /// Those of hashes of so many bits, by the bench `cost`. There a comparison takes 0.7 to 0.9 ns of 256 bits and
    /// 0.35 ns of 64, and with these costs and 1 to 2 us for what every query takes, the times of queries from 2 us to
    /// 350 us in lists of 100,000 to 4,000,000 hashes come out within about a tenth. In small lists, which fit the
    /// caches, buckets cost less; then exhaustive search takes microseconds anyway.
    pub(super) const fn of(bits: u32) -> Costs {
        match bits {
            64 => Costs {
                node: 60,
                bucket: 600,
                posting: 30,
                verify: 1000,
            },
            _ => Costs {
                node: 60,
                bucket: 250,
                posting: 14,
                verify: 300,
            },
        }
    }

    /// Of looking up so many buckets and testing so many postings.
    #[inline]
    pub(super) const fn of_buckets(&self, buckets: u64, postings: u64) -> u64 {
        buckets * self.bucket + postings * self.posting
    }

    /// Of comparing a hash that is somewhere else in memory.
    #[inline]
    pub(super) const fn of_verifying(&self) -> u64 {
        self.verify
    }

    /// Of a whole search.
    pub(super) fn of_work(&self, work: &Work) -> u64 {
        work.compared * COMPARE
            + work.nodes * self.node
            + self.of_buckets(work.probes, work.postings)
            + work.verified * self.verify
    }
}
