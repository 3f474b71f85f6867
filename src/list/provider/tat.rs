//! Tech Against Terrorism: `GET /api/hash-list/v2/all`.
//!
//! | field of a record | of an entry |
//! |---|---|
//! | `algorithm`, `hash_digest` | the hash: `MD5`, `SHA256`, `PDQ`; others are passed over |
//! | `deleted` | the hash is withdrawn |
//! | `id` | the id |
//! | `ideology` | a label |
//! | `file_type` | image or video |
//! | `created_on` | when it was added |

use serde::Deserialize;

use super::super::document::Record;
use super::super::document::json::{Broken, Text};
use super::super::field;
use super::super::line::Fault;
use super::{Paging, Target, entry, media_of_extension, members};

/// The key of the array of records.
pub(super) const RECORDS: &str = "results";

#[derive(Deserialize)]
pub(super) struct Digest<'a> {
    hash_digest: String,
    algorithm: String,
    ideology: Option<String>,
    file_type: Option<String>,
    #[serde(default)]
    deleted: bool,
    #[serde(borrow)]
    created_on: Option<Text<'a>>,
    #[serde(borrow)]
    id: Option<Text<'a>>,
}

pub(super) fn record(said: Digest<'_>, number: u64) -> Result<Record, Fault> {
    let Some(hashed) = entry(&said.algorithm, &said.hash_digest, number) else {
        return Ok(Record {
            unread: 1,
            ..Record::of(None)
        });
    };
    let mut entry = hashed?;
    let target = Target::Hash(entry.hash);
    if said.deleted {
        return Ok(Record::removal(target));
    }
    entry.id = said.id.map(Text::into_owned).filter(|id| !id.is_empty());
    entry
        .labels
        .extend(said.ideology.filter(|name| !name.is_empty()));
    entry.media = said.file_type.as_deref().and_then(media_of_extension);
    let created = said.created_on.map(|time| time.0);
    entry.added = created.and_then(|time| field::time(&time).ok());
    let mut record = Record::of(Some(target));
    record.hashes.push(Ok(entry));
    Ok(record)
}

/// What a page says of the next: its checkpoint, while there is one. Links are not followed: clients disagree about
/// their form, and the checkpoint says the same.
pub(crate) fn paging(page: &[u8]) -> Result<Paging, Broken> {
    let members = members(page, RECORDS, &["next", "checkpoint"])?;
    let checkpoint = members.text(1);
    Ok(Paging {
        records: members.records,
        next: members.text(0).and(checkpoint.clone()),
        cursor: checkpoint,
    })
}

#[cfg(test)]
mod tests {
    use super::super::super::sample::{MD5, PDQ, faults, hashes, read};
    use super::*;
    use crate::list::Media;

    fn page(next: &str, records: &str) -> String {
        format!(
            "{{\"count\":1,\"next\":{next},\"previous\":null,\"checkpoint\":\"1767225600.25,2819\",\"results\":[{records}]}}"
        )
    }

    fn digest(algorithm: &str, hash: &str, more: &str) -> String {
        format!(
            "{{\"hash_digest\":\"{hash}\",\"algorithm\":\"{algorithm}\",\"ideology\":\"far-right\",\"file_type\":\"gif\",\"deleted\":false,\"updated_on\":1767225600.25,\"created_on\":\"2026-01-01T00:00:00Z\",\"id\":2819{more}}}"
        )
    }

    #[test]
    fn records_become_entries() {
        let sha512 = digest("SHA512", &MD5.repeat(4), "");
        let gone = digest("MD5", MD5, "").replace("\"deleted\":false", "\"deleted\":true");
        let list = read(page(
            "null",
            &format!("{},{sha512},{gone}", digest("PDQ", PDQ, "")),
        ));
        assert_eq!(list.source.format, "pages of tat");
        assert_eq!(hashes(&list.entries), [(format!("pdq:{PDQ}"), "2819")]);
        let entry = &list.entries[0];
        assert_eq!(
            (entry.media, entry.added),
            (Some(Media::Image), Some(1_767_225_600))
        );
        assert_eq!(entry.labels, ["far-right"]);
        assert_eq!((list.counts.skipped, list.removals.len()), (1, 2));
        let bad = digest("MD5", "900z", "");
        assert_eq!(faults(page("null", &bad)), ["1:4 E012"]);
    }

    #[test]
    fn the_checkpoint_is_the_cursor_and_a_link_says_that_there_is_more() {
        let last = paging(page("null", "").as_bytes()).unwrap();
        assert_eq!(
            (last.next, last.cursor.as_deref()),
            (None, Some("1767225600.25,2819"))
        );
        let more = page("\"https://a.example/api?after=1,2\"", "");
        let more = paging(more.as_bytes()).unwrap();
        assert_eq!(more.next.as_deref(), Some("1767225600.25,2819"));
    }
}
