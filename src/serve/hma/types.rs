//! `/c/signal_type` and `/c/content_type`, and how far the index is.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::IntoResponse as _;
use basma::list::Target;
use serde_json::{Map, Value, json};

use super::failure::Answered;
use super::kinds::{ContentType, bad_request};
use super::params::Params;
use super::sent::Sent;
use crate::serve::answer::{self, Refusal};
use crate::serve::curation::{SignalType, entry_id};
use crate::serve::decide::{internal, refusal};
use crate::serve::service::Service;

/// `GET /c/signal_type`
pub(super) async fn signal_types(State(service): State<Arc<Service>>) -> Answered {
    let state = service.curation.state();
    let types = SignalType::ALL.into_iter();
    let types =
        types.map(|known| json!({"name": known.name(), "enabled_ratio": state.ratio(known)}));
    Ok(answer::json(StatusCode::OK, &types.collect()))
}

/// `PUT /c/signal_type/NAME`: a ratio of 0 switches a type off.
pub(super) async fn set_signal_type(
    State(service): State<Arc<Service>>,
    Path(name): Path<String>,
    headers: HeaderMap,
    body: Body,
) -> Answered {
    let sent = Sent::read(&headers, body).await?;
    let unknown = || {
        let message = format!("No such signal type '{name}'");
        Refusal::new(StatusCode::NOT_FOUND, message)
    };
    let known = SignalType::named(&name).ok_or_else(unknown)?;
    let fields = sent.object()?;
    let ratio = match fields.get("enabled_ratio") {
        Some(Value::Number(number)) => number.as_f64(),
        Some(Value::String(text)) => text.trim().parse().ok(),
        _ => None,
    };
    let ratio = ratio.filter(|ratio| (0.0..=1.0).contains(ratio));
    let ratio = ratio.ok_or_else(|| bad_request("enabled_ratio must be a number from 0 to 1"))?;
    let set = service.change(move |service| service.curation.set_ratio(known, ratio));
    set.await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

/// `GET /c/content_type`
pub(super) async fn content_types(State(service): State<Arc<Service>>) -> Answered {
    let state = service.curation.state();
    let types = ContentType::ALL.into_iter().map(|known| {
        let enabled = state.is_type_on(known.signal_type());
        json!({"name": known.name(), "enabled": enabled})
    });
    Ok(answer::json(StatusCode::OK, &types.collect()))
}

/// What the lists hold of each type, and up to when.
struct Held {
    counts: BTreeMap<&'static str, u64>,
    /// When the last of it was published or added.
    newest: i64,
    /// Whether queries see the last of it.
    is_seen: bool,
}

/// Counts what the store holds.
async fn held(service: &Arc<Service>) -> Result<Held, Refusal> {
    let service = service.clone();
    let counted = tokio::task::spawn_blocking(move || count(&service));
    counted.await.map_err(|_| internal())?
}

fn count(service: &Service) -> Result<Held, Refusal> {
    let mut counts = BTreeMap::new();
    let known = service.known();
    let Some(generation) = known.generation else {
        let (newest, is_seen) = (-1, true);
        return Ok(Held {
            counts,
            newest,
            is_seen,
        });
    };
    let status = service.store.status().map_err(|error| refusal(&error))?;
    for signal_type in SignalType::ALL {
        let name = signal_type.hash_type().name();
        let of_type = status.lists.iter().flat_map(|list| &list.by_type);
        let of_type = of_type.filter(|(known, _)| known == name);
        counts.insert(signal_type.name(), of_type.map(|(_, count)| count).sum());
    }
    let newest = service.curation.state().newest().unwrap_or(i64::MIN);
    let is_current = service
        .state()
        .is_some_and(|state| state.generation == generation);
    Ok(Held {
        counts,
        newest: newest.max(known.created),
        is_seen: is_current && sees_last(service),
    })
}

/// Whether queries see what was added last.
fn sees_last(service: &Service) -> bool {
    let state = service.curation.state();
    let last = state.last_id().filter(|id| state.list_of(*id).is_some());
    drop(state);
    let content = last.and_then(|id| service.curation.content(id).ok()?);
    let (Some(content), Ok(matcher)) = (content, service.matcher()) else {
        return true;
    };
    let mut signals = content.signals.iter();
    let hash = signals.next().and_then(|(kind, text)| kind.hash(text).ok());
    let Some(hash) = hash else {
        return true;
    };
    let item = entry_id(content.id);
    let target = Target::Entry(hash, item.clone());
    let in_store = service.store.count(&content.list, &target).unwrap_or(0) > 0;
    let found = matcher.lookup(&hash).unwrap_or_default();
    let is_it = |found: &basma::matcher::Match| {
        found.list == content.list && found.id.as_deref() == Some(&item)
    };
    // Where very much is near, or a list allows it, matches do not tell.
    !in_store || found.more > 0 || found.matches.iter().chain(&found.suppressed).any(is_it)
}

/// `GET /c/signal_type/index`
pub(super) async fn index(State(service): State<Arc<Service>>) -> Answered {
    let held = held(&service).await?;
    let types = SignalType::ALL.into_iter().map(|known| {
        let count = held.counts.get(known.name()).copied().unwrap_or(0);
        let newest = if count == 0 { -1 } else { held.newest };
        let value = json!({
            "db_size": count,
            "index_size": count,
            "index_built_to": newest,
            "newest_db_item": newest,
            "index_out_of_date": count > 0 && !held.is_seen,
        });
        (known.name().to_owned(), value)
    });
    let types: Map<String, Value> = types.collect();
    Ok(answer::json(StatusCode::OK, &types.into()))
}

/// `GET /m/index/status`
pub(super) async fn status(State(service): State<Arc<Service>>, params: Params) -> Answered {
    let only = params.get("signal_type");
    if let Some(name) = only {
        let unknown = || bad_request(format!("No such signal type '{name}'"));
        SignalType::named(name).ok_or_else(unknown)?;
    }
    let held = held(&service).await?;
    let wanted = SignalType::ALL.into_iter();
    let wanted = wanted.filter(|known| only.is_none_or(|name| name == known.name()));
    let types = wanted.map(|known| {
        let size = held.counts.get(known.name()).copied().unwrap_or(0);
        let built_to = if size == 0 { -1 } else { held.newest };
        let value = json!({"present": size > 0, "built_to": built_to, "size": size});
        (known.name().to_owned(), value)
    });
    let types: Map<String, Value> = types.collect();
    Ok(answer::json(StatusCode::OK, &types.into()))
}
