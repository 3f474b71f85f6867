//! How much one archive may cost.

use std::sync::atomic::{AtomicU64, Ordering};

/// Bounds on what one archive may cost, all that is nested in it included.
///
/// The size of a single member is bounded by [`media::Limits::file_bytes`](crate::media::Limits::file_bytes).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ArchiveLimits {
    /// How many archives may lie one within the other, the outermost included.
    pub depth: u32,
    /// How many times its own size all that is unpacked of the outermost archive may come to, above `unpacked_bytes`.
    pub ratio: u64,
    /// How much may be unpacked of any archive, however small, in bytes.
    pub unpacked_bytes: u64,
    /// How much may be held in memory at a time, in bytes: the nested archives that are open, the windows of their
    /// decoders and the member being read.
    pub held_bytes: u64,
    /// The largest window of a decoder (xz, LZMA, Zstandard), in bytes: how far back it must remember.
    pub window_bytes: u64,
    /// The largest directory of a zip file that is read, in bytes. Its members take a third of that in memory.
    pub directory_bytes: u64,
    /// The most members of all archives together.
    pub members: u64,
}

impl Default for ArchiveLimits {
    /// 8 deep, 100 times its size and 256 MiB unpacked, 512 MiB held, windows of 128 MiB, directories of 256 MiB, 10
    /// million members.
    fn default() -> ArchiveLimits {
        ArchiveLimits {
            depth: 8,
            ratio: 100,
            unpacked_bytes: 256 << 20,
            held_bytes: 512 << 20,
            window_bytes: 128 << 20,
            directory_bytes: 256 << 20,
            members: 10_000_000,
        }
    }
}

/// How much may still be unpacked of the outermost archive and all that is nested in it.
///
/// What members claim to unpack to is charged before they are read, and what they unpack to beyond their claim apart from
/// that, so that passing over members changes nothing for those that follow.
#[derive(Debug)]
pub(super) struct Budget {
    all: u64,
    left: AtomicU64,
    unclaimed: AtomicU64,
}

impl Budget {
    pub(super) fn new(limits: &ArchiveLimits, bytes: u64) -> Budget {
        let all = bytes
            .saturating_mul(limits.ratio)
            .saturating_add(limits.unpacked_bytes);
        Budget {
            all,
            left: AtomicU64::new(all),
            unclaimed: AtomicU64::new(limits.unpacked_bytes),
        }
    }

    /// Takes so many bytes; `false`, and nothing is left, if there were fewer.
    pub(super) fn take(&self, bytes: u64) -> bool {
        take(&self.left, bytes)
    }

    /// Takes what a member that is no archive unpacks to beyond its claim.
    pub(super) fn take_unclaimed(&self, bytes: u64) -> bool {
        take(&self.unclaimed, bytes)
    }

    /// Why no more is unpacked.
    pub(super) fn reason(&self) -> String {
        format!("the archive unpacks to more than {} bytes", self.all)
    }
}

fn take(from: &AtomicU64, bytes: u64) -> bool {
    let left = from.load(Ordering::Relaxed);
    from.store(left.saturating_sub(bytes), Ordering::Relaxed);
    left >= bytes
}
