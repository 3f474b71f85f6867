//! Pixels and bytes to hashes.
//!
//! [`pdq`] and [`pdq_dihedral`] make the 256-bit PDQ hash with its quality, [`Family`] the 64-bit hashes of the
//! `img_hash` crates, [`Digests`] the cryptographic digests of files. [`View`] names the eight ways in which a
//! picture can be turned and mirrored.
//!
//! Nothing here decodes, reads files or fails on what a picture shows: a picture always has a hash, and its quality
//! says what that hash is worth.

mod digest;
mod family;
mod pdq;
mod view;

pub use digest::Digests;
pub use family::Family;
pub use pdq::{Block, DihedralPdq, Grid, RatedPdq, pdq, pdq_dihedral};
pub use view::View;
