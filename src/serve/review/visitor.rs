//! Who visits the pages, and that a request is the visitor's own.
//!
//! A browser sends cookies with requests that other sites make. So each form carries a token made of the cookie, which other
//! sites cannot read. What browsers say of the sites behind a request is checked before it comes here.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use axum::extract::{FromRequest, FromRequestParts, Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Redirect, Response};
use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use serde::de::DeserializeOwned;

use super::language;
use super::page;
use crate::cli::args::Language;
use crate::serve::caller::{Caller, Role};
use crate::serve::decide::now;
use crate::serve::keys::file::digest;
use crate::serve::service::Service;
use crate::serve::watch::CallerName;

/// The cookie that names a session.
const COOKIE: &str = "basma_review";

/// How long a session lasts after its key was typed: a working day.
const SESSION_SECONDS: i64 = 12 * 3600;

/// The largest number of sessions: the oldest one ends first.
const SESSIONS_MAX: usize = 4096;

/// The content policy of all pages: their own style, script and pictures, and nothing else.
const POLICY: &str = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; form-action 'self'; \
                      frame-ancestors 'none'; base-uri 'none'";

/// What is drawn at the start, and who is logged in.
#[derive(Debug)]
pub(super) struct Sessions {
    secret: [u8; 32],
    by_name: Mutex<HashMap<blake3::Hash, Session>>,
}

/// A session counts as long as its key does.
#[derive(Clone, Debug)]
struct Session {
    key: [u8; 32],
    ends: i64,
}

/// Random bytes of the system as text.
fn random() -> basma::Result<[u8; 32]> {
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes).map_err(|error| {
        let message = error.to_string();
        basma::Error::from(basma::error::Problem::TemporaryBroken { message })
    })?;
    Ok(bytes)
}

impl Sessions {
    pub(super) fn new() -> basma::Result<Sessions> {
        Ok(Sessions {
            secret: random()?,
            by_name: Mutex::default(),
        })
    }

    /// What only this process can make of these texts.
    pub(super) fn seal(&self, parts: &[&str]) -> String {
        let mut hasher = blake3::Hasher::new_keyed(&self.secret);
        for part in parts {
            hasher.update(&(part.len() as u64).to_le_bytes());
            hasher.update(part.as_bytes());
        }
        BASE64_URL_SAFE_NO_PAD.encode(hasher.finalize().as_bytes())
    }

    /// Whether a text is the seal of these. The time that it takes says nothing.
    pub(super) fn is_seal(&self, text: &str, parts: &[&str]) -> bool {
        blake3::hash(text.as_bytes()) == blake3::hash(self.seal(parts).as_bytes())
    }

    /// The digest of the key that began a session.
    fn find(&self, name: &str) -> Option<[u8; 32]> {
        let sessions = self.by_name.lock().unwrap_or_else(PoisonError::into_inner);
        let session = sessions.get(&blake3::hash(name.as_bytes()))?;
        (session.ends > now()).then_some(session.key)
    }

    /// Begins a session with a key; its name is the cookie.
    pub(super) fn begin(&self, key: &str) -> basma::Result<String> {
        let name = BASE64_URL_SAFE_NO_PAD.encode(random()?);
        let mut sessions = self.by_name.lock().unwrap_or_else(PoisonError::into_inner);
        let now = now();
        sessions.retain(|_, session| session.ends > now);
        if sessions.len() >= SESSIONS_MAX
            && let Some(oldest) = sessions.iter().min_by_key(|(_, session)| session.ends)
        {
            let oldest = *oldest.0;
            sessions.remove(&oldest);
        }
        let ends = now.saturating_add(SESSION_SECONDS);
        let key = digest(key.as_bytes());
        sessions.insert(blake3::hash(name.as_bytes()), Session { key, ends });
        Ok(name)
    }

    pub(super) fn end(&self, name: &str) {
        let mut sessions = self.by_name.lock().unwrap_or_else(PoisonError::into_inner);
        sessions.remove(&blake3::hash(name.as_bytes()));
    }
}

/// A person at the pages.
#[derive(Clone, Debug)]
pub(super) struct Visitor {
    /// Who it is; `None` before a key was typed.
    pub(super) caller: Option<Caller>,
    /// The cookie.
    pub(super) session: String,
    /// What each form carries.
    pub(super) token: String,
    pub(super) language: Language,
    /// Whether people type keys, so that there is something to log out of.
    pub(super) has_keys: bool,
}

impl Visitor {
    pub(super) fn name(&self) -> &str {
        self.caller.as_ref().map_or("", |caller| &caller.name)
    }

    pub(super) fn is_admin(&self) -> bool {
        let caller = self.caller.as_ref();
        caller.is_some_and(|caller| caller.may(Role::Admin))
    }

    /// The cookie of a session.
    pub(super) fn cookie(name: &str, is_secure: bool) -> HeaderValue {
        let secure = if is_secure { "; Secure" } else { "" };
        let text = format!("{COOKIE}={name}; Path=/review; HttpOnly; SameSite=Strict{secure}");
        HeaderValue::from_str(&text).expect("base64 and ASCII")
    }

    /// Whether a form carries the token of this visitor.
    pub(super) fn owns(&self, service: &Service, token: &str) -> bool {
        service
            .review
            .sessions
            .is_seal(token, &["form", &self.session])
    }
}

impl<S: Sync> FromRequestParts<S> for Visitor {
    type Rejection = StatusCode;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Visitor, StatusCode> {
        let visitor = parts.extensions.get::<Visitor>().cloned();
        visitor.ok_or(StatusCode::UNAUTHORIZED)
    }
}

/// A form that its visitor sent, with the token checked: no handler can forget it.
pub(super) struct Sent<T> {
    pub(super) visitor: Visitor,
    pub(super) form: T,
}

/// The field of every form.
#[derive(serde::Deserialize)]
struct Token {
    #[serde(default)]
    token: String,
}

impl<T: DeserializeOwned> FromRequest<Arc<Service>> for Sent<T> {
    type Rejection = Response;

    async fn from_request(request: Request, service: &Arc<Service>) -> Result<Self, Response> {
        let (mut parts, body) = request.into_parts();
        let visitor = Visitor::from_request_parts(&mut parts, service)
            .await
            .map_err(|status| status.into_response())?;
        let bad = |id| page::fault(&visitor, StatusCode::BAD_REQUEST, id);
        let bytes = axum::body::to_bytes(body, FORM_BYTES_MAX).await;
        let bytes = bytes.map_err(|_| bad("review-fault-form"))?;
        let text = std::str::from_utf8(&bytes).map_err(|_| bad("review-fault-form"))?;
        let token: Token = decoded(text).ok_or_else(|| bad("review-fault-form"))?;
        if !visitor.owns(service, &token.token) {
            return Err(page::fault(
                &visitor,
                StatusCode::FORBIDDEN,
                "review-fault-token",
            ));
        }
        let form = decoded(text).ok_or_else(|| bad("review-fault-form"))?;
        Ok(Sent { visitor, form })
    }
}

/// The largest form: a reason has 2,000 letters.
const FORM_BYTES_MAX: usize = 64 << 10;

fn decoded<T: DeserializeOwned>(text: &str) -> Option<T> {
    serde_urlencoded::from_str(text).ok()
}

/// Lets visitors in. Everything under `/review` passes here.
pub(super) async fn admit(
    State(service): State<Arc<Service>>,
    mut request: Request,
    next: Next,
) -> Response {
    let has_keys = service.callers.asks_for_keys();
    let headers = request.headers();
    let language = language::of_request(request.uri(), headers);
    let known = cookie(headers, COOKIE).filter(|name| is_name(name));
    let session = match known {
        Some(name) => name.to_owned(),
        None => match random() {
            Ok(bytes) => BASE64_URL_SAFE_NO_PAD.encode(bytes),
            Err(_) => return StatusCode::INTERNAL_SERVER_ERROR.into_response(),
        },
    };
    let is_new = known.is_none();
    let caller = if has_keys {
        let key = service.review.sessions.find(&session);
        key.and_then(|key| service.callers.of_digest(&key))
    } else {
        Some(Caller::local())
    };
    let visitor = Visitor {
        token: service.review.sessions.seal(&["form", &session]),
        caller,
        session: session.clone(),
        language,
        has_keys,
    };
    let refused = refusal(&visitor, request.method(), request.uri().path());
    let chosen = language::chosen(request.uri());
    let name = CallerName(visitor.name().to_owned());
    request.extensions_mut().insert(visitor);
    let mut response = match refused {
        Some(response) => response,
        None => next.run(request).await,
    };
    response.extensions_mut().insert(name);
    let headers = response.headers_mut();
    if is_new && !headers.contains_key(header::SET_COOKIE) {
        headers.append(
            header::SET_COOKIE,
            Visitor::cookie(&session, service.tls.is_some()),
        );
    }
    if let Some(language) = chosen {
        headers.append(header::SET_COOKIE, language::cookie_of(language));
    }
    for (name, value) in [
        ("content-security-policy", POLICY),
        ("x-content-type-options", "nosniff"),
        ("x-frame-options", "DENY"),
        ("referrer-policy", "same-origin"),
        ("cross-origin-resource-policy", "same-origin"),
        ("cross-origin-opener-policy", "same-origin"),
        ("cache-control", "no-store"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    response
}

/// Why a request does not reach its page.
fn refusal(visitor: &Visitor, method: &Method, path: &str) -> Option<Response> {
    let is_read = matches!(*method, Method::GET | Method::HEAD);
    let is_open = ["/review/login", "/review/style.css", "/review/app.js"].contains(&path);
    match &visitor.caller {
        _ if is_open => None,
        None if is_read => Some(Redirect::to("/review/login").into_response()),
        None => Some(page::fault(
            visitor,
            StatusCode::UNAUTHORIZED,
            "review-fault-login",
        )),
        Some(caller) if !caller.may(Role::Curator) => Some(page::fault(
            visitor,
            StatusCode::FORBIDDEN,
            "review-fault-role",
        )),
        Some(_) => None,
    }
}

/// The value of a cookie.
pub(super) fn cookie<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    let lines = headers.get_all(header::COOKIE).iter();
    let texts = lines.filter_map(|line| line.to_str().ok());
    let mut pairs = texts.flat_map(|text| text.split(';').filter_map(|pair| pair.split_once('=')));
    pairs
        .find(|(known, _)| known.trim() == name)
        .map(|(_, value)| value.trim())
}

/// Whether a text can be the name of a session: 32 bytes.
fn is_name(text: &str) -> bool {
    BASE64_URL_SAFE_NO_PAD
        .decode(text)
        .is_ok_and(|bytes| bytes.len() == 32)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seal_is_of_its_parts_and_of_its_process() {
        let (one, other) = (Sessions::new().unwrap(), Sessions::new().unwrap());
        let seal = one.seal(&["form", "a"]);
        assert!(one.is_seal(&seal, &["form", "a"]));
        assert!(!one.is_seal(&seal, &["forma", ""]) && !other.is_seal(&seal, &["form", "a"]));
        assert!(!one.is_seal("", &["form", "a"]));
    }

    #[test]
    fn a_session_ends_when_it_is_ended() {
        let sessions = Sessions::new().unwrap();
        let name = sessions.begin("basma_key").unwrap();
        assert!(is_name(&name));
        assert_eq!(sessions.find(&name), Some(digest(b"basma_key")));
        sessions.end(&name);
        assert_eq!(sessions.find(&name), None);
    }
}
