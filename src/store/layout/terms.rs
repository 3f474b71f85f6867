//! On what terms a list may be matched against.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::uses::check_name;
use crate::error::Problem;
use crate::hash::HashType;
#[cfg(feature = "refresh")]
use crate::list::Mode;
use crate::list::Protected;
use crate::{Result, escape};

/// The strongest action that a match may cause, rising. It is the decision of the institution, whatever the list
/// declares.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum MaxAction {
    /// The match is recorded, and no action follows.
    Log,
    /// A person looks at it.
    Review,
    /// It may be acted upon before a person has looked.
    Block,
}

named!(MaxAction {
    Log = "log",
    Review = "review",
    Block = "block",
});

/// What a program does with a file that a list was not asked about. The file could not be examined, or the list could not be
/// looked up in. It is the decision of the institution.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum OnFailure {
    /// The file passes, and the answer states that it was not checked.
    Open,
    /// The file does not pass.
    Closed,
}

named!(OnFailure {
    Open = "open",
    Closed = "closed",
});

/// How a source says what is withdrawn. It is declared, never guessed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum Kind {
    /// Each edition is the whole list: what it does not hold is withdrawn.
    Snapshot,
    /// Each file adds, replaces and removes.
    Delta,
    /// No source: the institution's own list, of what is added by hand.
    Local,
}

named!(Kind {
    Snapshot = "snapshot",
    Delta = "delta",
    Local = "local",
});

#[cfg(feature = "refresh")]
impl Kind {
    /// What each file of it is. A list of the institution has none.
    pub(crate) const fn mode(self) -> Mode {
        match self {
            Kind::Delta => Mode::Delta,
            Kind::Snapshot | Kind::Local => Mode::Snapshot,
        }
    }
}

/// On what terms one list of a store is matched against.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Terms {
    /// The list's name.
    pub list: String,
    /// What the institution may use it for, in its own words.
    pub purpose: String,
    /// How its source says what is withdrawn.
    pub kind: Kind,
    /// What a match may lead to at most.
    pub at_most: MaxAction,
    /// The radius in bits, by the name of the type. A query can set another; a type that is not named has its default.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub radius: BTreeMap<String, u32>,
    /// The PDQ quality, 0 to 100, below which hashes are neither taken into this list nor looked up in it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub min_quality: Option<u8>,
    /// The lists whose matches are suppressed where this one matches as well or better. `*` stands for all others of
    /// its store. A list that names any allows: it matches nothing itself.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub suppresses: Vec<String>,
    /// Whether its entries are authentic notices. A list that allows says so of what it holds: pictures that are near are told to
    /// be authentic, and what is nearer to an entry of another list is not allowed.
    #[serde(default, skip_serializing_if = "is_false")]
    pub authentic: bool,
    /// Whether no list allows what has the very digest of an entry of this list.
    #[serde(default, skip_serializing_if = "is_false")]
    pub beyond_appeal: bool,
    /// Whether nobody has reviewed its entries: a match then leads to review at most.
    #[serde(default, skip_serializing_if = "is_false")]
    pub unreviewed: bool,
    /// How old the source may be, in seconds, before it counts as stale.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_age: Option<u64>,
    /// What a program does with a file that the list was not asked about, where the institution decided it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fail: Option<OnFailure>,
    /// The names of the purposes that it may be used for; any, if there is none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub uses: Vec<String>,
    /// The law or decision that allows its use, in the words of the institution.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub legal_basis: Option<String>,
    /// Until when it may be used, in seconds since 1970-01-01 UTC. From then on it matches nothing, and allows nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires: Option<i64>,
    /// Whom it protects, where that is decided.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub protects: Option<Protected>,
}

impl Terms {
    /// Terms without any limits of their own.
    pub fn new(
        list: impl Into<String>,
        purpose: impl Into<String>,
        kind: Kind,
        at_most: MaxAction,
    ) -> Terms {
        Terms {
            list: list.into(),
            purpose: purpose.into(),
            kind,
            at_most,
            radius: BTreeMap::new(),
            min_quality: None,
            suppresses: Vec::new(),
            authentic: false,
            beyond_appeal: false,
            unreviewed: false,
            max_age: None,
            fail: None,
            uses: Vec::new(),
            legal_basis: None,
            expires: None,
            protects: None,
        }
    }

    /// Whether it may not be used any more, at a time in seconds since 1970-01-01 UTC.
    pub fn is_expired(&self, at: i64) -> bool {
        self.expires.is_some_and(|end| end <= at)
    }

    /// The list's own radius for a type, if it has one.
    pub fn radius(&self, hash_type: HashType) -> Option<u32> {
        self.radius.get(hash_type.name()).copied()
    }

    /// What a program does with a file that the list was not asked about. Without a decision it is as with a match: only a list
    /// that may block keeps the file out.
    pub fn on_failure(&self) -> OnFailure {
        self.fail.unwrap_or(
            if self.at_most == MaxAction::Block && !self.is_allow_list() {
                OnFailure::Closed
            } else {
                OnFailure::Open
            },
        )
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
    /// [`Error::Argument`](crate::Error::Argument) names what is out of range and how it should be.
    pub fn check(&self) -> Result<()> {
        let list = crate::escape::escape(self.list.as_bytes()).into_owned();
        if let Some(problem) = name_problem(&self.list) {
            return Err(problem(list).into());
        }
        if self.purpose.trim().is_empty() {
            return Err(Problem::SourcesPurpose { list }.into());
        }
        for (name, &radius) in &self.radius {
            let hash_type: HashType = name.parse()?;
            if name != hash_type.name() {
                let (found, name) = (name.clone(), hash_type.name().to_owned());
                return Err(Problem::SourcesRadiusName { list, found, name }.into());
            }
            if radius > hash_type.bits() || (radius > 0 && !hash_type.is_perceptual()) {
                let most = if hash_type.is_perceptual() {
                    hash_type.bits()
                } else {
                    0
                };
                return Err(Problem::SourcesRadiusRange {
                    list,
                    name: name.clone(),
                    most: most.into(),
                    found: radius.into(),
                }
                .into());
            }
        }
        if self.min_quality.is_some_and(|quality| quality > 100) {
            return Err(Problem::SourcesQuality { list }.into());
        }
        self.uses.iter().try_for_each(|name| check_name(name))?;
        if self.unreviewed && self.at_most == MaxAction::Block {
            return Err(Problem::SourcesUnreviewedBlocks { list }.into());
        }
        if self.authentic && !self.is_allow_list() {
            return Err(Problem::SourcesAuthenticAllowsNothing { list }.into());
        }
        if self.suppresses.contains(&self.list) {
            return Err(Problem::SourcesSuppressesItself { list }.into());
        }
        Ok(())
    }
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde calls it so")]
fn is_false(value: &bool) -> bool {
    !value
}

/// The fault in the name of a list. Names stand in commands, file names, tables and figures of many tools.
fn name_problem(name: &str) -> Option<fn(String) -> Problem> {
    /// Names that Windows keeps for devices, whatever ends them.
    const DEVICES: [&str; 6] = ["con", "prn", "aux", "nul", "com", "lpt"];
    let first = name
        .split('.')
        .next()
        .unwrap_or_default()
        .to_ascii_lowercase();
    let device = first.trim_end_matches(|c: char| c.is_ascii_digit());
    let digits = first.len() - device.len();
    let is_device = DEVICES.contains(&device) && (digits == 1) == ["com", "lpt"].contains(&device);
    let is_unseen = |c: char| {
        let is_wide_blank = c.is_whitespace() && c != ' ';
        // Variation selectors, fillers and tags, of which nothing is seen.
        let is_filler = matches!(
            c,
            '\u{34f}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180b}'..='\u{180f}'
            | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{ffa0}' | '\u{e0000}'..='\u{e0fff}'
        );
        is_wide_blank || is_filler
    };
    match name {
        _ if name.is_empty() || name.len() > 200 => {
            Some(|list| Problem::SourcesNameLength { list })
        }
        _ if name.contains(['/', '\\']) => Some(|list| Problem::SourcesNameSlash { list }),
        _ if name.contains(['*', '?', '[', ']', '{', '}']) => {
            Some(|list| Problem::SourcesNamePattern { list })
        }
        // What is escaped where it is shown is a control, format, bidirectional or separator character.
        _ if escape::escape(name.as_bytes()) != name || name.contains(is_unseen) => {
            Some(|list| Problem::SourcesNameUnseen { list })
        }
        _ if name.starts_with(['.', '-', ' ']) || name.ends_with(['.', ' ']) => {
            Some(|list| Problem::SourcesNameEdges { list })
        }
        _ if is_device => Some(|list| Problem::SourcesNameDevice { list }),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_seen_as_it_is_and_means_nothing_else() {
        for name in [
            "demo",
            "own",
            "Liste 7",
            "قائمة",
            "a.b-c_d+e@f",
            "名前",
            "community",
            "com",
            "com12",
            "nullable",
            "auxiliary.list",
            "é",
            &"x".repeat(200),
        ] {
            assert!(name_problem(name).is_none(), "{name}");
        }
        for name in [
            "",
            "a\nb",
            "a\u{7f}",
            "a\u{85}",
            "a\u{202e}b",
            "a\u{2066}",
            "\u{200f}a",
            "a\u{61c}",
            "a\u{200b}b",
            "a\u{feff}",
            "a\u{ad}b",
            "a\u{2028}b",
            "a\u{a0}b",
            "a\u{3164}",
            "a\u{fe0f}",
            "a\u{e0041}",
            "*",
            "a?",
            "[a]",
            "{a,b}",
            "a/b",
            "a\\b",
            "..",
            ".a",
            "-a",
            "--all",
            " a",
            "a ",
            "a.",
            "con",
            "NUL.csv",
            "Com1",
            "lpt9.x",
            &"x".repeat(201),
            &"é".repeat(101),
        ] {
            assert!(name_problem(name).is_some(), "{name:?}");
        }
    }
}
