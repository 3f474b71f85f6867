//! An HMA: `GET /m/lookup?signal=HASH&signal_type=TYPE`, a question for each hash.
//!
//! The answer is an object of banks, each with an array of `{"bank_content_id", "distance"}`. Banks and contents that are
//! switched off there are not in it. A bank that takes part in a share of requests is in it by chance.

use std::collections::BTreeMap;
use std::ffi::OsString;

use serde::Deserialize;

use super::super::fetch::{Http, Question, ask_service};
use super::{Answer, Answers, KnownHash};
use crate::hash::{Hash, HashType};
use crate::{CancelToken, Result};

pub(super) const TYPES: &[HashType] = &[HashType::Pdq, HashType::Md5];

#[derive(Deserialize)]
struct Content {
    /// A number as text; `-` of types that match exactly alone.
    distance: String,
}

pub(super) fn ask(
    http: &Http,
    hashes: &[Hash],
    environment: &dyn Fn(&str) -> Option<OsString>,
    cancel: &CancelToken,
) -> Result<Option<Answers>> {
    let mut answers = Answers::new();
    for hash in hashes {
        let signal_type = match hash.hash_type() {
            HashType::Md5 => "video_md5",
            _ => "pdq",
        };
        let pairs = [
            ("signal", hash.to_string()),
            ("signal_type", signal_type.to_owned()),
        ];
        let question = Question::Get("m/lookup", &pairs);
        let bytes = ask_service(http, &question, environment, cancel)?;
        let Some(answer) = read(&bytes) else {
            return Ok(None);
        };
        answers.insert(*hash, answer);
    }
    Ok(Some(answers))
}

/// What an answer means. An error that comes as a bank named `message` is none: its value is a text.
fn read(bytes: &[u8]) -> Option<Answer> {
    let banks: BTreeMap<String, Vec<Content>> = serde_json::from_slice(bytes).ok()?;
    let matched = banks
        .into_iter()
        .filter(|(_, contents)| !contents.is_empty());
    let (mut names, mut nearest, mut is_digest) = (Vec::new(), None::<u32>, false);
    for (name, contents) in matched {
        names.push(name);
        for content in contents {
            let distance = match content.distance.as_str() {
                "-" => {
                    is_digest = true;
                    0
                }
                text => text.parse().ok()?,
            };
            nearest = Some(nearest.map_or(distance, |nearest| nearest.min(distance)));
        }
    }
    Some(if names.is_empty() {
        Answer::NotKnown
    } else {
        Answer::Known(KnownHash {
            banks: names,
            distance: nearest,
            is_exact: match nearest {
                _ if is_digest => Some(true),
                // Files with equal hashes can differ.
                Some(0) | None => None,
                Some(_) => Some(false),
            },
            ..KnownHash::default()
        })
    })
}
