//! A list as JSON Lines of our own, the one format that holds everything. A written list reads back the same.

use std::fmt;
use std::io::{self, Write};

use jiff::Timestamp;
use serde::Serialize;
use serde::ser::{SerializeMap, Serializer};
use sha2::{Digest as _, Sha256};

use super::{ClipFrame, Entry, List, Removal, Target};
use crate::hash::Details;

/// Writes a list in the format `jsonl` of [`read`](super::read()). A manifest comes first, then one line for each entry
/// and removal, in the order of the list.
///
/// What it reads back as is equal but for the line numbers and the [`Source`](super::Source).
///
/// ```
/// use std::path::Path;
/// use basma::list::{ReadOptions, read_bytes, write_jsonl};
/// let list = read_bytes(Path::new("demo.txt"), b"md5 900150983cd24fb0d6963f7d28e17f72\n", &ReadOptions::default())?;
/// let mut text = Vec::new();
/// write_jsonl(&mut text, &list).unwrap();
/// let again = read_bytes(Path::new("demo.jsonl"), &text, &ReadOptions::default())?;
/// assert_eq!(list.entries[0].hash, again.entries[0].hash);
/// # Ok::<(), basma::Error>(())
/// ```
///
/// # Errors
/// Those of the writer.
pub fn write_jsonl(mut writer: impl Write, list: &List) -> io::Result<()> {
    // The manifest comes first and speaks of what follows, so that every line is made twice rather than kept.
    let mut body = Sha256::new();
    let mut count: u64 = 0;
    for_each_line(list, |line| {
        body.update(line);
        count += 1;
        Ok(())
    })?;
    let manifest = list.manifest.as_ref();
    let manifest = Manifest {
        list: manifest
            .and_then(|manifest| manifest.list.as_deref())
            .unwrap_or(&list.source.list),
        version: manifest.and_then(|manifest| manifest.version),
        mode: manifest
            .and_then(|manifest| manifest.mode)
            .map(super::Mode::name),
        prev: manifest.and_then(|manifest| manifest.prev),
        uses: manifest.map_or(&[], |manifest| &manifest.uses),
        protects: manifest
            .and_then(|manifest| manifest.protects)
            .map(super::Protected::name),
        count,
        sha256: Hex(&body.finalize()).to_string(),
    };
    let mut line = serde_json::to_vec(&Head { v: 1, manifest })?;
    line.push(b'\n');
    writer.write_all(&line)?;
    for_each_line(list, |line| writer.write_all(line))
}

/// The line of one entry, without its end.
pub(crate) fn entry_line(entry: &Entry) -> String {
    serde_json::to_string(&Row::from(entry)).expect("strings and numbers")
}

/// The line of one removal, without its end.
pub(super) fn removal_line(removal: &Removal) -> String {
    serde_json::to_string(&Row::from(removal)).expect("strings and numbers")
}

/// Makes the lines of a list, with their line ends. Entries and removals stand in the order in which they were read.
fn for_each_line(list: &List, mut each: impl FnMut(&[u8]) -> io::Result<()>) -> io::Result<()> {
    let mut line = Vec::new();
    let mut write = |row: &Row<'_>| {
        line.clear();
        serde_json::to_writer(&mut line, row)?;
        line.push(b'\n');
        each(&line)
    };
    let mut removals = list.removals.iter().peekable();
    for entry in &list.entries {
        while let Some(removal) = removals.next_if(|removal| removal.line < entry.line) {
            write(&Row::from(removal))?;
        }
        write(&Row::from(entry))?;
    }
    removals.try_for_each(|removal| write(&Row::from(removal)))
}

#[derive(Serialize)]
struct Head<'a> {
    v: u64,
    manifest: Manifest<'a>,
}

#[derive(Serialize)]
struct Manifest<'a> {
    list: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    version: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    mode: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    prev: Option<u64>,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    uses: &'a [String],
    #[serde(skip_serializing_if = "Option::is_none")]
    protects: Option<&'a str>,
    count: u64,
    sha256: String,
}

#[derive(Serialize, Default)]
struct Row<'a> {
    v: u64,
    op: &'static str,
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    hash_type: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    hash: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    list: Option<&'a str>,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    labels: &'a [String],
    #[serde(skip_serializing_if = "Option::is_none")]
    severity: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    opinion: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    media: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    quality: Option<u8>,
    #[serde(skip_serializing_if = "Option::is_none")]
    source: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    added: Option<Time>,
    #[serde(skip_serializing_if = "Option::is_none")]
    valid_until: Option<Time>,
    #[serde(skip_serializing_if = "Option::is_none")]
    frame: Option<&'a ClipFrame>,
    #[serde(skip_serializing_if = "Option::is_none")]
    details: Option<&'a Details>,
    #[serde(skip_serializing_if = "Meta::is_empty")]
    meta: Meta<'a>,
}

impl<'a> From<&'a Entry> for Row<'a> {
    fn from(entry: &'a Entry) -> Row<'a> {
        Row {
            v: 1,
            op: "add",
            hash_type: Some(entry.hash.hash_type().name()),
            hash: Some(entry.hash.to_string()),
            id: entry.id.as_deref(),
            list: entry.list.as_deref(),
            labels: &entry.labels,
            severity: entry.severity.map(super::Severity::name),
            opinion: (entry.opinion != super::Opinion::default()).then(|| entry.opinion.name()),
            media: entry.media.map(super::Media::name),
            quality: entry.quality,
            source: entry.source.as_deref(),
            added: entry.added.map(Time),
            valid_until: entry.valid_until.map(Time),
            frame: entry.frame.as_deref(),
            details: entry.details.as_deref(),
            meta: Meta(&entry.meta),
        }
    }
}

impl<'a> From<&'a Removal> for Row<'a> {
    fn from(removal: &'a Removal) -> Row<'a> {
        let mut row = Row {
            v: 1,
            op: "remove",
            list: removal.list.as_deref(),
            ..Row::default()
        };
        if let Target::Entry(_, id) = &removal.target {
            row.id = Some(id);
        }
        match &removal.target {
            Target::Id(id) => row.id = Some(id),
            Target::Hash(hash) | Target::Entry(hash, _) => {
                row.hash_type = Some(hash.hash_type().name());
                row.hash = Some(hash.to_string());
            }
        }
        row
    }
}

/// RFC 3339 where the calendar reaches, seconds beyond.
struct Time(i64);

impl Serialize for Time {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match Timestamp::from_second(self.0) {
            Ok(time) => serializer.collect_str(&time),
            Err(_) => serializer.serialize_i64(self.0),
        }
    }
}

/// Pairs as an object, in their order.
#[derive(Default)]
struct Meta<'a>(&'a [(String, String)]);

impl Meta<'_> {
    fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl Serialize for Meta<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        for (key, value) in self.0 {
            map.serialize_entry(key, value)?;
        }
        map.end()
    }
}

struct Hex<'a>(&'a [u8]);

impl fmt::Display for Hex<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        crate::hash::write_hex(self.0, f)
    }
}

#[cfg(test)]
mod tests {
    use super::super::sample::{read, read_with};
    use super::super::{Media, Mode, Opinion, ReadOptions, Severity, Source};
    use super::*;
    use crate::hash::{Hash, HashType};
    use proptest::prelude::*;

    fn any_hash() -> impl Strategy<Value = Hash> {
        let bytes = prop::array::uniform32(1..255u8);
        (prop::sample::select(HashType::ALL.to_vec()), bytes).prop_map(|(hash_type, bytes)| {
            Hash::new(hash_type, &bytes[..hash_type.bytes()]).unwrap()
        })
    }

    fn maybe(text: &'static str) -> impl Strategy<Value = Option<String>> {
        prop::option::of(text)
    }

    prop_compose! {
        fn any_entry()(
            hash in any_hash(),
            (id, list, source) in (maybe("\\PC{0,9}"), maybe("(?s).{0,9}"), maybe("[a-z\"\\\\]{0,9}")),
            labels in prop::collection::btree_set("(?s).{0,5}", 0..3),
            severity in prop::option::of(prop::sample::select(vec![Severity::Low, Severity::Critical])),
            opinion in prop::sample::select(vec![Opinion::Positive, Opinion::Seed, Opinion::Negative, Opinion::Disputed]),
            media in prop::option::of(prop::sample::select(vec![Media::Image, Media::Video])),
            quality in prop::option::of(0..=100u8),
            (added, valid_until) in (any::<Option<i64>>(), prop::option::of(-9_999_999_999..99_999_999_999i64)),
            meta in prop::collection::hash_map("(?s).{0,5}", "(?s).{0,5}", 0..3),
            details in prop::option::of(any::<([Option<[u8; 32]>; 5], Vec<([u8; 3], [u8; 32])>)>()),
            frame in any::<Option<((u32, Option<u64>, Option<u64>), (Option<u64>, Option<u32>, Option<u32>, Option<u32>, Option<u32>))>>(),
        ) -> Entry {
            let frame = frame.filter(|_| hash.hash_type().is_perceptual());
            let details = details.filter(|_| hash.hash_type() == HashType::Pdq).map(|(tiles, features)| {
                let mut details = Details::new(416, 312);
                details.tiles = tiles.map(|tile| tile.map(crate::hash::Pdq));
                details.features = features.into_iter().take(9).map(|([x, y, pose], descriptor)| {
                    let mut feature = crate::hash::LocalFeature::new([x, y], descriptor);
                    feature.pose = pose % 224;
                    feature
                }).collect();
                Box::new(details)
            });
            let details = details.filter(|details| !details.is_empty());
            Entry {
                hash, id, list, source, severity, opinion, quality, added, valid_until,
                media: media.or(frame.map(|_| Media::Video)),
                labels: labels.into_iter().collect(),
                meta: meta.into_iter().collect(),
                frame: frame.map(|((index, ms, until_ms), (clip_ms, listed, distinct, alike, every_ms))| Box::new(ClipFrame {
                    index, ms, until_ms, clip_ms, listed, distinct, alike, every_ms,
                })),
                details,
                line: 0,
            }
        }
    }

    fn list_of(
        entries: Vec<Entry>,
        removals: Vec<Removal>,
        manifest: Option<super::super::Manifest>,
    ) -> List {
        let list = manifest
            .as_ref()
            .and_then(|m| m.list.clone())
            .unwrap_or("demo".to_owned());
        let source = Source::new(list, "", "");
        List {
            manifest,
            removals,
            ..List::new(source, entries)
        }
    }

    proptest! {
        #[test]
        fn what_is_written_reads_back_the_same(
            entries in prop::collection::vec(any_entry(), 0..8),
            targets in prop::collection::vec((any::<bool>(), any_hash(), "\\PC{0,9}"), 0..4),
            version in any::<Option<u64>>(),
        ) {
            let mut list = list_of(entries, Vec::new(), None);
            // Removals between entries, as a delta may have them.
            for (i, entry) in list.entries.iter_mut().enumerate() {
                entry.line = 2 * i as u64 + 2;
            }
            list.removals = targets.into_iter().enumerate().map(|(i, (by_hash, hash, id))| Removal {
                list: by_hash.then(|| id.clone()),
                target: if by_hash { Target::Hash(hash) } else { Target::Id(id) },
                line: 2 * i as u64 + 3,
            }).collect();
            list.manifest = Some(super::super::Manifest {
                list: Some("demo".to_owned()), version, mode: Some(Mode::Delta), prev: version,
                uses: vec!["child-abuse".to_owned()], protects: Some(crate::list::Protected::Children),
            });
            let mut text = Vec::new();
            write_jsonl(&mut text, &list).unwrap();
            let options = ReadOptions { min_quality: 0, allow_unusual_pdq: true, ..ReadOptions::default() };
            let mut again = read_with(&text, &options);
            prop_assert_eq!(&again.manifest, &list.manifest);
            let order = |list: &List| {
                let entries = list.entries.iter().map(|e| (e.line, true));
                let mut all: Vec<_> = entries.chain(list.removals.iter().map(|r| (r.line, false))).collect();
                all.sort_unstable();
                all.into_iter().map(|(_, is_entry)| is_entry).collect::<Vec<_>>()
            };
            prop_assert_eq!(order(&again), order(&list));
            for entry in again.entries.iter_mut().chain(&mut list.entries) { entry.line = 0; }
            for removal in again.removals.iter_mut().chain(&mut list.removals) { removal.line = 0; }
            prop_assert_eq!(again.entries, list.entries);
            prop_assert_eq!(again.removals, list.removals);
        }
    }

    #[test]
    fn a_list_without_manifest_gets_one_that_counts() {
        let list = read("md5 900150983cd24fb0d6963f7d28e17f72\n");
        let mut text = Vec::new();
        write_jsonl(&mut text, &list).unwrap();
        let text = String::from_utf8(text).unwrap();
        assert!(
            text.starts_with("{\"v\":1,\"manifest\":{\"list\":\"list\",\"count\":1,\"sha256\":\"")
        );
        assert!(text.ends_with(
            "\"}}\n{\"v\":1,\"op\":\"add\",\"type\":\"md5\",\"hash\":\"900150983cd24fb0d6963f7d28e17f72\"}\n"
        ));
    }
}
