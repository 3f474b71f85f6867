//! Papers of a case: one set of records, in the formats that institutions take.
//!
//! Each paper is a pure function of a [`Dossier`], which is read from the signed records of a case. The same records give
//! the same bytes. Each paper states the digest of the last record that it is made of. Findings are streamed, so that
//! memory does not grow with their number.
//!
//! | module | paper |
//! |---|---|
//! | [`vics`] | Project VIC VICS 2.0 and 1.3 |
//! | [`case_uco`] | CASE/UCO 1.4 |
//! | [`cybertip`] | a draft of a report to the CyberTipline of NCMEC |
//! | [`dsa`] | statements of reasons by the Digital Services Act |
//! | [`stix`], [`ecs`] | for systems that collect security events |
//! | [`table`], [`workbook`] | rows, and a workbook in XLSX |
//! | [`zip`] | archives that are the same bytes each time |

pub mod case_uco;
pub mod cybertip;
mod dossier;
pub mod dsa;
pub mod ecs;
#[cfg(any(test, fuzzing))]
mod fuzz;
mod ids;
mod out;
mod read;
pub mod stix;
pub mod table;
pub mod vics;
pub mod workbook;
mod xml;
pub mod zip;

#[cfg(test)]
mod tests;

pub use dossier::{
    Actor, Calibration, CaseFinding, Clock, CoverageCount, Decision, Dossier, FileHash, Findings,
    Head, ListedMatch, Outcome, PublicKey, RefusedUse, ScanRun, Tally, UsedList,
};
#[cfg(fuzzing)]
pub use fuzz::hold_to;
pub use out::{Carried, Out};
pub use read::CaseFile;
