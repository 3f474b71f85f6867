//! Whether the service can answer.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;

use super::answer;
use super::service::Service;

/// What the service is: `I-AM-ALIVE`, or 503 with the reason.
pub(super) async fn ready(State(service): State<Arc<Service>>) -> Response {
    let (code, text) = match service.matcher() {
        Err(_) => (StatusCode::SERVICE_UNAVAILABLE, "INDEX-NOT-LOADED"),
        Ok(_) if service.is_stale() => (StatusCode::SERVICE_UNAVAILABLE, "INDEX-STALE"),
        Ok(_) => (StatusCode::OK, "I-AM-ALIVE"),
    };
    answer::text(code, text)
}

/// That the process answers at all.
pub(super) async fn live() -> Response {
    answer::text(StatusCode::OK, "I-AM-ALIVE")
}
