//! Whether the service can answer.

use std::sync::Arc;

use axum::extract::State;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use axum::response::Response;

use super::answer;
use super::service::Service;

/// The wall around the processes that open media.
pub(super) const SANDBOX: HeaderName = HeaderName::from_static("x-basma-sandbox");

/// How many entries are in quarantine.
const QUARANTINED: HeaderName = HeaderName::from_static("x-basma-quarantined");

/// What the service is: `I-AM-ALIVE`, or 503 with the reason. A caller whom the service knows also learns the wall around the
/// decoders.
pub(super) async fn ready(State(service): State<Arc<Service>>, headers: HeaderMap) -> Response {
    let (code, text) = match service.matcher() {
        Err(_) => (StatusCode::SERVICE_UNAVAILABLE, "INDEX-NOT-LOADED"),
        Ok(_) if service.is_stale() => (StatusCode::SERVICE_UNAVAILABLE, "INDEX-STALE"),
        Ok(_) => (StatusCode::OK, "I-AM-ALIVE"),
    };
    let mut response = answer::text(code, text);
    let quarantined: u64 = service.quarantined().values().sum();
    if quarantined > 0 {
        let headers = response.headers_mut();
        headers.insert(QUARANTINED, HeaderValue::from(quarantined));
    }
    // It would tell a stranger which service is worth an attack.
    if service.callers.identify(&headers).is_ok()
        && let Ok(wall) = HeaderValue::from_str(&service.wall.to_string())
    {
        response.headers_mut().insert(SANDBOX, wall);
    }
    response
}

/// That the process answers at all.
pub(super) async fn live() -> Response {
    answer::text(StatusCode::OK, "I-AM-ALIVE")
}
