//! A use of lists that was refused. Nothing was looked up then, and no summary can say that nothing was found.

use serde::{Deserialize, Serialize};

use super::{Name, Version, escaped};
use crate::Error;
use crate::error::Problem;
use crate::store::Use;

/// The only line of a job whose use of the lists was refused. Where the use was refused while files were examined, it
/// stands before the summary.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Refused {
    /// The version of the format.
    pub v: Version,
    /// What was refused.
    pub refused: Refusal,
}

/// What was asked for, and why it was refused.
///
/// ```
/// use basma::Error;
/// use basma::error::Problem;
/// use basma::report::Refusal;
/// use basma::store::Use;
/// let (list, uses) = ("own".to_owned(), "child-abuse".to_owned());
/// let error = Error::from(Problem::UseUnstated { list, uses });
/// let refusal = Refusal::of(&error, &Use::default()).unwrap();
/// assert_eq!(refusal.code, "use-unstated");
/// assert_eq!(refusal.problem().unwrap().to_string(), refusal.message);
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Refusal {
    /// The code of the reason: `use-unstated`, `use-foreign`, `use-region-unstated` or `use-forbidden`.
    pub code: Name,
    /// The reason in English.
    pub message: String,
    /// The list, if it is its own terms that refuse.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub list: Option<String>,
    /// The names of the purposes that the list is for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub list_uses: Option<String>,
    /// The region that the rule is about, if it is a rule of the institution that refuses.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rule_region: Option<String>,
    /// Why the institution made the rule.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rule_reason: Option<String>,
    /// The purpose that was stated.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub purpose: Option<String>,
    /// The region that was stated.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub region: Option<String>,
    /// The law or decision that was stated.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub legal_basis: Option<String>,
}

impl Refused {
    /// The line of a refusal.
    pub fn new(refused: Refusal) -> Refused {
        let v = Version;
        Refused { v, refused }
    }
}

impl Refusal {
    /// The refusal that an error is; none of another error.
    pub fn of(error: &Error, wanted: &Use) -> Option<Refusal> {
        let problem = match error {
            Error::Argument(problem) => problem,
            Error::At { error, .. } => return Refusal::of(error, wanted),
            _ => return None,
        };
        let mut refusal = Refusal {
            code: problem.code().into(),
            message: problem.to_string(),
            purpose: wanted.purpose.clone(),
            region: wanted.region.clone(),
            legal_basis: wanted.legal_basis.as_deref().map(escaped),
            ..Refusal::default()
        };
        match problem {
            Problem::UseUnstated { list, uses } | Problem::UseForeign { list, uses, .. } => {
                refusal.list = Some(list.clone());
                refusal.list_uses = Some(uses.clone());
            }
            Problem::UseRegionUnstated { region, reason } => {
                refusal.rule_region = Some(region.clone());
                refusal.rule_reason = Some(reason.clone());
            }
            Problem::UseForbidden { reason } => refusal.rule_reason = Some(reason.clone()),
            _ => return None,
        }
        Some(refusal)
    }

    /// The reason as a problem, which has a text in each language; none of a code of a later version.
    pub fn problem(&self) -> Option<Problem> {
        let text = |text: &Option<String>| text.clone().unwrap_or_default();
        let (list, uses) = (text(&self.list), text(&self.list_uses));
        let reason = text(&self.rule_reason);
        Some(match self.code.as_ref() {
            "use-unstated" => Problem::UseUnstated { list, uses },
            "use-foreign" => Problem::UseForeign {
                list,
                uses,
                purpose: text(&self.purpose),
            },
            "use-region-unstated" => Problem::UseRegionUnstated {
                region: text(&self.rule_region),
                reason,
            },
            "use-forbidden" => Problem::UseForbidden { reason },
            _ => return None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::{Line, line};

    #[test]
    fn a_refusal_is_read_back_with_its_reason() {
        let text = |text: &str| text.to_owned();
        let problems = [
            Problem::UseUnstated {
                list: text("a"),
                uses: text("x, y"),
            },
            Problem::UseForeign {
                list: text("a"),
                uses: text("x"),
                purpose: text("z"),
            },
            Problem::UseRegionUnstated {
                region: text("eu"),
                reason: text("it lapsed"),
            },
            Problem::UseForbidden {
                reason: text("it lapsed"),
            },
        ];
        let wanted = Use::default()
            .with_purpose(text("z"))
            .with_region(text("uk"));
        for problem in problems {
            let error = Error::from(problem.clone());
            let refusal = Refusal::of(&error, &wanted).unwrap();
            assert_eq!(refusal.problem(), Some(problem));
            let printed = line(&Refused::new(refusal.clone()));
            let Ok(Line::Refused(read)) = Line::parse(&printed) else {
                panic!("{printed}")
            };
            assert_eq!(read.refused, refusal);
        }
        let other = Error::from(Problem::UseRuleReason);
        assert_eq!(Refusal::of(&other, &wanted), None);
    }
}
