//! What a machine decodes, as `doctor` prints it; and the records of an audit.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::{Name, Version};
use crate::error::Reason;

/// What a machine decodes.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Abilities {
    /// The version of the format.
    pub v: Version,
    /// Each kind of media.
    pub decodes: Vec<Ability>,
    /// The wall behind which files are opened, such as `landlock-v7+seccomp`, or `none`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sandbox: Option<String>,
    /// Why there is no wall, where one was wanted, in English.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sandbox_reason: Option<String>,
    /// The stable code of this reason.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sandbox_reason_code: Option<Name>,
}

impl Abilities {
    /// All kinds of media, in their order.
    ///
    /// ```
    /// use basma::report::{Abilities, Ability, line};
    /// let gif = Ability::decoded("GIF", "built in");
    /// let avif = Ability::missing("AVIF", "install avifdec");
    /// let printed = line(&Abilities::new(vec![gif, avif]));
    /// assert!(printed.starts_with(r#"{"v":1,"decodes":[{"what":"GIF""#));
    /// ```
    pub fn new(decodes: Vec<Ability>) -> Abilities {
        Abilities {
            v: Version,
            decodes,
            sandbox: None,
            sandbox_reason: None,
            sandbox_reason_code: None,
        }
    }

    /// States the wall behind which files are opened.
    #[must_use]
    pub fn with_sandbox(mut self, wall: impl ToString) -> Abilities {
        self.sandbox = Some(wall.to_string());
        self
    }

    /// States why there is no wall.
    #[must_use]
    pub fn with_missing_wall(mut self, reason: &Reason) -> Abilities {
        self.sandbox_reason = Some(reason.to_string());
        self.sandbox_reason_code = Some(reason.code().name().into());
        self
    }
}

/// One kind of media, and what decodes it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Ability {
    /// The kind of media.
    pub what: String,
    /// Whether it is decoded.
    pub decoded: bool,
    /// What decodes it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<String>,
    /// What to do so that it is decoded.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub way_out: Option<String>,
}

impl Ability {
    /// A kind of media that something decodes.
    pub fn decoded(what: impl Into<String>, by: impl Into<String>) -> Ability {
        Ability {
            what: what.into(),
            decoded: true,
            by: Some(by.into()),
            way_out: None,
        }
    }

    /// A kind of media that nothing decodes, and what to do.
    pub fn missing(what: impl Into<String>, way_out: impl Into<String>) -> Ability {
        Ability {
            what: what.into(),
            decoded: false,
            by: None,
            way_out: Some(way_out.into()),
        }
    }
}

/// One record of the audit of a store.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct AuditRecord {
    /// The version of the format.
    pub v: Version,
    /// Its number, from 1.
    pub seq: u64,
    /// The time, RFC 3339 in UTC.
    pub at: String,
    /// What was done.
    pub did: String,
    /// The SHA-256 of the line before, in hexadecimal.
    pub prev: String,
    /// What belongs to what was done.
    #[serde(flatten)]
    pub more: Map<String, Value>,
}
