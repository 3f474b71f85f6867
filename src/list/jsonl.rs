//! JSON Lines of our own: one entry or removal on each line, and everything an [`Entry`] can hold.
//!
//! ```text
//! {"v":1,"manifest":{"list":"demo","version":7,"mode":"snapshot","count":2,"sha256":"<hex>"}}
//! {"v":1,"op":"add","type":"pdq","hash":"<hex>","id":"case-17","labels":["deepfake"],"quality":97}
//! {"v":1,"op":"remove","type":"md5","hash":"<hex>"}
//! ```
//!
//! | key | value |
//! |---|---|
//! | `v` | 1; always there |
//! | `op` | `add`, also when absent; `replace`, which withdraws all that was said of the hash before; or `remove`, which withdraws all of an `id`, all of a `type` and `hash`, or with all three that one entry |
//! | `type`, `hash` | as in [`crate::hash`] |
//! | `id`, `list`, `source` | strings |
//! | `labels` | strings in an array |
//! | `severity` | `low`, `medium`, `high`, `critical` |
//! | `opinion` | `positive`, also when absent, `seed`, `negative`, `disputed` |
//! | `media` | `image`, `video` |
//! | `quality` | 0 to 100 |
//! | `added`, `valid_until` | RFC 3339, or seconds since 1970-01-01 UTC |
//! | `frame` | of a picture of a clip: an object of integers, `index` and, where they are known, `ms`, `until_ms`, `clip_ms`, `listed`, `distinct`, `alike`, `every_ms`, as in [`ClipFrame`](crate::list::ClipFrame) |
//! | `details` | of a picture's PDQ hash: an object of `width`, `height`, `tiles`, `features`, as in [`Details`](crate::hash::Details) |
//! | `meta` | strings in an object, in any order, which is kept |
//!
//! A hash may carry its type, `TYPE:HASH`, with no `type` beside it.
//!
//! What `basma hash --format jsonl` prints is read too, and may stand among these lines.
//!
//! `null` is as good as absent. A key twice, or any other key, is an error: what a future version adds must not be
//! dropped unseen. The manifest, where there is one, is the first line. Its `count` is the number of lines after it
//! that are neither blank nor comments. Its `sha256` is of all bytes after its line. Either of them reveals a cut list.
//! `prev` is the version that a `delta` changes. A `snapshot` holds neither removals nor replacements.

use std::fmt;

use serde::Deserialize;
use serde::de::{Deserializer, Error as _, MapAccess, Visitor};

use super::entry::{ClipFrame, Entry, Media, Opinion};
use super::ledger::{Halt, Ledger};
use super::line::{Fault, LINE_MAX_JSON, Line, LineResult, lines, quoted};
use super::manifest::{self, Totals};
use super::{Mode, ReadOptions, Removal, Target, field, findings, kind};
use crate::escape;
use crate::hash::{Details, HashType};

pub(super) fn read(bytes: &[u8], ledger: &mut Ledger<'_>) -> Result<(), Halt> {
    let mut expected: Option<(Line<'_>, Totals)> = None;
    let mut first = true;
    let mut count = 0;
    let mut last = None;
    for line in lines(bytes) {
        last = Some(line);
        if line.is_structure() {
            let options = ledger.options;
            ledger.comment(&line, |comment| {
                result(comment, row(comment)?, None, options)
            });
            ledger.record(&line, Ok(LineResult::Structure))?;
            continue;
        }
        let read = match row(&line) {
            Ok(Row {
                manifest: Some(manifest),
                ..
            }) if first => manifest.split().map(|(manifest, totals)| {
                ledger.manifest = Some(manifest);
                expected = Some((line, totals));
                LineResult::Structure
            }),
            Ok(Row {
                manifest: Some(_), ..
            }) => {
                let message = "a manifest stands in the first line alone; take lists that were joined apart, and name each";
                Err(Fault::fatal(0, "E060", message))
            }
            // Without its manifest it is unknown whether the list is whole.
            Err(fault) if first && has_manifest(&line) => Err(Fault {
                fatal: true,
                ..fault
            }),
            Ok(row) => {
                count += 1;
                let mode = ledger.manifest.as_ref().and_then(|manifest| manifest.mode);
                result(&line, row, mode, ledger.options)
            }
            Err(fault) => {
                count += 1;
                findings::parse(&line, ledger.options).unwrap_or(Err(fault))
            }
        };
        ledger.record(&line, read)?;
        first = false;
    }
    let totals = match expected {
        Some((line, totals)) => {
            totals
                .check(count, after(bytes, line.text), |passed| ledger.pass(passed))
                .map_err(|fault| ledger.halt(line.problem(fault)))?;
            totals
        }
        None => Totals::default(),
    };
    if totals.count.is_none()
        && totals.sha256.is_none()
        && !bytes.ends_with(b"\n")
        && let Some(line) = last
    {
        let message = "the last line has no line end and no manifest says how many there are: was the list cut short?";
        ledger.warn(&line, Fault::new(line.text.len(), "W061", message));
    }
    Ok(())
}

fn has_manifest(line: &Line<'_>) -> bool {
    let key = b"\"manifest\"";
    line.text.windows(key.len()).any(|window| window == key)
}

/// What stands in a file after the line of the manifest.
fn after<'a>(bytes: &'a [u8], manifest: &[u8]) -> &'a [u8] {
    let end = manifest.as_ptr_range().end as usize - bytes.as_ptr() as usize;
    let rest = &bytes[end..];
    let line_end = rest.iter().position(|&byte| byte == b'\n');
    line_end.map_or(&[], |at| &rest[at + 1..])
}

/// One line, as it stands.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    v: u64,
    manifest: Option<manifest::Raw>,
    op: Option<String>,
    #[serde(rename = "type")]
    hash_type: Option<String>,
    hash: Option<String>,
    id: Option<String>,
    list: Option<String>,
    labels: Option<Vec<String>>,
    severity: Option<String>,
    opinion: Option<String>,
    media: Option<String>,
    quality: Option<u64>,
    source: Option<String>,
    added: Option<Time>,
    valid_until: Option<Time>,
    frame: Option<Box<ClipFrame>>,
    details: Option<Box<Details>>,
    meta: Option<Meta>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Time {
    Seconds(i64),
    Text(String),
}

/// Pairs in the order of the object, no key twice.
struct Meta(Vec<(String, String)>);

impl<'de> Deserialize<'de> for Meta {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Meta, D::Error> {
        struct Pairs;
        impl<'de> Visitor<'de> for Pairs {
            type Value = Meta;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object of strings")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Meta, A::Error> {
                let mut pairs: Vec<(String, String)> = Vec::new();
                let mut keys = std::collections::HashSet::new();
                while let Some((key, value)) = map.next_entry::<String, String>()? {
                    if !keys.insert(key.clone()) {
                        return Err(A::Error::custom(format_args!("duplicate field `{key}`")));
                    }
                    pairs.push((key, value));
                }
                Ok(Meta(pairs))
            }
        }
        deserializer.deserialize_map(Pairs)
    }
}

fn row(line: &Line<'_>) -> Result<Row, Fault> {
    line.check(LINE_MAX_JSON)?;
    let row: Row = serde_json::from_str(line.utf8()?).map_err(|error| {
        // The library's own text ends with a position that counts from the start of the line.
        let text = error.to_string();
        let text = text.split(" at line ").next().unwrap_or_default();
        let text = escape::escape(text.as_bytes()).into_owned();
        let at = error.column().saturating_sub(1);
        Fault::new(at, "E060", format!("{text}; got {}", quoted(line.text)))
    })?;
    match row.v {
        1 if row.manifest.is_some() && (row.hash.is_some() || row.id.is_some()) => {
            let message = "a manifest stands on a line of its own";
            Err(Fault::new(0, "E060", message))
        }
        1 => Ok(row),
        v => {
            let message = format!("version {v} of the format is not 1; a later release reads it");
            Err(Fault::new(0, "E060", message))
        }
    }
}

fn result(
    line: &Line<'_>,
    row: Row,
    mode: Option<Mode>,
    options: &ReadOptions,
) -> Result<LineResult, Fault> {
    let hash = match (&row.hash_type, &row.hash) {
        (Some(name), Some(hex)) => match kind::Kind::resolve(name, 0, options.skip_unsupported)? {
            None => return Ok(LineResult::Skipped),
            Some((hash_type, media)) => {
                let hash =
                    kind::hash(hash_type, hex, 0, options.lenient_hex).map_err(|fault| Fault {
                        at: find(line, hex),
                        ..fault
                    })?;
                Some((hash, media))
            }
        },
        (None, Some(hex)) if kind::prefix(hex).is_some() => {
            let untyped = kind::Untyped::new(None).kind(hex, find(line, hex), options)?;
            let Some((hash_type, media)) = untyped else {
                return Ok(LineResult::Skipped);
            };
            let hash = kind::hash(hash_type, hex, find(line, hex), options.lenient_hex)?;
            Some((hash, media))
        }
        (None, None) => None,
        _ => return Err(Fault::new(0, "E060", "\"type\" and \"hash\" come together")),
    };
    let replaces = row.op.as_deref() == Some("replace");
    match row.op.as_deref() {
        None | Some("add") => {}
        Some("replace") if mode == Some(Mode::Snapshot) => {
            let message = "a snapshot holds the list as it is, without replacements";
            return Err(Fault::new(0, "E062", message));
        }
        Some("replace") => {}
        Some("remove") => return removal(line, row, hash.map(|(hash, _)| hash), mode),
        Some(op) => {
            let op = quoted(op.as_bytes());
            let message = format!("an op is add, replace or remove; got {op}");
            return Err(Fault::new(0, "E060", message));
        }
    }
    let Some((hash, media)) = hash else {
        return Err(Fault::new(
            0,
            "E060",
            "an entry needs \"type\" and \"hash\"",
        ));
    };
    let mut entry = Entry::new(hash, line.number);
    entry.id = row.id;
    entry.list = row.list;
    entry.labels = row.labels.unwrap_or_default();
    entry.labels.sort_unstable();
    entry.labels.dedup();
    entry.severity = row.severity.as_deref().map(field::severity).transpose()?;
    entry.opinion = match row.opinion {
        None => Opinion::Positive,
        Some(name) => field::opinion(&name)
            .ok_or_else(|| field::unknown("opinion", field::OPINIONS, &name))?,
    };
    entry.media = row
        .media
        .as_deref()
        .map(field::media)
        .transpose()?
        .or(media);
    entry.quality = row
        .quality
        .map(|quality| field::quality(&quality.to_string(), "E025"))
        .transpose()?;
    entry.source = row.source;
    entry.added = row.added.map(seconds).transpose()?;
    entry.valid_until = row.valid_until.map(seconds).transpose()?;
    entry.frame = row.frame;
    if !entry.hash.hash_type().is_perceptual() {
        // A digest is of the whole file.
        entry.frame = None;
    }
    entry.details = row.details.filter(|details| !details.is_empty());
    if entry.details.is_some() && entry.hash.hash_type() != HashType::Pdq {
        let message = "details stand beside a PDQ hash";
        return Err(Fault::new(0, "E060", message));
    }
    if entry.frame.is_some() {
        entry.media.get_or_insert(Media::Video);
    }
    entry.meta = row.meta.map_or_else(Vec::new, |Meta(pairs)| pairs);
    Ok(if replaces {
        LineResult::Replacement(Box::new(entry))
    } else {
        LineResult::Entries(vec![entry])
    })
}

fn removal(
    line: &Line<'_>,
    row: Row,
    hash: Option<crate::hash::Hash>,
    mode: Option<Mode>,
) -> Result<LineResult, Fault> {
    if mode == Some(Mode::Snapshot) {
        let message = "a snapshot withdraws by omission and holds no removals; is it a delta?";
        return Err(Fault::new(0, "E062", message));
    }
    let target = match (hash, row.id) {
        (Some(hash), Some(id)) => Target::Entry(hash, id),
        (Some(hash), None) => Target::Hash(hash),
        (None, Some(id)) => Target::Id(id),
        (None, None) => {
            let message = "a removal needs \"type\" and \"hash\", or \"id\"";
            return Err(Fault::new(0, "E060", message));
        }
    };
    Ok(LineResult::Removals(vec![Removal {
        list: row.list,
        target,
        line: line.number,
    }]))
}

fn seconds(time: Time) -> Result<i64, Fault> {
    match time {
        Time::Seconds(seconds) => Ok(seconds),
        Time::Text(text) => field::time(&text),
    }
}

/// Where a string stands in its line, or the line's start where it is written with escapes.
fn find(line: &Line<'_>, text: &str) -> usize {
    std::str::from_utf8(line.text)
        .ok()
        .and_then(|line| line.find(text))
        .unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::super::sample::{MD5, PDQ, faults, faults_with, message, read};
    use super::*;
    use crate::hash::Hash;
    use crate::list::{Manifest, Severity};
    use sha2::{Digest as _, Sha256};

    fn manifest(rest: &str, body: &str) -> String {
        format!("{{\"v\":1,\"manifest\":{{\"list\":\"demo\"{rest}}}}}\n{body}")
    }

    fn add(rest: &str) -> String {
        format!("{{\"v\":1,\"type\":\"md5\",\"hash\":\"{MD5}\"{rest}}}\n")
    }

    #[test]
    fn every_field_is_read() {
        let text = format!(
            "{{\"v\":1,\"op\":\"add\",\"type\":\"pdq\",\"hash\":\"{PDQ}\",\"id\":\"case-17\",\"list\":\"demo\",\
             \"labels\":[\"b\",\"a\",\"b\"],\"severity\":\"high\",\"opinion\":\"seed\",\"media\":\"image\",\"quality\":97,\
             \"frame\":{{\"index\":7,\"ms\":233,\"every_ms\":1000}},\"source\":\"example\",\"added\":\"2026-01-01T00:00:00Z\",\"valid_until\":null,\"meta\":{{\"z\":\"1\",\"a\":\"2\"}}}}\n"
        );
        let list = read(&text);
        assert_eq!(list.source.format, "jsonl");
        let mut expected = Entry::new(list.entries[0].hash, 1);
        expected.id = Some("case-17".into());
        expected.list = Some("demo".into());
        expected.labels = vec!["a".into(), "b".into()];
        expected.severity = Some(Severity::High);
        expected.opinion = Opinion::Seed;
        expected.media = Some(Media::Image);
        expected.quality = Some(97);
        expected.source = Some("example".into());
        expected.added = Some(1767225600);
        expected.frame = Some(Box::new(ClipFrame {
            index: 7,
            ms: Some(233),
            every_ms: Some(1000),
            ..ClipFrame::default()
        }));
        expected.meta = vec![("z".into(), "1".into()), ("a".into(), "2".into())];
        assert_eq!(list.entries, [expected]);
    }

    #[test]
    fn the_manifest_names_the_list_and_its_edition() {
        let body = add("") + "{\"v\":1,\"op\":\"remove\",\"id\":\"x\"}\n";
        let list = read(manifest(
            ",\"version\":8,\"mode\":\"delta\",\"prev\":7,\"count\":2",
            &body,
        ));
        assert_eq!(list.source.list, "demo");
        assert_eq!(
            list.manifest,
            Some(Manifest {
                list: Some("demo".into()),
                version: Some(8),
                mode: Some(Mode::Delta),
                prev: Some(7),
                ..Manifest::default()
            })
        );
        assert_eq!(list.removals[0].target, Target::Id("x".into()));
        assert_eq!(list.counts.structure, 1);
    }

    #[test]
    fn a_list_cut_short_is_refused() {
        assert_eq!(faults(manifest(",\"count\":2", &add(""))), ["1:1 E061"]);
        assert_eq!(
            message(manifest(",\"count\":2", &add(""))),
            "list:1:1: E061 the manifest counts 2 lines, the list has 1: it was cut short or joined; fetch it again"
        );
        let body = add("");
        let digest =
            crate::hash::Hash::new(crate::hash::HashType::Sha256, &Sha256::digest(&body)).unwrap();
        let text = manifest(&format!(",\"sha256\":\"{digest}\""), &body);
        assert_eq!(read(&text).entries.len(), 1);
        assert_eq!(faults(text.trim_end()), ["1:1 E061"]);
        assert_eq!(read(add("").trim_end()).warnings[0].code, "W061");
        assert_eq!(read(manifest(",\"count\":0", "")).entries, []);
    }

    #[test]
    fn a_replacement_withdraws_what_was_said_before_and_stays_itself() {
        let text =
            add(",\"id\":\"1\"") + &add(",\"id\":\"2\"") + &add(",\"id\":\"3\",\"op\":\"replace\"");
        let list = read(&text);
        assert_eq!((list.entries.len(), list.removals.len()), (3, 1));
        let mut builder = crate::index::Builder::new();
        builder.add(list).unwrap();
        let (index, report) = builder.build_in_memory().unwrap();
        assert_eq!((report.rows, report.withdrawn), (1, 2));
        let hash = Hash::parse(HashType::Md5, MD5).unwrap();
        let hits = index.lookup(&hash, 0).unwrap();
        assert_eq!(index.records(&hits[0]).unwrap()[0].ids, ["3"]);
        let snapshot = manifest(",\"mode\":\"snapshot\"", &add(",\"op\":\"replace\""));
        assert_eq!(faults(snapshot), ["2:1 E062"]);
    }

    #[test]
    fn what_the_format_does_not_know_is_refused() {
        let bad = [
            add(",\"id\":\"a\",\"id\":\"b\""),
            add(",\"meta\":{\"a\":\"1\",\"a\":\"2\"}"),
            add(",\"surprise\":1"),
            add(",\"op\":\"update\""),
            add("").replace("\"v\":1", "\"v\":2"),
            add("").replace("\"v\":1,", ""),
            "{\"v\":1,\"type\":\"md5\"}\n".to_owned(),
            "{\"v\":1,\"id\":\"a\"}\n".to_owned(),
            "{\"v\":1,\"op\":\"remove\"}\n".to_owned(),
            "{\"v\":1\n".to_owned(),
            "[1]\n".to_owned(),
        ];
        for line in bad {
            let codes = faults(add("") + &line);
            assert!(
                codes.len() == 1 && codes[0].ends_with(" E060"),
                "{line} {codes:?}"
            );
        }
        assert_eq!(
            message(add(",\"id\":\"a\",\"id\":\"b\"")),
            format!(
                "list:1:75: E060 duplicate field `id`; got \"{{\"v\":1,\"type\":\"md5\",\"hash\":\"{}\"...",
                &MD5[..12]
            )
        );
    }

    #[test]
    fn a_type_may_stand_in_front_of_a_hash() {
        let line = |hash: &str| format!("{{\"v\":1,{hash}}}\n");
        let list = read(
            line(&format!("\"hash\":\"md5:{MD5}\""))
                + &line(&format!("\"type\":\"md5\",\"hash\":\"MD5:{MD5}\"")),
        );
        assert_eq!(list.entries[0].hash, list.entries[1].hash);
        let other = line(&format!("\"type\":\"md5\",\"hash\":\"pdq:{PDQ}\""));
        assert_eq!(
            faults(other + &line(&format!("\"hash\":\"{MD5}\""))),
            ["1:29 E010", "2:1 E060"]
        );
        let commented = read(format!("#{}{}", add(""), add("")));
        assert_eq!((commented.entries.len(), commented.warned), (1, 1));
    }

    #[test]
    fn values_out_of_range_are_named() {
        for rest in [
            "\"quality\":101",
            "\"severity\":\"bad\"",
            "\"opinion\":\"?\"",
            "\"media\":\"audio\"",
            "\"added\":\"soon\"",
        ] {
            assert_eq!(faults(add(&format!(",{rest}"))), ["1:1 E025"], "{rest}");
        }
        assert_eq!(faults(add("").replace("md5", "phash")), ["1:1 E010"]);
        assert_eq!(faults(add("").replace(MD5, "900x")), ["1:29 E012"]);
    }

    #[test]
    fn a_snapshot_holds_no_removals_and_one_manifest() {
        let removal =
            format!("{{\"v\":1,\"op\":\"remove\",\"type\":\"md5\",\"hash\":\"{MD5}\"}}\n");
        assert_eq!(
            faults(manifest(",\"mode\":\"snapshot\"", &removal)),
            ["2:1 E062"]
        );
        assert_eq!(read(&removal).removals.len(), 1);
        assert_eq!(faults(manifest("", &manifest("", ""))), ["2:1 E060"]);
        assert_eq!(faults(manifest(",\"mode\":\"other\"", "")), ["1:1 E060"]);
        let both = add("").replace("{\"v\":1", "{\"v\":1,\"manifest\":{}");
        assert_eq!(faults(both), ["1:1 E060"]);
    }

    #[test]
    fn no_tolerance_covers_a_bad_manifest() {
        let options = ReadOptions {
            max_reject: "100%".parse().unwrap(),
            ..ReadOptions::default()
        };
        let text = manifest(",\"count\":1,\"surprise\":1", &add(""));
        assert_eq!(faults_with(text, &options), ["1:53 E060"]);
    }
}
