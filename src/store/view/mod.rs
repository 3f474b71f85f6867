//! A generation with its files open: what queries look into, and what new indexes are built of.
//!
//! | module | |
//! |---|---|
//! | `layer`, `stack` | one index with what is withdrawn of it; those of one source in order |
//! | `open`, `reader` | all layers of a generation; the same kept up to date while it is read |
//! | `visible`, `near` | entries that count, one by one, or nearest first |
//! | `numbers` | entries that count, by a number that is computed from each |
//! | `by_hand`, `withdrawn` | decisions applied to a generation; entries that a lifted withdrawal restores |
//! | `compare`, `build` | what differs between layers; new indexes |

pub(super) mod build;
pub(super) mod by_hand;
pub(super) mod compare;
#[cfg(feature = "media")]
mod details;
pub(super) mod layer;
pub(super) mod near;
pub(super) mod numbers;
pub(super) mod open;
pub(super) mod reader;
pub(super) mod stack;
pub(super) mod visible;
pub(super) mod withdrawn;
