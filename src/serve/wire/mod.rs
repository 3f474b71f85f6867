//! What other services than HMA answer, so that their clients need nothing but another address.
//!
//! | module | |
//! |---|---|
//! | `pictrs` | the external validation of pict-rs |
//! | `shield` | Arachnid Shield |
//! | `originals` | C2PA: from a picture to the credentials of its original |
//! | `receive` | files in the body of a request |

mod originals;
mod pictrs;
mod receive;
mod shield;

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::{DefaultBodyLimit, Request, State};
use axum::http::StatusCode;
use axum::middleware::Next;
use axum::response::Response;
use axum::routing::{get, post};

use super::answer::Refusal;
use super::service::Service;

/// The routes of all of them. Each counts the bytes of a body itself.
pub(super) fn routes() -> Router<Arc<Service>> {
    Router::new()
        .route("/api/v1/scan/{*about}", post(pictrs::scan))
        .route("/v1/media/", post(shield::media))
        .route("/v1/url/", post(shield::url))
        .route("/v1/pdq/", post(shield::pdq))
        .route(
            "/matches/byBinding",
            get(originals::by_binding).post(originals::by_large_binding),
        )
        .route("/matches/byContent", post(originals::by_content))
        .route("/manifests/{*id}", get(originals::manifest))
        .route("/services/supportedAlgorithms", get(originals::algorithms))
        .layer(DefaultBodyLimit::disable())
}

/// How much of the time of a request is left for saying that there was not enough.
const SPARE: u32 = 20;

/// Does a part of a request, so long before its time is over that this can be answered.
async fn within<T>(
    deadline: Duration,
    work: impl Future<Output = Result<T, Refusal>>,
) -> Result<T, Refusal> {
    let late = || Refusal::new(StatusCode::REQUEST_TIMEOUT, "the service had no time left");
    let most = deadline - deadline / SPARE;
    let done = tokio::time::timeout(most, work).await;
    done.unwrap_or_else(|_| Err(late()))
}

/// Puts the errors of other parts of the service into the words of those who asked.
pub(super) async fn in_their_words(
    State(service): State<Arc<Service>>,
    request: Request,
    next: Next,
) -> Response {
    let path = request.uri().path();
    let (is_shield, is_pictrs) = (path.starts_with("/v1/"), path.starts_with("/api/v1/scan/"));
    let response = next.run(request).await;
    let status = response.status();
    if !status.is_client_error() && !status.is_server_error() {
        response
    } else if is_shield {
        shield::in_its_words(response).await
    } else if is_pictrs {
        pictrs::in_its_words(&service, response)
    } else {
        response
    }
}
