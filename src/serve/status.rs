//! Whether the service can answer.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;

use super::answer;
use super::service::Service;

/// What the service is: `I-AM-ALIVE`, or 503 with the reason.
pub(super) async fn ready(State(service): State<Arc<Service>>) -> Response {
    let state = service.state();
    let (code, text) = match state {
        None => (StatusCode::SERVICE_UNAVAILABLE, "INDEX-NOT-LOADED"),
        Some(state) if state.error.is_some() => (StatusCode::SERVICE_UNAVAILABLE, "INDEX-STALE"),
        Some(_) => (StatusCode::OK, "I-AM-ALIVE"),
    };
    answer::text(code, text)
}

/// That the process answers at all.
pub(super) async fn live() -> Response {
    answer::text(StatusCode::OK, "I-AM-ALIVE")
}
