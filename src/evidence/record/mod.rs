//! The kinds of records of a case, and what each holds.
//!
//! Times are RFC 3339, in UTC. Digests are SHA-256, in hexadecimal. What may have to be erased one day, such as a hash,
//! stands in a record as a [`Commitment`]. Its value and its salt are in `details/` of the case, or sealed.

mod case;
mod decided;
mod found;
mod kept;

use serde::{Deserialize, Serialize};

pub use case::{Clock, Examiner, Note, Opened, Policy, Recovered, Report, Sealed};
pub use decided::{Appeal, AppealDecided, Choice, Decision, Effect, Seen};
pub use found::{
    Calibration, Coverage, FileFacts, FileHash, Finding, Gap, List, Match, Refused, Root, Scan,
};
pub use kept::{Export, Head, Purged, Thumbnails, Timestamp, Unsealed, Withdrawn};

/// The name of the format.
pub const SCHEMA: &str = "basma-case/1";

/// The digest that stands for the record before the first.
pub const NONE: &str = "0000000000000000000000000000000000000000000000000000000000000000";

/// A record of a case.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Record {
    /// The format: [`SCHEMA`].
    pub schema: String,
    /// Its number, from 1 on without gaps. It names what the record is about: a finding, an appeal.
    pub number: u64,
    /// The case, a random UUID.
    pub case: String,
    /// The SHA-256 of the line before, without its line end; [`NONE`] of the first.
    pub previous: String,
    /// The time at which it was written.
    pub time: String,
    /// Who wrote it.
    pub by: Person,
    /// What it says.
    #[serde(flatten)]
    pub body: Body,
    /// The id of the key that signs it.
    pub key: String,
    /// Ed25519 of its canonical text without this field, in base64.
    pub signature: String,
}

/// Who did something, by a name that the institution gave: no name of a person is needed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Person {
    /// The person, as the institution knows it.
    pub id: String,
    /// What for: `examiner`, `supervisor`, `appeals`.
    pub role: String,
}

/// The SHA-256 of a salt of 32 random bytes and a value. It says which value it was once the salt is known, and
/// nothing otherwise.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Commitment {
    /// The digest, in hexadecimal.
    pub commitment: String,
}

/// What a record says, by its kind.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", content = "body", rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Body {
    /// The case begins.
    Opened(Opened),
    /// A further key may sign.
    Examiner(Examiner),
    /// A report came in.
    Report(Report),
    /// A scan begins.
    Scan(Box<Scan>),
    /// A list that a scan looks up in.
    List(Box<List>),
    /// A file that matches, or that something speaks for.
    Finding(Box<Finding>),
    /// A file that was not wholly examined.
    Gap(Gap),
    /// A scan ended, and what it looked at.
    Coverage(Box<Coverage>),
    /// A finding is decided.
    Decision(Decision),
    /// A decision is appealed against.
    Appeal(Appeal),
    /// An appeal is decided.
    AppealDecided(AppealDecided),
    /// A paper was made of the case.
    Export(Export),
    /// A sealed file was opened.
    Unsealed(Unsealed),
    /// A time-stamp token of an authority was attached.
    Timestamp(Timestamp),
    /// An entry was withdrawn, and what the case held of it.
    Withdrawn(Withdrawn),
    /// Details were erased because their time is over.
    Purged(Purged),
    /// The calibrated error of a list.
    Calibration(Box<Calibration>),
    /// A use of lists was refused.
    Refused(Box<Refused>),
    /// A remark.
    Note(Note),
    /// An unfinished last line was set aside.
    Recovered(Recovered),
    /// The clock was set back. The numbers of records decide their order, not their times.
    Clock(Clock),
}

impl Body {
    /// The name of its kind.
    pub const fn kind(&self) -> &'static str {
        match self {
            Body::Opened(_) => "opened",
            Body::Examiner(_) => "examiner",
            Body::Report(_) => "report",
            Body::Scan(_) => "scan",
            Body::List(_) => "list",
            Body::Finding(_) => "finding",
            Body::Gap(_) => "gap",
            Body::Coverage(_) => "coverage",
            Body::Decision(_) => "decision",
            Body::Appeal(_) => "appeal",
            Body::AppealDecided(_) => "appeal-decided",
            Body::Export(_) => "export",
            Body::Unsealed(_) => "unsealed",
            Body::Timestamp(_) => "timestamp",
            Body::Withdrawn(_) => "withdrawn",
            Body::Purged(_) => "purged",
            Body::Calibration(_) => "calibration",
            Body::Refused(_) => "refused",
            Body::Note(_) => "note",
            Body::Recovered(_) => "recovered",
            Body::Clock(_) => "clock",
        }
    }
}

fn is_zero(number: &u64) -> bool {
    *number == 0
}
