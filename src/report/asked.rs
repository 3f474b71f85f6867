//! Hashes that a checker was asked about.

use serde::{Deserialize, Serialize};

use super::{Name, Query, Summarized, Version};
use crate::hash;
use crate::store::Answer;

/// What a checker answered about one hash.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Asked {
    /// The version of the format.
    pub v: Version,
    /// The hash that was asked.
    pub asked: Query,
    /// The name of the checker.
    pub checker: String,
    /// The answer.
    pub answer: Name,
    /// The class of what is known, in the words of the service.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub class: Option<String>,
    /// Whether the very file is known, and not one like it; absent where the service does not say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub is_exact: Option<bool>,
    /// The number of bits by which the nearest differs, where the service says it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub distance: Option<u32>,
    /// The banks that hold it, where the service names them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub banks: Vec<String>,
    /// Why it was not checked. The text can change.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub why: Option<String>,
    /// The stable code of that.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub why_code: Option<Name>,
}

impl Asked {
    /// The hash, what it is of, and what a checker answered.
    pub fn new(hash: &hash::Hash, id: Option<&str>, checker: &str, answer: &Answer) -> Asked {
        let mut asked = Asked {
            v: Version,
            asked: Query {
                id: id.map(str::to_owned),
                ..Query::from(hash)
            },
            checker: checker.to_owned(),
            answer: answer.name().into(),
            class: None,
            is_exact: None,
            distance: None,
            banks: Vec::new(),
            why: None,
            why_code: None,
        };
        match answer {
            Answer::Known(known) => {
                asked.class = known.class.clone();
                asked.is_exact = known.is_exact;
                asked.distance = known.distance;
                asked.banks = known.banks.clone();
            }
            Answer::NotKnown => {}
            Answer::NotChecked(why) => {
                asked.why = Some(why.to_string());
                asked.why_code = Some(why.code().into());
            }
        }
        asked
    }
}

/// The counts of the answers of a checker.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct AskedSummary {
    /// The number of hashes that it was asked about.
    pub asked: u64,
    /// The number of them that it knows.
    pub known: u64,
    /// The number of them that it does not know.
    pub not_known: u64,
    /// The number of them that nothing is known of.
    pub not_checked: u64,
}

impl AskedSummary {
    /// Takes account of an answer.
    pub fn add(&mut self, answer: &Answer) {
        self.asked += 1;
        let count = match answer {
            Answer::Known(_) => &mut self.known,
            Answer::NotKnown => &mut self.not_known,
            Answer::NotChecked(_) => &mut self.not_checked,
        };
        *count += 1;
    }

    /// The last line.
    pub fn line(self) -> Summarized<AskedSummary> {
        Summarized::new(self)
    }
}
