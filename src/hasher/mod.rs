//! Pixels to hashes.

mod pdq;
mod view;

pub use pdq::{Block, DihedralPdq, Grid, RatedPdq, pdq, pdq_dihedral};
pub use view::View;
