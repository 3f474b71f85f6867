//! `/c/exchanges`: lists that are fetched from their sources.
//!
//! What a list is fetched from, the operator writes into `sources.toml`. Nothing is fetched because a request says so.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use basma::store::{Kind, ListStatus};
use serde_json::{Value, json};

use super::failure::{Answered, Failure};
use super::sent::Sent;
use crate::serve::answer::{self, Refusal};
use crate::serve::decide::{internal, refusal};
use crate::serve::service::Service;

/// The ways in which a list is fetched, and what each must be told.
const APIS: [(&str, &str, &str); 3] = [
    ("file", "path", "one file, which is replaced"),
    (
        "folder",
        "path",
        "a folder that receives a new file each time",
    ),
    ("http", "url", "one resource on a server"),
];

/// `GET /c/exchanges/apis`
pub(super) async fn apis() -> Answered {
    let names: Vec<&str> = APIS.iter().map(|(name, ..)| *name).collect();
    Ok(answer::json(StatusCode::OK, &names.into()))
}

fn api(name: &str) -> Result<(&'static str, &'static str, &'static str), Refusal> {
    let mut known = APIS.into_iter();
    let missing = || Refusal::new(StatusCode::NOT_FOUND, format!("api '{name}' not found"));
    known.find(|(known, ..)| *known == name).ok_or_else(missing)
}

/// `GET /c/exchanges/api/NAME`
pub(super) async fn get_api(Path(name): Path<String>) -> Answered {
    let (name, ..) = api(&name)?;
    let body =
        json!({"supports_authentification": name == "http", "has_set_authentification": false});
    Ok(answer::json(StatusCode::OK, &body))
}

/// `GET /c/exchanges/api/NAME/schema`
pub(super) async fn schema(Path(name): Path<String>) -> Answered {
    let (_, field, help) = api(&name)?;
    let field = json!({
        "name": field, "type": "string", "required": true, "default": null, "help": help, "choices": null,
    });
    let body = json!({"config_schema": {"fields": [field]}, "credentials_schema": null});
    Ok(answer::json(StatusCode::OK, &body))
}

/// `POST /c/exchanges`, `POST /c/exchanges/api/NAME` and `DELETE /c/exchange/NAME`
pub(super) async fn refuse() -> Answered {
    Err(operators().into())
}

fn operators() -> Refusal {
    let message = "exchanges are configured in sources.toml of the store, by its operator";
    Refusal::new(StatusCode::FORBIDDEN, message)
}

/// The lists that are fetched, as their store has them.
async fn fetched(service: &Arc<Service>) -> Result<Vec<(ListStatus, &'static str)>, Refusal> {
    let service = service.clone();
    let read = tokio::task::spawn_blocking(move || -> basma::Result<_> {
        if service.known().generation.is_none() {
            return Ok(Vec::new());
        }
        let status = service.store.status()?;
        let lists = status.lists.into_iter().filter_map(|list| {
            let origin = service.origin(&list.terms.list)?;
            let (api, ..) = api(&origin).ok()?;
            (list.terms.kind != Kind::Local).then_some((list, api))
        });
        Ok(lists.collect())
    });
    let read = read.await.map_err(|_| internal())?;
    read.map_err(|error| refusal(&error))
}

async fn find(service: &Arc<Service>, name: &str) -> Result<(ListStatus, &'static str), Refusal> {
    let missing = || {
        Refusal::new(
            StatusCode::NOT_FOUND,
            format!("Exchange '{name}' not found"),
        )
    };
    let mut all = fetched(service).await?.into_iter();
    all.find(|(list, _)| list.terms.list == name)
        .ok_or_else(missing)
}

fn told((list, api): &(ListStatus, &'static str)) -> Value {
    json!({"name": list.terms.list, "api": api, "enabled": true})
}

/// `GET /c/exchanges`
pub(super) async fn all(State(service): State<Arc<Service>>) -> Answered {
    let lists = fetched(&service).await?;
    let names: Vec<String> = lists.into_iter().map(|(list, _)| list.terms.list).collect();
    Ok(answer::json(StatusCode::OK, &names.into()))
}

/// `GET /c/exchange/NAME`
pub(super) async fn get(State(service): State<Arc<Service>>, Path(name): Path<String>) -> Answered {
    let exchange = find(&service, &name).await?;
    Ok(answer::json(StatusCode::OK, &told(&exchange)))
}

/// `PUT /c/exchange/NAME`: one is fetched as `sources.toml` says, whatever a request says.
pub(super) async fn update(
    State(service): State<Arc<Service>>,
    Path(name): Path<String>,
    headers: HeaderMap,
    body: Body,
) -> Answered {
    let sent = Sent::read(&headers, body).await?;
    let mut model = sent.model("ExchangeUpdateRequest")?;
    let enabled = model.flag("enabled");
    model.check()?;
    let exchange = find(&service, &name).await?;
    if enabled == Some(false) {
        return Err(Failure::Refused(operators()));
    }
    Ok(answer::json(StatusCode::OK, &told(&exchange)))
}

/// `GET /c/exchange/NAME/status`
pub(super) async fn status(
    State(service): State<Arc<Service>>,
    Path(name): Path<String>,
) -> Answered {
    let (list, _) = find(&service, &name).await?;
    let succeeded = list.tried.map(|_| !list.is_failing());
    let body = json!({
        "checkpoint_ts": list.as_of,
        "fetched_items": list.entries,
        "last_fetch_complete_ts": list.tried,
        "last_fetch_succeeded": succeeded,
        "running_fetch_start_ts": null,
        "up_to_date": succeeded == Some(true) && !list.is_stale(),
    });
    Ok(answer::json(StatusCode::OK, &body))
}
