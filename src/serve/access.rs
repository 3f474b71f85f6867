//! Which role a request needs.
//!
//! One table for all routes: a route that it does not know is for administrators.

use std::sync::Arc;

use axum::extract::{MatchedPath, Request, State};
use axum::http::Method;
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};

use super::answer::Refusal;
use super::caller::{Caller, Role};
use super::service::Service;

/// One of these roles is needed; none where the request is anyone's.
type Needed = &'static [Role];

const ANYONE: Needed = &[];

/// Lets a request pass whose caller may make it, with the [`Caller`] in its extensions.
pub(super) async fn admit(
    State(_): State<Arc<Service>>,
    mut request: Request,
    next: Next,
) -> Response {
    let path = request.extensions().get::<MatchedPath>();
    let needed = path.map_or(ANYONE, |path| needed(request.method(), path.as_str()));
    let caller = Caller::local();
    if !needed.is_empty() && !needed.iter().any(|role| caller.may(*role)) {
        return Refusal::missing_role(needed).into_response();
    }
    request.extensions_mut().insert(caller);
    next.run(request).await
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
        "c" if reads && !route.contains("/content") => &[Role::Matcher, Role::Curator],
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
        assert!(of(Method::GET, "/c/banks").contains(&Role::Matcher));
        assert_eq!(of(Method::GET, "/status/live"), ANYONE);
        assert_eq!(of(Method::GET, "/anything/else"), [Role::Admin]);
    }
}
