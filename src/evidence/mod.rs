//! The case file: what was looked for, found and decided, as signed records that nobody can edit unseen.
//!
//! A case is one folder. Its records are JSON (RFC 8785), one a line. Each record names the SHA-256 of the line before
//! it, and is signed by the key of an examiner of the case. Records are only ever added.
//!
//! | module | |
//! |---|---|
//! | [`record`] | the kinds of records, and what each holds |
//! | `calibration` | how often lists match lawful files |
//! | [`statement`] | a signed file of its own |
//! | [`canonical`] | JSON as RFC 8785 writes it |
//! | `keys`, `agent`, `keyring` | keys that sign, and which of them may |
//! | `details` | values that records commit to, and that can be erased |
//! | `seal` | files of age, for identities and paths |
//! | `erasure` | what is withdrawn, and details whose time is over |
//! | [`figures`] | how often lists were confirmed and overturned, by month |
//! | `review` | what a periodic review needs |
//! | `folder`, `reader`, `writer` | the files of a case |
//! | `scanned`, `standing` | what a scan leaves; how its findings stand |
//! | `verify`, `meaning`, `surroundings`, `sign` | whether it holds |

mod agent;
#[cfg(feature = "media")]
pub mod calibration;
pub mod canonical;
mod details;
mod erasure;
pub mod figures;
mod folder;
#[cfg(any(test, fuzzing))]
mod fuzz;
mod keyring;
mod keys;
mod meaning;
mod reader;
pub mod record;
#[cfg(feature = "media")]
pub mod review;
mod scanned;
mod seal;
mod sign;
mod standing;
pub mod statement;
mod surroundings;
#[cfg(test)]
mod tests;
mod verify;
mod writer;

pub use details::{Detail, Details};
#[cfg(fuzzing)]
pub use fuzz::{hold_case_to, hold_keys_to, hold_sealed_to};
pub use keyring::Admitted;
pub use keys::{PublicKey, SigningKey};
pub use reader::CaseReader;
pub use record::{Body, Person, Record};
pub use scanned::{ScanRecorder, ScanTerms};
pub use seal::{Identity, Recipient, SealedReader, SealedWriter};
pub use standing::{Decided, Made, Standing};
pub use surroundings::Strays;
pub use verify::{Expected, Verified, verify};
pub use writer::CaseWriter;
