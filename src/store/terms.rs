//! On what terms a list may be matched against.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::hash::HashType;
use crate::{Error, Result};

/// What a match may lead to at most, rising: the institution's own decision about a list, whatever the list says of
/// itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum AtMost {
    /// It is written down, and nobody is asked to do anything.
    Log,
    /// A person looks at it.
    Review,
    /// It may be acted upon before a person has looked.
    Block,
}

impl AtMost {
    /// The name in output and configuration.
    pub const fn name(self) -> &'static str {
        match self {
            AtMost::Log => "log",
            AtMost::Review => "review",
            AtMost::Block => "block",
        }
    }
}

/// How a source says what is withdrawn. It is declared, never guessed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// Each edition is the whole list: what it does not hold is withdrawn.
    Snapshot,
    /// Each file adds, replaces and removes.
    Delta,
    /// No source: the institution's own list, of what is added by hand.
    Local,
}

impl Kind {
    /// The name in output and configuration.
    pub const fn name(self) -> &'static str {
        match self {
            Kind::Snapshot => "snapshot",
            Kind::Delta => "delta",
            Kind::Local => "local",
        }
    }
}

/// On what terms one list of a store is matched against.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Terms {
    /// The list's name.
    pub list: String,
    /// What the institution may use it for, in its own words.
    pub purpose: String,
    /// How its source says what is withdrawn.
    pub kind: Kind,
    /// What a match may lead to at most.
    pub at_most: AtMost,
    /// The distance in bits up to which a hash matches unless whoever asks says otherwise, by the type's name; the
    /// type's own default where it is not named.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub radius: BTreeMap<String, u32>,
    /// The PDQ quality, 0 to 100, below which hashes are neither taken into this list nor looked up in it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub min_quality: Option<u8>,
    /// The lists whose matches are suppressed where this one matches as well or better; `*` stands for all others of its store. A list
    /// that names any allows: it matches nothing itself.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub suppresses: Vec<String>,
    /// How old the source may be, in seconds, before it counts as stale.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_age: Option<u64>,
}

impl Terms {
    /// The list's own radius for a type, if it has one.
    pub fn radius(&self, hash_type: HashType) -> Option<u32> {
        self.radius.get(hash_type.name()).copied()
    }

    /// Whether it allows what another list holds.
    pub fn allows(&self, list: &str) -> bool {
        let named = |name: &String| name == "*" || name == list;
        self.list != list && self.suppresses.iter().any(named)
    }

    /// Whether it is a list of what is allowed.
    pub fn is_allow_list(&self) -> bool {
        !self.suppresses.is_empty()
    }

    /// Checks what a person wrote.
    ///
    /// # Errors
    /// [`Error::Argument`] names what is out of range and how it should be.
    pub fn check(&self) -> Result<()> {
        let list = crate::escape::escape(self.list.as_bytes()).into_owned();
        let wrong = |what: String| Err(Error::Argument(format!("list '{list}': {what}")));
        if self.list.is_empty() || self.list.len() > 200 || self.list.chars().any(char::is_control)
        {
            return wrong("a name has 1 to 200 bytes and no control characters".to_owned());
        }
        if self.purpose.trim().is_empty() {
            return wrong("say its purpose: what it may be used for".to_owned());
        }
        for (name, &radius) in &self.radius {
            let hash_type: HashType = name.parse()?;
            if name != hash_type.name() {
                return wrong(format!("radius: write {} for {name}", hash_type.name()));
            }
            if radius > hash_type.bits() || (radius > 0 && !hash_type.is_perceptual()) {
                let most = if hash_type.is_perceptual() {
                    hash_type.bits()
                } else {
                    0
                };
                return wrong(format!(
                    "a radius for {name} is 0 to {most} bits, not {radius}"
                ));
            }
        }
        if self.min_quality.is_some_and(|quality| quality > 100) {
            return wrong("min_quality is 0 to 100".to_owned());
        }
        if self.suppresses.contains(&self.list) {
            return wrong("it cannot suppress itself".to_owned());
        }
        Ok(())
    }
}
