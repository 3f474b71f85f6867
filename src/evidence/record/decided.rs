//! What people decide.

use serde::{Deserialize, Serialize};

use super::Sealed;

/// What was decided.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Choice {
    /// It is what the list says.
    Confirm,
    /// It is not.
    Reject,
    /// Another person decides.
    Escalate,
    /// It cannot be said.
    Undecided,
}

named!(Choice {
    Confirm = "confirm",
    Reject = "reject",
    Escalate = "escalate",
    Undecided = "undecided",
});

/// What a person had seen of a file when they decided.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Seen {
    /// Nothing but the facts of the record.
    #[default]
    Facts,
    /// A picture that was blurred or without colours.
    Reduced,
    /// The file itself, as a viewer shows it. Only this is viewing for a report to NCMEC.
    Viewed,
}

named!(Seen { Facts = "facts", Reduced = "reduced", Viewed = "viewed" });

/// A decision about a finding.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Decision {
    /// The finding: the number of its record.
    pub finding: u64,
    /// What was decided.
    pub decision: Choice,
    /// Why.
    pub why: String,
    /// What was seen of the file.
    pub seen: Seen,
    /// The decision of another person that this one seconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seconds: Option<u64>,
    /// Whether it is in force: a case can ask for a second person.
    pub in_force: bool,
    /// What it changed in lists.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub effects: Vec<Effect>,
}

/// What a decision changes in a list of a store.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Effect {
    /// `allow`: the picture no longer matches. `add`: the picture was added.
    pub act: String,
    /// The list that was changed.
    pub list: String,
    /// The item that the change names.
    pub entry: String,
    /// Until when it holds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires: Option<String>,
}

/// An appeal against a decision.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Appeal {
    /// The finding.
    pub finding: u64,
    /// The decision that is appealed against; absent where there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decision: Option<u64>,
    /// Why.
    pub why: String,
    /// When it came in.
    pub received: String,
    /// The identity of who appeals, if it was given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub identity: Option<Sealed>,
    /// Whether the file still matches the lists of today; absent where it was not looked up again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub still_matches: Option<bool>,
}

/// An appeal that is decided.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AppealDecided {
    /// The appeal: the number of its record.
    pub appeal: u64,
    /// The finding.
    pub finding: u64,
    /// Whether the decision was wrong.
    pub overturned: bool,
    /// Why.
    pub why: String,
    /// What was seen of the file.
    pub seen: Seen,
    /// What it changed in lists.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub effects: Vec<Effect>,
}
