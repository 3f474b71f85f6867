//! Lists that live: fetched from their sources, proven, kept.

#[cfg(feature = "refresh")]
pub mod fetch;
pub mod raw;
#[cfg(feature = "refresh")]
pub mod signature;
