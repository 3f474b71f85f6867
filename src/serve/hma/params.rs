//! What stands in the query of a request, and what pydantic says where it cannot be.

use std::convert::Infallible;

use axum::body::Body;
use axum::extract::{FromRequestParts, Query};
use axum::http::request::Parts;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::{Map, Value, json};

/// Names and values, in their order.
#[derive(Debug, Default)]
pub(super) struct Params(Vec<(String, String)>);

impl<S: Sync> FromRequestParts<S> for Params {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Params, Infallible> {
        let query = Query::<Vec<(String, String)>>::try_from_uri(&parts.uri);
        // What cannot be taken apart names nothing.
        Ok(Params(query.map(|Query(pairs)| pairs).unwrap_or_default()))
    }
}

impl Params {
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        let named = self.0.iter().find(|(known, _)| known == name);
        named.map(|(_, value)| value.as_str())
    }

    /// A value that says something.
    pub(super) fn filled(&self, name: &str) -> Option<&str> {
        self.get(name).filter(|value| !value.is_empty())
    }

    /// The values of two parameters that must be there.
    pub(super) fn required<const N: usize>(
        &self,
        names: [&str; N],
        known: &[&str],
    ) -> Result<[&str; N], Invalid> {
        let missing: Vec<&str> = names
            .into_iter()
            .filter(|name| self.get(name).is_none())
            .collect();
        if missing.is_empty() {
            return Ok(names.map(|name| self.get(name).unwrap_or_default()));
        }
        let sent = known.iter().filter_map(|name| {
            let value = self.get(name)?;
            Some(((*name).to_owned(), Value::from(value)))
        });
        let sent: Map<String, Value> = sent.collect();
        let fault = |name| Fault::missing(name, &Value::Object(sent.clone()));
        Err(Invalid(missing.into_iter().map(fault).collect()))
    }

    /// Whether a parameter is true.
    pub(super) fn flag(&self, name: &str) -> Result<bool, Invalid> {
        let Some(value) = self.get(name) else {
            return Ok(false);
        };
        let told = truth(value);
        told.ok_or_else(|| Invalid(vec![Fault::bool_parsing(name, &value.into())]))
    }

    /// A number of bits.
    pub(super) fn bits(&self, name: &str) -> Result<Option<u32>, Invalid> {
        let Some(value) = self.get(name) else {
            return Ok(None);
        };
        let bits = value.trim().parse();
        let fault = |_| Invalid(vec![Fault::int_parsing(name, &value.into())]);
        bits.map(Some).map_err(fault)
    }
}

/// What pydantic takes for true and false.
pub(super) fn truth(text: &str) -> Option<bool> {
    match text.to_ascii_lowercase().as_str() {
        "true" | "1" | "t" | "y" | "yes" | "on" => Some(true),
        "false" | "0" | "f" | "n" | "no" | "off" => Some(false),
        _ => None,
    }
}

/// What is wrong with a request, by place.
#[derive(Debug, PartialEq)]
pub(super) struct Invalid(pub(super) Vec<Fault>);

/// One thing that is wrong, as pydantic writes it.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Fault(Value);

impl Fault {
    fn new(kind: &str, place: &str, message: &str, input: &Value) -> Fault {
        Fault(json!({
            "type": kind,
            "loc": [place],
            "msg": message,
            "input": input,
            "url": url(kind),
        }))
    }

    pub(super) fn missing(place: &str, input: &Value) -> Fault {
        Fault::new("missing", place, "Field required", input)
    }

    pub(super) fn string_type(place: &str, input: &Value) -> Fault {
        Fault::new(
            "string_type",
            place,
            "Input should be a valid string",
            input,
        )
    }

    pub(super) fn float_type(place: &str, input: &Value) -> Fault {
        Fault::new("float_type", place, "Input should be a valid number", input)
    }

    pub(super) fn float_parsing(place: &str, input: &Value) -> Fault {
        let message = "Input should be a valid number, unable to parse string as a number";
        Fault::new("float_parsing", place, message, input)
    }

    pub(super) fn finite_number(place: &str, input: &Value) -> Fault {
        Fault::new(
            "finite_number",
            place,
            "Input should be a finite number",
            input,
        )
    }

    pub(super) fn bool_type(place: &str, input: &Value) -> Fault {
        Fault::new("bool_type", place, "Input should be a valid boolean", input)
    }

    pub(super) fn bool_parsing(place: &str, input: &Value) -> Fault {
        let message = "Input should be a valid boolean, unable to interpret input";
        Fault::new("bool_parsing", place, message, input)
    }

    fn int_parsing(place: &str, input: &Value) -> Fault {
        let message = "Input should be a valid integer, unable to parse string as an integer";
        Fault::new("int_parsing", place, message, input)
    }

    /// A body that is no object.
    pub(super) fn model_type(class: &str, input: &Value) -> Fault {
        Fault(json!({
            "type": "model_type",
            "loc": [],
            "msg": format!("Input should be a valid dictionary or instance of {class}"),
            "input": input,
            "ctx": {"class_name": class},
            "url": url("model_type"),
        }))
    }
}

fn url(kind: &str) -> String {
    format!("https://errors.pydantic.dev/2.14/v/{kind}")
}

impl IntoResponse for Invalid {
    /// A list, whose keys are in pydantic's order, without a line feed.
    fn into_response(self) -> Response {
        let faults = self.0.into_iter().map(|Fault(fault)| fault);
        let mut response = Response::new(Body::from(Value::from_iter(faults).to_string()));
        *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
        let kind = HeaderValue::from_static("application/json");
        response.headers_mut().insert(header::CONTENT_TYPE, kind);
        response
    }
}
