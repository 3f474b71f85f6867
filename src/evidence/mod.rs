//! The case file: what was looked for, found and decided, as signed records that nobody can edit unseen.
//!
//! A case is one folder. Its records are JSON (RFC 8785), one a line. Each record names the SHA-256 of the line before
//! it, and is signed by the key of an examiner of the case. Records are only ever added.
//!
//! | module | |
//! |---|---|
//! | [`record`] | the kinds of records, and what each holds |
//! | [`canonical`] | JSON as RFC 8785 writes it |

pub mod canonical;
pub mod record;

pub use record::{Body, Person, Record};
