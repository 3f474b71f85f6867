//! Where a person types a key, once for each session.

use std::sync::Arc;

use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse as _, Redirect, Response};
use serde::Deserialize;

use super::page::{Place, fault, page, token_field};
use super::visitor::{Sent, Visitor};
use crate::cli::html::{html, paragraph};
use crate::serve::caller::Role;
use crate::serve::keys::file::digest;
use crate::serve::service::Service;

/// The form of the page.
#[derive(Deserialize)]
pub(super) struct Key {
    key: String,
}

/// The page with the form. There is nothing to type where no keys are asked for.
pub(super) async fn form(visitor: Visitor) -> Response {
    if !visitor.has_keys {
        return Redirect::to("/review").into_response();
    }
    ask(&visitor, StatusCode::OK, None)
}

fn ask(visitor: &Visitor, status: StatusCode, wrong: Option<&str>) -> Response {
    page(visitor, status, Place::Elsewhere, |prose| {
        let title = prose.word("review-log-in");
        let wrong = wrong.map(|id| {
            let said = html(&prose.word(id));
            format!("<p class=\"alert\" role=\"alert\">{said}</p>\n")
        });
        let text = format!(
            "<h1>{}</h1>\n{}{}<form class=\"plain\" method=\"post\" action=\"/review/login\">{}\n\
             <p><label for=\"key\">{}</label> <input id=\"key\" name=\"key\" type=\"password\" autocomplete=\"current-password\" \
             dir=\"ltr\" required autofocus></p>\n<p><button class=\"main\">{}</button></p>\n</form>\n",
            html(&title),
            wrong.unwrap_or_default(),
            paragraph("note", &prose.word("review-log-in-note")),
            token_field(&visitor.token),
            html(&prose.word("review-key")),
            html(&title)
        );
        (title, text)
    })
}

/// Begins a session, under a name that nobody knew before.
pub(super) async fn sent(State(service): State<Arc<Service>>, sent: Sent<Key>) -> Response {
    let Sent { visitor, form } = sent;
    let key = form.key.trim();
    let caller = service.callers.of_digest(&digest(key.as_bytes()));
    let Some(caller) = caller else {
        return ask(&visitor, StatusCode::UNAUTHORIZED, Some("review-fault-key"));
    };
    if !caller.may(Role::Curator) {
        return ask(&visitor, StatusCode::FORBIDDEN, Some("review-fault-role"));
    }
    let Ok(name) = service.review.sessions.begin(key) else {
        return fault(
            &visitor,
            StatusCode::INTERNAL_SERVER_ERROR,
            "review-fault-form",
        );
    };
    let mut response = Redirect::to("/review").into_response();
    let cookie = Visitor::cookie(&name, service.tls.is_some());
    response.headers_mut().insert(header::SET_COOKIE, cookie);
    response
}

/// The form that ends a session has the token alone.
#[derive(Deserialize)]
pub(super) struct Nothing {}

/// Ends a session.
pub(super) async fn leave(State(service): State<Arc<Service>>, sent: Sent<Nothing>) -> Response {
    service.review.sessions.end(&sent.visitor.session);
    Redirect::to("/review/login").into_response()
}
