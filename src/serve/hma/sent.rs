//! Bodies of JSON.

use axum::body::Body;
use axum::http::{HeaderMap, StatusCode, header};
use serde_json::{Map, Value};

use super::params::{Fault, Invalid, truth};
use crate::serve::answer::Refusal;
use crate::serve::media::no_memory;
use crate::serve::memory::BODIES;

/// The largest body of JSON, in bytes.
const BYTES_MAX: u64 = 1 << 20;

/// The largest body of many signals, in bytes: 100,000 of them with short notes.
const MANY_BYTES_MAX: u64 = 32 << 20;

/// How much more memory a body takes once it is read.
const GROWTH: u64 = 4;

/// The body of a request that is to be JSON.
pub(super) enum Sent {
    Json(Value),
    /// Its type says that it is something else.
    OtherType,
    Malformed,
}

impl Sent {
    /// Reads a body.
    ///
    /// # Errors
    /// 413 where it is too large, 400 where it breaks off, 503 where other bodies take all memory for them.
    pub(super) async fn read(headers: &HeaderMap, body: Body) -> Result<Sent, Refusal> {
        Sent::of_at_most(BYTES_MAX, headers, body).await
    }

    /// Reads a body of many signals.
    ///
    /// # Errors
    /// As [`Sent::read`].
    pub(super) async fn read_many(headers: &HeaderMap, body: Body) -> Result<Sent, Refusal> {
        Sent::of_at_most(MANY_BYTES_MAX, headers, body).await
    }

    async fn of_at_most(most: u64, headers: &HeaderMap, body: Body) -> Result<Sent, Refusal> {
        let length = headers.get(header::CONTENT_LENGTH);
        let length = length.and_then(|length| length.to_str().ok()?.parse().ok());
        let mut share = BODIES.share();
        if !share.grow(GROWTH * length.unwrap_or(most).min(most)) {
            return Err(no_memory());
        }
        let bytes = axum::body::to_bytes(body, most as usize)
            .await
            .map_err(|error| {
                let source = std::error::Error::source(&error);
                if source.is_some_and(|source| source.to_string().contains("length limit")) {
                    Refusal::new(StatusCode::PAYLOAD_TOO_LARGE, "Content too large")
                } else {
                    Refusal::new(StatusCode::BAD_REQUEST, "The body is not complete")
                }
            })?;
        let kind = headers.get(header::CONTENT_TYPE);
        let kind = kind.and_then(|kind| kind.to_str().ok()).unwrap_or_default();
        let kind = kind.split(';').next().unwrap_or_default().trim();
        let kind = kind.to_ascii_lowercase();
        let is_json = kind == "application/json"
            || kind.starts_with("application/") && kind.ends_with("+json");
        if !is_json {
            return Ok(Sent::OtherType);
        }
        Ok(serde_json::from_slice(&bytes).map_or(Sent::Malformed, Sent::Json))
    }

    /// The value, or what Flask says where there is none.
    pub(super) fn value(self) -> Result<Value, Refusal> {
        match self {
            Sent::Json(value) => Ok(value),
            Sent::OtherType => Err(Refusal::new(
                StatusCode::UNSUPPORTED_MEDIA_TYPE,
                "Did not attempt to load JSON data because the request Content-Type was not 'application/json'.",
            )),
            Sent::Malformed => Err(Refusal::new(
                StatusCode::BAD_REQUEST,
                "The browser (or proxy) sent a request that this server could not understand.",
            )),
        }
    }

    /// The fields of the value, which must be an object.
    pub(super) fn object(self) -> Result<Map<String, Value>, Refusal> {
        match self.value()? {
            Value::Object(fields) => Ok(fields),
            _ => Err(Refusal::new(
                StatusCode::BAD_REQUEST,
                "Request input was not a dict",
            )),
        }
    }

    /// The fields of a model of pydantic.
    pub(super) fn model(self, class: &str) -> Result<Model, Invalid> {
        match self {
            Sent::Json(Value::Object(fields)) => Ok(Model {
                fields,
                faults: Vec::new(),
            }),
            Sent::Json(other) => Err(Invalid(vec![Fault::model_type(class, &other)])),
            Sent::OtherType | Sent::Malformed => {
                Err(Invalid(vec![Fault::model_type(class, &Value::Null)]))
            }
        }
    }
}

/// The fields of a body, and what is wrong with them.
pub(super) struct Model {
    fields: Map<String, Value>,
    faults: Vec<Fault>,
}

impl Model {
    pub(super) fn has(&self, name: &str) -> bool {
        self.fields.contains_key(name)
    }

    /// A text that must be there.
    pub(super) fn text(&mut self, name: &str) -> String {
        let Some(value) = self.fields.get(name) else {
            let sent = Value::Object(self.fields.clone());
            self.faults.push(Fault::missing(name, &sent));
            return String::new();
        };
        if let Value::String(text) = value {
            return text.clone();
        }
        self.faults.push(Fault::string_type(name, value));
        String::new()
    }

    /// A text, if there is one.
    pub(super) fn optional_text(&mut self, name: &str) -> Option<String> {
        let is_there = !self.fields.get(name)?.is_null();
        is_there.then(|| self.text(name))
    }

    /// A number, also as text.
    pub(super) fn number(&mut self, name: &str) -> Option<f64> {
        let value = self.fields.get(name)?;
        let number = match value {
            Value::Null => return None,
            Value::Number(number) => number.as_f64(),
            Value::Bool(truth) => Some(f64::from(u8::from(*truth))),
            Value::String(text) => {
                let number = text.trim().parse::<f64>().ok();
                if number.is_none() {
                    self.faults.push(Fault::float_parsing(name, value));
                    return None;
                }
                number
            }
            _ => {
                self.faults.push(Fault::float_type(name, value));
                return None;
            }
        };
        let finite = number.filter(|number| number.is_finite());
        if finite.is_none() {
            self.faults.push(Fault::finite_number(name, value));
        }
        finite
    }

    /// Whether something is so, also as text or number.
    pub(super) fn flag(&mut self, name: &str) -> Option<bool> {
        let value = self.fields.get(name)?;
        let told = match value {
            Value::Null => return None,
            Value::Bool(told) => return Some(*told),
            Value::String(text) => truth(text),
            Value::Number(number) if number.as_f64() == Some(0.0) => Some(false),
            Value::Number(number) if number.as_f64() == Some(1.0) => Some(true),
            Value::Number(_) => None,
            _ => {
                self.faults.push(Fault::bool_type(name, value));
                return None;
            }
        };
        if told.is_none() {
            self.faults.push(Fault::bool_parsing(name, value));
        }
        told
    }

    /// # Errors
    /// What was wrong with the fields that were asked for.
    pub(super) fn check(self) -> Result<(), Invalid> {
        if self.faults.is_empty() {
            return Ok(());
        }
        Err(Invalid(self.faults))
    }
}
