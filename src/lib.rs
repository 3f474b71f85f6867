//! Recognises known abuse and deepfake imagery when it reappears.
#![cfg_attr(not(test), deny(clippy::print_stdout, clippy::print_stderr))]

mod error;
pub mod escape;
pub mod hash;
pub mod hasher;
pub mod index;
pub mod list;
mod mapped;
pub mod matcher;
pub mod media;
pub mod publish;
pub mod scan;
mod spool;

pub use error::{Error, Result};
pub use matcher::Matcher;
