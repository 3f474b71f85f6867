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
    /// The same by the kind of picture: all pictures and clips first, then each kind that there is.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub strata: Vec<StratumQuote>,
}

/// How often a list matched lawful files of one kind.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct StratumQuote {
    /// The kind: `all`, a [`Stratum`](crate::hasher::Stratum), or `other` of files without a picture.
    pub stratum: Name,
    /// The number of different lawful files of this kind.
    pub files: u64,
    /// How many of them matched, by the tier of the best match.
    pub by_tier: Vec<ShareQuote>,
}

/// How many files matched, and the bound of their share.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct ShareQuote {
    /// The tier.
    pub tier: Name,
    /// How many matched.
    pub matched: u64,
    /// The share is not larger, in parts per billion, with a confidence of 95 %.
    pub high_ppb: u64,
}

/// What was counted for matches like one match: of its list, the kind of its picture, and its tier.
///
/// ```
/// use basma::report::{MatchCalibration, ShareQuote, StratumQuote};
/// let mut of = StratumQuote::default();
/// (of.stratum, of.files) = ("document".into(), 12_000);
/// of.by_tier.push(ShareQuote { tier: "near".into(), matched: 0, high_ppb: 307_000 });
/// let quoted = MatchCalibration::of(&[of.clone()], Some("document"), Some("near"));
/// assert_eq!((quoted.files, quoted.high_ppb), (Some(12_000), Some(307_000)));
/// // What was counted among documents says nothing of photographs.
/// let quoted = MatchCalibration::of(&[of], Some("photograph"), Some("near"));
/// assert_eq!((quoted.state.as_ref(), quoted.files), ("stratum-not-calibrated", None));
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct MatchCalibration {
    /// `calibrated`; or why there is no figure, as of the list, or `stratum-not-calibrated`.
    pub state: Name,
    /// The kind of picture that was counted; `all` where that of the file is not known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stratum: Option<Name>,
    /// The number of different lawful files of that kind.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub files: Option<u64>,
    /// How many of them matched at best at the tier of the match.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub matched: Option<u64>,
    /// The share of such wrong matches is not larger, in parts per billion, with a confidence of 95 %.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub high_ppb: Option<u64>,
}

impl MatchCalibration {
    /// What these counts say of a match of this tier, of a picture of this kind.
    pub fn of(
        strata: &[StratumQuote],
        stratum: Option<&str>,
        tier: Option<&str>,
    ) -> MatchCalibration {
        let name = stratum.unwrap_or("all");
        let row = strata.iter().find(|row| row.stratum == name);
        let share = row.and_then(|row| {
            let share = row.by_tier.iter().find(|share| Some(&*share.tier) == tier);
            Some((row, share?))
        });
        // A bound of nothing says nothing.
        let Some((row, share)) = share.filter(|(row, _)| row.files > 0) else {
            return MatchCalibration::of_state("stratum-not-calibrated".into());
        };
        MatchCalibration {
            state: "calibrated".into(),
            stratum: Some(row.stratum.clone()),
            files: Some(row.files),
            matched: Some(share.matched),
            high_ppb: Some(share.high_ppb),
        }
    }

    fn of_state(state: Name) -> MatchCalibration {
        MatchCalibration {
            state,
            ..MatchCalibration::default()
        }
    }
}

impl CalibrationQuote {
    /// What `state` may be.
    pub const STATES: [&str; 5] = [
        "calibrated",
        "list-not-calibrated",
        "list-differs",
        "rules-differ",
        "stratum-not-calibrated",
    ];

    /// What is said of a match of this tier, of a picture of this kind.
    pub fn of_match(&self, stratum: Option<&str>, tier: Option<&str>) -> MatchCalibration {
        if self.state == "calibrated" {
            MatchCalibration::of(&self.strata, stratum, tier)
        } else {
            MatchCalibration::of_state(self.state.clone())
        }
    }

    /// One that says no more than why there is no figure.
    pub fn of_state(state: &'static str) -> CalibrationQuote {
        CalibrationQuote {
            state: state.into(),
            ..CalibrationQuote::default()
        }
    }
}
