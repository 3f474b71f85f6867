//! The compiled half of the Python package `basma`: values of Python to calls of the crate, and answers back.
//!
//! What users see, its documentation and its types stand in the Python half, `python/basma`. Here is no decision of the
//! product: each function takes plain values, releases the interpreter while the crate works, and hands plain values
//! back. Findings cross as the JSON that the crate writes, so that both sides say the same.

mod array_index;
mod errors;
mod hashing;
mod input;
mod matching;
mod store;
mod table;
mod work;

use pyo3::prelude::*;

/// The compiled half of the package `basma`.
#[pymodule]
mod _basma {
    #[pymodule_export]
    use crate::array_index::Index;
    #[pymodule_export]
    use crate::hashing::{hash_bytes, hash_file, hash_pixels, pdq_of_pixels};
    #[pymodule_export]
    use crate::input::hash_types;
    #[pymodule_export]
    use crate::matching::{Findings, Matcher, merge_summaries};
    #[pymodule_export]
    use crate::store::Store;
    #[pymodule_export]
    use crate::table::Table;
    #[pymodule_export]
    use crate::work::fail;

    use super::*;

    #[pymodule_init]
    fn init(module: &Bound<'_, PyModule>) -> PyResult<()> {
        module.add("__version__", env!("CARGO_PKG_VERSION"))
    }
}
