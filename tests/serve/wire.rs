//! What other services than HMA answer, asked as their clients ask.

mod keys;
mod originals;
mod pictrs;
mod shield;
