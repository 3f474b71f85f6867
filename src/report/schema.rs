//! The JSON Schema of the lines, made of their types.

use std::collections::BTreeMap;
use std::path::Path;

use schemars::generate::SchemaSettings;
use schemars::transform::RecursiveTransform;
use schemars::{JsonSchema, Schema};
use serde_json::{Map, Value, json};

use super::{
    Abilities, Asked, AskedSummary, AuditRecord, CalibrationQuote, Change, DiffSummary,
    DuplicatesSummary, Generation, Group, Index, Line, ListState, RefreshSummary, RefreshedList,
    StoreSummary, Summarized, Version,
};
use crate::error::ReasonCode;
use crate::hash::HashType;
use crate::hasher::Stratum;
use crate::list::{Opinion, Severity};
use crate::matcher::Tier;
use crate::scan::{Flag, Status};
use crate::store::{Answer, MaxAction, OnFailure};

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
    ListState(Box<ListState>),
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
    /// What `ask` prints for each hash.
    Asked(Asked),
    /// The last line of `ask`.
    AskedSummary(Summarized<AskedSummary>),
}

/// Names that later versions may add to.
fn names<T>(all: impl IntoIterator<Item = T>, name: impl Fn(T) -> &'static str) -> Value {
    let names: Vec<&str> = all.into_iter().map(name).collect();
    json!({ "enum": names })
}

/// What the text of a field is. A field of one name has one meaning in all lines.
fn text(field: &str) -> Option<Value> {
    let opinions = Opinion::ALL.into_iter().filter(|o| *o != Opinion::Positive);
    Some(match field {
        "hash" | "md5" | "prev" | "sha1" | "sha256" => json!({ "pattern": "^([0-9a-f]{2})+$" }),
        "cluster" => json!({ "pattern": "^c[0-9a-f]{16}$" }),
        "hash_type" | "type" | "types" => names(HashType::ALL, HashType::name),
        "status" => names(Status::ALL, Status::name),
        "state" => names(CalibrationQuote::STATES, |name| name),
        "reason_code" | "reason_codes" => names(ReasonCode::ALL.iter().copied(), ReasonCode::name),
        "flags" => names(Flag::ALL, Flag::name),
        "stratum" => {
            let strata = Stratum::ALL.map(Stratum::name).into_iter();
            names(["all"].into_iter().chain(strata).chain(["other"]), |name| {
                name
            })
        }
        "answer" => names(Answer::NAMES, |name| name),
        "tier" => names(Tier::ALL, Tier::name),
        "severity" => names(Severity::ALL, Severity::name),
        "opinion" => names(opinions, Opinion::name),
        "at_most" => names(MaxAction::ALL, MaxAction::name),
        "fail" => names(OnFailure::ALL, OnFailure::name),
        _ => return None,
    })
}

/// Says more of a field than its type does.
fn describe(field: &str, schema: &mut Map<String, Value>) {
    if field == "v" {
        schema.remove("type");
        schema.insert("const".to_owned(), Version::NUMBER.into());
    }
    if field == "reason_codes" {
        schema.insert("minItems".to_owned(), 2.into());
    }
    if schema.get("items") == Some(&Value::Bool(true)) {
        // Entries as lists in JSON Lines have them: the book says what they hold.
        schema.insert("items".to_owned(), json!({ "type": "object" }));
    }
    if field == "types"
        && let Some(counts) = schema.remove("additionalProperties")
    {
        let types = HashType::ALL.map(|t| (t.name(), counts.clone()));
        let types = BTreeMap::from(types);
        schema.insert("properties".to_owned(), json!(types));
        schema.insert("additionalProperties".to_owned(), false.into());
    }
    let texts = match schema.get("items") {
        Some(Value::Object(_)) => schema["items"].as_object_mut(),
        _ => Some(schema),
    };
    let texts = texts.filter(|texts| texts.get("type") == Some(&"string".into()));
    if let (Some(texts), Some(Value::Object(more))) = (texts, text(field)) {
        texts.extend(more);
    }
}

/// Drops what says nothing about the lines, and adds what the types do not say. A field that may be absent is never
/// `null`; formats of numbers, and examples, are those of this language.
fn complete(schema: &mut Schema) {
    schema.remove("format");
    if let Some(Value::String(text)) = schema.get_mut("description") {
        // Examples are for readers of the library.
        let ends = text.find("\n\n```").unwrap_or(text.len());
        text.truncate(ends);
    }
    let Some(object) = schema.as_object_mut() else {
        return;
    };
    let required = object.get("required").and_then(Value::as_array).cloned();
    let required = required.unwrap_or_default();
    let Some(Value::Object(properties)) = object.get_mut("properties") else {
        return;
    };
    for (name, property) in properties {
        let Value::Object(property) = property else {
            continue;
        };
        if !required.contains(&Value::from(name.as_str())) {
            if let Some(Value::Array(types)) = property.get_mut("type") {
                types.retain(|of| of != "null");
                if let [of] = types.as_slice() {
                    let of = of.clone();
                    property.insert("type".to_owned(), of);
                }
            }
            if let Some(Value::Array(choice)) = property.get_mut("anyOf") {
                choice.retain(|of| of["type"] != "null");
            }
        }
        describe(name, property);
    }
    // What is written has no other fields, unless its type holds any.
    let others = object.entry("additionalProperties");
    others.or_insert(false.into());
}

fn schema() -> String {
    let settings = SchemaSettings::draft2020_12()
        .for_serialize()
        .with_transform(RecursiveTransform(complete));
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
