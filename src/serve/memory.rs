//! How much memory the bodies of all requests take together. What finds no room goes to a file, or comes again later.

use std::sync::atomic::{AtomicU64, Ordering};

/// What bodies may take, in bytes.
pub(super) static BODIES: Memory = Memory::new(256 << 20);

/// An amount of memory that many share.
#[derive(Debug)]
pub(super) struct Memory {
    left: AtomicU64,
}

/// A part of it, which is given back once this is dropped.
#[derive(Debug)]
pub(super) struct Share {
    memory: &'static Memory,
    bytes: u64,
}

impl Memory {
    pub(super) const fn new(bytes: u64) -> Memory {
        Memory {
            left: AtomicU64::new(bytes),
        }
    }

    /// A part of nothing yet.
    pub(super) fn share(&'static self) -> Share {
        Share {
            memory: self,
            bytes: 0,
        }
    }
}

impl Share {
    /// Takes more, or tells that there is no more.
    pub(super) fn grow(&mut self, bytes: u64) -> bool {
        let left = &self.memory.left;
        let take = |left: u64| left.checked_sub(bytes);
        let taken = left.fetch_update(Ordering::Relaxed, Ordering::Relaxed, take);
        if taken.is_ok() {
            self.bytes += bytes;
        }
        taken.is_ok()
    }

    /// Gives all of it back.
    pub(super) fn clear(&mut self) {
        self.memory.left.fetch_add(self.bytes, Ordering::Relaxed);
        self.bytes = 0;
    }
}

impl Drop for Share {
    fn drop(&mut self) {
        self.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_taken_is_given_back() {
        static MEMORY: Memory = Memory::new(10);
        let mut first = MEMORY.share();
        let mut second = MEMORY.share();
        assert!(first.grow(6) && !second.grow(5) && second.grow(4) && !first.grow(1));
        first.clear();
        assert!(second.grow(6));
        drop(second);
        assert!(first.grow(10));
    }
}
