//! Pixels and bytes to hashes.
//!
//! [`pdq`] and [`pdq_dihedral`] make the 256-bit PDQ hash with its quality. [`Family`] makes the 64-bit hashes of the
//! `img_hash` crates, and [`Digests`] the cryptographic digests of files. [`Hasher`] makes all hashes of a file in one
//! read and one decode, of every [view](crate::hash::View) that is wanted.
//!
//! No hash fails on what a picture shows. A picture always has one, and its quality says what it is worth.

mod clip;
mod copies;
mod digest;
mod family;
mod file;
mod fingerprint;
mod options;
mod pdq;
mod renderings;
mod resize;
mod sampling;
#[cfg(test)]
mod tests;
mod views;

pub(crate) use copies::Planes;
pub use digest::Digests;
pub use family::Family;
pub(crate) use fingerprint::Content;
pub use fingerprint::{Fingerprint, Gap};
pub use options::Hasher;
#[cfg(fuzzing)]
pub use pdq::Grid;
pub use pdq::{DihedralPdq, RatedPdq, pdq, pdq_dihedral, pdq_of_pixels};
pub use sampling::Sampling;
pub use views::Views;
