//! How the last attempts to refresh went: what readers do not need and the operator wants to know.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::error::{Action, Message};
use crate::store::layout::folder::{Folder, read_bounded, write_private};
use crate::store::layout::manifest::{parse, to_line};
use crate::{Error, Result};

/// By the names of lists.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(in crate::store) struct Attempts {
    v: u64,
    pub(in crate::store) lists: BTreeMap<String, Attempt>,
}

/// How it went for one list. Times are in seconds since 1970-01-01 UTC.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(in crate::store) struct Attempt {
    /// When it was tried last.
    pub(in crate::store) tried: i64,
    /// When it last went well: something new is in force, or there was nothing new.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(in crate::store) succeeded: Option<i64>,
    /// How often it has failed since.
    #[serde(default)]
    pub(in crate::store) failures: u64,
    /// Why it failed the last time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(in crate::store) error: Option<String>,
    /// The same as messages for any language.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(in crate::store) errors: Vec<Message>,
    /// Of when the source says that it is, also when it had nothing new.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(in crate::store) as_of: Option<i64>,
    /// When its newest signature was made.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(in crate::store) signed: Option<i64>,
    /// SHA-256 of what was fetched and is held back.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(in crate::store) held: Vec<String>,
    /// When an edition was last held back because of how much it changes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(in crate::store) size_held: Option<i64>,
    /// SHA-256 of the file that the times above are of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(in crate::store) sha256: Option<String>,
    /// What the fetcher wants to know the next time, as long as it speaks of what is in force.
    #[serde(default, skip_serializing_if = "serde_json::Value::is_null")]
    pub(in crate::store) known: serde_json::Value,
}

/// The digests of pages that could not be read and are asked for again, in what the fetcher knows of a source. Their bytes
/// stay as long.
pub(in crate::store) fn letters(known: &serde_json::Value) -> Vec<String> {
    let owed = known.get("interface").and_then(|state| state.get("owed"));
    let owed = owed.and_then(|owed| owed.as_array());
    let letters = owed.into_iter().flatten();
    let letters = letters.filter_map(|owed| owed.get("letter")?.as_str());
    letters.map(str::to_owned).collect()
}

const BYTES_MAX: u64 = 16 << 20;

#[cfg(feature = "refresh")]
impl Attempt {
    /// Notes that it went well.
    pub(in crate::store) fn succeed(&mut self) {
        self.failures = 0;
        self.error = None;
        self.errors.clear();
    }

    /// Notes why it failed.
    pub(in crate::store) fn fail(&mut self, errors: Vec<Message>) {
        self.failures += 1;
        let texts: Vec<String> = errors.iter().map(Message::to_string).collect();
        self.error = Some(texts.join("; "));
        self.errors = errors;
    }
}

impl Attempts {
    /// What is known of attempts; nothing, with why, where it cannot be read: no list depends on it.
    pub(in crate::store) fn read(folder: &Folder) -> (Attempts, Option<Error>) {
        let path = folder.attempts();
        let read = match read_bounded(&path, BYTES_MAX) {
            Ok(bytes) => parse(&path, &bytes),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(Attempts::default()),
            Err(error) => Err(Error::io(Action::Read, &path)(error)),
        };
        match read {
            Ok(attempts) => (attempts, None),
            Err(error) => (Attempts::default(), Some(error)),
        }
    }

    pub(in crate::store) fn write(&self, folder: &Folder) -> Result<()> {
        let attempts = Attempts {
            v: 1,
            ..self.clone()
        };
        write_private(&folder.attempts(), &to_line(&attempts))
    }
}
