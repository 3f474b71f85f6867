//! `/c/bank/NAME/signal` and `/c/bank/NAME/signals`: contents by their hashes.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use basma::hash::Hash;
use basma::store::WITHDRAWAL;
use serde_json::{Map, Value, json};

use super::banks::find;
use super::failure::Answered;
use super::kinds::bad_request;
use super::metadata;
use super::sent::Sent;
use crate::serve::answer::{self, Refusal};
use crate::serve::caller::Caller;
use crate::serve::curation::{NewContent, SignalType};
use crate::serve::service::Service;

/// The most contents of one request.
const BULK_MAX: usize = 100_000;

/// A content as it was added.
pub(super) fn added(id: u64, content: &NewContent) -> Value {
    let signals = content.signals.iter();
    let signals = signals.map(|(kind, hash)| (kind.name().to_owned(), hash.to_string().into()));
    json!({"id": id, "signals": Value::Object(signals.collect())})
}

/// `POST /c/bank/NAME/signal`
pub(super) async fn post(
    State(service): State<Arc<Service>>,
    caller: Caller,
    Path(name): Path<String>,
    headers: HeaderMap,
    body: Body,
) -> Answered {
    let sent = Sent::read(&headers, body).await?;
    find(&service, &name)?;
    let content = content(&sent.object()?)?;
    let (ids, mut contents) = add(&service, caller, name, vec![content]).await?;
    let content = contents.pop().zip(ids.first());
    let told = content.map(|(content, id)| added(*id, &content));
    Ok(answer::json(StatusCode::OK, &told.unwrap_or_default()))
}

/// `POST /c/bank/NAME/signals`
pub(super) async fn post_all(
    State(service): State<Arc<Service>>,
    caller: Caller,
    Path(name): Path<String>,
    headers: HeaderMap,
    body: Body,
) -> Answered {
    let sent = Sent::read_many(&headers, body).await?;
    find(&service, &name)?;
    let fields = sent.object()?;
    let Some(Value::Array(signals)) = fields.get("signals") else {
        return Err(bad_request("signals must be a list").into());
    };
    if signals.is_empty() {
        return Err(bad_request("No signals given").into());
    }
    if signals.len() > BULK_MAX {
        let message = format!("At most {BULK_MAX} signals are added at once");
        return Err(bad_request(message).into());
    }
    let mut contents = Vec::with_capacity(signals.len());
    for (place, value) in signals.iter().enumerate() {
        let object = value.as_object();
        let object = object.ok_or_else(|| bad_request(format!("signals[{place}]: not a dict")))?;
        let read = content(object);
        let placed =
            |refusal: Refusal| bad_request(format!("signals[{place}]: {}", refusal.message));
        contents.push(read.map_err(placed)?);
    }
    let (ids, contents) = add(&service, caller, name, contents).await?;
    let told = ids
        .iter()
        .zip(&contents)
        .map(|(id, content)| added(*id, content));
    let told: Vec<Value> = told.collect();
    Ok(answer::json(StatusCode::OK, &json!({ "contents": told })))
}

/// Adds contents to a bank, all or none.
pub(super) async fn add(
    service: &Arc<Service>,
    caller: Caller,
    bank: String,
    contents: Vec<NewContent>,
) -> Result<(Vec<u64>, Vec<NewContent>), Refusal> {
    let added = service.change(move |service| {
        let list = find(service, &bank)?.list;
        let ids = service
            .curation
            .add(&service.store, &caller.name, &list, &contents)?;
        Ok((ids, contents))
    });
    let added = added.await?;
    if service.curation.is_fold_due(added.0.len() as u64) {
        let service = service.clone();
        // Nobody waits for it, and the next one makes up for one that fails.
        tokio::spawn(async move { service.change(|service| service.fold()).await });
    }
    Ok(added)
}

/// A content, from its hashes by the names of their types.
fn content(fields: &Map<String, Value>) -> Result<NewContent, Refusal> {
    let mut signals: BTreeMap<SignalType, Hash> = BTreeMap::new();
    for (name, value) in fields {
        if ["note", "metadata", WITHDRAWAL].contains(&name.as_str()) {
            continue;
        }
        let known = SignalType::named(name);
        let known = known.ok_or_else(|| bad_request(format!("No such signal type {name}")))?;
        let text = value.as_str().unwrap_or_default();
        let fault = |fault| bad_request(format!("Invalid {name} signal: {fault}"));
        signals.insert(known, known.hash(text).map_err(fault)?);
    }
    if signals.is_empty() {
        return Err(bad_request("No signals given"));
    }
    let metadata = fields.get("metadata").map_or(Ok(None), metadata::read)?;
    let note = metadata::note_of(fields.get("note"))?;
    let withdrawal = metadata::withdrawal_of(fields.get(WITHDRAWAL))?;
    Ok(NewContent {
        signals,
        metadata,
        note,
        withdrawal,
    })
}
