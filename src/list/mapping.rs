//! Lists of providers whose format has no public description: a mapping says where the fields stand.
//!
//! ```
//! use std::path::Path;
//! use basma::list::{Mapping, ReadOptions, read_bytes};
//! let mapping = Mapping::parse(r#"{
//!     "records": "export.items",
//!     "fields": { "md5": "hashes.md5", "id": "reference", "labels": ["grade", "age"], "media": "kind" },
//!     "withdrawn": { "field": "state", "values": ["removed"] }
//! }"#)?;
//! let text = r#"{"export": {"items": [
//!     {"reference": 17, "hashes": {"md5": "900150983CD24FB0D6963F7D28E17F72"}, "grade": "A", "age": "x", "kind": "image"}
//! ]}}"#;
//! let options = ReadOptions::default().with_mapping(mapping);
//! let list = read_bytes(Path::new("export.json"), text.as_bytes(), &options)?;
//! assert_eq!(list.entries[0].id.as_deref(), Some("17"));
//! assert_eq!(list.entries[0].labels, ["A", "x"]);
//! # Ok::<(), basma::Error>(())
//! ```
//!
//! Of a table the names are those of columns. Of JSON they are paths with dots between the keys. A file of JSON holds one
//! document with its records under a path, an array of records, or one record after the other.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;

use super::columns::Role;
use super::document::json::{Broken, Walk};
use super::document::{Record, Records};
use super::entry::Entry;
use super::kind::Kind;
use super::ledger::{Halt, Ledger};
use super::line::{Fault, quoted};
use super::{Target, field, provider};
use crate::error::Problem;
use crate::{Error, Result, escape};

/// The fields that a mapping can name. Hashes are named by their types, or as `hash` with `type` beside it.
pub(super) const FIELDS: [&str; 15] = [
    "hash",
    "type",
    "md5",
    "sha1",
    "sha256",
    "pdq",
    "id",
    "labels",
    "severity",
    "opinion",
    "media",
    "quality",
    "source",
    "added",
    "valid_until",
];

/// Where the fields of a list stand.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Mapping {
    /// The path to the array of records of a document, with dots between keys.
    pub records: Option<String>,
    /// By the name of a field, the columns or paths where it stands. All but `labels` have one.
    pub fields: BTreeMap<String, Names>,
    /// What tells that a record withdraws its hashes. In tables it is not used.
    pub withdrawn: Option<Mark>,
}

/// A name, or several.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(untagged)]
pub enum Names {
    /// One name.
    One(String),
    /// Several, of which each gives labels.
    Many(Vec<String>),
}

/// A field that marks a record by its value.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Mark {
    /// The path of the field.
    pub field: String,
    /// The values that mark a record.
    pub values: Vec<String>,
}

impl Names {
    pub(super) fn all(&self) -> &[String] {
        match self {
            Names::One(name) => std::slice::from_ref(name),
            Names::Many(names) => names,
        }
    }
}

impl Mapping {
    /// Reads a mapping from JSON, and checks it.
    ///
    /// # Errors
    /// [`Error::Argument`] says what is wrong with it.
    pub fn parse(text: &str) -> Result<Mapping> {
        let mapping: Mapping = serde_json::from_str(text).map_err(|error| {
            let message = escape::escape(error.to_string().as_bytes()).into_owned();
            Error::from(Problem::Mapping { message })
        })?;
        mapping.check()?;
        Ok(mapping)
    }

    /// Checks that it names hashes, and each field once.
    ///
    /// # Errors
    /// [`Error::Argument`] says what is wrong with it.
    pub fn check(&self) -> Result<()> {
        let wrong = |message: String| Err(Problem::Mapping { message }.into());
        let known = FIELDS.join(", ");
        for (name, names) in &self.fields {
            let shown = escape::escape(name.as_bytes());
            if !FIELDS.contains(&name.as_str()) {
                return wrong(format!("no field is called {shown}; known: {known}"));
            }
            if names.all().len() != 1 && name != "labels" {
                return wrong(format!("{shown} stands in one place"));
            }
        }
        let has = |name: &str| self.fields.contains_key(name);
        let has_typed = ["md5", "sha1", "sha256", "pdq"].into_iter().any(has);
        if !(has_typed || has("hash") && has("type")) {
            return wrong("it names no hash: md5, sha1, sha256, pdq, or hash and type".to_owned());
        }
        Ok(())
    }

    /// What a column of a table means.
    pub(super) fn role(&self, column: &str) -> Role {
        let is_named = |(_, names): &(&String, &Names)| names.all().iter().any(|n| n == column);
        match self.fields.iter().find(is_named) {
            Some((field, _)) => Role::of(field),
            None => Role::Meta,
        }
    }

    /// The first column that is named and is not there.
    pub(super) fn missing(&self, columns: &[&str]) -> Option<&str> {
        let mut named = self.fields.values().flat_map(Names::all);
        named
            .find(|name| !columns.contains(&name.as_str()))
            .map(String::as_str)
    }

    fn path(&self) -> Vec<&str> {
        self.records
            .iter()
            .flat_map(|path| path.split('.'))
            .collect()
    }

    fn text(&self, record: &Value, name: &str) -> Option<String> {
        let names = self.fields.get(name)?;
        names.all().iter().find_map(|path| text(at(record, path)?))
    }

    fn is_withdrawn(&self, record: &Value) -> bool {
        self.withdrawn.as_ref().is_some_and(|mark| {
            let value = at(record, &mark.field).and_then(text);
            value.is_some_and(|value| mark.values.contains(&value))
        })
    }

    fn record(&self, value: &Value, number: u64) -> std::result::Result<Record, Fault> {
        let id = self.text(value, "id");
        let mut hashes: Vec<(String, String)> = Vec::new();
        for name in ["md5", "sha1", "sha256", "pdq"] {
            hashes.extend(self.text(value, name).map(|hash| (name.to_owned(), hash)));
        }
        if let (Some(name), Some(hash)) = (self.text(value, "type"), self.text(value, "hash")) {
            hashes.push((name, hash));
        }
        let entry = self.entry(value, id.clone(), number)?;
        if self.is_withdrawn(value) {
            return self.removal(hashes, id, number);
        }
        let mut record = Record::of(id.clone().map(Target::Id));
        for (name, hash) in hashes {
            if Kind::from_name(&name).is_none() {
                let message = format!("no hash type is called {}", quoted(name.as_bytes()));
                record.hashes.push(Err(Fault::new(0, "E010", message)));
                continue;
            }
            match provider::entry(&name, &hash, number) {
                None => record.unread += 1,
                Some(hashed) => record.hashes.push(hashed.map(|hashed| Entry {
                    hash: hashed.hash,
                    media: entry.media.or(hashed.media),
                    ..entry.clone()
                })),
            }
        }
        if record.hashes.is_empty() && record.unread == 0 {
            return Err(Fault::new(0, "E026", "the record has no hash"));
        }
        Ok(record)
    }

    /// What a record says beside its hashes.
    fn entry(
        &self,
        value: &Value,
        id: Option<String>,
        number: u64,
    ) -> std::result::Result<Entry, Fault> {
        let zeros = crate::hash::Hash::new(crate::hash::HashType::Md5, &[0; 16]);
        let mut entry = Entry::new(zeros.expect("an MD5 has 16 bytes"), number);
        entry.id = id;
        let paths = self
            .fields
            .get("labels")
            .map(Names::all)
            .unwrap_or_default();
        for path in paths {
            match at(value, path) {
                Some(Value::Array(all)) => entry.labels.extend(all.iter().filter_map(text)),
                Some(one) => entry.labels.extend(text(one)),
                None => {}
            }
        }
        entry.labels.sort_unstable();
        entry.labels.dedup();
        let said = |name: &str| self.text(value, name);
        entry.severity = said("severity")
            .map(|text| field::severity(&text))
            .transpose()?;
        if let Some(text) = said("opinion") {
            let opinion = field::opinion(&text);
            entry.opinion =
                opinion.ok_or_else(|| field::unknown("opinion", field::OPINIONS, &text))?;
        }
        entry.media = said("media").map(|text| field::media(&text)).transpose()?;
        entry.quality = said("quality")
            .map(|text| field::quality(&text, "E025"))
            .transpose()?;
        entry.source = said("source");
        entry.added = said("added").map(|text| time(&text)).transpose()?;
        entry.valid_until = said("valid_until").map(|text| time(&text)).transpose()?;
        Ok(entry)
    }

    fn removal(
        &self,
        hashes: Vec<(String, String)>,
        id: Option<String>,
        number: u64,
    ) -> std::result::Result<Record, Fault> {
        if let Some(id) = id {
            return Ok(Record::removal(Target::Id(id)));
        }
        let mut targets = Vec::new();
        for (name, hash) in hashes {
            if let Some(hashed) = provider::entry(&name, &hash, number) {
                targets.push(Target::Hash(hashed?.hash));
            }
        }
        match targets.as_slice() {
            [target] => Ok(Record::removal(target.clone())),
            _ => {
                let message = "a record that withdraws needs an id, or one hash";
                Err(Fault::new(0, "E060", message))
            }
        }
    }
}

/// A value under a path with dots between its keys.
fn at<'v>(value: &'v Value, path: &str) -> Option<&'v Value> {
    path.split('.').try_fold(value, |value, key| match value {
        Value::Array(items) => items.get(key.parse::<usize>().ok()?),
        value => value.get(key),
    })
}

/// A value as text, unless it is empty.
fn text(value: &Value) -> Option<String> {
    let text = match value {
        Value::String(text) => text.trim().to_owned(),
        Value::Number(number) => number.to_string(),
        Value::Bool(is) => is.to_string(),
        _ => return None,
    };
    Some(text).filter(|text| !text.is_empty())
}

/// Seconds since 1970, or a moment or day.
fn time(text: &str) -> std::result::Result<i64, Fault> {
    text.parse().or_else(|_| field::time(text))
}

/// Whether a text is read as JSON by a mapping.
pub(super) fn is_json(bytes: &[u8]) -> bool {
    matches!(bytes.trim_ascii_start().first(), Some(b'{' | b'['))
}

/// Why a document is not read on.
enum Stop {
    Halt(Halt),
    Broken(Broken),
}

impl From<Halt> for Stop {
    fn from(halt: Halt) -> Stop {
        Stop::Halt(halt)
    }
}

impl From<Broken> for Stop {
    fn from(broken: Broken) -> Stop {
        Stop::Broken(broken)
    }
}

/// Reads JSON by a mapping.
pub(super) fn read(
    bytes: &[u8],
    mapping: &Mapping,
    ledger: &mut Ledger<'_>,
) -> std::result::Result<(), Halt> {
    let mut mapped = Mapped {
        mapping,
        records: Records::new(bytes, ledger),
        has_array: false,
    };
    let path = mapping.path();
    let mut walk = Walk::new(bytes);
    while walk.peek().is_some() {
        match mapped.document(&mut walk, &path) {
            Ok(()) => {}
            Err(Stop::Halt(halt)) => return Err(halt),
            Err(Stop::Broken(broken)) => {
                return Err(mapped.records.halt(broken.at, broken.fault("document")));
            }
        }
    }
    if !path.is_empty() && !mapped.has_array {
        let message = format!(
            "the document has no array under {}",
            quoted(path.join(".").as_bytes())
        );
        return Err(mapped.records.halt(0, Fault::fatal(0, "E070", message)));
    }
    Ok(())
}

struct Mapped<'m, 't, 'l, 'o> {
    mapping: &'m Mapping,
    records: Records<'t, 'l, 'o>,
    /// Whether the array of records was there.
    has_array: bool,
}

impl Mapped<'_, '_, '_, '_> {
    /// A document, or what stands in it under the rest of the path.
    fn document(&mut self, walk: &mut Walk<'_>, path: &[&str]) -> std::result::Result<(), Stop> {
        match (walk.peek(), path) {
            (Some(b'['), []) => {
                self.has_array = true;
                walk.expect(b'[')?;
                let mut is_first = true;
                while walk.more(b']', &mut is_first)? {
                    self.record(walk)?;
                }
                Ok(())
            }
            (Some(b'{'), [key, rest @ ..]) => {
                walk.expect(b'{')?;
                let mut is_first = true;
                while walk.more(b'}', &mut is_first)? {
                    if walk.key()? == *key {
                        self.document(walk, rest)?;
                    } else {
                        walk.value()?;
                    }
                }
                Ok(())
            }
            (_, []) if self.mapping.records.is_none() => self.record(walk),
            _ => {
                walk.value()?;
                Ok(())
            }
        }
    }

    fn record(&mut self, walk: &mut Walk<'_>) -> std::result::Result<(), Stop> {
        let (at, read) = walk.record()?;
        let number = self.records.next_number();
        let record = read.and_then(|value| self.mapping.record(&value, number));
        Ok(self.records.enter(at, record)?)
    }
}

#[cfg(test)]
mod tests {
    use super::super::ReadOptions;
    use super::super::sample::{MD5, PDQ, SHA1, faults_with, hashes, read_with};
    use super::*;
    use crate::list::Severity;

    fn options(mapping: &str) -> ReadOptions {
        ReadOptions::default().with_mapping(Mapping::parse(mapping).unwrap())
    }

    #[test]
    fn columns_of_a_table_mean_what_the_mapping_says() {
        let options = options(
            "{\"fields\":{\"md5\":\"Value A\",\"sha1\":\"Value B\",\"id\":\"Ref\",\"labels\":[\"Grade\",\"Age\"],\"severity\":\"Weight\"}}",
        );
        // A column named md5 that the mapping does not name is no hash.
        let text =
            format!("Ref;Value A;Value B;Grade;Age;md5;Weight\n7;{MD5};{SHA1};A;old;x;high\n");
        let list = read_with(&text, &options);
        assert_eq!(
            hashes(&list.entries),
            [(format!("md5:{MD5}"), "7"), (format!("sha1:{SHA1}"), "7")]
        );
        let entry = &list.entries[0];
        assert_eq!(
            (&entry.labels[..], entry.severity),
            (
                &["A".to_owned(), "old".to_owned()][..],
                Some(Severity::High)
            )
        );
        assert_eq!(entry.meta, [("md5".into(), "x".into())]);
        let other = text.replace("Value B", "Value C");
        assert_eq!(faults_with(other, &options), ["1:1 E021"]);
    }

    #[test]
    fn records_of_json_stand_under_a_path_in_an_array_or_one_after_the_other() {
        let fields = "\"fields\":{\"pdq\":\"h.0.v\",\"id\":\"ref\",\"added\":\"t\"},\"withdrawn\":{\"field\":\"s\",\"values\":[\"gone\"]}";
        let record = |id: u32, more: &str| {
            format!("{{\"ref\":{id},\"h\":[{{\"v\":\"{PDQ}\"}}],\"t\":1767225600{more}}}")
        };
        let both = [record(1, ""), record(2, ",\"s\":\"gone\"")];
        let under = format!("{{\"x\":1,\"a\":{{\"b\":[{}]}}}}", both.join(","));
        let array = format!("[{}]", both.join(","));
        let lines = both.join("\n");
        for (records, text) in [("\"records\":\"a.b\",", under), ("", array), ("", lines)] {
            let list = read_with(&text, &options(&format!("{{{records}{fields}}}")));
            assert_eq!(
                hashes(&list.entries),
                [(format!("pdq:{PDQ}"), "1")],
                "{text}"
            );
            assert_eq!(list.entries[0].added, Some(1_767_225_600));
            assert_eq!(list.removals.last().unwrap().target, Target::Id("2".into()));
        }
        let elsewhere = options(&format!("{{\"records\":\"c\",{fields}}}"));
        assert_eq!(faults_with("{\"a\":[]}", &elsewhere), ["1:1 E070"]);
        let bad = record(1, "").replace(PDQ, "f8");
        assert_eq!(
            faults_with(bad, &options(&format!("{{{fields}}}"))),
            ["1:1 E011"]
        );
        assert_eq!(
            faults_with("[{", &options(&format!("{{{fields}}}"))),
            ["1:1 E071"]
        );
    }

    #[test]
    fn a_mapping_that_cannot_be_right_is_refused() {
        for wrong in [
            "{}",
            "{\"fields\":{}}",
            "{\"fields\":{\"hash\":\"a\"}}",
            "{\"fields\":{\"md5\":[\"a\",\"b\"]}}",
            "{\"fields\":{\"md5\":\"a\",\"surprise\":\"b\"}}",
            "{\"fields\":{\"md5\":\"a\"},\"surprise\":1}",
        ] {
            assert!(Mapping::parse(wrong).is_err(), "{wrong}");
        }
    }
}
