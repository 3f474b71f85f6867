//! Files: written whole or not at all, mapped, recognised again, and used as memory.
//!
//! | module | |
//! |---|---|
//! | [`atomic_file`] | a file that is published by a rename, complete and synced |
//! | `lock` | one writer at a time |
//! | `mmap` | read-only bytes of a mapped file |
//! | `spool`, `external_sort` | temporary files for data that is larger than memory |
//! | `file_stamp` | size, times and inode of a file, to see whether it changed |

pub mod atomic_file;
pub(crate) mod external_sort;
#[cfg_attr(
    not(feature = "media"),
    allow(dead_code, reason = "decoding and scanning need it")
)]
pub(crate) mod file_stamp;
pub(crate) mod lock;
pub(crate) mod mmap;
pub(crate) mod spool;
