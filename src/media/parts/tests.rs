//! Parts of every format.
