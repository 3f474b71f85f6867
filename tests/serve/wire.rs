//! What other services than HMA answer, asked as their clients ask.

mod keys;
mod originals;
mod pictrs;
mod shield;

/// So much time that no busy machine uses it up.
const PATIENT: [&str; 2] = ["--deadline", "600"];
