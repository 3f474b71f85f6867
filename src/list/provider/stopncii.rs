//! StopNCII: `GET /v1/FetchHashes`.
//!
//! | field of a record | of an entry |
//! |---|---|
//! | `signalType`, `hashValue` | the hash: `ImagePDQ`, `VideoMD5`; other types are passed over |
//! | `hashStatus` `Withdrawn` or `Deleted`, or all cases so | the hash is withdrawn |
//! | `lastModtimestamp` | when it was added |
//! | each of `CSPFeedbacks`: `source` | the source of a row of its own |
//! | its `feedbackValue` | `Blocked` positive, `NotBlocked` negative; others say nothing |
//! | its `tags` | labels |
//! | `caseNumbers` | kept as `cases` |
//!
//! Hashes are submitted by the persons concerned and mostly unreviewed. Without any feedback an entry is a seed, which
//! leads to review at most. With feedback, the feedback alone speaks. A record is a full replacement of the hash.

use serde::Deserialize;

use super::super::document::Record;
use super::super::document::json::{Broken, Data, Pairs, Text};
use super::super::entry::Opinion;
use super::super::line::Fault;
use super::{Entry, Paging, Target, entry, members};
#[cfg(feature = "refresh")]
use crate::hash::{Hash, HashType};

/// The key of the array of records.
pub(super) const RECORDS: &str = "hashRecords";

/// How long a cursor is good, in seconds: 30 days, as the client of `python-threatexchange` 1.2.17 has it.
pub(crate) const STALE_SECONDS: i64 = 30 * 86_400;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct HashRecord<'a> {
    #[serde(rename = "lastModtimestamp")]
    modified: Option<i64>,
    signal_type: String,
    hash_value: String,
    hash_status: Option<String>,
    #[serde(default)]
    case_numbers: Option<Pairs>,
    #[serde(default, borrow, rename = "CSPFeedbacks")]
    feedbacks: Option<Data<Feedback<'a>>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Feedback<'a> {
    #[serde(borrow)]
    source: Option<Text<'a>>,
    feedback_value: Option<String>,
    #[serde(default, borrow)]
    tags: Option<Data<Text<'a>>>,
}

fn is_gone(status: &str) -> bool {
    matches!(status, "Withdrawn" | "Deleted")
}

pub(super) fn record(said: HashRecord<'_>, number: u64) -> Result<Record, Fault> {
    let Some(hashed) = entry(&said.signal_type, &said.hash_value, number) else {
        return Ok(Record {
            unread: 1,
            ..Record::of(None)
        });
    };
    let mut first = hashed?;
    let target = Target::Hash(first.hash);
    let cases = said.case_numbers.unwrap_or_default().0;
    let are_gone = !cases.is_empty() && cases.iter().all(|(_, status)| is_gone(status));
    if said.hash_status.as_deref().is_some_and(is_gone) || are_gone {
        return Ok(Record::removal(target));
    }
    first.added = said.modified;
    if !cases.is_empty() {
        let names: Vec<String> = cases.into_iter().map(|(case, _)| case).collect();
        first.meta.push(("cases".to_owned(), names.join(",")));
    }
    let mut record = Record::of(Some(target));
    for feedback in said.feedbacks.unwrap_or_default().0 {
        let opinion = match feedback.feedback_value.as_deref() {
            Some("Blocked") => Opinion::Positive,
            Some("NotBlocked") => Opinion::Negative,
            _ => continue,
        };
        let tags = feedback.tags.unwrap_or_default().0;
        let mut labels: Vec<String> = tags.into_iter().map(Text::into_owned).collect();
        labels.sort_unstable();
        labels.dedup();
        record.hashes.push(Ok(Entry {
            opinion,
            labels,
            source: feedback.source.map(Text::into_owned),
            ..first.clone()
        }));
    }
    if record.hashes.is_empty() {
        first.opinion = Opinion::Seed;
        record.hashes.push(Ok(first));
    }
    Ok(record)
}

/// What a page says of the next: a token, while there are more records. At the end it says where the next window begins.
pub(crate) fn paging(page: &[u8]) -> Result<Paging, Broken> {
    let keys = ["nextPageToken", "hasMoreRecords", "nextSetTimestamp"];
    let members = members(page, RECORDS, &keys)?;
    let has_more = members.values[1].as_ref().and_then(|more| more.as_bool());
    let token = members.text(0).filter(|_| has_more != Some(false));
    Ok(Paging {
        records: members.records,
        next: token,
        cursor: members.text(2),
    })
}

/// What the interface takes of an institution about a hash.
#[cfg(feature = "refresh")]
pub(crate) fn feedback(hash: &Hash, agrees: bool) -> Option<serde_json::Value> {
    let signal_type = match hash.hash_type() {
        HashType::Pdq => "ImagePDQ",
        HashType::Md5 => "VideoMD5",
        _ => return None,
    };
    let word = if agrees { "Blocked" } else { "NotBlocked" };
    Some(serde_json::json!({
        "signalType": signal_type, "hashValue": hash.to_string(), "feedbackValue": word,
    }))
}

#[cfg(test)]
mod tests {
    use super::super::super::sample::{MD5, PDQ, faults, read};
    use super::*;

    fn page(records: &str) -> String {
        format!(
            "{{\"count\":1,\"nextSetTimestamp\":1767225600,\"nextPageToken\":\"t\",\"hasMoreRecords\":false,\"hashRecords\":[{records}]}}"
        )
    }

    fn hash_record(status: &str, cases: &str, feedbacks: &str) -> String {
        format!(
            "{{\"lastModtimestamp\":1767225000,\"signalType\":\"ImagePDQ\",\"hashValue\":\"{PDQ}\",\"hashStatus\":\"{status}\",\"caseNumbers\":{cases},\"CSPFeedbacks\":[{feedbacks}]}}"
        )
    }

    fn opinions(feedbacks: &str) -> Vec<Opinion> {
        let list = read(page(&hash_record("Active", "[]", feedbacks)));
        list.entries.iter().map(|entry| entry.opinion).collect()
    }

    #[test]
    fn a_withdrawn_hash_is_withdrawn_by_its_status_or_by_all_its_cases() {
        for (status, cases) in [
            ("Withdrawn", "{}"),
            ("Deleted", "[]"),
            ("Active", "{\"a\":\"Withdrawn\",\"b\":\"Deleted\"}"),
        ] {
            let list = read(page(&hash_record(status, cases, "")));
            assert_eq!(
                (list.entries.len(), list.removals.len()),
                (0, 1),
                "{status}"
            );
        }
        let one = "{\"a\":\"Withdrawn\",\"b\":\"Active\"}";
        let list = read(page(&hash_record("Active", one, "")));
        assert_eq!(list.entries[0].meta, [("cases".into(), "a,b".into())]);
    }

    #[test]
    fn feedback_speaks_in_place_of_the_seed() {
        let said = |value: &str| {
            format!("{{\"source\":\"P\",\"feedbackValue\":\"{value}\",\"tags\":[\"x\"]}}")
        };
        assert_eq!(opinions(""), [Opinion::Seed]);
        assert_eq!(opinions(&said("PendingReview")), [Opinion::Seed]);
        assert_eq!(opinions(&said("NotBlocked")), [Opinion::Negative]);
        let both = format!("{},{}", said("Blocked"), said("NotBlocked"));
        assert_eq!(opinions(&both), [Opinion::Positive, Opinion::Negative]);
    }

    #[test]
    fn a_short_pdq_is_set_aside_and_other_types_are_passed_over() {
        let record = hash_record("Active", "[]", "");
        let short = record.replace(PDQ, &"0".repeat(32));
        assert_eq!(faults(page(&format!("{short},{record}"))), ["1:1 E011"]);
        let text = record.replace("ImagePDQ", "Text");
        let md5 = record.replace("ImagePDQ", "VideoMD5").replace(PDQ, MD5);
        let list = read(page(&format!("{text},{md5}")));
        assert_eq!((list.counts.skipped, list.entries.len()), (1, 1));
    }

    #[test]
    fn a_token_counts_while_there_are_more_records() {
        let last = paging(page("").as_bytes()).unwrap();
        assert_eq!(
            (last.next, last.cursor.as_deref()),
            (None, Some("1767225600"))
        );
        let more = page("").replace("false", "true");
        assert_eq!(paging(more.as_bytes()).unwrap().next.as_deref(), Some("t"));
    }
}
