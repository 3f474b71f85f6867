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
    /// Hits that were read, not only counted.
    pub(super) read: u64,
    /// Hashes of which it was read what lists say.
    pub(super) records: u64,
}

/// Adds to what this thread has done, which tests compare with what it may do.
#[inline]
pub(super) fn spend(_work: &Work) {
    #[cfg(test)]
    spent::add(_work);
}

/// The cost of one comparison: the unit of all costs, in tenths so that a part can be expressed.
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
    /// 0.35 ns of 64. Every query takes 1 to 2 us besides. With these costs the times of queries are right within about
    /// a tenth. This holds from 2 us to 350 us, in lists of 100,000 to 4,000,000 hashes. In small lists, which fit the
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

/// What the searches of a thread did.
#[cfg(test)]
pub(crate) mod spent {
    use std::cell::Cell;

    use super::{COMPARE, Costs, Work};

    thread_local! {
        static SPENT: Cell<Work> = const { Cell::new(Work { compared: 0, nodes: 0, probes: 0, postings: 0, verified: 0, read: 0, records: 0 }) };
    }

    /// What a piece of code did, in comparisons of 256 bits; then hits and records that it read.
    #[derive(Clone, Copy, Debug)]
    pub(crate) struct Spent {
        pub(crate) comparisons: u64,
        pub(crate) read: u64,
        pub(crate) records: u64,
    }

    pub(super) fn add(work: &Work) {
        let mut sum = SPENT.get();
        sum.compared += work.compared;
        sum.nodes += work.nodes;
        sum.probes += work.probes;
        sum.postings += work.postings;
        sum.verified += work.verified;
        sum.read += work.read;
        sum.records += work.records;
        SPENT.set(sum);
    }

    pub(crate) fn of<T>(task: impl FnOnce() -> T) -> (T, Spent) {
        SPENT.set(Work::default());
        let result = task();
        let work = SPENT.get();
        let spent = Spent {
            comparisons: Costs::of(256).of_work(&work) / COMPARE,
            read: work.read,
            records: work.records,
        };
        (result, spent)
    }
}
