//! What a report says of the error of a list.

use serde::{Deserialize, Serialize};

use super::Name;

/// How often a list matched lawful files, or why there is no figure for it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct CalibrationQuote {
    /// `calibrated`; or `list-not-calibrated`, `list-differs` or `rules-differ`, and nothing else is said.
    pub state: Name,
    /// The number of different lawful pictures and clips.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub files: Option<u64>,
    /// How many of them matched.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub matched: Option<u64>,
    /// The share of wrong matches is not smaller, in parts per billion, with a confidence of 95 %.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub low_ppb: Option<u64>,
    /// The share of wrong matches is not larger.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub high_ppb: Option<u64>,
    /// What these files are, in the words of the institution that counted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub population: Option<String>,
    /// When it was counted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub made: Option<String>,
    /// The SHA-256 of the file of calibration.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sha256: Option<String>,
    /// The id of the key whose signature was checked; absent where none was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signed_by: Option<String>,
}

impl CalibrationQuote {
    /// What `state` may be.
    pub const STATES: [&str; 4] = [
        "calibrated",
        "list-not-calibrated",
        "list-differs",
        "rules-differ",
    ];

    /// One that says no more than why there is no figure.
    pub fn of_state(state: &'static str) -> CalibrationQuote {
        CalibrationQuote {
            state: state.into(),
            ..CalibrationQuote::default()
        }
    }
}
