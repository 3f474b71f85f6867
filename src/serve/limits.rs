//! Requests that are refused before they are read.

use std::net::IpAddr;
use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::uri::Authority;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, Version, header};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};

use super::answer::Refusal;
use super::keys::Callers;
use super::service::Service;

/// What stands around a file in a form.
const FORM_BYTES: u64 = 1 << 20;

/// Refuses what is compressed, too long, or not of its caller's own will.
pub(super) async fn refuse(
    State(service): State<Arc<Service>>,
    request: Request,
    next: Next,
) -> Response {
    let is_local = matches!(service.callers, Callers::Local);
    // A proxy may see another end of such a body, and take what follows for another client's (RFC 9112, section 6.1).
    let is_last = request.headers().contains_key(header::TRANSFER_ENCODING);
    let mut response = match check(&request, is_local, service.body_bytes) {
        Ok(()) => next.run(request).await,
        Err(refusal) => refusal.into_response(),
    };
    if is_last {
        let close = HeaderValue::from_static("close");
        response.headers_mut().insert(header::CONNECTION, close);
    }
    response
}

fn check(request: &Request, is_local: bool, body_bytes: u64) -> Result<(), Refusal> {
    let headers = request.headers();
    let encoding = headers.get(header::CONTENT_ENCODING);
    if encoding.is_some_and(|encoding| !encoding.as_bytes().eq_ignore_ascii_case(b"identity")) {
        let message = "compressed requests are not read; send the body as it is";
        return Err(Refusal::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, message));
    }
    let coding = headers.get(header::TRANSFER_ENCODING);
    // A length beside it is passed over, as RFC 9112 has it.
    if coding.is_some_and(|coding| !coding.as_bytes().eq_ignore_ascii_case(b"chunked")) {
        let message = "chunked is the one transfer coding that is read";
        return Err(Refusal::new(StatusCode::NOT_IMPLEMENTED, message));
    }
    let length = headers.get(header::CONTENT_LENGTH);
    let length = length.and_then(|length| length.to_str().ok()?.parse::<u64>().ok());
    if length.is_some_and(|length| length > body_bytes.saturating_add(FORM_BYTES)) {
        return Err(super::media::too_large());
    }
    if headers.get_all(header::HOST).iter().nth(1).is_some() {
        let message = "a request names one host: send one Host header";
        return Err(Refusal::new(StatusCode::BAD_REQUEST, message));
    }
    let host = host(request);
    if host.is_none() && request.version() == Version::HTTP_11 {
        let message = "a request names its host: send a Host header";
        return Err(Refusal::new(StatusCode::BAD_REQUEST, message));
    }
    if is_local && !host.as_deref().is_none_or(is_this_machine) {
        let message =
            "without keys the service answers under names of this machine alone, such as localhost";
        return Err(Refusal::new(StatusCode::FORBIDDEN, message));
    }
    if !reads(request.method()) && is_of_another_site(headers, host.as_deref()) {
        let message = "a page of another site may not make this request";
        return Err(Refusal::new(StatusCode::FORBIDDEN, message));
    }
    Ok(())
}

fn reads(method: &Method) -> bool {
    [Method::GET, Method::HEAD, Method::OPTIONS].contains(method)
}

/// The host that a client means, without its port.
fn host(request: &Request) -> Option<String> {
    let named = request.headers().get(header::HOST);
    let named = named.and_then(|host| host.to_str().ok());
    let host = request.uri().host().map(str::to_owned);
    host.or_else(|| Some(of_authority(named?)))
}

fn of_authority(text: &str) -> String {
    let authority = text.parse::<Authority>();
    // A user name has no place here, and what stands behind it would be taken for the host.
    let authority = authority.ok().filter(|_| !text.contains('@'));
    authority.map_or_else(|| text.to_owned(), |authority| authority.host().to_owned())
}

/// Whether a host is this machine by its name. A page whose own name leads to this machine has another.
fn is_this_machine(host: &str) -> bool {
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    let address = bare.parse::<IpAddr>();
    let is_local = |address: IpAddr| address.to_canonical().is_loopback();
    address.map_or_else(|_| bare.eq_ignore_ascii_case("localhost"), is_local)
}

/// Whether a browser sends this for a page of another site. Clients that are no browsers send none of these headers.
fn is_of_another_site(headers: &HeaderMap, host: Option<&str>) -> bool {
    if let Some(site) = headers.get("sec-fetch-site") {
        return ![&b"same-origin"[..], b"none"].contains(&site.as_bytes());
    }
    let Some(origin) = headers.get(header::ORIGIN) else {
        return false;
    };
    let origin = origin.to_str().unwrap_or_default();
    let theirs = origin.split_once("://").map(|(_, rest)| of_authority(rest));
    theirs.as_deref().is_none_or(|theirs| Some(theirs) != host)
}

#[cfg(test)]
mod tests {
    use axum::body::Body;

    use super::*;

    fn status(headers: &[(&str, &str)], method: &str, is_local: bool) -> u16 {
        let mut request = axum::http::Request::builder()
            .method(method)
            .uri("/m/lookup");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let request = request.body(Body::empty()).unwrap();
        check(&request, is_local, 1000).map_or_else(|refusal| refusal.status.as_u16(), |()| 200)
    }

    #[test]
    fn pages_of_other_sites_reach_nothing() {
        let of = |headers: &[(&str, &str)]| status(headers, "POST", false);
        let host = ("host", "basma.example:5100");
        assert_eq!(of(&[host]), 200);
        assert_eq!(of(&[host, ("host", "localhost")]), 400);
        assert_eq!(of(&[host, ("origin", "https://basma.example:5100")]), 200);
        assert_eq!(of(&[host, ("sec-fetch-site", "same-origin")]), 200);
        assert_eq!(of(&[host, ("origin", "https://evil.example")]), 403);
        assert_eq!(of(&[host, ("origin", "null")]), 403);
        assert_eq!(of(&[host, ("sec-fetch-site", "cross-site")]), 403);
        assert_eq!(of(&[host, ("sec-fetch-site", "same-site")]), 403);
        // By a name that leads to this machine.
        for host in [
            "evil.example",
            "evil.example:5100",
            "127.0.0.1.evil.example",
            "10.0.0.1",
            "evil.example@localhost",
        ] {
            assert_eq!(status(&[("host", host)], "GET", true), 403, "{host}");
            assert_eq!(status(&[("host", host)], "GET", false), 200, "{host}");
        }
        for host in [
            "127.0.0.1:5100",
            "localhost",
            "LOCALHOST:1",
            "[::1]:5100",
            "127.0.0.9",
        ] {
            assert_eq!(status(&[("host", host)], "GET", true), 200, "{host}");
        }
    }

    #[test]
    fn what_is_compressed_or_too_long_is_not_read() {
        let host = ("host", "localhost");
        let of = |header: (&str, &str)| status(&[host, header], "POST", false);
        assert_eq!(of(("content-encoding", "gzip")), 415);
        assert_eq!(of(("content-encoding", "gzip, identity")), 415);
        assert_eq!(of(("content-encoding", "Identity")), 200);
        assert_eq!(of(("content-length", "1049577")), 413);
        assert_eq!(of(("content-length", "1049576")), 200);
        assert_eq!(of(("transfer-encoding", "Chunked")), 200);
        assert_eq!(of(("transfer-encoding", "gzip, chunked")), 501);
        assert_eq!(status(&[], "POST", false), 400);
    }
}
