//! The OpenAPI document and the site map, made of the table of operations.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use axum::http::StatusCode;
use axum::response::Response;
use serde_json::{Map, Value, json};

use super::operation::{Operation, Takes};
use super::operations;
use crate::serve::answer;

/// The form of each body, by its name.
const SCHEMAS: &str = include_str!("schemas.json");

static DOCUMENT: LazyLock<Value> = LazyLock::new(|| document(&operations()));

/// `GET /openapi/openapi.json`
pub(super) async fn get() -> Response {
    answer::json(StatusCode::OK, &DOCUMENT)
}

/// `GET /site-map`: paths as Flask writes them.
pub(super) async fn site_map() -> Response {
    let paths: BTreeSet<String> = operations()
        .iter()
        .map(|operation| as_flask(operation.path))
        .collect();
    let others = ["/status", "/status/live"].map(str::to_owned);
    let paths: BTreeSet<String> = paths.into_iter().chain(others).collect();
    answer::json(StatusCode::OK, &paths.into_iter().collect())
}

fn as_flask(path: &str) -> String {
    let path = path.replace("{content_id}", "<int:content_id>");
    path.replace('{', "<").replace('}', ">")
}

fn document(operations: &[Operation]) -> Value {
    let mut paths = Map::new();
    for operation in operations {
        let path = paths.entry(operation.path).or_insert_with(|| json!({}));
        path[operation.method.as_str().to_ascii_lowercase()] = described(operation);
    }
    for path in ["/status", "/status/live"] {
        let mut answers = json!({"200": plain("OK")});
        if path == "/status" {
            let text = json!({"type": "string"});
            let meaning = "The wall around the processes that open media, for callers with a key";
            let sandbox = json!({"description": meaning, "schema": text});
            answers["503"] = plain("The lists are not loaded, or are stale");
            for status in ["200", "503"] {
                answers[status]["headers"] = json!({"X-Basma-Sandbox": sandbox});
            }
        }
        paths.insert(
            path.to_owned(),
            json!({"get": {"summary": "Whether it answers", "responses": answers}}),
        );
    }
    let schemas: Value = serde_json::from_str(SCHEMAS).unwrap_or_default();
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "basma",
            "version": env!("CARGO_PKG_VERSION"),
            "description": "The requests of HMA 1.1.7, answered from the lists of a store",
        },
        "paths": paths,
        "components": {"schemas": schemas},
    })
}

/// An answer that is bare text.
fn plain(description: &str) -> Value {
    let text = json!({"text/html": {"schema": {"type": "string"}}});
    json!({"description": description, "content": text})
}

fn described(operation: &Operation) -> Value {
    let in_path = operation.path.split('/').filter_map(|part| {
        let name = part.strip_prefix('{')?.strip_suffix('}')?;
        let kind = if name == "content_id" {
            "integer"
        } else {
            "string"
        };
        Some(json!({"name": name, "in": "path", "required": true, "schema": {"type": kind}}))
    });
    let in_query = operation.query.iter().map(|field| {
        json!({
            "name": field.name,
            "in": "query",
            "required": field.is_required,
            "description": field.meaning,
            "schema": {"type": field.kind},
        })
    });
    let parameters: Vec<Value> = in_path.chain(in_query).collect();
    let (status, schema) = operation.answers;
    let error = json!({"description": "Error", "content": json_of("ErrorResponse")});
    let mut answers = json!({status.to_string(): success(schema)});
    for status in ["400", "403", "404", "503"] {
        answers[status] = error.clone();
    }
    let invalid = json_of("ValidationErrors");
    answers["422"] = json!({"description": "Invalid parameters", "content": invalid});
    let mut described = json!({
        "summary": operation.summary,
        "parameters": parameters,
        "responses": answers,
    });
    match &operation.takes {
        Takes::Nothing => {}
        Takes::Json(schema) => {
            described["requestBody"] = json!({"required": true, "content": json_of(schema)});
        }
        Takes::Form(names) => {
            let file = json!({"type": "string", "format": "binary"});
            let files = names.iter().map(|name| ((*name).to_owned(), file.clone()));
            let files: Map<String, Value> = files.collect();
            let schema = json!({"type": "object", "properties": files});
            described["requestBody"] =
                json!({"content": {"multipart/form-data": {"schema": schema}}});
        }
    }
    described
}

fn success(schema: Option<&str>) -> Value {
    let Some(schema) = schema else {
        return json!({"description": "Done"});
    };
    json!({"description": "OK", "content": json_of(schema)})
}

fn json_of(schema: &str) -> Value {
    json!({"application/json": {"schema": {"$ref": format!("#/components/schemas/{schema}")}}})
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_schema_that_is_named_is_there_and_is_named() {
        let document = document(&operations()).to_string();
        let schemas: Value = serde_json::from_str(SCHEMAS).unwrap();
        let known: BTreeSet<&str> = schemas
            .as_object()
            .unwrap()
            .keys()
            .map(String::as_str)
            .collect();
        let named = document.split("#/components/schemas/").skip(1);
        let named: BTreeSet<&str> = named.map(|rest| rest.split('"').next().unwrap()).collect();
        assert_eq!(known, named);
    }
}
