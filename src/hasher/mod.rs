//! Pixels and bytes to hashes.

mod digest;
mod pdq;
mod view;

pub use digest::Digests;
pub use pdq::{Block, DihedralPdq, Grid, RatedPdq, pdq, pdq_dihedral};
pub use view::View;
