//! The JSON Schema of the lines, made of their types.

use std::collections::BTreeMap;
use std::path::Path;

use schemars::generate::SchemaSettings;
use schemars::transform::RecursiveTransform;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde_json::Value;

use super::{
    Abilities, AuditRecord, Change, DiffSummary, DuplicatesSummary, Generation, Group, Index, Line,
    ListState, RefreshSummary, RefreshedList, StoreSummary, Summarized, Version,
};
use crate::error::ReasonCode;
use crate::hash::HashType;
use crate::list::{Opinion, Severity};
use crate::matcher::Tier;
use crate::scan::{Flag, Status};
use crate::store::{MaxAction, OnFailure};

/// Where the book keeps it.
const PATH: &str = "docs/src/reference/report.schema.json";

/// Every line that the command prints as JSON.
#[derive(JsonSchema)]
#[schemars(untagged)]
#[allow(dead_code, reason = "only its schema is wanted")]
enum AnyLine {
    /// What `scan`, `hash`, `lookup` and `rematch` print.
    Line(Line),
    /// What `duplicates` prints for each group of copies.
    Group(Group),
    /// The last line of `duplicates`.
    DuplicatesSummary(Summarized<DuplicatesSummary>),
    /// What `status` prints for each list.
    ListState(ListState),
    /// The last line of `status`.
    StoreSummary(Summarized<StoreSummary>),
    /// What `status --generations` prints for each generation.
    Generation(Generation),
    /// What `diff` prints for each hash.
    Change(Change),
    /// The last line of each list in `diff`.
    DiffSummary(Summarized<DiffSummary>),
    /// What `refresh` prints for each list.
    RefreshedList(RefreshedList),
    /// The last line of `refresh`.
    RefreshSummary(Summarized<RefreshSummary>),
    /// What `inspect` prints.
    Index(Index),
    /// What `doctor` prints.
    Abilities(Abilities),
    /// What `audit` prints for each record.
    AuditRecord(AuditRecord),
}

/// Names that later versions may add to.
fn names<T>(all: impl IntoIterator<Item = T>, name: impl Fn(T) -> &'static str) -> Schema {
    let names: Vec<&str> = all.into_iter().map(name).collect();
    json_schema!({ "type": "string", "enum": names })
}

pub(super) fn version(_: &mut SchemaGenerator) -> Schema {
    json_schema!({ "const": Version::NUMBER })
}

pub(super) fn hex(_: &mut SchemaGenerator) -> Schema {
    json_schema!({ "type": "string", "pattern": "^([0-9a-f]{2})+$" })
}

pub(super) fn cluster(_: &mut SchemaGenerator) -> Schema {
    json_schema!({ "type": "string", "pattern": "^c[0-9a-f]{16}$" })
}

pub(super) fn hash_type(_: &mut SchemaGenerator) -> Schema {
    names(HashType::ALL, HashType::name)
}

pub(super) fn hash_types(generator: &mut SchemaGenerator) -> Schema {
    json_schema!({ "type": "array", "items": hash_type(generator) })
}

pub(super) fn by_hash_type<T: JsonSchema>(generator: &mut SchemaGenerator) -> Schema {
    let counted = generator.subschema_for::<T>();
    let types = HashType::ALL.map(|t| (t.name(), counted.clone()));
    json_schema!({
        "type": "object", "properties": BTreeMap::from(types), "additionalProperties": false
    })
}

/// Entries as lists in JSON Lines have them: the book says what they hold.
pub(super) fn entries(_: &mut SchemaGenerator) -> Schema {
    json_schema!({ "type": "array", "items": { "type": "object" } })
}

pub(super) fn status(_: &mut SchemaGenerator) -> Schema {
    names(Status::ALL, Status::name)
}

pub(super) fn reason_code(_: &mut SchemaGenerator) -> Schema {
    names(ReasonCode::ALL.iter().copied(), ReasonCode::name)
}

pub(super) fn reason_codes(generator: &mut SchemaGenerator) -> Schema {
    json_schema!({ "type": "array", "minItems": 2, "items": reason_code(generator) })
}

pub(super) fn flags(_: &mut SchemaGenerator) -> Schema {
    json_schema!({ "type": "array", "items": names(Flag::ALL, Flag::name) })
}

pub(super) fn severity(_: &mut SchemaGenerator) -> Schema {
    names(Severity::ALL, Severity::name)
}

pub(super) fn opinion(_: &mut SchemaGenerator) -> Schema {
    let told = Opinion::ALL.into_iter().filter(|o| *o != Opinion::Positive);
    names(told, Opinion::name)
}

pub(super) fn at_most(_: &mut SchemaGenerator) -> Schema {
    names(MaxAction::ALL, MaxAction::name)
}

pub(super) fn fail(_: &mut SchemaGenerator) -> Schema {
    names(OnFailure::ALL, OnFailure::name)
}

pub(super) fn tier(_: &mut SchemaGenerator) -> Schema {
    names(Tier::ALL, Tier::name)
}

/// Drops what says nothing about the lines. A field that may be absent is never `null`; formats of numbers, and examples,
/// are those of this language.
fn tidy(schema: &mut Schema) {
    schema.remove("format");
    if let Some(Value::String(text)) = schema.get_mut("description") {
        // Examples are for readers of the library.
        let ends = text.find("\n\n```").unwrap_or(text.len());
        text.truncate(ends);
    }
    let required = schema.get("required").and_then(Value::as_array).cloned();
    let required = required.unwrap_or_default();
    let properties = schema.get_mut("properties").and_then(Value::as_object_mut);
    for (name, property) in properties.into_iter().flatten() {
        if required.contains(&Value::from(name.as_str())) {
            continue;
        }
        if let Some(Value::Array(types)) = property.get_mut("type") {
            types.retain(|of| of != "null");
            if let [of] = types.as_slice() {
                property["type"] = of.clone();
            }
        }
        if let Some(Value::Array(choice)) = property.get_mut("anyOf") {
            choice.retain(|of| of["type"] != "null");
        }
    }
}

fn schema() -> String {
    let settings = SchemaSettings::draft2020_12()
        .for_serialize()
        .with_transform(RecursiveTransform(tidy));
    let mut schema = settings.into_generator().into_root_schema_for::<AnyLine>();
    schema.insert(
        "title".to_owned(),
        "basma: results as JSON, version 1".into(),
    );
    serde_json::to_string_pretty(&schema).unwrap() + "\n"
}

#[test]
fn the_schema_in_the_book_is_that_of_the_types() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join(PATH);
    if std::env::var_os("BASMA_BLESS").is_some_and(|value| value == "1") {
        std::fs::write(&file, schema()).unwrap();
    }
    let found = std::fs::read_to_string(&file).unwrap_or_default();
    assert!(
        found == schema(),
        "{PATH} is not that of the types; run BASMA_BLESS=1 cargo test --lib report::schema"
    );
}
