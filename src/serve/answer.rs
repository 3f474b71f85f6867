//! The forms of answers: those of HMA 1.1.7, which its clients read.
//!
//! JSON has its keys in order, no blanks, and a line feed at its end. Texts and pages of errors are HTML by their type.

use std::collections::BTreeMap;

use axum::body::Body;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::Value;

use super::caller::Role;

/// What hma-matrix says.
const UNKNOWN_CALLER: &str = "Authentication required";

/// Why a request has no other answer.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Refusal {
    pub(super) status: StatusCode,
    pub(super) message: String,
    /// After how many seconds the same request may be answered.
    retry_after: Option<u64>,
}

impl Refusal {
    pub(super) fn new(status: StatusCode, message: impl Into<String>) -> Refusal {
        Refusal {
            status,
            message: message.into(),
            retry_after: None,
        }
    }

    /// The same, with the seconds after which to ask again.
    pub(super) fn after(mut self, seconds: u64) -> Refusal {
        self.retry_after = Some(seconds);
        self
    }

    /// The caller is not known.
    pub(super) fn unknown_caller() -> Refusal {
        Refusal::new(StatusCode::UNAUTHORIZED, UNKNOWN_CALLER)
    }

    /// The caller has none of the roles, one of which is needed.
    pub(super) fn missing_role(roles: &[Role]) -> Refusal {
        let names: Vec<&str> = roles.iter().map(|role| role.name()).collect();
        let message = format!("missing role: {}", names.join(" or "));
        Refusal::new(StatusCode::FORBIDDEN, message)
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        if self.status == StatusCode::UNAUTHORIZED {
            return unauthorized();
        }
        let is_busy = self.status == StatusCode::SERVICE_UNAVAILABLE;
        let mut response = json(self.status, &serde_json::json!({ "message": self.message }));
        if let Some(seconds) = self.retry_after.or(is_busy.then_some(1)) {
            let headers = response.headers_mut();
            headers.insert(header::RETRY_AFTER, seconds.into());
        }
        response
    }
}

/// A value as JSON.
pub(super) fn json(status: StatusCode, value: &Value) -> Response {
    let text = sorted(value).to_string() + "\n";
    of(status, "application/json", ascii(text))
}

/// What has its keys in order already, as JSON.
pub(super) fn serialized(status: StatusCode, value: &impl serde::Serialize) -> Response {
    // Types of this program have text for keys, and no number that JSON lacks.
    let text = serde_json::to_string(value).unwrap_or_default();
    of(status, "application/json", ascii(text + "\n"))
}

/// JSON whose letters beyond ASCII are written as escapes, as Flask writes them.
fn ascii(text: String) -> String {
    if text.is_ascii() {
        return text;
    }
    let mut escaped = String::with_capacity(2 * text.len());
    for letter in text.chars() {
        if letter.is_ascii() {
            escaped.push(letter);
            continue;
        }
        let mut units = [0; 2];
        for unit in letter.encode_utf16(&mut units) {
            escaped += &format!("\\u{unit:04x}");
        }
    }
    escaped
}

/// The answer to a request without a key in force. A browser asks its user for the key.
fn unauthorized() -> Response {
    let mut response = text(StatusCode::UNAUTHORIZED, UNKNOWN_CALLER);
    let headers = response.headers_mut();
    for scheme in ["Bearer", "Basic realm=\"basma\", charset=\"UTF-8\""] {
        let scheme = HeaderValue::from_static(scheme);
        headers.append(header::WWW_AUTHENTICATE, scheme);
    }
    response
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
    fn letters_beyond_ascii_are_escaped_as_flask_does() {
        let text = serde_json::json!({"é\u{1f600}\n": "\u{7f}"}).to_string();
        let escaped = ascii(text.clone());
        assert_eq!(escaped, "{\"\\u00e9\\ud83d\\ude00\\n\":\"\u{7f}\"}");
        let read = |text: &str| serde_json::from_str::<Value>(text).unwrap();
        assert_eq!(read(&escaped), read(&text));
    }

    #[test]
    fn keys_stand_in_order() {
        let value = serde_json::json!({"name": "A", "bank": [{"b": 1, "a": 2}]});
        assert_eq!(
            sorted(&value).to_string(),
            r#"{"bank":[{"a":2,"b":1}],"name":"A"}"#
        );
    }
}
