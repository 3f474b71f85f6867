//! Arachnid Shield: `POST /v1/pdq/` with hashes alone. Files are never sent.
//!
//! | field of an answer | meaning |
//! |---|---|
//! | `classification` `no-known-match` | not known |
//! | `csam`, `harmful-abusive-material` | known, and the class |
//! | `null`, or another word | not checked: unclear |
//! | `match_type` | `exact`, `near` |

use std::collections::HashMap;
use std::ffi::OsString;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use serde::Deserialize;
use serde_json::json;

use super::super::fetch::{Http, Question, ask_service};
use super::{Answer, Answers, KnownHash, Unchecked};
use crate::hash::{Hash, HashType};
use crate::{CancelToken, Result};

pub(super) const TYPES: &[HashType] = &[HashType::Pdq];

/// How many hashes one question has. No public limit is known.
pub(super) const BATCH: usize = 100;

#[derive(Deserialize)]
struct Scanned {
    scanned_hashes: HashMap<String, ScannedHash>,
}

#[derive(Deserialize)]
struct ScannedHash {
    classification: Option<String>,
    match_type: Option<String>,
}

pub(super) fn ask(
    http: &Http,
    hashes: &[Hash],
    environment: &dyn Fn(&str) -> Option<OsString>,
    cancel: &CancelToken,
) -> Result<Option<Answers>> {
    let texts: Vec<String> = hashes.iter().map(text).collect();
    let body = json!({ "hashes": texts }).to_string();
    let bytes = ask_service(http, &Question::Post(&body), environment, cancel)?;
    Ok(read(&bytes, hashes))
}

fn text(hash: &Hash) -> String {
    BASE64_STANDARD.encode(hash.as_bytes())
}

/// What an answer says of the hashes that were asked. Others in it are passed over.
fn read(bytes: &[u8], hashes: &[Hash]) -> Option<Answers> {
    let scanned: Scanned = serde_json::from_slice(bytes).ok()?;
    let said = hashes.iter().filter_map(|hash| {
        let said = scanned.scanned_hashes.get(&text(hash))?;
        Some((*hash, said.answer()))
    });
    Some(said.collect())
}

impl ScannedHash {
    fn answer(&self) -> Answer {
        match self.classification.as_deref() {
            Some("no-known-match") => Answer::NotKnown,
            Some(class @ ("csam" | "harmful-abusive-material")) => Answer::Known(KnownHash {
                class: Some(class.to_owned()),
                is_exact: match self.match_type.as_deref() {
                    Some("exact") => Some(true),
                    Some("near") => Some(false),
                    _ => None,
                },
                ..KnownHash::default()
            }),
            _ => Answer::NotChecked(Unchecked::Unclear),
        }
    }
}
