//! How much one archive may cost.

use crate::error::Reason;
use std::sync::atomic::{AtomicU64, Ordering};

/// Bounds on what one archive may cost, all that is nested in it included.
///
/// The size of a single member is bounded by [`media::Limits::file_bytes`](crate::media::Limits::file_bytes).
///
/// ```
/// use basma::scan::ArchiveLimits;
/// let limits = ArchiveLimits::default().with_depth(2);
/// assert_eq!((limits.depth, limits.ratio), (2, 100));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ArchiveLimits {
    /// How many archives may lie one within the other, the outermost included.
    pub depth: u32,
    /// How many times its own size the outermost archive may unpack to in all, above `unpacked_bytes`. Members of zip
    /// files may unpack to as much again beyond the size that they claim. Each of them is cut at this many times its
    /// stored size.
    pub ratio: u64,
    /// How much may be unpacked of any archive, however small, in bytes.
    pub unpacked_bytes: u64,
    /// The most bytes that are held in memory at a time. These are open nested archives, the windows of their decoders
    /// and the member that is read.
    pub held_bytes: u64,
    /// The largest window of a decoder (xz, LZMA, Zstandard), in bytes: how far back it must remember.
    pub window_bytes: u64,
    /// The largest directory of a zip file that is read, in bytes. Its members take a third of that in memory.
    pub directory_bytes: u64,
    /// The most members of all archives together.
    pub members: u64,
}

impl Default for ArchiveLimits {
    /// 8 deep, 100 times its size and 256 MiB unpacked, 512 MiB held. Windows have 128 MiB, directories 256 MiB and 10
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

setters!(ArchiveLimits {
    with_depth depth: u32;
    with_ratio ratio: u64;
    with_unpacked_bytes unpacked_bytes: u64;
    with_held_bytes held_bytes: u64;
    with_window_bytes window_bytes: u64;
    with_directory_bytes directory_bytes: u64;
    with_members members: u64;
});

/// How much may still be unpacked of the outermost archive and all that is nested in it.
///
/// Members are charged before they are read, by what their headers say. They are charged for their claim, and apart
/// from that for what they may unpack to beyond it. So passing over members changes nothing for those that follow.
#[derive(Debug)]
pub(super) struct Budget {
    all: u64,
    left: AtomicU64,
    ratio: u64,
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
            unclaimed: AtomicU64::new(all),
            ratio: limits.ratio,
        }
    }

    /// Takes so many bytes; `false`, and nothing is left, if there were fewer.
    pub(super) fn take(&self, bytes: u64) -> bool {
        self.take_up_to(bytes) == bytes
    }

    /// Takes as many bytes as there are left, up to so many.
    pub(super) fn take_up_to(&self, bytes: u64) -> u64 {
        take_up_to(&self.left, bytes)
    }

    /// Takes what a member of so many stored bytes may unpack to beyond its claim. The ratio of the whole sets the amount.
    /// There is enough for all of an archive; members that share what is stored may find none.
    pub(super) fn take_unclaimed(&self, stored: u64) -> u64 {
        take_up_to(&self.unclaimed, stored.saturating_mul(self.ratio))
    }

    /// Why no more is unpacked.
    pub(super) fn reason(&self) -> Reason {
        Reason::ArchiveUnpacked { limit: self.all }
    }
}

fn take_up_to(from: &AtomicU64, bytes: u64) -> u64 {
    let left = from.load(Ordering::Relaxed);
    from.store(left.saturating_sub(bytes), Ordering::Relaxed);
    left.min(bytes)
}
