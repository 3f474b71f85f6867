//! `/c/bank/NAME/content`: contents of a bank.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::body::Body;
use axum::extract::{Path, Request, State};
use axum::http::{HeaderMap, StatusCode};
use basma::Error;
use basma::error::Action;
use basma::list::Target;
use basma::store::WITHDRAWAL;
use serde_json::{Map, Value, json};

use super::banks::{find, told};
use super::failure::{Answered, Failure};
use super::hashes::{fetched, hash};
use super::kinds::bad_request;
use super::metadata;
use super::params::{Params, truth};
use super::sent::Sent;
use super::signals::{add, added};
use super::upload::Upload;
use crate::serve::answer::{self, Refusal};
use crate::serve::caller::Caller;
use crate::serve::curation::{Bank, Metadata, NUMBER_MIN, NewContent, SignalType, withdrawal};
use crate::serve::decide::{self, now};
use crate::serve::service::Service;
use crate::serve::watch::log::TARGET;

/// What HMA says where nothing was sent.
const NEITHER: &str = "Neither `url` nor multipart file upload was received";

/// The longest time for which a content is switched off, in seconds.
const OFF_MAX: i64 = 5 * 365 * 24 * 60 * 60;

/// `POST /c/bank/NAME/content`
pub(super) async fn post(
    State(service): State<Arc<Service>>,
    caller: Caller,
    Path(name): Path<String>,
    params: Params,
    request: Request,
) -> Answered {
    find(&service, &name)?;
    let (content_type, file, metadata, note, withdrawal) = match params.filled("url") {
        Some(url) => {
            let (headers, body) = (request.headers().clone(), request.into_body());
            let (content_type, file) = fetched(&service, url, &params).await?;
            let fields = match Sent::read(&headers, body).await? {
                Sent::Json(Value::Object(fields)) => fields,
                _ => Map::new(),
            };
            let metadata = fields.get("metadata").map_or(Ok(None), metadata::read)?;
            let note = metadata::note_of(fields.get("note"))?;
            let withdrawal = metadata::withdrawal_of(fields.get(WITHDRAWAL))?;
            (content_type, file, metadata, note, withdrawal)
        }
        None => {
            let mut upload = Upload::receive(&service, request, NEITHER).await?;
            let metadata = upload.fields.get("metadata");
            let metadata = metadata.map_or(Ok(None), |text| metadata::read_text(text))?;
            let note = metadata::note(upload.fields.remove("note"))?;
            let withdrawal = upload.fields.remove(WITHDRAWAL);
            let withdrawal = metadata::withdrawal(withdrawal)?;
            (upload.content_type, upload.file, metadata, note, withdrawal)
        }
    };
    let types = params.get("types");
    let signal_type = content_type.selection(types, &service.curation.state())?;
    let hashed = hash(&service, file, signal_type).await?;
    // A hash of a part of a picture would match others.
    if let Some(reason) = hashed.reason {
        return Err(Failure::Unexamined(reason));
    }
    let flat = || bad_request(format!("Invalid {signal_type} signal: invalid PDQ hash"));
    let signal = hashed.hash.ok_or_else(flat)?;
    let content = NewContent {
        signals: BTreeMap::from([(signal_type, signal)]),
        metadata,
        note,
        withdrawal,
    };
    let (ids, contents) = add(&service, caller, name, vec![content]).await?;
    let told = ids.first().zip(contents.first());
    let told = told.map(|(id, content)| added(*id, content));
    Ok(answer::json(StatusCode::OK, &told.unwrap_or_default()))
}

/// A content of a bank, from wherever it is known.
struct Known {
    bank: Bank,
    id: u64,
    signals: BTreeMap<SignalType, String>,
    metadata: Option<Metadata>,
    note: Option<String>,
    /// What withdraws it from its list, where a list publishes it.
    target: Option<Target>,
}

/// The content of a path, which must be there.
async fn known(service: &Arc<Service>, name: &str, id: &str) -> Result<Known, Failure> {
    let missing = || Refusal::new(StatusCode::NOT_FOUND, format!("content '{id}' not found"));
    let found = look_for(service, name, id).await?;
    found.ok_or_else(|| missing().into())
}

/// The content of a path, if the bank has it. A path that ends with no number is not there.
async fn look_for(service: &Arc<Service>, name: &str, id: &str) -> Result<Option<Known>, Failure> {
    let is_number = !id.is_empty() && id.bytes().all(|byte| byte.is_ascii_digit());
    if !is_number {
        return Err(Failure::NotFound);
    }
    let bank = find(service, name)?;
    // One that is larger than any is of no content.
    let Ok(number) = id.parse::<u64>() else {
        return Ok(None);
    };
    let is_published = number >= NUMBER_MIN;
    let place = if is_published {
        let place = service.questions.clone().acquire_owned().await;
        Some(place.map_err(|_| decide::internal())?)
    } else {
        None
    };
    let service = service.clone();
    let found = tokio::task::spawn_blocking(move || {
        let _place = place;
        if is_published {
            published(&service, bank, number)
        } else {
            added_content(&service, bank, number)
        }
    });
    Ok(found.await.map_err(|_| decide::internal())??)
}

fn added_content(service: &Service, bank: Bank, id: u64) -> Result<Option<Known>, Refusal> {
    let content = service.curation.content(id);
    let content = content.map_err(|error| decide::refusal(&error))?;
    let Some(content) = content.filter(|content| content.list == bank.list) else {
        return Ok(None);
    };
    let state = service.curation.state();
    let note = state.note(id).map(str::to_owned).or(content.note);
    Ok(Some(Known {
        bank,
        id,
        signals: content.signals,
        metadata: content.metadata,
        note,
        target: None,
    }))
}

/// The answer where a number could not be looked for. It is not known whether the list has it.
fn not_looked_for(error: &Error) -> Refusal {
    let refusal = decide::refusal(error);
    let Error::Io { action, .. } = error else {
        return refusal;
    };
    if ![Action::WriteTemporary, Action::MapTemporary].contains(action) {
        return refusal;
    }
    let error = error.to_string();
    tracing::error!(target: TARGET, error, "the table of a list's contents is missing; make room or name another folder with --scratch");
    if refusal.status == StatusCode::INSUFFICIENT_STORAGE {
        let message = "the disk for temporary files is full; the content was not looked for";
        return Refusal::new(StatusCode::INSUFFICIENT_STORAGE, message);
    }
    refusal
}

/// What a list publishes under a number.
fn published(service: &Service, bank: Bank, id: u64) -> Result<Option<Known>, Refusal> {
    let entries = match service.numbers.entries(&bank.list, id) {
        Ok(entries) => entries,
        Err(error) => return Err(not_looked_for(&error)),
    };
    let Some(first) = entries.first() else {
        return Ok(None);
    };
    let target = first
        .id
        .clone()
        .map_or(Target::Hash(first.hash), Target::Id);
    let mut signals = BTreeMap::new();
    for signal_type in SignalType::ALL {
        let mut of_type = entries.iter().map(|entry| entry.hash);
        let hash = of_type.find(|hash| hash.hash_type() == signal_type.hash_type());
        signals.extend(hash.map(|hash| (signal_type, hash.to_string())));
    }
    let note = service.curation.state().note(id).map(str::to_owned);
    Ok(Some(Known {
        bank,
        id,
        signals,
        metadata: None,
        note,
        target: Some(target),
    }))
}

/// `GET /c/bank/NAME/content/ID`
pub(super) async fn get(
    State(service): State<Arc<Service>>,
    Path((name, id)): Path<(String, String)>,
    params: Params,
) -> Answered {
    let content = known(&service, &name, &id).await?;
    let is_so = |name: &str, unless: bool| {
        params
            .get(name)
            .map_or(unless, |text| truth(text).unwrap_or(false))
    };
    let mut body = base(&service, &content);
    if let Some(metadata) = content.metadata.filter(|_| is_so("include_metadata", true)) {
        let mut metadata = metadata::told(&metadata);
        metadata.insert("collab".to_owned(), Value::Null);
        body.insert("metadata".to_owned(), metadata.into());
    }
    if is_so("include_signals", false) {
        let signals = content.signals.into_iter();
        let signals = signals.map(|(kind, text)| (kind.name().to_owned(), text.into()));
        body.insert("signals".to_owned(), Value::Object(signals.collect()));
    }
    Ok(answer::json(StatusCode::OK, &body.into()))
}

/// What every answer about a content has.
fn base(service: &Service, content: &Known) -> Map<String, Value> {
    let until = service.curation.state().disabled_until(content.id);
    let fields = json!({
        "id": content.id,
        "disable_until_ts": until,
        "original_media_uri": null,
        "bank": told(&content.bank),
    });
    let mut body = match fields {
        Value::Object(fields) => fields,
        _ => Map::new(),
    };
    if let Some(note) = &content.note {
        body.insert("note".to_owned(), note.as_str().into());
    }
    body
}

/// `PUT /c/bank/NAME/content/ID`
pub(super) async fn update(
    State(service): State<Arc<Service>>,
    Path((name, id)): Path<(String, String)>,
    headers: HeaderMap,
    body: Body,
) -> Answered {
    let sent = Sent::read(&headers, body).await?;
    let mut content = known(&service, &name, &id).await?;
    let fields = sent.object()?;
    let until = fields.get("disable_until_ts").map(until).transpose()?;
    let note = metadata::note_of(fields.get("note"))?;
    if until.is_some() || note.is_some() {
        let (number, noted) = (content.id, note.clone());
        let edited = service.change(move |service| service.curation.edit(number, until, noted));
        edited.await?;
    }
    content.note = note.or(content.note);
    let mut body = base(&service, &content);
    body.insert("collab_metadata".to_owned(), json!({}));
    let metadata = content.metadata.as_ref().map(metadata::told);
    body.insert(
        "user_metadata".to_owned(),
        metadata.map_or(Value::Null, Value::from),
    );
    Ok(answer::json(StatusCode::OK, &body.into()))
}

/// Until when a content is to be off, as a number or as text.
fn until(value: &Value) -> Result<i64, Refusal> {
    let number = match value {
        Value::Number(number) => number.as_i64(),
        Value::String(text) => text.trim().parse().ok(),
        _ => None,
    };
    let until = number.ok_or_else(|| bad_request("disable_until_ts must be an integer"))?;
    if until < 0 {
        return Err(bad_request(
            "disable_until_ts must be a non-negative integer",
        ));
    }
    if until > now().saturating_add(OFF_MAX) {
        let message = "disable_until_ts must be less than 5 years in the future";
        return Err(bad_request(message));
    }
    Ok(until)
}

/// `DELETE /c/bank/NAME/content/ID`
pub(super) async fn delete(
    State(service): State<Arc<Service>>,
    caller: Caller,
    Path((name, id)): Path<(String, String)>,
) -> Answered {
    let Some(content) = look_for(&service, &name, &id).await? else {
        return Ok(answer::json(StatusCode::OK, &json!({"deleted": 0})));
    };
    let deleted = service.change(move |service| {
        let (store, list) = (&service.store, &content.bank.list);
        match content.target {
            None => service
                .curation
                .remove(store, &caller.name, list, content.id),
            Some(target) => {
                let decision = withdrawal(list, target, &caller.name);
                decide::decide(store, &[decision])
            }
        }
    });
    deleted.await?;
    Ok(answer::json(StatusCode::OK, &json!({"deleted": 1})))
}
