//! Another HMA (Hasher-Matcher-Actioner 1.1.7, or what speaks as it): `GET /c/bank/BANK/content/ID?include_signals=true`.
//!
//! | field of a content | of an entry |
//! |---|---|
//! | each of `signals` | a hash: `pdq`, `video_md5` and other names that are known here; others are passed over |
//! | `id` | the id |
//! | `bank.name` | a label |
//! | `metadata.collab` | the names of the exchanges that it came from: the source |
//! | `metadata.content_id`, `note` | kept under these names |
//! | `disable_until_ts` 0, or a moment that is yet to come; `bank.matching_enabled_ratio` 0 | the content is withdrawn |
//!
//! A bank that matches a share of requests alone is taken as a whole: chance is no property of a list. HMA keeps no
//! opinions, so that each content is positive.

use serde::Deserialize;
use std::collections::BTreeMap;

use super::super::document::Record;
use super::super::document::json::{Pairs, Text};
use super::super::line::Fault;
use super::{Target, entry};

#[derive(Deserialize)]
pub(super) struct Content<'a> {
    id: u64,
    bank: Bank,
    disable_until_ts: i64,
    signals: Pairs,
    #[serde(borrow)]
    metadata: Option<Metadata<'a>>,
    note: Option<String>,
}

#[derive(Deserialize)]
struct Bank {
    name: String,
    matching_enabled_ratio: f64,
}

#[derive(Deserialize)]
struct Metadata<'a> {
    #[serde(borrow)]
    content_id: Option<Text<'a>>,
    #[serde(default)]
    collab: Option<BTreeMap<String, serde::de::IgnoredAny>>,
}

impl Content<'_> {
    /// Whether it matched at a moment. Without one, what waits for a moment is taken to be switched off.
    fn is_on(&self, at: Option<i64>) -> bool {
        let has_begun = match self.disable_until_ts {
            0 => false,
            1 => true,
            until => at.is_some_and(|at| until <= at),
        };
        has_begun && self.bank.matching_enabled_ratio > 0.0
    }
}

/// A content as it stood at a moment. `banks` are those that are wanted; all, if none is named.
pub(super) fn record(
    content: Content<'_>,
    number: u64,
    banks: &[String],
    at: Option<i64>,
) -> Result<Option<Record>, Fault> {
    if !banks.is_empty() && !banks.contains(&content.bank.name) {
        return Ok(None);
    }
    let target = Target::Id(content.id.to_string());
    if !content.is_on(at) {
        return Ok(Some(Record::removal(target)));
    }
    let metadata = content.metadata.as_ref();
    let collab = metadata.and_then(|metadata| metadata.collab.as_ref());
    let exchanges: Vec<&str> = collab
        .into_iter()
        .flatten()
        .map(|(name, _)| &name[..])
        .collect();
    let mut record = Record::of(Some(target));
    for (name, hash) in &content.signals.0 {
        let mut hashed = match entry(name, hash, number) {
            None => {
                record.unread += 1;
                continue;
            }
            Some(Err(fault)) => {
                let message = format!("{name}: {}", fault.message);
                record.hashes.push(Err(Fault { message, ..fault }));
                continue;
            }
            Some(Ok(hashed)) => hashed,
        };
        hashed.id = Some(content.id.to_string());
        hashed.labels.push(content.bank.name.clone());
        hashed.source = Some(exchanges.join(", ")).filter(|names| !names.is_empty());
        let content_id = metadata.and_then(|metadata| metadata.content_id.as_ref());
        let more = [
            ("content_id", content_id.map(|id| &*id.0)),
            ("note", content.note.as_deref()),
        ];
        let more = more
            .into_iter()
            .filter_map(|(name, value)| Some((name, value?)));
        let more = more.map(|(name, value)| (name.to_owned(), value.to_owned()));
        hashed.meta.extend(more);
        record.hashes.push(Ok(hashed));
    }
    Ok(Some(record))
}

/// What must be right of an answer before it is kept: the content that was asked for, with its signals.
#[cfg(feature = "refresh")]
pub(crate) struct Signals {
    /// Its number.
    pub(crate) id: u64,
    /// The names of the types that it has a signal of.
    pub(crate) types: Vec<String>,
}

/// Reads as much of a content as tells that it is one.
#[cfg(feature = "refresh")]
pub(crate) fn signals(bytes: &[u8]) -> Option<Signals> {
    let content: Content<'_> = serde_json::from_slice(bytes).ok()?;
    let types = content.signals.0.into_iter().map(|(name, _)| name);
    Some(Signals {
        id: content.id,
        types: types.collect(),
    })
}

#[cfg(test)]
mod tests {
    use super::super::super::sample::{MD5, PDQ, faults, hashes, read};
    use super::super::{Head, Mode, Provider};

    fn content(id: u64, until: i64, ratio: f64, signals: &str) -> String {
        format!(
            "{{\"bank\":{{\"matching_enabled_ratio\":{ratio},\"name\":\"B{ratio}\"}},\"disable_until_ts\":{until},\"id\":{id},\
             \"metadata\":{{\"collab\":{{\"NCMEC\":[\"k\"]}},\"content_id\":\"case-17\",\"content_uri\":null,\"json\":null}},\
             \"note\":\"seen twice\",\"original_media_uri\":null,\"signals\":{signals}}}\n"
        )
    }

    fn pdq() -> String {
        format!("{{\"pdq\":\"{PDQ}\"}}")
    }

    #[test]
    fn a_content_has_all_its_signals_under_its_number() {
        let both = format!("{{\"pdq\":\"{PDQ}\",\"video_md5\":\"{MD5}\",\"raw_text\":\"x\"}}");
        let list = read(content(7, 1, 1.0, &both));
        assert_eq!(list.source.format, "pages of hma");
        assert_eq!(hashes(&list.entries).len(), 2);
        for entry in &list.entries {
            assert_eq!(entry.id.as_deref(), Some("7"));
            assert_eq!(entry.labels, ["B1"]);
            assert_eq!(entry.source.as_deref(), Some("NCMEC"));
            let meta: Vec<&str> = entry.meta.iter().map(|(_, value)| &value[..]).collect();
            assert_eq!(meta, ["case-17", "seen twice"]);
        }
        assert_eq!(list.counts.skipped, 1);
    }

    #[test]
    fn what_is_switched_off_there_does_not_match_here() {
        let all = [
            content(1, 0, 1.0, &pdq()),
            content(2, 1, 0.0, &pdq()),
            content(3, 1_700_000_001, 1.0, &pdq()),
            content(4, 1_700_000_000, 1.0, &pdq()),
            content(5, 1, 0.25, &pdq()),
        ];
        let mut head = Head::new(Provider::Hma, Mode::Snapshot, &[]);
        head.at = Some(1_700_000_000);
        let text = [head.line(), all.concat().into_bytes()].concat();
        let ids = |list: crate::list::List| -> Vec<String> {
            list.entries.into_iter().filter_map(|e| e.id).collect()
        };
        assert_eq!(ids(read(&text)), ["4", "5"]);
        // Of a moment that is not known, what is switched off until one stays so.
        assert_eq!(ids(read(all.concat())), ["5"]);
        head.members = vec!["B1".to_owned()];
        let text = [head.line(), all.concat().into_bytes()].concat();
        assert_eq!(ids(read(&text)), ["4"]);
    }

    #[test]
    fn a_signal_that_is_none_is_told_and_the_others_are_taken() {
        let mixed = format!("{{\"pdq\":\"\",\"video_md5\":\"{MD5}\"}}");
        let text = content(1, 1, 1.0, &mixed);
        assert_eq!(faults(&text).len(), 1);
        let upper = content(1, 1, 1.0, &pdq().to_uppercase().replace("PDQ", "pdq"));
        assert_eq!(read(upper).entries.len(), 1);
        // Asked for without signals, nothing tells what it is.
        let bare = content(1, 1, 1.0, "{}").replace(",\"signals\":{}", "");
        assert_eq!(faults(bare).len(), 1);
    }
}
