//! What begins a case, who takes part, and what interrupts it.

use serde::{Deserialize, Serialize};

use super::Person;

/// The first record of a case.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Opened {
    /// What the institution calls the case; no name of a person.
    pub title: String,
    /// What the case is for.
    pub purpose: String,
    /// The law or decision that allows it.
    pub legal_basis: String,
    /// What the case asks of decisions.
    pub policy: Policy,
    /// The public key of who opens it, as minisign writes it.
    pub key: String,
    /// Until when that key may sign.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key_expires: Option<String>,
    /// The public keys (age) that identities and paths are sealed to.
    pub recipients: Vec<String>,
}

/// What a case asks of decisions.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Policy {
    /// Whether a decision needs a second person.
    pub two_persons: bool,
    /// The lists whose exact matches no rejection undoes.
    pub beyond_appeal: Vec<String>,
    /// Whether paths are sealed.
    pub sealed_paths: bool,
}

/// A further key that may sign, of a person.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Examiner {
    /// The person.
    pub person: Person,
    /// The public key, as minisign writes it.
    pub key: String,
    /// Until when it may sign.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires: Option<String>,
}

/// A report that came in.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Report {
    /// The channel: `portal`, `hotline`, `mail`, or another word.
    pub channel: String,
    /// Who reports: `victim`, `trusted-flagger`, `citizen`, `authority`.
    pub reporter: String,
    /// The number that the channel gave it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reference: Option<String>,
    /// When it came in.
    pub received: String,
    /// Until when it is to be answered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deadline: Option<String>,
    /// The identity of who reports, if it was given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub identity: Option<Sealed>,
}

/// A file in `sealed/` of the case, encrypted to the recipients of the case.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sealed {
    /// Its name in `sealed/`.
    pub file: String,
    /// The SHA-256 of the encrypted file.
    pub sha256: String,
}

impl Sealed {
    /// Whether its name is one in the folder, and no path out of it. A record can be of anybody.
    pub fn is_in_folder(&self) -> bool {
        let name = self.file.as_str();
        !name.is_empty() && ![".", ".."].contains(&name) && !name.contains(['/', '\\', '\0'])
    }
}

/// A remark.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Note {
    /// The remark; no name of a person.
    pub text: String,
    /// What it is about: the number of a record.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub about: Option<u64>,
}

/// An unfinished last line, which a process that was killed left.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recovered {
    /// The number of its bytes.
    pub bytes: u64,
    /// The SHA-256 of the bytes.
    pub sha256: String,
    /// The file beside the records that holds them.
    pub file: String,
}

/// A clock that was set back.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Clock {
    /// The time of the record before, which is later than that of this one.
    pub before: String,
}
