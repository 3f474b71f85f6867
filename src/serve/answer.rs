//! The forms of answers: those of HMA 1.1.7, which its clients read.
//!
//! JSON has its keys in order, no blanks, and a line feed at its end. Texts and pages of errors are HTML by their type.

use std::collections::BTreeMap;

use axum::body::Body;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::Value;

/// Why a request has no other answer.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Refusal {
    pub(super) status: StatusCode,
    pub(super) message: String,
}

impl Refusal {
    pub(super) fn new(status: StatusCode, message: impl Into<String>) -> Refusal {
        Refusal {
            status,
            message: message.into(),
        }
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        json(self.status, &serde_json::json!({ "message": self.message }))
    }
}

/// A value as JSON.
pub(super) fn json(status: StatusCode, value: &Value) -> Response {
    let text = sorted(value).to_string() + "\n";
    of(status, "application/json", text)
}

/// A bare text, without a line feed.
pub(super) fn text(status: StatusCode, text: &'static str) -> Response {
    of(status, "text/html; charset=utf-8", text)
}

/// The page for a path that is not there.
pub(super) fn not_found() -> Response {
    let text = "<!doctype html>\n<html lang=en>\n<title>404 Not Found</title>\n<h1>Not Found</h1>\n<p>The requested URL was \
                not found on the server. If you entered the URL manually please check your spelling and try again.</p>\n";
    of(StatusCode::NOT_FOUND, "text/html; charset=utf-8", text)
}

/// The page for a path that is there, for other methods.
pub(super) fn wrong_method() -> Response {
    let text = "<!doctype html>\n<html lang=en>\n<title>405 Method Not Allowed</title>\n<h1>Method Not Allowed</h1>\n<p>The \
                method is not allowed for the requested URL.</p>\n";
    of(
        StatusCode::METHOD_NOT_ALLOWED,
        "text/html; charset=utf-8",
        text,
    )
}

/// The answer to a request that took too long.
pub(super) fn too_slow() -> Response {
    let message = "the request took longer than the service allows";
    Refusal::new(StatusCode::REQUEST_TIMEOUT, message).into_response()
}

fn of(status: StatusCode, kind: &'static str, body: impl Into<Body>) -> Response {
    let mut response = Response::new(body.into());
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    response
}

/// The value with the keys of its objects in order.
fn sorted(value: &Value) -> Value {
    match value {
        Value::Object(object) => {
            let ordered: BTreeMap<&String, &Value> = object.iter().collect();
            let pairs = ordered.into_iter();
            Value::Object(
                pairs
                    .map(|(key, value)| (key.clone(), sorted(value)))
                    .collect(),
            )
        }
        Value::Array(values) => Value::Array(values.iter().map(sorted).collect()),
        other => other.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_stand_in_order() {
        let value = serde_json::json!({"name": "A", "bank": [{"b": 1, "a": 2}]});
        assert_eq!(
            sorted(&value).to_string(),
            r#"{"bank":[{"a":2,"b":1}],"name":"A"}"#
        );
    }
}
