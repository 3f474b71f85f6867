//! Which role a request needs.
//!
//! One table for all routes: a route that it does not know is for administrators.

use std::sync::Arc;

use axum::extract::{MatchedPath, Request, State};
use axum::http::Method;
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};

use super::answer::Refusal;
use super::caller::Role;
use super::service::Service;
use super::watch::CallerName;

/// One of these roles is needed; none where the request is anyone's.
type Needed = &'static [Role];

const ANYONE: Needed = &[];

/// Lets a request pass whose caller may make it, with the [`Caller`](super::caller::Caller) in its extensions.
pub(super) async fn admit(
    State(service): State<Arc<Service>>,
    mut request: Request,
    next: Next,
) -> Response {
    let path = request.extensions().get::<MatchedPath>();
    let needed = path.map(|path| needed(request.method(), path.as_str()));
    if needed.is_some_and(<[Role]>::is_empty) {
        return next.run(request).await;
    }
    let caller = match service.callers.identify(request.headers()) {
        Ok(caller) => caller,
        Err(refusal) => return refusal.into_response(),
    };
    let name = CallerName(caller.name.clone());
    // A path that is not there needs no role: it answers everybody who is known alike.
    let needed = needed.unwrap_or(ANYONE);
    let mut response = if needed.is_empty() || needed.iter().any(|role| caller.may(*role)) {
        request.extensions_mut().insert(caller);
        next.run(request).await
    } else {
        Refusal::missing_role(needed).into_response()
    };
    response.extensions_mut().insert(name);
    response
}

/// The roles of a route, any of which is enough.
fn needed(method: &Method, route: &str) -> Needed {
    let reads = method == Method::GET || method == Method::HEAD;
    let first = route.trim_start_matches('/').split('/').next();
    match first.unwrap_or_default() {
        "status" | "site-map" => ANYONE,
        "h" => &[Role::Hasher],
        "m" | "v1" | "api" | "matches" | "manifests" | "services" => &[Role::Matcher],
        // What was added has its hashes in the answer.
        "c" if reads && !route.contains("/content/") => &[Role::Matcher, Role::Curator],
        "c" | "review" => &[Role::Curator],
        "openapi" => &[Role::Hasher, Role::Matcher, Role::Curator],
        _ => &[Role::Admin],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn writes_and_hashes_of_banks_are_for_curators() {
        let of = |method: Method, route| needed(&method, route);
        assert_eq!(of(Method::POST, "/c/banks"), [Role::Curator]);
        assert_eq!(
            of(Method::GET, "/c/bank/{name}/content/{id}"),
            [Role::Curator]
        );
        assert!(of(Method::GET, "/c/content_type").contains(&Role::Matcher));
        assert!(of(Method::GET, "/c/banks").contains(&Role::Matcher));
        assert_eq!(of(Method::GET, "/status/live"), ANYONE);
        assert_eq!(of(Method::GET, "/anything/else"), [Role::Admin]);
    }
}
