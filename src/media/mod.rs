//! Untrusted bytes to pixels, under limits.

mod picture;

pub use picture::{Picture, Pixels};
