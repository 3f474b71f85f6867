//! Lists that live: fetched from their sources, proven, kept.

pub mod raw;
#[cfg(feature = "refresh")]
pub mod signature;
