//! What an institution decided about the entries of a provider, in the words that the provider takes.
//!
//! Nothing is sent. A person, or a program with the account of the institution, sends what is written here.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::{Map, Value};

use super::Store;
use crate::error::Problem;
use crate::hash::{Hash, HashType};
use crate::store::refresh::Config;
use crate::{Error, Result, escape};

/// One opinion about an entry of a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Feedback {
    /// The list.
    pub list: String,
    /// The name of the hash's type.
    #[serde(rename = "type")]
    pub hash_type: &'static str,
    /// The hash, in hexadecimal.
    pub hash: String,
    /// The item that it was decided about; all items of the hash, if none is named.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// Whether the institution confirmed the entry; it withdrew it otherwise.
    pub agrees: bool,
    /// Why, in its own words.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub reason: String,
    /// When, RFC 3339 in UTC.
    pub at: String,
    /// The provider, if the list is behind an interface.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub provider: Option<&'static str>,
    /// The opinion in the words of the provider, if its interface takes it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub message: Option<Value>,
}

impl Store {
    /// What was decided about the entries of a list and still stands: entries that were withdrawn by hand, and entries
    /// that were confirmed by adding them under their id. In the order of their hashes.
    ///
    /// # Errors
    /// [`Error::Argument`] for a list without a source; [`Error::Store`] and [`Error::Io`] where the audit cannot be read.
    pub fn feedback(&self, config: &Config, list: &str) -> Result<Vec<Feedback>> {
        let named = |name: &str| escape::escape(name.as_bytes()).into_owned();
        let mut sources = config.sources.iter();
        let source = sources.find(|source| source.terms().list == list);
        let source = source.ok_or_else(|| {
            let known: Vec<&str> = config
                .sources
                .iter()
                .map(|s| s.terms().list.as_str())
                .collect();
            Error::from(Problem::SourceUnknown {
                name: named(list),
                known: named(&known.join(", ")),
            })
        })?;
        let provider = source.provider();
        let mut decided: BTreeMap<(Hash, Option<String>), (bool, String, String)> = BTreeMap::new();
        self.audit(|line| {
            // Records of a later release are no decisions of this one.
            if let Ok(record) = serde_json::from_str::<Map<String, Value>>(line)
                && text(&record, "list") == Some(list)
            {
                take(&record, &mut decided);
            }
            Ok(())
        })?;
        let feedback = decided
            .into_iter()
            .map(|((hash, id), (agrees, reason, at))| Feedback {
                list: list.to_owned(),
                hash_type: hash.hash_type().name(),
                hash: hash.to_string(),
                agrees,
                reason,
                at,
                provider: provider.map(|provider| provider.name()),
                message: provider
                    .and_then(|provider| provider.feedback(&hash, id.as_deref(), agrees)),
                id,
            });
        Ok(feedback.collect())
    }
}

type Decided = BTreeMap<(Hash, Option<String>), (bool, String, String)>;

/// Takes account of one record of the audit.
fn take(record: &Map<String, Value>, decided: &mut Decided) {
    let said = |name: &str| text(record, name).unwrap_or_default().to_owned();
    let (did, reason, at) = (said("did"), said("reason"), said("at"));
    match did.as_str() {
        "add" => {
            let entry = record.get("entry").and_then(Value::as_object);
            let positive = |entry: &&Map<String, Value>| {
                text(entry, "opinion").is_none_or(|opinion| opinion == "positive")
            };
            let entry = entry.filter(positive);
            // What is not under an id of the provider is an entry of the institution.
            if let Some((hash, id)) =
                entry.and_then(|entry| Some((hash(entry)?, text(entry, "id")?)))
            {
                decided.insert((hash, Some(id.to_owned())), (true, reason, at));
            }
        }
        "revoke" => {
            if let Some(hash) = hash(record) {
                let id = text(record, "id").map(str::to_owned);
                decided.insert((hash, id), (false, reason, at));
            }
        }
        "lift" => {
            if let Some(hash) = hash(record) {
                let id = text(record, "id").map(str::to_owned);
                decided.remove(&(hash, id));
            }
        }
        _ => {}
    }
}

fn text<'r>(record: &'r Map<String, Value>, name: &str) -> Option<&'r str> {
    record.get(name)?.as_str()
}

fn hash(record: &Map<String, Value>) -> Option<Hash> {
    let hash_type: HashType = text(record, "type")?.parse().ok()?;
    Hash::parse(hash_type, text(record, "hash")?).ok()
}
