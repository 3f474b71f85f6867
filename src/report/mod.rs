//! Results as JSON, version 1: what `--format jsonl` prints, one object a line.
//!
//! [`Line`] is what files and hashes give. The lines about stores, indexes and the machine have types of their own.
//!
//! The objects are made from the values of the library, written by `serde`, and read back by it. Version 1 only ever
//! gets further fields, and names further values. A reader ignores fields that it does not know, and names are text
//! here. Each name can be parsed into its type, as a [`Status`](crate::scan::Status) or a
//! [`ReasonCode`](crate::error::ReasonCode). The book holds a JSON Schema of the lines.
//!
//! ```
//! use basma::report::{Line, line};
//! use basma::{Matcher, hash::Pdq, report::Lookup};
//! # std::env::set_current_dir(env!("CARGO_MANIFEST_DIR")).unwrap();
//!
//! let matcher = Matcher::open(["hashsets/demo.csv"])?;
//! let pdq: Pdq = "d8f8f0cee0f4a84f0637022a078f67f0b36e2ed596621e1d33e6339c4e9c9b22".parse()?;
//! let found = matcher.lookup(&pdq.into())?;
//! let printed = line(&Lookup::new(&pdq.into(), &found));
//! assert!(printed.starts_with(r#"{"v":1,"query":{"type":"pdq","hash":"d8f8"#));
//!
//! let Ok(Line::Lookup(read)) = Line::parse(&printed) else { panic!("it is a lookup") };
//! assert_eq!(read.matches.len(), found.matches.len());
//! # Ok::<(), basma::Error>(())
//! ```

mod abilities;
#[cfg(feature = "refresh")]
mod asked;
mod calibration;
mod changes;
mod conditions;
#[cfg(feature = "media")]
mod duplicates;
mod finding;
mod hashes;
mod index;
mod lookup;
mod matches;
mod refusal;
#[cfg(all(test, feature = "media", feature = "refresh"))]
mod schema;
mod shards;
mod state;
mod summary;

pub use abilities::{Abilities, Ability, AuditRecord};
#[cfg(feature = "refresh")]
pub use asked::{Asked, AskedSummary};
pub use calibration::{CalibrationQuote, MatchCalibration, ShareQuote, StratumQuote};
pub use changes::{Change, DiffSummary, RefreshSummary, RefreshedList, Violation};
pub use conditions::{Conditions, UsedList};
#[cfg(feature = "media")]
pub use duplicates::{Duplicate, DuplicatesSummary, Group, Near};
pub use finding::Finding;
pub use hashes::{Frame, Hash, Track};
pub use index::{Index, Section, Source, Structure, Table};
pub use lookup::{Lookup, LookupSummary, Query};
pub use matches::{Clip, Match, Quarantined, Segment};
pub use refusal::{Refusal, Refused};
pub use shards::Shard;
pub use state::{Generation, ListCount, ListState, StoreSummary};
pub use summary::{Compared, RematchSummary, Summarized, Summary};

use std::borrow::Cow;

use serde::de::{Deserializer, Error as _, IgnoredAny};
use serde::ser::Serializer;
use serde::{Deserialize, Serialize};

use crate::Result;
use crate::error::Problem;

/// A word of a fixed set: a status, a type of hash, a code.
pub type Name = Cow<'static, str>;

/// The version of the format: the number 1.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(inline))]
pub struct Version;

impl Version {
    /// The number.
    pub const NUMBER: u64 = 1;
}

impl Serialize for Version {
    fn serialize<S: Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        serializer.serialize_u64(Version::NUMBER)
    }
}

impl<'de> Deserialize<'de> for Version {
    fn deserialize<D: Deserializer<'de>>(
        deserializer: D,
    ) -> std::result::Result<Version, D::Error> {
        let number = u64::deserialize(deserializer)?;
        if number == Version::NUMBER {
            Ok(Version)
        } else {
            Err(D::Error::custom(format_args!(
                "version {number} of the format is not known; version 1 is"
            )))
        }
    }
}

/// One line of the output of `scan`, `hash`, `lookup` or `rematch`.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(untagged)]
#[non_exhaustive]
pub enum Line {
    /// What `scan`, `hash` and `rematch` found out about one file.
    Finding(Box<Finding>),
    /// What `lookup` found for one hash.
    Lookup(Lookup),
    /// The last line of `scan` and `hash`.
    Summary(Box<Summarized<Summary>>),
    /// The last line of `lookup`.
    LookupSummary(Summarized<LookupSummary>),
    /// The last line of `rematch`.
    RematchSummary(Box<Summarized<RematchSummary>>),
    /// The line of a job whose use of the lists was refused.
    Refused(Box<Refused>),
}

/// What tells lines apart.
#[derive(Deserialize)]
struct Head {
    #[serde(rename = "v")]
    _version: Version,
    query: Option<IgnoredAny>,
    summary: Option<SummaryHead>,
    refused: Option<IgnoredAny>,
}

/// What tells summaries apart.
#[derive(Deserialize)]
struct SummaryHead {
    looked_up: Option<IgnoredAny>,
    remembered: Option<IgnoredAny>,
}

impl Line {
    /// Reads one line.
    ///
    /// # Errors
    /// [`Error::Argument`](crate::Error::Argument) for any other line, and for another version.
    pub fn parse(line: &str) -> Result<Line> {
        let read = Line::read(line);
        read.map_err(|error| {
            let message = error.to_string();
            Problem::NotAResultLine { message }.into()
        })
    }

    fn read(line: &str) -> serde_json::Result<Line> {
        let head: Head = serde_json::from_str(line)?;
        if head.refused.is_some() {
            return Ok(Line::Refused(serde_json::from_str(line)?));
        }
        Ok(match head.summary {
            None if head.query.is_some() => Line::Lookup(serde_json::from_str(line)?),
            None => Line::Finding(serde_json::from_str(line)?),
            Some(summary) if summary.looked_up.is_some() => {
                Line::LookupSummary(serde_json::from_str(line)?)
            }
            Some(summary) if summary.remembered.is_some() => {
                Line::RematchSummary(Box::new(serde_json::from_str(line)?))
            }
            Some(_) => Line::Summary(serde_json::from_str(line)?),
        })
    }
}

/// One object as a line of JSON, with its line end.
///
/// # Panics
/// If the object cannot be written as JSON. Those of this module can.
pub fn line(object: &impl Serialize) -> String {
    let mut text = serde_json::to_string(object).expect("an object of numbers and texts");
    text.push('\n');
    text
}

/// A text of a list or an operator, so that it stands on one line.
fn escaped(text: &str) -> String {
    crate::escape::escape(text.as_bytes()).into_owned()
}

/// Whether a number is left out.
fn is_zero(number: &u64) -> bool {
    *number == 0
}
