//! Which request is whose.

use std::sync::Arc;

use axum::Router;
use axum::extract::Request;
use axum::http::uri::PathAndQuery;
use axum::http::{StatusCode, Uri, header};
use axum::middleware::from_fn_with_state;
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;

use super::service::Service;
use super::{access, answer, hma, limits, review, status, watch, wire};

/// The routes of a service.
pub(super) fn routes(service: Arc<Service>) -> Router {
    Router::new()
        .route("/status", get(status::ready))
        .route("/status/live", get(status::live))
        .route("/metrics", get(watch::metrics))
        .merge(hma::routes())
        .merge(wire::routes())
        .fallback(unknown)
        .method_not_allowed_fallback(refused)
        .layer(from_fn_with_state(service.clone(), access::admit))
        // The pages let their visitors in by themselves: browsers send no keys.
        .route("/", get(pages))
        .merge(review::routes(&service))
        .layer(from_fn_with_state(service.clone(), limits::refuse))
        .layer(from_fn_with_state(service.clone(), wire::in_their_words))
        .layer(from_fn_with_state(service.clone(), watch::watch))
        .with_state(service)
}

/// A person who types the address alone wants the pages.
async fn pages() -> Response {
    (StatusCode::FOUND, [(header::LOCATION, "/review")]).into_response()
}

async fn unknown() -> Response {
    answer::not_found()
}

async fn refused() -> Response {
    answer::wrong_method()
}

/// A request whose path has no slashes twice: a client whose base ends with one asks for `//c/banks`.
pub(super) fn with_single_slashes<B>(mut request: Request<B>) -> Request<B> {
    if let Some(uri) = single_slashes(request.uri()) {
        *request.uri_mut() = uri;
    }
    request
}

fn single_slashes(uri: &Uri) -> Option<Uri> {
    let path = uri.path();
    if !path.contains("//") {
        return None;
    }
    let mut single = String::with_capacity(path.len());
    for letter in path.chars() {
        if letter != '/' || !single.ends_with('/') {
            single.push(letter);
        }
    }
    if let Some(query) = uri.query() {
        single.push('?');
        single.push_str(query);
    }
    let mut parts = uri.clone().into_parts();
    parts.path_and_query = Some(single.parse::<PathAndQuery>().ok()?);
    Uri::from_parts(parts).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slashes_count_once() {
        let of = |uri: &str| single_slashes(&uri.parse().unwrap()).map(|uri| uri.to_string());
        assert_eq!(of("//c/banks?a=b//c").as_deref(), Some("/c/banks?a=b//c"));
        assert_eq!(of("/c///bank//A").as_deref(), Some("/c/bank/A"));
        assert_eq!(of("/c/banks?u=http://a//b"), None);
    }
}
