//! What is counted and logged of requests, and how long they may take.

pub(crate) mod log;
pub(crate) mod metrics;
mod request_id;

use std::sync::Arc;
use std::time::Instant;

use axum::body::Body;
use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use basma::sandbox::Wall;

use super::answer::{self, Refusal};
use super::service::Service;
use log::{LogOptions, TARGET};
use metrics::Metrics;
use request_id::RequestIds;

/// What watches a service.
pub(crate) struct Watch {
    pub(crate) metrics: Metrics,
    log: LogOptions,
    ids: RequestIds,
}

impl Watch {
    pub(crate) fn new(log: LogOptions, wall: Wall) -> Watch {
        Watch {
            metrics: Metrics::new(wall),
            log,
            ids: RequestIds::new(),
        }
    }
}

/// The name of the caller of an answered request, for the log.
#[derive(Clone)]
pub(super) struct CallerName(pub(super) String);

/// Answers a request within its time, with its id; counts it, and logs it where that is asked for.
pub(super) async fn watch(
    State(service): State<Arc<Service>>,
    request: Request,
    next: Next,
) -> Response {
    let begun = Instant::now();
    let _under_way = service.withdrawals.enter();
    let id = service.watch.ids.of(request.headers());
    let route = request.extensions().get::<MatchedPath>().cloned();
    let method = method(request.method());
    let url = service.watch.log.values.then(|| request.uri().to_string());
    let answered = tokio::time::timeout(service.deadline, next.run(request)).await;
    let mut response = answered.unwrap_or_else(|_| answer::too_slow());
    let route = route.as_ref().map_or("unknown", MatchedPath::as_str);
    let status = response.status().as_u16();
    let took = begun.elapsed();
    service.watch.metrics.answered(route, method, status, took);
    if service.watch.log.requests || status >= 500 {
        let caller = response.extensions().get::<CallerName>();
        let caller = caller.map_or("-", |name| &name.0);
        let id = id.to_str().unwrap_or_default();
        let micros = u64::try_from(took.as_micros()).unwrap_or(u64::MAX);
        if let Some(url) = url {
            tracing::info!(target: TARGET, id, method, route, url, status, micros, caller, "request");
        } else {
            tracing::info!(target: TARGET, id, method, route, status, micros, caller, "request");
        }
    }
    response.headers_mut().insert(request_id::HEADER, id);
    response
}

/// A method by its name. Clients can make up any number of them.
fn method(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::HEAD => "HEAD",
        Method::POST => "POST",
        Method::PUT => "PUT",
        Method::DELETE => "DELETE",
        Method::OPTIONS => "OPTIONS",
        _ => "other",
    }
}

/// `GET /metrics`.
pub(super) async fn metrics(State(service): State<Arc<Service>>) -> Response {
    let state = service.state().map(|state| state.generation);
    let of = service.clone();
    let status = tokio::task::spawn_blocking(move || of.store.status().ok()).await;
    let status = status.ok().flatten();
    let Some(text) = service
        .watch
        .metrics
        .text(state, status.as_ref(), &service.quarantined())
    else {
        let message = "the metrics cannot be written";
        return Refusal::new(StatusCode::INTERNAL_SERVER_ERROR, message).into_response();
    };
    let mut response = Response::new(Body::from(text));
    let kind = "application/openmetrics-text; version=1.0.0; charset=utf-8";
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    response
}
