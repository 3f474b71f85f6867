//! ThreatExchange: `GET /PRIVACY_GROUP/threat_updates`.
//!
//! | field of a record | of an entry |
//! |---|---|
//! | `type`, `indicator` | the hash: `HASH_PDQ`, `HASH_MD5`, `HASH_SHA256`, `HASH_VIDEO_MD5`, ... ; URLs and texts are passed over |
//! | `id` | the id |
//! | `should_delete`, or no descriptors | the hash is withdrawn |
//! | each descriptor: `owner.id` | the source of a row of its own |
//! | its `status` | `MALICIOUS` positive, `NON_MALICIOUS` negative, else seed |
//! | its `tags` | labels; `media_type_video` makes it the hash of a video |
//! | its `added_on` | when it was added |
//! | `reactions` of an owner without a descriptor | `HELPFUL` positive, `DISAGREE_WITH_TAGS` negative |
//!
//! The source of the facts is the client of `python-threatexchange` 1.2.17. A hash is in a privacy group once: a later
//! record of the same hash replaces it.

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde::Deserialize;

use super::super::document::Record;
use super::super::document::json::{self, Broken, Data, Text};
use super::super::entry::{Media, Opinion};
use super::super::field;
use super::super::line::Fault;
use super::{Entry, Paging, Target, entry, members};
#[cfg(feature = "refresh")]
use crate::hash::{Hash, HashType};

/// The key of the array of records.
pub(super) const RECORDS: &str = "data";

/// How long the interface tells of deletions, in seconds: 90 days.
pub(crate) const TOMBSTONES_SECONDS: i64 = 90 * 86_400;

#[derive(Deserialize)]
pub(super) struct Update<'a> {
    #[serde(borrow)]
    id: Option<Text<'a>>,
    #[serde(borrow)]
    indicator: Text<'a>,
    #[serde(rename = "type", borrow)]
    hash_type: Cow<'a, str>,
    #[serde(default)]
    should_delete: bool,
    #[serde(borrow)]
    descriptors: Option<Data<Descriptor<'a>>>,
}

#[derive(Deserialize)]
struct Descriptor<'a> {
    #[serde(borrow)]
    owner: Option<Owner<'a>>,
    #[serde(borrow)]
    status: Option<Cow<'a, str>>,
    #[serde(borrow)]
    added_on: Option<Cow<'a, str>>,
    #[serde(default, borrow)]
    tags: Option<Data<Tag<'a>>>,
    #[serde(default, borrow)]
    reactions: Option<Data<Reaction<'a>>>,
}

#[derive(Deserialize)]
struct Owner<'a> {
    #[serde(borrow)]
    id: Text<'a>,
}

#[derive(Deserialize)]
struct Tag<'a> {
    #[serde(borrow)]
    text: Cow<'a, str>,
}

#[derive(Deserialize)]
struct Reaction<'a> {
    #[serde(borrow)]
    key: Cow<'a, str>,
    #[serde(borrow)]
    value: Text<'a>,
}

/// What one contributor says.
#[derive(Default)]
struct Row {
    opinion: Option<Opinion>,
    labels: Vec<String>,
    added: Option<i64>,
}

pub(super) fn record(update: Update<'_>, number: u64) -> Result<Record, Fault> {
    let Some(hashed) = entry(&update.hash_type, &update.indicator.0, number) else {
        return Ok(Record {
            unread: 1,
            ..Record::of(None)
        });
    };
    let mut first = hashed?;
    let target = Target::Hash(first.hash);
    let descriptors = update.descriptors.map(|data| data.0).unwrap_or_default();
    if update.should_delete || descriptors.is_empty() {
        return Ok(Record::removal(target));
    }
    first.id = update.id.map(Text::into_owned).filter(|id| !id.is_empty());
    let mut rows: BTreeMap<Cow<'_, str>, Row> = BTreeMap::new();
    let mut reactions = Vec::new();
    for descriptor in descriptors {
        // Some come without an owner, and stand for nobody.
        let Some(owner) = descriptor.owner else {
            continue;
        };
        let row = rows.entry(owner.id.0).or_default();
        let opinion = match descriptor.status.as_deref() {
            Some("MALICIOUS") => Opinion::Positive,
            Some("NON_MALICIOUS") => Opinion::Negative,
            _ => Opinion::Seed,
        };
        row.opinion = Some(match row.opinion {
            Some(other) if other != opinion => Opinion::Disputed,
            _ => opinion,
        });
        let added = descriptor.added_on.as_deref();
        let added = added.and_then(|text| field::time(text).ok());
        row.added = row.added.into_iter().chain(added).min();
        let tags = descriptor.tags.unwrap_or_default().0;
        row.labels
            .extend(tags.into_iter().map(|tag| tag.text.into_owned()));
        reactions.extend(descriptor.reactions.unwrap_or_default().0);
    }
    react(&mut rows, reactions);
    let is_video = |row: &Row| row.labels.iter().any(|tag| tag == "media_type_video");
    if rows.values().any(is_video) {
        first.media = Some(Media::Video);
    }
    let mut record = Record::of(Some(target));
    if rows.is_empty() {
        first.opinion = Opinion::Seed;
        record.hashes.push(Ok(first));
        return Ok(record);
    }
    let last = rows.pop_last();
    let others = rows.into_iter();
    let others = others.map(|(owner, row)| Ok(of_owner(first.clone(), owner, row)));
    record.hashes.extend(others);
    record
        .hashes
        .extend(last.map(|(owner, row)| Ok(of_owner(first, owner, row))));
    Ok(record)
}

/// Reactions count for owners who have no descriptor of their own.
fn react(rows: &mut BTreeMap<Cow<'_, str>, Row>, reactions: Vec<Reaction<'_>>) {
    if reactions.is_empty() {
        return;
    }
    let described: Vec<String> = rows.keys().map(|owner| owner.to_string()).collect();
    for reaction in reactions {
        let opinion = match &*reaction.key {
            "HELPFUL" => Opinion::Positive,
            "DISAGREE_WITH_TAGS" => Opinion::Negative,
            _ => continue,
        };
        let owners = reaction.value.0.split(',').map(str::trim);
        for owner in owners.filter(|owner| !owner.is_empty()) {
            if described.iter().any(|other| other == owner) {
                continue;
            }
            let row = rows.entry(Cow::Owned(owner.to_owned())).or_default();
            row.opinion = Some(match row.opinion {
                Some(other) if other != opinion => Opinion::Disputed,
                _ => opinion,
            });
        }
    }
}

fn of_owner(first: Entry, owner: Cow<'_, str>, mut row: Row) -> Entry {
    row.labels.sort_unstable();
    row.labels.dedup();
    Entry {
        source: Some(owner.into_owned()),
        opinion: row.opinion.unwrap_or(Opinion::Seed),
        labels: row.labels,
        added: row.added,
        ..first
    }
}

/// What a page says of the next: a link, without the token that it may repeat. The latest `last_updated` among its
/// records is where the next window begins.
pub(crate) fn paging(page: &[u8]) -> Result<Paging, Broken> {
    let members = members(page, RECORDS, &["paging"])?;
    let next = members.values[0].as_ref();
    let next = next.and_then(|paging| paging.get("next")?.as_str());
    let mut latest: Option<i64> = None;
    let mut walk = json::Walk::new(page);
    // Times stand anywhere in a record; a value that is no time of a record is older than its update.
    each_record(&mut walk, &mut |bytes| {
        #[derive(Deserialize)]
        struct Time<'a> {
            #[serde(borrow)]
            last_updated: Option<Text<'a>>,
        }
        let time = serde_json::from_slice::<Time<'_>>(bytes).ok();
        let time = time.and_then(|time| seconds(&time.last_updated?.0));
        latest = latest.into_iter().chain(time).max();
    })?;
    Ok(Paging {
        records: members.records,
        next: next.map(without_token),
        cursor: latest.map(|time| time.to_string()),
    })
}

fn each_record(walk: &mut json::Walk<'_>, each: &mut dyn FnMut(&[u8])) -> Result<(), Broken> {
    walk.expect(b'{')?;
    let mut is_first = true;
    while walk.more(b'}', &mut is_first)? {
        let key = walk.key()?;
        if key != RECORDS || walk.peek() != Some(b'[') {
            walk.value()?;
            continue;
        }
        walk.expect(b'[')?;
        let mut is_first = true;
        while walk.more(b']', &mut is_first)? {
            let at = walk.value()?;
            each(walk.bytes(&at));
        }
    }
    Ok(())
}

/// A time in seconds, or as in RFC 3339.
fn seconds(text: &str) -> Option<i64> {
    text.parse().ok().or_else(|| field::time(text).ok())
}

fn without_token(link: &str) -> String {
    let Some((path, query)) = link.split_once('?') else {
        return link.to_owned();
    };
    let is_token = |pair: &&str| pair.starts_with("access_token=");
    let pairs: Vec<&str> = query.split('&').filter(|pair| !is_token(pair)).collect();
    format!("{path}?{}", pairs.join("&"))
}

/// What the interface takes of an institution about a hash: a reaction to its descriptors.
#[cfg(feature = "refresh")]
pub(crate) fn feedback(hash: &Hash, id: Option<&str>, agrees: bool) -> Option<serde_json::Value> {
    let hash_type = match hash.hash_type() {
        HashType::Pdq => "HASH_PDQ",
        HashType::Md5 => "HASH_MD5",
        HashType::Sha1 => "HASH_SHA1",
        HashType::Sha256 => "HASH_SHA256",
        _ => return None,
    };
    let word = if agrees {
        "HELPFUL"
    } else {
        "DISAGREE_WITH_TAGS"
    };
    Some(serde_json::json!({
        "id": id, "type": hash_type, "indicator": hash.to_string(), "reaction": word,
    }))
}

#[cfg(test)]
mod tests {
    use super::super::super::sample::{MD5, PDQ, faults, hashes, read};
    use super::*;

    fn page(records: &str) -> String {
        format!(
            "{{\"data\":[{records}],\"paging\":{{\"cursors\":{{\"after\":\"x\"}},\"next\":\"https://a.example/g/threat_updates?after=x&access_token=s3cret&limit=2\"}}}}\n"
        )
    }

    fn update(hash_type: &str, hash: &str, descriptors: &str) -> String {
        format!(
            "{{\"id\":\"1001\",\"indicator\":\"{hash}\",\"type\":\"{hash_type}\",\"last_updated\":1767225600,\"should_delete\":false,\"descriptors\":{descriptors}}}"
        )
    }

    fn descriptor(owner: &str, status: &str, more: &str) -> String {
        format!(
            "{{\"id\":\"2\",\"owner\":{{\"id\":\"{owner}\"}},\"status\":\"{status}\",\"added_on\":\"2026-01-01T00:00:00+0000\"{more}}}"
        )
    }

    #[test]
    fn each_contributor_has_a_row() {
        let tags = ",\"tags\":{\"data\":[{\"id\":\"1\",\"text\":\"media_type_video\"}]},\"reactions\":[{\"key\":\"HELPFUL\",\"value\":\"30,40\"},{\"key\":\"DISAGREE_WITH_TAGS\",\"value\":\"50\"}]";
        let both = format!(
            "{{\"data\":[{},{},{{\"id\":\"9\",\"status\":\"MALICIOUS\"}}]}}",
            descriptor("30", "NON_MALICIOUS", ""),
            descriptor("20", "MALICIOUS", tags)
        );
        let list = read(page(&update("HASH_MD5", MD5, &both)));
        assert_eq!(list.source.format, "pages of threatexchange");
        let rows: Vec<_> = list
            .entries
            .iter()
            .map(|entry| (entry.source.as_deref().unwrap(), entry.opinion))
            .collect();
        assert_eq!(
            rows,
            [
                ("20", Opinion::Positive),
                ("30", Opinion::Negative),
                ("40", Opinion::Positive),
                ("50", Opinion::Negative)
            ]
        );
        let entry = &list.entries[0];
        assert_eq!(entry.media, Some(Media::Video));
        assert_eq!(entry.added, Some(1_767_225_600));
        assert_eq!(hashes(&list.entries)[0], (format!("md5:{MD5}"), "1001"));
    }

    #[test]
    fn what_is_deleted_or_has_no_descriptor_is_withdrawn() {
        let deleted = format!(
            "{{\"id\":\"1\",\"indicator\":\"{MD5}\",\"type\":\"HASH_MD5\",\"should_delete\":true}}"
        );
        let none = format!("{{\"id\":\"2\",\"indicator\":\"{PDQ}\",\"type\":\"HASH_PDQ\"}}");
        let empty = update("HASH_PDQ", PDQ, "[]");
        let list = read(page(&format!("{deleted},{none},{empty}")));
        assert_eq!((list.entries.len(), list.removals.len()), (0, 3));
    }

    #[test]
    fn what_is_no_hash_is_passed_over_and_what_is_a_bad_one_is_set_aside() {
        let malicious = format!("{{\"data\":[{}]}}", descriptor("1", "MALICIOUS", ""));
        let url = update("URI", "https://a.example/", &malicious);
        let good = update("HASH_PDQ", PDQ, &malicious);
        let list = read(page(&format!("{url},{good}")));
        assert_eq!((list.counts.skipped, list.counts.imported), (1, 1));
        let short = update("HASH_PDQ", &PDQ[..32], &malicious);
        assert_eq!(faults(page(&format!("{short},{good}"))), ["1:1 E011"]);
    }

    #[test]
    fn the_next_page_is_named_without_its_token() {
        let page = page(&update("HASH_MD5", MD5, "[]"));
        let paging = paging(page.as_bytes()).unwrap();
        assert_eq!(
            paging.next.as_deref(),
            Some("https://a.example/g/threat_updates?after=x&limit=2")
        );
        assert_eq!(paging.cursor.as_deref(), Some("1767225600"));
        assert_eq!(paging.records, 1);
    }
}
