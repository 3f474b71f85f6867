//! `POST /m/compare`: how near two hashes are.

use axum::body::Body;
use axum::http::{HeaderMap, StatusCode};
use serde_json::{Map, Value, json};

use super::failure::Answered;
use super::kinds::bad_request;
use super::sent::Sent;
use crate::serve::answer::{self, Refusal};
use crate::serve::curation::SignalType;

/// `POST /m/compare`
pub(super) async fn post(headers: HeaderMap, body: Body) -> Answered {
    let sent = Sent::read(&headers, body).await?;
    let mut told = Map::new();
    for (name, value) in sent.object()? {
        let compared = compare(&name, &value)?;
        told.insert(name, compared);
    }
    Ok(answer::json(StatusCode::OK, &told.into()))
}

fn compare(name: &str, value: &Value) -> Result<Value, Refusal> {
    let unknown = || bad_request(format!("No such SignalType '{name}'"));
    let known = SignalType::named(name).ok_or_else(unknown)?;
    let Value::Array(hashes) = value else {
        let message = format!("Comparison hashes for {name} was not a list");
        return Err(bad_request(message));
    };
    let [one, other] = hashes.as_slice() else {
        let message = "Comparison hash list length must be exactly 2";
        return Err(bad_request(message));
    };
    let hash = |value: &Value| {
        let text = value.as_str().unwrap_or_default();
        let fault = |fault| bad_request(format!("Invalid {name} hash: {fault}"));
        known.hash(text).map_err(fault)
    };
    let (one, other) = (hash(one)?, hash(other)?);
    let bits = one.distance(&other).unwrap_or(u32::MAX);
    let matches = bits <= known.hash_type().default_radius();
    // Of digests it counts whether they are the same. Both hashes are the caller's own, which the caller can compare without us.
    let distance = match known {
        SignalType::Pdq => bits,
        SignalType::VideoMd5 => u32::from(bits > 0),
    };
    Ok(json!([matches, {"distance": distance}]))
}
